//! `vertical`: what mysql's `\G` and `--vertical` print, a row a block.

use super::emit::Buffer;
use super::markup::{Markup, NUL_AS_SPACE, Shown, writer};
use super::{FormatOptions, RowWriter};
use crate::data::{CellKind, Row};

/// Stands left and right of the row's number.
const STARS: &str = "***************************";

struct Vertical {
    /// Each name with its colon, on the right of its column.
    names: Vec<String>,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    writer(options, Vertical { names: Vec::new() })
}

impl Markup for Vertical {
    fn begin(&mut self, result: &Shown, _buf: &mut Buffer) {
        // As mysql counts: bytes, whatever they look like.
        let width = result.columns.iter().map(|c| c.name.len()).max();
        let width = width.unwrap_or(0);
        let name = |name: &str| format!("{}{name}: ", " ".repeat(width - name.len()));
        self.names = match result.options.tuples_only {
            true => vec![String::new(); result.columns.len()],
            false => result.columns.iter().map(|c| name(&c.name)).collect(),
        };
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        for part in [STARS, " ", &result.rows.to_string(), ". row ", STARS, "\n"] {
            buf.extend_from_slice(part.as_bytes());
        }
        for (name, cell) in self.names.iter().zip(row.cells()) {
            buf.extend_from_slice(name.as_bytes());
            match cell.kind {
                CellKind::Null => buf.extend_from_slice(b"NULL"),
                _ => NUL_AS_SPACE.push(buf, cell.text),
            }
            buf.push(b'\n');
        }
    }

    fn end(&mut self, _result: &Shown, _buf: &mut Buffer) {}
}
