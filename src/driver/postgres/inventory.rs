//! What is in a database, as items with the statements that make and drop them: for `/diff-schema`.
//! The search path is empty meanwhile, so that every name has its schema.

mod objects;
pub(super) mod one;
mod rare;
mod settings;
pub(super) mod tables;

use super::catalog::qualified;
use crate::diff::{Item, Kind};
use crate::driver::{Answer, Desk};
use crate::error::Result;
use rare::may_be_denied;
use tables::{INHERITED, PARTS, follows_parent, retyped};

/// Objects of the users, and not of extensions.
pub(super) fn own(class: &str, oid: &str, schema: &str) -> String {
    format!(
        "{schema}.nspname !~ '^pg_' and {schema}.nspname <> 'information_schema' and not exists (select 1 from pg_catalog.pg_depend e where e.classid = 'pg_catalog.{class}'::pg_catalog.regclass and e.objid = {oid} and e.deptype = 'e')"
    )
}

pub(super) async fn read(version: u32, desk: &mut dyn Desk) -> Result<Vec<Item>> {
    desk.ask("set search_path = ''").await?;
    let mut items = Vec::new();
    for (kind, sql) in simple(version) {
        let answer = desk.ask(&qualified(&sql)).await?;
        items.extend((0..answer.len()).map(|row| simple_item(kind, &answer, row)));
    }
    tables::read(version, desk, &mut items).await?;
    note_uses(&mut items);
    for (kind, sql) in of_tables(version) {
        let answer = desk.ask(&qualified(&sql)).await?;
        items.extend((0..answer.len()).map(|row| simple_item(kind, &answer, row)));
    }
    let rest = settings::queries(version);
    let rare = rare::queries(version);
    for (kind, sql) in objects::queries(version)
        .into_iter()
        .chain(rest)
        .chain(rare)
    {
        let answer = match desk.ask(&qualified(&sql)).await {
            Err(e) if may_be_denied(kind) => {
                desk.left_out(kind.word(), &e);
                continue;
            }
            answer => answer?,
        };
        items.extend((0..answer.len()).map(|row| simple_item(kind, &answer, row)));
    }
    Ok(items)
}

/// Columns: table, name, definition, create, drop.
fn simple_item(kind: Kind, answer: &Answer, row: usize) -> Item {
    let text = |column| answer.text(row, column).to_string();
    Item {
        kind,
        table: text(0),
        name: text(1),
        definition: text(2),
        create: text(3),
        drop: text(4),
        alter: match kind {
            Kind::Type if text(4).starts_with("DROP DOMAIN ") => Some(alter_domain),
            Kind::Type => Some(labels),
            // A view may have others on it, and a routine triggers.
            Kind::Routine | Kind::Comment | Kind::Owner => {
                Some(|_, to| Some(vec![to.create.clone()]))
            }
            Kind::View => Some(replace_view),
            Kind::Key | Kind::ForeignKey | Kind::Index => Some(follows_parent),
            Kind::Setting | Kind::Grant | Kind::DefaultGrant => {
                Some(|from, to| Some(vec![from.drop.clone(), to.create.clone()]))
            }
            Kind::Sequence => Some(|_, to| {
                let definition = &to.definition;
                Some(vec![format!("ALTER SEQUENCE {}{definition}", to.name)])
            }),
            _ => None,
        },
        inside: false,
        uses: Vec::new(),
    }
}

/// A view that only gets more columns can be replaced, and keeps what hangs on it.
fn replace_view(from: &Item, to: &Item) -> Option<Vec<String>> {
    let columns = |item: &Item| item.definition.split(PARTS).next().map(str::to_string);
    let grows = columns(to)?.starts_with(&columns(from)?);
    let rest = to.create.strip_prefix("CREATE VIEW ").filter(|_| grows)?;
    Some(vec![format!("CREATE OR REPLACE VIEW {rest}")])
}

