//! Statements that are stopped, and servers that die.

use super::*;

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

pub(super) async fn a_cancelled_statement_is_gone_at_the_server(backend: &'static Backend) {
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

pub(super) async fn the_first_rows_of_an_endless_query_come_at_once(backend: &'static Backend) {
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

pub(super) async fn a_result_may_be_left_half_read(backend: &'static Backend) {
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

pub(super) async fn a_statement_that_was_cancelled_and_left_does_not_hold_up_the_next(
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

pub(super) async fn a_server_that_dies_ends_the_result_with_one_error(backend: &'static Backend) {
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
