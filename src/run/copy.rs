//! COPY with the client's side: data in the script, in a file, from a program.

use super::failure::{Failed, tell_error};
use super::statement::{effect_of, execute_filled, filled, options, take_buffer};
use super::{Flow, Origin, Span};
use crate::command::{CopyCommand, CopyPlace};
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Result};
use crate::output::{Output, bad_end, shell};
use crate::session::feed::{Fed, Source, feed};
use crate::session::{DataPlace, SendOptions, Session};
use crate::sql::copy::{Direction, any, direction, directions};
use crate::sql::{Effect, Part, Statement, Terminator};
use std::fs::File;
use std::io::{self, Read};
use std::process::{Child, ChildStdout, Stdio};

/// A COPY that wants the data that follow it in the script.
#[derive(Debug)]
pub struct CopyIn {
    sql: String,
    span: Span,
    /// What stands behind the statement on its line: it runs after the COPY.
    pub(super) tail: String,
    /// Somebody types them.
    typed: bool,
    /// Of `\\copy`, which fills no variables in.
    literal: bool,
}

impl CopyIn {
    /// Of a statement in a text, sent as `sql`.
    pub(super) fn new(text: &str, statement: &Statement<'_>, sql: &str, span: Span) -> Self {
        let after = statement.offset + statement.text.len();
        let tail = &text[after..line_end_from(text, after)];
        CopyIn {
            sql: sql.into(),
            span,
            tail: tail.strip_prefix(';').unwrap_or(tail).into(),
            typed: false,
            literal: false,
        }
    }

    /// Whose data somebody types at the prompt.
    pub(super) fn typed(sql: &str, span: Span) -> Self {
        CopyIn {
            sql: sql.into(),
            span,
            tail: String::new(),
            typed: true,
            literal: false,
        }
    }

    /// The text for the server.
    fn sent(&self, session: &Session) -> String {
        match self.literal {
            true => self.sql.clone(),
            false => filled(session, &self.sql),
        }
    }

    /// How many COPYs it has that want data.
    pub(super) fn wanted(&self, session: &Session) -> usize {
        let ways = directions(&self.sent(session), session.dialect());
        let wants = |way: &&Direction| **way == Direction::FromStdin;
        ways.iter().filter(wants).count()
    }

    pub(super) fn failed(&self, error: Error) -> Failed {
        Failed::plain(error, self.span)
    }
}

/// Whether the statement is a COPY that reads from the client, or has one behind a `\\;`.
pub(super) fn wants_data(session: &Session, statement: &Statement<'_>) -> bool {
    if session.pipeline.is_some() {
        return false;
    }
    let dialect = session.dialect();
    if dialect.name != "postgres"
        || !session.query.buffer.is_empty()
        || statement.end == Terminator::Command
    {
        return false;
    }
    match statement.text.contains("\\;") {
        true => is_copy_in(session, &filled(session, statement.text)),
        false => {
            statement.effect == Effect::Write
                && direction(statement.text, dialect) == Some(Direction::FromStdin)
        }
    }
}

/// The same, of a text that is sent whole.
pub(super) fn is_copy_in(session: &Session, text: &str) -> bool {
    let dialect = session.dialect();
    let simple = dialect.name == "postgres" && session.pipeline.is_none();
    simple && any(text, dialect, Direction::FromStdin)
}

/// Whether what `\\g` would send now is one.
pub(super) fn waits(session: &Session) -> bool {
    let text = match session.query.buffer.is_empty() {
        true => &session.query.last,
        false => &session.query.buffer,
    };
    !session.is_mysql() && session.bound.is_none() && is_copy_in(session, text)
}

/// What `\\g` sends: its data follow in the script behind the command's line.
pub(super) fn of_buffer(session: &mut Session, span: Span) -> CopyIn {
    let sql = take_buffer(session);
    let psql = session.voice == Voice::Psql;
    if psql {
        sql.clone_into(&mut session.query.last);
    }
    CopyIn {
        sql,
        span,
        tail: String::new(),
        typed: false,
        // psql has filled variables in as it read.
        literal: psql,
    }
}

