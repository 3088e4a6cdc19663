//! JOIN clauses and join conditions from foreign keys.

use super::super::candidate::{Acc, Kind};
use super::super::class::agree;
use super::super::columns::{Col, Visible};
use super::super::context::Context;
use super::super::rank::fit;
use super::aliases::Style;
use crate::catalog::{ForeignKey, RelationId};
use crate::sql::TokenKind;
use crate::sql::names::{quote, same};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

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
    let style = Style::learn(cx);
    for (distance, visible) in own.iter().enumerate() {
        let Some(from) = visible.relation else {
            continue;
        };
        for key in cx.catalog.keys_of(from) {
            let self_key = key.from == key.to;
            let other = if key.from == from { key.to } else { key.from };
            let present = own.iter().any(|v| v.relation == Some(other));
            let name = cx.catalog.relation_name(other);
            let alias = style.alias(cx, name, present || self_key, &[]);
            let (text, _) = step(
                cx,
                &style,
                key,
                (from, visible.source.shown()),
                alias.as_deref(),
            );
            let fit =
                fit::JOIN - 8 * i32::try_from(distance).unwrap_or(0) - 100 * i32::from(present)
                    + i32::from(key.from == from) * 4;
            if let Some(draft) = acc.add_as(name, text, Kind::Join, fit) {
                draft.verbatim = true;
            }
        }
    }
    over_others(acc, cx, &own, &style);
}

/// `orders o ON o.user_id = u.id`, and what the relation is called there.
fn step(
    cx: &Context<'_>,
    style: &Style,
    key: ForeignKey<'_>,
    from: (RelationId, &str),
    alias: Option<&str>,
) -> (String, String) {
    let self_key = key.from == key.to;
    let other = if key.from == from.0 { key.to } else { key.from };
    let shown = alias.unwrap_or_else(|| cx.catalog.relation_name(other));
    let condition = condition(cx, key, from.0, from.1, shown, self_key);
    let target = written(cx, other);
    let (on, alias_word) = match style.capitals {
        true => ("ON", "AS "),
        false => ("on", "as "),
    };
    let alias_word = if style.with_as { alias_word } else { "" };
    let text = match alias {
        Some(alias) => {
            let alias = quote(alias, cx.dialect);
            format!("{target} {alias_word}{alias} {on} {condition}")
        }
        None => format!("{target} {on} {condition}"),
    };
    (text, shown.to_string())
}

/// Joins that a way over other relations may have, and relations that are looked at for it.
const LONGEST: usize = 3;
const MOST_REACHED: usize = 3000;

/// A relation that is reached, and the step to it from the one reached before.
struct Reached<'c> {
    id: RelationId,
    key: Option<ForeignKey<'c>>,
    /// Index of the relation before it, or of the relation in sight.
    before: usize,
    steps: usize,
}

/// The relations that keys lead to from those in sight, by the fewest steps; of equally short ways
/// the one along more keys in their own direction: each row has one row there.
fn reach<'c>(cx: &'c Context<'_>, own: &[&Visible<'_>]) -> Vec<Reached<'c>> {
    let mut reached: Vec<Reached<'c>> = Vec::new();
    let mut seen = HashSet::new();
    let mut queue = BinaryHeap::new();
    for (at, visible) in own.iter().enumerate() {
        if let Some(id) = visible.relation {
            queue.push(Reverse((0, 0, reached.len())));
            reached.push(Reached {
                id,
                key: None,
                before: at,
                steps: 0,
            });
        }
    }
    while let Some(Reverse((steps, against, at))) = queue.pop() {
        let id = reached[at].id;
        if !seen.insert(id) {
            reached[at].steps = usize::MAX;
            continue;
        }
        if steps == LONGEST || reached.len() > MOST_REACHED {
            continue;
        }
        for key in cx.catalog.keys_of(id) {
            let other = if key.from == id { key.to } else { key.from };
            if !seen.contains(&other) {
                let against = against + usize::from(key.from != id);
                queue.push(Reverse((steps + 1, against, reached.len())));
                reached.push(Reached {
                    id: other,
                    key: Some(key),
                    before: at,
                    steps: steps + 1,
                });
            }
        }
    }
    reached
}

/// Whole ways to relations that no key connects directly: `orders o ON … JOIN users u ON …`.
fn over_others<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, own: &[&Visible<'_>], style: &Style) {
    let reached = reach(cx, own);
    for at in 0..reached.len() {
        let (steps, id) = (reached[at].steps, reached[at].id);
        if !(2..=LONGEST).contains(&steps) {
            continue;
        }
        // Below the relation itself: who wants it alone types no more.
        let far = i32::try_from(steps).unwrap_or(0) * 25;
        let fit = fit::RELATION - far + i32::from(acc.typed.is_empty()) * -200;
        let name = cx.catalog.relation_name(id);
        if !acc.may_keep(name, fit) {
            continue;
        }
        let text = way(cx, own, style, &reached, at);
        if let Some(draft) = acc.add_as(name, text, Kind::Join, fit) {
            draft.verbatim = true;
        }
    }
}

