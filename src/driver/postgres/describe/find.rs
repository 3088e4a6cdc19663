//! `/find TEXT`: where on the server a text can stand, and what is called so. One query, in which every
//! list is filtered before anything of it is joined or formatted.

use super::{Ask, Listed};
use crate::driver::postgres::catalog::{default_of, qualified};
use crate::error::Result;
use crate::sql::dialect::POSTGRES;
use crate::sql::names::literal;

/// As many definitions and bodies as anybody reads.
const MOST: usize = 500;

const OWN: &str = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";

/// One list: kind, shown name, the name or text that is looked at, and where it is from, with all of
/// its conditions but the text.
struct Place {
    kind: &'static str,
    shown: &'static str,
    text: &'static str,
    /// What it is: a name, or the place that is told.
    found: &'static str,
    from: &'static str,
}

const fn place(
    kind: &'static str,
    shown: &'static str,
    text: &'static str,
    found: &'static str,
    from: &'static str,
) -> Place {
    Place {
        kind,
        shown,
        text,
        found,
        from,
    }
}

const RELATION: &str = "n.nspname || '.' || c.relname";
const COLUMN: &str = "n.nspname || '.' || c.relname || '.' || a.attname";
const ROUTINE: &str = "n.nspname || '.' || p.proname";
const TYPE: &str = "n.nspname || '.' || t.typname";
const RELATION_KIND: &str = "case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' when 'S' then 'sequence' else 'index' end";

/// What the catalog in memory does not have: names of constraints, triggers and policies, bodies,
/// definitions, comments on functions.
static BESIDES: &[Place] = &[
    place(
        "'constraint'",
        "n.nspname || '.' || c.relname || '.' || r.conname",
        "r.conname",
        "name",
        "pg_catalog.pg_constraint r join pg_catalog.pg_class c on c.oid = r.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where OWN",
    ),
    place(
        "'trigger'",
        "n.nspname || '.' || c.relname || '.' || t.tgname",
        "t.tgname",
        "name",
        "pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid and not t.tgisinternal join pg_catalog.pg_namespace n on n.oid = c.relnamespace where OWN",
    ),
    place(
        "'policy'",
        "n.nspname || '.' || c.relname || '.' || y.polname",
        "y.polname",
        "name",
        "pg_catalog.pg_policy y join pg_catalog.pg_class c on c.oid = y.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where OWN",
    ),
    place(
        "'function'",
        ROUTINE,
        "d.description",
        "comment",
        "pg_catalog.pg_description d join pg_catalog.pg_proc p on p.oid = d.objoid and d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass join pg_catalog.pg_namespace n on n.oid = p.pronamespace where OWN",
    ),
    place(
        "'constraint'",
        "n.nspname || '.' || c.relname || '.' || r.conname",
        "pg_catalog.pg_get_constraintdef(r.oid)",
        "definition",
        "pg_catalog.pg_constraint r join pg_catalog.pg_class c on c.oid = r.conrelid and r.contype = 'c' join pg_catalog.pg_namespace n on n.oid = c.relnamespace where OWN",
    ),
    place(
        "'view'",
        RELATION,
        "case when pg_catalog.pg_has_role(c.relowner, 'usage') or n.nspname !~ '^pg_' then pg_catalog.pg_get_viewdef(c.oid) end",
        "definition",
        "pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace and c.relkind in ('v', 'm') where OWN",
    ),
    place(
        "'function'",
        ROUTINE,
        "p.prosrc",
        "body",
        "pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where OWN",
    ),
];

/// Names that the catalog in memory has.
static NAMES: &[Place] = &[
    place(
        RELATION_KIND,
        RELATION,
        "c.relname",
        "name",
        "pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind <> 't' and c.relkind <> 'c' and OWN",
    ),
    place(
        "'column'",
        COLUMN,
        "a.attname",
        "name",
        "pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where a.attnum > 0 and not a.attisdropped and c.relkind = any ('{r,p,v,m,f}'::pg_catalog.\"char\"[]) and OWN",
    ),
    place(
        "'schema'",
        "n.nspname",
        "n.nspname",
        "name",
        "pg_catalog.pg_namespace n where OWN",
    ),
    place(
        "ROUTINE_KIND",
        ROUTINE,
        "p.proname",
        "name",
        "pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where OWN",
    ),
    place("'type'", TYPE, "t.typname", "name", OWN_TYPES),
    place(
        "'extension'",
        "e.extname",
        "e.extname",
        "name",
        "pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace where OWN",
    ),
    place(
        "'role'",
        "r.rolname",
        "r.rolname",
        "name",
        "pg_catalog.pg_roles r where true",
    ),
    place(
        "'database'",
        "d.datname",
        "d.datname",
        "name",
        "pg_catalog.pg_database d where d.datallowconn",
    ),
    place(
        "'setting'",
        "s.name",
        "s.name",
        "name",
        "pg_catalog.pg_settings s where true",
    ),
];

/// Without those of tables and their arrays, of which nobody speaks.
const OWN_TYPES: &str = "pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace where OWN
  and (t.typcategory <> 'A' or t.typtype <> 'b' or t.typarray <> 0::pg_catalog.oid)
  and (t.typrelid = 0::pg_catalog.oid or t.typrelid in (select k.oid from pg_catalog.pg_class k where k.relkind = 'c'))";

