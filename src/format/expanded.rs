//! `expanded`: psql's `\x` layout: a record a block, a cell a line.
//!
//! The names give the width on the left; the width on the right comes from the sample and is used
//! for the lines between records, with border 2 for the right edge, and where cells wrap. A later
//! cell that is wider pushes that edge to the right.

mod rule;

use super::emit::{Buffer, CHUNK};
use super::look::{Goes, Look, Null, Place};
use super::sample::Sample;
use super::scan::Scan;
use super::width::{LineRules, Lines, NOT_PLAIN, first_part, simple_width};
use super::{FormatOptions, RowWriter};
use crate::data::{Cell, CellKind, Column, RowBatch, Summary};
use crate::visible::visible_text;
use rule::{Rule, Shape};
use std::io::{self, Write};

/// As in a table: one wide cell at the beginning must not pad every later line.
const WIDEST_OF_SAMPLE: usize = 1000;

struct Records {
    options: FormatOptions,
    /// The format is `wrapped`: with a width to fit into, cells wrap.
    wrapped: bool,
    wraps: bool,
    look: Look,
    rules: LineRules,
    null: Null,
    /// Cells wider than this are cut.
    widest: usize,
    headers: Vec<Lines>,
    /// Widths of names and of data, and which of them have several lines.
    shape: Shape,
    sample: Sample,
    /// Something of this result was written.
    begun: bool,
    /// The record that comes now is the first one, or that of a part: psql frames each as if it were alone.
    tops: bool,
    records: u64,
    lines: Lines,
    leads: Vec<Vec<u8>>,
    rule: Rule,
    buf: Buffer,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    build(options, false)
}

pub(super) fn build(options: &FormatOptions, wrapped: bool) -> Box<dyn RowWriter> {
    let rules = LineRules::of(options);
    let look = Look::new(options);
    Box::new(Records {
        options: options.clone(),
        wrapped,
        wraps: wrapped && options.width.is_some(),
        null: Null::new(options, &look, rules),
        look,
        rules,
        widest: match options.max_column_width {
            0 => usize::MAX,
            width => width,
        },
        headers: Vec::new(),
        shape: Shape::default(),
        sample: Sample::default(),
        begun: false,
        tops: true,
        records: 0,
        lines: Lines::default(),
        leads: Vec::new(),
        rule: Rule::default(),
        buf: Buffer::default(),
    })
}

impl Records {
    fn release(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let rows = self.sample.rows();
        let held = self.sample.take();
        let title = self.options.title.take();
        // As in psql, a result without rows has no title.
        if let Some(title) =
            title.filter(|_| !self.options.tuples_only && rows > 0 && !self.headers.is_empty())
        {
            if self.options.terminal {
                self.buf.extend_from_slice(visible_text(&title).as_bytes());
            } else {
                self.buf.extend_from_slice(title.as_bytes());
            }
            self.buf.push(b'\n');
        }
        if self.wrapped || self.options.psql_release >= 18 {
            let numbered = !self.options.tuples_only;
            let room = self.options.width.filter(|_| self.wrapped);
            self.shape.settle(&self.look, rows, numbered, room);
        }
        if self.wraps {
            self.widest = self.widest.min(self.shape.data);
        }
        self.new_leads();
        self.rule = Rule::default();
        for batch in &held {
            self.push_records(batch, out)?;
        }
        self.buf.write_out(out)
    }

    fn push_records(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if self.headers.is_empty() {
            self.records += batch.len() as u64;
            return Ok(());
        }
        let mut scan = Scan::new(batch.text(), NOT_PLAIN);
        let mut cells = batch.cells();
        for _ in 0..batch.len() {
            self.records += 1;
            let place = match std::mem::take(&mut self.tops) {
                true => Place::Top,
                false => Place::Middle,
            };
            if !self.options.tuples_only || self.begun || self.look.border == 2 {
                self.push_next_rule(place);
            }
            self.begun = true;
            for (index, cell) in cells.by_ref().take(self.headers.len()).enumerate() {
                let clean = scan.clean(cell.text.len());
                if !self.push_simple_cell(index, cell, clean) {
                    self.push_cell(index, cell);
                }
            }
            if self.buf.len() >= CHUNK {
                self.buf.write_out(out)?;
            }
        }
        Ok(())
    }

