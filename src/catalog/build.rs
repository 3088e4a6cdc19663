//! Rows from a driver to a `Catalog`.
//!
//! The methods may be called in any order within a stage; a column of a relation that no stage has
//! named is dropped, because a server may show the one and hide the other.

use super::*;
use std::collections::HashMap;

/// One relation as a driver reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct RelationRow<'a> {
    pub schema: &'a str,
    pub name: &'a str,
    pub kind: RelationKind,
    pub rows: Option<u64>,
    pub comment: Option<&'a str>,
    pub extension: Option<&'a str>,
    pub partition_of: Option<&'a str>,
}

/// One column, in the order of its relation.
#[derive(Debug, Clone, Copy, Default)]
pub struct ColumnRow<'a> {
    pub schema: &'a str,
    pub relation: &'a str,
    pub name: &'a str,
    pub type_name: &'a str,
    pub nullable: bool,
    pub primary_key: bool,
    pub default: Option<&'a str>,
    pub comment: Option<&'a str>,
}

#[derive(Debug, Clone, Default)]
pub struct IndexRow<'a> {
    pub schema: &'a str,
    pub relation: &'a str,
    pub name: &'a str,
    pub columns: Vec<String>,
    pub unique: bool,
}

#[derive(Debug, Clone, Default)]
pub struct ForeignKeyRow<'a> {
    pub schema: &'a str,
    pub relation: &'a str,
    pub columns: Vec<String>,
    pub to_schema: &'a str,
    pub to_relation: &'a str,
    pub to_columns: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct RoutineRow<'a> {
    pub schema: &'a str,
    pub name: &'a str,
    pub kind: RoutineKind,
    pub returns: &'a str,
    pub returns_set: bool,
    pub arguments: Vec<ArgumentRow>,
    pub extension: Option<&'a str>,
}

pub type ArgumentRow = Argument;

#[derive(Debug, Clone, Default)]
pub struct TypeRow<'a> {
    pub schema: &'a str,
    pub name: &'a str,
    pub labels: Vec<String>,
    pub fields: Vec<CatalogColumn>,
    pub extension: Option<&'a str>,
}

/// Collects what a driver finds.
#[derive(Debug, Clone)]
pub struct CatalogBuilder {
    pub dialect: &'static Dialect,
    pub server_version: String,
    pub database: String,
    pub user: String,
    pub search_path: Vec<String>,
    pub databases: Vec<String>,
    pub roles: Vec<String>,
    pub settings: Vec<String>,
    pub charsets: Vec<String>,
    pub collations: Vec<String>,
    schemas: Vec<Schema>,
    relations: Vec<Relation>,
    schema_ids: HashMap<String, usize>,
    relation_ids: HashMap<(usize, String), usize>,
    foreign_keys: Vec<(usize, Vec<String>, usize, Vec<String>)>,
}

impl CatalogBuilder {
    pub fn new(dialect: &'static Dialect) -> Self {
        CatalogBuilder {
            dialect,
            server_version: String::new(),
            database: String::new(),
            user: String::new(),
            search_path: Vec::new(),
            databases: Vec::new(),
            roles: Vec::new(),
            settings: Vec::new(),
            charsets: Vec::new(),
            collations: Vec::new(),
            schemas: Vec::new(),
            relations: Vec::new(),
            schema_ids: HashMap::new(),
            relation_ids: HashMap::new(),
            foreign_keys: Vec::new(),
        }
    }

    /// Makes the schema known, also an empty one.
    pub fn schema(&mut self, name: &str) {
        self.schema_id(name);
    }

    fn schema_id(&mut self, name: &str) -> usize {
        if let Some(&id) = self.schema_ids.get(name) {
            return id;
        }
        let id = self.schemas.len();
        self.schemas.push(Schema {
            name: name.to_string(),
            ..Schema::default()
        });
        self.schema_ids.insert(name.to_string(), id);
        id
    }

    fn relation_mut(&mut self, schema: &str, name: &str) -> Option<usize> {
        let schema = *self.schema_ids.get(schema)?;
        self.relation_ids.get(&(schema, name.to_string())).copied()
    }

    /// Adds a relation; one named twice keeps its columns.
    pub fn relation(&mut self, row: RelationRow<'_>) {
        let schema = self.schema_id(row.schema);
        if self
            .relation_ids
            .contains_key(&(schema, row.name.to_string()))
        {
            return;
        }
        self.relation_ids
            .insert((schema, row.name.to_string()), self.relations.len());
        self.relations.push(Relation {
            schema,
            name: row.name.to_string(),
            kind: row.kind,
            rows: row.rows,
            comment: row.comment.map(str::to_string),
            extension: row.extension.map(str::to_string),
            partition_of: row.partition_of.map(str::to_string),
            columns: Vec::new(),
            indexes: Vec::new(),
        });
    }

    pub fn column(&mut self, row: ColumnRow<'_>) {
        self.column_with(
            row.schema,
            row.relation,
            CatalogColumn {
                name: row.name.to_string(),
                type_name: row.type_name.to_string(),
                nullable: row.nullable,
                primary_key: row.primary_key,
                default: row.default.map(str::to_string),
                comment: row.comment.map(str::to_string),
                check_values: Vec::new(),
                common_values: Vec::new(),
            },
        );
    }

