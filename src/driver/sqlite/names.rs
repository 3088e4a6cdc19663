//! Names of columns. The client crate panics where one is not UTF-8, as it can be in a file that
//! another program has written; which names are in danger is found out beforehand.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};

/// Which names of the schema are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Names {
    /// All.
    #[default]
    Text,
    /// Not all.
    Bytes,
}

impl Names {
    /// Looks at every definition of every database of the connection.
    pub(super) fn look(connection: &Connection) -> Names {
        // A schema that cannot be read gives no columns either.
        let odd = |database: &String| any_odd(connection, database).unwrap_or_default();
        match databases(connection).unwrap_or_default().iter().any(odd) {
            true => Names::Bytes,
            false => Names::Text,
        }
    }
}

/// The databases that are there. To name that of temporary things would make it.
fn databases(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_database_list")?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

fn any_odd(connection: &Connection, database: &str) -> rusqlite::Result<bool> {
    let database = database.replace('"', "\"\"");
    let sql = format!("SELECT sql FROM \"{database}\".sqlite_schema");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if let ValueRef::Text(text) = row.get_ref(0)?
            && std::str::from_utf8(text).is_err()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Name and declared type of each column.
pub(super) fn of(statement: &Statement<'_>, names: Names) -> Vec<(String, String)> {
    match names {
        Names::Text => {
            let columns = statement.columns();
            let pair = |c: rusqlite::Column<'_>| {
                let declared = c.decl_type().unwrap_or_default();
                (c.name().to_string(), declared.to_string())
            };
            columns.map(pair).collect()
        }
        Names::Bytes => (0..statement.column_count())
            .map(|at| from_origin(statement, at))
            .collect(),
    }
}

/// The name in the table, which the crate gives as bytes; where a column comes from no table, its
/// number.
fn from_origin(statement: &Statement<'_>, at: usize) -> (String, String) {
    let origin = statement.column_metadata(at).ok().flatten();
    match origin {
        Some((_, _, name, declared, ..)) => (
            name.to_string_lossy().into_owned(),
            declared.map_or_else(String::new, |d| d.to_string_lossy().into_owned()),
        ),
        None => (format!("column {}", at + 1), String::new()),
    }
}
