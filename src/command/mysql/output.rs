//! Where what is shown goes, and whether warnings are: pager, tee, warnings.

use super::{Args, Done, needed, say};
use crate::command::Next;
use crate::output::Output;
use crate::session::Session;
use crate::settings::Auto;
use futures::FutureExt;

/// In scripts mysql has no pager, and says so only of its absence.
pub(super) fn nopager<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        session.settings.pager = Auto::Off;
        session.output.set_pager(None);
        match session.is_mysql() {
            true => session.print("PAGER set to stdout\n")?,
            false => say(session, "PAGER set to stdout"),
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

pub(super) fn pager<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    async move {
        let command = args.raw.trim();
        if session.interactive {
            if !command.is_empty() {
                session.leave_sandbox()?;
            }
            session.settings.pager = Auto::On;
            session
                .output
                .set_pager(Some(command).filter(|c| !c.is_empty()));
            say(session, &format!("PAGER set to '{command}'"));
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

pub(super) fn notee<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        session.output.set_tee(None);
        match session.is_mysql() {
            true => session.print("Outfile disabled.\n")?,
            false => say(session, "Outfile disabled."),
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Scripts of mysql write no second file; at the prompt what is shown is kept.
pub(super) fn tee<'a>(session: &'a mut Session, args: Args<'a>) -> Done<'a> {
    async move {
        session.leave_sandbox()?;
        if session.interactive {
            let name = needed(args.raw, "tee: name a file")?;
            session.output.set_tee(Some(Output::append(&name)?));
            say(session, &format!("Logging to file '{name}'"));
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

pub(super) fn warnings<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        session.mysql.warnings = true;
        say(session, "Show warnings enabled.");
        Ok(Next::Continue)
    }
    .boxed_local()
}

pub(super) fn nowarning<'a>(session: &'a mut Session, _: Args<'a>) -> Done<'a> {
    async move {
        session.mysql.warnings = false;
        say(session, "Show warnings disabled.");
        Ok(Next::Continue)
    }
    .boxed_local()
}
