//! `/find TEXT` and `/where-used NAME`.

use super::pattern::conditions;
use super::{Ask, Listed, Names};
use crate::driver::postgres::catalog::qualified;
use crate::error::{Error, Result};
use crate::sql::dialect::POSTGRES;
use crate::sql::names::literal;

/// As many lines as anybody reads.
const MOST: usize = 500;

const OWN: &str = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

/// Where a text can stand: kind, shown name, the searched text, what it is, sources, and the order
/// among equals.
struct Place {
    kind: &'static str,
    name: &'static str,
    text: &'static str,
    found: &'static str,
    from: &'static str,
    /// In schemas of the users only.
    own: bool,
    rank: u8,
}

const RELATION: &str = "n.nspname || '.' || c.relname";
const ROUTINE: &str = "n.nspname || '.' || p.proname";
const KIND: &str = "case c.relkind when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'materialized view' when 'i' then 'index' when 'I' then 'index' when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type' else 'relation' end";
const CLASS: &str = "pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace and c.relkind <> 't'";
const COLUMN: &str = "pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r','p','v','m','f','c') and a.attnum > 0 and not a.attisdropped join pg_catalog.pg_namespace n on n.oid = c.relnamespace";
const PROC: &str = "pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace";

static PLACES: &[Place] = &[
    place(
        "'schema'",
        "n.nspname",
        "n.nspname",
        "name",
        "pg_catalog.pg_namespace n",
        true,
        0,
    ),
    place(KIND, RELATION, "c.relname", "name", CLASS, true, 0),
    place(
        "'column'",
        "n.nspname || '.' || c.relname || '.' || a.attname",
        "a.attname",
        "name",
        COLUMN,
        true,
        1,
    ),
    place("'function'", ROUTINE, "p.proname", "name", PROC, true, 0),
    place(
        "'type'",
        "n.nspname || '.' || t.typname",
        "t.typname",
        "name",
        "pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace and t.typtype in ('e','d','r')",
        true,
        0,
    ),
    place(
        "'constraint'",
        "n.nspname || '.' || c.relname || '.' || r.conname",
        "r.conname",
        "name",
        "pg_catalog.pg_constraint r join pg_catalog.pg_class c on c.oid = r.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        true,
        1,
    ),
    place(
        "'trigger'",
        "n.nspname || '.' || c.relname || '.' || t.tgname",
        "t.tgname",
        "name",
        "pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid and not t.tgisinternal join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        true,
        1,
    ),
    place(
        "'policy'",
        "n.nspname || '.' || c.relname || '.' || y.polname",
        "y.polname",
        "name",
        "pg_catalog.pg_policy y join pg_catalog.pg_class c on c.oid = y.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        true,
        1,
    ),
    place(
        "'extension'",
        "e.extname",
        "e.extname",
        "name",
        "pg_catalog.pg_extension e",
        false,
        0,
    ),
    place(
        "'role'",
        "r.rolname",
        "r.rolname",
        "name",
        "pg_catalog.pg_roles r",
        false,
        1,
    ),
    place(
        "'database'",
        "d.datname",
        "d.datname",
        "name",
        "pg_catalog.pg_database d",
        false,
        1,
    ),
    place(
        "'setting'",
        "s.name",
        "s.name",
        "name",
        "pg_catalog.pg_settings s",
        false,
        2,
    ),
    place(
        "'type'",
        "n.nspname || '.' || t.typname",
        "e.enumlabel",
        "enum label",
        "pg_catalog.pg_enum e join pg_catalog.pg_type t on t.oid = e.enumtypid join pg_catalog.pg_namespace n on n.oid = t.typnamespace",
        true,
        2,
    ),
    place(
        KIND,
        RELATION,
        "d.description",
        "comment",
        "pg_catalog.pg_description d join pg_catalog.pg_class c on c.oid = d.objoid and d.objsubid = 0 and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        true,
        3,
    ),
    place(
        "'column'",
        "n.nspname || '.' || c.relname || '.' || a.attname",
        "d.description",
        "comment",
        "pg_catalog.pg_description d join pg_catalog.pg_class c on c.oid = d.objoid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid and a.attnum > 0 join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        true,
        3,
    ),
    place(
        "'function'",
        ROUTINE,
        "d.description",
        "comment",
        "pg_catalog.pg_description d join pg_catalog.pg_proc p on p.oid = d.objoid and d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass join pg_catalog.pg_namespace n on n.oid = p.pronamespace",
        true,
        3,
    ),
    place("'function'", ROUTINE, "p.prosrc", "body", PROC, true, 4),
    place(
        "'column'",
        "n.nspname || '.' || c.relname || '.' || a.attname",
        "pg_catalog.pg_get_expr(d.adbin, d.adrelid)",
        "default",
        "pg_catalog.pg_attrdef d join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        true,
        4,
    ),
    place(
        "'constraint'",
        "n.nspname || '.' || c.relname || '.' || r.conname",
        "pg_catalog.pg_get_constraintdef(r.oid)",
        "definition",
        "pg_catalog.pg_constraint r join pg_catalog.pg_class c on c.oid = r.conrelid and r.contype = 'c' join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        true,
        4,
    ),
    place(
        "'view'",
        RELATION,
        "case when pg_catalog.pg_has_role(c.relowner, 'usage') or n.nspname !~ '^pg_' then pg_catalog.pg_get_viewdef(c.oid) end",
        "definition",
        "pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace and c.relkind in ('v', 'm')",
        true,
        4,
    ),
];

