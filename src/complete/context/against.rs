//! The column that the value at the cursor belongs to.

use super::Context;
use crate::catalog::Column;
use crate::sql::TokenKind;
use crate::sql::names::{same, unquote};
use crate::sql::scope::Clause;

pub(super) const COMPARISONS: &[&str] = &["=", "<>", "!=", "==", "<=>", "<", ">", "<=", ">="];

impl<'a> Context<'a> {
    /// The column on the other side of the comparison or assignment, or that the INSERT puts here.
    pub(super) fn find_against(&self) -> Option<Column<'a>> {
        if self.scope.clause == Clause::Values {
            return self.inserted();
        }
        let mut at = self.scope.hole.checked_sub(1)?;
        if let Some(open) = (self.paren()).filter(|o| *o > 0 && self.is(o - 1, &["in"])) {
            at = open - 1;
        }
        if self.is(at, &["when"]) {
            at = self.cased(at)?;
        } else if self.is(at, &["and"]) {
            at = self.between(at)?;
        } else if self.is(at, &["in", "like", "ilike", "between"]) {
            at = at.checked_sub(1)?;
            if self.is(at, &["not"]) {
                at = at.checked_sub(1)?;
            }
        } else if COMPARISONS.contains(&self.item(at)) {
            at = at.checked_sub(1)?;
        } else {
            return None;
        }
        self.column_at(at)
    }

    /// The column that item `at` names, maybe behind its qualifier.
    pub(super) fn column_at(&self, at: usize) -> Option<Column<'a>> {
        let kind = self.scope.kind(at);
        if !matches!(kind, Some(TokenKind::Word | TokenKind::QuotedName)) {
            return None;
        }
        let name = unquote(self.item(at), self.dialect);
        let dotted = at >= 2 && self.scope.kind(at - 1) == Some(TokenKind::Dot);
        let owner = dotted.then(|| unquote(self.item(at - 2), self.dialect));
        let named = |shown: &str| owner.as_ref().is_none_or(|o| same(shown, o, self.dialect));
        self.visible
            .iter()
            .filter(|v| named(v.source.shown()))
            .flat_map(|v| v.columns.iter())
            .find(|c| same(&c.name, &name, self.dialect))
            .and_then(|c| c.column)
    }

    /// `column BETWEEN 1 AND |`: the item of the column.
    fn between(&self, and: usize) -> Option<usize> {
        let word = (and.saturating_sub(6)..and)
            .rev()
            .find(|&i| self.is(i, &["between", "and", "or"]))?;
        let at = word.checked_sub(1)?;
        let not = self.is(at, &["not"]);
        self.is(word, &["between"]).then(|| at - usize::from(not))
    }

    /// The column of the INSERT list (or of the table) at the place of the cursor.
    fn inserted(&self) -> Option<Column<'a>> {
        let open = self.paren()?;
        let place = self.argument_number(open);
        let block = &self.scope.blocks[self.scope.block];
        let target = self.visible.iter().find(|v| v.level == 0)?;
        let listed = block.clauses.iter().find(|c| c.0 == Clause::Columns);
        let Some((_, list)) = listed else {
            return target.columns.get(place)?.column;
        };
        let parts = self.scope.list(list + 1..self.scope.close(*list));
        let name = unquote(self.item(parts.get(place)?.start), self.dialect);
        let column = target
            .columns
            .iter()
            .find(|c| same(&c.name, &name, self.dialect));
        column.and_then(|c| c.column)
    }

    /// `CASE column WHEN |`: the item of the column.
    fn cased(&self, when: usize) -> Option<usize> {
        let case = (0..when).rev().find(|&i| self.is(i, &["case", "end"]))?;
        let first = (case..when).find(|&i| self.is(i, &["when"]));
        let first = first.unwrap_or(when);
        let simple = first == case + 2 || first == case + 4;
        (self.is(case, &["case"]) && simple).then(|| first - 1)
    }
}
