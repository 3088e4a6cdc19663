//! `\dt`, `\dv`, `\di` … and their mixtures, `\dP`, `\det`: lists of relations. Pure.

use super::{Ask, Listed, Names, Select, named};
use crate::error::Result;

pub(super) const RELATION: Names<'_> = Names {
    schema: Some("n.nspname"),
    name: "c.relname",
    other: None,
    visible: Some("pg_catalog.pg_table_is_visible(c.oid)"),
    parts: 3,
    plain: false,
};

/// A letter of the command, the kinds of relations it stands for, and their names in messages.
const KINDS: &[(char, &str, &str)] = &[
    ('t', "'r', 'p'", "tables"),
    ('v', "'v'", "views"),
    ('m', "'m'", "materialized views"),
    ('i', "'i', 'I'", "indexes"),
    ('s', "'S'", "sequences"),
    ('E', "'f'", "foreign tables"),
];

const KIND: &str = "case c.relkind when 'r' then 'table' when 'v' then 'view'
    when 'm' then 'materialized view' when 'i' then 'index' when 'S' then 'sequence'
    when 't' then 'TOAST table' when 'f' then 'foreign table' when 'p' then 'partitioned table'
    when 'I' then 'partitioned index' end";

const PERSISTENCE: &str = "case c.relpersistence when 'p' then 'permanent'
    when 't' then 'temporary' when 'u' then 'unlogged' end";

const SIZE: &str = "pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid))";
const DESCRIPTION: &str = "pg_catalog.obj_description(c.oid, 'pg_class')";
const NOT_TOAST: &str = "n.nspname <> 'pg_catalog'
  and n.nspname !~ '^pg_toast'
  and n.nspname <> 'information_schema'";

/// The relations of the kinds that the command's letters name.
pub(super) fn list(ask: &Ask<'_>) -> Result<Listed> {
    list_of(ask, ask.kinds("d"))
}

/// The relations of some kinds; of all kinds but indexes where none is named.
pub(super) fn list_of(ask: &Ask<'_>, letters: &str) -> Result<Listed> {
    let letters = if letters.is_empty() { "tvmsE" } else { letters };
    let chosen: Vec<_> = KINDS.iter().filter(|k| letters.contains(k.0)).collect();
    let has = |letter| chosen.iter().any(|k| k.0 == letter);
    let asked = ask.system || ask.pattern().is_some();
    let mut kinds: Vec<&str> = chosen.iter().map(|k| k.1).collect();
    if has('t') && asked {
        kinds.push("'t'");
    }
    if asked {
        kinds.push("'s'");
    }
    let methods = ask.since(120_000) && !ask.hide_methods && (has('t') || has('m') || has('i'));
    let select = Select::from("pg_catalog.pg_class c")
        .columns(&[
            ("n.nspname", "Schema"),
            ("c.relname", "Name"),
            (KIND, "Type"),
            ("pg_catalog.pg_get_userbyid(c.relowner)", "Owner"),
        ])
        .columns_if(has('i'), &[("c2.relname", "Table")])
        .columns_if(ask.verbose, &[(PERSISTENCE, "Persistence")])
        .columns_if(ask.verbose && methods, &[("am.amname", "Access method")])
        .columns_if(ask.verbose, &[(SIZE, "Size"), (DESCRIPTION, "Description")])
        .join("pg_catalog.pg_namespace n on n.oid = c.relnamespace")
        .join_if(methods, "pg_catalog.pg_am am on am.oid = c.relam")
        .join_if(has('i'), "pg_catalog.pg_index i on i.indexrelid = c.oid")
        .join_if(has('i'), "pg_catalog.pg_class c2 on i.indrelid = c2.oid")
        .wanted(&format!("c.relkind in ({})", kinds.join(", ")))
        .wanted_if(!asked, NOT_TOAST)
        .named(ask.pattern(), &RELATION, ask.server)?
        .order("1, 2");
    // psql 18 says which kind it lists, where it is one.
    let kind = match chosen.as_slice() {
        [one] if ask.since(180_000) => one.2,
        _ => "relations",
    };
    let mut listed = Listed::new(&format!("List of {kind}"), &select)?;
    let kind = match ask.pattern() {
        Some(_) if !ask.since(180_000) => "relation",
        _ => kind,
    };
    listed.empty = Some(format!("did not find any {kind}{}", named(ask.pattern())));
    Ok(listed)
}

