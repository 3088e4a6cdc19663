//! What DROP … CASCADE would take with it, by the server's own word.

use super::Session;
use crate::sql::names::literal;
use crate::visible::visible_line;

/// So many of them are named.
const NAMED: usize = 12;

impl Session {
    /// The objects that depend on another, with all that depends on those, as PostgreSQL describes
    /// them. `kind` is what is dropped (`TABLE`), `name` as the statement writes it. Empty where
    /// nobody knows: other kinds, other databases, a failed transaction.
    pub async fn falls_with(&mut self, kind: &str, name: &str) -> Vec<String> {
        if self.dialect().name != "postgres" {
            return Vec::new();
        }
        let (class, finds) = match kind {
            "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "SEQUENCE" | "FOREIGN TABLE" => {
                ("pg_class", "to_regclass")
            }
            "SCHEMA" => ("pg_namespace", "to_regnamespace"),
            "TYPE" | "DOMAIN" => ("pg_type", "to_regtype"),
            _ => return Vec::new(),
        };
        let name = literal(name, self.dialect());
        let Ok(answer) = self.peek(&query(class, &format!("{finds}({name})"))).await else {
            return Vec::new();
        };
        let mut found: Vec<String> = (0..answer.len().min(NAMED))
            .map(|row| visible_line(answer.text(row, 0)).into_owned())
            .collect();
        if answer.len() > NAMED {
            found.push(format!("{} more", answer.len() - NAMED));
        }
        found
    }
}

/// A view falls with its rule, which is what depends on a table.
fn query(class: &str, object: &str) -> String {
    format!(
        "WITH RECURSIVE start(c, o) AS (
           SELECT 'pg_catalog.{class}'::pg_catalog.regclass::oid, pg_catalog.{object}::oid
         ), dep(c, o) AS (
           SELECT c, o FROM start
           UNION
           SELECT found.c, found.o FROM dep, LATERAL (
             SELECT d.classid, d.objid FROM pg_catalog.pg_depend d
             WHERE d.refclassid = dep.c AND d.refobjid = dep.o AND d.deptype IN ('n', 'a', 'i')
             UNION ALL
             SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, r.ev_class
             FROM pg_catalog.pg_rewrite r
             WHERE dep.c = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = dep.o
           ) found(c, o)
         )
         SELECT pg_catalog.pg_describe_object(dep.c, dep.o, 0)
         FROM dep
         LEFT JOIN pg_catalog.pg_class r
           ON dep.c = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.oid = dep.o
         LEFT JOIN pg_catalog.pg_constraint k
           ON dep.c = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = dep.o
         WHERE (dep.c, dep.o) NOT IN (SELECT c, o FROM start WHERE o IS NOT NULL)
         AND (r.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
              OR k.contype = 'f' AND k.conrelid <> (SELECT o FROM start)
              OR dep.c = 'pg_catalog.pg_proc'::pg_catalog.regclass)
         ORDER BY 1"
    )
}
