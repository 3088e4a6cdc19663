//! The same scripts through psql and through `sqwire pg`: every byte of the output must be the same.
//!
//! Each test is one long script for each format: many settings of `\pset`, and under each of them
//! many results.

use crate::servers::{self, PASSWORD, Server, USER};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The psql beside the server; the one on the path can be another version's.
pub(crate) fn psql() -> PathBuf {
    let find = Command::new("sh")
        .args([
            "-c",
            "ls -d /usr/lib/postgresql/*/bin/psql 2>/dev/null | sort -V | tail -1",
        ])
        .output()
        .unwrap();
    let found = String::from_utf8(find.stdout).unwrap();
    match found.trim() {
        "" => "psql".into(),
        path => path.into(),
    }
}

/// Runs a script on standard input and gives standard output and standard error.
pub(crate) fn run(program: &mut Command, server: &Server, script: &str) -> (Vec<u8>, String) {
    let mut child = program
        .args(["-X", "-h", "127.0.0.1", "-p", &server.port.to_string()])
        .args(["-U", USER, "-d", server.first_database()])
        .env("PGPASSWORD", PASSWORD)
        .env("LC_ALL", "C.UTF-8")
        .env_remove("COLUMNS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let script = script.to_string();
    let writer = std::thread::spawn(move || {
        use std::io::Write;
        // A program that stops early is found out by what it has not written.
        drop(input.write_all(script.as_bytes()));
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    (
        output.stdout,
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Compares what both print for sections, each of them announced by a line of its own. Without a
/// server there is nothing to compare with.
pub(crate) fn compare(name: &str, arguments: &[&str], sections: &[String]) {
    let Some(server) = servers::postgres() else {
        return;
    };
    let mut script = String::new();
    for (number, section) in sections.iter().enumerate() {
        writeln!(script, "\\echo === {number}\n{section}").unwrap();
    }
    let (theirs, their_errors) = run(Command::new(psql()).args(arguments), server, &script);
    let mut sqwire = Command::new(env!("CARGO_BIN_EXE_sqwire"));
    let (ours, our_errors) = run(sqwire.arg("pg").args(arguments), server, &script);
    assert!(their_errors.is_empty(), "{name}: psql said {their_errors}");
    assert!(our_errors.is_empty(), "{name}: sqwire said {our_errors}");
    if theirs == ours {
        return;
    }
    let (theirs, ours) = (cut(&theirs), cut(&ours));
    let differs = |number: &usize| theirs.get(*number) != ours.get(*number);
    let wrong: Vec<usize> = (0..=sections.len()).filter(differs).collect();
    let number = wrong[0];
    let section = |output: &[String]| output.get(number).cloned().unwrap_or_default();
    panic!(
        "{name}: {} of {} sections differ, the first is\n{}\n{}",
        wrong.len(),
        sections.len(),
        number
            .checked_sub(1)
            .map_or("", |n| settings_of(&sections[n])),
        first_difference(&section(&theirs), &section(&ours)),
    );
}

/// The settings of a section, without the queries behind them.
fn settings_of(section: &str) -> &str {
    section
        .find("\nselect")
        .map_or(section, |end| &section[..end])
}

/// The lines around the first one that is not the same.
fn first_difference(theirs: &str, ours: &str) -> String {
    let (theirs, ours): (Vec<&str>, Vec<&str>) =
        (theirs.split('\n').collect(), ours.split('\n').collect());
    let mut at = 0;
    while theirs.get(at).is_some() && theirs.get(at) == ours.get(at) {
        at += 1;
    }
    let around = |lines: &[&str]| {
        let shown = lines.iter().skip(at.saturating_sub(4)).take(10);
        shown
            .map(|line| format!("{}$\n", line.escape_debug()))
            .collect::<String>()
    };
    format!("--- psql\n{}--- sqwire\n{}", around(&theirs), around(&ours))
}

/// What stands behind each announcement; first what stands before all of them.
fn cut(output: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(output);
    text.split("=== ").map(str::to_string).collect()
}

/// Results of every kind. Their names and cells hold what formats must look at.
const QUERIES: &[&str] = &[
    "select 1 as a, 'text' as b, null as c, 12.50 as d, true as e;",
    "select * from (values (1, 'one', 1.5), (-20, 'twenty', null), (300, null, 12345678.9)) v(id, name, n);",
    "select 1 as one where false;",
    "select 1 as id, 'x'::text as name, 2.5::numeric as n where false;",
    "select;",
    "select from generate_series(1, 3);",
    "select 'one column' as only union all select 'another' union all select '';",
    "select E'two\\nlines' as a, 7 as b, E'and\\nthree\\nlines' as c union all select 'x', 8, E'y\\nz' union all select '', -9, '';",
    "select E'a\\nb' as x, 'c' as y union all select 'd', E'e\\n\\nf\\n';",
    "select 1 as \"two\nlines\", 'b' as \"one\", 3 as \"in\nall\nthree\";",
    "select E'x\\ny' as \"a\nb\nc\", E'long cell that may wrap\\nor not' as d, 5 as \"n\n\";",
    "select '日本語' as \"wide 日本\", 'é e\u{301}' as \"combining\", '\u{1f600}' as emoji, '한국어 텍스트' as k;",
    "select E'tab\\there' as t, E'cr\\rhere' as r, E'bell\\x07 esc\\x1b[31m del\\x7f' as c, U&'\\0085\\009b' as c1;",
    "select '<b>&\"q\"</b>' as \"<h>\", ' leading' as \" sp\", '   ' as blank, E' \\t ' as \"ws\";",
    "select 'a|b' as \"p|q\", 'a,b;c' as \"x,y\", 'say \"hi\"' as \"qu\"\"ote\", '\\.' as dot, 'back\\slash' as bs, '#$%&_{}~^' as \"la_tex#\";",
    "select 0 as z, -1 as m, 1234567 as big, -9876543210.0123 as num, 1e20::float8 as f, 'NaN'::float8 as nan, 123456::money as cash, 1234567::oid as o;",
    "select n, repeat('x', n) as x, repeat('long word ', n * 3) as words from generate_series(1, 12) n;",
    "select n as \"n\", n * n as square from generate_series(1, 120) n;",
    "select 'a fairly long cell with many words in it, so that it wraps' as first, 'short' as second, E'another long cell\\nwith two long lines in it, both of them wrap' as third;",
    "select array[1,2,3] as arr, '{\"a\": [1, null]}'::jsonb as doc, '\\x00ff'::bytea as raw, interval '1 day' as i, date '2024-02-29' as d;",
];

/// All results under some settings.
fn section(settings: &str) -> String {
    format!("{settings}\n{}", QUERIES.join("\n"))
}

/// One choice of each list after the other, in every combination.
fn product(lists: &[&[&str]]) -> Vec<String> {
    let mut all = vec![String::new()];
    for list in lists {
        let longer = |before: &String| {
            let before = before.clone();
            list.iter().map(move |choice| match *choice {
                "" => before.clone(),
                choice => format!("{before}\\pset {choice}\n"),
            })
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// What is cycled through beside the combinations, so that they stay few: together with them every
/// pair of choices comes up.
const BESIDE: &[&[&str]] = &[
    &["tuples_only off", "tuples_only on", "tuples_only off"],
    &[
        "footer on",
        "footer on",
        "footer off",
        "footer on",
        "footer on",
    ],
    &[
        "title",
        "title 'A title'",
        "title",
        "title 'Title é, longer than most of the tables are, so that it is not centred'",
        "title",
        "title 'two\\nlines'",
        "title",
    ],
    &["null ''", "null '(null)'", "null '∅'", "null 'two\\nlines'"],
    &[
        "numericlocale off",
        "numericlocale off",
        "numericlocale on",
        "numericlocale off",
        "numericlocale off",
        "numericlocale on",
        "numericlocale off",
        "numericlocale off",
        "numericlocale off",
        "numericlocale on",
        "numericlocale off",
    ],
];

fn with_beside(combinations: &[String], times: usize) -> Vec<String> {
    let mut all = Vec::new();
    for (number, combination) in combinations
        .iter()
        .cycle()
        .take(combinations.len() * times)
        .enumerate()
    {
        // A step that has no divisor in common with the lengths meets every choice.
        let number = number * 13 + number / combinations.len();
        let mut settings = combination.clone();
        for list in BESIDE {
            writeln!(settings, "\\pset {}", list[number % list.len()]).unwrap();
        }
        all.push(section(&settings));
    }
    all
}

const BORDERS: &[&str] = &["border 0", "border 1", "border 2", "border 3"];

#[test]
fn tables_are_psqls() {
    let combinations = product(&[
        &["format aligned", "format wrapped"],
        BORDERS,
        &[
            "linestyle ascii",
            "linestyle old-ascii",
            "linestyle unicode",
        ],
        &["expanded off", "expanded on", "expanded auto"],
        &["columns 0", "columns 20", "columns 40", "columns 80"],
    ]);
    compare("tables", &["-q"], &with_beside(&combinations, 3));
}

#[test]
fn unicode_lines_are_psqls() {
    let styles: &[&str] = &["single", "double"];
    let style = |of: &str| -> Vec<String> {
        let line = |s: &&str| format!("unicode_{of}_linestyle {s}");
        styles.iter().map(line).collect()
    };
    let lists: Vec<Vec<String>> = ["border", "column", "header"].map(style).into();
    let lists: Vec<Vec<&str>> = lists
        .iter()
        .map(|list| list.iter().map(String::as_str).collect())
        .collect();
    let combinations = product(&[
        &["linestyle unicode"],
        BORDERS,
        &["expanded off", "expanded on"],
        &lists[0],
        &lists[1],
        &lists[2],
    ]);
    compare("unicode", &["-q"], &with_beside(&combinations, 1));
}

#[test]
fn markup_is_psqls() {
    for format in ["html", "asciidoc", "latex", "latex-longtable", "troff-ms"] {
        let format = format!("format {format}");
        let combinations = product(&[
            &[&format],
            &["border 0", "border 1", "border 2", "border 3", "border 4"],
            &["expanded off", "expanded on", "expanded auto"],
            &["tableattr", "tableattr 'width=\"3\" 0.5'", "tableattr '.2'"],
        ]);
        compare(&format, &["-q"], &with_beside(&combinations, 4));
    }
}

#[test]
fn text_formats_are_psqls() {
    let unaligned = product(&[
        &["format unaligned"],
        &["expanded off", "expanded on", "expanded auto"],
        &[
            "fieldsep '|'",
            "fieldsep ','",
            "fieldsep ''",
            "fieldsep ' ; '",
            "fieldsep_zero",
        ],
        &[
            "recordsep '\\n'",
            "recordsep '~'",
            "recordsep ''",
            "recordsep_zero",
        ],
    ]);
    compare("unaligned", &["-q"], &with_beside(&unaligned, 4));
    let csv = product(&[
        &["format csv"],
        &["expanded off", "expanded on", "expanded auto"],
        &[
            "csv_fieldsep ','",
            "csv_fieldsep ';'",
            "csv_fieldsep '\\t'",
            "csv_fieldsep '.'",
            "csv_fieldsep '\\\\'",
            "csv_fieldsep 'a'",
        ],
    ]);
    compare("csv", &["-q"], &with_beside(&csv, 12));
}

/// Flags, and what they leave of a script.
#[test]
fn flags_are_psqls() {
    for flags in [
        "-A",
        "-t",
        "-x",
        "-H",
        "--csv",
        "-At",
        "-Ax",
        "-Hx",
        "-tx",
        "-A -F ,",
        "-A -F, -R;",
        "-Az",
        "-A0",
        "-Az0",
        "-P format=wrapped -P columns=30",
        "-P border=2 -P linestyle=unicode",
        "-P null=nil -P footer=off",
        "-P expanded=auto -P columns=40",
        "-P title=T -P border=0",
        "-P format=latex -P border=3",
        "-T width=3 -H",
        "-P tuples_only",
        "-P footer",
        "-P numericlocale",
        "-P x",
        "-A -P fieldsep_zero",
    ] {
        let arguments: Vec<&str> = ["-q"].into_iter().chain(flags.split(' ')).collect();
        compare(flags, &arguments, &[section("")]);
    }
}

/// What `\pset` and its short forms say, each of them by itself and after the others.
const SETTING_LINES: &[&str] = &[
    "\\pset",
    "\\pset border",
    "\\pset border 2",
    "\\pset border x",
    "\\pset border 999999",
    "\\pset border -1",
    "\\pset border ''",
    "\\pset border 1",
    "\\pset columns",
    "\\pset columns 50",
    "\\pset columns",
    "\\pset columns 0",
    "\\pset expanded",
    "\\pset expanded",
    "\\pset expanded auto",
    "\\pset expanded",
    "\\x",
    "\\x",
    "\\x on",
    "\\x off",
    "\\x auto",
    "\\x",
    "\\pset x",
    "\\pset x off",
    "\\pset vertical",
    "\\pset vertical off",
    "\\pset fieldsep",
    "\\pset fieldsep ','",
    "\\pset fieldsep ''",
    "\\pset fieldsep_zero",
    "\\pset fieldsep",
    "\\pset fieldsep_zero on",
    "\\pset fieldsep '|'",
    "\\pset footer",
    "\\pset footer",
    "\\pset footer on",
    "\\pset footer of",
    "\\pset footer 1",
    "\\pset format",
    "\\pset format u",
    "\\pset format l",
    "\\pset format latex",
    "\\pset format latex-longtable",
    "\\pset format LATEX-L",
    "\\pset format al",
    "\\pset format as",
    "\\pset format html",
    "\\pset format troff",
    "\\pset format wrap",
    "\\pset format csv",
    "\\pset format aligned",
    "\\pset linestyle",
    "\\pset linestyle u",
    "\\pset linestyle o",
    "\\pset linestyle a",
    "\\pset null",
    "\\pset null 'foo'",
    "\\pset null",
    "\\pset null ''",
    "\\pset numericlocale",
    "\\pset numericlocale",
    "\\pset numericlocale on",
    "\\pset numericlocale off",
    "\\pset pager",
    "\\pset pager",
    "\\pset pager always",
    "\\pset pager",
    "\\pset pager on",
    "\\pset pager off",
    "\\pset pager_min_lines",
    "\\pset pager_min_lines 1",
    "\\pset pager_min_lines 10",
    "\\pset pager_min_lines foo",
    "\\pset recordsep",
    "\\pset recordsep 'x'",
    "\\pset recordsep_zero",
    "\\pset recordsep",
    "\\pset recordsep '\\n'",
    "\\pset tableattr",
    "\\pset tableattr foo",
    "\\pset T",
    "\\pset tableattr bar",
    "\\pset",
    "\\pset title",
    "\\pset title 'foo \"bar'",
    "\\pset",
    "\\pset title ''",
    "\\pset title",
    "\\pset C 'x y'",
    "\\C",
    "\\C 'a b'",
    "\\C",
    "\\pset t",
    "\\pset t off",
    "\\pset tuples_only",
    "\\pset tuples_only off",
    "\\t",
    "\\t",
    "\\t on",
    "\\t off",
    "\\a",
    "\\a",
    "\\pset format html",
    "\\a",
    "\\a",
    "\\a",
    "\\H",
    "\\H",
    "\\H",
    "\\H",
    "\\f",
    "\\f ,",
    "\\f",
    "\\f '|'",
    "\\T",
    "\\T foo",
    "\\T",
    "\\pset unicode_border_linestyle",
    "\\pset unicode_border_linestyle double",
    "\\pset unicode_column_linestyle d",
    "\\pset unicode_header_linestyle s",
    "\\pset csv_fieldsep",
    "\\pset csv_fieldsep ';'",
    "\\pset null 'it''s'",
    "\\pset recordsep '\\''",
    "\\pset",
];

#[test]
fn settings_say_what_psql_says() {
    let lines: Vec<String> = SETTING_LINES.iter().map(ToString::to_string).collect();
    let quiet: Vec<String> = lines
        .iter()
        .filter(|line| *line != "\\pset")
        .cloned()
        .collect();
    compare("settings", &[], &without_newer(&lines));
    compare("settings, quiet", &["-q"], &quiet);
}

/// psql 16 and later have one line more in the listing, which this leaves out of both.
fn without_newer(lines: &[String]) -> Vec<String> {
    lines
        .iter()
        .filter(|line| *line != "\\pset")
        .cloned()
        .collect()
}

/// What psql refuses, and says so on standard error.
const REFUSED: &[(&str, &str)] = &[
    ("expanded", "foo"),
    ("x", "foo"),
    ("footer", "auto"),
    ("footer", ""),
    ("format", "a"),
    ("format", "x"),
    ("format", ""),
    ("linestyle", "x"),
    ("numericlocale", "o"),
    ("pager", "foo"),
    ("tuples_only", "foo"),
    ("t", "foo"),
    ("unicode_border_linestyle", "x"),
    ("unicode_column_linestyle", "x"),
    ("unicode_header_linestyle", "x"),
    ("csv_fieldsep", "ab"),
    ("csv_fieldsep", ""),
    ("csv_fieldsep", "é"),
    ("csv_fieldsep", "\""),
    ("csv_fieldsep", "\n"),
    ("foo", "bar"),
];

#[test]
fn settings_refuse_as_psql_refuses() {
    let Some(server) = servers::postgres() else {
        return;
    };
    let mut settings = sqwire::settings::Settings::default();
    for (name, value) in REFUSED {
        let script = format!("\\pset {name} '{}'\n", value.replace('\n', "\\n"));
        let (_, theirs) = run(&mut Command::new(psql()), server, &script);
        let ours = sqwire::settings::psql::pset(&mut settings, name, Some(value));
        let ours = ours.map_err(|error| format!("{}\n", error.message));
        assert_eq!(ours, Err(theirs), "{script}");
    }
}
