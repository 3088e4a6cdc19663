//! The columns that connect the relations in sight with each other.

use super::super::columns::Visible;
use super::super::context::Context;
use super::joins::unkeyed;
use crate::catalog::RelationId;
use crate::sql::TokenKind;
use crate::sql::names::{same, unquote};
use std::collections::HashSet;

/// A column, and the relation that it is of.
type Placed<'a> = (RelationId, &'a str);
pub(super) type Partners<'a> = HashSet<Placed<'a>>;

/// The columns that keys, or names where there are none, connect with what the condition around the
/// cursor names: with the other side of `=`, else with any relation in sight that nothing connects
/// yet.
pub(super) fn partner_columns<'a>(cx: &'a Context<'a>) -> Partners<'a> {
    let mut found = HashSet::new();
    let own = compared(cx);
    if own.len() < 2 {
        return found;
    }
    let target = behind_dot(cx);
    let left = other_side(cx);
    let connected = match left {
        Some(_) => Connected::default(),
        None => Connected::new(cx),
    };
    for (at, a) in own.iter().enumerate() {
        for (number, b) in own[at..].iter().enumerate() {
            if left.is_none() && (number == 0 || connected.are(a, b)) {
                continue;
            }
            let by_name = number > 0 && number < MOST_KIN && at < MOST_KIN;
            for (one, other) in connections(cx, a, b, by_name) {
                for (own, their) in [(one, other), (other, one)] {
                    let side = left.as_ref().is_none_or(|l| l.is(cx, their));
                    if side && target.is_none_or(|t| t == own.0) {
                        found.insert(own);
                    }
                }
            }
        }
    }
    // Where no key says anything, the column of the same name.
    if let Some(left) = left.filter(|_| found.is_empty()) {
        let own = own
            .iter()
            .filter(|v| target.is_none() || v.relation == target);
        for visible in own {
            let mut columns = visible.columns.iter().filter_map(|c| c.column);
            let column = columns.find(|c| c.name == left.name).map(|c| c.name);
            found.extend(visible.relation.zip(column));
        }
    }
    found
}

/// The relations in sight that may be connected: where there are very many, the last of the query,
/// because the cursor mostly stands behind them.
fn compared<'a>(cx: &'a Context<'a>) -> Vec<&'a Visible<'a>> {
    let mut own: Vec<&Visible<'_>> = cx.visible.iter().filter(|v| v.relation.is_some()).collect();
    let here = own.iter().filter(|v| v.level == 0).count();
    own.drain(..here.saturating_sub(MOST_COMPARED));
    own.truncate(MOST_COMPARED);
    own
}

/// The pairs of columns that connect two relations.
fn connections<'a>(
    cx: &'a Context<'a>,
    a: &'a Visible<'a>,
    b: &'a Visible<'a>,
    by_name: bool,
) -> Vec<(Placed<'a>, Placed<'a>)> {
    let (Some(x), Some(y)) = (a.relation, b.relation) else {
        return Vec::new();
    };
    let keys = cx.catalog.keys_between(x, y).flat_map(|key| {
        let columns = key.from_columns.iter().zip(key.to_columns.iter());
        columns.map(move |(from, to)| ((key.from, from), (key.to, to)))
    });
    let mut pairs: Vec<_> = keys.collect();
    if by_name {
        let kin = unkeyed(cx, a, b).into_iter();
        let known = kin.filter_map(|(p, q)| Some(((x, p.column?.name), (y, q.column?.name))));
        pairs.extend(known);
    }
    pairs
}

/// Relations in sight that are compared with each other, and those of them by names.
const MOST_COMPARED: usize = 100;
const MOST_KIN: usize = 12;

/// Which relations in sight the statement connects: by a join with its condition, by `=`.
#[derive(Default)]
struct Connected {
    /// The first item of each relation, and the number of the group that it is in.
    groups: Vec<(usize, usize)>,
}

