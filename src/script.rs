//! `-c`, `-f` and standard input: what a filter runs, in the order given.

use crate::error::voice::Voice;
use crate::error::{Kind, Place, report};
use crate::output::tell;
use crate::run::{Flow, Input, Origin, Ran, run_input, run_own, run_text, run_whole};
use crate::session::Session;
use std::path::Path;

/// One thing to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `-c`
    Command(String),
    /// `-f`; `-` is standard input
    File(String),
    Stdin,
}

/// How a list of actions is run.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub stop_on_error: bool,
    /// `-1`
    pub single_transaction: bool,
}

/// Runs the actions and gives the exit status of cli.md.
pub async fn run(session: &mut Session, actions: &[Action], rules: Rules) -> u8 {
    if rules.single_transaction
        && let Err(e) = run_own(session, "BEGIN").await
    {
        tell(&report(&e, &place(session)));
        return status(e.kind, false);
    }
    let (outcome, any_failed) = run_all(session, actions, rules).await;
    if rules.single_transaction && session.is_connected() {
        let end = if any_failed { "ROLLBACK" } else { "COMMIT" };
        if let Err(e) = run_own(session, end).await {
            tell(&report(&e, &place(session)));
            return status(e.kind, false);
        }
        if any_failed && !session.is_psql() {
            tell("Nothing was committed: a statement failed in the single transaction.\n");
        }
    }
    match session.is_mysql() {
        true => end_of_mysql(session, outcome),
        false => outcome,
    }
}

/// mysql knows one status for every failure, and says goodbye where it is talkative.
fn end_of_mysql(session: &mut Session, outcome: u8) -> u8 {
    if session.mysql.verbose > 1 && outcome != CLOSED && session.print("Bye\n").is_err() {
        return CLOSED;
    }
    match outcome {
        0 | CLOSED => outcome,
        _ => 1,
    }
}

/// The reader of our output went away.
const CLOSED: u8 = 141;

async fn run_all(session: &mut Session, actions: &[Action], rules: Rules) -> (u8, bool) {
    let mut last_status = 0;
    let mut any_failed = false;
    for action in actions {
        let in_script = !matches!(action, Action::Command(_));
        let ran = run_action(session, action, rules).await;
        let failed = ran.failed == Some(true);
        any_failed |= failed;
        // What a script of psql failed in counts only where it is told to stop.
        let forgiven =
            in_script && session.voice == Voice::Psql || session.is_mysql() && !rules.stop_on_error;
        last_status = u8::from(failed && !forgiven);
        match ran.flow {
            Flow::Quit => return (session.exit_status.unwrap_or(last_status), any_failed),
            // To psql a script that is not there is an action that failed, and no more.
            Flow::Stop(Kind::Config)
                if session.voice == Voice::Psql && !session.variables.is_on("ON_ERROR_STOP") =>
            {
                last_status = 1;
            }
            // psql has no status of its own for a statement that was cancelled.
            Flow::Stop(Kind::Cancelled) if session.voice == Voice::Psql => {
                return (status(Kind::Server, in_script), true);
            }
            Flow::Stop(kind) => return (status(kind, in_script), true),
            Flow::Continue
            | Flow::Edit(_)
            | Flow::History(_)
            | Flow::Grid
            | Flow::Themes
            | Flow::Answer(_)
            | Flow::Data(_) => {}
        }
    }
    (last_status, any_failed)
}

async fn run_action(session: &mut Session, action: &Action, rules: Rules) -> Ran {
    let input = match action {
        Action::Command(text) => {
            if session.voice == Voice::Psql {
                return run_whole(session, text).await;
            }
            return run_text(session, text, &Origin::whole(rules.stop_on_error)).await;
        }
        Action::File(name) => Input::open(Path::new(name), name, 0),
        Action::Stdin => Ok(Input::stdin()),
    };
    match input {
        Ok(input) => run_input(session, input, rules.stop_on_error).await,
        Err(error) => {
            let program = match session.voice {
                Voice::Psql => "psql: error: ",
                _ => "",
            };
            tell(&format!("{program}{}", report(&error, &place(session))));
            // A script that cannot be read is a mistake of the call, not of the script.
            Ran {
                flow: Flow::Stop(Kind::Config),
                failed: Some(true),
                rest: 0,
                echoed: 0,
                again: false,
            }
        }
    }
}

fn place(session: &Session) -> Place<'static> {
    Place {
        words: session.words(),
        ..Place::default()
    }
}

/// The exit status for an error that ended the work.
pub fn status(kind: Kind, in_script: bool) -> u8 {
    match kind {
        Kind::Connect | Kind::Password | Kind::Lost => 2,
        Kind::Cancelled => 130,
        Kind::Closed => CLOSED,
        Kind::Config => 1,
        Kind::Usage | Kind::Server | Kind::Io if in_script => 3,
        Kind::Usage | Kind::Server | Kind::Io => 1,
    }
}
