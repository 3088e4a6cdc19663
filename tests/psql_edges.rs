//! What scripts of psql do at the edges: the editor, logs, single lines, connections that fail, the
//! end of a script. Beside psql where psql 15 has it too.

use crate::psql_scripts::{compare, run};
use crate::servers;
use std::process::Command;

fn both(script: &str) {
    compare(&["-f", "script.sql"], script);
    compare(&[], script);
}

#[test]
fn the_editor_has_the_statement_the_file_or_the_definition() {
    both(
        r#"\setenv EDITOR 'sed -i s/one/seven/'
select 'one'
\e
;
select 'one';
\e
\p
select 'one' as a; select 'one'
\e
as b;
\e nofile.sql
\! echo "select 'one' as in_file;" > edited.sql
\e edited.sql
\e edited.sql 0
\! cat edited.sql
\setenv EDITOR true
select 1
\e
\p
;
\e
\p
create function pg_temp.edit_me() returns text language sql as $$ select 'one' $$;
\ef pg_temp.edit_me
\ef pg_temp.edit_me()
\ef no_such_function
\ef
\setenv EDITOR 'sed -i s/one/three/'
\ef pg_temp.edit_me
;
select pg_temp.edit_me();
create temp view edit_view as select 'one' as a;
\ev edit_view
;
select * from edit_view;
\ev
\ev no_such_view
\e 3
\e a b c
select 'end';
"#,
    );
}

/// psql writes the last result to its log when it leaves, so the log itself cannot be compared.
#[test]
fn statements_and_results_are_logged() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    sqwire.arg("pg");
    let script = "\\x\nselect 1 as a;\nselect 1/0;\n\\echo said\ncreate temp table t(a int);\n\
                  \\o /dev/null\n\\! cat log.txt\n";
    let ran = run(sqwire, server, &["-q", "-L", "log.txt"], script);
    let block =
        |sql: &str| format!("********* QUERY **********\n{sql}\n**************************\n\n");
    let expected = format!(
        "-[ RECORD 1 ]\na | 1\n\nsaid\n{} a \n---\n 1\n(1 row)\n\n{}{}CREATE TABLE\n",
        block("select 1 as a;"),
        block("select 1/0;"),
        block("create temp table t(a int);")
    );
    assert_eq!(ran.stdout, expected);
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    sqwire.arg("pg");
    let script = "\\pset format wrapped\n\\pset columns 12\nselect 'one two three' as a, 1 as b;\n\
                  \\! cat log.txt\n";
    let ran = run(sqwire, server, &["-q", "-L", "log.txt"], script);
    let shown = "   a    | b \n--------+---\n one tw.| 1\n.o thre.| \n";
    assert_eq!(ran.stdout.matches(shown).count(), 2, "{}", ran.stdout);
    compare(&["-L", "/nonexistent/log", "-c", "select 1"], "");
    compare(&["-o", "/nonexistent/out", "-c", "select 1"], "");
}

#[test]
fn the_end_of_a_line_can_end_a_statement() {
    let script = "select 1\nselect 2; select 3\n\nselect 'a\nb'\nselect (1,\n2)\n-- a comment\n\
                  \\echo said\nselect nope\nselect 'last'";
    compare(&["-S"], script);
    compare(&["-S", "-a"], script);
    compare(&["-S", "-f", "script.sql"], script);
    compare(&["-s", "-f", "script.sql"], "select 1;\nselect 2;\n");
}

#[test]
fn what_waits_is_sent_before_a_script_is_left() {
    both("select 1\n\\q\nselect 2;\n");
    both("select 1 +\n\\q\n");
    both("\\if false\nselect 1\n\\q\n\\endif\nselect 2\n\\q");
    compare(
        &["-v", "ON_ERROR_STOP=1", "-f", "script.sql"],
        "select nope\n\\q\n",
    );
}

#[test]
fn what_waits_at_the_end_of_a_script_is_sent() {
    both("select 1\n\\x");
    both("select 1\n\\echo said\n");
    both("select 1\n\\foo\n");
    both("select nope\n\\echo said\n");
    both("\\! echo 'select 1 \\x' > inner.sql\n\\i inner.sql\nselect 2;\n");
    both("\\if false\nselect 1\n\\x\n");
    compare(
        &["-v", "ON_ERROR_STOP=1", "-f", "script.sql"],
        "select nope\n\\x",
    );
}

