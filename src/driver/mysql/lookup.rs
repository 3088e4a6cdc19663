//! The SQL behind `\dT`, `\du`, `\dp`, `/find`, `/where-used` and the second half of `\d+`. Pure
//! text.

use super::listing::{ALL, condition, decoded, innodb_names, innodb_refers, matches, table_column};
use crate::driver::{Pattern, Titled};
use crate::sql::{dialect::MYSQL, names::literal};

/// As many lines as anybody reads.
const MOST: usize = 500;

/// The types that columns have.
pub(super) fn types(pattern: &Pattern) -> String {
    format!(
        "SELECT DATA_TYPE AS `Type`, COUNT(*) AS `Columns`, \
         COUNT(DISTINCT TABLE_SCHEMA, TABLE_NAME) AS `Tables`, \
         IF(COUNT(DISTINCT COLUMN_TYPE) > 5, CONCAT(COUNT(DISTINCT COLUMN_TYPE), ' variants'), \
         GROUP_CONCAT(DISTINCT COLUMN_TYPE ORDER BY COLUMN_TYPE SEPARATOR '; ')) AS `As` \
         FROM information_schema.COLUMNS WHERE {} GROUP BY DATA_TYPE ORDER BY DATA_TYPE",
        condition(pattern, "TABLE_SCHEMA", "DATA_TYPE")
    )
}

/// The accounts that one may know of, with what they may do everywhere.
pub(super) fn accounts(pattern: &Pattern) -> String {
    let name = match &pattern.name {
        Some(name) => matches("REPLACE(SUBSTRING_INDEX(GRANTEE, '@', 1), '''', '')", name),
        None => "TRUE".to_string(),
    };
    format!(
        "SELECT GRANTEE AS `Account`, IF(COUNT(*) > 20, CONCAT(COUNT(*), ' privileges'), \
         GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE SEPARATOR ', ')) \
         AS `Global privileges`, MAX(IS_GRANTABLE) AS `May grant` \
         FROM information_schema.USER_PRIVILEGES WHERE {name} GROUP BY GRANTEE ORDER BY GRANTEE"
    )
}

/// What was granted on schemas, tables and columns.
pub(super) fn privileges(pattern: &Pattern) -> String {
    let list = "GROUP_CONCAT(PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE SEPARATOR ', ')";
    let of_schema = match &pattern.name {
        Some(_) => "FALSE".to_string(),
        None => condition(pattern, "TABLE_SCHEMA", "TABLE_SCHEMA"),
    };
    let of_table = condition(pattern, "TABLE_SCHEMA", "TABLE_NAME");
    format!(
        "SELECT TABLE_SCHEMA AS `Schema`, '' AS `Name`, 'schema' AS `Type`, GRANTEE AS `Account`, \
         {list} AS `Privileges` FROM information_schema.SCHEMA_PRIVILEGES WHERE {of_schema} \
         GROUP BY TABLE_SCHEMA, GRANTEE \
         UNION ALL SELECT TABLE_SCHEMA, TABLE_NAME, 'table', GRANTEE, {list} \
         FROM information_schema.TABLE_PRIVILEGES WHERE {of_table} \
         GROUP BY TABLE_SCHEMA, TABLE_NAME, GRANTEE \
         UNION ALL SELECT TABLE_SCHEMA, CONCAT(TABLE_NAME, '.', COLUMN_NAME), 'column', GRANTEE, \
         {list} FROM information_schema.COLUMN_PRIVILEGES WHERE {of_table} \
         GROUP BY TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, GRANTEE ORDER BY 1, 2, 4"
    )
}

pub(super) fn partitions(condition: &str, wild: bool) -> String {
    format!(
        "SELECT {}COALESCE(CONCAT(PARTITION_NAME, ' / ', SUBPARTITION_NAME), PARTITION_NAME) \
         AS `Name`, PARTITION_METHOD AS `Method`, PARTITION_EXPRESSION AS `Expression`, \
         PARTITION_DESCRIPTION AS `Values`, TABLE_ROWS AS `Rows (estimate)` \
         FROM information_schema.PARTITIONS WHERE {condition} AND PARTITION_NAME IS NOT NULL \
         ORDER BY TABLE_NAME, PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION",
        table_column(wild, "TABLE_NAME")
    )
}

