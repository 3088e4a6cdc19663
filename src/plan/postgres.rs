//! PostgreSQL's `EXPLAIN (FORMAT JSON)`.

use super::{Node, Plan};
use serde_json::Value;
use std::collections::HashMap;

/// A filter that throws away more rows than this is worth an index.
const MANY: f64 = 1000.0;
/// A part that runs so many times may be worth another plan.
const OFTEN: f64 = 1000.0;
/// Milliseconds that somebody could notice.
const SLOW: f64 = 10.0;
/// JIT that takes more of the time did not pay.
const JIT_SHARE: f64 = 0.1;
const MEGABYTE: f64 = 1024.0 * 1024.0;

/// Reads a plan; `None` where the text is none.
pub(super) fn read(json: &str) -> Option<Plan> {
    let value: Value = serde_json::from_str(json).ok()?;
    let top = value.get(0)?;
    let mut tables = Tables::default();
    gather(top.get("Plan")?, 1.0, &mut tables);
    let read = node(top.get("Plan")?, 1.0, &tables);
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
    let execution = number(top, "Execution Time");
    let roots = vec![read.node];
    lines.extend(super::sums::sums(&roots));
    lines.extend(beside(top, execution));
    Some(Plan {
        roots,
        footers: lines,
    })
}

/// What costs time beside the nodes, and what the planner was told.
fn beside(top: &Value, execution: Option<f64>) -> Vec<String> {
    let mut out = Vec::new();
    let share = |time: f64| match execution.filter(|all| *all > 0.0) {
        Some(all) => format!(" ({:.0} %)", time / all * 100.0),
        None => String::new(),
    };
    let list = |key: &str| top.get(key).and_then(Value::as_array).into_iter().flatten();
    for trigger in list("Triggers") {
        let time = number(trigger, "Time").unwrap_or_default();
        let name = ["Constraint Name", "Trigger Name"]
            .iter()
            .find_map(|key| text(trigger, key));
        let foreign_key = trigger.get("Constraint Name").is_some();
        let slow = execution.is_some_and(|all| time > all / 2.0 && time > SLOW);
        out.push(format!(
            "trigger {}: {time:.3} ms{}, {:.0} calls{}",
            name.unwrap_or("?"),
            share(time),
            number(trigger, "Calls").unwrap_or_default(),
            match slow && foreign_key {
                true => ": an index on the columns of the foreign key would help",
                false => "",
            }
        ));
    }
    if let Some(time) = top.pointer("/JIT/Timing/Total").and_then(Value::as_f64) {
        let advice = match execution.is_some_and(|all| time > all * JIT_SHARE) {
            true => ": set jit = off, or raise jit_above_cost",
            false => "",
        };
        out.push(format!(
            "compiling expressions (JIT) took {time:.3} ms{}{advice}",
            share(time)
        ));
    }
    if let Some(time) = top.pointer("/Serialization/Time").and_then(Value::as_f64) {
        let volume = top.pointer("/Serialization/Output Volume");
        let volume = volume.and_then(Value::as_f64).unwrap_or_default();
        out.push(format!(
            "writing the rows as text took {time:.3} ms{} for {volume:.0} kB",
            share(time)
        ));
    }
    if let Some(time) = number(top, "Planning Time").filter(|t| *t > SLOW)
        && execution.is_some_and(|all| time > all)
    {
        out.push("planning took longer than execution: a prepared statement would spare it".into());
    }
    if let Some(settings) = top.get("Settings").and_then(Value::as_object) {
        let settings: Vec<String> = settings
            .iter()
            // Chooses no plan.
            .filter(|(name, _)| *name != "search_path")
            .map(|(name, value)| format!("{name} = {}", value.as_str().unwrap_or_default()))
            .collect();
        if !settings.is_empty() {
            out.push(format!("settings: {}", settings.join(", ")));
        }
    }
    out
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
    /// It is a common table expression.
    elsewhere: bool,
    time: f64,
    blocks: f64,
}

/// Common table expressions run when their first scan does, and stand elsewhere in the tree: their
/// time and blocks and those of all their scans, by name.
#[derive(Default)]
struct Tables(HashMap<String, [Spent; 2]>);

#[derive(Default, Clone, Copy)]
struct Spent {
    time: f64,
    blocks: f64,
}

impl Spent {
    fn of(value: &Value, share: f64) -> Spent {
        Spent {
            time: time(value, share).unwrap_or(0.0),
            blocks: blocks(value).unwrap_or(0.0),
        }
    }

    fn add(&mut self, more: Spent) {
        self.time += more.time;
        self.blocks += more.blocks;
    }
}

impl Tables {
    /// The part of what a scan has spent that the expression itself did.
    fn inside(&self, value: &Value, spent: Spent) -> Spent {
        let part = |own: f64, scans: f64, this: f64| match scans > 0.0 {
            true => own * this / scans,
            false => 0.0,
        };
        match text(value, "CTE Name").and_then(|name| self.0.get(name)) {
            Some([own, scans]) => Spent {
                time: part(own.time, scans.time, spent.time),
                blocks: part(own.blocks, scans.blocks, spent.blocks),
            },
            None => Spent::default(),
        }
    }
}

