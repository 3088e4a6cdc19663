//! How far a new line is indented.

use super::{Change, blanks, line_start, token_around};
use crate::sql::{Token, TokenKind};

/// What Tab inserts on a blank line, and what a bracket indents by.
pub const STEP: &str = "    ";

/// Words at the end of a line whose text goes on in the next one.
#[rustfmt::skip]
const GOES_ON: &[&str] = &[
    "and", "as", "between", "by", "case", "distinct", "else", "from", "having", "in", "join", "on",
    "or", "returning", "select", "set", "then", "values", "when", "where", "with",
];

/// Words at the end of a line that open a block in the body of a function.
const OPENS_BLOCK: &[&str] = &["begin", "declare", "do", "else", "loop", "then"];

/// What opens something that is indented until it is closed.
struct Opener<'t> {
    token: &'t Token,
    closed_by: TokenKind,
}

/// Indents the line that was begun just before `cursor`.
pub fn new_line(text: &str, tokens: &[Token], cursor: usize) -> Option<Change> {
    let end = text.get(..cursor)?.strip_suffix('\n')?.len();
    let wanted = match token_around(tokens, end) {
        Some(t) if t.kind == TokenKind::DollarString => in_body(text, t, end),
        Some(t) if t.kind != TokenKind::Space => return None,
        _ => in_statement(text, tokens, end, cursor),
    };
    let there = text[cursor..].len() - text[cursor..].trim_start_matches([' ', '\t']).len();
    let new = (wanted.len() > there).then(|| wanted[there..].to_string())?;
    Change::replace(text, cursor..cursor, &new)
}

/// Brings the closing bracket that was just typed, the first thing on its line, under the line of
/// the one it closes.
pub fn closing(text: &str, tokens: &[Token], cursor: usize) -> Option<Change> {
    let at = cursor.checked_sub(1)?;
    let start = line_start(text, at);
    let before = text.get(start..at)?;
    if before.is_empty() || !before.trim().is_empty() || start == 0 {
        return None;
    }
    let closing = tokens.iter().position(|t| t.start as usize == at)?;
    let opened = open_at(text, &tokens[..closing]);
    let opener = opened
        .last()
        .filter(|o| o.closed_by == tokens[closing].kind)?;
    let wanted = blanks(text, opener.token.start as usize);
    if wanted == before {
        return None;
    }
    let mut change = Change::replace(text, start..at, wanted)?;
    change.cursor += 1;
    Some(change)
}

fn in_statement(text: &str, tokens: &[Token], end: usize, cursor: usize) -> String {
    let before = &tokens[..tokens.partition_point(|t| (t.end as usize) <= end)];
    let ended = |t: &Token| {
        matches!(
            t.kind,
            TokenKind::Semicolon | TokenKind::Command | TokenKind::Delimiter
        )
    };
    let first = before.iter().rposition(ended).map_or(0, |i| i + 1);
    let statement = &before[first..];
    let solid = |t: &&Token| !t.is_trivia();
    let Some(last) = statement.iter().rfind(solid) else {
        return String::new();
    };
    let opened = open_at(text, statement);
    let closes = text[cursor..]
        .trim_start_matches([' ', '\t'])
        .starts_with(')');
    if let (Some(opener), true) = (opened.last(), closes) {
        return blanks(text, opener.token.start as usize).to_string();
    }
    let mut wanted = match opened.last() {
        Some(opener) => format!("{}{STEP}", blanks(text, opener.token.start as usize)),
        None => statement
            .iter()
            .find(solid)
            .map_or("", |t| blanks(text, t.start as usize))
            .to_string(),
    };
    let is_opener = opened.last().is_some_and(|o| std::ptr::eq(o.token, last));
    // A line that holds nothing but a comment ends nothing.
    let same_line = line_start(text, last.start as usize) == line_start(text, end);
    if same_line && !is_opener && goes_on(text, last) {
        wanted.push_str(STEP);
    }
    wanted
}

fn goes_on(text: &str, last: &Token) -> bool {
    let word = last.text(text);
    match last.kind {
        TokenKind::Comma => true,
        // `select *` is complete.
        TokenKind::Operator => word != "*",
        TokenKind::Word => GOES_ON.iter().any(|w| w.eq_ignore_ascii_case(word)),
        _ => false,
    }
}

