//! The catalog from SQLite's table-valued pragmas: a handful of queries a stage, however many tables.

use super::checks;
use super::error::from_sqlite;
use crate::catalog::search::Wanted;
use crate::catalog::{
    CatalogBuilder, ColumnRow, ForeignKeyRow, IndexRow, Object, ObjectKind, RelationKind,
    RelationRow,
};
use crate::driver::Stage;
use crate::error::Result;
use crate::sql::dialect::SQLITE;
use crate::sql::names::unquote;
use crate::sql::{Token, lex};
use rusqlite::{Connection, Row};
use std::collections::HashMap;

/// Reads one stage. `database` is the name of the connection's database.
pub(super) fn read(
    connection: &Connection,
    stage: Stage,
    database: &str,
    into: &mut CatalogBuilder,
) -> Result<()> {
    match stage {
        Stage::Names => {
            into.server_version = format!("SQLite {}", rusqlite::version());
            into.database = database.to_string();
            names(connection, into)
        }
        Stage::Columns => columns(connection, into),
        Stage::Keys => keys(connection, into),
        Stage::Rest => rest(connection, into),
    }
    .map_err(|error| from_sqlite(error, ""))
}

/// Calls `each` for every row of `sql`.
fn rows(
    connection: &Connection,
    sql: &str,
    mut each: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        each(row)?;
    }
    Ok(())
}

/// A text column that must be there; bytes that are no UTF-8 are shown as far as they can be.
fn text(row: &Row<'_>, index: usize) -> rusqlite::Result<String> {
    Ok(optional_text(row, index)?.unwrap_or_default())
}

