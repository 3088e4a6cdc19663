//! The first part of a result, held back to find the widths of its columns.

use crate::data::{Cell, RowBatch};

/// The sample ends after this many rows …
const ROWS: usize = 10_000;
/// … or after this many bytes of cells, whichever comes first.
const BYTES: usize = 1024 * 1024;
/// What a cell takes beside its text, so that many empty cells are bounded too.
const CELL: usize = 8;

/// Holds rows back until enough were seen.
///
/// The rows that are measured do not depend on how the result was cut into batches, so neither do
/// the widths.
#[derive(Default)]
pub(super) struct Sample {
    held: Vec<RowBatch>,
    rows: usize,
    bytes: usize,
    closed: bool,
}

impl Sample {
    /// Whether widths are settled and rows go straight through.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether nothing is held back.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Rows that belong to the sample so far.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Shows the cells of a batch that belong to the sample, with their columns. The batch is held
    /// back where the sample goes on; otherwise the answer is false and the caller must `take` what
    /// is held and then treat this batch as well.
    pub(super) fn add(&mut self, batch: &RowBatch, mut see: impl FnMut(usize, Cell<'_>)) -> bool {
        for row in batch.rows() {
            if self.is_full() {
                return false;
            }
            for (index, cell) in row.cells().enumerate() {
                self.bytes += cell.text.len() + CELL;
                see(index, cell);
            }
            self.rows += 1;
        }
        if self.is_full() {
            return false;
        }
        if !batch.is_empty() {
            self.held.push(batch.clone());
        }
        true
    }

    fn is_full(&self) -> bool {
        self.rows >= ROWS || self.bytes >= BYTES
    }

    /// Ends the sample and returns what was held back.
    pub(super) fn take(&mut self) -> Vec<RowBatch> {
        self.closed = true;
        std::mem::take(&mut self.held)
    }
}
