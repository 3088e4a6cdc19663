//! The rows of a session's answers, on their way from the relay to the statement, past the client
//! library.

use super::gate::{Gate, Senseless};
use super::tap::{Step, Tap};
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

impl Giver {
    /// Carries what the server sends until it closes the connection. The rows that are wanted go
    /// their own way; the gate looks at everything else.
    pub(super) async fn carry(
        self,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
        gate: &mut Gate,
        mut tap: Tap,
    ) -> io::Result<()> {
        // Whole rows that are not yet worthwhile, and what is not understood yet.
        let mut buffer = Vec::new();
        let mut rows = 0;
        let mut is_first = true;
        let mut patience = Instant::now();
        loop {
            buffer.reserve(BUFFER);
            let read = from.read_buf(&mut buffer);
            let read = match rows {
                0 => read.await?,
                _ => match timeout_at(patience, read).await {
                    Ok(read) => read?,
                    Err(_) => {
                        self.give(&mut buffer, &mut rows).await;
                        continue;
                    }
                },
            };
            if read == 0 {
                return Ok(());
            }
            if tap.is_idle() && self.wanted.swap(false, Ordering::AcqRel) {
                tap.begin();
                is_first = true;
            }
            loop {
                let (passed, is_end) = match tap.next(&mut buffer[rows..]).map_err(senseless)? {
                    Step::Wait | Step::Pass(0) => break,
                    Step::Rows(n) => {
                        rows += n;
                        continue;
                    }
                    Step::Pass(n) => (n, false),
                    Step::End(n) => (n, true),
                };
                self.give(&mut buffer, &mut rows).await;
                if is_end {
                    is_first = true;
                    let _ = self.pieces.send(Piece::End).await;
                }
                gate.look(&buffer[..passed]).map_err(senseless)?;
                to.write_all(&buffer[..passed]).await?;
                to.flush().await?;
                buffer.drain(..passed);
            }
            if rows >= WORTHWHILE || rows > 0 && is_first {
                self.give(&mut buffer, &mut rows).await;
                is_first = false;
                patience = Instant::now() + LINGER;
            }
        }
    }

    /// Hands the rows on that the buffer begins with. Where nobody takes them any more, the session
    /// is over, and its end is noticed elsewhere.
    async fn give(&self, buffer: &mut Vec<u8>, rows: &mut usize) {
        if *rows > 0 {
            let mut rest = Vec::with_capacity(2 * BUFFER);
            rest.extend_from_slice(&buffer[*rows..]);
            let mut whole = std::mem::replace(buffer, rest);
            whole.truncate(*rows);
            *rows = 0;
            let _ = self.pieces.send(Piece::Rows(whole)).await;
        }
    }
}

fn senseless(_: Senseless) -> io::Error {
    ErrorKind::InvalidData.into()
}
