//! What psql does around the statements of a script: echoing, transactions of its own, results
//! that become variables or statements.

use super::failure::{Failed, tell_error, tell_statement};
use super::statement::{effect_of, execute, execute_filled, filled, options, run_own};
use super::{Flow, Span};
use crate::command::{Take, row_to_variables};
use crate::data::{CellKind, RowBatch, Summary};
use crate::driver::{CopyData, Extended, Transaction};
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Result};
use crate::session::{SendOptions, Session};
use crate::sql::copy::{Direction, directions};
use crate::sql::psql::{is_quoted, is_select, needs_no_begin};
use crate::sql::{Effect, Token};
use std::io::Write;

/// The lines of a script, shown as they are read (ECHO all).
pub(super) struct Echo {
    /// Up to here lines are shown, or were passed over.
    pub(super) at: usize,
}

impl Echo {
    /// Shows the lines up to the one that holds byte `offset`.
    pub(super) fn until(
        &mut self,
        session: &Session,
        text: &str,
        tokens: &[Token],
        offset: usize,
    ) -> Result<()> {
        if offset < self.at || self.at >= text.len() {
            return Ok(());
        }
        let end = memchr::memchr(b'\n', &text.as_bytes()[offset..]);
        let end = end.map_or(text.len(), |length| offset + length + 1);
        let from = std::mem::replace(&mut self.at, end);
        if !session.echoes("all") {
            return Ok(());
        }
        let mut shown = String::new();
        let mut start = from;
        for line in text[from..end].split_inclusive('\n') {
            // psql passes over empty lines, but for those within quotes.
            if line != "\n" || is_quoted(tokens, start) {
                shown.push_str(line.trim_end_matches('\n'));
                shown.push('\n');
            }
            start += line.len();
        }
        print(&shown)
    }
}

/// Shows a statement before it is sent, as far as that is wanted. False where whoever was asked
/// does not want it sent (SINGLESTEP).
pub(super) fn announce(session: &mut Session, sql: &str) -> Result<bool> {
    let psql = session.voice == Voice::Psql;
    if psql && session.variables.is_on("SINGLESTEP") {
        // Since psql 17 these lines are comments.
        let (begin, end) = match session.settings.psql_release {
            ..17 => ("***", "*"),
            _ => ("/**", "/"),
        };
        print(&format!(
            "{begin}(Single step mode: verify command)******************************************{end}\n\
             {sql}\n\
             {begin}(press return to proceed or enter x and return to cancel)*******************{end}\n"
        ))?;
        let mut answer = String::new();
        // Where standard input is the script there is nobody to answer.
        if session
            .script
            .name
            .as_deref()
            .is_some_and(|name| name != "<stdin>")
        {
            let read = std::io::stdin().read_line(&mut answer);
            read.map_err(|e| Error::io("read the answer", &e))?;
        }
        if answer.starts_with('x') {
            return Ok(false);
        }
    } else if session.echoes("queries") {
        print(&format!("{sql}\n"))?;
    }
    log(session, sql).map(|()| true)
}

/// Writes a statement to the log (`-L`), if there is one.
pub(super) fn log(session: &mut Session, sql: &str) -> Result<()> {
    let block = session.psql_block(sql);
    if let Some(log) = &mut session.query_log {
        let written = log.write_all(block.as_bytes()).and_then(|()| log.flush());
        written.map_err(|e| Error::io("write the log", &e))?;
    }
    Ok(())
}

/// Whether the statement was only prepared or forgotten, which has no tag to show.
pub(super) fn has_empty_tag(session: &Session, options: &SendOptions) -> bool {
    let what = match &options.extended {
        Some(Extended::Piped(inner)) => Some(inner.as_ref()),
        what => what.as_ref(),
    };
    let prepares = matches!(what, Some(Extended::Parse(_) | Extended::Close(_)));
    prepares && session.voice == Voice::Psql && !session.settings.quiet
}

/// Writes to standard output, wherever results go.
pub(super) fn print(text: &str) -> Result<()> {
    crate::command::to_stdout(text).map(drop)
}

const SAVEPOINT: &str = "pg_psql_temporary_savepoint";

/// Runs a statement with what AUTOCOMMIT and ON_ERROR_ROLLBACK put around it, and tells in
/// variables how it went.
pub(super) async fn send(
    session: &mut Session,
    sql: &str,
    effect: Effect,
    options: &SendOptions,
) -> Result<Summary> {
    send_with(session, sql, effect, options, None).await
}

