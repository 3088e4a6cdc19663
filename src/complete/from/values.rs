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
    let Some(column) = compared(cx) else {
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

/// The column on the other side of the comparison, or that the INSERT puts here.
fn compared<'a>(cx: &Context<'a>) -> Option<Column<'a>> {
    let hole = cx.scope.hole;
    if cx.scope.clause == Clause::Values {
        return inserted(cx);
    }
    let mut at = hole.checked_sub(1)?;
    if let Some(open) = cx.paren().filter(|o| *o > 0 && cx.is(o - 1, &["in"])) {
        at = open - 1;
    }
    if cx.is(at, &["when"]) {
        at = cased(cx, at)?;
    } else if cx.is(at, &["in", "like", "ilike"]) {
        at = at.checked_sub(1)?;
        if cx.is(at, &["not"]) {
            at = at.checked_sub(1)?;
        }
    } else if matches!(cx.item(at), "=" | "<>" | "!=" | "==" | "<=>") {
        at = at.checked_sub(1)?;
    } else {
        return None;
    }
    if !matches!(
        cx.scope.kind(at),
        Some(TokenKind::Word | TokenKind::QuotedName)
    ) {
        return None;
    }
    let name = unquote(cx.item(at), cx.dialect);
    let dotted = at >= 2 && cx.scope.kind(at - 1) == Some(TokenKind::Dot);
    let owner = dotted.then(|| unquote(cx.item(at - 2), cx.dialect));
    cx.visible
        .iter()
        .filter(|v| {
            owner
                .as_ref()
                .is_none_or(|o| same(v.source.shown(), o, cx.dialect))
        })
        .flat_map(|v| v.columns.iter())
        .find(|c| same(&c.name, &name, cx.dialect))
        .and_then(|c| c.column)
}

/// The column of the INSERT list (or of the table) at the place of the cursor.
fn inserted<'a>(cx: &Context<'a>) -> Option<Column<'a>> {
    let open = cx.paren()?;
    let place = (open + 1..cx.scope.hole)
        .filter(|&i| cx.scope.kind(i) == Some(TokenKind::Comma) && cx.scope.opener(i) == Some(open))
        .count();
    let block = &cx.scope.blocks[cx.scope.block];
    let target = cx.visible.iter().find(|v| v.level == 0)?;
    let listed = block.clauses.iter().find(|c| c.0 == Clause::Columns);
    let Some((_, list)) = listed else {
        return target.columns.get(place)?.column;
    };
    let parts = cx.scope.list(list + 1..cx.scope.close(*list));
    let name = unquote(cx.item(parts.get(place)?.start), cx.dialect);
    let column = target
        .columns
        .iter()
        .find(|c| same(&c.name, &name, cx.dialect));
    column.and_then(|c| c.column)
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

/// `CASE column WHEN |`: the item of the column.
fn cased(cx: &Context<'_>, when: usize) -> Option<usize> {
    let case = (0..when).rev().find(|&i| cx.is(i, &["case", "end"]))?;
    let first = (case..when).find(|&i| cx.is(i, &["when"]));
    let first = first.unwrap_or(when);
    let simple = first == case + 2 || first == case + 4;
    (cx.is(case, &["case"]) && simple).then(|| first - 1)
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
    let rows = places::SETTING_CHOICES
        .iter()
        .find(|(setting, _)| name.eq_ignore_ascii_case(setting))
        .map_or(places::SETTING_VALUES, |(_, rows)| *rows);
    for (at, value) in known(rows, cx.dialect.name).enumerate() {
        let fit = fit::VALUE - i32::try_from(at).unwrap_or(0);
        let bare = value.trim_matches('\'');
        if let Some(draft) = acc.add_as(bare, value, Kind::Value, fit) {
            draft.verbatim = true;
        }
    }
}
