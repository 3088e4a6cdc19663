//! Results of every shape: no rows, no columns, many columns, huge values, several of them.

use super::*;

pub(super) async fn a_result_without_rows_has_its_columns(backend: &'static Backend) {
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

pub(super) async fn columns_say_their_types(backend: &'static Backend) {
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

pub(super) async fn rows_without_columns_are_counted(backend: &'static Backend) {
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

pub(super) async fn as_many_columns_as_the_server_allows(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let count = backend.pick([1600, 4096, 2000]);
    let list: Vec<String> = (1..=count).map(|i| format!("{i} as c{i}")).collect();
    let got = rows(connection.as_mut(), &format!("select {}", list.join(", "))).await;
    let expected: Vec<String> = (1..=count).map(|i| i.to_string()).collect();
    assert_eq!(got, [expected]);
}

pub(super) async fn a_huge_value_arrives_whole(backend: &'static Backend) {
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

pub(super) async fn many_rows_come_in_order(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let got = rows(connection.as_mut(), &counting(backend, 100_000)).await;
    assert_eq!(got.len(), 100_000);
    assert!(got.iter().zip(1..).all(|(row, n)| row[0] == n.to_string()));
}

pub(super) async fn several_results_come_one_after_the_other(backend: &'static Backend) {
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

pub(super) async fn an_empty_statement_is_no_error(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    for sql in ["", "  ", "-- nothing", ";"] {
        let all = happenings(connection.as_mut(), sql).await;
        // MySQL says that the query was empty; nobody returns rows.
        assert!(!order(&all).contains("row"), "{sql:?}: {all:?}");
        still_usable(connection.as_mut()).await;
    }
}

pub(super) async fn the_end_of_a_statement_counts_rows(backend: &'static Backend) {
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

pub(super) async fn a_change_can_return_rows(backend: &'static Backend) {
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

pub(super) async fn the_transaction_state_is_known(backend: &'static Backend) {
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

pub(super) async fn the_status_says_who_and_where(backend: &'static Backend) {
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
