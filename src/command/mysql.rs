//! The mysql client's own commands, for its scripts and for who is used to it.
#![expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]

#[cfg(test)]
mod tests;

mod manual;
mod output;
mod prompt;
mod status;

pub use prompt::prompt_of_mysql;

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, Script, Send};
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use crate::session::{SendOptions, Session};
use crate::sql::mysql::{ClientCommands, short_command};
use crate::sql::{CommandLine, Effect};
use crate::visible::visible_line;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use output::{nopager, notee, nowarning, pager, tee, warnings};
use prompt::prompt;
use std::path::PathBuf;

type Done<'a> = LocalBoxFuture<'a, Result<Next>>;

const fn row(
    names: &'static [&'static str],
    args: &'static [Arg],
    help: &'static str,
    run: for<'a> fn(&'a mut Session, Args<'a>) -> Done<'a>,
) -> Command {
    let section = Section::Mysql;
    let spec = Spec {
        names,
        args,
        section,
        help,
    };
    Command { spec, run }
}

const NAME: &[Arg] = &[Arg::optional("COMMAND", ArgKind::Rest)];
const FILE: &[Arg] = &[Arg::required("FILE", ArgKind::Rest)];
const MAYBE_FILE: &[Arg] = &[Arg::optional("FILE", ArgKind::Rest)];
const TEXT: &[Arg] = &[Arg::optional("TEXT", ArgKind::Rest)];
const NEEDED: &[Arg] = &[Arg::required("TEXT", ArgKind::Rest)];
const DATABASE: &[Arg] = &[Arg::required("DATABASE", ArgKind::Rest)];
const CONNECT: &[Arg] = &[
    Arg::optional("DATABASE", ArgKind::Rest),
    Arg::optional("HOST", ArgKind::Rest),
];

/// In the order of mysql's own help.
pub(super) static COMMANDS: &[Command] = &[
    row(
        &["?", "\\?"],
        TEXT,
        "this help, or the server's on a word",
        help,
    ),
    row(
        &["charset", "\\C"],
        NEEDED,
        "the character set of the connection",
        charset,
    ),
    row(&["clear", "\\c"], &[], "forget the statement so far", clear),
    row(
        &["connect", "\\r"],
        CONNECT,
        "connect again, maybe to another database or host",
        connect,
    ),
    row(
        &["delimiter", "\\d"],
        NEEDED,
        "what ends a statement",
        delimiter,
    ),
    row(&["edit", "\\e"], &[], "edit the statement in $EDITOR", edit),
    row(
        &["ego", "\\G"],
        &[],
        "send the statement, one line a column",
        ego,
    ),
    row(&["exit", "\\q"], &[], "leave", quit),
    row(&["go", "\\g"], &[], "send the statement", go),
    row(
        &["help", "\\h"],
        TEXT,
        "this help, or the server's on a word",
        help,
    ),
    row(
        &["nopager", "\\n"],
        &[],
        "results straight to the screen",
        nopager,
    ),
    row(
        &["notee", "\\t"],
        &[],
        "results no longer to a file too",
        notee,
    ),
    row(
        &["nowarning", "\\w"],
        &[],
        "no warnings after each statement",
        nowarning,
    ),
    row(&["pager", "\\P"], NAME, "results through a program", pager),
    row(&["print", "\\p"], &[], "show the statement so far", print),
    row(
        &["prompt", "\\R"],
        TEXT,
        "another prompt, with mysql's escapes and those of /set prompt; without TEXT the usual one",
        prompt,
    ),
    row(&["quit", "\\q"], &[], "leave", quit),
    row(
        &["rehash", "\\#"],
        &[],
        "read the names for completion again",
        rehash,
    ),
    row(
        &["resetconnection", "\\x"],
        &[],
        "begin the session anew",
        connect,
    ),
    row(
        &["sandbox", "\\-"],
        &[],
        "refuse what reaches files and programs",
        sandbox,
    ),
    row(&["source", "\\."], FILE, "run a script", source),
    row(
        &["status", "\\s"],
        &[],
        "who is connected to what",
        status::status,
    ),
    row(
        &["system", "\\!"],
        NAME,
        "run a command of the shell",
        system,
    ),
    row(&["tee", "\\T"], MAYBE_FILE, "results to a file too", tee),
    row(
        &["use", "\\u"],
        DATABASE,
        "another database of this server",
        use_database,
    ),
    row(
        &["warnings", "\\W"],
        &[],
        "warnings after each statement",
        warnings,
    ),
];

