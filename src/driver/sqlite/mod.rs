//! SQLite: the bundled library on a thread of its own.

mod catalog;
mod checks;
pub mod demo;
mod error;
mod functions;
mod inventory;
mod listing;
mod load;
mod lookup;
mod names;
mod open;
mod powers;
mod real;
mod reshape;
mod run;
mod show;
mod tag;
#[cfg(test)]
mod tests;
mod worker;

use super::describe::by_listing;
use super::{
    Canceller, Connection, Desk, Driver, Event, Listing, Load, Pattern, Refused, Request, Stage,
    Status, Target, Titled, Transaction,
};
use crate::catalog::CatalogBuilder;
use crate::data::Notice;
use crate::error::Result;
use crate::sql::Dialect;
use crate::sql::dialect::SQLITE;
use futures::future::{BoxFuture, LocalBoxFuture};
use futures::stream::{self, BoxStream, StreamExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::mpsc;
use worker::Worker;

pub struct Sqlite;

impl Driver for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn dialect(&self) -> &'static Dialect {
        &SQLITE
    }

    fn connect<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, Result<Box<dyn Connection>>> {
        Box::pin(async move {
            let plan = open::plan(target)?;
            let connection = open::open(&plan)?;
            let on_disk = connection.path().is_some_and(|path| !path.is_empty());
            let place = connection.path().filter(|_| on_disk).and_then(Place::of);
            let worker = Worker::new(connection, plan.busy_timeout);
            let file = plan.file;
            let connection: Box<dyn Connection> = Box::new(Session {
                worker,
                file,
                on_disk,
                place,
            });
            Ok(connection)
        })
    }

    fn schemas(&self) -> Option<&'static str> {
        Some("SELECT name FROM pragma_database_list ORDER BY seq <> 1, seq")
    }

    fn listing(&self, what: Listing, pattern: &Pattern) -> Option<Vec<Titled>> {
        listing::listing(what, pattern)
    }

    fn inventory<'a>(
        &'a self,
        _status: &'a Status,
        desk: &'a mut dyn Desk,
    ) -> LocalBoxFuture<'a, Result<Vec<crate::diff::Item>>> {
        Box::pin(inventory::read(desk))
    }

    fn describe<'a>(
        &'a self,
        request: &'a Request,
        _status: &'a Status,
        desk: &'a mut dyn Desk,
    ) -> LocalBoxFuture<'a, Result<()>> {
        by_listing(self, request, desk)
    }
}

/// One open database.
struct Session {
    worker: Worker,
    /// As the user named it.
    file: String,
    /// Neither in memory nor temporary.
    on_disk: bool,
    /// Until it has been told that another file is there, or none.
    place: Option<Place>,
}

/// A file and where it was when it was opened.
struct Place {
    path: PathBuf,
    file: (u64, u64),
}

impl Place {
    fn of(path: &str) -> Option<Place> {
        let path = PathBuf::from(path);
        let file = identity(&path)?;
        Some(Place { path, file })
    }

    /// What is to be told of it, if it has gone.
    fn news(&self) -> Option<Notice> {
        let what = match identity(&self.path) {
            Some(file) if file == self.file => return None,
            Some(_) => "was replaced",
            None => "was removed",
        };
        Some(Notice {
            severity: "WARNING".into(),
            message: format!("\"{}\" {what} after it was opened", self.path.display()),
            hint: Some(error::MOVED.into()),
            ..Notice::default()
        })
    }
}

/// By what the system tells files apart.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<(u64, u64)> {
    None
}

impl Connection for Session {
    fn run<'a>(&'a mut self, sql: &'a str) -> BoxStream<'a, Result<Event>> {
        let (events, results) = mpsc::channel(run::CHANNEL);
        let shared = Arc::clone(&self.worker.shared);
        let (sql, seen) = (sql.to_string(), Arc::clone(&shared));
        let job = self
            .worker
            .submit(move |connection| run::run(connection, &sql, &events, &seen));
        let news = self.place.as_ref().and_then(Place::news);
        if news.is_some() {
            // Once is enough.
            self.place = None;
        }
        let news = stream::iter(news.map(|notice| Ok(Event::Notice(notice))));
        match job {
            Ok(job) => news.chain(run::Results::new(results, job, shared)).boxed(),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    fn load<'a>(&'a mut self, load: Load) -> BoxFuture<'a, std::result::Result<u64, Box<Refused>>> {
        Box::pin(async move {
            let shared = Arc::clone(&self.worker.shared);
            let loaded = self
                .worker
                .call(move |connection| {
                    let loaded = load::load(connection, load, &shared);
                    shared.note_transaction(connection);
                    loaded
                })
                .await;
            loaded.unwrap_or_else(|error| Err(Box::new(Refused { row: None, error })))
        })
    }

    fn canceller(&self) -> Canceller {
        let shared = Arc::clone(&self.worker.shared);
        Canceller::new(move || {
            shared.stop_newest();
            Box::pin(async { Ok(()) })
        })
    }

    fn catalog<'a>(
        &'a mut self,
        stage: Stage,
        into: &'a mut CatalogBuilder,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            // The thread outlives every borrow, so the builder travels there and back.
            let mut builder = std::mem::replace(into, CatalogBuilder::new(&SQLITE));
            let database = self.status().database;
            let (builder, result) = self
                .worker
                .call(move |connection| {
                    let result = catalog::read(connection, stage, &database, &mut builder);
                    (builder, result)
                })
                .await?;
            *into = builder;
            result
        })
    }

    fn status(&self) -> Status {
        let name = Path::new(&self.file)
            .file_name()
            .map(|n| n.to_string_lossy().into_owned());
        Status {
            database: name.unwrap_or_else(|| self.file.clone()),
            host: self.file.clone(),
            server: format!("SQLite {}", rusqlite::version()),
            transaction: match self.worker.shared.is_autocommit() {
                true => Transaction::None,
                false => Transaction::Open,
            },
            ..Status::default()
        }
    }

    /// SQLite reads the whole schema with the first statement, which takes 0.2 s for 10,000 tables.
    fn warm_up(&mut self) {
        let shared = Arc::clone(&self.worker.shared);
        // A schema that cannot be read is told of when a statement needs it.
        let _ = self.worker.submit(move |connection| {
            let _ = connection.prepare("SELECT 1 FROM sqlite_schema LIMIT 0");
            shared.names(connection, "from");
        });
    }

    fn can_be_doubled(&self) -> bool {
        self.on_disk && !self.worker.shared.has_attached()
    }
}
