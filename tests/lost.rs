//! A connection that breaks: what the prompt does, and what it never does.

use crate::postgres::block_on;
use crate::servers::{self, Server};
use sqwire::driver::{Target, Transaction, by_name};
use sqwire::error::voice::Voice;
use sqwire::error::{Error, Kind};
use sqwire::output::Output;
use sqwire::session::{MysqlRules, Passwords, SendOptions, Session, Start, Tags};
use sqwire::settings::{Auto, Config, Settings};
use sqwire::sql::Effect;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// A session as at the prompt, whose results go to a file.
pub(crate) struct Prompt {
    session: Session,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Prompt {
    pub(crate) async fn new(target: Target, interactive: bool) -> Prompt {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("out");
        let mut settings = Settings {
            format: "unaligned".into(),
            tuples_only: true,
            pager: Auto::Off,
            ..Settings::default()
        };
        settings.quiet = true;
        let session = Session::start(Start {
            target,
            settings,
            config: Config::default(),
            interactive,
            passwords: Passwords::Never,
            tags: Tags::Nowhere,
            voice: Voice::default(),
            dialect: None,
            mysql: MysqlRules::default(),
            timeout: None,
            output: Output::open(&file.display().to_string()).expect("a file"),
            log: None,
        });
        Prompt {
            session: session.await.expect("connects"),
            file,
            _folder: folder,
        }
    }

    /// What the statement printed, the last line of it.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<String, Error> {
        let effect = match sql.split_whitespace().next() {
            Some("SELECT" | "SHOW") => Effect::Read,
            Some("SET" | "USE") => Effect::Session,
            Some("BEGIN" | "COMMIT" | "ROLLBACK") => Effect::Transaction,
            _ => Effect::Write,
        };
        self.session
            .execute(sql, effect, &SendOptions::default())
            .await?;
        let printed = std::fs::read_to_string(&self.file).expect("the file");
        Ok(printed.lines().last().unwrap_or_default().to_string())
    }

