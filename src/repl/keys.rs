//! Keys to events: Emacs or vi as reedline has them, and around them what belongs to the prompt.
//!
//! reedline parses all keys that arrive together before it obeys the first, so what a key means is
//! decided here only by the keys before it, never by what the menu looks like; where the menu
//! matters, the event offers it the key first. `Multiple` is refused while the history is
//! searched, so each such event is followed by what the key means there (`or_else`).

mod batch;
mod next;
#[cfg(test)]
mod tests;

use super::ahead::Together;
use super::bindings::{self, Does, Found, Key};
use super::state::{Shared, State};
use super::{edits, menu};
use crate::edit::indent::STEP;
use crate::edit::keys::Act;
use crate::output::local_time_in;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use next::Wanted;
use reedline::{
    EditCommand, EditMode, Emacs, PromptEditMode, PromptViMode, ReedlineEvent, ReedlineRawEvent, Vi,
};
use std::cell::Cell;

/// What `Signal::HostCommand` carries when the text is wanted in an editor.
pub(super) const LINE_EDITOR: &str = "editor";
/// The same when the plan of the text is wanted.
pub(super) const EXPLAIN: &str = "explain";
/// The same when what the cursor is on is to be described.
pub(super) const DESCRIBE: &str = "describe";
/// The same when the history is to be searched.
pub(super) const SEARCH_HISTORY: &str = "history";
/// The same when the program is to stop until the shell lets it go on.
pub(super) const SUSPEND: &str = "suspend";
/// The same when a line that was typed before the prompt was there has ended.
pub(super) const LINE_AHEAD: &str = "line";

pub(super) struct SqlKeys {
    shared: Shared,
    inner: Box<dyn EditMode>,
    /// Keys that have begun what several keys do.
    begun: Vec<Key>,
    /// What the next key is for, where that is settled already.
    wanted: Option<Wanted>,
    /// How often the next key is obeyed, as far as it is typed.
    count: usize,
    /// The last of vi's commands waits for more keys: what it searches for, where it goes to.
    unfinished: bool,
    /// The keys so far have selected a row of the menu, if it is open.
    selecting: bool,
    /// The suggestion that was there before this key; every key but a letter ends it.
    ghost: String,
    /// Letters typed in insert mode since reedline last asked for the mode.
    typed: Cell<usize>,
    /// Keys since then.
    together: Together,
    /// One of them ends the line: those behind it are for the next.
    line_ends: Cell<bool>,
    /// So many times reedline is told that vi is in insert mode although it no longer is.
    late: Cell<usize>,
}

impl SqlKeys {
    pub(super) fn new(shared: Shared) -> Self {
        let vi = shared.lock().switches.vi;
        SqlKeys {
            shared,
            inner: edit_mode(vi),
            begun: Vec::new(),
            wanted: None,
            count: 0,
            unfinished: false,
            selecting: false,
            ghost: String::new(),
            typed: Cell::new(0),
            together: Together::default(),
            line_ends: Cell::new(false),
            late: Cell::new(0),
        }
    }

    /// Whether letters are inserted: always with Emacs, not in vi's normal mode.
    fn inserts(&self) -> bool {
        !matches!(
            self.inner.edit_mode(),
            PromptEditMode::Vi(PromptViMode::Normal | PromptViMode::Visual)
        )
    }

