//! The catalog from information_schema: a fixed handful of set queries a stage, never one a table.
//!
//! A query that fails (no privilege, a server without that view) costs only its own part.

use super::{MySqlConnection, costs_a_part, keys};
use crate::catalog::CatalogColumn;
use crate::catalog::search::Wanted;
use crate::catalog::{
    ArgumentMode, ArgumentRow, CatalogBuilder, Object, ObjectKind, RelationKind, RelationRow,
    RoutineKind, RoutineRow,
};
use crate::data::{CellKind, Row, hex_text};
use crate::driver::Stage;
use crate::error::Result;
use crate::sql::names::unquote;
use crate::sql::{TokenKind, dialect::MYSQL, lex};
use std::collections::HashMap;

pub(super) async fn read(
    connection: &mut MySqlConnection,
    stage: Stage,
    into: &mut CatalogBuilder,
) -> Result<()> {
    match stage {
        Stage::Names => names(connection, into).await,
        Stage::Columns => columns(connection, into).await,
        Stage::Keys => keys::read(connection, into).await,
        Stage::Rest => rest(connection, into).await,
    }
}

/// Runs one query; `false` if it failed in a way that costs only this part.
pub(super) async fn part(
    connection: &mut MySqlConnection,
    sql: &str,
    mut each: impl FnMut(Row<'_>),
) -> Result<bool> {
    let read = connection.query(sql, |batch| batch.rows().for_each(&mut each));
    match read.await {
        Ok(()) => Ok(true),
        Err(e) if costs_a_part(&e) => Ok(false),
        Err(e) => Err(e),
    }
}

/// The condition that leaves only the relations that are wanted, if not all are. A literal in
/// hexadecimal reads the same whatever sql_mode says of backslashes.
pub(super) fn only(into: &CatalogBuilder, condition: &str) -> String {
    let Some(names) = into.only() else {
        return String::new();
    };
    let names: Vec<String> = names.iter().map(|name| hex(name)).collect();
    let list = format!("IN ({})", names.join(", "));
    format!(" AND ({})", condition.replace("IS WANTED", &list))
}

fn hex(text: &str) -> String {
    let digits = hex_text(text.as_bytes());
    format!("CONVERT(X'{digits}' USING utf8mb4)")
}

/// The order of a list of what tables have. MariaDB goes from table to table and gives what each
/// has in its order anyway; to sort a hundred thousand columns by name again takes it half as long
/// as to find them.
pub(super) fn order(connection: &MySqlConnection, by: &str) -> String {
    match connection.is_mariadb() {
        true => String::new(),
        false => format!(" ORDER BY {by}"),
    }
}

/// `sql`, which begins with SELECT, as a query that the server gives up after a second: it would
/// open every table, and thousands of them take their time. MySQL's hint is a comment to MariaDB.
pub(super) fn limited(connection: &MySqlConnection, sql: &str) -> String {
    match connection.is_mariadb() {
        true => format!("SET STATEMENT max_statement_time = 1, lock_wait_timeout = 1 FOR {sql}"),
        false => sql.replacen("SELECT", "SELECT /*+ MAX_EXECUTION_TIME(1000) */", 1),
    }
}

/// A cell's text; empty for NULL, and for what is no UTF-8, which no name is.
pub(super) fn text<'r>(row: &Row<'r>, index: usize) -> &'r str {
    std::str::from_utf8(row.cell(index).text).unwrap_or_default()
}

pub(super) fn optional<'r>(row: &Row<'r>, index: usize) -> Option<&'r str> {
    (row.cell(index).kind != CellKind::Null)
        .then(|| text(row, index))
        .filter(|t| !t.is_empty())
}

const SESSION: &str = "SELECT DATABASE(), CURRENT_USER(), VERSION()";
const SCHEMAS: &str = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA";
/// Without TABLE_ROWS, for which MariaDB opens every table: 10,000 of them take seconds.
const RELATIONS: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_COMMENT \
    FROM information_schema.TABLES WHERE TRUE";
/// InnoDB's own statistics, in one small table, which not everybody may read.
const STATISTICS: &str = "SELECT database_name, table_name, n_rows FROM mysql.innodb_table_stats";
const ROWS: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_ROWS FROM information_schema.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_ROWS IS NOT NULL";

