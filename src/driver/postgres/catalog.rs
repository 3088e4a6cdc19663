//! The catalog in a handful of queries, however many tables there are.
//!
//! Every name in them is qualified with pg_catalog, operators included, so that nothing that a
//! user has put on the search path can run instead. From PostgreSQL 9.6 on.

use super::Session;
use super::wire::array;
use super::{keys, locks, rest};
use crate::catalog::{CatalogBuilder, ColumnRow, RelationKind, RelationRow};
use crate::data::{CellKind, Row};
use crate::driver::{Connection, Event, Stage};
use crate::error::{Error, Kind, Result};
use futures::StreamExt;
use std::time::Duration;

/// Reads one stage. `version` is the server's, as `server_version_num`.
pub(super) async fn read(
    session: &mut Session,
    stage: Stage,
    version: u32,
    into: &mut CatalogBuilder,
) -> Result<()> {
    match stage {
        Stage::Names => names(session, version, into).await,
        Stage::Columns => columns(session, into).await,
        Stage::Keys => keys::read(session, version, into).await,
        Stage::Rest => rest::read(session, version, into).await,
    }
}

/// The query with each operator named as pg_catalog's.
pub(super) fn qualified(sql: &str) -> String {
    let mut out = sql.to_string();
    for operator in ["=", "<>", ">", "~", "!~", "<=", ">=", "->>"] {
        out = out.replace(
            &format!(" {operator} "),
            &format!(" operator(pg_catalog.{operator}) "),
        );
    }
    out
}

/// The condition on pg_class c that leaves only the relations that are wanted, if not all are.
pub(super) fn only(into: &CatalogBuilder) -> Option<String> {
    into.only().map(|names| format!("\n  and {}", named(names)))
}

fn named(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| literal(name)).collect();
    let list = names.join(", ");
    format!("c.relname = any (array[{list}]::pg_catalog.name[])")
}

/// The same where only foreign keys are wanted.
fn with_keys(names: &[String]) -> String {
    format!(
        "
  and ({} or c.oid in (
    select k.conrelid from pg_catalog.pg_constraint k where k.contype = 'f' union all
    select k.confrelid from pg_catalog.pg_constraint k where k.contype = 'f'))",
        named(names)
    )
}

/// The columns that foreign keys are made of.
const IN_KEYS: &str = "
  and (a.attrelid, a.attnum) in (
    select k.conrelid, pg_catalog.unnest(k.conkey) from pg_catalog.pg_constraint k where k.contype = 'f' union all
    select k.confrelid, pg_catalog.unnest(k.confkey) from pg_catalog.pg_constraint k where k.contype = 'f')";

/// The same for information_schema.
fn standard(into: &CatalogBuilder) -> String {
    let Some(names) = into.only() else {
        return String::new();
    };
    let names: Vec<String> = names.iter().map(|name| literal(name)).collect();
    format!("\nwhere table_name in ({})", names.join(", "))
}

/// A literal that reads the same whatever standard_conforming_strings says.
fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    match quoted.contains('\\') {
        true => format!("E'{}'", quoted.replace('\\', "\\\\")),
        false => format!("'{quoted}'"),
    }
}

