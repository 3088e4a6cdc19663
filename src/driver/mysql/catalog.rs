//! The catalog from information_schema: a fixed handful of set queries a stage, never one a table.
//!
//! A query that fails (no privilege, a server without that view) costs only its own part.

use super::{MySqlConnection, costs_a_part};
use crate::catalog::CatalogColumn;
use crate::catalog::{
    ArgumentMode, ArgumentRow, CatalogBuilder, ForeignKeyRow, IndexRow, RelationKind, RelationRow,
    RoutineKind, RoutineRow,
};
use crate::data::{CellKind, Row};
use crate::driver::Stage;
use crate::error::Result;
use crate::sql::names::unquote;
use crate::sql::{Token, TokenKind, dialect::MYSQL, lex};
use std::collections::HashMap;

pub(super) async fn read(
    connection: &mut MySqlConnection,
    stage: Stage,
    into: &mut CatalogBuilder,
) -> Result<()> {
    match stage {
        Stage::Names => names(connection, into).await,
        Stage::Columns => columns(connection, into).await,
        Stage::Keys => keys(connection, into).await,
        Stage::Rest => rest(connection, into).await,
    }
}

/// Runs one query; `false` if it failed in a way that costs only this part.
async fn part(
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

/// `sql`, which begins with SELECT, as a query that the server gives up after a second: it would
/// open every table, and thousands of them take their time. MySQL's hint is a comment to MariaDB.
fn limited(connection: &MySqlConnection, sql: &str) -> String {
    match connection.is_mariadb() {
        true => format!("SET STATEMENT max_statement_time = 1 FOR {sql}"),
        false => sql.replacen("SELECT", "SELECT /*+ MAX_EXECUTION_TIME(1000) */", 1),
    }
}

/// A cell's text; empty for NULL, and for what is no UTF-8, which no name is.
fn text<'r>(row: &Row<'r>, index: usize) -> &'r str {
    std::str::from_utf8(row.cell(index).text).unwrap_or_default()
}

fn optional<'r>(row: &Row<'r>, index: usize) -> Option<&'r str> {
    (row.cell(index).kind != CellKind::Null)
        .then(|| text(row, index))
        .filter(|t| !t.is_empty())
}

const SESSION: &str = "SELECT DATABASE(), CURRENT_USER(), VERSION()";
const SCHEMAS: &str = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA";
/// Without TABLE_ROWS, for which MariaDB opens every table: 10,000 of them take seconds.
const RELATIONS: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_COMMENT \
    FROM information_schema.TABLES";
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
    part(connection, SCHEMAS, |row| {
        into.schema(text(&row, 0));
        into.databases.push(text(&row, 0).to_string());
    })
    .await?;
    let rows = estimates(connection).await?;
    part(connection, RELATIONS, |row| relation(&row, &rows, into)).await?;
    Ok(())
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

const COLUMNS: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, \
    COLUMN_KEY, COLUMN_DEFAULT, COLUMN_COMMENT FROM information_schema.COLUMNS \
    ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION";

