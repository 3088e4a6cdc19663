//! The inventory's queries for one object: `/ddl` asks for what belongs to a relation, and for the
//! statements of what is rare. Each query gives table, name, definition, and the statements.

use super::objects::{self, not_of_extension};
use super::{own, rare, settings};

/// The query, for those alone of which the condition is true instead of for everything of the users'.
fn only(sql: &str, all: &str, condition: &str) -> String {
    sql.replace(all, condition)
}

/// What the statement that makes a relation does not say.
pub(in crate::driver::postgres) fn of_relation(oid: &str, version: u32) -> Vec<String> {
    let itself = format!("c.oid = '{oid}'");
    let relations = own("pg_class", "c.oid", "n");
    let mut out: Vec<String> = [
        settings::toast_options(),
        objects::column_settings(version),
        settings::constraint_options(),
        settings::inherited_columns(version),
        settings::switches(),
        settings::chosen_indexes(),
        settings::triggers(version),
        objects::rules(),
        settings::rules(),
    ]
    .iter()
    .map(|sql| only(sql, &relations, &itself))
    .collect();
    let newer = [
        (110_000, settings::index_columns()),
        (150_000, settings::access_methods()),
        (180_000, settings::named_nulls()),
    ];
    let known = newer.iter().filter(|(since, _)| version >= *since);
    out.extend(known.map(|(_, sql)| only(sql, &relations, &itself)));
    if version >= 100_000 {
        let statistics = own("pg_statistic_ext", "s.oid", "n");
        let of_table = format!("s.stxrelid = '{oid}'");
        out.push(only(&objects::statistics(version), &statistics, &of_table));
        if version >= 130_000 {
            out.push(only(
                &settings::statistics_targets(),
                &statistics,
                &of_table,
            ));
        }
        let numbers = format!(
            "d.objoid in (select s.oid from pg_catalog.pg_statistic_ext s where s.stxrelid = '{oid}')"
        );
        out.push(rare::comments(&["pg_statistic_ext"], &numbers));
    }
    let index = format!(
        "c.oid in (select i.indexrelid from pg_catalog.pg_index i where i.indrelid = '{oid}')"
    );
    out.extend(settings::comments_on("pg_class", &index));
    for class in ["pg_constraint", "pg_trigger", "pg_policy"] {
        out.extend(settings::comments_on(class, &itself));
    }
    let rules = format!(
        "d.objoid in (select r.oid from pg_catalog.pg_rewrite r where r.ev_class = '{oid}')"
    );
    out.push(rare::comments(&["pg_rewrite"], &rules));
    out
}

/// What is said of an object of a catalog, and of the constraints of a domain; the casts of a type.
pub(in crate::driver::postgres) fn comments(class: &str, oid: &str, version: u32) -> Vec<String> {
    let itself = format!("d.objoid = '{oid}'");
    match class {
        "pg_type" => {
            let casts = format!(
                "(k.castsource = '{oid}' or k.casttarget = '{oid}' and k.castsource < 16384::pg_catalog.oid)"
            );
            let constraints = format!(
                "d.objoid in (select k.oid from pg_catalog.pg_constraint k where k.contypid = '{oid}')"
            );
            let mut out: Vec<String> = settings::comments_on(class, &format!("t.oid = '{oid}'"));
            out.push(rare::comments(&["pg_constraint"], &constraints));
            let all = not_of_extension("pg_cast", "k.oid");
            out.push(only(&objects::casts(), &all, &casts));
            let numbers =
                format!("d.objoid in (select k.oid from pg_catalog.pg_cast k where {casts})");
            out.push(rare::comments(&["pg_cast"], &numbers));
            out
        }
        "pg_proc" => vec![settings::comment_on_routine(
            version,
            &format!("c.oid = '{oid}'"),
        )],
        "pg_class" => settings::comments_on(class, &format!("c.oid = '{oid}'")),
        "pg_namespace" => settings::comments_on(class, &format!("n.number = '{oid}'")),
        "pg_aggregate" => vec![rare::comments(&["pg_proc"], &itself)],
        "pg_trigger" | "pg_policy" => settings::comments_on(class, &format!("k.oid = '{oid}'")),
        "pg_extension" => Vec::new(),
        _ => vec![rare::comments(&[class], &itself)],
    }
}

