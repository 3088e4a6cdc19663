//! The completion menu: opens while typing and takes no key away until something is selected.
//!
//! reedline's own menus always have their first row selected, so Enter would insert it instead of
//! running the query. This one offers reedline something to accept (`get_values`) only once the
//! user has selected a row. It is registered as a history menu, the one kind for which reedline
//! does not ask the terminal for the cursor's position on each key; the completer that comes with
//! that is ignored. Selecting is done at once in `menu_event`, because reedline's habit of keeping
//! one event until the next paint loses keys that arrive together.

mod list;
mod rows;

use super::completer::{candidates, opens_by_itself};
use super::help::Pane;
use super::prompt::INDICATOR;
use super::state::{Shared, State};
use super::text::width;
use crate::complete::{Candidate, Completions, document};
use list::List;
use reedline::{
    Completer, Editor, Menu, MenuEvent, MenuSettings, Painter, Suggestion, UndoBehavior,
};
use rows::Columns;

pub(super) const NAME: &str = "sql";

/// What does not close the menu beside letters and digits: all that may belong to what is
/// completed. It opens again where it should.
const WORD_CHARS: &str = "_$.\"`[]@:\\/#%&!?~^'<>=*,;({}|+-";

/// Of a screen so wide the pane gets half of this.
const WIDE: usize = 90;

pub(super) struct SqlMenu {
    shared: Shared,
    settings: MenuSettings,
    active: bool,
    /// Opened by a key: stays open where typing alone would not open it.
    asked: bool,
    /// What the candidates were made for.
    seen: Option<Seen>,
    completions: Completions,
    list: List,
    /// What is known of the selected row.
    pane: Pane,
    /// The call around the cursor, above the rows.
    signature: Vec<String>,
    /// Stands for the selected row; what it says does not matter.
    token: [Suggestion; 1],
    /// Of the cursor: column, and row counted from the prompt.
    cursor_column: u16,
    cursor_row: u16,
    /// Whether the menu begins right under the cursor's row.
    below_cursor: bool,
    /// That row of the screen, where the menu has to go there itself (see `sight`).
    window_row: Option<usize>,
    /// Rows that it has then.
    window_rows: usize,
    columns: usize,
    /// Those of them that the candidates may take.
    room: usize,
}

#[derive(PartialEq, Eq)]
struct Seen {
    text: String,
    cursor: usize,
    version: u64,
}

impl SqlMenu {
    pub(super) fn new(shared: Shared) -> Self {
        SqlMenu {
            shared,
            settings: MenuSettings::default()
                .with_name(NAME)
                .with_marker(INDICATOR)
                .with_word_chars(WORD_CHARS),
            active: false,
            asked: false,
            seen: None,
            completions: Completions::default(),
            list: List::default(),
            pane: Pane::default(),
            signature: Vec::new(),
            token: [Suggestion::default()],
            cursor_column: 0,
            cursor_row: 0,
            below_cursor: false,
            window_row: None,
            window_rows: 0,
            columns: 80,
            room: 80,
        }
    }

    /// Makes the candidates for what the editor holds, unless they are there already. Closes the
    /// menu where it has nothing to offer.
    fn refresh(&mut self, text: &str, cursor: usize) {
        let mut state = self.shared.lock();
        self.asked |= std::mem::take(&mut state.asked);
        let version = state.sources.catalog.load().version;
        if let Some(seen) = &self.seen {
            if seen.text == text && seen.cursor == cursor && seen.version == version {
                return;
            }
            // The cursor went elsewhere by itself: what is offered has lost its place.
            if seen.text == text && seen.cursor != cursor {
                drop(state);
                return self.close();
            }
        }
        let tokens = state.buffer.read(text);
        let wanted = self.asked || opens_by_itself(text, tokens, cursor);
        let mut completions = match wanted {
            true => candidates(&mut state, text, cursor, self.asked),
            false => Completions::default(),
        };
        if !self.asked && only_repeats(&completions, text) {
            completions.items.clear();
        }
        // A catalog that is read anew takes no selection away.
        let is_same = |seen: &&Seen| seen.text == text && seen.cursor == cursor;
        let kept = self.seen.as_ref().filter(is_same).and(self.selected());
        let kept = kept.and_then(|k| {
            let is_kept = |item: &Candidate| item.insert == k.insert && item.kind == k.kind;
            completions.items.iter().position(is_kept)
        });
        self.list = List::new(completions.items.len(), state.menu_rows);
        self.list.selected = kept;
        self.list.scroll();
        self.completions = completions;
        self.seen = Some(Seen {
            text: text.to_string(),
            cursor,
            version,
        });
        drop(state);
        if self.list.length == 0 {
            self.close();
        }
    }

