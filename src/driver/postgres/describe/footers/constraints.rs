//! Indexes and constraints below a relation. Pure.

use super::super::relation::About;
use super::{headed, yes};
use crate::driver::Answer;

pub(super) fn index_query(about: &About) -> String {
    let not_distinct = match about.version >= 150_000 {
        true => "i.indnullsnotdistinct",
        false => "false",
    };
    let constraint = |column: &str| {
        format!(
            "not i.indimmediate and exists (select 1 from pg_catalog.pg_constraint
    where conrelid = i.indrelid and conindid = i.indexrelid
      and contype in ('p', 'u', 'x') and {column})"
        )
    };
    format!(
        "select i.indisunique, i.indisprimary, i.indisclustered, i.indisvalid,
  {},
  {},
  i.indisreplident, {not_distinct}, a.amname, c2.relname,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid, true)
from pg_catalog.pg_index i
  join pg_catalog.pg_class c on i.indexrelid = c.oid
  join pg_catalog.pg_class c2 on i.indrelid = c2.oid
  join pg_catalog.pg_am a on c.relam = a.oid
where c.oid = '{}';",
        constraint("condeferrable"),
        constraint("condeferred"),
        about.oid
    )
}

pub(super) fn index(about: &About, found: &Answer) -> Vec<String> {
    if found.len() != 1 {
        return Vec::new();
    }
    let kind = match (yes(found, 0, 1), yes(found, 0, 0), yes(found, 0, 7)) {
        (true, ..) => "primary key, ",
        (false, true, true) => "unique nulls not distinct, ",
        (false, true, false) => "unique, ",
        _ => "",
    };
    let mut line = format!(
        "{kind}{}, for table \"{}.{}\"",
        found.text(0, 8),
        about.schema,
        found.text(0, 9)
    );
    if !found.text(0, 10).is_empty() {
        line.push_str(&format!(", predicate ({})", found.text(0, 10)));
    }
    for (said, words) in [
        (yes(found, 0, 2), ", clustered"),
        (!yes(found, 0, 3), ", invalid"),
        (yes(found, 0, 4), ", deferrable"),
        (yes(found, 0, 5), ", initially deferred"),
        (yes(found, 0, 6), ", replica identity"),
    ] {
        line.push_str(if said { words } else { "" });
    }
    let tablespace = about.tablespace.as_ref().filter(|_| about.kind == 'i');
    std::iter::once(line)
        .chain(tablespace.map(|t| format!("Tablespace: \"{t}\"")))
        .collect()
}

pub(super) fn indexes_query(about: &About) -> String {
    let period = if about.version >= 180_000 {
        "con.conperiod"
    } else {
        "false"
    };
    format!(
        "select c2.relname, i.indisprimary, i.indisunique, i.indisclustered, i.indisvalid,
  pg_catalog.pg_get_indexdef(i.indexrelid, 0, true),
  pg_catalog.pg_get_constraintdef(con.oid, true), con.contype, con.condeferrable,
  con.condeferred, i.indisreplident, ts.spcname, {period}
from pg_catalog.pg_index i
  join pg_catalog.pg_class c2 on i.indexrelid = c2.oid
  left join pg_catalog.pg_tablespace ts on c2.reltablespace = ts.oid
  left join pg_catalog.pg_constraint con on con.conrelid = i.indrelid
    and con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x')
where i.indrelid = '{}'
order by i.indisprimary desc, c2.relname;",
        about.oid
    )
}