/// The same, with the data that a `COPY … FROM STDIN` wants.
pub(super) async fn send_with(
    session: &mut Session,
    sql: &str,
    effect: Effect,
    options: &SendOptions,
    data: Option<CopyData>,
) -> Result<Summary> {
    let autocommit = session.variables.is_on("AUTOCOMMIT");
    if !autocommit
        && session.status().transaction == Transaction::None
        && !needs_no_begin(sql, session.dialect())
    {
        run_own(session, "BEGIN").await?;
    }
    session.mark_for_undo(sql, effect).await;
    let rolls_back = rolls_back(session) && session.status().transaction == Transaction::Open;
    if rolls_back {
        run_own(session, &format!("SAVEPOINT {SAVEPOINT}")).await?;
    }
    let whole = is_whole(session, sql, options).then(|| SendOptions {
        fetch_count: None,
        all_or_nothing: true,
        ..options.clone()
    });
    let options = whole.as_ref().unwrap_or(options);
    let done = session.execute_with(sql, effect, options, data).await;
    if rolls_back && session.is_connected() {
        end_savepoint(session, &done).await?;
    }
    session.settle_undo(sql, effect);
    match &done {
        // psql has no count of rows that went where results go.
        Ok(summary) if summary.tag.starts_with("COPY") && shows_data(session, sql) => {
            session.tell_outcome(&Ok(Summary::default()));
        }
        done => session.tell_outcome(done),
    }
    done
}

/// Whether FETCH_COUNT does not count for this text: before release 17 psql reads through a cursor.
fn is_whole(session: &Session, sql: &str, options: &SendOptions) -> bool {
    options.fetch_count.is_some()
        && session.settings.psql_release < 17
        && !is_select(sql, session.dialect())
}

/// Whether the data of a COPY went where results go.
fn shows_data(session: &Session, sql: &str) -> bool {
    let ways = directions(sql, session.dialect());
    session.voice == Voice::Psql
        && session.elsewhere.is_none()
        && ways.last() == Some(&Direction::ToStdout)
}

