//! The keys that reedline hands over together, one after the other; those behind one that ends the
//! line wait for the next (`ahead`).

use super::super::ahead::clean;
use super::{SqlKeys, closing};
use crate::output::look_again;
use crossterm::event::Event;
use reedline::{
    EditCommand, EditMode, PromptEditMode, PromptViMode, ReedlineEvent, ReedlineRawEvent,
};

impl EditMode for SqlKeys {
    fn parse_event(&mut self, event: ReedlineRawEvent) -> ReedlineEvent {
        let event: Event = event.into();
        let answered = self.shared.lock().takes_answer(&event);
        if let Some(complete) = answered {
            return match complete {
                true => ReedlineEvent::Repaint,
                false => ReedlineEvent::None,
            };
        }
        self.together.count(&event);
        if matches!(event, Event::Key(_) | Event::Paste(_)) {
            let mut state = self.shared.lock();
            state.flood = self.together.are_many_letters();
            state.ahead.push(event.clone());
        }
        let mut events = self.waiting();
        if let Event::Resize(columns, rows) = event
            && self.shared.lock().ahead.is_resized((columns, rows))
        {
            events.push(ReedlineEvent::Resize(columns, rows));
        }
        match events.len() {
            0 => ReedlineEvent::None,
            1 => events.remove(0),
            _ => ReedlineEvent::Multiple(events),
        }
    }

    /// reedline parses a batch of keys and then obeys them, all under the mode that they end in.
    /// Letters that came together with the Esc behind them would be inserted as if the cursor
    /// stood in normal mode, in the wrong order; so until they are in, the answer is the mode
    /// that they were typed in.
    fn edit_mode(&self) -> PromptEditMode {
        self.typed.set(0);
        if self.together.may_go_on() {
            look_again();
        }
        self.together.reset();
        self.line_ends.set(false);
        match self.late.get() {
            0 => self.inner.edit_mode(),
            late => {
                self.late.set(late - 1);
                PromptEditMode::Vi(PromptViMode::Insert)
            }
        }
    }
}

impl SqlKeys {
    /// What the keys do that wait, up to one that ends the line.
    fn waiting(&mut self) -> Vec<ReedlineEvent> {
        let mut events = Vec::new();
        loop {
            let next = match self.line_ends.get() {
                true => None,
                false => self.shared.lock().ahead.next(),
            };
            let Some(event) = next else {
                return events;
            };
            let event = self.obey(event);
            self.line_ends.set(ends_line(&event));
            events.push(event);
        }
    }

    fn obey(&mut self, event: Event) -> ReedlineEvent {
        match event.clone() {
            Event::Paste(text) => {
                let insert = ReedlineEvent::Edit(vec![EditCommand::InsertString(clean(&text))]);
                self.selecting = false;
                self.shared.lock().ghost.clear();
                closing(insert)
            }
            Event::Key(key) => match ReedlineRawEvent::try_from(event) {
                Ok(raw) => self.key(key, raw),
                Err(()) => ReedlineEvent::None,
            },
            _ => ReedlineEvent::None,
        }
    }
}

/// Whether reedline gives the line back, where no row of the menu is selected. With an Enter of its
/// own its batch of keys ends.
pub(super) fn ends_line(event: &ReedlineEvent) -> bool {
    match event {
        ReedlineEvent::ExecuteHostCommand(_) | ReedlineEvent::Submit | ReedlineEvent::CtrlC => true,
        ReedlineEvent::Multiple(events) | ReedlineEvent::UntilFound(events) => {
            events.iter().any(ends_line)
        }
        _ => false,
    }
}