/// New labels of an enum behind the old ones. Otherwise the type is made anew, and its columns are put
/// over: a value that has no label any more ends that with an error.
fn labels(from: &Item, to: &Item) -> Option<Vec<String>> {
    let list = |item: &Item| -> Option<Vec<String>> {
        let inner = item.definition.strip_prefix("ENUM (")?.strip_suffix(')')?;
        Some(inner.split(", ").map(str::to_string).collect())
    };
    let (old, new) = (list(from)?, list(to)?);
    if let Some(added) = new.strip_prefix(old.as_slice()) {
        let add = |label: &String| format!("ALTER TYPE {} ADD VALUE {label}", to.name);
        return Some(added.iter().map(add).collect());
    }
    let passing = "sqwire_before";
    let schema = to.drop.strip_prefix("DROP TYPE ")?;
    let schema = &schema[..schema.len() - own_name(schema).len()];
    let mut out = vec![
        format!("ALTER TYPE {} RENAME TO {passing}", to.name),
        to.create.clone(),
    ];
    // The default that the other one has is set with its column.
    let lost = old.iter().filter(|label| !new.contains(label));
    let lost: Vec<String> = lost.map(|label| format!("SET DEFAULT {label}::")).collect();
    let fits = |sql: &&String| !lost.iter().any(|lost| sql.contains(lost.as_str()));
    out.extend(from.uses.iter().map(|(_, sql)| sql).filter(fits).cloned());
    out.push(format!("DROP TYPE {schema}{passing}"));
    Some(out)
}

/// The last part of a name with its schema, as it is written.
fn own_name(name: &str) -> &str {
    let quoted = name.ends_with('"');
    let at = match quoted {
        true => name.rfind(".\""),
        false => name.rfind('.'),
    };
    at.map_or(name, |at| &name[at + 1..])
}

/// The statements that give the columns of an enum's type a new type of its name.
fn note_uses(items: &mut [Item]) {
    let columns: Vec<Item> = items
        .iter()
        .filter(|i| i.kind == Kind::Column && i.definition != INHERITED)
        .cloned()
        .collect();
    for item in items
        .iter_mut()
        .filter(|i| i.definition.starts_with("ENUM ("))
    {
        for column in &columns {
            let uses = retyped(column, &item.name);
            item.uses
                .extend(uses.into_iter().map(|sql| (column.table.clone(), sql)));
        }
    }
}

pub(super) const NAME: &str = "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident";

fn simple(version: u32) -> Vec<(Kind, String)> {
    // Before 10 a sequence kept its parameters in itself.
    let (parameters, of) = match version >= 100_000 {
        true => (
            "' AS ' || pg_catalog.format_type(q.seqtypid, null) || ' INCREMENT BY ' || q.seqincrement || ' MINVALUE ' || q.seqmin || ' MAXVALUE ' || q.seqmax || ' START WITH ' || q.seqstart || ' CACHE ' || q.seqcache || case when q.seqcycle then ' CYCLE' else ' NO CYCLE' end",
            " join pg_catalog.pg_sequence q on q.seqrelid = c.oid",
        ),
        false => ("''", ""),
    };
    vec![
        (
            Kind::Extension,
            "select '', pg_catalog.quote_ident(x.extname), x.extversion, 'CREATE EXTENSION ' || pg_catalog.quote_ident(x.extname), 'DROP EXTENSION ' || pg_catalog.quote_ident(x.extname) from pg_catalog.pg_extension x where x.extname <> 'plpgsql' order by 2".into(),
        ),
        (
            Kind::Schema,
            format!("select '', pg_catalog.quote_ident(n.nspname), '', 'CREATE SCHEMA ' || pg_catalog.quote_ident(n.nspname), 'DROP SCHEMA ' || pg_catalog.quote_ident(n.nspname) from pg_catalog.pg_namespace n where {} order by 2", own("pg_namespace", "n.oid", "n")),
        ),
        (
            Kind::Type,
            format!(
                "select '', x.name, x.def, 'CREATE ' || x.what || ' ' || x.name || ' AS ' || x.def, 'DROP ' || x.what || ' ' || x.name from (
  select t.oid, {NAME}(t.typname) as name, 'TYPE' as what,
    case t.typtype when 'e' then 'ENUM (' || (select pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid) || ')'
      else '(' || (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) || coalesce((select ' COLLATE ' || {NAME}(o.collname) from pg_catalog.pg_collation o join pg_catalog.pg_namespace n on n.oid = o.collnamespace join pg_catalog.pg_type y on y.oid = a.atttypid where o.oid = a.attcollation and a.attcollation <> y.typcollation), ''), ', ' order by a.attnum) from pg_catalog.pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) || ')' end as def
  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
  where (t.typtype = 'e' or t.typtype = 'c' and exists (select 1 from pg_catalog.pg_class c where c.oid = t.typrelid and c.relkind = 'c')) and {}) x order by x.oid",
                own("pg_type", "t.oid", "n")
            ),
        ),
        (Kind::Type, ranges()),
        (Kind::Type, domains()),
        (
            Kind::Sequence,
            // Those of identity columns come with their columns.
            format!(
                "select '', {NAME}(c.relname), {parameters}, 'CREATE SEQUENCE ' || {NAME}(c.relname) || {parameters}, 'DROP SEQUENCE IF EXISTS ' || {NAME}(c.relname)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace{of}
where c.relkind = 'S' and {} and not exists (select 1 from pg_catalog.pg_depend d where d.objid = c.oid and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'i') order by 2",
                own("pg_class", "c.oid", "n")
            ),
        ),
        (
            Kind::Routine,
            format!(
                "select '', p.oid::pg_catalog.regprocedure::pg_catalog.text, pg_catalog.pg_get_functiondef(p.oid), pg_catalog.pg_get_functiondef(p.oid),
  'DROP ROUTINE ' || p.oid::pg_catalog.regprocedure::pg_catalog.text
from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where not exists (select 1 from pg_catalog.pg_aggregate a where a.aggfnoid = p.oid) and not exists (select 1 from pg_catalog.pg_depend d where d.objid = p.oid and d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.deptype = 'i') and {} order by p.oid",
                own("pg_proc", "p.oid", "n")
            ),
        ),
    ]
}

