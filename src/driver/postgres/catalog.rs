//! The catalog in a handful of queries, however many tables there are.
//!
//! Every name in them is qualified with pg_catalog, operators included, so that nothing that a
//! user has put on the search path can run instead. From PostgreSQL 9.6 on.

use super::Session;
use super::wire::array;
use super::{check_list, keys};
use crate::catalog::{
    Argument, ArgumentMode, CatalogBuilder, ColumnRow, Field, RelationKind, RelationRow,
    RoutineKind, RoutineRow, TypeRow,
};
use crate::data::{CellKind, Row};
use crate::driver::{Connection, Event, Stage};
use crate::error::{Error, Kind, Result};
use futures::StreamExt;

/// Reads one stage. `version` is the server's, as `server_version_num`.
pub(super) async fn read(
    session: &mut Session,
    stage: Stage,
    version: u32,
    into: &mut CatalogBuilder,
) -> Result<()> {
    match stage {
        Stage::Names => names(session, version, into).await,
        Stage::Columns => {
            let sql = COLUMNS.replace("ONLY", &only(into).unwrap_or_default());
            part(session, &sql, into, column).await
        }
        Stage::Keys => keys::read(session, version, into).await,
        Stage::Rest => rest(session, version, into).await,
    }
}

/// The query with each operator named as pg_catalog's.
pub(super) fn qualified(sql: &str) -> String {
    let mut out = sql.to_string();
    for operator in ["=", "<>", ">", "~", "!~", "<=", "->>"] {
        out = out.replace(
            &format!(" {operator} "),
            &format!(" operator(pg_catalog.{operator}) "),
        );
    }
    out
}

/// The condition on pg_class c that leaves only the relations that are wanted, if not all are.
pub(super) fn only(into: &CatalogBuilder) -> Option<String> {
    let names = into.only()?.iter().map(|name| literal(name));
    let names: Vec<String> = names.collect();
    let list = names.join(", ");
    Some(format!(
        "\n  and c.relname = any (array[{list}]::pg_catalog.name[])"
    ))
}

/// A literal that reads the same whatever standard_conforming_strings says.
fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    match quoted.contains('\\') {
        true => format!("E'{}'", quoted.replace('\\', "\\\\")),
        false => format!("'{quoted}'"),
    }
}

/// Runs a query for each of its rows. What the user may not see, or a server does not have, is
/// simply not there; other trouble that the server has with it costs this part too, and is told.
pub(super) async fn part(
    session: &mut Session,
    sql: &str,
    into: &mut CatalogBuilder,
    mut row: impl FnMut(&Cells<'_>, &mut CatalogBuilder),
) -> Result<()> {
    match query(session, sql, |cells| row(cells, into)).await {
        Err(e) if is_missing(&e) => Ok(()),
        Err(e) if is_alone(&e) => {
            into.failure.get_or_insert(e.message);
            Ok(())
        }
        other => other,
    }
}

fn is_missing(error: &Error) -> bool {
    // Insufficient privilege; undefined table, function, column, object; feature not supported.
    let codes = ["42501", "42P01", "42883", "42703", "42704", "0A000"];
    error.kind == Kind::Server && error.code.as_deref().is_some_and(|c| codes.contains(&c))
}

/// Whether the next query may fare better: not where the transaction or the connection is over.
fn is_alone(error: &Error) -> bool {
    let over = |code: &str| {
        ["25", "08", "57P"]
            .iter()
            .any(|class| code.starts_with(class))
    };
    matches!(error.kind, Kind::Server | Kind::Cancelled)
        && error.code.as_deref().is_some_and(|code| !over(code))
}

async fn query(session: &mut Session, sql: &str, mut each: impl FnMut(&Cells<'_>)) -> Result<()> {
    let sql = qualified(sql);
    let mut events = session.run(&sql);
    while let Some(event) = events.next().await {
        if let Event::Rows(batch) = event? {
            for row in batch.rows() {
                each(&Cells(row));
            }
        }
    }
    Ok(())
}

/// A row whose cells are read by place.
pub(super) struct Cells<'a>(Row<'a>);

impl<'a> Cells<'a> {
    /// The text; empty for NULL, and for what is no text.
    pub(super) fn text(&self, index: usize) -> &'a str {
        std::str::from_utf8(self.0.cell(index).text).unwrap_or_default()
    }

    fn optional(&self, index: usize) -> Option<&'a str> {
        (self.0.cell(index).kind != CellKind::Null).then(|| self.text(index))
    }

    /// An oid.
    pub(super) fn number(&self, index: usize) -> u64 {
        self.text(index).parse().unwrap_or_default()
    }

    pub(super) fn flag(&self, index: usize) -> bool {
        self.text(index) == "t"
    }

    pub(super) fn list(&self, index: usize) -> Vec<String> {
        array(self.text(index))
    }
}

