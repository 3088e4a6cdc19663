//! A long session and many short ones: nothing grows, here or at the server.

use crate::harness::Sqwire;
use crate::servers::{self, PASSWORD, Server, USER};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Statements of the long session, and connections of the other. By hand
/// both can be larger: `SQWIRE_SOAK=20` makes twenty times as many.
const STATEMENTS: usize = 3_000;
const CONNECTIONS: usize = 40;
/// What a measure may be above the one before, in KiB: the allocator's own ups and downs.
const ROOM: u64 = 2_048;
/// What was left is gone after so long.
const DEADLINE: Duration = Duration::from_secs(20);
/// Nothing tells from outside that something is gone: it is looked for so often.
const TICK: Duration = Duration::from_millis(20);

/// Memory and open files are what they were, but for the allocator's room and a pool's.
fn no_larger(after: (u64, usize), before: (u64, usize)) -> bool {
    after.0 <= before.0 + ROOM && after.1 <= before.1 + 3
}

struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _home: tempfile::TempDir,
}

impl Session {
    fn new(server: &Server) -> Session {
        let home = tempfile::tempdir().unwrap();
        let (driver, database) = (server.driver, server.first_database());
        let mut child = Command::new(env!("CARGO_BIN_EXE_sqwire"))
            .arg(format!(
                "{driver}://{USER}@127.0.0.1:{}/{database}",
                server.port
            ))
            .args(["-X", "--csv", "-t"])
            .env("HOME", home.path())
            .env("PGPASSWORD", PASSWORD)
            .env("MYSQL_PWD", PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Session {
            input: child.stdin.take().unwrap(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            _home: home,
        }
    }

    /// Runs so many rounds of a text that gives one line each.
    fn run(&mut self, text: &str, rounds: usize) {
        let mut line = String::new();
        for _ in 0..rounds.div_ceil(50) {
            self.input.write_all(text.repeat(50).as_bytes()).unwrap();
            for _ in 0..50 {
                line.clear();
                assert!(
                    self.output.read_line(&mut line).unwrap() > 0,
                    "it has ended"
                );
            }
        }
    }

    /// Memory of its own in KiB, without the program's code, and open files.
    #[cfg(target_os = "linux")]
    fn size(&self) -> (u64, usize) {
        let folder = format!("/proc/{}", self.child.id());
        let status = std::fs::read_to_string(format!("{folder}/status")).unwrap();
        let memory = status
            .lines()
            .find_map(|l| l.strip_prefix("RssAnon:"))
            .unwrap();
        let memory = memory.trim().trim_end_matches(" kB").parse().unwrap();
        let files = std::fs::read_dir(format!("{folder}/fd")).unwrap().count();
        (memory, files)
    }
}

/// Sessions of ours at the server, but the one that asks.
fn at_the_server(server: &Server) -> String {
    let sql = match server.driver {
        "postgres" => {
            "select count(*) from pg_stat_activity where application_name = 'sqwire' \
             and pid <> pg_backend_pid()"
        }
        _ => {
            "select count(*) from information_schema.processlist where user = 'sqwire' \
             and id <> connection_id()"
        }
    };
    let (driver, database) = (server.driver, server.first_database());
    let url = format!("{driver}://{USER}@127.0.0.1:{}/{database}", server.port);
    let sqwire = Sqwire::new()
        .env("PGPASSWORD", PASSWORD)
        .env("MYSQL_PWD", PASSWORD);
    let (output, _) = sqwire.args(&url).args("--csv -t -c").arg(sql).output();
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}

#[test]
#[cfg(target_os = "linux")]
fn thousands_of_statements_and_many_connections_leave_nothing_behind() {
    let times = std::env::var("SQWIRE_SOAK").ok();
    let times: usize = times.and_then(|t| t.parse().ok()).unwrap_or(1);
    for server in [servers::start_postgres(), servers::start_mysql()]
        .into_iter()
        .flatten()
    {
        for (text, rounds) in [
            ("select 1, 'a row';\n", STATEMENTS * times),
            ("\\c -\nselect 1;\n", CONNECTIONS * times),
        ] {
            let mut session = Session::new(&server);
            session.run(text, rounds.div_ceil(10));
            let before = session.size();
            session.run(text, rounds);
            // A connection that was left is closed while the next one answers already.
            let deadline = Instant::now() + DEADLINE;
            while !no_larger(session.size(), before) {
                assert!(
                    Instant::now() < deadline,
                    "{} {text}: {before:?}, then {:?}",
                    server.driver,
                    session.size()
                );
                std::thread::sleep(TICK);
            }
            drop(session.input);
            assert!(session.child.wait().unwrap().success());
        }
        let deadline = Instant::now() + DEADLINE;
        while at_the_server(&server) != "0" {
            assert!(Instant::now() < deadline, "sessions are left");
            std::thread::sleep(TICK);
        }
    }
}
