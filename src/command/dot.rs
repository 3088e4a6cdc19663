//! The dot commands of sqlite3, so that its scripts run and its users find what they know: each by
//! what sqwire has in its place. They are commands where the database is SQLite's.

mod words;

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, find};
use crate::error::{Error, Result};
use crate::files::Fresh;
use crate::format::LineStyle;
use crate::session::Session;
use crate::sql::dialect::SQLITE;
use crate::sql::names::{literal, quote_always};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::path::Path;
use words::{unescaped, words};

const fn row(names: &'static [&'static str], args: &'static [Arg], help: &'static str) -> Command {
    Command {
        spec: Spec {
            names,
            args,
            section: Section::Sqlite,
            help,
        },
        run,
    }
}

const FILE: &[Arg] = &[Arg::required("FILE", ArgKind::Rest)];
const PLACE: &[Arg] = &[Arg::optional("FILE-or-|COMMAND", ArgKind::Rest)];
const SWITCH: &[Arg] = &[Arg::required("on|off", ArgKind::Options(&["on", "off"]))];
const TEXT: &[Arg] = &[Arg::optional("TEXT", ArgKind::Rest)];
const MODES: &[&str] = &[
    "ascii", "box", "column", "csv", "html", "insert", "json", "line", "list", "markdown", "table",
    "tabs",
];

pub(super) static COMMANDS: &[Command] = &[
    row(
        &[".mode"],
        &[Arg::optional("MODE", ArgKind::Options(MODES))],
        "the format of results; \\pset format has more of them",
    ),
    row(
        &[".headers"],
        SWITCH,
        "whether the names of columns are shown",
    ),
    row(
        &[".separator"],
        &[Arg::required("COLUMN [ROW]", ArgKind::Rest)],
        "what stands between columns and behind rows; \\pset fieldsep",
    ),
    row(&[".nullvalue"], TEXT, "what stands for NULL; \\pset null"),
    row(&[".show"], &[], "the settings; \\pset"),
    row(&[".output"], PLACE, "results to a file or a program; \\o"),
    row(
        &[".once"],
        PLACE,
        "the next result to a file or a program; \\g FILE behind a statement",
    ),
    row(&[".print"], TEXT, "text where results go; \\qecho"),
    row(&[".read"], FILE, "run a script; \\i"),
    row(
        &[".import"],
        &[Arg::required("FILE TABLE", ArgKind::Rest)],
        "load a file into a table, which is made when it is missing; /import has more options",
    ),
    row(
        &[".dump"],
        &[Arg::optional("[--data-only] TABLE …", ArgKind::Rest)],
        "the statements that make the database, or some tables, again",
    ),
    row(
        &[".backup", ".save", ".clone"],
        FILE,
        "a copy of the database in a file",
    ),
    row(&[".open"], FILE, "another database; \\c"),
    row(&[".databases"], &[], "the files of this connection"),
    row(&[".fullschema"], &[], "as .schema"),
    row(
        &[".parameter"],
        &[Arg::optional(
            "set :NAME VALUE|unset :NAME|list|clear",
            ArgKind::Rest,
        )],
        "values for the parameters of statements; \\set",
    ),
    row(
        &[".timeout"],
        &[Arg::required("MS", ArgKind::Rest)],
        "how long to wait for a lock, in milliseconds",
    ),
    row(
        &[".timer"],
        SWITCH,
        "show how long statements take; \\timing",
    ),
    row(&[".echo"], SWITCH, "show the lines of a script; \\set ECHO"),
    row(&[".bail"], SWITCH, "stop at the first error"),
    row(&[".cd"], FILE, "change the working directory; \\cd"),
    row(
        &[".shell", ".system"],
        &[Arg::required("COMMAND", ArgKind::Rest)],
        "run a command of the shell; \\!",
    ),
    row(&[".version"], &[], "the version of SQLite"),
    row(&[".help"], &[], "the commands; \\?"),
    row(
        &[".quit", ".exit"],
        &[Arg::optional("STATUS", ArgKind::Rest)],
        "leave; \\q",
    ),
    row(
        &[
            ".changes",
            ".explain",
            ".log",
            ".scanstats",
            ".stats",
            ".width",
        ],
        TEXT,
        "accepted, and do nothing here",
    ),
];

