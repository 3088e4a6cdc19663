//! Terminals of all kinds: few colours, a light background, a locale without UTF-8, a slow line.

use crate::pty::{CTRL_C, ENTER, Start, TAB, Terminal, home};
use std::path::Path;

/// Goes once through what has colours: the line, the menu, an error, the search, a result.
fn walk(start: Start) -> Terminal {
    let terminal = start.env("PAGER", "cat").go();
    terminal.shows("=> ");
    // Not every terminal is sent the marks that tell the end of what runs.
    let run = |text: &str, shown: &str| {
        terminal.send(text).send(ENTER).shows(shown);
        terminal.waits_for_prompt();
    };
    run(
        "select name, null as gone from customers limit 1;",
        "<null>",
    );
    run("select nmae from customers;", "Did you mean");
    terminal.send("select 'x', 1 from cust").shows(" customers");
    terminal.send(TAB).shows("primary key id");
    terminal.send(CTRL_C).hides("primary key id");
    terminal.waits_for_prompt();
    terminal.press_until("\x12", "in this database");
    terminal.send("\x1b").hides("in this database");
    terminal
}

fn demo(home: &Path) -> Start {
    Start::sqwire(home, "demo")
}

#[test]
fn a_terminal_of_16_colours_gets_no_others_and_no_color_none() {
    let home = home();
    for term in ["linux", "xterm"] {
        let written = walk(demo(home.path()).env("TERM", term)).written();
        for more in ["[38;", "[48;", ";38;", ";48;"] {
            assert!(!written.contains(more), "{term}: {more}");
        }
        assert!(written.contains("\x1b[94m") || written.contains("\x1b[1;94m"));
    }
    let terminal = walk(
        demo(home.path())
            .env("NO_COLOR", "1")
            .env("COLORTERM", "truecolor"),
    );
    let written = terminal.written();
    for colour in ["[3", "[4", "[9"]
        .iter()
        .flat_map(|c| (0..8).map(move |n| format!("\x1b{c}{n}m")))
    {
        assert!(!written.contains(&colour), "{colour:?}");
    }
    assert!(!written.contains("[38;") && !written.contains("[48;"));
}

#[test]
fn a_light_background_is_told_by_the_terminal_or_by_the_setting() {
    let home = home();
    let keyword = |start: Start| {
        let terminal = start.env("COLORTERM", "truecolor").go();
        terminal.shows("=> ");
        terminal
            .send("select")
            .until("the word", |_| terminal.cursor_line().ends_with("select"));
        let (row, column) = terminal.cursor();
        terminal.foreground(row, column - 1)
    };
    let dark = keyword(demo(home.path()));
    let light = keyword(demo(home.path()).env("COLORFGBG", "0;default;15"));
    assert_ne!(dark, light);
    assert_eq!(keyword(demo(home.path()).env("COLORFGBG", "15;0")), dark);
    let set = |value: &str| Start::sqwire(home.path(), &format!("demo -P background={value}"));
    assert_eq!(keyword(set("light").env("COLORFGBG", "15;0")), light);
    assert_eq!(keyword(set("dark").env("COLORFGBG", "0;15")), dark);
}

/// Nothing waits for the terminal's answer, and nothing of it gets into the text, wherever it comes.
#[test]
fn a_terminal_that_tells_its_background_gets_the_colours_for_it() {
    let home = home();
    let keyword = |start: Start| {
        let terminal = start.env("COLORTERM", "truecolor").go();
        terminal.shows("=> ").send("select");
        terminal.until("the word", |_| terminal.cursor_line().ends_with("select"));
        let (row, column) = terminal.cursor();
        (terminal, row, column - 1)
    };
    let colour = |start: Start| {
        let (terminal, row, column) = keyword(start);
        terminal.foreground(row, column)
    };
    let dark = colour(demo(home.path()).env("COLORFGBG", "15;0"));
    let light = colour(demo(home.path()).env("COLORFGBG", "0;15"));
    let (terminal, row, column) = keyword(demo(home.path()).background("rgb:ffff/ffff/eeee"));
    terminal.until("the light colours", |_| {
        terminal.foreground(row, column) == light && terminal.cursor_line().ends_with("=> select")
    });
    assert_eq!(
        colour(demo(home.path()).background("rgb:0000/0000/0000")),
        dark
    );
    let start = demo(home.path())
        .env("TERM", "linux")
        .background("rgb:ffff/ffff/ffff");
    let (terminal, ..) = keyword(start);
    // A terminal that might show the question.
    assert!(!terminal.written().contains("\x1b]11"));
    // In the middle of what is typed.
    let (terminal, row, column) = keyword(demo(home.path()));
    terminal
        .send(" 1\x1b]11;rgb:ffff/ffff/ffff\x073;")
        .until("the light colours", |_| {
            terminal.foreground(row, column) == light
                && terminal.cursor_line().ends_with("=> select 13;")
        });
    terminal.send(ENTER).shows("\n 13\n");
}

#[test]
fn the_pager_shows_box_drawing_where_the_locale_is_not_utf8() {
    let home = home();
    let start = demo(home.path()).env("LC_ALL", "C").env("PAGER", "less");
    let terminal = start.size(24, 100).go();
    terminal.shows("=> ");
    terminal
        .send("select id, customer_id, status from orders;")
        .send(ENTER);
    terminal.until("the pager", |screen| screen.trim_end().ends_with(':'));
    terminal.shows("  id  │ customer_id │  status");
    terminal.send("q");
    terminal.waits_for_prompt();
}

#[test]
fn on_a_slow_line_a_burst_of_keys_is_painted_once() {
    let home = home();
    // 9600 baud: 960 bytes a second.
    let terminal = demo(home.path()).baud(9600).go();
    terminal.shows("=> ");
    terminal.shows("F2");
    let before = terminal.written().len();
    let typed =
        "select c.name, c.city, c.country from customers c where c.id = 1 and c.city = 'Rome'";
    terminal.send(typed);
    terminal.until("all that was typed", |screen| {
        screen.replace('\n', "").contains("'Rome'")
    });
    let painted = terminal.written().len() - before;
    // Each key by itself would be a line and a menu: some hundred bytes each.
    assert!(painted < 12_000, "{painted} bytes for {} keys", typed.len());
    terminal.send(CTRL_C);
}
