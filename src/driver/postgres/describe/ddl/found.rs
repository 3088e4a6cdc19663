//! What a name may mean for `/ddl`: the catalogs that are looked in.

use super::super::pattern::conditions;
use super::super::{Ask, Names};
use crate::driver::postgres::catalog::qualified;
use crate::error::Result;

/// As many objects as one pattern may show.
const MOST: usize = 1000;

/// A catalog, the names in it, and what its objects are called here.
struct Place {
    /// Aliased as `o`.
    catalog: &'static str,
    name: &'static str,
    /// The column of the schema's number; nothing where objects have no schema.
    schema: &'static str,
    /// The function that tells whether an object is in sight.
    visible: &'static str,
    kind: &'static str,
    wanted: &'static str,
    since: u32,
}

const fn place(
    catalog: &'static str,
    name: &'static str,
    schema: &'static str,
    visible: &'static str,
) -> Place {
    Place {
        catalog,
        name,
        schema,
        visible,
        kind: "",
        // Those that the server came with are nobody's to make.
        wanted: "o.oid >= 16384",
        since: 0,
    }
}

static PLACES: &[Place] = &[
    Place {
        kind: "o.relkind::pg_catalog.text",
        wanted: "o.relkind in ('r','p','v','m','S','i','I','f')",
        ..place("pg_class", "relname", "relnamespace", "pg_table_is_visible")
    },
    Place {
        kind: "case when exists (select 1 from pg_catalog.pg_aggregate a where a.aggfnoid = o.oid) then 'aggregate' else 'function' end",
        wanted: "not exists (select 1 from pg_catalog.pg_depend d where d.objid = o.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'i')",
        ..place(
            "pg_proc",
            "proname",
            "pronamespace",
            "pg_function_is_visible",
        )
    },
    Place {
        kind: "'type ' || o.typtype::pg_catalog.text",
        wanted: "(o.typtype in ('e','d','r') or o.typtype = 'c' and exists (select 1 from pg_catalog.pg_class c where c.oid = o.typrelid and c.relkind = 'c'))",
        ..place("pg_type", "typname", "typnamespace", "pg_type_is_visible")
    },
    place(
        "pg_operator",
        "oprname",
        "oprnamespace",
        "pg_operator_is_visible",
    ),
    place(
        "pg_collation",
        "collname",
        "collnamespace",
        "pg_collation_is_visible",
    ),
    place(
        "pg_conversion",
        "conname",
        "connamespace",
        "pg_conversion_is_visible",
    ),
    Place {
        since: 100_000,
        ..place(
            "pg_statistic_ext",
            "stxname",
            "stxnamespace",
            "pg_statistics_obj_is_visible",
        )
    },
    place(
        "pg_ts_config",
        "cfgname",
        "cfgnamespace",
        "pg_ts_config_is_visible",
    ),
    place(
        "pg_ts_dict",
        "dictname",
        "dictnamespace",
        "pg_ts_dict_is_visible",
    ),
    place(
        "pg_ts_parser",
        "prsname",
        "prsnamespace",
        "pg_ts_parser_is_visible",
    ),
    place(
        "pg_ts_template",
        "tmplname",
        "tmplnamespace",
        "pg_ts_template_is_visible",
    ),
    place(
        "pg_opfamily",
        "opfname",
        "opfnamespace",
        "pg_opfamily_is_visible",
    ),
    place(
        "pg_opclass",
        "opcname",
        "opcnamespace",
        "pg_opclass_is_visible",
    ),
    place("pg_foreign_data_wrapper", "fdwname", "", ""),
    place("pg_foreign_server", "srvname", "", ""),
    place("pg_am", "amname", "", ""),
    place("pg_language", "lanname", "", ""),
    Place {
        wanted: "not o.tgisinternal",
        ..place("pg_trigger", "tgname", "", "")
    },
    Place {
        wanted: "o.oid >= 16384 and o.rulename <> '_RETURN'",
        ..place("pg_rewrite", "rulename", "", "")
    },
    place("pg_policy", "polname", "", ""),
    place("pg_event_trigger", "evtname", "", ""),
    Place {
        wanted: "o.oid >= 16384 and o.nspname !~ '^pg_'",
        ..place("pg_namespace", "nspname", "", "")
    },
    place("pg_extension", "extname", "", ""),
    Place {
        since: 100_000,
        ..place("pg_publication", "pubname", "", "")
    },
    Place {
        wanted: "o.subdbid = (select b.oid from pg_catalog.pg_database b where b.datname = pg_catalog.current_database())",
        since: 100_000,
        ..place("pg_subscription", "subname", "", "")
    },
];

/// Whether the user may read what finds subscriptions.
pub(super) const SEES_SUBSCRIPTIONS: &str =
    "select pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'oid', 'select')";

/// Kind, number, quoted name of all that a pattern means. The kind of what is rare is its catalog.
pub(super) fn objects(pattern: &str, subscriptions: bool, ask: &Ask<'_>) -> Result<String> {
    let mut parts = Vec::new();
    let seen = |place: &&Place| {
        ask.since(place.since) && (subscriptions || place.catalog != "pg_subscription")
    };
    for place in PLACES.iter().filter(seen) {
        let name = format!("o.{}", place.name);
        let visible = format!("pg_catalog.{}(o.oid)", place.visible);
        let has_schema = !place.schema.is_empty();
        let names = Names {
            schema: has_schema.then_some("n.nspname"),
            name: &name,
            visible: has_schema.then_some(visible.as_str()),
            parts: if has_schema { 3 } else { 1 },
            plain: place.catalog == "pg_operator",
            ..Names::default()
        };
        let mut all = vec![qualified(place.wanted)];
        match conditions(Some(pattern), &names, ask.server) {
            Ok(more) => all.extend(more),
            // A name with a schema is none of what has none.
            Err(_) if !has_schema => continue,
            Err(e) => return Err(e),
        }
        let (join, shown) = match has_schema {
            true => (
                format!(
                    " join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) o.{}",
                    place.schema
                ),
                "pg_catalog.quote_ident(n.nspname) || '.' || ",
            ),
            false => (String::new(), ""),
        };
        let kind = match place.kind {
            "" => format!("'{}'", place.catalog),
            kind => qualified(kind),
        };
        parts.push(format!(
            "select {kind} as kind, o.oid, {shown}pg_catalog.quote_ident({name}) as name\nfrom pg_catalog.{} o{join}\nwhere {}",
            place.catalog,
            all.join("\n  and ")
        ));
    }
    Ok(format!(
        "{}\norder by 1, 3, 2 limit {MOST}",
        parts.join("\nunion all\n")
    ))
}
