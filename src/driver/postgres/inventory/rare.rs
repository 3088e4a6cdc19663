//! What hardly anybody makes, for `/diff-schema` and `/ddl`: each query gives table, name, definition,
//! and the statements that make and drop it.

use super::objects::{not_of_extension, options};
use super::{NAME, own};
use crate::diff::Kind;

/// Numbers below are those of what the server itself came with.
const FIRST_OWN: &str = "16384";

pub(super) fn queries(version: u32) -> Vec<(Kind, String)> {
    let mut out = vec![
        (Kind::AccessMethod, access_methods()),
        (Kind::UserMapping, user_mappings()),
        (Kind::Language, languages()),
        (Kind::Conversion, conversions()),
        (Kind::OperatorClass, operator_families()),
        (Kind::OperatorClass, operator_classes()),
        (Kind::TextSearch, parsers()),
        (Kind::TextSearch, templates()),
        (Kind::Comment, all_comments(version)),
    ];
    if version >= 100_000 {
        out.push((Kind::Subscription, subscriptions(version)));
    }
    out
}

/// Only who may do everything can read what a subscription connects to.
pub(super) fn may_be_denied(kind: Kind) -> bool {
    kind == Kind::Subscription
}

pub(super) fn access_methods() -> String {
    format!(
        "select '', x.name, x.def, 'CREATE ACCESS METHOD ' || x.name || x.def, 'DROP ACCESS METHOD ' || x.name from (
  select pg_catalog.quote_ident(m.amname) as name, case m.amtype when 't' then ' TYPE TABLE' else ' TYPE INDEX' end || ' HANDLER ' || m.amhandler::pg_catalog.text as def
  from pg_catalog.pg_am m where m.oid >= {FIRST_OWN} and {}) x order by 2",
        not_of_extension("pg_am", "m.oid")
    )
}

pub(super) fn languages() -> String {
    let function = |word: &str, column: &str| {
        format!(
            "case when l.{column} <> 0 then ' {word} ' || l.{column}::pg_catalog.regproc::pg_catalog.text else '' end"
        )
    };
    format!(
        "select '', x.name, x.def, 'CREATE ' || x.word || 'LANGUAGE ' || x.name || x.def, 'DROP LANGUAGE ' || x.name from (
  select pg_catalog.quote_ident(l.lanname) as name, case when l.lanpltrusted then 'TRUSTED ' else '' end as word, {} || {} || {} as def
  from pg_catalog.pg_language l where l.lanispl and l.oid >= {FIRST_OWN} and {}) x order by 2",
        function("HANDLER", "lanplcallfoid"),
        function("INLINE", "laninline"),
        function("VALIDATOR", "lanvalidator"),
        not_of_extension("pg_language", "l.oid")
    )
}

/// Their options are shown to those whose they are.
pub(super) fn user_mappings() -> String {
    format!(
        "select '', 'user mapping ' || x.name, x.def, 'CREATE USER MAPPING FOR ' || x.name || x.def, 'DROP USER MAPPING FOR ' || x.name from (
  select case when m.umuser = 0 then 'PUBLIC' else pg_catalog.quote_ident(m.usename) end || ' SERVER ' || pg_catalog.quote_ident(m.srvname) as name, {} as def
  from pg_catalog.pg_user_mappings m where {}) x order by 2",
        options("m.umoptions"),
        not_of_extension("pg_foreign_server", "m.srvid")
    )
}

pub(super) fn conversions() -> String {
    format!(
        "select '', x.name, x.word || x.def, 'CREATE ' || x.word || 'CONVERSION ' || x.name || x.def, 'DROP CONVERSION ' || x.name from (
  select {NAME}(k.conname) as name, case when k.condefault then 'DEFAULT ' else '' end as word,
    ' FOR ' || pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(k.conforencoding)) || ' TO ' || pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(k.contoencoding)) || ' FROM ' || k.conproc::pg_catalog.text as def
  from pg_catalog.pg_conversion k join pg_catalog.pg_namespace n on n.oid = k.connamespace where {}) x order by 2",
        own("pg_conversion", "k.oid", "n")
    )
}

/// Operators and functions that belong to an object of a catalog.
fn members(class: &str, oid: &str) -> String {
    let of = |members: &str| {
        format!(
            "exists (select 1 from pg_catalog.pg_depend d where d.classid = 'pg_catalog.{members}'::pg_catalog.regclass and d.objid = a.oid and d.refclassid = 'pg_catalog.{class}'::pg_catalog.regclass and d.refobjid = {oid})"
        )
    };
    format!(
        "(select pg_catalog.string_agg('OPERATOR ' || a.amopstrategy || ' ' || a.amopopr::pg_catalog.regoperator::pg_catalog.text
      || coalesce(' FOR ORDER BY ' || (select {NAME}(s.opfname) from pg_catalog.pg_opfamily s join pg_catalog.pg_namespace n on n.oid = s.opfnamespace where s.oid = a.amopsortfamily), ''), ', ' order by a.amopstrategy, a.amoplefttype, a.amoprighttype)
    from pg_catalog.pg_amop a where {}),
  (select pg_catalog.string_agg('FUNCTION ' || a.amprocnum || ' (' || pg_catalog.format_type(a.amproclefttype, null) || ', ' || pg_catalog.format_type(a.amprocrighttype, null) || ') ' || a.amproc::pg_catalog.regprocedure::pg_catalog.text, ', ' order by a.amprocnum, a.amproclefttype, a.amprocrighttype)
    from pg_catalog.pg_amproc a where {})",
        of("pg_amop"),
        of("pg_amproc")
    )
}

