//! A session that the user asked to be read-only stays so.

use super::Session;
use crate::driver::Transaction;
use crate::error::{Error, Result};
use crate::output::tell;
use crate::sql::access::allows_writes;
use crate::sql::{Effect, TokenKind, lex};

const HINT: &str = "Connect without --read-only to change data.";

impl Session {
    /// Refuses before the server sees anything; the server would refuse too.
    pub(super) fn refuse_writes(&self, effect: Effect) -> Result<()> {
        if self.target.read_only && matches!(effect, Effect::Write | Effect::Schema) {
            return Err(
                Error::server("the session is read-only: the statement was not sent")
                    .with_hint(HINT),
            );
        }
        Ok(())
    }

    /// Refuses what would take read-only mode away, which servers let anybody do.
    pub(super) fn refuse_to_allow_writes(&self, sql: &str) -> Result<()> {
        if self.target.read_only && allows_writes(sql, self.dialect()) {
            return Err(Error::server(
                "the session is read-only, and the statement would let it write: it was not sent",
            )
            .with_hint(HINT));
        }
        Ok(())
    }

    /// Asks the server after what could have changed the mode out of sight, in a routine or a
    /// prepared statement, and switches it on again.
    pub(super) async fn stay_read_only(&mut self, sql: &str) -> Result<()> {
        let is_open = self.status.transaction != Transaction::Failed && self.is_connected();
        if !self.target.read_only || !is_open || !could_hide(sql, self.dialect()) {
            return Ok(());
        }
        let (ask, again) = match self.dialect().name {
            "postgres" => (
                "SHOW default_transaction_read_only",
                "SET default_transaction_read_only = on",
            ),
            "mysql" => (
                "SHOW VARIABLES WHERE variable_name IN ('tx_read_only', 'transaction_read_only') \
                 AND value = 'OFF'",
                "SET SESSION TRANSACTION READ ONLY",
            ),
            _ => return Ok(()),
        };
        let answer = self.peek(ask).await?;
        let is_off = match self.dialect().name {
            "postgres" => answer.text(0, 0) == "off",
            _ => !answer.is_empty(),
        };
        if is_off {
            self.collect(again).await?;
            tell("warning: the statement had let the session write; it is read-only again\n");
        }
        Ok(())
    }
}

/// Whether the statement runs what its text does not show.
fn could_hide(sql: &str, dialect: &crate::sql::Dialect) -> bool {
    let tokens = lex(sql, dialect);
    let word = tokens.iter().find(|t| t.kind == TokenKind::Word);
    let hides = ["call", "discard", "do", "execute", "reset", "set"];
    let is_one = |word: &str| hides.iter().any(|h| word.eq_ignore_ascii_case(h));
    word.is_some_and(|word| is_one(word.text(sql)))
        || sql.to_ascii_lowercase().contains("set_config")
}
