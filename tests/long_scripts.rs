//! Long scripts: a checkpoint from which they go on, exact to the statement; progress; pauses.

use crate::harness::Sqwire;
use crate::pty::{CTRL_C, Start, home};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs the program in a folder.
fn sqwire(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    command.args(["-X"]).args(arguments).current_dir(folder);
    command.env("HOME", folder).env("XDG_CONFIG_HOME", folder);
    command.stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = sqwire(folder, arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

const LONG: [&str; 5] = ["--checkpoint", "here", "--resume", "-f", "script.sql"];

#[test]
fn a_script_goes_on_behind_the_last_statement_that_ran() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let write = |text: &str| std::fs::write(folder.join("script.sql"), text).unwrap();
    let script = "create table t(a);\n-- é; a comment\ninsert into t values (1); \
                  insert into t values ('two\n;');\ninsert into nosuch values (3);\n\
                  insert into t values (4);\n";
    write(script);
    let long = [&LONG[..], &["x.db"]].concat();
    let (status, stdout, stderr) = run(folder, &long);
    assert_eq!((status, stdout.as_str()), (Some(3), ""));
    assert!(
        stderr.starts_with("There is no checkpoint yet: the script begins at its beginning.\n"),
        "{stderr}"
    );
    assert!(
        stderr.contains("script.sql:5: error: no such table"),
        "{stderr}"
    );
    let mode = folder.join("here").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // It fails again on the same line, and nothing ran twice.
    let (status, _, stderr) = run(folder, &long);
    assert_eq!(status, Some(3));
    assert!(
        stderr.starts_with("script.sql:5: error: no such table"),
        "{stderr}"
    );
    // What has not run may be mended.
    write(&script.replace("nosuch", "t"));
    assert_eq!(run(folder, &long), (Some(0), String::new(), String::new()));
    // Nothing is left to do.
    assert_eq!(run(folder, &long), (Some(0), String::new(), String::new()));
    let (_, rows, _) = run(
        folder,
        &["x.db", "--format", "jsonl", "-c", "select a from t"],
    );
    assert_eq!(
        rows,
        "{\"a\":1}\n{\"a\":\"two\\n;\"}\n{\"a\":3}\n{\"a\":4}\n"
    );
    // What has run may not be changed.
    write(&script.replace("(1)", "(9)"));
    let (status, _, stderr) = run(folder, &long);
    assert_eq!(status, Some(1));
    assert!(
        stderr.contains("error: the script does not begin as the one of the checkpoint"),
        "{stderr}"
    );
    // Without --resume it begins anew, and the file with it.
    write("insert into t values (5);");
    let anew = ["--checkpoint", "here", "-f", "script.sql", "x.db"];
    assert_eq!(run(folder, &anew).0, Some(0));
    assert_eq!(run(folder, &long).0, Some(0));
    let (_, rows, _) = run(folder, &["x.db", "-At", "-c", "select count(*) from t"]);
    assert_eq!(rows, "5\n");
}

#[test]
fn what_a_transaction_has_not_committed_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let script = "create table t(a);\nbegin;\ninsert into t values (1);\ncommit;\nbegin;\n\
                  insert into t values (2);\ninsert into nosuch values (3);\ncommit;\n";
    std::fs::write(folder.join("script.sql"), script).unwrap();
    let long = [&LONG[..], &["x.db"]].concat();
    assert_eq!(run(folder, &long).0, Some(3));
    let mended = script.replace("nosuch", "t");
    std::fs::write(folder.join("script.sql"), mended).unwrap();
    assert_eq!(run(folder, &long).0, Some(0));
    let (_, rows, _) = run(folder, &["x.db", "-At", "-c", "select a from t"]);
    assert_eq!(rows, "1\n2\n3\n");
}

/// Killed at any time, started again and again: each statement has run once.
#[test]
fn a_script_that_is_killed_loses_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let inserts: Vec<String> = (0..40)
        .map(|n| format!("insert into t values ({n});"))
        .collect();
    let script = format!("create table t(a);\n{}\n", inserts.join("\n"));
    std::fs::write(folder.join("script.sql"), script).unwrap();
    let mut kills = 0;
    for round in 0.. {
        // A pause that outlasts whatever holds up the test.
        let pause = if round < 3 { "60" } else { "0" };
        let long = [&LONG[..], &["--throttle", pause, "x.db"]].concat();
        let mut command = sqwire(folder, &long);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let before = std::fs::read(folder.join("here")).unwrap_or_default();
        // Killed in the pause behind a statement, when its checkpoint has been written.
        let over = loop {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success());
                break true;
            }
            let now = std::fs::read(folder.join("here")).unwrap_or_default();
            if round < 3 && now != before && !now.is_empty() {
                break false;
            }
            std::thread::yield_now();
        };
        if over {
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    assert_eq!(kills, 3);
    let count = "select count(*), count(distinct a), sum(a) from t";
    assert_eq!(run(folder, &["x.db", "-At", "-c", count]).1, "40|40|780\n");
}

