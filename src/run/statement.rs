//! One statement: with its variables filled in, after the text of the buffer, to a place of its own.

use super::commands::run_command;
use super::failure::{Failed, tell_error};
use super::{Flow, Origin, Span, ask, copy, explain, mysql, psql};
use crate::command::{self, Send};
use crate::data::Summary;
use crate::driver::Extended;
use crate::error::voice::{self, Voice};
use crate::error::{Error, Kind, Place, Result};
use crate::output::Output;
use crate::session::{SendOptions, Session};
use crate::settings::Settings;
use crate::sql::vars::interpolate;
use crate::sql::{Effect, Part, Statement, Terminator, TokenKind, lex, lex_with, split};
use std::borrow::Cow;

pub(super) async fn run_statement(
    session: &mut Session,
    statement: &Statement<'_>,
    piece: &str,
    origin: &Origin<'_>,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    if session.is_mysql() {
        return mysql::statement(session, statement, piece, span).await;
    }
    if statement.text.is_empty() && session.query.buffer.is_empty() && session.bound.is_none() {
        return nothing_sent(session, ";").map_err(|e| Failed::plain(e, span));
    }
    if session.voice == Voice::Psql && grows(session, piece) {
        append(session, piece);
        return run_grown(session, origin, span).await;
    }
    if statement.end == Terminator::Command {
        match session.voice {
            // psql fills variables in as it reads.
            Voice::Psql => append(session, &filled(session, piece)),
            _ => append(session, piece),
        }
        return Ok(Flow::Continue);
    }
    if !session.interactive && copy::wants_data(session, statement) {
        return copy::from_stdin(session, piece, span).await;
    }
    let (text, effect) = match session.query.buffer.is_empty() {
        true => (Cow::Borrowed(piece), statement.effect),
        false => {
            append(session, piece);
            let text = std::mem::take(&mut session.query.buffer);
            let effect = effect_of(session, &text);
            (Cow::Owned(text), effect)
        }
    };
    let how = options(session, span);
    if session.once.is_none() {
        return execute(session, &text, effect, &how, span).await;
    }
    let send = Send {
        output: session.once.take(),
        ..Send::default()
    };
    send_to(session, &text, effect, &how, &send, span).await
}

/// A semicolon alone, or `\g` where nothing was sent before. To psql it is a statement too, one that
/// did nothing.
fn nothing_sent(session: &mut Session, text: &str) -> Result<Flow> {
    if session.voice == Voice::Psql {
        if session.echoes("queries") {
            psql::print(&format!("{text}\n"))?;
        }
        psql::log(session, text)?;
        session.query.last = text.into();
        session.tell_outcome(&Ok(Summary::default()));
    }
    Ok(Flow::Continue)
}

/// How statements of a text are sent.
pub(super) fn options(session: &Session, span: Span) -> SendOptions {
    let words = session.words();
    let place = Place {
        file: session.script.name.as_deref(),
        line: span.line,
        end: span.end,
        statement: None,
        words,
    };
    SendOptions {
        place: match words.voice {
            Voice::Psql => voice::psql_prefix(&place),
            _ => String::new(),
        },
        words,
        mysql: session.mysql,
        all_or_nothing: words.voice == Voice::Psql && fetch_count(session).is_none(),
        fetch_count: fetch_count(session).filter(|_| words.voice == Voice::Psql),
        only_last: words.voice == Voice::Psql && !session.variables.is_on("SHOW_ALL_RESULTS"),
        ..SendOptions::default()
    }
}

/// Rows that are wanted at a time, as they come.
fn fetch_count(session: &Session) -> Option<usize> {
    let count = session.variables.get("FETCH_COUNT").unwrap_or_default();
    count.parse().ok().filter(|n| *n > 0)
}

pub(super) fn append(session: &mut Session, piece: &str) {
    if !session.query.buffer.is_empty() && session.voice == Voice::Sqwire {
        session.query.buffer.push('\n');
    }
    session.query.buffer.push_str(piece);
}

pub(super) fn effect_of(session: &Session, text: &str) -> Effect {
    let dialect = session.dialect();
    let tokens = lex_with(text, dialect, &session.query.delimiter);
    match split(text, &tokens, dialect).parts.first() {
        Some(Part::Sql(statement)) => statement.effect,
        _ => Effect::Unknown,
    }
}

/// The text with its variables filled in.
pub(super) fn filled(session: &Session, text: &str) -> String {
    if session.is_mysql() {
        return text.to_string();
    }
    let value = |name: &str| session.variables.get(name).map(str::to_string);
    interpolate(text, session.dialect(), value).into_owned()
}

