//! The SQL behind `\l`, `\dt`, `\d NAME` …: psql's headings, psql's rules for patterns. Pure.

use super::catalog::qualified;
use crate::driver::{Listing, Pattern, Titled};
use crate::sql::dialect::POSTGRES;
use crate::sql::names;

/// The queries that answer a listing.
pub(super) fn listing(what: Listing, pattern: &Pattern) -> Vec<Titled> {
    match what {
        Listing::Databases => one("List of databases", &databases(pattern)),
        Listing::Schemas => one("List of schemas", &schemas(pattern)),
        Listing::Tables => one("List of relations", &relations(pattern, "r,p", "")),
        Listing::Views => one("List of relations", &relations(pattern, "v", "")),
        Listing::Indexes => one(
            "List of relations",
            &relations(pattern, "i,I", TABLE_OF_INDEX),
        ),
        Listing::Functions => one("List of functions", &functions(pattern)),
        Listing::Relations => one("List of relations", &relations(pattern, "r,p,v,m,S,f", "")),
        Listing::Describe => describe(pattern),
    }
}

fn one(title: &str, sql: &str) -> Vec<Titled> {
    vec![titled(title, sql)]
}

fn titled(title: &str, sql: &str) -> Titled {
    Titled {
        title: title.to_string(),
        sql: qualified(sql).trim().to_string(),
        quiet_when_empty: false,
    }
}

/// psql's pattern as a regular expression that matches the whole name, as a literal.
fn regex(pattern: &str) -> String {
    let mut out = String::from("^(");
    for c in pattern.chars() {
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '$' | '.' | '+' | '|' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.push_str(")$");
    names::literal(&out, &POSTGRES)
}

/// The condition on one name; nothing where every name will do. A plain name is compared as it
/// is, which lets the server use an index.
fn matches(column: &str, pattern: Option<&str>) -> String {
    match pattern {
        None | Some("*") => String::new(),
        Some(name) if !name.contains(['*', '?']) => {
            format!(
                "\n  and {column} = {}::pg_catalog.name",
                names::literal(name, &POSTGRES)
            )
        }
        Some(pattern) => format!(
            "\n  and {column}::pg_catalog.text ~ {}::pg_catalog.text collate pg_catalog.\"default\"",
            regex(pattern)
        ),
    }
}

/// The conditions on schema and name, and on being in sight where no schema is named.
fn conditions(pattern: &Pattern, name: &str, visible: &str) -> String {
    let mut out = String::new();
    if !pattern.system && pattern.schema.is_none() && pattern.name.is_none() {
        out.push_str(
            "\n  and n.nspname <> 'pg_catalog' and n.nspname <> 'information_schema'\
             \n  and n.nspname !~ '^pg_toast'",
        );
    }
    out.push_str(&matches("n.nspname", pattern.schema.as_deref()));
    out.push_str(&matches(name, pattern.name.as_deref()));
    if pattern.schema.is_none() {
        out.push_str(&format!("\n  and {visible}"));
    }
    out
}

fn databases(pattern: &Pattern) -> String {
    let more = match pattern.verbose {
        true => {
            ",
       case when pg_catalog.has_database_privilege(d.datname, 'CONNECT')
            then pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(d.datname))
            else 'No Access' end as \"Size\",
       t.spcname as \"Tablespace\",
       pg_catalog.shobj_description(d.oid, 'pg_database') as \"Description\""
        }
        false => "",
    };
    let name = matches("d.datname", pattern.name.as_deref());
    format!(
        "select d.datname as \"Name\", pg_catalog.pg_get_userbyid(d.datdba) as \"Owner\",
       pg_catalog.pg_encoding_to_char(d.encoding) as \"Encoding\",
       d.datcollate as \"Collate\", d.datctype as \"Ctype\",
       pg_catalog.array_to_string(d.datacl, E'\\n') as \"Access privileges\"{more}
from pg_catalog.pg_database d
join pg_catalog.pg_tablespace t on t.oid = d.dattablespace
where true{name}
order by 1"
    )
}

