//! Two plans side by side: the same steps in the same row.

use super::{Node, Plan, column};
use crate::data::{Align, CellKind, Column, RowBatch};

/// The steps of a plan as lines of its tree.
type Lines<'n> = Vec<(String, &'n Node)>;

/// The plan before and the plan after, with what they cost and what both cost together.
pub fn compare(before: &Plan, after: &Plan) -> (Vec<Column>, RowBatch, Vec<String>) {
    let (a, b) = (lines(before), lines(after));
    let mut rows = RowBatch::new(6);
    for (left, right) in pairs(&a, &b) {
        for line in [left.map(|at| &a[at]), right.map(|at| &b[at])] {
            let Some((text, node)) = line else {
                rows.push_null();
                rows.push_null();
                rows.push_null();
                continue;
            };
            rows.push(CellKind::Text, text.as_bytes());
            number(&mut rows, node.own_time, 3);
            number(&mut rows, node.rows.or(node.expected), 0);
        }
        rows.end_row();
    }
    let columns = [
        "Before",
        "Time (ms)",
        "Rows",
        "After",
        "Time (ms) ",
        "Rows ",
    ];
    let columns = columns
        .iter()
        .map(|name| match name.starts_with(['T', 'R']) {
            true => column(name, Align::Right),
            false => column(name, Align::Left),
        });
    (columns.collect(), rows, totals(&a, &b))
}

fn lines(plan: &Plan) -> Lines<'_> {
    let lines = plan.lines().into_iter();
    lines.map(|line| (line.text, line.node)).collect()
}

fn number(rows: &mut RowBatch, value: Option<f64>, digits: usize) {
    match value {
        Some(value) => rows.push(CellKind::Number, format!("{value:.digits$}").as_bytes()),
        None => rows.push_null(),
    }
}

/// The longest list of steps that both have in the same order stands side by side; the others alone.
fn pairs(a: &Lines<'_>, b: &Lines<'_>) -> Vec<(Option<usize>, Option<usize>)> {
    let same = |i: usize, j: usize| a[i].1.label == b[j].1.label;
    let mut longest = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i][j] = match same(i, j) {
                true => longest[i + 1][j + 1] + 1,
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    while i < a.len() || j < b.len() {
        let both = i < a.len() && j < b.len();
        if both && same(i, j) {
            out.push((Some(i), Some(j)));
            (i, j) = (i + 1, j + 1);
        } else if j >= b.len() || (both && longest[i + 1][j] >= longest[i][j + 1]) {
            out.push((Some(i), None));
            i += 1;
        } else {
            out.push((None, Some(j)));
            j += 1;
        }
    }
    out
}

fn totals(a: &Lines<'_>, b: &Lines<'_>) -> Vec<String> {
    let total = |lines: &Lines<'_>| -> Option<f64> {
        let times: Vec<f64> = lines.iter().filter_map(|l| l.1.own_time).collect();
        (!times.is_empty()).then(|| times.iter().sum())
    };
    let Some((before, after)) = total(a).zip(total(b)) else {
        return vec!["(no times: /explain analyze measures them)".into()];
    };
    let change = match before > 0.0 {
        true => format!(", {:+.0} %", (after / before - 1.0) * 100.0),
        false => String::new(),
    };
    vec![format!(
        "({before:.3} ms before, {after:.3} ms after{change})"
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str, time: f64, children: Vec<Node>) -> Node {
        Node {
            label: label.into(),
            own_time: Some(time),
            children,
            ..Node::default()
        }
    }

    fn plan(root: Node) -> Plan {
        Plan {
            roots: vec![root],
            footers: Vec::new(),
        }
    }

    #[test]
    fn the_same_steps_stand_side_by_side() {
        let before = plan(node(
            "Sort",
            1.0,
            vec![node("Seq Scan on a", 9.0, Vec::new())],
        ));
        let after = plan(node(
            "Limit",
            0.0,
            vec![node(
                "Sort",
                1.0,
                vec![node("Index Scan on a", 1.0, Vec::new())],
            )],
        ));
        let (columns, rows, footers) = compare(&before, &after);
        assert_eq!(columns.len(), 6);
        let shown: Vec<String> = rows
            .rows()
            .map(|row| {
                let cell = |at| String::from_utf8_lossy(row.cell(at).text).into_owned();
                format!("{}|{}", cell(0), cell(3))
            })
            .collect();
        assert_eq!(
            shown,
            [
                "|Limit",
                "Sort|└─ Sort",
                "└─ Seq Scan on a|",
                "|   └─ Index Scan on a"
            ]
        );
        assert_eq!(footers, ["(10.000 ms before, 2.000 ms after, -80 %)"]);
    }
}
