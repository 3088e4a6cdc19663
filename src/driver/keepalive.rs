//! What makes the system notice a network connection whose other end is gone without a word. Its own
//! times are two hours for one that is silent, and a quarter of an hour for what is on its way.

use socket2::{SockRef, TcpKeepalive};
use std::io;
use std::time::Duration;
use tokio::net::TcpStream;

/// How a connection is watched by the system; what is `None` is left to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keepalive {
    pub(super) on: bool,
    /// Silence before the first question.
    pub(super) idle: Option<Duration>,
    /// Between questions.
    pub(super) interval: Option<Duration>,
    /// Questions without an answer.
    pub(super) count: Option<u32>,
    /// How long what was sent may go without being confirmed.
    pub(super) user_timeout: Option<Duration>,
}

impl Default for Keepalive {
    fn default() -> Self {
        Keepalive {
            on: true,
            idle: Some(Duration::from_secs(60)),
            interval: Some(Duration::from_secs(10)),
            count: Some(3),
            user_timeout: Some(Duration::from_secs(30)),
        }
    }
}

impl Keepalive {
    pub(super) fn apply(&self, stream: &TcpStream) -> io::Result<()> {
        let socket = SockRef::from(stream);
        #[cfg(target_os = "linux")]
        if let Some(timeout) = self.user_timeout {
            socket.set_tcp_user_timeout(Some(timeout))?;
        }
        if !self.on {
            return Ok(());
        }
        let mut wanted = TcpKeepalive::new();
        if let Some(idle) = self.idle {
            wanted = wanted.with_time(idle);
        }
        if let Some(interval) = self.interval {
            wanted = wanted.with_interval(interval);
        }
        #[cfg(unix)]
        if let Some(count) = self.count {
            wanted = wanted.with_retries(count);
        }
        socket.set_tcp_keepalive(&wanted)
    }
}
