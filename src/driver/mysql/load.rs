//! Rows as INSERT statements of many rows each. `LOAD DATA LOCAL` is not used: it makes warnings of
//! what it cannot store, changes the values, and many servers forbid it.

use super::MySqlConnection;
use super::statement::Extras;
use crate::data::{Cell, CellKind, RowBatch};
use crate::driver::load::{Parts, hex_digits, is_plain_number};
use crate::driver::{Load, Refused};
use crate::error::{Error, Kind, Result};
use crate::sql::bytes::to_text;
use crate::sql::dialect::MYSQL;
use crate::sql::names::{Name, literal};
use futures::StreamExt;
use std::ops::Range;

type Outcome = std::result::Result<u64, Box<Refused>>;

pub(super) async fn load(connection: &mut MySqlConnection, load: Load) -> Outcome {
    let whole = is_transactional(connection, &load.table).await;
    let whole = whole.map_err(Refused::all)?;
    let mode = strict(connection).await.map_err(Refused::all)?;
    let loaded = insert_all(connection, load, whole).await;
    let lost = matches!(&loaded, Err(refused) if refused.error.kind == Kind::Lost);
    match mode.filter(|_| !lost) {
        Some(mode) => {
            let back = format!("SET SESSION sql_mode = {}", literal(&mode, &MYSQL));
            let back = send(connection, &back).await.map_err(Refused::all);
            back.and(loaded)
        }
        None => loaded,
    }
}

/// The first cell of a query of our own.
async fn ask(connection: &mut MySqlConnection, sql: &str) -> Result<String> {
    let mut cell = String::new();
    connection
        .query(sql, |batch| {
            let text = batch.rows().next().map(|row| row.cell(0).text.to_vec());
            cell = String::from_utf8_lossy(&text.unwrap_or_default()).into_owned();
        })
        .await?;
    Ok(cell)
}

/// Whether a statement that fails leaves nothing in the table. Elsewhere the rows before the bad
/// one stay, and each row has to go alone.
async fn is_transactional(connection: &mut MySqlConnection, table: &str) -> Result<bool> {
    let name = Name::parse(table, &MYSQL);
    let schema = match name.qualifier() {
        Some(schema) => literal(schema, &MYSQL),
        None => "DATABASE()".into(),
    };
    let sql = format!(
        "SELECT e.transactions FROM information_schema.tables t \
         JOIN information_schema.engines e ON e.engine = t.engine \
         WHERE t.table_schema = {schema} AND t.table_name = {}",
        literal(name.last(), &MYSQL)
    );
    Ok(ask(connection, &sql).await? != "NO")
}

/// Makes the server refuse what it cannot store, where it would store something else and warn.
/// Gives the mode that was set before, if it was another.
async fn strict(connection: &mut MySqlConnection) -> Result<Option<String>> {
    let mode = ask(connection, "SELECT @@SESSION.sql_mode").await?;
    if mode.contains("STRICT_") {
        return Ok(None);
    }
    let sql = "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',STRICT_ALL_TABLES')";
    send(connection, sql).await?;
    Ok(Some(mode))
}

async fn insert_all(connection: &mut MySqlConnection, mut load: Load, whole: bool) -> Outcome {
    let into = load.destination(&MYSQL);
    let backslashes = !connection.status.other_escapes;
    let (mut taken, mut before) = (0, 0);
    while let Some(batch) = load.rows.recv().await {
        let mut parts = match whole {
            true => Parts::of(&batch),
            false => Parts::rows_of(&batch),
        };
        while let Some(part) = parts.next() {
            let sql = insert(&into, &batch, part.clone(), backslashes);
            match send(connection, &sql).await {
                Ok(()) => taken += part.len() as u64,
                Err(error) if !is_about_data(&error) => return Err(Refused::all(error)),
                Err(error) => {
                    let named = row_of(&error).map(|row| part.start + row);
                    let Some(row) = parts.failed(part, named) else {
                        continue;
                    };
                    let row = Some(before + row as u64);
                    let refusal = Refused { row, error };
                    match &load.refused {
                        // Whoever does not listen does not care.
                        Some(refused) => drop(refused.send(refusal)),
                        None => return Err(Box::new(refusal)),
                    }
                }
            }
        }
        before += batch.len() as u64;
    }
    Ok(taken)
}

