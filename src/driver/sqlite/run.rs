//! Runs statements on SQLite's thread and turns rows into batches.

use super::error::from_sqlite;
use super::names::{self, Names};
use super::real::{push_integer, push_real};
use super::tag;
use super::worker::{Shared, ended};
use crate::data::{Align, CellKind, Column, RowBatch, hex};
use crate::driver::Event;
use crate::error::{Error, Result};
use crate::sql::dialect::SQLITE;
use crate::sql::{TokenKind, lex};
use futures::Stream;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::ValueRef;
use rusqlite::{Batch, Connection, Row, Statement};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{Receiver, Sender};

/// Batches on their way to the reader.
pub(super) const CHANNEL: usize = 4;

/// A row waits no longer than this for others to fill its batch, as long as others come.
const PATIENCE: Duration = Duration::from_millis(20);

/// Rows between two looks at the clock while rows come fast.
const FAST_STRIDE: u32 = 16;

/// The reader's end of a running text; telling SQLite to stop when it is dropped early.
pub(super) struct Results {
    events: Receiver<Result<Event>>,
    job: u64,
    shared: Arc<Shared>,
    ended: bool,
}

impl Results {
    pub(super) fn new(events: Receiver<Result<Event>>, job: u64, shared: Arc<Shared>) -> Self {
        Results {
            events,
            job,
            shared,
            ended: false,
        }
    }
}

impl Stream for Results {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Event>>> {
        let next = self.events.poll_recv(cx);
        if !matches!(next, Poll::Ready(None)) || self.ended {
            return next;
        }
        self.ended = true;
        match self.shared.has_finished(self.job) {
            true => next,
            // A result that is cut must not look like a whole one.
            false => Poll::Ready(Some(Err(ended()))),
        }
    }
}

impl Drop for Results {
    fn drop(&mut self) {
        if !self.ended {
            self.events.close();
            self.shared.stop(self.job);
        }
    }
}

/// Where events go; `Err` when nobody reads them any more.
struct Out<'a> {
    events: &'a Sender<Result<Event>>,
    shared: &'a Shared,
}

impl Out<'_> {
    fn send(&self, event: Event) -> Result<()> {
        self.events
            .blocking_send(Ok(event))
            .map_err(|_| Error::cancelled())
    }
}

/// Runs the statements of `sql`, one after the other, until one fails.
pub(super) fn run(
    connection: &Connection,
    sql: &str,
    events: &Sender<Result<Event>>,
    shared: &Shared,
) {
    let out = Out { events, shared };
    let result = run_all(connection, sql, &out);
    shared.note_transaction(connection);
    if let Err(mut error) = result {
        let waited = error
            .code
            .as_deref()
            .is_some_and(|c| c.starts_with("SQLITE_BUSY"));
        if waited && shared.is_stopped() {
            error = Error::cancelled();
        }
        // Nobody reads any more if this fails.
        let _ = events.blocking_send(Err(error));
    }
    shared.note_finished();
}

fn run_all(connection: &Connection, sql: &str, out: &Out<'_>) -> Result<()> {
    if sql.as_bytes().contains(&0) {
        return Err(Error::server("the statement contains a NUL byte")
            .with_hint("SQLite ends a statement at the first NUL byte, so it is not sent."));
    }
    if let Some(at) = open_comment(sql) {
        let error = Error::server("unterminated /* comment");
        return Err(Error {
            position: Some(at),
            ..error
        });
    }
    let mut batch = Batch::new(connection, sql);
    let mut first = true;
    while let Some(mut statement) = batch.next().map_err(|e| from_sqlite(e, sql))? {
        if out.shared.is_stopped() {
            return Err(Error::cancelled());
        }
        let later = if first {
            None
        } else {
            statement.expanded_sql()
        };
        let text = later.as_deref().unwrap_or(sql);
        first = false;
        let names = out.shared.names(connection, sql);
        let rows = run_one(&mut statement, names, sql, out)?;
        drop(statement);
        out.shared.note_transaction(connection);
        out.send(Event::Done(tag::summary(text, rows, connection.changes())))?;
    }
    Ok(())
}

/// Where a comment begins that never ends. SQLite takes what it swallows for white space.
fn open_comment(sql: &str) -> Option<usize> {
    if !sql.contains("/*") {
        return None;
    }
    let tokens = lex(sql, &SQLITE);
    let last = tokens.last().filter(|t| t.open);
    last.filter(|t| t.kind == TokenKind::BlockComment)
        .map(|t| t.start as usize)
}

