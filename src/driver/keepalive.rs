//! How the system watches a network connection.

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
    /// How long the system lets what was sent go without being taken.
    pub(super) user_timeout: Option<Duration>,
    /// Where we look for that ourselves instead, the time between two looks.
    pub(super) look: Option<Duration>,
}

impl Default for Keepalive {
    fn default() -> Self {
        Keepalive {
            on: true,
            idle: Some(Duration::from_secs(60)),
            interval: Some(Duration::from_secs(10)),
            count: Some(3),
            user_timeout: None,
            look: Some(Duration::from_secs(10)),
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