/// `\dP`: partitioned tables and indexes; with `n` also those inside of others.
pub(super) fn partitioned(ask: &Ask<'_>) -> Result<Listed> {
    let letters = ask.kinds("dP");
    let (tables, indexes) = (letters.contains('t'), letters.contains('i'));
    let all = !tables && !indexes;
    let (tables, indexes) = (tables || all, indexes || all);
    let nested = letters.contains('n');
    let parents = nested || ask.pattern().is_some();
    let (title, kinds) = match (tables, indexes) {
        (true, true) => ("List of partitioned relations", "'p', 'I'"),
        (true, false) => ("List of partitioned tables", "'p'"),
        _ => ("List of partitioned indexes", "'I'"),
    };
    let mixed = tables && indexes;
    let kind =
        "case c.relkind when 'p' then 'partitioned table' when 'I' then 'partitioned index' end";
    let order = match (mixed, parents) {
        (true, true) => "\"Schema\", \"Type\" desc, \"Parent name\" nulls first, \"Name\"",
        (true, false) => "\"Schema\", \"Type\" desc, \"Name\"",
        (false, true) => "\"Schema\", \"Parent name\" nulls first, \"Name\"",
        (false, false) => "\"Schema\", \"Name\"",
    };
    let methods = ask.verbose && ask.since(180_000);
    let select = Select::from("pg_catalog.pg_class c")
        .columns(&[
            ("n.nspname", "Schema"),
            ("c.relname", "Name"),
            ("pg_catalog.pg_get_userbyid(c.relowner)", "Owner"),
        ])
        .columns_if(mixed, &[(kind, "Type")])
        .columns_if(
            parents,
            &[("inh.inhparent::pg_catalog.regclass", "Parent name")],
        )
        .columns_if(indexes, &[("c2.oid::pg_catalog.regclass", "Table")])
        .columns_if(methods, &[("am.amname", "Access method")])
        .columns_if(ask.verbose && nested, &[("s.dps", "Leaf partition size")])
        .columns_if(
            ask.verbose,
            &[("s.tps", "Total size"), (DESCRIPTION, "Description")],
        )
        .join("pg_catalog.pg_namespace n on n.oid = c.relnamespace")
        .join_if(indexes, "pg_catalog.pg_index i on i.indexrelid = c.oid")
        .join_if(indexes, "pg_catalog.pg_class c2 on i.indrelid = c2.oid")
        .join_if(
            parents,
            "pg_catalog.pg_inherits inh on c.oid = inh.inhrelid",
        )
        .join_if(methods, "pg_catalog.pg_am am on c.relam = am.oid");
    let select = match ask.verbose {
        true => select.also_from(partition_sizes(ask)),
        false => select,
    };
    let select = select
        .wanted(&format!("c.relkind in ({kinds})"))
        .wanted_if(!parents, "not c.relispartition")
        .wanted_if(ask.pattern().is_none(), NOT_TOAST)
        .named(ask.pattern(), &RELATION, ask.server)?
        .order(order);
    Listed::new(title, &select)
}

/// The sizes of what is below a partitioned relation: directly (`dps`) and altogether (`tps`).
fn partition_sizes(ask: &Ask<'_>) -> &'static str {
    match ask.since(120_000) {
        true => {
            ",
  lateral (select pg_catalog.pg_size_pretty(pg_catalog.sum(case when t.isleaf and t.level = 1
        then pg_catalog.pg_table_size(t.relid) else 0 end)) as dps,
      pg_catalog.pg_size_pretty(pg_catalog.sum(pg_catalog.pg_table_size(t.relid))) as tps
    from pg_catalog.pg_partition_tree(c.oid) t) s"
        }
        false => {
            ",
  lateral (with recursive d as (
      select inhrelid as oid, 1 as level from pg_catalog.pg_inherits where inhparent = c.oid
      union all
      select i.inhrelid, d.level + 1 from pg_catalog.pg_inherits i join d on i.inhparent = d.oid)
    select pg_catalog.pg_size_pretty(pg_catalog.sum(pg_catalog.pg_table_size(d.oid))) as tps,
      pg_catalog.pg_size_pretty(pg_catalog.sum(case when d.level = 1
        then pg_catalog.pg_table_size(d.oid) else 0 end)) as dps
    from d) s"
        }
    }
}

/// Options of foreign objects as `(name 'value', …)`.
pub(super) fn options_of(column: &str) -> String {
    format!(
        "case when {column} is null then '' else '(' || pg_catalog.array_to_string(array(
      select pg_catalog.quote_ident(option_name) || ' ' || pg_catalog.quote_literal(option_value)
      from pg_catalog.pg_options_to_table({column})), ', ') || ')' end"
    )
}

/// `\det`
pub(super) fn foreign(ask: &Ask<'_>) -> Result<Listed> {
    let options = options_of("ft.ftoptions");
    let select = Select::from(
        "pg_catalog.pg_foreign_table ft
  join pg_catalog.pg_class c on c.oid = ft.ftrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_foreign_server s on s.oid = ft.ftserver",
    )
    .columns(&[
        ("n.nspname", "Schema"),
        ("c.relname", "Table"),
        ("s.srvname", "Server"),
    ])
    .columns_if(
        ask.verbose,
        &[(&options, "FDW options"), (DESCRIPTION, "Description")],
    )
    .named(ask.pattern(), &RELATION, ask.server)?
    .order("1, 2");
    Listed::new("List of foreign tables", &select)
}
