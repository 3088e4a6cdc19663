//! The SQL behind `\l`, `\dt`, `\d NAME` and the others. Pure text.

use super::{lookup, show};
use crate::driver::{Listing, Pattern, Titled};

pub(super) fn listing(what: Listing, pattern: &Pattern) -> Option<Vec<Titled>> {
    Some(match what {
        Listing::Databases => vec![databases("List of databases", pattern)],
        Listing::Schemas => vec![databases("List of schemas", pattern)],
        Listing::Tables => vec![relations("List of tables", "'table','virtual'", pattern)],
        Listing::Views => vec![relations("List of views", "'view'", pattern)],
        Listing::Relations => {
            vec![relations(
                "List of relations",
                "'table','virtual','view'",
                pattern,
            )]
        }
        Listing::Indexes => vec![indexes(pattern)],
        Listing::Functions => vec![functions(pattern)],
        Listing::Describe => describe(pattern),
        Listing::Show => show::page(pattern),
        Listing::Sequences => vec![lookup::sequences(pattern)],
        Listing::Types => vec![lookup::types(pattern)],
        Listing::ViewSource => vec![lookup::definitions(&["view"], pattern)],
        Listing::Ddl => vec![lookup::definitions(&[], pattern)],
        Listing::Find => vec![lookup::find(pattern)],
        Listing::WhereUsed => vec![lookup::where_used(pattern)],
        Listing::Settings => vec![pragmas(pattern)],
        Listing::Collations => vec![named_list(
            "List of collations",
            "pragma_collation_list",
            pattern,
        )],
        Listing::Engines => vec![named_list("List of modules", "pragma_module_list", pattern)],
        Listing::Roles
        | Listing::Privileges
        | Listing::FunctionSource
        | Listing::Stats
        | Listing::CharacterSets
        | Listing::Extensions
        | Listing::Partitioned => return None,
    })
}

pub(super) fn titled(title: impl Into<String>, sql: impl Into<String>) -> Titled {
    Titled {
        title: title.into(),
        sql: sql.into(),
        quiet_when_empty: false,
        otherwise: None,
        facts: false,
    }
}

pub(super) fn quiet(title: &str, sql: String) -> Titled {
    Titled {
        quiet_when_empty: true,
        ..titled(title, sql)
    }
}

pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// ` AND lower(column) GLOB 'pattern'`; nothing for no pattern.
pub(super) fn matches(column: &str, pattern: Option<&str>) -> String {
    match pattern {
        Some(pattern) => format!(
            " AND lower({column}) GLOB lower({})",
            literal(&glob(pattern))
        ),
        None => String::new(),
    }
}

/// SQLite counts the columns of every table that it lists: where a name is no pattern, it is told
/// which one is meant (`l` is `pragma_table_list`).
pub(super) fn only(name: &str) -> String {
    match has_wildcard(name) {
        true => String::new(),
        false => format!(" AND l.arg = {}", literal(name)),
    }
}

/// A pattern of psql's as SQLite's GLOB: `*` and `?` are the same, brackets mean themselves.
fn glob(pattern: &str) -> String {
    pattern.replace('[', "[[]")
}

pub(super) fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

fn databases(title: &str, pattern: &Pattern) -> Titled {
    let file = "CASE WHEN file = '' THEN '(memory or temporary)' ELSE file END";
    titled(
        title,
        format!(
            "SELECT name AS \"Name\", {file} AS \"File\" FROM pragma_database_list WHERE true{} \
             ORDER BY seq",
            matches("name", pattern.name.as_deref())
        ),
    )
}

fn named_list(title: &str, from: &str, pattern: &Pattern) -> Titled {
    titled(
        title,
        format!(
            "SELECT name AS \"Name\" FROM {from} WHERE true{} ORDER BY name",
            matches("name", pattern.name.as_deref())
        ),
    )
}

