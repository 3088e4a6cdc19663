//! Scripts: read piece by piece, so that a dump of any size takes little memory, and what a
//! program writes into our standard input runs as soon as a statement is complete.

use super::failure::after_error;
use super::statement::send_buffer;
use super::{CopyIn, Flow, Origin, Ran, Span, copy, run_text};
use crate::command;
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Place, Result, report};
use crate::output::tell;
use crate::session::Session;
use crate::session::batch::{Batch, Mark};
use crate::session::feed::Source;
use crate::sql::bytes::{to_bytes, to_text};
use crate::sql::{Open, lex, split};
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;

/// Bytes asked for at a time.
const CHUNK: usize = 64 * 1024;

/// Scripts within scripts.
const MOST_DEPTH: usize = 64;

/// A script that is being read.
pub struct Input {
    reader: Box<dyn Read + Send>,
    /// For messages; `None` for standard input.
    name: Option<String>,
    /// Bytes, where that is known.
    size: Option<u64>,
    depth: usize,
}

impl Input {
    pub fn stdin() -> Self {
        Input {
            reader: Box::new(std::io::stdin()),
            name: None,
            size: size_of_stdin(),
            depth: 0,
        }
    }

    /// A file; `-` is standard input.
    pub fn open(path: &Path, name: &str, depth: usize) -> Result<Self> {
        if name == "-" {
            return Ok(Input {
                depth,
                name: Some("<stdin>".into()),
                ..Input::stdin()
            });
        }
        if depth > MOST_DEPTH {
            return Err(Error::new(
                Kind::Io,
                format!("\"{name}\": scripts include each other"),
            ));
        }
        let file =
            File::open(path).map_err(|e| Error::file(format!("open file \"{name}\""), name, &e))?;
        let about = file.metadata().ok();
        if about.as_ref().is_some_and(std::fs::Metadata::is_dir) {
            return Err(Error::new(
                Kind::Io,
                format!("could not read \"{name}\": is a directory"),
            ));
        }
        Ok(Input {
            reader: Box::new(file),
            name: Some(name.to_string()),
            size: about.filter(std::fs::Metadata::is_file).map(|m| m.len()),
            depth,
        })
    }
}

/// Where standard input is a file, its size is known.
fn size_of_stdin() -> Option<u64> {
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
    let about = File::from(stdin).metadata().ok()?;
    about.is_file().then_some(about.len())
}

/// Runs a script to its end, or to its first error.
pub async fn run_input(session: &mut Session, input: Input, stop_on_error: bool) -> Ran {
    let outer = std::mem::replace(&mut session.script, input.name.clone());
    let line = std::mem::take(&mut session.mysql_line);
    let line_of_script = session.line;
    let top = input.depth == 0;
    // As in psql, a script has its own query buffer and its own \if.
    let own = !top && session.voice == Voice::Psql;
    let around = own.then(|| {
        (
            std::mem::take(&mut session.buffer),
            std::mem::take(&mut session.last),
            std::mem::take(&mut session.conditions),
        )
    });
    let depth = session.conditions.depth();
    let mut ran = read_and_run(session, input, stop_on_error).await;
    if session.conditions.depth() > depth && !session.interactive {
        if matches!(ran.flow, Flow::Continue) {
            session.complain(&Error::usage(
                "reached EOF without finding closing \\endif(s)",
            ));
            if stop_on_error || session.variables.is_on("ON_ERROR_STOP") {
                ran.flow = Flow::Stop(Kind::Server);
                ran.failed = Some(true);
            }
        }
        session.conditions.cut(depth);
    }
    if let Some(batch) = session.batch.as_mut().filter(|_| top) {
        batch.finish();
    }
    if let Some((buffer, last, conditions)) = around {
        session.buffer = buffer;
        session.last = last;
        session.conditions = conditions;
    }
    session.script = outer;
    session.line = line_of_script;
    session.mysql_line = line;
    ran
}

/// A script that is over.
fn ended(flow: Flow, failed: Option<bool>) -> Ran {
    Ran {
        flow,
        failed,
        rest: 0,
        echoed: 0,
        again: false,
    }
}

