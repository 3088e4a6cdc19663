//! The command line: flags, configuration and environment to a session and what it runs.

mod args;
mod common;
mod config;
mod crash;
mod flavour;
mod generate;
mod hide;
mod import;
mod my;
mod overrides;
mod pg;
mod project;
mod session;
mod shell;
mod target;
mod way;

use crate::command;
use crate::complete::protocol;
use crate::driver::Target;
use crate::error::voice::{Voice, Words};
use crate::error::{Error, Kind, Place, Result, report};
use crate::output::{Output, tell};
use crate::script;
use crate::session::{MysqlRules, Passwords, Session, Start, Tags};
use crate::settings::{Config, Settings};
use crate::visible::visible_line;
use args::{Job, Parsed};
use std::io::{BufRead, IsTerminal, Write};

/// Runs the program and gives its exit status. `arguments` begin with the program's name.
pub fn main(arguments: Vec<std::ffi::OsString>) -> u8 {
    crash::say_what_may_be_said();
    crash::leave_no_core();
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
        Job::Completions {
            shell,
            words: false,
        } => Ok(print(&generate::completions(shell))),
        Job::Completions { shell, .. } => Ok(print(&what_can_follow(shell)?)),
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
        Job::Defaults(target) => {
            let driver = crate::driver::by_name(&target.driver);
            let arguments = driver.map_or(Ok(Vec::new()), |driver| driver.defaults(&target))?;
            let mut arguments: String = arguments.iter().map(|a| format!("{a} ")).collect();
            if std::io::stdout().is_terminal() {
                arguments = visible_line(&arguments).into_owned();
            }
            Ok(print(&format!(
                "sqwire my would have been started with the following arguments:\n{arguments}\n"
            )))
        }
        Job::Catalog { target } => {
            let config = config::load();
            let mut target = target::choose(target.as_deref(), &config, false)?.target;
            hide::give(&mut target);
            let start = plain_start(target, config);
            with_session(start, async |session| {
                let catalog = session.load_catalog().await?;
                for line in &catalog.missing {
                    tell(&format!("{}\n", visible_line(line)));
                }
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
            let voice = flavour::voice(dialect, session::is_interactive(&common));
            let status = session::run(&common, chosen, dialect);
            Ok(status.unwrap_or_else(|e| fail_as(&e, voice)))
        }
    }
}

/// What can stand at the end of the command line that a shell sends.
fn what_can_follow(shell: clap_complete::Shell) -> Result<String> {
    let asker = shell::asker(shell)
        .ok_or_else(|| Error::usage(format!("the script for {shell} asks for nothing")))?;
    let question = std::io::read_to_string(std::io::stdin().lock());
    let question = question.map_err(|e| Error::io("read standard input", &e))?;
    let names = target::names(&config::load());
    let names: Vec<&str> = names.lines().collect();
    Ok(shell::answer(asker, &question, &names))
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

/// `sqwire complete`: the completer as JSON lines.
fn complete(file: &str, dialect: Option<&str>) -> Result<u8> {
    let source = std::fs::File::open(file)
        .map_err(|e| Error::io(format!("read the catalog \"{file}\""), &e))?;
    let source = std::io::BufReader::with_capacity(1 << 16, source);
    let mut catalog = crate::catalog::json::read_from(source)
        .map_err(|e| Error::usage(format!("\"{file}\" is no catalog: {e}")))?;
    if let Some(name) = dialect {
        let dialect = crate::sql::dialect::by_name(name)
            .ok_or_else(|| Error::usage(format!("unknown dialect \"{name}\"")))?;
        catalog.speak(dialect);
    }
    let (commands, settings) = (command::specs(), crate::repl::setting_words());
    let client = protocol::Client {
        commands: &commands,
        settings: &settings,
        specials: &crate::repl::special_words(),
    };
    let mut out = Output::stdout();
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line.map_err(|e| Error::io("read standard input", &e))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = protocol::answer(&String::from_utf8_lossy(&line), &catalog, &client);
        let written = writeln!(out, "{answer}").and_then(|()| out.flush());
        written.map_err(|e| Error::io("write the output", &e))?;
    }
    Ok(0)
}
