//! The characters tables are drawn with, in psql's two line styles.

use super::emit::Buffer;
use super::{FormatOptions, TableStyle};

/// Where a horizontal line stands in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Top,
    Middle,
    Bottom,
}

struct Glyphs {
    horizontal: &'static str,
    vertical: &'static str,
    /// Left end, crossing and right end of a line, by place.
    joints: [[&'static str; 3]; 3],
    /// Says that the cell goes on in the next line.
    newline: &'static str,
}

const ASCII: Glyphs = Glyphs {
    horizontal: "-",
    vertical: "|",
    joints: [["+", "+", "+"]; 3],
    newline: "+",
};

const UNICODE: Glyphs = Glyphs {
    horizontal: "─",
    vertical: "│",
    joints: [["┌", "┬", "┐"], ["├", "┼", "┤"], ["└", "┴", "┘"]],
    newline: "↵",
};

/// How tables look: border, characters and colours, as chosen by the user.
pub(super) struct Look {
    /// 0, 1 or 2.
    pub(super) border: u8,
    pub(super) style: TableStyle,
    /// The line between columns and, with border 2, at both ends; in the colour of borders.
    pub(super) vertical: Vec<u8>,
    glyphs: &'static Glyphs,
}

impl Look {
    pub(super) fn new(options: &FormatOptions) -> Self {
        let glyphs = if options.unicode { &UNICODE } else { &ASCII };
        let mut look = Look {
            border: options.border.min(2),
            style: options.style.clone(),
            vertical: Vec::new(),
            glyphs,
        };
        let mut vertical = Buffer::default();
        look.push_border(&mut vertical, glyphs.vertical.as_bytes());
        look.vertical = vertical.into_vec();
        look
    }

    /// A piece of the border, in its colour.
    pub(super) fn push_border(&self, buf: &mut Buffer, piece: &[u8]) {
        push_styled(buf, piece, &self.style.border, &self.style.reset);
    }

    /// The line between columns that a data line ends and begins with, if there is one.
    pub(super) fn push_edge(&self, buf: &mut Buffer) {
        if self.border == 2 {
            buf.extend_from_slice(&self.vertical);
        }
    }

    /// Says that the cell goes on in the next line.
    pub(super) fn push_newline_mark(&self, buf: &mut Buffer) {
        self.push_border(buf, self.glyphs.newline.as_bytes());
    }

    pub(super) fn push_header(&self, buf: &mut Buffer, text: &[u8]) {
        push_styled(buf, text, &self.style.header, &self.style.reset);
    }

    pub(super) fn push_null(&self, buf: &mut Buffer, text: &[u8]) {
        push_styled(buf, text, &self.style.null, &self.style.reset);
    }

    pub(super) fn horizontal(&self) -> &'static str {
        self.glyphs.horizontal
    }

    /// Left end, crossing and right end of a horizontal line.
    pub(super) fn joints(&self, place: Place) -> [&'static str; 3] {
        self.glyphs.joints[place as usize]
    }

    /// A horizontal line over columns of these widths, with its newline.
    pub(super) fn push_rule(&self, buf: &mut Buffer, place: Place, widths: &[usize]) {
        let horizontal = self.glyphs.horizontal;
        let [left, cross, right] = self.joints(place);
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
        self.push_border(buf, rule.as_bytes());
        buf.push(b'\n');
    }
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
