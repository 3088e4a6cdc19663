//! The word under the cursor, and the tokens around it.

use super::Request;
use crate::sql::names::{fold, unquote};
use crate::sql::{Token, TokenKind, lex};
use std::ops::Range;

/// What is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What an accepted candidate replaces.
    pub(super) replace: Range<usize>,
    /// What was typed before the cursor, without quotes.
    pub(super) typed: String,
    pub(super) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A name or a keyword, maybe nothing yet.
    Plain,
    /// A name in quotes, closed or not.
    Quoted,
    /// A string.
    Literal,
    /// `@@name`
    Variable,
    /// `@name`
    SessionVariable,
    /// `:name`
    Interpolated,
    /// A backslash command, its name or its arguments.
    Command,
    /// A comment, a number: nothing to offer.
    Nothing,
}

/// The nearest place at or before `at` that can be cut.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl Word {
    pub(super) fn at(request: &Request<'_>) -> Word {
        let cursor = request.cursor;
        let empty = Word {
            replace: cursor..cursor,
            typed: String::new(),
            form: Form::Plain,
        };
        let Some(token) = token_before(request.tokens, cursor) else {
            return empty;
        };
        if super::line::line(request.text, request.tokens, cursor).is_some() {
            return Word {
                form: Form::Command,
                ..empty
            };
        }
        let typed = &token.text(request.text)[..cursor - token.start as usize];
        let nothing = || word(cursor..cursor, "", Form::Nothing);
        // The cursor stands in it, or would if it had an end.
        let within = token.open || (token.end as usize) > cursor;
        match token.kind {
            TokenKind::LineComment | TokenKind::Number | TokenKind::Parameter => nothing(),
            TokenKind::BlockComment | TokenKind::DollarString if within => nothing(),
            TokenKind::Word => word(token.range(), typed, Form::Plain),
            TokenKind::QuotedName | TokenKind::String if within && interpolated(request, token) => {
                quoted_variable(request, token, typed)
            }
            TokenKind::QuotedName => quoted(request, token, Form::Quoted),
            TokenKind::String if within => quoted(request, token, Form::Literal),
            TokenKind::SessionVariable => session_variable(request, token, typed),
            TokenKind::Variable => variable(request, token, typed),
            TokenKind::Operator if typed == ":" => word(cursor..cursor, "", Form::Interpolated),
            _ => empty,
        }
    }
}

fn word(replace: Range<usize>, typed: &str, form: Form) -> Word {
    Word {
        replace,
        typed: typed.to_string(),
        form,
    }
}

/// `:'name'`, `:"name"`
fn quoted_variable(request: &Request<'_>, token: &Token, typed: &str) -> Word {
    let end = match half_typed(request, token) {
        true => word_end(request.text, request.cursor),
        false => token.end as usize - 1,
    };
    let typed = typed.get(1..).unwrap_or_default();
    let range = token.start as usize + 1..end.max(request.cursor);
    word(range, typed, Form::Interpolated)
}

/// `@name`, `@@session.name`
fn session_variable(request: &Request<'_>, token: &Token, typed: &str) -> Word {
    let text = token.text(request.text);
    let name = text.rfind(['@', '.']).map_or(0, |i| i + 1).min(typed.len());
    let form = match text.starts_with("@@") {
        true => Form::Variable,
        false => Form::SessionVariable,
    };
    let range = token.start as usize + name..token.end as usize;
    word(range, &typed[name..], form)
}

/// `:name`, `:{?name}`
fn variable(request: &Request<'_>, token: &Token, typed: &str) -> Word {
    let text = token.text(request.text);
    let name = text.find(|c: char| c.is_alphanumeric() || c == '_');
    let name = name.unwrap_or(1).min(typed.len());
    let close = text.len() - text.trim_end_matches(['\'', '"', '}']).len();
    let end = (token.end as usize - close).max(request.cursor);
    let range = token.start as usize + name..end;
    word(range, &typed[name..], Form::Interpolated)
}

