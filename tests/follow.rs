//! How the catalog follows the database: what a session changes is completed at once, what it undoes
//! is gone, and the next start knows what this one knew.

use crate::pty::{CTRL_C, CTRL_D, ENTER, Start, Terminal, home};
use crate::servers::{self, PASSWORD, Server, USER};
use sqwire::catalog::{Catalog, CatalogBuilder, RelationRow, binary};
use sqwire::driver::target::Host;
use sqwire::driver::{Status, Target, by_name};
use sqwire::refresh::{Board, Refresher, Request, cache_path};
use std::path::Path;

/// The program at a prompt that drops tables without a question.
fn sqwire(home: &Path, arguments: &str) -> Start {
    Start::sqwire(home, &format!("{arguments} -P destructive_warning=off")).size(40, 120)
}

/// A prompt on a database of its own, whose catalog has been read.
fn prompt(home: &Path, server: &Server, database: &str) -> Terminal {
    let (driver, port) = (server.driver, server.port);
    let url = format!("{driver}://{USER}:{PASSWORD}@127.0.0.1:{port}/{database}");
    ready(sqwire(home, &url).go())
}

fn ready(terminal: Terminal) -> Terminal {
    terminal.until("the first prompt", |_| is_prompt(&terminal));
    terminal
}

fn is_prompt(terminal: &Terminal) -> bool {
    let line = terminal.cursor_line();
    ["=>", "=*>"].iter().any(|end| line.ends_with(end))
}

fn run(terminal: &Terminal, statement: &str, says: &str) {
    terminal.send(statement).send(ENTER).shows(says);
    terminal.until("the prompt", |_| is_prompt(terminal));
}

/// The same where the statement says nothing new: a mark behind it does.
fn run_silent(terminal: &Terminal, statement: &str, mark: u32) {
    // Not as it will be shown, which would be on the screen too soon.
    let text = format!("{statement} select {mark} * 1000 + 7 as mark;");
    run(terminal, &text, &format!("{}", mark * 1000 + 7));
}

/// The screen under the cursor's line: the menu.
fn menu(terminal: &Terminal) -> String {
    let below = usize::from(terminal.cursor().0) + 1;
    let lines: Vec<String> = terminal
        .screen()
        .lines()
        .skip(below)
        .map(String::from)
        .collect();
    lines.join("\n")
}

/// Types the text, waits for a menu with the first names and without the second, and takes the
/// text back.
#[track_caller]
fn offers(terminal: &Terminal, text: &str, with: &[&str], without: &[&str]) {
    // A menu that had nothing to offer stays closed until the next key.
    terminal.until("a catalog", |screen| {
        !screen.contains("reading the catalog")
    });
    terminal.send(text);
    terminal.until(
        &format!("{with:?}, not {without:?}, behind {text:?}"),
        |_| {
            let menu = menu(terminal);
            let has = |name: &&str| menu.split_whitespace().any(|word| word == *name);
            with.iter().all(has) && !without.iter().any(has)
        },
    );
    terminal.send(CTRL_C);
    terminal.until("an empty prompt", |_| is_prompt(terminal));
}

fn in_database(server: &Server, statements: &[&str]) -> String {
    crate::postgres::block_on(async {
        let database = server.database().await;
        let driver = by_name(server.driver).unwrap();
        let target = server.target(&database);
        let mut connection = driver.connect(&target).await.unwrap();
        for statement in statements {
            crate::postgres::all(connection.as_mut(), statement)
                .await
                .unwrap();
        }
        database
    })
}

#[test]
fn a_transactions_own_tables_are_completed_until_it_is_undone() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let database = in_database(
        server,
        &["create table newt_old (id int primary key, fixed int)"],
    );
    let home = home();
    let terminal = prompt(home.path(), server, &database);
    offers(
        &terminal,
        "select * from newt",
        &["newt_old"],
        &["newt_fresh"],
    );
    run(&terminal, "begin;", "BEGIN");
    run(
        &terminal,
        "create table newt_fresh (abcdef int, old_id int references newt_old);",
        "CREATE TABLE",
    );
    offers(
        &terminal,
        "select * from newt",
        &["newt_old", "newt_fresh"],
        &[],
    );
    offers(
        &terminal,
        "select * from newt_fresh where abc",
        &["abcdef"],
        &[],
    );
    run(
        &terminal,
        "alter table newt_old add column abcxyz int;",
        "ALTER TABLE",
    );
    offers(
        &terminal,
        "select * from newt_old where abc",
        &["abcxyz"],
        &["abcdef"],
    );
    run(&terminal, "savepoint s;", "SAVEPOINT");
    run(&terminal, "drop table newt_fresh;", "DROP TABLE");
    offers(
        &terminal,
        "select * from newt",
        &["newt_old"],
        &["newt_fresh"],
    );
    run(&terminal, "rollback to s;", "ROLLBACK");
    offers(
        &terminal,
        "select * from newt",
        &["newt_old", "newt_fresh"],
        &[],
    );
    run(&terminal, "rollback;", "ROLLBACK");
    offers(
        &terminal,
        "select * from newt",
        &["newt_old"],
        &["newt_fresh"],
    );
    offers(
        &terminal,
        "select * from newt_old where fix",
        &["fixed"],
        &["abcxyz"],
    );
    run(&terminal, "begin;", "BEGIN");
    run(
        &terminal,
        "create table newt_kept (ghijkl int);",
        "CREATE TABLE",
    );
    run(&terminal, "commit;", "COMMIT");
    offers(
        &terminal,
        "select * from newt",
        &["newt_old", "newt_kept"],
        &["newt_fresh"],
    );
    offers(
        &terminal,
        "select * from newt_kept where ghi",
        &["ghijkl"],
        &[],
    );
}

