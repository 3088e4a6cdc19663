//! Scripts: read piece by piece, so that a dump of any size takes little memory, and what a
//! program writes into our standard input runs as soon as a statement is complete.

mod text;

use super::failure::{Failed, after_error};
use super::statement::send_buffer;
use super::{Answer, CopyIn, Flow, Origin, Ran, Span, copy, run_text};
use crate::command;
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Place, Result, report};
use crate::output::tell;
use crate::session::batch::{Batch, Mark};
use crate::session::feed::Source;
use crate::session::{Conditions, Script, Session};
use crate::sql::bytes::to_bytes;
use crate::sql::{Open, lex, split};
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;
use std::path::Path;
use text::Text;

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
    let top = input.depth == 0;
    // As in psql, a script has its own query buffer and its own \if.
    let own = !top && session.voice == Voice::Psql;
    let inner = Script {
        name: input.name.clone(),
        line: session.script.line,
        conditions: match own {
            true => Conditions::default(),
            false => std::mem::take(&mut session.script.conditions),
        },
        ..Script::default()
    };
    let outer = std::mem::replace(&mut session.script, inner);
    let around = own.then(|| {
        let query = &mut session.query;
        (
            std::mem::take(&mut query.buffer),
            std::mem::take(&mut query.last),
        )
    });
    let depth = session.script.conditions.depth();
    let mut ran = read_and_run(session, input, stop_on_error).await;
    if session.script.conditions.depth() > depth && !session.interactive {
        if matches!(ran.flow, Flow::Continue) {
            session.complain(&Error::usage(
                "reached EOF without finding closing \\endif(s)",
            ));
            if stop_on_error || session.variables.is_on("ON_ERROR_STOP") {
                ran.flow = Flow::Stop(Kind::Server);
                ran.failed = Some(true);
            }
        }
        session.script.conditions.cut(depth);
    }
    if let Some(batch) = session.batch.as_mut().filter(|_| top) {
        batch.finish();
    }
    if let Some((buffer, last)) = around {
        session.query.buffer = buffer;
        session.query.last = last;
    }
    let inner = std::mem::replace(&mut session.script, outer);
    if !own {
        session.script.conditions = inner.conditions;
    }
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
        if let Flow::Answer(answer) = &ran.flow {
            text.keep(&piece.text, ran.rest);
            text.echoed = 0;
            let answered = take_answer(session, answer, input.reader.as_mut(), &mut text);
            if let Err(error) = answered {
                failed = Some(true);
                let end = text.line.saturating_sub(1);
                let span = Span { line: end, end };
                if let Some(stop) = after_error(session, &Failed::plain(error, span), &origin) {
                    return ended(stop, failed);
                }
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

/// Takes the next line of the script for the value of a variable.
fn take_answer(
    session: &mut Session,
    answer: &Answer,
    reader: &mut dyn Read,
    text: &mut Text,
) -> Result<()> {
    let line = text.next_line(reader)?;
    session.batch_passed(line.as_deref().unwrap_or_default());
    let taken = answer.take(session, line.as_deref());
    if !answer.tail.trim().is_empty() {
        text.pending
            .splice(..0, to_bytes(&answer.tail).iter().copied());
        // Its line was counted and shown with the command.
        text.line -= memchr::memchr_iter(b'\n', answer.tail.as_bytes()).count();
        text.echoed = answer.tail.len();
    }
    taken
}

/// Sends what commands have left in the query buffer at the end of a script, as psql and mysql do; whether
/// that failed, if there was anything.
async fn send_left(session: &mut Session, origin: &Origin<'_>) -> (Flow, Option<bool>) {
    if session.query.buffer.trim().is_empty() || !session.script.conditions.active() {
        return (Flow::Continue, None);
    }
    let end = session.script.line;
    let line = match session.is_mysql() {
        true => session.script.mysql_line.same(end),
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
    let source = Source::inline(
        std::mem::replace(reader, Box::new(std::io::empty())),
        std::mem::take(&mut text.pending),
        session.batch.as_ref().map(Batch::mark),
    );
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
    if !session.query.buffer.is_empty() {
        // What waits before a `\copy` ended with the line before it.
        session.query.buffer.push('\n');
    }
    None
}
