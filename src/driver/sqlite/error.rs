//! SQLite's errors in the words of `error::Error`.

use crate::error::{Error, Kind};
use crate::sql::dialect::SQLITE;
use crate::sql::names::only_place;
use rusqlite::{ErrorCode, ffi};

/// The error of a statement that is part of `sql`, the text that was sent.
pub(super) fn from_sqlite(error: rusqlite::Error, sql: &str) -> Error {
    match error {
        rusqlite::Error::SqlInputError {
            error,
            msg,
            sql: rest,
            offset,
        } => {
            // SQLite was given the rest of the text, from the failing statement on.
            let before = sql.len().saturating_sub(rest.len());
            let offset = usize::try_from(offset).ok();
            Error {
                position: offset.map(|offset| before + offset),
                ..failure(error.extended_code, &msg)
            }
        }
        rusqlite::Error::SqliteFailure(error, message) => {
            let message = message.unwrap_or_else(|| ffi::code_to_str(error.extended_code).into());
            // It has no offset for what is no error of grammar or of an expression.
            let name = (error.code == ErrorCode::Unknown).then(|| named(&message));
            Error {
                position: name
                    .flatten()
                    .and_then(|name| only_place(sql, &SQLITE, name)),
                ..failure(error.extended_code, &message)
            }
        }
        other => Error::server(other.to_string()),
    }
}

/// The name that a message complains of.
fn named(message: &str) -> Option<&str> {
    if let Some(rest) = message.strip_prefix("no such ") {
        return rest.split_once(": ").map(|(_, name)| name);
    }
    if let Some((_, name)) = message.split_once(" has no column named ") {
        return Some(name);
    }
    let exists = message.strip_suffix(" already exists")?;
    exists.split_once(' ').map(|(_, name)| name)
}

fn failure(code: i32, message: &str) -> Error {
    if code & 0xff == ffi::SQLITE_INTERRUPT {
        return Error::cancelled().with_code(code_name(code));
    }
    let error = Error::server(lower_first(message)).with_code(code_name(code));
    match hint(code) {
        Some(hint) => error.with_hint(hint),
        // SQLite has no code of its own for it.
        None if message == "unsupported file format" => error.with_hint(super::open::NEWER),
        None => error,
    }
}

/// As `from_sqlite`, for the opening of `name`.
pub(super) fn from_open(error: rusqlite::Error, name: &str) -> Error {
    let error = from_sqlite(error, "");
    let not_a_database = error.code.as_deref() == Some("SQLITE_NOTADB");
    let message = match not_a_database {
        true => format!("\"{name}\" is not a SQLite database"),
        false => format!("could not open \"{name}\": {}", error.message),
    };
    Error {
        kind: Kind::Connect,
        message,
        position: None,
        ..error
    }
}

/// SQLite's own words begin with a capital here and there ("Safety level may not …").
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_string(),
    }
}

/// What becomes of a database whose file is not where it was.
pub(super) const MOVED: &str =
    "What is read is the old file, which is not written to any more. \\c opens what is there now.";

/// What to do about it.
fn hint(code: i32) -> Option<&'static str> {
    Some(match code & 0xff {
        ffi::SQLITE_BUSY => {
            "Another process or connection is writing to the database. Try again when it is done, \
             or connect to FILE?busy_timeout=MILLISECONDS to wait longer."
        }
        ffi::SQLITE_LOCKED => {
            "Another statement of this process uses the table. Try again when it is done."
        }
        _ if code == ffi::SQLITE_READONLY_DBMOVED => MOVED,
        ffi::SQLITE_READONLY => {
            "The database was opened read-only, or the file or its folder is write-protected."
        }
        ffi::SQLITE_NOTADB => {
            "The file is not a SQLite database, or it is encrypted, which sqwire cannot undo."
        }
        ffi::SQLITE_CORRUPT => {
            "The file is damaged. PRAGMA integrity_check says where; sqlite3's .recover saves what \
             can be read."
        }
        ffi::SQLITE_FULL => "There is no space left for the database or its temporary files.",
        ffi::SQLITE_IOERR => "Reading or writing the database file failed; check the disk.",
        _ => return None,
    })
}