fn optional_text(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<String>> {
    let bytes = row.get_ref(index)?.as_bytes_or_null();
    Ok(bytes
        .ok()
        .flatten()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}

/// The condition that leaves only the relations that are wanted, if not all are.
fn only(into: &CatalogBuilder, condition: &str) -> String {
    let Some(names) = into.only() else {
        return String::new();
    };
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("'{}'", name.replace('\'', "''")))
        .collect();
    let list = format!("COLLATE NOCASE IN ({})", names.join(", "));
    format!(" AND ({})", condition.replace("IS WANTED", &list))
}

/// The attached databases; `temp` only when something is in it.
fn schemas(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut found = Vec::new();
    let sql = "SELECT name FROM pragma_database_list WHERE name <> 'temp' \
               OR EXISTS (SELECT 1 FROM sqlite_temp_master) ORDER BY seq";
    rows(connection, sql, |row| {
        found.push(text(row, 0)?);
        Ok(())
    })?;
    Ok(found)
}

fn names(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    let schemas = schemas(connection)?;
    for schema in &schemas {
        into.schema(schema);
    }
    let estimates = estimates(connection, &schemas);
    // SQLite looks in temp first, then in main, then in the others as they were attached.
    let (temp, others): (Vec<_>, Vec<_>) = schemas.into_iter().partition(|s| s == "temp");
    into.search_path = temp.into_iter().chain(others).collect();
    let path = into.search_path.clone();
    let mut sql = "SELECT schema, name, type FROM pragma_table_list WHERE true".to_string();
    sql.push_str(&only(into, "name IS WANTED"));
    rows(connection, &sql, |row| {
        let (schema, name) = (text(row, 0)?, text(row, 1)?);
        if path.contains(&schema) {
            let kind = match text(row, 2)?.as_str() {
                "view" => RelationKind::View,
                "shadow" => RelationKind::SystemTable,
                _ if name.starts_with("sqlite_") => RelationKind::SystemTable,
                _ => RelationKind::Table,
            };
            let rows = estimates.get(&(schema.clone(), name.clone())).copied();
            into.relation(RelationRow {
                schema: &schema,
                name: &name,
                kind,
                rows,
                private: schema == "temp",
                ..RelationRow::default()
            });
        }
        Ok(())
    })
}

/// Numbers of rows as ANALYZE found them; nothing where it never ran.
fn estimates(connection: &Connection, schemas: &[String]) -> HashMap<(String, String), u64> {
    let mut found = HashMap::new();
    for schema in schemas {
        let sql = format!(
            "SELECT tbl, max(CAST(stat AS INTEGER)) FROM \"{}\".sqlite_stat1 GROUP BY tbl",
            schema.replace('"', "\"\"")
        );
        // There is no such table before the first ANALYZE.
        let _ = rows(connection, &sql, |row| {
            if let Ok(count) = u64::try_from(row.get::<_, i64>(1)?) {
                found.insert((schema.clone(), text(row, 0)?), count);
            }
            Ok(())
        });
    }
    found
}

const COLUMNS: &str = "SELECT l.schema, l.name, c.name, c.type, c.\"notnull\", c.pk, c.dflt_value \
     FROM pragma_table_list l, pragma_table_xinfo(l.name, l.schema) c \
     WHERE l.type = 'table' AND c.hidden <> 1";

/// The columns of the tables in whose statements is a word that is like what is sought, or the text
/// itself; and of what says nothing of its columns there.
fn columns_of_candidates(
    connection: &Connection,
    wanted: &Wanted,
    into: &mut CatalogBuilder,
) -> rusqlite::Result<()> {
    // Thousands of tables have few words.
    let mut known: HashMap<String, bool> = HashMap::new();
    let mut like = |word: &str| {
        if let Some(like) = known.get(word) {
            return *like;
        }
        let like = wanted.like(&unquote(word, &SQLITE)).is_some();
        known.insert(word.to_string(), like);
        like
    };
    let mut found = Vec::new();
    for schema in schemas(connection)? {
        let sql = format!(
            "SELECT name, sql, type = 'view' OR sql LIKE 'create virtual%' FROM \"{}\".sqlite_master \
             WHERE type IN ('table', 'view')",
            schema.replace('"', "\"\"")
        );
        rows(connection, &sql, |row| {
            let sql = text(row, 1)?;
            let mut has_it = |token: &Token| !token.is_trivia() && like(token.text(&sql));
            if row.get(2)? || wanted.is_in(&sql) || lex(&sql, &SQLITE).iter().any(&mut has_it) {
                found.push((schema.clone(), text(row, 0)?));
            }
            Ok(())
        })?;
    }
    columns_of_each(connection, found, into)
}

const COLUMNS_OF_ONE: &str = "SELECT ?1, ?2, c.name, c.type, c.\"notnull\", c.pk, c.dflt_value \
     FROM pragma_table_xinfo(?2, ?1) c WHERE c.hidden <> 1";

fn columns(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    if let Some(wanted) = into.sought().cloned() {
        return columns_of_candidates(connection, &wanted, into);
    }
    if into.keys_and().is_some() {
        return Ok(());
    }
    let sql = COLUMNS.to_string() + &only(into, "l.name IS WANTED");
    rows(connection, &sql, |row| column(row, into))?;
    let mut others = Vec::new();
    let mut sql = "SELECT schema, name FROM pragma_table_list WHERE type <> 'table'".to_string();
    sql.push_str(&only(into, "name IS WANTED"));
    rows(connection, &sql, |row| {
        others.push((text(row, 0)?, text(row, 1)?));
        Ok(())
    })?;
    columns_of_each(connection, others, into)
}

/// One by one: a view of a table that is gone and a virtual table of an unknown module fail the query
/// that asks for their columns.
fn columns_of_each(
    connection: &Connection,
    relations: Vec<(String, String)>,
    into: &mut CatalogBuilder,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(COLUMNS_OF_ONE)?;
    for (schema, name) in relations {
        let Ok(mut rows) = statement.query((&schema, &name)) else {
            continue;
        };
        while let Ok(Some(row)) = rows.next() {
            column(row, into)?;
        }
    }
    Ok(())
}

fn column(row: &Row<'_>, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    let primary_key = row.get::<_, i64>(5)? > 0;
    let type_name = text(row, 3)?;
    // A rowid is never NULL; other primary keys may be, by an old mistake that SQLite keeps.
    let rowid = primary_key && type_name.eq_ignore_ascii_case("integer");
    into.column(ColumnRow {
        schema: &text(row, 0)?,
        relation: &text(row, 1)?,
        name: &text(row, 2)?,
        type_name: &type_name,
        nullable: row.get::<_, i64>(4)? == 0 && !rowid,
        primary_key,
        default: optional_text(row, 6)?.as_deref(),
        ..ColumnRow::default()
    });
    Ok(())
}

fn keys(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    if let Some(wanted) = into.sought().cloned() {
        return index_names(connection, &wanted, into);
    }
    foreign_keys(connection, into)?;
    if into.keys_and().is_some() {
        return Ok(());
    }
    indexes(connection, into)?;
    check_values(connection, into)
}

/// One key: its table, its parent, and the columns of both so far.
#[derive(Default, PartialEq, Eq)]
struct Key {
    schema: String,
    table: String,
    id: i64,
    parent: String,
    from: Vec<String>,
    to: Vec<Option<String>>,
}

const FOREIGN_KEYS: &str = "SELECT l.schema, l.name, k.id, k.\"table\", k.\"from\", k.\"to\" \
     FROM pragma_table_list l, pragma_foreign_key_list(l.name, l.schema) k \
     WHERE l.type = 'table'";

fn foreign_keys(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    let mut found: Vec<Key> = Vec::new();
    let wanted = only(into, "l.name IS WANTED OR k.\"table\" IS WANTED");
    let sql = format!("{FOREIGN_KEYS}{wanted} ORDER BY l.schema, l.name, k.id, k.seq");
    rows(connection, &sql, |row| {
        let key = Key {
            schema: text(row, 0)?,
            table: text(row, 1)?,
            id: row.get(2)?,
            parent: text(row, 3)?,
            ..Key::default()
        };
        let same = |k: &Key| k.schema == key.schema && k.table == key.table && k.id == key.id;
        if !found.last().is_some_and(same) {
            found.push(key);
        }
        if let Some(last) = found.last_mut() {
            last.from.push(text(row, 4)?);
            last.to.push(optional_text(row, 5)?);
        }
        Ok(())
    })?;
    let names = names_without_case(connection)?;
    for key in found {
        let in_any_case = (key.schema.clone(), key.parent.to_ascii_lowercase());
        let Some(parent) = names.get(&in_any_case) else {
            continue;
        };
        let named: Option<Vec<String>> = key.to.into_iter().collect();
        let to_columns = match named {
            Some(columns) => columns,
            // REFERENCES without columns means the parent's primary key.
            None => primary_key(connection, &key.schema, parent)?,
        };
        into.foreign_key(&ForeignKeyRow {
            schema: &key.schema,
            relation: &key.table,
            columns: key.from,
            to_schema: &key.schema,
            to_relation: parent,
            to_columns,
        });
    }
    Ok(())
}

/// Schema and lower-case name of every relation, and its name as it was created: a key may spell
/// its parent in another case.
fn names_without_case(
    connection: &Connection,
) -> rusqlite::Result<HashMap<(String, String), String>> {
    let mut names = HashMap::new();
    rows(
        connection,
        "SELECT schema, name FROM pragma_table_list",
        |row| {
            let name = text(row, 1)?;
            names.insert((text(row, 0)?, name.to_ascii_lowercase()), name);
            Ok(())
        },
    )?;
    Ok(names)
}

fn primary_key(
    connection: &Connection,
    schema: &str,
    table: &str,
) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_xinfo(?1, ?2) WHERE pk > 0 ORDER BY pk";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((table, schema))?;
    let mut columns = Vec::new();
    while let Some(row) = rows.next()? {
        columns.push(text(row, 0)?);
    }
    Ok(columns)
}