impl Connected {
    fn new(cx: &Context<'_>) -> Connected {
        let places = cx.visible.iter().map(|v| v.source.place);
        let mut groups: Vec<(usize, usize)> = places.enumerate().map(|(i, p)| (p, i)).collect();
        // Whatever is joined with a condition before the cursor belongs to what it is joined to.
        for (at, visible) in cx.visible.iter().enumerate() {
            let source = visible.source;
            let ended = cx.scope.clause == crate::sql::scope::Clause::Where;
            if source.joined && source.conditioned && ended && visible.level == 0 && at > 0 {
                join(&mut groups, at - 1, at);
            }
        }
        let block = &cx.scope.blocks[cx.scope.block].span;
        for equal in (block.start + 1..block.end).filter(|&i| cx.item(i) == "=") {
            let here = equal == cx.scope.hole + 1 || equal + 1 == cx.scope.hole;
            let mut behind = equal + 1;
            while cx.scope.kind(behind + 1) == Some(TokenKind::Dot) {
                behind += 2;
            }
            let sides = (owner(cx, equal - 1), owner(cx, behind));
            if let (Some(a), Some(b)) = sides
                && !here
            {
                join(&mut groups, a, b);
            }
        }
        Connected { groups }
    }

    fn are(&self, a: &Visible<'_>, b: &Visible<'_>) -> bool {
        let group = |v: &Visible<'_>| {
            let found = self.groups.iter().find(|g| g.0 == v.source.place);
            found.map(|g| g.1)
        };
        group(a) == group(b)
    }
}

fn join(groups: &mut [(usize, usize)], a: usize, b: usize) {
    let (from, to) = (groups[b].1, groups[a].1);
    for group in groups.iter_mut().filter(|g| g.1 == from) {
        group.1 = to;
    }
}

/// The relation in sight that the column at that item is of, by its number.
fn owner(cx: &Context<'_>, at: usize) -> Option<usize> {
    if !cx.scope.is_name(at, cx.text, cx.dialect) {
        return None;
    }
    if at >= 2 && cx.scope.kind(at - 1) == Some(TokenKind::Dot) {
        let name = unquote(cx.item(at - 2), cx.dialect);
        return cx
            .visible
            .iter()
            .position(|v| same(v.source.shown(), &name, cx.dialect));
    }
    let name = unquote(cx.item(at), cx.dialect);
    let has = |v: &Visible<'_>| v.columns.iter().any(|c| same(&c.name, &name, cx.dialect));
    cx.visible.iter().position(has)
}

/// The relation whose dot the cursor follows.
fn behind_dot(cx: &Context<'_>) -> Option<RelationId> {
    let hole = cx.scope.hole;
    if hole < 2 || cx.scope.kind(hole - 1) != Some(TokenKind::Dot) {
        return None;
    }
    called(cx, hole - 2)
}

/// The relation in sight that item `at` names.
fn called(cx: &Context<'_>, at: usize) -> Option<RelationId> {
    let name = unquote(cx.item(at), cx.dialect);
    let seen = cx
        .visible
        .iter()
        .find(|v| same(v.source.shown(), &name, cx.dialect));
    seen.and_then(|v| v.relation)
}

/// A column, and the relation that it is said to be of.
struct Side {
    name: String,
    relation: Option<RelationId>,
}

impl Side {
    fn is(&self, cx: &Context<'_>, (relation, name): Placed<'_>) -> bool {
        same(&self.name, name, cx.dialect) && self.relation.is_none_or(|r| r == relation)
    }

    fn at(cx: &Context<'_>, at: usize) -> Option<Side> {
        let dotted = at >= 2 && cx.scope.kind(at - 1) == Some(TokenKind::Dot);
        cx.scope.is_name(at, cx.text, cx.dialect).then(|| Side {
            name: unquote(cx.item(at), cx.dialect).into_owned(),
            relation: if dotted { called(cx, at - 2) } else { None },
        })
    }
}

/// The column on the other side of the `=` that the cursor stands at.
fn other_side(cx: &Context<'_>) -> Option<Side> {
    let hole = cx.scope.hole;
    let dotted = hole >= 2 && cx.scope.kind(hole - 1) == Some(TokenKind::Dot);
    let start = if dotted { hole - 2 } else { hole };
    if start >= 2
        && cx.item(start - 1) == "="
        && let Some(side) = Side::at(cx, start - 2)
    {
        return Some(side);
    }
    if cx.item(hole + 1) == "=" {
        let mut at = hole + 2;
        while cx.scope.kind(at + 1) == Some(TokenKind::Dot) {
            at += 2;
        }
        return Side::at(cx, at);
    }
    None
}
