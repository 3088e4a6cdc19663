//! The command line: flags, configuration and environment to a session and what it runs.

mod args;
mod common;
mod config;
mod generate;
mod hide;
mod import;
mod my;
mod pg;
mod project;
mod target;
mod way;

use crate::command;
use crate::complete::protocol;
use crate::driver::Target;
use crate::error::voice::{Voice, Words};
use crate::error::{Error, Kind, OfPsql, Place, Result, report};
use crate::format::LineStyle;
use crate::output::{Output, tell};
use crate::run::run_own;
use crate::script::{self, Action, Rules};
use crate::session::batch::Batch;
use crate::session::{MysqlRules, Passwords, Session, Start, StatementLog, Tags};
use crate::settings::{Auto, Config, Settings, psql};
use crate::sql::Dialect;
use crate::sql::dialect::{MYSQL_BINARY, MYSQL_PROMPT, MYSQL_SCRIPT};
use args::{Job, Parsed};
use common::Common;
use std::io::{BufRead, IsTerminal, Write};

/// Runs the program and gives its exit status. `arguments` begin with the program's name.
pub fn main(arguments: Vec<std::ffi::OsString>) -> u8 {
    crate::driver::keep_quiet_where_caught();
    let at_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    hide::passwords(&arguments, at_terminal);
    let mysql = arguments.get(1).is_some_and(|a| a == "my");
    let pg = arguments.get(1).is_some_and(|a| a == "pg");
    match args::parse(arguments) {
        Err(e) if mysql => {
            fail(&e);
            BAD_OPTION_OF_MYSQL
        }
        Ok(Parsed::Shown(text)) => print(&text),
        Ok(Parsed::Job(job)) => run(*job).unwrap_or_else(|e| fail(&e)),
        Err(e) if pg && e.kind == Kind::Connect => fail_as(&e, Voice::Psql),
        Err(e) => fail(&e),
    }
}

/// What mysql returns for options that it does not know.
const BAD_OPTION_OF_MYSQL: u8 = 2;

fn fail(error: &Error) -> u8 {
    if error.kind != Kind::Closed {
        tell(&report(error, &Place::default()));
    }
    script::status(error.kind, false)
}

/// As a script of another client expects it.
fn fail_as(error: &Error, voice: Voice) -> u8 {
    if voice == Voice::Sqwire {
        return fail(error);
    }
    let words = Words {
        voice,
        ..Words::default()
    };
    let place = Place {
        words,
        ..Place::default()
    };
    let text = report(error, &place);
    if voice == Voice::Mysql {
        tell(&text);
        return 1;
    }
    if error.kind != Kind::Closed {
        let hint = error.hint.as_ref().filter(|_| error.psql.is_none());
        let hint = hint.map_or(String::new(), |hint| format!("psql: hint: {hint}\n"));
        tell(&format!("psql: error: {text}{hint}"));
    }
    script::status(error.kind, false)
}

fn print(text: &str) -> u8 {
    let mut out = Output::stdout();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_or_else(|e| fail(&Error::io("write the output", &e)), |()| 0)
}

fn run(job: Job) -> Result<u8> {
    match job {
        Job::Completions(shell) => Ok(print(&generate::completions(shell))),
        Job::Man => Ok(print(&generate::man())),
        Job::Complete { catalog, dialect } => complete(&catalog, dialect.as_deref()),
        Job::List { names: true } => Ok(print(&target::names(&config::load()))),
        Job::List { names: false } => Ok(print(&target::list(&config::load()))),
        Job::Config { write: false } => Ok(print(&crate::settings::file::sample())),
        Job::Config { write: true } => {
            let path = config::write_sample()?;
            Ok(print(&format!("Wrote \"{}\".\n", path.display())))
        }
        Job::Import {
            client,
            from,
            dry_run,
        } => Ok(print(&import::import(client, from.as_deref(), dry_run)?)),
        Job::Trust { file } => {
            let path = project::trust(file.as_deref())?;
            Ok(print(&format!(
                "Trusted \"{}\" as it is now.\n",
                path.display()
            )))
        }
        Job::Catalog { target } => {
            let config = config::load();
            let mut target = target::choose(target.as_deref(), &config)?.target;
            hide::give(&mut target);
            let start = plain_start(target, config);
            with_session(start, async |session| {
                let catalog = session.load_catalog().await?;
                let mut out = Output::stdout();
                crate::catalog::json::write(&catalog, &mut out)
                    .and_then(|()| writeln!(out))
                    .and_then(|()| out.flush())
                    .map_err(|e| Error::io("write the output", &e))?;
                Ok(0)
            })
        }
        Job::Session {
            common,
            chosen,
            dialect,
        } => {
            let voice = voice(dialect, is_interactive(&common));
            let status = session(&common, chosen, dialect);
            Ok(status.unwrap_or_else(|e| fail_as(&e, voice)))
        }
    }
}

