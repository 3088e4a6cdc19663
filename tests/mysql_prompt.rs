//! `sqwire my` at a terminal: mysql's commands, and mycli's operators behind a statement.

use crate::mysql_scripts::Pair;
use crate::pty::{ENTER, Start, Terminal, home};
use crate::servers::{PASSWORD, USER};
use std::path::Path;

fn prompt(pair: &Pair, home: &Path, database: &str) -> Terminal {
    let port = pair.server.port;
    let arguments = format!("my -h 127.0.0.1 -P {port} -u {USER} {database}");
    let terminal = Start::sqwire(home, &arguments)
        .env("MYSQL_PWD", PASSWORD)
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    terminal
}

fn line(terminal: &Terminal, text: &str) {
    terminal.waits_for_prompt();
    terminal.send(text).send(ENTER);
}

#[test]
fn mysqls_commands_work_at_the_prompt() {
    let Some(pair) = Pair::new() else { return };
    let home = home();
    let terminal = prompt(&pair, home.path(), "mysql");
    line(&terminal, "use information_schema");
    terminal.shows("Database changed");
    line(&terminal, "select database() as d\\G");
    terminal.shows("d │ information_schema");
    line(&terminal, "\\u mysql");
    line(&terminal, "tee kept.txt");
    terminal.shows("Logging to file 'kept.txt'");
    line(&terminal, "select 6 * 7 as answer;");
    terminal.shows("42");
    line(&terminal, "select null as nothing, wrong_name;");
    terminal.shows("wrong_name'");
    line(&terminal, "select null as nothing;");
    line(&terminal, "\\t");
    terminal.shows("Outfile disabled.");
    line(&terminal, "select 'not kept';");
    line(&terminal, "\\w");
    terminal.shows("Show warnings disabled.");
    line(&terminal, "select 1/0 as quiet;");
    terminal.shows("quiet");
    line(&terminal, "\\W");
    line(&terminal, "select 2/0 as loud;");
    terminal.shows("Division by 0");
    assert_eq!(terminal.screen().matches("Division by 0").count(), 1);
    line(&terminal, "delimiter //");
    line(&terminal, "select 'a;b' as c//");
    terminal.shows("a;b");
    line(&terminal, "\\d ;");
    line(&terminal, "\\s");
    terminal.shows("Current database:");
    line(&terminal, "system echo $((40+2))x");
    terminal.shows("42x");
    // What mysql does not have is ours.
    line(&terminal, "\\timing on");
    terminal.shows("Timing is on.");
    line(&terminal, "help");
    terminal.send("q");
    let kept = std::fs::read_to_string(home.path().join("kept.txt")).unwrap();
    assert!(kept.starts_with("select 6 * 7 as answer;\n"), "{kept}");
    assert!(kept.contains("42") && !kept.contains("not kept"), "{kept}");
    // As mysql's own: errors too, and no colours.
    assert!(kept.contains("Unknown column 'wrong_name'"), "{kept}");
    assert!(kept.contains("NULL") || kept.contains("<null>"), "{kept}");
    assert!(!kept.contains('\x1b'), "{kept:?}");
}

#[test]
fn mysqls_prompt_is_set_by_the_command_the_flag_and_the_environment() {
    let Some(pair) = Pair::new() else { return };
    let home = home();
    let terminal = prompt(&pair, home.path(), "mysql");
    let waits = |terminal: &Terminal, end: &str| {
        terminal.until(end, |_| terminal.cursor_line().ends_with(end));
    };
    line(&terminal, r"prompt \U [\d]> ");
    terminal.shows("PROMPT set to '\\U [\\d]>'");
    waits(&terminal, &format!("{USER}@127.0.0.1 [mysql]>"));
    terminal
        .send("prompt")
        .send(ENTER)
        .shows("The usual prompt.");
    waits(&terminal, "mysql=>");
    line(&terminal, "\\fs mine select 1");
    terminal.shows("\\ns saves one");
    let port = pair.server.port;
    let flags = format!("my -h 127.0.0.1 -P {port} -u {USER} mysql");
    let start = |flags: &str, prompt: &str| {
        let start = Start::sqwire(home.path(), flags).env("MYSQL_PWD", PASSWORD);
        start.env("MYSQL_PS1", prompt).go()
    };
    waits(&start(&flags, r"\d of env> "), "mysql of env>");
    waits(&start(&format!(r"{flags} --prompt=\d:"), "x> "), "mysql:");
}

#[test]
fn operators_behind_a_statement_take_its_result_away() {
    let Some(pair) = Pair::new() else { return };
    let home = home();
    let terminal = prompt(&pair, home.path(), "mysql");
    line(&terminal, "select 1 as a, 'x,y' as b $> out.csv");
    line(&terminal, "select 2 as a, null as b $>> out.csv;");
    line(
        &terminal,
        "select 1 as a union select 2 $> 'two words.jsonl'",
    );
    line(
        &terminal,
        "select 'b' as a union select 'a' $| sort $| tr a-z A-Z $> sorted",
    );
    line(&terminal, "select '$> not this' as c $| sed s/not/but/");
    terminal.shows("$> but this");
    line(&terminal, "select 3 as a");
    terminal.send("$> last.csv").send(ENTER);
    line(&terminal, "select 4 $>");
    terminal.shows("$> needs a file");
    // The statement still waits.
    terminal.shows("mysql-> ").runs("\\c");
    terminal.waits_for_prompt();
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    assert_eq!(read("out.csv"), "a,b\n1,\"x,y\"\na,b\n2,\n");
    assert_eq!(read("two words.jsonl"), "{\"a\":1}\n{\"a\":2}\n");
    assert_eq!(read("sorted"), "A\nA\nB\n");
    assert_eq!(read("last.csv"), "a\n3\n");
    assert_eq!(terminal.leave(), 0);
}
