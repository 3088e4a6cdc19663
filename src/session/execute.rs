//! One statement: from its text to the printed rows, with cancel, time limit and a lost connection.

use super::batch::Batch;
use super::printer::Printer;
use super::progress::Progress;
use super::shown::Shown;
use super::spool::Spool;
use super::stop::Stop;
use super::{MysqlRules, Session, Tags};
use crate::data::{Mark, Summary};
use crate::driver::{CopyData, Described, Event, Extended, Transaction};
use crate::error::voice::{Voice, Words};
use crate::error::{Error, Kind, Result};
use crate::sql::Effect;
use crate::visible::visible_line;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How one statement differs from the settings.
#[derive(Debug, Clone, Default)]
pub struct SendOptions {
    /// `\gx` and `\G`
    pub expanded: bool,
    pub title: Option<String>,
    /// Prints nothing at all when there are no rows.
    pub quiet_when_empty: bool,
    /// Stands before each notice, as psql names the place in a script.
    pub place: String,
    /// The place of notices that answer data of a COPY in the script, in place of that one.
    pub data_place: Option<Box<DataPlace>>,
    /// Lines below the result, in place of the number of rows.
    pub footers: Option<Vec<String>>,
    /// Never a record a block, whatever the settings say.
    pub flat: bool,
    /// Whose words notices use.
    pub words: Words,
    /// The last result is held for what asked for it, and not shown.
    pub hold: bool,
    /// What rows of a listing deserve a look.
    pub marks: Vec<Mark>,
    /// No rows are shown: they are for `/grid`, as many as are kept.
    pub unseen: bool,
    /// Rows are shown in parts of so many (FETCH_COUNT).
    pub fetch_count: Option<usize>,
    /// Of several results only the last is shown.
    pub only_last: bool,
    /// How a script of mysql tells what its statements did.
    pub mysql: MysqlRules,
    /// The statement as formats name it, where it is not what was sent.
    pub statement: Option<String>,
    /// No tag.
    pub mute: bool,
    /// A short result that ends in an error is not shown.
    pub all_or_nothing: bool,
    /// Through PostgreSQL's extended protocol.
    pub extended: Option<Extended>,
    /// A catalog query of ours: no timing, no page of its own.
    pub listing: bool,
    /// No line of progress: somebody types meanwhile.
    pub unwatched: bool,
    /// A round of `\watch`: psql neither echoes nor logs it.
    pub round: bool,
    /// A listing whose NULLs are shown as they are in results.
    pub nulls: bool,
}

/// Where in a script the data of a COPY have been read to: there psql is when notices come.
#[derive(Debug, Clone)]
pub struct DataPlace {
    pub file: String,
    /// The line of the statement.
    pub line: usize,
    pub sent: Arc<AtomicUsize>,
}

impl SendOptions {
    /// What stands before a notice that comes now.
    pub(super) fn place_now(&self) -> Cow<'_, str> {
        let Some(place) = &self.data_place else {
            return Cow::Borrowed(&self.place);
        };
        let line = place.line + place.sent.load(Ordering::Relaxed);
        Cow::Owned(format!("psql:{}:{line}: ", visible_line(&place.file)))
    }
}

/// Silence after which held rows are shown all the same.
const SILENCE: Duration = Duration::from_millis(200);

impl Session {
    /// Runs one statement and prints what comes back.
    pub async fn execute(
        &mut self,
        sql: &str,
        effect: Effect,
        send: &SendOptions,
    ) -> Result<Summary> {
        self.execute_with(sql, effect, send, None).await
    }

    /// The same, with the data that a `COPY … FROM STDIN` wants.
    pub async fn execute_with(
        &mut self,
        sql: &str,
        effect: Effect,
        send: &SendOptions,
        data: Option<CopyData>,
    ) -> Result<Summary> {
        self.refuse_writes(effect)?;
        self.refuse_to_allow_writes(sql)?;
        self.ensure_connected().await?;
        let before = self.status.transaction;
        let sent = data.as_ref().map(|data| Arc::clone(&data.sent));
        self.supply(data)?;
        self.unshielded = false;
        let started = Instant::now();
        let paged = self.interactive && !send.listing;
        if paged {
            self.output.begin_page(self.settings.pager);
        }
        let result = self.stream(sql, effect, send, sent).await;
        let shown = match paged {
            true => self.output.end_page(),
            false => std::io::Write::flush(&mut self.output),
        };
        if let Some(connection) = &self.connection {
            self.status = connection.status();
        }
        self.record.note_transaction(self.status.transaction);
        self.last_use = super::reconnect::Moment::now();
        let result = match result {
            Err(e) if e.kind == Kind::Lost => {
                self.status.transaction = before;
                let explained = self.explain_loss(e);
                self.drop_connection();
                Err(explained)
            }
            other => other,
        };
        if !send.listing {
            let outcome = result.as_ref().map(|(summary, _)| summary);
            let outcome = outcome.map_err(Clone::clone);
            self.note_run(sql, effect, &outcome, before, started.elapsed());
        }
        let guarded = match send.listing {
            true => Ok(()),
            false => self.stay_read_only(sql).await,
        };
        let (summary, limited) = result?;
        guarded?;
        if let Some(note) = limited {
            self.clear_progress();
            self.output.tell(&note);
        }
        shown.map_err(|e| Error::io("write the output", &e))?;
        Ok(summary)
    }

