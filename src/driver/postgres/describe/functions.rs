//! Functions, aggregates, operators, casts, access methods and what belongs to them. Pure.

use super::types::canonical;
use super::{Ask, Listed, Names, Select};
use crate::error::{Error, Result};

const FUNCTION: Names<'_> = Names {
    schema: Some("n.nspname"),
    name: "p.proname",
    other: None,
    visible: Some("pg_catalog.pg_function_is_visible(p.oid)"),
    parts: 3,
    plain: false,
};

const DESCRIPTION: &str = "pg_catalog.obj_description(p.oid, 'pg_proc')";
const ARGUMENTS: &str = "pg_catalog.pg_get_function_arguments(p.oid)";
const TRIGGER: &str = "p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype";
const NO_TRIGGER: &str = "p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype";

const KIND: &str = "case p.prokind when 'a' then 'agg' when 'w' then 'window'
    when 'p' then 'proc' else 'func' end";
const OLD_KIND: &str = "case when p.proisagg then 'agg' when p.proiswindow then 'window'
    when p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype then 'trigger' else 'func' end";

const VOLATILITY: &str = "case p.provolatile when 'i' then 'immutable' when 's' then 'stable'
    when 'v' then 'volatile' end";
const PARALLEL: &str = "case p.proparallel when 'r' then 'restricted' when 's' then 'safe'
    when 'u' then 'unsafe' end";

/// The conditions for and against one kind of functions: letter, since 11, before.
type Kind = (char, [&'static str; 2], [&'static str; 2]);

const KINDS: &[Kind] = &[
    (
        'a',
        ["p.prokind = 'a'", "p.prokind <> 'a'"],
        ["p.proisagg", "not p.proisagg"],
    ),
    (
        'p',
        ["p.prokind = 'p'", "p.prokind <> 'p'"],
        ["false", "true"],
    ),
    ('t', [TRIGGER, NO_TRIGGER], [TRIGGER, NO_TRIGGER]),
    (
        'w',
        ["p.prokind = 'w'", "p.prokind <> 'w'"],
        ["p.proiswindow", "not p.proiswindow"],
    ),
];

/// `\df`, with the letters of the kinds that are wanted.
pub(super) fn list(ask: &Ask<'_>) -> Result<Listed> {
    let letters = ask.kinds("df");
    let new = ask.since(110_000);
    if letters.contains('p') && !new {
        return Err(Error::usage(format!(
            "\\df does not take a \"p\" option with server version {}",
            ask.server.shown_version()
        )));
    }
    let mut select = Select::from("pg_catalog.pg_proc p")
        .columns(&[
            ("n.nspname", "Schema"),
            ("p.proname", "Name"),
            (
                "pg_catalog.pg_get_function_result(p.oid)",
                "Result data type",
            ),
            (ARGUMENTS, "Argument data types"),
            (if new { KIND } else { OLD_KIND }, "Type"),
        ])
        .columns_if(
            ask.verbose,
            &[
                (VOLATILITY, "Volatility"),
                (PARALLEL, "Parallel"),
                ("pg_catalog.pg_get_userbyid(p.proowner)", "Owner"),
                (
                    "case when p.prosecdef then 'definer' else 'invoker' end",
                    "Security",
                ),
            ],
        );
    if ask.verbose {
        let leakproof = "case when p.proleakproof then 'yes' else 'no' end";
        let source = match ask.since(140_000) {
            true => "coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc)",
            false => "p.prosrc",
        };
        let internal = "case when l.lanname in ('internal', 'c') then p.prosrc end";
        select = select
            .columns_if(ask.since(180_000), &[(leakproof, "Leakproof?")])
            .privileges("p.proacl", ask.server)
            .columns(&[("l.lanname", "Language")])
            .columns_if(ask.since(160_000), &[(internal, "Internal name")])
            .columns_if(!ask.since(160_000), &[(source, "Source code")])
            .columns(&[(DESCRIPTION, "Description")]);
    }
    select = select
        .join("pg_catalog.pg_namespace n on n.oid = p.pronamespace")
        .join_if(ask.verbose, "pg_catalog.pg_language l on l.oid = p.prolang");
    let arguments = ask.patterns.get(1..).unwrap_or_default();
    for n in 0..arguments.len() {
        select = select
            .join(&format!(
                "pg_catalog.pg_type t{n} on t{n}.oid = p.proargtypes[{n}]"
            ))
            .join(&format!(
                "pg_catalog.pg_namespace nt{n} on nt{n}.oid = t{n}.typnamespace"
            ));
    }
    if let Some(condition) = kind_condition(letters, new) {
        select = select.wanted(&condition);
    }
    select = select.named(ask.pattern(), &FUNCTION, ask.server)?;
    for (n, argument) in arguments.iter().enumerate() {
        select = argument_type(select, n, argument, ask)?;
    }
    Listed::new("List of functions", &select.users_own(ask).order("1, 2, 4"))
}

