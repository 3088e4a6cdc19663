//! MySQL's trees of iterators: `EXPLAIN FORMAT=TREE` and `EXPLAIN ANALYZE` as text, and the second
//! version of `EXPLAIN FORMAT=JSON`, which names the same things.

use super::super::{Node, Plan};
use super::{MANY, number};
use serde_json::{Map, Value};

/// Characters of an operation: some list every range of an index.
const LONGEST: usize = 300;
/// Deeper than any plan.
const DEEPEST: usize = 200;

/// One iterator, with what it costs together with those below it.
#[derive(Debug, Default)]
struct Step {
    operation: String,
    cost: Option<f64>,
    expected: Option<f64>,
    /// Milliseconds until its last row, rows, both of one loop; and loops.
    time: Option<f64>,
    rows: Option<f64>,
    loops: Option<f64>,
    below: Vec<Step>,
}

/// Reads the second version of the JSON; `None` where the text is another.
pub(super) fn read_json(top: &Map<String, Value>) -> Option<Plan> {
    let step = json_step(top.get("query_plan")?.as_object()?, 0);
    Some(plan(vec![step]))
}

fn json_step(part: &Map<String, Value>, depth: usize) -> Step {
    let below = ["inputs", "inputs_from_select_list"].iter();
    let below = below.filter_map(|key| part.get(*key)?.as_array()).flatten();
    Step {
        operation: part
            .get("operation")
            .and_then(Value::as_str)
            .unwrap_or("?")
            .to_string(),
        cost: number(part, &["estimated_total_cost"]),
        expected: number(part, &["estimated_rows"]),
        time: number(part, &["actual_last_row_ms"]),
        rows: number(part, &["actual_rows"]),
        loops: number(part, &["actual_loops"]),
        below: match depth < DEEPEST {
            true => below
                .filter_map(Value::as_object)
                .map(|part| json_step(part, depth + 1))
                .collect(),
            false => Vec::new(),
        },
    }
}

/// Reads the text; `None` where it is none.
pub(super) fn read(text: &str) -> Option<Plan> {
    let mut lines: Vec<(usize, Step)> = Vec::new();
    for line in text.lines() {
        let inner = line.trim_start();
        match (inner.strip_prefix("-> "), lines.last_mut()) {
            (Some(step), _) => lines.push((line.len() - inner.len(), text_step(step))),
            // An operation of several lines.
            (None, Some((_, step))) if !inner.is_empty() => {
                let more = text_step(inner);
                step.operation.push(' ');
                step.operation.push_str(&more.operation);
                let more = Step {
                    operation: std::mem::take(&mut step.operation),
                    ..more
                };
                *step = more;
            }
            _ => {}
        }
    }
    let mut lines = lines.into_iter().peekable();
    let roots = collect(&mut lines, 0, 0);
    (!roots.is_empty()).then(|| plan(roots))
}

type Lines = std::iter::Peekable<std::vec::IntoIter<(usize, Step)>>;

/// The steps from here on that are indented by at least so much.
fn collect(lines: &mut Lines, indent: usize, depth: usize) -> Vec<Step> {
    let mut out: Vec<Step> = Vec::new();
    while let Some((here, mut step)) = lines.next_if(|line| line.0 >= indent) {
        if depth < DEEPEST {
            step.below = collect(lines, here + 1, depth + 1);
        }
        out.push(step);
    }
    out
}

/// `Table scan on a  (cost=2001 rows=20000) (actual time=0.06..3.28 rows=20000 loops=1)`
fn text_step(line: &str) -> Step {
    let ends = ["  (cost=", "  (actual ", " (actual ", " (never executed)"];
    let end = ends.iter().filter_map(|mark| line.find(mark)).min();
    let (operation, numbers) = line.split_at(end.unwrap_or(line.len()));
    let (estimates, actual) = match numbers.find("(actual ") {
        Some(at) => numbers.split_at(at),
        None => (numbers, ""),
    };
    let never = numbers.contains("(never executed)");
    Step {
        operation: operation.trim_end().to_string(),
        cost: value(estimates, "cost="),
        expected: value(estimates, "rows="),
        time: value(actual, "time="),
        rows: value(actual, "rows="),
        loops: value(actual, "loops=").or(never.then_some(0.0)),
        below: Vec::new(),
    }
}