/// Where the line on which `part` ends is over.
pub(super) fn line_end(text: &str, part: &Part<'_>) -> usize {
    line_end_from(
        text,
        match part {
            Part::Sql(statement) => statement.offset + statement.text.len(),
            Part::Command(command) => command.offset,
        },
    )
}

pub(super) fn line_end_from(text: &str, from: usize) -> usize {
    let length = memchr::memchr(b'\n', &text.as_bytes()[from..]);
    length.map_or(text.len(), |l| from + l + 1)
}

type Outcome = std::result::Result<Flow, Failed>;

/// Runs a COPY with these data. The source comes back when the statement has ended and its data
/// are read.
pub(super) async fn run(session: &mut Session, copy: &CopyIn, source: Source) -> (Outcome, Fed) {
    let sql = copy.sent(session);
    if session.voice == Voice::Psql && !copy.literal {
        sql.clone_into(&mut session.query.last);
    }
    // A reader that went away shows when the result is written.
    if matches!(super::psql::announce(session, &sql), Ok(false)) {
        return (Ok(Flow::Continue), feed(source).1);
    }
    let script = session.script.name.clone().filter(|_| source.inline);
    let data_place = script.filter(|_| session.voice == Voice::Psql);
    let data_place = data_place.map(|file| {
        Box::new(DataPlace {
            file,
            line: copy.span.end,
            sent: source.sent_lines.clone(),
        })
    });
    let (data, back) = feed(source);
    let send = SendOptions {
        unwatched: copy.typed,
        data_place,
        ..options(session, copy.span)
    };
    let done = super::psql::send_with(session, &sql, Effect::Write, &send, Some(data)).await;
    let outcome = done.map(|_| Flow::Continue).map_err(|error| Failed {
        error,
        statement: Some(sql),
        span: copy.span,
    });
    (outcome, back)
}

/// A COPY of `-c`: its data come from standard input.
pub(super) async fn from_stdin(session: &mut Session, sql: &str, span: Span) -> Outcome {
    let copy = CopyIn {
        sql: sql.into(),
        span,
        tail: String::new(),
        typed: false,
        literal: false,
    };
    run(session, &copy, Source::new(Box::new(io::stdin()), true))
        .await
        .0
}

/// `\\copy`
pub(super) async fn command(
    session: &mut Session,
    command: CopyCommand,
    origin: &Origin<'_>,
    span: Span,
) -> Outcome {
    let failed = |error| Failed::plain(error, span);
    if !command.inwards {
        return copy_out(session, &command, span).await;
    }
    let copy = CopyIn {
        sql: command.sql,
        span,
        tail: String::new(),
        typed: false,
        literal: true,
    };
    let source = match command.place {
        CopyPlace::Here if origin.inline => return Ok(Flow::Data(copy)),
        // Then the script is what comes from there.
        CopyPlace::Process if origin.inline && origin.file.is_none() => {
            return Ok(Flow::Data(copy));
        }
        CopyPlace::Here | CopyPlace::Process if session.interactive => {
            return super::typed::run(session, &CopyIn::typed(&copy.sql, span)).await;
        }
        CopyPlace::Here => Source::new(Box::new(io::stdin()), true),
        CopyPlace::Process => Source::new(Box::new(io::stdin()), false),
        CopyPlace::File(name) => Source::new(open(&name).map_err(failed)?, false),
        CopyPlace::Program(command) if session.voice == Voice::Psql => {
            return from_program(session, &copy, &command).await;
        }
        CopyPlace::Program(command) => {
            let program = Program::start(&command).map_err(failed)?;
            Source::new(Box::new(program), false)
        }
    };
    run(session, &copy, source).await.0
}