    fn key(&mut self, key: KeyEvent, raw: ReedlineRawEvent) -> ReedlineEvent {
        let selecting = std::mem::take(&mut self.selecting);
        {
            let mut state = self.shared.lock();
            state.message.clear();
            self.ghost = std::mem::take(&mut state.ghost);
        }
        if let Some(wanted) = self.wanted.take() {
            return closing(wanted.with(key));
        }
        if self.enters_ahead(key) {
            let line = ReedlineEvent::ExecuteHostCommand(LINE_AHEAD.into());
            return ReedlineEvent::UntilFound(vec![ReedlineEvent::MenuAccept, line]);
        }
        let (found, left) = self.bound(key);
        if found == Found::Nothing {
            if self.names_register(key) {
                self.wanted = Some(Wanted::Register);
                return ReedlineEvent::None;
            }
            let emacs = self.inner.edit_mode() == PromptEditMode::Emacs;
            if let Some(count) = next::count(self.count, key).filter(|_| emacs) {
                self.count = count;
                return ReedlineEvent::None;
            }
            // reedline would insert the letter: elsewhere these are what AltGr makes.
            if key.modifiers.contains(bindings::CONTROL_ALT) {
                return ReedlineEvent::None;
            }
        }
        let count = std::mem::take(&mut self.count);
        // What began nothing after all belongs to vi: `g` before another `g`.
        let raws = left.into_iter().filter_map(|(code, modifiers)| {
            ReedlineRawEvent::try_from(Event::Key(KeyEvent::new(code, modifiers))).ok()
        });
        let mut events: Vec<ReedlineEvent> = raws.map(|raw| self.pass(raw)).collect();
        let event = match found {
            Found::Does(Does::Act(act)) => self.act(act, selecting, raw),
            Found::Does(Does::Type(text)) => bindings::typed(&text, false),
            Found::Does(Does::Run(text)) => bindings::typed(&text, true),
            Found::Begun => ReedlineEvent::None,
            Found::Nothing => self.pass(raw),
        };
        events.retain(|event| *event != ReedlineEvent::None);
        match events.is_empty() {
            true => next::repeated(event, count),
            false => {
                events.push(event.clone());
                or_else(events, event)
            }
        }
    }

    /// Whether the key is an Enter with which reedline's batch of keys does not end: a line that was
    /// typed while a statement ran ends with a line feed.
    fn enters_ahead(&self, key: KeyEvent) -> bool {
        match (key.code, key.modifiers) {
            (KeyCode::Char('j'), KeyModifiers::CONTROL) => true,
            (KeyCode::Enter, KeyModifiers::NONE) => !self.shared.lock().ahead.is_empty(),
            _ => false,
        }
    }

    /// Whether the key behind this one is the name of one of vi's registers.
    fn names_register(&self, key: KeyEvent) -> bool {
        let quote = bindings::key_of(key) == (KeyCode::Char('"'), KeyModifiers::NONE);
        quote && !self.inserts() && !self.unfinished
    }

    /// What the key does, alone or behind those that were pressed before it; and those of them that
    /// vi has not seen.
    fn bound(&mut self, key: KeyEvent) -> (Found, Vec<Key>) {
        let typing = self.inserts();
        let state = self.shared.lock();
        let key = bindings::key_of(key);
        let is_letter = matches!(key, (KeyCode::Char(_), KeyModifiers::NONE));
        if !typing && is_letter && self.unfinished {
            return (Found::Nothing, Vec::new());
        }
        let mut pressed = std::mem::take(&mut self.begun);
        pressed.push(key);
        let mut left = Vec::new();
        let mut found = bindings::find(&state.bound, &pressed, typing);
        let visual = self.inner.edit_mode() == PromptEditMode::Vi(PromptViMode::Visual);
        if visual && is_letter && pressed.len() == 1 && found != Found::Begun {
            return (Found::Nothing, Vec::new());
        }
        if found == Found::Nothing && pressed.len() > 1 {
            pressed.pop();
            left = std::mem::replace(&mut pressed, vec![key]);
            found = bindings::find(&state.bound, &pressed, typing);
        }
        match (found, typing) {
            // Behind what vi is given now, the key is vi's too.
            (Found::Begun, false) if !left.is_empty() => (Found::Nothing, left),
            (Found::Begun, _) => {
                self.begun = pressed;
                (Found::Begun, Vec::new())
            }
            (found, true) => (found, Vec::new()),
            (found, false) => (found, left),
        }
    }

