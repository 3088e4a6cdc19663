//! The MySQL driver against a private MariaDB: what only a real server can tell.

use crate::servers::{self, PASSWORD, Server, USER};
use futures::StreamExt;
use sqwire::catalog::{Catalog, CatalogBuilder, RelationKind};
use sqwire::data::{CellKind, RowBatch};
use sqwire::driver::mysql::MySql;
use sqwire::driver::{Connection, Driver, Event, Listing, Pattern, Stage, Target, Transaction};
use sqwire::error::{Error, Kind};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Open = Box<dyn Connection>;

/// All events of one statement, one a line; rows with `|` between cells, bytes marked with `b:`,
/// numbers with `n:`.
async fn events(connection: &mut Open, sql: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut stream = connection.run(sql);
    while let Some(event) = stream.next().await {
        match event {
            Ok(Event::Columns(columns)) => {
                let columns: Vec<_> = columns
                    .iter()
                    .map(|c| format!("{}:{}", c.name, c.type_name))
                    .collect();
                out.push(format!("columns {}", columns.join(" ")));
            }
            Ok(Event::Rows(batch)) => out.extend(rows(&batch)),
            Ok(Event::Notice(n)) => {
                out.push(format!(
                    "{} {}: {}",
                    n.severity,
                    n.code.unwrap_or_default(),
                    n.message
                ));
            }
            Ok(Event::Copy(_)) => out.push("copy".to_string()),
            Ok(Event::Done(summary)) => out.push(format!("done {} {}", summary.rows, summary.tag)),
            Err(e) => out.push(format!(
                "{} {}",
                e.code.clone().unwrap_or_default(),
                e.message
            )),
        }
    }
    out
}

fn rows(batch: &RowBatch) -> Vec<String> {
    let cell = |cell: sqwire::data::Cell<'_>| {
        let text = String::from_utf8_lossy(cell.text).into_owned();
        match cell.kind {
            CellKind::Null => "NULL".to_string(),
            CellKind::Bytes => format!("b:{text}"),
            CellKind::Number => format!("n:{text}"),
            _ => text,
        }
    };
    batch
        .rows()
        .map(|row| row.cells().map(cell).collect::<Vec<_>>().join("|"))
        .collect()
}

async fn failure(connection: &mut Open, sql: &str) -> Error {
    let mut stream = connection.run(sql);
    while let Some(event) = stream.next().await {
        if let Err(e) = event {
            return e;
        }
    }
    panic!("no error from {sql}");
}

