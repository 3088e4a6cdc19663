//! The SQL behind `\l`, `\dt`, `\d NAME` …: text from a pattern, pure.
//!
//! A pattern without wildcards becomes an equality, because the server then opens that one table
//! instead of all of them.

use super::{histogram, lookup, server, show};
use crate::driver::{Listing, Pattern, Titled};
use crate::sql::{dialect::MYSQL, names::literal};

pub(super) fn queries(what: Listing, pattern: &Pattern) -> Option<Vec<Titled>> {
    let one = |title: &str, sql: String| {
        vec![Titled {
            title: title.to_string(),
            sql,
            quiet_when_empty: false,
            otherwise: None,
            facts: false,
        }]
    };
    Some(match what {
        Listing::Databases => one("List of databases", databases(pattern, true)),
        Listing::Schemas => one("List of schemas", databases(pattern, pattern.system)),
        Listing::Tables => one("List of tables", relations(pattern, TABLES)),
        Listing::Views => one("List of views", relations(pattern, VIEWS)),
        Listing::Relations => one("List of relations", relations(pattern, "")),
        Listing::Indexes => one("List of indexes", indexes(pattern)),
        Listing::Functions => one("List of functions", functions(pattern)),
        Listing::Describe => describe(pattern),
        Listing::Show => show::page(pattern),
        Listing::Sequences => one(
            "List of sequences",
            relations(pattern, " AND TABLE_TYPE = 'SEQUENCE'"),
        ),
        Listing::Types => one("List of types", lookup::types(pattern)),
        Listing::Roles => one("List of accounts", lookup::accounts(pattern)),
        Listing::Privileges => one("Privileges", lookup::privileges(pattern)),
        Listing::Settings => one("Settings of the session", server::settings(pattern)),
        Listing::Collations => one("List of collations", server::collations(pattern)),
        Listing::CharacterSets => one("List of character sets", server::character_sets(pattern)),
        Listing::Engines => one("List of storage engines", server::engines(pattern)),
        Listing::Extensions => one("List of plugins", server::plugins(pattern)),
        Listing::Partitioned => one("List of partitioned tables", server::partitioned(pattern)),
        Listing::Find => one("", lookup::find(pattern)),
        Listing::Stats => {
            let mut parts = one("Statistics", lookup::stats(pattern));
            parts.push(histogram::values(pattern));
            parts
        }
        Listing::WhereUsed => vec![lookup::where_used(pattern)],
        // Statements of SHOW: see `source`.
        Listing::FunctionSource | Listing::ViewSource | Listing::Ddl => return None,
    })
}

const TABLES: &str = " AND TABLE_TYPE NOT IN ('VIEW', 'SYSTEM VIEW', 'SEQUENCE')";
const VIEWS: &str = " AND TABLE_TYPE IN ('VIEW', 'SYSTEM VIEW')";
const SYSTEM: &str = "('information_schema', 'mysql', 'performance_schema', 'sys')";

/// The character that makes the next one mean itself, in LIKE. Not the backslash, whose meaning
/// depends on the server's mode.
const ESCAPE: char = '|';

/// `column = 'name'`, or LIKE where the pattern has wildcards.
pub(super) fn matches(column: &str, pattern: &str) -> String {
    if !has_wildcard(pattern) {
        return format!("{column} = {}", literal(pattern, &MYSQL));
    }
    let mut like = String::with_capacity(pattern.len() + 8);
    for c in pattern.chars() {
        match c {
            '*' => like.push('%'),
            '?' => like.push('_'),
            '%' | '_' | ESCAPE => like.extend([ESCAPE, c]),
            c => like.push(c),
        }
    }
    format!("{column} LIKE {} ESCAPE '{ESCAPE}'", literal(&like, &MYSQL))
}

