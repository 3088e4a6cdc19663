//! What is wanted at the cursor: from the scope and the words around it to a list of `Want`s.

mod against;
mod clauses;
mod conditions;
mod dotted;
mod expected;
mod inserts;
mod made;
mod operands;
mod parens;
mod selected;
mod states;
mod words;

use super::columns::{BUDGET, Col, Resolver, Visible};
use super::evidence::{self, Used};
use super::habits;
use super::patterns::Object;
use super::places::Row;
use super::versions::{self, Since};
use super::word::{Form, Word};
use super::{Request, is_closer};
use crate::catalog::{Catalog, Column};
use crate::sql::names::{Name, unquote};
use crate::sql::scope::{Cte, Item, Scope};
use crate::sql::{Dialect, Part, Terminator, Token, TokenKind, split};
use std::cell::Cell;
use std::ops::Range;

/// One group of candidates that fits, and how well (added to each candidate's own fit).
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Want {
    /// Keyword phrases; the first one's fit.
    Words(&'static [Row], i32),
    /// One word that a pattern offers.
    Word(&'static str, i32),
    /// Any keyword of the dialect, should nothing better match.
    AnyKeyword,
    /// Columns of the relations in sight.
    Columns(i32),
    /// Columns before any relation is named.
    AnyColumns,
    /// Columns of some of the relations in sight, without qualifier, in their order.
    ColumnsOf(Vec<usize>),
    /// As `ColumnsOf`, with join conditions.
    Qualified(Vec<usize>),
    /// Columns of a relation that the statement names: its schema and name.
    Target(Option<String>, String),
    /// A column that the statement itself defines.
    Defined(String),
    /// Columns behind a qualifier that nothing explains yet.
    Guess(String),
    Outputs,
    Functions(i32),
    /// Functions that can stand in FROM.
    TableFunctions(i32),
    /// A short name for the relation before the cursor.
    NewAlias,
    /// The relations in sight, by alias or name.
    Aliases(i32),
    /// `*`, spelled out.
    Star(Option<String>),
    /// Relations (all kinds), with their schemas.
    Relations(i32),
    /// Schemas, for what they hold.
    Schemas(i32),
    Joins,
    JoinConditions,
    /// Columns that the last relation shares with the others.
    Shared,
    Types,
    Values,
    Object(Object, i32),
    /// What a schema holds, for the name behind its dot.
    InSchema(usize, Inside),
    /// `@name`
    SessionVariables,
    /// `:name`
    Variables,
    /// The windows that the query names.
    Windows,
    /// The unique constraints of the target, by their indexes.
    Constraints,
    /// The argument names of the function around the cursor.
    ArgumentNames(usize),
    /// Fields of a value of this composite type.
    Fields(String),
    /// The function around the cursor takes one of a few texts here.
    ArgumentTexts(usize),
    /// What a body declares.
    Locals,
    /// The row that ON CONFLICT did not insert.
    Excluded,
    Commands,
    Arguments,
}

/// What of a schema is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    Relations,
    Functions,
    Both,
    Types,
    Procedures,
}

/// Everything that the providers look at.
pub(super) struct Context<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) catalog: &'a Catalog,
    pub(super) dialect: &'static Dialect,
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) scope: &'a Scope,
    pub(super) word: &'a Word,
    pub(super) path: Vec<usize>,
    pub(super) visible: Vec<Visible<'a>>,
    /// The CTEs in sight and their columns.
    pub(super) ctes: Vec<(&'a Cte, Vec<Col<'a>>)>,
    pub(super) used: Vec<Used>,
    pub(super) wants: Vec<Want>,
    /// Keywords are offered in capitals.
    pub(super) capitals: bool,
    /// The column that the value at the cursor is compared with or goes into.
    pub(super) against: Option<Column<'a>>,
    /// The names that something else in the statement wants at this place.
    pub(super) expected: Vec<String>,
    /// What ON and WHERE say is equal.
    said: Vec<(String, String)>,
    /// How many parentheses of its own query stand around the cursor.
    depth: usize,
    /// Relations are written with their schemas in this text.
    pub(super) qualifies: bool,
    /// What the server does not know.
    lacking: Vec<&'static Since>,
    /// The items around the list that the cursor stands in, where it is not the clause.
    pub(super) list: Option<(usize, usize)>,
}

/// The scope of the statement under the cursor.
pub(super) fn scope(request: &Request<'_>, tokens: &[Token], word: &Word) -> Scope {
    let dialect = request.catalog.dialect;
    let span = statement(request.text, tokens, request.cursor, dialect);
    let from = tokens.partition_point(|t| (t.start as usize) < span.start);
    let to = tokens.partition_point(|t| (t.start as usize) < span.end);
    let mut scope = Scope::new(
        request.text,
        &tokens[from..to.max(from)],
        word.replace.clone(),
        dialect,
    );
    made::define(&mut scope, request.text, &tokens[..from], dialect);
    scope
}

