//! The PostgreSQL driver against a private server: what only this server has.

use futures::StreamExt;
use sqwire::catalog::{Catalog, CatalogBuilder, RelationKind, RoutineKind};
use sqwire::data::CellKind;
use sqwire::driver::{Connection, Event, Stage, Target, Transaction, by_name};
use sqwire::error::{Error, Kind};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// A server of our own. The watchdog stops it and removes its files when this process ends,
/// however it ends: its standard input is then closed.
struct Server {
    directory: PathBuf,
    port: u16,
    _watchdog: Child,
}

/// Debian puts the programs that only the server's user needs off the path.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut found: Vec<PathBuf> = versions
        .flatten()
        .map(|v| v.path().join("bin").join(name))
        .filter(|p| p.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(name))
}

/// A command as a user who may run a server: root may not.
fn as_user(program_name: &str) -> Command {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    if id.stdout == b"0\n" {
        let mut command = Command::new("runuser");
        command
            .args(["-u", "postgres", "--"])
            .arg(program(program_name));
        return command;
    }
    Command::new(program(program_name))
}

fn must(command: &mut Command) {
    let output = command.output().expect("the program is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

const CERTIFICATES: &str = "
openssl req -new -x509 -days 9 -nodes -newkey rsa:2048 -keyout ca.key -out ca.crt \
  -subj /CN=test-ca -addext basicConstraints=critical,CA:TRUE
openssl req -new -nodes -newkey rsa:2048 -keyout server.key -out server.csr -subj /CN=localhost
printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE' > ext
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 9 \
  -extfile ext -out server.crt
chmod 600 server.key; chmod 644 ca.crt";

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(start)
}

fn start() -> Server {
    let directory = std::env::temp_dir().join(format!("sqwire-pg-{}", std::process::id()));
    let data = directory.join("data");
    std::fs::create_dir_all(&directory).expect("a directory");
    must(Command::new("chmod").arg("777").arg(&directory));
    must(
        as_user("initdb")
            .args(["-A", "trust", "-U", "postgres", "-N", "-E", "UTF8", "-D"])
            .arg(&data),
    );
    let port = free_port();
    let hba = "local all all trust\nhost all secret all scram-sha-256\n\
               hostnossl all tlsonly all reject\nhostssl all plainonly all reject\n\
               host all all all trust\n";
    let script = format!(
        "cd '{}' && {{ {CERTIFICATES}; }} 2>/dev/null && printf '{hba}' > pg_hba.conf",
        data.display()
    );
    must(as_user("/bin/sh").args(["-c", &script]));
    let options = format!(
        "-c port={port} -c unix_socket_directories='{}' -c listen_addresses=localhost -c fsync=off \
         -c ssl=on -c max_connections=60",
        directory.display()
    );
    must(
        as_user("pg_ctl")
            .args(["-w", "-o", &options, "-l"])
            .arg(directory.join("log"))
            .arg("-D")
            .arg(&data)
            .arg("start")
            .stdout(Stdio::null()),
    );
    let stop = as_user("pg_ctl");
    let mut words: Vec<String> = vec![stop.get_program().to_string_lossy().into_owned()];
    words.extend(stop.get_args().map(|a| a.to_string_lossy().into_owned()));
    let script = format!(
        "trap '' INT; cat; {} -m immediate -D '{}' stop; rm -rf '{}'",
        words.join(" "),
        data.display(),
        directory.display()
    );
    let watchdog = Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh runs");
    let server = Server {
        directory,
        port,
        _watchdog: watchdog,
    };
    run(async {
        let mut c = connect(&server.url("postgres", ""))
            .await
            .expect("the server runs");
        for sql in [
            "create role secret login password 'it''s'",
            "create role tlsonly login",
            "create role plainonly login",
        ] {
            all(c.as_mut(), sql).await.expect("a role");
        }
    });
    server
}

impl Server {
    /// A connection string over the socket.
    fn url(&self, user: &str, more: &str) -> String {
        let directory = self.directory.display();
        let port = self.port;
        format!("host={directory} port={port} user={user} dbname=postgres {more}")
    }

    fn tcp(&self, user: &str, more: &str) -> String {
        let port = self.port;
        format!("host=localhost port={port} user={user} dbname=postgres {more}")
    }
}

/// Runs a test's body. The server is there before the body begins.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    server();
    run(future)
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

async fn connect(url: &str) -> Result<Box<dyn Connection>, Error> {
    let target = Target::parse(url)?;
    by_name("postgres")
        .expect("the driver")
        .connect(&target)
        .await
}

/// Everything that a statement gives, one line an event.
async fn all(c: &mut dyn Connection, sql: &str) -> Result<String, Error> {
    let (said, error) = seen(c, sql).await;
    error.map_or(Ok(said), Err)
}

async fn seen(c: &mut dyn Connection, sql: &str) -> (String, Option<Error>) {
    let mut out = String::new();
    let mut events = c.run(sql);
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => out.push_str(&show(&event)),
            Err(e) => return (out, Some(e)),
        }
    }
    (out, None)
}

