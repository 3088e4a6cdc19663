//! The way to a server that the client library refuses although the mysql and mariadb clients take
//! it: its certificate is of X.509 version 1, names the host in the common name alone, or is an
//! authority's (the library takes no TLS settings of ours), or its account has sha256_password.
//!
//! A thread of its own listens on a socket in a folder that only this user may enter. It makes the
//! TLS connection, and between the library, which sees a socket and no TLS, and the server it
//! carries bytes. Only while somebody logs in it looks at packets: the request for TLS, which is one
//! packet more, changes their numbers.

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
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional_with_sizes,
};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;

/// Packets of a login are small.
const MAX_LOGIN_PACKET: usize = 64 * 1024;
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
    connector: TlsConnector,
    name: ServerName<'static>,
    /// The server may ask for the password as it is.
    cleartext: bool,
    failure: Failure,
}

impl Relay {
    /// Begins to listen.
    pub(super) fn start(plan: &Plan, endpoint: &Endpoint) -> Result<Relay> {
        let Endpoint::Tcp { host, port } = endpoint else {
            return Err(Error::new(Kind::Connect, "a socket needs no relay"));
        };
        let version = Version::default();
        let failure = Failure::default();
        let name = ServerName::try_from(host.clone())
            .map_err(|_| Error::new(Kind::Connect, format!("\"{host}\" is no name of a host")))?;
        let way = Way {
            host: host.clone(),
            port: *port,
            connector: TlsConnector::from(Arc::new(config(plan, host, &version)?)),
            name,
            cleartext: plan.cleartext,
            failure: Arc::clone(&failure),
        };
        let what = |e: io::Error| Error::io("set up a relay for TLS", &e);
        let folder = tempfile::Builder::new().prefix("sqwire-").tempdir();
        let folder = folder.map_err(what)?;
        let listener = std::os::unix::net::UnixListener::bind(socket_in(folder.path()));
        let listener = listener.map_err(what)?;
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
        match self.log_in(&mut client).await {
            Ok(Some(mut server)) => {
                // Whoever ends it, the other side is closed too.
                let _ =
                    copy_bidirectional_with_sizes(&mut client, &mut server, BUFFER, BUFFER).await;
            }
            Ok(None) => {}
            Err(e) => {
                let tls = e.get_ref().and_then(|e| e.downcast_ref::<RustlsError>());
                let why = match (tls, e.kind()) {
                    (Some(e), _) => Some(Source::Io(IoError::Tls(TlsError::Tls(e.clone())))),
                    (None, ErrorKind::PermissionDenied) => {
                        Some(Source::Driver(DriverError::CleartextPluginDisabled))
                    }
                    (None, _) => None,
                };
                *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = why;
            }
        }
    }

    /// Hands the packets of a login to and fro, until the server has said yes or no.
    async fn log_in(
        &self,
        client: &mut UnixStream,
    ) -> io::Result<Option<tokio_rustls::client::TlsStream<TcpStream>>> {
        let mut server = TcpStream::connect((self.host.as_str(), self.port)).await?;
        server.set_nodelay(true)?;
        let keepalive = TcpKeepalive::new().with_time(super::connect::KEEPALIVE_IDLE);
        SockRef::from(&server).set_tcp_keepalive(&keepalive)?;
        let greeting = Packet::read(&mut server).await?;
        greeting.write(client, 0).await?;
        if greeting.is_last() {
            return Ok(None);
        }
        let mut answer = Packet::read(client).await?;
        let request = answer.ask_for_tls().ok_or(ErrorKind::InvalidData)?;
        request.write(&mut server, 0).await?;
        let mut server = self.connector.connect(self.name.clone(), server).await?;
        answer.write(&mut server, 1).await?;
        loop {
            let mut packet = Packet::read(&mut server).await?;
            if let Some(plugin) = packet.wants_password_as_it_is() {
                // Over TLS sha256_password is that and nothing else.
                if plugin == SHA256 {
                    packet.body = [&[SWITCH], CLEAR, b"\0"].concat();
                } else if !self.cleartext {
                    return Err(ErrorKind::PermissionDenied.into());
                }
            }
            packet.write(client, -1).await?;
            if packet.is_last() {
                return Ok(Some(server));
            }
            if !packet.is_good_news() {
                Packet::read(client).await?.write(&mut server, 1).await?;
            }
        }
    }
}

