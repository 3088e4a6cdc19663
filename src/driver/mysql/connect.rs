//! From a target to an open connection: option files, environment, sockets, TLS.
//!
//! Nothing here can hang: each server has the connect timeout for its whole handshake.

use super::error::{NONSENSE, connect_error, words};
use super::files;
use super::infile::LocalFiles;
use super::login::Refused;
use super::options::{Endpoint, Environment, Parameters, Plan, SslMode, plan};
use super::relay::Relay;
use super::rows::Taken;
use super::tls_words;
use crate::driver::panics::caught;
use crate::driver::{Secret, Target};
use crate::error::{Error, Kind, Result};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, DriverError, Error as Source, Opts, OptsBuilder};
use rustls::Error as RustlsError;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The largest packet that the protocol allows; the server still applies its own limit.
const MAX_PACKET: usize = 1 << 30;
/// Of use to connection pools only; given so that the library need not ask the server for it.
const WAIT_TIMEOUT: usize = 28_800;

/// A connection and what is known of it.
pub(super) struct Opened {
    pub(super) conn: Conn,
    pub(super) plan: Plan,
    pub(super) endpoint: Endpoint,
    pub(super) encryption: Option<String>,
    pub(super) local_files: LocalFiles,
    /// What the connection goes through.
    pub(super) relay: Arc<Relay>,
    /// Where the rows come that the library does not see.
    pub(super) rows: Taken,
}

/// Tries the servers of the target in order.
pub(super) async fn open(target: &Target) -> Result<Opened> {
    let parameters = Parameters::read(target)?;
    let file = files::options(&parameters)?;
    let plan = plan(target, &file, &environment())?;
    let mut failures: Vec<(String, Error)> = Vec::new();
    for endpoint in &plan.endpoints {
        let local_files = LocalFiles::default();
        match attempt_in_time(&plan, endpoint, &local_files).await {
            Ok((conn, relay, rows)) => {
                return Ok(Opened {
                    conn,
                    rows,
                    endpoint: endpoint.clone(),
                    encryption: relay.version(),
                    local_files,
                    relay,
                    plan,
                });
            }
            // Another server would ask for the same password.
            Err(e) if e.kind == Kind::Password => return Err(e),
            Err(e) => failures.push((endpoint.describe(), e)),
        }
    }
    Err(joined(failures))
}

/// The error of the only server, or one that tells of each.
fn joined(mut failures: Vec<(String, Error)>) -> Error {
    if failures.len() <= 1 {
        return match failures.pop() {
            Some((_, error)) => error,
            None => Error::new(Kind::Connect, "no server to connect to"),
        };
    }
    let each: Vec<String> = failures
        .iter()
        .map(|(place, e)| match e.code {
            Some(_) => format!("{place}: {}", e.message),
            None => e.message.clone(),
        })
        .collect();
    Error::new(
        Kind::Connect,
        format!("could not connect to any of {} servers", failures.len()),
    )
    .with_detail(each.join("\n"))
}

async fn attempt_in_time(
    plan: &Plan,
    endpoint: &Endpoint,
    local_files: &LocalFiles,
) -> Result<(Conn, Arc<Relay>, Taken)> {
    let place = endpoint.describe();
    match timeout(plan.timeout, attempt(plan, endpoint, local_files)).await {
        Ok(Ok(opened)) => Ok(opened),
        // Without a password that is what the library does with parsec.
        Ok(Err(Source::Other(e))) if plan.password.is_none() && e.to_string() == NONSENSE => {
            Err(Error::new(Kind::Password, "the server wants a password"))
        }
        Ok(Err(source)) => Err(with_hint(connect_error(&source, &place), &source, &place)),
        Err(_) => Err(Error::new(
            Kind::Connect,
            format!(
                "could not connect to {place}: no answer within {}",
                seconds(plan.timeout)
            ),
        )),
    }
}

fn seconds(time: Duration) -> String {
    match time.as_secs_f64() {
        1.0 => "1 second".to_string(),
        s => format!("{s} seconds"),
    }
}

fn with_hint(error: Error, source: &Source, place: &str) -> Error {
    match source {
        Source::Driver(DriverError::CleartextPluginDisabled) => error.with_hint(
            "A password goes out in clear text only with enable-cleartext-plugin=1, and only \
                 over TLS or a socket.",
        ),
        Source::Other(e) if matches!(e.downcast_ref(), Some(Refused::Unprotected)) => error
            .with_hint(
                "Connect with TLS, or take the server's public key with server-public-key-path=FILE \
                 or, trusting the network, get-server-public-key=1.",
            ),
        _ => match tls_error(source) {
            Some(tls) => {
                let (why, hint) = tls_words::of(tls);
                let message = format!("could not connect to {place}: {why}");
                Error { message, ..error }.with_hint(hint)
            }
            None => error,
        },
    }
}

async fn attempt(
    plan: &Plan,
    endpoint: &Endpoint,
    local_files: &LocalFiles,
) -> mysql_async::Result<(Conn, Arc<Relay>, Taken)> {
    let (mut conn, relay, rows) = handshake(plan, endpoint, local_files).await?;
    if !matches!(conn.server_version().0, 0..=7 | 10) {
        // The library asks for a collation that has not been the default of newer servers; by this
        // the server takes its own.
        conn.query_drop("SET NAMES utf8mb4").await?;
    }
    if let Some(sql) = &plan.init {
        conn.query_drop(sql).await?;
    }
    if plan.read_only {
        conn.query_drop("SET SESSION TRANSACTION READ ONLY").await?;
    }
    Ok((conn, Arc::new(relay), rows))
}

