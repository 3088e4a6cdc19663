//! A connection that is gone: noticed before a statement is sent, made again when the user next
//! acts, and never behind the user's back.

use super::execute::or_interrupted;
use super::{Session, connect};
use crate::driver::{Connection, Transaction};
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use crate::visible::visible_line;
use futures::StreamExt;
use std::time::{Duration, Instant, SystemTime};

/// Without use for so long, the connection is looked at before something is sent.
const IDLE: Duration = Duration::from_secs(1);
/// After so long the server is asked: something between us and it may have forgotten us.
const LONG_IDLE: Duration = Duration::from_secs(10);

/// A point in time. The clock that never goes back stands still while the machine sleeps, which is
/// when connections are forgotten.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(Instant, SystemTime);

impl Moment {
    pub(super) fn now() -> Moment {
        Moment(Instant::now(), SystemTime::now())
    }

    fn elapsed(self) -> Duration {
        self.0.elapsed().max(self.1.elapsed().unwrap_or_default())
    }
}

/// psql's words.
pub const NOT_CONNECTED: &str = "You are currently not connected to a database.";

impl Session {
    /// After a connection was lost, the prompt connects again when the user next acts. A script
    /// never does: what came before is gone.
    pub(super) async fn ensure_connected(&mut self) -> Result<()> {
        let idle = self.last_use.elapsed();
        self.last_use = Moment::now();
        match &mut self.connection {
            Some(connection) if self.interactive => {
                let checked = match connection.loss() {
                    Some(lost) => Err(lost),
                    None if idle < IDLE => Ok(()),
                    None => connection.check(idle >= LONG_IDLE).await,
                };
                match checked {
                    Ok(()) => return Ok(()),
                    Err(e) => self.note_loss(&e)?,
                }
            }
            Some(_) => return Ok(()),
            None if self.voice == Voice::Psql && !self.interactive => {
                return Err(Error::usage(NOT_CONNECTED));
            }
            None if !self.interactive => {
                return Err(Error::new(Kind::Lost, "the connection is lost"));
            }
            None => {}
        }
        self.connect_again().await
    }

    /// The connection went while nothing ran. In a transaction nothing is sent: it would run
    /// without what came before it.
    fn note_loss(&mut self, why: &Error) -> Result<()> {
        let in_transaction = self.status.transaction != Transaction::None;
        self.drop_connection();
        if in_transaction {
            let mut error = why.clone();
            error.hint = Some(
                "The open transaction is gone, and this was not sent. The next statement connects \
                 again."
                    .into(),
            );
            return Err(error);
        }
        tell(&format!("{}.\n", sentence(&why.message)));
        Ok(())
    }

    /// The pause between two rounds of what goes on by itself; false where Ctrl-C ends it. It does
    /// not connect again: where the server has ended the connection meanwhile, that is an error.
    pub async fn waits_for_round(&mut self, pause: Duration) -> Result<bool> {
        if self.interrupted_within(pause).await {
            return Ok(false);
        }
        match self.take_loss() {
            Some(lost) => Err(lost),
            None => Ok(true),
        }
    }

    fn take_loss(&mut self) -> Option<Error> {
        let mut lost = self.connection.as_ref()?.loss()?;
        lost.hint = Some("The next statement connects again.".into());
        self.drop_connection();
        Some(lost)
    }

    /// Lets go of a connection that is of no use any more.
    pub(super) fn drop_connection(&mut self) {
        self.connection = None;
        self.status.transaction = Transaction::None;
    }

    /// psql has no connection in a script or `-c` after another one could not be made.
    pub fn leave(&mut self) {
        if self.is_psql() && !self.interactive {
            self.drop_connection();
        }
    }

    /// What to say about a statement whose connection broke while it ran.
    pub(super) fn explain_loss(&self, mut error: Error) -> Error {
        if self.interactive && error.hint.is_none() {
            let fate = match self.status.transaction {
                Transaction::None => {
                    "Whether the statement was carried out is not known; it is not sent again."
                }
                _ => "The open transaction is gone, unless this statement was its COMMIT.",
            };
            error.hint = Some(format!("{fate} The next statement connects again."));
        }
        error
    }

    /// The outcome of queries of our own, once they are over: what the server says of the session now,
    /// or that it is gone with its transaction.
    pub(super) fn settled<T>(&mut self, result: Result<T>) -> Result<T> {
        let before = self.status.transaction;
        if let Some(connection) = &self.connection {
            self.status = connection.status();
        }
        result.map_err(|mut error| {
            if error.kind != Kind::Lost {
                return error;
            }
            self.drop_connection();
            if self.interactive && error.hint.is_none() {
                let gone = match before {
                    Transaction::None => "",
                    _ => "The open transaction is gone. ",
                };
                error.hint = Some(format!("{gone}The next statement connects again."));
            }
            error
        })
    }

    async fn connect_again(&mut self) -> Result<()> {
        if let Some(tunnel) = &mut self.tunnel {
            tunnel.dig_again().await?;
        }
        let connecting = connect::connect(
            &mut self.target,
            self.tunnel.as_ref(),
            self.passwords,
            self.settings.keyring,
        );
        let interrupts = &mut self.interrupts;
        let made = or_interrupted(interrupts, &mut self.interrupted, connecting).await;
        let (_, mut connection) = made?;
        let (again, gone) = self.memory.after_loss();
        let mut done = 0;
        for sql in &again {
            match run_quietly(connection.as_mut(), sql).await {
                Ok(()) => done += 1,
                Err(e) => tell(&format!(
                    "could not repeat \"{}\": {}\n",
                    visible_line(sql),
                    visible_line(&e.message)
                )),
            }
        }
        self.status = connection.status();
        self.connection = Some(connection);
        self.unshielded = false;
        self.names.forget_own();
        tell(&told(done, &gone));
        Ok(())
    }
}

/// `Connected again; 2 settings were made again. Gone: temporary tables.`
fn told(settings: usize, gone: &[&str]) -> String {
    let mut out = String::from("Connected again");
    match settings {
        0 => {}
        1 => out.push_str("; 1 setting was made again"),
        n => out.push_str(&format!("; {n} settings were made again")),
    }
    out.push('.');
    if !gone.is_empty() {
        out.push_str(&format!(" Gone: {}.", gone.join(", ")));
    }
    out.push('\n');
    out
}

fn sentence(message: &str) -> String {
    let message = visible_line(message);
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

pub(super) async fn run_quietly(connection: &mut dyn Connection, sql: &str) -> Result<()> {
    let mut events = connection.run(sql);
    while let Some(event) = events.next().await {
        event?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_and_what_is_gone_is_said() {
        for (settings, gone, expected) in [
            (0, &[][..], "Connected again.\n"),
            (
                1,
                &["cursors", "temporary tables"],
                "Connected again; 1 setting was made again. Gone: cursors, temporary tables.\n",
            ),
            (2, &[], "Connected again; 2 settings were made again.\n"),
        ] {
            assert_eq!(told(settings, gone), expected);
        }
    }
}
