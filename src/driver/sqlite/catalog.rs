//! The catalog of a SQLite database: one query a schema and kind of thing.

use super::error;
use crate::catalog::{
    CatalogBuilder, ColumnRow, ForeignKeyRow, IndexRow, RelationKind, RelationRow,
};
use crate::driver::Stage;
use crate::error::Result;
use crate::sql::dialect::SQLITE;
use crate::sql::names::quote_always;
use rusqlite::{Connection, Row};

/// Reads one stage.
pub(super) fn read(connection: &Connection, stage: Stage, into: &mut CatalogBuilder) -> Result<()> {
    let mut read = || -> rusqlite::Result<()> {
        let schemas = schemas(connection)?;
        match stage {
            Stage::Names => names(connection, &schemas, into),
            Stage::Columns => schemas.iter().try_for_each(|s| columns(connection, s, into)),
            Stage::Keys => schemas.iter().try_for_each(|s| keys(connection, s, into)),
            Stage::Rest => rest(connection, into),
        }
    };
    read().map_err(|e| error::of_statement(&e, 0))
}

/// `main`, `temp` and what is attached.
fn schemas(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("select name from pragma_database_list order by seq")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn each(
    connection: &Connection,
    sql: &str,
    mut row: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(found) = rows.next()? {
        row(found)?;
    }
    Ok(())
}

/// Tables that a person would name; the shadow tables of virtual ones and SQLite's own are kept
/// apart.
fn names(
    connection: &Connection,
    schemas: &[String],
    into: &mut CatalogBuilder,
) -> rusqlite::Result<()> {
    into.server_version = rusqlite::version().to_string();
    into.database = super::worker::database_name(connection.path().unwrap_or_default());
    into.search_path = schemas.to_vec();
    into.databases = schemas.to_vec();
    for schema in schemas {
        into.schema(schema);
        let estimates = estimates(connection, schema);
        let sql = format!(
            "select name, type from pragma_table_list where schema = {}",
            crate::sql::names::literal(schema, &SQLITE)
        );
        each(connection, &sql, |row| {
            let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
            let kind = match kind.as_str() {
                "view" => RelationKind::View,
                "shadow" => RelationKind::SystemTable,
                _ if name.starts_with("sqlite_") => RelationKind::SystemTable,
                _ => RelationKind::Table,
            };
            let rows = estimates.iter().find(|(n, _)| *n == name).map(|(_, rows)| *rows);
            into.relation(RelationRow { schema, name: &name, kind, rows, ..RelationRow::default() });
            Ok(())
        })?;
    }
    Ok(())
}

/// Row estimates of ANALYZE, where somebody ran it.
fn estimates(connection: &Connection, schema: &str) -> Vec<(String, u64)> {
    let sql = format!(
        "select tbl, max(cast(stat as integer)) from {}.sqlite_stat1 group by 1",
        quote_always(schema, &SQLITE)
    );
    let mut found = Vec::new();
    // The table is missing where ANALYZE never ran.
    let _ = each(connection, &sql, |row| {
        found.push((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
        Ok(())
    });
    found
}

/// `from` clause that joins each object of a schema with what a pragma says of it.
fn joined(schema: &str, pragma: &str, types: &str) -> String {
    let literal = crate::sql::names::literal(schema, &SQLITE);
    let quoted = quote_always(schema, &SQLITE);
    format!(
        "from {quoted}.sqlite_master m join pragma_{pragma}(m.name, {literal}) p \
         where m.type in ({types})"
    )
}

fn columns(
    connection: &Connection,
    schema: &str,
    into: &mut CatalogBuilder,
) -> rusqlite::Result<()> {
    let sql = format!(
        "select m.name, p.name, p.type, p.\"notnull\", p.dflt_value, p.pk {} and p.hidden <> 1 \
         order by m.name, p.cid",
        joined(schema, "table_xinfo", "'table', 'view'")
    );
    each(connection, &sql, |row| {
        let (relation, name, type_name): (String, String, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let default: Option<String> = row.get(4)?;
        into.column(ColumnRow {
            schema,
            relation: &relation,
            name: &name,
            type_name: &type_name.to_lowercase(),
            nullable: !row.get::<_, bool>(3)?,
            primary_key: row.get::<_, i64>(5)? > 0,
            default: default.as_deref(),
            comment: None,
        });
        Ok(())
    })
}

fn keys(connection: &Connection, schema: &str, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    indexes(connection, schema, into)?;
    foreign_keys(connection, schema, into)?;
    checks(connection, schema, into)
}

fn indexes(
    connection: &Connection,
    schema: &str,
    into: &mut CatalogBuilder,
) -> rusqlite::Result<()> {
    let literal = crate::sql::names::literal(schema, &SQLITE);
    let sql = format!(
        "select m.name, p.name, p.\"unique\", \
         (select group_concat(coalesce(c.name, '(expression)'), char(0)) from \
          (select name from pragma_index_info(p.name, {literal}) order by seqno) c) {}",
        joined(schema, "index_list", "'table'")
    );
    each(connection, &sql, |row| {
        let (relation, name): (String, String) = (row.get(0)?, row.get(1)?);
        let columns: Option<String> = row.get(3)?;
        let columns = columns.unwrap_or_default().split('\0').map(str::to_string).collect();
        into.index(IndexRow { schema, relation: &relation, name: &name, columns, unique: row.get(2)? });
        Ok(())
    })
}

fn foreign_keys(
    connection: &Connection,
    schema: &str,
    into: &mut CatalogBuilder,
) -> rusqlite::Result<()> {
    let literal = crate::sql::names::literal(schema, &SQLITE);
    // A key that names no columns of its parent means the parent's primary key.
    let sql = format!(
        "select m.name, p.id, p.\"table\", p.\"from\", coalesce(p.\"to\", \
         (select t.name from pragma_table_info(p.\"table\", {literal}) t where t.pk = p.seq + 1)) \
         {} order by m.name, p.id, p.seq",
        joined(schema, "foreign_key_list", "'table'")
    );
    let mut keys: Vec<(String, i64, String, Vec<String>, Vec<String>)> = Vec::new();
    each(connection, &sql, |row| {
        let (table, id, to): (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let column: String = row.get(3)?;
        let to_column: Option<String> = row.get(4)?;
        match keys.last_mut().filter(|k| k.0 == table && k.1 == id) {
            Some(key) => {
                key.3.push(column);
                key.4.extend(to_column);
            }
            None => keys.push((table, id, to, vec![column], to_column.into_iter().collect())),
        }
        Ok(())
    })?;
    for (relation, _, to_relation, columns, to_columns) in keys {
        into.foreign_key(ForeignKeyRow {
            schema,
            relation: &relation,
            columns,
            to_schema: schema,
            to_relation: &to_relation,
            to_columns,
        });
    }
    Ok(())
}

/// The values of `CHECK (column IN ('a', 'b'))`.
fn checks(connection: &Connection, schema: &str, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    let quoted = quote_always(schema, &SQLITE);
    let sql = format!(
        "select name, sql from {quoted}.sqlite_master where type = 'table' and sql like '%check%'"
    );
    each(connection, &sql, |row| {
        let (relation, text): (String, String) = (row.get(0)?, row.get(1)?);
        for (column, values) in crate::sql::check::value_lists(&text, &SQLITE) {
            if let Some(column) = into.column_mut(schema, &relation, &column) {
                column.check_values = values;
            }
        }
        Ok(())
    })
}

fn rest(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    each(connection, "select name from pragma_pragma_list order by 1", |row| {
        into.settings.push(row.get(0)?);
        Ok(())
    })?;
    each(connection, "select name from pragma_collation_list order by 1", |row| {
        into.collations.push(row.get(0)?);
        Ok(())
    })
}
