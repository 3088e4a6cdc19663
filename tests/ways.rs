//! Saved connections, ssh, poolers, and where passwords must never be.

use crate::clusters::{files_go_both_ways, survives};
use crate::daemon::Daemon;
use crate::harness::Sqwire;
use crate::pty::{self, ENTER, Start, Terminal};
use crate::servers::{self, PASSWORD, USER, account_of, find, require};
use std::fs::Permissions;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A machine to go through, and a folder whose `ssh` knows it as "gate": the real ssh, with a
/// configuration of the test's own, because ssh takes the home folder from the system.
fn gate() -> Option<(Daemon, TempDir)> {
    let (sshd, ssh, keygen) = require(
        "OpenSSH",
        find("sshd")
            .zip(find("ssh"))
            .zip(find("ssh-keygen"))
            .map(|((a, b), c)| (a, b, c)),
    )?;
    let keys = tempfile::tempdir().expect("a folder");
    let key = |name: &str| {
        let path = keys.path().join(name);
        let arguments = ["-q", "-t", "ed25519", "-N", "", "-f"];
        let made = Command::new(&keygen).args(arguments).arg(&path).status();
        assert!(made.expect("runs").success());
        std::fs::read_to_string(path).expect("a key")
    };
    let (host_key, _) = (key("host"), key("user"));
    let public = std::fs::read_to_string(keys.path().join("user.pub")).expect("a key");
    let daemon = Daemon::start(&sshd, &["-D", "-e", "-f", "config"], |folder, port| {
        let folder = folder.display();
        let config = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder}/host\nPidFile none\n\
             AuthorizedKeysFile {folder}/keys\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\n"
        );
        vec![
            ("config", config),
            ("host", host_key.clone()),
            ("keys", public.clone()),
        ]
    });
    let user = if account_of("postgres").is_some() {
        "postgres".into()
    } else {
        whoami()
    };
    let folder = keys.path().display();
    let config = format!(
        "Host gate\nHostName 127.0.0.1\nPort {}\nUser {user}\nIdentityFile {folder}/user\n\
         IdentitiesOnly yes\nStrictHostKeyChecking no\nUserKnownHostsFile /dev/null\n\
         BatchMode yes\n",
        daemon.port
    );
    std::fs::write(keys.path().join("config"), config).expect("a file");
    let wrapper = format!(
        "#!/bin/sh\nexec {} -F {folder}/config \"$@\"\n",
        ssh.display()
    );
    let path = keys.path().join("ssh");
    std::fs::write(&path, wrapper).expect("a file");
    std::fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("ours");
    Some((daemon, keys))
}

fn whoami() -> String {
    let output = Command::new("id").arg("-un").output().expect("runs");
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}

fn path_with(folder: &TempDir) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", folder.path().display())
}

#[test]
fn a_server_behind_another_machine_is_reached_with_the_users_own_ssh() {
    let Some((_gate, keys)) = gate() else { return };
    for server in servers::both() {
        let config = format!(
            "[connections.far]\nurl = \"{}\"\nssh = \"gate\"\npassword_command = \"echo {PASSWORD}\"\n\
             init = [\"create temporary table mark as select 42 as n\"]\n",
            server.url_without_password()
        );
        Sqwire::new()
            .file("config.toml", config)
            .env("SQWIRE_CONFIG", "config.toml")
            .env("PATH", &path_with(&keys))
            .args("@far --csv -t -c")
            .arg("select n from mark")
            .stdout("42\n")
            .success();
    }
}

#[test]
fn what_ssh_says_is_shown() {
    let Some((_gate, keys)) = gate() else { return };
    let ran = Sqwire::new().env("PATH", &path_with(&keys));
    let (output, _) = ran
        .args("postgres://h/d --ssh nowhere.invalid -c x")
        .output();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("could not go through \"nowhere.invalid\""),
        "{said}"
    );
    assert!(said.contains("Could not resolve hostname"), "{said}");
}

