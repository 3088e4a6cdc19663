//! Favourites at the prompt and in a pipe.

use crate::pty::{ENTER, Start, home};

#[test]
fn a_favourite_is_saved_run_with_parameters_listed_and_deleted() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    let ready = || {
        terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=>"));
    };
    let saved = "\\ns sum select $1 + $2 + :more as sum; select 'both ran' as second";
    terminal.send(saved).send(ENTER).shows("Saved \"sum\".");
    ready();
    terminal.send("\\n sum 20 15 --more=7").send(ENTER);
    terminal
        .shows("> select 20 + 15 + 7 as sum")
        .shows("42")
        .shows("both ran");
    ready();
    terminal
        .send("\\n smu")
        .send(ENTER)
        .shows("Did you mean \"sum\"?");
    ready();
    terminal
        .send("\\n sum 1")
        .send(ENTER)
        .shows("needs a value for $2");
    ready();
    terminal.send("select 'the last one';").send(ENTER);
    ready();
    terminal
        .send("\\ns last")
        .send(ENTER)
        .shows("Saved \"last\".");
    ready();
    let file = home.path().join(".config/sqwire/favourites.toml");
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains("last = \"select 'the last one'\""), "{text}");
    terminal
        .send("\\nd sum")
        .send(ENTER)
        .shows("Deleted \"sum\".");
    ready();
    terminal
        .send("\\ns me \\n me")
        .send(ENTER)
        .shows("Saved \"me\".");
    ready();
    terminal.send("\\n me").send(ENTER).shows("without an end");
}

#[test]
fn watch_paints_in_one_place_marks_what_changed_and_ends_where_it_is_told() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    let ready = || {
        terminal.until("the prompt", |_| terminal.cursor_line().ends_with("=>"));
    };
    terminal
        .send("create table a (n int);")
        .send(ENTER)
        .shows("CREATE");
    ready();
    let counted = "select random() as n, 'same' as s \\watch i=0.05";
    terminal.send(counted).send(ENTER);
    terminal
        .shows("Ctrl-C stops")
        .shows("(every 0.05s)")
        .shows("(1 row)");
    assert!(
        !terminal.screen().contains("CREATE"),
        "{}",
        terminal.screen()
    );
    terminal.until("a marked cell", |_| !terminal.reversed(3).is_empty());
    assert!(!terminal.reversed(3).contains("same"));
    terminal.send("\x03");
    // What was before is back, and the last round with it.
    terminal.shows("CREATE").shows("same");
    ready();
    terminal
        .send("select 'ended' as x \\watch i=0.05 c=2")
        .send(ENTER)
        .shows(" ended");
    ready();
    terminal
        .send("select 'rows' as x \\watch i=60 u=rows")
        .send(ENTER)
        .shows(" rows");
    ready();
    terminal.send("select 1 \\watch u=never").send(ENTER);
    terminal.shows("incorrect condition \"never\"");
}
