//! Databases, tablespaces, languages, settings, event triggers, statistics, comments, foreign
//! servers. Pure.

use super::relations::options_of;
use super::{Ask, Listed, Names, Select};
use crate::error::Result;

/// A name without a schema.
fn bare(name: &str) -> Names<'_> {
    Names {
        name,
        parts: 1,
        ..Names::default()
    }
}

/// `\l`
pub(super) fn databases(ask: &Ask<'_>) -> Result<Listed> {
    let provider = match ask.since(150_000) {
        true => {
            "case d.datlocprovider when 'b' then 'builtin' when 'c' then 'libc' when 'i' then 'icu' end"
        }
        false => "'libc'",
    };
    let locale = match ask.server.version {
        170_000.. => "d.datlocale",
        150_000.. => "d.daticulocale",
        _ => "null",
    };
    let (collate, ctype) = (("d.datcollate", "Collate"), ("d.datctype", "Ctype"));
    let provider = (provider, "Locale Provider");
    let icu = (
        locale,
        if ask.since(170_000) {
            "Locale"
        } else {
            "ICU Locale"
        },
    );
    let size = "case when pg_catalog.has_database_privilege(d.datname, 'CONNECT')
    then pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(d.datname))
    else 'No Access' end";
    let select = Select::from("pg_catalog.pg_database d")
        .columns(&[
            ("d.datname", "Name"),
            ("pg_catalog.pg_get_userbyid(d.datdba)", "Owner"),
            ("pg_catalog.pg_encoding_to_char(d.encoding)", "Encoding"),
        ])
        .columns_if(ask.since(160_000), &[provider, collate, ctype, icu])
        .columns_if(ask.since(160_000), &[("d.daticurules", "ICU Rules")])
        .columns_if(!ask.since(160_000), &[collate, ctype, icu, provider])
        .privileges("d.datacl", ask.server)
        .columns_if(
            ask.verbose,
            &[
                (size, "Size"),
                ("t.spcname", "Tablespace"),
                (
                    "pg_catalog.shobj_description(d.oid, 'pg_database')",
                    "Description",
                ),
            ],
        )
        .join_if(
            ask.verbose,
            "pg_catalog.pg_tablespace t on d.dattablespace = t.oid",
        )
        .named(ask.pattern(), &bare("d.datname"), ask.server)?
        .order("1");
    Listed::new("List of databases", &select)
}

/// `\db`
pub(super) fn tablespaces(ask: &Ask<'_>) -> Result<Listed> {
    let mut select = Select::from("pg_catalog.pg_tablespace").columns(&[
        ("spcname", "Name"),
        ("pg_catalog.pg_get_userbyid(spcowner)", "Owner"),
        ("pg_catalog.pg_tablespace_location(oid)", "Location"),
    ]);
    if ask.verbose {
        let size = "pg_catalog.pg_size_pretty(pg_catalog.pg_tablespace_size(oid))";
        select = select.privileges("spcacl", ask.server).columns(&[
            ("spcoptions", "Options"),
            (size, "Size"),
            (
                "pg_catalog.shobj_description(oid, 'pg_tablespace')",
                "Description",
            ),
        ]);
    }
    let select = select
        .named(ask.pattern(), &bare("spcname"), ask.server)?
        .order("1");
    Listed::new("List of tablespaces", &select)
}

/// `\dL`
pub(super) fn languages(ask: &Ask<'_>) -> Result<Listed> {
    let mut select = Select::from("pg_catalog.pg_language l").columns(&[
        ("l.lanname", "Name"),
        ("pg_catalog.pg_get_userbyid(l.lanowner)", "Owner"),
        ("l.lanpltrusted", "Trusted"),
    ]);
    if ask.verbose {
        select = select
            .columns(&[
                ("not l.lanispl", "Internal language"),
                ("l.lanplcallfoid::pg_catalog.regprocedure", "Call handler"),
                ("l.lanvalidator::pg_catalog.regprocedure", "Validator"),
                ("l.laninline::pg_catalog.regprocedure", "Inline handler"),
            ])
            .privileges("l.lanacl", ask.server);
    }
    let names = Names {
        parts: 2,
        ..bare("l.lanname")
    };
    let select = select
        .columns(&[("d.description", "Description")])
        .join("pg_catalog.pg_description d on d.classoid = l.tableoid and d.objoid = l.oid and d.objsubid = 0")
        .named(ask.pattern(), &names, ask.server)?
        .wanted_if(!ask.system && ask.pattern().is_none(), "l.lanplcallfoid <> 0")
        .order("1");
    Listed::new("List of languages", &select)
}

