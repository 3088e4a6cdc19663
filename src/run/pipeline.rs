//! psql's pipelines: statements wait until their results are asked for.

use super::failure::{Failed, tell_error, tell_statement};
use super::statement::{effect_of, execute_filled, options, take_buffer};
use super::{Flow, Span, psql};
use crate::command::Step;
use crate::data::Summary;
use crate::driver::Extended;
use crate::error::voice::psql_prefix;
use crate::error::{Error, Kind, Result};
use crate::session::pipeline::{Piped, Pipeline};
use crate::session::{SendOptions, Session};
use crate::sql::Effect;
use crate::sql::copy::{self, Direction};

type Done = std::result::Result<Flow, Failed>;

/// Refuses the commands that want a result at once.
pub(super) fn check(session: &mut Session, name: &str) -> Result<()> {
    let waits = matches!(name, "g" | "gx" | "G" | "gset" | "gexec" | "watch");
    if session.pipeline.is_none() || !waits || !session.script.conditions.active() {
        return Ok(());
    }
    session.bound = None;
    Err(Error::usage(format!(
        "\\{name} not allowed in pipeline mode"
    )))
}

pub(super) async fn step(session: &mut Session, step: Step, span: Span) -> Done {
    if step == Step::Send {
        return send(session, span).await;
    }
    let text = take_buffer(session);
    text.clone_into(&mut session.query.last);
    session.bound = None;
    psql::announce(session, &text).map_err(|e| Failed::plain(e, span))?;
    let done = go_on(session, step, span).await;
    session.tell_pipeline();
    done.inspect_err(|_| tell_statement(session, &text))
}

/// `\sendpipeline`.
async fn send(session: &mut Session, span: Span) -> Done {
    let bound = matches!(
        session.bound,
        Some(Extended::Run(_) | Extended::RunPrepared(..))
    );
    let refused = match (&session.pipeline, bound) {
        (None, _) => Some("\\sendpipeline not allowed outside of pipeline mode"),
        (_, false) => Some("\\sendpipeline must be used after \\bind or \\bind_named"),
        _ => None,
    };
    if let Some(why) = refused {
        session.bound = None;
        return Err(Failed::plain(Error::usage(why), span));
    }
    let text = take_buffer(session);
    text.clone_into(&mut session.query.last);
    let effect = effect_of(session, &text);
    let how = options(session, span);
    execute_filled(session, text, effect, &how, span).await
}

async fn go_on(session: &mut Session, step: Step, span: Span) -> Done {
    let Some(pipeline) = &mut session.pipeline else {
        return match step {
            Step::Start => {
                session.pipeline = Some(Pipeline::default());
                Ok(Flow::Continue)
            }
            Step::Sync | Step::End => Err(told(
                session,
                "cannot send pipeline when not in pipeline mode",
                span,
            )),
            Step::Results(_) => Err(told(session, "No pending results to get", span)),
            Step::Send | Step::Flush | Step::FlushRequest => Ok(Flow::Continue),
        };
    };
    match step {
        Step::Sync => pipeline.sync(),
        Step::FlushRequest => pipeline.flush(),
        Step::Results(_) if pipeline.ready() == 0 => {
            return Err(told(session, "No pending results to get", span));
        }
        Step::Results(count) => {
            let most = pipeline.ready();
            let wanted = if count == 0 { most } else { count.min(most) };
            return results(session, wanted, span).await;
        }
        Step::End => {
            pipeline.sync();
            let all = pipeline.ready();
            let done = results(session, all, span).await;
            session.pipeline = None;
            return done;
        }
        Step::Start | Step::Send | Step::Flush => {}
    }
    Ok(Flow::Continue)
}

/// Says something in psql's words that is no error of a command, and fails.
fn told(session: &mut Session, words: &str, span: Span) -> Failed {
    let prefix = psql_prefix(&session.place());
    session.output.tell(&format!("{prefix}{words}\n"));
    Failed::plain(Error::new(Kind::Server, ""), span)
}

