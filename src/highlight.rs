//! Tokens to coloured spans: for the prompt, and wherever SQL is shown again.

use crate::sql::keywords::{self, Keyword};
use crate::sql::{Dialect, Token, TokenKind};
use crate::theme::{Class, Styles};
use nu_ansi_term::Style;
use std::ops::Range;

/// The style of each part of `text`, in order and without a gap. `cursor` is where the matching
/// bracket is looked for; `None` where nobody edits.
pub fn highlight(
    text: &str,
    tokens: &[Token],
    dialect: &Dialect,
    styles: &Styles,
    cursor: Option<usize>,
) -> Vec<(Style, Range<usize>)> {
    highlight_part(text, 0..text.len(), tokens, dialect, styles, cursor)
}

/// The same for the tokens that `part` touches, and some before them.
pub fn highlight_part(
    text: &str,
    part: Range<usize>,
    tokens: &[Token],
    dialect: &Dialect,
    styles: &Styles,
    cursor: Option<usize>,
) -> Vec<(Style, Range<usize>)> {
    let pair = cursor.and_then(|at| pair_at(text, tokens, at));
    let first = tokens.partition_point(|t| (t.end as usize) <= part.start);
    let last = tokens.partition_point(|t| (t.start as usize) < part.end);
    // What a word is depends on the one before it, white space and comments aside.
    let first = first.saturating_sub(8).min(last);
    let mut spans = Vec::with_capacity(last - first + 2);
    for (class, range) in classes(text, tokens, first..last, dialect) {
        let matched = pair.as_ref().is_some_and(|(a, b)| [a, b].contains(&&range));
        let style = match matched {
            true => styles.bracket(class),
            false => styles.of(class),
        };
        spans.push((style, range));
    }
    spans
}

/// What those of the tokens are, in order and without a gap.
fn classes(
    text: &str,
    tokens: &[Token],
    part: Range<usize>,
    dialect: &Dialect,
) -> Vec<(Class, Range<usize>)> {
    let unmatched = unmatched_brackets(tokens);
    let mut out = Vec::with_capacity(part.len() + 2);
    let mut before = Before::default();
    for (index, token) in tokens.iter().enumerate().take(part.end).skip(part.start) {
        let range = token.range();
        match token.kind {
            TokenKind::Command => command(text, range, &mut out),
            _ if token.open => open_quote(text, token, &mut out),
            _ if unmatched.contains(&index) => out.push((Class::Invalid, range)),
            TokenKind::Word => {
                let class = word(token.text(text), &before, tokens.get(index + 1), dialect);
                out.push((class, range));
            }
            kind => out.push((class_of(kind), range)),
        }
        if !token.is_trivia() {
            let class = out.last().map_or(Class::Text, |(c, _)| *c);
            before = Before {
                kind: Some(token.kind),
                class: Some(class),
                is_as: token.text(text).eq_ignore_ascii_case("as"),
            };
        }
    }
    out
}

/// What stands before a word, white space and comments aside.
#[derive(Default)]
struct Before {
    kind: Option<TokenKind>,
    class: Option<Class>,
    is_as: bool,
}

fn class_of(kind: TokenKind) -> Class {
    match kind {
        TokenKind::LineComment | TokenKind::BlockComment => Class::Comment,
        TokenKind::QuotedName => Class::QuotedName,
        TokenKind::String | TokenKind::DollarString => Class::String,
        TokenKind::Number => Class::Number,
        TokenKind::Parameter | TokenKind::Variable | TokenKind::SessionVariable => Class::Variable,
        TokenKind::Operator | TokenKind::Cast => Class::Operator,
        TokenKind::Command | TokenKind::Delimiter | TokenKind::Escaped => Class::Command,
        TokenKind::Dot
        | TokenKind::Comma
        | TokenKind::Semicolon
        | TokenKind::LeftParen
        | TokenKind::RightParen
        | TokenKind::LeftBracket
        | TokenKind::RightBracket => Class::Punctuation,
        TokenKind::Space | TokenKind::Word | TokenKind::Other => Class::Text,
    }
}

