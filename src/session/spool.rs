//! The last result, kept so that it can be written again in another format without asking the
//! server again.

use crate::data::{Column, RowBatch, Summary};
use crate::error::{Error, Result};

/// One result set, up to a size.
#[derive(Debug, Default)]
pub(super) struct Spool {
    /// Bytes that may be kept; 0 keeps nothing.
    most: usize,
    bytes: usize,
    too_large: bool,
    /// What was sent: formats that write statements take the table's name from it.
    pub(super) statement: String,
    pub(super) columns: Vec<Column>,
    pub(super) batches: Vec<RowBatch>,
    pub(super) summary: Summary,
    complete: bool,
}

impl Spool {
    /// Keeps up to `megabytes` of what `statement` returns.
    pub(super) fn new(megabytes: usize, statement: &str) -> Self {
        Spool {
            most: megabytes << 20,
            statement: statement.into(),
            ..Spool::default()
        }
    }

    /// A result set begins; the one before it is forgotten.
    pub(super) fn begin(&mut self, columns: &[Column]) {
        *self = Spool {
            most: self.most,
            statement: std::mem::take(&mut self.statement),
            columns: columns.to_vec(),
            ..Spool::default()
        };
    }

    pub(super) fn add(&mut self, batch: RowBatch) {
        self.bytes += batch.footprint();
        if self.bytes > self.most {
            self.too_large = true;
            self.batches = Vec::new();
        }
        if !self.too_large {
            self.batches.push(batch);
        }
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
                    "the last result had {size} MB and was not kept: last_size is {}",
                    most >> 20
                ),
            };
            return Err(Error::usage(message)
                .with_hint("\\pset last_size MEGABYTES changes it; then run the query again."));
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
    fn a_result_is_kept_whole_or_not_at_all() {
        let mut spool = Spool::new(1, "select x");
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
        assert!(spool.batches.is_empty(), "memory is given back");
        assert!(spool.check().is_err());
    }
}
