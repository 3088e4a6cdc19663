//! One contract for every driver: the same cases, run against a private server of each kind.
//!
//! Each case is a function over a `Backend`; the macro at the end makes a test of each case and
//! backend. Where servers spell a thing differently, a row has one entry a server, in the order
//! PostgreSQL, MySQL, SQLite, and `None` where the server has no such thing.

mod catalog;
mod connecting;
mod errors;
mod shapes;
mod stopping;
mod values;

use crate::servers::{self, Server};
use futures::StreamExt;
use futures::stream::BoxStream;
use sqwire::catalog::{Catalog, CatalogBuilder, ObjectKind, Relation, RelationId, RelationKind};
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

const ENDLESS: u64 = 100_000_000_000;

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

macro_rules! contract {
    ($($file:ident::$case:ident)*) => {
        contract!(@ postgres POSTGRES $($file::$case)*);
        contract!(@ mysql MYSQL $($file::$case)*);
        contract!(@ sqlite SQLITE $($file::$case)*);
    };
    (@ $module:ident $backend:ident $($file:ident::$case:ident)*) => {
        mod $module {
            $(#[test] fn $case() { super::run_case(&super::$backend, super::$file::$case); })*
        }
    };
}

contract! {
    values::integers_keep_every_digit
    values::numerics_keep_every_digit
    values::floats_are_in_the_servers_own_digits
    values::texts_arrive_byte_for_byte
    values::times_are_in_the_servers_own_form
    values::documents_arrays_and_identifiers
    values::bytes_bits_and_booleans
    values::nulls_are_no_text
    values::an_enum_is_its_label
    values::a_nul_byte_in_a_statement_cuts_nothing_off
    shapes::a_result_without_rows_has_its_columns
    shapes::columns_say_their_types
    shapes::rows_without_columns_are_counted
    shapes::as_many_columns_as_the_server_allows
    shapes::a_huge_value_arrives_whole
    shapes::many_rows_come_in_order
    shapes::several_results_come_one_after_the_other
    shapes::an_empty_statement_is_no_error
    shapes::the_end_of_a_statement_counts_rows
    shapes::a_change_can_return_rows
    shapes::the_transaction_state_is_known
    shapes::the_status_says_who_and_where
    errors::an_error_says_where
    errors::an_error_has_its_code
    errors::rows_before_an_error_are_not_lost
    errors::notices_come_in_order_with_rows
    stopping::a_cancelled_statement_is_gone_at_the_server
    stopping::the_first_rows_of_an_endless_query_come_at_once
    stopping::a_result_may_be_left_half_read
    stopping::a_statement_that_was_cancelled_and_left_does_not_hold_up_the_next
    stopping::a_server_that_dies_ends_the_result_with_one_error
    connecting::a_connection_that_cannot_be_made_says_why
    connecting::a_read_only_connection_refuses_writes
    catalog::the_catalog_knows_tables_columns_and_keys
    catalog::the_catalog_knows_values_routines_and_settings
    catalog::the_catalog_knows_what_has_only_a_name
    catalog::a_relation_read_alone_is_as_in_the_whole_catalog
    catalog::every_listing_runs
    catalog::describing_a_table_names_its_columns
}
