//! `expanded`: psql's `\x` layout: a record a block, a cell a line.
//!
//! The names give the width on the left; the width on the right comes from the sample and is only
//! used for the lines between records and, with border 2, for the right edge. A later cell that is
//! wider pushes that edge to the right.

use super::emit::{Buffer, CHUNK};
use super::look::{Look, Place};
use super::sample::Sample;
use super::unaligned::row_count;
use super::width::{LineRules, Lines};
use super::{FormatOptions, RowWriter};
use crate::data::{Cell, CellKind, Column, RowBatch, Summary};
use crate::visible::visible_text;
use std::io::{self, Write};

/// As in a table: one wide cell at the beginning must not pad every later line.
const WIDEST_OF_SAMPLE: usize = 1000;

struct Records {
    options: FormatOptions,
    look: Look,
    rules: LineRules,
    null: Lines,
    headers: Vec<Lines>,
    /// Width of names and of data.
    header_width: usize,
    width: usize,
    /// Some name has several lines: then each line keeps room for the mark.
    tall_header: bool,
    sample: Sample,
    /// Something of this result was written.
    begun: bool,
    records: u64,
    lines: Lines,
    buf: Buffer,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    let rules = LineRules {
        terminal: options.terminal,
        max_width: options.max_column_width,
    };
    let mut null = Lines::default();
    null.set(options.null.as_bytes(), rules);
    Box::new(Records {
        options: options.clone(),
        look: Look::new(options),
        rules,
        null,
        headers: Vec::new(),
        header_width: 0,
        width: 0,
        tall_header: false,
        sample: Sample::default(),
        begun: false,
        records: 0,
        lines: Lines::default(),
        buf: Buffer::default(),
    })
}

impl Records {
    fn release(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let held = self.sample.take();
        let title = self.options.title.take();
        if let Some(title) = title.filter(|_| !self.options.tuples_only) {
            if self.options.terminal {
                self.buf.extend_from_slice(visible_text(&title).as_bytes());
            } else {
                self.buf.extend_from_slice(title.as_bytes());
            }
            self.buf.push(b'\n');
        }
        for batch in &held {
            self.push_records(batch, out)?;
        }
        self.buf.write_out(out)
    }

    fn push_records(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        for row in batch.rows() {
            self.records += 1;
            if row.is_empty() {
                continue;
            }
            if !self.options.tuples_only {
                self.push_rule(Some(self.records), self.next_place());
            } else if self.begun || self.look.border == 2 {
                self.push_rule(None, self.next_place());
            }
            self.begun = true;
            for (index, cell) in row.cells().enumerate() {
                self.push_cell(index, cell);
            }
            if self.buf.len() >= CHUNK {
                self.buf.write_out(out)?;
            }
        }
        Ok(())
    }

    fn next_place(&self) -> Place {
        if self.begun {
            Place::Middle
        } else {
            Place::Top
        }
    }

    /// The line above a record, or the last one: `-[ RECORD 1 ]-+----`.
    fn push_rule(&mut self, record: Option<u64>, place: Place) {
        let border = self.look.border;
        let [left, cross, right] = self.look.joints(place);
        let fill = if border > 0 {
            self.look.horizontal()
        } else {
            " "
        };
        let mut label = match record {
            Some(number) if border == 0 => format!("* Record {number}"),
            Some(number) => format!("[ RECORD {number} ]"),
            None => String::new(),
        };
        // Before the label stands what a border of 1 puts left of the names.
        let indent = usize::from(border != 2);
        let label_width = label.len() + indent;
        let mut over = label_width.saturating_sub(self.header_width);
        label.push_str(&fill.repeat(self.header_width.saturating_sub(label_width)));
        // Names and data are kept apart by `-+-` or a space, which a long label covers.
        let gap: &[&str] = match border {
            0 => &[" "],
            _ => &[fill, cross, fill],
        };
        for piece in &gap[over.min(gap.len())..] {
            label.push_str(piece);
        }
        over = over.saturating_sub(gap.len());
        label.push_str(&fill.repeat(self.width.saturating_sub(over)));
        let line = match border {
            0 => label,
            1 => format!("{fill}{label}"),
            _ => format!("{left}{fill}{label}{fill}{right}"),
        };
        self.look.push_border(&mut self.buf, line.as_bytes());
        self.buf.push(b'\n');
    }

