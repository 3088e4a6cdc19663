//! What is in a database, as items with the statements that make and drop them: for `/diff-schema`.

use super::reshape;
use crate::diff::{Item, Kind};
use crate::driver::Desk;
use crate::error::Result;
use crate::sql::dialect::SQLITE;
use crate::sql::names::quote_always;

pub(super) async fn read(desk: &mut dyn Desk) -> Result<Vec<Item>> {
    let columns = desk
        .ask(
            "SELECT l.name, c.name \
             FROM pragma_table_list l, pragma_table_xinfo(l.name, l.schema) c \
             WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT GLOB 'sqlite_*' AND c.hidden = 0 \
             ORDER BY l.name, c.cid",
        )
        .await?;
    let listed = desk
        .ask(
            "SELECT type, name, tbl_name, sql FROM main.sqlite_master \
             WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' \
               AND NOT EXISTS (SELECT 1 FROM pragma_table_list l WHERE l.schema = 'main' AND l.name = tbl_name AND l.type = 'shadow') \
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
        let own = (0..columns.len()).filter(|at| columns.text(*at, 0) == name);
        let own: Vec<String> = own.map(|at| columns.text(at, 1).to_string()).collect();
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
                "table" => reshape::definition(sql, &own),
                _ => sql.to_string(),
            },
            create: sql.to_string(),
            drop: format!("DROP {} {quoted}", kind.to_uppercase()),
            alter: (kind == "table").then_some(reshape::alter),
            inside: false,
            uses: Vec::new(),
        });
    }
    Ok(items)
}
