//! `table-mysql`: what `mysql --table` prints. Widths are counted as that client counts them, in
//! bytes, from a bounded first part of the result.

use super::emit::{Buffer, CHUNK};
use super::markup::NUL_AS_SPACE;
use super::sample::Sample;
use super::width::{display_width, mysql_width};
use super::{FormatOptions, RowWriter};
use crate::data::{Align, Cell, CellKind, Column, Origin, RowBatch, Summary};
use std::io::{self, Write};

/// mysql cuts headers at so many bytes; here no column is padded further.
const WIDEST: usize = 1024;

struct Grid {
    header: bool,
    skip_empty: bool,
    terminal: bool,
    columns: Vec<Column>,
    widths: Vec<usize>,
    /// Bytes of the longest cell of each.
    longest: Vec<usize>,
    sample: Sample,
    rows: u64,
    buf: Buffer,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    Box::new(Grid {
        header: !options.tuples_only,
        skip_empty: options.skip_empty,
        terminal: options.terminal,
        columns: Vec::new(),
        widths: Vec::new(),
        longest: Vec::new(),
        sample: Sample::default(),
        rows: 0,
        buf: Buffer::default(),
    })
}

/// The text of a cell as it is shown.
fn shown(cell: Cell<'_>) -> &[u8] {
    match cell.kind {
        CellKind::Null => b"NULL",
        _ => cell.text,
    }
}

/// What is missing from the width: bytes count for the column, screen columns for the padding.
fn missing(text: &[u8], width: usize, terminal: bool) -> usize {
    let taken = match terminal {
        _ if text.is_ascii() => text.len(),
        true => display_width(&String::from_utf8_lossy(text)),
        false => mysql_width(text),
    };
    width.saturating_sub(taken)
}

/// In mysql's own lines. The longest cell is that of the part of the result that was measured.
fn about(origin: &Origin, longest: usize) -> String {
    let flags: String = origin.flags.iter().map(|f| format!("{f} ")).collect();
    format!(
        "Org_field:  `{}`\nCatalog:    `def`\nDatabase:   `{}`\nTable:      `{}`\n\
         Org_table:  `{}`\nType:       {}\nCollation:  {} ({})\nLength:     {}\n\
         Max_length: {longest}\nDecimals:   {}\nFlags:      {flags}\n",
        origin.name,
        origin.schema,
        origin.table,
        origin.own_table,
        origin.wire_type,
        origin.collation_name,
        origin.collation,
        origin.length,
        origin.decimals,
    )
}

impl Grid {
    fn push_rule(&mut self) {
        for width in &self.widths {
            self.buf.push(b'+');
            for _ in 0..width + 2 {
                self.buf.push(b'-');
            }
        }
        self.buf.extend_from_slice(b"+\n");
    }

    fn push_head(&mut self) {
        self.push_rule();
        if !self.header {
            return;
        }
        self.buf.push(b'|');
        for (column, width) in self.columns.iter().zip(&self.widths) {
            let name = column.name.as_bytes();
            self.buf.push(b' ');
            self.buf.extend_from_slice(name);
            self.buf.push_spaces(missing(name, *width, self.terminal));
            self.buf.extend_from_slice(b" |");
        }
        self.buf.push(b'\n');
        self.push_rule();
    }

    /// What the server says of the columns, where somebody has asked for it.
    fn push_origins(&mut self) {
        let mut told = false;
        for (index, column) in self.columns.iter().enumerate() {
            let Some(origin) = &column.origin else {
                continue;
            };
            told = true;
            let longest = self.longest.get(index).copied().unwrap_or(0);
            let number = index + 1;
            let text = about(origin, longest);
            let text = format!("Field {number:3}:  `{}`\n{text}\n", column.name);
            self.buf.extend_from_slice(text.as_bytes());
        }
        if told {
            self.buf.push(b'\n');
        }
    }

    fn push_rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        for row in batch.rows() {
            self.buf.push(b'|');
            for ((cell, column), width) in row.cells().zip(&self.columns).zip(&self.widths) {
                let text = shown(cell);
                let padding = missing(text, *width, self.terminal);
                let (before, after) = match column.align {
                    Align::Right => (padding, 0),
                    Align::Left => (0, padding),
                };
                self.buf.push_spaces(before + 1);
                NUL_AS_SPACE.push(&mut self.buf, text);
                self.buf.push_spaces(after);
                self.buf.extend_from_slice(b" |");
            }
            self.buf.push(b'\n');
            if self.buf.len() >= CHUNK {
                self.buf.emit(self.terminal, out)?;
            }
        }
        self.buf.emit(self.terminal, out)
    }

    /// Settles the widths and writes what was held back.
    fn release(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let held = self.sample.take();
        self.push_origins();
        self.push_head();
        for batch in &held {
            self.push_rows(batch, out)?;
        }
        self.buf.emit(self.terminal, out)
    }
}

impl RowWriter for Grid {
    fn begin(&mut self, columns: &[Column], _out: &mut dyn Write) -> io::Result<()> {
        self.columns = columns.to_vec();
        self.sample = Sample::default();
        self.rows = 0;
        let least = |column: &Column| if column.not_null { 0 } else { "NULL".len() };
        let name = |column: &Column| if self.header { column.name.len() } else { 0 };
        let widths = columns.iter().map(|c| name(c).max(least(c)).min(WIDEST));
        self.widths = widths.collect();
        self.longest = vec![0; columns.len()];
        Ok(())
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if self.columns.is_empty() || batch.is_empty() {
            return Ok(());
        }
        self.rows += batch.len() as u64;
        if !self.sample.is_closed() {
            let (widths, longest) = (&mut self.widths, &mut self.longest);
            let goes_on = self.sample.add(batch, |index, cell| {
                longest[index] = longest[index].max(cell.text.len());
                // As in mysql, where the server wrongly promises that there is none, as for ROLLUP.
                let width = match cell.kind {
                    CellKind::Null => 0,
                    _ => shown(cell).len().min(WIDEST),
                };
                widths[index] = widths[index].max(width);
            });
            if goes_on {
                return Ok(());
            }
            self.release(out)?;
        }
        self.push_rows(batch, out)
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.sample.is_closed() || self.sample.is_empty() {
            true => Ok(()),
            false => self.release(out),
        }
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.rows == 0 && self.skip_empty || self.columns.is_empty() {
            return Ok(());
        }
        if self.rows == 0 && self.columns.iter().any(|c| c.origin.is_some()) {
            // Then there is no table.
            self.push_origins();
            return self.buf.emit(self.terminal, out);
        }
        if !self.sample.is_closed() {
            self.release(out)?;
        }
        self.push_rule();
        self.buf.emit(self.terminal, out)
    }
}
