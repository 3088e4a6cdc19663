//! The relations in sight with their columns: catalog relations, CTEs, derived tables, functions.

use super::places::ROW_COLUMNS;
use crate::catalog::{ArgumentMode, Catalog, Column, RelationId, Routine};
use crate::sql::TokenKind;
use crate::sql::names::{same, unquote};
use crate::sql::scope::{Clause, Cte, Output, Scope, Source, SourceKind};
use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

/// A relation that the cursor sees.
#[derive(Debug, Clone)]
pub(super) struct Visible<'a> {
    pub(super) source: &'a Source,
    pub(super) relation: Option<RelationId>,
    pub(super) columns: Vec<Col<'a>>,
    /// 0 for the query of the cursor, 1 for the one around it …
    pub(super) level: i32,
}

/// One column of a relation in sight.
#[derive(Debug, Clone)]
pub(super) struct Col<'a> {
    pub(super) name: Cow<'a, str>,
    /// Where it comes from, when that is known.
    pub(super) column: Option<Column<'a>>,
}

/// Reads the columns of sources.
pub(super) struct Resolver<'a> {
    pub(super) text: &'a str,
    pub(super) scope: &'a Scope,
    pub(super) catalog: &'a Catalog,
    pub(super) path: Vec<usize>,
    /// Columns that may still be looked at: CTEs that name each other could multiply.
    pub(super) budget: Cell<usize>,
}

/// Queries inside queries whose columns are followed.
const MAX_DEPTH: usize = 8;
/// Columns looked at for one answer.
pub(super) const BUDGET: usize = 20_000;

/// Gives the columns the names that stand behind an alias.
fn rename<'a>(columns: &mut Vec<Col<'a>>, names: &'a [String]) {
    for (i, name) in names.iter().enumerate() {
        let name = Cow::Borrowed(name.as_str());
        match columns.get_mut(i) {
            Some(column) => column.name = name,
            None => columns.push(Col { name, column: None }),
        }
    }
}

type Columns<'a> = (Option<RelationId>, Vec<Col<'a>>);

