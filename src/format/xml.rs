//! `xml`: what `mysql --xml` prints, a document a result.

use super::emit::Buffer;
use super::markup::{Escapes, Markup, Shown, writer};
use super::{FormatOptions, RowWriter};
use crate::data::{CellKind, Row};

struct Xml {
    /// `<field name="…"`, for each column.
    fields: Vec<Vec<u8>>,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    // As in mysql, a result without rows is a document too.
    let options = FormatOptions {
        skip_empty: false,
        ..options.clone()
    };
    writer(&options, Xml { fields: Vec::new() })
}

/// What would be markup, and the one character that mysql shows as a space.
const ENTITIES: Escapes<5> = Escapes::new([
    (b'&', "&amp;"),
    (b'<', "&lt;"),
    (b'>', "&gt;"),
    (b'"', "&quot;"),
    (0, " "),
]);

impl Markup for Xml {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        buf.extend_from_slice(b"<?xml version=\"1.0\"?>\n\n<resultset statement=\"");
        ENTITIES.push(buf, result.options.statement.as_bytes());
        buf.extend_from_slice(b"\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
        self.fields.clear();
        for column in &result.columns {
            let mut field = Buffer::default();
            field.extend_from_slice(b"\t<field name=\"");
            ENTITIES.push(&mut field, column.name.as_bytes());
            field.push(b'"');
            self.fields.push(field.into_vec());
        }
    }

    fn row(&mut self, _result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        buf.extend_from_slice(b"\n  <row>\n");
        for (field, cell) in self.fields.iter().zip(row.cells()) {
            buf.extend_from_slice(field);
            if cell.kind == CellKind::Null {
                buf.extend_from_slice(b" xsi:nil=\"true\" />\n");
                continue;
            }
            buf.push(b'>');
            ENTITIES.push(buf, cell.text);
            buf.extend_from_slice(b"</field>\n");
        }
        buf.extend_from_slice(b"  </row>\n");
    }

    fn end(&mut self, _result: &Shown, buf: &mut Buffer) {
        buf.extend_from_slice(b"</resultset>\n");
    }
}
