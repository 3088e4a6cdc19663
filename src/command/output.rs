//! How results look and where they go.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Result};
use crate::output::{Output, is_watched, tell};
use crate::session::Session;
use crate::settings::{SETTINGS, psql};
use crate::sql::bytes::to_bytes;
use crate::visible::visible_text;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::borrow::Cow;
use std::io::Write;

const ON_OFF: &[Arg] = &[Arg::optional("on|off", ArgKind::Word(&["on", "off"]))];
const TEXT: &[Arg] = &[Arg::optional("TEXT", ArgKind::Text)];
const WORDS: &[Arg] = &[Arg::optional("TEXT", ArgKind::Words)];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\pset"],
            args: &[
                Arg::optional("SETTING", ArgKind::Setting),
                Arg::optional("VALUE", ArgKind::Value),
            ],
            section: Section::Output,
            help: "show or change how results look and how the prompt works",
        },
        run: pset,
    },
    Command {
        spec: Spec {
            names: &["\\x"],
            args: &[Arg::optional(
                "on|off|auto",
                ArgKind::Word(&["on", "off", "auto"]),
            )],
            section: Section::Output,
            help: "one line a column instead of one line a row",
        },
        run: expanded,
    },
    Command {
        spec: Spec {
            names: &["\\t"],
            args: ON_OFF,
            section: Section::Output,
            help: "rows without header and footer",
        },
        run: tuples_only,
    },
    Command {
        spec: Spec {
            names: &["\\a"],
            args: &[],
            section: Section::Output,
            help: "unaligned output, and back",
        },
        run: unaligned,
    },
    Command {
        spec: Spec {
            names: &["\\H", "\\html"],
            args: &[],
            section: Section::Output,
            help: "html output, and back",
        },
        run: html,
    },
    Command {
        spec: Spec {
            names: &["\\f"],
            args: TEXT,
            section: Section::Output,
            help: "what stands between two values of unaligned output",
        },
        run: separator,
    },
    Command {
        spec: Spec {
            names: &["\\C"],
            args: TEXT,
            section: Section::Output,
            help: "what stands above each result; without TEXT nothing",
        },
        run: title,
    },
    Command {
        spec: Spec {
            names: &["\\T"],
            args: TEXT,
            section: Section::Output,
            help: "attributes of html tables; without TEXT none",
        },
        run: attributes,
    },
    Command {
        spec: Spec {
            names: &["\\timing"],
            args: ON_OFF,
            section: Section::Output,
            help: "how long each statement took",
        },
        run: timing,
    },
    Command {
        spec: Spec {
            names: &["\\o", "\\out"],
            args: &[Arg::optional("FILE-or-|COMMAND", ArgKind::Place)],
            section: Section::Output,
            help: "results to a file (>> FILE: its end) or program; without one back to the screen",
        },
        run: redirect,
    },
    Command {
        spec: Spec {
            names: &["/tee"],
            args: &[Arg::optional("FILE-or-|COMMAND", ArgKind::Place)],
            section: Section::Output,
            help: "what is shown to a file (>> FILE: its end) or program too; without one no more",
        },
        run: tee,
    },
    Command {
        spec: Spec {
            names: &["\\echo"],
            args: WORDS,
            section: Section::Output,
            help: "write a line to standard output",
        },
        run: echo,
    },
    Command {
        spec: Spec {
            names: &["\\qecho"],
            args: WORDS,
            section: Section::Output,
            help: "write a line where results go",
        },
        run: qecho,
    },
    Command {
        spec: Spec {
            names: &["\\warn"],
            args: WORDS,
            section: Section::Output,
            help: "write a line to standard error",
        },
        run: warn,
    },
];

/// Changes one setting and tells what it is now. Without a value switches are flipped, and what is
/// no switch is only shown. As in psql, what a word means is guessed generously; elsewhere it must
/// be right.
fn change(session: &mut Session, name: &str, value: Option<&str>) -> Result<Next> {
    let told = match value {
        Some(value) if !session.is_psql() => {
            super::themes::change(session, name, value)?;
            Some(psql::told(&session.settings, psql::full_name(name)))
        }
        value => psql::pset(&mut session.settings, name, value)?,
    };
    let Some(line) = told.filter(|_| !session.settings.quiet) else {
        return Ok(Next::Continue);
    };
    if session.is_psql() {
        return to_stdout(&format!("{line}\n"));
    }
    if session.interactive {
        tell(&format!("{}\n", visible_text(&line)));
    }
    Ok(Next::Continue)
}

