//! The command tag of a statement, which SQLite does not give: `SELECT 3`, `INSERT 1`, `CREATE TABLE`.

use crate::data::Summary;
use crate::sql::dialect::SQLITE;
use crate::sql::{Token, TokenKind, lex};

/// Enough of a statement to see its leading keywords behind a comment of ordinary length.
const HEAD: usize = 1024;

/// What a statement turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verb {
    /// Counts the rows it changed.
    Change(&'static str),
    /// Says only what it is.
    Other(String),
}

/// The summary of the statement that `text` begins with. `rows`: how many came back, if any could;
/// `changes`: how many rows it changed, if it is a statement that changes rows.
pub(super) fn summary(text: &str, rows: Option<u64>, changes: u64) -> Summary {
    let (tag, rows) = match (verb(text), rows) {
        (Verb::Change(verb), returned) => {
            (format!("{verb} {changes}"), returned.unwrap_or(changes))
        }
        (Verb::Other(_), Some(rows)) => (format!("SELECT {rows}"), rows),
        (Verb::Other(words), None) => (words, 0),
    };
    Summary { tag, rows }
}

fn verb(text: &str) -> Verb {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let tokens = lex(head, &SQLITE);
    let words = leading_words(head, &tokens);
    let complete = end == text.len();
    let unclear = words.len() < 3 || words.first().is_some_and(|w| w == "WITH");
    if unclear && !complete {
        let tokens = lex(text, &SQLITE);
        return verb_of(&leading_words(text, &tokens), text, &tokens);
    }
    verb_of(&words, head, &tokens)
}

/// The first words of the statement, in capitals.
fn leading_words(text: &str, tokens: &[Token]) -> Vec<String> {
    tokens
        .iter()
        .filter(|t| !t.is_trivia())
        .skip_while(|t| t.kind == TokenKind::Semicolon)
        .take_while(|t| t.kind == TokenKind::Word)
        .take(4)
        .map(|t| t.text(text).to_ascii_uppercase())
        .collect()
}

fn verb_of(words: &[String], text: &str, tokens: &[Token]) -> Verb {
    let word = |i: usize| words.get(i).map_or("", String::as_str);
    let first = match word(0) {
        "WITH" => main_verb(text, tokens).unwrap_or_default(),
        first => first.to_string(),
    };
    match first.as_str() {
        "INSERT" | "REPLACE" => Verb::Change("INSERT"),
        "UPDATE" => Verb::Change("UPDATE"),
        "DELETE" => Verb::Change("DELETE"),
        "END" => Verb::Other("COMMIT".into()),
        "CREATE" | "DROP" | "ALTER" => {
            let object = words[1..]
                .iter()
                .find(|w| matches!(w.as_str(), "TABLE" | "VIEW" | "INDEX" | "TRIGGER"));
            Verb::Other(object.map_or(first.clone(), |object| format!("{first} {object}")))
        }
        _ => Verb::Other(first),
    }
}

/// The verb after the common table expressions: the first one outside parentheses.
fn main_verb(text: &str, tokens: &[Token]) -> Option<String> {
    let mut depth = 0usize;
    for token in tokens {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 => {
                let word = token.text(text).to_ascii_uppercase();
                let verbs = ["SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"];
                if verbs.contains(&word.as_str()) {
                    return Some(word);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_say_what_the_statement_did() {
        let long = format!("/* {} */ create unique index i on t(a)", "x".repeat(5000));
        for (text, rows, tag) in [
            ("select 1", Some(3), "SELECT 3"),
            ("values (1)", Some(1), "SELECT 1"),
            ("pragma foreign_keys", Some(1), "SELECT 1"),
            ("insert into t values (1)", None, "INSERT 7"),
            ("replace into t values (1)", None, "INSERT 7"),
            ("update t set a = 1 returning a", Some(2), "UPDATE 7"),
            ("with x as (select 1) delete from t", None, "DELETE 7"),
            ("with x as (delete from y) select 1", Some(1), "SELECT 1"),
            ("-- hi\ncreate temp table t(a)", None, "CREATE TABLE"),
            (&long, None, "CREATE INDEX"),
            ("; drop view if exists v", None, "DROP VIEW"),
            ("begin immediate", None, "BEGIN"),
            ("end", None, "COMMIT"),
            ("create", None, "CREATE"),
            ("", None, ""),
        ] {
            assert_eq!(summary(text, rows, 7).tag, tag, "{text}");
        }
    }
}
