//! `/where-used NAME`.

use super::pattern::conditions;
use super::{Ask, Listed, Names};
use crate::driver::Desk;
use crate::driver::postgres::catalog::qualified;
use crate::error::{Error, Result};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// As many lines as anybody reads.
const MOST: usize = 500;

const OWN: &str = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

const KIND: &str = "case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'materialized view' when 'i' then 'index' when 'I' then 'index' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type' else 'relation' end";

/// Stands for the targets, which are put in last: they have the text of the user.
const TEXT: &str = "{text}";

/// What depends on a relation, routine or type as the catalog knows it, and the bodies that name it.
pub(super) fn where_used<'a>(
    ask: &'a Ask<'a>,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let Some(pattern) = ask.pattern() else {
            return Err(Error::usage("/where-used: a name is missing"));
        };
        let targets = targets(ask, pattern)?;
        let found = desk.ask(&qualified(&format!("{targets}\nlimit 1"))).await?;
        if found.is_empty() {
            let message = format!("did not find any relation, routine or type named \"{pattern}\"");
            return Err(Error::server(message));
        }
        super::show(users(&targets), ask.quiet, desk).await
    }
    .boxed_local()
}

/// What the name may mean.
fn targets(ask: &Ask<'_>, pattern: &str) -> Result<String> {
    let mut targets = Vec::new();
    for (class, name, schema, visible) in [
        (
            "pg_class",
            "o.relname",
            "o.relnamespace",
            "pg_catalog.pg_table_is_visible(o.oid)",
        ),
        (
            "pg_proc",
            "o.proname",
            "o.pronamespace",
            "pg_catalog.pg_function_is_visible(o.oid)",
        ),
        (
            "pg_type",
            "o.typname",
            "o.typnamespace",
            "pg_catalog.pg_type_is_visible(o.oid)",
        ),
    ] {
        let names = Names {
            schema: Some("n.nspname"),
            name,
            visible: Some(visible),
            parts: 3,
            ..Names::default()
        };
        let all = conditions(Some(pattern), &names, ask.server)?;
        targets.push(format!(
            "select 'pg_catalog.{class}'::pg_catalog.regclass::pg_catalog.oid as class, o.oid as id, {name}::pg_catalog.text as name\nfrom pg_catalog.{class} o join pg_catalog.pg_namespace n on n.oid operator(pg_catalog.=) {schema}\nwhere {}",
            match all.is_empty() {
                true => "true".to_string(),
                false => all.join("\n  and "),
            }
        ));
    }
    Ok(targets.join("\nunion all\n"))
}

fn users(targets: &str) -> Listed {
    let sql = format!(
        "with target as (
{TEXT}),
used as (
  select d.classid, d.objid, d.objsubid, t.name from target t
  join pg_catalog.pg_depend d on d.refclassid = t.class and d.refobjid = t.id
  where d.deptype in ('n', 'a')
    and not (d.classid = t.class and d.objid = t.id)
    and not exists (select 1 from pg_catalog.pg_constraint x where x.oid = d.objid and x.conrelid = t.id)
    and not exists (select 1 from pg_catalog.pg_attrdef x where x.oid = d.objid and x.adrelid = t.id)
    and not exists (select 1 from pg_catalog.pg_index x where x.indexrelid = d.objid and x.indrelid = t.id))
select distinct coalesce(v.kind, pg_catalog.split_part(w.what, ' ', 1)) as \"Kind\", coalesce(v.name, w.name) as \"Name\", w.how as \"How\" from (
  select case when u.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass then r.ev_class end as view,
    pg_catalog.pg_describe_object(u.classid, u.objid, 0) as what,
    pg_catalog.pg_describe_object(u.classid, u.objid, u.objsubid) as name,
    'depends on ' || u.name as how
  from used u left join pg_catalog.pg_rewrite r on r.oid = u.objid and u.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
  where not exists (select 1 from target x where x.id = r.ev_class)
    and not (u.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and exists (select 1 from pg_catalog.pg_type ty join target x on x.id = ty.typrelid where ty.oid = u.objid))
  union all
  select null, 'function', n.nspname || '.' || p.proname, 'its body names ' || t.name
  from target t join pg_catalog.pg_proc p on p.prosrc ~ ('\\m' || pg_catalog.regexp_replace(t.name, '([^[:alnum:]_])', '\\\\\\1', 'g') || '\\M') and p.oid <> t.id
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace and {OWN}
) w left join lateral (
  select {KIND} as kind, n.nspname || '.' || c.relname as name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = w.view) v on true
order by 1, 2, 3 limit {MOST}"
    );
    listed(qualified(&sql).replace(TEXT, targets))
}

fn listed(sql: String) -> Listed {
    Listed {
        title: String::new(),
        sql,
        empty: None,
        counted: true,
    }
}