fn schemas(pattern: &Pattern) -> String {
    // `\dn NAME` reads the pattern as a schema's name.
    let name = pattern.name.as_deref().or(pattern.schema.as_deref());
    let mut wanted = matches("n.nspname", name);
    if !pattern.system && name.is_none() {
        wanted.push_str("\n  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'");
    }
    let more = match pattern.verbose {
        true => {
            ",
       pg_catalog.array_to_string(n.nspacl, E'\\n') as \"Access privileges\",
       pg_catalog.obj_description(n.oid, 'pg_namespace') as \"Description\""
        }
        false => "",
    };
    format!(
        "select n.nspname as \"Name\", pg_catalog.pg_get_userbyid(n.nspowner) as \"Owner\"{more}
from pg_catalog.pg_namespace n
where true{wanted}
order by 1"
    )
}

/// What a relation is, in psql's words.
const KIND: &str = "case c.relkind::pg_catalog.text
       when 'r' then 'table' when 'v' then 'view' when 'm' then 'materialized view'
       when 'i' then 'index' when 'S' then 'sequence' when 't' then 'TOAST table'
       when 'f' then 'foreign table' when 'p' then 'partitioned table'
       when 'I' then 'partitioned index' when 'c' then 'composite type' end";

const TABLE_OF_INDEX: &str = ", t.relname as \"Table\"";

fn relations(pattern: &Pattern, kinds: &str, table: &str) -> String {
    let more = match pattern.verbose {
        true => {
            ",
       case c.relpersistence::pg_catalog.text when 'p' then 'permanent' when 't' then 'temporary'
            when 'u' then 'unlogged' end as \"Persistence\",
       pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid)) as \"Size\",
       pg_catalog.obj_description(c.oid, 'pg_class') as \"Description\""
        }
        false => "",
    };
    let index = match table {
        "" => "",
        _ => {
            "
left join pg_catalog.pg_index i on i.indexrelid = c.oid
left join pg_catalog.pg_class t on t.oid = i.indrelid"
        }
    };
    let wanted = conditions(
        pattern,
        "c.relname",
        "pg_catalog.pg_table_is_visible(c.oid)",
    );
    format!(
        "select n.nspname as \"Schema\", c.relname as \"Name\",
       {KIND} as \"Type\",
       pg_catalog.pg_get_userbyid(c.relowner) as \"Owner\"{table}{more}
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace{index}
where c.relkind = any ('{{{kinds}}}'::pg_catalog.\"char\"[]){wanted}
order by 1, 2"
    )
}

fn functions(pattern: &Pattern) -> String {
    let more = match pattern.verbose {
        true => {
            ",
       case p.provolatile::pg_catalog.text when 'i' then 'immutable' when 's' then 'stable'
            when 'v' then 'volatile' end as \"Volatility\",
       pg_catalog.pg_get_userbyid(p.proowner) as \"Owner\",
       case when p.prosecdef then 'definer' else 'invoker' end as \"Security\",
       l.lanname as \"Language\",
       pg_catalog.obj_description(p.oid, 'pg_proc') as \"Description\""
        }
        false => "",
    };
    let wanted = conditions(
        pattern,
        "p.proname",
        "pg_catalog.pg_function_is_visible(p.oid)",
    );
    format!(
        "select n.nspname as \"Schema\", p.proname as \"Name\",
       pg_catalog.pg_get_function_result(p.oid) as \"Result data type\",
       pg_catalog.pg_get_function_arguments(p.oid) as \"Argument data types\",
       {ROUTINE_KIND} as \"Type\"{more}
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where true{wanted}
order by 1, 2, 4"
    )
}

/// `prokind` came with PostgreSQL 11, and the flags it replaced went. Through JSON one query runs
/// on either side.
const ROUTINE_KIND: &str = "case pg_catalog.to_json(p) ->> 'prokind'
       when 'a' then 'agg' when 'w' then 'window' when 'p' then 'proc' when 'f' then 'func'
       else case when pg_catalog.to_json(p) ->> 'proisagg' = 'true' then 'agg' else 'func' end end";

