//! Columns before FROM says which relations there are.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::evidence::{self, Likely, Used};
use super::super::rank::fit;
use super::arguments::{argument, fits_argument};
use super::columns::{add, expected};
use super::tables;
use crate::catalog::{Catalog, RelationId};
use crate::sql::names::same;

/// Columns before any relation is named: of the relations that the other names point to, then any.
pub(super) fn anywhere<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let plain: Vec<&Used> = cx
        .used
        .iter()
        .filter(|u| u.qualifier.is_none() && u.item != cx.scope.hole)
        .collect();
    let likely = Likely::new(cx.catalog, &plain, plain.len());
    let mut best: Vec<(RelationId, i32)> = likely
        .relations()
        .map(|(id, points)| (id, points + tables::home(cx, id)))
        .collect();
    best.sort_by_key(|(id, points)| (-points, *id));
    let argument = argument(cx);
    for (id, points) in best.into_iter().take(12) {
        for (at, column) in cx.catalog.columns(id).iter().enumerate() {
            let listed = plain
                .iter()
                .any(|u| cx.in_list(u) && same(&u.name, column.name, cx.dialect));
            let at = i32::try_from(at.min(60)).unwrap_or(60);
            let fit = fit::ANY_COLUMN + points / 2 - at - 200 * i32::from(listed)
                + expected(cx, column.name)
                + fits_argument(argument, column);
            if let Some(draft) = acc.add(column.name, Kind::Column, fit) {
                draft.detail = Detail::Text(cx.catalog.relation(id).name);
            }
        }
    }
    of_ctes(acc, cx, None);
    names(acc, cx, 0);
}

/// What the CTEs of the statement give: FROM is likely to name one of them.
fn of_ctes<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, qualifier: Option<&str>) {
    for (cte, columns) in &cx.ctes {
        let fits = match qualifier {
            Some(q) => evidence::abbreviates(q, &cte.name),
            None => 60,
        };
        let unused = !cx.visible.iter().any(|v| v.source.name == cte.name);
        let system = cte.name.starts_with("sqlite_");
        if fits == 0 || !unused || system {
            continue;
        }
        for (at, column) in columns.iter().enumerate() {
            let listed = cx
                .used
                .iter()
                .any(|u| cx.in_list(u) && same(&u.name, &column.name, cx.dialect));
            let at = i32::try_from(at.min(60)).unwrap_or(60);
            let fit = fit::ANY_COLUMN + 180 + fits / 2 - at - 100 * i32::from(listed)
                + expected(cx, &column.name);
            add(acc, cx, (None, column), "", fit);
        }
    }
}

/// Every column name of the catalog, those of the search path first.
fn names<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    let catalog = cx.catalog;
    let homes = tables::home_ranges(cx);
    let argument = argument(cx);
    // One letter is enough to mean a column of the user's rather than one of many functions.
    let base = fit::ANY_COLUMN - 100 + offset + 60 * i32::from(!acc.typed.is_empty());
    for name in catalog.column_names() {
        if !acc.typed.may_match(name.mask) {
            continue;
        }
        let owners = catalog.owners(name);
        let mut at_home = 0usize;
        for range in &homes {
            at_home += owners.partition_point(|o| *o < range.end)
                - owners.partition_point(|o| *o < range.start);
        }
        let place = match at_home {
            0 if owners
                .iter()
                .take(4)
                .all(|o| tables::is_system(catalog, *o)) =>
            {
                fit::SYSTEM
            }
            0 => fit::QUALIFIED / 4,
            n => i32::try_from(n.ilog2().min(4)).unwrap_or(0) * 8,
        };
        let column = catalog.named_column(name);
        let fit = base + place + expected(cx, column.name) + fits_argument(argument, column);
        if let Some(draft) = acc.add(column.name, Kind::Column, fit)
            && let Some(owner) = owners.first()
        {
            draft.detail = Detail::Text(catalog.relation(*owner).name);
        }
    }
}

/// Columns behind `x.` where FROM does not say yet what `x` is: of relations that `x` abbreviates
/// and that have the other columns used with it.
pub(super) fn guess<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, qualifier: &str) {
    // A CTE of that name is what is meant.
    if cx
        .ctes
        .iter()
        .any(|(cte, _)| same(&cte.name, qualifier, cx.dialect))
    {
        return of_ctes(acc, cx, Some(qualifier));
    }
    let with_it: Vec<&Used> = cx
        .used
        .iter()
        .filter(|u| u.qualifier.as_deref() == Some(qualifier))
        .collect();
    let likely = Likely::new(cx.catalog, &with_it, with_it.len());
    let named: Vec<RelationId> = cx.catalog.named(qualifier).collect();
    let mut scored: Vec<(RelationId, i32)> = Vec::new();
    let first = qualifier.bytes().next().unwrap_or(b'_');
    for id in all_relations(cx.catalog) {
        let name = cx.catalog.relation_name(id);
        let short = match evidence::may_abbreviate(first, name) {
            true => evidence::abbreviates(qualifier, name),
            false => 0,
        };
        let points = short + likely.points(id);
        let explained = likely.is_empty() || likely.points(id) > 0;
        if (short > 0 || likely.points(id) > 0) && explained {
            scored.push((id, points + tables::home(cx, id)));
        }
    }
    scored.sort_by_key(|(id, points)| (-points, *id));
    scored.truncate(if named.is_empty() { 30 } else { 10 });
    let argument = argument(cx);
    for (id, points) in scored {
        for (at, column) in cx.catalog.columns(id).iter().enumerate() {
            let listed = with_it
                .iter()
                .any(|u| cx.in_list(u) && same(&u.name, column.name, cx.dialect));
            let at = i32::try_from(at.min(60)).unwrap_or(60);
            let fit = fit::ANY_COLUMN + points - at - 200 * i32::from(listed)
                + expected(cx, column.name)
                + fits_argument(argument, column);
            if let Some(draft) = acc.add(column.name, Kind::Column, fit) {
                draft.detail = Detail::Text(cx.catalog.relation(id).name);
            }
        }
    }
    of_ctes(acc, cx, Some(qualifier));
    names(acc, cx, -110);
}

fn all_relations(catalog: &Catalog) -> impl Iterator<Item = RelationId> + use<> {
    (0..u32::try_from(catalog.relations().len()).unwrap_or(u32::MAX)).map(RelationId)
}
