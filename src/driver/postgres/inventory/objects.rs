//! Rarer objects for `/diff-schema`: each query gives table, name, definition, and the statements that
//! make and drop it.

use super::{NAME, own};
use crate::diff::Kind;

/// The name of a routine with the types of its arguments, as statements want it.
const ROUTINE: &str = "p.oid::pg_catalog.regprocedure::pg_catalog.text";

pub(super) fn queries(version: u32) -> Vec<(Kind, String)> {
    let mut out = vec![
        (Kind::Server, wrappers()),
        (Kind::Server, servers()),
        (Kind::Collation, collations(version)),
        (Kind::ForeignTable, foreign_tables()),
        (Kind::Aggregate, aggregates(version)),
        (Kind::Operator, operators()),
        (Kind::Cast, casts()),
        (Kind::TextSearch, dictionaries()),
        (Kind::TextSearch, configurations()),
        (Kind::Rule, rules()),
        (Kind::EventTrigger, event_triggers()),
        (Kind::Setting, column_settings(version)),
        (Kind::Grant, column_grants()),
        (Kind::DefaultGrant, default_grants()),
    ];
    out.extend(owners(version).map(|sql| (Kind::Setting, sql)));
    if version >= 100_000 {
        out.push((Kind::Statistics, statistics(version)));
        out.push((Kind::Publication, publications(version)));
        out.push((Kind::Publication, published(version)));
    }
    out
}

/// `OPTIONS (a 'b')` of what is foreign.
pub(super) fn options(of: &str) -> String {
    format!(
        "coalesce((select ' OPTIONS (' || pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' ' || pg_catalog.quote_literal(o.option_value), ', ' order by o.option_name) || ')' from pg_catalog.pg_options_to_table({of}) o), '')"
    )
}

pub(super) fn not_of_extension(class: &str, oid: &str) -> String {
    format!(
        "not exists (select 1 from pg_catalog.pg_depend e where e.classid = 'pg_catalog.{class}'::pg_catalog.regclass and e.objid = {oid} and e.deptype = 'e')"
    )
}

pub(super) fn wrappers() -> String {
    let options = options("w.fdwoptions");
    format!(
        "select '', x.name, x.def, 'CREATE FOREIGN DATA WRAPPER ' || x.name || x.def, 'DROP FOREIGN DATA WRAPPER ' || x.name from (
  select pg_catalog.quote_ident(w.fdwname) as name, case when w.fdwhandler <> 0 then ' HANDLER ' || w.fdwhandler::pg_catalog.regproc::pg_catalog.text else '' end
    || case when w.fdwvalidator <> 0 then ' VALIDATOR ' || w.fdwvalidator::pg_catalog.regproc::pg_catalog.text else '' end || {options} as def
  from pg_catalog.pg_foreign_data_wrapper w where {}) x order by 2",
        not_of_extension("pg_foreign_data_wrapper", "w.oid")
    )
}

pub(super) fn servers() -> String {
    let options = options("s.srvoptions");
    format!(
        "select '', 'server ' || x.name, x.def, 'CREATE SERVER ' || x.name || x.def, 'DROP SERVER ' || x.name from (
  select pg_catalog.quote_ident(s.srvname) as name, coalesce(' TYPE ' || pg_catalog.quote_literal(s.srvtype), '') || coalesce(' VERSION ' || pg_catalog.quote_literal(s.srvversion), '')
    || ' FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname) || {options} as def
  from pg_catalog.pg_foreign_server s join pg_catalog.pg_foreign_data_wrapper w on w.oid = s.srvfdw where {}) x order by 2",
        not_of_extension("pg_foreign_server", "s.oid")
    )
}

