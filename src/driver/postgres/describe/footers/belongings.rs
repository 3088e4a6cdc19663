//! Policies, statistics and publications below a relation. Pure.

use super::super::relation::About;
use super::{each, headed, yes};
use crate::driver::Answer;

pub(super) fn policies_query(about: &About) -> String {
    let permissive = if about.version >= 100_000 {
        "pol.polpermissive"
    } else {
        "true"
    };
    format!(
        "select pol.polname, {permissive},
  case when pol.polroles = '{{0}}' then null else pg_catalog.array_to_string(array(
    select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1), ',') end,
  pg_catalog.pg_get_expr(pol.polqual, pol.polrelid),
  pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid),
  case pol.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT'
    when 'w' then 'UPDATE' when 'd' then 'DELETE' end
from pg_catalog.pg_policy pol
where pol.polrelid = '{}'
order by 1;",
        about.oid
    )
}

pub(super) fn policies(about: &About, found: &Answer) -> Vec<String> {
    let heading = match (
        about.row_security,
        about.forced_row_security,
        found.is_empty(),
    ) {
        (true, false, false) => "Policies:",
        (true, true, false) => "Policies (forced row security enabled):",
        (true, false, true) => "Policies (row security enabled): (none)",
        (true, true, true) => "Policies (forced row security enabled): (none)",
        (false, _, false) => "Policies (row security disabled):",
        (false, _, true) => return Vec::new(),
    };
    let policy = |f: &Answer, row| {
        let mut text = format!("    POLICY \"{}\"", f.text(row, 0));
        text.push_str(if yes(f, row, 1) {
            ""
        } else {
            " AS RESTRICTIVE"
        });
        if let Some(command) = f.get(row, 5) {
            text.push_str(&format!(" FOR {command}"));
        }
        if let Some(roles) = f.get(row, 2) {
            text.push_str(&format!("\n      TO {roles}"));
        }
        if let Some(using) = f.get(row, 3) {
            text.push_str(&format!("\n      USING ({using})"));
        }
        if let Some(check) = f.get(row, 4) {
            text.push_str(&format!("\n      WITH CHECK ({check})"));
        }
        text
    };
    std::iter::once(heading.to_string())
        .chain(each(found, policy))
        .collect()
}

pub(super) fn statistics_query(about: &About) -> String {
    let columns = match about.version >= 140_000 {
        true => "pg_catalog.pg_get_statisticsobjdef_columns(oid)",
        false => {
            "(select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ')
    from pg_catalog.unnest(stxkeys) s(attnum)
    join pg_catalog.pg_attribute a on stxrelid = a.attrelid and a.attnum = s.attnum
      and not a.attisdropped)"
        }
    };
    let target = match about.version {
        170_000.. => "stxstattarget",
        130_000.. => "case when stxstattarget = -1 then null else stxstattarget end",
        _ => "null",
    };
    let order = if about.version >= 140_000 {
        "nsp, stxname"
    } else {
        "oid"
    };
    format!(
        "select stxnamespace::pg_catalog.regnamespace::pg_catalog.text as nsp, stxname,
  {columns}, stxrelid::pg_catalog.regclass,
  'd' = any(stxkind), 'f' = any(stxkind), 'm' = any(stxkind), {target}
from pg_catalog.pg_statistic_ext
where stxrelid = '{}'
order by {order};",
        about.oid
    )
}

pub(super) fn statistics(about: &About, found: &Answer) -> Vec<String> {
    headed("Statistics objects:", found, |f, row| {
        let mut line = format!("    \"{}.{}\"", f.text(row, 0), f.text(row, 1));
        let kinds: Vec<_> = [(4, "ndistinct"), (5, "dependencies"), (6, "mcv")]
            .into_iter()
            .filter(|(column, _)| yes(f, row, *column))
            .map(|(_, name)| name)
            .collect();
        // All kinds is what one gets without naming any; none is for a single expression.
        if about.version < 140_000 || (1..3).contains(&kinds.len()) {
            line.push_str(&format!(" ({})", kinds.join(", ")));
        }
        line.push_str(&format!(" ON {} FROM {}", f.text(row, 2), f.text(row, 3)));
        if let Some(target) = f.get(row, 7) {
            line.push_str(&format!("; STATISTICS {target}"));
        }
        line
    })
}

pub(super) fn publications_query(about: &About) -> String {
    let oid = &about.oid;
    let all = format!(
        "select pubname, null, null
from pg_catalog.pg_publication p
where p.puballtables and pg_catalog.pg_relation_is_publishable('{oid}')"
    );
    if about.version < 150_000 {
        return format!(
            "select pubname, null, null
from pg_catalog.pg_publication p
  join pg_catalog.pg_publication_rel pr on p.oid = pr.prpubid
where pr.prrelid = '{oid}'
union all
{all}
order by 1;"
        );
    }
    format!(
        "select pubname, null, null
from pg_catalog.pg_publication p
  join pg_catalog.pg_publication_namespace pn on p.oid = pn.pnpubid
  join pg_catalog.pg_class pc on pc.relnamespace = pn.pnnspid
where pc.oid = '{oid}' and pg_catalog.pg_relation_is_publishable('{oid}')
union
select pubname, pg_catalog.pg_get_expr(pr.prqual, c.oid),
  case when pr.prattrs is not null then (
    select pg_catalog.string_agg(attname, ', ')
    from pg_catalog.generate_series(0, pg_catalog.array_upper(pr.prattrs::pg_catalog.int2[], 1)) s,
      pg_catalog.pg_attribute
    where attrelid = pr.prrelid and attnum = prattrs[s]) end
from pg_catalog.pg_publication p
  join pg_catalog.pg_publication_rel pr on p.oid = pr.prpubid
  join pg_catalog.pg_class c on c.oid = pr.prrelid
where pr.prrelid = '{oid}'
union
{all}
order by 1;"
    )
}

pub(super) fn publications(_: &About, found: &Answer) -> Vec<String> {
    headed("Publications:", found, |f, row| {
        let mut line = format!("    \"{}\"", f.text(row, 0));
        if let Some(columns) = f.get(row, 2) {
            line.push_str(&format!(" ({columns})"));
        }
        if let Some(filter) = f.get(row, 1) {
            line.push_str(&format!(" WHERE {filter}"));
        }
        line
    })
}
