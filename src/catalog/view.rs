//! What a catalog shows of its relations, columns, indexes and keys: small values that borrow from
//! it.

use super::strings::{Strings, Symbol};
use super::{
    Catalog, ColumnData, Extra, Field, IndexData, KeyData, RelationData, RelationId, RelationKind,
};
use std::fmt;

/// A table or view.
#[derive(Clone, Copy)]
pub struct Relation<'c> {
    /// Index in `Catalog::schemas`.
    pub schema: usize,
    pub name: &'c str,
    pub kind: RelationKind,
    /// The server's estimate; `None` where it has none.
    pub rows: Option<u64>,
    catalog: &'c Catalog,
    data: &'c RelationData,
}

impl<'c> Relation<'c> {
    pub fn columns(&self) -> Columns<'c> {
        Columns {
            catalog: self.catalog,
            data: self.data.columns.of(&self.catalog.columns),
        }
    }

    pub fn indexes(&self) -> impl ExactSizeIterator<Item = Index<'c>> + use<'c> {
        let catalog = self.catalog;
        let indexes = self.data.indexes.of(&catalog.indexes);
        indexes.iter().map(|index| Index::new(catalog, index))
    }

    pub fn comment(&self) -> Option<&'c str> {
        self.catalog.optional(self.data.comment)
    }

    /// The extension that brought it.
    pub fn extension(&self) -> Option<&'c str> {
        self.catalog.optional(self.data.extension)
    }

    /// `schema.table` of the parent.
    pub fn partition_of(&self) -> Option<&'c str> {
        self.catalog.optional(self.data.partition_of)
    }
}

/// A column of a relation, or a field of a composite type.
#[derive(Clone, Copy)]
pub struct Column<'c> {
    pub name: &'c str,
    pub type_name: &'c str,
    pub nullable: bool,
    pub primary_key: bool,
    rest: Option<(&'c Catalog, &'c ColumnData)>,
}

impl<'c> Column<'c> {
    pub fn default(&self) -> Option<&'c str> {
        let (catalog, data) = self.rest?;
        catalog.optional(data.default)
    }

    pub fn comment(&self) -> Option<&'c str> {
        let (catalog, extra) = self.extra()?;
        catalog.optional(extra.comment)
    }

    /// The list of an IN check.
    pub fn check_values(&self) -> Names<'c> {
        let found = self.extra();
        found.map_or(Names::NONE, |(c, extra)| Names {
            strings: Some(&c.strings),
            symbols: extra.check_values.of(&c.lists),
        })
    }

    /// From statistics.
    pub fn common_values(&self) -> Names<'c> {
        let found = self.extra();
        found.map_or(Names::NONE, |(c, extra)| Names {
            strings: Some(&c.strings),
            symbols: extra.common_values.of(&c.lists),
        })
    }

    fn extra(&self) -> Option<(&'c Catalog, &'c Extra)> {
        let (catalog, data) = self.rest?;
        let at = data.extra.checked_sub(1)? as usize;
        Some((catalog, catalog.extras.get(at)?))
    }
}

impl<'c> From<&'c Field> for Column<'c> {
    fn from(field: &'c Field) -> Self {
        Column {
            name: &field.name,
            type_name: &field.type_name,
            nullable: true,
            primary_key: false,
            rest: None,
        }
    }
}

impl fmt::Debug for Column<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.type_name)
    }
}

impl fmt::Debug for Relation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The columns of one relation, in order.
#[derive(Clone, Copy)]
pub struct Columns<'c> {
    catalog: &'c Catalog,
    data: &'c [ColumnData],
}

impl<'c> Columns<'c> {
    pub fn len(&self) -> usize {
        self.data.len()
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    pub fn get(&self, index: usize) -> Option<Column<'c>> {
        self.data.get(index).map(|data| self.catalog.column(data))
    }

    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = Column<'c>> + DoubleEndedIterator + Clone + use<'c> {
        let catalog = self.catalog;
        self.data.iter().map(|data| catalog.column(data))
    }
}

