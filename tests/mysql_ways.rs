//! Ways to a MariaDB server: option files, login paths, TLS, as the mariadb client has them.

use crate::harness::Sqwire;
use crate::servers::{self, PASSWORD, Server, USER, account_of, find, require};
use crate::tls_verdicts::{CERTIFICATES, KINDS};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn run(server: &Server, sql: &str) {
    let port = server.port;
    let url = format!("mysql://{USER}:{PASSWORD}@127.0.0.1:{port}/mysql");
    let (output, _) = Sqwire::new().args(&url).args("-c").arg(sql).output();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{sql}: {said}");
}

/// The account in the login file of the unit test, which stands beside the code.
const LOGIN_FILE: &[u8] = include_bytes!("../src/driver/mysql/mylogin.cnf");

#[test]
fn option_files_groups_and_login_paths_say_who_connects() {
    let Some(server) = servers::mysql() else {
        return;
    };
    run(
        server,
        "create or replace user app identified by 'a rather long secret of many blocks'",
    );
    let mine = format!(
        "[client]\nhost=127.0.0.1\nport={}\nprotocol=tcp\n",
        server.port
    );
    let suffixed = format!("{mine}user=nobody\n[client_far]\nuser={USER}\npassword={PASSWORD}\n");
    let who = "select substring_index(user(), '@', 1)";
    let with = |flags: &str, file: &str| {
        let sqwire = Sqwire::new()
            .file("x.cnf", file)
            .file(".mylogin.cnf", LOGIN_FILE);
        sqwire.args("my").args(flags).args("-N -e").arg(who)
    };
    // The login file is open to others: it is passed over, and refused where it was asked for.
    with(
        "--defaults-file=x.cnf --defaults-group-suffix=_far",
        &suffixed,
    )
    .stdout(&format!("{USER}\n"))
    .success();
    let (output, folder) = with("--defaults-file=x.cnf --login-path=client", &mine).output();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("has group or world access"), "{said}");
    let file = folder.path().join(".mylogin.cnf");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    for (flags, expected) in [
        ("--defaults-file=x.cnf", "app\n"),
        ("--defaults-extra-file=x.cnf --login-path=client", "app\n"),
        (
            "--defaults-file=x.cnf --login-path=other",
            "there is no login path \"other\"",
        ),
        (
            "--no-defaults --protocol=tcp -h 127.0.0.1 -P 1",
            "could not connect",
        ),
        (
            "--defaults-file=y.cnf",
            "could not read the option file \"y.cnf\"",
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_sqwire"))
            .arg("my")
            .args(flags.split(' '))
            .args(["-N", "-e", who])
            .env_clear()
            .env("HOME", folder.path())
            .current_dir(folder.path())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains(expected), "{flags}: {said}");
    }
}

#[test]
fn what_is_large_goes_both_ways_also_compressed() {
    let Some(server) = servers::mysql() else {
        return;
    };
    let url = server.url(&crate::postgres::block_on(server.database()));
    // More than 256 packets, whose numbers begin anew, and a statement and a row of several packets.
    let file = format!("{}\n", "x".repeat(50_000)).repeat(500);
    let long = format!("select length('{}')", "y".repeat(17_000_000));
    for parameters in ["", "?compress=1"] {
        let sqwire = || {
            let url = format!("{url}{parameters}");
            Sqwire::new().file("f.csv", &file).args(&url)
        };
        let script = format!(
            "create or replace table t (a longtext);\nload data local infile 'f.csv' into table t;\n\
             select count(*), sum(length(a)) from t;\n{long};\n\
             select variable_value from information_schema.session_status \
             where variable_name = 'COMPRESSION';\n\
             select length(a) from (select repeat('z', 20000000) a union select 'z') t;\n\
             select repeat('z', 17000000);\n"
        );
        let (output, _) = sqwire().args("--csv -t").input(&script).output();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{parameters}: {said}");
        let got = String::from_utf8_lossy(&output.stdout).into_owned();
        let (figures, row) = got.split_at(got.find('z').unwrap_or(0));
        let on = if parameters.is_empty() { "OFF" } else { "ON" };
        assert_eq!(
            figures,
            format!("500,25000000\n17000000\n{on}\n20000000\n1\n")
        );
        assert_eq!(row.trim_end(), "z".repeat(17_000_000));
        // A file that comes after rows is refused like any other that no statement names.
        let (output, _) = sqwire()
            .args("--csv -t")
            .input(
                "delimiter //\nselect seq from seq_1_to_300; \
                 load data local infile 'f.csv' into table t; select 'on'//\n",
            )
            .output();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("\"f.csv\", which was refused"), "{said}");
        assert!(output.stdout.ends_with(b"on\n"), "{said}");
    }
}

