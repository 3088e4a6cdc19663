//! Making connections: each host in turn, TLS as asked, one password file, no extra round trip.

use super::environment::{self, Endpoint, Settings, Wanted};
use super::failures::{Failures, NO_ANSWER};
use super::oauth;
use super::observer::Observer;
use super::socket::{Socket, Transport, binding, rustls_connector};
use super::startup::{Plan, Startup};
use super::tap::Tap;
use super::tls::{self, Mode};
use super::{error, pgpass, wire};
use crate::data::Notice;
use crate::driver::CANCEL_PATIENCE;
use crate::driver::Secret;
use crate::driver::keepalive::Keepalive;
use crate::driver::tls::Version;
use crate::error::{Error, Kind, Result, reason};
use futures::future::BoxFuture;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_postgres::Client;
use tokio_postgres::config::{Config, SslMode, SslNegotiation};
use tokio_postgres::tls::TlsConnect;

/// A connection that stands.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) observer: Arc<Observer>,
    pub(super) endpoint: Endpoint,
    pub(super) encryption: Option<&'static str>,
    pub(super) route: Route,
}

/// How the server was reached, so that it can be reached again to cancel.
#[derive(Clone)]
pub(super) struct Route {
    endpoint: Endpoint,
    tls: Option<tls::Settings>,
    timeout: Duration,
}

/// Tries each address of each host in order, as libpq does.
///
/// `settings` keep the token that the server wanted; without `tell` none is fetched.
pub(super) async fn connect(settings: &mut Settings, tell: Option<fn(&str)>) -> Result<Connected> {
    let rounds: &[Wanted] = match settings.wanted {
        Wanted::PreferStandby => &[Wanted::Standby, Wanted::Any],
        wanted => &[wanted],
    };
    read_passwords(settings, tell);
    let mut failures = Failures::default();
    let (endpoints, failed) = addresses(settings).await;
    for (endpoint, error) in failed {
        failures.add(&endpoint, error);
    }
    for wanted in rounds {
        for endpoint in &endpoints {
            match connect_in_time(settings, endpoint, *wanted, tell).await {
                Ok(connected) => return Ok(connected),
                Err(attempt) if attempt.last => {
                    let error = attempt.error;
                    let words = failures.libpq(Some((endpoint, &error)));
                    let mut error = match settings.endpoints.len() {
                        1 => error,
                        _ => failures.before(endpoint, error),
                    };
                    error.psql = words;
                    return Err(error);
                }
                Err(attempt) => failures.add(endpoint, attempt.error),
            }
        }
    }
    let words = failures.libpq(None);
    let mut error = failures.all(settings);
    error.psql = words;
    Err(error)
}

/// One host, within the time that a connection may take. What a server wants of the user elsewhere
/// takes its own time.
async fn connect_in_time(
    settings: &mut Settings,
    endpoint: &Endpoint,
    wanted: Wanted,
    tell: Option<fn(&str)>,
) -> std::result::Result<Connected, Attempt> {
    let first = timed(settings, endpoint, wanted).await;
    let (Some(tell), Err(Attempt { demand, .. })) = (tell, &first) else {
        return first;
    };
    let (Some(demand), Some(client)) = (demand, &settings.startup.oauth) else {
        return first;
    };
    let fetched = oauth::fetch(client, demand, tell).await;
    let secret = fetched.map_err(|why| Attempt {
        last: true,
        ..Attempt::next(Error::new(Kind::Connect, why))
    })?;
    let fresh = true;
    settings.startup.token = Some(oauth::bearer::Token { secret, fresh });
    timed(settings, endpoint, wanted).await
}

async fn timed(
    settings: &Settings,
    endpoint: &Endpoint,
    wanted: Wanted,
) -> std::result::Result<Connected, Attempt> {
    let attempt = connect_host(settings, endpoint, wanted);
    let made = tokio::time::timeout(settings.timeout, attempt).await;
    made.unwrap_or_else(|_| Err(Attempt::next(timed_out(settings))))
}

/// Every address to try, and the hosts that have none.
async fn addresses(settings: &Settings) -> (Vec<Endpoint>, Vec<(Endpoint, Error)>) {
    let mut hosts = settings.endpoints.clone();
    shuffle(settings, &mut hosts);
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for host in hosts {
        if host.is_socket() {
            found.push(host);
            continue;
        }
        let name = host.address.clone().unwrap_or_else(|| host.host.clone());
        let lookup = tokio::net::lookup_host((name, host.port));
        let looked_up = match tokio::time::timeout(settings.timeout, lookup).await {
            Ok(answer) => answer.map_err(|e| Error::new(Kind::Connect, reason(&e))),
            Err(_) => Err(timed_out(settings)),
        };
        match looked_up {
            Ok(answer) => {
                let mut own: Vec<Endpoint> = Vec::new();
                for address in answer {
                    let endpoint = Endpoint {
                        address: Some(address.ip().to_string()),
                        ..host.clone()
                    };
                    if !own.contains(&endpoint) {
                        own.push(endpoint);
                    }
                }
                shuffle(settings, &mut own);
                found.extend(own);
            }
            Err(error) => failed.push((host, error)),
        }
    }
    (found, failed)
}

