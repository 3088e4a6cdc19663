//! `\d NAME`: the columns of each relation that fits, and below them everything that belongs to it.

use super::footers;
use super::relations::{RELATION, list_of};
use super::{Ask, Select, named};
use crate::driver::postgres::catalog::{is_missing, qualified};
use crate::driver::{Desk, Sheet};
use crate::error::{Error, Result};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::borrow::Cow;

/// What the catalog says of a relation as such.
#[derive(Debug, Default, Clone)]
pub(super) struct About {
    pub(super) oid: String,
    pub(super) schema: String,
    pub(super) name: String,
    /// `r`, `v`, `i` …
    pub(super) kind: char,
    pub(super) unlogged: bool,
    pub(super) has_checks: bool,
    pub(super) has_index: bool,
    pub(super) has_rules: bool,
    pub(super) has_triggers: bool,
    pub(super) row_security: bool,
    pub(super) forced_row_security: bool,
    pub(super) has_oids: bool,
    pub(super) is_partition: bool,
    pub(super) replica_identity: char,
    pub(super) options: String,
    pub(super) of_type: String,
    pub(super) access_method: Option<String>,
    pub(super) tablespace: Option<String>,
    pub(super) verbose: bool,
    pub(super) hide_compression: bool,
    /// The server's, as `server_version_num`.
    pub(super) version: u32,
    /// Why no more than the kind is known.
    pub(super) missing: Option<String>,
}

impl About {
    pub(super) fn is(&self, kinds: &str) -> bool {
        kinds.contains(self.kind)
    }
}

/// `\d`: without a name the relations, with one what they are like.
pub(super) fn describe<'a>(
    ask: &'a Ask<'a>,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        if ask.pattern().is_none() {
            return super::show(list_of(ask, "")?, ask.quiet, desk).await;
        }
        let select = Select::from("pg_catalog.pg_class c")
            .columns(&[
                ("c.oid", "oid"),
                ("n.nspname", "schema"),
                ("c.relname", "name"),
            ])
            .join("pg_catalog.pg_namespace n on n.oid = c.relnamespace")
            .named(ask.pattern(), &RELATION, ask.server)?
            .order("2, 3");
        let found = desk.ask(&select.sql()).await?;
        if found.is_empty() {
            return Err(ask.not_found(&format!("any relation{}", named(ask.pattern()))));
        }
        for row in 0..found.len() {
            let mut about = About {
                oid: found.text(row, 0).to_string(),
                schema: found.text(row, 1).to_string(),
                name: found.text(row, 2).to_string(),
                verbose: ask.verbose,
                hide_compression: ask.hide_compression,
                version: ask.server.version,
                ..About::default()
            };
            read_about(&mut about, desk).await?;
            about.access_method.take_if(|_| ask.hide_methods);
            match about.kind {
                'S' => sequence(&about, desk).await?,
                _ => relation(&about, desk).await?,
            }
        }
        Ok(())
    }
    .boxed_local()
}

