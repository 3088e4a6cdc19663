//! `/follow TABLE KEY`: a row, the rows that it points at, and counts and samples of those that point
//! at it; then on from there. Only what an index finds is read, unless more is asked for.

use super::Session;
use super::describe::Counter;
use super::path::find;
use crate::catalog::neighbours::{self, Key, Link};
use crate::catalog::{Catalog, CatalogBuilder, RelationId};
use crate::data::{CellKind, Column, RowBatch};
use crate::driver::{Answer, Desk, Sheet, Stage};
use crate::error::{Error, Kind, Result};
use crate::sql::names::Name;
use crate::visible::visible_line;
use std::sync::Arc;
use std::time::Duration;

/// Rows of a relation that are counted and shown.
const MOST_COUNTED: usize = 1000;
const SAMPLE: usize = 5;
/// Characters of a row in one line.
const LINE: usize = 100;
/// What is read of relations to know how they hang together.
const AROUND: [Stage; 3] = [Stage::Names, Stage::Columns, Stage::Keys];

/// Where `/follow` can go on from.
#[derive(Debug, Default)]
pub(super) struct Trail {
    /// The rows that were seen, the last one last.
    seen: Vec<Stop>,
    /// The rows around the last one, by their number less one.
    around: Vec<Stop>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stop {
    schema: String,
    relation: String,
    key: Key,
}

impl Session {
    /// Shows a row and what stands around it. `words` are a relation and a key, the number of a row
    /// that was shown, or `-` for the one before. With `everything` tables are read whole where no
    /// index helps.
    pub async fn follow(&mut self, words: &[&str], everything: bool) -> Result<()> {
        let known = self.stop_meant(words)?;
        let name = match &known {
            Some(stop) => stop.relation.as_str(),
            None => words.first().copied().unwrap_or_default(),
        };
        let catalog = self.catalog_around(name).await?;
        let (id, key) = meant(&catalog, known, words)?;
        let columns: Vec<String> = key.iter().map(|pair| pair.0.clone()).collect();
        let name = catalog.relation_name(id).to_string();
        if !everything && !neighbours::is_indexed(&catalog, id, &columns) {
            return Err(Error::usage(format!(
                "/follow: no index of {name} begins with {}",
                columns.join(", ")
            ))
            .with_hint("/follow+ reads the whole table."));
        }
        let rows = neighbours::rows_query(&catalog, id, &key, 2);
        let answer = self.peek(&rows).await?;
        if answer.is_empty() {
            return Err(Error::server(format!(
                "{name} has no row with {}",
                shown(&key)
            )));
        }
        let mut walk = Walk {
            catalog: &catalog,
            row: answer,
            around: Vec::new(),
            everything,
        };
        self.begin_showing();
        let result = self.walk(&mut walk, id, &key).await;
        self.end_showing(result)?;
        let here = stop(&catalog, id, key);
        if self.trail.seen.last() != Some(&here) {
            self.trail.seen.push(here);
        }
        self.trail.around = walk.around;
        Ok(())
    }

    async fn walk(&mut self, walk: &mut Walk<'_>, id: RelationId, key: &Key) -> Result<()> {
        let name = walk.catalog.relation_name(id);
        self.show_row(walk, &format!("{name} {}", shown(key)))?;
        self.show_parents(walk, id).await?;
        self.show_children(walk, id).await
    }

    /// The catalog in memory, where it has the foreign keys. Where nothing follows what statements
    /// change, what is needed is read each time.
    fn catalog_with_keys(&self) -> Option<Arc<Catalog>> {
        let known = self.catalog().load_full();
        (self.interactive && known.foreign_keys().len() > 0).then_some(known)
    }

    /// A catalog that has the tables with their columns and keys.
    pub(super) async fn catalog_of_tables(&mut self) -> Result<Arc<Catalog>> {
        match self.catalog_with_keys() {
            Some(known) => Ok(known),
            None => {
                let all = CatalogBuilder::new(self.dialect());
                self.read_catalog(all, &AROUND).await
            }
        }
    }

