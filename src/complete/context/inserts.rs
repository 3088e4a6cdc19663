//! The clauses of INSERT: its target, its rows, and what happens when one is there already.

use super::super::places::{self, A, S};
use super::clauses::NEXT;
use super::{Context, Want};
use crate::sql::TokenKind;
use crate::sql::scope::BlockKind;

impl Context<'_> {
    pub(super) fn target(&mut self) {
        let block = &self.scope.blocks[self.scope.block];
        if block.kind == BlockKind::Merge && !self.prev(&["merge"]) {
            return self.words(places::AFTER_MERGED, NEXT);
        }
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

    pub(super) fn values(&mut self) {
        let row = self.kind_before(1) == Some(TokenKind::Comma) || self.prev(&["values"]);
        let query = self.scope.blocks[self.scope.block].kind == BlockKind::Select;
        match row {
            true => {}
            false if query => self.words(places::AFTER_ROW, NEXT),
            false => self.words(places::AFTER_VALUES, NEXT),
        }
    }

    pub(super) fn conflict(&mut self) {
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
        } else if self.prev(&["constraint"]) {
            self.wants.push(Want::Constraints);
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
}
