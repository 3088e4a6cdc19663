//! Names that the text itself introduces: prepared statements, cursors, savepoints, variables,
//! windows, keys of JSON values.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::rank::fit;
use super::super::word::Form;
use crate::sql::names::unquote;
use crate::sql::scope::Clause;
use crate::sql::{Token, TokenKind};

/// The tokens of the whole text that say something, without the word being typed.
fn words<'a>(cx: &'a Context<'a>) -> impl Iterator<Item = &'a Token> {
    let word = cx.word.replace.clone();
    let end = word.end.max(word.start + 1);
    let apart = move |t: &Token| t.start as usize >= end || t.end as usize <= word.start;
    cx.tokens.iter().filter(move |t| !t.is_trivia() && apart(t))
}

/// Names behind one of these words, anywhere in the text.
pub(super) fn introduced<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, behind: &[&str]) {
    let (mut earlier, mut before) = ("", "");
    for token in words(cx) {
        let text = token.text(cx.text);
        let named = matches!(token.kind, TokenKind::Word | TokenKind::QuotedName);
        if named && behind.iter().any(|w| before.eq_ignore_ascii_case(w)) {
            acc.add(unquote(text, cx.dialect), Kind::Alias, fit::OBJECT);
        }
        // A channel is also what this function is given.
        let given = before == "(" && earlier.eq_ignore_ascii_case("pg_notify");
        if given && token.kind == TokenKind::String && behind.contains(&"notify") {
            acc.add(text.trim_matches('\''), Kind::Alias, fit::OBJECT);
        }
        (earlier, before) = (before, text);
    }
}

/// `@name` of the session: those that the text uses.
pub(super) fn session_variables<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let own = words(cx).filter(|t| t.kind == TokenKind::SessionVariable);
    let typed = cx.word.form == Form::SessionVariable;
    for whole in own.map(|t| t.text(cx.text)) {
        let Some(name) = whole.strip_prefix('@') else {
            continue;
        };
        let text = if typed { name } else { whole };
        if !name.starts_with('@')
            && !name.is_empty()
            && let Some(draft) = acc.add_as(name, text, Kind::Alias, fit::OBJECT)
        {
            draft.verbatim = true;
        }
    }
}

/// `:name`: the variables that `\set` made, and those that the text uses already.
pub(super) fn variables<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let known = cx.request.variables.iter().map(String::as_str);
    let used = words(cx).filter_map(|t| match t.kind {
        TokenKind::Variable => Some(
            t.text(cx.text)
                .trim_matches([':', '\'', '"', '{', '}', '?']),
        ),
        TokenKind::Command => {
            let mut parts = t.text(cx.text).split_whitespace();
            parts.next().filter(|c| *c == "\\set").and(parts.next())
        }
        _ => None,
    });
    // `:'name` wants its quote closed.
    let replace = &cx.word.replace;
    let quote = cx.text[..replace.start].chars().next_back();
    let quote = quote.filter(|q| matches!(q, '\'' | '"'));
    let quote = quote.filter(|q| !cx.text[replace.end..].starts_with(*q));
    for name in known.chain(used) {
        let text = match quote {
            Some(quote) => format!("{name}{quote}"),
            None => name.to_string(),
        };
        if let Some(draft) = acc.add_as(name, text, Kind::Alias, fit::OBJECT) {
            draft.verbatim = true;
            draft.detail = Detail::Text("variable");
        }
    }
}

/// The windows that the query defines, for OVER.
pub(super) fn windows<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let block = &cx.scope.blocks[cx.scope.block];
    let Some(range) = cx.scope.clause_items(block, Clause::Window) else {
        return;
    };
    for part in cx.scope.list(range) {
        if cx.is(part.start + 1, &["as"]) {
            acc.add(
                unquote(cx.item(part.start), cx.dialect),
                Kind::Alias,
                fit::OBJECT + 200,
            );
        }
    }
}

/// Strings that stand behind `->` and `->>` elsewhere in the text: keys of JSON values.
pub(super) fn json_keys<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let mut arrow = false;
    for token in words(cx) {
        let text = token.text(cx.text);
        if arrow
            && token.kind == TokenKind::String
            && let Some(draft) = acc.add_as(text.trim_matches('\''), text, Kind::Value, fit::VALUE)
        {
            draft.verbatim = true;
        }
        arrow = token.kind == TokenKind::Operator && matches!(text, "->" | "->>");
    }
}

/// What a body in PL/pgSQL declares, and what its trigger or its arguments give it.
pub(super) fn locals<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    for name in cx.request.body.names {
        acc.add(name.as_str(), Kind::Alias, fit::COLUMN - 20);
    }
}
