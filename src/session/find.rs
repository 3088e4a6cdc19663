//! `/find TEXT`: what the catalog has in memory, and what only the server can look through.

use super::Session;
use super::describe::Counter;
use crate::catalog::search::{Found, Wanted, arranged, find, has_names};
use crate::catalog::{Catalog, CatalogBuilder, RelationKind};
use crate::data::{CellKind, Column, RowBatch};
use crate::driver::{Answer, Desk, Request, Sheet, Stage};
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use crate::visible::visible_line;
use futures::future::LocalBoxFuture;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// As many lines as anybody reads.
const MOST: usize = 500;
/// How often a catalog that is being read is looked at.
const LOOK: Duration = Duration::from_millis(10);

impl Session {
    /// Shows everything that has the text in it, or is nearly called so.
    pub async fn find(&mut self, text: &str) -> Result<()> {
        let text = text.trim().trim_end_matches(';').trim_end();
        if text.is_empty() {
            return Err(Error::usage("/find: a text is missing"));
        }
        let wanted = Wanted::new(text);
        self.catalog_is_read(Duration::MAX).await?;
        let alone = self.driver.finds_names() && self.catalog().load().relations().len() == 0;
        let at_server = match alone {
            true => self.find_at_server(&wanted, text).await?,
            false => None,
        };
        let found = match at_server {
            Some(found) => found,
            None => self.find_in_catalog(&wanted, text).await?,
        };
        let found = arranged(found);
        self.page(|session| Counter::new(session, false).show(sheet(&found)))
    }

    /// What the server finds alone; `None` where it has not all of the lists, or they may not be read.
    async fn find_at_server(&mut self, wanted: &Wanted, text: &str) -> Result<Option<Vec<Found>>> {
        let mut request = Request {
            word: "/find".into(),
            patterns: vec![text.to_string()],
            names: wanted.names('\\'),
            ..Request::default()
        };
        let mut found = match self.answers(&request, wanted).await {
            Err(e) if matches!(e.kind, Kind::Server | Kind::Usage) => return Ok(None),
            found => found?,
        };
        // What is only nearly called so is looked for where nothing else is.
        request.patterns.clear();
        request.names = wanted.slips('\\');
        if !has_names(&found) && !request.names.is_empty() {
            found.extend(self.answers(&request, wanted).await?);
        }
        Ok(Some(found))
    }

    /// What the catalog has, and what only the server can look through.
    async fn find_in_catalog(&mut self, wanted: &Wanted, text: &str) -> Result<Vec<Found>> {
        let catalog = self.catalog_for(wanted).await?;
        let mut found = find(&catalog, wanted);
        let request = Request {
            word: "/find".into(),
            patterns: vec![text.to_string()],
            among: views(&catalog),
            ..Request::default()
        };
        found.extend(self.answers(&request, wanted).await?);
        Ok(found)
    }

    async fn answers(&mut self, request: &Request, wanted: &Wanted) -> Result<Vec<Found>> {
        let answers = self.gather(request).await?;
        let rows = answers
            .iter()
            .flat_map(|a| (0..a.len()).map(move |row| (a, row)));
        Ok(rows
            .filter_map(|(answer, row)| of_server(wanted, answer, row))
            .collect())
    }

    /// Waits for the end of what reads the catalog in the background, and so long at most; whether
    /// it has come.
    pub async fn catalog_is_read(&mut self, patience: Duration) -> Result<bool> {
        let Some(busy) = self.refreshing() else {
            return Ok(true);
        };
        let began = Instant::now();
        while busy.load(Ordering::Relaxed) {
            if began.elapsed() >= patience {
                return Ok(false);
            }
            if self.interrupted_within(LOOK).await {
                return Err(Error::cancelled());
            }
        }
        Ok(true)
    }

