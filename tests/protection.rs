//! What the prompt asks before a statement destroys something, and before a transaction is left.

use crate::pty::{CTRL_C, CTRL_D, ENTER, Start, Terminal, home};
use std::path::Path;

/// A new SQLite database, at its first prompt.
fn shop(home: &Path, options: &str) -> Terminal {
    let start = Start::sqwire(home, &format!("{options} shop.db")).env("PAGER", "cat");
    let terminal = start.go();
    terminal.shows("=> ");
    terminal.runs("create table a (id int);");
    terminal.runs("insert into a values (11), (12);");
    terminal.waits_for_prompt();
    terminal
}

#[test]
fn a_delete_without_where_asks_and_no_keeps_the_rows() {
    let home = home();
    let terminal = shop(home.path(), "");
    terminal.send("delete from a; select 'after';").send(ENTER);
    terminal.shows("DELETE without WHERE: every row of a");
    terminal.shows("Run it? [y/N]").send("n");
    terminal.shows("the statement was not run");
    terminal.waits_for_prompt();
    // What stands behind it on the line is not run either: it is there as it was typed, and only so.
    let screen = terminal.screen();
    assert_eq!(screen.matches("after").count(), 1, "{screen}");
    terminal
        .send("select sum(id) from a;")
        .send(ENTER)
        .shows("23");
    terminal.waits_for_prompt();
    terminal.send("delete from a;").send(ENTER);
    terminal.until("the question again", |s| s.matches("[y/N]").count() == 2);
    terminal.send("y").shows("DELETE 2");
    terminal.waits_for_prompt();
}

#[test]
fn ctrl_c_is_no_and_a_setting_turns_the_questions_off() {
    let home = home();
    let terminal = shop(home.path(), "");
    terminal.send("drop table a;").send(ENTER).shows("Run it?");
    terminal.send(CTRL_C).shows("not run");
    terminal.waits_for_prompt();
    terminal.runs("\\pset destructive_warning off");
    terminal.runs("drop table a;").shows("DROP TABLE\n");
    assert_eq!(terminal.screen().matches("Run it?").count(), 1);
}

