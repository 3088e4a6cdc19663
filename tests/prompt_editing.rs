//! What keys do to the text: indentation, layout, comments, abbreviations, pairs; and their list.

use crate::pty::{CTRL_C, DOWN, ENTER, ESC, F4, LEFT, Start, Terminal, UP, home};
use std::path::Path;
use vt100::CursorStyle;

const UNDO: &str = "\x1f";
const CTRL_Z: &str = "\x1a";
const FORMAT: &str = "\x18\x06";
const COMMENT: &str = "\x1b;";
const ALT_ENTER: &str = "\x1b\r";

fn demo(home: &Path, configuration: &str) -> Terminal {
    let folder = home.join(".config/sqwire");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), configuration).unwrap();
    let terminal = Start::sqwire(home, "demo")
        .env("PAGER", "cat")
        .size(30, 100)
        .go();
    terminal.shows("=> ");
    terminal
}

/// The cursor's line is `text`, with the cursor at `|`.
#[track_caller]
fn has_line(terminal: &Terminal, text: &str) {
    let place = text.find('|').unwrap();
    let text = text.replace('|', "");
    terminal.until(&format!("{text:?} with the cursor at {place}"), |_| {
        let line = terminal.cursor_line() + " ";
        let Some((prompt, rest)) = line.split_once("> ") else {
            return false;
        };
        rest.trim_end() == text.trim_end()
            && usize::from(terminal.cursor().1) == prompt.len() + 2 + place
    });
}

#[test]
fn a_new_line_is_indented_and_a_closing_bracket_goes_back() {
    let home = home();
    let terminal = demo(home.path(), "");
    terminal.send("select (").shows("select (").send(ENTER);
    has_line(&terminal, "    |");
    terminal.send("1 +").shows("1 +").send(ENTER);
    has_line(&terminal, "        |");
    terminal.send("41").shows("41").send(ENTER);
    has_line(&terminal, "    |");
    terminal.send(")");
    has_line(&terminal, ")|");
    terminal.send(" as answer;").send(ENTER).shows("42");
    terminal.waits_for_prompt();
}

#[test]
fn a_pasted_text_is_neither_indented_nor_expanded_nor_run() {
    let home = home();
    let terminal = demo(home.path(), "[abbreviations]\nsf = 'select * from'\n");
    terminal.send("\x1b[200~select (\n1,\nsf \n);\n\x1b[201~");
    terminal.shows("> );");
    let screen = terminal.screen();
    for line in ["> 1,", "> sf", "> );"] {
        assert!(screen.contains(line), "{line}: {screen}");
    }
    assert!(!screen.contains("error"), "{screen}");
    // The same from a terminal that does not say that it pastes.
    terminal.clears();
    terminal.send("select (\r1 +\r40 +\r1\r) as answer;\r");
    terminal.shows("42");
}

#[test]
fn the_text_is_laid_out_and_undo_brings_it_back() {
    let home = home();
    let terminal = demo(home.path(), "");
    let sql = "select name,'a  b' from customers where name like 'A%' and length(name)>3 and id between 1 and 20 order by name;";
    terminal.send(sql).shows("order by").send(FORMAT);
    terminal
        .shows("> from customers")
        .shows("'a  b'")
        .shows("> order by name;");
    terminal.send(UNDO).hides("> from customers");
    terminal.shows("from customers where");
    terminal.clears();
    terminal.send("select 'open").send(FORMAT);
    terminal.shows("this text cannot be laid out safely");
    has_line(&terminal, "select 'open|");
}

#[test]
fn lines_become_comments_and_back() {
    let home = home();
    let terminal = demo(home.path(), "");
    terminal.send("select 1,").shows("1,").send(ENTER);
    has_line(&terminal, "    |");
    terminal.send("2,").shows("    2,").send(ENTER);
    has_line(&terminal, "    |");
    terminal.send("3;").shows("3;");
    terminal.send("\x1b[A").send(COMMENT).shows("-- 2,");
    terminal.send("\x1b[F").send(ENTER).hides("-> -- 2,");
    terminal.waits_for_prompt();
    terminal.send("select 7;").send(COMMENT);
    has_line(&terminal, "-- select 7;|");
    terminal.send(COMMENT);
    has_line(&terminal, "select 7;|");
}