const SCHEMAS: &str = "
select pg_catalog.current_database(), current_user, pg_catalog.current_schemas(false), n.nspname
from pg_catalog.pg_namespace n
where n.nspname !~ '^pg_(toast|temp_)'";

/// What there is of it where only some relations are read.
const SESSION: &str = "
select pg_catalog.current_database(), current_user, pg_catalog.current_schemas(false)";

/// The session's own temporary schema has a number in its name; as `pg_temp` it can be written.
const RELATIONS: &str = "
select case when n.oid = pg_catalog.pg_my_temp_schema() then 'pg_temp' else n.nspname end,
       c.relname, c.relkind, c.reltuples::pg_catalog.int8, d.description, e.extname,
       pn.nspname, p.relname, c.oid
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_description d
       on d.objoid = c.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.objsubid = 0
left join pg_catalog.pg_depend x
       on x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and x.objid = c.oid
      and x.objsubid = 0 and x.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = x.refobjid
left join pg_catalog.pg_inherits i on PARTITION and i.inhrelid = c.oid
left join pg_catalog.pg_class p on p.oid = i.inhparent
left join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
where c.relkind = any ('{r,p,v,m,f}'::pg_catalog.\"char\"[])
  and (n.nspname !~ '^pg_(toast|temp_)' or n.oid = pg_catalog.pg_my_temp_schema())";

async fn names(session: &mut Session, version: u32, into: &mut CatalogBuilder) -> Result<()> {
    into.server_version = {
        let state = session.observer.lock();
        let text = state.parameters.get("server_version");
        let number = text.and_then(|v| v.split_whitespace().next());
        number.unwrap_or_default().to_string()
    };
    let only = only(into);
    let sql = match only {
        Some(_) => SESSION,
        None => SCHEMAS,
    };
    part(session, sql, into, |row, into| {
        if into.database.is_empty() {
            into.database = row.text(0).to_string();
            into.user = row.text(1).to_string();
            into.search_path = row.list(2);
        }
        if only.is_none() {
            into.schema(row.text(3));
        }
    })
    .await?;
    if into.only().is_some_and(<[String]>::is_empty) {
        return Ok(());
    }
    let partition = if version >= 100_000 {
        "c.relispartition"
    } else {
        "false"
    };
    let sql = RELATIONS.replace("PARTITION", partition) + &only.unwrap_or_default();
    part(session, &sql, into, |row, into| {
        relation(row, version, into);
    })
    .await
}

fn relation(row: &Cells<'_>, version: u32, into: &mut CatalogBuilder) {
    let schema = row.text(0);
    let kind = match row.text(2) {
        "v" => RelationKind::View,
        "m" => RelationKind::MaterializedView,
        "f" => RelationKind::ForeignTable,
        "p" => RelationKind::PartitionedTable,
        _ if schema == "pg_catalog" || schema == "information_schema" => RelationKind::SystemTable,
        _ => RelationKind::Table,
    };
    // Before PostgreSQL 14 a table never analysed had 0 rows, since then -1.
    let least = if version < 140_000 { 1 } else { 0 };
    let rows = row.text(3).parse::<i64>().ok().filter(|n| *n >= least);
    let parent = row.optional(7).map(|p| format!("{}.{p}", row.text(6)));
    into.relation(RelationRow {
        schema,
        name: row.text(1),
        kind,
        rows: rows
            .filter(|_| kind != RelationKind::View)
            .and_then(|n| u64::try_from(n).ok()),
        comment: row.optional(4),
        extension: row.optional(5),
        partition_of: parent.as_deref(),
        number: row.number(8),
        private: schema == "pg_temp",
    });
}

const COLUMNS: &str = "
select a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.attnotnull, pg_catalog.pg_get_expr(v.adbin, v.adrelid), d.description,
       a.attnum
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
left join pg_catalog.pg_attrdef v on v.adrelid = a.attrelid and v.adnum = a.attnum
left join pg_catalog.pg_description d
       on d.objoid = a.attrelid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.objsubid = a.attnum
where a.attnum > 0 and not a.attisdropped
  and c.relkind = any ('{r,p,v,m,f}'::pg_catalog.\"char\"[])ONLY
order by a.attrelid, a.attnum";

fn column(row: &Cells<'_>, into: &mut CatalogBuilder) {
    into.column_of(
        row.number(0),
        ColumnRow {
            name: row.text(1),
            type_name: row.text(2),
            nullable: !row.flag(3),
            default: row.optional(4),
            comment: row.optional(5),
            number: row.number(6) as u16,
            ..ColumnRow::default()
        },
    );
}

/// In pg_catalog, what only implements an operator, a type or an access method is known by the
/// description that PostgreSQL itself gives it, or by arguments that SQL cannot give.
const ROUTINES: &str = "
select n.nspname, p.proname, KIND, pg_catalog.format_type(p.prorettype, null), p.proretset,
       p.proargnames, p.proargmodes,
       array(select pg_catalog.format_type(u.type, null)
             from pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))
                  with ordinality u(type, place)
             order by u.place),
       pg_catalog.pg_get_expr(p.proargdefaults, 0::pg_catalog.oid), e.extname
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join pg_catalog.pg_depend x
       on x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and x.objid = p.oid
      and x.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = x.refobjid
