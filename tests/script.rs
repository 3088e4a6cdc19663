//! The filter: `-c`, `-f`, standard input, `-o`, what goes where, and the exit status.

use crate::harness::Sqwire;

#[test]
fn a_command_prints_its_rows_and_nothing_else() {
    Sqwire::new()
        .args(":memory: -c")
        .arg("select 1 as a, 'x' as b")
        .stdout(" a | b \n---+---\n 1 | x\n(1 row)\n\n")
        .success();
}

#[test]
fn statements_without_rows_are_silent_in_a_pipe() {
    Sqwire::new()
        .args(":memory: -c")
        .arg("create table t(a); insert into t values (1)")
        .success();
}

#[test]
fn commands_and_scripts_run_in_the_order_given_in_one_session() {
    Sqwire::new()
        .file("one.sql", "insert into t values (2);\n")
        .args(":memory: -At -c")
        .arg("create table t(a)")
        .args("-f one.sql -c")
        .arg("select * from t")
        .stdout("2\n")
        .success();
}

#[test]
fn standard_input_is_a_script_and_its_last_statement_needs_no_semicolon() {
    Sqwire::new()
        .args(":memory: -At")
        .input("select 1;\nselect 2")
        .stdout("1\n2\n")
        .success();
}

#[test]
fn a_dash_is_standard_input() {
    Sqwire::new()
        .args(":memory: -At -f -")
        .input("select 3;")
        .stdout("3\n")
        .success();
}

#[test]
fn results_go_to_the_file_of_o() {
    let ran = Sqwire::new()
        .args(":memory: -At -o out.txt -c")
        .arg("select 4")
        .success();
    assert_eq!(ran.read("out.txt"), "4\n");
}

#[test]
fn results_go_to_the_program_of_o() {
    let ran = Sqwire::new()
        .args(":memory: -At -o")
        .arg("|tr 4 5 >out.txt")
        .args("-c")
        .arg("select 4")
        .success();
    assert_eq!(ran.read("out.txt"), "5\n");
}

#[test]
fn the_first_error_stops_a_script_with_status_3_and_names_the_line() {
    Sqwire::new()
        .file("s.sql", "select 1;\n\nselect nope;\nselect 2;\n")
        .args(":memory: -At -f s.sql")
        .stdout("1\n")
        .stderr("s.sql:3: error: no such column: nope [SQLITE_ERROR]\nLINE 1: select nope\n               ^\n")
        .status(3);
}

#[test]
fn on_error_continue_goes_on_and_remembers_the_last_statement() {
    let stderr =
        "error: no such column: nope [SQLITE_ERROR]\nLINE 1: select nope\n               ^\n";
    let run = || Sqwire::new().args(":memory: -At --on-error continue -c");
    run()
        .arg("select nope; select 2")
        .stdout("2\n")
        .stderr(stderr)
        .status(0);
    run()
        .arg("select 2; select nope")
        .stdout("2\n")
        .stderr(stderr)
        .status(1);
}

#[test]
fn a_failing_command_is_status_1() {
    Sqwire::new()
        .args(":memory: -At -c")
        .arg("select nope")
        .args("-c")
        .arg("select 2")
        .stderr(
            "error: no such column: nope [SQLITE_ERROR]\nLINE 1: select nope\n               ^\n",
        )
        .status(1);
}

#[test]
fn one_transaction_keeps_all_or_nothing() {
    let setup = "create table t(a); insert into t values (1);";
    let ran = Sqwire::new()
        .args("t.db -1 -c")
        .arg(setup)
        .args("-c")
        .arg("insert into nowhere values (1)")
        .stderr(
            "error: no such table: nowhere [SQLITE_ERROR]\n\
             LINE 1: insert into nowhere values (1)\n\
             \x20                   ^\n\
             Nothing was committed: a statement failed in the single transaction.\n",
        )
        .status(1);
    let database = ran.path().join("t.db");
    Sqwire::new()
        .args("-At -c")
        .arg("select count(*) from sqlite_master")
        .arg(database.to_str().unwrap())
        .stdout("0\n")
        .success();
}

#[test]
fn variables_are_filled_in() {
    Sqwire::new()
        .args(":memory: -At -v n=5")
        .args("-v s=it's -c")
        .arg("select :n, :'s', ':n'")
        .stdout("5|it's|:n\n")
        .success();
}

#[test]
fn a_read_only_session_refuses_to_write() {
    Sqwire::new()
        .file("x.db", "")
        .args("x.db --read-only -c")
        .arg("create table t(a)")
        .stderr(
            "error: the session is read-only: the statement was not sent\n\
             hint: Connect without --read-only to change data.\n",
        )
        .status(1);
}

#[test]
fn commands_work_in_scripts() {
    Sqwire::new()
        .args(":memory:")
        .input("\\pset format csv\n\\t on\nselect 1 as a, 2 as b \\g\n\\echo done 'a  b'\nselect 3 as c \\gx\n")
        .stdout("1,2\ndone a  b\nc,3\n")
        .success();
}

#[test]
fn a_script_runs_another_and_leaves_it_with_q() {
    Sqwire::new()
        .file("a.sql", "select 1;\n\\i b.sql\nselect 3;\n")
        .file("b.sql", "select 2;\n\\q\nselect 9;\n")
        .args(":memory: -At -f a.sql")
        .stdout("1\n2\n3\n")
        .success();
}

#[test]
fn g_writes_one_result_to_a_file_or_program() {
    let ran = Sqwire::new()
        .args(":memory: -At")
        .input("select 1 \\g one.txt\nselect 2 \\g |cat > two.txt\nselect 3;\n")
        .stdout("3\n")
        .success();
    assert_eq!(ran.read("one.txt") + &ran.read("two.txt"), "1\n2\n");
}