/// The command of that name, where mysql's commands are read.
pub(super) fn find(session: &Session, line: &CommandLine<'_>) -> Option<&'static Command> {
    let dialect = session.dialect();
    if dialect.client_commands == ClientCommands::Psql {
        return None;
    }
    if line.name.starts_with('$') {
        let named = |c: &&Command| c.spec.names[0] == line.name;
        return super::redirect::COMMANDS.iter().find(named);
    }
    let mut chars = line.name.chars();
    let name = match (chars.next(), chars.next()) {
        (Some(_), None) => short_command(&format!("\\{}", line.name), dialect)?.name,
        _ => line.name,
    };
    COMMANDS
        .iter()
        .find(|c| c.spec.names[0].eq_ignore_ascii_case(name))
}

/// What is said of a command that mysql does not know either.
pub(super) fn unknown(session: &mut Session, name: &str) -> Option<Error> {
    if !session.is_mysql() {
        return None;
    }
    // It stays a part of the statement.
    session.query.buffer.push_str(&format!("\\{name}"));
    Some(Error::usage(format!("Unknown command '\\{name}'.")))
}

/// The first word, without its quotes.
fn word(raw: &str) -> Option<String> {
    let raw = raw.trim();
    let quote = raw.chars().next().filter(|c| matches!(c, '\'' | '"' | '`'));
    let word = match quote {
        Some(quote) => raw[1..].split(quote).next(),
        None => raw.split_whitespace().next(),
    };
    word.filter(|w| !w.is_empty()).map(str::to_string)
}

fn needed(raw: &str, otherwise: &str) -> Result<String> {
    word(raw).ok_or_else(|| Error::usage(otherwise))
}

/// What mysql says at its prompt only.
fn say(session: &Session, text: &str) {
    if session.interactive && !session.settings.quiet {
        tell(&format!("{}\n", visible_line(text)));
    }
}

/// Runs a statement of ours for what it does.
async fn run_mute(session: &mut Session, sql: &str) -> Result<()> {
    let send = SendOptions {
        mute: true,
        words: session.words(),
        ..SendOptions::default()
    };
    session
        .execute(sql, Effect::Session, &send)
        .await
        .map(|_| ())
}

fn help<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    async move {
        if let Some(topic) = word(args.raw) {
            return manual::show(session, &topic).await;
        }
        let columns = super::general::columns(session);
        let mut text = super::general::section(Section::Mysql, super::mysql_commands(), columns);
        if session.interactive {
            text.push_str(&super::general::overview(columns));
        }
        super::general::show(session, &text)
    }
    .boxed_local()
}

