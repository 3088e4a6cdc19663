//! The terminal: whether somebody looks, how much fits, and what is told beside the results.

use super::wrap;
use crate::format::width::fit;
use std::io::{self, IsTerminal, Write};

/// Writes one message to standard error, on a terminal with its lines broken between words. A closed
/// standard error is nobody's problem.
pub fn tell(text: &str) {
    let wrapped = match wrap::is_wide(text) && is_watched() {
        true => columns().map(|columns| wrap::message(text, columns)),
        false => None,
    };
    let text = wrapped.as_deref().unwrap_or(text);
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes what moves about on the terminal, as it is.
pub fn steer(text: &str) {
    let mut terminal = io::stderr().lock();
    let _ = terminal
        .write_all(text.as_bytes())
        .and_then(|()| terminal.flush());
}

/// Back to the first column, and away with what stands there.
pub const ERASE_LINE: &str = "\r\x1b[K";

/// Shows a line in place of the one before, cut where it would go on in the next row: that could not
/// be erased with it.
pub fn show_passing(line: &str) {
    let room = columns().unwrap_or(80).saturating_sub(1);
    steer(&format!("{ERASE_LINE}{}", fit(line, room)));
}

/// Paints lines from the top of the screen, which are not wider than it.
pub fn paint_screen(lines: &[String]) {
    let rows = crossterm::terminal::size().map_or(0, |(_, rows)| rows.into());
    steer(&painting(lines, rows));
}

/// Rows are erased before they are written: behind a row's last character many terminals have the
/// cursor still on it, and would erase it.
fn painting(lines: &[String], rows: usize) -> String {
    let lines: Vec<String> = lines.iter().map(|l| format!("\x1b[K{l}")).collect();
    let rest = if lines.len() < rows { "\r\n\x1b[J" } else { "" };
    format!("\x1b[H{}{rest}", lines.join("\r\n"))
}

fn columns() -> Option<usize> {
    let (columns, _) = crossterm::terminal::size().ok()?;
    Some(columns.into()).filter(|columns| *columns > 0)
}

/// Whether somebody looks at standard error.
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Whether somebody looks at standard error on a terminal that obeys escape sequences.
pub fn is_steerable() -> bool {
    is_watched() && !is_dumb()
}

/// Whether the terminal says that it can do nothing but show text, or says nothing of itself.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

/// Rows and columns of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    pub rows: usize,
    pub columns: usize,
}

/// The size of the terminal that standard output is, if it is one.
pub fn screen() -> Option<Screen> {
    if !io::stdout().is_terminal() {
        return None;
    }
    match crossterm::terminal::size() {
        Ok((columns, rows)) if columns > 0 && rows > 0 => Some(Screen {
            rows: rows.into(),
            columns: columns.into(),
        }),
        _ => Some(Screen {
            rows: 24,
            columns: 80,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_erased_behind_a_row_that_may_be_full() {
        let lines = ["one".to_string(), "two".to_string()];
        assert_eq!(
            painting(&lines, 3),
            "\x1b[H\x1b[Kone\r\n\x1b[Ktwo\r\n\x1b[J"
        );
        assert_eq!(painting(&lines, 2), "\x1b[H\x1b[Kone\r\n\x1b[Ktwo");
    }
}
