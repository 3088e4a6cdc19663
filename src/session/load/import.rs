//! `/import`: a file into a table.

use super::drive::{self, LeftOut, Stops, Watch, drive};
use super::frame::{Frame, explained, run};
use super::plan::Plan;
use super::pump::{self, Done, Failure, Source};
use super::table;
use crate::driver::{Connection, Load, Refused, Transaction};
use crate::error::{Error, Kind, Result};
use crate::load::fit;
use crate::load::read::{Bad, NOT_UTF8, Null, Reader};
use crate::load::sniff::{self, Shape};
use crate::load::types::{self, Declared, Type};
use crate::session::Session;
use crate::sql::{Dialect, Effect};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;

/// What is to be imported, and how.
#[derive(Debug, Clone, Default)]
pub struct Import {
    /// `-` is standard input.
    pub file: String,
    pub table: String,
    /// `csv`, `tsv` or `jsonl`; what the file looks like if `None`.
    pub format: Option<String>,
    pub delimiter: Option<u8>,
    /// Whether the first line names the columns; what it looks like if `None`.
    pub header: Option<bool>,
    /// The fields are for the table's columns in their order, whatever a header says.
    pub by_position: bool,
    /// What stands for NULL.
    pub null: Option<String>,
    /// The columns that the fields are for.
    pub columns: Option<Vec<String>>,
    /// Makes the table.
    pub create: bool,
    /// Bad rows are left out.
    pub keep_going: bool,
}

/// Bytes at the beginning that are looked at.
const SAMPLE: usize = 64 * 1024;

/// Batches ahead of the server.
const AHEAD: usize = 2;

pub(super) const HINT: &str =
    "--keep-going loads the other rows and names those that it leaves out.";

impl Session {
    /// Imports a file.
    pub async fn import(&mut self, import: &Import) -> Result<()> {
        self.refuse_writes(Effect::Write)?;
        self.ensure_connected().await?;
        let mut opened = Opened::open(import)?;
        let mut stops = self.take_stops()?;
        let dialect = self.dialect();
        let driver = self.driver.name();
        let Some(connection) = &mut self.connection else {
            return Err(Error::new(Kind::Lost, "the connection is lost"));
        };
        let load = opened.run(connection.as_mut(), dialect, driver, &mut stops);
        let result = Stops::bounded(self.timeout, load).await;
        self.status = connection.status();
        self.interrupts = Some(stops.signal);
        match result {
            Ok((rows, created)) => {
                if let Some(sql) = created {
                    self.note_effect(Effect::Schema, &sql);
                }
                self.tell_loaded("IMPORT", rows)
            }
            Err(e) if e.kind == Kind::Lost => {
                let e = self.explain_loss(e);
                self.drop_connection();
                Err(e)
            }
            Err(e) => Err(e),
        }
    }
}

/// A file, looked at.
pub(super) struct Opened<'i> {
    pub(super) import: &'i Import,
    pub(super) source: Option<Source>,
    pub(super) sample: Vec<u8>,
    pub(super) shape: Shape,
    pub(super) null: Null,
    /// The first line of the file.
    pub(super) first: Option<Vec<String>>,
}

impl<'i> Opened<'i> {
    fn open(import: &'i Import) -> Result<Self> {
        let mut source = Source::open(&import.file)?;
        let mut sample = Vec::new();
        let ended = source.beginning(&mut sample, SAMPLE)?;
        if sample.starts_with(&[0xff, 0xfe]) || sample.starts_with(&[0xfe, 0xff]) {
            let message = format!("\"{}\" is UTF-16, not UTF-8", source.name);
            let hint = "iconv -f UTF-16 -t UTF-8 FILE makes UTF-8 of it.";
            return Err(Error::usage(message).with_hint(hint));
        }
        if sample.starts_with(&[0xef, 0xbb, 0xbf]) {
            sample.drain(..3);
        }
        let shape = shape_of(import, &sample)?;
        let null = match &import.null {
            Some(text) => Null::Text(text.clone().into_bytes()),
            None => Null::Usual,
        };
        let mut reader = Reader::new(shape, Null::Usual, Vec::new());
        fill(&mut reader, &sample, ended);
        let first = reader.peek().map_err(|bad| of_bad(&source.name, &bad))?;
        Ok(Opened {
            import,
            source: Some(source),
            sample,
            shape,
            null,
            first,
        })
    }

