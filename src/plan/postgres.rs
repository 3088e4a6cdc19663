//! PostgreSQL's `EXPLAIN (FORMAT JSON)`.

use super::{Node, Plan};
use serde_json::Value;

/// A filter that throws away more rows than this is worth an index.
const MANY: f64 = 1000.0;

/// Reads a plan; `None` where the text is none.
pub fn read(json: &str) -> Option<Plan> {
    let value: Value = serde_json::from_str(json).ok()?;
    let top = value.get(0)?;
    let read = node(top.get("Plan")?, 1.0);
    let mut footers = Vec::new();
    for (key, text) in [
        ("Planning Time", "planning"),
        ("Execution Time", "execution"),
    ] {
        if let Some(time) = number(top, key) {
            footers.push(format!("{text} {time:.3} ms"));
        }
    }
    let mut lines = match footers.is_empty() {
        true => Vec::new(),
        false => vec![format!("({})", footers.join(", "))],
    };
    for trigger in top
        .get("Triggers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        lines.push(format!(
            "trigger {}: {:.3} ms, {:.0} calls",
            text(trigger, "Trigger Name").unwrap_or("?"),
            number(trigger, "Time").unwrap_or_default(),
            number(trigger, "Calls").unwrap_or_default()
        ));
    }
    if let Some(time) = top.pointer("/JIT/Timing/Total").and_then(Value::as_f64) {
        lines.push(format!("compiling expressions (JIT) took {time:.3} ms"));
    }
    Some(Plan {
        roots: vec![read.node],
        footers: lines,
    })
}

fn number(value: &Value, key: &str) -> Option<f64> {
    value.get(key)?.as_f64()
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

/// A node, with what its time and blocks are together with those below it.
struct Read {
    node: Node,
    time: f64,
    blocks: f64,
}

/// `share` is the number of processes that run the node side by side.
fn node(value: &Value, share: f64) -> Read {
    let below = match number(value, "Workers Launched") {
        Some(workers) => workers + 1.0,
        None => share,
    };
    let children: Vec<Read> = value
        .get("Plans")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|child| node(child, below))
        .collect();
    let loops = number(value, "Actual Loops");
    let each = number(value, "Actual Total Time");
    let time = each.zip(loops).map(|(time, loops)| time * loops / share);
    let blocks: Option<f64> = [
        "Shared Hit Blocks",
        "Shared Read Blocks",
        "Temp Read Blocks",
    ]
    .iter()
    .map(|key| number(value, key))
    .sum();
    let time_below: f64 = children.iter().map(|c| c.time).sum();
    let blocks_below: f64 = children.iter().map(|c| c.blocks).sum();
    let rows = number(value, "Actual Rows").zip(loops);
    Read {
        time: time.unwrap_or(0.0),
        blocks: blocks.unwrap_or(0.0),
        node: Node {
            label: label(value),
            detail: detail(value),
            expected: number(value, "Plan Rows"),
            rows: rows.map(|(rows, loops)| rows * loops),
            loops,
            own_time: time.map(|t| (t - time_below).max(0.0)),
            buffers: blocks.map(|b| (b - blocks_below).max(0.0)),
            notes: notes(value),
            children: children.into_iter().map(|c| c.node).collect(),
        },
    }
}

/// `Index Scan using users_pkey on users u`
fn label(value: &Value) -> String {
    let mut out = match text(value, "Subplan Name") {
        Some(name) => format!("{name}: "),
        None => String::new(),
    };
    match (text(value, "Join Type"), text(value, "Operation")) {
        (Some(join), _) if join != "Inner" => {
            let method = text(value, "Node Type").unwrap_or_default();
            out.push_str(&format!("{method} {join}"));
        }
        (_, Some(operation)) => out.push_str(operation),
        _ => out.push_str(text(value, "Node Type").unwrap_or("?")),
    }
    if let Some(index) = text(value, "Index Name") {
        out.push_str(&format!(" using {index}"));
    }
    let relation = ["Relation Name", "Function Name", "CTE Name"]
        .iter()
        .find_map(|key| text(value, key));
    if let Some(relation) = relation {
        out.push_str(&format!(" on {relation}"));
    }
    if let Some(alias) = text(value, "Alias").filter(|a| Some(*a) != relation) {
        out.push_str(&format!(" {alias}"));
    }
    out
}

fn detail(value: &Value) -> Vec<String> {
    let conditions = [
        "Index Cond",
        "Recheck Cond",
        "Hash Cond",
        "Merge Cond",
        "Join Filter",
        "Filter",
    ];
    let mut out: Vec<String> = conditions
        .iter()
        .filter_map(|key| {
            let condition = text(value, key)?;
            Some(format!("{}: {condition}", key.to_lowercase()))
        })
        .collect();
    for key in ["Sort Key", "Group Key"] {
        let keys = value.get(key).and_then(Value::as_array);
        let keys: Vec<&str> = keys
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if !keys.is_empty() {
            out.push(format!("{}: {}", key.to_lowercase(), keys.join(", ")));
        }
    }
    out
}

fn notes(value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let loops = number(value, "Actual Loops").unwrap_or(1.0);
    let removed = number(value, "Rows Removed by Filter").unwrap_or(0.0) * loops;
    let kept = number(value, "Actual Rows").unwrap_or(0.0) * loops;
    if removed > MANY && removed > kept {
        let scan = text(value, "Node Type") == Some("Seq Scan");
        let advice = match scan {
            true => ": an index on its filter would help",
            false => "",
        };
        out.push(format!("reads and drops {removed:.0} rows{advice}"));
    }
    if text(value, "Sort Space Type") == Some("Disk") {
        let size = number(value, "Sort Space Used").unwrap_or(0.0);
        out.push(format!("sorts {size:.0} kB on disk: raise work_mem"));
    }
    if let Some(batches) = number(value, "Hash Batches").filter(|b| *b > 1.0) {
        out.push(format!("hash in {batches:.0} batches: raise work_mem"));
    }
    if let Some(lossy) = number(value, "Lossy Heap Blocks").filter(|b| *b > 0.0) {
        out.push(format!("bitmap lossy in {lossy:.0} blocks: raise work_mem"));
    }
    if let Some(fetches) = number(value, "Heap Fetches").filter(|f| *f > MANY) {
        out.push(format!("{fetches:.0} heap fetches: VACUUM the table"));
    }
    let workers = number(value, "Workers Planned").zip(number(value, "Workers Launched"));
    if let Some((planned, launched)) = workers.filter(|(planned, launched)| launched < planned) {
        out.push(format!("{launched:.0} of {planned:.0} workers started"));
    }
    out
}
