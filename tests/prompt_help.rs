//! What the prompt tells beside the text: the pane of the selected candidate, the arguments of a
//! call, the columns of a row that is inserted.

use crate::prompt_errors::server_at_prompt;
use crate::pty::{DOWN, ENTER, ESC, Start, TAB, Terminal, home};

/// To the end, and cut all before it.
const CLEAR: &str = "\x05\x15";

fn run(terminal: &Terminal, sql: &str) {
    terminal.runs(sql);
    terminal.waits_for_prompt();
}

/// Types `text` anew until it brings `help`: names that were made just now are read in the
/// background.
fn types(terminal: &Terminal, text: &str, help: &str) {
    terminal.press_until(&format!("{CLEAR}{text}"), help);
}

fn postgres_shop(terminal: &Terminal) {
    for sql in [
        "create table people (id int primary key, name text not null default 'nobody');",
        "create table orders (id int primary key, person_id int not null references people, \
         state text, paid numeric(10,2));",
        "create unique index orders_state on orders (state, paid);",
        "comment on table orders is 'What was ordered';",
        "comment on column orders.state is 'As the warehouse sees it';",
        "create function tax(amount numeric, rate numeric default 0.19) returns numeric \
         language sql as 'select 1.0';",
        "create function tax(item text, amount numeric, year int) returns numeric \
         language sql as 'select 1.0';",
        "comment on function tax(numeric, numeric) is 'What the state takes';",
    ] {
        run(terminal, sql);
    }
    terminal.send("\x0c").hides("CREATE");
}

#[test]
fn the_pane_tells_what_the_catalog_knows_of_the_selected_candidate() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let terminal = server_at_prompt(server, "postgres", home.path());
    postgres_shop(&terminal);
    types(&terminal, "select * from ord", " orders");
    terminal.send(DOWN).shows("table public.orders");
    for text in [
        "What was ordered",
        "primary key id",
        "columns: id integer",
        "unique index orders_state (state, paid)",
        "person_id → people(id)",
    ] {
        terminal.shows(text);
    }
    terminal.send(ESC).hides("table public.orders");
    types(&terminal, "select 1 from orders o where o.stat", " state");
    terminal.send(DOWN).shows("orders.state");
    terminal
        .shows("As the warehouse sees it")
        .shows("index orders_state");
    types(
        &terminal,
        "select 1 from orders o where o.pers",
        " person_id",
    );
    terminal
        .send(DOWN)
        .shows("integer, not null")
        .shows("→ people(id)");
    // Enter takes the candidate, and the pane goes with the menu.
    terminal
        .send(ENTER)
        .hides("→ people(id)")
        .shows("o.person_id");
    types(&terminal, "select ta", " tax");
    terminal
        .send(DOWN)
        .shows("tax(amount numeric, rate numeric = 0.19) ");
    terminal.shows("What the state takes");
    terminal.shows("tax(item text, amount numeric, year ");
    // What the server says of its own.
    types(&terminal, "select starts_w", " starts_with");
    terminal.send(DOWN).shows("implementation of ^@ operator");
}

#[test]
fn a_call_shows_its_overloads_and_a_row_its_columns() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let home = home();
    let terminal = server_at_prompt(server, "postgres", home.path());
    postgres_shop(&terminal);
    types(&terminal, "select tax(", "tax(amount numeric, rate numeric");
    terminal.shows("tax(item text, amount numeric, year integer) numeric");
    // What is to be given now stands out; what takes as much comes first.
    assert_eq!(marked(&terminal, "tax("), ["amount numeric", "item text"]);
    terminal.send("1, ").until("the second argument", |_| {
        marked(&terminal, "tax(") == ["rate numeric = 0.19", "amount numeric"]
    });
    terminal.send("2, ").until("the third argument", |_| {
        marked(&terminal, "tax(") == ["year integer"]
    });
    terminal.send("3").send(")").hides("year integer");
    types(
        &terminal,
        "insert into orders (state, id) values ('a', ",
        "orders(state text, id integer)",
    );
    assert_eq!(marked(&terminal, "orders(state "), ["id integer"]);
    terminal.send("1), (").until("the first column again", |_| {
        marked(&terminal, "orders(state ") == ["state text"]
    });
    // Below an open menu it stands between the line and the menu.
    terminal.send("coale").shows(" coalesce");
    let screen = terminal.screen();
    let row = |text: &str| screen.lines().position(|line| line.contains(text));
    assert!(row("orders(state ") < row(" coalesce"), "{screen}");
    types(
        &terminal,
        "insert into people values (",
        "people(id integer, name text)",
    );
    terminal.send("7);").send(ENTER).shows("INSERT 0 1");
    terminal.waits_for_prompt();
    run(&terminal, "/set signature off");
    terminal.send("select upper(").shows("upper(");
    terminal.send("'a'").shows("'a'");
    assert!(!terminal.screen().contains("upper(text)"));
}

