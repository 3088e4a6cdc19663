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

    /// What the uses of a name add up to.
    pub fn weight(&self, name: &str) -> f32 {
        let weight = self.scores.get(name);
        let weight = weight.or_else(|| self.scores.get(&name.to_ascii_lowercase()));
        weight.copied().unwrap_or(0.0)
    }

    /// Points for the ranking: 0 for what was never used, growing ever slower.
    pub(super) fn points(&self, name: &str) -> i32 {
        if self.scores.is_empty() {
            return 0;
        }
        let score = self.weight(name);
        (12.0 * (1.0 + score.max(0.0)).ln()).min(MOST as f32) as i32
    }
}
