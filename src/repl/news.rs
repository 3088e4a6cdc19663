//! What a server says while a line is typed: shown above the line as it comes.
//!
//! reedline asks its completer on each turn of its loop. There the runtime gets a moment for what
//! the socket has already brought, and no longer: nothing waits for the server. A message is
//! scrolled into the rows above the prompt, which stays where it is with all that is open below
//! it; where the prompt is at the top of the screen reedline moves it down. A text that fills the
//! screen leaves no room: then the status line tells the message, and it is printed later.

use super::highlighter::screen;
use super::state::{Shared, State};
use super::text::lay;
use crate::driver::News;
use crate::output::{steer, tell};
use crate::session::notice_text;
use reedline::{ExternalPrinter, Reedline};
use std::sync::mpsc::SyncSender;
use tokio::runtime::Runtime;

/// Messages that may wait to be painted.
const MOST: usize = 64;
/// Empties the terminal from the cursor on.
const CLEAR: &str = "\x1b[J";

/// What the server says while a line is typed.
#[derive(Default)]
pub(super) struct Incoming {
    /// What takes it.
    pub(super) news: Option<News>,
    pub(super) quiet: bool,
    /// Where it is printed above the line; there once there was any news to be had.
    pub(super) above: Option<SyncSender<String>>,
    /// Messages for which there was no room on the screen.
    held: Vec<String>,
}

/// The editor, made to look for messages if the server may send any.
pub(super) fn listening(editor: Reedline, shared: &Shared) -> Reedline {
    let mut state = shared.lock();
    if state.incoming.news.is_none() || state.incoming.above.is_some() {
        return editor;
    }
    let printer = ExternalPrinter::new(MOST);
    state.incoming.above = Some(printer.sender());
    editor.with_external_printer(printer)
}

/// Takes what has come and hands it to the printer.
pub(super) fn look(shared: &Shared, runtime: &Runtime) {
    if shared.lock().incoming.news.is_none() {
        return;
    }
    // Once to look at the socket, once for the task that reads it.
    runtime.block_on(async {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    });
    let mut state = shared.lock();
    let Some(news) = &state.incoming.news else {
        return;
    };
    let quiet = state.incoming.quiet;
    let fresh: Vec<String> = news()
        .iter()
        .filter_map(|notice| notice_text(notice, quiet))
        .collect();
    let is_new = !fresh.is_empty();
    state.incoming.held.extend(fresh);
    if is_new {
        show(&mut state);
    }
}

/// Prints what had no room, where a line has just been sent or left.
pub(super) fn release(shared: &Shared) {
    let held = std::mem::take(&mut shared.lock().incoming.held);
    held.iter().for_each(|text| tell(text));
}

/// Rows of the screen above the prompt that can be scrolled.
const FEWEST_ABOVE: usize = 2;

fn show(state: &mut State) {
    let row = state.painted.sight.row;
    let at = crossterm::cursor::position().ok();
    let above = match (row, at) {
        (Some(row), Some((_, at))) => usize::from(at).checked_sub(row),
        _ => None,
    };
    let held = std::mem::take(&mut state.incoming.held);
    match (above, &state.incoming.above) {
        (Some(rows @ FEWEST_ABOVE..), _) => {
            steer(&scrolled_in(&held, rows));
        }
        (Some(_), Some(printer)) if has_room(state, &held) => {
            // To the prompt, and what stands there and below goes first. A flood is not worth a
            // wait.
            let up = match row {
                Some(rows @ 1..) => format!("\x1b[{rows}A"),
                _ => String::new(),
            };
            let text: String = held.concat();
            let _ = printer.try_send(format!("{up}{CLEAR}{}", lines(&text)));
        }
        _ => {
            let newest = held.last().and_then(|text| text.lines().next());
            state.message = newest.unwrap_or_default().to_string();
            state.incoming.held = held;
            if let Some(repaint) = &state.repaint {
                repaint();
            }
        }
    }
}

/// The text in rows of a terminal that does not go back to the first column by itself.
fn lines(text: &str) -> String {
    text.trim_end_matches('\n').replace('\n', "\r\n")
}

/// Scrolls the texts into the first rows of the screen from below; nothing else moves, and the
/// cursor is where it was.
fn scrolled_in(texts: &[String], rows: usize) -> String {
    let texts: String = texts
        .iter()
        .map(|text| format!("\r\n{}", lines(text)))
        .collect();
    format!("\x1b7\x1b[0m\x1b[1;{rows}r\x1b[{rows};1H{texts}\x1b[r\x1b8")
}

/// Whether text and messages are fewer rows than the screen has: else reedline begins to paint at
/// its first row, over them.
fn has_room(state: &State, texts: &[String]) -> bool {
    let (rows, columns) = screen();
    let height = |line: &str, prompt| 1 + lay(line, prompt, columns).rows;
    let text = state.buffer.text().split('\n');
    let text: usize = text
        .map(|line| height(line, state.painted.text_column))
        .sum();
    let said = texts.iter().flat_map(|text| text.lines());
    let said: usize = said.map(|line| height(line, 0)).sum();
    state.painted.sight.above.is_none()
        && text + said + state.painted.prompt_rows + state.menu_rows + 2 < rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_scrolled_into_the_rows_above_the_prompt() {
        let texts = [
            "NOTICE:  a\nHINT:  b\n".to_string(),
            "INFO:  c\n".to_string(),
        ];
        assert_eq!(
            scrolled_in(&texts, 7),
            "\x1b7\x1b[0m\x1b[1;7r\x1b[7;1H\r\nNOTICE:  a\r\nHINT:  b\r\nINFO:  c\x1b[r\x1b8"
        );
    }
}
