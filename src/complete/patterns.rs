//! DDL and utility statements: a table from what stands before the cursor to what comes next.
//!
//! psql's idea. To add a rule: a row in `PATTERNS`; the first row that matches decides.

use super::context::{Context, Want};
use super::places::{self, A, M, P, Row, S};
use crate::sql::TokenKind;

/// A kind of thing that has a name in the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Tables,
    Views,
    MaterializedViews,
    /// Tables and views.
    Relations,
    Schemas,
    Databases,
    Roles,
    Settings,
    Sequences,
    Indexes,
    Extensions,
    Functions,
    Procedures,
    Charsets,
    Collations,
    /// Columns of the relation that the statement names.
    Columns,
}

/// `before` is matched against the whole statement up to the cursor: a word, `A|B`, `[A]` for a
/// word that may be missing, `%` for a name with its dots, `*` for anything. `offers` are phrases
/// and `@things`, the likeliest first.
struct Pattern {
    dialects: u8,
    before: &'static str,
    offers: &'static str,
}

const fn p(dialects: u8, before: &'static str, offers: &'static str) -> Pattern {
    Pattern {
        dialects,
        before,
        offers,
    }
}

#[rustfmt::skip]
const PATTERNS: &[Pattern] = &[
    // CREATE
    p(P, "CREATE", "TABLE|INDEX|VIEW|OR REPLACE VIEW|OR REPLACE FUNCTION|FUNCTION|UNIQUE INDEX|SCHEMA|EXTENSION|MATERIALIZED VIEW|TEMPORARY TABLE|TYPE|SEQUENCE|TRIGGER|ROLE|USER|DATABASE|PROCEDURE|POLICY|DOMAIN|OR REPLACE|UNLOGGED TABLE|TEMP TABLE|AGGREGATE|CAST|COLLATION|EVENT TRIGGER|FOREIGN TABLE|LANGUAGE|OPERATOR|PUBLICATION|RULE|SERVER|STATISTICS|SUBSCRIPTION|TABLESPACE|TEXT SEARCH|USER MAPPING"),
    p(M, "CREATE", "TABLE|INDEX|VIEW|DATABASE|OR REPLACE VIEW|UNIQUE INDEX|TEMPORARY TABLE|USER|PROCEDURE|FUNCTION|TRIGGER|EVENT|SCHEMA|ROLE|FULLTEXT INDEX|OR REPLACE|DEFINER|SEQUENCE|SERVER|TABLESPACE|SPATIAL INDEX"),
    p(S, "CREATE", "TABLE|INDEX|VIEW|UNIQUE INDEX|TRIGGER|TEMPORARY TABLE|TEMP TABLE|VIRTUAL TABLE|TEMP VIEW|TEMP TRIGGER"),
    p(A, "CREATE OR", "REPLACE"),
    p(P, "CREATE OR REPLACE", "VIEW|FUNCTION|PROCEDURE|TRIGGER|AGGREGATE|RULE|TEMPORARY VIEW|RECURSIVE VIEW"),
    p(M, "CREATE OR REPLACE", "VIEW|TABLE|PROCEDURE|FUNCTION|TRIGGER"),
    p(A, "CREATE UNIQUE", "INDEX"),
    p(A, "CREATE TEMPORARY|TEMP|UNLOGGED", "TABLE|VIEW|SEQUENCE"),
    p(P, "CREATE MATERIALIZED", "VIEW"),
    p(A, "CREATE [TEMPORARY|TEMP|UNLOGGED] TABLE", "IF NOT EXISTS|@schemas"),
    p(A, "CREATE [TEMPORARY|TEMP|UNLOGGED] TABLE IF", "NOT EXISTS"),
    p(A, "CREATE [TEMPORARY|TEMP|UNLOGGED] TABLE [IF] [NOT] [EXISTS] %", "AS|LIKE|(|PARTITION OF|OF|USING"),
    p(P, "CREATE [TEMPORARY|TEMP|UNLOGGED] TABLE [IF] [NOT] [EXISTS] % PARTITION", "OF"),
    p(P, "CREATE [TEMPORARY|TEMP|UNLOGGED] TABLE [IF] [NOT] [EXISTS] % PARTITION OF", "@tables"),
    p(M, "CREATE [TEMPORARY] TABLE [IF] [NOT] [EXISTS] % LIKE", "@tables"),
    p(P, "CREATE [UNIQUE] INDEX", "ON|CONCURRENTLY|IF NOT EXISTS"),
    p(P, "CREATE [UNIQUE] INDEX CONCURRENTLY", "ON|IF NOT EXISTS"),
    p(S, "CREATE [UNIQUE] INDEX", "IF NOT EXISTS"),
    p(A, "CREATE [UNIQUE|FULLTEXT|SPATIAL] INDEX [CONCURRENTLY] IF", "NOT EXISTS"),
    p(A, "CREATE [UNIQUE|FULLTEXT|SPATIAL] INDEX * ON", "@tables|ONLY|@schemas"),
    p(P, "CREATE [UNIQUE] INDEX * ON % USING", "btree|gin|gist|hash|brin|spgist"),
    p(P, "CREATE [UNIQUE] INDEX * ON %", "USING|("),
    p(A, "CREATE [UNIQUE|FULLTEXT|SPATIAL] INDEX [CONCURRENTLY] [IF] [NOT] [EXISTS] %", "ON"),
    p(A, "CREATE [OR] [REPLACE] [TEMPORARY|TEMP] VIEW", "@schemas|IF NOT EXISTS"),
    p(A, "CREATE [OR] [REPLACE] [TEMPORARY|TEMP|MATERIALIZED] VIEW [IF] [NOT] [EXISTS] %", "AS"),
    p(P, "CREATE MATERIALIZED VIEW", "IF NOT EXISTS|@schemas"),
    p(P, "CREATE EXTENSION [IF] [NOT] [EXISTS]", "@extensions|IF NOT EXISTS"),
    p(P, "CREATE EXTENSION *", "SCHEMA|VERSION|CASCADE|WITH"),
    p(P, "CREATE SCHEMA", "IF NOT EXISTS|AUTHORIZATION"),
    p(P, "CREATE SCHEMA * AUTHORIZATION", "@roles"),
    p(P | M, "CREATE DATABASE|SCHEMA", "IF NOT EXISTS"),
    p(P, "CREATE DATABASE %", "OWNER|TEMPLATE|ENCODING|WITH|LC_COLLATE|TABLESPACE|CONNECTION LIMIT"),
    p(P, "CREATE DATABASE * OWNER", "@roles"),
    p(P, "CREATE DATABASE * TEMPLATE", "@databases"),
    p(M, "CREATE DATABASE|SCHEMA *", "CHARACTER SET|COLLATE|DEFAULT CHARACTER SET"),
    p(A, "CREATE [OR] [REPLACE] [TEMP] TRIGGER", "IF NOT EXISTS"),
    p(A, "CREATE [OR] [REPLACE] [TEMP] TRIGGER %", "BEFORE|AFTER|INSTEAD OF"),
    p(A, "CREATE [OR] [REPLACE] [TEMP] TRIGGER % BEFORE|AFTER", "INSERT|UPDATE|DELETE|TRUNCATE"),
    p(A, "CREATE [OR] [REPLACE] [TEMP] TRIGGER % INSTEAD OF", "INSERT|UPDATE|DELETE"),
    p(A, "CREATE [OR] [REPLACE] [TEMP] TRIGGER % * INSERT|UPDATE|DELETE", "ON|OR|OF"),
    p(A, "CREATE [OR] [REPLACE] [TEMP] TRIGGER % * ON", "@relations|@schemas"),
    p(A, "CREATE [OR] [REPLACE] [TEMP] TRIGGER % * ON %", "FOR EACH ROW|FOR EACH STATEMENT|WHEN|EXECUTE FUNCTION|BEGIN|REFERENCING"),
    p(P, "CREATE [OR] [REPLACE] TRIGGER % * FOR", "EACH ROW|EACH STATEMENT"),
    p(P, "CREATE [OR] [REPLACE] TRIGGER % * EACH ROW|STATEMENT", "EXECUTE FUNCTION|WHEN|EXECUTE PROCEDURE"),
    p(P, "CREATE [OR] [REPLACE] TRIGGER % * EXECUTE", "FUNCTION|PROCEDURE"),
    p(P, "CREATE [OR] [REPLACE] TRIGGER % * EXECUTE FUNCTION|PROCEDURE", "@functions"),
    p(P, "CREATE TYPE %", "AS ENUM|AS|AS RANGE"),
    p(P, "CREATE DOMAIN % AS", "@types"),
    p(P, "CREATE SEQUENCE *", "INCREMENT BY|START WITH|OWNED BY|MINVALUE|MAXVALUE|CACHE|CYCLE|AS|IF NOT EXISTS"),
    p(P, "CREATE POLICY % ON", "@tables"),
    p(P, "CREATE POLICY % ON %", "FOR|TO|USING|WITH CHECK|AS PERMISSIVE|AS RESTRICTIVE"),
    p(P, "CREATE POLICY * TO", "@roles|PUBLIC|CURRENT_USER"),
    p(P, "CREATE POLICY * FOR", "SELECT|INSERT|UPDATE|DELETE|ALL"),
    p(P, "CREATE POLICY %", "ON"),
    p(P, "CREATE ROLE|USER %", "WITH|LOGIN|PASSWORD|SUPERUSER|CREATEDB|CREATEROLE|IN ROLE|INHERIT|NOINHERIT|REPLICATION|VALID UNTIL|CONNECTION LIMIT"),
    p(P, "CREATE PUBLICATION % FOR", "ALL TABLES|TABLE|TABLES IN SCHEMA"),
    p(P, "CREATE PUBLICATION % FOR TABLE", "@tables"),
    p(P, "CREATE PUBLICATION %", "FOR ALL TABLES|FOR TABLE"),
    p(P, "CREATE [OR] [REPLACE] FUNCTION|PROCEDURE * RETURNS", "@types|TABLE|SETOF|TRIGGER|void"),
    p(P, "CREATE [OR] [REPLACE] FUNCTION|PROCEDURE * LANGUAGE", "plpgsql|sql"),
    p(P, "CREATE [OR] [REPLACE] FUNCTION|PROCEDURE * )", "RETURNS|LANGUAGE|AS|RETURNS TABLE|RETURNS TRIGGER|RETURNS SETOF"),
    p(P, "CREATE [OR] [REPLACE] FUNCTION|PROCEDURE % * ( *", "@types"),
    p(P, "CREATE [OR] [REPLACE] FUNCTION|PROCEDURE * % %", "LANGUAGE|AS|IMMUTABLE|STABLE|VOLATILE|STRICT|SECURITY DEFINER|PARALLEL SAFE|COST|ROWS|SET"),
    p(A, "CREATE * REFERENCES", "@tables|@schemas"),
    // ALTER
    p(P, "ALTER", "TABLE|INDEX|VIEW|ROLE|SCHEMA|DATABASE|SEQUENCE|FUNCTION|TYPE|USER|SYSTEM|EXTENSION|MATERIALIZED VIEW|DEFAULT PRIVILEGES|DOMAIN|POLICY|TRIGGER|PROCEDURE|AGGREGATE|PUBLICATION|SUBSCRIPTION|TABLESPACE|FOREIGN TABLE|SERVER|STATISTICS|GROUP|COLLATION|LANGUAGE|OPERATOR|EVENT TRIGGER|RULE|TEXT SEARCH|LARGE OBJECT"),
    p(M, "ALTER", "TABLE|DATABASE|USER|VIEW|EVENT|PROCEDURE|FUNCTION|SERVER|INSTANCE|SCHEMA|SEQUENCE"),
    p(S, "ALTER", "TABLE"),
    p(A, "ALTER TABLE", "@tables|IF EXISTS|ONLY|@schemas"),
    p(P, "ALTER FOREIGN", "TABLE"),
    p(P, "ALTER TABLE IF", "EXISTS"),
    p(P, "ALTER TABLE IF EXISTS", "@tables|ONLY"),
    p(P, "ALTER TABLE ONLY", "@tables"),
    p(P, "ALTER TABLE [IF] [EXISTS] [ONLY] %", "ADD COLUMN|DROP COLUMN|ALTER COLUMN|RENAME TO|RENAME COLUMN|ADD CONSTRAINT|OWNER TO|DROP CONSTRAINT|SET SCHEMA|ADD PRIMARY KEY|ADD FOREIGN KEY|ENABLE ROW LEVEL SECURITY|ADD|ALTER|DROP|RENAME|SET|ATTACH PARTITION|DETACH PARTITION|VALIDATE CONSTRAINT|ENABLE TRIGGER|DISABLE TRIGGER|INHERIT|NO INHERIT|REPLICA IDENTITY|CLUSTER ON|RESET|ADD UNIQUE|ADD CHECK"),
    p(M, "ALTER TABLE %", "ADD COLUMN|DROP COLUMN|MODIFY COLUMN|ADD INDEX|CHANGE COLUMN|RENAME TO|ADD CONSTRAINT|DROP INDEX|ALTER COLUMN|ADD PRIMARY KEY|ADD FOREIGN KEY|ADD UNIQUE|DROP FOREIGN KEY|DROP PRIMARY KEY|ENGINE|ADD|DROP|MODIFY|CHANGE|ALTER|RENAME COLUMN|RENAME INDEX|CONVERT TO CHARACTER SET|AUTO_INCREMENT|ORDER BY|COMMENT|ADD PARTITION|DROP PARTITION|DISABLE KEYS|ENABLE KEYS|DEFAULT CHARACTER SET"),
    p(S, "ALTER TABLE %", "ADD COLUMN|RENAME TO|RENAME COLUMN|DROP COLUMN|ADD|RENAME|DROP"),
    p(A, "ALTER TABLE * ADD", "COLUMN|CONSTRAINT|PRIMARY KEY|FOREIGN KEY|UNIQUE|CHECK|INDEX|EXCLUDE"),
    p(A, "ALTER TABLE * ADD COLUMN", "IF NOT EXISTS"),
    p(A, "ALTER TABLE * DROP COLUMN [IF] [EXISTS]", "@columns|IF EXISTS"),
    p(P, "ALTER TABLE * ALTER COLUMN %", "TYPE|SET NOT NULL|DROP NOT NULL|SET DEFAULT|DROP DEFAULT|SET DATA TYPE|SET STATISTICS|ADD GENERATED|DROP IDENTITY|SET|DROP"),
    p(P, "ALTER TABLE * ALTER COLUMN % SET", "NOT NULL|DEFAULT|DATA TYPE|STATISTICS|STORAGE"),
    p(P, "ALTER TABLE * ALTER COLUMN % DROP", "NOT NULL|DEFAULT|EXPRESSION|IDENTITY"),
    p(P, "ALTER TABLE * ALTER COLUMN % [SET] [DATA] TYPE", "@types"),
    p(P, "ALTER TABLE * ALTER COLUMN % [SET] [DATA] TYPE *", "USING|COLLATE"),
    p(M, "ALTER TABLE * ALTER COLUMN %", "SET DEFAULT|DROP DEFAULT"),
    p(P, "ALTER TABLE * ALTER", "COLUMN|@columns|CONSTRAINT"),
    p(A, "ALTER TABLE * ALTER|MODIFY|CHANGE|RENAME COLUMN", "@columns"),
    p(M, "ALTER TABLE * MODIFY|CHANGE", "COLUMN|@columns"),
    p(M, "ALTER TABLE * AFTER", "@columns"),
    p(A, "ALTER TABLE * DROP", "COLUMN|CONSTRAINT|@columns|INDEX|PRIMARY KEY|FOREIGN KEY"),
    p(M, "ALTER TABLE * DROP INDEX|KEY", "@indexes"),
    p(A, "ALTER TABLE * DROP COLUMN [IF] [EXISTS] %", "CASCADE|RESTRICT"),
    p(A, "ALTER TABLE * RENAME", "TO|COLUMN|@columns|CONSTRAINT"),
    p(A, "ALTER TABLE * RENAME COLUMN %", "TO"),
    p(P, "ALTER TABLE * OWNER", "TO"),
    p(P, "ALTER TABLE % SET SCHEMA", "@schemas"),
    p(A, "ALTER TABLE * REFERENCES", "@tables|@schemas"),
    p(P, "ALTER TABLE * ATTACH|DETACH PARTITION", "@tables"),
    p(P, "ALTER INDEX [IF] [EXISTS]", "@indexes|IF EXISTS"),
    p(P, "ALTER INDEX %", "RENAME TO|SET TABLESPACE|SET|RESET|ATTACH PARTITION"),
    p(P, "ALTER [MATERIALIZED] VIEW [IF] [EXISTS]", "@views|@materialized|IF EXISTS"),
    p(P, "ALTER [MATERIALIZED] VIEW %", "RENAME TO|OWNER TO|SET SCHEMA|ALTER COLUMN|RENAME COLUMN|SET|RESET"),
    p(M, "ALTER VIEW", "@views"),
    p(M, "ALTER VIEW %", "AS"),
    p(P, "ALTER SCHEMA", "@schemas"),
    p(P, "ALTER SCHEMA %", "RENAME TO|OWNER TO"),
    p(P | M, "ALTER DATABASE", "@databases"),
    p(P, "ALTER DATABASE %", "SET|RENAME TO|OWNER TO|RESET|CONNECTION LIMIT|SET TABLESPACE"),
    p(P, "ALTER DATABASE|ROLE|USER % SET", "@settings"),
    p(P, "ALTER SYSTEM", "SET|RESET"),
    p(P, "ALTER SYSTEM SET|RESET", "@settings"),
    p(P, "ALTER ROLE|USER|GROUP", "@roles"),
    p(M, "ALTER USER", "@roles|IF EXISTS"),
    p(P, "ALTER ROLE|USER %", "SET|WITH|PASSWORD|RENAME TO|LOGIN|NOLOGIN|SUPERUSER|NOSUPERUSER|CREATEDB|CREATEROLE|VALID UNTIL|RESET|IN DATABASE|CONNECTION LIMIT|REPLICATION"),
    p(M, "ALTER USER %", "IDENTIFIED BY|REQUIRE|WITH|ACCOUNT LOCK|ACCOUNT UNLOCK|PASSWORD EXPIRE"),
    p(P, "ALTER SEQUENCE [IF] [EXISTS]", "@sequences|IF EXISTS"),
    p(P, "ALTER SEQUENCE %", "RESTART WITH|OWNED BY|INCREMENT BY|RENAME TO|OWNER TO|RESTART|SET SCHEMA|MINVALUE|MAXVALUE|CYCLE|CACHE"),
    p(P, "ALTER TYPE", "@types"),
    p(P, "ALTER TYPE %", "ADD VALUE|RENAME TO|RENAME VALUE|OWNER TO|SET SCHEMA|ADD ATTRIBUTE|DROP ATTRIBUTE|ALTER ATTRIBUTE"),
    p(P, "ALTER EXTENSION", "@extensions"),
    p(P, "ALTER EXTENSION %", "UPDATE|UPDATE TO|SET SCHEMA|ADD|DROP"),
    p(P, "ALTER FUNCTION|PROCEDURE|ROUTINE|AGGREGATE", "@functions"),
    p(P, "ALTER DEFAULT PRIVILEGES *", "GRANT|REVOKE|IN SCHEMA|FOR ROLE"),
    p(P, "ALTER * OWNER TO", "@roles|CURRENT_USER|SESSION_USER"),
    p(P, "ALTER * SET SCHEMA", "@schemas"),
    // DROP
    p(P, "DROP", "TABLE|INDEX|VIEW|SCHEMA|FUNCTION|MATERIALIZED VIEW|TABLE IF EXISTS|DATABASE|TYPE|SEQUENCE|TRIGGER|ROLE|USER|EXTENSION|PROCEDURE|POLICY|OWNED BY|DOMAIN|AGGREGATE|CAST|COLLATION|EVENT TRIGGER|FOREIGN TABLE|LANGUAGE|OPERATOR|PUBLICATION|RULE|SERVER|STATISTICS|SUBSCRIPTION|TABLESPACE|TEXT SEARCH|USER MAPPING|ROUTINE"),
    p(M, "DROP", "TABLE|DATABASE|INDEX|VIEW|TABLE IF EXISTS|USER|PROCEDURE|FUNCTION|TRIGGER|EVENT|TEMPORARY TABLE|ROLE|SCHEMA|PREPARE|SEQUENCE|SERVER"),
    p(S, "DROP", "TABLE|INDEX|VIEW|TRIGGER|TABLE IF EXISTS"),
    p(A, "DROP TABLE|INDEX|VIEW|SCHEMA|DATABASE|FUNCTION|SEQUENCE|TYPE|ROLE|USER|TRIGGER|PROCEDURE|EXTENSION|EVENT|DOMAIN|POLICY|AGGREGATE IF", "EXISTS"),
    p(A, "DROP [TEMPORARY|FOREIGN] TABLE", "@tables|IF EXISTS|@schemas"),
    p(A, "DROP [TEMPORARY|FOREIGN] TABLE IF EXISTS", "@tables|@schemas"),
    p(P, "DROP MATERIALIZED", "VIEW"),
    p(P, "DROP MATERIALIZED VIEW [IF] [EXISTS]", "@materialized|IF EXISTS|@schemas"),
    p(A, "DROP VIEW [IF] [EXISTS]", "@views|IF EXISTS|@schemas"),
    p(A, "DROP INDEX [CONCURRENTLY] [IF] [EXISTS]", "@indexes|IF EXISTS|CONCURRENTLY|@schemas"),
    p(M, "DROP INDEX % ON", "@tables"),
    p(M, "DROP INDEX %", "ON"),
    p(P | M, "DROP SCHEMA [IF] [EXISTS]", "@schemas|IF EXISTS"),
    p(P | M, "DROP DATABASE [IF] [EXISTS]", "@databases|IF EXISTS"),
    p(P | M, "DROP ROLE|USER [IF] [EXISTS]", "@roles|IF EXISTS"),
    p(P, "DROP OWNED BY", "@roles|CURRENT_USER"),
    p(P, "DROP SEQUENCE [IF] [EXISTS]", "@sequences|IF EXISTS|@schemas"),
    p(P, "DROP TYPE|DOMAIN [IF] [EXISTS]", "@types|IF EXISTS|@schemas"),
    p(P, "DROP EXTENSION [IF] [EXISTS]", "@extensions|IF EXISTS"),
    p(P | M, "DROP FUNCTION|AGGREGATE|ROUTINE [IF] [EXISTS]", "@functions|IF EXISTS|@schemas"),
    p(P | M, "DROP PROCEDURE [IF] [EXISTS]", "@procedures|IF EXISTS|@schemas"),
    p(P, "DROP TRIGGER|POLICY|RULE [IF] [EXISTS] % ON", "@relations|@schemas"),
    p(P, "DROP TRIGGER|POLICY|RULE [IF] [EXISTS] %", "ON"),
    p(P | M, "DROP *", "CASCADE|RESTRICT"),
    // Rights
    p(P | M, "GRANT", "SELECT|INSERT|UPDATE|DELETE|ALL PRIVILEGES|ALL|USAGE|EXECUTE|CREATE|CONNECT|TRUNCATE|REFERENCES|TRIGGER|TEMPORARY|@roles"),
    p(P | M, "REVOKE", "SELECT|INSERT|UPDATE|DELETE|ALL|ALL PRIVILEGES|USAGE|EXECUTE|CREATE|CONNECT|GRANT OPTION FOR|TRUNCATE|REFERENCES|TRIGGER|@roles"),
    p(P | M, "GRANT|REVOKE ALL", "ON|PRIVILEGES|PRIVILEGES ON"),
    p(P | M, "GRANT * ,", "SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|USAGE|EXECUTE|CREATE"),
    p(P | M, "REVOKE * ,", "SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|USAGE|EXECUTE|CREATE"),
    p(P, "GRANT|REVOKE * ON", "@relations|SCHEMA|ALL TABLES IN SCHEMA|DATABASE|SEQUENCE|FUNCTION|TABLE|@schemas|ALL SEQUENCES IN SCHEMA|ALL FUNCTIONS IN SCHEMA|TYPE|LANGUAGE|PROCEDURE|TABLESPACE|DOMAIN"),
    p(M, "GRANT|REVOKE * ON", "@relations|@schemas|DATABASE|TABLE|PROCEDURE|FUNCTION"),
    p(P, "GRANT|REVOKE * ON [ALL] [TABLES|SEQUENCES|FUNCTIONS] [IN] SCHEMA", "@schemas"),
    p(P, "GRANT|REVOKE * ON ALL", "TABLES IN SCHEMA|SEQUENCES IN SCHEMA|FUNCTIONS IN SCHEMA"),
    p(P, "GRANT|REVOKE * ON DATABASE", "@databases"),
    p(P, "GRANT|REVOKE * ON TABLE", "@relations|@schemas"),
    p(P, "GRANT|REVOKE * ON SEQUENCE", "@sequences|@schemas"),
    p(P, "GRANT|REVOKE * ON FUNCTION|PROCEDURE", "@functions|@schemas"),
    p(P | M, "GRANT * TO", "@roles|PUBLIC|CURRENT_USER|GROUP"),
    p(P | M, "REVOKE * FROM", "@roles|PUBLIC|CURRENT_USER"),
    p(P | M, "GRANT * TO *", "WITH GRANT OPTION|WITH ADMIN OPTION|IDENTIFIED BY"),
    p(P, "REVOKE * FROM *", "CASCADE|RESTRICT"),
    p(P | M, "GRANT * ON *", "TO"),
    p(P | M, "REVOKE * ON *", "FROM"),
    p(P | M, "GRANT *", "ON|TO"),
    p(P | M, "REVOKE *", "ON|FROM"),
    // Utility
    p(P, "TRUNCATE", "@tables|TABLE|ONLY|@schemas"),
    p(M, "TRUNCATE", "TABLE|@tables|@schemas"),
    p(P | M, "TRUNCATE TABLE", "@tables|@schemas|ONLY"),
    p(P | M, "TRUNCATE * ,", "@tables|@schemas"),
    p(P, "TRUNCATE *", "CASCADE|RESTART IDENTITY|RESTRICT|CONTINUE IDENTITY"),
    p(P, "REFRESH", "MATERIALIZED VIEW"),
    p(P, "REFRESH MATERIALIZED", "VIEW"),
    p(P, "REFRESH MATERIALIZED VIEW", "@materialized|CONCURRENTLY|@schemas"),
    p(P, "REFRESH MATERIALIZED VIEW CONCURRENTLY", "@materialized|@schemas"),
    p(P, "REFRESH MATERIALIZED VIEW *", "WITH DATA|WITH NO DATA"),
    p(P, "VACUUM", "@tables|ANALYZE|FULL|VERBOSE|FREEZE|(|@schemas"),
    p(S, "VACUUM", "INTO|@schemas"),
    p(P, "VACUUM *", "@tables|ANALYZE|VERBOSE|@schemas"),
    p(A, "ANALYZE [VERBOSE|TABLE]", "@tables|VERBOSE|TABLE|@schemas"),
    p(P, "REINDEX", "TABLE|INDEX|SCHEMA|DATABASE|SYSTEM"),
    p(S, "REINDEX", "@tables|@indexes"),
    p(P, "REINDEX TABLE [CONCURRENTLY]", "@tables|CONCURRENTLY|@schemas"),
    p(P, "REINDEX INDEX [CONCURRENTLY]", "@indexes|CONCURRENTLY|@schemas"),
    p(P, "REINDEX SCHEMA", "@schemas"),
    p(P, "REINDEX DATABASE|SYSTEM", "@databases"),
    p(P, "CLUSTER", "@tables|VERBOSE"),
    p(P, "CLUSTER % USING", "@indexes"),
    p(P, "CLUSTER %", "USING"),
    p(P, "LOCK", "TABLE|@tables"),
    p(P, "LOCK TABLE", "@tables|@schemas|ONLY"),
    p(P, "LOCK * IN", "ACCESS EXCLUSIVE MODE|EXCLUSIVE MODE|SHARE MODE|ACCESS SHARE MODE|ROW SHARE MODE|ROW EXCLUSIVE MODE|SHARE ROW EXCLUSIVE MODE|SHARE UPDATE EXCLUSIVE MODE"),
    p(P, "LOCK *", "IN|IN ACCESS EXCLUSIVE MODE|NOWAIT"),
    p(M, "LOCK TABLES", "@tables"),
    p(M, "LOCK TABLES *", "READ|WRITE"),
    p(P, "COMMENT", "ON"),
    p(P, "COMMENT ON", "TABLE|COLUMN|FUNCTION|VIEW|SCHEMA|DATABASE|INDEX|TYPE|ROLE|SEQUENCE|MATERIALIZED VIEW|CONSTRAINT|EXTENSION|TRIGGER|PROCEDURE|DOMAIN"),
    p(P, "COMMENT ON TABLE", "@tables|@schemas"),
    p(P, "COMMENT ON COLUMN", "@relations|@schemas"),
    p(P, "COMMENT ON VIEW", "@views|@schemas"),
    p(P, "COMMENT ON MATERIALIZED VIEW", "@materialized|@schemas"),
    p(P, "COMMENT ON INDEX", "@indexes"),
    p(P, "COMMENT ON SCHEMA", "@schemas"),
    p(P, "COMMENT ON DATABASE", "@databases"),
    p(P, "COMMENT ON ROLE", "@roles"),
    p(P, "COMMENT ON SEQUENCE", "@sequences"),
    p(P, "COMMENT ON TYPE|DOMAIN", "@types"),
    p(P, "COMMENT ON FUNCTION|PROCEDURE|AGGREGATE", "@functions"),
    p(P, "COMMENT ON *", "IS"),
    p(P, "COPY", "@relations|(|@schemas"),
    p(P, "COPY * FROM", "STDIN|PROGRAM"),
    p(P, "COPY * TO", "STDOUT|PROGRAM"),
    p(P, "COPY * WITH", "(|CSV|FORMAT"),
    p(P, "COPY * FROM|TO *", "WITH|CSV|HEADER|DELIMITER|NULL"),
    p(P, "COPY %", "FROM|TO|FROM STDIN|TO STDOUT"),
    p(P, "COPY *", "FROM|TO"),
    p(P | M, "CALL", "@procedures|@schemas"),
    p(P, "EXECUTE FUNCTION|PROCEDURE", "@functions"),
    p(P, "SET|RESET|SHOW search_path TO|=", "@schemas|DEFAULT"),
    p(P, "SET search_path TO|= *", "@schemas"),
    p(P, "SET SCHEMA", "@schemas"),
    p(P, "SET [SESSION|LOCAL] ROLE", "@roles|NONE"),
    p(P, "SET SESSION AUTHORIZATION", "@roles|DEFAULT"),
    p(P, "SET TIME", "ZONE"),
    p(P, "SET TIME ZONE", "LOCAL|DEFAULT|'UTC'"),
    p(P | M, "SET [SESSION|GLOBAL|LOCAL] TRANSACTION", "ISOLATION LEVEL|READ ONLY|READ WRITE"),
    p(P | M, "SET|START|BEGIN * ISOLATION", "LEVEL"),
    p(P | M, "SET|START|BEGIN * ISOLATION LEVEL", "READ COMMITTED|REPEATABLE READ|SERIALIZABLE|READ UNCOMMITTED"),
    p(P, "SET CONSTRAINTS", "ALL|DEFERRED|IMMEDIATE"),
    p(M, "SET NAMES|CHARSET", "@charsets"),
    p(M, "SET CHARACTER", "SET"),
    p(M, "SET CHARACTER SET", "@charsets"),
    p(P, "SET [SESSION|LOCAL]", "@settings|@set"),
    p(M, "SET [SESSION|GLOBAL|PERSIST]", "@set|@settings"),
    p(P, "SET [SESSION|LOCAL] % TO|=", "@setting_values"),
    p(M, "SET [SESSION|GLOBAL|PERSIST] * =", "@setting_values"),
    p(P, "SET [SESSION|LOCAL] %", "TO|="),
    p(P, "SHOW", "@settings|ALL|search_path|TIME ZONE|SESSION AUTHORIZATION|TRANSACTION ISOLATION LEVEL"),
    p(P, "RESET", "@settings|ALL|ROLE|SESSION AUTHORIZATION"),
    p(P, "DISCARD", "ALL|PLANS|SEQUENCES|TEMP"),
    p(P, "REASSIGN", "OWNED BY"),
    p(P, "REASSIGN OWNED BY", "@roles|CURRENT_USER"),
    p(P, "REASSIGN OWNED BY % TO", "@roles|CURRENT_USER"),
    p(P, "REASSIGN OWNED BY %", "TO"),
    p(P, "IMPORT FOREIGN SCHEMA", "@schemas"),
    p(P, "DO", "LANGUAGE"),
    p(P | M, "START", "TRANSACTION"),
    p(P, "BEGIN|START [TRANSACTION|WORK]", "TRANSACTION|ISOLATION LEVEL|READ ONLY|READ WRITE|WORK|DEFERRABLE"),
    p(M, "START TRANSACTION", "READ ONLY|READ WRITE|WITH CONSISTENT SNAPSHOT"),
    p(M, "BEGIN", "WORK"),
    p(S, "BEGIN", "TRANSACTION|IMMEDIATE|EXCLUSIVE|DEFERRED"),
    p(A, "COMMIT|END", "TRANSACTION|WORK|AND CHAIN"),
    p(A, "ROLLBACK", "TO SAVEPOINT|TRANSACTION|WORK|TO|AND CHAIN"),
    p(A, "ROLLBACK TO", "SAVEPOINT"),
    p(A, "RELEASE", "SAVEPOINT"),
    p(P, "PREPARE %", "AS"),
    p(P, "DEALLOCATE", "ALL|PREPARE"),
    p(P, "DECLARE %", "CURSOR FOR|CURSOR WITH HOLD FOR|SCROLL CURSOR FOR"),
    p(P, "FETCH|MOVE", "NEXT|ALL|FORWARD|PRIOR|FIRST|LAST|FROM"),
    p(P, "TABLE", "@relations|@schemas"),
    p(P, "EXPLAIN (", "ANALYZE|BUFFERS|FORMAT JSON|VERBOSE|COSTS|SETTINGS|WAL|TIMING|SUMMARY"),
    p(P, "EXPLAIN ( * ,", "ANALYZE|BUFFERS|FORMAT JSON|VERBOSE|COSTS|SETTINGS|WAL|TIMING|SUMMARY"),
    p(P, "EXPLAIN ( * )", "@explained"),
    p(P, "EXPLAIN ( *", "OFF|ON"),
    p(A, "EXPLAIN", "@explained"),
    p(S, "EXPLAIN QUERY", "PLAN"),
    p(S, "EXPLAIN QUERY PLAN", "@explained"),
    p(P | M, "EXPLAIN ANALYZE|VERBOSE|EXTENDED", "@explained"),
    // MySQL
    p(M, "USE", "@databases"),
    p(M, "DESCRIBE|DESC", "@relations|@schemas|@explained"),
    p(M, "SHOW", "@show"),
    p(M, "SHOW FULL", "TABLES|PROCESSLIST|COLUMNS FROM"),
    p(M, "SHOW GLOBAL|SESSION", "STATUS|VARIABLES|STATUS LIKE|VARIABLES LIKE"),
    p(M, "SHOW CREATE", "TABLE|VIEW|DATABASE|FUNCTION|PROCEDURE|TRIGGER|USER|EVENT"),
    p(M, "SHOW CREATE TABLE", "@relations|@schemas"),
    p(M, "SHOW CREATE VIEW", "@views|@schemas"),
    p(M, "SHOW CREATE DATABASE|SCHEMA", "@databases"),
    p(M, "SHOW CREATE FUNCTION", "@functions"),
    p(M, "SHOW CREATE PROCEDURE", "@procedures"),
    p(M, "SHOW CREATE USER", "@roles"),
    p(M, "SHOW GRANTS", "FOR"),
    p(M, "SHOW GRANTS FOR", "@roles|CURRENT_USER"),
    p(M, "SHOW [FULL] COLUMNS|INDEX|INDEXES|KEYS|FIELDS", "FROM|IN"),
    p(M, "SHOW [FULL] COLUMNS|INDEX|INDEXES|KEYS|FIELDS FROM|IN", "@relations|@schemas"),
    p(M, "SHOW [FULL] TABLES|TRIGGERS|EVENTS FROM|IN", "@databases"),
    p(M, "SHOW TABLE STATUS FROM|IN", "@databases"),
    p(M, "SHOW CHARACTER", "SET"),
    p(M, "SHOW [GLOBAL|SESSION] VARIABLES LIKE", "@settings"),
    p(M, "SHOW *", "LIKE|WHERE|FROM|IN"),
    p(M, "FLUSH", "PRIVILEGES|TABLES|LOGS|STATUS|HOSTS"),
    p(M, "RENAME TABLE %", "TO"),
    p(M, "RENAME", "TABLE|USER"),
    p(M, "RENAME TABLE", "@tables"),
    p(M, "OPTIMIZE|CHECK|REPAIR|CHECKSUM", "TABLE"),
    p(M, "OPTIMIZE|CHECK|REPAIR|CHECKSUM TABLE", "@tables"),
    p(M, "LOAD DATA", "LOCAL INFILE|INFILE"),
    p(M, "LOAD DATA * INTO", "TABLE"),
    p(M, "LOAD DATA * INTO TABLE", "@tables"),
    p(M, "LOAD DATA * INTO TABLE %", "FIELDS TERMINATED BY|LINES TERMINATED BY|IGNORE"),
    p(M, "LOAD DATA *", "INTO TABLE"),
    p(M, "KILL", "QUERY|CONNECTION"),
    p(M, "CREATE|DROP USER [IF] [NOT] [EXISTS]", "@roles|IF NOT EXISTS"),
    p(M, "CREATE USER *", "IDENTIFIED BY|REQUIRE|PASSWORD EXPIRE"),
    // SQLite
    p(S, "PRAGMA", "@pragmas|@schemas"),
    p(S, "PRAGMA * (|=", "@pragma_values"),
    p(S, "ATTACH", "DATABASE"),
    p(S, "ATTACH [DATABASE] %", "AS"),
    p(S, "DETACH [DATABASE]", "@schemas|DATABASE"),
];

