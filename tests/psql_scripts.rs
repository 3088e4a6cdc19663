//! Scripts of psql: the same text through psql and through `sqwire pg`; standard output, standard
//! error and exit status must be the same.

use crate::psql_formats::psql;
use crate::servers::{self, PASSWORD, Server, USER};
use std::process::{Command, Stdio};

/// How a program ran.
#[derive(PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) status: Option<i32>,
}

/// Runs a program in a folder that holds the script as `script.sql`. Where no `-c` and no `-f`
/// are given, the script is also standard input.
pub(crate) fn run(
    mut program: Command,
    server: &Server,
    arguments: &[&str],
    script: impl AsRef<[u8]>,
) -> Ran {
    let script = script.as_ref();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("script.sql"), script).unwrap();
    let mut child = program
        .args(["-X", "-h", "127.0.0.1", "-p", &server.port.to_string()])
        .args(["-U", USER, "-d", server.first_database()])
        .args(arguments)
        .current_dir(folder.path())
        .env("PGPASSWORD", PASSWORD)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("COLUMNS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let given = arguments.iter().any(|a| matches!(*a, "-c" | "-f"));
    let text = if given { Vec::new() } else { script.to_vec() };
    let writer = std::thread::spawn(move || {
        use std::io::Write;
        // A program that stops early is found out by what it has not written.
        drop(input.write_all(&text));
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran {
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        status: output.status.code(),
    }
}

pub(crate) fn compare(arguments: &[&str], script: &str) {
    compare_bytes(arguments, script.as_bytes());
}

/// The same for a script that is no UTF-8.
fn compare_bytes(arguments: &[&str], script: &[u8]) {
    let Some(server) = servers::postgres() else {
        return;
    };
    let theirs = run(Command::new(psql()), server, arguments, script);
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    sqwire.arg("pg");
    let ours = run(sqwire, server, arguments, script);
    let what = format!("{arguments:?}\n{}", String::from_utf8_lossy(script));
    similar_asserts(&ours.stdout, &theirs.stdout, &format!("stdout of {what}"));
    similar_asserts(&ours.stderr, &theirs.stderr, &format!("stderr of {what}"));
    assert_eq!(ours.status, theirs.status, "exit status of {what}");
}

/// Shows the lines around the first one that differs.
fn similar_asserts(ours: &str, theirs: &str, what: &str) {
    if ours == theirs {
        return;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (ours.split('\n').collect(), theirs.split('\n').collect());
    let at = (0..a.len())
        .find(|n| a.get(*n) != b.get(*n))
        .unwrap_or(a.len());
    let around = |lines: &[&str]| {
        let shown = lines.iter().skip(at.saturating_sub(3)).take(9);
        shown.map(|l| format!("  {l}\n")).collect::<String>()
    };
    panic!("{what}\n--- psql\n{}--- sqwire\n{}", around(&b), around(&a));
}

/// A script as a file, on standard input, and with every way of echoing.
fn everywhere(script: &str) {
    for arguments in [
        &["-f", "script.sql"][..],
        &[],
        &["-q", "-a"],
        &["-e", "-f", "script.sql"],
        &["-b", "-v", "ON_ERROR_STOP=1", "-f", "script.sql"],
    ] {
        compare(arguments, script);
    }
}

#[test]
fn variables_are_set_filled_in_and_refused() {
    everywhere(
        r#"\set a 1 2 '3 4'
\echo :a :'a' :"a" :{?a} :{?b} `echo :a :'a'` [:a] :none
select :'a' as x, :{?a} as y, ':a' as z, array[1,2,3][1:2];
\unset a
\echo :a
\unset
\set invalid/name foo
\set AUTOCOMMIT foo
\set FETCH_COUNT foo
\set VERBOSITY loud
\echo :ON_ERROR_ROLLBACK
\set ON_ERROR_ROLLBACK
\echo :ON_ERROR_ROLLBACK
\unset ON_ERROR_ROLLBACK
\echo :ON_ERROR_ROLLBACK
\setenv MYVAR
\getenv res MYVAR
\echo :res
\setenv MYVAR 'a value'
\getenv res MYVAR
\echo :res `echo $MYVAR`
\getenv
\setenv
\set q 'select 1; select 2;'
:q
\echo -n one
\echo two -n
\qecho three
\warn four
"#,
    );
}

#[test]
fn conditions_choose_what_runs() {
    everywhere(
        r"\if true
  select 'okay';
  select 'still okay';
\else
  not okay;
  still not okay
\endif
\g
select
  \if true
    42
  \else
    (bogus
  \endif
  forty_two;
select \if false \\ (bogus \else \\ 42 \endif \\ forty_two;
\if false
  \echo no `nosuchcommand` :foo
  \if true
    \echo no
  \else
    \echo no
  \endif
  \w |/no/such/file \else
\elif 0
  \q
\elif yes
  \echo yes
\elif true
  \echo no
\else
  \echo no
\endif
\if invalid boolean expression
  \echo no
\else
  \echo else
\endif
\endif
\else
\elif
\if true
\else
\else
\endif
\set i 1
\if :{?i}
\echo defined
\endif
\if true
",
    );
}

#[test]
fn results_become_variables_and_statements() {
    everywhere(
        r#"select 10 as test01, 20 as test02, 'Hello' as test03 \gset pref01_
\echo :pref01_test01 :pref01_test02 :pref01_test03
select 10 as "bad name"
\gset
select 97 as "EOF", 'ok' as _foo \gset IGNORE
\echo :IGNORE_foo :IGNOREEOF
select 1 as x, 2 as y \gset pref01_ \\ \echo :pref01_x
select 3 as x, 4 as y \gset pref01_ \echo :pref01_x \echo :pref01_y
select 7 as x, 8 as y \g \gset pref01_ \echo :pref01_x :pref01_y
\set var2 xyz
select 1 as var1, NULL as var2, 3 as var3 \gset
\echo :var1 :var2 :var3
select 10 as test01 from generate_series(1,3) \gset
select 10 as test01 from generate_series(1,0) \gset
create temporary table gexec_test(a int, b text);
select format('create index on gexec_test(%I)', attname)
from pg_attribute where attrelid = 'gexec_test'::regclass and attnum > 0 order by attnum
\gexec
select 'select 1 as ones', 'select 1/0', null, 'select 3' \gexec
select 3 as three \; select 4 as four \gset
\echo :four
select 1 as a \; select 2/0 \; select 3;
select 1 as one, 2 as two \g (format=csv csv_fieldsep='\t')
\g
select 1 as one \gx (title='foo bar')
select 5 as five \g out.txt
\! cat out.txt
select 6 as six \g |cat
insert into gexec_test values (1), (2) returning a \gset
insert into gexec_test values (3) returning a, b \gset
\echo :a
select 1 where false \g (format=unaligned tuples_only) none.txt
\! cat none.txt
update gexec_test set b = 'c' where a = 3 returning 'r', 'c', a \crosstabview
insert into gexec_test values (4), (4) returning 'r', 'c', a \crosstabview
delete from gexec_test where a = 4 returning 'select ' || a \gexec
\g
"#,
    );
}

#[test]
fn columns_are_described_unrun() {
    everywhere(
        r"select null as zero, 1 as one, 2.0 as two, 'three' as three, $1 as four, sin($2) as five,
    'foo'::varchar(4) as six, current_date as now
\gdesc
select 1 + \gdesc
select \gdesc
create table bububu(a int) \gdesc
table bububu;
select 1 as x, 'Hello', true as y
\gdesc
\g
",
    );
}

#[test]
fn cross_tables_are_psqls() {
    everywhere(
        r"create temp table ct(v text, h text, c text, i int, d date);
insert into ct values ('v1','h2','foo',3,'2015-04-01'),('v2','h1','bar',3,'2015-01-02'),
 ('v1','h0','baz',null,'2015-07-12'),('v0','h4','qux',4,'2015-07-15'),('v0','h4','dbl',-3,'2014-12-15'),
 ('v0',null,'qux',5,'2014-07-15'),('v1','h2','quux',7,'2015-04-04');
select v, extract(year from d), count(*) from ct group by 1, 2 order by 1, 2 \crosstabview
select v, to_char(d, 'Mon') as m, extract(month from d) as num, count(*) from ct group by 1,2,3 order by 1 \crosstabview v m count num
select v, h, string_agg(c, E'\n') as c from ct group by v, h order by 1,2,3 \crosstabview v h c
\pset null '#null#'
select v, h, string_agg(i::text, E'\n') as i from ct group by v, h order by h, v \crosstabview 1 2 3
select v, h, c from ct \crosstabview v h i
select v, h, c from ct \crosstabview 1 2 9
select v, h, c, i from ct \crosstabview
select v, h from ct \crosstabview
select v, h, c from ct \crosstabview 2 2 1
select v, h, c from ct \crosstabview
",
    );
}

#[test]
fn errors_and_notices_are_worded_as_wanted() {
    everywhere(
        r"select 1/0 as a,

 2;
select * frm t;
select 'zeile' as a,
  bad_column
from pg_class;
\set VERBOSITY terse
select 1 union;
select 1/0;
\set VERBOSITY sqlstate
select 1/0;
\set VERBOSITY default
do $$ begin raise notice 'hey' using hint='h', detail='d'; raise warning 'w'; raise exception 'boo'; end $$;
\set SHOW_CONTEXT never
do $$ begin raise notice 'foo'; raise exception 'bar'; end $$;
\set SHOW_CONTEXT always
do $$ begin raise notice 'foo'; raise exception 'bar'; end $$;
\set SHOW_CONTEXT errors
\errverbose
select 1 as stuff union select 2;
\echo :ERROR :SQLSTATE :ROW_COUNT
drop table this_table_does_not_exist;
\echo :ERROR :SQLSTATE :ROW_COUNT :LAST_ERROR_SQLSTATE :LAST_ERROR_MESSAGE
\foo bar \echo not run
\pset fieldsep a `nosuchcommand`
\endif x
\set ECHO errors
select * from notexists;
",
    );
}

#[test]
fn transactions_are_begun_and_rolled_back_as_variables_say() {
    everywhere(
        r"create temp table ac(a int);
\set AUTOCOMMIT off
insert into ac values (1);
commit;
insert into ac values (2);
rollback;
select * from ac;
commit;
begin;
insert into ac values (3);
commit;
\set AUTOCOMMIT on
select * from ac;
\set ON_ERROR_ROLLBACK on
begin;
insert into ac values (4);
insert into ac values ('foo');
insert into ac values (5);
commit;
select * from ac;
begin;
insert into ac values (6);
commit and chain;
insert into ac values (7);
commit;
select * from ac;
",
    );
}

#[test]
fn the_query_buffer_is_shown_and_cleared() {
    everywhere(
        r"-- a comment
select 1;
\p
select 2 \r
\p
select 3 \p

union select 4 \p
/* kept */ union select 5
order by 1;
\r
\p
select 'a

b' as x;
",
    );
}

#[test]
fn scripts_in_another_encoding_run_and_come_out_as_with_psql() {
    let script = b"set client_encoding = 'LATIN1';
create temp table t (a text);
insert into t values ('caf\xe9'), (E'\xc3\xa9');
copy t from stdin;
h\xf4tel
\\.
\\copy t to 'out.txt'
select a, convert_to(a, 'UTF8') from t;
set client_encoding = 'UTF8';
select 'b\xe9d';
select a from t;
";
    compare_bytes(&["-A", "-f", "script.sql"], script);
    compare_bytes(&["-A"], script);
    compare_bytes(&["-A", "-f", "script.sql"], b"select '\xe9';\nselect 1;\n");
    compare_bytes(&["-a"], b"select 'ok' -- \xff\xfe\n;\n");
    compare_bytes(
        &[
            "-A",
            "-d",
            "dbname=postgres client_encoding=LATIN1",
            "-f",
            "script.sql",
        ],
        b"select 'na\xefve', length('na\xefve');\n",
    );
}

#[test]
fn exit_statuses_are_psqls() {
    let bad = "select 1/0;\nselect 2;\n";
    for arguments in [
        &["-c", "select 1/0"][..],
        &["-c", "select 1/0", "-c", "select 1"],
        &["-c", "select 1", "-c", "select 1/0"],
        &[
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            "select 1/0",
            "-c",
            "select 1",
        ],
        &["-c", "select 1/0", "-f", "/dev/null"],
        &["-f", "script.sql"],
        &["-v", "ON_ERROR_STOP=1", "-f", "script.sql"],
        &["-v", "ON_ERROR_STOP=1"],
        &["-c", "\\foo"],
        &["-c", "\\c nosuch"],
        &[
            "-c",
            "\\c nosuch",
            "-c",
            "\\conninfo",
            "-c",
            "\\d",
            "-c",
            "select 1",
        ],
        &[
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            "\\c nosuch",
            "-c",
            "select 1",
        ],
        &["-v", "x=5", "-c", "select :x"],
        &["-v", "x=5", "-c", "\\echo :x"],
        &["-c", "select 1 as a; select 2 as b"],
        &["-c", "insert into pg_temp.nothing values (1); select 1"],
        &[
            "-At",
            "-c",
            "select 1",
            "-c",
            "\\echo two",
            "-f",
            "script.sql",
        ],
        &["-c", "select 1 \\g"],
        // What is not found is no failure of a listing, but of a description.
        &["-c", "\\dt nothing*"],
        &["-c", "\\drds nobody nowhere"],
        &["-c", "\\d nothing*"],
        &[
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            "\\dt nope",
            "-c",
            "\\d nope",
            "-c",
            "select 1",
        ],
    ] {
        compare(arguments, bad);
    }
    compare(&["-f", "script.sql"], "\\foo\n");
    compare(
        &["-v", "ON_ERROR_STOP=1", "-f", "script.sql"],
        "\\foo\nselect 1;\n",
    );
    compare(
        &["-v", "ON_ERROR_STOP=1", "-f", "script.sql"],
        "select 1 where false \\gset\nselect 1;\n",
    );
}

#[test]
fn what_the_server_says_of_a_place_is_shown_under_it() {
    everywhere(
        r#"
select 1 / x from generate_series(5, 0, -1) x;
select
	1,	nonsense	from nothing;
do $$ begin execute 'select 1, nonsense, 2'; end $$;
set lc_messages = 'C';
select 1\; commit\; select 2;
select 1\; select 1/0;
select parse_ident(E'a\rb\002');
do language plpgsql 'declare a int; begin a := ''x\y''; end' set standard_conforming_strings = off;
create function pg_temp.f() returns text set standard_conforming_strings = off set escape_string_warning = on language plpgsql as 'begin return ''x\\y''; end';
select pg_temp.f();
set standard_conforming_strings = off;
select 'a\'b;c', 'x\\';
reset standard_conforming_strings;
select 'a\', ';';
select 1 as a\\D 5;
\echo one \\ select 2;
select 'x'
\foo bar
, 'y';
create temp table t(a int);
copy t from stdin (nothing);
copy t from stdin; -- fails
x
\.
copy t from stdin; select 'behind';
1
\.
select * from t;
"#,
    );
}

#[test]
fn commands_say_and_refuse_what_psqls_do() {
    everywhere(
        r"
\timing on
\timing off
\timing maybe
\cd /nowhere
\encoding
\encoding UTF8
\encoding nonsense
\o /nowhere/x
\i /nowhere
\ir nowhere
\w /nowhere/x
select 1
\w written.sql
\p
;
\! cat written.sql
\copy nothing from '/nowhere'
\copy nonsense
\unrestrict a
\restrict
\restrict key:x
\echo still refused
\if true
\unrestrict other
select 'statements run';
\unrestrict key:x
\echo free
\echo -n words :unset :'unset' :{?unset}
\c template1
\conninfo
\c postgres
\c nowhere
select 'not on another database';
",
    );
}

#[test]
fn arguments_of_commands_are_read_as_psql_reads_them() {
    everywhere(
        r#"\echo -n bare
\echo
\echo '-n' "-n" -n
\qecho -n where results go
\qecho
\echo 'it''s' 'C''s \101\x41\f\q\8' 'cut \0 off' on
\echo TRUE :{?nothing} :nothing :'nothing' x::nothing
\echo given 'not closed
\unset a-b
\set FETCH_COUNT 0x10
\echo :FETCH_COUNT :{?ERROR}
\set FETCH_COUNT 1k
\unset PROMPT1
\echo :{?PROMPT1}
\if false
\nosuch command
\elif true
\else 2 not said
\endif 3 said
\i
\cd / more
\o /dev/null more
select 'not shown';
\o
"#,
    );
    compare(
        &["-v", "a", "-v", "ON_ERROR_STOP", "-f", "script.sql"],
        "\\echo :{?a} :ON_ERROR_STOP\nselect 1/0;\nselect 1;\n",
    );
}

#[test]
fn several_statements_in_one_string_are_psqls() {
    everywhere(
        r#"create temp table t(a int);
select 0 \; copy t from stdin \; copy t from stdin \; select 'behind';
1
\.
2
\.
select * from t;
select 1/0;
copy t from stdin;
x
\.
select 2/0;
create function pg_temp.says(text) returns text language plpgsql
as $$ begin raise notice 'says %', $1; return $1; end $$;
select 'first' \; select pg_temp.says('second') \; select 'third';
set SESSION statement_timeout = 0; ;
\set SHOW_ALL_RESULTS off
select 1 \; select 2 \; select 3;
select 1 \; create temp table q(a int);
select 1 \; select 2/0;
\set SHOW_ALL_RESULTS on
select 4 as a \; create temp table r() \gset
\echo :{?a}
select \gset
begin;
nonsense;
;
\gdesc
rollback;
select (1
"#,
    );
}

#[test]
fn results_go_to_files_and_programs_as_with_psql() {
    everywhere(
        r#"create temp table t(a int) \g none.txt
\! ls none.txt
insert into t values (1) returning a \g rows.txt
\! cat rows.txt
select 1/0 \g none.txt
copy t to stdout \g copy.txt
\! cat copy.txt
select 1 \; create temp table q() \; select 2 \g both.txt
\! cat both.txt
select 8 \g /nonexistent/x
select 6 as six \gx (format=unaligned fieldsep='|') |cat | tr x y
select 1 \g | cat > /dev/null; false
select 7 as x \g (format=nosuch)
\p
select 8 as y \g (format=csv
\p
\r
copy t to stdout;
copy (select 1 where false) to stdout;
\pset format html
create temp table tagged();
\pset format aligned
create temp table u(a int) \crosstabview
\pset border 2
\x
\pset footer
"#,
    );
}

#[test]
fn access_methods_and_compression_can_be_hidden() {
    compare(
        &["-a", "-f", "script.sql"],
        r"create schema hidden;
set search_path = hidden;
create table hides(a text);
create index on hides(a);
\set HIDE_TABLEAM on
\d+ hides
\di+ hides*
\set HIDE_TOAST_COMPRESSION on
\d+ hides
create sequence counts owned by hides.a;
\x
\pset format html
\d counts
\pset format latex
\d counts
\pset format asciidoc
\d counts
\pset format troff-ms
\d counts
\set QUIET on
set client_min_messages = warning;
drop schema hidden cascade;
",
    );
}

#[test]
fn scripts_within_scripts_have_a_buffer_of_their_own() {
    everywhere(
        r#"\! printf "select 'inner'" > inner.sql
\! printf '\\endif' > endif.sql
\! printf '\\if true\n' > open.sql
select 'outer',
\i inner.sql
'goes on';
\g
\if true
\i endif.sql
\endif
\i open.sql
\set v 5
select :v as filled
\p
\set v 6
\g
\g
\s
\encoding LATIN1
\encoding
\echo :ENCODING
\encoding nonsense
reset client_encoding;
"#,
    );
    compare(&["-f", "nowhere.sql", "-c", "select 1"], "");
    compare(
        &[
            "-f",
            "nowhere.sql",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            "select 1",
        ],
        "",
    );
    compare(
        &[
            "--tuples-only",
            "--tuples-only",
            "--no-al",
            "-f",
            "script.sql",
        ],
        "select 1, 2;\n",
    );
}

#[test]
fn rows_that_are_fetched_in_parts_are_laid_out_in_parts() {
    let script = r"
select i, repeat('x', i) from generate_series(1, 5) i;
select i from generate_series(1, 4) i;
select i, repeat('x', i) from generate_series(8, 12) i;
select 1 where false;
\x
select i, repeat('x', i) from generate_series(8, 12) i;
\pset format unaligned
select i from generate_series(1, 3) i;
\x
\pset format csv
select i from generate_series(1, 3) i;
";
    compare(&["-v", "FETCH_COUNT=2", "-f", "script.sql"], script);
}

#[test]
fn large_objects_are_files() {
    compare(
        &["-f", "script.sql"],
        r"\! printf 'a\000b\377' > in.bin
\set QUIET on
\lo_import in.bin 'said of it'
select obj_description(:LASTOID, 'pg_largeobject');
select encode(lo_get(:LASTOID), 'hex');
\lo_export :LASTOID out.bin
\! cmp in.bin out.bin && echo same
\lo_unlink :LASTOID
select count(*) from pg_largeobject_metadata where oid = :LASTOID;
\lo_export 1 out.bin
\lo_unlink 1
\lo_import
begin;
select 1/0;
rollback;
",
    );
}
