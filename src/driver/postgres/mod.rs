//! PostgreSQL, and what speaks its protocol.
//!
//! Statements go through the simple query protocol, so cells are the server's own text. Reading
//! order: `tap`, `observer`, `startup` and `scram_keys` (what the client crate hides or lacks), `run`
//! (a statement), `environment` with `parameters`, `service`, `tls_options`, `require_auth` and `pgpass` (what to connect to), `tls`
//! with `certificate` and `identity`, `socket` and `connect`, then `catalog` and `describe`, which only
//! run queries.

mod catalog;
mod check_list;
mod connect;
mod environment;
mod error;
mod extended;
mod failures;
#[cfg(test)]
mod fuzz;
mod identity;
mod key_log;
mod inventory;
mod keys;
mod load;
mod locks;
mod describe;
mod objects;
mod oauth;
mod observer;
mod parameters;
mod pgpass;
mod require_auth;
mod rest;
mod run;
mod scram_keys;
mod service;
mod socket;
mod startup;
mod startup_options;
mod tap;
#[cfg(test)]
mod tests;
mod tls;
mod tls_options;
mod types;
mod wire;

use super::watch::Watch;
use super::{
    Canceller, Connection, CopyData, Described, Desk, Driver, Event, Extended, Guard, Load,
    LockWait, Refused, Request, Secret, Stage, Status, Target,
};
use crate::catalog::CatalogBuilder;
use crate::error::{Error, Kind, Result};
use crate::sql::Dialect;
use crate::sql::dialect::POSTGRES;
use crate::sql::names::{literal, quote_always};
use connect::{Connected, Route};
use environment::World;
use futures::FutureExt;
use futures::future::{BoxFuture, LocalBoxFuture};
use futures::stream::{self, BoxStream, StreamExt};
use observer::Observer;
use run::Run;
use std::borrow::Cow;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio_postgres::Client;

/// The driver.
#[derive(Debug)]
pub struct Postgres;

impl Driver for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["postgres", "postgresql"]
    }

    fn dialect(&self) -> &'static Dialect {
        &POSTGRES
    }

    fn for_catalog(&self, mut target: Target) -> Target {
        let own = [("client_encoding", "UTF8"), ("replication", "off")];
        let own = own.map(|(name, value)| (name.to_string(), value.to_string()));
        target.parameters.extend(own);
        target
    }

    fn finds_names(&self) -> bool {
        true
    }

    fn shield(&self) -> Option<&'static str> {
        Some(SHIELD)
    }

    fn with_lock_limit<'a>(&self, sql: &'a str, status: &Status, limit: Duration) -> Cow<'a, str> {
        locks::with_limit(sql, status, limit)
    }

    fn lock_wait(&self) -> Option<&'static LockWait> {
        Some(&locks::WAIT)
    }

    fn change_password(&self, user: &str, password: &str) -> Option<String> {
        let hash = postgres_protocol::password::scram_sha_256(password.as_bytes());
        Some(format!(
            "ALTER USER {} PASSWORD {}",
            quote_always(user, &POSTGRES),
            literal(&hash, &POSTGRES)
        ))
    }

    fn connect<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, Result<Box<dyn Connection>>> {
        connect(target, None).boxed()
    }

    fn connect_attended<'a>(
        &'a self,
        target: &'a Target,
        tell: fn(&str),
    ) -> BoxFuture<'a, Result<Box<dyn Connection>>> {
        connect(target, Some(tell)).boxed()
    }

    fn inventory<'a>(
        &'a self,
        status: &'a Status,
        desk: &'a mut dyn Desk,
    ) -> LocalBoxFuture<'a, Result<Vec<crate::diff::Item>>> {
        Box::pin(inventory::read(
            describe::version_number(&status.server),
            desk,
        ))
    }

    fn describe<'a>(
        &'a self,
        request: &'a Request,
        status: &'a Status,
        desk: &'a mut dyn Desk,
    ) -> LocalBoxFuture<'a, Result<()>> {
        describe::describe(request, status, desk)
    }
}