/// What a pattern wants, if one matches; columns and constraints of CREATE TABLE come from code.
pub(super) fn apply(context: &mut Context<'_>) -> bool {
    let block = &context.scope.blocks[context.scope.block];
    if context.scope.hole == 0
        || block.parent.is_some()
        || block.span.start > 0 && !block.clauses.is_empty()
    {
        return false;
    }
    if definition(context) || columns_of_named(context) {
        return true;
    }
    let dialect = match context.dialect.name {
        "postgres" => P,
        "mysql" => M,
        _ => S,
    };
    let hole = context.scope.hole;
    let found = PATTERNS
        .iter()
        .filter(|p| p.dialects & dialect != 0)
        .find(|p| {
            let mut words = p.before.split(' ');
            let first = words.next().unwrap_or_default();
            one_of(context, 0, first) && matches(context, &words.collect::<Vec<_>>(), 1, hole)
        });
    let Some(pattern) = found else {
        return false;
    };
    for (at, offer) in pattern.offers.split('|').enumerate() {
        let fit = FIRST - 6 * i32::try_from(at).unwrap_or(0);
        context.wants.push(want(offer, fit));
    }
    true
}

/// The fit of a pattern's first word.
const FIRST: i32 = 720;

fn want(offer: &'static str, fit: i32) -> Want {
    let below = fit - FIRST;
    let object = match offer {
        "@tables" => Object::Tables,
        "@views" => Object::Views,
        "@materialized" => Object::MaterializedViews,
        "@relations" => Object::Relations,
        "@schemas" => Object::Schemas,
        "@databases" => Object::Databases,
        "@roles" => Object::Roles,
        "@settings" => Object::Settings,
        "@sequences" => Object::Sequences,
        "@indexes" => Object::Indexes,
        "@extensions" => Object::Extensions,
        "@functions" => Object::Functions,
        "@procedures" => Object::Procedures,
        "@charsets" => Object::Charsets,
        "@columns" => Object::Columns,
        "@types" => return Want::Types,
        "@explained" => return Want::Words(places::EXPLAINED, fit),
        "@set" => return Want::Words(places::SET_HEAD, fit),
        "@show" => return Want::Words(places::SHOW, fit),
        "@setting_values" => return Want::Words(places::SETTING_VALUES, fit),
        "@pragmas" => return Want::Words(places::PRAGMAS, fit),
        "@pragma_values" => return Want::Values,
        word => return Want::Word(word, fit),
    };
    Want::Object(object, below)
}