async fn send(connection: &mut MySqlConnection, sql: &str) -> Result<()> {
    let mut events = connection.start(sql, Extras::None);
    while let Some(event) = events.next().await {
        event?;
    }
    Ok(())
}

/// Errors that another row may be spared: of values, of constraints, raised by triggers.
fn is_about_data(error: &Error) -> bool {
    let code = error.code.as_deref().and_then(|c| c.split(' ').next());
    let code = code.and_then(|c| c.parse::<u16>().ok()).unwrap_or_default();
    error.kind == Kind::Server
        && matches!(
            code,
            1048 | 1062
                | 1169
                | 1216
                | 1217
                | 1264
                | 1265
                | 1292
                | 1364
                | 1365
                | 1366
                | 1367
                | 1406
                | 1411
                | 1416
                | 1451
                | 1452
                | 1526
                | 1644
                | 1690
                | 1748
                | 3140
                | 3819
                | 4025
        )
}

/// The row in `… at row 3`, counted from 0.
fn row_of(error: &Error) -> Option<usize> {
    let (_, number) = error.message.rsplit_once(" at row ")?;
    number.trim().parse::<usize>().ok()?.checked_sub(1)
}

fn insert(into: &str, batch: &RowBatch, rows: Range<usize>, backslashes: bool) -> String {
    let mut out = Vec::with_capacity(batch.bytes() + rows.len() * (batch.columns() + 1) * 4);
    out.extend_from_slice(b"INSERT INTO ");
    out.extend_from_slice(into.as_bytes());
    out.extend_from_slice(b" VALUES ");
    for (index, row) in rows.enumerate() {
        out.extend_from_slice(if index > 0 { b",(" } else { b"(" });
        for (index, cell) in batch.row(row).cells().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_literal(&mut out, cell, backslashes);
        }
        out.push(b')');
    }
    to_text(out)
}

fn push_literal(out: &mut Vec<u8>, cell: Cell<'_>, backslashes: bool) {
    match cell.kind {
        CellKind::Null => out.extend_from_slice(b"NULL"),
        CellKind::Bool => out.push(if cell.text == b"t" { b'1' } else { b'0' }),
        CellKind::Bytes => {
            out.extend_from_slice(b"x'");
            out.extend_from_slice(hex_digits(cell.text));
            out.push(b'\'');
        }
        kind if is_plain_number(kind, cell.text) => out.extend_from_slice(cell.text),
        _ => {
            out.push(b'\'');
            push_escaped(out, cell.text, backslashes);
            out.push(b'\'');
        }
    }
}

fn push_escaped(out: &mut Vec<u8>, text: &[u8], backslashes: bool) {
    let mut rest = text;
    loop {
        let at = match backslashes {
            true => memchr::memchr3(b'\'', b'\\', 0, rest),
            false => memchr::memchr(b'\'', rest),
        };
        let Some(at) = at else {
            out.extend_from_slice(rest);
            return;
        };
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'\'' => b"''",
            b'\\' => b"\\\\",
            _ => b"\\0",
        });
        rest = &rest[at + 1..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_literals() {
        let mut batch = RowBatch::new(6);
        batch.push(CellKind::Number, b"-1.50");
        batch.push(CellKind::Number, b"NaN");
        batch.push(CellKind::Text, b"it's \\ a\0b");
        batch.push(CellKind::Bool, b"t");
        batch.push(CellKind::Bytes, b"\\x00ff");
        batch.push_null();
        batch.end_row();
        assert_eq!(
            insert("t (a)", &batch, 0..1, true),
            "INSERT INTO t (a) VALUES (-1.50,'NaN','it''s \\\\ a\\0b',1,x'00ff',NULL)"
        );
        assert_eq!(
            insert("t (a)", &batch, 0..1, false),
            "INSERT INTO t (a) VALUES (-1.50,'NaN','it''s \\ a\0b',1,x'00ff',NULL)"
        );
    }

    #[test]
    fn the_row_stands_at_the_end_of_the_message() {
        let error = |m: &str| Error::server(m);
        assert_eq!(
            row_of(&error(
                "incorrect integer value: 'x' for column `a` at row 3"
            )),
            Some(2)
        );
        assert_eq!(
            row_of(&error("duplicate entry '1' for key 'PRIMARY'")),
            None
        );
    }
}
