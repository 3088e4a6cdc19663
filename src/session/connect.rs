//! From what the user typed to a connection: saved connections, files, passwords.

use super::keyring;
use super::reconnect::run_quietly;
use super::tunnel::{self, Tunnel};
use crate::driver::target::{Secret, is_sqlite_name, is_url};
use crate::driver::{self, Connection, Driver, Target};
use crate::error::{Error, Kind, Result};
use crate::output::{is_watched, shell, tell};
use crate::settings::{Config, SavedConnection};
use crate::visible::visible_line;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Whether a password may be asked for on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Passwords {
    /// When the server wants one and a terminal is there.
    #[default]
    Ask,
    /// `-w`
    Never,
    /// `-W`: before the first try.
    First,
}

/// Reads a target as cli.md's table has it. The file system is asked only whether a file is there.
pub fn resolve(text: &str, config: &Config) -> Result<Target> {
    if let Some(name) = text.strip_prefix('@') {
        let saved = config
            .connections
            .get(name)
            .ok_or_else(|| unknown_saved(name, config))?;
        return saved_target(name, saved);
    }
    if is_url(text) || text.starts_with("sqlite:") || text == ":memory:" {
        return Target::parse(text);
    }
    let path = Path::new(text);
    if path.is_file() {
        return Ok(Target::sqlite(text));
    }
    if path.is_dir() && text.contains('/') {
        return Err(Error::new(
            Kind::Connect,
            format!("\"{text}\" is a directory, not a database"),
        )
        .with_hint("Name a SQLite file in it, or give a URL such as postgres://host/database."));
    }
    if is_sqlite_name(text) || text.starts_with("file:") || text.contains('=') {
        return Target::parse(text);
    }
    if let Some(saved) = config.connections.get(text) {
        return saved_target(text, saved);
    }
    if text.contains('/') {
        return Err(
            Error::new(Kind::Connect, format!("there is no file \"{text}\""))
                .with_hint("sqlite:PATH makes a new SQLite database; a URL names a server."),
        );
    }
    Target::parse(text)
}

fn unknown_saved(name: &str, config: &Config) -> Error {
    let error = Error::new(
        Kind::Config,
        format!("there is no saved connection \"{name}\""),
    );
    let near = crate::nearest::nearest(name, config.connections.keys().map(String::as_str));
    match near {
        Some(near) => error.with_hint(format!("Did you mean \"@{near}\"?")),
        None => error
            .with_hint("Saved connections stand in the configuration under [connections.NAME]."),
    }
}

fn saved_target(name: &str, saved: &SavedConnection) -> Result<Target> {
    let mut target = Target::parse(&saved.url)?;
    if let Some(file) = &saved.untrusted {
        check_untrusted(file, saved, &target)?;
    }
    target.alias = Some(name.to_string());
    target.read_only |= saved.read_only;
    target.ssh.clone_from(&saved.ssh);
    target.after_connect.clone_from(&saved.init);
    target.production = saved.production;
    target.color = saved.color;
    if let Some(command) = &saved.password_command {
        target.password = Some(password_from(command)?);
    }
    Ok(target)
}

/// What a file that nobody has trusted may do: name a place to connect to, which is told.
fn check_untrusted(file: &str, saved: &SavedConnection, target: &Target) -> Result<()> {
    // The one parameter that makes a file, and gives the session's secrets away.
    let writes = |(name, _): &&(String, String)| name == "sslkeylogfile";
    let written = target.parameters.iter().find(writes);
    let asked = saved.runs().first().copied();
    if let Some(key) = asked.or(written.map(|(name, _)| name.as_str())) {
        return Err(Error::new(
            Kind::Config,
            format!("\"{file}\" is not trusted, and the connection asks for {key}"),
        )
        .with_hint("Read the file; sqwire trust allows what stands in it now."));
    }
    if is_watched() {
        tell(&format!(
            "Connecting to {}, as \"{}\" has it, which is not trusted.\n",
            visible_line(&target.describe()),
            visible_line(file)
        ));
    }
    Ok(())
}

/// How long a password may take to come: long enough to touch a key or to unlock a vault.
const PASSWORD_PATIENCE: Duration = Duration::from_secs(60);
/// After which it is told what is waited for.
const PASSWORD_SILENCE: Duration = Duration::from_secs(2);
/// Bytes of its output that are read.
const MOST_PASSWORD: u64 = 64 * 1024;

