//! `/last`: the last result once more, in another format.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::Result;
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

pub(super) static COMMANDS: &[Command] = &[Command {
    spec: Spec {
        names: &["/last"],
        args: &[
            Arg {
                name: "FORMAT",
                kind: ArgKind::Word(&crate::format::NAMES),
                required: false,
            },
            Arg {
                name: "FILE-or-|COMMAND",
                kind: ArgKind::Place,
                required: false,
            },
        ],
        section: Section::Output,
        help: "write the last result again, in another format, without running the query",
    },
    run: last,
}];

fn last<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let place = args.place(1).map(|place| place.open()).transpose()?;
        session.replay(args.get(0), place)?;
        Ok(Next::Continue)
    }
    .boxed_local()
}
