//! The history at the prompt: `/history`, `/private`, Ctrl-R; and `/theme`.

use crate::pty::{CTRL_R, DOWN, ENTER, ESC, Start, TAB, Terminal, UP, home};
use std::path::Path;

#[track_caller]
fn run(terminal: &Terminal, text: &str) {
    // Ctrl-R before the prompt would be the terminal's own key.
    terminal.send(text).shows(text).send(ENTER);
    terminal.waits_for_prompt();
}

/// Each entry of the file: its text, and how it ended.
fn kept(home: &Path) -> Vec<(String, i64)> {
    let file = home.join(".local/state/sqwire/history.db");
    let file = rusqlite::Connection::open(file).unwrap();
    let mut select = file
        .prepare("select text, outcome from entries order by id")
        .unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

fn start(home: &Path, database: &str) -> Terminal {
    let terminal = Start::sqwire(home, database).env("PAGER", "cat").go();
    terminal.shows("=> ");
    terminal
}

#[test]
fn the_history_is_listed_and_private_lines_are_not_in_it() {
    let home = home();
    let terminal = start(home.path(), "shop.db");
    run(&terminal, "select 'first' union select 'x';");
    run(&terminal, "/private on");
    terminal.shows("is not kept");
    run(&terminal, "select 'hidden';");
    run(&terminal, "/private off");
    terminal.shows("kept again");
    run(&terminal, " select 'spaced';");
    run(
        &terminal,
        "/set history_ignore \"select 'poll*|\\\\timing*\"",
    );
    run(&terminal, "select 'polled' as often;");
    run(&terminal, "select wrong;");
    run(&terminal, "create table u (password text);");
    run(&terminal, "insert into u (password) values ('hunter2');");
    terminal.send("\\x").send(ENTER).shows("Expanded");
    terminal.send("/history --ok SELECT").send(ENTER);
    terminal
        .shows("Statement │ select 'first'")
        .shows("Rows      │ 2");
    terminal.send("/history --failed").send(ENTER);
    terminal.shows("Statement │ select wrong");
    run(&terminal, "/history --falied");
    terminal.shows("Did you mean \"--failed\"?");
    let screen = terminal.screen();
    assert!(!screen.contains("Statement │ select 'hidden'"), "{screen}");
    assert_eq!(terminal.leave(), 0);
    let kept = kept(home.path());
    let texts: Vec<&str> = kept.iter().map(|(text, _)| text.as_str()).collect();
    assert!(texts.contains(&"insert into u (password) values (<hidden>);"));
    for hidden in ["hunter2", "'hidden'", "'spaced'", "'polled'"] {
        assert!(!texts.iter().any(|t| t.contains(hidden)), "{hidden}");
    }
    let outcome = |text| kept.iter().find(|(t, _)| t == text).map(|(_, o)| *o);
    assert_eq!(outcome("select wrong;"), Some(2));
    assert_eq!(outcome("create table u (password text);"), Some(1));
    // In a pipe it is a result like any other.
    let listed = std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"))
        .env("HOME", home.path())
        .env_remove("XDG_STATE_HOME")
        .args([":memory:", "--csv", "-c", "/history wrong"])
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains(",failed,select wrong;\n"), "{listed}");
}