fn one_of(context: &Context<'_>, at: usize, words: &str) -> bool {
    words.split('|').any(|word| match word {
        "(" | ")" | "," | "=" => context.item(at) == word,
        _ => context.is(at, &[word]),
    })
}

fn matches(context: &Context<'_>, pattern: &[&str], at: usize, end: usize) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return at == end;
    };
    if let Some(optional) = first.strip_prefix('[').and_then(|w| w.strip_suffix(']')) {
        let present = at < end && one_of(context, at, optional);
        return present && matches(context, rest, at + 1, end) || matches(context, rest, at, end);
    }
    match *first {
        "*" => (at..=end).any(|next| matches(context, rest, next, end)),
        "%" => name_end(context, at, end).is_some_and(|next| matches(context, rest, next, end)),
        words => at < end && one_of(context, at, words) && matches(context, rest, at + 1, end),
    }
}

/// The item behind a name with its dots.
fn name_end(context: &Context<'_>, mut at: usize, end: usize) -> Option<usize> {
    let named = |i: usize| {
        let kind = context.items().get(i).map(|t| t.kind);
        i < end
            && matches!(
                kind,
                Some(
                    TokenKind::Word
                        | TokenKind::QuotedName
                        | TokenKind::String
                        | TokenKind::DollarString
                )
            )
    };
    if !named(at) {
        return None;
    }
    while context.scope.kind(at + 1) == Some(TokenKind::Dot) && named(at + 2) {
        at += 2;
    }
    Some(at + 1)
}

