//! What a prompt tells about the session beyond its status: since when a transaction is open, how
//! many warnings there were, what only the server knows.

use super::Session;
use crate::data::Summary;
use crate::driver::Transaction;
use crate::error::Error;
use std::time::{Duration, Instant};

/// What only the server knows of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerFacts {
    /// Its number of the connection.
    pub pid: Option<u64>,
    /// When it was started.
    pub started: Option<Instant>,
}

/// What the statements so far have left.
#[derive(Debug, Default)]
pub struct Record {
    /// The statement that failed last and its error (`\errverbose`).
    pub last_error: Option<(Error, String)>,
    /// The statement that the prompt was told an error of, and the error's place in it.
    pub failed_at: Option<(String, usize)>,
    /// How long the last one took, and how many rows it gave or changed.
    pub(super) last_run: Option<(Duration, u64)>,
    /// How many have run.
    pub(super) runs: u64,
    /// When the open transaction began.
    pub(super) in_transaction_since: Option<Instant>,
    warnings: Option<u64>,
}

impl Record {
    /// One more has run.
    pub(super) fn note_run(&mut self, summary: Option<&Summary>, took: Duration) {
        self.last_run = Some((took, summary.map_or(0, |summary| summary.rows)));
        self.runs += 1;
        self.warnings = Some(summary.map_or(0, |summary| warnings_in(&summary.tag)));
    }

    pub(super) fn note_transaction(&mut self, state: Transaction) {
        let open = state != Transaction::None;
        self.in_transaction_since = match (open, self.in_transaction_since) {
            (false, _) => None,
            (true, Some(since)) => Some(since),
            (true, None) => Some(Instant::now()),
        };
    }
}

impl Session {
    /// When the transaction that is open now began, as far as it was seen here.
    pub fn in_transaction_since(&self) -> Option<Instant> {
        self.record.in_transaction_since
    }

    /// Warnings of the last statement, where its tag tells them.
    pub fn warnings(&self) -> Option<u64> {
        self.record.warnings
    }

    /// Asks the server once a connection; never inside a transaction, which a failure would end.
    pub async fn server_facts(&mut self) -> ServerFacts {
        if let Some(facts) = self.server_facts {
            return facts;
        }
        if !self.is_connected() || self.status.transaction != Transaction::None {
            return ServerFacts::default();
        }
        let query = match self.driver.dialect().name {
            "postgres" => {
                "select pg_catalog.pg_backend_pid(), extract(epoch from \
                 pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time())::bigint"
            }
            "mysql" => {
                "select connection_id(), (select variable_value from \
                 information_schema.global_status where variable_name = 'UPTIME')"
            }
            _ => "",
        };
        let mut facts = ServerFacts::default();
        if !query.is_empty()
            && let Ok(answer) = self.collect(query).await
            && let Some(row) = answer.rows.rows().next()
        {
            let number = |at| {
                std::str::from_utf8(row.cell(at).text)
                    .ok()?
                    .parse::<u64>()
                    .ok()
            };
            facts.pid = number(0);
            let age = number(1).map(Duration::from_secs);
            facts.started = age.and_then(|age| Instant::now().checked_sub(age));
        }
        self.server_facts = Some(facts);
        facts
    }
}

/// `Query OK, 1 row affected, 2 warnings`
fn warnings_in(tag: &str) -> u64 {
    let before = tag.split(" warning").next().filter(|b| b.len() < tag.len());
    let number = before.and_then(|b| b.rsplit(' ').next());
    number.and_then(|n| n.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_read_from_the_tag() {
        for (tag, expected) in [
            ("Query OK, 1 row affected, 2 warnings", 2),
            ("1 row in set, 1 warning", 1),
            ("SELECT 3", 0),
            ("", 0),
        ] {
            assert_eq!(warnings_in(tag), expected, "{tag}");
        }
    }
}