const INDEXES: &str = "SELECT l.schema, l.name, i.name, i.\"unique\", iif(i.partial, NULL, c.name) \
     FROM pragma_table_list l, pragma_index_list(l.name, l.schema) i, \
     pragma_index_info(i.name, l.schema) c \
     WHERE l.type = 'table'";

fn indexes(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    let mut found: Vec<(String, String, String, bool, Vec<String>)> = Vec::new();
    let wanted = only(into, "l.name IS WANTED");
    let sql = format!("{INDEXES}{wanted} ORDER BY l.schema, l.name, i.seq, c.seqno");
    rows(connection, &sql, |row| {
        let (schema, table, name) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
        // An expression has no column name; an index of some rows finds no row of a key.
        let column = optional_text(row, 4)?;
        match found
            .last_mut()
            .filter(|i| i.0 == schema && i.1 == table && i.2 == name)
        {
            Some(index) => index.4.extend(column),
            None => {
                let columns = column.into_iter().collect();
                found.push((schema, table, name, row.get::<_, i64>(3)? != 0, columns));
            }
        }
        Ok(())
    })?;
    for (schema, relation, name, unique, columns) in &found {
        into.index(&IndexRow {
            schema,
            relation,
            name,
            columns: columns.clone(),
            unique: *unique,
        });
    }
    Ok(())
}

