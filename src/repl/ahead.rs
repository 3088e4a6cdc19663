//! What is typed before the prompt is there, and what is pasted.

use super::state::State;
use crossterm::event::{Event, KeyCode, KeyModifiers};

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
                    ahead.push('\n');
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
}

/// What is pasted, without what a terminal would act on.
pub(super) fn clean(pasted: &str) -> String {
    let pasted = pasted.replace("\r\n", "\n").replace('\r', "\n");
    let keep = |c: &char| matches!(c, '\n' | '\t') || !crate::visible::is_control(*c);
    pasted.chars().filter(keep).collect()
}