    pub(super) fn name(&self) -> String {
        self.source
            .as_ref()
            .map_or(String::new(), |s| s.name.clone())
    }

    /// The number of rows, and the statement that made the table.
    async fn run(
        &mut self,
        connection: &mut dyn Connection,
        dialect: &'static Dialect,
        driver: &str,
        stops: &mut Stops,
    ) -> Result<(u64, Option<String>)> {
        let table = table::checked_name(&self.import.table, dialect)?;
        let there = table::columns(connection, &table).await?;
        let (plan, create) = match (there, self.import.create) {
            (Some(_), true) => {
                let message = format!("table {table} is there already");
                let hint = "Without --create the rows are added to it.";
                return Err(Error::usage(message).with_hint(hint));
            }
            (Some(columns), false) => (self.plan(&columns, &table, dialect, driver)?, None),
            (None, false) => {
                let message = format!("there is no table {table}");
                let hint = "--create makes it, with types that the values fit.";
                return Err(Error::server(message).with_hint(hint));
            }
            (None, true) => {
                let plan = self.plan_new(stops).await?;
                let declared: Vec<(String, Declared)> = plan
                    .columns
                    .iter()
                    .zip(&plan.kinds)
                    .map(|(name, kind)| (name.clone(), declare(driver, kind)))
                    .collect();
                let create = table::create(&table, &declared, dialect);
                (plan, Some(create))
            }
        };
        let rows = self
            .load(connection, &table, plan, create.as_deref(), driver, stops)
            .await?;
        Ok((rows, create))
    }

    async fn load(
        &mut self,
        connection: &mut dyn Connection,
        table: &str,
        plan: Plan,
        create: Option<&str>,
        driver: &str,
        stops: &mut Stops,
    ) -> Result<u64> {
        // MySQL ends the transaction at CREATE TABLE.
        let outside = create.filter(|_| driver == "mysql");
        if outside.is_some() && connection.status().transaction != Transaction::None {
            let message = "--create would commit the transaction that is open";
            return Err(Error::usage(message).with_hint("COMMIT or ROLLBACK first."));
        }
        if let Some(create) = outside {
            run(connection, create).await.map_err(placeless)?;
        }
        let frame = Frame::begin(connection).await?;
        let inside = match create.filter(|_| outside.is_none()) {
            Some(create) => run(connection, create).await.map_err(placeless).map(drop),
            None => Ok(()),
        };
        let loaded = match inside {
            Ok(()) => {
                self.transport(connection, table, &plan, driver, stops)
                    .await
            }
            Err(e) => Err(e),
        };
        match loaded {
            Ok(rows) => {
                frame.commit(connection).await?;
                Ok(rows)
            }
            Err(e) if e.kind == Kind::Lost => Err(e),
            Err(e) => {
                let undone = frame.rollback(connection).await?;
                if outside.is_some() {
                    run(connection, &format!("DROP TABLE {table}")).await?;
                }
                Err(explained(e, undone || outside.is_some()))
            }
        }
    }

