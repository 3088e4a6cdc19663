//! What a server says while a line is typed, and what it sends past the formats.

use crate::pty::{CTRL_C, ENTER, Start, home};
use crate::servers::postgres;

#[test]
fn a_notification_appears_above_the_line_that_is_being_typed() {
    let Some(server) = postgres() else { return };
    let home = home();
    let database = crate::postgres::block_on(server.database());
    let url = server.url(&database);
    let terminal = Start::sqwire(home.path(), &url).env("PAGER", "cat").go();
    terminal.shows("=> ").send("listen news;").send(ENTER);
    terminal.shows("LISTEN");
    terminal.waits_for_prompt();
    terminal.send("select 123").until("the line", |_| {
        terminal.cursor_line().ends_with("select 123")
    });
    let column = terminal.cursor().1;
    let asked = terminal.questions();
    crate::postgres::block_on(async {
        let mut other = crate::postgres::connect(&url).await.unwrap();
        crate::postgres::all(&mut *other, "notify news, 'the payload'")
            .await
            .unwrap();
    });
    terminal.shows("the payload");
    terminal.until("the line below the message", |screen| {
        let mut lines = screen.lines().skip_while(|l| !l.contains("the payload"));
        lines.any(|l| l.ends_with("select 123")) && terminal.cursor().1 == column
    });
    // Nothing of the status line that stood there.
    let screen = terminal.screen();
    let message = screen.lines().find(|l| l.contains("the payload"));
    assert!(!message.is_some_and(|l| l.contains("F2")), "{screen}");
    // One line that is being typed, not two.
    assert_eq!(terminal.screen().matches("select 123").count(), 1);
    terminal.send(" + 4;").until("the rest of the line", |_| {
        terminal.cursor_line().ends_with("select 123 + 4;")
    });
    // At most once for the message; never for a key.
    assert!(terminal.questions() <= asked + 1);
    terminal.send(ENTER).shows("127");
    terminal.send(CTRL_C);
}

#[test]
fn messages_of_several_rows_leave_a_text_of_several_lines_and_an_open_menu_alone() {
    let Some(server) = postgres() else { return };
    let home = home();
    let database = crate::postgres::block_on(server.database());
    let url = server.url(&database);
    let terminal = Start::sqwire(home.path(), &url).size(24, 80).go();
    terminal
        .shows("=> ")
        .runs("listen news;")
        .runs("select 'stays here';");
    terminal.waits_for_prompt();
    terminal.send("\x1b[200~select 1,\n  2,\n  3\x1b[201~");
    terminal.until("the text", |_| terminal.cursor_line().ends_with("  3"));
    // In the middle of it, with a menu.
    terminal.send("\x1b[A").until("the line above", |_| {
        terminal.cursor_line().ends_with("  2,")
    });
    terminal.send(" + coale").shows(" coalesce");
    let has_all = |screen: &str| {
        let mut lines = screen.lines().skip_while(|l| !l.contains("=> select 1,"));
        let first = lines.next().is_some();
        first
            && lines.next().is_some_and(|l| l.ends_with("  2 + coale,"))
            && lines.next().is_some_and(|l| l.starts_with(" coalesce"))
            && screen.lines().last().is_some_and(|l| l.contains("F2"))
    };
    terminal.until("the menu", has_all);
    let at = terminal.cursor();
    let told = |payload: &str| {
        crate::postgres::block_on(async {
            let mut other = crate::postgres::connect(&url).await.unwrap();
            crate::postgres::all(&mut *other, &format!("notify news, '{payload}'"))
                .await
                .unwrap();
        });
    };
    told(&format!("first {}last", "x".repeat(150)));
    terminal.shows("first xxx").shows("xlast");
    told("second");
    terminal.shows("second");
    terminal.until("all as it was", |screen| {
        has_all(screen) && terminal.cursor() == at
    });
    terminal.shows("stays here");
    // At the top of the screen there is no row above: the line goes down.
    terminal
        .send("\x1b")
        .hides(" coalesce")
        .send("\x0c")
        .hides("second");
    terminal.until("the top", |_| terminal.cursor().0 == 1);
    told("third");
    terminal
        .shows("third")
        .until("the text below it", |screen| {
            let lines: Vec<&str> = screen.lines().collect();
            lines.len() > 3
                && lines[0].contains("third")
                && lines[1].contains("=> select 1,")
                && lines[3].ends_with("  3")
        });
    assert_eq!(terminal.cursor_line().trim_start(), "->   2 + coale,");
    // A text that fills the screen leaves no room: the status line tells it, and it comes later.
    let long: Vec<String> = (0..60).map(|n| format!("{n},")).collect();
    terminal.send(&format!("\x1b[200~{}\x1b[201~", long.join("\n")));
    terminal.shows("59,").hides("third");
    told("fourth");
    terminal.shows("fourth");
    terminal
        .send(CTRL_C)
        .until("the message above the new line", |screen| {
            let mut end = screen.lines().rev().skip_while(|l| l.contains("F2"));
            end.nth(1).is_some_and(|l| l.contains("fourth"))
        });
}

#[test]
fn a_connection_that_ends_at_the_prompt_is_told_at_once() {
    let Some(server) = postgres() else { return };
    let home = home();
    let database = crate::postgres::block_on(server.database());
    let url = server.url(&database);
    let terminal = Start::sqwire(home.path(), &url).go();
    terminal.shows("=> ").runs("create temp table t ();");
    terminal.waits_for_prompt();
    crate::postgres::block_on(async {
        let mut other = crate::postgres::connect(&url).await.unwrap();
        let sql = "select pg_terminate_backend(pid) from pg_stat_activity \
                   where datname = current_database() and pid <> pg_backend_pid()";
        crate::postgres::all(&mut *other, sql).await.unwrap();
    });
    terminal.shows("WARNING:  the server closed the connection [57P01]");
    terminal.press_until("select 'on' || 'wards';\r", "onwards");
    terminal.shows("Connected again. Gone: temporary tables.");
}

