//! Rows from a driver to a `Catalog`.
//!
//! The methods may be called in any order within a stage; a column of a relation that no stage has
//! named is dropped, because a server may show the one and hide the other. Everything is kept in
//! flat lists as it comes and put in order once, by `arrange`.

mod keys;

use super::search::Wanted;
use super::strings::Interner;
use super::*;
use std::collections::{BTreeMap, HashMap, HashSet};

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
    pub setting_values: BTreeMap<String, Vec<String>>,
    pub charsets: Vec<String>,
    pub collations: Vec<String>,
    /// What the user may not read, a line each.
    pub missing: Vec<String>,
    /// Why a part could not be read, where that was not to be expected.
    pub failure: Option<String>,
    pub(super) schemas: Vec<Schema>,
    pub(super) names: Interner,
    pub(super) relations: Vec<RelationData>,
    pub(super) columns: Owned<ColumnData>,
    pub(super) extras: Vec<Extra>,
    pub(super) lists: Vec<Symbol>,
    pub(super) indexes: Owned<IndexData>,
    pub(super) foreign_keys: Vec<[End; 2]>,
    pub(super) objects: Vec<ObjectData>,
    /// Columns that later stages found to be part of a primary key.
    pub(super) primary_keys: Vec<(u32, Symbol)>,
    /// The values that later stages found for columns.
    pub(super) checks: Vec<(u32, Symbol, Span)>,
    schema_ids: HashMap<String, u32>,
    relation_ids: HashMap<(u32, Symbol), u32>,
    numbers: HashMap<u64, u32>,
    /// Where in `columns` those of each relation begin that were named by number.
    first_columns: HashMap<u32, usize>,
    /// Only relations of these names are read; the other ends of their keys are known by name
    /// alone.
    only: Option<Vec<String>>,
    /// Of columns, indexes and what is not in a relation only what this may be found in.
    sought: Option<Wanted>,
    /// Only foreign keys are read, the relations that have them, and those of these names.
    keys_and: Option<Vec<String>>,
    pub(super) stubs: Vec<u32>,
    private: Vec<u32>,
}

/// Items and the relation of each, in step.
#[derive(Debug, Clone)]
pub(super) struct Owned<T> {
    pub(super) items: Vec<T>,
    pub(super) owners: Vec<u32>,
}

impl<T> Default for Owned<T> {
    fn default() -> Self {
        Owned {
            items: Vec::new(),
            owners: Vec::new(),
        }
    }
}

impl<T> Owned<T> {
    pub(super) fn push(&mut self, owner: u32, item: T) {
        self.items.push(item);
        self.owners.push(owner);
    }
}