/// Those of the C library; of another one its name and rules are too many to tell here.
pub(super) fn collations(version: u32) -> String {
    let (provider, locale) = match version {
        170_000.. => (
            "case l.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end",
            "coalesce(l.colllocale, l.collcollate)",
        ),
        150_000.. => (
            "case l.collprovider when 'i' then 'icu' else 'libc' end",
            "coalesce(l.colliculocale, l.collcollate)",
        ),
        100_000.. => (
            "case l.collprovider when 'i' then 'icu' else 'libc' end",
            "l.collcollate",
        ),
        _ => ("null", "l.collcollate"),
    };
    let exact = match version >= 120_000 {
        true => "case when l.collisdeterministic then '' else ', DETERMINISTIC=false' end",
        false => "''",
    };
    format!(
        "select '', x.name, x.def, 'CREATE COLLATION ' || x.name || ' (' || x.def || ')', 'DROP COLLATION ' || x.name from (
  select {NAME}(l.collname) as name, coalesce('PROVIDER=' || {provider} || ', ', '') || 'LOCALE=' || pg_catalog.quote_literal({locale}) || {exact} as def
  from pg_catalog.pg_collation l join pg_catalog.pg_namespace n on n.oid = l.collnamespace where {}) x order by 2",
        own("pg_collation", "l.oid", "n")
    )
}

fn foreign_tables() -> String {
    let (of_column, of_table) = (options("a.attfdwoptions"), options("f.ftoptions"));
    format!(
        "select '', x.name, x.def, 'CREATE FOREIGN TABLE ' || x.name || x.def, 'DROP FOREIGN TABLE ' || x.name from (
  select {NAME}(c.relname) as name, ' (' || coalesce((select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) || {of_column}
      || coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') || case when a.attnotnull then ' NOT NULL' else '' end, ', ' order by a.attnum)
    from pg_catalog.pg_attribute a left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '')
    || ') SERVER ' || pg_catalog.quote_ident(s.srvname) || {of_table} as def
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_foreign_table f on f.ftrelid = c.oid join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
  where c.relkind = 'f' and {}) x order by 2",
        own("pg_class", "c.oid", "n")
    )
}

pub(super) fn aggregates(version: u32) -> String {
    let parallel = "case p.proparallel when 's' then ', PARALLEL=SAFE' when 'r' then ', PARALLEL=RESTRICTED' else '' end";
    let modify = match version >= 110_000 {
        true => {
            "case when a.aggfinalmodify <> case when a.aggkind = 'n' then 'r' else 'w' end then ', FINALFUNC_MODIFY=' || case a.aggfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE' else 'READ_WRITE' end else '' end"
        }
        false => "''",
    };
    let function = |word: &str, column: &str| {
        format!(
            "case when a.{column} <> 0 then ', {word}=' || a.{column}::pg_catalog.regproc::pg_catalog.text else '' end"
        )
    };
    let parts: Vec<String> = [
        ("FINALFUNC", "aggfinalfn"),
        ("COMBINEFUNC", "aggcombinefn"),
        ("SERIALFUNC", "aggserialfn"),
        ("DESERIALFUNC", "aggdeserialfn"),
        ("MSFUNC", "aggmtransfn"),
        ("MINVFUNC", "aggminvtransfn"),
        ("MFINALFUNC", "aggmfinalfn"),
    ]
    .into_iter()
    .map(|(word, column)| function(word, column))
    .collect();
    format!(
        "select '', x.name, x.def, 'CREATE AGGREGATE ' || x.def, 'DROP AGGREGATE ' || x.name from (
  select p.oid, {NAME}(p.proname) || '(' || case when p.pronargs = 0 then '*' else pg_catalog.pg_get_function_identity_arguments(p.oid) end || ')' as name,
    {NAME}(p.proname) || '(' || case when p.pronargs = 0 then '*' else pg_catalog.pg_get_function_arguments(p.oid) end || ') (SFUNC=' || a.aggtransfn::pg_catalog.regproc::pg_catalog.text || ', STYPE=' || pg_catalog.format_type(a.aggtranstype, null)
    || case when a.aggtransspace <> 0 then ', SSPACE=' || a.aggtransspace else '' end || {}
    || case when a.aggfinalextra then ', FINALFUNC_EXTRA' else '' end || case when a.aggmfinalextra then ', MFINALFUNC_EXTRA' else '' end || {modify}
    || case when a.aggmtranstype <> 0 then ', MSTYPE=' || pg_catalog.format_type(a.aggmtranstype, null) else '' end
    || coalesce(', INITCOND=' || pg_catalog.quote_literal(a.agginitval), '') || coalesce(', MINITCOND=' || pg_catalog.quote_literal(a.aggminitval), '')
    || case when a.aggsortop <> 0 then ', SORTOP=OPERATOR(' || (select pg_catalog.quote_ident(m.nspname) || '.' || o.oprname from pg_catalog.pg_operator o join pg_catalog.pg_namespace m on m.oid = o.oprnamespace where o.oid = a.aggsortop) || ')' else '' end
    || {parallel} || case when a.aggkind = 'h' then ', HYPOTHETICAL' else '' end || ')' as def
  from pg_catalog.pg_aggregate a join pg_catalog.pg_proc p on p.oid = a.aggfnoid join pg_catalog.pg_namespace n on n.oid = p.pronamespace where {}) x order by x.oid",
        parts.join(" || "),
        own("pg_proc", "p.oid", "n")
    )
}

