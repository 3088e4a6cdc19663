//! What the text being typed looks like: names by what they are, pairs, and what is never held
//! against a statement.

use crate::postgres::{all, block_on, connect};
use crate::pty::{CTRL_C, LEFT, Start, Terminal, home};
use std::path::Path;
use vt100::Color;

fn demo(home: &Path) -> Terminal {
    let terminal = Start::sqwire(home, "demo")
        .env("PAGER", "cat")
        .env("COLORTERM", "truecolor")
        .size(30, 120)
        .go();
    terminal.shows("=> ");
    // The names are known once they are offered.
    terminal.send("select * from custo").shows(" customers");
    terminal.clears();
    terminal
}

/// The colours of the cursor's line, letter by letter behind the prompt: text and background.
fn colours(terminal: &Terminal) -> Vec<(Color, Color)> {
    let row = terminal.cursor().0;
    let line: Vec<char> = terminal.cursor_line().chars().collect();
    let prompt = line.windows(2).position(|two| two == ['>', ' ']);
    let columns = prompt.map_or(line.len(), |at| at + 2)..line.len();
    columns
        .map(|column| terminal.colours(row, u16::try_from(column).unwrap()))
        .collect()
}

#[test]
fn names_have_the_colours_of_what_they_are() {
    let home = home();
    let terminal = demo(home.path());
    let sql = "select c.name, upper(city) as x from customers c join elsewhere e";
    terminal.send(sql);
    terminal.until("the line", |_| terminal.cursor_line().ends_with(" e"));
    terminal.send(" ").until("the colours", |_| {
        let shown = colours(&terminal);
        let of = |word: &str| shown[sql.find(word).unwrap()].0;
        let words = [
            "select",
            "name",
            "upper",
            "customers",
            "c.name",
            "elsewhere",
        ];
        let kinds = words.map(of);
        // An alias looks the same where it is made.
        let (row, column) = terminal.cursor();
        let made = u16::try_from(sql.len() + 1 - sql.find("c join").unwrap()).unwrap();
        let italic = terminal.on_screen(|screen| {
            let at = |back: usize| screen.cell(row, column - u16::try_from(back).unwrap());
            let ends = [
                sql.len() + 1 - sql.find("c.name").unwrap(),
                usize::from(made),
            ];
            ends.map(|back| at(back).is_some_and(vt100::Cell::italic))
        });
        let others = [kinds[0], kinds[1], kinds[2], kinds[3], kinds[5]];
        let different = |at: usize| !others[..at].contains(&others[at]);
        italic == [true, true]
            && kinds[4] != kinds[1]
            && of("city") == kinds[1]
            && (0..others.len()).all(different)
    });
}

#[test]
fn the_other_half_of_a_pair_is_marked_of_brackets_and_of_case() {
    let home = home();
    let terminal = demo(home.path());
    // Where the background is another than that of the first letter.
    let marked = || {
        let shown = colours(&terminal);
        let plain = shown.first().map(|first| first.1);
        let marked = shown.iter().enumerate();
        let marked = marked.filter(|(_, (_, back))| Some(*back) != plain);
        marked.map(|(at, _)| at).collect::<Vec<usize>>()
    };
    terminal.send("select ((1), (2)");
    terminal.until("the inner pair", |_| marked() == [13, 15]);
    terminal
        .send(")")
        .until("the outer pair", |_| marked() == [7, 16]);
    terminal.clears();
    terminal.send("select case 1 when 1 then case 2 when 2 then 3 end end");
    let (first, last): (Vec<usize>, Vec<usize>) = ((7..11).collect(), (51..54).collect());
    terminal.until("the outer pair", |_| {
        marked() == [&first[..], &last].concat()
    });
    for _ in 0..4 {
        terminal.send(LEFT);
    }
    let (first, last): (Vec<usize>, Vec<usize>) = ((26..30).collect(), (47..50).collect());
    terminal.until("the inner pair", |_| {
        marked() == [&first[..], &last].concat()
    });
}

