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
