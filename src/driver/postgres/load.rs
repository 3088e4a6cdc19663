//! Rows through `COPY … FROM STDIN`: all of them in one, or batch by batch behind savepoints where
//! rows that the server refuses are to be left out.

use super::Session;
use crate::data::{CellKind, RowBatch};
use crate::driver::load::Parts;
use crate::driver::{Chunk, Connection, CopyData, Event, Load, Refused};
use crate::error::{Error, Result};
use crate::sql::dialect::POSTGRES;
use futures::StreamExt;
use futures::future::{Either, select};
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::mpsc;

type Outcome = std::result::Result<u64, Box<Refused>>;

pub(super) async fn load(session: &mut Session, mut load: Load) -> Outcome {
    let sql = format!("COPY {} FROM STDIN", load.destination(&POSTGRES));
    match load.refused.take() {
        None => {
            let rows = load.rows;
            let encode = async |sender| encode_all(rows, sender).await;
            let copied = copy(session, &sql, encode).await;
            copied.map_err(|error| {
                Box::new(Refused {
                    row: row_of(&error),
                    error,
                })
            })
        }
        Some(refused) => tolerant(session, &sql, load.rows, &refused).await,
    }
}

async fn encode_all(mut rows: mpsc::Receiver<RowBatch>, sender: mpsc::Sender<Chunk>) {
    while let Some(batch) = rows.recv().await {
        let text = encode(&batch, 0..batch.len());
        if sender.send(Ok(text)).await.is_err() {
            return;
        }
    }
}

/// One COPY of what `encode` sends.
async fn copy(
    session: &mut Session,
    sql: &str,
    encode: impl AsyncFnOnce(mpsc::Sender<Chunk>),
) -> Result<u64> {
    let (wanted, mut asked) = mpsc::unbounded_channel();
    session.supply(CopyData {
        wanted,
        sent: Arc::default(),
    });
    let run = async {
        let mut rows = 0;
        let mut events = session.run(sql);
        while let Some(event) = events.next().await {
            if let Event::Done(summary) = event? {
                rows = summary.rows;
            }
        }
        Ok(rows)
    };
    let feed = async {
        // Never asked where the statement fails at once.
        if let Some(sender) = asked.recv().await {
            encode(sender).await;
        }
    };
    // A statement that has ended wants no more rows.
    match select(pin!(run), pin!(feed)).await {
        Either::Left((done, _)) => done,
        Either::Right(((), run)) => run.await,
    }
}

/// Leaves out what the server refuses.
async fn tolerant(
    session: &mut Session,
    sql: &str,
    mut rows: mpsc::Receiver<RowBatch>,
    refused: &mpsc::UnboundedSender<Refused>,
) -> Outcome {
    let (mut taken, mut before) = (0, 0);
    while let Some(batch) = rows.recv().await {
        let mut parts = Parts::of(&batch);
        while let Some(part) = parts.next() {
            match copy_part(session, sql, &batch, part.clone()).await {
                Ok(rows) => taken += rows,
                Err(error) if !is_about_data(&error) => return Err(Refused::all(error)),
                Err(error) => {
                    let named = row_of(&error).and_then(|row| usize::try_from(row).ok());
                    let named = named.map(|row| part.start + row);
                    if let Some(row) = parts.failed(part, named) {
                        let row = Some(before + row as u64);
                        // Whoever does not listen does not care.
                        let _ = refused.send(Refused { row, error });
                    }
                }
            }
        }
        before += batch.len() as u64;
    }
    Ok(taken)
}

async fn copy_part(
    session: &mut Session,
    sql: &str,
    batch: &RowBatch,
    part: Range<usize>,
) -> Result<u64> {
    run(session, "SAVEPOINT sqwire_rows").await?;
    let text = encode(batch, part);
    let send = async |sender: mpsc::Sender<Chunk>| {
        let _ = sender.send(Ok(text)).await;
    };
    let copied = copy(session, sql, send).await;
    if copied.is_err() {
        run(session, "ROLLBACK TO sqwire_rows").await?;
    }
    run(session, "RELEASE sqwire_rows").await?;
    copied
}

async fn run(session: &mut Session, sql: &str) -> Result<()> {
    let mut events = session.run(sql);
    while let Some(event) = events.next().await {
        event?;
    }
    Ok(())
}

/// Errors that another row may be spared: of data, of constraints, raised by triggers.
fn is_about_data(error: &Error) -> bool {
    let class = error.code.as_deref().and_then(|code| code.get(..2));
    matches!(class, Some("22" | "23" | "P0" | "44"))
}

/// The row in `COPY t, line 3, column a: "x"`, counted from 0; in whatever language that is.
fn row_of(error: &Error) -> Option<u64> {
    let context = error.context.as_deref()?;
    let line = context.lines().find(|l| l.starts_with("COPY "))?;
    let behind = line.split_once(", ")?.1;
    let digits = behind.trim_start_matches(|c: char| !c.is_ascii_digit() && c != ',' && c != ':');
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse::<u64>().ok()?.checked_sub(1)
}

/// Rows in COPY's text format.
fn encode(batch: &RowBatch, rows: Range<usize>) -> Vec<u8> {
    let mut out = Vec::with_capacity(batch.bytes() + rows.len() * (batch.columns() + 1) * 2);
    // One look at the whole spares one at each cell.
    let text = batch.text();
    let plain = memchr::memchr3(b'\\', b'\n', b'\t', text).is_none()
        && memchr::memchr(b'\r', text).is_none();
    for row in rows {
        for (index, cell) in batch.row(row).cells().enumerate() {
            if index > 0 {
                out.push(b'\t');
            }
            match cell.kind {
                CellKind::Null => out.extend_from_slice(b"\\N"),
                _ if plain => out.extend_from_slice(cell.text),
                _ => push_escaped(&mut out, cell.text),
            }
        }
        out.push(b'\n');
    }
    out
}

fn push_escaped(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_stands_in_the_context() {
        for (context, row) in [
            ("COPY t, line 3, column a: \"x\"", Some(2)),
            ("COPY t, Zeile 12, Spalte a: \"x, line 4\"", Some(11)),
            ("COPY t7, line 1: \"\"", Some(0)),
            ("SQL function \"f\" statement 1\nCOPY t, line 5", Some(4)),
            ("COPY t", None),
        ] {
            let error = Error {
                context: Some(context.into()),
                ..Error::server("x")
            };
            assert_eq!(row_of(&error), row, "{context}");
        }
    }

    #[test]
    fn rows_are_escaped_as_copy_wants() {
        let mut batch = RowBatch::new(2);
        for (a, b) in [("1", "a\tb"), ("\\x00", "two\r\nlines")] {
            batch.push(CellKind::Number, a.as_bytes());
            batch.push(CellKind::Text, b.as_bytes());
            batch.end_row();
        }
        batch.push_null();
        batch.push(CellKind::Text, b"");
        batch.end_row();
        let text = encode(&batch, 0..3);
        assert_eq!(
            String::from_utf8_lossy(&text),
            "1\ta\\tb\n\\\\x00\ttwo\\r\\nlines\n\\N\t\n"
        );
    }
}
