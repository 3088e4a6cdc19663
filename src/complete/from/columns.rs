//! Columns: of the relations in sight, of those most likely before FROM, of a named relation.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::class::{Class, agree, class};
use super::super::columns::{Col, Visible};
use super::super::context::Context;
use super::super::evidence::Used;
use super::super::patterns;
use super::super::rank::fit;
use super::arguments::{argument, fits_argument};
use super::partners::{Partners, partner_columns};
use crate::catalog::{Column, RelationId};
use crate::sql::TokenKind;
use crate::sql::names::{quote, same, unquote};
use crate::sql::scope::Clause;
use std::collections::HashSet;

/// Columns of the relations in sight, qualified exactly when another one has the name too.
pub(super) fn in_sight<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    let places = Places::new(cx);
    for visible in &cx.visible {
        for (at, column) in visible.columns.iter().enumerate() {
            if column.name.is_empty() {
                continue;
            }
            let qualifier = match ambiguous(cx, visible, column) {
                true => visible.source.shown(),
                false => "",
            };
            let fit = fit::COLUMN
                + offset
                + fit::OUTER * visible.level
                + places.points(cx, column, Some(visible), at);
            add(acc, cx, (visible.relation, column), qualifier, fit);
        }
    }
}

/// Offers a column; its relation, if it is one of the catalog's, tells what it refers to.
pub(super) fn add<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    (owner, column): (Option<RelationId>, &'a Col<'a>),
    qualifier: &'a str,
    fit: i32,
) {
    if let Some(draft) = acc.add(column.name.as_ref(), Kind::Column, fit) {
        draft.qualifier = qualifier;
        if let Some(known) = column.column {
            let refers = owner.and_then(|id| refers(cx, id, known.name));
            draft.detail = Detail::Column(known, refers);
        }
    }
}

/// The relation that a column refers to.
fn refers<'a>(cx: &'a Context<'a>, id: RelationId, column: &str) -> Option<&'a str> {
    let mut keys = cx.catalog.keys_of(id).filter(|k| k.from == id);
    let key = keys.find(|k| k.from_columns.iter().any(|c| c == column))?;
    Some(cx.catalog.relation_name(key.to))
}

fn ambiguous(cx: &Context<'_>, owner: &Visible<'_>, column: &Col<'_>) -> bool {
    cx.visible.iter().any(|v| {
        !std::ptr::eq(v, owner)
            && v.level <= owner.level
            && v.columns
                .iter()
                .any(|c| same(&c.name, &column.name, cx.dialect))
    })
}

/// Columns of some of the relations in sight, as they stand in them.
pub(super) fn of<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, which: &[usize], dotted: bool) {
    let places = Places::new(cx);
    for visible in which.iter().filter_map(|&i| cx.visible.get(i)) {
        for (at, column) in visible.columns.iter().enumerate() {
            if !column.name.is_empty() {
                let owner = dotted.then_some(visible);
                let fit = fit::COLUMN + places.points(cx, column, owner, at);
                add(acc, cx, (visible.relation, column), "", fit);
            }
        }
    }
}

/// What the place says about each column: what the clause already lists, what other clauses use.
struct Places<'a> {
    clause: Clause,
    /// Used in this clause already.
    here: Vec<&'a Used>,
    elsewhere: Vec<&'a Used>,
    /// The last of `here` that stands before the cursor.
    last: Option<&'a Used>,
    partners: Partners<'a>,
    /// What the function around the cursor computes with.
    argument: Option<Class>,
    /// An aggregate other than `count` is around the cursor: keys are counted, not computed with.
    computed: bool,
    /// A column is assigned to.
    assigned: bool,
    /// Columns that refer to other relations.
    foreign: HashSet<&'a str>,
}

