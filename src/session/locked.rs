//! A look at something that another session has locked does not wait for long, and says who it is.

use super::Session;
use crate::driver::{Answer, LockWait};
use crate::error::{Error, Kind, Result};
use std::borrow::Cow;
use std::time::Duration;

/// The longest that a query of ours waits for a lock, and those that come after it in the same
/// command.
const PATIENCE: [Duration; 2] = [Duration::from_secs(3), Duration::from_millis(50)];

/// The least that what waits for nobody gets.
const LEAST: Duration = Duration::from_secs(1);

impl Session {
    /// The whole answer to a query of our own. `locked_out` tells whether one has already waited in
    /// vain. Under `sqwire pg` it waits as psql does, up to the limit of every query of ours.
    pub(super) async fn collect_unless_locked(
        &mut self,
        sql: &str,
        locked_out: &mut bool,
    ) -> Result<Answer> {
        let status = self.connection.as_ref().map(|c| c.status());
        let (Some(status), false) = (status, self.is_psql()) else {
            return self.collect(sql).await;
        };
        let limit = PATIENCE[usize::from(*locked_out)];
        let bounded = self.driver.with_lock_limit(sql, &status, limit);
        if let Some(connection) = &mut self.connection {
            connection.want_warnings(true);
        }
        let ours = matches!(bounded, Cow::Borrowed(_)) && is_unbounded(sql);
        let answer = match ours {
            true => self.collect_within(sql, Some(limit.max(LEAST))).await,
            false => self.collect(&bounded).await,
        };
        // Our own limit has no code of the server's.
        let given_up = |error: &Error| ours && error.kind == Kind::Server && error.code.is_none();
        match (answer, self.driver.lock_wait()) {
            (Err(error), Some(wait)) if is_end_of(wait, &error) || given_up(&error) => {
                *locked_out = true;
                Err(self.name_the_holders(wait, error).await)
            }
            (answer, _) => {
                *locked_out |= answer.as_ref().is_ok_and(|answer| answer.locked);
                answer
            }
        }
    }

    /// A wait that has ended a transaction of ours says who was in the way: nobody could be asked in it.
    pub(super) async fn with_holders(&mut self, result: Result<()>) -> Result<()> {
        match (result, self.driver.lock_wait()) {
            (Err(error), Some(wait)) if is_end_of(wait, &error) && error.detail.is_none() => {
                Err(self.name_the_holders(wait, error).await)
            }
            (result, _) => result,
        }
    }

    /// Who may be in the way of a query that went without what it could not look at.
    pub(super) async fn lock_in_the_way(&mut self) -> Error {
        let error = Error::server("");
        match self.driver.lock_wait() {
            Some(wait) => self.name_the_holders(wait, error).await,
            None => error,
        }
    }

    async fn name_the_holders(&mut self, wait: &LockWait, error: Error) -> Error {
        let holders = match wait.holders {
            "" => Answer::default(),
            sql => self.collect(sql).await.unwrap_or_default(),
        };
        let lines: Vec<&str> = (0..holders.len()).map(|row| holders.text(row, 0)).collect();
        Error {
            message: "another session has locked what this looks at".into(),
            detail: Some(lines.join(" ")).filter(|text| !text.is_empty()),
            hint: Some(wait.hint.into()),
            ..error
        }
    }
}

/// Whether a server that does not bound the query would let it wait for a lock: MySQL takes a limit for
/// `SELECT` alone.
fn is_unbounded(sql: &str) -> bool {
    sql.get(..5)
        .is_some_and(|word| word.eq_ignore_ascii_case("show "))
}

fn is_end_of(wait: &LockWait, error: &Error) -> bool {
    let code = error.code.as_deref();
    code.is_some_and(|code| code.starts_with(wait.code))
}
