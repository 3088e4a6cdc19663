//! Rows through one prepared INSERT, on SQLite's thread.

use super::error::from_sqlite;
use super::worker::Shared;
use crate::data::{Cell, CellKind};
use crate::driver::load::hex_digits;
use crate::driver::{Load, Refused};
use crate::error::Error;
use crate::sql::dialect::SQLITE;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Statement};

type Outcome = std::result::Result<u64, Box<Refused>>;

/// Inserts every row that comes.
pub(super) fn load(connection: &Connection, mut load: Load, shared: &Shared) -> Outcome {
    let places = vec!["?"; load.columns.len()].join(", ");
    let sql = format!(
        "INSERT INTO {} VALUES ({places})",
        load.destination(&SQLITE)
    );
    let of_sqlite = |e| Refused::all(from_sqlite(e, &sql));
    let mut insert = connection.prepare(&sql).map_err(of_sqlite)?;
    let (mut row, mut taken) = (0, 0);
    while let Some(batch) = load.rows.blocking_recv() {
        if shared.is_stopped() {
            return Err(Refused::all(Error::cancelled()));
        }
        for cells in batch.rows() {
            let inserted = bind(&mut insert, cells.cells()).and_then(|()| insert.raw_execute());
            match inserted.map_err(|e| from_sqlite(e, &sql)) {
                Ok(_) => taken += 1,
                Err(error) if !is_about_data(&error) => return Err(Refused::all(error)),
                Err(error) => {
                    let row = Some(row);
                    let refusal = Refused { row, error };
                    match &load.refused {
                        // Whoever does not listen does not care.
                        Some(refused) => drop(refused.send(refusal)),
                        None => return Err(Box::new(refusal)),
                    }
                }
            }
            row += 1;
        }
    }
    Ok(taken)
}

/// Errors that another row may be spared.
fn is_about_data(error: &Error) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    ["SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG"]
        .iter()
        .any(|c| code.starts_with(c))
}

fn bind<'c>(
    insert: &mut Statement<'_>,
    cells: impl Iterator<Item = Cell<'c>>,
) -> rusqlite::Result<()> {
    for (index, cell) in cells.enumerate() {
        insert.raw_bind_parameter(index + 1, value(cell))?;
    }
    Ok(())
}

/// Text for text: the column's affinity makes a number of it where that loses nothing. Numbers of a
/// database that are integers are bound as such, for columns without an affinity.
fn value(cell: Cell<'_>) -> ToSqlOutput<'_> {
    let text = ToSqlOutput::Borrowed(ValueRef::Text(cell.text));
    match cell.kind {
        CellKind::Null => ToSqlOutput::Owned(Value::Null),
        CellKind::Bool => ToSqlOutput::Owned(Value::Integer(i64::from(cell.text == b"t"))),
        CellKind::Bytes => match from_hex(hex_digits(cell.text)) {
            Some(bytes) => ToSqlOutput::Owned(Value::Blob(bytes)),
            None => text,
        },
        CellKind::Number => {
            let number = std::str::from_utf8(cell.text).ok();
            match number.and_then(|n| n.parse::<i64>().ok()) {
                Some(integer) => ToSqlOutput::Owned(Value::Integer(integer)),
                None => text,
            }
        }
        CellKind::Text | CellKind::Json => text,
    }
}

fn from_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|p| Some(value(p[0])? << 4 | value(p[1])?))
        .collect()
}
