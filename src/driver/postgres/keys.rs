//! Keys, checks and indexes for the catalog.
//!
//! They come as the server keeps them, with numbers for relations and columns, which the builder
//! knows by then: joins with their names would cost the server far more than the rest.

use super::Session;
use super::catalog::{Cells, part};
use super::check_list;
use crate::catalog::{CatalogBuilder, ForeignKeyRow};
use crate::error::Result;

const KEYS: &str = "
select k.contype, k.conrelid, k.conkey, k.confrelid, k.confkey
from pg_catalog.pg_constraint k
where k.contype = any ('{p,f}'::pg_catalog.\"char\"[])";

/// Foreign keys of a few relations, with the names of the other ends, which the builder does not
/// know; one row for each column.
const KEYS_OF_SOME: &str = "
select k.oid, n.nspname, c.relname, a.attname, fn.nspname, fc.relname, fa.attname
from pg_catalog.pg_constraint k
cross join lateral rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey))
     with ordinality u(num, fnum, place)
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num
join pg_catalog.pg_class fc on fc.oid = k.confrelid
join pg_catalog.pg_namespace fn on fn.oid = fc.relnamespace
join pg_catalog.pg_attribute fa on fa.attrelid = k.confrelid and fa.attnum = u.fnum
where k.contype = 'f' and (k.conrelid = any (OIDS) or k.confrelid = any (OIDS))
order by k.oid, u.place";

const CHECKS: &str = "
select k.conrelid, pg_catalog.pg_get_constraintdef(k.oid)
from pg_catalog.pg_constraint k
where k.contype = 'c' and pg_catalog.array_length(k.conkey, 1) = 1";

/// One that is not valid, or has not every row, finds no row of a key.
const INDEXES: &str = "
select i.indrelid, ic.relname, i.indisunique, PLACES,
       case when i.indisvalid and i.indpred is null then i.indkey end,
       case when i.indexprs is not null and i.indisvalid and i.indpred is null then
       array(select pg_catalog.pg_get_indexdef(i.indexrelid, u.place, true)
             from pg_catalog.generate_series(1, PLACES::pg_catalog.int4) u(place)) end
from pg_catalog.pg_index i
join pg_catalog.pg_class ic on ic.oid = i.indexrelid";

/// Without what servers that descend from an old PostgreSQL do not have.
const PLAIN_INDEXES: &str = "
select i.indrelid, ic.relname, i.indisunique, i.indnatts, i.indkey, null
from pg_catalog.pg_index i
join pg_catalog.pg_class ic on ic.oid = i.indexrelid";

/// Reads the stage.
pub(super) async fn read(
    session: &mut Session,
    version: u32,
    into: &mut CatalogBuilder,
) -> Result<()> {
    let some = into.only().is_some().then(|| oids(into));
    let only = |sql: &str, condition: &str| match &some {
        Some(oids) => format!("{sql}\n{}", condition.replace("OIDS", oids)),
        None => sql.to_string(),
    };
    let sql = only(KEYS, "and k.conrelid = any (OIDS)");
    part(session, "keys", &[&sql], into, key).await?;
    if into.keys_and().is_some() {
        return Ok(());
    }
    if let Some(oids) = &some {
        let mut key = Key::default();
        let sql = KEYS_OF_SOME.replace("OIDS", oids);
        let row = |row: &Cells<'_>, into: &mut CatalogBuilder| key.read(row, into);
        part(session, "keys", &[&sql], into, row).await?;
        key.close(into);
    }
    let sql = only(CHECKS, "and k.conrelid = any (OIDS)");
    part(session, "checks", &[&sql], into, check).await?;
    // From PostgreSQL 11 on an index can hold columns that are not part of its key.
    let places = match version {
        110_000.. => "i.indnkeyatts",
        _ => "i.indnatts",
    };
    let plain = only(PLAIN_INDEXES, "where i.indrelid = any (OIDS)");
    let sql = only(INDEXES, "where i.indrelid = any (OIDS)").replace("PLACES", places);
    part(session, "indexes", &[&sql, &plain], into, index).await?;
    Ok(())
}

/// The relations that are wanted, as an array.
fn oids(into: &CatalogBuilder) -> String {
    let oids: Vec<String> = into.numbers().map(|oid| oid.to_string()).collect();
    format!("'{{{}}}'::pg_catalog.oid[]", oids.join(","))
}

/// Numbers of columns: `{1,2}` of an array, `1 2` of an index. Those of the system are negative,
/// expressions 0.
fn numbers(text: &str) -> Option<Vec<u16>> {
    let inner = text.trim_matches(['{', '}']);
    let parts = inner.split([',', ' ']).filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok()).collect()
}

fn key(row: &Cells<'_>, into: &mut CatalogBuilder) {
    let Some(columns) = numbers(row.text(2)) else {
        return;
    };
    let relation = row.number(1);
    if row.text(0) == "p" {
        into.primary_key_of(relation, &columns);
    } else if let Some(to) = numbers(row.text(4)).filter(|_| into.only().is_none()) {
        into.foreign_key_of([relation, row.number(3)], [&columns, &to]);
    }
}

fn check(row: &Cells<'_>, into: &mut CatalogBuilder) {
    if let Some((column, values)) = check_list::parse(row.text(1)) {
        into.check_values_of(row.number(0), &column, &values);
    }
}

fn index(row: &Cells<'_>, into: &mut CatalogBuilder) {
    let (relation, name, unique) = (row.number(0), row.text(1), row.flag(2));
    let expressions = row.list(5);
    if !expressions.is_empty() {
        return into.index_on(relation, name, &expressions, unique);
    }
    if let Some(mut columns) = numbers(row.text(4)) {
        columns.truncate(usize::try_from(row.number(3)).unwrap_or(usize::MAX));
        into.index_of(relation, name, &columns, unique);
    }
}

/// A foreign key of which some columns have been read.
#[derive(Default)]
struct Key {
    oid: u64,
    /// Schema and name of both ends.
    names: [String; 4],
    columns: Vec<String>,
    to_columns: Vec<String>,
}

impl Key {
    fn read(&mut self, row: &Cells<'_>, into: &mut CatalogBuilder) {
        if self.oid != row.number(0) {
            self.close(into);
            self.oid = row.number(0);
            self.names = [1, 2, 4, 5].map(|at| row.text(at).to_string());
        }
        self.columns.push(row.text(3).to_string());
        self.to_columns.push(row.text(6).to_string());
    }

    fn close(&mut self, into: &mut CatalogBuilder) {
        let key = std::mem::take(self);
        let [schema, relation, to_schema, to_relation] = &key.names;
        if key.oid != 0 {
            into.foreign_key(&ForeignKeyRow {
                schema,
                relation,
                columns: key.columns,
                to_schema,
                to_relation,
                to_columns: key.to_columns,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn numbers_of_columns_are_read_as_arrays_and_vectors_write_them() {
        for (text, expected) in [
            ("{1,2}", Some(vec![1, 2])),
            ("3 1", Some(vec![3, 1])),
            ("{}", Some(vec![])),
            ("{-2}", None),
            ("{x}", None),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
    }
}
