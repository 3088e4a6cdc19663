//! Listings of more than one query: schemas with their publications, extensions with their contents.

use super::{Ask, Listed, Names, Select, named};
use crate::driver::postgres::catalog::qualified;
use crate::driver::{Desk, Sheet};
use crate::error::Result;
use crate::sql::dialect::POSTGRES;
use crate::sql::names::literal;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// `\dn`; with a name also the publications that publish the schema's tables.
pub(super) fn schemas<'a>(
    ask: &'a Ask<'a>,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let names = Names {
            name: "n.nspname",
            parts: 2,
            ..Names::default()
        };
        let mut select = Select::from("pg_catalog.pg_namespace n").columns(&[
            ("n.nspname", "Name"),
            ("pg_catalog.pg_get_userbyid(n.nspowner)", "Owner"),
        ]);
        if ask.verbose {
            let description = "pg_catalog.obj_description(n.oid, 'pg_namespace')";
            select = select
                .privileges("n.nspacl", ask.server)
                .columns(&[(description, "Description")]);
        }
        let select = select
            .wanted_if(
                !ask.system && ask.pattern().is_none(),
                "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'",
            )
            .named(ask.pattern(), &names, ask.server)?
            .order("1");
        let answer = desk.ask(&select.sql()).await?;
        let mut footers = Vec::new();
        if let Some(pattern) = ask.pattern().filter(|_| ask.since(150_000)) {
            let sql = qualified(
                "select p.pubname
from pg_catalog.pg_publication p
  join pg_catalog.pg_publication_namespace pn on p.oid = pn.pnpubid
  join pg_catalog.pg_namespace n on n.oid = pn.pnnspid
where n.nspname = ",
            );
            let sql = format!("{sql}{}\norder by 1", literal(pattern, &POSTGRES));
            let found = desk.ask(&sql).await?;
            let line = |a: &crate::driver::Answer, row| format!("    \"{}\"", a.text(row, 0));
            footers = super::replication::list("Publications:", &found, line);
        }
        desk.show(Sheet {
            title: "List of schemas".into(),
            answer,
            footers: Some(footers).filter(|f| !f.is_empty()),
            flat: false,
        })
    }
    .boxed_local()
}

const EXTENSION: Names<'_> = Names {
    schema: None,
    name: "e.extname",
    other: None,
    visible: None,
    parts: 1,
    plain: false,
};

/// `\dx`, and `\dx+` with what each extension brought.
pub(super) fn extensions<'a>(
    ask: &'a Ask<'a>,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        if ask.verbose {
            return contents(ask, desk).await;
        }
        let select = Select::from("pg_catalog.pg_extension e")
            .columns(&[("e.extname", "Name"), ("e.extversion", "Version")])
            .columns_if(ask.since(180_000), &[("ae.default_version", "Default version")])
            .columns(&[("n.nspname", "Schema"), ("c.description", "Description")])
            .join("pg_catalog.pg_namespace n on n.oid = e.extnamespace")
            .join("pg_catalog.pg_description c on c.objoid = e.oid and c.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass")
            .join_if(
                ask.since(180_000),
                "pg_catalog.pg_available_extensions() ae(name, default_version, comment) on ae.name = e.extname",
            )
            .named(ask.pattern(), &EXTENSION, ask.server)?
            .order("1");
        super::show(Listed::new("List of installed extensions", &select)?, ask.quiet, desk).await
    }
    .boxed_local()
}

async fn contents(ask: &Ask<'_>, desk: &mut dyn Desk) -> Result<()> {
    let found = Select::from("pg_catalog.pg_extension e")
        .columns(&[("e.extname", "name"), ("e.oid", "oid")])
        .named(ask.pattern(), &EXTENSION, ask.server)?
        .order("1");
    let found = desk.ask(&found.sql()).await?;
    if found.is_empty() {
        let one = if ask.pattern().is_some() { "" } else { "s" };
        let named = named(ask.pattern());
        return Err(ask.not_found(&format!("any extension{one}{named}")));
    }
    for row in 0..found.len() {
        let select = Select::from("pg_catalog.pg_depend")
            .columns(&[(
                "pg_catalog.pg_describe_object(classid, objid, 0)",
                "Object description",
            )])
            .wanted("refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass")
            .wanted(&format!("refobjid = '{}'", found.text(row, 1)))
            .wanted("deptype = 'e'")
            .order("1");
        let title = format!("Objects in extension \"{}\"", found.text(row, 0));
        super::show(Listed::new(&title, &select)?, ask.quiet, desk).await?;
    }
    Ok(())
}
