//! What falls with what is dropped, or no longer works without it, by the server's own word.

use super::Session;
use crate::driver::{Listing, Pattern};
use crate::error::Result;
use crate::sql::danger::Danger;
use crate::sql::names::{Name, literal, quote};
use crate::visible::visible_line;
use std::time::Duration;

/// So many of them are named.
const NAMED: usize = 12;
/// A question does not wait longer for them.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is known of one name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loss {
    /// What is dropped together with it.
    pub falls: Vec<String>,
    /// What stays and fails from then on, because its definition names it.
    pub breaks: Vec<String>,
    /// The server did not tell, or not in time.
    pub unknown: bool,
}

impl Session {
    /// What dropping the `at`th name of a statement takes with it. Nothing where nobody knows:
    /// what the server drops only alone, kinds without a list of dependents, a failed transaction.
    pub async fn loss(&mut self, danger: &Danger, at: usize) -> Loss {
        let Some(name) = danger.names.get(at) else {
            return Loss::default();
        };
        let kind = danger.what.strip_prefix("DROP ");
        let found = match self.dialect().name {
            "postgres" if danger.cascade => {
                let quoted = |name: &Name| {
                    let parts = name.parts.iter().map(|p| quote(p, self.dialect()));
                    parts.collect::<Vec<_>>().join(".")
                };
                let literals = |text: &str| literal(text, self.dialect());
                let start = match &danger.part {
                    Some((kind, part)) => {
                        part_of(kind, &literals(&quoted(name)), &literals(part.last()))
                    }
                    None => {
                        let arguments = danger.arguments.get(at).map_or("", String::as_str);
                        let whole = literals(&format!("{}{arguments}", quoted(name)));
                        let is_bare = arguments.is_empty();
                        start(kind.unwrap_or_default(), &whole, is_bare)
                    }
                };
                let Some(start) = start else {
                    return Loss::default();
                };
                self.dependents(&start).await
            }
            "mysql" | "sqlite" if matches!(kind, Some("TABLE" | "VIEW")) => self.uses(name).await,
            _ => return Loss::default(),
        };
        found.unwrap_or_else(|_| Loss {
            unknown: true,
            ..Loss::default()
        })
    }

    async fn dependents(&mut self, start: &str) -> Result<Loss> {
        let answer = self.peek_within(&query(start), PATIENCE).await?;
        let falls = (0..answer.len()).map(|row| answer.text(row, 0).to_string());
        Ok(Loss {
            falls: named(falls.collect()),
            ..Loss::default()
        })
    }

    /// MySQL and SQLite drop a table with its triggers and leave what names it elsewhere.
    async fn uses(&mut self, name: &Name) -> Result<Loss> {
        let pattern = Pattern {
            schema: name.qualifier().map(str::to_string),
            name: Some(name.last().to_string()),
            ..Pattern::default()
        };
        let queries = self.driver.listing(Listing::WhereUsed, &pattern);
        let (mut falls, mut breaks) = (Vec::new(), Vec::new());
        for query in queries.unwrap_or_default() {
            let answer = self.peek_within(&query.sql, PATIENCE).await?;
            for row in 0..answer.len() {
                let (kind, user, how) = (
                    answer.text(row, 0),
                    answer.text(row, 1),
                    answer.text(row, 2),
                );
                let shown = format!("{kind} {user}");
                match (kind, how.starts_with("on ")) {
                    // Those are told with the name itself, and indexes are a matter of course.
                    ("foreign key" | "index", _) => {}
                    ("trigger", true) => falls.push(shown),
                    _ if !falls.contains(&shown) => breaks.push(shown),
                    _ => {}
                }
            }
        }
        breaks.retain(|one| !falls.contains(one));
        Ok(Loss {
            falls: named(falls),
            breaks: named(breaks),
            unknown: false,
        })
    }
}

/// The first of them, ready for the screen, and how many more there are.
fn named(mut all: Vec<String>) -> Vec<String> {
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    let mut shown: Vec<String> = all
        .iter()
        .map(|one| visible_line(one).into_owned())
        .collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    shown
}

