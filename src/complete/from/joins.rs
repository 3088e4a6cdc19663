//! JOIN clauses and join conditions from foreign keys.

use super::super::candidate::{Acc, Kind};
use super::super::columns::Visible;
use super::super::context::Context;
use super::super::rank::fit;
use super::tables;
use crate::catalog::{ForeignKey, RelationId};
use crate::sql::names::{quote, same};
use std::collections::HashSet;

/// The relations of the cursor's own query that stand before the cursor, nearest first.
fn before<'c, 'a>(cx: &'c Context<'a>) -> Vec<&'c Visible<'a>> {
    let hole = cx.scope.hole;
    let own = cx
        .visible
        .iter()
        .filter(|v| v.level == 0 && v.source.place < hole);
    let mut own: Vec<_> = own
        .filter(|v| !v.source.name.is_empty() || v.source.alias.is_some())
        .collect();
    own.sort_by_key(|v| std::cmp::Reverse(v.source.place));
    own
}

/// `orders o ON o.user_id = u.id` for each foreign key between a relation in sight and another.
pub(super) fn clauses<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    if !cx.open_end() {
        return;
    }
    let own = before(cx);
    let aliased = own.iter().any(|v| v.source.alias.is_some());
    for (distance, visible) in own.iter().enumerate() {
        let Some(from) = visible.relation else {
            continue;
        };
        for key in cx.catalog.keys_of(from) {
            let self_key = key.from == key.to;
            let other = if key.from == from { key.to } else { key.from };
            let present = own.iter().any(|v| v.relation == Some(other));
            let alias = alias(cx, other, aliased || present || self_key);
            let target = written(cx, other);
            let shown = alias.as_deref().unwrap_or(cx.catalog.relation(other).name);
            let condition = condition(cx, key, from, visible.source.shown(), shown, self_key);
            let name = cx.catalog.relation(other).name;
            let text = match &alias {
                Some(alias) => format!("{target} {alias} ON {condition}"),
                None => format!("{target} ON {condition}"),
            };
            let fit =
                fit::JOIN - 8 * i32::try_from(distance).unwrap_or(0) - 100 * i32::from(present)
                    + i32::from(key.from == from) * 4;
            if let Some(draft) = acc.add_as(name, text, Kind::Join, fit) {
                draft.verbatim = true;
            }
        }
    }
}

/// The relation's name as it must be written, with its schema where that is needed.
fn written(cx: &Context<'_>, id: RelationId) -> String {
    let relation = cx.catalog.relation(id);
    let name = quote(relation.name, cx.dialect);
    match cx.path.contains(&relation.schema) {
        true => name.into_owned(),
        false => format!(
            "{}.{name}",
            quote(&cx.catalog.schema_of(id).name, cx.dialect)
        ),
    }
}

/// A short name that nothing in sight has, if the query gives its relations aliases.
fn alias(cx: &Context<'_>, id: RelationId, wanted: bool) -> Option<String> {
    if !wanted {
        return None;
    }
    let short: String = tables::initials(cx.catalog.relation(id).name).collect();
    if short.is_empty() {
        return None;
    }
    let taken = |a: &str| {
        let reserved =
            crate::sql::keywords::find(cx.dialect.keywords, a).is_some_and(|k| k.reserved);
        reserved
            || cx
                .visible
                .iter()
                .any(|v| same(v.source.shown(), a, cx.dialect))
    };
    (1..100)
        .map(|n| {
            if n == 1 {
                short.clone()
            } else {
                format!("{short}{n}")
            }
        })
        .find(|a| !taken(a))
}

/// `new.column = old.column`, for each pair of columns of the key.
fn condition(
    cx: &Context<'_>,
    key: ForeignKey<'_>,
    old: RelationId,
    old_name: &str,
    new_name: &str,
    self_key: bool,
) -> String {
    let (old_columns, new_columns) = match key.from == old && !self_key {
        true => (key.from_columns, key.to_columns),
        false => (key.to_columns, key.from_columns),
    };
    let q = |name: &str| quote(name, cx.dialect).into_owned();
    let pairs = new_columns.iter().zip(old_columns.iter());
    let pairs: Vec<String> = pairs
        .map(|(new, old)| format!("{}.{} = {}.{}", q(new_name), q(new), q(old_name), q(old)))
        .collect();
    pairs.join(" AND ")
}

/// Conditions for ON: foreign keys between the last relation and those before it.
pub(super) fn conditions<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let own = before(cx);
    let Some((last, others)) = own.split_first() else {
        return;
    };
    for (distance, other) in others.iter().enumerate() {
        let (Some(a), Some(b)) = (last.relation, other.relation) else {
            continue;
        };
        for key in cx.catalog.keys_between(a, b) {
            let text = condition(
                cx,
                key,
                b,
                other.source.shown(),
                last.source.shown(),
                a == b,
            );
            let fit = fit::JOIN_CONDITION - 8 * i32::try_from(distance).unwrap_or(0);
            add_condition(acc, cx, text, fit);
        }
    }
    by_name(acc, cx, last, others);
}

