//! The system's keyring, through the program that comes with it. It is asked where a server wants a
//! password and none was given; nothing is stored there but on the user's word.

use crate::driver::{Secret, Target};
use crate::error::{Error, Kind, Result, reason};
use crate::output::program;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::unix::pipe;

/// A keyring that is locked asks its owner; where nobody answers, the terminal is asked.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);
/// Bytes of its output that are read.
const MOST: u64 = 64 * 1024;
const TOOL: &str = "secret-tool";

/// Whom the password is for: `postgres://app@db.example.com:5432`.
fn account(target: &Target) -> String {
    let place = Target {
        database: None,
        ..target.clone()
    };
    format!("{}://{}", target.driver, place.describe())
}

fn command(what: &str, target: &Target) -> Command {
    let mut command = program(TOOL);
    command.arg(what);
    if what == "store" {
        command.arg(format!("--label=sqwire {}", account(target)));
    }
    command.args(["application", "sqwire", "account", &account(target)]);
    command
}

/// The password that is kept there, if there is a keyring, and one in it.
pub(super) async fn look_up(target: &Target) -> Option<Secret> {
    let mut looking = command("lookup", target)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    if !ended_well(&mut looking).await.unwrap_or(false) {
        return None;
    }
    let found = printed(looking.stdout.take()?)?;
    let found = found.trim_end_matches('\n');
    (!found.is_empty()).then(|| Secret::new(found))
}

/// Keeps the password in the keyring.
pub(super) async fn store(target: &Target, password: &Secret) -> Result<()> {
    let mut storing = command("store", target)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| missing(&e))?;
    if let Some(mut input) = storing.stdin.take() {
        // What the program does not take, it will say.
        let _ = input.write_all(password.reveal().as_bytes());
    }
    finish(&mut storing).await
}

/// Removes the password from the keyring.
pub(super) async fn forget(target: &Target) -> Result<()> {
    let mut removing = command("clear", target)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| missing(&e))?;
    finish(&mut removing).await
}

fn missing(e: &std::io::Error) -> Error {
    Error::new(
        Kind::Io,
        format!(
            "could not run {TOOL}, which speaks to the keyring: {}",
            reason(e)
        ),
    )
    .with_hint("It is in the package libsecret-tools (Debian) or libsecret (Fedora, Arch).")
}

async fn finish(child: &mut Child) -> Result<()> {
    let well = ended_well(child).await;
    if matches!(well, Ok(true)) {
        return Ok(());
    }
    // Without its words it has failed all the same.
    let said = match (&well, child.stderr.take()) {
        (Ok(_), Some(stderr)) => printed(stderr).unwrap_or_default(),
        _ => String::new(),
    };
    let why = match (&well, said.trim()) {
        (Err(e), _) => reason(e),
        (_, "") => "it said nothing".to_string(),
        (_, said) => said.to_string(),
    };
    Err(Error::new(Kind::Io, format!("the keyring failed: {why}")))
}

/// What a program that has ended wrote to a pipe. What it has started and left may keep that open for
/// ever.
fn printed(pipe: impl Into<OwnedFd>) -> Option<String> {
    let pipe = pipe::Receiver::from_owned_fd(pipe.into()).ok()?;
    let pipe = File::from(pipe.into_nonblocking_fd().ok()?);
    let mut text = Vec::new();
    // The error is that nothing more is there.
    let _ = pipe.take(MOST).read_to_end(&mut text);
    String::from_utf8(text).ok()
}

/// Waits for the end of the program, or ends it.
async fn ended_well(child: &mut Child) -> std::io::Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() > deadline {
            child.kill()?;
            child.wait()?;
            return Err(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                "no answer within 5 seconds",
            ));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_a_user_at_a_server_whatever_the_database() {
        for (url, expected) in [
            ("postgres://u:secret@h:1/d", "postgres://u@h:1"),
            ("mysql://u@a,b/d", "mysql://u@a,b"),
            ("dbname=x", "postgres://"),
        ] {
            let target = Target::parse(url).expect("a good target");
            assert_eq!(account(&target), expected, "{url}");
        }
    }
}
