//! A command, and what it asks for.

use super::failure::Failed;
use super::statement::{self, effect_of, nothing_to_run, options, send_buffer, take_buffer};
use super::{
    Flow, Input, Origin, Span, copy, edit, explored, pipeline, prompt, psql, run_input, run_text,
};
use crate::command::{self, Next};
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Result};
use crate::output::is_dumb;
use crate::session::{SendOptions, Session};
use crate::sql::CommandLine;
use crate::visible::visible_line;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// Favourites that run favourites, against endless recursion.
pub(super) const MOST_DEEP: usize = 16;

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
pub(super) fn run_command<'a>(
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
        if let Some(ran) = explored::run(session, command, span).await {
            return ran;
        }
        pipeline::check(session, command.name).map_err(failed)?;
        match command::dispatch(session, command).await.map_err(failed)? {
            Next::Continue => Ok(Flow::Continue),
            Next::Quit => Ok(Flow::Quit),
            Next::Copy(command) => copy::command(session, command, origin, span).await,
            Next::Ask(question) => prompt::ask(session, question, origin).map_err(failed),
            Next::Edit(edit) if session.interactive => Ok(Flow::Edit(edit.text)),
            Next::Edit(edit) => edit::edit(session, edit, origin, span).await,
            Next::Themes => Ok(Flow::Themes),
            Next::History(part) if session.interactive => Ok(Flow::History(part)),
            Next::History(asked) => {
                let shown = command::show_history(session, &asked, None);
                shown.map(|()| Flow::Continue).map_err(failed)
            }
            Next::Grid(query) => grid(session, &query, origin, span).await,
            Next::Send(_) if origin.inline && copy::waits(session) => {
                Ok(Flow::Data(copy::of_buffer(session, span)))
            }
            Next::Send(send) => send_buffer(session, send, span).await,
            Next::Pipeline(step) => pipeline::step(session, step, span).await,
            Next::Text(text) => run_inner(session, &text, origin).await.map_err(failed),
            Next::Take(what) => {
                let text = take_buffer(session);
                if text.is_empty() {
                    return nothing_to_run(session, &what).map_err(failed);
                }
                let effect = effect_of(session, &text);
                psql::take(session, &text, effect, what, span).await
            }
            Next::Run(script) => run_script(session, &script, origin).await.map_err(failed),
        }
    }
    .boxed_local()
}

/// `\i`: a script within what runs.
async fn run_script(
    session: &mut Session,
    script: &command::Script,
    origin: &Origin<'_>,
) -> Result<Flow> {
    let input = Input::open(&script.path, &script.name, origin.depth + 1)?;
    // At the prompt a script goes on behind an error as in psql, unless ON_ERROR_STOP is on.
    let typed = session.interactive && origin.file.is_none();
    let stop =
        origin.stop_on_error && !typed && (!session.is_mysql() || session.mysql.abort_source);
    let ran = run_input(session, input, stop).await;
    if typed && matches!(ran.flow, Flow::Stop(_)) {
        let name = visible_line(&script.name).into_owned();
        session
            .output
            .tell(&format!("The rest of \"{name}\" was not run.\n"));
    }
    Ok(match (ran.flow, ran.failed == Some(true) && stop) {
        (Flow::Stop(kind), _) => Flow::Stop(kind),
        (_, true) => Flow::Stop(Kind::Server),
        // `\q` in a script ends that script only.
        _ => Flow::Continue,
    })
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
