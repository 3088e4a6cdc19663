//! The characters tables are drawn with, in psql's three line styles.

use super::emit::Buffer;
use super::width::{LineRules, Lines};
use super::{FormatOptions, LineStyle, TableStyle};
use crate::data::Mark;

/// Where a horizontal line stands in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Top,
    Middle,
    Bottom,
}

/// Why a cell goes on in a line, or that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Goes {
    #[default]
    Nowhere,
    /// The cell itself has a newline.
    Newline,
    /// The cell was wrapped.
    Wrapped,
}

/// A horizontal line: what it is made of, its left end, crossing and right end.
#[derive(Clone, Copy)]
pub(super) struct Strokes {
    pub(super) horizontal: &'static str,
    pub(super) left: &'static str,
    pub(super) cross: &'static str,
    pub(super) right: &'static str,
}

/// The line left of a cell, by what this line of the cell is.
struct Dividers {
    first: &'static str,
    newline: &'static str,
    wrapped: &'static str,
    /// The cell has no more lines.
    blank: &'static str,
}

/// Characters beside a cell that goes on: left of the line it goes on in, right of the one it
/// leaves.
#[derive(Clone, Copy)]
struct Marks {
    left: &'static str,
    right: &'static str,
}

/// What stands for NULL.
pub(super) struct Null {
    pub(super) lines: Lines,
    /// Its first line in its colour.
    pub(super) text: Vec<u8>,
    /// The width, if it is one line.
    pub(super) width: Option<usize>,
}

impl Null {
    pub(super) fn new(options: &FormatOptions, look: &Look, rules: LineRules) -> Null {
        let mut lines = Lines::default();
        lines.set(options.null.as_bytes(), rules);
        let mut text = Buffer::default();
        look.push_null(&mut text, lines.line(0).unwrap_or_default().0);
        Null {
            text: text.into_vec(),
            width: Some(lines.width()).filter(|_| lines.len() == 1),
            lines,
        }
    }
}

/// How tables look: border, characters and colours, as chosen by the user.
pub(super) struct Look {
    /// 0, 1 or 2.
    pub(super) border: usize,
    pub(super) style: TableStyle,
    /// psql's old style marks the lines of names on the left and of cells between the columns.
    pub(super) old: bool,
    /// The line between columns, in the colour of borders.
    pub(super) vertical: Vec<u8>,
    /// With border 2, the line at both ends.
    edge: Vec<u8>,
    rules: [Strokes; 3],
    dividers: Dividers,
    header: Marks,
    newline: Marks,
    wrapped: Marks,
}

const ASCII: Strokes = Strokes {
    horizontal: "-",
    left: "+",
    cross: "+",
    right: "+",
};

const fn marks(left: &'static str, right: &'static str) -> Marks {
    Marks { left, right }
}

impl Look {
    pub(super) fn new(options: &FormatOptions) -> Self {
        let (unicode, old) = match options.line_style {
            LineStyle::Ascii => (false, false),
            LineStyle::OldAscii => (false, true),
            LineStyle::Unicode => (true, false),
        };
        let (mut edge, mut divider) = ("|", "|");
        if unicode {
            edge = ["│", "║"][usize::from(options.doubled.border)];
            divider = ["│", "║"][usize::from(options.doubled.column)];
        }
        let mut look = Look {
            border: usize::from(options.border.min(2)),
            style: options.style.clone(),
            old,
            vertical: Vec::new(),
            edge: Vec::new(),
            rules: match unicode {
                true => unicode_rules(options),
                false => [ASCII; 3],
            },
            dividers: match old {
                true => old_dividers(),
                false => same_dividers(divider),
            },
            header: match (unicode, old) {
                (true, _) => marks(" ", "↵"),
                (_, true) => marks("+", " "),
                _ => marks(" ", "+"),
            },
            newline: match (unicode, old) {
                (true, _) => marks(" ", "↵"),
                (_, true) => marks(" ", " "),
                _ => marks(" ", "+"),
            },
            wrapped: match (unicode, old) {
                (true, _) => marks("…", "…"),
                (_, true) => marks(" ", " "),
                _ => marks(".", "."),
            },
        };
        look.vertical = look.coloured(divider);
        if look.border == 2 {
            look.edge = look.coloured(edge);
        }
        look
    }

    fn coloured(&self, piece: &str) -> Vec<u8> {
        let mut buf = Buffer::default();
        self.push_border(&mut buf, piece);
        buf.into_vec()
    }

    /// A piece of the border, in its colour.
    pub(super) fn push_border(&self, buf: &mut Buffer, piece: &str) {
        push_styled(buf, piece.as_bytes(), &self.style.border, &self.style.reset);
    }

    /// The line that a row begins and ends with, if there is one.
    pub(super) fn push_edge(&self, buf: &mut Buffer) {
        buf.extend_from_slice(&self.edge);
    }

    /// The line left of a cell; `None` where the cell has no more lines.
    pub(super) fn push_divider(&self, buf: &mut Buffer, goes: Option<Goes>) {
        let piece = match goes {
            Some(Goes::Nowhere) => self.dividers.first,
            Some(Goes::Newline) => self.dividers.newline,
            Some(Goes::Wrapped) => self.dividers.wrapped,
            None => self.dividers.blank,
        };
        self.push_border(buf, piece);
    }

