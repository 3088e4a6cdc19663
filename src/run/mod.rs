//! Text to parts, in order, to the session or a command; obeys what commands ask for. Used by the
//! prompt and by scripts.

mod ask;
mod batch;
mod copy;
mod crosstab;
mod edit;
mod explain;
mod failure;
mod mysql;
mod psql;
mod source;
mod statement;
mod typed;
mod watch;

pub use copy::CopyIn;
pub use source::{Input, run_input};
pub use statement::run_own;

use crate::command::{self, Next};
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Result};
use crate::output::{is_dumb, tell};
use crate::session::{SendOptions, Session};
use crate::sql::mysql::ClientCommands;
use crate::sql::psql::sent;
use crate::sql::{CommandLine, Part, Statement, Terminator, Token, lex_with, split};
use failure::{Failed, after_error, interrupted, stops, tell_error};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use psql::Echo;
use statement::{
    effect_of, execute_filled, nothing_to_run, options, run_statement, send_buffer, take_buffer,
};
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
    /// Bytes at the beginning that have been echoed.
    pub echoed: usize,
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
            echoed: 0,
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
    /// Show what `/history` with these arguments asks for, once the prompt has written it down.
    History(String),
    /// Let the user move about in the last result; what follows in the text comes after that.
    Grid,
    /// Let the user choose a theme.
    Themes,
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
    /// Bytes of that rest that have been echoed.
    pub echoed: usize,
}

/// Runs a text. Errors are reported on standard error as they come.
pub async fn run_text(session: &mut Session, text: &str, origin: &Origin<'_>) -> Ran {
    let mut origin = *origin;
    let mut start = 0;
    loop {
        let dialect = session.dialect();
        let mut ran = run_read(session, &text[start..], &origin).await;
        let stop = start + ran.rest;
        let goes_on = matches!(ran.flow, Flow::Continue) && ran.rest > 0;
        if !goes_on || std::ptr::eq(dialect, session.dialect()) {
            ran.rest = stop;
            return ran;
        }
        // A statement has changed how what follows it is read.
        origin.line += memchr::memchr_iter(b'\n', &text.as_bytes()[start..stop]).count();
        origin.echoed = ran.echoed;
        start = stop;
    }
}

/// Runs a text up to where it must be read anew.
async fn run_read(session: &mut Session, text: &str, origin: &Origin<'_>) -> Ran {
    if let Some(flow) = plain_word(session, text) {
        return Ran {
            flow,
            failed: Some(false),
            rest: text.len(),
            echoed: 0,
        };
    }
    let dialect = session.dialect();
    let tokens = lex_with(text, dialect, &session.delimiter);
    let parts = split(text, &tokens, dialect);
    let before = session.delimiter.clone();
    if let Some(delimiter) = parts.delimiter {
        session.delimiter = delimiter;
    }
    let mut reading = Reading {
        text,
        tokens: &tokens,
        lines: Lines {
            text,
            at: 0,
            line: origin.line,
        },
        echo: Echo { at: origin.echoed },
        from: 0,
        after_command: false,
        told: 0,
        delimiter: before,
        seen: 0,
        skip: 0,
    };
    let mut ran = reading.run(session, &parts.parts, origin).await;
    if ran.rest == text.len() && matches!(ran.flow, Flow::Continue) {
        // Comments behind the last statement.
        let _ = reading
            .echo
            .until(session, text, &tokens, text.len().saturating_sub(1));
    }
    if session.is_mysql() && ran.rest == text.len() {
        mysql::end_line(session, &text[reading.from..]);
    }
    if origin.inline && origin.depth == 0 && !matches!(ran.flow, Flow::Stop(_)) {
        let told = reading.told.min(ran.rest);
        session.batch_passed(&text[told..ran.rest]);
    }
    ran.echoed = reading.echo.at.saturating_sub(ran.rest);
    ran
}

