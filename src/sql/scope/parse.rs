//! One statement's items to its blocks. Knows where clauses begin and what a relation looks like;
//! everything else is skipped, so that no text can lead it astray for long.

mod hole;
mod relations;

use super::{Block, BlockKind, Clause, Scope};
use crate::sql::names::unquote;
use crate::sql::{Dialect, TokenKind};

/// Parentheses nested deeper are skipped: the parser calls itself for each.
const MAX_DEPTH: usize = 60;

pub(super) struct Parser<'s> {
    text: &'s str,
    dialect: &'s Dialect,
    scope: &'s mut Scope,
    depth: usize,
}

/// How a block begins and what it may see.
#[derive(Clone, Copy, Default)]
struct Start {
    parent: Option<usize>,
    skips_parent: bool,
}

/// Words that begin a query inside parentheses.
const QUERY_WORDS: &[&str] = &[
    "select", "with", "values", "insert", "update", "delete", "merge",
];

/// Words that follow a relation and are no alias of it, reserved or not.
const AFTER_RELATION: &[&str] = &[
    "left",
    "right",
    "inner",
    "outer",
    "full",
    "cross",
    "natural",
    "join",
    "straight_join",
    "where",
    "on",
    "set",
    "using",
    "values",
    "group",
    "order",
    "having",
    "limit",
    "offset",
    "fetch",
    "for",
    "union",
    "except",
    "intersect",
    "minus",
    "window",
    "returning",
    "select",
    "partition",
    "use",
    "force",
    "ignore",
    "tablesample",
    "default",
    "overriding",
    "when",
    "do",
    "lateral",
    "qualify",
    "with",
    "indexed",
    "not",
    "into",
    "as",
    "add",
    "drop",
    "alter",
    "rename",
    "to",
    "from",
    "procedure",
    "lock",
    "default",
];

impl<'s> Parser<'s> {
    pub(super) fn new(text: &'s str, dialect: &'s Dialect, scope: &'s mut Scope) -> Self {
        Parser {
            text,
            dialect,
            scope,
            depth: 0,
        }
    }

    /// Reads the whole statement.
    pub(super) fn statement(&mut self) {
        let end = self.scope.items.len();
        let mut at = 0;
        while at < end {
            at = self.query(at, end, Start::default()).max(at + 1);
        }
        if self.scope.blocks.is_empty() {
            self.scope.blocks.push(Block::default());
        }
    }

    fn is(&self, i: usize, words: &[&str]) -> bool {
        self.scope.is_any(i, self.text, words)
    }

    fn kind(&self, i: usize) -> Option<TokenKind> {
        self.scope.kind(i)
    }

    fn hole(&self, i: usize) -> bool {
        i == self.scope.hole
    }

    fn name(&self, i: usize) -> String {
        unquote(self.scope.text(i, self.text), self.dialect).into_owned()
    }

    fn is_name(&self, i: usize) -> bool {
        self.scope.is_name(i, self.text, self.dialect)
    }

    /// Remembers that the hole stands in this block and clause.
    fn place(&mut self, block: usize, clause: Clause, expects_relation: bool) {
        self.scope.block = block;
        self.scope.clause = clause;
        self.scope.expects_relation = expects_relation;
    }

    fn mark(&mut self, block: usize, clause: Clause, at: usize) {
        self.scope.blocks[block].clauses.push((clause, at));
    }

    /// Reads a query from `at`; returns where it stopped: `end`, or what belongs to its parent.
    fn query(&mut self, at: usize, end: usize, start: Start) -> usize {
        let block = self.scope.blocks.len();
        self.scope.blocks.push(Block {
            parent: start.parent,
            skips_parent: start.skips_parent,
            span: at..end,
            ..Block::default()
        });
        let mut walk = Walk {
            block,
            end,
            start,
            clause: Clause::None,
            expects: false,
            first: at,
        };
        let mut i = at;
        while i < end {
            match self.step(&mut walk, i) {
                Step::Next(next) => i = next.max(i + 1),
                Step::Stop => break,
            }
        }
        let stopped = i.min(end);
        self.scope.blocks[block].span.end = stopped;
        if walk.first == at && at == stopped && self.hole(at) {
            self.place(block, Clause::None, false);
        }
        stopped
    }