#[test]
fn statements_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("script.sql"),
        "select 1; select 2; select 3",
    )
    .unwrap();
    let started = Instant::now();
    let arguments = ["--throttle", "0.15", "-At", "-f", "script.sql", ":memory:"];
    let (status, stdout, stderr) = run(folder.path(), &arguments);
    assert_eq!(
        (status, stdout.as_str(), stderr.as_str()),
        (Some(0), "1\n2\n3\n", "")
    );
    assert!(started.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_checkpoint_is_for_one_script() {
    let word = "error: --progress, --checkpoint and --throttle are for one script\n\
                hint: Give it with -f or as standard input.\n";
    Sqwire::new()
        .args("-X --checkpoint c :memory: -c")
        .arg("select 1")
        .stderr(word)
        .status(1);
    Sqwire::new()
        .args("-X --checkpoint c :memory: -f a -f b")
        .stderr(word)
        .status(1);
    Sqwire::new()
        .args("-X --checkpoint c --resume :memory:")
        .file("c", "no checkpoint")
        .input("select 1")
        .stderr(
            "error: \"c\" is no checkpoint of a script\n\
             hint: Without --resume the script begins anew and replaces the file.\n",
        )
        .status(1);
}

#[test]
fn a_terminal_shows_how_far_the_script_is() {
    let home = home();
    let inserts = "insert into t values (1);\n".repeat(400);
    let script = format!("create table t(a);\n{inserts}");
    std::fs::write(home.path().join("s.sql"), &script).unwrap();
    let terminal = Start::sqwire(home.path(), "-X --progress -f s.sql x.db").go();
    terminal.shows("401 statements · 10 kB of 10 kB (100 %)");
    assert_eq!(terminal.status(), 0);
    // Where nobody looks the last line alone.
    std::fs::write(home.path().join("s.sql"), "select 1").unwrap();
    let (status, _, stderr) = run(home.path(), &["--progress", "-f", "s.sql", ":memory:"]);
    assert_eq!(status, Some(0));
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.starts_with("1 statements · 8 B of 8 B (100 %)"));
}

#[test]
fn the_line_of_a_script_stays_while_its_statements_run() {
    let home = home();
    let inserts = "insert into t values (1);\n".repeat(50);
    let endless = "with recursive c(x) as (select 1 union all select x + 1 from c) \
                   select count(*) from c;\n";
    let script = format!("create table t(a);\n{inserts}{endless}");
    std::fs::write(home.path().join("s.sql"), &script).unwrap();
    for flags in [
        "-X -q --progress -f s.sql x.db",
        "-X --progress -f s.sql y.db",
    ] {
        let terminal = Start::sqwire(home.path(), flags).go();
        terminal.until("the script and its statement on one line", |screen| {
            let line = screen.lines().find(|l| l.contains("no rows"));
            line.is_some_and(|l| l.starts_with("51 statements"))
        });
        terminal.send(CTRL_C).shows("error:");
        assert_eq!(terminal.status(), 130);
    }
}

/// What is wider than the terminal would go on in the next row, and be erased there alone.
#[test]
fn the_line_of_a_script_keeps_to_one_row() {
    let home = home();
    std::fs::write(home.path().join("s.sql"), "select 1;\n".repeat(300)).unwrap();
    let flags = "-X -q --progress --throttle 0.05 -o rows s.db -f s.sql";
    let terminal = Start::sqwire(home.path(), flags).size(24, 40).go();
    let painted = || terminal.written().matches(" statements · ").count();
    terminal.until("several paintings", |_| painted() > 3);
    assert_eq!(terminal.screen().matches(" statements · ").count(), 1);
    terminal.send(CTRL_C);
    assert_eq!(terminal.status(), 130);
}

mod mysql {
    use crate::mysql_scripts::Pair;