impl<'a> Places<'a> {
    fn new(cx: &'a Context<'a>) -> Places<'a> {
        let clause = cx.scope.clause;
        let (here, elsewhere): (Vec<&Used>, Vec<&Used>) =
            cx.used.iter().partition(|u| cx.in_list(u));
        let last = here.iter().copied().rfind(|u| u.item < cx.scope.hole);
        let partners = if matches!(clause, Clause::On | Clause::Where) {
            partner_columns(cx)
        } else {
            HashSet::new()
        };
        Places {
            clause,
            here,
            elsewhere,
            last,
            partners,
            argument: argument(cx),
            foreign: foreign(cx),
            computed: cx
                .paren()
                .is_some_and(|o| o > 0 && cx.is(o - 1, AGGREGATES) && !cx.is(o - 1, &["count"])),
            assigned: clause == Clause::Set
                && (cx.prev(&["set"]) || cx.kind_before(1) == Some(TokenKind::Comma)),
        }
    }

    fn points(
        &self,
        cx: &Context<'_>,
        column: &Col<'_>,
        owner: Option<&Visible<'_>>,
        at: usize,
    ) -> i32 {
        let is = |u: &&&Used| {
            same(&u.name, &column.name, cx.dialect)
                && match (&u.qualifier, owner) {
                    (Some(q), Some(owner)) => same(q, owner.source.shown(), cx.dialect),
                    _ => true,
                }
        };
        let mut points = -i32::try_from(at.min(60)).unwrap_or(60);
        let listed = self.here.iter().any(|u| is(&u));
        // What joins the relations says nothing of what is asked of them.
        let joins = |u: &Used| {
            self.clause != Clause::On
                && matches!(u.clause, Clause::From | Clause::On | Clause::Using)
        };
        let used = self.elsewhere.iter().filter(is).filter(|u| !joins(u));
        let used = used.count();
        let lists = matches!(
            self.clause,
            Clause::Select
                | Clause::Group
                | Clause::Order
                | Clause::Columns
                | Clause::Returning
                | Clause::Using
                | Clause::Conflict
        ) || self.assigned;
        if listed && lists {
            points -= 160;
        }
        if used > 0 {
            points += match self.clause {
                // What is selected is what a window or an aggregate is about.
                Clause::Select | Clause::Order | Clause::Having if cx.list.is_some() => 60,
                Clause::Group | Clause::Order => 90,
                Clause::Conflict | Clause::Returning => 60,
                _ => 30,
            };
        }
        // A list often goes on with the next column of the relation.
        if lists && owner.is_none_or(|o| o.level == 0) {
            points += self.follows(cx, column, owner);
        }
        if self.connects(column, owner) {
            points += 160;
        }
        if matches!(self.clause, Clause::Where | Clause::On) {
            points += self
                .here
                .iter()
                .filter(is)
                .map(|u| asked(cx, u))
                .min()
                .unwrap_or(0);
        }
        points + expected(cx, &column.name) + self.suits(cx, column)
    }

    fn connects(&self, column: &Col<'_>, owner: Option<&Visible<'_>>) -> bool {
        match owner.and_then(|o| o.relation) {
            Some(id) => self.partners.contains(&(id, column.name.as_ref())),
            None => self.partners.iter().any(|p| p.1 == column.name),
        }
    }

    fn follows(&self, cx: &Context<'_>, column: &Col<'_>, owner: Option<&Visible<'_>>) -> i32 {
        let Some(last) = self.last else {
            return 0;
        };
        let owners = cx
            .visible
            .iter()
            .filter(|v| owner.is_none_or(|o| std::ptr::eq(o, *v)));
        let next = owners.flat_map(|v| v.columns.windows(2)).any(|pair| {
            same(&pair[0].name, &last.name, cx.dialect)
                && same(&pair[1].name, &column.name, cx.dialect)
        });
        i32::from(next)
            * if self.clause == Clause::Columns {
                200
            } else {
                70
            }
    }

    /// What people select, ask for and sort by: names rather than keys of other relations, states
    /// and dates rather than texts.
    fn habit(&self, column: Column<'_>) -> i32 {
        let foreign = self.foreign.contains(column.name);
        match (self.clause, class(column.type_name)) {
            (_, _) if self.computed && (foreign || column.primary_key) => -40,
            (Clause::Select, _) if foreign && self.argument.is_none() => -25,
            (Clause::Set | Clause::Order, _) if foreign => -25,
            (Clause::Order, Class::Date) => 10,
            (Clause::Where, Class::Date) => 10,
            (Clause::Where, Class::Boolean) => 14,
            (Clause::Where, _) if !column.check_values().is_empty() => 14,
            (Clause::Where, Class::Other) if !foreign => 8,
            _ => 0,
        }
    }

    /// Whether its type is one that is wanted here.
    fn suits(&self, cx: &Context<'_>, column: &Col<'_>) -> i32 {
        let Some(known) = column.column else {
            return 0;
        };
        let mut points = fits_argument(self.argument, known) + self.habit(known);
        if self.assigned && known.primary_key {
            points -= 120;
        }
        if self.clause == Clause::Columns && known.primary_key && known.default().is_some() {
            points -= 150;
        }
        if let Some(against) = cx.against {
            let same = against.name == known.name;
            // `SET n = n + 1` is common, `WHERE n = n` is not.
            points += match () {
                () if self.clause == Clause::Set && same => match class(known.type_name) {
                    Class::Number => 150,
                    _ => -50,
                },
                () if agree(against.type_name, known.type_name) => 0,
                () => -150,
            };
        }
        points
    }
}