#[test]
fn leaving_a_transaction_asks() {
    let home = home();
    let terminal = shop(home.path(), "");
    terminal.send("begin;").send(ENTER).shows("=*> ");
    terminal
        .send(CTRL_D)
        .shows("Leave? [y/N]")
        .send("n")
        .shows("no");
    terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=*>"));
    terminal.send("\\q").send(ENTER);
    terminal.until("the question again", |s| s.matches("[y/N]").count() == 2);
    terminal.send("y");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn nothing_asks_where_the_text_is_piped() {
    let home = home();
    let script = "create table b (id int); delete from b; drop table b; select 7 * 6";
    std::fs::write(home.path().join("drop.sql"), script).unwrap();
    let terminal = Start::sqwire(home.path(), "shop.db -f drop.sql").go();
    terminal.shows("42");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn a_script_asks_where_it_is_told_to() {
    let home = home();
    let config = home.path().join(".config/sqwire");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(
        config.join("config.toml"),
        "[settings]\ndestructive_warning_scripts = true\n",
    )
    .unwrap();
    std::fs::write(
        home.path().join("drop.sql"),
        "create table b (id int); drop table b;",
    )
    .unwrap();
    let terminal = Start::sqwire(home.path(), "shop.db -f drop.sql").go();
    terminal.shows("DROP TABLE: b").shows("[y/N]").send("n");
    terminal.shows("not run");
    assert_ne!(terminal.status(), 0);
}

#[test]
fn what_was_typed_before_the_question_does_not_answer_it_and_is_not_lost() {
    let home = home();
    let terminal = shop(home.path(), "");
    let slow = "with recursive c(x) as (select 1 union all select x + 1 from c where x < 300000) \
                select max(x) from c; delete from a;";
    terminal.send(slow).send(ENTER);
    terminal.send("select 'y' as today from a;").send(ENTER);
    terminal
        .shows("Run it? [y/N]")
        .send("n")
        .shows("the statement was not run");
    // It runs now, over the rows that are still there.
    terminal.shows("(2 rows)");
    terminal.waits_for_prompt();
}

#[test]
fn to_connect_elsewhere_in_a_transaction_asks() {
    let home = home();
    let terminal = shop(home.path(), "");
    terminal.send("begin;").send(ENTER).shows("=*> ");
    terminal.send("\\c other.db").send(ENTER);
    terminal.shows("Connect? [y/N]").send("n");
    terminal.shows("the connection stays as it is");
    terminal.until("the prompt", |_| {
        terminal.cursor_line().ends_with("shop.db=*>")
    });
    terminal.send("\\c other.db").send(ENTER);
    terminal.until("the question again", |s| s.matches("[y/N]").count() == 2);
    terminal.send("y").shows("You are connected to database");
}

#[test]
fn where_it_is_wanted_what_destroys_is_only_run_in_a_transaction() {
    let home = home();
    let terminal = shop(
        home.path(),
        "-P destructive_statements_require_transaction=on",
    );
    terminal.send("delete from a;").send(ENTER);
    terminal.shows("DELETE is only run inside a transaction");
    terminal.waits_for_prompt();
    terminal.send("begin;").send(ENTER).shows("=*> ");
    terminal.send("delete from a;").send(ENTER);
    terminal.shows("Run it? [y/N]").send("y").shows("DELETE 2");
    terminal.send("rollback;").send(ENTER);
    terminal.waits_for_prompt();
}

/// What a session prints that runs `texts`, on standard output and standard error.
fn printed(home: &Path, target: &str, options: &[&str], texts: &[&str]) -> String {
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"));
    run.env("HOME", home)
        .args(["-X", target, "-t"])
        .args(options);
    for text in texts {
        run.args(["-c", text]);
    }
    let run = run.output().unwrap();
    let said = [run.stdout, run.stderr].concat();
    String::from_utf8(said).unwrap()
}

/// An empty database of each server, and one in a file.
fn databases(home: &Path) -> Vec<String> {
    let mut urls = vec![home.join("shop.db").to_str().unwrap().to_string()];
    for server in crate::servers::both() {
        let name = server.fresh_name();
        let made = printed(
            home,
            &server.url(server.first_database()),
            &[],
            &[&format!("create database {name}")],
        );
        assert!(!made.contains("error"), "{made}");
        urls.push(server.url(&name));
    }
    urls
}

#[test]
fn a_read_only_session_stays_one() {
    let home = home();
    let ways = [
        (":memory:", "pragma query_only = off"),
        ("postgres:", "set default_transaction_read_only = off"),
        (
            "postgres:",
            "set session characteristics as transaction read write",
        ),
        ("postgres:", "begin read write"),
        (
            "postgres:",
            "select set_config('transaction_read_only', 'off', false)",
        ),
        ("mysql:", "set session transaction read write"),
        ("mysql:", "set session tx_read_only = 0"),
        ("mysql:", "start transaction read write"),
    ];
    let mut urls = databases(home.path());
    urls[0] = ":memory:".into();
    for (begins, text) in ways {
        let Some(target) = urls.iter().find(|url| url.starts_with(begins)) else {
            continue;
        };
        let said = printed(home.path(), target, &["--read-only"], &[text]);
        assert!(said.contains("would let it write"), "{text}: {said}");
        let free = printed(home.path(), target, &[], &[text]);
        assert!(!free.contains("error"), "{text}: {free}");
    }
}

#[test]
fn what_lets_a_read_only_session_write_out_of_sight_is_noticed() {
    let home = home();
    let urls = databases(home.path());
    let Some(target) = urls.iter().find(|url| url.starts_with("postgres:")) else {
        return;
    };
    let hidden = "do $$ begin execute 'set default_' || 'transaction_read_only = off'; end $$";
    let said = printed(
        home.path(),
        target,
        &["--read-only"],
        &[hidden, "show transaction_read_only"],
    );
    assert!(said.contains("it is read-only again"), "{said}");
    assert!(said.contains("on\n"), "{said}");
}

#[test]
fn autocommit_off_and_rollback_on_error_are_for_every_database() {
    let home = home();
    for target in databases(home.path()) {
        let made = printed(
            home.path(),
            &target,
            &[],
            &["create table k (a int primary key)"],
        );
        assert!(!made.contains("error"), "{made}");
        let options = [
            "--on-error",
            "continue",
            "-v",
            "AUTOCOMMIT=off",
            "-v",
            "ON_ERROR_ROLLBACK=on",
        ];
        // Nothing is kept without a COMMIT.
        let run = |texts: &[&str]| printed(home.path(), &target, &options, texts);
        run(&["insert into k values (5)"]);
        // With one, all but what failed: of that nothing, also where its rows are told to stay.
        let failing = match target.contains("://") {
            true => "insert into k values (1), (1)",
            false => "insert or fail into k values (1), (1)",
        };
        run(&[
            "insert into k values (7)",
            failing,
            "insert into k values (8)",
            "commit",
        ]);
        let said = printed(
            home.path(),
            &target,
            &["--csv"],
            &["select sum(a), count(*) from k"],
        );
        assert!(said.contains("15,2"), "{target}: {said}");
    }
}

#[test]
fn drop_cascade_tells_all_that_falls_with_it() {
    let home = home();
    let urls = databases(home.path());
    let Some(target) = urls.iter().find(|url| url.starts_with("postgres:")) else {
        return;
    };
    let made = printed(
        home.path(),
        target,
        &[],
        &[
            "create table a (id serial primary key); create table \"B\" (a int references a); \
           create view v as select id from a; create view w as select * from v; \
           create function f(a) returns int language sql as 'select 1'; create table other (i int); \
           create type mood as enum ('sad'); create table feels (id int, how mood, n int); \
           create view sad as select how from feels; \
           create function g(int) returns int immutable language sql as 'select 1'; \
           create function g(text) returns int immutable language sql as 'select 1'; \
           alter table feels alter n set default g(1), add check (g(n) > 0); \
           create index by_g on feels (g(id)); \
           create schema s; create table s.t (id int primary key); \
           create view of_s as select * from s.t; \
           create extension citext; create table c (name citext, x int)",
        ],
    );
    assert!(!made.contains("error"), "{made}");
    let terminal = Start::sqwire(home.path(), target).size(24, 200).go();
    terminal.shows("=> ");
    for (statement, takes) in [
        (
            "drop table a cascade;",
            "with a: constraint B_a_fkey on table \"B\", function f(a), sequence a_id_seq, view v, view w",
        ),
        (
            "drop type mood cascade;",
            "with mood: column how of table feels, view sad",
        ),
        (
            "drop function g(int) cascade;",
            "with g: constraint feels_n_check on table feels, default value for column n of table feels, index by_g",
        ),
        ("drop schema s cascade;", "with s: table s.t, view of_s"),
        (
            "drop extension citext cascade;",
            "with citext: column name of table c\n",
        ),
        (
            "alter table feels drop column how cascade;",
            "with feels: view sad",
        ),
        (
            "alter table a drop constraint a_pkey cascade;",
            "with a: constraint B_a_fkey on table \"B\"\n",
        ),
    ] {
        terminal.send(statement).send(ENTER);
        terminal.shows("Run it? [y/N]").shows(takes);
        terminal.send("n").shows("not run");
        terminal.waits_for_prompt();
        terminal.send("\x0c").hides("not run");
    }
    terminal.send("drop table other cascade;").send(ENTER);
    terminal.shows("Run it? [y/N]");
    assert!(!terminal.screen().contains("with other"));
}

#[test]
fn mysql_and_sqlite_tell_what_a_dropped_table_is_used_by() {
    let home = home();
    let made = "create table a (id int primary key, n int); create view v as select n from a; \
        create table log (n int)";
    for target in databases(home.path()) {
        let trigger = match target.split(':').next() {
            Some("mysql") => {
                "create trigger tr after insert on a for each row insert into log values (1)"
            }
            Some("postgres") => continue,
            _ => "create trigger tr after insert on a begin insert into log values (1); end",
        };
        let made = printed(home.path(), &target, &[], &[made, trigger]);
        assert!(!made.contains("error"), "{made}");
        let terminal = Start::sqwire(home.path(), &target).size(24, 120).go();
        terminal.shows("=> ");
        terminal.send("drop table a;").send(ENTER);
        terminal.shows("Run it? [y/N]").shows("with a: trigger tr");
        terminal.shows("no longer to be used without a: view v");
        terminal.send("n").shows("not run");
        terminal.waits_for_prompt();
        terminal.send("drop table log;").send(ENTER);
        terminal.shows("no longer to be used without log: trigger tr");
        terminal.send("n");
        terminal.leave();
    }
}

#[test]
fn undo_takes_back_statements_of_a_transaction_also_one_that_failed() {
    let home = home();
    for target in databases(home.path()) {
        let terminal = Start::sqwire(home.path(), &target).size(24, 120).go();
        terminal.shows("=> ").runs("/undo").shows("nothing to undo");
        terminal
            .runs("/set undo on")
            .runs("create table n (i int);");
        terminal.runs("begin;").runs("insert into n values (1);");
        terminal
            .runs("insert into n values (2);")
            .runs("insert into n values (3);");
        terminal.runs("/undo 2");
        terminal
            .shows("undone: insert into n values (3)")
            .shows("undone: insert into n values (2)");
        terminal
            .runs("insert into nowhere values (1);")
            .runs("/undo");
        terminal.runs("insert into n values (4);").runs("commit;");
        terminal.runs("select sum(i) * 1000 as total, count(*) from n;");
        terminal.until("two rows", |screen| {
            screen
                .lines()
                .any(|l| l.contains("5000") && l.trim_end().ends_with('2'))
        });
        terminal.runs("/undo").shows("It takes back statements");
        terminal.leave();
    }
}

#[test]
fn at_the_prompt_the_server_refuses_writes_and_autocommit_off_asks_before_leaving() {
    let home = home();
    for target in databases(home.path()) {
        let made = printed(
            home.path(),
            &target,
            &[],
            &["create table k (a int primary key)"],
        );
        assert!(!made.contains("error"), "{made}");
        let terminal = Start::sqwire(home.path(), &format!("{target} --read-only")).go();
        terminal.shows("=> ").shows("read-only · ");
        terminal.runs("insert into k values (1);");
        terminal.shows("the session is read-only");
        // What hides from us the server refuses.
        let (hidden, refusal) = match target.split(':').next() {
            Some("postgres") => (
                "do $$ begin insert into k values (1); end $$;",
                "cannot execute INSERT in a read-only transaction",
            ),
            Some("mysql") => (
                "execute immediate 'insert into k values (1)';",
                "in a READ ONLY transaction",
            ),
            _ => (
                "pragma user_version = 7;",
                "attempt to write a readonly database",
            ),
        };
        terminal.runs(hidden).shows(refusal);
        assert_eq!(terminal.leave(), 0);
        let terminal = Start::sqwire(home.path(), &target).go();
        terminal
            .shows("=> ")
            .runs("\\set AUTOCOMMIT off")
            .runs("\\set ON_ERROR_ROLLBACK on");
        terminal
            .runs("insert into k values (7);")
            .runs("insert into k values (7);");
        // The second has failed, the transaction has not.
        terminal.until("the open transaction", |_| {
            terminal.cursor_line().ends_with("=*>")
        });
        terminal.runs("insert into k values (8);");
        terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=*>"));
        terminal.send(CTRL_D).shows("Leave? [y/N]").send("n");
        terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=*>"));
        terminal
            .runs("commit;")
            .runs("select sum(a) * 100 as total from k;")
            .shows("1500");
        // The query has begun a transaction of its own.
        terminal.runs("rollback;");
        assert_eq!(terminal.leave(), 0);
    }
}
