//! Cells in the form that the other server reads. What a driver gets is one form for all: booleans
//! as `t` and `f`, bytes as `\x6162`, numbers, text and JSON as they are.

use super::types::Type;
use crate::calendar::{date_of, days};
use crate::data::{Cell, CellKind, RowBatch, hex};

/// What is done to the cells of one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Same,
    /// Words and digits to a boolean, where they mean one.
    Boolean,
    /// A boolean as the digit that it is.
    Digit,
    /// The literals of all servers to bytes.
    Bytes,
    /// A time with its offset to that time in UTC, without one.
    Utc,
}

/// What a column of a result needs to become one of `kind` on `driver`.
pub fn between(driver: &str, from: &Type, kind: &Type) -> Fit {
    match (from, kind) {
        (_, Type::Boolean) if *from != Type::Boolean || driver != "postgres" => Fit::Boolean,
        (Type::Boolean, Type::Integer(_) | Type::Unsigned(_) | Type::Numeric(_)) => Fit::Digit,
        (_, Type::Bytes) => Fit::Bytes,
        // SQLite's texts may have an offset whatever is declared.
        (Type::TimestampTz | Type::Timestamp, Type::Timestamp) if driver != "sqlite" => Fit::Utc,
        _ => Fit::Same,
    }
}

/// What a field of a file needs to become a column of `kind` on `driver`. PostgreSQL reads the
/// usual texts itself.
pub fn from_text(driver: &str, kind: &Type) -> Fit {
    match kind {
        Type::Boolean if driver != "postgres" => Fit::Boolean,
        Type::Bytes => Fit::Bytes,
        Type::Timestamp if driver == "mysql" => Fit::Utc,
        _ => Fit::Same,
    }
}

/// The batch with its cells fitted; the same one where nothing is to be done.
pub fn batch(batch: RowBatch, fits: &[Fit]) -> RowBatch {
    let bytes = batch.columns() > 0 && batch.cells().any(|c| c.kind == CellKind::Bytes);
    if !bytes && fits.iter().all(|f| *f == Fit::Same) {
        return batch;
    }
    let mut out = RowBatch::with_room(batch.columns());
    for row in batch.rows() {
        for (cell, fit) in row.cells().zip(fits) {
            push(&mut out, cell, *fit);
        }
        out.end_row();
    }
    out
}

fn push(out: &mut RowBatch, cell: Cell<'_>, fit: Fit) {
    match (cell.kind, fit) {
        (CellKind::Null, _) => out.push_null(),
        (CellKind::Bytes, _) => push_bytes(out, cell),
        (_, Fit::Same) => out.push(cell.kind, cell.text),
        (_, Fit::Boolean) => match boolean(cell.text) {
            Some(true) => out.push(CellKind::Bool, b"t"),
            Some(false) => out.push(CellKind::Bool, b"f"),
            None => out.push(cell.kind, cell.text),
        },
        (CellKind::Bool, Fit::Digit) => {
            let digit: &[u8] = if cell.text == b"t" { b"1" } else { b"0" };
            out.push(CellKind::Number, digit);
        }
        (_, Fit::Digit) => out.push(cell.kind, cell.text),
        (_, Fit::Bytes) => push_bytes(out, cell),
        (_, Fit::Utc) => match utc(cell.text) {
            Some(text) => out.push(CellKind::Text, text.as_bytes()),
            None => out.push(cell.kind, cell.text),
        },
    }
}

/// The boolean that a text means.
fn boolean(text: &[u8]) -> Option<bool> {
    let is = |words: &[&str]| {
        words
            .iter()
            .any(|w| text.eq_ignore_ascii_case(w.as_bytes()))
    };
    match () {
        () if is(&["1", "t", "true", "y", "yes", "on"]) => Some(true),
        () if is(&["0", "f", "false", "n", "no", "off"]) => Some(false),
        () => None,
    }
}

/// The digits of `\x6162`, `0x6162` and `x'6162'`.
pub fn digits(text: &[u8]) -> Option<&[u8]> {
    let inner = text
        .strip_prefix(b"\\x")
        .or_else(|| text.strip_prefix(b"0x"))
        .or_else(|| {
            let quoted = text
                .strip_prefix(b"x'")
                .or_else(|| text.strip_prefix(b"X'"));
            quoted?.strip_suffix(b"'")
        })?;
    let whole = inner.len().is_multiple_of(2) && inner.iter().all(u8::is_ascii_hexdigit);
    whole.then_some(inner)
}

fn push_bytes(out: &mut RowBatch, cell: Cell<'_>) {
    out.push_with(CellKind::Bytes, |to| {
        to.extend_from_slice(b"\\x");
        match digits(cell.text) {
            Some(digits) => to.extend_from_slice(digits),
            None => {
                for byte in cell.text {
                    to.extend_from_slice(&hex(*byte));
                }
            }
        }
    });
}

/// `2026-01-31 23:30:00.5+02` as `2026-01-31 21:30:00.5`; `None` for what has no offset.
fn utc(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix([' ', 'T'])?;
    let sign_at = rest.find(['+', '-', 'Z'])?;
    let (clock, offset) = rest.split_at(sign_at);
    let seconds = offset_seconds(offset)?;
    let mut parts = date.split('-').map(|n| n.parse::<i64>().ok());
    let day = days(parts.next()??, parts.next()??, parts.next()??);
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = whole.split(':').map(|n| n.parse::<i64>().ok());
    let hour = parts.next()??;
    let minute = parts.next()??;
    let second = parts.next().unwrap_or(Some(0))?;
    let at = day * 86_400 + hour * 3600 + minute * 60 + second - seconds;
    let (year, month, day) = date_of(at.div_euclid(86_400));
    let clock = at.rem_euclid(86_400);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!(
        "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{dot}{fraction}"
    ))
}

/// Seconds of `+02`, `-03:30`, `+05:53:28`, `Z`.
fn offset_seconds(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let part = |at: usize| match digits.get(at..at + 2) {
        Some(two) => two.parse::<i64>().ok(),
        None if digits.len() <= at => Some(0),
        None => None,
    };
    Some(sign * (part(0)? * 3600 + part(2)? * 60 + part(4)?))
}
