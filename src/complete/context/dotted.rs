//! Behind a dot: the columns of a relation, what a schema holds.

use super::super::places;
use super::clauses::NEXT;
use super::{Context, Inside, Want};
use crate::sql::TokenKind;
use crate::sql::names::{Name, same};
use crate::sql::scope::Clause;

impl Context<'_> {
    pub(super) fn qualified(&mut self, parts: &[String]) {
        let Some(last) = parts.last() else {
            return;
        };
        let relations = self.scope.expects_relation;
        if self.is(0, &["pragma"]) {
            return self.words(places::PRAGMAS, NEXT);
        }
        let row = ["new", "old"].iter().any(|r| last.eq_ignore_ascii_case(r));
        if row
            && parts.len() == 1
            && let Some(name) = self.trigger_relation()
        {
            let schema = name.qualifier().map(str::to_string);
            return self
                .wants
                .push(Want::Target(schema, name.last().to_string()));
        }
        if row && parts.len() == 1 && self.scope.clause == Clause::Returning {
            let own = self.own_relations();
            return self.wants.push(Want::ColumnsOf(own));
        }
        if row && parts.len() == 1 && self.request.body.procedural {
            return self.wants.push(Want::Guess(last.clone()));
        }
        if parts.len() == 1 && !relations {
            let seen: Vec<usize> = self.matching(last);
            let excluded =
                self.scope.clause == Clause::Conflict || self.scope.clause == Clause::Set;
            if !seen.is_empty() {
                self.wants.push(Want::Qualified(seen));
                if self.kind_before(3) == Some(TokenKind::Comma) || self.prev_at(3, &["select"]) {
                    self.wants.push(Want::Star(Some(last.clone())));
                }
                return;
            }
            if excluded && last.eq_ignore_ascii_case("excluded") {
                let own = self.own_relations();
                return self.wants.push(Want::ColumnsOf(own));
            }
        }
        if parts.len() >= 2 && !relations {
            let target = Want::Target(Some(parts[parts.len() - 2].clone()), last.clone());
            self.wants.push(target);
        }
        if let Some(schema) = self.catalog.schema_id(last) {
            return self.in_schema(schema);
        }
        if parts.len() == 1 && !relations {
            match self.scope.clause {
                Clause::None => self.wants.push(Want::Target(None, last.clone())),
                _ => self.wants.push(Want::Guess(last.clone())),
            }
        }
    }

    /// The relation of the trigger that the statement creates.
    fn trigger_relation(&self) -> Option<Name> {
        let creates = self.is(0, &["create"]) && (1..6).any(|i| self.is(i, &["trigger"]));
        let end = (0..self.scope.hole).find(|&i| self.is(i, &["for", "begin", "when"]));
        creates.then(|| self.named_within(0..end?, &["on"]))?
    }

    /// The nearest relations in sight that are called so.
    pub(super) fn matching(&self, name: &str) -> Vec<usize> {
        let found = self.visible.iter().enumerate();
        let found: Vec<(usize, i32)> = found
            .filter(|(_, v)| same(v.source.shown(), name, self.dialect))
            .map(|(i, v)| (i, v.level))
            .collect();
        let nearest = found.iter().map(|f| f.1).min();
        found
            .iter()
            .filter(|f| Some(f.1) == nearest)
            .map(|f| f.0)
            .collect()
    }

    pub(super) fn in_schema(&mut self, schema: usize) {
        let names = self.qualifier().len() * 2;
        let inside = match self.scope.clause {
            _ if self.scope.expects_relation => Inside::Relations,
            Clause::None if self.prev_at(names + 1, &["call"]) => Inside::Procedures,
            Clause::None
                if self.prev_at(names + 1, &["type"])
                    || self.kind_before(names + 1) == Some(TokenKind::Cast) =>
            {
                Inside::Types
            }
            Clause::None if self.prev_at(names + 1, &["function", "procedure", "routine"]) => {
                Inside::Functions
            }
            Clause::None => Inside::Relations,
            _ if self.kind_before(names + 1) == Some(TokenKind::Cast) => Inside::Types,
            _ => Inside::Both,
        };
        self.wants.push(Want::InSchema(schema, inside));
    }
}
