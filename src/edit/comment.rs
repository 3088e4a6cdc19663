//! Lines to comments and back.

use super::{Change, line_start, token_around};
use crate::sql::{Token, TokenKind};
use std::ops::Range;

const MARK: &str = "--";

/// Makes comments of the lines around `range`, or text again where all of them are comments. Lines
/// that begin inside a string or a longer comment are left alone.
pub fn toggle(text: &str, tokens: &[Token], range: Range<usize>, cursor: usize) -> Option<Change> {
    let lines = lines(text, tokens, range);
    let column = lines.iter().map(|l| indent(&text[l.clone()])).min()?;
    let is_comment = |l: &Range<usize>| text[l.clone()].trim_start().starts_with(MARK);
    let uncomment = lines.iter().all(is_comment);
    let mut out = Change {
        text: text.to_string(),
        cursor,
    };
    // From the end, so that the places of the other lines stay right.
    for line in lines.into_iter().rev() {
        let body = &text[line.clone()];
        let (at, old, new) = match uncomment {
            true => {
                let at = line.start + indent(body);
                let rest = &text[at + MARK.len()..line.end];
                (at, MARK.len() + usize::from(rest.starts_with(' ')), "")
            }
            false => (line.start + column, 0, "-- "),
        };
        out.text.replace_range(at..at + old, new);
        if cursor >= at {
            out.cursor = (out.cursor + new.len()).saturating_sub(old.min(cursor - at));
        }
    }
    Some(out)
}

/// The lines that are touched, without blank ones.
fn lines(text: &str, tokens: &[Token], range: Range<usize>) -> Vec<Range<usize>> {
    // A selection that ends where a line begins has nothing of that line.
    let last = match range.end > range.start && text[..range.end].ends_with('\n') {
        true => range.end - 1,
        false => range.end,
    };
    let mut start = line_start(text, range.start);
    let mut lines = Vec::new();
    while start <= last {
        let end = text[start..].find('\n').map_or(text.len(), |n| start + n);
        let quoted = token_around(tokens, start).is_some_and(|t| {
            matches!(
                t.kind,
                TokenKind::String | TokenKind::QuotedName | TokenKind::BlockComment
            )
        });
        if !text[start..end].trim().is_empty() && !quoted {
            lines.push(start..end);
        }
        start = end + 1;
    }
    lines
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;
    use crate::sql::lex;

    /// `[` and `]` mark the selection, `|` a cursor without one.
    fn toggled(marked: &str) -> Option<String> {
        let start = marked.find(['[', '|'])?;
        let text = marked.replace(['[', '|'], "");
        let end = text.find(']').unwrap_or(start);
        let text = text.replace(']', "");
        let tokens = lex(&text, &POSTGRES);
        let change = toggle(&text, &tokens, start..end, end)?;
        assert!(change.text.is_char_boundary(change.cursor));
        let mut out = change.text;
        out.insert(change.cursor, '|');
        Some(out)
    }

    #[test]
    fn lines_become_comments_and_text_again() {
        for (text, expected) in [
            ("select| 1", Some("-- select| 1")),
            ("-- select| 1", Some("select| 1")),
            ("--select| 1", Some("select| 1")),
            ("  -- a|", Some("  a|")),
            ("a,\n  b|", Some("a,\n  -- b|")),
            ("[a\n\n  b]\nc", Some("-- a\n\n--   b|\nc")),
            ("[-- a\n--   b]\nc", Some("a\n  b|\nc")),
            ("[a\n]b", Some("-- a\n|b")),
            ("[-- a\nb]", Some("-- -- a\n-- b|")),
            ("select 'a\nb|'", None),
            ("|", None),
            ("|-- a", Some("|a")),
            ("-|- a", Some("|a")),
        ] {
            assert_eq!(toggled(text).as_deref(), expected, "{text}");
        }
    }
}