    /// A catalog that has all foreign keys, and some relations.
    pub(super) async fn catalog_of_keys(&mut self, names: &[&str]) -> Result<Arc<Catalog>> {
        if let Some(known) = self.catalog_with_keys() {
            return Ok(known);
        }
        let dialect = self.dialect();
        let last = |name: &&str| Name::parse(name, dialect).last().to_string();
        let names = names.iter().map(last).collect();
        let keys = CatalogBuilder::of_keys(dialect, names);
        self.read_catalog(keys, &AROUND).await
    }

    /// A catalog that has a relation and those that keys join to it.
    pub(super) async fn catalog_around(&mut self, name: &str) -> Result<Arc<Catalog>> {
        if let Some(known) = self.catalog_with_keys() {
            return Ok(known);
        }
        let mut names = vec![Name::parse(name, self.dialect()).last().to_string()];
        let alone = CatalogBuilder::partial(self.dialect(), names.clone());
        let catalog = self.read_catalog(alone, &AROUND).await?;
        let Ok(id) = find(&catalog, name) else {
            return Ok(catalog);
        };
        let links = neighbours::parents(&catalog, id)
            .into_iter()
            .chain(neighbours::children(&catalog, id));
        names.extend(links.map(|link| catalog.relation_name(link.relation).to_string()));
        if names.len() == 1 {
            return Ok(catalog);
        }
        let around = CatalogBuilder::partial(self.dialect(), names);
        self.read_catalog(around, &AROUND).await
    }

    /// The row that a number or `-` means; none where the words are a relation and a key.
    fn stop_meant(&mut self, words: &[&str]) -> Result<Option<Stop>> {
        match words {
            ["-"] => {
                self.trail.seen.pop();
                let before = self.trail.seen.pop();
                before
                    .map(Some)
                    .ok_or_else(|| Error::usage("/follow: there is no row before the first"))
            }
            [number] if number.parse::<usize>().is_ok() => {
                let number = number.parse::<usize>().unwrap_or_default();
                let found = number
                    .checked_sub(1)
                    .and_then(|at| self.trail.around.get(at));
                found.cloned().map(Some).ok_or_else(|| {
                    Error::usage(format!(
                        "/follow: no row with the number {number} was shown"
                    ))
                    .with_hint("/follow TABLE KEY begins at a row.")
                })
            }
            [] | [_] => Err(
                Error::usage("/follow: a table and the key of a row are missing")
                    .with_hint("/follow orders 42, or /follow users email=ann@example.com"),
            ),
            _ => Ok(None),
        }
    }

    /// A query of ours that cannot end the user's transaction.
    pub(super) async fn peek(&mut self, sql: &str) -> Result<Answer> {
        self.peek_for(sql, None).await
    }

    /// The same, for so long.
    pub(super) async fn peek_within(&mut self, sql: &str, limit: Duration) -> Result<Answer> {
        self.peek_for(sql, Some(limit)).await
    }

    async fn peek_for(&mut self, sql: &str, limit: Option<Duration>) -> Result<Answer> {
        self.ensure_connected().await?;
        if !self.begin_look().await {
            return Err(Error::server(
                "the transaction has failed: nothing can be read before ROLLBACK",
            ));
        }
        let answer = match limit {
            Some(limit) => self.collect_within(sql, Some(limit)).await,
            None => self.collect_unless_locked(sql, &mut false).await,
        };
        self.end_look(answer.is_ok()).await;
        answer
    }

    fn show_row(&mut self, walk: &Walk<'_>, title: &str) -> Result<()> {
        let footers = match walk.row.len() {
            1 => Vec::new(),
            _ => vec!["There are more such rows; this is one of them.".to_string()],
        };
        let mut rows = RowBatch::new(walk.row.columns.len());
        for cell in walk.row.rows.row(0).cells() {
            rows.push(cell.kind, cell.text);
        }
        rows.end_row();
        Counter::of_data(self, true).show(Sheet {
            title: title.to_string(),
            answer: Answer::of(walk.row.columns.clone(), rows),
            footers: Some(footers),
            flat: false,
        })
    }

