//! What the prompt tells: escapes, right and transient prompt, the state of the session, the title,
//! marks for the terminal, notices of what took long.

use crate::pty::{ENTER, Start, Terminal, home};

fn start(home: &std::path::Path, config: &str) -> Terminal {
    let folder = home.join(".config/sqwire");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), config).unwrap();
    let start = Start::sqwire(home, "@shop").size(24, 120);
    start.env("PAGER", "cat").go()
}

const SHOP: &str = "[connections.shop]\nurl = \"sqlite:shop.db\"\n";

#[track_caller]
fn waits_for_line(terminal: &Terminal, end: &str) {
    terminal.until(&format!("the line {end:?}"), |_| {
        terminal.cursor_line().ends_with(end)
    });
}

#[test]
fn the_status_line_tells_how_long_a_transaction_is_open() {
    let home = home();
    let terminal = start(home.path(), SHOP);
    terminal.shows("shop.db=> ").send("begin;").send(ENTER);
    // Without a key: the time goes on by itself.
    terminal
        .shows("in transaction for 0s")
        .shows("in transaction for 1s");
    terminal
        .send("rollback;")
        .send(ENTER)
        .hides("in transaction");
}

#[test]
fn right_and_transient_prompt_have_escapes_and_the_state() {
    let home = home();
    let settings = r#"[settings]
prompt = '\{alias} \#\T> '
prompt_right = '\{rows} rows in \{duration} \{state}'
prompt_transient = '[\{vendor}] '
terminal_title = '\f of \u'
"#;
    let terminal = start(home.path(), &format!("{settings}{SHOP}read_only = true\n"));
    terminal.shows("A read-only connection creates no file.");
    drop(terminal);
    std::fs::File::create(home.path().join("shop.db")).unwrap();
    let terminal = start(home.path(), &format!("{settings}{SHOP}read_only = true\n"));
    terminal.shows("shop >> ").shows("[RO]").shows("read-only");
    terminal.until("the title", |_| terminal.title() == "shop.db of ");
    terminal.send("select 1 union select 2;").send(ENTER);
    terminal.shows("[SQLite] select 1 union select 2;");
    terminal.shows("2 rows in ");
    waits_for_line(&terminal, "[RO]");
    assert_eq!(terminal.screen().matches("shop >> ").count(), 1);
    // The setting can be taken back.
    terminal.send("/set prompt_transient ''").send(ENTER);
    terminal.shows("prompt_transient is ''");
    terminal.send("select 3;").send(ENTER);
    terminal.until("both prompts", |s| s.matches("shop >> ").count() == 2);
}

#[test]
fn the_status_line_can_tell_what_one_likes() {
    let home = home();
    let settings =
        "[settings]\nstatus_text = '\\x1b[31m\\{vendor}\\x1b[0m has \\f since \\{unix}'\n";
    let terminal = start(home.path(), &format!("{settings}{SHOP}"));
    terminal.shows("=> ").shows(" SQLite has shop.db since 1");
    assert!(!terminal.screen().contains("SQLite 3.54.1 · shop.db"));
    terminal.runs("begin;").shows("in transaction for");
    terminal.shows("· SQLite has shop.db since");
    terminal.runs("/set status_text ''").shows("· SQLite 3.");
}

#[test]
fn the_terminal_is_told_where_prompts_and_output_begin_and_how_it_ended() {
    let home = home();
    let terminal = start(home.path(), SHOP);
    terminal
        .shows("=> ")
        .send("select 42;")
        .send(ENTER)
        .shows("(1 row)");
    terminal
        .send("select nonsense;")
        .send(ENTER)
        .shows("error:");
    terminal.until("the marks", |_| {
        terminal.commands().contains(&"133;D;1".to_string())
    });
    let marks = terminal.commands();
    let place = |mark: &str| marks.iter().position(|m| m.starts_with(mark));
    let order = ["133;A", "133;B", "133;C", "133;D;0", "133;D;1"].map(place);
    assert!(order.iter().all(Option::is_some), "{marks:?}");
    assert!(order.is_sorted(), "{marks:?}");
    terminal
        .send("/set terminal_marks off")
        .send(ENTER)
        .shows("is off");
    waits_for_line(&terminal, "=>");
    let before = terminal.commands().len();
    terminal.send("select 4711;").send(ENTER).shows("\n 4711");
    waits_for_line(&terminal, "=>");
    assert_eq!(terminal.commands().len(), before);
}

