//! What is wanted at the cursor: from the scope and the words around it to a list of `Want`s.

use super::columns::{BUDGET, Resolver, Visible};
use super::evidence::{self, Used};
use super::patterns::{self, Object};
use super::places::{self, A, M, P, Row, S};
use super::word::{Form, Word};
use super::{Request, is_closer};
use crate::catalog::Catalog;
use crate::sql::names::{Name, same, unquote};
use crate::sql::scope::{BlockKind, Clause, Item, Scope};
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
    Procedures,
    /// The relations in sight, by alias or name.
    Aliases(i32),
    /// `*`, spelled out.
    Star(Option<String>),
    /// Relations (all kinds), with their schemas.
    Relations(i32),
    Joins,
    JoinConditions,
    /// Columns that the last relation shares with the others.
    Shared,
    Types,
    Values,
    Object(Object, i32),
    /// What a schema holds, for the name behind its dot.
    InSchema(usize, Inside),
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
    pub(super) used: Vec<Used>,
    pub(super) wants: Vec<Want>,
    /// Keywords are offered in capitals.
    pub(super) capitals: bool,
}

/// The scope of the statement under the cursor.
pub(super) fn scope(request: &Request<'_>, tokens: &[Token], word: &Word) -> Scope {
    let dialect = request.catalog.dialect;
    let span = statement(request.text, tokens, request.cursor, dialect);
    let from = tokens.partition_point(|t| (t.start as usize) < span.start);
    let to = tokens.partition_point(|t| (t.start as usize) < span.end);
    Scope::new(
        request.text,
        &tokens[from..to.max(from)],
        word.replace.clone(),
        dialect,
    )
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
            used: Vec::new(),
            wants: Vec::new(),
            capitals: capitals(request, tokens, word),
        };
        if word.form == Form::Nothing {
            return context;
        }
        if word.form == Form::Command {
            context.wants = vec![Want::Commands, Want::Arguments];
            return context;
        }
        let resolver = context.resolver();
        let (visible, used) = (resolver.visible(), evidence::used(&resolver));
        context.visible = visible;
        context.used = used;
        context.decide();
        context
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
            parts.insert(0, self.name(at - 2));
            at -= 2;
        }
        parts
    }

    /// The parenthesis around the hole, if it belongs to the hole's own query.
    pub(super) fn paren(&self) -> Option<usize> {
        let start = self.scope.blocks.get(self.scope.block)?.span.start;
        self.scope.opener(self.scope.hole).filter(|o| *o >= start)
    }

    /// Whether an operand comes next, rather than what follows one.
    pub(super) fn operand_wanted(&self) -> bool {
        let Some(at) = self.before(1) else {
            return true;
        };
        match self.scope.kind(at) {
            Some(TokenKind::LeftParen | TokenKind::Comma | TokenKind::LeftBracket) => true,
            Some(TokenKind::Operator) if self.item(at) == "*" => {
                let star = self.kind_before(2);
                let head = matches!(
                    star,
                    None | Some(TokenKind::LeftParen | TokenKind::Comma | TokenKind::Dot)
                );
                !head && !self.prev_at(2, &["select", "distinct", "all", "returning"])
            }
            Some(TokenKind::Operator) => true,
            Some(TokenKind::Word) => self.is(at, OPERAND_AFTER),
            _ => false,
        }
    }
}

/// Words behind which an operand comes.
const OPERAND_AFTER: &[&str] = &[
    "select",
    "distinct",
    "distinctrow",
    "all",
    "where",
    "and",
    "or",
    "not",
    "on",
    "having",
    "by",
    "when",
    "then",
    "else",
    "case",
    "in",
    "like",
    "ilike",
    "between",
    "set",
    "returning",
    "limit",
    "offset",
    "values",
    "using",
    "from",
    "to",
    "escape",
    "rlike",
    "regexp",
    "glob",
    "xor",
    "div",
    "mod",
    "any",
    "some",
    "exists",
    "default",
    "check",
    "binary",
    "separator",
    "variadic",
    "similar",
    "interval",
    "both",
    "leading",
    "trailing",
    "match",
    "qualify",
    "update",
    "sql_calc_found_rows",
    "is",
];

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
    let dialect = request.catalog.dialect;
    let keywords = tokens
        .iter()
        .filter(|t| t.kind == TokenKind::Word)
        .take(400)
        .map(|t| t.text(request.text))
        .filter(|w| crate::sql::keywords::find(dialect.keywords, w).is_some_and(|k| k.reserved));
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