#[cfg(feature = "mysql")]
#[test]
fn mysql_routines_show_their_comments_and_all_that_a_call_gives() {
    let Some(server) = crate::servers::mysql() else {
        return;
    };
    let home = home();
    let terminal = server_at_prompt(server, "mysql", home.path());
    run(
        &terminal,
        "create procedure ship_it(in number int, out state int) comment 'Sends an order' \
         set state = number;",
    );
    terminal.send("\x0c").hides("create procedure");
    types(&terminal, "call ship_", " ship_it");
    terminal.send(DOWN).shows("Sends an order");
    types(
        &terminal,
        "call ship_it(1, ",
        "ship_it(number int(11), OUT state int(11))",
    );
    terminal.until("the second argument", |_| {
        marked(&terminal, "ship_it(number") == ["OUT state int(11)"]
    });
}

/// Kind and detail stand beside each, columns of the relation come first, and no more rows are
/// painted than the setting says, of how many the status line tells.
#[test]
fn the_menu_ranks_its_rows_tells_kind_and_detail_and_paints_no_more_than_it_should() {
    let home = home();
    let start = Start::sqwire(home.path(), "demo -P menu_rows=5");
    let terminal = start.size(24, 110).go();
    terminal.shows("=> ");
    let rows = || {
        let screen = terminal.screen();
        let below = usize::from(terminal.cursor().0) + 1;
        let rows = screen.lines().skip(below).map(str::to_string);
        rows.collect::<Vec<String>>()
    };
    terminal
        .send("select * from customers c where c.")
        .shows("column");
    terminal.until("five columns, then the status line", |_| {
        let rows = rows();
        let columns = rows.iter().filter(|row| row.contains("  column  ")).count();
        columns == 5 && rows.len() == 6 && rows[5].contains("5 of 8")
    });
    let first = rows()[0].clone();
    assert!(first.contains("not null"), "{first}");
    let name = first.split_whitespace().next().unwrap();
    terminal.send(DOWN).shows("1 of 8");
    terminal.send(ENTER).shows(&format!("where c.{name}"));
    terminal.until("no menu", |_| rows().len() == 1);
    // It was taken, and not run.
    terminal
        .send(" is not null limit 1;")
        .send(ENTER)
        .shows("(1 row)");
    terminal.waits_for_prompt();
    // What is pasted opens none.
    terminal
        .send("\x1b[200~select * from custo\x1b[201~")
        .shows("custo");
    assert!(
        !terminal.screen().contains(" customers  "),
        "{}",
        terminal.screen()
    );
    terminal
        .send(" ")
        .send("\x7f")
        .send("m")
        .shows(" customers  ");
}

/// What is marked on the lines under the cursor's that hold `text`.
fn marked(terminal: &Terminal, text: &str) -> Vec<String> {
    let screen = terminal.screen();
    let below = usize::from(terminal.cursor().0) + 1;
    let rows = screen.lines().enumerate().skip(below);
    let rows = rows.filter(|(_, line)| line.contains(text));
    let marked = rows.map(|(row, line)| {
        let row = u16::try_from(row).unwrap();
        let usual = terminal.colours(row, 1);
        let differs =
            |column: &usize| terminal.colours(row, u16::try_from(*column).unwrap()) != usual;
        let chars: Vec<char> = line.trim_end().chars().collect();
        let columns = (1..chars.len()).filter(differs);
        columns.map(|column| chars[column]).collect::<String>()
    });
    marked.filter(|text| !text.is_empty()).collect()
}

#[test]
fn without_colours_and_on_a_narrow_screen_the_help_can_be_read() {
    let home = home();
    let start = Start::sqwire(home.path(), "demo").env("NO_COLOR", "1");
    let terminal = start.size(20, 40).go();
    terminal.shows("=> ");
    terminal.send("select substr('a', ").shows(">Y<");
    terminal.clears();
    terminal.send("select * from order").shows(" order_items");
    terminal.send(TAB).shows(" table main.");
    terminal.send(ENTER).hides(" table main.");
}

#[test]
fn a_command_shows_its_arguments() {
    let home = home();
    let terminal = Start::sqwire(home.path(), "demo").size(24, 100).go();
    terminal.shows("=> ");
    terminal.send("\\timing ").shows("\\timing [on|off]");
}