/// What the server knows of the values in indexed columns. No table is read.
pub(super) fn stats(pattern: &Pattern) -> String {
    format!(
        "SELECT s.TABLE_NAME AS `Table`, s.INDEX_NAME AS `Index`, s.COLUMN_NAME AS `Column`, \
         s.CARDINALITY AS `Distinct up to here (estimate)`, t.TABLE_ROWS AS `Rows (estimate)`, \
         IF(s.NULLABLE = 'YES', 'yes', 'no') AS `Nullable` \
         FROM (SELECT * FROM information_schema.STATISTICS WHERE {} LIMIT {ALL}) s \
         JOIN (SELECT * FROM information_schema.TABLES WHERE {} LIMIT {ALL}) t \
         ON t.TABLE_SCHEMA = s.TABLE_SCHEMA AND t.TABLE_NAME = s.TABLE_NAME \
         ORDER BY s.TABLE_NAME, s.INDEX_NAME <> 'PRIMARY', s.INDEX_NAME, s.SEQ_IN_INDEX",
        condition(pattern, "TABLE_SCHEMA", "TABLE_NAME"),
        condition(pattern, "TABLE_SCHEMA", "TABLE_NAME")
    )
}

pub(super) fn storage(condition: &str, wild: bool) -> String {
    format!(
        "SELECT {}ENGINE AS `Engine`, ROW_FORMAT AS `Row format`, \
         TABLE_COLLATION AS `Collation`, AUTO_INCREMENT AS `Next auto-increment`, \
         TABLE_ROWS AS `Rows (estimate)`, DATA_LENGTH AS `Data bytes`, \
         INDEX_LENGTH AS `Index bytes`, TABLE_COMMENT AS `Comment` \
         FROM information_schema.TABLES WHERE {condition} AND TABLE_TYPE <> 'VIEW' \
         ORDER BY TABLE_NAME",
        table_column(wild, "TABLE_NAME")
    )
}

/// Lists with bodies: kind, name, body, what that is, the list, its column of the schema, and whether
/// the catalog does not have the names.
const BODIES: &[(&str, &str, &str, &str, &str, &str, bool)] = &[
    (
        "LOWER(ROUTINE_TYPE)",
        "ROUTINE_NAME",
        "ROUTINE_DEFINITION",
        "body",
        "ROUTINES",
        "ROUTINE_SCHEMA",
        false,
    ),
    (
        "'trigger'",
        "TRIGGER_NAME",
        "ACTION_STATEMENT",
        "body",
        "TRIGGERS",
        "TRIGGER_SCHEMA",
        true,
    ),
    (
        "'event'",
        "EVENT_NAME",
        "EVENT_DEFINITION",
        "body",
        "EVENTS",
        "EVENT_SCHEMA",
        true,
    ),
    (
        "'view'",
        "TABLE_NAME",
        "VIEW_DEFINITION",
        "definition",
        "VIEWS",
        "TABLE_SCHEMA",
        false,
    ),
];

/// More views than this are looked through in one go.
const MOST_VIEWS: usize = 200;

/// What the catalog does not have, in the current database: names of triggers and events, bodies,
/// definitions. MariaDB opens every table to find the views among them, so they are named.
pub(super) fn find(pattern: &Pattern) -> String {
    let text = pattern.name.as_deref().unwrap_or_default();
    let quoted = literal(text, &MYSQL);
    let has = |expression: &str| format!("LOCATE(LOWER({quoted}), LOWER({expression})) > 0");
    let mut parts = Vec::new();
    for (kind, name, body, found, from, schema, named) in BODIES {
        let (found, condition) = match named {
            true => (
                format!("IF({}, 'name', '{found}')", has(name)),
                format!("({} OR {})", has(name), has(body)),
            ),
            false => (format!("'{found}'"), has(body)),
        };
        let select = format!(
            "SELECT {} COLLATE utf8_general_ci AS `Kind`, {} COLLATE utf8_general_ci AS `Name`, \
             {found} AS `Found in` FROM information_schema.{from} \
             WHERE {schema} = DATABASE() AND {condition}",
            convert(kind),
            convert(name),
        );
        match (*from, pattern.among.len()) {
            ("VIEWS", 0..=MOST_VIEWS) => {
                let one =
                    |view: &String| format!("{select} AND {name} = {}", literal(view, &MYSQL));
                parts.extend(pattern.among.iter().map(one));
            }
            _ => parts.push(select),
        }
    }
    format!("{} LIMIT {MOST}", parts.join(" UNION ALL "))
}

/// The lists of the server have collations of their own, which do not go together.
fn convert(expression: &str) -> String {
    format!("CONVERT({expression} USING utf8)")
}

/// What refers to a name: foreign keys, and views, routines, triggers and events that name it.
pub(super) fn where_used(pattern: &Pattern) -> Titled {
    // For the list of the standard MariaDB opens every table.
    let fast = innodb_key(pattern).map(|keys| naming(pattern, &keys));
    let slow = naming(pattern, &standard_key(pattern));
    Titled {
        title: String::new(),
        sql: fast.clone().unwrap_or_else(|| slow.clone()),
        quiet_when_empty: false,
        otherwise: fast.map(|_| slow),
        facts: false,
    }
}