fn show(event: &Event) -> String {
    match event {
        Event::Columns(columns) => {
            let names = columns
                .iter()
                .map(|c| format!("{}:{}", c.name, c.type_name));
            format!("[{}]\n", names.collect::<Vec<_>>().join(" "))
        }
        Event::Rows(batch) => {
            let mut out = String::new();
            for row in batch.rows() {
                let cells = row.cells().map(|cell| match cell.kind {
                    CellKind::Null => "∅".to_string(),
                    _ => String::from_utf8_lossy(cell.text).into_owned(),
                });
                out.push_str(&cells.collect::<Vec<_>>().join("|"));
                out.push('\n');
            }
            out
        }
        Event::Copy(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Event::Notice(n) => format!("{}: {}\n", n.severity, n.message),
        Event::Done(s) => format!("<{} {}>\n", s.tag, s.rows),
    }
}

#[test]
fn a_result_has_names_types_cells_and_the_servers_own_tag() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        for (sql, expected) in [
            ("select 1", "[?column?:int4]\n1\n<SELECT 1 1>\n"),
            (
                "select null as n, true as b, 'x' as t, '{1,2}'::int[] as a, 1.50 as d",
                "[n:text b:bool t:text a:int4[] d:numeric]\n∅|t|x|{1,2}|1.50\n<SELECT 1 1>\n",
            ),
            ("select where false", "[]\n<SELECT 0 0>\n"),
            ("select", "[]\n\n<SELECT 1 1>\n"),
            ("create temp table t (a int)", "<CREATE TABLE 0>\n"),
            ("insert into t values (1), (2)", "<INSERT 0 2 2>\n"),
            (
                "insert into t values (3) returning a",
                "[a:int4]\n3\n<INSERT 0 1 1>\n",
            ),
            ("update t set a = 0 where a > 5", "<UPDATE 0 0>\n"),
            (
                "select 1 as a; create temp table u (); select 2 as b",
                "[a:int4]\n1\n<SELECT 1 1>\n<CREATE TABLE 0>\n[b:int4]\n2\n<SELECT 1 1>\n",
            ),
            ("", "< 0>\n"),
            ("-- nothing", "< 0>\n"),
            (
                "copy (values (1, 'a'), (2, null)) to stdout; select 5 as e",
                "1\ta\n2\t\\N\n<COPY 2 2>\n[e:int4]\n5\n<SELECT 1 1>\n",
            ),
        ] {
            assert_eq!(all(c.as_mut(), sql).await.expect(sql), expected, "{sql}");
        }
    });
}

#[test]
fn notices_stand_where_the_server_sent_them() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        let sql =
            "do $$ begin raise notice 'one'; raise warning E'two\\nlines'; end $$; select 1 as a;
                   do $$ begin raise info 'three'; end $$";
        assert_eq!(
            all(c.as_mut(), sql).await.expect("runs"),
            "NOTICE: one\nWARNING: two\nlines\n<DO 0>\n[a:int4]\n1\n<SELECT 1 1>\nINFO: three\n<DO 0>\n"
        );
        let sql = "create function pg_temp.loud(i int) returns int language plpgsql as
                   $$ begin raise notice 'at %', i; return i; end $$";
        all(c.as_mut(), sql).await.expect("a function");
        assert_eq!(
            all(
                c.as_mut(),
                "select pg_temp.loud(i) as x from generate_series(1, 2) i"
            )
            .await
            .expect("runs"),
            "[x:int4]\nNOTICE: at 1\n1\nNOTICE: at 2\n2\n<SELECT 2 2>\n"
        );
        let sql = "listen news; notify news, 'hello'; select 1 as a";
        let said = all(c.as_mut(), sql).await.expect("runs");
        let said = said + &all(c.as_mut(), "select 2").await.expect("runs");
        assert!(
            said.contains("NOTIFY: asynchronous notification \"news\" with payload \"hello\""),
            "{said}"
        );
    });
}

