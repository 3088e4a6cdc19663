//! The history as a SQLite database. Sessions that run side by side write to the same one; each
//! entry has its own row, so none loses what another wrote.

#[cfg(test)]
mod tests;

use super::recorder::{Job, Report};
use super::{Ending, Entry, Outcome, Place, Query, Style, foreign};
use crate::error::{Error, Kind, Result};
use crate::files;
use rusqlite::{Connection, OpenFlags, Row, params};
use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

/// Entries that are read before the first prompt.
const FIRST: usize = 500;
/// How long to wait for another session that writes.
const BUSY: Duration = Duration::from_secs(5);
/// What may wait to be written.
const MOST_WAITING: usize = 10_000;
/// Longer texts are not kept.
const MOST_BYTES: usize = 1024 * 1024;
/// Bytes at the end of a history in text that are taken over.
const MOST_TEXT: usize = 8 * 1024 * 1024;

/// The file's `user_version`. 2 has the folder.
const VERSION: i64 = 2;

const SCHEMA: &str = "
create table if not exists entries (
    id integer primary key,
    text text not null,
    place text not null,
    database text not null,
    user text not null,
    time integer not null,
    took integer,
    rows integer,
    outcome integer not null,
    session integer not null
);
create index if not exists entries_text on entries (text);
";

/// What has come since, in a file that sessions of older versions may have open: those do not name
/// the column and leave it empty. The number alone is not believed, because an older session that
/// makes the file at the same moment sets its own.
fn bring_up_to_date(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("begin immediate")?;
    let changed = connection.execute_batch(SCHEMA).and_then(|()| {
        let has_folder: bool = connection.query_row(
            "select exists (select 1 from pragma_table_info('entries') where name = 'folder')",
            [],
            |row| row.get(0),
        )?;
        if !has_folder {
            connection
                .execute_batch("alter table entries add column folder text not null default ''")?;
        }
        connection.execute_batch(&format!("pragma user_version = {VERSION}"))
    });
    match changed {
        Ok(()) => connection.execute_batch("commit"),
        Err(e) => {
            let _ = connection.execute_batch("rollback");
            Err(e)
        }
    }
}

fn failed(what: &str, path: &Path, e: &rusqlite::Error) -> Error {
    let message = format!("could not {what} the history \"{}\": {e}", path.display());
    Error::new(Kind::Io, message)
}

/// Opens the file, which is made for the user alone. What was a history in text is taken over, and
/// kept beside it.
fn open(path: &Path) -> Result<Connection> {
    let io = |e| Error::io(format!("open the history \"{}\"", path.display()), &e);
    let old = old_text(path).map_err(io)?;
    files::make_folder(path)
        .and_then(|()| files::append(path))
        .map_err(io)?;
    let sql = |e| failed("open", path, &e);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(sql)?;
    connection.busy_timeout(BUSY).map_err(sql)?;
    let version: i64 = connection
        .query_row("pragma user_version", [], |row| row.get(0))
        .map_err(sql)?;
    if version < 1 {
        // With a log of its own, readers never wait for a writer.
        let _ = connection.query_row("pragma journal_mode = wal", [], |_| Ok(()));
    }
    if version < VERSION {
        bring_up_to_date(&connection).map_err(sql)?;
    }
    if let Some(text) = old.filter(|_| version < 1) {
        let entries = foreign::read(&text, Style::Lines, 0);
        insert_new(&connection, &entries).map_err(sql)?;
    }
    let _ = connection.execute_batch("pragma synchronous = normal; pragma secure_delete = on;");
    Ok(connection)
}

/// Opens a file that cannot be written, or whose disk is full: without the files that SQLite makes
/// beside it if it must be.
fn open_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let usual = Connection::open_with_flags(path, flags);
    usual
        .and_then(|usual| before(&usual, i64::MAX, 1).map(|_| usual))
        .or_else(|_| {
            let path = path.to_string_lossy();
            let path = path
                .replace('%', "%25")
                .replace('?', "%3f")
                .replace('#', "%23");
            let only = format!("file:{path}?immutable=1");
            Connection::open_with_flags(only, flags | OpenFlags::SQLITE_OPEN_URI)
        })
}

/// The newest entries of a file that could not be opened as usual.
fn read_at_least(path: &Path, most: usize) -> rusqlite::Result<Vec<Entry>> {
    before(&open_to_read(path)?, i64::MAX, most)
}

/// A history in text, moved aside where it has this very name; else the one of before, beside it.
fn old_text(path: &Path) -> std::io::Result<Option<String>> {
    let mut head = [0; 16];
    let length = match File::open(path) {
        Ok(mut file) => file.read(&mut head)?,
        Err(e) if e.kind() == ErrorKind::NotFound => 0,
        Err(e) => return Err(e),
    };
    if length > 0 && !head.starts_with(b"SQLite format 3") {
        let aside = PathBuf::from(format!("{}.text", path.display()));
        std::fs::rename(path, &aside)?;
        return end_of(&aside).map(Some);
    }
    let beside = path.with_extension("");
    match length == 0 && beside != path && beside.is_file() {
        true => end_of(&beside).map(Some),
        false => Ok(None),
    }
}