    fn step(&mut self, walk: &mut Walk, i: usize) -> Step {
        if self.hole(i) {
            return Step::Next(self.at_hole(walk, i));
        }
        match self.kind(i) {
            Some(TokenKind::LeftParen) => Step::Next(self.paren(walk, i)),
            Some(TokenKind::Comma) => {
                if walk.clause == Clause::On {
                    walk.clause = Clause::From;
                }
                walk.expects |= walk.clause == Clause::From;
                Step::Next(i + 1)
            }
            Some(TokenKind::Semicolon) if walk.start.parent.is_some() => Step::Stop,
            Some(TokenKind::Word | TokenKind::QuotedName) => self.word(walk, i),
            _ => Step::Next(i + 1),
        }
    }

    fn word(&mut self, walk: &mut Walk, i: usize) -> Step {
        if i > 0 && self.kind(i - 1) == Some(TokenKind::Dot) {
            return Step::Next(i + 1);
        }
        if self.kind(i) == Some(TokenKind::Word)
            && let Some(step) = self.keyword(walk, i)
        {
            return step;
        }
        if walk.expects && (self.is_name(i) || self.kind(i + 1) == Some(TokenKind::Dot)) {
            walk.expects = false;
            return Step::Next(self.relation(walk, i));
        }
        Step::Next(i + 1)
    }

    /// Words that begin a clause or a query; `None` for all others.
    fn keyword(&mut self, walk: &mut Walk, i: usize) -> Option<Step> {
        let word = self.scope.text(i, self.text).to_ascii_lowercase();
        let kind = self.scope.blocks[walk.block].kind;
        let first = i == walk.first;
        let body = kind == BlockKind::Other && QUERY_WORDS.contains(&word.as_str());
        if body && self.begins_in_body(walk, i) {
            return self.inner_query(walk, i, "");
        }
        if kind == BlockKind::Other && !self.holds_queries(walk, i) {
            return None;
        }
        match word.as_str() {
            "with" if first || kind == BlockKind::Other && self.opens_cte(i + 1) => {
                return Some(Step::Next(self.with(walk, i)));
            }
            "select" | "values" | "with"
                if kind == BlockKind::Insert
                    || kind == BlockKind::Other && !self.fresh(walk, i) =>
            {
                return self.inner_query(walk, i, &word);
            }
            "select" => {
                if self.scope.blocks[walk.block]
                    .clauses
                    .iter()
                    .any(|c| c.0 == Clause::Select)
                {
                    return Some(Step::Stop);
                }
                self.open(walk, i, BlockKind::Select, Clause::Select);
            }
            "values" if first => {
                self.open(walk, i, BlockKind::Select, Clause::Values);
            }
            "insert" | "replace" if self.fresh(walk, i) => {
                self.open(walk, i, BlockKind::Insert, Clause::Into);
            }
            "update" if self.fresh(walk, i) => {
                self.open(walk, i, BlockKind::Update, Clause::From);
                walk.expects = true;
            }
            "delete" if self.fresh(walk, i) => self.open(walk, i, BlockKind::Delete, Clause::None),
            "merge" if self.fresh(walk, i) => self.open(walk, i, BlockKind::Merge, Clause::Into),
            "union" | "except" | "intersect" | "minus"
                if kind == BlockKind::Select || kind == BlockKind::Other && !first =>
            {
                return Some(self.set_operation(walk, i));
            }
            _ => return self.clause_word(walk, i, &word, kind),
        }
        Some(Step::Next(i + 1))
    }

