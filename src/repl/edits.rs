//! Edits that need the text as it is when their key is obeyed, which reedline shows to nobody but
//! its menus: so each of them is a menu that is never open. `can_partially_complete`, called when
//! it is to be opened, changes the text.

use super::completer::candidates;
use super::menu::cursor_of;
use super::state::{Shared, State};
use crate::complete::{Candidate, Kind};
use crate::edit::{Change, abbreviation, comment, indent, layout, words};
use crate::highlight::pair_at;
use reedline::{
    Completer, Editor, Menu, MenuEvent, MenuSettings, Painter, ReedlineEvent, ReedlineMenu,
    Suggestion, UndoBehavior,
};
use std::ops::Range;

pub(super) const ABBREVIATION: &str = "abbreviation";
pub(super) const COMMENT: &str = "comment";
pub(super) const DEDENT: &str = "dedent";
pub(super) const FORMAT: &str = "format";
pub(super) const INDENT: &str = "indent";
pub(super) const ONE_LINE: &str = "one-line";
pub(super) const DOWN: &str = "down";
pub(super) const ENTRY_NEXT: &str = "entry-next";
pub(super) const ENTRY_BACK: &str = "entry-back";
pub(super) const LAST_WORD: &str = "last-word";
pub(super) const MATCH: &str = "match";
pub(super) const CAPITALIZE: &str = "capitalize";
pub(super) const SWAP_WORDS: &str = "swap-words";
pub(super) const DELETE_BLANKS: &str = "delete-blanks";
pub(super) const JOIN_LINES: &str = "join-lines";
pub(super) const ALL_CANDIDATES: &str = "all-candidates";
pub(super) const PASTED: &str = "pasted";
pub(super) const SHELL: &str = "shell";
pub(super) const UP: &str = "up";

/// What an edit gets: the text stands in the state's buffer.
struct Place {
    cursor: usize,
    selected: Range<usize>,
}

type EditText = fn(&mut State, &Place) -> Option<Change>;

const EDITS: &[(&str, EditText)] = &[
    (ABBREVIATION, |state, place| {
        let (text, tokens) = (state.buffer.text(), state.buffer.tokens());
        abbreviation::expand(text, tokens, place.cursor, &state.abbreviations)
    }),
    (COMMENT, |state, place| {
        let (text, tokens) = (state.buffer.text(), state.buffer.tokens());
        comment::toggle(text, tokens, place.selected.clone(), place.cursor)
    }),
    (DEDENT, |state, place| {
        indent::closing(state.buffer.text(), state.buffer.tokens(), place.cursor)
    }),
    (FORMAT, |state, place| {
        let buffer = &state.buffer;
        let (text, tokens) = (buffer.text(), buffer.tokens());
        let change = layout::lay_out(text, tokens, place.cursor, buffer.dialect);
        if change.is_none() && !text.trim().is_empty() {
            state.message = "this text cannot be laid out safely".into();
        }
        change
    }),
    (INDENT, |state, place| {
        indent::new_line(state.buffer.text(), state.buffer.tokens(), place.cursor)
    }),
    (DOWN, |state, place| {
        state.past.go_down(state.buffer.text(), place.cursor)
    }),
    (UP, |state, place| {
        state.past.go_up(state.buffer.text(), place.cursor)
    }),
    (ENTRY_NEXT, |state, _| {
        state.past.next_entry(state.buffer.text())
    }),
    (ENTRY_BACK, |state, place| {
        state.past.entry_back(state.buffer.text(), place.cursor)
    }),
    (LAST_WORD, |state, place| {
        let buffer = &state.buffer;
        let (dialect, delimiter) = (buffer.dialect, buffer.delimiter.as_str());
        state
            .past
            .last_word(buffer.text(), place.cursor, dialect, delimiter)
    }),
    (MATCH, |state, place| other_half(state, place.cursor)),
    (CAPITALIZE, |state, place| {
        words::capitalize(state.buffer.text(), place.cursor)
    }),
    (SWAP_WORDS, |state, place| {
        words::swap(state.buffer.text(), place.cursor)
    }),
    (DELETE_BLANKS, |state, place| {
        words::without_blanks(state.buffer.text(), place.cursor)
    }),
    (JOIN_LINES, |state, place| {
        words::join(state.buffer.text(), place.cursor)
    }),
    (PASTED, |state, place| {
        let text = state.buffer.text().to_string();
        let (before, behind) = text.split_at_checked(place.cursor)?;
        let pasted = state.pasted_behind(before, behind)?;
        Change::replace(&text, place.cursor..place.cursor, &pasted)
    }),
    (ALL_CANDIDATES, |state, place| {
        all_candidates(state, place.cursor)
    }),
    (SHELL, |state, _| {
        if !state.buffer.text().trim().is_empty() {
            state.message = "a command of the shell begins a line".into();
            return None;
        }
        Change::replace("", 0..0, "\\! ")
    }),
    (ONE_LINE, |state, place| {
        let buffer = &state.buffer;
        let (text, tokens) = (buffer.text(), buffer.tokens());
        let change = layout::on_one_line(text, tokens, place.cursor, buffer.dialect);
        if change.is_none() {
            state.message = "this text cannot be put on one line".into();
        }
        change
    }),
];