pub(super) fn operators() -> String {
    let estimator = |word: &str, column: &str| {
        format!(
            "case when o.{column} <> 0 then ', {word}=' || o.{column}::pg_catalog.regproc::pg_catalog.text else '' end"
        )
    };
    let other = |word: &str, column: &str| {
        format!(
            "coalesce((select ', {word}=OPERATOR(' || pg_catalog.quote_ident(m.nspname) || '.' || r.oprname || ')' from pg_catalog.pg_operator r join pg_catalog.pg_namespace m on m.oid = r.oprnamespace where r.oid = o.{column} and r.oprcode <> 0), '')"
        )
    };
    format!(
        "select '', x.name || ' (' || coalesce(x.l, 'NONE') || ', ' || coalesce(x.r, 'NONE') || ')', x.def, 'CREATE OPERATOR ' || x.name || ' (' || x.def || ')', 'DROP OPERATOR ' || x.name || ' (' || coalesce(x.l, 'NONE') || ', ' || coalesce(x.r, 'NONE') || ')' from (
  select o.oid, pg_catalog.quote_ident(n.nspname) || '.' || o.oprname as name, case when o.oprleft <> 0 then pg_catalog.format_type(o.oprleft, null) end as l, case when o.oprright <> 0 then pg_catalog.format_type(o.oprright, null) end as r,
    'PROCEDURE=' || o.oprcode::pg_catalog.regproc::pg_catalog.text || case when o.oprleft <> 0 then ', LEFTARG=' || pg_catalog.format_type(o.oprleft, null) else '' end
    || case when o.oprright <> 0 then ', RIGHTARG=' || pg_catalog.format_type(o.oprright, null) else '' end || {} || {} || {} || {}
    || case when o.oprcanhash then ', HASHES' else '' end || case when o.oprcanmerge then ', MERGES' else '' end as def
  from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid = o.oprnamespace where o.oprcode <> 0 and {}) x order by x.oid",
        other("COMMUTATOR", "oprcom"),
        other("NEGATOR", "oprnegate"),
        estimator("RESTRICT", "oprrest"),
        estimator("JOIN", "oprjoin"),
        own("pg_operator", "o.oid", "n")
    )
}

/// Those that come with range types are not here.
pub(super) fn casts() -> String {
    format!(
        "select '', x.name, x.def, 'CREATE CAST ' || x.name || x.def, 'DROP CAST ' || x.name from (
  select k.oid, '(' || pg_catalog.format_type(k.castsource, null) || ' AS ' || pg_catalog.format_type(k.casttarget, null) || ')' as name,
    case k.castmethod when 'i' then ' WITH INOUT' when 'b' then ' WITHOUT FUNCTION' else ' WITH FUNCTION ' || k.castfunc::pg_catalog.regprocedure::pg_catalog.text end
    || case k.castcontext when 'a' then ' AS ASSIGNMENT' when 'i' then ' AS IMPLICIT' else '' end as def
  from pg_catalog.pg_cast k where k.oid >= 16384
    and not exists (select 1 from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass and d.objid = k.oid and d.deptype = 'i') and {}) x order by x.oid",
        not_of_extension("pg_cast", "k.oid")
    )
}

