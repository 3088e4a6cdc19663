//! Whatever a server calls its things, no byte of a name, a message or a plan steers the terminal:
//! prompt, title, descriptions, menus and their panes, signatures, hints, notifications, `\watch`, the
//! lists of the history and of the favourites; nor does the name of a host.

use crate::pty::{CTRL_R, ESC, Start, TAB, home};
use crate::servers::{PASSWORD, USER, start_postgres};

/// A title, a C1 sequence, a turn of the writing.
const EVIL: &str = "x\u{1b}]2;pwn\u{7}\u{9b}31m\u{202e}y";

/// The same in a URL.
const IN_URL: &str = "x%1B%5D2%3Bpwn%07%C2%9B31m%E2%80%AEy";

/// Evil names of every kind.
fn schema() -> Vec<String> {
    let name = |what: &str| format!("\"{what}{EVIL}\"");
    let text = |what: &str| format!("'{what}{EVIL}'");
    let (table, column, index) = (name("t"), name("c"), name("i"));
    let (mood, label, check) = (name("m"), text("l"), name("k"));
    vec![
        format!("create type {mood} as enum ({label}, 'b')"),
        format!(
            "create table {table} (id int primary key, {column} text default {}, m {mood}, \
             constraint {check} check ({column} <> {}))",
            text("d"),
            text("n")
        ),
        format!("create index {index} on {table} ({column})"),
        format!("comment on table {table} is {}", text("o")),
        format!("comment on column {table}.{column} is {}", text("p")),
        format!("create table child (id int, p int references {table} (id))"),
        format!("insert into {table} values (1, {})", text("v")),
        format!("create view {} as select * from {table}", name("w")),
        format!(
            "create function {}(a int) returns int language sql as 'select 1 -- {EVIL}'",
            name("f")
        ),
        format!(
            "create function call_me({} int, b text) returns int language sql as 'select 1'",
            name("g")
        ),
        format!("comment on function call_me(int, text) is {}", text("h")),
        format!("create schema {}", name("s")),
        format!("create sequence {}", name("q")),
        format!(
            "create function speak() returns void language plpgsql as $$ begin \
             raise notice {} using detail = {}, hint = {}; \
             raise exception {} using hint = {}; end $$",
            text("a"),
            text("b"),
            text("c"),
            text("d"),
            text("e")
        ),
    ]
}

const ASKED: &[&str] = &[
    "\\conninfo",
    "\\d",
    "\\d+ t*",
    "\\dt+",
    "\\di+",
    "\\dv",
    "\\dn+",
    "\\ds",
    "\\df+ f*",
    "\\dT+",
    "\\du",
    "\\l",
    "\\sf speak",
    "/show t*",
    "/find x",
    "/ddl t*",
    "/map",
    "/stats t*",
    "/follow child",
    "/path child t*",
    "/explain select * from child join information_schema.tables on table_name <> ''",
    "select * from child where nosuch = 1;",
    "select speak();",
    "explain verbose select * from pg_class where relname = E'\\x1b]2;pwn\\x07';",
    "select relname, E'\\x1b]2;pwn\\x07' as \"v\" from pg_class where relname like 't%pwn%';",
    "/last json",
    "/where-used t*",
    "/last csv",
    "select relname as \"w\\x\", E'\\x1b]2;pwn\\x07' from pg_class where relname like 't%pwn%' \\watch i=0.02 c=3",
    "/history",
    "\\n",
    "\\np",
    "\\n evil",
    "\\gdesc",
    "insert into child values (1, 99);",
    "listen l;",
    "select pg_notify('l', E'\\x1b]2;pwn\\x07\\u009b31m\\u202e');",
    "select 1;",
    "\\errverbose",
    "\\set",
    "\\pset",
];

#[test]
fn no_name_and_no_message_of_a_server_steers_the_terminal() {
    // Of its own: others list what is on theirs.
    let Some(server) = start_postgres() else {
        return;
    };
    let home = home();
    let plain = crate::postgres::block_on(server.database());
    let place = format!("127.0.0.1:{}", server.port);
    let (database, role) = (format!("{plain}{EVIL}"), format!("r{plain}{EVIL}"));
    let run = |url: &str, statements: &[String]| {
        crate::postgres::block_on(async {
            let mut connection = crate::postgres::connect(url).await.unwrap();
            for sql in statements {
                crate::postgres::all(&mut *connection, sql).await.unwrap();
            }
        });
    };
    let role_sql = format!("create role \"{role}\" superuser login password '{PASSWORD}'");
    let first = format!("postgres://{USER}:{PASSWORD}@{place}/{plain}");
    run(
        &first,
        &[format!("create database \"{database}\""), role_sql],
    );
    let url = format!(
        "postgres://r{plain}{IN_URL}:{PASSWORD}@h{IN_URL}:{}/{plain}{IN_URL}\
         ?application_name={IN_URL}&hostaddr=127.0.0.1",
        server.port
    );
    let favourites = home.path().join(".config/sqwire");
    std::fs::create_dir_all(&favourites).unwrap();
    let evil = EVIL
        .replace('\u{1b}', "\\u001b")
        .replace('\u{7}', "\\u0007");
    let favourite = format!("evil = \"select '{evil}'\"\n\"{evil}\" = \"select 2\"\n");
    std::fs::write(favourites.join("favourites.toml"), favourite).unwrap();
    run(&url, &schema());
    let terminal = Start::sqwire(home.path(), &url)
        .env("PAGER", "cat")
        .size(50, 160)
        .go();
    terminal.shows("pwn");
    for line in ASKED {
        terminal.runs(line);
    }
    // The menu, and the pane of what is chosen in it: a relation with its comment, its columns.
    let cleared = || {
        terminal.clears();
        terminal
            .send("\x0c")
            .until("an empty screen", |_| terminal.cursor().0 == 0);
    };
    cleared();
    terminal.send("select * from tx").shows("table");
    terminal.send(TAB).shows("ox\\x1B]2;pwn");
    cleared();
    terminal
        .send("select c.px from t")
        .send(TAB)
        .shows(r"tx\x1B]2;pwn");
    cleared();
    terminal
        .send("insert into child values (1, 2); select c")
        .send("all_m")
        .shows("call_me");
    terminal.send(TAB).shows(r"gx\x1B]2;pwn");
    cleared();
    terminal.send("select call_me(").shows(r"gx\x1B]2;pwn");
    cleared();
    terminal
        .send("\\n ")
        .shows("evil")
        .shows(r"x\x1B]2;pwn\x07\x9B31m");
    cleared();
    // The history: the database, and what was typed.
    terminal.send(CTRL_R).shows("in this database");
    terminal.send(ESC).hides("in this database");
    terminal.waits_for_prompt();
    terminal.runs(r"/set terminal_title '\H \d \u \{server}'");
    terminal.runs(r"/set prompt_right '\H \{state} \A'");
    terminal.runs(r"/set prompt '\u@\H:\d \{vendor} \{tls}> '");
    terminal.runs("\\echo done");
    let written = terminal.written();
    assert!(written.contains("\\x1B]2;pwn\\x07"), "nothing was shown");
    for bad in ["\u{1b}]2;pwn", "\u{9b}", "\u{202e}"] {
        let at = written.find(bad).map(|at| {
            let from = written.floor_char_boundary(at.saturating_sub(300));
            let to = written.ceil_char_boundary((at + 60).min(written.len()));
            written[from..to].escape_debug().to_string()
        });
        assert_eq!(at, None, "{bad:?}");
    }
    assert!(!terminal.title().contains('\u{1b}'));
}