/// The cursor goes to the other half of the pair at it, or of the bracket behind it in its line.
fn other_half(state: &State, cursor: usize) -> Option<Change> {
    let (text, tokens) = (state.buffer.text(), state.buffer.tokens());
    let line = text.get(cursor..)?.split('\n').next()?;
    let bracket = line.find(['(', ')', '[', ']']).map(|at| cursor + at);
    let (first, second) = pair_at(text, tokens, cursor)
        .or_else(|| bracket.and_then(|at| pair_at(text, tokens, at)))?;
    let to = match cursor >= second.start || bracket == Some(second.start) {
        true => first.start,
        false => second.start,
    };
    Some(Change {
        text: text.to_string(),
        cursor: to,
    })
}

/// Every candidate that is what the first one is.
fn all_candidates(state: &mut State, cursor: usize) -> Option<Change> {
    let text = state.buffer.text().to_string();
    let found = candidates(state, &text, cursor, true);
    let mut items = found.items.iter().filter(|item| item.kind != Kind::Star);
    let kind = items.clone().next()?.kind;
    let same = |item: &&Candidate| item.kind == kind;
    let names: Vec<&str> = items
        .by_ref()
        .filter(same)
        .map(|item| item.insert.as_str())
        .collect();
    Change::replace(&text, found.replace, &names.join(", "))
}

/// A menu for each edit.
pub(super) fn all(shared: &Shared) -> impl Iterator<Item = ReedlineMenu> {
    EDITS.iter().map(|(name, edit)| {
        ReedlineMenu::HistoryMenu(Box::new(Hook {
            shared: shared.clone(),
            settings: MenuSettings::default().with_name(name).with_marker(""),
            edit: *edit,
        }))
    })
}

/// The edit, where no menu is open.
pub(super) fn hook(name: &str) -> ReedlineEvent {
    ReedlineEvent::Menu(name.into())
}

/// The edit, for a key of its own. What is selected is looked at before the menu is closed, which
/// ends the selection.
pub(super) fn event(name: &str) -> ReedlineEvent {
    ReedlineEvent::UntilFound(vec![hook(name), super::keys::closing(hook(name))])
}

struct Hook {
    shared: Shared,
    settings: MenuSettings,
    edit: EditText,
}

impl Menu for Hook {
    fn settings(&self) -> &MenuSettings {
        &self.settings
    }

    fn is_active(&self) -> bool {
        false
    }

    fn can_partially_complete(
        &mut self,
        _: bool,
        editor: &mut Editor,
        _: &mut dyn Completer,
    ) -> bool {
        let cursor = cursor_of(editor);
        let (start, end) = editor.get_selection().unwrap_or((cursor, cursor));
        let mut state = self.shared.lock();
        state.buffer.read(editor.get_buffer());
        let place = Place {
            cursor,
            selected: start..end,
        };
        let Some(change) = (self.edit)(&mut state, &place) else {
            return false;
        };
        drop(state);
        let replace = |buffer: &mut reedline::LineBuffer| {
            buffer.set_buffer(change.text);
            buffer.set_insertion_point(change.cursor);
        };
        editor.edit_buffer(replace, UndoBehavior::CreateUndoPoint);
        false
    }

    fn set_active(&mut self, _: bool) {}

    fn clear_input(&mut self) {}

    fn menu_event(&mut self, _: MenuEvent) {}

    fn can_quick_complete(&self) -> bool {
        false
    }

    fn update_values(&mut self, _: &mut Editor, _: &mut dyn Completer) {}

    fn reset_position(&mut self) {}

    fn update_working_details(&mut self, _: &mut Editor, _: &mut dyn Completer, _: &Painter) {}

    fn replace_in_buffer(&self, _: &mut Editor) {}

    fn menu_required_lines(&self, _: u16) -> u16 {
        0
    }

    fn menu_string(&self, _: u16, _: bool) -> String {
        String::new()
    }

    fn min_rows(&self) -> u16 {
        0
    }

    fn get_values(&self) -> &[Suggestion] {
        &[]
    }
}