pub(super) fn indexes(_: &About, found: &Answer) -> Vec<String> {
    headed("Indexes:", found, |f, row| {
        let mut line = format!("    \"{}\"", f.text(row, 0));
        if f.text(row, 7) == "x" || yes(f, row, 12) {
            line.push_str(&format!(" {}", f.text(row, 6)));
        } else {
            line.push_str(match (yes(f, row, 1), yes(f, row, 2), f.text(row, 7)) {
                (true, ..) => " PRIMARY KEY,",
                (_, true, "u") => " UNIQUE CONSTRAINT,",
                (_, true, _) => " UNIQUE,",
                _ => "",
            });
            let definition = f.text(row, 5);
            let method = definition.split_once(" USING ").map_or(definition, |d| d.1);
            line.push_str(&format!(" {method}"));
            line.push_str(if yes(f, row, 8) { " DEFERRABLE" } else { "" });
            line.push_str(if yes(f, row, 9) {
                " INITIALLY DEFERRED"
            } else {
                ""
            });
        }
        line.push_str(if yes(f, row, 3) { " CLUSTER" } else { "" });
        line.push_str(if yes(f, row, 4) { "" } else { " INVALID" });
        line.push_str(if yes(f, row, 10) {
            " REPLICA IDENTITY"
        } else {
            ""
        });
        if let Some(tablespace) = f.get(row, 11) {
            line.push_str(&format!(", tablespace \"{tablespace}\""));
        }
        line
    })
}

pub(super) fn foreign_keys_query(about: &About) -> String {
    let oid = &about.oid;
    if about.version >= 120_000 && (about.is_partition || about.kind == 'p') {
        return format!(
            "select conrelid = '{oid}'::pg_catalog.regclass as sametable, conname,
  pg_catalog.pg_get_constraintdef(oid, true), conrelid::pg_catalog.regclass
from pg_catalog.pg_constraint, pg_catalog.pg_partition_ancestors('{oid}')
where conrelid = relid and contype = 'f' and conparentid = 0
order by sametable desc, conname;"
        );
    }
    let own = match about.version >= 120_000 {
        true => " and r.conparentid = 0",
        false => "",
    };
    format!(
        "select true, r.conname, pg_catalog.pg_get_constraintdef(r.oid, true),
  r.conrelid::pg_catalog.regclass
from pg_catalog.pg_constraint r
where r.conrelid = '{oid}' and r.contype = 'f'{own}
order by r.conname;"
    )
}

pub(super) fn foreign_keys(_: &About, found: &Answer) -> Vec<String> {
    headed("Foreign-key constraints:", found, |f, row| {
        match yes(f, row, 0) {
            true => format!("    \"{}\" {}", f.text(row, 1), f.text(row, 2)),
            false => on_table(f, row),
        }
    })
}

/// A constraint of another table: name, definition, table in columns 1 to 3.
pub(super) fn on_table(found: &Answer, row: usize) -> String {
    format!(
        "    TABLE \"{}\" CONSTRAINT \"{}\" {}",
        found.text(row, 3),
        found.text(row, 1),
        found.text(row, 2)
    )
}

pub(super) fn referenced_by_query(about: &About) -> String {
    let oid = &about.oid;
    let wanted = match about.version >= 120_000 {
        true => format!(
            "confrelid in (select pg_catalog.pg_partition_ancestors('{oid}')
    union all values ('{oid}'::pg_catalog.regclass))
  and contype = 'f' and conparentid = 0"
        ),
        false => format!("confrelid = '{oid}' and contype = 'f'"),
    };
    format!(
        "select false, conname, pg_catalog.pg_get_constraintdef(oid, true),
  conrelid::pg_catalog.regclass
from pg_catalog.pg_constraint
where {wanted}
order by conname;"
    )
}

pub(super) fn not_null_query(about: &About) -> String {
    format!(
        "select c.conname, a.attname, c.connoinherit, c.conislocal, c.coninhcount <> 0,
  c.convalidated
from pg_catalog.pg_constraint c
  join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
where c.contype = 'n' and c.conrelid = '{}'::pg_catalog.regclass
order by a.attnum;",
        about.oid
    )
}

pub(super) fn not_null(_: &About, found: &Answer) -> Vec<String> {
    headed("Not-null constraints:", found, |f, row| {
        let inherited = match (yes(f, row, 2), yes(f, row, 3), yes(f, row, 4)) {
            (true, ..) => " NO INHERIT",
            (_, true, true) => " (local, inherited)",
            (_, _, true) => " (inherited)",
            _ => "",
        };
        let valid = if yes(f, row, 5) { "" } else { " NOT VALID" };
        format!(
            "    \"{}\" NOT NULL \"{}\"{inherited}{valid}",
            f.text(row, 0),
            f.text(row, 1)
        )
    })
}
