//! Privileges, roles, their settings, large objects. Pure.

use super::relations::RELATION;
use super::{Ask, Listed, Names, Select};
use crate::error::Result;

/// A policy in a line or more: name, kind, conditions, roles.
fn policy(permissive: &str) -> String {
    format!(
        "pg_catalog.array_to_string(array(
      select polname{permissive}
        || case when polcmd <> '*' then E' (' || polcmd::pg_catalog.text || E'):' else E':' end
        || case when polqual is not null
           then E'\\n  (u): ' || pg_catalog.pg_get_expr(polqual, polrelid) else E'' end
        || case when polwithcheck is not null
           then E'\\n  (c): ' || pg_catalog.pg_get_expr(polwithcheck, polrelid) else E'' end
        || case when polroles <> '{{0}}' then E'\\n  to: ' || pg_catalog.array_to_string(array(
             select rolname from pg_catalog.pg_roles where oid = any (polroles) order by 1), E', ')
           else E'' end
      from pg_catalog.pg_policy pol where polrelid = c.oid), E'\\n')"
    )
}

/// `\dp` and `\z`
pub(super) fn privileges(ask: &Ask<'_>) -> Result<Listed> {
    let kind = "case c.relkind when 'r' then 'table' when 'v' then 'view'
    when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table'
    when 'p' then 'partitioned table' end";
    let columns = "pg_catalog.array_to_string(array(
      select attname || E':\\n  ' || pg_catalog.array_to_string(attacl, E'\\n  ')
      from pg_catalog.pg_attribute a
      where attrelid = c.oid and not attisdropped and attacl is not null), E'\\n')";
    let permissive = match ask.since(100_000) {
        true => "\n        || case when not polpermissive then E' (RESTRICTIVE)' else '' end",
        false => "",
    };
    // `S` came with psql 16; before, what belongs to the system shows by its schema's name only.
    let names = match ask.since(160_000) {
        true => RELATION,
        false => Names {
            visible: Some("n.nspname !~ '^pg_' and pg_catalog.pg_table_is_visible(c.oid)"),
            ..RELATION
        },
    };
    let select = Select::from("pg_catalog.pg_class c")
        .columns(&[
            ("n.nspname", "Schema"),
            ("c.relname", "Name"),
            (kind, "Type"),
        ])
        .privileges("c.relacl", ask.server)
        .columns(&[
            (columns, "Column privileges"),
            (&policy(permissive), "Policies"),
        ])
        .join("pg_catalog.pg_namespace n on n.oid = c.relnamespace")
        .wanted("c.relkind in ('r', 'v', 'm', 'S', 'f', 'p')");
    let select = match ask.since(160_000) {
        true => select.users_own(ask),
        false => select,
    };
    let select = select
        .named(ask.pattern(), &names, ask.server)?
        .order("1, 2");
    Listed::new("Access privileges", &select)
}

/// `\ddp`
pub(super) fn defaults(ask: &Ask<'_>) -> Result<Listed> {
    let kind = "case d.defaclobjtype when 'r' then 'table' when 'S' then 'sequence'
    when 'f' then 'function' when 'T' then 'type' when 'n' then 'schema'
    when 'L' then 'large object' end";
    let owner = "pg_catalog.pg_get_userbyid(d.defaclrole)";
    let names = Names {
        name: "n.nspname",
        other: Some(owner),
        parts: 3,
        ..Names::default()
    };
    let select = Select::from("pg_catalog.pg_default_acl d")
        .columns(&[(owner, "Owner"), ("n.nspname", "Schema"), (kind, "Type")])
        .privileges("d.defaclacl", ask.server)
        .join("pg_catalog.pg_namespace n on n.oid = d.defaclnamespace")
        .named(ask.pattern(), &names, ask.server)?
        .order("1, 2, 3");
    Listed::new("Default access privileges", &select)
}

/// What a role may do, in words.
const ATTRIBUTES: &str = "pg_catalog.concat_ws(E'\\n',
    nullif(pg_catalog.concat_ws(', ',
      case when r.rolsuper then 'Superuser' end,
      case when not r.rolinherit then 'No inheritance' end,
      case when r.rolcreaterole then 'Create role' end,
      case when r.rolcreatedb then 'Create DB' end,
      case when not r.rolcanlogin then 'Cannot login' end,
      case when r.rolreplication then 'Replication' end,
      case when r.rolbypassrls then 'Bypass RLS' end), ''),
    case when r.rolconnlimit = 0 then 'No connections'
         when r.rolconnlimit = 1 then '1 connection'
         when r.rolconnlimit > 1 then r.rolconnlimit || ' connections' end,
    'Password valid until ' || r.rolvaliduntil)";

