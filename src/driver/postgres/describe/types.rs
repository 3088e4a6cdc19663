//! Types, domains, collations, conversions. Pure.

use super::{Ask, Listed, Names, Select};
use crate::error::Result;

/// Names of types that the grammar knows and the catalog does not.
const SYNONYMS: &[(&str, &str)] = &[
    ("decimal", "numeric"),
    ("float", "double precision"),
    ("int", "integer"),
    ("bool[]", "boolean[]"),
    ("decimal[]", "numeric[]"),
    ("float[]", "double precision[]"),
    ("float4[]", "real[]"),
    ("float8[]", "double precision[]"),
    ("int[]", "integer[]"),
    ("int2[]", "smallint[]"),
    ("int4[]", "integer[]"),
    ("int8[]", "bigint[]"),
    ("time[]", "time without time zone[]"),
    ("timetz[]", "time with time zone[]"),
    ("timestamp[]", "timestamp without time zone[]"),
    ("timestamptz[]", "timestamp with time zone[]"),
    ("varbit[]", "bit varying[]"),
    ("varchar[]", "character varying[]"),
];

/// The name by which the catalog knows a type.
pub(super) fn canonical(pattern: &str) -> &str {
    SYNONYMS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(pattern))
        .map_or(pattern, |(_, canonical)| canonical)
}

const TYPE: Names<'_> = Names {
    schema: Some("n.nspname"),
    name: "t.typname",
    other: None,
    visible: Some("pg_catalog.pg_type_is_visible(t.oid)"),
    parts: 3,
    plain: false,
};

/// `\dT`
pub(super) fn list(ask: &Ask<'_>) -> Result<Listed> {
    let size = "case when t.typrelid <> 0 then cast('tuple' as pg_catalog.text)
    when t.typlen < 0 then cast('var' as pg_catalog.text)
    else cast(t.typlen as pg_catalog.text) end";
    let elements = "pg_catalog.array_to_string(array(select e.enumlabel
      from pg_catalog.pg_enum e where e.enumtypid = t.oid order by e.enumsortorder), E'\\n')";
    let description = "pg_catalog.obj_description(t.oid, 'pg_type')";
    let name = "pg_catalog.format_type(t.oid, null)";
    let mut select = Select::from("pg_catalog.pg_type t")
        .columns(&[("n.nspname", "Schema"), (name, "Name")])
        .columns_if(
            ask.verbose,
            &[
                ("t.typname", "Internal name"),
                (size, "Size"),
                (elements, "Elements"),
                ("pg_catalog.pg_get_userbyid(t.typowner)", "Owner"),
            ],
        );
    if ask.verbose {
        select = select.privileges("t.typacl", ask.server);
    }
    let arrays = ask.pattern().is_some_and(|p| p.contains("[]"));
    let names = Names {
        other: Some(name),
        ..TYPE
    };
    let select = select
        .columns(&[(description, "Description")])
        .join("pg_catalog.pg_namespace n on n.oid = t.typnamespace")
        .wanted(
            "(t.typrelid = 0 or (select c.relkind = 'c'
    from pg_catalog.pg_class c where c.oid = t.typrelid))",
        )
        .wanted_if(
            !arrays,
            "not exists (select 1 from pg_catalog.pg_type el
    where el.oid = t.typelem and el.typarray = t.oid)",
        )
        .users_own(ask)
        .named(ask.pattern().map(canonical), &names, ask.server)?
        .order("1, 2");
    Listed::new("List of data types", &select)
}