#[test]
fn the_end_of_what_took_long_is_told() {
    let home = home();
    let terminal = start(
        home.path(),
        &format!("[settings]\nnotify_after = 1\n{SHOP}"),
    );
    terminal
        .shows("=> ")
        .send("select 1;")
        .send(ENTER)
        .shows("(1 row)");
    assert_eq!(terminal.bells(), 0);
    // As long as it takes on any machine: the end is Ctrl-C after a second.
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) \
                   select max(i) from n;";
    let a_second = |s: &str| s.contains("no rows yet") && !s.contains("… 0.");
    terminal.send(endless).send(ENTER);
    terminal
        .until("a second", a_second)
        .send("\x03")
        .shows("cancelled");
    terminal.until("the bell", |_| terminal.bells() == 1);
    terminal
        .send("/set notify_with osc777")
        .send(ENTER)
        .shows("is osc777");
    terminal.send(endless).send(ENTER);
    terminal.until("a second", a_second).send("\x03");
    terminal.until("the notice", |_| {
        let commands = terminal.commands();
        commands
            .iter()
            .any(|c| c.starts_with("777;notify;sqwire;with recursive n(i)"))
    });
}

#[test]
fn the_right_prompt_does_not_touch_the_text() {
    let home = home();
    let folder = home.path().join(".config/sqwire");
    std::fs::create_dir_all(&folder).unwrap();
    let config = "[settings]\nprompt_right = 'abc'\nmenu = false\nsuggestion = false\n";
    std::fs::write(folder.join("config.toml"), config).unwrap();
    let terminal = Start::sqwire(home.path(), ":memory:").size(24, 40).go();
    terminal.shows("=> ").shows("abc");
    let mut typed = String::new();
    for _ in 0..32 {
        typed.push('x');
        terminal.send("x");
        terminal.until("the letter", |screen| {
            screen.matches('x').count() == typed.len()
        });
        assert!(!terminal.screen().contains("xabc"), "{}", terminal.screen());
    }
    terminal.send("\x15");
    terminal.send("/set prompt_right 'a \\{rows}'").send(ENTER);
    terminal.shows("prompt_right is 'a \\{rows}'.");
}

#[test]
fn a_spinner_goes_round_while_the_catalog_is_read() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let url = server.url(&crate::postgres::block_on(server.database()));
    crate::postgres::block_on(async {
        let mut other = crate::postgres::connect(&url).await.unwrap();
        let lock = "begin; lock table pg_catalog.pg_attrdef";
        crate::postgres::all(&mut *other, lock).await.unwrap();
        let terminal = Start::sqwire(home.path(), &url).go();
        let frame = |screen: &str| {
            let (before, _) = screen.split_once(" reading the catalog")?;
            before.chars().last()
        };
        terminal.until("the spinner", |screen| frame(screen).is_some());
        // No key is pressed; and what is typed is not disturbed.
        terminal.send("select 12");
        let seen = frame(&terminal.screen());
        terminal.until("another frame", |screen| {
            frame(screen).is_some_and(|f| Some(f) != seen)
                && terminal.cursor_line().ends_with("=> select 12")
        });
        terminal.send("3;").send(ENTER).shows("\n      123\n");
        // What is not there yet may come: nothing is said of it before the catalog is known.
        terminal
            .send("select * from nosuch ")
            .until("the line", |screen| {
                terminal.cursor_line().ends_with("> select * from nosuch")
                    && frame(screen).is_some()
            });
        assert_eq!(terminal.underlined(), "");
        crate::postgres::all(&mut *other, "rollback").await.unwrap();
        terminal.hides("reading the catalog");
        terminal.until("the name to be marked", |_| {
            terminal.underlined() == "nosuch"
        });
    });
}

#[test]
fn a_connection_has_its_colour_and_production_is_red() {
    let home = home();
    let connections = "[settings]\nproduction = '*live*'\n\
        [connections.shop]\nurl = \"sqlite:shop.db\"\ncolor = \"magenta\"\n\
        [connections.prod]\nurl = \"sqlite:shop.db\"\nproduction = true\n\
        [connections.both]\nurl = \"sqlite:live.db\"\ncolor = \"cyan\"\n";
    drop(start(home.path(), connections));
    for (name, prompt, colour) in [
        ("@shop", "shop.db=>", 5),
        ("@prod", "PRODUCTION shop.db=>", 1),
        ("@both", "PRODUCTION live.db=>", 6),
        ("live.db", "PRODUCTION live.db=>", 1),
    ] {
        let terminal = Start::sqwire(home.path(), name).go();
        waits_for_line(&terminal, prompt);
        let row = terminal.cursor().0;
        let (shown, _) = terminal.colours(row, 0);
        assert_eq!(shown, vt100::Color::Idx(colour), "{name}");
    }
}