#[test]
fn abbreviations_are_expanded_by_a_space_and_by_enter() {
    let home = home();
    let words =
        "[abbreviations]\nsf = 'select * from $0 limit 2'\nnow = 'select 40 + 2 as answer;'\n";
    let terminal = demo(home.path(), words);
    terminal.send("sf ");
    has_line(&terminal, "select * from | limit 2");
    terminal.send(UNDO);
    has_line(&terminal, "sf |");
    terminal.send("\x7f ").shows("limit 2").send("customers");
    has_line(&terminal, "select * from customers| limit 2");
    terminal.clears();
    terminal.send("'sf ");
    has_line(&terminal, "'sf |");
    terminal.clears();
    // Enter expands, too, and what is run is what is seen.
    terminal
        .send("now")
        .send(ENTER)
        .shows("select 40 + 2 as answer;")
        .shows("42");
    terminal.waits_for_prompt();
}

#[test]
fn brackets_and_quotes_close_by_themselves_where_that_is_wanted() {
    let home = home();
    let terminal = demo(home.path(), "[settings]\nauto_pairs = true\n");
    terminal.send("select f(");
    has_line(&terminal, "select f(|)");
    terminal.send("'it");
    has_line(&terminal, "select f('it|')");
    terminal.send("(");
    has_line(&terminal, "select f('it(|')");
    terminal.send("\x7f");
    has_line(&terminal, "select f('it|')");
    terminal.send("')");
    has_line(&terminal, "select f('it')|");
    terminal.clears();
    terminal.send("select ''").send(LEFT).send("\x7f");
    has_line(&terminal, "select |");
    terminal.clears();
    terminal.send("/set auto_pairs off").send(ENTER);
    terminal.waits_for_prompt();
    terminal.send("select f(");
    has_line(&terminal, "select f(|");
}

#[test]
fn in_safe_mode_only_alt_enter_runs_a_statement() {
    let home = home();
    let terminal = demo(home.path(), "[settings]\nmulti_line_mode = 'safe'\n");
    terminal.send("select 6 * 7;").send(ENTER).shows("-> ");
    terminal.shows("Alt-Enter runs");
    terminal.send(ALT_ENTER).shows("42");
    terminal.waits_for_prompt();
    terminal
        .send("\\echo com''mand")
        .send(ENTER)
        .shows("command");
}

#[test]
fn every_key_is_listed_with_those_of_the_users_own() {
    let home = home();
    let own =
        "[keys]\n\"ctrl-x ctrl-d\" = '\\dt'\nf7 = 'undo'\n[abbreviations]\nsf = 'select * from'\n";
    let terminal = demo(home.path(), own);
    terminal.send("/keys undo").send(ENTER);
    terminal.shows("f7, ctrl-_, ctrl-x ctrl-u  undo");
    terminal.waits_for_prompt();
    terminal.send("/keys select * from").send(ENTER);
    terminal.shows("abbreviation  select * from");
    terminal.waits_for_prompt();
    terminal.send("\x18\x04");
    has_line(&terminal, "\\dt|");
    terminal.send("\x1b[18~").hides("\\dt|");
    has_line(&terminal, "|");
}

#[test]
fn the_cursors_shape_shows_the_mode_of_vi() {
    let home = home();
    let terminal = demo(home.path(), "");
    terminal.send(F4).until("a bar", |_| {
        terminal.cursor_shape() == CursorStyle::SteadyVerticalBar
    });
    terminal.send("select 1").send(ESC);
    terminal.until("a block", |_| {
        terminal.cursor_shape() == CursorStyle::SteadyBlock
    });
    terminal.send("0cwvalues").shows("values 1").send(ESC);
    // An Esc that is read together with the next key is Alt.
    terminal.until("a block again", |_| {
        terminal.cursor_shape() == CursorStyle::SteadyBlock
    });
    terminal.send(F4).until("the usual", |_| {
        terminal.cursor_shape() == CursorStyle::Default
    });
}