/// `\dconfig`: what was changed, or what the pattern fits.
pub(super) fn settings(ask: &Ask<'_>) -> Result<Listed> {
    let own = ask.verbose && ask.since(150_000);
    let mut select = Select::from("pg_catalog.pg_settings s")
        .columns(&[
            ("s.name", "Parameter"),
            ("pg_catalog.current_setting(s.name)", "Value"),
        ])
        .columns_if(
            ask.verbose,
            &[("s.vartype", "Type"), ("s.context", "Context")],
        );
    if own {
        select = select.privileges("p.paracl", ask.server);
    }
    let title = match ask.pattern() {
        Some(_) => "List of configuration parameters",
        None => "List of non-default configuration parameters",
    };
    // A name with a dot is one name here; a dot fits any character, as in psql.
    let names = Names {
        parts: usize::MAX,
        ..bare("pg_catalog.lower(s.name)")
    };
    let select = select
        .columns_if(ask.verbose && !own, &[("null", "Access privileges")])
        .join_if(
            own,
            "pg_catalog.pg_parameter_acl p on pg_catalog.lower(s.name) = p.parname",
        )
        .named(ask.pattern(), &names, ask.server)?
        .wanted_if(
            ask.pattern().is_none(),
            "s.source <> 'default' and s.setting is distinct from s.boot_val",
        )
        .order("1");
    Listed::new(title, &select)
}

/// `\dy`
pub(super) fn event_triggers(ask: &Ask<'_>) -> Result<Listed> {
    let enabled = "case e.evtenabled when 'O' then 'enabled' when 'R' then 'replica'
    when 'A' then 'always' when 'D' then 'disabled' end";
    let tags = "pg_catalog.array_to_string(array(select x from pg_catalog.unnest(e.evttags) as t(x)), ', ')";
    let select = Select::from("pg_catalog.pg_event_trigger e")
        .columns(&[
            ("e.evtname", "Name"),
            ("e.evtevent", "Event"),
            ("pg_catalog.pg_get_userbyid(e.evtowner)", "Owner"),
            (enabled, "Enabled"),
            ("e.evtfoid::pg_catalog.regproc", "Function"),
            (tags, "Tags"),
        ])
        .columns_if(
            ask.verbose,
            &[(
                "pg_catalog.obj_description(e.oid, 'pg_event_trigger')",
                "Description",
            )],
        )
        .named(ask.pattern(), &bare("e.evtname"), ask.server)?
        .order("1");
    Listed::new("List of event triggers", &select)
}

/// `\dX`
pub(super) fn statistics(ask: &Ask<'_>) -> Result<Listed> {
    let schema = "es.stxnamespace::pg_catalog.regnamespace::pg_catalog.text";
    let definition = match ask.since(140_000) {
        true => {
            "pg_catalog.format('%s FROM %s', pg_catalog.pg_get_statisticsobjdef_columns(es.oid),
    es.stxrelid::pg_catalog.regclass)"
        }
        false => {
            "pg_catalog.format('%s FROM %s', (select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ')
      from pg_catalog.unnest(es.stxkeys) s(attnum)
      join pg_catalog.pg_attribute a on es.stxrelid = a.attrelid and a.attnum = s.attnum
        and not a.attisdropped), es.stxrelid::pg_catalog.regclass)"
        }
    };
    let kind = |letter: char| format!("case when '{letter}' = any(es.stxkind) then 'defined' end");
    let names = Names {
        schema: Some(schema),
        name: "es.stxname",
        visible: Some("pg_catalog.pg_statistics_obj_is_visible(es.oid)"),
        parts: 3,
        ..Names::default()
    };
    let select = Select::from("pg_catalog.pg_statistic_ext es")
        .columns(&[
            (schema, "Schema"),
            ("es.stxname", "Name"),
            (definition, "Definition"),
            (&kind('d'), "Ndistinct"),
            (&kind('f'), "Dependencies"),
        ])
        .columns_if(ask.since(120_000), &[(&kind('m'), "MCV")])
        .named(ask.pattern(), &names, ask.server)?
        .order("1, 2");
    Listed::new("List of extended statistics", &select)
}

/// An object that has a comment and no listing of its own: what it is, its name, where it is from,
/// when it is in sight.
const COMMENTED: &[(&str, &str, &str, &str, &str)] = &[
    (
        "table constraint",
        "x.conname",
        "pg_catalog.pg_constraint x
      join pg_catalog.pg_class c on c.oid = x.conrelid
      left join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        "pg_catalog.pg_table_is_visible(c.oid)",
        "true",
    ),
    (
        "domain constraint",
        "x.conname",
        "pg_catalog.pg_constraint x
      join pg_catalog.pg_type t on t.oid = x.contypid
      left join pg_catalog.pg_namespace n on n.oid = t.typnamespace",
        "pg_catalog.pg_type_is_visible(t.oid)",
        "true",
    ),
    (
        "operator class",
        "x.opcname",
        "pg_catalog.pg_opclass x
      join pg_catalog.pg_namespace n on n.oid = x.opcnamespace",
        "pg_catalog.pg_opclass_is_visible(x.oid)",
        "true",
    ),
    (
        "operator family",
        "x.opfname",
        "pg_catalog.pg_opfamily x
      join pg_catalog.pg_namespace n on n.oid = x.opfnamespace",
        "pg_catalog.pg_opfamily_is_visible(x.oid)",
        "true",
    ),
    (
        "rule",
        "x.rulename",
        "pg_catalog.pg_rewrite x
      join pg_catalog.pg_class c on c.oid = x.ev_class
      left join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        "pg_catalog.pg_table_is_visible(c.oid)",
        "x.rulename <> '_RETURN'",
    ),
    (
        "trigger",
        "x.tgname",
        "pg_catalog.pg_trigger x
      join pg_catalog.pg_class c on c.oid = x.tgrelid
      left join pg_catalog.pg_namespace n on n.oid = c.relnamespace",
        "pg_catalog.pg_table_is_visible(c.oid)",
        "true",
    ),
];

