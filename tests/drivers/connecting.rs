//! Connections that cannot be made, and those that may only read.

use super::*;

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

pub(super) async fn a_connection_that_cannot_be_made_says_why(backend: &'static Backend) {
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

pub(super) async fn a_read_only_connection_refuses_writes(backend: &'static Backend) {
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
