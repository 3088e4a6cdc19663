//! `/show NAME`: one page on a relation, from the catalog and the server's own counters. No table
//! is read.

use super::relations::RELATION;
use super::{Ask, Select, named};
use crate::driver::describe::show_parts;
use crate::driver::postgres::catalog::qualified;
use crate::driver::{Desk, Titled};
use crate::error::Result;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// What a page is about.
struct Subject<'a> {
    oid: &'a str,
    /// `r`, `v`, `i` …
    kind: &'a str,
    version: u32,
}

/// Pages for more relations than this are not what anybody wants.
const MOST: usize = 20;
/// Lines of one part: keys that point here, partitions.
const LINES: usize = 200;

pub(super) fn show<'a>(ask: &'a Ask<'a>, desk: &'a mut dyn Desk) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let Some(pattern) = ask.pattern() else {
            return Err(crate::error::Error::usage("/show: a relation is missing"));
        };
        let select = Select::from("pg_catalog.pg_class c")
            .columns(&[
                ("c.oid", "oid"),
                ("n.nspname", "schema"),
                ("c.relname", "name"),
                ("c.relkind", "kind"),
            ])
            .join("pg_catalog.pg_namespace n on n.oid = c.relnamespace")
            .named(Some(pattern), &RELATION, ask.server)?
            .order("2, 3");
        let found = desk.ask(&select.sql()).await?;
        if found.is_empty() {
            return Err(ask.not_found(&format!("any relation{}", named(ask.pattern()))));
        }
        if found.len() > MOST {
            return Err(crate::error::Error::usage(format!(
                "/show: \"{pattern}\" means {} relations",
                found.len()
            )));
        }
        for row in 0..found.len() {
            let subject = Subject {
                oid: found.text(row, 0),
                kind: found.text(row, 3),
                version: ask.server.version,
            };
            let title = format!("{}.{}", found.text(row, 1), found.text(row, 2));
            show_parts(&parts(&subject, &title), desk).await?;
        }
        Ok(())
    }
    .boxed_local()
}

fn parts(subject: &Subject<'_>, title: &str) -> Vec<Titled> {
    let part = |title: &str, sql: String| Titled {
        title: title.to_string(),
        sql,
        quiet_when_empty: true,
        otherwise: None,
        facts: false,
    };
    let locked = |sql: &str| Some(without_locks(sql));
    let facts = facts(subject);
    let mut parts = vec![Titled {
        facts: true,
        otherwise: locked(&facts),
        ..part(title, facts)
    }];
    // What a sequence or an index consists of says nothing to anybody.
    if !matches!(subject.kind, "S" | "i" | "I") {
        let columns = columns(subject);
        parts.push(Titled {
            quiet_when_empty: false,
            otherwise: locked(&columns),
            ..part("Columns", columns)
        });
    }
    parts.extend([
        part("Points at", keys_out(subject)),
        part("Pointed at by", keys_in(subject)),
        part("Indexes", indexes(subject)),
        part("Rules for values", checks(subject)),
        part("Partitions", partitions(subject)),
        part("Triggers", triggers(subject)),
        part("Row security policies", policies(subject)),
        part("Who may do what", grants(subject)),
        part("Definition", definition(subject)),
    ]);
    parts
}

/// The query without what locks the relation: its sizes and expressions.
fn without_locks(sql: &str) -> String {
    let sizes = [TOTAL_SIZE, TABLE_SIZE, INDEXES_SIZE];
    let sql = sizes.iter().fold(sql.to_string(), |sql, size| {
        sql.replace(&size_of(size), "pg_catalog.\"left\"('?', 1)")
    });
    let sql = sql.replace(DEFAULT, "case when d.oid is not null then '?' end");
    sql.replace(BOUND, "null")
}

const TOTAL_SIZE: &str = "pg_catalog.pg_total_relation_size(c.oid)";
const TABLE_SIZE: &str = "pg_catalog.pg_table_size(c.oid)";
const INDEXES_SIZE: &str = "pg_catalog.pg_indexes_size(c.oid)";
const BOUND: &str = "pg_catalog.pg_get_expr(c.relpartbound, c.oid)";
const DEFAULT: &str = "pg_catalog.pg_get_expr(d.adbin, d.adrelid)";

