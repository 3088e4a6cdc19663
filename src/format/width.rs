//! Display width, cutting to a width, and a cell as the lines of a table.
//!
//! The rules are psql's: each character counts for itself, a newline begins a new line, a tab goes
//! to the next multiple of 8, `\r` and other control characters are shown as text, in a file too.

mod mysql;
mod psql;

use super::FormatOptions;
use super::scan::ByteSet;
use crate::visible::is_control;
pub use mysql::mysql_width;
use psql::psql_width;
use std::io::Write as _;
use unicode_width::UnicodeWidthChar as _;

/// Shown at the end of a cell that was cut.
const CUT_MARK: &str = "…";

/// Whether a table can copy this byte as it is, one column wide.
#[inline]
pub fn is_plain(byte: u8) -> bool {
    !NOT_PLAIN.has(byte)
}

/// The bytes that `is_plain` refuses.
pub(super) const NOT_PLAIN: ByteSet<1> = ByteSet::of([0x7f]).with_controls().with_beyond_ascii();

/// Whether a whole text can be copied as it is, each byte one column wide.
pub fn is_plain_text(text: &[u8]) -> bool {
    NOT_PLAIN.find(text) == text.len()
}

/// Columns that a character takes on a terminal; 0 for combining and for control characters.
#[inline]
pub fn char_width(c: char) -> usize {
    if c.is_ascii() {
        usize::from(is_plain(c as u8))
    } else {
        c.width().unwrap_or(0)
    }
}

/// Columns that a text without control characters takes.
pub fn display_width(text: &str) -> usize {
    if is_plain_text(text.as_bytes()) {
        return text.len();
    }
    text.chars().map(char_width).sum()
}

/// Columns that a cell takes if a table can copy it as it is: UTF-8 on one line, without control
/// characters.
pub fn simple_width(cell: &[u8], rules: LineRules) -> Option<usize> {
    let mut width = 0;
    for c in std::str::from_utf8(cell).ok()?.chars() {
        if c.is_control() || (rules.terminal && is_control(c)) {
            return None;
        }
        width += cell_char_width(c, rules);
    }
    Some(width)
}

/// Columns that a printable character of a cell takes: what a terminal shows, or in a file what
/// psql counts.
#[inline]
fn cell_char_width(c: char, rules: LineRules) -> usize {
    if rules.terminal {
        char_width(c)
    } else {
        psql_width(c, rules.release)
    }
}

/// The beginning of a rendered line that fits into `width` columns, and the columns it takes. One
/// character is always taken, however wide it is.
pub fn first_part(line: &[u8], width: usize, rules: LineRules) -> (&[u8], usize) {
    if is_plain_text(line) {
        let length = line.len().min(width.max(1));
        return (&line[..length], length);
    }
    let (mut at, mut used) = (0, 0);
    for chunk in line.utf8_chunks() {
        let valid = chunk.valid().chars();
        let valid = valid.map(|c| (c.len_utf8(), cell_char_width(c, rules)));
        for (bytes, columns) in valid.chain(chunk.invalid().iter().map(|_| (1, 1))) {
            if used + columns > width && used > 0 {
                return (&line[..at], used);
            }
            used += columns;
            at += bytes;
        }
    }
    (line, used)
}

/// The longest beginning of `text` that is at most `width` columns wide, and its width.
pub fn cut(text: &str, width: usize) -> (&str, usize) {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        let next = used + char_width(c);
        if next > width {
            return (&text[..at], used);
        }
        used = next;
    }
    (text, used)
}

/// `text` if it fits into `columns`, else what fits with an ellipsis for the rest.
pub fn fit(text: &str, columns: usize) -> String {
    match columns {
        0 => String::new(),
        _ if display_width(text) <= columns => text.to_string(),
        _ => format!("{}…", cut(text, columns - 1).0),
    }
}

/// How cells become lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct LineRules {
    /// What would steer a terminal is shown as text: also C1, bidi controls, bytes that are not
    /// UTF-8. Without it those bytes are kept.
    pub terminal: bool,
    /// The release of psql whose widths count where no terminal shows the lines.
    pub release: u32,
    /// Lines wider than this are cut; 0 for no limit.
    pub max_width: usize,
}

impl LineRules {
    pub fn of(options: &FormatOptions) -> LineRules {
        LineRules {
            terminal: options.terminal,
            release: options.psql_release,
            max_width: options.max_column_width,
        }
    }

    /// The same for what is never cut: names and titles.
    #[must_use]
    pub fn uncut(self) -> LineRules {
        LineRules {
            max_width: 0,
            ..self
        }
    }
}

/// The lines of one cell, ready to print; used again for the next cell.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    text: Vec<u8>,
    /// End in `text` and width of each line.
    ends: Vec<(usize, usize)>,
}

