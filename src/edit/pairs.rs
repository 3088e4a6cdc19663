//! Brackets and quotes that come in pairs.

use super::is_quoted;
use crate::sql::Token;

/// What closes by itself what was opened.
pub const PAIRS: &[(char, char)] = &[('(', ')'), ('[', ']'), ('\'', '\''), ('"', '"'), ('`', '`')];

/// Whether typing `open` at `cursor` should bring its closing half: not in strings and comments,
/// not before a word, and a quote not behind one, where it is an apostrophe or ends something.
pub fn opens(text: &str, tokens: &[Token], cursor: usize, (open, close): (char, char)) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..cursor).and_then(|t| t.chars().next_back());
    let after = text.get(cursor..).and_then(|t| t.chars().next());
    let is_quote = open == close;
    let stuck = is_quote && before.is_some_and(|c| is_word(c) || c == open);
    !stuck && !after.is_some_and(|c| is_word(c) || c == open) && !is_quoted(tokens, cursor)
}

/// Whether typing the closing half of a pair in front of the same character only moves over it: not
/// in a string or a comment that does not end there.
pub fn skips(text: &str, tokens: &[Token], cursor: usize, (open, close): (char, char)) -> bool {
    if open != close {
        return !is_quoted(tokens, cursor);
    }
    let ends_here = |t: &Token| t.end as usize == cursor + close.len_utf8() && !t.open;
    let escaped = text.get(..cursor).is_some_and(|t| t.ends_with('\\'));
    tokens.iter().any(ends_here) && !escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;
    use crate::sql::lex;

    fn at<T>(text: &str, ask: impl Fn(&str, &[Token], usize) -> T) -> T {
        let cursor = text.find('|').unwrap();
        let text = text.replace('|', "");
        ask(&text, &lex(&text, &POSTGRES), cursor)
    }

    #[test]
    fn a_pair_is_opened_where_nothing_follows_and_nothing_is_quoted() {
        for (text, paren, quote) in [
            ("|", true, true),
            ("f|", true, false),
            ("f |", true, true),
            ("|a", false, false),
            ("'it|", false, false),
            ("'it'|", true, false),
            ("-- it|", false, false),
            ("\"a|\"", false, false),
            ("f(|)", true, true),
        ] {
            assert_eq!(
                at(text, |t, k, c| opens(t, k, c, ('(', ')'))),
                paren,
                "{text}"
            );
            assert_eq!(
                at(text, |t, k, c| opens(t, k, c, ('\'', '\''))),
                quote,
                "{text}"
            );
        }
    }

    #[test]
    fn a_closing_half_is_moved_over_where_it_closes() {
        for (text, pair, expected) in [
            ("f(|)", ('(', ')'), true),
            ("'(|)'", ('(', ')'), false),
            ("'a|'", ('\'', '\''), true),
            ("'a|' 'b", ('\'', '\''), true),
            ("E'a\\|''", ('\'', '\''), false),
        ] {
            assert_eq!(at(text, |t, k, c| skips(t, k, c, pair)), expected, "{text}");
        }
    }
}
