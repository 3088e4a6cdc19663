//! `table`: psql's aligned layout, byte for byte where the whole result fits the sample.
//!
//! Widths come from a bounded first part of the result (`Sample`). Later cells that are wider push
//! the rest of their line to the right; nothing is cut, so the footer has nothing to tell about it.

use super::emit::{Buffer, CHUNK, STRIDE};
use super::look::{Look, Place};
use super::sample::Sample;
use super::scan::Scan;
use super::unaligned::row_count;
use super::width::{LineRules, Lines, is_plain, simple_width};
use super::{Expanded, FormatOptions, RowWriter, expanded};
use crate::data::{Align, CellKind, Column, Row, RowBatch, Summary};
use crate::visible::visible_text;
use std::io::{self, Write};

/// One cell of the first rows must not pad millions of later lines: where the result goes on after
/// the sample, its columns are at most this wide.
const WIDEST_OF_SAMPLE: usize = 1000;

struct Table {
    options: FormatOptions,
    look: Look,
    rules: LineRules,
    /// What stands for NULL; with its colour and its width too, if it is one line.
    null: Lines,
    null_text: Vec<u8>,
    null_width: Option<usize>,
    columns: Vec<Column>,
    headers: Vec<Lines>,
    widths: Vec<usize>,
    sample: Sample,
    /// Writes this result instead, because it is too wide for the terminal.
    expanded: Option<Box<dyn RowWriter>>,
    /// What a line begins with, and the place of each cell in it.
    start: Vec<u8>,
    slots: Vec<Slot>,
    /// The lines of the cells of one row.
    lines: Vec<Lines>,
    rows: u64,
    buf: Buffer,
}

/// A place for a cell in a line, for cells that stand on one line and fit.
struct Slot {
    width: usize,
    right: bool,
    /// The last cell is not padded but ends the line.
    open: bool,
    /// As many spaces as the cell is wide, then what stands between it and the next one. It goes
    /// on behind `tail_length`, for `Buffer::extend_from_start`.
    tail: Vec<u8>,
    tail_length: usize,
}

impl Slot {
    /// The slot of each column.
    fn all(look: &Look, columns: &[Column], widths: &[usize]) -> Vec<Slot> {
        let slot = |(index, column): (usize, &Column)| {
            let last = index + 1 == columns.len();
            let right = column.align == Align::Right;
            let mut tail = Buffer::default();
            tail.push_spaces(widths[index]);
            if !last || look.border == 2 {
                tail.push(b' ');
            }
            if last {
                look.push_edge(&mut tail);
                tail.push(b'\n');
            } else if look.border > 0 {
                tail.extend_from_slice(&look.vertical);
                tail.push(b' ');
            }
            let tail_length = tail.len();
            tail.push_spaces(STRIDE);
            Slot {
                width: widths[index],
                right,
                open: last && look.border < 2 && !right,
                tail: tail.into_vec(),
                tail_length,
            }
        };
        columns.iter().enumerate().map(slot).collect()
    }

    /// Appends a cell, the first `length` bytes of `ahead`; false where it is too wide.
    #[inline]
    fn push(&self, buf: &mut Buffer, ahead: &[u8], length: usize, width: usize) -> bool {
        let mut from = width;
        if self.open {
            from = self.width;
        } else if width > self.width {
            return false;
        } else if self.right {
            buf.extend_from_start(&self.tail, self.width - width);
            from = self.width;
        }
        buf.extend_from_start(ahead, length);
        buf.extend_from_start(&self.tail[from..], self.tail_length - from);
        true
    }
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    if options.expanded == Expanded::On {
        return expanded::new(options);
    }
    let rules = LineRules {
        terminal: options.terminal,
        max_width: options.max_column_width,
    };
    let mut null = Lines::default();
    null.set(options.null.as_bytes(), rules);
    let look = Look::new(options);
    let mut null_text = Buffer::default();
    look.push_null(&mut null_text, null.line(0).unwrap_or_default().0);
    let null_width = Some(null.width()).filter(|_| null.len() == 1);
    let mut start = Buffer::default();
    look.push_edge(&mut start);
    if look.border > 0 {
        start.push(b' ');
    }
    Box::new(Table {
        options: options.clone(),
        look,
        rules,
        null,
        null_text: null_text.into_vec(),
        null_width,
        columns: Vec::new(),
        headers: Vec::new(),
        widths: Vec::new(),
        sample: Sample::default(),
        expanded: None,
        start: start.into_vec(),
        slots: Vec::new(),
        lines: Vec::new(),
        rows: 0,
        buf: Buffer::default(),
    })
}

