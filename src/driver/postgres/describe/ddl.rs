//! `/ddl NAME`: the statements that create a relation, function or type, read from the catalog.
//! Each part is a query of its own, so that what may not be read costs that part only.

mod found;

use super::Ask;
use crate::driver::postgres::catalog::qualified;
use crate::driver::postgres::inventory::one as inventory;
use crate::driver::postgres::inventory::tables::identity;
use crate::driver::{Answer, Desk};
use crate::error::{Error, Result};
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// Definitions wait for who alters what they are of, and in a transaction no query alone can be told how
/// long.
const PATIENCE: &str = "select pg_catalog.set_config('lock_timeout', case pg_catalog.current_setting('lock_timeout') when '0' then '3s' else pg_catalog.current_setting('lock_timeout') end, true)";

/// `/ddl NAME`
pub(super) fn show<'a>(ask: &'a Ask<'a>, desk: &'a mut dyn Desk) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let Some(pattern) = ask.pattern() else {
            return Err(Error::usage("/ddl: a name is missing"));
        };
        // A function's arguments choose none: all of one name are shown.
        let pattern = pattern.split('(').next().unwrap_or_default();
        // Older servers hide the numbers of subscriptions from most.
        let may = ask.since(100_000) && one(found::SEES_SUBSCRIPTIONS, desk).await? == "t";
        let found = desk.ask(&found::objects(pattern, may, ask)?).await?;
        if found.is_empty() {
            return Err(ask.not_found(&format!("any object named \"{pattern}\"")));
        }
        // Whatever the search path, the statements mean the same: the session takes this back.
        desk.ask("set local search_path to ''").await?;
        desk.ask(PATIENCE).await?;
        for row in 0..found.len() {
            let mut text = create(&found, row, ask, desk).await?;
            text.push_str(&belongings(&found, row, ask, desk).await?);
            if row > 0 {
                text.insert(0, '\n');
            }
            desk.write(&text)?;
        }
        Ok(())
    }
    .boxed_local()
}

async fn create(found: &Answer, row: usize, ask: &Ask<'_>, desk: &mut dyn Desk) -> Result<String> {
    let (kind, oid, name) = (found.text(row, 0), found.text(row, 1), found.text(row, 2));
    match kind {
        "r" | "p" | "f" => table(kind, oid, name, ask, desk).await,
        "v" | "m" => view(kind, oid, name, desk).await,
        "S" => sequence(oid, name, ask, desk).await,
        "i" | "I" => {
            one(
                &format!("select pg_catalog.pg_get_indexdef({oid}::pg_catalog.oid) || E';\\n'"),
                desk,
            )
            .await
        }
        "function" => one(
            &format!("select pg_catalog.rtrim(pg_catalog.pg_get_functiondef({oid}::pg_catalog.oid), E'\\n') || E';\\n'"),
            desk,
        )
        .await,
        "type r" => rare("pg_range", oid, ask, desk).await,
        kind if kind.starts_with("type ") => defined_type(kind, oid, name, desk).await,
        kind => rare(kind, oid, ask, desk).await,
    }
}

/// The catalog in which the comments on a kind of object are kept under its number.
fn catalog_of(kind: &str) -> &str {
    match kind {
        "r" | "p" | "f" | "v" | "m" | "S" | "i" | "I" => "pg_class",
        "function" => "pg_proc",
        "aggregate" => "pg_aggregate",
        kind if kind.starts_with("type ") => "pg_type",
        kind => kind,
    }
}

/// What has a catalog of its own.
async fn rare(kind: &str, oid: &str, ask: &Ask<'_>, desk: &mut dyn Desk) -> Result<String> {
    let version = ask.server.version;
    made(&inventory::of_catalog(catalog_of(kind), oid, version), desk).await
}

/// The statements that queries of the inventory give.
async fn made(queries: &[String], desk: &mut dyn Desk) -> Result<String> {
    let mut out = String::new();
    for sql in queries {
        let answer = desk.ask(&qualified(sql)).await?;
        for row in 0..answer.len() {
            let sql = answer.text(row, 3).trim_end().trim_end_matches(';');
            out.push_str(&format!("{sql};\n"));
        }
    }
    Ok(out)
}

/// Where a query names the relation itself. The name is put in last, because what it consists of is
/// no SQL of ours.
const NAME: &str = "{name}";

fn with_name(sql: &str, name: &str) -> String {
    qualified(sql).replace(NAME, &name.replace('\'', "''"))
}

/// The first cell of an answer.
async fn one(sql: &str, desk: &mut dyn Desk) -> Result<String> {
    named_one(sql, "", desk).await
}