#[test]
fn errors_carry_place_code_detail_and_hint_and_the_connection_stays() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        for (sql, code, position) in [
            ("select 'ä', nonesuch", "42703", Some(13)),
            ("selec 1", "42601", Some(0)),
            ("select 1/0", "22012", None),
            ("do $$ begin execute 'select nope'; end $$", "42703", None),
            ("select 1; select 1/0; select 2", "22012", None),
        ] {
            let error = all(c.as_mut(), sql).await.expect_err(sql);
            assert_eq!(error.kind, Kind::Server, "{sql}");
            assert_eq!(error.code.as_deref(), Some(code), "{sql}");
            assert_eq!(error.position, position, "{sql}");
        }
        let error = all(c.as_mut(), "select 'a\0b'").await.expect_err("NUL");
        assert_eq!(error.message, "the statement holds a NUL byte");
        all(c.as_mut(), "begin").await.expect("begin");
        assert_eq!(c.status().transaction, Transaction::Open);
        let (said, error) = seen(
            c.as_mut(),
            "select 1 as a union all select 1/(2 - i) from generate_series(1, 2) i",
        )
        .await;
        assert_eq!(said, "[a:int4]\n1\n1\n");
        assert_eq!(error.and_then(|e| e.code).as_deref(), Some("22012"));
        assert_eq!(c.status().transaction, Transaction::Failed);
        all(c.as_mut(), "rollback").await.expect("rollback");
        assert_eq!(c.status().transaction, Transaction::None);
        assert!(
            c.status().server.starts_with("PostgreSQL 1"),
            "{}",
            c.status().server
        );
    });
}

#[test]
fn copy_from_stdin_is_refused_and_never_ends_the_session() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        all(c.as_mut(), "create temp table t (a text)")
            .await
            .expect("a table");
        for sql in ["copy t from stdin", "select 1; copy t from stdin; select 2"] {
            let error = all(c.as_mut(), sql).await.expect_err(sql);
            assert!(error.message.contains("FROM STDIN"), "{}", error.message);
            let after = all(c.as_mut(), "select 7 as a").await;
            assert_eq!(after.expect("still there"), "[a:int4]\n7\n<SELECT 1 1>\n");
        }
        // Quotes that hide the statement from our lexer alone.
        all(c.as_mut(), "set standard_conforming_strings = off")
            .await
            .expect("set");
        let sql = "select '\\', '; copy t from stdin; select '\\''";
        let error = all(c.as_mut(), sql).await.expect_err("refused");
        assert!(error.message.contains("FROM STDIN"), "{}", error.message);
        let after = all(c.as_mut(), "select 8 as a").await;
        assert_eq!(after.expect("still there"), "[a:int4]\n8\n<SELECT 1 1>\n");
    });
}

#[test]
fn rows_come_at_once_and_a_cancel_ends_the_statement_only() {
    for url in [
        server().url("postgres", ""),
        server().tcp("postgres", "sslmode=require"),
    ] {
        block_on(async {
            let mut c = connect(&url).await.expect("connects");
            let canceller = c.canceller();
            {
                let mut events = c.run("select generate_series(1, 1000000000000)");
                let mut rows = 0;
                let error = loop {
                    match events.next().await {
                        Some(Ok(Event::Rows(batch))) => {
                            if rows == 0 {
                                canceller.cancel().await.expect("the request is sent");
                            }
                            rows += batch.len();
                        }
                        Some(Ok(_)) => {}
                        Some(Err(e)) => break e,
                        None => panic!("the statement ended by itself"),
                    }
                };
                assert!(rows > 0);
                assert_eq!(error.kind, Kind::Cancelled);
                assert_eq!(error.code.as_deref(), Some("57014"));
                assert!(events.next().await.is_none());
            }
            all(c.as_mut(), "set statement_timeout = 50")
                .await
                .expect("set");
            let error = all(c.as_mut(), "select pg_sleep(60)")
                .await
                .expect_err("the time is up");
            assert_eq!(error.kind, Kind::Cancelled);
            assert!(
                error.message.contains("statement timeout"),
                "{}",
                error.message
            );
        });
    }
}