#[test]
fn a_tunnel_that_ended_is_dug_again_and_ctrl_c_does_not_end_it() {
    let (Some((gate, keys)), Some(server)) = (gate(), servers::postgres()) else {
        return;
    };
    let home = pty::home();
    let terminal = Start::sqwire(
        home.path(),
        &format!("{} --ssh gate", server.url_without_password()),
    )
    .env("PATH", &path_with(&keys))
    .env("PGPASSWORD", PASSWORD)
    .go();
    terminal.shows("postgres=>");
    // The prompt tells where it goes through.
    terminal.shows("through gate");
    terminal
        .runs("/set prompt_right '\\{ssh}'")
        .shows(" [ssh gate]");
    terminal.send("select pg_sleep(961);").send(ENTER);
    crate::faults::wait_until_it_runs(server, "sleep(961)");
    // Twice would let go of the connection.
    terminal.send(pty::CTRL_C).shows("57014]");
    // A terminal that makes a signal of Ctrl-C forgets what was typed before it.
    terminal.press_until("select 'still' || ' here';\r", "still here");
    let children = Command::new("pkill")
        .args(["-P", &gate.child.id().to_string()])
        .status();
    assert!(children.expect("runs").success(), "{}", gate.log());
    // What is sent in the first second may be what finds out.
    terminal.press_until("select 'back' || ' again';\r", "Connected again");
    terminal.shows("back again");
}

#[test]
fn a_projects_file_starts_nothing_before_it_is_trusted() {
    let project = "default = \"@near\"\n[connections.near]\nurl = \":memory:\"\n\
                   init = [\"create table mark as select 42 as n\"]\n\
                   [connections.plain]\nurl = \":memory:\"\n\
                   [connections.keys]\nurl = \"postgres://h/d?ssl%6beylogfile=keys\"\n";
    let run = |target: &str, home: &Path, sql: &str| {
        let sqwire = Sqwire::new().file(".sqwire.toml", project);
        sqwire
            .env("HOME", &home.display().to_string())
            .args(target)
            .args("-t --csv -c")
            .arg(sql)
    };
    let home = pty::home();
    run("@plain", home.path(), "select 1")
        .stdout("1\n")
        .success();
    let (output, _) = run("@near", home.path(), "select n from mark").output();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("is not trusted, and the connection asks for init"),
        "{said}"
    );
    let (output, _) = run("@keys", home.path(), "select 1").output();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("asks for sslkeylogfile"), "{said}");
    // Trust belongs to one file with one text: both must fit.
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".sqwire.toml"), project).expect("a file");
    let here = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sqwire"));
        command
            .args(arguments)
            .current_dir(folder.path())
            .env_clear();
        let output = command.env("HOME", home.path()).output().expect("runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(here(&["trust"]).starts_with("Trusted \""));
    assert_eq!(here(&["-t", "--csv", "-c", "select n from mark"]), "42\n");
    // A copy elsewhere is another file, but not a link to the one that was trusted.
    let other = tempfile::tempdir().expect("a folder");
    let place = other.path().join(".sqwire.toml");
    let there = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sqwire"));
        command.args(["@near", "-t", "--csv", "-c", "select n from mark"]);
        command.current_dir(other.path()).env_clear();
        let output = command.env("HOME", home.path()).output().expect("runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    std::fs::write(&place, project).expect("a file");
    assert_eq!(there(), "");
    std::fs::remove_file(&place).expect("ours");
    std::os::unix::fs::symlink(folder.path().join(".sqwire.toml"), &place).expect("a link");
    assert_eq!(there(), "42\n");
    // A file of megabytes is none.
    let changed = format!("{project}#{}\n", "x".repeat(1 << 20));
    std::fs::write(folder.path().join(".sqwire.toml"), changed).expect("a file");
    assert_eq!(here(&["@plain", "-t", "--csv", "-c", "select 1"]), "");
    let changed = format!("{project}comment = \"x\"\n");
    std::fs::write(folder.path().join(".sqwire.toml"), changed).expect("a file");
    assert_eq!(
        here(&["@near", "-t", "--csv", "-c", "select n from mark"]),
        ""
    );
}