/// Names that no catalog can know are not marked as unknown, and no valid statement is held back.
#[test]
fn what_cannot_be_known_is_not_marked_and_valid_sql_is_sent() {
    let home = home();
    let terminal = demo(home.path());
    for sql in [
        "with x(made) as (select 1) select made from x",
        "select made from (select 1 as made) as y",
        "select e.value from json_each('[1]') e",
        "select \"end\", [a b] from (select 1 as \"end\", 2 as [a b])",
        "select 'it''s (', \"a\"\"b\" from (select 1 as \"a\"\"b\")",
        "select rowid, _rowid_ from customers limit 1",
        "values (((1)))",
        "select 1 as made order by made",
        "select case when 1 then 2 end /* ( ' */",
    ] {
        terminal.send(sql);
        terminal.until("the line", |_| terminal.cursor_line().ends_with(sql));
        terminal.send(" ").until("the blank", |_| {
            usize::from(terminal.cursor().1) > terminal.cursor_line().len()
        });
        assert_eq!(terminal.underlined(), "", "{sql}");
        terminal.runs(";");
        let ends = terminal.commands();
        let end = ends.iter().rfind(|c| c.starts_with("133;D"));
        assert_eq!(end.map(String::as_str), Some("133;D;0"), "{sql}");
        terminal.waits_for_prompt();
    }
    // Statements within one, and a bracket that is never closed: the server has the last word.
    let trigger = "create trigger t after insert on orders begin update orders set id = id; end;";
    terminal.runs(trigger);
    assert!(terminal.commands().contains(&"133;D;0".to_string()));
    terminal
        .send("select (1;")
        .send("\x1b\r")
        .shows("incomplete input");
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
    terminal.clears();
    terminal.send("select c.nope, c.name from customers c ");
    terminal.until("the underlined column", |_| terminal.underlined() == "nope");
    terminal.clears();
    // A statement that begins with no word of SQL.
    terminal.send("selct 1");
    terminal.until("the underlined verb", |_| terminal.underlined() == "selct");
    terminal.clears();
    // Without a qualifier only where no relation can have it; an alias is none.
    terminal.send("select naem, name as other from customers order by other ");
    terminal.until("the underlined column", |_| terminal.underlined() == "naem");
    terminal.clears();
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

/// What the disk kept of the catalog is old until the server has been asked again: a table made
/// since then is not held for a mistake, and what is one is marked as soon as the catalog is fresh.
#[test]
fn an_unknown_name_is_marked_only_against_a_fresh_catalog() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let url = server.url(&block_on(server.database()));
    let start = || Start::sqwire(home.path(), &url).size(30, 120).go();
    block_on(async {
        let mut other = connect(&url).await.unwrap();
        all(&mut *other, "create table before (id int)")
            .await
            .unwrap();
        let terminal = start();
        terminal.shows("=> ").send("select * from befo");
        terminal.shows(" before").send(CTRL_C);
        terminal.waits_for_prompt();
        // With the end of that it is kept.
        terminal.hides("reading the catalog");
        assert_eq!(terminal.leave(), 0);

        for sql in [
            "create table since (id int)",
            "begin; lock table pg_catalog.pg_inherits",
        ] {
            all(&mut *other, sql).await.unwrap();
        }
        let terminal = start();
        terminal.shows("reading the catalog");
        let sql = "select * from before b, since s, nowhere n";
        terminal.send(sql).send(" ");
        // The names of the disk are known already.
        let relation = |name: &str| {
            let shown = colours(&terminal);
            shown.get(sql.find(name).unwrap()).map(|shown| shown.0)
        };
        terminal.until("the colour of a relation", |_| {
            usize::from(terminal.cursor().1) > terminal.cursor_line().len()
                && relation("before") != relation("since")
        });
        assert_eq!(terminal.underlined(), "");
        terminal.shows("reading the catalog");

        all(&mut *other, "rollback").await.unwrap();
        terminal.until("the mark, without a key", |_| {
            terminal.underlined() == "nowhere" && relation("since") == relation("before")
        });
    });
}