pub(super) fn ranges() -> String {
    format!(
                "select '', x.name, x.def, 'CREATE TYPE ' || x.name || ' AS ' || x.def, 'DROP TYPE ' || x.name from (
  select t.oid, {NAME}(t.typname) as name, 'RANGE (SUBTYPE=' || pg_catalog.format_type(r.rngsubtype, null)
    || case when not o.opcdefault then ', SUBTYPE_OPCLASS=' || (select pg_catalog.quote_ident(m.nspname) from pg_catalog.pg_namespace m where m.oid = o.opcnamespace) || '.' || pg_catalog.quote_ident(o.opcname) else '' end
    || coalesce((select ', COLLATION=' || pg_catalog.quote_ident(m.nspname) || '.' || pg_catalog.quote_ident(l.collname) from pg_catalog.pg_collation l join pg_catalog.pg_namespace m on m.oid = l.collnamespace join pg_catalog.pg_type s on s.oid = r.rngsubtype where l.oid = r.rngcollation and r.rngcollation <> s.typcollation), '')
    || case when r.rngcanonical <> 0 then ', CANONICAL=' || r.rngcanonical::pg_catalog.text else '' end
    || case when r.rngsubdiff <> 0 then ', SUBTYPE_DIFF=' || r.rngsubdiff::pg_catalog.text else '' end || ')' as def
  from pg_catalog.pg_range r join pg_catalog.pg_type t on t.oid = r.rngtypid join pg_catalog.pg_namespace n on n.oid = t.typnamespace join pg_catalog.pg_opclass o on o.oid = r.rngsubopc
  where {}) x order by x.oid",
                own("pg_type", "t.oid", "n")
            )
}

pub(super) fn policies(version: u32) -> String {
    format!(
                "select x.t, x.name, x.def, 'CREATE POLICY ' || x.name || ' ON ' || x.t || x.def, 'DROP POLICY ' || x.name || ' ON ' || x.t from (
  select {NAME}(c.relname) as t, pg_catalog.quote_ident(p.polname) as name, {kind} || ' FOR ' || case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end
    || ' TO ' || case when p.polroles = '{{0}}' then 'public' else (select pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' order by r.rolname) from pg_catalog.pg_roles r where r.oid = any (p.polroles)) end
    || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '') || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') as def
  from pg_catalog.pg_policy p join pg_catalog.pg_class c on c.oid = p.polrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace where {}) x order by 1, 2",
                own("pg_class", "c.oid", "n"),
                kind = match version >= 100_000 {
                    true => "case when p.polpermissive then '' else ' AS RESTRICTIVE' end",
                    false => "''",
                }
            )
}

