//! Routines, types, and what is only names, for the catalog.

use super::Session;
use super::catalog::{Cells, is_alone, is_missing, part, query};
use super::check_list;
use super::objects;
use crate::catalog::{
    Argument, ArgumentMode, CatalogBuilder, Field, RoutineKind, RoutineRow, TypeRow,
};
use crate::error::Result;

/// In pg_catalog, what only implements an operator, a type or an access method is known by the
/// description that PostgreSQL itself gives it, or by arguments that SQL cannot give.
const ROUTINES: &str = "
select n.nspname, p.proname, KIND, pg_catalog.format_type(p.prorettype, null), p.proretset,
       p.proargnames, p.proargmodes,
       array(select pg_catalog.format_type(u.type, null)
             from pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))
                  with ordinality u(type, place)
             order by u.place),
       pg_catalog.pg_get_expr(p.proargdefaults, 0::pg_catalog.oid), e.extname,
       d.description
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join pg_catalog.pg_depend x
       on x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and x.objid = p.oid
      and x.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = x.refobjid
left join pg_catalog.pg_description d
       on d.objoid = p.oid and d.objsubid = 0
      and d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
where n.nspname !~ '^pg_(toast|temp_)'
  and (n.nspname <> 'pg_catalog' or p.proname = 'starts_with'
       or (coalesce(d.description !~ '^(implementation of .* operator|I/O.*|internal .*)$', true)
           and 'pg_catalog.internal'::pg_catalog.regtype::pg_catalog.oid
               <> all (p.proargtypes::pg_catalog.oid[])
           and p.prorettype <> 'pg_catalog.internal'::pg_catalog.regtype::pg_catalog.oid
           and not exists (select from pg_catalog.pg_cast k where k.castfunc = p.oid)
           and not exists (select from pg_catalog.pg_amproc k
                           where k.amproc::pg_catalog.oid = p.oid)))
order by p.oid";

/// Without kinds, arguments, extensions and comments, and with what only implements something else.
const PLAIN_ROUTINES: &str = "
select n.nspname, p.proname, 'f', pg_catalog.format_type(p.prorettype, null), p.proretset,
       p.proargnames, null, null, null, null, null
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname !~ '^pg_(toast|temp_)'";

const BARE_ROUTINES: &str = "
select n.nspname, p.proname, 'f', null, p.proretset, null, null, null, null, null, null
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace";

const TYPES: &str = "
select n.nspname, t.typname, e.extname,
       case when t.typtype = 'e' then
       array(select l.enumlabel from pg_catalog.pg_enum l where l.enumtypid = t.oid
             order by l.enumsortorder) end,
       FIELDS
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
left join pg_catalog.pg_class c on c.oid = t.typrelid
left join pg_catalog.pg_type el on el.typarray = t.oid
left join pg_catalog.pg_depend x
       on x.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and x.objid = t.oid
      and x.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = x.refobjid
where el.oid is null and (c.oid is null or c.relkind = 'c')
  and n.nspname !~ '^pg_(toast|temp_)'";

const PLAIN_TYPES: &str = "
select n.nspname, t.typname, null,
       case when t.typtype = 'e' then
       array(select l.enumlabel from pg_catalog.pg_enum l where l.enumtypid = t.oid
             order by l.enumsortorder) end,
       null, null
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where t.typtype in ('b', 'd', 'e', 'r') and t.typcategory <> 'A'
  and n.nspname !~ '^pg_(toast|temp_)'";

const BARE_TYPES: &str = "
select n.nspname, t.typname, null, null, null, null
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
where t.typtype in ('b', 'd', 'e') and t.typname !~ '^_'
  and n.nspname !~ '^pg_(toast|temp_)'";

const FIELDS: &str = "
       case when t.typtype = 'c' then
       array(select a.attname from pg_catalog.pg_attribute a
             where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
             order by a.attnum) end,
       case when t.typtype = 'c' then
       array(select pg_catalog.format_type(a.atttypid, a.atttypmod)
             from pg_catalog.pg_attribute a
             where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
             order by a.attnum) end";

/// What is only names, by what it is: kind, schema, name; then what older servers know.
const LISTS: &[(&str, &[&str])] = &[
    (
        "sequences",
        &[
            "select 's', n.nspname::pg_catalog.text, c.relname::pg_catalog.text
     from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and n.nspname !~ '^pg_(toast|temp_)'",
        ],
    ),
    (
        "extensions",
        &[
            "select 'x', n.nspname::pg_catalog.text, e.extname::pg_catalog.text
     from pg_catalog.pg_extension e
     join pg_catalog.pg_namespace n on n.oid = e.extnamespace",
        ],
    ),
    (
        "roles",
        &[
            "select 'r', null, r.rolname::pg_catalog.text from pg_catalog.pg_roles r",
            "select 'r', null, u.usename::pg_catalog.text from pg_catalog.pg_user u",
        ],
    ),
    (
        "databases",
        &[
            "select 'd', null, d.datname::pg_catalog.text from pg_catalog.pg_database d
     where d.datallowconn",
            "select 'd', null, d.datname::pg_catalog.text from pg_catalog.pg_database d",
        ],
    ),
];

