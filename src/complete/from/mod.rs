//! The sources of candidates, one file each. A provider adds what could stand at the cursor and
//! does not look at what was typed: `Acc` matches.

mod aliases;
mod arguments;
pub(super) mod columns;
pub(super) mod commands;
pub(super) mod functions;
mod guesses;
pub(super) mod joins;
mod kindred;
pub(super) mod keywords;
pub(super) mod objects;
mod partners;
pub(super) mod tables;
mod text;
pub(super) mod types;
pub(super) mod values;

use super::candidate::{Acc, Kind};
use super::context::{Context, Inside, Want};
use super::rank::fit;
use crate::sql::scope::Clause;

/// Adds everything that the context wants.
pub(super) fn provide<'a>(acc: &mut Acc<'a>, context: &'a Context<'a>) {
    for want in &context.wants {
        one(acc, context, want);
    }
}

fn one<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, want: &'a Want) {
    match want {
        Want::Words(rows, fit) => keywords::words(acc, cx, rows, *fit),
        Want::Word(word, fit) => keywords::word(acc, cx, word, *fit),
        Want::AnyKeyword => keywords::any(acc, cx),
        Want::Columns(offset) => columns::in_sight(acc, cx, *offset),
        Want::AnyColumns => guesses::anywhere(acc, cx),
        Want::ColumnsOf(which) => columns::of(acc, cx, which, false),
        Want::Qualified(which) => {
            columns::of(acc, cx, which, true);
            joins::remainders(acc, cx, which);
        }
        Want::Target(schema, name) => columns::target(acc, cx, schema.as_deref(), name, 0),
        Want::Defined(name) => {
            acc.add(name.as_str(), Kind::Column, fit::COLUMN);
        }
        Want::Guess(qualifier) => guesses::guess(acc, cx, qualifier),
        Want::Outputs => columns::outputs(acc, cx),
        Want::Functions(offset) => functions::all(acc, cx, *offset),
        Want::TableFunctions(offset) => functions::for_from(acc, cx, *offset),
        Want::NewAlias => aliases::offer(acc, cx),
        Want::Aliases(offset) => columns::aliases(acc, cx, *offset),
        Want::Star(owner) => columns::star(acc, cx, owner.as_deref()),
        Want::Relations(offset) => tables::relations(acc, cx, *offset),
        Want::Schemas(offset) => tables::schemas(acc, cx, *offset),
        Want::Joins => joins::clauses(acc, cx),
        Want::JoinConditions => joins::conditions(acc, cx),
        Want::Shared => columns::shared(acc, cx),
        Want::Types => types::all(acc, cx),
        Want::Values => values::all(acc, cx),
        Want::Object(object, offset) => objects::objects(acc, cx, *object, *offset),
        Want::InSchema(schema, inside) => in_schema(acc, cx, *schema, *inside),
        Want::SessionVariables => text::session_variables(acc, cx),
        Want::Variables => text::variables(acc, cx),
        Want::Windows => text::windows(acc, cx),
        Want::Locals => text::locals(acc, cx),
        Want::Constraints => objects::constraints(acc, cx),
        Want::ArgumentNames(open) => functions::argument_names(acc, cx, *open),
        Want::ArgumentTexts(open) => values::argument_texts(acc, cx, *open),
        Want::Fields(name) => types::fields(acc, cx, name),
        Want::Excluded => {
            acc.add("excluded", Kind::Alias, fit::COLUMN + 40);
        }
        Want::Commands => commands::names(acc, cx),
        Want::Arguments => commands::arguments(acc, cx),
    }
}

fn in_schema<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, schema: usize, inside: Inside) {
    match inside {
        Inside::Relations => tables::in_schema(acc, cx, schema, 0),
        // A relation is written with its schema in FROM; elsewhere it is a function more often.
        Inside::Both => tables::in_schema(acc, cx, schema, -330),
        _ => {}
    }
    match inside {
        Inside::Types => types::in_schema(acc, cx, schema),
        Inside::Relations if cx.scope.clause != Clause::From => {}
        kind => functions::in_schema(acc, cx, schema, kind),
    }
}
