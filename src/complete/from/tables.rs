//! Relations: by search path, the others with their schema; CTEs; schemas.

use super::super::candidate::{Acc, Detail, Kind};
use super::super::context::Context;
use super::super::evidence::{self, Likely, Used};
use super::super::rank::fit;
use super::kindred;
use crate::catalog::{Catalog, RelationId, RelationKind};
use crate::sql::scope::{BlockKind, Clause};
use std::ops::Range;

/// Every relation that can stand here, likeliest first.
pub(super) fn relations<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    let writes = matches!(
        cx.scope.blocks[cx.scope.block].kind,
        BlockKind::Insert | BlockKind::Update | BlockKind::Delete | BlockKind::Merge
    ) && cx.scope.clause != Clause::On;
    let hints = Hints::new(cx);
    ctes(acc, cx, &hints);
    for schema in 0..cx.catalog.schemas.len() {
        offer(acc, cx, schema, offset, writes, &hints);
    }
    schemas(acc, cx, 0);
}

fn offer<'a>(
    acc: &mut Acc<'a>,
    cx: &'a Context<'a>,
    schema: usize,
    offset: i32,
    writes: bool,
    hints: &Hints,
) {
    let qualifier = qualifier(cx, schema);
    let base = fit::RELATION + offset + place(cx, schema);
    let system = is_system_schema(cx.catalog, &cx.catalog.schemas[schema].name);
    let most = base + hints.most() + MOST_LOOKED_AT * i32::from(system);
    for id in cx.catalog.relations_in(schema) {
        if !acc.typed.may_match(cx.catalog.relation_mask(id)) {
            continue;
        }
        let name = cx.catalog.relation_name(id);
        if !acc.may_keep(name, most) {
            continue;
        }
        let mut fit = base + hints.points(id, name, schema) + central(cx.catalog, id);
        if !acc.may_keep(name, fit + MOST_SIZE + MOST_LOOKED_AT * i32::from(system)) {
            continue;
        }
        let relation = cx.catalog.relation(id);
        fit += size(relation.rows);
        if writes && relation.kind != RelationKind::Table {
            fit -= 80;
        }
        if relation.partition_of().is_some() || relation.extension().is_some() {
            fit -= 120;
        }
        if relation.kind == RelationKind::SystemTable && base >= fit::RELATION {
            fit += fit::SYSTEM;
        }
        if system && LOOKED_AT.contains(&relation.name) {
            fit += MOST_LOOKED_AT;
        }
        if let Some(draft) = acc.add(relation.name, kind(relation.kind), fit) {
            draft.qualifier = qualifier;
            draft.detail = match (relation.comment(), relation.rows) {
                (Some(comment), _) => Detail::Text(comment),
                (None, Some(rows)) => Detail::Rows(rows),
                (None, None) => Detail::None,
            };
        }
    }
}

/// Relations that many others are joined to are asked about more often,
fn central(catalog: &Catalog, id: RelationId) -> i32 {
    i32::try_from(catalog.degree(id).min(8)).unwrap_or(0) * 3
}

/// and so are large ones.
fn size(rows: Option<u64>) -> i32 {
    let digits = rows.and_then(u64::checked_ilog10).unwrap_or(0).min(9);
    i32::try_from(digits).unwrap_or(0) * 2
}

/// The schema's name where a relation of it must be written with it.
pub(super) fn qualifier<'a>(cx: &'a Context<'a>, schema: usize) -> &'a str {
    let name = &cx.catalog.schemas[schema].name;
    match cx.path.contains(&schema) {
        true if !cx.qualifies || is_system_schema(cx.catalog, name) => "",
        _ => name,
    }
}

/// What the schema of a relation is worth.
pub(super) fn place(cx: &Context<'_>, schema: usize) -> i32 {
    let name = &cx.catalog.schemas[schema].name;
    let at = cx.path.iter().position(|s| *s == schema);
    match at {
        _ if is_system_schema(cx.catalog, name)
            && !(cx.dialect.name == "mysql" && at == Some(0)) =>
        {
            fit::SYSTEM
        }
        // What SQLite finds in an attached database comes after its own.
        Some(at) if at > 0 && cx.dialect.name == "sqlite" => -40,
        Some(_) => 0,
        None => fit::QUALIFIED,
    }
}

/// What the schema of this relation is worth, for guesses before FROM.
pub(super) fn home(cx: &Context<'_>, id: RelationId) -> i32 {
    place(cx, cx.catalog.relation(id).schema)
}

/// The ids of the relations that are named without their schema and are no system tables.
pub(super) fn home_ranges(cx: &Context<'_>) -> Vec<Range<RelationId>> {
    let catalog = cx.catalog;
    cx.path
        .iter()
        .filter(|s| place(cx, **s) == 0)
        .filter_map(|s| {
            let mut ids = catalog.relations_in(*s);
            let first = ids.next()?;
            let last = ids.last().unwrap_or(first);
            Some(first..RelationId(last.0 + 1))
        })
        .collect()
}