#[test]
fn copied_rows_do_not_steer_the_terminal() {
    let Some(server) = postgres() else { return };
    let home = home();
    let url = server.url("postgres");
    let terminal = Start::sqwire(home.path(), &url).env("PAGER", "cat").go();
    terminal.shows("=> ");
    terminal.send(r"copy (select E'a\x1b[2Jb\u202Ec') to stdout;");
    terminal.send(ENTER).shows(r"a\x1B[2Jb\u202Ec");
}

#[test]
fn notices_of_a_statement_that_runs_are_shown_as_they_come() {
    let Some(server) = postgres() else { return };
    let home = home();
    let url = server.url(&crate::postgres::block_on(server.database()));
    let terminal = Start::sqwire(home.path(), &url).go();
    terminal.shows("=> ");
    crate::postgres::block_on(async {
        let mut other = crate::postgres::connect(&url).await.unwrap();
        let lock = "select pg_advisory_lock(4711)";
        crate::postgres::all(&mut *other, lock).await.unwrap();
        let runs = "do $$ begin raise notice E'one\\ntwo'; perform pg_advisory_lock(4711); \
                    raise notice 'three' using hint = 'Four.'; end $$;";
        terminal.send(runs).send(ENTER);
        terminal.shows("NOTICE:  one\n").shows("two\n");
        assert!(!terminal.screen().contains("NOTICE:  three"));
        let unlock = "select pg_advisory_unlock(4711)";
        crate::postgres::all(&mut *other, unlock).await.unwrap();
    });
    terminal.shows("NOTICE:  three\nHINT:  Four.\nDO\n");
}

#[test]
fn a_flood_of_notifications_leaves_a_long_line_and_its_keys_alone() {
    let Some(server) = postgres() else { return };
    let home = home();
    let url = server.url(&crate::postgres::block_on(server.database()));
    let terminal = Start::sqwire(home.path(), &url).size(24, 80).go();
    terminal.shows("=> ").runs("listen news;");
    let floods = |from: usize| {
        crate::postgres::block_on(async {
            let mut other = crate::postgres::connect(&url).await.unwrap();
            let sql = format!(
                "do $$ begin for n in {from}..{} loop perform pg_notify('news', 'item ' || n || \
                 ' ' || repeat('x', n % 150)); end loop; end $$",
                from + 299
            );
            crate::postgres::all(&mut *other, &sql).await.unwrap();
        });
    };
    // Longer than a row, typed while they come.
    let mut typed = String::from("select 'begin'");
    terminal.send(&typed);
    for round in 0..3 {
        floods(1000 + round * 300);
        for n in 0..20 {
            let more = format!(" || '{}'", round * 100 + n);
            terminal.send(&more);
            typed.push_str(&more);
        }
    }
    terminal.shows("item 1899 ");
    terminal.until("the line in one piece", |screen| {
        let joined = screen.replace('\n', "");
        joined.contains(&typed) && joined.matches("select 'begin'").count() == 1
    });
    terminal.send(";").send(ENTER).shows("begin01");
}

#[test]
fn what_comes_while_the_pager_shows_is_told_after_it() {
    let Some(server) = postgres() else { return };
    let home = home();
    let url = server.url(&crate::postgres::block_on(server.database()));
    let terminal = Start::sqwire(home.path(), &url).env("PAGER", "less").go();
    terminal.shows("=> ").runs("listen news;");
    let long = "select n from generate_series(1, 100) n;";
    terminal.send(long).send(ENTER);
    terminal.until("the pager", |screen| screen.trim_end().ends_with("\n:"));
    crate::postgres::block_on(async {
        let mut other = crate::postgres::connect(&url).await.unwrap();
        crate::postgres::all(&mut *other, "notify news, 'late'")
            .await
            .unwrap();
    });
    terminal.send(" ").shows(" 40");
    assert!(!terminal.screen().contains("late"), "{}", terminal.screen());
    terminal.send("q").shows("with payload \"late\"");
    terminal.waits_for_prompt();
}

#[test]
fn a_mysql_connection_that_ends_while_a_line_is_typed_is_told_at_once() {
    let Some(server) = crate::servers::mysql() else {
        return;
    };
    let database = crate::postgres::block_on(server.database());
    let urls = [
        server.url(&database),
        format!(
            "{}?socket={}",
            server.url(&database),
            server.socket.display()
        ),
    ];
    for url in urls {
        let home = home();
        let terminal = Start::sqwire(home.path(), &url).go();
        terminal
            .shows("=> ")
            .runs("select concat('it is ', connection_id());");
        terminal.until("its number", |t| t.contains("it is "));
        let screen = terminal.screen();
        let (_, id) = screen.rsplit_once(" it is ").unwrap();
        let id = id.split_whitespace().next().unwrap().to_string();
        terminal.send("select 'half a");
        terminal.until("the line", |_| terminal.cursor_line().contains("half a"));
        crate::postgres::block_on(async {
            let driver = sqwire::driver::by_name("mysql").unwrap();
            let mut other = driver.connect(&server.target(&database)).await.unwrap();
            let kill = format!("kill {id}");
            crate::postgres::all(&mut *other, &kill).await.unwrap();
        });
        terminal.shows("WARNING:  the server closed the connection");
        terminal.until("the line again", |_| {
            terminal.cursor_line().contains("half a")
        });
        terminal.send(" line';").send(ENTER);
        terminal.shows("Connected again").shows("half a line");
    }
}
