//! Scripts that mix everything at random, through psql and through `sqwire pg`: output, errors and
//! status must be the same. The numbers come from a fixed seed, so that a failure comes again.

use crate::psql_random::Chance;
use crate::psql_scripts::compare;

const SCRIPTS: usize = 60;

const SETUP: &str = "set client_min_messages = notice;
create temp table t(a int primary key, b text);
insert into t values (1, 'one'), (2, null), (3, E'th\\nree');
create temp table u(k int);
";

const ARGUMENTS: &[&[&str]] = &[
    &["-q"],
    &[],
    &["-q", "-a"],
    &["-e"],
    &["-b"],
    &["-A", "-t"],
    &["--csv"],
    &["-x", "-q"],
    &["-v", "ON_ERROR_STOP=1"],
    &["-1"],
    &["-H"],
    &["-q", "-z", "-A"],
    &["-P", "null=N", "-q"],
    &["-n"],
    &["-v", "v1=given", "-q"],
];

const PIECES: &[&str] = &[
    // Results.
    "select 1;",
    "select 'it''s' as \"C 1\", null, E'a\\nb';",
    "select * from t;",
    "table u ;",
    "select i, 'ab' as c from generate_series(1, 5) i;",
    "select;",
    "values (1), (null)",
    ";",
    "select true as t, -2.50, '日本' as c order by 1;;",
    "show work_mem;",
    "select :v2, :'v1';",
    "explain (costs off) select * from t where a = 1;",
    "select 1 \\; select 2 as two;",
    // Changes.
    "insert into t values (9, 'x;y');",
    "insert into t(a) values (7) returning *;",
    "update t set b = 'u' where a = 2;",
    "delete from t where a = 3 returning a;",
    "truncate u;",
    "insert into u values (1), (1);",
    "create temp table if not exists tt(x int);",
    "close cur;",
    "prepare p1 as select $1::int;",
    "execute p1(4);",
    "deallocate all;",
    "lock t;",
    "begin;",
    "declare cur cursor for select generate_series(1, 5);",
    "fetch 2 from cur;",
    "commit;",
    "savepoint s;",
    "rollback to s;",
    "rollback;",
    "start transaction read only;",
    // Errors and notices.
    "select nope from t;",
    "selec 1;",
    "select 1/0 as boom;",
    "insert into t values ('bad', 1);",
    "drop table if exists nosuch;",
    "call nosuch();",
    "select (1\n+ nope\n);",
    "do $$begin raise notice 'hey'; raise warning E'two\\nlines' using hint = 'h'; end$$;",
    // How results look.
    "\\pset format csv",
    "\\pset format aligned",
    "\\pset format unaligned",
    "\\pset format html",
    "\\pset format wrapped",
    "\\pset border 2",
    "\\pset border 0",
    "\\x on",
    "\\x off",
    "\\x",
    "\\t",
    "\\a",
    "\\pset null '(null)'",
    "\\pset linestyle unicode",
    "\\pset footer off",
    "\\C 'a title'",
    "\\C",
    "\\f ','",
    "\\pset columns 20",
    "\\pset nosuch",
    "\\pset format nosuch",
    "\\pset border x",
    "\\H",
    // Variables.
    "\\set v1 abc",
    "\\set v1 'it''s'",
    "\\set v1 a b c",
    "\\set v1 `echo hi`",
    "\\set v2 2.5",
    "\\unset v1",
    "\\echo :v1 :'v1' :\"v1\" :{?v1} :nosuch",
    "\\echo -n x",
    "\\qecho to out :v2",
    "\\warn err :v2",
    "\\set ECHO all",
    "\\set ECHO queries",
    "\\set ECHO errors",
    "\\set ECHO none",
    "\\set ECHO bogus",
    "\\set ON_ERROR_ROLLBACK on",
    "\\set VERBOSITY terse",
    "\\set VERBOSITY default",
    "\\set VERBOSITY sqlstate",
    "\\set FETCH_COUNT 2",
    "\\set FETCH_COUNT 0",
    "\\set AUTOCOMMIT off",
    "\\set AUTOCOMMIT on",
    "\\set SHOW_ALL_RESULTS off",
    "\\set QUIET on",
    "\\set QUIET off",
    "\\echo :ROW_COUNT :ERROR :SQLSTATE :LAST_ERROR_MESSAGE :LASTOID",
    "\\set ON_ERROR_STOP on",
    // Commands.
    "select 1, 2 \\g",
    "select 1, 2 \\gx",
    "select 1 as \"a\" \\gset\n\\echo :a",
    "select 1, 2 \\gset p_",
    "select 3 as c \\g (format=html border=2)",
    "select 3 \\g out.txt",
    "select 4 \\g |cat -n",
    "select 'select '||i from generate_series(1, 2) i \\gexec",
    "select 'drop table nosuch' \\gexec",
    "select 1 as a, null::text as b \\gdesc",
    "select nope \\gdesc",
    "\\g",
    "\\gset",
    "\\gdesc",
    "\\p",
    "\\r",
    "select x, y, x*y from generate_series(1, 3) x, generate_series(1, 2) y \\crosstabview",
    "select 1 \\crosstabview",
    "select 1\n\\p\n\\g",
    "select 1\n\\r\nselect 2;",
    "\\o out2.txt\nselect 5;\n\\o",
    "\\o |cat\nselect 6;\n\\o",
    "\\i nosuch.sql",
    "\\cd .",
    "\\! echo shell",
    "\\nosuch arg",
    "\\dt nosuch",
    "\\d nosuch",
    "\\sf nosuch",
    "\\l nosuchdb",
    "\\dx nosuch",
    "\\copy t(a, b) to stdout",
    "\\copy nosuch to stdout",
    "\\copy (select nope, 'a  b' from  t) to stdout",
    "\\copy (select 1, null) to stdout csv header",
    "\\copy t(a,b) from stdin\n5\tfive\n6\t\\N\n\\.",
    "copy t(a, b) from stdin csv;\n19,\"n,i\"\n\\.",
    "copy t(a, b) to stdout;",
    "\\copy u to program 'cat -n'",
    "\\copy u from program 'echo 4'",
    "\\copy u from nosuch.txt",
    "\\encoding",
    "\\encoding nosuch",
    "\\;",
    "-- comment",
    "/* a\n b */ select 1;",
    "\\echo 'unterminated",
    "\\if true\nselect 'yes';\n\\else\nselect 'no';\n\\endif",
    "\\if maybe\n\\echo 'open\nselect 1;\n\\elif true\n\\echo then\n\\endif",
    "\\if :{?v1}\n\\echo set\n\\endif",
    "\\if false\n\\nosuch\n\\if true\n\\endif\nselect nope;\n\\endif",
    "\\else",
    "\\endif",
    "\\timing off",
    "\\errverbose",
];