/// Runs a statement that may name variables. What a variable holds can be several statements.
pub(super) async fn execute(
    session: &mut Session,
    text: &str,
    effect: Effect,
    options: &SendOptions,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let whole = remembered(session, text);
    execute_filled(session, whole, effect, options, span).await
}

/// The statement with its variables filled in; it is the last one from now on.
pub(super) fn remembered(session: &mut Session, text: &str) -> String {
    let whole = filled(session, text);
    if session.voice == Voice::Psql {
        whole.clone_into(&mut session.query.last);
    } else if session.interactive {
        text.clone_into(&mut session.query.last);
    }
    whole
}

/// Whether variables bring semicolons or commands into a text: to psql they end statements there too.
fn grows(session: &Session, text: &str) -> bool {
    if !text.contains(':') {
        return false;
    }
    let count = |byte: u8, text: &str| memchr::memchr_iter(byte, text.as_bytes()).count();
    let filled = filled(session, text);
    count(b';', &filled) > count(b';', text)
        || count(b'\\', &filled) > count(b'\\', text)
            && lex(&filled, session.dialect())
                .iter()
                .any(|token| token.kind == TokenKind::Command)
}

/// Runs what variables have made into several statements and commands; what ends none of them waits.
async fn run_grown(
    session: &mut Session,
    origin: &Origin<'_>,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let whole = std::mem::take(&mut session.query.buffer);
    let whole = filled(session, &whole);
    let dialect = session.dialect();
    let tokens = lex_with(&whole, dialect, &session.query.delimiter);
    let mut outcome = Ok(Flow::Continue);
    let (mut after_command, mut skip) = (false, 0);
    for part in split(&whole, &tokens, dialect).parts {
        let (start, stop) = match &part {
            Part::Command(command) => (command.offset, command.stop),
            Part::Sql(one) => (one.offset, one.stop),
        };
        let is_command = matches!(part, Part::Command(_));
        let behind = std::mem::replace(&mut after_command, is_command);
        if start < skip || is_passed(session, &whole, &part, behind) {
            continue;
        }
        if let Err(before) = outcome {
            tell_error(session, &before);
        }
        let below = memchr::memchr_iter(b'\n', &whole.as_bytes()[stop..]).count();
        let span = Span {
            end: span.end.saturating_sub(below).max(span.line),
            ..span
        };
        outcome = match &part {
            Part::Command(command) => run_command(session, command, origin, span).await,
            Part::Sql(one) => {
                let mut sql = std::mem::take(&mut session.query.buffer);
                sql.push_str(&whole[start..stop]);
                sql.clone_into(&mut session.query.last);
                let send = options(session, span);
                execute_filled(session, sql, one.effect, &send, span).await
            }
        };
        let stops = match &outcome {
            Err(failed) => {
                // What stands behind a command that has failed itself is passed over.
                if is_command && failed.statement.is_none() {
                    skip = copy::line_end_from(&whole, start);
                }
                session.variables.is_on("ON_ERROR_STOP")
            }
            Ok(flow) => !matches!(flow, Flow::Continue),
        };
        if stops {
            break;
        }
    }
    outcome
}

/// Whether a part is not run now: what ends no statement waits in the buffer, what `\if` leaves out is
/// passed over, and so is the `\\` behind a command.
fn is_passed(session: &mut Session, whole: &str, part: &Part<'_>, after_command: bool) -> bool {
    let active = session.script.conditions.active();
    match part {
        Part::Command(command) => {
            after_command && command.name == "\\" || !active && !command::always_runs(command.name)
        }
        Part::Sql(one) => {
            let waits = matches!(one.end, Terminator::End | Terminator::Command);
            if active && waits {
                session.query.buffer.push_str(&whole[one.offset..one.stop]);
            }
            waits || !active
        }
    }
}

pub(super) async fn execute_filled(
    session: &mut Session,
    sql: String,
    effect: Effect,
    options: &SendOptions,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    if let Err(error) = ask::consent(session, &sql).await {
        return Err(Failed::plain(error, span));
    }
    send_filled(session, &sql, effect, options, span).await
}