/// What to do instead of a command of sqlite3 that is not here.
const INSTEAD: &[(&str, &str)] = &[
    (".archive", "sqlite3 -A does that."),
    (".eqp", "/explain QUERY shows the plan of a query."),
    (
        ".excel",
        ".once FILE.csv writes the next result to a file, after .mode csv.",
    ),
    (".expert", "/explain QUERY says what an index would help."),
    (".load", "Extensions are not loaded."),
    (
        ".lint",
        "/stats TABLE and \\d TABLE show foreign keys and indexes.",
    ),
    (".prompt", "\\set PROMPT1 TEXT changes the prompt."),
    (".recover", "sqlite3 FILE .recover does that."),
    (
        ".restore",
        "\\c FILE opens the copy; .backup FILE writes one.",
    ),
];

/// The hint for a command of sqlite3 that is not here.
pub(super) fn instead(name: &str) -> Option<&'static str> {
    let known = INSTEAD.iter().find(|(command, _)| *command == name);
    known.map(|(_, hint)| *hint)
}

/// The whole name of what may be cut short, as sqlite3 takes it: `.head`, `.param`.
pub(super) fn full_name(name: &str) -> Option<&'static str> {
    let long_enough = name.starts_with('.') && name.len() > 3;
    let mut names = COMMANDS.iter().flat_map(|c| c.spec.names.iter().copied());
    names.find(|full| *full == name || long_enough && full.starts_with(name))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
fn run<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let name = full_name(args.name).unwrap_or(args.name);
        let raw = args.raw.trim();
        let words = words(raw);
        match name {
            ".mode" | ".headers" | ".separator" | ".nullvalue" | ".timer" | ".echo" | ".bail" => {
                set(session, name, &words)?;
                Ok(Next::Continue)
            }
            ".show" => ours(session, "\\pset", Vec::new(), "").await,
            ".once" => {
                let place = place(raw, &words);
                session.once = Some(place.ok_or_else(|| missing(name, "a file"))?);
                Ok(Next::Continue)
            }
            ".output" => {
                let place = place(raw, &words).into_iter().collect();
                ours(session, "\\o", place, raw).await
            }
            ".print" => session
                .print(&format!("{}\n", words.join(" ")))
                .map(|()| Next::Continue),
            ".read" => ours(session, "\\i", words, raw).await,
            ".import" => import(session, &words).await,
            ".dump" => session.dump(&words).await.map(|()| Next::Continue),
            ".backup" | ".save" | ".clone" => backup(session, name, &words).await,
            ".open" => ours(session, "\\c", words, raw).await,
            ".databases" => Ok(Next::Text("PRAGMA database_list;\n".into())),
            ".fullschema" => ours(session, ".schema", Vec::new(), "").await,
            ".version" => Ok(Next::Text("SELECT sqlite_version();\n".into())),
            ".parameter" => parameter(session, &words).await,
            ".timeout" => {
                let ms = words.first().and_then(|w| w.parse::<u32>().ok());
                let ms = ms.ok_or_else(|| missing(name, "a number of milliseconds"))?;
                session
                    .collect_at_leisure(&format!("PRAGMA busy_timeout = {ms}"))
                    .await?;
                Ok(Next::Continue)
            }
            ".cd" => ours(session, "\\cd", words, raw).await,
            ".shell" | ".system" => ours(session, "\\!", words, raw).await,
            ".help" => ours(session, "\\?", Vec::new(), "").await,
            ".quit" | ".exit" => {
                if let Some(status) = words.first() {
                    let wrong = || Error::usage(format!("{name} takes a status from 0 to 255"));
                    session.exit_status = Some(status.parse().map_err(|_| wrong())?);
                }
                Ok(Next::Quit)
            }
            _ => {
                session.warn(&format!("{name} does nothing here"));
                Ok(Next::Continue)
            }
        }
    }
    .boxed_local()
}

