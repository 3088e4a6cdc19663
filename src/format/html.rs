//! `html`: psql's `-H`, and the tables of `mysql --html`.

use super::emit::Buffer;
use super::markup::{Escapes, Markup, Shown, is_blank, writer};
use super::{Expanded, FormatOptions, RowWriter};
use crate::data::{Align, Column, Row};

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    match options.expanded {
        Expanded::On => writer(options, Records),
        _ => writer(options, Table),
    }
}

pub(super) fn new_mysql(options: &FormatOptions) -> Box<dyn RowWriter> {
    writer(options, Mysql)
}

const ENTITIES: Escapes<5> = Escapes::new([
    (b'&', "&amp;"),
    (b'<', "&lt;"),
    (b'>', "&gt;"),
    (b'"', "&quot;"),
    (b'\n', "<br />\n"),
]);

/// As in psql, leading spaces are kept, because plans have them.
fn push_text(buf: &mut Buffer, text: &[u8]) {
    let spaces = text.iter().take_while(|&&byte| byte == b' ').count();
    for _ in 0..spaces {
        buf.extend_from_slice(b"&nbsp;");
    }
    ENTITIES.push(buf, &text[spaces..]);
}

fn push_table_begin(result: &Shown, buf: &mut Buffer) {
    buf.extend_from_slice(format!("<table border=\"{}\"", result.options.border).as_bytes());
    if let Some(attributes) = &result.options.table_attributes {
        buf.push(b' ');
        buf.extend_from_slice(attributes.as_bytes());
    }
    buf.extend_from_slice(b">\n");
    if let Some(title) = result.title() {
        buf.extend_from_slice(b"  <caption>");
        push_text(buf, title.as_bytes());
        buf.extend_from_slice(b"</caption>\n");
    }
}

fn push_cell(buf: &mut Buffer, column: &Column, text: &[u8]) {
    buf.extend_from_slice(match column.align {
        Align::Left => b"    <td align=\"left\">",
        Align::Right => b"    <td align=\"right\">",
    });
    if is_blank(text) {
        buf.extend_from_slice(b"&nbsp; ");
    } else {
        push_text(buf, text);
    }
    buf.extend_from_slice(b"</td>\n");
}

struct Table;

impl Markup for Table {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_begin(result, buf);
        if result.options.tuples_only {
            return;
        }
        buf.extend_from_slice(b"  <tr>\n");
        for column in &result.columns {
            buf.extend_from_slice(b"    <th align=\"center\">");
            push_text(buf, column.name.as_bytes());
            buf.extend_from_slice(b"</th>\n");
        }
        buf.extend_from_slice(b"  </tr>\n");
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        buf.extend_from_slice(b"  <tr valign=\"top\">\n");
        for (column, cell) in result.columns.iter().zip(row.cells()) {
            push_cell(buf, column, result.text(cell));
        }
        buf.extend_from_slice(b"  </tr>\n");
    }

    fn end(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_end(&result.footers(), buf);
    }
}

fn push_table_end(footers: &[String], buf: &mut Buffer) {
    buf.extend_from_slice(b"</table>\n");
    if !footers.is_empty() {
        buf.extend_from_slice(b"<p>");
        for footer in footers {
            push_text(buf, footer.as_bytes());
            buf.extend_from_slice(b"<br />\n");
        }
        buf.extend_from_slice(b"</p>");
    }
    buf.push(b'\n');
}

struct Records;

impl Markup for Records {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_begin(result, buf);
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        buf.extend_from_slice(b"\n  <tr><td colspan=\"2\"");
        if result.options.tuples_only {
            buf.extend_from_slice(b">&nbsp;");
        } else {
            buf.extend_from_slice(format!(" align=\"center\">Record {}", result.rows).as_bytes());
        }
        buf.extend_from_slice(b"</td></tr>\n");
        for (column, cell) in result.columns.iter().zip(row.cells()) {
            buf.extend_from_slice(b"  <tr valign=\"top\">\n    <th>");
            push_text(buf, column.name.as_bytes());
            buf.extend_from_slice(b"</th>\n");
            push_cell(buf, column, result.text(cell));
            buf.extend_from_slice(b"  </tr>\n");
        }
    }

    fn end(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_end(&result.record_footers(), buf);
    }
}

/// The tables of `mysql --html`: one line, and no newline at its end.
struct Mysql;

const MYSQL_ENTITIES: Escapes<5> = Escapes::new([
    (b'&', "&amp;"),
    (b'<', "&lt;"),
    (b'>', "&gt;"),
    (b'"', "&quot;"),
    (0, " "),
]);

impl Markup for Mysql {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        buf.extend_from_slice(b"<TABLE BORDER=1>");
        if result.options.tuples_only {
            return;
        }
        buf.extend_from_slice(b"<TR>");
        for column in &result.columns {
            buf.extend_from_slice(b"<TH>");
            if column.name.is_empty() {
                buf.extend_from_slice(b" &nbsp; ");
            }
            MYSQL_ENTITIES.push(buf, column.name.as_bytes());
            buf.extend_from_slice(b"</TH>");
        }
        buf.extend_from_slice(b"</TR>");
    }

    fn row(&mut self, _result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        buf.extend_from_slice(b"<TR>");
        for cell in row.cells() {
            buf.extend_from_slice(b"<TD>");
            match cell.kind {
                crate::data::CellKind::Null => buf.extend_from_slice(b"NULL"),
                _ => MYSQL_ENTITIES.push(buf, cell.text),
            }
            buf.extend_from_slice(b"</TD>");
        }
        buf.extend_from_slice(b"</TR>");
    }

    fn end(&mut self, _result: &Shown, buf: &mut Buffer) {
        buf.extend_from_slice(b"</TABLE>");
    }
}