/// Normal functions are what is no other kind, so with `n` the others are left out.
fn kind_condition(letters: &str, new: bool) -> Option<String> {
    let sides = |k: &Kind| if new { k.1 } else { k.2 };
    if !letters.contains(['a', 'n', 'p', 't', 'w']) {
        return None;
    }
    if letters.contains('n') {
        let others: Vec<_> = KINDS
            .iter()
            .filter(|k| !letters.contains(k.0))
            .map(|k| sides(k)[1])
            .collect();
        return (!others.is_empty()).then(|| others.join("\n  and "));
    }
    let wanted: Vec<_> = KINDS
        .iter()
        .filter(|k| letters.contains(k.0))
        .map(|k| sides(k)[0])
        .collect();
    Some(format!("({})", wanted.join("\n   or ")))
}

/// The type of argument `n`, by either of its names; `-` says that there is none.
fn argument_type(select: Select, n: usize, pattern: &str, ask: &Ask<'_>) -> Result<Select> {
    if pattern == "-" {
        return Ok(select.wanted(&format!("t{n}.typname is null")));
    }
    let names = Names {
        schema: Some(&format!("nt{n}.nspname")),
        name: &format!("t{n}.typname"),
        other: Some(&format!("pg_catalog.format_type(t{n}.oid, null)")),
        visible: Some(&format!("pg_catalog.pg_type_is_visible(t{n}.oid)")),
        parts: 3,
        plain: false,
    };
    select.named(Some(canonical(pattern)), &names, ask.server)
}

/// `\da`
pub(super) fn aggregates(ask: &Ask<'_>) -> Result<Listed> {
    let arguments =
        format!("case when p.pronargs = 0 then cast('*' as pg_catalog.text) else {ARGUMENTS} end");
    let kind = if ask.since(110_000) {
        "p.prokind = 'a'"
    } else {
        "p.proisagg"
    };
    let select = Select::from("pg_catalog.pg_proc p")
        .columns(&[
            ("n.nspname", "Schema"),
            ("p.proname", "Name"),
            (
                "pg_catalog.format_type(p.prorettype, null)",
                "Result data type",
            ),
            (&arguments, "Argument data types"),
            (DESCRIPTION, "Description"),
        ])
        .join("pg_catalog.pg_namespace n on n.oid = p.pronamespace")
        .wanted(kind)
        .users_own(ask)
        .named(ask.pattern(), &FUNCTION, ask.server)?
        .order("1, 2, 4");
    Listed::new("List of aggregate functions", &select)
}

