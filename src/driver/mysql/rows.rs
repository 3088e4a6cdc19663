//! The rows of a session's answers, on their way from the relay to the statement, past the client
//! library.

use super::gate::{Gate, Senseless};
use super::tap::{Step, Tap};
use crate::driver::{LULL, SMALL_PIECE};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// Bytes that are asked for at once.
const BUFFER: usize = 64 * 1024;
/// So many bytes of rows are worth waking somebody up for.
const WORTHWHILE: usize = 48 * 1024;
/// Later rows of a result may wait this long for company; the first never wait.
const LINGER: Duration = Duration::from_millis(5);
/// Pieces on their way, so that one is read while another is written.
const PIECES: usize = 2;

/// Some rows, as the server has packed them.
pub(super) enum Piece {
    Rows(Vec<u8>),
    /// The result is complete, or broke off; what the client library sees next says so.
    End,
}

/// Where the statement takes them.
pub(super) struct Taken {
    wanted: Arc<AtomicBool>,
    pieces: mpsc::Receiver<Piece>,
}

/// Where the relay puts them.
pub(super) struct Giver {
    wanted: Arc<AtomicBool>,
    pieces: mpsc::Sender<Piece>,
}

pub(super) fn way() -> (Giver, Taken) {
    let wanted = Arc::new(AtomicBool::new(false));
    let (to, from) = mpsc::channel(PIECES);
    let giver = Giver {
        wanted: Arc::clone(&wanted),
        pieces: to,
    };
    let taken = Taken {
        wanted,
        pieces: from,
    };
    (giver, taken)
}

impl Taken {
    /// Whether the rows of the next answer come this way: to be said before the statement is sent,
    /// and taken back behind its end.
    pub(super) fn want(&self, wanted: bool) {
        self.wanted.store(wanted, Ordering::Release);
    }

    /// The next rows; none where the result is over.
    pub(super) async fn next(&mut self) -> Option<Vec<u8>> {
        match self.pieces.recv().await {
            Some(Piece::Rows(rows)) => Some(rows),
            Some(Piece::End) | None => None,
        }
    }

    /// Nothing more has come yet.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

/// Whole rows that are not yet worthwhile, and behind them what is not understood yet.
struct Held {
    bytes: Vec<u8>,
    /// How many of the bytes are rows.
    rows: usize,
    /// Nothing of this result has been given yet.
    is_first: bool,
    /// Until when the rows may wait.
    patience: Instant,
}

impl Giver {
    /// Carries what the server sends until it closes the connection. The rows that are wanted go
    /// their own way; the gate looks at everything else. `shift` is told by how much the numbers of
    /// the client's packets differ.
    pub(super) async fn carry(
        self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
        gate: &mut Gate,
        mut tap: Tap,
        shift: &AtomicU8,
    ) -> io::Result<()> {
        let mut held = Held {
            bytes: Vec::new(),
            rows: 0,
            is_first: true,
            patience: Instant::now(),
        };
        loop {
            let read = self.read(from, &mut held).await;
            if !matches!(read, Ok(1..)) {
                self.give(&mut held).await;
                return read.map(|_| ());
            }
            if tap.is_idle() && self.wanted.swap(false, Ordering::AcqRel) {
                tap.begin();
                held.is_first = true;
            }
            loop {
                let rest = &mut held.bytes[held.rows..];
                let step = tap.next(rest).map_err(senseless)?;
                shift.store(tap.shift(), Ordering::Release);
                match step {
                    Step::Wait | Step::Pass(0) => break,
                    Step::Rows(n) => held.rows += n,
                    Step::Pass(n) => {
                        self.give(&mut held).await;
                        pass(&mut held, n, gate, to).await?;
                    }
                    Step::End(n) => {
                        self.give(&mut held).await;
                        let _ = self.pieces.send(Piece::End).await;
                        held.is_first = true;
                        pass(&mut held, n, gate, to).await?;
                    }
                }
            }
            if held.rows >= WORTHWHILE || held.is_first {
                self.give(&mut held).await;
            }
        }
    }

    /// Reads on. Rows that have waited long enough are given meanwhile.
    async fn read(
        &self,
        from: &mut (impl AsyncRead + Unpin),
        held: &mut Held,
    ) -> io::Result<usize> {
        held.bytes.reserve(BUFFER);
        if held.rows > 0 {
            if held.rows < SMALL_PIECE {
                std::thread::sleep(LULL);
            }
            let read = from.read_buf(&mut held.bytes);
            match timeout_at(held.patience, read).await {
                Ok(read) => return read,
                Err(_) => self.give(held).await,
            }
        }
        from.read_buf(&mut held.bytes).await
    }

    /// Hands the rows on. Where nobody takes them any more, the session is over, and its end is
    /// noticed elsewhere.
    async fn give(&self, held: &mut Held) {
        if held.rows == 0 {
            return;
        }
        let mut rest = Vec::with_capacity(2 * BUFFER);
        rest.extend_from_slice(&held.bytes[held.rows..]);
        let mut rows = std::mem::replace(&mut held.bytes, rest);
        rows.truncate(held.rows);
        held.rows = 0;
        held.is_first = false;
        let _ = self.pieces.send(Piece::Rows(rows)).await;
        held.patience = Instant::now() + LINGER;
    }
}

/// Hands the first `n` bytes on to the client library.
async fn pass(
    held: &mut Held,
    n: usize,
    gate: &mut Gate,
    to: &mut (impl AsyncWrite + Unpin),
) -> io::Result<()> {
    gate.look(&held.bytes[..n]).map_err(senseless)?;
    to.write_all(&held.bytes[..n]).await?;
    to.flush().await?;
    held.bytes.drain(..n);
    Ok(())
}

fn senseless(_: Senseless) -> io::Error {
    ErrorKind::InvalidData.into()
}