/// The bytes of the statement that the cursor stands in, without what ends it.
fn statement(text: &str, tokens: &[Token], cursor: usize, dialect: &Dialect) -> Range<usize> {
    let ends = |kind: TokenKind, from: usize| {
        let at = tokens.partition_point(|t| (t.start as usize) < from);
        let found = tokens[at..].iter().find(|t| t.kind == kind);
        found.map_or(text.len()..text.len(), |t| t.range())
    };
    let mut start = 0;
    for part in split(text, tokens, dialect).parts {
        let end = match part {
            Part::Sql(s) => {
                let end = s.offset + s.text.len();
                match s.end {
                    Terminator::Semicolon => ends(TokenKind::Semicolon, end),
                    Terminator::Command => {
                        let at = tokens.partition_point(|t| (t.start as usize) < end);
                        let is = |t: &&Token| {
                            matches!(t.kind, TokenKind::Command | TokenKind::Delimiter)
                        };
                        let next = tokens[at..].iter().find(is);
                        next.map_or(text.len()..text.len(), Token::range)
                    }
                    Terminator::End => text.len()..text.len(),
                }
            }
            Part::Command(c) => c.offset..ends(TokenKind::Command, c.offset).end,
        };
        if cursor <= end.start {
            return start..end.start;
        }
        start = end.end;
    }
    start..text.len()
}

impl<'a> Context<'a> {
    pub(super) fn new(
        request: &'a Request<'a>,
        tokens: &'a [Token],
        scope: &'a Scope,
        word: &'a Word,
    ) -> Context<'a> {
        let catalog = request.catalog;
        let mut context = Context {
            request,
            catalog,
            dialect: catalog.dialect,
            text: request.text,
            tokens,
            scope,
            word,
            path: path(request, tokens, scope),
            visible: Vec::new(),
            ctes: Vec::new(),
            used: Vec::new(),
            wants: Vec::new(),
            capitals: capitals(request, tokens, word),
            against: None,
            expected: Vec::new(),
            said: Vec::new(),
            depth: 0,
            qualifies: habits::qualifies(request.text, tokens, catalog, word),
            lacking: versions::lacking(catalog),
            list: None,
        };
        if word.form == Form::Nothing {
            return context;
        }
        if word.form == Form::Command {
            context.wants = vec![Want::Commands, Want::Arguments];
            return context;
        }
        let resolver = context.resolver();
        context.visible = resolver.visible();
        context.ctes = resolver.ctes();
        context.used = evidence::used(&resolver);
        context.depth = context.find_depth();
        context.list = context.find_list();
        context.against = context.find_against();
        context.expected = context.find_expected();
        context.said = context.find_said();
        context.decide();
        context
    }

    /// Whether the server is too old for these words here, or another one.
    pub(super) fn lacks(&self, phrase: &str) -> bool {
        let hole = self.scope.hole;
        let stands = |word: &str| match word {
            "^" => self.scope.blocks[self.scope.block].span.start == hole,
            word if word.starts_with('^') => self.is(0, &[&word[1..]]),
            word => (0..hole).any(|i| self.is(i, &[word])),
        };
        self.lacking.iter().any(|row| row.forbids(phrase, stands))
    }

    pub(super) fn wants_paths(&self) -> bool {
        self.word.form == Form::Command && super::from::commands::wants_paths(self)
    }

    /// The columns behind this context's names.
    pub(super) fn resolver(&self) -> Resolver<'a> {
        Resolver {
            text: self.text,
            scope: self.scope,
            catalog: self.catalog,
            path: self.path.clone(),
            budget: Cell::new(BUDGET),
        }
    }

    // ---- small questions about the items around the hole --------------------------------------

    /// Index of the item `n` before the hole.
    pub(super) fn before(&self, n: usize) -> Option<usize> {
        self.scope.hole.checked_sub(n)
    }

    pub(super) fn prev(&self, words: &[&str]) -> bool {
        self.prev_at(1, words)
    }

    pub(super) fn prev_at(&self, n: usize, words: &[&str]) -> bool {
        self.before(n).is_some_and(|i| self.is(i, words))
    }

    pub(super) fn is(&self, i: usize, words: &[&str]) -> bool {
        let dotted = i > 0 && self.scope.kind(i - 1) == Some(TokenKind::Dot);
        !dotted && self.scope.is_any(i, self.text, words)
    }

    pub(super) fn kind_before(&self, n: usize) -> Option<TokenKind> {
        self.before(n).and_then(|i| self.scope.kind(i))
    }

    pub(super) fn item(&self, i: usize) -> &'a str {
        self.scope.text(i, self.text)
    }

    pub(super) fn next_kind(&self) -> Option<TokenKind> {
        self.scope.kind(self.scope.hole + 1)
    }

    /// Nothing stands behind the cursor that a longer insertion would run into.
    pub(super) fn open_end(&self) -> bool {
        is_closer(self.next_kind())
    }

    fn name(&self, i: usize) -> String {
        unquote(self.item(i), self.dialect).into_owned()
    }

    pub(super) fn words(&mut self, rows: &'static [Row], fit: i32) {
        self.wants.push(Want::Words(rows, fit));
    }

    /// The names before the dot that the cursor follows: `a.b.|` has two.
    fn qualifier(&self) -> Vec<String> {
        let mut parts = Vec::new();
        let mut at = self.scope.hole;
        while at >= 2 && self.scope.kind(at - 1) == Some(TokenKind::Dot) {
            let named = matches!(
                self.scope.kind(at - 2),
                Some(TokenKind::Word | TokenKind::QuotedName)
            );
            if !named {
                break;
            }
            parts.push(self.name(at - 2));
            at -= 2;
        }
        parts.reverse();
        parts
    }

    /// The parenthesis around the hole, if it belongs to the hole's own query.
    pub(super) fn paren(&self) -> Option<usize> {
        let start = self.scope.blocks.get(self.scope.block)?.span.start;
        self.scope.opener(self.scope.hole).filter(|o| *o >= start)
    }
}