#[test]
fn a_stream_dropped_early_leaves_nothing_behind() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        for _ in 0..3 {
            let mut events = c.run("select i, repeat('x', 200) from generate_series(1, 100000) i");
            let first = events.next().await;
            assert!(matches!(first, Some(Ok(Event::Columns(_)))));
            drop(events);
            let after = all(c.as_mut(), "select 7 as a").await;
            assert_eq!(after.expect("still there"), "[a:int4]\n7\n<SELECT 1 1>\n");
        }
        let mut events =
            c.run("copy (select repeat('y', 1000) from generate_series(1, 50000)) to stdout");
        assert!(matches!(events.next().await, Some(Ok(Event::Copy(_)))));
        drop(events);
        let mut bytes = 0;
        let mut events =
            c.run("copy (select repeat('y', 1000) from generate_series(1, 50000)) to stdout");
        while let Some(event) = events.next().await {
            if let Event::Copy(chunk) = event.expect("data") {
                bytes += chunk.len();
            }
        }
        assert_eq!(bytes, 50_000 * 1001);
    });
}

#[test]
fn a_lost_connection_is_said_after_the_rows_and_again_at_each_run() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        let mut killer = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        let pid = all(c.as_mut(), "select pg_backend_pid()")
            .await
            .expect("a number");
        let pid = pid.lines().nth(1).expect("a row").to_string();
        let mut events = c.run("select generate_series(1, 1000000000000)");
        let mut rows = 0;
        let error = loop {
            match events.next().await {
                Some(Ok(Event::Rows(batch))) => {
                    if rows == 0 {
                        let kill = format!("select pg_terminate_backend({pid})");
                        all(killer.as_mut(), &kill).await.expect("it is killed");
                    }
                    rows += batch.len();
                }
                Some(Ok(_)) => {}
                Some(Err(e)) => break e,
                None => panic!("the statement ended by itself"),
            }
        };
        assert!(rows > 0);
        assert_eq!(error.kind, Kind::Lost);
        // In the middle of a row the server can no longer say why.
        assert_eq!(error.message, "the server closed the connection");
        assert!(events.next().await.is_none());
        drop(events);
        for _ in 0..2 {
            let again = all(c.as_mut(), "select 1").await.expect_err("gone");
            assert_eq!(again.kind, Kind::Lost);
        }
        // The same for a connection that dies while it rests.
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        let pid = all(c.as_mut(), "select pg_backend_pid()")
            .await
            .expect("a number");
        let pid = pid.lines().nth(1).expect("a row").to_string();
        all(
            killer.as_mut(),
            &format!("select pg_terminate_backend({pid}, 10000)"),
        )
        .await
        .expect("killed");
        let error = all(c.as_mut(), "select 1").await.expect_err("gone");
        assert_eq!(error.kind, Kind::Lost);
        assert!(error.detail.is_some_and(|d| d.contains("administrator")));
    });
}

#[test]
fn tls_is_used_and_checked_as_the_mode_says() {
    let s = server();
    let root = s.directory.join("data/ca.crt");
    let copy = s.directory.join("ca.crt");
    must(as_user("/bin/cp").arg(&root).arg(&copy));
    let root = copy.display();
    block_on(async {
        let encrypted = |url: String| async move {
            match connect(&url).await {
                Ok(c) => c.status().encryption.unwrap_or_else(|| "plain".into()),
                Err(e) => e.message,
            }
        };
        let not_trusted = format!(
            "could not connect to \"localhost\" port {}: no root certificate to check the server's with",
            s.port
        );
        for (user, more, expected) in [
            ("postgres", "sslmode=disable", "plain"),
            ("postgres", "sslmode=allow", "plain"),
            ("postgres", "", "TLSv1.3"),
            ("postgres", "sslmode=require", "TLSv1.3"),
            ("postgres", "sslmode=verify-full", &not_trusted),
            (
                "postgres",
                &format!("sslmode=verify-full sslrootcert={root}"),
                "TLSv1.3",
            ),
            (
                "postgres",
                &format!("sslmode=verify-ca sslrootcert={root}"),
                "TLSv1.3",
            ),
            ("tlsonly", "sslmode=allow", "TLSv1.3"),
            ("plainonly", "sslmode=prefer", "plain"),
            (
                "secret",
                "password='it\\'s' channel_binding=require",
                "TLSv1.3",
            ),
            ("secret", "password='it\\'s' sslmode=disable", "plain"),
        ] {
            // Nobody's own root certificate may take part.
            assert_eq!(
                encrypted(s.tcp(user, more)).await,
                expected,
                "{user} {more}"
            );
        }
        let other = s.tcp(
            "postgres",
            &format!("sslmode=verify-full sslrootcert={root}"),
        );
        let other = other.replace("host=localhost", "host=other hostaddr=127.0.0.1");
        let said = encrypted(other.clone()).await;
        assert!(said.contains("for another host name"), "{said}");
        let said = encrypted(other.replace("verify-full", "verify-ca")).await;
        assert_eq!(said, "TLSv1.3");
    });
}

