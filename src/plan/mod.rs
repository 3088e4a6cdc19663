//! Plans of the server as a tree that people can read: what each node costs by itself, where
//! estimates are wrong, and what could be done. Pure: from the server's JSON to rows.

mod compare;
mod mysql;
mod narrow;
mod page;
mod postgres;
mod sqlite;
mod sums;
#[cfg(test)]
mod tests;

pub use compare::compare;
pub use mysql::read_rows as read_mysql_rows;
pub use page::page;
pub use sqlite::read as read_sqlite;

use crate::data::{Align, CellKind, Column, Mark, RowBatch};

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
    /// What the planner thinks it costs, without the nodes below.
    pub cost: Option<f64>,
    /// Blocks without those of the nodes below.
    pub buffers: Option<f64>,
    pub notes: Vec<String>,
    /// What is above may have had enough before it came to the end.
    pub cut_short: bool,
    pub children: Vec<Node>,
}

/// A plan and what is said below it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    pub roots: Vec<Node>,
    pub footers: Vec<String>,
}

/// Reads PostgreSQL's JSON; `None` where the text is no plan.
pub fn read_postgres(json: &str) -> Option<Plan> {
    postgres::read(json).map(settled)
}

/// Reads MySQL's and MariaDB's JSON.
pub fn read_mysql(json: &str) -> Option<Plan> {
    mysql::read(json).map(settled)
}

/// Reads MySQL's tree in words.
pub fn read_mysql_tree(text: &str) -> Option<Plan> {
    mysql::read_tree(text).map(settled)
}

fn settled(mut plan: Plan) -> Plan {
    plan.roots.iter_mut().for_each(|root| settle(root, false));
    plan
}

/// Notes what may stop before its end, where that has no bearing on what was expected of it: below a
/// limit, and on the sides of joins that need no more than a match. Who has to see all rows before
/// the first comes out ends that.
fn settle(node: &mut Node, cut_short: bool) {
    node.cut_short = cut_short;
    let label = node.label.as_str();
    let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
    let stops = label.starts_with("Limit")
        || has(&[
            " Semi",
            " Anti",
            "Merge",
            "semijoin",
            "antijoin",
            "SubPlan",
            "InitPlan",
            "Nested loop semi",
        ]);
    let grouped = node.detail.iter().any(|line| line.starts_with("group key"));
    let sees_all = label.starts_with("Sort")
        || label == "Hash"
        || has(&["materialize", "using temporary table"])
        || label.starts_with("Aggregate") && !grouped;
    let below = (cut_short && !sees_all) || stops;
    for child in &mut node.children {
        settle(child, below);
    }
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
        let lines = self.lines();
        let total: f64 = lines.iter().filter_map(|l| l.node.own_time).sum();
        let slowest = lines
            .iter()
            .filter_map(|l| l.node.own_time)
            .fold(0.0, f64::max);
        let has = |value: fn(&Node) -> Option<f64>| lines.iter().any(|l| value(l.node).is_some());
        // Where times are known, nobody asks what the planner thought.
        let timed = has(|n| n.own_time);
        let shown = FIELDS
            .iter()
            .filter(|f| has(f.value) && !(f.guess && timed));
        let shown: Vec<&Field> = shown.collect();
        let mut columns = vec![column("Plan", Align::Left)];
        columns.extend(shown.iter().map(|f| column(f.name, Align::Right)));
        columns.push(column("Detail", Align::Left));
        columns.push(column("Notes", Align::Left));
        let mut batch = RowBatch::new(columns.len());
        for Line { text, node, .. } in &lines {
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

/// Above this share of the time a node needs a look.
const MOST: f64 = 0.4;

impl Plan {
    /// What lines of `table` deserve a look: slow ones, misjudged ones, those with a note.
    pub fn marks(&self) -> Vec<Mark> {
        let lines = self.lines();
        let times = || lines.iter().filter_map(|l| l.node.own_time);
        let total: f64 = times().sum();
        let slowest = times().fold(0.0, f64::max);
        let mark = |node: &Node| {
            let share = match node.own_time {
                Some(time) if total > 0.0 => time / total,
                _ => 0.0,
            };
            let wrong = misjudged(node).unwrap_or(1.0);
            if share > MOST || wrong >= MISJUDGED * 10.0 {
                Mark::Hot
            } else if share > LARGE || !notes(node, total, slowest).is_empty() {
                Mark::Warm
            } else {
                Mark::None
            }
        };
        lines.iter().map(|line| mark(line.node)).collect()
    }
}

/// How many times more or fewer rows there are than expected, where that matters.
fn misjudged(node: &Node) -> Option<f64> {
    let loops = node.loops.filter(|loops| *loops > 0.0)?;
    let (expected, rows) = (node.expected? * loops.max(1.0), node.rows?);
    if node.cut_short && rows < expected {
        return None;
    }
    let (less, more) = (expected.min(rows).max(1.0), expected.max(rows));
    (more > FEW && more / less >= MISJUDGED).then_some(more / less)
}

/// One column of numbers.
struct Field {
    name: &'static str,
    value: fn(&Node) -> Option<f64>,
    /// The text of a value; the second number is the time of the whole plan.
    show: fn(f64, f64) -> String,
    /// Only of use as long as the plan was not executed.
    guess: bool,
}

static FIELDS: &[Field] = &[
    Field {
        name: "Time (ms)",
        value: |n| n.own_time,
        show: |time, _| format!("{time:.3}"),
        guess: false,
    },
    Field {
        name: "%",
        value: |n| n.own_time,
        show: |time, total| match total > 0.0 {
            true => format!("{:.0}", time / total * 100.0),
            false => "0".to_string(),
        },
        guess: false,
    },
    Field {
        name: "Cost",
        value: |n| n.cost,
        show: |cost, _| format!("{cost:.2}"),
        guess: true,
    },
    Field {
        name: "Rows expected",
        value: |n| n.expected,
        show: |rows, _| format!("{rows:.0}"),
        guess: false,
    },
    Field {
        name: "Rows",
        value: |n| n.rows,
        show: |rows, _| format!("{rows:.0}"),
        guess: false,
    },
    Field {
        name: "Loops",
        value: |n| n.loops,
        show: |loops, _| format!("{loops:.0}"),
        guess: false,
    },
    Field {
        name: "Buffers",
        value: |n| n.buffers,
        show: |blocks, _| format!("{blocks:.0}"),
        guess: false,
    },
];

fn column(name: &str, align: Align) -> Column {
    Column {
        name: name.into(),
        align,
        ..Column::default()
    }
}

/// One node of a tree, and what stands before its name and before what is below it.
struct Line<'n> {
    text: String,
    below: String,
    node: &'n Node,
}

impl Plan {
    fn lines(&self) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        for root in &self.roots {
            draw(root, "", "", &mut lines);
        }
        lines
    }
}

