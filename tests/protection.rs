//! What the prompt asks before a statement destroys something, and before a transaction is left.

use crate::pty::{CTRL_C, CTRL_D, ENTER, Start, Terminal, home};
use std::path::Path;

/// A new SQLite database, at its first prompt.
fn shop(home: &Path, options: &str) -> Terminal {
    let start = Start::sqwire(home, &format!("{options} shop.db")).env("PAGER", "cat");
    let terminal = start.go();
    terminal.shows("=> ");
    terminal.send("create table a (id int);").send(ENTER);
    waits_for_prompt(&terminal);
    terminal
        .send("insert into a values (11), (12);")
        .send(ENTER);
    terminal.shows("INSERT");
    waits_for_prompt(&terminal);
    terminal
}

#[track_caller]
fn waits_for_prompt(terminal: &Terminal) {
    terminal.until("an empty prompt", |_| {
        terminal.cursor_line().ends_with("=>")
    });
}

#[test]
fn a_delete_without_where_asks_and_no_keeps_the_rows() {
    let home = home();
    let terminal = shop(home.path(), "");
    terminal.send("delete from a; select 'after';").send(ENTER);
    terminal.shows("DELETE without WHERE: every row of a");
    terminal.shows("Run it? [y/N]").send("n");
    terminal.shows("the statement was not run");
    waits_for_prompt(&terminal);
    // What stands behind it on the line is not run either.
    assert!(
        !terminal.screen().contains("'after'\n"),
        "{}",
        terminal.screen()
    );
    terminal
        .send("select sum(id) from a;")
        .send(ENTER)
        .shows("23");
    waits_for_prompt(&terminal);
    terminal.send("delete from a;").send(ENTER);
    terminal.until("the question again", |s| s.matches("[y/N]").count() == 2);
    terminal.send("y").shows("DELETE 2");
    waits_for_prompt(&terminal);
}

#[test]
fn ctrl_c_is_no_and_a_setting_turns_the_questions_off() {
    let home = home();
    let terminal = shop(home.path(), "");
    terminal.send("drop table a;").send(ENTER).shows("Run it?");
    terminal.send(CTRL_C).shows("not run");
    waits_for_prompt(&terminal);
    terminal.send("\\pset destructive_warning off").send(ENTER);
    terminal.shows("destructive_warning");
    waits_for_prompt(&terminal);
    terminal.send("drop table a;").send(ENTER).shows("DROP");
    waits_for_prompt(&terminal);
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
    waits_for_prompt(&terminal);
}
