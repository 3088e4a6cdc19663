//! How many rows a relation has, where that can be said at once.

use super::Session;
use crate::sql::names::{Name, quote};
use std::time::Duration;

impl Session {
    /// The rows of a relation, counted up to `most`, in `limit` at the longest. `None` where they
    /// could not be counted in time, or not at all: a failed transaction, a lock of somebody else.
    pub async fn count_rows(&mut self, name: &Name, most: u64, limit: Duration) -> Option<u64> {
        let parts = name.parts.iter().map(|part| quote(part, self.dialect()));
        let name = parts.collect::<Vec<_>>().join(".");
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT {most}) AS counted");
        let answer = self.peek_within(&sql, limit).await.ok()?;
        answer.text(0, 0).parse().ok()
    }
}
