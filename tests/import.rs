//! `/import`, `/copy` and `\copy` on all three databases: what goes in comes out, and a bad row is
//! named and takes nothing with it.

use crate::harness::Sqwire;
use crate::servers::{self, Server};

/// A database of its own on that server.
fn url(server: &Server) -> String {
    let database = crate::postgres::block_on(server.database());
    server.url(&database)
}

/// One target of each kind; the file is in the test's folder.
fn targets() -> Vec<String> {
    let urls = servers::both().map(url);
    urls.chain(["sqlite:here.db".to_string()]).collect()
}

fn sqwire(target: &str) -> Sqwire {
    Sqwire::new().args("-X --format csv").arg(target)
}

/// Runs the commands one after the other.
fn run(target: &str, commands: &[&str]) -> Sqwire {
    let run = sqwire(target);
    commands.iter().fold(run, |run, c| run.arg("-c").arg(c))
}

#[test]
fn a_file_comes_in_with_types_that_its_values_fit() {
    let csv = "id;name;price;day;ok\r\n1;\"a;\"\"b\"\"\";12.50;2026-01-31;true\r\n\
               2;\"\";-0.25;2024-02-29;false\r\n3;;1000000;;\r\n";
    for target in targets() {
        let booleans = match target.starts_with("postgres") {
            true => ["t", "f"],
            false => ["1", "0"],
        };
        run(
            &target,
            &[
                "/import in.csv goods --create",
                "select id, name, name is null as n, price * 4 as p, day, ok from goods order by id",
            ],
        )
        .file("in.csv", csv)
        .stdout(&match target.starts_with("sqlite") {
            true => "id,name,n,p,day,ok\n1,\"a;\"\"b\"\"\",0,50.0,2026-01-31,1\n\
                     2,,0,-1.0,2024-02-29,0\n3,,1,4000000,,\n"
                .to_string(),
            false => format!(
                "id,name,n,p,day,ok\n1,\"a;\"\"b\"\"\",{f},50.00,2026-01-31,{}\n\
                 2,,{f},-1.00,2024-02-29,{}\n3,,{t},4000000.00,,\n",
                booleans[0],
                booleans[1],
                t = booleans[0],
                f = booleans[1],
            ),
        })
        .success();
    }
}

#[test]
fn a_header_is_matched_and_json_and_tabs_are_read() {
    for target in targets() {
        run(
            &target,
            &[
                "create table t (id int primary key, a varchar(20), b varchar(20) default 'usual')",
                "/import header.csv t",
                "/import plain.csv t --no-header",
                "/import rows.jsonl t",
                "/import tabs.tsv t --columns id,b",
                "/import - t --null=- --delimiter=| --no-header",
                "select id, a, b from t order by id",
            ],
        )
        .file("header.csv", "\u{feff}B,ID\nx,1\n")
        .file("plain.csv", "2,a,b\n")
        .file(
            "rows.jsonl",
            "{\"id\": 3, \"a\": \"\\u00e9\\\"\", \"b\": null}\n{\"id\": 4, \"a\": [1, {}]}\n",
        )
        .file("tabs.tsv", "5\tx\\ty\n6\t\\N\n")
        .input("7|-|\n")
        .stdout("id,a,b\n1,,x\n2,a,b\n3,\"é\"\"\",\n4,\"[1, {}]\",\n5,,x\ty\n6,,\n7,,\n")
        .success();
    }
}

#[test]
fn a_first_line_that_is_no_header_is_a_row_and_that_is_said() {
    run(
        "sqlite:x.db",
        &[
            "create table t (a text, b text)",
            "/import in.csv t",
            "select a from t",
        ],
    )
    .file("in.csv", "x,y\n1,2\n")
    .stdout("a\nx\n1\n")
    .stderr("The first line names no column of t and is loaded as a row.\n")
    .success();
}

