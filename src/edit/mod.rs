//! What keys do to the text beyond inserting and deleting: indentation, comments, layout,
//! abbreviations, pairs of brackets, words; and the table of all keys.
//!
//! Each takes the text, its tokens and the cursor, and gives the new text, or nothing where
//! nothing is to be done.

pub mod abbreviation;
pub mod comment;
pub mod indent;
pub mod keys;
pub mod layout;
pub mod name;
pub mod pairs;
pub mod words;

use crate::sql::{Token, TokenKind};
use std::ops::Range;

/// The text after a change, and the place of the cursor in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub text: String,
    pub cursor: usize,
}

impl Change {
    /// `text` with `new` in place of `range`; the cursor is behind it.
    pub fn replace(text: &str, range: Range<usize>, new: &str) -> Option<Change> {
        let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
        Some(Change {
            text: format!("{before}{new}{after}"),
            cursor: range.start + new.len(),
        })
    }
}

/// The token that goes on at `at`: both the bytes before and behind `at` are its own.
fn token_around(tokens: &[Token], at: usize) -> Option<&Token> {
    let index = tokens.partition_point(|t| (t.end as usize) < at);
    let around = |t: &&Token| (t.start as usize) < at && (at < t.end as usize || t.open);
    tokens.get(index).filter(around)
}

/// Whether what is typed at `at` belongs to a string, a quoted name or a comment.
fn is_quoted(tokens: &[Token], at: usize) -> bool {
    use TokenKind::{BlockComment, DollarString, LineComment, QuotedName, String};
    // A line comment has no end but that of the line.
    let comment = tokens
        .iter()
        .any(|t| t.kind == LineComment && t.end as usize == at);
    let around = token_around(tokens, at).is_some_and(|t| {
        matches!(
            t.kind,
            String | QuotedName | DollarString | LineComment | BlockComment
        )
    });
    comment || around
}

/// Where the line around `at` begins.
fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |end| end + 1)
}

/// The blanks that the line around `at` begins with.
fn blanks(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    let end = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    &line[..end]
}
