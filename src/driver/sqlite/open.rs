//! From a target to an open SQLite connection, and what to say when it cannot be opened.

use super::error::from_open;
use super::functions;
use crate::driver::Target;
use crate::error::{Error, Kind, Result, reason};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Parameters that SQLite itself reads from a `file:` URI.
const URI_PARAMETERS: &[&str] = &["mode", "cache", "immutable", "vfs", "nolock", "psow"];
const MODES: &[&str] = &["ro", "rw", "rwc", "memory"];
const PATIENCE: Duration = Duration::from_secs(5);

/// What to open, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// The file without parameters: as the user named it.
    pub(super) file: String,
    /// What SQLite is given: a file name or a `file:` URI.
    name: String,
    read_only: bool,
    /// A database in memory cannot be opened read-only; it refuses writes once it is filled.
    query_only: bool,
    pub(super) busy_timeout: Duration,
    init: Option<&'static str>,
}

/// Reads the target.
pub(super) fn plan(target: &Target) -> Result<Plan> {
    let text = target.database.as_deref().unwrap_or(":memory:");
    let (file, query) = parts(text);
    let mut parameters = query.map(pairs).transpose()?.unwrap_or_default();
    parameters.extend(target.parameters.iter().cloned());
    let mut busy_timeout = PATIENCE;
    let mut uri = Vec::new();
    for (name, value) in parameters {
        match name.as_str() {
            "busy_timeout" => busy_timeout = milliseconds(&value)?,
            "mode" if !MODES.contains(&value.as_str()) => return Err(bad_mode(&value)),
            name if URI_PARAMETERS.contains(&name) => uri.push((name.to_string(), value)),
            name => return Err(unknown_parameter(name)),
        }
    }
    let mode = uri
        .iter()
        .rev()
        .find(|(name, _)| name == "mode")
        .map(|(_, mode)| mode.clone());
    let in_memory = mode.as_deref() == Some("memory") || is_memory(file);
    let read_only = target.read_only || mode.as_deref() == Some("ro");
    if read_only && !in_memory && mode.is_some() {
        uri.retain(|(name, _)| name != "mode");
        uri.push(("mode".into(), "ro".into()));
    }
    Ok(Plan {
        file: file.to_string(),
        name: name_for(file, &uri),
        read_only: read_only && !in_memory,
        query_only: read_only && in_memory,
        busy_timeout,
        init: target.init,
    })
}

fn is_memory(file: &str) -> bool {
    file.is_empty() || file == ":memory:" || file == "file::memory:"
}

/// The file and its parameters. A `?` in a plain name begins parameters unless there is such a file.
fn parts(text: &str) -> (&str, Option<&str>) {
    if text.starts_with("file:") {
        let text = text.split('#').next().unwrap_or_default();
        return match text.split_once('?') {
            Some((file, query)) => (file, Some(query)),
            None => (text, None),
        };
    }
    match text.rsplit_once('?') {
        Some((file, query)) if query.contains('=') && !Path::new(text).exists() => {
            (file, Some(query))
        }
        _ => (text, None),
    }
}

fn pairs(query: &str) -> Result<Vec<(String, String)>> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Error::new(
                Kind::Connect,
                format!("missing \"=\" in the parameter \"{pair}\""),
            )
        })?;
        Ok((name.to_string(), value.to_string()))
    };
    query
        .split('&')
        .filter(|p| !p.is_empty())
        .map(pair)
        .collect()
}

/// What SQLite is to open: the plain name, or a URI where there are parameters.
fn name_for(file: &str, parameters: &[(String, String)]) -> String {
    if parameters.is_empty() {
        return file.to_string();
    }
    let mut name = match file.starts_with("file:") {
        true => file.to_string(),
        false => format!("file:{}", percent_encode(file)),
    };
    for (i, (parameter, value)) in parameters.iter().enumerate() {
        let separator = if i == 0 { '?' } else { '&' };
        name.push_str(&format!("{separator}{parameter}={value}"));
    }
    name
}

/// What would mean something else in a URI. Two slashes at the start would begin a host name.
fn percent_encode(file: &str) -> String {
    let encoded = file
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    match encoded.strip_prefix("//") {
        Some(rest) => format!("/{}", rest.trim_start_matches('/')),
        None => encoded,
    }
}

fn milliseconds(value: &str) -> Result<Duration> {
    value
        .parse()
        .ok()
        .filter(|&ms: &u64| ms <= i32::MAX as u64)
        .map(Duration::from_millis)
        .ok_or_else(|| {
            Error::new(Kind::Connect, format!("invalid busy_timeout: \"{value}\""))
                .with_hint("busy_timeout is a number of milliseconds.")
        })
}

fn bad_mode(value: &str) -> Error {
    Error::new(
        Kind::Connect,
        format!("unknown mode \"{value}\" for a SQLite database"),
    )
    .with_hint("mode is ro, rw, rwc or memory.")
}

