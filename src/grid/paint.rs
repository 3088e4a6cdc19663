//! A grid to the lines of the screen.

use super::cell::{self, Opened};
use super::{Direction, GAP, Grid, Mode, find};
use crate::data::{Align, CellKind, Row};
use crate::format::width::{display_width, fit};
use crate::visible::visible_line;
use nu_ansi_term::Style;

/// How the parts are painted; all plain by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    pub names: Style,
    pub lines: Style,
    pub null: Style,
    /// The cell that the keys point at.
    pub cursor: Style,
    pub hit: Style,
    pub status: Style,
    pub message: Style,
}

/// What keys do, the most needed first: a narrow screen shows as many as fit.
const KEYS: &[&str] = &[
    "q leaves",
    "/ n N search",
    "s sorts",
    "Enter opens",
    "y Y copy cell, row",
    "f freezes",
    "w widens",
    "g G top, end",
];
const KEYS_IN_CELL: &[&str] = &["q back", "y copies", "arrows, pages scroll"];

impl Grid {
    /// The lines of the screen, each no wider than it.
    pub fn screen(&self, look: &Look) -> Vec<String> {
        let mut lines = match &self.mode {
            Mode::Cell(opened) => self.opened(opened, look),
            _ => self.body(look),
        };
        // On a screen of a few lines the rows come first.
        lines.truncate(self.rows);
        lines
    }

    fn body(&self, look: &Look) -> Vec<String> {
        let layout = self.layout();
        let mut lines = Vec::with_capacity(self.rows);
        if self.rows > super::FRAME {
            lines.push(self.names(&layout, look));
            lines.push(self.rule(&layout, look));
        }
        let shown = self.page();
        for place in self.top..self.top + shown {
            lines.push(match self.row_at(place) {
                Some(row) => self.row(row, place == self.row, &layout, look),
                None => String::new(),
            });
        }
        if self.order.is_empty()
            && let Some(first) = lines.last_mut()
        {
            *first = fit(" no rows", self.columns);
        }
        lines.push(look.status.paint(self.filled(&self.status())).to_string());
        lines.push(self.bottom(KEYS, look));
        lines
    }

    fn opened(&self, opened: &Opened, look: &Look) -> Vec<String> {
        let title = format!(" {}{}", opened.title, opened.place());
        let mut lines = vec![look.status.paint(self.filled(&title)).to_string()];
        let style = if opened.null { look.null } else { Style::new() };
        lines.extend(
            opened
                .shown()
                .iter()
                .map(|line| style.paint(line).to_string()),
        );
        lines.resize(self.rows.saturating_sub(1).max(1), String::new());
        lines.push(self.bottom(KEYS_IN_CELL, look));
        lines
    }

    /// The columns with what stands between them.
    fn joined(
        &self,
        layout: &[(usize, usize)],
        look: &Look,
        lines: [&str; 3],
        mut part: impl FnMut(usize, usize) -> String,
    ) -> String {
        let [space, usual, behind_frozen] = lines;
        let mut out = space.to_string();
        let mut used = 1;
        for (at, (column, width)) in layout.iter().enumerate() {
            if at > 0 {
                let between = if at == self.frozen {
                    behind_frozen
                } else {
                    usual
                };
                let between = fit(between, self.columns.saturating_sub(used));
                out.push_str(&look.lines.paint(between).to_string());
            }
            out.push_str(&part(*column, *width));
            used += width + GAP;
        }
        out
    }

    fn names(&self, layout: &[(usize, usize)], look: &Look) -> String {
        self.joined(layout, look, [" ", " │ ", " ┃ "], |column, width| {
            let (mut name, _) = cell::name(&self.table.columns[column]);
            let mark = match self.sorted {
                Some((of, Direction::Up)) if of == column => " ↑",
                Some((of, Direction::Down)) if of == column => " ↓",
                _ => "",
            };
            name = fit(&name, width.saturating_sub(display_width(mark)));
            name.push_str(mark);
            let name = fit(&name, width);
            look.names
                .paint(padded(&name, width, Align::Left))
                .to_string()
        })
    }