#[derive(Clone, Copy)]
pub struct Index<'c> {
    pub name: &'c str,
    pub columns: Names<'c>,
    pub unique: bool,
}

impl<'c> Index<'c> {
    fn new(catalog: &'c Catalog, data: &'c IndexData) -> Self {
        Index {
            name: catalog.strings.get(data.name),
            columns: catalog.names(data.columns),
            unique: data.unique,
        }
    }
}

/// Columns of one relation that point at columns of another, in step.
#[derive(Clone, Copy)]
pub struct ForeignKey<'c> {
    pub from: RelationId,
    pub from_columns: Names<'c>,
    pub to: RelationId,
    pub to_columns: Names<'c>,
}

/// A list of names or values.
#[derive(Clone, Copy)]
pub struct Names<'c> {
    strings: Option<&'c Strings>,
    symbols: &'c [Symbol],
}

impl<'c> Names<'c> {
    const NONE: Names<'static> = Names {
        strings: None,
        symbols: &[],
    };

    pub fn len(&self) -> usize {
        self.symbols.len()
    }

    pub fn is_empty(&self) -> bool {
        self.symbols.is_empty()
    }

    pub fn get(&self, index: usize) -> Option<&'c str> {
        let strings = self.strings?;
        self.symbols.get(index).map(|s| strings.get(*s))
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'c str> + Clone + use<'c> {
        let strings = self.strings;
        let text = move |s: &'c Symbol| strings.map_or("", |strings| strings.get(*s));
        self.symbols.iter().map(text)
    }

    pub fn to_vec(&self) -> Vec<String> {
        self.iter().map(str::to_string).collect()
    }

    pub fn join(&self, separator: &str) -> String {
        self.iter().collect::<Vec<_>>().join(separator)
    }
}

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<const N: usize> PartialEq<[&str; N]> for Names<'_> {
    fn eq(&self, other: &[&str; N]) -> bool {
        self.iter().eq(other.iter().copied())
    }
}

impl Catalog {
    pub fn relation(&self, id: RelationId) -> Relation<'_> {
        self.show_relation(&self.relations[id.0 as usize])
    }

    /// Every relation, sorted by schema, then name.
    pub fn relations(&self) -> impl ExactSizeIterator<Item = Relation<'_>> + Clone {
        self.relations.iter().map(|data| self.show_relation(data))
    }

    pub fn columns(&self, id: RelationId) -> Columns<'_> {
        self.relation(id).columns()
    }

    pub fn foreign_keys(&self) -> impl ExactSizeIterator<Item = ForeignKey<'_>> {
        self.foreign_keys.iter().map(|data| self.show_key(data))
    }

    fn show_relation<'c>(&'c self, data: &'c RelationData) -> Relation<'c> {
        Relation {
            schema: data.schema as usize,
            name: self.strings.get(data.name),
            kind: data.kind,
            rows: data.rows,
            catalog: self,
            data,
        }
    }

    pub(super) fn show_key(&self, data: &KeyData) -> ForeignKey<'_> {
        ForeignKey {
            from: data.from,
            from_columns: self.names(data.from_columns),
            to: data.to,
            to_columns: self.names(data.to_columns),
        }
    }

    pub(super) fn column<'c>(&'c self, data: &'c ColumnData) -> Column<'c> {
        Column {
            name: self.strings.get(data.name),
            type_name: self.strings.get(data.type_name),
            nullable: data.nullable,
            primary_key: data.primary_key,
            rest: Some((self, data)),
        }
    }

    fn names(&self, span: super::Span) -> Names<'_> {
        Names {
            strings: Some(&self.strings),
            symbols: span.of(&self.lists),
        }
    }

    fn optional(&self, symbol: Symbol) -> Option<&str> {
        (symbol != Symbol::EMPTY).then(|| self.strings.get(symbol))
    }
}
