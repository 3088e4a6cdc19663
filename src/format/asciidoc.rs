//! `asciidoc`: psql's tables for AsciiDoc.

use super::emit::Buffer;
use super::markup::{Escapes, Markup, Shown, is_blank, writer};
use super::{Expanded, FormatOptions, RowWriter};
use crate::data::{Align, Row};

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    match options.expanded {
        Expanded::On => writer(options, Records),
        _ => writer(options, Table),
    }
}

const ESCAPES: Escapes<1> = Escapes::new([(b'|', "\\|")]);

fn push_text(buf: &mut Buffer, text: &[u8]) {
    ESCAPES.push(buf, text);
}

fn align(align: Align) -> &'static str {
    match align {
        Align::Left => "<l",
        Align::Right => ">l",
    }
}

/// The title and the attributes of the table, `columns` among them.
fn push_table_begin(result: &Shown, columns: &str, buf: &mut Buffer) {
    buf.push(b'\n');
    if let Some(title) = result.title() {
        buf.extend_from_slice(format!(".{title}\n").as_bytes());
    }
    let frame = match result.options.border {
        0 => ",frame=\"none\",grid=\"none\"",
        1 => ",frame=\"none\"",
        2 => ",frame=\"all\",grid=\"all\"",
        _ => "",
    };
    buf.extend_from_slice(format!("[{columns}{frame}]\n|====\n").as_bytes());
}

struct Table;

impl Markup for Table {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        let aligns: Vec<&str> = result.columns.iter().map(|c| align(c.align)).collect();
        let header = match result.options.tuples_only {
            true => "",
            false => "options=\"header\",",
        };
        push_table_begin(
            result,
            &format!("{header}cols=\"{}\"", aligns.join(",")),
            buf,
        );
        if result.options.tuples_only {
            return;
        }
        for (index, column) in result.columns.iter().enumerate() {
            buf.extend_from_slice(if index > 0 { b" ^l|" } else { b"^l|" });
            push_text(buf, column.name.as_bytes());
        }
        buf.push(b'\n');
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        let last = row.len().saturating_sub(1);
        for (index, cell) in row.cells().enumerate() {
            buf.extend_from_slice(if index > 0 { b" |" } else { b"|" });
            match result.text(cell) {
                text if !is_blank(text) => push_text(buf, text),
                _ if index < last => buf.push(b' '),
                _ => {}
            }
        }
        buf.push(b'\n');
    }

    fn end(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_end(&result.footers(), buf);
    }
}

fn push_table_end(footers: &[String], buf: &mut Buffer) {
    buf.extend_from_slice(b"|====\n");
    if !footers.is_empty() {
        let lines = footers.join("\n");
        buf.extend_from_slice(format!("\n....\n{lines}\n....\n").as_bytes());
    }
}

struct Records;

impl Markup for Records {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_begin(result, "cols=\"h,l\"", buf);
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        match result.options.tuples_only {
            true => buf.extend_from_slice(b"2+|\n"),
            false => buf.extend_from_slice(format!("2+^|Record {}\n", result.rows).as_bytes()),
        }
        for (column, cell) in result.columns.iter().zip(row.cells()) {
            buf.extend_from_slice(b"<l|");
            push_text(buf, column.name.as_bytes());
            buf.extend_from_slice(format!(" {}|", align(column.align)).as_bytes());
            match result.text(cell) {
                text if is_blank(text) => buf.push(b' '),
                text => push_text(buf, text),
            }
            buf.push(b'\n');
        }
    }

    fn end(&mut self, result: &Shown, buf: &mut Buffer) {
        push_table_end(&result.record_footers(), buf);
    }
}