    fn close(&mut self) {
        self.active = false;
        self.asked = false;
        self.seen = None;
        self.completions = Completions::default();
        self.list = List::default();
        self.pane = Pane::default();
    }

    fn selected(&self) -> Option<&Candidate> {
        self.list
            .selected
            .and_then(|at| self.completions.items.get(at))
    }

    fn insert(&self, candidate: &Candidate, editor: &mut Editor) {
        let replace = self.completions.replace.clone();
        editor.edit_buffer(
            |buffer| {
                let text = buffer.get_buffer();
                let (Some(before), Some(after)) =
                    (text.get(..replace.start), text.get(replace.end..))
                else {
                    return;
                };
                let whole = format!("{before}{}{after}", candidate.insert);
                buffer.set_buffer(whole);
                buffer.set_insertion_point(replace.start + candidate.insert.len());
            },
            UndoBehavior::CreateUndoPoint,
        );
    }

    /// The rows on the screen, each of the same width.
    fn rows(&self, state: &State) -> Vec<String> {
        let (first, items) = self.shown();
        let columns = Columns::of(items, self.room);
        // With its pane the menu moves to the left as far as both need it.
        let pane = self.pane.rows.first().filter(|_| self.pane.beside);
        let indent = self.indent(columns.total() + pane.map_or(0, |row| 1 + width(row)));
        let row = |(index, item)| {
            let selected = self.list.selected == Some(index);
            format!("{:indent$}{}", "", columns.paint(item, selected, state))
        };
        let mut rows: Vec<String> = (first..).zip(items).map(row).collect();
        let free = rows.len();
        for (at, pane) in self.pane.rows.iter().enumerate() {
            let pane = state.styles.menu_detail.paint(pane);
            match (self.pane.beside, at < free) {
                (true, true) => rows[at].push_str(&format!(" {pane}")),
                (true, false) => {
                    let left = indent + columns.total();
                    rows.push(format!("{:left$} {pane}", ""));
                }
                (false, _) => rows.push(pane.to_string()),
            }
        }
        rows
    }

    /// The candidates on the screen, and the place of the first of them.
    fn shown(&self) -> (usize, &[Candidate]) {
        let shown = self.list.top..(self.list.top + self.list.rows).min(self.list.length);
        let items = self.completions.items.get(shown.clone());
        (shown.start, items.unwrap_or_default())
    }

    /// Rows of candidates and pane.
    fn height(&self) -> usize {
        match self.pane.beside {
            true => self.list.rows.max(self.pane.rows.len()),
            false => self.list.rows + self.pane.rows.len(),
        }
    }

    /// What is known of the selected candidate, beside or below the rows.
    fn describe(&mut self, text: &str, cursor: usize, free_rows: usize) {
        self.pane = Pane::default();
        self.room = self.columns;
        let Some(candidate) = self.selected() else {
            return;
        };
        let mut state = self.shared.lock();
        if !state.switches.pane {
            return;
        }
        let lines = state.request(text, cursor, |request| document(request, candidate));
        let most = state.menu_rows.min(free_rows);
        drop(state);
        // Candidates that are not selected say less while this one says more.
        self.room = match self.columns >= WIDE && !lines.is_empty() {
            true => self.columns - WIDE / 2,
            false => self.columns,
        };
        let total = Columns::of(self.shown().1, self.room).total();
        let free = self.columns.saturating_sub(total + 2);
        let mut pane = Pane::new(&lines, self.columns.saturating_sub(1), free, most);
        if !pane.beside {
            pane.rows.truncate(free_rows.saturating_sub(self.list.rows));
        }
        self.pane = pane;
    }

