//! The measures of an expanded result, and the line above each record.

use super::super::RecordLine;
use super::super::look::{Look, Place};

/// Widths of names and of data.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Shape {
    pub(super) header: usize,
    pub(super) data: usize,
    /// Some name or some cell has several lines: then each line keeps room for the mark.
    pub(super) tall_header: bool,
    pub(super) tall_data: bool,
}

impl Shape {
    /// What stands between and beside names and data, as psql counts it.
    fn borders(&self, look: &Look) -> usize {
        let between = match look.border {
            0 => 1 + usize::from(self.tall_header),
            1 => 3 + usize::from(self.tall_header && look.old),
            _ => 7,
        };
        between + usize::from(self.tall_data && look.border < 2 && !look.old)
    }

    /// Settles the width of the data as psql does, up to release 17 only for `wrapped`: at least what the numbered line above the last of `rows`
    /// records takes, and at most what fits into `room` columns.
    pub(super) fn settle(&mut self, look: &Look, rows: usize, numbered: bool, room: Option<usize>) {
        let label = match (numbered, look.border) {
            (false, _) => 0,
            (_, 0) => 9,
            (_, 1) => 12,
            _ => 15,
        };
        let digits = rows.checked_ilog10().map_or(0, |log| log as usize + 1);
        let line = label + if numbered { digits } else { 0 };
        loop {
            let beside = self.header + self.borders(look);
            let whole = (beside + self.data).max(line);
            // Less than three columns of data are not worth the line.
            let least = (beside + 3).max(line);
            let width = match room {
                Some(room) if room < whole => room.max(least),
                _ => whole,
            };
            let data = width.saturating_sub(beside);
            let wraps = data < self.data;
            if wraps && !self.tall_data && look.border < 2 && !look.old {
                // Marks need a column of their own, and then there is less room.
                self.tall_data = true;
                continue;
            }
            self.data = data;
            return;
        }
    }
}

/// The line above a record, for every number of so many digits.
#[derive(Default)]
pub(super) struct Rule {
    pub(super) digits: usize,
    pub(super) place: Option<Place>,
    pub(super) before: Vec<u8>,
    pub(super) after: Vec<u8>,
}

impl Rule {
    /// A line over a record whose number has `digits` digits, `-[ RECORD 1 ]-+----`, or with 0
    /// digits one without a number.
    pub(super) fn new(
        look: &Look,
        shape: &Shape,
        digits: usize,
        place: Place,
        record_line: RecordLine,
        page: Option<usize>,
    ) -> Rule {
        let border = look.border;
        let strokes = look.strokes(place);
        let fill = match border {
            0 => " ",
            _ => strokes.horizontal,
        };
        let (open, close) = match (digits, border) {
            (0, _) => ("", ""),
            (_, 0) => ("* Record ", ""),
            _ => ("[ RECORD ", " ]"),
        };
        let marked = border < 2 && shape.tall_header && look.old && place != Place::Bottom;
        let header = shape.header + usize::from(marked);
        // With border 2 the label stands one column further right, as the names do.
        let label = open.len() + digits + close.len() + usize::from(border != 2);
        let mut after = close.to_string();
        after.push_str(&fill.repeat(header.saturating_sub(label)));
        // Names and data are kept apart by `-+-` or a space, which a long label covers, and then
        // it covers what is above the data.
        let gap: &[&str] = match (border, record_line) {
            (0, _) => &[" "],
            (_, RecordLine::Column) => &[fill, strokes.right],
            _ => &[fill, strokes.cross, fill],
        };
        let over = label.saturating_sub(header);
        after.extend(gap.iter().skip(over).copied());
        if record_line != RecordLine::Column {
            let over = over.saturating_sub(gap.len());
            let width = shown_width(shape, border, record_line, page);
            after.push_str(&fill.repeat(width.saturating_sub(over)));
            if border == 2 {
                after.extend([fill, strokes.right]);
            }
        }
        let style = &look.style;
        if !style.border.is_empty() {
            after.push_str(&style.reset);
        }
        after.push('\n');
        let begin = match border {
            0 => ["", ""],
            1 => ["", fill],
            _ => [strokes.left, fill],
        };
        Rule {
            digits,
            place: Some(place),
            before: format!("{}{}{open}", style.border, begin.concat()).into_bytes(),
            after: after.into_bytes(),
        }
    }
}

/// Columns that the line shows above the data.
fn shown_width(
    shape: &Shape,
    border: usize,
    record_line: RecordLine,
    page: Option<usize>,
) -> usize {
    let room = match record_line {
        RecordLine::Page => page,
        RecordLine::Exact(width) => Some(width),
        RecordLine::Full | RecordLine::Column => None,
    };
    let beside = shape.header + [0, 3, 7][border.min(2)];
    match room {
        Some(room) if room > 0 => shape.data.min(room.saturating_sub(beside)),
        _ => shape.data,
    }
}