fn size_of(bytes: &str) -> String {
    format!("pg_catalog.pg_size_pretty({bytes})")
}

const KIND: &str = "case c.relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
    when 'm' then 'materialized view' when 'i' then 'index' when 'I' then 'partitioned index' when 'S' then 'sequence'
    when 'f' then 'foreign table' when 'c' then 'composite type' when 't' then 'TOAST table' end
    || case c.relpersistence when 'u' then ', unlogged' when 't' then ', temporary' else '' end";

fn facts(subject: &Subject<'_>) -> String {
    let since = |version| subject.version >= version;
    let (key, parent) = match since(100_000) {
        true => (
            "pg_catalog.pg_get_partkeydef(c.oid)",
            format!("case when c.relispartition then {BOUND} end"),
        ),
        false => ("null", "null".to_string()),
    };
    let when = |last: &str, auto: &str| {
        format!(
            "case when c.relkind in ('r', 'm') then coalesce(pg_catalog.to_char(greatest(s.{last}, s.{auto}), 'YYYY-MM-DD HH24:MI'), 'never') end"
        )
    };
    qualified(&format!(
        "select {KIND} as \"Kind\", pg_catalog.obj_description(c.oid, 'pg_class') as \"Comment\",
  pg_catalog.pg_get_userbyid(c.relowner) as \"Owner\",
  case when c.relkind in ('r', 'm', 'f', 'p') then case when c.reltuples < 0 or (c.reltuples = 0 and c.relpages = 0) then 'not known: never analyzed'
    else 'about ' || c.reltuples::pg_catalog.int8 end end as \"Rows\",
  case when c.relkind in ('r', 'm', 't') then {total} || ': ' || {heap} || ' rows, ' || {indexes} || ' indexes' when c.relkind in ('i', 'S') then {heap} end as \"Size\",
  {vacuum} as \"Last vacuum\", {analyze} as \"Last analyze\",
  nullif(s.n_mod_since_analyze, 0) as \"Changes since\", nullif(s.n_dead_tup, 0) as \"Dead rows\",
  case when s.seq_scan > 0 or s.idx_scan > 0 then {whole} whole, ' || {by_index} by an index' end as \"Was read\",
  {key} as \"Partitioned by\", {parent} as \"Partition\",
  (select pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::pg_catalog.text, ', ' order by i.inhseqno) from pg_catalog.pg_inherits i where i.inhrelid = c.oid) as \"Belongs to\",
  case when c.reloftype <> 0 then c.reloftype::pg_catalog.regtype::pg_catalog.text end as \"Of type\",
  f.srvname as \"Foreign server\",
  case when c.relrowsecurity then case when c.relforcerowsecurity then 'on, for the owner too' else 'on' end end as \"Row security\",
  t.spcname as \"Tablespace\", pg_catalog.array_to_string(c.reloptions, ', ') as \"Options\",
  case c.relreplident when 'f' then 'the whole row' when 'i' then 'an index' when 'n' then case when c.relkind in ('r', 'p') and n.nspname <> 'pg_catalog' then 'nothing' end end as \"Replica identity\",
  (select x.indrelid::pg_catalog.regclass::pg_catalog.text from pg_catalog.pg_index x where x.indexrelid = c.oid) as \"Index of\",
  case when c.relkind in ('i', 'I') then pg_catalog.pg_get_indexdef(c.oid) end as \"Statement\"
from pg_catalog.pg_class c
  left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_stat_all_tables s on s.relid = c.oid
  left join pg_catalog.pg_tablespace t on t.oid = c.reltablespace
  left join pg_catalog.pg_foreign_table ft on ft.ftrelid = c.oid
  left join pg_catalog.pg_foreign_server f on f.oid = ft.ftserver
where c.oid = '{oid}'",
        whole = times("s.seq_scan"),
        by_index = times("s.idx_scan"),
        total = size_of(TOTAL_SIZE),
        heap = size_of(TABLE_SIZE),
        indexes = size_of(INDEXES_SIZE),
        vacuum = when("last_vacuum", "last_autovacuum"),
        analyze = when("last_analyze", "last_autoanalyze"),
        oid = subject.oid,
    ))
}

