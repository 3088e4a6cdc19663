//! A statement that is silent for long: is its server still there? The client library leaves the
//! answer to the system, which takes a quarter of an hour.

use super::Killer;
use super::connect::is_unreachable;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// Silence after which the server is looked for.
const SILENCE: Duration = Duration::from_secs(60);

/// Watches one statement.
pub(super) struct Watch {
    server: Killer,
    silence: Option<Pin<Box<Sleep>>>,
    /// A second connection is being made, to see whether that is possible.
    look: Option<BoxFuture<'static, bool>>,
}

impl Watch {
    pub(super) fn new(server: Killer) -> Self {
        Watch {
            server,
            silence: None,
            look: None,
        }
    }

    /// Something has come.
    pub(super) fn rest(&mut self) {
        self.silence = None;
        self.look = None;
    }

    /// Ready once the server cannot be reached any more.
    pub(super) fn poll_lost(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(look) = &mut self.look {
                let unreachable = ready!(look.poll_unpin(cx));
                self.rest();
                if unreachable {
                    return Poll::Ready(());
                }
            }
            let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(SILENCE)));
            ready!(silence.as_mut().poll(cx));
            let Killer {
                options, timeout, ..
            } = self.server.clone();
            self.look = Some(is_unreachable(options, timeout).boxed());
        }
    }
}