    /// The catalog, once all of it is there; where nothing keeps one, what is needed to find this.
    async fn catalog_for(&mut self, wanted: &Wanted) -> Result<Arc<Catalog>> {
        let known = self.catalog().load_full();
        if known.relations().len() > 0 {
            return Ok(known);
        }
        let builder = CatalogBuilder::searching(self.dialect(), wanted.clone());
        self.read_catalog(builder, &Stage::ALL).await
    }

    /// Reads what a builder wants, for itself alone.
    pub(super) async fn read_catalog(
        &mut self,
        mut builder: CatalogBuilder,
        stages: &[Stage],
    ) -> Result<Arc<Catalog>> {
        self.ensure_connected().await?;
        if let Some(connection) = &mut self.connection {
            for stage in stages {
                connection.catalog(*stage, &mut builder).await?;
            }
        }
        if let Some(reason) = builder.failure.take() {
            let reason = visible_line(&reason).into_owned();
            tell(&format!(
                "A part of the catalog could not be read: {reason}\n"
            ));
        }
        Ok(Arc::new(builder.finish(0)))
    }

    /// The driver's answers to a command, which are not shown.
    async fn gather(&mut self, request: &Request) -> Result<Vec<Answer>> {
        self.ensure_connected().await?;
        let (driver, status) = (self.driver, self.status.clone());
        let shield = self.raise_shield().await?;
        let mut gathered = Gathered {
            counter: Counter::new(self, false),
            answers: Vec::new(),
        };
        let done = driver.describe(request, &status, &mut gathered).await;
        let answers = gathered.answers;
        if let Some(shield) = shield {
            self.lower_shield(&shield).await;
        }
        self.settled(done).map(|()| answers)
    }
}

/// The views of the current database.
fn views(catalog: &Catalog) -> Vec<String> {
    let here = catalog.schema_id(&catalog.database);
    let relations = here
        .into_iter()
        .flat_map(|schema| catalog.relations_in(schema));
    let views = relations
        .map(|id| catalog.relation(id))
        .filter(|r| r.kind == RelationKind::View);
    views.map(|r| r.name.to_string()).collect()
}

/// A row: kind, whole name, where the text is, and the name alone where that is not what stands behind
/// the last dot. `None` where the server took for like the text what is not.
fn of_server(wanted: &Wanted, answer: &Answer, row: usize) -> Option<Found> {
    let [kind, name, place] = [0, 1, 2].map(|column| answer.text(row, column));
    if place != "name" {
        return Some(Found::inside(kind, name.to_string(), place));
    }
    let behind = || name.rsplit('.').next().unwrap_or(name);
    let likeness = wanted.like(answer.get(row, 3).unwrap_or_else(behind))?;
    Some(Found::named(kind, name.to_string(), likeness))
}

fn sheet(found: &[Found]) -> Sheet {
    let mut rows = RowBatch::new(3);
    for one in found.iter().take(MOST) {
        for text in [&one.kind, &one.name, &one.place] {
            rows.push(CellKind::Text, text.as_bytes());
        }
        rows.end_row();
    }
    let column = |name: &str| Column {
        name: name.into(),
        ..Column::default()
    };
    let cut = format!(
        "(the first {MOST} of {}: a longer text finds fewer)",
        found.len()
    );
    Sheet {
        title: String::new(),
        answer: Answer::of(["Kind", "Name", "Found in"].map(column).to_vec(), rows),
        footers: (found.len() > MOST).then(|| vec![cut]),
        flat: false,
    }
}

/// Asks like the session, and keeps what there is to show.
struct Gathered<'s> {
    counter: Counter<'s>,
    answers: Vec<Answer>,
}

impl Desk for Gathered<'_> {
    fn ask<'a>(&'a mut self, sql: &'a str) -> LocalBoxFuture<'a, Result<Answer>> {
        self.counter.ask(sql)
    }

    fn show(&mut self, sheet: Sheet) -> Result<()> {
        self.answers.push(sheet.answer);
        Ok(())
    }

    fn left_out(&mut self, part: &str, why: &Error) {
        self.counter.left_out(part, why);
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.counter.write(text)
    }
}
