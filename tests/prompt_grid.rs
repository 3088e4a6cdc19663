//! `/grid`: a result on a screen of its own, with keys.

use crate::pty::{CTRL_C, DOWN, ENTER, ESC, LEFT, RIGHT, Start, Terminal, home};
use crate::servers::{PASSWORD, USER};

const HOME: &str = "\x1b[H";
const END: &str = "\x1b[F";
const PAGE_DOWN: &str = "\x1b[6~";
const CTRL_END: &str = "\x1b[1;5F";

/// A number, a text, a document, NULL: a hundred times.
const ROWS: &str = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 100) \
                    select i as number, 'name ' || i as name, '{\"at\": [' || i || ', 2]}' as doc, \
                    null as gone from n;";

fn start(home: &std::path::Path) -> Terminal {
    let terminal = Start::sqwire(home, ":memory:").env("PAGER", "cat").go();
    terminal.shows("=> ");
    terminal
}

#[test]
fn one_moves_searches_sorts_freezes_and_copies() {
    let home = home();
    let terminal = start(home.path());
    terminal.send("/grid").send(ENTER);
    terminal.shows("there is no last result");
    terminal.waits_for_prompt();
    terminal.send(ROWS).send(ENTER).shows("(100 rows)");
    terminal.waits_for_prompt();
    terminal.send("/grid").send(ENTER);
    terminal.shows("row 1 of 100  column 1 of 4: number");
    terminal.shows("q leaves").hides("(100 rows)");
    assert_eq!(terminal.reversed(2), "       1", "the cell");
    terminal.send(PAGE_DOWN).shows("row 21 of 100");
    terminal.send(CTRL_END).shows("row 100 of 100");
    terminal.send(END).shows("column 4 of 4: gone  NULL");
    terminal.send("y").shows("NULL has no text");
    terminal
        .send(HOME)
        .send("g")
        .shows("row 1 of 100  column 1");
    terminal
        .send("ss")
        .shows("number ↓")
        .shows("row 100 of 100");
    terminal.send("g").shows("row 1 of 100");
    assert_eq!(terminal.reversed(2), "     100");
    terminal.send("q").shows("(100 rows)");
    terminal.waits_for_prompt();
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn a_search_marks_its_hits_and_copies_go_to_the_clipboard() {
    let home = home();
    let terminal = start(home.path());
    terminal.send(ROWS).send(ENTER).shows("(100 rows)");
    terminal.waits_for_prompt();
    terminal.send("/grid").send(ENTER).shows("row 1 of 100");
    terminal.send("/NAME").shows("/NAME▏").send(ENTER);
    terminal.shows("no \"NAME\"");
    terminal
        .send("/name 5")
        .send(ENTER)
        .shows("row 5 of 100  column 2");
    terminal.send("n").shows("row 50 of 100");
    terminal.send("N").shows("row 5 of 100");
    terminal
        .send("N")
        .shows("row 59 of 100")
        .shows("from the bottom");
    terminal.send("y").shows("7 bytes to the clipboard");
    terminal.send("Y");
    let copied = |terminal: &Terminal| -> Vec<String> {
        let commands = terminal.commands().into_iter();
        commands.filter(|c| c.starts_with("52;")).collect()
    };
    terminal.until("both", |_| copied(&terminal).len() == 2);
    // "name 59", and the whole row with tabs between its cells.
    assert_eq!(
        copied(&terminal),
        [
            "52;c;bmFtZSA1OQ==",
            "52;c;NTkJbmFtZSA1OQl7ImF0IjogWzU5LCAyXX0JTlVMTA=="
        ]
    );
    terminal
        .send(RIGHT)
        .send(ENTER)
        .shows("JSON")
        .shows("    59,\n    2\n  ]");
    terminal.send(ESC).shows("column 3 of 4: doc");
    terminal.send(LEFT).send("f").shows("name     ┃ doc");
    terminal.resize(10, 40);
    terminal
        .shows("q leaves  / n N search")
        .hides("Enter opens");
    terminal.resize(24, 80);
    terminal.shows("Enter opens");
    terminal.send("q").shows("(100 rows)");
    terminal.waits_for_prompt();
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn a_query_goes_into_the_grid_and_what_follows_runs_behind_it() {
    let home = home();
    let terminal = start(home.path());
    terminal.send("\\pset last_size 1").send(ENTER).shows("1");
    terminal.waits_for_prompt();
    let large = "/grid with recursive n(i) as (select 1 union all select i + 1 from n \
                 where i < 3000000) select i, 'xxxxxxxxxxxxxxxxxxxxxxxx' from n";
    terminal.send(large).send(ENTER);
    terminal.shows("there are more rows (last_size 1 MB)");
    terminal.send(CTRL_C).hides("last_size 1 MB)");
    terminal.waits_for_prompt();
    terminal.runs("/grid create table t (a)");
    terminal.waits_for_prompt();
    // A text with more behind it, as one that is pasted.
    terminal
        .send("\x1b[200~select 5 as five;\n/grid\nselect 6 as six;\x1b[201~")
        .send(ENTER);
    terminal.shows("row 1 of 1  column 1 of 1: five");
    assert!(!terminal.screen().contains("six"), "{}", terminal.screen());
    terminal.send("q").shows("six").shows("6");
    terminal.waits_for_prompt();
    // Pasted while a statement ran: it is no keys of the grid.
    let slow = "with recursive n(i) as (select 1 union all select i + 1 from n \
                where i < 1000000) select count(*) from n;";
    terminal.send(slow).send(ENTER);
    terminal
        .send("\x1b[200~select 7 as seven;\n/grid\nselect 8 as eight;\x1b[201~")
        .send(ENTER);
    terminal.shows("row 1 of 1  column 1 of 1: seven");
    terminal.send("q").shows("eight").shows("8");
    terminal.waits_for_prompt();
    terminal.send("/grid select nonsense").send(ENTER);
    terminal.shows("no such column: nonsense");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn a_program_that_is_told_to_end_gives_the_terminal_back() {
    let home = home();
    let terminal = start(home.path());
    let plain = terminal.modes_at_start();
    terminal
        .send("/grid select 1 as one")
        .send(ENTER)
        .shows("row 1 of 1");
    assert_ne!(terminal.modes(), plain, "raw");
    assert!(terminal.on_other_screen());
    terminal.signal("TERM");
    terminal.until("the screen before it", |_| !terminal.on_other_screen());
    let modes = terminal.modes_when_ended();
    assert_eq!(modes, plain);
}

#[test]
fn elsewhere_it_is_a_result() {
    crate::harness::Sqwire::new()
        .args(":memory: --csv -c")
        .arg("/grid select 1 as a, null as b")
        .stdout("a,b\n1,\n")
        .success();
    crate::harness::Sqwire::new()
        .args(":memory: --csv")
        .input("select 1 as a;\n/grid\n")
        .stdout("a\n1\na\n1\n")
        .success();
}

#[test]
fn servers_have_it_too() {
    for server in crate::servers::both() {
        let home = home();
        let database = crate::postgres::block_on(server.database());
        let url = format!(
            "{}://{USER}:{PASSWORD}@127.0.0.1:{}/{database}",
            server.driver, server.port
        );
        let terminal = Start::sqwire(home.path(), &url).env("PAGER", "cat").go();
        terminal.shows("=> ");
        terminal.send("/grid select 12.50 as price, null as gone, 'a\u{85}b' as steered");
        terminal
            .send(ENTER)
            .shows("row 1 of 1  column 1 of 3: price");
        terminal.shows("a\\x85b").shows("12.50");
        terminal.send(RIGHT).shows("NULL").send(DOWN).send("q");
        terminal.waits_for_prompt();
        assert_eq!(terminal.leave(), 0);
    }
}
