//! Text search: configurations, parsers, dictionaries, templates.

use super::{Ask, Listed, Names, Select, named};
use crate::driver::Desk;
use crate::error::Result;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

const fn in_schema(name: &'static str, visible: &'static str) -> Names<'static> {
    Names {
        schema: Some("n.nspname"),
        name,
        other: None,
        visible: Some(visible),
        parts: 3,
        plain: false,
    }
}

const PARSER: Names<'_> = in_schema("p.prsname", "pg_catalog.pg_ts_parser_is_visible(p.oid)");
const CONFIGURATION: Names<'_> =
    in_schema("c.cfgname", "pg_catalog.pg_ts_config_is_visible(c.oid)");

/// `\dF`, and `\dF+` with what each does to which token.
pub(super) fn configurations<'a>(
    ask: &'a Ask<'a>,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        if ask.verbose {
            return each_configuration(ask, desk).await;
        }
        let select = Select::from("pg_catalog.pg_ts_config c")
            .columns(&[
                ("n.nspname", "Schema"),
                ("c.cfgname", "Name"),
                (
                    "pg_catalog.obj_description(c.oid, 'pg_ts_config')",
                    "Description",
                ),
            ])
            .join("pg_catalog.pg_namespace n on n.oid = c.cfgnamespace")
            .named(ask.pattern(), &CONFIGURATION, ask.server)?
            .order("1, 2");
        super::show(
            Listed::new("List of text search configurations", &select)?,
            ask.quiet,
            desk,
        )
        .await
    }
    .boxed_local()
}

async fn each_configuration(ask: &Ask<'_>, desk: &mut dyn Desk) -> Result<()> {
    let found = Select::from(
        "pg_catalog.pg_ts_config c
  join pg_catalog.pg_ts_parser p on p.oid = c.cfgparser",
    )
    .columns(&[
        ("c.oid", "oid"),
        ("c.cfgname", "name"),
        ("n.nspname", "schema"),
        ("p.prsname", "parser"),
        ("np.nspname", "schema of the parser"),
    ])
    .join("pg_catalog.pg_namespace n on n.oid = c.cfgnamespace")
    .join("pg_catalog.pg_namespace np on np.oid = p.prsnamespace")
    .named(ask.pattern(), &CONFIGURATION, ask.server)?
    .order("3, 2");
    let found = desk.ask(&found.sql()).await?;
    not_empty(found.is_empty(), "text search configuration", ask)?;
    for row in 0..found.len() {
        let token = "(select t.alias from pg_catalog.ts_token_type(c.cfgparser) as t
    where t.tokid = m.maptokentype)";
        let dictionaries = "pg_catalog.btrim(array(
      select mm.mapdict::pg_catalog.regdictionary from pg_catalog.pg_ts_config_map mm
      where mm.mapcfg = m.mapcfg and mm.maptokentype = m.maptokentype
      order by mapcfg, maptokentype, mapseqno)::pg_catalog.text, '{}')";
        let select = Select::from(
            "pg_catalog.pg_ts_config c
  join (select distinct mapcfg, maptokentype from pg_catalog.pg_ts_config_map) m on m.mapcfg = c.oid",
        )
        .columns(&[(token, "Token"), (dictionaries, "Dictionaries")])
        .wanted(&format!("c.oid = '{}'", found.text(row, 0)))
        .order("1");
        let name = |schema: usize, name: usize| match found.get(row, schema) {
            Some(schema) => format!("{schema}.{}", found.text(row, name)),
            None => found.text(row, name).to_string(),
        };
        let title = format!(
            "Text search configuration \"{}\"\nParser: \"{}\"",
            name(2, 1),
            name(4, 3)
        );
        let mut listed = Listed::new(&title, &select)?;
        listed.counted = false;
        super::show(listed, ask.quiet, desk).await?;
    }
    Ok(())
}

fn not_empty(empty: bool, what: &str, ask: &Ask<'_>) -> Result<()> {
    match (empty, ask.pattern()) {
        (false, _) => Ok(()),
        (true, None) => Err(ask.not_found(&format!("any {what}s"))),
        (true, pattern) => Err(ask.not_found(&format!("any {what}{}", named(pattern)))),
    }
}

/// `\dFp`, and `\dFp+` with the functions and tokens of each.
pub(super) fn parsers<'a>(
    ask: &'a Ask<'a>,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        if ask.verbose {
            return each_parser(ask, desk).await;
        }
        let select = Select::from("pg_catalog.pg_ts_parser p")
            .columns(&[
                ("n.nspname", "Schema"),
                ("p.prsname", "Name"),
                (
                    "pg_catalog.obj_description(p.oid, 'pg_ts_parser')",
                    "Description",
                ),
            ])
            .join("pg_catalog.pg_namespace n on n.oid = p.prsnamespace")
            .named(ask.pattern(), &PARSER, ask.server)?
            .order("1, 2");
        super::show(
            Listed::new("List of text search parsers", &select)?,
            ask.quiet,
            desk,
        )
        .await
    }
    .boxed_local()
}

