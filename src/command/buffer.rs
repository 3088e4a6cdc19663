//! Sending, showing and editing the query buffer; scripts.

use super::args::Place;
use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, Script, Send};
use crate::error::{Error, Result};
use crate::output::Output;
use crate::session::{SendOptions, Session};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::io::Write;
use std::path::{Path, PathBuf};

const TO: &[Arg] = &[Arg::optional("FILE-or-|COMMAND", ArgKind::Place)];
const FILE: &[Arg] = &[Arg::required("FILE", ArgKind::Path)];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\g"],
            args: TO,
            section: Section::Buffer,
            help: "run the statement, or the last one again; its result to a file or program",
        },
        run: go,
    },
    Command {
        spec: Spec {
            names: &["\\G", "\\gx"],
            args: TO,
            section: Section::Buffer,
            help: "as \\g, one line a column",
        },
        run: go_expanded,
    },
    Command {
        spec: Spec {
            names: &["\\p", "\\print"],
            args: &[],
            section: Section::Buffer,
            help: "show the statement being typed, or the last one",
        },
        run: print,
    },
    Command {
        spec: Spec {
            names: &["\\r", "\\reset"],
            args: &[],
            section: Section::Buffer,
            help: "throw the statement being typed away",
        },
        run: reset,
    },
    Command {
        spec: Spec {
            names: &["\\i", "\\include"],
            args: FILE,
            section: Section::Buffer,
            help: "run a script",
        },
        run: include,
    },
    Command {
        spec: Spec {
            names: &["\\ir", "\\include_relative"],
            args: FILE,
            section: Section::Buffer,
            help: "run a script that lies beside the one that runs",
        },
        run: include_relative,
    },
    Command {
        spec: Spec {
            names: &["\\w", "\\write"],
            args: &[Arg::required("FILE-or-|COMMAND", ArgKind::Place)],
            section: Section::Buffer,
            help: "write the statement being typed, or the last one, to a file or program",
        },
        run: write,
    },
];

fn go<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { send(&args, false) }.boxed_local()
}

fn go_expanded<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { send(&args, true) }.boxed_local()
}

fn send(args: &Args<'_>, expanded: bool) -> Result<Next> {
    let (settings, place) = one_shot(args)?;
    let (output, append) = place.map_or((None, false), |p| (Some(p.name), p.append));
    Ok(Next::Send(Send {
        settings,
        options: SendOptions {
            expanded,
            ..SendOptions::default()
        },
        output,
        append,
        ..Send::default()
    }))
}

type OneShot = (Vec<(String, Option<String>)>, Option<Place>);

/// `(format=csv tuples_only)` in front of the place: settings for this result only.
fn one_shot(args: &Args<'_>) -> Result<OneShot> {
    let first = args.get(0).unwrap_or_default();
    if !first.starts_with('(') {
        return Ok((Vec::new(), args.place(0)));
    }
    let mut settings = Vec::new();
    for (n, word) in args.words.iter().enumerate() {
        let last = word.ends_with(')');
        let word = if n == 0 { &word[1..] } else { word.as_str() };
        let word = if last { &word[..word.len() - 1] } else { word };
        if !word.is_empty() {
            settings.push(match word.split_once('=') {
                Some((name, value)) => (name.to_string(), Some(value.to_string())),
                None => (word.to_string(), None),
            });
        }
        if last {
            return Ok((settings, args.place(n + 1)));
        }
    }
    Err(Error::usage(format!(
        "\\{}: missing right parenthesis",
        args.name
    )))
}

fn print<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let text = if session.query.buffer.is_empty() {
            &session.query.last
        } else {
            &session.query.buffer
        };
        let text = match text.is_empty() {
            true if session.settings.quiet => String::new(),
            true => "Query buffer is empty.\n".to_string(),
            false => format!("{text}\n"),
        };
        match session.is_psql() {
            true => super::output::to_stdout(&text),
            false => super::general::show(session, &text),
        }
    }
    .boxed_local()
}

fn reset<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        session.query.buffer.clear();
        if session.is_psql() && !session.settings.quiet {
            return super::output::to_stdout("Query buffer reset (cleared).\n");
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Beside the script that this stands in; as `\i` where none runs.
fn include_relative<'a>(
    session: &'a mut Session,
    args: Args<'a>,
) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let given = args.need(0, "the name of a file")?;
        let folder = session.script.name.as_deref().map(Path::new);
        let path = match folder.and_then(Path::parent) {
            Some(folder) => folder.join(given),
            None => PathBuf::from(given),
        };
        Ok(Next::Run(Script {
            name: path.display().to_string(),
            path,
        }))
    }
    .boxed_local()
}

fn write<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let place = args.need(0, "a file, or |COMMAND")?;
        let text = match session.query.buffer.is_empty() {
            true => &session.query.last,
            false => &session.query.buffer,
        };
        let mut output = Output::open(place)?;
        let written = output.write_all(format!("{text}\n").as_bytes());
        written.map_err(|e| Error::io(format!("write \"{place}\""), &e))?;
        output.close()?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn include<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let name = args.need(0, "the name of a file")?.to_string();
        Ok(Next::Run(Script {
            path: PathBuf::from(&name),
            name,
        }))
    }
    .boxed_local()
}