/// Runs a query for each of its rows; where that cannot be, the next one, which asks for less. What
/// a server does not have is simply not there; what the user may not see is told under `what`.
/// Other trouble that the server has with it costs this part too.
pub(super) async fn part(
    session: &mut Session,
    what: &str,
    queries: &[&str],
    into: &mut CatalogBuilder,
    mut row: impl FnMut(&Cells<'_>, &mut CatalogBuilder),
) -> Result<bool> {
    let mut denied = None;
    let mut read = false;
    for sql in queries {
        match query(session, sql, |cells| row(cells, into)).await {
            Ok(()) => {
                read = true;
                break;
            }
            Err(e) if is_missing(&e) => {
                if e.code.as_deref() == Some(DENIED) {
                    denied.get_or_insert(e.message);
                }
            }
            Err(e) if is_alone(&e) => {
                into.failure.get_or_insert(e.message);
            }
            Err(e) => return Err(e),
        }
    }
    if let Some(why) = denied {
        let how = if read {
            "are read in part"
        } else {
            "are not read"
        };
        into.missing.push(format!("{what} {how}: {why}"));
    }
    Ok(read)
}

/// Insufficient privilege.
const DENIED: &str = "42501";

pub(super) fn is_missing(error: &Error) -> bool {
    // Undefined table, function, column, object; feature not supported.
    let codes = [DENIED, "42P01", "42883", "42703", "42704", "0A000"];
    error.kind == Kind::Server && error.code.as_deref().is_some_and(|c| codes.contains(&c))
}

/// Whether the next query may fare better: not where the transaction or the connection is over.
pub(super) fn is_alone(error: &Error) -> bool {
    let over = |code: &str| {
        ["25", "08", "57P"]
            .iter()
            .any(|class| code.starts_with(class))
    };
    matches!(error.kind, Kind::Server | Kind::Cancelled)
        && error.code.as_deref().is_some_and(|code| !over(code))
}

pub(super) async fn query(
    session: &mut Session,
    sql: &str,
    mut each: impl FnMut(&Cells<'_>),
) -> Result<()> {
    let sql = qualified(sql);
    let bounded = locks::with_limit(&sql, &session.status(), LOCK_PATIENCE);
    let mut before = bounded.matches(locks::SET).count();
    let mut events = session.run(&bounded);
    while let Some(event) = events.next().await {
        match event? {
            Event::Rows(batch) if before == 0 => {
                for row in batch.rows() {
                    each(&Cells(row));
                }
            }
            Event::Done(_) => before = before.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// The longest that reading waits behind a lock, say of an `ALTER TABLE`, before it goes without what
/// needs the relation: a default's expression.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

/// A row whose cells are read by place.
pub(super) struct Cells<'a>(Row<'a>);

impl<'a> Cells<'a> {
    /// The text; empty for NULL, and for what is no text.
    pub(super) fn text(&self, index: usize) -> &'a str {
        std::str::from_utf8(self.0.cell(index).text).unwrap_or_default()
    }

    pub(super) fn optional(&self, index: usize) -> Option<&'a str> {
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

/// Without what not every server has, or not everybody may see.
const PLAIN_RELATIONS: &str = "
select n.nspname, c.relname, c.relkind, -1, null, null, null, null, c.oid
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_(toast|temp_)'";

/// For servers that speak the protocol and have no catalogs of PostgreSQL's.
const STANDARD_RELATIONS: &str = "
select table_schema, table_name, case table_type when 'VIEW' then 'v' else 'r' end,
       -1, null, null, null, null, 0
from information_schema.tablesONLY";

const STANDARD_COLUMNS: &str = "
select table_schema, table_name, column_name, data_type, is_nullable, column_default
from information_schema.columnsONLY
order by table_schema, table_name, ordinal_position";

async fn names(session: &mut Session, version: u32, into: &mut CatalogBuilder) -> Result<()> {
    into.server_version = {
        let state = session.observer.lock();
        let text = state.parameters.get("server_version");
        let number = text.and_then(|v| v.split_whitespace().next());
        number.unwrap_or_default().to_string()
    };
    let only = only(into);
    let whole = only.is_none() && part(session, "schemas", &[SCHEMAS], into, schema).await?;
    if !whole {
        part(session, "schemas", &[SESSION], into, place).await?;
    }
    if into.only().is_some_and(<[String]>::is_empty) {
        return Ok(());
    }
    let partition = if version >= 100_000 {
        "c.relispartition"
    } else {
        "false"
    };
    let only = match into.keys_and() {
        Some(names) => with_keys(names),
        None => only.unwrap_or_default(),
    };
    let whole = RELATIONS.replace("PARTITION", partition) + &only;
    let plain = PLAIN_RELATIONS.to_string() + &only;
    let standard = STANDARD_RELATIONS.replace("ONLY", &standard(into));
    let row = |row: &Cells<'_>, into: &mut CatalogBuilder| relation(row, version, into);
    let queries = [&*whole, &*plain, &*standard];
    part(session, "relations", &queries, into, row).await?;
    Ok(())
}

/// Where the session is.
fn place(row: &Cells<'_>, into: &mut CatalogBuilder) {
    into.database = row.text(0).to_string();
    into.user = row.text(1).to_string();
    into.search_path = row.list(2);
}

fn schema(row: &Cells<'_>, into: &mut CatalogBuilder) {
    if into.database.is_empty() {
        place(row, into);
    }
    into.schema(row.text(3));
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

/// A default, as of no table: told of one, the server opens it, which takes longer than all the rest
/// and waits for who alters it. Only what is generated names columns of its table.
pub(super) fn default_of(alias: &str) -> String {
    format!(
        "pg_catalog.pg_get_expr({alias}.adbin, case when pg_catalog.strpos({alias}.adbin::pg_catalog.text, '{{VAR ') > 0
            then {alias}.adrelid else 0::pg_catalog.oid end)"
    )
}

const COLUMNS: &str = "
select a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.attnotnull, DEFAULT, d.description,
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

/// Without defaults and comments.
const PLAIN_COLUMNS: &str = "
select a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.attnotnull, null, null, a.attnum
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')ONLY
order by a.attrelid, a.attnum";

/// With the names of types as the catalog has them.
const BARE_COLUMNS: &str = "
select a.attrelid, a.attname, t.typname, a.attnotnull, null, null, a.attnum
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_type t on t.oid = a.atttypid
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')ONLY
order by a.attrelid, a.attnum";

async fn columns(session: &mut Session, into: &mut CatalogBuilder) -> Result<()> {
    let only = match into.keys_and() {
        Some(_) => IN_KEYS.to_string(),
        None => only(into).unwrap_or_default(),
    };
    let columns = COLUMNS.replace("DEFAULT", &default_of("v"));
    let [whole, plain, bare] =
        [&*columns, PLAIN_COLUMNS, BARE_COLUMNS].map(|sql| sql.replace("ONLY", &only));
    let queries = [&*whole, &*plain, &*bare];
    if part(session, "columns", &queries, into, column).await? {
        return Ok(());
    }
    let sql = STANDARD_COLUMNS.replace("ONLY", &standard(into));
    part(session, "columns", &[&sql], into, standard_column).await?;
    Ok(())
}

fn standard_column(row: &Cells<'_>, into: &mut CatalogBuilder) {
    into.column(ColumnRow {
        schema: row.text(0),
        relation: row.text(1),
        name: row.text(2),
        type_name: row.text(3),
        nullable: row.text(4) == "YES",
        default: row.optional(5),
        ..ColumnRow::default()
    });
}

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
