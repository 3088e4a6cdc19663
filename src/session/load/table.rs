//! The table that rows go into: what columns it has, and making it.

use super::frame::run;
use crate::data::Column;
use crate::driver::{Connection, Event, Guard, Refused, Transaction};
use crate::error::{Error, Result};
use crate::load::types::Declared;
use crate::sql::Dialect;
use crate::sql::names::{Name, quote, quote_always};
use futures::StreamExt;

/// A table's name as it is typed, taken apart and put together again, so that nothing else can
/// stand in its place.
pub(super) fn checked_name(text: &str, dialect: &Dialect) -> Result<String> {
    let name = Name::parse(text, dialect);
    let parts: Vec<_> = name.parts.iter().map(|p| quote(p, dialect)).collect();
    let dots = name.parts.len().saturating_sub(1);
    let whole = !name.parts.is_empty() && text.matches('.').count() >= dots;
    match whole && !text.contains([';', '(', ')']) {
        true => Ok(parts.join(".")),
        false => Err(Error::usage(format!("\"{text}\" is no name of a table"))),
    }
}

/// The columns of a table; `None` where there is no such table.
pub(super) async fn columns(
    connection: &mut dyn Connection,
    table: &str,
) -> Result<Option<Vec<Column>>> {
    // A query that fails would end the user's transaction.
    let guarded = connection.status().transaction == Transaction::Open
        && connection.guard() == Guard::Savepoint;
    if guarded {
        run(connection, "SAVEPOINT sqwire_look").await?;
    }
    let found = look(connection, table).await;
    if guarded {
        run(connection, "ROLLBACK TO SAVEPOINT sqwire_look").await?;
        run(connection, "RELEASE SAVEPOINT sqwire_look").await?;
    }
    match found {
        Ok(columns) => Ok(Some(columns)),
        Err(e) if is_missing(&e) => Ok(None),
        Err(mut e) => {
            // The place is one in our own query.
            e.position = None;
            Err(e)
        }
    }
}

async fn look(connection: &mut dyn Connection, table: &str) -> Result<Vec<Column>> {
    let sql = format!("SELECT * FROM {table} LIMIT 0");
    let mut found = Vec::new();
    let mut events = connection.run(&sql);
    while let Some(event) = events.next().await {
        if let Event::Columns(columns) = event? {
            found = columns;
        }
    }
    Ok(found)
}

fn is_missing(error: &Error) -> bool {
    match error.code.as_deref() {
        Some("42P01") => true,
        Some(code) if code.starts_with("1146") => true,
        _ => error.message.starts_with("no such table"),
    }
}

/// `CREATE TABLE t ("a" integer, …)`
pub(super) fn create(table: &str, columns: &[(String, Declared)], dialect: &Dialect) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|(name, declared)| format!("{} {}", quote_always(name, dialect), declared.ddl))
        .collect();
    format!("CREATE TABLE {table} ({})", columns.join(", "))
}

/// The names in the order of `wanted`, as the table spells them: the exact one, else the only one
/// that differs in its case. The first that is not there is the error.
pub(super) fn matched(
    wanted: &[String],
    columns: &[Column],
) -> std::result::Result<Vec<usize>, String> {
    let find = |name: &String| {
        let exact = columns.iter().position(|c| c.name == *name);
        exact.or_else(|| {
            let mut near = columns
                .iter()
                .enumerate()
                .filter(|(_, c)| c.name.to_lowercase() == name.to_lowercase());
            match (near.next(), near.next()) {
                (Some((index, _)), None) => Some(index),
                _ => None,
            }
        })
    };
    wanted
        .iter()
        .map(|name| find(name).ok_or_else(|| name.clone()))
        .collect()
}

/// The error about a row that the server refuses, with the row's place in front, and what to do
/// about such rows.
pub(super) fn refusal(place: &str, refused: Refused, hint: &str) -> Error {
    let hint = refused.row.map(|_| hint.to_string());
    let error = refused.error;
    let column = column_of(error.context.as_deref()).map(|c| format!("column \"{c}\": "));
    Error {
        message: format!("{place}: {}{}", column.unwrap_or_default(), error.message),
        hint: error.hint.or(hint),
        // It counts the rows of our own statement.
        context: None,
        position: None,
        line: None,
        ..error
    }
}

/// The column in `COPY t, line 3, column a: "x"`.
fn column_of(context: Option<&str>) -> Option<&str> {
    let line = context?.lines().find(|l| l.starts_with("COPY "))?;
    let mut parts = line.splitn(3, ", ");
    let named = parts.nth(2)?;
    let (_, behind) = named.split_once(' ')?;
    let end = behind.find([':', ',']).unwrap_or(behind.len());
    Some(&behind[..end])
}