/// The relations that a name or pattern means: a condition on `c` and `n`.
fn described(pattern: &Pattern) -> String {
    let pattern = Pattern {
        // A name that was asked for is shown wherever it is.
        system: pattern.system || pattern.name.is_some() || pattern.schema.is_some(),
        ..pattern.clone()
    };
    let wanted = conditions(
        &pattern,
        "c.relname",
        "pg_catalog.pg_table_is_visible(c.oid)",
    );
    format!("c.relkind = any ('{{r,p,v,m,S,f,i,I,c}}'::pg_catalog.\"char\"[]){wanted}")
}

/// How the title of a description shows its object.
fn shown_name(pattern: &Pattern) -> String {
    match (&pattern.schema, &pattern.name) {
        (Some(schema), Some(name)) => format!("{schema}.{name}"),
        (Some(schema), None) => format!("{schema}.*"),
        (None, Some(name)) => name.clone(),
        (None, None) => "*".into(),
    }
}

fn describe(pattern: &Pattern) -> Vec<Titled> {
    let wanted = described(pattern);
    // A pattern can mean several relations; then each line says of which it speaks.
    let wild = |p: &Option<String>| p.as_deref().is_some_and(|p| p.contains(['*', '?']));
    let several = pattern.name.is_none() || wild(&pattern.name) || wild(&pattern.schema);
    let owner = match several {
        true => "n.nspname as \"Schema\", c.relname as \"Relation\", ",
        false => "",
    };
    let title = match several {
        true => format!("Relations \"{}\"", shown_name(pattern)),
        false => format!("Relation \"{}\"", shown_name(pattern)),
    };
    let mut out = vec![titled(&title, &columns(pattern, owner, &wanted))];
    for (title, select, from, more) in DETAILS {
        let sql = format!(
            "select {owner}{select}\nfrom pg_catalog.pg_class c\n\
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace\n{from}\n\
             where {wanted}{more}\norder by n.nspname, c.relname, x.place"
        );
        out.push(Titled {
            quiet_when_empty: true,
            ..titled(title, &sql)
        });
    }
    out
}

fn columns(pattern: &Pattern, owner: &str, wanted: &str) -> String {
    let more = match pattern.verbose {
        true => {
            ",
       case a.attstorage::pg_catalog.text when 'p' then 'plain' when 'e' then 'external'
            when 'm' then 'main' when 'x' then 'extended' end as \"Storage\",
       case when a.attstattarget = -1 then null else a.attstattarget end as \"Stats target\",
       pg_catalog.col_description(a.attrelid, a.attnum) as \"Description\""
        }
        false => "",
    };
    format!(
        "select {owner}a.attname as \"Column\",
       pg_catalog.format_type(a.atttypid, a.atttypmod) as \"Type\",
       case when a.attcollation <> t.typcollation then l.collname end as \"Collation\",
       case when a.attnotnull then 'not null' else '' end as \"Nullable\",
       coalesce(pg_catalog.pg_get_expr(v.adbin, v.adrelid), {IDENTITY}, '') as \"Default\"{more}
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_attrdef v on v.adrelid = a.attrelid and v.adnum = a.attnum
left join pg_catalog.pg_collation l on l.oid = a.attcollation
where {wanted}
order by n.nspname, c.relname, a.attnum"
    )
}

/// Identity columns came with PostgreSQL 10; through JSON the query also runs where the column
/// of the catalog is missing.
const IDENTITY: &str = "case pg_catalog.to_json(a) ->> 'attidentity'
       when 'a' then 'generated always as identity'
       when 'd' then 'generated by default as identity' end";