    /// What the session keeps of a statement that the user sent, and tells of it.
    fn note_run(
        &mut self,
        sql: &str,
        effect: Effect,
        outcome: &Result<&Summary>,
        before: Transaction,
        took: Duration,
    ) {
        if let Ok(summary) = outcome
            && self.interactive
        {
            let (dialect, after) = (self.dialect(), self.status.transaction);
            self.memory.note(sql, dialect, &summary.tag, before, after);
        }
        self.record.note_run(outcome.as_ref().ok().copied(), took);
        self.log_statement(sql, outcome, took);
        if self.settings.timing {
            self.clear_progress();
            self.tell_time(took);
        }
        if outcome.is_ok() {
            self.note_effect(effect, sql);
        }
    }

    /// What is pressed from now on counts, what was pressed before does not.
    pub fn forget_interrupts(&mut self) {
        self.interrupted = false;
        self.interrupts.as_mut().map(drain);
    }

    /// Whether Ctrl-C was pressed since: in time to stop a statement, too late for that, or between
    /// two of them.
    pub fn was_interrupted(&mut self) -> bool {
        self.interrupted |= self.interrupts.as_mut().is_some_and(drain);
        self.interrupted
    }

    /// Waits that long; true where Ctrl-C came first.
    pub async fn interrupted_within(&mut self, pause: Duration) -> bool {
        let Ok(interrupts) = watch_interrupts(&mut self.interrupts) else {
            return true;
        };
        tokio::select! {
            _ = interrupts.recv() => true,
            () = tokio::time::sleep(pause) => false,
        }
    }

    /// What columns a statement would return, by the server's own word.
    pub async fn describe(&mut self, sql: &str) -> Result<Vec<Described>> {
        self.ensure_connected().await?;
        match &mut self.connection {
            Some(connection) => connection.describe(sql).await,
            None => Err(Error::new(Kind::Lost, "the connection is lost")),
        }
    }

    /// Something comes to the screen that the line of a script stands on.
    pub fn clear_progress(&mut self) {
        if let Some(batch) = &mut self.batch {
            batch.erase();
        }
    }

    fn supply(&mut self, data: Option<CopyData>) -> Result<()> {
        let (Some(data), Some(connection)) = (data, &mut self.connection) else {
            return Ok(());
        };
        match connection.supply(data) {
            true => Ok(()),
            false => Err(Error::usage("only PostgreSQL has COPY")),
        }
    }

    /// The summary, and a word on rows that are not shown, for the end of the page.
    async fn stream(
        &mut self,
        sql: &str,
        effect: Effect,
        send: &SendOptions,
        sent: Option<Arc<AtomicU64>>,
    ) -> Result<(Summary, Option<String>)> {
        let (dialect, interactive) = (self.dialect(), self.interactive);
        let limit = self.rows_wanted(send);
        let spooled = self.spool_size();
        let warnings = self.warnings_wanted(send);
        let Session {
            connection,
            output,
            elsewhere,
            query_log,
            settings,
            interrupts,
            interrupted,
            tags,
            timeout,
            spool,
            status,
            held,
            record,
            batch,
            ..
        } = self;
        let Some(connection) = connection else {
            return Err(Error::new(Kind::Lost, "the connection is lost"));
        };
        // To stop a write would undo it, to stop anything in a transaction would undo that.
        let harmless = effect == Effect::Read && status.transaction == Transaction::None;
        let interrupts = watch_interrupts(interrupts)?;
        let mut stop = Stop::new(connection.canceller(), *timeout, harmless, interactive);
        if let Some(wanted) = warnings {
            connection.want_warnings(wanted);
        }
        let events = match &send.extended {
            Some(what) => connection.run_extended(sql, what),
            None => connection.run(sql),
        };
        let printer = Printer::new(settings, output, send, sql, dialect)
            .with_rows_to(elsewhere.as_mut())
            .with_log(query_log.as_mut());
        let progress = Progress::behind(batch.as_mut().and_then(Batch::shown_line));
        let spool_of_this = Spool::new(spooled, sql, record.runs);
        let mut shown = Shown::new(printer, progress, spool_of_this, send, *tags, limit);
        shown.progress.watch(sent);
        let followed = follow(events, interrupts, &mut shown, &mut stop).await;
        // Word of Ctrl-C may come behind that of the pager which it has ended.
        tokio::task::yield_now().await;
        *interrupted |= stop.was_interrupted() | drain(interrupts);
        let pressed = *interrupted;
        // It ends a simple pager too: that the statement was stopped is what is to be told.
        let told = |error: Error| match error.kind == Kind::Closed && interactive && pressed {
            true => Error::cancelled(),
            false => error,
        };
        if !matches!(&followed, Err(e) if e.kind == Kind::Lost) {
            stop.settle().await;
        }
        let ended = shown.end(followed.map_err(told)?);
        let limited = shown.limit_note();
        if let Some(batch) = batch {
            batch.still_shown(shown.progress.end());
        }
        if shown.spool.has_result() && !send.listing {
            *spool = shown.spool;
        }
        match ended {
            Ok(last) => {
                *held = last;
                Ok((shown.last, limited))
            }
            Err(e) => Err(told(e)),
        }
    }

