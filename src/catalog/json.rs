//! The JSON of a catalog: `sqwire catalog`, the completion protocol and the on-disk cache.

mod read;

pub use read::{read, read_from};

use super::{
    Argument, ArgumentMode, ArgumentRow, Catalog, CatalogColumn, Column, ForeignKey, Names,
    Relation, RelationKind, RoutineKind, Schema, TypeDef,
};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

/// The version of the format.
const VERSION: u64 = 1;

/// Writes a catalog as one line of JSON.
pub fn write(catalog: &Catalog, out: &mut dyn io::Write) -> io::Result<()> {
    let file = File {
        version: VERSION,
        dialect: catalog.dialect.name,
        server_version: &catalog.server_version,
        database: &catalog.database,
        user: &catalog.user,
        search_path: &catalog.search_path,
        databases: &catalog.databases,
        roles: &catalog.roles,
        settings: &catalog.settings,
        setting_values: &catalog.setting_values,
        charsets: &catalog.charsets,
        collations: &catalog.collations,
        schemas: catalog,
        foreign_keys: catalog,
        objects: catalog,
    };
    serde_json::to_writer(out, &file).map_err(io::Error::from)
}

/// One schema after the other, so that only one at a time is in memory twice.
fn write_schemas<S: Serializer>(catalog: &Catalog, out: S) -> Result<S::Ok, S::Error> {
    let mut list = out.serialize_seq(Some(catalog.schemas.len()))?;
    for (id, schema) in catalog.schemas.iter().enumerate() {
        list.serialize_element(&schema_json(catalog, id, schema))?;
    }
    list.end()
}

fn write_keys<S: Serializer>(catalog: &Catalog, out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(catalog.foreign_keys().map(|key| key_json(catalog, key)))
}

fn write_objects<S: Serializer>(catalog: &Catalog, out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(catalog.objects().map(|object| ObjectJson {
        kind: object.kind.words().to_lowercase().into(),
        schema: object.schema.into(),
        name: object.name.into(),
        relation: object.relation.into(),
    }))
}

fn has_no_objects(catalog: &Catalog) -> bool {
    catalog.objects().next().is_none()
}

fn has_no_keys(catalog: &Catalog) -> bool {
    catalog.foreign_keys().len() == 0
}

fn key_json<'c>(catalog: &'c Catalog, key: ForeignKey<'c>) -> KeyJson<'c> {
    let end = |id, columns: Names<'_>| KeyEnd {
        schema: (&*catalog.schema_of(id).name).into(),
        table: catalog.relation(id).name.into(),
        columns: columns.to_vec(),
    };
    KeyJson {
        from: end(key.from, key.from_columns),
        to: end(key.to, key.to_columns),
    }
}

fn schema_json<'c>(catalog: &'c Catalog, id: usize, schema: &'c Schema) -> SchemaJson<'c> {
    let functions = schema.routines.iter().map(|routine| FunctionJson {
        name: (&*routine.name).into(),
        kind: routine.kind,
        returns: (!routine.returns.is_empty()).then(|| (&*routine.returns).into()),
        returns_set: routine.returns_set,
        arguments: routine.arguments.iter().map(argument_json).collect(),
        extension: routine.extension.as_deref().map(Cow::from),
        comment: routine.comment.as_deref().map(Cow::from),
    });
    SchemaJson {
        name: (&*schema.name).into(),
        relations: (catalog.relations_in(id))
            .map(|id| relation_json(catalog.relation(id)))
            .collect(),
        functions: functions.collect(),
        types: schema.types.iter().map(type_json).collect(),
        sequences: schema.sequences.clone(),
        extensions: schema.extensions.clone(),
    }
}

fn relation_json(relation: Relation<'_>) -> RelationJson<'_> {
    let indexes = relation.indexes().map(|index| IndexJson {
        name: index.name.to_string(),
        columns: index.columns.to_vec(),
        unique: index.unique,
    });
    RelationJson {
        name: relation.name.into(),
        kind: relation.kind,
        rows: relation.rows,
        comment: relation.comment().map(Cow::from),
        extension: relation.extension().map(Cow::from),
        partition_of: relation.partition_of().map(Cow::from),
        columns: relation.columns().iter().map(column_json).collect(),
        indexes: indexes.collect(),
    }
}

fn column_json(column: Column<'_>) -> ColumnJson<'_> {
    ColumnJson {
        name: column.name.into(),
        type_name: column.type_name.into(),
        nullable: column.nullable,
        primary_key: column.primary_key,
        default: column.default().map(Cow::from),
        comment: column.comment().map(Cow::from),
        check_values: column.check_values().to_vec(),
        common_values: column.common_values().to_vec(),
    }
}

fn argument_json(argument: &Argument) -> ArgumentJson<'_> {
    ArgumentJson {
        name: (&*argument.name).into(),
        type_name: (&*argument.type_name).into(),
        mode: argument.mode,
        default: argument.default.as_deref().map(Cow::from),
    }
}

fn type_json(def: &TypeDef) -> TypeJson<'_> {
    TypeJson {
        name: (&*def.name).into(),
        labels: def.labels.clone(),
        fields: def.fields.iter().map(|f| column_json(f.into())).collect(),
        extension: def.extension.as_deref().map(Cow::from),
    }
}

