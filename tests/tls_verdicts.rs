//! Every sslmode against every kind of certificate: sqwire accepts and refuses what psql does.

use crate::postgres::{all, block_on, connect};
use crate::servers::{self, PASSWORD, Server, USER};
use sqwire::error::Kind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Makes an authority, another one, and a server certificate of each kind, in the current folder.
pub(crate) const CERTIFICATES: &str = r#"
new() { openssl req -new -nodes -newkey rsa:2048 -keyout $1.key -out $1.csr -subj /CN=$2; }
authority() { openssl req -new -x509 -days 9 -nodes -newkey rsa:2048 -keyout $1.key -out $1.crt \
  -subj /CN=$1 -addext basicConstraints=critical,CA:TRUE; }
sign() { openssl x509 -req -in $1.csr -CA $2.crt -CAkey $2.key -CAcreateserial -days $3 \
  -extfile $1.ext -out $1.crt; }
authority ca && authority stranger || exit 1
printf 'basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\n' > good.ext
cp good.ext expired.ext; cp good.ext unknown.ext
printf 'basicConstraints=CA:FALSE\nsubjectAltName=DNS:other.example\n' > wrong.ext
printf 'basicConstraints=CA:FALSE\n' > cnonly.ext
printf 'basicConstraints=CA:TRUE\nsubjectAltName=DNS:localhost\n' > authority.ext
new good localhost && sign good ca 9 || exit 1
new expired localhost && sign expired ca -1 || exit 1
new wrong localhost && sign wrong ca 9 || exit 1
new unknown localhost && sign unknown stranger 9 || exit 1
new cnonly localhost && sign cnonly ca 9 || exit 1
new authority localhost && sign authority ca 9 || exit 1
new v1 localhost && openssl x509 -req -in v1.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 9 \
  -out v1.crt || exit 1
openssl req -new -x509 -days 9 -nodes -newkey rsa:2048 -keyout self.key -out self.crt \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost || exit 1
openssl req -new -nodes -newkey rsa:2048 -keyout client.key -out client.csr -subj /CN=certified &&
openssl x509 -req -in client.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 9 -out client.crt &&
openssl pkcs8 -topk8 -in client.key -out client.enc -passout pass:secret || exit 1
chmod 600 *.key client.enc
: > index.txt; echo 01 > crlnumber
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\n' > ca.cnf
list() { openssl ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.crt -crldays 9 -out $1.crl; }
list none && openssl ca -config ca.cnf -revoke good.crt -keyfile ca.key -cert ca.crt && list good || exit 1
mkdir lists empty && cp good.crl lists/$(openssl crl -hash -noout -in good.crl).r0 || exit 1
"#;

const RULES: &str = "local all all trust\nhostssl all certified all cert\nhost all all all trust\n";

pub(crate) const KINDS: &[&str] = &[
    "good",
    "expired",
    "wrong",
    "unknown",
    "self",
    "v1",
    "cnonly",
    "authority",
];

