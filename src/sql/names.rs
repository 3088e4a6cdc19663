//! Names: quoting, folding, dotted names.

use super::keywords;
use super::{Dialect, Fold, Token, TokenKind, lex};
use std::borrow::Cow;

/// A name as the server will read it, part by part: `public.users` has two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    pub parts: Vec<String>,
}

impl Name {
    /// Reads `a.b`, `"A".b`, `` `a b`.c ``; anything that is no name gives the words it has.
    pub fn parse(text: &str, dialect: &Dialect) -> Name {
        let parts = lex(text.trim(), dialect)
            .iter()
            .filter(|t| {
                matches!(
                    t.kind,
                    TokenKind::Word | TokenKind::QuotedName | TokenKind::String
                )
            })
            .map(|t| unquote(t.text(text.trim()), dialect).into_owned())
            .collect();
        Name { parts }
    }

    pub fn last(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    /// The part before the last.
    pub fn qualifier(&self) -> Option<&str> {
        self.parts
            .len()
            .checked_sub(2)
            .map(|i| self.parts[i].as_str())
    }
}

/// The name that a word or a quoted name stands for: quotes taken off, else folded as the server does.
pub fn unquote<'t>(text: &'t str, dialect: &Dialect) -> Cow<'t, str> {
    let mut chars = text.chars();
    let close = match chars.next() {
        Some('"') => '"',
        Some('`') if dialect.backticks => '`',
        Some('[') if dialect.brackets => ']',
        Some('\'') => '\'',
        _ => return fold(text, dialect),
    };
    let inner = chars.as_str();
    let inner = inner.strip_suffix(close).unwrap_or(inner);
    let mut doubled = [0u8; 8];
    let close = close.encode_utf8(&mut doubled);
    if inner.contains(&*close) {
        let twice = format!("{close}{close}");
        return Cow::Owned(inner.replace(&twice, close));
    }
    Cow::Borrowed(inner)
}

/// The case that the server gives a name without quotes.
pub fn fold<'t>(text: &'t str, dialect: &Dialect) -> Cow<'t, str> {
    match dialect.fold {
        Fold::Lower if text.bytes().any(|b| b.is_ascii_uppercase()) => {
            Cow::Owned(text.to_ascii_lowercase())
        }
        _ => Cow::Borrowed(text),
    }
}

/// Whether two names, as the server reads them, are the same.
pub fn same(a: &str, b: &str, dialect: &Dialect) -> bool {
    match dialect.fold {
        Fold::Lower => a == b,
        Fold::Ignore => a.eq_ignore_ascii_case(b),
    }
}

/// `name` as it must be typed: quoted only when needed.
pub fn quote<'n>(name: &'n str, dialect: &Dialect) -> Cow<'n, str> {
    if !needs_quotes(name, dialect) {
        Cow::Borrowed(name)
    } else {
        quote_always(name, dialect).into()
    }
}

/// `name` in the dialect's quotes.
pub fn quote_always(name: &str, dialect: &Dialect) -> String {
    let q = dialect.quote;
    format!("{q}{}{q}", name.replace(q, &format!("{q}{q}")))
}

/// Whether the server would read `name` without quotes as something else.
pub fn needs_quotes(name: &str, dialect: &Dialect) -> bool {
    let plain_start =
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii());
    let dollars = dialect.fold == Fold::Lower || dialect.at_variables;
    let plain = name.chars().all(|c| {
        c.is_ascii_alphanumeric()
            || c == '_'
            || (c == '$' && dollars)
            || (!c.is_ascii() && c.is_alphanumeric())
    });
    let folded = dialect.fold == Fold::Lower && name.chars().any(|c| c.is_uppercase());
    !plain_start
        || !plain
        || folded
        || keywords::find(dialect.keywords, name).is_some_and(|k| k.reserved)
}

/// `text` as a string literal of the dialect.
pub fn literal(text: &str, dialect: &Dialect) -> String {
    let doubled = text.replace('\'', "''");
    if dialect.backslash_escapes {
        return format!("'{}'", doubled.replace('\\', "\\\\"));
    }
    if dialect.escape_strings && text.contains('\\') {
        return format!("E'{}'", doubled.replace('\\', "\\\\"));
    }
    format!("'{doubled}'")
}

/// Whether a token can be a name at all.
pub fn is_name(token: &Token) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::QuotedName)
}

/// Where the one place begins at which `sql` names what a server calls `name`, with its qualifiers
/// where they stand there. None where it may be several.
pub fn only_place(sql: &str, dialect: &Dialect, name: &str) -> Option<usize> {
    let (qualifier, last) = match name.rsplit_once('.') {
        Some((qualifier, last)) => (qualifier.rsplit('.').next(), last),
        None => (None, name),
    };
    let mut tokens = lex(sql, dialect);
    tokens.retain(|t| !t.is_trivia());
    let is = |index: usize, name: &str| {
        tokens
            .get(index)
            .is_some_and(|t| is_name(t) && unquote(t.text(sql), dialect).eq_ignore_ascii_case(name))
    };
    let places: Vec<usize> = (0..tokens.len()).filter(|&i| is(i, last)).collect();
    let is_qualified = |i: usize| {
        i >= 2 && tokens[i - 1].kind == TokenKind::Dot && qualifier.is_some_and(|q| is(i - 2, q))
    };
    let qualified: Vec<usize> = places
        .iter()
        .copied()
        .filter(|i| is_qualified(*i))
        .collect();
    match (qualified.as_slice(), places.as_slice()) {
        ([one], _) => Some(tokens[one - 2].start as usize),
        ([], [one]) => Some(tokens[*one].start as usize),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::dialect::{MYSQL, POSTGRES, SQLITE};
    use super::*;

    #[test]
    fn names_are_quoted_only_when_needed() {
        for (dialect, name, typed) in [
            (&POSTGRES, "users", "users"),
            (&POSTGRES, "Users", "\"Users\""),
            (&POSTGRES, "a b", "\"a b\""),
            (&POSTGRES, "sel\"ect", "\"sel\"\"ect\""),
            (&POSTGRES, "1st", "\"1st\""),
            (&POSTGRES, "", "\"\""),
            (&MYSQL, "Users", "Users"),
            (&MYSQL, "a`b", "`a``b`"),
            (&SQLITE, "größe", "größe"),
        ] {
            assert_eq!(quote(name, dialect), typed);
            assert_eq!(unquote(typed, dialect), name);
        }
    }

    #[test]
    fn dotted_names_are_read_as_the_server_reads_them() {
        assert_eq!(
            Name::parse("Public.\"Users\"", &POSTGRES).parts,
            ["public", "Users"]
        );
        assert_eq!(Name::parse("`a.b`.C", &MYSQL).parts, ["a.b", "C"]);
        assert_eq!(Name::parse("[x y]", &SQLITE).parts, ["x y"]);
    }

    #[test]
    fn a_literal_survives_quotes_and_backslashes() {
        assert_eq!(literal("it's", &SQLITE), "'it''s'");
        assert_eq!(literal("a\\'b", &MYSQL), "'a\\\\''b'");
        assert_eq!(literal("a\\b", &POSTGRES), "E'a\\\\b'");
    }
}
