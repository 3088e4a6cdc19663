//! Faults of the network, by a proxy that stops passing bytes on: nothing hangs longer than the
//! deadline that was set, a script ends with status 2, and the prompt says what is lost.

use crate::harness::Sqwire;
use crate::postgres::block_on;
use crate::pty::{self, ENTER, Start};
use crate::servers::{self, PASSWORD, Server, USER};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// More than any deadline below, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

const PASS: u8 = 0;
/// Nothing is passed on in either direction, and nothing is closed: a firewall that has forgotten the
/// connection, a laptop that sleeps, a server whose power is gone.
const FREEZE: u8 = 1;
const CUT: u8 = 2;

/// Passes bytes on to a server until it is told otherwise.
struct Proxy {
    port: u16,
    mode: Arc<AtomicU8>,
}

impl Proxy {
    fn new(server: &Server) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(AtomicU8::new(PASS));
        let (to, seen) = (server.port, Arc::clone(&mode));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else {
                    continue;
                };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let mode = Arc::clone(&seen);
                    std::thread::spawn(move || pass(from, to, &mode));
                }
            }
        });
        Proxy { port, mode }
    }

    fn set(&self, mode: u8) {
        self.mode.store(mode, Ordering::SeqCst);
    }

    fn url(&self, server: &Server) -> String {
        let (driver, database) = (server.driver, server.first_database());
        format!(
            "{driver}://{USER}@127.0.0.1:{}/{database}?connect_timeout=2",
            self.port
        )
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, mode: &AtomicU8) {
    let pause = Duration::from_millis(5);
    from.set_read_timeout(Some(pause)).unwrap();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match mode.load(Ordering::SeqCst) {
            PASS => {}
            FREEZE => {
                std::thread::sleep(pause);
                continue;
            }
            _ => break,
        }
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => {
                if to.write_all(&buffer[..n]).is_err() {
                    break;
                }
            }
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

fn sqwire(url: &str, flags: &str) -> Sqwire {
    Sqwire::new()
        .env("PGPASSWORD", PASSWORD)
        .env("MYSQL_PWD", PASSWORD)
        .args(url)
        .args(flags)
}

/// A long sleep, a very long result, and a result that is known.
fn statements(server: &Server) -> [&'static str; 3] {
    match server.driver {
        "postgres" => [
            "select pg_sleep(1000)",
            "select repeat('x', 1000), generate_series(1, 1000000000)",
            "select 'well ' || 'done'",
        ],
        _ => [
            "select sleep(1000)",
            "select repeat('x', 1000) from information_schema.columns a, \
             information_schema.columns b, information_schema.columns c",
            "select concat('well ', 'done')",
        ],
    }
}

/// Runs a script during which the fault happens; what it said, and how long it took afterwards.
fn during(server: &Server, sql: &str, flags: &str, fault: u8) -> (String, Duration) {
    let proxy = Proxy::new(server);
    let url = proxy.url(server);
    // So that it is told from one that was cut off before and still runs.
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let mark = format!("mark {}.", NEXT.fetch_add(1, Ordering::Relaxed));
    let is_load = !sql.starts_with("select");
    let table = sql.split(' ').find(|word| word.starts_with("faults"));
    let mark = table.filter(|_| is_load).map_or(mark, str::to_string);
    let sql = match is_load {
        true => sql.to_string(),
        false => sql.replacen("select", &format!("select /* {mark} */"), 1),
    };
    let flags = flags.to_string();
    let running = std::thread::spawn(move || {
        let (output, _) = sqwire(&url, &flags).arg(&sql).output();
        (output, Instant::now())
    });
    wait_until_it_runs(server, &mark);
    proxy.set(fault);
    let at = Instant::now();
    let (output, ended) = running.join().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{}: {said}", server.driver);
    assert!(!said.contains("://"), "{}: {said}", server.driver);
    (said, ended.saturating_duration_since(at))
}

/// Until the server runs a statement with that text in it.
pub(crate) fn wait_until_it_runs(server: &Server, mark: &str) {
    let sql = match server.driver {
        "postgres" => format!(
            "select count(*) from pg_stat_activity where pid <> pg_backend_pid() \
             and state = 'active' and query like '%{mark}%'"
        ),
        _ => format!(
            "select count(*) from information_schema.processlist \
             where id <> connection_id() and info like '%{mark}%'"
        ),
    };
    let deadline = Instant::now() + PATIENCE;
    let target = server.target(server.first_database());
    let driver = sqwire::driver::by_name(server.driver).unwrap();
    block_on(async {
        let mut c = driver.connect(&target).await.unwrap();
        loop {
            let said = crate::postgres::all(c.as_mut(), &sql).await.unwrap();
            if !said.contains("\n0\n") {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "{}: {mark} does not run",
                server.driver
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
}

#[test]
fn a_script_whose_connection_is_cut_or_freezes_ends_in_time_with_status_2() {
    for server in servers::both() {
        let [sleep, long, _] = statements(server);
        for (sql, flags, fault) in [
            (sleep, "-c", CUT),
            (long, "-o /dev/null -c", CUT),
            (sleep, "--timeout 3s -c", FREEZE),
            (long, "--timeout 3s -o /dev/null -c", FREEZE),
        ] {
            let (said, took) = during(server, sql, flags, fault);
            assert!(took < PATIENCE, "{} {sql} {fault}: {took:?}", server.driver);
            assert!(
                said.contains("closed the connection")
                    || said.contains("was lost")
                    || said.contains("did not stop the statement in time"),
                "{} {sql} {fault}: {said}",
                server.driver
            );
        }
        let proxy = Proxy::new(server);
        sqwire(&proxy.url(server), "--csv -t -c")
            .arg("select 1")
            .stdout("1\n")
            .success();
    }
}

#[test]
fn a_load_whose_connection_is_cut_or_freezes_says_so_and_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.csv");
    std::fs::write(&file, "1\n".repeat(20_000_000)).unwrap();
    let file = file.display();
    // Tables and statements of their own on servers of their own: a name is waited for.
    for server in [servers::start_postgres(), servers::start_mysql()] {
        let Some(server) = server else {
            continue;
        };
        let (driver, database) = (server.driver, server.first_database());
        let direct = format!("{driver}://{USER}@127.0.0.1:{}/{database}", server.port);
        let import = format!("/import {file} faults_N --no-header");
        let own = match driver {
            "postgres" => "\\copy faults_N from program 'yes'".to_string(),
            _ => format!("load data local infile '{file}' into table faults_N"),
        };
        let cases = [
            (&own, "-c", CUT),
            (&import, "-c", CUT),
            (&own, "--timeout 3s -c", FREEZE),
            (&import, "--timeout 3s -c", FREEZE),
        ];
        for (n, (sql, flags, fault)) in cases.into_iter().enumerate() {
            // What froze is still there, for the server: each case has a table of its own.
            let table = format!("faults_{n}");
            let sql = &sql.replace("faults_N", &table);
            sqwire(&direct, "-q -c")
                .arg(&format!("create table {table} (a text)"))
                .success();
            let (said, took) = during(&server, sql, flags, fault);
            assert!(took < PATIENCE, "{sql} {fault}: {took:?}");
            let ends = ["closed the connection", "was lost", "did not stop"];
            assert!(
                ends.iter().any(|e| said.contains(e)),
                "{sql} {fault}: {said}"
            );
            sqwire(&direct, "--csv -t -c")
                .arg(&format!("select count(*) from {table}"))
                .stdout("0\n")
                .success();
        }
    }
}

#[test]
fn the_prompt_survives_a_network_that_freezes() {
    for server in servers::both() {
        let [_, _, known] = statements(server);
        // A time of its own, so that no other test's statement is taken for this one.
        let sleep = match server.driver {
            "postgres" => "select pg_sleep(977);",
            _ => "select sleep(977);",
        };
        let proxy = Proxy::new(server);
        let home = pty::home();
        let terminal = Start::sqwire(home.path(), &proxy.url(server))
            .env("PGPASSWORD", PASSWORD)
            .env("MYSQL_PWD", PASSWORD)
            .size(30, 150)
            .go();
        terminal
            .shows("> ")
            .send("select 'begin' as x;")
            .send(ENTER)
            .shows("1 row");
        terminal.send(sleep).send(ENTER);
        wait_until_it_runs(server, "sleep(977)");
        proxy.set(FREEZE);
        // The first Ctrl-C asks the server, which does not hear; the second lets go.
        terminal.press_until(pty::CTRL_C, "the connection was dropped");
        terminal.until("the prompt", |t| {
            t.rsplit_once("dropped")
                .is_some_and(|(_, rest)| rest.contains("!?> "))
        });
        terminal.send("select 'no way';").send(ENTER);
        terminal.shows("could not connect");
        proxy.set(PASS);
        terminal
            .send(&format!("{known};"))
            .send(ENTER)
            .shows("well done");
        terminal.shows("Connected again");
    }
}