    fn act(&mut self, act: Act, selecting: bool, raw: ReedlineRawEvent) -> ReedlineEvent {
        match act {
            Act::Enter => self.pass(raw),
            Act::OtherEnter => self.other_enter(),
            Act::Complete => self.tab(),
            Act::CompleteBack => self.select(ReedlineEvent::MenuPrevious, ReedlineEvent::None),
            Act::OpenMenu => {
                self.shared.lock().asked = true;
                ReedlineEvent::Menu(menu::NAME.into())
            }
            Act::Next => self.select(ReedlineEvent::MenuNext, edits::event(edits::DOWN)),
            Act::Previous => self.back(selecting, edits::UP),
            Act::NextHistory => {
                self.select(ReedlineEvent::MenuNext, edits::event(edits::ENTRY_NEXT))
            }
            Act::PreviousHistory => self.back(selecting, edits::ENTRY_BACK),
            Act::PageNext => self.select(ReedlineEvent::MenuPageNext, ReedlineEvent::None),
            Act::PagePrevious => self.select(ReedlineEvent::MenuPagePrevious, ReedlineEvent::None),
            Act::Right => {
                let right = closing(ReedlineEvent::Right);
                match self.accept_ghost(whole) {
                    Some(taken) => taken,
                    None => ReedlineEvent::UntilFound(vec![ReedlineEvent::MenuAccept, right]),
                }
            }
            Act::LineEnd => {
                let end = EditCommand::MoveToLineEnd { select: false };
                let end = closing(bindings::edit(end));
                self.accept_ghost(whole).unwrap_or(end)
            }
            Act::WordRight => {
                let right = bindings::edit(EditCommand::Move(bindings::WORD_RIGHT));
                self.accept_ghost(first_word).unwrap_or(right)
            }
            Act::DeleteLeft => {
                let delete = bindings::edit(EditCommand::Backspace);
                match self.shared.lock().switches.menu {
                    true => or_else(vec![delete.clone(), edits::hook(menu::NAME)], delete),
                    false => delete,
                }
            }
            Act::Literal => self.wants(Wanted::Literal),
            Act::FindLetter => self.wants(Wanted::Letter),
            Act::FindLetterBack => self.wants(Wanted::LetterBack),
            Act::Visual => self.visual(),
            Act::Comment => edits::event(edits::COMMENT),
            Act::Format => edits::event(edits::FORMAT),
            Act::OneLine => edits::event(edits::ONE_LINE),
            Act::Match => edits::event(edits::MATCH),
            Act::Capitalize => edits::event(edits::CAPITALIZE),
            Act::SwapWords => edits::event(edits::SWAP_WORDS),
            Act::DeleteBlanks => edits::event(edits::DELETE_BLANKS),
            Act::JoinLines => edits::event(edits::JOIN_LINES),
            Act::LastWord => edits::event(edits::LAST_WORD),
            Act::AllCandidates => edits::event(edits::ALL_CANDIDATES),
            Act::Shell => edits::event(edits::SHELL),
            Act::Date => now("'%Y-%m-%d'"),
            Act::Time => now("'%Y-%m-%d %H:%M:%S'"),
            Act::BareDate => now("%Y-%m-%d"),
            Act::BareTime => now("%Y-%m-%d %H:%M:%S"),
            Act::UnixTime => now("%s"),
            Act::UnixMicros => now("%s%6f"),
            Act::ToggleMenu | Act::ToggleMultiLine | Act::ToggleVi => {
                self.selecting = selecting;
                self.switch(act)
            }
            act => bindings::event(act).unwrap_or(ReedlineEvent::None),
        }
    }