/// One end of a foreign key.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) relation: u32,
    pub(super) columns: Span,
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
            setting_values: BTreeMap::new(),
            charsets: Vec::new(),
            collations: Vec::new(),
            missing: Vec::new(),
            failure: None,
            schemas: Vec::new(),
            names: Interner::default(),
            relations: Vec::new(),
            columns: Owned::default(),
            extras: Vec::new(),
            lists: Vec::new(),
            indexes: Owned::default(),
            foreign_keys: Vec::new(),
            objects: Vec::new(),
            primary_keys: Vec::new(),
            checks: Vec::new(),
            schema_ids: HashMap::new(),
            relation_ids: HashMap::new(),
            numbers: HashMap::new(),
            first_columns: HashMap::new(),
            only: None,
            sought: None,
            keys_and: None,
            stubs: Vec::new(),
            private: Vec::new(),
        }
    }

    /// With room for as much as an older catalog of the same database has.
    pub fn like(old: &Catalog) -> Self {
        let mut builder = CatalogBuilder::new(old.dialect);
        let more = |len: usize| len + len / 20;
        builder.relations.reserve(more(old.relations.len()));
        builder.columns.items.reserve(more(old.columns.len()));
        builder.columns.owners.reserve(more(old.columns.len()));
        builder.lists.reserve(more(old.lists.len()));
        builder.foreign_keys.reserve(more(old.foreign_keys.len()));
        builder
    }

    /// For reading only the relations of some names, in whichever schema.
    pub fn partial(dialect: &'static Dialect, names: Vec<String>) -> Self {
        CatalogBuilder {
            only: Some(names),
            ..CatalogBuilder::new(dialect)
        }
    }

    /// For a catalog that knows what is called like a text or has it in it, and not much else: see
    /// [`super::search::find`].
    pub fn searching(dialect: &'static Dialect, wanted: Wanted) -> Self {
        CatalogBuilder {
            sought: Some(wanted),
            ..CatalogBuilder::new(dialect)
        }
    }

    /// For the foreign keys of all relations, and no more of them and of those of these names than that.
    pub fn of_keys(dialect: &'static Dialect, names: Vec<String>) -> Self {
        CatalogBuilder {
            keys_and: Some(names),
            ..CatalogBuilder::new(dialect)
        }
    }

    /// Whether every table is one of these, by schema and name.
    pub fn has_only_tables_of(&self, known: &HashSet<(String, String)>) -> bool {
        let tables = self
            .relations
            .iter()
            .filter(|r| r.kind == RelationKind::Table);
        let mut names = tables.map(|r| {
            let schema = self.schemas[r.schema as usize].name.clone();
            (schema, self.names.strings.get(r.name).to_string())
        });
        names.all(|name| known.contains(&name))
    }

    /// What is looked for; `None` where everything is to be read.
    pub fn sought(&self) -> Option<&Wanted> {
        self.sought.as_ref()
    }

    /// The relations that are wanted besides those of foreign keys, where nothing but these is; more is
    /// no harm.
    pub fn keys_and(&self) -> Option<&[String]> {
        self.keys_and.as_deref()
    }

    /// The names of the relations that are wanted; `None` for all.
    pub fn only(&self) -> Option<&[String]> {
        self.only.as_deref()
    }

    /// Makes the schema known, also an empty one.
    pub fn schema(&mut self, name: &str) {
        self.schema_id(name);
    }

    pub(super) fn schema_id(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.schema_ids.get(name) {
            return id;
        }
        let id = self.schemas.len() as u32;
        self.schemas.push(Schema {
            name: name.to_string(),
            ..Schema::default()
        });
        self.schema_ids.insert(name.to_string(), id);
        id
    }

    pub(super) fn find(&self, schema: &str, name: &str) -> Option<u32> {
        let schema = *self.schema_ids.get(schema)?;
        let name = self.names.find(name)?;
        self.relation_ids.get(&(schema, name)).copied()
    }

    /// Adds a relation; one named twice keeps its columns.
    pub fn relation(&mut self, row: RelationRow<'_>) {
        // What is no UTF-8 comes as nothing: it could not be written in a statement.
        if row.name.is_empty() {
            return;
        }
        let schema = self.schema_id(row.schema);
        let name = self.names.intern(row.name);
        let data = RelationData {
            rows: row.rows,
            schema,
            name,
            comment: self.names.intern(row.comment.unwrap_or_default()),
            extension: self.names.intern(row.extension.unwrap_or_default()),
            partition_of: self.names.intern(row.partition_of.unwrap_or_default()),
            kind: row.kind,
            ..RelationData::default()
        };
        let id = self.add_relation(data);
        if row.number != 0 {
            self.numbers.insert(row.number, id);
        }
        if row.private {
            self.private.push(id);
        }
    }

    /// Adds a relation whose names are already known by number; gives its place.
    pub(super) fn add_relation(&mut self, data: RelationData) -> u32 {
        let next = self.relations.len() as u32;
        let key = (data.schema, data.name);
        let id = *self.relation_ids.entry(key).or_insert(next);
        if id == next {
            self.relations.push(data);
        } else if let Some(at) = self.stubs.iter().position(|stub| *stub == id) {
            self.stubs.swap_remove(at);
            self.relations[id as usize] = data;
        }
        id
    }

    pub fn column(&mut self, row: ColumnRow<'_>) {
        if let Some(id) = self.find(row.schema, row.relation) {
            self.add_column(id, &row);
        }
    }

    /// As `column`, for a relation that was given a number.
    pub fn column_of(&mut self, number: u64, row: ColumnRow<'_>) {
        if let Some(&id) = self.numbers.get(&number) {
            let next = self.columns.items.len();
            self.first_columns.entry(id).or_insert(next);
            self.add_column(id, &row);
        }
    }

    /// The names of columns that are given by number; `None` unless all are known. The columns of
    /// a relation stand together, as `column_of` was given them.
    fn by_number(&self, relation: u32, numbers: &[u16]) -> Option<Vec<Symbol>> {
        let first = *self.first_columns.get(&relation)?;
        let own = self.columns.owners[first..].iter();
        let count = own.take_while(|owner| **owner == relation).count();
        let columns = &self.columns.items[first..first + count];
        let name = |number: &u16| columns.iter().find(|c| c.number == *number).map(|c| c.name);
        numbers.iter().map(name).collect()
    }

    fn list_of(&mut self, symbols: &[Symbol]) -> Span {
        let start = self.lists.len() as u32;
        self.lists.extend_from_slice(symbols);
        Span {
            start,
            len: symbols.len() as u32,
        }
    }

    fn add_column(&mut self, relation: u32, row: &ColumnRow<'_>) {
        let comment = self.names.intern(row.comment.unwrap_or_default());
        let extra = match comment {
            Symbol::EMPTY => 0,
            comment => self.extra(Extra {
                comment,
                ..Extra::default()
            }),
        };
        let data = ColumnData {
            name: self.names.intern(row.name),
            type_name: self.names.intern(row.type_name),
            default: self.names.intern(row.default.unwrap_or_default()),
            extra,
            number: row.number,
            nullable: row.nullable,
            primary_key: row.primary_key,
        };
        self.columns.push(relation, data);
    }

    pub(super) fn extra(&mut self, extra: Extra) -> u32 {
        if extra == Extra::default() {
            return 0;
        }
        self.extras.push(extra);
        self.extras.len() as u32
    }

    pub fn column_with(&mut self, schema: &str, relation: &str, column: &CatalogColumn) {
        if let Some(id) = self.find(schema, relation) {
            self.add_column_with(id, column);
        }
    }

    fn add_column_with(&mut self, relation: u32, column: &CatalogColumn) {
        let comment = self
            .names
            .intern(column.comment.as_deref().unwrap_or_default());
        let (check_values, common_values) = (
            self.list(&column.check_values),
            self.list(&column.common_values),
        );
        let extra = self.extra(Extra {
            comment,
            check_values,
            common_values,
        });
        let default = column.default.as_deref().unwrap_or_default();
        let data = ColumnData {
            name: self.names.intern(&column.name),
            type_name: self.names.intern(&column.type_name),
            default: self.names.intern(default),
            extra,
            number: 0,
            nullable: column.nullable,
            primary_key: column.primary_key,
        };
        self.columns.push(relation, data);
    }

    pub(super) fn list<T: AsRef<str>>(&mut self, texts: &[T]) -> Span {
        if texts.is_empty() {
            return Span::default();
        }
        let start = self.lists.len() as u32;
        for text in texts {
            let symbol = self.names.intern(text.as_ref());
            self.lists.push(symbol);
        }
        Span {
            start,
            len: texts.len() as u32,
        }
    }

    /// The numbers that relations were given.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.numbers.keys().copied()
    }

    pub fn routine(&mut self, row: RoutineRow<'_>) {
        let schema = self.schema_id(row.schema) as usize;
        self.schemas[schema].routines.push(Routine {
            name: row.name.to_string(),
            kind: row.kind,
            returns: row.returns.to_string(),
            returns_set: row.returns_set,
            arguments: row.arguments,
            extension: row.extension.map(str::to_string),
            comment: row.comment.map(str::to_string),
        });
    }

    pub fn type_def(&mut self, row: TypeRow<'_>) {
        let schema = self.schema_id(row.schema) as usize;
        self.schemas[schema].types.push(TypeDef {
            name: row.name.to_string(),
            labels: row.labels,
            fields: row.fields,
            extension: row.extension.map(str::to_string),
        });
    }

    pub fn sequence(&mut self, schema: &str, name: &str) {
        let schema = self.schema_id(schema) as usize;
        self.schemas[schema].sequences.push(name.to_string());
    }

    pub fn extension(&mut self, schema: &str, name: &str) {
        let schema = self.schema_id(schema) as usize;
        self.schemas[schema].extensions.push(name.to_string());
    }

    /// As `relation`; tells whether it was not there yet.
    pub fn relation_is_new(&mut self, row: RelationRow<'_>) -> bool {
        let before = self.relations.len();
        self.relation(row);
        self.relations.len() > before
    }

    /// The names of the relations that only this session sees.
    pub fn private_names(&self) -> Vec<String> {
        let private = self.private.iter();
        private
            .map(|id| self.relations[*id as usize].name)
            .map(|name| self.names.strings.get(name).to_string())
            .collect()
    }

    /// Whether some relations have been found, all of which only this session sees.
    pub fn has_only_private(&self) -> bool {
        !self.private.is_empty() && self.private.len() == self.relations.len()
    }

    /// Whether no relation has been found.
    pub fn is_empty(&self) -> bool {
        self.relations.len() == self.stubs.len()
    }
}