async fn names(connection: &mut MySqlConnection, into: &mut CatalogBuilder) -> Result<()> {
    part(connection, SESSION, |row| {
        into.database = text(&row, 0).to_string();
        into.search_path = optional(&row, 0).map(str::to_string).into_iter().collect();
        into.user = text(&row, 1).to_string();
        into.server_version = text(&row, 2).to_string();
    })
    .await?;
    if let Some(names) = into.only().map(<[String]>::to_vec) {
        return some(connection, &names, into).await;
    }
    part(connection, SCHEMAS, |row| {
        into.schema(text(&row, 0));
        into.databases.push(text(&row, 0).to_string());
    })
    .await?;
    let rows = match into.sought().is_some() || into.keys_and().is_some() {
        true => Estimates::new(),
        false => estimates(connection).await?,
    };
    let relations = format!("{RELATIONS}{}", of_users(into));
    part(connection, &relations, |row| relation(&row, &rows, into)).await?;
    Ok(())
}

/// Only the relations of these names. A temporary table is in no list: it is asked for by name,
/// together with its columns.
async fn some(
    connection: &mut MySqlConnection,
    names: &[String],
    into: &mut CatalogBuilder,
) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let sql = RELATIONS.to_string() + &only(into, "TABLE_NAME IS WANTED");
    let rows = Estimates::new();
    let mut found: Vec<String> = Vec::new();
    part(connection, &sql, |row| {
        found.push(text(&row, 1).to_string());
        relation(&row, &rows, into);
    })
    .await?;
    let database = into.database.clone();
    for name in names {
        if database.is_empty() || found.iter().any(|f| f.eq_ignore_ascii_case(name)) {
            continue;
        }
        let sql = format!("SHOW FULL COLUMNS FROM `{}`", name.replace('`', "``"));
        let mut columns: Vec<CatalogColumn> = Vec::new();
        part(connection, &sql, |row| columns.push(temporary(&row))).await?;
        if columns.is_empty() {
            continue;
        }
        into.relation(RelationRow {
            schema: &database,
            name,
            private: true,
            ..RelationRow::default()
        });
        let columns = columns.iter();
        columns.for_each(|column| into.column_with(&database, name, column));
    }
    Ok(())
}

/// A row of SHOW FULL COLUMNS: field, type, collation, null, key, default, extra, privileges,
/// comment.
fn temporary(row: &Row<'_>) -> CatalogColumn {
    let type_name = text(row, 1);
    CatalogColumn {
        name: text(row, 0).to_string(),
        type_name: type_name.to_string(),
        nullable: text(row, 3) == "YES",
        primary_key: text(row, 4) == "PRI",
        default: optional(row, 5).map(str::to_string),
        comment: optional(row, 8).map(str::to_string),
        check_values: labels(type_name),
        common_values: Vec::new(),
    }
}

/// Estimated rows by schema and table.
type Estimates = HashMap<(String, String), u64>;

async fn estimates(connection: &mut MySqlConnection) -> Result<Estimates> {
    let mut rows = Estimates::new();
    let mut add = |row: Row<'_>| {
        // Each partition has a line of its own: `orders#P#p2024`.
        let name = text(&row, 1);
        let name = name.split("#P#").next().unwrap_or(name);
        let name = name.split("#p#").next().unwrap_or(name);
        let of = (text(&row, 0).to_string(), name.to_string());
        *rows.entry(of).or_default() += text(&row, 2).parse().unwrap_or(0);
    };
    if !part(connection, STATISTICS, &mut add).await? {
        part(connection, &limited(connection, ROWS), add).await?;
    }
    Ok(rows)
}

fn relation(row: &Row<'_>, rows: &Estimates, into: &mut CatalogBuilder) {
    let (schema, name) = (text(row, 0), text(row, 1));
    let system = matches!(
        schema.to_ascii_lowercase().as_str(),
        "information_schema" | "mysql" | "performance_schema" | "sys"
    );
    let kind = match text(row, 2) {
        "SEQUENCE" => return into.sequence(schema, name),
        _ if system => RelationKind::SystemTable,
        "VIEW" | "SYSTEM VIEW" => RelationKind::View,
        _ => RelationKind::Table,
    };
    into.relation(RelationRow {
        schema,
        name,
        kind,
        rows: rows.get(&(schema.to_string(), name.to_string())).copied(),
        // The comment of a view is the word VIEW, or what is wrong with it.
        comment: optional(row, 3).filter(|_| kind == RelationKind::Table),
        ..RelationRow::default()
    });
}