    /// What Emacs or vi makes of the key. Letters open the menu; a selected row is taken before
    /// the letter that follows it.
    fn pass(&mut self, raw: ReedlineRawEvent) -> ReedlineEvent {
        let inserted = self.inserts();
        let event = self.inner.parse_event(raw);
        if inserted && !self.inserts() && self.typed.get() > 0 {
            // It asks once for the batch of keys and once for each letter in it.
            self.late.set(1 + self.typed.get());
        }
        self.unfinished = !self.inserts() && event == ReedlineEvent::None;
        let mut state = self.shared.lock();
        state.vi_normal = !self.inserts();
        match event {
            ReedlineEvent::OpenEditor => {
                return ReedlineEvent::ExecuteHostCommand(LINE_EDITOR.into());
            }
            ReedlineEvent::Enter => return enter(self.together.are_pasted()),
            _ => {}
        }
        let Some(typed) = typed_character(&event).filter(|_| self.inserts()) else {
            return walking(event);
        };
        self.typed.set(self.typed.get() + 1);
        // Keeps the suggestion right while keys arrive faster than they are painted.
        state.ghost = self
            .ghost
            .strip_prefix(typed)
            .unwrap_or_default()
            .to_string();
        let mut events = vec![ReedlineEvent::MenuAccept, event.clone()];
        match typed {
            ' ' if !state.abbreviations.is_empty() => events.push(edits::hook(edits::ABBREVIATION)),
            ')' | ']' => events.push(edits::hook(edits::DEDENT)),
            _ => {}
        }
        if state.switches.menu {
            events.push(ReedlineEvent::Menu(menu::NAME.into()));
        }
        or_else(events, event)
    }

    fn select(&mut self, event: ReedlineEvent, otherwise: ReedlineEvent) -> ReedlineEvent {
        self.selecting = true;
        ReedlineEvent::UntilFound(vec![event, otherwise])
    }

    fn wants(&mut self, wanted: Wanted) -> ReedlineEvent {
        self.wanted = Some(wanted);
        ReedlineEvent::None
    }

    /// vi's visual mode, whose own key opens the editor.
    fn visual(&mut self) -> ReedlineEvent {
        let key = KeyEvent::new(KeyCode::Char('v'), KeyModifiers::NONE);
        let raw = ReedlineRawEvent::try_from(Event::Key(key));
        raw.map_or(ReedlineEvent::None, |raw| self.inner.parse_event(raw))
    }

    /// Walks the history with one of the edits, also while the menu is open, until a row has been
    /// selected.
    fn back(&mut self, selecting: bool, edit: &str) -> ReedlineEvent {
        let mut state = self.shared.lock();
        let State { past, buffer, .. } = &mut *state;
        let failed = past.take_failed(buffer.text());
        drop(state);
        if let Some((_, place)) = failed.filter(|_| !selecting) {
            let to_place = EditCommand::MoveToPosition {
                position: place,
                select: false,
            };
            let recall = vec![edits::hook(edit), ReedlineEvent::Edit(vec![to_place])];
            return or_else(recall, ReedlineEvent::Up);
        }
        match selecting {
            true => self.select(ReedlineEvent::MenuPrevious, edits::event(edit)),
            false => closing(edits::hook(edit)),
        }
    }

    /// Selects the next candidate, or indents where a line is still empty.
    fn tab(&mut self) -> ReedlineEvent {
        let mut state = self.shared.lock();
        if state.at_blank_line() {
            self.selecting = false;
            return bindings::edit(EditCommand::InsertString(STEP.into()));
        }
        state.asked = true;
        self.selecting = true;
        let open = ReedlineEvent::Menu(menu::NAME.into());
        ReedlineEvent::Multiple(vec![open, ReedlineEvent::MenuNext])
    }

    /// Does what Enter does not: runs the text with multi-line on, else begins a new line.
    fn other_enter(&mut self) -> ReedlineEvent {
        match self.shared.lock().switches.multi_line {
            true => ReedlineEvent::Submit,
            false => closing(ReedlineEvent::Edit(vec![EditCommand::InsertNewline])),
        }
    }

    /// Takes the grey suggestion, or the part of it that `part` tells.
    fn accept_ghost(&mut self, part: fn(&str) -> usize) -> Option<ReedlineEvent> {
        if self.ghost.is_empty() {
            return None;
        }
        let rest = self.ghost.split_off(part(&self.ghost));
        let taken = std::mem::replace(&mut self.ghost, rest.clone());
        self.shared.lock().ghost = rest;
        Some(closing(ReedlineEvent::Edit(vec![
            EditCommand::InsertString(taken),
        ])))
    }

