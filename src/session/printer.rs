//! Events to a format's writer and the output.

use super::Tags;
use super::execute::{SendOptions, tell_tag};
use crate::data::{Column, RowBatch, Summary};
use crate::error::{Error, Result};
use crate::format::width::display_width;
use crate::format::{self, FormatOptions, RowWriter};
use crate::output::Output;
use crate::settings::{Auto, Settings};
use std::io::{self, Write};

/// Prints the results of one statement.
pub(super) struct Printer<'s> {
    settings: &'s Settings,
    output: &'s mut Output,
    send: &'s SendOptions,
    /// Columns whose writer is chosen when the first rows are there.
    waiting: Option<Vec<Column>>,
    writer: Option<Box<dyn RowWriter>>,
    rows_held: bool,
    /// The statement has shown a result set, so its tag says nothing new.
    showed_rows: bool,
}

impl<'s> Printer<'s> {
    pub(super) fn new(
        settings: &'s Settings,
        output: &'s mut Output,
        send: &'s SendOptions,
    ) -> Self {
        Printer {
            settings,
            output,
            send,
            waiting: None,
            writer: None,
            rows_held: false,
            showed_rows: false,
        }
    }

    /// Whether rows came that nobody has seen yet.
    pub(super) fn holds_rows(&self) -> bool {
        self.rows_held
    }

    pub(super) fn columns(&mut self, columns: Vec<Column>) -> Result<()> {
        self.showed_rows = true;
        self.waiting = Some(columns);
        let at_once = !self.send.quiet_when_empty && self.settings.expanded != Auto::Auto;
        if at_once { self.begin(None) } else { Ok(()) }
    }

    /// Chooses the writer and begins the result set.
    fn begin(&mut self, first: Option<&RowBatch>) -> Result<()> {
        let Some(columns) = self.waiting.take() else {
            return Ok(());
        };
        let options = self.options();
        let name = match self.settings.format.as_str() {
            "table" if self.expands(&columns, first) => "expanded",
            name => name,
        };
        let format = format::by_name(name)
            .ok_or_else(|| Error::usage(format!("unknown format \"{name}\"")))?;
        let mut writer = (format.new)(&options);
        let begun = writer.begin(&columns, self.output);
        self.writer = Some(writer);
        checked(begun)
    }

    fn options(&self) -> FormatOptions {
        let screen = self.output.screen();
        let mut options = self.settings.format_options(screen.map(|s| s.columns));
        options.title.clone_from(&self.send.title);
        options
    }

    fn expands(&self, columns: &[Column], first: Option<&RowBatch>) -> bool {
        match self.settings.expanded {
            _ if self.send.listing => false,
            _ if self.send.expanded => true,
            Auto::On => true,
            Auto::Off => false,
            Auto::Auto => {
                let width = self.output.screen().map_or(usize::MAX, |s| s.columns);
                first.is_some_and(|batch| table_width(columns, batch) > width)
            }
        }
    }

    pub(super) fn rows(&mut self, batch: &RowBatch) -> Result<()> {
        if self.waiting.is_some() {
            self.begin(Some(batch))?;
        }
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        self.rows_held = true;
        checked(writer.rows(batch, self.output))
    }

    /// Shows what is held back, because nothing has come for a while or nothing more will.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.rows_held = false;
        if let Some(writer) = &mut self.writer {
            checked(writer.flush(self.output))?;
        }
        checked(self.output.flush())
    }

    /// A message for standard error comes next; rows that came before it are shown before it.
    pub(super) fn before_message(&mut self) {
        let _ = self.output.flush();
    }

    pub(super) fn copy(&mut self, bytes: &[u8]) -> Result<()> {
        checked(self.output.write_all(bytes))
    }

    pub(super) fn done(&mut self, summary: &Summary, tags: Tags) -> Result<()> {
        self.rows_held = false;
        if self.waiting.is_some() {
            if self.send.quiet_when_empty {
                self.waiting = None;
                return Ok(());
            }
            self.begin(None)?;
        }
        if let Some(mut writer) = self.writer.take() {
            checked(writer.end(summary, self.output))?;
        }
        let shown = std::mem::take(&mut self.showed_rows);
        // `INSERT … RETURNING` shows rows and its tag; a plain SELECT has said it all.
        let says_more = !shown || !is_read_tag(&summary.tag);
        if says_more && !self.settings.quiet && !self.send.listing {
            checked(tell_tag(summary, tags, self.output))?;
        }
        Ok(())
    }
}

/// Tags that only repeat the number of rows.
fn is_read_tag(tag: &str) -> bool {
    tag.starts_with("SELECT")
        || tag.starts_with("SHOW")
        || tag.starts_with("EXPLAIN")
        || tag.ends_with(" in set")
        || tag == "Empty set"
        || tag.starts_with("FETCH")
        || tag.starts_with("PRAGMA")
        || tag.starts_with("VALUES")
}

fn checked(result: io::Result<()>) -> Result<()> {
    result.map_err(|e| Error::io("write the output", &e))
}

/// Columns that the batch would take as a table.
fn table_width(columns: &[Column], batch: &RowBatch) -> usize {
    let mut widths: Vec<usize> = columns.iter().map(|c| display_width(&c.name)).collect();
    for row in batch.rows() {
        for (width, cell) in widths.iter_mut().zip(row.cells()) {
            let text = String::from_utf8_lossy(cell.text);
            let longest = text.lines().map(display_width).max().unwrap_or(0);
            *width = longest.max(*width);
        }
    }
    widths
        .iter()
        .map(|w| w + 3)
        .sum::<usize>()
        .saturating_sub(1)
}