/// The statements that make an object of a catalog; none where the catalog is not one of these.
pub(in crate::driver::postgres) fn of_catalog(class: &str, oid: &str, version: u32) -> Vec<String> {
    let in_schema = |sql: String, alias: &str| {
        let number = format!("{alias}.oid");
        let catalog = match class {
            "pg_aggregate" => "pg_proc",
            class => class,
        };
        only(
            &sql,
            &own(catalog, &number, "n"),
            &format!("{number} = '{oid}'"),
        )
    };
    let outside = |sql: String, alias: &str| {
        let number = format!("{alias}.oid");
        only(
            &sql,
            &not_of_extension(class, &number),
            &format!("{number} = '{oid}'"),
        )
    };
    let of_table = |sql: String, number: &str| {
        let all = own("pg_class", "c.oid", "n");
        only(&sql, &all, &format!("{number} = '{oid}'"))
    };
    match class {
        "pg_range" => vec![only(
            &super::ranges(),
            &own("pg_type", "t.oid", "n"),
            &format!("t.oid = '{oid}'"),
        )],
        "pg_aggregate" => vec![in_schema(objects::aggregates(version), "p")],
        "pg_operator" => vec![in_schema(objects::operators(), "o")],
        "pg_collation" => vec![in_schema(objects::collations(version), "l")],
        "pg_conversion" => vec![in_schema(rare::conversions(), "k")],
        "pg_statistic_ext" => {
            let mut out = vec![in_schema(objects::statistics(version), "s")];
            if version >= 130_000 {
                out.push(in_schema(settings::statistics_targets(), "s"));
            }
            out
        }
        "pg_ts_config" => vec![in_schema(objects::configurations(), "c")],
        "pg_ts_dict" => vec![in_schema(objects::dictionaries(), "d")],
        "pg_ts_parser" => vec![in_schema(rare::parsers(), "p")],
        "pg_ts_template" => vec![in_schema(rare::templates(), "t")],
        "pg_opfamily" => vec![in_schema(rare::operator_families(), "f")],
        "pg_opclass" => vec![in_schema(rare::operator_classes(), "o")],
        "pg_foreign_data_wrapper" => vec![outside(objects::wrappers(), "w")],
        "pg_foreign_server" => vec![
            outside(objects::servers(), "s"),
            only(
                &rare::user_mappings(),
                &not_of_extension("pg_foreign_server", "m.srvid"),
                &format!("m.srvid = '{oid}'"),
            ),
        ],
        "pg_trigger" => vec![
            format!("select '', '', '', pg_catalog.pg_get_triggerdef('{oid}'::pg_catalog.oid)"),
            of_table(settings::triggers(version), "t.oid"),
        ],
        "pg_rewrite" => vec![
            format!("select '', '', '', pg_catalog.pg_get_ruledef('{oid}'::pg_catalog.oid)"),
            of_table(settings::rules(), "r.oid"),
        ],
        "pg_policy" => vec![of_table(super::policies(version), "p.oid")],
        "pg_am" => vec![outside(rare::access_methods(), "m")],
        "pg_language" => vec![outside(rare::languages(), "l")],
        "pg_event_trigger" => vec![outside(objects::event_triggers(), "t")],
        "pg_publication" => vec![
            outside(objects::publications(version), "p"),
            only(
                &objects::published(version),
                &own("pg_class", "c.oid", "n"),
                "true",
            )
            .replace(objects::ANY_PUBLICATION, &format!("p.oid = '{oid}'")),
        ],
        "pg_subscription" => {
            vec![rare::subscriptions(version).replace(rare::HERE, &format!("s.oid = '{oid}'"))]
        }
        "pg_namespace" => vec![format!(
            "select '', '', '', 'CREATE SCHEMA ' || pg_catalog.quote_ident(n.nspname) from pg_catalog.pg_namespace n where n.oid = '{oid}'"
        )],
        "pg_extension" => vec![format!(
            "select '', '', '', 'CREATE EXTENSION ' || pg_catalog.quote_ident(x.extname) || ' SCHEMA ' || pg_catalog.quote_ident(n.nspname) || ' VERSION ' || pg_catalog.quote_literal(x.extversion) from pg_catalog.pg_extension x join pg_catalog.pg_namespace n on n.oid = x.extnamespace where x.oid = '{oid}'"
        )],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query that kept the condition for everything would show all of a database.
    #[test]
    fn each_query_is_about_one_object() {
        for version in [90_600, 100_000, 120_000, 150_000, 180_000] {
            let mut all = of_relation("4711", version);
            for class in [
                "pg_type",
                "pg_proc",
                "pg_class",
                "pg_namespace",
                "pg_aggregate",
                "pg_operator",
                "pg_collation",
                "pg_conversion",
                "pg_statistic_ext",
                "pg_ts_config",
                "pg_ts_dict",
                "pg_ts_parser",
                "pg_ts_template",
                "pg_opfamily",
                "pg_opclass",
                "pg_foreign_data_wrapper",
                "pg_foreign_server",
                "pg_am",
                "pg_language",
                "pg_event_trigger",
                "pg_publication",
                "pg_subscription",
                "pg_trigger",
                "pg_rewrite",
                "pg_policy",
                "pg_extension",
            ] {
                let own = of_catalog(class, "4711", version);
                let relation = matches!(class, "pg_type" | "pg_proc" | "pg_class");
                assert_eq!(own.is_empty(), relation, "{class}");
                all.extend(own);
                all.extend(comments(class, "4711", version));
            }
            for sql in all {
                assert!(sql.contains("'4711'"), "{version}: {sql}");
            }
        }
    }
}
