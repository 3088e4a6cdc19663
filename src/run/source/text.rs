//! The text of a script that has been read and not run.

use crate::error::{Error, Kind, Result};
use crate::sql::bytes::{to_bytes, to_text};
use std::io::Read;

/// Bytes asked for at a time.
const CHUNK: usize = 64 * 1024;

/// What has been read and not run.
pub(super) struct Text {
    pub(super) pending: Vec<u8>,
    /// The script's line on which `pending` begins.
    pub(super) line: usize,
    /// Below this many bytes another look for a statement's end is not worth it: a long statement
    /// is read in doubling pieces, so that it is lexed a few times and not once a chunk.
    pub(super) next_look: usize,
    pub(super) started: bool,
    /// The COPY that was run last failed.
    pub(super) copy_failed: bool,
    /// Bytes of `pending` that have been echoed.
    pub(super) echoed: usize,
    /// Bytes that are no UTF-8 are taken too.
    pub(super) any_bytes: bool,
    /// `\r\n` is read as `\n`.
    pub(super) line_ends: bool,
    /// Each line is a piece, because its end ends a statement.
    pub(super) line_by_line: bool,
    /// Bytes of `pending` that were in the piece before.
    pub(super) kept: usize,
}

impl Default for Text {
    fn default() -> Self {
        Text {
            pending: Vec::new(),
            line: 1,
            next_look: 0,
            started: false,
            copy_failed: false,
            echoed: 0,
            any_bytes: false,
            line_ends: false,
            line_by_line: false,
            kept: 0,
        }
    }
}

/// Drops the `\r` of each `\r\n` from byte `from` on.
fn unify_line_ends(bytes: &mut Vec<u8>, from: usize) {
    if memchr::memmem::find(&bytes[from..], b"\r\n").is_none() {
        return;
    }
    let tail = bytes.split_off(from);
    let ends = |at: usize| tail[at] == b'\r' && tail.get(at + 1) == Some(&b'\n');
    bytes.extend((0..tail.len()).filter(|at| !ends(*at)).map(|at| tail[at]));
}

/// Whole lines, and whether they are the end of the script.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) last: bool,
}

impl Text {
    pub(super) fn read(&mut self, reader: &mut dyn Read) -> Result<Piece> {
        let kept = self.kept;
        loop {
            if self.line_by_line
                && let Some(end) =
                    memchr::memchr(b'\n', &self.pending[kept.min(self.pending.len())..])
            {
                return self.take(kept + end + 1, false);
            }
            let read = self.append(reader)?;
            if read == 0 {
                return self.take(self.pending.len(), true);
            }
            if self.line_by_line {
                continue;
            }
            let Some(end) = memchr::memrchr(b'\n', &self.pending) else {
                continue;
            };
            // A writer that waits for our answer has sent less than we asked for.
            let drained = read < CHUNK && self.pending.trim_ascii_end().ends_with(b";");
            if self.pending.len() >= self.next_look || drained {
                return self.take(end + 1, false);
            }
        }
    }

    /// Reads one chunk more; its length.
    fn append(&mut self, reader: &mut dyn Read) -> Result<usize> {
        let mut chunk = vec![0; CHUNK];
        let read = match reader.read(&mut chunk) {
            Ok(n) => n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {
                return Err(Error::cancelled());
            }
            Err(e) => return Err(Error::io("read the script", &e)),
        };
        let before = self.pending.len();
        self.pending.extend_from_slice(&chunk[..read]);
        if self.line_ends {
            unify_line_ends(&mut self.pending, before.saturating_sub(1));
        }
        Ok(read)
    }

    /// Reads one chunk more, without what a file of Windows begins with; false at the end.
    pub(super) fn fill(&mut self, reader: &mut dyn Read) -> Result<bool> {
        let read = self.append(reader)?;
        if !self.started && self.pending.starts_with(b"\xef\xbb\xbf") {
            self.pending.drain(..3);
        }
        self.started = true;
        Ok(read > 0)
    }

    /// Takes the first `end` bytes as text.
    fn take(&mut self, end: usize, last: bool) -> Result<Piece> {
        let kept = std::mem::take(&mut self.kept);
        if !self.started {
            self.started = true;
            if self.pending.starts_with(b"\xef\xbb\xbf") {
                self.pending.drain(..3);
                self.kept = kept.saturating_sub(3);
                return self.take(end - 3, last);
            }
        }
        let rest = self.pending.split_off(end);
        let bytes = std::mem::replace(&mut self.pending, rest);
        if self.any_bytes {
            let text = to_text(bytes);
            return Ok(Piece { text, last });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Piece { text, last }),
            Err(e) => {
                let at = e.utf8_error().valid_up_to();
                let bytes = e.into_bytes();
                let before = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
                if before > kept {
                    // What stands before can be run.
                    self.pending.splice(..0, bytes);
                    return self.take(before, false);
                }
                self.pending = bytes;
                self.pending.truncate(at);
                Err(
                    Error::new(Kind::Server, "the script is not valid UTF-8 here")
                        .with_hint("Convert it first, for example with: iconv -f LATIN1 -t UTF-8"),
                )
            }
        }
    }

    /// Takes the next line as it is; none at the end.
    pub(super) fn next_line(&mut self, reader: &mut dyn Read) -> Result<Option<String>> {
        let end = loop {
            if let Some(end) = memchr::memchr(b'\n', &self.pending) {
                break end + 1;
            }
            if self.append(reader)? == 0 {
                break self.pending.len();
            }
        };
        (self.kept, self.next_look) = (0, 0);
        let line: Vec<u8> = self.pending.drain(..end).collect();
        self.line += usize::from(line.ends_with(b"\n"));
        Ok((!line.is_empty()).then(|| to_text(line)))
    }

    /// Puts the unfinished end of a piece back before what is still to be read.
    pub(super) fn keep(&mut self, piece: &str, rest: usize) {
        let (done, tail) = piece.split_at(rest);
        self.line += memchr::memchr_iter(b'\n', done.as_bytes()).count();
        let tail = match self.any_bytes {
            true => to_bytes(tail),
            false => tail.as_bytes().into(),
        };
        self.pending.splice(..0, tail.iter().copied());
        self.kept = tail.len();
        self.next_look = if tail.len() < CHUNK {
            0
        } else {
            2 * self.pending.len()
        };
    }
}