const fn place(
    kind: &'static str,
    name: &'static str,
    text: &'static str,
    found: &'static str,
    from: &'static str,
    own: bool,
    rank: u8,
) -> Place {
    Place {
        kind,
        name,
        text,
        found,
        from,
        own,
        rank,
    }
}

/// Stands for the text of the user, which is put in last: it is no SQL of ours.
const TEXT: &str = "{text}";

/// Every object, column, comment and body with the text in it; best names first.
pub(super) fn find(ask: &Ask<'_>) -> Result<Listed> {
    let text = ask.patterns.join(" ");
    if text.is_empty() {
        return Err(Error::usage("/find: a text is missing"));
    }
    let quoted = TEXT;
    let part = |p: &Place| {
        let own = match p.own {
            true => format!("\n  and {OWN}"),
            false => String::new(),
        };
        format!(
            "select ({})::pg_catalog.text as kind, ({})::pg_catalog.text as name, '{}'::pg_catalog.text as found, ({})::pg_catalog.text as word, {} as rank
from {} where pg_catalog.strpos(pg_catalog.lower(({})::pg_catalog.text), pg_catalog.lower({quoted})) > 0{own}",
            p.kind, p.name, p.found, p.text, p.rank, p.from, p.text
        )
    };
    let parts: Vec<String> = PLACES.iter().map(part).collect();
    let sql = format!(
        "select f.kind as \"Kind\", f.name as \"Name\", f.found as \"Found in\" from (\n{}) f
order by case when f.found <> 'name' then 3 when pg_catalog.lower(f.word) = pg_catalog.lower({quoted}) then 0
  when pg_catalog.strpos(pg_catalog.lower(f.word), pg_catalog.lower({quoted})) = 1 then 1 else 2 end, f.rank, f.kind, f.name
limit {MOST}",
        parts.join("\nunion all\n")
    );
    let sql = qualified(&sql).replace(TEXT, &literal(&text, &POSTGRES));
    Ok(listed(sql))
}

/// What depends on a relation, routine or type as the catalog knows it, and the bodies that name it.
pub(super) fn where_used(ask: &Ask<'_>) -> Result<Listed> {
    let Some(pattern) = ask.pattern() else {
        return Err(Error::usage("/where-used: a name is missing"));
    };
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
    let targets = targets.join("\nunion all\n");
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
    Ok(listed(qualified(&sql).replace(TEXT, &targets)))
}

fn listed(sql: String) -> Listed {
    Listed {
        title: String::new(),
        sql,
        empty: None,
        counted: true,
    }
}
