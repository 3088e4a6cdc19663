//! Errors of the server and of the connection to it, in sqwire's terms.

use super::observer::Observer;
use crate::error::{Error, Internal, Kind, OfPsql, byte_offset, reason};
use std::error::Error as _;
use tokio_postgres::error::{DbError, ErrorPosition, Severity, SqlState};

/// The error of a statement that was sent.
pub(super) fn of_statement(e: &tokio_postgres::Error, sql: &str, observer: &Observer) -> Error {
    if let Some(db) = e.as_db_error() {
        return match is_fatal(db) {
            true => lost(Some(db)),
            false => of_server(db, sql),
        };
    }
    if let Some(io) = io_cause(e).filter(|_| is_senseless(e)) {
        return senseless(&reason(io));
    }
    if e.is_closed() || io_cause(e).is_some_and(|io| io.kind() != std::io::ErrorKind::InvalidData) {
        // The connection's own task may know more than the statement.
        if let Some(known) = observer.lock().lost.clone() {
            return known;
        }
        return lost(None);
    }
    let cause = e.source().map(|s| format!(": {s}")).unwrap_or_default();
    Error::server(format!("could not read the server's answer{cause}"))
}

/// What the server sent cannot be read.
pub(super) fn senseless(why: &str) -> Error {
    Error::new(Kind::Lost, "the server's answer makes no sense")
        .with_detail(format!("The connection was given up: {why}."))
}

/// Whether the client crate met a message that it does not expect in a simple query.
pub(super) fn is_unexpected(e: &tokio_postgres::Error) -> bool {
    e.source().is_none() && !e.is_closed()
}

/// Whether what the server sent could not be read, rather than not be received.
fn is_senseless(e: &tokio_postgres::Error) -> bool {
    let kind = io_cause(e).map(std::io::Error::kind);
    // The client crate does not tell the two apart but in its words.
    kind != Some(std::io::ErrorKind::InvalidData)
        && e.to_string() == "error parsing response from server"
}

fn io_cause(e: &tokio_postgres::Error) -> Option<&std::io::Error> {
    e.source()?.downcast_ref()
}

/// Whether the server ends the session with this error. An error of class 08 alone does not say
/// so: dblink raises them about connections of its own.
fn is_fatal(db: &DbError) -> bool {
    matches!(
        db.parsed_severity(),
        Some(Severity::Fatal | Severity::Panic)
    )
}

/// The server's error as it says it.
pub(super) fn of_server(db: &DbError, sql: &str) -> Error {
    let kind = match *db.code() {
        SqlState::QUERY_CANCELED => Kind::Cancelled,
        _ => Kind::Server,
    };
    let mut error = plain(db, kind);
    match db.position() {
        Some(ErrorPosition::Original(at)) => error.position = byte_offset(sql, *at),
        Some(ErrorPosition::Internal { position, query }) => {
            error.internal = Some(Box::new(Internal {
                query: query.clone(),
                position: byte_offset(query, *position),
            }));
        }
        None => {}
    }
    error
}

fn plain(db: &DbError, kind: Kind) -> Error {
    Error {
        detail: db.detail().map(str::to_string),
        hint: db.hint().map(str::to_string),
        context: db.where_().map(str::to_string),
        more: more(db),
        ..Error::new(kind, db.message()).with_code(db.code().code())
    }
}

/// The names that the error is about, and where in the server it was raised.
fn more(db: &DbError) -> Vec<(&'static str, String)> {
    let named = [
        ("SCHEMA NAME", db.schema()),
        ("TABLE NAME", db.table()),
        ("COLUMN NAME", db.column()),
        ("DATATYPE NAME", db.datatype()),
        ("CONSTRAINT NAME", db.constraint()),
    ];
    let location = db.file().zip(db.line());
    let location = location.map(|(file, line)| match db.routine() {
        Some(routine) => format!("{routine}, {file}:{line}"),
        None => format!("{file}:{line}"),
    });
    named
        .into_iter()
        .filter_map(|(title, name)| Some((title, name?.to_string())))
        .chain(location.map(|l| ("LOCATION", l)))
        .collect()
}

/// The connection was there and is gone.
pub(super) fn lost(db: Option<&DbError>) -> Error {
    let mut error = Error::new(Kind::Lost, "the server closed the connection");
    let last = db.map_or("", DbError::message);
    error.psql = Some(Box::new(OfPsql::Lost(last.to_string())));
    if let Some(db) = db {
        error.more = more(db);
        error.detail = Some(match db.detail() {
            Some(detail) => format!("The server said: {}. {detail}", db.message()),
            None => format!("The server said: {}.", db.message()),
        });
        error.code = Some(db.code().code().to_string());
    }
    error
}

/// Nothing comes any more.
pub(super) fn silent() -> Error {
    Error::new(Kind::Lost, "the server does not answer any more")
}

/// Why the task that serves the connection has ended.
pub(super) fn of_connection(e: &tokio_postgres::Error) -> Error {
    let error = lost(e.as_db_error());
    match io_cause(e) {
        Some(io) if io.kind() == std::io::ErrorKind::TimedOut => silent(),
        Some(io) => error.with_detail(format!("The connection failed: {}.", reason(io))),
        None => error,
    }
}

/// A connection that could not be made.
pub(super) fn of_connect(e: &tokio_postgres::Error) -> Error {
    if let Some(db) = e.as_db_error() {
        let kind = match *db.code() {
            SqlState::INVALID_PASSWORD => Kind::Password,
            _ => Kind::Connect,
        };
        let error = plain(db, kind);
        return match error.message.starts_with("unsupported startup parameter") {
            true => error.with_hint(
                "A pooler in between passes no options on: leave out --read-only, options and \
                 PGOPTIONS, or connect to the server itself.",
            ),
            false => error,
        };
    }
    let cause = e.source().map(ToString::to_string).unwrap_or_default();
    if cause == "password missing" {
        return Error::new(Kind::Password, "the server wants a password");
    }
    if e.is_closed() {
        return Error::new(
            Kind::Connect,
            "the server closed the connection before it was ready",
        )
        .with_hint("Is it a PostgreSQL server that listens there?");
    }
    match io_cause(e) {
        Some(io) => Error::new(Kind::Connect, reason(io)),
        None if cause.is_empty() => Error::new(Kind::Connect, e.to_string()),
        None => Error::new(Kind::Connect, cause),
    }
}