/// Whether a schema belongs to the server rather than to its users.
pub(super) fn is_system_schema(catalog: &Catalog, name: &str) -> bool {
    match catalog.dialect.name {
        "postgres" => name == "information_schema" || name.starts_with("pg_"),
        "mysql" => ["information_schema", "performance_schema", "mysql", "sys"]
            .iter()
            .any(|s| s.eq_ignore_ascii_case(name)),
        _ => false,
    }
}

pub(super) fn is_system(catalog: &Catalog, id: RelationId) -> bool {
    is_system_schema(catalog, &catalog.schema_of(id).name)
        || catalog.relation(id).kind == RelationKind::SystemTable
}

pub(super) fn kind(kind: RelationKind) -> Kind {
    match kind {
        RelationKind::View => Kind::View,
        RelationKind::MaterializedView => Kind::MaterializedView,
        RelationKind::ForeignTable => Kind::ForeignTable,
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::SystemTable => {
            Kind::Table
        }
    }
}

/// What of the server's own relations people ask about themselves.
const LOOKED_AT: &[&str] = &[
    "pg_stat_activity",
    "pg_class",
    "pg_locks",
    "pg_stat_user_tables",
    "pg_settings",
    "pg_roles",
    "pg_indexes",
    "pg_tables",
    "pg_namespace",
    "pg_database",
    "pg_stat_user_indexes",
    "pg_stat_replication",
    "pg_stat_statements",
    "pg_stat_database",
    "pg_replication_slots",
    "pg_index",
    "pg_attribute",
    "pg_constraint",
    "pg_proc",
    "pg_extension",
    "pg_views",
    "pg_statio_user_tables",
    "tables",
    "columns",
    "processlist",
    "innodb_trx",
    "statistics",
];
const MOST_LOOKED_AT: i32 = 70;

/// The most points that `central` and `size` give.
const MOST_CENTRAL: i32 = 24;
const MOST_SIZE: i32 = 18;

/// What the statement says about the relation that comes here.
pub(super) struct Hints {
    /// For each unexplained qualifier what its columns say.
    groups: Vec<(String, Likely)>,
    plain: Likely,
    /// The relation will be joined to these.
    joined: Vec<RelationId>,
    near: Vec<RelationId>,
    /// Names connect these with them.
    kin: Vec<(RelationId, bool)>,
    already: Vec<RelationId>,
    /// Where the joined ones are, off the search path.
    schemas: Vec<usize>,
}

impl Hints {
    pub(super) fn new(cx: &Context<'_>) -> Hints {
        let bound: Vec<&str> = cx
            .visible
            .iter()
            .map(|v| v.source.shown())
            .filter(|s| !s.is_empty())
            .collect();
        let mut groups = evidence::unbound(&cx.used, &bound, cx.catalog);
        let alias = alias_behind(cx);
        if let Some(alias) = &alias {
            // The alias stands behind the cursor already: its columns are what counts.
            let all = cx
                .used
                .iter()
                .filter(|u| u.qualifier.as_deref() == Some(alias))
                .collect();
            groups = vec![(alias.as_str(), all)];
        }
        let known = |u: &&Used| {
            u.qualifier.is_none()
                && !cx.visible.iter().any(|v| {
                    v.columns
                        .iter()
                        .any(|c| c.name.eq_ignore_ascii_case(&u.name))
                })
        };
        let into = cx.scope.clause == Clause::Into;
        let plain: Vec<&Used> = cx
            .used
            .iter()
            .filter(known)
            .filter(|u| !into || u.clause == Clause::Columns || u.clause == Clause::Into)
            .collect();
        let joined: Vec<RelationId> = cx
            .visible
            .iter()
            .filter(|v| v.level == 0)
            .filter_map(|v| v.relation)
            .collect();
        let near = joined
            .iter()
            .flat_map(|id| {
                cx.catalog
                    .keys_of(*id)
                    .map(move |k| if k.from == *id { k.to } else { k.from })
            })
            .collect();
        let kin = joined.iter().flat_map(|id| kindred::of(cx, *id));
        let kin = kin.map(|k| (k.relation, k.is_key)).collect();
        Hints {
            kin,
            groups: groups
                .into_iter()
                .map(|(q, names)| (q.to_string(), Likely::new(cx.catalog, &names, 1)))
                .collect(),
            plain: Likely::new(cx.catalog, &plain, 1),
            already: joined.clone(),
            schemas: joined
                .iter()
                .map(|id| cx.catalog.relation(*id).schema)
                .filter(|s| !cx.path.contains(s))
                .collect(),
            joined,
            near,
        }
    }