#[test]
fn a_bad_line_is_named_and_nothing_stays() {
    for target in targets() {
        let run = run(
            &target,
            &[
                "create table t (id int primary key, a varchar(3) not null)",
                "/import short.csv t",
            ],
        );
        run.file("short.csv", "id,a\n1,x\n2,\"y\n\"\n3\n")
            .stderr(
                "error: short.csv:5:2: 1 field where 2 are wanted\n\
                 detail: Nothing was loaded.\n\
                 hint: --keep-going loads the other rows and names those that it leaves out.\n",
            )
            .status(1);
        let checks = sqwire(&target)
            .arg("-c")
            .arg("create table u (id int primary key, a varchar(3) not null)")
            .arg("-c")
            .arg("/import twice.csv u")
            .args("--on-error continue")
            .arg("-c")
            .arg("select count(*) as n from u")
            .arg("-c")
            .arg("/import twice.csv u --keep-going")
            .arg("-c")
            .arg("select id from u order by id")
            .file("twice.csv", "id,a\n1,x\n2,y\n1,z\n4,\n5,x,y\n6,v\n");
        let (output, _folder) = checks.output();
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(stdout, "n\n0\nid\n1\n2\n6\n", "{target}\n{stderr}");
        for place in [
            "twice.csv:4",
            "twice.csv:5",
            "twice.csv:6:5: 3 fields",
            "3 rows were left out.",
        ] {
            assert!(stderr.contains(place), "{target}: {place}\n{stderr}");
        }
    }
}

#[test]
fn the_transaction_of_the_user_stays_his() {
    for target in targets() {
        let begin = "begin; insert into t values (1); ";
        let script = format!(
            "create table t (id int primary key);\n{begin}\n/import bad.csv t\n/import good.csv t\n\
             select id from t order by id;\nrollback;\nselect count(*) as n from t;\n"
        );
        let ran = sqwire(&target)
            .args("--on-error continue")
            .file("bad.csv", "id\n2\n1\n")
            .file("good.csv", "id\n3\n")
            .input(script);
        let (output, _folder) = ran.output();
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(stdout, "id\n1\n3\nn\n0\n", "{target}\n{stderr}");
        assert!(stderr.contains("bad.csv:3"), "{target}\n{stderr}");
    }
}

#[test]
fn what_cannot_be_imported_is_said() {
    let sqlite = "sqlite:here.db";
    for (command, error) in [
        (
            "/import no.csv t",
            "error: could not open file \"no.csv\": no such file or directory\n",
        ),
        (
            "/import a.csv u",
            "error: there is no table u\nhint: --create makes it, with types that the values fit.\n",
        ),
        (
            "/import a.csv t --create",
            "error: table t is there already\nhint: Without --create the rows are added to it.\n",
        ),
        (
            "/import a.csv t --columns id,nam",
            "error: table t has no column \"nam\"\nhint: Did you mean \"name\"?\n",
        ),
        (
            "/import wide.csv t",
            "error: the first line names no column of t, and has 3 fields for 2 columns\n\
             hint: --columns a,b says what the fields are for.\n",
        ),
        (
            "/import utf16.csv t",
            "error: \"utf16.csv\" is UTF-16, not UTF-8\n\
             hint: iconv -f UTF-16 -t UTF-8 FILE makes UTF-8 of it.\n",
        ),
        (
            "/import a.csv 't; drop table t'",
            "error: \"t; drop table t\" is no name of a table\n",
        ),
    ] {
        run(sqlite, &["create table t (id integer, name text)", command])
            .file("a.csv", "id,name\n1,x\n")
            .file("wide.csv", "1,2,3\n")
            .file("utf16.csv", b"\xff\xfei\0d\0")
            .stderr(error)
            .status(1);
    }
    sqwire(sqlite)
        .args("--read-only -c")
        .arg("/import a.csv t")
        .file("a.csv", "id\n1\n")
        .file("here.db", "")
        .stderr(
            "error: the session is read-only: the statement was not sent\n\
             hint: Connect without --read-only to change data.\n",
        )
        .status(1);
}

/// A table of every type that the three databases share, made on PostgreSQL.
const TYPES: &str = "create table kinds (small smallint, large bigint, exact numeric(30,10), \
    words text, at timestamp, day date, bytes bytea, yes boolean, doc json, list int[]); \
    insert into kinds values (-32768, 9223372036854775807, 12345678901234567890.0123456789, \
    E'tab\\there, \\\\ and ''quote''\\n', '2026-01-02 03:04:05.678901', '2024-02-29', '\\x00ff27', \
    true, '{\"a\": 1.10}', '{1,NULL}'), (null, null, null, '', null, null, '', false, null, null)";