/// `\dd`
pub(super) fn comments(ask: &Ask<'_>) -> Result<Listed> {
    let mut parts = Vec::new();
    for (kind, name, from, visible, wanted) in COMMENTED {
        let names = Names {
            schema: Some("n.nspname"),
            name,
            visible: Some(visible),
            parts: 3,
            ..Names::default()
        };
        let part = Select::from(from)
            .columns(&[
                ("x.oid", "oid"),
                ("x.tableoid", "tableoid"),
                ("n.nspname", "nspname"),
                (&format!("cast({name} as pg_catalog.text)"), "name"),
                (&format!("cast('{kind}' as pg_catalog.text)"), "object"),
            ])
            .wanted(wanted)
            .users_own(ask)
            .named(ask.pattern(), &names, ask.server)?;
        parts.push(part.unordered());
    }
    let select = Select::from_raw(&format!("(\n{}\n) tt", parts.join("\nunion all\n")))
        .distinct_columns(&[
            ("tt.nspname", "Schema"),
            ("tt.name", "Name"),
            ("tt.object", "Object"),
            ("d.description", "Description"),
        ])
        .also_from("\n  join pg_catalog.pg_description d on tt.oid = d.objoid and tt.tableoid = d.classoid and d.objsubid = 0")
        .order("1, 2, 3");
    Listed::new("Object descriptions", &select)
}

/// `\dew`
pub(super) fn wrappers(ask: &Ask<'_>) -> Result<Listed> {
    let mut select = Select::from("pg_catalog.pg_foreign_data_wrapper fdw").columns(&[
        ("fdw.fdwname", "Name"),
        ("pg_catalog.pg_get_userbyid(fdw.fdwowner)", "Owner"),
        ("fdw.fdwhandler::pg_catalog.regproc", "Handler"),
        ("fdw.fdwvalidator::pg_catalog.regproc", "Validator"),
    ]);
    if ask.verbose {
        let options = options_of("fdw.fdwoptions");
        select = select
            .privileges("fdw.fdwacl", ask.server)
            .columns(&[(&options, "FDW options"), ("d.description", "Description")]);
    }
    let select = select
        .join_if(
            ask.verbose,
            "pg_catalog.pg_description d on d.classoid = fdw.tableoid and d.objoid = fdw.oid and d.objsubid = 0",
        )
        .named(ask.pattern(), &bare("fdw.fdwname"), ask.server)?
        .order("1");
    Listed::new("List of foreign-data wrappers", &select)
}

/// `\des`
pub(super) fn foreign_servers(ask: &Ask<'_>) -> Result<Listed> {
    let mut select = Select::from(
        "pg_catalog.pg_foreign_server s
  join pg_catalog.pg_foreign_data_wrapper f on f.oid = s.srvfdw",
    )
    .columns(&[
        ("s.srvname", "Name"),
        ("pg_catalog.pg_get_userbyid(s.srvowner)", "Owner"),
        ("f.fdwname", "Foreign-data wrapper"),
    ]);
    if ask.verbose {
        let options = options_of("s.srvoptions");
        select = select.privileges("s.srvacl", ask.server).columns(&[
            ("s.srvtype", "Type"),
            ("s.srvversion", "Version"),
            (&options, "FDW options"),
            ("d.description", "Description"),
        ]);
    }
    let select = select
        .join_if(
            ask.verbose,
            "pg_catalog.pg_description d on d.classoid = s.tableoid and d.objoid = s.oid and d.objsubid = 0",
        )
        .named(ask.pattern(), &bare("s.srvname"), ask.server)?
        .order("1");
    Listed::new("List of foreign servers", &select)
}

/// `\deu`
pub(super) fn user_mappings(ask: &Ask<'_>) -> Result<Listed> {
    let options = options_of("um.umoptions");
    let names = Names {
        other: Some("um.usename"),
        ..bare("um.srvname")
    };
    let select = Select::from("pg_catalog.pg_user_mappings um")
        .columns(&[("um.srvname", "Server"), ("um.usename", "User name")])
        .columns_if(ask.verbose, &[(&options, "FDW options")])
        .named(ask.pattern(), &names, ask.server)?
        .order("1, 2");
    Listed::new("List of user mappings", &select)
}
