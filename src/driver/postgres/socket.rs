//! The streams below the tap: TCP or a Unix socket, with TLS around it or not.

use super::environment::{Endpoint, Keepalive};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Any stream to a server, before TLS.
pub(super) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Socket {
    pub(super) async fn open(endpoint: &Endpoint, keepalive: &Keepalive) -> io::Result<Socket> {
        #[cfg(unix)]
        if endpoint.is_socket() {
            let stream = UnixStream::connect(endpoint.socket_path()).await?;
            return Ok(Socket::Unix(stream));
        }
        let host = endpoint.address.as_deref().unwrap_or(&endpoint.host);
        let addresses = tokio::net::lookup_host((host, endpoint.port)).await?;
        let mut failure = None;
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    keep_alive(&stream, keepalive)?;
                    return Ok(Socket::Tcp(stream));
                }
                Err(e) => failure = Some(e),
            }
        }
        Err(failure.unwrap_or_else(|| io::Error::other("the name has no address")))
    }
}

fn keep_alive(stream: &TcpStream, keepalive: &Keepalive) -> io::Result<()> {
    let socket = socket2::SockRef::from(stream);
    #[cfg(target_os = "linux")]
    if let Some(timeout) = keepalive.user_timeout {
        socket.set_tcp_user_timeout(Some(timeout))?;
    }
    if !keepalive.on {
        return Ok(());
    }
    let mut wanted = socket2::TcpKeepalive::new();
    if let Some(idle) = keepalive.idle {
        wanted = wanted.with_time(idle);
    }
    if let Some(interval) = keepalive.interval {
        wanted = wanted.with_interval(interval);
    }
    #[cfg(unix)]
    if let Some(count) = keepalive.count {
        wanted = wanted.with_retries(count);
    }
    socket.set_tcp_keepalive(&wanted)
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
