//! One contract for every driver: the same cases, run against a private server of each kind.
//!
//! Each case is a function over a `Backend`; the macro at the end makes a test of each case and
//! backend. Where servers spell a thing differently, a row has one entry a server, in the order
//! PostgreSQL, MySQL, SQLite, and `None` where the server has no such thing.

use crate::servers::{self, Server};
use futures::StreamExt;
use futures::stream::BoxStream;
use sqwire::catalog::{Catalog, CatalogBuilder, Relation, RelationId, RelationKind};
use sqwire::data::{Align, CellKind, Column};
use sqwire::driver::target::{Host, Secret, Target};
use sqwire::driver::{
    self, Connection, Driver, Event, Listing, Pattern, Stage, Titled, Transaction,
};
use sqwire::error::{Error, Kind};
use std::future::Future;
use std::time::{Duration, Instant};

/// No single wait of a test is longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// One kind of server.
struct Backend {
    driver: &'static str,
    /// Its place in the rows of a table.
    index: usize,
    server: fn() -> Option<&'static Server>,
    own_server: fn() -> Option<Server>,
}

const POSTGRES: Backend = Backend {
    driver: "postgres",
    index: 0,
    server: servers::postgres,
    own_server: servers::start_postgres,
};
const MYSQL: Backend = Backend {
    driver: "mysql",
    index: 1,
    server: servers::mysql,
    own_server: servers::start_mysql,
};
const SQLITE: Backend = Backend {
    driver: "sqlite",
    index: 2,
    server: || None,
    own_server: || None,
};

/// A database of a test's own.
struct Database {
    target: Target,
    /// SQLite's file lives in it.
    _folder: tempfile::TempDir,
}

impl Backend {
    fn driver(&self) -> &'static dyn Driver {
        driver::by_name(self.driver).unwrap()
    }

    /// This server's entry of a row.
    fn pick<T: Copy>(&self, row: [T; 3]) -> T {
        row[self.index]
    }

    async fn database(&self) -> Database {
        let folder = tempfile::tempdir().unwrap();
        let target = match (self.server)() {
            Some(server) => server.target(&server.database().await),
            None => Target::sqlite(folder.path().join("test.db").to_str().unwrap()),
        };
        Database {
            target,
            _folder: folder,
        }
    }

    async fn connect(&self, database: &Database) -> Box<dyn Connection> {
        self.driver().connect(&database.target).await.unwrap()
    }

    /// A connection to a database of its own; the folder must outlive it.
    async fn fresh(&self) -> (Box<dyn Connection>, Database) {
        let database = self.database().await;
        (self.connect(&database).await, database)
    }
}

/// Runs one case on a runtime of its own; a server that is not installed is not tested.
#[allow(clippy::print_stderr)]
fn run_case<F: Future<Output = ()>>(backend: &'static Backend, case: fn(&'static Backend) -> F) {
    if driver::by_name(backend.driver).is_none() {
        eprintln!("not tested: this build has no driver {}", backend.driver);
        return;
    }
    if backend.driver != "sqlite" && (backend.server)().is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(case(backend));
}

// What a statement sends, collected ---------------------------------------------------------------

/// What came back, in order; rows one by one.
#[derive(Debug)]
enum Happened {
    Columns(Vec<Column>),
    Row(Vec<(CellKind, String)>),
    Notice(String),
    Done(String, u64),
    Failed(Error),
}

async fn next<'a>(
    events: &mut BoxStream<'a, sqwire::error::Result<Event>>,
) -> Option<sqwire::error::Result<Event>> {
    tokio::time::timeout(PATIENCE, events.next())
        .await
        .expect("an event in time")
}

async fn happenings(connection: &mut dyn Connection, sql: &str) -> Vec<Happened> {
    let mut events = connection.run(sql);
    drain(&mut events).await
}

async fn drain(events: &mut BoxStream<'_, sqwire::error::Result<Event>>) -> Vec<Happened> {
    let mut all = Vec::new();
    while let Some(event) = next(events).await {
        match event {
            Ok(Event::Columns(columns)) => all.push(Happened::Columns(columns)),
            Ok(Event::Rows(batch)) => {
                assert!(!batch.is_empty(), "a batch without rows");
                for row in batch.rows() {
                    let text = |t: &[u8]| String::from_utf8_lossy(t).into_owned();
                    all.push(Happened::Row(
                        row.cells().map(|c| (c.kind, text(c.text))).collect(),
                    ));
                }
            }
            Ok(Event::Notice(notice)) => all.push(Happened::Notice(notice.message)),
            Ok(Event::Done(summary)) => all.push(Happened::Done(summary.tag, summary.rows)),
            Ok(Event::Copy(_)) => panic!("COPY without having asked"),
            Err(error) => all.push(Happened::Failed(error)),
        }
    }
    all
}

/// The order of things in short: `columns row row done`.
fn order(all: &[Happened]) -> String {
    let words: Vec<&str> = all
        .iter()
        .map(|h| match h {
            Happened::Columns(_) => "columns",
            Happened::Row(_) => "row",
            Happened::Notice(_) => "notice",
            Happened::Done(..) => "done",
            Happened::Failed(_) => "error",
        })
        .collect();
    words.join(" ")
}

/// Runs what must succeed.
async fn execute(connection: &mut dyn Connection, sql: &str) -> Vec<Happened> {
    let all = happenings(connection, sql).await;
    if let Some(Happened::Failed(error)) = all.last() {
        panic!("{sql}\n{error:?}");
    }
    all
}

/// The rows' texts; NULL as `NULL`.
async fn rows(connection: &mut dyn Connection, sql: &str) -> Vec<Vec<String>> {
    let text = |(kind, text): (CellKind, String)| match kind {
        CellKind::Null => "NULL".to_string(),
        _ => text,
    };
    execute(connection, sql)
        .await
        .into_iter()
        .filter_map(|h| match h {
            Happened::Row(cells) => Some(cells.into_iter().map(text).collect()),
            _ => None,
        })
        .collect()
}

/// The error of what must fail.
async fn failure(connection: &mut dyn Connection, sql: &str) -> Error {
    let mut all = happenings(connection, sql).await;
    match all.pop() {
        Some(Happened::Failed(error)) => error,
        other => panic!("{sql} did not fail: {other:?}"),
    }
}

