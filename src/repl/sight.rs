//! What of a long text reedline is given to paint, and where that stands on the screen.
//!
//! reedline counts the lines of a text that is longer than the screen, not its rows, cuts its end
//! off where a menu is open, and walks the whole of it eight times a key, letter by letter and
//! escape sequence by escape sequence. So it gets what the screen has room for. What is above is
//! replaced by a stand-in of the same length, with line breaks enough to make reedline skip its
//! filling and print the rest from the top of the screen; what is below is left out. Below the
//! cursor some rows stay free for the menu.

use super::text::{Laid, lay, row_start};
use nu_ansi_term::Style;
use std::ops::Range;

/// The screen, and what stands on it beside the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Columns before each line.
    pub(super) prompt: usize,
    /// Rows of the prompt above the one on which the text begins.
    pub(super) above: usize,
    /// Rows below the cursor that a menu may want.
    pub(super) menu: usize,
    /// Rows below the text: signatures and the status line.
    pub(super) tail: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sight {
    pub(super) above: Option<Above>,
    /// Rows from the prompt's first to the cursor's, where all of them are on the screen.
    pub(super) row: Option<usize>,
    /// What of the text is on the screen.
    pub(super) seen: Range<usize>,
    /// Of that, what reedline does not paint because it is below the cursor's line.
    pub(super) below: Range<usize>,
}

/// The part of a text that is above the screen, which then begins with a row that tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Above {
    /// Where what is seen begins: a line, or a row of a long one.
    bytes: usize,
    /// Lines that are above.
    lines: usize,
    /// Lines that are seen, up to the cursor's.
    seen: usize,
    pub(super) cursor_row: usize,
    /// Rows from the cursor's to the end of its line.
    pub(super) rest_rows: usize,
}

/// Goes to the top of the screen and empties it: from its second column on, because tmux keeps in
/// its scrollback what stood on a screen that is emptied from the first.
pub(super) const HOME: &str = "\x1b[0m\x1b[1;2H\x1b[J\x1b[H";
/// Screens of fewer rows are left to reedline.
const FEWEST_ROWS: usize = 6;
/// Lines that reedline skips: the stand-in's filling, and one for a text whose last line is empty,
/// which reedline does not count.
const SKIPPED: usize = 2;

impl Sight {
    pub(super) fn of(text: &str, cursor: usize, room: &Room) -> Sight {
        let whole = Sight {
            above: None,
            row: None,
            seen: 0..text.len(),
            below: 0..0,
        };
        let (Some(before), Some(behind)) = (text.get(..cursor), text.get(cursor..)) else {
            return whole;
        };
        if room.rows < FEWEST_ROWS {
            return whole;
        }
        let most = room.rows - room.menu.min(room.rows / 2);
        let lines = Lines::before(before, most.saturating_sub(room.above), room);
        let (row, above) = match lines.bytes {
            0 => (room.above + lines.rows - 1, None),
            _ => match Above::of(before, most - 1, room) {
                Some(above) => (above.cursor_row, Some(above)),
                None => return whole,
            },
        };
        let left = room.rows.saturating_sub(1 + row + room.tail);
        let (line_end, rest_rows, end) = behind_end(behind, lines.column, left, room);
        let start = above.as_ref().map_or(0, |above| above.bytes);
        Sight {
            row: above.is_none().then_some(row),
            seen: start..cursor + end,
            below: match above {
                Some(_) => cursor + line_end..cursor + end,
                None => 0..0,
            },
            above: above.map(|above| Above { rest_rows, ..above }),
        }
    }
}

/// The last lines of what is before the cursor that fit so many rows.
struct Lines {
    bytes: usize,
    count: usize,
    rows: usize,
    /// The cursor's.
    column: usize,
}