async fn read_about(about: &mut About, desk: &mut dyn Desk) -> Result<()> {
    let since = |version| about.version >= version;
    let oids = if since(120_000) {
        "false"
    } else {
        "c.relhasoids"
    };
    let partition = if since(100_000) {
        "c.relispartition"
    } else {
        "false"
    };
    let (method, join) = match since(120_000) {
        true => (
            "am.amname",
            "\n  left join pg_catalog.pg_am am on c.relam = am.oid",
        ),
        false => ("null", ""),
    };
    let options = match about.verbose {
        true => {
            "pg_catalog.array_to_string(c.reloptions || array(
      select 'toast.' || x from pg_catalog.unnest(tc.reloptions) x), ', ')"
        }
        false => "''",
    };
    let sql = qualified(&format!(
        "select c.relkind, c.relpersistence = 'u', c.relchecks > 0, c.relhasindex, c.relhasrules,
  c.relhastriggers, c.relrowsecurity, c.relforcerowsecurity, {oids}, {partition},
  c.relreplident, {options},
  case when c.reloftype = 0 then '' else c.reloftype::pg_catalog.regtype::pg_catalog.text end,
  {method}, ts.spcname
from pg_catalog.pg_class c
  left join pg_catalog.pg_class tc on c.reltoastrelid = tc.oid{join}
  left join pg_catalog.pg_tablespace ts on c.reltablespace = ts.oid
where c.oid = '{}';",
        about.oid
    ));
    let answer = match desk.ask(&sql).await {
        Err(e) if is_missing(&e) => return read_kind(about, e, desk).await,
        answer => answer?,
    };
    if answer.is_empty() {
        return Err(Error::server(format!(
            "did not find any relation with OID {}",
            about.oid
        )));
    }
    let first = |column| answer.text(0, column).chars().next().unwrap_or(' ');
    let yes = |column| answer.text(0, column) == "t";
    about.kind = first(0);
    about.unlogged = yes(1);
    about.has_checks = yes(2);
    about.has_index = yes(3);
    about.has_rules = yes(4);
    about.has_triggers = yes(5);
    about.row_security = yes(6);
    about.forced_row_security = yes(7);
    about.has_oids = yes(8);
    about.is_partition = yes(9);
    about.replica_identity = first(10);
    about.options = answer.text(0, 11).to_string();
    about.of_type = answer.text(0, 12).to_string();
    about.access_method = answer.get(0, 13).map(str::to_string);
    about.tablespace = answer.get(0, 14).map(str::to_string);
    Ok(())
}

/// What is known of a relation where the server lacks a part of the catalog: its kind. All that
/// could belong to it is asked for.
async fn read_kind(about: &mut About, why: Error, desk: &mut dyn Desk) -> Result<()> {
    let sql = format!(
        "select c.relkind from pg_catalog.pg_class c where c.oid = '{}';",
        about.oid
    );
    let answer = desk.ask(&sql).await?;
    about.kind = match answer.is_empty() {
        true => 'r',
        false => answer.text(0, 0).chars().next().unwrap_or('r'),
    };
    about.has_checks = true;
    about.has_index = true;
    about.has_rules = true;
    about.has_triggers = true;
    about.missing = Some(why.message);
    Ok(())
}

async fn sequence(about: &About, desk: &mut dyn Desk) -> Result<()> {
    let columns = [
        ("Type", "pg_catalog.format_type(seqtypid, null)", "'bigint'"),
        ("Start", "seqstart", "start_value"),
        ("Minimum", "seqmin", "min_value"),
        ("Maximum", "seqmax", "max_value"),
        ("Increment", "seqincrement", "increment_by"),
        (
            "Cycles?",
            "case when seqcycle then 'yes' else 'no' end",
            "case when is_cycled then 'yes' else 'no' end",
        ),
        ("Cache", "seqcache", "cache_value"),
    ];
    let new = about.version >= 100_000;
    let shown: Vec<_> = columns
        .iter()
        .map(|(heading, since_10, before)| {
            format!("{} as \"{heading}\"", if new { since_10 } else { before })
        })
        .collect();
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let from = match new {
        true => format!("pg_catalog.pg_sequence\nwhere seqrelid = '{}'", about.oid),
        false => format!("{}.{}", quoted(&about.schema), quoted(&about.name)),
    };
    let sql = match new {
        true => qualified(&format!("select {}\nfrom {from};", shown.join(",\n  "))),
        false => format!("select {}\nfrom {from};", shown.join(",\n  ")),
    };
    let answer = desk.ask(&sql).await?;
    let owner = desk.ask(&owner_of_sequence(&about.oid)).await?;
    let mut lines = Vec::new();
    if owner.len() == 1 {
        match owner.text(0, 1) {
            "a" => lines.push(format!("Owned by: {}", owner.text(0, 0))),
            "i" => lines.push(format!(
                "Sequence for identity column: {}",
                owner.text(0, 0)
            )),
            _ => {}
        }
    }
    desk.show(Sheet {
        title: title(about),
        answer,
        footers: Some(lines),
        flat: false,
    })
}

