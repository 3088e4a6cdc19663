//! Publications and subscriptions.

use super::{Ask, Listed, Names, Select, named};
use crate::driver::postgres::catalog::qualified;
use crate::driver::{Answer, Desk, Sheet};
use crate::error::Result;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

const PUBLICATION: Names<'_> = Names {
    schema: None,
    name: "pubname",
    other: None,
    visible: None,
    parts: 1,
    plain: false,
};

/// The columns that both forms show, by version.
fn properties(select: Select, ask: &Ask<'_>) -> Select {
    let generated = "case pubgencols when 'n' then 'none' when 's' then 'stored' end";
    select
        .columns(&[
            ("pg_catalog.pg_get_userbyid(pubowner)", "Owner"),
            ("puballtables", "All tables"),
            ("pubinsert", "Inserts"),
            ("pubupdate", "Updates"),
            ("pubdelete", "Deletes"),
        ])
        .columns_if(ask.since(110_000), &[("pubtruncate", "Truncates")])
        .columns_if(ask.since(180_000), &[(generated, "Generated columns")])
        .columns_if(ask.since(130_000), &[("pubviaroot", "Via root")])
}

/// `\dRp`, and `\dRp+` with what each publishes.
pub(super) fn publications<'a>(
    ask: &'a Ask<'a>,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        if ask.verbose {
            return each(ask, desk).await;
        }
        let select = Select::from("pg_catalog.pg_publication").columns(&[("pubname", "Name")]);
        let select = properties(select, ask)
            .named(ask.pattern(), &PUBLICATION, ask.server)?
            .order("1");
        super::show(
            Listed::new("List of publications", &select)?,
            ask.quiet,
            desk,
        )
        .await
    }
    .boxed_local()
}

async fn each(ask: &Ask<'_>, desk: &mut dyn Desk) -> Result<()> {
    let found = Select::from("pg_catalog.pg_publication")
        .columns(&[("oid", "oid"), ("pubname", "name"), ("puballtables", "all")])
        .named(ask.pattern(), &PUBLICATION, ask.server)?
        .order("2");
    let found = desk.ask(&found.sql()).await?;
    if found.is_empty() {
        let named = named(ask.pattern());
        let one = if ask.pattern().is_some() { "" } else { "s" };
        return Err(ask.not_found(&format!("any publication{one}{named}")));
    }
    for row in 0..found.len() {
        let oid = found.text(row, 0);
        let own = Select::from("pg_catalog.pg_publication");
        let own = properties(own, ask)
            .wanted(&format!("oid = '{oid}'"))
            .order("1");
        let mut answer = desk.ask(&own.sql()).await?;
        answer.align_left();
        let mut footers = Vec::new();
        if found.text(row, 2) != "t" {
            let tables = desk.ask(&tables_of(ask, oid)).await?;
            footers.extend(list("Tables:", &tables, published_table));
            if ask.since(150_000) {
                let schemas = desk.ask(&schemas_of(oid)).await?;
                let line = |a: &Answer, row| format!("    \"{}\"", a.text(row, 0));
                footers.extend(list("Tables from schemas:", &schemas, line));
            }
        }
        // Without footers of its own psql counts the rows here.
        desk.show(Sheet {
            title: format!("Publication {}", found.text(row, 1)),
            answer,
            footers: Some(footers).filter(|f| !f.is_empty()),
            flat: false,
        })?;
    }
    Ok(())
}

/// A heading and a line for each row; nothing for no rows.
pub(super) fn list(
    heading: &str,
    answer: &Answer,
    line: impl Fn(&Answer, usize) -> String,
) -> Vec<String> {
    if answer.is_empty() {
        return Vec::new();
    }
    let lines = (0..answer.len()).map(|row| line(answer, row));
    std::iter::once(heading.to_string()).chain(lines).collect()
}

fn published_table(answer: &Answer, row: usize) -> String {
    let mut line = format!("    \"{}.{}\"", answer.text(row, 0), answer.text(row, 1));
    if let Some(columns) = answer.get(row, 3) {
        line.push_str(&format!(" ({columns})"));
    }
    if let Some(filter) = answer.get(row, 2) {
        line.push_str(&format!(" WHERE {filter}"));
    }
    line
}

fn tables_of(ask: &Ask<'_>, oid: &str) -> String {
    let more = match ask.since(150_000) {
        true => {
            "pg_catalog.pg_get_expr(pr.prqual, c.oid),
  case when pr.prattrs is not null then pg_catalog.array_to_string(array(
      select attname
      from pg_catalog.generate_series(0, pg_catalog.array_upper(pr.prattrs::pg_catalog.int2[], 1)) s,
        pg_catalog.pg_attribute
      where attrelid = c.oid and attnum = prattrs[s]), ', ') end"
        }
        false => "null, null",
    };
    qualified(&format!(
        "select n.nspname, c.relname, {more}
from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on c.relnamespace = n.oid
  join pg_catalog.pg_publication_rel pr on c.oid = pr.prrelid
where pr.prpubid = '{oid}'
order by 1, 2;"
    ))
}

fn schemas_of(oid: &str) -> String {
    qualified(&format!(
        "select n.nspname
from pg_catalog.pg_namespace n
  join pg_catalog.pg_publication_namespace pn on n.oid = pn.pnnspid
where pn.pnpubid = '{oid}'
order by 1;"
    ))
}

/// `\dRs`
pub(super) fn subscriptions(ask: &Ask<'_>) -> Result<Listed> {
    let names = Names {
        name: "subname",
        ..PUBLICATION
    };
    let streaming = match ask.since(160_000) {
        true => {
            "case substream when 'f' then 'off' when 't' then 'on' when 'p' then 'parallel' end"
        }
        false => "substream",
    };
    let more = |version| ask.verbose && ask.since(version);
    let select = Select::from("pg_catalog.pg_subscription")
        .columns(&[
            ("subname", "Name"),
            ("pg_catalog.pg_get_userbyid(subowner)", "Owner"),
            ("subenabled", "Enabled"),
            ("subpublications", "Publication"),
        ])
        .columns_if(
            more(140_000),
            &[("subbinary", "Binary"), (streaming, "Streaming")],
        )
        .columns_if(
            more(150_000),
            &[
                ("subtwophasestate", "Two-phase commit"),
                ("subdisableonerr", "Disable on error"),
            ],
        )
        .columns_if(
            more(160_000),
            &[
                ("suborigin", "Origin"),
                ("subpasswordrequired", "Password required"),
                ("subrunasowner", "Run as owner?"),
            ],
        )
        .columns_if(more(170_000), &[("subfailover", "Failover")])
        .columns_if(
            ask.verbose,
            &[
                ("subsynccommit", "Synchronous commit"),
                ("subconninfo", "Conninfo"),
            ],
        )
        .columns_if(more(150_000), &[("subskiplsn", "Skip LSN")])
        .wanted(
            "subdbid = (select oid from pg_catalog.pg_database
    where datname = pg_catalog.current_database())",
        )
        .named(ask.pattern(), &names, ask.server)?
        .order("1");
    Listed::new("List of subscriptions", &select)
}
