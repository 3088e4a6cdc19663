//! COPY with the client's side: the same scripts through psql and through `sqwire pg`.

use crate::psql_formats::{psql, run};
use crate::servers;
use std::process::Command;

/// Both print the same rows, and complain about the same number of things.
fn compare(name: &str, script: &str) {
    let Some(server) = servers::postgres() else {
        return;
    };
    let (theirs, their_errors) = run(&mut Command::new(psql()), server, script);
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    let (ours, our_errors) = run(sqwire.arg("pg"), server, script);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        text(&ours),
        text(&theirs),
        "{name}\n{our_errors}\n{their_errors}"
    );
    let count = |errors: &str| errors.to_lowercase().matches("error:").count();
    assert_eq!(
        count(&our_errors),
        count(&their_errors),
        "{name}\n{our_errors}\n{their_errors}"
    );
}

#[test]
fn data_in_a_script_end_at_their_mark() {
    for (name, script) in [
        (
            "text",
            "create temp table t(a int, b text);\ncopy t from stdin;\n1\tit's \"odd\"; $$\n2\t\\N\n\\.\n\
             select * from t;\n",
        ),
        (
            "csv over two lines",
            "create temp table t(a int, b text);\nCOPY t (b, a) FROM STDIN WITH (FORMAT csv, HEADER);\n\
             b,a\n\"x\ny;\",1\n\\.\nselect * from t;\n",
        ),
        (
            "no data, and a second COPY",
            "create temp table t(a int);\ncopy t from stdin;\n\\.\ncopy t from stdin;\n5\n\\.\ntable t;\n",
        ),
        (
            "more on the line",
            "create temp table t(a int);\ncopy t from stdin; select count(*) from t;\n1\n2\n\\.\nselect 'end';\n",
        ),
        (
            "the end of the script ends the data",
            "create temp table t(a int);\nselect 1;\ncopy t from stdin;\n7\n8",
        ),
        (
            "a variable in the statement",
            "create temp table t(a int);\n\\set tab t\ncopy :tab from stdin;\n7\n\\.\ntable t;\n",
        ),
    ] {
        compare(name, script);
    }
}

#[test]
fn data_that_are_wrong_are_no_statements() {
    for (name, script) in [
        (
            "a bad line",
            "create temp table t(a int);\ncopy t from stdin;\n1\nx\nselect 9;\n\\.\nselect count(*) from t;\n",
        ),
        (
            "no such table, and no data",
            "copy no_such_table from stdin;\nselect 'goes on';\n",
        ),
        (
            "in a transaction",
            "create temp table t(a int);\nbegin;\ncopy t from stdin;\nx\n\\.\nselect 1;\nrollback;\ntable t;\n",
        ),
    ] {
        compare(name, script);
    }
}

#[test]
fn a_long_copy_is_cut_where_it_has_to_be() {
    let mut script = String::from("create temp table t(a int, b text);\ncopy t from stdin;\n");
    for n in 0..200_000 {
        script.push_str(&format!("{n}\tvalue \\\\. of {n}\n"));
    }
    script.push_str("\\.\nselect count(*), sum(a), max(length(b)) from t;\n");
    compare("200,000 lines", &script);
}

#[test]
fn the_command_copies_from_and_to_files_and_programs() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a b.csv");
    let path = file.display();
    std::fs::write(&file, "a,b\n1,x\n2,\"y\nz\"\n").unwrap();
    for (name, script) in [
        (
            "file",
            format!(
                "create temp table t(a int, b text);\n\\copy t from '{path}' csv header\ntable t;\n"
            ),
        ),
        (
            "program",
            "create temp table t(a int);\n\\copy t from program 'echo 1; echo 2'\ntable t;\n"
                .into(),
        ),
        (
            "script and output",
            "create temp table t(a int);\n\\copy t from stdin\n4\n\\.\n\\copy t to stdout\n\
             \\copy (select a, a + 1 from t) to stdout csv\nselect 1;\n"
                .into(),
        ),
        (
            "to a file and back",
            format!(
                "create temp table t(a int, b text);\ninsert into t values (1, 'é'), (2, null);\n\
                 \\copy t to '{path}.out'\n\\copy t from '{path}.out'\ntable t;\n"
            ),
        ),
        (
            "to a program",
            "\\copy (values (1), (2)) to program 'cat 1>&2'\nselect 1;\n".into(),
        ),
    ] {
        compare(name, &script);
    }
}

#[test]
fn half_the_data_of_a_failed_program_are_not_kept() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    sqwire.args(["-XAt", "--on-error", "continue"]);
    sqwire.args(["-c", "create temp table t(a int)"]);
    sqwire.args(["-c", "\\copy t from program 'echo 1; exit 3'"]);
    sqwire.args(["-c", "select count(*) from t"]);
    sqwire.arg(server.url(server.first_database()));
    let ran = sqwire.output().unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(out.ends_with("0\n"), "{out}{errors}");
    assert!(
        errors.contains("the program failed: exit status: 3"),
        "{errors}"
    );
}

/// To psql, whose scripts expect it, they are the table's.
#[test]
fn how_a_program_ended_is_told_behind_its_copy() {
    // psql tells the result before it has waited for a program: what that prints has no fixed place.
    let script = r#"create temp table t(a int, b text);
insert into t values (1, 'a');
\copy t to program 'cat > /dev/null; exit 3'
\copy t from program 'no_such_program'
\copy t from program 'printf "2\tx\n"; exit 4'
\copy t from program 'printf "2\n"; exit 4'
\copy t from program 'kill $$'
\copy (select 1/0) to program 'cat; exit 126'
\copy t to pstdout
\o /dev/null
\copy t to pstdout
\copy t to stdout
\o
table t;
\o |cat; exit 5
select 6;
\o
\lo_import /no/such/file
"#;
    crate::psql_scripts::compare(&[], script);
    crate::psql_scripts::compare(&["-f", "script.sql"], script);
    let script = "create temp table t(a int);\n\\copy t from program 'echo 5; exit 3'\nselect 1;\n";
    crate::psql_scripts::compare(&["-v", "ON_ERROR_STOP=1", "-f", "script.sql"], script);
}

#[test]
fn the_copy_of_c_reads_standard_input() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    let arguments = [
        "pg",
        "-At",
        "-c",
        "create temp table t(a int)",
        "-c",
        "copy t from stdin",
        "-c",
        "table t",
    ];
    let (out, errors) = run(sqwire.args(arguments), server, "1\n2\n");
    assert_eq!(
        (String::from_utf8_lossy(&out).as_ref(), errors.as_str()),
        ("CREATE TABLE\nCOPY 2\n1\n2\n", "")
    );
}
