//! One statement from its text to its last event.
//!
//! `run` owns the connection while the statement lasts and gives it back at its end, whatever
//! happens to the receiver of the events: once nobody listens it reads on and throws away, because
//! half an answer left on the wire would be taken for the answer to the next statement.

#[cfg(test)]
mod tests;

use super::columns::{self, Render};
use super::error::{senseless, silent, statement_error};
use super::infile::LocalFiles;
use super::relay::{End, Fate};
use super::rows::Taken;
use super::tag;
use super::tap::next_row;
use crate::data::{Notice, RowBatch, Summary};
use crate::driver::{Event, Transaction};
use crate::error::{Error, Kind, Result};
use crate::sql::bytes::to_bytes;
use crate::sql::{TokenKind, dialect::MYSQL, lex};
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable;
use mysql_async::{Column as Described, Conn, QueryResult, Row, TextProtocol, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc::Sender;

/// The way of the events to whoever reads the stream. A message is a batch, never a row.
pub(super) type Out = Sender<Result<Event>>;

/// A connection between two statements and what the server last said of the session.
pub(super) struct Live {
    pub(super) fate: Arc<Fate>,
    /// Where rows come, which the client library does not see.
    pub(super) rows: Taken,
    pub(super) look: Look,
    /// `None` once the connection is lost.
    pub(super) conn: Option<Conn>,
    pub(super) transaction: Transaction,
    /// `\` in strings is a character like any other.
    pub(super) plain_backslashes: bool,
    pub(super) autocommit: bool,
    pub(super) database: String,
    pub(super) local_files: LocalFiles,
    /// Set when somebody asks to stop what runs.
    pub(super) cancelled: Arc<AtomicBool>,
}

/// How results are handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// Binary values as they are.
    pub(super) raw: bool,
    /// Columns with everything that the server says of them.
    pub(super) whole: bool,
}

/// What the caller wants beside the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extras {
    /// Warnings, and the current database after USE.
    All,
    /// The database; of warnings only the number, because to ask for them sets ROW_COUNT().
    Counts,
    /// Nothing: a query of our own.
    None,
}

/// Warnings fetched after one statement.
const MAX_WARNINGS: u16 = 64;

/// Runs `sql` and sends its events. Not started at all if nobody listens any more.
pub(super) async fn run(mut live: Live, sql: String, extras: Extras, out: Out) -> Live {
    let Some(mut conn) = live.conn.take() else {
        let _ = out.send(Err(super::error::already_lost())).await;
        return live;
    };
    if out.is_closed() {
        live.conn = Some(conn);
        return live;
    }
    live.cancelled.store(false, Ordering::Relaxed);
    if let Err(e) = live.local_files.name(&sql) {
        live.conn = Some(conn);
        let _ = out.send(Err(e)).await;
        return live;
    }
    live.rows.want(true);
    let done = execute(&mut conn, &sql, live.look, &mut live.rows, &out).await;
    live.rows.want(false);
    let last = match done {
        Ok(done) => finish(&mut conn, &mut live, &sql, extras, done, &out).await,
        Err(source) => Err(match live.fate.end() {
            Some(End::Senseless) => senseless(),
            Some(End::Silent) => silent(),
            _ => statement_error(&source, &sql),
        }),
    };
    if last.is_err() {
        // A file that was refused belongs to the statement that failed.
        live.local_files.take_failure();
    }
    live.conn = settle(conn, &mut live, last.as_ref().err()).await;
    let _ = out.send(last.map(Event::Done)).await;
    live
}

/// The end of a statement, before its warnings are known.
enum Finished {
    Rows(u64),
    Changed { affected: u64, info: String },
}

impl Finished {
    fn summary(&self, warnings: u16) -> Summary {
        match self {
            Finished::Rows(rows) => Summary {
                tag: tag::result_set(*rows, warnings),
                rows: *rows,
            },
            Finished::Changed { affected, info } => Summary {
                tag: tag::query_ok(*affected, warnings, info),
                rows: *affected,
            },
        }
    }
}

