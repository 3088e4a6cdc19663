//! Lines that commands ask for at the prompt, scripts that are run from it, and programs that do not
//! take what they are given.

use crate::prompt_errors::server_at_prompt;
use crate::pty::{CTRL_C, ENTER, LEFT, Start, Terminal, home};
use crate::servers::postgres;

fn demo(home: &std::path::Path) -> Terminal {
    let terminal = Start::sqwire(home, "demo").env("PAGER", "cat").go();
    terminal.shows("=> ");
    terminal.waits_for_prompt();
    terminal
}

#[test]
fn ctrl_c_leaves_the_question_for_a_variable() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("\\prompt 'your name? ' x").send(ENTER);
    terminal.until("the question", |_| {
        terminal.cursor_line().ends_with("your name?")
    });
    terminal.send("half").send(CTRL_C).shows("was cancelled");
    terminal.waits_for_prompt();
    terminal.runs("\\echo [:x]");
    let echoed = |screen: &str| screen.matches("[:x]\n").count() == 2;
    terminal.until("what it echoes", echoed);
    terminal.waits_for_prompt();
    terminal.send("\\prompt 'and now? ' x").send(ENTER);
    terminal.until("the question", |_| {
        terminal.cursor_line().ends_with("and now?")
    });
    terminal.send("me").send(ENTER);
    terminal.waits_for_prompt();
    terminal.send("\\echo [:x]").send(ENTER).shows("[me]");
}

#[test]
fn a_script_goes_on_behind_an_error_or_says_that_it_does_not() {
    let home = home();
    let script = "selct 1;\nselect 6 * 7 as answer;\n";
    std::fs::write(home.path().join("x.sql"), script).unwrap();
    let terminal = demo(home.path());
    terminal.send("\\i x.sql").send(ENTER).shows("42");
    terminal.waits_for_prompt();
    terminal.send("\\set ON_ERROR_STOP on").send(ENTER);
    terminal.waits_for_prompt();
    terminal.send("\\i x.sql").send(ENTER);
    terminal.shows("The rest of \"x.sql\" was not run.");
    assert_eq!(terminal.screen().matches("42").count(), 1);
}

#[test]
fn the_data_of_a_copy_are_typed_at_the_prompt() {
    let Some(server) = postgres() else { return };
    let home = home();
    let terminal = server_at_prompt(server, "postgres", home.path());
    terminal.send("create table t (a int, b text);").send(ENTER);
    terminal.shows("CREATE TABLE");
    terminal.waits_for_prompt();
    let asks = |terminal: &Terminal, times: usize| {
        terminal.until("a question for a line", |screen| {
            screen.matches(">>").count() == times
        });
    };
    terminal.send("\\copy t from stdin csv").send(ENTER);
    terminal.shows("End with a backslash and a period");
    asks(&terminal, 1);
    terminal.send("1,one").send(ENTER);
    asks(&terminal, 2);
    terminal.send("\\.").send(ENTER).shows("COPY 1");
    terminal.waits_for_prompt();
    // Ctrl-C takes nothing.
    terminal.send("copy t from stdin csv;").send(ENTER);
    asks(&terminal, 3);
    terminal.send("2,two").send(ENTER);
    asks(&terminal, 4);
    terminal.send(CTRL_C).shows("error:");
    terminal.waits_for_prompt();
    terminal
        .send("select count(*) + 40 as n from t;")
        .send(ENTER);
    terminal.shows("41");
    terminal.waits_for_prompt();
    // What is wrong with the statement is told at once.
    terminal.send("copy nothing from stdin;").send(ENTER);
    terminal.shows("\"nothing\" does not exist");
    terminal.waits_for_prompt();
}

#[test]
fn the_progress_of_a_copy_tells_its_bytes() {
    let Some(server) = postgres() else { return };
    let home = home();
    let terminal = server_at_prompt(server, "postgres", home.path());
    terminal.send(
        "\\copy (select repeat('x', 1000) from generate_series(1, 5000) g where g < 5000 or \
         pg_sleep(60) is not null) to 'out'",
    );
    terminal.send(ENTER).shows(" MB/s");
    terminal.send(CTRL_C).shows("error:");
}

#[test]
fn a_program_that_failed_to_take_results_is_told() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("\\o |nosuchprogram").send(ENTER);
    terminal.shows("not found");
    terminal.press_until(
        &format!("select 5;{ENTER}"),
        "command \"nosuchprogram\" failed",
    );
}

#[test]
fn a_result_is_shown_where_the_pager_cannot_be_run() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo")
        .env("PAGER", "nosuchpager")
        .go();
    terminal.shows("=> ");
    terminal.send(
        "with recursive c(x) as (select 1 union all select x + 1 from c where x < 50) \
         select x from c;",
    );
    terminal.send(ENTER);
    terminal.shows("(50 rows)");
    terminal.shows("The pager \"nosuchpager\" could not be run.");
}

#[test]
fn a_terminal_that_obeys_nothing_gets_plain_lines() {
    for term in ["dumb", ""] {
        let home = home();
        let terminal = Start::sqwire(home.path(), "demo")
            .env("TERM", term)
            .env("PAGER", "cat")
            .go();
        let waits = |mark: &str| {
            terminal.until("a prompt", |_| terminal.cursor_line().ends_with(mark));
        };
        waits("=>");
        terminal.send("select 40 + 2").send(ENTER);
        waits("->");
        terminal.send("  as answer, null as gone;").send(ENTER);
        terminal.shows("42").shows("<null>");
        waits("=>");
        terminal.send("half").send(CTRL_C);
        waits("=>");
        terminal.send("\\set x 5").send(ENTER);
        waits("=>");
        terminal.send("select :x + 1000;").send(ENTER).shows("1005");
        waits("=>");
        assert_eq!(terminal.questions(), 0);
        let written = terminal.written();
        assert!(!written.contains('\x1b'), "{written:?}");
        assert_eq!(terminal.leave(), 0);
    }
}