impl Lines {
    fn before(before: &str, free: usize, room: &Room) -> Lines {
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let own =
            |from: usize| lay(&before[from..], room.prompt, room.columns).at_rest(room.columns);
        let Laid { rows, column } = own(line);
        let mut lines = Lines {
            bytes: line,
            count: 1,
            rows: rows + 1,
            column,
        };
        if lines.rows > free {
            // It begins with a row of the line, and as a line on the screen that is a row longer.
            let skipped = lines.rows + 1 - free;
            lines.bytes += row_start(&before[line..], room.prompt, room.columns, skipped);
            let Laid { rows, column } = own(lines.bytes);
            return Lines {
                rows: rows + 1,
                column,
                ..lines
            };
        }
        while let Some(end) = lines.bytes.checked_sub(1) {
            let start = before[..end].rfind('\n').map_or(0, |at| at + 1);
            let rows = 1 + lay(&before[start..end], room.prompt, room.columns).rows;
            if lines.rows + rows > free {
                break;
            }
            lines = Lines {
                bytes: start,
                count: lines.count + 1,
                rows: lines.rows + rows,
                ..lines
            };
        }
        lines
    }
}

impl Above {
    /// None where what is above is too short to be replaced.
    fn of(before: &str, free: usize, room: &Room) -> Option<Above> {
        let mut lines = Lines::before(before, free, room);
        while lines.bytes < breaks(room, lines.count) + HOME.len() {
            let line = before[lines.bytes..]
                .find('\n')
                .filter(|_| lines.count > 1)?;
            let rows = lay(
                &before[lines.bytes..lines.bytes + line],
                room.prompt,
                room.columns,
            )
            .rows;
            lines.bytes += line + 1;
            lines.count -= 1;
            lines.rows -= rows + 1;
        }
        Some(Above {
            bytes: lines.bytes,
            lines: before[..lines.bytes].matches('\n').count(),
            seen: lines.count,
            cursor_row: lines.rows,
            rest_rows: 0,
        })
    }

    /// Stands for what is above, byte for byte.
    pub(super) fn stand_in(&self, room: &Room, style: Style) -> [(Style, String); 4] {
        let breaks = breaks(room, self.seen);
        let free = self.bytes.saturating_sub(breaks + HOME.len());
        let mark = match self.lines {
            0 => " ↑".to_string(),
            1 => " ↑ 1 line".to_string(),
            lines => format!(" ↑ {lines} lines"),
        };
        let mark = if mark.len() <= free {
            mark
        } else {
            String::new()
        };
        // Nothing is faster to measure than what takes no room and is no escape sequence.
        let filling = "\0".repeat(free - mark.len()) + &"\n".repeat(breaks - 1);
        [
            (Style::default(), filling),
            (Style::default(), HOME.into()),
            (style, mark),
            (Style::default(), "\n".into()),
        ]
    }
}

/// Goes to the prompt, which is so many rows above the cursor, removes it and what is below, and
/// moves what is above it off the screen into the scrollback.
pub(super) fn make_room(rows_up: usize, rows: usize) -> String {
    let up = match rows_up {
        0 => String::new(),
        rows => format!("\x1b[{rows}A"),
    };
    let scroll = "\n".repeat(rows.saturating_sub(1));
    format!("{up}\r\x1b[C\x1b[J\r\x1b[K{scroll}")
}

/// Line breaks of the stand-in: with them the text has as many lines as the screen and as are
/// skipped.
fn breaks(room: &Room, seen: usize) -> usize {
    (room.rows + SKIPPED).saturating_sub(seen)
}