/// The library panics at some of what a server may answer to a login: parsec without a password, a
/// key that is none, an empty packet.
async fn conn_to(options: impl Into<Opts>) -> mysql_async::Result<Conn> {
    match caught(Conn::new(options)).await {
        Some(result) => result,
        None => Err(Source::Other(NONSENSE.into())),
    }
}

/// With TLS or without, as the mode has it.
async fn handshake(
    plan: &Plan,
    endpoint: &Endpoint,
    local_files: &LocalFiles,
) -> mysql_async::Result<(Conn, Relay, Taken)> {
    let local = matches!(endpoint, Endpoint::Socket(_));
    if local || plan.ssl.mode == SslMode::Disabled {
        return relayed(plan, endpoint, local_files, false).await;
    }
    match relayed(plan, endpoint, local_files, true).await {
        Err(e) if plan.ssl.mode == SslMode::Preferred && cannot_encrypt(&e) => {
            relayed(plan, endpoint, local_files, false).await
        }
        made => made,
    }
}

/// Connects through a relay, which the library takes for a socket of the server's.
async fn relayed(
    plan: &Plan,
    endpoint: &Endpoint,
    local_files: &LocalFiles,
    encrypt: bool,
) -> mysql_async::Result<(Conn, Relay, Taken)> {
    let relay = Relay::start(plan, endpoint, encrypt);
    let (relay, rows) = relay.map_err(|e| Source::Other(e.message.into()))?;
    let options = options(plan, local_files).socket(Some(relay.socket()));
    match (conn_to(options).await, relay.failure()) {
        (Ok(conn), _) => Ok((conn, relay, rows)),
        (Err(e), why) => Err(why.unwrap_or(e)),
    }
}

fn options(plan: &Plan, local_files: &LocalFiles) -> OptsBuilder {
    OptsBuilder::default()
        .user(Some(&plan.user))
        .pass(plan.password.as_ref().map(Secret::reveal))
        .db_name(plan.database.as_deref())
        .max_allowed_packet(Some(MAX_PACKET))
        .wait_timeout(Some(WAIT_TIMEOUT))
        .local_infile_handler(Some(local_files.clone()))
        // The relay lets through what the user has agreed to.
        .enable_cleartext_plugin(true)
}

/// The options for a second connection that does nothing but KILL QUERY. The database may be gone
/// by then.
pub(super) fn killer_options(conn: &Conn) -> Opts {
    OptsBuilder::from_opts(conn.opts().clone())
        .db_name(None::<String>)
        .into()
}

/// Whether the server has no TLS, or none that we can speak. PREFERRED promises nothing against
/// somebody in between, who could as well have said that the server has none.
fn cannot_encrypt(source: &Source) -> bool {
    matches!(
        source,
        Source::Driver(DriverError::NoClientSslFlagFromServer)
    ) || tls_error(source).is_some()
}

fn tls_error(source: &Source) -> Option<&RustlsError> {
    match source {
        Source::Other(e) => e.downcast_ref(),
        _ => None,
    }
}

/// Opens a second connection and stops what the first one runs.
pub(super) async fn kill_query(options: Opts, id: u32, limit: Duration) -> Result<()> {
    let place = format!("the server, to stop the statement of connection {id}");
    let kill = async {
        let mut conn = conn_to(options).await?;
        conn.query_drop(format!("KILL QUERY {id}")).await?;
        conn.disconnect().await
    };
    match timeout(limit, kill).await {
        Ok(Ok(())) => Ok(()),
        // It is gone, and its statement with it.
        Ok(Err(Source::Server(e))) if e.code == NO_SUCH_THREAD => Ok(()),
        Ok(Err(source @ Source::Server(_))) => Err(connect_error(&source, &place)),
        Ok(Err(source)) => Err(Error::new(
            Kind::Connect,
            format!("could not connect to {place}: {}", words(&source)),
        )),
        Err(_) => Err(Error::new(
            Kind::Connect,
            format!(
                "could not connect to {place}: no answer within {}",
                seconds(limit)
            ),
        )),
    }
}

/// Whether nobody can be reached any more where the server was. One that answers, with an error
/// even, is there.
pub(super) async fn is_unreachable(options: Opts, limit: Duration) -> bool {
    match timeout(limit, conn_to(options)).await {
        Ok(Ok(conn)) => {
            // How it is closed does not matter.
            let _ = timeout(limit, conn.disconnect()).await;
            false
        }
        Ok(Err(source)) => matches!(source, Source::Io(_)) && tls_error(&source).is_none(),
        Err(_) => true,
    }
}

const NO_SUCH_THREAD: u16 = 1094;

/// A variable of the environment; an empty one counts as none.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

/// Where servers put their sockets: Debian, Red Hat, the default of the sources.
const SOCKETS: &[&str] = &[
    "/run/mysqld/mysqld.sock",
    "/var/run/mysqld/mysqld.sock",
    "/tmp/mysql.sock",
    "/var/lib/mysql/mysql.sock",
];

fn environment() -> Environment {
    let usual = || {
        let found = SOCKETS.iter().find(|path| Path::new(path).exists());
        found.map(ToString::to_string)
    };
    Environment {
        host: variable("MYSQL_HOST"),
        port: variable("MYSQL_TCP_PORT").and_then(|p| p.parse().ok()),
        password: variable("MYSQL_PWD").map(Secret::new),
        user: variable("USER").or_else(|| variable("LOGNAME")),
        socket: variable("MYSQL_UNIX_PORT").or_else(usual),
    }
}