pub(super) fn has_wildcard(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

/// The condition for schema and name; without a schema the current database counts.
pub(super) fn condition(pattern: &Pattern, schema: &str, name: &str) -> String {
    let mut out = match &pattern.schema {
        Some(text) => matches(schema, text),
        None if pattern.system => "TRUE".to_string(),
        None => format!("{schema} = DATABASE()"),
    };
    if let Some(text) = &pattern.name {
        out.push_str(" AND ");
        out.push_str(&matches(name, text));
    }
    out
}

fn databases(pattern: &Pattern, system: bool) -> String {
    // One name, as in `\l shop`; a dot has no meaning here.
    let name = match &pattern.name {
        Some(name) => matches("s.SCHEMA_NAME", name),
        None if system => "TRUE".to_string(),
        None => format!("s.SCHEMA_NAME NOT IN {SYSTEM}"),
    };
    let (sizes, join) = match pattern.verbose {
        true => (
            ", t.n AS `Tables`, t.bytes AS `Bytes`",
            " LEFT JOIN (SELECT TABLE_SCHEMA, COUNT(*) AS n, \
              SUM(DATA_LENGTH + INDEX_LENGTH) AS bytes FROM information_schema.TABLES \
              GROUP BY TABLE_SCHEMA) t ON t.TABLE_SCHEMA = s.SCHEMA_NAME",
        ),
        false => ("", ""),
    };
    format!(
        "SELECT s.SCHEMA_NAME AS `Name`, s.DEFAULT_CHARACTER_SET_NAME AS `Character set`, \
         s.DEFAULT_COLLATION_NAME AS `Collation`{sizes} FROM information_schema.SCHEMATA s{join} \
         WHERE {name} ORDER BY s.SCHEMA_NAME"
    )
}

fn relations(pattern: &Pattern, kinds: &str) -> String {
    let more = match pattern.verbose {
        true => {
            ", ENGINE AS `Engine`, TABLE_ROWS AS `Rows (estimate)`, \
             DATA_LENGTH + INDEX_LENGTH AS `Bytes`, \
             IF(TABLE_TYPE = 'VIEW', '', TABLE_COMMENT) AS `Comment`"
        }
        false => "",
    };
    format!(
        "SELECT TABLE_SCHEMA AS `Schema`, TABLE_NAME AS `Name`, \
         LOWER(REPLACE(TABLE_TYPE, 'BASE ', '')) AS `Type`{more} FROM information_schema.TABLES \
         WHERE {}{kinds} ORDER BY TABLE_SCHEMA, TABLE_NAME",
        condition(pattern, "TABLE_SCHEMA", "TABLE_NAME")
    )
}

const INDEX_COLUMNS: &str =
    "GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX SEPARATOR ', ') AS `Columns`";

fn indexes(pattern: &Pattern) -> String {
    format!(
        "SELECT TABLE_SCHEMA AS `Schema`, INDEX_NAME AS `Name`, TABLE_NAME AS `Table`, \
         {INDEX_COLUMNS}, IF(MIN(NON_UNIQUE) = 0, 'YES', 'NO') AS `Unique`, \
         MIN(INDEX_TYPE) AS `Type` FROM information_schema.STATISTICS WHERE {} \
         GROUP BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME \
         ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME",
        condition(pattern, "TABLE_SCHEMA", "INDEX_NAME")
    )
}

fn functions(pattern: &Pattern) -> String {
    let more = match pattern.verbose {
        true => {
            ", r.DEFINER AS `Definer`, r.SECURITY_TYPE AS `Security`, \
             r.SQL_DATA_ACCESS AS `Data access`, r.ROUTINE_COMMENT AS `Comment`"
        }
        false => "",
    };
    format!(
        "SELECT r.ROUTINE_SCHEMA AS `Schema`, r.ROUTINE_NAME AS `Name`, \
         r.DTD_IDENTIFIER AS `Result data type`, \
         COALESCE(p.arguments, '') AS `Argument data types`, \
         LOWER(r.ROUTINE_TYPE) AS `Type`{more} FROM information_schema.ROUTINES r \
         LEFT JOIN (SELECT SPECIFIC_SCHEMA, SPECIFIC_NAME, ROUTINE_TYPE, \
         GROUP_CONCAT(CONCAT_WS(' ', NULLIF(PARAMETER_MODE, 'IN'), PARAMETER_NAME, \
         DTD_IDENTIFIER) ORDER BY ORDINAL_POSITION SEPARATOR ', ') AS arguments \
         FROM information_schema.PARAMETERS WHERE ORDINAL_POSITION > 0 \
         GROUP BY SPECIFIC_SCHEMA, SPECIFIC_NAME, ROUTINE_TYPE) p \
         ON p.SPECIFIC_SCHEMA = r.ROUTINE_SCHEMA AND p.SPECIFIC_NAME = r.SPECIFIC_NAME \
         AND p.ROUTINE_TYPE = r.ROUTINE_TYPE \
         WHERE {} ORDER BY r.ROUTINE_SCHEMA, r.ROUTINE_NAME",
        condition(pattern, "r.ROUTINE_SCHEMA", "r.ROUTINE_NAME")
    )
}

fn describe(pattern: &Pattern) -> Vec<Titled> {
    let name = pattern.name.as_deref().unwrap_or("*");
    let wild = has_wildcard(name) || pattern.schema.as_deref().is_some_and(has_wildcard);
    let shown = match &pattern.schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_string(),
    };
    let quiet = |title: &str, sql: String| Titled {
        title: title.to_string(),
        sql,
        quiet_when_empty: true,
        otherwise: None,
        facts: false,
    };
    let of_table = |schema: &str, table: &str| condition(pattern, schema, table);
    let mut parts = vec![
        Titled {
            title: format!("Columns of {shown}"),
            sql: column_list(pattern, wild),
            quiet_when_empty: false,
            otherwise: None,
            facts: false,
        },
        quiet(
            "Indexes",
            table_indexes(&of_table("TABLE_SCHEMA", "TABLE_NAME"), wild),
        ),
        quiet("Foreign keys", foreign_keys(pattern, wild)),
        Titled {
            title: "Referenced by".into(),
            ..referring(pattern)
        },
        quiet(
            "Triggers",
            triggers(&of_table("EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE")),
        ),
        quiet(
            "View definition",
            view_definition(&of_table("TABLE_SCHEMA", "TABLE_NAME"), wild),
        ),
    ];
    if pattern.verbose {
        let condition = of_table("TABLE_SCHEMA", "TABLE_NAME");
        parts.push(quiet("Partitions", lookup::partitions(&condition, wild)));
        parts.push(quiet("Storage", lookup::storage(&condition, wild)));
    }
    parts
}

