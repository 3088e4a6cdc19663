//! Client libraries that panic at what a server says. Where that has been seen, the panic is caught
//! and becomes an error; the user does not see its words.

use futures::FutureExt;
use std::cell::Cell;
use std::future::Future;
use std::panic::AssertUnwindSafe;

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Makes the panics that `caught` catches silent. To be called once, when the program starts.
pub fn keep_quiet_where_caught() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !CAUGHT.get() {
            usual(info);
        }
    }));
}

/// What comes of the future; `None` where it panics. What it borrows must not be used after that.
pub(super) async fn caught<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(AssertUnwindSafe(future).catch_unwind());
    std::future::poll_fn(|cx| {
        let before = CAUGHT.replace(true);
        let polled = future.as_mut().poll(cx);
        CAUGHT.set(before);
        polled
    })
    .await
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_a_value_is_a_value() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(async {
            assert_eq!(caught(async { 7 }).await, Some(7));
            let empty: &[u8] = std::hint::black_box(&[]);
            assert_eq!(caught(async { empty[0] }).await, None);
            assert!(!CAUGHT.get());
        });
    }
}