async fn still_usable(connection: &mut dyn Connection) {
    assert_eq!(rows(connection, "select 42").await, [["42"]]);
}

// Values ------------------------------------------------------------------------------------------

/// An expression, and the kind and text of its cell.
type Value = Option<(&'static str, CellKind, &'static str)>;

async fn check_values(backend: &'static Backend, table: &[[Value; 3]]) {
    let (mut connection, _database) = backend.fresh().await;
    for row in table {
        let Some((expression, kind, text)) = backend.pick(*row) else {
            continue;
        };
        let all = execute(connection.as_mut(), &format!("select {expression}")).await;
        match &all[..] {
            [
                Happened::Columns(_),
                Happened::Row(cells),
                Happened::Done(..),
            ] => {
                assert_eq!(cells, &[(kind, text.to_string())], "{expression}");
            }
            other => panic!("{expression}: {other:?}"),
        }
    }
}

use CellKind::{Bool, Bytes, Json, Null, Number, Text};

async fn integers_keep_every_digit(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some(("32767::int2", Number, "32767")),
                Some(("127", Number, "127")),
                Some(("0", Number, "0")),
            ],
            [
                Some(("(-2147483648)::int4", Number, "-2147483648")),
                Some(("-2147483648", Number, "-2147483648")),
                Some(("-2147483648", Number, "-2147483648")),
            ],
            [
                Some(("9223372036854775807::int8", Number, "9223372036854775807")),
                Some(("9223372036854775807", Number, "9223372036854775807")),
                Some(("9223372036854775807", Number, "9223372036854775807")),
            ],
            [
                Some((
                    "(-9223372036854775808)::int8",
                    Number,
                    "-9223372036854775808",
                )),
                Some((
                    "cast(-9223372036854775808 as signed)",
                    Number,
                    "-9223372036854775808",
                )),
                Some(("-9223372036854775808", Number, "-9223372036854775808")),
            ],
            [
                None,
                Some(("18446744073709551615", Number, "18446744073709551615")),
                None,
            ],
        ],
    )
    .await;
}

async fn numerics_keep_every_digit(backend: &'static Backend) {
    const LONG: &str = "123456789012345678901234567890.123456789012345678901234567890";
    check_values(
        backend,
        &[
            [
                Some((
                    "123456789012345678901234567890.123456789012345678901234567890",
                    Number,
                    LONG,
                )),
                Some((
                    "cast('123456789012345678901234567890.123456789012345678901234567890' as decimal(65,30))",
                    Number,
                    LONG,
                )),
                None,
            ],
            [
                Some(("1.10::numeric(8,2)", Number, "1.10")),
                Some(("cast(1.1 as decimal(8,2))", Number, "1.10")),
                None,
            ],
            [Some(("'NaN'::numeric", Number, "NaN")), None, None],
        ],
    )
    .await;
}

async fn floats_are_in_the_servers_own_digits(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some(("0.1::float8 + 0.2::float8", Number, "0.30000000000000004")),
                Some(("0.1e0 + 0.2e0", Number, "0.30000000000000004")),
                Some(("0.1 + 0.2", Number, "0.30000000000000004")),
            ],
            [
                Some(("1e300::float8", Number, "1e+300")),
                Some(("1e300", Number, "1e300")),
                Some(("1e300", Number, "1.0e+300")),
            ],
            [
                Some(("1::float8", Number, "1")),
                Some(("1e0", Number, "1")),
                Some(("1.0", Number, "1.0")),
            ],
            [
                Some(("1.5::float4", Number, "1.5")),
                Some(("-2.5e0", Number, "-2.5")),
                None,
            ],
            [Some(("'NaN'::float8", Number, "NaN")), None, None],
            [
                Some(("'-Infinity'::float8", Number, "-Infinity")),
                None,
                Some(("-9e999", Number, "-Inf")),
            ],
        ],
    )
    .await;
}

async fn texts_arrive_byte_for_byte(backend: &'static Backend) {
    let all = |expression, text| [Some((expression, Text, text)); 3];
    check_values(
        backend,
        &[
            all("''", ""),
            all("' a  b '", " a  b "),
            all("'日本語 🦀 é'", "日本語 🦀 é"),
            all("'a\nb\tc'", "a\nb\tc"),
            all("'it''s \"x\"'", "it's \"x\""),
            [
                Some(("'ab '::char(3)", Text, "ab ")),
                Some(("cast('ab' as char(3))", Text, "ab")),
                Some(("cast(x'61ff' as text)", Text, "a\u{fffd}")),
            ],
            [Some(("'x'::name", Text, "x")), None, None],
            [
                Some(("'\\\\x'", Text, "\\\\x")),
                None,
                Some(("'\\x'", Text, "\\x")),
            ],
        ],
    )
    .await;
}

async fn times_are_in_the_servers_own_form(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some((
                    "timestamptz '2024-02-29 12:34:56.789012+02'",
                    Text,
                    "2024-02-29 10:34:56.789012+00",
                )),
                None,
                None,
            ],
            [
                Some((
                    "timestamp '2024-02-29 12:34:56'",
                    Text,
                    "2024-02-29 12:34:56",
                )),
                Some((
                    "timestamp'2024-02-29 12:34:56'",
                    Text,
                    "2024-02-29 12:34:56",
                )),
                Some((
                    "datetime('2024-02-29 12:34:56')",
                    Text,
                    "2024-02-29 12:34:56",
                )),
            ],
            [
                Some(("timestamp 'infinity'", Text, "infinity")),
                Some((
                    "timestamp'2024-02-29 12:34:56.789012'",
                    Text,
                    "2024-02-29 12:34:56.789012",
                )),
                None,
            ],
            [
                Some(("date '0044-03-15 BC'", Text, "0044-03-15 BC")),
                Some(("date'2024-02-29'", Text, "2024-02-29")),
                Some(("date('2024-02-29')", Text, "2024-02-29")),
            ],
            [
                Some(("time '23:59:59.5'", Text, "23:59:59.5")),
                Some(("time'-838:59:59'", Text, "-838:59:59")),
                None,
            ],
            [
                Some((
                    "interval '1 year 2 months 3 days 4 hours'",
                    Text,
                    "1 year 2 mons 3 days 04:00:00",
                )),
                None,
                None,
            ],
        ],
    )
    .await;
}

