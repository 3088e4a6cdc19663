//! What is said of a fault of our own. The text of a panic can quote what it was about, a statement
//! with a password in it even, so what stands in quotes is left out.

use crate::output::tell;
use crate::visible::visible_line;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::backtrace::{Backtrace, BacktraceStatus};

/// To be called once, when the program starts.
pub(super) fn say_what_may_be_said() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let trace = Backtrace::capture();
        tell(&words(&text(panic.payload()), &place.unwrap_or_default()));
        if trace.status() == BacktraceStatus::Captured {
            tell(&format!("{trace}\n"));
        }
    }));
}

/// Passwords are in the memory of the program, and a file of that memory would be readable for long.
/// What it starts may raise the limit again. To be called once, when the program starts.
pub(super) fn leave_no_core() {
    let limit = Rlimit {
        current: Some(0),
        ..getrlimit(Resource::Core)
    };
    // A system that does not let itself be told keeps its own custom.
    let _ = setrlimit(Resource::Core, limit);
}

fn text(payload: &(dyn std::any::Any + Send)) -> String {
    let given = payload.downcast_ref::<&str>().map(ToString::to_string);
    given
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

fn words(text: &str, place: &str) -> String {
    format!(
        "error: a fault of sqwire's own at {place}: {}\n\
         hint: Please report it with these lines; RUST_BACKTRACE=1 tells more.\n",
        visible_line(&without_quotes(text))
    )
}

/// The text up to its first quote and behind its last.
fn without_quotes(text: &str) -> String {
    let quote = ['`', '"', '\''];
    match (text.find(quote), text.rfind(quote)) {
        (Some(first), Some(last)) if first < last => {
            format!("{}…{}", &text[..=first], &text[last..])
        }
        _ => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_panic_quotes_is_not_said() {
        let sql = std::hint::black_box("é alter role app password 'hunter2'".to_string());
        let sliced = std::panic::catch_unwind(|| sql[1..].len());
        let parsed: Result<i32, String> = std::hint::black_box(Err("bad 'hunter2' \"x".into()));
        let unwrapped = std::panic::catch_unwind(|| parsed.expect("a number"));
        for payload in [sliced.map(drop), unwrapped.map(drop)].map(Result::unwrap_err) {
            let text = text(payload.as_ref());
            assert!(text.contains("hunter2"), "{text}");
            let said = words(&text, "src/x.rs:1:2");
            assert!(!said.contains("hunter2"), "{said}");
            assert!(said.starts_with("error: a fault of sqwire's own at src/x.rs:1:2: "));
        }
        assert_eq!(without_quotes("index 1 of 0"), "index 1 of 0");
    }
}