/// The first line that `command` prints.
fn password_from(command: &str) -> Result<Secret> {
    let failed = |why: String| Error::new(Kind::Config, format!("password_command failed: {why}"));
    let io = |e: std::io::Error| failed(crate::error::reason(&e));
    let begun = Instant::now();
    let mut child = shell(command)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(io)?;
    let printed = child.stdout.take();
    let printed = printed.ok_or_else(|| failed("it has no output".into()))?;
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(printed.take(MOST_PASSWORD));
        let mut text = Vec::new();
        let read = lines.read_until(b'\n', &mut text);
        // Nobody waits any more where it took too long.
        let _ = sender.send(read.map(|_| text));
        // What it prints behind the password, and what it has started and left, hold up nobody.
        let _ = std::io::copy(&mut lines, &mut std::io::sink());
    });
    let mut answer = receiver.recv_timeout(PASSWORD_SILENCE);
    if answer.is_err() {
        if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
            tell("Waiting for password_command; Ctrl-C gives up.\n");
        }
        answer = receiver.recv_timeout(PASSWORD_PATIENCE - PASSWORD_SILENCE);
    }
    let give_up = |child: &mut Child, what: &str| {
        // What it has started itself is left alone.
        let _ = child.kill();
        let _ = child.wait();
        let limit = PASSWORD_PATIENCE.as_secs();
        Err(failed(format!("{what} within {limit} s")))
    };
    let Ok(text) = answer else {
        return give_up(&mut child, "nothing came");
    };
    let text = text.map_err(io)?;
    let status = loop {
        match child.try_wait().map_err(io)? {
            Some(status) => break status,
            None if begun.elapsed() > PASSWORD_PATIENCE => {
                return give_up(&mut child, "it did not end");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    if !status.success() {
        return Err(failed(status.to_string()));
    }
    let text = String::from_utf8(text).map_err(|_| failed("not UTF-8".into()))?;
    Ok(Secret::new(text.lines().next().unwrap_or_default()))
}

/// Times a wrong password is asked for again.
const TRIES: usize = 3;

/// Connects; asks for a password where the server wants one and somebody is there to ask. A
/// password or token that worked stays in `target`, for the connections that follow.
pub(super) async fn connect(
    target: &mut Target,
    tunnel: Option<&Tunnel>,
    passwords: Passwords,
    keyring: bool,
) -> Result<(&'static dyn Driver, Box<dyn Connection>)> {
    let driver = driver::by_name(&target.driver)
        .ok_or_else(|| Error::usage(format!("this build has no driver \"{}\"", target.driver)))?;
    if passwords == Passwords::First && target.password.is_none() {
        target.password = Some(ask_password(target)?);
    }
    let mut keyring = keyring && passwords == Passwords::Ask && target.password.is_none();
    let mut tries = 0;
    loop {
        let through = tunnel::through(tunnel, target);
        match driver.connect_attended(&through, tell_line).await {
            Ok(mut connection) => {
                target.token = connection.token();
                run_after_connect(connection.as_mut(), target).await?;
                return Ok((driver, connection));
            }
            Err(e) if e.kind == Kind::Password && std::mem::take(&mut keyring) => {
                target.password = keyring::look_up(target).await;
                if target.password.is_none() {
                    ask_again(target, &e, &mut tries)?;
                }
            }
            Err(e)
                if e.kind == Kind::Password && passwords != Passwords::Never && tries < TRIES =>
            {
                ask_again(target, &e, &mut tries)?;
            }
            Err(e) => {
                return Err(match tunnel {
                    Some(tunnel) => tunnel.explained(e).await,
                    None => e,
                });
            }
        }
    }
}

/// What a server, or one that it trusts, wants the user to do.
fn tell_line(text: &str) {
    tell(&format!("{}\n", visible_line(text)));
}

/// Asks for the password that the server has missed, or refused.
fn ask_again(target: &mut Target, why: &Error, tries: &mut usize) -> Result<()> {
    if *tries > 0 {
        crate::output::tell(&crate::error::report(why, &crate::error::Place::default()));
    }
    *tries += 1;
    target.password = Some(ask_password(target).map_err(|_| why.clone())?);
    Ok(())
}

/// The statements that the configuration wants run on each new connection.
async fn run_after_connect(connection: &mut dyn Connection, target: &Target) -> Result<()> {
    for sql in &target.after_connect {
        run_quietly(connection, sql).await.map_err(|e| {
            let message = format!("init statement failed: {}", e.message);
            Error { message, ..e }.with_detail(sql.clone())
        })?;
    }
    Ok(())
}

/// Asks on the terminal, without echo. Fails where no terminal is.
fn ask_password(target: &Target) -> Result<Secret> {
    let prompt = format!(
        "Password for {}: ",
        crate::visible::visible_line(&target.describe())
    );
    crate::output::ask_secret(&prompt).map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_in_the_documented_order() {
        let config = Config::read("[connections.shop]\nurl = \"sqlite:saved.db\"\n").0;
        for (text, expected) in [
            ("shop", "sqlite saved.db"),
            ("@shop", "sqlite saved.db"),
            ("other", "postgres /other"),
            ("new.db", "sqlite new.db"),
            ("Cargo.toml", "sqlite Cargo.toml"),
            ("host=h dbname=d", "postgres h/d"),
            ("@shpo", "there is no saved connection \"shpo\""),
            ("./src", "\"./src\" is a directory, not a database"),
            ("./nowhere/x", "there is no file \"./nowhere/x\""),
        ] {
            let got = match resolve(text, &config) {
                Ok(t) => format!("{} {}", t.driver, t.describe()),
                Err(e) => e.message,
            };
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn a_password_is_the_first_line_that_a_command_prints() {
        for (command, expected) in [
            ("printf 'a b\\nmore\\n'", "a b"),
            ("printf 'no end'", "no end"),
            // What it leaves behind holds the pipe open.
            ("sleep 50 & echo fast", "fast"),
            ("true", ""),
            ("echo x; exit 3", "password_command failed: exit status: 3"),
        ] {
            let begun = Instant::now();
            let got = match password_from(command) {
                Ok(secret) => secret.reveal().to_string(),
                Err(e) => e.message,
            };
            assert_eq!(got, expected, "{command}");
            assert!(begun.elapsed() < Duration::from_secs(20), "{command}");
        }
    }
}
