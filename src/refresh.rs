//! Keeps the catalog fresh in the background, on a connection and a thread of its own.
//!
//! Two things cross between the threads: requests, through a channel, and the published catalog,
//! through an atomic pointer. The prompt never waits for either.

use crate::catalog::{Catalog, CatalogBuilder};
use crate::driver::{Connection, Driver, Stage, Target};
use crate::error::{Error, Result};
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

/// The current catalog; readers keep what they have loaded until they look again.
pub type Published = Arc<ArcSwap<Catalog>>;

/// Asks for refreshes and tells how the last one went.
pub struct Refresher {
    requests: Sender<Request>,
    /// A refresh has been asked for and is not finished.
    busy: Arc<AtomicBool>,
    failure: Arc<ArcSwap<Option<Error>>>,
}

struct Request {
    /// The session's current database, where a statement can change it (MySQL's USE).
    database: Option<String>,
}

impl Refresher {
    /// Starts the thread. It connects when the first request comes.
    pub fn start(driver: &'static dyn Driver, target: Target, published: Published) -> Self {
        let (requests, inbox) = channel();
        let failure = Arc::new(ArcSwap::from_pointee(None));
        let told = Arc::clone(&failure);
        let busy = Arc::new(AtomicBool::new(false));
        let still = Arc::clone(&busy);
        let worker = move || {
            Worker {
                driver,
                target,
                published,
                busy: still,
                failure: told,
            }
            .work(&inbox);
        };
        // Without the thread there is no completion of names; everything else works.
        let _ = std::thread::Builder::new()
            .name("catalog".into())
            .spawn(worker);
        Refresher {
            requests,
            busy,
            failure,
        }
    }

    /// Asks for a new catalog and returns at once.
    pub fn request(&self, database: Option<String>) {
        self.busy.store(true, Ordering::Relaxed);
        if self.requests.send(Request { database }).is_err() {
            self.busy.store(false, Ordering::Relaxed);
        }
    }

    /// True while a refresh is under way.
    pub fn busy(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.busy)
    }

    /// Why the last refresh failed, if it did.
    pub fn failure(&self) -> Option<Error> {
        self.failure.load().as_ref().clone()
    }
}

struct Worker {
    driver: &'static dyn Driver,
    target: Target,
    published: Published,
    busy: Arc<AtomicBool>,
    failure: Arc<ArcSwap<Option<Error>>>,
}

impl Worker {
    fn work(mut self, inbox: &Receiver<Request>) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        else {
            self.busy.store(false, Ordering::Relaxed);
            return;
        };
        let mut connection: Option<Box<dyn Connection>> = None;
        while let Ok(request) = inbox.recv() {
            // Requests that came meanwhile are answered by the same refresh.
            let request = inbox.try_iter().last().unwrap_or(request);
            self.busy.store(true, Ordering::Relaxed);
            if request.database.is_some() && request.database != self.target.database {
                self.target.database = request.database;
                connection = None;
            }
            let result = runtime.block_on(self.refresh(&mut connection));
            if result.is_err() {
                connection = None;
            }
            self.failure.store(Arc::new(result.err()));
            self.busy.store(false, Ordering::Relaxed);
        }
    }

    async fn refresh(&self, connection: &mut Option<Box<dyn Connection>>) -> Result<()> {
        let connection = match connection {
            Some(connection) => connection,
            None => connection.insert(self.driver.connect(&self.target).await?),
        };
        load(self.driver, connection.as_mut(), &self.published).await
    }
}

/// Reads the whole catalog over `connection` and publishes it stage by stage. A catalog that is
/// already there stays until the new one knows as much.
pub async fn load(
    driver: &'static dyn Driver,
    connection: &mut dyn Connection,
    published: &Published,
) -> Result<()> {
    let old = published.load();
    let (first, version) = (old.relations().len() == 0, old.version + 1);
    let mut builder = CatalogBuilder::new(driver.dialect());
    for (n, stage) in Stage::ALL.into_iter().enumerate() {
        connection.catalog(stage, &mut builder).await?;
        if first || stage == Stage::Rest {
            published.store(Arc::new(builder.snapshot(version + n as u64)));
        }
    }
    Ok(())
}
