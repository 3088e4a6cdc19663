//! No command that explores reads the rows of a table unless its user asked for them: every one of
//! them, in all its forms, on each database. The servers count what is read; SQLite would fail, since
//! the pages of the tables hold nothing but nonsense.

use crate::explore::{load, on};
use crate::harness::Sqwire;
use crate::servers;
use sqwire::command::spec::Section;
use std::io::{Seek, SeekFrom, Write};

/// Every exploring command with a relation, a pattern and nothing, plain and with `+`. A dot begins a
/// command on SQLite alone.
fn commands(other: &str) -> Vec<String> {
    let mut out = Vec::new();
    let all = sqwire::command::commands().filter(|c| c.spec.section == Section::Describe);
    for name in all.flat_map(|c| c.spec.names) {
        match *name {
            // These run what they are given, or go to a row: see below.
            "/chart" | "/follow" => {}
            name if name.starts_with('.') && !other.ends_with(".db") => {}
            "/explain" => out.push("/explain select * from users where name = 'x'".to_string()),
            "/diff-schema" => out.push(format!("/diff-schema {other}")),
            "/path" => out.push("/path orders users".to_string()),
            // With + it counts.
            "/stats" => out.push("/stats users".to_string()),
            name => {
                for arguments in ["", " users", " *", " users_id_seq"] {
                    out.push(format!("{name}{arguments}"));
                    out.push(format!("{name}+{arguments}"));
                }
            }
        }
    }
    assert!(out.len() > 200);
    out
}

const TABLES: &str = "create table users (id int primary key, name varchar(20));
    create table orders (id int primary key, user_id int not null, code varchar(20));
    alter table orders add foreign key (user_id) references users (id);
    create index orders_user on orders (user_id);
    create table notes (id int primary key, user_id int references users (id), text varchar(50));
    create view some_users as select * from users where id > 3;";

fn script(commands: &[String]) -> String {
    commands.iter().map(|c| format!("{c}\n")).collect()
}

/// Goes on behind what a database does not have.
const ON: &str = "--on-error continue";

#[test]
fn postgres_counts_no_scan() {
    let Some(server) = servers::start_postgres() else {
        return;
    };
    let rows = "insert into users select n, 'u' || n from generate_series(1, 3000) n;
        insert into orders select n, n, 'c' from generate_series(1, 3000) n;
        insert into notes select n, n, 't' from generate_series(1, 3000) n;
        create materialized view totals as select count(*) from orders;
        analyze;";
    load(on(&server, "postgres")(""), &format!("{TABLES}{rows}"));
    load(on(&server, "template1")(""), "create database other;");
    let counted = "select pg_stat_force_next_flush() \\g /dev/null
        select string_agg(format('%s %s %s', relname, seq_scan, coalesce(idx_scan, 0)), ', ' order by relname) from pg_stat_user_tables";
    let read = |commands: &[String]| {
        let script = format!("\\t\n{}{counted};\n", script(commands));
        let (output, _) = on(&server, "postgres")("").args(ON).input(script).output();
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let last = out
            .trim_end()
            .lines()
            .last()
            .unwrap_or_default()
            .to_string();
        assert!(last.contains("users "), "{out}");
        last
    };
    let before = read(&[]);
    let commands = commands(&server.url("other"));
    if read(&commands) != before {
        // Which one it was.
        for command in &commands {
            let before = read(&[]);
            let after = read(std::slice::from_ref(command));
            assert_eq!(before, after, "{command}");
        }
        panic!("something read a table, and none of the commands by itself");
    }
    // A row and what stands around it is found by indexes, and what has none is not counted.
    let scans = |counts: &str| -> Vec<String> {
        let each = counts
            .split(", ")
            .map(|c| c.trim().rsplit_once(' ').unwrap().0);
        each.map(str::to_string).collect()
    };
    let after = read(&["/follow users 7".to_string()]);
    assert_eq!(scans(&after), scans(&before));
    assert_ne!(after, before);
}

#[test]
fn mariadb_counts_no_row() {
    let Some(server) = servers::start_mysql() else {
        return;
    };
    load(
        on(&server, "mysql")(""),
        "create database audit; create database other; set global userstat = 1;",
    );
    let rows = "insert into users select seq, 'u' from seq_1_to_3000;
        insert into orders select seq, seq, 'c' from seq_1_to_3000;
        insert into notes select seq, seq, 't' from seq_1_to_3000; flush table_statistics;";
    load(on(&server, "audit")(""), &format!("{TABLES}{rows}"));
    let counted = "select group_concat(table_name, ' ', rows_read order by table_name) as counted \
         from information_schema.table_statistics where table_schema = 'audit'";
    let read = |commands: &[String]| {
        let (output, _) = on(&server, "audit")("")
            .args(ON)
            .input(script(commands))
            .output();
        let said = !output.stdout.is_empty() || !output.stderr.is_empty();
        assert!(commands.is_empty() || said, "{commands:?}");
        let (output, _) = on(&server, "audit")(&format!("\\pset format csv\n{counted}")).output();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let nothing = read(&[]);
    for chunk in commands(&server.url("other")).chunks(60) {
        assert_eq!(read(chunk), nothing, "{chunk:?}");
    }
    assert_ne!(
        read(&["/follow users 7".to_string(), "/show users".to_string()]),
        nothing
    );
}

#[test]
fn sqlite_does_not_miss_what_is_in_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (one, other) = (path("one.db"), path("other.db"));
    let tables = TABLES.replace(
        "alter table orders add foreign key (user_id) references users (id);",
        "",
    );
    let rows = "with recursive n (n) as (select 1 union all select n + 1 from n where n < 3000)
        insert into users select n, 'u' from n;";
    load(Sqwire::new().arg(&one), &format!("{tables}{rows}"));
    load(Sqwire::new().arg(&other), &tables);
    let roots = "select group_concat(rootpage) from sqlite_master where type = 'table'";
    let (output, _) = Sqwire::new().arg(&one).args("-t -A -c").arg(roots).output();
    let roots = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut file = std::fs::OpenOptions::new().write(true).open(&one).unwrap();
    for page in roots.trim().split(',') {
        let page: u64 = page.parse().unwrap();
        file.seek(SeekFrom::Start((page - 1) * 4096)).unwrap();
        file.write_all(&[0xff; 4096]).unwrap();
    }
    let (output, _) = Sqwire::new()
        .arg(&one)
        .args("-c")
        .arg("select count(name) from users")
        .output();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        errors.contains("malformed"),
        "the tables are not broken: {errors}"
    );
    let commands = commands(&other);
    let (output, _) = Sqwire::new()
        .arg(&one)
        .args(ON)
        .input(script(&commands))
        .output();
    let out = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(out.contains("some_users"), "{out}");
    assert!(!errors.contains("malformed"), "{errors}");
}