#[test]
fn the_search_filters_by_database_session_and_outcome_and_takes_what_is_chosen() {
    let home = home();
    let other = start(home.path(), "other.db");
    run(&other, "select 'from the other';");
    let terminal = start(home.path(), "shop.db");
    run(&terminal, "select 'one' as here;");
    run(&terminal, "select 'two' as here;");
    run(&terminal, "select nonsense;");
    // Typed at our side while this session runs, and in the folder of another project.
    std::fs::create_dir_all(home.path().join("sub/.git")).unwrap();
    run(&other, "\\cd sub");
    run(&other, "select 'from the other, later';");
    run(&terminal, "select 1;");
    terminal.send("half a line").send(CTRL_R);
    terminal.shows("search: half a line").shows("0 in");
    terminal.send("\x15").shows("4 in this database");
    terminal
        .send("\x13")
        .shows("3 in this database, only successful");
    terminal.send("\x13").shows("4 in this database");
    terminal.send(CTRL_R).shows("4 in this session");
    terminal
        .send(CTRL_R)
        .shows("6 in this project")
        .send(CTRL_R)
        .shows("7 in everything")
        .shows("other.db");
    terminal.send("two sel").shows("1 in everything");
    terminal.send(ESC).hides("search: ");
    // The line is as it was.
    terminal.until("the line", |_| {
        terminal.cursor_line().ends_with("half a line")
    });
    terminal.clears();
    terminal.send(CTRL_R).send("here").shows("2 in");
    terminal.send(DOWN).send(ENTER).hides("search: ");
    terminal.until("what was chosen", |_| {
        terminal.cursor_line().ends_with("select 'one' as here;")
    });
    terminal.clears();
    // What ran elsewhere is said to have done so.
    terminal.send(CTRL_R).send("later").shows("0 in");
    terminal.send("\x12\x12\x12").shows("1 in everything");
    terminal.send(ENTER).shows("this ran on other.db, not here");
    terminal.clears();
    terminal.send(CTRL_R).send("nonsense").shows("1 in");
    terminal.send("\x1b[3~").shows("0 in");
    terminal.send(ESC).hides("search: ");
    assert_eq!(terminal.leave(), 0);
    assert_eq!(other.leave(), 0);
    let texts: Vec<String> = kept(home.path())
        .into_iter()
        .map(|(text, _)| text)
        .collect();
    assert!(
        !texts.contains(&"select nonsense;".to_string()),
        "{texts:?}"
    );
    assert_eq!(texts.len(), 6);
}

#[test]
fn a_suggestion_comes_from_this_database_first() {
    let home = home();
    let shop = start(home.path(), "shop.db");
    run(&shop, "select 'in the shop';");
    assert_eq!(shop.leave(), 0);
    let other = start(home.path(), "other.db");
    run(&other, "select 'elsewhere';");
    assert_eq!(other.leave(), 0);
    let shop = start(home.path(), "shop.db");
    shop.send("sel");
    shop.until("the suggestion", |_| {
        shop.cursor_line().ends_with("select 'in the shop';")
    });
}

#[test]
fn the_history_of_before_is_taken_over() {
    let home = home();
    let folder = home.path().join(".local/state/sqwire");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("history"), "select 'old',\\n1;\n").unwrap();
    let terminal = start(home.path(), "shop.db");
    terminal.press_until(UP, "select 'old',").shows("-> 1;");
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
        terminal.clears();
        color
    };
    let before = keyword();
    run(&terminal, "/theme sqwire-frest");
    terminal.shows("Did you mean \"sqwire-forest\"?");
    run(&terminal, "/theme sqwire-forest");
    let after = keyword();
    assert_ne!(before, after);
    assert_eq!(after, vt100::Color::Rgb(0x7f, 0xd1, 0xa0));
    // The list shows each in its own colours; Esc brings back what was.
    let shown = |terminal: &Terminal| {
        let at = terminal
            .screen()
            .lines()
            .position(|l| l.starts_with("=> values"));
        let row = u16::try_from(at.unwrap()).unwrap();
        terminal.foreground(row, 3)
    };
    run(&terminal, "values (1);");
    let forest = vt100::Color::Rgb(0x7f, 0xd1, 0xa0);
    let until = |color: vt100::Color, same: bool| {
        terminal.until("the colour", |_| (shown(&terminal) == color) == same);
    };
    terminal.send("/theme").send(ENTER);
    terminal.shows(">sqwire-forest").shows("=> values (1);");
    until(forest, true);
    terminal.send(DOWN).shows(">sqwire-contrast");
    until(forest, false);
    terminal.send(ESC).hides("themes\n");
    terminal.waits_for_prompt();
    assert_eq!(keyword(), forest);
    terminal.send("/theme").send(ENTER).shows(">sqwire-forest");
    terminal.send(UP).shows(">sqwire-dusk").send(ENTER);
    terminal.shows("theme is sqwire-dusk.");
    terminal.waits_for_prompt();
    assert_eq!(keyword(), vt100::Color::Rgb(0xf2, 0xa6, 0x5a));
    // Everywhere else it is a list.
    let listed = std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"))
        .env("HOME", home.path())
        .args([":memory:", "-P", "theme=sqwire-mist", "-c", "/theme"])
        .output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    assert!(listed.contains("  sqwire-dark\n"), "{listed}");
    assert!(listed.contains("* sqwire-mist\n"), "{listed}");
}

