//! What the fields of a file are for: columns of a table that is there, or of one that is made.

use super::drive::Stops;
use super::import::{Opened, fill, of_bad};
use super::pump::{self, Done, Failure, Source};
use super::table;
use crate::data::Column;
use crate::error::{Error, Result};
use crate::load::infer::Inference;
use crate::load::read::Reader;
use crate::load::sniff::{self, Shape};
use crate::load::types::{self, Type};
use crate::output::tell;
use crate::sql::Dialect;
use crate::visible::visible_line;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::mpsc;

/// What the fields of a record are for.
pub(super) struct Plan {
    pub(super) columns: Vec<String>,
    pub(super) kinds: Vec<Type>,
    pub(super) header: bool,
}

impl Opened<'_> {
    /// Which columns of the table the fields are for.
    pub(super) fn plan(
        &self,
        table: &[Column],
        name: &str,
        dialect: &Dialect,
        driver: &str,
    ) -> Result<Plan> {
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
                    None if first.is_empty() => (all, false),
                    None if first.len() == table.len() => {
                        let name = visible_line(name);
                        tell(&format!(
                            "The first line names no column of {name} and is loaded as a row.\n"
                        ));
                        (all, false)
                    }
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
    pub(super) async fn plan_new(&self, stops: &mut Stops) -> Result<Plan> {
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
                distinct(first.iter().enumerate().map(named))
            }
        };
        if columns.is_empty() {
            let name = self.name();
            if self.sample.iter().all(u8::is_ascii_whitespace) {
                return Err(Error::usage(format!("\"{name}\" is empty")));
            }
            let message = format!("\"{name}\" does not begin with an object of JSON");
            let hint = "--format says what the file holds: csv, tsv or jsonl.";
            return Err(Error::usage(message).with_hint(hint));
        }
        let mut plan = Plan {
            kinds: Vec::new(),
            columns,
            header,
        };
        plan.kinds = self.infer(&plan, stops).await?;
        Ok(plan)
    }

    /// Looks through the whole file where it can be read twice, else through its beginning.
    async fn infer(&self, plan: &Plan, stops: &mut Stops) -> Result<Vec<Type>> {
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
                Some(Failure::Bad(bad)) => Err(of_bad(&name, &bad)),
                Some(Failure::File(error)) => Err(error),
                None => Ok(found.types()),
            }
        };
        let looking = tokio::task::spawn_blocking(look);
        let due = stops.due();
        tokio::select! {
            _ = stops.signal.recv() => {
                done.stop.store(true, Ordering::Relaxed);
                Err(stops.reason("import", true))
            }
            () = due => {
                done.stop.store(true, Ordering::Relaxed);
                Err(stops.reason("import", false))
            }
            found = looking => found.unwrap_or_else(|_| Err(Error::usage("the file could not be read"))),
        }
    }
}

/// Names of which each is another: a table has no two columns `a`, the second is `a_2`.
fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        let taken = |name: &str| all.iter().any(|n| n.eq_ignore_ascii_case(name));
        let numbered = (2..).map(|n| format!("{name}_{n}"));
        let free = std::iter::once(name.clone()).chain(numbered);
        let free = free.into_iter().find(|n| !taken(n));
        all.push(free.unwrap_or(name));
    }
    all
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_columns_have_one_name() {
        let names = ["a", "A", "b", "a_2", "a"].map(String::from);
        assert_eq!(
            distinct(names.into_iter()),
            ["a", "A_2", "b", "a_2_2", "a_3"]
        );
    }
}
