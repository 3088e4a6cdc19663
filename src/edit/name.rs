//! The name under the cursor.

use crate::sql::{Token, TokenKind};

/// The name in or behind which the cursor is, with its qualifiers as they stand there, and whether
/// it is called. None where none is.
pub fn at(text: &str, tokens: &[Token], cursor: usize) -> Option<(String, bool)> {
    let is_name = |t: &Token| matches!(t.kind, TokenKind::Word | TokenKind::QuotedName);
    let touches = |t: &Token| is_name(t) && (t.start as usize..=t.end as usize).contains(&cursor);
    let mut first = tokens.iter().position(touches)?;
    let mut last = first;
    while let [.., name, dot] = &tokens[..first]
        && dot.kind == TokenKind::Dot
        && is_name(name)
    {
        first -= 2;
    }
    while let Some([dot, name]) = tokens.get(last + 1..last + 3)
        && dot.kind == TokenKind::Dot
        && is_name(name)
    {
        last += 2;
    }
    let (start, end) = (tokens[first].start as usize, tokens[last].end as usize);
    let mut behind = tokens[last + 1..].iter();
    let next = behind.find(|t| t.kind != TokenKind::Space);
    let called = next.is_some_and(|t| t.kind == TokenKind::LeftParen);
    Some((text.get(start..end)?.to_string(), called))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;
    use crate::sql::lex;

    #[test]
    fn a_name_is_found_with_its_qualifiers() {
        for (text, expected) in [
            ("select * from ord¦ers o", Some(("orders", false))),
            ("select * from ¦orders", Some(("orders", false))),
            ("select * from orders¦", Some(("orders", false))),
            ("from s.\"My t\"¦ x", Some(("s.\"My t\"", false))),
            ("from s¦.t", Some(("s.t", false))),
            ("select s.f¦ (1)", Some(("s.f", true))),
            ("select 'ord¦ers'", None),
            ("select 1 ¦ + 2", None),
            ("¦", None),
        ] {
            let cursor = text.find('¦').unwrap();
            let text = text.replacen('¦', "", 1);
            let found = at(&text, &lex(&text, &POSTGRES), cursor);
            let found = found
                .as_ref()
                .map(|(name, called)| (name.as_str(), *called));
            assert_eq!(found, expected, "{text}");
        }
    }
}
