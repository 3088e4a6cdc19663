//! How results look and where they go.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Result};
use crate::output::{Output, tell};
use crate::session::Session;
use crate::settings::{Auto, NAMES, SETTINGS};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::io::Write;

const ON_OFF: &[Arg] = &[Arg {
    name: "on|off",
    kind: ArgKind::Word(&["on", "off"]),
    required: false,
}];
const TEXT: &[Arg] = &[Arg {
    name: "TEXT",
    kind: ArgKind::Text,
    required: false,
}];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\pset"],
            args: &[
                Arg {
                    name: "SETTING",
                    kind: ArgKind::Word(&NAMES),
                    required: false,
                },
                Arg {
                    name: "VALUE",
                    kind: ArgKind::Text,
                    required: false,
                },
            ],
            section: Section::Output,
            help: "show or change how results look and how the prompt works",
        },
        run: pset,
    },
    Command {
        spec: Spec {
            names: &["\\x"],
            args: &[Arg {
                name: "on|off|auto",
                kind: ArgKind::Word(&["on", "off", "auto"]),
                required: false,
            }],
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
            args: &[Arg {
                name: "FILE-or-|COMMAND",
                kind: ArgKind::Path,
                required: false,
            }],
            section: Section::Output,
            help: "results to a file or program; without one back to the screen",
        },
        run: redirect,
    },
    Command {
        spec: Spec {
            names: &["\\echo"],
            args: TEXT,
            section: Section::Output,
            help: "write a line to standard output",
        },
        run: echo,
    },
    Command {
        spec: Spec {
            names: &["\\qecho"],
            args: TEXT,
            section: Section::Output,
            help: "write a line where results go",
        },
        run: qecho,
    },
    Command {
        spec: Spec {
            names: &["\\warn"],
            args: TEXT,
            section: Section::Output,
            help: "write a line to standard error",
        },
        run: warn,
    },
];

/// Sets one setting, or flips it where no value is given, and says what it is now.
fn change(session: &mut Session, name: &str, value: Option<&str>, flipped: &str) -> Result<Next> {
    session.settings.set(name, value.unwrap_or(flipped))?;
    say(session, name);
    Ok(Next::Continue)
}

fn say(session: &Session, name: &str) {
    let told = session.interactive && !session.settings.quiet;
    if let Some(setting) = crate::settings::by_name(name).filter(|_| told) {
        let value = (setting.get)(&session.settings);
        tell(&format!("{name} is {}.\n", shown(&value)));
    }
}

/// A value as the user could type it.
fn shown(value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || c == '_');
    if plain {
        value.to_string()
    } else {
        format!("'{}'", value.escape_default())
    }
}

fn flip(on: bool) -> &'static str {
    if on { "off" } else { "on" }
}

fn pset<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        match (args.get(0), args.get(1)) {
            (None, _) => {
                let mut text = String::new();
                for setting in SETTINGS {
                    let value = shown(&(setting.get)(&session.settings));
                    text.push_str(&format!(
                        "{:<18}{value:<12} {}\n",
                        setting.name, setting.help
                    ));
                }
                super::general::show(session, &text)
            }
            (Some(name), Some(value)) => change(session, name, Some(value), ""),
            (Some(name), None) => {
                let current = crate::settings::by_name(name).map(|s| (s.get)(&session.settings));
                match current.as_deref() {
                    // As in psql, a switch without a value is flipped and anything else is shown.
                    Some("on") => change(session, name, None, "off"),
                    Some("off") => change(session, name, None, "on"),
                    Some(value) => {
                        let line = format!("{name} is {}.\n", shown(value));
                        super::general::show(session, &line)
                    }
                    None => change(session, name, None, ""),
                }
            }
        }
    }
    .boxed_local()
}

fn expanded<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let flipped = flip(session.settings.expanded != Auto::Off);
        change(session, "expanded", args.get(0), flipped)
    }
    .boxed_local()
}

fn tuples_only<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let flipped = flip(session.settings.tuples_only);
        change(session, "tuples_only", args.get(0), flipped)
    }
    .boxed_local()
}

fn unaligned<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let other = if session.settings.format == "unaligned" {
            "table"
        } else {
            "unaligned"
        };
        change(session, "format", Some(other), "")
    }
    .boxed_local()
}

fn timing<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let flipped = flip(session.settings.timing);
        change(session, "timing", args.get(0), flipped)
    }
    .boxed_local()
}

fn redirect<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let place = if args.raw.starts_with('|') {
            Some(args.raw)
        } else {
            args.get(0)
        };
        let next = match place {
            Some(place) => Output::open(place)?,
            None => Output::stdout(),
        };
        let old = std::mem::replace(&mut session.output, next);
        old.close()?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// The words of `\echo`: `-n` first leaves the line open.
fn line(args: &Args<'_>) -> String {
    match args.get(0) {
        Some("-n") => args.words[1..].join(" "),
        _ => args.words.join(" ") + "\n",
    }
}

fn echo<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let mut out = Output::stdout();
        out.write_all(line(&args).as_bytes())
            .map_err(|e| Error::io("write the output", &e))?;
        out.close()?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn qecho<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let written = session.output.write_all(line(&args).as_bytes());
        let written = written.and(session.output.flush());
        written.map_err(|e| Error::io("write the output", &e))?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn warn<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        tell(&line(&args));
        Ok(Next::Continue)
    }
    .boxed_local()
}
