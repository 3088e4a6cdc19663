//! The last result once more: `/last` in another format, `/grid` to move about in.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::Result;
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["/last"],
            args: &[
                Arg::optional("FORMAT", ArgKind::Word(&crate::format::NAMES)),
                Arg::optional("FILE-or-|COMMAND", ArgKind::Place),
            ],
            section: Section::Output,
            help: "write the last result again, in another format, without running the query",
        },
        run: last,
    },
    Command {
        spec: Spec {
            names: &["/grid"],
            args: &[Arg::optional("QUERY", ArgKind::Query(&[]))],
            section: Section::Output,
            help: "move about in the last result, or in that of a query: search, sort, freeze, copy",
        },
        run: grid,
    },
];

fn last<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let place = args.place(1).map(|place| place.open()).transpose()?;
        session.replay(args.get(0), place)?;
        Ok(Next::Continue)
    }
    .boxed_local()
}

fn grid<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let args = args;
        Ok(Next::Grid(args.raw.trim().to_string()))
    }
    .boxed_local()
}
