//! Text to parts, in order, to the session or a command; obeys what commands ask for. Used by the
//! prompt and by scripts.

mod copy;
mod source;

pub use copy::CopyIn;
pub use source::{Input, run_input};

use crate::command::{self, Next, Send};
use crate::error::voice::{self, Voice};
use crate::error::{Error, Kind, Place, Result, report};
use crate::output::{Output, tell};
use crate::session::{SendOptions, Session};
use crate::sql::vars::interpolate;
use crate::sql::{CommandLine, Effect, Part, Statement, Terminator, lex_with, split};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::borrow::Cow;

/// Where a text comes from, and what an error does to it.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The script's name, for error messages; none at the prompt and for `-c`.
    pub file: Option<&'a str>,
    /// The line of the script on which the text begins, counted from 1.
    pub line: usize,
    /// The first error ends the text.
    pub stop_on_error: bool,
    /// Nothing follows: an unfinished statement is sent too.
    pub last: bool,
    /// The data of a `COPY … FROM STDIN` follow in the text.
    pub inline: bool,
    /// Scripts that run this script, against endless recursion.
    pub depth: usize,
}

impl Origin<'_> {
    /// What is typed at the prompt or given with `-c`.
    pub fn whole(stop_on_error: bool) -> Self {
        Origin {
            file: None,
            line: 1,
            stop_on_error,
            last: true,
            inline: false,
            depth: 0,
        }
    }
}

/// What comes after a text.
#[derive(Debug)]
pub enum Flow {
    Continue,
    Quit,
    /// Put this text into the editor.
    Edit(String),
    /// A COPY whose data follow in the script.
    Data(CopyIn),
    /// An error of this kind ended the text.
    Stop(Kind),
}

/// How a text went.
#[derive(Debug)]
pub struct Ran {
    pub flow: Flow,
    /// Whether the last statement or command failed; `None` when nothing was run.
    pub failed: Option<bool>,
    /// Byte offset of an unfinished statement at the end, when more text will follow.
    pub rest: usize,
}

/// Runs a text. Errors are reported on standard error as they come.
pub async fn run_text(session: &mut Session, text: &str, origin: &Origin<'_>) -> Ran {
    if let Some(flow) = plain_word(session, text) {
        return Ran {
            flow,
            failed: Some(false),
            rest: text.len(),
        };
    }
    let dialect = session.dialect();
    let tokens = lex_with(text, dialect, &session.delimiter);
    let parts = split(text, &tokens, dialect);
    if let Some(delimiter) = parts.delimiter {
        session.delimiter = delimiter;
    }
    let mut ran = Ran {
        flow: Flow::Continue,
        failed: None,
        rest: text.len(),
    };
    let mut lines = Lines {
        text,
        at: 0,
        line: origin.line,
    };
    for part in &parts.parts {
        let (offset, unfinished) = match part {
            Part::Sql(s) => (s.offset, s.end == Terminator::End && !origin.last),
            Part::Command(c) => (c.offset, false),
        };
        if unfinished {
            ran.rest = offset;
            break;
        }
        let line = lines.number(offset);
        let result = match part {
            Part::Sql(statement) if origin.inline && copy::wants_data(session, statement) => {
                Ok(Flow::Data(CopyIn::new(text, statement, line)))
            }
            Part::Sql(statement) => run_statement(session, statement, origin, line).await,
            Part::Command(command) => run_command(session, command, origin, line).await,
        };
        match result {
            Ok(Flow::Continue) => ran.failed = Some(false),
            Ok(flow) => {
                if matches!(flow, Flow::Data(_)) {
                    ran.rest = copy::line_end(text, part);
                }
                ran.failed = Some(matches!(flow, Flow::Stop(_)));
                ran.flow = flow;
                break;
            }
            Err(failed) => {
                ran.failed = Some(true);
                if let Some(stop) = after_error(session, &failed, origin) {
                    ran.flow = stop;
                    break;
                }
            }
        }
    }
    ran
}

/// An error, with the statement it belongs to and the line that this begins on.
struct Failed {
    error: Error,
    statement: Option<String>,
    line: usize,
}

impl Failed {
    fn with_semicolon(mut self) -> Self {
        if let Some(statement) = &mut self.statement {
            statement.push(';');
        }
        self
    }
}

/// Reports an error; what it ends the text with, if it does.
fn after_error(session: &Session, failed: &Failed, origin: &Origin<'_>) -> Option<Flow> {
    tell_error(session, failed, origin);
    let kind = failed.error.kind;
    let over = matches!(kind, Kind::Lost | Kind::Closed | Kind::Cancelled);
    (origin.stop_on_error || over).then_some(Flow::Stop(kind))
}

fn tell_error(session: &Session, failed: &Failed, origin: &Origin<'_>) {
    // An error without words fails in silence, as some of psql's do.
    if failed.error.kind != Kind::Closed && !failed.error.message.is_empty() {
        let place = Place {
            file: origin.file,
            line: failed.line,
            statement: failed.statement.as_deref(),
            voice: session.voice,
        };
        tell(&report(&failed.error, &place));
    }
}

/// `exit`, `quit` and `help` alone on a line, at the prompt, as psql has them.
fn plain_word(session: &Session, text: &str) -> Option<Flow> {
    if !session.interactive || !session.buffer.is_empty() {
        return None;
    }
    match text.trim().trim_end_matches(';') {
        "exit" | "quit" => Some(Flow::Quit),
        "help" => {
            tell("\\? lists the commands, \\q leaves; a statement ends with a semicolon.\n");
            Some(Flow::Continue)
        }
        _ => None,
    }
}

