//! psql's variables in a statement: `:name`, `:'name'`, `:"name"`, `:{?name}`; and `\;`, a
//! semicolon that ends nothing.

use super::names::literal;
use super::{Dialect, TokenKind, lex};
use std::borrow::Cow;

/// `text` with its variables filled in. What `value` does not know stays as it stands.
pub fn interpolate<'t>(
    text: &'t str,
    dialect: &Dialect,
    value: impl Fn(&str) -> Option<String>,
) -> Cow<'t, str> {
    if !text.contains(':') && !text.contains("\\;") {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut copied = 0;
    for token in lex(text, dialect)
        .iter()
        .filter(|t| matches!(t.kind, TokenKind::Variable | TokenKind::Escaped))
    {
        let body = &token.text(text)[1..];
        let filled = match token.kind {
            TokenKind::Escaped => Some(body.to_string()),
            _ => filled(body, dialect, &value),
        };
        let Some(filled) = filled else {
            continue;
        };
        out.push_str(&text[copied..token.start as usize]);
        out.push_str(&filled);
        copied = token.end as usize;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

fn filled(body: &str, dialect: &Dialect, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let inside = |skip: usize| body.get(skip..body.len() - 1).unwrap_or_default();
    match body.as_bytes().first()? {
        b'\'' => value(inside(1)).map(|v| literal(&v, dialect)),
        b'"' => value(inside(1)).map(|v| super::names::quote_always(&v, dialect)),
        b'{' => Some(
            if value(inside(2)).is_some() {
                "TRUE"
            } else {
                "FALSE"
            }
            .to_string(),
        ),
        _ => value(body),
    }
}

#[cfg(test)]
mod tests {
    use super::super::dialect::POSTGRES;
    use super::*;

    #[test]
    fn variables_are_filled_outside_quotes_only() {
        let value = |name: &str| match name {
            "x" => Some("5".to_string()),
            "s" => Some("it's".to_string()),
            _ => None,
        };
        for (text, expected) in [
            ("select :x, :'s', :\"s\"", "select 5, 'it''s', \"it's\""),
            ("select ':x' || $$:x$$ -- :x", "select ':x' || $$:x$$ -- :x"),
            (
                "select a[1:2], b::int, :nope",
                "select a[1:2], b::int, :nope",
            ),
            ("select :{?x} :{?y}", "select TRUE FALSE"),
            ("select 1 \\; select 2", "select 1 ; select 2"),
        ] {
            assert_eq!(interpolate(text, &POSTGRES, value), expected);
        }
    }
}
