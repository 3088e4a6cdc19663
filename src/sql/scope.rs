//! Tokens and a cursor to what is in sight there: relations, aliases, CTEs, subqueries.
//!
//! A tolerant reading of one statement, half-typed ones above all. The word being typed is a
//! hole: it stands for whatever fits, so that `FROM a WHE|` has no relation `a` aliased `WHE`.

use super::names::unquote;
use super::{Dialect, Token, TokenKind, keywords};
use std::ops::Range;

mod parse;

/// A token of the statement that is neither space nor comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    /// The word being typed, maybe empty.
    pub hole: bool,
}

/// The part of a query that the cursor stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clause {
    /// Nothing that has clauses: the start, DDL, utility statements.
    #[default]
    None,
    With,
    Select,
    /// FROM, JOIN, the relations of UPDATE, DELETE … USING.
    From,
    On,
    /// `USING (…)` of a join.
    Using,
    Where,
    Group,
    Having,
    Window,
    Order,
    Limit,
    Set,
    /// The target of INSERT, MERGE, REPLACE.
    Into,
    /// The column list of an INSERT.
    Columns,
    Values,
    /// `ON CONFLICT …`, `ON DUPLICATE KEY …`
    Conflict,
    Returning,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BlockKind {
    #[default]
    Other,
    Select,
    Insert,
    Update,
    Delete,
    Merge,
}

/// One query or statement; subqueries are blocks of their own.
#[derive(Debug, Clone, Default)]
pub struct Block {
    pub kind: BlockKind,
    pub parent: Option<usize>,
    /// A derived table without LATERAL or a CTE: the relations of its parent are not in sight.
    pub skips_parent: bool,
    pub span: Range<usize>,
    pub relations: Vec<Source>,
    pub ctes: Vec<Cte>,
    pub recursive: bool,
    /// Each clause and the item of its first word, in order.
    pub clauses: Vec<(Clause, usize)>,
}

/// A relation as the statement names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    pub schema: Option<String>,
    pub name: String,
    pub alias: Option<String>,
    /// The names after the alias: `x (a, b)`.
    pub columns: Vec<String>,
    pub kind: SourceKind,
    /// Index of its first item.
    pub place: usize,
    /// ON or USING has followed, or none is needed.
    pub conditioned: bool,
    pub joined: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SourceKind {
    /// A name: a relation or a CTE.
    #[default]
    Name,
    Function,
    /// A subquery, by its block.
    Derived(usize),
    /// Columns stand in `columns` only: VALUES, the table that CREATE TABLE makes.
    Listed,
}

/// One name of WITH.
#[derive(Debug, Clone, Default)]
pub struct Cte {
    pub name: String,
    pub columns: Vec<String>,
    pub block: Option<usize>,
    pub place: usize,
}

/// One column that a query gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Its name, and its items.
    Named(String, Range<usize>),
    /// `*` or `x.*`
    Star(Option<String>),
    /// An expression without a name.
    Unnamed(Range<usize>),
}

/// What one statement says about the place of the cursor.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub items: Vec<Item>,
    /// Index of the hole in `items`.
    pub hole: usize,
    pub blocks: Vec<Block>,
    /// The block of the hole.
    pub block: usize,
    pub clause: Clause,
    /// A relation's name is wanted at the hole.
    pub expects_relation: bool,
    /// Where each `(` closes, or the number of items.
    close: Vec<usize>,
}

/// Words that no parenthesis of an expression holds.
const CLAUSE_WORDS: &[&str] = &[
    "from",
    "where",
    "group",
    "having",
    "limit",
    "union",
    "returning",
];