const MEMBER_OF: &str = "array(select b.rolname from pg_catalog.pg_auth_members m
      join pg_catalog.pg_roles b on m.roleid = b.oid where m.member = r.oid)";

/// `\du` and `\dg`
pub(super) fn roles(ask: &Ask<'_>) -> Result<Listed> {
    let names = Names {
        name: "r.rolname",
        parts: 1,
        ..Names::default()
    };
    let select = Select::from("pg_catalog.pg_roles r")
        .columns(&[("r.rolname", "Role name"), (ATTRIBUTES, "Attributes")])
        .columns_if(!ask.since(160_000), &[(MEMBER_OF, "Member of")])
        .columns_if(
            ask.verbose,
            &[(
                "pg_catalog.shobj_description(r.oid, 'pg_authid')",
                "Description",
            )],
        )
        .wanted_if(
            !ask.system && ask.pattern().is_none(),
            "r.rolname !~ '^pg_'",
        )
        .named(ask.pattern(), &names, ask.server)?
        .order("1");
    let mut listed = Listed::new("List of roles", &select)?;
    listed.counted = false;
    Ok(listed)
}

/// `\drds ROLE DATABASE`
pub(super) fn role_settings(ask: &Ask<'_>) -> Result<Listed> {
    let named = |name| Names {
        name,
        parts: 1,
        ..Names::default()
    };
    let select = Select::from("pg_catalog.pg_db_role_setting s")
        .columns(&[
            ("r.rolname", "Role"),
            ("d.datname", "Database"),
            (
                "pg_catalog.array_to_string(s.setconfig, E'\\n')",
                "Settings",
            ),
        ])
        .join("pg_catalog.pg_database d on d.oid = s.setdatabase")
        .join("pg_catalog.pg_roles r on r.oid = s.setrole")
        .named(ask.pattern(), &named("r.rolname"), ask.server)?
        .named(ask.argument(1), &named("d.datname"), ask.server)?
        .order("1, 2");
    let mut listed = Listed::new("List of settings", &select)?;
    listed.empty = Some(match (ask.pattern(), ask.argument(1)) {
        (Some(role), Some(database)) => {
            format!("did not find any settings for role \"{role}\" and database \"{database}\"")
        }
        (Some(role), None) => format!("did not find any settings for role \"{role}\""),
        _ => "did not find any settings".into(),
    });
    Ok(listed)
}

/// `\drg`
pub(super) fn role_grants(ask: &Ask<'_>) -> Result<Listed> {
    let options = match ask.since(160_000) {
        true => {
            "pg_catalog.concat_ws(', ', case when pam.admin_option then 'ADMIN' end,
    case when pam.inherit_option then 'INHERIT' end, case when pam.set_option then 'SET' end)"
        }
        false => {
            "pg_catalog.concat_ws(', ', case when pam.admin_option then 'ADMIN' end,
    case when m.rolinherit then 'INHERIT' end, 'SET')"
        }
    };
    let names = Names {
        name: "m.rolname",
        parts: 1,
        ..Names::default()
    };
    let select = Select::from(
        "pg_catalog.pg_roles m
  join pg_catalog.pg_auth_members pam on pam.member = m.oid",
    )
    .columns(&[
        ("m.rolname", "Role name"),
        ("r.rolname", "Member of"),
        (options, "Options"),
        ("g.rolname", "Grantor"),
    ])
    .join("pg_catalog.pg_roles r on pam.roleid = r.oid")
    .join("pg_catalog.pg_roles g on pam.grantor = g.oid")
    .wanted_if(
        !ask.system && ask.pattern().is_none(),
        "m.rolname !~ '^pg_'",
    )
    .named(ask.pattern(), &names, ask.server)?
    .order("1, 2, 4");
    Listed::new("List of role grants", &select)
}

/// `\dl`
pub(super) fn large_objects(ask: &Ask<'_>) -> Result<Listed> {
    let mut select = Select::from("pg_catalog.pg_largeobject_metadata").columns(&[
        ("oid", "ID"),
        ("pg_catalog.pg_get_userbyid(lomowner)", "Owner"),
    ]);
    if ask.verbose {
        select = select.privileges("lomacl", ask.server);
    }
    let select = select
        .columns(&[(
            "pg_catalog.obj_description(oid, 'pg_largeobject')",
            "Description",
        )])
        .order("oid");
    Listed::new("Large objects", &select)
}
