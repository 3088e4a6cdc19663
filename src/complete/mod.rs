//! What Tab offers: one function from text, cursor and catalog to candidates.
//!
//! Two steps: `context` says what is wanted at the cursor, then the providers in `from` add
//! candidates to one accumulator (`candidate::Acc`), which matches and ranks them. Pure and total:
//! no text and no cursor can make it fail.
//!
//! `signatures` and `document` say what is to be given at the cursor, and what a candidate is.
//!
//! To add a source of candidates: a file in `from`, a variant of `Want`, a call in `provide`.

pub mod candidate;
pub mod context;
pub mod patterns;
pub mod protocol;
pub mod rank;
pub mod signature;
pub mod usage;

mod class;
mod columns;
mod document;
mod evidence;
mod from;
mod habits;
mod kin;
mod line;
#[rustfmt::skip]
mod places;
#[cfg(test)]
mod tests;
mod versions;
mod word;

pub use candidate::{Candidate, Kind};
pub use document::document;
pub use line::begins_command;
pub use signature::{Signature, signatures};
pub use usage::Usage;

use crate::catalog::Catalog;
use crate::command::spec::Spec;
use crate::sql::{Token, TokenKind, lex};
use candidate::Acc;
use context::Context;
use std::ops::Range;
use word::Word;

/// Everything that an answer depends on.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub text: &'a str,
    /// The tokens of `text`.
    pub tokens: &'a [Token],
    /// Byte offset in `text`.
    pub cursor: usize,
    pub catalog: &'a Catalog,
    pub commands: &'a [&'static Spec],
    pub usage: &'a Usage,
    /// The variables of the session, for `:name`.
    pub variables: &'a [String],
    /// The names of the user's favourites, for `\n`.
    pub favourites: &'a [String],
    /// For `/set`.
    pub settings: &'a [SettingWords],
    /// The variables that steer the client, for `\set`.
    pub specials: &'a [SettingWords],
    /// The function around the text, where the text is a body.
    pub body: Body<'a>,
    /// At most so many candidates; 0 for all of them.
    pub limit: usize,
}

/// A setting of the client, and the words that it takes, each with what it means.
#[derive(Debug, Clone)]
pub struct SettingWords {
    pub name: &'static str,
    pub help: &'static str,
    pub values: Vec<(String, &'static str)>,
}

/// What the text around the body of a function says about it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Body<'a> {
    /// It is written in PL/pgSQL.
    procedural: bool,
    /// Its arguments and variables.
    names: &'a [String],
}

/// What can stand at the cursor, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes that an accepted candidate replaces.
    pub replace: Range<usize>,
    pub items: Vec<Candidate>,
    /// File names are wanted too; whoever may read folders adds them.
    pub wants_paths: bool,
}

/// The candidates for the cursor. The limited answer is the beginning of the unlimited one.
pub fn complete(request: &Request<'_>) -> Completions {
    complete_at(request, 0)
}

/// In a backslash command the word goes from the last space to the cursor.
fn in_command(request: &Request<'_>, mut word: Word) -> Word {
    if word.form != word::Form::Command {
        return word;
    }
    if let Some(line) = line::line(request.text, request.tokens, request.cursor) {
        let start = line.word_start();
        let end = word::argument_end(request.text, request.cursor);
        word.typed = request.text[start..request.cursor]
            .trim_matches('"')
            .to_string();
        word.replace = start..end;
    }
    word
}

/// Bodies of functions are texts inside texts; this many levels are entered.
const MAX_BODIES: usize = 2;

fn complete_at(request: &Request<'_>, level: usize) -> Completions {
    let mut request = *request;
    request.cursor = word::boundary(request.text, request.cursor);
    if level < MAX_BODIES
        && let Some(body) = word::body(&request)
    {
        return in_body(&request, &body, level);
    }
    if level < MAX_BODIES
        && let Some(inner) = line::inner(&request)
    {
        return in_arguments(&request, &inner, level);
    }
    let word = Word::at(&request);
    let word = in_command(&request, word);
    let tokens = word::around(&request, &word);
    let scope = context::scope(&request, &tokens, &word);
    let context = Context::new(&request, &tokens, &scope, &word);
    let mut acc = Acc::new(&request, &word, habits::followers(&context));
    from::provide(&mut acc, &context);
    Completions {
        replace: word.replace.clone(),
        items: acc.finish(),
        wants_paths: context.wants_paths(),
    }
}

/// Completes inside the body of a function or DO block.
fn in_body(request: &Request<'_>, body: &word::Inner, level: usize) -> Completions {
    let span = &body.span;
    let mut found = within(request, span, |inner| complete_at(inner, level + 1));
    found.replace = found.replace.start + span.start..found.replace.end + span.start;
    if body.quoted {
        let quote = &request.text[span.start - 1..span.start];
        for item in &mut found.items {
            item.insert = item.insert.replace(quote, &quote.repeat(2));
        }
    }
    found
}

/// Completes SQL among the arguments of a command.
fn in_arguments(request: &Request<'_>, inner: &line::Inner, level: usize) -> Completions {
    let tokens = lex(&inner.text, request.catalog.dialect);
    let mut found = complete_at(
        &Request {
            text: &inner.text,
            tokens: &tokens,
            cursor: inner.cursor,
            ..*request
        },
        level + 1,
    );
    if inner.is_output {
        found.items.retain(|c| c.kind == Kind::Column);
    }
    let typed = &inner.text[found.replace.start.min(inner.cursor)..inner.cursor];
    let words = inner.words.iter().filter(|w| w.starts_with(typed));
    found.items.extend(words.map(|word| Candidate {
        insert: word.to_string(),
        label: word.to_string(),
        kind: Kind::Setting,
        detail: String::new(),
    }));
    // What stands before the cursor is the same in both.
    let before = inner.cursor.saturating_sub(found.replace.start);
    let after = found.replace.end.saturating_sub(inner.cursor);
    let end = word::boundary(request.text, request.cursor + after);
    found.replace = request.cursor.saturating_sub(before)..end;
    found
}

/// Asks about the same cursor in the body of a function, as a text of its own.
fn within<T>(request: &Request<'_>, body: &Range<usize>, ask: impl FnOnce(&Request<'_>) -> T) -> T {
    let text = &request.text[body.clone()];
    let tokens = lex(text, request.catalog.dialect);
    let names = word::body_names(request, body, &tokens);
    ask(&Request {
        body: Body {
            procedural: word::is_procedural(request, body),
            names: &names,
        },
        text,
        tokens: &tokens,
        cursor: request.cursor - body.start,
        ..*request
    })
}

/// What follows the cursor, as far as a candidate must fit in front of it.
fn is_closer(kind: Option<TokenKind>) -> bool {
    matches!(
        kind,
        None | Some(
            TokenKind::RightParen | TokenKind::Comma | TokenKind::Semicolon | TokenKind::Command
        )
    )
}
