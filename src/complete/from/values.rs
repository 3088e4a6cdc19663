//! Values of the column that the cursor compares with or assigns to: enum labels, check lists,
//! common values; values of settings and PRAGMAs.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::places;
use super::super::rank::fit;
use super::super::word::Form;
use super::{keywords, objects};
use crate::catalog::CatalogColumn;
use crate::sql::TokenKind;
use crate::sql::names::{literal, same, unquote};
use crate::sql::scope::Clause;

pub(super) fn all<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    if cx.is(0, &["pragma"]) {
        return pragma(acc, cx);
    }
    let Some(column) = compared(cx) else {
        return;
    };
    let quoted = cx.word.form == Form::Literal;
    for (at, value) in possible(cx, column).into_iter().enumerate() {
        let fit = fit::VALUE - i32::try_from(at.min(100)).unwrap_or(0);
        let number = !quoted && value.parse::<f64>().is_ok() && !is_text(&column.type_name);
        let text = if number {
            value.clone()
        } else {
            literal(&value, cx.dialect)
        };
        if let Some(draft) = acc.add_as(&value, text, Kind::Value, fit) {
            draft.verbatim = true;
            draft.detail = Detail::Text(&column.type_name);
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
fn possible(cx: &Context<'_>, column: &CatalogColumn) -> Vec<String> {
    let mut values = labels(cx, &column.type_name);
    values.extend(column.check_values.iter().cloned());
    values.extend(column.common_values.iter().cloned());
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
fn compared<'a>(cx: &Context<'a>) -> Option<&'a CatalogColumn> {
    let hole = cx.scope.hole;
    if cx.scope.clause == Clause::Values {
        return inserted(cx);
    }
    let mut at = hole.checked_sub(1)?;
    if let Some(open) = cx.paren().filter(|o| *o > 0 && cx.is(o - 1, &["in"])) {
        at = open - 1;
    }
    if cx.is(at, &["in", "like", "ilike"]) {
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
fn inserted<'a>(cx: &Context<'a>) -> Option<&'a CatalogColumn> {
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
