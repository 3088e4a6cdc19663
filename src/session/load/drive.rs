//! A load while it runs: the progress line, Ctrl-C, and the rows that are left out.

use crate::data::Summary;
use crate::driver::{Canceller, Connection, Load, Refused};
use crate::error::{Error, Kind, Result};
use crate::load::read::Bad;
use crate::output::tell;
use crate::session::Session;
use crate::session::execute::{tell_tag, watch_interrupts};
use crate::session::progress::Progress;
use crate::session::stop::{Stop, span};
use crate::visible::visible_line;
use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::signal::unix::Signal;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

/// Refused rows that are told one by one.
const MOST_TOLD: u64 = 50;

/// What ends a load before its end.
pub(super) struct Stops {
    pub(super) signal: Signal,
    /// The time for all of it (`--timeout`).
    limit: Option<Duration>,
    begun: Instant,
}

/// How long the server may take to undo what was loaded, on top of that.
const TO_UNDO: Duration = Duration::from_secs(10);

impl Stops {
    /// What is left of the time.
    fn left(&self) -> Option<Duration> {
        Some(self.limit?.saturating_sub(self.begun.elapsed()))
    }

    /// Waits for the time to be over.
    pub(super) fn due(&self) -> impl Future<Output = ()> + use<> {
        let left = self.left();
        async move {
            match left {
                Some(left) => tokio::time::sleep(left).await,
                None => std::future::pending().await,
            }
        }
    }

    /// The load, for no longer than it may take where nothing answers any more.
    pub(super) async fn bounded<T>(
        limit: Option<Duration>,
        load: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let Some(limit) = limit else {
            return load.await;
        };
        let done = tokio::time::timeout(limit.saturating_add(TO_UNDO), load).await;
        done.unwrap_or_else(|_| {
            let message = "the server does not answer in time";
            Err(Error::new(Kind::Lost, message))
        })
    }

    /// Why a load that was stopped has failed.
    pub(super) fn reason(&self, what: &str, interrupted: bool) -> Error {
        match self.limit.filter(|_| !interrupted) {
            Some(limit) => {
                let message = format!("the {what} was cancelled after {}", span(limit));
                Error::server(message).with_hint("--timeout sets the limit.")
            }
            None => Error::new(Kind::Cancelled, format!("the {what} was cancelled")),
        }
    }
}

/// What is known of a load while it runs.
pub(super) struct Watch<'w> {
    /// Rows so far; bytes so far and of all.
    pub(super) look: &'w dyn Fn() -> (u64, Option<(u64, u64)>),
    /// Stops what hands on the rows.
    pub(super) halt: &'w dyn Fn(),
    /// One line about a row that is left out.
    pub(super) left_out: UnboundedReceiver<LeftOut>,
    pub(super) describe: &'w dyn Fn(LeftOut) -> String,
    /// The name of such a load.
    pub(super) what: &'static str,
    pub(super) told: u64,
}

/// A row that is not loaded: unreadable, or refused.
#[derive(Debug)]
pub(super) enum LeftOut {
    Bad(Bad),
    Refused(Refused),
}

/// Loads, and hands on each row that is left out as it comes.
pub(super) async fn load(
    connection: &mut dyn Connection,
    load: Load,
    mut bads: UnboundedReceiver<Bad>,
    mut refusals: UnboundedReceiver<Refused>,
    left_out: UnboundedSender<LeftOut>,
) -> std::result::Result<u64, Box<Refused>> {
    // Whoever takes them listens until the end.
    let hand_on = |row| drop(left_out.send(row));
    let mut loading = pin!(connection.load(load));
    let outcome = loop {
        tokio::select! {
            biased;
            Some(row) = bads.recv() => hand_on(LeftOut::Bad(row)),
            Some(row) = refusals.recv() => hand_on(LeftOut::Refused(row)),
            outcome = &mut loading => break outcome,
        }
    };
    // Some came while the last of the rows went.
    while let Ok(row) = bads.try_recv() {
        hand_on(LeftOut::Bad(row));
    }
    while let Ok(row) = refusals.try_recv() {
        hand_on(LeftOut::Refused(row));
    }
    outcome
}

/// Waits for the load to end, or ends it.
pub(super) async fn drive<T>(
    loading: impl Future<Output = T>,
    stops: &mut Stops,
    canceller: Canceller,
    watch: &mut Watch<'_>,
) -> Result<T> {
    let mut loading = pin!(loading);
    let mut stop = Stop::new(canceller, stops.left(), false, true);
    let mut progress = Progress::new();
    let mut stopped = None;
    let outcome = loop {
        tokio::select! {
            biased;
            _ = stops.signal.recv() => {
                stopped = Some(stops.reason(watch.what, true));
                (watch.halt)();
                stop.interrupt()?;
            }
            () = stop.due() => {
                stopped.get_or_insert(stops.reason(watch.what, false));
                (watch.halt)();
                stop.on_time()?;
            }
            Some(row) = watch.left_out.recv() => {
                progress.make_way();
                watch.tell(row);
            }
            outcome = &mut loading => break outcome,
            () = progress.due() => {
                let (rows, part) = (watch.look)();
                progress.set(rows, part);
                progress.show();
            }
        }
    };
    progress.make_way();
    while let Ok(row) = watch.left_out.try_recv() {
        watch.tell(row);
    }
    stop.settle().await;
    match stopped {
        Some(error) => Err(error),
        None => Ok(outcome),
    }
}

impl Watch<'_> {
    fn tell(&mut self, row: LeftOut) {
        self.told += 1;
        if self.told <= MOST_TOLD {
            tell(&format!("{}\n", visible_line(&(self.describe)(row))));
        }
    }

    /// How many rows were left out, once the load has ended.
    pub(super) fn sum_up(&self) {
        match self.told {
            0 => {}
            1 => tell("1 row was left out.\n"),
            n if n > MOST_TOLD => {
                tell(&format!(
                    "{n} rows were left out, of which {MOST_TOLD} are named above.\n"
                ));
            }
            n => tell(&format!("{n} rows were left out.\n")),
        }
    }
}

impl Session {
    pub(super) fn tell_loaded(&mut self, word: &str, rows: u64) -> Result<()> {
        let summary = Summary {
            tag: format!("{word} {rows}"),
            rows,
        };
        if self.settings.quiet {
            return Ok(());
        }
        let told = tell_tag(&summary, self.tags, &mut self.output);
        told.map_err(|e| Error::io("write the output", &e))
    }

    /// The session's own watch over Ctrl-C, and its limit.
    pub(super) fn take_stops(&mut self) -> Result<Stops> {
        watch_interrupts(&mut self.interrupts)?;
        match self.interrupts.take() {
            Some(signal) => Ok(Stops {
                signal,
                limit: self.timeout,
                begun: Instant::now(),
            }),
            None => Err(Error::cancelled()),
        }
    }
}
