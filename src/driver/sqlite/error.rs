//! SQLite's errors in sqwire's words.

use crate::error::{Error, Kind};
use rusqlite::ErrorCode;
use rusqlite::ffi;

/// An error of a statement that begins `offset` bytes into what was sent.
pub(super) fn of_statement(e: &rusqlite::Error, offset: usize) -> Error {
    match e {
        rusqlite::Error::SqlInputError { error, msg, offset: at, .. } => {
            let error = coded(error, msg);
            match usize::try_from(*at) {
                Ok(at) => error.with_position(offset + at),
                Err(_) => error,
            }
        }
        rusqlite::Error::SqliteFailure(error, message) => {
            let message = message.clone().unwrap_or_else(|| error.to_string());
            coded(error, &message)
        }
        other => Error::server(lower(&other.to_string())),
    }
}

fn coded(error: &ffi::Error, message: &str) -> Error {
    if error.code == ErrorCode::OperationInterrupted {
        return Error::cancelled();
    }
    let result = Error::server(lower(message)).with_code(name(error.extended_code));
    match hint(error.code) {
        Some(hint) => result.with_hint(hint),
        None => result,
    }
}

fn hint(code: ErrorCode) -> Option<&'static str> {
    Some(match code {
        ErrorCode::DatabaseBusy => {
            "Another process is writing to the database; try again, or wait longer with \
             PRAGMA busy_timeout = MILLISECONDS."
        }
        ErrorCode::DatabaseLocked => {
            "Another statement of this connection, or one that shares its cache, holds the table."
        }
        ErrorCode::ReadOnly => "The file, its folder or the connection allows reading only.",
        ErrorCode::DiskFull => "The disk, or the temporary folder, is full.",
        ErrorCode::DatabaseCorrupt => "Restore a backup, or save what can be read with .recover of sqlite3.",
        _ => return None,
    })
}

/// An error when opening the file `path`.
pub(super) fn of_open(e: &rusqlite::Error, path: &str, read_only: bool) -> Error {
    let code = e.sqlite_error_code();
    let connect = |message: String| Error::new(Kind::Connect, message);
    let shown = crate::visible::visible_line(path);
    match code {
        Some(ErrorCode::NotADatabase) => {
            connect(format!("\"{shown}\" is not a SQLite database, or it is encrypted"))
                .with_hint("Check the name; a SQLite file begins with \"SQLite format 3\".")
        }
        Some(ErrorCode::CannotOpen) if read_only => {
            connect(format!("could not open \"{shown}\": there is no such file, or it cannot be read"))
                .with_hint("A read-only session makes no new file.")
        }
        Some(ErrorCode::CannotOpen) => {
            connect(format!("could not open \"{shown}\""))
                .with_hint("Its folder must exist, and file and folder must be yours to read and write.")
        }
        _ => {
            let mut error = of_statement(e, 0);
            error.kind = Kind::Connect;
            error.message = format!("could not open \"{shown}\": {}", error.message);
            error.position = None;
            error
        }
    }
}

/// SQLite's name for a result code, extended where it says more.
fn name(code: i32) -> String {
    let known = NAMES.iter().find(|(c, _)| *c == code);
    let primary = || NAMES.iter().find(|(c, _)| *c == code & 0xff);
    known.or_else(primary).map_or_else(|| code.to_string(), |(_, name)| format!("SQLITE_{name}"))
}

const NAMES: &[(i32, &str)] = &[
    (ffi::SQLITE_ERROR, "ERROR"),
    (ffi::SQLITE_PERM, "PERM"),
    (ffi::SQLITE_ABORT, "ABORT"),
    (ffi::SQLITE_BUSY, "BUSY"),
    (ffi::SQLITE_LOCKED, "LOCKED"),
    (ffi::SQLITE_NOMEM, "NOMEM"),
    (ffi::SQLITE_READONLY, "READONLY"),
    (ffi::SQLITE_IOERR, "IOERR"),
    (ffi::SQLITE_CORRUPT, "CORRUPT"),
    (ffi::SQLITE_FULL, "FULL"),
    (ffi::SQLITE_CANTOPEN, "CANTOPEN"),
    (ffi::SQLITE_SCHEMA, "SCHEMA"),
    (ffi::SQLITE_TOOBIG, "TOOBIG"),
    (ffi::SQLITE_CONSTRAINT, "CONSTRAINT"),
    (ffi::SQLITE_MISMATCH, "MISMATCH"),
    (ffi::SQLITE_AUTH, "AUTH"),
    (ffi::SQLITE_RANGE, "RANGE"),
    (ffi::SQLITE_NOTADB, "NOTADB"),
    (ffi::SQLITE_CONSTRAINT_CHECK, "CONSTRAINT_CHECK"),
    (ffi::SQLITE_CONSTRAINT_FOREIGNKEY, "CONSTRAINT_FOREIGNKEY"),
    (ffi::SQLITE_CONSTRAINT_NOTNULL, "CONSTRAINT_NOTNULL"),
    (ffi::SQLITE_CONSTRAINT_PRIMARYKEY, "CONSTRAINT_PRIMARYKEY"),
    (ffi::SQLITE_CONSTRAINT_TRIGGER, "CONSTRAINT_TRIGGER"),
    (ffi::SQLITE_CONSTRAINT_UNIQUE, "CONSTRAINT_UNIQUE"),
    (ffi::SQLITE_CONSTRAINT_ROWID, "CONSTRAINT_ROWID"),
    (ffi::SQLITE_CONSTRAINT_DATATYPE, "CONSTRAINT_DATATYPE"),
];

/// A message that begins in lower case, unless its first word is a name or an abbreviation.
fn lower(message: &str) -> String {
    let mut chars = message.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_ascii_uppercase() && second.is_ascii_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => message.to_string(),
    }
}
