//! What MySQL and MariaDB keep of the values of columns, where somebody had them counted: the most
//! common ones, the lowest and the highest. They are read from the server's lists, never from rows.

use super::listing::condition;
use crate::driver::{Pattern, Titled};

/// MySQL's histograms (since 8.0), else MariaDB's statistics, which not everybody may read.
pub(super) fn values(pattern: &Pattern) -> Titled {
    Titled {
        title: "Values (as counted by ANALYZE)".into(),
        sql: mysql(&condition(pattern, "SCHEMA_NAME", "TABLE_NAME")),
        quiet_when_empty: true,
        otherwise: Some(mariadb(&condition(pattern, "s.db_name", "s.table_name"))),
        facts: false,
    }
}

/// A value of a bucket; text is kept as `base64:type254:YmFjaw==`.
fn decoded(value: &str) -> String {
    format!(
        "IF({value} LIKE 'base64:type%', \
         CONVERT(FROM_BASE64(SUBSTRING_INDEX({value}, ':', -1)) USING utf8mb4), {value})"
    )
}

/// A bucket of a `singleton` histogram is a value and the part of the rows up to it; of another one the
/// lowest value and the highest. The list is copied first, because JSON_TABLE does not take it as it is.
fn mysql(here: &str) -> String {
    let (value, high) = (decoded("j.v"), decoded("j.f"));
    format!(
        "SELECT y.COLUMN_NAME AS `Column`, CONCAT(ROUND(MAX(y.nulls) * 100), '%') AS `Null`, \
         IF(MAX(y.single), MAX(y.buckets), NULL) AS `Different`, \
         GROUP_CONCAT(IF(y.single AND y.place <= 4, \
         CONCAT(LEFT(y.v, 30), ' ', ROUND(y.part * 100), '%'), NULL) \
         ORDER BY y.place SEPARATOR ', ') AS `Most common`, \
         MAX(IF(y.n = 1, LEFT(y.v, 30), NULL)) AS `Lowest`, \
         MAX(IF(y.n = y.buckets, LEFT(COALESCE(y.high, y.v), 30), NULL)) AS `Highest` \
         FROM (SELECT x.*, ROW_NUMBER() OVER \
         (PARTITION BY x.COLUMN_NAME ORDER BY x.part DESC, x.n) AS place FROM \
         (SELECT h.COLUMN_NAME, h.nulls, h.single, h.buckets, j.n, {value} AS v, \
         IF(h.single, NULL, {high}) AS high, IF(h.single, \
         j.f - LAG(j.f, 1, 0) OVER (PARTITION BY h.COLUMN_NAME ORDER BY j.n), 0) AS part \
         FROM (SELECT COLUMN_NAME, CAST(HISTOGRAM AS JSON) AS histogram, \
         HISTOGRAM->>'$.\"null-values\"' AS nulls, \
         HISTOGRAM->>'$.\"histogram-type\"' = 'singleton' AS single, \
         JSON_LENGTH(HISTOGRAM, '$.buckets') AS buckets \
         FROM information_schema.COLUMN_STATISTICS WHERE {here} LIMIT 5000) h, \
         JSON_TABLE(h.histogram, '$.buckets[*]' COLUMNS (n FOR ORDINALITY, \
         v VARCHAR(200) PATH '$[0]', f VARCHAR(200) PATH '$[1]')) j) x) y \
         GROUP BY y.COLUMN_NAME ORDER BY y.COLUMN_NAME"
    )
}

/// A bucket with one value in it tells how often that is; only in the newer form of histograms.
fn mariadb(here: &str) -> String {
    format!(
        "SELECT s.column_name AS `Column`, CONCAT(ROUND(s.nulls_ratio * 100), '%') AS `Null`, \
         ROUND(t.cardinality * (1 - s.nulls_ratio) / NULLIF(s.avg_frequency, 0)) AS `Different`, \
         (SELECT GROUP_CONCAT(CONCAT(LEFT(j.v, 30), ' ', ROUND(j.f * 100), '%') \
         ORDER BY j.f DESC, j.v SEPARATOR ', ' LIMIT 4) \
         FROM JSON_TABLE(IF(s.hist_type = 'JSON_HB', s.histogram, '{{}}'), '$.histogram_hb[*]' \
         COLUMNS (v VARCHAR(200) PATH '$.start', f DOUBLE PATH '$.size', d INT PATH '$.ndv')) j \
         WHERE j.d = 1) AS `Most common`, \
         CONVERT(LEFT(s.min_value, 30) USING utf8mb4) AS `Lowest`, \
         CONVERT(LEFT(s.max_value, 30) USING utf8mb4) AS `Highest` \
         FROM mysql.column_stats s LEFT JOIN mysql.table_stats t \
         ON t.db_name = s.db_name AND t.table_name = s.table_name \
         WHERE {here} AND s.nulls_ratio IS NOT NULL ORDER BY s.column_name"
    )
}