#[test]
fn scripts_that_mix_everything_print_what_psql_prints() {
    let mut chance = Chance(7);
    for _ in 0..SCRIPTS {
        let mut script = SETUP.to_string();
        for _ in 0..4 + chance.below(12) {
            script.push_str(chance.of(PIECES));
            script.push('\n');
        }
        compare(chance.of(ARGUMENTS), &script);
    }
}

#[test]
fn what_is_not_found_ends_a_script_where_it_ends_one_of_psql() {
    for command in [
        "\\dt nosuch",
        "\\di nosuch",
        "\\dv nosuch",
        "\\dtv nosuch",
        "\\d nosuch",
        "\\d+ nosuch",
        "\\drds nosuch x",
        "\\dx+ nosuch",
        "\\sf nosuch",
        "\\sv nosuch",
        "\\encoding nosuch",
        "\\dn nosuch",
        "\\df nosuch",
        "\\lo_unlink 99",
        "\\cd /nosuch",
        "\\i nosuch",
        "\\o /nosuch/x",
        "\\nosuch",
    ] {
        let script = format!("{command}\nselect 1;\n");
        compare(&["-v", "ON_ERROR_STOP=1"], &script);
        compare(&["-v", "ON_ERROR_STOP=1", "-q"], &script);
    }
}

#[test]
fn data_follow_a_copy_that_a_command_sends() {
    let script = "create temp table t(a int);\ncopy t from stdin \\g\n1\n\\.\ntable t;\n\
        copy t from stdin;\n2\n\\.\n\\p\n\\g\n3\n\\.\ntable t;\n\\set n t\ncopy :n from stdin \\gx\n4\n\\.\n\
        copy t to stdout;\n\\echo :ROW_COUNT\n\\copy t to stdout\n\\echo :ROW_COUNT\n\
        copy t to stdout \\g out.txt\n\\echo :ROW_COUNT\n";
    compare(&[], script);
    compare(&["-a", "-q"], script);
    compare(&["-e"], script);
}

#[test]
fn errors_with_fetch_count_are_in_the_text_of_the_cursor() {
    let script = "\\set FETCH_COUNT 2\ntable pg_am;\nwith x as (select 1) table x;\ndo $$ begin \
        raise exception ''; end $$;\nselect nope;\n(select nope);\n/* x */ values (nope);\n\
        table nope;\nwith x as (select 1) select nope from x;\nselect 1/0;\nselect\n nope;\n";
    compare(&[], script);
    compare(&["-v", "VERBOSITY=verbose"], script);
    compare(&["-b"], script);
}
