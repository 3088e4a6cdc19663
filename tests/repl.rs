//! What only a terminal shows: prompt, menu, keys, history, pager, editor.

use crate::pty::{
    CTRL_C, CTRL_D, CTRL_R, DOWN, ENTER, ESC, F3, F4, F5, RIGHT, Start, TAB, Terminal, UP, home,
};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// The sample database, at its first prompt.
fn demo(home: &Path) -> Terminal {
    at_prompt(Start::sqwire(home, "demo").env("PAGER", "cat"))
}

fn at_prompt(start: Start) -> Terminal {
    let terminal = start.go();
    terminal.shows("=> ");
    terminal
}

/// What stands on the cursor's line behind the prompt.
fn typed(terminal: &Terminal) -> String {
    let line = terminal.cursor_line();
    let text = line.split_once("> ").map(|(_, text)| text.to_string());
    text.unwrap_or_default()
}

#[track_caller]
fn waits_for_typed(terminal: &Terminal, text: &str) {
    terminal.until(&format!("{text:?} to stand behind the prompt"), |_| {
        typed(terminal) == text
    });
}

/// The prompt is back and empty.
#[test]
fn a_query_runs_and_ctrl_d_leaves_with_status_0() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select 40 + 2 as answer;").send(ENTER);
    terminal.shows("answer").shows("42").shows("1 row");
    terminal.waits_for_prompt();
    assert_eq!(terminal.send(CTRL_D).home(), home.path());
    assert_eq!(terminal.status(), 0);
}

#[test]
fn a_statement_goes_on_until_its_semicolon() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select 'a").send(ENTER).shows("'> ");
    terminal.send("b',").send(ENTER).shows("-> ");
    terminal.send("7 * 6").send(ENTER).send(";").send(ENTER);
    terminal.shows("42");
    terminal.waits_for_prompt();
}

#[test]
fn the_menu_opens_while_typing_and_enter_still_runs_the_query() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select count(*) as n from cust");
    terminal.shows(" customers");
    terminal.send("omers").send(ENTER).shows("-> ");
    terminal.send(";").send(ENTER).shows("1 row");
    terminal.waits_for_prompt();
}

/// The names in the menu under the cursor, from the top.
fn menu(terminal: &Terminal) -> Vec<String> {
    let screen = terminal.screen();
    let rows = screen.lines().skip(usize::from(terminal.cursor().0) + 1);
    let names = rows.filter_map(|row| row.trim_start_matches([' ', '>']).split("  ").next());
    names.map(str::to_string).collect()
}

#[test]
fn tab_selects_and_enter_accepts_without_running() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select * from order").shows(" order_items");
    let second = menu(&terminal)[1].clone();
    // All keys at once: each must find what the one before it did.
    terminal.send(&format!("{TAB}{TAB}{ENTER}"));
    waits_for_typed(&terminal, &format!("select * from {second}"));
    terminal.clears();
    // A lone candidate is taken at once.
    terminal
        .send("select * from custo")
        .shows(" customers")
        .send(TAB);
    waits_for_typed(&terminal, "select * from customers");
}

#[test]
fn a_selected_candidate_is_taken_by_the_next_letter() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select * from order").shows(" order_items");
    let first = menu(&terminal)[0].clone();
    terminal.send(DOWN).send(" o");
    waits_for_typed(&terminal, &format!("select * from {first} o"));
}

#[test]
fn esc_closes_the_menu() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select * from order").shows(" order_items");
    terminal.send(ESC).hides(" order_items");
}

#[test]
fn typing_asks_the_terminal_nothing() {
    let home = home();
    let terminal = demo(home.path());
    let asked = terminal.questions();
    for c in "select * from orders where".chars() {
        terminal.send(&c.to_string());
        terminal.until("the letter", |_| typed(&terminal).ends_with(c) || c == ' ');
    }
    waits_for_typed(&terminal, "select * from orders where");
    assert_eq!(terminal.questions(), asked);
}

#[test]
fn ctrl_c_clears_the_line() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select 1").shows("select 1");
    terminal.clears();
    terminal.send("select 5 + 5;").send(ENTER).shows("10");
    terminal.waits_for_prompt();
}