    /// Sends the rows.
    async fn transport(
        &mut self,
        connection: &mut dyn Connection,
        table: &str,
        plan: &Plan,
        driver: &str,
        stops: &mut Stops,
    ) -> Result<u64> {
        let name = self.name();
        let source = self.source.take();
        let source = source.ok_or_else(|| Error::usage("the file has been read"))?;
        let size = source.size;
        let done = Arc::new(Done::default());
        done.bytes
            .store(self.sample.len() as u64, Ordering::Relaxed);
        let reader = self.reader(plan)?;
        let fits = plan
            .kinds
            .iter()
            .map(|k| fit::from_text(driver, k))
            .collect();
        let (rows, receiver) = mpsc::channel(AHEAD);
        let (tell, left_out) = mpsc::unbounded_channel();
        let (bad, bads) = mpsc::unbounded_channel();
        let (refused, refusals) = mpsc::unbounded_channel();
        let tolerant = self.import.keep_going;
        pump::start(
            source,
            reader,
            fits,
            Arc::clone(&done),
            tolerant.then_some(bad),
            rows,
        )?;
        let load = Load {
            table: table.to_string(),
            columns: plan.columns.clone(),
            rows: receiver,
            refused: tolerant.then_some(refused),
        };
        let mut watch = Watch {
            look: &|| {
                let bytes = done.bytes.load(Ordering::Relaxed);
                (
                    done.rows.load(Ordering::Relaxed),
                    size.map(|size| (bytes, size)),
                )
            },
            halt: &|| done.stop.store(true, Ordering::Relaxed),
            left_out,
            describe: &|row| match row {
                LeftOut::Bad(bad) => of_bad(&name, &bad).message,
                LeftOut::Refused(refused) => of_refused(&name, &done, refused).message,
            },
            what: "import",
            told: 0,
        };
        let canceller = connection.canceller();
        let loading = drive::load(connection, load, bads, refusals, tell);
        let outcome = drive(loading, stops, canceller, &mut watch).await;
        done.stop.store(true, Ordering::Relaxed);
        let outcome = outcome?;
        match done.failure() {
            Some(Failure::Bad(bad)) => return Err(of_bad(&name, &bad)),
            Some(Failure::File(error)) => return Err(error),
            None => {}
        }
        let rows = outcome.map_err(|refused| of_refused(&name, &done, *refused))?;
        watch.sum_up();
        Ok(rows)
    }

    /// A reader at the first record behind the header, with the sample in it.
    fn reader(&self, plan: &Plan) -> Result<Reader> {
        let mut reader = Reader::new(self.shape, self.null.clone(), plan.columns.clone());
        fill(&mut reader, &self.sample, false);
        if plan.header {
            reader.skip().map_err(|bad| of_bad(&self.name(), &bad))?;
        }
        Ok(reader)
    }
}

pub(super) fn fill(reader: &mut Reader, sample: &[u8], ended: bool) {
    let room = reader.room(sample.len().max(1));
    let length = room.len();
    room[..sample.len()].copy_from_slice(sample);
    // Nothing in the sample is an end only where the file has one.
    reader.filled(length, sample.len());
    reader.set_ended(ended || sample.is_empty());
}

fn shape_of(import: &Import, sample: &[u8]) -> Result<Shape> {
    let shape = match import.format.as_deref() {
        None => sniff::shape(&import.file, sample),
        Some("csv") => sniff::csv(sniff::delimiter(sample)),
        Some("tsv") => sniff::TSV,
        Some("json" | "jsonl") => Shape::JsonLines,
        Some(other) => {
            let hint = "What can be imported: csv, tsv, jsonl.";
            return Err(Error::usage(format!("cannot import {other}")).with_hint(hint));
        }
    };
    Ok(match (shape, import.delimiter) {
        (Shape::Delimited(d), Some(delimiter)) => {
            Shape::Delimited(sniff::Delimited { delimiter, ..d })
        }
        (shape, _) => shape,
    })
}

/// A column's type in a new table. A decimal that SQLite keeps exactly may be one.
fn declare(driver: &str, kind: &Type) -> Declared {
    match (driver, kind) {
        ("sqlite", Type::Numeric(Some((digits, _)))) if *digits <= 15 => Declared {
            ddl: "NUMERIC".into(),
            note: None,
        },
        _ => types::declare(driver, kind),
    }
}

/// The place of a statement of ours means nothing to the user.
fn placeless(error: Error) -> Error {
    Error {
        position: None,
        line: None,
        ..error
    }
}

pub(super) fn of_bad(file: &str, bad: &Bad) -> Error {
    let column = bad.column.map_or(String::new(), |c| format!("{c}:"));
    let hint = match bad.reason.as_str() {
        NOT_UTF8 => "Convert it first, for example with: iconv -f LATIN1 -t UTF-8",
        _ => HINT,
    };
    Error::server(format!("{file}:{}:{column} {}", bad.line, bad.reason)).with_hint(hint)
}

fn of_refused(file: &str, done: &Done, refused: Refused) -> Error {
    let line = refused.row.and_then(|row| done.line(row));
    let place = line.map_or(file.to_string(), |l| format!("{file}:{l}"));
    table::refusal(&place, refused, HINT)
}
