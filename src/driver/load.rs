//! Rows for a table: what every driver is given, and how those that send many rows at a time find
//! the one that the server refuses.

use crate::data::{CellKind, RowBatch};
use crate::error::Error;
use crate::sql::Dialect;
use crate::sql::names::quote_always;
use std::ops::Range;
use tokio::sync::mpsc;

/// Rows for a table.
#[derive(Debug)]
pub struct Load {
    /// The table's name as it is typed in a statement.
    pub table: String,
    /// Names of the columns that the cells of a row are for.
    pub columns: Vec<String>,
    /// Booleans are `t` and `f`, bytes `\x6162`; all else is as it is.
    pub rows: mpsc::Receiver<RowBatch>,
    /// Is told of each row that the server refuses, which is then left out. Without it the first
    /// one ends the load.
    pub refused: Option<mpsc::UnboundedSender<Refused>>,
}

impl Load {
    /// `table ("a", "b")`
    pub(super) fn destination(&self, dialect: &Dialect) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|c| quote_always(c, dialect))
            .collect();
        format!("{} ({})", self.table, columns.join(", "))
    }
}

/// A row that a server does not take.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Counted from 0; `None` where the error is about no single row.
    pub row: Option<u64>,
    pub error: Error,
}

impl Refused {
    pub(super) fn all(error: Error) -> Box<Refused> {
        Box::new(Refused { row: None, error })
    }
}

/// The rows of a batch that are still to be sent, part by part.
#[derive(Debug)]
pub(super) struct Parts(Vec<Range<usize>>);

impl Parts {
    pub(super) fn of(batch: &RowBatch) -> Self {
        let all = 0..batch.len();
        Parts(vec![all])
    }

    /// Each row for itself.
    #[cfg_attr(not(feature = "mysql"), allow(dead_code))]
    pub(super) fn rows_of(batch: &RowBatch) -> Self {
        Parts((0..batch.len()).rev().map(|row| row..row + 1).collect())
    }

    pub(super) fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let next = self.0.pop()?;
            if !next.is_empty() {
                return Some(next);
            }
        }
    }

    /// The server has taken none of `part`. Gives the row that it refuses when that is known:
    /// `named` by the server, or the only one; the others are tried again, in smaller parts.
    pub(super) fn failed(&mut self, part: Range<usize>, named: Option<usize>) -> Option<usize> {
        let row = match named {
            Some(row) if part.contains(&row) => Some(row),
            _ if part.len() == 1 => Some(part.start),
            _ => None,
        };
        match row {
            Some(row) => self.0.extend([row + 1..part.end, part.start..row]),
            None => {
                let middle = part.start + part.len() / 2;
                self.0.extend([middle..part.end, part.start..middle]);
            }
        }
        row
    }
}

/// The digits of bytes in the form that drivers get.
pub(super) fn hex_digits(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\\x").unwrap_or(text)
}

/// Whether a number may stand in a statement as it is.
pub(super) fn is_plain_number(kind: CellKind, text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    kind == CellKind::Number
        && digits.first().is_some_and(u8::is_ascii_digit)
        && digits.iter().all(|b| b.is_ascii_digit() || *b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which rows are found to be bad and how many tries that takes, where the server names them
    /// or does not.
    fn search(rows: usize, bad: &[usize], names: bool) -> (Vec<usize>, Vec<usize>) {
        let mut batch = RowBatch::new(0);
        (0..rows).for_each(|_| batch.end_row());
        let mut parts = Parts::of(&batch);
        let (mut found, mut taken) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next() {
            match bad.iter().find(|b| part.contains(b)) {
                None => taken.extend(part),
                Some(first) => found.extend(parts.failed(part, names.then_some(*first))),
            }
        }
        (found, taken)
    }

    #[test]
    fn every_bad_row_is_found_and_every_other_one_is_taken_in_order() {
        for names in [true, false] {
            for bad in [
                &[][..],
                &[0],
                &[9],
                &[3, 4, 7],
                &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            ] {
                let (found, taken) = search(10, bad, names);
                assert_eq!(found, bad, "{names}");
                let others: Vec<usize> = (0..10).filter(|r| !bad.contains(r)).collect();
                assert_eq!(taken, others, "{names} {bad:?}");
            }
        }
    }
}
