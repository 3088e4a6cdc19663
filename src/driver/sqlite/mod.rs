//! SQLite, the embedded default. The library blocks, so each connection has a thread of its own and
//! sends events through a bounded channel.

mod catalog;
pub mod demo;
mod error;
mod functions;
mod listing;
mod open;
mod render;
mod worker;

use super::{
    Canceller, Connection, Driver, Event, Listing, Pattern, Stage, Status, Target, Titled,
    Transaction,
};
use crate::catalog::CatalogBuilder;
use crate::error::{Error, Kind, Result};
use crate::sql::Dialect;
use crate::sql::dialect::SQLITE;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt, stream};
use rusqlite::InterruptHandle;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{mpsc, oneshot};
use worker::Job;

/// The driver.
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
        async move {
            let (jobs, inbox) = mpsc::channel(1);
            let (opened, ready) = oneshot::channel();
            let target = target.clone();
            std::thread::Builder::new()
                .name("sqlite".into())
                .spawn(move || worker::work(&target, opened, inbox))
                .map_err(|e| Error::io("start a thread for SQLite", &e))?;
            let opened = ready.await.map_err(|_| gone())??;
            let connection: Box<dyn Connection> = Box::new(SqliteConnection {
                jobs,
                interrupt: Arc::new(opened.interrupt),
                database: opened.database,
                private: opened.private,
                in_transaction: opened.in_transaction,
            });
            Ok(connection)
        }
        .boxed()
    }

    fn listing(&self, what: Listing, pattern: &Pattern) -> Option<Vec<Titled>> {
        listing::queries(what, pattern)
    }
}

fn gone() -> Error {
    Error::new(Kind::Lost, "the SQLite connection ended unexpectedly")
}

struct SqliteConnection {
    jobs: mpsc::Sender<Job>,
    interrupt: Arc<InterruptHandle>,
    database: String,
    private: bool,
    /// Written by the worker after each statement.
    in_transaction: Arc<AtomicBool>,
}

/// Batches on their way from the library to the writer: enough for both to be busy.
const IN_FLIGHT: usize = 4;

impl Connection for SqliteConnection {
    fn run<'a>(&'a mut self, sql: &'a str) -> BoxStream<'a, Result<Event>> {
        let (events, inbox) = mpsc::channel(IN_FLIGHT);
        let job = Job::Run { sql: sql.to_string(), events };
        let jobs = &self.jobs;
        let start = async move {
            match jobs.send(job).await {
                Ok(()) => inbox,
                // The closed inbox would look like an empty result.
                Err(_) => {
                    let (events, inbox) = mpsc::channel(1);
                    let _ = events.try_send(Err(gone()));
                    inbox
                }
            }
        };
        let rest = |mut inbox: mpsc::Receiver<Result<Event>>| async move {
            inbox.recv().await.map(|event| (event, inbox))
        };
        start.map(move |inbox| stream::unfold(inbox, rest)).flatten_stream().boxed()
    }

    fn canceller(&self) -> Canceller {
        let interrupt = Arc::clone(&self.interrupt);
        Canceller::new(move || {
            interrupt.interrupt();
            async { Ok(()) }.boxed()
        })
    }

    fn catalog<'a>(
        &'a mut self,
        stage: Stage,
        into: &'a mut CatalogBuilder,
    ) -> BoxFuture<'a, Result<()>> {
        async move {
            let (done, answer) = oneshot::channel();
            let builder = Box::new(into.clone());
            let job = Job::Catalog { stage, builder, done };
            self.jobs.send(job).await.map_err(|_| gone())?;
            *into = *answer.await.map_err(|_| gone())??;
            Ok(())
        }
        .boxed()
    }

    fn status(&self) -> Status {
        let open = self.in_transaction.load(Ordering::Acquire);
        Status {
            database: self.database.clone(),
            server: format!("SQLite {}", rusqlite::version()),
            transaction: if open { Transaction::Open } else { Transaction::None },
            ..Status::default()
        }
    }

    fn can_be_doubled(&self) -> bool {
        !self.private
    }
}
