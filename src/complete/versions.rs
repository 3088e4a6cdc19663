//! What of the grammar only some servers have, or have only since some version.
//!
//! One table for every word that is offered. A catalog that does not say its server's version gets
//! everything.

use crate::catalog::Catalog;

/// The servers, as bits. SQLite's library is part of the program, so its version is known.
const P: u8 = 1;
const MYSQL: u8 = 2;
const MARIA: u8 = 4;

/// A version that no server has reached.
const NEVER: Version = (u16::MAX, 0, 0);

type Version = (u16, u16, u16);

/// A phrase that some servers lack.
#[derive(Debug)]
pub(super) struct Since {
    servers: u8,
    version: Version,
    /// A keyword before the cursor in the same statement; `^` for its beginning, `^update` where
    /// that is what it begins with.
    within: &'static str,
    /// Found in what is offered as whole words, in any case.
    phrase: &'static str,
}

const fn since(servers: u8, version: Version, within: &'static str, phrase: &'static str) -> Since {
    Since {
        servers,
        version,
        within,
        phrase,
    }
}

/// From the release notes of each server.
#[rustfmt::skip]
static SINCE: &[Since] = &[
    // PostgreSQL
    since(P, (10, 0, 0), "", "IDENTITY"),
    since(P, (10, 0, 0), "", "PARTITION"),
    since(P, (10, 0, 0), "", "PUBLICATION"),
    since(P, (10, 0, 0), "", "SUBSCRIPTION"),
    since(P, (10, 0, 0), "", "STATISTICS"),
    since(P, (10, 0, 0), "", "REFERENCING"),
    since(P, (11, 0, 0), "", "CALL"),
    since(P, (11, 0, 0), "", "OR REPLACE PROCEDURE"),
    since(P, (11, 0, 0), "drop", "PROCEDURE"),
    since(P, (11, 0, 0), "alter", "PROCEDURE"),
    since(P, (11, 0, 0), "", "ROUTINE"),
    since(P, (11, 0, 0), "", "INCLUDE"),
    since(P, (11, 0, 0), "", "GROUPS"),
    since(P, (11, 0, 0), "", "EXECUTE FUNCTION"),
    since(P, (11, 0, 0), "execute", "FUNCTION"),
    since(P, (12, 0, 0), "", "AS MATERIALIZED"),
    since(P, (12, 0, 0), "", "NOT MATERIALIZED"),
    since(P, (12, 0, 0), "", "GENERATED ALWAYS AS ("),
    since(P, (12, 0, 0), "", "STORED"),
    since(P, (12, 0, 0), "reindex", "CONCURRENTLY"),
    since(P, (12, 0, 0), "explain", "SETTINGS"),
    since(P, (12, 0, 0), "vacuum", "INDEX_CLEANUP"),
    since(P, (12, 0, 0), "vacuum", "TRUNCATE"),
    since(P, (13, 0, 0), "", "WITH TIES"),
    since(P, (13, 0, 0), "explain", "WAL"),
    since(P, (13, 0, 0), "vacuum", "PARALLEL"),
    since(P, (13, 0, 0), "database", "FORCE"),
    since(P, (14, 0, 0), "", "SEARCH"),
    since(P, (14, 0, 0), "", "CYCLE SET"),
    since(P, (14, 0, 0), "", "COMPRESSION"),
    since(P, (15, 0, 0), "", "MERGE"),
    since(P, (15, 0, 0), "", "NULLS NOT DISTINCT"),
    since(P, (15, 0, 0), "", "TABLES IN SCHEMA"),
    since(P, (15, 0, 0), "", "security_invoker"),
    since(P, (15, 0, 0), "copy", "MATCH"),
    since(P, (16, 0, 0), "explain", "GENERIC_PLAN"),
    since(P, (16, 0, 0), "", "IS JSON"),
    since(P, (16, 0, 0), "", "JSON_ARRAY"),
    since(P, (16, 0, 0), "", "JSON_OBJECT"),
    since(P, (17, 0, 0), "", "JSON_TABLE"),
    since(P, (17, 0, 0), "", "JSON_VALUE"),
    since(P, (17, 0, 0), "", "JSON_QUERY"),
    since(P, (17, 0, 0), "", "JSON_EXISTS"),
    since(P, (17, 0, 0), "", "merge_action()"),
    since(P, (17, 0, 0), "merge", "RETURNING"),
    since(P, (17, 0, 0), "merge", "BY SOURCE"),
    since(P, (17, 0, 0), "merge", "BY TARGET"),
    since(P, (17, 0, 0), "merge", "SOURCE"),
    since(P, (17, 0, 0), "merge", "TARGET"),
    since(P, (17, 0, 0), "explain", "MEMORY"),
    since(P, (17, 0, 0), "explain", "SERIALIZE"),
    since(P, (17, 0, 0), "copy", "ON_ERROR"),
    since(P, (17, 0, 0), "copy", "LOG_VERBOSITY"),
    since(P, (17, 0, 0), "", "MAINTAIN"),
    since(P, (17, 0, 0), "alter", "SET EXPRESSION"),
    since(P, (18, 0, 0), "returning", "old"),
    since(P, (18, 0, 0), "returning", "new"),
    since(P, (18, 0, 0), "returning", "WITH (OLD AS"),
    since(P, (18, 0, 0), "returning", "WITH (NEW AS"),
    since(P, (18, 0, 0), "table", "VIRTUAL"),
    since(P, (18, 0, 0), "", "ENFORCED"),
    since(P, (18, 0, 0), "", "WITHOUT OVERLAPS"),
    since(P, (18, 0, 0), "", "PERIOD"),
    since(P, (18, 0, 0), "constraint", "NOT NULL"),
    since(P, (18, 0, 0), "copy", "REJECT_LIMIT"),
    since(P, NEVER, "", "SPLIT PARTITION"),
    since(P, NEVER, "", "MERGE PARTITIONS"),
    // MySQL
    since(MYSQL, (8, 0, 0), "^", "WITH"),
    since(MYSQL, (8, 0, 0), "explain", "WITH"),
    since(MYSQL, (8, 0, 0), "", "RECURSIVE"),
    since(MYSQL, (8, 0, 0), "", "OVER"),
    since(MYSQL, (8, 0, 0), "", "WINDOW"),
    since(MYSQL, (8, 0, 0), "", "FOR SHARE"),
    since(MYSQL, (8, 0, 0), "for", "SHARE"),
    since(MYSQL, (8, 0, 1), "", "SKIP LOCKED"),
    since(MYSQL, (8, 0, 1), "", "NOWAIT"),
    since(MYSQL, (8, 0, 0), "", "ROLE"),
    since(MYSQL, (8, 0, 0), "", "INVISIBLE"),
    since(MYSQL, (8, 0, 4), "", "JSON_TABLE"),
    since(MYSQL, (8, 0, 0), "", "row_number"),
    since(MYSQL, (8, 0, 0), "", "rank"),
    since(MYSQL, (8, 0, 0), "", "dense_rank"),
    since(MYSQL, (8, 0, 0), "", "percent_rank"),
    since(MYSQL, (8, 0, 0), "", "cume_dist"),
    since(MYSQL, (8, 0, 0), "", "ntile"),
    since(MYSQL, (8, 0, 0), "", "lag"),
    since(MYSQL, (8, 0, 0), "", "lead"),
    since(MYSQL, (8, 0, 0), "", "first_value"),
    since(MYSQL, (8, 0, 0), "", "last_value"),
    since(MYSQL, (8, 0, 0), "", "nth_value"),
    since(MYSQL, (8, 0, 0), "", "grouping"),
    since(MYSQL, (8, 0, 0), "", "bin_to_uuid"),
    since(MYSQL, (8, 0, 0), "", "uuid_to_bin"),
    since(MYSQL, (8, 0, 4), "", "regexp_like"),
    since(MYSQL, (8, 0, 4), "", "regexp_replace"),
    since(MYSQL, (8, 0, 4), "", "regexp_substr"),
    since(MYSQL, (8, 0, 4), "", "regexp_instr"),
    since(MYSQL, (8, 0, 17), "", "json_overlaps"),
    since(MYSQL, (8, 0, 17), "", "MEMBER OF"),
    since(MYSQL, (8, 0, 21), "", "json_value"),
    since(MYSQL, NEVER, "", "median"),
    since(MYSQL, NEVER, "", "percentile_cont"),
    since(MYSQL, NEVER, "", "percentile_disc"),
    since(MYSQL, (8, 0, 14), "", "LATERAL"),
    since(MYSQL, (8, 0, 16), "", "ENFORCED"),
    since(MYSQL, (8, 0, 16), "explain", "TREE"),
    since(MYSQL, (8, 0, 16), "explain", "FORMAT=TREE"),
    since(MYSQL, (8, 0, 18), "explain", "ANALYZE"),
    since(MYSQL, (8, 0, 18), "^", "EXPLAIN ANALYZE"),
    since(MYSQL, (8, 0, 19), "^", "TABLE"),
    since(MYSQL, (8, 0, 19), "^", "VALUES"),
    since(MYSQL, (8, 0, 31), "", "INTERSECT"),
    since(MYSQL, (8, 0, 31), "", "EXCEPT"),
    since(MYSQL, (9, 0, 0), "", "VECTOR"),
    since(MYSQL, (9, 2, 0), "", "LIBRARY"),
    since(MYSQL, (9, 4, 0), "", "JSON RELATIONAL DUALITY VIEW"),
    since(MYSQL, NEVER, "", "VECTOR INDEX"),
    since(MYSQL, NEVER, "", "RETURNING"),
    since(MYSQL, NEVER, "", "SEQUENCE"),
    since(MYSQL, NEVER, "", "VERSIONING"),
    since(MYSQL, NEVER, "", "SYSTEM_TIME"),
    since(MYSQL, NEVER, "create", "OR REPLACE TABLE"),
    since(MYSQL, NEVER, "table", "IF EXISTS ADD"),
    since(MYSQL, NEVER, "", "Aria"),
    since(MYSQL, NEVER, "", "INET6"),
    since(MYSQL, NEVER, "", "ROWNUM"),
    // MariaDB
    since(MARIA, (10, 2, 0), "^", "WITH"),
    since(MARIA, (10, 2, 0), "explain", "WITH"),
    since(MARIA, (10, 2, 0), "", "RECURSIVE"),
    since(MARIA, (10, 2, 0), "", "OVER"),
    since(MARIA, (10, 2, 0), "", "WINDOW"),
    since(MARIA, (10, 3, 0), "", "INTERSECT"),
    since(MARIA, (10, 3, 0), "", "EXCEPT"),
    since(MARIA, (10, 3, 0), "", "SEQUENCE"),
    since(MARIA, (10, 3, 0), "", "VERSIONING"),
    since(MARIA, (10, 3, 0), "", "SYSTEM_TIME"),
    since(MARIA, (10, 3, 0), "", "NOWAIT"),
    since(MARIA, (10, 3, 0), "^", "VALUES"),
    since(MARIA, (10, 5, 0), "insert", "RETURNING"),
    since(MARIA, (10, 5, 0), "replace", "RETURNING"),
    since(MARIA, NEVER, "^update", "RETURNING"),
    since(MARIA, (10, 5, 0), "", "INET6"),
    since(MARIA, (10, 6, 0), "", "JSON_TABLE"),
    since(MARIA, (10, 6, 0), "", "SKIP LOCKED"),
    since(MARIA, (10, 7, 0), "", "UUID"),
    since(MARIA, (11, 7, 0), "", "VECTOR"),
    since(MARIA, NEVER, "", "any_value"),
    since(MARIA, NEVER, "", "bin_to_uuid"),
    since(MARIA, NEVER, "", "uuid_to_bin"),
    since(MARIA, NEVER, "", "regexp_like"),
    since(MARIA, NEVER, "", "FOR SHARE"),
    since(MARIA, NEVER, "for", "SHARE"),
    since(MARIA, NEVER, "", "ENFORCED"),
    since(MARIA, NEVER, "", "LIBRARY"),
    since(MARIA, NEVER, "", "JSON RELATIONAL DUALITY VIEW"),
    since(MARIA, NEVER, "", "MEMBER OF"),
    since(MARIA, NEVER, "^", "EXPLAIN ANALYZE"),
    since(MARIA, NEVER, "explain", "ANALYZE"),
    since(MARIA, NEVER, "explain", "TREE"),
    since(MARIA, NEVER, "explain", "FORMAT=TREE"),
    since(MARIA, NEVER, "^", "TABLE"),
];

