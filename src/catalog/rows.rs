//! What a driver hands to a `CatalogBuilder`.

use super::{Argument, Field, RelationKind, RoutineKind};

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
    /// The server's own number of it, by which `column_of` may name it.
    pub number: u64,
    /// Only this session sees it.
    pub private: bool,
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
    /// The server's own number of it within its relation, by which a key may name it.
    pub number: u16,
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
    pub comment: Option<&'a str>,
}

pub type ArgumentRow = Argument;

#[derive(Debug, Clone, Default)]
pub struct TypeRow<'a> {
    pub schema: &'a str,
    pub name: &'a str,
    pub labels: Vec<String>,
    pub fields: Vec<Field>,
    pub extension: Option<&'a str>,
}