/// The pragmas that tell a value and change nothing.
const PRAGMAS: &[&str] = &[
    "application_id",
    "auto_vacuum",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "cell_size_check",
    "checkpoint_fullfsync",
    "defer_foreign_keys",
    "encoding",
    "foreign_keys",
    "freelist_count",
    "fullfsync",
    "ignore_check_constraints",
    "journal_mode",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "page_count",
    "page_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "schema_version",
    "secure_delete",
    "synchronous",
    "temp_store",
    "threads",
    "trusted_schema",
    "user_version",
    "writable_schema",
];

fn pragmas(pattern: &Pattern) -> Titled {
    let one = |name: &&str| {
        format!("SELECT '{name}' AS name, CAST((SELECT * FROM pragma_{name}) AS TEXT) AS value")
    };
    let all: Vec<String> = PRAGMAS.iter().map(one).collect();
    titled(
        "Pragmas",
        format!(
            "SELECT name AS \"Name\", value AS \"Value\" FROM ({}) WHERE true{} ORDER BY name",
            all.join(" UNION ALL "),
            matches("name", pattern.name.as_deref())
        ),
    )
}

fn relations(title: &str, types: &str, pattern: &Pattern) -> Titled {
    let types = match pattern.system && types.contains("table") {
        true => format!("{types},'shadow'"),
        false => types.to_string(),
    };
    let more = match pattern.verbose {
        true => {
            ", ncol AS \"Columns\", iif(wr, 'yes', 'no') AS \"Without rowid\", \
             iif(strict, 'yes', 'no') AS \"Strict\""
        }
        false => "",
    };
    let system = match pattern.system || pattern.name.is_some() {
        true => "",
        false => " AND name NOT GLOB 'sqlite_*'",
    };
    titled(
        title,
        format!(
            "SELECT schema AS \"Schema\", name AS \"Name\", \
             CASE type WHEN 'virtual' THEN 'virtual table' ELSE type END AS \"Type\"{more} \
             FROM pragma_table_list WHERE type IN ({types}){system}{}{} ORDER BY schema, name",
            matches("schema", pattern.schema.as_deref()),
            matches("name", pattern.name.as_deref())
        ),
    )
}

/// The columns of an index `i` of schema `schema`, joined.
fn index_columns(index: &str, schema: &str) -> String {
    format!(
        "(SELECT group_concat(coalesce(name, '(expression)'), ', ') \
         FROM pragma_index_info({index}, {schema}))"
    )
}

fn indexes(pattern: &Pattern) -> Titled {
    titled(
        "List of indexes",
        format!(
            "SELECT l.schema AS \"Schema\", i.name AS \"Name\", l.name AS \"Table\", \
             {} AS \"Columns\", iif(i.\"unique\", 'yes', 'no') AS \"Unique\" \
             FROM pragma_table_list l, pragma_index_list(l.name, l.schema) i \
             WHERE l.type = 'table'{}{} ORDER BY l.schema, i.name",
            index_columns("i.name", "l.schema"),
            matches("l.schema", pattern.schema.as_deref()),
            index_or_table(pattern.name.as_deref())
        ),
    )
}

/// The index is meant, or all of its table.
fn index_or_table(name: Option<&str>) -> String {
    match name {
        Some(_) => format!(
            " AND (false{} OR true{})",
            matches("i.name", name).replacen(" AND", " OR", 1),
            matches("l.name", name)
        ),
        None => String::new(),
    }
}

fn functions(pattern: &Pattern) -> Titled {
    titled(
        "List of functions",
        format!(
            "SELECT DISTINCT name AS \"Name\", \
             iif(narg < 0, 'any number', narg) AS \"Arguments\", \
             CASE type WHEN 's' THEN 'function' WHEN 'a' THEN 'aggregate' ELSE 'window' END \
             AS \"Type\", iif(builtin, 'yes', 'no') AS \"Built in\" \
             FROM pragma_function_list WHERE true{} ORDER BY name, narg",
            matches("name", pattern.name.as_deref())
        ),
    )
}

