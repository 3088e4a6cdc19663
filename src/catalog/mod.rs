//! What is in a database: schemas, relations, columns, keys, routines, types.
//!
//! A `Catalog` never changes. A driver fills a `CatalogBuilder`, stage by stage; `snapshot` makes
//! the catalog of what is known so far. Readers hold an `Arc<Catalog>` and never wait.
//!
//! A database may have 50,000 tables, so what there is most of is small: names are kept once and
//! known by number (`strings`), columns and keys stand in flat lists. `view` shows them as what
//! they are.

mod arrange;
pub mod binary;
pub mod build;
pub mod change;
#[cfg(test)]
pub(crate) mod fixture;
pub mod json;
pub mod lookup;
pub mod mistyped;
pub mod neighbours;
pub mod object;
mod patch;
pub mod path;
pub mod profile;
mod rows;
mod strings;
pub mod search;
pub mod semantic;
pub mod suggest;
pub mod view;

pub use build::CatalogBuilder;
pub use change::Change;
pub use object::{Object, ObjectKind};
pub use rows::{ArgumentRow, ColumnRow, ForeignKeyRow, IndexRow, RelationRow, RoutineRow, TypeRow};
pub use view::{Column, Columns, ForeignKey, Index, Names, Relation};

use crate::sql::Dialect;
use object::ObjectData;
use std::collections::BTreeMap;
use std::sync::Arc;
use strings::{Strings, Symbol};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RelationKind {
    #[default]
    Table,
    View,
    MaterializedView,
    ForeignTable,
    PartitionedTable,
    SystemTable,
}

impl RelationKind {
    /// Whether it holds rows, and does not compute or fetch them.
    pub fn has_rows_of_its_own(self) -> bool {
        matches!(
            self,
            RelationKind::Table | RelationKind::PartitionedTable | RelationKind::MaterializedView
        )
    }

    /// What people call it.
    pub fn word(self) -> &'static str {
        match self {
            RelationKind::Table => "table",
            RelationKind::View => "view",
            RelationKind::MaterializedView => "materialized view",
            RelationKind::ForeignTable => "foreign table",
            RelationKind::PartitionedTable => "partitioned table",
            RelationKind::SystemTable => "system table",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RoutineKind {
    #[default]
    Function,
    Aggregate,
    Window,
    Procedure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ArgumentMode {
    #[default]
    In,
    Out,
    InOut,
    Variadic,
    Table,
}

/// Place of a relation among `Catalog::relations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelationId(pub u32);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    pub name: String,
    pub routines: Vec<Routine>,
    pub types: Vec<TypeDef>,
    pub sequences: Vec<String>,
    pub extensions: Vec<String>,
}

/// A column as a reader that has all of it at once hands it over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogColumn {
    pub name: String,
    pub type_name: String,
    pub nullable: bool,
    pub primary_key: bool,
    pub default: Option<String>,
    pub comment: Option<String>,
    /// The list of an IN check.
    pub check_values: Vec<String>,
    /// From statistics.
    pub common_values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routine {
    pub name: String,
    pub kind: RoutineKind,
    pub returns: String,
    pub returns_set: bool,
    pub arguments: Vec<Argument>,
    pub extension: Option<String>,
    pub comment: Option<String>,
}

impl Routine {
    /// The arguments that a call gives: of a procedure also those that only come out of it.
    pub fn given(&self) -> impl Iterator<Item = &Argument> + Clone {
        let out_too = self.kind == RoutineKind::Procedure;
        self.arguments.iter().filter(move |a| match a.mode {
            ArgumentMode::In | ArgumentMode::InOut | ArgumentMode::Variadic => true,
            ArgumentMode::Out => out_too,
            ArgumentMode::Table => false,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Argument {
    pub name: String,
    pub type_name: String,
    pub mode: ArgumentMode,
    pub default: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeDef {
    pub name: String,
    /// Labels of an enum, in order.
    pub labels: Vec<String>,
    /// Fields of a composite type.
    pub fields: Vec<Field>,
    pub extension: Option<String>,
}

/// A field of a composite type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    pub name: String,
    pub type_name: String,
}

/// Everything known of one database, at one moment.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// Grows with each refresh; a menu that shows another version is stale.
    pub version: u64,
    pub dialect: &'static Dialect,
    pub server_version: String,
    pub database: String,
    pub user: String,
    /// As the server shows it; PostgreSQL's implicit pg_catalog is not in it.
    pub search_path: Vec<String>,
    pub databases: Vec<String>,
    pub roles: Vec<String>,
    pub settings: Vec<String>,
    /// The words that a setting takes, by its name in lower case; no words for one that takes a
    /// number or a text. What is not here is not known.
    pub setting_values: BTreeMap<String, Vec<String>>,
    pub charsets: Vec<String>,
    pub collations: Vec<String>,
    /// What could not be read, and why, a line each; not kept on the disk.
    pub missing: Vec<String>,
    /// Sorted by name.
    pub schemas: Vec<Schema>,
    // What is big is shared by the copies of a catalog, which differ in the search path.
    strings: Arc<Strings>,
    /// Sorted by schema, then name.
    relations: Arc<Vec<RelationData>>,
    /// By relation, in the order of each.
    columns: Arc<Vec<ColumnData>>,
    extras: Arc<Vec<Extra>>,
    /// Names and values that belong together; see `Span`.
    lists: Arc<Vec<Symbol>>,
    /// By relation.
    indexes: Arc<Vec<IndexData>>,
    foreign_keys: Arc<Vec<KeyData>>,
    objects: Arc<Vec<ObjectData>>,
    /// Prepared orders and tables; see `lookup`.
    lookup: Arc<lookup::Lookup>,
}

impl Catalog {
    /// A catalog that knows nothing yet.
    pub fn empty(dialect: &'static Dialect) -> Self {
        CatalogBuilder::new(dialect).snapshot(0)
    }

    /// Reads names as another server would. The version is not of that one.
    pub fn speak(&mut self, dialect: &'static Dialect) {
        if self.dialect.name != dialect.name {
            self.server_version.clear();
        }
        self.dialect = dialect;
    }
}

/// A part of one of the catalog's flat lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Span {
    start: u32,
    len: u32,
}

impl Span {
    /// The part of `all`; nothing where it does not fit.
    fn of<T>(self, all: &[T]) -> &[T] {
        let start = self.start as usize;
        all.get(start..start.saturating_add(self.len as usize))
            .unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct RelationData {
    rows: Option<u64>,
    schema: u32,
    name: Symbol,
    comment: Symbol,
    extension: Symbol,
    partition_of: Symbol,
    columns: Span,
    indexes: Span,
    kind: RelationKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ColumnData {
    name: Symbol,
    type_name: Symbol,
    default: Symbol,
    /// One more than the place in `extras`; 0 where there is nothing of the kind.
    extra: u32,
    /// The server's own number of it within its relation.
    number: u16,
    nullable: bool,
    primary_key: bool,
}

/// What few columns have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Extra {
    comment: Symbol,
    check_values: Span,
    common_values: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct IndexData {
    name: Symbol,
    columns: Span,
    unique: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct KeyData {
    from: RelationId,
    to: RelationId,
    from_columns: Span,
    to_columns: Span,
}