/// Inside the parentheses of CREATE TABLE, and behind ADD COLUMN.
fn definition(context: &mut Context<'_>) -> bool {
    let open = context.scope.opener(context.scope.hole);
    let creates = context.is(0, &["create"]) && (1..5).any(|i| context.is(i, &["table"]));
    let alters = context.is(0, &["alter"]) && context.is(1, &["table"]);
    if alters && open.is_none() {
        let adds = (2..context.scope.hole)
            .rev()
            .find(|&i| context.is(i, &["add", "column", "modify", "change"]));
        let add = adds.filter(|&i| {
            !context.is(
                i + 1,
                &[
                    "constraint",
                    "primary",
                    "foreign",
                    "unique",
                    "check",
                    "index",
                    "key",
                    "column",
                ],
            )
        });
        let commas = |i: usize| {
            (i..context.scope.hole).any(|j| context.scope.kind(j) == Some(TokenKind::Comma))
        };
        return match add {
            Some(add)
                if context.scope.hole > add + 1
                    && !commas(add)
                    && !context.is(add - 1, &["drop", "alter", "rename"])
                    && !context.prev(&["references", "after", "if", "not", "exists", "column"]) =>
            {
                let skip = usize::from(context.is(add - 1, &["change"]))
                    + usize::from(context.is(add, &["change"]));
                column_definition(context, add + skip)
            }
            _ => false,
        };
    }
    let Some(open) = open.filter(|_| creates) else {
        return creates && table_options(context);
    };
    if context.scope.opener(open).is_some() {
        return inner_definition(context, open);
    }
    let start = (open..context.scope.hole).rev().find(|&i| {
        i == open
            || context.scope.kind(i) == Some(TokenKind::Comma)
                && context.scope.opener(i) == Some(open)
    });
    column_definition(context, start.unwrap_or(open))
}