fn end_of(path: &Path) -> std::io::Result<String> {
    let bytes = std::fs::read(path)?;
    let cut = bytes.len().saturating_sub(MOST_TEXT);
    let text = String::from_utf8_lossy(&bytes[cut..]);
    Ok(match (cut, text.find('\n')) {
        (0, _) => text.into_owned(),
        (_, Some(end)) => text[end + 1..].to_string(),
        (_, None) => String::new(),
    })
}

const COLUMNS: &str = "id, text, place, database, user, time, took, rows, outcome, session, folder";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let number = |index| -> rusqlite::Result<Option<u64>> {
        let value: Option<i64> = row.get(index)?;
        Ok(value.and_then(|v| u64::try_from(v).ok()))
    };
    Ok(Entry {
        id: row.get(0)?,
        text: row.get(1)?,
        place: Place {
            key: row.get(2)?,
            database: row.get(3)?,
            user: row.get(4)?,
        },
        time: row.get(5)?,
        ending: Ending {
            took: number(6)?.map(Duration::from_millis),
            rows: number(7)?,
            outcome: outcome(row.get(8)?),
        },
        session: row.get(9)?,
        folder: row.get(10)?,
    })
}

/// As numbers on the disk.
const OUTCOMES: [Outcome; 4] = [
    Outcome::Unknown,
    Outcome::Done,
    Outcome::Failed,
    Outcome::Cancelled,
];

fn outcome(number: i64) -> Outcome {
    let found = usize::try_from(number).ok().and_then(|n| OUTCOMES.get(n));
    found.copied().unwrap_or_default()
}

fn number_of(outcome: Outcome) -> i64 {
    let at = OUTCOMES.iter().position(|o| *o == outcome);
    at.map_or(0, |at| at as i64)
}

fn signed(number: Option<u64>) -> Option<i64> {
    number.map(|n| i64::try_from(n).unwrap_or(i64::MAX))
}

fn milliseconds(took: Option<Duration>) -> Option<i64> {
    took.map(|t| i64::try_from(t.as_millis()).unwrap_or(i64::MAX))
}

fn insert(connection: &Connection, entry: &Entry) -> rusqlite::Result<i64> {
    let mut statement = connection.prepare_cached(
        "insert into entries (text, place, database, user, time, took, rows, outcome, session,
                              folder)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    statement.insert(params![
        entry.text,
        entry.place.key,
        entry.place.database,
        entry.place.user,
        entry.time,
        milliseconds(entry.ending.took),
        signed(entry.ending.rows),
        number_of(entry.ending.outcome),
        entry.session,
        entry.folder,
    ])
}

/// Inserts what is not there with the same text and time.
fn insert_new(connection: &Connection, entries: &[Entry]) -> rusqlite::Result<usize> {
    let transaction = connection.unchecked_transaction()?;
    let mut new = 0;
    for entry in entries.iter().filter(|e| e.text.len() <= MOST_BYTES) {
        let known: bool = transaction
            .prepare_cached("select exists (select 1 from entries where text = ? and time = ?)")?
            .query_row(params![entry.text, entry.time], |row| row.get(0))?;
        if !known {
            insert(&transaction, entry)?;
            new += 1;
        }
    }
    transaction.commit()?;
    Ok(new)
}

/// Works until nobody sends any more. What fails before the first jobs is the result; a write that
/// fails is reported once, and tried again with the next one.
pub(super) fn serve(
    path: &Path,
    limit: usize,
    session: i64,
    jobs: &Receiver<Job>,
    report: &Sender<Report>,
) -> Result<()> {
    let connection = open(path).inspect_err(|_| {
        if let Ok(entries) = read_at_least(path, limit) {
            let _ = report.send(Report::Newest(entries));
        }
    })?;
    let sql = |e| failed("read", path, &e);
    let first = limit.min(FIRST);
    let newest = before(&connection, i64::MAX, first).map_err(sql)?;
    let mut store = Store {
        seen: newest.last().map_or(0, |e| e.id),
        connection,
        session,
        rows: HashMap::new(),
    };
    let oldest = newest.first().map(|e| e.id);
    let full = newest.len() == first;
    let _ = report.send(Report::Newest(newest));
    if let Some(oldest) = oldest.filter(|_| full && limit > first) {
        let older = before(&store.connection, oldest, limit - first).map_err(sql)?;
        let _ = report.send(Report::Older(older));
    }
    store.trim(limit).map_err(sql)?;
    let mut told = false;
    let mut waiting = VecDeque::new();
    while let Ok(job) = jobs.recv() {
        waiting.push_back(job);
        // One that waits for another session waits for all that came meanwhile.
        waiting.extend(jobs.try_iter());
        if let Err(e) = store.catch_up(&mut waiting, report)
            && !std::mem::replace(&mut told, true)
        {
            let _ = report.send(Report::Failed(failed("write", path, &e).message));
        }
    }
    // What fails now has been told.
    let _ = store.catch_up(&mut waiting, report);
    Ok(())
}