async fn good(connection: &mut Open, sql: &str) {
    let said = events(connection, sql).await;
    assert!(
        said.last().is_some_and(|s| s.starts_with("done")),
        "{sql}: {said:?}"
    );
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

#[test]
fn statements_against_a_real_server() {
    let Some(server) = servers::mysql() else {
        return;
    };
    block_on(async {
        let database = server.database().await;
        let mut connection = MySql.connect(&server.target("mysql")).await.unwrap();
        assert_eq!(connection.status().database, "mysql");
        good(&mut connection, &format!("use {database}")).await;
        assert_eq!(connection.status().database, database);
        assert!(connection.status().server.starts_with("MariaDB 1"));
        types(&mut connection).await;
        tags_and_notices(&mut connection).await;
        errors(&mut connection).await;
        several_results(&mut connection).await;
        transactions(&mut connection).await;
        dropped_streams(&mut connection).await;
        cancel(&mut connection).await;
        named_files(&mut connection).await;
        catalog(&mut connection, &database).await;
        listings(&mut connection, &database).await;
        connecting(server, &database).await;
        lost(server).await;
    });
}

async fn types(connection: &mut Open) {
    good(
        connection,
        "create table types (i int, u bigint unsigned, t tinyint(1), d decimal(10,2), f float, \
         y year, s varchar(10), c char(3), x text, l longtext, v varbinary(4), b blob, bits bit(10), \
         dt datetime, e enum('a','b'), st set('x','y'), g point)",
    )
    .await;
    good(
        connection,
        "insert into types values (-1, 18446744073709551615, 1, 1.50, 1.5, 2024, 'é', 'abc', 'x', \
         'l', 0x00ff, 'ab', b'1000000001', '2024-02-03 04:05:06', 'a', 'x,y', null)",
    )
    .await;
    let said = events(connection, "select * from types").await;
    assert_eq!(
        said[0],
        "columns i:int u:bigint unsigned t:tinyint d:decimal f:float y:year s:varchar c:char \
         x:text l:longtext v:varbinary b:blob bits:bit dt:datetime e:enum st:set g:geometry"
    );
    assert_eq!(
        said[1],
        "n:-1|n:18446744073709551615|n:1|n:1.50|n:1.5|n:2024|é|abc|x|l|b:0x00FF|b:0x6162|b:0x0201|\
         2024-02-03 04:05:06|a|x,y|NULL"
    );
    // A statement is sent as it is, and comes back as the server stores it.
    assert_eq!(
        events(connection, "select '日本 \u{1F600}', _latin1 0xe9").await[1],
        "日本 \u{1F600}|é"
    );
}

async fn tags_and_notices(connection: &mut Open) {
    good(connection, "create table a (id int primary key, n tinyint)").await;
    for (sql, expected) in [
        (
            "insert into a values (1,1),(2,2),(3,3)",
            "done 3 Query OK, 3 rows affected  Records: 3  Duplicates: 0  Warnings: 0",
        ),
        (
            "insert into a values (4,4)",
            "done 1 Query OK, 1 row affected",
        ),
        (
            "update a set n = 9 where id = 1",
            "done 1 Query OK, 1 row affected  Rows matched: 1  Changed: 1  Warnings: 0",
        ),
        ("select id from a where id = 7", "done 0 Empty set"),
        ("select id from a where id = 1", "done 1 1 row in set"),
        ("select id from a", "done 4 4 rows in set"),
        ("do 1", "done 0 Query OK, 0 rows affected"),
    ] {
        assert_eq!(
            events(connection, sql).await.last().unwrap(),
            expected,
            "{sql}"
        );
    }
    let said = events(connection, "insert ignore into a values (5, 1000)").await;
    assert_eq!(
        said,
        [
            "Warning 1264: Out of range value for column 'n' at row 1",
            "done 1 Query OK, 1 row affected, 1 warning"
        ]
    );
    // Asking for them oneself does not bring them twice.
    let said = events(connection, "show warnings").await;
    assert_eq!(
        said.iter().filter(|s| s.contains("Out of range")).count(),
        1,
        "{said:?}"
    );
    let said = events(connection, "select cast('x' as int)").await;
    assert_eq!(
        said[2..],
        [
            "Warning 1292: Truncated incorrect INTEGER value: 'x'",
            "done 1 1 row in set, 1 warning"
        ]
    );
    let many = format!("select {}", vec!["cast('x' as int)"; 70].join(","));
    let said = events(connection, &many).await;
    assert_eq!(
        said.iter()
            .filter(|s| s.starts_with("Warning 1292"))
            .count(),
        64
    );
}

async fn errors(connection: &mut Open) {
    let e = failure(connection, "select 1\n frm t").await;
    assert_eq!(
        (e.kind, e.code.as_deref()),
        (Kind::Server, Some("1064 (42000)"))
    );
    assert_eq!(e.position, Some(14));
    let e = failure(connection, "select nme from a").await;
    assert_eq!(e.position, Some(7));
    let e = failure(connection, "select * from nothing_here").await;
    assert_eq!(
        (e.code.as_deref(), e.position),
        (Some("1146 (42S02)"), Some(14))
    );
    let e = failure(
        connection,
        "set statement max_statement_time=0.05 for select sleep(5)",
    )
    .await;
    assert_eq!(e.kind, Kind::Cancelled);
    // Rows before an error are not lost.
    let said = events(
        connection,
        "select id, (select 1 union select if(id > 3, 2, 1)) from a",
    )
    .await;
    assert!(said.iter().any(|s| s.starts_with("1242")), "{said:?}");
}

async fn several_results(connection: &mut Open) {
    good(
        connection,
        "create procedure p() begin select 1 as x; select 2 as y, 3 as z; end",
    )
    .await;
    assert_eq!(
        events(connection, "call p()").await,
        [
            "columns x:int",
            "n:1",
            "done 1 1 row in set",
            "columns y:int z:int",
            "n:2|n:3",
            "done 1 1 row in set",
            "done 0 Query OK, 0 rows affected",
        ]
    );
    good(
        connection,
        "create procedure q() begin select 1 as x; select nme; end",
    )
    .await;
    let said = events(connection, "call q()").await;
    assert_eq!(said[2], "done 1 1 row in set");
    assert!(said[3].starts_with("1054 (42S22)"), "{said:?}");
    let said = events(connection, "select 1; select 2; selct").await;
    assert_eq!(said.len(), 7, "{said:?}");
    assert!(said[6].starts_with("1064"), "{said:?}");
    // Nothing is left over for the next statement.
    assert_eq!(events(connection, "select 42").await[1], "n:42");
}

async fn transactions(connection: &mut Open) {
    let state = |connection: &Open| connection.status().transaction;
    assert_eq!(state(connection), Transaction::None);
    good(connection, "begin").await;
    assert_eq!(state(connection), Transaction::Open);
    failure(connection, "selct").await;
    assert_eq!(state(connection), Transaction::Open);
    good(connection, "rollback").await;
    assert_eq!(state(connection), Transaction::None);
    good(connection, "set autocommit = 0").await;
    good(connection, "insert into a values (77, 1)").await;
    assert_eq!(state(connection), Transaction::Open);
    good(connection, "rollback").await;
    good(connection, "set autocommit = 1").await;
}

const MILLION: &str = "select seq, repeat('x', 20) from seq_1_to_1000000";

async fn dropped_streams(connection: &mut Open) {
    // In the middle of the rows.
    let mut stream = connection.run(MILLION);
    while let Some(event) = stream.next().await {
        if matches!(event, Ok(Event::Rows(_))) {
            break;
        }
    }
    drop(stream);
    assert_eq!(events(connection, "select 42").await[1], "n:42");
    // Before anything came back.
    let started = Instant::now();
    let mut stream = connection.run("select sleep(30)");
    let waited = tokio::time::timeout(Duration::from_millis(50), stream.next()).await;
    assert!(waited.is_err());
    drop(stream);
    assert_eq!(events(connection, "select 43").await[1], "n:43");
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "the statement was not stopped"
    );
    // Before anything was sent: it must not run at all.
    drop(connection.run("create table never (x int)"));
    let e = failure(connection, "select * from never").await;
    assert_eq!(e.code.as_deref(), Some("1146 (42S02)"));
    // Twice in a row.
    drop(connection.run(MILLION));
    drop(connection.run(MILLION));
    assert_eq!(events(connection, "select 44").await[1], "n:44");
}