/// A count, up to the opening of the text that follows it.
fn times(count: &str) -> String {
    format!("coalesce({count}, 0) || case {count} when 1 then ' time' else ' times' end || '")
}

/// A part of the rows in percent; what is not none does not look like none.
fn percent(part: &str) -> String {
    format!(
        "case when {part} >= 0.0095 then pg_catalog.round(({part} operator(pg_catalog.*) 100)::pg_catalog.numeric)::pg_catalog.text
      when {part} >= 0.00095 then pg_catalog.round(({part} operator(pg_catalog.*) 100)::pg_catalog.numeric, 1)::pg_catalog.text
      else '<0.1' end || '%'"
    )
}

/// The most common values of a column, from `pg_stats s`.
fn common() -> String {
    format!(
        "case when s.n_distinct = -1 and s.null_frac = 0 then 'all different' else (select pg_catalog.string_agg(pg_catalog.left(v.v, 30) || ' ' || {}, ', ' order by v.n)
    from rows from (pg_catalog.unnest(s.most_common_vals::pg_catalog.text::pg_catalog.text[]), pg_catalog.unnest(s.most_common_freqs)) with ordinality v(v, f, n) where v.n <= 4) end",
        percent("v.f")
    )
}

fn columns(subject: &Subject<'_>) -> String {
    let generated = match subject.version >= 120_000 {
        true => {
            format!("case when a.attgenerated <> '' then 'generated: ' || {DEFAULT}")
        }
        false => "case when false then ''".to_string(),
    };
    let identity = match subject.version >= 100_000 {
        true => {
            "when a.attidentity = 'a' then 'numbered, always' when a.attidentity = 'd' then 'numbered'"
        }
        false => "",
    };
    let (nulls, common) = (percent("s.null_frac"), common());
    qualified(&format!(
        "select a.attname as \"Column\", pg_catalog.format_type(a.atttypid, a.atttypmod) as \"Type\",
  pg_catalog.concat_ws(', ', (select 'primary key' from pg_catalog.pg_index x where x.indrelid = a.attrelid and x.indisprimary and a.attnum = any (x.indkey)),
    (select '-> ' || pg_catalog.string_agg(k.confrelid::pg_catalog.regclass::pg_catalog.text, ', ' order by k.conname) from pg_catalog.pg_constraint k where k.conrelid = a.attrelid and k.contype = 'f' and a.attnum = any (k.conkey))) as \"Key\",
  case when a.attnotnull then 'no' when s.null_frac > 0 then {nulls} else 'may be' end as \"Null\",
  {generated} {identity} else {DEFAULT} end as \"Default\",
  {common} as \"Most common\",
  pg_catalog.col_description(a.attrelid, a.attnum) as \"Comment\"
from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join pg_catalog.pg_stats s on s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
where a.attrelid = '{}' and a.attnum > 0 and not a.attisdropped
order by a.attnum",
        subject.oid
    ))
}

/// The columns of a key, joined.
fn key_columns(relation: &str, numbers: &str) -> String {
    format!(
        "(select pg_catalog.string_agg(a.attname, ', ' order by u.n) from pg_catalog.unnest({numbers}) with ordinality u(k, n)
    join pg_catalog.pg_attribute a on a.attrelid = {relation} and a.attnum = u.k)"
    )
}

/// Whether an index of the pointing relation finds the rows of a key.
const INDEXED: &str = "case when exists (select 1 from pg_catalog.pg_index x where x.indrelid = k.conrelid and x.indisvalid and x.indpred is null
    and k.conkey operator(pg_catalog.@>) (x.indkey::pg_catalog.int2[])[0:pg_catalog.array_length(k.conkey, 1) operator(pg_catalog.-) 1]
    and k.conkey operator(pg_catalog.<@) (x.indkey::pg_catalog.int2[])[0:pg_catalog.array_length(k.conkey, 1) operator(pg_catalog.-) 1]) then 'yes' else 'no' end";