    pub(crate) async fn ok(&mut self, sql: &str) -> String {
        self.run(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }
}

/// Ends the session with that number at the server, and waits until it is gone.
async fn end(server: &Server, id: &str) {
    use futures::StreamExt;
    let driver = by_name(server.driver).expect("the driver");
    let mut other = driver
        .connect(&server.target(server.first_database()))
        .await
        .expect("connects");
    let (kill, gone) = match server.driver {
        "postgres" => (
            format!("select pg_terminate_backend({id})"),
            format!("select pid from pg_stat_activity where pid = {id}"),
        ),
        _ => (
            format!("KILL {id}"),
            format!("SELECT id FROM information_schema.processlist WHERE id = {id}"),
        ),
    };
    let mut sql = kill;
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let mut rows = 0;
        let mut events = other.run(&sql);
        while let Some(event) = events.next().await {
            if let sqwire::driver::Event::Rows(batch) = event.expect("runs") {
                rows += batch.len();
            }
        }
        drop(events);
        if sql == gone && rows == 0 {
            break;
        }
        assert!(Instant::now() < deadline, "the session does not end");
        sql.clone_from(&gone);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn id_of(server: &Server) -> &'static str {
    match server.driver {
        "postgres" => "SELECT pg_backend_pid()",
        _ => "SELECT connection_id()",
    }
}

/// Longer than the prompt trusts a connection without looking at it.
const A_WHILE: Duration = Duration::from_millis(1100);

#[test]
fn a_session_ended_while_idle_is_made_again_with_its_settings_and_the_statement_runs_once() {
    for server in servers::both() {
        block_on(async {
            let database = server.database().await;
            let mut prompt = Prompt::new(server.target(&database), true).await;
            let (set, show, value) = match server.driver {
                "postgres" => (
                    "SET search_path = pg_temp, public",
                    "SHOW search_path",
                    "pg_temp, public",
                ),
                _ => (
                    "SET sql_mode = 'ANSI_QUOTES'",
                    "SELECT @@sql_mode",
                    "ANSI_QUOTES",
                ),
            };
            prompt.ok("CREATE TABLE t (a int)").await;
            prompt.ok(set).await;
            let id = prompt.ok(id_of(server)).await;
            end(server, &id).await;
            tokio::time::sleep(A_WHILE).await;
            prompt.ok("INSERT INTO t VALUES (1)").await;
            assert_eq!(prompt.ok("SELECT count(*) FROM t").await, "1");
            assert_eq!(prompt.ok(show).await, value);
            assert_ne!(prompt.ok(id_of(server)).await, id);
        });
    }
}

#[test]
fn nothing_is_sent_after_a_transaction_was_lost() {
    for server in servers::both() {
        block_on(async {
            let database = server.database().await;
            let mut prompt = Prompt::new(server.target(&database), true).await;
            prompt.ok("CREATE TABLE t (a int)").await;
            let id = prompt.ok(id_of(server)).await;
            prompt.ok("BEGIN").await;
            prompt.ok("INSERT INTO t VALUES (1)").await;
            end(server, &id).await;
            tokio::time::sleep(A_WHILE).await;
            let error = prompt
                .run("INSERT INTO t VALUES (2)")
                .await
                .expect_err("lost");
            assert_eq!(error.kind, Kind::Lost);
            assert!(error.hint.is_some_and(|h| h.contains("was not sent")));
            assert!(!prompt.session.is_connected());
            assert_eq!(prompt.ok("SELECT count(*) FROM t").await, "0");
        });
    }
}

#[test]
fn a_statement_cut_off_while_it_runs_is_not_sent_again() {
    for server in servers::both() {
        block_on(async {
            let database = server.database().await;
            let mut prompt = Prompt::new(server.target(&database), true).await;
            let id = prompt.ok(id_of(server)).await;
            let sleep = match server.driver {
                "postgres" => "SELECT pg_sleep(60)",
                _ => "SELECT sleep(60)",
            };
            let started = Instant::now();
            let (ran, ()) = tokio::join!(prompt.run(sleep), end(server, &id));
            let error = ran.expect_err("it was cut off");
            assert_eq!(error.kind, Kind::Lost, "{error}");
            assert!(error.hint.is_some_and(|h| h.contains("not sent again")));
            assert!(started.elapsed() < Duration::from_secs(20));
            assert!(!prompt.session.is_connected());
            assert_ne!(prompt.ok(id_of(server)).await, id);
        });
    }
}

#[test]
fn a_connection_that_is_lost_while_something_is_explored_takes_its_transaction_along() {
    block_on(async {
        let Some(server) = servers::postgres() else {
            return;
        };
        let database = server.database().await;
        let mut prompt = Prompt::new(server.target(&database), true).await;
        prompt.ok("BEGIN").await;
        let query = "SELECT pg_terminate_backend(pg_backend_pid())";
        let error = prompt.session.ask_value(query).await.expect_err("lost");
        assert_eq!(error.kind, Kind::Lost, "{error}");
        let hint = error.hint.expect("a hint");
        assert!(hint.starts_with("The open transaction is gone."), "{hint}");
        assert!(!prompt.session.is_connected());
        assert_eq!(prompt.session.status().transaction, Transaction::None);
        assert_eq!(prompt.ok("SELECT 1").await, "1");
    });
}

#[test]
fn a_script_never_connects_again() {
    for server in servers::both() {
        block_on(async {
            let database = server.database().await;
            let mut script = Prompt::new(server.target(&database), false).await;
            let id = script.ok(id_of(server)).await;
            end(server, &id).await;
            for _ in 0..2 {
                let error = script.run("SELECT 1").await.expect_err("lost");
                assert_eq!(error.kind, Kind::Lost);
            }
        });
    }
}

#[test]
fn a_server_that_is_gone_is_said_so_and_the_prompt_stays() {
    for server in [servers::start_postgres(), servers::start_mysql()]
        .into_iter()
        .flatten()
    {
        block_on(async {
            let target = server.target(server.first_database());
            let mut prompt = Prompt::new(target, true).await;
            prompt.ok("SELECT 1").await;
            server.kill();
            // Where the end is known already, nothing is sent: it tries to connect.
            let error = prompt.run("SELECT 2").await.expect_err("lost");
            assert!(matches!(error.kind, Kind::Lost | Kind::Connect), "{error}");
            let error = prompt.run("SELECT 3").await.expect_err("nobody there");
            assert_eq!(error.kind, Kind::Connect, "{error}");
        });
    }
}