const MODES: &[&str] = &[
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

/// A server with the certificates in its data folder, and that folder.
async fn prepared(server: &Server) -> PathBuf {
    let data = server.socket.join("data");
    let script = data.join("make.sh");
    let url = format!("{} password={PASSWORD}", tcp(server, USER, "localhost"));
    let mut c = connect(&url).await.expect("connects");
    std::fs::write(&script, CERTIFICATES).expect("a script");
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .expect("it is ours");
    std::fs::write(data.join("pg_hba.conf"), RULES).expect("the rules");
    for sql in [
        "copy (select) to program $$cd data 2>/dev/null; sh make.sh 2>/dev/null$$",
        "create role certified login",
        "alter system set ssl = on",
        "alter system set ssl_ca_file = 'ca.crt'",
    ] {
        all(c.as_mut(), sql)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    data
}

fn tcp(server: &Server, user: &str, host: &str) -> String {
    let port = server.port;
    format!("host={host} hostaddr=127.0.0.1 port={port} user={user} dbname=postgres")
}

/// Makes the server show that certificate, and waits until it does.
async fn show(server: &Server, kind: &str) {
    let directory = server.socket.display();
    let url = format!(
        "host={directory} port={} user={USER} dbname=postgres password={PASSWORD}",
        server.port
    );
    let mut c = connect(&url).await.expect("the socket is open to all");
    for sql in [
        format!("alter system set ssl_cert_file = '{kind}.crt'"),
        format!("alter system set ssl_key_file = '{kind}.key'"),
        "select pg_reload_conf()".into(),
    ] {
        all(c.as_mut(), &sql)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    let wanted = format!("\n{kind}.key on\n");
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let mut c = connect(&url).await.expect("the socket is open to all");
        let sql = "select current_setting('ssl_key_file') || ' ' || current_setting('ssl') as s";
        if all(c.as_mut(), sql).await.expect("runs").contains(&wanted) {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "the server does not take {kind}.crt"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What psql makes of a connection string.
fn psql(url: &str) -> &'static str {
    let mut command = Command::new("psql");
    command.args(["-X", "-A", "-t", "-w", "-d", url, "-c"]);
    command.arg("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG")) {
        command.env_remove(name);
    }
    let output = command
        .env("HOME", "/nonexistent")
        .output()
        .expect("psql runs");
    match (output.status.success(), output.stdout.trim_ascii()) {
        (true, b"t") => "encrypted",
        (true, _) => "plain",
        _ => "refused",
    }
}

async fn sqwire(url: &str) -> &'static str {
    match connect(url).await {
        Ok(c) if c.status().encryption.is_some() => "encrypted",
        Ok(_) => "plain",
        Err(e) => {
            assert_eq!(e.kind, Kind::Connect, "{e}");
            "refused"
        }
    }
}

fn with_server(test: impl AsyncFnOnce(&Server, &Path)) {
    let Some(server) = servers::start_postgres() else {
        return;
    };
    block_on(async {
        let data = prepared(&server).await;
        test(&server, &data).await;
    });
}

#[test]
fn every_mode_judges_every_certificate_as_psql_does() {
    with_server(async |server, data| {
        // The client reads the authority's file as whoever runs the tests.
        let roots = [
            "ca.crt".to_string(),
            "self.crt".to_string(),
            "missing.crt".to_string(),
        ];
        let mut differences = Vec::new();
        let mut seen = std::collections::BTreeMap::new();
        for kind in KINDS {
            show(server, kind).await;
            for mode in MODES {
                for root in &roots {
                    let root_file = data.join(root);
                    let url = format!(
                        "{} sslmode={mode} sslrootcert={}",
                        tcp(server, USER, "localhost"),
                        root_file.display()
                    );
                    let (theirs, ours) = (psql(&url), sqwire(&url).await);
                    *seen.entry(theirs).or_insert(0) += 1;
                    if theirs != ours {
                        differences.push(format!("{kind} {mode} {root}: psql {theirs}, {ours}"));
                    }
                }
            }
        }
        assert_eq!(differences, Vec::<String>::new());
        // All three verdicts must have been met, or the test has tested nothing.
        assert!(seen.len() == 3 && seen["refused"] > 20, "{seen:?}");
    });
}

#[test]
fn names_of_hosts_are_compared_as_psql_compares_them() {
    with_server(async |server, data| {
        for kind in ["good", "v1", "cnonly", "wrong"] {
            show(server, kind).await;
            for host in [
                "localhost",
                "LOCALHOST",
                "other.example",
                "127.0.0.1",
                "x.other.example",
            ] {
                let url = format!(
                    "{} sslmode=verify-full sslrootcert={}",
                    tcp(server, USER, host),
                    data.join("ca.crt").display()
                );
                assert_eq!(sqwire(&url).await, psql(&url), "{kind} {host}");
            }
        }
    });
}

#[test]
fn revoked_certificates_are_refused_as_psql_refuses_them() {
    with_server(async |server, data| {
        show(server, "good").await;
        let of = |name: &str| data.join(name).display().to_string();
        for (mode, more, expected) in [
            (
                "verify-full",
                format!("sslcrl={}", of("none.crl")),
                "encrypted",
            ),
            (
                "verify-full",
                format!("sslcrl={}", of("good.crl")),
                "refused",
            ),
            ("verify-ca", format!("sslcrl={}", of("good.crl")), "refused"),
            ("require", format!("sslcrl={}", of("good.crl")), "refused"),
            ("verify-full", format!("sslcrl={}", of("ca.crt")), "refused"),
            // A file that is not there, or is none of these, is passed over.
            (
                "verify-full",
                format!("sslcrl={}", of("nowhere")),
                "encrypted",
            ),
            (
                "verify-full",
                format!("sslcrl={}", of("PG_VERSION")),
                "encrypted",
            ),
            (
                "verify-full",
                format!("sslcrldir={}", of("lists")),
                "refused",
            ),
            (
                "verify-full",
                format!("sslcrldir={}", of("empty")),
                "refused",
            ),
            (
                "verify-full",
                format!("sslcrldir={}", of("nowhere")),
                "refused",
            ),
        ] {
            let base = tcp(server, USER, "localhost");
            let url = format!("{base} sslmode={mode} sslrootcert={} {more}", of("ca.crt"));
            assert_eq!(
                (psql(&url), sqwire(&url).await),
                (expected, expected),
                "{url}"
            );
        }
    });
}

#[test]
fn a_client_certificate_logs_in_and_its_key_is_guarded() {
    with_server(async |server, data| {
        show(server, "good").await;
        let url = |more: &str| {
            format!(
                "{} sslmode=require {more}",
                tcp(server, "certified", "localhost")
            )
        };
        let of = |name: &str| data.join(name).display().to_string();
        let own = tempfile::tempdir().expect("a folder");
        let open = own.path().join("open.key");
        std::fs::copy(data.join("client.key"), &open).expect("a key");
        std::fs::set_permissions(&open, std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .expect("it is ours");
        let (certificate, key) = (of("client.crt"), of("client.key"));
        let pair = format!("sslcert={certificate} sslkey={key}");
        for (more, said) in [
            (pair.clone(), ""),
            (format!("{pair} sslcertmode=require"), ""),
            (
                format!(
                    "sslcert={certificate} sslkey={} sslpassword=secret",
                    of("client.enc")
                ),
                "",
            ),
            (
                format!(
                    "sslcert={certificate} sslkey={} sslpassword=no",
                    of("client.enc")
                ),
                "the password is wrong",
            ),
            (
                format!("sslcert={certificate} sslkey={}", of("client.enc")),
                "sslpassword is not given",
            ),
            (
                format!("sslcert={certificate} sslkey={}", open.display()),
                "has group or world access",
            ),
            (
                format!("sslcert={certificate} sslkey={}", of("good.key")),
                "does not match",
            ),
            (
                format!("sslcert={certificate} sslkey=/nonexistent/key"),
                "but not its private key file",
            ),
            (format!("{pair} sslcertmode=disable"), "certificate"),
            ("sslcert=/nonexistent/crt".into(), "certificate"),
        ] {
            let url = url(&more);
            match connect(&url).await {
                Ok(_) => assert_eq!(said, "", "{more}"),
                Err(e) => assert!(!said.is_empty() && e.message.contains(said), "{more}: {e}"),
            }
            // Older versions of psql do not know sslcertmode.
            if !more.contains("sslcertmode") {
                let refused = psql(&url) == "refused";
                assert_eq!(refused, !said.is_empty(), "psql: {more}");
            }
        }
    });
}

#[test]
fn the_version_of_tls_and_the_way_to_authenticate_can_be_demanded() {
    with_server(async |server, _| {
        show(server, "good").await;
        let base = tcp(server, USER, "localhost");
        for (more, expected) in [
            (
                "sslmode=require ssl_min_protocol_version=TLSv1.3",
                "TLSv1.3",
            ),
            (
                "sslmode=require ssl_max_protocol_version=TLSv1.2",
                "TLSv1.2",
            ),
            ("sslmode=require sslsni=0", "TLSv1.3"),
            ("sslmode=require require_auth=none", "TLSv1.3"),
            ("require_auth=!md5,!password", "TLSv1.3"),
            ("load_balance_hosts=random", "TLSv1.3"),
            ("gssencmode=prefer krbsrvname=x", "TLSv1.3"),
            (
                "require_auth=scram-sha-256",
                "authentication method requirement \"scram-sha-256\" failed: the server did not \
                 complete authentication",
            ),
        ] {
            let got = match connect(&format!("{base} {more}")).await {
                Ok(c) => c.status().encryption.unwrap_or_default(),
                Err(e) => e.message,
            };
            assert!(got.ends_with(expected), "{more}: {got}");
        }
        let socket = format!(
            "host={} port={} user={USER} dbname=postgres requirepeer",
            server.socket.display(),
            server.port
        );
        let refused = connect(&format!("{socket}=nobody-of-that-name"))
            .await
            .err();
        assert!(refused.is_some_and(|e| e.message.contains("requirepeer specifies")));
    });
}
