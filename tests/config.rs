//! The configuration file, `sqwire config`, `sqwire import`, `--log-file`.

use crate::harness::Sqwire;
use crate::pty::home;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn with_config(text: &str) -> Sqwire {
    Sqwire::new()
        .file("config.toml", text)
        .env("SQWIRE_CONFIG", "config.toml")
}

#[test]
fn an_unknown_key_is_a_warning_with_the_nearest_name() {
    with_config("[settings]\nboder = 2\nborder = 9\ntuples_only = true\n")
        .args(":memory: --csv -c")
        .arg("select 42 as answer")
        .stdout("42\n")
        .stderr(
            "warning: config.toml:2:1: unknown setting \"boder\"\n\
             hint: Did you mean \"border\"?\n\
             warning: config.toml:3:10: unrecognized value \"9\" for \"border\"\n\
             hint: border takes a number from 0 to 3.\n",
        )
        .success();
}

#[test]
fn a_broken_file_is_named_with_line_and_column_and_stops_nothing() {
    with_config("[settings]\nborder = \n")
        .args(":memory: --csv -c")
        .arg("select 42 as answer")
        .stdout("answer\n42\n")
        .stderr(
            "warning: config.toml:2:10: string values must be quoted, expected literal string\n\
             hint: Nothing of the file counts until it is mended.\n",
        )
        .success();
}

