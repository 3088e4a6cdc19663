//! Scripts of sqlite3: its dot commands, and what `.dump` writes.

use crate::harness::Sqwire;

#[test]
fn dot_commands_do_what_those_of_sqlite3_do() {
    let ran = Sqwire::new()
        .file("with.csv", "a,b\n1,x\n2,\"y,z\"\n")
        .file("without.csv", "3,w\n")
        .file("inner.sql", "select 'inner';\n")
        .args("new.db")
        .input(
            r#".bail on
.mode csv
select 1 as a, 'x,y' as b;
.headers on
select 1 as a, 'x,y' as b;
.import with.csv t
.import --csv --skip 1 with.csv t
.import without.csv t
select * from t order by a, b;
.mode list
.head off
.separator ";"
.nullvalue nil
select null, 1;
.mode tabs
select 1, 2;
.mode json
select 1 as a, null as b;
.mode line
select 1 as a;
.mode list
.once one.txt
select 'in the file';
select 'shown';
.output "two.txt"
select 'hidden';
.print in two
.output
.print "a	b"  'c  d'
.read inner.sql
.param set :p it's
select :p;
.parameter set :n 2*3
select :n + 1;
.timeout 500
.width 10
.backup copy.db
.quit
select 'never';
"#,
        )
        .stdout(
            "1,\"x,y\"\na,b\n1,\"x,y\"\na,b\n1,x\n1,x\n2,\"y,z\"\n2,\"y,z\"\n3,w\nnil;1\n1\t2\n[\n\
             {\"a\":1,\"b\":null}\n]\n*************************** 1. row ***************************\n\
             a: 1\nshown\na\tb c  d\ninner\nit's\n7\n",
        )
        .stderr(
            "The first line names no column of t and is loaded as a row.\n\
             warning: .width does nothing here\n",
        )
        .success();
    assert_eq!(ran.read("one.txt"), "in the file\n");
    assert_eq!(ran.read("two.txt"), "hidden\nin two\n");
    assert!(ran.path().join("copy.db").exists());
}

#[test]
fn a_backup_touches_no_file_but_its_own() {
    let backup = ".backup copy.db\n";
    let ran = Sqwire::new()
        .file("copy.db", "an older one")
        .file("copy.db.new", "somebody's own")
        .args(":memory:")
        .input(format!("create table t (a); {backup}"))
        .success();
    assert_eq!(ran.read("copy.db.new"), "somebody's own");
    let copied = std::fs::read(ran.path().join("copy.db")).unwrap();
    assert!(copied.starts_with(b"SQLite format 3"));
    assert_eq!(std::fs::read_dir(ran.path()).unwrap().count(), 2);
}

#[test]
fn what_is_not_here_says_what_is() {
    for (command, message) in [
        (
            ".recover",
            "invalid command .recover\nhint: sqlite3 FILE .recover does that.",
        ),
        (".headers maybe", ".headers needs on or off"),
        (".once", ".once needs a file"),
        (".dump --what", ".dump has no option --what"),
    ] {
        Sqwire::new()
            .args(":memory: -c")
            .arg(command)
            .stderr(&format!("error: {message}\n"))
            .status(1);
    }
}

#[test]
fn a_dump_makes_the_database_again() {
    let schema = r#"create table t(a int, b text, c real, d blob);
insert into t values (1, 'x', 1.5, x'00ff'), (2, null, 0.1, null),
  (3, 'it''s' || char(10) || 'two', 1e300, x''), (4, cast(x'610062' as text), 9e999, '');
create table "odd name;"("a b" int primary key, "select" text);
insert into "odd name;" values (1, 'é;'), (2, '--');
create table g(x int, y int as (x * 2) stored, z as (x + 1));
insert into g(x) values (1), (2);
create table au(id integer primary key autoincrement, n);
insert into au(n) values ('a'), ('b');
delete from au where id = 2;
create index i on t(a);
create view v as select * from t;
create trigger tg after insert on t begin select 1; end;
create table wr(k text primary key, v) without rowid;
insert into wr values ('k', 1);
create virtual table ft using fts5(body);
insert into ft values ('hello world');
"#;
    let first = Sqwire::new()
        .file("schema.sql", schema)
        .args("a.db -q -f schema.sql -o dump.sql -c .dump")
        .success();
    let dump = first.read("dump.sql");
    assert!(dump.contains("INSERT INTO t VALUES(4,CAST(X'610062' AS TEXT),9.0e+999,'');\n"));
    assert!(dump.contains("INSERT INTO g VALUES(2);\n"));
    let again = Sqwire::new()
        .file("dump.sql", &dump)
        .args("b.db -q -f dump.sql -o again.sql -c .dump -c")
        .arg("insert into au(n) values ('c') returning id")
        .args("-c")
        .arg("\\c b.db")
        .args("-c")
        .arg("select body from ft where ft match 'world'")
        .success();
    let written = again.read("again.sql");
    let whole = written.strip_prefix(dump.as_str()).unwrap();
    assert!(
        whole.contains("  3\n") && whole.contains("hello world"),
        "{whole}"
    );
}

#[test]
fn values_are_quoted_and_the_status_is_the_one_that_was_asked_for() {
    Sqwire::new()
        .args("new.db")
        .input(
            "create table t(a integer, b text, c real, d blob);\n\
             insert into t values (1, 'it''s', 1.5, x'00ff'), (2, null, -2, ''), (3, 'two' || char(10) || 'lines', 0.1, x'');\n\
             .mode quote\nselect * from t;\n.headers on\nselect a, b as \"it's\" from t where a = 1;\n\
             .exit x\n.exit 5\nselect 'never';\n",
        )
        .args("--on-error continue")
        .stdout(
            "1,'it''s',1.5,x'00ff'\n2,NULL,-2.0,''\n3,'two\nlines',0.1,x''\n'a','it''s'\n1,'it''s'\n",
        )
        .stderr("error: .exit takes a status from 0 to 255\n")
        .status(5);
}
