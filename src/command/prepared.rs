//! Prepared statements, and values for the parameters of a statement.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, Send};
use crate::driver::Extended;
use crate::error::{Error, Result};
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

const NAME: Arg = Arg::required("NAME", ArgKind::Prepared);
const VALUES: Arg = Arg::optional("VALUE …", ArgKind::Words);

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\bind"],
            args: &[VALUES],
            section: Section::Buffer,
            help: "values for $1, $2 … of the statement, which \\g then runs (PostgreSQL)",
        },
        run: bind,
    },
    Command {
        spec: Spec {
            names: &["\\parse"],
            args: &[NAME],
            section: Section::Buffer,
            help: "prepare the statement under a name (PostgreSQL)",
        },
        run: parse,
    },
    Command {
        spec: Spec {
            names: &["\\bind_named"],
            args: &[NAME, VALUES],
            section: Section::Buffer,
            help: "values for a prepared statement, which \\g then runs (PostgreSQL)",
        },
        run: bind_named,
    },
    Command {
        spec: Spec {
            names: &["\\close_prepared", "\\close"],
            args: &[NAME],
            section: Section::Buffer,
            help: "forget a prepared statement (PostgreSQL)",
        },
        run: close,
    },
];

fn only_postgres(session: &Session, args: &Args<'_>) -> Result<()> {
    match session.dialect().name {
        "postgres" => Ok(()),
        _ => Err(Error::usage(format!(
            "\\{}: only PostgreSQL prepares statements so",
            args.name
        ))),
    }
}

fn bind<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        only_postgres(session, &args)?;
        session.bound = Some(Extended::Run(args.words));
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn bind_named<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        only_postgres(session, &args)?;
        session.bound = None;
        let name = args.need(0, "the name of a prepared statement")?;
        let values = args.words[1..].to_vec();
        session.bound = Some(Extended::RunPrepared(name.to_string(), values));
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn parse<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        only_postgres(session, &args)?;
        let name = args.need(0, "a name for the prepared statement")?;
        session.bound = Some(Extended::Parse(name.to_string()));
        Ok(Next::Send(Send::default()))
    }
    .boxed_local()
}

fn close<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        only_postgres(session, &args)?;
        let name = args.need(0, "the name of a prepared statement")?;
        session.bound = Some(Extended::Close(name.to_string()));
        Ok(Next::Send(Send::default()))
    }
    .boxed_local()
}
