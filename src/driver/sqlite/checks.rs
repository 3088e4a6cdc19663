//! The lists of `CHECK (column IN ('a', 'b'))` in a CREATE TABLE text: values worth offering.

use crate::sql::dialect::SQLITE;
use crate::sql::names::{is_name, unquote};
use crate::sql::{Token, TokenKind, lex};

/// Column names and the values that their checks allow, in the order of the text. Total: text that
/// is no CREATE TABLE gives nothing.
pub(super) fn values(sql: &str) -> Vec<(String, Vec<String>)> {
    let tokens: Vec<Token> = lex(sql, &SQLITE)
        .into_iter()
        .filter(|t| !t.is_trivia())
        .collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let opens = tokens
            .get(at + 1)
            .is_some_and(|t| t.kind == TokenKind::LeftParen);
        if is_word(&tokens[at], sql, "check") && opens {
            let end = closing(&tokens, at + 1);
            found.extend(lists(&tokens[at + 2..end], sql));
            at = end;
        }
        at += 1;
    }
    found
}

fn is_word(token: &Token, sql: &str, word: &str) -> bool {
    token.kind == TokenKind::Word && token.text(sql).eq_ignore_ascii_case(word)
}

/// Index of the parenthesis that closes the one at `open`; the end where there is none.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    tokens.len()
}

/// Every `name IN (literal, …)` of one check.
fn lists(check: &[Token], sql: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for at in 0..check.len().saturating_sub(3) {
        let begins = is_name(&check[at])
            && !is_word(&check[at], sql, "not")
            && is_word(&check[at + 1], sql, "in")
            && check[at + 2].kind == TokenKind::LeftParen;
        if !begins {
            continue;
        }
        let end = closing(check, at + 2);
        if let Some(values) = literals(&check[at + 3..end], sql) {
            found.push((unquote(check[at].text(sql), &SQLITE).into_owned(), values));
        }
    }
    found
}

/// The values of a list of literals; none when something else stands in it.
fn literals(list: &[Token], sql: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    for (index, token) in list.iter().enumerate() {
        match (index % 2, token.kind) {
            (0, TokenKind::String) => {
                values.push(unquote(token.text(sql), &SQLITE).into_owned());
            }
            (0, TokenKind::Number) => values.push(token.text(sql).to_string()),
            (1, TokenKind::Comma) => {}
            _ => return None,
        }
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_checks_are_found_and_nothing_else() {
        for (sql, expected) in [
            ("create table t(a check (a in ('x', 'it''s')))", "a: x it's"),
            (
                "create table t(a, CHECK (\"a b\" IN (1, 2)), b)",
                "a b: 1 2",
            ),
            ("create table t(a check (a is null or a in ('x')))", "a: x"),
            ("create table t(a check (a not in ('x')))", ""),
            ("create table t(a check (a in (select 1)))", ""),
            ("create table t(a default 'check (a in (1))')", ""),
            ("create table t(a check (a in ('x'", "a: x"),
            ("create table t(a check (", ""),
            ("check)", ""),
        ] {
            let shown: Vec<String> = values(sql)
                .iter()
                .map(|(c, v)| format!("{c}: {}", v.join(" ")))
                .collect();
            assert_eq!(shown.join("; "), expected, "{sql}");
        }
    }
}