#[test]
fn a_theme_that_is_not_there_is_told_with_the_nearest() {
    let home = home();
    let terminal = Start::sqwire(home.path(), ":memory: -P theme=sqwire-drak").go();
    terminal
        .shows("there is no theme \"sqwire-drak\"")
        .shows("Did you mean \"sqwire-dark\"?");
    for command in ["/set", "\\pset"] {
        run(&terminal, &format!("{command} theme sqwire-mits"));
        terminal.shows("Did you mean \"sqwire-mist\"?");
        terminal.send("\x0c").hides("mits");
    }
    // A file of the user's is a theme too.
    let themes = home.path().join(".config/sqwire/themes");
    std::fs::create_dir_all(&themes).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(
        root.join("themes/sqwire-dusk.tmTheme"),
        themes.join("own.tmTheme"),
    )
    .unwrap();
    run(&terminal, "/set theme own");
    terminal.shows("theme is own.");
}

#[test]
fn tab_knows_settings_what_they_mean_and_what_they_take() {
    let home = home();
    let terminal = start(home.path(), ":memory:");
    terminal
        .send("/set dest")
        .shows("setting  statements that the");
    // Tab goes to it, and the pane has all that it means.
    terminal
        .send(TAB)
        .shows("off, unconditional, moderate, all");
    let cleared = || {
        terminal.clears();
    };
    cleared();
    for (typed, row) in [
        ("/set theme fo", "sqwire-forest  value"),
        ("/set format js", "jsonl  value  an object a line"),
        ("/set keys ", "emacs  value"),
        ("/set menu o", "off  value"),
        ("\\pset border ", "3  value"),
        ("/theme mi", "sqwire-mist  value"),
    ] {
        terminal.send(typed).shows(row);
        cleared();
    }
}

#[test]
fn the_status_line_and_the_menu_stay_while_the_history_is_walked() {
    let home = home();
    let terminal = start(home.path(), "shop.db");
    run(&terminal, "select 'one';");
    terminal.runs("\x1b[200~select 'two',\n'lines';\x1b[201~");
    terminal.waits_for_prompt();
    terminal.send("\x0c").hides("rows)");
    terminal.send(UP);
    terminal.until("the newest entry, its first line", |screen| {
        terminal.cursor_line().ends_with("select 'two',") && screen.contains("F2")
    });
    terminal.send(UP);
    terminal.until("the one before", |screen| {
        terminal.cursor_line().ends_with("select 'one';") && screen.contains("F2")
    });
    terminal.send(DOWN).shows("'lines';").send(DOWN);
    terminal.until("what was typed", |_| terminal.cursor_line().ends_with("=>"));
    // What is recalled is edited with the menu like any other text.
    terminal.send(UP).send(UP).shows("select 'one';");
    terminal.send("\x7f from sqlite_s").shows(" sqlite_schema");
    terminal.send(ESC).send("\x03");
}

#[test]
fn the_search_shows_when_where_how_long_and_how_many_in_colours() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .env("COLORTERM", "truecolor")
        .size(24, 100)
        .go();
    terminal.shows("=> ");
    run(&terminal, "select 1 as found union select 2;");
    run(&terminal, "select nonsense;");
    terminal.send(CTRL_R).shows("2 in this database");
    let screen = terminal.screen();
    let row = |part: &str| screen.lines().position(|l| l.contains(part)).unwrap();
    let head = screen.lines().nth(1).unwrap();
    for column in ["when", "database", "time", "rows", "statement"] {
        assert!(head.contains(column), "{screen}");
    }
    let found = screen.lines().nth(row("as found")).unwrap();
    assert!(found.contains('✓') && found.contains("shop.db"), "{found}");
    assert!(
        found.contains("s  ") && found.contains("  2  select"),
        "{found}"
    );
    let failed = screen.lines().nth(row("✗")).unwrap();
    assert!(failed.contains("select nonsense;"), "{failed}");
    // The statement has the colours of the line, whole at the foot with its place and time.
    let at = u16::try_from(row("as found")).unwrap();
    let column = u16::try_from(found.chars().position(|c| c == 's').unwrap()).unwrap();
    assert_ne!(terminal.foreground(at, column), vt100::Color::Default);
    assert!(screen.contains("· failed ·"), "{screen}");
    terminal.send(ESC).hides("2 in this database");
}

