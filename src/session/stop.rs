//! How a running statement is stopped: by Ctrl-C, by a time limit, because nobody reads or enough has
//! come.

use crate::driver::Canceller;
use crate::error::{Error, Kind, Result};
use crate::output::{is_watched, tell};
use crate::visible::visible_line;
use std::time::Duration;

/// After the reader of our output went away, how long the server may take to stop.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How a running statement is stopped, and why.
pub(super) struct Stop {
    canceller: Canceller,
    timeout: Option<Duration>,
    deadline: Option<tokio::time::Instant>,
    asked: Option<Reason>,
    asking: Option<tokio::task::JoinHandle<()>>,
    /// Stopping the statement loses nothing but its rows.
    harmless: bool,
    /// Somebody waits for the prompt, who can press Ctrl-C.
    interactive: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reason {
    Interrupt,
    Timeout,
    OutputClosed,
    /// All rows that are wanted have come.
    Enough,
}

impl Stop {
    pub(super) fn new(
        canceller: Canceller,
        timeout: Option<Duration>,
        harmless: bool,
        interactive: bool,
    ) -> Self {
        // A limit beyond all clocks is none.
        let deadline = timeout.and_then(|t| tokio::time::Instant::now().checked_add(t));
        Stop {
            canceller,
            timeout,
            deadline,
            asked: None,
            asking: None,
            harmless,
            interactive,
        }
    }

    fn ask(&mut self, reason: Reason) {
        self.asked.get_or_insert(reason);
        let cancel = self.canceller.cancel();
        // The line that counts the rows may stand there.
        let erase = match self.interactive && is_watched() {
            true => crate::output::ERASE_LINE,
            false => "",
        };
        let asking = tokio::spawn(async move {
            if let Err(e) = cancel.await {
                tell(&format!(
                    "{erase}could not cancel the statement: {}\n",
                    visible_line(&e.message)
                ));
            }
        });
        self.asking = Some(asking);
    }

    /// No more rows are wanted.
    pub(super) fn enough(&mut self) {
        if self.asked.is_none() && self.harmless {
            self.ask(Reason::Enough);
        }
    }

    pub(super) fn was_interrupted(&self) -> bool {
        self.asked == Some(Reason::Interrupt)
    }

    pub(super) fn has_enough(&self) -> bool {
        self.asked == Some(Reason::Enough)
    }

    /// A request to stop that is still on its way would hit the next statement.
    pub(super) async fn settle(&mut self) {
        if let Some(asking) = self.asking.take() {
            let _ = tokio::time::timeout(LAST_WORDS, asking).await;
        }
    }

    /// Ctrl-C: once asks the server, twice lets go of the connection.
    pub(super) fn interrupt(&mut self) -> Result<()> {
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

    /// Nobody reads the output: the statement is stopped, and not waited for much longer. At the
    /// prompt only where that undoes nothing: leaving the pager is no rollback.
    pub(super) fn give_up(&mut self) {
        if self.harmless || !self.interactive {
            self.ask(Reason::OutputClosed);
            self.deadline = Some(tokio::time::Instant::now() + LAST_WORDS);
        }
    }

    pub(super) async fn due(&self) {
        match self.deadline {
            Some(at) => tokio::time::sleep_until(at).await,
            None => std::future::pending().await,
        }
    }

    pub(super) fn on_time(&mut self) -> Result<()> {
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
    pub(super) fn explain(&self, error: Error) -> Error {
        match (self.asked, self.timeout) {
            (Some(Reason::Timeout), Some(limit)) if error.kind == Kind::Cancelled => {
                let mut explained =
                    Error::server(format!("the statement was cancelled after {}", span(limit)));
                explained.hint = Some("--timeout sets the limit.".into());
                explained
            }
            _ => error,
        }
    }
}

/// A limit as people write it: `50 ms`, `1.5 s`.
pub(super) fn span(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        _ => format!("{} s", time.as_secs_f64()),
    }
}
