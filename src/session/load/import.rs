//! `/import`: a file into a table.

use super::drive::{LeftOut, Watch, drive};
use super::frame::{Frame, explained, run};
use super::pump::{self, Done, Failure, Source};
use super::table;
use crate::data::Column;
use crate::driver::{Connection, Load, Refused, Transaction};
use crate::error::{Error, Kind, Result};
use crate::load::fit;
use crate::load::infer::Inference;
use crate::load::read::{Bad, Null, Reader};
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

const HINT: &str = "--keep-going loads the other rows and names those that it leaves out.";

impl Session {
    /// Imports a file.
    pub async fn import(&mut self, import: &Import) -> Result<()> {
        self.refuse_writes(Effect::Write)?;
        self.ensure_connected().await?;
        let mut opened = Opened::open(import)?;
        let mut interrupts = self.take_interrupts()?;
        let dialect = self.dialect();
        let driver = self.driver.name();
        let Some(connection) = &mut self.connection else {
            return Err(Error::new(Kind::Lost, "the connection is lost"));
        };
        let result = opened
            .run(connection.as_mut(), dialect, driver, &mut interrupts)
            .await;
        self.status = connection.status();
        self.interrupts = Some(interrupts);
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
struct Opened<'i> {
    import: &'i Import,
    source: Option<Source>,
    sample: Vec<u8>,
    shape: Shape,
    null: Null,
    /// The first line of the file.
    first: Option<Vec<String>>,
}

/// What the fields of a record are for.
struct Plan {
    columns: Vec<String>,
    kinds: Vec<Type>,
    header: bool,
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

    fn name(&self) -> String {
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
        interrupts: &mut tokio::signal::unix::Signal,
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
                let plan = self.plan_new(interrupts).await?;
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
            .load(
                connection,
                &table,
                plan,
                create.as_deref(),
                driver,
                interrupts,
            )
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
        interrupts: &mut tokio::signal::unix::Signal,
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
                self.transport(connection, table, &plan, driver, interrupts)
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
                let hint = match e.kind {
                    Kind::Server | Kind::Usage => HINT,
                    _ => "",
                };
                Err(explained(e, undone || outside.is_some(), hint))
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
        interrupts: &mut tokio::signal::unix::Signal,
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
        let (bad, mut bads) = mpsc::unbounded_channel();
        let (refused, mut refusals) = mpsc::unbounded_channel();
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
            told: 0,
        };
        let canceller = connection.canceller();
        let loading = async {
            let mut loading = std::pin::pin!(connection.load(load));
            let outcome = loop {
                tokio::select! {
                    biased;
                    Some(row) = bads.recv() => drop(tell.send(LeftOut::Bad(row))),
                    Some(row) = refusals.recv() => drop(tell.send(LeftOut::Refused(row))),
                    outcome = &mut loading => break outcome,
                }
            };
            // Some came while the last of the rows went.
            while let Ok(row) = bads.try_recv() {
                let _ = tell.send(LeftOut::Bad(row));
            }
            while let Ok(row) = refusals.try_recv() {
                let _ = tell.send(LeftOut::Refused(row));
            }
            outcome
        };
        let (outcome, interrupted) = drive(loading, interrupts, canceller, &mut watch).await?;
        done.stop.store(true, Ordering::Relaxed);
        if interrupted {
            return Err(Error::new(Kind::Cancelled, "the import was cancelled"));
        }
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

    /// Which columns of the table the fields are for.
    fn plan(&self, table: &[Column], name: &str, dialect: &Dialect, driver: &str) -> Result<Plan> {
        let all: Vec<usize> = (0..table.len()).collect();
        let named = |wanted: &[String]| {
            table::matched(wanted, table)
                .map_err(|missing| no_column(&missing, name, table, dialect))
        };
        let (chosen, header) = match (&self.import.columns, self.shape) {
            (Some(columns), Shape::JsonLines) => (named(columns)?, false),
            (None, Shape::JsonLines) => (named(&sniff::keys(&self.sample))?, false),
            (Some(columns), _) => {
                let chosen = named(columns)?;
                let header = self.import.header.unwrap_or_else(|| self.is_header(table));
                (chosen, header)
            }
            (None, _) if self.import.by_position => (all, self.import.header == Some(true)),
            (None, _) => {
                let first = self.first.clone().unwrap_or_default();
                let first: Vec<String> = first.iter().map(|f| f.trim().to_string()).collect();
                match self.import.header {
                    Some(false) => (all, false),
                    Some(true) => (named(&first)?, true),
                    None if self.is_header(table) => (named(&first)?, true),
                    None if first.len() == table.len() || first.is_empty() => (all, false),
                    None => {
                        return Err(no_header(&first, name, table.len()));
                    }
                }
            }
        };
        let kind = |index: &usize| types::of(driver, &table[*index], *index, None);
        Ok(Plan {
            kinds: chosen.iter().map(kind).collect(),
            columns: match self.shape {
                // Keys are looked up as they are written.
                Shape::JsonLines => match &self.import.columns {
                    Some(columns) => columns.clone(),
                    None => sniff::keys(&self.sample),
                },
                Shape::Delimited(_) => chosen.iter().map(|i| table[*i].name.clone()).collect(),
            },
            header,
        })
    }