/// What stands below the columns: title, what is shown, from where, under which condition. Each
/// source is called `x` and has a column `place` to sort by.
const DETAILS: &[(&str, &str, &str, &str)] = &[
    (
        "Indexes",
        "x.place as \"Name\", x.kind as \"Kind\", x.definition as \"Definition\"",
        "join lateral (
       select ic.relname as place,
              case when i.indisprimary then 'primary key'
                   when k.contype = 'u' then 'unique constraint'
                   when k.contype = 'x' then 'exclusion constraint'
                   when i.indisunique then 'unique' else '' end as kind,
              case when k.contype = 'x' then pg_catalog.pg_get_constraintdef(k.oid, true)
                   else pg_catalog.regexp_replace(
                        pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), '^.* USING ', '')
                   end as definition
       from pg_catalog.pg_index i
       join pg_catalog.pg_class ic on ic.oid = i.indexrelid
       left join pg_catalog.pg_constraint k
              on k.conindid = i.indexrelid and k.conrelid = i.indrelid
             and k.contype = any ('{p,u,x}'::pg_catalog.\"char\"[])
       where i.indrelid = c.oid) x on true",
        "",
    ),
    (
        "Check constraints",
        "x.place as \"Name\", x.definition as \"Definition\"",
        "join lateral (
       select k.conname as place, pg_catalog.pg_get_constraintdef(k.oid, true) as definition
       from pg_catalog.pg_constraint k
       where k.conrelid = c.oid and k.contype = 'c') x on true",
        "",
    ),
    (
        "Foreign-key constraints",
        "x.place as \"Name\", x.definition as \"Definition\"",
        "join lateral (
       select k.conname as place, pg_catalog.pg_get_constraintdef(k.oid, true) as definition
       from pg_catalog.pg_constraint k
       where k.conrelid = c.oid and k.contype = 'f') x on true",
        "",
    ),
    (
        "Referenced by",
        "x.relation as \"Table\", x.place as \"Constraint\", x.definition as \"Definition\"",
        "join lateral (
       select k.conrelid::pg_catalog.regclass as relation, k.conname as place,
              pg_catalog.pg_get_constraintdef(k.oid, true) as definition
       from pg_catalog.pg_constraint k
       where k.confrelid = c.oid and k.contype = 'f') x on true",
        "",
    ),
    (
        "Triggers",
        "x.place as \"Name\", x.definition as \"Definition\"",
        "join lateral (
       select g.tgname as place,
              pg_catalog.regexp_replace(pg_catalog.pg_get_triggerdef(g.oid, true),
                                        '^CREATE (CONSTRAINT )?TRIGGER [^ ]+ ', '') as definition
       from pg_catalog.pg_trigger g
       where g.tgrelid = c.oid and not g.tgisinternal) x on true",
        "",
    ),
    (
        "View definition",
        "x.definition as \"Definition\"",
        "join lateral (
       select 1 as place, pg_catalog.pg_get_viewdef(c.oid, true) as definition) x on true",
        "\n  and c.relkind = any ('{v,m}'::pg_catalog.\"char\"[])",
    ),
    (
        "Parent tables",
        "x.parent as \"Parent\"",
        "join lateral (
       select i.inhseqno as place, i.inhparent::pg_catalog.regclass as parent
       from pg_catalog.pg_inherits i
       where i.inhrelid = c.oid and c.relkind <> all ('{i,I}'::pg_catalog.\"char\"[])) x on true",
        "",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_psql_reads_them() {
        for (pattern, expected) in [
            (None, ""),
            (Some("*"), ""),
            (Some("users"), "\n  and x = 'users'::pg_catalog.name"),
            (Some("it's"), "\n  and x = 'it''s'::pg_catalog.name"),
            (
                Some("a_?b*"),
                "\n  and x::pg_catalog.text ~ '^(a_.b.*)$'::pg_catalog.text \
                 collate pg_catalog.\"default\"",
            ),
            (
                Some("a$*"),
                "\n  and x::pg_catalog.text ~ E'^(a\\\\$.*)$'::pg_catalog.text \
                 collate pg_catalog.\"default\"",
            ),
        ] {
            assert_eq!(matches("x", pattern), expected);
        }
    }

    #[test]
    fn system_objects_are_left_out_unless_asked_for() {
        let sql = |pattern: &Pattern| listing(Listing::Tables, pattern)[0].sql.clone();
        let all = Pattern::default();
        assert!(sql(&all).contains("'information_schema'"));
        assert!(sql(&all).contains("pg_table_is_visible"));
        let system = Pattern {
            system: true,
            ..Pattern::default()
        };
        assert!(!sql(&system).contains("'information_schema'"));
        let schema = Pattern {
            schema: Some("pg_catalog".into()),
            ..Pattern::default()
        };
        assert!(!sql(&schema).contains("pg_table_is_visible"));
        assert!(!sql(&schema).contains("'information_schema'"));
    }
}