async fn documents_arrays_and_identifiers(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some((
                    "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
                    Text,
                    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                )),
                None,
                None,
            ],
            [
                Some(("'{\"b\":  1}'::json", Json, "{\"b\":  1}")),
                Some(("'{\"b\": 1}'", Text, "{\"b\": 1}")),
                Some(("json('{\"b\": 1}')", Text, "{\"b\":1}")),
            ],
            [
                Some(("'{\"b\":  1}'::jsonb", Json, "{\"b\": 1}")),
                None,
                None,
            ],
            [Some(("array[1,null,3]", Text, "{1,NULL,3}")), None, None],
            [Some(("array['a b','c']", Text, "{\"a b\",c}")), None, None],
            [Some(("row(1,'x')", Text, "(1,x)")), None, None],
            [Some(("'10.0.0.0/8'::inet", Text, "10.0.0.0/8")), None, None],
        ],
    )
    .await;
}

async fn bytes_bits_and_booleans(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some(("'\\x00ff61'::bytea", Bytes, "\\x00ff61")),
                Some(("cast(x'00ff61' as binary)", Bytes, "0x00FF61")),
                Some(("x'00ff61'", Bytes, "x'00ff61'")),
            ],
            [
                Some(("''::bytea", Bytes, "\\x")),
                None,
                Some(("zeroblob(0)", Bytes, "x''")),
            ],
            [Some(("B'101'", Text, "101")), None, None],
            [
                Some(("true", Bool, "t")),
                Some(("true", Number, "1")),
                Some(("true", Number, "1")),
            ],
            [
                Some(("false", Bool, "f")),
                Some(("1 = 2", Number, "0")),
                Some(("1 = 2", Number, "0")),
            ],
        ],
    )
    .await;
}

async fn nulls_are_no_text(backend: &'static Backend) {
    let all = |expression| [Some((expression, Null, "")); 3];
    check_values(
        backend,
        &[
            all("null"),
            [
                Some(("null::int", Null, "")),
                Some(("cast(null as signed)", Null, "")),
                Some(("cast(null as int)", Null, "")),
            ],
            [
                Some(("null::bytea", Null, "")),
                Some(("nullif(1, 1)", Null, "")),
                Some(("1/0", Null, "")),
            ],
        ],
    )
    .await;
}

async fn an_enum_is_its_label(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let setup = backend.pick([
        "create type mood as enum ('sad', 'ok'); create table t (m mood); insert into t values ('ok')",
        "create table t (m enum('sad','ok')); insert into t values ('ok')",
        "create table t (m text check (m in ('sad','ok'))); insert into t values ('ok')",
    ]);
    for statement in setup.split(';') {
        execute(connection.as_mut(), statement).await;
    }
    let all = execute(connection.as_mut(), "select m from t").await;
    assert!(
        matches!(&all[1], Happened::Row(cells) if cells == &[(Text, "ok".to_string())]),
        "{all:?}"
    );
}

async fn a_nul_byte_in_a_statement_cuts_nothing_off(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let all = happenings(connection.as_mut(), "select 'a\0b'").await;
    match &all[..] {
        [Happened::Failed(error)] => {
            assert!(!error.message.contains('\n'), "{error:?}");
            assert_ne!(backend.driver, "mysql");
        }
        // MySQL's texts may hold it.
        [_, Happened::Row(cells), _] => {
            assert_eq!(cells[0].1, "a\0b");
            assert_eq!(backend.driver, "mysql");
        }
        other => panic!("{other:?}"),
    }
    still_usable(connection.as_mut()).await;
}

// Shapes of results -------------------------------------------------------------------------------

async fn a_result_without_rows_has_its_columns(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    execute(connection.as_mut(), "create table t (a int, b varchar(10))").await;
    let all = execute(connection.as_mut(), "select a, b as \"B b\" from t").await;
    if backend.driver == "mysql" {
        return;
    }
    match &all[..] {
        [Happened::Columns(columns), Happened::Done(tag, 0)] => {
            let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
            assert_eq!(names, ["a", "B b"]);
            assert_eq!(tag, "SELECT 0");
            assert_eq!(columns[0].align, Align::Right);
            assert_eq!(columns[1].align, Align::Left);
        }
        other => panic!("{other:?}"),
    }
}

async fn columns_say_their_types(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    execute(connection.as_mut(), "create table t (a int, b varchar(10))").await;
    execute(connection.as_mut(), "insert into t values (1, 'x')").await;
    let all = execute(connection.as_mut(), "select a, b, a as c from t").await;
    let Happened::Columns(columns) = &all[0] else {
        panic!("{all:?}")
    };
    assert_eq!(columns.len(), 3);
    let types = columns
        .iter()
        .map(|c| c.type_name.to_lowercase())
        .collect::<Vec<_>>();
    assert!(types[0].contains("int"), "{types:?}");
    assert!(types[1].contains("varchar"), "{types:?}");
    assert_eq!(columns[0].align, Align::Right);
    assert_eq!(columns[1].align, Align::Left);
}

async fn rows_without_columns_are_counted(backend: &'static Backend) {
    // Only PostgreSQL has them.
    if backend.driver != "postgres" {
        return;
    }
    let (mut connection, _database) = backend.fresh().await;
    let all = execute(connection.as_mut(), "select from generate_series(1, 3)").await;
    assert_eq!(order(&all), "columns row row row done");
    assert!(
        matches!(all.last(), Some(Happened::Done(tag, 3)) if tag == "SELECT 3"),
        "{all:?}"
    );
}

async fn as_many_columns_as_the_server_allows(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let count = backend.pick([1600, 4096, 2000]);
    let list: Vec<String> = (1..=count).map(|i| format!("{i} as c{i}")).collect();
    let got = rows(connection.as_mut(), &format!("select {}", list.join(", "))).await;
    let expected: Vec<String> = (1..=count).map(|i| i.to_string()).collect();
    assert_eq!(got, [expected]);
}