/// load_balance_hosts=random: any order is as likely as any other.
fn shuffle(settings: &Settings, endpoints: &mut [Endpoint]) {
    use std::hash::BuildHasher;
    if !settings.shuffled {
        return;
    }
    let random = std::collections::hash_map::RandomState::new();
    for last in (1..endpoints.len()).rev() {
        // The remainder's bias is of no weight: lists are short.
        let chosen = random.hash_one(last) % (last as u64 + 1);
        endpoints.swap(last, usize::try_from(chosen).unwrap_or(last));
    }
}

/// Why one host was of no use.
struct Attempt {
    error: Error,
    /// The server was reached and said no: other hosts would say the same.
    last: bool,
    /// It can help to try again with TLS, or without: the rules of pg_hba.conf differ, or the
    /// handshake itself failed.
    other_way: bool,
    /// A token that would help.
    demand: Option<Box<oauth::Demand>>,
}

impl Attempt {
    fn next(error: Error) -> Self {
        Attempt {
            error,
            last: false,
            other_way: false,
            demand: None,
        }
    }
}

fn timed_out(settings: &Settings) -> Error {
    let seconds = settings.timeout.as_secs_f64();
    Error::new(Kind::Connect, format!("{NO_ANSWER} {seconds} s"))
        .with_hint("A longer connect_timeout waits longer.")
}

/// One host: with and without TLS in the order of the mode.
async fn connect_host(
    settings: &Settings,
    endpoint: &Endpoint,
    wanted: Wanted,
) -> std::result::Result<Connected, Attempt> {
    let encrypted = Some(settings.tls.clone());
    let ways: &[Option<tls::Settings>] = match settings.tls.mode {
        _ if endpoint.is_socket() => &[None],
        Mode::Disable => &[None],
        Mode::Allow => &[None, encrypted],
        Mode::Prefer => &[encrypted, None],
        _ => &[encrypted],
    };
    let mut failure = None;
    for way in ways {
        match connect_way(settings, endpoint, way.as_ref()).await {
            Ok(connected) => return check(connected, wanted).await.map_err(Attempt::next),
            Err(attempt) => {
                let other_way = attempt.other_way;
                failure.get_or_insert(attempt);
                if !other_way {
                    break;
                }
            }
        }
    }
    Err(failure.unwrap_or_else(|| Attempt::next(Error::new(Kind::Connect, "nothing to try"))))
}

async fn connect_way(
    settings: &Settings,
    endpoint: &Endpoint,
    tls: Option<&tls::Settings>,
) -> std::result::Result<Connected, Attempt> {
    let version = Version::default();
    let (socket, encrypt) = open(endpoint, tls, &settings.keepalive)
        .await
        .map_err(Attempt::next)?;
    if let Some(wanted) = &settings.peer {
        socket.check_peer(wanted).map_err(Attempt::next)?;
    }
    let observer = Arc::new(Observer::with_rules(settings.allowed.clone()));
    let maker = match tls.filter(|_| encrypt) {
        Some(tls) => {
            if let Some(path) = &tls.unused_list {
                observer.keep_notice(unused_list(path));
            }
            let maker = tls::connector(tls, endpoint.name(), version.clone());
            Some(maker.map_err(Attempt::next)?)
        }
        None => None,
    };
    let connector = Connector {
        observer: observer.clone(),
        tls: maker.map(|maker| (maker, endpoint.host.clone())),
        startup: settings.startup.clone(),
    };
    let (config, from_file) = config(settings, endpoint);
    let made = config.connect_raw(socket, connector).await;
    let (client, connection) = made.map_err(|e| {
        let handshake = tls::handshake_error(&e);
        let failed = handshake.is_some();
        let mut error = handshake.unwrap_or_else(|| error::of_connect(&e));
        if let Some(path) = settings.passfile.as_ref().filter(|_| from_file)
            && error.kind == Kind::Password
        {
            let words = format!("password retrieved from file \"{}\"", path.display());
            error = error.with_hint(format!("The {words}.")).with_psql(words);
        }
        // libpq: only a server that starts up or shuts down is worth trying the next host.
        let demand = oauth::Wanted::in_error(&e).map(Box::new);
        let reached = e.as_db_error().is_some() || error.kind == Kind::Password || demand.is_some();
        let last = reached && error.code.as_deref() != Some("57P03");
        let other_way = failed || error.code.as_deref() == Some("28000");
        Attempt {
            error,
            last,
            other_way,
            demand,
        }
    })?;
    serve(connection, observer.clone());
    Ok(Connected {
        client,
        observer,
        endpoint: endpoint.clone(),
        encryption: encrypt.then(|| version.get().copied().unwrap_or("TLS")),
        route: Route {
            endpoint: endpoint.clone(),
            tls: tls.filter(|_| encrypt).cloned(),
            timeout: settings.timeout.min(CANCEL_PATIENCE),
        },
    })
}