fn plain_start(target: Target, config: Config) -> Start {
    Start {
        target,
        settings: Settings::default(),
        config,
        interactive: false,
        passwords: Passwords::Ask,
        tags: Tags::Nowhere,
        voice: Voice::default(),
        dialect: None,
        mysql: MysqlRules::default(),
        timeout: None,
        output: Output::stdout(),
        log: None,
    }
}

/// Starts the runtime and the session, and runs `work` with it.
fn with_session(start: Start, work: impl AsyncFnOnce(&mut Session) -> Result<u8>) -> Result<u8> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let mut session = Session::start(start).await?;
        work(&mut session).await
    })
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::io("start the runtime", &e))
}

/// Who the command line is for: differences of `sqwire pg` and `sqwire my` from `sqwire TARGET`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Sqwire,
    Psql,
    Mysql,
}

/// Why the log of `-L` cannot be written, as psql says it.
fn of_query_log(mut error: Error) -> Error {
    if let Some(OfPsql::File(name, _)) = error.psql.as_deref_mut() {
        *name = format!("could not open log file \"{name}\"");
    }
    error
}

fn is_interactive(common: &Common) -> bool {
    common.actions.is_empty() && !common.batch && std::io::stdin().is_terminal()
}

fn session(common: &Common, chosen: args::Chosen, flavour: Flavour) -> Result<u8> {
    let config = if common.no_config {
        Config::default()
    } else {
        config::load()
    };
    let (mut target, hint) = chosen.resolve(common, &config)?;
    let interactive = is_interactive(common);
    if flavour == Flavour::Mysql && !interactive {
        // As mysql hands binary values on, unless it is told otherwise.
        let hex = ("binary-as-hex".to_string(), "off".to_string());
        target.parameters.insert(0, hex);
    }
    let mut settings = Settings::default();
    config.apply(&mut settings);
    let looked_at = common.output.is_none() && std::io::stdout().is_terminal();
    if !interactive && !looked_at {
        settings.forget_what_is_for_eyes();
    }
    apply(common, flavour, interactive, &mut settings)?;
    let output = match &common.output {
        Some(place) => Output::open(place)?,
        None => Output::stdout(),
    };
    let start = Start {
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
        log: common
            .log_file
            .as_deref()
            .map(StatementLog::open)
            .transpose()?,
        settings,
        config,
    };
    let runtime = runtime()?;
    let failed = |e: &Error| fail_as(e, voice(flavour, interactive));
    let mut session = match runtime.block_on(Session::start(start)) {
        Ok(session) => session,
        Err(e) => return Ok(failed(&e)),
    };
    session.tell_connection();
    for (name, value) in &common.variables {
        match value {
            None if session.voice == Voice::Psql => session.unset_variable(name),
            value => session
                .set_variable(name, value.as_deref().unwrap_or_default())
                .map_err(Error::usage)?,
        }
    }
    session.query_log = common
        .query_log
        .as_deref()
        .map(|place| Output::append(place).map_err(of_query_log))
        .transpose()?;
    if let Some(delimiter) = &common.delimiter {
        session.delimiter.clone_from(delimiter);
    }
    for sql in &common.first {
        if let Err(e) = runtime.block_on(run_own(&mut session, sql)) {
            return Ok(failed(&e));
        }
    }
    if let Some(place) = common.tee.as_ref().filter(|_| interactive) {
        session.output.set_tee(Some(Output::append(place)?));
    }
    if let Some(plan) = &common.long {
        one_script(common, interactive)?;
        session.batch = Some(Batch::new(plan.clone()));
    }
    let status = if interactive {
        banner(&session, hint);
        crate::repl::run(&mut session, &std::sync::Arc::new(runtime))
    } else {
        let actions = match common.actions.is_empty() {
            true => vec![Action::Stdin],
            false => common.actions.clone(),
        };
        let rules = Rules {
            stop_on_error: common.stop_on_error.unwrap_or(flavour != Flavour::Psql),
            single_transaction: common.single_transaction,
        };
        runtime.block_on(script::run(&mut session, &actions, rules))
    };
    match session.output.close() {
        Err(e) if status == 0 => Err(e),
        _ => Ok(status),
    }
}

