//! The question before a statement that destroys something: what it would do, to how much.

use crate::catalog::{Catalog, Relation, RelationId};
use crate::driver::Transaction;
use crate::error::{Error, Kind, Result};
use crate::output::ask;
use crate::session::{Loss, Session};
use crate::sql::danger::{Caution, Danger, dangers};
use crate::sql::names::Name;
use crate::visible::visible_line;
use std::time::{Duration, Instant};

/// Asks the user, where the settings want that. An error is that the statement is not to be run.
pub(super) async fn consent(session: &mut Session, sql: &str) -> Result<()> {
    let typed = session.interactive && session.script.name.is_none();
    if !typed && !session.settings.destructive_warning_scripts {
        return Ok(());
    }
    let mut caution = Caution::named(&session.settings.destructive_warning);
    if caution == Caution::Moderate && session.is_production() {
        caution = Caution::All;
    }
    let found = dangers(sql, session.dialect(), caution);
    if found.is_empty() {
        return Ok(());
    }
    if session.settings.destructive_statements_require_transaction
        && session.status().transaction == Transaction::None
    {
        return Err(Error::new(
            Kind::Usage,
            format!("{} is only run inside a transaction", found[0].what),
        )
        .with_hint("BEGIN one first; destructive_statements_require_transaction wants it so."));
    }
    let is_known = session.catalog_is_read(PATIENCE).await?;
    let catalog = session.catalog().load_full();
    let mut question = String::new();
    let until = Instant::now() + PATIENCE;
    for danger in &found {
        let counts = counts(session, danger, &catalog, until).await;
        question.push_str(&describe(danger, &catalog, &counts));
        question.push('\n');
        for at in 0..danger.names.len() {
            let loss = session.loss(danger, at).await;
            question.push_str(&takes_with_it(&danger.names[at], &loss));
        }
    }
    if !is_known {
        question
            .push_str("The catalog is still being read: what refers to it may be missing here.\n");
    }
    if session.status().transaction == Transaction::Open && can_undo(&found, &catalog) {
        question.push_str("A transaction is open: ROLLBACK undoes it.\n");
    }
    if session.is_production() {
        let database = visible_line(&session.status().database).into_owned();
        question.push_str(&format!("This is production: {database}.\n"));
    }
    question.push_str("Run it? [y/N] ");
    match ask(&question, &mut session.typed_ahead, &session.ending)? {
        true => Ok(()),
        false => Err(Error::new(Kind::Cancelled, "the statement was not run")),
    }
}

/// Rows are counted up to this number; beyond it the server's estimate is near enough.
const COUNTED: u64 = 10_000;
/// A question does not wait longer for the catalog, nor for the counts of all its names.
const PATIENCE: Duration = Duration::from_millis(500);

/// The rows of each name that is a table, as far as they can be counted at once: an estimate is as
/// old as the server's statistics, and says 0 of a table that has just been filled.
async fn counts(
    session: &mut Session,
    danger: &Danger,
    catalog: &Catalog,
    until: Instant,
) -> Vec<Option<u64>> {
    let mut counts = Vec::new();
    for name in &danger.names {
        let left = until.saturating_duration_since(Instant::now());
        let is_table = relation(name, danger, catalog)
            .is_some_and(|id| catalog.relation(id).kind.has_rows_of_its_own());
        counts.push(match is_table && !left.is_zero() {
            true => session.count_rows(name, COUNTED + 1, left).await,
            false => None,
        });
    }
    counts
}

/// What is dropped together with a name, and what no longer works without it: a line for each.
fn takes_with_it(name: &Name, loss: &Loss) -> String {
    let name = visible_line(&name.parts.join(".")).into_owned();
    let mut out = String::new();
    for (word, what) in [
        ("with", &loss.falls),
        ("no longer to be used without", &loss.breaks),
    ] {
        if !what.is_empty() {
            out.push_str(&format!("  {word} {name}: {}\n", what.join(", ")));
        }
    }
    if loss.unknown {
        out.push_str(&format!(
            "  what depends on {name} was not to be found out in time\n"
        ));
    }
    out
}

/// MySQL commits by itself where definitions change.
fn can_undo(found: &[Danger], catalog: &Catalog) -> bool {
    catalog.dialect.name != "mysql" || found.iter().all(Danger::is_about_rows)
}

/// `DELETE without WHERE: every row of public.orders (table, 1,200 rows)`
fn describe(danger: &Danger, catalog: &Catalog, counts: &[Option<u64>]) -> String {
    let mut out = String::new();
    if danger.explained {
        out.push_str("EXPLAIN ANALYZE really runs ");
    }
    out.push_str(&danger.what);
    let is_truncate = danger.what == "TRUNCATE";
    if danger.every_row && !is_truncate {
        out.push_str(" without WHERE");
    }
    if danger.cascade {
        out.push_str(" with CASCADE");
    }
    for (n, name) in danger.names.iter().enumerate() {
        out.push_str(match (n, danger.every_row) {
            (0, true) => ": every row of ",
            (0, false) => ": ",
            (_, _) => ", ",
        });
        let counted = counts.get(n).copied().flatten();
        out.push_str(&subject(name, danger, catalog, counted));
    }
    out
}

