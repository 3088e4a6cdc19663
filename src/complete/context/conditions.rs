//! How far a condition or a CASE has come, read backwards from the cursor.

use super::super::class::{Class, class};
use super::super::places;
use super::Context;
use super::clauses::NEXT;
use crate::sql::TokenKind;

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