async fn columns(connection: &mut MySqlConnection, into: &mut CatalogBuilder) -> Result<()> {
    part(connection, COLUMNS, |row| {
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

/// InnoDB's own list, which takes no time but a privilege. Names are `schema/table`; columns of one
/// key are numbered. MySQL 8 calls the tables otherwise and needs no such detour.
const INNODB_KEYS: &str = "SELECT SUBSTRING_INDEX(k.FOR_NAME, '/', 1), \
    SUBSTRING(k.FOR_NAME, LOCATE('/', k.FOR_NAME) + 1), k.ID, c.FOR_COL_NAME, \
    SUBSTRING_INDEX(k.REF_NAME, '/', 1), SUBSTRING(k.REF_NAME, LOCATE('/', k.REF_NAME) + 1), \
    c.REF_COL_NAME FROM information_schema.INNODB_SYS_FOREIGN k \
    JOIN information_schema.INNODB_SYS_FOREIGN_COLS c ON c.ID = k.ID \
    ORDER BY k.ID, c.POS";
/// MariaDB opens every table for this.
const FOREIGN_KEYS: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, \
    REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME \
    FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL \
    ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION";
const INDEXES: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, NON_UNIQUE \
    FROM information_schema.STATISTICS \
    ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";
/// MariaDB names constraints per table and says which one.
const CHECKS_MARIADB: &str =
    "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS";
/// MySQL names them per schema and tells the table elsewhere.
const CHECKS_MYSQL: &str = "SELECT t.TABLE_SCHEMA, t.TABLE_NAME, c.CHECK_CLAUSE \
    FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t \
    USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME) WHERE t.CONSTRAINT_TYPE = 'CHECK'";

async fn keys(connection: &mut MySqlConnection, into: &mut CatalogBuilder) -> Result<()> {
    for key in foreign_keys(connection).await? {
        into.foreign_key(&ForeignKeyRow {
            schema: &key.schema,
            relation: &key.relation,
            columns: key.columns,
            to_schema: &key.more[0],
            to_relation: &key.more[1],
            to_columns: key.to_columns,
        });
    }
    for index in groups(connection, INDEXES).await?.unwrap_or_default() {
        into.index(&IndexRow {
            schema: &index.schema,
            relation: &index.relation,
            name: &index.name,
            columns: index.columns,
            unique: index.more[0] == "0",
        });
    }
    let sql = match connection.is_mariadb() {
        true => limited(connection, CHECKS_MARIADB),
        false => CHECKS_MYSQL.to_string(),
    };
    part(connection, &sql, |row| {
        if let Some((column, values)) = in_list(text(&row, 2)) {
            into.check_values(text(&row, 0), text(&row, 1), &column, &values);
        }
    })
    .await?;
    Ok(())
}

async fn foreign_keys(connection: &mut MySqlConnection) -> Result<Vec<Group>> {
    // InnoDB writes names as file names: `@002d` for a dash. Where there is such a name, the slow
    // way is the right one.
    let plain = |keys: &Vec<Group>| {
        let encoded = |g: &Group| {
            [&g.schema, &g.relation, &g.more[0], &g.more[1]]
                .iter()
                .any(|name| name.contains('@'))
        };
        !keys.iter().any(encoded)
    };
    if let Some(keys) = groups(connection, INNODB_KEYS).await?.filter(plain) {
        return Ok(keys);
    }
    Ok(groups(connection, FOREIGN_KEYS).await?.unwrap_or_default())
}

/// Rows of one key or index, one a column, made one.
struct Group {
    schema: String,
    relation: String,
    name: String,
    columns: Vec<String>,
    to_columns: Vec<String>,
    /// The fifth and sixth cell of the first row.
    more: [String; 2],
}

/// `None` if the query failed in a way that costs only this part.
async fn groups(connection: &mut MySqlConnection, sql: &str) -> Result<Option<Vec<Group>>> {
    let mut out: Vec<Group> = Vec::new();
    let done = part(connection, sql, |row| {
        let same = out.last().is_some_and(|g| {
            g.name == text(&row, 2) && g.relation == text(&row, 1) && g.schema == text(&row, 0)
        });
        let more = |index: usize| match index < row.len() {
            true => text(&row, index).to_string(),
            false => String::new(),
        };
        if !same {
            out.push(Group {
                schema: text(&row, 0).to_string(),
                relation: text(&row, 1).to_string(),
                name: text(&row, 2).to_string(),
                columns: Vec::new(),
                to_columns: Vec::new(),
                more: [more(4), more(5)],
            });
        }
        if let Some(group) = out.last_mut() {
            // The column of an index on an expression is NULL.
            group.columns.extend(optional(&row, 3).map(str::to_string));
            group.to_columns.push(more(6));
        }
    })
    .await?;
    Ok(done.then_some(out))
}

/// Column and values of a check that is one IN list: `` `state` in ('a','b') ``, in MySQL
/// `` (`state` in (_utf8mb4\'a\',_utf8mb4\'b\')) ``.
fn in_list(clause: &str) -> Option<(String, Vec<String>)> {
    let clause = match clause.contains("\\'") {
        true => clause.replace("\\'", "'"),
        false => clause.to_string(),
    };
    let tokens: Vec<Token> = lex(&clause, &MYSQL)
        .into_iter()
        .filter(|t| !t.is_trivia())
        .collect();
    let opening = tokens
        .iter()
        .take_while(|t| t.kind == TokenKind::LeftParen)
        .count();
    let closing = tokens
        .iter()
        .rev()
        .take_while(|t| t.kind == TokenKind::RightParen)
        .count();
    let inner = tokens.get(opening..tokens.len().checked_sub(closing)?)?;
    let [column, word, paren, list @ ..] = inner else {
        return None;
    };
    let whole = closing == opening + 1
        && crate::sql::names::is_name(column)
        && word.text(&clause).eq_ignore_ascii_case("in")
        && paren.kind == TokenKind::LeftParen;
    if !whole {
        return None;
    }
    let mut values = Vec::new();
    for token in list {
        let text = token.text(&clause);
        match token.kind {
            TokenKind::String => values.push(unquote(text, &MYSQL).into_owned()),
            TokenKind::Number => values.push(text.to_string()),
            TokenKind::Comma => {}
            TokenKind::Word if text.starts_with('_') => {}
            _ => return None,
        }
    }
    let name = unquote(column.text(&clause), &MYSQL).into_owned();
    Some((name, values))
}

const PARAMETERS: &str = "SELECT SPECIFIC_SCHEMA, SPECIFIC_NAME, ROUTINE_TYPE, PARAMETER_MODE, \
    PARAMETER_NAME, DTD_IDENTIFIER FROM information_schema.PARAMETERS \
    WHERE ORDINAL_POSITION > 0 ORDER BY SPECIFIC_SCHEMA, SPECIFIC_NAME, ORDINAL_POSITION";
const ROUTINES: &str = "SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER \
    FROM information_schema.ROUTINES";
const USERS: &str = "SELECT DISTINCT User FROM mysql.user WHERE User <> '' ORDER BY 1";
const CHARSETS: &str = "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS";
const COLLATIONS: &str = "SELECT DISTINCT COLLATION_NAME FROM information_schema.COLLATIONS";
const VARIABLES: &str = "SHOW GLOBAL VARIABLES";

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
            ..RoutineRow::default()
        });
    })
    .await?;
    for (sql, list) in [
        (USERS, &mut into.roles),
        (CHARSETS, &mut into.charsets),
        (COLLATIONS, &mut into.collations),
        (VARIABLES, &mut into.settings),
    ] {
        part(connection, sql, |row| list.push(text(&row, 0).to_string())).await?;
    }
    Ok(())
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

    #[test]
    fn a_check_that_is_one_in_list_gives_its_values() {
        let some = |clause: &str| {
            in_list(clause).map(|(column, values)| format!("{column}: {}", values.join("|")))
        };
        for (clause, expected) in [
            ("`state` in ('new','paid')", Some("state: new|paid")),
            ("(`state` in ('new','paid'))", Some("state: new|paid")),
            (
                "(`state` in (_utf8mb4\\'new\\',_utf8mb4\\'paid\\'))",
                Some("state: new|paid"),
            ),
            ("`n` in (1,2)", Some("n: 1|2")),
            ("`n` > 0", None),
            ("`n` in (1,2) or `n` > 5", None),
            ("json_valid(`doc`)", None),
            ("`a` in (`b`)", None),
            ("", None),
        ] {
            assert_eq!(some(clause).as_deref(), expected, "{clause}");
        }
    }
}
