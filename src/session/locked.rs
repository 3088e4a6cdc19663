//! A look at something that another session has locked does not wait for long, and says who it is.

use super::Session;
use crate::driver::{Answer, LockWait};
use crate::error::{Error, Result};
use std::time::Duration;

/// The longest that a query of ours waits for a lock, and those that come after it in the same
/// command.
const PATIENCE: [Duration; 2] = [Duration::from_secs(3), Duration::from_millis(50)];

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
        match (self.collect(&bounded).await, self.driver.lock_wait()) {
            (Err(error), Some(wait)) if is_end_of(wait, &error) => {
                *locked_out = true;
                Err(self.name_the_holders(wait, error).await)
            }
            (answer, _) => {
                *locked_out |= answer.as_ref().is_ok_and(|answer| answer.locked);
                answer
            }
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

fn is_end_of(wait: &LockWait, error: &Error) -> bool {
    let code = error.code.as_deref();
    code.is_some_and(|code| code.starts_with(wait.code))
}