async fn named_one(sql: &str, name: &str, desk: &mut dyn Desk) -> Result<String> {
    let answer = desk.ask(&with_name(sql, name)).await?;
    Ok(answer.text(0, 0).to_string())
}

/// Every row's first cell.
async fn lines(sql: &str, desk: &mut dyn Desk) -> Result<Vec<String>> {
    named_lines(sql, "", desk).await
}

async fn named_lines(sql: &str, name: &str, desk: &mut dyn Desk) -> Result<Vec<String>> {
    let answer = desk.ask(&with_name(sql, name)).await?;
    Ok((0..answer.len())
        .map(|row| answer.text(row, 0).to_string())
        .collect())
}

const OPTIONS: &str = "(select pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || '=' || pg_catalog.quote_literal(o.option_value), ', ') from pg_catalog.pg_options_to_table(c.reloptions) o)";

async fn table(
    kind: &str,
    oid: &str,
    name: &str,
    ask: &Ask<'_>,
    desk: &mut dyn Desk,
) -> Result<String> {
    let partitions = ask.since(100_000);
    let (bound, key) = match partitions {
        true => (
            "pg_catalog.pg_get_expr(c.relpartbound, c.oid)",
            "case when c.relkind = 'p' then pg_catalog.pg_get_partkeydef(c.oid) end",
        ),
        false => ("null", "null"),
    };
    let head = desk
        .ask(&qualified(&format!(
            "select c.relpersistence, {bound}, {key},
  case when c.reloftype <> 0 then pg_catalog.format_type(c.reloftype, null) end, {OPTIONS},
  (select pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::pg_catalog.text, ', ' order by i.inhseqno)
   from pg_catalog.pg_inherits i where i.inhrelid = c.oid),
  (select pg_catalog.quote_ident(t.spcname) from pg_catalog.pg_tablespace t where t.oid = c.reltablespace)
from pg_catalog.pg_class c where c.oid = '{oid}'"
        )))
        .await?;
    let partition = head.get(0, 1).is_some();
    // A partition and a table of a type have their columns from there.
    let mut parts = match partition || head.get(0, 3).is_some() {
        true => Vec::new(),
        false => columns(oid, ask, desk).await?,
    };
    parts.extend(constraints(oid, desk).await?);
    let word = match (kind, head.text(0, 0)) {
        ("f", _) => "CREATE FOREIGN TABLE",
        (_, "u") => "CREATE UNLOGGED TABLE",
        (_, "t") => "CREATE TEMPORARY TABLE",
        _ => "CREATE TABLE",
    };
    let mut out = format!("{word} {name}");
    if let (Some(bound), Some(parent)) = (head.get(0, 1), head.get(0, 5)) {
        out.push_str(&format!(" PARTITION OF {parent}{} {bound}", list(&parts)));
    } else if let Some(of) = head.get(0, 3) {
        out.push_str(&format!(" OF {of}{}", list(&parts)));
    } else {
        out.push_str(&match parts.is_empty() {
            true => " ()".to_string(),
            false => list(&parts),
        });
        if let Some(parents) = head.get(0, 5) {
            out.push_str(&format!("\nINHERITS ({parents})"));
        }
    }
    if let Some(key) = head.get(0, 2) {
        out.push_str(&format!("\nPARTITION BY {key}"));
    }
    if kind == "f" {
        out.push_str(&foreign(oid, desk).await?);
    }
    if let Some(options) = head.get(0, 4) {
        out.push_str(&format!("\nWITH ({options})"));
    }
    if let Some(space) = head.get(0, 6) {
        out.push_str(&format!("\nTABLESPACE {space}"));
    }
    out.push_str(";\n");
    sequences(oid, ask, desk, &out).await
}

/// The parts of a table in brackets, a line each.
fn list(parts: &[String]) -> String {
    match parts.is_empty() {
        true => String::new(),
        false => format!(" (\n    {}\n)", parts.join(",\n    ")),
    }
}