async fn a_huge_value_arrives_whole(backend: &'static Backend) {
    const SIZE: usize = 64 << 20;
    let (mut connection, _database) = backend.fresh().await;
    let sql = backend.pick([
        "select repeat('x', 67108864), 'end'",
        "select repeat('x', 67108864), 'end'",
        "select replace(hex(zeroblob(33554432)), '0', 'x'), 'end'",
    ]);
    let got = rows(connection.as_mut(), sql).await;
    assert_eq!(got[0][0].len(), SIZE);
    assert!(got[0][0].bytes().all(|b| b == b'x'));
    assert_eq!(got[0][1], "end");
    still_usable(connection.as_mut()).await;
}

/// A query of `count` rows that counts from 1.
fn counting(backend: &Backend, count: u64) -> String {
    backend.pick([
        |n| format!("select generate_series(1, {n}) as n"),
        |n| format!("select seq as n from seq_1_to_{n}"),
        |n| {
            format!(
                "with recursive c(n) as (select 1 union all select n + 1 from c where n < {n}) \
                 select n from c"
            )
        },
    ] as [fn(u64) -> String; 3])(count)
}

const ENDLESS: u64 = 100_000_000_000;

async fn many_rows_come_in_order(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let got = rows(connection.as_mut(), &counting(backend, 100_000)).await;
    assert_eq!(got.len(), 100_000);
    assert!(got.iter().zip(1..).all(|(row, n)| row[0] == n.to_string()));
}

async fn several_results_come_one_after_the_other(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let sql = "select 1; select 2 where 1 = 0; create table t (a int); select 'x'";
    let all = execute(connection.as_mut(), sql).await;
    assert_eq!(
        order(&all),
        "columns row done columns done done columns row done"
    );
    let all = happenings(connection.as_mut(), "select 1; select nope; select 3").await;
    let expected = backend.pick([
        "columns row done error",
        "columns row done error",
        "columns row done error",
    ]);
    assert_eq!(order(&all), expected);
    still_usable(connection.as_mut()).await;
}

async fn an_empty_statement_is_no_error(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    for sql in ["", "  ", "-- nothing", ";"] {
        let all = happenings(connection.as_mut(), sql).await;
        // MySQL says that the query was empty; nobody returns rows.
        assert!(!order(&all).contains("row"), "{sql:?}: {all:?}");
        still_usable(connection.as_mut()).await;
    }
}

async fn the_end_of_a_statement_counts_rows(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    for (sql, rows) in [
        ("create table t (a int)", 0),
        ("insert into t values (1), (2), (3)", 3),
        ("update t set a = a + 1 where a > 1", 2),
        ("select * from t", 3),
        ("delete from t", 3),
    ] {
        let all = execute(connection.as_mut(), sql).await;
        let Some(Happened::Done(tag, count)) = all.last() else {
            panic!("{all:?}")
        };
        assert_eq!(*count, rows, "{sql}: {tag}");
        assert!(!tag.is_empty(), "{sql}");
        let dones = all
            .iter()
            .filter(|h| matches!(h, Happened::Done(..)))
            .count();
        assert_eq!(dones, 1, "{sql}");
    }
}

async fn a_change_can_return_rows(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    execute(connection.as_mut(), "create table t (a int)").await;
    let got = rows(
        connection.as_mut(),
        "insert into t values (7), (8) returning a",
    )
    .await;
    assert_eq!(got, [["7"], ["8"]]);
    assert_eq!(
        rows(connection.as_mut(), "select count(*) from t").await,
        [["2"]]
    );
}

async fn the_transaction_state_is_known(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    assert_eq!(connection.status().transaction, Transaction::None);
    execute(connection.as_mut(), "begin").await;
    assert_eq!(connection.status().transaction, Transaction::Open);
    failure(connection.as_mut(), "select nope").await;
    let failed = backend.pick([Transaction::Failed, Transaction::Open, Transaction::Open]);
    assert_eq!(connection.status().transaction, failed);
    execute(connection.as_mut(), "rollback").await;
    assert_eq!(connection.status().transaction, Transaction::None);
}

async fn the_status_says_who_and_where(backend: &'static Backend) {
    let (connection, database) = backend.fresh().await;
    let status = connection.status();
    let server = backend.pick(["PostgreSQL ", "MariaDB ", "SQLite 3."]);
    assert!(status.server.starts_with(server), "{status:?}");
    let name = database.target.database.clone().unwrap();
    assert!(
        name.ends_with(&status.database) && !status.database.is_empty(),
        "{status:?}"
    );
    assert_eq!(
        status.user,
        backend.pick([servers::USER, servers::USER, ""])
    );
    assert!(connection.can_be_doubled());
}

// Errors ------------------------------------------------------------------------------------------

async fn an_error_says_where(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let cases: [(&str, [Option<usize>; 3]); 4] = [
        ("select nme", [Some(7); 3]),
        ("select 'é', nme", [Some(13); 3]),
        ("select 1\nfrom\n  nowhere", [Some(16), Some(16), None]),
        ("selec 1", [Some(0); 3]),
    ];
    for (sql, position) in cases {
        let error = failure(connection.as_mut(), sql).await;
        assert_eq!(error.kind, Kind::Server, "{error:?}");
        assert_eq!(error.position, backend.pick(position), "{sql}: {error:?}");
        assert!(error.code.is_some(), "{error:?}");
        assert!(
            !error.message.contains('\n') && !error.message.ends_with('.'),
            "{error:?}"
        );
        still_usable(connection.as_mut()).await;
    }
}

async fn an_error_has_its_code(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    execute(connection.as_mut(), "create table t (a int primary key)").await;
    execute(connection.as_mut(), "insert into t values (1)").await;
    for (sql, codes) in [
        (
            "insert into t values (1)",
            ["23505", "1062", "SQLITE_CONSTRAINT_PRIMARYKEY"],
        ),
        ("select * from nowhere", ["42P01", "1146", "SQLITE_ERROR"]),
    ] {
        let error = failure(connection.as_mut(), sql).await;
        assert!(
            error
                .code
                .as_deref()
                .unwrap_or_default()
                .contains(backend.pick(codes)),
            "{error:?}"
        );
    }
}