async fn cancel(connection: &mut Open) {
    let canceller = connection.canceller();
    let mut stream = connection.run("select sleep(30)");
    let early = tokio::time::timeout(Duration::from_millis(50), stream.next()).await;
    assert!(early.is_err());
    canceller.cancel().await.unwrap();
    let mut last = None;
    while let Some(event) = stream.next().await {
        last = event.err();
    }
    drop(stream);
    // MariaDB's sleep() returns 1 when it is stopped.
    assert_eq!(last.unwrap().kind, Kind::Cancelled);
    let mut stream = connection.run(MILLION);
    let _ = stream.next().await;
    canceller.cancel().await.unwrap();
    let mut error = None;
    while let Some(event) = stream.next().await {
        error = event.err();
    }
    drop(stream);
    let error = error.unwrap();
    assert_eq!(
        (error.kind, error.code.as_deref()),
        (Kind::Cancelled, Some("1317 (70100)"))
    );
    // Cancelling nothing harms nothing.
    canceller.cancel().await.unwrap();
    assert_eq!(events(connection, "select 42").await[1], "n:42");
}

/// A statement's own file is sent, whole, whatever its size.
async fn named_files(connection: &mut Open) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("it's.csv");
    let lines: String = (0..20_000).map(|n| format!("{n},some text\n")).collect();
    std::fs::write(&path, lines).unwrap();
    good(connection, "create temporary table loaded (n int, t text)").await;
    let literal = path.display().to_string().replace('\'', "''");
    let load =
        format!("load data local infile '{literal}' into table loaded fields terminated by ','");
    good(connection, &load).await;
    let counted = events(connection, "select count(*), sum(n) from loaded").await;
    assert_eq!(counted[1], "n:20000|n:199990000");
    for (name, said) in [("/no/such", "no such file"), ("/tmp", "is a directory")] {
        let sql = format!("load data local infile '{name}' into table loaded");
        let e = failure(connection, &sql).await;
        assert!(e.kind == Kind::Io && e.message.contains(said), "{e}");
    }
}

async fn read_catalog(connection: &mut Open) -> Catalog {
    let mut builder = CatalogBuilder::new(MySql.dialect());
    for stage in Stage::ALL {
        connection.catalog(stage, &mut builder).await.unwrap();
    }
    builder.snapshot(1)
}

