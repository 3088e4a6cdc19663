//! What the commands that explore a database print, over a sample schema of each kind of database:
//! `tests/golden/explore/DRIVER.txt`.
//!
//! `UPDATE_EXPECT=1 cargo test explore` writes the files again; read the difference before you
//! commit it.

use crate::harness::Sqwire;
use crate::servers::{self, PASSWORD, Server, USER};
use std::path::PathBuf;

/// Both outputs of each command, as a file that people can read.
fn transcript(run: &dyn Fn(&str) -> Sqwire, commands: &[&str]) -> String {
    let mut out = String::new();
    for command in commands {
        let (output, _folder) = run(command).output();
        out.push_str(&format!("$ {command}\n"));
        out.push_str(&steady(&String::from_utf8_lossy(&output.stdout)));
        out.push_str(&String::from_utf8_lossy(&output.stderr));
        out.push('\n');
    }
    out
}

fn check(name: &str, got: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden/explore")
        .join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, got).unwrap();
        return;
    }
    let want = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = want
        .lines()
        .zip(got.lines())
        .position(|(want, got)| want != got);
    assert!(
        want == got,
        "{} differs from line {} on:\n{got}",
        file.display(),
        differs.unwrap_or(0) + 1
    );
}

pub(crate) fn load(sqwire: Sqwire, schema: &str) -> tempfile::TempDir {
    let (output, folder) = sqwire.input(schema).output();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    folder
}

pub(crate) fn on<'s>(server: &'s Server, database: &'s str) -> impl Fn(&str) -> Sqwire + 's {
    move |command| {
        let url = format!(
            "{}://{USER}:{PASSWORD}@127.0.0.1:{}/{database}",
            server.driver, server.port
        );
        with_commands(Sqwire::new().arg(&url), command)
    }
}

/// Each line of `commands` as an argument of its own.
pub(crate) fn with_commands(sqwire: Sqwire, commands: &str) -> Sqwire {
    commands
        .lines()
        .fold(sqwire, |sqwire, line| sqwire.arg("-c").arg(line))
}