/// A sequence that a default counts with comes before its table, and is given to it behind.
async fn sequences(oid: &str, ask: &Ask<'_>, desk: &mut dyn Desk, table: &str) -> Result<String> {
    let owned = desk
        .ask(&qualified(&format!(
            "select s.oid::pg_catalog.regclass::pg_catalog.text,
  d.refobjid::pg_catalog.regclass::pg_catalog.text || '.' || pg_catalog.quote_ident(a.attname),
  exists (select 1 from pg_catalog.pg_depend u where u.refobjid = s.oid
    and u.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass), s.oid
from pg_catalog.pg_depend d
  join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
  join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where d.refobjid = '{oid}' and d.deptype = 'a'
  and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass order by 1"
        )))
        .await?;
    let mut out = String::new();
    let mut behind = String::new();
    for row in (0..owned.len()).filter(|&row| owned.text(row, 2) == "t") {
        let (sequence, column) = (owned.text(row, 0), owned.text(row, 1));
        out.push_str(&sequence_alone(owned.text(row, 3), sequence, ask, desk).await?);
        behind.push_str(&format!("ALTER SEQUENCE {sequence} OWNED BY {column};\n"));
    }
    Ok(out + table + &behind)
}

async fn columns(oid: &str, ask: &Ask<'_>, desk: &mut dyn Desk) -> Result<Vec<String>> {
    let identity = identity(ask.server.version);
    let default = "pg_catalog.pg_get_expr(d.adbin, d.adrelid)";
    let value = match ask.since(120_000) {
        true => format!(
            "case a.attgenerated when 's' then ' GENERATED ALWAYS AS (' || {default} || ') STORED' when 'v' then ' GENERATED ALWAYS AS (' || {default} || ')' else coalesce(' DEFAULT ' || {default}, '') end"
        ),
        false => format!("coalesce(' DEFAULT ' || {default}, '')"),
    };
    lines(
        &format!(
            "select pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) ||
  coalesce(' OPTIONS (' || (select pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' ' || pg_catalog.quote_literal(o.option_value), ', ')
    from pg_catalog.pg_options_to_table(a.attfdwoptions) o) || ')', '') ||
  coalesce((select ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname)
    from pg_catalog.pg_type t join pg_catalog.pg_collation co on co.oid = a.attcollation
      join pg_catalog.pg_namespace cn on cn.oid = co.collnamespace
    where t.oid = a.atttypid and t.typcollation <> a.attcollation), '') ||
  {value} || {identity} || case when a.attnotnull then ' NOT NULL' else '' end
from pg_catalog.pg_attribute a
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = '{oid}' and a.attnum > 0 and not a.attisdropped and a.attislocal
order by a.attnum"
        ),
        desk,
    )
    .await
}

/// Not those that a parent has given; `NOT NULL` stands at its column. A new table would say of those
/// that are not proven that they are.
async fn constraints(oid: &str, desk: &mut dyn Desk) -> Result<Vec<String>> {
    lines(
        &format!(
            "select 'CONSTRAINT ' || pg_catalog.quote_ident(r.conname) || ' ' || pg_catalog.pg_get_constraintdef(r.oid)
from pg_catalog.pg_constraint r
where r.conrelid = '{oid}' and r.conislocal and r.convalidated and r.contype in ('p', 'u', 'f', 'c', 'x')
order by case r.contype when 'p' then 1 when 'u' then 2 when 'c' then 3 when 'x' then 4 else 5 end, r.conname"
        ),
        desk,
    )
    .await
}

async fn foreign(oid: &str, desk: &mut dyn Desk) -> Result<String> {
    one(
        &format!(
            "select E'\\nSERVER ' || pg_catalog.quote_ident(s.srvname) ||
  coalesce(E'\\nOPTIONS (' || (select pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' ' || pg_catalog.quote_literal(o.option_value), ', ')
    from pg_catalog.pg_options_to_table(f.ftoptions) o) || ')', '')
from pg_catalog.pg_foreign_table f join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
where f.ftrelid = '{oid}'"
        ),
        desk,
    )
    .await
}

async fn view(kind: &str, oid: &str, name: &str, desk: &mut dyn Desk) -> Result<String> {
    let answer = desk
        .ask(&qualified(&format!(
            "select pg_catalog.pg_get_viewdef(c.oid, true), {OPTIONS}, {}
from pg_catalog.pg_class c where c.oid = '{oid}'",
            "c.relispopulated"
        )))
        .await?;
    let with = answer
        .get(0, 1)
        .map_or_else(String::new, |o| format!("\nWITH ({o})"));
    let (word, data) = match (kind, answer.text(0, 2)) {
        ("v", _) => ("VIEW", ""),
        (_, "t") => ("MATERIALIZED VIEW", ""),
        _ => ("MATERIALIZED VIEW", "\nWITH NO DATA"),
    };
    let body = answer.text(0, 0).trim_end().trim_end_matches(';');
    Ok(format!("CREATE {word} {name}{with} AS\n{body}{data};\n"))
}