async fn rows_before_an_error_are_not_lost(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let sql = backend.pick([
        "select 10 / (3 - i) from generate_series(1, 5) i",
        "select seq, (select table_name from information_schema.tables where seq = 3) \
         from seq_1_to_5",
        "select abs(iif(x = 3, -9223372036854775807 - 1, x)) \
         from (values (1), (2), (3), (4)) as v, (select column1 as x from (values (0))) where false \
         union all select abs(iif(column1 = 3, -9223372036854775807 - 1, column1)) \
         from (values (1), (2), (3), (4))",
    ]);
    let all = happenings(connection.as_mut(), sql).await;
    assert_eq!(order(&all), "columns row row error", "{all:?}");
    still_usable(connection.as_mut()).await;
}

async fn notices_come_in_order_with_rows(backend: &'static Backend) {
    let sql = backend.pick([
        "do $$ begin raise notice 'one'; raise warning 'two'; end $$; select 1; \
         do $$ begin raise notice 'three'; end $$",
        "select cast('12x' as signed)",
        "",
    ]);
    if sql.is_empty() {
        return;
    }
    let (mut connection, _database) = backend.fresh().await;
    let all = execute(connection.as_mut(), sql).await;
    let messages: Vec<&str> = all
        .iter()
        .filter_map(|h| match h {
            Happened::Notice(message) => Some(message.as_str()),
            _ => None,
        })
        .collect();
    match backend.driver {
        "postgres" => {
            assert_eq!(messages, ["one", "two", "three"]);
            assert_eq!(
                order(&all),
                "notice notice done columns row done notice done"
            );
        }
        _ => {
            assert_eq!(messages, ["Truncated incorrect INTEGER value: '12x'"]);
            assert!(order(&all).starts_with("columns row "), "{all:?}");
        }
    }
}

// Stopping ----------------------------------------------------------------------------------------

/// A statement that works for hours without a row.
fn slow(backend: &Backend) -> String {
    match backend.driver {
        "postgres" => "select pg_sleep(3600)".into(),
        "mysql" => {
            "select count(*) from seq_1_to_10000000 a, seq_1_to_10000000 b where a.seq + b.seq = 0"
                .into()
        }
        _ => format!("select count(*) from ({})", counting(backend, ENDLESS)),
    }
}

/// Statements like `text` that run at the server, seen from another connection.
async fn running(backend: &Backend, watcher: &mut dyn Connection, text: &str) -> usize {
    let sql = match backend.driver {
        "postgres" => format!(
            "select 1 from pg_stat_activity where state = 'active' and pid <> pg_backend_pid() \
             and datname = current_database() and query like '{text}%'"
        ),
        _ => format!(
            "select 1 from information_schema.processlist where id <> connection_id() \
             and db = database() and info like '{text}%'"
        ),
    };
    rows(watcher, &sql).await.len()
}

