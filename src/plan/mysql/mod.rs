//! `EXPLAIN FORMAT=JSON` of MySQL and MariaDB, and MariaDB's `ANALYZE FORMAT=JSON`. Their parts have
//! many names; whatever holds further parts is a node. MySQL's second version of it is a tree.

mod tree;

use super::{Node, Plan};
use serde_json::{Map, Value};

/// A table read whole is worth a word from so many rows on.
const MANY: f64 = 1000.0;

/// Reads a plan; `None` where the text is none.
pub(super) fn read(json: &str) -> Option<Plan> {
    let value: Value = serde_json::from_str(json).ok()?;
    if let Some(plan) = tree::read_json(value.as_object()?) {
        return Some(plan);
    }
    let roots: Vec<Node> = below(value.as_object()?);
    (!roots.is_empty()).then_some(Plan {
        roots,
        footers: Vec::new(),
    })
}

/// Reads a tree in words.
pub(super) fn read_tree(text: &str) -> Option<Plan> {
    tree::read(text)
}

/// Reads the rows of `EXPLAIN` in its oldest form, by the names of its columns: what a version has no
/// tree for.
pub fn read_rows(rows: &[Vec<(String, String)>]) -> Option<Plan> {
    let names = [
        ("table", "table_name"),
        ("type", "access_type"),
        ("key", "key"),
        ("rows", "rows"),
        ("filtered", "filtered"),
        ("Extra", "message"),
    ];
    let one = |row: &Vec<(String, String)>| {
        let cells = row.iter().filter_map(|(name, value)| {
            let (_, key) = names.iter().find(|(column, _)| column == name)?;
            Some(((*key).to_string(), Value::String(value.clone())))
        });
        let kind = row.iter().find(|(name, _)| name == "select_type");
        Node {
            label: kind.map_or("?", |(_, kind)| kind).to_lowercase(),
            children: vec![table(&cells.collect())],
            ..Node::default()
        }
    };
    let roots: Vec<Node> = rows.iter().map(one).collect();
    (!roots.is_empty()).then_some(Plan {
        roots,
        footers: Vec::new(),
    })
}

/// The nodes in an object, in its order.
fn below(object: &Map<String, Value>) -> Vec<Node> {
    let mut out = Vec::new();
    for (key, value) in object {
        match value {
            Value::Object(part) if key == "table" => out.push(table(part)),
            // What the optimizer did, which is no part of the plan.
            Value::Object(_) if key == "query_optimization" || key == "cost_info" => {}
            // Counters of the storage engine.
            Value::Object(_) if key.starts_with("r_") => {}
            Value::Object(part) => out.push(Node {
                label: key.replace('_', " "),
                detail: detail(part),
                notes: sorting(key),
                own_time: number(part, &["r_other_time_ms"]),
                children: below(part),
                ..Node::default()
            }),
            Value::Array(parts) => {
                let nodes: Vec<Node> = parts
                    .iter()
                    .filter_map(Value::as_object)
                    .flat_map(below)
                    .collect();
                if !nodes.is_empty() {
                    out.push(Node {
                        label: key.replace('_', " "),
                        children: nodes,
                        ..Node::default()
                    });
                }
            }
            _ => {}
        }
    }
    out
}

fn sorting(key: &str) -> Vec<String> {
    match key {
        "block-nl-join" => vec!["joins without an index".to_string()],
        "filesort" | "temporary_table" => vec!["sorts or groups in a temporary table".to_string()],
        _ => Vec::new(),
    }
}

fn number(part: &Map<String, Value>, keys: &[&str]) -> Option<f64> {
    let value = keys.iter().find_map(|key| part.get(*key))?;
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn table(part: &Map<String, Value>) -> Node {
    let text = |key: &str| part.get(key).and_then(Value::as_str);
    let access = text("access_type").unwrap_or_default();
    let name = text("table_name").unwrap_or("no table");
    let how = match access {
        "ALL" => "full scan of",
        "index" => "index scan of",
        "range" => "range of",
        "ref" | "ref_or_null" => "lookup in",
        "eq_ref" | "const" | "system" => "one row of",
        other => other,
    };
    let mut label = format!("{how} {name}").trim_start().to_string();
    if let Some(key) = text("key") {
        label.push_str(&format!(" using {key}"));
    }
    let expected = number(part, &["rows_examined_per_scan", "rows"]);
    let loops = number(part, &["r_loops"]);
    let rows = number(part, &["r_rows"]).zip(loops).map(|(r, l)| r * l);
    let mut notes = Vec::new();
    if access == "ALL" && rows.or(expected).is_some_and(|rows| rows >= MANY) {
        // MariaDB expects to keep all rows where it knows nothing of a column.
        let kept = number(part, &["r_filtered"])
            .or_else(|| number(part, &["filtered"]).filter(|kept| *kept < 100.0));
        let few = part.contains_key("attached_condition") && kept.is_none_or(|kept| kept < 35.0);
        let advice = match few {
            true => ": an index on its condition could help",
            false => "",
        };
        notes.push(format!("reads the whole table{advice}"));
    }
    let kept = number(part, &["r_filtered"]).filter(|kept| *kept < 10.0);
    if let Some(kept) = kept.filter(|_| rows.is_some_and(|rows| rows >= MANY)) {
        notes.push(format!("drops {:.0} % of the rows it reads", 100.0 - kept));
    }
    Node {
        label,
        detail: detail(part),
        expected,
        rows,
        loops,
        own_time: number(part, &["r_total_time_ms", "r_table_time_ms"]),
        notes,
        children: below(part),
        ..Node::default()
    }
}

fn detail(part: &Map<String, Value>) -> Vec<String> {
    let mut out = Vec::new();
    for (key, shown) in [
        ("attached_condition", "filter"),
        ("index_condition", "index condition"),
        ("sort_key", "sort key"),
        ("message", "message"),
    ] {
        if let Some(text) = part.get(key).and_then(Value::as_str) {
            out.push(format!("{shown}: {text}"));
        }
    }
    if let Some(list) = part.get("ref").and_then(Value::as_array) {
        let list: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        out.push(format!("by: {}", list.join(", ")));
    }
    out
}
