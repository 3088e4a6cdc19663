//! The arguments of a command, split as psql splits them.

use crate::error::{Error, Result};
use crate::output::Output;

/// The arguments of one command line.
#[derive(Debug, Clone)]
pub struct Args<'a> {
    /// The command as it was typed, without its backslash.
    pub name: &'a str,
    pub words: Vec<String>,
    /// Everything behind the name.
    pub raw: &'a str,
    /// What stands behind the name of a `\d…` command: `+`, `S`.
    pub suffix: &'a str,
}

impl Args<'_> {
    /// Argument `index`, counted from 0.
    pub fn get(&self, index: usize) -> Option<&str> {
        self.words.get(index).map(String::as_str)
    }

    /// Argument `index`, or an error that says what is missing.
    pub fn need(&self, index: usize, what: &str) -> Result<&str> {
        self.get(index).ok_or_else(|| {
            let slash = if self.name.starts_with('/') { "" } else { "\\" };
            Error::usage(format!("{slash}{}: missing required argument", self.name))
                .with_hint(format!("Give {what}."))
        })
    }
}

/// Where output is to go: `FILE`, `|command`, or `>> FILE` for the end of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) append: bool,
}

impl Place {
    pub(super) fn open(&self) -> Result<Output> {
        match self.append {
            true => Output::append(&self.name),
            false => Output::open(&self.name),
        }
    }
}

impl Args<'_> {
    /// The place in the words from `index` on.
    pub(super) fn place(&self, index: usize) -> Option<Place> {
        let word = self.get(index).filter(|w| !w.is_empty())?;
        if word.starts_with('|') {
            // The command goes to the end of the line as it stands.
            let at = self.raw.find(word).unwrap_or_default();
            let name = self.raw[at..].to_string();
            return Some(Place {
                name,
                append: false,
            });
        }
        let (name, append) = match (word.strip_prefix(">>"), self.get(index + 1)) {
            (Some(""), Some(next)) => (next, true),
            (Some(name), _) if !name.is_empty() => (name, true),
            _ => (word, false),
        };
        let name = name.to_string();
        Some(Place { name, append })
    }
}

/// What variables and back quotes in arguments stand for.
pub(super) struct Fill<'f> {
    pub(super) variable: &'f dyn Fn(&str) -> Option<String>,
    /// What a command of the shell prints.
    pub(super) shell: &'f dyn Fn(&str) -> Result<String>,
}

/// Splits at white space. `'…'` keeps spaces and knows `''` and the escapes `\n`, `\t`, `\\`; `"…"`
/// keeps spaces and its quotes; `:name` and `:'name'` stand for a variable, `` `…` `` for what a
/// command prints. Gives what is left behind `most` words, unread.
pub(super) fn split<'t>(
    text: &'t str,
    most: usize,
    fill: &Fill<'_>,
) -> Result<(Vec<String>, &'t str)> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() && words.len() < most {
        let (word, after) = word(rest, fill)?;
        words.push(word);
        rest = after.trim_start();
    }
    Ok((words, rest))
}

fn word<'t>(text: &'t str, fill: &Fill<'_>) -> Result<(String, &'t str)> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            c if c.is_whitespace() => break,
            '\'' => rest = single_quoted(&rest[1..], &mut out)?,
            '"' => rest = double_quoted(rest, &mut out)?,
            '`' => rest = back_quoted(&rest[1..], &mut out, fill)?,
            ':' => rest = filled(rest, &mut out, fill.variable, &Quoting::Sql),
            c => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    Ok((out, rest))
}