/// The same key ends a pager that does not heed it, here cat.
#[test]
fn ctrl_c_in_a_result_that_streams_says_that_the_statement_was_cancelled() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo").env("PAGER", "cat").go();
    terminal.waits_for_prompt();
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) \
                   select i, 'row' from n;";
    terminal.send(endless).send(ENTER).shows("\u{2502} row");
    terminal.send(CTRL_C).shows("the statement was cancelled");
    terminal.waits_for_prompt();
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn ctrl_c_cancels_a_running_query_and_the_prompt_is_back() {
    let home = home();
    let terminal = demo(home.path());
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) \
                   select max(i) from n;";
    terminal.send(endless).send(ENTER);
    // A key that comes before the statement is at the server is not meant for it.
    terminal.hides("F4").press_until(CTRL_C, "cancel");
    terminal.waits_for_prompt();
    terminal.send("select 6 * 7;").send(ENTER).shows("42");
    assert_eq!(terminal.send("\\q").send(ENTER).home(), home.path());
    assert_eq!(terminal.status(), 0);
}

#[test]
fn statements_typed_while_one_runs_are_run_after_it() {
    let home = home();
    let terminal = demo(home.path());
    let slow = "with recursive n(i) as (select 1 union all select i + 1 from n limit 500000) \
                select max(i) from n;";
    terminal.send(slow).send(ENTER).hides("F4");
    terminal.send("select 'se' || 'cond';\rselect\r'th' || 'ird';\rselect 'fo");
    terminal.shows("second").shows("third");
    waits_for_typed(&terminal, "select 'fo");
}

#[test]
fn names_that_ran_are_counted_and_values_are_not() {
    let home = home();
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"))
        .current_dir(home.path())
        .args(["shop.db", "-c", "create table orchids (petals text)"])
        .status();
    assert!(made.unwrap().success());
    let terminal = at_prompt(Start::sqwire(home.path(), "shop.db"));
    terminal.send("select petals from orc").shows(" orchids");
    terminal
        .send("hids where petals = 'hunter2';")
        .send(ENTER)
        .shows("0 rows");
    terminal.send("\\q").send(ENTER);
    assert_eq!(terminal.status(), 0);
    let folder = home.path().join(".local/state/sqwire/usage");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
    let [file] = &files[..] else {
        panic!("{} files", files.len());
    };
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(file.path()).unwrap();
    let names: Vec<_> = text.lines().filter_map(|l| l.split(' ').nth(1)).collect();
    assert_eq!(names, ["orchids", "petals"]);
}

#[test]
fn the_next_session_recalls_what_this_one_ran() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select 'kept',").send(ENTER).shows("-> ");
    terminal.send("1;").send(ENTER).shows("1 row");
    terminal
        .send(" select 'hidden';")
        .send(ENTER)
        .shows("hidden");
    terminal.send("\\q").send(ENTER);
    assert_eq!(terminal.status(), 0);
    let file = home.path().join(".local/state/sqwire/history.db");
    let mode = file.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let kept: Vec<String> = rusqlite::Connection::open(&file)
        .unwrap()
        .prepare("select text from entries order by id")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(kept, ["select 'kept',\n1;", "\\q"]);

    let terminal = demo(home.path());
    terminal
        .send(UP)
        .shows("\\q")
        .send(UP)
        .shows("select 'kept',");
    terminal.clears();
    // The grey suggestion, taken with Right.
    terminal.send("sel");
    waits_for_typed(&terminal, "select 'kept', …");
    terminal.send(RIGHT).shows("-> 1;");
    terminal.send(ENTER).shows("1 row");
    terminal.waits_for_prompt();
    terminal
        .send(CTRL_R)
        .shows("search: ")
        .send("KEPT")
        .shows("1 in this database");
    terminal.send(ENTER).hides("search: ").shows("-> 1;");
}

#[test]
fn a_paste_does_not_run() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("\x1b[200~select 'one' as a;\rselect 'two' as b;\r\x1b[201~");
    terminal.shows("select 'two' as b;").shows("2 statements");
    assert!(!terminal.screen().contains("row"), "{}", terminal.screen());
    terminal.send(ENTER).shows("(1 row)");
    terminal.waits_for_prompt();
}

/// A terminal that does not say what is pasted: the letters come as keys, and the menu with the last.
#[test]
fn many_letters_at_once_are_all_there_and_the_menu_with_the_last() {
    let home = home();
    let terminal = demo(home.path());
    let long = "x, ".repeat(300);
    terminal.send(&format!("select {long}1 from custo"));
    terminal.shows(" customers").send(TAB);
    terminal.until("the whole text", |screen| {
        let shown: String = screen.split_whitespace().collect();
        shown.matches("x,").count() == 300 && shown.contains("1fromcustomers")
    });
}

