//! `/history`, `/private` and `/theme` at the prompt.

use crate::pty::{ENTER, Start, Terminal, home};

#[track_caller]
fn run(terminal: &Terminal, text: &str) {
    terminal.send(text).send(ENTER);
    terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=>"));
}

#[test]
fn the_history_is_listed_and_private_lines_are_not_in_it() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    run(&terminal, "select 'first';");
    run(&terminal, "/private on");
    terminal.shows("is not kept");
    run(&terminal, "select 'hidden';");
    run(&terminal, "/private off");
    terminal.shows("kept again");
    run(&terminal, "select 'third';");
    terminal.send("/history select").send(ENTER);
    terminal.until("the entries", |screen| {
        let listed = screen.split_once("/history select").unwrap_or_default().1;
        listed.contains("1 select 'first';") && listed.contains("select 'third';")
    });
    let screen = terminal.screen();
    let listed = screen.split_once("/history select").unwrap_or_default().1;
    assert!(!listed.contains("hidden"), "{screen}");
    assert_eq!(terminal.leave(), 0);
    let kept = std::fs::read_to_string(home.path().join(".local/state/sqwire/history")).unwrap();
    assert!(kept.contains("first") && !kept.contains("hidden"), "{kept}");
}

#[test]
fn a_theme_changes_the_colours_at_once() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .env("COLORTERM", "truecolor")
        .go();
    terminal.shows("=> ");
    let keyword = || {
        terminal.send("select");
        terminal.until("the keyword", |_| {
            terminal.cursor_line().ends_with("select")
        });
        let (row, column) = terminal.cursor();
        let color = terminal.foreground(row, column - 1);
        terminal.send("\x03");
        terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=>"));
        color
    };
    let before = keyword();
    run(&terminal, "/theme sqwire-frest");
    terminal.shows("Did you mean \"sqwire-forest\"?");
    run(&terminal, "/theme sqwire-forest");
    let after = keyword();
    assert_ne!(before, after);
    assert_eq!(after, vt100::Color::Rgb(0x7f, 0xd1, 0xa0));
    run(&terminal, "/theme");
    terminal.shows("* sqwire-forest").shows("  sqwire-paper");
}

#[test]
fn a_name_that_is_not_there_is_underlined_once_the_cursor_has_left_it() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo").env("PAGER", "cat").go();
    terminal.shows("=> ");
    terminal.send("select * from custo").shows(" customers");
    // It may still become a name.
    assert_eq!(terminal.underlined(), "");
    terminal.send(" c where c.nope = c.name and c.x");
    terminal.until("the underlined names", |_| terminal.underlined() == "custo");
    terminal.send("\x03");
    terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=>"));
    terminal.send("select c.nope, c.name from customers c ");
    terminal.until("the underlined column", |_| terminal.underlined() == "nope");
    terminal.send("\x03");
    terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=>"));
    // Without a qualifier only where no relation can have it; an alias is none.
    terminal.send("select naem, name as other from customers order by other ");
    terminal.until("the underlined column", |_| terminal.underlined() == "naem");
    terminal.send("\x03");
    terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=>"));
    terminal.send("with x as (select 1 as a) select nope from x, customers ");
    terminal.until("the text", |_| {
        terminal.cursor_line().ends_with("customers")
    });
    assert_eq!(terminal.underlined(), "");
}

#[test]
fn quotes_and_brackets_without_a_partner_are_marked() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo").env("PAGER", "cat").go();
    terminal.shows("=> ");
    let prompt = u16::try_from(terminal.cursor_line().len()).unwrap() + 1;
    let colour = |at: u16| terminal.foreground(terminal.cursor().0, prompt + at);
    terminal.send("select (1), (2;x");
    terminal.until("the open bracket's colour", |_| colour(12) != colour(7));
    // Being closed, it is as any other; what closes nothing is marked, and an open quote.
    terminal
        .send("\x7f\x7f)")
        .until("equal brackets", |_| colour(12) == colour(7));
    terminal
        .send(" )")
        .until("the closing bracket's colour", |_| colour(16) != colour(7));
    terminal
        .send("\x7f'")
        .until("the quote's colour", |_| colour(16) != colour(8));
}
