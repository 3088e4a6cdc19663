//! `expanded`: psql's `\x` layout: a record a block, a cell a line.
//!
//! The names give the width on the left; the width on the right comes from the sample and is only
//! used for the lines between records and, with border 2, for the right edge. A later cell that is
//! wider pushes that edge to the right.

use super::emit::{Buffer, CHUNK};
use super::look::{Look, Place};
use super::sample::Sample;
use super::scan::Scan;
use super::unaligned::row_count;
use super::width::{LineRules, Lines, is_plain, simple_width};
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
    /// What stands for NULL; with its colour and its width too, if it is one line.
    null: Lines,
    null_text: Vec<u8>,
    null_width: Option<usize>,
    /// Cells wider than this are cut.
    widest: usize,
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
    leads: Vec<Vec<u8>>,
    rule: Rule,
    buf: Buffer,
}

/// The line above a record, for every number of so many digits.
#[derive(Default)]
struct Rule {
    digits: usize,
    place: Option<Place>,
    before: Vec<u8>,
    after: Vec<u8>,
}

pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
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
    Box::new(Records {
        options: options.clone(),
        look,
        rules,
        null,
        null_text: null_text.into_vec(),
        null_width,
        widest: match options.max_column_width {
            0 => usize::MAX,
            width => width,
        },
        headers: Vec::new(),
        header_width: 0,
        width: 0,
        tall_header: false,
        sample: Sample::default(),
        begun: false,
        records: 0,
        lines: Lines::default(),
        leads: Vec::new(),
        rule: Rule::default(),
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
        let mut scan = Scan::new(batch.text(), |byte| !is_plain(byte));
        let mut cells = batch.cells();
        for _ in 0..batch.len() {
            self.records += 1;
            if !self.options.tuples_only || self.begun || self.look.border == 2 {
                self.push_next_rule();
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
    fn push_next_rule(&mut self) {
        let number = match self.options.tuples_only {
            true => String::new(),
            false => self.records.to_string(),
        };
        let place = if self.begun {
            Place::Middle
        } else {
            Place::Top
        };
        if self.rule.place != Some(place) || self.rule.digits != number.len() {
            self.rule = self.new_rule(number.len(), place);
        }
        self.buf.extend_from_slice(&self.rule.before);
        self.buf.extend_from_slice(number.as_bytes());
        self.buf.extend_from_slice(&self.rule.after);
    }

    /// A line over a record whose number has `digits` digits, `-[ RECORD 1 ]-+----`, or with 0
    /// digits one without a number.
    fn new_rule(&self, digits: usize, place: Place) -> Rule {
        let border = self.look.border;
        let [left, cross, right] = self.look.joints(place);
        let fill = match border {
            0 => " ",
            _ => self.look.horizontal(),
        };
        let (open, close) = match (digits, border) {
            (0, _) => ("", ""),
            (_, 0) => ("* Record ", ""),
            _ => ("[ RECORD ", " ]"),
        };
        // With border 2 the label stands one column further right, as the names do.
        let label = open.len() + digits + close.len() + usize::from(border != 2);
        let mut after = close.to_string();
        after.push_str(&fill.repeat(self.header_width.saturating_sub(label)));
        // Names and data are kept apart by `-+-` or a space, which a long label covers, and then
        // it covers what is above the data.
        let gap: &[&str] = match border {
            0 => &[" "],
            _ => &[fill, cross, fill],
        };
        let over = label.saturating_sub(self.header_width);
        after.extend(gap.iter().skip(over).copied());
        let over = over.saturating_sub(gap.len());
        after.push_str(&fill.repeat(self.width.saturating_sub(over)));
        if border == 2 {
            after.extend([fill, right]);
        }
        let style = &self.look.style;
        if !style.border.is_empty() {
            after.push_str(&style.reset);
        }
        after.push('\n');
        let begin = match border {
            0 => ["", ""],
            1 => ["", fill],
            _ => [left, fill],
        };
        Rule {
            digits,
            place: Some(place),
            before: format!("{}{}{open}", style.border, begin.concat()).into_bytes(),
            after: after.into_bytes(),
        }
    }

    /// What stands left of the data of each column, where the name is one line.
    fn new_leads(&mut self) {
        self.leads.clear();
        for index in 0..self.headers.len() {
            let mut lead = Buffer::default();
            if self.headers[index].len() == 1 {
                std::mem::swap(&mut lead, &mut self.buf);
                self.push_lead(index, 0);
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
            true => self.null_width,
            false if clean => Some(cell.text.len()),
            false => simple_width(cell.text, self.rules.terminal),
        };
        let Some(width) = width.filter(|&width| width <= self.widest && !lead.is_empty()) else {
            return false;
        };
        self.buf.extend_from_slice(lead);
        if is_null {
            self.buf.extend_from_slice(&self.null_text);
        } else {
            self.buf.extend_from_slice(cell.text);
        }
        if self.look.border == 2 {
            self.buf.push_spaces(self.width.saturating_sub(width) + 1);
            self.look.push_edge(&mut self.buf);
        }
        self.buf.push(b'\n');
        true
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
            self.push_lead(index, line);
            self.push_data_line(line, is_null);
            self.buf.push(b'\n');
        }
    }

    /// Everything left of the data: the edge, line `line` of the name, the line between.
    fn push_lead(&mut self, index: usize, line: usize) {
        self.look.push_edge(&mut self.buf);
        self.push_name_line(index, line);
        if self.look.border > 0 {
            self.buf.extend_from_slice(&self.look.vertical);
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
            let rule = self.new_rule(0, Place::Bottom);
            self.buf.extend_from_slice(&rule.before);
            self.buf.extend_from_slice(&rule.after);
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
