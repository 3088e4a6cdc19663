//! What the markup formats have in common: a begin, rows one by one, an end, and no widths.

use super::emit::{Buffer, CHUNK};
use super::scan::ByteSet;
use super::{FormatOptions, RowWriter};
use crate::data::{Cell, CellKind, Column, Row, RowBatch, Summary};
use std::io::{self, Write};

/// One format: how a result begins, goes on and ends.
pub(super) trait Markup {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer);
    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer);
    fn end(&mut self, result: &Shown, buf: &mut Buffer);
}

/// The result that is written.
pub(super) struct Shown {
    pub(super) options: FormatOptions,
    pub(super) columns: Vec<Column>,
    /// Rows so far, the present one among them.
    pub(super) rows: u64,
}

impl Shown {
    /// The title, unless only rows are asked for.
    pub(super) fn title(&self) -> Option<&str> {
        let title = self.options.title.as_deref();
        title.filter(|_| !self.options.tuples_only)
    }

    /// `(3 rows)`, or what stands in its place.
    pub(super) fn footers(&self) -> Vec<String> {
        self.options.foot_lines(self.rows)
    }

    /// What stands below records: no number of rows, as in psql.
    pub(super) fn record_footers(&self) -> Vec<String> {
        match self.options.footers {
            Some(_) => self.footers(),
            None => Vec::new(),
        }
    }

    /// The text of a cell, with what stands for NULL.
    pub(super) fn text<'a>(&'a self, cell: Cell<'a>) -> &'a [u8] {
        match cell.kind {
            CellKind::Null => self.options.null.as_bytes(),
            _ => cell.text,
        }
    }
}

struct MarkupWriter<M> {
    markup: M,
    result: Shown,
    buf: Buffer,
}

pub(super) fn writer<M: Markup + 'static>(
    options: &FormatOptions,
    markup: M,
) -> Box<dyn RowWriter> {
    Box::new(MarkupWriter {
        markup,
        result: Shown {
            options: options.clone(),
            columns: Vec::new(),
            rows: 0,
        },
        buf: Buffer::default(),
    })
}

impl<M: Markup> RowWriter for MarkupWriter<M> {
    fn begin(&mut self, columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
        self.result.columns = columns.to_vec();
        self.result.rows = 0;
        self.buf.clear();
        self.markup.begin(&self.result, &mut self.buf);
        self.result.options.title = None;
        if self.result.options.skip_empty {
            return Ok(());
        }
        self.buf.emit(self.result.options.terminal, out)
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if self.result.columns.is_empty() {
            self.result.rows += batch.len() as u64;
            return Ok(());
        }
        for row in batch.rows() {
            self.result.rows += 1;
            self.markup.row(&self.result, row, &mut self.buf);
            if self.buf.len() >= CHUNK {
                self.buf.emit(self.result.options.terminal, out)?;
            }
        }
        if self.result.rows == 0 {
            return Ok(());
        }
        self.buf.emit(self.result.options.terminal, out)
    }

    fn flush(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.result.options.skip_empty && self.result.rows == 0 {
            self.buf.clear();
            return Ok(());
        }
        self.markup.end(&self.result, &mut self.buf);
        self.buf.emit(self.result.options.terminal, out)
    }
}

/// What stands for the bytes that a format cannot hold as they are.
pub(super) struct Escapes<const N: usize> {
    escapes: [(u8, &'static str); N],
    escaped: ByteSet<N>,
}

impl<const N: usize> Escapes<N> {
    pub(super) const fn new(escapes: [(u8, &'static str); N]) -> Self {
        let mut bytes = [0; N];
        let mut at = 0;
        // A constant cannot iterate.
        while at < N {
            bytes[at] = escapes[at].0;
            at += 1;
        }
        Escapes {
            escapes,
            escaped: ByteSet::of(bytes),
        }
    }

    /// Appends `text` with its bytes escaped.
    pub(super) fn push(&self, buf: &mut Buffer, text: &[u8]) {
        let mut rest = text;
        loop {
            let at = self.escaped.find(rest);
            buf.extend_from_slice(&rest[..at]);
            let Some(&byte) = rest.get(at) else { return };
            if let Some((_, escape)) = self.escapes.iter().find(|(of, _)| *of == byte) {
                buf.extend_from_slice(escape.as_bytes());
            }
            rest = &rest[at + 1..];
        }
    }
}

/// mysql shows NUL as a space.
pub(super) const NUL_AS_SPACE: Escapes<1> = Escapes::new([(0, " ")]);

/// Whether there is nothing to see.
pub(super) fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|&byte| byte == b' ' || byte == b'\t')
}
