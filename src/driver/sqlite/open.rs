//! Opens a database file, and says what is wrong with one that cannot be opened.

use super::{error, functions};
use crate::driver::Target;
use crate::error::{Error, Kind, Result};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long a locked database is waited for, unless `busy_timeout` says otherwise.
const BUSY: Duration = Duration::from_secs(5);

/// Opens the target and reads its header, so that a file that is no database fails here.
pub(super) fn open(target: &Target) -> Result<Connection> {
    let path = target.database.as_deref().unwrap_or(":memory:");
    let mut busy = BUSY;
    let mut uri = Vec::new();
    for (name, value) in &target.parameters {
        match name.as_str() {
            "busy_timeout" => busy = milliseconds(value)?,
            "mode" | "cache" | "immutable" | "vfs" => uri.push(format!("{name}={value}")),
            _ => {
                return Err(Error::new(Kind::Connect, format!("unknown SQLite parameter \"{name}\""))
                    .with_hint("Known are busy_timeout, mode, cache, immutable and vfs."));
            }
        }
    }
    if Path::new(path).is_dir() {
        return Err(Error::new(Kind::Connect, format!("\"{path}\" is a directory, not a database")));
    }
    let access = match target.read_only {
        true => OpenFlags::SQLITE_OPEN_READ_ONLY,
        false => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let flags = access | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let name = if uri.is_empty() { path.to_string() } else { with_parameters(path, &uri) };
    let connection = Connection::open_with_flags(&name, flags)
        .map_err(|e| error::of_open(&e, path, target.read_only))?;
    connection.busy_timeout(busy).map_err(|e| error::of_open(&e, path, target.read_only))?;
    functions::register(&connection).map_err(|e| error::of_open(&e, path, target.read_only))?;
    connection
        .query_row("pragma schema_version", [], |_| Ok(()))
        .map_err(|e| error::of_open(&e, path, target.read_only))?;
    if let Some(init) = target.init {
        connection.execute_batch(init).map_err(|e| error::of_open(&e, path, target.read_only))?;
    }
    Ok(connection)
}

fn milliseconds(value: &str) -> Result<Duration> {
    value.parse().map(Duration::from_millis).map_err(|_| {
        Error::new(Kind::Connect, format!("busy_timeout is no number of milliseconds: \"{value}\""))
    })
}

/// A file name as a `file:` URI with parameters.
fn with_parameters(path: &str, parameters: &[String]) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    let base = match path.strip_prefix("file:") {
        Some(_) => path.to_string(),
        None => {
            let escaped = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            format!("file:{escaped}")
        }
    };
    format!("{base}{mark}{}", parameters.join("&"))
}
