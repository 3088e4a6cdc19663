//! Keys, checks and indexes for the catalog.

use super::MySqlConnection;
use super::catalog::{limited, of_users, only, optional, order, part, text};
use crate::catalog::search::Wanted;
use crate::catalog::{CatalogBuilder, ForeignKeyRow, IndexRow};
use crate::error::Result;
use crate::sql::names::unquote;
use crate::sql::{Token, TokenKind, dialect::MYSQL, lex};
use std::collections::{HashMap, HashSet};

/// InnoDB's own lists, which take no time but a privilege. Names are `schema/table`. The server has
/// no index on them, so joining them would take it half a minute for ten thousand tables. MySQL 8
/// calls them otherwise and needs no such detour.
const INNODB_KEYS: &str = "SELECT SUBSTRING_INDEX(FOR_NAME, '/', 1), \
    SUBSTRING(FOR_NAME, LOCATE('/', FOR_NAME) + 1), ID, NULL, \
    SUBSTRING_INDEX(REF_NAME, '/', 1), SUBSTRING(REF_NAME, LOCATE('/', REF_NAME) + 1) \
    FROM information_schema.INNODB_SYS_FOREIGN";
const INNODB_KEY_COLUMNS: &str = "SELECT ID, FOR_COL_NAME, REF_COL_NAME \
    FROM information_schema.INNODB_SYS_FOREIGN_COLS ORDER BY ID, POS";
const INNODB_INDEXES: &str = "SELECT TABLE_ID, NAME FROM information_schema.INNODB_SYS_INDEXES";
const INNODB_TABLES: &str = "SELECT TABLE_ID, NAME FROM information_schema.INNODB_SYS_TABLES";
/// MariaDB opens every table for this.
const FOREIGN_KEYS: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, \
    REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME \
    FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_NAME IS NOT NULL";
const INDEXES: &str = "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, NON_UNIQUE \
    FROM information_schema.STATISTICS WHERE TRUE";
/// MariaDB names constraints per table and says which one.
const CHECKS_MARIADB: &str = "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS \
    WHERE TRUE";
/// MySQL names them per schema and tells the table elsewhere.
const CHECKS_MYSQL: &str = "SELECT t.TABLE_SCHEMA, t.TABLE_NAME, c.CHECK_CLAUSE \
    FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t \
    USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME) WHERE t.CONSTRAINT_TYPE = 'CHECK'";

pub(super) async fn read(
    connection: &mut MySqlConnection,
    into: &mut CatalogBuilder,
) -> Result<()> {
    // A temporary table has no foreign keys, and is in none of the lists.
    if into.has_only_private() {
        return Ok(());
    }
    if let Some(wanted) = into.sought().cloned() {
        return match index_names(connection, &wanted, into).await? {
            true => Ok(()),
            false => indexes(connection, into).await,
        };
    }
    for key in foreign_keys(connection, into).await? {
        into.foreign_key(&ForeignKeyRow {
            schema: &key.schema,
            relation: &key.relation,
            columns: key.columns,
            to_schema: &key.more[0],
            to_relation: &key.more[1],
            to_columns: key.to_columns,
        });
    }
    if into.keys_and().is_some() {
        return Ok(());
    }
    indexes(connection, into).await?;
    let sql = match connection.is_mariadb() {
        true => limited(connection, CHECKS_MARIADB),
        false => CHECKS_MYSQL.to_string(),
    };
    let sql = sql + &only(into, "TABLE_NAME IS WANTED");
    part(connection, &sql, |row| {
        if let Some((column, values)) = in_list(text(&row, 2)) {
            into.check_values(text(&row, 0), text(&row, 1), &column, &values);
        }
    })
    .await?;
    Ok(())
}

/// Those indexes alone that are called like what is sought, from InnoDB's own lists; `false` where they
/// may not be read, do not tell all, or have names as files have them.
async fn index_names(
    connection: &mut MySqlConnection,
    wanted: &Wanted,
    into: &mut CatalogBuilder,
) -> Result<bool> {
    if !connection.is_mariadb() {
        return Ok(false);
    }
    let (mut of_table, mut plain) = (HashMap::<String, Vec<String>>::new(), true);
    let read = part(connection, INNODB_INDEXES, |row| {
        let name = text(&row, 1);
        plain &= !name.contains('@');
        // One of its own, where a table has no key.
        if name != "GEN_CLUST_INDEX" && wanted.like(name).is_some() {
            let names = of_table.entry(text(&row, 0).to_string()).or_default();
            names.push(name.to_string());
        }
    });
    if !(read.await? && plain) {
        return Ok(false);
    }
    let mut known = HashSet::new();
    let read = part(connection, INNODB_TABLES, |row| {
        let (schema, table) = text(&row, 1).split_once('/').unwrap_or_default();
        plain &= !text(&row, 1).contains('@');
        // Of a partition all is told under its own name.
        let table = table.split("#P#").next().unwrap_or(table);
        for name in of_table.get(text(&row, 0)).into_iter().flatten() {
            into.index(&IndexRow {
                schema,
                relation: table,
                name,
                columns: Vec::new(),
                unique: false,
            });
        }
        known.insert((schema.to_string(), table.to_string()));
    });
    Ok(read.await? && plain && into.has_only_tables_of(&known))
}

async fn indexes(connection: &mut MySqlConnection, into: &mut CatalogBuilder) -> Result<()> {
    let wanted = only(into, "TABLE_NAME IS WANTED");
    let order = order(
        connection,
        "TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
    );
    let sql = format!("{INDEXES}{wanted}{}{order}", of_users(into));
    for index in groups(connection, &sql).await?.unwrap_or_default() {
        into.index(&IndexRow {
            schema: &index.schema,
            relation: &index.relation,
            name: &index.name,
            columns: index.columns,
            unique: index.more[0] == "0",
        });
    }
    Ok(())
}

async fn foreign_keys(
    connection: &mut MySqlConnection,
    into: &CatalogBuilder,
) -> Result<Vec<Group>> {
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
    let is_wanted = |key: &Group| {
        let has = |name: &String| {
            [&key.relation, &key.more[1]]
                .iter()
                .any(|end| end.eq_ignore_ascii_case(name))
        };
        into.only().is_none_or(|names| names.iter().any(has))
    };
    if let Some(mut keys) = innodb_keys(connection).await?.filter(plain) {
        keys.retain(is_wanted);
        return Ok(keys);
    }
    let wanted = only(
        into,
        "TABLE_NAME IS WANTED OR REFERENCED_TABLE_NAME IS WANTED",
    );
    let order = "ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION";
    let sql = format!("{FOREIGN_KEYS}{wanted} {order}");
    Ok(groups(connection, &sql).await?.unwrap_or_default())
}

/// `None` where the user may not see them.
async fn innodb_keys(connection: &mut MySqlConnection) -> Result<Option<Vec<Group>>> {
    let Some(mut keys) = groups(connection, INNODB_KEYS).await? else {
        return Ok(None);
    };
    keys.iter_mut().for_each(|key| key.to_columns.clear());
    let names = keys.iter().map(|key| key.name.clone());
    let places: HashMap<String, usize> = names.zip(0..).collect();
    let done = part(connection, INNODB_KEY_COLUMNS, |row| {
        if let Some(&at) = places.get(text(&row, 0)) {
            keys[at].columns.push(text(&row, 1).to_string());
            keys[at].to_columns.push(text(&row, 2).to_string());
        }
    });
    Ok(done.await?.then_some(keys))
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

#[cfg(test)]
mod tests {
    use super::*;

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