/// Keywords that are not reserved and yet nearly always mean what they say. The others serve as
/// column names so often (`name`, `type`, `date`) that they are coloured in capitals only.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "ADD", "ALTER", "ANALYZE", "ASC", "ATTACH", "BEGIN", "BETWEEN", "BY", "CALL", "CASCADE",
    "COLUMN", "COMMIT", "CONFLICT", "COPY", "CREATE", "DATABASE", "DECLARE", "DELETE", "DESC",
    "DESCRIBE", "DETACH", "DO", "DROP", "END", "ESCAPE", "EXECUTE", "EXISTS", "EXPLAIN",
    "EXTENSION", "FILTER", "FIRST", "FOLLOWING", "FOR", "FULL", "FUNCTION", "GLOB", "GRANT", "IF",
    "INDEX", "INNER", "INSERT", "INTO", "IS", "JOIN", "KEY", "LANGUAGE", "LAST", "LEFT", "LIKE",
    "MATERIALIZED", "MERGE", "NATURAL", "NULLS", "OFFSET", "OUTER", "OVER", "PARTITION", "PRAGMA",
    "PRECEDING", "PREPARE", "PROCEDURE", "RANGE", "RECURSIVE", "REFRESH", "REGEXP", "REINDEX",
    "RELEASE", "RENAME", "REPLACE", "RETURN", "RETURNS", "REVOKE", "RIGHT", "ROLLBACK", "ROWS",
    "SAVEPOINT", "SCHEMA", "SEQUENCE", "SET", "SHOW", "START", "TEMP", "TEMPORARY", "TRANSACTION",
    "TRIGGER", "TRUNCATE", "UNBOUNDED", "UPDATE", "USE", "VACUUM", "VALUES", "VIEW", "WINDOW",
    "WITH", "WITHIN", "WITHOUT",
];

/// Words that name a type where a type can stand: after a column's name, after AS.
#[rustfmt::skip]
const TYPES: &[&str] = &[
    "BIGINT", "BIGSERIAL", "BINARY", "BIT", "BLOB", "BOOL", "BOOLEAN", "BYTEA", "CHAR", "CHARACTER",
    "CIDR", "CLOB", "DATE", "DATETIME", "DEC", "DECIMAL", "DOUBLE", "ENUM", "FLOAT", "INET", "INT",
    "INTEGER", "INTERVAL", "JSON", "JSONB", "LONGTEXT", "MEDIUMTEXT", "NUMERIC", "REAL", "SERIAL",
    "SIGNED", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "TINYINT", "TINYTEXT",
    "UNSIGNED", "UUID", "VARBINARY", "VARCHAR", "XML", "YEAR",
];

const CONSTANTS: &[&str] = &["FALSE", "NULL", "TRUE"];

fn listed(table: &[&str], word: &str) -> bool {
    let upper = word.bytes().map(|b| b.to_ascii_uppercase());
    table
        .binary_search_by(|w| w.bytes().cmp(upper.clone()))
        .is_ok()
}

fn word(word: &str, before: &Before, next: Option<&Token>, dialect: &Dialect) -> Class {
    let next = next.map(|t| t.kind);
    if before.kind == Some(TokenKind::Cast) {
        return Class::Type;
    }
    let called = next == Some(TokenKind::LeftParen);
    if before.kind == Some(TokenKind::Dot) || next == Some(TokenKind::Dot) {
        return if called { Class::Function } else { Class::Text };
    }
    if listed(CONSTANTS, word) {
        return Class::Constant;
    }
    let after_name = before
        .kind
        .is_some_and(|k| k == TokenKind::Word || k == TokenKind::QuotedName);
    let type_place = before.is_as || (after_name && before.class != Some(Class::Keyword));
    if type_place && listed(TYPES, word) {
        return Class::Type;
    }
    let keyword = keywords::find(dialect.keywords, word);
    let builtin = || {
        let same = |b: &crate::sql::keywords::Builtin| b.name.eq_ignore_ascii_case(word);
        dialect.functions.iter().any(same)
    };
    if called && (keyword.is_none_or(|k| !k.reserved && !listed(COMMON, word)) || builtin()) {
        return Class::Function;
    }
    match keyword {
        Some(keyword) if coloured(keyword, word) => Class::Keyword,
        _ => Class::Text,
    }
}

fn coloured(keyword: &Keyword, word: &str) -> bool {
    keyword.reserved || listed(COMMON, word) || word.bytes().all(|b| !b.is_ascii_lowercase())
}

/// The name of a command in colour, its arguments without.
fn command(text: &str, range: Range<usize>, out: &mut Vec<(Class, Range<usize>)>) {
    let body = &text[range.clone()];
    let name = body.find(char::is_whitespace).unwrap_or(body.len());
    out.push((Class::Command, range.start..range.start + name));
    if name < body.len() {
        out.push((Class::Text, range.start + name..range.end));
    }
}

