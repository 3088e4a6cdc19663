//! What the statements that make things do not say, for `/diff-schema`: comments, grants, storage
//! options, switches, the columns that sequences belong to. Each query gives table, name, definition,
//! and the statements that make and drop it.

use super::objects::not_of_extension;
use super::{NAME, own};
use crate::diff::Kind;

pub(super) fn queries(version: u32) -> Vec<(Kind, String)> {
    let mut out = vec![
        (Kind::Setting, options()),
        (Kind::Setting, toast_options()),
        (Kind::Setting, switches()),
        (Kind::Setting, constraint_options()),
        (Kind::Setting, inherited_columns(version)),
        (Kind::Setting, chosen_indexes()),
        (Kind::Setting, rules()),
        (Kind::Setting, tables_of_types()),
        (Kind::Setting, triggers(version)),
        (Kind::Owner, owners()),
    ];
    if version >= 110_000 {
        out.push((Kind::Setting, index_columns()));
    }
    if version >= 130_000 {
        out.push((Kind::Setting, statistics_targets()));
    }
    if version >= 180_000 {
        out.push((Kind::Setting, named_nulls()));
    }
    if version >= 150_000 {
        out.push((Kind::Setting, unlogged_sequences()));
        out.push((Kind::Setting, access_methods()));
    }
    let routine = if version >= 110_000 {
        "ROUTINE"
    } else {
        "FUNCTION"
    };
    out.extend([
        (Kind::Grant, grants_on_relations()),
        (Kind::Grant, grants_on_schemas()),
        (Kind::Grant, grants_on_types()),
        (Kind::Grant, grants_on_languages()),
        (Kind::Grant, grants_on_servers()),
        (
            Kind::Grant,
            grants_on_routines().replace("ROUTINE", routine),
        ),
    ]);
    let comments = COMMENTS.iter().chain(match version >= 110_000 {
        true => [ROUTINES].iter(),
        false => [FUNCTIONS].iter(),
    });
    out.extend(comments.map(|of| (Kind::Comment, comment(of))));
    out
}

/// `WITH (fillfactor = 70)` of tables and views.
fn options() -> String {
    format!(
        "select case when c.relkind = 'r' then x.t else '' end, x.name || ' of ' || x.t, x.value, 'ALTER TABLE ' || x.t || ' SET (' || x.name || '=' || pg_catalog.quote_literal(x.value) || ')', 'ALTER TABLE ' || x.t || ' RESET (' || x.name || ')'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join lateral (select {NAME}(c.relname) as t, o.option_name as name, o.option_value as value from pg_catalog.pg_options_to_table(c.reloptions) o) x
where c.relkind in ('r', 'v', 'm') and {} order by 2",
        own("pg_class", "c.oid", "n")
    )
}

/// The same of the tables that hold what is too long for a row.
pub(super) fn toast_options() -> String {
    format!(
        "select x.t, 'toast.' || x.name || ' of ' || x.t, x.value, 'ALTER TABLE ' || x.t || ' SET (toast.' || x.name || '=' || pg_catalog.quote_literal(x.value) || ')', 'ALTER TABLE ' || x.t || ' RESET (toast.' || x.name || ')'
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_class l on l.oid = c.reltoastrelid
  cross join lateral (select {NAME}(c.relname) as t, o.option_name as name, o.option_value as value from pg_catalog.pg_options_to_table(l.reloptions) o) x
where c.relkind in ('r', 'm') and {} order by 2",
        own("pg_class", "c.oid", "n")
    )
}