impl Source {
    /// What the query calls it.
    pub fn shown(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

impl Scope {
    /// The items of one statement: `tokens` are its tokens, `word` is what is being typed.
    pub fn new<'t>(
        text: &str,
        tokens: impl IntoIterator<Item = &'t Token>,
        word: Range<usize>,
        dialect: &Dialect,
    ) -> Scope {
        let mut scope = Scope::default();
        let hole = Item {
            kind: TokenKind::Other,
            start: word.start,
            end: word.end,
            hole: true,
        };
        let mut placed = false;
        for token in tokens {
            let (start, end) = (token.start as usize, token.end as usize);
            if !placed && start >= word.start {
                scope.hole = scope.items.len();
                scope.items.push(hole);
                placed = true;
            }
            let inside = start < word.end && end > word.start;
            if !token.is_trivia() && !inside {
                let kind = token.kind;
                scope.items.push(Item {
                    kind,
                    start,
                    end,
                    hole: false,
                });
            }
        }
        if !placed {
            scope.hole = scope.items.len();
            scope.items.push(hole);
        }
        scope.match_parens();
        scope.close_half_typed(text);
        parse::Parser::new(text, dialect, &mut scope).statement();
        scope
    }

    /// `SELECT sum(| FROM t`: the parenthesis being typed ends before the next clause, although
    /// nothing closes it yet.
    fn close_half_typed(&mut self, text: &str) {
        let mut inner = self.hole;
        let mut added = 0;
        while let Some(open) = self.opener(inner).filter(|_| added < 8) {
            inner = open;
            if self.close[open] < self.items.len() {
                continue;
            }
            let Some(at) = self.clause_behind(open, text) else {
                return;
            };
            let start = self.items[at].start;
            let closing = Item {
                kind: TokenKind::RightParen,
                start,
                end: start,
                hole: false,
            };
            self.items.insert(at, closing);
            self.match_parens();
            added += 1;
        }
    }

    /// The first word behind the hole that begins a clause outside the parenthesis at `open`.
    fn clause_behind(&self, open: usize, text: &str) -> Option<usize> {
        let query = self.is_any(
            open + 1,
            text,
            &["select", "with", "values", "insert", "update", "delete"],
        );
        let from_inside = open > 0
            && self.is_any(
                open - 1,
                text,
                &["extract", "substring", "trim", "overlay", "over", "filter"],
            );
        if query || from_inside {
            return None;
        }
        let mut at = self.hole + 1;
        while at < self.items.len() {
            match self.items[at].kind {
                TokenKind::LeftParen => at = self.close[at],
                _ if self.is_any(at, text, CLAUSE_WORDS) => return Some(at),
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn match_parens(&mut self) {
        self.close = vec![self.items.len(); self.items.len()];
        let mut open = Vec::new();
        for (i, item) in self.items.iter().enumerate() {
            match item.kind {
                TokenKind::LeftParen => open.push(i),
                TokenKind::RightParen => {
                    if let Some(o) = open.pop() {
                        self.close[o] = i;
                    }
                }
                _ => {}
            }
        }
    }

    /// Where the parenthesis at `i` closes, or the number of items.
    pub fn close(&self, i: usize) -> usize {
        self.close[i]
    }

    /// The innermost parenthesis that is open at item `at`.
    pub fn opener(&self, at: usize) -> Option<usize> {
        let mut depth = 0usize;
        for i in (0..at).rev() {
            match self.items[i].kind {
                TokenKind::RightParen => depth += 1,
                TokenKind::LeftParen if depth == 0 => return Some(i),
                TokenKind::LeftParen => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// The blocks whose relations are in sight at the hole, innermost first.
    pub fn visible_blocks(&self) -> impl Iterator<Item = &Block> {
        let mut next = (!self.blocks.is_empty()).then_some(self.block);
        std::iter::from_fn(move || {
            let block = &self.blocks[next?];
            let mut up = block.parent;
            if block.skips_parent {
                up = up.and_then(|p| self.blocks[p].parent);
            }
            next = up;
            Some(block)
        })
    }

    /// The CTEs in sight from a block, nearest first.
    pub fn ctes(&self, from: usize) -> impl Iterator<Item = &Cte> {
        let mut next = self.blocks.get(from).map(|_| from);
        let blocks = std::iter::from_fn(move || {
            let block = &self.blocks[next?];
            next = block.parent;
            Some(block)
        });
        let start = self.blocks.get(from).map_or(0, |b| b.span.start);
        blocks.flat_map(move |block| {
            let own = move |cte: &&Cte| {
                cte.block != Some(from) && (cte.place < start || start <= block.span.start)
                    || block.recursive
            };
            block.ctes.iter().filter(own)
        })
    }

    /// The text of an item.
    pub fn text<'t>(&self, i: usize, text: &'t str) -> &'t str {
        match self.items.get(i) {
            Some(item) if !item.hole => &text[item.start..item.end],
            _ => "",
        }
    }

    /// Whether item `i` is that keyword.
    pub fn is_word(&self, i: usize, text: &str, word: &str) -> bool {
        self.items.get(i).is_some_and(|t| t.kind == TokenKind::Word)
            && self.text(i, text).eq_ignore_ascii_case(word)
    }

    pub fn is_any(&self, i: usize, text: &str, words: &[&str]) -> bool {
        self.items.get(i).is_some_and(|t| t.kind == TokenKind::Word)
            && words
                .iter()
                .any(|w| self.text(i, text).eq_ignore_ascii_case(w))
    }

    pub fn kind(&self, i: usize) -> Option<TokenKind> {
        self.items.get(i).filter(|t| !t.hole).map(|t| t.kind)
    }

    /// The items of a clause of a block, without its first word.
    pub fn clause_items(&self, block: &Block, clause: Clause) -> Option<Range<usize>> {
        let at = block.clauses.iter().position(|(c, _)| *c == clause)?;
        let start = block.clauses[at].1 + 1;
        let end = block.clauses.get(at + 1).map_or(block.span.end, |c| c.1);
        Some(start..end.max(start))
    }

    /// The parts of `range` between its commas.
    pub fn list(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut start, mut i) = (range.start, range.start);
        while i < range.end {
            match self.items[i].kind {
                TokenKind::LeftParen => i = self.close[i].max(i),
                TokenKind::Comma => {
                    parts.push(start..i);
                    start = i + 1;
                }
                _ => {}
            }
            i += 1;
        }
        if start < range.end {
            parts.push(start..range.end);
        }
        parts
    }

    /// The columns that a block gives to whoever selects from it.
    pub fn outputs(&self, block: usize, text: &str, dialect: &Dialect) -> Vec<Output> {
        let Some(block) = self.blocks.get(block) else {
            return Vec::new();
        };
        let range = (self.clause_items(block, Clause::Select))
            .or_else(|| self.clause_items(block, Clause::Returning));
        let Some(mut range) = range else {
            return Vec::new();
        };
        while self.is_any(range.start, text, &["distinct", "all"]) && range.start < range.end {
            range.start += 1;
            if self.is_word(range.start, text, "on") {
                let after = range.start + 1;
                let paren = self.kind(after) == Some(TokenKind::LeftParen);
                range.start = if paren { self.close[after] + 1 } else { after };
            }
        }
        range.start = range.start.min(range.end);
        self.list(range)
            .into_iter()
            .filter_map(|part| self.output(part, text, dialect))
            .collect()
    }

    fn output(&self, part: Range<usize>, text: &str, dialect: &Dialect) -> Option<Output> {
        let part = part.start..part.end.min(self.items.len());
        let last = part.end.checked_sub(1).filter(|l| *l >= part.start)?;
        if part.len() == 1 && self.items[last].hole {
            return None;
        }
        let name = |i: usize| unquote(self.text(i, text), dialect).into_owned();
        if self.text(last, text) == "*"
            && (part.len() == 1 || self.kind(last - 1) == Some(TokenKind::Dot))
        {
            let owner = (part.len() > 2).then(|| name(last - 2));
            return Some(Output::Star(owner));
        }
        if part.len() > 1 && self.is_word(last - 1, text, "as") {
            return Some(Output::Named(name(last), part.start..last - 1));
        }
        if !self.is_name(last, text, dialect) {
            // `count(*)` and `x::date` have names of their own in PostgreSQL.
            return Some(match self.derived_name(&part, text, dialect) {
                Some(name) => Output::Named(name, part),
                None => Output::Unnamed(part),
            });
        }
        let bare = part.len() == 1 || self.kind(last - 1) == Some(TokenKind::Dot);
        let items = if bare { part } else { part.start..last };
        let cast = !bare && self.kind(last - 1) == Some(TokenKind::Cast);
        if cast {
            let named = self.derived_name(&(items.start..last - 1), text, dialect);
            return Some(named.map_or(Output::Unnamed(items.clone()), |n| Output::Named(n, items)));
        }
        Some(Output::Named(name(last), items))
    }

    /// `f(…)` is called `f`, a cast column keeps its name.
    fn derived_name(&self, part: &Range<usize>, text: &str, dialect: &Dialect) -> Option<String> {
        if part.is_empty() || !self.is_name(part.start, text, dialect) {
            return None;
        }
        let mut at = part.start;
        while self.kind(at + 1) == Some(TokenKind::Dot) && at + 2 < part.end {
            at += 2;
        }
        let after = self.kind(at + 1);
        let ends =
            at + 1 >= part.end || matches!(after, Some(TokenKind::LeftParen | TokenKind::Cast));
        (ends && self.is_name(at, text, dialect))
            .then(|| unquote(self.text(at, text), dialect).into_owned())
    }

    /// Whether item `i` can be a name: quoted, or a word that is not reserved.
    pub fn is_name(&self, i: usize, text: &str, dialect: &Dialect) -> bool {
        match self.kind(i) {
            Some(TokenKind::QuotedName) => true,
            Some(TokenKind::Word) => {
                let word = self.text(i, text);
                keywords::find(dialect.keywords, word).is_none_or(|k| !k.reserved)
            }
            _ => false,
        }
    }
}