impl From<ColumnJson<'_>> for CatalogColumn {
    fn from(column: ColumnJson<'_>) -> Self {
        CatalogColumn {
            name: column.name.into_owned(),
            type_name: column.type_name.into_owned(),
            nullable: column.nullable,
            primary_key: column.primary_key,
            default: column.default.map(Cow::into_owned),
            comment: column.comment.map(Cow::into_owned),
            check_values: column.check_values,
            common_values: column.common_values,
        }
    }
}

impl From<ArgumentJson<'_>> for ArgumentRow {
    fn from(argument: ArgumentJson<'_>) -> Self {
        ArgumentRow {
            name: argument.name.into_owned(),
            type_name: argument.type_name.into_owned(),
            mode: argument.mode,
            default: argument.default.map(Cow::into_owned),
        }
    }
}

type Text<'t> = Cow<'t, str>;

fn yes() -> bool {
    true
}

fn is_false(b: &bool) -> bool {
    !b
}

#[derive(Serialize)]
struct File<'t> {
    version: u64,
    dialect: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    server_version: &'t str,
    #[serde(skip_serializing_if = "str::is_empty")]
    database: &'t str,
    #[serde(skip_serializing_if = "str::is_empty")]
    user: &'t str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    search_path: &'t [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    databases: &'t [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    roles: &'t [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    settings: &'t [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    setting_values: &'t BTreeMap<String, Vec<String>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    charsets: &'t [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    collations: &'t [String],
    #[serde(serialize_with = "write_schemas")]
    schemas: &'t Catalog,
    #[serde(serialize_with = "write_keys", skip_serializing_if = "has_no_keys")]
    foreign_keys: &'t Catalog,
    #[serde(
        serialize_with = "write_objects",
        skip_serializing_if = "has_no_objects"
    )]
    objects: &'t Catalog,
}

/// The kind is that of `ObjectKind::words`, in lower case.
#[derive(Serialize, Deserialize)]
struct ObjectJson<'t> {
    #[serde(borrow)]
    kind: Text<'t>,
    #[serde(default, borrow, skip_serializing_if = "str::is_empty")]
    schema: Text<'t>,
    #[serde(borrow)]
    name: Text<'t>,
    #[serde(default, borrow, skip_serializing_if = "str::is_empty")]
    relation: Text<'t>,
}

#[derive(Serialize)]
struct SchemaJson<'t> {
    name: Text<'t>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relations: Vec<RelationJson<'t>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    functions: Vec<FunctionJson<'t>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<TypeJson<'t>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sequences: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extensions: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct RelationJson<'t> {
    #[serde(borrow)]
    name: Text<'t>,
    #[serde(default, with = "RelationKindJson")]
    kind: RelationKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rows: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<Text<'t>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extension: Option<Text<'t>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partition_of: Option<Text<'t>>,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    columns: Vec<ColumnJson<'t>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    indexes: Vec<IndexJson>,
}

#[derive(Serialize, Deserialize)]
struct ColumnJson<'t> {
    #[serde(borrow)]
    name: Text<'t>,
    #[serde(default, rename = "type", borrow)]
    type_name: Text<'t>,
    #[serde(default = "yes")]
    nullable: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    primary_key: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<Text<'t>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<Text<'t>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    check_values: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    common_values: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct IndexJson {
    name: String,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    unique: bool,
}

#[derive(Serialize, Deserialize)]
struct FunctionJson<'t> {
    #[serde(borrow)]
    name: Text<'t>,
    #[serde(default, with = "RoutineKindJson")]
    kind: RoutineKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    returns: Option<Text<'t>>,
    #[serde(default, skip_serializing_if = "is_false")]
    returns_set: bool,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    arguments: Vec<ArgumentJson<'t>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extension: Option<Text<'t>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<Text<'t>>,
}