#[test]
fn connections_fail_in_the_words_of_libpq() {
    for arguments in [
        &["-d", "no_such_database", "-c", "select 1"][..],
        &["-U", "no_such_role", "-c", "select 1"],
        &["-p", "1", "-c", "select 1"],
        &["-h", "localhost", "-p", "1", "-c", "select 1"],
        &["-h", "/nonexistent", "-p", "1", "-c", "select 1"],
        &[
            "-h",
            "/nonexistent,127.0.0.1",
            "-p",
            "1,2",
            "-c",
            "select 1",
        ],
        &[
            "-h",
            "/nonexistent,127.0.0.1",
            "-p",
            "1,2,3",
            "-c",
            "select 1",
        ],
        &["-p", "abc", "-c", "select 1"],
        &["-p", "99999", "-c", "select 1"],
        &["postgres", "extra", "-c", "select 1"],
        &["-P", "border=2", "-P", "linestyle=x", "-c", "select 1"],
        &["-P", "expanded=x", "-c", "select 1"],
        &["-P", "csv_fieldsep=ab", "-c", "select 1"],
    ] {
        compare(arguments, "select 1;\n");
    }
    for script in [
        "\\c no_such_database\nselect 1;\n",
        "\\c - no_such_role\nselect 1;\n",
        "\\c - - /nonexistent\nselect 1;\n",
        "\\c - - localhost 1\nselect 1;\n",
        "\\c - - - x\nselect 1;\n",
        "\\c \"foo=bar\"\nselect 1;\n",
        "\\c postgres://h:y/\nselect 1;\n",
        "\\c \"dbname=postgres\" x\nselect 1;\n",
        "\\c -reuse-previous=x postgres\nselect 1;\n",
        "\\c -reuse-previous=on \"host=/nonexistent\"\nselect 1;\n",
    ] {
        both(script);
        compare(&["-v", "ON_ERROR_STOP=1", "-f", "script.sql"], script);
    }
}

/// pg_dump names a database of an odd name so.
#[test]
fn a_connection_string_can_change_a_part_of_the_connection() {
    let make = "create database \"odd 'name'\";\n";
    if let Some(server) = servers::postgres() {
        let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
        sqwire.arg("pg");
        run(sqwire, server, &[], make);
    }
    both(
        r#"\connect -reuse-previous=on "dbname='odd \'name\''"
select current_database();
\connect -reuse-previous=on "dbname=postgres application_name=other"
show application_name;
"#,
    );
}

#[test]
fn notices_name_what_they_are_about() {
    let script = "do $$ begin raise notice 'a' using detail = 'd', hint = 'h', schema = 's', \
                  table = 't', column = 'c', datatype = 'dt', constraint = 'co'; end $$;\n\
                  commit;\n";
    compare(&["-v", "VERBOSITY=verbose"], script);
    compare(&["-1", "-q"], "begin;\nselect 1;\ncommit;\nselect 2;\n");
}

#[test]
fn copy_reads_and_refuses_as_psqls() {
    both(
        r"create temp table t(a int, b text);
\copy t from stdin
8	f
\.
\copy t to program 'sort'
\copy t to out.txt
\! cat out.txt
copy t to stdout \g |cat -n
\copy t foo
\copy t from
\copy t from program
\copy t from program 'open
\copy
\.
copy t from stdin (format csv);
1,x
\.
y
\.
;
select * from t;
",
    );
    compare(
        &[],
        "create temp table t(a text);\n\\copy t from pstdin\na\nb\n\\.\nselect * from t;\n",
    );
}

