//! A session from the command line: what it is started with, and what it runs.

use super::args::Chosen;
use super::common::Common;
use super::flavour::{Flavour, apply, dialect, tags, voice};
use super::{config, fail_as, runtime};
use crate::driver::Target;
use crate::error::voice::Voice;
use crate::error::{Error, OfPsql, Result};
use crate::output::{Output, screen, tell};
use crate::run::run_own;
use crate::script::{self, Action, Rules};
use crate::session::batch::Batch;
use crate::session::{MysqlRules, Session, Start, StatementLog};
use crate::settings::{Config, Settings};
use std::io::IsTerminal;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Starts the session and runs what is wanted; gives the exit status.
pub(super) fn run(common: &Common, chosen: Chosen, flavour: Flavour) -> Result<u8> {
    let config = match common.no_config {
        true => Config::default(),
        false => config::load(),
    };
    let (target, hint) = chosen.resolve(common, &config)?;
    let interactive = is_interactive(common);
    let start = start(common, flavour, target, config)?;
    let runtime = runtime()?;
    let failed = |e: &Error| fail_as(e, voice(flavour, interactive));
    let mut session = match runtime.block_on(Session::start(start)) {
        Ok(session) => session,
        Err(e) => return Ok(failed(&e)),
    };
    session.tell_connection();
    prepare(&mut session, common)?;
    for sql in &common.first {
        if let Err(e) = runtime.block_on(run_own(&mut session, sql)) {
            return Ok(failed(&e));
        }
    }
    let status = match interactive {
        true => at_prompt(&mut session, common, hint, runtime)?,
        false => in_batch(&mut session, common, flavour, &runtime)?,
    };
    match session.output.close() {
        Err(e) if status == 0 => Err(e),
        _ => Ok(status),
    }
}

pub(super) fn is_interactive(common: &Common) -> bool {
    common.actions.is_empty() && !common.batch && std::io::stdin().is_terminal()
}

fn start(common: &Common, flavour: Flavour, mut target: Target, config: Config) -> Result<Start> {
    let interactive = is_interactive(common);
    if flavour == Flavour::Mysql && !interactive {
        // As mysql hands binary values on, unless it is told otherwise.
        let hex = ("binary-as-hex".to_string(), "off".to_string());
        target.parameters.insert(0, hex);
    }
    let mut settings = Settings::default();
    config.apply(&mut settings);
    let looked_at = common.output.is_none() && screen().is_some();
    if !interactive && !looked_at {
        settings.forget_what_is_for_eyes();
    }
    apply(common, flavour, interactive, &mut settings)?;
    let output = match &common.output {
        Some(place) => Output::open(place)?,
        None => Output::stdout(),
    };
    let log = common.log_file.as_deref().map(StatementLog::open);
    Ok(Start {
        target,
        interactive,
        passwords: common.passwords,
        tags: tags(flavour, interactive),
        voice: voice(flavour, interactive),
        dialect: dialect(flavour, interactive, common.mysql.binary),
        mysql: MysqlRules {
            // At the prompt they are shown until they are switched off.
            warnings: common.mysql.warnings || interactive,
            ..common.mysql
        },
        timeout: common.timeout,
        output,
        log: log.transpose()?,
        settings,
        config,
    })
}

/// What the flags set once there is a session.
fn prepare(session: &mut Session, common: &Common) -> Result<()> {
    for (name, value) in &common.variables {
        match value {
            None if session.voice == Voice::Psql => session.unset_variable(name),
            value => session
                .set_variable(name, value.as_deref().unwrap_or_default())
                .map_err(Error::usage)?,
        }
    }
    let log = common.query_log.as_deref().map(Output::append);
    session.query_log = log.transpose().map_err(of_query_log)?;
    if let Some(delimiter) = &common.delimiter {
        session.query.delimiter.clone_from(delimiter);
    }
    if let Some(plan) = &common.long {
        one_script(common)?;
        session.batch = Some(Batch::new(plan.clone()));
    }
    Ok(())
}

/// Why the log of `-L` cannot be written, as psql says it.
fn of_query_log(mut error: Error) -> Error {
    if let Some(OfPsql::File(name, _)) = error.psql.as_deref_mut() {
        *name = format!("could not open log file \"{name}\"");
    }
    error
}

/// A checkpoint is about one script.
fn one_script(common: &Common) -> Result<()> {
    let scripts = match common.actions.as_slice() {
        [] => usize::from(!is_interactive(common)),
        actions => actions
            .iter()
            .filter(|a| matches!(a, Action::File(_)))
            .count(),
    };
    if common.actions.len() > 1 || scripts != 1 {
        let message = "--progress, --checkpoint and --throttle are for one script";
        return Err(Error::usage(message).with_hint("Give it with -f or as standard input."));
    }
    Ok(())
}

fn at_prompt(
    session: &mut Session,
    common: &Common,
    hint: Option<&str>,
    runtime: Runtime,
) -> Result<u8> {
    if let Some(place) = &common.tee {
        session.output.set_tee(Some(Output::append(place)?));
    }
    banner(session, hint);
    let status = crate::repl::run(session, &Arc::new(runtime));
    Ok(session.exit_status.unwrap_or(status))
}

fn banner(session: &Session, hint: Option<&str>) {
    if session.settings.quiet {
        return;
    }
    let server = crate::visible::visible_line(&session.status().server).into_owned();
    tell(&format!(
        "sqwire {} · {server} · \\? for help\n",
        env!("CARGO_PKG_VERSION")
    ));
    if let Some(hint) = hint {
        tell(&format!("hint: {hint}\n"));
    }
}

fn in_batch(
    session: &mut Session,
    common: &Common,
    flavour: Flavour,
    runtime: &Runtime,
) -> Result<u8> {
    let actions = match common.actions.is_empty() {
        true => vec![Action::Stdin],
        false => common.actions.clone(),
    };
    let rules = Rules {
        stop_on_error: common.stop_on_error.unwrap_or(flavour != Flavour::Psql),
        single_transaction: common.single_transaction,
    };
    Ok(runtime.block_on(script::run(session, &actions, rules)))
}