#[derive(Serialize, Deserialize)]
struct ArgumentJson<'t> {
    #[serde(default, borrow)]
    name: Text<'t>,
    #[serde(default, rename = "type", borrow)]
    type_name: Text<'t>,
    #[serde(default, with = "ArgumentModeJson")]
    mode: ArgumentMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<Text<'t>>,
}

#[derive(Serialize, Deserialize)]
struct TypeJson<'t> {
    #[serde(borrow)]
    name: Text<'t>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<ColumnJson<'t>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    extension: Option<Text<'t>>,
}

#[derive(Serialize, Deserialize)]
struct KeyJson<'t> {
    #[serde(borrow)]
    from: KeyEnd<'t>,
    #[serde(borrow)]
    to: KeyEnd<'t>,
}

#[derive(Serialize, Deserialize)]
struct KeyEnd<'t> {
    #[serde(borrow)]
    schema: Text<'t>,
    #[serde(borrow)]
    table: Text<'t>,
    columns: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RelationKind", rename_all = "snake_case")]
enum RelationKindJson {
    Table,
    View,
    MaterializedView,
    ForeignTable,
    PartitionedTable,
    SystemTable,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "RoutineKind", rename_all = "snake_case")]
enum RoutineKindJson {
    Function,
    Aggregate,
    Window,
    Procedure,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ArgumentMode", rename_all = "lowercase")]
enum ArgumentModeJson {
    In,
    Out,
    InOut,
    Variadic,
    Table,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = r#"{"version":1,"dialect":"postgres","search_path":["public"],"schemas":[{"name":"public","relations":[{"name":"orders","kind":"table","rows":12,"columns":[{"name":"id","type":"bigint","nullable":false,"primary_key":true},{"name":"user_id","type":"bigint","nullable":false}],"indexes":[{"name":"orders_pkey","columns":["id"],"unique":true}]},{"name":"users","kind":"view","columns":[{"name":"id","type":"bigint","nullable":true}]}],"functions":[{"name":"totals","kind":"function","returns":"record","returns_set":true,"arguments":[{"name":"since","type":"date","mode":"in","default":"now()"}]}],"types":[{"name":"mood","labels":["sad","ok"]}]}],"foreign_keys":[{"from":{"schema":"public","table":"orders","columns":["user_id"]},"to":{"schema":"public","table":"users","columns":["id"]}}],"objects":[{"kind":"event trigger","name":"watch"},{"kind":"policy","schema":"public","name":"own","relation":"orders"}]}"#;

    #[test]
    fn what_is_written_is_what_was_read() {
        let catalog = read(SHOP).expect("a catalog");
        let mut out = Vec::new();
        write(&catalog, &mut out).expect("memory");
        assert_eq!(String::from_utf8(out).expect("UTF-8"), SHOP);
    }

    #[test]
    fn an_error_names_its_place() {
        for (text, start) in [
            (
                r#"{"version":1,"dialect":"postgres"}"#,
                "missing field `schemas`",
            ),
            (
                r#"{"version":1,"dialect":"db2","schemas":[]}"#,
                "dialect: no dialect",
            ),
            (
                r#"{"version":9,"dialect":"mysql","schemas":[]}"#,
                "version: 9",
            ),
            (
                r#"{"version":1,"dialect":"mysql","schemas":[{"name":"a"},{"relations":[]}]}"#,
                "schemas[1]: missing field `name`",
            ),
            (
                r#"{"version":1,"dialect":"mysql","schemas":[{"name":"a","relations":[{"name":"t","kind":"tabel"}]}]}"#,
                "schemas[0].relations[0].kind: unknown variant",
            ),
            ("nonsense", "expected ident"),
            (
                r#"{"version":1,"dialect":"mysql","schemas":[]} x"#,
                "trailing characters",
            ),
        ] {
            let error = read(text).expect_err("a mistake");
            assert!(error.starts_with(start), "{error}");
        }
    }

    #[test]
    fn unknown_fields_are_ignored_and_most_may_be_absent() {
        let text = r#"{"version":1,"dialect":"sqlite","schemas":[{"name":"main","relations":[{"name":"t","new":[1]}]}],"objects":[{"kind":"later","name":"x"}],"later":{}}"#;
        let catalog = read(text).expect("a catalog");
        assert_eq!(catalog.relations().next().expect("a relation").name, "t");
    }
}
