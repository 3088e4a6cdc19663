//! What stands in WITH and FROM: CTEs, relations and their aliases, parentheses.

use super::super::{BlockKind, Clause, Cte, Source, SourceKind};
use super::{AFTER_RELATION, MAX_DEPTH, Parser, QUERY_WORDS, Start, Walk};
use crate::sql::TokenKind;

impl Parser<'_> {
    pub(super) fn opens_cte(&self, i: usize) -> bool {
        let i = if self.is(i, &["recursive"]) { i + 1 } else { i };
        if !self.is_name(i) {
            return self.hole(i);
        }
        let mut next = i + 1;
        if self.kind(next) == Some(TokenKind::LeftParen) {
            next = self.scope.close[next] + 1;
        }
        self.is(next, &["as"]) || self.hole(next) || next >= self.scope.items.len()
    }

    /// `WITH a (x) AS (…), b AS (…)`; returns the item after it.
    pub(super) fn with(&mut self, walk: &mut Walk, i: usize) -> usize {
        self.mark(walk.block, Clause::With, i);
        walk.clause = Clause::With;
        let mut at = i + 1;
        if self.is(at, &["recursive"]) {
            self.scope.blocks[walk.block].recursive = true;
            at += 1;
        }
        while at < walk.end && (self.is_name(at) || self.hole(at)) {
            if self.hole(at) {
                self.place(walk.block, Clause::With, false);
            }
            at = self.cte(walk, at);
            if self.kind(at) != Some(TokenKind::Comma) {
                break;
            }
            at += 1;
        }
        walk.first = at;
        at
    }

    pub(super) fn cte(&mut self, walk: &Walk, place: usize) -> usize {
        let mut cte = Cte {
            name: self.name(place),
            place,
            ..Cte::default()
        };
        let mut at = place + 1;
        if self.kind(at) == Some(TokenKind::LeftParen) {
            let close = self.scope.close[at];
            cte.columns = self.names_in(at + 1, close);
            at = close + 1;
        }
        while self.is(at, &["as", "not", "materialized"]) {
            at += 1;
        }
        if self.kind(at) == Some(TokenKind::LeftParen) {
            let close = self.scope.close[at];
            cte.block = Some(self.scope.blocks.len());
            // The name is known while its body is read, for RECURSIVE.
            self.scope.blocks[walk.block].ctes.push(cte);
            self.subquery(
                at + 1,
                close,
                Start {
                    parent: Some(walk.block),
                    skips_parent: true,
                },
            );
            return close + 1;
        }
        if !self.hole(place) {
            self.scope.blocks[walk.block].ctes.push(cte);
        }
        at
    }

    pub(super) fn names_in(&self, from: usize, to: usize) -> Vec<String> {
        (from..to.min(self.scope.items.len()))
            .filter(|&i| self.kind(i - 1) != Some(TokenKind::Dot))
            .filter(|&i| matches!(self.kind(i), Some(TokenKind::Word | TokenKind::QuotedName)))
            .filter(|&i| {
                matches!(
                    self.kind(i - 1),
                    Some(TokenKind::LeftParen | TokenKind::Comma)
                )
            })
            .map(|i| self.name(i))
            .collect()
    }

    /// Reads all of a parenthesis that holds a query.
    pub(super) fn subquery(&mut self, at: usize, end: usize, start: Start) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let mut next = self.query(at, end, start);
        while next < end {
            next = self.query(next, end, start).max(next + 1);
        }
        self.depth -= 1;
    }

    /// A parenthesis in the middle of a block; returns the item after it.
    pub(super) fn paren(&mut self, walk: &mut Walk, i: usize) -> usize {
        let close = self.scope.close[i].min(walk.end);
        let from = matches!(walk.clause, Clause::From) && walk.expects;
        let query = self.is(i + 1, QUERY_WORDS);
        if from {
            let lateral = i > 0 && self.is(i - 1, &["lateral"]);
            let half = self.hole(i + 1)
                && !matches!(self.kind(i + 2), Some(TokenKind::Word | TokenKind::Dot))
                && i + 2 >= close;
            if query || half {
                walk.expects = false;
                let mut source = Source {
                    place: i,
                    kind: SourceKind::Derived(self.scope.blocks.len()),
                    ..Source::default()
                };
                if self.is(i + 1, &["values"]) {
                    source.kind = SourceKind::Listed;
                }
                source.joined = true;
                self.subquery(
                    i + 1,
                    close,
                    Start {
                        parent: Some(walk.block),
                        skips_parent: !lateral,
                    },
                );
                return self.alias(walk, close, source);
            }
            // `FROM (a JOIN b ON …)`: the relations belong to this block.
            return i + 1;
        }
        if query {
            self.subquery(
                i + 1,
                close,
                Start {
                    parent: Some(walk.block),
                    skips_parent: false,
                },
            );
            return close + 1;
        }
        let into =
            walk.clause == Clause::Into && self.scope.blocks[walk.block].kind == BlockKind::Insert;
        if into {
            self.mark(walk.block, Clause::Columns, i);
        }
        let clause = if into { Clause::Columns } else { walk.clause };
        self.inside(walk, i + 1, close, clause);
        if walk.clause == Clause::From && self.kind(close) == Some(TokenKind::RightParen) {
            // Behind a parenthesized join the alias or the next JOIN follows.
        }
        close + 1
    }

    /// The inside of a parenthesis that belongs to the clause around it.
    pub(super) fn inside(&mut self, walk: &Walk, from: usize, to: usize, clause: Clause) {
        let mut i = from;
        while i < to.min(self.scope.items.len()) {
            if self.hole(i) {
                self.place(walk.block, clause, false);
            } else if self.kind(i) == Some(TokenKind::LeftParen) && self.depth < MAX_DEPTH {
                let close = self.scope.close[i].min(to);
                self.depth += 1;
                if self.is(i + 1, QUERY_WORDS) {
                    self.subquery(
                        i + 1,
                        close,
                        Start {
                            parent: Some(walk.block),
                            skips_parent: false,
                        },
                    );
                } else {
                    self.inside(walk, i + 1, close, clause);
                }
                self.depth -= 1;
                i = close;
            }
            i += 1;
        }
    }

    /// A relation's name at `i`, with its alias; returns the item after it.
    pub(super) fn relation(&mut self, walk: &Walk, i: usize) -> usize {
        let mut parts = vec![i];
        let mut at = i;
        while self.kind(at + 1) == Some(TokenKind::Dot) {
            if !matches!(
                self.kind(at + 2),
                Some(TokenKind::Word | TokenKind::QuotedName)
            ) {
                if self.hole(at + 2) {
                    self.place(walk.block, walk.clause, true);
                    let source = Source {
                        place: i,
                        ..Source::default()
                    };
                    return self.alias(walk, at + 2, source);
                }
                return at + 2;
            }
            at += 2;
            parts.push(at);
        }
        let schema = parts.len().checked_sub(2).map(|p| self.name(parts[p]));
        let mut source = Source {
            schema,
            name: self.name(at),
            place: i,
            joined: walk.clause == Clause::From,
            ..Source::default()
        };
        if self.kind(at + 1) == Some(TokenKind::LeftParen) && walk.clause == Clause::From {
            let close = self.scope.close[at + 1].min(walk.end);
            self.inside(walk, at + 2, close, Clause::From);
            source.kind = SourceKind::Function;
            at = close;
            if self.is(at + 1, &["with"]) && self.is(at + 2, &["ordinality"]) {
                at += 2;
            }
        }
        if self.kind(at + 1) == Some(TokenKind::Operator)
            && self.scope.text(at + 1, self.text) == "*"
        {
            at += 1;
        }
        self.alias(walk, at, source)
    }

    /// The alias behind item `at`, and the names behind the alias.
    pub(super) fn alias(&mut self, walk: &Walk, at: usize, mut source: Source) -> usize {
        let mut next = at + 1;
        if self.is(next, &["as"]) {
            next += 1;
            if self.hole(next) {
                self.place(walk.block, walk.clause, false);
            }
        }
        let word = self.kind(next) == Some(TokenKind::Word) && self.is(next, AFTER_RELATION);
        if next < walk.end && self.is_name(next) && !word {
            source.alias = Some(self.name(next));
            next += 1;
            let paren = self.kind(next) == Some(TokenKind::LeftParen);
            if paren && walk.clause == Clause::From {
                let close = self.scope.close[next].min(walk.end);
                source.columns = self.names_in(next + 1, close);
                next = close + 1;
            }
        }
        let unnamed = source.name.is_empty() && source.kind == SourceKind::Name;
        if !unnamed || source.alias.is_some() {
            self.scope.blocks[walk.block].relations.push(source);
        }
        next
    }
}
