//! `/find TEXT` and `/where-used NAME`.

use super::pattern::conditions;
use super::{Ask, Listed, Names};
use crate::driver::Desk;
use crate::driver::postgres::catalog::qualified;
use crate::error::{Error, Result};
use crate::sql::dialect::POSTGRES;
use crate::sql::names::literal;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// As many lines as anybody reads.
const MOST: usize = 500;

const OWN: &str = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

/// Where a text can stand: kind, shown name, the searched text, what it is, sources.
struct Place {
    kind: &'static str,
    name: &'static str,
    text: &'static str,
    found: &'static str,
    from: &'static str,
}

const RELATION: &str = "n.nspname || '.' || c.relname";
const ROUTINE: &str = "n.nspname || '.' || p.proname";
const KIND: &str = "case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'materialized view' when 'i' then 'index' when 'I' then 'index' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type' else 'relation' end";
const PROC: &str = "pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace";

static PLACES: &[Place] = &[
    place(
        "'constraint'",
        "n.nspname || '.' || c.relname || '.' || r.conname",
        "r.conname",
        "name",
        "pg_catalog.pg_constraint r join pg_catalog.pg_class c on c.oid = r.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
    ),
    place(
        "'trigger'",
        "n.nspname || '.' || c.relname || '.' || t.tgname",
        "t.tgname",
        "name",
        "pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid and not t.tgisinternal join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
    ),
    place(
        "'policy'",
        "n.nspname || '.' || c.relname || '.' || y.polname",
        "y.polname",
        "name",
        "pg_catalog.pg_policy y join pg_catalog.pg_class c on c.oid = y.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
    ),
    place(
        "'function'",
        ROUTINE,
        "d.description",
        "comment",
        "pg_catalog.pg_description d join pg_catalog.pg_proc p on p.oid = d.objoid and d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass join pg_catalog.pg_namespace n on n.oid = p.pronamespace",
    ),
    place(
        "'constraint'",
        "n.nspname || '.' || c.relname || '.' || r.conname",
        "pg_catalog.pg_get_constraintdef(r.oid)",
        "definition",
        "pg_catalog.pg_constraint r join pg_catalog.pg_class c on c.oid = r.conrelid and r.contype = 'c' join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
    ),
    place(
        "'view'",
        RELATION,
        "case when pg_catalog.pg_has_role(c.relowner, 'usage') or n.nspname !~ '^pg_' then pg_catalog.pg_get_viewdef(c.oid) end",
        "definition",
        "pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace and c.relkind in ('v', 'm')",
    ),
    place("'function'", ROUTINE, "p.prosrc", "body", PROC),
];

const fn place(
    kind: &'static str,
    name: &'static str,
    text: &'static str,
    found: &'static str,
    from: &'static str,
) -> Place {
    Place {
        kind,
        name,
        text,
        found,
        from,
    }
}

/// Stands for the text of the user, which is put in last: it is no SQL of ours.
const TEXT: &str = "{text}";

/// What the catalog does not have: names of constraints, triggers and policies, bodies, definitions,
/// comments on functions.
pub(super) fn find(ask: &Ask<'_>) -> Result<Listed> {
    let text = ask.patterns.join(" ");
    let part = |p: &Place| {
        format!(
            "select ({})::pg_catalog.text as kind, ({})::pg_catalog.text as name, '{}'::pg_catalog.text as found
from {} where pg_catalog.strpos(pg_catalog.lower(({})::pg_catalog.text), pg_catalog.lower({TEXT})) > 0
  and {OWN}",
            p.kind, p.name, p.found, p.from, p.text
        )
    };
    let parts: Vec<String> = PLACES.iter().map(part).collect();
    let sql = format!("{}\nlimit {MOST}", parts.join("\nunion all\n"));
    let sql = qualified(&sql).replace(TEXT, &literal(&text, &POSTGRES));
    Ok(listed(sql))
}

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
