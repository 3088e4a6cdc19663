//! Which line of the file a row began on, kept in a few bytes: only where lines and rows part.

use std::collections::VecDeque;

/// Remembered partings. A server says which row it refused while that row is among the last ones
/// sent, so older partings may be forgotten.
const MOST: usize = 1 << 16;

/// From rows, counted from 0, to lines, counted from 1.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// Row and line from which on one follows the other.
    partings: VecDeque<(u64, u64)>,
}

impl Lines {
    /// Row `row` begins on line `line`. Rows come in order.
    pub fn note(&mut self, row: u64, line: u64) {
        if self
            .partings
            .back()
            .is_some_and(|(r, l)| l + (row - r) == line)
        {
            return;
        }
        if self.partings.len() == MOST {
            self.partings.pop_front();
        }
        self.partings.push_back((row, line));
    }

    /// The line of a row; `None` where it is forgotten.
    pub fn of(&self, row: u64) -> Option<u64> {
        let after = self.partings.partition_point(|(r, _)| *r <= row);
        let (r, l) = self.partings.get(after.checked_sub(1)?)?;
        Some(l + (row - r))
    }
}
