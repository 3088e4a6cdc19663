//! Reads the JSON of a catalog piece by piece: the catalog of a big database is far smaller than
//! its text, so the text is never in memory as a whole, and each relation goes to the builder as
//! soon as it has been read.

use super::super::{
    Catalog, CatalogBuilder, CatalogColumn, Field, ForeignKeyRow, IndexRow, Object, ObjectKind,
    RelationRow, RoutineRow, TypeRow,
};
use super::{ColumnJson, FunctionJson, KeyJson, ObjectJson, RelationJson, TypeJson, VERSION};
use crate::sql::dialect;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::marker::PhantomData;

/// Reads a catalog. The error names the place in the JSON: `schemas[0].relations[3].name: …`.
pub fn read(text: &str) -> Result<Catalog, String> {
    read_with(serde_json::Deserializer::from_str(text))
}

/// As `read`; `source` should be buffered.
pub fn read_from(source: impl io::Read) -> Result<Catalog, String> {
    read_with(serde_json::Deserializer::from_reader(source))
}

fn read_with<'de>(
    mut source: serde_json::Deserializer<impl serde_json::de::Read<'de>>,
) -> Result<Catalog, String> {
    let mut builder = CatalogBuilder::new(&dialect::POSTGRES);
    let mut track = serde_path_to_error::Track::new();
    let file = FileSeed {
        builder: &mut builder,
    };
    let read = file.deserialize(serde_path_to_error::Deserializer::new(
        &mut source,
        &mut track,
    ));
    let (version, dialect) = read.map_err(|e| match track.path().to_string().as_str() {
        "." => e.to_string(),
        path => format!("{path}: {e}"),
    })?;
    source.end().map_err(|e| e.to_string())?;
    if version != VERSION {
        return Err(format!("version: {version} is not known, only {VERSION}"));
    }
    builder.dialect = dialect::by_name(&dialect)
        .ok_or_else(|| format!("dialect: no dialect is named \"{dialect}\""))?;
    Ok(builder.finish(1))
}

/// The whole; gives version and dialect.
struct FileSeed<'b> {
    builder: &'b mut CatalogBuilder,
}

impl<'de> DeserializeSeed<'de> for FileSeed<'_> {
    type Value = (u64, String);

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FileSeed<'_> {
    type Value = (u64, String);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a catalog")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let builder = self.builder;
        let (mut version, mut dialect, mut schemas) = (None, None, false);
        let mut early: Vec<KeyJson<'de>> = Vec::new();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match &*name {
                "version" => version = Some(map.next_value()?),
                "dialect" => dialect = Some(map.next_value()?),
                "server_version" => builder.server_version = map.next_value()?,
                "database" => builder.database = map.next_value()?,
                "user" => builder.user = map.next_value()?,
                "search_path" => builder.search_path = map.next_value()?,
                "databases" => builder.databases = map.next_value()?,
                "roles" => builder.roles = map.next_value()?,
                "settings" => builder.settings = map.next_value()?,
                "setting_values" => builder.setting_values = map.next_value()?,
                "charsets" => builder.charsets = map.next_value()?,
                "collations" => builder.collations = map.next_value()?,
                "schemas" => {
                    map.next_value_seed(Schemas { builder })?;
                    schemas = true;
                }
                "foreign_keys" if schemas => {
                    map.next_value_seed(Each::new(|key| add_key(builder, key)))?;
                }
                // Keys can be told apart only once there are relations.
                "objects" => {
                    map.next_value_seed(Each::new(|object| add_object(builder, &object)))?;
                }
                "foreign_keys" => early = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        early.into_iter().for_each(|key| add_key(builder, key));
        let version = version.ok_or_else(|| A::Error::missing_field("version"))?;
        let dialect = dialect.ok_or_else(|| A::Error::missing_field("dialect"))?;
        match schemas {
            true => Ok((version, dialect)),
            false => Err(A::Error::missing_field("schemas")),
        }
    }
}

fn add_key(builder: &mut CatalogBuilder, key: KeyJson<'_>) {
    builder.foreign_key(&ForeignKeyRow {
        schema: &key.from.schema,
        relation: &key.from.table,
        columns: key.from.columns,
        to_schema: &key.to.schema,
        to_relation: &key.to.table,
        to_columns: key.to.columns,
    });
}

/// Kinds that a later version knows are left out.
fn add_object(builder: &mut CatalogBuilder, object: &ObjectJson<'_>) {
    if let Some(kind) = ObjectKind::named(&object.kind.to_uppercase()) {
        builder.object(Object {
            kind,
            schema: &object.schema,
            name: &object.name,
            relation: &object.relation,
        });
    }
}