    /// Whether the first line looks like names: at least one of them is a column's.
    fn is_header(&self, table: &[Column]) -> bool {
        let first = self.first.iter().flatten();
        first
            .map(|field| field.trim().to_lowercase())
            .any(|field| table.iter().any(|c| c.name.to_lowercase() == field))
    }

    /// Columns and types for a table that is to be made.
    async fn plan_new(&self, interrupts: &mut tokio::signal::unix::Signal) -> Result<Plan> {
        let header = self.import.header != Some(false) && self.shape != Shape::JsonLines;
        let first = self.first.clone().unwrap_or_default();
        let columns: Vec<String> = match (&self.import.columns, self.shape) {
            (Some(columns), _) => columns.clone(),
            (None, Shape::JsonLines) => sniff::keys(&self.sample),
            (None, _) => {
                let named = |(index, field): (usize, &String)| match field.trim() {
                    name if header && !name.is_empty() => name.to_string(),
                    _ => format!("column{}", index + 1),
                };
                first.iter().enumerate().map(named).collect()
            }
        };
        if columns.is_empty() {
            return Err(Error::usage(format!("\"{}\" is empty", self.name())));
        }
        let mut plan = Plan {
            kinds: Vec::new(),
            columns,
            header,
        };
        plan.kinds = self.infer(&plan, interrupts).await?;
        Ok(plan)
    }

    /// Looks through the whole file where it can be read twice, else through its beginning.
    async fn infer(
        &self,
        plan: &Plan,
        interrupts: &mut tokio::signal::unix::Signal,
    ) -> Result<Vec<Type>> {
        let whole = self.source.as_ref().is_some_and(|s| s.size.is_some());
        let mut reader = Reader::new(self.shape, self.null.clone(), plan.columns.clone());
        let columns = plan.columns.len();
        let (header, name, file) = (plan.header, self.name(), self.import.file.clone());
        let sample = self.sample.clone();
        let done = Arc::new(Done::default());
        let seen = Arc::clone(&done);
        let tolerant = self.import.keep_going;
        let look = move || {
            let mut found = Inference::new(columns);
            let each = |batch| {
                found.look(&batch);
                true
            };
            fill(&mut reader, &sample, !whole);
            if header {
                reader.skip().map_err(|bad| of_bad(&name, &bad))?;
            }
            let mut source = match whole {
                true => Source::open(&file)?.behind(&sample)?,
                false => Source::nothing(),
            };
            let (bad, _bads) = mpsc::unbounded_channel();
            let bad = (tolerant || !whole).then_some(&bad);
            pump::read_all(&mut source, &mut reader, &seen, bad, each, columns);
            match seen.failure() {
                Some(Failure::Bad(bad)) => Err(of_bad(&name, &bad).with_hint(HINT)),
                Some(Failure::File(error)) => Err(error),
                None => Ok(found.types()),
            }
        };
        let looking = tokio::task::spawn_blocking(look);
        tokio::select! {
            _ = interrupts.recv() => {
                done.stop.store(true, Ordering::Relaxed);
                Err(Error::new(Kind::Cancelled, "the import was cancelled"))
            }
            found = looking => found.unwrap_or_else(|_| Err(Error::usage("the file could not be read"))),
        }
    }
}

fn fill(reader: &mut Reader, sample: &[u8], ended: bool) {
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

fn of_bad(file: &str, bad: &Bad) -> Error {
    let column = bad.column.map_or(String::new(), |c| format!("{c}:"));
    Error::server(format!("{file}:{}:{column} {}", bad.line, bad.reason))
}

fn of_refused(file: &str, done: &Done, refused: Refused) -> Error {
    let line = refused.row.and_then(|row| done.line(row));
    super::table::refusal(
        &line.map_or(file.to_string(), |l| format!("{file}:{l}")),
        refused,
    )
}

fn no_column(missing: &str, table: &str, columns: &[Column], _dialect: &Dialect) -> Error {
    let names = || columns.iter().map(|c| c.name.as_str());
    let near = crate::nearest::nearest(missing, names());
    let error = Error::server(format!("table {table} has no column \"{missing}\""));
    match near {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None => error.with_hint(format!(
            "Its columns: {}.",
            names().collect::<Vec<_>>().join(", ")
        )),
    }
}

fn no_header(first: &[String], table: &str, columns: usize) -> Error {
    let message = format!(
        "the first line names no column of {table}, and has {} fields for {columns} columns",
        first.len()
    );
    Error::usage(message).with_hint("--columns a,b says what the fields are for.")
}