pub(super) fn operator_families() -> String {
    format!(
        "select '', 'family ' || x.name, x.def, 'CREATE OPERATOR FAMILY ' || x.name || case when x.def = '' then '' else E';\\nALTER OPERATOR FAMILY ' || x.name || ' ADD ' || x.def end, 'DROP OPERATOR FAMILY ' || x.name from (
  select {NAME}(f.opfname) || ' USING ' || pg_catalog.quote_ident(m.amname) as name, pg_catalog.concat_ws(', ', {}) as def
  from pg_catalog.pg_opfamily f join pg_catalog.pg_namespace n on n.oid = f.opfnamespace join pg_catalog.pg_am m on m.oid = f.opfmethod where {}) x order by 2",
        members("pg_opfamily", "f.oid"),
        own("pg_opfamily", "f.oid", "n")
    )
}

pub(super) fn operator_classes() -> String {
    format!(
        "select '', 'class ' || x.name || ' USING ' || x.method, x.def, 'CREATE OPERATOR CLASS ' || x.name || x.def, 'DROP OPERATOR CLASS ' || x.name || ' USING ' || x.method from (
  select {NAME}(o.opcname) as name, pg_catalog.quote_ident(m.amname) as method, case when o.opcdefault then ' DEFAULT' else '' end || ' FOR TYPE ' || pg_catalog.format_type(o.opcintype, null) || ' USING ' || pg_catalog.quote_ident(m.amname)
    || ' FAMILY ' || (select {NAME}(f.opfname) from pg_catalog.pg_opfamily f join pg_catalog.pg_namespace n on n.oid = f.opfnamespace where f.oid = o.opcfamily)
    || ' AS ' || coalesce(nullif(pg_catalog.concat_ws(', ', case when o.opckeytype <> 0 then 'STORAGE ' || pg_catalog.format_type(o.opckeytype, null) end, {}), ''), 'STORAGE ' || pg_catalog.format_type(o.opcintype, null)) as def
  from pg_catalog.pg_opclass o join pg_catalog.pg_namespace n on n.oid = o.opcnamespace join pg_catalog.pg_am m on m.oid = o.opcmethod where {}) x order by 2",
        members("pg_opclass", "o.oid"),
        own("pg_opclass", "o.oid", "n")
    )
}

/// Name and function of each part, of those that it has.
fn parts(parts: &[(&str, &str)]) -> String {
    let part = |(word, column): &(&str, &str)| {
        format!("case when {column} <> 0 then '{word}=' || {column}::pg_catalog.text end")
    };
    let all: Vec<String> = parts.iter().map(part).collect();
    format!("pg_catalog.concat_ws(', ', {})", all.join(", "))
}

pub(super) fn parsers() -> String {
    format!(
        "select '', 'parser ' || x.name, x.def, 'CREATE TEXT SEARCH PARSER ' || x.name || ' (' || x.def || ')', 'DROP TEXT SEARCH PARSER ' || x.name from (
  select {NAME}(p.prsname) as name, {} as def
  from pg_catalog.pg_ts_parser p join pg_catalog.pg_namespace n on n.oid = p.prsnamespace where {}) x order by 2",
        parts(&[
            ("START", "p.prsstart"),
            ("GETTOKEN", "p.prstoken"),
            ("END", "p.prsend"),
            ("HEADLINE", "p.prsheadline"),
            ("LEXTYPES", "p.prslextype"),
        ]),
        own("pg_ts_parser", "p.oid", "n")
    )
}

pub(super) fn templates() -> String {
    format!(
        "select '', 'template ' || x.name, x.def, 'CREATE TEXT SEARCH TEMPLATE ' || x.name || ' (' || x.def || ')', 'DROP TEXT SEARCH TEMPLATE ' || x.name from (
  select {NAME}(t.tmplname) as name, {} as def
  from pg_catalog.pg_ts_template t join pg_catalog.pg_namespace n on n.oid = t.tmplnamespace where {}) x order by 2",
        parts(&[("INIT", "t.tmplinit"), ("LEXIZE", "t.tmpllexize")]),
        own("pg_ts_template", "t.oid", "n")
    )
}

/// Those of the database.
pub(super) const HERE: &str = "s.subdbid = (select b.oid from pg_catalog.pg_database b where b.datname = pg_catalog.current_database())";

