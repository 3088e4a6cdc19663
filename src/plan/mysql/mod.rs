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
            Value::Object(part) if key == "rowid_filter" => out.push(rowid_filter(part)),
            Value::Object(part) => {
                let children = below(part);
                out.push(Node {
                    label: key.replace('_', " "),
                    detail: detail(part),
                    notes: sorting(key, part),
                    own_time: number(part, &["r_other_time_ms"])
                        .or_else(|| rest_of_time(key, part, &children)),
                    children,
                    ..Node::default()
                });
            }
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

/// The time of a part without those of the parts in it. A sort of what stands in a temporary table is
/// timed without them.
fn rest_of_time(key: &str, part: &Map<String, Value>, children: &[Node]) -> Option<f64> {
    let whole = number(part, &["r_total_time_ms"])?;
    let below: f64 = children.iter().map(spent).sum();
    match whole < below && key == "filesort" {
        true => Some(whole),
        false => Some((whole - below).max(0.0)),
    }
}

/// The time of a node and all below it.
fn spent(node: &Node) -> f64 {
    node.own_time.unwrap_or(0.0) + node.children.iter().map(spent).sum::<f64>()
}

fn sorting(key: &str, part: &Map<String, Value>) -> Vec<String> {
    let has = |flag: &str| part.get(flag).and_then(Value::as_bool) == Some(true);
    let said = [
        (key == "block-nl-join", "joins without an index"),
        (key == "filesort" || has("using_filesort"), "sorts"),
        (
            key == "temporary_table" || has("using_temporary_table"),
            "keeps its rows in a temporary table",
        ),
    ];
    let said = said.iter().filter(|(is, _)| *is);
    said.map(|(_, note)| (*note).to_string()).collect()
}

/// MariaDB's list of rows that another index finds, by which those of a lookup are chosen.
fn rowid_filter(part: &Map<String, Value>) -> Node {
    let range = part.get("range").and_then(Value::as_object);
    let key = range
        .and_then(|range| range.get("key"))
        .and_then(Value::as_str);
    let loops = number(part, &["r_rows"]).map(|_| 1.0);
    Node {
        label: format!("rowid filter using {}", key.unwrap_or("?")),
        expected: number(part, &["rows"]),
        rows: number(part, &["r_rows"]),
        loops,
        own_time: number(part, &["r_filling_time_ms"]),
        ..Node::default()
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
        "index_merge" => "index merge of",
        "fulltext" => "full-text search in",
        other => other,
    };
    let mut label = format!("{how} {name}").trim_start().to_string();
    if let Some(key) = text("key") {
        label.push_str(&format!(" using {key}"));
    }
    // MariaDB counts what the filter by other rows has left.
    let chosen = part
        .get("rowid_filter")
        .and_then(Value::as_object)
        .and_then(|filter| number(filter, &["selectivity_pct"]));
    let expected = number(part, &["rows_examined_per_scan", "rows"])
        .map(|rows| rows * chosen.unwrap_or(100.0) / 100.0);
    // What cannot be but one row has been read before anything else.
    let constant = matches!(access, "const" | "system");
    let loops = number(part, &["r_loops"]).filter(|loops| !(constant && *loops == 0.0));
    let derived = name.starts_with('<')
        || ["materialized_from_subquery", "materialized"]
            .iter()
            .any(|key| part.contains_key(*key));
    let rows = number(part, &["r_rows"]).zip(loops).map(|(r, l)| r * l);
    let mut notes = Vec::new();
    if access == "ALL" && !derived && rows.or(expected).is_some_and(|rows| rows >= MANY) {
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
    let buffered = text("using_join_buffer");
    if buffered.is_some_and(|how| how == "Block Nested Loop" || how == "hash join") {
        notes.push("joins without an index".to_string());
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
        own_time: number(part, &["r_total_time_ms", "r_table_time_ms"])
            .map(|time| time + number(part, &["r_other_time_ms"]).unwrap_or(0.0)),
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
    for (key, shown) in [("ref", "by"), ("partitions", "partitions")] {
        if let Some(list) = part.get(key).and_then(Value::as_array) {
            let list: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            out.push(format!("{shown}: {}", list.join(", ")));
        }
    }
    out
}
