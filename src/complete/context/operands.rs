//! Whether an operand comes next.

use super::Context;
use crate::sql::TokenKind;

impl Context<'_> {
    /// Whether the operator there is the `?` that drivers put in for values: where an operand is
    /// wanted it asks for no key.
    pub(super) fn is_placeholder(&self, at: usize) -> bool {
        let text = self.item(at);
        if !text.ends_with('?') || self.dialect.name != "postgres" {
            return false;
        }
        text.len() > 1
            || at
                .checked_sub(1)
                .is_none_or(|before| match self.scope.kind(before) {
                    Some(TokenKind::Word) => self.is(before, OPERAND_AFTER),
                    Some(TokenKind::Operator | TokenKind::LeftParen | TokenKind::Comma) => true,
                    _ => false,
                })
    }

    /// Whether an operand comes next, rather than what follows one.
    pub(in super::super) fn operand_wanted(&self) -> bool {
        let Some(at) = self.before(1) else {
            return true;
        };
        match self.scope.kind(at) {
            Some(TokenKind::LeftParen | TokenKind::Comma | TokenKind::LeftBracket) => true,
            Some(TokenKind::Operator) if self.item(at) == "*" => {
                let star = self.kind_before(2);
                let head = matches!(
                    star,
                    None | Some(TokenKind::LeftParen | TokenKind::Comma | TokenKind::Dot)
                );
                !head && !self.prev_at(2, &["select", "distinct", "all", "returning"])
            }
            Some(TokenKind::Operator) => !self.is_placeholder(at),
            Some(TokenKind::Word) => self.is(at, OPERAND_AFTER),
            Some(TokenKind::RightParen) => self.closes_distinct_on(at),
            _ => false,
        }
    }
}

/// Words behind which an operand comes.
pub(super) const OPERAND_AFTER: &[&str] = &[
    "select",
    "distinct",
    "distinctrow",
    "all",
    "where",
    "and",
    "or",
    "not",
    "on",
    "having",
    "by",
    "when",
    "then",
    "else",
    "case",
    "in",
    "like",
    "ilike",
    "between",
    "set",
    "returning",
    "limit",
    "offset",
    "values",
    "using",
    "from",
    "to",
    "escape",
    "rlike",
    "regexp",
    "glob",
    "xor",
    "div",
    "mod",
    "any",
    "some",
    "exists",
    "default",
    "check",
    "binary",
    "separator",
    "variadic",
    "similar",
    "interval",
    "both",
    "leading",
    "trailing",
    "match",
    "qualify",
    "update",
    "sql_calc_found_rows",
    "is",
];