/// How far a text has been run.
struct Reading<'t> {
    text: &'t str,
    tokens: &'t [Token],
    lines: Lines<'t>,
    echo: Echo,
    /// Where the part before ended.
    from: usize,
    /// It was a command.
    after_command: bool,
    /// Up to here a long script has been told.
    told: usize,
    /// What ends statements there, and the tokens up to there.
    delimiter: String,
    seen: usize,
    /// Parts that begin before are passed over: they share the line of a command that failed.
    skip: usize,
}

impl Reading<'_> {
    async fn run(&mut self, session: &mut Session, parts: &[Part<'_>], origin: &Origin<'_>) -> Ran {
        let mut ran = Ran {
            flow: Flow::Continue,
            failed: None,
            rest: self.text.len(),
            echoed: 0,
        };
        for part in parts {
            if session.was_interrupted() {
                let line = self.lines.line;
                interrupted(session, Span { line, end: line });
                ran.failed = Some(true);
                ran.flow = Flow::Stop(Kind::Cancelled);
                break;
            }
            let (offset, stop, unfinished) = match part {
                Part::Sql(s) => (s.offset, s.stop, s.end == Terminator::End && !origin.last),
                Part::Command(c) => (c.offset, c.stop, false),
            };
            if unfinished {
                ran.rest = self.from.min(offset);
                break;
            }
            let from = std::mem::replace(&mut self.from, stop);
            let dialect = session.dialect();
            let result = self.part(session, part, from, origin).await;
            self.after_command = matches!(part, Part::Command(_));
            if let Err(stop) = self.tell_batch(session, part, &result, origin) {
                ran.failed = Some(true);
                ran.flow = stop;
                break;
            }
            match result {
                Ok(None) => {}
                Ok(Some(Flow::Continue)) => ran.failed = Some(false),
                Ok(Some(flow)) => {
                    if matches!(flow, Flow::Data(_)) {
                        ran.rest = copy::line_end(self.text, part);
                    }
                    if matches!(flow, Flow::Grid) {
                        ran.rest = stop;
                    }
                    ran.failed = Some(matches!(flow, Flow::Stop(_)));
                    ran.flow = flow;
                    break;
                }
                Err(failed) => {
                    ran.failed = Some(true);
                    if matches!(part, Part::Command(_)) && session.voice == Voice::Psql {
                        self.skip = copy::line_end_from(self.text, offset);
                        // The end of its line belongs to the text, where some waits.
                        let newline = self.text[..self.skip].ends_with('\n');
                        self.from = self.from.max(self.skip - usize::from(newline));
                    }
                    if let Some(stop) = after_error(session, &failed, origin) {
                        ran.flow = stop;
                        break;
                    }
                }
            }
            if !std::ptr::eq(dialect, session.dialect()) {
                ran.rest = self.from;
                break;
            }
        }
        ran
    }

    /// Whether the `\\` at `offset` is the end of a command that stands before it on its line.
    fn ends_command(&self, from: usize, offset: usize) -> bool {
        self.after_command && !self.text[from.min(offset)..offset].contains('\n')
    }

    /// Runs one part; `None` where it was passed over.
    async fn part(
        &mut self,
        session: &mut Session,
        part: &Part<'_>,
        from: usize,
        origin: &Origin<'_>,
    ) -> std::result::Result<Option<Flow>, Failed> {
        let (offset, stop) = match part {
            Part::Sql(s) => (s.offset, s.stop),
            Part::Command(c) => (c.offset, c.stop),
        };
        let line = self.lines.number(offset);
        let end = self.lines.number(stop.saturating_sub(1).max(offset));
        let line = match session.is_mysql() {
            true if session.buffer.is_empty() => session.mysql_line.next(line, end),
            true => session.mysql_line.same(end),
            false => line,
        };
        let span = Span { line, end };
        session.line = end;
        let echoed = self
            .echo
            .until(session, self.text, self.tokens, stop.saturating_sub(1));
        echoed.map_err(|error| Failed::plain(error, span))?;
        if let Part::Command(c) = part
            && c.name == "\\"
            && self.ends_command(from, offset)
        {
            return Ok(None);
        }
        let skipped = offset < self.skip || !session.conditions.active();
        match part {
            Part::Command(c) if skipped => {
                let steers = offset >= self.skip && command::always_runs(c.name);
                match steers {
                    true => run_command(session, c, origin, span).await.map(Some),
                    false if offset >= self.skip && session.voice == Voice::Psql => {
                        let known = command::check(session, c);
                        known.map_err(|e| Failed::plain(e, span)).map(|()| None)
                    }
                    false => Ok(None),
                }
            }
            Part::Sql(_) if skipped => Ok(None),
            Part::Sql(_) if !session.batch_waits().await => {
                Err(Failed::plain(Error::cancelled(), span))
            }
            Part::Sql(statement) if origin.inline && copy::wants_data(session, statement) => {
                let sql = piece(session, self.text, from, statement);
                Ok(Some(Flow::Data(CopyIn::new(
                    self.text, statement, &sql, span,
                ))))
            }
            Part::Sql(statement)
                if session.interactive
                    && origin.file.is_none()
                    && copy::wants_data(session, statement) =>
            {
                let copy = copy::CopyIn::typed(statement.text, span);
                typed::run(session, &copy).await.map(Some)
            }
            Part::Sql(statement) => {
                let piece = match session.is_mysql() {
                    true => mysql::piece(session, self.text, self.tokens, statement),
                    false => piece(session, self.text, from, statement),
                };
                run_statement(session, statement, &piece, span)
                    .await
                    .map(Some)
            }
            Part::Command(command) => run_command(session, command, origin, span).await.map(Some),
        }
    }
}

