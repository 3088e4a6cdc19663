//! The way to a server that the client library refuses although the mysql and mariadb clients take
//! it: its certificate is of X.509 version 1, names the host in the common name alone, or is an
//! authority's (the library takes no TLS settings of ours), or its account has sha256_password. And
//! the way to one without TLS, from which the library would take any public key for the password.
//!
//! A thread of its own listens on a socket in a folder that only this user may enter. It makes the
//! connection, with TLS or without, and between the library, which sees a socket, and the server it
//! carries bytes. Only while somebody logs in it looks at packets (`login`).

use super::login::{Login, Packet, Refused, Rules};
use super::options::{Endpoint, Plan, SslMode};
use crate::driver::tls::authorities::{certificates, system};
use crate::driver::tls::{Checks, Verifier, Version};
use crate::error::{Error, Kind, Result, reason};
use mysql_async::{DriverError, Error as Source, IoError, TlsError};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, Error as RustlsError};
use socket2::{SockRef, TcpKeepalive};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional_with_sizes};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

/// Of each direction.
const BUFFER: usize = 64 * 1024;

/// A relay that runs until it is dropped; what is connected through it then, until that ends.
pub(super) struct Relay {
    folder: tempfile::TempDir,
    version: Version,
    failure: Failure,
    _end: oneshot::Sender<()>,
}

/// Why the last connection came to nothing, where the library would not know.
type Failure = Arc<Mutex<Option<Source>>>;

/// Where a relay leads.
struct Way {
    host: String,
    port: u16,
    /// None for a server without TLS.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    rules: Rules,
    failure: Failure,
}

impl Relay {
    /// Begins to listen.
    pub(super) fn start(plan: &Plan, endpoint: &Endpoint, encrypt: bool) -> Result<Relay> {
        let Endpoint::Tcp { host, port } = endpoint else {
            return Err(Error::new(Kind::Connect, "a socket needs no relay"));
        };
        let version = Version::default();
        let failure = Failure::default();
        let tls = match encrypt {
            true => {
                let name = ServerName::try_from(host.clone()).map_err(|_| {
                    Error::new(Kind::Connect, format!("\"{host}\" is no name of a host"))
                })?;
                let config = config(plan, host, &version)?;
                Some((TlsConnector::from(Arc::new(config)), name))
            }
            false => None,
        };
        let way = Way {
            host: host.clone(),
            port: *port,
            tls,
            rules: Rules {
                cleartext: plan.cleartext,
                key: plan.public_key.clone(),
            },
            failure: Arc::clone(&failure),
        };
        let what = |e: io::Error| Error::io("set up a relay for the connection", &e);
        // A read-only disk, or a name that is too long for a socket, is not everywhere.
        let (folder, listener) = place(&std::env::temp_dir())
            .or_else(|e| place(Path::new("/dev/shm")).map_err(|_| e))
            .map_err(what)?;
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
        Ok(Relay {
            folder,
            version,
            failure,
            _end: end,
        })
    }

    /// The socket that leads to the server.
    pub(super) fn socket(&self) -> PathBuf {
        socket_in(self.folder.path())
    }

    /// Of the TLS connection, once it stands.
    pub(super) fn version(&self) -> Option<String> {
        self.version.get().map(ToString::to_string)
    }

    /// Why no connection came about, where the relay is the one who knows.
    pub(super) fn failure(&self) -> Option<Source> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// A socket in a new folder of our own under that one.
fn place(above: &Path) -> io::Result<(tempfile::TempDir, std::os::unix::net::UnixListener)> {
    let folder = tempfile::Builder::new()
        .prefix("sqwire-")
        .tempdir_in(above)?;
    let listener = std::os::unix::net::UnixListener::bind(socket_in(folder.path()))?;
    Ok((folder, listener))
}

fn socket_in(folder: &Path) -> PathBuf {
    folder.join("s")
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
            accepted = listener.accept() => if let Ok((client, _)) = accepted {
                let way = Arc::clone(&way);
                connections.spawn(async move { way.serve(client).await });
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
        let server = match self.reach().await {
            Ok(server) => server,
            Err(e) => return self.note(Some(Source::Io(IoError::Io(e)))),
        };
        match self.log_in(&mut client, server).await {
            Ok(Some(mut server)) => {
                // Whoever ends it, the other side is closed too.
                let _ =
                    copy_bidirectional_with_sizes(&mut client, &mut server, BUFFER, BUFFER).await;
            }
            Ok(None) => {}
            Err(e) => {
                let inner = e.get_ref();
                let tls = inner.and_then(|e| e.downcast_ref::<RustlsError>());
                let refused = inner.and_then(|e| e.downcast_ref::<Refused>());
                let why = match (tls, refused) {
                    (Some(e), _) => Some(Source::Io(IoError::Tls(TlsError::Tls(e.clone())))),
                    (_, Some(Refused::Cleartext)) => {
                        Some(Source::Driver(DriverError::CleartextPluginDisabled))
                    }
                    (_, Some(refused)) => Some(Source::Other(Box::new(refused.clone()))),
                    (None, None) => None,
                };
                self.note(why);
            }
        }
    }

    fn note(&self, why: Option<Source>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    async fn reach(&self) -> io::Result<TcpStream> {
        let server = TcpStream::connect((self.host.as_str(), self.port)).await?;
        server.set_nodelay(true)?;
        let keepalive = TcpKeepalive::new().with_time(super::connect::KEEPALIVE_IDLE);
        SockRef::from(&server).set_tcp_keepalive(&keepalive)?;
        Ok(server)
    }

    /// Both ends, once the server has let the client in; none where it has not.
    async fn log_in(
        &self,
        client: &mut UnixStream,
        mut server: TcpStream,
    ) -> io::Result<Option<Server>> {
        let mut greeting = Packet::read(&mut server).await?;
        greeting.greet_safely();
        greeting.write(client, 0).await?;
        if greeting.is_last() {
            return Ok(None);
        }
        let mut answer = Packet::read(client).await?;
        let mut login = Login::new(&self.rules, &greeting);
        let mut server: Server = match &self.tls {
            Some((connector, name)) => {
                let request = answer.ask_for_tls().ok_or(ErrorKind::InvalidData)?;
                request.write(&mut server, 0).await?;
                login.is_encrypted();
                Box::new(connector.connect(name.clone(), server).await?)
            }
            None => Box::new(server),
        };
        login.go_on(client, &mut server, &answer).await?;
        Ok(Some(server))
    }
}

/// A connection to a server, with TLS around it or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}
type Server = Box<dyn Stream>;