async fn read_and_run(session: &mut Session, mut input: Input, stop_on_error: bool) -> Ran {
    let mut text = Text {
        // Their servers judge them, by the encoding that the session has.
        any_bytes: session.dialect().name != "sqlite",
        line_ends: session.is_mysql() && !session.mysql.binary,
        ..Text::default()
    };
    let mut failed = None;
    if input.depth == 0
        && let Err(error) = begin_batch(session, &mut input, &mut text).await
    {
        session.complain(&error);
        return ended(Flow::Stop(error.kind), Some(true));
    }
    loop {
        text.line_by_line = super::reading::reads_lines(session);
        let piece = match text.read(input.reader.as_mut()) {
            Ok(piece) => piece,
            Err(error) => {
                let file = Some(input.name.as_deref().unwrap_or("standard input"));
                let line = text.line + text.pending.iter().filter(|b| **b == b'\n').count();
                tell(&report(
                    &error,
                    &Place {
                        file,
                        line,
                        end: line,
                        statement: None,
                        words: session.words(),
                    },
                ));
                return ended(Flow::Stop(error.kind), Some(true));
            }
        };
        let origin = Origin {
            file: input.name.as_deref(),
            line: text.line,
            stop_on_error,
            last: piece.last || text.line_by_line && is_whole(session, &piece.text),
            inline: true,
            depth: input.depth,
            echoed: text.echoed,
        };
        let ran = run_text(session, &piece.text, &origin).await;
        failed = ran.failed.or(failed);
        if let Flow::Data(copy) = &ran.flow {
            text.keep(&piece.text, ran.rest);
            text.echoed = 0;
            let stop = run_copy(session, copy, &mut input.reader, &mut text, &origin).await;
            failed = Some(stop.is_some() || text.copy_failed);
            if let Some(flow) = stop {
                return ended(flow, failed);
            }
            if let Err(error) = session.batch_keep() {
                session.complain(&error);
                return ended(Flow::Stop(error.kind), Some(true));
            }
            continue;
        }
        let over = piece.last && ran.rest == piece.text.len();
        if over && matches!(ran.flow, Flow::Continue) {
            let (flow, left) = send_left(session, &origin).await;
            return ended(flow, left.or(failed));
        }
        let quits = matches!(ran.flow, Flow::Quit) && input.depth == 0;
        if quits && (session.voice == Voice::Psql || session.is_mysql()) {
            let (flow, left) = send_left(session, &origin).await;
            let flow = match flow {
                Flow::Continue => Flow::Quit,
                flow => flow,
            };
            return ended(flow, left.or(failed));
        }
        if !matches!(ran.flow, Flow::Continue) {
            return ended(ran.flow, failed);
        }
        text.keep(&piece.text, ran.rest);
        text.echoed = ran.echoed;
        if text.line_by_line != super::reading::reads_lines(session) {
            // What is left has not been read in this way.
            text.kept = 0;
        }
    }
}

/// Sends what commands have left in the query buffer at the end of a script, as psql and mysql do; whether
/// that failed, if there was anything.
async fn send_left(session: &mut Session, origin: &Origin<'_>) -> (Flow, Option<bool>) {
    if session.buffer.trim().is_empty() || !session.conditions.active() {
        return (Flow::Continue, None);
    }
    let end = session.line;
    let line = match session.is_mysql() {
        true => session.mysql_line.same(end),
        false => end,
    };
    let span = Span { line, end };
    match send_buffer(session, command::Send::default(), span).await {
        Ok(flow) => (flow, Some(false)),
        Err(failed) => {
            let stop = after_error(session, &failed, origin);
            (stop.unwrap_or(Flow::Continue), Some(true))
        }
    }
}

/// Whether nothing is open at the end of a line but the statement itself (SINGLELINE).
fn is_whole(session: &Session, text: &str) -> bool {
    let dialect = session.dialect();
    let open = split(text, &lex(text, dialect), dialect).open;
    matches!(open, None | Some(Open::Statement))
}