/// Waits until `count` such statements run.
async fn wait_for_running(
    backend: &Backend,
    watcher: &mut dyn Connection,
    text: &str,
    count: usize,
) {
    let deadline = Instant::now() + PATIENCE;
    while running(backend, watcher, text).await != count {
        assert!(Instant::now() < deadline, "never {count} running: {text}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn a_cancelled_statement_is_gone_at_the_server(backend: &'static Backend) {
    let database = backend.database().await;
    let mut connection = backend.connect(&database).await;
    let mut watcher = backend.connect(&database).await;
    let canceller = connection.canceller();
    let sql = slow(backend);
    let text = &sql[..12];
    let server = backend.driver != "sqlite";
    let begun = Instant::now();
    let cancel = async {
        if server {
            wait_for_running(backend, watcher.as_mut(), text, 1).await;
        }
        canceller.cancel().await.unwrap();
    };
    let (error, ()) = tokio::join!(failure(connection.as_mut(), &sql), cancel);
    assert_eq!(error.kind, Kind::Cancelled, "{error:?}");
    assert!(begun.elapsed() < PATIENCE);
    if server {
        wait_for_running(backend, watcher.as_mut(), text, 0).await;
    }
    still_usable(connection.as_mut()).await;
    // Nothing runs any more: cancelling now must not hit the next statement.
    canceller.cancel().await.unwrap();
    still_usable(connection.as_mut()).await;
}

async fn the_first_rows_of_an_endless_query_come_at_once(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let canceller = connection.canceller();
    let sql = counting(backend, ENDLESS);
    let mut events = connection.run(&sql);
    let begun = Instant::now();
    loop {
        match next(&mut events).await {
            Some(Ok(Event::Rows(batch))) => {
                assert_eq!(batch.rows().next().unwrap().cell(0).text, b"1");
                break;
            }
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
    canceller.cancel().await.unwrap();
    let mut last = None;
    while let Some(event) = next(&mut events).await {
        last = Some(event);
    }
    assert!(
        matches!(&last, Some(Err(e)) if e.kind == Kind::Cancelled),
        "{last:?}"
    );
    drop(events);
    still_usable(connection.as_mut()).await;
}

async fn a_result_may_be_left_half_read(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    for stop_after in [0, 1, 2, 3] {
        let sql = counting(backend, 300_000);
        let mut events = connection.run(&sql);
        for _ in 0..stop_after {
            next(&mut events).await.unwrap().unwrap();
        }
        drop(events);
        still_usable(connection.as_mut()).await;
    }
}

async fn a_statement_that_was_cancelled_and_left_does_not_hold_up_the_next(
    backend: &'static Backend,
) {
    let (mut connection, _database) = backend.fresh().await;
    let canceller = connection.canceller();
    let sql = counting(backend, ENDLESS);
    let mut events = connection.run(&sql);
    next(&mut events).await.unwrap().unwrap();
    next(&mut events).await.unwrap().unwrap();
    canceller.cancel().await.unwrap();
    drop(events);
    still_usable(connection.as_mut()).await;
}

async fn a_server_that_dies_ends_the_result_with_one_error(backend: &'static Backend) {
    let Some(server) = (backend.own_server)() else {
        return;
    };
    let target = server.target(server.first_database());
    let mut connection = backend.driver().connect(&target).await.unwrap();
    let sql = counting(backend, ENDLESS);
    let mut events = connection.run(&sql);
    let mut seen = 0;
    while seen < 10_000 {
        if let Event::Rows(batch) = next(&mut events).await.unwrap().unwrap() {
            seen += batch.len();
        }
    }
    server.kill();
    let rest = drain(&mut events).await;
    let errors: Vec<&Error> = rest
        .iter()
        .filter_map(|h| match h {
            Happened::Failed(error) => Some(error),
            _ => None,
        })
        .collect();
    assert!(matches!(rest.last(), Some(Happened::Failed(_))));
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].kind, Kind::Lost, "{errors:?}");
    drop(events);
    assert_eq!(
        failure(connection.as_mut(), "select 1").await.kind,
        Kind::Lost
    );
}

// Connecting --------------------------------------------------------------------------------------

async fn refused(backend: &Backend, target: &Target) -> Error {
    let refused = tokio::time::timeout(PATIENCE, backend.driver().connect(target)).await;
    match refused.expect("an answer in time") {
        Ok(_) => panic!("connected to {}", target.describe()),
        Err(error) => {
            assert!(!error.message.contains('\n'), "{error:?}");
            assert!(
                !format!("{error:?}").contains(servers::PASSWORD),
                "{error:?}"
            );
            error
        }
    }
}

async fn a_connection_that_cannot_be_made_says_why(backend: &'static Backend) {
    let database = backend.database().await;
    if (backend.server)().is_none() {
        return files_that_are_no_database(backend).await;
    }
    let good = database.target;
    let wrong_password = Target {
        password: Some(Secret::new("wrong")),
        ..good.clone()
    };
    assert_eq!(refused(backend, &wrong_password).await.kind, Kind::Password);
    let no_password = Target {
        password: None,
        ..good.clone()
    };
    assert_eq!(refused(backend, &no_password).await.kind, Kind::Password);
    let unknown = Target {
        database: Some("no_such_database".into()),
        ..good.clone()
    };
    let error = refused(backend, &unknown).await;
    assert_eq!(error.kind, Kind::Connect, "{error:?}");
    assert!(error.message.contains("no_such_database"), "{error:?}");
    let nobody = std::net::TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap();
    for host in [
        ("127.0.0.1", Some(nobody.port())),
        ("no-such-host.invalid", None),
    ] {
        let hosts = vec![Host {
            name: host.0.into(),
            port: host.1,
        }];
        let error = refused(
            backend,
            &Target {
                hosts,
                ..good.clone()
            },
        )
        .await;
        assert_eq!(error.kind, Kind::Connect, "{error:?}");
        assert!(error.message.contains(host.0), "{error:?}");
    }
}

async fn files_that_are_no_database(backend: &Backend) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    std::fs::write(path("text.db"), "this is no database, ".repeat(100)).unwrap();
    for (target, words) in [
        (Target::sqlite(&path("text.db")), "is not a SQLite database"),
        (
            Target::sqlite(folder.path().to_str().unwrap()),
            "it is a directory",
        ),
        (Target::sqlite(&path("missing/x.db")), "does not exist"),
        (
            Target {
                read_only: true,
                ..Target::sqlite(&path("new.db"))
            },
            "does not exist",
        ),
        (
            Target::sqlite(&path("x.db?mode=fast")),
            "unknown mode \"fast\"",
        ),
        (
            Target::sqlite(&path("x.db?speed=fast")),
            "unknown parameter \"speed\"",
        ),
        (
            Target::sqlite(&path("x.db?busy_timeout=soon")),
            "invalid busy_timeout",
        ),
    ] {
        let error = refused(backend, &target).await;
        assert_eq!(error.kind, Kind::Connect, "{error:?}");
        assert!(error.message.contains(words), "{error:?}");
        assert!(error.hint.is_some(), "{error:?}");
    }
    std::fs::write(path("empty.db"), "").unwrap();
    for good in [
        path("empty.db"),
        path("new.db"),
        format!("file:{}?mode=rwc", path("uri.db")),
    ] {
        let mut connection = backend
            .driver()
            .connect(&Target::sqlite(&good))
            .await
            .unwrap();
        execute(connection.as_mut(), "create table t (a)").await;
    }
}

async fn a_read_only_connection_refuses_writes(backend: &'static Backend) {
    let database = backend.database().await;
    let mut writer = backend.connect(&database).await;
    execute(writer.as_mut(), "create table t (a int)").await;
    let target = Target {
        read_only: true,
        ..database.target.clone()
    };
    let mut reader = backend.driver().connect(&target).await.unwrap();
    assert_eq!(
        rows(reader.as_mut(), "select count(*) from t").await,
        [["0"]]
    );
    let error = failure(reader.as_mut(), "insert into t values (1)").await;
    assert_eq!(error.kind, Kind::Server, "{error:?}");
}

// The catalog and listings ------------------------------------------------------------------------

/// Statements that make `parent`, `child`, the view `both` and, where there are any, a function.
fn schema(backend: &Backend) -> Vec<&'static str> {
    let mut statements = vec![
        backend.pick([
            "create type mood as enum ('sad', 'it''s ok')",
            "create function twice(n int) returns int deterministic return n * 2",
            "create table \"odd name\" (\"a column\" text, [another] int)",
        ]),
        "create table parent (id int primary key, name varchar(20) not null default 'x')",
        backend.pick([
            "create table child (id int primary key, parent_id int references parent (id), \
             kind text check (kind in ('a', 'b')), feeling mood)",
            "create table child (id int primary key, parent_id int, kind enum('a', 'b'), \
             foreign key (parent_id) references parent (id))",
            "create table child (id int primary key, parent_id int references parent, \
             kind text CHECK (KIND IN ('a', 'b')))",
        ]),
        "create unique index child_kind on child (parent_id, kind)",
        "create view both_tables as select p.name, c.kind from parent p, child c",
    ];
    if backend.driver == "postgres" {
        statements.push("create function twice(n int) returns int language sql as 'select n * 2'");
    }
    statements
}

async fn with_schema(backend: &Backend) -> (Box<dyn Connection>, Database) {
    let (mut connection, database) = backend.fresh().await;
    for statement in schema(backend) {
        execute(connection.as_mut(), statement).await;
    }
    (connection, database)
}