/// The index that a table is clustered by, and the one that identifies its rows.
pub(super) fn chosen_indexes() -> String {
    format!(
        "select x.t, x.what || ' of ' || x.t, x.name, 'ALTER TABLE ' || x.t || x.chosen || x.name, 'ALTER TABLE ' || x.t || x.undone from (
  select {NAME}(c.relname) as t, pg_catalog.quote_ident(k.relname) as name, s.* from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_class k on k.oid = i.indexrelid
    cross join lateral (values ('clustering', ' CLUSTER ON ', ' SET WITHOUT CLUSTER', i.indisclustered),
      ('replica_identity_index', ' REPLICA IDENTITY USING INDEX ', ' REPLICA IDENTITY DEFAULT', i.indisreplident)) s (what, chosen, undone, is_set)
  where (i.indisclustered or i.indisreplident) and s.is_set and {}) x order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

/// Rules that are not simply at work.
pub(super) fn rules() -> String {
    format!(
        "select x.t, 'working of ' || x.name, x.state, 'ALTER TABLE ' || x.t || ' ' || x.state || ' RULE ' || x.name, 'ALTER TABLE ' || x.t || ' ENABLE RULE ' || x.name from (
  select {NAME}(c.relname) as t, pg_catalog.quote_ident(r.rulename) as name, case r.ev_enabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' else 'ENABLE ALWAYS' end as state
  from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class join pg_catalog.pg_namespace n on n.oid = c.relnamespace where r.ev_enabled <> 'O' and {}) x order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

fn tables_of_types() -> String {
    format!(
        "select x.t, 'type of ' || x.t, x.type, 'ALTER TABLE ' || x.t || ' OF ' || x.type, 'ALTER TABLE ' || x.t || ' NOT OF' from (
  select {NAME}(c.relname) as t, pg_catalog.format_type(c.reloftype, null) as type
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.reloftype <> 0 and c.relkind in ('r', 'p') and {}) x order by 1",
        own("pg_class", "c.oid", "n")
    )
}

/// How exactly the expressions of indexes are looked at.
pub(super) fn index_columns() -> String {
    format!(
        "select x.t, 'STATISTICS of ' || x.name || '.' || x.at, x.value, 'ALTER INDEX ' || x.name || ' ALTER COLUMN ' || x.at || ' SET STATISTICS ' || x.value, 'ALTER INDEX ' || x.name || ' ALTER COLUMN ' || x.at || ' SET STATISTICS -1' from (
  select {NAME}(c.relname) as t, (select {NAME}(k.relname) from pg_catalog.pg_class k join pg_catalog.pg_namespace n on n.oid = k.relnamespace where k.oid = i.indexrelid) as name, a.attnum::pg_catalog.text as at, a.attstattarget::pg_catalog.text as value
  from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_attribute a on a.attrelid = i.indexrelid and a.attstattarget >= 0 and not a.attisdropped
  where i.indexprs is not null and {}) x order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

/// What a column that comes from a parent has otherwise than there: default, `NOT NULL`.
pub(super) fn inherited_columns(version: u32) -> String {
    // The expression of what is generated cannot be set.
    let plain = match version >= 120_000 {
        true => " and a.attgenerated = ''",
        false => "",
    };
    format!(
        "select x.t, x.what || ' of ' || x.t || '.' || x.col, x.here, 'ALTER TABLE ONLY ' || x.t || ' ALTER COLUMN ' || x.col || x.here, 'ALTER TABLE ONLY ' || x.t || ' ALTER COLUMN ' || x.col || x.there from (
  select {NAME}(c.relname) as t, pg_catalog.quote_ident(a.attname) as col, v.* from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_inherits i on i.inhrelid = a.attrelid and i.inhseqno = 1 join pg_catalog.pg_attribute p on p.attrelid = i.inhparent and p.attname = a.attname and not p.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum left join pg_catalog.pg_attrdef e on e.adrelid = p.attrelid and e.adnum = p.attnum
    cross join lateral (values ('default', coalesce(' SET DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, a.attrelid), ' DROP DEFAULT'), coalesce(' SET DEFAULT ' || pg_catalog.pg_get_expr(e.adbin, p.attrelid), ' DROP DEFAULT')),
      ('null', case when a.attnotnull then ' SET NOT NULL' else ' DROP NOT NULL' end, case when p.attnotnull then ' SET NOT NULL' else ' DROP NOT NULL' end)) v (what, here, there)
  where a.attnum > 0 and not a.attisdropped and a.attinhcount > 0{plain} and c.relkind in ('r', 'p') and v.here <> v.there and (v.what <> 'null' or a.attnotnull) and {}) x order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

/// `NOT NULL` under a name of its own, not yet proven, or not for those that inherit.
pub(super) fn named_nulls() -> String {
    format!(
        "select x.t, 'NOT NULL of ' || x.t || '.' || x.col, x.def, 'ALTER TABLE ' || x.t || ' ALTER COLUMN ' || x.col || E' DROP NOT NULL;\nALTER TABLE ' || x.t || ' ADD CONSTRAINT ' || x.def, 'ALTER TABLE ' || x.t || ' DROP CONSTRAINT ' || x.name || E';\nALTER TABLE ' || x.t || ' ALTER COLUMN ' || x.col || ' SET NOT NULL' from (
  select {NAME}(c.relname) as t, pg_catalog.quote_ident(a.attname) as col, pg_catalog.quote_ident(k.conname) as name, pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid) as def
  from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
  where k.contype = 'n' and k.conislocal and c.relkind in ('r', 'p') and (k.conname <> (c.relname || '_' || a.attname || '_not_null') or k.connoinherit or not k.convalidated)
    and not exists (select 1 from pg_catalog.pg_constraint p where p.conrelid = c.oid and p.contype = 'p' and a.attnum = any (p.conkey)) and {}) x order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

pub(super) fn access_methods() -> String {
    format!(
        "select case when x.kind = 'm' then '' else x.t end, 'access method of ' || x.t, x.method, 'ALTER ' || x.what || x.t || ' SET ACCESS METHOD ' || x.method, 'ALTER ' || x.what || x.t || ' SET ACCESS METHOD heap' from (
  select c.relkind as kind, case c.relkind when 'm' then 'MATERIALIZED VIEW ' else 'TABLE ' end as what, {NAME}(c.relname) as t, pg_catalog.quote_ident(m.amname) as method
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_am m on m.oid = c.relam where c.relkind in ('r', 'm') and m.amname <> 'heap' and {}) x order by 2",
        own("pg_class", "c.oid", "n")
    )
}

/// `WITH` of the indexes behind constraints, of which the constraint does not tell.
pub(super) fn constraint_options() -> String {
    format!(
        "select x.t, o.option_name || ' of ' || x.name, o.option_value, 'ALTER INDEX ' || x.name || ' SET (' || o.option_name || '=' || pg_catalog.quote_literal(o.option_value) || ')', 'ALTER INDEX ' || x.name || ' RESET (' || o.option_name || ')' from (
  select {NAME}(c.relname) as t, (select {NAME}(i.relname) from pg_catalog.pg_namespace n where n.oid = i.relnamespace) as name, i.reloptions
  from pg_catalog.pg_constraint k join pg_catalog.pg_class i on i.oid = k.conindid join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where k.contype in ('p', 'u', 'x') and i.reloptions is not null and {}) x cross join lateral pg_catalog.pg_options_to_table(x.reloptions) o order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

pub(super) fn statistics_targets() -> String {
    format!(
        "select x.t, 'target of ' || x.name, x.value, 'ALTER STATISTICS ' || x.name || ' SET STATISTICS ' || x.value, 'ALTER STATISTICS ' || x.name || ' SET STATISTICS -1' from (
  select {NAME}(s.stxname) as name, (select {NAME}(c.relname) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = s.stxrelid) as t, s.stxstattarget::pg_catalog.text as value
  from pg_catalog.pg_statistic_ext s join pg_catalog.pg_namespace n on n.oid = s.stxnamespace where s.stxstattarget >= 0 and {}) x order by 1, 2",
        own("pg_statistic_ext", "s.oid", "n")
    )
}

fn unlogged_sequences() -> String {
    format!(
        "select '', 'log of ' || x.s, 'off', 'ALTER SEQUENCE ' || x.s || ' SET UNLOGGED', 'ALTER SEQUENCE ' || x.s || ' SET LOGGED' from (
  select {NAME}(c.relname) as s from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'S' and c.relpersistence = 'u' and {} and not exists (select 1 from pg_catalog.pg_depend d where d.objid = c.oid and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'i')) x order by 2",
        own("pg_class", "c.oid", "n")
    )
}

/// What is switched on for tables: row security for their owners, what identifies rows.
pub(super) fn switches() -> String {
    format!(
        "select x.t, x.name || ' of ' || x.t, 'on', 'ALTER TABLE ' || x.t || x.switch_on, 'ALTER TABLE ' || x.t || x.switch_off from (
  select {NAME}(c.relname) as t, s.* from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    cross join lateral (values ('forced_row_security', ' FORCE ROW LEVEL SECURITY', ' NO FORCE ROW LEVEL SECURITY', c.relforcerowsecurity),
      ('replica_identity_full', ' REPLICA IDENTITY FULL', ' REPLICA IDENTITY DEFAULT', c.relreplident = 'f'),
      ('replica_identity_nothing', ' REPLICA IDENTITY NOTHING', ' REPLICA IDENTITY DEFAULT', c.relreplident = 'n')) s (name, switch_on, switch_off, is_on)
  where c.relkind in ('r', 'p') and s.is_on and {}) x order by 2",
        own("pg_class", "c.oid", "n")
    )
}

/// Triggers that do not simply fire.
pub(super) fn triggers(version: u32) -> String {
    // Triggers of partitions follow that of their table.
    let whole = match version >= 130_000 {
        true => " and t.tgparentid = 0",
        false => "",
    };
    format!(
        "select x.t, 'firing of ' || x.name, x.state, 'ALTER TABLE ' || x.t || ' ' || x.state || ' TRIGGER ' || x.name, 'ALTER TABLE ' || x.t || ' ENABLE TRIGGER ' || x.name from (
  select {NAME}(c.relname) as t, pg_catalog.quote_ident(t.tgname) as name, case t.tgenabled when 'D' then 'DISABLE' when 'R' then 'ENABLE REPLICA' else 'ENABLE ALWAYS' end as state
  from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where not t.tgisinternal and t.tgenabled <> 'O'{whole} and {}) x order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

/// A sequence and the table of its column have one owner.
fn owners() -> String {
    format!(
        "select x.t, 'of ' || x.s, x.col, 'ALTER SEQUENCE ' || x.s || E' OWNED BY NONE;\\nALTER SEQUENCE ' || x.s || ' OWNER TO ' || x.role || E';\\nALTER SEQUENCE ' || x.s || ' OWNED BY ' || x.t || '.' || x.col, 'ALTER SEQUENCE ' || x.s || ' OWNED BY NONE' from (
  select {NAME}(c.relname) as s, (select {NAME}(o.relname) from pg_catalog.pg_class o join pg_catalog.pg_namespace n on n.oid = o.relnamespace where o.oid = a.attrelid) as t, pg_catalog.quote_ident(a.attname) as col,
    (select pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.relowner)) from pg_catalog.pg_class o where o.oid = a.attrelid) as role
  from pg_catalog.pg_depend d join pg_catalog.pg_class c on c.oid = d.objid and c.relkind = 'S' join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
  where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'a' and {}) x order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

/// What others than the owner may do: the privileges in a list of them, by who has them.
fn granted(table: &str, what: &str, from: &str, list: &str, owner: &str) -> String {
    format!(
        "select x.t, x.what || ' to ' || x.role, x.can || coalesce(' and grant ' || x.passes, ''),
  pg_catalog.concat_ws(E';\\n', 'GRANT ' || x.only || ' ON ' || x.what || ' TO ' || x.role, 'GRANT ' || x.passes || ' ON ' || x.what || ' TO ' || x.role || ' WITH GRANT OPTION'),
  'REVOKE ALL ON ' || x.what || ' FROM ' || x.role from (
  select {table} as t, {what} as what, case when l.grantee = 0 then 'PUBLIC' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(l.grantee)) end as role,
    pg_catalog.string_agg(l.privilege_type, ', ' order by l.privilege_type) as can,
    pg_catalog.string_agg(case when not l.is_grantable then l.privilege_type end, ', ' order by l.privilege_type) as only,
    pg_catalog.string_agg(case when l.is_grantable then l.privilege_type end, ', ' order by l.privilege_type) as passes
  from {from} cross join lateral pg_catalog.aclexplode({list}) l where l.grantee <> {owner} group by 1, 2, 3) x order by 1, 2"
    )
}

fn grants_on_relations() -> String {
    let from = format!(
        "(select c.*, {NAME}(c.relname) as shown from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and {}) c",
        own("pg_class", "c.oid", "n")
    );
    granted(
        "case when c.relkind in ('r', 'p') then c.shown else '' end",
        "case when c.relkind = 'S' then 'SEQUENCE ' else 'TABLE ' end || c.shown",
        &from,
        "c.relacl",
        "c.relowner",
    )
}

fn grants_on_schemas() -> String {
    let from = format!(
        "(select n.* from pg_catalog.pg_namespace n where n.nspname <> 'public' and {}) n",
        own("pg_namespace", "n.oid", "n")
    );
    granted(
        "''",
        "'SCHEMA ' || pg_catalog.quote_ident(n.nspname)",
        &from,
        "n.nspacl",
        "n.nspowner",
    )
}

fn grants_on_servers() -> String {
    let list = |class: &str, name: &str, word: &str, prefix: &str| {
        format!(
            "select '{word} ' || pg_catalog.quote_ident({name}) as shown, {prefix}acl as acl, {prefix}owner as owner from pg_catalog.{class} o where {}",
            not_of_extension(class, "o.oid")
        )
    };
    let from = format!(
        "({} union all {}) s",
        list(
            "pg_foreign_data_wrapper",
            "fdwname",
            "FOREIGN DATA WRAPPER",
            "fdw"
        ),
        list("pg_foreign_server", "srvname", "FOREIGN SERVER", "srv")
    );
    granted("''", "s.shown", &from, "s.acl", "s.owner")
}

/// Everybody may call a routine, unless that was taken back.
fn grants_on_routines() -> String {
    granted_unless_revoked(
        "ROUTINE",
        "EXECUTE",
        &format!(
            "select p.oid::pg_catalog.regprocedure::pg_catalog.text as shown, p.proacl as acl, p.proowner as owner from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.proacl is not null and {}",
            own("pg_proc", "p.oid", "n")
        ),
    )
}

fn grants_on_types() -> String {
    granted_unless_revoked(
        "TYPE",
        "USAGE",
        &format!(
            "select {NAME}(t.typname) as shown, t.typacl as acl, t.typowner as owner from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace where t.typacl is not null and {}",
            own("pg_type", "t.oid", "n")
        ),
    )
}

/// Also on those that the server came with.
fn grants_on_languages() -> String {
    granted_unless_revoked(
        "LANGUAGE",
        "USAGE",
        "select pg_catalog.quote_ident(l.lanname) as shown, l.lanacl as acl, l.lanowner as owner from pg_catalog.pg_language l where l.lanpltrusted and l.lanacl is not null",
    )
}

/// Of what everybody may use from the beginning: what `list` says.
fn granted_unless_revoked(word: &str, privilege: &str, list: &str) -> String {
    let from = format!("({list}) g");
    let given = granted(
        "''",
        &format!("'{word} ' || g.shown"),
        &from,
        "g.acl",
        "g.owner",
    );
    let given = given.replace(
        "where l.grantee <> g.owner",
        "where l.grantee not in (0, g.owner)",
    );
    let given = given.trim_end_matches(" order by 1, 2");
    format!(
        "{given} union all select '', '{word} ' || g.shown || ' from PUBLIC', 'revoked', 'REVOKE ALL ON {word} ' || g.shown || ' FROM PUBLIC', 'GRANT {privilege} ON {word} ' || g.shown || ' TO PUBLIC'
from {from} where not exists (select 1 from pg_catalog.aclexplode(g.acl) l where l.grantee = 0) order by 1, 2"
    )
}

/// What a comment is on: its word, how the catalog names it, where it stands, the catalog's list, its
/// number, and the table that it belongs to.
struct Commented {
    word: &'static str,
    name: &'static str,
    from: &'static str,
    class: &'static str,
    oid: &'static str,
    table: &'static str,
}

const SHOWN: &str = "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)";
const CLASS: &str =
    "pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace";

const ROUTINES: Commented = Commented {
    word: "'ROUTINE'",
    name: "c.oid::pg_catalog.regprocedure::pg_catalog.text",
    from: "pg_catalog.pg_proc c join pg_catalog.pg_namespace n on n.oid = c.pronamespace and c.prokind <> 'a'",
    class: "pg_proc",
    oid: "c.oid",
    table: "''",
};

const FUNCTIONS: Commented = Commented {
    word: "'FUNCTION'",
    from: "pg_catalog.pg_proc c join pg_catalog.pg_namespace n on n.oid = c.pronamespace and not c.proisagg",
    ..ROUTINES
};

static COMMENTS: &[Commented] = &[
    Commented {
        word: "'SCHEMA'",
        name: "pg_catalog.quote_ident(n.nspname)",
        from: "(select m.*, m.oid as number from pg_catalog.pg_namespace m where m.nspname <> 'public') n",
        class: "pg_namespace",
        oid: "n.number",
        table: "''",
    },
    Commented {
        word: "case c.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' when 'S' then 'SEQUENCE' when 'i' then 'INDEX' when 'I' then 'INDEX' when 'f' then 'FOREIGN TABLE' else 'TABLE' end",
        name: SHOWN,
        from: "(select c.oid, c.relname, c.relkind, c.relnamespace from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f')) c join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        class: "pg_class",
        oid: "c.oid",
        table: "case when c.relkind in ('r', 'p') then pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) when c.relkind in ('i', 'I') then (select i.indrelid::pg_catalog.regclass::pg_catalog.text from pg_catalog.pg_index i where i.indexrelid = c.oid) else '' end",
    },
    Commented {
        word: "case t.typtype when 'd' then 'DOMAIN' else 'TYPE' end",
        name: "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname)",
        from: "pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace and t.typtype in ('e', 'd', 'r', 'c')",
        class: "pg_type",
        oid: "t.oid",
        table: "''",
    },
    Commented {
        word: "'CONSTRAINT'",
        name: "pg_catalog.quote_ident(k.conname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)",
        from: "pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        class: "pg_constraint",
        oid: "k.oid",
        table: SHOWN,
    },
    Commented {
        word: "'TRIGGER'",
        name: "pg_catalog.quote_ident(k.tgname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)",
        from: "pg_catalog.pg_trigger k join pg_catalog.pg_class c on c.oid = k.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        class: "pg_trigger",
        oid: "k.oid",
        table: SHOWN,
    },
    Commented {
        word: "'POLICY'",
        name: "pg_catalog.quote_ident(k.polname) || ' ON ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)",
        from: "pg_catalog.pg_policy k join pg_catalog.pg_class c on c.oid = k.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        class: "pg_policy",
        oid: "k.oid",
        table: SHOWN,
    },
];

/// Comments on objects of a catalog of which a condition is true.
pub(super) fn comments_on(class: &str, condition: &str) -> Vec<String> {
    let of_class = COMMENTS.iter().filter(|of| of.class == class);
    of_class
        .map(|of| comment(of).replace(&own(of.class, of.oid, "n"), condition))
        .collect()
}

/// The comment on a routine.
pub(super) fn comment_on_routine(version: u32, condition: &str) -> String {
    let of = match version >= 110_000 {
        true => ROUTINES,
        false => FUNCTIONS,
    };
    comment(&of).replace(&own(of.class, of.oid, "n"), condition)
}

fn comment(of: &Commented) -> String {
    let Commented {
        word,
        name,
        from,
        class,
        oid,
        table,
    } = of;
    // Columns are numbered within their relation; those of the others have no number.
    let columns = match *class {
        "pg_class" => format!(
            " union all select case when c.relkind in ('r', 'p') then {SHOWN} else '' end, 'COLUMN', {SHOWN} || '.' || pg_catalog.quote_ident(a.attname), d.description
  from {CLASS} join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f')
    join pg_catalog.pg_description d on d.objoid = c.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = a.attnum where {}",
            own("pg_class", "c.oid", "n")
        ),
        _ => String::new(),
    };
    format!(
        "select x.t, x.word || ' ' || x.name, x.text, 'COMMENT ON ' || x.word || ' ' || x.name || ' IS ' || pg_catalog.quote_literal(x.text), 'COMMENT ON ' || x.word || ' ' || x.name || ' IS NULL' from (
  select {table} as t, {word} as word, {name} as name, d.description as text
  from {from} join pg_catalog.pg_description d on d.objoid = {oid} and d.classoid = 'pg_catalog.{class}'::pg_catalog.regclass and d.objsubid = 0 where {}{columns}) x order by 1, 2",
        own(class, oid, "n")
    )
}