fn charset<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    async move {
        let name = needed(args.raw, "Usage: \\C charset_name | charset charset_name")?;
        let name = crate::sql::names::literal(&name, session.dialect());
        match run_mute(session, &format!("SET NAMES {name}")).await {
            // To mysql it is no error of the script.
            Err(e) if session.is_mysql() && e.code.as_deref() == Some("1115 (42000)") => {
                tell(&format!("{}\n", visible_line(&e.message)));
            }
            Err(e) => return Err(e),
            Ok(()) => say(session, "Charset changed"),
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn clear<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        session.query.buffer.clear();
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn connect<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    async move {
        let mut target = session.target().clone();
        let mut words = args.raw.split_whitespace();
        let database = words.next().map(str::to_string);
        let current = Some(session.status().database.clone()).filter(|d| !d.is_empty());
        target.database = database.or(current);
        if let Some(host) = words.next() {
            target.parameters.retain(|(name, _)| name != "socket");
            target.hosts = vec![crate::driver::target::Host {
                name: host.to_string(),
                port: None,
            }];
        }
        let delimiter = session.query.delimiter.clone();
        session.reconnect(target).await?;
        session.query.delimiter = delimiter;
        let database = session.status().database.clone();
        say(session, &format!("Current database: {database}"));
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Comes here only with an argument that is none.
fn delimiter<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    let message = "DELIMITER must be followed by a 'delimiter' character or string";
    async move { passed_over(session, Error::usage(message)) }.boxed_local()
}

/// To mysql a command without what it needs is told, and no error of the script.
fn passed_over(session: &Session, error: Error) -> Result<Next> {
    if !session.is_mysql() {
        return Err(error);
    }
    session.complain(&error);
    Ok(Next::Continue)
}

fn edit<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        Ok(Next::Edit(super::Edit {
            text: match session.query.buffer.is_empty() {
                true => session.query.last.clone(),
                false => std::mem::take(&mut session.query.buffer),
            },
            ..super::Edit::default()
        }))
    }
    .boxed_local()
}

fn ego<'a>(_: &'a mut Session, _: Args<'a>) -> Done<'a> {
    let options = SendOptions {
        expanded: true,
        ..SendOptions::default()
    };
    let send = Send {
        options,
        ..Send::default()
    };
    async { Ok(Next::Send(send)) }.boxed_local()
}

fn go<'a>(_: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async { Ok(Next::Send(Send::default())) }.boxed_local()
}

fn quit<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    // What waits in a script is sent first.
    if session.interactive {
        session.query.buffer.clear();
    }
    async { Ok(Next::Quit) }.boxed_local()
}

fn print<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        let end = match session.query.buffer.ends_with('\n') {
            true => "",
            false => "\n",
        };
        let text = format!(
            "--------------\n{}{end}--------------\n\n",
            session.query.buffer
        );
        session.print(&text)?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn rehash<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        if session.interactive {
            session.refresh_catalog().await?;
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn sandbox<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        session.mysql.sandbox = true;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn source<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    async move {
        session.leave_sandbox()?;
        let name = args.raw.trim().to_string();
        if name.is_empty() {
            return Err(Error::usage("Usage: \\. <filename> | source <filename>"));
        }
        let path = PathBuf::from(&name);
        if let (Err(e), true) = (std::fs::File::open(&path), session.is_mysql()) {
            let number = e.raw_os_error().unwrap_or_default();
            let message = format!("Failed to open file '{name}', error: {number}");
            return Err(Error::new(Kind::Io, message));
        }
        Ok(Next::Run(Script { name, path }))
    }
    .boxed_local()
}

fn system<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    match session.leave_sandbox() {
        Err(e) => async { Err(e) }.boxed_local(),
        Ok(()) if session.is_mysql() && args.raw.trim().is_empty() => {
            let error = Error::usage("Usage: \\! shell-command");
            async move { passed_over(session, error) }.boxed_local()
        }
        Ok(()) => super::system::run_shell(session, args),
    }
}

fn use_database<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    async move {
        let Some(name) = word(args.raw) else {
            let error = Error::usage("USE must be followed by a database name");
            return passed_over(session, error);
        };
        if session.mysql.one_database {
            let current = &session.status().database;
            session.mysql.ignores = current.is_empty() || *current != name;
            if session.mysql.ignores {
                return Ok(Next::Continue);
            }
        }
        let quoted = format!("`{}`", name.replace('`', "``"));
        run_mute(session, &format!("USE {quoted}")).await?;
        say(session, "Database changed");
        Ok(Next::Continue)
    }
    .boxed_local()
}
