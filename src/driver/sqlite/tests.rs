//! What only SQLite has; the rest is the contract in tests/drivers.rs.

mod files;

use super::*;
use crate::data::{Align, CellKind};
use crate::error::{Error, Kind};
use std::time::{Duration, Instant};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(future)
}

async fn open(target: &Target) -> Box<dyn Connection> {
    Sqlite.connect(target).await.expect("a good target")
}

async fn memory() -> Box<dyn Connection> {
    open(&Target::sqlite(":memory:")).await
}

/// Rows with `|` between cells, tags after them, the error at the end.
async fn run(connection: &mut dyn Connection, sql: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut events = connection.run(sql);
    while let Some(event) = events.next().await {
        match event {
            Ok(Event::Rows(batch)) => lines.extend(batch.rows().map(|row| {
                let cells: Vec<_> = row
                    .cells()
                    .map(|c| String::from_utf8_lossy(c.text))
                    .collect();
                cells.join("|")
            })),
            Ok(Event::Done(summary)) => lines.push(summary.tag),
            Ok(_) => {}
            Err(error) => lines.push(format!("error: {}", error.message)),
        }
    }
    lines
}

/// The names of the columns of a result.
async fn names(connection: &mut dyn Connection, sql: &str) -> String {
    let mut events = connection.run(sql);
    while let Some(event) = events.next().await {
        if let Event::Columns(columns) = event.expect("runs") {
            let names: Vec<_> = columns.into_iter().map(|c| c.name).collect();
            return names.join(",");
        }
    }
    panic!("{sql} has no result");
}

async fn failure(connection: &mut dyn Connection, sql: &str) -> Error {
    let mut events = connection.run(sql);
    loop {
        match events.next().await {
            Some(Err(error)) => return error,
            Some(Ok(_)) => {}
            None => panic!("{sql} did not fail"),
        }
    }
}

async fn catalog_of(connection: &mut dyn Connection) -> crate::catalog::Catalog {
    let mut builder = CatalogBuilder::new(&SQLITE);
    for stage in Stage::ALL {
        connection
            .catalog(stage, &mut builder)
            .await
            .expect("a readable schema");
    }
    builder.snapshot(1)
}

#[test]
fn alignment_is_the_declared_types_or_else_the_first_values() {
    block_on(async {
        let mut db = memory().await;
        let sql =
            "create table t (i bigint, r double, n decimal(8,2), c varchar(9), d datetime, x)";
        run(db.as_mut(), sql).await;
        run(
            db.as_mut(),
            "insert into t values ('a', 'b', 'c', 1, '2024-01-01', 5)",
        )
        .await;
        let mut events = db.run("select *, 1, 'a', null, 1.5, count(*) over () from t");
        let Some(Ok(Event::Columns(columns))) = events.next().await else {
            panic!("no columns")
        };
        let shown: String = columns
            .iter()
            .map(|c| if c.align == Align::Right { 'r' } else { 'l' })
            .collect();
        assert_eq!(shown, "rrrllrrllrr");
    });
}

#[test]
fn a_cells_kind_is_its_own_not_its_columns() {
    block_on(async {
        let mut db = memory().await;
        let mut events = db.run("values (1), (null), ('x'), (x'ff'), (2.5)");
        let mut kinds = Vec::new();
        while let Some(Ok(event)) = events.next().await {
            if let Event::Rows(batch) = event {
                kinds.extend(batch.rows().map(|row| row.cell(0).kind));
            }
        }
        use CellKind::{Bytes, Null, Number, Text};
        assert_eq!(kinds, [Number, Null, Text, Bytes, Number]);
    });
}

#[test]
fn statements_answer_as_they_do_in_sqlite3() {
    block_on(async {
        let mut db = memory().await;
        for (sql, expected) in [
            ("pragma foreign_keys", &["0", "SELECT 1"][..]),
            ("pragma foreign_keys = on", &["PRAGMA"]),
            ("create table t (a unique)", &["CREATE TABLE"]),
            (
                "insert into t values (1), (2); select * from t",
                &["INSERT 2", "1", "2", "SELECT 2"],
            ),
            (
                "with x as (select 9 as n) insert into t select n from x",
                &["INSERT 1"],
            ),
            ("insert or ignore into t values (1)", &["INSERT 0"]),
            (
                "update t set a = a returning a",
                &["1", "2", "9", "UPDATE 3"],
            ),
            (
                "insert into t values (1)",
                &["error: UNIQUE constraint failed: t.a"],
            ),
            (
                "create trigger r after insert on t begin delete from t; select 1; end; select 7",
                &["CREATE TRIGGER", "7", "SELECT 1"],
            ),
            ("explain select 1 where 0", &[]),
            ("select ?1, :name", &["|", "SELECT 1"]),
            (
                "select sqrt(4), 'abc' regexp '^A', 'abc' regexp '(?i)^A'",
                &["2.0|0|1", "SELECT 1"],
            ),
            ("select null regexp 'a', 12 regexp '2'", &["|1", "SELECT 1"]),
            (
                "select 'a' regexp '('",
                &["error: invalid regular expression \"(\": unclosed group"],
            ),
            ("savepoint s; release s", &["SAVEPOINT", "RELEASE"]),
            ("", &[]),
        ] {
            let lines = run(db.as_mut(), sql).await;
            if !sql.starts_with("explain") {
                assert_eq!(lines, expected, "{sql}");
            }
        }
    });
}

