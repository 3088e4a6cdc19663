//! The SQL behind `/show NAME`: one page on a relation. Pure text; no table is read.

use super::listing::{
    condition, foreign_keys, referring, table_indexes, triggers, view_definition,
};
use super::{histogram, lookup};
use crate::driver::{Pattern, Titled};

pub(super) fn page(pattern: &Pattern) -> Vec<Titled> {
    let of_table = |schema: &str, table: &str| condition(pattern, schema, table);
    let here = of_table("TABLE_SCHEMA", "TABLE_NAME");
    let name = pattern.name.as_deref().unwrap_or_default();
    let title = match &pattern.schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_string(),
    };
    let part = |title: &str, sql: String| Titled {
        title: title.to_string(),
        sql,
        quiet_when_empty: true,
        otherwise: None,
        facts: false,
    };
    vec![
        Titled {
            quiet_when_empty: false,
            facts: true,
            ..part(&title, facts(&here))
        },
        part("Columns", columns(pattern)),
        histogram::values(pattern),
        part("Points at", foreign_keys(pattern, false)),
        Titled {
            title: "Pointed at by".into(),
            ..referring(pattern)
        },
        part("Indexes", table_indexes(&here, false)),
        part(
            "Sizes of the indexes",
            index_sizes(&of_table("database_name", "table_name")),
        ),
        part(
            "Use of the indexes",
            index_use(&of_table("OBJECT_SCHEMA", "OBJECT_NAME")),
        ),
        Titled {
            otherwise: Some(checks(&of_table("t.TABLE_SCHEMA", "t.TABLE_NAME"))),
            ..part(
                "Rules for values",
                checks_mariadb(&of_table("CONSTRAINT_SCHEMA", "TABLE_NAME")),
            )
        },
        part("Partitions", lookup::partitions(&here, false)),
        part(
            "Triggers",
            triggers(&of_table("EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE")),
        ),
        part("Who may do what", grants(pattern)),
        part("Definition", view_definition(&here, false)),
    ]
}

/// A number of bytes as people say it.
fn size(bytes: &str) -> String {
    format!(
        "CASE WHEN {bytes} >= 10485760 THEN CONCAT(ROUND({bytes} / 1048576), ' MB') \
         ELSE CONCAT(ROUND({bytes} / 1024), ' kB') END"
    )
}

fn facts(here: &str) -> String {
    let (all, data, index) = (
        size("(DATA_LENGTH + INDEX_LENGTH)"),
        size("DATA_LENGTH"),
        size("INDEX_LENGTH"),
    );
    format!(
        "SELECT LOWER(REPLACE(TABLE_TYPE, 'BASE ', '')) AS `Kind`, \
         IF(TABLE_TYPE LIKE '%VIEW', NULL, TABLE_COMMENT) AS `Comment`, ENGINE AS `Engine`, \
         IF(TABLE_ROWS IS NULL, NULL, CONCAT('about ', TABLE_ROWS)) AS `Rows`, \
         IF(ENGINE IS NULL, NULL, CONCAT({all}, ': ', {data}, ' rows, ', {index}, ' indexes')) \
         AS `Size`, IF(DATA_FREE > 0, {free}, NULL) AS `Free inside`, \
         AUTO_INCREMENT AS `Next number`, TABLE_COLLATION AS `Collation`, \
         ROW_FORMAT AS `Row format`, CREATE_OPTIONS AS `Options`, CREATE_TIME AS `Created`, \
         UPDATE_TIME AS `Last change` FROM information_schema.TABLES WHERE {here}",
        free = size("DATA_FREE")
    )
}