/// Whether the quote follows a colon: `:'name'`, `:"name"`, which psql replaces.
fn interpolated(request: &Request<'_>, token: &Token) -> bool {
    let before = &request.text.as_bytes()[..token.start as usize];
    request.catalog.dialect.name == "postgres" && before.ends_with(b":") && !before.ends_with(b"::")
}

/// The token that ends at the cursor or has it inside.
fn token_before(tokens: &[Token], cursor: usize) -> Option<&Token> {
    let at = tokens.partition_point(|t| (t.start as usize) < cursor);
    tokens[..at].last().filter(|t| t.end as usize >= cursor)
}

/// A quoted name or string. One without its closing quote may have swallowed what follows the
/// cursor, so only the word at the cursor belongs to it.
fn quoted(request: &Request<'_>, token: &Token, form: Form) -> Word {
    let start = token.start as usize;
    let typed = &request.text[start..request.cursor];
    let end = match half_typed(request, token) {
        true => word_end(request.text, request.cursor),
        false => token.end as usize,
    };
    let bare = match form {
        Form::Literal => literal_text(typed, end == request.cursor && !token.open),
        _ => unquote(typed, request.catalog.dialect).into_owned(),
    };
    Word {
        replace: start..end,
        typed: bare,
        form,
    }
}

fn literal_text(typed: &str, closed: bool) -> String {
    let from = typed.find(['\'', '"']).map_or(0, |i| i + 1);
    let inner = &typed[from..];
    let inner = if closed {
        inner.strip_suffix(['\'', '"']).unwrap_or(inner)
    } else {
        inner
    };
    inner.replace("''", "'")
}

/// Whether the closing quote of `token` is missing, and what closes it (if anything) opens
/// another: then the text behind the cursor reads well without it.
fn half_typed(request: &Request<'_>, token: &Token) -> bool {
    if token.open {
        return true;
    }
    let last_open = request.tokens.last().is_some_and(|t| t.open);
    if !last_open || token.end as usize <= request.cursor {
        return false;
    }
    let rest = &request.text[word_end(request.text, request.cursor)..];
    !lex(rest, request.catalog.dialect)
        .last()
        .is_some_and(|t| t.open)
}

fn word_end(text: &str, from: usize) -> usize {
    let in_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text[from..]
        .find(|c| !in_word(c))
        .map_or(text.len(), |i| from + i)
}

/// The end of a command's argument.
pub(super) fn argument_end(text: &str, from: usize) -> usize {
    let end = text[from..].find(|c: char| c.is_whitespace() || c == '\\' || c == ';');
    end.map_or(text.len(), |i| from + i)
}

/// The tokens of the text with the word as the only thing in doubt: where a half-typed quote
/// swallowed the rest, the rest is read anew.
pub(super) fn around(request: &Request<'_>, word: &Word) -> Vec<Token> {
    let swallowed = matches!(word.form, Form::Quoted | Form::Literal)
        && request
            .tokens
            .iter()
            .any(|t| t.start as usize == word.replace.start && t.end as usize > word.replace.end);
    if !swallowed {
        return request.tokens.to_vec();
    }
    let end = word.replace.end;
    let mut tokens: Vec<Token> = request
        .tokens
        .iter()
        .take_while(|t| (t.start as usize) < word.replace.start)
        .copied()
        .collect();
    tokens.push(Token {
        kind: TokenKind::Word,
        start: word.replace.start as u32,
        end: end as u32,
        open: false,
    });
    let shift = end as u32;
    tokens.extend(
        lex(&request.text[end..], request.catalog.dialect)
            .into_iter()
            .map(|t| Token {
                start: t.start + shift,
                end: t.end + shift,
                ..t
            }),
    );
    tokens
}

/// A text inside the text that is SQL of its own.
#[derive(Debug, Clone)]
pub(super) struct Inner {
    pub(super) span: Range<usize>,
    /// It stands in quotes, which are doubled in it.
    pub(super) quoted: bool,
}