/// Points for a column that a condition is about already: what is equal to something is settled,
/// what is above something is often below something else too.
fn asked(cx: &Context<'_>, used: &Used) -> i32 {
    let start = used.item - 2 * usize::from(used.qualifier.is_some());
    let before = start.checked_sub(1).map_or("", |i| cx.item(i));
    match (before, cx.item(used.item + 1)) {
        ("=", _) | (_, "=") => -60,
        (_, "<" | ">" | "<=" | ">=") | ("<" | ">" | "<=" | ">=", _) => 30,
        _ => 0,
    }
}

/// The columns in sight that refer to other relations.
fn foreign<'a>(cx: &'a Context<'a>) -> HashSet<&'a str> {
    let relations = cx.visible.iter().filter_map(|v| v.relation);
    let keys = relations.flat_map(|id| cx.catalog.keys_of(id).filter(move |k| k.from == id));
    keys.flat_map(|k| k.from_columns.iter()).collect()
}

/// Points for a name that something else in the statement wants here.
pub(super) fn expected(cx: &Context<'_>, name: &str) -> i32 {
    let wanted = cx.expected.iter().position(|e| same(e, name, cx.dialect));
    wanted.map_or(0, |at| 170 + 30 * i32::from(at + 1 < cx.expected.len()))
}

/// What SELECT calls its columns, for GROUP BY, ORDER BY and HAVING.
pub(super) fn outputs<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let resolver = cx.resolver();
    let dialect = cx.dialect;
    let group = cx.scope.clause == Clause::Group;
    for (at, (name, items)) in resolver.aliases().into_iter().enumerate() {
        let plain = cx
            .visible
            .iter()
            .any(|v| v.columns.iter().any(|c| same(&c.name, &name, dialect)));
        let aggregate = items
            .clone()
            .any(|i| cx.scope.kind(i + 1) == Some(TokenKind::LeftParen) && cx.is(i, AGGREGATES));
        if group && aggregate || items.contains(&cx.scope.hole) {
            continue;
        }
        // A plain column is offered as such; what is said here is that the query selects it.
        let listed = cx
            .used
            .iter()
            .any(|u| u.clause == cx.scope.clause && same(&u.name, &name, dialect));
        let bonus = match () {
            () if listed => -150,
            () if plain && !group => 60,
            () => 110,
        };
        let fit = fit::OUTPUT + bonus - i32::try_from(at.min(60)).unwrap_or(60);
        if plain && items.len() == 3 {
            // `t.name` is grouped by and ordered by as it was selected.
            let whole: String = items.clone().map(|i| cx.item(i)).collect();
            if let Some(draft) = acc.add_as(&name, whole, Kind::Column, fit) {
                draft.verbatim = true;
            }
            continue;
        }
        acc.add(name, Kind::Column, fit);
    }
}

pub(in super::super) const AGGREGATES: &[&str] = &[
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "array_agg",
    "string_agg",
    "group_concat",
    "json_agg",
    "jsonb_agg",
    "total",
    "stddev",
    "variance",
    "bool_and",
    "bool_or",
];

/// The columns of a relation that the statement names.
pub(super) fn target<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    schema: Option<&str>,
    name: &str,
    offset: i32,
) {
    let Some(id) = cx.catalog.find(schema, name, &cx.path) else {
        return;
    };
    let indexed = cx.is(0, &["create"]) && (1..4).any(|i| cx.is(i, &["index"]));
    let told = patterns::told(cx);
    let refers_to = (1..cx.scope.hole).any(|i| cx.is(i, &["references"]));
    let listed: Vec<&Used> = cx
        .used
        .iter()
        .filter(|u| cx.paren().is_some_and(|o| u.item > o))
        .collect();
    for (at, column) in cx.catalog.columns(id).iter().enumerate() {
        let seen = listed
            .iter()
            .any(|u| same(&u.name, column.name, cx.dialect));
        let at = i32::try_from(at.min(60)).unwrap_or(60);
        // A key has its index.
        let key = indexed && column.primary_key;
        let named = match refers_to {
            true => 100 * i32::from(column.primary_key),
            false => told.points(column.name),
        };
        let fit = fit::COLUMN + offset - at + named - 160 * i32::from(seen) - 100 * i32::from(key);
        if let Some(draft) = acc.add(column.name, Kind::Column, fit) {
            draft.detail = Detail::Column(column, refers(cx, id, column.name));
        }
    }
}

