//! The data of a COPY, typed at the prompt line by line, as psql takes them.

use super::Flow;
use super::copy::{self, CopyIn};
use super::failure::Failed;
use crate::error::Error;
use crate::output::tell;
use crate::session::Session;
use crate::session::feed::Source;
use crate::session::typed::{Typed, typed_line};
use std::io::{self, Read};
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// What psql says before the first line.
const HOW: &str = "Enter data to be copied followed by a newline.\n\
                   End with a backslash and a period on a line by itself, or an EOF signal.\n";

/// Runs a COPY whose data are typed once the server asks for them.
pub(super) async fn run(session: &mut Session, copy: &CopyIn) -> std::result::Result<Flow, Failed> {
    let interrupts = signal(SignalKind::interrupt())
        .map_err(|e| copy.failed(Error::io("watch for Ctrl-C", &e)))?;
    let (send, lines) = channel();
    let (wanted, asked) = oneshot::channel();
    let reader = Lines {
        wanted: Some(wanted),
        lines,
        rest: Vec::new(),
    };
    let source = Source::new(Box::new(reader), true);
    let mut running = pin!(copy::run(session, copy, source));
    let mut typing = pin!(hand_on(asked, interrupts, send));
    let (outcome, _) = tokio::select! {
        biased;
        done = &mut running => done,
        () = &mut typing => running.await,
    };
    outcome
}

/// Hands on lines until the data end, or Ctrl-C ends them.
async fn hand_on(
    asked: oneshot::Receiver<()>,
    mut interrupts: Signal,
    lines: Sender<io::Result<Vec<u8>>>,
) {
    if asked.await.is_err() {
        return;
    }
    tell(HOW);
    loop {
        tell(">> ");
        let typed = tokio::select! {
            biased;
            _ = interrupts.recv() => Ok(Typed::Interrupted),
            typed = typed_line() => typed,
        };
        let line = match typed {
            Ok(Typed::Line(line)) => Ok(line.into_bytes()),
            Ok(Typed::End) => return tell("\n"),
            Ok(Typed::Interrupted) => {
                tell("\n");
                Err(io::Error::other("cancelled"))
            }
            Err(e) => Err(e),
        };
        let over = line.as_ref().map_or(true, |l| l.trim_ascii_end() == b"\\.");
        if lines.send(line).is_err() || over {
            return;
        }
    }
}

/// Lines that come from another thread.
struct Lines {
    /// Told when the first is wanted.
    wanted: Option<oneshot::Sender<()>>,
    lines: Receiver<io::Result<Vec<u8>>>,
    rest: Vec<u8>,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(wanted) = self.wanted.take() {
            let _ = wanted.send(());
        }
        if self.rest.is_empty() {
            self.rest = match self.lines.recv() {
                Ok(line) => line?,
                Err(_) => return Ok(0),
            };
        }
        let length = self.rest.len().min(buffer.len());
        let rest = self.rest.split_off(length);
        let taken = std::mem::replace(&mut self.rest, rest);
        buffer[..length].copy_from_slice(&taken);
        Ok(length)
    }
}
