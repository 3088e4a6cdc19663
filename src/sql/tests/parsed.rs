//! A second opinion: what `sqlparser`, which reads whole statements by a grammar, finds in the same
//! texts. It cannot read half of what people type, so it is no part of the program; where it can
//! read, lexer, splitter and the prompt's questions have to agree with it.

use sqlparser::ast::{Delete, Query, SetExpr, Statement as Parsed, Update};
use sqlparser::dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::{MYSQL, POSTGRES, SQLITE};
use crate::sql::danger::{Caution, dangers};
use crate::sql::{Dialect, Effect, Part, lex, split};

/// `{n}` a name, `{v}` a value, `{w}` a condition or none, `{s}` what may stand between two words.
const SHAPES: &[&str] = &[
    "delete{s}from{s}{n}{w}",
    "update{s}{n} set a{s}={v}{w}",
    "update {n} set a = (select max(b) from {n} where b = {v}){w}",
    "insert into {n} (a,{s}b) values ({v},{s}{v})",
    "insert into {n} select{s}a from {n}{w}",
    "select{s}{v}, a from{s}{n}{w} order by 1",
    "with x as (select a from {n}{w}) select{s}* from x",
    "with x as (select{s}{v} as a) delete from {n}{w}",
    "with x as (select{s}{v} as a) update {n} set b = {v}{w}",
    "drop{s}table{s}if exists {n}",
    "truncate{s}table {n}",
    "create table {n} (a int default {v},{s}b text)",
    "alter table {n}{s}add column c text",
];
const CONDITIONS: &[&str] = &[
    "",
    "{s}where{s}a = {v}",
    " where a in (select b from {n} where c = {v})",
];
const SPACES: &[&str] = &[" ", "\n\t", " /* ; where '\" */ ", " -- it's ; where\n"];

struct Server {
    dialect: &'static Dialect,
    grammar: &'static dyn Grammar,
    names: &'static [&'static str],
    values: &'static [&'static str],
}

const SERVERS: [Server; 3] = [
    Server {
        dialect: &POSTGRES,
        grammar: &PostgreSqlDialect {},
        names: &["t", "s.\"we;ird \"\"where\"\"\"", "Größe"],
        values: &[
            "1.5e3",
            "'it''s; -- no'",
            r"e'\'; where'",
            "$$ ; ' where $$",
            "$a$ $$ ; $a$",
            "'{}'::jsonb",
            "/* a /* b */ ; */ 2",
        ],
    },
    Server {
        dialect: &MYSQL,
        grammar: &MySqlDialect {},
        names: &["t", "s.`we;ird ``where```", "größe"],
        values: &[
            "1.5e3",
            r"'it\'s; # no'",
            "\"where ; 'x'\"",
            "'a''b'",
            "3 # ; where '\n",
            "@a",
        ],
    },
    Server {
        dialect: &SQLITE,
        grammar: &SQLiteDialect {},
        names: &["t", "s.\"we;ird\"", "[a ; where]", "`b;c`"],
        values: &["1.5e3", "'it''s; -- no'", "x'00ff'", r"'\'", "?1"],
    },
];

/// Every shape with every condition; names, values and spaces take turns.
fn texts(server: &Server) -> Vec<String> {
    let mut turn = 0;
    let mut out = Vec::new();
    for shape in SHAPES {
        for condition in CONDITIONS {
            for _ in 0..server.values.len() * SPACES.len() {
                let mut text = shape.replace("{w}", condition);
                for (slot, from) in [
                    ("{n}", server.names),
                    ("{v}", server.values),
                    ("{s}", SPACES),
                ] {
                    while text.contains(slot) {
                        text = text.replacen(slot, from[turn % from.len()], 1);
                        turn += 1;
                    }
                }
                // Otherwise the turns would fall into step with each other.
                turn += out.len() % 5;
                out.push(text);
            }
        }
    }
    out
}

/// The DELETEs and UPDATEs in `statement`, and whether each has a condition.
fn writes(statement: &Parsed, out: &mut Vec<bool>) {
    match statement {
        Parsed::Delete(Delete { selection, .. }) | Parsed::Update(Update { selection, .. }) => {
            out.push(selection.is_some());
        }
        Parsed::Query(query) => in_query(query, out),
        _ => {}
    }
}

fn in_query(query: &Query, out: &mut Vec<bool>) {
    for table in query.with.iter().flat_map(|with| &with.cte_tables) {
        in_query(&table.query, out);
    }
    if let SetExpr::Delete(statement) | SetExpr::Update(statement) = &*query.body {
        writes(statement, out);
    }
}

fn effect(statement: &Parsed) -> Effect {
    match statement {
        Parsed::Query(_) => Effect::Read,
        Parsed::Delete(_) | Parsed::Update(_) | Parsed::Insert(_) | Parsed::Truncate(_) => {
            Effect::Write
        }
        _ => Effect::Schema,
    }
}

#[test]
fn where_a_grammar_can_read_a_text_it_finds_the_same_statements() {
    for server in &SERVERS {
        let texts = texts(server);
        let mut read = 0;
        for pair in texts.windows(2) {
            let text = pair.join(";\n");
            let Ok(parsed) = Parser::parse_sql(server.grammar, &text) else {
                continue;
            };
            read += 1;
            let tokens = lex(&text, server.dialect);
            let parts = split(&text, &tokens, server.dialect).parts;
            let ours: Vec<Effect> = parts
                .iter()
                .map(|part| match part {
                    Part::Sql(statement) => statement.effect,
                    Part::Command(command) => panic!("{} in {text}", command.name),
                })
                .collect();
            let theirs: Vec<Effect> = parsed.iter().map(effect).collect();
            let writing_query = |(ours, theirs): (&Effect, &Effect)| {
                ours == theirs || (*ours == Effect::Write && *theirs == Effect::Read)
            };
            assert_eq!(ours.len(), theirs.len(), "{text}");
            assert!(
                ours.iter().zip(&theirs).all(writing_query),
                "{ours:?} {text}"
            );
        }
        assert!(read * 2 > texts.len(), "{read} of {}", texts.len());
    }
}

#[test]
fn the_prompt_asks_about_every_write_without_a_condition_that_a_grammar_finds() {
    for server in &SERVERS {
        let mut unconditional = 0;
        for text in texts(server) {
            let Ok(parsed) = Parser::parse_sql(server.grammar, &text) else {
                continue;
            };
            let mut theirs = Vec::new();
            parsed.iter().for_each(|one| writes(one, &mut theirs));
            let ours = dangers(&text, server.dialect, Caution::Unconditional);
            let asked = ours.iter().filter(|danger| danger.is_about_rows()).count();
            let bare = theirs
                .iter()
                .filter(|has_condition| !**has_condition)
                .count();
            assert_eq!(asked, bare, "{text}");
            unconditional += bare;
        }
        assert!(unconditional > 20, "{unconditional}");
    }
}
