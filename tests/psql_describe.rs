//! `\d…` commands: the same through psql and through `sqwire pg`, every byte of both outputs.

use crate::harness::Sqwire;
use crate::psql_formats::{psql, run};
use crate::servers::{self, PASSWORD, Server, USER};
use std::fmt::Write as _;
use std::process::Command;

const SCHEMA: &str = include_str!("describe/postgres.sql");

/// Fills a database with the schema; the scripts set the search path that it is written for.
fn with_schema() -> Option<Server> {
    let server = servers::start_postgres()?;
    let mut command = Command::new(psql());
    command.args(["-v", "ON_ERROR_STOP=1", "-q"]);
    let (_, errors) = run(&mut command, &server, SCHEMA);
    let failed = |line: &&str| line.contains("ERROR");
    let errors: Vec<&str> = errors.lines().filter(failed).collect();
    assert!(errors.is_empty(), "{errors:?}");
    Some(server)
}

/// Commands with patterns, a script each. `$` stands for every flag.
pub(crate) fn cases() -> Vec<String> {
    let mut out = Vec::new();
    let mut every = |commands: &[&str], flags: &[&str], patterns: &[&str]| {
        for command in commands {
            for flag in flags {
                for pattern in patterns {
                    out.push(
                        format!("\\{command}{flag} {pattern}")
                            .trim_end()
                            .to_string(),
                    );
                }
            }
        }
    };
    every(&["d"], &["", "+"], RELATIONS);
    every(
        &[
            "d", "dt", "dv", "dm", "di", "ds", "dE", "dti", "dtvmsE", "dis", "det",
        ],
        &["", "+"],
        &[
            "",
            "shop.*",
            "*.*s",
            "users",
            "parts*",
            "nope",
            "\"Odd Schema\".*",
            "a.b.c.d",
            "x.y.z",
        ],
    );
    every(
        &["dt", "dv", "di", "d"],
        &["S", "S+"],
        &["pg_cl*", "pg_catalog.pg_am*", "pg_toast.pg_toast_2619*"],
    );
    every(
        &["dP", "dPt", "dPi", "dPn", "dPtn", "dPin"],
        &["", "+"],
        &["", "parts*", "nope"],
    );
    every(
        &[
            "df", "dfa", "dfn", "dfp", "dft", "dfw", "dfnp", "dfat", "dfanptw", "da",
        ],
        &["", "+"],
        &["", "add", "shop.*", "nope", "row_num*", "*.nt*"],
    );
    every(
        &["df"],
        &["", "+"],
        &[
            "add int",
            "add int integer",
            "add int -",
            "add text",
            "add * int4",
            "abs float",
        ],
    );
    every(
        &["do"],
        &["", "+"],
        &[
            "",
            "===",
            "@#@",
            "||",
            "pg_catalog.* int[] -",
            "- - int4",
            "= text text",
            "nope",
        ],
    );
    every(
        &["dT", "dD", "dO", "dc", "dC"],
        &["", "+"],
        &[
            "",
            "mood",
            "shop.*",
            "*",
            "int",
            "int4[]",
            "nope",
            "p*",
            "pg_catalog.name",
            "positive",
        ],
    );
    every(
        &["dTS", "dDS", "dcS", "dOS", "dfaS", "daS", "doS"],
        &["", "+"],
        &[""],
    );
    every(
        &["dp", "z"],
        &[""],
        &["", "users", "shop.*", "pg_catalog.pg_am", "*", "nope"],
    );
    every(&["ddp"], &[""], &["", "shop", "desc_owner", "nope"]);
    every(
        &["du", "dg"],
        &["", "+", "S", "S+"],
        &["", "desc*", "nope", "a.b"],
    );
    every(
        &["drds"],
        &[""],
        &["", "desc_owner", "nope", "desc_owner nope", "* *"],
    );
    every(
        &[
            "l", "list", "dn", "db", "dL", "dA", "dy", "dx", "dX", "dl", "dRp", "dRs", "des",
            "deu", "dew",
        ],
        &["", "+"],
        &[
            "", "*", "nope", "shop", "a*", "some*", "plpgsql", "public.x",
        ],
    );
    every(&["dnS", "dLS"], &["", "+"], &["", "pg*"]);
    every(&["dX"], &["", "+"], &["both*", "shop.*", "x.y"]);
    every(&["dRp"], &["", "+"], &["*_pub"]);
    every(&["des", "deu", "dew"], &["", "+"], &["far", "odd*", "f*"]);
    every(
        &["dconfig"],
        &["", "+"],
        &["work_mem", "max_w*", "nope", "x.y"],
    );
    every(&["dd", "ddS"], &[""], &["", "grown", "shop.*", "*", "nope"]);
    every(
        &["dAc", "dAf"],
        &["", "+"],
        &["", "btree", "btree int*", "hash text", "nope", "* shop.*"],
    );
    every(
        &["dAo", "dAp"],
        &["", "+"],
        &[
            "btree int*",
            "hash *",
            "btree odd_family",
            "brin integer*",
            "nope",
        ],
    );
    every(
        &["dF", "dFd", "dFp", "dFt"],
        &["", "+"],
        &[
            "", "conf", "dict", "pars", "tmpl", "shop.*", "english*", "default", "nope",
        ],
    );
    every(
        &["sf"],
        &["", "+"],
        &[
            "add(int,int)",
            "add(text)",
            "touch",
            "new_style",
            "doit",
            "rows_of",
            "nope",
            "add",
            "nope(int)",
        ],
    );
    every(
        &["sv"],
        &["", "+"],
        &[
            "adults",
            "adults_checked",
            "shop.adults",
            "users",
            "totals",
            "nope",
        ],
    );
    out
}

