//! What is offered where, as tables of data: the cursor is the `|` in the text.
//!
//! Each `.txt` file here has rows `text with | the cursor  ==> what is wanted`, under a heading that
//! names the dialect; behind `+` the richer catalog of `clinic.json` is used. `==>` says what comes
//! first and in which order, `~~>` what is among the candidates, `!!>` what is not. `⏎` is a line
//! break.

mod behaviour;
mod random;

use super::*;
use crate::catalog::fixture;
use crate::command::spec::{Arg, ArgKind, Section};
use crate::sql::{dialect, lex};

pub(super) static COMMANDS: &[&Spec] = &[
    &Spec {
        names: &["\\d", "\\describe"],
        args: &[Arg {
            name: "NAME",
            kind: ArgKind::Relation,
            required: false,
        }],
        section: Section::Describe,
        help: "describe",
    },
    &Spec {
        names: &["\\du"],
        args: &[Arg {
            name: "PATTERN",
            kind: ArgKind::Role,
            required: false,
        }],
        section: Section::Describe,
        help: "roles",
    },
    &Spec {
        names: &["\\i"],
        args: &[Arg {
            name: "FILE",
            kind: ArgKind::Path,
            required: true,
        }],
        section: Section::General,
        help: "run a file",
    },
    &Spec {
        names: &["\\x"],
        args: &[Arg {
            name: "STATE",
            kind: ArgKind::Word(&["on", "off", "auto"]),
            required: false,
        }],
        section: Section::Output,
        help: "expanded",
    },
];

/// The catalog of a heading: `postgres`, or `postgres+` for the richer one.
fn catalog(heading: &str) -> Catalog {
    let Some(name) = heading.strip_suffix('+') else {
        return fixture::shop(heading);
    };
    let mut catalog = crate::catalog::json::read(include_str!("clinic.json")).expect("a catalog");
    catalog.dialect = dialect::by_name(name).expect("a dialect");
    catalog
}

/// The text without its mark, and where the mark stood.
fn unmark(marked: &str) -> (String, usize) {
    let cursor = marked.find('|').expect("a cursor");
    let text = format!("{}{}", &marked[..cursor], &marked[cursor + 1..]);
    (text, cursor)
}

fn complete_in(catalog: &Catalog, marked: &str, limit: usize) -> Completions {
    let (text, cursor) = unmark(marked);
    let tokens = lex(&text, catalog.dialect);
    complete(&Request {
        text: &text,
        tokens: &tokens,
        cursor,
        catalog,
        commands: COMMANDS,
        usage: &Usage::default(),
        variables: &[],
        favourites: &[],
        settings: &[],
        body: Body::default(),
        limit,
    })
}

fn run(heading: &str, marked: &str, limit: usize) -> Completions {
    complete_in(&catalog(heading), marked, limit)
}

fn inserts(completions: &Completions) -> Vec<&str> {
    completions
        .items
        .iter()
        .map(|c| c.insert.as_str())
        .collect()
}

/// Why a row is not as it says; `None` where it is.
fn wrong(catalog: &Catalog, row: &str) -> Option<String> {
    let (at, sign) = ["==>", "~~>", "!!>"]
        .iter()
        .find_map(|sign| Some((row.find(&format!(" {sign}"))?, *sign)))
        .unwrap_or_else(|| panic!("no sign in: {row}"));
    let marked = row[..at].trim_end_matches(' ').replace('⏎', "\n");
    let wanted = row[at + 1 + sign.len()..].trim();
    let wanted: Vec<&str> = wanted.split("; ").filter(|w| !w.is_empty()).collect();
    let completions = complete_in(catalog, &marked, 0);
    let found = inserts(&completions);
    let holds = match sign {
        "==>" if wanted.is_empty() => found.is_empty(),
        "==>" => found.starts_with(&wanted),
        "~~>" => wanted.iter().all(|w| found.contains(w)),
        _ => !wanted.iter().any(|w| found.contains(w)),
    };
    let shown = &found[..found.len().min(12)];
    (!holds).then(|| format!("{row}\n  has {}", shown.join("; ")))
}

fn check(file: &str) {
    let mut known = None;
    let mut bad = Vec::new();
    for line in file
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        if let Some(heading) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            known = Some((heading, catalog(heading)));
            continue;
        }
        let (heading, catalog) = known.as_ref().expect("a heading");
        bad.extend(wrong(catalog, line).map(|w| format!("[{heading}] {w}")));
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

macro_rules! tables {
    ($($name:ident: $file:literal,)*) => {
        $(#[test]
        fn $name() {
            check(include_str!($file));
        })*
        /// The tables, for the tests that read every row as a text.
        const TABLES: &[&str] = &[$(include_str!($file)),*];
    };
}

tables! {
    select_lists: "select.txt",
    relations_and_joins: "from.txt",
    conditions_and_order: "where.txt",
    queries_in_queries: "queries.txt",
    changes_of_data: "write.txt",
    definitions_and_utilities: "ddl.txt",
    backslash_commands: "commands.txt",
    the_rest_of_the_text_says_more: "elsewhere.txt",
    mysql_has_its_own_places: "mysql.txt",
    sqlite_has_its_own_places: "sqlite.txt",
}
