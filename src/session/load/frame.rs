//! The transaction around a load: one of its own, or a savepoint in the user's.

use crate::driver::{Connection, Event, Transaction};
use crate::error::{Error, Kind, Result};
use futures::StreamExt;

/// What is undone when a load fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    Own,
    Savepoint,
}

const SAVEPOINT: &str = "sqwire_load";

/// MySQL's warning that a rollback has left something.
const NOT_ROLLED_BACK: &str = "1196";

impl Frame {
    pub(super) async fn begin(connection: &mut dyn Connection) -> Result<Frame> {
        let frame = match connection.status().transaction {
            Transaction::None => Frame::Own,
            _ => Frame::Savepoint,
        };
        match frame {
            Frame::Own => run(connection, "BEGIN").await?,
            Frame::Savepoint => run(connection, &format!("SAVEPOINT {SAVEPOINT}")).await?,
        };
        Ok(frame)
    }

    /// A commit that fails, because of a check that was put off to it, undoes everything.
    pub(super) async fn commit(self, connection: &mut dyn Connection) -> Result<()> {
        let done = match self {
            Frame::Own => run(connection, "COMMIT").await,
            Frame::Savepoint => run(connection, &format!("RELEASE SAVEPOINT {SAVEPOINT}")).await,
        };
        match done {
            Ok(_) => Ok(()),
            Err(e) if e.kind == Kind::Lost => Err(e),
            Err(e) => {
                // SQLite leaves the transaction open.
                if connection.status().transaction != Transaction::None {
                    self.rollback(connection).await?;
                }
                Err(explained(e, true))
            }
        }
    }

    /// Whether everything is undone: tables of some engines keep what they have.
    pub(super) async fn rollback(self, connection: &mut dyn Connection) -> Result<bool> {
        connection.want_warnings(true);
        let warned = match self {
            Frame::Own => run(connection, "ROLLBACK").await?,
            Frame::Savepoint => {
                let back = format!("ROLLBACK TO SAVEPOINT {SAVEPOINT}");
                let warned = run(connection, &back).await?;
                run(connection, &format!("RELEASE SAVEPOINT {SAVEPOINT}")).await?;
                warned
            }
        };
        Ok(!warned.iter().any(|code| code == NOT_ROLLED_BACK))
    }
}

/// Runs a statement of ours; gives the codes of its warnings.
pub(super) async fn run(connection: &mut dyn Connection, sql: &str) -> Result<Vec<String>> {
    let mut codes = Vec::new();
    let mut events = connection.run(sql);
    while let Some(event) = events.next().await {
        if let Event::Notice(notice) = event? {
            codes.extend(notice.code);
        }
    }
    Ok(codes)
}

/// What to say of an error that has undone a load, or has not.
pub(super) fn explained(error: Error, undone: bool) -> Error {
    let fate = match undone {
        true => "Nothing was loaded.",
        false => "The rows before it stay: the table's engine has no transactions.",
    };
    let detail = match &error.detail {
        Some(detail) => format!("{detail} {fate}"),
        None => fate.to_string(),
    };
    error.with_detail(detail)
}