fn rule(column: &str) -> String {
    format!(
        "case k.{column} when 'a' then 'refused' when 'r' then 'refused at once' when 'c' then 'follows' when 'n' then 'set null' when 'd' then 'set default' end"
    )
}

fn keys_out(subject: &Subject<'_>) -> String {
    qualified(&format!(
        "select {from} as \"Columns\", k.confrelid::pg_catalog.regclass::pg_catalog.text || ' (' || {to} || ')' as \"Relation\",
  {deleted} as \"When that is deleted\", {INDEXED} as \"Indexed\", k.conname as \"Name\", case when k.convalidated then '' else 'not yet checked' end as \"State\"
from pg_catalog.pg_constraint k where k.conrelid = '{oid}' and k.contype = 'f' order by k.conname",
        from = key_columns("k.conrelid", "k.conkey"),
        to = key_columns("k.confrelid", "k.confkey"),
        deleted = rule("confdeltype"),
        oid = subject.oid,
    ))
}

fn keys_in(subject: &Subject<'_>) -> String {
    let own = match subject.version >= 110_000 {
        // A partition has the keys of its table once more.
        true => " and k.conparentid = 0",
        false => "",
    };
    qualified(&format!(
        "select k.conrelid::pg_catalog.regclass::pg_catalog.text || ' (' || {from} || ')' as \"Relation\", {to} as \"Columns\",
  {deleted} as \"When deleted here\", {INDEXED} as \"Indexed\", k.conname as \"Name\"
from pg_catalog.pg_constraint k where k.confrelid = '{oid}' and k.contype = 'f'{own} order by 1, 2 limit {LINES}",
        from = key_columns("k.conrelid", "k.conkey"),
        to = key_columns("k.confrelid", "k.confkey"),
        deleted = rule("confdeltype"),
        oid = subject.oid,
    ))
}

fn indexes(subject: &Subject<'_>) -> String {
    qualified(&format!(
        "select i.relname as \"Name\", pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(x.indexrelid), '^.* USING ', '') as \"On\",
  case when x.indisprimary then 'primary key' when x.indisexclusion then 'exclusion' when x.indisunique then 'unique' else '' end as \"Kind\",
  case when i.relkind = 'i' then pg_catalog.pg_size_pretty(pg_catalog.pg_relation_size(i.oid)) end as \"Size\",
  s.idx_scan as \"Used\",
  pg_catalog.concat_ws(', ', case when not x.indisvalid then 'INVALID: is not used' end,
    case when s.idx_scan = 0 and not x.indisunique and not x.indisexclusion then 'never used since the counters began' end,
    case when x.indisclustered then 'rows were put in its order' end,
    (select 'its columns begin ' || pg_catalog.min(oi.relname) from pg_catalog.pg_index o join pg_catalog.pg_class oi on oi.oid = o.indexrelid
      where o.indrelid = x.indrelid and o.indexrelid <> x.indexrelid and not x.indisunique and x.indpred is null and o.indpred is null
        and x.indexprs is null and o.indexprs is null and o.indisvalid and oi.relam = i.relam
        and o.indkey::pg_catalog.text || ' ' like x.indkey::pg_catalog.text || ' %'
        and (o.indkey::pg_catalog.text <> x.indkey::pg_catalog.text or o.indisunique or o.indexrelid < x.indexrelid))) as \"Note\"
from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid
  left join pg_catalog.pg_stat_all_indexes s on s.indexrelid = x.indexrelid
where x.indrelid = '{}' order by not x.indisprimary, not x.indisunique, i.relname",
        subject.oid
    ))
}

fn checks(subject: &Subject<'_>) -> String {
    qualified(&format!(
        "select k.conname as \"Name\", pg_catalog.pg_get_constraintdef(k.oid, true) as \"Rule\", pg_catalog.obj_description(k.oid, 'pg_constraint') as \"Comment\"
from pg_catalog.pg_constraint k where k.conrelid = '{}' and k.contype in ('c', 'x') order by k.conname",
        subject.oid
    ))
}