/// Sends everything but the last `Done`, and returns what that will say.
async fn execute(
    conn: &mut Conn,
    sql: &str,
    look: Look,
    rows: &mut Taken,
    out: &Out,
) -> mysql_async::Result<Finished> {
    let mut result = conn.query_iter(to_bytes(sql)).await?;
    let mut finished: Option<Finished> = None;
    while let Some(described) = result.columns() {
        send_done(finished.take(), out).await;
        finished = Some(if described.is_empty() {
            let changed = Finished::Changed {
                affected: result.affected_rows(),
                info: result.info().into_owned(),
            };
            result.next().await?;
            changed
        } else {
            Finished::Rows(send_rows(&mut result, &described, look, rows, out).await?)
        });
    }
    // An error in place of a further result set looks like the end, and `next` returns it.
    if let Err(e) = result.next().await {
        send_done(finished.take(), out).await;
        return Err(e);
    }
    Ok(finished.unwrap_or(Finished::Rows(0)))
}

/// Ends a result set that was not the last one.
async fn send_done(finished: Option<Finished>, out: &Out) {
    if let Some(finished) = finished {
        let _ = out.send(Ok(Event::Done(finished.summary(0)))).await;
    }
}

/// Sends one result set and returns the number of its rows.
async fn send_rows(
    result: &mut QueryResult<'_, '_, TextProtocol>,
    described: &Arc<[Described]>,
    look: Look,
    taken: &mut Taken,
    out: &Out,
) -> mysql_async::Result<u64> {
    let columns = described
        .iter()
        .map(|d| columns::column(d, look.whole))
        .collect();
    let renders: Vec<Render> = described
        .iter()
        .map(|d| columns::render(d, look.raw))
        .collect();
    let _ = out.send(Ok(Event::Columns(columns))).await;
    let mut batches = Batches {
        out,
        batch: RowBatch::new(renders.len()),
    };
    let rows = send_taken(taken, &renders, &mut batches).await?;
    result.next().await.map(|_| rows)
}

/// Sends the rows that come past the client library, which has seen the columns and is about to see
/// the end.
async fn send_taken(
    taken: &mut Taken,
    renders: &[Render],
    batches: &mut Batches<'_>,
) -> mysql_async::Result<u64> {
    let mut rows = 0;
    while let Some(piece) = taken.next().await {
        if batches.out.is_closed() {
            continue;
        }
        let mut rest = &piece[..];
        while let Some(row) = next_row(&mut rest) {
            rows += 1;
            if !columns::push_packed(&mut batches.batch, &row, renders) {
                return Err(mysql_async::Error::Other(
                    "the server's answer makes no sense".into(),
                ));
            }
            if batches.batch.is_full() {
                batches.send().await;
            }
        }
        if taken.is_empty() {
            batches.send().await;
        }
    }
    batches.send().await;
    Ok(rows)
}

/// The rows read and not yet handed on.
struct Batches<'a> {
    out: &'a Out,
    batch: RowBatch,
}

impl Batches<'_> {
    async fn send(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        let columns = self.batch.rows().next().map_or(0, |row| row.len());
        let next = match self.batch.is_full() {
            true => RowBatch::with_room(columns),
            false => RowBatch::new(columns),
        };
        let batch = std::mem::replace(&mut self.batch, next);
        let _ = self.out.send(Ok(Event::Rows(batch))).await;
    }
}

/// Warnings, a refused file, the database: what a statement that succeeded is followed by.
async fn finish(
    conn: &mut Conn,
    live: &mut Live,
    sql: &str,
    extras: Extras,
    done: Finished,
    out: &Out,
) -> Result<Summary> {
    note_status(conn, live);
    if let Some(failure) = live.local_files.take_failure() {
        return Err(failure);
    }
    if extras == Extras::None {
        return Ok(done.summary(0));
    }
    let words = leading_words(sql);
    // The result of a function that was stopped is no result.
    if words[0] == "select" && live.cancelled.load(Ordering::Relaxed) {
        return Err(Error::cancelled());
    }
    let warnings = match shows_warnings(&words) {
        true => 0,
        false => conn.get_warnings(),
    };
    let summary = done.summary(warnings);
    if warnings > 0 && extras == Extras::All {
        send_warnings(conn, warnings, out)
            .await
            .map_err(|e| statement_error(&e, ""))?;
    }
    if may_change_database(&words, sql) {
        let row: Option<Row> = conn
            .query_first("SELECT DATABASE()")
            .await
            .map_err(|e| statement_error(&e, ""))?;
        live.database = row.map(|row| text(&row, 0)).unwrap_or_default();
    }
    Ok(summary)
}