impl Table {
    /// Settles the widths and writes what was held back.
    fn release(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let held = self.sample.take();
        if self.is_too_wide() {
            let options = FormatOptions {
                title: self.options.title.take(),
                ..self.options.clone()
            };
            let writer = self.expanded.insert(expanded::new(&options));
            writer.begin(&self.columns, out)?;
            for batch in &held {
                writer.rows(batch, out)?;
            }
            return Ok(());
        }
        self.push_head();
        self.slots = Slot::all(&self.look, &self.columns, &self.widths);
        for batch in &held {
            self.push_rows(batch, out)?;
        }
        self.buf.write_out(out)
    }

    fn is_too_wide(&self) -> bool {
        self.options.expanded == Expanded::Auto
            && self.columns.len() > 1
            && self
                .options
                .width
                .is_some_and(|width| width > 0 && self.total_width() > width)
    }

    /// The width of a whole line, as psql counts it to centre the title.
    fn total_width(&self) -> usize {
        let columns = self.columns.len();
        let borders = match self.look.border {
            0 => columns,
            1 => (columns * 3).saturating_sub(1),
            _ => columns * 3 + 1,
        };
        borders + self.widths.iter().sum::<usize>()
    }

    fn push_head(&mut self) {
        let title = self.options.title.take();
        if self.options.tuples_only {
            return;
        }
        if let Some(title) = title {
            self.push_title(&title);
        }
        if self.look.border == 2 {
            self.look.push_rule(&mut self.buf, Place::Top, &self.widths);
        }
        let height = self.headers.iter().map(Lines::len).max().unwrap_or(0);
        for line in 0..height {
            self.push_header_line(line);
        }
        self.look
            .push_rule(&mut self.buf, Place::Middle, &self.widths);
    }

    fn push_title(&mut self, title: &str) {
        let mut lines = Lines::default();
        lines.set(title.as_bytes(), LineRules::default());
        let room = self.total_width().saturating_sub(lines.width());
        self.buf.push_spaces(room / 2);
        if self.options.terminal {
            self.buf.extend_from_slice(visible_text(title).as_bytes());
        } else {
            self.buf.extend_from_slice(title.as_bytes());
        }
        self.buf.push(b'\n');
    }

    fn push_header_line(&mut self, line: usize) {
        let Table {
            buf,
            look,
            headers,
            widths,
            ..
        } = self;
        look.push_edge(buf);
        for (index, (header, &width)) in headers.iter().zip(widths.iter()).enumerate() {
            if index > 0 && look.border > 0 {
                buf.extend_from_slice(&look.vertical);
            }
            if look.border > 0 {
                buf.push(b' ');
            }
            let (text, used) = header.line(line).unwrap_or_default();
            let room = width - used;
            buf.push_spaces(room / 2);
            look.push_header(buf, text);
            buf.push_spaces(room - room / 2);
            if line + 1 < header.len() {
                look.push_newline_mark(buf);
            } else {
                buf.push(b' ');
            }
        }
        look.push_edge(buf);
        buf.push(b'\n');
    }