fn unused_list(path: &std::path::Path) -> Notice {
    let path = path.display();
    Notice {
        severity: "WARNING".into(),
        message: format!("sslcrl \"{path}\" cannot be read; revoked certificates are accepted"),
        ..Notice::default()
    }
}

/// Lets a task carry the bytes, and note why it ended.
fn serve(
    mut connection: tokio_postgres::Connection<Socket, Tap<Transport>>,
    observer: Arc<Observer>,
) {
    tokio::spawn(async move {
        let ended = (&mut connection).await;
        observer.close(match ended {
            Ok(()) => error::lost(None),
            Err(e) => error::of_connection(&e),
        });
        // Only now do the waiting statements learn that it is over.
        drop(connection);
    });
}

/// What the client crate is told, and whether the password is from the file of passwords.
fn config(settings: &Settings, endpoint: &Endpoint) -> (Config, bool) {
    let mut config = Config::new();
    config
        // The hash of a password needs it. All else of the startup message is ours.
        .user(&settings.user)
        .channel_binding(settings.channel_binding)
        // Whether there is TLS has been settled; the client crate is told to hand the stream to
        // our connector at once, which also puts the tap above TLS.
        .ssl_mode(SslMode::Require)
        .ssl_negotiation(SslNegotiation::Direct);
    let found = match settings.password {
        Some(_) => None,
        None => from_file(settings, endpoint),
    };
    if let Some(password) = settings.password.as_ref().or(found.as_ref()) {
        config.password(password.reveal());
    }
    (config, found.is_some())
}

/// Reads the file of passwords where one is wanted; what is wrong with it is told.
fn read_passwords(settings: &mut Settings, tell: Option<fn(&str)>) {
    if settings.password.is_some() {
        return;
    }
    let Some(path) = &settings.passfile else {
        return;
    };
    match (pgpass::read(path), tell) {
        (Ok(text), _) => settings.passwords = text,
        (Err(why), Some(tell)) => tell(&why),
        (Err(_), None) => {}
    }
}

fn from_file(settings: &Settings, endpoint: &Endpoint) -> Option<Secret> {
    let text = settings.passwords.as_ref()?;
    let local = endpoint.is_socket() && environment::is_default_socket(&endpoint.host);
    let wanted = pgpass::Wanted {
        host: if local { "localhost" } else { &endpoint.host },
        port: endpoint.port,
        database: &settings.database,
        user: &settings.user,
    };
    pgpass::find(text.reveal(), wanted)
}

/// Whether this is the kind of server that was asked for. From PostgreSQL 14 on it has said so
/// itself; older ones are asked.
async fn check(connected: Connected, wanted: Wanted) -> Result<Connected> {
    if wanted == Wanted::Any {
        return Ok(connected);
    }
    let reported = |name: &str| {
        let state = connected.observer.lock();
        state.parameters.get(name).map(|v| v == "on")
    };
    let (standby, read_only) = match (
        reported("in_hot_standby"),
        reported("default_transaction_read_only"),
    ) {
        (Some(standby), Some(read_only)) => (standby, standby || read_only),
        _ => (
            ask(&connected, "select pg_catalog.pg_is_in_recovery()").await?,
            ask(&connected, "show transaction_read_only").await?,
        ),
    };
    let (fits, problem) = match wanted {
        Wanted::ReadWrite => (!read_only, "the session is read-only"),
        Wanted::ReadOnly => (read_only, "the session is not read-only"),
        Wanted::Primary => (!standby, "the server is a standby"),
        Wanted::Standby | Wanted::PreferStandby => (standby, "the server is not a standby"),
        Wanted::Any => (true, ""),
    };
    match fits {
        true => Ok(connected),
        false => Err(Error::new(Kind::Connect, problem)),
    }
}

async fn ask(connected: &Connected, sql: &str) -> Result<bool> {
    let answer = connected.client.simple_query(sql).await;
    let rows = answer.map_err(|e| error::of_connect(&e))?;
    Ok(rows.iter().any(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => {
            matches!(row.try_get(0), Ok(Some("on" | "t")))
        }
        _ => false,
    }))
}

