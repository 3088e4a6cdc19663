//! `/set`, prompts with escapes, the red prompt of production.

use crate::pty::{ENTER, Start, home};

#[test]
fn a_setting_is_shown_changed_and_kept_with_the_comments_around_it() {
    let home = home();
    let folder = home.path().join(".config/sqwire");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.toml");
    std::fs::write(
        &file,
        "# my comment\n[settings]\nnull = \"(none)\" # mine\n",
    )
    .unwrap();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    terminal.send("/set prompt").send(ENTER).shows("takes TEXT");
    terminal.send(r"/set prompt 'in \d\T: ' --save").send(ENTER);
    terminal.shows("Kept in ");
    terminal.until("the new prompt", |_| {
        terminal.cursor_line().ends_with("in shop.db:")
    });
    terminal.send("begin;").send(ENTER);
    terminal.until("the transaction", |_| {
        terminal.cursor_line().ends_with("in shop.db*:")
    });
    terminal.send("rollback;").send(ENTER);
    terminal.until("its end", |_| {
        terminal.cursor_line().ends_with("in shop.db:")
    });
    terminal
        .send("/set prmopt x")
        .send(ENTER)
        .shows("Did you mean \"prompt\"?");
    assert_eq!(terminal.leave(), 0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(
        text.starts_with("# my comment\n[settings]\nnull = \"(none)\" # mine\n"),
        "{text}"
    );
    let again = Start::sqwire(home.path(), "shop.db").go();
    again.shows("in shop.db: ");
}

#[test]
fn the_prompt_of_production_asks_about_every_change() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop-prod.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    terminal.send("create table a (id int);").send(ENTER);
    terminal.waits_for_prompt();
    terminal.send("delete from a where id = 1;").send(ENTER);
    terminal
        .shows("This is production")
        .shows("[y/N]")
        .send("n");
    terminal.shows("not run");
}

#[test]
fn the_users_own_keys_type_run_and_act() {
    let home = home();
    let folder = home.path().join(".config/sqwire");
    std::fs::create_dir_all(&folder).unwrap();
    let keys = "[keys]\nctrl-t = \"select 6 * 7;\\n\"\nf5 = \"limit 10\"\n\"alt-u\" = \"clear-line\"\nfoo = \"x\"\n";
    std::fs::write(folder.join("config.toml"), keys).unwrap();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("there is no key \"foo\"").shows("=> ");
    terminal.send("\x14").shows("42");
    terminal.waits_for_prompt();
    terminal.send("\x1b[15~");
    terminal.until("the text", |_| terminal.cursor_line().ends_with("limit 10"));
    terminal.send("\x1bu");
    terminal.until("an empty line", |_| terminal.cursor_line().ends_with("=>"));
}

#[test]
fn every_setting_is_listed_with_its_meaning() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .size(24, 250)
        .go();
    terminal.shows("=> ").runs("/set");
    let written = terminal.written();
    for setting in sqwire::settings::SETTINGS {
        let start: String = setting.help.chars().take(25).collect();
        let is_listed = |line: &str| {
            let behind_marks = line.rsplit("\x1b\\").next().unwrap_or_default();
            behind_marks.split_whitespace().next() == Some(setting.name) && line.contains(&start)
        };
        assert!(written.lines().any(is_listed), "{}", setting.name);
    }
}

#[test]
fn a_broken_configuration_is_told_at_the_prompt_which_starts_all_the_same() {
    let home = home();
    let folder = home.path().join(".config/sqwire");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.toml");
    for (text, told) in [
        ("[settings]\ntheme = \n", "config.toml:2:9: "),
        ("[settings]\nthmee = 'x'\n", "Did you mean \"theme\"?"),
        ("[setings]\ntheme = 'x'\n", "Did you mean \"settings\"?"),
    ] {
        std::fs::write(&file, text).unwrap();
        let terminal = Start::sqwire(home.path(), "shop.db").size(24, 200).go();
        terminal.shows("warning: ").shows(told).shows("=> ");
        terminal.runs("select 40 + 2 as n;").shows("42");
    }
}