async fn catalog(connection: &mut dyn Connection, backend: &Backend) -> Catalog {
    let mut builder = CatalogBuilder::new(backend.driver().dialect());
    for stage in Stage::ALL {
        connection.catalog(stage, &mut builder).await.unwrap();
    }
    builder.snapshot(1)
}

/// The schema that a new table goes to.
fn home(catalog: &Catalog) -> &str {
    match catalog.dialect.name {
        "postgres" => "public",
        "mysql" => &catalog.database,
        _ => "main",
    }
}

fn relation<'a>(catalog: &'a Catalog, name: &str) -> Relation<'a> {
    catalog
        .relations()
        .find(|r| r.name == name && catalog.schemas[r.schema].name == home(catalog))
        .unwrap_or_else(|| panic!("no {name}"))
}

async fn the_catalog_knows_tables_columns_and_keys(backend: &'static Backend) {
    let (mut connection, _database) = with_schema(backend).await;
    let catalog = catalog(connection.as_mut(), backend).await;
    assert!(!catalog.server_version.is_empty() && !catalog.database.is_empty());
    let parent = relation(&catalog, "parent");
    assert_eq!(parent.kind, RelationKind::Table);
    let shown: Vec<(&str, bool, bool)> = parent
        .columns()
        .iter()
        .map(|c| (c.name, c.nullable, c.primary_key))
        .collect();
    // SQLite lets a primary key that is no rowid be NULL.
    let id_nullable = backend.driver == "sqlite";
    assert_eq!(shown, [("id", id_nullable, true), ("name", false, false)]);
    assert!(
        parent
            .columns()
            .get(0)
            .unwrap()
            .type_name
            .to_lowercase()
            .contains("int"),
        "{:?}",
        parent.columns().iter().collect::<Vec<_>>()
    );
    assert!(
        parent
            .columns()
            .get(1)
            .unwrap()
            .default()
            .unwrap_or_default()
            .contains('x')
    );
    let view = relation(&catalog, "both_tables");
    assert_eq!(view.kind, RelationKind::View);
    let names: Vec<&str> = view.columns().iter().map(|c| c.name).collect();
    assert_eq!(names, ["name", "kind"]);
    let child = relation(&catalog, "child");
    assert!(
        child
            .indexes()
            .any(|i| { i.name == "child_kind" && i.unique && i.columns == ["parent_id", "kind"] })
    );
    let ours = |id: RelationId| {
        let schema = catalog.relation(id).schema;
        catalog.schemas[schema].name == home(&catalog)
    };
    let keys: Vec<String> = catalog
        .foreign_keys()
        .filter(|k| ours(k.from))
        .map(|k| {
            let name = |id: RelationId| catalog.relation(id).name;
            format!(
                "{}{:?} {}{:?}",
                name(k.from),
                k.from_columns,
                name(k.to),
                k.to_columns
            )
        })
        .collect();
    assert_eq!(keys, ["child[\"parent_id\"] parent[\"id\"]"]);
}

/// A relation that was made, changed or dropped is read alone: the catalog must then be the one that
/// a whole refresh would have given.
async fn a_relation_read_alone_is_as_in_the_whole_catalog(backend: &'static Backend) {
    let (mut connection, _database) = with_schema(backend).await;
    for (statement, names) in [
        (
            "create table grandchild (id int primary key, child_id int not null, foreign key (child_id) references child (id))",
            &["grandchild"][..],
        ),
        (
            "alter table child add column extra varchar(9) default 'e'",
            &["child"],
        ),
        ("create index child_extra on child (extra)", &["child"]),
        ("drop view both_tables", &["both_tables"]),
        ("alter table parent rename to elder", &["parent", "elder"]),
        ("drop table grandchild", &["grandchild", "never"]),
    ] {
        let before = catalog(connection.as_mut(), backend).await;
        execute(connection.as_mut(), statement).await;
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let part = sqwire::refresh::relations(backend.driver(), connection.as_mut(), names.clone());
        let patched = before.patched(&names, &part.await.unwrap(), 0);
        let whole = catalog(connection.as_mut(), backend).await;
        assert_eq!(known(&patched), known(&whole), "{statement}");
    }
}

/// What a catalog says of relations and their keys, without estimates, which move by themselves.
fn known(catalog: &Catalog) -> Vec<String> {
    let relation = |r: Relation<'_>| {
        let columns: Vec<String> = (r.columns().iter())
            .map(|c| format!("{c:?} {} {} {:?}", c.nullable, c.primary_key, c.default()))
            .collect();
        let mut indexes: Vec<String> = (r.indexes())
            .map(|i| format!("{} {:?} {}", i.name, i.columns, i.unique))
            .collect();
        indexes.sort();
        let schema = &catalog.schemas[r.schema].name;
        format!("{schema}.{} {:?} {columns:?} {indexes:?}", r.name, r.kind)
    };
    let home = |r: &Relation<'_>| catalog.schemas[r.schema].name == home(catalog);
    let ours = catalog
        .foreign_keys()
        .filter(|k| home(&catalog.relation(k.from)));
    let keys = ours.map(|k| {
        let (from, to) = (catalog.relation(k.from), catalog.relation(k.to));
        format!(
            "{}{:?} {}{:?}",
            from.name, k.from_columns, to.name, k.to_columns
        )
    });
    let mut keys: Vec<String> = keys.collect();
    keys.sort();
    catalog
        .relations()
        .filter(home)
        .map(relation)
        .chain(keys)
        .collect()
}