/// `\d NAME`. SQLite can name the relations that a pattern means only by asking, so every query
/// matches the pattern itself, and says which relation where there can be more than one.
fn describe(pattern: &Pattern) -> Vec<Titled> {
    let name = pattern.name.as_deref().unwrap_or("*");
    let relation = match has_wildcard(name) {
        true => "l.name AS \"Table\", ",
        false => "",
    };
    let found = format!(
        "{}{}{}{}{}",
        matches("l.schema", pattern.schema.as_deref()),
        matches("l.name", Some(name)),
        only(name),
        in_sight("l.schema", pattern),
        match pattern.system || !has_wildcard(name) {
            true => "",
            false => " AND l.name NOT GLOB 'sqlite_*' AND l.type <> 'shadow'",
        }
    );
    let mut parts = vec![
        titled(title(pattern), columns(relation, &found)),
        quiet("Indexes", indexes_of(relation, &found)),
        quiet("Foreign keys", foreign_keys(relation, &found)),
        quiet("Referenced by", referenced_by(relation, &found, pattern)),
        quiet("Triggers", sources("tbl_name", "trigger", pattern)),
        quiet("View definition", sources("name", "view", pattern)),
    ];
    if pattern.verbose {
        // Checks, collations and what else no pragma tells stand in the definition alone.
        parts.push(quiet("Table definition", sources("name", "table", pattern)));
    }
    parts
}

fn title(pattern: &Pattern) -> String {
    let name = pattern.name.as_deref().unwrap_or("*");
    match &pattern.schema {
        Some(schema) => format!("Columns of {schema}.{name}"),
        None => format!("Columns of {name}"),
    }
}

/// Whether a column `c` of a table `l` is its rowid, which is never NULL; other primary keys may be, by
/// an old mistake that SQLite keeps.
pub(super) const FILLED: &str = "(c.pk > 0 AND lower(c.type) = 'integer' AND l.wr = 0 \
    AND (SELECT count(*) FROM pragma_table_xinfo(l.name, l.schema) k WHERE k.pk > 0) = 1)";

fn columns(relation: &str, found: &str) -> String {
    format!(
        "SELECT {relation}c.name AS \"Column\", c.type AS \"Type\", \
         iif(c.\"notnull\" OR {FILLED}, 'not null', '') AS \"Nullable\", c.dflt_value AS \"Default\", \
         CASE WHEN c.pk > 0 THEN 'primary key' WHEN c.hidden IN (2, 3) THEN 'generated' \
         WHEN c.hidden = 1 THEN 'hidden' ELSE '' END AS \"Key\" \
         FROM pragma_table_list l, pragma_table_xinfo(l.name, l.schema) c WHERE true{found} \
         ORDER BY l.schema, l.name, c.cid"
    )
}

pub(super) fn indexes_of(relation: &str, found: &str) -> String {
    format!(
        "SELECT {relation}i.name AS \"Name\", {} AS \"Columns\", \
         CASE i.origin WHEN 'pk' THEN 'primary key' WHEN 'u' THEN 'unique constraint' \
         ELSE trim(iif(i.\"unique\", 'unique', '') || iif(i.partial, ' partial', '')) END \
         AS \"Kind\" \
         FROM pragma_table_list l, pragma_index_list(l.name, l.schema) i \
         WHERE l.type = 'table'{found} ORDER BY l.schema, l.name, i.name",
        index_columns("i.name", "l.schema")
    )
}

pub(super) fn foreign_keys(relation: &str, found: &str) -> String {
    format!(
        "SELECT {relation}group_concat(k.\"from\", ', ') AS \"Columns\", \
         k.\"table\" AS \"References\", \
         coalesce(group_concat(k.\"to\", ', '), 'primary key') AS \"Its columns\", \
         k.on_delete AS \"On delete\", k.on_update AS \"On update\" \
         FROM pragma_table_list l, pragma_foreign_key_list(l.name, l.schema) k \
         WHERE l.type = 'table'{found} \
         GROUP BY l.schema, l.name, k.id ORDER BY l.schema, l.name, k.id"
    )
}

