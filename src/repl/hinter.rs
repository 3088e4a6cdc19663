//! What stands behind and below the text: the grey suggestion, the arguments of a call, and the
//! status line.

use super::highlighter::screen;
use super::state::Shared;
use super::text::width;
use reedline::{Hinter, History};

/// Paints the suggestion and the status line. reedline has no place for a status line, but what a
/// hinter returns may have several lines and disappears when the text is sent.
pub(super) struct SqlHinter(pub(super) Shared);

impl Hinter for SqlHinter {
    fn handle(&mut self, line: &str, pos: usize, _: &dyn History, _: bool, _: &str) -> String {
        let (rows, columns) = screen();
        let mut state = self.0.lock();
        state.suggest(line, pos);
        state.note.clear();
        let mut out = state.shown_ghost(columns);
        let mut below = state.signature_rows(line, pos, columns);
        if state.switches.status_line {
            below.push(state.status_line(columns));
        }
        // Where the screen is full of the text, reedline would let them push it away from under
        // the cursor.
        if fills(
            line,
            state.text_column,
            rows.saturating_sub(below.len()),
            columns,
        ) {
            below.clear();
        }
        for row in below {
            out.push('\n');
            out.push_str(&row);
        }
        state.rows_below = out.matches('\n').count();
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

/// Whether `text` behind a prompt of so many columns takes all those rows.
fn fills(text: &str, prompt: usize, rows: usize, columns: usize) -> bool {
    let mut left = rows;
    for line in text.split('\n') {
        let needs = 1 + (prompt + width(line)) / columns;
        if needs >= left {
            return true;
        }
        left -= needs;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fills_the_screen_with_its_prompt_and_the_rows_of_long_lines() {
        for (text, rows, expected) in [
            ("a", 2, false),
            ("a", 1, true),
            ("a\nb\nc", 4, false),
            ("a\nb\nc", 3, true),
            ("0123456789", 3, false),
            ("0123456789", 2, true),
            ("", 0, true),
        ] {
            assert_eq!(fills(text, 4, rows, 10), expected, "{text} {rows}");
        }
    }
}
