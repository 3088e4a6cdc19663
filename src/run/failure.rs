//! What an error does to a text, and how it is told.

use super::{Flow, Origin, Span};
use crate::error::voice::{self, Voice};
use crate::error::{Error, Kind, Place, report};
use crate::session::Session;
use crate::sql::psql::is_select;

/// An error, with the statement it belongs to and the lines of this.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) statement: Option<String>,
    pub(super) span: Span,
}

impl Failed {
    /// An error that is not about the text of a statement.
    pub(super) fn plain(error: Error, span: Span) -> Self {
        Failed {
            error,
            statement: None,
            span,
        }
    }
}

/// Reports an error; what it ends the text with, if it does.
pub(super) fn after_error(
    session: &mut Session,
    failed: &Failed,
    origin: &Origin<'_>,
) -> Option<Flow> {
    let is_psql = session.voice == Voice::Psql;
    if failed.error.kind == Kind::Closed && is_psql && session.output.is_program() {
        // To psql a program that no longer reads is an error as any other.
        let error = Error::new(Kind::Io, "could not print result table: Broken pipe");
        return after_error(session, &Failed::plain(error, failed.span), origin);
    }
    tell_error(session, failed);
    let kind = match failed.error.kind {
        // A time limit of the server's, or somebody else, has ended it: an error as any other.
        Kind::Cancelled if of_server(&failed.error) && !session.was_interrupted() => Kind::Server,
        kind => kind,
    };
    let over = match kind {
        Kind::Lost | Kind::Closed | Kind::Cancelled => true,
        // What follows was meant for a database that could not be reached.
        // psql's next `-c` says so.
        Kind::Connect | Kind::Password => !session.interactive && (!is_psql || origin.is_script()),
        _ => false,
    };
    let stops = stops(session, origin);
    // To psql a `\connect` that fails is an error as any other, where errors stop a script.
    let kind = match kind {
        Kind::Connect | Kind::Password if stops && is_psql => Kind::Server,
        kind => kind,
    };
    (stops || over).then_some(Flow::Stop(kind))
}

/// Whether the server gave the error; what has no words was told before.
fn of_server(error: &Error) -> bool {
    error.code.is_some() || error.message.is_empty()
}

/// Says that Ctrl-C came between two statements, or too late for one. psql is silent about it.
pub(super) fn interrupted(session: &mut Session, span: Span) {
    if session.voice != Voice::Psql {
        let error = Error::new(Kind::Cancelled, "interrupted: what follows was not run");
        tell_error(session, &Failed::plain(error, span));
    }
}

/// Whether the first error ends the text. At the prompt the variable counts in scripts only.
pub(super) fn stops(session: &Session, origin: &Origin<'_>) -> bool {
    origin.stop_on_error
        || session.variables.is_on("ON_ERROR_STOP") && origin.file.is_some()
        || session.variables.is_on("ON_ERROR_STOP") && !session.interactive
}

pub(super) fn tell_error(session: &mut Session, failed: &Failed) {
    // An error without words fails in silence, as some of psql's do.
    let wordless = failed.error.message.is_empty() && failed.error.code.is_none();
    if failed.error.kind == Kind::Closed || wordless {
        return;
    }
    session.clear_progress();
    let place = Place {
        file: session.script.name.as_deref(),
        line: failed.span.line,
        end: failed.span.end,
        statement: failed.statement.as_deref(),
        words: session.words(),
    };
    let mut text = match cursor_text(session, failed) {
        Some((statement, error)) => report(
            &error,
            &Place {
                statement: Some(&statement),
                ..place
            },
        ),
        None => report(&failed.error, &place),
    };
    // In a pipeline what is named is the statement typed last, once.
    let names = session.echoes("errors") && session.pipeline.is_none();
    if let (Some(statement), true) = (&failed.statement, names) {
        text.push_str(&statement_line(statement, &place));
    }
    session.output.tell(&text);
    session.record.failed_at = failed.statement.clone().zip(failed.error.position);
    if failed.error.code.is_some() {
        let statement = failed.statement.clone().unwrap_or_default();
        session.record.last_error = Some((failed.error.clone(), statement));
    }
}

/// With FETCH_COUNT the psql of servers before 17 reads through a cursor: an error is in the text that
/// declares it.
fn cursor_text(session: &Session, failed: &Failed) -> Option<(String, Error)> {
    let count = session.variables.get("FETCH_COUNT")?.parse::<i64>().ok()?;
    let is_old = session.status().postgres_major()? < 17;
    if session.voice != Voice::Psql || count <= 0 || !is_old {
        return None;
    }
    let (statement, position) = (failed.statement.as_ref()?, failed.error.position?);
    is_select(statement, session.dialect()).then(|| {
        let text = format!("{CURSOR}{statement}");
        let error = failed.error.clone().with_position(CURSOR.len() + position);
        (text, error)
    })
}

const CURSOR: &str = "DECLARE _psql_cursor NO SCROLL CURSOR FOR\n";

fn statement_line(statement: &str, place: &Place<'_>) -> String {
    let statement = crate::visible::visible_text(statement);
    format!("{}STATEMENT:  {statement}\n", voice::psql_prefix(place))
}

/// Names a statement whose own error has been told, where that is wanted (ECHO errors).
pub(super) fn tell_statement(session: &mut Session, statement: &str) {
    if session.voice == Voice::Psql && session.echoes("errors") {
        let text = statement_line(statement, &session.place());
        session.output.tell(&text);
    }
}
