//! Keys that say what the key behind them is for, and how often it is obeyed.

use super::or_else;
use crate::repl::bindings::edit;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use reedline::{EditCommand, ReedlineEvent};

/// More often than this nothing is obeyed.
const MOST: usize = 1000;

/// What a key is for that comes behind another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It is inserted as it is.
    Literal,
    Letter,
    LetterBack,
    /// vi's registers, of which there is one.
    Register,
}

impl Wanted {
    pub(super) fn with(self, key: KeyEvent) -> ReedlineEvent {
        let select = false;
        let steers = KeyModifiers::CONTROL | KeyModifiers::ALT;
        let letter = match key.code {
            KeyCode::Char(c) if !key.modifiers.intersects(steers) => Some(c),
            KeyCode::Tab => Some('\t'),
            KeyCode::Enter | KeyCode::Char('j') => Some('\n'),
            _ => None,
        };
        match (self, letter) {
            (Wanted::Register, _) | (_, None) => ReedlineEvent::None,
            (Wanted::Literal, Some('\n')) => edit(EditCommand::InsertNewline),
            (Wanted::Literal, Some(c)) => edit(EditCommand::InsertString(c.into())),
            (Wanted::Letter, Some(c)) => edit(EditCommand::MoveRightUntil { c, select }),
            (Wanted::LetterBack, Some(c)) => edit(EditCommand::MoveLeftUntil { c, select }),
        }
    }
}

/// The digits of Alt-4 Alt-2 so far; none where it is no such key.
pub(super) fn count(so_far: usize, key: KeyEvent) -> Option<usize> {
    match (key.code, key.modifiers) {
        (KeyCode::Char(c), KeyModifiers::ALT) => {
            let digit = c.to_digit(10)? as usize;
            Some((so_far * 10 + digit).min(MOST))
        }
        _ => None,
    }
}

/// The event so often; only once where it does more than to move and to edit.
pub(super) fn repeated(event: ReedlineEvent, times: usize) -> ReedlineEvent {
    match times > 1 && edits(&event) {
        true => or_else(vec![event.clone(); times], event),
        false => event,
    }
}

fn edits(event: &ReedlineEvent) -> bool {
    match event {
        ReedlineEvent::Multiple(events) | ReedlineEvent::UntilFound(events) => {
            events.iter().all(edits)
        }
        ReedlineEvent::Edit(_)
        | ReedlineEvent::Left
        | ReedlineEvent::Right
        | ReedlineEvent::Up
        | ReedlineEvent::Down
        | ReedlineEvent::Esc
        | ReedlineEvent::Menu(_)
        | ReedlineEvent::MenuAccept
        | ReedlineEvent::MenuNext
        | ReedlineEvent::MenuPrevious => true,
        _ => false,
    }
}
