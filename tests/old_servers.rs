//! Servers that lack some of PostgreSQL's catalogs: a real one behind a relay that hides words of
//! its catalogs from us and says another version. What is hidden costs its own part only.

use crate::harness::Sqwire;
use crate::postgres::{all, block_on, connect};
use crate::servers::{self, PASSWORD, Server, USER};
use sqwire::catalog::{Catalog, CatalogBuilder, RelationKind};
use sqwire::driver::{Stage, by_name};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

/// A server to pretend to be.
#[derive(Clone, Copy)]
struct Guise {
    version: &'static str,
    /// Words that its catalogs and its grammar do not know.
    lacks: &'static [&'static str],
}

/// The port of a relay before the server.
fn relay(server: &Server, guise: Guise) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let to = server.port;
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else {
                continue;
            };
            let pairs = [(&client, &server), (&server, &client)];
            for (is_server, (from, to)) in [false, true].into_iter().zip(pairs) {
                let (from, to) = (from.try_clone(), to.try_clone());
                std::thread::spawn(move || {
                    let (Ok(from), Ok(mut to)) = (from, to) else {
                        return;
                    };
                    // It ends with the connection.
                    let _ = pass(from, &mut to, is_server, guise);
                    let _ = to.shutdown(Shutdown::Both);
                });
            }
        }
    });
    port
}

fn pass(mut from: TcpStream, to: &mut TcpStream, is_server: bool, guise: Guise) -> io::Result<()> {
    if !is_server {
        // What begins a connection has no letter before its length.
        let body = body(&mut from)?;
        send(to, None, &body)?;
    }
    loop {
        let mut kind = [0];
        from.read_exact(&mut kind)?;
        let mut body = body(&mut from)?;
        match kind[0] {
            b'Q' | b'P' if !is_server => guise.lacks.iter().for_each(|w| hide(&mut body, w)),
            b'S' if is_server && body.starts_with(b"server_version\0") => {
                body = format!("server_version\0{}\0", guise.version).into_bytes();
            }
            _ => {}
        }
        send(to, Some(kind[0]), &body)?;
    }
}

fn body(from: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
    from.read_exact(&mut body)?;
    Ok(body)
}

fn send(to: &mut TcpStream, kind: Option<u8>, body: &[u8]) -> io::Result<()> {
    let mut message: Vec<u8> = kind.into_iter().collect();
    message.extend((body.len() as u32 + 4).to_be_bytes());
    message.extend(body);
    to.write_all(&message)
}

/// Makes a word one that no server knows.
fn hide(text: &mut [u8], word: &str) {
    for at in 0..text.len().saturating_sub(word.len()) {
        if text[at..].starts_with(word.as_bytes()) {
            text[at] = b'q';
            text[at + 1] = b'q';
        }
    }
}

const SCHEMA: &str = "
create type mood as enum ('sad', 'fine');
create table users (id serial primary key, feeling mood, state text check (state in ('new', 'old')));
create table orders (id int primary key, user_id int references users);
create index orders_of on orders (user_id);
create view sad_users as select * from users where feeling = 'sad';
create function totals(since date) returns int language sql as 'select 1';
comment on table users is 'who';
analyze users";

fn url(port: u16, database: &str) -> String {
    format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{port}/{database}?sslmode=disable")
}

/// What is read of that schema from a server in disguise.
async fn catalog(server: &Server, database: &str, guise: Guise) -> Catalog {
    let mut connection = connect(&url(relay(server, guise), database))
        .await
        .expect("connects");
    let driver = by_name("postgres").expect("the driver");
    let mut builder = CatalogBuilder::new(driver.dialect());
    for stage in Stage::ALL {
        let read = connection.catalog(stage, &mut builder).await;
        read.unwrap_or_else(|e| panic!("{stage:?} as {}: {}", guise.version, e.message));
    }
    builder.finish(1)
}

/// The parts that a catalog has of the schema.
fn parts(catalog: &Catalog) -> Vec<&'static str> {
    let path = ["public".to_string()].map(|name| catalog.schema_id(&name));
    let public = path[0].expect("the schema public");
    let relation = |name| {
        let id = catalog
            .relations_in(public)
            .find(|id| catalog.relation_name(*id) == name);
        catalog.relation(id.unwrap_or_else(|| panic!("no {name}")))
    };
    let (users, orders) = (relation("users"), relation("orders"));
    let schema = &catalog.schemas[public];
    let column = |name| users.columns().iter().find(|c| c.name == name);
    [
        ("views", relation("sad_users").kind == RelationKind::View),
        (
            "columns",
            users.columns().len() == 3 && orders.columns().len() == 2,
        ),
        (
            "types of columns",
            column("id").is_some_and(|c| c.type_name == "integer"),
        ),
        ("comments", users.comment() == Some("who")),
        ("primary keys", column("id").is_some_and(|c| c.primary_key)),
        ("foreign keys", catalog.foreign_keys().len() == 1),
        (
            "checks",
            column("state").is_some_and(|c| c.check_values().iter().next().is_some()),
        ),
        ("indexes", orders.indexes().any(|i| i.name == "orders_of")),
        (
            "routines",
            schema.routines.iter().any(|r| r.name == "totals"),
        ),
        ("types", schema.types.iter().any(|t| t.name == "mood")),
        (
            "labels",
            schema.types.iter().any(|t| t.labels == ["sad", "fine"]),
        ),
        ("sequences", !schema.sequences.is_empty()),
        ("roles", !catalog.roles.is_empty()),
        ("databases", !catalog.databases.is_empty()),
        ("settings", !catalog.settings.is_empty()),
    ]
    .into_iter()
    .filter(|(_, found)| *found)
    .map(|(part, _)| part)
    .collect()
}