const RELATIONS: &[&str] = &[
    "users",
    "users_pkey",
    "users_lower",
    "users_nulls",
    "users_cover",
    "users_gin",
    "users_id_seq",
    "orders",
    "orders_id_seq",
    "code_once",
    "lines",
    "lines_pkey",
    "booking",
    "booking_during_excl",
    "scratch",
    "scratch_seq",
    "counter",
    "owned_seq",
    "parts",
    "parts_1",
    "parts_2",
    "parts_2a",
    "parts_rest",
    "parts_at",
    "parts_1_at_id_idx",
    "parts_2_at_id_idx",
    "parts_empty",
    "many_parts",
    "many_parts_pkey",
    "many_parts_0",
    "refers_parts",
    "parent",
    "parent2",
    "child",
    "grandchild",
    "typed",
    "pair",
    "adults",
    "adults_checked",
    "totals",
    "totals_user",
    "far_users",
    "passing",
    "visible",
    "zeros",
    "\"Odd Schema\".*",
    "\"Odd Schema\".\"Odd \"\"Table\"\"\"",
    "shop.*",
    "public.*",
    "USERS",
    "\"USERS\"",
    "us?rs",
    "pg_class",
    "pg_catalog.pg_proc",
    "pg_stat_activity",
    "pg_toast.pg_toast_1255",
    "pg_toast.pg_toast_1255_index",
    "information_schema.tables",
    "nope",
    "nope.nope",
    "a.b.c",
    "a.b.c.d",
    "users;",
    "'users'",
    "users extra words",
    "(users|orders)",
    "[uo]*rs",
    "p*.vis*",
    "public.",
    "*.visible",
    "parts$",
];

/// The settings under which commands are tried, besides the usual ones.
const SETTINGS: &[&str] = &[
    "\\a",
    "\\t",
    "\\x",
    "\\pset border 2",
    "\\H",
    "\\pset format latex",
    "\\pset format troff-ms",
    "\\pset format asciidoc",
    "\\pset format csv",
    "\\pset null NULL\n\\pset footer off",
    "\\a\n\\x",
    "\\pset linestyle unicode\n\\pset border 0",
    "\\t\n\\a",
];

fn under_settings() -> Vec<String> {
    let mut out = Vec::new();
    for setting in SETTINGS {
        for command in [
            "\\d users",
            "\\d+ adults",
            "\\d counter",
            "\\d parts",
            "\\d",
            "\\du+",
            "\\dRp+ some*",
            "\\dRp+ empty*",
            "\\dn+ shop",
            "\\dF+ conf",
            "\\dFp+ pars",
            "\\l",
            "\\dt nope",
            "\\dT+ mood",
        ] {
            out.push(format!("{setting}\n{command}"));
        }
    }
    // Here psql counts the rows of one table even where nothing is to be counted.
    out.retain(|case| !(case.contains("footer off") && case.contains("\\dFp+")));
    out
}

/// A statement whose error marks the place on standard error.
const MARK: &str = "select 1/0;";
const MARKED: &str = "ERROR:  division by zero\n";

/// What differs from run to run: which schema a session's temporary tables are in depends on who else
/// is connected, and the size of a whole database or tablespace on what was done there before.
fn steady(text: &str) -> String {
    let text = (1..9).fold(text.to_string(), |text, n| {
        let text = text.replace(&format!("pg_temp_{n}"), "pg_temp_N");
        // LaTeX escapes it.
        text.replace(&format!("pg\\_temp\\_{n}"), "pg\\_temp\\_N")
    });
    let mut parts = text.split(" kB");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let digits = out.len() - out.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        if digits >= 3 {
            let start = out.len() - digits;
            out.replace_range(start.., &"N".repeat(digits));
        }
        out.push_str(" kB");
        out.push_str(part);
    }
    out
}

/// What each command prints: its part of standard output and of standard error.
fn outputs(
    program: &dyn Fn() -> Command,
    server: &Server,
    cases: &[String],
    each: bool,
) -> Vec<(String, String)> {
    let start = "set search_path = shop, public;\ncreate temp table passing (id int);\n";
    let text = |bytes: Vec<u8>| steady(&String::from_utf8_lossy(&bytes));
    if each {
        let one = |case: &String| {
            let (out, errors) = run(&mut program(), server, &format!("{start}{case}\n"));
            (text(out), errors)
        };
        return cases.iter().map(one).collect();
    }
    let mut script = start.to_string();
    for case in cases {
        writeln!(script, "\\echo ====\n{MARK}\n{case}").unwrap();
    }
    let (out, errors) = run(&mut program(), server, &script);
    let cut = |text: &str, mark: &str| -> Vec<String> {
        text.split(mark).skip(1).map(str::to_string).collect()
    };
    let (out, errors) = (cut(&text(out), "====\n"), cut(&errors, MARKED));
    assert_eq!((out.len(), errors.len()), (cases.len(), cases.len()));
    out.into_iter().zip(errors).collect()
}