    /// The most points that a relation can have here, with those for being central.
    fn most(&self) -> i32 {
        let aliases = i32::from(!self.groups.is_empty()) * (evidence::ALL_NAMES + 200);
        let names = i32::from(!self.plain.is_empty()) * evidence::ALL_NAMES;
        let joins = i32::from(!self.joined.is_empty()) * 220;
        MOST_CENTRAL + MOST_SIZE + aliases + names + joins
    }

    pub(super) fn points(&self, id: RelationId, name: &str, schema: usize) -> i32 {
        let by_alias = self.groups.iter().map(|(alias, likely)| {
            let short = evidence::abbreviates(alias, name);
            let columns = likely.points(id);
            if likely.is_empty() {
                short
            } else {
                columns + short * i32::from(columns > 0)
            }
        });
        let mut points = by_alias.max().unwrap_or(0) + self.plain.points(id);
        if !self.joined.is_empty() {
            points += 100 * i32::from(self.schemas.contains(&schema));
            points += 120 * i32::from(self.near.contains(&id));
            let kin = self.kin.iter().filter(|(k, _)| *k == id);
            points += kin
                .map(|(_, is_key)| if *is_key { 110 } else { 50 })
                .max()
                .unwrap_or(0);
            points -= 60 * i32::from(self.already.contains(&id));
        }
        points
    }
}

/// The alias that follows the hole.
fn alias_behind(cx: &Context<'_>) -> Option<String> {
    let hole = cx.scope.hole;
    let block = &cx.scope.blocks[cx.scope.block];
    let source = block.relations.iter().find(|r| {
        r.name.is_empty()
            && (r.place == hole
                || r.place + 2 == hole
                    && cx.scope.kind(hole - 1) == Some(crate::sql::TokenKind::Dot))
    });
    source.and_then(|s| s.alias.clone())
}

fn ctes<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, hints: &Hints) {
    for cte in cx.scope.ctes(cx.scope.block) {
        if cte.name.is_empty() {
            continue;
        }
        let short = hints
            .groups
            .iter()
            .map(|(alias, _)| evidence::abbreviates(alias, &cte.name))
            .max();
        let used = cx
            .scope
            .blocks
            .iter()
            .any(|b| b.relations.iter().any(|r| r.name == cte.name));
        let own = match cte.name.starts_with("sqlite_") {
            true => fit::SYSTEM,
            false => 230,
        };
        let fit = fit::RELATION + own + short.unwrap_or(0) - 120 * i32::from(used)
            + explained(cx, &cte.name);
        if let Some(draft) = acc.add(cte.name.as_str(), Kind::Table, fit) {
            draft.detail = Detail::Text("in this query");
        }
    }
}

/// Points of a CTE for the names that the query uses and it has.
fn explained(cx: &Context<'_>, cte: &str) -> i32 {
    let columns = cx.ctes.iter().find(|(c, _)| c.name == cte).map(|c| &c.1);
    let Some(columns) = columns else {
        return 0;
    };
    let has = |name: &str| columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
    let named = cx.used.iter().filter(|u| u.qualifier.is_none());
    let (found, missing): (Vec<&Used>, Vec<&Used>) = named.partition(|u| has(&u.name));
    match found.len() + missing.len() {
        0 => 0,
        all => evidence::ALL_NAMES * i32::try_from(found.len() * 100 / all).unwrap_or(0) / 100,
    }
}

/// Schemas, to be followed by a dot.
pub(super) fn schemas<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, offset: i32) {
    for (id, schema) in cx.catalog.schemas.iter().enumerate() {
        let mut fit = fit::SCHEMA + offset;
        if is_system_schema(cx.catalog, &schema.name) {
            fit -= 60;
        }
        if cx.path.contains(&id) {
            fit -= 30;
        }
        acc.add(schema.name.as_str(), Kind::Schema, fit);
    }
}

/// The relations of one schema, behind its dot.
pub(super) fn in_schema<'a>(acc: &mut Acc<'a>, cx: &'a Context<'a>, schema: usize, offset: i32) {
    let hints = Hints::new(cx);
    for id in cx.catalog.relations_in(schema) {
        let relation = cx.catalog.relation(id);
        let fit = fit::RELATION + offset + hints.points(id, relation.name, schema);
        if let Some(draft) = acc.add(relation.name, kind(relation.kind), fit) {
            draft.detail = relation.comment().map_or(Detail::None, Detail::Text);
        }
    }
}

/// The first letters of a name's words: `oi` for `order_items` and `orderItems`.
pub(in super::super) fn initials(name: &str) -> impl Iterator<Item = char> + '_ {
    let mut before = '_';
    name.chars().filter_map(move |c| {
        let begins = !before.is_alphanumeric() || before.is_lowercase() && c.is_uppercase();
        before = c;
        (begins && c.is_alphabetic()).then(|| c.to_lowercase().next().unwrap_or(c))
    })
}