/// The parts of a domain stand apart in its definition, constraints by name.
fn domains() -> String {
    format!(
        "select '', x.name, pg_catalog.concat_ws(E'\x1f', x.base, x.def, x.filled, coalesce((select pg_catalog.string_agg(k.name || E'\x1e' || k.def, E'\x1f' order by k.name) from rows from (pg_catalog.unnest(x.names), pg_catalog.unnest(x.rules)) k (name, def)), '')),
  'CREATE DOMAIN ' || x.name || ' AS ' || x.base || x.def || x.filled || coalesce((select pg_catalog.string_agg(' CONSTRAINT ' || k.name || ' ' || k.def, '' order by k.name) from rows from (pg_catalog.unnest(x.names), pg_catalog.unnest(x.rules)) k (name, def)), ''), 'DROP DOMAIN ' || x.name from (
  select t.oid, {NAME}(t.typname) as name, pg_catalog.format_type(t.typbasetype, t.typtypmod) || coalesce((select ' COLLATE ' || {NAME}(o.collname) from pg_catalog.pg_collation o join pg_catalog.pg_namespace n on n.oid = o.collnamespace join pg_catalog.pg_type y on y.oid = t.typbasetype where o.oid = t.typcollation and t.typcollation <> y.typcollation), '') as base, coalesce(' DEFAULT ' || t.typdefault, '') as def, case when t.typnotnull then ' NOT NULL' else '' end as filled,
    array(select pg_catalog.quote_ident(k.conname) from pg_catalog.pg_constraint k where k.contypid = t.oid and k.contype = 'c' order by k.oid) as names,
    array(select pg_catalog.replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID', '') from pg_catalog.pg_constraint k where k.contypid = t.oid and k.contype = 'c' order by k.oid) as rules
  from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace where t.typtype = 'd' and {}) x order by x.oid",
        own("pg_type", "t.oid", "n")
    )
}

/// A domain with another base type has to be made anew.
fn alter_domain(from: &Item, to: &Item) -> Option<Vec<String>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        from.definition.split(PARTS).collect(),
        to.definition.split(PARTS).collect(),
    );
    let (old, old_rules) = old.split_at_checked(3)?;
    let (new, new_rules) = new.split_at_checked(3)?;
    if old[0] != new[0] {
        return None;
    }
    let head = format!("ALTER DOMAIN {}", to.name);
    let rules = |rules: &[&str], others: &[&str], word: &str| -> Vec<String> {
        let gone = rules.iter().filter(|rule| !others.contains(rule));
        let gone = gone.filter_map(|rule| rule.split_once('\u{1e}'));
        gone.map(|(name, rule)| match word {
            "DROP" => format!("{head} DROP CONSTRAINT {name}"),
            _ => format!("{head} ADD CONSTRAINT {name} {rule}"),
        })
        .collect()
    };
    let mut out = rules(old_rules, new_rules, "DROP");
    if old[1] != new[1] {
        out.push(match new[1] {
            "" => format!("{head} DROP DEFAULT"),
            default => format!("{head} SET{default}"),
        });
    }
    if old[2] != new[2] {
        let verb = if new[2].is_empty() { "DROP" } else { "SET" };
        out.push(format!("{head} {verb} NOT NULL"));
    }
    out.extend(rules(new_rules, old_rules, "ADD"));
    Some(out)
}

/// What belongs to a table, and views.
fn of_tables(version: u32) -> Vec<(Kind, String)> {
    let own = own("pg_class", "c.oid", "n");
    let table = format!("{NAME}(c.relname)");
    let whole = if version >= 110_000 {
        " and k.conparentid = 0"
    } else {
        ""
    };
    let local = if version >= 110_000 {
        " and not t.tgisinternal and t.tgparentid = 0"
    } else {
        " and not t.tgisinternal"
    };
    let local = if version >= 130_000 {
        local
    } else {
        " and not t.tgisinternal"
    };
    let keys = |kinds: &str| {
        format!(
            "select {table}, pg_catalog.quote_ident(k.conname), case when k.conislocal{whole} then pg_catalog.pg_get_constraintdef(k.oid) else '{INHERITED}' end,
  case when k.conislocal{whole} then 'ALTER TABLE ' || {table} || ' ADD CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid) else '' end,
  case when k.conislocal{whole} then 'ALTER TABLE ' || {table} || ' DROP CONSTRAINT ' || pg_catalog.quote_ident(k.conname) else '' end
from pg_catalog.pg_constraint k join pg_catalog.pg_class c on c.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where k.contype in ({kinds}) and {own} order by 1, k.contype <> 'p', 2"
        )
    };
    vec![
        (Kind::Key, keys("'p', 'u', 'c', 'x'")),
        (Kind::ForeignKey, keys("'f'")),
        (
            Kind::Index,
            format!(
                "select {table}, pg_catalog.quote_ident(i.relname), case when h.is then '{INHERITED}' else h.def end, case when h.is then '' else h.def end, case when h.is then '' else 'DROP INDEX ' || {NAME}(i.relname) end
from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_class c on c.oid = x.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join lateral (select exists (select 1 from pg_catalog.pg_inherits h where h.inhrelid = i.oid) as is, case when i.relkind = 'I' then pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(x.indexrelid), ' ON ONLY ', ' ON ') else pg_catalog.pg_get_indexdef(x.indexrelid) end as def) h
where c.relkind in ('r', 'p', 'm') and {own} and not exists (select 1 from pg_catalog.pg_constraint k where k.conindid = i.oid and k.contype in ('p', 'u', 'x')) order by 1, 2"
            ),
        ),
        (
            Kind::View,
            format!(
                "select '', {table}, (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), E'\n' order by a.attnum) from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) || E'\n\x1f' || pg_catalog.pg_get_viewdef(c.oid, true), 'CREATE ' || v.what || ' ' || {table} || E' AS\\n' || pg_catalog.pg_get_viewdef(c.oid, true), 'DROP ' || v.what || ' ' || {table}
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join lateral (select case c.relkind when 'm' then 'MATERIALIZED VIEW' else 'VIEW' end as what) v
where c.relkind in ('v', 'm') and {own} order by c.oid"
            ),
        ),
        (
            Kind::Trigger,
            format!(
                "select {table}, pg_catalog.quote_ident(t.tgname), pg_catalog.pg_get_triggerdef(t.oid), pg_catalog.pg_get_triggerdef(t.oid), 'DROP TRIGGER ' || pg_catalog.quote_ident(t.tgname) || ' ON ' || {table}
from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where {own}{local} order by 1, 2"
            ),
        ),
        (Kind::Policy, policies(version)),
    ]
}