fn compare(name: &str, server: &Server, flags: &[&str], cases: &[String], each: bool) {
    let with = |mut command: Command, arguments: &[&str]| {
        command.args(arguments);
        command
    };
    let theirs = outputs(&|| with(Command::new(psql()), flags), server, cases, each);
    let sqwire = || {
        with(
            Command::new(env!("CARGO_BIN_EXE_sqwire")),
            &[&["pg"], flags].concat(),
        )
    };
    let ours = outputs(&sqwire, server, cases, each);
    let both = cases.iter().zip(theirs.iter().zip(&ours));
    let wrong: Vec<_> = both.filter(|(_, (theirs, ours))| theirs != ours).collect();
    if let Ok(file) = std::env::var("SQWIRE_DIFFERENCES") {
        let text: String = wrong
            .iter()
            .map(|(case, (theirs, ours))| {
                format!(
                    "######## {case}\n--- psql\n{}{}--- sqwire\n{}{}",
                    theirs.0, theirs.1, ours.0, ours.1
                )
            })
            .collect();
        std::fs::write(format!("{file}.{name}"), text).unwrap();
    }
    if let Some((case, (theirs, ours))) = wrong.first() {
        let all: Vec<&str> = wrong.iter().map(|(case, _)| case.as_str()).collect();
        panic!(
            "{name}: {} of {} differ: {all:#?}\nthe first is {case}\n\
             --- psql\n{}{}\n--- sqwire\n{}{}",
            wrong.len(),
            cases.len(),
            theirs.0,
            theirs.1,
            ours.0,
            ours.1
        );
    }
}

#[test]
fn every_description_is_the_one_of_psql() {
    let Some(server) = with_schema() else { return };
    compare("commands", &server, &[], &cases(), false);
    let quiet: Vec<String> = cases()
        .into_iter()
        .filter(|c| c.ends_with("nope"))
        .collect();
    compare("quiet", &server, &["-q"], &quiet, false);
}

#[test]
fn descriptions_follow_the_settings_of_the_output() {
    let Some(server) = with_schema() else { return };
    compare("settings", &server, &["-q"], &under_settings(), true);
}

/// The syntax of every statement, the list of them, and what is not there.
#[test]
fn help_on_statements_is_psqls() {
    let Some(server) = servers::start_postgres() else {
        return;
    };
    let cases: Vec<String> = [
        "",
        "*",
        "select",
        "SELECT;",
        "create ta",
        "create table foo (a int)",
        "alter",
        "insert into t values",
        "drop  table",
        "nonsense",
        "no 'quote",
        "abort ;  ",
    ]
    .iter()
    .flat_map(|topic| [format!("\\h {topic}"), format!("\\help {topic}")])
    .collect();
    compare("help", &server, &[], &cases, false);
}

/// As on servers that speak the protocol and have no such catalog.
#[test]
fn what_a_server_does_not_tell_costs_a_part_of_a_description() {
    let Some(server) = servers::start_postgres() else {
        return;
    };
    let run = |user: &str, script: &str| {
        let url = format!("postgres://{user}@127.0.0.1:{}/postgres", server.port);
        let sqwire = Sqwire::new().env("PGPASSWORD", PASSWORD);
        let (output, _) = sqwire.args(&url).input(script).output();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((said.as_str(), output.status.code()), ("", Some(0)));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let setup = format!(
        "create table whole (a int primary key, b text not null default 'x' check (b <> ''));\n\
         create role app login password '{PASSWORD}';\n"
    );
    run(USER, &setup);
    for (catalog, rest) in [
        ("pg_policy", "\"whole_pkey\" PRIMARY KEY"),
        ("pg_index", "\"whole_b_check\" CHECK"),
        ("pg_am", "\"whole_pkey\" PRIMARY KEY"),
        ("pg_attrdef", "\"whole_pkey\" PRIMARY KEY"),
        ("pg_collation", "\"whole_b_check\" CHECK"),
    ] {
        run(
            USER,
            &format!("revoke select on pg_catalog.{catalog} from public;"),
        );
        let got = run("app", "\\d whole");
        run(
            USER,
            &format!("grant select on pg_catalog.{catalog} to public;"),
        );
        assert!(
            got.contains(" b ") && got.contains("not null"),
            "{catalog}: {got}"
        );
        assert!(got.contains(rest), "{catalog}: {got}");
        let told = format!("Not all could be read: permission denied for table {catalog}\n");
        assert!(got.contains(&told), "{catalog}: {got}");
    }
    assert!(!run("app", "\\d whole").contains("Not all"));
}
