//! A statement that is silent for long: is its server still there? The system notices a machine that
//! is gone (`keepalive`), but neither a server that has stopped nor a relay whose other end is lost.
//! So a second connection is tried. A server that is merely slow must not lose its statement by this,
//! so it is given up only after several tries in vain, one after the other.

use futures::FutureExt;
use futures::future::BoxFuture;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// Silence after which the server is looked for.
const SILENCE: Duration = Duration::from_secs(60);
/// Between tries in vain.
const PAUSE: Duration = Duration::from_secs(20);
const TRIES: u32 = 3;

/// Watches one statement.
pub(super) struct Watch {
    /// Whether somebody answers where the server is, in a time that is bounded.
    answers: Box<dyn Fn() -> BoxFuture<'static, bool> + Send>,
    silence: Option<Pin<Box<Sleep>>>,
    look: Option<BoxFuture<'static, bool>>,
    /// Tries in vain.
    failed: u32,
    /// Before the first try, and before the others.
    times: [Duration; 2],
}

impl Watch {
    pub(super) fn new(answers: impl Fn() -> BoxFuture<'static, bool> + Send + 'static) -> Self {
        Watch {
            answers: Box::new(answers),
            silence: None,
            look: None,
            failed: 0,
            times: [SILENCE, PAUSE],
        }
    }

    /// Something has come.
    pub(super) fn rest(&mut self) {
        self.silence = None;
        self.look = None;
        self.failed = 0;
    }

    /// Ready once the server is given up.
    pub(super) fn poll_lost(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(look) = &mut self.look {
                let answers = ready!(look.poll_unpin(cx));
                let failed = self.failed + 1;
                self.rest();
                if !answers {
                    self.failed = failed;
                    if failed == TRIES {
                        return Poll::Ready(());
                    }
                }
            }
            let time = self.times[usize::from(self.failed > 0)];
            let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(time)));
            ready!(silence.as_mut().poll(cx));
            self.look = Some((self.answers)());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// How often a server is asked until it is given up; whether it is.
    fn asked(answers: &'static [bool]) -> (usize, bool) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let mut watch = Watch::new(move || {
            let n = counted.fetch_add(1, Ordering::Relaxed);
            match answers.get(n) {
                Some(answer) => std::future::ready(*answer).boxed(),
                None => std::future::pending().boxed(),
            }
        });
        watch.times = [Duration::ZERO; 2];
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let lost = runtime.expect("a runtime").block_on(async {
            let lost = std::future::poll_fn(|cx| watch.poll_lost(cx));
            tokio::time::timeout(Duration::from_millis(300), lost).await
        });
        (count.load(Ordering::Relaxed), lost.is_ok())
    }

    #[test]
    fn a_server_is_given_up_after_three_tries_in_vain_one_after_the_other() {
        assert_eq!(asked(&[false, false, false]), (3, true));
        assert_eq!(
            asked(&[true, false, false, true, false, false, false]),
            (7, true)
        );
        assert_eq!(asked(&[false, false, true, false, false]), (6, false));
    }
}