/// `\do NAME LEFT RIGHT`; with one type the operator's only argument.
pub(super) fn operators(ask: &Ask<'_>) -> Result<Listed> {
    let names = Names {
        schema: Some("n.nspname"),
        name: "o.oprname",
        visible: Some("pg_catalog.pg_operator_is_visible(o.oid)"),
        parts: 3,
        plain: true,
        other: None,
    };
    let left =
        "case when o.oprkind = 'l' then null else pg_catalog.format_type(o.oprleft, null) end";
    let right =
        "case when o.oprkind = 'r' then null else pg_catalog.format_type(o.oprright, null) end";
    let leakproof = "case when p.proleakproof then 'yes' else 'no' end";
    let leaks = ask.verbose && ask.since(180_000);
    let description = "coalesce(pg_catalog.obj_description(o.oid, 'pg_operator'),
    pg_catalog.obj_description(o.oprcode, 'pg_proc'))";
    let arguments = ask.patterns.get(1..).unwrap_or_default();
    let arguments = &arguments[..arguments.len().min(2)];
    let mut select = Select::from("pg_catalog.pg_operator o")
        .columns(&[
            ("n.nspname", "Schema"),
            ("o.oprname", "Name"),
            (left, "Left arg type"),
            (right, "Right arg type"),
            ("pg_catalog.format_type(o.oprresult, null)", "Result type"),
        ])
        .columns_if(ask.verbose, &[("o.oprcode", "Function")])
        .columns_if(leaks, &[(leakproof, "Leakproof?")])
        .columns(&[(description, "Description")])
        .join("pg_catalog.pg_namespace n on n.oid = o.oprnamespace")
        .join_if(leaks, "pg_catalog.pg_proc p on p.oid = o.oprcode");
    let sides: &[&str] = match arguments.len() {
        2 => &["oprleft", "oprright"],
        1 => &["oprright"],
        _ => &[],
    };
    for (n, side) in sides.iter().enumerate() {
        select = select
            .join(&format!("pg_catalog.pg_type t{n} on t{n}.oid = o.{side}"))
            .join(&format!(
                "pg_catalog.pg_namespace nt{n} on nt{n}.oid = t{n}.typnamespace"
            ));
    }
    select = select
        .users_own(ask)
        .named(ask.pattern(), &names, ask.server)?
        .wanted_if(arguments.len() == 1, "o.oprleft = 0");
    for (n, argument) in arguments.iter().enumerate() {
        select = argument_type(select, n, argument, ask)?;
    }
    Listed::new("List of operators", &select.order("1, 2, 3, 4"))
}

/// `\dC`: casts from or to a type.
pub(super) fn casts(ask: &Ask<'_>) -> Result<Listed> {
    let function = "case c.castmethod when 'b' then '(binary coercible)'
    when 'i' then '(with inout)' else p.proname end";
    let implicit =
        "case c.castcontext when 'e' then 'no' when 'a' then 'in assignment' else 'yes' end";
    let leakproof = "case when p.proleakproof then 'yes' else 'no' end";
    let select = Select::from("pg_catalog.pg_cast c")
        .columns(&[
            ("pg_catalog.format_type(c.castsource, null)", "Source type"),
            ("pg_catalog.format_type(c.casttarget, null)", "Target type"),
            (function, "Function"),
            (implicit, "Implicit?"),
        ])
        .columns_if(ask.verbose && ask.since(180_000), &[(leakproof, "Leakproof?")])
        .columns_if(ask.verbose, &[("d.description", "Description")])
        .join("pg_catalog.pg_proc p on c.castfunc = p.oid")
        .join("pg_catalog.pg_type ts on c.castsource = ts.oid")
        .join("pg_catalog.pg_namespace ns on ns.oid = ts.typnamespace")
        .join("pg_catalog.pg_type tt on c.casttarget = tt.oid")
        .join("pg_catalog.pg_namespace nt on nt.oid = tt.typnamespace")
        .join_if(
            ask.verbose,
            "pg_catalog.pg_description d on d.classoid = c.tableoid and d.objoid = c.oid and d.objsubid = 0",
        );
    let side = |alias: &str| {
        let names = Names {
            schema: Some(&format!("n{alias}.nspname")),
            name: &format!("t{alias}.typname"),
            other: Some(&format!("pg_catalog.format_type(t{alias}.oid, null)")),
            visible: Some(&format!("pg_catalog.pg_type_is_visible(t{alias}.oid)")),
            parts: 3,
            plain: false,
        };
        super::pattern::conditions(ask.pattern(), &names, ask.server).map(|all| all.join(" and "))
    };
    let either = match (side("s")?, side("t")?) {
        (s, t) if s.is_empty() || t.is_empty() => "true".to_string(),
        (s, t) => format!("(({s}) or ({t}))"),
    };
    Listed::new(
        "List of casts",
        &select.wanted_as_it_is(either).order("1, 2"),
    )
}

/// `\dA`
pub(super) fn access_methods(ask: &Ask<'_>) -> Result<Listed> {
    let kind = "case amtype when 'i' then 'Index' when 't' then 'Table' end";
    let description = "pg_catalog.obj_description(oid, 'pg_am')";
    let names = Names {
        name: "amname",
        parts: 1,
        ..Names::default()
    };
    let select = Select::from("pg_catalog.pg_am")
        .columns(&[("amname", "Name"), (kind, "Type")])
        .columns_if(
            ask.verbose,
            &[("amhandler", "Handler"), (description, "Description")],
        )
        .named(ask.pattern(), &names, ask.server)?
        .order("1");
    Listed::new("List of access methods", &select)
}

