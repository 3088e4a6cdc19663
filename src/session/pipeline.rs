//! psql's pipelines: what waits in the one that is open, and the variables that tell of it.
//!
//! Statements are sent when their results are asked for; psql sends them before that, which shows
//! in nothing but their time.

use super::Session;
use crate::driver::Extended;
use std::collections::VecDeque;

/// The pipeline that is open.
#[derive(Debug, Default)]
pub struct Pipeline {
    pub queue: VecDeque<Piped>,
    /// Syncs that wait.
    pub syncs: usize,
    /// Statements that neither a Sync nor a Flush follows.
    pub commands: usize,
    /// Statements whose results can be asked for.
    pub available: usize,
    /// A statement has failed: the server passes over the others up to the next Sync.
    pub aborted: bool,
    /// Commands that were refused because they do not wait.
    pub refused: usize,
}

/// What waits in a pipeline.
#[derive(Debug)]
pub enum Piped {
    Statement(String, Extended),
    Sync,
    /// The Sync has been sent and has failed; psql still counts it.
    FailedSync,
}

impl Pipeline {
    pub fn push(&mut self, sql: String, what: Extended) {
        self.queue.push_back(Piped::Statement(sql, what));
        self.commands += 1;
    }

    pub fn sync(&mut self) {
        self.queue.push_back(Piped::Sync);
        self.syncs += 1;
        self.flush();
    }

    pub fn flush(&mut self) {
        self.available += std::mem::take(&mut self.commands);
    }

    /// Results that can be asked for, those of Syncs among them.
    pub fn ready(&self) -> usize {
        self.available + self.syncs
    }
}

impl Session {
    /// Tells in variables what waits.
    pub fn tell_pipeline(&mut self) {
        let none = Pipeline::default();
        let open = self.pipeline.as_ref().unwrap_or(&none);
        let told = [
            ("PIPELINE_SYNC_COUNT", open.syncs),
            ("PIPELINE_COMMAND_COUNT", open.commands),
            ("PIPELINE_RESULT_COUNT", open.available),
        ];
        for (name, count) in told {
            self.variables.tell(name, count.to_string());
        }
    }
}