/// The condition that leaves out what belongs to the server, where something is sought: it is never
/// found, and the server takes its time to make it up.
pub(super) fn of_users(into: &CatalogBuilder) -> &'static str {
    match into.sought() {
        Some(_) => {
            " AND TABLE_SCHEMA NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys')"
        }
        None => "",
    }
}

/// The condition that leaves the columns in which what is sought may be found.
fn found_in_column(wanted: &Wanted) -> String {
    let each = |p: &String| format!("COLUMN_NAME LIKE {} ESCAPE '!'", hex(p));
    let named = [wanted.names('!'), wanted.slips('!')].concat();
    let named = named.iter().map(|list| {
        let list: Vec<String> = list.iter().map(each).collect();
        format!("({})", list.join(" AND "))
    });
    let text = hex(wanted.text());
    let has = ["COLUMN_COMMENT", "COLUMN_DEFAULT", "COLUMN_TYPE"]
        .map(|what| format!("LOCATE({text}, LOWER({what})) > 0"));
    let all: Vec<String> = named.chain(has).collect();
    format!(" AND ({})", all.join(" OR "))
}

const COLUMNS: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, \
    COLUMN_KEY, COLUMN_DEFAULT, COLUMN_COMMENT FROM information_schema.COLUMNS WHERE TRUE";

async fn columns(connection: &mut MySqlConnection, into: &mut CatalogBuilder) -> Result<()> {
    if into.has_only_private() || into.keys_and().is_some() {
        return Ok(());
    }
    let wanted = only(into, "TABLE_NAME IS WANTED");
    let order = order(connection, "TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION");
    let sought = into.sought().map(found_in_column).unwrap_or_default();
    let sql = format!("{COLUMNS}{wanted}{}{sought}{order}", of_users(into));
    part(connection, &sql, |row| {
        let type_name = text(&row, 3);
        let column = CatalogColumn {
            name: text(&row, 2).to_string(),
            type_name: type_name.to_string(),
            nullable: text(&row, 4) == "YES",
            primary_key: text(&row, 5) == "PRI",
            // MariaDB writes out the default that is none.
            default: optional(&row, 6)
                .filter(|d| *d != "NULL")
                .map(str::to_string),
            comment: optional(&row, 7).map(str::to_string),
            check_values: labels(type_name),
            common_values: Vec::new(),
        };
        into.column_with(text(&row, 0), text(&row, 1), &column);
    })
    .await?;
    Ok(())
}

/// The labels of `enum('a','b')` and `set('a','b')`.
fn labels(type_name: &str) -> Vec<String> {
    if !type_name.starts_with("enum(") && !type_name.starts_with("set(") {
        return Vec::new();
    }
    lex(type_name, &MYSQL)
        .iter()
        .filter(|t| t.kind == TokenKind::String)
        .map(|t| unquote(t.text(type_name), &MYSQL).into_owned())
        .collect()
}

const PARAMETERS: &str = "SELECT SPECIFIC_SCHEMA, SPECIFIC_NAME, ROUTINE_TYPE, PARAMETER_MODE, \
    PARAMETER_NAME, DTD_IDENTIFIER FROM information_schema.PARAMETERS \
    WHERE ORDINAL_POSITION > 0 ORDER BY SPECIFIC_SCHEMA, SPECIFIC_NAME, ORDINAL_POSITION";
const ROUTINES: &str = "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, \
    ROUTINE_COMMENT FROM information_schema.ROUTINES";
const USERS: &str = "SELECT DISTINCT User FROM mysql.user WHERE User <> '' ORDER BY 1";
const CHARSETS: &str = "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS";
const COLLATIONS: &str = "SELECT DISTINCT COLLATION_NAME FROM information_schema.COLLATIONS";
const VARIABLES: &str = "SHOW GLOBAL VARIABLES";
/// MariaDB only.
const VARIABLE_TYPES: &str = "SELECT LOWER(VARIABLE_NAME), VARIABLE_TYPE, ENUM_VALUE_LIST \
    FROM information_schema.SYSTEM_VARIABLES";