/// The relation that a name means, where it means one.
fn relation(name: &Name, danger: &Danger, catalog: &Catalog) -> Option<RelationId> {
    let is_relation = danger.is_about_rows()
        || ["TABLE", "VIEW", "TRUNCATE"]
            .iter()
            .any(|kind| danger.what.contains(kind));
    let path = catalog.effective_path();
    is_relation
        .then(|| catalog.find(name.qualifier(), name.last(), &path))
        .flatten()
}

/// The name, and what is known about it.
fn subject(name: &Name, danger: &Danger, catalog: &Catalog, counted: Option<u64>) -> String {
    let shown = visible_line(&name.parts.join(".")).into_owned();
    let Some(id) = relation(name, danger, catalog) else {
        return shown;
    };
    let relation = catalog.relation(id);
    let mut out = format!("{shown} ({}", relation.kind.word());
    if relation.kind.has_rows_of_its_own() {
        out.push_str(", ");
        out.push_str(&rows_in_words(counted, relation.rows));
    }
    let dependents = dependents(catalog, id, relation);
    if !danger.is_about_rows() && !dependents.is_empty() {
        out.push_str(&format!("; referenced by {}", dependents.join(", ")));
    }
    out.push(')');
    out
}

/// At most so many tables that refer to another are named.
const NAMED: usize = 5;

/// The tables whose foreign keys point at this one.
fn dependents(catalog: &Catalog, id: RelationId, relation: Relation<'_>) -> Vec<String> {
    let mut names: Vec<String> = catalog
        .keys_of(id)
        .filter(|key| key.to == id && key.from != id)
        .map(|key| {
            let from = catalog.relation(key.from);
            match from.schema == relation.schema {
                true => visible_line(from.name).into_owned(),
                false => visible_line(&format!(
                    "{}.{}",
                    catalog.schema_of(key.from).name,
                    from.name
                ))
                .into_owned(),
            }
        })
        .collect();
    names.sort();
    names.dedup();
    if names.len() > NAMED {
        let more = names.len() - NAMED;
        names.truncate(NAMED);
        names.push(format!("{more} more"));
    }
    names
}

/// `1 row`, `about 12,345 rows`: what was counted, else what the server believes.
fn rows_in_words(counted: Option<u64>, estimate: Option<u64>) -> String {
    match (counted, estimate) {
        (Some(counted), _) if counted <= COUNTED => grouped(counted),
        (Some(_), Some(estimate)) if estimate > COUNTED => format!("about {}", grouped(estimate)),
        (Some(_), _) => format!("more than {}", grouped(COUNTED)),
        (None, Some(estimate)) => format!("about {}", grouped(estimate)),
        (None, None) => "rows unknown".into(),
    }
}

/// `1 row`, `12,345 rows`
fn grouped(rows: u64) -> String {
    let digits = rows.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{out} {}", if rows == 1 { "row" } else { "rows" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::fixture::{catalog, shop};
    use crate::sql::dialect;

    fn questions(catalog: &Catalog, sql: &str) -> String {
        let found = dangers(sql, catalog.dialect, Caution::Moderate);
        let lines: Vec<String> = found.iter().map(|d| describe(d, catalog, &[])).collect();
        lines.join("\n")
    }

    #[test]
    fn the_question_says_what_to_which_relation_and_what_refers_to_it() {
        let shop = shop("postgres");
        for (sql, expected) in [
            (
                "delete from orders",
                "DELETE without WHERE: every row of orders (table, rows unknown)",
            ),
            (
                "drop table public.users cascade",
                "DROP TABLE with CASCADE: public.users (table, rows unknown; referenced by custom.shipments, orders)",
            ),
            ("drop view user_emails", "DROP VIEW: user_emails (view)"),
            ("drop index users", "DROP INDEX: users"),
            ("truncate nowhere", "TRUNCATE: every row of nowhere"),
            (
                "truncate orders, users",
                "TRUNCATE: every row of orders (table, rows unknown; referenced by \
                 order_items), users (table, rows unknown; referenced by custom.shipments, orders)",
            ),
            (
                "explain analyze delete from orders where id = 1",
                "EXPLAIN ANALYZE really runs DELETE: orders (table, rows unknown)",
            ),
            ("drop table \"a\x1bb\"", "DROP TABLE: a\\x1Bb"),
        ] {
            assert_eq!(questions(&shop, sql), expected, "{sql}");
        }
    }

    #[test]
    fn many_dependents_are_counted() {
        let text: String = (1..=8)
            .map(|n| format!("t{n}(id int pk, a int -> a.id);"))
            .collect();
        let many = catalog(&dialect::MYSQL, &format!("a(id int pk); {text}"));
        assert_eq!(
            questions(&many, "drop table a"),
            "DROP TABLE: a (table, rows unknown; referenced by t1, t2, t3, t4, t5, 3 more)"
        );
    }

    #[test]
    fn rows_are_counted_or_estimated_or_unknown() {
        for (counted, estimate, expected) in [
            (Some(0), Some(7), "0 rows"),
            (Some(1), None, "1 row"),
            (Some(10_000), Some(7), "10,000 rows"),
            (Some(10_001), Some(1_234_567), "about 1,234,567 rows"),
            (Some(10_001), Some(7), "more than 10,000 rows"),
            (Some(10_001), None, "more than 10,000 rows"),
            (None, Some(999), "about 999 rows"),
            (None, None, "rows unknown"),
        ] {
            assert_eq!(rows_in_words(counted, estimate), expected);
        }
    }
}