async fn connect(target: &Target, tell: Option<fn(&str)>) -> Result<Box<dyn Connection>> {
    let mut settings = environment::resolve(
        target,
        &World {
            env: &|name| std::env::var(name).ok(),
            read: &|path| std::fs::read_to_string(path).ok(),
            list: &files_in,
            exists: &|path| std::path::Path::new(path).exists(),
            os_user: &|| whoami::username().ok(),
        },
    )?;
    let connected = connect::connect(&mut settings, tell).await?;
    Ok(Box::new(Session::new(connected, settings)))
}

/// pg_catalog is searched first unless a path names it in another place; then what stands before it
/// can hold operators that queries of the catalog would run.
const SHIELD: &str = "\
select pg_catalog.format('set local search_path to pg_catalog, %s', s.path), \
       pg_catalog.format('select pg_catalog.set_config(''search_path'', %L, true)', s.path) \
from (select pg_catalog.current_setting('search_path') as path) s \
where pg_catalog.strpos(s.path, 'pg_catalog') operator(pg_catalog.>) 1";

/// The files of a folder, sorted.
fn files_in(folder: &str) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|e| e.path()).filter(|p| p.is_file()).collect();
    files.sort();
    files
}

/// A session with one server.
struct Session {
    client: Client,
    observer: Arc<Observer>,
    route: Route,
    status: Status,
    token: Option<Secret>,
}

impl Session {
    fn new(connected: Connected, settings: environment::Settings) -> Self {
        let endpoint = connected.endpoint;
        Session {
            token: settings.startup.token.map(|token| token.secret),
            status: Status {
                user: settings.user,
                database: settings.database,
                port: Some(endpoint.port),
                host: endpoint.host,
                address: endpoint.address,
                encryption: connected.encryption.map(str::to_string),
                ..Status::default()
            },
            client: connected.client,
            observer: connected.observer,
            route: connected.route,
        }
    }

    /// The server's version as a number like that of `server_version_num`; 0 where it is unknown.
    fn version(&self) -> u32 {
        let state = self.observer.lock();
        let text = state.parameters.get("server_version");
        text.map_or(0, |text| version_number(text))
    }
}

/// `15.8 (Debian 15.8-0+deb12u1)` is 150008, `9.6.24` is 90624.
fn version_number(text: &str) -> u32 {
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .map(|n| n.parse().unwrap_or(0u32));
    let mut next = || numbers.next().unwrap_or(0).min(99);
    match (next(), next(), next()) {
        (major, minor, patch) if major < 10 => major * 10_000 + minor * 100 + patch,
        (major, minor, _) => major * 10_000 + minor,
    }
}

impl Session {
    /// The events of a statement, for as long as its server is there.
    fn watched<'a>(&'a self, run: Run<'a>) -> BoxStream<'a, Result<Event>> {
        let mut events = stream::unfold(run, |mut run| async {
            let event = run.next().await?;
            Some((event, run))
        })
        .boxed();
        let route = self.route.clone();
        let remote = self.status().port.is_some();
        let mut watch = remote.then(|| {
            Watch::new(move || {
                let route = route.clone();
                async move { route.answers().await }.boxed()
            })
        });
        stream::poll_fn(move |cx| {
            let next = events.poll_next_unpin(cx);
            if next.is_ready() {
                watch.iter_mut().for_each(Watch::rest);
            } else if let Some(watching) = &mut watch
                && watching.poll_lost(cx).is_ready()
            {
                watch = None;
                let error = error::silent();
                self.observer.close(error.clone());
                events = stream::empty().boxed();
                return Poll::Ready(Some(Err(error)));
            }
            next
        })
        .boxed()
    }
}

impl Connection for Session {
    fn run<'a>(&'a mut self, sql: &'a str) -> BoxStream<'a, Result<Event>> {
        self.watched(Run::new(&self.client, &self.observer, sql))
    }

