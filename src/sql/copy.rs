//! `COPY`: which way the data goes, and whether it goes through the client.

use super::lexer::{Token, TokenKind, lex};
use super::split::{Part, split};
use super::{Dialect, names};

/// Where the data of a COPY statement comes from or goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The client sends the data after the statement.
    FromStdin,
    /// The client receives the data.
    ToStdout,
    /// A file or a program of the server.
    Server,
}

/// The direction if the statement is a COPY.
pub fn direction(text: &str, dialect: &Dialect) -> Option<Direction> {
    direction_of(text, &lex(text, dialect))
}

/// Whether one of the statements in `text` copies that way.
pub fn any(text: &str, dialect: &Dialect, wanted: Direction) -> bool {
    directions(text, dialect).contains(&wanted)
}

/// Which ways the COPYs among the statements of `text` go, in order.
pub fn directions(text: &str, dialect: &Dialect) -> Vec<Direction> {
    // Most texts do not hold the word at all, and some are very long.
    if !holds_copy(text) {
        return Vec::new();
    }
    let tokens = lex(text, dialect);
    let way = |part: &Part<'_>| match part {
        Part::Sql(statement) => direction(statement.text, dialect),
        Part::Command(_) => None,
    };
    split(text, &tokens, dialect)
        .parts
        .iter()
        .filter_map(way)
        .collect()
}

/// The token that tells which way the data of psql's `\copy` goes: the first of those words outside
/// parentheses. Else how many of them are open at the end.
pub fn way(text: &str, tokens: &[Token], words: &[&str]) -> Result<usize, usize> {
    let mut depth = 0usize;
    let found = tokens.iter().position(|t| {
        match t.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && words.iter().any(|word| is_word(t, text, word))
    });
    found.ok_or(depth)
}

fn holds_copy(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'c', b'C', bytes).any(|at| {
        bytes
            .get(at..at + 4)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"copy"))
    })
}

fn direction_of(text: &str, tokens: &[Token]) -> Option<Direction> {
    let mut depth = 0usize;
    let mut words = tokens.iter().filter(|t| !t.is_trivia());
    let first = words.next()?;
    if !is_word(first, text, "copy") {
        return None;
    }
    let mut from = None;
    for token in words {
        match token.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ => match from {
                // A table may be called "from" only in quotes, so the first bare word counts.
                None if is_word(token, text, "from") => from = Some(true),
                None if is_word(token, text, "to") => from = Some(false),
                None => {}
                // The server takes both words for both ways.
                Some(from) => {
                    let client = is_word(token, text, "stdin") || is_word(token, text, "stdout");
                    return Some(match (client, from) {
                        (false, _) => Direction::Server,
                        (true, true) => Direction::FromStdin,
                        (true, false) => Direction::ToStdout,
                    });
                }
            },
        }
    }
    None
}

fn is_word(token: &Token, text: &str, word: &str) -> bool {
    names::is_name(token)
        && token.kind == TokenKind::Word
        && token.text(text).eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::super::dialect::POSTGRES;
    use super::*;

    #[test]
    fn the_way_of_a_copy_is_read_from_its_own_words() {
        use Direction::*;
        for (text, expected) in [
            ("copy t from stdin", Some(FromStdin)),
            (
                "COPY t (a, \"to\") FROM STDIN WITH (format csv)",
                Some(FromStdin),
            ),
            ("/* x */ copy t -- to stdout\n from stdout", Some(FromStdin)),
            ("copy (select 1 from stdin) to stdout", Some(ToStdout)),
            ("copy t to stdin csv", Some(ToStdout)),
            ("copy t from '/tmp/stdin'", Some(Server)),
            ("copy t to program 'cat'", Some(Server)),
            ("copy \"from\" to stdout", Some(ToStdout)),
            ("select 'copy t from stdin'", None),
            ("copy t", None),
            ("", None),
        ] {
            assert_eq!(direction(text, &POSTGRES), expected, "{text}");
        }
    }

    #[test]
    fn a_copy_is_found_behind_other_statements() {
        for (text, expected) in [
            ("select 1; copy t from stdin", true),
            ("select 1; Copy t to stdout", false),
            ("select 'x; copy t from stdin'", false),
            ("select 1", false),
        ] {
            assert_eq!(
                any(text, &POSTGRES, Direction::FromStdin),
                expected,
                "{text}"
            );
        }
    }
}