#[test]
fn compression_and_ed25519_work() {
    let Some(server) = servers::mysql() else {
        return;
    };
    let url = server.url("mysql");
    Sqwire::new()
        .args(&format!("{url}?compress=1 --csv -t -c"))
        .arg(
            "select variable_value, length(repeat('x', 1000000)) from \
              information_schema.session_status where variable_name = 'COMPRESSION'",
        )
        .stdout("ON,1000000\n")
        .success();
    let (output, _) = Sqwire::new()
        .args(&url)
        .args("-c")
        .arg("install soname 'auth_ed25519'")
        .output();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        // Some builds of the server leave the plugin out.
        assert!(said.contains("auth_ed25519"), "{said}");
        return;
    }
    run(
        server,
        "create or replace user edward identified via ed25519 using password('s3cret')",
    );
    let url = format!("mysql://edward:s3cret@127.0.0.1:{}/", server.port);
    let sqwire = Sqwire::new().args(&url).args("--csv -t -c");
    sqwire
        .arg("select substring_index(user(), '@', 1)")
        .stdout("edward\n")
        .success();
}

/// A server whose certificate can be changed, and the folder of the certificates.
fn with_certificates() -> Option<(Server, tempfile::TempDir)> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    require("openssl", find("openssl"))?;
    let made = Command::new("sh")
        .args(["-c", CERTIFICATES])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    show(folder.path(), "good");
    let place = folder.path().display();
    let options = [
        format!("--ssl-ca={place}/ca.crt"),
        format!("--ssl-cert={place}/now.crt"),
        format!("--ssl-key={place}/now.key"),
    ];
    servers::start_mysql_with(&options).map(|server| (server, folder))
}

fn show(folder: &Path, kind: &str) {
    for ending in ["crt", "key"] {
        let now = folder.join(format!("now.{ending}"));
        std::fs::copy(folder.join(format!("{kind}.{ending}")), &now).unwrap();
        if let Some((user, group)) = account_of("mysql") {
            std::os::unix::fs::chown(&now, Some(user), Some(group)).unwrap();
        }
    }
}

#[test]
fn every_ssl_mode_judges_certificates_as_the_mariadb_client_does() {
    let Some(client) = require("the mariadb client", find("mariadb")) else {
        return;
    };
    let Some((server, folder)) = with_certificates() else {
        return;
    };
    let roots = folder.path().join("ca.crt").display().to_string();
    let own = folder.path().join("self.crt").display().to_string();
    let verify = "--ssl-verify-server-cert".to_string();
    let verdict = |mut command: Command| {
        let port = server.port.to_string();
        command.args(["-h", "localhost", "--protocol=tcp", "-P", &port, "-u", USER]);
        command.args([
            &format!("-p{PASSWORD}"),
            "-N",
            "-e",
            "show status like 'Ssl_cipher'",
        ]);
        let output = command.env("HOME", "/nonexistent").output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match (
            output.status.success(),
            text.trim().len() > "Ssl_cipher".len(),
        ) {
            (true, true) => "encrypted",
            (true, false) => "plain",
            (false, _) => "refused",
        }
    };
    let (mut differences, mut seen) = (Vec::new(), std::collections::BTreeMap::new());
    for kind in KINDS {
        show(folder.path(), kind);
        run(&server, "flush ssl");
        for flags in [
            vec!["--skip-ssl".to_string()],
            vec!["--ssl".to_string()],
            vec![format!("--ssl-ca={roots}")],
            vec![verify.clone(), format!("--ssl-ca={roots}")],
            vec![verify.clone(), format!("--ssl-ca={own}")],
        ] {
            let mut theirs = Command::new(&client);
            theirs.arg("--no-defaults").args(&flags);
            let mut ours = Command::new(env!("CARGO_BIN_EXE_sqwire"));
            ours.args(["my", "--no-defaults"]).args(&flags);
            let (theirs, ours) = (verdict(theirs), verdict(ours));
            *seen.entry(theirs).or_insert(0) += 1;
            if theirs != ours {
                differences.push(format!("{kind} {flags:?}: mariadb {theirs}, {ours}"));
            }
        }
    }
    assert_eq!(differences, Vec::<String>::new());
    assert_eq!(seen.len(), 3, "{seen:?}");
}