const METHOD: Names<'_> = Names {
    schema: None,
    name: "am.amname",
    other: None,
    visible: None,
    parts: 1,
    plain: false,
};

const TYPE: Names<'_> = Names {
    schema: Some("tn.nspname"),
    name: "t.typname",
    other: Some("pg_catalog.format_type(t.oid, null)"),
    visible: Some("pg_catalog.pg_type_is_visible(t.oid)"),
    parts: 3,
    plain: false,
};

/// A name, with its schema where it is not in sight.
fn shown_name(visible: &str, alias: &str, name: &str, schema: &str) -> String {
    format!(
        "case when pg_catalog.{visible}({alias}.oid) then pg_catalog.format('%I', {alias}.{name})
    else pg_catalog.format('%I.%I', {schema}.nspname, {alias}.{name}) end"
    )
}

/// The pattern of the access method, where there is one.
fn of_method(select: Select, ask: &Ask<'_>) -> Result<Select> {
    match ask.pattern() {
        Some(pattern) => select.named(Some(pattern), &METHOD, ask.server),
        None => Ok(select),
    }
}

/// `\dAc METHOD TYPE`
pub(super) fn operator_classes(ask: &Ask<'_>) -> Result<Listed> {
    let storage = "case when c.opckeytype <> 0 and c.opckeytype <> c.opcintype
    then pg_catalog.format_type(c.opckeytype, null) end";
    let class = shown_name("pg_opclass_is_visible", "c", "opcname", "n");
    let family = shown_name("pg_opfamily_is_visible", "of", "opfname", "ofn");
    let default = "case when c.opcdefault then 'yes' else 'no' end";
    let mut select = Select::from("pg_catalog.pg_opclass c")
        .columns(&[
            ("am.amname", "AM"),
            ("pg_catalog.format_type(c.opcintype, null)", "Input type"),
            (storage, "Storage type"),
            (&class, "Operator class"),
            (default, "Default?"),
        ])
        .columns_if(
            ask.verbose,
            &[
                (&family, "Operator family"),
                ("pg_catalog.pg_get_userbyid(c.opcowner)", "Owner"),
            ],
        )
        .join("pg_catalog.pg_am am on am.oid = c.opcmethod")
        .join("pg_catalog.pg_namespace n on n.oid = c.opcnamespace")
        .join("pg_catalog.pg_type t on t.oid = c.opcintype")
        .join("pg_catalog.pg_namespace tn on tn.oid = t.typnamespace")
        .join_if(
            ask.verbose,
            "pg_catalog.pg_opfamily of on of.oid = c.opcfamily",
        )
        .join_if(
            ask.verbose,
            "pg_catalog.pg_namespace ofn on ofn.oid = of.opfnamespace",
        );
    select = of_method(select, ask)?;
    if let Some(pattern) = ask.argument(1) {
        select = select.named(Some(pattern), &TYPE, ask.server)?;
    }
    Listed::new("List of operator classes", &select.order("1, 2, 4"))
}

/// `\dAf METHOD TYPE`
pub(super) fn operator_families(ask: &Ask<'_>) -> Result<Listed> {
    let family = shown_name("pg_opfamily_is_visible", "f", "opfname", "n");
    let types = "(select pg_catalog.string_agg(pg_catalog.format_type(oc.opcintype, null), ', ')
    from pg_catalog.pg_opclass oc where oc.opcfamily = f.oid)";
    let mut select = Select::from("pg_catalog.pg_opfamily f")
        .columns(&[
            ("am.amname", "AM"),
            (&family, "Operator family"),
            (types, "Applicable types"),
        ])
        .columns_if(
            ask.verbose,
            &[("pg_catalog.pg_get_userbyid(f.opfowner)", "Owner")],
        )
        .join("pg_catalog.pg_am am on am.oid = f.opfmethod")
        .join("pg_catalog.pg_namespace n on n.oid = f.opfnamespace");
    select = of_method(select, ask)?;
    if let Some(pattern) = ask.argument(1) {
        let wanted = super::pattern::conditions(Some(pattern), &TYPE, ask.server)?;
        select = select.wanted_as_it_is(format!(
            "exists (select 1 from pg_catalog.pg_type t
      join pg_catalog.pg_opclass oc on oc.opcintype operator(pg_catalog.=) t.oid
      left join pg_catalog.pg_namespace tn on tn.oid operator(pg_catalog.=) t.typnamespace
    where oc.opcfamily operator(pg_catalog.=) f.oid and {})",
            wanted.join(" and ")
        ));
    }
    Listed::new("List of operator families", &select.order("1, 2"))
}

