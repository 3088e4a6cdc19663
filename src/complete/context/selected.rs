//! What the query selects: aggregates, plain columns or both.

use super::super::from::columns::AGGREGATES;
use super::Context;
use crate::sql::TokenKind;
use crate::sql::scope::Output;
use std::ops::Range;

/// What stands in the select list.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Selected {
    pub(in super::super) aggregates: bool,
    pub(in super::super) plain: bool,
}

impl Context<'_> {
    pub(in super::super) fn selected(&self) -> Selected {
        let mut selected = Selected::default();
        let outputs = self
            .scope
            .outputs(self.scope.block, self.text, self.dialect);
        for output in outputs {
            match output {
                Output::Named(_, items) | Output::Unnamed(items) => {
                    let name = |i| self.scope.is_name(i, self.text, self.dialect);
                    match self.aggregates(&items) {
                        true => selected.aggregates = true,
                        // Constants need no group.
                        false => selected.plain |= items.clone().any(name),
                    }
                }
                Output::Star(_) => selected.plain = true,
            }
        }
        selected
    }

    /// Whether an aggregate is called there that is no window function.
    fn aggregates(&self, items: &Range<usize>) -> bool {
        items.clone().any(|i| {
            let open = i + 1;
            self.scope.kind(open) == Some(TokenKind::LeftParen)
                && self.is(i, AGGREGATES)
                && !self.is(self.scope.close(open) + 1, &["over"])
        })
    }
}