    /// Whether SELECT at `i` begins a query, in a statement that is no query itself: in GRANT and
    /// in the head of a trigger or a policy it does not.
    fn holds_queries(&self, walk: &Walk, i: usize) -> bool {
        let defaults = self.is(walk.first, &["alter"]) && self.is(walk.first + 1, &["default"]);
        let rights = defaults || self.is(walk.first, &["grant", "revoke", "comment"]);
        let policy = self.is(walk.first + 1, &["policy", "rule"]);
        let of_policy = policy && self.is(i.saturating_sub(1), &["for", "on"]);
        !rights && !of_policy
    }

    /// Whether a statement of a body begins at `i`: behind `BEGIN`, `BEGIN ATOMIC` or `;`.
    fn begins_in_body(&self, walk: &Walk, i: usize) -> bool {
        i > walk.first
            && (self.kind(i - 1) == Some(TokenKind::Semicolon)
                || self.is(i - 1, &["begin", "atomic", "do"]))
    }

    /// Nothing but WITH or EXPLAIN stands before item `i` in its block.
    fn fresh(&self, walk: &Walk, i: usize) -> bool {
        self.scope.blocks[walk.block].kind == BlockKind::Other
            && (walk.first..i).all(|j| {
                self.hole(j) || self.is(j, &["explain", "analyze", "verbose", "query", "plan", "extended"])
            } || self.inside_head(walk, j))
    }

    /// Inside the parentheses of `EXPLAIN (…)`.
    fn inside_head(&self, walk: &Walk, j: usize) -> bool {
        let open = walk.first + 1;
        self.is(walk.first, &["explain"])
            && self.kind(open) == Some(TokenKind::LeftParen)
            && (open..=self.scope.close[open]).contains(&j)
    }

    fn open(&mut self, walk: &mut Walk, i: usize, kind: BlockKind, clause: Clause) {
        self.scope.blocks[walk.block].kind = kind;
        self.enter(walk, i, clause);
    }

    fn enter(&mut self, walk: &mut Walk, i: usize, clause: Clause) {
        walk.clause = clause;
        walk.expects = false;
        self.mark(walk.block, clause, i);
    }

    /// `INSERT … SELECT`, `CREATE VIEW v AS SELECT`: a query that does not see the target.
    fn inner_query(&mut self, walk: &mut Walk, i: usize, word: &str) -> Option<Step> {
        if word == "values" {
            self.enter(walk, i, Clause::Values);
            return Some(Step::Next(i + 1));
        }
        if word == "with" && !self.opens_cte(i + 1) {
            return None;
        }
        let start = Start {
            parent: Some(walk.block),
            skips_parent: true,
        };
        if self.depth >= MAX_DEPTH {
            return Some(Step::Next(i + 1));
        }
        self.depth += 1;
        let next = self.query(i, walk.end, start);
        self.depth -= 1;
        walk.clause = Clause::None;
        Some(Step::Next(next))
    }

