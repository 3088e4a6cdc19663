//! Favourites at the prompt and in a pipe.

use crate::pty::{ENTER, Start, TAB, home};

#[test]
fn a_favourite_is_saved_run_with_parameters_listed_and_deleted() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    let ready = || {
        terminal.waits_for_prompt();
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
fn the_file_of_favourites_keeps_comments_order_and_link_and_names_may_be_odd() {
    let home = home();
    let folder = home.path().join(".config/sqwire");
    std::fs::create_dir_all(&folder).unwrap();
    let before = "# the team's\n\n# one of them\nweekly = \"select 'w'\" # mine\ndaily = \"select 1\"\n\n[no.text]\nx = 1\n";
    // Where it is under version control, often a link is in its place.
    let file = home.path().join("team.toml");
    std::fs::write(&file, before).unwrap();
    std::os::unix::fs::symlink(&file, folder.join("favourites.toml")).unwrap();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    terminal.runs("\\ns weekly select 'changed'");
    terminal.runs("\\ns \"two words\" select 'of ' || 'two'");
    terminal
        .runs("\\ns é.]=[ select 'o' || 'dd'")
        .shows("Saved \"é.]=[\".");
    terminal.runs("\\n \"two words\"").shows("of two");
    terminal.runs("\\n é.]=[").shows("odd");
    terminal.runs("\\n daily 4711").shows("has no parameter $1");
    terminal
        .runs("\\n daily --more=1")
        .shows("has no parameter :more");
    terminal.runs("\\n no").shows("\"no\" is no text");
    // Tab knows the names.
    terminal.send("\\n tw").shows("\"two words\"  snippet");
    terminal.send(TAB).until("the name", |_| {
        terminal.cursor_line().ends_with("=> \\n \"two words\"")
    });
    terminal.send("\x03").hides("  snippet");
    let kept = std::fs::read_to_string(&file).unwrap();
    let after = "# the team's\n\n# one of them\nweekly = \"select 'changed'\" # mine\ndaily = \"select 1\"\n\
                 \"two words\" = \"select 'of ' || 'two'\"\n\"é.]=[\" = \"select 'o' || 'dd'\"\n\n[no.text]\nx = 1\n";
    assert_eq!(kept, after);
    assert!(folder.join("favourites.toml").is_symlink());
    // Sessions side by side lose nothing of each other.
    let sessions: Vec<_> = (0..12)
        .map(|n| {
            std::process::Command::new(env!("CARGO_BIN_EXE_sqwire"))
                .env("HOME", home.path())
                .env_remove("XDG_CONFIG_HOME")
                .args([":memory:", "-c", &format!("\\ns n{n} select {n}")])
                .spawn()
                .unwrap()
        })
        .collect();
    for mut session in sessions {
        assert!(session.wait().unwrap().success());
    }
    let kept = std::fs::read_to_string(&file).unwrap();
    for n in 0..12 {
        assert!(kept.contains(&format!("n{n} = \"select {n}\"\n")), "{kept}");
    }
}

#[test]
fn watch_paints_in_one_place_marks_what_changed_and_ends_where_it_is_told() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "shop.db")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    let ready = || {
        terminal.waits_for_prompt();
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
    // The statement waits for another command.
    terminal.runs("\\r");
    ready();
    // Fewer rows than wanted, and none any more.
    terminal
        .runs("select n from a \\watch i=60 m=1")
        .runs("select n from a \\watch i=60 u=empty");
    // What has no rows tells what it did each time; what destroys is asked about once.
    terminal.runs("insert into a values (1) \\watch i=0.05 c=2");
    assert_eq!(terminal.screen().matches("(0 rows)").count(), 2);
    terminal.until("both rounds", |s| s.matches("INSERT 1\n").count() == 2);
    terminal
        .send("delete from a \\watch i=0.05 c=3")
        .send(ENTER)
        .shows("[y/N]")
        .send("y");
    terminal
        .shows("DELETE 2\n")
        .until("all rounds", |s| s.matches("DELETE 0\n").count() == 2);
    assert_eq!(terminal.screen().matches("[y/N]").count(), 1);
}

#[test]
fn what_watch_showed_last_stays_when_the_server_is_lost_or_it_is_stopped() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let url = server.url(&crate::postgres::block_on(server.database()));
    let terminal = Start::sqwire(home.path(), &url).env("PAGER", "cat").go();
    terminal.shows("=> ");
    terminal
        .send("select 'seen ' || 'last' as x \\watch 0.2")
        .send(ENTER);
    terminal.shows("seen last").shows("Ctrl-C stops");
    crate::postgres::block_on(async {
        let mut other = crate::postgres::connect(&url).await.unwrap();
        let sql = "select pg_terminate_backend(pid) from pg_stat_activity \
                   where datname = current_database() and pid <> pg_backend_pid()";
        crate::postgres::all(&mut *other, sql).await.unwrap();
    });
    terminal.shows("the server closed the connection");
    assert!(
        terminal.screen().contains("seen last\n"),
        "{}",
        terminal.screen()
    );
    // Ctrl-C within a round that runs.
    terminal
        .send("select 'slow', pg_sleep(60) \\watch 1")
        .send(ENTER);
    terminal.shows("no rows yet").press_until("\x03", "57014]");
    terminal.waits_for_prompt();
}

#[test]
fn watch_paints_what_a_command_shows_in_one_place_too() {
    let home = home();
    let other = rusqlite::Connection::open(home.path().join("shop.db")).unwrap();
    other.execute_batch("create table first (n int)").unwrap();
    let terminal = Start::sqwire(home.path(), "shop.db").go();
    terminal.shows("=> ").runs("select 'be' || 'fore';");
    terminal.send("\\dt \\watch 0.05").send(ENTER);
    terminal.shows("Ctrl-C stops").shows("(every 0.05s)");
    terminal.shows(" first ").hides("before");
    let row_of = |text: &str| terminal.screen().lines().position(|l| l.contains(text));
    let marked = |row: usize| terminal.reversed(u16::try_from(row).unwrap());
    assert_eq!(marked(row_of(" first ").unwrap()), "");
    other.execute_batch("drop table first").unwrap();
    other
        .execute_batch("create table a (n int); create table b (n int)")
        .unwrap();
    // Marked for one round: the one that shows it first.
    terminal.until("the table", |_| row_of(" b ").is_some());
    let drawn = terminal.written();
    assert!(drawn.contains("\x1b[7mb\x1b[27m"), "{drawn}");
    terminal.send("\x03").shows("before").shows(" b ");
    assert_eq!(terminal.screen().matches("List of").count(), 1);
    terminal.waits_for_prompt();
    // What is waited for ends it.
    terminal
        .send("\\dt \\watch i=0.05 u=change")
        .send(ENTER)
        .shows("Ctrl-C stops");
    other.execute_batch("create table c (n int)").unwrap();
    terminal.hides("Ctrl-C stops").shows(" c ");
    terminal.runs("\\dt \\watch m=1").shows("need a statement");
}
