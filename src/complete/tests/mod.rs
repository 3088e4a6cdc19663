//! What is offered where, as tables of data: the cursor is the `|` in the text.
//!
//! Each `.txt` file here has rows `text with | the cursor  ==> what is wanted`, under a heading that
//! names the dialect, and maybe the server's version; behind `+` the richer catalog of `clinic.json`
//! is used. `==>` says what comes
//! first and in which order, `~~>` what is among the candidates, `!!>` what is not. `⏎` is a line
//! break.

mod behaviour;
mod random;

use super::*;
use crate::catalog::fixture;
use crate::command::spec::{Arg, ArgKind, CopyWords, Section};
use crate::sql::{dialect, lex};

const fn spec(names: &'static [&'static str], args: &'static [Arg]) -> Spec {
    Spec {
        names,
        args,
        section: Section::General,
        help: "what it does",
    }
}

const fn arg(kind: ArgKind) -> Arg {
    Arg {
        name: "NAME",
        kind,
        required: false,
    }
}

static COPY: CopyWords = CopyWords {
    from: &["stdin", "program"],
    to: &["stdout", "program"],
    options: &[],
};

static TRANSFER: CopyWords = CopyWords {
    from: &[],
    to: &[],
    options: &["--keep-going"],
};

pub(super) static COMMANDS: &[&Spec] = &[
    &spec(&["\\d", "\\describe"], &[arg(ArgKind::Relation)]),
    &spec(&["\\du"], &[arg(ArgKind::Role)]),
    &spec(&["\\dv"], &[arg(ArgKind::View)]),
    &spec(&["\\ds"], &[arg(ArgKind::Sequence)]),
    &spec(&["\\dx"], &[arg(ArgKind::Extension)]),
    &spec(&["\\db"], &[arg(ArgKind::Object("TABLESPACE"))]),
    &spec(&["\\dy"], &[arg(ArgKind::Object("EVENT TRIGGER"))]),
    &spec(&["\\dFp"], &[arg(ArgKind::Object("TEXT SEARCH PARSER"))]),
    &spec(&["\\dC"], &[arg(ArgKind::AnyType)]),
    &spec(&["\\dconfig"], &[arg(ArgKind::ServerSetting)]),
    &spec(&["\\df"], &[arg(ArgKind::Function), arg(ArgKind::Types)]),
    &spec(&["\\i"], &[arg(ArgKind::Path)]),
    &spec(&["\\?"], &[arg(ArgKind::Command)]),
    &spec(&["\\x"], &[arg(ArgKind::Word(&["on", "off", "auto"]))]),
    &spec(
        &["\\set"],
        &[arg(ArgKind::Variable), arg(ArgKind::VariableValue)],
    ),
    &spec(&["\\if"], &[arg(ArgKind::Condition)]),
    &spec(&["\\echo"], &[arg(ArgKind::Words)]),
    &spec(
        &["\\watch"],
        &[arg(ArgKind::Options(&["i=", "c=", "u=change"]))],
    ),
    &spec(&["\\encoding"], &[arg(ArgKind::Encoding)]),
    &spec(&["\\copy"], &[arg(ArgKind::Copy(&COPY))]),
    &spec(&["/copy"], &[arg(ArgKind::Copy(&TRANSFER))]),
    &spec(
        &["/explain"],
        &[arg(ArgKind::Query(&["analyze", "save", "x="]))],
    ),
    &spec(&["/grid"], &[arg(ArgKind::Query(&[]))]),
    &spec(
        &["\\ns"],
        &[arg(ArgKind::Favourite), arg(ArgKind::Query(&[]))],
    ),
    &spec(
        &["\\crosstabview"],
        &[arg(ArgKind::Output), arg(ArgKind::Output)],
    ),
    &spec(
        &["\\bind_named"],
        &[arg(ArgKind::Prepared), arg(ArgKind::Words)],
    ),
];

/// The catalog of a heading: `postgres`, or `postgres+` for the richer one.
fn catalog(heading: &str) -> Catalog {
    if let Some((heading, version)) = heading.split_once(' ') {
        let mut catalog = catalog(heading);
        catalog.server_version = version.to_string();
        return catalog;
    }
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
        variables: &["limit".to_string(), "day".to_string()],
        favourites: &["slow".to_string()],
        settings: &[],
        specials: &[SettingWords {
            name: "ECHO",
            help: "",
            values: ["none", "all"].map(|w| (w.to_string(), "")).to_vec(),
        }],
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
    what_has_only_a_name: "objects.txt",
    backslash_commands: "commands.txt",
    the_rest_of_the_text_says_more: "elsewhere.txt",
    mysql_has_its_own_places: "mysql.txt",
    sqlite_has_its_own_places: "sqlite.txt",
    servers_have_what_their_version_has: "versions.txt",
}