/// psql's way: what the program has written stays, however it ends, and its end is told behind.
async fn from_program(session: &mut Session, copy: &CopyIn, command: &str) -> Outcome {
    let failed = |error| Failed::plain(error, copy.span);
    let Program { mut child, output } = Program::start(command).map_err(failed)?;
    let (done, back) = run(session, copy, Source::new(Box::new(output), false)).await;
    drop(back.back().await);
    let waited = tokio::task::spawn_blocking(move || child.wait()).await;
    let ended = match waited.map_err(io::Error::other).and_then(|status| status) {
        Err(e) => Err(Error::io(format!("wait for \"{command}\""), &e)),
        Ok(status) => match bad_end(status) {
            Some(end) => Err(Error::new(Kind::Io, format!("{command}: {end}"))),
            None => Ok(()),
        },
    };
    both(session, done, ended.map_err(failed))
}

async fn copy_out(session: &mut Session, command: &CopyCommand, span: Span) -> Outcome {
    let effect = effect_of(session, &command.sql);
    let send = SendOptions::default();
    let failed = |error| Failed::plain(error, span);
    let here = session.output.is_standard();
    let output = match &command.place {
        CopyPlace::Process if !here => Output::stdout(),
        CopyPlace::Here | CopyPlace::Process => {
            let sql = command.sql.clone();
            return execute_filled(session, sql, effect, &send, span).await;
        }
        CopyPlace::Program(program) => Output::open(&format!("|{program}")).map_err(failed)?,
        // A bar at the start would start a program.
        CopyPlace::File(name) if name.starts_with('|') => {
            Output::open(&format!("./{name}")).map_err(failed)?
        }
        CopyPlace::File(name) => Output::open(name).map_err(failed)?,
    };
    if !super::psql::announce(session, &command.sql).map_err(failed)? {
        return Ok(Flow::Continue);
    }
    let (done, closed) = session.execute_into(&command.sql, effect, output).await;
    let done = done.map_err(|error| match (error.kind, &command.place) {
        // The program that reads is not the reader of our output.
        (Kind::Closed, CopyPlace::Program(program)) => Error::new(
            Kind::Io,
            format!("could not write COPY data: \"{program}\" has ended before their end"),
        )
        .with_psql("could not write COPY data: Broken pipe"),
        _ => error,
    });
    let done = done.map_err(|error| Failed {
        error,
        statement: Some(command.sql.clone()),
        span,
    });
    both(session, done, closed.map_err(failed)).map(|()| Flow::Continue)
}

/// What a COPY and its program came to: psql tells both errors, others the first.
fn both<T>(
    session: &mut Session,
    done: std::result::Result<T, Failed>,
    ended: std::result::Result<(), Failed>,
) -> std::result::Result<T, Failed> {
    match (done, ended) {
        (Err(failed), Err(ended)) if session.voice == Voice::Psql => {
            tell_error(session, &failed);
            Err(ended)
        }
        (done, ended) => done.and_then(|value| ended.map(|()| value)),
    }
}

fn open(name: &str) -> Result<Box<dyn Read + Send>> {
    let failed = |e: &io::Error| Error::file(format!("open file \"{name}\""), name, e);
    let file = File::open(name).map_err(|e| failed(&e))?;
    match file.metadata().is_ok_and(|m| m.is_dir()) {
        true => Err(failed(&io::ErrorKind::IsADirectory.into())),
        false => Ok(Box::new(file)),
    }
}

/// The output of a program. That it failed is an error at the end, so that half of its data are
/// not taken for all of them.
struct Program {
    child: Child,
    output: ChildStdout,
}

impl Program {
    fn start(command: &str) -> Result<Self> {
        let failed = |e: &io::Error| Error::io(format!("start \"{command}\""), e);
        let mut child = shell(command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| failed(&e))?;
        match child.stdout.take() {
            Some(output) => Ok(Program { child, output }),
            None => Err(failed(&io::ErrorKind::BrokenPipe.into())),
        }
    }
}

impl Read for Program {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.output.read(buf)?;
        if read == 0 && !buf.is_empty() {
            let status = self.child.wait()?;
            if !status.success() {
                return Err(io::Error::other(format!("the program failed: {status}")));
            }
        }
        Ok(read)
    }
}
