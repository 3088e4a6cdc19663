//! How the catalog follows what the session does: read at the start, and again where a statement
//! changed it.

use super::{Session, tunnel};
use crate::catalog::{Catalog, CatalogBuilder, Change};
use crate::driver::{Guard, Transaction};
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use crate::refresh::{self, Board, Refresher, Request};
use crate::sql::{Dialect, Effect};
use crate::visible::visible_line;
use futures::StreamExt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

const SAVEPOINT: &str = "SAVEPOINT sqwire_catalog";
const UNDO: &str = "ROLLBACK TO SAVEPOINT sqwire_catalog";
const RELEASE: &str = "RELEASE SAVEPOINT sqwire_catalog";

/// Relations that the session reads over its own connection.
const MOST_NAMES: usize = 100;

/// How long the prompt may be kept waiting for what nobody has asked for.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is known of the database's names, and what of it is out of date.
pub(super) struct Names {
    pub(super) board: Arc<Board>,
    /// Reads them in the background; started with the first request.
    pub(super) refresher: Option<Refresher>,
    /// What changed inside a transaction: read again when it ends.
    changed: Change,
    /// Something has changed since `catch_up`.
    unseen: bool,
}

impl Names {
    pub(super) fn of(dialect: &'static Dialect) -> Self {
        Names {
            board: Board::new(dialect),
            refresher: None,
            changed: Change::default(),
            unseen: false,
        }
    }

    /// What the session alone saw went with its connection.
    pub(super) fn forget_own(&mut self) {
        self.board.forget();
        self.changed = Change::default();
    }
}

impl Session {
    /// Asks for a fresh catalog. On databases that no second connection can see it is read now,
    /// between two statements.
    pub async fn refresh_catalog(&mut self) -> Result<()> {
        if let Some(connection) = &mut self.connection {
            connection.warm_up();
        }
        self.ask(Change::everything()).await
    }

    async fn ask(&mut self, change: Change) -> Result<()> {
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        if !connection.can_be_doubled() {
            return refresh::update(self.driver, connection.as_mut(), &self.names.board, &change)
                .await;
        }
        let database = match self.driver.dialect().at_variables {
            true => Some(self.status.database.clone()).filter(|d| !d.is_empty()),
            false => None,
        };
        let cache = match self.settings.catalog_cache {
            true => refresh::cache_path(self.driver.name(), &self.status),
            false => None,
        };
        let refresher = self.names.refresher.get_or_insert_with(|| {
            let target = tunnel::through(self.tunnel.as_ref(), &self.target);
            Refresher::start(self.driver, target, Arc::clone(&self.names.board))
        });
        refresher.request(Request {
            change,
            database,
            cache,
            settles: Some(self.names.board.mark()),
        });
        Ok(())
    }

    /// Reads the whole catalog now and waits for it (`sqwire catalog`).
    pub async fn load_catalog(&mut self) -> Result<Arc<Catalog>> {
        self.ensure_connected().await?;
        if let Some(connection) = &mut self.connection {
            let loaded = refresh::load(connection.as_mut(), &self.names.board).await;
            match loaded {
                Err(e) if self.names.board.base().relations().len() > 0 => {
                    let reason = visible_line(&e.message);
                    tell(&format!(
                        "A part of the catalog could not be read: {reason}\n"
                    ));
                }
                loaded => loaded?,
            }
        }
        Ok(self.catalog().load_full())
    }

    /// Notes what a finished statement means for the catalog; `catch_up` acts on it.
    pub(super) fn note_effect(&mut self, effect: Effect, sql: &str) {
        if !self.interactive {
            return;
        }
        let change = match effect {
            Effect::Schema | Effect::Session => Change::of(sql, self.dialect()),
            _ => Change::default(),
        };
        let first = sql.split_whitespace().next().unwrap_or_default();
        // A rollback to a savepoint may have undone any of it.
        self.names.unseen |= !change.is_nothing() || first.eq_ignore_ascii_case("rollback");
        self.names.changed.merge(change);
    }

