//! JOIN clauses and join conditions from foreign keys.

use super::super::candidate::{Acc, Kind};
use super::super::class::agree;
use super::super::columns::{Col, Visible};
use super::super::context::Context;
use super::super::kin;
use super::super::rank::fit;
use super::aliases::Style;
use super::kindred;
use super::tables::{self, Hints};
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
    let hints = Hints::new(cx);
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
            let old = (from, visible.source.shown());
            let (text, shown) = step(cx, &style, key, old, alias.as_deref());
            let fit =
                fit::JOIN - 8 * i32::try_from(distance).unwrap_or(0) - 100 * i32::from(present)
                    + i32::from(key.from == from) * 4
                    + hints.points(other, name, cx.catalog.relation(other).schema);
            if let Some(draft) = acc.add_as(name, text, Kind::Join, fit) {
                draft.verbatim = true;
            }
            // What points at itself is joined both ways.
            if self_key {
                let condition = condition(cx, key, from, old.1, &shown, false);
                let text = target(cx, &style, other, alias.as_deref(), &condition);
                if let Some(draft) = acc.add_as(name, text, Kind::Join, fit - 2) {
                    draft.verbatim = true;
                }
            }
        }
    }
    by_names(acc, cx, &own, &style, &hints);
    over_others(acc, cx, &own, &style);
}

/// The same where the database has no keys, by the names of columns.
fn by_names<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    own: &[&Visible<'_>],
    style: &Style,
    hints: &Hints,
) {
    let q = |name: &str| quote(name, cx.dialect).into_owned();
    for (distance, visible) in own.iter().enumerate() {
        let Some(from) = visible.relation else {
            continue;
        };
        for kindred in kindred::of(cx, from) {
            let other = kindred.relation;
            let present = own.iter().any(|v| v.relation == Some(other));
            let name = cx.catalog.relation_name(other);
            let alias = style.alias(cx, name, present, &[]);
            let shown = alias.as_deref().unwrap_or(name);
            let new = format!("{}.{}", q(shown), q(kindred.theirs));
            let old = format!("{}.{}", q(visible.source.shown()), q(kindred.ours));
            let text = target(
                cx,
                style,
                other,
                alias.as_deref(),
                &format!("{new} = {old}"),
            );
            let fit = fit::JOIN
                - 180
                - 8 * i32::try_from(distance).unwrap_or(0)
                - 100 * i32::from(present)
                + 60 * i32::from(kindred.is_key)
                + hints.points(other, name, cx.catalog.relation(other).schema);
            if let Some(draft) = acc.add_as(name, text, Kind::Join, fit) {
                draft.verbatim = true;
            }
        }
    }
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
    let text = target(cx, style, other, alias, &condition);
    (text, shown.to_string())
}

/// `orders AS o ON …`
fn target(
    cx: &Context<'_>,
    style: &Style,
    id: RelationId,
    alias: Option<&str>,
    condition: &str,
) -> String {
    let target = written(cx, id);
    let (on, alias_word) = match style.capitals {
        true => ("ON", "AS "),
        false => ("on", "as "),
    };
    let alias_word = if style.with_as { alias_word } else { "" };
    match alias {
        Some(alias) => {
            let alias = quote(alias, cx.dialect);
            format!("{target} {alias_word}{alias} {on} {condition}")
        }
        None => format!("{target} {on} {condition}"),
    }
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
    match tables::qualifier(cx, relation.schema) {
        "" => name.into_owned(),
        schema => format!("{}.{name}", quote(schema, cx.dialect)),
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

/// Columns of the same name and type are worth a guess where no key says anything, more so where
/// one is called as the other relation's key.
fn by_name<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    last: &Visible<'_>,
    others: &[&Visible<'_>],
) {
    let q = |name: &str| quote(name, cx.dialect).into_owned();
    let mut guess = |ours: &Col<'_>, theirs: &Col<'_>, other: &Visible<'_>, less: i32| {
        let new = format!("{}.{}", q(last.source.shown()), q(&ours.name));
        let old = format!("{}.{}", q(other.source.shown()), q(&theirs.name));
        if !cx.says(&new, &old) {
            add_condition(
                acc,
                cx,
                format!("{new} = {old}"),
                fit::JOIN_CONDITION - less,
            );
        }
    };
    for other in others {
        for (ours, theirs) in unkeyed(cx, last, other) {
            guess(ours, theirs, other, 100);
        }
        for column in &last.columns {
            let id_like = column.name.to_ascii_lowercase().ends_with("id") && column.name.len() > 2;
            let type_of = |c: &Col<'_>| c.column.map_or("", |c| c.type_name).to_string();
            let theirs = other.columns.iter().find(|c| {
                same(&c.name, &column.name, cx.dialect) && agree(&type_of(c), &type_of(column))
            });
            let keys = theirs.is_some_and(|c| is_key(c) && is_key(column));
            if let Some(theirs) = theirs
                && !keys
                && !column.name.is_empty()
            {
                guess(column, theirs, other, if id_like { 250 } else { 420 });
            }
        }
    }
}

/// The columns of two relations that belong together by their names, where no key connects them.
pub(super) fn unkeyed<'c, 'a>(
    cx: &Context<'_>,
    a: &'c Visible<'a>,
    b: &'c Visible<'a>,
) -> Vec<(&'c Col<'a>, &'c Col<'a>)> {
    let keyed = match (a.relation, b.relation) {
        (Some(a), Some(b)) => cx.catalog.keys_between(a, b).next().is_some(),
        _ => false,
    };
    if keyed { Vec::new() } else { kin::pairs(a, b) }
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
            // Below the columns alone, which are what people mean more often.
            for column in visible.columns.iter().filter(|c| !c.name.is_empty()) {
                let twin = |c: &&Col<'_>| same(&c.name, &column.name, cx.dialect);
                if let Some(twin) = other.columns.iter().find(twin).filter(|c| !is_key(c)) {
                    let q = |name: &str| quote(name, cx.dialect).into_owned();
                    let their = format!("{}.{}", q(other.source.shown()), q(&twin.name));
                    let text = format!("{} = {their}", q(&column.name));
                    add_condition(acc, cx, text, fit::COLUMN - 150);
                }
            }
        }
    }
}
