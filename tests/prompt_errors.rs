//! Errors at the prompt: near names, what a constraint says, and Up at the place of the error.

use crate::pty::{ENTER, Start, Terminal, UP, home};
use crate::servers::{PASSWORD, Server, USER};
use std::os::unix::fs::PermissionsExt;

/// Runs `sql` until its error shows `text`: names that were made just now are read in the
/// background.
#[track_caller]
fn fails_with(terminal: &Terminal, sql: &str, text: &str) {
    terminal.press_until(&format!("{sql}{ENTER}"), text);
    terminal.waits_for_prompt();
}

#[test]
fn near_names_are_suggested_and_up_goes_to_the_place_of_the_error() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo").env("PAGER", "cat").go();
    terminal.shows("=> ");
    // The names are known once they are offered.
    terminal.send("select * from custo").shows(" customers");
    terminal.clears();
    terminal.send("select 1 from custmers;").send(ENTER);
    terminal.shows("Did you mean customers?");
    terminal.waits_for_prompt();
    terminal.send("select c.naem from customers c;").send(ENTER);
    terminal.shows("Did you mean c.name?");
    terminal.waits_for_prompt();
    terminal.send(UP).until("the statement", |_| {
        terminal
            .cursor_line()
            .ends_with("select c.naem from customers c;")
    });
    let line = terminal.cursor_line();
    let column = line.find("c.naem").unwrap();
    terminal.until("the cursor at the error", |_| {
        usize::from(terminal.cursor().1) == column
    });
}

#[test]
fn the_error_of_an_editor_stands_below_the_line_that_stays() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo")
        .env("EDITOR", "false")
        .go();
    terminal.shows("=> ").send("select 1");
    terminal.until("the line", |_| terminal.cursor_line().ends_with("select 1"));
    terminal.send("\x18\x05");
    terminal.shows("error: the editor \"false\" failed");
    terminal.until("the line again, below it", |screen| {
        let mut lines = screen
            .lines()
            .skip_while(|l| !l.starts_with("error: the editor"));
        let told = lines.next().is_some_and(|l| !l.contains("F2"));
        told && lines.any(|l| l.ends_with("=> select 1"))
    });
}

#[test]
fn what_an_editor_says_stands_below_the_line_too() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo")
        .env("EDITOR", "/nowhere/vi")
        .go();
    terminal.shows("=> ").send("select 1");
    terminal.until("the line", |_| terminal.cursor_line().ends_with("select 1"));
    terminal.send("\x18\x05").shows("error: the editor");
    terminal.until("the line again", |screen| {
        let mut lines = screen.lines().filter(|l| !l.trim().is_empty());
        lines.find(|l| l.ends_with("=> select 1"));
        let said = lines.next().is_some_and(|l| l.ends_with("not found"));
        let told = lines
            .next()
            .is_some_and(|l| l.starts_with("error: the editor"));
        said && told && lines.any(|l| l.ends_with("=> select 1"))
    });
}

/// What was written in the editor is recalled, with the cursor at its error.
#[test]
fn what_an_editor_leaves_and_runs_is_in_the_history() {
    let home = home();
    let editor = home.path().join("editor");
    std::fs::write(
        &editor,
        "#!/bin/sh\necho 'select nme from customers;' > \"$1\"\n",
    )
    .unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
    let terminal = Start::sqwire(home.path(), "demo")
        .env("EDITOR", editor.to_str().unwrap())
        .go();
    terminal
        .shows("=> ")
        .runs("\\e")
        .shows("no such column: nme");
    terminal.waits_for_prompt();
    terminal.send(UP).until("the cursor at the error", |_| {
        let line = terminal.cursor_line();
        line.ends_with("select nme from customers;")
            && line.find("nme") == Some(usize::from(terminal.cursor().1))
    });
    terminal.send(UP).send(UP);
    terminal.until("the command", |_| {
        terminal.cursor_line().ends_with("=> \\e")
    });
}