#[test]
fn a_position_counts_from_the_start_of_the_whole_text() {
    block_on(async {
        let mut db = memory().await;
        let error = failure(db.as_mut(), "select 'é';\n select nope from x").await;
        assert_eq!(error.message, "no such table: x");
        assert_eq!(
            error.position,
            Some("select 'é';\n select nope from ".len())
        );
        let error = failure(db.as_mut(), "select 'é';\n select nope").await;
        assert_eq!(error.position, Some("select 'é';\n select ".len()));
        assert_eq!(error.code.as_deref(), Some("SQLITE_ERROR"));
        run(db.as_mut(), "create table t (a)").await;
        for (marked, message) in [
            (
                "insert into t (a, |b) values (1, 2)",
                "table t has no column named b",
            ),
            ("update t set |b = 2", "no such column: b"),
            ("create table |t (a)", "table t already exists"),
            ("select * from |\"other\".t", "no such table: other.t"),
            ("drop index |i", "no such index: i"),
        ] {
            let error = failure(db.as_mut(), &marked.replace('|', "")).await;
            assert_eq!(error.message, message);
            assert_eq!(error.position, marked.find('|'), "{marked}");
        }
        // Which of the two it is, it does not say.
        let error = failure(db.as_mut(), "select * from b, b").await;
        assert_eq!(error.position, None);
    });
}

/// A file whose text holds `?` where a byte that is no text is to be.
async fn with_odd_bytes(sql: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("odd.db").display().to_string();
    run(open(&Target::sqlite(&path)).await.as_mut(), sql).await;
    let mut bytes = std::fs::read(&path).expect("the file");
    bytes
        .iter_mut()
        .filter(|b| **b == b'?')
        .for_each(|b| *b = 0xff);
    std::fs::write(&path, bytes).expect("the file");
    (folder, path)
}

#[test]
fn names_that_are_no_text_are_shown_as_well_as_they_can_be() {
    block_on(async {
        let sql = "create table t (\"a?\" int, b \"text?\"); create view v as select b as \"?\" from t; \
                   insert into t values (1, 'x')";
        let (_folder, path) = with_odd_bytes(sql).await;
        let mut db = open(&Target::sqlite(&path)).await;
        for (sql, expected) in [
            ("select *, 1 + 1 from t", "a\u{fffd},b,column 3"),
            ("select * from v", "b"),
            ("select b as c from t where 0", "b"),
        ] {
            assert_eq!(names(db.as_mut(), sql).await, expected, "{sql}");
        }
        let mut other = memory().await;
        let attach = format!("attach '{path}' as odd");
        run(other.as_mut(), &attach).await;
        assert_eq!(
            names(other.as_mut(), "select * from odd.t").await,
            "a\u{fffd},b"
        );
        catalog_of(db.as_mut()).await;
    });
}