/// Kind, schema, name, relation. Not in one query: the views' collations do not go together.
const OBJECTS: &[&str] = &[
    "SELECT 'TRIGGER', TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_OBJECT_TABLE \
     FROM information_schema.TRIGGERS",
    "SELECT 'EVENT', EVENT_SCHEMA, EVENT_NAME, '' FROM information_schema.EVENTS",
    "SELECT 'SERVER', '', Server_name, '' FROM mysql.servers",
];

async fn rest(connection: &mut MySqlConnection, into: &mut CatalogBuilder) -> Result<()> {
    let mut arguments: HashMap<[String; 3], Vec<ArgumentRow>> = HashMap::new();
    part(connection, PARAMETERS, |row| {
        let of = [0, 1, 2].map(|i| text(&row, i).to_string());
        arguments.entry(of).or_default().push(ArgumentRow {
            name: text(&row, 4).to_string(),
            type_name: text(&row, 5).to_string(),
            mode: match text(&row, 3) {
                "OUT" => ArgumentMode::Out,
                "INOUT" => ArgumentMode::InOut,
                _ => ArgumentMode::In,
            },
            default: None,
        });
    })
    .await?;
    part(connection, ROUTINES, |row| {
        let of = [0, 1, 2].map(|i| text(&row, i).to_string());
        into.routine(RoutineRow {
            schema: text(&row, 0),
            name: text(&row, 1),
            kind: match text(&row, 2) {
                "PROCEDURE" => RoutineKind::Procedure,
                _ => RoutineKind::Function,
            },
            returns: text(&row, 3),
            arguments: arguments.remove(&of).unwrap_or_default(),
            comment: Some(text(&row, 4)).filter(|comment| !comment.is_empty()),
            ..RoutineRow::default()
        });
    })
    .await?;
    for (what, sql, list) in [
        ("roles", USERS, &mut into.roles),
        ("character sets", CHARSETS, &mut into.charsets),
        ("collations", COLLATIONS, &mut into.collations),
    ] {
        let mut each = |row: Row<'_>| list.push(text(&row, 0).to_string());
        let read = connection.query(sql, |batch| batch.rows().for_each(&mut each));
        match read.await {
            // Who may not read mysql.user gets this as an error; other views merely hide rows.
            Err(e) if costs_a_part(&e) => {
                into.missing
                    .push(format!("{what} are not read: {}", e.message));
            }
            read => read?,
        }
    }
    // They are found by queries of their own.
    let objects = OBJECTS.iter().filter(|_| into.sought().is_none());
    for sql in objects.copied().collect::<Vec<_>>() {
        part(connection, sql, |row| {
            if let Some(kind) = ObjectKind::named(text(&row, 0)) {
                into.object(Object {
                    kind,
                    schema: text(&row, 1),
                    name: text(&row, 2),
                    relation: text(&row, 3),
                });
            }
        })
        .await?;
    }
    variables(connection, into).await
}

async fn variables(connection: &mut MySqlConnection, into: &mut CatalogBuilder) -> Result<()> {
    part(connection, VARIABLES, |row| {
        let name = text(&row, 0).to_string();
        if let Some(words) = words_like(text(&row, 1)) {
            into.setting_values.insert(name.to_lowercase(), words);
        }
        into.settings.push(name);
    })
    .await?;
    if connection.is_mariadb() {
        part(connection, VARIABLE_TYPES, |row| {
            let words = match text(&row, 1) {
                "BOOLEAN" => vec!["ON".to_string(), "OFF".to_string()],
                "ENUM" => text(&row, 2).split(',').map(str::to_string).collect(),
                _ => Vec::new(),
            };
            (into.setting_values).insert(text(&row, 0).to_string(), words);
        })
        .await?;
    }
    Ok(())
}

/// What a setting takes that has this value, as far as that can be told.
fn words_like(value: &str) -> Option<Vec<String>> {
    match value {
        "ON" | "OFF" => Some(vec!["ON".to_string(), "OFF".to_string()]),
        _ => value.parse::<f64>().is_ok().then(Vec::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_labels_of_an_enum_are_read_with_their_quotes() {
        assert_eq!(labels("enum('new','it''s','a,b')"), ["new", "it's", "a,b"]);
        assert_eq!(labels("set('x','y')"), ["x", "y"]);
        assert!(labels("varchar(10)").is_empty());
    }
}
