//! What the catalog knows by name alone: triggers, policies, publications, tablespaces …

use super::Session;
use super::catalog::Cells;
use super::rest::lists;
use crate::catalog::{CatalogBuilder, Object, ObjectKind};
use crate::error::Result;

/// The kind; the first version that has it; what follows `select`: schema, name and relation, and
/// where they are from.
const OBJECTS: &[(ObjectKind, u32, &str)] = &[
    (
        ObjectKind::Trigger,
        0,
        "n.nspname, o.tgname, c.relname from pg_catalog.pg_trigger o
         join pg_catalog.pg_class c on c.oid = o.tgrelid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where not o.tgisinternal",
    ),
    (
        ObjectKind::Policy,
        90_500,
        "n.nspname, o.polname, c.relname from pg_catalog.pg_policy o
         join pg_catalog.pg_class c on c.oid = o.polrelid
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
    ),
    (
        ObjectKind::Rule,
        0,
        "n.nspname, o.rulename, c.relname from pg_catalog.pg_rewrite o
         join pg_catalog.pg_class c on c.oid = o.ev_class
         join pg_catalog.pg_namespace n on n.oid = c.relnamespace
         where o.rulename <> '_RETURN'",
    ),
    (
        ObjectKind::EventTrigger,
        90_300,
        "null, o.evtname, null from pg_catalog.pg_event_trigger o",
    ),
    (
        ObjectKind::Publication,
        100_000,
        "null, o.pubname, null from pg_catalog.pg_publication o",
    ),
    (
        ObjectKind::Subscription,
        100_000,
        "null, o.subname, null from pg_catalog.pg_subscription o
         join pg_catalog.pg_database d on d.oid = o.subdbid
         where d.datname = pg_catalog.current_database()",
    ),
    (
        ObjectKind::Server,
        0,
        "null, o.srvname, null from pg_catalog.pg_foreign_server o",
    ),
    (
        ObjectKind::ForeignDataWrapper,
        0,
        "null, o.fdwname, null from pg_catalog.pg_foreign_data_wrapper o",
    ),
    (
        ObjectKind::Tablespace,
        0,
        "null, o.spcname, null from pg_catalog.pg_tablespace o",
    ),
    (
        ObjectKind::Statistics,
        100_000,
        "n.nspname, o.stxname, null from pg_catalog.pg_statistic_ext o
         join pg_catalog.pg_namespace n on n.oid = o.stxnamespace",
    ),
    (
        ObjectKind::Collation,
        90_100,
        "n.nspname, o.collname, null from pg_catalog.pg_collation o
         join pg_catalog.pg_namespace n on n.oid = o.collnamespace
         where n.nspname <> 'pg_catalog'",
    ),
    (
        ObjectKind::Conversion,
        0,
        "n.nspname, o.conname, null from pg_catalog.pg_conversion o
         join pg_catalog.pg_namespace n on n.oid = o.connamespace
         where n.nspname <> 'pg_catalog'",
    ),
    (
        ObjectKind::Language,
        0,
        "null, o.lanname, null from pg_catalog.pg_language o",
    ),
    (
        ObjectKind::AccessMethod,
        0,
        "null, o.amname, null from pg_catalog.pg_am o",
    ),
    (
        ObjectKind::SearchConfiguration,
        0,
        "n.nspname, o.cfgname, null from pg_catalog.pg_ts_config o
         join pg_catalog.pg_namespace n on n.oid = o.cfgnamespace",
    ),
    (
        ObjectKind::SearchDictionary,
        0,
        "n.nspname, o.dictname, null from pg_catalog.pg_ts_dict o
         join pg_catalog.pg_namespace n on n.oid = o.dictnamespace",
    ),
    (
        ObjectKind::SearchParser,
        0,
        "n.nspname, o.prsname, null from pg_catalog.pg_ts_parser o
         join pg_catalog.pg_namespace n on n.oid = o.prsnamespace",
    ),
    (
        ObjectKind::SearchTemplate,
        0,
        "n.nspname, o.tmplname, null from pg_catalog.pg_ts_template o
         join pg_catalog.pg_namespace n on n.oid = o.tmplnamespace",
    ),
];

/// Reads them.
pub(super) async fn read(
    session: &mut Session,
    version: u32,
    into: &mut CatalogBuilder,
) -> Result<()> {
    let known = OBJECTS.iter().filter(|(_, first, _)| version >= *first);
    let queries: Vec<(String, String)> = known
        .map(|(kind, _, rest)| (kind.words().to_lowercase(), select(*kind, version, rest)))
        .collect();
    let parts: Vec<[&str; 1]> = queries.iter().map(|(_, sql)| [sql.as_str()]).collect();
    let all: Vec<(&str, &[&str])> = (queries.iter().zip(&parts))
        .map(|((what, _), sql)| (what.as_str(), sql.as_slice()))
        .collect();
    lists(session, &all, into, object).await
}

fn select(kind: ObjectKind, version: u32, rest: &str) -> String {
    let (columns, from) = rest.split_once(" from ").unwrap_or((rest, ""));
    let texts: Vec<String> = columns
        .split(", ")
        .map(|column| format!("{column}::pg_catalog.text"))
        .collect();
    // A partition's copy of its parent's trigger cannot be named in a statement of its own.
    let own = match kind {
        ObjectKind::Trigger if version >= 130_000 => " and o.tgparentid = 0",
        _ => "",
    };
    format!(
        "select '{}'::pg_catalog.text, {} from {from}{own}",
        kind.words(),
        texts.join(", ")
    )
}

fn object(row: &Cells<'_>, into: &mut CatalogBuilder) {
    if let Some(kind) = ObjectKind::named(row.text(0)) {
        into.object(Object {
            kind,
            schema: row.text(1),
            name: row.text(2),
            relation: row.text(3),
        });
    }
}
