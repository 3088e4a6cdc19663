//! The parts of one text, in order: what is echoed, passed over, run, and where the text ends.

mod batch;

use super::commands::run_command;
use super::failure::{Failed, after_error, interrupted};
use super::psql::Echo;
use super::statement::run_statement;
use super::{Flow, Origin, Ran, Span, copy, explored, mysql, typed};
use crate::command;
use crate::error::voice::Voice;
use crate::error::{Error, Kind};
use crate::output::tell;
use crate::session::Session;
use crate::sql::mysql::ClientCommands;
use crate::sql::psql::sent;
use crate::sql::{CommandLine, Part, Statement, Terminator, Token, lex_with, split};
use std::borrow::Cow;

/// Runs a text up to where it must be read anew.
pub(super) async fn run(session: &mut Session, text: &str, origin: &Origin<'_>) -> Ran {
    if let Some(flow) = plain_word(session, text) {
        return Ran {
            flow,
            failed: Some(false),
            rest: text.len(),
            echoed: 0,
            again: false,
        };
    }
    let dialect = session.dialect();
    let tokens = lex_with(text, dialect, &session.query.delimiter);
    let parts = split(text, &tokens, dialect);
    let before = session.query.delimiter.clone();
    if let Some(delimiter) = parts.delimiter {
        session.query.delimiter = delimiter;
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
            again: false,
        };
        for (index, part) in parts.iter().enumerate() {
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
            let by_lines = reads_lines(session);
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
                Ok(Some(mut flow)) => {
                    if matches!(flow, Flow::Data(_) | Flow::Answer(_)) {
                        ran.rest = copy::line_end(self.text, part);
                    }
                    if let Flow::Answer(answer) = &mut flow {
                        self.text[stop.min(ran.rest)..ran.rest].clone_into(&mut answer.tail);
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
                    if session.voice == Voice::Psql && drops_line(part, &failed) {
                        self.skip = copy::line_end_from(self.text, offset);
                        // The end of its line belongs to the text, where some waits.
                        let newline = self.text[..self.skip].ends_with('\n');
                        self.from = self.from.max(self.skip - usize::from(newline));
                    }
                    if let Some(stop) = after_error(session, &failed, origin) {
                        ran.flow = stop;
                        break;
                    }
                    // What begins on a line that is passed over may not end there.
                    let mut next = parts[index + 1..].iter().map(ends_of);
                    if next.any(|(start, stop)| start < self.skip && self.skip < stop) {
                        (ran.rest, ran.again) = (self.from, true);
                        break;
                    }
                }
            }
            // What follows may be cut otherwise.
            ran.again = !std::ptr::eq(dialect, session.dialect());
            if ran.again || by_lines != reads_lines(session) {
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
            true if session.query.buffer.is_empty() => session.script.mysql_line.next(line, end),
            true => session.script.mysql_line.same(end),
            false => line,
        };
        let span = Span { line, end };
        session.script.line = end;
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
        let skipped = offset < self.skip || !session.script.conditions.active();
        match part {
            Part::Sql(_) if skipped => Ok(None),
            Part::Sql(statement) => self.statement(session, statement, from, origin, span).await,
            Part::Command(c) if skipped => self.skipped(session, c, origin, span).await,
            Part::Command(command)
                if explored::waits(session, command, &self.text[command.stop..]) =>
            {
                Ok(None)
            }
            Part::Command(command) => run_command(session, command, origin, span).await.map(Some),
        }
    }

    /// Runs a statement, or asks for the data that it wants.
    async fn statement(
        &mut self,
        session: &mut Session,
        statement: &Statement<'_>,
        from: usize,
        origin: &Origin<'_>,
        span: Span,
    ) -> std::result::Result<Option<Flow>, Failed> {
        if !session.batch_waits().await {
            return Err(Failed::plain(Error::cancelled(), span));
        }
        let typed = session.interactive && origin.file.is_none();
        if (origin.inline || typed) && copy::wants_data(session, statement) {
            if !origin.inline {
                let copy = copy::CopyIn::typed(statement.text, span);
                return typed::run(session, &copy).await.map(Some);
            }
            let sql = piece(session, self.text, from, statement);
            let copy = copy::CopyIn::new(self.text, statement, &sql, span);
            return Ok(Some(Flow::Data(copy)));
        }
        let piece = match session.is_mysql() {
            true => mysql::piece(session, self.text, self.tokens, statement),
            false => piece(session, self.text, from, statement),
        };
        run_statement(session, statement, &piece, origin, span)
            .await
            .map(Some)
    }

    /// A command of a part that is passed over: `\if` and its like count all the same, and psql looks
    /// whether the others are any.
    async fn skipped(
        &mut self,
        session: &mut Session,
        command: &CommandLine<'_>,
        origin: &Origin<'_>,
        span: Span,
    ) -> std::result::Result<Option<Flow>, Failed> {
        if command.offset < self.skip {
            return Ok(None);
        }
        if command::always_runs(command.name) {
            return run_command(session, command, origin, span).await.map(Some);
        }
        if session.voice == Voice::Psql {
            command::check(session, command).map_err(|e| Failed::plain(e, span))?;
        }
        Ok(None)
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
            session.query.buffer.is_empty(),
            statement.end != Terminator::Semicolon,
        ),
        _ => Cow::Borrowed(statement.text),
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

/// Where a part begins and ends.
fn ends_of(part: &Part<'_>) -> (usize, usize) {
    match part {
        Part::Sql(s) => (s.offset, s.stop),
        Part::Command(c) => (c.offset, c.stop),
    }
}

/// Whether psql passes over the rest of the line of what failed: it does behind a command, but what
/// only sends a statement has not failed itself.
fn drops_line(part: &Part<'_>, failed: &Failed) -> bool {
    const SENDING: &[&str] = &["g", "gx", "gset", "gexec", "gdesc", "crosstabview"];
    let Part::Command(command) = part else {
        return false;
    };
    let sent = failed.statement.is_some() || failed.error.message.is_empty();
    !sent || !SENDING.contains(&command.name)
}

/// Whether each line ends a statement (SINGLELINE).
pub(super) fn reads_lines(session: &Session) -> bool {
    session.voice == Voice::Psql && session.variables.is_on("SINGLELINE")
}

/// `exit`, `quit` and `help` alone on a line, at the prompt, as psql has them.
fn plain_word(session: &Session, text: &str) -> Option<Flow> {
    if !session.interactive || !session.query.buffer.is_empty() {
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