pub(super) fn dictionaries() -> String {
    format!(
        "select '', 'dictionary ' || x.name, x.def, 'CREATE TEXT SEARCH DICTIONARY ' || x.name || ' (' || x.def || ')', 'DROP TEXT SEARCH DICTIONARY ' || x.name from (
  select {NAME}(d.dictname) as name, 'TEMPLATE=' || pg_catalog.quote_ident(m.nspname) || '.' || pg_catalog.quote_ident(t.tmplname) || coalesce(', ' || d.dictinitoption, '') as def
  from pg_catalog.pg_ts_dict d join pg_catalog.pg_namespace n on n.oid = d.dictnamespace join pg_catalog.pg_ts_template t on t.oid = d.dicttemplate join pg_catalog.pg_namespace m on m.oid = t.tmplnamespace where {}) x order by 2",
        own("pg_ts_dict", "d.oid", "n")
    )
}

pub(super) fn configurations() -> String {
    format!(
        "select '', 'configuration ' || x.name, x.def, 'CREATE TEXT SEARCH CONFIGURATION ' || x.name || ' (PARSER=' || x.parser || ')' || coalesce(E';\\n' || x.def, ''), 'DROP TEXT SEARCH CONFIGURATION ' || x.name from (
  select y.name, y.parser, (select pg_catalog.string_agg('ALTER TEXT SEARCH CONFIGURATION ' || y.name || ' ADD MAPPING FOR ' || z.kind || ' WITH ' || z.dicts, E';\\n' order by z.kind) from (
      select pg_catalog.quote_ident(k.alias) as kind, pg_catalog.string_agg(m.mapdict::pg_catalog.regdictionary::pg_catalog.text, ', ' order by m.mapseqno) as dicts
      from pg_catalog.pg_ts_config_map m join pg_catalog.ts_token_type(y.cfgparser) k on k.tokid = m.maptokentype where m.mapcfg = y.oid group by k.alias) z) as def
  from (select c.oid, c.cfgparser, {NAME}(c.cfgname) as name, pg_catalog.quote_ident(m.nspname) || '.' || pg_catalog.quote_ident(r.prsname) as parser
    from pg_catalog.pg_ts_config c join pg_catalog.pg_namespace n on n.oid = c.cfgnamespace join pg_catalog.pg_ts_parser r on r.oid = c.cfgparser join pg_catalog.pg_namespace m on m.oid = r.prsnamespace where {}) y) x order by 2",
        own("pg_ts_config", "c.oid", "n")
    )
}

