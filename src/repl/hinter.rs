//! What stands behind and below the text: the grey suggestion, the arguments of a call, and the
//! status line.

use super::state::Shared;
use reedline::{Hinter, History};

/// Paints the suggestion and the status line. reedline has no place for a status line, but what a
/// hinter returns may have several lines and disappears when the text is sent.
pub(super) struct SqlHinter(pub(super) Shared);

impl Hinter for SqlHinter {
    fn handle(&mut self, line: &str, pos: usize, _: &dyn History, _: bool, _: &str) -> String {
        let columns = screen_columns();
        let mut state = self.0.lock();
        state.suggest(line, pos);
        state.note.clear();
        let mut out = state.shown_ghost(columns);
        for row in state.signature_rows(line, pos, columns) {
            out.push('\n');
            out.push_str(&row);
        }
        if state.switches.status_line {
            out.push('\n');
            out.push_str(&state.status_line(columns));
        }
        out
    }

    // The keys insert the suggestion themselves (see `keys`): what is asked for here may belong
    // to an older text when several keys arrive at once.
    fn complete_hint(&self) -> String {
        String::new()
    }

    fn next_hint_token(&self) -> String {
        String::new()
    }
}

fn screen_columns() -> usize {
    match crossterm::terminal::size() {
        Ok((columns, _)) if columns > 0 => columns.into(),
        _ => 80,
    }
}
