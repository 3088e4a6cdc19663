//! What stands below the columns of `\d NAME`: a query for each part, and its layout in lines. Pure.

mod belongings;
mod constraints;
#[cfg(test)]
mod tests;

use super::relation::About;
use crate::driver::Answer;

/// One part.
pub(super) struct Part {
    pub(super) applies: fn(&About) -> bool,
    pub(super) sql: fn(&About) -> String,
    pub(super) lines: fn(&About, &Answer) -> Vec<String>,
}

/// Relations that have indexes, constraints, policies …
const TABLES: &str = "rmfpIt";

/// Every part, in psql's order.
pub(super) static PARTS: &[Part] = &[
    Part {
        applies: |a| a.is_partition,
        sql: partition_query,
        lines: partition,
    },
    Part {
        applies: |a| a.kind == 'p',
        sql: |a| {
            format!(
                "select pg_catalog.pg_get_partkeydef('{}'::pg_catalog.oid);",
                a.oid
            )
        },
        lines: |_, found| each(found, |f, row| format!("Partition key: {}", f.text(row, 0))),
    },
    Part {
        applies: |a| a.kind == 't',
        sql: |a| {
            format!(
                "select n.nspname, c.relname
from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.reltoastrelid = '{}';",
                a.oid
            )
        },
        lines: |_, found| {
            each(found, |f, row| {
                format!("Owning table: \"{}.{}\"", f.text(row, 0), f.text(row, 1))
            })
        },
    },
    Part {
        applies: |a| a.is("iI"),
        sql: constraints::index_query,
        lines: constraints::index,
    },
    Part {
        applies: |a| a.is("rmfpt") && a.has_index,
        sql: constraints::indexes_query,
        lines: constraints::indexes,
    },
    Part {
        applies: |a| a.is(TABLES) && a.has_checks,
        sql: |a| {
            format!(
                "select r.conname, pg_catalog.pg_get_constraintdef(r.oid, true)
from pg_catalog.pg_constraint r
where r.conrelid = '{}' and r.contype = 'c'
order by 1;",
                a.oid
            )
        },
        lines: |_, found| {
            headed("Check constraints:", found, |f, row| {
                format!("    \"{}\" {}", f.text(row, 0), f.text(row, 1))
            })
        },
    },
    Part {
        applies: |a| a.is("rmfpt"),
        sql: constraints::foreign_keys_query,
        lines: constraints::foreign_keys,
    },
    Part {
        applies: |a| a.is("rmfpt"),
        sql: constraints::referenced_by_query,
        lines: |_, found| {
            headed("Referenced by:", found, |f, row| {
                constraints::on_table(f, row)
            })
        },
    },
    Part {
        applies: |a| a.is("rmfpt"),
        sql: belongings::policies_query,
        lines: belongings::policies,
    },
    Part {
        applies: |a| a.is("rmfpt") && a.version >= 100_000,
        sql: belongings::statistics_query,
        lines: belongings::statistics,
    },
    Part {
        applies: |a| a.is("rfpt") && a.has_rules,
        sql: |a| rules_query(a, ""),
        lines: rules,
    },
    Part {
        applies: |a| a.is("rmfpt") && a.version >= 100_000,
        sql: belongings::publications_query,
        lines: belongings::publications,
    },
    Part {
        applies: |a| a.is("rmfpt") && a.verbose && a.version >= 180_000,
        sql: constraints::not_null_query,
        lines: constraints::not_null,
    },
    Part {
        applies: |a| a.is("vm") && a.verbose,
        sql: |a| {
            format!(
                "select pg_catalog.pg_get_viewdef('{}'::pg_catalog.oid, true);",
                a.oid
            )
        },
        lines: |_, found| {
            headed("View definition:", found, |f, row| {
                f.text(row, 0).to_string()
            })
        },
    },
    Part {
        applies: |a| a.is("vm") && a.verbose && a.has_rules,
        sql: |a| rules_query(a, "\n  and r.rulename <> '_RETURN'"),
        lines: |_, found| {
            headed("Rules:", found, |f, row| {
                format!(" {}", rule(f.text(row, 1)))
            })
        },
    },
    Part {
        applies: |a| a.has_triggers,
        sql: triggers_query,
        lines: triggers,
    },
    Part {
        applies: |a| a.kind == 'f',
        sql: |a| {
            format!(
                "select s.srvname, pg_catalog.array_to_string(array(
    select pg_catalog.quote_ident(option_name) || ' ' || pg_catalog.quote_literal(option_value)
    from pg_catalog.pg_options_to_table(f.ftoptions)), ', ')
from pg_catalog.pg_foreign_table f
  join pg_catalog.pg_foreign_server s on s.oid = f.ftserver
where f.ftrelid = '{}';",
                a.oid
            )
        },
        lines: server,
    },
    Part {
        applies: |a| a.is(TABLES),
        sql: |a| {
            format!(
                "select c.oid::pg_catalog.regclass
from pg_catalog.pg_class c
  join pg_catalog.pg_inherits i on c.oid = i.inhparent
where i.inhrelid = '{}' and c.relkind not in ('p', 'I')
order by i.inhseqno;",
                a.oid
            )
        },
        lines: |_, found| listed("Inherits", found, |f, row| f.text(row, 0).to_string()),
    },
    Part {
        applies: |a| a.is(TABLES),
        sql: children_query,
        lines: children,
    },
];

