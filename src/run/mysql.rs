//! What the mysql client does around the statements of a script.

use super::failure::Failed;
use super::statement::{append, effect_of, options};
use super::{Flow, Span};
use crate::data::Notice;
use crate::error::{Error, Kind, Result};
use crate::session::{SendOptions, Session};
use crate::sql::bytes::to_bytes;
use crate::sql::mysql::sent;
use crate::sql::{Effect, Statement, Terminator, Token};
use std::borrow::Cow;

/// The text of a statement as mysql sends it.
pub(super) fn piece<'t>(
    session: &Session,
    text: &'t str,
    tokens: &[Token],
    statement: &Statement<'_>,
) -> Cow<'t, str> {
    let first = tokens.partition_point(|t| (t.start as usize) < statement.offset);
    let behind = tokens.partition_point(|t| (t.start as usize) < statement.stop);
    let trivia = tokens[..first].iter().rev().take_while(|t| t.is_trivia());
    let ends = usize::from(statement.end == Terminator::Semicolon);
    let mine = &tokens[first - trivia.count()..behind.saturating_sub(ends).max(first)];
    sent(
        text,
        mine,
        session.query.buffer.is_empty(),
        keeps_comments(session),
    )
}

/// MariaDB's client takes comments out of what it sends, unless it is told otherwise, and so out of
/// stored routines; MySQL's of today keeps them.
fn keeps_comments(session: &Session) -> bool {
    session.mysql.comments || session.status().server.starts_with("MySQL ")
}

/// The line ends on which a statement waits.
pub(super) fn end_line(session: &mut Session, rest: &str) {
    if !session.query.buffer.is_empty() && rest.contains('\n') {
        session.query.buffer.push('\n');
    }
}

/// Runs a statement of a script, or keeps its beginning for what follows.
pub(super) async fn statement(
    session: &mut Session,
    statement: &Statement<'_>,
    piece: &str,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    if statement.end == Terminator::Command || !session.query.buffer.is_empty() {
        if session.query.buffer.is_empty() {
            session.script.line = span.line;
        }
        append(session, piece);
    }
    if statement.end == Terminator::Command {
        return Ok(Flow::Continue);
    }
    match session.query.buffer.is_empty() {
        true => {
            // The line on which the text ends has an end too.
            let cut = statement.end == Terminator::End && !piece.ends_with('\n');
            let piece: Cow<'_, str> = match cut {
                true => format!("{piece}\n").into(),
                false => piece.into(),
            };
            send(session, &piece, statement.effect, false, span).await
        }
        false => go(session, false, span).await,
    }
}

/// `\g` and `\G`: what waits is sent.
pub(super) async fn go(
    session: &mut Session,
    vertical: bool,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let text = std::mem::take(&mut session.query.buffer);
    let effect = effect_of(session, &text);
    send(session, &text, effect, vertical, span).await
}

async fn send(
    session: &mut Session,
    text: &str,
    effect: Effect,
    vertical: bool,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let untrimmed = text;
    // mysql cuts off what has no ink.
    let text = text.trim_end_matches(|c: char| c.is_ascii() && !c.is_ascii_graphic());
    if text.is_empty() {
        return Ok(Flow::Continue);
    }
    if session.mysql.verbose > 0 {
        let shown = between_lines(text);
        session
            .print(&shown)
            .map_err(|error| Failed::plain(error, span))?;
    }
    text.clone_into(&mut session.query.last);
    let sets = text
        .get(..4)
        .is_some_and(|w| w.eq_ignore_ascii_case("set "));
    if session.mysql.ignores && !sets {
        return Ok(Flow::Continue);
    }
    let how = SendOptions {
        expanded: vertical,
        statement: (untrimmed != text && session.mysql.verbose == 0).then(|| untrimmed.to_string()),
        ..options(session, span)
    };
    match session.execute(text, effect, &how).await {
        Ok(_) => Ok(Flow::Continue),
        Err(error) => {
            if session.mysql.warnings && error.kind == Kind::Server {
                // What they would say of a failure of their own is not what was asked.
                let _ = tell_warnings_of(session, &error).await;
            }
            Err(Failed {
                error,
                statement: Some(String::from_utf8_lossy(&to_bytes(text)).into_owned()),
                span,
            })
        }
    }
}

/// Shows the warnings that came with an error, unless they only repeat it.
async fn tell_warnings_of(session: &mut Session, error: &Error) -> Result<()> {
    let send = SendOptions {
        hold: true,
        listing: true,
        ..SendOptions::default()
    };
    session
        .execute("SHOW WARNINGS", Effect::Read, &send)
        .await?;
    let held = session.held.take().unwrap_or_default();
    let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
    let warnings: Vec<Notice> = held
        .rows()
        .map(|row| Notice {
            severity: text(row.cell(0).text),
            code: Some(text(row.cell(1).text)),
            message: text(row.cell(2).text),
            ..Notice::default()
        })
        .collect();
    let number = error
        .code
        .as_deref()
        .and_then(|code| code.split(' ').next());
    match &warnings[..] {
        [only] if only.code.as_deref() == number => Ok(()),
        all => session.print_warnings(all),
    }
}

/// A statement as mysql shows it.
fn between_lines(text: &str) -> String {
    format!("--------------\n{text}\n--------------\n\n")
}