/// Only tables whose definition has the name in it are asked for their keys.
pub(super) fn referenced_by(relation: &str, found: &str, pattern: &Pattern) -> String {
    let name = pattern.name.as_deref().filter(|name| !has_wildcard(name));
    let others = match name {
        Some(name) => format!(
            "(SELECT DISTINCT name FROM {} WHERE type = 'table' \
             AND instr(lower(sql), lower({})) > 0) m, pragma_table_list(m.name) o",
            catalog_of(pattern),
            literal(name)
        ),
        None => "pragma_table_list o".to_string(),
    };
    format!(
        "SELECT {relation}o.name AS \"From table\", \
         group_concat(k.\"from\", ', ') AS \"Columns\", \
         coalesce(group_concat(k.\"to\", ', '), 'primary key') AS \"References\" \
         FROM pragma_table_list l, {others}, \
         pragma_foreign_key_list(o.name, o.schema) k \
         WHERE o.type = 'table' AND o.schema = l.schema \
         AND k.\"table\" = l.name COLLATE NOCASE{found} \
         GROUP BY l.schema, l.name, o.name, k.id ORDER BY l.schema, l.name, o.name, k.id"
    )
}

/// The table of schema objects: of the schema that was named, else of all.
pub(super) fn catalog_of(pattern: &Pattern) -> String {
    let named = pattern.schema.iter().filter(|s| !has_wildcard(s));
    let mut schemas: Vec<&str> = named.map(String::as_str).collect();
    if schemas.is_empty() {
        schemas = pattern.schemas.iter().map(String::as_str).collect();
    }
    if schemas.is_empty() {
        schemas = vec!["temp", "main"];
    }
    let one = |schema: &&str| {
        format!(
            "SELECT {} AS schema, type, name, tbl_name, sql FROM \"{}\".sqlite_master",
            literal(schema),
            schema.replace('"', "\"\"")
        )
    };
    let all: Vec<String> = schemas.iter().map(one).collect();
    format!("({})", all.join(" UNION ALL "))
}

/// Where a name without a schema means one relation, the condition that it is that in `schema`: SQLite
/// looks in temp first, then in main, then in the others as they were attached.
pub(super) fn in_sight(schema: &str, pattern: &Pattern) -> String {
    match &pattern.name {
        Some(name) if pattern.schema.is_none() && !has_wildcard(name) => format!(
            " AND {schema} = coalesce((SELECT v.schema FROM pragma_table_list v \
             JOIN pragma_database_list d ON d.name = v.schema \
             WHERE v.arg = {} ORDER BY d.seq <> 1, d.seq LIMIT 1), {schema})",
            literal(name)
        ),
        _ => String::new(),
    }
}

/// The CREATE statements of a kind, where `column` matches.
pub(super) fn sources(column: &str, kind: &str, pattern: &Pattern) -> String {
    let name = pattern.name.as_deref().unwrap_or("*");
    let label = match kind {
        "view" => "View",
        "table" => "Table",
        _ => "Name",
    };
    format!(
        "SELECT name AS \"{label}\", sql AS \"Definition\" FROM {} WHERE type = '{kind}'{}{} \
         ORDER BY name",
        catalog_of(pattern),
        matches(column, Some(name)),
        in_sight("schema", pattern)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_user_stay_inside_their_literals() {
        let pattern = Pattern {
            schema: Some("a\"b".into()),
            name: Some("it's [x]*".into()),
            ..Pattern::default()
        };
        let found = listing(Listing::Describe, &pattern).expect("a listing");
        assert!(
            found[0].sql.contains("GLOB lower('it''s [[]x]*')"),
            "{}",
            found[0].sql
        );
        assert!(
            found[4].sql.contains("FROM \"a\"\"b\".sqlite_master"),
            "{}",
            found[4].sql
        );
        assert!(
            found[0].sql.contains("AS \"Table\""),
            "several tables may match"
        );
    }
}
