//! Functions: those of the catalog, and the built-in ones of servers that do not list theirs.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::class::{Class, class};
use super::super::context::{Context, Inside};
use super::super::rank::fit;
use super::super::word::Form;
use super::arguments::{PASSING, argument};
use super::columns::AGGREGATES;
use super::tables;
use crate::catalog::{ArgumentMode, Routine, RoutineKind};
use crate::sql::TokenKind;
use crate::sql::names::{quote, unquote};
use crate::sql::scope::Clause;
use std::collections::HashSet;

/// Functions that can stand in an expression.
pub(super) fn all<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    let base = fit::FUNCTION + offset;
    let listed = cx.catalog.schemas.iter().any(|s| s.routines.len() > 300);
    let place = Place::new(cx);
    for schema in 0..cx.catalog.schemas.len() {
        let callable = |r: &Routine| r.kind != RoutineKind::Procedure;
        routines(acc, &place, schema, base, &callable);
    }
    if cx.dialect.name != "postgres" || !listed {
        builtins(acc, &place, base);
    } else {
        syntax(acc, &place, base);
    }
}

/// PostgreSQL's functions that are syntax and therefore in no catalog.
fn syntax<'a>(acc: &mut Acc<'a>, place: &Place<'a, 'a>, base: i32) {
    for builtin in place
        .cx
        .dialect
        .functions
        .iter()
        .filter(|b| SYNTAX.contains(&b.name))
    {
        builtin_one(acc, place, builtin, base);
    }
}

const SYNTAX: &[&str] = &[
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "extract",
    "substring",
    "trim",
];

fn builtins<'a>(acc: &mut Acc<'a>, place: &Place<'a, 'a>, base: i32) {
    for builtin in place.cx.dialect.functions {
        builtin_one(acc, place, builtin, base);
    }
}

fn builtin_one<'a>(
    acc: &mut Acc<'a>,
    place: &Place<'a, 'a>,
    builtin: &'static crate::sql::keywords::Builtin,
    base: i32,
) {
    let cx = place.cx;
    if cx.lacks(builtin.name) {
        return;
    }
    let kind = if builtin.aggregate {
        Kind::Aggregate
    } else {
        Kind::Function
    };
    let capitals = !acc.typed.is_empty() && cx.word.typed.bytes().all(|b| !b.is_ascii_lowercase());
    let capitals = capitals || cx.dialect.name == "mysql" && cx.capitals && acc.typed.is_empty();
    let fit = base + place.common(builtin.name, builtin.aggregate);
    let name: std::borrow::Cow<'a, str> = match capitals {
        true => builtin.name.to_ascii_uppercase().into(),
        false => builtin.name.into(),
    };
    if let Some(draft) = acc.add(name, kind, fit) {
        draft.verbatim = true;
        draft.suffix = call(cx, builtin.arguments.is_empty());
        draft.detail = Detail::Builtin(builtin);
    }
}

/// Whether a call gives anything to the routine.
fn takes_any(routine: &Routine) -> bool {
    routine.given().next().is_some()
}