/// What is known without asking: type, replica identity, tablespace, access method, options.
pub(super) fn last_lines(about: &About) -> Vec<String> {
    let mut lines = Vec::new();
    if about.is(TABLES) {
        if !about.of_type.is_empty() {
            lines.push(format!("Typed table of type: {}", about.of_type));
        }
        lines.extend(replica_identity(about).map(|i| format!("Replica Identity: {i}")));
        if about.verbose && about.kind != 'm' && about.has_oids {
            lines.push("Has OIDs: yes".into());
        }
        if about.kind != 'f' {
            lines.extend(
                about
                    .tablespace
                    .as_ref()
                    .map(|t| format!("Tablespace: \"{t}\"")),
            );
        }
        if about.verbose {
            lines.extend(
                about
                    .access_method
                    .as_ref()
                    .map(|m| format!("Access method: {m}")),
            );
        }
    }
    if about.verbose && !about.options.is_empty() {
        lines.push(format!("Options: {}", about.options));
    }
    lines
}

/// Shown where it is not what such a table has by itself. An index says it at its own line.
fn replica_identity(about: &About) -> Option<&'static str> {
    let usual = if about.schema == "pg_catalog" {
        'n'
    } else {
        'd'
    };
    if !about.verbose || !about.is("rm") || ['i', usual].contains(&about.replica_identity) {
        return None;
    }
    Some(match about.replica_identity {
        'f' => "FULL",
        'n' => "NOTHING",
        _ => "???",
    })
}

fn each(found: &Answer, line: impl Fn(&Answer, usize) -> String) -> Vec<String> {
    (0..found.len()).map(|row| line(found, row)).collect()
}

/// A heading and a line a row; nothing for no rows.
fn headed(heading: &str, found: &Answer, line: impl Fn(&Answer, usize) -> String) -> Vec<String> {
    super::replication::list(heading, found, line)
}

/// `Inherits: a,` and the others below the first.
fn listed(label: &str, found: &Answer, item: impl Fn(&Answer, usize) -> String) -> Vec<String> {
    let last = found.len().saturating_sub(1);
    each(found, |f, row| {
        let comma = if row < last { "," } else { "" };
        match row {
            0 => format!("{label}: {}{comma}", item(f, row)),
            _ => format!(
                "{:width$}  {}{comma}",
                "",
                item(f, row),
                width = label.len()
            ),
        }
    })
}

fn yes(found: &Answer, row: usize, column: usize) -> bool {
    found.text(row, column) == "t"
}

fn partition_query(about: &About) -> String {
    let detach = if about.version >= 140_000 {
        "i.inhdetachpending"
    } else {
        "false"
    };
    let constraint = match about.verbose {
        true => "pg_catalog.pg_get_partition_constraintdef(c.oid)",
        false => "null",
    };
    format!(
        "select i.inhparent::pg_catalog.regclass, pg_catalog.pg_get_expr(c.relpartbound, c.oid),
  {detach}, {constraint}
from pg_catalog.pg_class c
  join pg_catalog.pg_inherits i on c.oid = i.inhrelid
where c.oid = '{}';",
        about.oid
    )
}

fn partition(about: &About, found: &Answer) -> Vec<String> {
    if found.is_empty() {
        return Vec::new();
    }
    let pending = if yes(found, 0, 2) {
        " DETACH PENDING"
    } else {
        ""
    };
    let mut lines = vec![format!(
        "Partition of: {} {}{pending}",
        found.text(0, 0),
        found.text(0, 1)
    )];
    if about.verbose {
        lines.push(match found.text(0, 3) {
            "" => "No partition constraint".into(),
            constraint => format!("Partition constraint: {constraint}"),
        });
    }
    lines
}

fn rules_query(about: &About, more: &str) -> String {
    format!(
        "select r.rulename, pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid, true), ';'),
  r.ev_enabled
from pg_catalog.pg_rewrite r
where r.ev_class = '{}'{more}
order by 1;",
        about.oid
    )
}

/// A rule without `CREATE RULE`.
fn rule(definition: &str) -> &str {
    definition
        .strip_prefix("CREATE RULE ")
        .unwrap_or(definition)
}