/// What the catalog's server lacks.
pub(super) fn lacking(catalog: &Catalog) -> Vec<&'static Since> {
    let Some((server, version)) = server(catalog) else {
        return Vec::new();
    };
    let lacks = |s: &&Since| s.servers & server != 0 && version < s.version;
    SINCE.iter().filter(lacks).collect()
}

/// The server and its version, where the catalog tells.
fn server(catalog: &Catalog) -> Option<(u8, Version)> {
    let text = catalog.server_version.as_str();
    let maria = text.to_ascii_lowercase().contains("mariadb");
    let server = match catalog.dialect.name {
        "postgres" => P,
        "mysql" if maria => MARIA,
        "mysql" => MYSQL,
        _ => return None,
    };
    // MariaDB may say `5.5.5-10.11.6-MariaDB`, for old clients.
    let text = text
        .strip_prefix("5.5.5-")
        .filter(|_| maria)
        .unwrap_or(text);
    let mut parts = text
        .split(|c: char| !c.is_ascii_digit())
        .map(|part| part.parse::<u16>().ok());
    let major = parts.next().flatten()?;
    let mut next = || parts.next().flatten().unwrap_or(0);
    Some((server, (major, next(), next())))
}

impl Since {
    /// Whether that is the phrase or has it in it, here.
    pub(super) fn forbids(&self, offered: &str, stands: impl Fn(&str) -> bool) -> bool {
        holds(offered, self.phrase) && (self.within.is_empty() || stands(self.within))
    }
}

