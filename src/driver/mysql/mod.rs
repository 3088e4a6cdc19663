//! MySQL and MariaDB, over mysql_async's text protocol: every cell is the server's own text.
//!
//! A statement must be read to its end. If its future is dropped halfway, the rest of the answer
//! stays on the wire, and the next statement gets the wrong answer. So the future that runs a
//! statement owns the connection and lives in `MySqlConnection`, not in the stream that `run`
//! returns: the stream only polls it and takes events from a small channel. When the stream is
//! dropped early, the future stays; the next statement first stops it with KILL QUERY on a second
//! connection and reads it to its end. Nothing is spawned, so a connection lives wherever it is
//! polled.
//!
//! Several statements in one text are run by the server, one after the other, each with its own
//! `Done`; the client library cannot switch that off. The session sends them one at a time.
//!
//! Bytes (BLOB, BINARY, VARBINARY, GEOMETRY, VECTOR, BIT) are shown as `0x…`, one digit pair a
//! byte: `BIT(1)` as `0x01`, `BIT(10)` as `0x03FF`. JSON is known as such from MySQL; MariaDB
//! stores it as LONGTEXT and says so.
//!
//! MariaDB lets some functions end with a result when they are stopped (SLEEP, BENCHMARK). A SELECT
//! that was cancelled counts as cancelled all the same; a change that was done counts as done.
//!
//! Warnings are fetched after the statement that has them; ROW_COUNT() is -1 after that.

mod connect;
mod options;
mod relay;
mod gate;
mod tap;
mod rows;
mod listener;
mod login;
mod compressed;
mod login_file;
mod option_file;
mod statement;
mod columns;
mod tag;
mod tls_words;
mod error;
mod files;
#[cfg(test)]
mod fuzz;
mod histogram;
mod infile;
mod inventory;
mod keys;
mod catalog;
mod listing;
mod load;
mod locks;
mod lookup;
mod server;
mod show;
mod source;

use super::describe::by_listing;
use super::panics::caught;
use super::watch::Watch;
use super::{
    Canceller, Connection, Desk, Driver, Event, Listing, Load, LockWait, News, Pattern, Refused,
    Request, Stage, Status, Target, Titled, Transaction,
};
use crate::catalog::CatalogBuilder;
use crate::data::RowBatch;
use crate::error::{Error, Kind, Result};
use crate::sql::{Dialect, dialect};
use futures::future::{BoxFuture, FutureExt, LocalBoxFuture};
use futures::stream::{BoxStream, Stream, StreamExt};
use mysql_async::Opts;
use mysql_async::prelude::Queryable;
use options::Endpoint;
use relay::{Fate, Relay};
use statement::{Extras, Live};
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;

/// The driver.
pub struct MySql;

impl Driver for MySql {
    fn name(&self) -> &'static str {
        "mysql"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["mysql", "mariadb"]
    }

    fn dialect(&self) -> &'static Dialect {
        &dialect::MYSQL
    }

    fn connect<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, Result<Box<dyn Connection>>> {
        async move {
            let opened = connect::open(target).await?;
            Ok(Box::new(MySqlConnection::new(opened)) as Box<dyn Connection>)
        }
        .boxed()
    }

    fn defaults(&self, target: &Target) -> Result<Vec<String>> {
        files::shown(&options::Parameters::read(target)?)
    }

    fn listing(&self, what: Listing, pattern: &Pattern) -> Option<Vec<Titled>> {
        listing::queries(what, pattern)
    }

    fn inventory<'a>(
        &'a self,
        _status: &'a Status,
        desk: &'a mut dyn Desk,
    ) -> LocalBoxFuture<'a, Result<Vec<crate::diff::Item>>> {
        Box::pin(inventory::read(desk))
    }

    fn with_lock_limit<'a>(&self, sql: &'a str, status: &Status, limit: Duration) -> Cow<'a, str> {
        locks::with_limit(sql, &status.server, limit)
    }

    fn lock_wait(&self) -> Option<&'static LockWait> {
        Some(&locks::WAIT)
    }

    fn describe<'a>(
        &'a self,
        request: &'a Request,
        _status: &'a Status,
        desk: &'a mut dyn Desk,
    ) -> LocalBoxFuture<'a, Result<()>> {
        match source::kinds(&request.word) {
            Some(kinds) => source::show(request, kinds, desk),
            None => by_listing(self, request, desk),
        }
    }
}

/// Events on their way from the statement to the stream. Two, so that the next batch is read while
/// one is written.
const CHANNEL: usize = 2;