/// What follows a function's name when it is inserted.
fn call(cx: &Context<'_>, no_arguments: bool) -> &'static str {
    match () {
        () if cx.next_kind() == Some(TokenKind::LeftParen) => "",
        () if no_arguments => "()",
        () => "(",
    }
}

/// Functions that people use most, in any database.
const COMMON: &[&str] = &[
    "count",
    "sum",
    "coalesce",
    "max",
    "min",
    "avg",
    "now",
    "round",
    "lower",
    "upper",
    "length",
    "concat",
    "date_trunc",
    "row_number",
    "substring",
    "string_agg",
    "array_agg",
    "extract",
    "rank",
    "to_char",
    "trim",
    "replace",
    "ifnull",
    "date_format",
    "group_concat",
    "nullif",
    "lag",
    "lead",
    "dense_rank",
    "greatest",
    "least",
    "date",
    "generate_series",
    "unnest",
    "jsonb_agg",
    "json_agg",
    "abs",
    "cast",
    "left",
    "right",
    "if",
    "date_add",
    "date_sub",
    "strftime",
    "datetime",
    "curdate",
    "year",
    "month",
    "datediff",
    "substr",
    "ceil",
    "floor",
    "age",
    "date_part",
    "to_date",
    "to_timestamp",
    "jsonb_build_object",
    "json_build_object",
    "json_extract",
    "split_part",
    "regexp_replace",
    "array_length",
    "first_value",
    "last_value",
    "ntile",
    "random",
    "gen_random_uuid",
    "pg_size_pretty",
    "pg_total_relation_size",
    "concat_ws",
    "position",
    "percentile_cont",
    "cardinality",
];

/// Functions of PostgreSQL that people call themselves, unlike most whose names begin as theirs.
const CALLED_BY_HAND: &[&str] = &[
    "pg_relation_size",
    "pg_database_size",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "pg_backend_pid",
    "pg_blocking_pids",
    "pg_get_functiondef",
    "pg_get_viewdef",
    "pg_get_indexdef",
    "pg_get_constraintdef",
    "pg_indexes_size",
    "pg_table_size",
    "current_setting",
    "current_database",
    "version",
    "nextval",
    "setval",
    "format_type",
    "obj_description",
    "pg_is_in_recovery",
    "pg_current_wal_lsn",
    "pg_wal_lsn_diff",
    "pg_postmaster_start_time",
    "pg_reload_conf",
    "pg_sleep",
    "set_config",
];

/// The most points that `Place::common` gives.
const MOST_COMMON: i32 = 150 + 300 + 40 + 280 + CALLED + 200;

/// What the place says about functions, looked at once.
struct Place<'c, 'a> {
    cx: &'c Context<'a>,
    /// Functions that the statement calls already are likely again; in lower case.
    called: HashSet<String>,
    /// An argument is typed: more often a column than another call.
    argument: bool,
    /// It is an aggregate's.
    aggregated: bool,
    /// A date is compared, or assigned to.
    date: bool,
}

impl<'c, 'a> Place<'c, 'a> {
    fn new(cx: &'c Context<'a>) -> Place<'c, 'a> {
        let calls = |i: &usize| {
            cx.scope.kind(i + 1) == Some(TokenKind::LeftParen)
                && cx.scope.kind(*i) == Some(TokenKind::Word)
        };
        let items = 0..cx.scope.items.len();
        let called = items
            .filter(calls)
            .map(|i| cx.item(i).to_ascii_lowercase())
            .collect();
        let call = cx.paren().filter(|o| *o > 0 && cx.calls(o - 1));
        Place {
            cx,
            called,
            argument: call.is_some(),
            aggregated: call.is_some_and(|o| cx.is(o - 1, AGGREGATES)),
            date: cx
                .against
                .is_some_and(|c| class(c.type_name) == Class::Date)
                || argument(cx) == Some(Class::Date),
        }
    }

    fn common(&self, name: &str, aggregate: bool) -> i32 {
        let rank = COMMON.iter().position(|c| c.eq_ignore_ascii_case(name));
        let points = rank.map_or(0, |r| 150 - i32::try_from(r).unwrap_or(100));
        let place = match self.cx.scope.clause {
            _ if aggregate && self.aggregated => -300,
            _ if self.aggregated && PASSING.contains(&name) => -20,
            _ if self.argument => -120,
            Clause::Having if aggregate => 300,
            Clause::Select | Clause::Order if aggregate => 30,
            Clause::Where | Clause::On | Clause::Group | Clause::Set | Clause::Values
                if aggregate =>
            {
                -150
            }
            _ => 0,
        };
        let date = 280 * i32::from(self.date && DATED.contains(&name));
        let again = 40 * i32::from(self.called.contains(name));
        points + place + date + again + called(self.cx, name)
    }
}

/// Functions that dates are compared with.
const DATED: &[&str] = &[
    "now",
    "date_trunc",
    "curdate",
    "date_sub",
    "date",
    "date_add",
    "datetime",
    "strftime",
    "to_date",
    "to_timestamp",
];

/// A parenthesis right behind the cursor calls what is typed here.
fn called(cx: &Context<'_>, name: &str) -> i32 {
    let next = cx.scope.hole + 1;
    let adjacent = cx.next_kind() == Some(TokenKind::LeftParen)
        && cx.scope.items[next].start == cx.word.replace.end;
    let star = cx.item(next + 1) == "*";
    CALLED * i32::from(adjacent) + 200 * i32::from(adjacent && star && name == "count")
}

/// Points for a function's name before a parenthesis.
const CALLED: i32 = 400;

/// One candidate for each name among the routines of a schema.
fn routines<'a>(
    acc: &mut Acc<'a>,
    place: &Place<'a, 'a>,
    schema: usize,
    base: i32,
    wanted: &dyn Fn(&Routine) -> bool,
) {
    let cx = place.cx;
    let system = tables::is_system_schema(cx.catalog, &cx.catalog.schemas[schema].name);
    let in_path = cx.path.contains(&schema);
    // Nobody quotes the name of a built-in function.
    if system && cx.word.form == Form::Quoted {
        return;
    }
    let own = match (system, in_path) {
        // Above the server's own, but for those that everybody calls.
        (false, true) => 120,
        (false, false) => -20,
        (true, true) => 0,
        (true, false) => -150,
    };
    let qualifier = if in_path {
        ""
    } else {
        &cx.catalog.schemas[schema].name
    };
    for (routine, others) in by_name(&cx.catalog.schemas[schema].routines, wanted) {
        if !acc.may_keep(&routine.name, base + own + MOST_COMMON) {
            continue;
        }
        let aggregate = routine.kind == RoutineKind::Aggregate;
        let by_hand = system && CALLED_BY_HAND.contains(&routine.name.as_str());
        let internal =
            routine.name.starts_with("pg_") && !by_hand && !COMMON.contains(&routine.name.as_str())
                || routine.name.starts_with('_')
                || routine.extension.is_some();
        let fit = base + own + place.common(&routine.name, aggregate) - 120 * i32::from(internal)
            + 20 * i32::from(by_hand);
        one(acc, cx, routine, others, fit, qualifier);
    }
}