fn partitions(subject: &Subject<'_>) -> String {
    let bound = match subject.version >= 100_000 {
        true => "pg_catalog.pg_get_expr(c.relpartbound, c.oid)",
        false => "''",
    };
    qualified(&format!(
        "select c.oid::pg_catalog.regclass::pg_catalog.text as \"Name\", {bound} as \"Holds\",
  case when c.reltuples > 0 then c.reltuples::pg_catalog.int8 end as \"Rows (about)\", case when c.relkind = 'r' then pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(c.oid)) end as \"Size\"
from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
where i.inhparent = '{}' and c.relkind not in ('i', 'I') order by 2, 1 limit {LINES}",
        subject.oid
    ))
}

fn triggers(subject: &Subject<'_>) -> String {
    qualified(&format!(
        "select t.tgname as \"Name\", pg_catalog.regexp_replace(pg_catalog.pg_get_triggerdef(t.oid, true), '^.*?(BEFORE|AFTER|INSTEAD OF) ', '\\1 ') as \"When\",
  case t.tgenabled when 'D' then 'switched off' when 'R' then 'on replicas only' when 'A' then 'always' else '' end as \"State\"
from pg_catalog.pg_trigger t where t.tgrelid = '{oid}' and not t.tgisinternal
union all
select r.rulename, 'rule: ' || pg_catalog.regexp_replace(pg_catalog.pg_get_ruledef(r.oid, true), E'^CREATE RULE .* AS\\n *', ''),
  case r.ev_enabled when 'D' then 'switched off' when 'R' then 'on replicas only' when 'A' then 'always' else '' end
from pg_catalog.pg_rewrite r where r.ev_class = '{oid}' and r.rulename <> '_RETURN' order by 1",
        oid = subject.oid
    ))
}

fn policies(subject: &Subject<'_>) -> String {
    let kind = match subject.version >= 100_000 {
        true => "case when p.polpermissive then 'allows' else 'limits' end",
        false => "'allows'",
    };
    qualified(&format!(
        "select p.polname as \"Name\", {kind} as \"Kind\",
  case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as \"For\",
  case when p.polroles = '{{0}}' then 'everybody' else (select pg_catalog.string_agg(r.rolname, ', ' order by r.rolname) from pg_catalog.pg_roles r where r.oid = any (p.polroles)) end as \"Roles\",
  pg_catalog.pg_get_expr(p.polqual, p.polrelid) as \"Rows that show\", pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as \"Rows that may be written\"
from pg_catalog.pg_policy p where p.polrelid = '{}' order by p.polname",
        subject.oid
    ))
}

fn grants(subject: &Subject<'_>) -> String {
    let who =
        "case when g.grantee = 0 then 'everybody' else pg_catalog.pg_get_userbyid(g.grantee) end";
    let what = "pg_catalog.string_agg(pg_catalog.lower(g.privilege_type) || case when g.is_grantable and g.grantee <> g.owner then ' (and may grant it)' else '' end, ', ' order by pg_catalog.lower(g.privilege_type))";
    qualified(&format!(
        "select {who} || case when g.grantee = g.owner then ' (the owner)' else '' end as \"Role\", {what} as \"May\", null as \"Columns\"
from (select c.relowner as owner, (pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault(case c.relkind when 'S' then 's' else 'r' end::pg_catalog.\"char\", c.relowner)))).*
  from pg_catalog.pg_class c where c.oid = '{oid}' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')) g
group by g.grantee, g.owner
union all
select {who}, {what}, g.attname
from (select c.relowner as owner, a.attname, (pg_catalog.aclexplode(a.attacl)).* from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid where a.attrelid = '{oid}') g
group by g.grantee, g.owner, g.attname
order by 1, 3 nulls first",
        oid = subject.oid
    ))
}

fn definition(subject: &Subject<'_>) -> String {
    qualified(&format!(
        "select pg_catalog.pg_get_viewdef(c.oid, true) as \"Query\" from pg_catalog.pg_class c where c.oid = '{}' and c.relkind in ('v', 'm')",
        subject.oid
    ))
}
