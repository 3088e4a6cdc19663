//! The operating system: a shell, the working directory.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Kind, OfPsql, Result};
use crate::output::shell;
use crate::session::Session;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::process::ExitStatus;

pub(super) static COMMANDS: &[Command] = &[
    Command {
        spec: Spec {
            names: &["\\!"],
            args: &[Arg::optional("COMMAND", ArgKind::Rest)],
            section: Section::System,
            help: "run a command of the shell, or a shell",
        },
        run: run_shell,
    },
    Command {
        spec: Spec {
            names: &["\\cd"],
            args: &[Arg::optional("FOLDER", ArgKind::Path)],
            section: Section::System,
            help: "change the working directory",
        },
        run: change_directory,
    },
];

#[expect(
    clippy::needless_pass_by_value,
    reason = "every command has this shape"
)]
pub(super) fn run_shell<'a>(
    session: &'a mut Session,
    args: Args<'a>,
) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let mut command = match args.raw {
            "" => crate::output::program(
                std::env::var("SHELL").unwrap_or_else(|_| "/bin/sh".to_string()),
            ),
            line => shell(line),
        };
        session.give_environment(&mut command);
        // As in psql, the command's own status is its own affair.
        let status = command.status();
        session.tell_shell(status.map_err(|e| Error::io("run the shell", &e))?);
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// What a command of the shell prints, and how it ended.
pub(super) fn output_of(session: &Session, command: &str) -> Result<(String, ExitStatus)> {
    let mut program = shell(command);
    session.give_environment(&mut program);
    let output = program
        .stdin(std::process::Stdio::inherit())
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|e| Error::io(format!("run \"{command}\""), &e))?;
    let printed = String::from_utf8(output.stdout)
        .map_err(|_| Error::usage(format!("\"{command}\" printed what is not UTF-8")))?;
    Ok((printed, output.status))
}

fn change_directory<'a>(_: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let folder = match args.get(0) {
            Some(folder) => folder.into(),
            None => dirs::home_dir()
                .ok_or_else(|| Error::new(Kind::Io, "there is no home directory"))?,
        };
        std::env::set_current_dir(&folder).map_err(|e| {
            let name = folder.display();
            let mut error = Error::file(format!("change to \"{name}\""), "", &e);
            if let Some(OfPsql::File(file, _)) = error.psql.as_deref_mut() {
                *file = format!("\\cd: could not change directory to \"{name}\"");
            }
            error
        })?;
        Ok(Next::Continue)
    }
    .boxed_local()
}