/// Runs a command of ours with these arguments.
async fn ours(session: &mut Session, name: &str, words: Vec<String>, raw: &str) -> Result<Next> {
    let name = name.strip_prefix('\\').unwrap_or(name);
    match find(name) {
        Some((command, suffix)) => {
            let args = Args {
                name,
                words,
                raw,
                suffix,
            };
            (command.run)(session, args).await
        }
        None => Err(super::unknown(name)),
    }
}

fn missing(name: &str, what: &str) -> Error {
    Error::usage(format!("{name} needs {what}"))
}

/// A file, or `|command` to the end of the line; none for standard output.
fn place(raw: &str, words: &[String]) -> Option<String> {
    if raw.starts_with('|') {
        return Some(raw.to_string());
    }
    match words.first().map(String::as_str) {
        None | Some("" | "stdout") => None,
        Some("off") => Some("/dev/null".into()),
        Some(file) => Some(file.to_string()),
    }
}

/// The commands that only set something.
fn set(session: &mut Session, name: &str, words: &[String]) -> Result<()> {
    let first = words.first().map(String::as_str);
    let settings = &mut session.settings;
    match (name, first) {
        (".mode", None) => {
            let shown = format!("current output mode: {}\n", settings.format);
            return session.print(&shown);
        }
        (".mode", Some(mode)) => return set_mode(session, mode),
        (".nullvalue", text) => settings.null = Some(text.unwrap_or_default().into()),
        (".separator", Some(column)) => {
            settings.fieldsep = unescaped(column);
            if let Ok(one) = unescaped(column).parse() {
                settings.csv_fieldsep = one;
            }
            if let Some(row) = words.get(1) {
                settings.recordsep = unescaped(row);
            }
        }
        (".separator", None) => return Err(missing(name, "a separator")),
        (_, word) => {
            let on = match word.map(str::to_lowercase).as_deref() {
                Some("on" | "yes" | "1" | "true") => true,
                Some("off" | "no" | "0" | "false") => false,
                _ => return Err(missing(name, "on or off")),
            };
            return switch(session, name, on);
        }
    }
    Ok(())
}

fn switch(session: &mut Session, name: &str, on: bool) -> Result<()> {
    let variable = |session: &mut Session, name: &str, value: &str| {
        session.variables.set(name, value).map_err(Error::usage)
    };
    match name {
        ".headers" => {
            session.headers = Some(on);
            show_headers(session, on);
        }
        ".timer" => session.settings.timing = on,
        ".echo" => variable(session, "ECHO", if on { "all" } else { "none" })?,
        _ if on => variable(session, "ON_ERROR_STOP", "on")?,
        _ => {
            variable(session, "ON_ERROR_STOP", "off")?;
            if !session.interactive {
                session.warn("a script goes on behind an error with --on-error continue");
            }
        }
    }
    Ok(())
}

fn show_headers(session: &mut Session, on: bool) {
    session.settings.tuples_only = !on;
    // sqlite3 counts no rows.
    session.settings.footer &= !on;
}

fn set_mode(session: &mut Session, mode: &str) -> Result<()> {
    let settings = &mut session.settings;
    let mut lists = |between: &str, behind: &str| {
        settings.fieldsep = between.into();
        settings.recordsep = behind.into();
        "unaligned"
    };
    let format = match mode {
        "list" => lists("|", "\n"),
        "tabs" => lists("\t", "\n"),
        "ascii" => lists("\u{1f}", "\u{1e}"),
        "box" | "column" | "columns" | "table" => "table",
        "line" | "lines" => "vertical",
        "insert" => "sql-insert",
        "qbox" | "tcl" => {
            let error = Error::usage(format!("no mode \"{mode}\""));
            return Err(error.with_hint(".mode quote writes values as literals of SQL."));
        }
        ours => ours,
    };
    settings.set("format", format)?;
    let named = matches!(mode, "box" | "column" | "columns" | "table" | "markdown");
    if format == "table" {
        settings.border = if mode.starts_with("column") { 0 } else { 2 };
        settings.linestyle = Some(match mode {
            "box" => LineStyle::Unicode,
            _ => LineStyle::Ascii,
        });
    }
    // Lines have no header but names of their own.
    let headers = session.headers.unwrap_or(named) || format == "vertical";
    show_headers(session, headers);
    Ok(())
}