/// The settings, and the words that each takes.
const SETTINGS: &str = "
select g.name, case when g.vartype operator(pg_catalog.=) 'bool' then '{on,off}'
       when g.vartype operator(pg_catalog.=) 'enum' then g.enumvals::pg_catalog.text else '{}' end
from pg_catalog.pg_settings g";
const PLAIN_SETTINGS: &str = "select g.name, null from pg_catalog.pg_settings g";

/// Reads the stage.
pub(super) async fn read(
    session: &mut Session,
    version: u32,
    into: &mut CatalogBuilder,
) -> Result<()> {
    let kind = match version {
        110_000.. => "p.prokind",
        _ => "case when p.proisagg then 'a' when p.proiswindow then 'w' else 'f' end",
    };
    let routines = ROUTINES.replace("KIND", kind);
    let types = TYPES.replace("FIELDS", FIELDS);
    let queries = [routines.as_str(), PLAIN_ROUTINES, BARE_ROUTINES];
    part(session, "routines", &queries, into, routine).await?;
    let queries = [types.as_str(), PLAIN_TYPES, BARE_TYPES];
    part(session, "types", &queries, into, type_def).await?;
    let queries = [SETTINGS, PLAIN_SETTINGS];
    part(session, "settings", &queries, into, setting).await?;
    lists(session, LISTS, into, name).await?;
    objects::read(session, version, into).await
}

/// Reads lists in one query; where that cannot be, each with its own.
pub(super) async fn lists(
    session: &mut Session,
    lists: &[(&str, &[&str])],
    into: &mut CatalogBuilder,
    each: impl Fn(&Cells<'_>, &mut CatalogBuilder),
) -> Result<()> {
    let first: Vec<&str> = lists.iter().map(|(_, queries)| queries[0]).collect();
    let together = first.join("\nunion all\n");
    match query(session, &together, |row| each(row, into)).await {
        Err(e) if is_missing(&e) || is_alone(&e) => {}
        other => return other,
    }
    for (what, queries) in lists {
        part(session, what, queries, into, &each).await?;
    }
    Ok(())
}

fn name(row: &Cells<'_>, into: &mut CatalogBuilder) {
    let name = row.text(2);
    match row.text(0) {
        "s" => into.sequence(row.text(1), name),
        "x" => into.extension(row.text(1), name),
        "r" => into.roles.push(name.to_string()),
        _ => into.databases.push(name.to_string()),
    }
}

fn setting(row: &Cells<'_>, into: &mut CatalogBuilder) {
    let name = row.text(0);
    into.settings.push(name.to_string());
    if row.optional(1).is_some() {
        into.setting_values.insert(name.to_lowercase(), row.list(1));
    }
}

fn routine(row: &Cells<'_>, into: &mut CatalogBuilder) {
    into.routine(RoutineRow {
        schema: row.text(0),
        name: row.text(1),
        kind: match row.text(2) {
            "a" => RoutineKind::Aggregate,
            "w" => RoutineKind::Window,
            "p" => RoutineKind::Procedure,
            _ => RoutineKind::Function,
        },
        returns: row.text(3),
        returns_set: row.flag(4),
        arguments: arguments(
            &row.list(5),
            &row.list(6),
            row.list(7),
            &check_list::expressions(row.text(8)),
        ),
        extension: row.optional(9),
        comment: row.optional(10),
    });
}

/// Puts arguments together. Names and modes may be missing; the defaults are those of the last
/// arguments that go in.
pub(super) fn arguments(
    names: &[String],
    modes: &[String],
    types: Vec<String>,
    defaults: &[String],
) -> Vec<Argument> {
    let mut arguments: Vec<Argument> = types
        .into_iter()
        .enumerate()
        .map(|(i, type_name)| Argument {
            name: names.get(i).cloned().unwrap_or_default(),
            type_name,
            mode: match modes.get(i).map_or("i", String::as_str) {
                "o" => ArgumentMode::Out,
                "b" => ArgumentMode::InOut,
                "v" => ArgumentMode::Variadic,
                "t" => ArgumentMode::Table,
                _ => ArgumentMode::In,
            },
            default: None,
        })
        .collect();
    let inputs = arguments
        .iter_mut()
        .rev()
        .filter(|a| !matches!(a.mode, ArgumentMode::Out | ArgumentMode::Table));
    for (argument, default) in inputs.zip(defaults.iter().rev()) {
        argument.default = Some(default.clone());
    }
    arguments
}

fn type_def(row: &Cells<'_>, into: &mut CatalogBuilder) {
    let field = |(name, type_name)| Field { name, type_name };
    into.type_def(TypeRow {
        schema: row.text(0),
        name: row.text(1),
        labels: row.list(3),
        fields: row
            .list(4)
            .into_iter()
            .zip(row.list(5))
            .map(field)
            .collect(),
        extension: row.optional(2),
    });
}