/// While the closing quote is missing, the opening one is marked; what follows keeps the colour
/// that it will have, so that typing a string does not flash.
fn open_quote(text: &str, token: &Token, out: &mut Vec<(Class, Range<usize>)>) {
    let (range, body) = (token.range(), token.text(text));
    let mark = match token.kind {
        TokenKind::BlockComment => 2,
        TokenKind::DollarString => body[1..].find('$').map_or(1, |i| i + 2),
        _ => body.find(['\'', '"', '`', '[']).map_or(1, |i| i + 1),
    };
    let mark = range.start + mark.min(body.len());
    out.push((Class::Invalid, range.start..mark));
    if mark < range.end {
        out.push((class_of(token.kind), mark..range.end));
    }
}

fn closing(kind: TokenKind) -> Option<TokenKind> {
    match kind {
        TokenKind::LeftParen => Some(TokenKind::RightParen),
        TokenKind::LeftBracket => Some(TokenKind::RightBracket),
        _ => None,
    }
}

/// Walks the brackets of a text: `found` hears of each pair. What is returned closes nothing, or is
/// not closed where the statement should have ended; one that may yet be closed is not in it.
fn walk_brackets(tokens: &[Token], mut found: impl FnMut(usize, usize)) -> Vec<usize> {
    let mut open: Vec<(usize, TokenKind)> = Vec::new();
    let mut unmatched = Vec::new();
    let mut ended = 0;
    for (index, token) in tokens.iter().enumerate() {
        if let Some(kind) = closing(token.kind) {
            open.push((index, kind));
        } else if matches!(token.kind, TokenKind::RightParen | TokenKind::RightBracket) {
            match open.pop_if(|(_, kind)| *kind == token.kind) {
                Some((start, _)) => found(start, index),
                None => unmatched.push(index),
            }
        } else if token.kind == TokenKind::Semicolon {
            // In PostgreSQL's CREATE RULE statements stand between brackets.
            ended = index;
        }
    }
    unmatched.extend(
        open.iter()
            .map(|(index, _)| *index)
            .filter(|index| *index < ended),
    );
    unmatched
}

/// Brackets without a partner.
fn unmatched_brackets(tokens: &[Token]) -> Vec<usize> {
    walk_brackets(tokens, |_, _| {})
}

/// The two halves of a pair of which one is at the cursor: brackets, CASE and END, BEGIN and END.
pub fn pair_at(
    text: &str,
    tokens: &[Token],
    cursor: usize,
) -> Option<(Range<usize>, Range<usize>)> {
    let (a, b) = brackets_at(tokens, cursor).or_else(|| words_at(text, tokens, cursor))?;
    Some((tokens[a].range(), tokens[b].range()))
}

/// The two brackets of a pair of which one is at the cursor or just before it.
fn brackets_at(tokens: &[Token], cursor: usize) -> Option<(usize, usize)> {
    let mut at = None;
    let mut before = None;
    walk_brackets(tokens, |first, last| {
        let (a, b) = (tokens[first].start as usize, tokens[last].start as usize);
        if a == cursor || b == cursor {
            at = Some((first, last));
        } else if a + 1 == cursor || b + 1 == cursor {
            before = Some((first, last));
        }
    });
    at.or(before)
}

/// Words that END closes together with another one behind it; these are not told.
const LOOPS: &[&str] = &["FOR", "IF", "LOOP", "REPEAT", "WHILE"];

