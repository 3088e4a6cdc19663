//! What is typed before the prompt is there, and what is pasted.

use super::state::State;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use std::cell::Cell;

/// Enter among what was typed ahead; a line feed there was pasted.
pub(super) const ENTER: char = '\r';

/// So many keys at once were pasted, by a terminal that does not say so.
const PASTED: usize = 4;
/// So many letters at once, and nothing else, are not worth a menu each.
const FLOOD: usize = 32;

/// The keys that came together: reedline parses all of them before it obeys the first.
#[derive(Default)]
pub(super) struct Together {
    keys: Cell<usize>,
    /// One of them was no letter.
    mixed: Cell<bool>,
}

impl Together {
    pub(super) fn count(&self, event: &Event) {
        let is_letter = |key: &KeyEvent| {
            matches!(key.code, KeyCode::Char(_)) && KeyModifiers::SHIFT.contains(key.modifiers)
        };
        let letter = matches!(event, Event::Key(key) if is_letter(key));
        self.keys.set(self.keys.get() + 1);
        self.mixed.set(self.mixed.get() || !letter);
    }

    pub(super) fn reset(&self) {
        self.keys.set(0);
        self.mixed.set(false);
    }

    pub(super) fn are_pasted(&self) -> bool {
        self.keys.get() >= PASTED
    }

    pub(super) fn are_many_letters(&self) -> bool {
        self.keys.get() >= FLOOD && !self.mixed.get()
    }
}

impl State {
    /// Once a line that was typed ahead has ended, the keys behind it are kept for the next
    /// prompt: reedline would drop what it has read behind a line that it gives back.
    pub(super) fn type_ahead(&mut self, event: &Event) -> bool {
        let Some(ahead) = &mut self.ahead else {
            return false;
        };
        match event {
            Event::Key(key) => match (key.code, key.modifiers) {
                (KeyCode::Enter, _) | (KeyCode::Char('j'), KeyModifiers::CONTROL) => {
                    ahead.push(ENTER);
                }
                (KeyCode::Char('c'), KeyModifiers::CONTROL) => ahead.clear(),
                (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) => ahead.push(c),
                (KeyCode::Tab, _) => ahead.push('\t'),
                _ => {}
            },
            Event::Paste(text) => ahead.push_str(&clean(text)),
            _ => return false,
        }
        true
    }

    /// What was typed while something ran comes behind what waits already.
    pub(super) fn keep_ahead(&mut self, typed: &mut String) {
        let typed = std::mem::take(typed);
        if !typed.is_empty() {
            let ahead = self.ahead.get_or_insert_default();
            ahead.extend(typed.chars().map(|c| if c == '\n' { ENTER } else { c }));
        }
    }
}

/// What is pasted, without what a terminal would act on.
pub(super) fn clean(pasted: &str) -> String {
    let pasted = pasted.replace("\r\n", "\n").replace('\r', "\n");
    let keep = |c: &char| matches!(c, '\n' | '\t') || !crate::visible::is_control(*c);
    pasted.chars().filter(keep).collect()
}
