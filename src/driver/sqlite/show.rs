//! The SQL behind `/show NAME`: one page on a relation. Pure text; no table is read.

use super::listing::{
    FILLED, catalog_of, foreign_keys, in_sight, indexes_of, matches, only, quiet, referenced_by,
    sources, titled,
};
use crate::driver::{Pattern, Titled};

pub(super) fn page(pattern: &Pattern) -> Vec<Titled> {
    let name = pattern.name.as_deref().unwrap_or_default();
    let found = format!(
        "{}{}{}{}",
        matches("l.schema", pattern.schema.as_deref()),
        matches("l.name", Some(name)),
        only(name),
        in_sight("l.schema", pattern)
    );
    let schema = catalog_of(pattern);
    let title = match &pattern.schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_string(),
    };
    vec![
        Titled {
            facts: true,
            ..titled(title, facts(&found, &schema))
        },
        quiet("Columns", columns(&found)),
        quiet("Points at", foreign_keys("", &found)),
        quiet("Pointed at by", referenced_by("", &found, pattern)),
        quiet("Indexes", indexes_of("", &found)),
        // There only after ANALYZE.
        quiet("Counted by ANALYZE", counted(pattern)),
        quiet("Triggers", sources("tbl_name", "trigger", pattern)),
        quiet("Definition", sources("name", "view", pattern)),
        quiet("Definition", sources("name", "table", pattern)),
    ]
}

fn facts(found: &str, catalog: &str) -> String {
    format!(
        "SELECT CASE l.type WHEN 'virtual' THEN 'virtual table' ELSE l.type END AS \"Kind\", \
         (SELECT d.file FROM pragma_database_list d WHERE d.name = l.schema AND d.file <> '') \
         AS \"File\", iif(l.strict, 'strict', NULL) AS \"Types\", \
         iif(l.wr, 'none: rows stand by their primary key', NULL) AS \"Row ids\", \
         (SELECT iif(m.sql LIKE '%AUTOINCREMENT%', 'autoincrement', NULL) FROM {catalog} m \
         WHERE m.type = 'table' AND m.name = l.name AND m.schema = l.schema) AS \"Numbers\", \
         l.ncol AS \"Columns\" FROM pragma_table_list l WHERE true{found}"
    )
}

fn columns(found: &str) -> String {
    format!(
        "SELECT c.name AS \"Column\", c.type AS \"Type\", \
         concat_ws(', ', iif(c.pk > 0, 'primary key', NULL), \
         (SELECT '-> ' || group_concat(k.\"table\", ', ') \
         FROM pragma_foreign_key_list(l.name, l.schema) k WHERE k.\"from\" = c.name)) AS \"Key\", \
         iif(c.\"notnull\" OR {FILLED}, 'no', 'may be') AS \"Null\", \
         CASE c.hidden WHEN 1 THEN 'hidden' WHEN 2 THEN 'generated' WHEN 3 THEN 'generated, stored' \
         ELSE c.dflt_value END AS \"Default\" \
         FROM pragma_table_list l, pragma_table_xinfo(l.name, l.schema) c WHERE true{found} \
         ORDER BY c.cid"
    )
}

/// What the last ANALYZE found: the rows, and how many share a value of an index.
fn counted(pattern: &Pattern) -> String {
    format!(
        "SELECT coalesce(idx, '(the table)') AS \"Index\", \
         iif(instr(stat, ' '), substr(stat, 1, instr(stat, ' ') - 1), stat) AS \"Rows\", \
         iif(instr(stat, ' '), substr(stat, instr(stat, ' ') + 1), NULL) AS \"Rows of one value\" \
         FROM {}.sqlite_stat1 WHERE true{} ORDER BY idx",
        crate::sql::names::quote_always(
            pattern.schema.as_deref().unwrap_or("main"),
            &crate::sql::dialect::SQLITE
        ),
        matches("tbl", pattern.name.as_deref())
    )
}