    /// The label stands right under the word it completes, as far as the screen allows.
    fn indent(&self, total: usize) -> usize {
        let typed = self.seen.as_ref().and_then(|seen| {
            let end = seen.cursor.min(self.completions.replace.end);
            seen.text.get(self.completions.replace.start..end)
        });
        let word = usize::from(self.cursor_column).saturating_sub(width(typed.unwrap_or("")));
        // One column for the blank that each row begins with.
        word.saturating_sub(1)
            .min(self.columns.saturating_sub(total + 1))
    }
}

/// Whether the one candidate is what stands there already.
fn only_repeats(completions: &Completions, text: &str) -> bool {
    match completions.items.as_slice() {
        [item] => text
            .get(completions.replace.clone())
            .is_some_and(|typed| typed.eq_ignore_ascii_case(&item.insert)),
        _ => false,
    }
}

impl Menu for SqlMenu {
    fn settings(&self) -> &MenuSettings {
        &self.settings
    }

    fn is_active(&self) -> bool {
        self.active
    }

    fn set_active(&mut self, active: bool) {
        self.active = active;
    }

    fn clear_input(&mut self) {}

    fn menu_event(&mut self, event: MenuEvent) {
        match event {
            MenuEvent::Activate(_) => {
                self.close();
                self.active = true;
            }
            MenuEvent::Deactivate => self.close(),
            MenuEvent::Edit(_) => self.list.selected = None,
            MenuEvent::NextElement | MenuEvent::MoveDown => self.list.step(1),
            MenuEvent::PreviousElement | MenuEvent::MoveUp => self.list.step(-1),
            MenuEvent::NextPage => self.list.page(true),
            MenuEvent::PreviousPage => self.list.page(false),
            MenuEvent::MoveLeft | MenuEvent::MoveRight => {}
        }
    }

    fn can_quick_complete(&self) -> bool {
        false
    }

    /// Completes nothing by itself. reedline calls it when the menu is opened and before the next
    /// row is selected: the one chance to make the candidates before the next key, which may have
    /// arrived together with this one. A lone candidate that was asked for is taken at once.
    fn can_partially_complete(
        &mut self,
        _: bool,
        editor: &mut Editor,
        _: &mut dyn Completer,
    ) -> bool {
        if self.shared.lock().flood {
            // Painted once all of them are in, and made then.
            return false;
        }
        let (text, cursor) = (editor.get_buffer().to_string(), cursor_of(editor));
        self.refresh(&text, cursor);
        let undecided = self.asked && self.list.selected.is_none();
        if let ([only], true) = (self.completions.items.as_slice(), undecided) {
            self.insert(only, editor);
            self.close();
        }
        false
    }

    fn update_values(&mut self, editor: &mut Editor, _: &mut dyn Completer) {
        if !self.shared.lock().flood {
            self.refresh(editor.get_buffer(), cursor_of(editor));
        }
    }

    fn reset_position(&mut self) {
        self.list.selected = None;
    }

