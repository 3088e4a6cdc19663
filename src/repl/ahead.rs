//! What is typed before the prompt is there, and what is pasted.

use super::state::State;
use crossterm::event::{Event, KeyCode, KeyModifiers};

/// Enter among what was typed ahead; a line feed there was pasted.
pub(super) const ENTER: char = '\r';

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