/// Texts that the catalog in memory has.
static TEXTS: &[Place] = &[
    place(
        RELATION_KIND,
        RELATION,
        "d.description",
        "comment",
        "pg_catalog.pg_description d join pg_catalog.pg_class c on c.oid = d.objoid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = 0 join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind = any ('{r,p,v,m,f}'::pg_catalog.\"char\"[]) and OWN",
    ),
    place(
        "'column'",
        COLUMN,
        "d.description",
        "comment",
        "pg_catalog.pg_description d join pg_catalog.pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid and a.attnum > 0 and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind = any ('{r,p,v,m,f}'::pg_catalog.\"char\"[]) and OWN",
    ),
    place(
        "'column'",
        COLUMN,
        "DEFAULT",
        "default",
        "pg_catalog.pg_attrdef v join pg_catalog.pg_attribute a on a.attrelid = v.adrelid and a.attnum = v.adnum and not a.attisdropped join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind = any ('{r,p,v,m,f}'::pg_catalog.\"char\"[]) and OWN",
    ),
    place(
        "'type'",
        TYPE,
        "l.enumlabel",
        "enum label",
        "pg_catalog.pg_enum l join pg_catalog.pg_type t on t.oid = l.enumtypid join pg_catalog.pg_namespace n on n.oid = t.typnamespace where OWN",
    ),
];

/// The query; with `names`, for what the catalog in memory has as well. Without a text for names alone.
pub(super) fn find(ask: &Ask<'_>) -> Result<Listed> {
    let text = ask.patterns.join(" ");
    let holds = |what: &str| {
        let text = literal(&text, &POSTGRES);
        format!(
            "pg_catalog.strpos(pg_catalog.lower(({what})::pg_catalog.text), pg_catalog.lower({text})) operator(pg_catalog.>) 0"
        )
    };
    let whole = [vec![format!("%{}%", escaped(&text.to_lowercase()))]];
    let version = ask.server.version;
    let mut parts = Vec::new();
    if !text.is_empty() {
        let of = |place: &Place| match place.found {
            "name" => part(place, version, |what| fits(what, &whole)),
            _ => part(place, version, holds),
        };
        let bodies = union(BESIDES.iter().map(of));
        parts.push(format!("({bodies}\nlimit {MOST})"));
    }
    if !ask.names.is_empty() {
        let fits = |what: &str| fits(what, ask.names);
        parts.extend(NAMES.iter().map(|place| part(place, version, fits)));
        let texts = TEXTS.iter().filter(|_| !text.is_empty());
        parts.extend(texts.map(|place| part(place, version, holds)));
    }
    Ok(Listed {
        title: String::new(),
        sql: union(parts.into_iter()),
        empty: None,
        counted: true,
    })
}

fn union(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("\nunion all\n")
}

/// One list: kind, shown name, where the text is, the name itself. What the user gave comes into it
/// last: it is no SQL of ours.
fn part(place: &Place, version: u32, condition: impl Fn(&str) -> String) -> String {
    let name = match place.found {
        "name" => place.text,
        _ => "null",
    };
    let list = format!(
        "select ({})::pg_catalog.text as kind, ({})::pg_catalog.text as shown, '{}'::pg_catalog.text as found, ({name})::pg_catalog.text as name
from {}",
        place.kind, place.shown, place.found, place.from
    );
    let ours = |sql: &str| {
        let routine_kind = match version {
            110_000.. => ROUTINE_KIND,
            _ => OLD_ROUTINE_KIND,
        };
        let sql = sql
            .replace("OWN", OWN)
            .replace("ROUTINE_KIND", routine_kind);
        qualified(&sql.replace("DEFAULT", &default_of("v")))
    };
    format!("{}\n  and {}", ours(&list), condition(&ours(place.text)))
}

const ROUTINE_KIND: &str =
    "case p.prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end";
const OLD_ROUTINE_KIND: &str = "case when p.proisagg then 'aggregate' else 'function' end";

/// What stands for itself in a pattern of `LIKE`.
fn escaped(text: &str) -> String {
    let special = |c: &char| matches!(c, '%' | '_' | '\\');
    let each = |c: char| special(&c).then_some('\\').into_iter().chain([c]);
    text.chars().flat_map(each).collect()
}

/// The condition that a name fits all patterns of one of the lists. It is made small once for all of
/// them: `ILIKE` would do it for each.
fn fits(what: &str, names: &[Vec<String>]) -> String {
    let small = format!("pg_catalog.lower(({what})::pg_catalog.text)");
    let array = |patterns: &mut dyn Iterator<Item = &String>| {
        let patterns: Vec<String> = patterns.map(|p| literal(p, &POSTGRES)).collect();
        format!("(array[{}])", patterns.join(", "))
    };
    if names.iter().all(|list| list.len() == 1) {
        let any = array(&mut names.iter().flatten());
        return format!("{small} operator(pg_catalog.~~) any {any}");
    }
    let all = |list: &Vec<String>| {
        let all = array(&mut list.iter());
        format!("{small} operator(pg_catalog.~~) all {all}")
    };
    let lists: Vec<String> = names.iter().map(all).collect();
    format!("({})", lists.join(" or "))
}