async fn catalog(connection: &mut Open, database: &str) {
    for sql in [
        "create table users (id int primary key, name varchar(20) not null default 'x' comment 'who', \
         kind enum('new','it''s'), state varchar(9) check (state in ('on','off'))) comment 'people'",
        "create table orders (a int, b int, user_id int, primary key (a, b), \
         constraint by_user foreign key (user_id) references users (id) on delete cascade)",
        "create table items (x int, y int, constraint pair foreign key (x, y) references orders (a, b))",
        "create view names as select name from users",
        "create function f(n int, s varchar(5)) returns int deterministic return n",
    ] {
        good(connection, sql).await;
    }
    let catalog = read_catalog(connection).await;
    assert_eq!(
        (catalog.database.as_str(), catalog.search_path.join(",")),
        (database, database.to_string())
    );
    assert!(catalog.databases.contains(&database.to_string()));
    assert!(catalog.roles.contains(&USER.to_string()));
    assert!(catalog.charsets.contains(&"utf8mb4".to_string()));
    assert!(
        catalog
            .collations
            .contains(&"utf8mb4_general_ci".to_string())
    );
    assert!(catalog.settings.contains(&"sql_mode".to_string()));
    let relation = |schema: &str, name: &str| {
        let found = catalog
            .relations()
            .find(|r| r.name == name && catalog.schemas[r.schema].name == schema);
        found.unwrap_or_else(|| panic!("no {schema}.{name}"))
    };
    let users = relation(database, "users");
    assert_eq!(
        (users.kind, users.comment()),
        (RelationKind::Table, Some("people"))
    );
    let shown: Vec<_> = users
        .columns()
        .iter()
        .map(|c| (c.name, c.type_name))
        .collect();
    assert_eq!(
        shown,
        [
            ("id", "int(11)"),
            ("name", "varchar(20)"),
            ("kind", "enum('new','it''s')"),
            ("state", "varchar(9)")
        ]
    );
    assert!(
        users.columns().get(0).unwrap().primary_key && !users.columns().get(0).unwrap().nullable
    );
    assert_eq!(users.columns().get(1).unwrap().comment(), Some("who"));
    assert_eq!(
        users.columns().get(2).unwrap().check_values(),
        ["new", "it's"]
    );
    assert_eq!(
        users.columns().get(3).unwrap().check_values(),
        ["on", "off"]
    );
    assert_eq!(relation(database, "names").kind, RelationKind::View);
    assert_eq!(relation("mysql", "db").kind, RelationKind::SystemTable);
    assert_eq!(
        relation("information_schema", "TABLES").kind,
        RelationKind::SystemTable
    );
    let pair = catalog
        .foreign_keys()
        .find(|k| k.from_columns.len() == 2)
        .unwrap();
    assert_eq!(
        (pair.from_columns.join(","), pair.to_columns.join(",")),
        ("x,y".into(), "a,b".into())
    );
    let primary = relation(database, "orders")
        .indexes()
        .find(|i| i.name == "PRIMARY")
        .unwrap();
    assert!(primary.unique && primary.columns == ["a", "b"]);
    let ours = catalog.schemas.iter().find(|s| s.name == database).unwrap();
    let f = ours.routines.iter().find(|r| r.name == "f").unwrap();
    let arguments: Vec<_> = f
        .arguments
        .iter()
        .map(|a| (a.name.as_str(), a.type_name.as_str()))
        .collect();
    assert_eq!(arguments, [("n", "int(11)"), ("s", "varchar(5)")]);
    assert!(ours.routines.iter().any(|r| r.name == "p"));
}