/// The body of a function or DO block, or the string that is a statement, when the cursor is inside
/// one.
pub(super) fn body(request: &Request<'_>) -> Option<Inner> {
    let at = request
        .tokens
        .partition_point(|t| (t.start as usize) < request.cursor)
        .checked_sub(1)?;
    let token = request.tokens[at];
    if (token.end as usize) < request.cursor {
        return None;
    }
    match token.kind {
        TokenKind::DollarString => dollar_body(request, at),
        TokenKind::String => string_body(request, at),
        _ => None,
    }
}

fn dollar_body(request: &Request<'_>, at: usize) -> Option<Inner> {
    let token = request.tokens[at];
    let text = token.text(request.text);
    let tag = text[1..].find('$')? + 2;
    let start = token.start as usize + tag;
    let end = match token.open {
        true => token.end as usize,
        false => (token.end as usize).checked_sub(tag)?,
    };
    if request.cursor < start || request.cursor > end || start > end {
        return None;
    }
    let before = request.tokens[..at].iter().rev().find(|t| !t.is_trivia())?;
    let word = fold(before.text(request.text), request.catalog.dialect);
    let language = request.tokens[..at].iter().any(|t| {
        t.kind == TokenKind::Word && t.text(request.text).eq_ignore_ascii_case("language")
    });
    let body = word == "as" || word == "do" || language || begins_statement(&request.text[start..]);
    body.then_some(Inner {
        span: start..end,
        quoted: false,
    })
}

/// A string that is a statement: what PREPARE and EXECUTE are given, the body of a function in
/// quotes, the argument of a function that begins like a query.
fn string_body(request: &Request<'_>, at: usize) -> Option<Inner> {
    let token = request.tokens[at];
    let text = token.text(request.text);
    let open = text.find(['\'', '"'])? + 1;
    let start = token.start as usize + open;
    let closed = usize::from(!token.open);
    let end = (token.end as usize).checked_sub(closed)?;
    if request.cursor < start || request.cursor > end || start > end {
        return None;
    }
    if !begins_statement(&request.text[start..end]) {
        return None;
    }
    is_run(request, at).then_some(Inner {
        span: start..end,
        quoted: true,
    })
}

/// Whether the string at `at` stands where a statement is given as a text.
fn is_run(request: &Request<'_>, at: usize) -> bool {
    let said = |t: &Token| t.text(request.text).to_ascii_lowercase();
    let mut before = request.tokens[..at].iter().rev().filter(|t| !t.is_trivia());
    let Some(last) = before.next() else {
        return false;
    };
    let word = said(last);
    match last.kind {
        TokenKind::Word if word == "from" => before.nth(1).is_some_and(|t| said(t) == "prepare"),
        TokenKind::Word => ["execute", "immediate", "as", "for"].contains(&&*word),
        // `SET @query = '…'`
        TokenKind::Operator => before
            .next()
            .is_some_and(|t| t.kind == TokenKind::SessionVariable),
        TokenKind::LeftParen => before.next().is_some_and(|t| RUN.contains(&&*said(t))),
        TokenKind::Comma => {
            let mut depth = 0usize;
            let open = before.find(|t| match t.kind {
                TokenKind::RightParen => {
                    depth += 1;
                    false
                }
                TokenKind::LeftParen if depth > 0 => {
                    depth -= 1;
                    false
                }
                kind => kind == TokenKind::LeftParen || kind == TokenKind::Semicolon,
            });
            open.is_some() && before.next().is_some_and(|t| RUN.contains(&&*said(t)))
        }
        _ => false,
    }
}

/// Functions that run a text, or make one to be run.
const RUN: &[&str] = &[
    "format",
    "dblink",
    "dblink_exec",
    "dblink_open",
    "dblink_send_query",
    "crosstab",
    "query_to_xml",
    "query_to_json",
    "ts_stat",
];

fn begins_statement(text: &str) -> bool {
    let text = text.trim_start();
    let word = text
        .split(|c: char| !c.is_ascii_alphabetic())
        .next()
        .unwrap_or_default();
    let verbs = ["select", "insert", "update", "delete", "with", "merge"];
    let more = text[word.len()..].starts_with(|c: char| c.is_whitespace());
    more && verbs.iter().any(|v| word.eq_ignore_ascii_case(v))
}

