//! Options and scripts at random, through the mariadb client and through `sqwire my`: output, errors
//! and status must be the same. The numbers come from a fixed seed, so that a failure comes again.

use crate::mysql_scripts::{compare, compare_with};
use crate::psql_random::Chance;

const CASES: usize = 60;

const OPTIONS: &[&str] = &[
    "-t",
    "-E",
    "-H",
    "-X",
    "-r",
    "-N",
    "-s",
    "-ss",
    "-B",
    "-v",
    "-vv",
    "-q",
    "-n",
    "-c",
    "-f",
    "-G",
    "-b",
    "-A",
    "-i",
    "-U",
    "-o",
    "-tvv",
    "-NB",
    "-rs",
    "--skip-comments",
    "--binary-as-hex",
    "--show-warnings",
    "--column-names=0",
    "--auto-vertical-output",
    "--skip-print-query-on-error",
    "--binary-mode",
    "--delimiter=//",
    "--abort-source-on-error",
    "--column-type-info",
    "--default-character-set=latin1",
    "--select-limit=2",
    "--init-command=set @q=1",
    "--disable-column-names",
    "--unbuffered",
];

const SETUP: &str = "set sql_mode='';
create table a(id int primary key auto_increment, s varchar(50), d datetime, n decimal(10,3),
  b blob, f double, z int(5) zerofill, t text) charset utf8mb4;
insert into a(s,d,n,b,f,z,t) values ('x','2020-01-02 03:04:05',1.5,0x00ff41,1.25,7,'plain'),
  (null,null,null,null,null,null,null),
  ('tab\\there\\nnl\\\\bs\\0nul','2000-01-01',-2,'q\"',-1e300,0,'a|b'),
  ('ä中<&>','2021-01-01',0,'',0.1,123456,'wide 日本語 text'),
  ('e\u{301} combining','2021-01-01',12345.678,'bin\\0\\n',0,1,'👍 emoji');
create table e(x int, y char(3));
create view v as select id, s from a;
delimiter //
create procedure p2() begin select 1 as one; select 'two' as two, null as n; end//
delimiter ;
";

const PIECES: &[&str] = &[
    "select * from a;",
    "select * from a\\G",
    "select * from e;",
    "select * from v\\G",
    "select s, b, t from a where id > 2;",
    "select id, n, f, z from a order by id desc;",
    "insert into e values (1,\"a\"),(2,\"b\");",
    "delete from e;",
    "update e set x=x+1;",
    "call p2();",
    "select nope;",
    "select 1/0;",
    "select cast('x' as signed);",
    "selec 1;",
    "show tables;",
    "describe a;",
    "show create table e;",
    "explain select 1;",
    "drop table if exists nope;",
    "show warnings;",
    "set @a=1;\nselect @a;",
    "select 1; select 2;",
    "select 1;;",
    ";",
    "",
    "-- comment",
    "# hash",
    "/* block */",
    "/* multi\nline */ select 1;",
    "select /* in */ 1 -- tail\n;",
    "select\n  1,\n  2\n;",
    "/*!50000 select 5 */;",
    "select 'a;b', \"c;d\", `id` from a limit 1;",
    "select '', null, 1 as `a b`, 2 as '中文';",
    "delimiter //\nselect 1//\nselect 2; //\ndelimiter ;",
    "delimiter",
    "use nosuch",
    "use",
    "warnings",
    "nowarning",
    "\\W",
    "\\w",
    "select 1\\c",
    "select 1\nclear",
    "\\p",
    "select 7\\p;",
    "print",
    "go",
    "ego",
    "system",
    "tee out.txt",
    "notee",
    "pager cat -n",
    "nopager",
    "source one.sql",
    "source nofile.sql",
    "prompt x> ",
    "rehash",
    "charset utf8mb4",
    "connect",
    "nosuchcommand",
    "\\z",
    "quit",
    "help nosuchtopic",
    "help 'nosuch'",
    "begin;\nselect 1;\ncommit;",
    "truncate e;",
    "select 'unterminated",
    "do 1;",
    "prepare s from 'select ? as q';\nset @x=3;\nexecute s using @x;",
    "values (1,2),(3,4);",
    "select 1 union select 2 union select null;",
    "alter table e add k int;\nalter table e drop k;",
];

