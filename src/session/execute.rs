//! One statement: from its text to the printed rows, with cancel, time limit and a lost connection.

use super::printer::Printer;
use super::{Session, Tags};
use crate::data::{Notice, Summary};
use crate::driver::{Canceller, Event};
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use crate::settings::Settings;
use crate::sql::Effect;
use crate::visible::{visible_line, visible_text};
use futures::{FutureExt, StreamExt};
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
    /// A catalog query of ours: no timing, no page of its own.
    pub listing: bool,
}

/// Silence after which held rows are shown all the same.
const SILENCE: Duration = Duration::from_millis(200);

/// After the reader of our output went away, how long the server may take to stop.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl Session {
    /// Runs one statement and prints what comes back.
    pub async fn execute(
        &mut self,
        sql: &str,
        effect: Effect,
        send: &SendOptions,
    ) -> Result<Summary> {
        self.refuse_writes(effect)?;
        self.ensure_connected().await?;
        let started = Instant::now();
        let paged = self.interactive && !send.listing;
        if paged {
            self.output.begin_page(self.settings.pager);
        }
        let result = self.stream(sql, send).await;
        let shown = match paged {
            true => self.output.end_page(),
            false => std::io::Write::flush(&mut self.output),
        };
        if let Some(connection) = &self.connection {
            self.status = connection.status();
        }
        if matches!(&result, Err(e) if e.kind == Kind::Lost) {
            self.connection = None;
            self.status.transaction = crate::driver::Transaction::None;
        }
        if !send.listing {
            if self.settings.timing {
                tell(&format!("Time: {}\n", duration(started.elapsed())));
            }
            if result.is_ok() {
                self.note_effect(effect, sql).await?;
            }
        }
        let summary = result?;
        shown.map_err(|e| Error::io("write the output", &e))?;
        Ok(summary)
    }

    /// A read-only session refuses before the server sees anything; the server would refuse too.
    fn refuse_writes(&self, effect: Effect) -> Result<()> {
        if self.target.read_only && matches!(effect, Effect::Write | Effect::Schema) {
            return Err(
                Error::server("the session is read-only: the statement was not sent")
                    .with_hint("Connect without --read-only to change data."),
            );
        }
        Ok(())
    }

    async fn stream(&mut self, sql: &str, send: &SendOptions) -> Result<Summary> {
        let dialect = self.dialect();
        let Session {
            connection,
            output,
            settings,
            interrupts,
            tags,
            timeout,
            ..
        } = self;
        let Some(connection) = connection else {
            return Err(Error::new(Kind::Lost, "the connection is lost"));
        };
        let interrupts = watch_interrupts(interrupts)?;
        let mut stop = Stop::new(connection.canceller(), *timeout);
        let mut events = connection.run(sql);
        let mut printer = Printer::new(settings, output, send, sql, dialect);
        let mut last = Summary::default();
        let mut failure: Option<Error> = None;
        loop {
            let event = tokio::select! {
                biased;
                _ = interrupts.recv() => {
                    stop.interrupt()?;
                    continue;
                }
                event = events.next() => event,
                () = tokio::time::sleep(SILENCE), if printer.holds_rows() => {
                    failure = failure.or(printer.flush().err());
                    continue;
                }
                () = stop.due() => {
                    stop.on_time()?;
                    continue;
                }
            };
            let printed = match event {
                None => break,
                // Nobody reads any more: what comes is thrown away until the server has stopped.
                Some(_) if failure.is_some() => continue,
                Some(Err(e)) => {
                    // What came before the error is shown before it.
                    let _ = printer.flush();
                    return Err(stop.explain(e));
                }
                Some(Ok(event)) => match event {
                    Event::Columns(columns) => printer.columns(&columns),
                    Event::Rows(batch) => printer.rows(&batch),
                    Event::Copy(bytes) => printer.copy(&bytes),
                    Event::Notice(notice) => {
                        printer.before_message();
                        tell_notice(&notice, settings);
                        Ok(())
                    }
                    Event::Done(summary) => {
                        let shown = printer.done(&summary, *tags);
                        last = summary;
                        shown
                    }
                },
            };
            if let Err(e) = printed {
                failure = Some(e);
                stop.give_up();
            }
        }
        match failure {
            Some(e) => Err(e),
            None => Ok(last),
        }
    }
}

