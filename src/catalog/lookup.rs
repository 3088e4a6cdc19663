//! Resolving names along the search path, and the prepared orders that make it fast.

use super::strings::Symbol;
use super::{Catalog, Column, ForeignKey, KeyData, RelationId, Schema};
use crate::sql::Fold;
use std::ops::Range;

/// What is prepared once for each catalog, so that a key press costs no search.
#[derive(Debug, Clone, Default)]
pub(super) struct Lookup {
    /// Relations by their name in lower case.
    by_name: Vec<RelationId>,
    /// The letters of each relation's name.
    masks: Vec<u64>,
    /// All relation names behind each other, and where each ends: looking at every name must not
    /// touch every relation.
    names: String,
    name_ends: Vec<u32>,
    /// For each relation the end of its part of `keys`.
    key_ends: Vec<u32>,
    /// Foreign keys by the relation they start from or point at.
    keys: Vec<u32>,
    /// Sorted by the name in lower case.
    column_names: Vec<ColumnName>,
    /// Relations of the column names, one part a name, each in order.
    column_owners: Vec<RelationId>,
}

/// One name that columns have, whichever relations they are in.
#[derive(Debug, Clone)]
pub struct ColumnName {
    /// One of its owners, to borrow the name from.
    owner: RelationId,
    column: u32,
    owners: Range<u32>,
    pub mask: u64,
}

impl Lookup {
    pub(super) fn new(catalog: &Catalog) -> Lookup {
        let relations = &catalog.relations;
        let name = |id: &RelationId| catalog.strings.get(relations[id.0 as usize].name);
        let mut by_name: Vec<RelationId> = (0..relations.len() as u32).map(RelationId).collect();
        by_name.sort_by_cached_key(|id| name(id).to_ascii_lowercase());
        let (key_ends, keys) = keys_by_relation(relations.len(), &catalog.foreign_keys);
        let (column_names, column_owners) = column_names(catalog);
        let mut names = String::new();
        let mut name_ends = Vec::with_capacity(relations.len());
        let mut masks = Vec::with_capacity(relations.len());
        for relation in relations.iter() {
            let name = catalog.strings.get(relation.name);
            names.push_str(name);
            name_ends.push(names.len() as u32);
            masks.push(mask(name));
        }
        names.shrink_to_fit();
        Lookup {
            names,
            name_ends,
            by_name,
            masks,
            key_ends,
            keys,
            column_names,
            column_owners,
        }
    }
}

fn keys_by_relation(relations: usize, foreign_keys: &[KeyData]) -> (Vec<u32>, Vec<u32>) {
    let mut pairs: Vec<(RelationId, u32)> = Vec::with_capacity(foreign_keys.len() * 2);
    for (key, index) in foreign_keys.iter().zip(0u32..) {
        pairs.push((key.from, index));
        if key.to != key.from {
            pairs.push((key.to, index));
        }
    }
    pairs.sort_unstable();
    let mut ends = vec![0u32; relations];
    for (end, id) in ends.iter_mut().zip(0u32..) {
        *end = pairs.partition_point(|p| p.0.0 <= id) as u32;
    }
    (ends, pairs.into_iter().map(|p| p.1).collect())
}

/// Counts the columns of each name, then gives each name its part of the owners.
fn column_names(catalog: &Catalog) -> (Vec<ColumnName>, Vec<RelationId>) {
    let mut counts = vec![0u32; catalog.strings.len()];
    let mut firsts: Vec<(Symbol, RelationId, u32)> = Vec::new();
    for (relation, id) in catalog.relations.iter().zip(0u32..) {
        for (column, index) in relation.columns.of(&catalog.columns).iter().zip(0u32..) {
            let count = &mut counts[column.name.0 as usize];
            if *count == 0 {
                firsts.push((column.name, RelationId(id), index));
            }
            *count += 1;
        }
    }
    firsts.sort_by_cached_key(|f| catalog.strings.get(f.0).to_ascii_lowercase());
    let mut start = 0;
    let mut names = Vec::with_capacity(firsts.len());
    for (symbol, owner, column) in firsts {
        let count = std::mem::replace(&mut counts[symbol.0 as usize], start);
        names.push(ColumnName {
            owner,
            column,
            owners: start..start + count,
            mask: mask(catalog.strings.get(symbol)),
        });
        start += count;
    }
    let mut owners = vec![RelationId(0); start as usize];
    for (relation, id) in catalog.relations.iter().zip(0u32..) {
        for column in relation.columns.of(&catalog.columns) {
            let next = &mut counts[column.name.0 as usize];
            owners[*next as usize] = RelationId(id);
            *next += 1;
        }
    }
    (names, owners)
}

/// One bit for each letter and digit that `text` holds: a name that lacks one of the typed
/// characters need not be looked at.
pub fn mask(text: &str) -> u64 {
    text.bytes().fold(0, |mask, b| {
        mask | match b {
            b'a'..=b'z' => 1 << (b - b'a'),
            b'A'..=b'Z' => 1 << (b - b'A'),
            b'0'..=b'9' => 1 << (26 + b - b'0'),
            _ => 0,
        }
    })
}

impl Catalog {
    pub fn schema_of(&self, id: RelationId) -> &Schema {
        &self.schemas[self.relations[id.0 as usize].schema as usize]
    }

    /// The name of a relation, as `relation(id).name` but faster when all are looked at.
    pub fn relation_name(&self, id: RelationId) -> &str {
        let at = id.0 as usize;
        let start = at.checked_sub(1).map_or(0, |p| self.lookup.name_ends[p]);
        &self.lookup.names[start as usize..self.lookup.name_ends[at] as usize]
    }

