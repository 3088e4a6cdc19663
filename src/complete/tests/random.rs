//! No text and no cursor can break it: random fragments, cut and mutated queries.

use super::*;
use crate::sql::{names, split};

/// xorshift64: the same texts in every run, unless `FUZZ_SEED` says otherwise.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed ^ setting("FUZZ_SEED", 0))
    }
}

/// How many rounds a test runs: `FUZZ_ROUNDS` times as many for who looks longer.
fn rounds(usual: usize) -> usize {
    usual * usize::try_from(setting("FUZZ_ROUNDS", 1)).unwrap_or(1)
}

fn setting(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|v| v.parse().ok()).unwrap_or(usual)
}

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap_or(0)
    }
}

const FRAGMENTS: &[&str] = &[
    "SELECT ",
    "FROM ",
    "users ",
    "u.",
    "WHERE ",
    "(",
    ")",
    ",",
    "'",
    "\"",
    "`",
    "$$",
    "$a$",
    "--",
    "/*",
    "*/",
    "\n",
    ";",
    "\\d ",
    "\\",
    "/x ",
    "E'",
    "\\'",
    "WITH a AS (",
    "JOIN ",
    "ON ",
    "=",
    "::",
    "CASE ",
    "WHEN ",
    "END ",
    "INSERT INTO ",
    "VALUES (",
    "UPDATE ",
    "SET ",
    "DELETE ",
    "GROUP BY ",
    "ORDER BY ",
    "UNION ",
    "*",
    "[",
    "]",
    "@@",
    "@x",
    ":x",
    ":'y'",
    "é",
    "日本",
    "\u{202e}",
    "\0",
    "\u{1b}",
    "1.5e",
    "0x",
    ".",
    "..",
    "DELIMITER //\n",
    "//",
    "#",
    "-- x\n",
    "CREATE TABLE t (",
    "ALTER TABLE ",
    "orders ",
    "o ",
    "AS ",
    "BETWEEN ",
    "AND ",
    "IN (",
    "PRAGMA ",
    "DO $$ ",
    "USING (",
    "OVER (",
    "EXISTS (",
    "LATERAL ",
    "RETURNING ",
    "ON CONFLICT ",
    "a",
    "\u{300}",
    "U&\"",
    "x'",
    "\r\n",
    "\t",
];

#[test]
fn no_text_and_no_cursor_can_break_it() {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    let catalogs = ["postgres", "mysql", "sqlite"].map(fixture::shop);
    for round in 0..rounds(240) {
        let catalog = &catalogs[round % 3];
        let text: String = (0..random.below(14))
            .map(|_| FRAGMENTS[random.below(FRAGMENTS.len())])
            .collect();
        let tokens = lex(&text, catalog.dialect);
        let joined: String = tokens.iter().map(|t| t.text(&text)).collect();
        assert_eq!(joined, text);
        for part in split(&text, &tokens, catalog.dialect).parts {
            if let crate::sql::Part::Sql(s) = part {
                assert_eq!(&text[s.offset..s.offset + s.text.len()], s.text);
            }
        }
        let _ = names::Name::parse(&text, catalog.dialect);
        for cursor in 0..=text.len() + 1 {
            let request = Request {
                text: &text,
                tokens: &tokens,
                cursor,
                catalog,
                commands: COMMANDS,
                usage: &Usage::default(),
                variables: &[],
                favourites: &[],
                settings: &[],
                specials: &[],
                body: Body::default(),
                limit: 20,
            };
            let found = complete(&request);
            assert!(
                text.get(found.replace.clone()).is_some(),
                "{text:?} {cursor} {:?}",
                found.replace
            );
        }
        let client = protocol::Client {
            commands: COMMANDS,
            ..protocol::Client::default()
        };
        let line =
            serde_json::json!({"id": round, "text": text, "cursor": random.below(40)}).to_string();
        assert!(!protocol::answer(&line, catalog, &client).contains('\n'));
    }
}

/// Real statements, cut and with pieces of each other, the cursor anywhere.
#[test]
fn no_cut_statement_can_break_it() {
    let mut random = Random::new(0x2545_f491_4f6c_dd1d);
    let catalogs = ["postgres", "mysql", "sqlite"].map(fixture::shop);
    let rows: Vec<String> = TABLES
        .iter()
        .flat_map(|table| table.lines())
        .filter_map(|row| Some(row.split_once("  ")?.0.replacen('|', "", 1)))
        .collect();
    for round in 0..rounds(rows.len()) {
        let row = &rows[round % rows.len()];
        let catalog = &catalogs[round % 3];
        let other = &rows[random.below(rows.len())];
        let chars: Vec<char> = row.chars().collect();
        let cut = random.below(chars.len() + 1);
        let text: String = chars[..cut]
            .iter()
            .chain(&other.chars().collect::<Vec<_>>())
            .collect();
        let tokens = lex(&text, catalog.dialect);
        for cursor in 0..=text.len() {
            let request = Request {
                text: &text,
                tokens: &tokens,
                cursor,
                catalog,
                commands: COMMANDS,
                usage: &Usage::default(),
                variables: &[],
                favourites: &[],
                settings: &[],
                specials: &[],
                body: Body::default(),
                limit: 20,
            };
            let replace = complete(&request).replace;
            assert!(
                text.get(replace.clone()).is_some(),
                "{text:?} {cursor} {replace:?}"
            );
        }
    }
}

#[test]
fn deep_nesting_is_no_trouble() {
    for unit in [
        "(",
        "(SELECT ",
        "SELECT * FROM (",
        "WITH a AS (",
        "SELECT 1 UNION ",
        "CASE ",
        "f(",
        "a.",
        "JOIN (",
    ] {
        candidates("postgres", &unit.repeat(3000));
    }
}

/// What is offered at the end of a text.
fn candidates(dialect: &str, text: &str) -> Vec<String> {
    let catalog = fixture::shop(dialect);
    let tokens = lex(text, catalog.dialect);
    let request = Request {
        text,
        tokens: &tokens,
        cursor: text.len(),
        catalog: &catalog,
        commands: &[],
        usage: &Usage::default(),
        variables: &[],
        favourites: &[],
        settings: &[],
        specials: &[],
        body: Body::default(),
        limit: 10,
    };
    let found = complete(&request).items;
    found.into_iter().map(|item| item.label).collect()
}

#[test]
fn so_many_joins_that_no_two_can_be_compared_are_no_trouble() {
    let joins: String = (0..3000)
        .map(|i| format!(" JOIN orders o{i} ON o{i}.id = 1"))
        .collect();
    for dialect in ["postgres", "sqlite"] {
        let text = format!("SELECT * FROM users{joins} JOIN users u ON ");
        assert!(!candidates(dialect, &text).is_empty(), "{dialect}");
    }
}
