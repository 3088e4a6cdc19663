//! A page of characters. Lines know where they lead, so that corners, branches and crossings become
//! the right box-drawing characters by themselves.

use unicode_width::UnicodeWidthChar;

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// The character of a cell from where its lines lead.
const LINES: [char; 16] = [
    ' ', '│', '│', '│', '─', '┘', '┐', '┤', '─', '└', '┌', '├', '─', '┴', '┬', '┼',
];

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    lines: u8,
    /// Stands in front of lines.
    text: Option<char>,
    /// The second half of a wide character.
    covered: bool,
}

/// Grows as it is drawn on.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    rows: Vec<Vec<Cell>>,
}

impl Canvas {
    fn cell(&mut self, x: usize, y: usize) -> &mut Cell {
        if self.rows.len() <= y {
            self.rows.resize_with(y + 1, Vec::new);
        }
        let row = &mut self.rows[y];
        if row.len() <= x {
            row.resize(x + 1, Cell::default());
        }
        &mut row[x]
    }

    pub(super) fn text(&mut self, x: usize, y: usize, text: &str) {
        let mut at = x;
        for c in text.chars() {
            let width = c.width().unwrap_or(0);
            if width == 0 {
                continue;
            }
            self.cell(at, y).text = Some(c);
            for covered in 1..width {
                self.cell(at + covered, y).covered = true;
            }
            at += width;
        }
    }

    /// A horizontal line; ends included.
    pub(super) fn across(&mut self, x1: usize, x2: usize, y: usize) {
        let (from, to) = (x1.min(x2), x1.max(x2));
        for x in from..to {
            self.cell(x, y).lines |= RIGHT;
            self.cell(x + 1, y).lines |= LEFT;
        }
    }

    /// A vertical line; ends included.
    pub(super) fn down(&mut self, x: usize, y1: usize, y2: usize) {
        let (from, to) = (y1.min(y2), y1.max(y2));
        for y in from..to {
            self.cell(x, y).lines |= DOWN;
            self.cell(x, y + 1).lines |= UP;
        }
    }

    pub(super) fn frame(&mut self, x: usize, y: usize, width: usize, height: usize) {
        let (right, bottom) = (x + width - 1, y + height - 1);
        self.across(x, right, y);
        self.across(x, right, bottom);
        self.down(x, y, bottom);
        self.down(right, y, bottom);
    }

    /// The page, a line a row, without blanks at the ends of lines.
    pub(super) fn finish(&self) -> String {
        let mut out = String::new();
        for row in &self.rows {
            let line: String = row
                .iter()
                .filter(|cell| !cell.covered)
                .map(|cell| cell.text.unwrap_or(LINES[usize::from(cell.lines)]))
                .collect();
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_meet_become_corners_branches_and_crossings() {
        let mut canvas = Canvas::default();
        canvas.frame(0, 0, 5, 3);
        canvas.across(4, 8, 1);
        canvas.down(6, 0, 2);
        canvas.down(8, 1, 2);
        canvas.text(1, 1, "日");
        assert_eq!(canvas.finish(), "┌───┐ │\n│日 ├─┼─┐\n└───┘ │ │\n");
    }
}
