//! The word being typed: what it must be, guessed from what follows it.

use super::super::{Clause, Source};
use super::{AFTER_RELATION, Parser, Walk};
use crate::sql::TokenKind;

impl Parser<'_> {
    /// The hole: where it stands is noted; what it must be is guessed from what follows.
    pub(super) fn at_hole(&mut self, walk: &mut Walk, i: usize) -> usize {
        self.place(walk.block, walk.clause, walk.expects);
        if walk.expects {
            walk.expects = false;
            let source = Source {
                place: i,
                joined: walk.clause == Clause::From,
                ..Source::default()
            };
            return self.alias(walk, i, source);
        }
        let previous = i.checked_sub(1).and_then(|p| self.kind(p));
        let after_operand = !matches!(
            previous,
            Some(TokenKind::Comma | TokenKind::Operator | TokenKind::Dot)
        );
        match walk.clause {
            // `FROM a | b ON …`: a JOIN is being typed.
            Clause::From | Clause::On if after_operand && self.looks_like_relation(i + 1) => {
                walk.clause = Clause::From;
                walk.expects = true;
            }
            // `SELECT x | t WHERE …`: FROM is being typed.
            Clause::Select
                if after_operand
                    && i > walk.first + 1
                    && self.looks_like_relation(i + 1)
                    && !self.has_from(i, walk.end) =>
            {
                walk.clause = Clause::From;
                walk.expects = true;
                self.mark(walk.block, Clause::From, i);
            }
            _ => {}
        }
        i + 1
    }

    pub(super) fn has_from(&self, mut i: usize, end: usize) -> bool {
        while i < end {
            if self.kind(i) == Some(TokenKind::LeftParen) {
                i = self.scope.close[i];
            } else if self.is(i, &["from"]) {
                return true;
            } else if self.is(i, &["union", "except", "intersect"]) {
                return false;
            }
            i += 1;
        }
        false
    }

    /// `name [alias]` and then something that ends a relation.
    pub(super) fn looks_like_relation(&self, mut i: usize) -> bool {
        if !self.is_name(i) {
            return self.kind(i) == Some(TokenKind::LeftParen) && self.is(i + 1, &["select"]);
        }
        while self.kind(i + 1) == Some(TokenKind::Dot) && self.is_name(i + 2) {
            i += 2;
        }
        if self.is(i + 1, &["as"]) {
            i += 1;
        }
        if self.is_name(i + 1) && !self.is(i + 1, AFTER_RELATION) {
            i += 1;
        }
        match self.kind(i + 1) {
            None => true,
            Some(TokenKind::Word) => self.is(i + 1, AFTER_RELATION),
            Some(kind) => matches!(kind, TokenKind::RightParen | TokenKind::Semicolon),
        }
    }
}
