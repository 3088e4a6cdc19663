//! What the question before a statement that destroys something says, for every kind of them.

use crate::pty::{ENTER, Start, Terminal, home};
use crate::servers::Server;

/// An empty database with tables `t` (three rows) and `parent` (two), which `t` refers to.
fn shop(server: &Server) -> String {
    let url = server.url(&crate::postgres::block_on(server.database()));
    made(
        &url,
        &[
            "create table parent (id int primary key, n int)",
            "create table t (id int primary key, n int, parent int, \
             foreign key (parent) references parent (id))",
            "insert into parent values (1, 1), (2, 2)",
            "insert into t values (1, 1, 1), (2, 2, 1), (3, 3, 2)",
        ],
    );
    url
}

fn made(target: &str, statements: &[&str]) {
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"));
    run.args(["-X", "-q", target]);
    for statement in statements {
        run.args(["-c", statement]);
    }
    let run = run.output().unwrap();
    assert!(run.status.success(), "{run:?}");
}

fn at_prompt(home: &std::path::Path, target: &str) -> Terminal {
    let terminal = Start::sqwire(home, target)
        .env("PAGER", "cat")
        .size(24, 160)
        .go();
    terminal.shows("=> ");
    terminal
}

/// Sends the statement, waits for the question, says no.
#[track_caller]
fn asks(terminal: &Terminal, statement: &str, question: &str) {
    terminal.send("\x0c").hides("not run");
    terminal
        .send(statement)
        .send(ENTER)
        .shows(question)
        .shows("Run it? [y/N]");
    terminal.send("n").shows("the statement was not run");
    terminal.waits_for_prompt();
}

#[track_caller]
fn asks_all(terminal: &Terminal, statements: &[(&str, &str)]) {
    for (statement, question) in statements {
        asks(terminal, statement, question);
    }
}

const EVERYWHERE: &[(&str, &str)] = &[
    (
        "delete from t;",
        "DELETE without WHERE: every row of t (table, 3 rows)\n",
    ),
    (
        "update parent set n = 1;",
        "UPDATE without WHERE: every row of parent (table, 2 rows)\n",
    ),
    (
        "drop table parent;",
        "DROP TABLE: parent (table, 2 rows; referenced by t)\n",
    ),
    (
        "select 1; /* all */ delete from t; select 2;",
        "DELETE without WHERE: every row of t (table, 3 rows)\n",
    ),
    (
        "alter table t rename to u;",
        "ALTER TABLE … RENAME: t (table, 3 rows",
    ),
];

#[test]
fn every_kind_of_destructive_statement_asks_on_sqlite() {
    let home = home();
    made(
        home.path().join("shop.db").to_str().unwrap(),
        &[
            "create table parent (id int primary key, n int)",
            "create table t (id int primary key, n int, parent int references parent (id))",
            "insert into parent values (1, 1), (2, 2)",
            "insert into t values (1, 1, 1), (2, 2, 1), (3, 3, 2)",
        ],
    );
    let terminal = at_prompt(home.path(), "shop.db");
    asks_all(&terminal, EVERYWHERE);
    asks_all(
        &terminal,
        &[
            ("with x as (select 1) delete from t;", "every row of t"),
            (
                "replace into t values (1, 2, 3);",
                "REPLACE: t (table, 3 rows)\n",
            ),
            (
                "insert or replace into t values (1, 2, 3);",
                "INSERT OR REPLACE: t (",
            ),
        ],
    );
    // The levels: what each asks about, and what not.
    terminal.runs("/set destructive_warning unconditional");
    terminal
        .runs("replace into t values (3, 3, 2);")
        .runs("update t set n = 1 where id = 1;");
    asks(&terminal, "delete from t;", "every row of t");
    terminal.runs("/set destructive_warning all");
    asks(
        &terminal,
        "update t set n = 1 where id = 1;",
        "UPDATE: t (table, 3 rows)\n",
    );
    terminal
        .runs("/set destructive_warning off")
        .runs("delete from t;");
    terminal.shows("DELETE 3");
}

#[test]
fn every_kind_of_destructive_statement_asks_on_postgresql() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let url = shop(server);
    let terminal = at_prompt(home.path(), &url);
    let own = [
        ("truncate t;", "TRUNCATE: every row of t (table, 3 rows)\n"),
        (
            "with gone as (delete from t returning *) select * from gone;",
            "DELETE without WHERE: every row of t (table, 3 rows)\n",
        ),
        (
            "explain (analyze, verbose) update t set n = 1 where id = 1;",
            "EXPLAIN ANALYZE really runs UPDATE: t (table, 3 rows)\n",
        ),
        (
            "drop table parent cascade;",
            "  with parent: constraint t_parent_fkey on table t\n",
        ),
        (
            "drop schema public cascade;",
            "DROP SCHEMA with CASCADE: public\n",
        ),
        ("drop owned by nobody;", "DROP OWNED"),
        ("drop database nothing;", "DROP DATABASE: nothing\n"),
    ];
    asks_all(&terminal, EVERYWHERE);
    asks_all(&terminal, &own);
    // In a transaction it is told that it can be undone.
    terminal.runs("begin;");
    terminal
        .send("truncate t;")
        .send(ENTER)
        .shows("A transaction is open: ROLLBACK undoes it.")
        .shows("Run it? [y/N]");
    terminal.send("y").shows("TRUNCATE TABLE");
    terminal
        .runs("rollback;")
        .runs("select count(*) * 1000 as c from t;");
    terminal.shows("3000");
}

#[test]
fn every_kind_of_destructive_statement_asks_on_mysql() {
    let Some(server) = crate::servers::mysql() else {
        return;
    };
    let home = home();
    let url = shop(server);
    let terminal = at_prompt(home.path(), &url);
    let own = [
        ("truncate t;", "TRUNCATE: every row of t (table, 3 rows)\n"),
        (
            "replace into t values (1, 2, 1);",
            "REPLACE: t (table, 3 rows)\n",
        ),
        ("rename table t to u;", "RENAME TABLE: t (table, 3 rows"),
        (
            "analyze delete from t;",
            "really runs DELETE without WHERE: every row of t",
        ),
        ("/*! drop table t */;", "DROP TABLE: t (table, 3 rows"),
    ];
    asks_all(&terminal, EVERYWHERE);
    asks_all(&terminal, &own);
}

#[test]
fn a_question_does_not_wait_for_what_somebody_else_has_locked() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let url = shop(server);
    let terminal = at_prompt(home.path(), &url);
    // Before anything is locked the catalog is there, all of it.
    terminal.send("select * from par").shows(" parent");
    terminal.hides("reading the catalog");
    terminal
        .send("\x03")
        .until("the prompt", |_| terminal.cursor_line().ends_with("=>"));
    crate::postgres::block_on(async {
        let mut other = crate::postgres::connect(&url).await.unwrap();
        let locks = [
            "begin",
            "lock table t",
            "lock table pg_catalog.pg_depend in access exclusive mode",
        ];
        for lock in locks {
            crate::postgres::all(&mut *other, lock).await.unwrap();
        }
        asks(
            &terminal,
            "delete from t;",
            "every row of t (table, rows unknown)\n",
        );
        asks(
            &terminal,
            "drop table t cascade;",
            "  what depends on t was not to be found out in time\n",
        );
        crate::postgres::all(&mut *other, "rollback").await.unwrap();
        // Once nothing is locked any more it is found out.
        asks(
            &terminal,
            "delete from t;",
            "every row of t (table, 3 rows)\n",
        );
    });
}
