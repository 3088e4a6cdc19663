//! The JSON of a catalog: `sqwire catalog`, the completion protocol and the on-disk cache.

use super::{
    Argument, ArgumentMode, ArgumentRow, Catalog, CatalogBuilder, CatalogColumn, ForeignKeyRow,
    Index, Relation, RelationKind, RelationRow, RoutineKind, RoutineRow, Schema, TypeDef, TypeRow,
};
use crate::sql::dialect;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::io;

/// The version of the format.
const VERSION: u64 = 1;

/// Reads a catalog. The error names the place in the JSON: `schemas[0].relations[3].name: …`.
pub fn read(text: &str) -> Result<Catalog, String> {
    let mut source = serde_json::Deserializer::from_str(text);
    let file: File<'_> = serde_path_to_error::deserialize(&mut source).map_err(|e| {
        let path = e.path().to_string();
        match path.as_str() {
            "." => e.inner().to_string(),
            _ => format!("{path}: {}", e.inner()),
        }
    })?;
    source.end().map_err(|e| e.to_string())?;
    if file.version != VERSION {
        return Err(format!(
            "version: {} is not known, only {VERSION}",
            file.version
        ));
    }
    let dialect = dialect::by_name(&file.dialect)
        .ok_or_else(|| format!("dialect: no dialect is named \"{}\"", file.dialect))?;
    let mut builder = CatalogBuilder::new(dialect);
    fill(&mut builder, file);
    Ok(builder.finish(1))
}

fn fill(builder: &mut CatalogBuilder, file: File<'_>) {
    builder.server_version = file.server_version.into_owned();
    builder.database = file.database.into_owned();
    builder.user = file.user.into_owned();
    builder.search_path = file.search_path;
    builder.databases = file.databases;
    builder.roles = file.roles;
    builder.settings = file.settings;
    builder.charsets = file.charsets;
    builder.collations = file.collations;
    for schema in file.schemas {
        fill_schema(builder, schema);
    }
    for key in file.foreign_keys {
        builder.foreign_key(ForeignKeyRow {
            schema: &key.from.schema,
            relation: &key.from.table,
            columns: key.from.columns,
            to_schema: &key.to.schema,
            to_relation: &key.to.table,
            to_columns: key.to.columns,
        });
    }
}

fn fill_schema(builder: &mut CatalogBuilder, schema: SchemaJson<'_>) {
    let name = &*schema.name;
    builder.schema(name);
    for relation in schema.relations {
        let row = RelationRow {
            schema: name,
            name: &relation.name,
            kind: relation.kind,
            rows: relation.rows,
            comment: relation.comment.as_deref(),
            extension: relation.extension.as_deref(),
            partition_of: relation.partition_of.as_deref(),
        };
        let columns = relation.columns.into_iter().map(ColumnJson::into).collect();
        let indexes = relation.indexes.into_iter().map(|i| Index {
            name: i.name,
            columns: i.columns,
            unique: i.unique,
        });
        builder.relation_with(row, columns, indexes.collect());
    }
    for function in schema.functions {
        builder.routine(RoutineRow {
            schema: name,
            name: &function.name,
            kind: function.kind,
            returns: function.returns.as_deref().unwrap_or_default(),
            returns_set: function.returns_set,
            arguments: function.arguments.into_iter().map(Into::into).collect(),
            extension: function.extension.as_deref(),
        });
    }
    for def in schema.types {
        builder.type_def(TypeRow {
            schema: name,
            name: &def.name,
            labels: def.labels,
            fields: def.fields.into_iter().map(ColumnJson::into).collect(),
            extension: def.extension.as_deref(),
        });
    }
    for sequence in &schema.sequences {
        builder.sequence(name, sequence);
    }
    for extension in &schema.extensions {
        builder.extension(name, extension);
    }
}