#[test]
fn any_options_and_any_script_print_what_mysql_prints() {
    let mut chance = Chance(20);
    for _ in 0..CASES {
        let mut arguments: Vec<&str> = Vec::new();
        for _ in 0..chance.below(4) {
            let option = chance.of(OPTIONS);
            if !arguments.contains(&option) {
                arguments.push(option);
            }
        }
        let mut script = String::new();
        for _ in 0..1 + chance.below(3) {
            script.push_str(chance.of(PIECES));
            script.push('\n');
        }
        let files = [
            ("setup.sql", SETUP),
            ("one.sql", "select 'inc';\nselect bad;\nselect 'after';\n"),
        ];
        let ends = match arguments.contains(&"--delimiter=//") {
            true => "delimiter ;\n",
            false => "",
        };
        let script = format!("{ends}source setup.sql\n{script}");
        compare_with(&arguments, &files, script.as_bytes());
    }
}

#[test]
fn what_commands_leave_is_sent_at_the_end() {
    for script in [
        "select 1\n\\w\n",
        "nosuchcommand\n\\n\n",
        "select 1\n\\W\n+1\n\\w",
        "select 1 \\w",
    ] {
        compare(&[], script);
        compare(&["-vv"], script);
    }
}

#[test]
fn commands_without_what_they_need_do_not_end_a_script() {
    for script in [
        "delimiter\nselect 1;\n",
        "use\nselect 1;\n",
        "\\u\nselect 1;\n",
        "system\nselect 1;\n",
        "help nosuchtopic\nselect 1;\n",
    ] {
        compare(&[], script);
        compare(&["-e", script], "");
    }
}

#[test]
fn statements_about_another_database_are_passed_over_where_that_is_wanted() {
    let script = "select 1;\nuse mysql\nselect 2;\nSET @a = 3;\nuse nosuch\nselect @a;\n";
    for arguments in [&["-o"][..], &["--one-database", "-v"]] {
        compare(arguments, script);
    }
}

#[test]
fn columns_tell_all_that_the_server_knows_of_them() {
    let script = "create table z(a int primary key auto_increment, b varchar(20) character set latin1,
        c blob, d decimal(8,2) unsigned zerofill not null, e enum('x','y'), f timestamp, g bit(3),
        unique (d), key (b));
        select * from z; insert into z(b, c, d) values ('abc', 'four', 1.5), ('ä', null, 2);
        select * from z; select a, z.b as other from z limit 1; select null, 1.5, 'x', now() where 0;";
    for arguments in [
        &["-t"][..],
        &["-vv"],
        &["-tN"],
        &["-t", "--show-warnings"],
        &["-E"],
        &["-H"],
        &[],
    ] {
        let arguments = [arguments, &["--column-type-info"]].concat();
        compare(&arguments, script);
    }
}

#[test]
fn results_that_are_too_wide_have_a_line_for_each_column() {
    let script = "select repeat('x', 76) as x; select repeat('x', 77) as x; select 1; select 1 where 0;
        select repeat('x', 60) as `a b`, null as n, repeat('y', 9) as y; select repeat('ä', 40) as u;
        select 'a' as name union all select repeat('b', 90);";
    for arguments in [&[][..], &["-t"], &["-N"], &["-X"], &["-vv"], &["-ss"]] {
        let arguments = [arguments, &["--auto-vertical-output"]].concat();
        compare(&arguments, script);
    }
}

#[test]
fn widths_are_those_that_mysql_counts() {
    let script = "select 'e\u{301}' as a, '👍' as b, '日本' as c, 'ｗｉｄｅ' as `中`, '\u{20000}' as d union all \
        select 'abcdefgh', 'abcdefgh', 'abcdefgh', 'abcdefgh', 'abcdefghij';
        select 0x80ff as x, 'ab\\tc' as y, 'a\\0b' as z union all select 'abcdef', 'ghijkl', 'mnopqr';";
    compare(&["-t"], script);
    compare(&["-tN"], script);
}

#[test]
fn values_of_options_may_begin_with_hyphens() {
    for arguments in [
        &["-e", "-- a_comment = 1\nselect 1"][..],
        &["-Ne", "-- a_comment\nselect 1"],
        &["--execute", "--\tx\nselect 1"],
    ] {
        compare(arguments, "");
    }
}

#[test]
fn the_one_database_can_be_an_argument() {
    let script = "select database();\nuse mysql\nselect 2;\nuse information_schema\nselect 3;\n";
    compare(&["-o", "information_schema"], script);
    compare(&["information_schema", "--one-database", "-v"], script);
}
