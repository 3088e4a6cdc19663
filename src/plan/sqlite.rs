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
        .map(|(id, parent, text)| Node {
            label: text.clone(),
            notes: note(text, is_spared(text, *parent, rows))
                .into_iter()
                .map(str::to_string)
                .collect(),
            children: below(*id, rows, depth + 1),
            ..Node::default()
        })
        .collect()
}

/// Whether an index could have the rows in the order of a sort: one table is read, and what is sorted
/// is not what was grouped before.
fn is_spared(sort: &str, parent: i64, rows: &[(i64, i64, String)]) -> bool {
    let beside = rows.iter().filter(|row| row.1 == parent);
    let reads = |text: &str| text.starts_with("SCAN ") || text.starts_with("SEARCH ");
    let sorts = |text: &str| text.starts_with("USE TEMP B-TREE");
    let count = |is: &dyn Fn(&str) -> bool| beside.clone().filter(|row| is(&row.2)).count();
    count(&reads) == 1 && (count(&sorts) == 1 || !sort.ends_with("ORDER BY"))
}

fn note(text: &str, spared: bool) -> Option<&'static str> {
    if text.contains(" USING AUTOMATIC ") {
        return Some("makes an index for this one run: create it");
    }
    if text.starts_with("USE TEMP B-TREE") {
        return Some(match spared {
            true => "sorts: an index in that order would spare it",
            false => "sorts",
        });
    }
    // A subquery in brackets is no table, and a virtual table knows its own ways.
    let table = text.strip_prefix("SCAN ").filter(|t| !t.starts_with('('));
    let elsewhere = |rest: &str| {
        rest.contains(" USING ")
            || rest.contains(" VIRTUAL TABLE INDEX ")
            || rest.ends_with("CONSTANT ROW")
            || rest.ends_with("CONSTANT ROWS")
    };
    table
        .is_some_and(|rest| !elsewhere(rest))
        .then_some("reads the whole table")
}