/// Behind the parentheses of CREATE TABLE.
fn table_options(context: &mut Context<'_>) -> bool {
    let closed =
        (0..context.scope.hole).any(|i| context.scope.kind(i) == Some(TokenKind::RightParen));
    if !closed {
        return false;
    }
    let value = context.before(1).is_some_and(|i| context.item(i) == "=");
    if value && context.prev_at(2, &["engine"]) {
        context.words(
            &[
                ("InnoDB", M),
                ("MyISAM", M),
                ("MEMORY", M),
                ("Aria", M),
                ("CSV", M),
                ("ARCHIVE", M),
            ],
            FIRST,
        );
    } else if (value && context.prev_at(2, &["charset", "set"])) || context.prev(&["charset"]) {
        context.wants.push(Want::Object(Object::Charsets, 0));
    } else if value && context.prev_at(2, &["collate"]) {
        context.wants.push(Want::Object(Object::Collations, 0));
    } else if context.prev(&["default"]) {
        context.words(
            &[("CHARSET", M), ("CHARACTER SET", M), ("COLLATE", M)],
            FIRST,
        );
    } else if !value {
        context.words(places::TABLE_OPTIONS, FIRST);
    }
    true
}

/// `at` is the parenthesis, the comma or the ADD before a column's definition.
fn column_definition(context: &mut Context<'_>, at: usize) -> bool {
    let rule = context.is(
        at + 1,
        &[
            "primary",
            "foreign",
            "constraint",
            "unique",
            "check",
            "key",
            "index",
            "like",
            "exclude",
            "fulltext",
        ],
    );
    match context.scope.hole - at {
        1 => context.words(places::DEFINITION, FIRST - 400),
        2 if !rule => context.wants.push(Want::Types),
        _ if context.prev(&["references"]) => {
            context.wants.push(Want::Object(Object::Tables, 0));
            context.wants.push(Want::Object(Object::Schemas, -100));
        }
        _ if context.prev(&["not"]) => context.words(&[("NULL", A)], FIRST),
        _ if context.prev(&["primary", "foreign"]) => context.words(&[("KEY", A)], FIRST),
        _ if context.prev(&["default"]) => {
            context.words(places::DEFAULTS, FIRST);
            context.wants.push(Want::Functions(0));
        }
        _ if context.prev(&["delete", "update"]) && context.prev_at(2, &["on"]) => {
            context.words(places::DATA_CHANGES, FIRST)
        }
        _ if context.prev(&["on"]) => context.words(
            &[
                ("DELETE", A),
                ("UPDATE", A),
                ("DELETE CASCADE", A),
                ("CONFLICT", S),
            ],
            FIRST,
        ),
        _ if context.prev(&["constraint"]) => {}
        _ if context.prev(&["like"]) => context.wants.push(Want::Object(Object::Relations, 0)),
        _ if context.prev(&["with", "without"]) => context.words(&[("TIME ZONE", P)], FIRST),
        _ if context.prev(&["time"]) => context.words(&[("ZONE", P), ("WITH TIME ZONE", P)], FIRST),
        _ if context.prev(&["timestamp"]) => {
            context.words(&[("WITH TIME ZONE", P), ("WITHOUT TIME ZONE", P)], FIRST);
            context.words(places::COLUMN_RULE, FIRST - 30);
        }
        _ if context.prev(&["generated"]) => context.words(
            &[
                ("ALWAYS AS", A),
                ("ALWAYS AS IDENTITY", P),
                ("BY DEFAULT AS IDENTITY", P),
            ],
            FIRST,
        ),
        _ if context.prev(&["set"]) => context.words(&[("NULL", A), ("DEFAULT", A)], FIRST),
        _ if context.prev(&["character"]) => context.words(&[("SET", M), ("VARYING", P)], FIRST),
        _ if context.prev(&["double"]) => context.words(&[("PRECISION", A)], FIRST),
        _ if context.is(at + 1, &["constraint"]) && context.scope.hole - at == 3 => {
            context.words(places::DEFINITION, FIRST)
        }
        _ if rule && context.prev(&["key", "unique"]) => {}
        _ if rule => context.words(
            &[
                ("REFERENCES", A),
                ("ON DELETE", A),
                ("ON UPDATE", A),
                ("ON DELETE CASCADE", A),
                ("DEFERRABLE", P | S),
                ("INITIALLY DEFERRED", P | S),
                ("NOT VALID", P),
                ("USING", P),
            ],
            FIRST,
        ),
        _ => context.words(places::COLUMN_RULE, FIRST),
    }
    true
}