#[test]
fn what_keeps_a_connection_from_being_made_is_said_in_one_line() {
    let s = server();
    block_on(async {
        let failure =
            |url: String| async move { connect(&url).await.err().expect("no connection") };
        let none = failure(format!(
            "host=localhost port=1 user=x dbname=x hostaddr=127.0.0.1"
        ))
        .await;
        assert_eq!(
            none.message,
            "could not connect to \"localhost\" port 1: connection refused"
        );
        assert_eq!(none.kind, Kind::Connect);
        let both = failure("host=127.0.0.1,/nonexistent port=1,2 user=x dbname=x".into()).await;
        assert_eq!(both.message, "could not connect to any of 2 hosts");
        assert_eq!(
            both.detail.as_deref(),
            Some(
                "\"127.0.0.1\" port 1: connection refused\n\
                  socket \"/nonexistent/.s.PGSQL.2\": no such file or directory"
            )
        );
        let database = failure(
            s.url("postgres", "")
                .replace("dbname=postgres", "dbname=none"),
        )
        .await;
        assert_eq!(database.code.as_deref(), Some("3D000"));
        for (more, said) in [
            ("password=wrong", "password authentication failed"),
            ("passfile=/nonexistent", "the server wants a password"),
        ] {
            let error = failure(s.tcp("secret", more)).await;
            assert_eq!(error.kind, Kind::Password, "{more}");
            assert!(error.message.contains(said), "{}", error.message);
        }
        let second = format!(
            "host=/nonexistent,{} port={} user=postgres dbname=postgres",
            s.directory.display(),
            s.port
        );
        let c = connect(&second).await.expect("the second host answers");
        assert_eq!(c.status().host, s.directory.display().to_string());
        let mut c = connect(&s.url("postgres", "target_session_attrs=read-write"))
            .await
            .expect("it is");
        let said = all(c.as_mut(), "show application_name")
            .await
            .expect("a name");
        assert!(said.contains("\nsqwire\n"), "{said}");
        let error = failure(s.url("postgres", "target_session_attrs=standby")).await;
        assert!(error.message.contains("not a standby"), "{}", error.message);
        let mut target = Target::parse(&s.url("postgres", "")).expect("a target");
        target.read_only = true;
        let driver = by_name("postgres").expect("the driver");
        let mut c = driver.connect(&target).await.expect("connects");
        let error = all(c.as_mut(), "create table x ()")
            .await
            .expect_err("read-only");
        assert_eq!(error.code.as_deref(), Some("25006"));
        // A server that accepts and then says nothing.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = silent.local_addr().expect("an address").port();
        let mut target = Target::parse(&format!("postgres://x@127.0.0.1:{port}/x")).expect("a URL");
        target.connect_timeout = Some(Duration::from_millis(200));
        let error = driver.connect(&target).await.err().expect("no answer");
        assert!(
            error.message.contains("no answer within 0.2 s"),
            "{}",
            error.message
        );
    });
}

#[test]
fn passwords_come_from_the_file_unless_others_can_read_it() {
    let s = server();
    let file = s.directory.join("pass");
    std::fs::write(&file, "localhost:*:*:secret:it's\n").expect("a file");
    let url = s.tcp("secret", &format!("passfile={}", file.display()));
    block_on(async {
        must(Command::new("chmod").arg("600").arg(&file));
        connect(&url).await.expect("the password is right");
        must(Command::new("chmod").arg("644").arg(&file));
        let error = connect(&url).await.err().expect("the file is not used");
        assert_eq!(error.kind, Kind::Password);
        let trusted = s.tcp("postgres", &format!("passfile={}", file.display()));
        let mut c = connect(&trusted).await.expect("no password is needed");
        let said = all(c.as_mut(), "select 1 as a").await.expect("runs");
        assert!(
            said.starts_with("WARNING: password file") && said.contains("ignored"),
            "{said}"
        );
    });
}