/// Those alone that are called like what is sought.
fn index_names(
    connection: &Connection,
    wanted: &Wanted,
    into: &mut CatalogBuilder,
) -> rusqlite::Result<()> {
    for schema in schemas(connection)? {
        let sql = format!(
            "SELECT tbl_name, name FROM \"{}\".sqlite_master WHERE type = 'index'",
            schema.replace('"', "\"\"")
        );
        rows(connection, &sql, |row| {
            let (relation, name) = (text(row, 0)?, text(row, 1)?);
            if wanted.like(&name).is_some() {
                into.index(&IndexRow {
                    schema: &schema,
                    relation: &relation,
                    name: &name,
                    columns: Vec::new(),
                    unique: false,
                });
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The lists of CHECK (column IN (…)), from the text of the tables that have a CHECK at all.
fn check_values(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    for schema in schemas(connection)? {
        let sql = format!(
            "SELECT name, sql FROM \"{}\".sqlite_master WHERE type = 'table' AND sql LIKE '%check%'",
            schema.replace('"', "\"\"")
        ) + &only(into, "name IS WANTED");
        let mut tables = Vec::new();
        rows(connection, &sql, |row| {
            tables.push((text(row, 0)?, text(row, 1)?));
            Ok(())
        })?;
        let find = "SELECT name FROM pragma_table_xinfo(?1, ?2) WHERE name = ?3 COLLATE NOCASE";
        let mut find = connection.prepare_cached(find)?;
        for (table, sql) in tables {
            for (column, values) in checks::values(&sql) {
                let mut rows = find.query((&table, &schema, &column))?;
                let Some(row) = rows.next()? else { continue };
                into.check_values(&schema, &table, &text(row, 0)?, &values);
            }
        }
    }
    Ok(())
}

fn triggers(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    for schema in schemas(connection)? {
        let sql = format!(
            "SELECT name, tbl_name FROM \"{}\".sqlite_master WHERE type = 'trigger'",
            schema.replace('"', "\"\"")
        );
        rows(connection, &sql, |row| {
            into.object(Object {
                kind: ObjectKind::Trigger,
                schema: &schema,
                name: &text(row, 0)?,
                relation: &text(row, 1)?,
            });
            Ok(())
        })?;
    }
    Ok(())
}

fn rest(connection: &Connection, into: &mut CatalogBuilder) -> rusqlite::Result<()> {
    into.databases = schemas(connection)?;
    triggers(connection, into)?;
    for (sql, list) in [
        (
            "SELECT DISTINCT name FROM pragma_pragma_list ORDER BY 1",
            &mut into.settings,
        ),
        (
            "SELECT DISTINCT name FROM pragma_collation_list ORDER BY 1",
            &mut into.collations,
        ),
    ] {
        list.clear();
        rows(connection, sql, |row| {
            list.push(text(row, 0)?);
            Ok(())
        })?;
    }
    Ok(())
}
