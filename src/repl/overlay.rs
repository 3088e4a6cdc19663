//! A screen of its own over the prompt, for what one chooses from a list; what was there comes back.

use crate::output::{Ending, FullScreen, tell};
use crossterm::event::{Event, KeyEvent, KeyEventKind};
use crossterm::terminal::size;
use std::collections::VecDeque;
use std::io;

pub(super) struct Overlay<'e> {
    window: FullScreen<'e>,
    /// Keys that came before the screen was there.
    ahead: VecDeque<Event>,
}

impl<'e> Overlay<'e> {
    pub(super) fn open(ending: &'e Ending, ahead: VecDeque<Event>) -> io::Result<Overlay<'e>> {
        Ok(Overlay {
            window: FullScreen::enter(ending)?,
            ahead,
        })
    }

    /// Leaves the screen; the keys that it did not take.
    pub(super) fn close(self) -> VecDeque<Event> {
        self.ahead
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (usize, usize) {
        let (columns, rows) = size().unwrap_or((80, 24));
        (columns.into(), rows.into())
    }

    /// Paints the rows, and the cursor at a row and a column; without them it is hidden.
    pub(super) fn paint(&self, rows: &[String], cursor: Option<(usize, usize)>) {
        tell("\x1b[?25l");
        self.window.paint(rows);
        if let Some((row, column)) = cursor {
            tell(&format!("\x1b[{};{}H\x1b[?25h", row + 1, column + 1));
        }
    }

    /// Waits for a key; none when something else happened, as another size of the terminal.
    pub(super) fn key(&mut self) -> io::Result<Option<KeyEvent>> {
        let event = match self.ahead.pop_front() {
            Some(event) => event,
            None => self.window.event()?,
        };
        Ok(match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => Some(key),
            _ => None,
        })
    }

    /// Whether a key waits already, so that painting can wait for it.
    pub(super) fn has_more(&self) -> io::Result<bool> {
        Ok(!self.ahead.is_empty() || self.window.has_more()?)
    }
}
