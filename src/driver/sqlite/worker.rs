//! The thread of one connection: opens the database, runs statements, sends events.

use super::{catalog, error, open, render};
use crate::catalog::CatalogBuilder;
use crate::data::{Align, Column, RowBatch, Summary};
use crate::driver::{Event, Stage, Target};
use crate::error::{Error, Result};
use crate::sql::dialect::SQLITE;
use crate::sql::{Part, TokenKind, lex, split};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, InterruptHandle, Statement};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// What the thread is asked to do.
pub(super) enum Job {
    Run { sql: String, events: mpsc::Sender<Result<Event>> },
    Catalog {
        stage: Stage,
        builder: Box<CatalogBuilder>,
        done: oneshot::Sender<Result<Box<CatalogBuilder>>>,
    },
}

/// What the connection knows of the opened database.
pub(super) struct Opened {
    pub(super) interrupt: InterruptHandle,
    pub(super) database: String,
    /// In memory or temporary: no other connection sees it.
    pub(super) private: bool,
    pub(super) in_transaction: Arc<AtomicBool>,
}

/// Rows wait no longer than this for more of them.
const PATIENCE: Duration = Duration::from_millis(20);

/// Serves jobs until the connection is dropped.
pub(super) fn work(
    target: &Target,
    opened: oneshot::Sender<Result<Opened>>,
    mut inbox: mpsc::Receiver<Job>,
) {
    let connection = match open::open(target) {
        Ok(connection) => connection,
        Err(e) => {
            let _ = opened.send(Err(e));
            return;
        }
    };
    let in_transaction = Arc::new(AtomicBool::new(false));
    let path = connection.path().unwrap_or_default();
    let about = Opened {
        interrupt: connection.get_interrupt_handle(),
        database: database_name(path),
        private: path.is_empty(),
        in_transaction: Arc::clone(&in_transaction),
    };
    if opened.send(Ok(about)).is_err() {
        return;
    }
    while let Some(job) = inbox.blocking_recv() {
        match job {
            Job::Run { sql, events } => {
                let result = Run { connection: &connection, events: &events }.all(&sql);
                in_transaction.store(!connection.is_autocommit(), Ordering::Release);
                if let Err(Stopped::Error(e)) = result {
                    let _ = events.blocking_send(Err(*e));
                }
            }
            Job::Catalog { stage, mut builder, done } => {
                let result = catalog::read(&connection, stage, &mut builder);
                let _ = done.send(result.map(|()| builder));
            }
        }
    }
}

/// The file's name without folder, as the prompt shows it.
pub(super) fn database_name(path: &str) -> String {
    match path {
        "" => ":memory:".to_string(),
        path => path.rsplit('/').next().unwrap_or(path).to_string(),
    }
}

/// Why a statement ended early.
enum Stopped {
    Error(Box<Error>),
    /// Nobody listens any more.
    Unheard,
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Stopped::Error(Box::new(error))
    }
}

type Step<T> = std::result::Result<T, Stopped>;

struct Run<'a> {
    connection: &'a Connection,
    events: &'a mpsc::Sender<Result<Event>>,
}