/// How much of what is behind the cursor fits into so many rows below its row: of its line, and in
/// all; with the rows of the first.
fn behind_end(behind: &str, column: usize, free: usize, room: &Room) -> (usize, usize, usize) {
    let mut lines = behind.split('\n');
    let rest = lines.next().unwrap_or_default();
    let rows = lay(rest, column, room.columns).rows;
    if rows > free {
        let end = row_start(rest, column, room.columns, free + 1);
        return (end, free, end);
    }
    let (mut end, mut used) = (rest.len(), rows);
    for line in lines {
        used += 1 + lay(line, room.prompt, room.columns).rows;
        if used > free {
            break;
        }
        end += 1 + line.len();
    }
    (rest.len(), rows, end)
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

    const ROOM: Room = Room {
        rows: 10,
        columns: 20,
        prompt: 3,
        above: 0,
        menu: 4,
        tail: 1,
    };

    #[test]
    fn a_text_that_the_screen_has_room_for_is_seen_whole() {
        for text in ["", "a", "a\nb\nc\nd\ne\nf", "ä\n日本"] {
            for cursor in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let sight = Sight::of(text, cursor, &ROOM);
                assert_eq!((sight.above, sight.seen), (None, 0..text.len()), "{text}");
            }
        }
        assert_eq!(Sight::of("abc", 99, &ROOM).seen, 0..3);
        let tiny = Room { rows: 5, ..ROOM };
        assert_eq!(Sight::of(&"a\n".repeat(50), 100, &tiny).above, None);
    }

    #[test]
    fn of_a_longer_text_the_rows_around_the_cursor_are_seen() {
        let lines: Vec<String> = (0..100).map(|n| format!("line {n:02}")).collect();
        let text = lines.join("\n");
        for (cursor, seen, row) in [
            // From the start: nine rows, the tenth is the status line's.
            ("line 00", "line 00", None),
            ("line 05", "line 00", None),
            // Below the cursor there is room for a menu of four rows, and one row is the mark's.
            // What is replaced must be long enough for that.
            ("line 06", "line 03", Some(4)),
            ("line 50", "line 46", Some(5)),
            ("line 99", "line 95", Some(5)),
        ] {
            let at = text.find(cursor).unwrap();
            let sight = Sight::of(&text, at, &ROOM);
            assert!(
                text[sight.seen.clone()].starts_with(seen),
                "{cursor}: {sight:?}"
            );
            assert_eq!(sight.above.as_ref().map(|a| a.cursor_row), row, "{cursor}");
            let rows = text[sight.seen].lines().count();
            assert!(rows + usize::from(row.is_some()) <= 9, "{cursor}");
        }
        // Lines that are cut into several rows fill a screen sooner.
        let wide = "x".repeat(30) + "\n";
        let sight = Sight::of(&wide.repeat(50), 31 * 40 + 5, &ROOM);
        assert_eq!(sight.seen, 31 * 38..31 * 42 - 1);
        assert_eq!(sight.above.map(|a| a.cursor_row), Some(5));
    }

    #[test]
    fn a_line_longer_than_the_screen_is_seen_in_part() {
        let text = "0123456789".repeat(100);
        let sight = Sight::of(&text, 600, &ROOM);
        let above = sight.above.unwrap();
        assert!(sight.seen.start > 400 && sight.seen.start < 600);
        assert!(sight.seen.end > 600 && sight.seen.end < 700);
        assert!(above.cursor_row < 6);
        let sight = Sight::of(&text, 0, &ROOM);
        assert_eq!((sight.above, sight.seen), (None, 0..9 * 20 - 3));
    }

    #[test]
    fn the_stand_in_is_as_long_as_what_it_stands_for() {
        for (line, count) in [
            ("select 1,\n", 900),
            ("\n", 200),
            ("ab\n", 100),
            ("日本,\n", 40),
        ] {
            let text = line.repeat(count);
            let sight = Sight::of(&text, text.len(), &ROOM);
            let Some(above) = sight.above else {
                assert_eq!(line, "\n");
                continue;
            };
            let pieces = above.stand_in(&ROOM, Style::default());
            let stand_in: String = pieces.into_iter().map(|(_, text)| text).collect();
            assert_eq!(stand_in.len(), sight.seen.start);
            let whole = stand_in + &text[sight.seen.start..];
            assert_eq!(whole.matches('\n').count(), ROOM.rows + SKIPPED - 1);
            // What is skipped is what nobody should see.
            let printed: Vec<&str> = whole.splitn(SKIPPED + 1, '\n').collect();
            assert!(!printed[SKIPPED].contains('\0'));
        }
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
