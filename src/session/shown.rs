//! What comes back from one statement, to where it goes: printer, progress line, spool.

use super::printer::Printer;
use super::progress::Progress;
use super::spool::Spool;
use super::stop::Stop;
use super::{SendOptions, Tags};
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
    /// Rows that an error would take back, and results that are not shown at once.
    pub(super) pending: Option<Pending>,
}

/// The first rows of a result. psql shows none of a result that ends in an error; sqwire in its
/// stead shows none where the result is short.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// The result that is coming.
    columns: Option<Vec<Column>>,
    batches: Vec<RowBatch>,
    bytes: usize,
    /// The result before it, complete. As in psql it is shown when the next one is complete too:
    /// what the server says on the way there comes before it.
    finished: Option<Finished>,
    /// The last result is kept and not shown.
    keeps_last: bool,
    /// No result but the last one is wanted.
    only_last: bool,
}

impl Pending {
    fn new(keeps_last: bool, only_last: bool) -> Self {
        Pending {
            keeps_last,
            only_last,
            ..Pending::default()
        }
    }

    /// Bytes of rows that wait for the end of their result.
    fn most(&self) -> usize {
        match self.keeps_last || self.only_last {
            true => usize::MAX,
            false => MOST_PENDING,
        }
    }
}

/// A result that waits to be shown.
#[derive(Debug)]
struct Finished {
    columns: Option<Vec<Column>>,
    batches: Vec<RowBatch>,
    summary: Summary,
}

/// Bytes of rows that wait for the end of their result.
const MOST_PENDING: usize = 64 * 1024;

/// One result set that is used and not shown.
#[derive(Debug, Default)]
pub struct Held {
    pub columns: Vec<Column>,
    pub batches: Vec<RowBatch>,
    pub tag: String,
}

impl Held {
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.batches.iter().flat_map(RowBatch::rows)
    }
}

impl<'s> Shown<'s> {
    /// Where those of a statement go that is sent so. Of each result no more than `limit` rows are
    /// wanted.
    pub(super) fn new(
        printer: Printer<'s>,
        mut progress: Progress,
        spool: Spool,
        send: &SendOptions,
        tags: Tags,
        limit: Option<usize>,
    ) -> Self {
        if send.unwatched {
            progress.never();
        }
        let waits = send.hold || send.all_or_nothing || send.only_last;
        Shown {
            printer,
            progress,
            spool,
            tags,
            limit,
            rows: 0,
            last: Summary::default(),
            pending: waits.then(|| Pending::new(send.hold, send.only_last)),
        }
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
                let _ = self.show_finished(false);
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
        let ends = matches!(event, Event::Done(_));
        if self.printer.shows_on_screen() && !(ends && self.ends_in_silence()) {
            self.progress.make_way();
        }
        match event {
            Event::Columns(columns) => {
                if let Some(note) = self.limit_note() {
                    self.printer.before_message();
                    tell(&note);
                }
                self.rows = 0;
                self.spool.begin(&columns);
                match &mut self.pending {
                    Some(pending) => {
                        pending.columns = Some(columns);
                        pending.bytes = 0;
                        Ok(())
                    }
                    None => self.printer.columns(&columns),
                }
            }
            Event::Rows(batch) => self.batch(batch),
            Event::Copy(bytes) => {
                self.show_finished(false)?;
                self.progress.count_bytes(bytes.len());
                let printed = self.printer.copy(&bytes);
                self.show_progress_if_due();
                printed
            }
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
            return match pending.bytes > pending.most() {
                true => self.show_pending(),
                false => Ok(()),
            };
        }
        let printed = self.printer.rows(&batch);
        self.spool.add(batch);
        self.show_progress_if_due();
        printed
    }

    /// Whether nothing is written at the end of the result.
    fn ends_in_silence(&self) -> bool {
        self.pending.is_none() && self.printer.ends_in_silence(self.tags)
    }

    fn done(&mut self, mut summary: Summary) -> Result<()> {
        if !self.ends_in_silence() {
            self.progress.make_way();
        }
        if self.is_over_limit() {
            summary.rows = self.limit.unwrap_or_default() as u64;
        }
        self.last = summary.clone();
        self.show_finished(false)?;
        match &mut self.pending {
            Some(pending) => {
                pending.finished = Some(Finished {
                    columns: pending.columns.take(),
                    batches: std::mem::take(&mut pending.batches),
                    summary,
                });
                Ok(())
            }
            None => {
                self.spool.end(&summary);
                self.printer.done(&summary, self.tags)
            }
        }
    }

    /// Shows a result that is complete and waits for the next.
    fn show_finished(&mut self, last: bool) -> Result<()> {
        let Some(pending) = &mut self.pending else {
            return Ok(());
        };
        let unwanted = pending.only_last && !last;
        let Some(finished) = pending.finished.take().filter(|_| !unwanted) else {
            return Ok(());
        };
        if let Some(columns) = finished.columns {
            self.show_rows(&columns, finished.batches)?;
        }
        self.spool.end(&finished.summary);
        self.printer.done(&finished.summary, self.tags)
    }

    /// Nothing more comes: shows what waited, and gives the last result where it is kept. `failure` is
    /// what could not be written before.
    pub(super) fn end(&mut self, failure: Option<Error>) -> Result<Option<Held>> {
        let last = self.end_results();
        let told = self.printer.tell_notifications();
        match failure {
            Some(failure) => Err(failure),
            None => last.and_then(|last| told.map(|()| last)),
        }
    }

    fn end_results(&mut self) -> Result<Option<Held>> {
        if let Some(pending) = self.pending.as_mut().filter(|p| p.keeps_last)
            && let Some(finished) = pending.finished.take_if(|f| f.columns.is_some())
        {
            return Ok(Some(Held {
                columns: finished.columns.unwrap_or_default(),
                batches: finished.batches,
                tag: finished.summary.tag,
            }));
        }
        self.show_finished(true).map(|()| None)
    }

    /// Shows the rows that waited; what follows in this result is shown as it comes.
    fn show_pending(&mut self) -> Result<()> {
        self.show_finished(false)?;
        let waiting = self.pending.as_mut().and_then(|p| {
            let columns = p.columns.take()?;
            Some((columns, std::mem::take(&mut p.batches)))
        });
        match waiting {
            Some((columns, batches)) => self.show_rows(&columns, batches),
            None => Ok(()),
        }
    }

    fn show_rows(&mut self, columns: &[Column], batches: Vec<RowBatch>) -> Result<()> {
        self.printer.columns(columns)?;
        for batch in batches {
            self.printer.rows(&batch)?;
            self.spool.add(batch);
        }
        Ok(())
    }

    /// The server stopped because we had enough: the result ends here.
    fn enough(&mut self) -> Result<()> {
        self.done(Summary::default())
    }

    pub(super) fn is_over_limit(&self) -> bool {
        self.limit.is_some_and(|limit| self.rows > limit)
    }

    /// Whether what still comes is for nobody.
    pub(super) fn has_enough(&self) -> bool {
        self.is_over_limit() || (self.printer.is_unseen() && self.spool.is_full())
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