fn rules(_: &About, found: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    for (enabled, heading) in [
        ("O", "Rules:"),
        ("D", "Disabled rules:"),
        ("A", "Rules firing always:"),
        ("R", "Rules firing on replica only:"),
    ] {
        let those: Vec<_> = (0..found.len())
            .filter(|row| found.text(*row, 2) == enabled)
            .map(|row| format!("    {}", rule(found.text(row, 1))))
            .collect();
        if !those.is_empty() {
            lines.push(heading.to_string());
            lines.extend(those);
        }
    }
    lines
}

fn triggers_query(about: &About) -> String {
    // Triggers of partitions name the table that they come from.
    let parent = match about.version >= 130_000 {
        true => {
            "case when t.tgparentid <> 0 then (
    select u.tgrelid::pg_catalog.regclass
    from pg_catalog.pg_trigger u,
      pg_catalog.pg_partition_ancestors(t.tgrelid) with ordinality as a(relid, depth)
    where u.tgname = t.tgname and u.tgrelid = a.relid and u.tgparentid = 0
    order by a.depth limit 1) end"
        }
        false => "null",
    };
    // From 11 to 14 those count as internal.
    let inherited = match about.version {
        110_000..150_000 => {
            "
    or exists (select 1 from pg_catalog.pg_depend where objid = t.oid
      and refclassid = 'pg_catalog.pg_trigger'::pg_catalog.regclass)"
        }
        _ => "",
    };
    format!(
        "select t.tgname, pg_catalog.pg_get_triggerdef(t.oid, true), t.tgenabled, t.tgisinternal,
  {parent}
from pg_catalog.pg_trigger t
where t.tgrelid = '{}'
  and (not t.tgisinternal or (t.tgisinternal and t.tgenabled = 'D'){inherited})
order by 1;",
        about.oid
    )
}

fn triggers(_: &About, found: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    for (enabled, internal, heading) in [
        ("O", None, "Triggers:"),
        ("D", Some(false), "Disabled user triggers:"),
        ("D", Some(true), "Disabled internal triggers:"),
        ("A", None, "Triggers firing always:"),
        ("R", None, "Triggers firing on replica only:"),
    ] {
        let those: Vec<_> = (0..found.len())
            .filter(|row| found.text(*row, 2) == enabled)
            .filter(|row| internal.is_none_or(|internal| yes(found, *row, 3) == internal))
            .map(|row| trigger(found, row))
            .collect();
        if !those.is_empty() {
            lines.push(heading.to_string());
            lines.extend(those);
        }
    }
    lines
}

fn trigger(found: &Answer, row: usize) -> String {
    let definition = found.text(row, 1);
    let shown = definition
        .split_once(" TRIGGER ")
        .map_or(definition, |d| d.1);
    match found.get(row, 4) {
        Some(parent) => format!("    {shown}, ON TABLE {parent}"),
        None => format!("    {shown}"),
    }
}

fn server(_: &About, found: &Answer) -> Vec<String> {
    let mut lines = each(found, |f, row| format!("Server: {}", f.text(row, 0)));
    if !found.is_empty() && !found.text(0, 1).is_empty() {
        lines.push(format!("FDW options: ({})", found.text(0, 1)));
    }
    lines
}

fn children_query(about: &About) -> String {
    let bound = match about.version >= 100_000 {
        true => "pg_catalog.pg_get_expr(c.relpartbound, c.oid)",
        false => "null::pg_catalog.text",
    };
    let detach = if about.version >= 140_000 {
        "i.inhdetachpending"
    } else {
        "false"
    };
    format!(
        "select c.oid::pg_catalog.regclass, c.relkind, {detach}, {bound}
from pg_catalog.pg_class c
  join pg_catalog.pg_inherits i on c.oid = i.inhrelid
where i.inhparent = '{}'
order by {bound} = 'DEFAULT', c.oid::pg_catalog.regclass::pg_catalog.text;",
        about.oid
    )
}

fn children(about: &About, found: &Answer) -> Vec<String> {
    let partitioned = about.is("pI");
    let (many, label) = match partitioned {
        true => ("partitions", "Partitions"),
        false => ("child tables", "Child tables"),
    };
    match (found.len(), about.verbose) {
        (0, _) if partitioned => vec!["Number of partitions: 0".into()],
        (0, _) => Vec::new(),
        (count, false) => vec![format!(
            "Number of {many}: {count} (Use \\d+ to list them.)"
        )],
        (_, true) => listed(label, found, |found, row| {
            child(found, row, about.version >= 180_000)
        }),
    }
}

fn child(found: &Answer, row: usize, says_foreign: bool) -> String {
    let mut text = found.text(row, 0).to_string();
    if let Some(bound) = found.get(row, 3) {
        text.push_str(&format!(" {bound}"));
    }
    text.push_str(match found.text(row, 1) {
        "p" | "I" => ", PARTITIONED",
        "f" if says_foreign => ", FOREIGN",
        _ => "",
    });
    text.push_str(if yes(found, row, 2) {
        " (DETACH PENDING)"
    } else {
        ""
    });
    text
}
