//! Small tables on a terminal whose cells may wrap: help, listings, everything that is known whole.

use crate::visible::visible_text;
use comfy_table::{ContentArrangement, Table, presets};

/// A table of `rows` under `columns`, wrapped to `width` terminal columns. Without `columns` there
/// is no header. Control characters become visible.
pub fn page(columns: &[&str], rows: &[Vec<String>], width: usize) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX));
    if !columns.is_empty() {
        table.set_header(columns.iter().map(|name| visible_text(name).into_owned()));
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| visible_text(cell).into_owned()));
    }
    let mut text = table.trim_fmt();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}