#[test]
fn text_that_is_not_utf8_arrives_as_it_is() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        all(c.as_mut(), "set client_encoding = 'LATIN1'")
            .await
            .expect("set");
        let mut events = c.run("select 1 as a, chr(228) as b, null as c; select 2");
        let mut cells = Vec::new();
        while let Some(event) = events.next().await {
            if let Event::Rows(batch) = event.expect("an event") {
                for row in batch.rows() {
                    cells.extend(row.cells().map(|c| (c.kind, c.text.to_vec())));
                }
            }
        }
        let expected = [
            (CellKind::Number, b"1".to_vec()),
            (CellKind::Text, vec![228]),
            (CellKind::Null, Vec::new()),
            (CellKind::Number, b"2".to_vec()),
        ];
        assert_eq!(cells, expected);
        drop(events);
        let said = all(c.as_mut(), "reset client_encoding; select 'a' as a")
            .await
            .expect("runs");
        assert_eq!(said, "<RESET 0>\n[a:text]\na\n<SELECT 1 1>\n");
    });
}

async fn catalog(c: &mut dyn Connection) -> Catalog {
    let driver = by_name("postgres").expect("the driver");
    let mut builder = CatalogBuilder::new(driver.dialect());
    for stage in Stage::ALL {
        c.catalog(stage, &mut builder).await.expect("a stage");
    }
    builder.snapshot(1)
}

const SCHEMA: &str = "
create schema shop; set search_path = shop;
create type mood as enum ('sad', 'it''s ok'); create type pair as (a int, b numeric(5,2));
create domain positive as int check (value > 0);
create table users (id bigserial primary key, name text not null default 'x', feeling mood,
  state varchar(10) check (state in ('new', 'old')));
comment on table users is 'who'; comment on column users.name is 'what';
create table orders (a int, b int, user_id bigint references users, primary key (a, b));
create table items (x int, y int, foreign key (x, y) references orders (a, b));
create index items_expr on items ((x + y), y) include (x);
create view v as select * from users; create materialized view m as select 1 as one;
create table parts (k int) partition by range (k);
create table parts_1 partition of parts for values from (0) to (9);
create function totals(since date default now(), variadic n int[] default array[1,2], out total numeric)
  returns setof numeric language sql as 'select 1.0';
create function rows_of(i int) returns table (a int, b text) language sql as 'select 1, null';
create procedure p(inout x int) language sql as 'select 1';
create aggregate agg(int) (sfunc = int4pl, stype = int);";