#[test]
fn exit_on_a_line_of_a_statement_says_how_to_leave() {
    let home = home();
    let terminal = demo(home.path());
    terminal
        .send("select 1")
        .send(ENTER)
        .send("exit")
        .send(ENTER);
    terminal.shows("\\q leaves");
    terminal.clears();
}

#[test]
fn what_watch_showed_last_stays_without_a_pager() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo")
        .env("PAGER", "echo paged; cat")
        .go();
    terminal.shows("=> ");
    terminal.send("select printf('%.100c', 'x') as wide, 7 as n \\watch 60");
    terminal.send(ENTER).shows("Ctrl-C stops");
    terminal.clears();
    assert!(
        !terminal.screen().contains("paged"),
        "{}",
        terminal.screen()
    );
    assert!(terminal.screen().contains("xxx"), "{}", terminal.screen());
}

#[test]
fn the_error_of_what_was_interrupted_stands_on_a_line_of_its_own() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send(
        "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c;",
    );
    terminal.send(ENTER).hides("F2 menu");
    terminal.press_until(CTRL_C, "error:");
    let screen = terminal.screen();
    assert!(screen.lines().any(|l| l.starts_with("error: ")), "{screen}");
}

#[test]
fn messages_are_broken_between_words() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "").size(24, 40).go();
    terminal.shows("=> ");
    let screen = terminal.screen();
    let hint: Vec<&str> = screen
        .lines()
        .skip_while(|l| !l.starts_with("hint: "))
        .take_while(|l| !l.contains("=>"))
        .map(str::trim)
        .collect();
    assert!(hint.len() > 2, "{screen}");
    assert!(
        hint.join(" ")
            .contains("To connect: sqwire postgres://HOST/DATABASE,"),
        "{screen}"
    );
}

#[test]
fn keys_typed_while_a_statement_runs_edit_the_lines_they_were_typed_in() {
    let home = home();
    let terminal = demo(home.path());
    let slow = "with recursive n(i) as (select 1 union all select i + 1 from n limit 500000) \
                select max(i) from n;";
    terminal.send(slow).send(ENTER).hides("F4");
    // Ctrl-A, Ctrl-K, Left, Ctrl-W, Ctrl-U and Ctrl-E each change what the line is.
    terminal
        .send("selct\x7f\x7fect 1000 + 1;\r")
        .send("1000 + 2;\x01select \r")
        .send(&format!("select 1000 + ;{LEFT}3\r"))
        .send("select 1000 + 4; nonsense\x17\r")
        .send("nonsense\x15select 1000 +\r5;\r")
        .send(&format!(
            "1000 + 6{LEFT}{LEFT}{LEFT}{LEFT}\x01select \x05;\r"
        ))
        .send("last\x01the ");
    for answer in 1001..=1006 {
        terminal.shows(&format!(" {answer}\n"));
    }
    terminal.until("the line that was not sent", |_| {
        terminal.cursor_line().ends_with("> the last")
    });
    assert!(
        !terminal.screen().contains("error"),
        "{}",
        terminal.screen()
    );
}

#[test]
fn keys_that_come_together_with_the_end_of_a_line_are_obeyed_in_the_next() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send(&format!("half{CTRL_C}selct\x7f\x7fect 40 + 1;{ENTER}"));
    terminal.shows(" 41\n");
    terminal.waits_for_prompt();
    // Alt-Enter runs, the rest is for the line behind it.
    terminal.send(&format!("select 40 + 2\x1b\r40 + 3;\x01select {ENTER}"));
    terminal.shows(" 42\n").shows(" 43\n");
    terminal.waits_for_prompt();
    // The list of the history takes its keys, and the line those behind.
    terminal.send(&format!(
        "\x1240 + 2{ENTER}\x01\x06\x06\x06\x06\x06\x06 1 +"
    ));
    terminal.until("the entry, edited", |_| {
        terminal.cursor_line().ends_with("> select 1 + 40 + 2")
    });
}

#[test]
fn what_was_typed_before_a_question_is_edited_behind_it() {
    let home = home();
    let terminal = demo(home.path());
    let slow = "with recursive n(i) as (select 1 union all select i + 1 from n limit 500000) \
                select max(i) from n; drop table order_items;";
    terminal.send(slow).send(ENTER).hides("F4");
    terminal.send(&format!("40 + 2;\x01select {ENTER}"));
    terminal.shows("Run it? [y/N]").send("n").shows(" 42\n");
}

/// A terminal that does not say what is pasted: lines of one statement are painted once, and more of
/// them than its buffer holds.
#[test]
fn a_long_paste_that_is_not_announced_is_one_statement() {
    let home = home();
    let terminal = demo(home.path());
    let lines = ",\t(1)\r".repeat(3000);
    terminal.send(&format!(
        "select 70000 + count(*) from (values (0)\r{lines});\r"
    ));
    terminal.shows(" 73001\n");
    terminal.waits_for_prompt();
    terminal.send(&format!("select 'a;\rb;\rc' || 'd'{LEFT}{LEFT}e\x05;\r"));
    terminal.shows("ced");
}