pub(super) fn rules() -> String {
    format!(
        "select {NAME}(c.relname), pg_catalog.quote_ident(r.rulename), pg_catalog.pg_get_ruledef(r.oid), pg_catalog.pg_get_ruledef(r.oid), 'DROP RULE ' || pg_catalog.quote_ident(r.rulename) || ' ON ' || {NAME}(c.relname)
from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class join pg_catalog.pg_namespace n on n.oid = c.relnamespace where r.rulename <> '_RETURN' and {} order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

pub(super) fn event_triggers() -> String {
    format!(
        "select '', x.name, x.def, 'CREATE EVENT TRIGGER ' || x.name || x.def || case x.state when 'O' then '' when 'D' then E';\\nALTER EVENT TRIGGER ' || x.name || ' DISABLE' when 'R' then E';\\nALTER EVENT TRIGGER ' || x.name || ' ENABLE REPLICA' else E';\\nALTER EVENT TRIGGER ' || x.name || ' ENABLE ALWAYS' end, 'DROP EVENT TRIGGER ' || x.name from (
  select pg_catalog.quote_ident(t.evtname) as name, t.evtenabled::pg_catalog.text as state, ' ON ' || t.evtevent || coalesce(' WHEN TAG IN (' || (select pg_catalog.string_agg(pg_catalog.quote_literal(u.tag), ', ' order by u.tag) from pg_catalog.unnest(t.evttags) u(tag)) || ')', '')
    || ' EXECUTE PROCEDURE ' || t.evtfoid::pg_catalog.regproc::pg_catalog.text || '()' || case when t.evtenabled = 'O' then '' else '' end as def
  from pg_catalog.pg_event_trigger t where {}) x order by 2",
        not_of_extension("pg_event_trigger", "t.oid")
    )
}

pub(super) fn statistics(version: u32) -> String {
    let of_table = match version >= 140_000 {
        true => "pg_catalog.pg_get_statisticsobjdef(s.oid)",
        false => {
            "pg_catalog.replace(pg_catalog.pg_get_statisticsobjdef(s.oid), ' FROM ' || c.relname, ' FROM ' || c.relname)"
        }
    };
    format!(
        "select {NAME}(c.relname), x.name, {of_table}, {of_table}, 'DROP STATISTICS ' || x.name
from pg_catalog.pg_statistic_ext s join pg_catalog.pg_class c on c.oid = s.stxrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join lateral (select {NAME}(s.stxname) as name from pg_catalog.pg_namespace n where n.oid = s.stxnamespace) x where {} order by 1, 2",
        own("pg_statistic_ext", "s.oid", "n")
    )
}

pub(super) fn publications(version: u32) -> String {
    let truncates = match version >= 110_000 {
        true => ", case when p.pubtruncate then 'truncate' end",
        false => "",
    };
    let root = match version >= 130_000 {
        true => " || case when p.pubviaroot then ', publish_via_partition_root=true' else '' end",
        false => "",
    };
    let generated = match version >= 180_000 {
        true => {
            " || case when p.pubgencols = 's' then ', publish_generated_columns=stored' else '' end"
        }
        false => "",
    };
    format!(
        "select '', x.name, x.every || x.def, 'CREATE PUBLICATION ' || x.name || x.every || ' WITH (' || x.def || ')', 'DROP PUBLICATION ' || x.name from (
  select pg_catalog.quote_ident(p.pubname) as name, case when p.puballtables then ' FOR ALL TABLES' else '' end as every,
    'publish=' || pg_catalog.quote_literal(pg_catalog.concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end{truncates})){root}{generated} as def
  from pg_catalog.pg_publication p where {}) x order by 2",
        not_of_extension("pg_publication", "p.oid")
    )
}

/// The condition of all publications.
pub(super) const ANY_PUBLICATION: &str = "p.oid is not null";