/// What differs from run to run: times, the counters of the server, where files are.
fn steady(text: &str) -> String {
    let is_counter = |line: &str| {
        ["Was read", "Changes since", "File|"]
            .iter()
            .any(|start| line.trim_start().starts_with(start))
    };
    let mut out = String::new();
    for line in text.lines().filter(|line| !is_counter(line)) {
        let mut line = line.to_string();
        while let Some(at) = line.find("20").filter(|_| line.contains('|')) {
            let time: String = line[at..].chars().take(19).collect();
            let shape: String = time
                .chars()
                .map(|c| if c.is_ascii_digit() { '0' } else { c })
                .collect();
            let len = match shape.as_str() {
                "0000-00-00 00:00:00" => 19,
                s if s.starts_with("0000-00-00 00:00") => 16,
                _ => break,
            };
            line.replace_range(at..at + len, "TIME");
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// What neither MySQL nor SQLite has.
const ELSEWHERE: &[&str] = &[
    "\\dm", "\\dE", "\\da", "\\do", "\\dD", "\\dC", "\\drg", "\\drds", "\\ddp", "\\db", "\\dL",
    "\\dy", "\\dX", "\\dd", "\\dl", "\\dAc", "\\dAf", "\\dAo", "\\dAp", "\\dF", "\\dFd", "\\dFp",
    "\\dFt", "\\dRp", "\\dRs", "\\det", "\\des", "\\deu", "\\dew",
];

#[test]
fn sqlite_is_explored() {
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("shop.db");
    let run = |command: &str| with_commands(Sqwire::new().arg(path.to_str().unwrap()), command);
    load(run(""), include_str!("describe/sqlite.sql"));
    let commands = [
        "\\d",
        "\\dt+",
        "\\dv",
        "\\di",
        "\\di users",
        "\\ds",
        "\\dT",
        "\\du",
        "\\d users",
        "\\d+ lines",
        "\\d nope",
        "\\sv adults",
        "\\sv+ adults",
        "\\sf nope",
        "/ddl users",
        "/ddl adults",
        "/ddl nope",
        "/ddl",
        "\\pset format unaligned\n/show users",
        "\\pset format unaligned\n/show adults",
        "/show nope",
        "/show",
        "/find user",
        "/find pay",
        "/find",
        "/find 50%_'",
        "/where-used users",
        "/where-used orders",
        "insert into users (id, name) values (7, 'ann'); insert into orders values (1, 7, 'x'), (2, 7, 'y'); insert into lines values (1, 1)",
        "/follow users 7",
        "/follow+ users 7\n/follow 1\n/follow -",
        "/follow users mail=x",
        "/follow users 9",
        "/follow lines 1",
        "/follow 3",
        "/map",
        "/map+ lines",
        "/map mermaid",
        "/map nope",
        "\\pset format csv\n/map",
        "/chart select id, n from (select 1 as id, 5 as n union all select 2, 3)",
        "/chart lines y=n select 1 as n",
        "/chart select 'a'",
        "/chart delete from users",
        "select 1 as id, 5 as n union all select 2, 3;\n/chart bar\n/grid\n/last csv",
        "\\h create index",
        "\\h nonsense",
        "/stats users",
        "/stats+ users",
        "/stats+ users id",
        "/stats+ users nope",
        "/path lines users",
        "/path users adults",
        "/path users",
        "/explain select * from users order by name",
        "/explain",
        "/explain analyze delete from users",
        "/explain select * from users where pay > 3\n/explain select * from users where id = 3\n/explain compare",
        "/explain compare",
        "/explain save plan.html",
        ".tables",
        ".tables u*",
        ".indexes users",
        ".schema",
        ".schema orders",
        // A table would be as wide as the folder's name.
        "\\pset format unaligned\n\\l+",
        "\\pset format unaligned\n\\dn",
        "\\df abs*",
        "\\dP",
        "\\dp",
        "\\dc",
        "\\dx",
        "\\dO",
        "\\dA fts5",
        "\\dconfig *sync*",
        "/diff-schema other.db",
        "/find user \\g |tr a-z A-Z",
    ];
    let commands = [&commands, ELSEWHERE].concat();
    let folder = file.path().to_str().unwrap();
    let got = transcript(&run, &commands).replace(folder, "FOLDER");
    check("sqlite", &got);
}

#[test]
fn mysql_is_explored() {
    // What is in other databases is found too.
    let Some(server) = servers::start_mysql() else {
        return;
    };
    // A name of one length, because columns are as wide as it is.
    load(on(&server, "mysql")(""), "CREATE DATABASE explored;");
    let run = on(&server, "explored");
    load(run(""), include_str!("describe/mysql.sql"));
    let commands = [
        "\\d",
        "\\dt",
        "\\dv",
        "\\di",
        "\\ds",
        "\\dT",
        "\\df",
        "\\du nobody",
        "\\dp",
        "\\d users",
        "\\d+ parts",
        "\\d nope",
        "\\sv adults",
        "\\sf twice_of",
        "\\sf+ count_users",
        "\\sf nope",
        "/ddl users",
        "/ddl orders",
        "/ddl nightly",
        "/ddl counter",
        "/ddl nope",
        "/ddl",
        "\\pset format unaligned\n/show users",
        "\\pset format unaligned\n/show parts",
        "\\pset format unaligned\n/show adults",
        "/show nope",
        "/find pay",
        "/find user",
        "/find called",
        "/where-used users",
        "/where-used orders",
        "/path users orders",
        "/stats users",
        "/stats users name",
        "\\h nonsense",
        "select 1 as id, 5 as n union all select 2, 3;\n/chart\n/last csv",
        "/explain select * from orders join users on users.id = orders.user_id",
        "/explain analyze delete from users",
        "insert into users (name) values ('ann'); insert into orders values (1, 1, 'x'), (2, 1, 'y')",
        "/follow users 1\n/follow 2",
        "/follow users feeling=ok",
        "/map",
        "/stats+ orders",
        "/stats+ orders id",
        "/chart bars select name, id from users",
        "\\l explored",
        "\\dn explored",
        "\\dP",
        "\\dO utf8mb4_bin",
        "\\dc utf8mb4",
        "\\dA InnoDB",
        "\\dx InnoDB",
        "\\dconfig innodb_page_size",
        "/diff-schema nowhere.db",
        ".tables",
        ".indexes users",
        ".schema orders",
        "analyze table users persistent for all;\n\\pset format unaligned\n/stats users",
    ];
    let commands = [&commands, ELSEWHERE].concat();
    check("mysql", &transcript(&run, &commands));
}

#[test]
fn postgres_is_explored() {
    let Some(server) = servers::start_postgres() else {
        return;
    };
    let schema = include_str!("describe/postgres.sql");
    load(on(&server, "postgres")(""), schema);
    let run = |command: &str| {
        on(&server, "postgres")("").input(format!("set search_path = shop, public;\n{command}\n"))
    };
    let commands = [
        "/ddl users",
        "/ddl orders",
        "/ddl booking",
        "/ddl parts",
        "/ddl parts_1",
        "/ddl child",
        "/ddl typed",
        "/ddl far_users",
        "/ddl adults",
        "/ddl totals",
        "/ddl counter",
        "/ddl users_lower",
        "/ddl add",
        "/ddl mood",
        "/ddl pair",
        "/ddl span",
        "/ddl positive",
        "/ddl nope",
        "/ddl",
        "\\pset format unaligned\n/show users",
        "/show booking",
        "/show parts",
        "/show adults",
        "/show users_lower",
        "/show counter",
        "/show far_users",
        "/show nope",
        "/find feel",
        "/find user",
        "/find 'nope%",
        "/where-used users",
        "/where-used mood",
        "/where-used add",
        "/where-used nope",
        "begin; create table many_parts_1 partition of many_parts for values with (modulus 2, remainder 1); insert into many_parts values (3); insert into refers_parts values (3), (3);\n/follow many_parts 3\n/follow+ many_parts 3\nrollback;",
        "/follow lines 1",
        "/map",
        "/map+ orders",
        "/map graphviz",
        "create role weak; grant usage on schema shop to weak; grant select on orders to weak; insert into users (name) select 'ann'; insert into orders (user_id) values (1); begin; set role weak;\n/follow orders 1\nselect count(*) from orders; rollback;",
        "/path lines users",
        "/path users refers_parts",
        "/path a b",
        "/stats",
        "/stats nope",
        "insert into scratch select n % 7, n, 1 from generate_series(1, 700) n;\nanalyze scratch;\n/stats scratch",
        "/stats scratch x",
        "/stats+ scratch",
        "/stats+ scratch y",
        "/stats+ users doc",
        "/chart histogram select y from scratch",
        "\\h truncate",
        "\\h nonsense",
        "select 1 as id, 5 as n union all select 2, 3;\n/chart\n/last csv",
        "/explain select * from users where id = 3",
        "/explain nonsense",
        "/explain analyze create table x (y int)",
        "\\drg",
        ".tables us*",
        ".indexes users",
        ".schema lines",
        "/diff-schema nowhere.db",
    ];
    check("postgres", &transcript(&run, &commands));
    let script = "truncate scratch; insert into scratch values (1, 2, 3);\n/explain analyze delete from scratch;\n\
                  select count(*) as left_over from scratch;";
    let (output, _folder) = run(script).output();
    let out = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(out.contains("Delete on scratch"), "{out}{errors}");
    assert!(
        out.contains("left_over") && out.contains("         1"),
        "{out}"
    );
    let said = |script: &str| {
        let (output, _folder) = run(script).output();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        (String::from_utf8_lossy(&output.stdout).into_owned(), errors)
    };
    for (kind, name) in [
        ("table", "lines"),
        ("table", "booking"),
        ("table", "orders"),
        ("table", "typed"),
        ("table", "grandchild"),
        ("table", "parts_1"),
        ("foreign table", "far_users"),
        ("view", "adults_checked"),
        ("materialized view", "totals"),
        ("sequence", "counter"),
    ] {
        let (before, _) = said(&format!("\\d {name}"));
        let (ddl, _) = said(&format!("/ddl {name}"));
        let (after, errors) = said(&format!(
            "begin;\ndrop {kind} {name} cascade;\n{ddl}\n\\d {name}\nrollback;"
        ));
        // What else pointed at it went with it.
        let kept = |text: &str| -> Vec<String> {
            let lines = text.lines().map(str::trim_end).filter(|line| {
                let others = ["    TABLE \"", "Referenced by:", "\"some_pub\""];
                !others.iter().any(|other| line.contains(other))
            });
            lines.map(str::to_string).collect()
        };
        let (before, after) = (kept(&before), kept(&after));
        assert!(
            after.ends_with(&before),
            "{name}:\n{ddl}\n{errors}\n{}\n--- after\n{}",
            before.join("\n"),
            after.join("\n")
        );
    }
}

/// The script that `/diff-schema` writes makes the two alike.
pub(crate) fn made_alike(run: &dyn Fn(&str) -> Sqwire, other: &str) -> String {
    let said = |sqwire: Sqwire| {
        let (output, _folder) = sqwire.output();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        (String::from_utf8_lossy(&output.stdout).into_owned(), errors)
    };
    let compare = format!("/diff-schema {other}");
    let (script, errors) = said(run(&compare));
    assert_eq!(errors, "", "{script}");
    let (output, _folder) = run("").input(&script).output();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{script}");
    let (left, errors) = said(run(&compare));
    assert_eq!(
        (left.as_str(), errors.as_str()),
        ("", "The schemas do not differ.\n"),
        "{script}"
    );
    script
}

#[test]
fn schemas_of_postgres_are_made_alike() {
    let Some(server) = servers::start_postgres() else {
        return;
    };
    load(
        on(&server, "postgres")(""),
        include_str!("describe/postgres.sql"),
    );
    load(
        on(&server, "template1")(""),
        "create database other template postgres;",
    );
    let changes = "set search_path = shop, public;
        alter table users add column phone text not null default 'x';
        alter table users alter column mail set default 'none';
        alter table lines add column price numeric, alter column n type bigint;
        alter table orders add check (code <> ''), alter column user_id drop not null;
        create index on orders (user_id);
        drop table booking;
        alter type mood add value 'odd';
        create table fresh (id int primary key, o int references orders, m mood, s serial);
        alter table fresh enable row level security;
        create policy p1 on fresh using (id > 1);
        create trigger t1 after insert on fresh execute function touch();
        create or replace view adults as select id, name from users where born < '1999-01-01';
        drop function add(text);
        create schema more;
        comment on table users is 'others'; comment on column users.id is 'it''s its number';
        comment on view adults is null; comment on schema more is 'more of it';
        comment on trigger users_touch on users is 'touches';
        grant select, insert on users to desc_group with grant option; grant usage on schema more to desc_group;
        grant select on totals to public; revoke execute on function touch() from public;
        alter table orders set (fillfactor = 70, autovacuum_enabled = off);
        alter table orders force row level security;
        alter table users disable trigger users_touch;
        alter sequence counter increment by 7 cache 5 cycle;
        create type spread as range (subtype = float8, subtype_diff = float8mi);
        create sequence apart owned by orders.user_id;
        drop table scratch cascade;
        create or replace view grown with (security_barrier) as select id from users;
        comment on view grown is 'a new one'; grant select on grown to desc_group;
        drop materialized view totals;
        create materialized view totals as select user_id, count(*), max(code) from orders group by 1;
        comment on materialized view totals is 'counted';
        create function more.now2() returns int language sql as 'select 2';";
    load(on(&server, "other")(""), changes);
    let url = server.url("other");
    let script = made_alike(&on(&server, "postgres"), &url);
    assert!(
        script.contains("ALTER TYPE shop.mood ADD VALUE 'odd';"),
        "{script}"
    );
}

#[test]
fn schemas_of_mysql_are_made_alike() {
    let Some(server) = servers::mysql() else {
        return;
    };
    load(
        on(server, "mysql")(""),
        "CREATE DATABASE alike; CREATE DATABASE other;",
    );
    let schema = include_str!("describe/mysql.sql");
    load(on(server, "alike")(""), schema);
    load(on(server, "other")(""), schema);
    let changes = "ALTER TABLE users ADD phone VARCHAR(10) NOT NULL DEFAULT 'x' AFTER name, MODIFY pay DECIMAL(12,3), DROP KEY by_name, ADD UNIQUE KEY nn (name);
        CREATE TABLE fresh (id INT PRIMARY KEY, u INT, FOREIGN KEY (u) REFERENCES users (id));
        ALTER TABLE orders DROP FOREIGN KEY of_user;
        DROP FUNCTION twice_of; DROP TABLE parts; DROP EVENT nightly;
        CREATE VIEW w AS SELECT id FROM fresh;
        ALTER TABLE orders COMMENT = 'what was ordered', ROW_FORMAT = DYNAMIC;
        CREATE USER alike_reader@localhost;
        GRANT SELECT, INSERT ON users TO alike_reader@localhost;
        GRANT SELECT ON w TO alike_reader@localhost;
        GRANT EXECUTE ON * TO alike_reader@localhost WITH GRANT OPTION;";
    load(on(server, "other")(""), changes);
    let url = server.url("other");
    made_alike(&on(server, "alike"), &url);
}

#[test]
fn schemas_of_sqlite_are_made_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (one, other) = (path("one.db"), path("other.db"));
    let run = |command: &str| with_commands(Sqwire::new().arg(&one), command);
    load(run(""), include_str!("describe/sqlite.sql"));
    std::fs::copy(&one, &other).unwrap();
    let changes =
        "alter table users add column phone text default 'x'; create index o1 on orders (user_id);
        drop view adults; create table fresh (a int check (a > 1)); create view w as select 1;
        alter table lines add column q int not null default 3; drop trigger touch;";
    load(Sqwire::new().arg(&other), changes);
    made_alike(&run, &other);
}

/// What `/ddl` writes of a routine runs as it is, and the server's own help is shown.
#[test]
fn routines_of_mysql_come_back_from_their_own_text() {
    let Some(server) = servers::mysql() else {
        return;
    };
    load(on(server, "mysql")(""), "CREATE DATABASE bodies;");
    let run = on(server, "bodies");
    let schema = "DELIMITER //
        CREATE PROCEDURE two() BEGIN SELECT 1; SELECT 2; END//
        DELIMITER ;
        CREATE TABLE places (id INT, at POINT, area MULTIPOLYGON);
        INSERT INTO places VALUES (1, ST_GeomFromText('POINT(1 2)'), NULL);";
    load(run(""), schema);
    let shown = |command: &str| {
        let (output, _folder) = run(command).output();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(errors, "", "{command}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let text = shown("/ddl two");
    assert!(
        text.ends_with("end;;\nDELIMITER ;\n") || text.ends_with("END;;\nDELIMITER ;\n"),
        "{text}"
    );
    shown("drop procedure two");
    load(run(""), &text);
    assert_eq!(shown("/ddl two"), text);
    let stats = shown("/stats+ places");
    assert!(stats.contains("POINT(1 2)"), "{stats}");
    let help = shown("\\h truncate table");
    assert!(
        help.starts_with("Name: 'TRUNCATE TABLE'\nDescription:\n"),
        "{help}"
    );
    assert!(help.contains("TRUNCATE [TABLE] tbl_name"), "{help}");
}

#[test]
fn null_in_the_row_that_is_followed_is_shown_as_in_results() {
    let (output, _) = Sqwire::new()
        .args("demo -P null=NIL -c")
        .arg("/follow orders 1")
        .output();
    let shown = String::from_utf8_lossy(&output.stdout);
    let line = shown.lines().find(|l| l.contains("shipped_at"));
    assert!(
        line.is_some_and(|l| l.trim_end().ends_with("NIL")),
        "{shown}"
    );
}

#[test]
fn a_map_without_tables_names_the_schemas_that_have_some() {
    let Some(server) = crate::servers::postgres() else {
        return;
    };
    let database = crate::postgres::block_on(server.database());
    let (user, password) = (crate::servers::USER, crate::servers::PASSWORD);
    Sqwire::new()
        .args("-X")
        .arg(&format!(
            "postgres://{user}:{password}@127.0.0.1:{}/{database}",
            server.port
        ))
        .args("-c")
        .arg("create schema shop; create table shop.goods (id int)")
        .args("-c")
        .arg("/map")
        .stderr(
            "error: /map: there are no tables where names are looked for\n\
             hint: /map SCHEMA shows those of another schema: shop.\n",
        )
        .status(1);
}

#[test]
fn what_explores_is_repeated() {
    let (output, _folder) = Sqwire::new()
        .args("demo -c")
        .arg("/find payments \\watch c=2 i=0.01")
        .output();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(shown.matches("(every 0.01s)").count(), 2, "{shown}");
    assert_eq!(shown.matches("Found in").count(), 2, "{shown}");
}

/// What stands behind a command that explores takes its result away from the screen.
#[test]
fn what_explores_goes_where_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.txt");
    let file = file.to_str().unwrap();
    for (command, shown, kept) in [
        (format!("\\dt orders \\g {file}"), "", " orders "),
        (
            format!("\\dt orders \\g (format=csv) {file}"),
            "",
            "main,orders,table",
        ),
        (format!("/find orders \\g {file}"), "", " orders "),
        ("\\dt orders \\g |tr a-z A-Z".into(), " ORDERS ", ""),
        ("\\dt orders \\gx".into(), "Name   | orders", ""),
        ("\\d orders \\watch c=2 i=0.01".into(), "(every 0.01s)", ""),
        ("\\dt orders \\dt customers".into(), " customers ", ""),
    ] {
        std::fs::write(file, "").unwrap();
        let (output, _) = Sqwire::new().args("demo -c").arg(&command).output();
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(out.is_empty(), shown.is_empty(), "{command}: {out}");
        assert!(out.contains(shown), "{command}: {out}");
        let written = std::fs::read_to_string(file).unwrap();
        assert!(written.contains(kept), "{command}: {written}");
        let times = if command.contains("watch") { 2 } else { 1 };
        let title = out.matches("orders_customer_id").count();
        assert!(title <= times, "{command}: {out}");
    }
}

/// Where nothing keeps a catalog only what can be found is read of it: the same is found.
#[test]
fn one_search_finds_what_the_prompt_finds() {
    let texts = [
        "user",
        "users",
        "usres",
        "oi",
        "ui",
        "note",
        "sad",
        "feling",
        "nobody",
        "line order",
        "x",
        "0",
        "how they",
        "'",
        "50%",
        "counts",
        "nothing like it",
        "Odd",
        "a.b",
        "p",
        "cod",
    ];
    let compare = |url: &str, path: &str| {
        let said = |kept: bool, text: &str| {
            let sqwire = Sqwire::new().args("-X").arg(url).args("-t -c").arg(path);
            // The catalog that `\refresh` reads is kept for the session, and waited for.
            let sqwire = match kept {
                true => sqwire.args("-c").arg("\\refresh"),
                false => sqwire,
            };
            let (output, _) = sqwire.args("-c").arg(&format!("/find {text}")).output();
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        for text in texts {
            assert_eq!(said(false, text), said(true, text), "{url}: {text}");
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let path = path.to_str().unwrap();
    load(Sqwire::new().arg(path), include_str!("describe/sqlite.sql"));
    compare(path, "select 1 \\g /dev/null");
    // Lists of other databases would be found too.
    if let Some(server) = servers::start_mysql() {
        load(on(&server, "mysql")(""), "CREATE DATABASE sought;");
        load(
            on(&server, "sought")(""),
            include_str!("describe/mysql.sql"),
        );
        compare(&server.url("sought"), "select 1 \\g /dev/null");
    }
    if let Some(server) = servers::start_postgres() {
        let schema = include_str!("describe/postgres.sql");
        load(on(&server, "postgres")(""), schema);
        // The connection that reads the catalog has a search path of its own, and what defaults name
        // is written by it.
        compare(&server.url("postgres"), "select 1 \\g /dev/null");
    }
}

/// MariaDB opens every table for its lists, also one that another session is making.
#[test]
fn a_table_that_is_being_made_does_not_hold_up_the_others() {
    // Lists of other databases would wait too.
    // Lists of other databases would wait too.
    let Some(server) = servers::start_mysql() else {
        return;
    };
    let schema = "CREATE DATABASE making; USE making; CREATE TABLE held (id INT PRIMARY KEY); \
         CREATE TABLE kid (id INT REFERENCES held (id));";
    load(on(&server, "mysql")(""), schema);
    let run = on(&server, "making");
    let said = |command: &str| {
        let (output, _folder) = run(command).output();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    };
    let maker =
        "select id from information_schema.processlist where info like 'create table longer%'";
    std::thread::scope(|scope| {
        scope.spawn(|| said("create table longer as select sleep(1000) as x"));
        let id = loop {
            let (out, _) = said(&format!(
                "\\pset format csv\n\\pset tuples_only on\n{maker}"
            ));
            if !out.is_empty() {
                break out;
            }
        };
        for (command, shows, warns) in [
            ("\\dt", "held", true),
            ("\\d kid", "id", false),
            ("/find held", "held", true),
            ("/ddl held", "CREATE TABLE `held`", true),
        ] {
            let (out, errors) = said(command);
            assert!(out.contains(shows), "{command}: {out}{errors}");
            let told = errors.contains("another session has locked")
                && errors.contains("it may be process ")
                && errors.contains("create table longer");
            assert!(told || !warns, "{command}: {errors}");
        }
        said(&format!("kill query {id}"));
    });
}

/// Every command that explores has an expected output on each database: in the files here, or, of
/// psql's own on PostgreSQL, psql's.
#[test]
fn every_exploring_command_has_an_expected_output() {
    let psqls = crate::psql_describe::cases().join("\n");
    let says = |text: &str, name: &str| {
        text.lines().any(|line| {
            let line = line.strip_prefix("$ ").unwrap_or(line);
            let rest = line.strip_prefix(name).unwrap_or("-");
            rest.trim_start_matches(['+', 'S', 'x']).is_empty() || rest.starts_with([' ', '+'])
        })
    };
    let file = |name: &str| {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/explore");
        std::fs::read_to_string(folder.join(format!("{name}.txt"))).unwrap()
    };
    let mut missing = Vec::new();
    for (database, elsewhere) in [("sqlite", ""), ("mysql", ""), ("postgres", psqls.as_str())] {
        let text = file(database);
        for command in sqwire::command::commands() {
            let spec = &command.spec;
            if spec.section != sqwire::command::spec::Section::Describe {
                continue;
            }
            if !spec
                .names
                .iter()
                .any(|name| says(&text, name) || says(elsewhere, name))
            {
                missing.push(format!("{database} {}", spec.names[0]));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// Somebody holds a lock, as of an ALTER TABLE that waits: who it is is said at once, and what the
/// lock does not touch is shown.
#[test]
fn a_locked_table_is_explored_without_waiting() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let schema = "create table held (id int primary key, at date default now());
        create table holds (id int references held);";
    let database = crate::postgres::block_on(server.database());
    load(on(server, &database)(""), schema);
    let run = on(server, &database);
    let said = |command: &str| {
        let (output, _folder) = run(command).output();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    };
    crate::postgres::block_on(async {
        let target = server.target(&database);
        let driver = sqwire::driver::by_name("postgres").unwrap();
        let mut other = driver.connect(&target).await.unwrap();
        let lock = "begin; lock table held";
        crate::postgres::all(other.as_mut(), lock).await.unwrap();
        let (out, errors) = said("\\d held");
        assert_eq!(out, "");
        for part in [
            "error: another session has locked what this looks at [55P03]",
            "detail: held is locked by process ",
            "begin; lock table held",
            "pg_terminate_backend",
        ] {
            assert!(errors.contains(part), "{part}: {errors}");
        }
        let (out, errors) = said("/show held");
        assert!(errors.contains("Not all is shown of Columns"), "{errors}");
        assert!(
            out.contains("primary key") && out.contains("Pointed at by"),
            "{out}"
        );
        let (out, errors) = said("/path holds held");
        assert!(out.contains("join held"), "{out}{errors}");
        // Nothing of it is left in the session.
        let (out, _) = said("\\pset tuples_only on\n\\dt holds\nshow lock_timeout");
        assert!(out.ends_with(" 0\n\n"), "{out:?}");
        crate::postgres::all(other.as_mut(), "rollback")
            .await
            .unwrap();
    });
    let (out, errors) = said("\\d held");
    assert!(out.contains("now()") && errors.is_empty(), "{out}{errors}");
}