async fn listings(connection: &mut Open, database: &str) {
    let every = [
        Listing::Databases,
        Listing::Schemas,
        Listing::Tables,
        Listing::Views,
        Listing::Indexes,
        Listing::Functions,
        Listing::Relations,
        Listing::Describe,
    ];
    for what in every {
        for (schema, name) in [
            (None, None),
            (Some(database), Some("users")),
            (Some("t*"), Some("u?er*")),
        ] {
            for (system, verbose) in [(false, false), (true, true)] {
                let pattern = Pattern {
                    schema: schema.map(str::to_string),
                    name: name.map(str::to_string),
                    system,
                    verbose,
                    ..Pattern::default()
                };
                for titled in MySql.listing(what, &pattern).unwrap() {
                    let said = events(connection, &titled.sql).await;
                    let last = said.last().unwrap();
                    assert!(last.starts_with("done"), "{what:?} {}: {last}", titled.sql);
                }
            }
        }
    }
    let users = Pattern {
        name: Some("users".to_string()),
        ..Pattern::default()
    };
    let mut shown = Vec::new();
    for titled in MySql.listing(Listing::Describe, &users).unwrap() {
        let said = events(connection, &titled.sql).await;
        shown.extend(
            said.into_iter()
                .filter(|s| !s.starts_with("columns") && !s.starts_with("done")),
        );
    }
    assert_eq!(
        shown,
        [
            "id|int(11)|NO|PRI|NULL||",
            "name|varchar(20)|NO||'x'||who",
            "kind|enum('new','it''s')|YES||NULL||",
            "state|varchar(9)|YES||NULL||",
            "PRIMARY|id|YES|BTREE",
            "orders|by_user|user_id|users (id)",
        ]
    );
}

async fn refused(target: &Target) -> Error {
    match MySql.connect(target).await {
        Ok(_) => panic!("connected"),
        Err(e) => e,
    }
}

async fn connecting(server: &Server, database: &str) {
    let port = server.port;
    let parse = |url: &str| Target::parse(url).unwrap();
    let mut tcp = MySql.connect(&server.target(database)).await.unwrap();
    assert_eq!(events(&mut tcp, "select database()").await[1], database);
    assert_eq!(
        (tcp.status().host.as_str(), tcp.status().port),
        ("127.0.0.1", Some(port))
    );
    assert_eq!(tcp.status().encryption, None);
    let me = format!("mysql://{USER}:{PASSWORD}");
    for (url, kind, part) in [
        (
            format!("mysql://{USER}:wrong@127.0.0.1:{port}/"),
            Kind::Password,
            "Access denied",
        ),
        (
            format!("mysql://{USER}@127.0.0.1:{port}/"),
            Kind::Password,
            "Access denied",
        ),
        (
            format!("{me}@127.0.0.1:{port}/nope"),
            Kind::Connect,
            "Unknown database",
        ),
        (
            format!("{me}@127.0.0.1:1/"),
            Kind::Connect,
            "could not connect to 127.0.0.1:1: connection refused",
        ),
        (
            format!("{me}@h/?socket=/nowhere"),
            Kind::Connect,
            "could not connect to /nowhere: no such file",
        ),
        (
            format!("{me}@127.0.0.1:{port}/?ssl-mode=REQUIRED"),
            Kind::Connect,
            "the server does not support TLS",
        ),
        (
            format!("{me}@127.0.0.1:1,127.0.0.1:2/"),
            Kind::Connect,
            "any of 2 servers",
        ),
    ] {
        let error = refused(&parse(&url)).await;
        assert_eq!(error.kind, kind, "{url}: {}", error.message);
        assert!(error.message.contains(part), "{url}: {}", error.message);
    }
    let several = parse(&format!("{me}@127.0.0.1:1,127.0.0.1:{port}/"));
    assert_eq!(
        MySql.connect(&several).await.unwrap().status().port,
        Some(port)
    );
    option_files(server, database).await;
    silent_server().await;
    let mut target = server.target(database);
    target.read_only = true;
    let mut reader = MySql.connect(&target).await.unwrap();
    let e = failure(&mut reader, "create table never (x int)").await;
    assert_eq!(e.code.as_deref(), Some("1792 (25006)"));
}

async fn option_files(server: &Server, database: &str) {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        std::fs::write(dir.path().join(name), text).unwrap();
        dir.path().join(name).display().to_string()
    };
    let login = file(
        "login",
        format!("[client]\nuser={USER}\npassword=\"{PASSWORD}\"\n"),
    );
    let all = file(
        "all",
        format!(
            "!include {login}\n[mysqld]\nuser=nobody\n[mysql]\nsocket = {} # here\n",
            server.socket.display()
        ),
    );
    let url = format!("mysql:///{database}?defaults-file={all}");
    let connection = MySql.connect(&Target::parse(&url).unwrap()).await.unwrap();
    let status = connection.status();
    assert_eq!((status.user.as_str(), status.port), (USER, None));
    assert_eq!(status.host, server.socket.display().to_string());
    let missing = refused(&Target::parse("mysql:///?defaults-file=/no/such").unwrap()).await;
    assert!(
        missing.message.contains("option file \"/no/such\""),
        "{}",
        missing.message
    );
}