/// Runs what waits and shows so many results. What follows an error is passed over, up to the next
/// Sync.
async fn results(session: &mut Session, mut wanted: usize, span: Span) -> Done {
    let mut failed = None;
    let aborted = session.pipeline.as_ref().is_some_and(|p| p.aborted);
    if aborted && options(session, span).fetch_count.is_some() {
        session.warn("fetching results in chunked mode failed");
    }
    while wanted > 0 {
        wanted -= 1;
        let Some(pipeline) = &mut session.pipeline else {
            break;
        };
        match pipeline.queue.pop_front() {
            Some(Piped::Statement(sql, what)) => {
                pipeline.available = pipeline.available.saturating_sub(1);
                if pipeline.aborted {
                    if failed.is_none() {
                        let why = "Pipeline aborted, command did not run";
                        failed = Some(told(session, why, span));
                    }
                } else if let Some(over) = run(session, sql, what, span, &mut failed).await {
                    return Ok(over);
                }
            }
            Some(Piped::Sync) => {
                pipeline.aborted = false;
                failed = sync(session, span).await;
                if failed.is_none() {
                    synced(session);
                }
            }
            Some(Piped::FailedSync) => {
                failed = None;
                synced(session);
            }
            None => break,
        }
        if !session.is_connected() {
            session.pipeline = None;
            return Ok(Flow::Stop(Kind::Lost));
        }
    }
    failed.map_or(Ok(Flow::Continue), Err)
}

/// A Sync has gone well.
fn synced(session: &mut Session) {
    if let Some(pipeline) = &mut session.pipeline {
        pipeline.syncs = pipeline.syncs.saturating_sub(1);
    }
    session.tell_outcome(&Ok(Summary::default()));
}

/// Sends a Sync, which can fail as a commit can. psql takes that error for one more result.
async fn sync(session: &mut Session, span: Span) -> Option<Failed> {
    let how = SendOptions {
        extended: Some(Extended::Sync),
        mute: true,
        ..options(session, span)
    };
    let done = session.execute("", Effect::Unknown, &how).await;
    let error = done.err()?;
    let kind = error.kind;
    session.tell_outcome(&Err(error.clone()));
    tell_error(session, &Failed::plain(error, span));
    if let Some(pipeline) = &mut session.pipeline {
        pipeline.available = pipeline.available.saturating_sub(1);
        pipeline.queue.push_front(Piped::FailedSync);
    }
    Some(Failed::plain(Error::new(kind, ""), span))
}

/// Refuses what does not wait, `\gdesc`. As in psql the messages add up.
pub(super) fn refuse(session: &mut Session, span: Span) -> Option<Failed> {
    let pipeline = session.pipeline.as_mut()?;
    pipeline.refused += 1;
    let times = pipeline.refused;
    session.bound = None;
    let words = "synchronous command execution functions are not allowed in pipeline mode";
    Some(told(session, &vec![words; times].join("\n"), span))
}

/// Runs one statement of the pipeline and tells its error.
async fn run(
    session: &mut Session,
    sql: String,
    what: Extended,
    span: Span,
    failed: &mut Option<Failed>,
) -> Option<Flow> {
    let copies = |way| copy::any(&sql, session.dialect(), way);
    if what.has_text() && (copies(Direction::FromStdin) || copies(Direction::ToStdout)) {
        let why = "COPY in a pipeline is not supported, aborting connection";
        told(session, why, span);
        return Some(Flow::Stop(Kind::Lost));
    }
    let effect = effect_of(session, &sql);
    let piped = SendOptions {
        extended: Some(Extended::Piped(Box::new(what))),
        ..options(session, span)
    };
    let done = session.execute(&sql, effect, &piped).await;
    session.tell_outcome(&done);
    match done {
        Ok(_) if psql::has_empty_tag(session, &piped) => {
            let said = session.print("\n");
            *failed = said.err().map(|e| Failed::plain(e, span));
        }
        Ok(_) => {}
        Err(error) => {
            let kind = error.kind;
            let statement = Some(sql);
            tell_error(
                session,
                &Failed {
                    error,
                    statement,
                    span,
                },
            );
            if let Some(pipeline) = &mut session.pipeline {
                pipeline.aborted = true;
            }
            *failed = Some(Failed::plain(Error::new(kind, ""), span));
        }
    }
    None
}