/// The table's name as first column, where the pattern can match several.
pub(super) fn table_column(wild: bool, column: &str) -> String {
    match wild {
        true => format!("{column} AS `Table`, "),
        false => String::new(),
    }
}

fn column_list(pattern: &Pattern, wild: bool) -> String {
    let more = match pattern.verbose {
        true => ", COLLATION_NAME AS `Collation`, PRIVILEGES AS `Privileges`",
        false => "",
    };
    format!(
        "SELECT {}COLUMN_NAME AS `Field`, COLUMN_TYPE AS `Type`, IS_NULLABLE AS `Null`, \
         COLUMN_KEY AS `Key`, COLUMN_DEFAULT AS `Default`, EXTRA AS `Extra`, \
         COLUMN_COMMENT AS `Comment`{more} FROM information_schema.COLUMNS WHERE {} \
         ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
        table_column(wild, "TABLE_NAME"),
        condition(pattern, "TABLE_SCHEMA", "TABLE_NAME")
    )
}

pub(super) fn table_indexes(condition: &str, wild: bool) -> String {
    format!(
        "SELECT {}INDEX_NAME AS `Name`, {INDEX_COLUMNS}, \
         IF(MIN(NON_UNIQUE) = 0, 'YES', 'NO') AS `Unique`, MIN(INDEX_TYPE) AS `Type` \
         FROM information_schema.STATISTICS WHERE {condition} \
         GROUP BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME \
         ORDER BY TABLE_NAME, INDEX_NAME <> 'PRIMARY', INDEX_NAME",
        table_column(wild, "TABLE_NAME")
    )
}