/// What an unwritten job still has to do: nobody waits for the rest.
fn is_write(job: &Job) -> bool {
    matches!(job, Job::Add(..) | Job::End(..) | Job::Forget(_))
}

/// So many entries before one, oldest first.
fn before(connection: &Connection, id: i64, most: usize) -> rusqlite::Result<Vec<Entry>> {
    let select = format!("select {COLUMNS} from entries where id < ? order by id desc limit ?");
    let mut statement = connection.prepare(&select)?;
    let found = statement.query_map(params![id, most as i64], entry)?;
    let mut entries = found.collect::<rusqlite::Result<Vec<Entry>>>()?;
    entries.reverse();
    Ok(entries)
}

struct Store {
    connection: Connection,
    session: i64,
    /// The highest number that was looked at.
    seen: i64,
    /// Rows of entries whose end is not known yet, by the sender's numbers.
    rows: HashMap<u64, i64>,
}

impl Store {
    /// Does what waits, in order, up to the first that fails. What has to be written goes on waiting.
    fn catch_up(
        &mut self,
        waiting: &mut VecDeque<Job>,
        report: &Sender<Report>,
    ) -> rusqlite::Result<()> {
        while let Some(job) = waiting.front() {
            if let Err(e) = self.obey(job, report) {
                // Whoever waits for the end of the writing is not kept waiting.
                waiting.retain(is_write);
                let many = waiting.len().saturating_sub(MOST_WAITING);
                waiting.drain(..many);
                return Err(e);
            }
            waiting.pop_front();
        }
        Ok(())
    }

    fn obey(&mut self, job: &Job, report: &Sender<Report>) -> rusqlite::Result<()> {
        match job {
            Job::Add(number, entry) if entry.text.len() <= MOST_BYTES => {
                let row = insert(&self.connection, entry)?;
                self.rows.insert(*number, row);
            }
            Job::Add(..) => {}
            Job::End(number, ending) => {
                let Some(row) = self.rows.get(number) else {
                    return Ok(());
                };
                let mut statement = self.connection.prepare_cached(
                    "update entries set took = ?, rows = ?, outcome = ? where id = ?",
                )?;
                statement.execute(params![
                    milliseconds(ending.took),
                    signed(ending.rows),
                    number_of(ending.outcome),
                    row
                ])?;
                self.rows.remove(number);
            }
            Job::Forget(text) => {
                let mut statement = self
                    .connection
                    .prepare_cached("delete from entries where text = ?")?;
                statement.execute([text])?;
            }
            Job::LookAgain => {
                let others = self.others()?;
                if !others.is_empty() {
                    let _ = report.send(Report::Others(others));
                }
            }
            Job::Flush(done) => {
                let _ = done.send(());
            }
        }
        Ok(())
    }

    /// What others have added since the last look.
    fn others(&mut self) -> rusqlite::Result<Vec<Entry>> {
        let select = format!("select {COLUMNS} from entries where id > ? order by id");
        let mut statement = self.connection.prepare_cached(&select)?;
        let found = statement.query_map([self.seen], entry)?;
        let mut entries = found.collect::<rusqlite::Result<Vec<Entry>>>()?;
        self.seen = entries.last().map_or(self.seen, |e| e.id);
        entries.retain(|e| e.session != self.session);
        Ok(entries)
    }

    /// Forgets the oldest entries beyond the limit.
    fn trim(&self, limit: usize) -> rusqlite::Result<()> {
        let delete = "delete from entries where id <= \
                      (select id from entries order by id desc limit 1 offset ?)";
        self.connection.execute(delete, [limit as i64]).map(|_| ())
    }
}

pub(super) fn entries(path: &Path, query: &Query) -> Result<Vec<Entry>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let sql = |e| failed("read", path, &e);
    let most = i32::MAX as usize;
    let all = match open(path) {
        Ok(connection) => before(&connection, i64::MAX, most).map_err(sql)?,
        Err(e) => read_at_least(path, most).map_err(|_| e)?,
    };
    Ok(all.into_iter().filter(|e| query.fits(e)).collect())
}

pub(super) fn import(path: &Path, entries: &[Entry]) -> Result<usize> {
    let connection = open(path)?;
    insert_new(&connection, entries).map_err(|e| failed("write", path, &e))
}