#[test]
fn a_program_that_is_told_to_end_at_the_prompt_gives_the_terminal_back() {
    for name in ["TERM", "HUP", "QUIT"] {
        let home = home();
        let terminal = Start::sqwire(home.path(), "demo").go();
        let plain = terminal.modes_at_start();
        terminal.shows("=> ").shows("F2 menu").send("select 1");
        terminal.until("the line", |_| terminal.cursor_line().ends_with("select 1"));
        assert_ne!(terminal.modes(), plain, "raw");
        terminal.signal(name);
        terminal.until("an empty line below", |screen| {
            !screen.contains("F2 menu") && terminal.cursor().1 == 0
        });
        assert_eq!(terminal.modes_when_ended(), plain, "{name}");
    }
}

pub(crate) fn server_at_prompt(server: &Server, scheme: &str, home: &std::path::Path) -> Terminal {
    let database = crate::postgres::block_on(server.database());
    let url = format!(
        "{scheme}://{USER}:{PASSWORD}@127.0.0.1:{}/{database}",
        server.port
    );
    let terminal = Start::sqwire(home, &url)
        .env("PAGER", "cat")
        .size(40, 110)
        .go();
    terminal.shows("=> ");
    terminal
}

#[test]
fn postgresql_tells_near_names_and_the_definition_of_a_violated_check() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let terminal = server_at_prompt(server, "postgres", home.path());
    let table = "create table pets (id int, age int constraint sane check (age > 0));";
    terminal.send(table).send(ENTER).shows("CREATE TABLE");
    terminal.waits_for_prompt();
    terminal
        .send("insert into pets values (1, -7);")
        .send(ENTER);
    terminal.shows("The constraint is CHECK ((age > 0)).");
    terminal.waits_for_prompt();
    fails_with(&terminal, "select 1 from petz;", "Did you mean pets?");
    fails_with(
        &terminal,
        "select 1 from pets whre id = 1;",
        "Did you mean WHERE?",
    );
}

#[test]
fn mysql_tells_near_names_and_the_definition_of_a_violated_check() {
    let Some(server) = crate::servers::mysql() else {
        return;
    };
    let home = home();
    let terminal = server_at_prompt(server, "mysql", home.path());
    let table = "create table pets (id int, age int, constraint sane check (age > 0));";
    terminal.send(table).send(ENTER).shows("0 rows affected");
    terminal.waits_for_prompt();
    terminal
        .send("insert into pets values (1, -7);")
        .send(ENTER);
    terminal.shows("The constraint is CHECK (`age` > 0).");
    terminal.waits_for_prompt();
    fails_with(
        &terminal,
        "select pets.aeg from pets;",
        "Did you mean pets.age?",
    );
    fails_with(
        &terminal,
        "select 1 from pets whre age = 1;",
        "Did you mean WHERE?",
    );
}

/// An error in the second line, behind wide characters: the caret stands under the user's own text
/// in that line, and Up brings the statement back with the cursor there.
fn marks_the_place(terminal: &Terminal, wrong: &str, line: &str) {
    let first = "select '日本語' as a,";
    terminal.send(first).shows("as a,").send(ENTER).shows("-> ");
    terminal
        .send(&format!("{line};"))
        .shows(&format!("{line};"));
    terminal.send(ENTER).shows("^");
    terminal.waits_for_prompt();
    let screen = terminal.screen();
    let rows: Vec<&str> = screen.lines().collect();
    let caret = rows
        .iter()
        .rposition(|row| row.trim() == "^")
        .expect("a caret");
    assert!(rows[caret - 1].starts_with("LINE 2: "), "{screen}");
    let columns = |row: &str, end: usize| unicode_width::UnicodeWidthStr::width(&row[..end]);
    let place = rows[caret - 1].find(wrong).expect("the user's own text");
    assert_eq!(
        columns(rows[caret], rows[caret].find('^').unwrap()),
        columns(rows[caret - 1], place)
    );
    terminal.send(UP);
    terminal.until("the cursor at the error", |_| {
        let row = terminal.cursor_line();
        let place = row.find(wrong).filter(|_| row.ends_with(';'));
        place.is_some_and(|at| columns(&row, at) == usize::from(terminal.cursor().1))
    });
    terminal.clears();
}