/// Made without connecting, as what reads a dump makes them.
pub(super) fn subscriptions(version: u32) -> String {
    let mut options = vec![
        "'connect=false'",
        "'slot_name=' || coalesce(pg_catalog.quote_literal(s.subslotname), 'NONE')",
        "case when s.subsynccommit <> 'off' then 'synchronous_commit=' || pg_catalog.quote_literal(s.subsynccommit) end",
    ];
    if version >= 140_000 {
        options.push("case when s.subbinary then 'binary=true' end");
    }
    match version {
        160_000.. => options.push("case s.substream when 't' then 'streaming=on' when 'p' then 'streaming=parallel' when 'f' then case when pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 180000 then 'streaming=off' end end"),
        140_000.. => options.push("case when s.substream then 'streaming=on' end"),
        _ => {}
    }
    if version >= 150_000 {
        options.push("case when s.subtwophasestate <> 'd' then 'two_phase=on' end");
        options.push("case when s.subdisableonerr then 'disable_on_error=true' end");
    }
    if version >= 160_000 {
        options.push("case when not s.subpasswordrequired then 'password_required=false' end");
        options.push("case when s.subrunasowner then 'run_as_owner=true' end");
        options.push(
            "case when s.suborigin <> 'any' then 'origin=' || pg_catalog.quote_literal(s.suborigin) end",
        );
    }
    if version >= 170_000 {
        options.push("case when s.subfailover then 'failover=true' end");
    }
    format!(
        "select '', x.name, x.def, 'CREATE SUBSCRIPTION ' || x.name || x.def, 'DROP SUBSCRIPTION ' || x.name from (
  select pg_catalog.quote_ident(s.subname) as name, ' CONNECTION ' || pg_catalog.quote_literal(s.subconninfo)
    || ' PUBLICATION ' || (select pg_catalog.string_agg(pg_catalog.quote_ident(p.name), ', ') from pg_catalog.unnest(s.subpublications) p(name))
    || ' WITH (' || pg_catalog.concat_ws(', ', {}) || ')' as def
  from pg_catalog.pg_subscription s where {HERE}) x order by 2",
        options.join(", ")
    )
}

/// Comments on what has no words of its own in the other lists.
fn all_comments(version: u32) -> String {
    let mut classes = vec![
        "pg_rewrite",
        "pg_cast",
        "pg_collation",
        "pg_conversion",
        "pg_operator",
        "pg_opclass",
        "pg_opfamily",
        "pg_ts_parser",
        "pg_ts_dict",
        "pg_ts_template",
        "pg_ts_config",
        "pg_foreign_data_wrapper",
        "pg_foreign_server",
        "pg_am",
        "pg_language",
        "pg_event_trigger",
        "pg_constraint",
        "pg_proc",
    ];
    if version >= 100_000 {
        classes.extend(["pg_statistic_ext", "pg_publication", "pg_subscription"]);
    }
    comments(&classes, &format!("d.objoid >= {FIRST_OWN}"))
}

/// Comments on objects of these catalogs, as the server calls them.
pub(super) fn comments(classes: &[&str], condition: &str) -> String {
    let classes: Vec<String> = classes
        .iter()
        .map(|class| format!("'pg_catalog.{class}'::pg_catalog.regclass::pg_catalog.oid"))
        .collect();
    format!(
        "select x.t, x.word || ' ' || x.name, x.text, 'COMMENT ON ' || x.word || ' ' || x.name || ' IS ' || pg_catalog.quote_literal(x.text), 'COMMENT ON ' || x.word || ' ' || x.name || ' IS NULL' from (
  select coalesce((select {NAME}(c.relname) from pg_catalog.pg_rewrite r join pg_catalog.pg_class c on c.oid = r.ev_class join pg_catalog.pg_namespace n on n.oid = c.relnamespace where i.type = 'rule' and r.oid = d.objoid), '') as t, d.description as text,
    case i.type when 'foreign-data wrapper' then 'FOREIGN DATA WRAPPER' when 'statistics object' then 'STATISTICS' when 'domain constraint' then 'CONSTRAINT' else pg_catalog.upper(i.type) end as word,
    case i.type when 'domain constraint' then (select pg_catalog.quote_ident(k.conname) || ' ON DOMAIN ' || k.contypid::pg_catalog.regtype::pg_catalog.text from pg_catalog.pg_constraint k where k.oid = d.objoid)
      when 'aggregate' then (select {NAME}(p.proname) || '(' || case when p.pronargs = 0 then '*' else pg_catalog.pg_get_function_identity_arguments(p.oid) end || ')' from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace where p.oid = d.objoid)
      when 'operator' then (select pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ' (' || case when o.oprleft = 0 then 'NONE' else pg_catalog.format_type(o.oprleft, null) end || ', ' || case when o.oprright = 0 then 'NONE' else pg_catalog.format_type(o.oprright, null) end || ')' from pg_catalog.pg_operator o join pg_catalog.pg_namespace n on n.oid = o.oprnamespace where o.oid = d.objoid)
      else i.identity end as name
  from pg_catalog.pg_description d cross join lateral pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) i
  where {condition} and d.objsubid = 0 and d.classoid in ({}) and i.type not in ('table constraint', 'function', 'procedure')
    and not exists (select 1 from pg_catalog.pg_depend e where e.classid = d.classoid and e.objid = d.objoid and e.deptype = 'e')) x order by 1, 2",
        classes.join(", ")
    )
}
