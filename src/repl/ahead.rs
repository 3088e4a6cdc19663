//! What is typed before there is a line for it, and what is pasted.
//!
//! reedline parses all keys that arrive together before it obeys the first, and drops those behind
//! one that ends the line. So every key comes through a queue here: those behind the end of a line
//! wait in it for the next, where they do what they do at any time.

use super::state::State;
use super::validator;
use crate::output::{look_again, wake};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, poll, read};
use reedline::{EditCommand, Reedline};
use std::cell::Cell;
use std::collections::VecDeque;
use std::time::Duration;

/// So many keys at once were pasted, by a terminal that does not say so.
const PASTED: usize = 4;
/// So many letters at once, and nothing else, are not worth a menu each.
const FLOOD: usize = 32;
/// How long a paste pauses at most.
const PAUSE: Duration = Duration::from_millis(10);

/// The keys that came together: reedline parses all of them before it obeys the first.
#[derive(Default)]
pub(super) struct Together {
    keys: Cell<usize>,
    /// One of them was no letter.
    mixed: Cell<bool>,
    /// Something came that is none.
    others: Cell<bool>,
}

impl Together {
    pub(super) fn count(&self, event: &Event) {
        if !matches!(event, Event::Key(_) | Event::Paste(_)) {
            self.others.set(true);
            return;
        }
        let letter = matches!(meant(event), Meant::Text(_));
        self.keys.set(self.keys.get() + 1);
        self.mixed.set(self.mixed.get() || !letter);
    }

    pub(super) fn reset(&self) {
        self.keys.set(0);
        self.mixed.set(false);
        self.others.set(false);
    }

    /// There may be more of them that crossterm has not read.
    pub(super) fn may_go_on(&self) -> bool {
        self.keys.get() >= FLOOD || self.others.get()
    }

    pub(super) fn are_pasted(&self) -> bool {
        self.keys.get() >= PASTED
    }

    pub(super) fn are_many_letters(&self) -> bool {
        self.keys.get() >= FLOOD && !self.mixed.get()
    }
}

/// Keys and pastes that wait for a line.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    keys: VecDeque<Event>,
    /// The line ended with a line feed: whether it runs is yet to be seen.
    entered: bool,
    /// They were to be woken.
    woken: bool,
    /// The terminal's size as reedline knows it.
    size: Option<(u16, u16)>,
}

impl Ahead {
    pub(super) fn push(&mut self, event: Event) {
        self.keys.push_back(event);
    }

    pub(super) fn next(&mut self) -> Option<Event> {
        self.keys.pop_front()
    }

    /// Enter was pressed.
    pub(super) fn enter(&mut self) {
        self.entered = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Everything that waits, for a screen that takes the place of the line.
    pub(super) fn take(&mut self) -> VecDeque<Event> {
        let enter = || Event::Key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
        let keys = std::mem::take(&mut self.keys).into_iter();
        keys.map(|key| match meant(&key) {
            Meant::Enter => enter(),
            _ => key,
        })
        .collect()
    }

    /// What was typed while something ran comes behind what waits already, and what a screen did not
    /// take comes back.
    pub(super) fn extend(&mut self, typed: impl IntoIterator<Item = Event>) {
        self.keys.extend(typed);
    }

    /// The text that waits, up to the first key that is none.
    fn text(&mut self) -> String {
        let mut text = String::new();
        while let Some(event) = self.keys.front() {
            match meant(event) {
                Meant::Text(c) => text.push(c),
                Meant::Pasted(pasted) => text.push_str(&clean(pasted)),
                Meant::Enter | Meant::Other => break,
            }
            self.keys.pop_front();
        }
        text
    }

    /// The line that waits, with its line break, where nobody edits lines.
    pub(super) fn whole_line(&mut self) -> Option<String> {
        let at = self
            .keys
            .iter()
            .position(|key| meant(key) == Meant::Enter)?;
        let line = self.keys.drain(..=at);
        let letter = |key: Event| match meant(&key) {
            Meant::Text(c) => Some(c),
            Meant::Enter => Some('\n'),
            _ => None,
        };
        Some(line.filter_map(letter).collect())
    }

    fn takes_enter(&mut self) -> bool {
        let enter = self.keys.front().map(meant) == Some(Meant::Enter);
        enter && self.keys.pop_front().is_some()
    }

    /// The next line of a paste that comes as keys, as far as the whole line is there.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let from = self.keys.len();
        while goes_on() {
            let event = read().ok()?;
            match meant(&event) {
                Meant::Text(c) => line.push(c),
                Meant::Enter => {
                    self.keys.truncate(from);
                    return Some(line);
                }
                Meant::Other if is_tab(&event) => line.push('\t'),
                Meant::Pasted(_) | Meant::Other => {
                    self.keys.push_back(event);
                    return None;
                }
            }
            self.keys.push_back(event);
        }
        None
    }

