//! Errors, and notices, with their place and order.

use super::*;

pub(super) async fn an_error_says_where(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let cases: [(&str, [Option<usize>; 3]); 4] = [
        ("select nme", [Some(7); 3]),
        ("select 'é', nme", [Some(13); 3]),
        ("select 1\nfrom\n  nowhere", [Some(16); 3]),
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

pub(super) async fn an_error_has_its_code(backend: &'static Backend) {
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

pub(super) async fn rows_before_an_error_are_not_lost(backend: &'static Backend) {
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

pub(super) async fn notices_come_in_order_with_rows(backend: &'static Backend) {
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
