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
        let inside = (token.end as usize) > cursor;
        let text = token.text(request.text);
        let typed = &text[..cursor - token.start as usize];
        let word = |replace: Range<usize>, typed: &str, form| Word {
            replace,
            typed: typed.to_string(),
            form,
        };
        match token.kind {
            TokenKind::Space => empty,
            TokenKind::LineComment => word(cursor..cursor, "", Form::Nothing),
            TokenKind::BlockComment if inside || token.open => {
                word(cursor..cursor, "", Form::Nothing)
            }
            TokenKind::Word => word(token.range(), typed, Form::Plain),
            TokenKind::QuotedName => quoted(request, token, Form::Quoted),
            TokenKind::String if inside || token.open => quoted(request, token, Form::Literal),
            TokenKind::DollarString if inside || token.open => {
                word(cursor..cursor, "", Form::Nothing)
            }
            TokenKind::SessionVariable => {
                let name = text.rfind(['@', '.']).map_or(0, |i| i + 1).min(typed.len());
                word(
                    token.start as usize + name..token.end as usize,
                    &typed[name..],
                    Form::Variable,
                )
            }
            TokenKind::Number | TokenKind::Parameter | TokenKind::Variable => {
                word(cursor..cursor, "", Form::Nothing)
            }
            TokenKind::Command => word(cursor..cursor, "", Form::Command),
            _ => empty,
        }
    }
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

/// The body of a function or DO block, when the cursor is inside one.
pub(super) fn body(request: &Request<'_>) -> Option<Range<usize>> {
    let at = request
        .tokens
        .partition_point(|t| (t.start as usize) < request.cursor)
        .checked_sub(1)?;
    let token = request.tokens[at];
    if token.kind != TokenKind::DollarString || (token.end as usize) < request.cursor {
        return None;
    }
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
    (word == "as" || word == "do" || language).then_some(start..end)
}