#[test]
fn the_catalog_holds_what_the_database_has() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        all(c.as_mut(), "create database shop")
            .await
            .expect("a database");
        let url = server()
            .url("postgres", "")
            .replace("dbname=postgres", "dbname=shop");
        let mut c = connect(&url).await.expect("connects");
        all(c.as_mut(), SCHEMA).await.expect("the schema");
        let k = catalog(c.as_mut()).await;
        assert_eq!((k.database.as_str(), k.user.as_str()), ("shop", "postgres"));
        assert_eq!(k.search_path, ["shop"]);
        let schema = k
            .schemas
            .iter()
            .position(|s| s.name == "shop")
            .expect("the schema");
        let relation = |name: &str| {
            let found = k
                .relations
                .iter()
                .find(|r| r.schema == schema && r.name == name);
            found.expect(name)
        };
        let users = relation("users");
        assert_eq!(users.comment.as_deref(), Some("who"));
        let columns: Vec<_> = users
            .columns
            .iter()
            .map(|c| format!("{} {}", c.name, c.type_name))
            .collect();
        assert_eq!(
            columns,
            [
                "id bigint",
                "name text",
                "feeling mood",
                "state character varying(10)"
            ]
        );
        assert!(users.columns[0].primary_key && !users.columns[1].primary_key);
        assert!(!users.columns[1].nullable && users.columns[2].nullable);
        assert_eq!(users.columns[1].default.as_deref(), Some("'x'::text"));
        assert_eq!(users.columns[1].comment.as_deref(), Some("what"));
        assert_eq!(users.columns[3].check_values, ["new", "old"]);
        assert_eq!(relation("v").kind, RelationKind::View);
        assert_eq!(relation("m").kind, RelationKind::MaterializedView);
        assert_eq!(relation("parts").kind, RelationKind::PartitionedTable);
        assert_eq!(
            relation("parts_1").partition_of.as_deref(),
            Some("shop.parts")
        );
        let index = relation("items")
            .indexes
            .iter()
            .find(|i| i.name == "items_expr");
        assert_eq!(index.expect("the index").columns, ["(x + y)", "y"]);
        assert!(relation("orders").indexes[0].unique);
        let keys: Vec<_> = k
            .foreign_keys
            .iter()
            .map(|f| {
                let name =
                    |id: sqwire::catalog::RelationId| k.relations[id.0 as usize].name.clone();
                format!(
                    "{}{:?} {}{:?}",
                    name(f.from),
                    f.from_columns,
                    name(f.to),
                    f.to_columns
                )
            })
            .collect();
        assert_eq!(keys.len(), 2);
        assert!(
            keys.contains(&"items[\"x\", \"y\"] orders[\"a\", \"b\"]".to_string()),
            "{keys:?}"
        );
        let routine = |name: &str| {
            let found = k.schemas[schema].routines.iter().find(|r| r.name == name);
            found.expect(name)
        };
        let totals = routine("totals");
        let arguments: Vec<_> = totals
            .arguments
            .iter()
            .map(|a| format!("{:?} {} {} {:?}", a.mode, a.name, a.type_name, a.default))
            .collect();
        assert_eq!(
            arguments,
            [
                "In since date Some(\"now()\")",
                "Variadic n integer[] Some(\"ARRAY[1, 2]\")",
                "Out total numeric None",
            ]
        );
        assert!(totals.returns_set);
        assert_eq!(routine("rows_of").returns, "record");
        assert_eq!(routine("p").kind, RoutineKind::Procedure);
        assert_eq!(routine("agg").kind, RoutineKind::Aggregate);
        let type_named = |name: &str| {
            k.schemas[schema]
                .types
                .iter()
                .find(|t| t.name == name)
                .expect(name)
        };
        assert_eq!(type_named("mood").labels, ["sad", "it's ok"]);
        assert_eq!(type_named("pair").fields[1].type_name, "numeric(5,2)");
        type_named("positive");
        assert!(
            !k.schemas[schema]
                .types
                .iter()
                .any(|t| t.name.starts_with("_"))
        );
        assert_eq!(k.schemas[schema].sequences, ["users_id_seq"]);
        assert!(k.databases.iter().any(|d| d == "shop") && k.roles.iter().any(|r| r == "secret"));
        assert!(k.settings.iter().any(|s| s == "work_mem"));
        let system = k
            .schemas
            .iter()
            .find(|s| s.name == "pg_catalog")
            .expect("pg_catalog");
        let has = |name: &str| system.routines.iter().any(|r| r.name == name);
        for name in [
            "count",
            "now",
            "array_append",
            "lower",
            "pg_sleep",
            "row_number",
            "starts_with",
        ] {
            assert!(has(name), "{name}");
        }
        for name in [
            "int4pl",
            "int4in",
            "btint4cmp",
            "bthandler",
            "int4eq",
            "array_agg_transfn",
        ] {
            assert!(!has(name), "{name}");
        }
    });
}

#[test]
fn many_tables_are_read_in_a_few_queries_and_a_planted_operator_never_runs() {
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        all(c.as_mut(), "create database many")
            .await
            .expect("a database");
        let url = server()
            .url("postgres", "")
            .replace("dbname=postgres", "dbname=many");
        let mut c = connect(&url).await.expect("connects");
        let sql = "do $$ begin for i in 1..1000 loop execute
                   format('create table t%s (id int primary key, a text, b text)', i); end loop; end $$;
                   create function trap(oid, oid) returns bool language plpgsql as
                     $$ begin raise exception 'planted'; end $$;
                   create operator = (leftarg = oid, rightarg = oid, procedure = trap);
                   alter database many set search_path = public, pg_catalog";
        all(c.as_mut(), sql).await.expect("tables");
        let mut c = connect(&url).await.expect("connects");
        let k = catalog(c.as_mut()).await;
        let tables = k
            .relations
            .iter()
            .filter(|r| r.kind == RelationKind::Table)
            .count();
        assert_eq!(tables, 1000);
        assert!(k.relations.iter().all(|r| !r.columns.is_empty()));
        assert_eq!(k.search_path, ["public", "pg_catalog"]);
    });
}