const SHA256: &[u8] = b"sha256_password";
const CLEAR: &[u8] = b"mysql_clear_password";
/// The first byte of a request for another way to authenticate.
const SWITCH: u8 = 0xfe;
/// The flags of an answer to the greeting, and what follows them in a request for TLS.
const REQUEST: usize = 32;
/// CLIENT_SSL, in the second byte of the flags.
const TLS_FLAG: u8 = 0x08;

/// One packet of the protocol: three bytes of length, one of its number, its body.
struct Packet {
    number: u8,
    body: Vec<u8>,
}

impl Packet {
    async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Packet> {
        let mut head = [0; 4];
        from.read_exact(&mut head).await?;
        let length = usize::from(head[0]) | usize::from(head[1]) << 8 | usize::from(head[2]) << 16;
        if length > MAX_LOGIN_PACKET {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body).await?;
        Ok(Packet {
            number: head[3],
            body,
        })
    }

    /// Writes it under a number that differs by `shift`.
    async fn write(&self, to: &mut (impl AsyncWrite + Unpin), shift: i8) -> io::Result<()> {
        let length = u32::try_from(self.body.len())
            .unwrap_or_default()
            .to_le_bytes();
        let number = self.number.wrapping_add_signed(shift);
        let head = [length[0], length[1], length[2], number];
        to.write_all(&[&head, self.body.as_slice()].concat())
            .await?;
        to.flush().await
    }

    /// Whether the server says yes (and is no greeting) or no.
    fn is_last(&self) -> bool {
        matches!(self.body.first(), Some(0 | 0xff) | None)
    }

    /// The server knows the password; its yes follows.
    fn is_good_news(&self) -> bool {
        self.body == [1, 3]
    }

    /// Says in the answer to the greeting that TLS is wanted, and makes the request for it.
    fn ask_for_tls(&mut self) -> Option<Packet> {
        *self.body.get_mut(1)? |= TLS_FLAG;
        Some(Packet {
            number: self.number,
            body: self.body.get(..REQUEST)?.to_vec(),
        })
    }

    /// The method that the server asks for, if the password goes out unchanged in it.
    fn wants_password_as_it_is(&self) -> Option<&'static [u8]> {
        let name = self.body.strip_prefix(&[SWITCH])?.split(|b| *b == 0).next();
        [SHA256, CLEAR]
            .into_iter()
            .find(|plugin| Some(*plugin) == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(body: &[u8]) -> Packet {
        Packet {
            number: 1,
            body: body.to_vec(),
        }
    }

    #[test]
    fn any_packet_is_read_and_only_two_methods_send_the_password_as_it_is() {
        let words: &[&[u8]] = &[SHA256, CLEAR, &[SWITCH], b"\0", &[1, 3], &[0xff]];
        let seeds: &[&[u8]] = &[&[0; 40], b"\xfesha256_password\0nonce", b""];
        crate::driver::fuzz::bytes(seeds, words, |input, _| {
            let mut packet = packet(input);
            let _ = (packet.is_last(), packet.is_good_news());
            let clear = packet.wants_password_as_it_is();
            let names = [SHA256, CLEAR].into_iter().any(|plugin| {
                let request = [&[SWITCH], plugin].concat();
                input == request || input.starts_with(&[&request, b"\0".as_slice()].concat())
            });
            assert_eq!(clear.is_some(), names);
            let request = packet.ask_for_tls();
            assert_eq!(request.is_some(), input.len() >= REQUEST);
            assert!(request.is_none_or(|r| r.body.len() == REQUEST && r.body[1] & TLS_FLAG != 0));
        });
    }

    #[test]
    fn packets_keep_their_bodies_and_huge_ones_are_refused() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(async {
            let mut wire = Vec::new();
            packet(b"abc").write(&mut wire, 1).await.expect("room");
            assert_eq!(wire, b"\x03\0\0\x02abc");
            let read = Packet::read(&mut wire.as_slice()).await.expect("a packet");
            assert_eq!((read.number, read.body.as_slice()), (2, b"abc".as_slice()));
            let huge: &[u8] = &[0xff, 0xff, 0xff, 0];
            assert!(Packet::read(&mut &*huge).await.is_err());
        });
    }
}
