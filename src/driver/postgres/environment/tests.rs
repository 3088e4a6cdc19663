//! Where the values of a connection come from, and what is refused.

use super::super::startup::Protocol;
use super::*;

fn resolve_with(url: &str, env: &[(&str, &str)], existing: &[&str]) -> Result<Settings> {
    let target = Target::parse(url).expect("a good target");
    resolve(
        &target,
        &World {
            env: &|name| {
                let found = env.iter().find(|(n, _)| *n == name);
                found.map(|(_, v)| (*v).to_string())
            },
            exists: &|path| existing.contains(&path),
            list: &|_| Vec::new(),
            read: &|path| (path == "/services").then(|| SERVICES.to_string()),
            os_user: &|| Some("me".into()),
        },
    )
}

#[test]
fn the_targets_values_come_first_then_variables_then_defaults() {
    let env: &[(&str, &str)] = &[
        ("PGHOST", "envhost"),
        ("PGPORT", "6000"),
        ("PGUSER", "envuser"),
        ("PGDATABASE", "envdb"),
    ];
    for (url, env, existing, expected) in [
        (
            "postgres://",
            env,
            &[][..],
            "envuser@\"envhost\" port 6000/envdb",
        ),
        ("postgres://u@h:1/d", env, &[], "u@\"h\" port 1/d"),
        ("postgres://h", env, &[], "envuser@\"h\" port 6000/envdb"),
        ("port=7", env, &[], "envuser@\"envhost\" port 7/envdb"),
        ("postgres://", &[], &[], "me@\"localhost\" port 5432/me"),
        (
            "postgres://",
            &[],
            &["/tmp"],
            "me@socket \"/tmp/.s.PGSQL.5432\"/me",
        ),
        (
            "postgres://",
            &[],
            &["/tmp", "/run/postgresql"],
            "me@socket \"/run/postgresql/.s.PGSQL.5432\"/me",
        ),
        ("user=x", &[], &[], "x@\"localhost\" port 5432/x"),
        (
            "postgres://a,b:2/d",
            &[("PGPORT", "9")],
            &[],
            "me@\"a\" port 5432,\"b\" port 2/d",
        ),
        (
            "port=1,2 dbname=d",
            &[("PGHOST", "a,b")],
            &[],
            "me@\"a\" port 1,\"b\" port 2/d",
        ),
        (
            "dbname=d",
            &[("PGHOST", "a,b"), ("PGPORT", "1,2")],
            &[],
            "me@\"a\" port 1,\"b\" port 2/d",
        ),
        (
            "host=n hostaddr=10.0.0.1",
            &[],
            &[],
            "me@\"n\" (10.0.0.1) port 5432/me",
        ),
    ] {
        let s = resolve_with(url, env, existing).expect("good settings");
        let endpoints: Vec<_> = s.endpoints.iter().map(Endpoint::describe).collect();
        let shown = format!("{}@{}/{}", s.user, endpoints.join(","), s.database);
        assert_eq!(shown, expected, "{url}");
    }
}

#[test]
fn what_makes_no_sense_or_is_not_honoured_is_said() {
    for (url, env, expected) in [
        (
            "postgres://h/d?sslmoed=require",
            &[][..],
            "unknown connection parameter \"sslmoed\"",
        ),
        (
            "postgres://h/d?service=x",
            &[],
            "definition of service \"x\" not found",
        ),
        (
            "postgres://h/d?scram_client_key=x",
            &[],
            "invalid value for the connection parameter \"scram_client_key\": \"…\"",
        ),
        (
            "postgres://h/d?load_balance_hosts=x",
            &[],
            "invalid value for the connection parameter \"load_balance_hosts\": \"x\"",
        ),
        (
            "postgres://h/d?require_auth=scram-sha-256,pasword",
            &[],
            "invalid value for the connection parameter \"require_auth\": \"pasword\"",
        ),
        (
            "postgres://h/d?ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2",
            &[],
            "ssl_min_protocol_version is above ssl_max_protocol_version",
        ),
        (
            "postgres://h/d?sslmode=always",
            &[],
            "invalid value for the connection parameter \"sslmode\": \"always\"",
        ),
        (
            "postgres://h/d?keepalives_idle=x",
            &[],
            "invalid value for the connection parameter \"keepalives_idle\": \"x\"",
        ),
        (
            "postgres://h/d?sslrootcert=system&sslmode=require",
            &[],
            "sslrootcert=system needs sslmode=verify-full",
        ),
        (
            "postgres://h/d?gssencmode=disable&options=-c%20a%3Db",
            &[],
            "",
        ),
    ] {
        let said = resolve_with(url, env, &[]).err().map(|e| e.message);
        assert_eq!(said.unwrap_or_default(), expected, "{url}");
    }
}

