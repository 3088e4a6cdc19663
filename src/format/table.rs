//! `table` and `wrapped`: psql's aligned layouts, byte for byte where the whole result fits the
//! sample.
//!
//! Widths come from a bounded first part of the result (`Sample`). Later cells that are wider push
//! the rest of their line to the right; nothing is cut, so the footer has nothing to tell about it.

mod slot;
mod wrap;

use super::emit::{Buffer, CHUNK};
use super::look::{Goes, Look, Null, Place};
use super::sample::Sample;
use super::scan::Scan;
use super::width::{LineRules, Lines, NOT_PLAIN, first_part, simple_width};
use super::{Expanded, FormatOptions, RowWriter, expanded};
use crate::data::{Align, CellKind, Column, Mark, Row, RowBatch, Summary};
use crate::visible::visible_text;
use slot::Slot;
use std::io::{self, Write};
use wrap::Measured;

/// One cell of the first rows must not pad millions of later lines: where the result goes on after
/// the sample, its columns are at most this wide.
const WIDEST_OF_SAMPLE: usize = 1000;

struct Table {
    options: FormatOptions,
    /// The format is `wrapped`: with a width to fit into, cells wrap.
    wrapped: bool,
    wraps: bool,
    look: Look,
    rules: LineRules,
    null: Null,
    columns: Vec<Column>,
    headers: Vec<Lines>,
    measured: Vec<Measured>,
    widths: Vec<usize>,
    sample: Sample,
    /// The header is written.
    headed: bool,
    /// Writes this result instead, because it is too wide for the terminal.
    expanded: Option<Box<dyn RowWriter>>,
    /// What a line begins with, and the place of each cell in it.
    start: Vec<u8>,
    slots: Vec<Slot>,
    /// The cells of one row that is not simple, and its mark.
    cells: Vec<TallCell>,
    mark: Mark,
    rows: u64,
    buf: Buffer,
}

/// A cell that is printed line by line, and how far that is.
#[derive(Default)]
struct TallCell {
    lines: Lines,
    is_null: bool,
    /// The line that comes next, and what was printed of it already.
    line: usize,
    done: usize,
    /// How the cell came into the line that is printed now.
    goes: Goes,
}

impl TallCell {
    fn is_over(&self) -> bool {
        self.line >= self.lines.len()
    }
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    build(options, false)
}

pub(super) fn new_wrapped(options: &FormatOptions) -> Box<dyn RowWriter> {
    build(options, true)
}

fn build(options: &FormatOptions, wrapped: bool) -> Box<dyn RowWriter> {
    if options.expanded == Expanded::On {
        return expanded::build(options, wrapped);
    }
    let rules = LineRules::of(options);
    let look = Look::new(options);
    let mut start = Buffer::default();
    look.push_edge(&mut start);
    if look.border > 0 {
        start.push(b' ');
    }
    Box::new(Table {
        options: options.clone(),
        wrapped,
        wraps: wrapped && options.width.is_some(),
        null: Null::new(options, &look, rules),
        look,
        rules,
        columns: Vec::new(),
        headers: Vec::new(),
        measured: Vec::new(),
        widths: Vec::new(),
        sample: Sample::default(),
        headed: false,
        expanded: None,
        start: start.into_vec(),
        slots: Vec::new(),
        cells: Vec::new(),
        mark: Mark::None,
        rows: 0,
        buf: Buffer::default(),
    })
}