/// The lines of a tree: `first` stands before the node, `rest` before what is below it.
fn draw<'n>(node: &'n Node, first: &str, rest: &str, lines: &mut Vec<Line<'n>>) {
    lines.push(Line {
        text: format!("{first}{}", node.label),
        below: rest.to_string(),
        node,
    });
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

/// Whether statistics of tables could have told how many rows there are: not of what was put together
/// by the statement itself, and not where the mistake was made further below.
fn reads_what_is_known(node: &Node) -> bool {
    const MADE: &[&str] = &[
        "Function Scan",
        "Table Function Scan",
        "Values Scan",
        "CTE Scan",
        "WorkTable Scan",
        "ProjectSet",
        "Result",
        "SubPlan",
        "InitPlan",
        "CTE ",
        "Materialize",
        "materialized",
    ];
    fn is_wrong(node: &Node) -> bool {
        misjudged(node).is_some() || node.children.iter().any(is_wrong)
    }
    let label = node.label.as_str();
    let of_made = label.contains(" on <") || label.contains("of <") || label.contains("in <");
    let scans = ["Table scan on", "full scan of", "Index lookup on"]
        .iter()
        .any(|begin| label.starts_with(begin));
    let made = of_made || MADE.iter().any(|begin| label.starts_with(begin));
    !made && (!scans || node.children.is_empty()) && !node.children.iter().any(is_wrong)
}

/// What is to be said of a node: what its numbers tell, then what its reader has found.
fn notes(node: &Node, total: f64, slowest: f64) -> Vec<String> {
    let mut out = Vec::new();
    let is_slowest = |time: f64| total > 0.0 && time >= slowest && time / total > LARGE;
    if node.own_time.is_some_and(is_slowest) {
        out.push("slowest".to_string());
    }
    if node.loops == Some(0.0) {
        out.push("never executed".to_string());
    }
    if let Some(times) = misjudged(node) {
        let expected = node.expected.unwrap_or(0.0) * node.loops.unwrap_or(1.0).max(1.0);
        let how = match node.rows.unwrap_or(0.0) > expected {
            true => "more",
            false => "fewer",
        };
        let advice = match reads_what_is_known(node) {
            true => ": ANALYZE its tables",
            false => "",
        };
        out.push(format!("{times:.0} times {how} rows than expected{advice}"));
    }
    out.extend(node.notes.iter().cloned());
    out
}