/// The number behind a name; of two, `0.06..3.28`, the second.
fn value(text: &str, name: &str) -> Option<f64> {
    let text = &text[text.find(name)? + name.len()..];
    let text = text.split([' ', ')']).next()?;
    text.rsplit("..").next()?.parse().ok()
}

fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        roots: steps.into_iter().map(|step| node(step, None)).collect(),
        footers: Vec::new(),
    }
}

/// `kept` is the part of the rows that a filter above leaves.
fn node(step: Step, kept: Option<f64>) -> Node {
    let all = |step: &Step, each: Option<f64>| each.zip(step.loops).map(|(each, n)| each * n);
    let time = all(&step, step.time);
    let below: f64 = step.below.iter().filter_map(|s| all(s, s.time)).sum();
    let cost_below: f64 = step.below.iter().filter_map(|s| s.cost).sum();
    let rows = all(&step, step.rows);
    let (label, detail) = named(&step.operation);
    let filtered = label == "Filter";
    let part = |inner: &Step| {
        let (out, of) = match rows {
            Some(rows) => (rows, all(inner, inner.rows)?),
            None => (step.expected?, inner.expected?),
        };
        (of > 0.0).then_some(out / of)
    };
    let children_kept = step.below.first().and_then(part).filter(|_| filtered);
    Node {
        notes: notes(&step, rows, kept),
        expected: step.expected,
        rows,
        loops: step.loops,
        own_time: time.map(|time| (time - below).max(0.0)),
        cost: step.cost.map(|cost| (cost - cost_below).max(0.0)),
        label,
        detail,
        children: step
            .below
            .into_iter()
            .map(|step| node(step, children_kept))
            .collect(),
        ..Node::default()
    }
}

/// What a step is called, and the condition of a filter.
fn named(operation: &str) -> (String, Vec<String>) {
    let short = |text: &str| match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    };
    match operation.strip_prefix("Filter: ") {
        Some(condition) => (
            "Filter".to_string(),
            vec![format!("filter: {}", short(condition))],
        ),
        None => (short(operation), Vec::new()),
    }
}

/// Whether rows come straight from one table, which an index can have in any order.
fn is_of_a_table(step: &Step) -> bool {
    match step.operation.as_str() {
        filter if filter.starts_with("Filter") => step.below.first().is_some_and(is_of_a_table),
        scan if scan.contains("temporary>") => false,
        scan => ["Table scan on", "Index", "Covering index"]
            .iter()
            .any(|begin| scan.starts_with(begin)),
    }
}

fn notes(step: &Step, rows: Option<f64>, kept: Option<f64>) -> Vec<String> {
    let mut out = Vec::new();
    let read = rows.or(step.expected).unwrap_or(0.0);
    let loops = step.loops.unwrap_or(1.0);
    let operation = step.operation.as_str();
    // What was put together below is no table, and has no index.
    let made = operation.contains(" on <") || !step.below.is_empty();
    let scans = operation.starts_with("Table scan on") && !made;
    match kept {
        Some(kept) if kept < 0.5 && read >= MANY => {
            let dropped = read * (1.0 - kept);
            // Of many rows an index is no shorter way.
            let advice = match scans {
                true if kept < 0.1 => ": an index on its filter would help",
                true => "",
                false if made => "",
                false => ": the index does not cover the filter",
            };
            out.push(format!("reads and drops {dropped:.0} rows{advice}"));
        }
        _ if scans && read >= MANY => out.push("reads the whole table".to_string()),
        _ => {}
    }
    if scans && loops > 1.0 {
        out.push(format!(
            "reads the table {loops:.0} times: an index on the join would help"
        ));
    }
    if operation.starts_with("Sort") && read >= MANY {
        let advice = match step.below.first().is_some_and(is_of_a_table) {
            true => ": an index in that order would spare it",
            false => "",
        };
        out.push(format!("sorts{advice}"));
    }
    let keeps = operation.contains("using temporary table") || operation.contains(" materialize");
    if keeps && !operation.starts_with("Filter") {
        out.push("keeps its rows in a temporary table".to_string());
    }
    if operation.contains("run only once") || operation.contains("no hash join") {
        return out;
    }
    if operation.contains("dependent") {
        out.push("runs again for each row above".to_string());
    }
    out
}