fn one<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    routine: &'a Routine,
    others: usize,
    fit: i32,
    qualifier: &'a str,
) {
    let kind = match routine.kind {
        RoutineKind::Aggregate => Kind::Aggregate,
        RoutineKind::Procedure => Kind::Procedure,
        RoutineKind::Function | RoutineKind::Window => Kind::Function,
    };
    if let Some(draft) = acc.add(routine.name.as_str(), kind, fit) {
        draft.qualifier = qualifier;
        draft.suffix = call(cx, !takes_any(routine) && others == 0);
        draft.detail = Detail::Routine(routine, others);
    }
}

/// The first routine of each name and the number of its namesakes.
fn by_name<'r>(
    routines: &'r [Routine],
    wanted: &dyn Fn(&Routine) -> bool,
) -> Vec<(&'r Routine, usize)> {
    let mut found: Vec<(&Routine, usize)> = Vec::new();
    for routine in routines.iter().filter(|r| wanted(r)) {
        match found.last_mut() {
            Some((last, others)) if last.name == routine.name => *others += 1,
            _ => found.push((routine, 0)),
        }
    }
    found
}

/// Functions that return rows, for FROM.
pub(super) fn for_from<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    let base = fit::FUNCTION + offset;
    let place = Place::new(cx);
    for schema in 0..cx.catalog.schemas.len() {
        let user = !tables::is_system_schema(cx.catalog, &cx.catalog.schemas[schema].name);
        let rows = |r: &Routine| gives_rows(r, user);
        routines(acc, &place, schema, base, &rows);
    }
    for builtin in cx
        .dialect
        .functions
        .iter()
        .filter(|b| matches!(b.returns, "table" | "setof") || b.name == "json_table")
    {
        builtin_one(acc, &place, builtin, base);
    }
}

/// Whether a function gives rows, as far as its declaration says so.
fn gives_rows(routine: &Routine, user: bool) -> bool {
    routine.returns_set
        || user && routine.kind == RoutineKind::Function && routine.returns == "record"
}

pub(super) fn procedures<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    let place = Place::new(cx);
    for schema in 0..cx.catalog.schemas.len() {
        routines(acc, &place, schema, fit::OBJECT + 40 + offset, &|r| {
            r.kind == RoutineKind::Procedure
        });
    }
}

/// The routines of a schema, behind its dot.
pub(super) fn in_schema<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, schema: usize, kind: Inside) {
    let user = !tables::is_system_schema(cx.catalog, &cx.catalog.schemas[schema].name);
    let place = Place::new(cx);
    let wanted = |r: &Routine| match kind {
        Inside::Procedures => r.kind == RoutineKind::Procedure,
        Inside::Relations => gives_rows(r, user),
        _ => r.kind != RoutineKind::Procedure,
    };
    for (routine, others) in by_name(&cx.catalog.schemas[schema].routines, &wanted) {
        let fit = match kind {
            Inside::Procedures => fit::OBJECT,
            Inside::Both => fit::FUNCTION + place.common(&routine.name, false),
            _ => fit::FUNCTION,
        };
        one(acc, cx, routine, others, fit, "");
    }
}

/// Names without a call, for DDL.
pub(super) fn names<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    offset: i32,
    wanted: &dyn Fn(&Routine) -> bool,
) {
    for (id, schema) in cx.catalog.schemas.iter().enumerate() {
        let system = tables::is_system_schema(cx.catalog, &schema.name);
        let qualifier = if cx.path.contains(&id) {
            ""
        } else {
            schema.name.as_str()
        };
        for (routine, others) in by_name(&schema.routines, wanted) {
            let fit = fit::OBJECT + offset + i32::from(system) * fit::SYSTEM;
            one(acc, cx, routine, others, fit, qualifier);
        }
    }
}

/// `name => ` for the arguments of the function around the cursor.
pub(super) fn argument_names<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, open: usize) {
    if cx.dialect.name != "postgres" || open == 0 {
        return;
    }
    let name = unquote(cx.item(open - 1), cx.dialect);
    let resolver = cx.resolver();
    let Some((_, routine)) = resolver.routine(None, &name) else {
        return;
    };
    for argument in &routine.arguments {
        let output = matches!(argument.mode, ArgumentMode::Out | ArgumentMode::Table);
        let given = (open..cx.scope.hole).any(|i| cx.item(i) == argument.name);
        if output || given || argument.name.is_empty() {
            continue;
        }
        let text = format!("{} =>", quote(&argument.name, cx.dialect));
        if let Some(draft) = acc.add_as(&argument.name, text, Kind::Snippet, fit::FUNCTION - 40) {
            draft.verbatim = true;
            draft.detail = Detail::Text(&argument.type_name);
        }
    }
}
