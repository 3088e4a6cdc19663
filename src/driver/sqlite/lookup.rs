//! The SQL behind `\ds`, `\dT`, `\sv`, `/ddl`, `/find` and `/where-used`. Pure text.

use super::listing::{catalog_of, in_sight, literal, matches, titled};
use crate::driver::{Pattern, Titled};

/// As many lines as anybody reads.
const MOST: usize = 500;

/// Tables that count on their own: SQLite has no other sequences.
pub(super) fn sequences(pattern: &Pattern) -> Titled {
    titled(
        "List of sequences",
        format!(
            "SELECT name AS \"Table\", 'autoincrement' AS \"Kind\" FROM {} \
             WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'{} ORDER BY name",
            catalog_of(pattern),
            matches("name", pattern.name.as_deref())
        ),
    )
}

/// What columns are declared as, and how SQLite takes it (its rules of affinity, in their order).
pub(super) fn types(pattern: &Pattern) -> Titled {
    let system = match pattern.system {
        true => "",
        false => " AND l.name NOT GLOB 'sqlite_*'",
    };
    titled(
        "List of types",
        format!(
            "SELECT lower(c.type) AS \"Type\", CASE WHEN c.type LIKE '%INT%' THEN 'integer' \
             WHEN c.type LIKE '%CHAR%' OR c.type LIKE '%CLOB%' OR c.type LIKE '%TEXT%' THEN 'text' \
             WHEN c.type = '' OR c.type LIKE '%BLOB%' THEN 'blob' \
             WHEN c.type LIKE '%REAL%' OR c.type LIKE '%FLOA%' OR c.type LIKE '%DOUB%' THEN 'real' \
             ELSE 'numeric' END AS \"Affinity\", count(*) AS \"Columns\", \
             count(DISTINCT l.schema || '.' || l.name) AS \"Tables\" \
             FROM pragma_table_list l, pragma_table_xinfo(l.name, l.schema) c \
             WHERE l.type = 'table'{system}{}{} GROUP BY lower(c.type) ORDER BY 1",
            matches("l.schema", pattern.schema.as_deref()),
            matches("c.type", pattern.name.as_deref())
        ),
    )
}

/// Those tables too that a virtual table makes for itself, which are there when the script comes to
/// them. As sqlite3 it knows them by the quotes around their names.
const AGAIN: &str = "iif(sql GLOB 'CREATE TABLE [''\"]*', \
    'CREATE TABLE IF NOT EXISTS ' || substr(sql, 14), sql)";

/// The statements that create what is named, tables before what belongs to them. Without kinds:
/// everything, and all that belongs to a table of that name.
pub(super) fn definitions(kinds: &[&str], pattern: &Pattern) -> Titled {
    let name = pattern.name.as_deref();
    let named = match (kinds, name) {
        (_, None) => String::new(),
        ([], Some(_)) => format!(
            " AND (true{} OR true{})",
            matches("name", name),
            matches("tbl_name", name)
        ),
        (_, Some(_)) => matches("name", name),
    };
    let statement = match name {
        Some(_) => "sql",
        None => AGAIN,
    };
    // A script of what is in other files too would make it all in one.
    let mut whole = pattern.clone();
    if name.is_none() {
        whole.schemas.clear();
    }
    let kinds: Vec<String> = kinds.iter().map(|k| literal(k)).collect();
    let kinds = match kinds.is_empty() {
        true => String::new(),
        false => format!(" AND type IN ({})", kinds.join(", ")),
    };
    titled(
        "",
        format!(
            "SELECT {statement} AS sql FROM {} WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*'{kinds}{named}{} \
             ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'view' THEN 2 \
             WHEN 'index' THEN 3 ELSE 4 END, tbl_name, name",
            catalog_of(&whole),
            in_sight("schema", pattern)
        ),
    )
}

/// What the catalog does not have: names of triggers and functions, definitions.
pub(super) fn find(pattern: &Pattern) -> Titled {
    let text = literal(pattern.name.as_deref().unwrap_or_default());
    let catalog = catalog_of(pattern);
    let shown = "iif(schema = 'main', name, schema || '.' || name)";
    titled(
        "",
        format!(
            "SELECT type AS \"Kind\", {shown} AS \"Name\", 'name' AS \"Found in\" FROM {catalog} \
             WHERE type = 'trigger' AND instr(lower(name), lower({text})) > 0 \
             UNION ALL SELECT type, {shown}, 'definition' FROM {catalog} \
             WHERE instr(lower(sql), lower({text})) > 0 AND instr(lower(name), lower({text})) = 0 \
             AND name NOT GLOB 'sqlite_*' \
             UNION ALL SELECT DISTINCT 'function', name, 'name' FROM pragma_function_list \
             WHERE instr(lower(name), lower({text})) > 0 LIMIT {MOST}"
        ),
    )
}

/// What refers to a relation: foreign keys, and views, triggers and indexes that name it.
pub(super) fn where_used(pattern: &Pattern) -> Titled {
    let name = pattern.name.as_deref();
    let text = literal(name.unwrap_or_default());
    // A name stands between characters that no name has.
    let named = format!(
        "(' ' || replace(replace(sql, char(10), ' '), char(9), ' ') || ' ') REGEXP \
         '(?i)(^|[^a-z0-9_$])' || {} || '([^a-z0-9_$]|$)'",
        literal(&escaped(name.unwrap_or_default()))
    );
    let catalog = catalog_of(pattern);
    titled(
        "",
        format!(
            "SELECT 'foreign key' AS \"Kind\", iif(o.schema = 'main', o.name, o.schema || '.' || o.name) AS \"Name\", \
             group_concat(k.\"from\", ', ') || ' -> ' || k.\"table\" || \
             coalesce(' (' || group_concat(k.\"to\", ', ') || ')', '') AS \"How\" \
             FROM pragma_table_list o, pragma_foreign_key_list(o.name, o.schema) k \
             WHERE o.type = 'table' AND lower(k.\"table\") = lower({text}) \
             GROUP BY o.schema, o.name, k.id \
             UNION ALL SELECT type, iif(schema = 'main', name, schema || '.' || name), CASE WHEN lower(tbl_name) = lower({text}) \
             THEN 'on ' || tbl_name ELSE 'its definition names it' END FROM {catalog} \
             WHERE (type IN ('view', 'trigger', 'index') AND {named} \
             AND lower(name) <> lower({text})) \
             ORDER BY 1, 2, 3 LIMIT {MOST}"
        ),
    )
}

/// A name for a regular expression, every character as itself.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if !c.is_alphanumeric() && c != '_' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