#[test]
fn slow_rows_are_not_held_back_for_others() {
    block_on(async {
        let mut db = memory().await;
        // Each row takes a while; the second must not wait until a batch is full.
        let sql = "with recursive c(n) as (select 1 union all select n + 1 from c) \
                   select n from c where n % 200000 = 0";
        let mut events = db.run(sql);
        let begun = Instant::now();
        let mut rows = 0;
        while rows < 5 {
            if let Some(Ok(Event::Rows(batch))) = events.next().await {
                rows += batch.len();
            }
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
    });
}

#[test]
fn a_connection_that_is_dropped_stops_its_statement() {
    block_on(async {
        let mut db = memory().await;
        let begun = Instant::now();
        drop(db.run(
            "with recursive c(n) as (select 1 union all select n + 1 from c) select max(n) from c",
        ));
        drop(db);
        assert!(begun.elapsed() < Duration::from_secs(20));
    });
}

#[test]
fn broken_views_and_unknown_modules_cost_only_themselves() {
    block_on(async {
        let mut db = memory().await;
        for sql in [
            "create table gone (a)",
            "create view broken as select a from gone",
            "create table t (a integer primary key, b int generated always as (a + 1))",
            "create view fine as select a from t",
            "create virtual table search using fts5(body)",
            "drop table gone",
            "attach ':memory:' as other",
            "create table other.child (x, y references t, foreign key (x, y) references t (a, b))",
            "create table pair (p, q, primary key (p, q)) without rowid",
            "create table ref (p, q, foreign key (P, Q) references PAIR)",
            "analyze",
        ] {
            let lines = run(db.as_mut(), sql).await;
            assert!(!lines.concat().contains("error"), "{sql}: {lines:?}");
        }
        let catalog = catalog_of(db.as_mut()).await;
        let columns = |name: &str| {
            let relation = catalog.relations().find(|r| r.name == name);
            let relation = relation.unwrap_or_else(|| panic!("no {name}"));
            relation
                .columns()
                .iter()
                .map(|c| c.name)
                .collect::<Vec<_>>()
                .join(" ")
        };
        for (name, expected) in [
            ("broken", ""),
            ("fine", "a"),
            ("t", "a b"),
            ("search", "body"),
            ("child", "x y"),
        ] {
            assert_eq!(columns(name), expected, "{name}");
        }
        assert_eq!(catalog.search_path, ["main", "other"]);
        let keys: Vec<_> = catalog
            .foreign_keys()
            .map(|k| k.to_columns.join(" "))
            .collect();
        assert_eq!(
            keys,
            ["p q"],
            "a key to a table that is not there is left out"
        );
        for what in [Listing::Relations, Listing::Indexes, Listing::Views] {
            for titled in Sqlite
                .listing(what, &Pattern::default())
                .unwrap_or_default()
            {
                let lines = run(db.as_mut(), &titled.sql).await;
                assert!(!lines.concat().contains("error"), "{what:?}: {lines:?}");
            }
        }
    });
}

#[test]
fn every_table_of_a_large_schema_is_read() {
    block_on(async {
        let mut db = memory().await;
        let tables: String = (0..2_000)
            .map(|i| {
                format!(
                    "create table t{i} (id integer primary key, a text, b int references t{});",
                    i / 2
                )
            })
            .collect();
        run(db.as_mut(), &format!("begin; {tables} commit")).await;
        let catalog = catalog_of(db.as_mut()).await;
        assert_eq!(
            catalog
                .relations()
                .filter(|r| r.columns().len() == 3)
                .count(),
            2_000
        );
        assert_eq!(catalog.foreign_keys().len(), 2_000);
    });
}

#[test]
fn the_demo_shop_is_complete() {
    block_on(async {
        let target = Target {
            init: Some(demo::DEMO),
            ..Target::sqlite(":memory:")
        };
        let mut db = open(&target).await;
        let sql = "select count(*) from customers union all select count(*) from products \
                   union all select count(*) from orders union all select count(*) > 4000 \
                   from order_items union all select count(*) from order_totals \
                   union all select count(*) from pragma_foreign_key_check \
                   union all select count(*) from orders where ordered_at > datetime('now')";
        let lines = run(db.as_mut(), sql).await;
        assert_eq!(
            lines,
            ["300", "60", "2000", "1", "2000", "0", "0", "SELECT 7"]
        );
        let catalog = catalog_of(db.as_mut()).await;
        assert_eq!(catalog.foreign_keys().len(), 3);
        let orders = catalog
            .relations()
            .find(|r| r.name == "orders")
            .expect("orders");
        assert!(
            orders
                .columns()
                .get(2)
                .unwrap()
                .check_values()
                .iter()
                .any(|value| value == "shipped")
        );
        assert_eq!(db.status().database, ":memory:");
    });
}

#[test]
fn a_result_that_the_thread_leaves_unfinished_is_an_error() {
    block_on(async {
        let open = || rusqlite::Connection::open_in_memory().expect("opens");
        let mut worker = Worker::new(open(), Duration::ZERO);
        let (events, results) = mpsc::channel(run::CHANNEL);
        let job = worker.submit(move |_| {
            let rows = events.blocking_send(Ok(Event::Columns(Vec::new())));
            rows.expect("somebody reads");
            panic!("in the middle of a result");
        });
        let shared = Arc::clone(&worker.shared);
        let mut results = run::Results::new(results, job.expect("is queued"), shared);
        assert!(matches!(results.next().await, Some(Ok(Event::Columns(_)))));
        let error = results.next().await.expect("not the end").err();
        assert_eq!(error.map(|e| e.kind), Some(Kind::Lost));
        assert!(results.next().await.is_none());
        let after = worker.call(|_| ()).await;
        assert_eq!(after.err().map(|e| e.kind), Some(Kind::Lost));
    });
}
