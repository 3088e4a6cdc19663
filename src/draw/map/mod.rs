//! The entity-relationship map: relations and the foreign keys between them.

mod layout;
mod order;
mod picture;
#[cfg(test)]
mod tests;
mod text;

use crate::catalog::{Catalog, RelationId};
use std::collections::HashMap;

/// A relation on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    pub name: String,
    pub fields: Vec<Field>,
    /// Columns that are not shown.
    pub more: usize,
}

/// A column of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub type_name: String,
    pub primary: bool,
    pub foreign: bool,
}

/// A foreign key between two entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub from: usize,
    pub from_columns: Vec<String>,
    pub to: usize,
    pub to_columns: Vec<String>,
    /// A row points at one row or none.
    pub optional: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    pub entities: Vec<Entity>,
    pub links: Vec<Link>,
}

/// What a map is of.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// The relations of a schema, by its place in the catalog.
    Schema(usize),
    /// A relation, and those that a key joins to it.
    Around(RelationId),
}

impl Map {
    /// Reads a map from the catalog; with `all` every column is on it and not only those of keys.
    pub fn of(catalog: &Catalog, part: Part, all: bool) -> Map {
        let ids = relations(catalog, part);
        let places: HashMap<RelationId, usize> =
            ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut map = Map::default();
        let mut keys: Vec<(Vec<String>, Vec<String>)> = vec![Default::default(); ids.len()];
        for key in catalog.foreign_keys() {
            let (Some(&from), Some(&to)) = (places.get(&key.from), places.get(&key.to)) else {
                continue;
            };
            let (here, there) = (key.from_columns.to_vec(), key.to_columns.to_vec());
            let columns = catalog.columns(key.from);
            let optional = columns
                .iter()
                .any(|c| c.nullable && here.iter().any(|h| *h == c.name));
            keys[from].0.extend(here.iter().cloned());
            keys[to].1.extend(there.iter().cloned());
            map.links.push(Link {
                from,
                from_columns: here,
                to,
                to_columns: there,
                optional,
            });
        }
        map.links
            .sort_by(|a, b| (a.from, &a.from_columns, a.to).cmp(&(b.from, &b.from_columns, b.to)));
        for (id, (foreign, pointed)) in ids.iter().zip(&keys) {
            map.entities
                .push(entity(catalog, *id, foreign, pointed, all));
        }
        map
    }

    /// The places of the entities that a key joins to another.
    fn linked(&self) -> Vec<usize> {
        let joined = |at: usize| {
            let mut links = self.links.iter();
            links.any(|l| l.from != l.to && (l.from == at || l.to == at))
        };
        (0..self.entities.len()).filter(|at| joined(*at)).collect()
    }

    /// The picture in characters; lists that have no place in it are wrapped at `columns`.
    pub fn picture(&self, columns: usize) -> String {
        picture::draw(self, columns)
    }

    pub fn svg(&self) -> String {
        picture::svg(self)
    }

    pub fn mermaid(&self) -> String {
        text::mermaid(self)
    }

    pub fn graphviz(&self) -> String {
        text::graphviz(self)
    }
}

/// Partitions are left out: their table stands for them.
fn relations(catalog: &Catalog, part: Part) -> Vec<RelationId> {
    let whole = |id: &RelationId| {
        let relation = catalog.relation(*id);
        relation.partition_of().is_none() && relation.extension().is_none()
    };
    match part {
        Part::Schema(schema) => {
            let is_table = |id: &RelationId| {
                use crate::catalog::RelationKind::{ForeignTable, PartitionedTable, Table};
                let kind = catalog.relation(*id).kind;
                matches!(kind, Table | PartitionedTable | ForeignTable)
            };
            let ids = catalog.relations_in(schema);
            ids.filter(is_table).filter(whole).collect()
        }
        Part::Around(id) => {
            let keys = catalog.keys_of(id).flat_map(|key| [key.from, key.to]);
            let mut ids: Vec<RelationId> = keys.filter(|other| whole(other)).collect();
            ids.push(id);
            ids.sort_unstable();
            ids.dedup();
            ids
        }
    }
}

fn entity(
    catalog: &Catalog,
    id: RelationId,
    foreign: &[String],
    pointed: &[String],
    all: bool,
) -> Entity {
    let has = |names: &[String], name: &str| names.iter().any(|n| n == name);
    let columns = catalog.columns(id);
    let fields: Vec<Field> = columns
        .iter()
        .map(|column| Field {
            name: column.name.to_string(),
            type_name: column.type_name.to_string(),
            primary: column.primary_key,
            foreign: has(foreign, column.name),
        })
        .filter(|f| all || f.primary || f.foreign || has(pointed, &f.name))
        .collect();
    Entity {
        name: catalog.relation_name(id).to_string(),
        more: columns.len() - fields.len(),
        fields,
    }
}
