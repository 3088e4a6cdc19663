//! Relations that belong together by the names of their columns, where the database has no foreign
//! keys that say so: `post_id` is the key of `posts`, and of whatever else has it.

use super::super::class::agree;
use super::super::context::Context;
use super::super::kin::words;
use super::tables;
use crate::catalog::{Column, RelationId};

/// A relation, and the columns that connect it with the one that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kindred<'a> {
    pub(super) relation: RelationId,
    pub(super) theirs: &'a str,
    pub(super) ours: &'a str,
    /// One of the two is the other's key.
    pub(super) is_key: bool,
}

/// A name that more relations have says nothing.
const MOST_OWNERS: usize = 40;
/// Relations of a schema whose names are compared with those of columns.
const MOST_NAMED: usize = 1000;
const MOST_FOUND: usize = 60;

/// The relations that names connect with this one; none where keys do.
pub(super) fn of<'a>(cx: &Context<'a>, id: RelationId) -> Vec<Kindred<'a>> {
    let catalog = cx.catalog;
    if catalog.keys_of(id).next().is_some() || tables::is_system(catalog, id) {
        return Vec::new();
    }
    let columns = catalog.columns(id);
    let own = key(cx, id);
    let mut found = Found {
        cx,
        id,
        all: Vec::new(),
    };
    for column in columns.iter().filter(|c| refers(c.name)) {
        for owner in owners(cx, column.name) {
            found.add(*owner, column.name, column, own);
        }
    }
    let last = words(catalog.relation_name(id)).pop().unwrap_or_default();
    if let Some(own) = own.filter(|_| last.len() > 1) {
        for name in [format!("{last}_id"), format!("{last}id")] {
            for owner in owners(cx, &name) {
                found.add(*owner, &name, own, Some(own));
            }
        }
    }
    let schema = catalog.relation(id).schema;
    let named = catalog.relations_in(schema).take(MOST_NAMED + 1);
    let named: Vec<(RelationId, Vec<String>)> = named
        .map(|r| (r, words(catalog.relation_name(r))))
        .collect();
    for column in columns.iter().filter(|_| named.len() <= MOST_NAMED) {
        let Some(stem) = stem(column.name) else {
            continue;
        };
        let stem = words(stem);
        let called = named.iter().filter(|(_, name)| name.ends_with(&stem));
        for (other, _) in called.filter(|_| !stem.is_empty()) {
            if let Some(theirs) = key(cx, *other).filter(|k| is_plain(k.name)) {
                found.add(*other, theirs.name, column, own);
            }
        }
    }
    found.all
}

struct Found<'c, 'a> {
    cx: &'c Context<'a>,
    id: RelationId,
    all: Vec<Kindred<'a>>,
}

impl<'a> Found<'_, 'a> {
    /// Adds a relation's column of that name, where it is of the same kind as ours.
    fn add(&mut self, other: RelationId, theirs: &str, ours: Column<'a>, own: Option<Column<'a>>) {
        if other == self.id || self.all.len() >= MOST_FOUND {
            return;
        }
        let columns = self.cx.catalog.columns(other);
        let same = |c: &Column<'_>| c.name.eq_ignore_ascii_case(theirs);
        let Some(theirs) = columns.iter().find(same) else {
            return;
        };
        if !agree(theirs.type_name, ours.type_name) {
            return;
        }
        let is = |key: Option<Column<'_>>, name: &str| key.is_some_and(|k| k.name == name);
        let kindred = Kindred {
            relation: other,
            theirs: theirs.name,
            ours: ours.name,
            is_key: is(own, ours.name) || is(key(self.cx, other), theirs.name),
        };
        if !self.all.contains(&kindred) {
            self.all.push(kindred);
        }
    }
}

/// Who has a column of that name, unless too many do.
fn owners<'a>(cx: &Context<'a>, name: &str) -> &'a [RelationId] {
    let owners = cx.catalog.owners_of(name);
    match owners.len() <= MOST_OWNERS {
        true => owners,
        false => &[],
    }
}

/// The only column of the primary key.
fn key<'a>(cx: &Context<'a>, id: RelationId) -> Option<Column<'a>> {
    let mut keys = cx.catalog.columns(id).iter().filter(|c| c.primary_key);
    keys.next().filter(|_| keys.next().is_none())
}

/// A key that is not called after its relation.
fn is_plain(name: &str) -> bool {
    name.len() <= 4 && name.to_ascii_lowercase().ends_with("id")
}

/// Whether a column is called as those that hold keys are.
fn refers(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let ends = [
        "_id", "id", "_key", "_sk", "_no", "_code", "number", "_uuid",
    ];
    lower.len() > 3 && ends.iter().any(|end| lower.ends_with(end))
}

/// What a column refers to by its name: `post` of `post_id`.
fn stem(name: &str) -> Option<&str> {
    let cut = name
        .len()
        .checked_sub(2)
        .filter(|cut| name.is_char_boundary(*cut))?;
    let (stem, end) = name.split_at(cut);
    let stem = stem.trim_end_matches('_');
    (end.eq_ignore_ascii_case("id") && stem.len() > 1).then_some(stem)
}
