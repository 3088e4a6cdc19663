//! A map as Mermaid and as Graphviz read it.

use super::{Link, Map};
use crate::visible::markup;

/// `erDiagram` of Mermaid.
pub(super) fn mermaid(map: &Map) -> String {
    let mut out = String::from("erDiagram\n");
    for entity in &map.entities {
        out.push_str(&format!("    {} {{\n", quoted(&entity.name)));
        for field in &entity.fields {
            let mark = match (field.primary, field.foreign) {
                (true, true) => " PK, FK",
                (true, false) => " PK",
                (false, true) => " FK",
                (false, false) => "",
            };
            out.push_str(&format!(
                "        {} {}{mark}\n",
                word(&field.type_name, "unknown"),
                word(&field.name, "_")
            ));
        }
        out.push_str("    }\n");
    }
    for link in &map.links {
        let one = if link.optional { "|o" } else { "||" };
        out.push_str(&format!(
            "    {} {one}--o{{ {} : {}\n",
            quoted(&map.entities[link.to].name),
            quoted(&map.entities[link.from].name),
            quoted(&link.from_columns.join(", "))
        ));
    }
    out
}

/// Mermaid has no escape for a quote inside quotes.
fn quoted(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c == '"' || c.is_control() { '\'' } else { c })
        .collect();
    format!("\"{plain}\"")
}

/// A word as Mermaid takes it for types and columns: letters, digits, `-`, `_`, brackets.
fn word(text: &str, empty: &str) -> String {
    let kept: String = text
        .chars()
        .map(|c| match c {
            '-' | '_' | '(' | ')' | '[' | ']' => c,
            c if c.is_alphanumeric() => c,
            _ => '_',
        })
        .collect();
    match kept.starts_with(|c: char| c.is_alphabetic()) {
        true => kept,
        false if kept.is_empty() => empty.to_string(),
        false => format!("_{kept}"),
    }
}

/// A digraph with record boxes; lines go from column to column.
pub(super) fn graphviz(map: &Map) -> String {
    let mut out = String::from(
        "digraph map {\n  rankdir = RL;\n  node [shape = plain, fontname = \"monospace\"];\n",
    );
    for (at, entity) in map.entities.iter().enumerate() {
        out.push_str(&format!(
            "  t{at} [label = <<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" \
             cellpadding=\"4\"><tr><td bgcolor=\"#dde5f0\"><b>{}</b></td></tr>",
            markup(&entity.name, &[])
        ));
        for (row, field) in entity.fields.iter().enumerate() {
            out.push_str(&format!(
                "<tr><td port=\"c{row}\" align=\"left\">{}</td></tr>",
                markup(&super::layout::field(field, 0), &[])
            ));
        }
        out.push_str("</table>>];\n");
    }
    for link in &map.links {
        let style = if link.optional {
            " [style = dashed]"
        } else {
            ""
        };
        out.push_str(&format!(
            "  {} -> {}{style};\n",
            port(map, link, true),
            port(map, link, false)
        ));
    }
    out.push_str("}\n");
    out
}

/// The end of a line: `t1:c0`.
fn port(map: &Map, link: &Link, from: bool) -> String {
    let (entity, columns) = match from {
        true => (link.from, &link.from_columns),
        false => (link.to, &link.to_columns),
    };
    let fields = &map.entities[entity].fields;
    match fields.iter().position(|f| Some(&f.name) == columns.first()) {
        Some(row) => format!("t{entity}:c{row}"),
        None => format!("t{entity}"),
    }
}
