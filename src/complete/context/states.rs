//! Statements that go on in steps: MERGE, bodies of routines and triggers, hints behind relations.

use super::super::patterns::{Object, known};
use super::super::places;
use super::clauses::{BESIDE, NEXT};
use super::{Context, Want};
use crate::sql::TokenKind;
use crate::sql::names::unquote;
use crate::sql::scope::{BlockKind, Clause};

impl Context<'_> {
    /// How far `WHEN [NOT] MATCHED THEN …` of a MERGE has come; false elsewhere.
    pub(super) fn merge_state(&mut self) -> bool {
        if self.scope.blocks[self.scope.block].kind != BlockKind::Merge || self.paren().is_some() {
            return false;
        }
        let hole = self.scope.hole;
        let when = (0..hole).rev().find(|&i| self.is(i, &["when"]));
        let Some(when) = when else {
            if self.operand_wanted() || self.scope.clause != Clause::On {
                return false;
            }
            self.words(places::MERGE_WHEN, NEXT + 20);
            self.condition_tail(&[]);
            return true;
        };
        let not = self.is(when + 1, &["not"]);
        let then = (when..hole).rev().find(|&i| self.is(i, &["then"]));
        match then {
            _ if when + 1 == hole => self.words(places::MERGE_MATCHED, NEXT),
            _ if self.prev(&["not"]) && not => self.words(places::MERGE_MATCHED, NEXT),
            None if self.prev(&["by"]) => self.words(places::MERGE_BY, NEXT),
            None if self.operand_wanted() => return false,
            None if self.prev(&["matched", "source", "target"]) => {
                self.words(places::MERGE_THEN, NEXT);
            }
            None => {
                self.words(places::MERGE_THEN, NEXT + 10);
                self.condition_tail(&[]);
            }
            Some(then) if then + 1 == hole && not => self.words(places::MERGE_INSERT, NEXT),
            Some(then) if then + 1 == hole => self.words(places::MERGE_UPDATE, NEXT),
            Some(_) if self.prev(&["do"]) => self.words(places::MERGE_NOTHING, NEXT),
            Some(_) if self.prev(&["insert", ")"]) || not && self.closes() => {
                self.words(places::MERGE_VALUES, NEXT);
            }
            Some(_) if self.prev(&["delete", "nothing"]) || self.closes() => {
                self.words(places::MERGE_WHEN, NEXT);
            }
            Some(_) if self.prev(&["update"]) => self.words(places::MERGE_SET, NEXT),
            Some(_) => {
                self.words(places::MERGE_WHEN, NEXT - 60);
                return false;
            }
        }
        true
    }

    /// Whether WHEN, THEN and the like decide what follows in a MERGE, whatever the clause.
    pub(super) fn merge_turns(&self) -> bool {
        let merges = self.scope.blocks[self.scope.block].kind == BlockKind::Merge;
        let by = self.prev(&["by"]) && self.prev_at(2, &["matched"]);
        let turn = by
            || self.prev(&["when", "matched", "then", "do", "source", "target"])
            || self.prev(&["not"]) && self.prev_at(2, &["when"]);
        merges && turn && !self.in_case()
    }

    fn closes(&self) -> bool {
        self.kind_before(1) == Some(TokenKind::RightParen)
    }

    /// Where a statement of a routine's or a trigger's body begins, or one of its own goes on.
    pub(super) fn in_body(&mut self) -> bool {
        let procedural = self.request.body.procedural;
        let creates = self.is(0, &["create"])
            && (1..7).any(|i| self.is(i, &["trigger", "procedure", "function", "event"]))
            && (1..self.scope.hole).any(|i| self.is(i, &["begin"]));
        let handler = self.is(0, &["declare"]) && self.dialect.name == "mysql";
        if !procedural && !creates && !handler {
            return false;
        }
        if procedural && self.declares() {
            return true;
        }
        let start = match self.kind_before(1) {
            None | Some(TokenKind::Semicolon) => true,
            _ => self.prev(&["begin", "then", "else", "loop", "atomic"]) && !self.in_case(),
        };
        if start && (procedural || creates) {
            self.words(places::BODY_STATEMENTS, NEXT);
            self.words(places::STATEMENTS, NEXT - 200);
            self.wants.push(Want::Locals);
            return true;
        }
        let rows = known_follower(self);
        if rows.is_empty() {
            if procedural {
                self.words(places::BODY_TAILS, NEXT - 500);
            }
            return false;
        }
        self.words(rows, NEXT + 40);
        let condition = self.prev(&["return", "if", "elsif", "while", "perform", "in"]);
        !condition
    }

    /// DECLARE wants a name, then a type.
    fn declares(&mut self) -> bool {
        let hole = self.scope.hole;
        let Some(at) = (0..hole).rev().find(|&i| self.is(i, &["declare", "begin"])) else {
            return false;
        };
        if !self.is(at, &["declare"]) {
            return false;
        }
        let start = (at..hole)
            .rev()
            .find(|&i| i == at || self.scope.kind(i) == Some(TokenKind::Semicolon));
        match hole - start.unwrap_or(at) {
            1 => self.words(places::BEGIN, NEXT),
            2 => {
                self.wants.push(Want::Types);
                self.words(places::DECLARED, NEXT - 300);
            }
            _ => return false,
        }
        true
    }

    /// Hints of MySQL, INDEXED BY of SQLite, TABLESAMPLE and FOR UPDATE OF of PostgreSQL.
    pub(super) fn after_relation_word(&mut self) -> bool {
        if self.prev(&["tablesample"]) {
            self.words(places::SAMPLES, NEXT);
        } else if self.prev(&["use", "force", "ignore"]) && self.dialect.name == "mysql" {
            self.words(places::INDEX_HINT, NEXT);
        } else if self.prev(&["for"]) && self.prev_at(2, &["index", "key"]) {
            self.words(places::HINT_FOR, NEXT);
        } else if self.prev(&["indexed"]) {
            self.words(places::BY, NEXT);
        } else if self.prev(&["by"]) && self.prev_at(2, &["indexed"]) {
            self.wants.push(Want::Object(Object::Indexes, 0));
        } else if self.prev(&["lock"]) && self.dialect.name == "mysql" {
            self.words(places::SHARE_MODE, NEXT);
        } else if self.prev(&["into"]) && self.dialect.name == "mysql" {
            self.words(places::OUTFILE, NEXT);
        } else if self.prev(&["of"]) && self.prev_at(2, &["update", "share"]) {
            self.wants.push(Want::Aliases(NEXT));
        } else {
            return false;
        }
        true
    }

    /// Words that only have one continuation, each where it has it.
    pub(super) fn second_word(&mut self) -> bool {
        let rows: &'static [places::Row] = match self.scope.clause {
            Clause::None => return self.updated_columns(),
            Clause::Group if self.prev(&["with"]) => places::ROLLUP,
            Clause::Group if self.prev(&["grouping"]) => places::SETS,
            Clause::Select if self.prev(&["distinct"]) && self.prev_at(2, &["select"]) => {
                self.words(places::ON, BESIDE);
                return false;
            }
            _ if self.prev(&["skip"]) && self.prev_at(2, &["update", "share"]) => places::LOCKED,
            Clause::From if self.prev(&["or"]) && self.prev_at(2, &["update"]) => places::OR_ELSE,
            Clause::From => return false,
            _ if self.prev(&["at"]) && self.kind_before(2).is_some() => places::TIME_ZONE,
            _ if self.prev(&["into"]) && self.request.body.procedural => {
                self.wants.push(Want::Locals);
                return true;
            }
            _ => return false,
        };
        self.words(rows, NEXT);
        known(rows, self.dialect.name).next().is_some()
    }

    /// `CREATE TRIGGER … UPDATE OF |`: the columns of the relation that is named behind ON.
    fn updated_columns(&mut self) -> bool {
        let creates = self.is(0, &["create"]) && (1..6).any(|i| self.is(i, &["trigger"]));
        let hole = self.scope.hole;
        if !creates || !(1..hole).rev().any(|i| self.is(i, &["of"])) {
            return false;
        }
        if !self.prev(&["of"]) && self.kind_before(1) != Some(TokenKind::Comma) {
            return false;
        }
        match self.named_within(hole..self.items().len(), &["on"]) {
            Some(name) => {
                let schema = name.qualifier().map(str::to_string);
                self.wants
                    .push(Want::Target(schema, name.last().to_string()));
            }
            None => self.wants.push(Want::AnyColumns),
        }
        true
    }

    /// Whether the parenthesis that closes there is that of `DISTINCT ON (…)`.
    pub(super) fn closes_distinct_on(&self, close: usize) -> bool {
        let opens = |o: &usize| {
            self.scope.kind(*o) == Some(TokenKind::LeftParen) && self.scope.close(*o) == close
        };
        let open = (2..close).rev().find(opens);
        open.is_some_and(|o| self.is(o - 1, &["on"]) && self.is(o - 2, &["distinct"]))
    }

    /// Behind `(…).`: the columns of the relation that is named there, or the fields of its type.
    pub(super) fn of_parenthesized(&mut self) {
        if self.kind_before(2) != Some(TokenKind::RightParen) {
            return;
        }
        let close = self.scope.hole - 2;
        let Some(name) = close.checked_sub(1) else {
            return;
        };
        let name = unquote(self.item(name), self.dialect).into_owned();
        let seen = self.matching(&name);
        if !seen.is_empty() {
            return self.wants.push(Want::Qualified(seen));
        }
        let columns = self.visible.iter().flat_map(|v| v.columns.iter());
        let column = columns.filter(|c| c.name == name).find_map(|c| c.column);
        if let Some(column) = column {
            self.wants.push(Want::Fields(column.type_name.to_string()));
        }
    }

    /// The number of the argument of the call around the hole, counted from 0.
    pub(in super::super) fn argument_number(&self, open: usize) -> usize {
        let inside = open + 1..self.scope.hole;
        inside
            .filter(|&i| {
                self.scope.kind(i) == Some(TokenKind::Comma) && self.scope.opener(i) == Some(open)
            })
            .count()
    }
}

/// What follows the word before the cursor in a body.
fn known_follower(cx: &Context<'_>) -> &'static [places::Row] {
    let found = places::BODY_FOLLOWERS
        .iter()
        .find(|(word, _)| cx.prev(&[word]))
        .map_or(&[][..], |(_, rows)| *rows);
    match known(found, cx.dialect.name).next() {
        Some(_) => found,
        None => &[],
    }
}
