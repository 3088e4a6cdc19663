//! The PostgreSQL driver against a private server: what only this server has.

use crate::servers::{self, PASSWORD, Server, USER};
use futures::StreamExt;
use sqwire::catalog::{Catalog, CatalogBuilder, RelationKind, RoutineKind};
use sqwire::data::CellKind;
use sqwire::driver::{Connection, Event, Stage, Target, Transaction, by_name};
use sqwire::error::{Error, Kind};

/// Runs a test's body with the server that all tests share.
fn with_server(test: impl AsyncFnOnce(&Server)) {
    if let Some(server) = servers::postgres() {
        block_on(test(server));
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

/// A connection string to the first database.
fn url(server: &Server, more: &str) -> String {
    url_of(server, "postgres", more)
}

fn url_of(server: &Server, database: &str, more: &str) -> String {
    let port = server.port;
    format!("host=127.0.0.1 port={port} user={USER} password={PASSWORD} dbname={database} {more}")
}

pub(crate) async fn connect(url: &str) -> Result<Box<dyn Connection>, Error> {
    let target = Target::parse(url)?;
    by_name("postgres")
        .expect("the driver")
        .connect(&target)
        .await
}

/// Everything that a statement gives, one line an event.
pub(crate) async fn all(c: &mut dyn Connection, sql: &str) -> Result<String, Error> {
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
    with_server(async |server| {
        let mut c = connect(&url(server, "")).await.expect("connects");
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
    with_server(async |server| {
        let mut c = connect(&url(server, "")).await.expect("connects");
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
    with_server(async |server| {
        let mut c = connect(&url(server, "")).await.expect("connects");
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
    with_server(async |server| {
        let mut c = connect(&url(server, "")).await.expect("connects");
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
    with_server(async |server| a_cancel_ends_the_statement(&url(server, "")).await);
}

/// Also for connections with TLS, over which the request goes too.
pub(crate) async fn a_cancel_ends_the_statement(url: &str) {
    let mut c = connect(url).await.expect("connects");
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
}

#[test]
fn a_stream_dropped_early_leaves_nothing_behind() {
    with_server(async |server| {
        let mut c = connect(&url(server, "")).await.expect("connects");
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
    with_server(async |server| {
        let mut c = connect(&url(server, "")).await.expect("connects");
        let mut killer = connect(&url(server, "")).await.expect("connects");
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
        let mut c = connect(&url(server, "")).await.expect("connects");
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
fn text_that_is_not_utf8_arrives_as_it_is() {
    with_server(async |server| {
        let mut c = connect(&url(server, "")).await.expect("connects");
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

/// A role that may not read a part of the catalog loses that part only.
#[test]
fn what_a_role_may_not_read_costs_that_part_only() {
    with_server(async |server| {
        for (hidden, lost) in [
            ("pg_attribute", &["keys", "indexes"][..]),
            (
                "pg_class, pg_catalog.pg_namespace",
                &["keys", "indexes", "routines", "types"],
            ),
            ("pg_attrdef", &[]),
            ("pg_description", &[]),
            ("pg_extension", &[]),
            ("pg_constraint", &["keys"]),
            ("pg_index", &["indexes"]),
            ("pg_proc", &["routines"]),
            ("pg_type", &["types"]),
            ("pg_roles", &[]),
            ("pg_roles, pg_catalog.pg_user", &["roles"]),
            ("pg_settings", &["settings"]),
            ("pg_database", &["databases"]),
        ] {
            let database = server.database().await;
            let role = format!("{database}_reader");
            let mut owner = connect(&url_of(server, &database, ""))
                .await
                .expect("connects");
            let setup = format!(
                "create table a (id int primary key); create table b (a_id int references a); \
                 create function f() returns int language sql as 'select 1'; \
                 create type mood as enum ('sad'); create role {role} login password '{PASSWORD}'; \
                 grant select on a, b to {role}; revoke select on pg_catalog.{hidden} from public"
            );
            all(owner.as_mut(), &setup).await.expect("the schema");
            let port = server.port;
            let url = format!(
                "host=127.0.0.1 port={port} user={role} password={PASSWORD} dbname={database}"
            );
            let mut reader = connect(&url).await.expect("connects");
            let k = catalog(reader.as_mut()).await;
            let ours: Vec<_> = k
                .relations()
                .filter(|r| matches!(r.name, "a" | "b"))
                .collect();
            assert_eq!(ours.len(), 2, "without {hidden}");
            let public = k
                .schemas
                .iter()
                .find(|s| s.name == "public")
                .expect("public");
            let found = [
                ("columns", ours.iter().all(|r| !r.columns().is_empty())),
                ("keys", k.foreign_keys().len() > 0),
                ("indexes", ours[0].indexes().len() > 0),
                ("routines", !public.routines.is_empty()),
                ("types", !public.types.is_empty()),
                ("roles", !k.roles.is_empty()),
                ("settings", !k.settings.is_empty()),
                ("databases", !k.databases.is_empty()),
            ];
            let missing: Vec<_> = found.iter().filter(|f| !f.1).map(|f| f.0).collect();
            assert_eq!(missing, lost, "without {hidden}");
        }
    });
}

/// A time limit of the role ends one part, and the refresh says so.
#[test]
fn a_part_that_takes_too_long_is_told_and_the_others_are_read() {
    with_server(async |server| {
        let database = server.database().await;
        let mut c = connect(&url_of(server, &database, ""))
            .await
            .expect("connects");
        all(c.as_mut(), "create table a (id int)")
            .await
            .expect("the table");
        all(c.as_mut(), "begin; lock table pg_catalog.pg_constraint")
            .await
            .expect("a lock");
        let mut other = connect(&url_of(server, &database, ""))
            .await
            .expect("connects");
        all(other.as_mut(), "set statement_timeout = '200ms'")
            .await
            .expect("set");
        let driver = by_name("postgres").expect("the driver");
        let mut builder = CatalogBuilder::new(driver.dialect());
        for stage in Stage::ALL {
            other.catalog(stage, &mut builder).await.expect("a stage");
        }
        assert!(
            builder
                .failure
                .as_ref()
                .is_some_and(|f| f.contains("statement timeout"))
        );
        let k = builder.finish(1);
        assert!(
            k.relations()
                .any(|r| r.name == "a" && r.columns().len() == 1)
        );
        assert!(!k.settings.is_empty());
    });
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
    with_server(async |server| {
        let database = server.database().await;
        let url = url_of(server, &database, "");
        let mut c = connect(&url).await.expect("connects");
        all(c.as_mut(), SCHEMA).await.expect("the schema");
        let k = catalog(c.as_mut()).await;
        assert_eq!(
            (k.database.as_str(), k.user.as_str()),
            (database.as_str(), USER)
        );
        assert_eq!(k.search_path, ["shop"]);
        let schema = k
            .schemas
            .iter()
            .position(|s| s.name == "shop")
            .expect("the schema");
        let relation = |name: &str| {
            let found = k.relations().find(|r| r.schema == schema && r.name == name);
            found.expect(name)
        };
        let users = relation("users");
        assert_eq!(users.comment(), Some("who"));
        let columns: Vec<_> = users
            .columns()
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
        assert!(
            users.columns().get(0).unwrap().primary_key
                && !users.columns().get(1).unwrap().primary_key
        );
        assert!(
            !users.columns().get(1).unwrap().nullable && users.columns().get(2).unwrap().nullable
        );
        assert_eq!(users.columns().get(1).unwrap().default(), Some("'x'::text"));
        assert_eq!(users.columns().get(1).unwrap().comment(), Some("what"));
        assert_eq!(
            users.columns().get(3).unwrap().check_values(),
            ["new", "old"]
        );
        assert_eq!(relation("v").kind, RelationKind::View);
        assert_eq!(relation("m").kind, RelationKind::MaterializedView);
        assert_eq!(relation("parts").kind, RelationKind::PartitionedTable);
        assert_eq!(relation("parts_1").partition_of(), Some("shop.parts"));
        let index = relation("items").indexes().find(|i| i.name == "items_expr");
        assert_eq!(index.expect("the index").columns, ["(x + y)", "y"]);
        assert!(relation("orders").indexes().next().unwrap().unique);
        let keys: Vec<_> = k
            .foreign_keys()
            .map(|f| {
                let name = |id: sqwire::catalog::RelationId| k.relation(id).name;
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
        assert!(k.databases.contains(&database) && k.roles.iter().any(|r| r == USER));
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
    with_server(async |server| {
        let database = server.database().await;
        let url = url_of(server, &database, "");
        let mut c = connect(&url).await.expect("connects");
        let sql = "do $$ begin for i in 1..1000 loop execute
                   format('create table t%s (id int primary key, a text, b text)', i); end loop; end $$;
                   create function trap(oid, oid) returns bool language plpgsql as
                     $$ begin raise exception 'planted'; end $$;
                   create operator = (leftarg = oid, rightarg = oid, procedure = trap);
                   alter database NAME set search_path = public, pg_catalog";
        let sql = sql.replace("NAME", &database);
        all(c.as_mut(), &sql).await.expect("tables");
        let mut c = connect(&url).await.expect("connects");
        let k = catalog(c.as_mut()).await;
        let tables = k
            .relations()
            .filter(|r| r.kind == RelationKind::Table)
            .count();
        assert_eq!(tables, 1000);
        assert!(k.relations().all(|r| !r.columns().is_empty()));
        assert_eq!(k.search_path, ["public", "pg_catalog"]);
    });
}
