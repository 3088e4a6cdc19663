//! Bad input: one line that says what is wrong, mostly one that says what to do, and the status.

use crate::harness::Sqwire;

#[test]
fn an_unknown_flag_is_a_usage_error() {
    Sqwire::new()
        .args("--zzz")
        .stderr(
            "error: unexpected argument '--zzz' found\n\
             hint: sqwire --help lists the options.\n",
        )
        .status(1);
}

#[test]
fn an_unknown_driver_names_the_known_ones() {
    Sqwire::new()
        .args("oracle://host/db -c")
        .arg("select 1")
        .stderr(
            "error: unknown driver \"oracle\"\n\
             hint: Use postgres://, mysql://, mariadb:// or sqlite:PATH.\n",
        )
        .status(1);
}

#[test]
fn an_unknown_format_lists_the_formats() {
    let (output, _) = Sqwire::new()
        .args(":memory: --format yml -c")
        .arg("select 1")
        .output();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.starts_with(
            "error: unrecognized value \"yml\" for \"format\"\nhint: format takes one of table, "
        ),
        "{text}"
    );
}

#[test]
fn a_file_that_is_no_database_is_refused_when_connecting() {
    let (output, _) = Sqwire::new()
        .file(
            "notes.db",
            "these are notes, and enough of them to be longer than a header would be: ".repeat(20),
        )
        .args("notes.db -c")
        .arg("select 1")
        .output();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.starts_with("error: ") && text.contains("not a SQLite database"),
        "{text}"
    );
}

#[test]
fn a_directory_is_no_database() {
    Sqwire::new()
        .args("./ -c")
        .arg("select 1")
        .stderr(
            "error: \"./\" is a directory, not a database\n\
             hint: Name a SQLite file in it, or give a URL such as postgres://host/database.\n",
        )
        .status(2);
}

#[test]
fn bad_utf8_in_a_script_names_the_line_and_runs_what_came_before() {
    Sqwire::new()
        .file("bad.sql", b"select 1;\nselect '\xff';\n")
        .args(":memory: -A -t -f bad.sql")
        .stdout("1\n")
        .stderr(
            "bad.sql:2: error: the script is not valid UTF-8 here\n\
             hint: Convert it first, for example with: iconv -f LATIN1 -t UTF-8\n",
        )
        .status(3);
}

#[test]
fn a_nul_byte_in_a_script_is_refused_before_it_is_sent() {
    let (output, _) = Sqwire::new()
        .file("nul.sql", "select 1;\nselect 'a\0b';\nselect 2;\n")
        .args(":memory: -A -t -f nul.sql")
        .output();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), &output.stdout[..]),
        (Some(3), &b"1\n"[..]),
        "{text}"
    );
    assert!(
        text.starts_with("nul.sql:2: error: ") && text.contains("NUL"),
        "{text}"
    );
    assert!(!text.contains('\0'));
}

#[test]
fn a_missing_script_is_said_before_anything_runs() {
    Sqwire::new()
        .args(":memory: -f nowhere.sql")
        .stderr("error: could not open file \"nowhere.sql\": no such file or directory\n")
        .status(1);
}

#[test]
fn an_unknown_command_says_which_was_meant() {
    Sqwire::new()
        .args(":memory: -c")
        .arg("\\timingg")
        .stderr(
            "error: invalid command \\timingg\n\
             hint: Did you mean \"\\timing\"? \\? lists the commands.\n",
        )
        .status(1);
}

#[test]
fn an_error_of_the_server_shows_the_place_in_the_statement() {
    Sqwire::new()
        .args(":memory: -c")
        .arg("select 1,\n  nme")
        .stderr(
            "error: no such column: nme [SQLITE_ERROR]\n\
             LINE 2:   nme\n          ^\n",
        )
        .status(1);
}

#[test]
fn an_unreachable_server_is_status_2_and_names_the_address() {
    for url in ["postgres://127.0.0.1:1/db", "mysql://127.0.0.1:1/db"] {
        let (output, _) = Sqwire::new().args(url).args("-c").arg("select 1").output();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(
            text.starts_with("error: ") && text.contains("127.0.0.1"),
            "{text}"
        );
        assert!(text.contains("connection refused"), "{text}");
    }
}
