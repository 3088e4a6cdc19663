//! What comes back from one statement, to where it goes: printer, progress line, spool.

use super::Tags;
use super::execute::Stop;
use super::printer::Printer;
use super::progress::Progress;
use super::spool::Spool;
use crate::data::{Column, Row, RowBatch, Summary};
use crate::driver::Event;
use crate::error::{Error, Kind, Result};
use crate::output::tell;

/// Where the events of one statement go.
pub(super) struct Shown<'s> {
    pub(super) printer: Printer<'s>,
    pub(super) progress: Progress,
    pub(super) spool: Spool,
    pub(super) tags: Tags,
    /// Rows of a result set that are wanted.
    pub(super) limit: Option<usize>,
    /// Rows of the current result set, beyond the limit too.
    pub(super) rows: usize,
    pub(super) last: Summary,
    /// Where the last result goes instead of the printer.
    pub(super) held: Option<Held>,
    /// Rows that an error would take back.
    pub(super) pending: Option<Pending>,
}

/// The first rows of a result. psql shows none of a result that ends in an error; sqwire in its
/// stead shows none where the result is short.
#[derive(Debug, Default)]
pub(super) struct Pending {
    columns: Option<Vec<Column>>,
    batches: Vec<RowBatch>,
    bytes: usize,
    /// The result is complete. It is shown when the next one begins: what the server says on the
    /// way there comes before it.
    finished: Option<Summary>,
}

/// Bytes of rows that wait for the end of their result.
const MOST_PENDING: usize = 64 * 1024;

/// One result set that is used and not shown.
#[derive(Debug, Default)]
pub struct Held {
    pub columns: Vec<Column>,
    pub batches: Vec<RowBatch>,
    pub(super) summary: Option<Summary>,
}

impl Held {
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.batches.iter().flat_map(RowBatch::rows)
    }
}

impl Shown<'_> {
    /// Shows an event, or ends with the statement's own error. What is returned is a failure to
    /// write: nobody reads any more.
    pub(super) fn result(
        &mut self,
        event: Result<Event>,
        stop: &mut Stop,
    ) -> Result<Option<Error>> {
        let printed = match event {
            Ok(event) => self.event(event),
            Err(e) if stop.has_enough() && e.kind == Kind::Cancelled => self.enough(),
            Err(e) => {
                // What came before the error is shown before it.
                let _ = self.show_finished();
                if self.pending.as_ref().is_none_or(|p| p.columns.is_none()) {
                    let _ = self.printer.flush();
                }
                return Err(stop.explain(e));
            }
        };
        let failure = printed.err();
        if failure.is_some() {
            stop.give_up();
        }
        Ok(failure)
    }

    fn event(&mut self, event: Event) -> Result<()> {
        if self.printer.shows_on_screen() {
            self.progress.make_way();
        }
        if !matches!(event, Event::Notice(_)) {
            self.show_finished()?;
        }
        match event {
            Event::Columns(columns) => {
                if let Some(note) = self.limit_note() {
                    self.printer.before_message();
                    tell(&note);
                }
                self.rows = 0;
                if self.held.is_some() {
                    self.show_held()?;
                    self.held = Some(Held {
                        columns,
                        ..Held::default()
                    });
                    return Ok(());
                }
                self.spool.begin(&columns);
                if let Some(pending) = &mut self.pending {
                    *pending = Pending {
                        columns: Some(columns),
                        ..Pending::default()
                    };
                    return Ok(());
                }
                self.printer.columns(&columns)
            }
            Event::Rows(batch) => self.batch(batch),
            Event::Copy(bytes) => self.printer.copy(&bytes),
            Event::Notice(notice) => {
                self.progress.make_way();
                self.printer.before_message();
                self.printer.tell_notice(&notice);
                Ok(())
            }
            Event::Done(summary) => self.done(summary),
        }
    }

    fn batch(&mut self, mut batch: RowBatch) -> Result<()> {
        if let Some(held) = &mut self.held {
            held.batches.push(batch);
            return Ok(());
        }
        let before = self.rows;
        self.rows += batch.len();
        if let Some(limit) = self.limit {
            batch.truncate(limit.saturating_sub(before));
        }
        self.progress.count(batch.len());
        if batch.is_empty() {
            return Ok(());
        }
        if let Some(pending) = self.pending.as_mut().filter(|p| p.columns.is_some()) {
            pending.bytes += batch.bytes();
            pending.batches.push(batch);
            return match pending.bytes > MOST_PENDING {
                true => self.show_pending(),
                false => Ok(()),
            };
        }
        let printed = self.printer.rows(&batch);
        self.spool.add(batch);
        self.show_progress_if_due();
        printed
    }

    fn done(&mut self, mut summary: Summary) -> Result<()> {
        self.progress.make_way();
        if self.is_over_limit() {
            summary.rows = self.limit.unwrap_or_default() as u64;
        }
        if let Some(held) = &mut self.held
            && !held.columns.is_empty()
            && held.summary.is_none()
        {
            held.summary = Some(summary.clone());
            self.last = summary;
            return Ok(());
        }
        self.last = summary.clone();
        match &mut self.pending {
            Some(pending) => {
                pending.finished = Some(summary);
                Ok(())
            }
            None => self.end_result(&summary),
        }
    }

    fn end_result(&mut self, summary: &Summary) -> Result<()> {
        self.show_pending()?;
        self.spool.end(summary);
        self.printer.done(summary, self.tags)
    }

    /// Shows a result that is complete and waits for the next.
    pub(super) fn show_finished(&mut self) -> Result<()> {
        match self.pending.as_mut().and_then(|p| p.finished.take()) {
            Some(summary) => self.end_result(&summary),
            None => Ok(()),
        }
    }

    /// Shows the rows that waited; what follows in this result is shown as it comes.
    fn show_pending(&mut self) -> Result<()> {
        let waiting = self.pending.as_mut().and_then(|p| {
            let columns = p.columns.take()?;
            Some((columns, std::mem::take(&mut p.batches)))
        });
        let Some((columns, batches)) = waiting else {
            return Ok(());
        };
        self.printer.columns(&columns)?;
        for batch in batches {
            self.printer.rows(&batch)?;
            self.spool.add(batch);
        }
        Ok(())
    }

    /// A result that was held is not the last one after all: it is shown.
    fn show_held(&mut self) -> Result<()> {
        let Some(held) = self.held.replace(Held::default()) else {
            return Ok(());
        };
        let Some(summary) = held.summary else {
            return Ok(());
        };
        self.printer.columns(&held.columns)?;
        for batch in &held.batches {
            self.printer.rows(batch)?;
        }
        self.printer.done(&summary, self.tags)
    }

    /// The server stopped because we had enough: the result ends here.
    fn enough(&mut self) -> Result<()> {
        self.done(Summary::default())
    }

    pub(super) fn is_over_limit(&self) -> bool {
        self.limit.is_some_and(|limit| self.rows > limit)
    }

    /// Says that there is more than what was shown.
    pub(super) fn limit_note(&self) -> Option<String> {
        let limit = self.limit.filter(|_| self.is_over_limit())?;
        Some(format!(
            "There are more rows than the {limit} shown; \\pset row_limit 0 shows all.\n"
        ))
    }

    pub(super) fn show_progress(&mut self) {
        match self.printer.is_paging() {
            true => self.progress.make_way(),
            false => self.progress.show(),
        }
    }

    fn show_progress_if_due(&mut self) {
        if !self.printer.is_paging() {
            self.progress.show_if_due();
        }
    }
}
