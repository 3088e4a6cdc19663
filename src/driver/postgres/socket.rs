//! The streams below the tap: TCP or a Unix socket, with TLS around it or not.

use super::environment::Endpoint;
use crate::driver::keepalive::Keepalive;
use crate::driver::tcp::Tcp;
use crate::error::{Error, Kind, Result, reason};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Any stream to a server, before TLS.
pub(super) enum Socket {
    Tcp(Tcp),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Socket {
    pub(super) async fn open(endpoint: &Endpoint, keepalive: &Keepalive) -> io::Result<Socket> {
        #[cfg(unix)]
        if endpoint.is_socket() {
            let path = endpoint.socket_path();
            let stream = match path.strip_prefix('@') {
                Some(name) => UnixStream::connect(format!("\0{name}")).await?,
                None => UnixStream::connect(path).await?,
            };
            return Ok(Socket::Unix(stream));
        }
        let host = endpoint.address.as_deref().unwrap_or(&endpoint.host);
        let stream = Tcp::connect(host, endpoint.port, keepalive).await?;
        Ok(Socket::Tcp(stream))
    }

    /// requirepeer: whether that user runs the server behind a socket. Over TCP nobody can tell,
    /// and libpq does not ask.
    #[cfg(unix)]
    pub(super) fn check_peer(&self, wanted: &str) -> Result<()> {
        let Socket::Unix(stream) = self else {
            return Ok(());
        };
        let failed = |what: String| Err(Error::new(Kind::Connect, what));
        let uid = match stream.peer_cred() {
            Ok(peer) => peer.uid(),
            Err(e) => {
                return failed(format!(
                    "could not find out who runs the server: {}",
                    reason(&e)
                ));
            }
        };
        match user_name(uid) {
            Some(name) if name == wanted => Ok(()),
            Some(name) => failed(format!(
                "requirepeer specifies \"{wanted}\", but the server is run by \"{name}\""
            )),
            None => failed(format!(
                "the server is run by user number {uid}, who has no name"
            )),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn check_peer(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

/// The name of a user of this machine.
#[cfg(unix)]
fn user_name(uid: u32) -> Option<String> {
    let uid = uid.to_string();
    let name = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then(|| name.to_string())
    };
    let local = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    local.lines().find_map(name).or_else(|| {
        // Users of a directory service.
        let found = std::process::Command::new("getent")
            .args(["passwd", &uid])
            .output();
        String::from_utf8(found.ok()?.stdout)
            .ok()?
            .lines()
            .find_map(name)
    })
}

type Rustls = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
type Encrypted = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

pub(super) fn rustls_connector(
    make: &mut MakeRustlsConnect,
    host: &str,
) -> std::result::Result<Rustls, std::convert::Infallible> {
    MakeTlsConnect::<Socket>::make_tls_connect(make, host)
}

/// What the tap observes.
pub(super) enum Transport {
    Plain(Socket),
    Tls(Box<Encrypted>),
}

pub(super) fn binding(transport: &Transport) -> ChannelBinding {
    match transport {
        Transport::Plain(_) => ChannelBinding::none(),
        Transport::Tls(stream) => stream.channel_binding(),
    }
}

/// Passes reading and writing on to whichever variant there is.
macro_rules! delegate {
    ($type:ty, $($(#[$attribute:meta])* $variant:path),+) => {
        impl AsyncRead for $type {
            fn poll_read(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &mut ReadBuf<'_>,
            ) -> Poll<io::Result<()>> {
                match self.get_mut() {
                    $($(#[$attribute])* $variant(s) => Pin::new(s).poll_read(cx, buf),)+
                }
            }
        }

        impl AsyncWrite for $type {
            fn poll_write(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                buf: &[u8],
            ) -> Poll<io::Result<usize>> {
                match self.get_mut() {
                    $($(#[$attribute])* $variant(s) => Pin::new(s).poll_write(cx, buf),)+
                }
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() {
                    $($(#[$attribute])* $variant(s) => Pin::new(s).poll_flush(cx),)+
                }
            }

            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() {
                    $($(#[$attribute])* $variant(s) => Pin::new(s).poll_shutdown(cx),)+
                }
            }
        }
    };
}

delegate!(
    Socket,
    Socket::Tcp,
    #[cfg(unix)]
    Socket::Unix
);
delegate!(Transport, Transport::Plain, Transport::Tls);