/// Foreign keys to a relation, from the standard's list.
fn standard_key(pattern: &Pattern) -> String {
    let schema = match &pattern.schema {
        Some(schema) => matches("REFERENCED_TABLE_SCHEMA", schema),
        None => "REFERENCED_TABLE_SCHEMA = DATABASE()".into(),
    };
    format!(
        "SELECT 'foreign key' AS kind, {} COLLATE utf8_general_ci AS place, {} COLLATE utf8_general_ci AS how \
         FROM information_schema.KEY_COLUMN_USAGE \
         WHERE {schema} AND REFERENCED_TABLE_NAME = {}",
        convert("CONCAT(TABLE_NAME, '.', COLUMN_NAME)"),
        convert("CONCAT('references ', REFERENCED_TABLE_NAME, ' (', REFERENCED_COLUMN_NAME, ')')"),
        literal(pattern.name.as_deref().unwrap_or_default(), &MYSQL),
    )
}

/// The same from InnoDB's, which has the others' names as files have them.
fn innodb_key(pattern: &Pattern) -> Option<String> {
    let (schema, name) = innodb_names(pattern)?;
    Some(format!(
        "SELECT 'foreign key' AS kind, {} COLLATE utf8_general_ci AS place, {} COLLATE utf8_general_ci AS how \
         FROM information_schema.INNODB_SYS_FOREIGN f \
         JOIN information_schema.INNODB_SYS_FOREIGN_COLS c ON c.ID = f.ID WHERE {}",
        convert(&format!(
            "CONCAT({}, '.', c.FOR_COL_NAME)",
            decoded("SUBSTRING_INDEX(f.FOR_NAME, '/', -1)")
        )),
        convert(&format!(
            "CONCAT('references ', {name}, ' (', c.REF_COL_NAME, ')')"
        )),
        innodb_refers(&schema, &name),
    ))
}

fn naming(pattern: &Pattern, keys: &str) -> String {
    let name = pattern.name.as_deref().unwrap_or_default();
    let quoted = literal(name, &MYSQL);
    let regex = literal(
        &format!("(^|[^A-Za-z0-9_$]){}([^A-Za-z0-9_$]|$)", escaped(name)),
        &MYSQL,
    );
    let schema = |column: &str| match &pattern.schema {
        Some(schema) => matches(column, schema),
        None => format!("{column} = DATABASE()"),
    };
    let bodies = [
        (
            "view",
            "TABLE_NAME",
            "VIEW_DEFINITION",
            "VIEWS",
            "TABLE_SCHEMA",
        ),
        (
            "routine",
            "ROUTINE_NAME",
            "ROUTINE_DEFINITION",
            "ROUTINES",
            "ROUTINE_SCHEMA",
        ),
        (
            "trigger",
            "TRIGGER_NAME",
            "ACTION_STATEMENT",
            "TRIGGERS",
            "TRIGGER_SCHEMA",
        ),
        (
            "event",
            "EVENT_NAME",
            "EVENT_DEFINITION",
            "EVENTS",
            "EVENT_SCHEMA",
        ),
    ];
    let mut parts = vec![keys.to_string()];
    parts.push(format!(
        "SELECT 'trigger', {} COLLATE utf8_general_ci, CONCAT('on ', {} COLLATE utf8_general_ci) \
         FROM information_schema.TRIGGERS WHERE {} AND EVENT_OBJECT_TABLE = {quoted}",
        convert("TRIGGER_NAME"),
        convert("EVENT_OBJECT_TABLE"),
        schema("EVENT_OBJECT_SCHEMA"),
    ));
    for (kind, name, body, from, column) in bodies {
        parts.push(format!(
            "SELECT '{kind}', {} COLLATE utf8_general_ci, 'its definition names it' \
             FROM information_schema.{from} WHERE {} AND {name} <> {quoted} \
             AND {body} REGEXP {regex}",
            convert(name),
            schema(column)
        ));
    }
    format!(
        "SELECT kind AS `Kind`, place AS `Name`, how AS `How` FROM ({}) u \
         ORDER BY kind, place, how LIMIT {MOST}",
        parts.join(" UNION ALL ")
    )
}

/// A name for a regular expression, every character as itself.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c.is_alphanumeric() || c == '_' {
            true => out.push(c),
            false => out.extend(['[', c, ']']),
        }
    }
    out
}