#[test]
fn every_listing_runs_and_says_what_psql_says() {
    use sqwire::driver::{Listing, Pattern};
    block_on(async {
        let mut c = connect(&server().url("postgres", ""))
            .await
            .expect("connects");
        all(c.as_mut(), "create database listed")
            .await
            .expect("a database");
        let url = server()
            .url("postgres", "")
            .replace("dbname=postgres", "dbname=listed");
        let mut c = connect(&url).await.expect("connects");
        all(c.as_mut(), SCHEMA).await.expect("the schema");
        let more = "alter table users add column n int generated always as identity;
                    create function hook() returns trigger language plpgsql as 'begin return new; end';
                    create trigger t before insert on users for each row execute function hook()";
        all(c.as_mut(), more).await.expect("more of it");
        let driver = by_name("postgres").expect("the driver");
        let everything = [
            Listing::Databases,
            Listing::Schemas,
            Listing::Tables,
            Listing::Views,
            Listing::Indexes,
            Listing::Functions,
            Listing::Relations,
            Listing::Describe,
        ];
        let name = |schema: Option<&str>, name: Option<&str>, more: bool| Pattern {
            schema: schema.map(str::to_string),
            name: name.map(str::to_string),
            system: more,
            verbose: more,
        };
        for what in everything {
            for pattern in [
                name(None, None, false),
                name(None, None, true),
                name(None, Some("users"), true),
                name(Some("sh?p"), Some("*"), false),
            ] {
                for titled in driver.listing(what, &pattern).expect("a listing") {
                    all(c.as_mut(), &titled.sql)
                        .await
                        .unwrap_or_else(|e| panic!("{}: {e}", titled.sql));
                }
            }
        }
        for (what, pattern, expected) in [
            (
                Listing::Tables,
                name(Some("shop"), Some("*s"), false),
                "[Schema:name Name:name Type:text Owner:name]\n\
                 shop|items|table|postgres\nshop|orders|table|postgres\n\
                 shop|parts|partitioned table|postgres\nshop|users|table|postgres\n<SELECT 4 4>\n",
            ),
            (
                Listing::Functions,
                name(None, None, false),
                "[Schema:name Name:name Result data type:text Argument data types:text Type:text]\n\
                 shop|agg|integer|integer|agg\nshop|hook|trigger||func\n\
                 shop|p|∅|INOUT x integer|proc\nshop|rows_of|TABLE(a integer, b text)|i integer|func\n\
                 shop|totals|SETOF numeric|since date DEFAULT now(), VARIADIC n integer[] DEFAULT \
                 ARRAY[1, 2], OUT total numeric|func\n<SELECT 5 5>\n",
            ),
            (
                Listing::Describe,
                name(None, Some("users"), false),
                "[Column:name Type:text Collation:name Nullable:text Default:text]\n\
                 id|bigint|∅|not null|nextval('users_id_seq'::regclass)\n\
                 name|text|∅|not null|'x'::text\nfeeling|mood|∅||\n\
                 state|character varying(10)|∅||\n\
                 n|integer|∅|not null|generated always as identity\n<SELECT 5 5>\n",
            ),
        ] {
            let listing = driver.listing(what, &pattern).expect("a listing");
            assert_eq!(
                all(c.as_mut(), &listing[0].sql).await.expect("runs"),
                expected
            );
        }
        let mut below = String::new();
        for titled in &driver
            .listing(Listing::Describe, &name(None, Some("users"), false))
            .expect("a listing")[1..]
        {
            assert!(titled.quiet_when_empty);
            let said = all(c.as_mut(), &titled.sql).await.expect("runs");
            let rows: Vec<_> = said
                .lines()
                .filter(|l| !l.starts_with(['[', '<']))
                .collect();
            if !rows.is_empty() {
                below.push_str(&format!("{}: {}\n", titled.title, rows.join("; ")));
            }
        }
        assert_eq!(
            below,
            "Indexes: users_pkey|primary key|btree (id)\n\
             Check constraints: users_state_check|CHECK (state::text = ANY (ARRAY['new'::character \
             varying, 'old'::character varying]::text[]))\n\
             Referenced by: orders|orders_user_id_fkey|FOREIGN KEY (user_id) REFERENCES users(id)\n\
             Triggers: t|BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION hook()\n"
        );
    });
}
