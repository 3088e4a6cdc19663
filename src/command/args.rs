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

    /// Whether the first argument is that word, without quotes and not from a variable.
    pub fn begins_with(&self, word: &str) -> bool {
        let rest = self.raw.trim_start_matches(is_space).strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(is_space))
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
            // A bare command goes to the end of the line as it stands.
            let at = self.raw.find(word).filter(|at| {
                let before = self.raw[..*at].chars().next_back();
                before.is_none_or(char::is_whitespace)
            });
            let name = at.map_or(word, |at| &self.raw[at..]).to_string();
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

/// Splits at white space. `'…'` keeps spaces and knows `''` and C's escapes; `"…"` keeps spaces and
/// its quotes; `:name` and `:'name'` stand for a variable, `` `…` `` for what a command prints. A NUL
/// ends its word. What stands behind `most` words is left.
pub(super) fn split<'t>(text: &'t str, most: usize, fill: &Fill<'_>) -> Split<'t> {
    let mut split = Split {
        words: Vec::new(),
        rest: text.trim_start_matches(is_space),
        error: None,
    };
    while !split.rest.is_empty() && split.words.len() < most {
        match word(split.rest, fill) {
            Ok((word, after)) => {
                split.words.push(word);
                split.rest = after.trim_start_matches(is_space);
            }
            Err(error) => {
                split.rest = "";
                split.error = Some(error);
            }
        }
    }
    split
}

/// What a text was split into.
pub(super) struct Split<'t> {
    pub(super) words: Vec<String>,
    /// What is left, unread.
    pub(super) rest: &'t str,
    /// Why the words end before the text does.
    pub(super) error: Option<Error>,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

fn word<'t>(text: &'t str, fill: &Fill<'_>) -> Result<(String, &'t str)> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            c if is_space(c) => break,
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
    if let Some(end) = out.find('\0') {
        out.truncate(end);
    }
    Ok((out, rest))
}

fn back_quoted<'t>(text: &'t str, out: &mut String, fill: &Fill<'_>) -> Result<&'t str> {
    let Some(end) = text.find('`') else {
        return Err(unterminated());
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
    let mut plain = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (byte, length) = match (byte, bytes.get(at + 1)) {
            (b'\'', Some(b'\'')) => (byte, 2),
            (b'\'', _) => {
                out.push_str(&String::from_utf8_lossy(&plain));
                return Ok(&text[at + 1..]);
            }
            (b'\\', Some(_)) => {
                let (byte, length) = escape(&bytes[at + 1..]);
                (byte, length + 1)
            }
            _ => (byte, 1),
        };
        plain.push(byte);
        at += length;
    }
    Err(unterminated())
}

/// The byte that stands behind a backslash, and how many bytes say so.
fn escape(bytes: &[u8]) -> (u8, usize) {
    let number = |digits: &[u8], base: u32| {
        let digit = |n: u32, b: &u8| n * base + char::from(*b).to_digit(base).unwrap_or_default();
        digits.iter().fold(0, digit) as u8
    };
    let run = |from: usize, most: usize, is: fn(&u8) -> bool| {
        let digits = bytes[from..].iter().take(most).take_while(|b| is(b));
        digits.count()
    };
    match bytes[0] {
        b'n' => (b'\n', 1),
        b't' => (b'\t', 1),
        b'b' => (0x08, 1),
        b'r' => (b'\r', 1),
        b'f' => (0x0c, 1),
        b'0'..=b'7' => {
            let length = run(0, 3, |b| (b'0'..=b'7').contains(b));
            (number(&bytes[..length], 8), length)
        }
        b'x' => match run(1, 2, u8::is_ascii_hexdigit) {
            0 => (b'x', 1),
            length => (number(&bytes[1..=length], 16), length + 1),
        },
        byte => (byte, 1),
    }
}

fn unterminated() -> Error {
    Error::usage("unterminated quoted string")
}

fn double_quoted<'t>(text: &'t str, out: &mut String) -> Result<&'t str> {
    match text[1..].find('"') {
        Some(end) => {
            out.push_str(&text[..end + 2]);
            Ok(&text[end + 2..])
        }
        None => Err(unterminated()),
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
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii();
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
            (
                "'\\101\\x41\\f\\q\\8' '\\303\\244' 'x\\0y'z",
                &["AA\x0cq8", "ä", "x"],
            ),
        ] {
            assert_eq!(split(text, 9, &fill).words, expected, "{text}");
        }
        assert_eq!(split("a b c", 1, &fill).rest, "b c");
        for open in ["a 'open", "a \"open", "a `open", "a 'open\\'"] {
            let split = split(open, 9, &fill);
            assert_eq!(split.words, ["a"], "{open}");
            assert!(split.error.is_some(), "{open}");
        }
    }
}
