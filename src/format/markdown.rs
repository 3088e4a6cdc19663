//! `markdown`: a table as GitHub reads it. Cells are not padded, so that rows can stream.

use super::emit::{Buffer, CHUNK};
use super::scan::{ByteSet, Scan};
use super::{FormatOptions, RowWriter};
use crate::data::{Align, CellKind, Column, RowBatch, Summary};
use std::io::{self, Write};

struct Markdown {
    null: Vec<u8>,
    header: bool,
    terminal: bool,
    columns: usize,
    buf: Buffer,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    let mut null = Buffer::default();
    push_escaped(&mut null, options.null.as_bytes());
    Box::new(Markdown {
        null: null.into_vec(),
        header: !options.tuples_only,
        terminal: options.terminal,
        columns: 0,
        buf: Buffer::default(),
    })
}

const SPECIAL: ByteSet<5> = ByteSet::of(*b"|\\<\n\r");

/// Appends a cell so that it stays in its cell and reads as it was: a pipe would end the cell, a
/// backslash before punctuation would vanish, and `<b>` would be taken for HTML.
fn push_escaped(buf: &mut Buffer, text: &[u8]) {
    let mut rest = text;
    loop {
        let at = SPECIAL.find(rest);
        buf.extend_from_slice(&rest[..at]);
        let Some(&byte) = rest.get(at) else { return };
        rest = &rest[at + 1..];
        let next = rest.first().copied();
        match byte {
            b'|' => buf.extend_from_slice(b"\\|"),
            b'\\' if next.is_some_and(|b| b.is_ascii_punctuation()) => {
                buf.extend_from_slice(b"\\\\");
            }
            b'<' if next.is_some_and(|b| b.is_ascii_alphabetic() || b"/!?".contains(&b)) => {
                buf.extend_from_slice(b"\\<");
            }
            b'\n' => buf.extend_from_slice(b"<br>"),
            b'\r' if next == Some(b'\n') => {}
            b'\r' => buf.extend_from_slice(b"<br>"),
            other => buf.push(other),
        }
    }
}

impl RowWriter for Markdown {
    fn begin(&mut self, columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
        self.columns = columns.len();
        self.buf.clear();
        if !self.header || columns.is_empty() {
            return Ok(());
        }
        for column in columns {
            self.buf.extend_from_slice(b"| ");
            push_escaped(&mut self.buf, column.name.as_bytes());
            self.buf.push(b' ');
        }
        self.buf.extend_from_slice(b"|\n");
        for column in columns {
            self.buf.extend_from_slice(match column.align {
                Align::Left => b"| --- ",
                Align::Right => b"| ---: ",
            });
        }
        self.buf.extend_from_slice(b"|\n");
        self.buf.emit(self.terminal, out)
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if self.columns == 0 || batch.is_empty() {
            return Ok(());
        }
        let mut scan = Scan::new(batch.text(), SPECIAL);
        let mut cells = batch.cells();
        for _ in 0..batch.len() {
            for cell in cells.by_ref().take(self.columns) {
                self.buf.extend_from_slice(b"| ");
                let ahead = scan.ahead();
                if cell.kind == CellKind::Null {
                    self.buf.extend_from_slice(&self.null);
                } else if scan.clean(cell.text.len()) {
                    self.buf.extend_from_start(ahead, cell.text.len());
                } else {
                    push_escaped(&mut self.buf, cell.text);
                }
                self.buf.push(b' ');
            }
            self.buf.extend_from_slice(b"|\n");
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
