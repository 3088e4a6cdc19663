//! What of a long text reedline is given to paint.
//!
//! On each key it walks the text eight times, letter by letter and escape sequence by escape
//! sequence, also where no screen shows it: 14 ms for 200 dense lines. So the lines above the
//! screen are replaced by one that is as long and that nobody sees, and colours are for what can
//! be seen.

use nu_ansi_term::Style;
use std::ops::Range;

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sight {
    /// Where the text begins that reedline gets as it is: at its start, or at a line break.
    pub(super) kept: usize,
    /// What can be on the screen together with the cursor.
    pub(super) coloured: Range<usize>,
}

/// Fewer bytes than these above the screen are not worth hiding.
const WORTH_HIDING: usize = 2048;
/// reedline skips lines by counting line breaks: of those that it skips, these are real ones.
const SKIPPED: usize = 4;

impl Sight {
    /// For a screen of so many rows and columns.
    pub(super) fn of(text: &str, cursor: usize, (rows, columns): (usize, usize)) -> Sight {
        let (Some(before), Some(behind)) = (text.get(..cursor), text.get(cursor..)) else {
            return Sight {
                kept: 0,
                coloured: 0..text.len(),
            };
        };
        let start = cursor - of_rows(before.rsplit('\n'), rows, columns);
        let end = cursor + of_rows(behind.split('\n'), rows, columns);
        let breaks = before.rmatch_indices('\n');
        let kept = breaks.map(|(at, _)| at).nth(rows + SKIPPED);
        Sight {
            kept: kept.filter(|at| *at >= WORTH_HIDING).unwrap_or(0),
            coloured: start.max(kept.unwrap_or(0))..end,
        }
    }
}

/// The bytes of the first of `lines` that fill a screen; a letter takes a column.
fn of_rows<'a>(lines: impl Iterator<Item = &'a str>, rows: usize, columns: usize) -> usize {
    let (mut bytes, mut filled) = (0, 0);
    for (at, line) in lines.enumerate() {
        // The cursor's own line and one more: half of it may be behind the cursor.
        if filled > rows {
            break;
        }
        bytes += line.len() + usize::from(at > 0);
        filled += 1 + line.chars().count() / columns.max(1);
    }
    bytes
}

/// Stands for `length` bytes that are not to be seen: one long escape sequence, which takes no
/// room and costs little to measure. It is on a line that reedline skips, and a terminal would too.
pub(super) fn stand_in(length: usize) -> String {
    let (start, end) = ("\x1b]sqwire;", "\x07");
    let filling = length.saturating_sub(start.len() + end.len());
    format!("{start}{}{end}", "-".repeat(filling))
}

/// Styled pieces of text, joined where they look the same: each costs two escape sequences.
#[derive(Default)]
pub(super) struct Runs {
    done: Vec<(Style, String)>,
    /// White space that looks the same in every style.
    blank: String,
}

impl Runs {
    pub(super) fn push(&mut self, style: Style, text: &str) {
        let shows = style.background.is_some()
            || style.is_reverse
            || style.is_underline
            || style.is_strikethrough;
        if !shows && text.trim_matches([' ', '\n']).is_empty() {
            self.blank.push_str(text);
            return;
        }
        match self.done.last_mut() {
            Some((last, run)) if *last == style && !shows => {
                run.push_str(&self.blank);
                run.push_str(text);
                self.blank.clear();
            }
            _ => {
                self.end_blank();
                self.done.push((style, text.to_string()));
            }
        }
    }

    fn end_blank(&mut self) {
        if !self.blank.is_empty() {
            self.done
                .push((Style::default(), std::mem::take(&mut self.blank)));
        }
    }

    pub(super) fn done(mut self) -> Vec<(Style, String)> {
        self.end_blank();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nu_ansi_term::Color;

    #[test]
    fn what_no_screen_shows_with_the_cursor_is_not_coloured() {
        let text = "a\nb\nc\nd\ne";
        for (cursor, rows, expected) in [
            (9, 2, "c\nd\ne"),
            (0, 1, "a\nb"),
            (4, 1, "b\nc\nd"),
            (4, 9, text),
            (99, 1, text),
        ] {
            let sight = Sight::of(text, cursor, (rows, 80));
            assert_eq!(&text[sight.coloured], expected, "{cursor} {rows}");
            assert_eq!(sight.kept, 0);
        }
        // Lines that are cut into several rows fill a screen sooner.
        let long = format!("{}\n", "x".repeat(100)).repeat(20);
        let sight = Sight::of(&long, long.len(), (10, 30));
        assert_eq!(sight.coloured.len(), 3 * 101);
    }

    #[test]
    fn lines_above_the_screen_are_hidden_behind_a_line_of_their_length() {
        let text = "select 1,\n".repeat(900);
        let sight = Sight::of(&text, text.len(), (24, 80));
        assert_eq!(&text[sight.kept..=sight.kept], "\n");
        assert_eq!(text[sight.kept..].lines().count(), 24 + SKIPPED + 1);
        assert_eq!(stand_in(sight.kept).len(), sight.kept);
        assert_eq!(Sight::of(&text, 100, (24, 80)).kept, 0);
    }

    #[test]
    fn pieces_that_look_the_same_are_one() {
        let (red, line) = (Color::Red.normal(), Color::Red.underline());
        let mut runs = Runs::default();
        for (style, text) in [
            (red, "a"),
            (Style::default(), " \n "),
            (red, "b"),
            (Style::default(), " "),
            (line, "c"),
            (line, "d"),
            (Style::default(), " "),
        ] {
            runs.push(style, text);
        }
        let texts = [
            (red, "a \n b"),
            (Style::default(), " "),
            (line, "c"),
            (line, "d"),
            (Style::default(), " "),
        ];
        assert_eq!(
            runs.done(),
            texts.map(|(style, text)| (style, text.to_string()))
        );
    }
}