fn owner_of_sequence(oid: &str) -> String {
    qualified(&format!(
        "select pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
    || '.' || pg_catalog.quote_ident(a.attname), d.deptype
from pg_catalog.pg_class c
  join pg_catalog.pg_depend d on c.oid = d.refobjid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.objid = '{oid}'
  and d.deptype in ('a', 'i');"
    ))
}

/// `Table "public.users"`, `Unlogged index …`
fn title(about: &About) -> String {
    let kind = match about.kind {
        'r' => "table",
        'v' => "view",
        'm' => "materialized view",
        'i' => "index",
        'I' => "partitioned index",
        'S' => "sequence",
        't' => "TOAST table",
        'c' => "composite type",
        'f' => "foreign table",
        'p' => "partitioned table",
        _ => "relation",
    };
    let unlogged = if about.unlogged && about.is("rmiIpS") {
        "unlogged "
    } else {
        ""
    };
    let mut text = format!("{unlogged}{kind} \"{}.{}\"", about.schema, about.name);
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    text
}

/// One column of the description.
struct Shown {
    heading: &'static str,
    /// What is asked for.
    expression: Cow<'static, str>,
    /// The relations that have it.
    kinds: &'static str,
    /// Only `+` shows it.
    verbose: bool,
}

const fn shown(heading: &'static str, expression: &'static str, kinds: &'static str) -> Shown {
    Shown {
        heading,
        expression: Cow::Borrowed(expression),
        kinds,
        verbose: false,
    }
}

impl Shown {
    fn asking(heading: &'static str, expression: String, kinds: &'static str) -> Shown {
        Shown {
            expression: expression.into(),
            ..shown(heading, "", kinds)
        }
    }

    fn with_plus(self) -> Shown {
        Shown {
            verbose: true,
            ..self
        }
    }
}

/// Every relation that is described by its columns.
const EACH: &str = "rvmfcpiIt";
/// Relations whose columns have a collation, a default, and may be NULL.
const WITH_DETAILS: &str = "rvmfcp";

const TYPE: &str = "pg_catalog.format_type(a.atttypid, a.atttypmod)";
const COLLATION: &str = "(select c.collname from pg_catalog.pg_collation c, pg_catalog.pg_type t
    where c.oid = a.attcollation and t.oid = a.atttypid
      and a.attcollation <> t.typcollation)";
const NULLABLE: &str = "case when a.attnotnull then 'not null' else '' end";
const STORAGE: &str = "case a.attstorage when 'p' then 'plain' when 'm' then 'main'
    when 'x' then 'extended' when 'e' then 'external' else '???' end";
const COMPRESSION: &str = "case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4'
    when '' then '' else '???' end";

fn shown_columns(about: &About) -> Vec<Shown> {
    let since = |version| about.version >= version;
    let target = match since(170_000) {
        true => "a.attstattarget",
        false => "case when a.attstattarget = -1 then null else a.attstattarget end",
    };
    let compressed = match since(140_000) && !about.hide_compression {
        true => "rpm",
        false => "",
    };
    let keyed = if since(110_000) { "iI" } else { "" };
    let key = format!(
        "case when a.attnum <= (select i.indnkeyatts from pg_catalog.pg_index i
    where i.indexrelid = '{}') then 'yes' else 'no' end",
        about.oid
    );
    let definition = "pg_catalog.pg_get_indexdef(a.attrelid, a.attnum, true)";
    let options = super::relations::options_of("a.attfdwoptions");
    let comment = "pg_catalog.col_description(a.attrelid, a.attnum)";
    vec![
        shown("Column", "a.attname", EACH),
        shown("Type", TYPE, EACH),
        shown("Collation", COLLATION, WITH_DETAILS),
        shown("Nullable", NULLABLE, WITH_DETAILS),
        Shown::asking("Default", default_of(about), WITH_DETAILS),
        Shown::asking("Key?", key, keyed),
        shown("Definition", definition, "iI"),
        Shown::asking("FDW options", options, "f"),
        shown("Storage", STORAGE, EACH).with_plus(),
        shown("Compression", COMPRESSION, compressed).with_plus(),
        shown("Stats target", target, "riImfp").with_plus(),
        shown("Description", comment, WITH_DETAILS).with_plus(),
    ]
}