async fn each_parser(ask: &Ask<'_>, desk: &mut dyn Desk) -> Result<()> {
    let found = Select::from("pg_catalog.pg_ts_parser p")
        .columns(&[
            ("p.oid", "oid"),
            ("n.nspname", "schema"),
            ("p.prsname", "name"),
        ])
        .join("pg_catalog.pg_namespace n on n.oid = p.prsnamespace")
        .named(ask.pattern(), &PARSER, ask.server)?
        .order("2, 3");
    let found = desk.ask(&found.sql()).await?;
    not_empty(found.is_empty(), "text search parser", ask)?;
    for row in 0..found.len() {
        let name = match found.get(row, 1) {
            Some(schema) => format!("{schema}.{}", found.text(row, 2)),
            None => found.text(row, 2).to_string(),
        };
        let oid = found.text(row, 0);
        let mut methods = Listed::new(&format!("Text search parser \"{name}\""), &methods(oid))?;
        methods.counted = false;
        super::show(methods, ask.quiet, desk).await?;
        let tokens = Select::from(&format!(
            "pg_catalog.ts_token_type('{oid}'::pg_catalog.oid) as t"
        ))
        .columns(&[("t.alias", "Token name"), ("t.description", "Description")])
        .order("1");
        let title = format!("Token types for parser \"{name}\"");
        super::show(Listed::new(&title, &tokens)?, ask.quiet, desk).await?;
    }
    Ok(())
}

/// The functions of a parser, in the order in which it calls them.
fn methods(oid: &str) -> Select {
    Select::from(
        "pg_catalog.pg_ts_parser p,
  lateral (values (1, 'Start parse', p.prsstart), (2, 'Get next token', p.prstoken),
    (3, 'End parse', p.prsend), (4, 'Get headline', p.prsheadline),
    (5, 'Get token types', p.prslextype)) m(place, name, function)",
    )
    .columns(&[
        ("m.name", "Method"),
        ("m.function::pg_catalog.regproc", "Function"),
        (
            "pg_catalog.obj_description(m.function, 'pg_proc')",
            "Description",
        ),
    ])
    .wanted(&format!("p.oid = '{oid}'"))
    .order("m.place")
}

/// `\dFd`
pub(super) fn dictionaries(ask: &Ask<'_>) -> Result<Listed> {
    let template = "(select coalesce(nt.nspname, '(null)')::pg_catalog.text || '.' || t.tmplname
    from pg_catalog.pg_ts_template t
    left join pg_catalog.pg_namespace nt on nt.oid = t.tmplnamespace
    where d.dicttemplate = t.oid)";
    let names = in_schema("d.dictname", "pg_catalog.pg_ts_dict_is_visible(d.oid)");
    let select = Select::from("pg_catalog.pg_ts_dict d")
        .columns(&[("n.nspname", "Schema"), ("d.dictname", "Name")])
        .columns_if(
            ask.verbose,
            &[(template, "Template"), ("d.dictinitoption", "Init options")],
        )
        .columns(&[(
            "pg_catalog.obj_description(d.oid, 'pg_ts_dict')",
            "Description",
        )])
        .join("pg_catalog.pg_namespace n on n.oid = d.dictnamespace")
        .named(ask.pattern(), &names, ask.server)?
        .order("1, 2");
    Listed::new("List of text search dictionaries", &select)
}

/// `\dFt`
pub(super) fn templates(ask: &Ask<'_>) -> Result<Listed> {
    let names = in_schema("t.tmplname", "pg_catalog.pg_ts_template_is_visible(t.oid)");
    let select = Select::from("pg_catalog.pg_ts_template t")
        .columns(&[("n.nspname", "Schema"), ("t.tmplname", "Name")])
        .columns_if(
            ask.verbose,
            &[
                ("t.tmplinit::pg_catalog.regproc", "Init"),
                ("t.tmpllexize::pg_catalog.regproc", "Lexize"),
            ],
        )
        .columns(&[(
            "pg_catalog.obj_description(t.oid, 'pg_ts_template')",
            "Description",
        )])
        .join("pg_catalog.pg_namespace n on n.oid = t.tmplnamespace")
        .named(ask.pattern(), &names, ask.server)?
        .order("1, 2");
    Listed::new("List of text search templates", &select)
}
