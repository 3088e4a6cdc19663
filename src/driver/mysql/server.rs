//! The SQL behind `\dconfig`, `\dO`, `\dc`, `\dA`, `\dx` and `\dP`: what the server has besides databases.

use super::listing::{condition, matches};
use crate::driver::Pattern;

/// The condition for a name that belongs to no database.
fn named(pattern: &Pattern, column: &str) -> String {
    match &pattern.name {
        Some(name) => matches(column, name),
        None => "TRUE".into(),
    }
}

/// MariaDB and MySQL keep them in different places, but both show them.
pub(super) fn settings(pattern: &Pattern) -> String {
    format!("SHOW VARIABLES WHERE {}", named(pattern, "Variable_name"))
}

pub(super) fn collations(pattern: &Pattern) -> String {
    format!(
        "SELECT COLLATION_NAME AS `Name`, CHARACTER_SET_NAME AS `Character set`, \
         IF(IS_DEFAULT = 'Yes', 'yes', 'no') AS `Default` FROM information_schema.COLLATIONS \
         WHERE {} ORDER BY COLLATION_NAME",
        named(pattern, "COLLATION_NAME")
    )
}

pub(super) fn character_sets(pattern: &Pattern) -> String {
    format!(
        "SELECT CHARACTER_SET_NAME AS `Name`, DEFAULT_COLLATE_NAME AS `Default collation`, \
         MAXLEN AS `Most bytes`, DESCRIPTION AS `Description` \
         FROM information_schema.CHARACTER_SETS WHERE {} ORDER BY CHARACTER_SET_NAME",
        named(pattern, "CHARACTER_SET_NAME")
    )
}

pub(super) fn engines(pattern: &Pattern) -> String {
    format!(
        "SELECT ENGINE AS `Name`, LOWER(SUPPORT) AS `Support`, LOWER(TRANSACTIONS) AS `Transactions`, \
         COMMENT AS `Description` FROM information_schema.ENGINES WHERE {} ORDER BY ENGINE",
        named(pattern, "ENGINE")
    )
}

pub(super) fn plugins(pattern: &Pattern) -> String {
    format!(
        "SELECT PLUGIN_NAME AS `Name`, PLUGIN_VERSION AS `Version`, LOWER(PLUGIN_STATUS) AS `Status`, \
         LOWER(PLUGIN_TYPE) AS `Type`, PLUGIN_DESCRIPTION AS `Description` \
         FROM information_schema.PLUGINS WHERE {} ORDER BY PLUGIN_NAME",
        named(pattern, "PLUGIN_NAME")
    )
}

pub(super) fn partitioned(pattern: &Pattern) -> String {
    format!(
        "SELECT TABLE_SCHEMA AS `Database`, TABLE_NAME AS `Name`, MAX(PARTITION_METHOD) AS `Method`, \
         MAX(PARTITION_EXPRESSION) AS `By`, COUNT(DISTINCT PARTITION_NAME) AS `Partitions`, \
         SUM(TABLE_ROWS) AS `Rows (estimate)` FROM information_schema.PARTITIONS \
         WHERE PARTITION_NAME IS NOT NULL AND {} GROUP BY TABLE_SCHEMA, TABLE_NAME ORDER BY 1, 2",
        condition(pattern, "TABLE_SCHEMA", "TABLE_NAME")
    )
}
