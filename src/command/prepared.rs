//! Prepared statements, and values for the parameters of a statement.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, Send, Step};
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
    Command {
        spec: Spec {
            names: &["\\startpipeline"],
            args: &[],
            section: Section::Buffer,
            help: "open a pipeline: statements wait in it (PostgreSQL)",
        },
        run: pipeline,
    },
    Command {
        spec: Spec {
            names: &["\\sendpipeline"],
            args: &[],
            section: Section::Buffer,
            help: "put the bound statement into the pipeline",
        },
        run: pipeline,
    },
    Command {
        spec: Spec {
            names: &["\\syncpipeline"],
            args: &[],
            section: Section::Buffer,
            help: "end a part of the pipeline; an error undoes it and no more",
        },
        run: pipeline,
    },
    Command {
        spec: Spec {
            names: &["\\flushrequest"],
            args: &[],
            section: Section::Buffer,
            help: "make the results so far ready",
        },
        run: pipeline,
    },
    Command {
        spec: Spec {
            names: &["\\flush"],
            args: &[],
            section: Section::Buffer,
            help: "send what waits",
        },
        run: pipeline,
    },
    Command {
        spec: Spec {
            names: &["\\getresults"],
            args: &[Arg::optional("COUNT", ArgKind::Text)],
            section: Section::Buffer,
            help: "show results of the pipeline, all that are ready without COUNT",
        },
        run: pipeline,
    },
    Command {
        spec: Spec {
            names: &["\\endpipeline"],
            args: &[],
            section: Section::Buffer,
            help: "run what waits in the pipeline and close it",
        },
        run: pipeline,
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

fn pipeline<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        only_postgres(session, &args)?;
        Ok(Next::Pipeline(match args.name {
            "startpipeline" => Step::Start,
            "sendpipeline" => Step::Send,
            "syncpipeline" => Step::Sync,
            "flushrequest" => Step::FlushRequest,
            "flush" => Step::Flush,
            "getresults" => Step::Results(match args.get(0).map(number) {
                Some(count) if count < 0 => {
                    return Err(Error::usage(
                        "\\getresults: invalid number of requested results",
                    ));
                }
                count => count.unwrap_or_default().unsigned_abs() as usize,
            }),
            _ => Step::End,
        }))
    }
    .boxed_local()
}

/// The number that a text begins with, as C reads it.
fn number(text: &str) -> i32 {
    let text = text.trim_start();
    let sign = usize::from(text.starts_with(['-', '+']));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    text[..sign + digits].parse().unwrap_or_default()
}