/// For USING: the columns that the last relation shares with one before it.
pub(super) fn shared<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let hole = cx.scope.hole;
    let mut own: Vec<&Visible<'_>> = cx
        .visible
        .iter()
        .filter(|v| v.level == 0 && v.source.place < hole)
        .collect();
    own.sort_by_key(|v| v.source.place);
    let Some((last, others)) = own.split_last() else {
        return;
    };
    let partners = partner_columns(cx);
    let inside = cx.paren().map_or(hole..hole, |open| open + 1..hole);
    let shared = |column: &Col<'_>| {
        let mut columns = others.iter().flat_map(|v| v.columns.iter());
        columns.any(|c| same(&c.name, &column.name, cx.dialect))
    };
    let some = last.columns.iter().any(shared);
    for (at, column) in last.columns.iter().enumerate() {
        let both = shared(column);
        if some && !both {
            continue;
        }
        let key = partners.iter().any(|p| p.1 == column.name);
        let at = i32::try_from(at.min(60)).unwrap_or(60);
        let listed = inside
            .clone()
            .any(|i| same(&unquote(cx.item(i), cx.dialect), &column.name, cx.dialect));
        let fit = match both {
            true => fit::COLUMN + 100 * i32::from(key) - at,
            false => fit::COLUMN - 300 - at,
        };
        let fit = fit - 500 * i32::from(listed);
        if let Some(draft) = acc.add(column.name.to_string(), Kind::Column, fit)
            && let Some(known) = column.column
        {
            draft.detail = Detail::Column(known, None);
        }
    }
}

/// The relations in sight by what they are called.
pub(super) fn aliases<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    for visible in &cx.visible {
        let name = visible.source.shown();
        if name.is_empty() {
            continue;
        }
        let many = i32::from(cx.visible.len() > 1) * 60;
        let fit = fit::ALIAS + offset + many + fit::OUTER * visible.level;
        if let Some(draft) = acc.add(name, Kind::Alias, fit) {
            draft.detail = Detail::Text(&visible.source.name);
        }
    }
}

/// Whether the server gives the column a number or the time where an INSERT says nothing.
fn fills_itself(column: &Col<'_>) -> bool {
    let default = column.column.and_then(|c| c.default()).unwrap_or_default();
    let default = default.to_ascii_lowercase();
    let begins = [
        "nextval(",
        "now(",
        "current_timestamp",
        "auto_increment",
        "generated",
    ];
    begins.iter().any(|b| default.starts_with(b))
}

/// `*` as the list of all columns.
pub(super) fn star<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, owner: Option<&str>) {
    if !acc.typed.is_empty() {
        return;
    }
    let behind = cx.before(1).is_some_and(|i| cx.item(i) == "*");
    let own: Vec<&Visible<'_>> = cx
        .visible
        .iter()
        .filter(|v| v.level == 0 && owner.is_none_or(|o| same(v.source.shown(), o, cx.dialect)))
        .collect();
    if !behind {
        // Who has begun to list columns seldom goes on with all of them.
        let listing = cx.kind_before(1) == Some(TokenKind::Comma) && owner.is_none();
        let fit = fit::COLUMN - 30 - 250 * i32::from(listing);
        if let Some(draft) = acc.add("*", Kind::Star, fit) {
            draft.verbatim = true;
        }
        return;
    }
    let several = own.len() > 1;
    let names = own
        .iter()
        .flat_map(|v| v.columns.iter().map(move |c| (v, c)));
    let list: Vec<String> = names
        .filter(|(_, c)| !c.name.is_empty())
        .filter(|(_, c)| cx.scope.clause != Clause::Columns || !fills_itself(c))
        .enumerate()
        .map(|(at, (v, c))| {
            let column = quote(&c.name, cx.dialect);
            match several || owner.is_some() && at > 0 {
                true => format!("{}.{column}", quote(v.source.shown(), cx.dialect)),
                false => column.into_owned(),
            }
        })
        .collect();
    if !list.is_empty()
        && let Some(draft) = acc.add(list.join(", "), Kind::Star, fit::COLUMN + 400)
    {
        draft.verbatim = true;
    }
}