impl Run<'_> {
    fn send(&self, event: Event) -> Step<()> {
        self.events.blocking_send(Ok(event)).map_err(|_| Stopped::Unheard)
    }

    /// Runs the statements of `sql` one after the other.
    fn all(&self, sql: &str) -> Step<()> {
        if sql.contains('\0') {
            return Err(Error::server("a statement cannot hold a NUL byte").into());
        }
        let tokens = lex(sql, &SQLITE);
        for part in split(sql, &tokens, &SQLITE).parts {
            match part {
                Part::Sql(statement) => self.one(statement.text, statement.offset)?,
                // SQLite has no backslash; it says so itself.
                Part::Command(command) => self.one(&sql[command.offset..], command.offset)?,
            }
        }
        Ok(())
    }

    fn one(&self, text: &str, offset: usize) -> Step<()> {
        let failed = |e: rusqlite::Error| Stopped::from(error::of_statement(&e, offset));
        let mut statement = self.connection.prepare(text).map_err(failed)?;
        let before = self.connection.total_changes();
        let columns = statement.column_count();
        let returned = match columns {
            0 => {
                statement.raw_execute().map_err(failed)?;
                None
            }
            _ => Some(self.rows(&mut statement, columns, offset)?),
        };
        let changed = match self.connection.total_changes() > before {
            // Without what triggers and foreign keys changed.
            true => self.connection.changes(),
            false => 0,
        };
        self.send(Event::Done(summary(text, returned, changed)))
    }

    fn rows(&self, statement: &mut Statement<'_>, count: usize, offset: usize) -> Step<u64> {
        let failed = |e: rusqlite::Error| Stopped::from(error::of_statement(&e, offset));
        let mut columns = columns(statement);
        let mut rows = statement.raw_query();
        let mut first = rows.next().map_err(failed)?;
        for (index, column) in columns.iter_mut().enumerate() {
            let value = first.and_then(|row| row.get_ref(index).ok());
            let number = matches!(value, Some(ValueRef::Integer(_) | ValueRef::Real(_)));
            if column.type_name.is_empty() && number {
                column.align = Align::Right;
            }
        }
        self.send(Event::Columns(columns))?;
        let mut batch = RowBatch::new(count);
        let mut since = Instant::now();
        let mut seen = 0u64;
        while let Some(row) = first {
            for index in 0..count {
                render::push(&mut batch, row.get_ref(index).map_err(failed)?);
            }
            batch.end_row();
            seen += 1;
            // The clock is asked now and then only; the first rows go at once.
            let due = batch.is_full() || (seen % 16 == 0 && since.elapsed() > PATIENCE);
            if due {
                self.send(Event::Rows(std::mem::replace(&mut batch, RowBatch::with_room(count))))?;
                since = Instant::now();
            }
            first = rows.next().map_err(failed)?;
        }
        if !batch.is_empty() {
            self.send(Event::Rows(batch))?;
        }
        Ok(seen)
    }
}

fn columns(statement: &Statement<'_>) -> Vec<Column> {
    let described = statement.columns();
    let column = |c: &rusqlite::Column<'_>| {
        let type_name = c.decl_type().unwrap_or_default().to_string();
        let align = if is_numeric(&type_name) { Align::Right } else { Align::Left };
        Column { name: c.name().to_string(), type_name, align }
    };
    described.map(|c| column(&c)).collect()
}

/// Whether a declared type has a numeric affinity ("Determination Of Column Affinity").
fn is_numeric(declared: &str) -> bool {
    let upper = declared.to_ascii_uppercase();
    if upper.is_empty() {
        return false;
    }
    if upper.contains("INT") {
        return true;
    }
    let text = ["CHAR", "CLOB", "TEXT", "BLOB", "DATE", "TIME", "JSON"];
    !text.iter().any(|word| upper.contains(word))
}

/// `SELECT 3`, `INSERT 2`, `CREATE TABLE`: SQLite has no tags of its own, these are psql's.
fn summary(text: &str, returned: Option<u64>, changed: u64) -> Summary {
    let tokens = lex(text, &SQLITE);
    let words = tokens.iter().filter(|t| t.kind == TokenKind::Word);
    let mut words = words.map(|t| t.text(text).to_ascii_uppercase());
    let first = words.next().unwrap_or_default();
    let writes = |word: &str| matches!(word, "INSERT" | "REPLACE" | "UPDATE" | "DELETE");
    let verb = match first.as_str() {
        "WITH" => words.find(|w| writes(w) || w == "SELECT").unwrap_or_default(),
        _ => first,
    };
    let rows = returned.unwrap_or(changed);
    let tag = match verb.as_str() {
        verb if writes(verb) => format!("{verb} {changed}"),
        "CREATE" | "DROP" | "ALTER" => {
            let noise = ["TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"];
            let object = words.find(|w| !noise.contains(&w.as_str())).unwrap_or_default();
            format!("{verb} {object}")
        }
        verb if returned.is_some() => {
            format!("{} {rows}", if verb == "PRAGMA" { verb } else { "SELECT" })
        }
        verb => verb.to_string(),
    };
    Summary { tag, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_what_was_done() {
        for (text, returned, changed, tag) in [
            ("select 1", Some(1), 0, "SELECT 1"),
            ("values (1),(2)", Some(2), 0, "SELECT 2"),
            ("/* x */ insert into t values (1)", None, 1, "INSERT 1"),
            ("insert into t values (1) returning a", Some(1), 1, "INSERT 1"),
            ("with x as (select 1) delete from t", None, 3, "DELETE 3"),
            ("create temp table t(a)", None, 0, "CREATE TABLE"),
            ("create unique index i on t(a)", None, 0, "CREATE INDEX"),
            ("begin immediate", None, 0, "BEGIN"),
            ("pragma table_info(t)", Some(4), 0, "PRAGMA 4"),
        ] {
            assert_eq!(summary(text, returned, changed).tag, tag, "{text}");
        }
    }
}