/// The text of a statement as it is sent: psql sends the semicolon too, and drops empty lines.
fn piece<'t>(
    session: &Session,
    text: &'t str,
    from: usize,
    statement: &Statement<'t>,
) -> Cow<'t, str> {
    match session.voice {
        Voice::Psql => sent(
            &text[from.min(statement.offset)..statement.stop],
            session.dialect(),
            session.buffer.is_empty(),
            statement.end != Terminator::Semicolon,
        ),
        _ => Cow::Borrowed(statement.text),
    }
}

/// `-c` of psql: one command, or SQL that is sent whole as it is.
pub async fn run_whole(session: &mut Session, text: &str) -> Ran {
    let span = Span { line: 1, end: 1 };
    let origin = Origin::whole(false);
    if session.echoes("all") {
        let _ = psql::print(&format!("{text}\n"));
    }
    let dialect = session.dialect();
    let done = if text.starts_with('\\') {
        let tokens = lex_with(text, dialect, ";");
        match split(text, &tokens, dialect).parts.first() {
            Some(Part::Command(command)) => run_command(session, command, &origin, span).await,
            _ => Ok(Flow::Continue),
        }
    } else if copy::is_copy_in(session, text) {
        copy::from_stdin(session, text, span).await
    } else {
        let effect = effect_of(session, text);
        let send = options(session, span);
        execute_filled(session, text.to_string(), effect, &send, span).await
    };
    let (flow, failed) = match done {
        Ok(flow) => (flow, false),
        Err(failed) => {
            let stop = after_error(session, &failed, &origin);
            (stop.unwrap_or(Flow::Continue), true)
        }
    };
    Ran {
        flow,
        failed: Some(failed),
        rest: text.len(),
        echoed: 0,
    }
}

/// The lines on which something begins and ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    line: usize,
    end: usize,
}

