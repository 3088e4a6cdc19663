//! Plans of the server as a tree that people can read: what each node costs by itself, where
//! estimates are wrong, and what could be done. Pure: from the server's JSON to rows.

mod compare;
mod mysql;
mod page;
mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;

pub use compare::compare;
pub use mysql::read as read_mysql;
pub use page::page;
pub use postgres::read as read_postgres;
pub use sqlite::read as read_sqlite;

use crate::data::{Align, CellKind, Column, RowBatch};

/// One step of a plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node {
    pub label: String,
    /// Conditions and keys.
    pub detail: Vec<String>,
    pub expected: Option<f64>,
    /// Of all loops together.
    pub rows: Option<f64>,
    pub loops: Option<f64>,
    /// Milliseconds without those of the nodes below.
    pub own_time: Option<f64>,
    /// Blocks without those of the nodes below.
    pub buffers: Option<f64>,
    pub notes: Vec<String>,
    pub children: Vec<Node>,
}

/// A plan and what is said below it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub roots: Vec<Node>,
    pub footers: Vec<String>,
}

/// An estimate that is wrong by so much chooses wrong plans.
const MISJUDGED: f64 = 10.0;
/// Few rows are read so fast that no estimate matters.
const FEW: f64 = 100.0;
/// The share of time above which a node is worth a look.
const LARGE: f64 = 0.1;

impl Plan {
    /// The plan as a result: a row for each node, in the order of the tree.
    pub fn table(&self) -> (Vec<Column>, RowBatch) {
        let mut lines = Vec::new();
        for root in &self.roots {
            draw(root, "", "", &mut lines);
        }
        let total: f64 = lines.iter().filter_map(|l| l.1.own_time).sum();
        let slowest = lines
            .iter()
            .filter_map(|l| l.1.own_time)
            .fold(0.0, f64::max);
        let has = |value: fn(&Node) -> Option<f64>| lines.iter().any(|l| value(l.1).is_some());
        let shown: Vec<&Field> = FIELDS.iter().filter(|f| f.always || has(f.value)).collect();
        let mut columns = vec![column("Plan", Align::Left)];
        columns.extend(shown.iter().map(|f| column(f.name, Align::Right)));
        columns.push(column("Detail", Align::Left));
        columns.push(column("Notes", Align::Left));
        let mut batch = RowBatch::new(columns.len());
        for (text, node) in &lines {
            batch.push(CellKind::Text, text.as_bytes());
            for field in &shown {
                match (field.value)(node) {
                    Some(value) => {
                        batch.push(CellKind::Number, (field.show)(value, total).as_bytes());
                    }
                    None => batch.push_null(),
                }
            }
            batch.push(CellKind::Text, node.detail.join("\n").as_bytes());
            batch.push(
                CellKind::Text,
                notes(node, total, slowest).join("\n").as_bytes(),
            );
            batch.end_row();
        }
        (columns, batch)
    }
}

/// One column of numbers.
struct Field {
    name: &'static str,
    value: fn(&Node) -> Option<f64>,
    /// The text of a value; the second number is the time of the whole plan.
    show: fn(f64, f64) -> String,
    always: bool,
}

static FIELDS: &[Field] = &[
    Field {
        name: "Time (ms)",
        value: |n| n.own_time,
        show: |time, _| format!("{time:.3}"),
        always: false,
    },
    Field {
        name: "%",
        value: |n| n.own_time,
        show: |time, total| match total > 0.0 {
            true => format!("{:.0}", time / total * 100.0),
            false => "0".to_string(),
        },
        always: false,
    },
    Field {
        name: "Rows expected",
        value: |n| n.expected,
        show: |rows, _| format!("{rows:.0}"),
        always: false,
    },
    Field {
        name: "Rows",
        value: |n| n.rows,
        show: |rows, _| format!("{rows:.0}"),
        always: false,
    },
    Field {
        name: "Loops",
        value: |n| n.loops,
        show: |loops, _| format!("{loops:.0}"),
        always: false,
    },
    Field {
        name: "Buffers",
        value: |n| n.buffers,
        show: |blocks, _| format!("{blocks:.0}"),
        always: false,
    },
];

fn column(name: &str, align: Align) -> Column {
    Column {
        name: name.into(),
        align,
        ..Column::default()
    }
}

/// The lines of a tree: `first` stands before the node, `rest` before what is below it.
fn draw<'n>(node: &'n Node, first: &str, rest: &str, lines: &mut Vec<(String, &'n Node)>) {
    lines.push((format!("{first}{}", node.label), node));
    for (at, child) in node.children.iter().enumerate() {
        let (branch, below) = match at + 1 == node.children.len() {
            true => ("└─ ", "   "),
            false => ("├─ ", "│  "),
        };
        draw(
            child,
            &format!("{rest}{branch}"),
            &format!("{rest}{below}"),
            lines,
        );
    }
}

/// What is to be said of a node: what its numbers tell, then what its reader has found.
fn notes(node: &Node, total: f64, slowest: f64) -> Vec<String> {
    let mut out = Vec::new();
    let is_slowest = |time: f64| total > 0.0 && time >= slowest && time / total > LARGE;
    if node.own_time.is_some_and(is_slowest) {
        out.push("slowest".to_string());
    }
    if let (Some(expected), Some(rows), Some(loops)) = (node.expected, node.rows, node.loops) {
        let expected = expected * loops.max(1.0);
        let (less, more) = (expected.min(rows).max(1.0), expected.max(rows));
        if loops == 0.0 {
            out.push("never executed".to_string());
        } else if more > FEW && more / less >= MISJUDGED {
            let how = match rows > expected {
                true => "more",
                false => "fewer",
            };
            out.push(format!(
                "{:.0} times {how} rows than expected: ANALYZE its tables",
                more / less
            ));
        }
    }
    out.extend(node.notes.iter().cloned());
    out
}
