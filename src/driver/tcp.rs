//! A network connection that notices when its other end is gone without a word.
//!
//! The system's own times are two hours for a connection that is silent, which keepalives shorten,
//! and a quarter of an hour for bytes on their way, for which it has TCP_USER_TIMEOUT. That one also
//! ends a connection whose server is well and only does not read: one that waits for a lock in the
//! middle of a COPY. So the system is asked here how often it has sent in vain.

use super::keepalive::Keepalive;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// Looks in a row that found the other end mute, after which it is gone.
const MUTE_LOOKS: u32 = 3;
/// Transmissions in a row without an answer that are more than bad luck.
const IN_VAIN: u32 = 2;

pub(super) struct Tcp {
    stream: TcpStream,
    /// The time between two looks, if any.
    look: Option<Duration>,
    /// While an answer is awaited.
    watch: Option<Watch>,
}

struct Watch {
    look: Duration,
    pause: Pin<Box<Sleep>>,
    /// Looks in a row that found the other end mute.
    mute: u32,
}

impl Tcp {
    pub(super) async fn connect(host: &str, port: u16, keepalive: &Keepalive) -> io::Result<Tcp> {
        let stream = TcpStream::connect((host, port)).await?;
        stream.set_nodelay(true)?;
        keepalive.apply(&stream)?;
        Ok(Tcp {
            stream,
            look: keepalive.look,
            watch: None,
        })
    }
}

impl Watch {
    fn new(look: Duration) -> Watch {
        Watch {
            look,
            pause: Box::pin(sleep(look)),
            mute: 0,
        }
    }

    /// Ready once the other end has been mute for long.
    fn poll_gone(&mut self, cx: &mut Context<'_>, stream: &TcpStream) -> Poll<()> {
        loop {
            ready!(self.pause.as_mut().poll(cx));
            self.pause = Box::pin(sleep(self.look));
            match unanswered(stream) {
                Some(sent) if sent >= IN_VAIN => self.mute += 1,
                _ => self.mute = 0,
            }
            if self.mute >= MUTE_LOOKS {
                return Poll::Ready(());
            }
        }
    }
}

/// How often the system has sent without an answer, where it can be asked.
fn unanswered(stream: &TcpStream) -> Option<u32> {
    let (ours, theirs) = (stream.local_addr().ok()?, stream.peer_addr().ok()?);
    let table = match ours {
        SocketAddr::V4(_) => "/proc/self/net/tcp",
        SocketAddr::V6(_) => "/proc/self/net/tcp6",
    };
    in_table(&std::fs::read_to_string(table).ok()?, ours, theirs)
}

/// The same from Linux' table of connections ("proc_net_tcp" in the kernel's documentation): the
/// retransmissions of what is on its way, or the questions whether there is room for more.
fn in_table(table: &str, ours: SocketAddr, theirs: SocketAddr) -> Option<u32> {
    let ends = [ours, theirs].map(written);
    table.lines().find_map(|line| {
        // Number, both ends, state, queues, timer, retransmissions, user, unanswered questions.
        let mut fields = line.split_ascii_whitespace().skip(1);
        if ends.iter().any(|end| fields.next() != Some(end)) {
            return None;
        }
        let retransmitted = u32::from_str_radix(fields.nth(3)?, 16).ok()?;
        let asked: u32 = fields.nth(1)?.parse().ok()?;
        Some(retransmitted.max(asked))
    })
}

/// An address as it stands there: words of four bytes as the machine reads them.
fn written(address: SocketAddr) -> String {
    let word = |bytes: &[u8; 4]| format!("{:08X}", u32::from_ne_bytes(*bytes));
    let ip = match address {
        SocketAddr::V4(a) => word(&a.ip().octets()),
        SocketAddr::V6(a) => a.ip().octets().as_chunks().0.iter().map(word).collect(),
    };
    format!("{ip}:{:04X}", address.port())
}

impl AsyncRead for Tcp {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        if read.is_ready() {
            this.watch = None;
        } else if let Some(watch) = &mut this.watch
            && watch.poll_gone(cx, &this.stream).is_ready()
        {
            this.watch = None;
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Tcp {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Some(look) = this.look {
            // Looked at here too: who reads may have done so before.
            let watch = this.watch.get_or_insert_with(|| Watch::new(look));
            if watch.poll_gone(cx, &this.stream).is_ready() {
                this.watch = None;
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
        }
        Pin::new(&mut this.stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[test]
    fn what_was_sent_in_vain_stands_in_the_systems_table() {
        let table = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:A87F 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 1305 1
   1: 0100007F:E1D8 0100007F:8B17 01 00000000:00000017 00:00000000 00000000     0        0 1306 1
   2: 0100007F:E1D9 0100007F:8B17 01 00000017:00000000 01:000002C4 0000000A     0        0 1307 1
   3: 0100007F:E1DA 0100007F:8B17 01 00140017:00000000 04:000002C4 00000000     0       12 1308 1
   4: 000080FE00000000FF565002BD69B1FE:E1DA 00000000000000000000000001000000:8B17 01 00140017:00000000 04:000002C4 00000000     0       3 1309 1
";
        for (ours, theirs, expected) in [
            ("127.0.0.1:57816", "127.0.0.1:35607", Some(0)),
            ("127.0.0.1:57817", "127.0.0.1:35607", Some(10)),
            ("127.0.0.1:57818", "127.0.0.1:35607", Some(12)),
            ("127.0.0.1:57818", "127.0.0.1:35608", None),
            ("[fe80::250:56ff:feb1:69bd]:57818", "[::1]:35607", Some(3)),
        ] {
            let [ours, theirs] = [ours, theirs].map(|a| a.parse().expect("an address"));
            // Written on a machine whose bytes stand so.
            if cfg!(target_endian = "little") {
                assert_eq!(in_table(table, ours, theirs), expected, "{ours} {theirs}");
            }
        }
    }

    /// A connection that looks often, with the end that the server has.
    async fn pair(host: &str) -> (Tcp, TcpStream) {
        let listener = TcpListener::bind((host, 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let keepalive = Keepalive {
            look: Some(Duration::from_millis(1)),
            ..Keepalive::default()
        };
        let (ours, theirs) = tokio::join!(Tcp::connect(host, port, &keepalive), listener.accept());
        (ours.expect("connected"), theirs.expect("accepted").0)
    }

    #[tokio::test]
    async fn a_server_that_only_does_not_read_is_waited_for() {
        for host in ["127.0.0.1", "::1"] {
            let (mut ours, mut theirs) = pair(host).await;
            let data = vec![b'x'; 16 << 20];
            // The system has asked for room more than once by then, and was answered.
            let sending = tokio::time::timeout(Duration::from_secs(1), ours.write_all(&data));
            assert!(sending.await.is_err(), "it is waited for");
            if cfg!(target_os = "linux") {
                assert!(unanswered(&ours.stream).is_some_and(|sent| sent < IN_VAIN));
            }
            theirs.write_all(b"!").await.expect("sent");
            assert_eq!(ours.read_u8().await.expect("read"), b'!');
            assert!(ours.watch.is_none());
        }
    }
}
