//! From a target to an open connection: option files, environment, sockets, TLS.
//!
//! Nothing here can hang: each server has the connect timeout for its whole handshake.

use super::error::{NONSENSE, connect_error, words};
use super::files;
use super::infile::LocalFiles;
use super::login::Refused;
use super::options::{Endpoint, Environment, Parameters, Plan, SslMode, plan};
use super::relay::Relay;
use super::tls_words;
use crate::driver::panics::caught;
use crate::driver::{Secret, Target};
use crate::error::{Error, Kind, Result};
use mysql_async::prelude::Queryable;
use mysql_async::{
    ClientIdentity, Compression, Conn, DriverError, Error as Source, IoError, Opts, OptsBuilder,
    Row, SslOpts, TlsError,
};
use rustls::{CertificateError, Error as RustlsError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The largest packet that the protocol allows; the server still applies its own limit.
const MAX_PACKET: usize = 1 << 30;
/// So that what stands between does not forget a connection that is silent; the system's own time
/// is two hours.
pub(super) const KEEPALIVE_IDLE: Duration = Duration::from_secs(60);
/// Of use to connection pools only; given so that the library need not ask the server for it.
const WAIT_TIMEOUT: usize = 28_800;

/// A connection and what is known of it.
pub(super) struct Opened {
    pub(super) conn: Conn,
    pub(super) plan: Plan,
    pub(super) endpoint: Endpoint,
    pub(super) encryption: Option<String>,
    pub(super) local_files: LocalFiles,
    /// What the connection goes through, if the library alone could not make it.
    pub(super) relay: Option<Arc<Relay>>,
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
            Ok((conn, encryption, relay)) => {
                return Ok(Opened {
                    conn,
                    endpoint: endpoint.clone(),
                    encryption,
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
) -> Result<(Conn, Option<String>, Option<Arc<Relay>>)> {
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
) -> mysql_async::Result<(Conn, Option<String>, Option<Arc<Relay>>)> {
    let (mut conn, relay) = handshake(plan, endpoint, local_files).await?;
    let encryption = match (&relay, conn.opts().ssl_opts()) {
        (Some(relay), _) => relay.version(),
        (None, Some(_)) => Some(tls_version(&mut conn).await?),
        (None, None) => None,
    };
    if !matches!(conn.server_version().0, 0..=7 | 10) {
        // The library asks for a collation that has not been the default of newer servers; by this
        // the server takes its own.
        conn.query_drop("SET NAMES utf8mb4").await?;
    }
    if plan.read_only {
        conn.query_drop("SET SESSION TRANSACTION READ ONLY").await?;
    }
    Ok((conn, encryption, relay))
}

/// The library panics at some of what a server may answer to a login: parsec without a password, a
/// key that is none, an empty packet.
async fn conn_to(options: impl Into<Opts>) -> mysql_async::Result<Conn> {
    match caught(Conn::new(options)).await {
        Some(result) => result,
        None => Err(Source::Other(NONSENSE.into())),
    }
}

/// The library does not tell what was negotiated; the server does.
async fn tls_version(conn: &mut Conn) -> mysql_async::Result<String> {
    let row: Option<Row> = conn
        .query_first("SHOW SESSION STATUS LIKE 'Ssl_version'")
        .await?;
    let version = row.and_then(|mut row| row.take_opt::<String, _>(1)?.ok());
    Ok(version.unwrap_or_else(|| "TLS".to_string()))
}

async fn handshake(
    plan: &Plan,
    endpoint: &Endpoint,
    local_files: &LocalFiles,
) -> mysql_async::Result<(Conn, Option<Arc<Relay>>)> {
    let plain = || options(plan, endpoint, local_files);
    let direct = |conn: Conn| (conn, None);
    if matches!(endpoint, Endpoint::Socket(_)) {
        return conn_to(plain()).await.map(direct);
    }
    if plan.ssl.mode == SslMode::Disabled {
        return match Relay::start(plan, endpoint, false) {
            Ok(relay) => relayed(relay, plain()).await,
            Err(e) => Err(Source::Other(e.message.into())),
        };
    }
    // The library builds its TLS configuration from the process's default provider. Somebody may
    // have installed one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ssl = ssl_options(plan);
    let encrypted = |ssl: SslOpts| {
        plain()
            .ssl_opts(ssl)
            .enable_cleartext_plugin(plan.cleartext)
    };
    let mut tried = conn_to(encrypted(ssl.clone())).await.map(direct);
    if plan.ssl.mode == SslMode::VerifyCa
        && let Err(e) = &tried
        && let Some(name) = presented_name(e)
    {
        // The authority has been verified when the name is looked at, and the name is what this
        // mode does not care for; the library's own switch for that has no effect.
        let ssl = ssl.with_danger_tls_hostname_override(Some(name));
        tried = conn_to(encrypted(ssl)).await.map(direct);
    }
    if let Err(e) = &tried
        && is_for_the_relay(e)
        && let Ok(relay) = Relay::start(plan, endpoint, true)
    {
        tried = relayed(relay, plain()).await;
    }
    match tried {
        // Preferring TLS protects against nobody in between, who could ask for the password over TLS
        // as well; so the library may take the public key that such a server gives.
        Err(e) if plan.ssl.mode == SslMode::Preferred && cannot_encrypt(&e) => {
            match conn_to(plain()).await {
                Err(e) if is_for_the_relay(&e) => match Relay::start(plan, endpoint, false) {
                    Ok(relay) => relayed(relay, plain()).await,
                    Err(_) => Err(e),
                },
                made => made.map(direct),
            }
        }
        tried => tried,
    }
}

/// Whether the library refused what the mysql client might take.
fn is_for_the_relay(source: &Source) -> bool {
    use CertificateError as C;
    match source {
        Source::Driver(DriverError::UnknownAuthPlugin { name }) => name == "sha256_password",
        _ => matches!(
            tls_error(source),
            Some(RustlsError::InvalidCertificate(
                C::Other(_)
                    | C::BadEncoding
                    | C::NotValidForName
                    | C::NotValidForNameContext { .. }
            ))
        ),
    }
}

/// Connects through the relay, which the library takes for a socket of the server's.
async fn relayed(
    relay: Relay,
    options: OptsBuilder,
) -> mysql_async::Result<(Conn, Option<Arc<Relay>>)> {
    let options = options
        .socket(Some(relay.socket().display().to_string()))
        // The relay lets through what the user has agreed to.
        .enable_cleartext_plugin(true);
    match (conn_to(options).await, relay.failure()) {
        (Ok(conn), _) => Ok((conn, Some(Arc::new(relay)))),
        (Err(e), why) => Err(why.unwrap_or(e)),
    }
}

fn options(plan: &Plan, endpoint: &Endpoint, local_files: &LocalFiles) -> OptsBuilder {
    let builder = OptsBuilder::default()
        .user(Some(&plan.user))
        .pass(plan.password.as_ref().map(Secret::reveal))
        .db_name(plan.database.as_deref())
        // Whether a socket is used has been decided.
        .prefer_socket(false)
        .max_allowed_packet(Some(MAX_PACKET))
        .wait_timeout(Some(WAIT_TIMEOUT))
        .tcp_keepalive(Some(KEEPALIVE_IDLE))
        .compression(plan.compress.then(Compression::fast))
        .local_infile_handler(Some(local_files.clone()));
    match endpoint {
        Endpoint::Socket(path) => builder
            .socket(Some(path))
            .enable_cleartext_plugin(plan.cleartext),
        Endpoint::Tcp { host, port } => builder.ip_or_hostname(host).tcp_port(*port),
    }
}

/// The options for a second connection that does nothing but KILL QUERY. The database may be gone
/// by then.
pub(super) fn killer_options(conn: &Conn) -> Opts {
    OptsBuilder::from_opts(conn.opts().clone())
        .db_name(None::<String>)
        .into()
}

fn ssl_options(plan: &Plan) -> SslOpts {
    let verify = matches!(plan.ssl.mode, SslMode::VerifyCa | SslMode::VerifyIdentity);
    let roots = match (&plan.ssl.ca, verify) {
        (Some(path), _) => Some(PathBuf::from(path)),
        (None, true) => system_authorities(),
        (None, false) => None,
    };
    let identity = plan.ssl.cert.as_ref().map(|cert| {
        // A file may hold both.
        let key = plan.ssl.key.as_ref().unwrap_or(cert);
        ClientIdentity::new(PathBuf::from(cert).into(), PathBuf::from(key).into())
    });
    SslOpts::default()
        .with_danger_accept_invalid_certs(!verify)
        .with_disable_built_in_roots(verify && plan.ssl.ca.is_some())
        .with_root_certs(roots.into_iter().map(Into::into).collect())
        .with_client_identity(identity)
}

/// The authorities that this machine trusts, beside those built in.
fn system_authorities() -> Option<PathBuf> {
    let usual = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];
    let named = variable("SSL_CERT_FILE").map(PathBuf::from);
    named
        .into_iter()
        .chain(usual.iter().map(PathBuf::from))
        .find(|path| path.is_file())
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
        Source::Io(IoError::Tls(TlsError::Tls(e))) => Some(e),
        Source::Io(IoError::Io(e)) => e.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// The first name of a certificate whose only fault is that it is not for the name we asked for.
fn presented_name(source: &Source) -> Option<String> {
    match tls_error(source)? {
        RustlsError::InvalidCertificate(CertificateError::NotValidForNameContext {
            presented,
            ..
        }) => {
            // rustls hands the names over as `DnsName("db.example.com")` and `IpAddress(::1)`.
            let first = presented.first()?;
            let inner = first.split_once('(')?.1.strip_suffix(')')?;
            // A wildcard is no name; any label in its place is.
            Some(inner.trim_matches('"').replace('*', "any"))
        }
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
