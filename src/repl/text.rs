//! Measuring and cutting text for the screen.

pub(super) use crate::format::width::fit;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that `text` takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// `text` cut or filled to exactly `columns`.
pub(super) fn pad(text: &str, columns: usize) -> String {
    let mut out = fit(text, columns);
    let missing = columns.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// `text` in lines of at most `columns`, broken between words where that is possible.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fit(word, columns)),
        }
    }
    lines
}

/// Where a text ends that is laid out over the rows of a terminal: rows below the one on which it
/// begins, and the column. That is the number of columns where a row is full: the next letter is
/// the first to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Laid {
    pub(super) rows: usize,
    pub(super) column: usize,
}

impl Laid {
    fn start(column: usize, columns: usize) -> Laid {
        Laid {
            rows: column / columns,
            column: column % columns,
        }
    }

    /// Where a cursor is shown behind the text.
    pub(super) fn at_rest(self, columns: usize) -> Laid {
        match self.column < columns {
            true => self,
            false => Laid {
                rows: self.rows + 1,
                column: 0,
            },
        }
    }

    fn put(&mut self, c: char, columns: usize) {
        if c == '\t' {
            self.column = ((self.column / TAB_STOP + 1) * TAB_STOP).min(columns - 1);
            return;
        }
        let width = c.width().unwrap_or(0);
        if width > 0 && self.column > 0 && self.column + width > columns {
            self.rows += 1;
            self.column = 0;
        }
        self.column += width;
    }
}

/// Where terminals have their tab stops.
const TAB_STOP: usize = 8;

/// Lays one line out from a column on.
pub(super) fn lay(line: &str, column: usize, columns: usize) -> Laid {
    let columns = columns.max(1);
    if line.bytes().all(|b| matches!(b, b' '..=b'~')) {
        let end = column + line.len();
        let rows = end.saturating_sub(1) / columns;
        return Laid {
            rows,
            column: end - rows * columns,
        };
    }
    let mut laid = Laid::start(column, columns);
    line.chars().for_each(|c| laid.put(c, columns));
    laid
}

/// Where in a line that is laid out from a column on a row begins; its end where it has fewer.
pub(super) fn row_start(line: &str, column: usize, columns: usize, row: usize) -> usize {
    let columns = columns.max(1);
    let mut laid = Laid::start(column, columns);
    let first = line.char_indices().find(|(_, c)| {
        laid.put(*c, columns);
        laid.rows >= row
    });
    first.map_or(line.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_columns_not_at_characters() {
        for (text, columns, expected) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
        ] {
            assert_eq!(fit(text, columns), expected);
            assert!(width(&fit(text, columns)) <= columns);
            assert_eq!(width(&pad(text, columns)), columns);
        }
    }

    #[test]
    fn a_line_is_laid_out_as_terminals_do_it() {
        for (line, column, rows, end) in [
            ("", 0, 0, 0),
            ("abcd", 0, 0, 4),
            ("abcde", 0, 0, 5),
            ("abcdef", 0, 1, 1),
            ("abc", 3, 1, 1),
            ("ab", 3, 0, 5),
            ("", 7, 1, 2),
            // What takes two columns is not cut in two.
            ("日本語", 0, 1, 2),
            ("a\u{301}bcd", 0, 0, 4),
            ("\ta", 0, 0, 5),
        ] {
            let laid = lay(line, column, 5);
            assert_eq!((laid.rows, laid.column), (rows, end), "{line}");
        }
        assert_eq!(lay("abcde", 0, 5).at_rest(5), Laid { rows: 1, column: 0 });
        for (row, expected) in [(0, 0), (1, 3), (2, 8), (3, 10)] {
            assert_eq!(row_start("0123456789", 2, 5, row), expected);
        }
        assert_eq!(row_start("日本語", 0, 5, 1), 6);
    }

    #[test]
    fn a_text_is_broken_between_words() {
        for (text, columns, expected) in [
            ("a bb ccc", 8, vec!["a bb ccc"]),
            ("a bb ccc", 4, vec!["a bb", "ccc"]),
            ("abcdef g", 4, vec!["abc…", "g"]),
            ("日本 語", 4, vec!["日本", "語"]),
            ("", 4, vec![""]),
        ] {
            assert_eq!(wrap(text, columns), expected);
        }
    }
}