#[test]
fn an_imported_history_is_found_and_what_is_beyond_the_bound_is_forgotten() {
    let home = home();
    let folder = home.path().join(".config/pgcli");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config"), "[main]\n").unwrap();
    let old = "\n# 2026-02-14 15:55:48.123456\n+select 'of pgcli'\n+as old;\n";
    std::fs::write(folder.join("history"), old).unwrap();
    let imported = std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"))
        .env_clear()
        .env("HOME", home.path())
        .args(["import", "pgcli"])
        .output();
    assert!(imported.unwrap().status.success());
    let terminal = start(home.path(), "shop.db");
    terminal
        .press_until(UP, "select 'of pgcli'")
        .shows("-> as old;");
    terminal.clears();
    terminal
        .send(CTRL_R)
        .shows("1 in everything")
        .send("pgcli")
        .until("what was typed", |screen| {
            screen.contains("search: pgcli") && screen.contains("1 in everything")
        });
    terminal.send(ESC).hides("1 in everything");
    for n in 0..4 {
        run(&terminal, &format!("select {n} as n;"));
    }
    assert_eq!(terminal.leave(), 0);
    // The next session keeps what it is told to.
    let terminal = start(home.path(), "shop.db -P history_size=2");
    run(&terminal, "select 'newest';");
    assert_eq!(terminal.leave(), 0);
    let texts: Vec<String> = kept(home.path()).into_iter().map(|(t, _)| t).collect();
    assert_eq!(
        texts,
        ["select 2 as n;", "select 3 as n;", "select 'newest';"]
    );
}

#[test]
fn a_history_that_cannot_be_kept_is_told_once_and_recalled_all_the_same() {
    for (name, text) in [
        ("corrupt", &b"SQLite format 3\0 and no more"[..]),
        ("no folder", b""),
    ] {
        let home = home();
        let file = home.path().join("history.db");
        match text.is_empty() {
            true => std::fs::create_dir(&file).unwrap(),
            false => std::fs::write(&file, text).unwrap(),
        }
        let terminal = Start::sqwire(home.path(), "shop.db")
            .env("SQWIRE_HISTORY", "history.db")
            .go();
        terminal
            .shows("the history \"history.db\"")
            .shows("recalled until this session ends");
        terminal.runs("select 'one';").runs("select 'two';");
        terminal.send(UP).send(UP).until("the first", |_| {
            terminal.cursor_line().ends_with("select 'one';")
        });
        terminal.clears();
        terminal.send(CTRL_R).shows("2 in this database");
        terminal.send(ESC).hides("2 in this database");
        let told = terminal.written().matches("error: could not").count();
        assert_eq!(told, 1, "{name}");
        terminal.clears();
        assert_eq!(terminal.leave(), 0);
        if !text.is_empty() {
            assert_eq!(std::fs::read(&file).unwrap(), text);
        }
    }
}

