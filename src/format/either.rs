//! What mysql's `--auto-vertical-output` shows: a result that is too wide for a line has one line a
//! column. A bounded first part says which it is.

use super::sample::Sample;
use super::{Format, FormatOptions, RowWriter, by_name};
use crate::data::{CellKind, Column, RowBatch, Summary};
use std::io::{self, Write};

/// Columns of the line where nobody knows better, as mysql has it.
const USUAL: usize = 80;

struct Either {
    options: FormatOptions,
    /// Blocks have the columns' names, and they count for the width.
    names: bool,
    usual: &'static Format,
    columns: Vec<Column>,
    widths: Vec<usize>,
    sample: Sample,
    chosen: Option<Box<dyn RowWriter>>,
}

/// A writer of the format `usual`, or of `vertical`, with `names` of columns or without.
pub fn auto_vertical(
    options: &FormatOptions,
    usual: &'static Format,
    names: bool,
) -> Box<dyn RowWriter> {
    Box::new(Either {
        options: options.clone(),
        names,
        usual,
        columns: Vec::new(),
        widths: Vec::new(),
        sample: Sample::default(),
        chosen: None,
    })
}

impl Either {
    /// Chooses, and writes what was held back.
    fn choose(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let wide: usize = self.widths.iter().map(|width| width + 3).sum();
        let fits = wide < self.options.width.unwrap_or(USUAL);
        let mut writer = match by_name("vertical").filter(|_| !fits) {
            None => (self.usual.new)(&self.options),
            Some(vertical) => (vertical.new)(&FormatOptions {
                tuples_only: !self.names,
                ..self.options.clone()
            }),
        };
        writer.begin(&self.columns, out)?;
        for batch in self.sample.take() {
            writer.rows(&batch, out)?;
        }
        self.chosen = Some(writer);
        Ok(())
    }
}

impl RowWriter for Either {
    fn begin(&mut self, columns: &[Column], _: &mut dyn Write) -> io::Result<()> {
        let name = |column: &Column| if self.names { column.name.len() } else { 0 };
        let least = |column: &Column| if column.not_null { 0 } else { "NULL".len() };
        let widths = columns.iter().map(|c| name(c).max(least(c)));
        self.widths = widths.collect();
        self.columns = columns.to_vec();
        self.sample = Sample::default();
        self.chosen = None;
        Ok(())
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        if self.chosen.is_none() {
            let widths = &mut self.widths;
            let goes_on = self.sample.add(batch, |index, cell| {
                if cell.kind != CellKind::Null {
                    widths[index] = widths[index].max(cell.text.len());
                }
            });
            if goes_on {
                return Ok(());
            }
            self.choose(out)?;
        }
        match &mut self.chosen {
            Some(writer) => writer.rows(batch, out),
            None => Ok(()),
        }
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.chosen.is_none() && !self.sample.is_empty() {
            self.choose(out)?;
        }
        match &mut self.chosen {
            Some(writer) => writer.flush(out),
            None => Ok(()),
        }
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        if self.chosen.is_none() {
            self.choose(out)?;
        }
        match &mut self.chosen {
            Some(writer) => writer.end(summary, out),
            None => Ok(()),
        }
    }
}