/// `\dAo METHOD FAMILY`
pub(super) fn family_operators(ask: &Ask<'_>) -> Result<Listed> {
    let family = shown_name("pg_opfamily_is_visible", "of", "opfname", "nsf");
    let purpose = "case o.amoppurpose when 'o' then 'ordering' when 's' then 'search' end";
    let leaks = ask.verbose && ask.since(180_000);
    let select = Select::from("pg_catalog.pg_amop o")
        .columns(&[
            ("am.amname", "AM"),
            (&family, "Operator family"),
            ("o.amopopr::pg_catalog.regoperator", "Operator"),
            ("o.amopstrategy", "Strategy"),
            (purpose, "Purpose"),
        ])
        .columns_if(ask.verbose, &[("ofs.opfname", "Sort opfamily")])
        .columns_if(
            leaks,
            &[(
                "case when p.proleakproof then 'yes' else 'no' end",
                "Leakproof?",
            )],
        )
        .join("pg_catalog.pg_opfamily of on of.oid = o.amopfamily")
        .join("pg_catalog.pg_am am on am.oid = of.opfmethod and am.oid = o.amopmethod")
        .join("pg_catalog.pg_namespace nsf on of.opfnamespace = nsf.oid")
        .join_if(
            ask.verbose,
            "pg_catalog.pg_opfamily ofs on ofs.oid = o.amopsortfamily",
        )
        .join_if(leaks, "pg_catalog.pg_operator op on op.oid = o.amopopr")
        .join_if(leaks, "pg_catalog.pg_proc p on p.oid = op.oprcode");
    let select = of_family(of_method(select, ask)?, "nsf.nspname", ask)?;
    let select = select.order(
        "1, 2, o.amoplefttype operator(pg_catalog.=) o.amoprighttype desc,
  pg_catalog.format_type(o.amoplefttype, null),
  pg_catalog.format_type(o.amoprighttype, null), o.amopstrategy",
    );
    Listed::new("List of operators of operator families", &select)
}

fn of_family(select: Select, schema: &str, ask: &Ask<'_>) -> Result<Select> {
    let names = Names {
        schema: Some(schema),
        name: "of.opfname",
        parts: 3,
        ..Names::default()
    };
    match ask.argument(1) {
        Some(pattern) => select.named(Some(pattern), &names, ask.server),
        None => Ok(select),
    }
}

/// `\dAp METHOD FAMILY`
pub(super) fn family_functions(ask: &Ask<'_>) -> Result<Listed> {
    let family = shown_name("pg_opfamily_is_visible", "of", "opfname", "ns");
    let select = Select::from("pg_catalog.pg_amproc ap")
        .columns(&[
            ("am.amname", "AM"),
            (&family, "Operator family"),
            (
                "pg_catalog.format_type(ap.amproclefttype, null)",
                "Registered left type",
            ),
            (
                "pg_catalog.format_type(ap.amprocrighttype, null)",
                "Registered right type",
            ),
            ("ap.amprocnum", "Number"),
        ])
        .columns_if(!ask.verbose, &[("p.proname", "Function")])
        .columns_if(
            ask.verbose,
            &[("ap.amproc::pg_catalog.regprocedure", "Function")],
        )
        .join("pg_catalog.pg_opfamily of on of.oid = ap.amprocfamily")
        .join("pg_catalog.pg_am am on am.oid = of.opfmethod")
        .join("pg_catalog.pg_namespace ns on of.opfnamespace = ns.oid")
        .join("pg_catalog.pg_proc p on ap.amproc = p.oid");
    let select = of_family(of_method(select, ask)?, "ns.nspname", ask)?;
    let select = select
        .order("1, 2, ap.amproclefttype operator(pg_catalog.=) ap.amprocrighttype desc, 3, 4, 5");
    Listed::new("List of support functions of operator families", &select)
}