#[test]
fn the_prompt_of_a_production_connection_says_so() {
    let home = pty::home();
    let config = "[connections.shop]\nurl = \":memory:\"\nproduction = true\ncolor = \"blue\"\n";
    let file = home.path().join("config.toml");
    std::fs::write(&file, config).expect("a file");
    let start =
        Start::sqwire(home.path(), "@shop").env("SQWIRE_CONFIG", &file.display().to_string());
    start.go().shows("PRODUCTION :memory:=>");
}

/// Waits for a prompt behind that text.
fn prompt_after(terminal: &Terminal, text: &str) {
    terminal.until("the prompt", |s| {
        s.rsplit_once(text)
            .is_some_and(|(_, rest)| rest.contains("=> "))
    });
}

/// Every file under a folder that holds the text.
pub(crate) fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("ours").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if std::fs::read(&path)
            .is_ok_and(|bytes| memchr::memmem::find(&bytes, text.as_bytes()).is_some())
        {
            found.push(path);
        }
    }
    found
}

/// A program that leaves in the home how it and the one that started it were started.
fn spying(home: &Path) -> String {
    let path = home.join("spy");
    let script = "#!/bin/sh\ncat \"$@\" >/dev/null </dev/null\n\
        { echo was started by; cat /proc/$PPID/cmdline /proc/$PPID/environ; echo \"$@\"; env; } \
        >\"$HOME/trace.$$\"\n";
    std::fs::write(&path, script).expect("a file");
    std::fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("ours");
    path.display().to_string()
}

#[test]
fn a_password_is_asked_for_again_and_is_in_nothing_that_a_session_writes() {
    for server in servers::both() {
        let home = pty::home();
        let spy = spying(home.path());
        std::fs::write(home.path().join("edited.sql"), "").expect("a file");
        let arguments = format!("{} --log-file log", server.url_without_password());
        let terminal = Start::sqwire(home.path(), &arguments)
            .env("PAGER", &spy)
            .env("EDITOR", &spy)
            .size(24, 200)
            .go();
        terminal.shows("Password for ");
        // The question stands a moment before the echo is off; nobody types that fast.
        let deadline = Instant::now() + Duration::from_secs(30);
        while terminal.modes().contains("ICANON") {
            assert!(Instant::now() < deadline, "{}", terminal.modes());
            std::thread::yield_now();
        }
        terminal.send("wr0ng-guess").send(ENTER);
        terminal.until("the second question", |s| {
            s.matches("Password for ").count() == 2
        });
        terminal.send(PASSWORD).send(ENTER).shows("=> ");
        let set = match server.driver {
            "postgres" => "alter role nobody password",
            _ => "set password for nobody =",
        };
        for line in [
            "\\conninfo".to_string(),
            "select nothing_of_that_name;".into(),
            format!("{set} '{PASSWORD}';"),
            format!(
                "\\c {}",
                server
                    .url_without_password()
                    .replace('@', &format!(":{PASSWORD}@"))
            ),
            "select 'the' || 'end';".into(),
        ] {
            terminal.send(&line).send(ENTER);
        }
        terminal.send("select 4711 + 1;").send(ENTER).shows("4712");
        prompt_after(&terminal, "4712");
        // What a pager, an editor and a shell are started with.
        let children = [
            "\\pset pager always".to_string(),
            "select 'on pages';".into(),
            "\\e edited.sql".into(),
            format!("\\! {spy}"),
            "\\pset pager off".into(),
            "select 4712 + 1;".into(),
        ];
        for line in children {
            terminal.send(&line).send(ENTER);
        }
        terminal.until("the programs' traces", |_| {
            holding(home.path(), "was started by").len() >= 3
        });
        prompt_after(&terminal, "4713");
        assert!(!terminal.title().contains(PASSWORD), "{}", terminal.title());
        let written = terminal.written();
        assert!(!written.contains("wr0ng-guess"), "{written}");
        terminal.send(pty::CTRL_D);
        assert_eq!(terminal.status(), 0);
        assert_eq!(
            holding(home.path(), PASSWORD),
            Vec::<PathBuf>::new(),
            "{}",
            server.driver
        );
        assert_eq!(holding(home.path(), "wr0ng-guess"), Vec::<PathBuf>::new());
        let log = std::fs::read_to_string(home.path().join("log")).expect("it was asked for");
        assert!(log.contains("nothing_of_that_name"), "{log}");
        let history = holding(home.path(), "nothing_of_that_name");
        assert!(!history.is_empty(), "the session wrote no history at all");
    }
}

