//! The arguments of a command, split as psql splits them.

use crate::error::{Error, Result};

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
            Error::usage(format!("\\{}: missing required argument", self.name))
                .with_hint(format!("Give {what}."))
        })
    }
}

/// Splits at white space. `'…'` keeps spaces and knows `''` and the escapes `\n`, `\t`, `\\`; `"…"`
/// keeps spaces and its quotes; `:name` and `:'name'` stand for a variable.
pub(super) fn split(text: &str, variable: impl Fn(&str) -> Option<String>) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = word(rest, &variable)?;
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

fn word<'t>(
    text: &'t str,
    variable: &impl Fn(&str) -> Option<String>,
) -> Result<(String, &'t str)> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            c if c.is_whitespace() => break,
            '\'' => rest = single_quoted(&rest[1..], &mut out)?,
            '"' => rest = double_quoted(rest, &mut out)?,
            ':' => rest = filled(rest, &mut out, variable),
            c => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    Ok((out, rest))
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
    variable: &impl Fn(&str) -> Option<String>,
) -> &'t str {
    let body = &text[1..];
    let quoted = body.starts_with('\'');
    let name_from = usize::from(quoted);
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let length = body[name_from..]
        .find(|c| !is_name(c))
        .unwrap_or(body.len() - name_from);
    let name = &body[name_from..name_from + length];
    let end = name_from + length + name_from;
    let closed = !quoted || body[name_from + length..].starts_with('\'');
    match variable(name).filter(|_| closed) {
        Some(value) => {
            out.push_str(&value);
            &body[end..]
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
        for (text, expected) in [
            ("", &[][..]),
            ("  a   b ", &["a", "b"]),
            ("'a b' c", &["a b", "c"]),
            ("'it''s' 'tab\\there'", &["it's", "tab\there"]),
            ("\"My Table\".x", &["\"My Table\".x"]),
            (
                ":x :'x' :y postgres://h",
                &["a b", "a b", ":y", "postgres://h"],
            ),
            ("pre'fix ed'", &["prefix ed"]),
        ] {
            assert_eq!(
                split(text, variable).expect("well formed"),
                expected,
                "{text}"
            );
        }
        assert!(split("'open", variable).is_err());
        assert!(split("\"open", variable).is_err());
    }
}