// ---- the decision --------------------------------------------------------------------------------

/// What a keyword place is worth where keywords are what fits.
const NEXT: i32 = 700;
/// Keywords beside columns and functions.
const BESIDE: i32 = 330;

impl Context<'_> {
    fn decide(&mut self) {
        match self.word.form {
            Form::Literal => return self.wants.push(Want::Values),
            Form::Variable => return self.wants.push(Want::Object(Object::Settings, 0)),
            _ => {}
        }
        let qualifier = self.qualifier();
        if !qualifier.is_empty() {
            return self.qualified(&qualifier);
        }
        if self.kind_before(1) == Some(TokenKind::Dot) {
            return;
        }
        if self.kind_before(1) == Some(TokenKind::Cast) {
            self.wants.push(Want::Types);
            return;
        }
        if self.scope.clause == Clause::None && patterns::apply(self) {
            self.wants.push(Want::AnyKeyword);
            return;
        }
        if self.after_word() {
            return;
        }
        self.by_clause();
        self.wants.push(Want::AnyKeyword);
    }

    /// Places that the word before the cursor decides, whatever the clause.
    fn after_word(&mut self) -> bool {
        let by = "group|order|partition|cluster";
        let is_by = self.before(1).is_some_and(|i| {
            by.split('|').any(|w| self.is(i, &[w])) && self.scope.clause != Clause::None
        });
        if self.prev(&["as"]) {
            self.after_as();
        } else if is_by && !self.prev_at(2, &["within"]) {
            self.words(places::BY, NEXT);
        } else if self.prev(&["is"]) {
            self.words(places::AFTER_IS, NEXT);
        } else if self.prev(&["not"]) && self.prev_at(2, &["is"]) {
            self.words(places::AFTER_IS_NOT, NEXT);
        } else if self.prev(&["distinct"]) && self.prev_at(2, &["is", "not"]) {
            self.words(places::DISTINCT_FROM, NEXT);
        } else if self.prev(&["nulls"]) {
            self.words(places::NULLS, NEXT);
        } else if self.prev(&["collate"]) {
            self.wants.push(Want::Object(Object::Collations, 0));
        } else if self.prev(&["left", "right", "full"]) && self.in_from() {
            self.words(places::JOIN, NEXT);
        } else if self.prev(&["inner", "cross", "outer"]) && self.in_from() {
            self.words(places::JOIN_ONLY, NEXT);
        } else if self.prev(&["natural"]) && self.in_from() {
            self.words(places::NATURAL, NEXT);
        } else if self.prev(&["exists"]) && self.kind_before(1) == Some(TokenKind::Word) {
            self.words(places::QUERY, BESIDE);
        } else if self.prev(&["interval"]) && self.dialect.name == "postgres" {
            return true;
        } else {
            return false;
        }
        true
    }

    fn in_from(&self) -> bool {
        matches!(self.scope.clause, Clause::From | Clause::On | Clause::Using)
    }

    /// AS names things, begins the body of a CTE or a view, or a type in CAST.
    fn after_as(&mut self) {
        let cast = self
            .paren()
            .is_some_and(|o| o > 0 && self.is(o - 1, &["cast", "try_cast"]));
        if cast {
            self.wants.push(Want::Types);
        } else if matches!(self.scope.clause, Clause::None | Clause::With) {
            self.words(places::QUERY, NEXT);
            self.words(
                &[("MATERIALIZED", P | S), ("NOT MATERIALIZED", P | S)],
                BESIDE,
            );
        }
    }

    fn by_clause(&mut self) {
        if self.scope.expects_relation {
            return self.relation();
        }
        if let Some(open) = self.paren() {
            if self.in_paren(open) {
                return;
            }
        }
        match self.scope.clause {
            Clause::None => self.outside(),
            Clause::With => self.with(),
            Clause::Select => self.select(),
            Clause::From | Clause::Using => self.from(),
            Clause::On => self.condition(places::AFTER_ON, true),
            Clause::Where => self.condition(places::AFTER_WHERE, false),
            Clause::Having => self.having(),
            Clause::Group => self.group(),
            Clause::Order => self.order(),
            Clause::Limit => self.limit(),
            Clause::Set => self.set(),
            Clause::Into | Clause::Columns => self.target(),
            Clause::Values => self.values(),
            Clause::Conflict => self.conflict(),
            Clause::Returning => self.select(),
            Clause::Window => self.window(),
        }
    }

    /// No clause yet: the start of a statement, or one that no pattern knows.
    fn outside(&mut self) {
        let first =
            self.scope.hole == 0 || self.prev(&["explain", "analyze"]) && self.scope.hole < 3;
        let paren = self.kind_before(1) == Some(TokenKind::LeftParen);
        let block = &self.scope.blocks[self.scope.block];
        let inner = block.parent.is_some();
        if inner && block.span.start == self.scope.hole {
            self.words(places::QUERY, NEXT);
        } else if self.prev(&["union", "except", "intersect", "minus"]) || self.prev(&["all"]) {
            self.words(places::SET_OPERATION, NEXT);
        } else if block.kind == BlockKind::Delete {
            self.words(places::DELETE_HEAD, NEXT);
        } else if first {
            self.words(places::STATEMENTS, NEXT);
            if self.scope.hole == 0 && self.word.typed.is_empty() {
                self.wants.push(Want::Commands);
            }
        } else if self.prev(&["with", "recursive"]) {
            self.words(&[("RECURSIVE", A)], NEXT);
        } else if block.clauses.iter().any(|c| c.0 == Clause::With) {
            self.words(places::AFTER_CTE, NEXT);
        } else if block.kind == BlockKind::Other && !paren {
            self.expression(places::OPERAND, 0);
        } else {
            self.words(places::QUERY, NEXT);
            self.expression(places::OPERAND, 0);
        }
    }

    fn with(&mut self) {
        match self.kind_before(1) {
            Some(TokenKind::RightParen) => self.words(places::AFTER_CTE, NEXT),
            Some(TokenKind::LeftParen) => self.words(places::CTE_BODY, NEXT),
            _ if self.prev(&["with"]) => self.words(&[("RECURSIVE", A)], BESIDE),
            Some(TokenKind::Comma) => {}
            _ => self.words(&[("AS", A)], NEXT),
        }
    }

    fn select(&mut self) {
        if self.operand_wanted() {
            let head = self.prev(&["select"]);
            self.expression(
                if head {
                    places::SELECT_HEAD
                } else {
                    places::OPERAND
                },
                0,
            );
            if head || self.kind_before(1) == Some(TokenKind::Comma) {
                self.wants.push(Want::Star(None));
            }
            return;
        }
        if self.case_tail() {
            return;
        }
        if self.star_before() {
            self.wants.push(Want::Star(self.star_owner()));
        }
        let call = self.kind_before(1) == Some(TokenKind::RightParen);
        self.words(places::AFTER_ITEM, NEXT);
        if call {
            self.words(places::AFTER_CALL, NEXT - 10);
        }
        self.words(places::OPERATORS, BESIDE);
    }

    fn star_before(&self) -> bool {
        self.word.replace.is_empty()
            && self.before(1).is_some_and(|i| {
                self.item(i) == "*" && self.scope.items[i].end == self.word.replace.start
            })
    }

    fn star_owner(&self) -> Option<String> {
        (self.kind_before(2) == Some(TokenKind::Dot)).then(|| self.name(self.scope.hole - 3))
    }

    /// Columns, functions and what else an operand may be.
    pub(super) fn expression(&mut self, words: &'static [Row], offset: i32) {
        if self.visible.is_empty() {
            self.wants.push(Want::AnyColumns);
        } else {
            self.wants.push(Want::Columns(offset));
        }
        self.wants.push(Want::Functions(0));
        self.wants.push(Want::Aliases(0));
        self.words(words, BESIDE);
        self.wants.push(Want::Values);
    }

    fn relation(&mut self) {
        let update = self.prev(&["update"]);
        let insert = self.scope.clause == Clause::Into;
        let joins =
            self.prev(&["join", "straight_join"]) && !self.prev_at(2, &["cross", "natural"]);
        self.wants.push(Want::Relations(0));
        if update {
            return self.words(places::UPDATE_HEAD, BESIDE);
        }
        if insert {
            return;
        }
        if joins {
            self.wants.push(Want::Joins);
        }
        self.wants.push(Want::TableFunctions(0));
        let paren = self.kind_before(1) == Some(TokenKind::LeftParen);
        self.words(
            places::RELATION_HEAD,
            if paren { NEXT } else { BESIDE - 60 },
        );
    }

    /// Behind a relation in FROM.
    fn from(&mut self) {
        let block = &self.scope.blocks[self.scope.block];
        let hole = self.scope.hole;
        let last = block
            .relations
            .iter()
            .filter(|r| r.place < hole)
            .max_by_key(|r| r.place);
        let joined = last.is_some_and(|r| !r.conditioned && r.joined && self.was_joined(r.place));
        match block.kind {
            BlockKind::Update
                if !block
                    .clauses
                    .iter()
                    .any(|c| c.0 == Clause::Set && c.1 < hole) =>
            {
                self.words(places::AFTER_UPDATED, NEXT);
                if joined {
                    self.words(places::AFTER_JOINED, NEXT + 60);
                }
            }
            BlockKind::Delete => {
                self.words(places::AFTER_DELETED, NEXT);
            }
            _ if joined => {
                self.words(places::AFTER_JOINED, NEXT + 60);
                self.words(places::AFTER_RELATION, NEXT - 100);
            }
            _ => self.words(places::AFTER_RELATION, NEXT),
        }
    }

    /// Whether JOIN stands before that relation, and the kind of join wants a condition.
    fn was_joined(&self, place: usize) -> bool {
        let mut at = place;
        while at > 0 && self.is(at - 1, &["lateral", "only"]) {
            at -= 1;
        }
        at > 0
            && self.is(at - 1, &["join", "straight_join"])
            && !(at > 1 && self.is(at - 2, &["cross", "natural"]))
    }

    fn condition(&mut self, after: &'static [Row], join: bool) {
        if self.operand_wanted() {
            if join {
                self.wants.push(Want::JoinConditions);
            }
            return self.expression(places::CONDITION, 0);
        }
        self.condition_tail(after);
    }

    /// Behind an operand of a condition.
    fn condition_tail(&mut self, after: &'static [Row]) {
        if self.case_tail() {
            return;
        }
        match self.compared() {
            Compared::Between => self.words(places::BETWEEN_AND, NEXT + 60),
            Compared::Yes => {
                self.words(places::CONNECT, NEXT);
                self.words(after, NEXT - 10);
                self.words(places::OPERATORS, BESIDE);
            }
            Compared::No => {
                self.words(places::COMPARE, NEXT);
                self.words(after, NEXT - 60);
            }
        }
    }

    fn having(&mut self) {
        if self.operand_wanted() {
            self.wants.push(Want::Outputs);
            return self.expression(places::CONDITION, 0);
        }
        self.condition_tail(places::AFTER_HAVING);
    }

    fn group(&mut self) {
        if self.operand_wanted() {
            self.wants.push(Want::Outputs);
            return self.expression(places::GROUP_HEAD, 0);
        }
        self.words(places::AFTER_GROUP, NEXT);
        self.words(places::OPERATORS, BESIDE - 100);
    }

    fn order(&mut self) {
        if self.operand_wanted() {
            self.wants.push(Want::Outputs);
            return self.expression(places::OPERAND, 0);
        }
        if self.case_tail() {
            return;
        }
        if self.prev(&["asc", "desc", "last", "first"]) {
            return self.words(places::AFTER_DIRECTION, NEXT);
        }
        self.words(places::AFTER_ORDER, NEXT);
        self.words(places::OPERATORS, BESIDE - 100);
    }

    fn limit(&mut self) {
        if self.prev(&["limit", "offset", "fetch"]) {
            self.words(places::LIMIT_HEAD, BESIDE);
        } else if self.prev(&["for"]) {
            self.words(places::LOCKING, NEXT);
        } else {
            self.words(places::AFTER_LIMIT, NEXT);
        }
    }

    fn set(&mut self) {
        let target = self.prev(&["set"]) || self.kind_before(1) == Some(TokenKind::Comma);
        if target {
            let targets = self.own_relations();
            self.wants.push(Want::ColumnsOf(targets));
            if self.visible.len() > 1 {
                self.wants.push(Want::Aliases(0));
            }
        } else if self.operand_wanted() {
            self.expression(places::OPERAND, 0);
        } else if !self.case_tail() {
            let name_only = self.before(2).is_some_and(|i| self.is(i, &["set"]))
                || self.kind_before(2) == Some(TokenKind::Comma);
            if !name_only {
                self.words(places::AFTER_SET, NEXT);
                self.words(places::OPERATORS, BESIDE);
            }
        }
    }

    /// The relations that the hole's own query names.
    fn own_relations(&self) -> Vec<usize> {
        let own = self.visible.iter().enumerate();
        own.filter(|(_, v)| v.level == 0).map(|(i, _)| i).collect()
    }

    fn target(&mut self) {
        let block = &self.scope.blocks[self.scope.block];
        if self.prev(&[
            "insert",
            "merge",
            "replace",
            "ignore",
            "delayed",
            "low_priority",
            "high_priority",
        ]) {
            let merge = block.kind == BlockKind::Merge;
            self.words(
                if merge {
                    places::MERGE_HEAD
                } else {
                    places::INSERT_HEAD
                },
                NEXT,
            );
        } else if self.prev(&["or"]) {
            self.words(
                &[
                    ("REPLACE INTO", S),
                    ("IGNORE INTO", S),
                    ("ABORT INTO", S),
                    ("FAIL INTO", S),
                    ("ROLLBACK INTO", S),
                ],
                NEXT,
            );
        } else if self.prev(&["default"]) {
            self.words(&[("VALUES", A)], NEXT);
        } else {
            self.words(places::AFTER_TARGET, NEXT);
        }
    }

    fn values(&mut self) {
        if self.kind_before(1) == Some(TokenKind::RightParen) {
            self.words(places::AFTER_VALUES, NEXT);
        } else if self.kind_before(1) != Some(TokenKind::Comma) && !self.prev(&["values"]) {
            self.words(places::AFTER_VALUES, NEXT);
        }
    }

    fn conflict(&mut self) {
        if self.prev(&["on"]) {
            self.words(places::ON_INSERT, NEXT);
        } else if self.prev(&["duplicate"]) {
            self.words(places::DUPLICATE, NEXT);
        } else if self.prev(&["key"]) {
            self.words(&[("UPDATE", A)], NEXT);
        } else if self.prev(&["do"]) {
            self.words(places::CONFLICT_DO, NEXT);
        } else if self.prev(&["update"]) {
            if self.dialect.name == "mysql" {
                let own = self.own_relations();
                return self.wants.push(Want::ColumnsOf(own));
            }
            self.words(&[("SET", A)], NEXT);
        } else if self.prev(&["nothing"]) {
            self.words(&[("RETURNING", A)], NEXT);
        } else if self.prev(&["conflict"]) {
            self.words(places::AFTER_CONFLICT, NEXT);
        } else if self.dialect.name == "mysql" && self.operand_wanted() {
            let own = self.own_relations();
            if self.kind_before(1) == Some(TokenKind::Comma) {
                return self.wants.push(Want::ColumnsOf(own));
            }
            self.expression(places::OPERAND, 0);
        } else {
            self.words(places::AFTER_CONFLICT, NEXT);
        }
    }

    fn window(&mut self) {
        match self.kind_before(1) {
            Some(TokenKind::RightParen) => self.words(places::AFTER_HAVING, NEXT),
            _ if self.prev(&["window"]) => {}
            _ => self.words(&[("AS", A)], NEXT),
        }
    }

    // ---- inside parentheses ------------------------------------------------------------------

    /// Whether the parenthesis at `open` decided what is wanted.
    fn in_paren(&mut self, open: usize) -> bool {
        let direct = open + 1 == self.scope.hole;
        let before = |words: &[&str]| open > 0 && self.is(open - 1, words);
        if before(&["over"]) || self.scope.clause == Clause::Window && before(&["as"]) {
            self.window_spec(open);
        } else if before(&["filter"]) {
            if direct {
                self.words(places::FILTER, NEXT + 100);
            } else {
                self.condition(&[], false);
            }
        } else if before(&["exists"]) && direct {
            self.words(places::QUERY, NEXT + 200);
        } else if before(&["extract"]) && direct {
            self.words(places::FIELDS, NEXT);
        } else if self.scope.clause == Clause::Using {
            self.wants.push(Want::Shared);
        } else if self.scope.clause == Clause::Columns
            || self.scope.clause == Clause::Conflict && before(&["conflict"])
        {
            let own = self.own_relations();
            self.wants.push(Want::ColumnsOf(own));
            if direct && self.scope.clause == Clause::Columns {
                self.words(&[("SELECT", A)], BESIDE);
            }
        } else if self.scope.clause == Clause::Values || before(&["values"]) {
            self.value_row();
        } else if self.scope.clause == Clause::With {
            self.with();
        } else if open > 0 && self.calls(open - 1) {
            self.argument(open, direct);
        } else {
            self.plain_paren(open, direct);
        }
        true
    }

    /// Whether the item before a parenthesis is a function's name.
    fn calls(&self, i: usize) -> bool {
        match self.scope.kind(i) {
            Some(TokenKind::QuotedName) => true,
            Some(TokenKind::Word) => !self.is(i, NO_CALLS),
            _ => false,
        }
    }

    fn value_row(&mut self) {
        if !self.operand_wanted() {
            return self.words(places::OPERATORS, BESIDE);
        }
        self.words(
            &[
                ("NULL", A),
                ("DEFAULT", P | M),
                ("TRUE", A),
                ("FALSE", A),
                ("CURRENT_TIMESTAMP", A),
                ("CURRENT_DATE", A),
                ("SELECT", A),
                ("ARRAY", P),
                ("INTERVAL", P | M),
                ("CAST", A),
                ("CASE", A),
                ("ROW", P),
            ],
            NEXT,
        );
        self.wants.push(Want::Functions(0));
        self.wants.push(Want::Values);
    }

    fn window_spec(&mut self, open: usize) {
        let inside = open + 1..self.scope.hole;
        let has = |word: &str| inside.clone().any(|i| self.is(i, &[word]));
        let (partition, order) = (has("partition"), has("order"));
        if self.prev(&[
            "between",
            "preceding",
            "following",
            "row",
            "rows",
            "range",
            "groups",
            "unbounded",
            "current",
        ]) || self.prev(&["and"])
        {
            self.words(places::FRAME, NEXT);
        } else if open + 1 == self.scope.hole {
            self.words(places::WINDOW_SPEC, NEXT);
        } else if self.operand_wanted() {
            self.expression(places::OPERAND, 0);
        } else if order {
            self.words(places::AFTER_WINDOW_ORDER, NEXT);
        } else if partition {
            self.words(places::AFTER_PARTITION, NEXT);
        } else {
            self.words(places::WINDOW_SPEC, NEXT);
        }
    }

    fn argument(&mut self, open: usize, direct: bool) {
        if self.operand_wanted() {
            let words = if direct {
                places::ARGUMENT_HEAD
            } else {
                places::OPERAND
            };
            self.expression(words, 0);
            let counts = self.is(open - 1, &["count"]);
            if direct && counts {
                self.wants.push(Want::Word("*", NEXT + 200));
            }
            return;
        }
        if self.case_tail() {
            return;
        }
        if self.prev(&["asc", "desc"]) {
            return self.words(places::AFTER_DIRECTION, NEXT);
        }
        self.words(places::AFTER_ARGUMENT, NEXT);
        self.words(places::COMPARE, BESIDE);
        self.words(&[("DESC", A), ("ASC", A), ("LIMIT", M)], BESIDE - 50);
    }

    fn plain_paren(&mut self, open: usize, direct: bool) {
        if direct {
            let after_in = open > 0 && self.is(open - 1, &["in", "any", "all", "some", "array"]);
            let as_query = open > 0 && self.is(open - 1, &["as", "lateral", "exists"]);
            let fit = match () {
                () if as_query => NEXT + 100,
                () if after_in => NEXT,
                () => BESIDE + 100,
            };
            self.words(places::QUERY, fit);
            if as_query {
                return;
            }
        }
        let condition = matches!(
            self.scope.clause,
            Clause::Where | Clause::On | Clause::Having
        );
        if self.operand_wanted() {
            self.expression(
                if condition {
                    places::CONDITION
                } else {
                    places::OPERAND
                },
                0,
            );
        } else if condition {
            self.condition_tail(&[]);
        } else if !self.case_tail() {
            self.words(places::COMPARE, BESIDE);
            self.words(&[("UNION ALL", A), ("UNION", A)], BESIDE - 50);
        }
    }

    // ---- CASE and comparisons ----------------------------------------------------------------

    /// Inside CASE the state of it decides what follows an operand.
    fn case_tail(&mut self) -> bool {
        let (mut depth, mut parens, mut state) = (0usize, 0usize, None);
        for i in (0..self.scope.hole).rev() {
            match self.scope.kind(i) {
                Some(TokenKind::RightParen) => parens += 1,
                Some(TokenKind::LeftParen) if parens == 0 => break,
                Some(TokenKind::LeftParen) => parens -= 1,
                Some(TokenKind::Word) if parens == 0 => {
                    if self.is(i, &["end"]) {
                        depth += 1;
                    } else if self.is(i, &["case"]) {
                        if depth == 0 {
                            state = state.or(Some("case"));
                            break;
                        }
                        depth -= 1;
                    } else if depth == 0 {
                        let word = ["when", "then", "else"]
                            .into_iter()
                            .find(|w| self.is(i, &[w]));
                        state = state.or(word);
                        if self.is(i, &["select", "from", "where", "having", "by"]) {
                            return false;
                        }
                    }
                }
                _ => {}
            }
        }
        let closed = state.is_some() && !self.in_case();
        match state {
            _ if closed => return false,
            Some("case") => self.words(places::WHEN, NEXT + 60),
            Some("when") => {
                let rows = match self.compared() {
                    Compared::No => places::COMPARE,
                    Compared::Between => places::BETWEEN_AND,
                    Compared::Yes => places::THEN,
                };
                self.words(rows, NEXT + 60);
                self.words(places::THEN, NEXT);
            }
            Some("then") => self.words(places::AFTER_THEN, NEXT + 60),
            Some(_) => self.words(places::END, NEXT + 60),
            None => return false,
        }
        true
    }

    /// Whether a CASE before the hole is not ended before it, in the same parenthesis.
    fn in_case(&self) -> bool {
        let from = self.scope.opener(self.scope.hole).map_or(0, |o| o + 1);
        let (mut open, mut i) = (0i32, from);
        while i < self.scope.hole {
            if self.scope.kind(i) == Some(TokenKind::LeftParen) {
                i = self.scope.close(i);
            } else if self.is(i, &["case"]) {
                open += 1;
            } else if self.is(i, &["end"]) {
                open -= 1;
            }
            i += 1;
        }
        open > 0
    }

    /// How far the condition before the hole has come.
    fn compared(&self) -> Compared {
        let mut parens = 0usize;
        let mut after_and = false;
        for i in (0..self.scope.hole).rev() {
            match self.scope.kind(i) {
                Some(TokenKind::RightParen) => parens += 1,
                Some(TokenKind::LeftParen) if parens == 0 => break,
                Some(TokenKind::LeftParen) => parens -= 1,
                _ if parens > 0 => {}
                Some(TokenKind::Operator) if !after_and && is_comparison(self.item(i)) => {
                    return Compared::Yes;
                }
                Some(TokenKind::Word) => {
                    if self.is(i, &["between"]) {
                        return if after_and {
                            Compared::Yes
                        } else {
                            Compared::Between
                        };
                    }
                    if self.is(
                        i,
                        &["or", "where", "on", "having", "when", "select", "set", "by"],
                    ) {
                        break;
                    }
                    if self.is(i, &["and"]) {
                        if after_and {
                            break;
                        }
                        after_and = true;
                    } else if !after_and && self.is(i, COMPARING) {
                        return Compared::Yes;
                    }
                }
                _ => {}
            }
        }
        Compared::No
    }

    // ---- behind a dot ------------------------------------------------------------------------

    fn qualified(&mut self, parts: &[String]) {
        let Some(last) = parts.last() else {
            return;
        };
        let relations = self.scope.expects_relation;
        if parts.len() == 1 && !relations {
            let seen: Vec<usize> = self.matching(last);
            let excluded =
                self.scope.clause == Clause::Conflict || self.scope.clause == Clause::Set;
            if !seen.is_empty() {
                self.wants.push(Want::Qualified(seen));
                if self.kind_before(3) == Some(TokenKind::Comma) || self.prev_at(3, &["select"]) {
                    self.wants.push(Want::Star(Some(last.clone())));
                }
                return;
            }
            if excluded && last.eq_ignore_ascii_case("excluded") {
                let own = self.own_relations();
                return self.wants.push(Want::ColumnsOf(own));
            }
        }
        if parts.len() >= 2 && !relations {
            let target = Want::Target(Some(parts[parts.len() - 2].clone()), last.clone());
            self.wants.push(target);
        }
        if let Some(schema) = self.catalog.schema_id(last) {
            return self.in_schema(schema);
        }
        if parts.len() == 1 && !relations {
            match self.scope.clause {
                Clause::None => self.wants.push(Want::Target(None, last.clone())),
                _ => self.wants.push(Want::Guess(last.clone())),
            }
        }
    }

    /// The nearest relations in sight that are called so.
    fn matching(&self, name: &str) -> Vec<usize> {
        let found = self.visible.iter().enumerate();
        let found: Vec<(usize, i32)> = found
            .filter(|(_, v)| same(v.source.shown(), name, self.dialect))
            .map(|(i, v)| (i, v.level))
            .collect();
        let nearest = found.iter().map(|f| f.1).min();
        found
            .iter()
            .filter(|f| Some(f.1) == nearest)
            .map(|f| f.0)
            .collect()
    }

    fn in_schema(&mut self, schema: usize) {
        let names = self.qualifier().len() * 2;
        let inside = match self.scope.clause {
            _ if self.scope.expects_relation => Inside::Relations,
            Clause::None if self.prev_at(names + 1, &["call"]) => Inside::Procedures,
            Clause::None
                if self.prev_at(names + 1, &["type"])
                    || self.kind_before(names + 1) == Some(TokenKind::Cast) =>
            {
                Inside::Types
            }
            Clause::None if self.prev_at(names + 1, &["function", "procedure", "routine"]) => {
                Inside::Functions
            }
            Clause::None => Inside::Relations,
            _ if self.kind_before(names + 1) == Some(TokenKind::Cast) => Inside::Types,
            _ => Inside::Both,
        };
        self.wants.push(Want::InSchema(schema, inside));
    }

    /// The items of this statement, for the patterns.
    pub(super) fn items(&self) -> &[Item] {
        &self.scope.items
    }

    /// The relation that a DDL or utility statement names behind one of these words.
    pub(super) fn named_after(&self, words: &[&str]) -> Option<Name> {
        let at = (0..self.scope.hole).rev().find(|&i| self.is(i, words))?;
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    No,
    /// BETWEEN without its AND.
    Between,
    Yes,
}

/// Words that compare.
const COMPARING: &[&str] = &[
    "in", "like", "ilike", "is", "regexp", "rlike", "glob", "similar", "isnull", "notnull",
    "exists", "overlaps", "match",
];

/// Words before a parenthesis that call nothing.
const NO_CALLS: &[&str] = &[
    "in",
    "values",
    "exists",
    "and",
    "or",
    "not",
    "on",
    "using",
    "as",
    "over",
    "filter",
    "any",
    "all",
    "some",
    "select",
    "from",
    "where",
    "by",
    "then",
    "else",
    "when",
    "case",
    "lateral",
    "table",
    "into",
    "key",
    "unique",
    "check",
    "with",
    "distinct",
    "having",
    "limit",
    "offset",
    "set",
    "returning",
    "union",
    "except",
    "intersect",
    "between",
    "like",
    "is",
    "join",
    "array",
    "sets",
];

fn is_comparison(operator: &str) -> bool {
    !matches!(
        operator,
        "+" | "-" | "*" | "/" | "%" | "||" | "->" | "->>" | "#>" | "#>>" | "^" | "&" | "|"
    )
}