    async fn show_parents(&mut self, walk: &mut Walk<'_>, id: RelationId) -> Result<()> {
        let mut table = Table::new(&["Step", "Relation", "By", "Row"]);
        for link in neighbours::parents(walk.catalog, id) {
            let Some(key) = walk.key(&link) else {
                continue;
            };
            let sql = neighbours::rows_query(walk.catalog, link.relation, &key, 1);
            let by = link.here.join(", ");
            let name = walk.catalog.relation_name(link.relation).to_string();
            match self.peek(&sql).await {
                Ok(answer) if answer.is_empty() => table.row(&["", &name, &by, "(no such row)"]),
                Ok(answer) => {
                    let step = walk.step(stop(walk.catalog, link.relation, key));
                    table.row(&[&step, &name, &by, &one_line(&answer)]);
                }
                Err(e) => table.row(&["", &name, &by, &unread(e)?]),
            }
        }
        self.show_table(table, "Points at")
    }

    async fn show_children(&mut self, walk: &mut Walk<'_>, id: RelationId) -> Result<()> {
        let mut counts = Table::new(&["Relation", "By", "Rows"]);
        let mut samples = Vec::new();
        for link in neighbours::children(walk.catalog, id) {
            let Some(key) = walk.key(&link) else {
                continue;
            };
            let name = walk.catalog.relation_name(link.relation).to_string();
            let by = link.there.join(", ");
            if !link.indexed && !walk.everything {
                let said = format!("not counted: no index on {by}; /follow+ reads the table");
                counts.row(&[&name, &by, &said]);
                continue;
            }
            let count = neighbours::count_query(walk.catalog, link.relation, &key, MOST_COUNTED);
            match self.peek(&count).await {
                Ok(answer) => {
                    let rows: usize = answer.text(0, 0).parse().unwrap_or_default();
                    let said = match rows > MOST_COUNTED {
                        true => format!("more than {MOST_COUNTED}"),
                        false => rows.to_string(),
                    };
                    counts.row(&[&name, &by, &said]);
                    if rows > 0 {
                        samples.push((link, key, rows));
                    }
                }
                Err(e) => counts.row(&[&name, &by, &unread(e)?]),
            }
        }
        self.show_table(counts, "Pointed at by")?;
        for (link, key, rows) in samples {
            self.show_sample(walk, &link, &key, rows).await?;
        }
        Ok(())
    }

    async fn show_sample(
        &mut self,
        walk: &mut Walk<'_>,
        link: &Link,
        key: &Key,
        rows: usize,
    ) -> Result<()> {
        let sql = neighbours::rows_query(walk.catalog, link.relation, key, SAMPLE);
        let answer = self.peek(&sql).await?;
        let own: Vec<String> = neighbours::primary_key(walk.catalog, link.relation)
            .into_iter()
            .map(str::to_string)
            .collect();
        let mut table = RowBatch::new(answer.columns.len() + 1);
        for at in 0..answer.len() {
            match key_in(&answer, at, &own, &own) {
                Some(key) if !own.is_empty() => {
                    let step = walk.step(stop(walk.catalog, link.relation, key));
                    table.push(CellKind::Text, step.as_bytes());
                }
                _ => table.push(CellKind::Text, b""),
            }
            for cell in answer.rows.row(at).cells() {
                table.push(cell.kind, cell.text);
            }
            table.end_row();
        }
        let mut columns = vec![Column {
            name: "Step".into(),
            ..Column::default()
        }];
        columns.extend(answer.columns.iter().cloned());
        let name = walk.catalog.relation_name(link.relation);
        let footers = match rows > answer.len() {
            true => Some(vec![format!(
                "{} of {}",
                answer.len(),
                match rows > MOST_COUNTED {
                    true => format!("more than {MOST_COUNTED} rows"),
                    false => format!("{rows} rows"),
                }
            )]),
            false => None,
        };
        Counter::of_data(self, false).show(Sheet {
            title: format!("{name} by {}", link.there.join(", ")),
            answer: Answer::of(columns, table),
            footers,
            flat: false,
        })
    }

