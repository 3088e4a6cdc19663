//! What is in a database: schemas, relations, columns, keys, routines, types.
//!
//! A `Catalog` never changes. A driver fills a `CatalogBuilder`, stage by stage; `snapshot` makes
//! the catalog of what is known so far. Readers hold an `Arc<Catalog>` and never wait.

pub mod build;
#[cfg(test)]
pub(crate) mod fixture;
pub mod json;
pub mod lookup;

pub use build::{
    ArgumentRow, CatalogBuilder, ColumnRow, ForeignKeyRow, IndexRow, RelationRow, RoutineRow,
    TypeRow,
};

use crate::sql::Dialect;

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

/// Index of a relation in `Catalog::relations`.
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

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Relation {
    /// Index in `Catalog::schemas`.
    pub schema: usize,
    pub name: String,
    pub kind: RelationKind,
    /// The server's estimate; `None` where it has none.
    pub rows: Option<u64>,
    pub comment: Option<String>,
    pub extension: Option<String>,
    /// `schema.table` of the parent.
    pub partition_of: Option<String>,
    pub columns: Vec<CatalogColumn>,
    pub indexes: Vec<Index>,
}

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
pub struct Index {
    pub name: String,
    pub columns: Vec<String>,
    pub unique: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routine {
    pub name: String,
    pub kind: RoutineKind,
    pub returns: String,
    pub returns_set: bool,
    pub arguments: Vec<Argument>,
    pub extension: Option<String>,
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
    pub fields: Vec<CatalogColumn>,
    pub extension: Option<String>,
}

/// Columns of one relation that point at columns of another, in step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub from: RelationId,
    pub from_columns: Vec<String>,
    pub to: RelationId,
    pub to_columns: Vec<String>,
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
    pub charsets: Vec<String>,
    pub collations: Vec<String>,
    /// Sorted by name.
    pub schemas: Vec<Schema>,
    /// Sorted by schema, then name.
    pub relations: Vec<Relation>,
    pub foreign_keys: Vec<ForeignKey>,
    /// Prepared orders and tables; see `lookup`.
    lookup: lookup::Lookup,
}

impl Catalog {
    /// A catalog that knows nothing yet.
    pub fn empty(dialect: &'static Dialect) -> Self {
        CatalogBuilder::new(dialect).snapshot(0)
    }
}