/// psql 15 has no such commands: what is expected is what psql 18 prints.
#[test]
fn prepared_statements_go_through_the_extended_protocol() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let script = r"
select $1, $2 \bind 'a''b' 4 \g
select $1::int \bind x \g
select $1, $2 \bind 1 \g
select 1 \; select 2 \bind \g
select $1::int + 1 as n \parse p
select 5 \parse ''
\bind_named p 5 \g
\bind_named '' \g
select name, statement from pg_prepared_statements where name = 'p';
\bind_named p 6
;
select $1 as v \bind w \gset
\echo :v
select $1::int[], null::bool, 1.50 \bind '{1,2}' \g
copy pg_temp.t from stdin \bind \g
\close_prepared p
\close_prepared p
\bind_named p 5 \g
\bind_named
\g
begin; select 1/$1::int \bind 0 \g
select 'failed';
rollback;
select 'and on';
";
    let sqwire = || {
        let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
        sqwire.arg("pg");
        sqwire
    };
    let ran = run(sqwire(), server, &["-Atq", "-f", "script.sql"], script);
    let expected = "a'b|4\n6\n5\np|select $1::int + 1 as n \n7\nw\n{1,2}||1.50\nand on\n";
    assert_eq!(ran.stdout, expected);
    assert_eq!(
        ran.stderr,
        "psql:script.sql:3: ERROR:  invalid input syntax for type integer: \"x\"\n\
         CONTEXT:  unnamed portal parameter $1 = '...'\n\
         psql:script.sql:4: ERROR:  bind message supplies 1 parameters, but prepared statement \"\" \
         requires 2\n\
         psql:script.sql:5: ERROR:  cannot insert multiple commands into a prepared statement\n\
         psql:script.sql:16: error: COPY … FROM STDIN needs data, and there are none here\n\
         psql:script.sql:19: ERROR:  prepared statement \"p\" does not exist\n\
         psql:script.sql:20: error: \\bind_named: missing required argument\n\
         psql:script.sql:21: ERROR:  schema \"pg_temp\" does not exist\n\
         psql:script.sql:22: ERROR:  division by zero\n\
         psql:script.sql:23: ERROR:  current transaction is aborted, commands ignored until end of \
         transaction block\n"
    );
    // The tag of what has none.
    let ran = run(
        sqwire(),
        server,
        &["-At"],
        "select 1 \\parse a\n\\close_prepared a\n",
    );
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("\n\n", ""));
}

#[test]
fn the_terms_of_postgresql_are_shown() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    sqwire.arg("pg");
    let ran = run(
        sqwire,
        server,
        &[],
        "\\copyright\n\\if false\n\\copyright\n\\endif\n",
    );
    assert_eq!(
        ran.stdout
            .matches("Permission to use, copy, modify")
            .count(),
        1
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn notifications_are_told_behind_the_results() {
    let script = "listen news;\nnotify news;\nselect pg_notify('news', 'a payload'), 1 as a;\n\
                  \\t\n\\a\nselect pg_notify('news', 'x') is null;\nselect 2;\n";
    let Some(server) = servers::postgres() else {
        return;
    };
    let told = |mut program: Command, arguments: &[&str]| {
        if program.get_program() == env!("CARGO_BIN_EXE_sqwire") {
            program.arg("pg");
        }
        let ran = run(program, server, arguments, script);
        // Each has a process of its own.
        let lines = ran.stdout.lines().map(|line| match line.find("with PID ") {
            Some(at) => line[..at].to_string(),
            None => line.to_string(),
        });
        (lines.collect::<Vec<_>>(), ran.stderr)
    };
    for arguments in [&["-f", "script.sql"][..], &["-q"]] {
        assert_eq!(
            told(Command::new(env!("CARGO_BIN_EXE_sqwire")), arguments),
            told(Command::new(crate::psql_formats::psql()), arguments),
            "{arguments:?}"
        );
    }
}

#[test]
fn notices_on_the_data_of_a_copy_name_the_line_that_was_read() {
    both(
        "create temp table t(a int);\ncreate function pg_temp.tell() returns trigger language plpgsql \
         as $$ begin raise notice 'row %', new.a; return new; end $$;\n\
         create trigger tell before insert on t for each row execute function pg_temp.tell();\n\
         insert into t values (0);\ncopy t from stdin;\n1\n2\n\\.\nselect 1;\n\
         copy t from stdin; copy t from stdin;\n3\n\\.\n4\n\\.\ninsert into t values (5);\n",
    );
}

#[test]
fn statements_of_a_pipeline_wait_for_who_asks_for_their_results() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let script = r"\getresults
\sendpipeline
create temp table p(a int primary key deferrable initially deferred);
\startpipeline
select $1 \bind val1 \sendpipeline
select 2 as two;
\echo :PIPELINE_COMMAND_COUNT :PIPELINE_SYNC_COUNT :PIPELINE_RESULT_COUNT
\flushrequest
\getresults 1
select $1 as n \parse s1
\syncpipeline
\echo :PIPELINE_COMMAND_COUNT :PIPELINE_SYNC_COUNT :PIPELINE_RESULT_COUNT
\bind_named s1 3 \sendpipeline
select $1 \bind 4 \g
\gset
select 1 \gdesc
\getresults
\endpipeline
\startpipeline
select 1/$1::int \bind 0 \sendpipeline
select 'passed over';
\syncpipeline
select 'after the sync';
\endpipeline
\startpipeline
insert into p values (1), (1);
\endpipeline
select nope \bind \sendpipeline
select 'outside';
\startpipeline
select nope;
\flushrequest
\getresults
select 'aborted';
\flushrequest
\getresults
\syncpipeline
\getresults
insert into p values (1) returning a;
\endpipeline
select * from p;
\startpipeline
copy p from stdin;
\endpipeline
select 'never';
";
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    sqwire.arg("pg");
    let ran = run(sqwire, server, &["-Atq", "-f", "script.sql"], script);
    // As psql 18 prints it.
    assert_eq!(
        ran.stdout,
        "2 0 0\nval1\n0 1 2\n2\n3\nafter the sync\n1\n1\n"
    );
    assert_eq!(
        ran.stderr,
        "psql:script.sql:1: No pending results to get\n\
         psql:script.sql:2: error: \\sendpipeline not allowed outside of pipeline mode\n\
         psql:script.sql:14: error: \\g not allowed in pipeline mode\n\
         psql:script.sql:15: error: \\gset not allowed in pipeline mode\n\
         psql:script.sql:16: synchronous command execution functions are not allowed in pipeline mode\n\
         psql:script.sql:24: ERROR:  division by zero\n\
         psql:script.sql:27: ERROR:  duplicate key value violates unique constraint \"p_pkey\"\n\
         DETAIL:  Key (a)=(1) already exists.\n\
         psql:script.sql:28: error: \\sendpipeline not allowed outside of pipeline mode\n\
         psql:script.sql:29: ERROR:  syntax error at or near \"'outside'\"\n\
         LINE 2: select 'outside';\n               ^\n\
         psql:script.sql:33: ERROR:  column \"nope\" does not exist\n\
         LINE 1: select nope;\n               ^\n\
         psql:script.sql:36: Pipeline aborted, command did not run\n\
         psql:script.sql:44: COPY in a pipeline is not supported, aborting connection\n"
    );
    assert_eq!(ran.status, Some(2));
}