    /// The line above the record that comes now.
    fn push_next_rule(&mut self, place: Place) {
        let number = match self.options.tuples_only {
            true => String::new(),
            false => self.records.to_string(),
        };
        if self.rule.place != Some(place) || self.rule.digits != number.len() {
            self.rule = self.new_rule(number.len(), place);
        }
        self.buf.extend_from_slice(&self.rule.before);
        self.buf.extend_from_slice(number.as_bytes());
        self.buf.extend_from_slice(&self.rule.after);
    }

    fn new_rule(&self, digits: usize, place: Place) -> Rule {
        let FormatOptions {
            record_line, width, ..
        } = self.options;
        Rule::new(&self.look, &self.shape, digits, place, record_line, width)
    }

    /// What stands left of the data of each column, where the name is one line.
    fn new_leads(&mut self) {
        self.leads.clear();
        for index in 0..self.headers.len() {
            let mut lead = Buffer::default();
            if self.headers[index].len() == 1 {
                std::mem::swap(&mut lead, &mut self.buf);
                self.look.push_edge(&mut self.buf);
                self.push_name_line(index, 0);
                if self.look.border > 0 {
                    self.buf.extend_from_slice(&self.look.vertical);
                }
                self.buf.push(b' ');
                std::mem::swap(&mut lead, &mut self.buf);
            }
            self.leads.push(lead.into_vec());
        }
    }

    /// A cell on one line with a name on one line; false where it is not that simple.
    #[inline]
    fn push_simple_cell(&mut self, index: usize, cell: Cell<'_>, clean: bool) -> bool {
        let lead = &self.leads[index];
        let is_null = cell.kind == CellKind::Null;
        let width = match is_null {
            true => self.null.width,
            false if clean => Some(cell.text.len()),
            false => simple_width(cell.text, self.rules),
        };
        let Some(width) = width.filter(|&width| width <= self.widest && !lead.is_empty()) else {
            return false;
        };
        self.buf.extend_from_slice(lead);
        if is_null {
            self.buf.extend_from_slice(&self.null.text);
        } else {
            self.buf.extend_from_slice(cell.text);
        }
        if self.look.border == 2 {
            self.buf
                .push_spaces(self.shape.data.saturating_sub(width) + 1);
            self.look.push_edge(&mut self.buf);
        }
        self.buf.push(b'\n');
        true
    }

    /// A cell with its name; both can have several lines.
    fn push_cell(&mut self, index: usize, cell: Cell<'_>) {
        let is_null = cell.kind == CellKind::Null;
        if is_null {
            self.lines.clone_from(&self.null.lines);
        } else {
            self.lines.set(cell.text, self.rules);
        }
        let mut data = Progress::default();
        let mut line = 0;
        while line < self.headers[index].len() || !data.over {
            self.look.push_edge(&mut self.buf);
            self.push_name_line(index, line);
            if self.look.border > 0 {
                self.look.push_divider(&mut self.buf, Some(data.goes));
            }
            if data.over {
                self.push_no_data();
            } else {
                self.push_data_line(&mut data, is_null);
            }
            self.buf.push(b'\n');
            line += 1;
        }
    }

    fn push_name_line(&mut self, index: usize, line: usize) {
        let Records {
            buf, look, headers, ..
        } = self;
        let tall = self.shape.tall_header;
        let marked = look.border > 0 || (tall && !look.old);
        let marked_left = look.border == 2 || (tall && look.old);
        let Some((text, used)) = headers[index].line(line) else {
            // As wide as a name with what stands left and right of it, and at least one space.
            let beside = look.border
                + usize::from(tall && look.border == 0)
                + usize::from(tall && look.border == 1 && look.old);
            buf.push_spaces((self.shape.header + beside).max(1));
            return;
        };
        if marked_left {
            look.push_header_left(buf, line == 0);
        }
        look.push_header(buf, text);
        buf.push_spaces(self.shape.header - used);
        if marked {
            look.push_header_right(buf, line + 1 >= headers[index].len());
        }
    }

    /// Right of a name that has more lines than its data.
    fn push_no_data(&mut self) {
        if self.look.border == 2 {
            self.buf.push_spaces(self.shape.data + 2);
            self.look.push_edge(&mut self.buf);
        }
    }

