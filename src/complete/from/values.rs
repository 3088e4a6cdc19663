//! Values of the column that the cursor compares with or assigns to: enum labels, check lists,
//! common values; values of settings and PRAGMAs.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::patterns::known;
use super::super::places;
use super::super::rank::fit;
use super::super::word::Form;
use super::{keywords, objects, text};
use crate::catalog::Column;
use crate::sql::TokenKind;
use crate::sql::names::{literal, same, unquote};
use crate::sql::scope::Clause;
use std::borrow::Cow;

pub(super) fn all<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    if cx.is(0, &["pragma"]) {
        return pragma(acc, cx);
    }
    if cx.scope.clause == Clause::None && cx.is(0, &["set", "alter", "show"]) {
        return setting(acc, cx);
    }
    if cx
        .before(1)
        .is_some_and(|i| matches!(cx.item(i), "->" | "->>"))
    {
        return text::json_keys(acc, cx);
    }
    if let Some(open) = cx.paren().filter(|_| cx.word.form == Form::Literal) {
        argument_texts(acc, cx, open);
    }
    let Some(column) = cx.against else {
        return;
    };
    let quoted = cx.word.form == Form::Literal;
    let listed = listed(cx);
    for (at, value) in possible(cx, column).into_iter().enumerate() {
        let again = listed.contains(&value);
        let fit = fit::VALUE - i32::try_from(at.min(100)).unwrap_or(0) - 300 * i32::from(again);
        let number = !quoted && value.parse::<f64>().is_ok() && !is_text(column.type_name);
        let text = if number {
            value.clone()
        } else {
            literal(&value, cx.dialect)
        };
        if let Some(draft) = acc.add_as(&value, text, Kind::Value, fit) {
            draft.verbatim = true;
            draft.detail = Detail::Text(column.type_name);
        }
    }
    let boolean = ["bool", "boolean"]
        .iter()
        .any(|t| column.type_name.eq_ignore_ascii_case(t));
    if boolean && !quoted {
        keywords::words(
            acc,
            cx,
            &[("TRUE", places::A), ("FALSE", places::A)],
            fit::VALUE,
        );
    }
}

fn is_text(type_name: &str) -> bool {
    let lower = type_name.to_ascii_lowercase();
    lower.contains("char") || lower.contains("text") || lower.starts_with("enum")
}

/// The values that a column may or often does have.
fn possible(cx: &Context<'_>, column: Column<'_>) -> Vec<String> {
    let mut values = labels(cx, column.type_name);
    values.extend(column.check_values().iter().map(str::to_string));
    values.extend(column.common_values().iter().map(str::to_string));
    values
}

/// The labels of an enum: PostgreSQL's named one, or MySQL's `enum('a','b')`.
fn labels(cx: &Context<'_>, type_name: &str) -> Vec<String> {
    let lower = type_name.to_ascii_lowercase();
    if lower.starts_with("enum(") || lower.starts_with("set(") {
        return crate::sql::lex(type_name, cx.dialect)
            .iter()
            .filter(|t| t.kind == TokenKind::String)
            .map(|t| unquote(t.text(type_name), cx.dialect).into_owned())
            .collect();
    }
    let name = crate::sql::names::Name::parse(type_name, cx.dialect);
    let types = cx
        .catalog
        .schemas
        .iter()
        .filter(|s| name.qualifier().is_none_or(|q| q == s.name))
        .flat_map(|s| &s.types);
    let mut found =
        types.filter(|t| !t.labels.is_empty() && same(&t.name, name.last(), cx.dialect));
    found.next().map(|t| t.labels.clone()).unwrap_or_default()
}

fn pragma<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let name = (1..cx.scope.hole)
        .rev()
        .find(|&i| cx.scope.kind(i) == Some(TokenKind::Word));
    let name = name
        .map(|i| cx.item(i).to_ascii_lowercase())
        .unwrap_or_default();
    if places::TABLE_PRAGMAS.contains(&name.as_str()) && cx.word.form == Form::Literal {
        let relations = cx.catalog.relations();
        for name in relations.map(|r| r.name) {
            let text = literal(name, cx.dialect);
            if let Some(draft) = acc.add_as(name, text, Kind::Value, fit::VALUE) {
                draft.verbatim = true;
            }
        }
        return;
    }
    if places::TABLE_PRAGMAS.contains(&name.as_str()) {
        return objects::objects(acc, cx, super::super::patterns::Object::Relations, 0);
    }
    if places::INDEX_PRAGMAS.contains(&name.as_str()) {
        return objects::objects(acc, cx, super::super::patterns::Object::Indexes, 0);
    }
    match places::PRAGMA_VALUES.iter().find(|p| p.0 == name) {
        Some((_, rows)) => keywords::words(acc, cx, rows, fit::VALUE),
        None => keywords::words(acc, cx, places::SETTING_VALUES, fit::VALUE),
    }
}

