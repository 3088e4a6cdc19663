//! Everything else that has a name: schemas, databases, roles, settings, sequences, indexes …

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::patterns::{self, Object};
use super::super::rank::fit;
use super::{columns, functions, tables, text, types};
use crate::catalog::{ObjectKind, Relation, RelationId, RelationKind, RoutineKind};
use crate::sql::names::{same, unquote};
use std::collections::HashSet;

pub(super) fn objects<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, object: Object, offset: i32) {
    let fit = fit::OBJECT + offset;
    match object {
        Object::Tables => relations(acc, cx, fit, |r| {
            !matches!(r.kind, RelationKind::View | RelationKind::MaterializedView)
        }),
        Object::Views => relations(acc, cx, fit, |r| r.kind == RelationKind::View),
        Object::MaterializedViews => {
            relations(acc, cx, fit, |r| r.kind == RelationKind::MaterializedView);
        }
        Object::Relations => relations(acc, cx, fit, |_| true),
        Object::Schemas => tables::schemas(acc, cx, offset + 400),
        Object::Databases => databases(acc, cx, fit),
        Object::Roles => names(acc, &cx.catalog.roles, Kind::Role, fit),
        Object::Settings => names(acc, &cx.catalog.settings, Kind::Setting, fit - 20),
        Object::Charsets => names(acc, &cx.catalog.charsets, Kind::Charset, fit),
        Object::Collations => {
            names(acc, &cx.catalog.collations, Kind::Collation, fit);
            named(acc, cx, ObjectKind::Collation, fit);
        }
        Object::Named(kind) => named(acc, cx, kind, fit),
        Object::Sequences => in_schemas(acc, cx, Kind::Sequence, fit, |s| &s.sequences),
        Object::Extensions => {
            for schema in &cx.catalog.schemas {
                names(acc, &schema.extensions, Kind::Keyword, fit);
            }
        }
        Object::Indexes => indexes(acc, cx, fit),
        Object::Introduced(behind) => text::introduced(acc, cx, behind),
        Object::Functions => {
            functions::names(acc, cx, offset, &|r| r.kind != RoutineKind::Procedure);
        }
        Object::TriggerFunctions => {
            functions::names(acc, cx, offset, &|r| r.returns == "trigger");
            functions::names(acc, cx, offset - 200, &|r| r.kind != RoutineKind::Procedure);
        }
        Object::OwnTypes => types::own(acc, cx, offset),
        Object::Procedures => functions::procedures(acc, cx, offset),
        Object::Columns => {
            if let Some(name) = cx.named_after(&["table"]) {
                // Before or behind the words beside it, as it is listed.
                let offset = 140 + 10 * offset;
                columns::target(acc, cx, name.qualifier(), name.last(), offset);
            }
        }
    }
}

/// Character sets that are in use, and how the collations begin that go with them.
const IN_USE: &[&str] = &["utf8mb4", "utf8mb3", "latin1", "utf8", "binary", "ascii"];

fn in_use(name: &str, kind: Kind) -> i32 {
    let set = name.split('_').next().unwrap_or(name);
    let at = IN_USE.iter().position(|s| *s == set);
    let usual = name.ends_with("_general_ci") || name.ends_with("_0900_ai_ci");
    match (kind, at) {
        (Kind::Charset, Some(at)) | (Kind::Collation, Some(at)) => {
            40 - 6 * i32::try_from(at).unwrap_or(6) + 3 * i32::from(usual)
        }
        _ => 0,
    }
}

fn names<'a>(acc: &mut Acc<'a>, names: &'a [String], kind: Kind, fit: i32) {
    for name in names {
        let fit = fit + in_use(name, kind);
        if let Some(draft) = acc.add(name.as_str(), kind, fit) {
            // A setting may have a dot, a MySQL role a host: they are written as they are listed.
            draft.verbatim = matches!(kind, Kind::Setting | Kind::Charset) || name.contains('@');
        }
    }
}

fn databases<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, fit: i32) {
    for name in &cx.catalog.databases {
        let system = tables::is_system_schema(cx.catalog, name) || name.starts_with("template");
        acc.add(name.as_str(), Kind::Database, fit - 50 * i32::from(system));
    }
    if cx.catalog.databases.is_empty() && cx.dialect.name == "mysql" {
        for schema in &cx.catalog.schemas {
            acc.add(schema.name.as_str(), Kind::Database, fit);
        }
    }
}

fn in_schemas<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    kind: Kind,
    fit: i32,
    of: impl Fn(&'a crate::catalog::Schema) -> &'a Vec<String>,
) {
    for (id, schema) in cx.catalog.schemas.iter().enumerate() {
        let in_path = cx.path.contains(&id);
        for name in of(schema) {
            let place = if in_path { 0 } else { fit::QUALIFIED };
            if let Some(draft) = acc.add(name.as_str(), kind, fit + place) {
                draft.qualifier = if in_path { "" } else { &schema.name };
            }
        }
    }
}