/// A limit on the size of files stands for a full disk: it counts for root, too.
#[test]
fn a_history_that_can_only_be_read_is_recalled() {
    let home = home();
    let terminal = start(home.path(), "shop.db");
    terminal.runs("select 'before';");
    assert_eq!(terminal.leave(), 0);
    let full = "trap '' XFSZ; ulimit -f 0; exec $sqwire demo";
    let start = Start::shell(home.path(), full).env("PAGER", "cat");
    let terminal = start.size(24, 120).go();
    terminal.shows("recalled until this session ends");
    terminal.waits_for_prompt();
    terminal.send(UP).until("what ran before", |_| {
        terminal.cursor_line().ends_with("> select 'before';")
    });
    terminal.clears();
    terminal
        .runs("select 'now';")
        .runs("/history before")
        .shows("shop.db")
        .waits_for_prompt();
    terminal.send(CTRL_R).shows("search: ");
    terminal.press_until(CTRL_R, "in everything");
    let listed = |screen: &str, text: &str| screen.lines().any(|l| l.ends_with(text));
    terminal.until("the statements of both sessions", |screen| {
        listed(screen, "select 'before';") && listed(screen, "select 'now';")
    });
    terminal.send(ESC).hides("search: ");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn sessions_that_write_at_once_lose_nothing() {
    let home = home();
    let sessions: Vec<Terminal> = (0..20).map(|_| start(home.path(), "shop.db")).collect();
    for round in 0..3 {
        for (n, session) in sessions.iter().enumerate() {
            session
                .send(&format!("select {n} as s, {round} as r;"))
                .send(ENTER);
        }
    }
    for session in sessions {
        session.until("the last", |s| s.contains(", 2 as r;"));
        assert!(!session.written().contains("the history"));
        assert_eq!(session.leave(), 0);
    }
    let kept = kept(home.path());
    assert_eq!(kept.len(), 60);
    assert!(kept.iter().all(|(_, outcome)| *outcome == 1), "{kept:?}");
}

/// Another session that writes for long keeps nobody from working, and nothing of it is lost.
#[test]
fn a_history_that_is_locked_delays_no_key_and_loses_nothing() {
    let home = home();
    let terminal = start(home.path(), "shop.db");
    run(&terminal, "select 'first';");
    let file = home.path().join(".local/state/sqwire/history.db");
    let other = rusqlite::Connection::open(file).unwrap();
    terminal.until("the first", |_| kept(home.path()).len() == 1);
    other
        .execute_batch("begin immediate; delete from entries where text = ''")
        .unwrap();
    for text in ["select 'one' || 1;", "select 'two' || 2;"] {
        run(&terminal, text);
    }
    terminal.shows(" one1").shows(" two2");
    assert_eq!(kept(home.path()).len(), 1);
    other.execute_batch("commit").unwrap();
    assert_eq!(terminal.leave(), 0);
    let texts = kept(home.path()).into_iter().map(|(text, _)| text);
    let texts: Vec<String> = texts.collect();
    assert_eq!(texts[1..], ["select 'one' || 1;", "select 'two' || 2;"]);
}

/// The disk is full, here by a limit on what a process may write; and a file that nobody may write.
#[test]
fn a_full_disk_and_a_read_only_file_are_told_and_the_prompt_works() {
    let home = home();
    drop(start(home.path(), "shop.db"));
    for (name, script) in [
        ("full", "trap '' XFSZ; ulimit -f 1; exec $sqwire :memory:"),
        (
            "read-only",
            "export SQWIRE_HISTORY=/proc/version; exec $sqwire :memory:",
        ),
    ] {
        let terminal = Start::shell(home.path(), script).go();
        terminal.shows("=> ").shows("error: could not");
        terminal.shows("recalled until this session ends");
        run(&terminal, "select 'works' || 1;");
        terminal.shows(" works1").send(UP);
        terminal.until("the line", |_| {
            terminal.cursor_line().ends_with("select 'works' || 1;")
        });
        let told = terminal.written().matches("could not").count();
        assert_eq!(told, 1, "{name}");
    }
}

#[test]
fn a_history_that_goes_nowhere_is_none_and_recalls_all_the_same() {
    let home = home();
    let start = Start::sqwire(home.path(), "shop.db").env("SQWIRE_HISTORY", "/dev/null");
    let terminal = start.go();
    terminal.shows("=> ");
    run(&terminal, "select 'kept' || 'nowhere';");
    terminal.shows("keptnowhere").send(UP);
    terminal.until("the entry", |_| {
        terminal
            .cursor_line()
            .ends_with("select 'kept' || 'nowhere';")
    });
    assert!(
        !terminal.screen().contains("error"),
        "{}",
        terminal.screen()
    );
    assert!(!home.path().join(".local/state/sqwire/history.db").exists());
}
