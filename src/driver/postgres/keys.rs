//! Keys, checks and indexes for the catalog.

use super::Session;
use super::catalog::{Cells, part};
use super::check_list;
use crate::catalog::{CatalogBuilder, ForeignKeyRow, IndexRow};
use crate::error::Result;

/// One row for each column of a key, so that the server can join in one go; a subquery for each
/// key would cost ten times as much.
const KEYS: &str = "
select k.oid, k.contype, n.nspname, c.relname, a.attname, fn.nspname, fc.relname, fa.attname
from pg_catalog.pg_constraint k
cross join lateral rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey))
     with ordinality u(num, fnum, place)
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num
left join pg_catalog.pg_class fc on fc.oid = k.confrelid
left join pg_catalog.pg_namespace fn on fn.oid = fc.relnamespace
left join pg_catalog.pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = u.fnum
where k.contype = any ('{p,f}'::pg_catalog.\"char\"[])
order by k.oid, u.place";

const CHECKS: &str = "
select n.nspname, c.relname, pg_catalog.pg_get_constraintdef(k.oid)
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where k.contype = 'c' and pg_catalog.array_length(k.conkey, 1) = 1";

const INDEXES: &str = "
select i.indexrelid, n.nspname, c.relname, ic.relname, i.indisunique,
       coalesce(a.attname::pg_catalog.text,
                pg_catalog.pg_get_indexdef(i.indexrelid, u.place::pg_catalog.int4, true))
from pg_catalog.pg_index i
cross join lateral pg_catalog.unnest(i.indkey::pg_catalog.int2[]) with ordinality u(num, place)
join pg_catalog.pg_class ic on ic.oid = i.indexrelid
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a
       on a.attrelid = i.indrelid and a.attnum = u.num and u.num <> 0
where u.place <= PLACES and n.nspname !~ '^pg_(toast|temp_)'
order by i.indexrelid, u.place";

/// Reads the stage.
pub(super) async fn read(
    session: &mut Session,
    version: u32,
    into: &mut CatalogBuilder,
) -> Result<()> {
    let mut key = Key::default();
    part(session, KEYS, |row| key.read(row, into)).await?;
    key.close(into);
    part(session, CHECKS, |row| check(row, into)).await?;
    // From PostgreSQL 11 on an index can hold columns that are not part of its key.
    let places = if version >= 110_000 {
        "i.indnkeyatts"
    } else {
        "i.indnatts"
    };
    let mut index = OneIndex::default();
    let sql = INDEXES.replace("PLACES", places);
    part(session, &sql, |row| index.read(row, into)).await?;
    index.close(into);
    Ok(())
}

/// A key of which some columns have been read.
#[derive(Default)]
struct Key {
    oid: String,
    schema: String,
    relation: String,
    columns: Vec<String>,
    /// Schema, relation and columns that a foreign key points at.
    to: Option<(String, String, Vec<String>)>,
}

impl Key {
    fn read(&mut self, row: &Cells<'_>, into: &mut CatalogBuilder) {
        if row.text(1) == "p" {
            return into.primary_key(row.text(2), row.text(3), row.text(4));
        }
        if self.oid != row.text(0) {
            self.close(into);
            *self = Key {
                oid: row.text(0).to_string(),
                schema: row.text(2).to_string(),
                relation: row.text(3).to_string(),
                columns: Vec::new(),
                to: Some((row.text(5).to_string(), row.text(6).to_string(), Vec::new())),
            };
        }
        self.columns.push(row.text(4).to_string());
        if let Some((_, _, columns)) = &mut self.to {
            columns.push(row.text(7).to_string());
        }
    }

    fn close(&mut self, into: &mut CatalogBuilder) {
        let key = std::mem::take(self);
        if let Some((to_schema, to_relation, to_columns)) = key.to {
            into.foreign_key(&ForeignKeyRow {
                schema: &key.schema,
                relation: &key.relation,
                columns: key.columns,
                to_schema: &to_schema,
                to_relation: &to_relation,
                to_columns,
            });
        }
    }
}

/// An index of which some columns have been read.
#[derive(Default)]
struct OneIndex {
    oid: String,
    schema: String,
    relation: String,
    name: String,
    unique: bool,
    columns: Vec<String>,
}

impl OneIndex {
    fn read(&mut self, row: &Cells<'_>, into: &mut CatalogBuilder) {
        if self.oid != row.text(0) {
            self.close(into);
            *self = OneIndex {
                oid: row.text(0).to_string(),
                schema: row.text(1).to_string(),
                relation: row.text(2).to_string(),
                name: row.text(3).to_string(),
                unique: row.flag(4),
                columns: Vec::new(),
            };
        }
        self.columns.push(row.text(5).to_string());
    }

    fn close(&mut self, into: &mut CatalogBuilder) {
        let index = std::mem::take(self);
        if !index.columns.is_empty() {
            into.index(&IndexRow {
                schema: &index.schema,
                relation: &index.relation,
                name: &index.name,
                columns: index.columns,
                unique: index.unique,
            });
        }
    }
}

fn check(row: &Cells<'_>, into: &mut CatalogBuilder) {
    let Some((name, values)) = check_list::parse(row.text(2)) else {
        return;
    };
    into.check_values(row.text(0), row.text(1), &name, &values);
}
