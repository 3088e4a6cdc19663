//! The way to a server. The client library takes neither streams nor TLS settings of ours: it
//! refuses certificates that the mysql and mariadb clients take (version 1, names in the common name
//! alone), takes any public key for a password, makes room for whatever a server says will come, and
//! hides its socket, so that nobody is told when the server goes.
//!
//! So a thread of its own makes the connection, with TLS or without, and between the library, which
//! sees a socket, and the server it carries bytes. While somebody logs in it looks at packets
//! (`login`); after that at their heads (`gate`).

use super::compressed::{Compressed, Heads};
use super::gate::{Gate, Senseless};
use super::listener::{self, Place};
use super::login::{Login, Packet, PublicKey, Refused, Rules};
use super::options::{Endpoint, Plan, SslMode};
use super::rows::{self, Giver, Taken};
use super::tap::Tap;
use crate::driver::keepalive::Keepalive;
use crate::driver::tcp::Tcp;
use crate::driver::tls::authorities::{certificates, system};
use crate::driver::tls::{Checks, Verifier, Version};
use crate::error::{Error, Kind, Result, reason};
use mysql_async::{DriverError, Error as Source, IoError};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, Error as RustlsError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Of each direction.
const BUFFER: usize = 64 * 1024;
/// How long a server has to end a connection that we have ended.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A relay that runs until it is dropped; what is connected through it then, until that ends.
pub(super) struct Relay {
    place: Place,
    version: Version,
    fate: Arc<Fate>,
    _end: oneshot::Sender<()>,
}

/// What became of connections.
#[derive(Default)]
pub(super) struct Fate {
    /// Why the last one came to nothing, where the library would not know.
    failure: Mutex<Option<Source>>,
    /// How the first one, which is the session, was ended by the server.
    end: Mutex<Option<End>>,
    has_first: AtomicBool,
}

/// How a server ended a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// With the error that it sent before, if it did.
    Closed(Option<(u16, String)>),
    /// It sent what makes no sense, and was left.
    Senseless,
    /// It does not answer any more.
    Silent,
}

