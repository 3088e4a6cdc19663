//! What the function around the cursor computes with, and the columns that suit it.

use super::super::class::{Class, class};
use super::super::context::Context;
use super::super::places;
use crate::catalog::Column;
use crate::sql::TokenKind;
use crate::sql::names::unquote;

/// Functions of numbers, and of dates.
const NUMBERS: &[&str] = &[
    "sum", "avg", "round", "abs", "ceil", "ceiling", "floor", "stddev", "variance", "sqrt",
    "power", "median", "trunc", "mod",
];
const DATES: &[&str] = &[
    "date_trunc",
    "date_part",
    "age",
    "date_format",
    "year",
    "month",
    "day",
    "date_add",
    "date_sub",
    "datediff",
    "strftime",
    "extract",
    "to_char",
    "hour",
    "week",
    "timestampdiff",
    "date",
    "datetime",
    "unixepoch",
    "julianday",
    "to_days",
    "last_day",
];

/// Functions that give back what they are given.
pub(super) const PASSING: &[&str] = &["coalesce", "ifnull", "nullif", "greatest", "least", "nvl"];

/// What the function around the cursor computes with.
pub(super) fn argument(cx: &Context<'_>) -> Option<Class> {
    let mut open = cx.paren().filter(|o| *o > 0 && cx.calls(o - 1))?;
    while cx.is(open - 1, PASSING) {
        let outer = cx.scope.opener(open).filter(|o| *o > 0 && cx.calls(o - 1));
        open = outer?;
    }
    let number = cx.argument_number(open);
    let is_text =
        |(name, at, _, _): &&(&str, usize, u8, &[&str])| *at == number && cx.is(open - 1, &[name]);
    // `date_trunc('day', …)`: that argument is one of a few texts.
    if places::ARGUMENT_TEXTS.iter().any(|row| is_text(&row)) {
        return None;
    }
    match () {
        () if cx.is(open - 1, NUMBERS) => Some(Class::Number),
        () if cx.is(open - 1, DATES) => Some(Class::Date),
        () => parameter(cx, open),
    }
}

/// The kind of the parameter at the cursor, where only one function has that name.
fn parameter(cx: &Context<'_>, open: usize) -> Option<Class> {
    let name = unquote(cx.item(open - 1), cx.dialect);
    let dotted = open >= 3 && cx.scope.kind(open - 2) == Some(TokenKind::Dot);
    let schema = dotted.then(|| unquote(cx.item(open - 3), cx.dialect));
    let (schema, routine) = cx.resolver().routine(schema.as_deref(), &name)?;
    let namesakes = &cx.catalog.schemas[schema].routines;
    if namesakes.iter().filter(|r| r.name == routine.name).count() > 1 {
        return None;
    }
    let argument = routine.given().nth(cx.argument_number(open))?;
    match class(&argument.type_name) {
        Class::Other => None,
        class => Some(class),
    }
}

/// Points of a column for the function around it.
pub(super) fn fits_argument(argument: Option<Class>, column: Column<'_>) -> i32 {
    let Some(wanted) = argument else {
        return 0;
    };
    // SQLite has no type for them, and others keep them as numbers too.
    if wanted == Class::Date && is_dated(column.name) {
        return 100;
    }
    let key = column.primary_key || column.name.to_ascii_lowercase().ends_with("id");
    match class(column.type_name) {
        _ if column.type_name.is_empty() => 0,
        found if found != wanted => -60,
        Class::Number if key => 0,
        Class::Number => 80,
        _ => 100,
    }
}

/// Whether a column's name says that it is a date or a time.
fn is_dated(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["_at", "_on", "_ts", "_dt", "date", "time"]
        .iter()
        .any(|end| lower.ends_with(end))
        || name.ends_with("At")
}
