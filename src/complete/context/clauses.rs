//! The decision: what each clause wants at the cursor.

use super::super::class::{Class, class};
use super::super::patterns::{self, Object};
use super::super::places::{self, A, Row};
use super::super::word::Form;
use super::conditions::Compared;
use super::{Context, Want};
use crate::sql::TokenKind;
use crate::sql::scope::{BlockKind, Clause};

/// What a keyword place is worth where keywords are what fits.
pub(super) const NEXT: i32 = 700;
/// Keywords beside columns and functions.
pub(super) const BESIDE: i32 = 330;

impl Context<'_> {
    pub(super) fn decide(&mut self) {
        match self.word.form {
            Form::Literal => return self.wants.push(Want::Values),
            Form::Variable => return self.wants.push(Want::Object(Object::Settings, 0)),
            Form::SessionVariable => return self.wants.push(Want::SessionVariables),
            Form::Interpolated => return self.wants.push(Want::Variables),
            _ => {}
        }
        let qualifier = self.qualifier();
        if !qualifier.is_empty() {
            return self.qualified(&qualifier);
        }
        if self.kind_before(1) == Some(TokenKind::Dot) {
            return self.of_parenthesized();
        }
        if self.kind_before(1) == Some(TokenKind::Cast) {
            self.wants.push(Want::Types);
            return;
        }
        if self.in_body() {
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

    pub(super) fn by_clause(&mut self) {
        if self.scope.expects_relation {
            return self.relation();
        }
        if let Some(open) = self.paren()
            && self.in_paren(open)
        {
            return;
        }
        if self.merge_turns() && self.merge_state() {
            return;
        }
        match self.scope.clause {
            Clause::None => self.outside(),
            Clause::With => self.with(),
            Clause::Select => self.select(),
            Clause::From | Clause::Using => self.from(),
            Clause::On => self.condition(places::AFTER_ON, true),
            Clause::Where => self.condition(places::AFTER_WHERE, self.joins_in_where()),
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
    pub(super) fn outside(&mut self) {
        let first =
            self.scope.hole == 0 || self.prev(&["explain", "analyze"]) && self.scope.hole < 3;
        let paren = self.kind_before(1) == Some(TokenKind::LeftParen);
        let block = &self.scope.blocks[self.scope.block];
        let inner = block.parent.is_some();
        if inner && block.span.start == self.scope.hole {
            let cte = paren && self.prev_at(2, &["as", "materialized"]) && block.skips_parent;
            let rows = if cte { places::CTE_BODY } else { places::QUERY };
            self.words(rows, NEXT);
        } else if self.prev(&["union", "except", "intersect", "minus"]) || self.prev(&["all"]) {
            self.words(places::SET_OPERATION, NEXT);
        } else if block.kind == BlockKind::Delete {
            if self.dialect.name == "mysql" {
                self.wants.push(Want::Aliases(NEXT));
            }
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

    pub(super) fn with(&mut self) {
        match self.kind_before(1) {
            Some(TokenKind::RightParen) => self.words(places::AFTER_CTE, NEXT),
            Some(TokenKind::LeftParen) => self.words(places::CTE_BODY, NEXT),
            _ if self.prev(&["with"]) => self.words(&[("RECURSIVE", A)], BESIDE),
            Some(TokenKind::Comma) => {}
            _ => self.words(&[("AS", A)], NEXT),
        }
    }

    pub(super) fn select(&mut self) {
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
            if head {
                self.words(places::DISTINCT, NEXT - 222);
            }
            if self.scope.clause == Clause::Returning {
                self.returned();
            }
            if head || self.kind_before(1) == Some(TokenKind::Comma) {
                self.wants.push(Want::Star(None));
            }
            return;
        }
        if self.case_tail() {
            return;
        }
        if self.prev(&["into"]) {
            return self.words(places::SELECT_INTO, NEXT);
        }
        if self.star_before() {
            self.wants.push(Want::Star(self.star_owner()));
        }
        let call = self.kind_before(1) == Some(TokenKind::RightParen);
        if self.prev(&["over"]) {
            return self.wants.push(Want::Windows);
        }
        self.words(places::AFTER_ITEM, NEXT);
        if call && self.window_call() {
            self.words(places::OVER, NEXT + 60);
        } else if call {
            self.words(places::AFTER_CALL, NEXT - 10);
        }
        self.words(places::OPERATORS, BESIDE);
    }

    /// What RETURNING knows beside the columns: the row before and after the change.
    fn returned(&mut self) {
        let merges = self.scope.blocks[self.scope.block].kind == BlockKind::Merge;
        self.words(places::RETURNED, BESIDE - 20);
        if merges {
            self.words(places::MERGE_ACTION, NEXT - 40);
        }
    }

    /// Whether the call before the cursor is of a function that needs OVER.
    fn window_call(&self) -> bool {
        let close = self.scope.hole - 1;
        let open = (0..close).rev().find(|&i| {
            self.scope.kind(i) == Some(TokenKind::LeftParen) && self.scope.close(i) == close
        });
        open.is_some_and(|o| o > 0 && self.is(o - 1, places::WINDOW_FUNCTIONS))
    }

    pub(super) fn star_before(&self) -> bool {
        self.word.replace.is_empty()
            && self.before(1).is_some_and(|i| {
                self.item(i) == "*" && self.scope.items[i].end == self.word.replace.start
            })
    }

    pub(super) fn star_owner(&self) -> Option<String> {
        (self.kind_before(2) == Some(TokenKind::Dot)).then(|| self.name(self.scope.hole - 3))
    }

    /// Columns, functions and what else an operand may be.
    pub(super) fn expression(&mut self, words: &'static [Row], offset: i32) {
        if !self.visible.iter().any(|v| v.level == 0) {
            self.wants.push(Want::AnyColumns);
        }
        self.wants.push(Want::Columns(offset));
        if self.prev(&["case"]) {
            self.words(places::WHEN, NEXT + 60);
        }
        self.wants.push(Want::Functions(0));
        self.wants.push(Want::Aliases(0));
        if !self.word.typed.is_empty() {
            self.wants.push(Want::Schemas(-200));
        }
        self.words(words, BESIDE);
        if self.prev(&["not"]) {
            self.words(places::EXISTS, NEXT);
        }
        if self.adds_to_date() {
            self.words(places::INTERVAL, NEXT + 120);
        } else if self
            .against
            .is_some_and(|c| class(c.type_name) == Class::Date)
        {
            self.words(places::MOMENTS, NEXT - 40);
        }
        self.wants.push(Want::Values);
        self.wants.push(Want::Locals);
    }

    pub(super) fn relation(&mut self) {
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

    /// `UPDATE … FROM` and `DELETE … USING` have their join condition in WHERE.
    fn joins_in_where(&self) -> bool {
        let kind = self.scope.blocks[self.scope.block].kind;
        let several = self.own_relations().len() > 1;
        several && matches!(kind, BlockKind::Update | BlockKind::Delete) && self.prev(&["where"])
    }

    /// Behind a relation in FROM.
    pub(super) fn from(&mut self) {
        if self.after_relation_word() {
            return;
        }
        self.wants.push(Want::NewAlias);
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
            BlockKind::Merge => self.words(places::MERGED_ON, NEXT),
            _ if joined => {
                self.words(places::AFTER_JOINED, NEXT + 60);
                self.words(places::AFTER_RELATION, NEXT - 100);
            }
            _ => self.words(places::AFTER_RELATION, NEXT),
        }
    }

    /// Whether JOIN stands before that relation, and the kind of join wants a condition.
    pub(super) fn was_joined(&self, place: usize) -> bool {
        let mut at = place;
        while at > 0 && self.is(at - 1, &["lateral", "only"]) {
            at -= 1;
        }
        at > 0
            && self.is(at - 1, &["join", "straight_join"])
            && !(at > 1 && self.is(at - 2, &["cross", "natural"]))
    }

    pub(super) fn condition(&mut self, after: &'static [Row], join: bool) {
        if self.merge_state() {
            return;
        }
        if self.operand_wanted() {
            if join && self.kind_before(1) != Some(TokenKind::Operator) {
                self.wants.push(Want::JoinConditions);
            }
            return self.expression(places::CONDITION, 0);
        }
        self.condition_tail(after);
    }

    /// Behind an operand of a condition.
    pub(super) fn condition_tail(&mut self, after: &'static [Row]) {
        if self.case_tail() {
            return;
        }
        match self.compared() {
            Compared::Between => self.words(places::BETWEEN_AND, NEXT + 60),
            Compared::Yes => {
                // A join that says how the rows belong together is done.
                let done = if self.joins_done() { 14 } else { -10 };
                self.words(places::CONNECT, NEXT);
                self.words(places::CONNECT_OR, NEXT - 22);
                self.words(after, NEXT + done);
                self.words(places::OPERATORS, BESIDE);
            }
            Compared::No => {
                self.words(self.comparisons(), NEXT + 20);
                self.words(places::COMPARE, NEXT);
                self.words(after, NEXT - 60);
            }
        }
    }

    pub(super) fn having(&mut self) {
        if self.operand_wanted() {
            // PostgreSQL does not know the names that SELECT gives.
            if self.dialect.name != "postgres" {
                self.wants.push(Want::Outputs);
            }
            return self.expression(places::CONDITION, 0);
        }
        self.condition_tail(places::AFTER_HAVING);
    }

    pub(super) fn group(&mut self) {
        if self.operand_wanted() {
            self.wants.push(Want::Outputs);
            return self.expression(places::GROUP_HEAD, 0);
        }
        self.words(places::AFTER_GROUP, NEXT);
        self.words(places::OPERATORS, BESIDE - 100);
    }

    pub(super) fn order(&mut self) {
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

    pub(super) fn limit(&mut self) {
        if self.prev(&["into"]) && self.dialect.name == "mysql" {
            self.words(places::OUTFILE, NEXT);
        } else if self.prev(&["first", "next"]) {
            self.words(places::FETCHED, NEXT);
        } else if self.kind_before(1) == Some(TokenKind::Number)
            && self.prev_at(2, &["first", "next"])
        {
            self.words(places::FETCHED_ROWS, NEXT);
        } else if self.prev(&["fetch"]) {
            self.words(places::FETCH_HEAD, NEXT);
        } else if self.prev(&["limit", "offset"]) {
            self.words(places::LIMIT_HEAD, BESIDE);
        } else if self.prev(&["for"]) {
            self.words(places::LOCKING, NEXT);
        } else {
            self.words(places::AFTER_LIMIT, NEXT);
        }
    }

    pub(super) fn set(&mut self) {
        let target = self.prev(&["set"]) || self.kind_before(1) == Some(TokenKind::Comma);
        if target {
            self.assigned();
        } else if self.operand_wanted() {
            self.expression(places::OPERAND, 0);
            let inserts = self.scope.blocks[self.scope.block].kind == BlockKind::Insert;
            if inserts && self.dialect.name != "mysql" {
                self.wants.push(Want::Excluded);
            }
        } else if !self.case_tail() {
            if self.merge_state() {
                return;
            }
            let name_only = self.before(2).is_some_and(|i| self.is(i, &["set"]))
                || self.kind_before(2) == Some(TokenKind::Comma);
            if !name_only {
                self.words(places::AFTER_SET, NEXT);
                self.words(places::OPERATORS, BESIDE);
            }
        }
    }

    /// The columns that SET can assign to: MySQL updates several relations at once.
    pub(super) fn assigned(&mut self) {
        let own = self.own_relations();
        if self.dialect.name == "mysql" && own.len() > 1 {
            self.wants.push(Want::Columns(0));
            return self.wants.push(Want::Aliases(0));
        }
        let first = own
            .into_iter()
            .min_by_key(|i| self.visible[*i].source.place);
        self.wants
            .push(Want::ColumnsOf(first.into_iter().collect()));
    }

    /// The relations that the hole's own query names.
    pub(super) fn own_relations(&self) -> Vec<usize> {
        let own = self.visible.iter().enumerate();
        own.filter(|(_, v)| v.level == 0).map(|(i, _)| i).collect()
    }

    pub(super) fn window(&mut self) {
        match self.kind_before(1) {
            Some(TokenKind::RightParen) => self.words(places::AFTER_HAVING, NEXT),
            _ if self.prev(&["window"]) => {}
            _ => self.words(&[("AS", A)], NEXT),
        }
    }
}
