//! How far a condition or a CASE has come, read backwards from the cursor.

use super::super::class::{Class, class};
use super::super::columns::Visible;
use super::super::places;
use super::Context;
use super::clauses::NEXT;
use crate::sql::TokenKind;
use crate::sql::scope::Clause;

impl Context<'_> {
    /// Inside CASE the state of it decides what follows an operand.
    pub(super) fn case_tail(&mut self) -> bool {
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
    pub(super) fn in_case(&self) -> bool {
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
    pub(super) fn compared(&self) -> Compared {
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
}

impl Context<'_> {
    /// Whether the ON before the cursor says that a column of the last relation is one of another,
    /// and no key between them has a column that is still to be said.
    pub(super) fn joins_done(&self) -> bool {
        if self.scope.clause != Clause::On || self.paren().is_some() {
            return false;
        }
        let on = (0..self.scope.hole).rev().find(|&i| self.is(i, &["on"]));
        let Some(on) = on else {
            return false;
        };
        let name = |i: usize| self.scope.is_name(i, self.text, self.dialect);
        let equal =
            (on..self.scope.hole).any(|i| self.item(i) == "=" && name(i - 1) && name(i + 1));
        equal && !self.key_is_open(on)
    }

    /// Whether a key of several columns between the last relation and another is said in part.
    fn key_is_open(&self, on: usize) -> bool {
        let before = |v: &&Visible<'_>| v.level == 0 && v.source.place < on;
        let mut own: Vec<&Visible<'_>> = self.visible.iter().filter(before).collect();
        own.sort_by_key(|v| v.source.place);
        let Some((last, others)) = own.split_last() else {
            return false;
        };
        others.iter().any(|other| {
            let (Some(a), Some(b)) = (last.relation, other.relation) else {
                return false;
            };
            self.catalog.keys_between(a, b).any(|key| {
                let (ours, theirs) = match key.from == a {
                    true => (key.from_columns, key.to_columns),
                    false => (key.to_columns, key.from_columns),
                };
                let said = ours.iter().zip(theirs.iter()).filter(|(ours, theirs)| {
                    let one = format!("{}.{ours}", last.source.shown());
                    self.says(&one, &format!("{}.{theirs}", other.source.shown()))
                });
                let said = said.count();
                said > 0 && said < ours.len()
            })
        })
    }

    /// How a column of that type is compared, the likeliest first.
    pub(super) fn comparisons(&self) -> &'static [places::Row] {
        let Some(column) = self.before(1).and_then(|at| self.column_at(at)) else {
            return &[];
        };
        let outer = (0..self.scope.hole).any(|i| self.is(i, &["left", "right", "full"]));
        match class(column.type_name) {
            Class::Number if column.primary_key || self.refers(column.name) => places::COMPARE_KEY,
            Class::Number if column.nullable || outer => places::COMPARE_NUMBER,
            Class::Number => places::COMPARE_NUMBER_NOT_NULL,
            Class::Date if column.nullable || outer => places::COMPARE_DATE,
            Class::Date => places::COMPARE_NUMBER_NOT_NULL,
            Class::Text if column.nullable || outer => places::COMPARE_TEXT,
            Class::Text => places::COMPARE_TEXT_NOT_NULL,
            Class::Boolean | Class::Other => &[],
        }
    }

    /// Whether a relation in sight has a foreign key with that column.
    fn refers(&self, column: &str) -> bool {
        self.visible.iter().filter_map(|v| v.relation).any(|id| {
            let mut keys = self.catalog.keys_of(id).filter(|k| k.from == id);
            keys.any(|k| k.from_columns.iter().any(|c| c == column))
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    No,
    /// BETWEEN without its AND.
    Between,
    Yes,
}

/// Functions whose value is a date.
const DATES: &[&str] = &[
    "now",
    "date_trunc",
    "curdate",
    "date",
    "current_timestamp",
    "current_date",
    "date_sub",
    "date_add",
    "to_date",
    "to_timestamp",
    "make_date",
    "localtimestamp",
    "sysdate",
];

impl Context<'_> {
    /// Behind `date + ` and `date - `, and for the second argument of MySQL's `date_add`.
    pub(super) fn adds_to_date(&self) -> bool {
        let Some(operator) = self.before(1) else {
            return false;
        };
        if self.scope.kind(operator) == Some(TokenKind::Comma) {
            let open = self.paren().filter(|o| *o > 0);
            let shifts = ["date_add", "date_sub", "adddate", "subdate"];
            return open.is_some_and(|o| self.is(o - 1, &shifts) && self.argument_number(o) == 1);
        }
        let Some(left) = operator.checked_sub(1) else {
            return false;
        };
        if !matches!(self.item(operator), "+" | "-") {
            return false;
        }
        if self.scope.kind(left) == Some(TokenKind::RightParen) {
            let open = (0..left).rev().find(|&i| {
                self.scope.kind(i) == Some(TokenKind::LeftParen) && self.scope.close(i) == left
            });
            return open.is_some_and(|o| o > 0 && self.is(o - 1, DATES));
        }
        let dated = |c: crate::catalog::Column<'_>| class(c.type_name) == Class::Date;
        self.is(left, DATES) || self.column_at(left).is_some_and(dated)
    }
}

/// Words that compare.
const COMPARING: &[&str] = &[
    "in", "like", "ilike", "is", "regexp", "rlike", "glob", "similar", "isnull", "notnull",
    "exists", "overlaps", "match",
];

fn is_comparison(operator: &str) -> bool {
    !matches!(
        operator,
        "+" | "-" | "*" | "/" | "%" | "||" | "->" | "->>" | "#>" | "#>>" | "^" | "&" | "|"
    )
}
