//! Reads `CHECK (column IN ('a', 'b'))` out of a definition.

use super::names::{is_name, unquote};
use super::{Dialect, Token, TokenKind, lex};

/// Columns with the values that an IN check allows them, in a CREATE TABLE text or a constraint.
pub fn value_lists(text: &str, dialect: &Dialect) -> Vec<(String, Vec<String>)> {
    let tokens: Vec<Token> = lex(text, dialect).into_iter().filter(|t| !t.is_trivia()).collect();
    let word = |i: usize, word: &str| {
        tokens.get(i).is_some_and(|t| t.text(text).eq_ignore_ascii_case(word))
    };
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let mut i = at + 1;
        if !word(at, "check") {
            continue;
        }
        while tokens.get(i).is_some_and(|t| t.kind == TokenKind::LeftParen) {
            i += 1;
        }
        let Some(column) = tokens.get(i).filter(|t| is_name(t)) else { continue };
        if word(i + 1, "in") && word(i + 2, "(") {
            if let Some(values) = literals(text, &tokens[i + 3..], dialect) {
                found.push((unquote(column.text(text), dialect).into_owned(), values));
            }
        }
    }
    found
}

/// String literals up to the closing parenthesis; `None` where anything else stands between them.
fn literals(text: &str, tokens: &[Token], dialect: &Dialect) -> Option<Vec<String>> {
    let mut values = Vec::new();
    for token in tokens {
        match token.kind {
            TokenKind::String => values.push(unquote(token.text(text), dialect).into_owned()),
            TokenKind::Comma => {}
            TokenKind::RightParen => return Some(values).filter(|v| !v.is_empty()),
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::dialect::SQLITE;
    use super::*;

    #[test]
    fn lists_of_strings_are_found_and_nothing_else() {
        let text = "create table t(a text check (a in ('x', 'it''s')), b check (b > 0), \
                    c int check (c in (1, 2)), check ((\"D d\" IN ('y'))))";
        let found = value_lists(text, &SQLITE);
        let expected = [
            ("a".to_string(), vec!["x".to_string(), "it's".to_string()]),
            ("D d".to_string(), vec!["y".to_string()]),
        ];
        assert_eq!(found, expected);
    }
}