/// What is dropped, as rows of class, number and part.
fn start(kind: &str, name: &str, is_bare: bool) -> Option<String> {
    let (class, object) = match kind {
        "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "SEQUENCE" | "FOREIGN TABLE" | "INDEX" => {
            ("pg_class", format!("pg_catalog.to_regclass({name})"))
        }
        "SCHEMA" => (
            "pg_namespace",
            format!("pg_catalog.to_regnamespace({name})"),
        ),
        "TYPE" | "DOMAIN" => ("pg_type", format!("pg_catalog.to_regtype({name})")),
        "FUNCTION" | "PROCEDURE" | "ROUTINE" | "AGGREGATE" => (
            "pg_proc",
            match is_bare {
                true => format!("pg_catalog.to_regproc({name})"),
                false => format!("pg_catalog.to_regprocedure({name})"),
            },
        ),
        "EXTENSION" => {
            let object = of_name("pg_extension", "extname", name);
            let members = format!(
                "SELECT d.classid, d.objid, 0 FROM pg_catalog.pg_depend d \
                 WHERE d.deptype = 'e' AND d.refobjid = ({object}) \
                 AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass"
            );
            return Some(format!("{} UNION {members}", row("pg_extension", &object)));
        }
        "SERVER" => (
            "pg_foreign_server",
            of_name("pg_foreign_server", "srvname", name),
        ),
        _ => return None,
    };
    Some(row(class, &object))
}

fn of_name(class: &str, column: &str, name: &str) -> String {
    format!(
        "SELECT x.oid FROM pg_catalog.{class} x WHERE pg_catalog.quote_ident(x.{column}) = {name}"
    )
}

fn row(class: &str, object: &str) -> String {
    format!("SELECT 'pg_catalog.{class}'::pg_catalog.regclass::oid, ({object})::oid, 0")
}

/// A column or a constraint of a table.
fn part_of(kind: &str, table: &str, name: &str) -> Option<String> {
    let table = format!("pg_catalog.to_regclass({table})");
    Some(match kind {
        "COLUMN" => format!(
            "SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, a.attrelid, a.attnum::int \
             FROM pg_catalog.pg_attribute a WHERE a.attrelid = {table} AND a.attname = {name}"
        ),
        _ => format!(
            "SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass::oid, k.oid, 0 \
             FROM pg_catalog.pg_constraint k WHERE k.conrelid = {table} AND k.conname = {name}"
        ),
    })
}

/// All that depends on it, as the server would tell it of DROP … CASCADE: not what falls as a
/// matter of course, because it is a part of what falls, but the sequences of its columns. A view
/// falls with its rule, which is what depends on a table.
fn query(start: &str) -> String {
    format!(
        "WITH RECURSIVE start(c, o, s) AS ({start}), dep(c, o, s, t) AS (
           SELECT c, o, s, 's' FROM start WHERE o IS NOT NULL
           UNION
           SELECT found.c, found.o, found.s, found.t FROM dep, LATERAL (
             SELECT d.classid, d.objid, d.objsubid, d.deptype::text FROM pg_catalog.pg_depend d
             WHERE d.refclassid = dep.c AND d.refobjid = dep.o AND d.deptype IN ('n', 'a', 'i')
             AND (dep.s = 0 OR d.refobjsubid = dep.s)
             UNION ALL
             SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, r.ev_class, 0, 'n'
             FROM pg_catalog.pg_rewrite r
             WHERE dep.c = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = dep.o
           ) found(c, o, s, t)
         )
         SELECT pg_catalog.pg_describe_object(dep.c, dep.o, dep.s) FROM dep
         LEFT JOIN pg_catalog.pg_class r
           ON dep.c = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.oid = dep.o
         WHERE dep.c <> 'pg_catalog.pg_rewrite'::pg_catalog.regclass
         AND (dep.s = 0 OR NOT EXISTS (
           SELECT FROM dep whole WHERE whole.c = dep.c AND whole.o = dep.o AND whole.s = 0))
         GROUP BY dep.c, dep.o, dep.s, r.relkind
         HAVING (pg_catalog.bool_and(dep.t = 'n') OR r.relkind = 'S')
         AND NOT pg_catalog.bool_or(dep.t = 's')
         ORDER BY 1"
    )
}