#[test]
fn the_reader_going_away_ends_the_query_quietly() {
    let endless = "with recursive n(i) as (select 1 union all select i+1 from n) select i from n";
    let program = env!("CARGO_BIN_EXE_sqwire");
    for format in [
        "csv",
        "table",
        "unaligned",
        "jsonl",
        "json",
        "expanded",
        "tsv",
        "markdown",
    ] {
        let line = format!(
            "{program} -X :memory: --format {format} -c '{endless}' | head -3; echo ${{PIPESTATUS[0]}} >&2"
        );
        let run = std::process::Command::new("bash")
            .arg("-c")
            .arg(line)
            .output()
            .unwrap();
        let lines = String::from_utf8_lossy(&run.stdout).lines().count();
        assert_eq!(
            (lines, &*String::from_utf8_lossy(&run.stderr)),
            (3, "141\n"),
            "{format}"
        );
    }
}

#[test]
fn the_time_limit_ends_a_statement() {
    let endless =
        "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n";
    Sqwire::new()
        .args(":memory: --timeout 50ms -c")
        .arg(endless)
        .stderr("error: the statement was cancelled after 50 ms\nhint: --timeout sets the limit.\n")
        .status(1);
    // Longer than any clock can count.
    Sqwire::new()
        .args(":memory: --timeout 9999999999999999999 -At -c")
        .arg("select 1")
        .stdout("1\n")
        .success();
}

#[test]
fn help_is_about_the_command_that_is_named() {
    let about = "\\x [on|off|auto]\n    one line a column instead of one line a row\n";
    for asked in ["\\? x", "\\? \\x", "/help \\x"] {
        Sqwire::new()
            .args(":memory: -c")
            .arg(asked)
            .stdout(about)
            .success();
    }
}

#[test]
fn a_statement_of_many_lines_and_quotes_arrives_whole() {
    let values: Vec<String> = (0..30_000)
        .map(|i| format!("({i}, 'it''s; -- {i}')"))
        .collect();
    let script = format!(
        "create table t(a, b);\ninsert into t values\n{};\nselect count(*), max(b) from t;\n",
        values.join(",\n")
    );
    Sqwire::new()
        .args(":memory: -At")
        .input(script)
        .stdout("30000|it's; -- 9999\n")
        .success();
}

#[test]
fn nothing_named_is_an_empty_database_in_memory() {
    Sqwire::new()
        .args("-At -c")
        .arg("select count(*) from sqlite_master")
        .stdout("0\n")
        .success();
}

#[test]
fn the_environment_names_the_default_target() {
    Sqwire::new()
        .env("DATABASE_URL", "sqlite:x.db")
        .args("-At -c")
        .arg("select file like '%x.db' from pragma_database_list")
        .stdout("1\n")
        .success();
}

#[test]
fn the_demo_shop_is_there_and_consistent() {
    let sql = "select count(*) > 100 from customers; select count(*) from pragma_foreign_key_check;\
               select max(ordered_at) >= date('now', '-7 days') from orders";
    let (output, _) = Sqwire::new().args("demo -At -c").arg(sql).output();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "1\n0\n1\n",
        "{output:?}"
    );
}

const ENDLESS: &str =
    "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n";

#[test]
fn a_row_limit_ends_an_endless_query_and_says_so() {
    Sqwire::new()
        .args(":memory: -At -c")
        .arg("\\pset row_limit 2")
        .arg("-c")
        .arg(ENDLESS)
        .arg("-c")
        .arg("select 'next'")
        .stdout("1\n2\nnext\n")
        .stderr("There are more rows than the 2 shown; \\pset row_limit 0 shows all.\n")
        .success();
}

#[test]
fn a_result_of_exactly_the_row_limit_is_whole() {
    Sqwire::new()
        .args(":memory: -At -c")
        .arg("\\pset row_limit 2")
        .arg("-c")
        .arg("values (1),(2)")
        .stdout("1\n2\n")
        .success();
}

#[test]
fn a_row_limit_never_stops_a_write() {
    Sqwire::new()
        .args(":memory: -At -q -c")
        .arg("\\pset row_limit 1")
        .arg("-c")
        .arg("create table t(a)")
        .arg("-c")
        .arg("insert into t values (1),(2),(3) returning a")
        .arg("-c")
        .arg("select count(*) from t")
        .stdout("1\n3\n")
        .stderr("There are more rows than the 1 shown; \\pset row_limit 0 shows all.\n")
        .success();
}

#[test]
fn results_go_to_the_end_of_a_file_and_to_a_second_place() {
    let ran = Sqwire::new()
        .args("-X --csv :memory:")
        .input(
            "select 1 as a \\g one.csv\nselect 2 as a \\g >> one.csv\n\\o >>one.csv\nselect 3 as a;\n\\o\n\
             /tee two.csv\nselect 4 as a;\n/tee\nselect 5 as a \\g (tuples_only=on) |sed s/5/five/\n",
        )
        .stdout("a\n4\nfive\n")
        .success();
    assert_eq!(ran.read("one.csv"), "a\n1\na\n2\na\n3\n");
    assert_eq!(ran.read("two.csv"), "a\n4\n");
}

#[test]
fn a_comment_that_never_ends_is_an_error() {
    Sqwire::new()
        .args(":memory: -At")
        .input("select 1;\n/* open\nselect 2;\n")
        .stdout("1\n")
        .stderr("error: unterminated /* comment\nLINE 1: /* open\n        ^\n")
        .status(3);
}
