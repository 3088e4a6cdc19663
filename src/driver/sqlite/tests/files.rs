//! Files of databases: moved, locked, of another kind, named with parameters.

use super::*;

#[test]
fn a_file_that_was_removed_or_replaced_is_told_once_and_not_written_to() {
    block_on(async {
        for replaced in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("f.db");
            let mut one = open(&Target::sqlite(&path.display().to_string())).await;
            run(one.as_mut(), "create table t (a)").await;
            std::fs::rename(&path, folder.path().join("elsewhere")).expect("it is ours");
            if replaced {
                std::fs::write(&path, "").expect("room");
            }
            let mut told = Vec::new();
            for _ in 0..2 {
                let mut events = one.run("select a from t");
                while let Some(event) = events.next().await {
                    if let Ok(Event::Notice(notice)) = event {
                        told.push(notice.message);
                    }
                }
            }
            let what = if replaced { "replaced" } else { "removed" };
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(
                told[0].ends_with(&format!("was {what} after it was opened")),
                "{told:?}"
            );
            let mut events = one.run("insert into t values (1)");
            let error = events
                .next()
                .await
                .expect("an answer")
                .expect_err("it is not written to");
            assert!(
                error.hint.is_some_and(|hint| hint.contains("old file")),
                "{}",
                error.message
            );
        }
    });
}

#[test]
fn a_locked_database_says_who_is_in_the_way() {
    block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a b?c%20#.db");
        let name = format!("{}?busy_timeout=1", path.display());
        let mut one = open(&Target::sqlite(&name)).await;
        let mut two = open(&Target::sqlite(&name)).await;
        assert!(path.exists(), "a name with odd characters is that file");
        run(one.as_mut(), "create table t (a)").await;
        run(one.as_mut(), "begin immediate").await;
        let error = failure(two.as_mut(), "insert into t values (1)").await;
        assert_eq!(error.code.as_deref(), Some("SQLITE_BUSY"));
        assert!(error.hint.is_some_and(|hint| hint.contains("busy_timeout")));
        assert_eq!(one.status().transaction, Transaction::Open);
        run(one.as_mut(), "commit").await;
        assert_eq!(
            run(two.as_mut(), "insert into t values (1)").await,
            ["INSERT 1"]
        );
    });
}

#[test]
fn a_database_that_is_locked_is_opened_and_statements_say_so() {
    block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db").display().to_string();
        let mut one = open(&Target::sqlite(&path)).await;
        run(one.as_mut(), "create table t (a)").await;
        run(one.as_mut(), "begin exclusive").await;
        let mut two = open(&Target::sqlite(&format!("{path}?busy_timeout=1"))).await;
        let error = failure(two.as_mut(), "select * from t").await;
        assert_eq!(error.code.as_deref(), Some("SQLITE_BUSY"));
        assert!(
            error
                .hint
                .is_some_and(|h| h.contains("FILE?busy_timeout=MILLISECONDS"))
        );
        run(one.as_mut(), "commit").await;
        assert_eq!(
            run(two.as_mut(), "insert into t values (1)").await,
            ["INSERT 1"]
        );
    });
}

#[test]
fn a_statement_that_waits_for_a_lock_is_stopped_at_once() {
    block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db").display().to_string();
        let mut one = open(&Target::sqlite(&path)).await;
        run(one.as_mut(), "create table t (a)").await;
        let patient = format!("{path}?busy_timeout=60000");
        let mut two = open(&Target::sqlite(&patient)).await;
        run(one.as_mut(), "begin exclusive").await;
        let canceller = two.canceller();
        let started = std::time::Instant::now();
        let mut events = two.run("select * from t");
        let pause = std::time::Duration::from_millis(100);
        let event = tokio::time::timeout(pause, events.next()).await;
        assert!(event.is_err(), "it waits for the lock");
        canceller.cancel().await.expect("asks");
        let error = loop {
            match events.next().await {
                Some(Err(error)) => break error,
                Some(Ok(_)) => {}
                None => panic!("it has ended well"),
            }
        };
        assert_eq!(error.kind, Kind::Cancelled);
        assert!(started.elapsed() < std::time::Duration::from_secs(20));
        drop(events);
        run(one.as_mut(), "commit").await;
        assert_eq!(
            run(two.as_mut(), "insert into t values (1)").await,
            ["INSERT 1"]
        );
    });
}

#[test]
fn a_file_of_a_newer_kind_is_told_from_one_that_is_none() {
    block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db");
        let name = path.display().to_string();
        run(
            open(&Target::sqlite(&name)).await.as_mut(),
            "create table t (a)",
        )
        .await;
        let good = std::fs::read(&path).expect("the file");
        for (at, bytes, said) in [
            (18, &[9, 9][..], "is of a newer kind than this SQLite reads"),
            (44, &[0, 0, 0, 9], "unsupported file format"),
            (0, b"Not a SQLite ...", "is not a SQLite database"),
        ] {
            let mut file = good.clone();
            file[at..at + bytes.len()].copy_from_slice(bytes);
            std::fs::write(&path, file).expect("the file");
            let error = match Sqlite.connect(&Target::sqlite(&name)).await {
                Err(error) => error,
                Ok(mut db) => failure(db.as_mut(), "select * from t").await,
            };
            assert!(error.message.contains(said), "{said}: {}", error.message);
            assert!(error.hint.is_some());
        }
    });
}

#[test]
fn parameters_of_the_name_reach_sqlite() {
    block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db").display().to_string();
        run(
            open(&Target::sqlite(&path)).await.as_mut(),
            "create table t (a)",
        )
        .await;
        for (name, writes) in [
            (format!("{path}?mode=ro"), false),
            (format!("file:{path}?mode=ro"), false),
            (format!("{path}?immutable=1&mode=ro"), false),
            (format!("{path}?mode=rw"), true),
            (format!("file:{path}?busy_timeout=10"), true),
        ] {
            let mut db = open(&Target::sqlite(&name)).await;
            let wrote = run(db.as_mut(), "insert into t values (1)").await == ["INSERT 1"];
            assert_eq!(wrote, writes, "{name}");
        }
        let missing = folder.path().join("y.db").display().to_string();
        let refused = Sqlite
            .connect(&Target::sqlite(&format!("{missing}?mode=rw")))
            .await;
        assert_eq!(refused.err().map(|e| e.kind), Some(Kind::Connect));
        let both = Target {
            read_only: true,
            ..Target::sqlite(&format!("{path}?mode=rwc"))
        };
        let lines = run(open(&both).await.as_mut(), "insert into t values (1)").await;
        assert_eq!(lines, ["error: attempt to write a readonly database"]);
    });
}

#[test]
fn databases_in_memory_cannot_be_doubled() {
    block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db").display().to_string();
        for (name, doubled) in [
            (":memory:", false),
            ("", false),
            ("file::memory:", false),
            ("file:x?mode=memory&cache=shared", false),
            (path.as_str(), true),
        ] {
            assert_eq!(
                open(&Target::sqlite(name)).await.can_be_doubled(),
                doubled,
                "{name}"
            );
        }
        let target = Target {
            read_only: true,
            ..Target::sqlite(":memory:")
        };
        let lines = run(open(&target).await.as_mut(), "create table t (a)").await;
        assert_eq!(lines, ["error: attempt to write a readonly database"]);
    });
}