#[test]
fn what_shares_the_line_of_a_command_that_failed_is_passed_over() {
    both(
        r#"\\if true
select 1;
\nope \\ select 3
+ 4;
select 5 \nope \\ + 6
+ 7;
\pset border x \\ select 8
+ 1;
select 2 as "?column?" \gset \\ \echo x
select 1/0 \g \\ \echo y
select 3 \gexec \\ \echo z
insert into nope values (1) \g \echo a
"#,
    );
    both("\\echo :{?nope}\nselect 1 as a \\g '|cat'\n\\set p '|cat -n'\nselect 2 as a \\g :p\n");
    compare(&["-a"], "\\nope \\\\ select 3\n+ 4;\nselect 9;\n");
}

#[test]
fn lines_can_begin_to_end_statements_within_a_script() {
    both(
        "select 1;\n\\set SINGLELINE on\nselect 2\nselect 'a\nb'\n\\set SINGLELINE off\nselect\n4;\n\
         \\set SINGLELINE on\nselect 5; select 6\n\\echo x\ncreate temp table t(i int)\n\
         copy t from stdin\n1\n\\.\ntable t",
    );
    compare(
        &["-f", "script.sql"],
        "\\prompt x\n\\echo :x\n\\prompt 'y: ' y z\n",
    );
}

#[test]
fn a_time_limit_of_the_server_is_an_error_as_any_other() {
    let script = "set statement_timeout = 50;\nselect pg_sleep(5);\nreset statement_timeout;\n\
         select 'after';\n\
         select 'set statement_timeout = 50', 'select pg_sleep(5)', 'reset statement_timeout', 'select 2' \\gexec\n\
         begin; set local statement_timeout = 50; select pg_sleep(3); select 1; rollback;\n\
         select pg_cancel_backend(pg_backend_pid());\n\\echo :ERROR :SQLSTATE\n";
    both(script);
    compare(&["-v", "ON_ERROR_STOP=1", "-f", "script.sql"], script);
    compare(
        &[
            "-c",
            "set statement_timeout = 50",
            "-c",
            "select pg_sleep(5)",
            "-c",
            "select 1",
        ],
        "",
    );
}