/// Counts lines as the parts go by, so that a long script is read once.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn number(&mut self, offset: usize) -> usize {
        let passed = &self.text.as_bytes()[self.at..offset];
        self.line += memchr::memchr_iter(b'\n', passed).count();
        self.at = offset;
        self.line
    }
}

async fn run_statement(
    session: &mut Session,
    statement: &Statement<'_>,
    origin: &Origin<'_>,
    line: usize,
) -> std::result::Result<Flow, Failed> {
    if statement.end == Terminator::Command {
        append(&mut session.buffer, statement.text);
        return Ok(Flow::Continue);
    }
    if !session.interactive && copy::wants_data(session, statement) {
        return copy::from_stdin(session, statement.text, line).await;
    }
    let (text, effect) = match session.buffer.is_empty() {
        true => (Cow::Borrowed(statement.text), statement.effect),
        false => {
            append(&mut session.buffer, statement.text);
            let text = std::mem::take(&mut session.buffer);
            let effect = effect_of(session, &text);
            (Cow::Owned(text), effect)
        }
    };
    let send = SendOptions {
        place: notice_place(session, &text, origin, line),
        ..SendOptions::default()
    };
    let ran = execute(session, &text, effect, &send, line).await;
    ran.map_err(|failed| match (session.voice, statement.end) {
        // psql sends the semicolon too, so it shows in the line with the caret.
        (Voice::Psql, Terminator::Semicolon) => failed.with_semicolon(),
        _ => failed,
    })
}

/// What psql writes before a notice.
fn notice_place(session: &Session, text: &str, origin: &Origin<'_>, line: usize) -> String {
    if session.voice != Voice::Psql {
        return String::new();
    }
    voice::psql_prefix(&Place {
        file: origin.file,
        line,
        statement: Some(text),
        voice: session.voice,
    })
}

fn append(buffer: &mut String, text: &str) {
    if !buffer.is_empty() {
        buffer.push('\n');
    }
    buffer.push_str(text);
}

fn effect_of(session: &Session, text: &str) -> Effect {
    let dialect = session.dialect();
    let tokens = lex_with(text, dialect, &session.delimiter);
    match split(text, &tokens, dialect).parts.first() {
        Some(Part::Sql(statement)) => statement.effect,
        _ => Effect::Unknown,
    }
}

async fn execute(
    session: &mut Session,
    text: &str,
    effect: Effect,
    options: &SendOptions,
    line: usize,
) -> std::result::Result<Flow, Failed> {
    let filled = {
        let variables = &session.variables;
        let value = |name: &str| variables.get(name).cloned();
        interpolate(text, session.dialect(), value).into_owned()
    };
    if session.interactive {
        text.clone_into(&mut session.last);
    }
    match session.execute(&filled, effect, options).await {
        Ok(_) => Ok(Flow::Continue),
        Err(error) => Err(Failed {
            error,
            statement: Some(filled),
            line,
        }),
    }
}

/// Runs a command and does what it asks for.
fn run_command<'a>(
    session: &'a mut Session,
    command: &'a CommandLine<'a>,
    origin: &'a Origin<'a>,
    line: usize,
) -> LocalBoxFuture<'a, std::result::Result<Flow, Failed>> {
    async move {
        if command.name == "\\" {
            return Ok(Flow::Continue);
        }
        let failed = |error| Failed {
            error,
            statement: None,
            line,
        };
        match command::dispatch(session, command).await.map_err(failed)? {
            Next::Continue => Ok(Flow::Continue),
            Next::Quit => Ok(Flow::Quit),
            Next::Copy(command) => copy::command(session, command, origin, line).await,
            Next::Edit(text) => Ok(Flow::Edit(text)),
            Next::Send(send) => send_buffer(session, send, line).await,
            Next::Run(script) => {
                let input = Input::open(&script.path, &script.name, origin.depth + 1);
                let ran = run_input(session, input.map_err(failed)?, origin.stop_on_error).await;
                match (ran.flow, ran.failed == Some(true) && origin.stop_on_error) {
                    (Flow::Stop(kind), _) => Ok(Flow::Stop(kind)),
                    (_, true) => Ok(Flow::Stop(Kind::Server)),
                    // `\q` in a script ends that script only.
                    _ => Ok(Flow::Continue),
                }
            }
        }
    }
    .boxed_local()
}

async fn send_buffer(
    session: &mut Session,
    send: Send,
    line: usize,
) -> std::result::Result<Flow, Failed> {
    let text = match session.buffer.is_empty() {
        true => session.last.clone(),
        false => std::mem::take(&mut session.buffer),
    };
    if text.is_empty() {
        return Ok(Flow::Continue);
    }
    text.clone_into(&mut session.last);
    let effect = effect_of(session, &text);
    let Some(place) = send.output else {
        return execute(session, &text, effect, &send.options, line).await;
    };
    let failed = |error| Failed {
        error,
        statement: None,
        line,
    };
    let output = Output::open(&place).map_err(failed)?;
    let usual = std::mem::replace(&mut session.output, output);
    let result = execute(session, &text, effect, &send.options, line).await;
    let redirected = std::mem::replace(&mut session.output, usual);
    let closed = redirected.close().map_err(failed);
    result.and_then(|flow| closed.map(|()| flow))
}

/// Runs one statement of our own (`-1`'s BEGIN and COMMIT) and reports its error.
pub async fn run_own(session: &mut Session, sql: &str) -> Result<()> {
    let quiet = SendOptions {
        listing: true,
        ..SendOptions::default()
    };
    session
        .execute(sql, Effect::Transaction, &quiet)
        .await
        .map(|_| ())
}