fn unknown_parameter(name: &str) -> Error {
    Error::new(
        Kind::Connect,
        format!("unknown parameter \"{name}\" for a SQLite database"),
    )
    .with_hint(format!(
        "There are busy_timeout, {}.",
        URI_PARAMETERS.join(", ")
    ))
}

/// Opens the connection and makes it ready.
pub(super) fn open(plan: &Plan) -> Result<Connection> {
    let kind = std::fs::metadata(path_of(plan)).map(|m| m.file_type());
    if kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir()) {
        // To open a pipe would be to wait for somebody at its other end.
        let message = format!("could not open \"{}\": it is no regular file", plan.file);
        return Err(Error::new(Kind::Connect, message));
    }
    let connection = open_file(plan).map_err(|error| explain(plan, error))?;
    prepare(&connection, plan).map_err(|error| from_open(error, &plan.file))?;
    Ok(connection)
}

fn open_file(plan: &Plan) -> rusqlite::Result<Connection> {
    let access = match plan.read_only {
        true => OpenFlags::SQLITE_OPEN_READ_ONLY,
        false => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let flags = access | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&plan.name, flags)?;
    // SQLite opens anything; only reading shows whether it is a database. Where another process
    // keeps it locked, its first bytes show it, and only statements wait.
    connection.busy_timeout(Duration::ZERO)?;
    let read = connection.query_row("PRAGMA schema_version", [], |_| Ok(()));
    connection.busy_timeout(plan.busy_timeout)?;
    match read {
        Err(e) if is_busy(&e) && is_of_sqlite(path_of(plan)) => {}
        Err(e) if is_busy(&e) => {
            connection.query_row("PRAGMA schema_version", [], |_| Ok(()))?;
        }
        read => read?,
    }
    Ok(connection)
}

fn prepare(connection: &Connection, plan: &Plan) -> rusqlite::Result<()> {
    // SQLite's own default, which the bundled library was compiled without.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false)?;
    functions::register(connection)?;
    if let Some(init) = plan.init {
        connection.execute_batch(init)?;
    }
    if plan.query_only {
        connection.pragma_update(None, "query_only", true)?;
    }
    Ok(())
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

fn path_of(plan: &Plan) -> &Path {
    Path::new(plan.file.strip_prefix("file:").unwrap_or(&plan.file))
}

/// SQLite says "unable to open database file" for everything; the file system knows more.
fn explain(plan: &Plan, error: rusqlite::Error) -> Error {
    let mut said = from_open(error, &plan.file);
    let path = path_of(plan);
    if said.code.as_deref() == Some("SQLITE_NOTADB") && is_of_sqlite(path) {
        said.message = format!(
            "\"{}\" is of a newer kind than this SQLite reads",
            plan.file
        );
        return said.with_hint(NEWER);
    }
    let code = said.code.clone().unwrap_or_default();
    let lacks_log = code.starts_with("SQLITE_READONLY") && keeps_log(path);
    if !code.starts_with("SQLITE_CANTOPEN") && !lacks_log {
        return said;
    }
    let refuse = |why: &str, hint: &str| {
        let message = format!("could not open \"{}\": {why}", plan.file);
        Error {
            message,
            ..said.clone()
        }
        .with_hint(hint)
    };
    if path.is_dir() {
        return refuse("it is a directory", "Name a file in it.");
    }
    let parent = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty() && !p.exists());
    if let Some(parent) = parent {
        let why = format!("the folder \"{}\" does not exist", parent.display());
        return refuse(&why, "Create the folder first, or check the spelling.");
    }
    if !path.exists() && plan.read_only {
        return refuse(
            "the file does not exist",
            "A read-only connection creates no file.",
        );
    }
    if keeps_log(path) {
        return refuse(
            "it is in WAL mode, and the files beside it cannot be opened or created",
            "Make the folder writable, or connect to FILE?immutable=1, which does without them and \
             without what FILE-wal holds.",
        );
    }
    match std::fs::File::open(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => refuse(
            &reason(&e),
            "Check the permissions of the file and its folder.",
        ),
        _ => refuse(
            "it cannot be opened or created",
            "Check that the file and its folder may be written to.",
        ),
    }
}

pub(super) const NEWER: &str =
    "A newer version of SQLite has written the file; only that reads it.";

/// Whether the file begins as SQLite's do.
fn is_of_sqlite(path: &Path) -> bool {
    head(path).is_some_and(|head| head.starts_with(b"SQLite format 3\0"))
}

/// Whether the file is in WAL mode: the versions of its format say so.
fn keeps_log(path: &Path) -> bool {
    head(path).is_some_and(|head| head[18..] == [2, 2])
}

fn head(path: &Path) -> Option<[u8; 20]> {
    use std::io::Read;
    let mut head = [0; 20];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.ok().map(|()| head)
}
