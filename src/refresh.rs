//! Keeps the catalog fresh in the background, on a connection and a thread of its own.
//!
//! Two things cross between the threads: requests, through a channel, and the published catalog,
//! through an atomic pointer. The prompt never waits for either.

mod board;
mod cache;

pub use board::Board;
pub use cache::path as cache_path;

use crate::catalog::{Catalog, CatalogBuilder, Change};
use crate::driver::{Connection, Driver, Stage, Target};
use crate::error::{Error, Kind, Result};
use arc_swap::ArcSwap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// The current catalog; readers keep what they have loaded until they look again.
pub type Published = Arc<ArcSwap<Catalog>>;

/// Asks for refreshes and tells how the last one went.
pub struct Refresher {
    requests: Sender<Request>,
    pending: Arc<Pending>,
    failure: Arc<ArcSwap<Option<Error>>>,
}

/// Requests that are not answered yet.
#[derive(Default)]
struct Pending {
    count: Mutex<usize>,
    /// Whether there are any.
    any: Arc<AtomicBool>,
}

impl Pending {
    fn change(&self, change: impl FnOnce(usize) -> usize) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = change(*count);
        self.any.store(*count > 0, Ordering::Relaxed);
    }
}

/// What is to be read again.
#[derive(Debug, Default)]
pub struct Request {
    pub change: Change,
    /// The session's current database, where a statement can change it (MySQL's USE).
    pub database: Option<String>,
    /// Where the catalog is kept for the next start.
    pub cache: Option<PathBuf>,
    /// The mark of what the session has laid over the catalog, which this refresh makes
    /// superfluous.
    pub settles: Option<u64>,
}

impl Request {
    fn merge(&mut self, later: Request) {
        self.change.merge(later.change);
        self.database = later.database;
        self.cache = later.cache;
        self.settles = later.settles.or(self.settles);
    }
}

impl Refresher {
    /// Starts the thread. It connects when the first request comes.
    pub fn start(driver: &'static dyn Driver, target: Target, board: Arc<Board>) -> Self {
        let (requests, inbox) = channel();
        let failure = Arc::new(ArcSwap::from_pointee(None));
        let pending = Arc::new(Pending::default());
        let worker = Worker {
            driver,
            target: driver.for_catalog(target),
            board,
            connection: None,
            pending: Arc::clone(&pending),
            failure: Arc::clone(&failure),
        };
        // Without the thread there is no completion of names; everything else works.
        let _ = std::thread::Builder::new()
            .name("catalog".into())
            .spawn(move || worker.work(&inbox));
        Refresher {
            requests,
            pending,
            failure,
        }
    }

    /// Asks for a refresh and returns at once.
    pub fn request(&self, request: Request) {
        self.pending.change(|count| count + 1);
        if self.requests.send(request).is_err() {
            self.pending.change(|_| 0);
        }
    }

    /// True while a refresh is under way.
    pub fn busy(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.pending.any)
    }

    /// Why the last refresh failed, if it did.
    pub fn failure(&self) -> Option<Error> {
        self.failure.load().as_ref().clone()
    }
}

struct Worker {
    driver: &'static dyn Driver,
    target: Target,
    board: Arc<Board>,
    connection: Option<Box<dyn Connection>>,
    pending: Arc<Pending>,
    failure: Arc<ArcSwap<Option<Error>>>,
}

impl Worker {
    fn work(mut self, inbox: &Receiver<Request>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        else {
            // Without it nothing can be answered.
            self.pending.change(|_| 0);
            return;
        };
        while let Ok(mut request) = inbox.recv() {
            // Requests that came meanwhile are answered by the same refresh.
            let mut answers = 1;
            for later in inbox.try_iter() {
                request.merge(later);
                answers += 1;
            }
            let result = runtime.block_on(self.answer(request));
            if result.is_err() {
                self.connection = None;
            }
            self.failure.store(Arc::new(result.err()));
            self.pending.change(|count| count.saturating_sub(answers));
        }
    }

    async fn answer(&mut self, request: Request) -> Result<()> {
        let empty = self.board.base().relations().len() == 0;
        if let Some(old) = request
            .cache
            .as_deref()
            .filter(|_| empty)
            .and_then(cache::load)
        {
            let same = old.dialect.name == self.driver.dialect().name;
            same.then(|| self.board.store_old(old));
        }
        if request.database.is_some() && request.database != self.target.database {
            self.target.database = request.database;
            self.connection = None;
        }
        // Until everything has been read once, there is nothing that a change could be added to.
        let change = match empty {
            true => Change::everything(),
            false => request.change,
        };
        let used = self.connection.is_some();
        let mut result = self.read(&change).await;
        if used && matches!(&result, Err(e) if e.kind == Kind::Lost) {
            // The server may have ended a connection that had nothing to do for long.
            self.connection = None;
            result = self.read(&change).await;
        }
        result?;
        if let Some(mark) = request.settles {
            self.board.settle(mark);
        }
        if let Some(path) = &request.cache {
            // A full disk or a read-only home costs the next start its head start.
            let _ = cache::store(path, &self.board.base());
        }
        Ok(())
    }

    async fn read(&mut self, change: &Change) -> Result<()> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            None => {
                let fresh = self.driver.connect(&self.target).await?;
                self.connection.insert(fresh)
            }
        };
        update(self.driver, connection.as_mut(), &self.board, change).await
    }
}

/// Reads over `connection` what has changed, and publishes it.
pub async fn update(
    driver: &'static dyn Driver,
    connection: &mut dyn Connection,
    board: &Board,
    change: &Change,
) -> Result<()> {
    if change.whole {
        return load(connection, board).await;
    }
    if !change.relations.is_empty() {
        let part = relations(driver, connection, change.relations.clone()).await?;
        let patched = board.base().patched(&change.relations, &part, 0);
        board.store(patched);
    }
    if change.rest {
        let mut rest = CatalogBuilder::new(driver.dialect());
        connection.catalog(Stage::Rest, &mut rest).await?;
        let patched = board.base().with_rest(&rest, 0);
        board.store(patched);
    }
    Ok(())
}

/// Reads the relations of these names alone. With none it reads where the session looks for names.
pub async fn relations(
    driver: &'static dyn Driver,
    connection: &mut dyn Connection,
    names: Vec<String>,
) -> Result<CatalogBuilder> {
    let nothing = names.is_empty();
    let mut part = CatalogBuilder::partial(driver.dialect(), names);
    for stage in [Stage::Names, Stage::Columns, Stage::Keys] {
        connection.catalog(stage, &mut part).await?;
        if let Some(message) = part.failure.take() {
            return Err(Error::server(message));
        }
        if nothing || part.is_empty() {
            break;
        }
    }
    Ok(part)
}

/// Reads the whole catalog over `connection` and publishes it stage by stage. A catalog that is
/// already there stays until the new one knows as much.
pub async fn load(connection: &mut dyn Connection, board: &Board) -> Result<()> {
    let old = board.base();
    let first = old.relations().len() == 0;
    let mut builder = CatalogBuilder::like(&old);
    drop(old);
    for stage in Stage::ALL {
        connection.catalog(stage, &mut builder).await?;
        // Keys and the rest are published together: a big catalog is not copied once more for the
        // tenth of a second between them.
        if first && matches!(stage, Stage::Names | Stage::Columns) {
            board.store(builder.snapshot(0));
        }
    }
    let failure = builder.failure.take();
    board.store(builder.finish(0));
    failure.map_or(Ok(()), |message| Err(Error::server(message)))
}