/// The tables of publications, and since 15 the schemas.
pub(super) fn published(version: u32) -> String {
    let (columns, rows, schemas) = match version >= 150_000 {
        true => (
            "coalesce((select ' (' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attnum) || ')' from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum = any (r.prattrs)), '')",
            "coalesce(' WHERE (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')', '')",
            "\nunion all select '', 'schema ' || pg_catalog.quote_ident(n.nspname) || ' in ' || pg_catalog.quote_ident(p.pubname), '', 'ALTER PUBLICATION ' || pg_catalog.quote_ident(p.pubname) || ' ADD TABLES IN SCHEMA ' || pg_catalog.quote_ident(n.nspname), 'ALTER PUBLICATION ' || pg_catalog.quote_ident(p.pubname) || ' DROP TABLES IN SCHEMA ' || pg_catalog.quote_ident(n.nspname)
from pg_catalog.pg_publication_namespace s join pg_catalog.pg_publication p on p.oid = s.pnpubid join pg_catalog.pg_namespace n on n.oid = s.pnnspid where p.oid is not null",
        ),
        false => ("''", "''", ""),
    };
    format!(
        "select x.t, x.t || ' in ' || x.pub, x.def, 'ALTER PUBLICATION ' || x.pub || ' ADD TABLE ONLY ' || x.t || x.def, 'ALTER PUBLICATION ' || x.pub || ' DROP TABLE ONLY ' || x.t from (
  select {NAME}(c.relname) as t, pg_catalog.quote_ident(p.pubname) as pub, {columns} || {rows} as def
  from pg_catalog.pg_publication_rel r join pg_catalog.pg_publication p on p.oid = r.prpubid join pg_catalog.pg_class c on c.oid = r.prrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where {ANY_PUBLICATION} and {}) x{schemas} order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

/// How exactly columns are looked at, and how they are stored.
pub(super) fn column_settings(version: u32) -> String {
    let compression = match version >= 140_000 {
        true => {
            ", ('COMPRESSION', case a.attcompression when 'l' then 'lz4' else 'pglz' end, 'default', a.attcompression <> '')"
        }
        false => "",
    };
    format!(
        "select x.t, x.what || ' of ' || x.t || '.' || x.col, x.value, 'ALTER TABLE ' || x.t || ' ALTER COLUMN ' || x.col || ' SET ' || x.what || ' ' || x.value, 'ALTER TABLE ' || x.t || ' ALTER COLUMN ' || x.col || ' SET ' || x.what || ' ' || x.usual from (
  select {NAME}(c.relname) as t, pg_catalog.quote_ident(a.attname) as col, s.* from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped join pg_catalog.pg_type y on y.oid = a.atttypid
    cross join lateral (values ('STATISTICS', a.attstattarget::pg_catalog.text, '-1', coalesce(a.attstattarget, -1) >= 0),
      ('STORAGE', case a.attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end, case y.typstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL' when 'm' then 'MAIN' else 'EXTENDED' end, a.attstorage <> y.typstorage){compression}) s (what, value, usual, is_set)
  where c.relkind in ('r', 'p', 'm') and s.is_set and {own}
  union all select {NAME}(c.relname), pg_catalog.quote_ident(a.attname), '(' || o.option_name, pg_catalog.quote_literal(o.option_value) || ')', '', true
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join lateral pg_catalog.pg_options_to_table(a.attoptions) o where c.relkind in ('r', 'p', 'm') and a.attoptions is not null and {own}) x order by 1, 2",
        own = own("pg_class", "c.oid", "n")
    )
    .replace("' SET ' || x.what || ' ' || x.value", "' SET ' || x.what || case when x.usual = '' then '=' else ' ' end || x.value")
    .replace("' SET ' || x.what || ' ' || x.usual", "case when x.usual = '' then ' RESET ' || x.what || ')' else ' SET ' || x.what || ' ' || x.usual end")
}

fn column_grants() -> String {
    format!(
        "select x.t, 'columns of ' || x.shown || ' to ' || x.role, pg_catalog.string_agg(x.can || x.passes, ', ' order by x.can, x.passes),
  pg_catalog.string_agg('GRANT ' || x.can || ' ON TABLE ' || x.shown || ' TO ' || x.role || x.passes, E';\\n' order by x.can, x.passes), pg_catalog.string_agg('REVOKE ' || x.can || ' ON TABLE ' || x.shown || ' FROM ' || x.role, E';\\n' order by x.can, x.passes) from (
  select c.shown, case when c.relkind in ('r', 'p', 'v', 'm', 'f') then c.shown else '' end as t, case when l.grantee = 0 then 'PUBLIC' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(l.grantee)) end as role,
    l.privilege_type || ' (' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by a.attname) || ')' as can, case when l.is_grantable then ' WITH GRANT OPTION' else '' end as passes
  from (select c.*, c.oid as number, {NAME}(c.relname) as shown from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where {}) c
    join pg_catalog.pg_attribute a on a.attrelid = c.number and not a.attisdropped cross join lateral pg_catalog.aclexplode(a.attacl) l
  where l.grantee <> c.relowner group by c.shown, c.relkind, l.grantee, l.privilege_type, l.is_grantable) x group by 1, 2, x.shown, x.role order by 1, 2",
        own("pg_class", "c.oid", "n")
    )
}

/// What is granted on things that are made later.
fn default_grants() -> String {
    "select '', 'default on ' || x.what || x.place || ' to ' || x.role || ' by ' || x.maker, x.can, x.head || 'GRANT ' || x.can || ' ON ' || x.what || ' TO ' || x.role, x.head || 'REVOKE ' || x.can || ' ON ' || x.what || ' FROM ' || x.role from (
  select z.*, 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || z.maker || z.place || ' ' as head from (
  select pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole)) as maker, coalesce(' IN SCHEMA ' || pg_catalog.quote_ident(n.nspname), '') as place,
    case d.defaclobjtype when 'r' then 'TABLES' when 'S' then 'SEQUENCES' when 'f' then 'FUNCTIONS' when 'T' then 'TYPES' when 'n' then 'SCHEMAS' else 'LARGE OBJECTS' end as what,
    case when l.grantee = 0 then 'PUBLIC' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(l.grantee)) end as role, pg_catalog.string_agg(l.privilege_type, ', ' order by l.privilege_type) as can
  from pg_catalog.pg_default_acl d left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace cross join lateral pg_catalog.aclexplode(d.defaclacl) l
  where l.grantee <> d.defaclrole group by 1, 2, 3, 4) z) x
