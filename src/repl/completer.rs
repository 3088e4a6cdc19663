//! The completion engine, as the menu sees it, and what wakes the editor when the catalog is new.

use super::state::Shared;
use crate::catalog::Catalog;
use crate::command::spec::Spec;
use crate::sql::{Token, TokenKind};
use reedline::{Completer, CompletionResult, CompletionStatus};
use std::ops::Range;

pub(super) struct Request<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) cursor: usize,
    pub(super) catalog: &'a Catalog,
    pub(super) commands: &'a [&'static Spec],
    pub(super) limit: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) insert: String,
    pub(super) label: String,
    pub(super) kind: &'static str,
    pub(super) detail: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Completions {
    pub(super) replace: Range<usize>,
    pub(super) items: Vec<Candidate>,
}

/// What can stand at the cursor, best first.
pub(super) fn complete(request: &Request<'_>) -> Completions {
    let before = &request.text[..request.cursor];
    let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == '\\');
    let start = before.rfind(word).map_or(0, |i| i + 1);
    let prefix = before[start..].to_lowercase();
    let mut items: Vec<Candidate> = Vec::new();
    for relation in &request.catalog.relations {
        if relation.name.to_lowercase().starts_with(&prefix) {
            items.push(Candidate {
                insert: relation.name.clone(),
                label: relation.name.clone(),
                kind: "table",
                detail: String::new(),
            });
        }
    }
    for spec in request.commands.iter().filter(|_| prefix.starts_with('\\')) {
        for name in spec.names.iter().filter(|n| n.starts_with(&prefix)) {
            items.push(Candidate {
                insert: name.to_string(),
                label: name.to_string(),
                kind: "command",
                detail: spec.help.to_string(),
            });
        }
    }
    items.truncate(request.limit);
    Completions {
        replace: start..request.cursor,
        items,
    }
}

/// Words after which names of relations are offered without being asked for.
const BEFORE_RELATIONS: &[&str] = &["FROM", "INTO", "JOIN", "TABLE", "UPDATE", "USE"];

/// Whether the menu opens by itself here: behind the letters of a name, a dot, a backslash, or a
/// space after FROM and its like. Never inside strings, comments and numbers.
pub(super) fn opens_by_itself(text: &str, tokens: &[Token], cursor: usize) -> bool {
    let until = tokens.partition_point(|t| (t.start as usize) < cursor);
    let Some(token) = until.checked_sub(1).and_then(|i| tokens.get(i)) else {
        return false;
    };
    let at_end = token.end as usize == cursor;
    match token.kind {
        TokenKind::Word => at_end,
        TokenKind::QuotedName => token.open || !at_end,
        TokenKind::Dot => true,
        TokenKind::Command => true,
        TokenKind::Space => tokens[..until - 1].last().is_some_and(|t| {
            let word = t.text(text);
            t.kind == TokenKind::Word
                && BEFORE_RELATIONS
                    .iter()
                    .any(|k| word.eq_ignore_ascii_case(k))
        }),
        _ => false,
    }
}

/// Tells reedline that the catalog changed under an open menu. The menu itself is filled by
/// `menu`, so `complete` is never asked.
pub(super) struct Waker {
    shared: Shared,
    /// The version of the catalog that was last on the screen.
    version: u64,
    refreshing: bool,
}

impl Waker {
    pub(super) fn new(shared: Shared) -> Self {
        let version = shared.lock().catalog.load().version;
        Waker {
            shared,
            version,
            refreshing: false,
        }
    }
}

impl Completer for Waker {
    fn complete(&mut self, _: &str, _: usize) -> CompletionResult {
        CompletionResult::Pending
    }

    fn poll_completion(&mut self) -> CompletionStatus {
        let mut state = self.shared.lock();
        let version = state.catalog.load().version;
        let refreshing = state.is_refreshing();
        let changed = version != self.version || refreshing != self.refreshing;
        self.version = version;
        self.refreshing = refreshing;
        if changed {
            if let Some(repaint) = &state.repaint {
                repaint();
            }
            return CompletionStatus::Ready;
        }
        if refreshing {
            return CompletionStatus::Pending;
        }
        // Without it reedline sleeps until the next key instead of looking around.
        state.repaint = None;
        CompletionStatus::Idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;
    use crate::sql::lex;

    #[test]
    fn the_menu_opens_by_itself_where_a_name_is_being_typed() {
        for (text, expected) in [
            ("s|", true),
            ("select |", false),
            ("select * from |", true),
            ("select * from a join  |", true),
            ("select a.|", true),
            ("select a.na|", true),
            ("select 'a|", false),
            ("select 1|", false),
            ("-- a|", false),
            ("\\d|", true),
            ("select \"Us|", true),
            ("f(|", false),
            ("|", false),
            ("a|b", false),
            ("select 1;|", false),
        ] {
            let cursor = text.find('|').unwrap();
            let whole = text.replace('|', "");
            let tokens = lex(&whole, &POSTGRES);
            assert_eq!(opens_by_itself(&whole, &tokens, cursor), expected, "{text}");
        }
    }
}
