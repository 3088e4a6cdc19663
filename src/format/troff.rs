//! `troff-ms`: psql's tables for troff with tbl and the ms macros.

use super::emit::Buffer;
use super::markup::{Escapes, Markup, Shown, writer};
use super::{Expanded, FormatOptions, RowWriter};
use crate::data::{Align, Row};

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    match options.expanded {
        Expanded::On => writer(options, Records { in_body: false }),
        _ => writer(options, Table),
    }
}

const ESCAPES: Escapes<1> = Escapes::new([(b'\\', "\\(rs")]);

fn push_text(buf: &mut Buffer, text: &[u8]) {
    ESCAPES.push(buf, text);
}

fn push_begin(result: &Shown, buf: &mut Buffer) {
    if let Some(title) = result.title() {
        buf.extend_from_slice(b".LP\n.DS C\n");
        push_text(buf, title.as_bytes());
        buf.extend_from_slice(b"\n.DE\n");
    }
    buf.extend_from_slice(b".LP\n.TS\n");
    buf.extend_from_slice(match result.options.border {
        0 | 1 => b"center;\n",
        _ => b"center box;\n",
    });
}

struct Table;

impl Markup for Table {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        push_begin(result, buf);
        let between = match result.options.border {
            0 => "",
            _ => " | ",
        };
        let letter = |align| match align {
            Align::Left => "l",
            Align::Right => "r",
        };
        let letters: Vec<&str> = result.columns.iter().map(|c| letter(c.align)).collect();
        buf.extend_from_slice(format!("{}.\n", letters.join(between)).as_bytes());
        if result.options.tuples_only {
            return;
        }
        for (index, column) in result.columns.iter().enumerate() {
            buf.extend_from_slice(if index > 0 { b"\t\\fI" } else { b"\\fI" });
            push_text(buf, column.name.as_bytes());
            buf.extend_from_slice(b"\\fP");
        }
        buf.extend_from_slice(b"\n_\n");
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        for (index, cell) in row.cells().enumerate() {
            if index > 0 {
                buf.push(b'\t');
            }
            push_text(buf, result.text(cell));
        }
        buf.push(b'\n');
    }

    fn end(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_end(&result.footers(), buf);
    }
}

fn push_table_end(footers: &[String], buf: &mut Buffer) {
    buf.extend_from_slice(b".TE\n.DS L\n");
    for footer in footers {
        push_text(buf, footer.as_bytes());
        buf.push(b'\n');
    }
    buf.extend_from_slice(b".DE\n");
}

struct Records {
    /// The last line was a cell's, so the next label changes the layout back.
    in_body: bool,
}

impl Markup for Records {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        self.in_body = false;
        push_begin(result, buf);
        if result.options.tuples_only {
            buf.extend_from_slice(b"c l;\n");
        }
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        let border = result.options.border;
        if !result.options.tuples_only {
            if border > 1 && result.rows > 1 {
                buf.extend_from_slice(b"_\n");
            }
            if self.in_body {
                buf.extend_from_slice(b".T&\n");
            }
            self.in_body = true;
            buf.extend_from_slice(format!("c s.\n\\fIRecord {}\\fP\n", result.rows).as_bytes());
        }
        if border > 0 {
            buf.extend_from_slice(b"_\n");
        }
        if !result.options.tuples_only {
            buf.extend_from_slice(match border {
                1 => b".T&\nc | l.\n".as_slice(),
                _ => b".T&\nc l.\n".as_slice(),
            });
        }
        for (column, cell) in result.columns.iter().zip(row.cells()) {
            push_text(buf, column.name.as_bytes());
            buf.push(b'\t');
            push_text(buf, result.text(cell));
            buf.push(b'\n');
        }
    }

    fn end(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_end(&result.record_footers(), buf);
    }
}