/// In the body of a function: as the line before, and deeper behind the start of a block.
fn in_body(text: &str, body: &Token, end: usize) -> String {
    let line = &text[line_start(text, end)..end];
    let indent = blanks(text, end);
    let last = line
        .trim_end()
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
        .next();
    let begins_here = body.start as usize >= line_start(text, end);
    let opens = last.is_some_and(|w| OPENS_BLOCK.iter().any(|b| b.eq_ignore_ascii_case(w)));
    match opens && !begins_here || line.trim_end().ends_with('(') {
        true => format!("{indent}{STEP}"),
        false => indent.to_string(),
    }
}

/// Brackets and CASEs that are open at the end of `tokens`, outermost first.
fn open_at<'t>(text: &str, tokens: &'t [Token]) -> Vec<Opener<'t>> {
    let mut open: Vec<Opener<'t>> = Vec::new();
    for token in tokens {
        let word = || token.text(text);
        let closed_by = match token.kind {
            TokenKind::LeftParen => Some(TokenKind::RightParen),
            TokenKind::LeftBracket => Some(TokenKind::RightBracket),
            TokenKind::Word if word().eq_ignore_ascii_case("case") => Some(TokenKind::Word),
            _ => None,
        };
        let closes = match token.kind {
            TokenKind::RightParen | TokenKind::RightBracket => true,
            TokenKind::Word => word().eq_ignore_ascii_case("end"),
            _ => false,
        };
        if let Some(closed_by) = closed_by {
            open.push(Opener { token, closed_by });
        } else if closes {
            open.pop_if(|o| o.closed_by == token.kind);
        } else if token.kind == TokenKind::Semicolon {
            open.clear();
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;
    use crate::sql::lex;

    /// Types Enter at `|`: how many blanks the next line has then.
    fn indented(text: &str) -> usize {
        let cursor = text.find('|').unwrap() + 1;
        let text = text.replace('|', "\n");
        let tokens = lex(&text, &POSTGRES);
        match new_line(&text, &tokens, cursor) {
            Some(change) => {
                assert!(change.text.starts_with(&text[..cursor]), "{}", change.text);
                change.cursor - cursor
            }
            None => 0,
        }
    }

    #[test]
    fn a_new_line_stands_under_what_it_belongs_to() {
        for (text, expected) in [
            ("select|", 4),
            ("select a,|", 4),
            ("select\n    a,|", 4),
            ("select\n    a|", 0),
            ("select *|", 0),
            ("select a\nfrom b|", 0),
            ("select a from (|", 4),
            ("select a from (\n    select|", 8),
            ("select a from (\n    select b,|", 8),
            ("select a from (\n    select b|", 4),
            ("select a from (select b|", 4),
            ("select a from (select b)|", 0),
            ("select case|", 4),
            ("select case\n    when a then b|", 4),
            ("select case\n    when a then b\nend,|", 4),
            ("  select a|", 2),
            ("select 'a|", 0),
            ("select /* a,|", 0),
            ("select a, -- why|", 4),
            ("select 1;|", 0),
            ("select (1,\n2; select|", 4),
            ("create function f() as $$|", 0),
            ("as $$\nbegin|", 4),
            ("as $$\nbegin\n    if a then|", 8),
            ("as $$\nbegin\n    a := 1;|", 4),
            ("\\d (|", 0),
            ("|", 0),
            ("f(|)", 0),
            ("f(|    a", 0),
        ] {
            assert_eq!(indented(text), expected, "{text}");
        }
    }

    #[test]
    fn a_closing_bracket_that_begins_a_line_goes_back() {
        for (text, expected) in [
            ("select (\n    1\n    )|", Some("select (\n    1\n)")),
            ("select (\n    1)|", None),
            ("select (\n)|", None),
            ("  select (\n      )|", Some("  select (\n  )")),
            ("select ']\n  )|", None),
            ("select\n  )|", None),
            (")|", None),
        ] {
            let cursor = text.find('|').unwrap();
            let text = text.replace('|', "");
            let tokens = lex(&text, &POSTGRES);
            let change = closing(&text, &tokens, cursor);
            assert_eq!(change.as_ref().map(|c| c.text.as_str()), expected, "{text}");
            if let Some(change) = change {
                assert_eq!(change.cursor, change.text.len());
            }
        }
    }
}