left join pg_catalog.pg_description d
       on n.nspname = 'pg_catalog' and d.objoid = p.oid and d.objsubid = 0
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

const TYPES: &str = "
select n.nspname, t.typname, e.extname,
       case when t.typtype = 'e' then
       array(select l.enumlabel from pg_catalog.pg_enum l where l.enumtypid = t.oid
             order by l.enumsortorder) end,
       case when t.typtype = 'c' then
       array(select a.attname from pg_catalog.pg_attribute a
             where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
             order by a.attnum) end,
       case when t.typtype = 'c' then
       array(select pg_catalog.format_type(a.atttypid, a.atttypmod)
             from pg_catalog.pg_attribute a
             where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
             order by a.attnum) end
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

/// What is only names: kind, schema, name.
const LISTS: &[&str] = &[
    "select 's', n.nspname::pg_catalog.text, c.relname::pg_catalog.text
     from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and n.nspname !~ '^pg_(toast|temp_)'",
    "select 'x', n.nspname::pg_catalog.text, e.extname::pg_catalog.text
     from pg_catalog.pg_extension e
     join pg_catalog.pg_namespace n on n.oid = e.extnamespace",
    "select 'r', null, r.rolname::pg_catalog.text from pg_catalog.pg_roles r",
    "select 'd', null, d.datname::pg_catalog.text from pg_catalog.pg_database d
     where d.datallowconn",
    "select 'g', null, g.name from pg_catalog.pg_settings g",
];

async fn rest(session: &mut Session, version: u32, into: &mut CatalogBuilder) -> Result<()> {
    let kind = match version {
        110_000.. => "p.prokind",
        _ => "case when p.proisagg then 'a' when p.proiswindow then 'w' else 'f' end",
    };
    let routines = ROUTINES.replace("KIND", kind);
    part(session, &routines, into, routine).await?;
    part(session, TYPES, into, type_def).await?;
    let together = LISTS.join("\nunion all\n");
    match query(session, &together, |row| name(row, into)).await {
        Err(e) if is_missing(&e) || is_alone(&e) => {}
        other => return other,
    }
    for sql in LISTS {
        part(session, sql, into, name).await?;
    }
    Ok(())
}

fn name(row: &Cells<'_>, into: &mut CatalogBuilder) {
    let name = row.text(2);
    match row.text(0) {
        "s" => into.sequence(row.text(1), name),
        "x" => into.extension(row.text(1), name),
        "r" => into.roles.push(name.to_string()),
        "d" => into.databases.push(name.to_string()),
        _ => into.settings.push(name.to_string()),
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