#[cfg(test)]
mod tests {
    use super::tables::tests::column;
    use super::*;

    #[test]
    fn a_view_with_its_old_columns_is_replaced() {
        for (from, to, create, expected) in [
            ("a int\n", "a int\nb int\n", "CREATE VIEW v AS x", true),
            ("a int\nb int\n", "a int\n", "CREATE VIEW v AS x", false),
            (
                "a int\n",
                "a int\n",
                "CREATE MATERIALIZED VIEW v AS x",
                false,
            ),
        ] {
            let of = |columns: &str| Item {
                create: create.into(),
                ..column(&format!("{columns}{PARTS}select"))
            };
            let replaced = replace_view(&of(from), &of(to)).is_some();
            assert_eq!(replaced, expected, "{from} {to} {create}");
        }
    }

    #[test]
    fn a_domain_keeps_what_stays() {
        let of = |parts: &[&str]| Item {
            name: "d".into(),
            ..column(&parts.join("\u{1f}"))
        };
        let old = of(&[
            "int",
            " DEFAULT 1",
            "",
            "a\u{1e}CHECK (1)",
            "b\u{1e}CHECK (2)",
        ]);
        let new = of(&[
            "int",
            "",
            " NOT NULL",
            "b\u{1e}CHECK (2)",
            "c\u{1e}CHECK (3)",
        ]);
        assert_eq!(
            alter_domain(&old, &new).expect("statements").join("; "),
            "ALTER DOMAIN d DROP CONSTRAINT a; ALTER DOMAIN d DROP DEFAULT; \
             ALTER DOMAIN d SET NOT NULL; ALTER DOMAIN d ADD CONSTRAINT c CHECK (3)"
        );
        assert!(alter_domain(&old, &of(&["text", "", "", ""])).is_none());
    }

    #[test]
    fn labels_are_added_or_the_type_is_made_anew() {
        let of = |definition: &str| Item {
            kind: Kind::Type,
            name: "s.mood".into(),
            create: format!("CREATE TYPE s.mood AS {definition}"),
            drop: "DROP TYPE s.mood".into(),
            ..column(definition)
        };
        let (from, to) = (of("ENUM ('a', 'b')"), of("ENUM ('a', 'b', 'c')"));
        let sql = labels(&from, &to).expect("statements");
        assert_eq!(sql, ["ALTER TYPE s.mood ADD VALUE 'c'"]);
        let mut items = vec![
            to.clone(),
            Item {
                table: "s.t".into(),
                ..column("s.mood DEFAULT 'c'::s.mood NOT NULL")
            },
            Item {
                name: "list".into(),
                ..column("s.mood[]")
            },
            column("s.moods"),
        ];
        note_uses(&mut items);
        let sql = labels(&items[0], &from).expect("statements");
        assert_eq!(
            sql,
            [
                "ALTER TYPE s.mood RENAME TO sqwire_before",
                "CREATE TYPE s.mood AS ENUM ('a', 'b')",
                "ALTER TABLE s.t ALTER COLUMN c DROP DEFAULT",
                "ALTER TABLE s.t ALTER COLUMN c TYPE s.mood USING c::text::s.mood",
                "ALTER TABLE t ALTER COLUMN list TYPE s.mood[] USING list::text::s.mood[]",
                "DROP TYPE s.sqwire_before",
            ]
        );
    }
}