#[test]
fn sqlite_marks_the_place_and_tells_what_was_violated() {
    let home = home();
    let terminal = Start::sqwire(home.path(), ":memory:")
        .env("PAGER", "cat")
        .go();
    terminal.shows("=> ");
    marks_the_place(&terminal, "nme", "'日本' || nme");
    let table = "create table pets (id int unique, age int constraint sane check (age > 0));";
    terminal.send(table).send(ENTER);
    terminal.waits_for_prompt();
    terminal
        .send("insert into pets values (1, -7);")
        .send(ENTER);
    terminal.shows("sane").shows("CHECK (age > 0)");
}

#[test]
fn postgresql_marks_the_place_and_tells_what_was_violated() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let terminal = server_at_prompt(server, "postgres", home.path());
    marks_the_place(&terminal, "nme", "'日本' || nme");
    let tables = "create table kinds (id int primary key); \
                  create table pets (kind int constraint of_kind references kinds);";
    terminal.send(tables).send(ENTER);
    terminal.shows("CREATE TABLE");
    terminal.waits_for_prompt();
    terminal.send("insert into pets values (1);").send(ENTER);
    terminal.shows("The constraint is FOREIGN KEY (kind) REFERENCES");
}

#[test]
fn mysql_marks_the_place() {
    let Some(server) = crate::servers::mysql() else {
        return;
    };
    let home = home();
    let terminal = server_at_prompt(server, "mysql", home.path());
    marks_the_place(&terminal, "nme", "nme");
    marks_the_place(&terminal, "nowhere", "1 frm nowhere");
}

#[test]
fn a_program_that_is_told_to_end_in_a_question_or_a_watch_gives_the_terminal_back() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo").go();
    let plain = terminal.modes_at_start();
    terminal
        .shows("=> ")
        .send("delete from customers;")
        .send(ENTER);
    terminal.shows("Run it? [y/N]");
    assert_ne!(terminal.modes(), plain, "raw");
    terminal.signal("TERM");
    assert_eq!(terminal.modes_when_ended(), plain);

    let terminal = Start::sqwire(home.path(), "demo").go();
    terminal
        .shows("=> ")
        .send("select 1 \\watch 60")
        .send(ENTER);
    terminal.until("another screen", |_| terminal.on_other_screen());
    terminal.signal("TERM");
    terminal.until("the first screen", |_| !terminal.on_other_screen());
}

/// Of what fails while a block runs the server tells the line only, or another text.
#[test]
fn up_goes_to_the_line_of_a_block_that_failed() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let terminal = server_at_prompt(server, "postgres", home.path());
    terminal.runs("create table pets (name text);");
    terminal.waits_for_prompt();
    for (wrong, told) in [
        ("raise exception 'wörks';", "LINE 3:   raise"),
        ("perform nmae from pets;", "LINE 3:   perform nmae"),
        ("perform 1 / 0;", "LINE 3:   perform 1 / 0"),
    ] {
        let block = format!("do $$\nbegin\n  {wrong}\nend $$;");
        terminal.send(&format!("\x1b[200~{block}\x1b[201~"));
        terminal.until("the block", |_| terminal.cursor_line().ends_with("end $$;"));
        terminal.send(ENTER).shows(told);
        terminal.waits_for_prompt();
        terminal.send(UP);
        let place = wrong.find("nmae").unwrap_or(0);
        terminal.until("the cursor at the error", |_| {
            let line = terminal.cursor_line();
            let at = line.find(wrong).map(|at| at + place);
            at == Some(usize::from(terminal.cursor().1))
        });
        terminal.clears();
    }
}