/// A checkpoint is about one script.
fn one_script(common: &Common, interactive: bool) -> Result<()> {
    let scripts = match common.actions.as_slice() {
        [] => usize::from(!interactive),
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

/// Scripts of psql and mysql, and who reads their logs, expect those programs' words.
fn voice(flavour: Flavour, interactive: bool) -> Voice {
    match flavour {
        Flavour::Psql if !interactive => Voice::Psql,
        Flavour::Mysql if !interactive => Voice::Mysql,
        _ => Voice::Sqwire,
    }
}

/// Whose commands the text holds, where it is not the server's own dialect.
fn dialect(flavour: Flavour, interactive: bool, binary: bool) -> Option<&'static Dialect> {
    match flavour {
        Flavour::Mysql if interactive => Some(&MYSQL_PROMPT),
        Flavour::Mysql if binary => Some(&MYSQL_BINARY),
        Flavour::Mysql => Some(&MYSQL_SCRIPT),
        _ => None,
    }
}

/// psql shows command tags with the results; the others only where somebody looks.
fn tags(flavour: Flavour, interactive: bool) -> Tags {
    match flavour {
        Flavour::Psql if !interactive => Tags::Stdout,
        _ if interactive || std::io::stderr().is_terminal() => Tags::Stderr,
        _ => Tags::Nowhere,
    }
}

/// The flags that are settings, on top of the configuration.
fn apply(common: &Common, flavour: Flavour, interactive: bool, to: &mut Settings) -> Result<()> {
    if flavour == Flavour::Mysql && !interactive {
        let (format, no_header) = common.shape.format();
        to.format = format.into();
        to.tuples_only |= no_header;
    }
    if let Some(format) = &common.format {
        to.set("format", format)?;
    }
    for setting in &common.pset {
        let set = match (setting.split_once('='), flavour) {
            (Some((name, value)), Flavour::Psql) => psql::pset(to, name, Some(value)).map(|_| ()),
            (None, Flavour::Psql) => psql::pset(to, setting, None).map(|_| ()),
            (Some((name, value)), _) => to.set(name, value),
            (None, _) => to.set(setting, "on"),
        };
        if let (Err(error), Voice::Psql) = (&set, voice(flavour, interactive)) {
            let name = setting
                .split_once('=')
                .map_or(setting.as_str(), |(name, _)| name);
            let message = format!("could not set printing parameter \"{name}\"");
            return Err(Error::usage(format!(
                "{}\npsql: error: {message}",
                error.message
            )));
        }
        set?;
    }
    // In a file or a pipe psql never draws with box-drawing characters by itself.
    if flavour == Flavour::Psql && !interactive && to.linestyle.is_none() {
        to.linestyle = Some(LineStyle::Ascii);
    }
    if flavour == Flavour::Psql && !interactive {
        to.null.get_or_insert_default();
    }
    to.tuples_only |= common.tuples_only;
    if common.expanded {
        to.expanded = Auto::On;
    }
    to.quiet |= common.quiet;
    if let Some(color) = common.color {
        to.color = color;
    }
    if common.no_history {
        to.history_size = 0;
    }
    Ok(())
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

/// `sqwire complete`: the completer as JSON lines.
fn complete(file: &str, dialect: Option<&str>) -> Result<u8> {
    let source = std::fs::File::open(file)
        .map_err(|e| Error::io(format!("read the catalog \"{file}\""), &e))?;
    let source = std::io::BufReader::with_capacity(1 << 16, source);
    let mut catalog = crate::catalog::json::read_from(source)
        .map_err(|e| Error::usage(format!("\"{file}\" is no catalog: {e}")))?;
    if let Some(name) = dialect {
        catalog.dialect = crate::sql::dialect::by_name(name)
            .ok_or_else(|| Error::usage(format!("unknown dialect \"{name}\"")))?;
    }
    let commands = command::specs();
    let mut out = Output::stdout();
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line.map_err(|e| Error::io("read standard input", &e))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = protocol::answer(&String::from_utf8_lossy(&line), &catalog, &commands);
        let written = writeln!(out, "{answer}").and_then(|()| out.flush());
        written.map_err(|e| Error::io("write the output", &e))?;
    }
    Ok(0)
}
