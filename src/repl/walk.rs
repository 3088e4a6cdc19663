//! Up and Down through the history.
//!
//! reedline walks it in a mode of its own, in which there is no status line, no menu and no
//! suggestion. Here an entry is a text like any other that a key puts into the line.

use super::history::Entries;
use crate::edit::{Change, words};
use crate::sql::{Dialect, lex_with};

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

/// The last word of an entry, where a key has put it.
#[derive(Debug)]
pub(super) struct Recalled {
    /// The text that this made, with the cursor's place, and where the word begins.
    shown: Change,
    start: usize,
    /// How many entries one has gone back.
    back: usize,
}

/// What was sent before, and where one is in it.
pub(super) struct Past {
    pub(super) entries: Entries,
    /// Nothing more is kept.
    pub(super) private: bool,
    /// Patterns of what is not kept.
    pub(super) ignore: String,
    /// The entry that failed, and the place of the error in it: Up recalls it there.
    pub(super) failed: Option<(String, usize)>,
    /// Where one is; forgotten once the line is another than the entry.
    walk: Option<Walk>,
    /// The word of an entry that a key has put into the line; the next press replaces it.
    recalled: Option<Recalled>,
}

impl Past {
    pub(super) fn new(entries: Entries) -> Self {
        Past {
            entries,
            private: false,
            ignore: String::new(),
            failed: None,
            walk: None,
            recalled: None,
        }
    }

    /// The entry that failed, where the line is still empty and it is the newest one.
    pub(super) fn take_failed(&mut self, line: &str) -> Option<(String, usize)> {
        let failed = self.failed.take()?;
        let newest = self.entries.newest() == Some(failed.0.as_str());
        (newest && line.is_empty()).then_some(failed)
    }

    /// Whether the text is an entry to which one has walked.
    pub(super) fn is_walking(&self, text: &str) -> bool {
        self.walk.as_ref().is_some_and(|walk| walk.shown == text)
    }

    /// A line up; from the first one the entry before, with the cursor at the end of its first
    /// line, from where one goes on.
    pub(super) fn go_up(&mut self, text: &str, cursor: usize) -> Option<Change> {
        if let Some(line) = text.get(..cursor)?.rfind('\n') {
            let start = text[..line].rfind('\n').map_or(0, |at| at + 1);
            let column = text[line + 1..cursor].chars().count();
            return Some(moved(text, start, column));
        }
        let mut change = self.entry_back(text, cursor)?;
        change.cursor = change.text.find('\n').unwrap_or(change.text.len());
        Some(change)
    }

    /// The entry before, with the cursor at its end.
    pub(super) fn entry_back(&mut self, text: &str, cursor: usize) -> Option<Change> {
        let back = match self.walk.take_if(|walk| walk.shown != text) {
            Some(_) => 0,
            None => self.walk.as_ref().map_or(0, |walk| walk.back),
        };
        if self.walk.is_none() {
            // Where the disk is slow the entries come behind the prompt.
            self.entries.take_reports();
        }
        let (typed, at) = match &self.walk {
            Some(walk) => (walk.typed.clone(), walk.cursor),
            None => (text.to_string(), cursor),
        };
        let found = self.entries.back(&typed, back + 1)?;
        let change = Change {
            text: found.to_string(),
            cursor: found.len(),
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
    pub(super) fn go_down(&mut self, text: &str, cursor: usize) -> Option<Change> {
        if let Some(line) = text.get(cursor..)?.find('\n') {
            let start = text[..cursor].rfind('\n').map_or(0, |at| at + 1);
            let column = text[start..cursor].chars().count();
            return Some(moved(text, cursor + line + 1, column));
        }
        self.next_entry(text)
    }

    /// The entry behind, or at last what was typed.
    pub(super) fn next_entry(&mut self, text: &str) -> Option<Change> {
        let walk = self.walk.take_if(|walk| walk.shown == text)?;
        if walk.back == 1 {
            return Some(Change {
                text: walk.typed,
                cursor: walk.cursor,
            });
        }
        let found = self.entries.back(&walk.typed, walk.back - 1)?.to_string();
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

    /// The last word of the entry before in place of nothing, or of the one that this brought.
    pub(super) fn last_word(
        &mut self,
        text: &str,
        cursor: usize,
        dialect: &Dialect,
        delimiter: &str,
    ) -> Option<Change> {
        let here = |r: &Recalled| r.shown.text == text && r.shown.cursor == cursor;
        let again = self.recalled.take().filter(here);
        let (start, mut back) = again.map_or((cursor, 0), |r| (r.start, r.back));
        self.entries.take_reports();
        let word = self.entries.newest_first().skip(back).find_map(|entry| {
            back += 1;
            words::last(entry, &lex_with(entry, dialect, delimiter))
        })?;
        let shown = Change::replace(text, start..cursor, word)?;
        self.recalled = Some(Recalled {
            shown: shown.clone(),
            start,
            back,
        });
        Some(shown)
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
    use super::*;
    use crate::sql::dialect::POSTGRES;

    fn past(texts: &[&str]) -> Past {
        let mut past = Past::new(Entries::open(None, 1000));
        for text in texts {
            past.entries.add(text);
        }
        past
    }

    #[test]
    fn up_and_down_walk_lines_and_then_the_history() {
        let mut past = past(&[
            "select 1;",
            "update a;",
            "select 2,\n3;",
            "update a;",
            "select 1;",
        ]);
        let mut line = "sel".to_string();
        let mut press = |up: bool, cursor: usize| {
            let change = match up {
                true => past.go_up(&line, cursor),
                false => past.go_down(&line, cursor),
            };
            let change = change.map(|c| (c.text, c.cursor));
            if let Some((text, _)) = &change {
                line.clone_from(text);
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

    #[test]
    fn whole_entries_are_walked_from_the_middle_of_a_text() {
        let mut past = past(&["select 1;", "select 2,\n3;"]);
        let change = past.entry_back("", 0).unwrap();
        assert_eq!((change.text.as_str(), change.cursor), ("select 2,\n3;", 12));
        let change = past.entry_back(&change.text, 12).unwrap();
        assert_eq!(change.text, "select 1;");
        let change = past.next_entry(&change.text).unwrap();
        assert_eq!(change.text, "select 2,\n3;");
    }

    #[test]
    fn the_last_word_of_the_entry_before_is_inserted_and_then_that_of_older_ones() {
        let mut past = past(&["\\d shop.orders", ";", "select * from users;"]);
        let mut line = "select  x".to_string();
        for expected in ["select users x", "select shop.orders x"] {
            let cursor = past.recalled.as_ref().map_or(7, |r| r.shown.cursor);
            let change = past.last_word(&line, cursor, &POSTGRES, ";").unwrap();
            assert_eq!(change.text, expected);
            line = change.text;
        }
        assert_eq!(past.last_word(&line, 18, &POSTGRES, ";"), None);
    }
}