#[test]
fn options_of_the_user_of_variables_and_of_read_only_are_joined() {
    let mut target = Target::parse("postgres://h/d?options=-c%20a%3Db").expect("a good URL");
    target.read_only = true;
    let world = World {
        env: &|name| (name == "PGTZ").then(|| "Europe/X Y".to_string()),
        exists: &|_| false,
        read: &|_| None,
        list: &|_| Vec::new(),
        os_user: &|| Some("me".into()),
    };
    let settings = resolve(&target, &world).expect("good settings");
    assert_eq!(
        started(&settings),
        "user=me database=d options=-c a=b -c default_transaction_read_only=on \
         application_name=sqwire client_encoding=UTF8 timezone=Europe/X Y"
    );
    assert_eq!(settings.timeout, DEFAULT_TIMEOUT);
}

fn started(settings: &Settings) -> String {
    let parameters = settings.startup.parameters.iter();
    let shown: Vec<String> = parameters.map(|(n, v)| format!("{n}={v}")).collect();
    shown.join(" ")
}

#[test]
fn the_startup_message_says_what_libpqs_would() {
    let env = [("PGDATESTYLE", "default"), ("PGGEQO", "off")];
    for (url, env, expected) in [
        (
            "user=u dbname=d client_encoding=auto fallback_application_name=f",
            &env[..],
            "user=u database=d application_name=f client_encoding=UTF8 geqo=off",
        ),
        (
            "user=u dbname=d replication=database client_encoding=LATIN1",
            &[("PGCLIENTENCODING", "WIN1252")],
            "user=u database=d replication=database application_name=sqwire client_encoding=LATIN1",
        ),
        (
            "user=u dbname=d replication=off application_name=",
            &[("PGCLIENTENCODING", "WIN1252")],
            "user=u database=d application_name= client_encoding=WIN1252",
        ),
    ] {
        let settings = resolve_with(url, env, &[]).expect("good settings");
        assert_eq!(started(&settings), expected, "{url}");
    }
    for (url, oldest, newest) in [
        ("user=u", Protocol::V3_0, Protocol::V3_0),
        (
            "user=u max_protocol_version=latest",
            Protocol::V3_0,
            Protocol::V3_2,
        ),
        (
            "user=u min_protocol_version=3.2",
            Protocol::V3_2,
            Protocol::V3_2,
        ),
    ] {
        let plan = resolve_with(url, &[], &[]).expect("good settings").startup;
        assert_eq!((plan.oldest, plan.newest), (oldest, newest), "{url}");
    }
    for url in [
        "min_protocol_version=3.2 max_protocol_version=3.0",
        "max_protocol_version=4.0",
        "scram_client_key=AAAA",
    ] {
        assert!(
            resolve_with(&format!("user=u {url}"), &[], &[]).is_err(),
            "{url}"
        );
    }
}

const SERVICES: &str = "[s]\nhost=servicehost\nport=7000\nuser=serviceuser\nsslmode=disable\n";

#[test]
fn a_service_stands_between_the_targets_values_and_the_variables() {
    let env: &[(&str, &str)] = &[
        ("PGSERVICEFILE", "/services"),
        ("PGPORT", "6000"),
        ("PGUSER", "envuser"),
        ("PGDATABASE", "envdb"),
        ("PGSSLMODE", "require"),
    ];
    for (url, expected) in [
        (
            "service=s",
            "serviceuser@\"servicehost\" port 7000/envdb Disable",
        ),
        (
            "service=s user=u port=1 sslmode=require",
            "u@\"servicehost\" port 1/envdb Require",
        ),
        (
            "postgres://h/d?service=s",
            "serviceuser@\"h\" port 7000/d Disable",
        ),
    ] {
        let s = resolve_with(url, env, &[]).expect("good settings");
        let shown = format!(
            "{}@{}/{} {:?}",
            s.user,
            s.endpoints[0].describe(),
            s.database,
            s.tls.mode
        );
        assert_eq!(shown, expected, "{url}");
    }
}