/// A list of which each item is handed on as soon as it has been read.
struct Each<T, F> {
    take: F,
    item: PhantomData<T>,
}

impl<T, F: FnMut(T)> Each<T, F> {
    fn new(take: F) -> Self {
        Each {
            take,
            item: PhantomData,
        }
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> DeserializeSeed<'de> for Each<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> Visitor<'de> for Each<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            (self.take)(item);
        }
        Ok(())
    }
}

/// The list of schemas.
struct Schemas<'b> {
    builder: &'b mut CatalogBuilder,
}

impl<'de> DeserializeSeed<'de> for Schemas<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Schemas<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of schemas")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let builder = self.builder;
        while list.next_element_seed(OneSchema { builder })?.is_some() {}
        Ok(())
    }
}

struct OneSchema<'b> {
    builder: &'b mut CatalogBuilder,
}

impl<'de> DeserializeSeed<'de> for OneSchema<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_map(self)
    }
}

/// What was read of a schema besides its relations.
#[derive(Default)]
struct Rest<'de> {
    relations: Vec<RelationJson<'de>>,
    functions: Vec<FunctionJson<'de>>,
    types: Vec<TypeJson<'de>>,
    sequences: Vec<String>,
    extensions: Vec<String>,
}

impl<'de> Visitor<'de> for OneSchema<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a schema")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let builder = self.builder;
        let mut name: Option<Cow<'de, str>> = None;
        let mut rest = Rest::default();
        while let Some(field) = map.next_key::<Cow<'de, str>>()? {
            match (&*field, &name) {
                ("name", _) => name = Some(map.next_value()?),
                ("relations", Some(name)) => {
                    builder.schema(name);
                    map.next_value_seed(Each::new(|relation| {
                        add_relation(builder, name, &relation);
                    }))?;
                }
                // The fields of an object may come in any order.
                ("relations", None) => rest.relations = map.next_value()?,
                ("functions", _) => rest.functions = map.next_value()?,
                ("types", _) => rest.types = map.next_value()?,
                ("sequences", _) => rest.sequences = map.next_value()?,
                ("extensions", _) => rest.extensions = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let name = name.ok_or_else(|| A::Error::missing_field("name"))?;
        builder.schema(&name);
        add_rest(builder, &name, rest);
        Ok(())
    }
}

fn add_relation(builder: &mut CatalogBuilder, schema: &str, relation: &RelationJson<'_>) {
    let row = RelationRow {
        schema,
        name: &relation.name,
        kind: relation.kind,
        rows: relation.rows,
        comment: relation.comment.as_deref(),
        extension: relation.extension.as_deref(),
        partition_of: relation.partition_of.as_deref(),
        ..RelationRow::default()
    };
    if !builder.relation_is_new(row) {
        return;
    }
    for column in &relation.columns {
        builder.column_with(schema, &relation.name, &column_of(column));
    }
    for index in &relation.indexes {
        builder.index(&IndexRow {
            schema,
            relation: &relation.name,
            name: &index.name,
            columns: index.columns.clone(),
            unique: index.unique,
        });
    }
}

fn column_of(column: &ColumnJson<'_>) -> CatalogColumn {
    CatalogColumn {
        name: column.name.to_string(),
        type_name: column.type_name.to_string(),
        nullable: column.nullable,
        primary_key: column.primary_key,
        default: column.default.as_deref().map(str::to_string),
        comment: column.comment.as_deref().map(str::to_string),
        check_values: column.check_values.clone(),
        common_values: column.common_values.clone(),
    }
}

fn add_rest(builder: &mut CatalogBuilder, schema: &str, rest: Rest<'_>) {
    for relation in &rest.relations {
        add_relation(builder, schema, relation);
    }
    for function in rest.functions {
        builder.routine(RoutineRow {
            schema,
            name: &function.name,
            kind: function.kind,
            returns: function.returns.as_deref().unwrap_or_default(),
            returns_set: function.returns_set,
            arguments: function.arguments.into_iter().map(Into::into).collect(),
            extension: function.extension.as_deref(),
            comment: function.comment.as_deref(),
        });
    }
    for def in rest.types {
        let field = |field: ColumnJson<'_>| Field {
            name: field.name.into_owned(),
            type_name: field.type_name.into_owned(),
        };
        builder.type_def(TypeRow {
            schema,
            name: &def.name,
            labels: def.labels,
            fields: def.fields.into_iter().map(field).collect(),
            extension: def.extension.as_deref(),
        });
    }
    for sequence in &rest.sequences {
        builder.sequence(schema, sequence);
    }
    for extension in &rest.extensions {
        builder.extension(schema, extension);
    }
}
