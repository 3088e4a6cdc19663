//! Relations that the text itself makes: tables and views of the statements before this one, and
//! SQLite's own table of its schema. They are seen like the CTEs of the statement.

use super::super::places;
use crate::sql::names::unquote;
use crate::sql::scope::{BlockKind, Cte, Output, Scope};
use crate::sql::{Dialect, Token, TokenKind};

/// Statements that are looked at, the last ones.
const MOST: usize = 40;

/// Adds what the tokens before the statement make.
pub(super) fn define(scope: &mut Scope, text: &str, before: &[Token], dialect: &'static Dialect) {
    let mut found = Vec::new();
    let statements = before.split(|t| t.kind == TokenKind::Semicolon);
    let makes = |tokens: &&[Token]| {
        let first = tokens.iter().find(|t| !t.is_trivia());
        first.is_some_and(|t| t.text(text).eq_ignore_ascii_case("create"))
    };
    for tokens in statements.filter(makes).take(MOST) {
        found.extend(made(text, tokens, dialect));
    }
    if dialect.name == "sqlite" {
        let columns = places::SCHEMA_COLUMNS.map(str::to_string).to_vec();
        found.extend(places::SCHEMA_TABLES.map(|name| Cte {
            name: name.to_string(),
            columns: columns.clone(),
            ..Cte::default()
        }));
    }
    for block in scope.blocks.iter_mut().filter(|b| b.parent.is_none()) {
        block.ctes.extend(found.iter().cloned());
    }
}

/// The relation that one CREATE makes, with the names of its columns.
fn made(text: &str, tokens: &[Token], dialect: &Dialect) -> Option<Cte> {
    let end = tokens.last()?.end as usize;
    let scope = Scope::new(text, tokens, end..end, dialect);
    let is = |i: usize, words: &[&str]| scope.is_any(i, text, words);
    let kind = (1..5).find(|&i| is(i, &["table", "view"]))?;
    let mut at = kind + 1;
    while is(at, &["if", "not", "exists"]) {
        at += 1;
    }
    while scope.kind(at + 1) == Some(TokenKind::Dot) {
        at += 2;
    }
    if !scope.is_name(at, text, dialect) {
        return None;
    }
    let name = |i: usize| unquote(scope.text(i, text), dialect).into_owned();
    let mut columns = Vec::new();
    if scope.kind(at + 1) == Some(TokenKind::LeftParen) {
        let parts = scope.list(at + 2..scope.close(at + 1).min(scope.items.len()));
        let named = parts
            .iter()
            .filter(|p| scope.is_name(p.start, text, dialect) && !is(p.start, places::NO_COLUMNS));
        columns.extend(named.map(|p| name(p.start)));
    }
    if columns.is_empty() {
        let query = scope
            .blocks
            .iter()
            .position(|b| b.kind == BlockKind::Select)?;
        for output in scope.outputs(query, text, dialect) {
            if let Output::Named(name, _) = output {
                columns.push(name);
            }
        }
    }
    Some(Cte {
        name: name(at),
        columns,
        ..Cte::default()
    })
}
