//! `help TOPIC`: what the server has in its manual, laid out as mysql lays it out.

use crate::command::{Next, general};
use crate::data::{CellKind, Row};
use crate::error::Result;
use crate::session::{Held, SendOptions, Session};
use crate::sql::Effect;
use crate::sql::names::literal;
use crate::visible::visible_text;
use std::fmt::Write as _;

pub(super) async fn show(session: &mut Session, topic: &str) -> Result<Next> {
    let send = SendOptions {
        hold: true,
        listing: true,
        words: session.words(),
        ..SendOptions::default()
    };
    let sql = format!("HELP {}", literal(topic, session.dialect()));
    session.execute(&sql, Effect::Read, &send).await?;
    let held = session.held.take().unwrap_or_default();
    let text = page(&held, session.interactive);
    match session.output.screen() {
        _ if text.is_empty() => Ok(Next::Continue),
        Some(_) => general::show(session, &visible_text(&text)),
        None => general::show(session, &text),
    }
}

/// A script is told what there is, and not what could be asked.
fn page(found: &Held, explains: bool) -> String {
    let rows: Vec<Row<'_>> = found.rows().collect();
    let Some(first) = rows.first() else {
        return match explains {
            true => "Nothing found; help contents lists all topics.\n".to_string(),
            false => String::new(),
        };
    };
    match (first.len(), rows.len()) {
        (3, 1) => article(*first),
        (2, _) => {
            let begin = "Many help items for your request exist.\n\
                         To make a more specific request, please type 'help <item>',\n\
                         where <item> is one of the following\n";
            list(begin.to_string(), &rows, (0, 1), explains)
        }
        _ => {
            let mut begin = format!(
                "You asked for help about help category: \"{}\"\n",
                text(*first, 0)
            );
            if explains {
                begin.push_str(
                    "For more information, type 'help <item>', where <item> is one of the following\n",
                );
            }
            list(begin, &rows, (1, 2), explains)
        }
    }
}

fn article(row: Row<'_>) -> String {
    let mut out = format!("Name: '{}'\nDescription:\n{}", text(row, 0), text(row, 1));
    let examples = text(row, 2);
    if !examples.is_empty() {
        let _ = write!(out, "Examples:\n{examples}");
    }
    out.push('\n');
    out
}

/// One name a line; whether it is one of a category stands in the other column.
fn list(mut out: String, rows: &[Row<'_>], columns: (usize, usize), explains: bool) -> String {
    let (name, category) = columns;
    let mut before = None;
    for row in rows {
        let kind = text(*row, category).starts_with('Y');
        if explains && before.replace(kind) != Some(kind) {
            out.push_str(if kind { "categories:\n" } else { "topics:\n" });
        }
        let _ = writeln!(out, "   {}", text(*row, name));
    }
    out.push('\n');
    out
}

fn text(row: Row<'_>, column: usize) -> String {
    let cell = (column < row.len()).then(|| row.cell(column));
    let cell = cell.filter(|c| c.kind != CellKind::Null);
    cell.map_or(String::new(), |c| {
        String::from_utf8_lossy(c.text).into_owned()
    })
}