fn relations<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    fit: i32,
    wanted: impl Fn(Relation<'_>) -> bool,
) {
    let told = patterns::told(cx);
    let referred = match patterns::kind_named(cx) {
        Some((kind, _)) => owners(cx, kind),
        None => referred(cx),
    };
    for id in 0..cx.catalog.schemas.len() {
        let in_path = cx.path.contains(&id);
        let base = fit + tables::place(cx, id);
        let qualifier = if in_path {
            ""
        } else {
            cx.catalog.schemas[id].name.as_str()
        };
        for relation_id in cx.catalog.relations_in(id) {
            if !acc.typed.may_match(cx.catalog.relation_mask(relation_id)) {
                continue;
            }
            let relation = cx.catalog.relation(relation_id);
            if !wanted(relation) {
                continue;
            }
            let part = 120 * i32::from(relation.partition_of().is_some());
            let named =
                told.points(relation.name) + 240 * i32::from(referred.contains(&relation_id));
            let fit = base - part + named;
            if let Some(draft) = acc.add(relation.name, tables::kind(relation.kind), fit) {
                draft.qualifier = qualifier;
                draft.detail = relation.comment().map_or(Detail::None, Detail::Text);
            }
        }
    }
}

/// What columns of that name refer to elsewhere, behind REFERENCES.
fn referred(cx: &Context<'_>) -> HashSet<RelationId> {
    if !cx.prev(&["references"]) {
        return HashSet::new();
    }
    let columns = patterns::referring(cx, cx.scope.hole - 1);
    let names = columns.map(|i| unquote(cx.item(i), cx.dialect));
    let mut found = HashSet::new();
    for name in names {
        for owner in cx.catalog.owners_of(&name).iter().take(200) {
            let keys = cx.catalog.keys_of(*owner).filter(|k| k.from == *owner);
            let keys = keys.filter(|k| k.from_columns.iter().any(|c| same(c, &name, cx.dialect)));
            found.extend(keys.map(|k| k.to));
        }
    }
    found
}

/// The relations that have an object of the name that stands before ON.
fn owners(cx: &Context<'_>, kind: ObjectKind) -> HashSet<RelationId> {
    if !cx.prev(&["on"]) || cx.scope.hole < 2 {
        return HashSet::new();
    }
    let name = unquote(cx.item(cx.scope.hole - 2), cx.dialect);
    let all = cx.catalog.objects_of(kind);
    let so_named = all.filter(|o| same(o.name, &name, cx.dialect));
    let found = so_named.filter_map(|o| cx.catalog.find(Some(o.schema), o.relation, &cx.path));
    found.collect()
}

/// Objects of a kind; those of the table that ALTER TABLE names.
fn named<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, kind: ObjectKind, fit: i32) {
    let of_relation = kind.is_of_relation(cx.dialect.name);
    let altered = cx.is(0, &["alter"]) && cx.is(1, &["table"]) && of_relation;
    let table = cx.named_after(&["table"]).filter(|_| altered);
    let table = table.and_then(|n| cx.catalog.find(n.qualifier(), n.last(), &cx.path));
    let shown = match kind {
        ObjectKind::Collation => Kind::Collation,
        _ => Kind::Alias,
    };
    let schemas = &cx.catalog.schemas;
    for object in cx.catalog.objects_of(kind) {
        let schema = schemas
            .binary_search_by(|s| s.name.as_str().cmp(object.schema))
            .ok();
        if let Some(table) = table {
            let relation = cx.catalog.relation(table);
            if relation.name != object.relation || Some(relation.schema) != schema {
                continue;
            }
        }
        let bare = of_relation
            || object.schema == "pg_catalog"
            || schema.is_none_or(|id| cx.path.contains(&id));
        let place = schema.map_or(0, |id| tables::place(cx, id));
        if let Some(draft) = acc.add(object.name, shown, fit + place) {
            draft.qualifier = if bare { "" } else { object.schema };
            draft.detail = Detail::Object(object);
        }
    }
}

/// Indexes; those of the table that the statement names, where it names one.
fn indexes<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, fit: i32) {
    let named = cx.named_after(&["table", "cluster", "handler"]);
    let table = named.and_then(|n| cx.catalog.find(n.qualifier(), n.last(), &cx.path));
    // A hint names an index of the relation that it stands behind.
    let hinted = cx
        .visible
        .iter()
        .rev()
        .filter(|v| v.source.place < cx.scope.hole);
    let table = table.or(hinted.filter_map(|v| v.relation).next());
    for (id, schema) in cx.catalog.schemas.iter().enumerate() {
        let in_path = cx.path.contains(&id);
        let qualifier = if in_path || table.is_some() {
            ""
        } else {
            schema.name.as_str()
        };
        for relation in cx.catalog.relations_in(id) {
            if table.is_some_and(|t| t != relation) {
                continue;
            }
            let owner = cx.catalog.relation(relation);
            for index in owner.indexes() {
                if let Some(draft) = acc.add(index.name, Kind::Index, fit + tables::place(cx, id)) {
                    draft.qualifier = qualifier;
                    draft.detail = Detail::Text(owner.name);
                }
            }
        }
    }
}

/// The unique indexes of the target, whose names are those of its constraints.
pub(super) fn constraints<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>) {
    let own = cx.visible.iter().filter(|v| v.level == 0);
    let named = cx.named_after(&["table"]).filter(|_| cx.is(0, &["alter"]));
    let altered = named.and_then(|n| cx.catalog.find(n.qualifier(), n.last(), &cx.path));
    for relation in own.filter_map(|v| v.relation).chain(altered) {
        for index in cx.catalog.relation(relation).indexes() {
            let fit = fit::OBJECT - 100 * i32::from(!index.unique);
            acc.add(index.name, Kind::Index, fit);
        }
    }
}