#[test]
fn a_table_goes_round_all_three_and_comes_back_as_it_was() {
    let (Some(postgres), Some(mysql)) = (servers::postgres(), servers::mysql()) else {
        return;
    };
    let (postgres, mysql) = (url(postgres), url(mysql));
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("way.db").display().to_string();
    run(&postgres, &[TYPES, &format!("/copy kinds to {mysql}")])
        .stderr(
            "Table kinds was made, without keys, indexes and defaults.\n\
             column \"list\" is of type int4[] at the source and is kept as text\n",
        )
        .success();
    run(&mysql, &[&format!("/copy kinds to {file} here")])
        .stderr(
            "Table here was made, without keys, indexes and defaults.\n\
             column \"exact\" is kept as text, because SQLite has no exact decimals\n",
        )
        .success();
    run(&file, &[&format!("/copy here to {postgres} back")])
        .stderr("Table back was made, without keys, indexes and defaults.\n")
        .success();
    let same = "select count(*) from kinds k join back b on k.words = b.words and \
        (k.small, k.large, k.exact, k.at, k.day, k.bytes, k.yes, k.doc::text, k.list::text) \
        is not distinct from \
        (b.small, b.large, b.exact::numeric, b.at, b.day, b.bytes, b.yes, b.doc, b.list)";
    run(&postgres, &[same]).stdout("count\n2\n").success();
    // Into a table that is there, by the names of the columns.
    run(
        &postgres,
        &[
            "create table shelf (yes int, words varchar(50), id serial)",
            &format!("/copy (select words, yes from kinds order by large) to {postgres} shelf"),
            "select * from shelf order by id",
        ],
    )
    .stdout("yes,words,id\n1,\"tab\there, \\ and 'quote'\n\",1\n0,,2\n")
    .success();
}

#[test]
fn a_copy_that_fails_leaves_nothing_and_says_which_row() {
    let Some(mysql) = servers::mysql() else {
        return;
    };
    let mysql = url(mysql);
    run(
        &mysql,
        &[
            "create table n (i int primary key)",
            "insert into n values (7)",
        ],
    )
    .success();
    let rows = "/copy (select 5 as i union all select 7 union all select 8) to";
    let (output, _folder) = run("sqlite:x.db", &[&format!("{rows} {mysql} n")]).output();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.starts_with("error: row 2: Duplicate entry '7'"),
        "{stderr}"
    );
    run(&mysql, &["select * from n"]).stdout("i\n7\n").success();
    let (output, _folder) =
        run("sqlite:x.db", &[&format!("{rows} {mysql} n --keep-going")]).output();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("row 2: Duplicate entry '7'"), "{stderr}");
    run(&mysql, &["select * from n"])
        .stdout("i\n5\n7\n8\n")
        .success();
    run("sqlite:x.db", &["/copy (select 1) to y.db"])
        .stderr(
            "error: /copy: a query has no name that the table could get\n\
             hint: Name the table behind the target.\n",
        )
        .status(1);
}

#[test]
fn backslash_copy_works_where_the_server_has_no_copy() {
    for target in targets().into_iter().filter(|t| !t.starts_with("postgres")) {
        let ran = run(
            &target,
            &[
                "create table t (a int, b varchar(10))",
                "\\copy t from in.txt",
                "\\copy t (b, a) from in.csv with (format csv, header, delimiter ';')",
                "\\copy t to out.csv csv header",
                "\\copy (select b from t order by a) to stdout csv",
            ],
        )
        .file("in.txt", "1\tx\\ty\n2\t\\N\n")
        .file("in.csv", "whatever;names\n\"z\";3\n")
        .stdout("x\ty\n\nz\n")
        .success();
        assert_eq!(ran.read("out.csv"), "a,b\n1,x\ty\n2,\n3,z\n", "{target}");
    }
}

