//! What is in a database, as items with the statements that make and drop them: for `/diff-schema`.

use crate::diff::{Item, Kind};
use crate::driver::{Answer, Desk};
use crate::error::Result;
use crate::sql::dialect::SQLITE;
use crate::sql::names::quote_always;

pub(super) async fn read(desk: &mut dyn Desk) -> Result<Vec<Item>> {
    let columns = desk
        .ask(
            "SELECT l.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden \
             FROM pragma_table_list l, pragma_table_xinfo(l.name, l.schema) c \
             WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT GLOB 'sqlite_*' \
             ORDER BY l.name, c.cid",
        )
        .await?;
    let listed = desk
        .ask(
            "SELECT type, name, tbl_name, sql FROM main.sqlite_master \
             WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' \
             ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 ELSE 4 END, rowid",
        )
        .await?;
    let mut items = Vec::new();
    for row in 0..listed.len() {
        let (kind, name, sql) = (
            listed.text(row, 0),
            listed.text(row, 1),
            listed.text(row, 3),
        );
        let quoted = quote_always(name, &SQLITE);
        let own: Vec<Item> = (0..columns.len())
            .filter(|at| columns.text(*at, 0) == name)
            .map(|at| column(&columns, at))
            .collect();
        items.push(Item {
            kind: match kind {
                "table" => Kind::Table,
                "index" => Kind::Index,
                "view" => Kind::View,
                _ => Kind::Trigger,
            },
            table: match kind {
                "index" | "trigger" => listed.text(row, 2).to_string(),
                _ => String::new(),
            },
            name: name.to_string(),
            definition: match kind {
                // Its columns are compared by themselves.
                "table" => rest_of(sql, &own),
                _ => sql.to_string(),
            },
            create: sql.to_string(),
            drop: format!("DROP {} {quoted}", kind.to_uppercase()),
            alter: (kind == "table").then_some(cannot),
            inside: false,
        });
        items.extend(own);
    }
    Ok(items)
}

/// SQLite alters no more than columns: the rest needs a new table and a copy of the rows, which is
/// for people to decide.
fn cannot(_: &Item, to: &Item) -> Option<Vec<String>> {
    let wanted = to.create.replace('\n', "\n-- ");
    Some(vec![format!(
        "-- table {} differs in what SQLite cannot alter; it should be\n-- {wanted}",
        to.name
    )])
}

/// What a table's statement says besides plain columns: the keywords that no pragma tells.
fn rest_of(sql: &str, columns: &[Item]) -> String {
    let upper = sql.to_uppercase();
    let words = [
        "CHECK",
        "REFERENCES",
        "UNIQUE",
        "COLLATE",
        "AUTOINCREMENT",
        "GENERATED",
        "STRICT",
        "WITHOUT ROWID",
    ];
    let mut out: Vec<String> = words
        .iter()
        .map(|word| format!("{word} {}", upper.matches(word).count()))
        .collect();
    let keys = columns.iter().filter(|c| c.create.starts_with("--"));
    out.extend(keys.map(|c| c.definition.clone()));
    out.join(", ")
}

fn column(columns: &Answer, row: usize) -> Item {
    let (table, name) = (columns.text(row, 0), columns.text(row, 1));
    let mut definition = columns.text(row, 2).to_string();
    let not_null = columns.text(row, 3) == "1";
    if not_null {
        definition.push_str(" NOT NULL");
    }
    if let Some(default) = columns.get(row, 4) {
        definition.push_str(&format!(" DEFAULT {default}"));
    }
    let (quoted_table, quoted) = (quote_always(table, &SQLITE), quote_always(name, &SQLITE));
    let simple = columns.text(row, 5) == "0"
        && columns.text(row, 6) == "0"
        && !(not_null && columns.get(row, 4).is_none());
    Item {
        kind: Kind::Column,
        table: table.to_string(),
        name: name.to_string(),
        create: match simple {
            true => format!("ALTER TABLE {quoted_table} ADD COLUMN {quoted} {definition}"),
            false => format!("-- column {name} of {table} cannot be added: {definition}"),
        },
        drop: format!("ALTER TABLE {quoted_table} DROP COLUMN {quoted}"),
        definition,
        alter: Some(|from, to| {
            Some(vec![format!(
                "-- column {} of {} is {} and should be {}, which SQLite cannot alter",
                to.name, to.table, from.definition, to.definition
            )])
        }),
        inside: true,
    }
}