    fn push_data_line(&mut self, data: &mut Progress, is_null: bool) {
        let Records {
            buf, look, lines, ..
        } = self;
        let (line, _) = lines.line(data.line).unwrap_or_default();
        let limit = if self.wraps {
            self.shape.data
        } else {
            usize::MAX
        };
        let (part, used) = first_part(&line[data.done..], limit, self.rules);
        // As in psql, only a wrapped line has a mark on its left.
        look.push_left_mark(
            buf,
            match data.goes {
                Goes::Wrapped => Goes::Wrapped,
                _ => Goes::Nowhere,
            },
        );
        match is_null {
            true => look.push_null(buf, part),
            false => buf.extend_from_slice(part),
        }
        data.done += part.len();
        let leaves = if data.done < line.len() {
            Goes::Wrapped
        } else if data.line + 1 < lines.len() {
            (data.line, data.done) = (data.line + 1, 0);
            Goes::Newline
        } else {
            data.over = true;
            Goes::Nowhere
        };
        data.goes = match (data.done, data.line) {
            (1.., _) => Goes::Wrapped,
            (0, 1..) => Goes::Newline,
            (0, 0) => Goes::Nowhere,
        };
        let marked = leaves != Goes::Nowhere && !look.old;
        if look.border == 2 || marked {
            buf.push_spaces(self.shape.data.saturating_sub(used));
            look.push_right_mark(buf, leaves);
        }
        look.push_edge(buf);
    }
}

/// How far a cell is printed.
#[derive(Default)]
struct Progress {
    /// The line that comes next, and what was printed of it already.
    line: usize,
    done: usize,
    /// How the cell came into the line that is printed now.
    goes: Goes,
    over: bool,
}

impl RowWriter for Records {
    fn begin(&mut self, columns: &[Column], _out: &mut dyn Write) -> io::Result<()> {
        self.headers.clear();
        for column in columns {
            let mut lines = Lines::default();
            lines.set(column.name.as_bytes(), self.rules.uncut());
            self.headers.push(lines);
        }
        self.shape = Shape {
            header: self.headers.iter().map(Lines::width).max().unwrap_or(0),
            tall_header: self.headers.iter().any(|lines| lines.len() > 1),
            ..Shape::default()
        };
        self.sample = Sample::default();
        self.begun = false;
        self.tops = true;
        self.records = 0;
        self.buf.clear();
        Ok(())
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if !self.sample.is_closed() {
            let Records {
                shape, lines, null, ..
            } = self;
            let goes_on = self.sample.add(batch, |_, cell| {
                let mut lines = &mut *lines;
                if cell.kind == CellKind::Null {
                    lines = &mut null.lines;
                } else {
                    lines.set(cell.text, self.rules);
                }
                shape.data = shape.data.max(lines.width());
                shape.tall_data |= lines.len() > 1;
            });
            if goes_on {
                return Ok(());
            }
            self.shape.data = self.shape.data.min(WIDEST_OF_SAMPLE);
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

    fn next_part(&mut self) {
        self.tops = true;
        self.sample = Sample::default();
        self.shape = Shape {
            header: self.shape.header,
            tall_header: self.shape.tall_header,
            ..Shape::default()
        };
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if !self.sample.is_closed() {
            if self.options.skip_empty && self.sample.is_empty() {
                return Ok(());
            }
            self.release(out)?;
        }
        if self.begun && self.look.border == 2 {
            let rule = self.new_rule(0, Place::Bottom);
            self.buf.extend_from_slice(&rule.before);
            self.buf.extend_from_slice(&rule.after);
        }
        let lines = match self.begun && self.options.footers.is_none() {
            true => Vec::new(),
            false => self.options.foot_lines(self.records),
        };
        if self.begun && self.look.border < 2 && !lines.is_empty() {
            self.buf.push(b'\n');
        }
        for line in lines {
            self.buf.extend_from_slice(line.as_bytes());
            self.buf.push(b'\n');
        }
        self.buf.push(b'\n');
        self.buf.write_out(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_are_as_wide_as_the_line_above_since_psql_18() {
        let written = |border: u16| {
            let mut writer = new(&FormatOptions {
                border,
                psql_release: 18,
                ..FormatOptions::default()
            });
            let mut out = Vec::new();
            let mut batch = RowBatch::new(1);
            batch.push(CellKind::Text, b"a\nb");
            batch.end_row();
            let column = Column {
                name: "i".into(),
                ..Column::default()
            };
            writer.begin(&[column], &mut out).unwrap();
            writer.rows(&batch, &mut out).unwrap();
            writer.end(&Summary::default(), &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(written(0), "* Record 1\ni a      +\n  b\n\n");
        assert_eq!(written(1), "-[ RECORD 1 ]\ni | a       +\n  | b\n\n");
        assert_eq!(
            written(2),
            "+-[ RECORD 1 ]-+\n| i | a       +|\n|   | b        |\n+---+----------+\n\n"
        );
    }
}