#[test]
fn mysql_without_transactions_and_without_strictness_says_which_row() {
    let Some(mysql) = servers::mysql() else {
        return;
    };
    let mysql = url(mysql);
    let commands = [
        "create table t (id int primary key, a varchar(2)) engine=myisam",
        "set sql_mode = ''",
        "/import in.csv t --keep-going",
        "select id, a, @@sql_mode as mode from t order by id",
        "/import more.csv t",
    ];
    run(&mysql, &commands)
        .file("more.csv", "id,a\n9,x\n9,y\n")
        .file("in.csv", "id,a\n1,x\n2,y\n1,z\n3,long\n4,v\n")
        .stdout("id,a,mode\n1,x,\n2,y,\n4,v,\n")
        .stderr(
            "in.csv:4: Duplicate entry '1' for key 'PRIMARY'\n\
             in.csv:5: Data too long for column 'a' at row 1\n\
             2 rows were left out.\n\
             error: more.csv:3: Duplicate entry '9' for key 'PRIMARY' [1062 (23000)]\n\
             detail: The rows before it stay: the table's engine has no transactions.\n\
             hint: --keep-going loads the other rows and names those that it leaves out.\n",
        )
        .status(1);
}

#[test]
fn a_check_that_waits_for_the_commit_undoes_everything() {
    let Some(postgres) = servers::postgres() else {
        return;
    };
    let postgres = url(postgres);
    let commands = [
        "create table a (id int primary key)",
        "create table b (id int references a deferrable initially deferred)",
        "/import in.csv b",
    ];
    run(&postgres, &commands)
        .file("in.csv", "id\n1\n")
        .stderr(
            "error: insert or update on table \"b\" violates foreign key constraint \
             \"b_id_fkey\" [23503]\n\
             detail: Key (id)=(1) is not present in table \"a\". Nothing was loaded.\n",
        )
        .status(1);
    run(
        &postgres,
        &["select count(*) from b", "/import in.csv b --create"],
    )
    .file("in.csv", "id\n1\n")
    .stdout("count\n0\n")
    .stderr("error: table b is there already\nhint: Without --create the rows are added to it.\n")
    .status(1);
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_its_own_words() {
    let import = |flags: &str, content: &[u8], said: &str| {
        Sqwire::new()
            .args("-X :memory: -c")
            .arg(&format!("/import in.csv t --create {flags}"))
            .file("in.csv", content)
            .stderr(said)
            .status(1);
    };
    import(
        "",
        b"id,name\n1,M\xfcller\n",
        "error: in.csv:2:4: the text is not UTF-8\n\
         hint: Convert it first, for example with: iconv -f LATIN1 -t UTF-8\n",
    );
    import(
        "--format jsonl",
        b"id,name\n1,x\n",
        "error: \"in.csv\" does not begin with an object of JSON\n\
         hint: --format says what the file holds: csv, tsv or jsonl.\n",
    );
    import("--format jsonl", b" \n", "error: \"in.csv\" is empty\n");
    import(
        "--format jsonl",
        b"{\"a\": 1}\n{\"a\": nope}\n",
        "error: in.csv:2:8: expected true, false, null or a text in quotes\n\
         hint: --keep-going loads the other rows and names those that it leaves out.\n",
    );
}

#[test]
fn a_time_limit_is_for_the_whole_import_which_leaves_nothing() {
    for (server, slow) in [
        (
            servers::postgres(),
            "create function slow() returns trigger language plpgsql as \
             'begin perform pg_sleep(60); return new; end';\
             create trigger slow before insert on t for each row execute function slow()",
        ),
        (
            servers::mysql(),
            "create trigger slow before insert on t for each row set @x = sleep(60)",
        ),
    ] {
        let Some(target) = server.map(url) else {
            continue;
        };
        run(&target, &["create table t (a int)", slow]).success();
        let began = std::time::Instant::now();
        run(&target, &["/import in.csv t"])
            .file("in.csv", "a\n1\n2\n")
            .args("--timeout 300ms")
            .stderr(
                "error: the import was cancelled after 300 ms\n\
                 detail: Nothing was loaded.\nhint: --timeout sets the limit.\n",
            )
            .status(1);
        assert!(began.elapsed() < std::time::Duration::from_secs(30));
        run(&target, &["select count(*) as n from t"])
            .stdout("n\n0\n")
            .success();
    }
}
