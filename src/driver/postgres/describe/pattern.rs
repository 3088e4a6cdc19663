//! psql's patterns for names: `*` and `?`, dots between the parts, double quotes that keep case
//! and take the meaning from special characters. Pure.

use super::Server;
use crate::error::{Error, Result};
use crate::sql::dialect::POSTGRES;
use crate::sql::names::literal;

/// What a pattern is compared with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Names<'a> {
    /// The expression of the schema's name, where the objects have a schema.
    pub(super) schema: Option<&'a str>,
    pub(super) name: &'a str,
    /// A second name of the same object: `format_type` of a type.
    pub(super) other: Option<&'a str>,
    /// The condition for what is in sight without naming its schema.
    pub(super) visible: Option<&'a str>,
    /// Parts that a pattern may have: 1 for a bare name, 3 for database, schema and name.
    pub(super) parts: usize,
    /// Special characters of regular expressions mean themselves (operators).
    pub(super) plain: bool,
}

/// The parts of a pattern, each as a regular expression; the last is the name's.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    regexes: Vec<String>,
    /// The part in front of two dots, as it is.
    database: String,
    dots: usize,
}

const SPECIAL: &str = "|*+?()[]{}.^$\\";

/// Reads a pattern. `most` is the number of parts that dots divide; further dots are part of the
/// last one.
fn read(pattern: &str, most: usize, plain: bool) -> Parts {
    let mut parts = Parts::default();
    let (mut regex, mut text) = (String::new(), String::new());
    let mut quoted = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                regex.push('"');
                text.push('"');
                continue;
            }
            '"' => {
                quoted = !quoted;
                continue;
            }
            '*' if !quoted => regex.push_str(".*"),
            '?' if !quoted => regex.push('.'),
            '.' if !quoted => {
                parts.dots += 1;
                if parts.regexes.len() + 1 < most {
                    if parts.regexes.is_empty() {
                        parts.database = std::mem::take(&mut text);
                    }
                    parts.regexes.push(std::mem::take(&mut regex));
                    continue;
                }
                regex.push('.');
            }
            '$' => regex.push_str("\\$"),
            c => {
                let escaped = (quoted || plain) && SPECIAL.contains(c);
                if escaped || (c == '[' && chars.peek() == Some(&']')) {
                    regex.push('\\');
                }
                regex.push(if quoted { c } else { c.to_ascii_lowercase() });
            }
        }
        text.push(if quoted { c } else { c.to_ascii_lowercase() });
    }
    parts.regexes.push(regex);
    parts
}

/// The conditions that a pattern means. Without a pattern: whatever is in sight.
pub(super) fn conditions(
    pattern: Option<&str>,
    names: &Names<'_>,
    server: &Server,
) -> Result<Vec<String>> {
    let visible = names.visible.map(str::to_string);
    let Some(pattern) = pattern else {
        return Ok(visible.into_iter().collect());
    };
    let most = if names.schema.is_some() { 3 } else { 1 };
    let mut read = read(pattern, most, names.plain);
    check(pattern, &read, names, server)?;
    let mut out = Vec::new();
    if let Some(name) = read.regexes.pop().filter(|name| name != ".*") {
        let this = matches(names.name, &name, server);
        out.push(match names.other {
            Some(other) => format!("({this}\n   or {})", matches(other, &name, server)),
            None => this,
        });
    }
    match (names.schema, read.regexes.pop()) {
        (Some(column), Some(schema)) if schema != ".*" => {
            out.push(matches(column, &schema, server));
        }
        (Some(_), Some(_)) => {}
        _ => out.extend(visible),
    }
    Ok(out)
}

/// Too many parts, or another database's name in front.
fn check(pattern: &str, read: &Parts, names: &Names<'_>, server: &Server) -> Result<()> {
    if read.dots >= names.parts {
        return Err(Error::server(format!(
            "improper qualified name (too many dotted names): {pattern}"
        )));
    }
    let names_database = names.parts > 1 && read.dots == names.parts - 1;
    let database = if names.schema.is_some() {
        read.database.as_str()
    } else {
        ""
    };
    if names_database && database != server.database {
        return Err(Error::server(format!(
            "cross-database references are not implemented: {pattern}"
        )));
    }
    Ok(())
}

/// `column` matches the whole regular expression, whatever the search path.
fn matches(column: &str, regex: &str, server: &Server) -> String {
    let text = literal(&format!("^({regex})$"), &POSTGRES);
    let collation = match server.version >= 120_000 {
        true => " collate pg_catalog.default",
        false => "",
    };
    format!("{column} operator(pg_catalog.~) {text}{collation}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_cut_at_dots_and_become_regular_expressions() {
        for (pattern, most, plain, expected, dots) in [
            ("Users", 3, false, &["users"][..], 0),
            ("\"My Table\"", 3, false, &["My Table"], 0),
            ("public.us*", 3, false, &["public", "us.*"], 1),
            ("p?.\"a.b\"", 3, false, &["p.", "a\\.b"], 1),
            ("db.s.t", 3, false, &["db", "s", "t"], 2),
            ("a.b.c.d", 3, false, &["a", "b", "c.d"], 3),
            ("a.b", 1, false, &["a.b"], 1),
            ("a\"\"b", 3, false, &["ab"], 0),
            ("\"a\"\"b\"", 3, false, &["a\"b"], 0),
            ("a$", 3, false, &["a\\$"], 0),
            ("int[]", 3, false, &["int\\[]"], 0),
            ("a[b]|c", 3, false, &["a[b]|c"], 0),
            ("||", 3, true, &["\\|\\|"], 0),
            ("public.", 3, false, &["public", ""], 1),
        ] {
            let read = read(pattern, most, plain);
            assert_eq!(
                (read.regexes.as_slice(), read.dots),
                (expected.map_owned().as_slice(), dots),
                "{pattern}"
            );
        }
    }

    trait MapOwned {
        fn map_owned(&self) -> Vec<String>;
    }

    impl MapOwned for &[&str] {
        fn map_owned(&self) -> Vec<String> {
            self.iter().map(|s| s.to_string()).collect()
        }
    }

    #[test]
    fn conditions_name_schema_and_name_or_what_is_in_sight() {
        let server = Server {
            version: 150_000,
            database: "db".into(),
        };
        let names = Names {
            schema: Some("n.nspname"),
            name: "c.relname",
            visible: Some("visible"),
            parts: 3,
            ..Names::default()
        };
        let name = |regex: &str, column: &str| {
            format!("{column} operator(pg_catalog.~) '^({regex})$' collate pg_catalog.default")
        };
        for (pattern, expected) in [
            (None, vec!["visible".to_string()]),
            (Some("*"), vec!["visible".to_string()]),
            (Some("x"), vec![name("x", "c.relname"), "visible".into()]),
            (
                Some("s.x"),
                vec![name("x", "c.relname"), name("s", "n.nspname")],
            ),
            (Some("*.x"), vec![name("x", "c.relname")]),
            (Some("db.s.*"), vec![name("s", "n.nspname")]),
        ] {
            assert_eq!(
                conditions(pattern, &names, &server).unwrap(),
                expected,
                "{pattern:?}"
            );
        }
        for (pattern, expected) in [
            (
                "a.b.c.d",
                "improper qualified name (too many dotted names): a.b.c.d",
            ),
            (
                "x.s.t",
                "cross-database references are not implemented: x.s.t",
            ),
        ] {
            assert_eq!(
                conditions(Some(pattern), &names, &server)
                    .unwrap_err()
                    .message,
                expected
            );
        }
    }
}