/// `\dD`
pub(super) fn domains(ask: &Ask<'_>) -> Result<Listed> {
    let collation = "(select c.collname from pg_catalog.pg_collation c, pg_catalog.pg_type bt
    where c.oid = t.typcollation and bt.oid = t.typbasetype
      and t.typcollation <> bt.typcollation)";
    let checks = "pg_catalog.array_to_string(array(
      select pg_catalog.pg_get_constraintdef(r.oid, true) from pg_catalog.pg_constraint r
      where t.oid = r.contypid and r.contype = 'c' order by r.conname), ' ')";
    // Since 17 NOT NULL is a constraint among the others.
    let old_checks = "pg_catalog.array_to_string(array(
      select pg_catalog.pg_get_constraintdef(r.oid, true) from pg_catalog.pg_constraint r
      where t.oid = r.contypid), ' ')";
    let mut select = Select::from("pg_catalog.pg_type t").columns(&[
        ("n.nspname", "Schema"),
        ("t.typname", "Name"),
        ("pg_catalog.format_type(t.typbasetype, t.typtypmod)", "Type"),
        (collation, "Collation"),
        ("case when t.typnotnull then 'not null' end", "Nullable"),
        ("t.typdefault", "Default"),
        (
            if ask.since(170_000) {
                checks
            } else {
                old_checks
            },
            "Check",
        ),
    ]);
    if ask.verbose {
        select = select
            .privileges("t.typacl", ask.server)
            .columns(&[("d.description", "Description")]);
    }
    let select = select
        .join("pg_catalog.pg_namespace n on n.oid = t.typnamespace")
        .join_if(
            ask.verbose,
            "pg_catalog.pg_description d on d.classoid = t.tableoid and d.objoid = t.oid and d.objsubid = 0",
        )
        .wanted("t.typtype = 'd'")
        .users_own(ask)
        .named(ask.pattern(), &TYPE, ask.server)?
        .order("1, 2");
    Listed::new("List of domains", &select)
}

const PROVIDER: &str = "case c.collprovider when 'd' then 'default' when 'b' then 'builtin'
    when 'c' then 'libc' when 'i' then 'icu' end";

/// `\dO`
pub(super) fn collations(ask: &Ask<'_>) -> Result<Listed> {
    let provider = if ask.since(100_000) {
        PROVIDER
    } else {
        "'libc'"
    };
    let locale = match ask.server.version {
        170_000.. => "c.colllocale",
        150_000.. => "c.colliculocale",
        _ => "c.collcollate",
    };
    let deterministic = match ask.since(120_000) {
        true => "case when c.collisdeterministic then 'yes' else 'no' end",
        false => "'yes'",
    };
    let names = Names {
        schema: Some("n.nspname"),
        name: "c.collname",
        visible: Some("pg_catalog.pg_collation_is_visible(c.oid)"),
        parts: 3,
        ..Names::default()
    };
    let (collate, ctype) = (("c.collcollate", "Collate"), ("c.collctype", "Ctype"));
    let icu = (
        locale,
        if ask.since(170_000) {
            "Locale"
        } else {
            "ICU Locale"
        },
    );
    let select = Select::from("pg_catalog.pg_collation c, pg_catalog.pg_namespace n")
        .columns(&[("n.nspname", "Schema"), ("c.collname", "Name")])
        .columns_if(ask.since(160_000), &[(provider, "Provider"), collate, ctype, icu])
        .columns_if(ask.since(160_000), &[("c.collicurules", "ICU Rules")])
        .columns_if(!ask.since(160_000), &[collate, ctype, icu, (provider, "Provider")])
        .columns(&[(deterministic, "Deterministic?")])
        .columns_if(
            ask.verbose,
            &[("pg_catalog.obj_description(c.oid, 'pg_collation')", "Description")],
        )
        .wanted("n.oid = c.collnamespace")
        .users_own(ask)
        .wanted(
            "c.collencoding in (-1, pg_catalog.pg_char_to_encoding(pg_catalog.getdatabaseencoding()))",
        )
        .named(ask.pattern(), &names, ask.server)?
        .order("1, 2");
    Listed::new("List of collations", &select)
}

/// `\dc`
pub(super) fn conversions(ask: &Ask<'_>) -> Result<Listed> {
    let names = Names {
        schema: Some("n.nspname"),
        name: "c.conname",
        visible: Some("pg_catalog.pg_conversion_is_visible(c.oid)"),
        parts: 3,
        ..Names::default()
    };
    let select = Select::from(
        "pg_catalog.pg_conversion c
  join pg_catalog.pg_namespace n on n.oid = c.connamespace",
    )
    .columns(&[
        ("n.nspname", "Schema"),
        ("c.conname", "Name"),
        ("pg_catalog.pg_encoding_to_char(c.conforencoding)", "Source"),
        ("pg_catalog.pg_encoding_to_char(c.contoencoding)", "Destination"),
        ("case when c.condefault then 'yes' else 'no' end", "Default?"),
    ])
    .columns_if(ask.verbose, &[("d.description", "Description")])
    .join_if(
        ask.verbose,
        "pg_catalog.pg_description d on d.classoid = c.tableoid and d.objoid = c.oid and d.objsubid = 0",
    )
    .users_own(ask)
    .named(ask.pattern(), &names, ask.server)?
    .order("1, 2");
    Listed::new("List of conversions", &select)
}
