//! The question for a password, a keyring that does not answer, and what else could keep a password.

use crate::harness::Sqwire;
use crate::pty::{self, CTRL_C, CTRL_D, ENTER, Start, Terminal};
use crate::servers::{self, PASSWORD, Server, find, require};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal in which the program asks.
fn asked(server: &Server) -> (tempfile::TempDir, Terminal) {
    let home = pty::home();
    let terminal = Start::sqwire(home.path(), &server.url_without_password()).go();
    terminal.shows("Password for ");
    (home, terminal)
}

#[test]
fn a_question_that_is_not_answered_leaves_the_terminal_as_it_was() {
    for server in servers::both() {
        for keys in [CTRL_C, CTRL_D, "half of it\x03", "a\rb\rc\r"] {
            let (_home, terminal) = asked(server);
            let before = terminal.modes_at_start();
            terminal.send(keys);
            terminal.until("an error", |t| t.contains("error: "));
            let seen = terminal.written();
            assert!(!seen.contains("half of it"), "{seen}");
            assert_eq!(terminal.modes_when_ended(), before, "{keys:?}");
        }
    }
}

#[test]
fn a_password_is_taken_as_it_is_typed_or_pasted() {
    for server in servers::both() {
        let long = "x".repeat(20_000);
        for keys in [
            format!("{PASSWORD}\r"),
            format!("{PASSWORD}\n"),
            format!("wrong\x15{PASSWORD}x\x7f\r"),
            format!("\r{PASSWORD}\r"),
            format!("\u{e9}\u{65e5}\r{PASSWORD}\r"),
            format!("{long}\r{PASSWORD}\r"),
            format!("\x1b[200~{PASSWORD}\x1b[201~\r"),
            format!("\x1b[200~{PASSWORD}\r\x1b[201~"),
            // What is pasted behind it is typed at the prompt.
            format!("{PASSWORD}\rselect 40 + 2;\r"),
        ] {
            let (_home, terminal) = asked(server);
            terminal.send(&keys).shows("=> ");
            match keys.contains("select") {
                true => terminal.shows("42"),
                false => terminal.send("select 40 + 2;").send(ENTER).shows("42"),
            };
            assert!(!terminal.written().contains(PASSWORD));
        }
    }
}

#[test]
fn a_keyring_that_does_not_answer_is_not_waited_for() {
    let tools = ["dbus-run-session", "secret-tool"].map(find);
    let there = tools.iter().all(Option::is_some).then_some(());
    let (Some(()), Some(server)) = (require("a keyring", there), servers::postgres()) else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), Permissions::from_mode(0o700)).unwrap();
    let services = home.path().join("data/dbus-1/services");
    std::fs::create_dir_all(&services).unwrap();
    // It is started and never says a word.
    let service = "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/sleep 60\n";
    std::fs::write(services.join("org.freedesktop.secrets.service"), service).unwrap();
    // What the bus starts holds on to what it inherits.
    let script = "\"$SQWIRE\" -X \"$URL\" -c 'select 1' 2>\"$HOME/said\"";
    let begun = Instant::now();
    let status = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", script])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("SQWIRE", env!("CARGO_BIN_EXE_sqwire"))
        .env("URL", server.url_without_password())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(!status.unwrap().success());
    let said = std::fs::read_to_string(home.path().join("said")).unwrap();
    assert!(said.contains("the server wants a password"), "{said}");
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(4) && took < PATIENCE, "{took:?}");
}

#[test]
fn what_a_keyrings_program_leaves_running_is_not_waited_for() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let tool = home.path().join("secret-tool");
    // What it starts holds on to its output.
    std::fs::write(
        &tool,
        format!("#!/bin/sh\nsleep 60 &\nprintf %s {PASSWORD}\n"),
    )
    .unwrap();
    std::fs::set_permissions(&tool, Permissions::from_mode(0o755)).unwrap();
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_sqwire"))
        .args([
            "-X",
            &server.url_without_password(),
            "-t",
            "-A",
            "-c",
            "select 1",
        ])
        .env("HOME", home.path())
        .env("PATH", format!("{}:/usr/bin:/bin", home.path().display()))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1\n");
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn a_crash_leaves_no_file_of_the_memory() {
    let output = Command::new("sh")
        .args(["-c", "ulimit -S -c \"$(ulimit -H -c)\"; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_sqwire"))
        .args(["-X", ":memory:", "-c", "\\! ulimit -S -c"])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n");
}

#[test]
fn passwords_that_come_from_elsewhere_stay_there() {
    for server in servers::both() {
        let config = format!(
            "[connections.shop]\nurl = \"{}\"\npassword_command = \"echo {PASSWORD}\"\n",
            server.url_without_password()
        );
        let home = pty::home();
        let place = home.path().join("config.toml");
        std::fs::write(&place, &config).unwrap();
        let terminal = Start::sqwire(home.path(), "@shop --log-file log")
            .env("SQWIRE_CONFIG", &place.display().to_string())
            .size(40, 160)
            .go();
        terminal.shows("=> ");
        for line in [
            "\\conninfo",
            "/set --save expanded auto",
            "/config",
            "select 'a' || 'b';",
        ] {
            terminal.send(line).send(ENTER);
        }
        terminal.send("select 4711 + 1;").send(ENTER).shows("4712");
        let screen = terminal.with_scrollback();
        assert!(!screen.contains(PASSWORD), "{screen}");
        terminal.leave();
        // The command that prints it is where the user has put it, and nowhere else.
        let kept = std::fs::read_to_string(&place).unwrap();
        assert_eq!(kept.matches(PASSWORD).count(), 1, "{kept}");
        std::fs::write(&place, kept.replace(PASSWORD, "")).unwrap();
        assert_eq!(
            crate::ways::holding(home.path(), PASSWORD),
            Vec::<std::path::PathBuf>::new()
        );
    }
}

#[test]
fn passwords_of_other_clients_settings_are_not_shown_and_not_given_away() {
    for (client, file, text) in [
        (
            "pgcli",
            ".config/pgcli/config",
            "[alias_dsn]\nshop = postgresql://app:hunter2@db/shop\n",
        ),
        (
            "mycli",
            ".myclirc",
            "[main]\ntable_format = ascii\n[alias_dsn]\nshop = mysql://app:hunter2@db/shop\n",
        ),
    ] {
        let home = tempfile::tempdir().unwrap();
        let place = home.path().join(file);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, text).unwrap();
        let (output, _) = Sqwire::new()
            .env("HOME", &home.path().display().to_string())
            .args(&format!("import {client}"))
            .output();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains("hunter2"), "{said}");
        // A connection that was saved with its password stays so, in a file of the user's alone.
        for path in crate::ways::holding(home.path(), "hunter2") {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert!(path == place || mode & 0o077 == 0, "{}", path.display());
        }
    }
}