struct MySqlConnection {
    state: State,
    status: Status,
    killer: Killer,
    cancelled: Arc<AtomicBool>,
    extras: Extras,
    /// Knows when the server ends the session.
    fate: Arc<Fate>,
    /// A query of the catalog went without a table that another session has locked.
    locked: bool,
}

enum State {
    Idle(Live),
    /// Runs a statement, or what is left of one whose stream was dropped.
    /// Nothing comes of it where the library panics at what the server says.
    Busy(BoxFuture<'static, Option<Live>>),
    Lost,
}

/// What a second connection needs to stop the statement of the first.
#[derive(Clone)]
struct Killer {
    options: Opts,
    id: u32,
    timeout: Duration,
    /// It goes the same way as the first.
    _relay: Arc<Relay>,
}

impl Killer {
    /// Whether the server lets anybody in, or says why not.
    async fn answers(self) -> bool {
        !connect::is_unreachable(self.options, self.timeout).await
    }

    async fn kill(self) -> Result<()> {
        connect::kill_query(self.options, self.id, self.timeout).await
    }
}

impl MySqlConnection {
    fn new(opened: connect::Opened) -> Self {
        let connect::Opened {
            conn,
            plan,
            endpoint,
            encryption,
            local_files,
            relay,
            rows,
        } = opened;
        let (host, port) = match endpoint {
            Endpoint::Socket(path) => (path, None),
            Endpoint::Tcp { host, port } => (host, Some(port)),
        };
        let database = plan.database.unwrap_or_default();
        let cancelled = Arc::new(AtomicBool::new(false));
        let relay_fate = relay.fate();
        MySqlConnection {
            fate: relay.fate(),
            status: Status {
                user: plan.user,
                database: database.clone(),
                host,
                port,
                server: server_name(conn.server_version()),
                encryption,
                ..Status::default()
            },
            killer: Killer {
                options: connect::killer_options(&conn),
                id: conn.id(),
                timeout: plan.timeout.min(super::CANCEL_PATIENCE),
                _relay: relay,
            },
            extras: Extras::All,
            locked: false,
            state: State::Idle(Live {
                fate: relay_fate,
                rows,
                look: plan.look,
                plain_backslashes: false,
                conn: Some(conn),
                transaction: Transaction::None,
                autocommit: true,
                database,
                local_files,
                cancelled: Arc::clone(&cancelled),
            }),
            cancelled,
        }
    }

    /// The events of one statement. Nothing is sent before the stream is polled.
    fn start(&mut self, sql: &str, extras: Extras) -> Events<'_> {
        let (out, events) = mpsc::channel(CHANNEL);
        let sql = sql.to_string();
        match std::mem::replace(&mut self.state, State::Lost) {
            State::Idle(live) => {
                let run = caught(statement::run(live, sql, extras, out));
                self.state = State::Busy(run.boxed());
            }
            State::Busy(before) => {
                let killer = self.killer.clone();
                let both = async move {
                    let live = drain(before, killer).await?;
                    caught(statement::run(live, sql, extras, out)).await
                };
                self.state = State::Busy(both.boxed());
            }
            State::Lost => {
                // The channel is empty, so there is room.
                let _ = out.try_send(Err(error::already_lost()));
            }
        }
        let killer = self.killer.clone();
        let remote = self.status.port.is_some();
        Events {
            connection: self,
            events,
            watch: remote.then(|| Watch::new(move || killer.clone().answers().boxed())),
        }
    }

    /// Runs a query of our own and hands each batch of its rows to `each`.
    async fn query(&mut self, sql: &str, mut each: impl FnMut(&RowBatch)) -> Result<()> {
        let limit = match self.locked {
            true => Duration::ZERO,
            false => LOCK_PATIENCE,
        };
        let sql = locks::with_limit(sql, &self.status.server, limit);
        let mut locked = false;
        let mut events = self.start(&sql, Extras::All);
        while let Some(event) = events.next().await {
            match event? {
                Event::Rows(batch) => each(&batch),
                Event::Notice(notice) => {
                    locked |= notice.code.as_deref() == Some(locks::WAIT.code);
                }
                _ => {}
            }
        }
        drop(events);
        self.locked |= locked;
        Ok(())
    }

    fn is_mariadb(&self) -> bool {
        self.status.server.starts_with(MARIADB)
    }

    fn finish(&mut self, live: Live) {
        self.status.transaction = live.transaction;
        self.status.other_escapes = live.plain_backslashes;
        self.status.database.clone_from(&live.database);
        self.state = match live.conn {
            Some(_) => State::Idle(live),
            None => State::Lost,
        };
    }
}