    fn rule(&self, layout: &[(usize, usize)], look: &Look) -> String {
        let ends = if layout.is_empty() { "" } else { "─" };
        self.joined(
            layout,
            look,
            [ends, "─┼─", "─╂─"],
            |_, width| look.lines.paint("─".repeat(width)).to_string(),
        )
    }

    fn row(&self, row: Row<'_>, current: bool, layout: &[(usize, usize)], look: &Look) -> String {
        self.joined(layout, look, [" ", " │ ", " ┃ "], |column, width| {
            let cell = row.cell(column);
            let null = cell.kind == CellKind::Null;
            let whole = cell::line(&cell, &self.table.null);
            let align = self.table.columns[column].align;
            let shown = fit(&whole, width);
            let text = padded(&shown, width, align);
            let style = match (current && column == self.column, null) {
                (true, _) => look.cursor,
                (false, true) => look.null,
                (false, false) => Style::new(),
            };
            let hits = match null {
                true => Vec::new(),
                false => find::hits(&text, &self.search),
            };
            // A hit behind the cut is shown at the cut.
            let behind = hits.is_empty()
                && !null
                && shown != whole
                && !find::hits(&whole, &self.search).is_empty();
            let hits = match (behind, text.rfind('…')) {
                (true, Some(at)) => std::iter::once(at..at + '…'.len_utf8()).collect(),
                _ => hits,
            };
            painted(&text, &hits, style, look.hit)
        })
    }

    fn status(&self) -> String {
        let mut out = match self.order.len() {
            0 => " no rows".to_string(),
            rows => format!(" row {} of {}", grouped(self.row + 1), grouped(rows)),
        };
        if let Some(column) = self.table.columns.get(self.column) {
            let (name, _) = cell::name(column);
            let of = self.table.columns.len();
            out.push_str(&format!("  column {} of {of}: {name}", self.column + 1));
            if !column.type_name.is_empty() {
                out.push_str(&format!(" {}", visible_line(&column.type_name)));
            }
        }
        if self.here().is_some_and(|cell| cell.kind == CellKind::Null) {
            out.push_str("  NULL");
        }
        if !self.table.missing.is_empty() {
            out.push_str(&format!("  {}", self.table.missing));
        }
        out
    }

    /// The line below: what is typed, what there is to say, or the keys.
    fn bottom(&self, keys: &[&str], look: &Look) -> String {
        if let Mode::Search(text) = &self.mode {
            let mut typed = visible_line(text).into_owned();
            // The end of what is typed is what one looks at.
            while display_width(&typed) + 3 > self.columns && !typed.is_empty() {
                typed.remove(0);
            }
            let line = format!("/{typed}▏");
            return look
                .message
                .paint(fit(&line, self.columns.saturating_sub(1)))
                .to_string();
        }
        if !self.message.is_empty() {
            let message = format!(" {}", visible_line(&self.message));
            return look.message.paint(self.filled(&message)).to_string();
        }
        let mut line = String::new();
        for key in keys {
            if display_width(&line) + 2 + display_width(key) < self.columns {
                line.push_str(if line.is_empty() { " " } else { "  " });
                line.push_str(key);
            }
        }
        look.status.paint(self.filled(&line)).to_string()
    }

    /// As wide as the screen, but for the last column: a full line would make the terminal wrap.
    fn filled(&self, text: &str) -> String {
        let width = self.columns.saturating_sub(1);
        padded(&fit(text, width), width, Align::Left)
    }
}

fn padded(text: &str, width: usize, align: Align) -> String {
    let missing = width.saturating_sub(display_width(text));
    match align {
        Align::Left => format!("{text}{:missing$}", ""),
        Align::Right => format!("{:missing$}{text}", ""),
    }
}

fn painted(text: &str, hits: &[std::ops::Range<usize>], style: Style, hit: Style) -> String {
    let mut out = String::new();
    let mut from = 0;
    for range in hits {
        out.push_str(&style.paint(&text[from..range.start]).to_string());
        out.push_str(&hit.paint(&text[range.clone()]).to_string());
        from = range.end;
    }
    out.push_str(&style.paint(&text[from..]).to_string());
    out
}

/// `1,234,567`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
