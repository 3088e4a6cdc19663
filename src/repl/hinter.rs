//! What stands behind and below the text: the grey suggestion, the arguments of a call, and the
//! status line.

use super::highlighter::screen;
use super::state::{Shared, State};
use super::text::lay;
use reedline::{Hinter, History};
use std::fmt::Write as _;

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
        if state.painted.sight.above.is_some() {
            below_window(&mut state, &mut out, &below);
            return out;
        }
        // Where the screen is full of the text, reedline would let them push it away from under
        // the cursor.
        let seen = line.get(state.painted.sight.seen.clone()).unwrap_or(line);
        let room = rows.saturating_sub(below.len() + state.painted.prompt_rows);
        if !fits(seen, state.painted.text_column, room, columns) {
            below.clear();
        }
        for row in below {
            out.push('\n');
            out.push_str(&row);
        }
        state.painted.rows_below = out.matches('\n').count();
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

/// Paints what is below the cursor's line where what is above the screen is left out: reedline does
/// not, because it takes the text for one that ends at the screen's last row.
fn below_window(state: &mut State, out: &mut String, below: &[String]) {
    let Some(above) = &state.painted.sight.above else {
        return;
    };
    let mut row = above.cursor_row + above.rest_rows;
    for (at, line) in &state.painted.rows_after {
        row = *at;
        let _ = write!(out, "\x1b[{};1H{line}", at + 1);
    }
    // The last of them may be longer than a row.
    let end = state.painted.sight.seen.end;
    let last = state.buffer.text().get(..end).unwrap_or_default();
    let last = last.rsplit('\n').next().unwrap_or_default();
    if !state.painted.rows_after.is_empty() {
        row += lay(last, state.painted.text_column, screen().1).rows;
    }
    for (at, line) in below.iter().enumerate() {
        let _ = write!(out, "\x1b[{};1H{line}", row + at + 2);
    }
    state.painted.rows_below = below.len();
}

/// Whether `text` behind a prompt of so many columns has room in those rows.
fn fits(text: &str, prompt: usize, rows: usize, columns: usize) -> bool {
    let needed = text.split('\n');
    let needed = needed.map(|line| 1 + lay(line, prompt, columns).at_rest(columns).rows);
    needed.sum::<usize>() <= rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_fits_the_screen_with_its_prompt_and_the_rows_of_long_lines() {
        for (text, rows, expected) in [
            ("a", 1, true),
            ("a", 0, false),
            ("a\nb\nc", 3, true),
            ("a\nb\nc", 2, false),
            ("0123456789", 2, true),
            ("0123456789", 1, false),
        ] {
            assert_eq!(fits(text, 4, rows, 10), expected, "{text} {rows}");
        }
    }
}