async fn sequence(oid: &str, name: &str, ask: &Ask<'_>, desk: &mut dyn Desk) -> Result<String> {
    let alone = sequence_alone(oid, name, ask, desk).await?;
    let owner = named_one(
        &format!(
            "select 'ALTER SEQUENCE {NAME} OWNED BY ' || d.refobjid::pg_catalog.regclass::pg_catalog.text || '.' || pg_catalog.quote_ident(a.attname) || E';\\n'
from pg_catalog.pg_depend d
  join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where d.objid = '{oid}' and d.deptype = 'a' and d.refobjsubid > 0"
        ),
        name,
        desk,
    )
    .await?;
    Ok(alone + &owner)
}

/// Without the column that it belongs to.
async fn sequence_alone(
    oid: &str,
    name: &str,
    ask: &Ask<'_>,
    desk: &mut dyn Desk,
) -> Result<String> {
    let (columns, from) = match ask.since(100_000) {
        true => (
            "pg_catalog.format_type(seqtypid, null), seqincrement, seqmin, seqmax, seqstart, seqcache, case when seqcycle then ' CYCLE' else '' end",
            format!("pg_catalog.pg_sequence where seqrelid operator(pg_catalog.=) '{oid}'"),
        ),
        false => (
            "'bigint', increment_by, min_value, max_value, start_value, cache_value, case when is_cycled then ' CYCLE' else '' end",
            name.to_string(),
        ),
    };
    let s = desk.ask(&format!("select {columns} from {from}")).await?;
    let unlogged = one(
        &format!(
            "select case c.relpersistence when 'u' then 'UNLOGGED ' when 't' then 'TEMPORARY ' else '' end from pg_catalog.pg_class c where c.oid = '{oid}'"
        ),
        desk,
    )
    .await?;
    let cell = |column| s.text(0, column);
    Ok(format!(
        "CREATE {unlogged}SEQUENCE {name} AS {} INCREMENT BY {} MINVALUE {} MAXVALUE {} START WITH {} CACHE {}{};\n",
        cell(0),
        cell(1),
        cell(2),
        cell(3),
        cell(4),
        cell(5),
        cell(6)
    ))
}

async fn defined_type(kind: &str, oid: &str, name: &str, desk: &mut dyn Desk) -> Result<String> {
    let sql = match kind {
        "type e" => format!(
            "select ' AS ENUM (' || coalesce(pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' order by e.enumsortorder), '') || ')'
from pg_catalog.pg_enum e where e.enumtypid = '{oid}'"
        ),
        "type c" => format!(
            "select E' AS (\\n    ' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) || coalesce((select ' COLLATE ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.collname) from pg_catalog.pg_collation o join pg_catalog.pg_namespace n on n.oid = o.collnamespace join pg_catalog.pg_type y on y.oid = a.atttypid where o.oid = a.attcollation and a.attcollation <> y.typcollation), ''), E',\\n    ' order by a.attnum) || E'\\n)'
from pg_catalog.pg_type t join pg_catalog.pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
where t.oid = '{oid}'"
        ),
        _ => format!(
            "select ' AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) || coalesce((select ' COLLATE ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.collname) from pg_catalog.pg_collation o join pg_catalog.pg_namespace n on n.oid = o.collnamespace join pg_catalog.pg_type y on y.oid = t.typbasetype where o.oid = t.typcollation and t.typcollation <> y.typcollation), '') || coalesce(' DEFAULT ' || t.typdefault, '') || case when t.typnotnull then ' NOT NULL' else '' end ||
  coalesce((select pg_catalog.string_agg(E'\\n    CONSTRAINT ' || pg_catalog.quote_ident(r.conname) || ' ' || pg_catalog.pg_get_constraintdef(r.oid), '' order by r.conname)
    from pg_catalog.pg_constraint r where r.contypid = t.oid and r.contype = 'c'), '')
from pg_catalog.pg_type t where t.oid = '{oid}'"
        ),
    };
    let word = match kind {
        "type d" => "DOMAIN",
        _ => "TYPE",
    };
    Ok(format!("CREATE {word} {name}{};\n", one(&sql, desk).await?))
}

