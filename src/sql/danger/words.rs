//! The words of a statement, and the names among them.

use crate::sql::names::{Name, unquote};
use crate::sql::{Dialect, TokenKind, lex};

/// A token that is no white space.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) kind: TokenKind,
    pub(super) text: &'t str,
}

impl Word<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.is(w))
    }

    pub(super) fn is_name(&self) -> bool {
        matches!(self.kind, TokenKind::Word | TokenKind::QuotedName)
    }
}

/// The words of the text, those of comments that the server executes among them.
pub(super) fn collect<'t>(text: &'t str, dialect: &Dialect, words: &mut Vec<Word<'t>>) {
    for token in lex(text, dialect) {
        let body = token.text(text);
        if token.is_executable_comment(text, dialect) {
            let inner = body.trim_start_matches("/*").trim_end_matches("*/");
            let inner = inner.trim_start_matches(['M', '!']);
            let inner = inner.trim_start_matches(|c: char| c.is_ascii_digit());
            collect(inner, dialect, words);
        } else if !token.is_trivia() {
            words.push(Word {
                kind: token.kind,
                text: body,
            });
        }
    }
}

/// Where the parenthesis closes that was open before `words`, or their end.
pub(super) fn closing(words: &[Word]) -> usize {
    let mut depth = 0usize;
    for (i, word) in words.iter().enumerate() {
        match word.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen if depth == 0 => return i,
            TokenKind::RightParen => depth -= 1,
            _ => {}
        }
    }
    words.len()
}

/// Words between the verb and the name of the relation.
const MODIFIERS: &[&str] = &[
    "from",
    "into",
    "only",
    "table",
    "low_priority",
    "quick",
    "ignore",
    "delayed",
    "or",
    "rollback",
    "abort",
    "replace",
    "fail",
    "if",
    "exists",
    "temporary",
    "concurrently",
    "online",
    "offline",
    "high_priority",
];

/// Words that say what kind of thing is dropped.
pub(super) const KINDS: &[&str] = &[
    "table",
    "view",
    "materialized",
    "foreign",
    "temporary",
    "schema",
    "database",
    "index",
    "sequence",
    "function",
    "procedure",
    "routine",
    "aggregate",
    "trigger",
    "event",
    "type",
    "domain",
    "role",
    "user",
    "group",
    "extension",
    "owned",
    "by",
    "policy",
    "rule",
    "server",
    "tablespace",
    "publication",
    "subscription",
    "column",
    "tables",
    "statistics",
    "collation",
    "language",
    "operator",
    "class",
    "family",
    "cast",
    "access",
    "method",
    "conversion",
    "system",
    "or",
    "replace",
    "package",
];

/// The names in the list that `words` begins with, behind its modifiers.
/// Beside each what follows it in parentheses, the arguments of a routine.
pub(super) fn names(words: &[Word], dialect: &Dialect) -> Vec<(Name, String)> {
    let skipped = words.iter().take_while(|w| w.is_any(MODIFIERS)).count();
    let mut words = &words[skipped..];
    let mut names = Vec::new();
    while words.first().is_some_and(Word::is_name) {
        let mut name = Name::default();
        let mut length = 1;
        name.parts
            .push(unquote(words[0].text, dialect).into_owned());
        while let [dot, part, ..] = &words[length..]
            && dot.kind == TokenKind::Dot
            && part.is_name()
        {
            name.parts.push(unquote(part.text, dialect).into_owned());
            length += 2;
        }
        let arguments = in_parentheses(&words[length..]);
        length += arguments.len();
        let arguments: Vec<&str> = arguments.iter().map(|word| word.text).collect();
        names.push((name, arguments.join(" ")));
        match words.get(length) {
            Some(comma) if comma.kind == TokenKind::Comma => words = &words[length + 1..],
            _ => break,
        }
    }
    names
}

/// The words up to the parenthesis that closes the first of them; none where that is none.
fn in_parentheses<'w, 't>(words: &'w [Word<'t>]) -> &'w [Word<'t>] {
    let mut depth = 0usize;
    for (at, word) in words.iter().enumerate() {
        match word.kind {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return &words[..if at == 0 { 0 } else { at + 1 }];
        }
    }
    &[]
}