/// Runs one statement; the number of rows where rows can come back.
fn run_one(
    statement: &mut Statement<'_>,
    names: Names,
    sql: &str,
    out: &Out<'_>,
) -> Result<Option<u64>> {
    let mut rows = statement.raw_query();
    let mut batches = None;
    let mut count = 0;
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                // The columns are read after the first step, because SQLite compiles a statement
                // anew when the schema has changed, and an expression's alignment is its value's.
                let batches = match &mut batches {
                    Some(batches) => batches,
                    none => {
                        let columns = columns(row.as_ref(), Some(row), names);
                        let width = columns.len();
                        out.send(Event::Columns(columns))?;
                        none.insert(Batches::new(width))
                    }
                };
                batches.push(row).map_err(|e| from_sqlite(e, sql))?;
                count += 1;
                if batches.is_due() {
                    batches.hand_on(out)?;
                }
            }
            Ok(None) => break,
            Err(error) => {
                if let Some(mut batches) = batches {
                    batches.hand_on(out)?;
                }
                return Err(from_sqlite(error, sql));
            }
        }
    }
    drop(rows);
    match batches {
        Some(mut batches) => batches.hand_on(out)?,
        None if statement.column_count() == 0 => return Ok(None),
        None => out.send(Event::Columns(columns(statement, None, names)))?,
    }
    Ok(Some(count))
}

/// The columns of a result; `first` is its first row.
fn columns(statement: &Statement<'_>, first: Option<&Row<'_>>, names: Names) -> Vec<Column> {
    let describe = |(index, (name, declared)): (usize, (String, String))| {
        let number = || {
            let cell = first.and_then(|row| row.get_ref(index).ok());
            matches!(cell, Some(ValueRef::Integer(_) | ValueRef::Real(_)))
        };
        let right = declares_number(&declared) || (!declares_text(&declared) && number());
        Column {
            name,
            type_name: declared,
            align: if right { Align::Right } else { Align::Left },
            ..Column::default()
        }
    };
    let named = names::of(statement, names).into_iter();
    named.enumerate().map(describe).collect()
}

fn has_any(declared: &str, words: &[&str]) -> bool {
    let declared = declared.to_ascii_uppercase();
    words.iter().any(|word| declared.contains(word))
}

/// Whether a declared type means numbers. Fewer types than have numeric affinity, which DATE and
/// BOOLEAN have too.
fn declares_number(declared: &str) -> bool {
    has_any(
        declared,
        &[
            "INT", "REAL", "FLOA", "DOUB", "NUMERIC", "DECIMAL", "NUMBER",
        ],
    )
}

fn declares_text(declared: &str) -> bool {
    has_any(declared, &["CHAR", "CLOB", "TEXT", "BLOB", "DATE", "TIME"])
}

/// Collects rows and decides when to hand them on.
struct Batches {
    width: usize,
    batch: RowBatch,
    /// When the last batch went.
    last: Option<Instant>,
    /// When the clock was last read, and rows since then.
    looked: Instant,
    since: u32,
    stride: u32,
}

impl Batches {
    fn new(width: usize) -> Self {
        Batches {
            width,
            batch: RowBatch::new(width),
            last: None,
            looked: Instant::now(),
            since: 0,
            stride: 1,
        }
    }

    fn push(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        for index in 0..self.width {
            push_cell(&mut self.batch, row.get_ref(index)?);
        }
        self.batch.end_row();
        Ok(())
    }

    /// Whether the batch should go: it is full, it is the first row, or rows come slowly.
    fn is_due(&mut self) -> bool {
        let Some(last) = self.last else { return true };
        if self.batch.is_full() {
            return true;
        }
        self.since += 1;
        if self.since < self.stride {
            return false;
        }
        self.since = 0;
        let now = Instant::now();
        let fast = now - self.looked < Duration::from_millis(1);
        self.stride = if fast {
            FAST_STRIDE.min(self.stride * 2)
        } else {
            1
        };
        self.looked = now;
        now - last > PATIENCE
    }

    fn hand_on(&mut self, out: &Out<'_>) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        // A second batch means a result that is likely to be large.
        let batch = std::mem::replace(&mut self.batch, RowBatch::with_room(self.width));
        out.send(Event::Rows(batch))?;
        self.last = Some(Instant::now());
        if out.shared.is_stopped() {
            return Err(Error::cancelled());
        }
        Ok(())
    }
}

fn push_cell(batch: &mut RowBatch, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => batch.push_null(),
        ValueRef::Integer(i) => batch.push_with(CellKind::Number, |out| push_integer(out, i)),
        ValueRef::Real(r) => batch.push_with(CellKind::Number, |out| push_real(out, r)),
        ValueRef::Text(text) => batch.push(CellKind::Text, text),
        ValueRef::Blob(bytes) => batch.push_with(CellKind::Bytes, |out| push_hex(out, bytes)),
    }
}

/// `x'6162'`
fn push_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(bytes.len() * 2 + 3);
    out.extend_from_slice(b"x'");
    for byte in bytes {
        out.extend_from_slice(&hex(*byte));
    }
    out.push(b'\'');
}