/// The values that stand in the list around the cursor already.
fn listed(cx: &Context<'_>) -> Vec<String> {
    let open = cx.paren().filter(|o| *o > 0 && cx.is(o - 1, &["in"]));
    let inside = open.map_or(0..0, |o| o + 1..cx.scope.close(o).min(cx.items().len()));
    inside
        .filter(|&i| cx.scope.kind(i) == Some(TokenKind::String))
        .map(|i| unquote(cx.item(i), cx.dialect).into_owned())
        .collect()
}

/// Texts that this argument of the function around the cursor is one of.
pub(super) fn argument_texts<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, open: usize) {
    if open == 0 {
        return;
    }
    let dialect = match cx.dialect.name {
        "postgres" => places::P,
        "mysql" => places::M,
        _ => places::S,
    };
    let number = cx.argument_number(open);
    let row = places::ARGUMENT_TEXTS.iter().find(|(name, at, mask, _)| {
        *at == number && mask & dialect != 0 && cx.is(open - 1, &[name])
    });
    for (at, value) in row.map_or(&[][..], |r| r.3).iter().enumerate() {
        let fit = fit::VALUE - 250 - i32::try_from(at).unwrap_or(0);
        if let Some(draft) = acc.add_as(value, literal(value, cx.dialect), Kind::Value, fit) {
            draft.verbatim = true;
        }
    }
}

/// What the setting takes, as it is written; nothing for one that is on or off, as far as we know. What the server says goes before what we know, but in
/// our order. A number or a text of which nothing is known leaves only the default.
fn setting_values<'a>(cx: &'a Context<'a>, name: &str) -> Vec<Cow<'a, str>> {
    let choices = places::SETTING_CHOICES
        .iter()
        .find(|(setting, _)| name.eq_ignore_ascii_case(setting));
    let ours = |rows| known(rows, cx.dialect.name).map(Cow::Borrowed);
    let words = cx.catalog.setting_values.get(&name.to_lowercase());
    match (words, choices) {
        (Some(words), _) if !words.is_empty() && !is_switch(words) => {
            let place = |word: &&String| {
                let rows = choices.map_or(&[][..], |(_, rows)| rows);
                let same = |row: &&str| row.trim_matches('\'').eq_ignore_ascii_case(word);
                known(rows, cx.dialect.name)
                    .position(|row| same(&row))
                    .unwrap_or(usize::MAX)
            };
            let mut words: Vec<&String> = words.iter().collect();
            words.sort_by_key(place);
            let words = words.into_iter().map(|word| match is_plain(word) {
                true => Cow::Borrowed(word.as_str()),
                false => Cow::Owned(literal(word, cx.dialect)),
            });
            words.chain([Cow::Borrowed("DEFAULT")]).collect()
        }
        (_, Some((_, rows))) => ours(rows).collect(),
        (Some(words), None) if words.is_empty() => vec![Cow::Borrowed("DEFAULT")],
        _ => Vec::new(),
    }
}

fn is_switch(words: &[String]) -> bool {
    matches!(words, [on, off] if on.eq_ignore_ascii_case("on") && off.eq_ignore_ascii_case("off"))
}

/// Whether a word can stand behind SET without quotes.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Values of the setting that SET names; `SET SCHEMA` and MySQL's `SHOW VARIABLES LIKE` want
/// names as strings.
fn setting<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    if cx.prev(&["schema"]) || cx.is(0, &["show"]) {
        let schemas = cx.catalog.schemas.iter().map(|s| &s.name);
        let names: Vec<&String> = match cx.is(0, &["show"]) {
            true => cx.catalog.settings.iter().collect(),
            false => schemas.collect(),
        };
        for name in names {
            let text = literal(name, cx.dialect);
            if let Some(draft) = acc.add_as(name, text, Kind::Value, fit::VALUE) {
                draft.verbatim = true;
            }
        }
        return;
    }
    let name = cx.before(2).map_or("", |i| cx.item(i));
    let name = name.trim_start_matches('@');
    let name = name.rsplit('.').next().unwrap_or(name);
    let values = setting_values(cx, name);
    if values.is_empty() {
        return keywords::words(acc, cx, places::SETTING_VALUES, fit::VALUE);
    }
    for (at, value) in values.into_iter().enumerate() {
        let fit = fit::VALUE - i32::try_from(at).unwrap_or(0);
        let bare = value.trim_matches('\'');
        if let Some(draft) = acc.add_as(bare, value.clone(), Kind::Value, fit) {
            draft.verbatim = true;
        }
    }
}
