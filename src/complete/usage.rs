//! How often and how recently names were used: a value that whoever keeps the history makes.

use std::collections::HashMap;

/// Names in lower case and their weight. Empty by default.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    scores: HashMap<String, f32>,
}

/// The most points that use can give: it decides between candidates that fit equally well.
pub(super) const MOST: i32 = 60;

impl Usage {
    /// Counts one use. A later use weighs more than an earlier one.
    pub fn add(&mut self, name: &str, weight: f32) {
        *self.scores.entry(name.to_ascii_lowercase()).or_default() += weight;
    }

    pub fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// Points for the ranking: 0 for what was never used, growing ever slower.
    pub(super) fn points(&self, name: &str) -> i32 {
        if self.scores.is_empty() {
            return 0;
        }
        let score = match self.scores.get(name) {
            Some(score) => *score,
            None => self
                .scores
                .get(&name.to_ascii_lowercase())
                .copied()
                .unwrap_or(0.0),
        };
        (12.0 * (1.0 + score.max(0.0)).ln()).min(MOST as f32) as i32
    }
}
