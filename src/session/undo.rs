//! `/undo`: a savepoint before each statement of a transaction, and the way back to it.

use super::Session;
use crate::driver::Transaction;
use crate::error::{Error, Result};
use crate::sql::Effect;

/// Savepoints at once: servers get slow with very many.
const MOST: usize = 50;
const NAME: &str = "sqwire_undo_";

/// The statements that can be undone, oldest first; the savepoint of each has its place's number.
pub(super) type Undoable = Vec<String>;

impl Session {
    /// Before a statement that the user sends.
    pub async fn mark_for_undo(&mut self, sql: &str, effect: Effect) {
        let wanted = self.settings.undo && self.interactive;
        let open = self.status.transaction == Transaction::Open;
        if !wanted || !open || effect == Effect::Transaction {
            return;
        }
        if self.undoable.len() >= MOST {
            // All later ones go with it.
            self.quietly(&format!("RELEASE SAVEPOINT {NAME}1")).await;
            self.undoable.clear();
        }
        let number = self.undoable.len() + 1;
        if self.quietly(&format!("SAVEPOINT {NAME}{number}")).await {
            self.undoable.push(sql.to_string());
        }
    }

    /// Behind it: what ends the transaction takes the savepoints along, and nobody knows what the
    /// user's own ROLLBACK TO and RELEASE have left of them.
    pub fn settle_undo(&mut self, sql: &str, effect: Effect) {
        let verb = sql.trim_start().get(..9).unwrap_or_default();
        let keeps = effect != Effect::Transaction || verb.eq_ignore_ascii_case("savepoint");
        if self.status.transaction == Transaction::None || !self.is_connected() || !keeps {
            self.undoable.clear();
        }
    }

    /// Takes back the last statements of the open transaction; gives them, newest first.
    pub async fn undo(&mut self, count: usize) -> Result<Vec<String>> {
        let known = self.undoable.len();
        if known == 0 {
            let error = Error::usage("there is nothing to undo");
            return Err(error.with_hint(match self.settings.undo {
                true => "It takes back statements of the transaction that is open.",
                false => {
                    "\"/set undo on\" keeps a savepoint before each statement of a transaction."
                }
            }));
        }
        if count == 0 || count > known {
            let error = Error::usage(format!("/undo: there are {known} statements to undo"));
            return Err(error);
        }
        let number = known - count + 1;
        if !self
            .quietly(&format!("ROLLBACK TO SAVEPOINT {NAME}{number}"))
            .await
        {
            self.undoable.clear();
            return Err(Error::server("the savepoint is gone: nothing was undone"));
        }
        self.quietly(&format!("RELEASE SAVEPOINT {NAME}{number}"))
            .await;
        if let Some(connection) = &self.connection {
            self.status = connection.status();
        }
        let mut undone = self.undoable.split_off(number - 1);
        undone.reverse();
        Ok(undone)
    }
}