    /// A cell with its name; both can have several lines.
    fn push_cell(&mut self, index: usize, cell: Cell<'_>) {
        let is_null = cell.kind == CellKind::Null;
        if is_null {
            self.lines.clone_from(&self.null);
        } else {
            self.lines.set(cell.text, self.rules);
        }
        for line in 0..self.lines.len().max(self.headers[index].len()) {
            self.look.push_edge(&mut self.buf);
            self.push_name_line(index, line);
            if self.look.border > 0 {
                self.buf.extend_from_slice(&self.look.vertical);
            }
            self.push_data_line(line, is_null);
            self.buf.push(b'\n');
        }
    }

    fn push_name_line(&mut self, index: usize, line: usize) {
        let Records {
            buf, look, headers, ..
        } = self;
        let marked = look.border > 0 || self.tall_header;
        let Some((text, used)) = headers[index].line(line) else {
            // As wide as a name with what stands left and right of it, and at least one space.
            let width = self.header_width
                + usize::from(look.border)
                + usize::from(look.border == 0 && self.tall_header);
            buf.push_spaces(width.max(1));
            return;
        };
        if look.border == 2 {
            buf.push(b' ');
        }
        look.push_header(buf, text);
        buf.push_spaces(self.header_width - used);
        if marked && line + 1 < headers[index].len() {
            look.push_newline_mark(buf);
        } else if marked {
            buf.push(b' ');
        }
    }

    fn push_data_line(&mut self, line: usize, is_null: bool) {
        let Records {
            buf, look, lines, ..
        } = self;
        let Some((text, used)) = lines.line(line) else {
            if look.border == 2 {
                buf.push_spaces(self.width + 2);
                look.push_edge(buf);
            }
            return;
        };
        buf.push(b' ');
        if is_null {
            look.push_null(buf, text);
        } else {
            buf.extend_from_slice(text);
        }
        let more = line + 1 < lines.len();
        if look.border == 2 || more {
            buf.push_spaces(self.width.saturating_sub(used));
        }
        if more {
            look.push_newline_mark(buf);
        } else if look.border == 2 {
            buf.push(b' ');
        }
        look.push_edge(buf);
    }
}

impl RowWriter for Records {
    fn begin(&mut self, columns: &[Column], _out: &mut dyn Write) -> io::Result<()> {
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
        self.header_width = self.headers.iter().map(Lines::width).max().unwrap_or(0);
        self.tall_header = self.headers.iter().any(|lines| lines.len() > 1);
        self.width = 0;
        self.sample = Sample::default();
        self.begun = false;
        self.records = 0;
        self.buf.clear();
        Ok(())
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if !self.sample.is_closed() {
            let Records {
                width, lines, null, ..
            } = self;
            let goes_on = self.sample.add(batch, |_, cell| {
                if cell.kind == CellKind::Null {
                    *width = (*width).max(null.width());
                } else {
                    lines.set(cell.text, self.rules);
                    *width = (*width).max(lines.width());
                }
            });
            if goes_on {
                return Ok(());
            }
            self.width = self.width.min(WIDEST_OF_SAMPLE);
            self.release(out)?;
        }
        self.push_records(batch, out)?;
        self.buf.write_out(out)
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.sample.is_closed() || self.sample.is_empty() {
            return Ok(());
        }
        self.release(out)
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if !self.sample.is_closed() {
            if self.options.skip_empty && self.sample.is_empty() {
                return Ok(());
            }
            self.release(out)?;
        }
        if self.begun && self.look.border == 2 {
            self.push_rule(None, Place::Bottom);
        }
        let shows_count = self.options.footer && !self.options.tuples_only;
        if !self.begun && shows_count {
            self.buf
                .extend_from_slice(row_count(self.records).as_bytes());
            self.buf.push(b'\n');
        }
        self.buf.push(b'\n');
        self.buf.write_out(out)
    }
}