    fn clause_word(
        &mut self,
        walk: &mut Walk,
        i: usize,
        word: &str,
        kind: BlockKind,
    ) -> Option<Step> {
        let query = kind != BlockKind::Other;
        let clause = match word {
            "from" if query => {
                let compares =
                    i > 1 && self.is(i - 1, &["distinct"]) && self.is(i - 2, &["is", "not"]);
                if compares {
                    return None;
                }
                Clause::From
            }
            "join" | "straight_join" if query => {
                walk.clause = Clause::From;
                walk.expects = true;
                return Some(Step::Next(i + 1));
            }
            "lateral" | "only" if walk.expects => return Some(Step::Next(i + 1)),
            "ignore" | "low_priority" | "high_priority" | "delayed" | "or" | "abort" | "fail"
            | "rollback" | "replace" | "quick"
                if matches!(walk.clause, Clause::Into) || walk.expects =>
            {
                return Some(Step::Next(i + 1));
            }
            "into" if matches!(kind, BlockKind::Insert | BlockKind::Merge) => {
                walk.clause = Clause::Into;
                walk.expects = true;
                return Some(Step::Next(i + 1));
            }
            "on" if self.is(i + 1, &["conflict", "duplicate"])
                || (kind == BlockKind::Insert && self.hole(i + 1)) =>
            {
                Clause::Conflict
            }
            "on" if kind == BlockKind::Merge || query && walk.clause == Clause::From => {
                walk.expects = false;
                if let Some(last) = self.scope.blocks[walk.block].relations.last_mut() {
                    last.conditioned = true;
                }
                walk.clause = Clause::On;
                return Some(Step::Next(i + 1));
            }
            "using" if query => {
                let paren = self.kind(i + 1) == Some(TokenKind::LeftParen);
                let relation = !paren || self.is(i + 2, QUERY_WORDS);
                if kind == BlockKind::Merge || relation && kind == BlockKind::Delete {
                    Clause::From
                } else if walk.clause == Clause::From {
                    if let Some(last) = self.scope.blocks[walk.block].relations.last_mut() {
                        last.conditioned = true;
                    }
                    return Some(Step::Next(self.using(walk, i)));
                } else {
                    return None;
                }
            }
            "where" if query => Clause::Where,
            "group" if query && kind == BlockKind::Select => Clause::Group,
            "having" if query => Clause::Having,
            "window" if query && kind == BlockKind::Select && walk.clause != Clause::Select => {
                Clause::Window
            }
            "order" if query => Clause::Order,
            "limit" | "offset" | "fetch" if query && !walk.expects => Clause::Limit,
            "set" if query => Clause::Set,
            "values" if kind == BlockKind::Merge => Clause::Values,
            "returning" if query => {
                if kind == BlockKind::Select {
                    return Some(Step::Stop);
                }
                Clause::Returning
            }
            _ => return None,
        };
        if clause == Clause::Conflict && kind == BlockKind::Select {
            return Some(Step::Stop);
        }
        self.enter(walk, i, clause);
        walk.expects = clause == Clause::From;
        Some(Step::Next(i + 1))
    }

    fn using(&mut self, walk: &Walk, i: usize) -> usize {
        if self.kind(i + 1) == Some(TokenKind::LeftParen) {
            let close = self.scope.close[i + 1];
            self.inside(walk, i + 2, close, Clause::Using);
            return close + 1;
        }
        i + 1
    }

    fn set_operation(&mut self, walk: &mut Walk, i: usize) -> Step {
        let mut next = i + 1;
        while self.is(next, &["all", "distinct"]) {
            next += 1;
        }
        self.scope.blocks[walk.block].span.end = i;
        self.mark(walk.block, Clause::None, i);
        if self.hole(next) && next + 1 >= walk.end {
            self.place(walk.block, Clause::None, false);
            return Step::Next(next + 1);
        }
        if self.kind(next) == Some(TokenKind::LeftParen) || self.depth >= MAX_DEPTH {
            walk.clause = Clause::None;
            return Step::Next(next);
        }
        // The other side sees what this side saw, and this side's CTEs.
        let own = &self.scope.blocks[walk.block];
        let (ctes, recursive) = (own.ctes.clone(), own.recursive);
        let block = self.scope.blocks.len();
        self.depth += 1;
        let stopped = self.query(next, walk.end, walk.start);
        self.depth -= 1;
        if let Some(other) = self.scope.blocks.get_mut(block) {
            other.ctes.extend(ctes);
            other.recursive |= recursive;
        }
        Step::Next(stopped)
    }
}

struct Walk {
    block: usize,
    end: usize,
    start: Start,
    clause: Clause,
    /// A relation comes next.
    expects: bool,
    /// The first item that is not part of WITH.
    first: usize,
}

enum Step {
    Next(usize),
    /// The rest belongs to the parent.
    Stop,
}
