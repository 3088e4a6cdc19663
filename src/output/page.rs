//! Results at the prompt that may be too large for the screen, and the pager that shows them then.

use super::Screen;
use super::program::Program;
use std::io::{self, Write};

/// Bytes of a result that are kept while a pager shows it.
const MOST_KEPT: usize = 1024 * 1024;

/// The first screenful of a result, held until it is clear whether it fits.
pub(super) struct Page {
    screen: Screen,
    pub(super) held: Vec<u8>,
    lines: usize,
    line_start: usize,
    /// The pager shows what fits the screen too.
    pub(super) always: bool,
}

impl Page {
    pub(super) fn new(screen: Screen, always: bool) -> Self {
        Page {
            screen,
            held: Vec::new(),
            lines: 0,
            line_start: 0,
            always,
        }
    }

    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// What is held; the page begins anew.
    pub(super) fn take(&mut self) -> Vec<u8> {
        (self.lines, self.line_start) = (0, 0);
        std::mem::take(&mut self.held)
    }

    /// Whether the held text has more lines than the screen, or a line that is wider.
    pub(super) fn overflows(&mut self) -> bool {
        while let Some(end) = memchr::memchr(b'\n', &self.held[self.line_start..]) {
            let line = &self.held[self.line_start..self.line_start + end];
            self.lines += 1;
            self.line_start += end + 1;
            // One row stays for the prompt.
            if self.lines >= self.screen.rows || shown_width(line) > self.screen.columns {
                return true;
            }
        }
        false
    }
}

/// A pager that runs, and what it was given, in case the shell cannot run it.
pub(super) struct Pager {
    program: Program,
    given: Vec<u8>,
    /// It has not taken all of it.
    refused: bool,
}

/// What a pager that could not be run was to show.
pub(super) struct Unshown {
    pub(super) command: String,
    pub(super) beginning: Vec<u8>,
    /// There was more.
    pub(super) cut: bool,
}

impl Pager {
    pub(super) fn start(command: &str) -> io::Result<Self> {
        Ok(Pager {
            program: Program::start_quietly(command)?,
            given: Vec::new(),
            refused: false,
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = MOST_KEPT - self.given.len();
        self.given
            .extend_from_slice(&bytes[..bytes.len().min(room)]);
        let written = self.program.write_all(bytes);
        self.refused |= written.is_err();
        written
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        let flushed = self.program.flush();
        self.refused |= flushed.is_err();
        flushed
    }

    /// Waits until the user leaves it.
    pub(super) fn finish(self) -> io::Result<Option<Unshown>> {
        let command = self.program.command.clone();
        let status = self.program.finish()?;
        // What a shell says of a program that it does not find or may not run.
        let ran = !matches!(status.code(), Some(126 | 127));
        Ok((!ran).then_some(Unshown {
            command,
            cut: self.refused || self.given.len() == MOST_KEPT,
            beginning: self.given,
        }))
    }
}

/// Columns that a line takes on the screen; escape sequences of ours take none.
fn shown_width(line: &[u8]) -> usize {
    if line.is_ascii() && !line.contains(&0x1b) {
        return line.len();
    }
    let text = String::from_utf8_lossy(line);
    let mut width = 0;
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('\x1b') {
        width += unicode_width::UnicodeWidthStr::width(&rest[..at]);
        let after = &rest[at..];
        rest = after.find('m').map_or("", |end| &after[end + 1..]);
    }
    width + unicode_width::UnicodeWidthStr::width(rest)
}

/// `$SQWIRE_PAGER`, `$PAGER`, else less with colours kept, long lines cut, and no pause for what
/// fits the screen.
pub(super) fn pager_command() -> String {
    ["SQWIRE_PAGER", "PAGER"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.trim().is_empty())
        .map_or_else(
            || "less -SRXF".to_string(),
            |pager| match pager.trim() {
                "less" => "less -SRXF".to_string(),
                other => other.to_string(),
            },
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pager_is_needed_for_long_and_for_wide_results_only() {
        let screen = Screen {
            rows: 4,
            columns: 10,
        };
        for (text, needed) in [
            ("a\nb\nc\n", false),
            ("a\nb\nc\nd\n", true),
            ("0123456789\n", false),
            ("0123456789x\n", true),
            ("\x1b[1m0123456789\x1b[0m\n", false),
            ("日本日本日\n", false),
            ("日本日本日本\n", true),
        ] {
            let mut page = Page::new(screen, false);
            page.add(text.as_bytes());
            assert_eq!(page.overflows(), needed, "{text}");
        }
    }
}