    fn push_rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        self.rows += batch.len() as u64;
        if self.columns.is_empty() {
            return Ok(());
        }
        let mut scan = Scan::new(batch.text(), |byte| !is_plain(byte));
        let mut cells = batch.cells();
        let widest = match self.rules.max_width {
            0 => usize::MAX,
            width => width,
        };
        for index in 0..batch.len() {
            let line = self.buf.len();
            self.buf.extend_from_slice(&self.start);
            let mut fits = true;
            for slot in &self.slots {
                let Some(cell) = cells.next() else { break };
                let ahead = scan.ahead();
                let length = cell.text.len();
                let clean = scan.clean(length);
                let (text, length, width) = match cell.kind {
                    CellKind::Null => (
                        self.null_text.as_slice(),
                        self.null_text.len(),
                        self.null_width,
                    ),
                    _ if clean => (ahead, length, Some(length)),
                    _ => (ahead, length, simple_width(cell.text, self.rules.terminal)),
                };
                fits = fits
                    && width.is_some_and(|width| {
                        width <= widest && slot.push(&mut self.buf, text, length, width)
                    });
            }
            if !fits {
                self.buf.truncate(line);
                self.push_any_row(batch.row(index));
            }
            if self.buf.len() >= CHUNK {
                self.buf.write_out(out)?;
            }
        }
        Ok(())
    }

    /// A row of any cells: wide ones, cells of several lines, coloured NULL.
    fn push_any_row(&mut self, row: Row<'_>) {
        self.lines.resize_with(self.columns.len(), Lines::default);
        let mut height = 1;
        for (lines, cell) in self.lines.iter_mut().zip(row.cells()) {
            if cell.kind == CellKind::Null {
                lines.clone_from(&self.null);
            } else {
                lines.set(cell.text, self.rules);
            }
            height = height.max(lines.len());
        }
        for line in 0..height {
            self.look.push_edge(&mut self.buf);
            for (index, cell) in row.cells().enumerate() {
                self.push_cell_line(index, line, cell.kind == CellKind::Null);
            }
            self.look.push_edge(&mut self.buf);
            self.buf.push(b'\n');
        }
    }

    /// Line `line` of the cell in column `index`, with the border on its left.
    fn push_cell_line(&mut self, index: usize, line: usize, is_null: bool) {
        let Table {
            buf, look, lines, ..
        } = self;
        let border = look.border;
        if index > 0 && border > 0 {
            buf.extend_from_slice(&look.vertical);
        }
        if border > 0 {
            buf.push(b' ');
        }
        let padded = border == 2 || index + 1 < self.columns.len();
        let more = line + 1 < lines[index].len();
        let found = lines[index].line(line);
        let (text, used) = found.unwrap_or_default();
        let room = self.widths[index].saturating_sub(used);
        let right = self.columns[index].align == Align::Right && found.is_some();
        if right {
            buf.push_spaces(room);
        }
        if is_null {
            look.push_null(buf, text);
        } else {
            buf.extend_from_slice(text);
        }
        if !right && (padded || more) {
            buf.push_spaces(room);
        }
        if more {
            look.push_newline_mark(buf);
        } else if padded {
            buf.push(b' ');
        }
    }

    fn push_foot(&mut self) {
        if self.look.border == 2 {
            self.look
                .push_rule(&mut self.buf, Place::Bottom, &self.widths);
        }
        if self.options.footer && !self.options.tuples_only {
            self.buf.extend_from_slice(row_count(self.rows).as_bytes());
            self.buf.push(b'\n');
        }
        self.buf.push(b'\n');
    }
}

impl RowWriter for Table {
    fn begin(&mut self, columns: &[Column], _out: &mut dyn Write) -> io::Result<()> {
        self.columns = columns.to_vec();
        self.headers.clear();
        for column in columns {
            let mut lines = Lines::default();
            let rules = LineRules {
                max_width: 0,
                ..self.rules
            };
            lines.set(column.name.as_bytes(), rules);
            self.headers.push(lines);
        }
        self.widths = self.headers.iter().map(Lines::width).collect();
        self.sample = Sample::default();
        self.expanded = None;
        self.rows = 0;
        self.buf.clear();
        Ok(())
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if !self.sample.is_closed() {
            let mut lines = Lines::default();
            let Table { widths, null, .. } = self;
            let goes_on = self.sample.add(batch, |index, cell| {
                let width = if cell.kind == CellKind::Null {
                    null.width()
                } else {
                    lines.set(cell.text, self.rules);
                    lines.width()
                };
                widths[index] = widths[index].max(width);
            });
            if goes_on {
                return Ok(());
            }
            for (width, header) in self.widths.iter_mut().zip(&self.headers) {
                *width = (*width).min(WIDEST_OF_SAMPLE.max(header.width()));
            }
            self.release(out)?;
        }
        if let Some(writer) = &mut self.expanded {
            return writer.rows(batch, out);
        }
        self.push_rows(batch, out)?;
        self.buf.write_out(out)
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.sample.is_closed() && !self.sample.is_empty() {
            self.release(out)?;
        }
        match &mut self.expanded {
            Some(writer) => writer.flush(out),
            None => Ok(()),
        }
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if !self.sample.is_closed() {
            if self.options.skip_empty && self.sample.is_empty() {
                return Ok(());
            }
            self.release(out)?;
        }
        if let Some(writer) = &mut self.expanded {
            return writer.end(summary, out);
        }
        self.push_foot();
        self.buf.write_out(out)
    }
}