/// Inside parentheses of a definition: the columns of a key, or of the table referred to.
fn inner_definition(context: &mut Context<'_>, open: usize) -> bool {
    let refers = (0..open)
        .rev()
        .take(4)
        .any(|i| context.is(i, &["references"]));
    if refers {
        let name = context.named_after(&["references"]).unwrap_or_default();
        let schema = name.qualifier().map(str::to_string);
        context
            .wants
            .push(Want::Target(schema, name.last().to_string()));
        return true;
    }
    for name in defined_columns(context) {
        context.wants.push(Want::Defined(name));
    }
    if context.is(open - 1, &["check", "as"]) {
        context.wants.push(Want::Functions(0));
        context.words(
            if context.operand_wanted() {
                places::CONDITION
            } else {
                places::COMPARE
            },
            FIRST - 200,
        );
    }
    true
}

/// The columns that the statement defines itself.
fn defined_columns(context: &Context<'_>) -> Vec<String> {
    let scope = context.scope;
    let Some(open) = (0..scope.items.len()).find(|&i| scope.kind(i) == Some(TokenKind::LeftParen))
    else {
        return Vec::new();
    };
    scope
        .list(open + 1..scope.close(open))
        .into_iter()
        .filter(|part| scope.is_name(part.start, context.text, context.dialect))
        .filter(|part| {
            !context.is(
                part.start,
                &["key", "index", "constraint", "check", "exclude"],
            )
        })
        .map(|part| {
            crate::sql::names::unquote(context.item(part.start), context.dialect).into_owned()
        })
        .collect()
}