    /// Brings the catalog up to what has run since the last prompt. Inside a transaction this
    /// session alone sees what changed, so it looks itself; at the end, and outside, the background
    /// reads it.
    pub async fn catch_up(&mut self) -> Result<()> {
        match self.status.transaction {
            Transaction::Failed => {}
            Transaction::Open => {
                if std::mem::take(&mut self.names.unseen) {
                    self.look().await;
                }
            }
            Transaction::None => {
                self.names.unseen = false;
                if self.names.changed.is_nothing() {
                    return Ok(());
                }
                self.look().await;
                let mut changed = std::mem::take(&mut self.names.changed);
                changed.path = false;
                changed.private = false;
                if !changed.is_nothing() {
                    return self.ask(changed).await;
                }
            }
        }
        Ok(())
    }

    /// Looks over the session's own connection at what it alone may see: the relations that have
    /// changed, those that it saw before, and where it looks for names. What fails here is left
    /// for the next refresh: nobody has asked for it.
    async fn look(&mut self) {
        let mut names = self.names.board.laid();
        let inside = self.status.transaction == Transaction::Open;
        let own = self.names.changed.relations.iter();
        for name in own.filter(|_| inside || self.names.changed.private) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        // A script in one transaction may have made thousands.
        names.drain(..names.len().saturating_sub(MOST_NAMES));
        if names.is_empty() && !self.names.changed.path {
            return;
        }
        if !self.begin_look().await {
            return;
        }
        let read = self.read_own(names.clone()).await;
        let done = read.is_ok();
        self.end_look(done).await;
        if let Ok(part) = read {
            if self.names.changed.path {
                self.names
                    .board
                    .look_in(part.database.clone(), part.search_path.clone());
            }
            if !names.is_empty() {
                self.names.board.lay(names, part);
            }
        }
    }

    /// Reads some relations over the session's own connection. Somebody waits for the prompt: when
    /// it takes long, because another session holds a lock, it is given up.
    async fn read_own(&mut self, names: Vec<String>) -> Result<CatalogBuilder> {
        let Some(connection) = &mut self.connection else {
            return Err(Error::new(Kind::Lost, "the connection is lost"));
        };
        let canceller = connection.canceller();
        let mut read = pin!(refresh::relations(self.driver, connection.as_mut(), names));
        if let Ok(done) = timeout(PATIENCE, &mut read).await {
            return done;
        }
        let late = Error::server("the catalog could not be read in time");
        match timeout(PATIENCE, canceller.cancel()).await {
            Ok(Ok(())) => timeout(PATIENCE, read).await.unwrap_or(Err(late)),
            _ => Err(late),
        }
    }

    /// Makes sure that nothing we ask can end the user's transaction.
    pub(super) async fn begin_look(&mut self) -> bool {
        let Some(connection) = &self.connection else {
            return false;
        };
        match (self.status.transaction, connection.guard()) {
            (Transaction::Failed, _) | (Transaction::Open, Guard::None) => false,
            (Transaction::Open, Guard::Savepoint) => self.quietly(SAVEPOINT).await,
            (Transaction::Open, Guard::Needless) | (Transaction::None, _) => true,
        }
    }

    pub(super) async fn end_look(&mut self, done: bool) {
        let guard = self.connection.as_ref().map(|c| c.guard());
        if self.status.transaction == Transaction::Open && guard == Some(Guard::Savepoint) {
            if !done {
                self.quietly(UNDO).await;
            }
            self.quietly(RELEASE).await;
        }
        if let Some(connection) = &self.connection {
            self.status = connection.status();
        }
    }

    /// Runs a statement of ours that prints nothing; tells whether it succeeded.
    pub(super) async fn quietly(&mut self, sql: &str) -> bool {
        let Some(connection) = &mut self.connection else {
            return false;
        };
        let mut events = connection.run(sql);
        while let Some(event) = events.next().await {
            if event.is_err() {
                return false;
            }
        }
        true
    }
}
