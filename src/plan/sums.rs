//! Where the time of a plan went: by kind of step, and by table.

use super::Node;

/// Shown of each.
const MOST: usize = 4;
/// A plan of fewer steps says it by itself.
const STEPS: usize = 4;
/// The share of the time from which something is named.
const SHARE: f64 = 0.01;

#[derive(Default)]
struct Sum {
    name: String,
    steps: usize,
    time: f64,
    blocks: f64,
}

/// Lines for below the plan; none where it was not executed.
pub(super) fn sums(roots: &[Node]) -> Vec<String> {
    let mut nodes = Vec::new();
    roots.iter().for_each(|root| flatten(root, &mut nodes));
    let total: f64 = nodes.iter().filter_map(|n| n.own_time).sum();
    if nodes.len() < STEPS || total <= 0.0 {
        return Vec::new();
    }
    let by = |name: fn(&Node) -> Option<&str>| -> Vec<Sum> {
        let mut sums: Vec<Sum> = Vec::new();
        for node in &nodes {
            let Some(name) = name(node) else { continue };
            let at = sums.iter().position(|s| s.name == name);
            let at = at.unwrap_or_else(|| {
                sums.push(Sum {
                    name: name.to_string(),
                    ..Sum::default()
                });
                sums.len() - 1
            });
            sums[at].steps += 1;
            sums[at].time += node.own_time.unwrap_or(0.0);
            sums[at].blocks += node.buffers.unwrap_or(0.0);
        }
        sums.sort_by(|a, b| b.time.total_cmp(&a.time));
        sums.retain(|sum| sum.time >= total * SHARE);
        sums.truncate(MOST);
        sums
    };
    let mut out = Vec::new();
    for (title, sums) in [("by step", by(kind)), ("by table", by(table))] {
        let shown: Vec<String> = sums.iter().map(|sum| shown(sum, total)).collect();
        if !shown.is_empty() {
            out.push(format!("{title}: {}", shown.join(", ")));
        }
    }
    out
}

fn shown(sum: &Sum, total: f64) -> String {
    let times = match sum.steps {
        1 => String::new(),
        steps => format!(" × {steps}"),
    };
    let blocks = match sum.blocks > 0.0 {
        true => format!(", {:.0} blocks", sum.blocks),
        false => String::new(),
    };
    let share = sum.time / total * 100.0;
    format!(
        "{}{times} {:.3} ms ({share:.0} %{blocks})",
        sum.name, sum.time
    )
}

fn flatten<'n>(node: &'n Node, out: &mut Vec<&'n Node>) {
    out.push(node);
    node.children.iter().for_each(|child| flatten(child, out));
}

/// `SubPlan 1: Index Scan using i on t a`: without its name and what it is about.
fn bare(label: &str) -> &str {
    match label.split_once(": ") {
        Some((name, rest))
            if ["SubPlan", "InitPlan", "CTE"]
                .iter()
                .any(|w| name.starts_with(w)) =>
        {
            rest
        }
        _ => label,
    }
}

/// `Index Scan`
fn kind(node: &Node) -> Option<&str> {
    let label = bare(&node.label);
    let end = [" using ", " on "]
        .iter()
        .filter_map(|w| label.find(w))
        .min();
    Some(&label[..end.unwrap_or(label.len())])
}

/// The table that it reads; functions and expressions are none.
fn table(node: &Node) -> Option<&str> {
    let label = bare(&node.label);
    let (kind, name) = label.split_once(" on ")?;
    let reads = kind.contains("Scan")
        && !["CTE", "Function", "Subquery"]
            .iter()
            .any(|w| kind.starts_with(w));
    let writes = ["Insert", "Update", "Delete", "Merge"].contains(&kind);
    let name = name.split(' ').next().unwrap_or(name);
    (reads || writes).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str, time: f64, children: Vec<Node>) -> Node {
        Node {
            label: label.into(),
            own_time: Some(time),
            buffers: Some(2.0),
            children,
            ..Node::default()
        }
    }

    #[test]
    fn times_are_added_up_by_step_and_table() {
        let tree = node(
            "Hash Join",
            10.0,
            vec![
                node("Seq Scan on big b", 50.0, vec![]),
                node(
                    "Hash",
                    0.0,
                    vec![node("SubPlan 1: Seq Scan on big", 30.0, vec![])],
                ),
                node("Function Scan on f", 10.0, vec![]),
            ],
        );
        assert_eq!(
            sums(std::slice::from_ref(&tree)),
            [
                "by step: Seq Scan × 2 80.000 ms (80 %, 4 blocks), Hash Join 10.000 ms (10 %, 2 blocks), \
                 Function Scan 10.000 ms (10 %, 2 blocks)",
                "by table: big × 2 80.000 ms (80 %, 4 blocks)",
            ]
        );
        assert_eq!(sums(&tree.children[..1]), [""; 0]);
        let unrun = Node {
            own_time: None,
            ..tree
        };
        assert!(sums(&[node("Limit", 0.0, vec![unrun])]).len() <= 2);
    }
}
