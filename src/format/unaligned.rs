//! `unaligned`: psql's `-A`: cells as they are, with a separator between fields and between records.
//!
//! As in psql a record separator stands *between* records: the last one ends with a newline, or
//! with NUL where that is the separator.

use super::emit::{Buffer, CHUNK};
use super::scan::with_rest;
use super::{Expanded, FormatOptions, RowWriter};
use crate::data::{Cell, CellKind, Column, RowBatch, Summary};
use std::io::{self, Write};

struct Unaligned {
    field: Vec<u8>,
    record: Vec<u8>,
    /// After the very last record.
    last: &'static [u8],
    null: Vec<u8>,
    tuples_only: bool,
    footer: bool,
    footers: Option<Vec<String>>,
    skip_empty: bool,
    expanded: bool,
    terminal: bool,
    title: Option<String>,
    names: Vec<String>,
    rows: u64,
    /// Something was printed that a separator must follow, or the end of the last record.
    begun: bool,
    /// Separators that already follow it.
    given: usize,
    buf: Buffer,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    let zero = options.record_separator == "\0";
    Box::new(Unaligned {
        field: options.field_separator.clone().into_bytes(),
        record: options.record_separator.clone().into_bytes(),
        last: if zero { b"\0" } else { b"\n" },
        null: options.null.clone().into_bytes(),
        tuples_only: options.tuples_only,
        footer: options.footer,
        footers: options.footers.clone(),
        skip_empty: options.skip_empty,
        expanded: options.expanded == Expanded::On,
        terminal: options.terminal,
        title: options.title.clone(),
        names: Vec::new(),
        rows: 0,
        begun: false,
        given: 0,
        buf: Buffer::default(),
    })
}

impl Unaligned {
    fn push_head(&mut self) {
        let title = self.title.take().filter(|_| !self.tuples_only);
        if let Some(title) = &title {
            self.buf.extend_from_slice(title.as_bytes());
        }
        if self.expanded {
            self.begun = title.is_some();
            return;
        }
        if title.is_some() {
            self.buf.extend_from_slice(&self.record);
        }
        if self.tuples_only {
            return;
        }
        for (index, name) in self.names.iter().enumerate() {
            if index > 0 {
                self.buf.extend_from_slice(&self.field);
            }
            self.buf.extend_from_slice(name.as_bytes());
        }
        self.begun = true;
    }

    /// Appends a cell; `ahead` is its text and what follows it, for a quick copy.
    #[inline]
    fn push_cell(&mut self, cell: Cell<'_>, ahead: &[u8]) {
        match cell.kind {
            CellKind::Null => self.buf.extend_from_slice(&self.null),
            _ => self.buf.extend_from_start(ahead, cell.text.len()),
        }
    }

    fn push_row<'a>(&mut self, cells: impl Iterator<Item = (Cell<'a>, &'a [u8])>) {
        self.separate(1);
        for (cell, ahead) in cells {
            self.push_cell(cell, ahead);
            if let [byte] = self.field[..] {
                self.buf.push(byte);
            } else {
                self.buf.extend_from_slice(&self.field);
            }
        }
        self.buf.truncate(self.buf.len() - self.field.len());
        self.begun = true;
    }

    fn push_record<'a>(&mut self, cells: impl Iterator<Item = (Cell<'a>, &'a [u8])>) {
        self.separate(2);
        for (index, (cell, ahead)) in cells.enumerate() {
            if index > 0 {
                self.buf.extend_from_slice(&self.record);
            }
            self.buf.extend_from_slice(self.names[index].as_bytes());
            self.buf.extend_from_slice(&self.field);
            self.push_cell(cell, ahead);
        }
        self.begun = true;
    }

    /// Comes before everything that is printed: `count` separators after what was there before.
    #[inline]
    fn separate(&mut self, count: usize) {
        if self.begun {
            for _ in self.given..count {
                self.buf.extend_from_slice(&self.record);
            }
        }
        self.given = 0;
    }

    /// Ends the line now where the separator and the end of the last record are the same, so that
    /// whoever reads line by line need not wait for the next row.
    fn end_line(&mut self) {
        if self.begun && self.given == 0 && self.record == self.last {
            self.buf.extend_from_slice(self.last);
            self.given = 1;
        }
    }

    fn push_footer(&mut self) {
        if self.tuples_only {
            return;
        }
        let lines = match &self.footers {
            Some(lines) => lines.clone(),
            None if self.expanded || !self.footer => Vec::new(),
            None => vec![row_count(self.rows)],
        };
        for (n, line) in lines.into_iter().enumerate() {
            self.separate(if self.expanded && n == 0 { 2 } else { 1 });
            self.buf.extend_from_slice(line.as_bytes());
            self.begun = true;
        }
    }
}

/// `(3 rows)`, as psql says it.
pub(super) fn row_count(rows: u64) -> String {
    format!("({rows} row{})", if rows == 1 { "" } else { "s" })
}

impl RowWriter for Unaligned {
    fn begin(&mut self, columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
        self.names = columns.iter().map(|column| column.name.clone()).collect();
        self.rows = 0;
        self.begun = false;
        self.given = 0;
        self.buf.clear();
        self.push_head();
        self.end_line();
        if self.skip_empty {
            return Ok(());
        }
        self.buf.emit(self.terminal, out)
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        self.rows += batch.len() as u64;
        let columns = self.names.len();
        if columns == 0 || batch.is_empty() {
            return Ok(());
        }
        let mut cells = with_rest(batch);
        for _ in 0..batch.len() {
            if self.expanded {
                self.push_record(cells.by_ref().take(columns));
            } else {
                self.push_row(cells.by_ref().take(columns));
            }
            if self.buf.len() >= CHUNK {
                self.buf.emit(self.terminal, out)?;
            }
        }
        self.end_line();
        self.buf.emit(self.terminal, out)
    }

    fn flush(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.skip_empty && self.rows == 0 {
            self.buf.clear();
            return Ok(());
        }
        self.push_footer();
        if self.begun && self.given == 0 {
            self.buf.extend_from_slice(self.last);
        }
        self.buf.emit(self.terminal, out)
    }
}