/// Opens the socket and asks for TLS. The flag says whether the server agreed.
async fn open(
    endpoint: &Endpoint,
    tls: Option<&tls::Settings>,
    keepalive: &Keepalive,
) -> Result<(Socket, bool)> {
    let mut socket = Socket::open(endpoint, keepalive).await.map_err(|e| {
        let hint = match endpoint.is_socket() {
            true => "Is the server running here, with that socket?",
            false => "Is the server running there, and does it accept TCP/IP?",
        };
        Error::new(Kind::Connect, reason(&e)).with_hint(hint)
    })?;
    let Some(tls) = tls else {
        return Ok((socket, false));
    };
    if tls.direct {
        return Ok((socket, true));
    }
    let answer = ask_for_tls(&mut socket).await.map_err(|e| {
        Error::new(Kind::Connect, reason(&e))
            .with_hint("Is it a PostgreSQL server that listens there?")
    })?;
    match answer {
        b'S' => Ok((socket, true)),
        b'N' if tls.mode <= Mode::Prefer => Ok((socket, false)),
        b'N' => Err(Error::new(Kind::Connect, "the server does not support TLS")
            .with_hint("sslmode=prefer or disable connects without encryption.")),
        _ => Err(Error::new(
            Kind::Connect,
            "the server gave no answer that PostgreSQL would give",
        )
        .with_hint("Is it a PostgreSQL server that listens there?")),
    }
}

/// The server's yes or no.
async fn ask_for_tls(socket: &mut Socket) -> io::Result<u8> {
    let mut request = bytes::BytesMut::new();
    postgres_protocol::message::frontend::ssl_request(&mut request);
    socket.write_all(&request).await?;
    socket.flush().await?;
    socket.read_u8().await
}

impl Route {
    /// Asks the server to stop what process `key.0` does, over a connection like the first one,
    /// and waits until it has taken note, so that the request cannot hit a later statement.
    pub(super) async fn cancel(&self, key: &(i32, Vec<u8>)) -> Result<()> {
        let asked = tokio::time::timeout(self.timeout, self.send_cancel(key)).await;
        asked.unwrap_or_else(|_| Err(Error::new(Kind::Connect, "no answer in time")))
    }

    /// Whether anybody answers where the server is, if only to a request for TLS.
    pub(super) async fn answers(&self) -> bool {
        let ask = async {
            let mut socket = Socket::open(&self.endpoint, &Keepalive::default()).await?;
            ask_for_tls(&mut socket).await
        };
        matches!(tokio::time::timeout(self.timeout, ask).await, Ok(Ok(_)))
    }

    async fn send_cancel(&self, (process, secret): &(i32, Vec<u8>)) -> Result<()> {
        let failed = |e: io::Error| Error::new(Kind::Connect, reason(&e));
        let (socket, encrypt) =
            open(&self.endpoint, self.tls.as_ref(), &Keepalive::default()).await?;
        let mut transport = match self.tls.as_ref().filter(|_| encrypt) {
            Some(tls) => {
                let mut maker = tls::connector(tls, self.endpoint.name(), Version::default())?;
                let Ok(connector) = rustls_connector(&mut maker.make, &self.endpoint.host);
                Transport::Tls(Box::new(connector.connect(socket).await.map_err(failed)?))
            }
            None => Transport::Plain(socket),
        };
        let request = wire::cancel_request(*process, secret);
        transport.write_all(&request).await.map_err(failed)?;
        transport.flush().await.map_err(failed)?;
        // The server answers by closing; how exactly it closes does not matter.
        let _ = transport.read_u8().await;
        Ok(())
    }
}

/// Bytes of a nonce, as many as libpq's.
const NONCE: usize = 18;

/// Puts TLS, where it is used, and the tap around a socket.
struct Connector {
    observer: Arc<Observer>,
    tls: Option<(tls::Maker, String)>,
    startup: Plan,
}

impl TlsConnect<Socket> for Connector {
    type Stream = Tap<Transport>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Tap<Transport>>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let transport = match self.tls {
                Some((mut maker, host)) => {
                    let Ok(connector) = rustls_connector(&mut maker.make, &host);
                    let stream = connector.connect(socket).await?;
                    maker.identity.check()?;
                    Transport::Tls(Box::new(stream))
                }
                None => Transport::Plain(socket),
            };
            let mut nonce = vec![0; NONCE];
            let random = rustls::crypto::ring::default_provider().secure_random;
            let filled = random.fill(&mut nonce);
            filled.map_err(|_| io::Error::other("the system gives no random numbers"))?;
            let encrypted = matches!(transport, Transport::Tls(_));
            let startup = Startup::new(self.startup, nonce, encrypted);
            Ok(Tap::new(transport, self.observer, startup, binding))
        })
    }
}