const ACTIONS: &str = "MIN(r.UPDATE_RULE) AS `On update`, MIN(r.DELETE_RULE) AS `On delete`";
const FROM_COLUMNS: &str = "GROUP_CONCAT(k.COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', ')";
const TO_COLUMNS: &str =
    "GROUP_CONCAT(k.REFERENCED_COLUMN_NAME ORDER BY k.ORDINAL_POSITION SEPARATOR ', ')";

/// More rows than there can be. A subquery with a LIMIT is not merged into the join around it: there
/// MariaDB would open every table to find one.
pub(super) const ALL: u64 = 1 << 40;
const BY_KEY: &str = "GROUP BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, \
    k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME";

pub(super) fn foreign_keys(pattern: &Pattern, wild: bool) -> String {
    format!(
        "SELECT {}k.CONSTRAINT_NAME AS `Name`, {FROM_COLUMNS} AS `Columns`, \
         CONCAT(IF(k.REFERENCED_TABLE_SCHEMA = k.TABLE_SCHEMA, '', \
         CONCAT(k.REFERENCED_TABLE_SCHEMA, '.')), k.REFERENCED_TABLE_NAME, ' (', {TO_COLUMNS}, \
         ')') AS `References`, {ACTIONS} \
         FROM (SELECT * FROM information_schema.KEY_COLUMN_USAGE WHERE {} \
         AND REFERENCED_TABLE_NAME IS NOT NULL LIMIT {ALL}) k \
         LEFT JOIN (SELECT * FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE {} \
         LIMIT {ALL}) r ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA \
         AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME {BY_KEY}",
        table_column(wild, "k.TABLE_NAME"),
        condition(pattern, "TABLE_SCHEMA", "TABLE_NAME"),
        condition(pattern, "CONSTRAINT_SCHEMA", "TABLE_NAME"),
    )
}

/// InnoDB's own list is read at once; it takes a right that not everybody has, and MySQL has it under
/// another name, where the standard's is as fast.
pub(super) fn referring(pattern: &Pattern) -> Titled {
    let slow = referenced_by(&condition(
        pattern,
        "k.REFERENCED_TABLE_SCHEMA",
        "k.REFERENCED_TABLE_NAME",
    ));
    let fast = innodb_names(pattern).map(|(schema, name)| innodb_referring(&schema, &name));
    Titled {
        title: String::new(),
        sql: fast.clone().unwrap_or_else(|| slow.clone()),
        quiet_when_empty: true,
        otherwise: fast.map(|_| slow),
        facts: false,
    }
}

/// Database and table, as expressions, where their names are the same in files.
pub(super) fn innodb_names(pattern: &Pattern) -> Option<(String, String)> {
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let name = pattern.name.as_deref().filter(|name| plain(name))?;
    let schema = match pattern.schema.as_deref() {
        Some(schema) if plain(schema) => literal(schema, &MYSQL),
        Some(_) => return None,
        None => "DATABASE()".into(),
    };
    Some((schema, literal(name, &MYSQL)))
}

/// A name that is written as files have it.
pub(super) fn decoded(text: &str) -> String {
    format!("CONVERT(CONVERT(CAST({text} AS BINARY) USING filename) USING utf8)")
}

/// The condition on a key of InnoDB's list that it refers to that table.
pub(super) fn innodb_refers(schema: &str, name: &str) -> String {
    format!(
        "f.REF_NAME = CONCAT(CONVERT(CAST(CONVERT({schema} USING filename) AS BINARY) \
         USING utf8), '/', {name})"
    )
}

