//! Variables: psql's own, the script's, and those of the environment.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, Question};
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use crate::session::Session;
use crate::session::typed::Typed;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::io::{BufRead, IsTerminal};

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\set"],
            args: &[
                Arg::optional("NAME", ArgKind::Variable),
                Arg::optional("VALUE", ArgKind::VariableValue),
            ],
            section: Section::General,
            help: "set a variable, that :NAME stands for in statements; without NAME show them",
        },
        run: set,
    },
    Command {
        spec: Spec {
            names: &["\\unset"],
            args: &[Arg::required("NAME", ArgKind::Variable)],
            section: Section::General,
            help: "forget a variable",
        },
        run: unset,
    },
    Command {
        spec: Spec {
            names: &["\\getenv"],
            args: &[
                Arg::required("NAME", ArgKind::Variable),
                Arg::required("ENVVAR", ArgKind::Text),
            ],
            section: Section::System,
            help: "set a variable to what the environment holds",
        },
        run: getenv,
    },
    Command {
        spec: Spec {
            names: &["\\setenv"],
            args: &[
                Arg::required("ENVVAR", ArgKind::Text),
                Arg::optional("VALUE", ArgKind::Text),
            ],
            section: Section::System,
            help: "set or forget a variable of the environment",
        },
        run: setenv,
    },
    Command {
        spec: Spec {
            names: &["\\prompt"],
            args: &[
                Arg::optional("TEXT", ArgKind::Text),
                Arg::required("NAME", ArgKind::Variable),
            ],
            section: Section::General,
            help: "ask for a variable",
        },
        run: prompt,
    },
];

fn set<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let Some(name) = args.get(0) else {
            let lines = session.variables.iter();
            let text: String = lines.map(|(n, v)| format!("{n} = '{v}'\n")).collect();
            return super::general::show(session, &text);
        };
        let value = args.words[1..].concat();
        session.set_variable(name, &value).map_err(Error::usage)?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn unset<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let name = args.need(0, "the name of a variable")?;
        session.unset_variable(name);
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn getenv<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let name = args.need(0, "the name of a variable")?;
        let source = args.need(1, "the name of a variable of the environment")?;
        // What is not there leaves the variable as it is.
        let value = session.environment_value(source);
        if let Some(value) = value {
            session.set_variable(name, &value).map_err(Error::usage)?;
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn setenv<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let name = args.need(0, "the name of a variable of the environment")?;
        if name.contains('=') {
            let message = "\\setenv: environment variable name must not contain \"=\"";
            return Err(Error::usage(message));
        }
        let value = args.get(1).map(str::to_string);
        session.environment.retain(|(n, _)| n != name);
        session.environment.push((name.to_string(), value));
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Asks on the terminal; a script reads the answer from standard input.
fn prompt<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let first = args.need(0, "the name of a variable")?;
        let (text, name) = match args.get(1) {
            Some(name) => (first, name),
            None => ("", first),
        };
        if session.is_psql() && !session.interactive {
            return Ok(Next::Ask(Question {
                text: text.into(),
                variable: name.into(),
            }));
        }
        tell(text);
        let answer = match session.interactive && std::io::stdin().is_terminal() {
            true => match session.typed_line().await? {
                Typed::Line(line) => line,
                Typed::End => String::new(),
                Typed::Interrupted => {
                    tell("\n");
                    return Err(Error::new(Kind::Cancelled, "\\prompt was cancelled"));
                }
            },
            false => {
                let mut answer = String::new();
                let read = std::io::stdin().lock().read_line(&mut answer);
                read.map_err(|e| Error::io("read standard input", &e))?;
                answer
            }
        };
        let answer = answer.trim_end_matches(['\n', '\r']);
        session.set_variable(name, answer).map_err(Error::usage)?;
        Ok(Next::Continue)
    }
    .boxed_local()
}
