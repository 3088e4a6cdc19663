//! How a PostgreSQL server is reached: TLS, passwords, several hosts, and what is said when it is not.

use crate::postgres::{a_cancel_ends_the_statement, all, block_on, connect};
use crate::servers::{self, PASSWORD, Server, USER};
use sqwire::driver::{Target, by_name};
use sqwire::error::{Error, Kind};
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

/// Makes an authority and a certificate in the server's own directory.
const CERTIFICATES: &str = "
openssl req -new -x509 -days 9 -nodes -newkey rsa:2048 -keyout ca.key -out ca.crt -subj /CN=test-ca
  -addext basicConstraints=critical,CA:TRUE &&
openssl req -new -nodes -newkey rsa:2048 -keyout server.key -out server.csr -subj /CN=localhost &&
printf \"subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\" > ext &&
openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 9
  -extfile ext -out server.crt && chmod 600 server.key";

/// Who must come how: of two users each may come in one way only.
const RULES: &str = "local all all trust
hostnossl all tlsonly all reject
hostssl all plainonly all reject
host all secret,keyed all scram-sha-256
host all all all trust";

/// Runs a test's body with a server of its own that can do TLS.
fn with_tls_server(test: impl AsyncFnOnce(&Server)) {
    let Some(server) = servers::start_postgres() else {
        return;
    };
    block_on(async {
        let url = format!("{} password={PASSWORD}", tcp(&server, USER, ""));
        let mut c = connect(&url).await.expect("connects");
        let run = |command: &str| {
            format!(
                "copy (select) to program $$ {} $$",
                command.replace('\n', " ")
            )
        };
        for sql in [
            run(&format!(
                "cd data 2>/dev/null; {{ {CERTIFICATES}; }} 2>/dev/null"
            )),
            run(&format!(
                "cd data 2>/dev/null; echo '{}' | tr '|' '\\n' > pg_hba.conf",
                RULES.replace('\n', "|")
            )),
            "create role secret login password 'it''s'".into(),
            "create role tlsonly login".into(),
            "create role plainonly login".into(),
            "alter system set ssl = on".into(),
            "select pg_reload_conf()".into(),
        ] {
            all(c.as_mut(), &sql)
                .await
                .unwrap_or_else(|e| panic!("{sql}: {e}"));
        }
        // The server takes note of the new settings in its own time.
        let deadline = Instant::now() + Duration::from_secs(20);
        let required = tcp(&server, "tlsonly", "sslmode=require");
        while let Err(e) = connect(&required).await {
            assert!(Instant::now() < deadline, "{e}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        test(&server).await;
    });
}

fn tcp(server: &Server, user: &str, more: &str) -> String {
    let port = server.port;
    format!("host=localhost hostaddr=127.0.0.1 port={port} user={user} dbname=postgres {more}")
}

fn socket(server: &Server, more: &str) -> String {
    let (directory, port) = (server.socket.display(), server.port);
    format!("host={directory} port={port} user={USER} dbname=postgres {more}")
}

async fn failure(url: String) -> Error {
    connect(&url).await.err().expect("no connection")
}

#[test]
fn tls_is_used_and_checked_as_the_mode_says() {
    with_tls_server(async |server| {
        let root = server.socket.join("data/ca.crt");
        let root = root.display();
        let encrypted = |url: String| async move {
            match connect(&url).await {
                Ok(c) => c.status().encryption.unwrap_or_else(|| "plain".into()),
                Err(e) => e.message,
            }
        };
        for (user, more, expected) in [
            (USER, "sslmode=disable", "plain"),
            (USER, "sslmode=allow", "plain"),
            (USER, "", "TLSv1.3"),
            (USER, "sslmode=require", "TLSv1.3"),
            (
                USER,
                &format!("sslmode=verify-full sslrootcert={root}"),
                "TLSv1.3",
            ),
            (
                USER,
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
            let url = tcp(server, user, more);
            assert_eq!(encrypted(url).await, expected, "{user} {more}");
        }
        let told = |program: &std::path::Path, first: &[&str]| {
            let url = tcp(server, USER, "");
            let output = std::process::Command::new(program)
                .args(first)
                .args(["-X", "-d", &url, "-c", "\\conninfo"])
                .output()
                .unwrap();
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let ours = told(std::path::Path::new(env!("CARGO_BIN_EXE_sqwire")), &["pg"]);
        assert!(
            ours.contains("SSL connection (protocol: TLSv1.3, cipher: TLS_"),
            "{ours}"
        );
        if let Some(psql) = servers::find("psql") {
            let theirs = told(&psql, &[]);
            // From version 18 on psql has a table.
            assert!(
                theirs == ours || !theirs.contains("SSL connection ("),
                "{theirs}{ours}"
            );
        }
        let other = tcp(
            server,
            USER,
            &format!("sslmode=verify-full sslrootcert={root}"),
        );
        let other = other.replace("host=localhost", "host=other");
        let said = encrypted(other.clone()).await;
        assert!(said.contains("for another host name"), "{said}");
        let said = encrypted(other.replace("verify-full", "verify-ca")).await;
        assert_eq!(said, "TLSv1.3");
        let said = encrypted(tcp(
            server,
            USER,
            "sslmode=verify-ca sslrootcert=/nonexistent",
        ))
        .await;
        assert!(
            said.contains("could not read root certificate file"),
            "{said}"
        );
        let local = encrypted(socket(server, "sslmode=require")).await;
        assert_eq!(local, "plain", "a socket needs no encryption");
        a_cancel_ends_the_statement(&tcp(server, USER, "sslmode=require")).await;
    });
}

#[test]
fn what_keeps_a_connection_from_being_made_is_said_in_one_line() {
    with_tls_server(async |server| {
        let none = failure("host=localhost hostaddr=127.0.0.1 port=1 user=x dbname=x".into()).await;
        assert_eq!(
            none.message,
            "could not connect to \"localhost\" (127.0.0.1) port 1: connection refused"
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
        let database = socket(server, "").replace("dbname=postgres", "dbname=none");
        assert_eq!(failure(database).await.code.as_deref(), Some("3D000"));
        for (more, said) in [
            ("password=wrong", "password authentication failed"),
            ("passfile=/nonexistent", "the server wants a password"),
        ] {
            let error = failure(tcp(server, "secret", more)).await;
            assert_eq!(error.kind, Kind::Password, "{more}");
            assert!(error.message.contains(said), "{}", error.message);
        }
        // A server that accepts and then says nothing.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = silent.local_addr().expect("an address").port();
        let mut target = Target::parse(&format!("postgres://x@127.0.0.1:{port}/x")).expect("a URL");
        target.connect_timeout = Some(Duration::from_millis(200));
        let driver = by_name("postgres").expect("the driver");
        let error = driver.connect(&target).await.err().expect("no answer");
        assert!(
            error.message.contains("no answer within 0.2 s"),
            "{}",
            error.message
        );
    });
}

#[test]
fn the_session_is_the_one_that_was_asked_for() {
    with_tls_server(async |server| {
        let directory = server.socket.display().to_string();
        let second = socket(server, "").replace("host=", "host=/nonexistent,");
        let c = connect(&second).await.expect("the second host answers");
        assert_eq!(c.status().host, directory);
        assert_eq!(c.status().port, Some(server.port));
        let url = socket(server, "target_session_attrs=read-write");
        let mut c = connect(&url).await.expect("it is");
        let said = all(c.as_mut(), "show application_name").await;
        assert!(said.expect("a name").contains("\nsqwire\n"));
        let error = failure(socket(server, "target_session_attrs=standby")).await;
        assert!(error.message.contains("not a standby"), "{}", error.message);
        let mut target =
            Target::parse(&socket(server, "options='-c work_mem=1MB'")).expect("a target");
        target.read_only = true;
        let driver = by_name("postgres").expect("the driver");
        let mut c = driver.connect(&target).await.expect("connects");
        let error = all(c.as_mut(), "create table x ()").await;
        assert_eq!(error.expect_err("read-only").code.as_deref(), Some("25006"));
        let said = all(c.as_mut(), "show work_mem").await.expect("a setting");
        assert!(said.contains("\n1MB\n"), "{said}");
    });
}

#[test]
fn the_startup_message_carries_what_libpq_would_send() {
    with_tls_server(async |server| {
        for (more, sql, expected) in [
            ("replication=database", "IDENTIFY_SYSTEM", "postgres"),
            ("client_encoding=LATIN1", "show client_encoding", "LATIN1"),
            ("client_encoding=auto", "show client_encoding", "UTF8"),
            ("max_protocol_version=latest", "select 'old'", "old"),
        ] {
            let mut c = connect(&tcp(server, USER, &format!("password={PASSWORD} {more}")))
                .await
                .unwrap_or_else(|e| panic!("{more}: {e}"));
            let said = all(c.as_mut(), sql).await.expect("runs");
            assert!(said.contains(&format!("{expected}\n")), "{more}: {said}");
        }
        let error = failure(tcp(server, USER, "min_protocol_version=3.2")).await;
        assert!(error.message.contains("protocol 3.0"), "{error}");
    });
}

#[test]
fn keys_stand_for_a_password_and_only_the_right_ones() {
    with_tls_server(async |server| {
        // The password of this role is not known to anybody; its keys are 32 times c and s.
        let sql = "do $do$ begin execute format('create role keyed login password %L',
            'SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0$'
            || encode(sha256(repeat('c', 32)::bytea), 'base64') || ':'
            || encode(repeat('s', 32)::bytea, 'base64')); end $do$";
        let mut c = connect(&socket(server, "")).await.expect("trusted");
        all(c.as_mut(), sql).await.expect("a role");
        let (right, server_key) = (
            "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M=",
            "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3M=",
        );
        let url = |client: &str, server_key: &str| {
            let more = format!("scram_client_key={client} scram_server_key={server_key}");
            tcp(
                server,
                "keyed",
                &format!("{more} require_auth=scram-sha-256"),
            )
        };
        connect(&url(right, server_key)).await.expect("good keys");
        let error = failure(url(server_key, server_key)).await;
        assert_eq!(error.kind, Kind::Password, "{error}");
        let error = failure(url(right, right)).await;
        assert!(
            error.message.contains("does not know scram_server_key"),
            "{error}"
        );
    });
}

#[test]
fn passwords_come_from_the_file_unless_others_can_read_it() {
    with_tls_server(async |server| {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("pass");
        std::fs::write(&file, "localhost:*:*:secret:it's\n").expect("a file");
        let permit = |mode| {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&file, mode).expect("it is ours");
        };
        let more = format!("passfile={}", file.display());
        permit(0o600);
        let url = tcp(server, "secret", &more);
        connect(&url).await.expect("the password is right");
        permit(0o644);
        assert_eq!(failure(url).await.kind, Kind::Password);
        // It is told whether or not a password is wanted.
        let told = |url: &str| {
            let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"));
            let program = program.args(["pg", "-X", "-w", "-c", "select 1", url]);
            let output = program.env("HOME", directory.path()).output();
            String::from_utf8_lossy(&output.expect("it runs").stderr).into_owned()
        };
        let warning = format!("WARNING: password file \"{}\" has group", file.display());
        for user in ["secret", USER] {
            let said = told(&tcp(server, user, &more));
            assert!(said.starts_with(&warning), "{user}: {said}");
            assert_eq!(
                said.contains("no password supplied"),
                user == "secret",
                "{said}"
            );
        }
        std::fs::write(&file, "*:*:*:*:wrong\n").expect("a file");
        permit(0o600);
        let said = told(&tcp(server, "secret", &more));
        let from = format!("\npassword retrieved from file \"{}\"", file.display());
        assert!(said.contains(&from), "{said}");
    });
}

#[test]
fn a_server_that_dies_is_lost_after_the_rows_it_sent() {
    use futures::StreamExt;
    use sqwire::driver::Event;
    let Some(server) = servers::start_postgres() else {
        return;
    };
    block_on(async {
        let url = format!("{} password={PASSWORD}", tcp(&server, USER, ""));
        let mut c = connect(&url).await.expect("connects");
        let mut events = c.run("select generate_series(1, 1000000000000)");
        let mut rows = 0;
        let error = loop {
            match events.next().await {
                Some(Ok(Event::Rows(batch))) => {
                    if rows == 0 {
                        server.kill();
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
        assert!(events.next().await.is_none());
    });
}

/// Parts of command lines and environments, of which the test takes some at random.
const VALUES: &[(&str, &str, &[&str])] = &[
    (
        "host",
        "PGHOST",
        &[
            "127.0.0.1",
            "localhost",
            "SOCKET",
            "",
            "127.0.0.1,localhost",
            "/nowhere",
            "@none",
        ],
    ),
    (
        "hostaddr",
        "PGHOSTADDR",
        &["127.0.0.1", "::1", "127.0.0.1,127.0.0.1", "999.1.1.1", ""],
    ),
    (
        "port",
        "PGPORT",
        &[
            "PORT",
            "PORT,PORT",
            "1,PORT",
            "0",
            "65536",
            "x",
            " PORT ",
            "-1",
            "",
        ],
    ),
    ("user", "PGUSER", &["sqwire", "other", "a b", "o'x", ""]),
    (
        "dbname",
        "PGDATABASE",
        &["postgres", "nowhere", "a b", "", "x=y"],
    ),
    ("password", "PGPASSWORD", &["only-a-test", "", "wrong"]),
    (
        "sslmode",
        "PGSSLMODE",
        &[
            "disable",
            "allow",
            "prefer",
            "require",
            "verify-full",
            "no",
            "",
        ],
    ),
    (
        "connect_timeout",
        "PGCONNECT_TIMEOUT",
        &["500", "0", "-1", "x", "300 "],
    ),
    ("application_name", "PGAPPNAME", &["app", "", "a b"]),
    (
        "target_session_attrs",
        "PGTARGETSESSIONATTRS",
        &["any", "read-write", "standby", "no", ""],
    ),
    ("gssencmode", "PGGSSENCMODE", &["disable", "prefer", "no"]),
    (
        "channel_binding",
        "PGCHANNELBINDING",
        &["disable", "prefer", "no", ""],
    ),
    (
        "options",
        "PGOPTIONS",
        &["-c work_mem=8MB", "-c nonsense=1", ""],
    ),
    ("service", "PGSERVICE", &["one", "two", "three", ""]),
    (
        "ssl_min_protocol_version",
        "PGSSLMINPROTOCOLVERSION",
        &["TLSv1.2", "no", ""],
    ),
    ("keepalives", "", &["0", "1"]),
    ("nonsense", "", &["1"]),
];

const SERVICES: &str = "[one]\nport=PORT\nuser=sqwire\n# x\n[two]\nhost=SOCKET\ndbname=postgres\n";

/// xorshift64: the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
}

/// A name and a value as a connection string has them, or a URL.
fn written(name: &str, value: &str, url: bool) -> String {
    match url {
        true => {
            let hex: String = value.bytes().map(|b| format!("%{b:02x}")).collect();
            format!("{name}={hex}")
        }
        false => format!("{name} = '{}'", value.replace('\'', "\\'")),
    }
}

#[test]
fn parameters_lead_where_psql_goes() {
    let psql = servers::require("psql", servers::find("psql"));
    let (Some(psql), Some(server)) = (psql, servers::postgres()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (socket, port) = (server.socket.display().to_string(), server.port.to_string());
    let here = |text: &str| text.replace("SOCKET", &socket).replace("PORT", &port);
    std::fs::write(folder.path().join("services"), here(SERVICES)).unwrap();
    let query = "select current_user, current_database(), current_setting('port'), \
                 inet_client_addr() is null, replace(current_setting('application_name'), 'sqwire', 'psql')";
    let mut dice = Dice(0x5eed);
    let (mut differences, mut connected) = (Vec::new(), 0);
    for _ in 0..100 {
        let mut given = vec![
            ("host", "127.0.0.1"),
            ("port", "PORT"),
            ("user", "sqwire"),
            ("dbname", "postgres"),
        ];
        if dice.below(3) == 0 {
            given.remove(dice.below(4));
        }
        for _ in 0..dice.below(3) {
            let (name, _, values) = VALUES[dice.below(VALUES.len())];
            given.retain(|(n, _)| *n != name);
            given.push((name, values[dice.below(values.len())]));
        }
        let mut environment = vec![("PGPASSWORD".to_string(), PASSWORD.to_string())];
        for _ in 0..dice.below(3) {
            let (_, variable, values) = VALUES[dice.below(VALUES.len())];
            let value = here(values[dice.below(values.len())]);
            environment.push((variable.to_string(), value));
        }
        environment.retain(|(name, _)| !name.is_empty());
        let url = dice.below(2) == 0;
        let parts: Vec<String> = given
            .iter()
            .map(|(n, v)| written(n, &here(v), url))
            .collect();
        let target = match url {
            true => format!("postgresql://?{}", parts.join("&")),
            false => parts.join(" "),
        };
        let run = |program: &std::path::Path, first: &[&str]| {
            let output = std::process::Command::new(program)
                .args(first)
                .args(["-X", "-w", "-At", "-c", query, "-d", &target])
                .env_clear()
                .env("HOME", folder.path())
                .env("PGSERVICEFILE", folder.path().join("services"))
                .env("LC_ALL", "C.UTF-8")
                .envs(environment.iter().map(|(n, v)| (n, v)))
                .output()
                .unwrap();
            (
                output.status.code(),
                String::from_utf8_lossy(&output.stdout).into_owned(),
            )
        };
        let ours = run(std::path::Path::new(env!("CARGO_BIN_EXE_sqwire")), &["pg"]);
        let theirs = run(&psql, &[]);
        connected += usize::from(theirs.0 == Some(0));
        if ours != theirs {
            differences.push(format!(
                "{target} {environment:?}: psql {theirs:?}, {ours:?}"
            ));
        }
    }
    assert_eq!(differences, Vec::<String>::new());
    assert!(connected > 20, "{connected}");
}
