//! Places that the word before the cursor decides, whatever the clause.

use super::super::patterns::Object;
use super::super::places::{self, P, S};
use super::clauses::{BESIDE, NEXT};
use super::operands::OPERAND_AFTER;
use super::{Context, Want};
use crate::sql::TokenKind;
use crate::sql::scope::Clause;

impl Context<'_> {
    /// Places that the word before the cursor decides, whatever the clause.
    pub(super) fn after_word(&mut self) -> bool {
        let by = "group|order|partition|cluster";
        let is_by = self.before(1).is_some_and(|i| {
            by.split('|').any(|w| self.is(i, &[w])) && self.scope.clause != Clause::None
        });
        if self.second_word() {
            // Its rows are pushed.
        } else if self.prev(&["as"]) {
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
            self.words(places::COLLATIONS, NEXT);
            self.wants.push(Want::Object(Object::Collations, 0));
        } else if self.prev(&["left", "right", "full"]) && self.in_from() {
            self.words(places::JOIN, NEXT);
        } else if self.prev(&["inner", "cross", "outer"]) && self.in_from() {
            self.words(places::JOIN_ONLY, NEXT);
        } else if self.prev(&["natural"]) && self.in_from() {
            self.words(places::NATURAL, NEXT);
        } else if self.prev(&["not"]) && self.prev_at(2, &["if"]) {
            self.words(places::EXISTS, NEXT);
        } else if self.prev(&["not"]) && self.prev_at(2, &["as"]) {
            self.words(places::MATERIALIZED, NEXT);
        } else if self.prev(&["not"]) && self.negates() {
            let indexed = self.dialect.name == "sqlite" && self.scope.clause == Clause::From;
            let rows = if indexed {
                places::INDEXED
            } else {
                places::AFTER_NOT
            };
            self.words(rows, NEXT);
        } else if self.prev(&["on"]) && !self.in_from() && self.scope.clause != Clause::None {
            self.words(places::ON_INSERT, NEXT);
        } else if self.prev(&["for"]) && self.prev_at(2, &["index", "key"]) {
            self.words(places::HINT_FOR, NEXT);
        } else if self.prev(&["of"]) && self.prev_at(2, &["update", "share"]) {
            self.wants.push(Want::Aliases(NEXT));
        } else if self.prev_at(2, &["interval"]) && self.dialect.name == "mysql" {
            self.words(places::FIELDS, NEXT);
        } else if self.prev(&["for"]) && self.scope.clause != Clause::None && self.paren().is_none()
        {
            self.words(places::LOCKING, NEXT);
        } else if self.prev(&["update", "share"]) && self.locks() {
            self.words(places::AFTER_LOCKING, NEXT);
        } else if self.prev(&["exists"]) && self.kind_before(1) == Some(TokenKind::Word) {
            self.words(places::QUERY, BESIDE);
        } else {
            return self.prev(&["interval"]) && self.dialect.name == "postgres";
        }
        true
    }

    /// Whether the NOT before the cursor follows an operand: `a NOT | (…)`.
    pub(super) fn negates(&self) -> bool {
        match self.kind_before(2) {
            Some(TokenKind::Word) => !self.prev_at(2, OPERAND_AFTER),
            Some(kind) => {
                matches!(
                    kind,
                    TokenKind::QuotedName
                        | TokenKind::RightParen
                        | TokenKind::String
                        | TokenKind::Number
                )
            }
            None => false,
        }
    }

    /// `FOR UPDATE`, `FOR NO KEY UPDATE`, `FOR KEY SHARE`.
    pub(super) fn locks(&self) -> bool {
        self.prev_at(2, &["for"]) || self.prev_at(2, &["key"]) && self.prev_at(3, &["no", "for"])
    }

    pub(super) fn in_from(&self) -> bool {
        matches!(self.scope.clause, Clause::From | Clause::On | Clause::Using)
    }

    /// AS names things, begins the body of a CTE or a view, or a type in CAST.
    pub(super) fn after_as(&mut self) {
        let cast = self
            .paren()
            .is_some_and(|o| o > 0 && self.is(o - 1, &["cast", "try_cast"]));
        if cast && self.dialect.name == "mysql" {
            self.words(places::CAST_TYPES, NEXT);
        } else if cast {
            self.wants.push(Want::Types);
        } else if matches!(self.scope.clause, Clause::None | Clause::With) {
            self.words(places::QUERY, NEXT);
            let kinds: &[places::Row] = &[("MATERIALIZED", P | S), ("NOT MATERIALIZED", P | S)];
            if self.scope.clause == Clause::With {
                self.words(kinds, BESIDE);
            }
        } else if self.in_from() {
            self.wants.push(Want::NewAlias);
        }
    }
}
