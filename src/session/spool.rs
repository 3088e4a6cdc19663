//! The last result, kept so that it can be written again in another format without asking the
//! server again.

use crate::data::{Column, RowBatch, Summary};
use crate::error::{Error, Result};
use crate::grid::Table;
use std::sync::Arc;

/// One result set, up to a size.
#[derive(Debug, Default)]
pub(super) struct Spool {
    /// Bytes that may be kept; 0 keeps nothing.
    most: usize,
    bytes: usize,
    /// What came behind what is kept is not here.
    too_large: bool,
    /// How many statements had run before it.
    pub(super) runs: u64,
    /// What was sent: formats that write statements take the table's name from it.
    pub(super) statement: String,
    pub(super) columns: Vec<Column>,
    pub(super) batches: Vec<Arc<RowBatch>>,
    pub(super) summary: Summary,
    complete: bool,
}

impl Spool {
    /// Keeps up to `megabytes` of what `statement` returns.
    pub(super) fn new(megabytes: usize, statement: &str, runs: u64) -> Self {
        Spool {
            most: megabytes << 20,
            statement: statement.into(),
            runs,
            ..Spool::default()
        }
    }

    /// A result set begins; the one before it is forgotten.
    pub(super) fn begin(&mut self, columns: &[Column]) {
        *self = Spool {
            most: self.most,
            runs: self.runs,
            statement: std::mem::take(&mut self.statement),
            columns: columns.to_vec(),
            ..Spool::default()
        };
    }

    pub(super) fn add(&mut self, batch: RowBatch) {
        self.bytes += batch.footprint();
        self.too_large |= self.bytes > self.most;
        if !self.too_large {
            self.batches.push(Arc::new(batch));
        }
    }

    /// Whether nothing more will be kept.
    pub(super) fn is_full(&self) -> bool {
        self.too_large
    }

    /// What `/grid` shows: as much of the result as is here, and what is to be said of the rest.
    pub(super) fn table(&self) -> Result<Table> {
        let kept: usize = self.batches.iter().map(|b| b.len()).sum();
        if !self.has_result() || (self.too_large && kept == 0) {
            self.check()?;
        }
        let missing = match (self.too_large, self.complete) {
            (false, true) => String::new(),
            (true, true) if self.summary.rows as usize > kept => {
                format!(
                    "the first of {} rows (last_size {} MB)",
                    self.summary.rows,
                    self.most >> 20
                )
            }
            (true, _) => format!("there are more rows (last_size {} MB)", self.most >> 20),
            (false, false) => "the result is not complete".to_string(),
        };
        Ok(Table {
            columns: self.columns.clone(),
            batches: self.batches.clone(),
            missing,
            null: String::new(),
        })
    }

    pub(super) fn end(&mut self, summary: &Summary) {
        self.summary = summary.clone();
        self.complete = true;
    }

    /// Whether there was a result set at all.
    pub(super) fn has_result(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Refuses where the result is not here, or not whole.
    pub(super) fn check(&self) -> Result<()> {
        if !self.has_result() {
            return Err(Error::usage("there is no last result"));
        }
        if self.too_large {
            let size = self.bytes >> 20;
            let message = match self.most {
                0 => "the last result was not kept".to_string(),
                most => format!(
                    "the last result had {size} MB and was not kept: at most {} MB are",
                    most >> 20
                ),
            };
            return Err(Error::usage(message).with_hint(
                "At the prompt \\pset last_size MEGABYTES changes it; then run the query again.",
            ));
        }
        if !self.complete {
            return Err(Error::usage("the last result is not complete"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::CellKind;

    fn batch(text: &[u8]) -> RowBatch {
        let mut batch = RowBatch::new(1);
        batch.push(CellKind::Text, text);
        batch.end_row();
        batch
    }

    #[test]
    fn a_result_is_whole_or_says_that_it_is_not() {
        let mut spool = Spool::new(1, "select x", 0);
        assert_eq!(
            spool.check().map_err(|e| e.message),
            Err("there is no last result".into())
        );
        spool.begin(&[Column::default()]);
        spool.add(batch(b"x"));
        assert!(spool.check().is_err(), "the end has not come");
        spool.end(&Summary::default());
        assert!(spool.check().is_ok());

        spool.begin(&[Column::default()]);
        spool.add(batch(&vec![b'x'; 700_000]));
        spool.add(batch(&vec![b'x'; 700_000]));
        spool.end(&Summary::default());
        assert_eq!(spool.batches.len(), 1, "no more than may be kept");
        assert!(spool.check().is_err(), "a part is not the result");
        let table = spool.table().unwrap();
        assert_eq!(table.missing, "there are more rows (last_size 1 MB)");
    }
}