impl Table {
    /// Settles the widths and writes what was held back.
    fn release(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.sample.rows();
        let held = self.sample.take();
        let room = self.options.width.filter(|_| self.wraps).unwrap_or(0);
        self.widths = wrap::fit(&self.measured, rows, self.borders(), room);
        if self.is_too_wide() {
            let options = FormatOptions {
                title: self.options.title.take(),
                ..self.options.clone()
            };
            let writer = self
                .expanded
                .insert(expanded::build(&options, self.wrapped));
            writer.begin(&self.columns, out)?;
            for batch in &held {
                writer.rows(batch, out)?;
            }
            return Ok(());
        }
        self.push_head();
        self.slots = Slot::all(&self.look, &self.columns, &self.widths, self.wraps);
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

    /// What stands beside the cells in a whole line, as psql counts it.
    fn borders(&self) -> usize {
        let columns = self.columns.len();
        match self.look.border {
            0 => columns,
            1 => (columns * 3).saturating_sub(1),
            _ => columns * 3 + 1,
        }
    }

    /// The width of a whole line, as psql counts it to centre the title.
    fn total_width(&self) -> usize {
        self.borders() + self.widths.iter().sum::<usize>()
    }

    fn push_head(&mut self) {
        let title = self.options.title.take();
        if std::mem::replace(&mut self.headed, true) || self.options.tuples_only {
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
        lines.set(title.as_bytes(), self.rules.uncut());
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
            if look.border > 0 || (look.old && index > 0) {
                look.push_header_left(buf, line == 0);
            }
            let (text, used) = header.line(line).unwrap_or_default();
            let room = width.saturating_sub(used);
            buf.push_spaces(room / 2);
            look.push_header(buf, text);
            buf.push_spaces(room - room / 2);
            if look.border > 0 || !look.old {
                look.push_header_right(buf, line + 1 >= header.len());
            }
        }
        look.push_edge(buf);
        buf.push(b'\n');
    }

    fn push_rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        let before = self.rows as usize;
        self.rows += batch.len() as u64;
        if self.columns.is_empty() {
            return Ok(());
        }
        let mut scan = Scan::new(batch.text(), NOT_PLAIN);
        let mut cells = batch.cells();
        let widest = match self.rules.max_width {
            0 => usize::MAX,
            width => width,
        };
        for index in 0..batch.len() {
            let line = self.buf.len();
            self.buf.extend_from_slice(&self.start);
            let mark = self.options.marks.get(before + index);
            self.mark = mark.copied().unwrap_or_default();
            let mut fits = self.mark == Mark::None;
            for slot in &self.slots {
                let Some(cell) = cells.next() else { break };
                let ahead = scan.ahead();
                let length = cell.text.len();
                let clean = scan.clean(length);
                let (text, length, width) = match cell.kind {
                    CellKind::Null => (
                        self.null.text.as_slice(),
                        self.null.text.len(),
                        self.null.width,
                    ),
                    _ if clean => (ahead, length, Some(length)),
                    _ => (ahead, length, simple_width(cell.text, self.rules)),
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
        self.cells
            .resize_with(self.columns.len(), TallCell::default);
        for (tall, cell) in self.cells.iter_mut().zip(row.cells()) {
            tall.is_null = cell.kind == CellKind::Null;
            if tall.is_null {
                tall.lines.clone_from(&self.null.lines);
            } else {
                tall.lines.set(cell.text, self.rules);
            }
            (tall.line, tall.done, tall.goes) = (0, 0, Goes::Nowhere);
        }
        loop {
            self.look.push_edge(&mut self.buf);
            for index in 0..self.columns.len() {
                self.push_cell_line(index);
            }
            self.look.push_edge(&mut self.buf);
            self.buf.push(b'\n');
            if self.cells.iter().all(TallCell::is_over) {
                return;
            }
        }
    }

    /// The next line of the cell in column `index`, with the border on its left.
    fn push_cell_line(&mut self, index: usize) {
        let Table {
            buf, look, cells, ..
        } = self;
        let cell = &mut cells[index];
        if look.border > 0 {
            if index > 0 {
                look.push_divider(buf, Some(cell.goes).filter(|_| !cell.is_over()));
            }
            look.push_left_mark(buf, cell.goes);
        }
        let padded = look.border == 2 || index + 1 < self.columns.len();
        let width = self.widths[index];
        let right = self.columns[index].align == Align::Right;
        let Some((line, _)) = cell.lines.line(cell.line) else {
            cell.goes = Goes::Nowhere;
            if padded {
                buf.push_spaces(width + 1);
            }
            return;
        };
        let limit = if self.wraps { width } else { usize::MAX };
        let (part, used) = first_part(&line[cell.done..], limit, self.rules);
        let room = width.saturating_sub(used);
        if right {
            buf.push_spaces(room);
        }
        match cell.is_null {
            true => look.push_null(buf, part),
            false => look.push_marked(buf, self.mark, part),
        }
        cell.done += part.len();
        cell.goes = Goes::Wrapped;
        if cell.done >= line.len() {
            (cell.line, cell.done) = (cell.line + 1, 0);
            cell.goes = match cell.is_over() {
                true => Goes::Nowhere,
                false => Goes::Newline,
            };
        }
        let goes_on = cell.goes != Goes::Nowhere;
        if !right && (padded || goes_on) {
            buf.push_spaces(room);
        }
        if padded || goes_on {
            look.push_right_mark(buf, cell.goes);
        }
    }

    fn push_foot(&mut self) {
        if self.look.border == 2 {
            self.look
                .push_rule(&mut self.buf, Place::Bottom, &self.widths);
        }
        for line in self.options.foot_lines(self.rows) {
            self.buf.extend_from_slice(line.as_bytes());
            self.buf.push(b'\n');
        }
        self.buf.push(b'\n');
    }
}

impl RowWriter for Table {
    fn begin(&mut self, columns: &[Column], _out: &mut dyn Write) -> io::Result<()> {
        self.columns = columns.to_vec();
        self.headers.clear();
        self.measured.clear();
        for column in columns {
            let mut lines = Lines::default();
            lines.set(column.name.as_bytes(), self.rules.uncut());
            self.measured.push(Measured {
                header: lines.width(),
                widest: lines.width(),
                sum: 0,
            });
            self.headers.push(lines);
        }
        self.sample = Sample::default();
        self.headed = false;
        self.expanded = None;
        self.rows = 0;
        self.buf.clear();
        Ok(())
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if !self.sample.is_closed() {
            let mut lines = Lines::default();
            let Table { measured, null, .. } = self;
            let goes_on = self.sample.add(batch, |index, cell| {
                let width = if cell.kind == CellKind::Null {
                    null.lines.width()
                } else {
                    lines.set(cell.text, self.rules);
                    lines.width()
                };
                let column = &mut measured[index];
                column.widest = column.widest.max(width);
                column.sum += width as u64;
            });
            if goes_on {
                return Ok(());
            }
            for column in &mut self.measured {
                column.widest = column.widest.min(WIDEST_OF_SAMPLE.max(column.header));
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

    fn next_part(&mut self) {
        match &mut self.expanded {
            Some(writer) => writer.next_part(),
            None => {
                self.sample = Sample::default();
                for column in &mut self.measured {
                    (column.widest, column.sum) = (column.header, 0);
                }
            }
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
