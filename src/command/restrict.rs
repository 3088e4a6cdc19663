//! `\\restrict` and `\\unrestrict`: pg_dump puts its output between them, so that nothing that the
//! dumped server has said can run as a command here.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Result};
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

const KEY: &[Arg] = &[Arg::required("KEY", ArgKind::Raw)];

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\restrict"],
            args: KEY,
            section: Section::General,
            help: "refuse every command until \\unrestrict with the same key",
        },
        run: restrict,
    },
    Command {
        spec: Spec {
            names: &["\\unrestrict"],
            args: KEY,
            section: Section::General,
            help: "allow commands again",
        },
        run: unrestrict,
    },
];

/// Refuses a command while `\\restrict` is in force.
pub(super) fn check(session: &Session, name: &str) -> Result<()> {
    match session.restricted.is_some() && name != "unrestrict" {
        true => Err(Error::usage(
            "backslash commands are restricted; only \\unrestrict is allowed",
        )),
        false => Ok(()),
    }
}

fn key(args: &Args<'_>) -> Result<String> {
    let key = args.need(0, "a key")?;
    match key.is_empty() {
        true => Err(Error::usage(format!(
            "\\{}: missing required argument",
            args.name
        ))),
        false => Ok(key.to_string()),
    }
}

fn restrict<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        session.restricted = Some(key(&args)?);
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn unrestrict<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let key = key(&args)?;
        match &session.restricted {
            None => Err(Error::usage(
                "\\unrestrict: not currently in restricted mode",
            )),
            Some(wanted) if *wanted == key => {
                session.restricted = None;
                Ok(Next::Continue)
            }
            Some(_) => Err(Error::usage("\\unrestrict: wrong key")),
        }
    }
    .boxed_local()
}