/// The CASE or BEGIN and the END that belong together, where the cursor is on one of them.
fn words_at(text: &str, tokens: &[Token], cursor: usize) -> Option<(usize, usize)> {
    let is = |token: &Token, word: &str| token.text(text).eq_ignore_ascii_case(word);
    let here = |t: &Token| (t.start as usize..=t.end as usize).contains(&cursor);
    let opens = |t: &Token| is(t, "case") || is(t, "begin");
    let asked = |t: &&Token| t.kind == TokenKind::Word && here(t) && (opens(t) || is(t, "end"));
    tokens.iter().find(asked)?;
    let mut open = Vec::new();
    let mut before: Option<&Token> = None;
    let words = tokens.iter().enumerate().filter(|(_, t)| !t.is_trivia());
    let mut words = words.peekable();
    while let Some((at, token)) = words.next() {
        let behind = before.replace(token);
        if token.kind != TokenKind::Word || behind.is_some_and(|t| t.kind == TokenKind::Dot) {
            continue;
        }
        if opens(token) && !behind.is_some_and(|t| is(t, "end")) {
            open.push(at);
        } else if is(token, "end") {
            let next = words.peek().map(|(_, t)| t);
            if next.is_some_and(|t| LOOPS.iter().any(|word| is(t, word))) {
                continue;
            }
            let Some(first) = open.pop() else { continue };
            if here(&tokens[first]) || here(token) {
                return Some((first, at));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::{MYSQL, POSTGRES, SQLITE};
    use crate::sql::lex;
    use crate::theme::{Depth, THEMES, load};

    /// The classes of the words and marks of `text`, one a token, as `text:Class`.
    fn shown(text: &str, dialect: &Dialect) -> String {
        let tokens = lex(text, dialect);
        let parts = classes(text, &tokens, 0..tokens.len(), dialect);
        let joined: String = parts.iter().map(|(_, r)| &text[r.clone()]).collect();
        assert_eq!(joined, text, "the spans cover the text");
        let coloured = parts
            .iter()
            .filter(|(c, _)| !matches!(c, Class::Text | Class::Punctuation));
        coloured
            .map(|(c, r)| format!("{}:{c:?}", &text[r.clone()]))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn each_token_has_the_class_a_reader_expects() {
        for (dialect, text, expected) in [
            (
                &POSTGRES,
                "f(1, 'a') -- c",
                "f:Function 1:Number 'a':String -- c:Comment",
            ),
            (
                &POSTGRES,
                "a::int + $1 < :x",
                "::: Operator int:Type +:Operator $1:Variable <:Operator :x:Variable",
            ),
            (&POSTGRES, "t.date \"Q\"", "\"Q\":QuotedName"),
            (&POSTGRES, "\\d users", "\\d:Command"),
            (&MYSQL, "@v # c", "@v:Variable # c:Comment"),
            (&SQLITE, "x integer, null", "integer:Type null:Constant"),
            (&SQLITE, "[a b] 'x", "[a b]:QuotedName ':Invalid x:String"),
            (&POSTGRES, "$a$ x", "$a$:Invalid  x:String"),
            (&POSTGRES, "(a)) /* x", "):Invalid /*:Invalid  x:Comment"),
            (
                &POSTGRES,
                "f((1;",
                "f:Function (:Invalid (:Invalid 1:Number",
            ),
            (&POSTGRES, "(1; 2); (", "1:Number 2:Number"),
        ] {
            let expected = expected.replace("::: Operator", ":::Operator");
            assert_eq!(shown(text, dialect), expected, "{text}");
        }
    }

    #[test]
    fn the_tables_are_sorted_so_that_they_can_be_searched() {
        for table in [COMMON, TYPES, CONSTANTS] {
            assert!(table.is_sorted());
        }
    }

    #[test]
    fn both_brackets_of_the_pair_at_the_cursor_are_marked() {
        for (text, cursor, expected) in [
            ("(a)", 0, Some((0, 2))),
            ("(a)", 3, Some((0, 2))),
            ("(a)", 2, Some((0, 2))),
            ("((a))", 1, Some((1, 3))),
            ("(a]", 0, None),
            ("f('(')", 2, Some((1, 5))),
            ("(a); )", 6, None),
            ("(a; b)", 0, Some((0, 5))),
            ("case a when 1 then case b end end", 0, Some((0, 30))),
            ("case a when 1 then case b end end", 28, Some((19, 26))),
            ("case a when 1 then case b end end", 8, None),
            ("begin if a then x; end if; end", 29, Some((0, 27))),
            ("begin case a end case; end", 2, Some((0, 23))),
            ("t.case, end", 4, None),
            ("begin; select 1", 0, None),
        ] {
            let tokens = lex(text, &POSTGRES);
            let pair = pair_at(text, &tokens, cursor).map(|(a, b)| (a.start, b.start));
            assert_eq!(pair, expected, "{text} {cursor}");
        }
        let styles = load(THEMES[0].1, Depth::True).unwrap();
        let tokens = lex("(a)", &POSTGRES);
        let spans = highlight("(a)", &tokens, &POSTGRES, &styles, Some(0));
        assert_eq!(spans[0].0, styles.bracket(Class::Punctuation));
        assert_eq!(spans[0].0, spans[2].0);
        assert_ne!(spans[0].0, styles.of(Class::Punctuation));
    }
}