    /// The database, the delimiter and the settings of the session are those of before.
    #[test]
    fn a_dump_goes_on_as_it_was_interrupted() {
        let Some(pair) = Pair::new() else { return };
        let (one, two) = (pair.server.fresh_name(), pair.server.fresh_name());
        let folder = tempfile::tempdir().unwrap();
        let setup = format!("create database {one}; create database {two};");
        pair.run(pair.theirs(), "", folder.path(), &[], setup.as_bytes());
        let script = |name: &str| {
            format!(
                "/*!40101 SET NAMES utf8mb4 */;\n/*M!100616 SET @before=@@foreign_key_checks */;\n\
                 set sql_mode='ANSI';\nuse {two}\ncreate table t(a int, b blob);\n\
                 insert into t values (1, _binary 'ÿ;');\r\n\
                 delimiter //\ncreate procedure p() begin select 1; end//\n\
                 create table \"{name}\" (x int)//\ninsert into t values (2, database())//\n\
                 delimiter ;\ninsert into t values (3, _binary '\u{10fffd}'), (@before, 'x');\n\
                 select a, hex(b) from t;\n"
            )
            .replace('ÿ', "\u{1}")
        };
        // A byte that is no character; the first run meets a table that is there.
        let bytes = |text: String| -> Vec<u8> {
            text.bytes()
                .map(|b| if b == 1 { 0xff } else { b })
                .collect()
        };
        let long = ["--checkpoint", "here", "--resume"];
        let run =
            |script: String| pair.run(pair.ours(), &one, folder.path(), &long, &bytes(script));
        let first = run(script("t"));
        assert_eq!(first.status, Some(1));
        let told = String::from_utf8_lossy(&first.stderr).into_owned();
        assert!(told.contains("ERROR 1050 (42S01) at line 9"), "{told}");
        let second = run(script("t2"));
        let told = String::from_utf8_lossy(&second.stderr).into_owned();
        assert_eq!((second.status, told.as_str()), (Some(0), ""));
        let hex: String = two.bytes().map(|b| format!("{b:02X}")).collect();
        assert_eq!(
            String::from_utf8_lossy(&second.stdout),
            format!("a\thex(b)\n1\tFF3B\n2\t{hex}\n3\tF48FBFBD\n1\t78\n")
        );
    }
}

#[test]
fn the_data_of_a_copy_are_part_of_their_statement() {
    use crate::servers::{self, PASSWORD, USER};
    let Some(server) = servers::postgres() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let table = server.fresh_name();
    let script = |name: &str| {
        format!(
            "select pg_catalog.set_config('search_path', 'pg_temp', false);\n\
             create table public.{table}(a int, b text);\n\
             copy public.{table} from stdin;\n1\ta;b\n2\t\\N\n\\.\n\
             set work_mem = '5MB';\n\
             insert into public.{name} values (3, 'c');\n\
             copy public.{table} (a) from stdin;\n4\n\\.\n\
             show work_mem; show search_path;\n\
             select count(*), sum(a) from public.{table};\n"
        )
    };
    let port = server.port.to_string();
    let run = |script: String| {
        std::fs::write(folder.path().join("script.sql"), script).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"));
        command.args([
            "pg",
            "-X",
            "-qAt",
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-U",
            USER,
        ]);
        command
            .args(["-d", "postgres", "-v", "ON_ERROR_STOP=1"])
            .args(LONG);
        command
            .current_dir(folder.path())
            .env("PGPASSWORD", PASSWORD);
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (status, _, stderr) = run(script("nosuch"));
    assert_eq!(status, Some(3), "{stderr}");
    assert!(stderr.contains("psql:script.sql:8: ERROR:"), "{stderr}");
    let (status, stdout, stderr) = run(script(&table));
    assert_eq!((status, stderr.as_str()), (Some(0), ""));
    assert_eq!(stdout, "5MB\npg_temp\n4|10\n");
}

/// Each statement is over before a request to stop it arrives.
#[test]
fn ctrl_c_ends_a_script_of_short_statements() {
    let home = home();
    let inserts = "insert into t values (1);\n".repeat(400_000);
    let script = format!("create table t(a);\nselect 'begun';\n{inserts}");
    std::fs::write(home.path().join("many.sql"), script).unwrap();
    let terminal = Start::sqwire(home.path(), "shop.db -f many.sql").go();
    terminal.shows("begun").send(CTRL_C);
    assert_eq!(terminal.status(), 130);
    let file = rusqlite::Connection::open(home.path().join("shop.db")).unwrap();
    let count = "select count(*) from t";
    let rows: i64 = file.query_row(count, [], |row| row.get(0)).unwrap();
    assert!(rows < 400_000, "{rows}");
}