/// Whether the body is written in PL/pgSQL: DO's is unless it says otherwise.
pub(super) fn is_procedural(request: &Request<'_>, body: &Range<usize>) -> bool {
    if begins_statement(&request.text[body.clone()]) && !request.text[..body.start].ends_with('$') {
        return false;
    }
    let words = around_body(request, body);
    let language = words
        .iter()
        .position(|w| w.eq_ignore_ascii_case("language"));
    match language.and_then(|at| words.get(at + 1)) {
        Some(name) => name.trim_matches('\'').eq_ignore_ascii_case("plpgsql"),
        None => true,
    }
}

/// The words of the statement around a body, without the body itself.
fn around_body<'t>(request: &Request<'t>, body: &Range<usize>) -> Vec<&'t str> {
    let at = request
        .tokens
        .partition_point(|t| (t.end as usize) <= body.start);
    let ends = |t: &Token| t.kind == TokenKind::Semicolon;
    let start = request.tokens[..at]
        .iter()
        .rposition(ends)
        .map_or(0, |i| i + 1);
    let end = request.tokens[at..]
        .iter()
        .position(ends)
        .map_or(request.tokens.len(), |i| at + i);
    let own = request.tokens[start..end].iter().enumerate();
    own.filter(|(i, t)| start + i != at && !t.is_trivia())
        .map(|(_, t)| t.text(request.text))
        .collect()
}

/// The names that a body can use: arguments of its function, what it declares, NEW and OLD.
pub(super) fn body_names(
    request: &Request<'_>,
    body: &Range<usize>,
    tokens: &[Token],
) -> Vec<String> {
    let head = around_body(request, body);
    let mut names = arguments(&head);
    if head
        .windows(2)
        .any(|w| w[0].eq_ignore_ascii_case("returns") && w[1].eq_ignore_ascii_case("trigger"))
    {
        names.extend(["NEW", "OLD", "TG_OP", "TG_TABLE_NAME"].map(str::to_string));
    }
    let text = &request.text[body.clone()];
    let words: Vec<&str> = tokens
        .iter()
        .filter(|t| !t.is_trivia())
        .map(|t| t.text(text))
        .collect();
    names.extend(declared(&words));
    names.retain(|n| n.starts_with(|c: char| c.is_alphabetic() || c == '_'));
    names.truncate(200);
    names
}

/// `f(a int, OUT b text)`: the first word of each part that is no mode.
fn arguments(head: &[&str]) -> Vec<String> {
    let Some(open) = head.iter().position(|w| *w == "(") else {
        return Vec::new();
    };
    let (mut depth, mut wanted, mut names) = (0usize, true, Vec::new());
    for word in &head[open + 1..] {
        match *word {
            "(" => depth += 1,
            ")" if depth == 0 => break,
            ")" => depth -= 1,
            "," if depth == 0 => wanted = true,
            _ if wanted => {
                let mode = ["in", "out", "inout", "variadic"];
                if !mode.iter().any(|m| word.eq_ignore_ascii_case(m)) {
                    names.push((*word).to_string());
                    wanted = false;
                }
            }
            _ => {}
        }
    }
    names
}

/// What stands between DECLARE and BEGIN: the first word behind each semicolon; loop variables.
fn declared(words: &[&str]) -> Vec<String> {
    let (mut inside, mut wanted, mut names) = (false, false, Vec::new());
    for (at, word) in words.iter().enumerate() {
        if word.eq_ignore_ascii_case("declare") {
            (inside, wanted) = (true, true);
        } else if word.eq_ignore_ascii_case("begin") {
            inside = false;
        } else if inside && *word == ";" {
            wanted = true;
        } else if inside && wanted {
            names.push((*word).to_string());
            wanted = false;
        } else if at > 0 && words[at - 1].eq_ignore_ascii_case("for") && !inside {
            let loops = words
                .get(at + 1)
                .is_some_and(|w| w.eq_ignore_ascii_case("in"));
            if loops {
                names.push((*word).to_string());
            }
        }
    }
    names
}