    /// Rows of a result that are shown, where that is limited.
    fn rows_wanted(&self, send: &SendOptions) -> Option<usize> {
        // What goes to a file or a program is wanted whole.
        let exports =
            self.elsewhere.is_some() || self.interactive && self.output.screen().is_none();
        let whole = send.listing || send.hold || send.unseen || exports;
        Some(self.settings.row_limit).filter(|n| *n > 0 && !whole)
    }

    /// Megabytes of the last result that are kept.
    fn spool_size(&self) -> usize {
        match self.interactive {
            true => self.settings.last_size,
            // For `/last`, `/chart` and `/grid` in scripts, which must not grow for it.
            false => self.settings.last_size.min(1),
        }
    }

    /// Whether warnings are asked for, where there is a rule for it.
    fn warnings_wanted(&self, send: &SendOptions) -> Option<bool> {
        match (send.words.voice, self.dialect) {
            (Voice::Mysql, _) => Some(send.mysql.warnings),
            (_, Some(_)) if self.interactive => Some(self.mysql.warnings),
            _ => None,
        }
    }
}

/// Shows what comes until the statement has ended. What is returned is a failure to write.
async fn follow(
    mut events: BoxStream<'_, Result<Event>>,
    interrupts: &mut Signal,
    shown: &mut Shown<'_>,
    stop: &mut Stop,
) -> Result<Option<Error>> {
    let mut failure: Option<Error> = None;
    loop {
        let event = tokio::select! {
            biased;
            _ = interrupts.recv() => {
                shown.progress.interrupted();
                stop.interrupt()?;
                continue;
            }
            // Before the events: a server that always has more would never let it come to be due.
            () = stop.due() => {
                stop.on_time()?;
                continue;
            }
            event = events.next() => event,
            () = tokio::time::sleep(SILENCE), if shown.printer.holds_any() => {
                failure = failure.or(shown.printer.show_held().err());
                continue;
            }
            () = shown.progress.due() => {
                shown.show_progress();
                continue;
            }
        };
        match event {
            None => return Ok(failure),
            // Nobody reads any more: what comes is thrown away until the server has stopped.
            Some(_) if failure.is_some() => {}
            Some(event) => failure = shown.result(event, stop)?,
        }
        if shown.has_enough() {
            stop.enough();
        }
    }
}

/// The SIGINT stream of the session.
pub(super) fn watch_interrupts(slot: &mut Option<Signal>) -> Result<&mut Signal> {
    let signals = match slot.take() {
        Some(signals) => signals,
        None => signal(SignalKind::interrupt()).map_err(|e| Error::io("watch for Ctrl-C", &e))?,
    };
    Ok(slot.insert(signals))
}

/// What comes of connecting anew, unless Ctrl-C comes first.
pub(super) async fn or_interrupted<T>(
    slot: &mut Option<Signal>,
    interrupted: &mut bool,
    connecting: impl Future<Output = Result<T>>,
) -> Result<T> {
    let interrupts = watch_interrupts(slot)?;
    tokio::select! {
        done = connecting => done,
        _ = interrupts.recv() => {
            *interrupted = true;
            Err(Error::new(Kind::Cancelled, "connecting was cancelled"))
        }
    }
}

/// Takes what has been pressed; whether it was anything.
fn drain(signals: &mut Signal) -> bool {
    let mut any = false;
    while signals.recv().now_or_never().flatten().is_some() {
        any = true;
    }
    any
}

/// `12.345 ms`, and past a second also in seconds and minutes.
pub(super) fn duration(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{ms:.3} ms"),
        1..60 => format!("{ms:.3} ms ({:.3} s)", time.as_secs_f64()),
        _ => format!("{ms:.3} ms ({} min {} s)", seconds / 60, seconds % 60),
    }
}

/// Command tags for people: after statements without rows, where somebody looks.
pub(super) fn tell_tag(
    summary: &Summary,
    tags: Tags,
    out: &mut crate::output::Output,
) -> std::io::Result<()> {
    if summary.tag.is_empty() {
        return Ok(());
    }
    match tags {
        Tags::Stdout => {
            std::io::Write::write_all(out, format!("{}\n", visible_line(&summary.tag)).as_bytes())
        }
        Tags::Stderr => {
            out.tell(&format!("{}\n", visible_line(&summary.tag)));
            Ok(())
        }
        Tags::Nowhere => Ok(()),
    }
}