/// `.import [--csv] [--skip N] FILE TABLE`.
async fn import(session: &mut Session, words: &[String]) -> Result<Next> {
    let mut given = Vec::new();
    let mut places = Vec::new();
    let mut words = words.iter();
    let separator = session.settings.fieldsep.clone();
    if separator != "|" && separator.len() == 1 {
        given.extend(["--delimiter".to_string(), separator]);
    }
    while let Some(word) = words.next() {
        match word.trim_start_matches('-') {
            "csv" if word.starts_with('-') => {
                given = vec!["--format".into(), "csv".into()];
            }
            "skip" if word.starts_with('-') => match words.next().map(String::as_str) {
                Some("1") => given.push("--header".into()),
                Some("0") => {}
                _ => return Err(missing(".import --skip", "0 or 1")),
            },
            option if word.starts_with('-') && word != "-" => {
                let error = Error::usage(format!(".import has no --{option} here"));
                return Err(error.with_hint("/import FILE TABLE has options of its own."));
            }
            _ => places.push(word.clone()),
        }
    }
    let [_, table] = places.as_slice() else {
        return Err(missing(".import", "a file and a table"));
    };
    let known = format!(
        "SELECT 1 FROM pragma_table_info({})",
        literal(table, &SQLITE)
    );
    if session.collect_at_leisure(&known).await?.is_empty() {
        given.push("--create".into());
    }
    places.extend(given);
    ours(session, "/import", places, "").await
}

/// `.backup [DATABASE] FILE`: the file is there whole or as it was.
async fn backup(session: &mut Session, name: &str, words: &[String]) -> Result<Next> {
    let (database, file) = match words {
        [file] => ("main", file),
        [database, file] => (database.as_str(), file),
        _ => return Err(missing(name, "a file")),
    };
    let failed = |e| Error::io(format!("write \"{file}\""), &e);
    let fresh = Fresh::beside(Path::new(file)).map_err(failed)?;
    let sql = format!(
        "VACUUM {} INTO {}",
        quote_always(database, &SQLITE),
        literal(&fresh.path().to_string_lossy(), &SQLITE)
    );
    session.collect_at_leisure(&sql).await?;
    fresh.put().map_err(failed)?;
    Ok(Next::Continue)
}

/// `.parameter`: values are variables, which are filled in as literals.
async fn parameter(session: &mut Session, words: &[String]) -> Result<Next> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let named = |name: &str| match name.strip_prefix(':') {
        Some(name) => Ok(name.to_string()),
        None => Err(Error::usage(format!(
            "parameter \"{name}\" does not begin with a colon"
        ))),
    };
    match words.as_slice() {
        ["set", name, value @ ..] if !value.is_empty() => {
            let name = named(name)?;
            let value = value.join(" ");
            // An expression, or else a text.
            let asked = session
                .collect_at_leisure(&format!("SELECT quote({value})"))
                .await;
            let quoted = match asked {
                Ok(answer) if !answer.is_empty() => answer.text(0, 0).to_string(),
                _ => literal(&value, &SQLITE),
            };
            session
                .variables
                .set(&name, &quoted)
                .map_err(Error::usage)?;
        }
        ["unset", name] => session.variables.unset(&named(name)?),
        ["init" | "clear"] => {}
        ["list"] | [] => return ours(session, "\\set", Vec::new(), "").await,
        _ => {
            return Err(missing(
                ".parameter",
                "set :NAME VALUE, unset :NAME or list",
            ));
        }
    }
    Ok(Next::Continue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_be_short() {
        for (name, full) in [
            (".head", Some(".headers")),
            (".param", Some(".parameter")),
            (".sep", Some(".separator")),
            (".mode", Some(".mode")),
            (".m", None),
            (".nosuch", None),
        ] {
            assert_eq!(full_name(name), full, "{name}");
        }
    }
}