/// Writes a catalog as one line of JSON.
pub fn write(catalog: &Catalog, out: &mut dyn io::Write) -> io::Result<()> {
    let end = |id, columns: &[String]| KeyEnd {
        schema: (&*catalog.schema_of(id).name).into(),
        table: (&*catalog.relation(id).name).into(),
        columns: columns.to_vec(),
    };
    let keys = catalog.foreign_keys.iter().map(|key| KeyJson {
        from: end(key.from, &key.from_columns),
        to: end(key.to, &key.to_columns),
    });
    let file = File {
        version: VERSION,
        dialect: catalog.dialect.name.into(),
        server_version: (&*catalog.server_version).into(),
        database: (&*catalog.database).into(),
        user: (&*catalog.user).into(),
        search_path: catalog.search_path.clone(),
        databases: catalog.databases.clone(),
        roles: catalog.roles.clone(),
        settings: catalog.settings.clone(),
        charsets: catalog.charsets.clone(),
        collations: catalog.collations.clone(),
        schemas: (catalog.schemas.iter().enumerate())
            .map(|(id, schema)| schema_json(catalog, id, schema))
            .collect(),
        foreign_keys: keys.collect(),
    };
    serde_json::to_writer(out, &file).map_err(io::Error::from)
}

fn schema_json<'c>(catalog: &'c Catalog, id: usize, schema: &'c Schema) -> SchemaJson<'c> {
    let functions = schema.routines.iter().map(|routine| FunctionJson {
        name: (&*routine.name).into(),
        kind: routine.kind,
        returns: (!routine.returns.is_empty()).then(|| (&*routine.returns).into()),
        returns_set: routine.returns_set,
        arguments: routine.arguments.iter().map(argument_json).collect(),
        extension: routine.extension.as_deref().map(Cow::from),
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

fn relation_json(relation: &Relation) -> RelationJson<'_> {
    let indexes = relation.indexes.iter().map(|index| IndexJson {
        name: index.name.clone(),
        columns: index.columns.clone(),
        unique: index.unique,
    });
    RelationJson {
        name: (&*relation.name).into(),
        kind: relation.kind,
        rows: relation.rows,
        comment: relation.comment.as_deref().map(Cow::from),
        extension: relation.extension.as_deref().map(Cow::from),
        partition_of: relation.partition_of.as_deref().map(Cow::from),
        columns: relation.columns.iter().map(column_json).collect(),
        indexes: indexes.collect(),
    }
}

fn column_json(column: &CatalogColumn) -> ColumnJson<'_> {
    ColumnJson {
        name: (&*column.name).into(),
        type_name: (&*column.type_name).into(),
        nullable: column.nullable,
        primary_key: column.primary_key,
        default: column.default.as_deref().map(Cow::from),
        comment: column.comment.as_deref().map(Cow::from),
        check_values: column.check_values.clone(),
        common_values: column.common_values.clone(),
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
        fields: def.fields.iter().map(column_json).collect(),
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

#[derive(Serialize, Deserialize)]
struct File<'t> {
    version: u64,
    #[serde(borrow)]
    dialect: Text<'t>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    server_version: Text<'t>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    database: Text<'t>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    user: Text<'t>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    search_path: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    databases: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    settings: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    charsets: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    collations: Vec<String>,
    #[serde(borrow)]
    schemas: Vec<SchemaJson<'t>>,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<KeyJson<'t>>,
}

#[derive(Serialize, Deserialize)]
struct SchemaJson<'t> {
    #[serde(borrow)]
    name: Text<'t>,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    relations: Vec<RelationJson<'t>>,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    functions: Vec<FunctionJson<'t>>,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    types: Vec<TypeJson<'t>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sequences: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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

    const SHOP: &str = r#"{"version":1,"dialect":"postgres","search_path":["public"],"schemas":[{"name":"public","relations":[{"name":"orders","kind":"table","rows":12,"columns":[{"name":"id","type":"bigint","nullable":false,"primary_key":true},{"name":"user_id","type":"bigint","nullable":false}],"indexes":[{"name":"orders_pkey","columns":["id"],"unique":true}]},{"name":"users","kind":"view","columns":[{"name":"id","type":"bigint","nullable":true}]}],"functions":[{"name":"totals","kind":"function","returns":"record","returns_set":true,"arguments":[{"name":"since","type":"date","mode":"in","default":"now()"}]}],"types":[{"name":"mood","labels":["sad","ok"]}]}],"foreign_keys":[{"from":{"schema":"public","table":"orders","columns":["user_id"]},"to":{"schema":"public","table":"users","columns":["id"]}}]}"#;

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
        let text = r#"{"version":1,"dialect":"sqlite","schemas":[{"name":"main","relations":[{"name":"t","new":[1]}]}],"later":{}}"#;
        let catalog = read(text).expect("a catalog");
        assert_eq!(catalog.relations[0].name, "t");
    }
}