/// The joins from a relation in sight to the one reached.
fn way(
    cx: &Context<'_>,
    own: &[&Visible<'_>],
    style: &Style,
    reached: &[Reached<'_>],
    to: usize,
) -> String {
    let mut path = vec![to];
    while reached[path[path.len() - 1]].key.is_some() {
        path.push(reached[path[path.len() - 1]].before);
    }
    path.reverse();
    let start = &reached[path[0]];
    let mut from = (start.id, own[start.before].source.shown().to_string());
    let (mut parts, mut taken) = (Vec::new(), Vec::new());
    for next in path[1..].iter().map(|&i| &reached[i]) {
        let Some(key) = next.key else {
            continue;
        };
        let name = cx.catalog.relation_name(next.id);
        let alias = style.alias(cx, name, false, &taken);
        let (text, shown) = step(cx, style, key, (from.0, &from.1), alias.as_deref());
        taken.push(shown.clone());
        parts.push(text);
        from = (next.id, shown);
    }
    parts.join(if style.capitals { " JOIN " } else { " join " })
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

/// `new.column = old.column`, for each pair of columns of the key that the text does not say yet.
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
        .map(|(new, old)| {
            let new = format!("{}.{}", q(new_name), q(new));
            (new, format!("{}.{}", q(old_name), q(old)))
        })
        .filter(|(new, old)| !cx.says(new, old))
        .map(|(new, old)| format!("{new} = {old}"))
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

/// Columns of the same name and type are worth a guess where no key says anything.
fn by_name<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    last: &Visible<'_>,
    others: &[&Visible<'_>],
) {
    for other in others {
        for column in &last.columns {
            let id_like = column.name.to_ascii_lowercase().ends_with("id") && column.name.len() > 2;
            let type_of = |c: &Col<'_>| c.column.map_or("", |c| c.type_name).to_string();
            let both = other.columns.iter().any(|c| {
                same(&c.name, &column.name, cx.dialect) && agree(&type_of(c), &type_of(column))
            });
            let keys = other
                .columns
                .iter()
                .any(|c| same(&c.name, &column.name, cx.dialect) && is_key(c) && is_key(column));
            if both && !keys && !column.name.is_empty() {
                let less = if id_like { 250 } else { 420 };
                let q = |name: &str| quote(name, cx.dialect).into_owned();
                let name = q(&column.name);
                let (new, old) = (q(last.source.shown()), q(other.source.shown()));
                let (new, old) = (format!("{new}.{name}"), format!("{old}.{name}"));
                if cx.says(&new, &old) {
                    continue;
                }
                let text = format!("{new} = {old}");
                add_condition(acc, cx, text, fit::JOIN_CONDITION - less);
            }
        }
    }
}

/// `id`: rows of two tables are not the same because both have one.
fn is_key(column: &Col<'_>) -> bool {
    column.name.len() < 3 && column.column.is_some_and(|c| c.primary_key)
}

fn add_condition<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, text: String, fit: i32) {
    if text.is_empty() {
        return;
    }
    if !cx.open_end() && cx.next_kind() != Some(TokenKind::Word) {
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
    // Where no key says anything, the column of the same name.
    if let Some(left) = left.filter(|_| found.is_empty()) {
        let own = cx
            .visible
            .iter()
            .filter(|v| target.is_none() || v.relation == target);
        let columns = own.flat_map(|v| v.columns.iter()).filter_map(|c| c.column);
        found.extend(columns.filter(|c| c.name == left).map(|c| c.name));
    }
    found
}

/// The relation whose dot the cursor follows.
fn behind_dot(cx: &Context<'_>) -> Option<RelationId> {
    let hole = cx.scope.hole;
    if hole < 2 || cx.scope.kind(hole - 1) != Some(TokenKind::Dot) {
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
    let dotted = hole >= 2 && cx.scope.kind(hole - 1) == Some(TokenKind::Dot);
    let start = if dotted { hole - 2 } else { hole };
    let name = |i: usize| crate::sql::names::unquote(cx.item(i), cx.dialect).into_owned();
    if start >= 2 && cx.item(start - 1) == "=" && cx.scope.is_name(start - 2, cx.text, cx.dialect) {
        return Some(name(start - 2));
    }
    if cx.item(hole + 1) == "=" {
        let mut at = hole + 2;
        while cx.scope.kind(at + 1) == Some(TokenKind::Dot) {
            at += 2;
        }
        return cx.scope.is_name(at, cx.text, cx.dialect).then(|| name(at));
    }
    None
}