/// Ends a statement whose stream was dropped. One that is as good as done needs no killing.
async fn drain(mut before: BoxFuture<'static, Option<Live>>, killer: Killer) -> Option<Live> {
    if let Poll::Ready(live) = futures::poll!(before.as_mut()) {
        return live;
    }
    // If that fails the statement ends by itself, only later.
    let _ = killer.kill().await;
    before.await
}

const MARIADB: &str = "MariaDB";

/// The longest that reading the catalog waits for one table, before it goes without its columns.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);

/// `MariaDB 10.11.6`. The handshake's number tells the two apart: MariaDB went from 5.5 to 10,
/// MySQL from 8 to 9.
fn server_name((major, minor, patch): (u16, u16, u16)) -> String {
    let product = if major >= 10 { MARIADB } else { "MySQL" };
    format!("{product} {major}.{minor}.{patch}")
}

/// The stream of `run`.
struct Events<'a> {
    connection: &'a mut MySqlConnection,
    events: mpsc::Receiver<Result<Event>>,
    /// For a server behind a network.
    watch: Option<Watch>,
}

impl Stream for Events<'_> {
    type Item = Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // The statement goes first, so that the status is the new one when `Done` arrives.
        if let State::Busy(statement) = &mut self.connection.state
            && let Poll::Ready(live) = statement.as_mut().poll(cx)
        {
            match live {
                Some(live) => self.connection.finish(live),
                None => {
                    self.connection.state = State::Lost;
                    self.watch = None;
                    return Poll::Ready(Some(Err(error::senseless())));
                }
            }
        }
        let next = self.events.poll_recv(cx);
        let Some(watch) = &mut self.watch else {
            return next;
        };
        if next.is_ready() {
            watch.rest();
        } else if watch.poll_lost(cx).is_ready() {
            self.watch = None;
            self.connection.state = State::Lost;
            return Poll::Ready(Some(Err(error::silent())));
        }
        next
    }
}

impl Connection for MySqlConnection {
    fn run<'a>(&'a mut self, sql: &'a str) -> BoxStream<'a, Result<Event>> {
        self.start(sql, self.extras).boxed()
    }

    fn load<'a>(&'a mut self, load: Load) -> BoxFuture<'a, std::result::Result<u64, Box<Refused>>> {
        load::load(self, load).boxed()
    }

    fn want_warnings(&mut self, wanted: bool) {
        self.extras = match wanted {
            true => Extras::All,
            false => Extras::Counts,
        };
    }

    fn canceller(&self) -> Canceller {
        let killer = self.killer.clone();
        let cancelled = Arc::clone(&self.cancelled);
        Canceller::new(move || {
            let (killer, cancelled) = (killer.clone(), Arc::clone(&cancelled));
            async move {
                cancelled.store(true, Ordering::Relaxed);
                killer.kill().await
            }
            .boxed()
        })
    }

    fn catalog<'a>(
        &'a mut self,
        stage: Stage,
        into: &'a mut CatalogBuilder,
    ) -> BoxFuture<'a, Result<()>> {
        async move {
            let read = catalog::read(self, stage, into).await;
            if std::mem::take(&mut self.locked) {
                into.failure
                    .get_or_insert_with(|| "another session has locked a table".into());
            }
            read
        }
        .boxed()
    }

    fn news(&self) -> Option<News> {
        let (fate, told) = (Arc::clone(&self.fate), AtomicBool::new(false));
        Some(Box::new(move || match fate.end() {
            Some(end) if !told.swap(true, Ordering::Relaxed) => vec![error::farewell(&end)],
            _ => Vec::new(),
        }))
    }

    fn loss(&self) -> Option<Error> {
        self.fate.end().as_ref().map(error::ended)
    }

    fn check(&mut self, thorough: bool) -> BoxFuture<'_, Result<()>> {
        async move {
            if let Some(lost) = self.loss() {
                return Err(lost);
            }
            if !thorough {
                return Ok(());
            }
            // What is left of a statement is dealt with by the next one.
            let State::Idle(Live {
                conn: Some(conn), ..
            }) = &mut self.state
            else {
                return Ok(());
            };
            match tokio::time::timeout(super::CHECK_PATIENCE, conn.ping()).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(error::already_lost()),
                Err(_) => Err(error::silent()),
            }
        }
        .boxed()
    }

    fn status(&self) -> Status {
        self.status.clone()
    }
}

/// An error that costs only a part of what was asked: the user may not see it, the server is too
/// old to have it, or it took longer than we allowed. Anything else ends the whole.
fn costs_a_part(error: &Error) -> bool {
    match error.kind {
        Kind::Server => true,
        Kind::Cancelled => !error::interrupted(error),
        _ => false,
    }
}
