//! What a list must give where something else says so: the other side of UNION, the columns of
//! INSERT, the column before `IN (SELECT`. And the list itself that the cursor stands in.

use super::super::evidence::Used;
use super::Context;
use crate::sql::TokenKind;
use crate::sql::names::{same, unquote};
use crate::sql::scope::{BlockKind, Clause, Output};

impl Context<'_> {
    /// The parentheses that are open at the cursor, inside its own query.
    pub(super) fn find_depth(&self) -> usize {
        let start = self.scope.blocks[self.scope.block].span.start;
        let kinds = (start..self.scope.hole).map(|i| self.scope.kind(i));
        kinds.fold(0usize, |depth, kind| match kind {
            Some(TokenKind::LeftParen) => depth + 1,
            Some(TokenKind::RightParen) => depth.saturating_sub(1),
            _ => depth,
        })
    }

    /// The equations `a.b = c.d` that stand before the cursor in its query.
    pub(super) fn find_said(&self) -> Vec<(String, String)> {
        if !matches!(self.scope.clause, Clause::From | Clause::On | Clause::Where) {
            return Vec::new();
        }
        let start = self.scope.blocks[self.scope.block].span.start;
        let dotted = |at: usize| {
            (self.scope.kind(at + 1) == Some(TokenKind::Dot))
                .then(|| format!("{}.{}", self.item(at), self.item(at + 2)))
        };
        (start..self.scope.hole)
            .filter(|&i| self.item(i) == "=" && i >= start + 3)
            .filter_map(|i| Some((dotted(i - 3)?, dotted(i + 1)?)))
            .collect()
    }

    /// Whether the query says already that two columns, with their relations, are equal.
    pub(in super::super) fn says(&self, one: &str, other: &str) -> bool {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        self.said
            .iter()
            .any(|(a, b)| same(a, one) && same(b, other) || same(a, other) && same(b, one))
    }

    /// Where the list of names around the cursor begins and ends: inside its parenthesis, behind
    /// the BY that stands there; `None` where the clause is the list.
    pub(super) fn find_list(&self) -> Option<(usize, usize)> {
        let open = self.paren()?;
        let (mut start, mut i) = (open, open + 1);
        while i < self.scope.hole {
            if self.scope.kind(i) == Some(TokenKind::LeftParen) {
                i = self.scope.close(i);
            } else if self.is(i, &["by"]) {
                start = i;
            }
            i += 1;
        }
        Some((start, self.scope.close(open)))
    }

    /// Whether a name stands in the list that the cursor stands in.
    pub(in super::super) fn in_list(&self, used: &Used) -> bool {
        used.depth == self.depth
            && match self.list {
                Some((start, end)) => used.item > start && used.item < end,
                None => used.clause == self.scope.clause,
            }
    }

    /// The names that are expected at this place of the select list.
    pub(super) fn find_expected(&self) -> Vec<String> {
        let block = &self.scope.blocks[self.scope.block];
        let start = block.span.start;
        if self.scope.clause != Clause::Select || self.depth > 0 || start == 0 {
            return Vec::new();
        }
        let number = self.output_number();
        let mut before = start - 1;
        while before > 0 && self.is(before, &["all", "distinct"]) {
            before -= 1;
        }
        if self.is(before, &["union", "except", "intersect", "minus"]) {
            return self.other_side_of(before, number);
        }
        if self.scope.kind(before) == Some(TokenKind::LeftParen) && number == 0 {
            return self.compared_with(before);
        }
        let parent = block.parent.map(|p| &self.scope.blocks[p]);
        let Some(insert) = parent.filter(|p| p.kind == BlockKind::Insert) else {
            return Vec::new();
        };
        let columns = insert.clauses.iter().find(|c| c.0 == Clause::Columns);
        let Some((_, list)) = columns else {
            return Vec::new();
        };
        let parts = self.scope.list(list + 1..self.scope.close(*list));
        parts
            .get(number)
            .map(|part| unquote(self.item(part.start), self.dialect).into_owned())
            .into_iter()
            .collect()
    }

    /// The number of the item of the select list, counted from 0.
    fn output_number(&self) -> usize {
        let block = &self.scope.blocks[self.scope.block];
        let list = self.scope.clause_items(block, Clause::Select);
        let start = list.map_or(self.scope.hole, |l| l.start);
        self.scope
            .list(start..self.scope.hole + 1)
            .len()
            .saturating_sub(1)
    }

    fn other_side_of(&self, operation: usize, number: usize) -> Vec<String> {
        let side = self
            .scope
            .blocks
            .iter()
            .position(|b| b.clauses.contains(&(Clause::None, operation)));
        let outputs = side.map(|s| self.scope.outputs(s, self.text, self.dialect));
        match outputs.unwrap_or_default().into_iter().nth(number) {
            // `x AS y` is what the column is called; what it is made of stands first.
            Some(Output::Named(name, items)) if items.len() <= 3 => {
                let last = items.end.saturating_sub(1);
                let made_of = unquote(self.item(last), self.dialect).into_owned();
                vec![made_of, name]
            }
            Some(Output::Named(name, _)) => vec![name],
            _ => Vec::new(),
        }
    }

    /// `column IN (SELECT |`: that name, and what foreign keys of the column point at.
    fn compared_with(&self, open: usize) -> Vec<String> {
        let Some(mut at) = open.checked_sub(1) else {
            return Vec::new();
        };
        if !self.is(at, &["in", "any", "some", "all"]) && self.item(at) != "=" {
            return Vec::new();
        }
        while at > 0 && (self.is(at, &["in", "any", "some", "all", "not"]) || self.item(at) == "=")
        {
            at -= 1;
        }
        if !self.scope.is_name(at, self.text, self.dialect) {
            return Vec::new();
        }
        let name = unquote(self.item(at), self.dialect).into_owned();
        let mut found = Vec::new();
        for id in self.visible.iter().filter_map(|v| v.relation) {
            for key in self.catalog.keys_of(id) {
                let pairs = key.from_columns.iter().zip(key.to_columns.iter());
                for (from, to) in pairs {
                    for (own_id, own, other) in [(key.from, from, to), (key.to, to, from)] {
                        if own_id == id && same(own, &name, self.dialect) && found.len() < 8 {
                            found.push(other.to_string());
                        }
                    }
                }
            }
        }
        found.push(name);
        found
    }
}