    fn update_working_details(&mut self, editor: &mut Editor, _: &mut dyn Completer, p: &Painter) {
        self.columns = p.screen_width().into();
        let rows = usize::from(p.screen_height());
        if rows < 2 {
            // The one row is the text's.
            return self.close();
        }
        let above = self.shared.lock().painted.sight.above.clone();
        self.window_row = above.map(|above| above.cursor_row + 1);
        self.window_rows = rows.saturating_sub(self.window_row.unwrap_or(0));
        // Of a text that fills the screen reedline shows the end, and the rows do not add up.
        self.below_cursor = self.window_row.is_some() || self.cursor_row + 2 < p.screen_height();
        let (text, cursor) = (editor.get_buffer().to_string(), cursor_of(editor));
        self.refresh(&text, cursor);
        let mut state = self.shared.lock();
        self.signature = state.signature_rows(&text, cursor, self.columns);
        drop(state);
        // The status line and the cursor's own row stay visible.
        let free = match self.window_row {
            Some(_) => self.window_rows.saturating_sub(1 + self.signature.len()),
            None => rows.saturating_sub(3 + self.signature.len()),
        };
        let most = self.shared.lock().menu_rows;
        self.list.rows = self.list.length.min(most).min(free);
        self.list.scroll();
        self.describe(&text, cursor, free);
    }

    fn replace_in_buffer(&self, editor: &mut Editor) {
        if let Some(candidate) = self.selected() {
            self.insert(candidate, editor);
        }
        // The line did not end after all.
        self.shared.lock().ahead.wake();
    }

    fn menu_required_lines(&self, _: u16) -> u16 {
        let status = u16::from(self.shared.lock().switches.status_line);
        let rows = self.signature.len() + self.height();
        u16::try_from(rows).unwrap_or(u16::MAX - 1) + status
    }

    fn menu_string(&self, available_lines: u16, _: bool) -> String {
        let mut state = self.shared.lock();
        state.note = self.list.position();
        let available = match self.window_row {
            Some(_) => self.window_rows,
            None => usize::from(available_lines),
        };
        let status = state.switches.status_line && available > self.height();
        let mut lines = self.signature.clone();
        lines.append(&mut self.rows(&state));
        lines.truncate(available - usize::from(status));
        if status {
            lines.push(state.status_line(self.columns));
        }
        let place = self
            .window_row
            .map_or(String::new(), |row| format!("\x1b[{};1H\x1b[J", row + 1));
        place + &self.ghost(&state) + &lines.join("\r\n")
    }

    /// So many rows of a text that fills the screen would reedline cut off above the menu.
    fn min_rows(&self) -> u16 {
        match self.window_row {
            Some(_) => 1,
            None => self.menu_required_lines(0),
        }
    }

    fn get_values(&self) -> &[Suggestion] {
        match self.selected() {
            Some(_) => &self.token,
            None => &[],
        }
    }

    fn set_cursor_pos(&mut self, (column, row): (u16, u16)) {
        self.cursor_column = column;
        self.cursor_row = row;
    }
}

impl SqlMenu {
    /// The suggestion from the history, which reedline leaves out while a menu is open: painted
    /// behind the cursor, one row above the menu.
    fn ghost(&self, state: &State) -> String {
        let column = usize::from(self.cursor_column);
        let room = self.columns.saturating_sub(column + 1);
        if state.ghost.is_empty() || self.list.selected.is_some() || !self.below_cursor || room < 2
        {
            return String::new();
        }
        format!("\x1b[A\x1b[{}G{}\r\n", column + 1, state.shown_ghost(room))
    }
}

/// Where the next character goes.
pub(super) fn cursor_of(editor: &Editor) -> usize {
    editor.line_buffer().insertion_point()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::complete::Kind;

    pub(super) fn candidate(label: &str, detail: &str) -> Candidate {
        Candidate {
            insert: label.into(),
            label: label.into(),
            kind: Kind::Table,
            detail: detail.into(),
        }
    }

    #[test]
    fn a_lone_candidate_that_stands_there_already_opens_no_menu() {
        let completions = |insert: &str| Completions {
            replace: 0..6,
            items: vec![candidate(insert, "")],
            wants_paths: false,
        };
        assert!(only_repeats(&completions("SELECT"), "select"));
        assert!(!only_repeats(&completions("selected"), "select"));
    }
}