/// A server that accepts and never says a word must not hang anybody.
async fn silent_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut target = Target::parse(&format!("mysql://root@127.0.0.1:{port}/")).unwrap();
    target.connect_timeout = Some(Duration::from_secs(1));
    let error = refused(&target).await;
    assert_eq!(
        error.message,
        format!("could not connect to 127.0.0.1:{port}: no answer within 1 second")
    );
}

async fn lost(server: &Server) {
    let mut victim = MySql.connect(&server.target("mysql")).await.unwrap();
    let mut other = MySql.connect(&server.target("mysql")).await.unwrap();
    let id = events(&mut victim, "select connection_id()").await[1].replace("n:", "");
    good(&mut other, &format!("kill {id}")).await;
    assert_eq!(failure(&mut victim, "select 1").await.kind, Kind::Lost);
    let again = failure(&mut victim, "select 1").await;
    assert_eq!(
        (again.kind, again.message.as_str()),
        (Kind::Lost, "the connection to the server is closed")
    );
}

/// An authority and a certificate for db.example.com; `false` where openssl is not installed.
fn make_certificates(dir: &Path) -> bool {
    let openssl = PathBuf::from("/usr/bin/openssl");
    if !openssl.exists() {
        return false;
    }
    std::fs::write(dir.join("names"), "subjectAltName=DNS:db.example.com\n").unwrap();
    let commands = [
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2 \
         -addext basicConstraints=critical,CA:TRUE",
        "req -newkey rsa:2048 -nodes -keyout s.key -out s.csr -subj /CN=db",
        "x509 -req -in s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out s.pem -days 2 \
         -extfile names",
        "req -x509 -newkey rsa:2048 -nodes -keyout no.key -out other.pem -subj /CN=no -days 2 \
         -addext basicConstraints=critical,CA:TRUE",
    ];
    for command in commands {
        let done = Command::new(&openssl)
            .args(command.split_whitespace())
            .current_dir(dir)
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success(), "openssl {command}");
    }
    Command::new("chmod")
        .args(["644", "s.key"])
        .current_dir(dir)
        .status()
        .unwrap();
    // The server runs as another user.
    Command::new("chmod").arg("755").arg(dir).status().unwrap();
    true
}

#[test]
fn each_ssl_mode_checks_what_it_promises() {
    let certificates = tempfile::Builder::new()
        .prefix("sqwire-tls")
        .tempdir()
        .unwrap();
    let dir = certificates.path();
    if !make_certificates(dir) {
        return;
    }
    let file = |name: &str| dir.join(name).display().to_string();
    let options = [
        format!("--ssl-ca={}", file("ca.pem")),
        format!("--ssl-cert={}", file("s.pem")),
        format!("--ssl-key={}", file("s.key")),
    ];
    let Some(server) = servers::start_mysql_with(&options) else {
        return;
    };
    let encryption = |query: String| {
        let url = server.url(&format!("?{query}"));
        block_on(async {
            match MySql.connect(&Target::parse(&url).unwrap()).await {
                Ok(connection) => Ok(connection.status().encryption),
                Err(e) => Err(e.message),
            }
        })
    };
    let tls = Ok(Some("TLSv1.3".to_string()));
    assert_eq!(encryption(String::new()), tls);
    assert_eq!(encryption("ssl-mode=DISABLED".into()), Ok(None));
    assert_eq!(encryption("ssl-mode=REQUIRED".into()), tls);
    assert_eq!(encryption(format!("ssl-ca={}", file("ca.pem"))), tls);
    assert_eq!(
        encryption(format!("ssl-mode=VERIFY_CA&ssl-ca={}", file("ca.pem"))),
        tls
    );
    for (query, reason) in [
        (
            format!("ssl-mode=VERIFY_IDENTITY&ssl-ca={}", file("ca.pem")),
            "is for another host name",
        ),
        (
            format!("ssl-mode=VERIFY_CA&ssl-ca={}", file("other.pem")),
            "not signed by a known authority",
        ),
        (
            "ssl-mode=VERIFY_CA".to_string(),
            "not signed by a known authority",
        ),
    ] {
        let said = encryption(query.clone()).unwrap_err();
        assert!(said.contains(reason), "{query}: {said}");
    }
}