fn sqwire(home: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sqwire"))
        .env_clear()
        .env("HOME", home)
        .env("TZ", "UTC")
        .current_dir(home)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn a_sample_is_written_where_there_is_none() {
    let home = home();
    let (out, _) = sqwire(home.path(), &["config", "--write"]);
    assert!(out.starts_with("Wrote \""), "{out}");
    let file = home.path().join(".config/sqwire/config.toml");
    assert_eq!(mode(&file), 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("# destructive_warning = \"moderate\"\n"),
        "{text}"
    );
    let (out, _) = sqwire(home.path(), &["config"]);
    assert_eq!(out, text);
    let (_, told) = sqwire(home.path(), &["config", "--write"]);
    assert!(told.contains("is there already"), "{told}");
    let (_, told) = sqwire(home.path(), &["-c", "select 1"]);
    assert_eq!(told, "");
}

#[test]
fn what_a_user_of_pgcli_has_is_taken_over() {
    let home = home();
    let folder = home.path().join(".config/pgcli");
    std::fs::create_dir_all(&folder).unwrap();
    let config = "[main]\nmulti_line = True\nvi = True\nrow_limit = 1000\nkeyring = False\n\
                  prompt = '\\u@\\h/\\d> '\n[named queries]\nbig = '''select $1\n  from t'''\n\
                  [alias_dsn]\nshop = postgresql://app:hunter2@db.example.com/shop\nbad = oracle://x\n\
                  [alias_dsn.init-commands]\nshop = \"set x = '1'\", \"set y = 2\"\n";
    std::fs::write(folder.join("config"), config).unwrap();
    let history = "\n# 2026-02-14 15:55:48.123456\n+select 1;\n\n# 2026-02-14 15:56:00\n\
                   +alter role a\n+  password 'hunter2';\n";
    std::fs::write(folder.join("history"), history).unwrap();
    let (out, told) = sqwire(home.path(), &["import", "pgcli", "--dry-run"]);
    assert_eq!(told, "");
    assert!(out.contains("Nothing was written."), "{out}");
    assert!(!home.path().join(".config/sqwire").exists());
    let (out, told) = sqwire(home.path(), &["import", "pgcli"]);
    assert_eq!(told, "");
    for line in [
        "  connection shop\n",
        "  connection bad: left out, ",
        "  setting keys = vi\n",
        "  setting prompt = \\u@\\h/\\d> \n",
        "  no counterpart here: keyring\n",
        "  favourite big\n",
        "  history: 2 of 2 entries\n",
    ] {
        assert!(out.contains(line), "{line}:\n{out}");
    }
    assert!(
        !out.contains("row_limit") && !out.contains("hunter2"),
        "{out}"
    );
    let file = home.path().join(".config/sqwire/config.toml");
    assert_eq!(mode(&file), 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("init = [\"set x = '1'\", \"set y = 2\"]"),
        "{text}"
    );
    let (listed, told) = sqwire(home.path(), &["list"]);
    assert_eq!(told, "");
    assert!(
        listed.starts_with("shop  postgres://app@db.example.com/shop"),
        "{listed}"
    );
    let (listed, _) = sqwire(home.path(), &[":memory:", "--csv", "-t", "-c", "/history"]);
    assert_eq!(
        listed,
        "2026-02-14 15:55:48,,,,,,select 1;\n\
         2026-02-14 15:56:00,,,,,,\"alter role a\n  password <hidden>;\"\n"
    );
    let (printed, _) = sqwire(home.path(), &[":memory:", "-c", "\\np big"]);
    assert_eq!(printed, "big\n    select $1\n      from t\n");
    // A second time there is nothing new.
    let (out, _) = sqwire(home.path(), &["import", "pgcli"]);
    assert!(out.contains("connection shop: there already"), "{out}");
    assert!(out.contains("history: 0 of 2 entries"), "{out}");
}

#[test]
fn what_users_of_mycli_and_litecli_have_is_taken_over() {
    let home = home();
    let config = "[main]\nprompt = '\\t \\h> '\nbeep_after_seconds = 5\nkey_bindings = vi\n\
                  [alias_dsn]\nshop = mysql://root@localhost/shop\n[favorite_queries]\none = select 1\n";
    std::fs::write(home.path().join(".myclirc"), config).unwrap();
    let history = "\n# 2026-02-14 15:55:48.123456\n+create user a identified by 'hunter2'\n";
    std::fs::write(home.path().join(".mycli-history"), history).unwrap();
    let (out, told) = sqwire(home.path(), &["import", "mycli"]);
    assert_eq!(told, "");
    assert!(
        out.contains("  setting prompt = \\{vendor} \\H> \n"),
        "{out}"
    );
    assert!(out.contains("  setting notify_after = 5\n"), "{out}");
    let folder = home.path().join(".config/litecli");
    std::fs::create_dir_all(&folder).unwrap();
    let config = "[main]\nautocompletion = False\nkey_bindings = emacs\n[favorite_queries]\ntwo = select 2\n";
    std::fs::write(folder.join("config"), config).unwrap();
    let (out, told) = sqwire(home.path(), &["import", "litecli"]);
    assert_eq!(told, "");
    assert!(out.contains("  setting menu = off\n"), "{out}");
    let (printed, _) = sqwire(home.path(), &[":memory:", "-c", "\\np"]);
    assert_eq!(printed, "one\n    select 1\ntwo\n    select 2\n");
    let (listed, _) = sqwire(home.path(), &[":memory:", "--csv", "-t", "-c", "/history"]);
    assert!(
        listed.ends_with("create user a identified by <hidden>\n"),
        "{listed}"
    );
    let (_, told) = sqwire(home.path(), &["import", "pgcli"]);
    assert!(told.contains("pgcli has no configuration here"), "{told}");
}

#[test]
fn the_log_has_every_statement_with_its_outcome_and_no_secret() {
    let home = home();
    let script = "create table u (a, password); insert into u values (1, 2), (3, 4);\n\
                  update u set password = 'hunter2'; select nonsense;";
    std::fs::write(home.path().join("s.sql"), script).unwrap();
    for _ in 0..2 {
        sqwire(
            home.path(),
            &["shop.db", "--log-file", "log.sql", "-f", "s.sql"],
        );
    }
    let file = home.path().join("log.sql");
    assert_eq!(mode(&file), 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    for part in [
        "insert into u values (1, 2), (3, 4);\n-- ok, 2 rows, ",
        "update u set password = <hidden>;\n-- ok, 2 rows, ",
        "select nonsense;\n-- error: no such column: nonsense [SQLITE_ERROR], ",
        "create table u (a, password);\n-- error: table u already exists",
        "/shop.db\n",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
    assert!(!text.contains("hunter2"), "{text}");
    let (_, told) = sqwire(home.path(), &["--log-file", ".", "-c", "select 1"]);
    assert!(told.contains("could not open the log \".\""), "{told}");
}

#[test]
fn what_is_set_for_eyes_does_not_cut_what_goes_into_a_pipe() {
    let config = "[settings]\nrow_limit = 2\nnull = \"∅\"\n";
    let rows = "with c(x) as (values (1), (2), (3), (null)) select x from c";
    with_config(config)
        .args(":memory: --csv -c")
        .arg(rows)
        .stdout("x\n1\n2\n3\n\n")
        .success();
    // What the command line says counts.
    with_config(config)
        .args(":memory: --csv -P row_limit=1 -c")
        .arg(rows)
        .stdout("x\n1\n")
        .stderr("There are more rows than the 1 shown; \\pset row_limit 0 shows all.\n")
        .success();
    let ran = with_config(config)
        .args(":memory: --csv -P row_limit=1 -c")
        .arg(format!("{rows} \\g out.csv").as_str())
        .success();
    assert_eq!(ran.read("out.csv"), "x\n1\n2\n3\n\n");
}

#[test]
fn a_log_in_a_folder_that_is_not_there_is_an_error() {
    Sqwire::new()
        .args(":memory: --log-file none/l.log -c")
        .arg("select 1")
        .stderr("error: could not open the log \"none/l.log\": no such file or directory\n")
        .status(1);
}

#[test]
fn a_configuration_that_the_environment_names_must_be_there() {
    Sqwire::new()
        .env("SQWIRE_CONFIG", "nowhere.toml")
        .args(":memory: -At -c")
        .arg("select 1")
        .stdout("1\n")
        .stderr("warning: could not read \"nowhere.toml\": no such file or directory\n")
        .success();
}

#[test]
fn errors_of_flags_name_where_they_are_told() {
    for (line, stderr) in [
        (
            "-AtF, :memory:",
            "error: unexpected argument '-F' found\n\
             hint: sqwire pg takes it; sqwire --help lists the options.\n",
        ),
        (
            "import --nosuch",
            "error: unexpected argument '--nosuch' found\n\
             hint: sqwire import --help lists the options.\n",
        ),
        (
            "completions --nosuch",
            "error: unexpected argument '--nosuch' found\n\
             hint: sqwire completions --help lists the options.\n",
        ),
        (
            "--csv --json :memory:",
            "error: the argument '--csv' cannot be used with '--json'\n\
             hint: sqwire --help lists the options.\n",
        ),
    ] {
        Sqwire::new().args(line).stderr(stderr).status(1);
    }
}
