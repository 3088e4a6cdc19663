//! The connection, as the prompt and the status line tell of it.

use super::escapes::{Facts, age, expand, without_colours};
use crate::driver::{Status, Transaction};
use crate::theme::PromptColor;
use crate::visible::visible_line;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The frames of the spinner, and how long each is there.
const SPINNER: [char; 8] = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];
const SPIN: Duration = Duration::from_millis(250);

pub(super) struct Server {
    pub(super) status: Status,
    pub(super) connected: bool,
    /// The prompt's colour, where the connection has one.
    pub(super) color: Option<PromptColor>,
    /// What the prompts are filled with; none before the first.
    pub(super) facts: Option<Facts>,
    /// Set while the catalog is being read in the background.
    refreshing: Option<Arc<AtomicBool>>,
    /// When that began, for the spinner.
    refreshing_since: Option<Instant>,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            status: Status::default(),
            connected: true,
            color: None,
            facts: None,
            refreshing: None,
            refreshing_since: None,
        }
    }
}

impl Server {
    /// Follows this flag from now on.
    pub(super) fn watch_refresh(&mut self, flag: Option<Arc<AtomicBool>>) {
        self.refreshing = flag;
        self.refreshing_since = self
            .is_refreshing()
            .then(|| self.refreshing_since.unwrap_or_else(Instant::now));
    }

    pub(super) fn is_refreshing(&self) -> bool {
        let flag = self.refreshing.as_ref();
        flag.is_some_and(|f| f.load(Ordering::Relaxed))
    }

    /// How far the spinner has gone since the catalog began to be read.
    pub(super) fn turns(&self) -> Option<u128> {
        let since = self.refreshing_since?;
        Some(since.elapsed().as_millis() / SPIN.as_millis())
    }

    /// What is wrong or open, and who is connected to what: in the words of `own`, with its
    /// escapes, or where that is empty in the usual ones.
    pub(super) fn place_text(&self, own: &str) -> (String, String) {
        let alert = match self.status.transaction {
            _ if !self.connected => " not connected".to_string(),
            Transaction::None => "".into(),
            Transaction::Open => format!(" in transaction{}", self.transaction_age()),
            Transaction::Failed => " transaction failed: ROLLBACK ends it".into(),
        };
        // What is out of the ordinary comes first: a narrow screen cuts the end.
        let mut parts = Vec::new();
        let own = Some(own).filter(|own| !own.is_empty());
        let usual = self.facts.as_ref().filter(|_| own.is_none());
        if let Some(facts) = usual {
            parts.extend(facts.read_only.then(|| "read-only".to_string()));
            let ssh = facts.ssh.as_ref();
            parts.extend(ssh.map(|machine| format!("through {machine}")));
        }
        if self.is_refreshing() {
            parts.push(format!("{} reading the catalog", self.spinner()));
        }
        match (own, &self.facts) {
            (Some(own), Some(facts)) => parts.push(without_colours(&expand(own, facts))),
            _ => {
                parts.push(self.status.server.clone());
                parts.push(self.address());
                parts.extend(self.status.encryption.clone());
            }
        }
        parts.retain(|p| !p.is_empty());
        let text = visible_line(&parts.join(" · ")).into_owned();
        let gap = if alert.is_empty() { " " } else { " · " };
        (alert, format!("{gap}{text}"))
    }

    /// ` for 5m`
    fn transaction_age(&self) -> String {
        let since = self.facts.as_ref().and_then(|facts| facts.since);
        since.map_or(String::new(), |since| {
            format!(" for {}", age(since.elapsed()))
        })
    }

    /// Goes round while the catalog is being read.
    fn spinner(&self) -> char {
        let turns = self.turns().unwrap_or_default();
        SPINNER[(turns % SPINNER.len() as u128) as usize]
    }

    fn address(&self) -> String {
        let Status {
            user, host, port, ..
        } = &self.status;
        let mut out = match user.is_empty() || host.is_empty() {
            true => host.clone(),
            false => format!("{user}@{host}"),
        };
        if let Some(port) = port {
            out.push_str(&format!(":{port}"));
        }
        out
    }
}