/// What a column holds where nothing is given, and how it is generated.
fn default_of(about: &About) -> String {
    let since = |version| about.version >= version;
    let expression = "(select pg_catalog.pg_get_expr(d.adbin, d.adrelid, true)
    from pg_catalog.pg_attrdef d
    where d.adrelid = a.attrelid and d.adnum = a.attnum and a.atthasdef)";
    let identity = match since(100_000) {
        true => {
            "when a.attidentity = 'a' then 'generated always as identity'
    when a.attidentity = 'd' then 'generated by default as identity'"
        }
        false => "when false then ''",
    };
    let generated = match since(120_000) {
        true => format!(
            "when a.attgenerated = 's' then 'generated always as (' || {expression} || ') stored'
    when a.attgenerated = 'v' then 'generated always as (' || {expression} || ')'"
        ),
        false => "when false then ''".into(),
    };
    format!("case {identity}\n    {generated}\n    else {expression} end")
}

/// The query for the columns of a relation.
fn columns_query(about: &About) -> String {
    let shown: Vec<_> = shown_columns(about)
        .iter()
        .filter(|shown| about.is(shown.kinds) && (about.verbose || !shown.verbose))
        .map(|shown| format!("{} as \"{}\"", shown.expression, shown.heading))
        .collect();
    qualified(&format!(
        "select {}
from pg_catalog.pg_attribute a
where a.attrelid = '{}' and a.attnum > 0 and not a.attisdropped
order by a.attnum;",
        shown.join(",\n  "),
        about.oid
    ))
}

/// As much of it as servers have that speak PostgreSQL's protocol and lack parts of its catalog.
fn plain_columns_query(oid: &str) -> String {
    qualified(&format!(
        "select a.attname as \"Column\",
  pg_catalog.format_type(a.atttypid, a.atttypmod) as \"Type\",
  case when a.attnotnull then 'not null' else '' end as \"Nullable\"
from pg_catalog.pg_attribute a
where a.attrelid = '{oid}' and a.attnum > 0 and not a.attisdropped
order by a.attnum;"
    ))
}

async fn relation(about: &About, desk: &mut dyn Desk) -> Result<()> {
    let mut missing: Vec<String> = about.missing.iter().cloned().collect();
    let mut answer = match desk.ask(&columns_query(about)).await {
        Err(e) if is_missing(&e) => {
            missing.push(e.message);
            desk.ask(&plain_columns_query(&about.oid)).await?
        }
        answer => answer?,
    };
    answer.align_left();
    let mut lines = Vec::new();
    for part in footers::PARTS.iter().filter(|p| (p.applies)(about)) {
        match desk.ask(&qualified(&(part.sql)(about))).await {
            Ok(found) => lines.extend((part.lines)(about, &found)),
            Err(e) if is_missing(&e) => missing.push(e.message),
            Err(e) => return Err(e),
        }
    }
    lines.extend(footers::last_lines(about));
    lines.extend(incomplete(missing));
    desk.show(Sheet {
        title: title(about),
        answer,
        footers: Some(lines),
        flat: true,
    })
}

/// The line that says what the server did not tell.
fn incomplete(mut missing: Vec<String>) -> Option<String> {
    let mut seen = std::collections::BTreeSet::new();
    missing.retain(|message| seen.insert(message.clone()));
    let lines = missing.join("; ").replace('\n', " ");
    (!lines.is_empty()).then(|| format!("Not all could be read: {lines}"))
}