fn flip(on: bool) -> &'static str {
    if on { "off" } else { "on" }
}

fn pset<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let Some(name) = args.get(0) else {
            return list(session);
        };
        let shown_only = args.get(1).is_none() && !session.interactive && !session.is_psql();
        let next = change(session, name, args.get(1))?;
        // A script that asks for a value wants to see it.
        if shown_only {
            let line = psql::told(&session.settings, psql::full_name(name));
            return super::general::show(session, &format!("{line}\n"));
        }
        Ok(next)
    }
    .boxed_local()
}

/// Every setting: as psql lists its own, or ours with what they do.
fn list(session: &mut Session) -> Result<Next> {
    if session.is_psql() {
        return to_stdout(&psql::listing(&session.settings));
    }
    super::general::show(session, &super::set::listing(session, SETTINGS))
}

fn expanded<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { change(session, "expanded", args.get(0)) }.boxed_local()
}

fn tuples_only<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { change(session, "tuples_only", args.get(0)) }.boxed_local()
}

/// To the table from everything that is no table, as in psql.
fn unaligned<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let next = match session.settings.format.as_str() {
            "table" => "unaligned",
            _ => "table",
        };
        change(session, "format", Some(next))
    }
    .boxed_local()
}

fn html<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let next = match session.settings.format.as_str() {
            "html" => "table",
            _ => "html",
        };
        change(session, "format", Some(next))
    }
    .boxed_local()
}

fn separator<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { change(session, "fieldsep", args.get(0)) }.boxed_local()
}

fn title<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { change(session, "title", args.get(0)) }.boxed_local()
}

fn attributes<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { change(session, "tableattr", args.get(0)) }.boxed_local()
}

fn timing<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let flipped = flip(session.settings.timing);
        let value = args.get(0).unwrap_or(flipped);
        if session.is_psql() {
            return psql_timing(session, value);
        }
        session.settings.set("timing", value)?;
        if session.interactive && !session.settings.quiet {
            tell(&format!("{}\n", psql::told(&session.settings, "timing")));
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// psql says how it is now, also where it has not understood.
fn psql_timing(session: &mut Session, value: &str) -> Result<Next> {
    let refused = session.settings.set("timing", value).is_err();
    if refused {
        let message = format!("unrecognized value \"{value}\" for \"\\timing\": Boolean expected");
        session.complain(&Error::usage(message));
    }
    if !session.settings.quiet {
        to_stdout(&format!("{}\n", psql::told(&session.settings, "timing")))?;
    }
    match refused {
        // What was wrong has been said.
        true => Err(Error::usage("")),
        false => Ok(Next::Continue),
    }
}

fn redirect<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let next = match args.place(0) {
            Some(place) if session.is_psql() => place.open()?,
            Some(place) => place.open()?.reporting(),
            None => Output::stdout(),
        };
        let old = std::mem::replace(&mut session.output, next);
        match session.is_psql() {
            // How a program ended is its own affair there.
            true => drop(old.finish()?),
            false => old.close()?,
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Writes results to a second place too.
fn tee<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let second = args.place(0).map(|place| place.open()).transpose()?;
        session.output.set_tee(second);
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// The words of `\echo`: a bare `-n` first leaves the line open.
fn line(args: &Args<'_>) -> String {
    match args.begins_with("-n") {
        true => args.words[1..].join(" "),
        false => args.words.join(" ") + "\n",
    }
}

fn echo<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { to_stdout(&line(&args)) }.boxed_local()
}

/// Writes to standard output, wherever results go.
pub fn to_stdout(text: &str) -> Result<Next> {
    let mut out = Output::stdout();
    out.write_all(&to_bytes(&fit_for(&out, text)))
        .map_err(|e| Error::io("write the output", &e))?;
    out.close()?;
    Ok(Next::Continue)
}

/// What a variable holds can have come from a server: a terminal shows it, and does not obey it.
fn fit_for<'t>(out: &Output, text: &'t str) -> Cow<'t, str> {
    match out.screen() {
        Some(_) => visible_text(text),
        None => text.into(),
    }
}

fn qecho<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let line = line(&args);
        let text = fit_for(&session.output, &line);
        let written = session.output.write_all(text.as_bytes());
        let written = written.and(session.output.flush());
        written.map_err(|e| Error::io("write the output", &e))?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn warn<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let line = line(&args);
        tell(&match is_watched() {
            true => visible_text(&line),
            false => line.as_str().into(),
        });
        Ok(Next::Continue)
    }
    .boxed_local()
}