fn note_status(conn: &Conn, live: &mut Live) {
    if let Some(ok) = conn.last_ok_packet() {
        let flags = ok.status_flags();
        live.autocommit = flags.contains(StatusFlags::SERVER_STATUS_AUTOCOMMIT);
        live.plain_backslashes = flags.contains(StatusFlags::SERVER_STATUS_NO_BACKSLASH_ESCAPES);
        live.transaction = match flags.contains(StatusFlags::SERVER_STATUS_IN_TRANS) {
            true => Transaction::Open,
            false => Transaction::None,
        };
    }
}

/// What becomes of the connection after a statement. An error says nothing of the transaction,
/// which some errors end and most do not, so the server is asked if there may be one.
async fn settle(mut conn: Conn, live: &mut Live, error: Option<&Error>) -> Option<Conn> {
    let lost = error.is_some_and(|e| e.kind == Kind::Lost);
    let unsure = error.is_some() && (live.transaction == Transaction::Open || !live.autocommit);
    if !lost && unsure && conn.ping().await.is_ok() {
        note_status(&conn, live);
    }
    if lost {
        live.transaction = Transaction::None;
        return None;
    }
    Some(conn)
}

/// Sends the warnings of the last statement.
///
/// SHOW WARNINGS leaves the transaction, the warnings, LAST_INSERT_ID() and FOUND_ROWS() as they
/// are; only ROW_COUNT() is -1 after it. It is sent only where there are warnings.
async fn send_warnings(conn: &mut Conn, count: u16, out: &Out) -> mysql_async::Result<()> {
    let rows: Vec<Row> = conn
        .query(format!("SHOW WARNINGS LIMIT {MAX_WARNINGS}"))
        .await?;
    for row in &rows {
        let notice = Notice {
            severity: text(row, 0),
            message: text(row, 2),
            code: Some(text(row, 1)),
            ..Notice::default()
        };
        let _ = out.send(Ok(Event::Notice(notice))).await;
    }
    if count > MAX_WARNINGS {
        let notice = Notice {
            severity: "Note".to_string(),
            message: format!("{} more warnings are not shown", count - MAX_WARNINGS),
            ..Notice::default()
        };
        let _ = out.send(Ok(Event::Notice(notice))).await;
    }
    Ok(())
}

fn text(row: &Row, index: usize) -> String {
    match row.as_ref(index) {
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

/// The first two words of the statement, in lower case.
fn leading_words(sql: &str) -> [String; 2] {
    let words = words_within(sql, 64);
    match words[1].is_empty() && sql.len() > 64 {
        // Enough for two words behind a comment or two; a statement can be megabytes long.
        true => words_within(sql, 4096),
        false => words,
    }
}

fn words_within(sql: &str, bytes: usize) -> [String; 2] {
    let head = &sql[..sql.floor_char_boundary(bytes)];
    let tokens = lex(head, &MYSQL).into_iter();
    // A word at the end may have been cut.
    let whole = tokens.filter(|t| (t.end as usize) < head.len() || head.len() == sql.len());
    let mut words = whole
        .filter(|t| t.kind == TokenKind::Word)
        .map(|t| t.text(head).to_ascii_lowercase());
    [
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    ]
}

/// Statements about warnings have the warnings of the statement before them.
fn shows_warnings(words: &[String; 2]) -> bool {
    match words[0].as_str() {
        "show" => matches!(words[1].as_str(), "warnings" | "errors" | "count"),
        "get" => true,
        _ => false,
    }
}

/// USE, DROP DATABASE, and several statements at once, of which one may be such.
fn may_change_database(words: &[String; 2], sql: &str) -> bool {
    match words[0].as_str() {
        "use" => true,
        "drop" => matches!(words[1].as_str(), "database" | "schema"),
        _ => {
            sql.trim_end().trim_end_matches(';').contains(';')
                && (mentions(sql, b"use") || mentions(sql, b"drop"))
                && has_several(sql)
        }
    }
}

/// Whether a text holds a word, maybe within another: quicker than to read a statement of
/// megabytes.
fn mentions(sql: &str, word: &[u8]) -> bool {
    let (text, first) = (sql.as_bytes(), word[0]);
    let begins = memchr::memchr2_iter(first, first.to_ascii_uppercase(), text);
    let found = |at: usize| text[at..].get(..word.len());
    begins
        .filter_map(found)
        .any(|w| w.eq_ignore_ascii_case(word))
}

fn has_several(sql: &str) -> bool {
    let mut tokens = lex(sql, &MYSQL).into_iter().filter(|t| !t.is_trivia());
    tokens.any(|t| t.kind == TokenKind::Semicolon) && tokens.next().is_some()
}
