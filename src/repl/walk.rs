//! Up and Down through the history.
//!
//! reedline walks it in a mode of its own, in which there is no status line, no menu and no
//! suggestion. Here an entry is a text like any other that a key puts into the line.

use super::state::State;
use crate::edit::Change;

/// Where one is in the history.
#[derive(Debug)]
pub(super) struct Walk {
    /// What was in the line before, with the cursor's place: the entries begin like it.
    typed: String,
    cursor: usize,
    /// How many entries one has gone back.
    back: usize,
    /// What is in the line as long as nothing else is done.
    shown: String,
}

impl State {
    /// Whether the text is an entry to which one has walked.
    pub(super) fn is_walking(&self, text: &str) -> bool {
        self.walk.as_ref().is_some_and(|walk| walk.shown == text)
    }

    /// A line up; from the first one the entry before, with the cursor at the end of its first
    /// line, from where one goes on.
    pub(super) fn go_up(&mut self, cursor: usize) -> Option<Change> {
        let text = self.buffer.text();
        if let Some(line) = text.get(..cursor)?.rfind('\n') {
            let start = text[..line].rfind('\n').map_or(0, |at| at + 1);
            let column = text[line + 1..cursor].chars().count();
            return Some(moved(text, start, column));
        }
        let text = text.to_string();
        let back = match self.walk.take_if(|walk| walk.shown != text) {
            Some(_) => 0,
            None => self.walk.as_ref().map_or(0, |walk| walk.back),
        };
        if self.walk.is_none() {
            // Where the disk is slow the entries come behind the prompt.
            self.history.take_reports();
        }
        let (typed, at) = match &self.walk {
            Some(walk) => (walk.typed.clone(), walk.cursor),
            None => (text, cursor),
        };
        let found = self.history.back(&typed, back + 1)?;
        let end = found.find('\n').unwrap_or(found.len());
        let change = Change {
            text: found.to_string(),
            cursor: end,
        };
        self.walk = Some(Walk {
            typed,
            cursor: at,
            back: back + 1,
            shown: change.text.clone(),
        });
        Some(change)
    }

    /// A line down; from the last one the entry behind, and at last what was typed.
    pub(super) fn go_down(&mut self, cursor: usize) -> Option<Change> {
        let text = self.buffer.text();
        if let Some(line) = text.get(cursor..)?.find('\n') {
            let start = text[..cursor].rfind('\n').map_or(0, |at| at + 1);
            let column = text[start..cursor].chars().count();
            return Some(moved(text, cursor + line + 1, column));
        }
        let walk = self.walk.take_if(|walk| walk.shown == text)?;
        if walk.back == 1 {
            return Some(Change {
                text: walk.typed,
                cursor: walk.cursor,
            });
        }
        let found = self.history.back(&walk.typed, walk.back - 1)?.to_string();
        self.walk = Some(Walk {
            back: walk.back - 1,
            shown: found.clone(),
            ..walk
        });
        Some(Change {
            cursor: found.len(),
            text: found,
        })
    }
}

/// The cursor in that column of the line that begins at `start`, or at its end.
fn moved(text: &str, start: usize, column: usize) -> Change {
    let line = text[start..].split('\n').next().unwrap_or_default();
    let within = line
        .char_indices()
        .nth(column)
        .map_or(line.len(), |(at, _)| at);
    Change {
        text: text.to_string(),
        cursor: start + within,
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::state;

    #[test]
    fn up_and_down_walk_lines_and_then_the_history() {
        let mut state = state();
        for text in [
            "select 1;",
            "update a;",
            "select 2,\n3;",
            "update a;",
            "select 1;",
        ] {
            state.history.add(text);
        }
        state.buffer.read("sel");
        let mut press = |up: bool, cursor: usize| {
            let change = match up {
                true => state.go_up(cursor),
                false => state.go_down(cursor),
            };
            let change = change.map(|c| (c.text, c.cursor));
            if let Some((text, _)) = &change {
                state.buffer.read(text);
            }
            change
        };
        let at = |text: &str, cursor| Some((text.to_string(), cursor));
        assert_eq!(press(true, 2), at("select 1;", 9));
        assert_eq!(press(true, 9), at("select 2,\n3;", 9));
        // There are no more that begin so.
        assert_eq!(press(true, 9), None);
        assert_eq!(press(false, 9), at("select 2,\n3;", 12));
        assert_eq!(press(true, 12), at("select 2,\n3;", 2));
        assert_eq!(press(false, 2), at("select 2,\n3;", 12));
        assert_eq!(press(false, 12), at("select 1;", 9));
        assert_eq!(press(false, 9), at("sel", 2));
        assert_eq!(press(false, 2), None);
    }
}