union all select '', 'default on ' || x.what || ' from PUBLIC by ' || x.maker, 'revoked', x.head || 'REVOKE ALL ON ' || x.what || ' FROM PUBLIC', x.head || 'GRANT ' || x.can || ' ON ' || x.what || ' TO PUBLIC' from (
  select z.*, 'ALTER DEFAULT PRIVILEGES FOR ROLE ' || z.maker || ' ' as head from (
  select pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole)) as maker, case d.defaclobjtype when 'f' then 'FUNCTIONS' else 'TYPES' end as what, case d.defaclobjtype when 'f' then 'EXECUTE' else 'USAGE' end as can
  from pg_catalog.pg_default_acl d where d.defaclnamespace = 0 and d.defaclobjtype in ('f', 'T') and not exists (select 1 from pg_catalog.aclexplode(d.defaclacl) l where l.grantee = 0)) z) x order by 2"
        .into()
}

/// Whose things are. Nothing undoes it, and what was not there is made by whoever makes it.
fn owners(version: u32) -> impl Iterator<Item = String> {
    let routine = match version >= 110_000 {
        true => "ROUTINE",
        false => "FUNCTION",
    };
    let owner = |role: &str| format!("pg_catalog.quote_ident(pg_catalog.pg_get_userbyid({role}))");
    let query = |table: &str, what: &str, name: &str, role: &str, from: &str| {
        format!(
            "select {table}, 'owner of ' || x.name, x.role, 'ALTER ' || x.what || ' ' || x.name || ' OWNER TO ' || x.role, '' from (select {what} as what, {name} as name, {} as role from {from}) x order by 2",
            owner(role)
        )
    };
    let in_schema = |class: &str, alias: &str, schema: &str, of: &str| {
        format!(
            "pg_catalog.{class} {alias} join pg_catalog.pg_namespace n on n.oid = {alias}.{schema} where {of}{}",
            own(class, &format!("{alias}.oid"), "n")
        )
    };
    let relation = "case c.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' when 'S' then 'SEQUENCE' when 'f' then 'FOREIGN TABLE' else 'TABLE' end";
    let not_owned = "c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and not (c.relkind = 'S' and exists (select 1 from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype in ('a', 'i'))) and ";
    [
        query(
            "case when x.what in ('TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE') then x.name else '' end",
            relation,
            &format!("{NAME}(c.relname)"),
            "c.relowner",
            &in_schema("pg_class", "c", "relnamespace", not_owned),
        ),
        query(
            "''",
            &format!("'{routine}'"),
            ROUTINE,
            "p.proowner",
            &in_schema(
                "pg_proc",
                "p",
                "pronamespace",
                "not exists (select 1 from pg_catalog.pg_aggregate a where a.aggfnoid = p.oid) and not exists (select 1 from pg_catalog.pg_depend d where d.objid = p.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'i') and ",
            ),
        ),
        query(
            "''",
            "'SCHEMA'",
            "pg_catalog.quote_ident(n.nspname)",
            "n.nspowner",
            &format!(
                "pg_catalog.pg_namespace n where n.nspname <> 'public' and {}",
                own("pg_namespace", "n.oid", "n")
            ),
        ),
        query(
            "''",
            "case t.typtype when 'd' then 'DOMAIN' else 'TYPE' end",
            &format!("{NAME}(t.typname)"),
            "t.typowner",
            &in_schema(
                "pg_type",
                "t",
                "typnamespace",
                "(t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and exists (select 1 from pg_catalog.pg_class c where c.oid = t.typrelid and c.relkind = 'c')) and ",
            ),
        ),
    ]
    .into_iter()
}
