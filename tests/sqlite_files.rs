//! What a SQLite database can be: a clear word on each kind of file that cannot be used, and what of
//! it can be.

use crate::servers::account_of;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Runs the program as somebody whom permissions concern; what it said, and its status.
fn run(folder: &Path, file: &str, sql: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    command.args(["-X", file, "--csv", "-t", "-c", sql]);
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", "/nonexistent");
    if let Some((user, group)) = account_of("nobody") {
        command.uid(user).gid(group);
    }
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let status = output.status.code().unwrap_or(-1);
    format!("{status} {}", String::from_utf8_lossy(&said))
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

#[test]
fn a_file_that_cannot_be_used_is_told_by_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    allow(at, 0o777);
    run(
        at,
        "sqlite:ok.db",
        "create table t (a); insert into t values (1)",
    );
    let good = std::fs::read(at.join("ok.db")).unwrap();
    let changed = |name: &str, from: usize, bytes: &[u8]| {
        let mut file = good.clone();
        file[from..from + bytes.len()].copy_from_slice(bytes);
        std::fs::write(at.join(name), file).unwrap();
    };
    changed("schema.db", 100, &[0xff; 40]);
    changed("page.db", 4096, &[0xff; 40]);
    changed("newer.db", 18, &[9, 9]);
    changed("layout.db", 44, &[0, 0, 0, 9]);
    changed("log.db", 18, &[2, 2]);
    let noise: Vec<u8> = (0..4096_u32).map(|n| (n * 7919 % 251) as u8).collect();
    std::fs::write(at.join("noise.db"), noise).unwrap();
    std::fs::write(at.join("text.db"), "hello\n".repeat(999)).unwrap();
    std::fs::write(at.join("empty.db"), "").unwrap();
    std::fs::create_dir(at.join("folder.db")).unwrap();
    std::fs::create_dir(at.join("fixed")).unwrap();
    for name in ["ok.db", "log.db"] {
        std::fs::copy(at.join(name), at.join("fixed").join(name)).unwrap();
    }
    let made = Command::new("mkfifo").arg(at.join("pipe.db")).status();
    assert!(made.unwrap().success());
    std::fs::copy(at.join("ok.db"), at.join("secret.db")).unwrap();
    std::os::unix::fs::symlink("round.db", at.join("round.db")).unwrap();
    for entry in std::fs::read_dir(at).unwrap().flatten() {
        if entry.file_type().unwrap().is_file() {
            allow(&entry.path(), 0o666);
        }
    }
    allow(&at.join("secret.db"), 0o000);
    allow(&at.join("fixed"), 0o555);
    let (read, write) = ("select count(*) from t", "insert into t values (2)");
    for (file, sql, status, said) in [
        ("ok.db", read, 0, "1\n"),
        ("schema.db", read, 1, "The file is damaged"),
        ("page.db", read, 1, "The file is damaged"),
        (
            "newer.db",
            read,
            2,
            "is of a newer kind than this SQLite reads",
        ),
        (
            "layout.db",
            read,
            1,
            "A newer version of SQLite has written the file",
        ),
        ("noise.db", read, 2, "or it is encrypted"),
        ("text.db", read, 2, "\"text.db\" is not a SQLite database"),
        ("empty.db", read, 1, "no such table: t"),
        ("empty.db", "create table t (a)", 0, ""),
        ("folder.db", read, 2, "it is a directory"),
        ("pipe.db", read, 2, "it is no regular file"),
        ("secret.db", read, 2, "permission denied"),
        ("round.db", read, 2, "could not open \"round.db\""),
        (
            "nowhere/x.db",
            read,
            2,
            "the folder \"nowhere\" does not exist",
        ),
        ("file:none.db?mode=ro", read, 2, "the file does not exist"),
        ("fixed/ok.db", read, 0, "1\n"),
        ("fixed/ok.db", write, 1, "SQLITE_READONLY"),
        (
            "sqlite:fixed/new.db",
            read,
            2,
            "its folder may be written to",
        ),
        ("fixed/log.db", read, 2, "it is in WAL mode"),
        ("file:fixed/log.db?immutable=1", read, 0, "1\n"),
    ] {
        let got = run(at, file, sql);
        let fits = got.starts_with(&format!("{status} ")) && got.contains(said);
        assert!(fits, "{file}, {sql}: {got}");
    }
    allow(&at.join("fixed"), 0o755);
}
