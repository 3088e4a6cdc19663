//! `\crosstabview`: a result of three columns as a table of its own (PostgreSQL manual, psql).

use super::psql::push_text;
use crate::data::{CellKind, Column, RowBatch};
use crate::error::{Error, Result};
use crate::session::Held;
use std::collections::HashMap;

/// Columns that a header can have, as in psql.
const MOST_COLUMNS: usize = 1600;

fn refuse(why: &str) -> Error {
    Error::usage(format!("\\crosstabview: {why}"))
}

type Text<'h> = Option<&'h [u8]>;

/// The distinct values of a header, in the order of their first row.
#[derive(Default)]
struct Header<'h> {
    values: Vec<Text<'h>>,
    index: HashMap<Text<'h>, usize>,
}

impl<'h> Header<'h> {
    fn add(&mut self, value: Text<'h>) -> usize {
        *self.index.entry(value).or_insert_with(|| {
            self.values.push(value);
            self.values.len() - 1
        })
    }
}

/// The columns of the result that make the table: rows, columns, cells, and the order of the columns.
struct Places {
    down: usize,
    across: usize,
    data: usize,
    sort: Option<usize>,
}

/// Turns a result: rows from the column that the first name gives, columns from the second, cells
/// from the third; the fourth orders the columns.
pub(super) fn pivot(
    held: &Held,
    names: &[Option<String>; 4],
    null: &str,
) -> Result<(Vec<Column>, RowBatch)> {
    let places = places(&held.columns, names)?;
    let table = Table::gather(held, &places, null)?;
    Ok(table.lay_out(
        held.columns[places.down].clone(),
        &held.columns[places.data],
        null,
    ))
}

fn places(columns: &[Column], names: &[Option<String>; 4]) -> Result<Places> {
    if columns.len() < 3 {
        return Err(refuse("query must return at least three columns"));
    }
    let chosen = |n: usize, usual: usize| match &names[n] {
        Some(name) => column(name, columns),
        None => Ok(usual),
    };
    let (down, across) = (chosen(0, 0)?, chosen(1, 1)?);
    if down == across {
        return Err(refuse(
            "vertical and horizontal headers must be different columns",
        ));
    }
    let data = match &names[2] {
        Some(name) => column(name, columns)?,
        None if columns.len() > 3 => {
            return Err(refuse(
                "data column must be specified when query returns more than three columns",
            ));
        }
        None => (0..3).find(|n| *n != down && *n != across).unwrap_or(2),
    };
    let sort = names[3]
        .as_deref()
        .map(|n| column(n, columns))
        .transpose()?;
    Ok(Places {
        down,
        across,
        data,
        sort,
    })
}

/// What is read of the result: both headers, and the cells by their places in them.
#[derive(Default)]
struct Table<'h> {
    rows: Header<'h>,
    heads: Header<'h>,
    /// The columns in the order in which they are shown.
    order: Vec<usize>,
    cells: HashMap<(usize, usize), Text<'h>>,
}

impl<'h> Table<'h> {
    fn gather(held: &'h Held, places: &Places, null: &str) -> Result<Table<'h>> {
        let mut table = Table::default();
        let mut ranks: Vec<Option<i64>> = Vec::new();
        for row in held.rows() {
            let text = |n: usize| {
                Some(row.cell(n))
                    .filter(|c| c.kind != CellKind::Null)
                    .map(|c| c.text)
            };
            let (down, across) = (text(places.down), text(places.across));
            let place = (table.rows.add(down), table.heads.add(across));
            if table.heads.values.len() > MOST_COLUMNS {
                return Err(refuse(&format!(
                    "maximum number of columns ({MOST_COLUMNS}) exceeded"
                )));
            }
            if place.1 == ranks.len() {
                ranks.push(
                    (places.sort.and_then(text))
                        .and_then(|t| std::str::from_utf8(t).ok()?.parse().ok()),
                );
            }
            if table.cells.insert(place, text(places.data)).is_some() {
                return Err(refuse(&format!(
                    "query result contains multiple data values for row \"{}\", column \"{}\"",
                    shown(down, null),
                    shown(across, null)
                )));
            }
        }
        table.order = (0..table.heads.values.len()).collect();
        if places.sort.is_some() {
            // To psql what is no number is 0.
            (table.order).sort_by_key(|h| ranks[*h].unwrap_or(0));
        }
        Ok(table)
    }

    /// `first` is the column of the row header; the others are like `data`.
    fn lay_out(&self, first: Column, data: &Column, null: &str) -> (Vec<Column>, RowBatch) {
        let heads = self.order.iter().map(|h| Column {
            name: shown(self.heads.values[*h], null),
            ..data.clone()
        });
        let columns: Vec<Column> = std::iter::once(first).chain(heads).collect();
        let mut batch = RowBatch::new(columns.len());
        for (r, value) in self.rows.values.iter().enumerate() {
            push_text(&mut batch, *value);
            for h in &self.order {
                let cell = self.cells.get(&(r, *h)).copied();
                push_text(&mut batch, cell.unwrap_or(Some(b"")));
            }
            batch.end_row();
        }
        (columns, batch)
    }
}

fn shown(text: Text<'_>, null: &str) -> String {
    text.map_or(null.into(), |t| String::from_utf8_lossy(t).into_owned())
}

/// A column by its number, counted from 1, or by its name.
fn column(name: &str, columns: &[Column]) -> Result<usize> {
    if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
        let number: usize = name.parse().unwrap_or(0);
        return match (1..=columns.len()).contains(&number) {
            true => Ok(number - 1),
            false => Err(refuse(&format!(
                "column number {name} is out of range 1..{}",
                columns.len()
            ))),
        };
    }
    let quoted = name.strip_prefix('"').and_then(|n| n.strip_suffix('"'));
    let name = quoted.map_or_else(|| name.to_lowercase(), |n| n.replace("\"\"", "\""));
    let mut found = (0..columns.len()).filter(|n| columns[*n].name == name);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(index),
        (Some(_), Some(_)) => Err(refuse(&format!("ambiguous column name: \"{name}\""))),
        (None, _) => Err(refuse(&format!("column name not found: \"{name}\""))),
    }
}