    fn switch(&mut self, act: Act) -> ReedlineEvent {
        let mut state = self.shared.lock();
        let switches = &mut state.switches;
        match act {
            Act::ToggleMenu => switches.menu = !switches.menu,
            Act::ToggleMultiLine => switches.multi_line = !switches.multi_line,
            _ => {
                switches.vi = !switches.vi;
                self.inner = edit_mode(switches.vi);
                if !switches.vi && crate::output::is_watched() {
                    // The shape that the terminal had before vi's.
                    crate::output::tell("\x1b[0 q");
                }
                state.vi_normal = false;
            }
        }
        ReedlineEvent::Repaint
    }
}

/// Takes the selected row; else runs what is complete, with its last word expanded, or begins a
/// line that is indented, unless it was pasted.
fn enter(pasted: bool) -> ReedlineEvent {
    let mut events = vec![ReedlineEvent::Esc, edits::hook(edits::ABBREVIATION)];
    match pasted {
        true => events.extend([edits::hook(edits::PASTED), ReedlineEvent::Enter]),
        false => events.extend([ReedlineEvent::Enter, edits::hook(edits::INDENT)]),
    }
    ReedlineEvent::UntilFound(vec![
        ReedlineEvent::MenuAccept,
        ReedlineEvent::Multiple(events),
        ReedlineEvent::Enter,
    ])
}

/// The event with our own walk through the history in place of reedline's (see `walk`).
fn walking(event: ReedlineEvent) -> ReedlineEvent {
    let all = |events: Vec<ReedlineEvent>| events.into_iter().map(walking).collect();
    match event {
        ReedlineEvent::Up => edits::event(edits::UP),
        ReedlineEvent::Down => edits::event(edits::DOWN),
        ReedlineEvent::Multiple(events) => ReedlineEvent::Multiple(all(events)),
        ReedlineEvent::UntilFound(events) => ReedlineEvent::UntilFound(all(events)),
        event => event,
    }
}

/// Types the local time.
fn now(pattern: &str) -> ReedlineEvent {
    bindings::typed(&local_time_in(pattern), false)
}

fn edit_mode(vi: bool) -> Box<dyn EditMode> {
    match vi {
        true => Box::new(Vi::default()),
        false => Box::new(Emacs::default()),
    }
}

/// The events, or `otherwise` where the history is being searched.
fn or_else(events: Vec<ReedlineEvent>, otherwise: ReedlineEvent) -> ReedlineEvent {
    ReedlineEvent::UntilFound(vec![ReedlineEvent::Multiple(events), otherwise])
}

/// Closes the menu, then `event`.
pub(super) fn closing(event: ReedlineEvent) -> ReedlineEvent {
    or_else(vec![ReedlineEvent::Esc, event.clone()], event)
}

fn typed_character(event: &ReedlineEvent) -> Option<char> {
    match event {
        ReedlineEvent::Edit(commands) => match commands.as_slice() {
            [EditCommand::InsertChar(c)] => Some(*c),
            _ => None,
        },
        _ => None,
    }
}

fn whole(ghost: &str) -> usize {
    ghost.len()
}

/// The end of the first word, with the blanks before it.
fn first_word(ghost: &str) -> usize {
    let start = ghost
        .find(|c: char| !c.is_whitespace())
        .unwrap_or(ghost.len());
    let word = &ghost[start..];
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let end = match word.starts_with(in_word) {
        true => word.find(|c| !in_word(c)),
        false => word.find(|c: char| in_word(c) || c.is_whitespace()),
    };
    start + end.unwrap_or(word.len())
}

impl State {
    /// Nothing but blanks before the cursor on a line that is not the first.
    fn at_blank_line(&self) -> bool {
        let before = self
            .buffer
            .text()
            .get(..self.painted.cursor)
            .unwrap_or_default();
        let line = before.rsplit_once('\n');
        line.is_some_and(|(_, line)| line.trim().is_empty())
    }
}
