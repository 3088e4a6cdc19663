//! `csv`: psql's `--csv`, which is RFC 4180 with LF line ends and quotes only where needed.
//!
//! NULL and the empty string are both empty unless the user says what stands for NULL, as in psql. The header stays away with `tuples_only`;
//! there is no footer. Expanded, each cell is a line of name and value.

use super::emit::{Buffer, CHUNK};
use super::scan::{ByteSet, Scan};
use super::{Expanded, FormatOptions, RowWriter};
use crate::data::{CellKind, Column, RowBatch, Summary};
use std::io::{self, Write};

struct Csv {
    separator: Vec<u8>,
    /// What stands for NULL, in quotes if it needs them.
    null: Vec<u8>,
    /// psql quotes everything where the separator could be part of `\.`, COPY's end of data.
    always_quote: bool,
    header: bool,
    header_when_empty: bool,
    /// Column names, each with the separator behind it, where cells are lines of name and value.
    names: Vec<Vec<u8>>,
    expanded: bool,
    terminal: bool,
    columns: usize,
    /// The header, until it is written.
    pending: Buffer,
    buf: Buffer,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    let separator = options.csv_separator.to_string().into_bytes();
    let always_quote = matches!(options.csv_separator, '\\' | '.');
    let mut null = Buffer::default();
    push_field(&mut null, options.null.as_bytes(), &separator, always_quote);
    Box::new(Csv {
        separator,
        null: null.into_vec(),
        always_quote,
        header: !options.tuples_only,
        header_when_empty: !options.skip_empty,
        names: Vec::new(),
        expanded: options.expanded == Expanded::On,
        terminal: options.terminal,
        columns: 0,
        pending: Buffer::default(),
        buf: Buffer::default(),
    })
}

const QUOTE: ByteSet<1> = ByteSet::of([b'"']);

/// Appends a field, in quotes where it needs them.
fn push_field(buf: &mut Buffer, text: &[u8], separator: &[u8], always_quote: bool) {
    let first = separator[0];
    let special = ByteSet::of([first, b'"', b'\n', b'\r']);
    let clean = special.find(text) == text.len();
    // Other characters can begin with the first byte of a separator that is not ASCII.
    let needs_quotes = !clean && (first.is_ascii() || needs_quotes(text, separator));
    if !(needs_quotes || always_quote || text == b"\\.") {
        buf.extend_from_slice(text);
        return;
    }
    buf.push(b'"');
    let mut rest = text;
    loop {
        let at = QUOTE.find(rest);
        buf.extend_from_slice(&rest[..at]);
        if at == rest.len() {
            break;
        }
        buf.extend_from_slice(b"\"\"");
        rest = &rest[at + 1..];
    }
    buf.push(b'"');
}

fn needs_quotes(text: &[u8], separator: &[u8]) -> bool {
    text.iter().any(|b| matches!(b, b'"' | b'\n' | b'\r'))
        || text.windows(separator.len()).any(|part| part == separator)
}

impl Csv {
    fn rows_across(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        let Csv {
            buf,
            separator,
            null,
            always_quote,
            ..
        } = self;
        let first = separator[0];
        let single = separator.len() == 1;
        // The backslash is among them for `\.`.
        let special = ByteSet::of([first, b'"', b'\n', b'\r', b'\\']);
        let mut scan = Scan::new(batch.text(), special);
        let mut cells = batch.cells();
        for _ in 0..batch.len() {
            for _ in 0..self.columns {
                let Some(cell) = cells.next() else { break };
                let ahead = scan.ahead();
                if cell.kind == CellKind::Null {
                    buf.extend_from_slice(null);
                } else if scan.clean(cell.text.len()) && !*always_quote {
                    buf.extend_from_start(ahead, cell.text.len());
                } else {
                    push_field(buf, cell.text, separator, *always_quote);
                }
                if single {
                    buf.push(first);
                } else {
                    buf.extend_from_slice(separator);
                }
            }
            // The last separator becomes the end of the line.
            buf.truncate(buf.len() - separator.len());
            buf.push(b'\n');
            if buf.len() >= CHUNK {
                buf.emit(self.terminal, out)?;
            }
        }
        Ok(())
    }

    fn rows_down(&mut self, batch: &RowBatch) {
        for (cell, name) in batch.cells().zip(self.names.iter().cycle()) {
            self.buf.extend_from_slice(name);
            if cell.kind == CellKind::Null {
                self.buf.extend_from_slice(&self.null);
            } else {
                push_field(&mut self.buf, cell.text, &self.separator, self.always_quote);
            }
            self.buf.push(b'\n');
        }
    }
}

impl RowWriter for Csv {
    fn begin(&mut self, columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
        self.columns = columns.len();
        self.pending.clear();
        let mut names = Vec::with_capacity(columns.len());
        for column in columns {
            let mut name = Buffer::default();
            let text = column.name.as_bytes();
            push_field(&mut name, text, &self.separator, self.always_quote);
            name.extend_from_slice(&self.separator);
            names.push(name.into_vec());
        }
        self.names = names;
        if self.header && !self.expanded {
            for name in &self.names {
                self.pending.extend_from_slice(name);
            }
            let length = self.pending.len().saturating_sub(self.separator.len());
            self.pending.truncate(length);
            self.pending.push(b'\n');
        }
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
        if self.expanded {
            self.rows_down(batch);
        } else {
            self.rows_across(batch, out)?;
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