    /// The letters of a relation's name; see `mask`.
    pub fn relation_mask(&self, id: RelationId) -> u64 {
        self.lookup.masks[id.0 as usize]
    }

    pub fn schema_id(&self, name: &str) -> Option<usize> {
        let exact = self
            .schemas
            .binary_search_by(|s| s.name.as_str().cmp(name))
            .ok();
        exact.or_else(|| match self.dialect.fold {
            Fold::Lower => None,
            Fold::Ignore => self
                .schemas
                .iter()
                .position(|s| s.name.eq_ignore_ascii_case(name)),
        })
    }

    /// The relations of one schema.
    pub fn relations_in(&self, schema: usize) -> impl Iterator<Item = RelationId> + use<> {
        let start = self
            .relations
            .partition_point(|r| (r.schema as usize) < schema) as u32;
        let end = self
            .relations
            .partition_point(|r| r.schema as usize <= schema) as u32;
        (start..end).map(RelationId)
    }

    /// Every relation of that name, as the server compares names.
    pub fn named<'c>(&'c self, name: &str) -> impl Iterator<Item = RelationId> + use<'c> {
        let lower = name.to_ascii_lowercase();
        let exact = match self.dialect.fold {
            Fold::Lower => Some(name.to_string()),
            Fold::Ignore => None,
        };
        let compare = |id: &RelationId| {
            let bytes = self.relation(*id).name.bytes();
            bytes.map(|b| b.to_ascii_lowercase()).cmp(lower.bytes())
        };
        let ids = &self.lookup.by_name;
        let start = ids.partition_point(|id| compare(id).is_lt());
        let same = ids[start..].iter().take_while(|id| compare(id).is_eq());
        let end = start + same.count();
        ids[start..end]
            .iter()
            .copied()
            .filter(move |id| exact.as_ref().is_none_or(|e| self.relation(*id).name == *e))
    }

    /// The schemas in which a name without one is looked for, first to last.
    pub fn effective_path(&self) -> Vec<usize> {
        let mut path = Vec::new();
        let mut push = |id: Option<usize>| path.extend(id.filter(|id| !path.contains(id)));
        if self.dialect.name == "postgres" {
            push(self.schema_id("pg_temp"));
            push(self.schema_id("pg_catalog"));
        }
        for name in &self.search_path {
            let name = if name == "$user" { &self.user } else { name };
            push(self.schema_id(name));
        }
        if self.dialect.name == "mysql" && self.search_path.is_empty() {
            push(self.schema_id(&self.database));
        }
        if self.dialect.name == "sqlite" {
            // SQLite looks everywhere: temp, main, then the attached databases.
            (0..self.schemas.len()).for_each(|id| push(Some(id)));
        }
        path
    }

    /// The relation that `schema.name` or, along `path`, `name` stands for.
    pub fn find(&self, schema: Option<&str>, name: &str, path: &[usize]) -> Option<RelationId> {
        match schema {
            Some(schema) => {
                let schema = self.schema_id(schema)?;
                self.named(name)
                    .find(|id| self.relation(*id).schema == schema)
            }
            None => self
                .named(name)
                .filter_map(|id| {
                    let schema = self.relation(id).schema;
                    Some((path.iter().position(|s| *s == schema)?, id))
                })
                .min()
                .map(|(_, id)| id),
        }
    }

    /// The number of foreign keys that start from or point at a relation.
    pub fn degree(&self, id: RelationId) -> usize {
        self.key_numbers(id).len()
    }

    fn key_numbers(&self, id: RelationId) -> &[u32] {
        let at = id.0 as usize;
        let end = self.lookup.key_ends[at] as usize;
        let start = match at {
            0 => 0,
            _ => self.lookup.key_ends[at - 1] as usize,
        };
        &self.lookup.keys[start..end]
    }

    /// The foreign keys that start from or point at a relation.
    pub fn keys_of(&self, id: RelationId) -> impl Iterator<Item = ForeignKey<'_>> {
        self.key_numbers(id)
            .iter()
            .map(|&key| self.show_key(&self.foreign_keys[key as usize]))
    }

    /// The foreign keys between two relations, whichever way they point.
    pub fn keys_between(
        &self,
        a: RelationId,
        b: RelationId,
    ) -> impl Iterator<Item = ForeignKey<'_>> {
        self.keys_of(a)
            .filter(move |k| (k.from == a && k.to == b) || (k.from == b && k.to == a))
    }

    /// Every column name there is, once.
    pub fn column_names(&self) -> &[ColumnName] {
        &self.lookup.column_names
    }

    /// One of the columns that have the name.
    pub fn named_column(&self, name: &ColumnName) -> Column<'_> {
        let owner = &self.relations[name.owner.0 as usize];
        self.column(&owner.columns.of(&self.columns)[name.column as usize])
    }

    /// The relations that have a column of that name, as the server compares names.
    pub fn owners_of(&self, name: &str) -> &[RelationId] {
        let lower = name.to_ascii_lowercase();
        let compare = |c: &ColumnName| {
            let bytes = self.named_column(c).name.bytes();
            bytes.map(|b| b.to_ascii_lowercase()).cmp(lower.bytes())
        };
        let names = &self.lookup.column_names;
        let start = names.partition_point(|c| compare(c).is_lt());
        let mut same = names[start..].iter().take_while(|c| compare(c).is_eq());
        let exact = same
            .clone()
            .find(|c| self.named_column(c).name == name)
            .or_else(|| same.next());
        exact.map_or(&[], |c| self.owners(c))
    }

    /// The relations that have a column of that name.
    pub fn owners(&self, name: &ColumnName) -> &[RelationId] {
        &self.lookup.column_owners[name.owners.start as usize..name.owners.end as usize]
    }
}
