//! `tsv`: what `mysql --batch` prints: a header, tabs, and tab, newline, NUL and backslash escaped;
//! `tsv-raw` escapes nothing.

use super::emit::{Buffer, CHUNK};
use super::scan::{ByteSet, Scan};
use super::{FormatOptions, RowWriter};
use crate::data::{CellKind, Column, RowBatch, Summary};
use std::io::{self, Write};

struct Tsv {
    header: bool,
    raw_header: bool,
    raw: bool,
    header_when_empty: bool,
    terminal: bool,
    columns: usize,
    /// The header, until it is written.
    pending: Buffer,
    buf: Buffer,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    build(options, false)
}

pub(super) fn new_raw(options: &FormatOptions) -> Box<dyn RowWriter> {
    build(options, true)
}

fn build(options: &FormatOptions, raw: bool) -> Box<dyn RowWriter> {
    Box::new(Tsv {
        header: !options.tuples_only,
        raw_header: raw || options.raw_header,
        raw,
        header_when_empty: !options.skip_empty,
        terminal: options.terminal,
        columns: 0,
        pending: Buffer::default(),
        buf: Buffer::default(),
    })
}

const SPECIAL: ByteSet<4> = ByteSet::of(*b"\t\n\0\\");

fn push_escaped(buf: &mut Buffer, text: &[u8]) {
    let mut rest = text;
    loop {
        let at = SPECIAL.find(rest);
        buf.extend_from_slice(&rest[..at]);
        let escape = match rest.get(at) {
            None => return,
            Some(b'\t') => b"\\t",
            Some(b'\n') => b"\\n",
            Some(b'\0') => b"\\0",
            Some(_) => b"\\\\",
        };
        buf.extend_from_slice(escape);
        rest = &rest[at + 1..];
    }
}

impl RowWriter for Tsv {
    fn begin(&mut self, columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
        self.columns = columns.len();
        self.pending.clear();
        if !self.header {
            return Ok(());
        }
        for (index, column) in columns.iter().enumerate() {
            if index > 0 {
                self.pending.push(b'\t');
            }
            match self.raw_header {
                true => self.pending.extend_from_slice(column.name.as_bytes()),
                false => push_escaped(&mut self.pending, column.name.as_bytes()),
            }
        }
        self.pending.push(b'\n');
        if self.header_when_empty {
            self.pending.emit(self.terminal, out)?;
        }
        Ok(())
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if self.columns == 0 || batch.is_empty() {
            return Ok(());
        }
        self.buf.append(&mut self.pending);
        let mut scan = Scan::new(batch.text(), SPECIAL);
        let mut cells = batch.cells();
        for _ in 0..batch.len() {
            for cell in cells.by_ref().take(self.columns) {
                let ahead = scan.ahead();
                if cell.kind == CellKind::Null {
                    self.buf.extend_from_slice(b"NULL");
                } else if scan.clean(cell.text.len()) || self.raw {
                    self.buf.extend_from_start(ahead, cell.text.len());
                } else {
                    push_escaped(&mut self.buf, cell.text);
                }
                self.buf.push(b'\t');
            }
            // The last tab becomes the end of the line.
            self.buf.truncate(self.buf.len() - 1);
            self.buf.push(b'\n');
            if self.buf.len() >= CHUNK {
                self.buf.emit(self.terminal, out)?;
            }
        }
        self.buf.emit(self.terminal, out)
    }

    fn flush(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
