//! What a server says while a line is typed: shown above the line as it comes.
//!
//! reedline asks its completer on each turn of its loop. There the runtime gets a moment for what
//! the socket has already brought, and no longer: nothing waits for the server. Messages are
//! printed only while reedline knows where on the screen its line is, which it does of one that
//! fits a row; until then they wait, at the longest for the next statement.

use super::state::{Shared, State};
use super::text::width;
use crate::session::notice_text;
use reedline::{ExternalPrinter, Reedline};
use tokio::runtime::Runtime;

/// Messages that may wait to be painted.
const MOST: usize = 64;
/// Empties the terminal from the cursor on.
const CLEAR: &str = "\x1b[J";

/// The editor, made to look for messages if the server may send any.
pub(super) fn listening(editor: Reedline, shared: &Shared) -> Reedline {
    let mut state = shared.lock();
    if state.news.is_none() || state.above.is_some() {
        return editor;
    }
    let printer = ExternalPrinter::new(MOST);
    state.above = Some(printer.sender());
    editor.with_external_printer(printer)
}

/// Takes what has come and hands it to the printer.
pub(super) fn look(shared: &Shared, runtime: &Runtime) {
    if shared.lock().news.is_none() {
        return;
    }
    // Once to look at the socket, once for the task that reads it.
    runtime.block_on(async {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    });
    let state = shared.lock();
    let (Some(news), Some(above)) = (&state.news, &state.above) else {
        return;
    };
    if !is_one_row(&state) {
        return;
    }
    for notice in news() {
        if let Some(text) = notice_text(&notice, state.quiet) {
            // What stands below the line goes first. A flood is not worth a wait.
            let _ = above.try_send(format!("{CLEAR}{text}"));
        }
    }
}

/// Whether prompt and line are on one row of the screen, as reedline counts too.
fn is_one_row(state: &State) -> bool {
    let text = state.buffer.text();
    let columns = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
    fits_a_row(text, state.prompt_columns, columns)
}

fn fits_a_row(text: &str, prompt: usize, columns: usize) -> bool {
    // reedline counts bytes, and three for the prompt.
    let room = columns.saturating_sub(1);
    !text.contains('\n') && prompt + width(text) < room && text.len() + 3 < room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_wait_until_the_line_fits_a_row() {
        for (text, prompt, columns, expected) in [
            ("", 7, 80, true),
            ("select 1", 7, 80, true),
            ("select\n1", 7, 80, false),
            ("select 1", 7, 15, false),
            ("ääääää", 0, 12, false),
            ("", 0, 0, false),
        ] {
            assert_eq!(fits_a_row(text, prompt, columns), expected, "{text}");
        }
    }
}