/// Equal names are worth a guess where no key says anything.
fn by_name<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    last: &Visible<'_>,
    others: &[&Visible<'_>],
) {
    for other in others {
        for column in &last.columns {
            let id_like = column.name.to_ascii_lowercase().ends_with("id") && column.name.len() > 2;
            let both = other
                .columns
                .iter()
                .any(|c| same(&c.name, &column.name, cx.dialect));
            if both && id_like {
                let q = |name: &str| quote(name, cx.dialect).into_owned();
                let name = q(&column.name);
                let text = format!(
                    "{}.{name} = {}.{name}",
                    q(last.source.shown()),
                    q(other.source.shown())
                );
                add_condition(acc, cx, text, fit::JOIN_CONDITION - 250);
            }
        }
    }
}

fn add_condition<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, text: String, fit: i32) {
    if !cx.open_end() && cx.next_kind() != Some(crate::sql::TokenKind::Word) {
        return;
    }
    if let Some(draft) = acc.add(text, Kind::JoinCondition, fit) {
        draft.verbatim = true;
    }
}

/// Behind `ON o.`: the rest of a condition that begins with that relation.
pub(super) fn remainders<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, which: &[usize]) {
    let starts = cx.prev_at(3, &["on"])
        || cx.scope.clause == crate::sql::scope::Clause::On && cx.prev_at(3, &["and"]);
    if !starts || !cx.open_end() {
        return;
    }
    let own = before(cx);
    for visible in which.iter().filter_map(|&i| cx.visible.get(i)) {
        for other in own
            .iter()
            .filter(|o| o.source.place != visible.source.place)
        {
            let (Some(a), Some(b)) = (visible.relation, other.relation) else {
                continue;
            };
            for key in cx.catalog.keys_between(a, b) {
                let whole = condition(
                    cx,
                    key,
                    b,
                    other.source.shown(),
                    visible.source.shown(),
                    a == b,
                );
                let lead = format!("{}.", quote(visible.source.shown(), cx.dialect));
                if let Some(rest) = whole.strip_prefix(&lead) {
                    add_condition(acc, cx, rest.to_string(), fit::COLUMN + 220);
                }
            }
        }
    }
}

/// The columns that foreign keys connect with what the condition around the cursor names: with
/// the other side of `=`, else with any relation in sight.
pub(super) fn partner_columns<'a>(cx: &'a Context<'a>) -> HashSet<&'a str> {
    let mut found = HashSet::new();
    let relations: Vec<RelationId> = cx.visible.iter().filter_map(|v| v.relation).collect();
    if relations.len() < 2 {
        return found;
    }
    let target = behind_dot(cx);
    let left = other_side(cx);
    for (at, a) in relations.iter().enumerate() {
        for b in &relations[at..] {
            for key in cx.catalog.keys_between(*a, *b) {
                let pairs = key.from_columns.iter().zip(key.to_columns.iter());
                for (from, to) in pairs {
                    for (own, own_id, their) in [(from, key.from, to), (to, key.to, from)] {
                        let side = left.as_ref().is_none_or(|l| l == their);
                        if side && target.is_none_or(|t| t == own_id) {
                            found.insert(own);
                        }
                    }
                }
            }
        }
    }
    found
}

/// The relation whose dot the cursor follows.
fn behind_dot(cx: &Context<'_>) -> Option<RelationId> {
    let hole = cx.scope.hole;
    if hole < 2 || cx.scope.kind(hole - 1) != Some(crate::sql::TokenKind::Dot) {
        return None;
    }
    let name = crate::sql::names::unquote(cx.item(hole - 2), cx.dialect);
    let seen = cx
        .visible
        .iter()
        .find(|v| same(v.source.shown(), &name, cx.dialect));
    seen.and_then(|v| v.relation)
}

/// The column on the other side of the `=` that the cursor stands at.
fn other_side(cx: &Context<'_>) -> Option<String> {
    let hole = cx.scope.hole;
    let dotted = hole >= 2 && cx.scope.kind(hole - 1) == Some(crate::sql::TokenKind::Dot);
    let start = if dotted { hole - 2 } else { hole };
    let name = |i: usize| crate::sql::names::unquote(cx.item(i), cx.dialect).into_owned();
    if start >= 2 && cx.item(start - 1) == "=" && cx.scope.is_name(start - 2, cx.text, cx.dialect) {
        return Some(name(start - 2));
    }
    if cx.item(hole + 1) == "=" {
        let mut at = hole + 2;
        while cx.scope.kind(at + 1) == Some(crate::sql::TokenKind::Dot) {
            at += 2;
        }
        return cx.scope.is_name(at, cx.text, cx.dialect).then(|| name(at));
    }
    None
}