/// In a session of its own, with a keyring of its own that is open; `$URL` is a server without its
/// password.
const KEYRING: &str = r#"
printf 'of the ring' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
"$SQWIRE" -X "$URL" --csv -t -c 'select 1' </dev/null && exit 1
secret-tool search --all application sqwire 2>&1 | grep account && exit 2
SQWIRE_PASSWORD=$WORD "$SQWIRE" -X "$URL" -c '/keyring store' || exit 3
"$SQWIRE" -X "$URL" --csv -t -c "select 'from the' || ' ring'" </dev/null || exit 4
"$SQWIRE" -X "$URL" -P keyring=off -c 'select 1' </dev/null && exit 5
SQWIRE_PASSWORD=$WORD "$SQWIRE" -X "$URL" -c '/keyring forget' || exit 6
"$SQWIRE" -X "$URL" -c 'select 1' </dev/null && exit 7
exit 0
"#;

#[test]
fn the_systems_keyring_is_asked_and_gets_only_what_the_user_gives_it() {
    let tools = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"].map(find);
    let there = tools.iter().all(Option::is_some).then_some(());
    let (Some(()), Some(server)) = (require("a keyring", there), servers::postgres()) else {
        return;
    };
    let home = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(home.path(), Permissions::from_mode(0o700)).expect("ours");
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", KEYRING])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("SQWIRE", env!("CARGO_BIN_EXE_sqwire"))
        .env("URL", server.url_without_password())
        .env("WORD", PASSWORD)
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("from the ring"), "{printed}{said}");
    assert_eq!(holding(home.path(), PASSWORD), Vec::<PathBuf>::new());
}

/// The arguments and environments of a process and of what it has started, but for that variable.
#[cfg(target_os = "linux")]
fn process_texts(pid: u32, but: &str) -> String {
    let read = |name: &str| {
        let text = std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
        String::from_utf8_lossy(&text).replace('\0', "\n")
    };
    let mut all = read("cmdline");
    let environment = read("environ");
    let kept = environment.lines().filter(|l| !l.starts_with(but));
    all.extend(kept.map(|l| format!("{l}\n")));
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    for child in children.unwrap_or_default().split_whitespace() {
        // What a child has is its own affair; nothing is excepted there.
        all.push_str(&process_texts(child.parse().expect("a number"), "\u{0}"));
    }
    all
}

