//! The system's keyring, through the program that comes with it. It is asked where a server wants a
//! password and none was given; nothing is stored there but on the user's word.

use crate::driver::{Secret, Target};
use crate::error::{Error, Kind, Result, reason};
use crate::output::program;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A keyring that is locked asks its owner; where nobody answers, the terminal is asked.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);
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
    let mut found = String::new();
    let read = looking.stdout.take()?.take(64 * 1024);
    { read }.read_to_string(&mut found).ok()?;
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
    let mut said = String::new();
    if let (Ok(_), Some(stderr)) = (&well, child.stderr.take()) {
        // Without its words it has failed all the same.
        let _ = stderr.take(4096).read_to_string(&mut said);
    }
    let why = match (&well, said.trim()) {
        (Err(e), _) => reason(e),
        (_, "") => "it said nothing".to_string(),
        (_, said) => said.to_string(),
    };
    Err(Error::new(Kind::Io, format!("the keyring failed: {why}")))
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