    /// Left of a line of a cell: how the cell came into it.
    pub(super) fn push_left_mark(&self, buf: &mut Buffer, goes: Goes) {
        match goes {
            Goes::Nowhere => buf.push(b' '),
            Goes::Newline => self.push_border(buf, self.newline.left),
            Goes::Wrapped => self.push_border(buf, self.wrapped.left),
        }
    }

    /// Right of a line of a cell: how the cell leaves it.
    pub(super) fn push_right_mark(&self, buf: &mut Buffer, goes: Goes) {
        match goes {
            Goes::Nowhere => buf.push(b' '),
            Goes::Newline => self.push_border(buf, self.newline.right),
            Goes::Wrapped => self.push_border(buf, self.wrapped.right),
        }
    }

    /// Left of a line of a name.
    pub(super) fn push_header_left(&self, buf: &mut Buffer, first: bool) {
        match first {
            true => buf.push(b' '),
            false => self.push_border(buf, self.header.left),
        }
    }

    /// Right of a line of a name.
    pub(super) fn push_header_right(&self, buf: &mut Buffer, last: bool) {
        match last {
            true => buf.push(b' '),
            false => self.push_border(buf, self.header.right),
        }
    }

    pub(super) fn push_header(&self, buf: &mut Buffer, text: &[u8]) {
        push_styled(buf, text, &self.style.header, &self.style.reset);
    }

    /// Part of a row with a mark.
    pub(super) fn push_marked(&self, buf: &mut Buffer, mark: Mark, text: &[u8]) {
        let style = match mark {
            Mark::None => return buf.extend_from_slice(text),
            Mark::Warm => &self.style.warm,
            Mark::Hot => &self.style.hot,
        };
        push_styled(buf, text, style, &self.style.reset);
    }

    pub(super) fn push_null(&self, buf: &mut Buffer, text: &[u8]) {
        push_styled(buf, text, &self.style.null, &self.style.reset);
    }

    /// The horizontal line at that place.
    pub(super) fn strokes(&self, place: Place) -> Strokes {
        self.rules[place as usize]
    }

    /// A horizontal line over columns of these widths, with its newline.
    pub(super) fn push_rule(&self, buf: &mut Buffer, place: Place, widths: &[usize]) {
        let Strokes {
            horizontal,
            left,
            cross,
            right,
        } = self.strokes(place);
        let mut rule = String::new();
        if self.border == 2 {
            rule.push_str(left);
        }
        if self.border > 0 {
            rule.push_str(horizontal);
        }
        for (index, width) in widths.iter().enumerate() {
            if index > 0 && self.border == 0 {
                rule.push(' ');
            } else if index > 0 {
                rule.extend([horizontal, cross, horizontal]);
            }
            rule.push_str(&horizontal.repeat(*width));
        }
        if self.border > 0 {
            rule.push_str(horizontal);
        }
        if self.border == 2 {
            rule.push_str(right);
        }
        self.push_border(buf, &rule);
        buf.push(b'\n');
    }
}

fn same_dividers(line: &'static str) -> Dividers {
    Dividers {
        first: line,
        newline: line,
        wrapped: line,
        blank: line,
    }
}

fn old_dividers() -> Dividers {
    Dividers {
        first: "|",
        newline: ":",
        wrapped: ";",
        blank: " ",
    }
}

/// The Unicode lines: border, columns and the line under the header can each be double.
fn unicode_rules(options: &FormatOptions) -> [Strokes; 3] {
    let doubled = options.doubled;
    let (border, header) = (usize::from(doubled.border), usize::from(doubled.header));
    // Where two lines meet, the character depends on both: first the vertical, then the
    // horizontal one.
    let pick = |table: [[&'static str; 2]; 2], horizontal: usize| {
        table[usize::from(doubled.column)][horizontal]
    };
    let side = |table: [[&'static str; 2]; 2]| table[border][header];
    let top = Strokes {
        horizontal: ["─", "═"][border],
        left: ["┌", "╔"][border],
        cross: pick([["┬", "╤"], ["╥", "╦"]], border),
        right: ["┐", "╗"][border],
    };
    let middle = Strokes {
        horizontal: ["─", "═"][header],
        left: side([["├", "╞"], ["╟", "╠"]]),
        cross: pick([["┼", "╪"], ["╫", "╬"]], header),
        right: side([["┤", "╡"], ["╢", "╣"]]),
    };
    let bottom = Strokes {
        horizontal: ["─", "═"][border],
        left: ["└", "╚"][border],
        cross: pick([["┴", "╧"], ["╨", "╩"]], border),
        right: ["┘", "╝"][border],
    };
    [top, middle, bottom]
}

fn push_styled(buf: &mut Buffer, text: &[u8], style: &str, reset: &str) {
    if style.is_empty() || text.is_empty() {
        buf.extend_from_slice(text);
        return;
    }
    buf.extend_from_slice(style.as_bytes());
    buf.extend_from_slice(text);
    buf.extend_from_slice(reset.as_bytes());
}
