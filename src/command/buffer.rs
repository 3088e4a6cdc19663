//! Sending, showing and editing the query buffer; scripts.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next, Script, Send};
use crate::error::{Error, Result};
use crate::session::{SendOptions, Session};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::path::PathBuf;

const TO: &[Arg] = &[Arg {
    name: "FILE-or-|COMMAND",
    kind: ArgKind::Path,
    required: false,
}];
const FILE: &[Arg] = &[Arg {
    name: "FILE",
    kind: ArgKind::Path,
    required: true,
}];

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
            names: &["\\e", "\\edit"],
            args: &[Arg {
                name: "FILE",
                kind: ArgKind::Path,
                required: false,
            }],
            section: Section::Buffer,
            help: "edit the statement, or a file, in $EDITOR",
        },
        run: edit,
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
];

fn go<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { Ok(send(&args, false)) }.boxed_local()
}

fn go_expanded<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move { Ok(send(&args, true)) }.boxed_local()
}

fn send(args: &Args<'_>, expanded: bool) -> Next {
    let output = match args.raw.starts_with('|') {
        true => Some(args.raw.to_string()),
        false => args.get(0).map(str::to_string),
    };
    Next::Send(Send {
        options: SendOptions {
            expanded,
            ..SendOptions::default()
        },
        output,
    })
}

fn print<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let text = if session.buffer.is_empty() {
            &session.last
        } else {
            &session.buffer
        };
        let text = match text.is_empty() {
            true => "Query buffer is empty.\n".to_string(),
            false => format!("{text}\n"),
        };
        super::general::show(session, &text)
    }
    .boxed_local()
}

fn reset<'a>(session: &'a mut Session, _: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        session.buffer.clear();
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Text of a statement that an editor is opened on.
fn edit<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        if !session.interactive {
            return Err(Error::usage("\\e works at the prompt only"));
        }
        let text = match args.get(0) {
            Some(file) => std::fs::read_to_string(file)
                .map_err(|e| Error::io(format!("read file \"{file}\""), &e))?,
            None if session.buffer.is_empty() => session.last.clone(),
            None => std::mem::take(&mut session.buffer),
        };
        Ok(Next::Edit(text))
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
