//! Inside parentheses: calls, window specifications, value rows, subqueries to be.

use super::super::from::columns::AGGREGATES;
use super::super::patterns::Object;
use super::super::places::{self, A, M, P};
use super::clauses::{BESIDE, NEXT};
use super::{Context, Want};
use crate::sql::TokenKind;
use crate::sql::scope::{BlockKind, Clause};

impl Context<'_> {
    /// Whether the parenthesis at `open` decided what is wanted.
    pub(super) fn in_paren(&mut self, open: usize) -> bool {
        let direct = open + 1 == self.scope.hole;
        let before = |words: &[&str]| open > 0 && self.is(open - 1, words);
        if before(&["index", "key"]) && self.prev_at_open(open, &["use", "force", "ignore"]) {
            self.wants.push(Want::Object(Object::Indexes, 0));
        } else if before(&["raise"]) && direct && self.dialect.name == "sqlite" {
            self.words(places::RAISED, NEXT);
        } else if before(&["convert"]) && self.prev(&["using"]) {
            self.wants.push(Want::Object(Object::Charsets, 0));
        } else if before(&["over"]) || self.scope.clause == Clause::Window && before(&["as"]) {
            self.window_spec(open);
        } else if before(&["filter"]) {
            if direct {
                self.words(places::FILTER, NEXT + 100);
            } else {
                self.condition(&[], false);
            }
        } else if before(&["group"]) && self.prev_at_open(open, &["within"]) {
            self.within_group(direct);
        } else if before(&["exists"]) && direct {
            self.words(places::QUERY, NEXT + 200);
        } else if before(&["extract"]) && direct {
            self.words(places::FIELDS, NEXT);
        } else if before(&["extract"]) && open + 2 == self.scope.hole {
            self.words(places::DISTINCT_FROM, NEXT);
        } else if before(&["on"]) && open > 1 && self.is(open - 2, &["distinct"]) {
            self.distinct_on();
        } else if before(&["on"]) && direct && self.scope.clause == Clause::On {
            self.condition(&[], true);
        } else if self.scope.clause == Clause::Using {
            self.wants.push(Want::Shared);
        } else if self.scope.clause == Clause::Columns
            || self.scope.clause == Clause::Conflict && before(&["conflict"])
        {
            let own = self.own_relations();
            self.wants.push(Want::ColumnsOf(own));
            if self.star_before() {
                self.wants.push(Want::Star(None));
            }
            if direct && self.scope.clause == Clause::Columns {
                let query = self.query_follows(open);
                self.words(&[("SELECT", A)], if query { NEXT + 100 } else { BESIDE });
            }
        } else if self.merge_columns(open) {
            self.merged_columns();
        } else if before(&["values"]) && self.assigns_values(open) {
            let own = self.own_relations();
            self.wants.push(Want::ColumnsOf(own));
        } else if self.scope.clause == Clause::Values && !self.is_row(open) {
            self.words(places::AFTER_ROW, NEXT);
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

    fn prev_at_open(&self, open: usize, words: &[&str]) -> bool {
        open > 1 && self.is(open - 2, words)
            || open > 3
                && self.is(open - 2, &["join", "by"])
                && self.is(open - 3, &["for", "order", "group"])
    }

    /// `DISTINCT ON (…)` lists columns; what is computed is rare, and never an aggregate.
    fn distinct_on(&mut self) {
        if !self.operand_wanted() {
            return self.words(places::OPERATORS, BESIDE);
        }
        if !self.visible.iter().any(|v| v.level == 0) {
            self.wants.push(Want::AnyColumns);
        }
        self.wants.push(Want::Columns(0));
        self.wants.push(Want::Aliases(0));
        self.wants.push(Want::Functions(-250));
    }

    /// `percentile_cont(0.5) WITHIN GROUP (ORDER BY …)`
    fn within_group(&mut self, direct: bool) {
        if direct {
            self.words(places::ORDER_BY, NEXT + 100);
        } else if self.operand_wanted() {
            self.expression(places::OPERAND, 0);
        } else {
            self.words(places::AFTER_ORDER, NEXT);
        }
    }

    /// Whether the parenthesis holds a row of VALUES or a call in one, rather than all of VALUES.
    fn is_row(&self, open: usize) -> bool {
        let values = (open + 1..self.scope.hole).any(|i| self.is(i, &["values"]));
        !values || self.prev(&["values"]) || self.kind_before(1) == Some(TokenKind::Comma)
    }

    /// `VALUES(column)` in ON DUPLICATE KEY UPDATE, rather than the rows of the INSERT.
    fn assigns_values(&self, open: usize) -> bool {
        self.dialect.name == "mysql" && (0..open).any(|i| self.is(i, &["duplicate"]))
    }

    /// The column list of INSERT in a MERGE.
    fn merge_columns(&self, open: usize) -> bool {
        let merges = self.scope.blocks[self.scope.block].kind == BlockKind::Merge;
        merges && open > 0 && self.is(open - 1, &["insert"])
    }

    fn merged_columns(&mut self) {
        let own = self.own_relations();
        let first = own
            .into_iter()
            .min_by_key(|i| self.visible[*i].source.place);
        self.wants
            .push(Want::ColumnsOf(first.into_iter().collect()));
    }

    /// Whether the item before a parenthesis is a function's name.
    pub(in super::super) fn calls(&self, i: usize) -> bool {
        match self.scope.kind(i) {
            Some(TokenKind::QuotedName) => true,
            Some(TokenKind::Word) => !self.is(i, NO_CALLS),
            _ => false,
        }
    }

    pub(super) fn value_row(&mut self) {
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
        if self.scope.blocks[self.scope.block].kind == BlockKind::Merge {
            self.wants.push(Want::Columns(160));
            self.wants.push(Want::Aliases(0));
        }
        self.wants.push(Want::Functions(0));
        self.wants.push(Want::Values);
    }

    pub(super) fn window_spec(&mut self, open: usize) {
        let inside = open + 1..self.scope.hole;
        let has = |word: &str| inside.clone().any(|i| self.is(i, &[word]));
        let (partition, order) = (has("partition"), has("order"));
        let framed = inside
            .clone()
            .rev()
            .find(|&i| self.is(i, &["rows", "range", "groups"]));
        if let Some(frame) = framed {
            return self.frame(frame);
        }
        if self.kind_before(1) == Some(TokenKind::LeftParen) {
            self.wants.push(Want::Windows);
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

    /// Behind ROWS, RANGE or GROUPS: the bounds of the frame, and what it leaves out.
    fn frame(&mut self, at: usize) {
        let hole = self.scope.hole;
        let between = self.is(at + 1, &["between"]);
        let and = (at..hole).rev().find(|&i| self.is(i, &["and"]));
        let rows = match () {
            () if at + 1 == hole => places::FRAME_START,
            () if self.prev(&["exclude"]) => places::EXCLUDED,
            () if self.prev(&["no"]) && self.prev_at(2, &["exclude"]) => places::OTHERS,
            () if self.prev(&["unbounded"]) => places::UNBOUNDED,
            () if self.prev(&["current"]) => places::CURRENT,
            () if self.prev(&["between"]) => places::FRAME,
            () if self.prev(&["and"]) => places::FRAME_END,
            () if self.prev(&["preceding", "following", "row"]) && between && and.is_none() => {
                places::FRAME_AND
            }
            () if self.prev(&["preceding", "following", "row"]) => places::EXCLUDE,
            () if self.operand_wanted() => return self.expression(places::OPERAND, 0),
            () if and.is_some() => places::BOUND_END,
            () if between => places::UNBOUNDED,
            () => places::BOUND_START,
        };
        self.words(rows, NEXT);
    }

    pub(super) fn argument(&mut self, open: usize, direct: bool) {
        if self.operand_wanted() {
            let words = if direct {
                places::ARGUMENT_HEAD
            } else {
                places::OPERAND
            };
            self.expression(words, 0);
            self.wants.push(Want::ArgumentNames(open));
            self.wants.push(Want::ArgumentTexts(open));
            let counts = self.is(open - 1, &["count"]);
            if direct && counts {
                self.wants.push(Want::Word("*", NEXT + 200));
            }
            if direct && self.is(open - 1, AGGREGATES) {
                let fit = if counts { NEXT - 90 } else { NEXT - 250 };
                self.words(places::DISTINCT, fit);
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

    /// Whether what stands behind the cursor in the parenthesis is a query without its SELECT.
    pub(super) fn query_follows(&self, open: usize) -> bool {
        let mut i = self.scope.hole + 1;
        let end = self.scope.close(open);
        while i < end && !self.is(i, &["select"]) {
            if self.is(i, &["from"]) {
                return true;
            }
            i = match self.scope.kind(i) {
                Some(TokenKind::LeftParen) => self.scope.close(i) + 1,
                _ => i + 1,
            };
        }
        false
    }

    pub(super) fn plain_paren(&mut self, open: usize, direct: bool) {
        if direct {
            let after_in = open > 0 && self.is(open - 1, &["in", "any", "all", "some", "array"]);
            let as_query = open > 0 && self.is(open - 1, &["as", "lateral", "exists"]);
            let compared = open > 0 && super::against::COMPARISONS.contains(&self.item(open - 1));
            let listed = open > 0 && self.scope.kind(open - 1) == Some(TokenKind::Comma);
            let fit = match () {
                () if as_query || open == 0 || self.query_follows(open) => NEXT + 100,
                () if after_in => NEXT,
                () if compared || listed => NEXT + 40,
                () => BESIDE + 100,
            };
            self.words(places::QUERY, fit);
            if as_query || open == 0 {
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
}

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
