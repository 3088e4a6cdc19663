//! `\sf` and `\sv`: the statement that creates a function or a view.

use super::Ask;
use crate::driver::Desk;
use crate::driver::postgres::catalog::qualified;
use crate::error::{Error, OfPsql, Result};
use crate::sql::dialect::POSTGRES;
use crate::sql::names::literal;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// `\sf NAME`, `\sf NAME(TYPES)`; with `+` the lines of the body are numbered.
pub(super) fn function<'a>(
    ask: &'a Ask<'a>,
    desk: &'a mut dyn Desk,
) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let name = argument(ask, "function")?;
        let kind = if name.contains('(') {
            "regprocedure"
        } else {
            "regproc"
        };
        let oid = oid_of(&name, kind, desk).await?;
        let sql = format!("select pg_catalog.pg_get_functiondef('{oid}'::pg_catalog.oid);");
        let text = plainly(desk.ask(&sql).await)?.text(0, 0).to_string();
        match ask.verbose {
            true => desk.write(&numbered(&text, true)),
            false => desk.write(&text),
        }
    }
    .boxed_local()
}

/// `\sv NAME`; with `+` the lines are numbered.
pub(super) fn view<'a>(ask: &'a Ask<'a>, desk: &'a mut dyn Desk) -> LocalBoxFuture<'a, Result<()>> {
    async move {
        let name = argument(ask, "view")?;
        let oid = oid_of(&name, "regclass", desk).await?;
        let answer = plainly(desk.ask(&view_query(&oid)).await)?;
        let shown = |column| answer.text(0, column);
        if shown(2) != "v" {
            return Err(Error::server(format!(
                "\"{}.{}\" is not a view",
                shown(5),
                shown(6)
            )));
        }
        let mut text = format!("CREATE OR REPLACE VIEW {}.{}", shown(0), shown(1));
        if !shown(4).is_empty() {
            text.push_str(&format!("\n WITH ({})", shown(4)));
        }
        text.push_str(&format!(" AS\n{}", shown(3).trim_end_matches(';')));
        if let Some(check) = answer.get(0, 7) {
            text.push_str(&format!("\n WITH {check} CHECK OPTION"));
        }
        text.push('\n');
        match ask.verbose {
            true => desk.write(&numbered(&text, false)),
            false => desk.write(&text),
        }
    }
    .boxed_local()
}

fn argument(ask: &Ask<'_>, what: &str) -> Result<String> {
    match ask.patterns.is_empty() {
        true => Err(Error::usage(format!("{what} name is required"))),
        false => Ok(ask.patterns.join(" ")),
    }
}

async fn oid_of(name: &str, kind: &str, desk: &mut dyn Desk) -> Result<String> {
    let name = literal(name, &POSTGRES);
    let sql = format!("select {name}::pg_catalog.{kind}::pg_catalog.oid;");
    Ok(plainly(desk.ask(&sql).await)?.text(0, 0).to_string())
}

/// An error of the server without its hints, which speak of a query the user did not write.
fn plainly<T>(result: Result<T>) -> Result<T> {
    result.map_err(|e| Error {
        detail: None,
        hint: None,
        context: None,
        position: None,
        psql: Some(Box::new(OfPsql::Words(format!("ERROR:  {}", e.message)))),
        ..e
    })
}

fn view_query(oid: &str) -> String {
    qualified(&format!(
        "select pg_catalog.quote_ident(n.nspname), pg_catalog.quote_ident(c.relname), c.relkind,
  pg_catalog.pg_get_viewdef(c.oid, true),
  pg_catalog.array_to_string(array(select pg_catalog.quote_ident(option_name) || '='
      || case when pg_catalog.quote_ident(option_value) = option_value
         then option_value else pg_catalog.quote_literal(option_value) end
    from pg_catalog.pg_options_to_table(c.reloptions)
    where option_name <> 'check_option'), ', '),
  n.nspname, c.relname,
  (select pg_catalog.upper(option_value) from pg_catalog.pg_options_to_table(c.reloptions)
    where option_name = 'check_option')
from pg_catalog.pg_class c
  left join pg_catalog.pg_namespace n on c.relnamespace = n.oid
where c.oid = '{oid}';"
    ))
}

/// Lines with their numbers. Those of a function count from the beginning of its body, as they do
/// in the messages of the server.
fn numbered(text: &str, is_function: bool) -> String {
    let mut header = is_function;
    let mut number = 0;
    let mut out = String::new();
    for line in text.trim_end_matches('\n').split('\n') {
        header &= !["AS ", "BEGIN ", "RETURN "]
            .iter()
            .any(|w| line.starts_with(w));
        match header {
            true => out.push_str(&format!("        {line}\n")),
            false => {
                number += 1;
                out.push_str(&format!("{number:<7} {line}\n"));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_function_count_from_its_body() {
        let text = "CREATE FUNCTION f()\n LANGUAGE sql\nAS $$\nselect 1\n$$\n";
        assert_eq!(
            numbered(text, true),
            "        CREATE FUNCTION f()\n         LANGUAGE sql\n1       AS $$\n2       select 1\n3       $$\n"
        );
        assert_eq!(numbered("a\nb\n", false), "1       a\n2       b\n");
    }
}