    fn show_table(&mut self, table: Table, title: &str) -> Result<()> {
        if table.rows.is_empty() {
            return Ok(());
        }
        Counter::new(self, false).show(Sheet {
            title: title.to_string(),
            answer: Answer::of(table.columns, table.rows),
            footers: None,
            flat: false,
        })
    }
}

/// The relation and the key that are meant.
fn meant(catalog: &Catalog, stop: Option<Stop>, words: &[&str]) -> Result<(RelationId, Key)> {
    let Some(stop) = stop else {
        let [name, key @ ..] = words else {
            return Err(Error::usage("/follow: a table is missing"));
        };
        let id = find(catalog, name)?;
        let key = neighbours::key_of(catalog, id, key)
            .map_err(|e| Error::usage(format!("/follow: {e}")))?;
        return Ok((id, key));
    };
    let id = catalog.find(
        Some(&stop.schema),
        &stop.relation,
        &catalog.effective_path(),
    );
    let id = id.ok_or_else(|| Error::server(format!("{} is gone", stop.relation)))?;
    Ok((id, stop.key))
}

/// One look around: the row, and the rows that were found so far.
struct Walk<'c> {
    catalog: &'c Catalog,
    row: Answer,
    around: Vec<Stop>,
    everything: bool,
}

impl Walk<'_> {
    /// The key of the rows at the other end of a link; `None` where the row has NULL there.
    fn key(&self, link: &Link) -> Option<Key> {
        key_in(&self.row, 0, &link.here, &link.there)
    }

    /// Remembers a row and gives its number.
    fn step(&mut self, stop: Stop) -> String {
        self.around.push(stop);
        self.around.len().to_string()
    }
}

/// The values of `here` in a row, as those of `there`.
fn key_in(answer: &Answer, row: usize, here: &[String], there: &[String]) -> Option<Key> {
    let value = |name: &String| {
        let at = answer.columns.iter().position(|c| c.name == *name)?;
        answer.get(row, at).map(str::to_string)
    };
    let pairs = here.iter().zip(there);
    pairs.map(|(h, t)| Some((t.clone(), value(h)?))).collect()
}

fn stop(catalog: &Catalog, id: RelationId, key: Key) -> Stop {
    Stop {
        schema: catalog.schema_of(id).name.clone(),
        relation: catalog.relation_name(id).to_string(),
        key,
    }
}

fn shown(key: &Key) -> String {
    let pairs: Vec<String> = key.iter().map(|(c, v)| format!("{c} = {v}")).collect();
    pairs.join(", ")
}

/// The first row of an answer in a line.
fn one_line(answer: &Answer) -> String {
    let mut out = String::new();
    for (at, column) in answer.columns.iter().enumerate() {
        let Some(value) = answer.get(0, at) else {
            continue;
        };
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(&format!("{}: {}", column.name, visible_line(value)));
        if let Some((end, _)) = out.char_indices().nth(LINE) {
            out.truncate(end);
            out.push('…');
            break;
        }
    }
    out
}

/// What stands in place of rows that could not be read; a lost connection ends everything.
fn unread(error: Error) -> Result<String> {
    match error.kind {
        Kind::Server => Ok(format!("(not read: {})", visible_line(&error.message))),
        _ => Err(error),
    }
}

/// A table in the making.
struct Table {
    columns: Vec<Column>,
    rows: RowBatch,
}

impl Table {
    fn new(names: &[&str]) -> Self {
        let column = |name: &&str| Column {
            name: (*name).into(),
            ..Column::default()
        };
        Table {
            columns: names.iter().map(column).collect(),
            rows: RowBatch::new(names.len()),
        }
    }

    fn row(&mut self, cells: &[&str]) {
        for cell in cells {
            self.rows.push(CellKind::Text, cell.as_bytes());
        }
        self.rows.end_row();
    }
}
