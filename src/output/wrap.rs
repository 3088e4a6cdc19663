//! Messages of our own, broken between words where the terminal would break them anywhere.

use unicode_width::UnicodeWidthStr;

/// What our messages begin with, alone or behind the place in a script.
const BEGINNINGS: &[&str] = &["error: ", "detail: ", "hint: ", "warning: "];

/// Terminals are rarely narrower: a text whose lines are all shorter is not looked at.
const NARROW: usize = 20;

/// Whether a line may be too wide for a terminal.
pub(super) fn is_wide(text: &str) -> bool {
    text.len() >= NARROW
}

/// The message for a terminal of so many columns. Lines that are no prose of ours, like those under
/// which a caret stands, are left as they are.
pub(super) fn message(text: &str, columns: usize) -> String {
    let lines = text.split_inclusive('\n');
    lines.map(|line| wrapped(line, columns)).collect()
}

fn wrapped(line: &str, columns: usize) -> String {
    let Some(indent) = indent(line).filter(|i| i * 2 < columns && line.width() > columns) else {
        return line.to_string();
    };
    let mut out = String::new();
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        let width = word.trim_end().width();
        if used > indent && used + width > columns {
            let kept = out.trim_end().len();
            out.truncate(kept);
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        }
        out.push_str(word);
        used += word.trim_end_matches('\n').width();
    }
    out
}

/// Columns before the words of a message; `None` where the line is none of ours.
fn indent(line: &str) -> Option<usize> {
    if line.contains('\x1b') || line.starts_with("psql:") {
        return None;
    }
    let begins = |b: &&&str| line.starts_with(**b);
    if let Some(beginning) = BEGINNINGS.iter().find(begins) {
        return Some(beginning.len());
    }
    line.contains(": error: ").then_some("error: ".len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_broken_between_words_and_nothing_else_is() {
        for (text, columns, expected) in [
            ("error: short\n", 30, "error: short\n"),
            (
                "error: a message of many words\nhint: some more of them here\n",
                20,
                "error: a message of\n       many words\nhint: some more of\n      them here\n",
            ),
            (
                "a.sql:12: error: no such table at all\n",
                24,
                "a.sql:12: error: no such\n       table at all\n",
            ),
            (
                "error: x\nLINE 1: select a, b, c, d from t\n               ^\n",
                20,
                "error: x\nLINE 1: select a, b, c, d from t\n               ^\n",
            ),
            (
                "hint: postgres://a.long.host.example.com/database\n",
                20,
                "hint: postgres://a.long.host.example.com/database\n",
            ),
            (
                "psql:a.sql:1: ERROR:  as psql words it, untouched\n",
                20,
                "psql:a.sql:1: ERROR:  as psql words it, untouched\n",
            ),
            (
                "error: wide 日本 日本 日本\n",
                20,
                "error: wide 日本\n       日本 日本\n",
            ),
            ("error: no room to break\n", 10, "error: no room to break\n"),
        ] {
            assert_eq!(message(text, columns), expected);
        }
    }
}
