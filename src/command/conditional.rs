//! `\if`, `\elif`, `\else`, `\endif`.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Result};
use crate::session::Session;
use crate::settings::variables::boolean;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// Unread until its value counts.
const EXPRESSION: &[Arg] = &[Arg::required("EXPRESSION", ArgKind::Condition)];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\if"],
            args: EXPRESSION,
            section: Section::Conditional,
            help: "run what follows only if the expression is true: true, yes, on or 1",
        },
        run: begin,
    },
    Command {
        spec: Spec {
            names: &["\\elif"],
            args: EXPRESSION,
            section: Section::Conditional,
            help: "run what follows if nothing has run since \\if and the expression is true",
        },
        run: otherwise,
    },
    Command {
        spec: Spec {
            names: &["\\else"],
            args: &[],
            section: Section::Conditional,
            help: "run what follows if nothing has run since \\if",
        },
        run: other,
    },
    Command {
        spec: Spec {
            names: &["\\endif"],
            args: &[],
            section: Section::Conditional,
            help: "end what \\if began",
        },
        run: end,
    },
];

/// Whether a command runs also where nothing else does.
pub fn always_runs(name: &str) -> bool {
    matches!(name, "if" | "elif" | "else" | "endif")
}

fn begin<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let mut conditions = std::mem::take(&mut session.script.conditions);
        conditions.begin(|| is_true(session, &args));
        session.script.conditions = conditions;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn otherwise<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let mut conditions = std::mem::take(&mut session.script.conditions);
        let done = conditions.otherwise(|| is_true(session, &args));
        session.script.conditions = conditions;
        done.map(|()| Next::Continue).map_err(Error::usage)
    }
    .boxed_local()
}

fn other<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let done = session.script.conditions.other();
        done.map(|()| Next::Continue).map_err(Error::usage)
    }
    .boxed_local()
}

fn end<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let done = session.script.conditions.end();
        done.map(|()| Next::Continue).map_err(Error::usage)
    }
    .boxed_local()
}

/// What is no Boolean is false, and said.
fn is_true(session: &mut Session, args: &Args<'_>) -> bool {
    let words = match super::words(session, args.raw, usize::MAX) {
        Ok((words, _)) => words.join(" "),
        Err(e) => {
            session.complain(&e);
            return false;
        }
    };
    boolean(&words).unwrap_or_else(|| {
        session.complain(&Error::usage(format!(
            "unrecognized value \"{words}\" for \"\\{} expression\": Boolean expected",
            args.name
        )));
        false
    })
}