    /// Has the keys that wait parsed, where no other may come for long.
    pub(super) fn wake(&mut self) {
        if !self.keys.is_empty() {
            self.woken = true;
            wake();
        }
    }

    /// Whether the terminal has another size, and is not only said to.
    pub(super) fn is_resized(&mut self, size: (u16, u16)) -> bool {
        let woken = std::mem::take(&mut self.woken);
        let same = self.size.replace(size) == Some(size);
        !(woken && same)
    }
}

/// Whether more of a paste comes.
fn goes_on() -> bool {
    let comes = |within| matches!(poll(within), Ok(true));
    comes(Duration::ZERO) || {
        look_again();
        comes(PAUSE)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Meant<'e> {
    Text(char),
    Pasted(&'e str),
    Enter,
    Other,
}

fn meant(event: &Event) -> Meant<'_> {
    match event {
        Event::Paste(text) => Meant::Pasted(text),
        Event::Key(key) => match (key.code, key.modifiers) {
            (KeyCode::Enter, KeyModifiers::NONE) | (KeyCode::Char('j'), KeyModifiers::CONTROL) => {
                Meant::Enter
            }
            (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) => Meant::Text(c),
            _ => Meant::Other,
        },
        _ => Meant::Other,
    }
}

fn is_tab(event: &Event) -> bool {
    *event == Event::Key(KeyEvent::new(KeyCode::Tab, KeyModifiers::NONE))
}

impl State {
    /// Puts the text that was typed ahead into the line, as far as nothing else was typed with it;
    /// whether it is to be sent at once, as if Enter had been pressed.
    pub(super) fn write_ahead(&mut self, editor: &mut Reedline) -> bool {
        self.ahead.size = crossterm::terminal::size().ok();
        let at = editor.current_insertion_point();
        let line = editor.current_buffer_contents();
        let (before, behind) = (line[..at].to_string(), line[at..].to_string());
        let mut typed = String::new();
        let mut entered = std::mem::take(&mut self.ahead.entered);
        let runs = loop {
            if entered && self.runs_with(&before, &typed, &behind) {
                break true;
            }
            if entered {
                typed.push('\n');
            }
            // Elsewhere letters are no text, or more than that.
            if self.vi_normal || !self.abbreviations.is_empty() {
                break false;
            }
            typed.push_str(&self.ahead.text());
            entered = self.ahead.takes_enter();
            if !entered {
                break false;
            }
        };
        if !typed.is_empty() {
            editor.run_edit_commands(&[EditCommand::InsertString(typed)]);
        }
        if !runs {
            self.ahead.wake();
        }
        runs
    }

    /// The lines that were pasted behind the one that Enter was pressed in, as far as they belong to
    /// the same statement: to be looked at and painted once, not each by itself.
    pub(super) fn pasted_behind(&mut self, before: &str, behind: &str) -> Option<String> {
        let mut typed = String::new();
        while !self.runs_with(before, &typed, behind) {
            let Some(line) = self.ahead.line() else {
                self.ahead.wake();
                break;
            };
            typed.push('\n');
            typed.push_str(&line);
        }
        (!typed.is_empty()).then_some(typed)
    }

    fn runs_with(&mut self, before: &str, typed: &str, behind: &str) -> bool {
        // Nothing else ends a statement that begins before the last line.
        let (_, last) = typed.rsplit_once('\n').unwrap_or_default();
        let ends = [";", "\\", "*/", self.buffer.delimiter.as_str()];
        let may_end = !self.switches.multi_line
            || last.is_empty()
            || ends.iter().any(|end| last.contains(end));
        may_end && validator::runs(self, &format!("{before}{typed}{behind}"))
    }
}

/// What is pasted, without what a terminal would act on.
pub(super) fn clean(pasted: &str) -> String {
    let pasted = pasted.replace("\r\n", "\n").replace('\r', "\n");
    let keep = |c: &char| matches!(c, '\n' | '\t') || !crate::visible::is_control(*c);
    pasted.chars().filter(keep).collect()
}