/// A role that may not read a part of the catalog must not lose its transaction to our curiosity.
#[test]
fn looking_inside_a_transaction_never_ends_it() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let statements = [
        "create table plain_old (id int)",
        "revoke select on pg_catalog.pg_attribute from public",
    ];
    let database = in_database(server, &statements);
    let role = format!("{database}_role");
    let rights = format!(
        "create role {role} login password '{PASSWORD}'; grant all on database {database} to {role}; \
         grant all on schema public to {role}"
    );
    crate::postgres::block_on(async {
        let target = server.target(&database);
        let mut connection = by_name("postgres").unwrap().connect(&target).await.unwrap();
        crate::postgres::all(connection.as_mut(), &rights)
            .await
            .unwrap();
    });
    let home = home();
    let url = format!(
        "postgres://{role}:{PASSWORD}@127.0.0.1:{}/{database}",
        server.port
    );
    let terminal = ready(sqwire(home.path(), &url).go());
    offers(&terminal, "select * from plain", &["plain_old"], &[]);
    run(&terminal, "begin;", "BEGIN");
    run(
        &terminal,
        "create table plain_new (id int);",
        "CREATE TABLE",
    );
    run(&terminal, "select 'still' || ' here';", "still here");
    run(&terminal, "commit;", "COMMIT");
    offers(
        &terminal,
        "select * from plain",
        &["plain_old", "plain_new"],
        &[],
    );
}

/// Another session holds what we would like to know: the prompt comes back all the same.
#[test]
fn a_locked_catalog_holds_up_neither_the_prompt_nor_the_transaction() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let database = in_database(server, &["create table plain_old (id int)"]);
    let home = home();
    let terminal = prompt(home.path(), server, &database);
    offers(&terminal, "select * from plain", &["plain_old"], &[]);
    crate::postgres::block_on(async {
        let target = server.target(&database);
        let mut other = by_name("postgres").unwrap().connect(&target).await.unwrap();
        let lock = "begin; lock table pg_catalog.pg_attrdef";
        crate::postgres::all(other.as_mut(), lock).await.unwrap();
        run(&terminal, "begin;", "BEGIN");
        run(
            &terminal,
            "create table plain_new (id int);",
            "CREATE TABLE",
        );
        run(&terminal, "select 'still' || ' here';", "still here");
        crate::postgres::all(other.as_mut(), "rollback")
            .await
            .unwrap();
    });
    run(&terminal, "commit;", "COMMIT");
    offers(
        &terminal,
        "select * from plain",
        &["plain_old", "plain_new"],
        &[],
    );
}

#[test]
fn temporary_tables_and_the_search_path_are_the_sessions_own() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let database = in_database(
        server,
        &[
            "create schema hidden; create table hidden.innermost (deep int); create table tmp_real (a int)",
        ],
    );
    let home = home();
    let terminal = prompt(home.path(), server, &database);
    offers(&terminal, "select * from inner", &["hidden.innermost"], &[]);
    run(&terminal, "set search_path = hidden, public;", "SET");
    offers(
        &terminal,
        "select * from inner",
        &["innermost"],
        &["hidden.innermost"],
    );
    run(
        &terminal,
        "create temp table tmp_mine (abcdef int);",
        "CREATE TABLE",
    );
    offers(
        &terminal,
        "select * from tmp_",
        &["tmp_mine", "tmp_real"],
        &[],
    );
    offers(
        &terminal,
        "select * from tmp_mine where abc",
        &["abcdef"],
        &[],
    );
    // What the background reads later leaves them alone.
    run(&terminal, "create table tmp_other (a int);", "CREATE TABLE");
    offers(
        &terminal,
        "select * from tmp_",
        &["tmp_mine", "tmp_other"],
        &[],
    );
    offers(
        &terminal,
        "select * from inner",
        &["innermost"],
        &["hidden.innermost"],
    );
    run(&terminal, "drop table tmp_mine;", "DROP TABLE");
    offers(
        &terminal,
        "select * from tmp_",
        &["tmp_other"],
        &["tmp_mine"],
    );
}

