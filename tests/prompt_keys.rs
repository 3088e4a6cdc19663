//! Keys that hands know from readline, from prompt_toolkit and from vi.

use crate::pty::{ENTER, ESC, F4, Start, TAB, Terminal, UP, home};

/// What stands behind the prompt on the cursor's line, with `|` for the cursor.
fn line(terminal: &Terminal) -> String {
    let column = usize::from(terminal.cursor().1);
    let mut line: Vec<char> = terminal.cursor_line().chars().collect();
    line.resize(line.len().max(column), ' ');
    line.insert(column, '|');
    let line: String = line.into_iter().collect();
    let text = line.split_once("> ").map(|(_, text)| text.to_string());
    text.unwrap_or_default()
}

#[track_caller]
fn has_line(terminal: &Terminal, text: &str) {
    terminal.until(&format!("the line {text:?}"), |_| line(terminal) == text);
}

fn demo(home: &std::path::Path) -> Terminal {
    let start = Start::sqwire(home, "demo").env("PAGER", "cat");
    let terminal = start.size(40, 120).go();
    terminal.shows("=> ");
    terminal.waits_for_prompt();
    terminal
}

/// Types each text, presses the keys behind it, and looks at the line.
fn each(terminal: &Terminal, cases: &[(&str, &[&str], &str)]) {
    for (text, keys, expected) in cases {
        terminal.send(text);
        has_line(terminal, &format!("{text}|"));
        keys.iter().for_each(|key| {
            terminal.send(key);
        });
        has_line(terminal, expected);
        terminal.clears();
    }
}

#[test]
fn readlines_keys_swap_change_and_cut_words_and_find_letters() {
    let home = home();
    let terminal = demo(home.path());
    each(
        &terminal,
        &[
            ("select a, b", &["\x1bt"], "select b, a|"),
            ("abc def", &["\x01", "\x1bc", "\x1bu"], "Abc DEF|"),
            ("ABC def", &["\x01", "\x1bl"], "abc| def"),
            ("f(a,  b)", &["\x02", "\x02", "\x1b\\"], "f(a,|b)"),
            // Up to a blank, and a word; what is cut comes back.
            ("a.b = c.d", &["\x17", "x"], "a.b = x|"),
            ("a.b = c.d", &["\x1b\x7f", "x"], "a.b = c.x|"),
            ("a.b = c.d", &["\x17", "\x19", "\x19"], "a.b = c.dc.d|"),
            ("o.user_id", &["\x1bb"], "o.|user_id"),
            ("o.user_id", &["\x01", "\x1bf", "\x1bf", "\x1bd"], "o.|"),
            ("f(a,b)", &["\x01", "\x1d("], "f|(a,b)"),
            ("f(a,b)", &["\x1b\x1df"], "|f(a,b)"),
            ("abcdef", &["\x1b3", "\x02"], "abc|def"),
            ("-", &["\x1b1", "\x1b2", "="], "-============|"),
            ("", &["\x1b!"], "\\! |"),
        ],
    );
}

#[test]
fn the_next_key_can_be_inserted_as_it_is_and_a_line_be_cut_alone() {
    let home = home();
    let terminal = demo(home.path());
    terminal
        .send("select")
        .send("\x16")
        .send(TAB)
        .send("'a")
        .send("\x11")
        .send("\n");
    terminal.shows("'> ");
    terminal.send("b';").send(ENTER).shows("1 row");
    terminal.waits_for_prompt();
    // Ctrl-U leaves the lines before alone.
    terminal.send("select 7").send(ENTER).shows("-> ");
    terminal.send("nonsense").shows("nonsense").send("\x15");
    terminal.hides("nonsense").send(";").send(ENTER);
    terminal.shows("1 row").shows("select 7");
}

#[test]
fn the_last_word_of_statements_before_is_inserted_and_whole_entries_are_walked() {
    let home = home();
    let terminal = demo(home.path());
    terminal.runs("select 1 as x from customers limit 1;");
    terminal.waits_for_prompt();
    terminal.runs("select 'a b' as\ny, 3;");
    terminal.waits_for_prompt();
    terminal.send("select \x1b.");
    has_line(&terminal, "select 3|");
    // Behind it stands what the history suggests.
    terminal.send("\x1b.");
    has_line(&terminal, "select 1| as x from customers limit 1;");
    terminal.clears();
    // Up goes through the lines of an entry, Ctrl-P over them.
    terminal.send("\x10\x10");
    has_line(&terminal, "select 1 as x from customers limit 1;|");
    terminal.send("\x0e");
    has_line(&terminal, "y, 3;|");
    terminal.send(UP);
    terminal.until("the line above", |_| line(&terminal).starts_with("selec"));
    terminal.send("\x0e");
    has_line(&terminal, "|");
}