/// `CREATE INDEX … ON t (`, `COPY t (`, `ANALYZE t (`, `REFERENCES t (`: the columns of `t`.
fn columns_of_named(context: &mut Context<'_>) -> bool {
    let Some(open) = context.scope.opener(context.scope.hole) else {
        return false;
    };
    if context.is(0, &["create"]) && context.is(1, &["view", "function", "procedure", "type"])
        || context.is(0, &["explain", "call", "do", "execute"])
    {
        return false;
    }
    let words: &[&str] = match () {
        () if (0..open)
            .rev()
            .take(4)
            .any(|i| context.is(i, &["references"])) =>
        {
            &["references"]
        }
        () if context.is(0, &["create"]) && (1..4).any(|i| context.is(i, &["index"])) => &["on"],
        () if context.is(0, &["alter"]) && context.is(1, &["table"]) => &["table"],
        () if context.is(0, &["copy", "analyze", "vacuum"]) => &["copy", "analyze", "vacuum"],
        () if context.is(0, &["grant", "revoke"]) => &["on"],
        () => return false,
    };
    let Some(name) = context.named_after(words) else {
        return false;
    };
    if context.operand_wanted() {
        let schema = name.qualifier().map(str::to_string);
        context
            .wants
            .push(Want::Target(schema, name.last().to_string()));
        context.wants.push(Want::Functions(-100));
    } else {
        context.words(
            &[
                ("DESC", A),
                ("ASC", A),
                ("NULLS LAST", P),
                ("NULLS FIRST", P),
                ("COLLATE", A),
            ],
            FIRST,
        );
    }
    true
}

/// The rows of a table of keywords that the dialect has.
pub(super) fn known(rows: &'static [Row], dialect: &str) -> impl Iterator<Item = &'static str> {
    let mask = match dialect {
        "postgres" => P,
        "mysql" => M,
        _ => S,
    };
    rows.iter().filter(move |r| r.1 & mask != 0).map(|r| r.0)
}