#[test]
fn mariadb_follows_too() {
    let Some(server) = servers::mysql() else {
        return;
    };
    let database = in_database(server, &["create table real_one (id int primary key)"]);
    let other = in_database(server, &["create table elsewhere (id int)"]);
    let home = home();
    let terminal = prompt(home.path(), server, &database);
    offers(&terminal, "select * from rea", &["real_one"], &[]);
    run(&terminal, "create table real_two (abcdef int);", "OK");
    offers(
        &terminal,
        "select * from real_two where abc",
        &["abcdef"],
        &[],
    );
    run(
        &terminal,
        "create temporary table real_tmp (ghijkl int);",
        "OK",
    );
    offers(
        &terminal,
        "select * from real_tmp where ghi",
        &["ghijkl"],
        &[],
    );
    run(&terminal, "rename table real_two to real_three;", "OK");
    offers(
        &terminal,
        "select * from rea",
        &["real_three", "real_tmp"],
        &["real_two"],
    );
    run_silent(&terminal, &format!("use {other};"), 1);
    offers(&terminal, "select * from else", &["elsewhere"], &[]);
}

#[test]
fn sqlite_follows_its_own_transactions_and_attached_databases() {
    let home = home();
    let terminal = ready(sqwire(home.path(), "shop.db").go());
    run_silent(&terminal, "create table newt_old (id int);", 1);
    offers(&terminal, "select * from newt", &["newt_old"], &[]);
    run_silent(&terminal, "begin; create table newt_fresh (abcdef int);", 2);
    offers(
        &terminal,
        "select * from newt_fresh where abc",
        &["abcdef"],
        &[],
    );
    run_silent(&terminal, "rollback;", 3);
    offers(
        &terminal,
        "select * from newt",
        &["newt_old"],
        &["newt_fresh"],
    );
    run_silent(&terminal, "create temp table newt_tmp (ghijkl int);", 4);
    offers(
        &terminal,
        "select * from newt_tmp where ghi",
        &["ghijkl"],
        &[],
    );
    run_silent(&terminal, "attach 'other.db' as other;", 5);
    run_silent(&terminal, "create table other.newt_far (mnopqr int);", 6);
    offers(
        &terminal,
        "select * from newt",
        &["newt_old", "newt_tmp", "newt_far"],
        &[],
    );
    run_silent(&terminal, "detach other;", 7);
    offers(
        &terminal,
        "select * from newt",
        &["newt_old", "newt_tmp"],
        &["newt_far"],
    );
}

#[test]
fn the_next_start_knows_what_this_one_knew_before_it_has_connected() {
    let home = home();
    let terminal = ready(sqwire(home.path(), "shop.db").go());
    run_silent(&terminal, "create table remembered (abcdef int);", 8);
    offers(&terminal, "select * from rem", &["remembered"], &[]);
    terminal.send(CTRL_D);
    terminal.status();
    let folder = home.path().join(".cache/sqwire/catalog");
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    let kept = binary::decode(&std::fs::read(files[0].path()).unwrap()).unwrap();
    assert!(kept.relations().any(|r| r.name == "remembered"));
}

#[test]
fn nothing_is_kept_where_the_setting_says_so() {
    let home = home();
    let start = sqwire(home.path(), "shop.db -P catalog_cache=off");
    let terminal = ready(start.size(40, 120).go());
    run_silent(&terminal, "create table remembered (abcdef int);", 9);
    offers(&terminal, "select * from rem", &["remembered"], &[]);
    terminal.send(CTRL_D);
    terminal.status();
    assert!(!home.path().join(".cache/sqwire/catalog").exists());
}

/// A server that nobody can reach: what is offered can only come from the disk.
#[test]
fn a_kept_catalog_is_published_although_the_server_does_not_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept");
    std::fs::write(&path, binary::encode(&one_table("remembered"))).unwrap();
    let driver = by_name("postgres").unwrap();
    let target = Target {
        hosts: vec![Host {
            name: folder.path().to_string_lossy().into_owned(),
            port: Some(1),
        }],
        database: Some("shop".into()),
        ..Target::new("postgres")
    };
    let board = Board::new(driver.dialect());
    let published = board.published();
    let refresher = Refresher::start(driver, target, board);
    refresher.request(Request {
        cache: Some(path.clone()),
        ..Request::default()
    });
    let busy = refresher.busy();
    while busy.load(std::sync::atomic::Ordering::Relaxed) {
        std::thread::yield_now();
    }
    assert!(refresher.failure().is_some());
    let catalog = published.load();
    assert_eq!(catalog.relations().next().unwrap().name, "remembered");
    // What could not be refreshed is kept as it was.
    assert!(binary::decode(&std::fs::read(&path).unwrap()).is_some());
}

fn one_table(name: &str) -> Catalog {
    let mut builder = CatalogBuilder::new(by_name("postgres").unwrap().dialect());
    builder.relation(RelationRow {
        schema: "public",
        name,
        ..RelationRow::default()
    });
    builder.finish(0)
}

#[test]
fn databases_in_memory_have_no_file() {
    let status = Status {
        database: ":memory:".into(),
        ..Status::default()
    };
    assert_eq!(cache_path("sqlite", &status), None);
}