/// Tells a long script how long it is, and passes over what an earlier run has done.
async fn begin_batch(session: &mut Session, input: &mut Input, text: &mut Text) -> Result<()> {
    let Some(batch) = &mut session.batch else {
        return Ok(());
    };
    let Some(position) = batch.begin(input.size)? else {
        return Ok(());
    };
    let mut mark = Mark::default();
    while mark.bytes < position.mark.bytes {
        if !text.fill(input.reader.as_mut())? {
            break;
        }
        let wanted = usize::try_from(position.mark.bytes - mark.bytes).unwrap_or(usize::MAX);
        // The last byte of a piece may yet turn out to belong to a line's end.
        let sure = text.pending.len().saturating_sub(1).min(wanted);
        let passed: Vec<u8> = text.pending.drain(..sure).collect();
        mark.pass(&passed);
    }
    let left = (position.mark.bytes - mark.bytes) as usize;
    if left > 0 && left <= text.pending.len() {
        let passed: Vec<u8> = text.pending.drain(..left).collect();
        mark.pass(&passed);
    }
    if mark != position.mark {
        return Err(Error::new(
            Kind::Config,
            "the script does not begin as the one of the checkpoint",
        )
        .with_hint("Give the script that was interrupted, or begin anew without --resume."));
    }
    text.line = position.line;
    text.started = true;
    session.batch_set_up(&position).await
}

/// Runs a COPY whose data come next in the script, and goes on behind them.
async fn run_copy(
    session: &mut Session,
    copy: &CopyIn,
    reader: &mut Box<dyn Read + Send>,
    text: &mut Text,
    origin: &Origin<'_>,
) -> Option<Flow> {
    let source = Source {
        reader: std::mem::replace(reader, Box::new(std::io::empty())),
        pending: std::mem::take(&mut text.pending),
        inline: true,
        lines: 0,
        sent_lines: std::sync::Arc::default(),
        mark: session.batch.as_ref().map(Batch::mark),
        sent: Arc::default(),
        served: 0,
    };
    let (result, source) = copy::run(session, copy, source).await;
    text.copy_failed = result.is_err();
    let back = source.back().await;
    if let Err(mut failed) = result {
        // Where psql has read to when the server refuses.
        failed.span.end += back.as_ref().map_or(0, |source| source.lines);
        if let Some(stop) = after_error(session, &failed, origin) {
            return Some(stop);
        }
    }
    if let Some(mut source) = back {
        if session.passes_over_refused_data() {
            for _ in source.served..copy.wanted(session) {
                source.pass_over();
            }
        }
        if let (Some(batch), Some(mark)) = (&mut session.batch, source.mark) {
            batch.passed(mark);
        }
        *reader = source.reader;
        text.line += source.lines;
        text.pending = source.pending;
        // What has been counted must not come again.
        if session.batch.is_none() || !copy.tail.trim().is_empty() {
            text.pending
                .splice(..0, to_bytes(&copy.tail).iter().copied());
            // Its line has been counted.
            text.line -= memchr::memchr_iter(b'\n', copy.tail.as_bytes()).count();
            // Its line was shown with the COPY.
            text.echoed = copy.tail.len();
        }
        text.next_look = 0;
    }
    None
}

/// What has been read and not run.
struct Text {
    pending: Vec<u8>,
    /// The script's line on which `pending` begins.
    line: usize,
    /// Below this many bytes another look for a statement's end is not worth it: a long statement
    /// is read in doubling pieces, so that it is lexed a few times and not once a chunk.
    next_look: usize,
    started: bool,
    /// The COPY that was run last failed.
    copy_failed: bool,
    /// Bytes of `pending` that have been echoed.
    echoed: usize,
    /// Bytes that are no UTF-8 are taken too.
    any_bytes: bool,
    /// `\r\n` is read as `\n`.
    line_ends: bool,
    /// Each line is a piece, because its end ends a statement.
    line_by_line: bool,
    /// Bytes of `pending` that were in the piece before.
    kept: usize,
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
struct Piece {
    text: String,
    last: bool,
}

impl Text {
    fn read(&mut self, reader: &mut dyn Read) -> Result<Piece> {
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
    fn fill(&mut self, reader: &mut dyn Read) -> Result<bool> {
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

    /// Puts the unfinished end of a piece back before what is still to be read.
    fn keep(&mut self, piece: &str, rest: usize) {
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