impl Lines {
    /// Number of lines; at least 1 after `set`.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing was set yet.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Text and width of line `index`, if there is one.
    pub fn line(&self, index: usize) -> Option<(&[u8], usize)> {
        let &(end, width) = self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before].0);
        Some((&self.text[start..end], width))
    }

    /// Width of the widest line.
    pub fn width(&self) -> usize {
        self.ends.iter().map(|end| end.1).max().unwrap_or(0)
    }

    /// Takes the lines of `cell`.
    pub fn set(&mut self, cell: &[u8], rules: LineRules) {
        self.text.clear();
        self.ends.clear();
        if is_plain_text(cell) {
            self.text.extend_from_slice(cell);
            self.end_line(cell.len(), rules);
            return;
        }
        let mut width = 0;
        for chunk in cell.utf8_chunks() {
            for c in chunk.valid().chars() {
                if c == '\n' {
                    self.end_line(width, rules);
                    width = 0;
                } else {
                    width += self.push_char(c, width, rules);
                }
            }
            for &byte in chunk.invalid() {
                width += self.push_invalid(byte, rules);
            }
        }
        self.end_line(width, rules);
    }

    fn end_line(&mut self, width: usize, rules: LineRules) {
        let start = self.ends.last().map_or(0, |end| end.0);
        let mut width = width;
        if rules.max_width > 0 && width > rules.max_width {
            // What is left of the line is never more than it was, so this cannot grow without end.
            let line = String::from_utf8_lossy(&self.text[start..]).into_owned();
            let (kept, kept_width) = cut(&line, rules.max_width - 1);
            self.text.truncate(start);
            self.text.extend_from_slice(kept.as_bytes());
            self.text.extend_from_slice(CUT_MARK.as_bytes());
            width = kept_width + 1;
        }
        self.ends.push((self.text.len(), width));
    }

    /// Appends one character and says how many columns it takes from column `column` on.
    fn push_char(&mut self, c: char, column: usize, rules: LineRules) -> usize {
        let before = self.text.len();
        match c {
            '\r' => self.text.extend_from_slice(b"\\r"),
            '\t' => self.text.resize(before + 8 - column % 8, b' '),
            c if c.is_ascii_control() => self.escape(format_args!("\\x{:02X}", c as u32)),
            c if c.is_control() || (rules.terminal && is_control(c)) => {
                self.escape(format_args!("\\u{:04X}", c as u32));
            }
            c => {
                self.text
                    .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return cell_char_width(c, rules);
            }
        }
        self.text.len() - before
    }

    fn push_invalid(&mut self, byte: u8, rules: LineRules) -> usize {
        if !rules.terminal {
            self.text.push(byte);
            return 1;
        }
        self.escape(format_args!("\\x{byte:02X}"));
        4
    }

    fn escape(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to memory cannot fail.
        let _ = self.text.write_fmt(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(cell: &[u8], rules: LineRules) -> Vec<(String, usize)> {
        let mut lines = Lines::default();
        lines.set(b"left\nover", rules);
        lines.set(cell, rules);
        (0..lines.len())
            .filter_map(|i| lines.line(i))
            .map(|(text, width)| (String::from_utf8_lossy(text).into_owned(), width))
            .collect()
    }

    #[test]
    fn a_cell_becomes_lines_as_in_psql() {
        type Lines = &'static [(&'static str, usize)];
        let table: &[(&[u8], Lines)] = &[
            (b"", &[("", 0)]),
            (b"abc", &[("abc", 3)]),
            (b"a\nbc\n", &[("a", 1), ("bc", 2), ("", 0)]),
            (b"a\tb\r\x1b", &[("a       b\\r\\x1B", 15)]),
            (b"12345678\t|", &[("12345678        |", 17)]),
            ("日本".as_bytes(), &[("日本", 4)]),
            ("e\u{301}".as_bytes(), &[("e\u{301}", 1)]),
            ("\u{9b}1m\x7f".as_bytes(), &[("\\u009B1m\\x7F", 12)]),
            ("a\u{202e}b".as_bytes(), &[("a\u{202e}b", 3)]),
        ];
        for (cell, expected) in table {
            let found = lines(cell, LineRules::default());
            let found: Vec<_> = found.iter().map(|(t, w)| (t.as_str(), *w)).collect();
            assert_eq!(&found, expected);
        }
    }

    #[test]
    fn on_a_terminal_nothing_that_steers_it_is_left() {
        let rules = LineRules {
            terminal: true,
            ..LineRules::default()
        };
        let found = lines(b"a\xe2\x80\xaeb\x9b1m", rules);
        assert_eq!(found, [("a\\u202Eb\\x9B1m".to_string(), 14)]);
    }

    #[test]
    fn what_only_formats_has_no_width_since_release_16() {
        for (text, release, expected) in [
            ("a\u{200d}b\u{ad}", 15, 4),
            ("a\u{200d}b\u{ad}", 16, 2),
            ("日\u{fe0f}é", 18, 3),
            ("\u{4dc0}", 15, 1),
            ("\u{4dc0}", 18, 2),
        ] {
            let rules = LineRules {
                release,
                ..LineRules::default()
            };
            assert_eq!(
                simple_width(text.as_bytes(), rules),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn lines_that_are_too_wide_are_cut_and_marked() {
        let rules = LineRules {
            max_width: 4,
            ..LineRules::default()
        };
        for (cell, expected) in [
            ("abcd", ("abcd", 4)),
            ("abcde", ("abc…", 4)),
            ("日本語", ("日…", 3)),
            ("é́ab日", ("é́ab…", 4)),
        ] {
            let found = lines(cell.as_bytes(), rules);
            assert_eq!(found, [(expected.0.to_string(), expected.1)], "{cell}");
        }
    }

    #[test]
    fn a_text_is_cut_at_a_width_and_not_inside_a_character() {
        for (text, width, expected) in [
            ("abc", 5, ("abc", 3)),
            ("abc", 2, ("ab", 2)),
            ("日本", 3, ("日", 2)),
            ("", 0, ("", 0)),
        ] {
            assert_eq!(cut(text, width), expected);
        }
    }
}