#[test]
fn what_does_not_fit_the_screen_goes_to_the_pager() {
    let home = home();
    let terminal = at_prompt(Start::sqwire(home.path(), "demo").env("PAGER", "wc -l"));
    let many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 500) \
                select i from n;";
    terminal.send(many).send(ENTER).shows("50");
    terminal.waits_for_prompt();
    assert!(!terminal.screen().contains("499"), "{}", terminal.screen());
}

#[test]
fn the_editor_gets_the_line_and_gives_it_back_unrun() {
    let home = home();
    let editor = home.path().join("editor");
    std::fs::write(&editor, "#!/bin/sh\nsed -i s/41/42/ \"$1\"\n").unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let start = Start::sqwire(home.path(), "demo").env("EDITOR", editor.to_str().unwrap());
    let terminal = at_prompt(start);
    terminal.send("select 41;").shows("41").send("\x18\x05");
    terminal.shows("select 42;");
    assert!(!terminal.screen().contains("row"), "{}", terminal.screen());
    terminal.send(ENTER).shows("1 row");
    terminal.waits_for_prompt();
}

#[test]
fn f3_and_f4_switch_and_the_status_line_says_so() {
    let home = home();
    let terminal = at_prompt(Start::sqwire(home.path(), "demo").size(30, 120));
    terminal.shows("F3 multi-line: on").shows("F4 emacs");
    terminal.send(F3).shows("F3 multi-line: off");
    terminal.send("select 11 * 11").send(ENTER).shows("121");
    terminal.waits_for_prompt();
    terminal.send(F4).shows("F4 vi insert");
    terminal.send("select 2").send(ESC).shows("F4 vi normal");
    terminal.send("x").hides("select 2");
    terminal.send("a12 * 12").send(ENTER).shows("144");
}

#[test]
fn without_colours_the_selected_row_is_marked() {
    let home = home();
    let terminal = at_prompt(Start::sqwire(home.path(), "demo").env("NO_COLOR", "1"));
    terminal.send("select * from custo").send(" ").send("\x7f");
    terminal.shows(" customers").send(DOWN).shows(">customers");
    let (row, _) = terminal.cursor();
    assert!(row < 24);
}

#[test]
fn the_last_result_is_written_again_without_running_the_query() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select 7 as n, null as x;").send(ENTER);
    terminal.shows("(1 row)");
    terminal.waits_for_prompt();
    terminal.send("/last jsonl").send(ENTER);
    terminal.shows("{\"n\":7,\"x\":null}");
    terminal.waits_for_prompt();
    terminal.send("/last csv last.csv").send(ENTER);
    terminal.waits_for_prompt();
    terminal.send("\\! cat last.csv").send(ENTER).shows("n,x");
    terminal.send("/last nonsense").send(ENTER);
    terminal.shows("unrecognized value \"nonsense\" for \"format\"");
}

#[test]
fn a_slow_statement_shows_what_it_does_and_cleans_up() {
    let home = home();
    let terminal = demo(home.path());
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) \
                   select max(i) from n;";
    terminal.send(endless).send(ENTER).shows("no rows yet");
    terminal.press_until(CTRL_C, "cancel");
    terminal.waits_for_prompt();
    terminal.hides("no rows yet");
}

#[test]
fn null_is_no_empty_text_and_no_word() {
    let home = home();
    let terminal = demo(home.path());
    terminal
        .send("select null as a, '' as b, 'NULL' as c;")
        .send(ENTER);
    terminal.shows("<null> │   │ NULL");
    terminal.waits_for_prompt();
    terminal.send("\\pset null ''").send(ENTER);
    terminal.waits_for_prompt();
    terminal
        .send("select null as d, '' as e, 'NULL' as f;")
        .send(ENTER);
    terminal.shows("   │   │ NULL");
}

#[test]
fn f5_shows_the_plan_of_what_is_typed_and_leaves_it_there() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select * from orders where id = 3").send(F5);
    terminal.shows("SEARCH orders USING INTEGER PRIMARY KEY");
    waits_for_typed(&terminal, "select * from orders where id = 3");
}
