//! Words that stand for longer texts: `sf` for `select * from `.

use super::{Change, is_quoted};
use crate::sql::{Token, TokenKind};
use std::collections::BTreeMap;

/// Where the cursor goes in what an abbreviation stands for; without it behind the end.
pub const PLACE: &str = "$0";

/// Expands the word before the cursor, or before the one blank that was typed behind it.
pub fn expand(
    text: &str,
    tokens: &[Token],
    cursor: usize,
    abbreviations: &BTreeMap<String, String>,
) -> Option<Change> {
    let before = text.get(..cursor)?;
    let end = before.strip_suffix(' ').unwrap_or(before).len();
    let index = tokens.iter().position(|t| t.end as usize == end)?;
    let word = tokens.get(index).filter(|t| t.kind == TokenKind::Word)?;
    let behind_dot = index > 0 && tokens[index - 1].kind == TokenKind::Dot;
    if behind_dot || is_quoted(tokens, end) {
        return None;
    }
    let expansion = abbreviations.get(word.text(text))?;
    let Some((head, tail)) = expansion.split_once(PLACE) else {
        let mut change = Change::replace(text, word.range(), expansion)?;
        change.cursor += cursor - end;
        return Some(change);
    };
    // The blank was typed to expand it; where the cursor goes nobody asked for one.
    let mut change = Change::replace(text, word.start as usize..cursor, &format!("{head}{tail}"))?;
    change.cursor -= tail.len();
    Some(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;
    use crate::sql::lex;

    #[test]
    fn a_word_is_expanded_where_it_is_a_word_and_the_cursor_goes_to_its_place() {
        let table = [
            ("sf", "select * from"),
            ("cnt", "select count(*) from $0;"),
            ("w", "where\n    "),
        ]
        .map(|(a, b)| (a.to_string(), b.to_string()))
        .into();
        for (text, expected) in [
            ("sf |", Some("select * from |")),
            ("sf|", Some("select * from|")),
            ("(sf |)", Some("(select * from |)")),
            ("cnt |", Some("select count(*) from |;")),
            ("cnt|", Some("select count(*) from |;")),
            ("sf a w|", Some("sf a where\n    |")),
            ("a.sf |", None),
            ("'sf |'", None),
            ("-- sf |", None),
            ("\"sf |", None),
            ("sf  |", None),
            ("SF |", None),
            ("xsf |", None),
            ("|", None),
        ] {
            let cursor = text.find('|').unwrap();
            let whole = text.replace('|', "");
            let tokens = lex(&whole, &POSTGRES);
            let found = expand(&whole, &tokens, cursor, &table).map(|mut change| {
                change.text.insert(change.cursor, '|');
                change.text
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