const NAMES_ALONE: &[&str] = &[
    "comments",
    "primary keys",
    "foreign keys",
    "checks",
    "indexes",
    "routines",
    "types",
    "labels",
    "sequences",
];

#[test]
fn what_a_server_lacks_costs_that_part_only() {
    let Some(server) = servers::postgres() else {
        return;
    };
    block_on(async {
        let database = server.database().await;
        let mut owner = connect(&url(server.port, &database))
            .await
            .expect("connects");
        all(owner.as_mut(), SCHEMA).await.expect("the schema");
        for (version, lacks, lost) in [
            (
                "9.6.24",
                &[
                    "prokind",
                    "relispartition",
                    "indnkeyatts",
                    "attidentity",
                    "attgenerated",
                    "pg_sequence",
                    "pg_partitioned_table",
                ][..],
                &[][..],
            ),
            (
                "8.0.2",
                &[
                    "prokind",
                    "relispartition",
                    "indnkeyatts",
                    "pg_extension",
                    "pg_enum",
                    "pg_roles",
                    "typcategory",
                    "typarray",
                    "indisvalid",
                    "indpred",
                    "enumvals",
                    "vartype",
                    "proallargtypes",
                    "proargmodes",
                    "proargdefaults",
                    "pg_my_temp_schema",
                    "lateral",
                    "with ordinality",
                    "pg_sequence",
                    "pg_amproc",
                ],
                &["comments", "labels"],
            ),
            (
                "13.0.0",
                &[
                    "pg_amproc",
                    "pg_cast",
                    "proargdefaults",
                    "pg_my_temp_schema",
                    "relispartition",
                    "indexprs",
                    "pg_get_expr",
                    "reltuples",
                ],
                &["comments"],
            ),
            ("15.0", &["pg_class"], NAMES_ALONE),
            (
                "15.0",
                &["pg_catalog.pg_namespace", "pg_attribute"],
                NAMES_ALONE,
            ),
            ("15.0", &["pg_get_constraintdef"], &["checks"]),
            ("15.0", &["format_type"], &["types of columns"]),
        ] {
            let whole = parts(
                &catalog(
                    server,
                    &database,
                    Guise {
                        version: "15.0",
                        lacks: &[],
                    },
                )
                .await,
            );
            assert_eq!(whole.len(), 15, "{whole:?}");
            let found = catalog(server, &database, Guise { version, lacks }).await;
            assert_eq!(found.server_version, version);
            let mut found = parts(&found);
            found.extend(lost);
            let missing: Vec<_> = whole.iter().filter(|p| !found.contains(p)).collect();
            assert!(missing.is_empty(), "{version} {lacks:?}: {missing:?}");
        }
    });
}

/// What `sqwire catalog` ends with and writes to standard output and standard error.
fn written(url: &str) -> (i32, String, String) {
    let (output, _) = Sqwire::new().args("catalog").arg(url).output();
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let status = output.status.code().unwrap_or(-1);
    (status, text(output.stdout), text(output.stderr))
}

/// The program over such a server: names on stdout, nothing on stderr.
#[test]
fn the_catalog_of_such_a_server_is_written() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let database = block_on(async {
        let database = server.database().await;
        let mut owner = connect(&url(server.port, &database))
            .await
            .expect("connects");
        all(owner.as_mut(), SCHEMA).await.expect("the schema");
        database
    });
    let guise = Guise {
        version: "8.0.2",
        lacks: &[
            "pg_extension",
            "prokind",
            "pg_enum",
            "pg_roles",
            "indisvalid",
            "enumvals",
        ],
    };
    let done = written(&url(relay(server, guise), &database));
    assert_eq!((done.0, done.2.as_str()), (0, ""));
    assert!(done.1.contains(r#""name":"orders""#), "{}", done.1);
}

/// What the role may not read is told, with the server's reason.
#[test]
fn what_the_role_may_not_read_is_told() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let (database, role) = block_on(async {
        let database = server.database().await;
        let mut owner = connect(&url(server.port, &database))
            .await
            .expect("connects");
        let role = format!("{database}_reader");
        let setup = format!(
            "{SCHEMA}; create role {role} login password '{PASSWORD}'; grant select on users to {role}; \
             revoke select on pg_catalog.pg_constraint, pg_catalog.pg_description from public"
        );
        all(owner.as_mut(), &setup).await.expect("the schema");
        (database, role)
    });
    let port = server.port;
    let url = format!("postgres://{role}:{PASSWORD}@127.0.0.1:{port}/{database}");
    let done = written(&url);
    assert_eq!(done.0, 0);
    assert!(done.1.contains(r#""name":"orders""#));
    let wanted = [
        "relations are read in part: permission denied for table pg_description",
        "keys are not read: permission denied for table pg_constraint",
    ];
    for line in wanted {
        assert!(done.2.lines().any(|l| l == line), "{line} in {}", done.2);
    }
    let lines: Vec<&str> = done.2.lines().collect();
    let twice = lines
        .iter()
        .any(|l| lines.iter().filter(|o| o == &l).count() > 1);
    assert!(!twice, "{}", done.2);
}