/// The name of an extended result code, or its number.
fn code_name(code: i32) -> String {
    let find = |wanted: i32| {
        CODES
            .iter()
            .find(|(c, _)| *c == wanted)
            .map(|(_, name)| *name)
    };
    find(code).map_or_else(|| code.to_string(), str::to_string)
}

macro_rules! codes {
    ($($name:ident)*) => { &[$((ffi::$name, stringify!($name))),*] };
}

const CODES: &[(i32, &str)] = codes! {
    SQLITE_ERROR SQLITE_INTERNAL SQLITE_PERM SQLITE_ABORT SQLITE_BUSY SQLITE_LOCKED SQLITE_NOMEM
    SQLITE_READONLY SQLITE_INTERRUPT SQLITE_IOERR SQLITE_CORRUPT SQLITE_NOTFOUND SQLITE_FULL
    SQLITE_CANTOPEN SQLITE_PROTOCOL SQLITE_EMPTY SQLITE_SCHEMA SQLITE_TOOBIG SQLITE_CONSTRAINT
    SQLITE_MISMATCH SQLITE_MISUSE SQLITE_NOLFS SQLITE_AUTH SQLITE_FORMAT SQLITE_RANGE SQLITE_NOTADB
    SQLITE_ERROR_MISSING_COLLSEQ SQLITE_ERROR_RETRY SQLITE_ERROR_SNAPSHOT
    SQLITE_IOERR_READ SQLITE_IOERR_SHORT_READ SQLITE_IOERR_WRITE SQLITE_IOERR_FSYNC
    SQLITE_IOERR_DIR_FSYNC SQLITE_IOERR_TRUNCATE SQLITE_IOERR_FSTAT SQLITE_IOERR_UNLOCK
    SQLITE_IOERR_RDLOCK SQLITE_IOERR_DELETE SQLITE_IOERR_NOMEM SQLITE_IOERR_ACCESS
    SQLITE_IOERR_CHECKRESERVEDLOCK SQLITE_IOERR_LOCK SQLITE_IOERR_CLOSE SQLITE_IOERR_SHMOPEN
    SQLITE_IOERR_SHMSIZE SQLITE_IOERR_SHMMAP SQLITE_IOERR_SEEK SQLITE_IOERR_DELETE_NOENT
    SQLITE_IOERR_MMAP SQLITE_IOERR_GETTEMPPATH SQLITE_IOERR_CORRUPTFS
    SQLITE_LOCKED_SHAREDCACHE SQLITE_LOCKED_VTAB
    SQLITE_BUSY_RECOVERY SQLITE_BUSY_SNAPSHOT SQLITE_BUSY_TIMEOUT
    SQLITE_CANTOPEN_NOTEMPDIR SQLITE_CANTOPEN_ISDIR SQLITE_CANTOPEN_FULLPATH
    SQLITE_CANTOPEN_CONVPATH SQLITE_CANTOPEN_SYMLINK
    SQLITE_CORRUPT_VTAB SQLITE_CORRUPT_SEQUENCE SQLITE_CORRUPT_INDEX
    SQLITE_READONLY_RECOVERY SQLITE_READONLY_CANTLOCK SQLITE_READONLY_ROLLBACK
    SQLITE_READONLY_DBMOVED SQLITE_READONLY_CANTINIT SQLITE_READONLY_DIRECTORY
    SQLITE_ABORT_ROLLBACK
    SQLITE_CONSTRAINT_CHECK SQLITE_CONSTRAINT_COMMITHOOK SQLITE_CONSTRAINT_FOREIGNKEY
    SQLITE_CONSTRAINT_FUNCTION SQLITE_CONSTRAINT_NOTNULL SQLITE_CONSTRAINT_PRIMARYKEY
    SQLITE_CONSTRAINT_TRIGGER SQLITE_CONSTRAINT_UNIQUE SQLITE_CONSTRAINT_VTAB
    SQLITE_CONSTRAINT_ROWID SQLITE_CONSTRAINT_PINNED SQLITE_CONSTRAINT_DATATYPE
};