/// The schemas that are searched, as the text itself may have changed them.
fn path(request: &Request<'_>, tokens: &[Token], scope: &Scope) -> Vec<usize> {
    let catalog = request.catalog;
    let mut path = catalog.effective_path();
    let start = scope.items.first().map_or(0, |i| i.start);
    let mut words = tokens
        .iter()
        .filter(|t| !t.is_trivia() && (t.end as usize) < start);
    let mut before: [&str; 2] = ["", ""];
    let mut first = true;
    while let Some(token) = words.next() {
        let text = token.text(request.text);
        let switches = catalog.dialect.name == "mysql" && first && text.eq_ignore_ascii_case("use");
        let sets = before[0].eq_ignore_ascii_case("search_path");
        if switches || sets && !text.eq_ignore_ascii_case("default") {
            let named = if switches { words.next() } else { Some(token) };
            let name = named.map(|t| unquote(t.text(request.text), catalog.dialect));
            if let Some(id) = name.and_then(|n| catalog.schema_id(&n)) {
                path.retain(|s| *s != id);
                if switches {
                    path.clear();
                }
                let system = usize::from(catalog.dialect.name == "postgres");
                path.insert(system.min(path.len()), id);
            }
        }
        first = token.kind == TokenKind::Semicolon;
        before = [before[1], text];
    }
    path
}

/// Whether keywords are typed in capitals here: as the word itself, else as the others.
fn capitals(request: &Request<'_>, tokens: &[Token], word: &Word) -> bool {
    if let Some(c) = word.typed.chars().rev().find(|c| c.is_ascii_alphabetic()) {
        return c.is_ascii_uppercase();
    }
    capitals_around(request, tokens)
}

/// Whether most keywords of the text are in capitals.
pub(super) fn capitals_around(request: &Request<'_>, tokens: &[Token]) -> bool {
    let dialect = request.catalog.dialect;
    let find = |w: &str| crate::sql::keywords::find(dialect.keywords, w);
    // What begins a statement is a keyword even where it could be a name.
    let mut begins = true;
    let keyword = |t: &&Token| {
        let found = find(t.text(request.text));
        let first = std::mem::replace(&mut begins, t.kind == TokenKind::Semicolon);
        t.kind == TokenKind::Word && found.is_some_and(|k| k.reserved || first)
    };
    let keywords = tokens.iter().filter(|t| !t.is_trivia()).take(800);
    let keywords = keywords.filter(keyword).map(|t| t.text(request.text));
    let (mut upper, mut lower) = (0, 0);
    for keyword in keywords {
        match keyword
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_uppercase())
        {
            true => upper += 1,
            false => lower += 1,
        }
    }
    upper >= lower
}

impl Context<'_> {
    /// The items of this statement, for the patterns.
    pub(super) fn items(&self) -> &[Item] {
        &self.scope.items
    }

    /// The relation that a DDL or utility statement names behind one of these words.
    pub(super) fn named_after(&self, words: &[&str]) -> Option<Name> {
        self.named_within(0..self.scope.hole, words)
    }

    /// The name behind the last of these words in a range of items.
    pub(super) fn named_within(&self, range: Range<usize>, words: &[&str]) -> Option<Name> {
        let at = range.rev().find(|&i| self.is(i, words))?;
        let mut i = at + 1;
        while self.is(
            i,
            &[
                "if",
                "not",
                "exists",
                "only",
                "concurrently",
                "table",
                "column",
                "into",
            ],
        ) {
            i += 1;
        }
        let mut parts = Vec::new();
        while matches!(
            self.scope.kind(i),
            Some(TokenKind::Word | TokenKind::QuotedName)
        ) {
            parts.push(self.name(i));
            if self.scope.kind(i + 1) != Some(TokenKind::Dot) {
                break;
            }
            i += 2;
        }
        (!parts.is_empty()).then_some(Name { parts })
    }
}
