//! The data of `COPY … FROM STDIN`, read on a thread of its own and handed on in large pieces.

use super::batch::Mark;
use crate::driver::CopyData;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use tokio::sync::mpsc::Sender;
use tokio::sync::{mpsc, oneshot};

/// Bytes read at a time.
const CHUNK: usize = 256 * 1024;

/// Where the data come from.
pub struct Source {
    pub reader: Box<dyn Read + Send>,
    /// Read already.
    pub pending: Vec<u8>,
    /// A line `\\.` ends the data, and what follows is something else.
    pub inline: bool,
    /// Lines that were taken.
    pub lines: usize,
    /// The same, with those that are on their way: known before the server answers them.
    pub sent_lines: Arc<AtomicUsize>,
    /// What was taken, where somebody wants to know.
    pub mark: Option<Mark>,
    /// Bytes that were handed on.
    pub sent: Arc<AtomicU64>,
    /// COPYs that have asked for data.
    pub served: usize,
    /// The beginning of the line with which `pending` goes on has been handed on.
    in_line: bool,
}

impl Source {
    pub fn new(reader: Box<dyn Read + Send>, inline: bool) -> Self {
        Source {
            reader,
            pending: Vec::new(),
            inline,
            lines: 0,
            sent_lines: Arc::default(),
            mark: None,
            sent: Arc::default(),
            served: 0,
            in_line: false,
        }
    }

    /// What stands in a script, of which `pending` is read already.
    pub fn inline(reader: Box<dyn Read + Send>, pending: Vec<u8>, mark: Option<Mark>) -> Self {
        Source {
            pending,
            mark,
            ..Source::new(reader, true)
        }
    }

    /// Reads the data of a COPY that the server has refused, up to their end.
    pub fn pass_over(&mut self) {
        self.send_all(None);
    }
}

/// A source that is being read, and comes back.
pub struct Fed(oneshot::Receiver<Source>);

impl Fed {
    /// The source when its data have been read: untouched where the server never asked.
    pub async fn back(self) -> Option<Source> {
        self.0.await.ok()
    }
}

/// The data for the driver: for one COPY after the other, each up to its end.
pub fn feed(mut source: Source) -> (CopyData, Fed) {
    let (wanted, mut asked) = mpsc::unbounded_channel();
    let (give, back) = oneshot::channel();
    let sent = Arc::clone(&source.sent);
    std::thread::spawn(move || {
        while let Some(sender) = asked.blocking_recv() {
            source.send_all(Some(&sender));
        }
        let _ = give.send(source);
    });
    (CopyData { wanted, sent }, Fed(back))
}

impl Source {
    fn send_all(&mut self, sender: Option<&Sender<io::Result<Vec<u8>>>>) {
        self.served += 1;
        let mut ended = false;
        loop {
            let (data, mark) = match self.inline {
                true => data_in(&self.pending, self.in_line, ended),
                false => (self.pending.len(), None),
            };
            if data > 0 {
                let rest = self.pending.split_off(data);
                let chunk = std::mem::replace(&mut self.pending, rest);
                self.lines += memchr::memchr_iter(b'\n', &chunk).count();
                self.in_line = !chunk.ends_with(b"\n");
                self.pass(&chunk);
                self.sent.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                let lines = self.lines + usize::from(mark.is_some());
                self.sent_lines.store(lines, Ordering::Relaxed);
                let refused = sender.is_none_or(|s| s.blocking_send(Ok(chunk)).is_err());
                // The data of a COPY that failed are no statements: they are read to their end.
                if refused && !self.inline {
                    return;
                }
            }
            if let Some(mark) = mark {
                let line: Vec<u8> = self.pending.drain(..mark).collect();
                self.pass(&line);
                self.lines += 1;
                return;
            }
            if ended {
                return;
            }
            match self.read() {
                Ok(n) => ended = n == 0,
                Err(e) => {
                    if let Some(sender) = sender {
                        let _ = sender.blocking_send(Err(e));
                    }
                    return;
                }
            }
        }
    }

    fn pass(&mut self, bytes: &[u8]) {
        if let Some(mark) = &mut self.mark {
            mark.pass(bytes);
        }
    }

    fn read(&mut self) -> io::Result<usize> {
        let had = self.pending.len();
        self.pending.resize(had + CHUNK, 0);
        let read = loop {
            match self.reader.read(&mut self.pending[had..]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        self.pending.truncate(had + *read.as_ref().unwrap_or(&0));
        read
    }
}

/// How many of these bytes are data for sure, and the length of the line `\\.` behind them. The
/// bytes begin at the start of a line, or within one.
fn data_in(bytes: &[u8], in_line: bool, ended: bool) -> (usize, Option<usize>) {
    let begins = |at: usize| match at.checked_sub(1) {
        Some(before) => bytes[before] == b'\n',
        None => !in_line,
    };
    for at in memchr::memmem::find_iter(bytes, b"\\.").filter(|at| begins(*at)) {
        match &bytes[at + 2..] {
            [b'\n', ..] => return (at, Some(3)),
            [b'\r', b'\n', ..] => return (at, Some(4)),
            [] | [b'\r'] if ended => return (at, Some(bytes.len() - at)),
            [] | [b'\r'] => return (at, None),
            _ => {}
        }
    }
    // A line may be as long as it likes; only its first byte can yet turn out to be the mark's.
    match bytes.split_last() {
        Some((b'\\', data)) if !ended && begins(data.len()) => (data.len(), None),
        _ => (bytes.len(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_end_at_their_mark() {
        for (bytes, in_line, ended, expected) in [
            ("1\n2\n\\.\nselect", false, false, (4, Some(3))),
            ("\\.\r\n", false, false, (0, Some(4))),
            ("1\n\\.", false, false, (2, None)),
            ("1\n\\.\r", false, false, (2, None)),
            ("1\n\\.", false, true, (2, Some(2))),
            ("a\\.\n\\.b\n\\.\n", false, false, (8, Some(3))),
            ("1\n2", false, false, (3, None)),
            ("1\n2", false, true, (3, None)),
            ("1\n\\", false, false, (2, None)),
            ("1\n\\", false, true, (3, None)),
            ("1\\", false, false, (2, None)),
            ("\\", true, false, (1, None)),
            ("\\.\n\\.\n", true, false, (3, Some(3))),
            ("", false, true, (0, None)),
        ] {
            let found = data_in(bytes.as_bytes(), in_line, ended);
            assert_eq!(found, expected, "{bytes:?}");
        }
    }
}