impl Fate {
    /// How the session was ended, if it was.
    pub(super) fn end(&self) -> Option<End> {
        held(&self.end).clone()
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a relay leads.
struct Way {
    endpoint: Endpoint,
    /// None for a server without TLS.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    rules: Rules,
    /// For a connection and its login.
    limit: Duration,
    /// Where the server can.
    compress: bool,
    /// For the rows of the first connection.
    rows: Mutex<Option<Giver>>,
    fate: Arc<Fate>,
}

impl Relay {
    /// Begins to listen. The rows are those of the first connection.
    pub(super) fn start(plan: &Plan, endpoint: &Endpoint, encrypt: bool) -> Result<(Relay, Taken)> {
        let version = Version::default();
        let fate = Arc::new(Fate::default());
        let tls = match endpoint {
            Endpoint::Tcp { host, .. } if encrypt => {
                let name = ServerName::try_from(host.clone()).map_err(|_| {
                    Error::new(Kind::Connect, format!("\"{host}\" is no name of a host"))
                })?;
                let config = config(plan, host, &version)?;
                Some((TlsConnector::from(Arc::new(config)), name))
            }
            _ => None,
        };
        let mut key = plan.public_key.clone();
        if plan.ssl.mode == SslMode::Preferred && key == PublicKey::Unasked {
            // Preferring TLS protects against nobody in between, who could ask for the password over
            // TLS as well.
            key = PublicKey::Server;
        }
        let (giver, taken) = rows::way();
        let way = Way {
            endpoint: endpoint.clone(),
            tls,
            rules: Rules {
                cleartext: plan.cleartext,
                key,
            },
            limit: plan.timeout,
            compress: plan.compress,
            rows: Mutex::new(Some(giver)),
            fate: Arc::clone(&fate),
        };
        let what = |e: io::Error| Error::io("set up a relay for the connection", &e);
        let (place, listener) = listener::listen().map_err(what)?;
        listener.set_nonblocking(true).map_err(what)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(what)?;
        let (end, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name("relay".into())
            .spawn(move || runtime.block_on(listen(listener, Arc::new(way), ended)))
            .map_err(what)?;
        let relay = Relay {
            place,
            version,
            fate,
            _end: end,
        };
        Ok((relay, taken))
    }

    /// The path of the socket that leads to the server.
    pub(super) fn socket(&self) -> String {
        self.place.path()
    }

    /// Of the TLS connection, once it stands.
    pub(super) fn version(&self) -> Option<String> {
        self.version.get().map(ToString::to_string)
    }

    /// Why no connection came about, where the relay is the one who knows.
    pub(super) fn failure(&self) -> Option<Source> {
        held(&self.fate.failure).take()
    }

    pub(super) fn fate(&self) -> Arc<Fate> {
        Arc::clone(&self.fate)
    }
}

fn config(plan: &Plan, host: &str, version: &Version) -> Result<ClientConfig> {
    let verified = plan.ssl.mode >= SslMode::VerifyCa;
    let roots = match (&plan.ssl.ca, verified) {
        (_, false) => None,
        (Some(path), true) => Some(certificates(Path::new(path))?),
        (None, true) => Some(system()),
    };
    let checks = Checks {
        roots,
        name: (plan.ssl.mode == SslMode::VerifyIdentity).then(|| host.to_string()),
        ..Checks::default()
    };
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(checks, &provider, Arc::clone(version))?;
    let failed = |e: RustlsError| Error::new(Kind::Connect, format!("could not set up TLS: {e}"));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    match &plan.ssl.cert {
        None => Ok(config.with_no_client_auth()),
        Some(path) => {
            let (chain, key) = identity(path, plan.ssl.key.as_ref().unwrap_or(path))?;
            config.with_client_auth_cert(chain, key).map_err(failed)
        }
    }
}

/// Our own certificate and its key.
fn identity(
    certificate: &str,
    key: &str,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let failed = |path: &str, why: String| {
        Error::new(Kind::Connect, format!("could not read \"{path}\": {why}"))
    };
    let read = |path: &str| std::fs::read(path).map_err(|e| failed(path, reason(&e)));
    let chain: io::Result<Vec<_>> =
        rustls_pemfile::certs(&mut read(certificate)?.as_slice()).collect();
    let chain = chain.map_err(|e| failed(certificate, reason(&e)))?;
    match rustls_pemfile::private_key(&mut read(key)?.as_slice()) {
        Ok(Some(found)) => Ok((chain, found)),
        _ => Err(failed(key, "it holds no private key in PEM form".into())),
    }
}

/// Takes connections until the relay's owner is gone, and lets those that stand end by themselves.
async fn listen(
    listener: std::os::unix::net::UnixListener,
    way: Arc<Way>,
    mut ended: oneshot::Receiver<()>,
) {
    let Ok(listener) = UnixListener::from_std(listener) else {
        return;
    };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) if listener::is_ours(&client) => {
                    let way = Arc::clone(&way);
                    connections.spawn(async move { way.serve(client).await });
                }
                _ => {}
            },
            Some(_) = connections.join_next() => {}
            _ = &mut ended => break,
        }
    }
    while connections.join_next().await.is_some() {}
}

impl Way {
    /// One connection from its first byte to its last. Its end is all that the library is told.
    async fn serve(&self, mut client: UnixStream) {
        let made = async {
            match self.reach().await {
                Ok(server) => self
                    .log_in(&mut client, server)
                    .await
                    .map_err(|e| failure(&e)),
                Err(e) => Err(Some(Source::Io(IoError::Io(e)))),
            }
        };
        // Whoever waits for the library has a clock too, and words for what it shows.
        match timeout(self.limit.saturating_add(LAST_WORDS), made).await {
            Ok(Ok(Some((server, tap)))) => {
                let is_first = !self.fate.has_first.swap(true, Ordering::Relaxed);
                self.carry(client, server, tap, is_first).await;
            }
            Ok(Err(why)) => *held(&self.fate.failure) = why,
            Ok(Ok(None)) | Err(_) => {}
        }
    }

