//! The keywords that the grammar allows next, place by place, the likeliest first.
//!
//! Several words that people type in one go are one row; the first of them alone is offered when
//! the second already stands behind the cursor.

/// Which servers know a row.
pub(super) const P: u8 = 1;
pub(super) const M: u8 = 2;
pub(super) const S: u8 = 4;
pub(super) const A: u8 = 7;

/// A phrase and the servers that have it.
pub(super) type Row = (&'static str, u8);

pub(super) const STATEMENTS: &[Row] = &[
    ("SELECT", A), ("INSERT INTO", A), ("UPDATE", A), ("DELETE FROM", A), ("WITH", A),
    ("CREATE", A), ("ALTER TABLE", A), ("DROP", A), ("EXPLAIN", A), ("BEGIN", A),
    ("COMMIT", A), ("SHOW", P | M), ("SET", P | M), ("ROLLBACK", A), ("USE", M),
    ("CREATE TABLE", A), ("DESCRIBE", M), ("GRANT", P | M), ("CALL", P | M), ("TRUNCATE", P | M),
    ("CREATE INDEX", A), ("CREATE VIEW", A), ("DROP TABLE", A), ("ALTER", A), ("REVOKE", P | M),
    ("REPLACE INTO", M | S), ("PRAGMA", S), ("START TRANSACTION", P | M), ("VALUES", A),
    ("ANALYZE", A), ("VACUUM", P | S), ("COPY", P), ("REFRESH MATERIALIZED VIEW", P),
    ("EXPLAIN ANALYZE", P | M), ("EXPLAIN QUERY PLAN", S), ("TABLE", P | M), ("COMMENT ON", P),
    ("LOCK TABLE", P), ("LOCK TABLES", M), ("UNLOCK TABLES", M), ("MERGE INTO", P),
    ("SAVEPOINT", A), ("RELEASE SAVEPOINT", A), ("REINDEX", P | S), ("DO", P | M),
    ("PREPARE", P | M), ("EXECUTE", P | M), ("DEALLOCATE", P | M), ("DECLARE", P), ("FETCH", P),
    ("MOVE", P), ("CLOSE", P), ("LISTEN", P), ("NOTIFY", P), ("UNLISTEN", P), ("CLUSTER", P),
    ("RESET", P | M), ("DISCARD", P), ("CHECKPOINT", P), ("END", A), ("ABORT", P),
    ("ATTACH DATABASE", S), ("DETACH DATABASE", S), ("KILL", M), ("OPTIMIZE TABLE", M),
    ("CHECK TABLE", M), ("REPAIR TABLE", M), ("LOAD DATA", M), ("RENAME TABLE", M), ("FLUSH", M),
    ("HANDLER", M), ("PURGE BINARY LOGS", M), ("HELP", M), ("REASSIGN OWNED BY", P),
    ("IMPORT FOREIGN SCHEMA", P), ("SECURITY LABEL", P), ("LOAD", P), ("DELIMITER", M),
    ("DESC", M), ("XA", M), ("CHANGE MASTER TO", M),
];

pub(super) const QUERY: &[Row] = &[("SELECT", A), ("WITH", A), ("VALUES", A), ("TABLE", P | M)];

pub(super) const AFTER_CTE: &[Row] =
    &[("SELECT", A), ("INSERT INTO", A), ("UPDATE", A), ("DELETE FROM", A), ("MERGE INTO", P)];

pub(super) const CTE_BODY: &[Row] = &[
    ("SELECT", A), ("VALUES", A), ("WITH", A), ("INSERT INTO", P), ("UPDATE", P), ("DELETE FROM", P),
];

pub(super) const EXPLAINED: &[Row] = &[
    ("SELECT", A), ("ANALYZE", P | M), ("INSERT INTO", A), ("UPDATE", A), ("DELETE FROM", A),
    ("WITH", A), ("QUERY PLAN", S), ("FORMAT=JSON", M), ("FORMAT=TREE", M), ("FOR CONNECTION", M), ("EXTENDED", M), ("PARTITIONS", M),
    ("VERBOSE", P), ("REPLACE INTO", M | S), ("CREATE TABLE", P), ("EXECUTE", P),
];

pub(super) const DISTINCT: &[Row] = &[("DISTINCT", A)];
pub(super) const INTERVAL: &[Row] = &[("INTERVAL", P | M)];
/// What a date is compared with.
pub(super) const MOMENTS: &[Row] = &[("CURRENT_DATE", A), ("CURRENT_TIMESTAMP", A), ("INTERVAL", P | M)];

/// Directly behind SELECT.
pub(super) const SELECT_HEAD: &[Row] = &[
    ("DISTINCT", A), ("CASE", A), ("DISTINCT ON", P), ("EXISTS", A), ("NOT", A), ("NULL", A),
    ("ALL", A), ("CAST", A), ("CURRENT_DATE", A), ("CURRENT_TIMESTAMP", A), ("TRUE", A),
    ("FALSE", A), ("INTERVAL", P | M), ("ARRAY", P), ("ROW", P), ("CURRENT_USER", P | M),
    ("SQL_CALC_FOUND_ROWS", M), ("STRAIGHT_JOIN", M), ("HIGH_PRIORITY", M), ("BINARY", M),
    ("LOCALTIMESTAMP", P | M), ("CURRENT_TIME", A), ("SESSION_USER", P), ("CURRENT_ROLE", P),
    ("CURRENT_SCHEMA", P), ("CURRENT_CATALOG", P), ("LOCALTIME", P | M), ("SOME", P | M),
    ("_utf8mb4", M), ("_binary", M), ("_latin1", M), ("_utf8mb3", M),
];

/// Where an operand is wanted.
pub(super) const OPERAND: &[Row] = &[
    ("CASE", A), ("NULL", A), ("NOT", A), ("EXISTS", A), ("TRUE", A), ("FALSE", A),
    ("CURRENT_DATE", A), ("INTERVAL", P | M), ("CURRENT_TIMESTAMP", A), ("CAST", A), ("ANY", P | M),
    ("ARRAY", P), ("ROW", P), ("ALL", P | M), ("SELECT", A), ("CURRENT_USER", P | M),
    ("BINARY", M), ("DEFAULT", P | M), ("LOCALTIMESTAMP", P | M), ("CURRENT_TIME", A),
    ("SESSION_USER", P), ("CURRENT_ROLE", P), ("SOME", P | M), ("LOCALTIME", P | M),
    ("MATCH", M), ("RAISE", S), ("TIMESTAMP", P | M), ("DATE", P | M), ("TIME", P | M),
    ("_utf8mb4", M), ("_binary", M), ("_latin1", M), ("_utf8mb3", M),
];

/// Where a condition begins.
pub(super) const CONDITION: &[Row] = &[
    ("NOT", A), ("EXISTS", A), ("NOT EXISTS", A), ("CASE", A), ("NULL", A), ("TRUE", A), ("FALSE", A),
    ("CURRENT_DATE", A), ("CAST", A), ("INTERVAL", P | M), ("ANY", P | M), ("ROW", P), ("MATCH", M), ("BINARY", M),
    ("ARRAY", P), ("CURRENT OF", P), ("CURRENT_USER", P | M), ("CURRENT_TIMESTAMP", A), ("SELECT", A),
];

/// Behind an operand of a condition that does not compare anything yet.
pub(super) const COMPARE: &[Row] = &[
    ("IS NULL", A), ("IN", A), ("IS NOT NULL", A), ("LIKE", A), ("BETWEEN", A), ("NOT IN", A), ("ILIKE", P),
    ("IS", A), ("NOT LIKE", A), ("AND", A), ("OR", A), ("NOT", A), ("IS DISTINCT FROM", P | S), ("NOT BETWEEN", A),
    ("REGEXP", M | S), ("RLIKE", M), ("GLOB", S), ("SIMILAR TO", P), ("NOT ILIKE", P), ("IS TRUE", P | M),
    ("IS FALSE", P | M), ("COLLATE", A), ("AT TIME ZONE", P), ("ESCAPE", A), ("MATCH", S), ("OVERLAPS", P),
    ("DIV", M), ("MOD", M), ("XOR", M), ("NOT REGEXP", M), ("IS NOT DISTINCT FROM", P), ("ISNULL", P | S), ("NOTNULL", P | S),
    ("SOUNDS LIKE", M), ("MEMBER OF", M), ("OPERATOR", P),
];

/// As `COMPARE`, the first of it for columns of each kind.
pub(super) const COMPARE_KEY: &[Row] = &[("IN", A), ("IS NULL", A), ("IS NOT NULL", A), ("NOT IN", A)];
pub(super) const COMPARE_NUMBER: &[Row] = &[("BETWEEN", A), ("IN", A), ("IS NULL", A), ("IS NOT NULL", A)];
pub(super) const COMPARE_NUMBER_NOT_NULL: &[Row] = &[("BETWEEN", A), ("IN", A)];
pub(super) const COMPARE_DATE: &[Row] = &[("IS NULL", A), ("BETWEEN", A), ("IS NOT NULL", A)];
pub(super) const COMPARE_TEXT: &[Row] = &[("LIKE", A), ("IN", A), ("IS NULL", A), ("IS NOT NULL", A)];
pub(super) const COMPARE_TEXT_NOT_NULL: &[Row] = &[("LIKE", A), ("IN", A)];

/// Behind a condition that is complete.
pub(super) const CONNECT: &[Row] = &[("AND", A)];
/// Short enough to be typed as fast as it is chosen.
pub(super) const CONNECT_OR: &[Row] = &[("OR", A)];

/// Behind an operand, where it is an expression that goes on.
pub(super) const OPERATORS: &[Row] = &[
    ("COLLATE", A), ("AT TIME ZONE", P), ("IS NULL", A), ("IS NOT NULL", A), ("IN", A), ("LIKE", A), ("BETWEEN", A),
    ("AND", A), ("OR", A), ("IS", A), ("NOT", A), ("ILIKE", P), ("DIV", M), ("MOD", M), ("IS DISTINCT FROM", P), ("XOR", M), ("REGEXP", M | S),
];

/// Behind an item of the select list.
pub(super) const AFTER_ITEM: &[Row] =
    &[("FROM", A), ("AS", A), ("INTO", P | M), ("UNION ALL", A), ("UNION", A), ("WHERE", P | M), ("LIMIT", A), ("ORDER BY", A), ("EXCEPT", A), ("INTERSECT", A), ("GROUP BY", P)];

/// Functions that are nothing without OVER.
pub(super) const WINDOW_FUNCTIONS: &[&str] = &["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value", "last_value", "nth_value"];
pub(super) const OVER: &[Row] = &[("OVER", A)];
/// Behind the call of a function.
pub(super) const AFTER_CALL: &[Row] = &[("OVER", A), ("FILTER", P | S), ("WITHIN GROUP", P), ("RESPECT NULLS", M), ("IGNORE NULLS", M)];

/// Behind a relation in FROM.
pub(super) const AFTER_RELATION: &[Row] = &[
    ("WHERE", A), ("JOIN", A), ("LEFT JOIN", A), ("GROUP BY", A), ("ORDER BY", A), ("INNER JOIN", A), ("LIMIT", A), ("AS", A),
    ("CROSS JOIN", A), ("RIGHT JOIN", A), ("FULL JOIN", P | S), ("UNION", A), ("UNION ALL", A), ("NATURAL JOIN", A), ("HAVING", A),
    ("LEFT OUTER JOIN", A), ("CROSS JOIN LATERAL", P), ("LEFT JOIN LATERAL", P), ("WINDOW", A), ("FOR UPDATE", P | M), ("EXCEPT", A), ("INTERSECT", A), ("OFFSET", A),
    ("TABLESAMPLE", P), ("RIGHT OUTER JOIN", A), ("FULL OUTER JOIN", P | S), ("FETCH FIRST", P), ("STRAIGHT_JOIN", M), ("USE INDEX", M),
    ("FORCE INDEX", M), ("IGNORE INDEX", M), ("PARTITION", M), ("FOR SHARE", P | M), ("INDEXED BY", S), ("NOT INDEXED", S), ("LOCK IN SHARE MODE", M), ("WITH ORDINALITY", P), ("NATURAL LEFT JOIN", A), ("INTO OUTFILE", M), ("ON CONFLICT", P | S), ("RETURNING", P), ("FOR SYSTEM_TIME AS OF", M), ("FOR SYSTEM_TIME ALL", M), ("FOR SYSTEM_TIME BETWEEN", M),
];

/// Behind a relation that was joined and has no condition yet.
pub(super) const AFTER_JOINED: &[Row] = &[("ON", A), ("USING", A), ("AS", A)];

/// Where a relation is wanted, beside the relations.
pub(super) const RELATION_HEAD: &[Row] = &[("LATERAL", P | M), ("SELECT", A), ("ONLY", P), ("ROWS FROM", P), ("VALUES", A), ("UNNEST", P), ("JSON_TABLE", M)];

/// Behind LEFT, INNER and the like.
pub(super) const JOIN: &[Row] = &[("JOIN", A), ("OUTER JOIN", A)];
pub(super) const JOIN_ONLY: &[Row] = &[("JOIN", A), ("JOIN LATERAL", P)];
pub(super) const NATURAL: &[Row] = &[("JOIN", A), ("LEFT JOIN", A), ("INNER JOIN", A), ("RIGHT JOIN", A), ("FULL JOIN", P | S)];

pub(super) const AFTER_WHERE: &[Row] = &[
    ("ORDER BY", A), ("GROUP BY", A), ("LIMIT", A), ("RETURNING", A), ("UNION", A), ("UNION ALL", A), ("HAVING", A), ("FOR UPDATE", P | M), ("EXCEPT", A), ("INTERSECT", A),
    ("WINDOW", A), ("OFFSET", A), ("FETCH FIRST", P), ("ON CONFLICT", P | S), ("ON DUPLICATE KEY UPDATE", M), ("FOR SHARE", P | M), ("LOCK IN SHARE MODE", M),
];

/// Behind a join condition.
pub(super) const AFTER_ON: &[Row] = &[
    ("WHERE", A), ("JOIN", A), ("LEFT JOIN", A), ("GROUP BY", A), ("ORDER BY", A), ("INNER JOIN", A), ("LIMIT", A), ("CROSS JOIN", A), ("SET", M), ("RIGHT JOIN", A), ("FULL JOIN", P | S),
    ("UNION", A), ("UNION ALL", A), ("HAVING", A), ("LEFT OUTER JOIN", A), ("CROSS JOIN LATERAL", P), ("LEFT JOIN LATERAL", P), ("NATURAL JOIN", A), ("WINDOW", A), ("FOR UPDATE", P | M), ("EXCEPT", A), ("INTERSECT", A), ("STRAIGHT_JOIN", M),
];

pub(super) const AFTER_GROUP: &[Row] = &[
    ("ORDER BY", A), ("HAVING", A), ("LIMIT", A), ("UNION ALL", A), ("UNION", A), ("WITH ROLLUP", M), ("WINDOW", A), ("EXCEPT", A), ("INTERSECT", A), ("OFFSET", A), ("FETCH FIRST", P), ("ON CONFLICT", P | S), ("ON DUPLICATE KEY UPDATE", M),
];
pub(super) const GROUP_HEAD: &[Row] = &[("ROLLUP", P), ("CUBE", P), ("GROUPING SETS", P), ("CASE", A), ("DISTINCT", P), ("ALL", P)];
pub(super) const AFTER_HAVING: &[Row] = &[("ORDER BY", A), ("LIMIT", A), ("UNION ALL", A), ("UNION", A), ("WINDOW", A), ("EXCEPT", A), ("INTERSECT", A), ("OFFSET", A)];
pub(super) const AFTER_ORDER: &[Row] = &[
    ("DESC", A), ("LIMIT", A), ("ASC", A), ("NULLS LAST", P | S), ("DESC NULLS LAST", P | S), ("NULLS FIRST", P | S), ("OFFSET", A), ("FETCH FIRST", P), ("FOR UPDATE", P | M), ("COLLATE", A), ("USING", P), ("UNION", S), ("ON CONFLICT", P | S), ("ON DUPLICATE KEY UPDATE", M),
];
pub(super) const AFTER_DIRECTION: &[Row] = &[
    ("LIMIT", A), ("NULLS LAST", P | S), ("NULLS FIRST", P | S), ("OFFSET", A), ("FETCH FIRST", P), ("FOR UPDATE", P | M), ("ROWS BETWEEN", A), ("RANGE BETWEEN", A), ("SEPARATOR", M), ("ON CONFLICT", P | S),
];
pub(super) const NULLS: &[Row] = &[("LAST", A), ("FIRST", A), ("NOT DISTINCT", P), ("DISTINCT", P)];
pub(super) const AFTER_LIMIT: &[Row] = &[("OFFSET", A), ("FOR UPDATE", P | M), ("FOR SHARE", P | M), ("UNION", A), ("INTO OUTFILE", M), ("ROWS ONLY", P), ("FETCH FIRST", P | M), ("ROW ONLY", P), ("ROWS", P), ("INTO", M)];
pub(super) const LIMIT_HEAD: &[Row] = &[("ALL", P), ("NULL", P)];
pub(super) const FETCH_HEAD: &[Row] = &[("FIRST", P | M), ("NEXT", P | M), ("FIRST ROW ONLY", P | M)];
pub(super) const LOCKING: &[Row] = &[("UPDATE", A), ("SHARE", P | M), ("NO KEY UPDATE", P), ("KEY SHARE", P), ("SYSTEM_TIME AS OF", M), ("SYSTEM_TIME ALL", M)];
pub(super) const AFTER_LOCKING: &[Row] = &[("SKIP LOCKED", P | M), ("NOWAIT", P | M), ("OF", P | M)];

pub(super) const SET_OPERATION: &[Row] = &[("SELECT", A), ("ALL", A), ("ALL SELECT", A), ("VALUES", A), ("DISTINCT", A)];

pub(super) const INSERT_HEAD: &[Row] = &[("INTO", A), ("IGNORE INTO", M), ("OR REPLACE INTO", S), ("OR IGNORE INTO", S), ("IGNORE", M), ("OR REPLACE", S), ("OR IGNORE", S), ("LOW_PRIORITY", M), ("DELAYED", M), ("HIGH_PRIORITY", M)];
pub(super) const AFTER_TARGET: &[Row] = &[("VALUES", A), ("SELECT", A), ("SET", M), ("DEFAULT VALUES", P | S), ("AS", P | S), ("WITH", A), ("OVERRIDING SYSTEM VALUE", P), ("OVERRIDING USER VALUE", P), ("VALUE", M), ("USING", P), ("TABLE", P | M), ("PARTITION", M), ("ON CONFLICT", P | S)];
pub(super) const AFTER_VALUES: &[Row] = &[("ON CONFLICT", P | S), ("ON DUPLICATE KEY UPDATE", M), ("RETURNING", A), ("AS", M), ("ORDER BY", A), ("UNION", A), ("UNION ALL", A), ("LIMIT", A)];
pub(super) const ON_INSERT: &[Row] = &[("CONFLICT", P | S), ("DUPLICATE KEY UPDATE", M)];
pub(super) const DUPLICATE: &[Row] = &[("KEY UPDATE", M)];
pub(super) const AFTER_CONFLICT: &[Row] = &[("DO NOTHING", P | S), ("DO UPDATE SET", P | S), ("DO UPDATE", P | S), ("ON CONSTRAINT", P), ("WHERE", P | S)];
pub(super) const CONFLICT_DO: &[Row] = &[("NOTHING", P | S), ("UPDATE SET", P | S), ("UPDATE", P | S)];
pub(super) const AFTER_UPDATED: &[Row] = &[("SET", A), ("JOIN", M), ("INNER JOIN", M), ("LEFT JOIN", M), ("AS", A), ("ONLY", P), ("INDEXED BY", S)];
pub(super) const UPDATE_HEAD: &[Row] = &[("ONLY", P), ("IGNORE", M), ("LOW_PRIORITY", M), ("OR REPLACE", S), ("OR IGNORE", S)];
pub(super) const AFTER_SET: &[Row] = &[("WHERE", A), ("FROM", P | S), ("RETURNING", P | S), ("ORDER BY", M | S), ("LIMIT", M | S)];
pub(super) const AFTER_DELETED: &[Row] = &[("WHERE", A), ("USING", P | M), ("RETURNING", A), ("AS", A), ("ORDER BY", M | S), ("LIMIT", M | S), ("JOIN", M), ("LEFT JOIN", M), ("INNER JOIN", M), ("INDEXED BY", S)];
pub(super) const DELETE_HEAD: &[Row] = &[("FROM", A), ("IGNORE FROM", M), ("LOW_PRIORITY FROM", M), ("QUICK FROM", M)];
pub(super) const MERGE_HEAD: &[Row] = &[("INTO", P)];
pub(super) const WINDOW_SPEC: &[Row] = &[("PARTITION BY", A), ("ORDER BY", A), ("ROWS BETWEEN", A), ("RANGE BETWEEN", A), ("GROUPS BETWEEN", P | S), ("ROWS UNBOUNDED PRECEDING", A)];
pub(super) const AFTER_PARTITION: &[Row] = &[("ORDER BY", A), ("ROWS BETWEEN", A), ("RANGE BETWEEN", A)];
pub(super) const AFTER_WINDOW_ORDER: &[Row] = &[("DESC", A), ("ROWS BETWEEN", A), ("ASC", A), ("RANGE BETWEEN", A), ("NULLS LAST", P | S), ("NULLS FIRST", P | S), ("GROUPS BETWEEN", P | S)];
pub(super) const FRAME: &[Row] = &[("UNBOUNDED PRECEDING", A), ("CURRENT ROW", A), ("UNBOUNDED PRECEDING AND CURRENT ROW", A), ("CURRENT ROW AND UNBOUNDED FOLLOWING", A), ("UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", A), ("INTERVAL", P | M)];
/// Behind the number of rows of a frame's bound.
pub(super) const BOUND_START: &[Row] = &[("PRECEDING", A)];
pub(super) const BOUND_END: &[Row] = &[("FOLLOWING", A), ("PRECEDING", A)];
pub(super) const EXCLUDE: &[Row] = &[("EXCLUDE CURRENT ROW", P | S), ("EXCLUDE TIES", P | S), ("EXCLUDE GROUP", P | S), ("EXCLUDE NO OTHERS", P | S)];
pub(super) const EXCLUDED: &[Row] = &[("CURRENT ROW", P | S), ("TIES", P | S), ("GROUP", P | S), ("NO OTHERS", P | S)];
pub(super) const OTHERS: &[Row] = &[("OTHERS", P | S)];
pub(super) const UNBOUNDED: &[Row] = &[("PRECEDING", A), ("FOLLOWING", A)];
pub(super) const CURRENT: &[Row] = &[("ROW", A)];
pub(super) const FRAME_AND: &[Row] = &[("AND CURRENT ROW", A), ("AND UNBOUNDED FOLLOWING", A), ("AND", A)];
pub(super) const FRAME_END: &[Row] = &[("CURRENT ROW", A), ("UNBOUNDED FOLLOWING", A)];
pub(super) const ORDER_BY: &[Row] = &[("ORDER BY", A)];
/// Behind the rows of a VALUES that stands for a query.
pub(super) const AFTER_ROW: &[Row] = &[("UNION ALL", A), ("UNION", A), ("ORDER BY", A), ("LIMIT", A)];
pub(super) const FILTER: &[Row] = &[("WHERE", A)];
pub(super) const ARGUMENT_HEAD: &[Row] = &[("DISTINCT", A), ("CASE", A), ("NULL", A), ("SELECT", A), ("CURRENT_DATE", A), ("INTERVAL", P | M), ("CURRENT_TIMESTAMP", A), ("ARRAY", P), ("ALL", P), ("TRUE", A), ("FALSE", A), ("NOT", A), ("VARIADIC", P), ("CAST", A), ("BOTH", P | M), ("LEADING", P | M), ("TRAILING", P | M)];
pub(super) const AFTER_ARGUMENT: &[Row] = &[("ORDER BY", P | M | S), ("SEPARATOR", M), ("AS", A), ("FROM", P | M), ("FOR", P | M), ("USING", P | M), ("IN", P | M)];
pub(super) const FIELDS: &[Row] = &[("YEAR", P | M), ("MONTH", P | M), ("DAY", P | M), ("HOUR", P | M), ("MINUTE", P | M), ("SECOND", P | M), ("EPOCH", P), ("DOW", P), ("DOY", P), ("WEEK", P | M), ("QUARTER", P | M), ("ISODOW", P), ("ISOYEAR", P), ("CENTURY", P), ("DECADE", P), ("MILLENNIUM", P), ("MILLISECONDS", P), ("MICROSECONDS", P), ("MICROSECOND", M), ("TIMEZONE", P), ("YEAR_MONTH", M), ("DAY_HOUR", M), ("DAY_MINUTE", M), ("DAY_SECOND", M), ("HOUR_MINUTE", M), ("HOUR_SECOND", M), ("MINUTE_SECOND", M)];
pub(super) const AFTER_IS: &[Row] = &[("NULL", A), ("NOT NULL", A), ("NOT", A), ("TRUE", A), ("FALSE", A), ("NOT TRUE", A), ("NOT FALSE", A), ("DISTINCT FROM", P | S), ("NOT DISTINCT FROM", P | S), ("UNKNOWN", P | M), ("DOCUMENT", P), ("NORMALIZED", P), ("JSON", P)];
pub(super) const AFTER_IS_NOT: &[Row] = &[("NULL", A), ("TRUE", A), ("FALSE", A), ("DISTINCT FROM", P | S), ("UNKNOWN", P | M), ("DOCUMENT", P), ("NORMALIZED", P), ("JSON", P)];
pub(super) const AFTER_NOT: &[Row] = &[("IN", A), ("LIKE", A), ("EXISTS", A), ("BETWEEN", A), ("ILIKE", P), ("NULL", A), ("REGEXP", M | S), ("RLIKE", M), ("SIMILAR TO", P), ("GLOB", S), ("MATERIALIZED", P | S), ("DEFERRABLE", P | S), ("VALID", P)];
pub(super) const WHEN: &[Row] = &[("WHEN", A)];
pub(super) const THEN: &[Row] = &[("THEN", A), ("AND", A), ("OR", A)];
pub(super) const AFTER_THEN: &[Row] = &[("WHEN", A), ("ELSE", A), ("END", A)];
pub(super) const END: &[Row] = &[("END", A)];
pub(super) const BY: &[Row] = &[("BY", A)];
pub(super) const DISTINCT_FROM: &[Row] = &[("FROM", A)];
pub(super) const BETWEEN_AND: &[Row] = &[("AND", A)];
pub(super) const DATA_CHANGES: &[Row] = &[("CASCADE", A), ("SET NULL", A), ("RESTRICT", A), ("NO ACTION", A), ("SET DEFAULT", A)];
pub(super) const EXISTS: &[Row] = &[("EXISTS", A)];

/// Where a column or a constraint is defined.
pub(super) const DEFINITION: &[Row] = &[("PRIMARY KEY", A), ("FOREIGN KEY", A), ("CONSTRAINT", A), ("UNIQUE", A), ("CHECK", A), ("INDEX", M), ("KEY", M), ("UNIQUE KEY", M), ("LIKE", P | M), ("EXCLUDE", P), ("FULLTEXT KEY", M), ("VECTOR INDEX", M), ("PERIOD FOR SYSTEM_TIME", M), ("PERIOD FOR", M)];
/// Behind the type of a column.
pub(super) const COLUMN_RULE: &[Row] = &[
    ("NOT NULL", A), ("PRIMARY KEY", A), ("DEFAULT", A), ("REFERENCES", A), ("UNIQUE", A), ("CHECK", A), ("NULL", A), ("AUTO_INCREMENT", M), ("AUTOINCREMENT", S), ("UNSIGNED", M), ("GENERATED ALWAYS AS", A), ("GENERATED ALWAYS AS IDENTITY", P), ("GENERATED BY DEFAULT AS IDENTITY", P), ("ON DELETE", A), ("ON DELETE CASCADE", A), ("ON UPDATE", A), ("CONSTRAINT", A), ("COLLATE", A), ("WITH TIME ZONE", P), ("WITHOUT TIME ZONE", P), ("COMMENT", M), ("CHARACTER SET", M), ("ON UPDATE CURRENT_TIMESTAMP", M), ("AFTER", M), ("FIRST", M), ("ZEROFILL", M), ("DEFERRABLE", P | S), ("INITIALLY DEFERRED", P | S), ("ON CONFLICT", S), ("VARYING", P), ("PRECISION", P), ("KEY", A), ("CASCADE", A), ("USING", P), ("VIRTUAL", M), ("STORED", A), ("NOT VALID", P), ("MATCH FULL", P), ("NOT ENFORCED", P | M), ("INVISIBLE", M), ("WITH SYSTEM VERSIONING", M), ("WITHOUT SYSTEM VERSIONING", M),
];
/// As `COLUMN_RULE`, behind PRIMARY KEY.
pub(super) const COLUMN_RULE_OF_KEY: &[Row] = &[
    ("REFERENCES", A), ("DEFAULT", A), ("NOT NULL", A), ("UNIQUE", A), ("CHECK", A), ("NULL", A), ("AUTO_INCREMENT", M), ("AUTOINCREMENT", S), ("UNSIGNED", M), ("GENERATED ALWAYS AS", A), ("GENERATED ALWAYS AS IDENTITY", P), ("GENERATED BY DEFAULT AS IDENTITY", P), ("ON DELETE", A), ("ON DELETE CASCADE", A), ("ON UPDATE", A), ("CONSTRAINT", A), ("COLLATE", A), ("WITH TIME ZONE", P), ("WITHOUT TIME ZONE", P), ("COMMENT", M), ("CHARACTER SET", M), ("ON UPDATE CURRENT_TIMESTAMP", M), ("AFTER", M), ("FIRST", M), ("ZEROFILL", M), ("DEFERRABLE", P | S), ("INITIALLY DEFERRED", P | S), ("ON CONFLICT", S), ("VARYING", P), ("PRECISION", P), ("KEY", A), ("CASCADE", A), ("USING", P), ("VIRTUAL", M), ("STORED", A), ("NOT VALID", P), ("MATCH FULL", P),
];
/// Behind a constraint of a table.
pub(super) const CONSTRAINT_RULE: &[Row] = &[("REFERENCES", A), ("ON DELETE", A), ("ON UPDATE", A), ("ON DELETE CASCADE", A), ("DEFERRABLE", P | S), ("INITIALLY DEFERRED", P | S), ("NOT VALID", P), ("USING", P)];
/// Behind what a column is computed from.
pub(super) const GENERATED: &[Row] = &[("STORED", A), ("VIRTUAL", A), ("PERSISTENT", M), ("NOT NULL", A)];
pub(super) const COUNTS_UP: &[Row] = &[("AUTOINCREMENT", S), ("AUTO_INCREMENT", M)];
pub(super) const TIME_ZONES: &[Row] = &[("WITH TIME ZONE", P), ("WITHOUT TIME ZONE", P)];
/// Words of definitions, and what alone can follow them.
pub(super) const IN_DEFINITIONS: &[(&[&str], &[Row])] = &[
    (&["not"], &[("NULL", A)]),
    (&["primary", "foreign"], &[("KEY", A)]),
    (&["on"], &[("DELETE", A), ("UPDATE", A), ("DELETE CASCADE", A), ("CONFLICT", S)]),
    (&["with", "without"], &[("TIME ZONE", P)]),
    (&["time"], &[("ZONE", P), ("WITH TIME ZONE", P)]),
    (&["generated"], &[("ALWAYS AS", A), ("ALWAYS AS IDENTITY", P), ("BY DEFAULT AS IDENTITY", P)]),
    (&["set"], &[("NULL", A), ("DEFAULT", A)]),
    (&["character"], &[("SET", M), ("VARYING", P)]),
    (&["double"], &[("PRECISION", A)]),
];
pub(super) const DEFAULTS: &[Row] = &[("NULL", A), ("CURRENT_TIMESTAMP", A), ("TRUE", A), ("FALSE", A), ("CURRENT_DATE", A), ("CURRENT_USER", P), ("ARRAY", P), ("CURRENT_TIME", A), ("LOCALTIMESTAMP", P), ("INTERVAL", P)];
pub(super) const TABLE_OPTIONS: &[Row] = &[("ENGINE", M), ("DEFAULT CHARSET", M), ("CHARSET", M), ("COLLATE", M), ("COMMENT", M), ("AUTO_INCREMENT", M), ("ROW_FORMAT", M), ("PARTITION BY", P | M), ("AS", A), ("WITH", P), ("INHERITS", P), ("TABLESPACE", P | M), ("WITHOUT ROWID", S), ("STRICT", S), ("ON COMMIT", P), ("USING", P), ("DEFAULT", M), ("CHARACTER SET", M), ("WITH SYSTEM VERSIONING", M), ("PAGE_COMPRESSED", M)];

/// Types that people write where the catalog may name them otherwise.
pub(super) const TYPES: &[Row] = &[
    ("integer", A), ("text", A), ("timestamp", P | M), ("boolean", A), ("numeric", A), ("bigint", A), ("date", A), ("varchar", A),
    ("timestamptz", P), ("uuid", P | M), ("jsonb", P), ("json", P | M), ("int", A), ("smallint", A), ("real", A), ("double precision", P | S), ("double", M | S),
    ("timestamp with time zone", P), ("timestamp without time zone", P), ("time", P | M), ("interval", P), ("char", A), ("character varying", P), ("bytea", P), ("blob", M | S),
    ("serial", P), ("bigserial", P), ("smallserial", P), ("decimal", A), ("float", A), ("datetime", M | S), ("tinyint", M), ("mediumint", M), ("mediumtext", M), ("longtext", M), ("tinytext", M), ("longblob", M), ("mediumblob", M),
    ("enum", M), ("set", M), ("year", M), ("bit", P | M), ("binary", M), ("varbinary", M), ("unsigned", M), ("signed", M), ("character", P), ("inet", P), ("cidr", P), ("macaddr", P), ("money", P), ("xml", P), ("tsvector", P), ("tsquery", P), ("regclass", P), ("regproc", P), ("oid", P), ("name", P), ("int4range", P), ("daterange", P), ("tstzrange", P), ("point", P | M), ("geometry", M), ("vector", M), ("inet4", M), ("inet6", M), ("any", S),
];

/// The types that MySQL's CAST knows.
pub(super) const CAST_TYPES: &[Row] = &[("SIGNED", M), ("UNSIGNED", M), ("CHAR", M), ("DECIMAL", M), ("DATE", M), ("DATETIME", M), ("TIME", M), ("JSON", M), ("BINARY", M), ("DOUBLE", M), ("INTEGER", M), ("YEAR", M), ("FLOAT", M)];
/// Behind `SELECT … INTO`.
pub(super) const SELECT_INTO: &[Row] = &[("TEMP TABLE", P), ("TABLE", P), ("TEMPORARY TABLE", P), ("UNLOGGED TABLE", P), ("TEMP", P), ("TEMPORARY", P), ("UNLOGGED", P), ("OUTFILE", M), ("DUMPFILE", M)];
pub(super) const FETCHED: &[Row] = &[("ROW ONLY", P | M), ("ROWS ONLY", P | M)];
/// As `FETCHED`, behind a number.
pub(super) const FETCHED_ROWS: &[Row] = &[("ROWS ONLY", P | M), ("ROW ONLY", P | M), ("ROWS WITH TIES", P | M)];

/// Items of MySQL's SHOW.
pub(super) const SHOW: &[Row] = &[
    ("TABLES", M), ("DATABASES", M), ("CREATE TABLE", M), ("COLUMNS FROM", M), ("INDEX FROM", M), ("PROCESSLIST", M), ("VARIABLES", M), ("STATUS", M), ("FULL TABLES", M), ("VARIABLES LIKE", M), ("TABLE STATUS", M), ("GRANTS", M), ("GLOBAL STATUS", M), ("GLOBAL VARIABLES", M), ("FULL PROCESSLIST", M), ("WARNINGS", M), ("ERRORS", M), ("ENGINES", M),
    ("CREATE VIEW", M), ("CREATE DATABASE", M), ("CREATE FUNCTION", M), ("CREATE PROCEDURE", M), ("CREATE TRIGGER", M), ("CREATE USER", M), ("CREATE EVENT", M), ("CREATE SEQUENCE", M), ("CREATE PACKAGE", M), ("CREATE PACKAGE BODY", M), ("FULL COLUMNS FROM", M), ("CHARACTER SET", M), ("COLLATION", M), ("ENGINE", M), ("EVENTS", M), ("FUNCTION STATUS", M), ("FUNCTION CODE", M),
    ("PROCEDURE STATUS", M), ("PROCEDURE CODE", M), ("INDEXES FROM", M), ("KEYS FROM", M), ("MASTER STATUS", M), ("BINARY LOGS", M), ("MASTER LOGS", M), ("BINLOG EVENTS", M), ("SLAVE STATUS", M), ("REPLICA STATUS", M), ("SLAVE HOSTS", M), ("OPEN TABLES", M), ("PLUGINS", M), ("PRIVILEGES", M), ("PROFILE", M), ("PROFILES", M), ("RELAYLOG EVENTS", M), ("SESSION STATUS", M), ("SESSION VARIABLES", M), ("STORAGE ENGINES", M), ("TRIGGERS", M), ("SCHEMAS", M), ("COLUMNS", M), ("INDEX", M), ("FIELDS FROM", M), ("GRANTS FOR", M), ("COUNT(*) WARNINGS", M), ("EXPLAIN FOR", M), ("CLIENT_STATISTICS", M), ("USER_STATISTICS", M), ("TABLE_STATISTICS", M), ("INDEX_STATISTICS", M), ("AUTHORS", M), ("CONTRIBUTORS", M), ("LOCALES", M), ("WSREP_MEMBERSHIP", M), ("WSREP_STATUS", M), ("ANALYZE", M), ("PACKAGE STATUS", M), ("PACKAGE BODY STATUS", M), ("STATUS LIKE", M), ("TABLES LIKE", M), ("TABLES FROM", M),
];

/// SQLite's PRAGMAs.
pub(super) const PRAGMAS: &[Row] = &[
    ("table_info", S), ("foreign_keys", S), ("journal_mode", S), ("index_list", S), ("user_version", S), ("foreign_key_list", S), ("table_list", S), ("table_xinfo", S), ("database_list", S), ("integrity_check", S), ("synchronous", S), ("cache_size", S), ("index_info", S), ("index_xinfo", S), ("function_list", S), ("busy_timeout", S), ("compile_options", S), ("foreign_key_check", S), ("optimize", S), ("page_size", S), ("page_count", S), ("quick_check", S), ("wal_checkpoint", S), ("auto_vacuum", S), ("encoding", S), ("analysis_limit", S), ("application_id", S), ("automatic_index", S), ("cache_spill", S), ("case_sensitive_like", S), ("cell_size_check", S), ("checkpoint_fullfsync", S), ("collation_list", S), ("data_version", S), ("defer_foreign_keys", S), ("freelist_count", S), ("fullfsync", S), ("hard_heap_limit", S), ("ignore_check_constraints", S), ("incremental_vacuum", S), ("journal_size_limit", S), ("legacy_alter_table", S), ("legacy_file_format", S), ("locking_mode", S), ("max_page_count", S), ("mmap_size", S), ("module_list", S), ("pragma_list", S), ("query_only", S), ("read_uncommitted", S), ("recursive_triggers", S), ("reverse_unordered_selects", S), ("schema_version", S), ("secure_delete", S), ("shrink_memory", S), ("soft_heap_limit", S), ("stats", S), ("temp_store", S), ("threads", S), ("trusted_schema", S), ("wal_autocheckpoint", S), ("writable_schema", S),
];
/// PRAGMAs whose argument is a table.
pub(super) const TABLE_PRAGMAS: &[&str] = &["table_info", "table_xinfo", "index_list", "foreign_key_list", "foreign_key_check", "table_list", "integrity_check", "quick_check"];
/// PRAGMAs whose argument is an index.
pub(super) const INDEX_PRAGMAS: &[&str] = &["index_info", "index_xinfo"];

/// SQLite's table of its own schema, by both its names.
pub(super) const SCHEMA_TABLES: [&str; 2] = ["sqlite_schema", "sqlite_master"];
pub(super) const SCHEMA_COLUMNS: [&str; 5] = ["type", "name", "tbl_name", "rootpage", "sql"];
/// Words that begin a part of CREATE TABLE that is no column.
pub(super) const NO_COLUMNS: &[&str] = &["primary", "foreign", "unique", "check", "constraint", "key", "index", "exclude", "like", "fulltext", "spatial", "period"];
/// The columns of functions that give rows, where the catalog does not list them.
pub(super) const ROW_COLUMNS: &[(&str, &[&str])] = &[
    ("json_each", &["key", "value", "type", "atom", "id", "parent", "fullkey", "path"]),
    ("json_tree", &["key", "value", "type", "atom", "id", "parent", "fullkey", "path"]),
    ("generate_series", &["value", "start", "stop", "step"]),
    ("pragma_table_info", &["cid", "name", "type", "notnull", "dflt_value", "pk"]),
    ("pragma_table_xinfo", &["cid", "name", "type", "notnull", "dflt_value", "pk", "hidden"]),
    ("pragma_table_list", &["schema", "name", "type", "ncol", "wr", "strict"]),
    ("pragma_index_list", &["seq", "name", "unique", "origin", "partial"]),
    ("pragma_index_info", &["seqno", "cid", "name"]),
    ("pragma_index_xinfo", &["seqno", "cid", "name", "desc", "coll", "key"]),
    ("pragma_foreign_key_list", &["id", "seq", "table", "from", "to", "on_update", "on_delete", "match"]),
    ("pragma_database_list", &["seq", "name", "file"]),
    ("pragma_function_list", &["name", "builtin", "type", "enc", "narg", "flags"]),
];

/// Values that a setting or a PRAGMA may have.
pub(super) const SETTING_VALUES: &[Row] = &[("ON", A), ("OFF", A), ("DEFAULT", P | M), ("TRUE", P), ("FALSE", P)];
pub(super) const PRAGMA_VALUES: &[(&str, &[Row])] = &[
    ("journal_mode", &[("WAL", S), ("DELETE", S), ("TRUNCATE", S), ("PERSIST", S), ("MEMORY", S), ("OFF", S)]),
    ("synchronous", &[("NORMAL", S), ("FULL", S), ("OFF", S), ("EXTRA", S)]),
    ("temp_store", &[("DEFAULT", S), ("FILE", S), ("MEMORY", S)]),
    ("auto_vacuum", &[("NONE", S), ("FULL", S), ("INCREMENTAL", S)]),
    ("locking_mode", &[("NORMAL", S), ("EXCLUSIVE", S)]),
    ("wal_checkpoint", &[("PASSIVE", S), ("FULL", S), ("RESTART", S), ("TRUNCATE", S)]),
    ("encoding", &[("'UTF-8'", S), ("'UTF-16'", S)]),
    ("secure_delete", &[("ON", S), ("OFF", S), ("FAST", S)]),
];
pub(super) const SET_HEAD: &[Row] = &[("SESSION", P | M), ("LOCAL", P), ("GLOBAL", M), ("NAMES", M), ("TRANSACTION", P | M), ("ROLE", P | M), ("TIME ZONE", P), ("CONSTRAINTS", P), ("CHARACTER SET", M), ("PASSWORD", M), ("SESSION AUTHORIZATION", P), ("TRANSACTION ISOLATION LEVEL", P | M), ("PERSIST", M), ("DEFAULT ROLE", M), ("STATEMENT", M), ("SCHEMA", P)];
pub(super) const PARTITION_KINDS: &[Row] = &[("RANGE", P | M), ("LIST", P | M), ("HASH", P | M), ("KEY", M)];

/// Values of settings that take one of a few words: the setting's name in lower case.
pub(super) const SETTING_CHOICES: &[(&str, &[Row])] = &[
    ("client_min_messages", MESSAGE_LEVELS), ("log_min_messages", MESSAGE_LEVELS), ("log_min_error_statement", MESSAGE_LEVELS),
    ("default_transaction_isolation", ISOLATION), ("transaction_isolation", ISOLATION), ("tx_isolation", ISOLATION),
    ("synchronous_commit", &[("on", P), ("off", P), ("local", P), ("remote_write", P), ("remote_apply", P)]),
    ("log_statement", &[("none", P), ("ddl", P), ("mod", P), ("all", P)]),
    ("bytea_output", &[("hex", P), ("escape", P)]),
    ("intervalstyle", &[("postgres", P), ("iso_8601", P), ("sql_standard", P), ("postgres_verbose", P)]),
    ("datestyle", &[("'ISO, MDY'", P), ("'ISO, DMY'", P), ("'ISO, YMD'", P), ("'German'", P), ("'SQL'", P)]),
    ("timezone", &[("'UTC'", P), ("LOCAL", P), ("DEFAULT", P), ("'Europe/Berlin'", P), ("'Europe/London'", P), ("'America/New_York'", P), ("'Asia/Tokyo'", P)]),
    ("client_encoding", &[("'UTF8'", P), ("'LATIN1'", P), ("'SQL_ASCII'", P)]),
    ("constraint_exclusion", &[("partition", P), ("on", P), ("off", P)]),
    ("plan_cache_mode", &[("auto", P), ("force_generic_plan", P), ("force_custom_plan", P)]),
    ("session_replication_role", &[("origin", P), ("replica", P), ("local", P)]),
    ("xmloption", &[("content", P), ("document", P)]),
    ("backslash_quote", &[("safe_encoding", P), ("on", P), ("off", P)]),
    ("wal_level", &[("replica", P), ("logical", P), ("minimal", P)]),
    ("sql_mode", &[("''", M), ("'STRICT_TRANS_TABLES'", M), ("'ANSI_QUOTES'", M), ("'ONLY_FULL_GROUP_BY'", M), ("'STRICT_ALL_TABLES'", M), ("'NO_ENGINE_SUBSTITUTION'", M), ("'NO_ZERO_DATE'", M), ("'NO_ZERO_IN_DATE'", M), ("'ERROR_FOR_DIVISION_BY_ZERO'", M), ("'TRADITIONAL'", M), ("'ANSI'", M), ("'PIPES_AS_CONCAT'", M), ("'NO_BACKSLASH_ESCAPES'", M), ("DEFAULT", M)]),
    ("time_zone", &[("'SYSTEM'", M), ("'+00:00'", M), ("'UTC'", M), ("DEFAULT", M)]),
    ("character_set_client", CHARSETS), ("character_set_results", CHARSETS), ("character_set_connection", CHARSETS), ("character_set_server", CHARSETS),
    ("default_storage_engine", &[("InnoDB", M), ("MyISAM", M), ("MEMORY", M), ("Aria", M)]),
    ("binlog_format", &[("ROW", M), ("STATEMENT", M), ("MIXED", M)]),
];
const MESSAGE_LEVELS: &[Row] = &[("notice", P), ("warning", P), ("error", P), ("log", P), ("debug1", P), ("debug2", P), ("debug3", P), ("debug4", P), ("debug5", P)];
const ISOLATION: &[Row] = &[("'read committed'", P), ("'repeatable read'", P), ("'serializable'", P), ("'read uncommitted'", P), ("'READ-COMMITTED'", M), ("'REPEATABLE-READ'", M), ("'SERIALIZABLE'", M), ("'READ-UNCOMMITTED'", M)];
const CHARSETS: &[Row] = &[("utf8mb4", M), ("latin1", M), ("utf8mb3", M), ("binary", M), ("DEFAULT", M)];

/// Texts that an argument of a function is one of: the function, the number of the argument.
pub(super) const ARGUMENT_TEXTS: &[(&str, usize, u8, &[&str])] = &[
    ("date_trunc", 0, P, &["day", "month", "year", "week", "hour", "quarter", "minute", "second", "decade", "century", "milliseconds", "microseconds"]),
    ("date_part", 0, P, &["year", "month", "day", "hour", "minute", "second", "epoch", "dow", "doy", "week", "quarter", "isodow", "isoyear"]),
    ("to_char", 1, P, &["YYYY-MM-DD", "YYYY-MM", "YYYY", "HH24:MI:SS", "YYYY-MM-DD HH24:MI:SS", "Mon YYYY", "FM999,999,990.00"]),
    ("to_date", 1, P, &["YYYY-MM-DD", "DD.MM.YYYY", "MM/DD/YYYY", "YYYYMMDD"]),
    ("to_timestamp", 1, P, &["YYYY-MM-DD HH24:MI:SS", "YYYY-MM-DD"]),
    ("encode", 1, P, &["base64", "hex", "escape"]), ("decode", 1, P, &["base64", "hex", "escape"]),
    ("digest", 1, P, &["sha256", "sha1", "md5", "sha512"]),
    ("to_tsvector", 0, P, &["english", "simple"]), ("to_tsquery", 0, P, &["english", "simple"]), ("plainto_tsquery", 0, P, &["english", "simple"]),
    ("date_format", 1, M, &["%Y-%m-%d", "%Y-%m", "%Y", "%H:%i:%s", "%Y-%m-%d %H:%i:%s", "%x-%v"]),
    ("str_to_date", 1, M, &["%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%d %H:%i:%s"]),
    ("strftime", 0, S, &["%Y-%m-%d", "%Y-%m", "%Y", "%m", "%d", "%H:%M:%S", "%s", "%w", "%j"]),
];

/// The row before a change and after it.
pub(super) const RETURNED: &[Row] = &[("old", P), ("new", P), ("WITH (OLD AS", P), ("WITH (NEW AS", P)];
pub(super) const MERGE_ACTION: &[Row] = &[("merge_action()", P)];
pub(super) const MERGE_BY: &[Row] = &[("SOURCE", P), ("TARGET", P), ("SOURCE THEN", P), ("TARGET THEN", P)];
pub(super) const MERGED_ON: &[Row] = &[("ON", A), ("AS", A)];
pub(super) const AFTER_MERGED: &[Row] = &[("USING", A), ("AS", A)];
pub(super) const MERGE_WHEN: &[Row] = &[("WHEN MATCHED THEN", A), ("WHEN NOT MATCHED THEN", A), ("WHEN MATCHED AND", A), ("WHEN NOT MATCHED BY SOURCE THEN", P), ("RETURNING", P)];
pub(super) const MERGE_MATCHED: &[Row] = &[("MATCHED", A), ("NOT MATCHED", A), ("MATCHED THEN", A), ("NOT MATCHED THEN", A)];
pub(super) const MERGE_THEN: &[Row] = &[("THEN", A), ("AND", A), ("BY SOURCE", P), ("BY TARGET", P)];
pub(super) const MERGE_UPDATE: &[Row] = &[("UPDATE SET", A), ("DELETE", A), ("DO NOTHING", A)];
pub(super) const MERGE_INSERT: &[Row] = &[("INSERT", A), ("DO NOTHING", A), ("INSERT DEFAULT VALUES", A)];
pub(super) const MERGE_NOTHING: &[Row] = &[("NOTHING", A)];
pub(super) const MERGE_VALUES: &[Row] = &[("VALUES", A), ("DEFAULT VALUES", A), ("OVERRIDING SYSTEM VALUE", P)];
pub(super) const MERGE_SET: &[Row] = &[("SET", A)];
pub(super) const SAMPLES: &[Row] = &[("BERNOULLI", P), ("SYSTEM", P)];
pub(super) const INDEX_HINT: &[Row] = &[("INDEX", M), ("KEY", M), ("INDEX FOR JOIN", M)];
pub(super) const HINT_FOR: &[Row] = &[("JOIN", M), ("ORDER BY", M), ("GROUP BY", M)];
pub(super) const SHARE_MODE: &[Row] = &[("IN SHARE MODE", M)];
pub(super) const OUTFILE: &[Row] = &[("OUTFILE", M), ("DUMPFILE", M)];
pub(super) const OR_ELSE: &[Row] = &[("IGNORE", S), ("REPLACE", S), ("ROLLBACK", S), ("ABORT", S), ("FAIL", S)];
pub(super) const ROLLUP: &[Row] = &[("ROLLUP", M)];
pub(super) const SETS: &[Row] = &[("SETS", P)];
pub(super) const ON: &[Row] = &[("ON", P)];
pub(super) const LOCKED: &[Row] = &[("LOCKED", P | M)];
pub(super) const TIME_ZONE: &[Row] = &[("TIME ZONE", P)];
pub(super) const INDEXED: &[Row] = &[("INDEXED", S)];
pub(super) const MATERIALIZED: &[Row] = &[("MATERIALIZED", P | S)];
pub(super) const FRAME_START: &[Row] = &[("BETWEEN", A), ("UNBOUNDED PRECEDING", A), ("CURRENT ROW", A), ("BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", A)];
pub(super) const RAISED: &[Row] = &[("ABORT", S), ("IGNORE", S), ("FAIL", S), ("ROLLBACK", S)];
pub(super) const COLLATIONS: &[Row] = &[("NOCASE", S), ("BINARY", S), ("RTRIM", S)];

/// Statements of bodies: PL/pgSQL, MySQL's routines, SQLite's triggers.
pub(super) const BODY_STATEMENTS: &[Row] = &[
    ("SELECT", A), ("UPDATE", A), ("INSERT INTO", A), ("DELETE FROM", A), ("RETURN", P | M), ("IF", P | M), ("END", A), ("FOR", P), ("PERFORM", P), ("RAISE NOTICE", P), ("RAISE EXCEPTION", P), ("BEGIN", P | M), ("DECLARE", P | M), ("SET", M), ("END IF", P | M), ("ELSE", P | M), ("ELSIF", P), ("ELSEIF", M), ("END LOOP", P | M), ("WHILE", P | M), ("LOOP", P | M), ("EXECUTE", P | M), ("CALL", P | M), ("RETURN NEW", P), ("RETURN QUERY", P), ("RETURN NEXT", P), ("RETURN OLD", P), ("RETURN NULL", P), ("EXCEPTION WHEN OTHERS THEN", P), ("EXCEPTION WHEN", P), ("EXIT", P), ("EXIT WHEN", P), ("CONTINUE", P), ("CONTINUE WHEN", P), ("GET DIAGNOSTICS", P | M), ("FOREACH", P), ("CASE", P | M), ("OPEN", P | M), ("FETCH", P | M), ("CLOSE", P | M), ("ASSERT", P), ("NULL", P), ("WITH", A), ("LEAVE", M), ("ITERATE", M), ("REPEAT", M), ("UNTIL", M), ("END CASE", P | M), ("END WHILE", M), ("SIGNAL SQLSTATE", M), ("RESIGNAL", M), ("RAISE", P), ("EXCEPTION", P), ("REPLACE INTO", M | S), ("COMMIT", P | M), ("ROLLBACK", P | M), ("WHEN OTHERS THEN", P), ("WHEN", P | M),
];
/// What can end an expression in a body.
pub(super) const BODY_TAILS: &[Row] = &[("THEN", P), ("LOOP", P), ("INTO", P), ("USING", P), ("INTO STRICT", P)];
pub(super) const BODY_FOLLOWERS: &[(&str, &[Row])] = &[
    ("raise", &[("NOTICE", P), ("EXCEPTION", P), ("WARNING", P), ("INFO", P), ("DEBUG", P), ("LOG", P), ("SQLSTATE", P)]),
    ("end", &[("IF", P | M), ("LOOP", P | M), ("CASE", P | M), ("WHILE", M), ("REPEAT", M)]),
    ("return", &[("QUERY", P), ("NEXT", P), ("NEW", P), ("OLD", P), ("NULL", P), ("QUERY EXECUTE", P)]),
    ("exception", &[("WHEN", P), ("WHEN OTHERS THEN", P)]),
    ("when", &[("OTHERS THEN", P), ("UNIQUE_VIOLATION THEN", P), ("NO_DATA_FOUND THEN", P), ("FOREIGN_KEY_VIOLATION THEN", P), ("TOO_MANY_ROWS THEN", P), ("DIVISION_BY_ZERO THEN", P)]),
    ("in", &[("SELECT", P), ("EXECUTE", P), ("REVERSE", P)]),
    ("exit", &[("WHEN", P)]), ("continue", &[("WHEN", P), ("HANDLER FOR", M)]),
    ("declare", &[("CONTINUE HANDLER FOR", M), ("EXIT HANDLER FOR", M), ("CURSOR FOR", M)]),
    ("handler", &[("FOR", M)]),
    ("for", &[("SQLEXCEPTION", M), ("NOT FOUND", M), ("SQLWARNING", M), ("SQLSTATE", M), ("SELECT", M)]),
    ("get", &[("DIAGNOSTICS", P | M), ("STACKED DIAGNOSTICS", P)]),
];
pub(super) const BEGIN: &[Row] = &[("BEGIN", P)];
pub(super) const DECLARED: &[Row] = &[("CONSTANT", P), ("RECORD", P), ("CURSOR FOR", P), ("ALIAS FOR", P)];