/// Indexes, row security, triggers and comments of a relation.
async fn belongings(
    found: &Answer,
    row: usize,
    ask: &Ask<'_>,
    desk: &mut dyn Desk,
) -> Result<String> {
    let (kind, oid, name) = (found.text(row, 0), found.text(row, 1), found.text(row, 2));
    let mut all = Vec::new();
    if matches!(kind, "r" | "p" | "m") {
        all.extend(lines(&indexes(oid, ask), desk).await?);
    }
    if matches!(kind, "r" | "p" | "f") {
        all.extend(named_lines(&unproven(oid), name, desk).await?);
    }
    if matches!(kind, "r" | "p" | "f" | "v") {
        all.extend(lines(&triggers(oid, ask), desk).await?);
    }
    if matches!(kind, "r" | "p") {
        all.extend(named_lines(&security(oid, ask), name, desk).await?);
    }
    let version = ask.server.version;
    let relation = matches!(kind, "r" | "p" | "f" | "v" | "m" | "S");
    if relation {
        all.extend(named_lines(&comments(kind, oid), name, desk).await?);
    }
    let mut out: String = all.iter().map(|line| format!("{line}\n")).collect();
    let more = match relation {
        true => inventory::of_relation(oid, version),
        false => inventory::comments(catalog_of(kind), oid, version),
    };
    out.push_str(&made(&more, desk).await?);
    Ok(out)
}

fn unproven(oid: &str) -> String {
    format!(
        "select 'ALTER TABLE {NAME} ADD CONSTRAINT ' || pg_catalog.quote_ident(r.conname) || ' ' || pg_catalog.pg_get_constraintdef(r.oid) || ';'
from pg_catalog.pg_constraint r where r.conrelid = '{oid}' and r.conislocal and not r.convalidated and r.contype <> 'n' order by r.conname"
    )
}

/// Not those that a partitioned table has given.
fn triggers(oid: &str, ask: &Ask<'_>) -> String {
    let own = match ask.since(130_000) {
        true => " and t.tgparentid = 0",
        false => "",
    };
    format!(
        "select pg_catalog.pg_get_triggerdef(t.oid) || ';' from pg_catalog.pg_trigger t \
         where t.tgrelid = '{oid}' and not t.tgisinternal{own} order by t.tgname"
    )
}

/// Not those behind a constraint, nor those that a partitioned index has made.
fn indexes(oid: &str, ask: &Ask<'_>) -> String {
    let inherited = match ask.since(110_000) {
        true => {
            "\n  and not exists (select 1 from pg_catalog.pg_inherits h where h.inhrelid = i.indexrelid)"
        }
        false => "",
    };
    format!(
        "select case c.relkind when 'I' then pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') else pg_catalog.pg_get_indexdef(i.indexrelid) end || ';' from pg_catalog.pg_index i
  join pg_catalog.pg_class c on c.oid = i.indexrelid
where i.indrelid = '{oid}'
  and not exists (select 1 from pg_catalog.pg_constraint r where r.conindid = i.indexrelid and r.contype in ('p', 'u', 'x')){inherited}
order by c.relname"
    )
}

fn security(oid: &str, ask: &Ask<'_>) -> String {
    let kind = match ask.since(100_000) {
        true => "case when p.polpermissive then '' else ' AS RESTRICTIVE' end",
        false => "''",
    };
    format!(
        "select line from (
select 1 as at, ''::pg_catalog.text as name, 'ALTER TABLE {NAME} ENABLE ROW LEVEL SECURITY;' as line from pg_catalog.pg_class c where c.oid = '{oid}' and c.relrowsecurity
union all select 3, p.polname, 'CREATE POLICY ' || pg_catalog.quote_ident(p.polname) || ' ON {NAME}' || {kind} ||
  case p.polcmd when 'r' then ' FOR SELECT' when 'a' then ' FOR INSERT' when 'w' then ' FOR UPDATE' when 'd' then ' FOR DELETE' else '' end ||
  coalesce(' TO ' || (select pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' order by r.rolname) from pg_catalog.pg_roles r where r.oid operator(pg_catalog.=) any (p.polroles)), '') ||
  coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '') ||
  coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') || ';'
from pg_catalog.pg_policy p where p.polrelid = '{oid}') l order by l.at, l.name"
    )
}

fn comments(kind: &str, oid: &str) -> String {
    let word = match kind {
        "v" => "VIEW",
        "m" => "MATERIALIZED VIEW",
        "S" => "SEQUENCE",
        "f" => "FOREIGN TABLE",
        _ => "TABLE",
    };
    format!(
        "select case when d.objsubid = 0 then 'COMMENT ON {word} {NAME}' else 'COMMENT ON COLUMN {NAME}.' || pg_catalog.quote_ident(a.attname) end || ' IS ' || pg_catalog.quote_literal(d.description) || ';'
from pg_catalog.pg_description d
  left join pg_catalog.pg_attribute a on a.attrelid = d.objoid and a.attnum = d.objsubid and a.attnum > 0
where d.objoid = '{oid}' and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass order by d.objsubid"
    )
}