    /// Carries bytes until one side is closed, and closes the other.
    async fn carry(&self, client: UnixStream, server: Server, tap: Tap, is_first: bool) {
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = split(server);
        let shift = AtomicU8::new(0);
        let mut heads = Heads::default();
        let up = async {
            let number = |bytes: &mut [u8]| {
                let shift = shift.load(Ordering::Acquire);
                heads.walk(bytes, |number| *number = number.wrapping_add(shift));
                Ok(())
            };
            let sent = copy(&mut from_client, &mut to_server, number).await;
            if sent.is_err_and(|e| e.kind() == ErrorKind::TimedOut) && is_first {
                held(&self.fate.end).get_or_insert(End::Silent);
            }
            let _ = to_server.shutdown().await;
        };
        let mut gate = Gate::default();
        let giver = held(&self.rows).take().filter(|_| is_first);
        let down = async {
            let carried = match giver {
                Some(giver) => {
                    giver
                        .carry(&mut from_server, &mut to_client, &mut gate, tap, &shift)
                        .await
                }
                None => {
                    let look = |bytes: &mut [u8]| gate.look(bytes);
                    copy(&mut from_server, &mut to_client, look).await
                }
            };
            let end = match carried {
                Err(e) if e.kind() == ErrorKind::InvalidData => End::Senseless,
                Err(e) if e.kind() == ErrorKind::TimedOut => End::Silent,
                _ => End::Closed(gate.last_error()),
            };
            if is_first {
                held(&self.fate.end).get_or_insert(end);
            }
        };
        futures::pin_mut!(up, down);
        tokio::select! {
            () = &mut up => {
                let _ = timeout(LAST_WORDS, down).await;
            }
            () = &mut down => {}
        }
    }

    async fn reach(&self) -> io::Result<Server> {
        let (host, port) = match &self.endpoint {
            Endpoint::Socket(path) => return Ok(Box::new(UnixStream::connect(path).await?)),
            Endpoint::Tcp { host, port } => (host.as_str(), *port),
        };
        let server = Tcp::connect(host, port, &Keepalive::default()).await?;
        Ok(Box::new(server))
    }

    /// Both ends, once the server has let the client in; none where it has not.
    async fn log_in(
        &self,
        client: &mut UnixStream,
        mut server: Server,
    ) -> io::Result<Option<(Server, Tap)>> {
        let mut greeting = Packet::read(&mut server).await?;
        greeting.greet_safely();
        if self.tls.is_some() && !greeting.is_last() && !greeting.offers_tls() {
            return Err(io::Error::other(Refused::NoTls));
        }
        greeting.write(client, 0).await?;
        if greeting.is_last() {
            return Ok(None);
        }
        let mut answer = Packet::read(client).await?;
        let compress = self.compress && greeting.offers_compression();
        if compress {
            answer.ask_for_compression();
        }
        let local = matches!(self.endpoint, Endpoint::Socket(_));
        let mut login = Login::new(&self.rules, &greeting, local);
        if let Some((connector, name)) = &self.tls {
            let request = answer.ask_for_tls().ok_or(ErrorKind::InvalidData)?;
            request.write(&mut server, 0).await?;
            login.is_encrypted();
            server = Box::new(connector.connect(name.clone(), server).await?);
        }
        login.go_on(client, &mut server, &answer).await?;
        if compress {
            server = Box::new(Compressed::new(server));
        }
        Ok(Some((server, Tap::new(answer.wants_short_ends()))))
    }
}

/// What the library would have said, had it been there; none where it sees the end too.
fn failure(error: &io::Error) -> Option<Source> {
    let inner = error.get_ref()?;
    if let Some(tls) = inner.downcast_ref::<RustlsError>() {
        return Some(Source::Other(Box::new(tls.clone())));
    }
    Some(match inner.downcast_ref::<Refused>()? {
        Refused::Cleartext => Source::Driver(DriverError::CleartextPluginDisabled),
        Refused::NoTls => Source::Driver(DriverError::NoClientSslFlagFromServer),
        refused => Source::Other(Box::new(refused.clone())),
    })
}

/// From one side to the other, until there is no more.
async fn copy(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    mut look: impl FnMut(&mut [u8]) -> std::result::Result<(), Senseless>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let bytes = match from.read(&mut buffer).await? {
            0 => return Ok(()),
            n => &mut buffer[..n],
        };
        look(bytes).map_err(|Senseless| ErrorKind::InvalidData)?;
        to.write_all(bytes).await?;
        to.flush().await?;
    }
}

/// A connection to a server, with TLS around it or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}
type Server = Box<dyn Stream>;