/// Back to before a statement that failed; one that did not needs its savepoint no more.
async fn end_savepoint(session: &mut Session, done: &Result<Summary>) -> Result<()> {
    let postgres = session.dialect().name == "postgres";
    let tag = done.as_ref().map(|d| d.tag.as_str()).unwrap_or_default();
    let gone = matches!(tag, "COMMIT" | "SAVEPOINT" | "RELEASE" | "ROLLBACK");
    match session.status().transaction {
        Transaction::Failed => run_own(session, &format!("ROLLBACK TO {SAVEPOINT}")).await,
        // The others undo a statement that fails themselves, but for some rows that are told to
        // stay (ON CONFLICT FAIL, tables without transactions). What ends a transaction without
        // saying so has taken the savepoint with it.
        Transaction::Open if done.is_err() && !postgres => {
            let _ = run_own(session, &format!("ROLLBACK TO {SAVEPOINT}")).await;
            let _ = run_own(session, &format!("RELEASE SAVEPOINT {SAVEPOINT}")).await;
            Ok(())
        }
        Transaction::Open if !gone => {
            let released = run_own(session, &format!("RELEASE SAVEPOINT {SAVEPOINT}")).await;
            if postgres { released } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

fn rolls_back(session: &Session) -> bool {
    let value = session
        .variables
        .get("ON_ERROR_ROLLBACK")
        .unwrap_or_default();
    match value.eq_ignore_ascii_case("interactive") {
        true => session.interactive,
        false => session.variables.is_on("ON_ERROR_ROLLBACK"),
    }
}

/// Runs the query buffer for its result.
pub(super) async fn take(
    session: &mut Session,
    text: &str,
    effect: Effect,
    what: Take,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    text.clone_into(&mut session.query.last);
    let hold = SendOptions {
        hold: true,
        ..options(session, span)
    };
    match what {
        Take::Description => return describe(session, text, span).await,
        Take::Repeated(watch) => {
            return super::watch::repeat(session, text, effect, watch, span).await;
        }
        Take::Variables(_) | Take::Crosstab(_) | Take::Statements => {}
    }
    execute(session, text, effect, &hold, span).await?;
    let tag = session.held.as_ref().map(|held| held.tag.clone());
    let used = use_held(session, what, span).await;
    if let Err(failed) = &used {
        tell_error(session, failed);
        if session.settings.psql_release >= 18 {
            // The server has no words for it, and then the variables have none.
            session.tell_outcome(&Err(Error::new(failed.error.kind, "")));
        }
    }
    let told = session.tell_held_tag(&tag.unwrap_or_default());
    told.map_err(|e| Failed::plain(e, span))?;
    used.map_err(|failed| {
        tell_statement(session, text);
        // The error has been told.
        Failed::plain(Error::new(failed.error.kind, ""), span)
    })
}

/// Does what was asked for with the rows that were held.
async fn use_held(
    session: &mut Session,
    what: Take,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let failed = |error| Failed::plain(error, span);
    match what {
        Take::Variables(prefix) => row_to_variables(session, &prefix).map_err(failed)?,
        Take::Crosstab(names) => {
            let Some(held) = session.held.take() else {
                return match session.is_psql() {
                    // Its tag has been shown.
                    true => Ok(Flow::Continue),
                    false => Err(failed(Error::usage(
                        "\\crosstabview: statement did not return a result set",
                    ))),
                };
            };
            let null = session.settings.null.clone().unwrap_or_default();
            let (columns, rows) = super::crosstab::pivot(&held, &names, &null).map_err(failed)?;
            session.show_rows(&columns, &rows).map_err(failed)?;
        }
        Take::Statements => {
            let Some(held) = session.held.take() else {
                return Ok(Flow::Continue);
            };
            let rows = held.rows().count() as u64;
            let Some(kind) = run_cells(session, &held, span).await? else {
                // The variables tell of the query that gave the statements, where all went well.
                session.tell_outcome(&Ok(Summary {
                    tag: format!("SELECT {rows}"),
                    rows,
                }));
                return Ok(Flow::Continue);
            };
            // The error has been told.
            return Err(failed(Error::new(kind, "")));
        }
        Take::Description | Take::Repeated(_) => {}
    }
    Ok(Flow::Continue)
}

/// `\gexec`: the cells, row by row, each a statement. Errors are told as they come; the kind of the
/// last one, if there was any.
async fn run_cells(
    session: &mut Session,
    held: &crate::session::Held,
    span: Span,
) -> std::result::Result<Option<Kind>, Failed> {
    let mut last = None;
    let send = options(session, span);
    for cell in held.rows().flat_map(|row| row.cells()) {
        if cell.kind == CellKind::Null {
            continue;
        }
        let sql = String::from_utf8_lossy(cell.text).into_owned();
        if session.echoes("all") {
            print(&format!("{sql}\n")).map_err(|error| Failed::plain(error, span))?;
        }
        let effect = effect_of(session, &sql);
        if let Err(failed) = execute_filled(session, sql, effect, &send, span).await {
            tell_error(session, &failed);
            last = Some(failed.error.kind);
            if session.variables.is_on("ON_ERROR_STOP") || !session.is_connected() {
                break;
            }
        }
    }
    Ok(last)
}

/// `\gdesc`: names and types of the columns, by the server's own word.
async fn describe(
    session: &mut Session,
    text: &str,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let sql = filled(session, text);
    if !announce(session, &sql).map_err(|error| Failed::plain(error, span))? {
        return Ok(Flow::Continue);
    }
    if let Some(refused) = super::pipeline::refuse(session, span) {
        tell_statement(session, &sql);
        return Err(refused);
    }
    session.bound = None;
    let described = session.describe(&sql).await;
    session.tell_outcome(&described.clone().map(|_| Summary::default()));
    let columns = described.map_err(|error| Failed {
        error,
        statement: Some(sql),
        span,
    })?;
    if columns.is_empty() {
        let said = session.print("The command has no result, or the result has no columns.\n");
        return said
            .map(|()| Flow::Continue)
            .map_err(|error| Failed::plain(error, span));
    }
    let literal = |text: &str| crate::sql::names::literal(text, session.dialect());
    let rows: Vec<String> = columns
        .iter()
        .map(|c| {
            format!(
                "({}, '{}'::pg_catalog.oid, {})",
                literal(&c.name),
                c.oid,
                c.modifier
            )
        })
        .collect();
    let query = format!(
        "SELECT name AS \"Column\", pg_catalog.format_type(tp, tpm) AS \"Type\"\nFROM (VALUES {}) s(name, tp, tpm)",
        rows.join(",")
    );
    // Ours, not the user's: ECHO does not show it, and FETCH_COUNT does not cut it.
    let how = SendOptions {
        fetch_count: None,
        ..options(session, span)
    };
    match send(session, &query, Effect::Read, &how).await {
        Ok(_) => Ok(Flow::Continue),
        Err(error) => Err(Failed {
            error,
            statement: Some(query),
            span,
        }),
    }
}

/// Rows of text for a table of our own making.
pub(super) fn push_text(batch: &mut RowBatch, text: Option<&[u8]>) {
    match text {
        Some(text) => batch.push(CellKind::Text, text),
        None => batch.push_null(),
    }
}