/// Sends what the user has agreed to.
pub(super) async fn send_filled(
    session: &mut Session,
    sql: &str,
    effect: Effect,
    options: &SendOptions,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let announced = match options.round && session.voice == Voice::Psql {
        true => Ok(true),
        false => psql::announce(session, sql),
    };
    if matches!(announced, Ok(false)) {
        session.bound = None;
        return Ok(Flow::Continue);
    }
    if let (Some(pipeline), Ok(_)) = (&mut session.pipeline, &announced) {
        let what = session.bound.take();
        pipeline.push(
            sql.to_string(),
            what.unwrap_or_else(|| Extended::Run(Vec::new())),
        );
        session.tell_pipeline();
        return Ok(Flow::Continue);
    }
    let extended = session.bound.take().map(|extended| SendOptions {
        extended: Some(extended),
        ..options.clone()
    });
    let options = extended.as_ref().unwrap_or(options);
    let done = match announced {
        Ok(_) => psql::send(session, sql, effect, options).await,
        Err(e) => Err(e),
    };
    match done {
        // psql shows the tag of what has none.
        Ok(_) if psql::has_empty_tag(session, options) => match session.print("\n") {
            Ok(()) => Ok(Flow::Continue),
            Err(error) => Err(Failed::plain(error, span)),
        },
        Ok(_) => Ok(Flow::Continue),
        Err(error) => Err(Failed {
            error: explain::explained(session, error, sql).await,
            statement: Some(sql.to_string()),
            span,
        }),
    }
}

/// The statement that waits, or the one before.
pub(super) fn take_buffer(session: &mut Session) -> String {
    match session.query.buffer.is_empty() {
        true => session.query.last.clone(),
        false => std::mem::take(&mut session.query.buffer),
    }
}

pub(super) fn nothing_to_run(session: &mut Session, what: &command::Take) -> Result<Flow> {
    if let command::Take::Repeated(_) = what {
        return Err(Error::usage("\\watch cannot be used with an empty query"));
    }
    if matches!(what, command::Take::Description) {
        session.print("The command has no result, or the result has no columns.\n")?;
    }
    Ok(Flow::Continue)
}

pub(super) async fn send_buffer(
    session: &mut Session,
    send: Send,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    if session.is_mysql() {
        return mysql::go(session, send.options.expanded, span).await;
    }
    let usual = set_for_one(session, &send).map_err(|error| Failed::plain(error, span))?;
    let done = send_as_set(session, &send, span).await;
    if let Some(usual) = usual {
        session.settings = usual;
    }
    done
}

/// Makes the settings those of this one result; what they were before, where that is something else.
pub(super) fn set_for_one(session: &mut Session, send: &Send) -> Result<Option<Settings>> {
    if send.settings.is_empty() && send.formats.is_none() {
        return Ok(None);
    }
    let usual = session.settings.clone();
    for (name, value) in &send.settings {
        let set = crate::settings::psql::pset(&mut session.settings, name, value.as_deref());
        if let Err(e) = set {
            session.settings = usual;
            return Err(e);
        }
    }
    if let Some(format) = send.formats {
        format.clone_into(&mut session.settings.format);
    }
    Ok(Some(usual))
}

/// The same, with the settings that hold for this one result.
async fn send_as_set(
    session: &mut Session,
    send: &Send,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    // What was prepared before needs no text; the last one stays the last.
    let named = session.bound.as_ref().is_some_and(|e| !e.has_text());
    let text = take_buffer(session);
    if text.is_empty() && !named {
        return nothing_sent(session, "").map_err(|e| Failed::plain(e, span));
    }
    let effect = effect_of(session, &text);
    let how = SendOptions {
        expanded: send.options.expanded,
        ..options(session, span)
    };
    send_to(session, &text, effect, &how, send, span).await
}

/// Runs a statement with its result to a place of its own, if one is named.
async fn send_to(
    session: &mut Session,
    text: &str,
    effect: Effect,
    how: &SendOptions,
    send: &Send,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let Some(place) = &send.output else {
        return execute(session, text, effect, how, span).await;
    };
    let failed = |error| Failed::plain(error, span);
    session.elsewhere = Some(match send.append {
        true => Output::append(place).map_err(failed)?,
        false => Output::later(place),
    });
    let result = execute(session, text, effect, how, span).await;
    let Some(elsewhere) = session.elsewhere.take() else {
        return result;
    };
    if session.voice == Voice::Psql {
        // A program need not read to the end.
        let ended = match elsewhere.finish() {
            Err(error) if error.kind != Kind::Closed => return Err(failed(error)),
            ended => ended.unwrap_or_default(),
        };
        if let Some(status) = ended {
            session.tell_shell(status);
        }
        return result.or_else(|f| match f.error.kind {
            Kind::Closed => Ok(Flow::Continue),
            _ => Err(f),
        });
    }
    let closed = elsewhere.close().map_err(failed);
    closed.and(result)
}

/// Runs one statement of our own (`-1`'s BEGIN and COMMIT) and reports its error.
pub async fn run_own(session: &mut Session, sql: &str) -> Result<()> {
    let quiet = SendOptions {
        listing: true,
        hold: true,
        words: session.words(),
        ..SendOptions::default()
    };
    // The result of what it stands behind is wanted yet.
    let held = session.held.take();
    let done = session.execute(sql, Effect::Transaction, &quiet).await;
    session.held = held;
    done.map(|_| ())
}
