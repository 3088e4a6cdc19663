//! Scripts of mysql: the same text through the mariadb client and through `sqwire my`; standard
//! output, standard error and exit status must be the same.

use crate::servers::{self, PASSWORD, Server, USER};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a program ran.
pub(crate) struct Ran {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) status: Option<i32>,
}

/// The client itself; `None` where it is not installed.
fn native() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut found = std::env::split_paths(&path)
        .flat_map(|folder| ["mariadb", "mysql"].map(|name| folder.join(name)));
    found.find(|program| program.is_file())
}

/// Both programs, and a server for them.
pub(crate) struct Pair {
    pub(crate) server: &'static Server,
    native: PathBuf,
}

impl Pair {
    pub(crate) fn new() -> Option<Pair> {
        Some(Pair {
            server: servers::mysql()?,
            native: native()?,
        })
    }

    pub(crate) fn theirs(&self) -> Command {
        let mut program = Command::new(&self.native);
        program.args(["--no-defaults", "--default-character-set=utf8mb4"]);
        program
    }

    pub(crate) fn ours(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_sqwire"));
        program.arg("my");
        program
    }

    /// Runs a program on a database, in a folder, with a text as its standard input.
    pub(crate) fn run(
        &self,
        mut program: Command,
        database: &str,
        folder: &Path,
        arguments: &[&str],
        input: &[u8],
    ) -> Ran {
        let mut child = program
            .args(["-h", "127.0.0.1", "-P", &self.server.port.to_string()])
            .args(["-u", USER, "-D", database])
            .args(arguments)
            .current_dir(folder)
            .env("MYSQL_PWD", PASSWORD)
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", folder)
            .env("XDG_CONFIG_HOME", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let text = input.to_vec();
        let writer = std::thread::spawn(move || {
            use std::io::Write;
            // A program that stops early is found out by what it has not written.
            drop(stdin.write_all(&text));
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran {
            stdout: output.stdout,
            stderr: output.stderr,
            status: output.status.code(),
        }
    }

    /// An empty database for each of the two, with the same name as far as anybody sees: they are
    /// used one after the other.
    fn both(&self, arguments: &[&str], files: &[(&str, &str)], script: &[u8]) -> [Ran; 2] {
        let database = self.server.fresh_name();
        [self.theirs(), self.ours()].map(|program| {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in files {
                std::fs::write(folder.path().join(name), text).unwrap();
            }
            let anew = format!("drop database if exists {database}; create database {database};");
            let made = self.run(self.theirs(), "", folder.path(), &[], anew.as_bytes());
            assert_eq!(made.status, Some(0), "{}", text(&made.stderr));
            self.run(program, &database, folder.path(), arguments, script)
        })
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The same script through both, with files that it may name.
pub(crate) fn compare_with(arguments: &[&str], files: &[(&str, &str)], script: &[u8]) {
    let Some(pair) = Pair::new() else { return };
    let [theirs, ours] = pair.both(arguments, files, script);
    let what = format!("{arguments:?}\n{}", text(script));
    same(&ours.stdout, &theirs.stdout, &format!("stdout of {what}"));
    same(&ours.stderr, &theirs.stderr, &format!("stderr of {what}"));
    assert_eq!(ours.status, theirs.status, "exit status of {what}");
}

pub(crate) fn compare(arguments: &[&str], script: &str) {
    compare_with(arguments, &[], script.as_bytes());
}

/// Shows the lines around the first one that differs.
pub(crate) fn same(ours: &[u8], theirs: &[u8], what: &str) {
    if ours == theirs {
        return;
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        let lines = bytes.split(|b| *b == b'\n');
        lines.map(|l| l.escape_ascii().to_string()).collect()
    };
    let (a, b) = (lines(ours), lines(theirs));
    let at = (0..a.len()).find(|n| a.get(*n) != b.get(*n));
    let at = at.unwrap_or(a.len());
    let around = |lines: &[String]| {
        let shown = lines.iter().skip(at.saturating_sub(3)).take(9);
        shown.map(|l| format!("  {l}\n")).collect::<String>()
    };
    panic!(
        "{what}\n--- mysql\n{}--- sqwire\n{}",
        around(&b),
        around(&a)
    );
}

/// A script with every way of showing results.
const WAYS: &[&[&str]] = &[
    &[],
    &["-N"],
    &["-s"],
    &["-ss"],
    &["-r"],
    &["-rN"],
    &["-t"],
    &["-tN"],
    &["-E"],
    &["-EN"],
    &["-E", "-ss"],
    &["-X"],
    &["-H"],
    &["-HN"],
    &["-XE"],
    &["-v"],
    &["-vv"],
    &["-t", "-vv"],
    &["-X", "-vv"],
    &["-B", "-n", "-A", "-q"],
    &["-tq"],
    &["--show-warnings"],
    &["--show-warnings", "-vv"],
    &["--binary-as-hex"],
    &["--skip-column-names", "--column-names", "--unbuffered"],
    &["--force"],
];

fn every_way(script: &str) {
    for arguments in WAYS {
        compare(arguments, script);
    }
}

#[test]
fn results_of_every_kind_look_the_same() {
    every_way(
        r"create table z(a int primary key, b varchar(20), c blob, d bit(3), e decimal(8,2), f date,
  g enum('x','y'), h timestamp null, i year, j double, k json, l char(3) not null default '');
insert into z(a,b,c,d) values (1,'x\ty\nz\\q',x'00ff41',5),(2,null,null,null),(3,'日本',0x41,1);
insert into z values (123456,'',0x,0,1.50,'2020-02-03','y','2020-02-03 04:05:06',1999,0.1,'{}','é');
select * from z; select * from z where a=9;
select 1/0;
show warnings; select a as 'x
y', b '<&\'' from z where a = 3;
update z set b=3 where a=3;
select 1 from z where
  a=7;
select null as nothing, 1 as one, 'a' 'b', 1.0e10, true, now() < 1 as past, null;
select 1 as a union select 22 union select null;
show tables; describe z;
delete from z where a = 5555; truncate table z;
alter table z comment 'x';
do 1; set @a = 1; begin; rollback;
explain select 1;
drop table if exists nosuch;
select 'last'",
    );
}

#[test]
fn statements_end_where_mysql_ends_them() {
    for arguments in [&[][..], &["-vv"], &["-t"], &["-f", "-v"]] {
        compare(
            arguments,
            r#"


select
1,
"a
;b"
;

 select 1; select ';', "it''s;", 'it\'s; "', `a;b` from (select 1 as `a;b`) x;
select /* c; */ 1/* d */+1, /*! 2 */ 3 # foo; 'bar
, 4 -- x; it's
, 5; -- after; that's all
--
# it's
/* it's
over; two lines */ select/**/6;
--no space
select 7 --1;
select '--', '/*', "*/", '#';
/* alone */;
;;
select 8, /*!50000 9 + */ 1, /*!999999 bad syntax */ 2 /*M!100000 + 1*/;
select 'a\\'; select 'b
c';
select N'x', _utf8mb4'y', x'41', b'1000001', 1e1, .5, @a:=5, @`q;r`;
select 1\G select 2\g select 3; select 4 \c select 5;
select 6 \p ;
\p
select
  7 \g
select 8 as a, \N as b\G
select "x
  \G y", 'end';
  select 9"#,
        );
    }
}

#[test]
fn an_error_has_the_warnings_that_came_with_it() {
    let script = "create table t(a tinyint);
delimiter //
create procedure p() insert into t values (400)//
delimiter ;
call p();
insert into t values (300);
drop table if exists nosuch;
select nope;
load data local infile '/nonexistent/file' into table t;
load data local infile '/dev/null/file' into table t;
select 'end';
";
    for arguments in [&["--show-warnings", "-f"][..], &["-f", "-vv"], &["-f"]] {
        compare(arguments, script);
    }
}

#[test]
fn a_column_that_has_no_null_by_the_servers_word_has_no_room_for_one() {
    compare(
        &["-t"],
        "create table t(id int primary key);
insert into t values (1), (2);
select id, count(*) from t group by id with rollup;
",
    );
}

#[test]
fn errors_have_their_line_and_stop_or_do_not() {
    for arguments in [
        &[][..],
        &["-f"],
        &["-v"],
        &["-vv", "-f"],
        &["--skip-print-query-on-error"],
        &["--show-warnings", "-f"],
        &["-t", "-f"],
    ] {
        compare(
            arguments,
            "select 1;
select nosuch;
select 2; select 3 from
  nosuch
 where 1; bad; select
 'x
 ' y z;
insert into nosuch values (1);
/* a
 comment */ select bad2;
create table t(a int primary key);
insert into t values (1);
insert into t values (1);
use nosuch
select 4;
\\u nosuch2
use `nosuch 3`;
use
delimiter
\\d
source nosuch.sql
select 5;
\\y
select 'open",
        );
    }
}

#[test]
fn what_the_command_line_says_is_run() {
    for arguments in [
        &["-e", "select 1; select bad; select 2"][..],
        &["-f", "-e", "select 1; select bad; select 2"],
        &["-e", "select 1; select bad; select 2", "-f"],
        &["-e", "select 1", "-e", "+ 2"],
        &["-e", "select 1\\G"],
        &["-e", "select 1", "-t"],
        &["-v", "-e", "select 1"],
        &["-vv", "-e", "select 1"],
        &["-e", "select 1\n; select\n bad"],
        &["-B", "-e", "source one.sql"],
        &["--execute=select 1", "--skip_column_names"],
        &["--init-command=select 5", "-e", "select 1"],
        &["--init-command=bad", "-e", "select 1"],
        &["--init-command=set @a=7", "-e", "select @a"],
        &["--delimiter=//", "-e", "select 1//select 2"],
        &[
            "-U",
            "-f",
            "-e",
            "select @@sql_safe_updates, @@sql_select_limit, @@max_join_size",
        ],
        &[
            "-U",
            "--select-limit=5",
            "--max-join-size=77",
            "-e",
            "select @@sql_select_limit, @@max_join_size",
        ],
        &[
            "--i-am-a-dummy",
            "-e",
            "create table z(a int); insert into z values (1); update z set a=5",
        ],
        &["--sandbox", "-e", "system echo hi"],
        &[
            "-e",
            "use mysql; select database(); \\u information_schema\nselect database()",
        ],
        &["-ss", "-e", "show databases like 'mysql'"],
        &["-BNe", "select 1, 2"],
        &["-Ne", "select concat('a', char(9), 'b'), char(0), '\\\\'"],
        &["-Nre", "select concat('a', char(9), 'b'), char(0), '\\\\'"],
        &["-N", "-e", "select unhex('ff00c3'), repeat('ab', 3)"],
    ] {
        compare_with(arguments, &[("one.sql", "select 'one';\nselect 2")], b"");
    }
}

#[test]
fn the_clients_own_commands_do_what_they_do() {
    let files = [
        ("one.sql", "select 'one';\nselect bad;\nselect 'behind'"),
        (
            "two.sql",
            "select 'two'; use mysql;\nsource three.sql\nselect database();",
        ),
        ("three.sql", "select 'three'"),
    ];
    for arguments in [
        &[][..],
        &["-f"],
        &["-t"],
        &["--abort-source-on-error"],
        &["-v"],
    ] {
        compare_with(
            arguments,
            &files,
            br#"source three.sql
\. three.sql
select 1; \. three.sql
source three.sql;
use mysql
select database();
use `information_schema`; select database();
USE mysql extra;
\u information_schema
select database(); use "mysql"
select database();
source two.sql
select 1; warnings; select 1/0, 2/0;
nowarning
select 1/0;
\W
select 1/0; drop table if exists nosuch;
\w
charset utf8mb4
\C utf8mb4
prompt x>
prompt
\R y
rehash
\#
notee
\t
nopager
pager cat
tee nothing.out
tee
print
clear
go
ego
select 2 \c
\! true
system true
select 3;
select
  use
  4;
select 5
source one.sql
;
select 6; source one.sql
select 'still here';
\q
select 'not here';
"#,
        );
    }
}

#[test]
fn delimiters_frame_routines() {
    for arguments in [&[][..], &["-vv"], &["-c"]] {
        compare(
            arguments,
            r#"delimiter $$
create procedure p() begin -- hello; it's
 /* a comment; */ select 1; # z
  select/**/2, '$', "a;b";
end$$
create function f(a int) returns int deterministic return a + 1$$
delimiter ;
select f(1);
call p();call p()\G
show create procedure p\G
DELIMITER //
select "//"; select 2//
//
select 3; //
create table t(a int)//
create trigger tr before insert on t for each row begin
  if new.a < 0 then set new.a = 0; end if;
end //
\d |
insert into t values (-5)| select * from t|
delimiter '!!'
select 4!! select 5!!
delimiter ; 
select 6;
delimiter end
select 7 end select 8end
delimiter ;
select 9;
delimiter //
select 10//
select 11"#,
        );
    }
}

#[test]
fn the_sandbox_of_dumps_is_kept() {
    for first in [
        "/*M!999999\\- enable the sandbox mode */ \n",
        "/*!999999\\- enable the sandbox mode */ \n",
        "\\-\n",
        "sandbox\n",
    ] {
        for arguments in [&[][..], &["-f"], &["-v", "-f"]] {
            let script = format!(
                "{first}select 1;\nsystem echo hi\nselect 2;\n\\! echo hi\nsource one.sql\n\
                 tee x\npager cat\npager\nselect bad;\nselect 3"
            );
            compare_with(arguments, &[("one.sql", "select 'one'")], script.as_bytes());
        }
    }
}

#[test]
fn bytes_and_line_ends_arrive_as_mysql_sends_them() {
    for arguments in [&[][..], &["--binary-mode"], &["-r"]] {
        compare_with(
            arguments,
            &[],
            b"\xef\xbb\xbfselect 'a\r\nb', hex('a\r\nb'), length('\r\n\r\r\n');\r\nselect 1;\r\n\
              select hex('\xff\xfe\x80'), length(_binary '\xe4\xf6\xfc;\xc3'), hex('\xf4\x8f\xbf\xbf');\r\n\
              create table b(a blob);\ninsert into b values (_binary '\xff\\0\\n\\'\\Z\x01\x7f\x80');\n\
              select hex(a) from b; select a from b;\nuse mysql;\r\nselect database();\r\n",
        );
    }
}

#[test]
fn what_only_talkative_clients_say_has_the_time() {
    let Some(pair) = Pair::new() else { return };
    let script = b"select 1; select 1 from dual where 0; do 1; select bad;";
    let without_times = |ran: &Ran| -> Vec<String> {
        let text = text(&ran.stdout);
        let line = |l: &str| match l.rsplit_once(" (") {
            Some((before, time)) if time.ends_with(" sec)") => format!("{before} (TIME)"),
            _ => l.to_string(),
        };
        text.lines().map(line).collect()
    };
    for arguments in [&["-vvv"][..], &["-vvv", "-E"], &["-v", "-v", "-v", "-f"]] {
        let [theirs, ours] = pair.both(arguments, &[], script);
        assert_eq!(without_times(&ours), without_times(&theirs));
        same(&ours.stderr, &theirs.stderr, "stderr");
        assert_eq!(ours.status, theirs.status);
    }
}

/// Lines whose values change from call to call keep their names.
#[test]
fn status_tells_what_mysql_tells() {
    let Some(pair) = Pair::new() else { return };
    let [theirs, ours] = pair.both(&[], &[], b"status\n\\s\nselect 1; status;\n");
    let names = |ran: &Ran| -> Vec<String> {
        let text = text(&ran.stdout);
        let known = text.lines().filter(|l| !l.contains("  Ver "));
        let name = |l: &str| match l.split_once(':') {
            Some((name, value)) if name.contains("Current") || name.contains("Server") => {
                format!("{name}{}", value.trim())
            }
            Some((name, _)) => name.to_string(),
            None => l.to_string(),
        };
        known.map(name).collect()
    };
    assert_eq!(names(&ours), names(&theirs));
    assert_eq!(ours.status, theirs.status);
}

#[test]
fn mistakes_in_the_call_have_mysqls_status() {
    let Some(pair) = Pair::new() else { return };
    for (arguments, status) in [
        (&["--bogus"][..], Some(2)),
        (&["-u", "nobody", "-pwrong", "-e", "select 1"], Some(1)),
        (&["-D", "nosuch", "-e", "select 1"], Some(1)),
    ] {
        let [theirs, ours] = pair.both(arguments, &[], b"");
        assert_eq!(ours.status, theirs.status, "{arguments:?}");
        assert_eq!(ours.status, status, "{arguments:?}");
    }
    let [theirs, ours] = pair.both(&["-u", "nobody", "-pwrong"], &[], b"");
    same(&ours.stderr, &theirs.stderr, "access denied");
}

#[test]
fn a_statement_of_three_thousand_lines_takes_no_time() {
    let Some(pair) = Pair::new() else { return };
    let rows: Vec<String> = (0..3000).map(|n| format!("({n}, 'it''s; {n}')")).collect();
    let script = format!(
        "create table t(a int, b text);\ninsert into t values\n{};\n\
         select count(*), sum(a), min(b) from t;",
        rows.join(",\n")
    );
    let started = std::time::Instant::now();
    let [theirs, ours] = pair.both(&[], &[], script.as_bytes());
    same(&ours.stdout, &theirs.stdout, "three thousand lines");
    // Quadratic reading took twenty seconds elsewhere.
    assert!(started.elapsed().as_secs() < 15);
}

#[test]
fn a_backslash_is_a_character_where_the_server_says_so() {
    compare(
        &["-v", "-f"],
        r#"select 'a'b';
set sql_mode = 'NO_BACKSLASH_ESCAPES'; select 'a', "b";
select 'c'; select ';', '\G', 'x''';
delimiter //
create procedure p() begin select 'd'; end//
call p()//
set sql_mode = ''// select 'a'b'//
delimiter ;
select 'e'f';
"#,
    );
}

#[test]
fn comments_are_sent_where_they_are_asked_for() {
    compare(
        &["-c", "-v"],
        "select /* a */ 1/* b */+1, 2 -- c;\n, 3;\n/* d\n e */ select 4;\n\
         delimiter //\ncreate procedure p() begin -- in\n /* body */ select 1; # here\nend//\n\
         delimiter ;\nshow create procedure p;\n",
    );
}

#[test]
fn what_waits_is_sent_before_a_script_is_left() {
    for script in [
        "select 1\\q",
        "select 1\n\\q\nselect 2;\n",
        "select 1;\nquit\nselect 2;\n",
        "select no_such\\q\n",
        "select 1\\c\\q\n",
    ] {
        compare(&["-t"], script);
        compare(&["-f"], script);
    }
}