#[test]
#[cfg(target_os = "linux")]
fn a_password_on_the_command_line_is_in_no_list_of_processes() {
    for server in servers::both() {
        let (driver, port) = (server.driver, server.port);
        let database = server.first_database();
        let url = format!("{driver}://{USER}:{PASSWORD}@127.0.0.1:{port}/{database}");
        let folder = tempfile::tempdir().expect("a folder");
        let ready = folder.path().join("ready");
        let wait = format!("\\! touch {}; sleep 60", ready.display());
        let mut arguments = vec![vec![url]];
        if driver == "mysql" {
            let flags = ["my", "-h127.0.0.1", "--protocol=tcp", "--skip-ssl"];
            let mut flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
            flags.extend([
                format!("-P{port}"),
                format!("-u{USER}"),
                format!("-p{PASSWORD}"),
            ]);
            arguments.push(flags);
        }
        for arguments in arguments {
            let _ = std::fs::remove_file(&ready);
            let mut child = Command::new(env!("CARGO_BIN_EXE_sqwire"))
                .args(&arguments)
                .env("HOME", folder.path())
                .stdin(std::process::Stdio::piped())
                .stdout(std::process::Stdio::null())
                .spawn()
                .expect("starts");
            let mut input = child.stdin.take().expect("a pipe");
            std::io::Write::write_all(&mut input, format!("{wait}\n").as_bytes())
                .expect("it reads");
            let deadline = Instant::now() + Duration::from_secs(30);
            while !ready.exists() {
                let ended = child.try_wait().expect("ours").is_some();
                assert!(!ended && Instant::now() < deadline, "{arguments:?}");
                std::thread::sleep(Duration::from_millis(10));
            }
            let texts = process_texts(child.id(), "SQWIRE_PASSWORD=");
            assert!(texts.contains("sleep"), "{texts}");
            assert!(!texts.contains(PASSWORD), "{texts}");
            let pids = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id()));
            for pid in pids.unwrap_or_default().split_whitespace() {
                let _ = Command::new("kill").arg(pid).status();
            }
            drop(input);
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn the_main_job_works_through_pgbouncer_in_both_modes() {
    let found = require("pgbouncer", find("pgbouncer"));
    let (Some(program), Some(server)) = (found, servers::postgres()) else {
        return;
    };
    for mode in ["session", "transaction"] {
        let bouncer = Daemon::start(&program, &["config"], |_, port| {
            let config = format!(
                "[databases]\n* = host=127.0.0.1 port={} user={USER} password={PASSWORD}\n\
                 [pgbouncer]\nlisten_addr=127.0.0.1\nlisten_port={port}\nauth_type=any\n\
                 pool_mode={mode}\nunix_socket_dir=\n\
                 ignore_startup_parameters=extra_float_digits\n",
                server.port
            );
            vec![("config", config)]
        });
        let url = format!("postgres://{USER}@127.0.0.1:{}/postgres", bouncer.port);
        let script = "begin;\ncreate table bounced (id int primary key, name text);\n\
                      insert into bounced values (1, 'one');\nselect name from bounced;\n\
                      rollback;\nselect count(*) from pg_catalog.pg_class where relname = 'bounced';\n";
        Sqwire::new()
            .args(&url)
            .args("--csv -t")
            .input(script)
            .stdout("one\n0\n")
            .success();
        let (output, _) = Sqwire::new().args("catalog").arg(&url).output();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{mode}: {said}");
        assert!(
            String::from_utf8_lossy(&output.stdout).contains("pg_class"),
            "{mode}"
        );
        let started = Instant::now();
        let sleep = Sqwire::new()
            .args(&url)
            .args("--timeout 300ms -c")
            .arg("select pg_sleep(60)");
        let (output, _) = sleep.output();
        assert!(!output.status.success());
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{mode}: no cancel"
        );
        let said = bouncer.log();
        assert!(
            TcpStream::connect(("127.0.0.1", bouncer.port)).is_ok(),
            "{said}"
        );
        let table = format!("bounced_{mode}");
        let made = format!(
            "create table {table} (id int primary key, name text); \
             insert into {table} values (1, 'one'), (2, 'two');"
        );
        Sqwire::new().args(&url).args("-q").input(made).success();
        files_go_both_ways("postgres", &url, &table);
        at_the_prompt(&url, mode);
    }
}

fn at_the_prompt(url: &str, mode: &str) {
    let home = pty::home();
    let terminal = Start::sqwire(home.path(), url).go();
    terminal.shows("postgres=>");
    terminal
        .send("\\d pg_catalog.pg_namespace")
        .send(ENTER)
        .shows("nspname");
    terminal
        .send(&format!("select 'through {mode}' || '!';"))
        .send(ENTER);
    terminal.shows(&format!("through {mode}!"));
    survives("postgres", &terminal);
}
