//! The keyword that a syntax error was probably meant to have: servers name the word at which
//! they lost the thread, and the slip is that one or one shortly before it.

use super::Catalog;
use crate::nearest::distance;
use crate::sql::{Token, TokenKind, keywords, lex};

/// Words before the place of the error that are looked at as well: `frm` of `select a b frm t where`
/// is taken for an alias first.
const BEFORE: usize = 2;

/// What people type so often that they mistype it, and what no grammar takes for something else.
const WORDS: &[&str] = &[
    "alter",
    "analyze",
    "and",
    "between",
    "by",
    "case",
    "commit",
    "constraint",
    "create",
    "cross",
    "database",
    "default",
    "delete",
    "describe",
    "distinct",
    "drop",
    "else",
    "end",
    "except",
    "exists",
    "explain",
    "foreign",
    "from",
    "full",
    "function",
    "grant",
    "group",
    "having",
    "index",
    "inner",
    "insert",
    "intersect",
    "into",
    "join",
    "left",
    "like",
    "limit",
    "not",
    "null",
    "offset",
    "order",
    "outer",
    "primary",
    "references",
    "replace",
    "returning",
    "revoke",
    "right",
    "rollback",
    "schema",
    "select",
    "set",
    "show",
    "table",
    "then",
    "truncate",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "view",
    "when",
    "where",
    "with",
];

/// A sentence for a syntax error at the byte `position` of `sql`.
pub fn keyword(catalog: &Catalog, sql: &str, position: usize) -> Option<String> {
    let tokens = lex(sql, catalog.dialect);
    let tokens: Vec<&Token> = tokens.iter().filter(|t| !t.is_trivia()).collect();
    let at = tokens.iter().position(|t| t.end as usize > position)?;
    let from = at.saturating_sub(BEFORE);
    let slip = |token: &&&Token| meant(catalog, token.text(sql));
    let suspects = tokens[from..=at].iter().rev();
    let (word, _) = suspects
        .filter(|t| t.kind == TokenKind::Word)
        .find_map(|t| slip(&t).map(|word| (word, t)))?;
    Some(format!("Did you mean {}?", word.to_uppercase()))
}

/// The keyword that is nearest to a word that is none, nor the name of a relation.
fn meant(catalog: &Catalog, typed: &str) -> Option<&'static str> {
    let is_keyword = keywords::find(catalog.dialect.keywords, typed).is_some();
    if is_keyword || catalog.named(typed).next().is_some() {
        return None;
    }
    let length = typed.chars().count();
    // Of a short word nearly every other is near: only its own letters in another order count.
    let near = |word: &&&str| match length {
        0..=3 => swapped(typed, word),
        4..=5 => distance(typed, word) == 1,
        _ => distance(typed, word) <= 2,
    };
    let mut found: Vec<&&'static str> = WORDS.iter().filter(near).collect();
    found.sort_by_key(|word| distance(typed, word));
    let best = distance(typed, found.first()?);
    let ties = found.iter().filter(|w| distance(typed, w) == best).count();
    (ties == 1).then(|| *found[0])
}

fn swapped(a: &str, b: &str) -> bool {
    let letters = |text: &str| {
        let mut letters: Vec<u8> = text.bytes().map(|b| b.to_ascii_lowercase()).collect();
        letters.sort_unstable();
        letters
    };
    a.len() == b.len() && distance(a, b) == 1 && letters(a) == letters(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture::shop;

    #[test]
    fn slips_in_keywords_are_named_at_the_place_of_the_error_or_before_it() {
        let catalog = shop("postgres");
        for (marked, meant) in [
            ("select nam from orders whre |id = 1", "WHERE"),
            ("|slect * from orders", "SELECT"),
            ("select * |form orders", "FROM"),
            ("select id form |orders", "FROM"),
            ("select 1 from orders gruop |by id", "GROUP"),
            ("select 1 from orders order |yb id", "BY"),
            ("|udpate orders set id = 1", "UPDATE"),
            ("insert itno |orders values (1)", "INTO"),
            ("select 1 from orders o jion |users u on true", "JOIN"),
            // Nothing is near, or the word is a name.
            ("select 1 from |)", ""),
            ("select a b c|", ""),
            ("select 1 from users users |id", ""),
            ("select id x |1", ""),
            ("select 'form' |'x'", ""),
        ] {
            let position = marked.find('|').expect("a place");
            let sql = marked.replace('|', "");
            let wanted = match meant {
                "" => None,
                meant => Some(format!("Did you mean {meant}?")),
            };
            assert_eq!(keyword(&catalog, &sql, position), wanted, "{marked}");
        }
    }
}
