//! DDL and utility statements: a table from what stands before the cursor to what comes next.
//!
//! psql's idea. To add a rule: a row in `PATTERNS`; the first row that matches decides.

mod definitions;
mod objects;
mod table;

use definitions::{columns_of_named, definition};
pub(super) use definitions::{referring, told};
pub(super) use objects::kind_named;
use objects::{BEHIND, named_object};
use table::PATTERNS;

use super::context::{Context, Want};
use super::places::{self, M, P, Row, S};
use crate::catalog::ObjectKind;
use crate::sql::TokenKind;

/// A kind of thing that has a name in the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Tables,
    Views,
    MaterializedViews,
    /// Tables and views.
    Relations,
    Schemas,
    Databases,
    Roles,
    Settings,
    Sequences,
    Indexes,
    Extensions,
    /// What has only a name in the catalog.
    Named(ObjectKind),
    Functions,
    /// Functions that a trigger can call.
    TriggerFunctions,
    Procedures,
    /// Types that somebody has made.
    OwnTypes,
    Charsets,
    Collations,
    /// Columns of the relation that the statement names.
    Columns,
    /// Names that the text itself introduces behind one of these words.
    Introduced(&'static [&'static str]),
}

/// What a pattern wants, if one matches; columns and constraints of CREATE TABLE come from code.
pub(super) fn apply(context: &mut Context<'_>) -> bool {
    let block = &context.scope.blocks[context.scope.block];
    if context.scope.hole == 0
        || block.parent.is_some()
        || block.span.start > 0 && !block.clauses.is_empty()
    {
        return false;
    }
    if definition(context) || columns_of_named(context) || named_object(context) {
        return true;
    }
    let dialect = match context.dialect.name {
        "postgres" => P,
        "mysql" => M,
        _ => S,
    };
    let hole = context.scope.hole;
    let found = PATTERNS
        .iter()
        .chain(BEHIND)
        .filter(|p| p.dialects & dialect != 0)
        .find(|p| {
            let mut words = p.before.split(' ');
            let first = words.next().unwrap_or_default();
            one_of(context, 0, first) && matches(context, &words.collect::<Vec<_>>(), 1, hole)
        });
    let Some(pattern) = found else {
        return false;
    };
    for (at, offer) in pattern.offers.split('|').enumerate() {
        let fit = FIRST - 6 * i32::try_from(at).unwrap_or(0);
        context.wants.push(want(offer, fit));
    }
    true
}

/// The fit of a pattern's first word.
const FIRST: i32 = 720;

fn want(offer: &'static str, fit: i32) -> Want {
    let below = fit - FIRST;
    let object = match offer {
        "@tables" => Object::Tables,
        "@views" => Object::Views,
        "@materialized" => Object::MaterializedViews,
        "@relations" => Object::Relations,
        "@schemas" => Object::Schemas,
        "@databases" => Object::Databases,
        "@roles" => Object::Roles,
        "@settings" => Object::Settings,
        "@sequences" => Object::Sequences,
        "@indexes" => Object::Indexes,
        "@extensions" => Object::Extensions,
        "@functions" => Object::Functions,
        "@trigger_functions" => Object::TriggerFunctions,
        "@own_types" => Object::OwnTypes,
        "@procedures" => Object::Procedures,
        "@charsets" => Object::Charsets,
        "@columns" => Object::Columns,
        "@constraints" => return Want::Constraints,
        "@collations" => Object::Collations,
        "@prepared" => Object::Introduced(&["prepare"]),
        "@cursors" => Object::Introduced(&["declare"]),
        "@savepoints" => Object::Introduced(&["savepoint"]),
        "@channels" => Object::Introduced(&["listen", "notify", "unlisten"]),
        "@variables" => return Want::SessionVariables,
        "@types" => return Want::Types,
        "@explained" => return Want::Words(places::EXPLAINED, fit),
        "@set" => return Want::Words(places::SET_HEAD, fit),
        "@show" => return Want::Words(places::SHOW, fit),
        "@pragmas" => return Want::Words(places::PRAGMAS, fit),
        "@values" | "@pragma_values" => return Want::Values,
        word => match word.strip_prefix('@').and_then(ObjectKind::named) {
            Some(kind) => Object::Named(kind),
            None => return Want::Word(word, fit),
        },
    };
    Want::Object(object, below)
}

fn one_of(context: &Context<'_>, at: usize, words: &str) -> bool {
    words.split('|').any(|word| match word {
        "(" | ")" | "," | "=" => context.item(at) == word,
        _ => context.is(at, &[word]),
    })
}

fn matches(context: &Context<'_>, pattern: &[&str], at: usize, end: usize) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return at == end;
    };
    if let Some(optional) = first.strip_prefix('[').and_then(|w| w.strip_suffix(']')) {
        let present = at < end && one_of(context, at, optional);
        return present && matches(context, rest, at + 1, end) || matches(context, rest, at, end);
    }
    match *first {
        "^" => context.scope.opener(end).is_none() && matches(context, rest, at, end),
        "*" => (at..=end).any(|next| matches(context, rest, next, end)),
        "%" => name_end(context, at, end).is_some_and(|next| matches(context, rest, next, end)),
        words => at < end && one_of(context, at, words) && matches(context, rest, at + 1, end),
    }
}

/// The item behind a name with its dots.
fn name_end(context: &Context<'_>, mut at: usize, end: usize) -> Option<usize> {
    let named = |i: usize| {
        let kind = context.items().get(i).map(|t| t.kind);
        i < end
            && matches!(
                kind,
                Some(
                    TokenKind::Word
                        | TokenKind::QuotedName
                        | TokenKind::String
                        | TokenKind::DollarString
                )
            )
    };
    if !named(at) {
        return None;
    }
    while context.scope.kind(at + 1) == Some(TokenKind::Dot) && named(at + 2) {
        at += 2;
    }
    Some(at + 1)
}

/// The rows of a table of keywords that the dialect has.
pub(super) fn known(rows: &'static [Row], dialect: &str) -> impl Iterator<Item = &'static str> {
    let mask = match dialect {
        "postgres" => P,
        "mysql" => M,
        _ => S,
    };
    rows.iter().filter(move |r| r.1 & mask != 0).map(|r| r.0)
}
