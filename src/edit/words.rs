//! What keys do to words and to the blanks between them, as in readline.

use super::Change;
use crate::sql::{Token, TokenKind};
use std::ops::Range;

/// The last word of a statement, as it stands there: a name with its qualifiers, a quoted text, a
/// number. What ends the statement is none.
pub fn last<'t>(text: &'t str, tokens: &[Token]) -> Option<&'t str> {
    let ends = |t: &&Token| matches!(t.kind, TokenKind::Semicolon | TokenKind::Delimiter);
    let mut tokens = tokens.iter().rev();
    let token = tokens.find(|t| !t.is_trivia() && !ends(t))?;
    if token.kind == TokenKind::Command {
        return token.text(text).split_whitespace().next_back();
    }
    let mut start = token.start;
    for before in tokens.take_while(|t| !t.is_trivia() && !ends(t)) {
        start = before.start;
    }
    text.get(start as usize..token.end as usize)
}

/// The words around the cursor change places, and it goes behind them. At the end of the text they
/// are the last two.
pub fn swap(text: &str, cursor: usize) -> Option<Change> {
    let words = words(text);
    let at = words.iter().position(|word| word.end > cursor);
    let second = at.unwrap_or(words.len().checked_sub(1)?);
    let [first, second] = [second.checked_sub(1)?, second].map(|at| words[at].clone());
    let (a, b) = (&text[first.clone()], &text[second.clone()]);
    let between = &text[first.end..second.start];
    Change::replace(text, first.start..second.end, &format!("{b}{between}{a}"))
}

/// The word at or behind the cursor begins with a capital from there on, and the cursor goes behind
/// it.
pub fn capitalize(text: &str, cursor: usize) -> Option<Change> {
    let word = words(text).into_iter().find(|word| word.end > cursor)?;
    let start = word.start.max(cursor);
    let mut letters = text.get(start..word.end)?.chars();
    let first: String = letters.next()?.to_uppercase().collect();
    Change::replace(
        text,
        start..word.end,
        &(first + &letters.as_str().to_lowercase()),
    )
}

/// Without the blanks around the cursor.
pub fn without_blanks(text: &str, cursor: usize) -> Option<Change> {
    let blanks = |c: char| c == ' ' || c == '\t';
    let start = text.get(..cursor)?.trim_end_matches(blanks).len();
    let behind = text.get(cursor..)?;
    let end = text.len() - behind.trim_start_matches(blanks).len();
    (start < end)
        .then(|| Change::replace(text, start..end, ""))
        .flatten()
}

/// The line below goes behind the cursor's, with one blank between.
pub fn join(text: &str, cursor: usize) -> Option<Change> {
    let line = text.get(cursor..)?.find('\n')? + cursor;
    let start = text[..line].trim_end_matches(' ').len();
    let end = text.len() - text[line..].trim_start().len();
    let mut change = Change::replace(text, start..end, " ")?;
    change.cursor -= 1;
    Some(change)
}

/// The words of a text: letters, digits and underscores.
fn words(text: &str) -> Vec<Range<usize>> {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| in_word(*c)) {
        let end = at + c.len_utf8();
        match words.last_mut() {
            Some(word) if word.end == at => word.end = end,
            _ => words.push(at..end),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;
    use crate::sql::lex;

    /// `¦` is the cursor.
    fn done(change: fn(&str, usize) -> Option<Change>, text: &str) -> Option<String> {
        let cursor = text.find('¦').unwrap();
        let mut change = change(&text.replace('¦', ""), cursor)?;
        change.text.insert(change.cursor, '¦');
        Some(change.text)
    }

    #[test]
    fn words_and_blanks_are_changed_around_the_cursor() {
        type Edit = fn(&str, usize) -> Option<Change>;
        let cases: [(Edit, &str, Option<&str>); 15] = [
            (swap, "select a, b¦", Some("select b, a¦")),
            (swap, "a ¦= b", Some("b = a¦")),
            (swap, "user_id ¦größe x", Some("größe user_id¦ x")),
            (swap, "a¦", None),
            (swap, "¦", None),
            (capitalize, "¦order by", Some("Order¦ by")),
            (capitalize, "¦ ORDER by", Some(" Order¦ by")),
            (capitalize, "or¦dER", Some("orDer¦")),
            (capitalize, "a ¦", None),
            (without_blanks, "a  ¦  b", Some("a¦b")),
            (without_blanks, "a¦b", None),
            (without_blanks, "a\n  ¦b", Some("a\n¦b")),
            (join, "sel¦ect \n   1", Some("select¦ 1")),
            (join, "a¦\n\nb", Some("a¦ b")),
            (join, "a\nb¦", None),
        ];
        for (edit, text, expected) in cases {
            assert_eq!(done(edit, text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_last_word_has_its_qualifiers_and_no_semicolon() {
        for (text, expected) in [
            (
                "select * from shop.\"Or ders\" ; -- x",
                Some("shop.\"Or ders\""),
            ),
            ("select 'a b';", Some("'a b'")),
            ("select f(1, 2);", Some("2)")),
            ("\\d orders", Some("orders")),
            ("select 1; select 2", Some("2")),
            (";", None),
            ("", None),
        ] {
            assert_eq!(last(text, &lex(text, &POSTGRES)), expected, "{text}");
        }
    }
}