    fn run_extended<'a>(
        &'a mut self,
        sql: &'a str,
        what: &'a Extended,
    ) -> BoxStream<'a, Result<Event>> {
        self.watched(Run::extended(&self.client, &self.observer, sql, what))
    }

    fn news(&self) -> Option<crate::driver::News> {
        let observer = self.observer.clone();
        Some(Box::new(move || observer.take_idle()))
    }

    fn describe<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<Vec<Described>>> {
        async move {
            self.observer.wait_idle().await;
            let prepared = self.client.prepare(sql).await;
            let columns = prepared.map(|prepared| {
                let described = |c: &tokio_postgres::Column| Described {
                    name: c.name().to_string(),
                    oid: c.type_().oid(),
                    modifier: c.type_modifier(),
                };
                prepared.columns().iter().map(described).collect()
            });
            // The server still has to say that it is ready: after an error, and after what was
            // prepared is closed. The tap would take that for the end of the next statement.
            let ready = self.client.simple_query("").await;
            let columns = columns.and_then(|columns| ready.map(|_| columns));
            columns.map_err(|e| error::of_statement(&e, sql, &self.observer))
        }
        .boxed()
    }

    fn supply(&mut self, data: CopyData) -> bool {
        self.observer.lock().supply = Some(data);
        true
    }

    fn load<'a>(&'a mut self, load: Load) -> BoxFuture<'a, std::result::Result<u64, Box<Refused>>> {
        load::load(self, load).boxed()
    }

    fn canceller(&self) -> Canceller {
        let key = self.observer.lock().key.clone();
        let route = self.route.clone();
        Canceller::new(move || {
            let (route, key) = (route.clone(), key.clone());
            async move {
                match key {
                    Some(key) => route.cancel(&key).await,
                    None => Err(Error::new(
                        Kind::Server,
                        "the server cannot cancel statements",
                    )),
                }
            }
            .boxed()
        })
    }

    fn catalog<'a>(
        &'a mut self,
        stage: Stage,
        into: &'a mut CatalogBuilder,
    ) -> BoxFuture<'a, Result<()>> {
        let version = self.version();
        catalog::read(self, stage, version, into).boxed()
    }

    fn guard(&self) -> Guard {
        // What is older is not PostgreSQL but speaks its protocol, and may not know savepoints.
        match self.version() >= 90_600 {
            true => Guard::Savepoint,
            false => Guard::None,
        }
    }

    fn loss(&self) -> Option<Error> {
        self.observer.lock().lost.clone()
    }

    fn check(&mut self, thorough: bool) -> BoxFuture<'_, Result<()>> {
        async move {
            // The task that reads the connection takes note of what has come meanwhile.
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            if let Some(lost) = self.loss() {
                return Err(lost);
            }
            if !thorough {
                return Ok(());
            }
            let asked = self.client.check_connection();
            match tokio::time::timeout(super::CHECK_PATIENCE, asked).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(e)) => Err(error::of_statement(&e, "", &self.observer)),
                Err(_) => Err(Error::new(
                    Kind::Lost,
                    "the server does not answer any more",
                )),
            }
        }
        .boxed()
    }

    fn token(&self) -> Option<Secret> {
        self.token.clone()
    }

    fn status(&self) -> Status {
        let state = self.observer.lock();
        let parameter = |name: &str| state.parameters.get(name).map(String::as_str);
        let version = parameter("server_version").unwrap_or_default();
        Status {
            server: match version.split_whitespace().next() {
                Some(version) => format!("PostgreSQL {version}"),
                None => "PostgreSQL".into(),
            },
            version: version.to_string(),
            other_escapes: parameter("standard_conforming_strings") == Some("off"),
            transaction: state.transaction,
            encoding: parameter("client_encoding").map(str::to_string),
            ..self.status.clone()
        }
    }
}