/// Whether whole words of `text` are `phrase`.
fn holds(text: &str, phrase: &str) -> bool {
    let length = phrase.len();
    let edge = |at: Option<&u8>| at.is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'_');
    let bytes = text.as_bytes();
    (0..=bytes.len().saturating_sub(length)).any(|at| {
        let part = bytes.get(at..at + length);
        part.is_some_and(|part| part.eq_ignore_ascii_case(phrase.as_bytes()))
            && edge(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && edge(bytes.get(at + length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect;

    #[test]
    fn each_server_says_what_it_is() {
        for (name, text, expected) in [
            ("postgres", "15.8", Some((P, (15, 8, 0)))),
            ("postgres", "9.6.24", Some((P, (9, 6, 24)))),
            ("postgres", "18beta1", Some((P, (18, 0, 0)))),
            ("postgres", "", None),
            ("mysql", "8.0.35", Some((MYSQL, (8, 0, 35)))),
            (
                "mysql",
                "10.11.6-MariaDB-0+deb12u1",
                Some((MARIA, (10, 11, 6))),
            ),
            ("mysql", "5.5.5-10.4.2-MariaDB", Some((MARIA, (10, 4, 2)))),
            ("sqlite", "3.50.0", None),
        ] {
            let mut catalog = Catalog::empty(dialect::by_name(name).expect("a dialect"));
            catalog.server_version = text.to_string();
            assert_eq!(server(&catalog), expected, "{name} {text}");
        }
    }

    #[test]
    fn whole_words_are_found_in_any_case() {
        for (text, phrase, expected) in [
            ("LEFT JOIN LATERAL", "LATERAL", true),
            ("returning", "RETURNING", true),
            ("PARTITIONS", "PARTITION", false),
            ("BY SOURCE THEN", "BY SOURCE", true),
            ("json_table(", "JSON_TABLE", true),
            ("é", "OLD", false),
            ("", "OLD", false),
        ] {
            assert_eq!(holds(text, phrase), expected, "{text} {phrase}");
        }
    }
}
