//! SQLite's `EXPLAIN QUERY PLAN`: rows of number, parent's number and text.

use super::{Node, Plan};

/// Builds the tree.
pub fn read(rows: &[(i64, i64, String)]) -> Plan {
    Plan {
        roots: below(0, rows, 0),
        footers: Vec::new(),
    }
}

/// Deeper than any plan; rows that name each other as parents end here.
const DEEPEST: usize = 200;

fn below(parent: i64, rows: &[(i64, i64, String)], depth: usize) -> Vec<Node> {
    if depth > DEEPEST {
        return Vec::new();
    }
    rows.iter()
        .filter(|row| row.1 == parent && row.0 != parent)
        .map(|(id, _, text)| Node {
            label: text.clone(),
            notes: note(text).into_iter().map(str::to_string).collect(),
            children: below(*id, rows, depth + 1),
            ..Node::default()
        })
        .collect()
}

fn note(text: &str) -> Option<&'static str> {
    if text.contains("AUTOMATIC") {
        return Some("makes an index for this one run: create it");
    }
    if text.starts_with("USE TEMP B-TREE") {
        return Some("sorts: an index in that order would spare it");
    }
    let whole = text.starts_with("SCAN") && !text.contains("USING") && !text.contains("CONSTANT");
    whole.then_some("reads the whole table")
}
