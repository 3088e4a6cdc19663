//! `\sf`, `\sv` and `/ddl`: the statements that create what is named, as the server's `SHOW CREATE`
//! has them.

use crate::driver::describe::{not_found, pattern, write_source};
use crate::driver::mysql::listing::condition;
use crate::driver::{Answer, Desk, Listing, Request};
use crate::error::{Error, Kind, Result};
use crate::sql::dialect::MYSQL;
use crate::sql::names::quote_always;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// What a command shows the source of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds {
    what: Listing,
    relations: &'static str,
    others: bool,
}

/// The kinds of a command; `None` for one that is not about sources.
pub(super) fn kinds(word: &str) -> Option<Kinds> {
    let (what, relations, others) = match word {
        "sf" => (Listing::FunctionSource, "FALSE", true),
        "sv" => (Listing::ViewSource, "TABLE_TYPE = 'VIEW'", false),
        "/ddl" => (Listing::Ddl, "TABLE_TYPE <> 'SYSTEM VIEW'", true),
        _ => return None,
    };
    Some(Kinds {
        what,
        relations,
        others,
    })
}

/// The column of each `SHOW CREATE` in which the statement stands.
const COLUMNS: &[(&str, usize)] = &[
    ("TABLE", 1),
    ("SEQUENCE", 1),
    ("VIEW", 1),
    ("FUNCTION", 2),
    ("PROCEDURE", 2),
    ("TRIGGER", 2),
    ("EVENT", 3),
];

/// Writes the statements of everything that the pattern means.
pub(super) fn show<'a>(
    request: &'a Request,
    kinds: Kinds,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let text = request.patterns.join(" ");
        if text.is_empty() {
            return Err(Error::usage(format!(
                "{}: a name is missing",
                request.command()
            )));
        }
        let named = pattern(text.split('(').next().unwrap_or_default(), &MYSQL);
        let condition = |schema: &str, name: &str| condition(&named, schema, name);
        let found = desk.ask(&objects(&kinds, &condition)).await?;
        if found.is_empty() {
            return Err(not_found(kinds.what, &text));
        }
        for row in 0..found.len() {
            let statement = match create(&found, row, desk).await {
                // Without the right to see it, the next one may still be seen.
                Err(e) if e.kind == Kind::Server && found.len() > 1 => continue,
                statement => statement?,
            };
            let text = statement.text(0, 0).trim_end().trim_end_matches(';');
            let has_body = !matches!(found.text(row, 0), "TABLE" | "VIEW" | "SEQUENCE");
            // Its semicolons would end it, wherever it is run.
            match has_body && text.contains(';') && !request.verbose {
                true => desk.write(&format!("DELIMITER ;;\n{text};;\nDELIMITER ;\n"))?,
                false => write_source(&statement, request.verbose, desk)?,
            }
        }
        Ok(())
    }
    .boxed_local()
}

/// Kind, schema and name of all that is meant.
fn objects(kinds: &Kinds, condition: &dyn Fn(&str, &str) -> String) -> String {
    let mut parts = vec![format!(
        "SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'VIEW' WHEN 'SEQUENCE' THEN 'SEQUENCE' \
         ELSE 'TABLE' END AS kind, TABLE_SCHEMA AS s, TABLE_NAME AS n \
         FROM information_schema.TABLES WHERE {} AND {}",
        kinds.relations,
        condition("TABLE_SCHEMA", "TABLE_NAME")
    )];
    if kinds.others {
        parts.push(format!(
            "SELECT ROUTINE_TYPE, ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES \
             WHERE ROUTINE_TYPE IN ('FUNCTION', 'PROCEDURE') AND {}",
            condition("ROUTINE_SCHEMA", "ROUTINE_NAME")
        ));
    }
    if kinds.what == Listing::Ddl {
        parts.push(format!(
            "SELECT 'TRIGGER', TRIGGER_SCHEMA, TRIGGER_NAME FROM information_schema.TRIGGERS \
             WHERE ({} OR {})",
            condition("TRIGGER_SCHEMA", "TRIGGER_NAME"),
            condition("EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE")
        ));
        parts.push(format!(
            "SELECT 'EVENT', EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE {}",
            condition("EVENT_SCHEMA", "EVENT_NAME")
        ));
    }
    format!("{} ORDER BY 1, 2, 3 LIMIT 1000", parts.join(" UNION ALL "))
}

async fn create(found: &Answer, row: usize, desk: &mut dyn Desk) -> Result<Answer> {
    let kind = found.text(row, 0);
    let column = COLUMNS.iter().find(|c| c.0 == kind).map_or(1, |c| c.1);
    let sql = format!(
        "SHOW CREATE {kind} {}.{}",
        quote_always(found.text(row, 1), &MYSQL),
        quote_always(found.text(row, 2), &MYSQL)
    );
    let answer = desk.ask(&sql).await?;
    Ok(answer.column(column))
}