async fn the_catalog_knows_values_routines_and_settings(backend: &'static Backend) {
    let (mut connection, _database) = with_schema(backend).await;
    let catalog = catalog(connection.as_mut(), backend).await;
    let child = relation(&catalog, "child");
    let kind = child.columns().iter().find(|c| c.name == "kind").unwrap();
    assert_eq!(kind.check_values(), ["a", "b"]);
    assert!(!catalog.settings.is_empty());
    let takes = |setting: &str| catalog.setting_values.get(setting).cloned();
    match backend.driver {
        "postgres" => {
            assert_eq!(takes("bytea_output").unwrap(), ["escape", "hex"]);
            assert_eq!(takes("enable_seqscan").unwrap(), ["on", "off"]);
            assert!(takes("work_mem").unwrap().is_empty());
        }
        "mysql" => {
            assert_eq!(takes("autocommit").unwrap(), ["ON", "OFF"]);
            assert!(takes("max_connections").unwrap().is_empty());
            assert!(takes("binlog_format").unwrap().contains(&"ROW".to_string()));
        }
        _ => assert!(catalog.setting_values.is_empty()),
    }
    if backend.driver == "sqlite" {
        return;
    }
    assert!(
        catalog
            .schemas
            .iter()
            .any(|s| s.routines.iter().any(|r| r.name == "twice"))
    );
    assert!(catalog.databases.contains(&catalog.database));
    if backend.driver == "postgres" {
        let mut types = catalog.schemas.iter().flat_map(|s| &s.types);
        let mood = types.find(|t| t.name == "mood").unwrap();
        assert_eq!(mood.labels, ["sad", "it's ok"]);
    }
}

async fn list(
    backend: &Backend,
    connection: &mut dyn Connection,
    what: Listing,
    pattern: &Pattern,
) -> Option<Vec<(Titled, Vec<Vec<String>>)>> {
    let mut out = Vec::new();
    for titled in backend.driver().listing(what, pattern)? {
        let found = rows(connection, &titled.sql).await;
        out.push((titled, found));
    }
    Some(out)
}

async fn every_listing_runs(backend: &'static Backend) {
    // PostgreSQL answers in its own way: psql_describe compares all of it with psql.
    if backend.driver == "postgres" {
        return;
    }
    let (mut connection, _database) = with_schema(backend).await;
    let named = Pattern {
        name: Some("c*".into()),
        ..Pattern::default()
    };
    let everything = Pattern {
        system: true,
        verbose: true,
        ..named.clone()
    };
    let odd = Pattern {
        name: Some("\"it's\" \\ [odd]".into()),
        ..Pattern::default()
    };
    for what in [
        Listing::Databases,
        Listing::Schemas,
        Listing::Tables,
        Listing::Views,
        Listing::Indexes,
        Listing::Functions,
        Listing::Relations,
        Listing::Describe,
    ] {
        for pattern in [&Pattern::default(), &named, &everything, &odd] {
            list(backend, connection.as_mut(), what, pattern).await;
        }
    }
    for (what, name, expected) in [
        (Listing::Tables, None, Some("parent")),
        (Listing::Tables, Some("par*"), Some("parent")),
        (Listing::Tables, Some("both*"), None),
        (Listing::Views, None, Some("both_tables")),
        (Listing::Indexes, Some("child_k?nd"), Some("child_kind")),
        (Listing::Relations, Some("child"), Some("child")),
    ] {
        let pattern = Pattern {
            name: name.map(str::to_string),
            ..Pattern::default()
        };
        let found = list(backend, connection.as_mut(), what, &pattern)
            .await
            .unwrap();
        let has = |word: &str| found[0].1.iter().flatten().any(|cell| cell == word);
        match expected {
            Some(word) => assert!(has(word), "{what:?} {name:?}: {found:?}"),
            None => assert!(found[0].1.is_empty(), "{what:?} {name:?}: {found:?}"),
        }
    }
}

async fn describing_a_table_names_its_columns(backend: &'static Backend) {
    // PostgreSQL answers in its own way: psql_describe compares all of it with psql.
    if backend.driver == "postgres" {
        return;
    }
    let (mut connection, _database) = with_schema(backend).await;
    for (name, words) in [
        ("child", &["id", "parent_id", "kind"][..]),
        ("both_tables", &["name", "kind"]),
    ] {
        let pattern = Pattern {
            name: Some(name.into()),
            ..Pattern::default()
        };
        let found = list(backend, connection.as_mut(), Listing::Describe, &pattern)
            .await
            .unwrap();
        let columns: Vec<&str> = found[0].1.iter().map(|row| row[0].as_str()).collect();
        assert_eq!(&columns[..words.len()], words, "{found:?}");
        assert!(!found[0].0.title.is_empty());
        if name == "child" {
            let rest: String = format!("{found:?}");
            assert!(
                rest.contains("child_kind") && rest.contains("parent"),
                "{rest}"
            );
        }
    }
}

macro_rules! contract {
    ($($case:ident)*) => {
        contract!(@ postgres POSTGRES $($case)*);
        contract!(@ mysql MYSQL $($case)*);
        contract!(@ sqlite SQLITE $($case)*);
    };
    (@ $module:ident $backend:ident $($case:ident)*) => {
        mod $module {
            $(#[test] fn $case() { super::run_case(&super::$backend, super::$case); })*
        }
    };
}

contract! {
    integers_keep_every_digit
    numerics_keep_every_digit
    floats_are_in_the_servers_own_digits
    texts_arrive_byte_for_byte
    times_are_in_the_servers_own_form
    documents_arrays_and_identifiers
    bytes_bits_and_booleans
    nulls_are_no_text
    an_enum_is_its_label
    a_nul_byte_in_a_statement_cuts_nothing_off
    a_result_without_rows_has_its_columns
    columns_say_their_types
    rows_without_columns_are_counted
    as_many_columns_as_the_server_allows
    a_huge_value_arrives_whole
    many_rows_come_in_order
    several_results_come_one_after_the_other
    an_empty_statement_is_no_error
    the_end_of_a_statement_counts_rows
    a_change_can_return_rows
    the_transaction_state_is_known
    the_status_says_who_and_where
    an_error_says_where
    an_error_has_its_code
    rows_before_an_error_are_not_lost
    notices_come_in_order_with_rows
    a_cancelled_statement_is_gone_at_the_server
    the_first_rows_of_an_endless_query_come_at_once
    a_result_may_be_left_half_read
    a_statement_that_was_cancelled_and_left_does_not_hold_up_the_next
    a_server_that_dies_ends_the_result_with_one_error
    a_connection_that_cannot_be_made_says_why
    a_read_only_connection_refuses_writes
    the_catalog_knows_tables_columns_and_keys
    the_catalog_knows_values_routines_and_settings
    a_relation_read_alone_is_as_in_the_whole_catalog
    every_listing_runs
    describing_a_table_names_its_columns
}