#[test]
fn the_end_of_a_session_is_told_in_the_words_of_psql() {
    let script = "select 1;\nselect pg_terminate_backend(pg_backend_pid());\nselect 2;\n";
    both(script);
    for verbosity in ["verbose", "terse", "sqlstate"] {
        compare(&["-v", &format!("VERBOSITY={verbosity}")], script);
    }
    compare(&["-v", "ON_ERROR_STOP=1", "-f", "script.sql"], script);
    compare(&["-1", "-q"], script);
    compare(&["-c", "select pg_terminate_backend(pg_backend_pid())"], "");
}

#[test]
fn a_variable_can_hold_commands() {
    both(
        r#"\set hi '\\echo hi'
:hi
:hi there
select 1 :hi
;
\set now 'select 1 as one \\gx'
:now
\set describe '\\d nothing'
:describe
\set several 'select 2; \\echo between \\\\ select 3'
:several
;
\set quoted 'E\'\\\\x41\''
select :quoted, :'quoted', ':hi', $$:hi$$;
\set skipped '\\if false \\\\ select 4; \\endif'
:skipped
\set fails '\\nosuch \\\\ select 5;'
:fails
select 'goes on' as a;
\set ON_ERROR_STOP on
\set stops '\\nosuch \\\\ select 5;'
:stops
select 6;
"#,
    );
}

#[test]
fn the_script_on_standard_input_answers_a_prompt() {
    let script = r#"\prompt first
the answer
\echo :first
\prompt 'Second: ' second \\ \echo on the same line :second
  with 'quotes'  
select :'second';
\if false
\prompt third
\endif
\prompt last
"#;
    compare(&["-f", "-"], script);
    compare(&["-a", "-f", "-"], script);
    compare(&["-f", "script.sql"], "\\prompt x\n\\echo :x\n");
}

#[test]
fn a_line_that_waits_ends_before_the_data_of_a_copy() {
    both(
        "create temp table t (a int, b text);\nbegin;\nselect nope;\n1\tone\n\\copy t from stdin\n\
         2\ttwo\n\\.\n;\nrollback;\nselect\n\\copy t from stdin\n3\tthree\n\\.\n1 as a;\ntable t;\n",
    );
}

#[test]
fn results_become_variables_behind_savepoints() {
    let script = "select 1 as x, 'a' as y \\gset\nselect nope;\nselect 2 as x \\gset\n\\echo :x :y\n\
                  select 'select 3' \\gexec\n\\crosstabview\nselect 1, 2, 3 \\crosstabview\n";
    compare(&["-v", "ON_ERROR_ROLLBACK=on", "-1"], script);
    compare(
        &["-v", "ON_ERROR_ROLLBACK=on", "-v", "AUTOCOMMIT=off"],
        script,
    );
}

#[test]
fn columns_of_a_cross_table_without_a_rank_have_the_rank_0() {
    both(
        "select v, h, c, i from (values ('a', 'three', 'x', 3), ('b', 'one', 'y', 1), ('a', null, 'z', 2), \
         (null, 'none', 'w', null), ('c', 'minus', 'v', -1)) as t (v, h, c, i) \\crosstabview v h c i\n",
    );
}

#[test]
fn parts_of_a_result_have_frames_of_their_own() {
    both(
        "\\set FETCH_COUNT 2\n\\x\n\\pset border 2\n\\pset linestyle unicode\n\
         select i, repeat('a', i) from generate_series(1, 5) i;\n\\t\n\
         select i, repeat('a', i) from generate_series(1, 5) i;\n\\pset border 1\n\
         select i, repeat('a', i) from generate_series(1, 5) i;\n",
    );
}

#[test]
fn rounds_that_end_in_an_error_end_with_an_empty_line() {
    compare(&["-e"], "select 1/0 \\watch 0.01\nselect 2;\n");
    both(
        "select 1/0 \\watch 0.01\nselect 2;\n\\set ON_ERROR_STOP on\nselect 1/0 \\watch 0.01\nselect 3;\n",
    );
}
