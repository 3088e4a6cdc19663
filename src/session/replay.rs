//! Results that go elsewhere: the last one once more, in another format, without asking the server,
//! and one statement into a file or a program.

use super::execute::{SendOptions, tell_tag};
use super::printer::{Printer, is_write_tag};
use super::{Session, Tags};
use crate::data::{Column, RowBatch, Summary};
use crate::error::{Error, Result};
use crate::grid::Table;
use crate::output::Output;
use crate::settings::Auto;
use crate::sql::Effect;
use std::io::Write as _;

impl Session {
    /// Runs a statement whose result goes to `output`; its tag goes where tags go.
    ///
    /// Says how the statement went, and then how `output` was closed.
    pub async fn execute_into(
        &mut self,
        sql: &str,
        effect: Effect,
        output: Output,
    ) -> (Result<()>, Result<()>) {
        let usual = std::mem::replace(&mut self.output, output);
        let tags = std::mem::replace(&mut self.tags, Tags::Nowhere);
        let done = self.execute(sql, effect, &SendOptions::default()).await;
        self.tags = tags;
        self.tell_outcome(&done);
        let logged = match (&done, &mut self.query_log) {
            (Ok(summary), Some(log)) => writeln!(log, "{}", summary.tag)
                .and_then(|()| log.flush())
                .map_err(|e| Error::io("write the log", &e)),
            _ => Ok(()),
        };
        let redirected = std::mem::replace(&mut self.output, usual);
        // As in psql, before what a program prints at the end of its input.
        let told = match &done {
            Ok(summary) if !self.settings.quiet => match self.is_psql_page() {
                true => writeln!(self.output, "<p>{}</p>", summary.tag),
                false => tell_tag(summary, tags, &mut self.output),
            }
            .and_then(|()| self.output.flush()),
            _ => Ok(()),
        };
        let closed = redirected.close();
        let told = told.map_err(|e| Error::io("write the output", &e));
        (done.and(logged), closed.and(told))
    }

    /// Says what a statement wrote whose rows were used and not shown, as psql does.
    pub fn tell_held_tag(&mut self, tag: &str) -> Result<()> {
        if !self.is_psql() || !is_write_tag(tag) {
            return Ok(());
        }
        let logged = match &mut self.query_log {
            Some(log) => writeln!(log, "{tag}").and_then(|()| log.flush()),
            None => Ok(()),
        };
        logged.map_err(|e| Error::io("write the log", &e))?;
        if self.settings.quiet {
            return Ok(());
        }
        let told = match self.is_psql_page() {
            true => writeln!(self.output, "<p>{tag}</p>"),
            false => writeln!(self.output, "{tag}"),
        };
        let told = told.and_then(|()| self.output.flush());
        told.map_err(|e| Error::io("write the output", &e))
    }

    /// Shows rows of our own making as a result.
    pub fn show_rows(&mut self, columns: &[Column], batch: &RowBatch) -> Result<()> {
        let send = SendOptions::default();
        let dialect = self.dialect();
        self.output.begin_page(if self.interactive {
            self.settings.pager
        } else {
            Auto::Off
        });
        let mut printer = Printer::new(&self.settings, &mut self.output, &send, "", dialect)
            .with_log(self.query_log.as_mut());
        let summary = Summary {
            rows: batch.len() as u64,
            ..Summary::default()
        };
        let written = printer
            .columns(columns)
            .and_then(|()| printer.rows(batch))
            .and_then(|()| printer.done(&summary, Tags::Nowhere));
        let shown = self.output.end_page();
        written?;
        shown.map_err(|e| Error::io("write the output", &e))
    }

    /// Whether the statement that ran last has given the last result.
    pub fn has_new_result(&self) -> bool {
        self.spool.has_result() && self.spool.runs + 1 == self.record.runs
    }

    /// The last result, or its first part, for `/grid`.
    pub fn last_table(&self) -> Result<Table> {
        let mut table = self.spool.table()?;
        let null = self.settings.null.clone();
        table.null = null.unwrap_or_else(|| "<null>".into());
        Ok(table)
    }

    /// Writes the last result as `format` (the current one if `None`) to `place`, or where results
    /// go now.
    pub fn replay(&mut self, format: Option<&str>, place: Option<Output>) -> Result<()> {
        self.spool.check()?;
        let mut settings = self.settings.clone();
        if let Some(format) = format {
            settings.set("format", format)?;
        }
        let send = SendOptions::default();
        let dialect = self.dialect();
        let mut elsewhere = place;
        let output = elsewhere.as_mut().unwrap_or(&mut self.output);
        output.begin_page(settings.pager);
        let sent = self.spool.statement.as_str();
        let mut printer = Printer::new(&settings, output, &send, sent, dialect);
        printer.columns(&self.spool.columns)?;
        for batch in &self.spool.batches {
            printer.rows(batch)?;
        }
        // The tag belongs to the statement, which does not run.
        printer.done(&self.spool.summary, Tags::Nowhere)?;
        let shown = output.end_page();
        if let Some(elsewhere) = elsewhere {
            elsewhere.close()?;
        }
        shown.map_err(|e| Error::io("write the output", &e))
    }
}
