//! `/stats TABLE [COLUMN]`: what the server's statistics say of the columns. No table is read.

use super::pattern::conditions;
use super::{Ask, Listed, Names};
use crate::driver::postgres::catalog::qualified;
use crate::error::{Error, Result};
use crate::sql::dialect::POSTGRES;
use crate::sql::names::literal;

/// As many columns as anybody reads.
const MOST: usize = 2000;

pub(super) fn columns(ask: &Ask<'_>) -> Result<Listed> {
    let Some(pattern) = ask.pattern() else {
        return Err(Error::usage("/stats: a table is missing"));
    };
    let names = Names {
        schema: Some("n.nspname"),
        name: "c.relname",
        visible: Some("pg_catalog.pg_table_is_visible(c.oid)"),
        parts: 3,
        ..Names::default()
    };
    let mut wanted = conditions(Some(pattern), &names, ask.server)?;
    if let Some(column) = ask.argument(1) {
        let column = literal(column, &POSTGRES);
        wanted.push(format!("a.attname operator(pg_catalog.=) {column}"));
    }
    let condition: String = wanted.iter().map(|w| format!("\n  and {w}")).collect();
    let common = "(s.most_common_vals::pg_catalog.text::pg_catalog.text[])";
    let bounds = "(s.histogram_bounds::pg_catalog.text::pg_catalog.text[])";
    let sql = qualified(&format!(
        "select c.relname as \"Table\", a.attname as \"Column\", pg_catalog.format_type(a.atttypid, a.atttypmod) as \"Type\",
  case when c.reltuples operator(pg_catalog.>=) 0 then c.reltuples::pg_catalog.int8 end as \"Rows\",
  pg_catalog.round((s.null_frac operator(pg_catalog.*) 100)::pg_catalog.numeric, 1) as \"Nulls (%)\",
  case when s.n_distinct operator(pg_catalog.>=) 0 then s.n_distinct else operator(pg_catalog.-) s.n_distinct operator(pg_catalog.*) c.reltuples end::pg_catalog.int8 as \"Distinct\",
  s.avg_width as \"Bytes\",
  {bounds}[1] as \"Low\", {bounds}[pg_catalog.array_length({bounds}, 1) operator(pg_catalog./) 2 operator(pg_catalog.+) 1] as \"Middle\",
  {bounds}[pg_catalog.array_length({bounds}, 1)] as \"High\",
  pg_catalog.array_to_string({common}[1:5], ', ') as \"Most common\",
  pg_catalog.round((s.most_common_freqs[1] operator(pg_catalog.*) 100)::pg_catalog.numeric, 1) as \"First (%)\"
from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_catalog.pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
where c.relkind in ('r', 'p', 'm', 'f')"
    ));
    Ok(Listed {
        title: "Statistics".into(),
        sql: format!("{sql}{condition}\norder by n.nspname, c.relname, a.attnum limit {MOST}"),
        empty: Some(match ask.argument(1) {
            None => format!("did not find any table named \"{pattern}\""),
            Some(column) => {
                format!("did not find any column named \"{column}\" of a table named \"{pattern}\"")
            }
        }),
        counted: true,
    })
}
