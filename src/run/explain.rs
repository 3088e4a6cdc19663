//! What sqwire adds to a server's error at the prompt: near names, and what a violated constraint
//! says.

use crate::catalog::mistyped;
use crate::catalog::suggest::{did_you_mean, named_check, target, violated_key};
use crate::driver::Transaction;
use crate::error::voice::Voice;
use crate::error::{Error, Kind};
use crate::session::{SendOptions, Session};
use crate::sql::Effect;
use crate::sql::block::place;
use crate::sql::names::{literal, quote};

/// The error with what the catalog and the server know more about it.
pub(super) async fn explained(session: &mut Session, error: Error, sql: &str) -> Error {
    let mut error = error;
    let helps = session.interactive && session.words().voice == Voice::Sqwire;
    if !helps || error.kind != Kind::Server {
        return error;
    }
    let catalog = session.catalog().load_full();
    // Of a block or a routine the statement that failed is another one.
    let inner = error.internal.as_ref().map(|i| (&*i.query, i.position));
    let (text, position) = inner.unwrap_or((sql, error.position));
    let near = did_you_mean(&catalog, text, &error.message, position);
    let slip = || mistyped::keyword(&catalog, text, position.filter(|_| is_syntax(&error))?);
    if let Some(hint) = near.or_else(slip) {
        // Where PostgreSQL has a suggestion of its own, it knows better.
        match &mut error.hint {
            Some(said) if !said.starts_with("Perhaps") => *said = format!("{hint} {said}"),
            Some(_) => {}
            None => error.hint = Some(hint),
        }
    }
    if error.position.is_none() {
        let inner = inner.and_then(|(query, at)| Some((query, at?)));
        let context = error.context.as_deref().unwrap_or_default();
        error.position = place(sql, context, inner, session.dialect());
    }
    let more = match violated_key(&catalog, sql, &error.message) {
        Some(key) => Some(key),
        None => definition(session, &error, sql).await,
    };
    if let Some(more) = more {
        error.detail = Some(match &error.detail {
            Some(said) => format!("{said} {more}"),
            None => more,
        });
    }
    error
}

/// Whether the server could not read the statement, in the words of each.
fn is_syntax(error: &Error) -> bool {
    match error.code.as_deref() {
        Some(code) if code == "42601" || code.starts_with("1064 ") => true,
        _ => error.message.ends_with("syntax error"),
    }
}

/// The violated constraint's own words, by the server. In a transaction nothing is asked: a failed
/// one would refuse, and MySQL's is the user's.
async fn definition(session: &mut Session, error: &Error, sql: &str) -> Option<String> {
    if !session.is_connected() || session.status().transaction != Transaction::None {
        return None;
    }
    let query = definition_query(error, sql, session)?;
    let send = SendOptions {
        hold: true,
        listing: true,
        ..SendOptions::default()
    };
    let before = session.held.take();
    let ran = session.execute(&query, Effect::Read, &send).await;
    let held = std::mem::replace(&mut session.held, before);
    ran.ok()?;
    let row = held?;
    let cell = row.rows().next()?.cells().next()?;
    let mut definition = String::from_utf8_lossy(cell.text).into_owned();
    if let Some(name) = sqlite_check(&error.message) {
        definition = named_check(&definition, name, session.dialect())?;
    }
    Some(format!("The constraint is {definition}."))
}

/// Asks for the definition of the constraint that the error names.
fn definition_query(error: &Error, sql: &str, session: &Session) -> Option<String> {
    let dialect = session.dialect();
    let text = |name: &str| literal(name, dialect);
    let code = error.code.as_deref()?;
    if dialect.name == "sqlite" {
        sqlite_check(&error.message)?;
        let catalog = session.catalog().load_full();
        let table = target(&catalog, sql)?;
        return Some(format!(
            "SELECT sql FROM {}.sqlite_schema WHERE type = 'table' AND name = {}",
            quote(&catalog.schemas[table.schema].name, dialect),
            text(table.name)
        ));
    }
    if dialect.name == "postgres" {
        let named = |title: &str| error.more.iter().find(|m| m.0 == title).map(|m| text(&m.1));
        let wanted = matches!(code, "23503" | "23505" | "23514" | "23P01");
        let name = named("CONSTRAINT NAME").filter(|_| wanted)?;
        let (schema, table) = (named("SCHEMA NAME")?, named("TABLE NAME")?);
        return Some(format!(
            "SELECT pg_catalog.pg_get_constraintdef(c.oid) FROM pg_catalog.pg_constraint c \
             JOIN pg_catalog.pg_class r ON r.oid = c.conrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace \
             WHERE c.conname = {name} AND r.relname = {table} AND n.nspname = {schema}"
        ));
    }
    let (name, table) = violated_check(&error.message)?;
    let of_table = match table {
        Some(table) => format!(" AND table_name = {}", text(table)),
        None => String::new(),
    };
    Some(format!(
        "SELECT concat('CHECK (', check_clause, ')') FROM information_schema.check_constraints \
         WHERE constraint_schema = database() AND constraint_name = {}{of_table}",
        text(name)
    ))
}

/// What SQLite calls a violated CHECK: its name, or its words where it has none.
fn sqlite_check(message: &str) -> Option<&str> {
    message.strip_prefix("CHECK constraint failed: ")
}

/// The name, and MariaDB's table, of a violated CHECK.
fn violated_check(message: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = message.strip_prefix("Check constraint '") {
        return Some((
            rest.strip_suffix("' is violated.")
                .or(rest.strip_suffix("' is violated"))?,
            None,
        ));
    }
    let rest = message.strip_prefix("CONSTRAINT `")?;
    let (name, rest) = rest.split_once("` failed for ")?;
    let table = rest.rsplit_once('.')?.1.trim_matches('`');
    // An unnamed check of a column is named after it, with the table before it.
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
    Some((name, Some(table)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_violated_check_is_read_from_the_message() {
        for (message, expected) in [
            (
                "CONSTRAINT `price_positive` failed for `shop`.`items`",
                Some(("price_positive", Some("items"))),
            ),
            (
                "CONSTRAINT `items.price` failed for `shop`.`items`",
                Some(("price", Some("items"))),
            ),
            (
                "Check constraint 'items_chk_1' is violated.",
                Some(("items_chk_1", None)),
            ),
            ("Duplicate entry '1' for key 'PRIMARY'", None),
        ] {
            assert_eq!(violated_check(message), expected);
        }
    }
}