/// The SIGINT stream of the session, without what was pressed before this statement.
fn watch_interrupts(slot: &mut Option<Signal>) -> Result<&mut Signal> {
    let signals = match slot.take() {
        Some(signals) => signals,
        None => signal(SignalKind::interrupt()).map_err(|e| Error::io("watch for Ctrl-C", &e))?,
    };
    let signals = slot.insert(signals);
    while signals.recv().now_or_never().flatten().is_some() {}
    Ok(signals)
}

/// How a running statement is stopped, and why.
struct Stop {
    canceller: Canceller,
    timeout: Option<Duration>,
    deadline: Option<tokio::time::Instant>,
    asked: Option<Reason>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Interrupt,
    Timeout,
    OutputClosed,
}

impl Stop {
    fn new(canceller: Canceller, timeout: Option<Duration>) -> Self {
        let deadline = timeout.map(|t| tokio::time::Instant::now() + t);
        Stop {
            canceller,
            timeout,
            deadline,
            asked: None,
        }
    }

    fn ask(&mut self, reason: Reason) {
        self.asked.get_or_insert(reason);
        let cancel = self.canceller.cancel();
        tokio::spawn(async move {
            if let Err(e) = cancel.await {
                tell(&format!(
                    "could not cancel the statement: {}\n",
                    visible_line(&e.message)
                ));
            }
        });
    }

    /// Ctrl-C: once asks the server, twice lets go of the connection.
    fn interrupt(&mut self) -> Result<()> {
        if self.asked == Some(Reason::Interrupt) {
            return Err(Error::new(
                Kind::Lost,
                "the server did not stop the statement; the connection was dropped",
            ));
        }
        self.asked = None;
        self.ask(Reason::Interrupt);
        Ok(())
    }

    /// Nobody reads the output: the statement is stopped, and not waited for much longer.
    fn give_up(&mut self) {
        self.ask(Reason::OutputClosed);
        self.deadline = Some(tokio::time::Instant::now() + LAST_WORDS);
    }

    async fn due(&self) {
        match self.deadline {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    fn on_time(&mut self) -> Result<()> {
        if self.asked == Some(Reason::OutputClosed) {
            return Err(Error::new(
                Kind::Closed,
                "the reader of the output went away",
            ));
        }
        if self.asked == Some(Reason::Timeout) {
            return Err(Error::new(
                Kind::Lost,
                "the server did not stop the statement in time; the connection was dropped",
            ));
        }
        self.ask(Reason::Timeout);
        self.deadline = Some(tokio::time::Instant::now() + LAST_WORDS);
        Ok(())
    }

    /// A statement that our time limit ended says so.
    fn explain(&self, error: Error) -> Error {
        match (self.asked, self.timeout) {
            (Some(Reason::Timeout), Some(limit)) if error.kind == Kind::Cancelled => {
                let mut explained = Error::server(format!(
                    "the statement was cancelled after {}",
                    duration(limit)
                ));
                explained.hint = Some("--timeout sets the limit.".into());
                explained
            }
            _ => error,
        }
    }
}

/// A server's notice on standard error, as psql words it.
fn tell_notice(notice: &Notice, settings: &Settings) {
    let minor = matches!(
        notice.severity.as_str(),
        "NOTICE" | "INFO" | "LOG" | "DEBUG" | "Note"
    );
    if settings.quiet && minor {
        return;
    }
    let mut out = format!(
        "{}:  {}",
        visible_line(&notice.severity),
        visible_text(&notice.message)
    );
    if let Some(code) = notice.code.as_ref().filter(|_| !minor) {
        out.push_str(&format!(" [{}]", visible_line(code)));
    }
    for (name, part) in [("DETAIL", &notice.detail), ("HINT", &notice.hint)] {
        if let Some(part) = part {
            out.push_str(&format!("\n{name}:  {}", visible_text(part)));
        }
    }
    out.push('\n');
    tell(&out);
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
            tell(&format!("{}\n", visible_line(&summary.tag)));
            Ok(())
        }
        Tags::Nowhere => Ok(()),
    }
}