/// The list has names as files have them.
fn innodb_referring(schema: &str, name: &str) -> String {
    let (database, table) = (
        decoded("SUBSTRING_INDEX(f.FOR_NAME, '/', 1)"),
        decoded("SUBSTRING_INDEX(f.FOR_NAME, '/', -1)"),
    );
    let list = |column: &str| format!("GROUP_CONCAT({column} ORDER BY c.POS SEPARATOR ', ')");
    format!(
        "SELECT CONCAT(IF({database} = {schema}, '', CONCAT({database}, '.')), {table}) AS `Table`, \
         SUBSTRING_INDEX(f.ID, '/', -1) AS `Name`, {} AS `Columns`, \
         CONCAT({name}, ' (', {}, ')') AS `References` \
         FROM information_schema.INNODB_SYS_FOREIGN f \
         JOIN information_schema.INNODB_SYS_FOREIGN_COLS c ON c.ID = f.ID \
         WHERE {} GROUP BY f.ID, f.FOR_NAME ORDER BY 1, 2",
        list("c.FOR_COL_NAME"),
        list("c.REF_COL_NAME"),
        innodb_refers(schema, name),
    )
}

/// Without the rules: MariaDB opens every table for this list, and once more for those.
pub(super) fn referenced_by(condition: &str) -> String {
    format!(
        "SELECT CONCAT(IF(k.REFERENCED_TABLE_SCHEMA = k.TABLE_SCHEMA, '', \
         CONCAT(k.TABLE_SCHEMA, '.')), k.TABLE_NAME) AS `Table`, k.CONSTRAINT_NAME AS `Name`, \
         {FROM_COLUMNS} AS `Columns`, \
         CONCAT(k.REFERENCED_TABLE_NAME, ' (', {TO_COLUMNS}, ')') AS `References` \
         FROM information_schema.KEY_COLUMN_USAGE k WHERE {condition} {BY_KEY}"
    )
}

pub(super) fn triggers(condition: &str) -> String {
    format!(
        "SELECT TRIGGER_NAME AS `Name`, ACTION_TIMING AS `Timing`, \
         EVENT_MANIPULATION AS `Event`, ACTION_STATEMENT AS `Statement` \
         FROM information_schema.TRIGGERS WHERE {condition} ORDER BY TRIGGER_NAME"
    )
}

pub(super) fn view_definition(condition: &str, wild: bool) -> String {
    format!(
        "SELECT {}VIEW_DEFINITION AS `Definition`, CHECK_OPTION AS `Check option`, \
         IS_UPDATABLE AS `Updatable`, SECURITY_TYPE AS `Security` \
         FROM information_schema.VIEWS WHERE {condition} ORDER BY TABLE_NAME",
        table_column(wild, "TABLE_NAME")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(schema: Option<&str>, name: Option<&str>) -> Pattern {
        Pattern {
            schema: schema.map(str::to_string),
            name: name.map(str::to_string),
            ..Pattern::default()
        }
    }

    #[test]
    fn a_pattern_becomes_a_condition_that_means_the_same() {
        for (schema, name, expected) in [
            (None, None, "S = DATABASE()"),
            (None, Some("users"), "S = DATABASE() AND N = 'users'"),
            (
                Some("shop"),
                Some("u*"),
                "S = 'shop' AND N LIKE 'u%' ESCAPE '|'",
            ),
            (
                None,
                Some("a_?"),
                "S = DATABASE() AND N LIKE 'a|__' ESCAPE '|'",
            ),
            (
                None,
                Some("50%*"),
                "S = DATABASE() AND N LIKE '50|%%' ESCAPE '|'",
            ),
            (None, Some("it's"), "S = DATABASE() AND N = 'it''s'"),
        ] {
            assert_eq!(condition(&pattern(schema, name), "S", "N"), expected);
        }
        let system = Pattern {
            system: true,
            ..Pattern::default()
        };
        assert_eq!(condition(&system, "S", "N"), "TRUE");
    }

    #[test]
    fn only_the_columns_of_a_description_speak_up_when_empty() {
        let titled = queries(Listing::Describe, &pattern(None, Some("users"))).expect("a listing");
        assert_eq!(titled[0].title, "Columns of users");
        assert!(!titled[0].quiet_when_empty);
        assert!(titled[1..].iter().all(|t| t.quiet_when_empty));
        assert!(!titled[0].sql.contains("`Table`"));
        let several = queries(Listing::Describe, &pattern(None, Some("u*"))).expect("a listing");
        assert!(several[0].sql.contains("TABLE_NAME AS `Table`"));
    }
}