fn columns(pattern: &Pattern) -> String {
    let here = condition(pattern, "c.TABLE_SCHEMA", "c.TABLE_NAME");
    let keys = condition(pattern, "TABLE_SCHEMA", "TABLE_NAME");
    format!(
        "SELECT c.COLUMN_NAME AS `Column`, c.COLUMN_TYPE AS `Type`, \
         CONCAT_WS(', ', CASE c.COLUMN_KEY WHEN 'PRI' THEN 'primary key' WHEN 'UNI' THEN 'unique' \
         WHEN 'MUL' THEN 'indexed' END, k.points) AS `Key`, \
         IF(c.IS_NULLABLE = 'YES', 'may be', 'no') AS `Null`, \
         COALESCE(NULLIF(c.EXTRA, ''), c.COLUMN_DEFAULT) AS `Default`, \
         c.COLUMN_COMMENT AS `Comment` FROM information_schema.COLUMNS c \
         LEFT JOIN (SELECT COLUMN_NAME, GROUP_CONCAT(CONCAT('-> ', REFERENCED_TABLE_NAME) \
         ORDER BY CONSTRAINT_NAME SEPARATOR ', ') AS points \
         FROM information_schema.KEY_COLUMN_USAGE WHERE {keys} \
         AND REFERENCED_TABLE_NAME IS NOT NULL GROUP BY COLUMN_NAME) k \
         ON k.COLUMN_NAME = c.COLUMN_NAME WHERE {here} ORDER BY c.ORDINAL_POSITION"
    )
}

/// InnoDB's own statistics, which not everybody may read.
fn index_sizes(here: &str) -> String {
    let bytes = "(stat_value * @@innodb_page_size)";
    format!(
        "SELECT index_name AS `Name`, {size} AS `Size`, \
         DATE_FORMAT(last_update, '%Y-%m-%d %H:%i') AS `Counted` FROM mysql.innodb_index_stats \
         WHERE {here} AND stat_name = 'size' ORDER BY index_name <> 'PRIMARY', index_name",
        size = size(bytes)
    )
}

/// Nothing where the performance schema is off.
fn index_use(here: &str) -> String {
    format!(
        "SELECT INDEX_NAME AS `Name`, COUNT_READ AS `Rows read`, COUNT_WRITE AS `Rows written` \
         FROM performance_schema.table_io_waits_summary_by_index_usage \
         WHERE {here} AND INDEX_NAME IS NOT NULL AND @@performance_schema \
         ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME"
    )
}

/// MariaDB says of which table a check is.
fn checks_mariadb(here: &str) -> String {
    format!(
        "SELECT CONSTRAINT_NAME AS `Name`, CHECK_CLAUSE AS `Rule` \
         FROM information_schema.CHECK_CONSTRAINTS WHERE {here} ORDER BY CONSTRAINT_NAME"
    )
}

/// MySQL says it elsewhere.
fn checks(here: &str) -> String {
    format!(
        "SELECT t.CONSTRAINT_NAME AS `Name`, k.CHECK_CLAUSE AS `Rule` \
         FROM information_schema.TABLE_CONSTRAINTS t \
         NATURAL JOIN information_schema.CHECK_CONSTRAINTS k \
         WHERE {here} AND t.CONSTRAINT_TYPE = 'CHECK' ORDER BY t.CONSTRAINT_NAME"
    )
}

/// What was granted on the table, its columns and its database; who may do everything is not here.
fn grants(pattern: &Pattern) -> String {
    let list = "LOWER(GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE SEPARATOR ', '))";
    let here = condition(pattern, "TABLE_SCHEMA", "TABLE_NAME");
    let schema = condition(
        &Pattern {
            name: None,
            ..pattern.clone()
        },
        "TABLE_SCHEMA",
        "",
    );
    format!(
        "SELECT GRANTEE AS `Account`, {list} AS `May`, 'this table' AS `Where` \
         FROM information_schema.TABLE_PRIVILEGES WHERE {here} GROUP BY GRANTEE \
         UNION ALL SELECT GRANTEE, {list}, CONCAT('column ', COLUMN_NAME) \
         FROM information_schema.COLUMN_PRIVILEGES WHERE {here} GROUP BY GRANTEE, COLUMN_NAME \
         UNION ALL SELECT GRANTEE, {list}, 'the whole database' \
         FROM information_schema.SCHEMA_PRIVILEGES WHERE {schema} GROUP BY GRANTEE \
         UNION ALL SELECT GRANTEE, {list}, 'everywhere' \
         FROM information_schema.USER_PRIVILEGES \
         WHERE PRIVILEGE_TYPE IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'ALTER', 'DROP') \
         GROUP BY GRANTEE ORDER BY 3 DESC, 1"
    )
}
