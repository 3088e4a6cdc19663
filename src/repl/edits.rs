//! Edits that need the text as it is when their key is obeyed, which reedline shows to nobody but
//! its menus: so each of them is a menu that is never open. `can_partially_complete`, called when
//! it is to be opened, changes the text.

use super::menu::cursor_of;
use super::state::{Shared, State};
use crate::edit::{Change, abbreviation, comment, indent, layout};
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
    (DOWN, |state, place| state.go_down(place.cursor)),
    (UP, |state, place| state.go_up(place.cursor)),
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
