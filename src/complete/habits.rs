//! What the text does already and will do again: whether relations are written with their schemas,
//! and what stood behind the same words before.

use super::context::Context;
use super::word::Word;
use crate::catalog::Catalog;
use crate::sql::names::unquote;
use crate::sql::{Token, TokenKind};

/// Tokens of the text that are looked at.
const LOOKED_AT: usize = 4000;

/// Words that relations stand behind.
const BEFORE: &[&str] = &["from", "join", "into", "update"];

/// Whether most relations of the text, but for the one at the cursor, have their schema before them.
pub(super) fn qualifies(text: &str, tokens: &[Token], catalog: &Catalog, word: &Word) -> bool {
    let words: Vec<&Token> = tokens
        .iter()
        .take(LOOKED_AT)
        .filter(|t| !t.is_trivia())
        .collect();
    let (mut with, mut without) = (0, 0);
    for three in words.windows(3) {
        let said = three[0].text(text);
        let names = BEFORE.iter().any(|w| said.eq_ignore_ascii_case(w));
        let named = matches!(three[1].kind, TokenKind::Word | TokenKind::QuotedName);
        let here = three[1].end as usize >= word.replace.start
            && three[1].start as usize <= word.replace.end;
        if !names || !named || here {
            continue;
        }
        let name = unquote(three[1].text(text), catalog.dialect);
        match three[2].kind {
            TokenKind::Dot => with += usize::from(catalog.schema_id(&name).is_some()),
            _ => without += usize::from(catalog.named(&name).next().is_some()),
        }
    }
    with > without
}

/// Items before the cursor that are compared at least, and at most.
const LEAST: usize = 3;
const MOST: usize = 7;
/// Points for each item beyond the least.
const POINTS: i32 = 50;
/// Places of the text that are compared.
const PLACES: usize = 2000;

/// What follows the words before the cursor elsewhere in the statement, with points: the more words
/// are the same, the likelier it comes again.
pub(super) fn followers<'a>(cx: &Context<'a>) -> Vec<(&'a str, i32)> {
    let hole = cx.scope.hole;
    if hole < LEAST {
        return Vec::new();
    }
    let same = |a: usize, b: usize| match (cx.scope.kind(a), cx.scope.kind(b)) {
        (Some(TokenKind::Number), Some(TokenKind::Number))
        | (Some(TokenKind::String), Some(TokenKind::String)) => true,
        (a_kind, b_kind) => a_kind == b_kind && cx.item(a).eq_ignore_ascii_case(cx.item(b)),
    };
    let mut found: Vec<(&str, i32)> = Vec::new();
    let last = cx.scope.items.len().min(hole + PLACES);
    for at in (LEAST..last).filter(|at| *at != hole) {
        if !matches!(
            cx.scope.kind(at),
            Some(TokenKind::Word | TokenKind::QuotedName)
        ) {
            continue;
        }
        let length = (1..=MOST.min(at).min(hole))
            .take_while(|n| at - n != hole && same(at - n, hole - n))
            .count();
        if length < LEAST {
            continue;
        }
        let points = POINTS * i32::try_from(length + 1 - LEAST).unwrap_or(0);
        let name = cx.item(at);
        match found.iter_mut().find(|f| f.0.eq_ignore_ascii_case(name)) {
            Some(known) => known.1 = known.1.max(points),
            None => found.push((name, points)),
        }
    }
    found
}