fn gather(value: &Value, share: f64, tables: &mut Tables) {
    let spent = Spent::of(value, share);
    if let Some(name) = expression(value) {
        tables.0.entry(name.to_string()).or_default()[0].add(spent);
    }
    if let Some(name) = text(value, "CTE Name").filter(|_| is(value, "CTE Scan")) {
        tables.0.entry(name.to_string()).or_default()[1].add(spent);
    }
    for child in plans(value) {
        gather(child, share_below(value, share), tables);
    }
}

/// The name of the common table expression that the node computes.
fn expression(value: &Value) -> Option<&str> {
    text(value, "Subplan Name")?.strip_prefix("CTE ")
}

fn is(value: &Value, kind: &str) -> bool {
    text(value, "Node Type") == Some(kind)
}

fn plans(value: &Value) -> impl Iterator<Item = &Value> {
    value
        .get("Plans")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn share_below(value: &Value, share: f64) -> f64 {
    match number(value, "Workers Launched") {
        Some(workers) => workers + 1.0,
        None => share,
    }
}

/// Of all loops together; `share` is the number of processes that run the node side by side.
fn time(value: &Value, share: f64) -> Option<f64> {
    let each = number(value, "Actual Total Time").zip(number(value, "Actual Loops"));
    each.map(|(time, loops)| time * loops / share)
}

fn blocks(value: &Value) -> Option<f64> {
    let keys = [
        "Shared Hit Blocks",
        "Shared Read Blocks",
        "Temp Read Blocks",
    ];
    keys.iter().map(|key| number(value, key)).sum()
}

/// What the node costs by itself, in the planner's opinion.
fn own_cost(value: &Value) -> Option<f64> {
    let total = number(value, "Total Cost")?;
    let rows = plans(value)
        .next()
        .and_then(|outer| number(outer, "Plan Rows"));
    let below: f64 = plans(value)
        .filter(|child| expression(child).is_none())
        .enumerate()
        .filter_map(|(at, child)| {
            // The inner side runs once a row of the outer one.
            let times = match at == 1 && is(value, "Nested Loop") && !is(child, "Materialize") {
                true => rows.unwrap_or(1.0).max(1.0),
                false => 1.0,
            };
            Some(number(child, "Total Cost")? * times)
        })
        .sum();
    Some((total - below).max(0.0))
}

fn node(value: &Value, share: f64, tables: &Tables) -> Read {
    let below = share_below(value, share);
    let children: Vec<Read> = plans(value)
        .map(|child| node(child, below, tables))
        .collect();
    let loops = number(value, "Actual Loops");
    let time = time(value, share);
    let blocks = blocks(value);
    // A common table expression runs where it is scanned.
    let ran_here = || children.iter().filter(|c| !c.elsewhere);
    let inside = tables.inside(value, Spent::of(value, share));
    let time_below: f64 = ran_here().map(|c| c.time).sum::<f64>() + inside.time;
    let blocks_below: f64 = ran_here().map(|c| c.blocks).sum::<f64>() + inside.blocks;
    let notes = notes(value, &children.iter().collect::<Vec<_>>());
    let rows = number(value, "Actual Rows").zip(loops);
    Read {
        elsewhere: expression(value).is_some(),
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
            cost: own_cost(value),
            notes,
            cut_short: false,
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

/// What is to be said of the node itself; below it are the nodes of its parts.
fn notes(value: &Value, below: &[&Read]) -> Vec<String> {
    let mut out = removed(value);
    out.extend(repeated(value));
    out.extend(memory(value, below));
    if let Some(fetches) = number(value, "Heap Fetches").filter(|f| *f > MANY) {
        out.push(format!("{fetches:.0} heap fetches: VACUUM the table"));
    }
    let workers = number(value, "Workers Planned").zip(number(value, "Workers Launched"));
    if let Some((planned, launched)) = workers.filter(|(planned, launched)| launched < planned) {
        out.push(format!(
            "{launched:.0} of {planned:.0} workers started: raise max_parallel_workers"
        ));
    }
    if value.get("Disabled").and_then(Value::as_bool) == Some(true) {
        out.push("switched off by an enable_ setting, but there was no other way".into());
    }
    let read = number(value, "Shared Read Blocks").unwrap_or(0.0);
    let below = |key: &str| plans(value).filter_map(|c| number(c, key)).sum::<f64>();
    let waited = ["I/O Read Time", "Shared I/O Read Time"];
    let waited = waited
        .iter()
        .find_map(|key| Some((key, number(value, key)?)));
    if let Some((key, time)) = waited {
        let own = time - below(key);
        if own > SLOW {
            let blocks = read - below("Shared Read Blocks");
            out.push(format!(
                "waited {own:.0} ms for {blocks:.0} blocks from disk"
            ));
        }
    }
    for (key, what) in [
        ("Shared Dirtied Blocks", "changed"),
        ("Shared Written Blocks", "had to write to disk"),
    ] {
        let own = number(value, key).unwrap_or(0.0) - below(key);
        if own > MANY {
            out.push(format!("{what} {own:.0} blocks"));
        }
    }
    if let Some(bytes) = number(value, "WAL Bytes").map(|b| b - below("WAL Bytes"))
        && bytes > MEGABYTE
    {
        out.push(format!("wrote {:.0} MB of WAL", bytes / MEGABYTE));
    }
    out
}

/// Rows that were read in vain.
fn removed(value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let loops = number(value, "Actual Loops").unwrap_or(1.0);
    let all = |key: &str| number(value, key).unwrap_or(0.0) * loops;
    let kept = all("Actual Rows");
    let in_vain = |removed: f64| removed > MANY && removed > kept;
    let filtered = all("Rows Removed by Filter");
    if in_vain(filtered) {
        // Of many rows an index is no shorter way.
        let few = kept < (kept + filtered) / 10.0;
        let advice = match text(value, "Node Type").filter(|_| few) {
            Some("Seq Scan") => ": an index on its filter would help",
            Some("Index Scan" | "Index Only Scan" | "Bitmap Heap Scan") => {
                ": an index with the columns of the filter too would help"
            }
            _ => "",
        };
        out.push(format!("reads and drops {filtered:.0} rows{advice}"));
    }
    let joined = all("Rows Removed by Join Filter");
    if in_vain(joined) {
        out.push(format!(
            "pairs and drops {joined:.0} rows: its condition is no key of the join"
        ));
    }
    let rechecked = all("Rows Removed by Index Recheck");
    if in_vain(rechecked) {
        let lossy = number(value, "Lossy Heap Blocks").is_some_and(|b| b > 0.0);
        let advice = if lossy {
            ""
        } else {
            ": the index is only roughly right"
        };
        out.push(format!("rechecks and drops {rechecked:.0} rows{advice}"));
    }
    out
}

/// The inner side of a nested loop, when it runs often.
fn repeated(value: &Value) -> Option<String> {
    let loops = number(value, "Actual Loops")?;
    let time = time(value, 1.0)?;
    let inner = text(value, "Parent Relationship") == Some("Inner");
    let subplan = text(value, "Parent Relationship") == Some("SubPlan");
    if loops < OFTEN || time < SLOW || !(inner || subplan) {
        return None;
    }
    Some(match (subplan, text(value, "Node Type")?) {
        (true, _) => format!("a subquery that runs {loops:.0} times: a join could run once"),
        (_, "Seq Scan") => {
            format!("reads the table {loops:.0} times: an index on the join would help")
        }
        (_, "Materialize" | "CTE Scan" | "Function Scan" | "Subquery Scan") => {
            format!("goes through all its rows {loops:.0} times")
        }
        _ => {
            format!(
                "runs {loops:.0} times, once a row of the other side: a hash join would run once"
            )
        }
    })
}

/// What did not fit into memory.
fn memory(value: &Value, below: &[&Read]) -> Vec<String> {
    let mut out = Vec::new();
    if text(value, "Sort Space Type") == Some("Disk") {
        let size = number(value, "Sort Space Used").unwrap_or(0.0);
        out.push(format!("sorts {size:.0} kB on disk: raise work_mem"));
    }
    for key in ["Full-sort Groups", "Pre-sorted Groups"] {
        let disk = value
            .get(key)
            .and_then(|groups| groups.get("Sort Space Disk"));
        if let Some(size) = disk.and_then(|disk| number(disk, "Peak Sort Space Used")) {
            out.push(format!("sorts {size:.0} kB on disk: raise work_mem"));
        }
    }
    let batches = ["Hash Batches", "HashAgg Batches"];
    let batches = batches.iter().find_map(|key| number(value, key));
    if let Some(batches) = batches.filter(|b| *b > 1.0) {
        out.push(format!("hash in {batches:.0} batches: raise work_mem"));
    }
    if let Some(lossy) = number(value, "Lossy Heap Blocks").filter(|b| *b > 0.0) {
        out.push(format!("bitmap lossy in {lossy:.0} blocks: raise work_mem"));
    }
    if let Some(evicted) = number(value, "Cache Evictions").filter(|n| *n > 0.0) {
        out.push(format!(
            "{evicted:.0} results did not fit into the cache: raise work_mem"
        ));
    }
    let temporary = |value: &Value| number(value, "Temp Written Blocks").unwrap_or(0.0);
    let own = temporary(value) - plans(value).map(temporary).sum::<f64>();
    let said = !out.is_empty()
        || below
            .iter()
            .any(|b| b.node.notes.iter().any(|n| n.contains("work_mem")));
    if own > 0.0 && !said {
        out.push(format!(
            "{own:.0} blocks in temporary files: raise work_mem"
        ));
    }
    out
}