impl<'a> Resolver<'a> {
    /// Every relation in sight at the hole, nearest query first.
    pub(super) fn visible(&self) -> Vec<Visible<'a>> {
        let mut found = Vec::new();
        for (level, block) in self.scope.visible_blocks().enumerate() {
            let index = self
                .scope
                .blocks
                .iter()
                .position(|b| std::ptr::eq(b, block));
            for source in &block.relations {
                let (relation, columns) = self.columns(source, index.unwrap_or(0), 0);
                let level = i32::try_from(level).unwrap_or(i32::MAX);
                found.push(Visible {
                    source,
                    relation,
                    columns,
                    level,
                });
            }
        }
        found
    }

    /// The catalog relation and the columns of one source of a block.
    pub(super) fn columns(&self, source: &'a Source, block: usize, depth: usize) -> Columns<'a> {
        if depth > MAX_DEPTH || self.budget.get() == 0 {
            return (None, Vec::new());
        }
        let (relation, mut columns) = match source.kind {
            SourceKind::Listed => (None, Vec::new()),
            SourceKind::Derived(inner) => (None, self.outputs(inner, depth + 1)),
            SourceKind::Function => (None, self.function(source)),
            SourceKind::Name => self.named(source, block, depth),
        };
        rename(&mut columns, &source.columns);
        self.budget
            .set(self.budget.get().saturating_sub(columns.len() + 1));
        (relation, columns)
    }

    fn named(&self, source: &'a Source, block: usize, depth: usize) -> Columns<'a> {
        let dialect = self.catalog.dialect;
        let cte = self
            .scope
            .ctes(block)
            .find(|c| source.schema.is_none() && same(&c.name, &source.name, dialect));
        if let Some(cte) = cte {
            return (None, self.of_cte(cte, depth));
        }
        let found = self
            .catalog
            .find(source.schema.as_deref(), &source.name, &self.path);
        match found {
            Some(id) => (Some(id), self.of_relation(id)),
            None => (None, Vec::new()),
        }
    }

    /// The CTEs in sight at the hole, with their columns.
    pub(super) fn ctes(&self) -> Vec<(&'a Cte, Vec<Col<'a>>)> {
        let ctes = self.scope.ctes(self.scope.block);
        ctes.map(|c| (c, self.of_cte(c, 0))).collect()
    }

    fn of_cte(&self, cte: &'a Cte, depth: usize) -> Vec<Col<'a>> {
        let mut columns = match cte.block {
            Some(inner) => self.outputs(inner, depth + 1),
            None => Vec::new(),
        };
        rename(&mut columns, &cte.columns);
        columns
    }

    pub(super) fn of_relation(&self, id: RelationId) -> Vec<Col<'a>> {
        let columns = self.catalog.columns(id).iter();
        columns
            .map(|column| Col {
                name: Cow::Borrowed(column.name),
                column: Some(column),
            })
            .collect()
    }

    /// The columns that a query gives.
    fn outputs(&self, block: usize, depth: usize) -> Vec<Col<'a>> {
        if depth > MAX_DEPTH {
            return Vec::new();
        }
        let mut columns = Vec::new();
        for output in self.scope.outputs(block, self.text, self.catalog.dialect) {
            match output {
                Output::Named(name, items) => columns.push(Col {
                    column: self.simple(&items, block, depth),
                    name: Cow::Owned(name),
                }),
                Output::Star(owner) => self.star(owner.as_deref(), block, depth, &mut columns),
                Output::Unnamed(_) => columns.push(Col {
                    name: Cow::Borrowed(""),
                    column: None,
                }),
            }
        }
        columns
    }

    fn star(&self, owner: Option<&str>, block: usize, depth: usize, into: &mut Vec<Col<'a>>) {
        let dialect = self.catalog.dialect;
        for source in &self.scope.blocks[block].relations {
            if owner.is_none_or(|o| same(source.shown(), o, dialect)) {
                into.extend(self.columns(source, block, depth + 1).1);
            }
        }
    }

    /// The column that an output merely repeats.
    fn simple(&self, items: &Range<usize>, block: usize, depth: usize) -> Option<Column<'a>> {
        let dialect = self.catalog.dialect;
        let name = |i: usize| unquote(self.scope.text(i, self.text), dialect);
        let (owner, column) = match items.len() {
            1 => (None, name(items.start)),
            3 if self.scope.kind(items.start + 1) == Some(TokenKind::Dot) => {
                (Some(name(items.start)), name(items.start + 2))
            }
            _ => return None,
        };
        let sources = self.scope.blocks[block].relations.iter();
        sources
            .filter(|s| owner.as_ref().is_none_or(|o| same(s.shown(), o, dialect)))
            .flat_map(|s| self.columns(s, block, depth + 1).1)
            .find(|c| same(&c.name, &column, dialect))
            .and_then(|c| c.column)
    }

    /// The columns of `FROM f(…)`.
    fn function(&self, source: &'a Source) -> Vec<Col<'a>> {
        let Some((schema, routine)) = self.routine(source.schema.as_deref(), &source.name) else {
            let known = ROW_COLUMNS
                .iter()
                .find(|(name, _)| source.name.eq_ignore_ascii_case(name));
            let names = known.map_or(&[][..], |(_, names)| *names).iter();
            return names
                .map(|name| Col {
                    name: Cow::Borrowed(*name),
                    column: None,
                })
                .collect();
        };
        let outs: Vec<Col<'a>> = routine
            .arguments
            .iter()
            .filter(|a| {
                matches!(
                    a.mode,
                    ArgumentMode::Out | ArgumentMode::InOut | ArgumentMode::Table
                )
            })
            .map(|a| Col {
                name: Cow::Borrowed(a.name.as_str()),
                column: None,
            })
            .collect();
        if !outs.is_empty() {
            return outs;
        }
        let row = routine.returns.trim_start_matches("SETOF ");
        let (owner, name) = row.rsplit_once('.').unzip();
        let name = name.unwrap_or(row).trim_matches('"');
        if let Some(id) = self.catalog.find(owner, name, &self.path) {
            return self.of_relation(id);
        }
        let types = self.catalog.schemas[schema].types.iter();
        let fields = types.filter(|t| t.name == name).flat_map(|t| &t.fields);
        let fields: Vec<Col<'a>> = fields
            .map(|f| Col {
                name: Cow::Borrowed(f.name.as_str()),
                column: Some(f.into()),
            })
            .collect();
        if fields.is_empty() && row != "record" {
            return vec![Col {
                name: Cow::Borrowed(source.shown()),
                column: None,
            }];
        }
        fields
    }

    /// The first routine of that name along the path, and its schema.
    pub(super) fn routine(&self, schema: Option<&str>, name: &str) -> Option<(usize, &'a Routine)> {
        let dialect = self.catalog.dialect;
        let in_schema = |id: usize| {
            let routines = &self.catalog.schemas[id].routines;
            let at = routines.partition_point(|r| r.name.as_str() < name);
            let exact = routines.get(at).filter(|r| r.name == name);
            let found = exact.or_else(|| routines.iter().find(|r| same(&r.name, name, dialect)));
            found.map(|r| (id, r))
        };
        match schema {
            Some(schema) => in_schema(self.catalog.schema_id(schema)?),
            None => self.path.iter().find_map(|&id| in_schema(id)),
        }
    }

    /// The names that SELECT gave its columns with AS, in the block of the hole.
    pub(super) fn aliases(&self) -> Vec<(String, Range<usize>)> {
        let outputs = self
            .scope
            .outputs(self.scope.block, self.text, self.catalog.dialect);
        outputs
            .into_iter()
            .filter_map(|o| match o {
                Output::Named(name, items) => Some((name, items)),
                _ => None,
            })
            .collect()
    }

    /// The clause of an item of the hole's block.
    pub(super) fn clause_of(&self, item: usize) -> Clause {
        let clauses = self.scope.blocks.get(self.scope.block).map(|b| &b.clauses);
        let clauses = clauses.map_or(&[][..], Vec::as_slice);
        clauses
            .iter()
            .rev()
            .find(|(_, at)| *at <= item)
            .map_or(Clause::None, |(clause, _)| *clause)
    }
}