fn back_quoted<'t>(text: &'t str, out: &mut String, fill: &Fill<'_>) -> Result<&'t str> {
    let Some(end) = text.find('`') else {
        return Err(Error::usage("unterminated back quote in the command"));
    };
    let mut command = String::new();
    let mut rest = &text[..end];
    while let Some(c) = rest.chars().next() {
        if c == ':' {
            rest = filled(rest, &mut command, fill.variable, &Quoting::Shell);
        } else {
            command.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    let printed = (fill.shell)(&command)?;
    out.push_str(printed.strip_suffix('\n').unwrap_or(&printed));
    Ok(&text[end + 1..])
}

/// How `:'name'` is quoted.
enum Quoting {
    Sql,
    Shell,
}

fn single_quoted<'t>(text: &'t str, out: &mut String) -> Result<&'t str> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
                out.push('\'');
            }
            '\'' => return Ok(&text[at + 1..]),
            '\\' => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, 'r')) => out.push('\r'),
                Some((_, '0')) => out.push('\0'),
                Some((_, other)) => out.push(other),
                None => break,
            },
            c => out.push(c),
        }
    }
    Err(Error::usage("unterminated quoted string in the command"))
}

fn double_quoted<'t>(text: &'t str, out: &mut String) -> Result<&'t str> {
    match text[1..].find('"') {
        Some(end) => {
            out.push_str(&text[..end + 2]);
            Ok(&text[end + 2..])
        }
        None => Err(Error::usage("unterminated quoted name in the command")),
    }
}

fn filled<'t>(
    text: &'t str,
    out: &mut String,
    variable: &dyn Fn(&str) -> Option<String>,
    quoting: &Quoting,
) -> &'t str {
    let body = &text[1..];
    let (open, close) = match body.as_bytes() {
        [b'\'', ..] => ("'", "'"),
        [b'"', ..] => ("\"", "\""),
        [b'{', b'?', ..] => ("{?", "}"),
        _ => ("", ""),
    };
    let named = &body[open.len()..];
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let (name, after) = named.split_at(named.find(|c| !is_name(c)).unwrap_or(named.len()));
    let value = variable(name);
    let filled = match (open, value) {
        _ if name.is_empty() || !after.starts_with(close) => None,
        // As it stands, quotes and all.
        ("'" | "\"", None) => Some(format!(":{open}{name}{close}")),
        ("{?", value) => Some(if value.is_some() { "TRUE" } else { "FALSE" }.to_string()),
        (_, None) => None,
        ("'", Some(value)) => Some(match quoting {
            Quoting::Sql => crate::sql::names::literal(&value, &crate::sql::dialect::POSTGRES),
            Quoting::Shell => format!("'{}'", value.replace('\'', "'\\''")),
        }),
        ("\"", Some(value)) => Some(format!("\"{}\"", value.replace('"', "\"\""))),
        (_, Some(value)) => Some(value),
    };
    match filled {
        Some(filled) => {
            out.push_str(&filled);
            &after[close.len()..]
        }
        None => {
            out.push(':');
            body
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_split_as_psql_splits_them() {
        let variable = |name: &str| (name == "x").then(|| "a b".to_string());
        let fill = Fill {
            variable: &variable,
            shell: &|command| Ok(format!("<{command}>\n")),
        };
        for (text, expected) in [
            ("", &[][..]),
            ("  a   b ", &["a", "b"]),
            ("'a b' c", &["a b", "c"]),
            ("'it''s' 'tab\\there'", &["it's", "tab\there"]),
            ("\"My Table\".x", &["\"My Table\".x"]),
            (
                ":x :'x' :y postgres://h",
                &["a b", "'a b'", ":y", "postgres://h"],
            ),
            (":\"x\" :{?x} :{?y}", &["\"a b\"", "TRUE", "FALSE"]),
            ("`echo b; :x :'x'`c", &["<echo b; a b 'a b'>c"]),
            ("pre'fix ed'", &["prefix ed"]),
        ] {
            assert_eq!(
                split(text, 9, &fill).expect("well formed").0,
                expected,
                "{text}"
            );
        }
        assert!(split("'open", 9, &fill).is_err());
        assert_eq!(split("a b c", 1, &fill).expect("well formed").1, "b c");
        assert!(split("\"open", 9, &fill).is_err());
    }
}