/// `exit`, `quit` and `help` alone on a line, at the prompt, as psql has them.
fn plain_word(session: &Session, text: &str) -> Option<Flow> {
    if !session.interactive || !session.buffer.is_empty() {
        return None;
    }
    match text.trim().trim_end_matches(';') {
        "exit" | "quit" => Some(Flow::Quit),
        "help" if session.dialect().client_commands == ClientCommands::Psql => {
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

/// Favourites that run favourites, against endless recursion.
const MOST_DEEP: usize = 16;

/// Runs a text that a command brought, as if it stood in its place.
async fn run_inner(session: &mut Session, text: &str, origin: &Origin<'_>) -> Result<Flow> {
    if origin.depth >= MOST_DEEP {
        return Err(Error::usage("favourites run each other without an end"));
    }
    let inner = Origin {
        depth: origin.depth + 1,
        ..Origin::whole(true)
    };
    let ran = run_text(session, text, &inner).await;
    Ok(ran.flow)
}

/// Runs a command and does what it asks for.
fn run_command<'a>(
    session: &'a mut Session,
    command: &'a CommandLine<'a>,
    origin: &'a Origin<'a>,
    span: Span,
) -> LocalBoxFuture<'a, std::result::Result<Flow, Failed>> {
    async move {
        if command.name == "\\" {
            let invalid = Failed::plain(Error::usage("invalid command \\"), span);
            return match session.voice {
                Voice::Psql => Err(invalid),
                _ => Ok(Flow::Continue),
            };
        }
        let failed = |error| Failed::plain(error, span);
        session.clear_progress();
        match command::dispatch(session, command).await.map_err(failed)? {
            Next::Continue => Ok(Flow::Continue),
            Next::Quit => Ok(Flow::Quit),
            Next::Copy(command) => copy::command(session, command, origin, span).await,
            Next::Edit(edit) if session.interactive => Ok(Flow::Edit(edit.text)),
            Next::Edit(edit) => edit::edit(session, edit, origin, span).await,
            Next::Themes => Ok(Flow::Themes),
            Next::History(part) if session.interactive => Ok(Flow::History(part)),
            Next::History(asked) => {
                let shown = command::show_history(session, &asked, None);
                shown.map(|()| Flow::Continue).map_err(failed)
            }
            Next::Grid(query) => grid(session, &query, origin, span).await,
            Next::Send(send) => send_buffer(session, send, span).await,
            Next::Text(text) => run_inner(session, &text, origin).await.map_err(failed),
            Next::Take(what) => {
                let text = take_buffer(session);
                if text.is_empty() {
                    return nothing_to_run(&what).map_err(failed);
                }
                let effect = effect_of(session, &text);
                psql::take(session, &text, effect, what, span).await
            }
            Next::Run(script) => {
                let input = Input::open(&script.path, &script.name, origin.depth + 1);
                // At the prompt a script goes on behind an error as in psql, unless ON_ERROR_STOP is on.
                let typed = session.interactive && origin.file.is_none();
                let stop = origin.stop_on_error
                    && !typed
                    && (!session.is_mysql() || session.mysql.abort_source);
                let ran = run_input(session, input.map_err(failed)?, stop).await;
                if typed && matches!(ran.flow, Flow::Stop(_)) {
                    let name = crate::visible::visible_line(&script.name).into_owned();
                    session
                        .output
                        .tell(&format!("The rest of \"{name}\" was not run.\n"));
                }
                match (ran.flow, ran.failed == Some(true) && stop) {
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

/// `/grid`: runs the query, if there is one, and lets the user move about in the result. Where nobody
/// looks, and inside of scripts, it is a result like any other.
async fn grid(
    session: &mut Session,
    query: &str,
    origin: &Origin<'_>,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let failed = |error| Failed::plain(error, span);
    let looks =
        session.interactive && origin.depth == 0 && session.output.screen().is_some() && !is_dumb();
    if query.is_empty() {
        if looks {
            return Ok(Flow::Grid);
        }
        session.replay(None, None).map_err(failed)?;
        return Ok(Flow::Continue);
    }
    let (sql, effect) = session.one_statement("/grid", query).map_err(failed)?;
    let send = SendOptions {
        unseen: looks,
        ..options(session, span)
    };
    statement::execute(session, &sql, effect, &send, span).await?;
    Ok(if looks && session.has_new_result() {
        Flow::Grid
    } else {
        Flow::Continue
    })
}