    pub fn column_with(&mut self, schema: &str, relation: &str, column: CatalogColumn) {
        if let Some(id) = self.relation_mut(schema, relation) {
            self.relations[id].columns.push(column);
        }
    }

    /// The column, for what a later stage learns of it (keys, checks, statistics).
    pub fn column_mut(
        &mut self,
        schema: &str,
        relation: &str,
        column: &str,
    ) -> Option<&mut CatalogColumn> {
        let id = self.relation_mut(schema, relation)?;
        self.relations[id]
            .columns
            .iter_mut()
            .find(|c| c.name == column)
    }

    pub fn index(&mut self, row: IndexRow<'_>) {
        if let Some(id) = self.relation_mut(row.schema, row.relation) {
            let index = Index {
                name: row.name.to_string(),
                columns: row.columns,
                unique: row.unique,
            };
            self.relations[id].indexes.push(index);
        }
    }

    pub fn foreign_key(&mut self, row: ForeignKeyRow<'_>) {
        let ends = (
            self.relation_mut(row.schema, row.relation),
            self.relation_mut(row.to_schema, row.to_relation),
        );
        if let (Some(from), Some(to)) = ends {
            self.foreign_keys
                .push((from, row.columns, to, row.to_columns));
        }
    }

    pub fn routine(&mut self, row: RoutineRow<'_>) {
        let schema = self.schema_id(row.schema);
        self.schemas[schema].routines.push(Routine {
            name: row.name.to_string(),
            kind: row.kind,
            returns: row.returns.to_string(),
            returns_set: row.returns_set,
            arguments: row.arguments,
            extension: row.extension.map(str::to_string),
        });
    }

    pub fn type_def(&mut self, row: TypeRow<'_>) {
        let schema = self.schema_id(row.schema);
        self.schemas[schema].types.push(TypeDef {
            name: row.name.to_string(),
            labels: row.labels,
            fields: row.fields,
            extension: row.extension.map(str::to_string),
        });
    }

    pub fn sequence(&mut self, schema: &str, name: &str) {
        let schema = self.schema_id(schema);
        self.schemas[schema].sequences.push(name.to_string());
    }

    pub fn extension(&mut self, schema: &str, name: &str) {
        let schema = self.schema_id(schema);
        self.schemas[schema].extensions.push(name.to_string());
    }

    /// As `relation`, with everything that belongs to it, for a reader that has it all at once.
    pub fn relation_with(
        &mut self,
        row: RelationRow<'_>,
        columns: Vec<CatalogColumn>,
        indexes: Vec<Index>,
    ) {
        let before = self.relations.len();
        self.relation(row);
        if self.relations.len() > before {
            self.relations[before].columns = columns;
            self.relations[before].indexes = indexes;
        }
    }

    /// The catalog of everything added so far.
    pub fn snapshot(&self, version: u64) -> Catalog {
        self.clone().finish(version)
    }

    /// The catalog of everything added, without a copy.
    pub fn finish(mut self, version: u64) -> Catalog {
        let mut schema_order: Vec<usize> = (0..self.schemas.len()).collect();
        schema_order.sort_by(|&a, &b| self.schemas[a].name.cmp(&self.schemas[b].name));
        let new_schema = inverse(&schema_order);
        for relation in &mut self.relations {
            relation.schema = new_schema[relation.schema];
        }
        let mut order: Vec<usize> = (0..self.relations.len()).collect();
        let key = |i: usize| (self.relations[i].schema, self.relations[i].name.as_str());
        order.sort_by(|&a, &b| key(a).cmp(&key(b)));
        let new_id = inverse(&order);
        let id = |old: usize| RelationId(u32::try_from(new_id[old]).unwrap_or(u32::MAX));
        let foreign_keys: Vec<ForeignKey> = std::mem::take(&mut self.foreign_keys)
            .into_iter()
            .map(|(from, from_columns, to, to_columns)| ForeignKey {
                from: id(from),
                from_columns,
                to: id(to),
                to_columns,
            })
            .collect();
        let mut schemas = in_order(self.schemas, &schema_order);
        for schema in &mut schemas {
            schema.routines.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let relations = in_order(self.relations, &order);
        let lookup = lookup::Lookup::new(&relations, &foreign_keys);
        Catalog {
            version,
            dialect: self.dialect,
            server_version: self.server_version,
            database: self.database,
            user: self.user,
            search_path: self.search_path,
            databases: self.databases,
            roles: self.roles,
            settings: self.settings,
            charsets: self.charsets,
            collations: self.collations,
            schemas,
            relations,
            foreign_keys,
            lookup,
        }
    }
}

/// Where each old place went, for `order[new] = old`.
fn inverse(order: &[usize]) -> Vec<usize> {
    let mut new = vec![0; order.len()];
    for (at, &old) in order.iter().enumerate() {
        new[old] = at;
    }
    new
}

/// The items so that `result[new] = items[order[new]]`.
fn in_order<T: Default>(mut items: Vec<T>, order: &[usize]) -> Vec<T> {
    order
        .iter()
        .map(|&old| std::mem::take(&mut items[old]))
        .collect()
}