#[test]
fn mycli_s_keys_insert_dates_and_every_candidate_can_be_inserted() {
    let home = home();
    let terminal = demo(home.path());
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    for (keys, quoted, count) in [
        ("\x0fd", false, 8),
        ("\x0f\x04", true, 8),
        ("\x0ft", false, 14),
        ("\x0f\x14", true, 14),
        ("\x0fu", false, 10),
        ("\x0f\x15", false, 16),
    ] {
        terminal.send(keys).until("the time", |_| {
            let line = line(&terminal);
            digits(&line) == count && line.starts_with('\'') == quoted
        });
        terminal.clears();
    }
    terminal
        .send("select c. from customers c")
        .shows("customers c");
    terminal.send("\x01\x1d.\x06\x1b*");
    has_line(
        &terminal,
        "select c.id, name, email, city, country, phone, newsletter, created_at| from customers c",
    );
}

#[test]
fn vis_pairs_registers_visual_mode_and_searches_are_there() {
    let home = home();
    let terminal = demo(home.path());
    terminal.runs("select 1 as one;");
    terminal.waits_for_prompt();
    terminal.runs("select 2 as two;");
    terminal.waits_for_prompt();
    terminal.send(F4).shows("vi insert");
    for (text, keys, expected) in [
        ("f(g(a), b) x", &["0", "%"][..], "f(g(a), b|) x"),
        ("f(g(a), b) x", &["0%", "%"], "f|(g(a), b) x"),
        ("case a end", &["0", "%"], "case a |end"),
        ("a b", &["0", "\"a", "yw", "P"], "a |a b"),
        ("a b", &["Y", "P", "k", "J"], "a b a b|"),
        ("select a b c", &["0w", "V", "e", "d"], "select | c"),
        ("values", &["#"], "-- value|s"),
        ("f(a, b)", &["0", "f(", "ci(", "x"], "f(x|)"),
        ("a.b, c", &["0", "fb", ";", "x", "."], "a.| c"),
        ("", &["k", "k"], "select 1 as one;|"),
        ("", &["2k"], "select 1 as one;|"),
    ] {
        terminal.send(text);
        has_line(&terminal, &format!("{text}|"));
        terminal.send(ESC).shows("vi normal");
        for key in keys {
            terminal.send(key);
        }
        terminal.until(&format!("{expected:?}"), |_| {
            let line = line(&terminal);
            // In the normal mode the cursor stands on a letter.
            line == expected || line.replace('|', "") == expected.replace('|', "")
        });
        terminal.clears();
        // Whatever mode that was, and without an Esc that the next key could make Alt.
        terminal.send(F4).shows("F4 emacs");
        terminal.send(F4).shows("vi insert");
    }
    terminal
        .send(ESC)
        .shows("vi normal")
        .send("/")
        .shows("search: ");
    terminal.send(ESC).hides("search: ");
}

#[test]
fn keys_that_are_bound_to_nothing_change_nothing() {
    let home = home();
    let terminal = demo(home.path());
    terminal.send("select 1");
    has_line(&terminal, "select 1|");
    let alt = "aegijkoqsvwxyz,/'`[]".chars().filter(|c| *c != '[');
    for c in alt {
        terminal.send(&format!("\x1b{c}"));
    }
    // With Ctrl-Alt.
    for c in "abcdefgiklnopqrstuvwxyz".bytes() {
        terminal.send(&format!("\x1b{}", char::from(c & 0x1f)));
    }
    // Functions keys without a row, Insert, Ctrl-\, Ctrl-^, keys of a mouse's wheel.
    for keys in [
        "\x1b[20~",
        "\x1b[21~",
        "\x1b[24~",
        "\x1b[2~",
        "\x1c",
        "\x1e",
        "\x1b[1;3P",
    ] {
        terminal.send(keys);
    }
    terminal.send(" + 41");
    has_line(&terminal, "select 1 + 41|");
    terminal.send(";").send(ENTER).shows("42");
}