#[test]
fn a_text_longer_than_the_screen_is_edited_where_the_cursor_is() {
    let home = home();
    let terminal = Start::sqwire(home.path(), ":memory:").size(12, 60).go();
    terminal.shows("=> ");
    let lines: Vec<String> = (0..300).map(|n| format!("{n} + -- line {n}")).collect();
    let text = format!("select\n{}\n0 as total", lines.join("\n"));
    terminal.send(&format!("\x1b[200~{text}\x1b[201~"));
    terminal.shows("299 + -- line 299").hides("line 280");
    terminal.until("the end", |_| {
        terminal.cursor_line().ends_with("0 as total")
    });
    let at_end = terminal.cursor();
    terminal.send("s");
    terminal.until("what is typed", |_| {
        terminal.cursor_line().ends_with("0 as totals") && terminal.cursor().0 == at_end.0
    });
    for _ in 0..100 {
        terminal.send(UP);
    }
    terminal.until("the middle", |_| {
        terminal.cursor_line().ends_with("-- line 200")
    });
    // Lines on both sides of the cursor are there, each once and in its place.
    let screen = terminal.screen();
    let shown: Vec<&str> = screen.lines().filter(|l| l.contains("-- line")).collect();
    for (above, below) in shown.iter().zip(&shown[1..]) {
        let number = |l: &str| l.rsplit(' ').next().unwrap().parse::<u32>().unwrap();
        assert_eq!(number(above) + 1, number(below), "{screen}");
    }
    // Ctrl-Home: the first line, then back to the end and run.
    terminal.send("\x1b[1;5H");
    terminal.shows("=> select").hides("line 50");
    // The cursor is on the line that it edits, where the text fills the screen from its start.
    terminal.send(DOWN).send(DOWN).send("9");
    terminal.until("the second line", |_| {
        terminal.cursor_line().ends_with("-> 91 + -- line 1")
    });
    terminal.send("\x7f").hides("91 +");
    terminal
        .send("\x1b[1;5F")
        .shows("0 as totals")
        .hides("line 50");
    terminal.send(";").send(ENTER);
    terminal.shows("44850");
    terminal.send(UP).shows("0 as totals;").send("\x1b[1;5H");
    terminal.shows("=> select");
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_comes_back_to_the_line() {
    let home = home();
    let script = "$sqwire :memory:; echo back in the shell; read -r; fg";
    let terminal = Start::shell(home.path(), script).go();
    terminal.shows("=> ").send("select 4 +").shows("4 +");
    terminal.send(CTRL_Z).shows("back in the shell");
    terminal.send(ENTER);
    terminal.until("the line", |_| {
        terminal.cursor_line().ends_with("select 4 +")
    });
    terminal.send(" 3 as sum;").send(ENTER).shows("(1 row)");
    assert_eq!(terminal.leave(), 0);
}

#[test]
fn in_vis_normal_mode_gc_comments_and_gq_lays_out() {
    let home = home();
    let terminal = demo(home.path(), "[settings]\nkeys = \"vi\"\n");
    terminal
        .send("select a, b from customers where id = 1")
        .shows("id = 1");
    terminal.send(ESC).until("a block", |_| {
        terminal.cursor_shape() == CursorStyle::SteadyBlock
    });
    terminal.send("gc").shows("-- select a, b");
    terminal.send("gc").hides("--");
    // Other commands that begin so are still vi's, and so are letters that it waits for.
    terminal.send("ggx");
    terminal.until("the start", |_| {
        terminal.cursor_line().contains("=> elect a, b from")
    });
    terminal.send("u").shows("select a, b");
    terminal
        .send("gq")
        .hides("b from customers")
        .shows("from customers");
}

#[test]
fn f1_describes_what_the_cursor_is_on_and_the_line_stays() {
    const F1: &str = "\x1bOP";
    let home = home();
    let terminal = demo(home.path(), "");
    terminal
        .send("select * from customers c")
        .send(LEFT)
        .send(LEFT);
    has_line(&terminal, "select * from customers| c");
    terminal.send(F1).shows("created_at");
    has_line(&terminal, "select * from customers| c");
    terminal.clears();
    terminal
        .send("\x0c")
        .hides("created_at")
        .send(F1)
        .shows("\\? \\pset shows every setting.");
}

#[test]
fn keys_join_lines_insert_the_date_and_take_candidates() {
    let home = home();
    let terminal = demo(home.path(), "");
    terminal
        .send("\x1b[200~select 1, -- one\n  2\x1b[201~")
        .shows("  2");
    terminal.send("\x18u");
    has_line(&terminal, "select 1, /* one */ 2|");
    terminal.send(UNDO).shows("-- one").send(CTRL_C);
    terminal.waits_for_prompt();
    terminal.send("select \x18d = current_date::text;");
    terminal.until("a date in quotes", |_| {
        let line = terminal.cursor_line();
        line.split('\'').nth(1).is_some_and(|date| {
            date.len() == 10 && date.split('-').all(|part| part.parse::<u32>().is_ok())
        })
    });
    terminal.clears();
    // Right takes what is selected, as Enter does.
    terminal.send("select * from custo").shows(" customers");
    terminal.send(DOWN).shows(">customers").send("\x1b[C");
    has_line(&terminal, "select * from customers|");
}

#[test]
fn a_long_text_shows_its_rows_around_the_cursor_with_the_menu_below() {
    let home = home();
    let terminal = demo(home.path(), "");
    // Each line takes two rows.
    let lines: Vec<String> = (0..60)
        .map(|n| format!("  {n} as \"line {n:02} {}\",", "x".repeat(100)))
        .collect();
    let text = format!("select\n{}\n", lines.join("\n"));
    terminal.send(&format!("\x1b[200~{text}\x1b[201~"));
    terminal.shows("line 59").shows("lines").hides("line 40");
    // The menu stands below the line that is typed, which stays in sight.
    terminal.send("  coale").shows(" coalesce");
    has_line(&terminal, "  coale|");
    terminal.until("the menu below the line", |_| {
        let below = usize::from(terminal.cursor().0) + 1;
        let row = terminal.on_screen(|screen| screen.rows(0, 100).nth(below));
        row.is_some_and(|row| row.contains(" coalesce"))
    });
    terminal.send(ESC).hides(" coalesce");
    // Both sides of the cursor are there in the middle, each line once.
    for _ in 0..30 {
        terminal.send(UP);
    }
    terminal.until("the middle", |_| terminal.cursor_line().contains("line 30"));
    terminal.shows("line 29").shows("line 31");
    assert_eq!(terminal.screen().matches("line 30").count(), 1);
    // A line longer than the screen, at its end, with a menu, and at its start.
    terminal.clears();
    let long: Vec<String> = (0..600).map(|n| format!("'n{n:03}'")).collect();
    terminal.send(&format!("\x1b[200~select {}\x1b[201~", long.join(",")));
    terminal.shows("n599").hides("n100");
    terminal.send(", coale").shows(" coalesce");
    terminal.until("the end of the line", |_| {
        terminal.cursor_line().ends_with(", coale")
    });
    terminal.send(ESC).hides(" coalesce").send("\x01");
    terminal.shows("=> select 'n000'").hides("n599");
    terminal.until("the start", |_| {
        terminal.cursor_line().contains("=> select 'n000'")
    });
}

#[test]
fn in_vis_normal_mode_v_opens_the_editor() {
    let home = home();
    let start = Start::sqwire(home.path(), "demo -P keys=vi");
    let terminal = start.env("EDITOR", "sed -i s/one/two/").go();
    terminal.shows("=> ");
    terminal
        .send("select 'one'")
        .send(ESC)
        .until("a block", |_| {
            terminal.cursor_shape() == CursorStyle::SteadyBlock
        });
    terminal.send("v").shows("select 'two'");
}

/// What stood above such a text is scrolled away, not lost; and once it is sent, all of it can be
/// read above its result.
#[test]
fn a_text_longer_than_the_screen_leaves_what_was_above_and_stays_whole_once_sent() {
    let home = home();
    let terminal = Start::sqwire(home.path(), ":memory:").size(12, 60).go();
    terminal.shows("=> ");
    terminal.runs("select 'above' as it;");
    terminal.waits_for_prompt();
    let lines: Vec<String> = (0..60).map(|n| format!("{n} +")).collect();
    let text = format!("select\n{}\n0 as total", lines.join("\n"));
    terminal.send(&format!("\x1b[200~{text}\x1b[201~"));
    terminal
        .shows("59 +")
        .shows("lines")
        .send(" -- 1")
        .shows("-- 1");
    terminal.send("2").shows("-- 12");
    let above = terminal.with_scrollback();
    assert_eq!(above.matches("(1 row)").count(), 1, "{above}");
    // Painting it leaves nothing there.
    assert_eq!(above.matches("59 +").count(), 1, "{above}");
    terminal.send("\x15").send("0 as total;").shows("total;");
    terminal.send(ENTER).shows("1770");
    terminal.waits_for_prompt();
    let whole = terminal.with_scrollback();
    for n in 0..60 {
        assert_eq!(
            whole.matches(&format!("> {n} +")).count(),
            1,
            "{n}: {whole}"
        );
    }
    assert!(whole.contains("=> select\n"), "{whole}");
    assert!(!whole.contains('↑'), "{whole}");
}

/// tmux and its like keep what stood on a screen that is emptied from its first cell on.
#[test]
fn painting_a_text_longer_than_the_screen_never_empties_it_from_its_first_cell() {
    let home = home();
    let terminal = Start::sqwire(home.path(), ":memory:").size(12, 60).go();
    terminal.shows("=> ");
    let text = "select 1,\n".repeat(40);
    terminal.send(&format!("\x1b[200~{text}\x1b[201~"));
    terminal.shows("lines").send("7;").shows("7;");
    terminal.send(ENTER).shows("syntax error");
    let written = terminal.written();
    assert!(!written.contains("\x1b[H\x1b[J"));
    assert!(!written.contains("\x1b[1;1H\x1b[J"));
}
