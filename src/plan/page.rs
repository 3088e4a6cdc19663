//! A plan as a web page of its own: nothing is loaded from anywhere.

use super::{Node, Plan, notes};
use crate::visible::markup;

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#1b2430;background:#fff}\
pre{background:#f4f6f9;padding:.8rem 1rem;border-radius:6px;overflow:auto}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .6rem;\
border-bottom:1px solid #e3e8ee;vertical-align:top}th{background:#f4f6f9}\
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
td.tree{font-family:ui-monospace,monospace;white-space:pre}\
.bar{display:inline-block;height:.7em;background:#c8553d;border-radius:2px}\
.note{color:#a33a1f}.detail{color:#5a6675;font-size:13px}details{margin-top:1.5rem}";

/// Text of the statement or the plan in the page.
fn escaped(text: &str) -> String {
    markup(text, &['\n', '\t'])
}

/// The page of a statement's plan, with the server's own text of it at the end.
pub fn page(statement: &str, plan: &Plan, raw: &str) -> String {
    let lines = plan.lines();
    let times = || lines.iter().filter_map(|l| l.node.own_time);
    let total: f64 = times().sum();
    let slowest = times().fold(0.0, f64::max);
    let rows: String = lines
        .iter()
        .map(|line| row(&line.text, line.node, total, slowest))
        .collect();
    let footers: String = plan
        .footers
        .iter()
        .map(|line| format!("<p>{}</p>\n", escaped(line)))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <title>Plan</title><style>{STYLE}</style></head><body>\n<h1>Plan</h1>\n\
         <pre>{}</pre>\n<table><thead><tr><th>Step</th><th>Time (ms)</th><th>Share</th>\
         <th>Cost</th><th>Rows expected</th><th>Rows</th><th>Loops</th><th>Buffers</th><th>Notes</th></tr></thead>\
         <tbody>\n{rows}</tbody></table>\n{footers}<details><summary>The server's own text</summary>\
         <pre>{}</pre></details>\n</body></html>\n",
        escaped(statement),
        escaped(raw)
    )
}

fn row(text: &str, node: &Node, total: f64, slowest: f64) -> String {
    let number = |value: Option<f64>, digits: usize| match value {
        Some(value) => format!("<td class=\"n\">{value:.digits$}</td>"),
        None => "<td></td>".into(),
    };
    let share = match node.own_time.filter(|_| total > 0.0) {
        Some(time) => format!(
            "<td><span class=\"bar\" style=\"width:{:.1}px\"></span></td>",
            time / total * 100.0
        ),
        None => "<td></td>".into(),
    };
    let notes: Vec<String> = notes(node, total, slowest)
        .iter()
        .map(|n| escaped(n))
        .collect();
    let details: String = node
        .detail
        .iter()
        .map(|d| format!("<div class=\"detail\">{}</div>", escaped(d)))
        .collect();
    format!(
        "<tr><td class=\"tree\">{}{details}</td>{}{share}{}{}{}{}{}<td class=\"note\">{}</td></tr>\n",
        escaped(text),
        number(node.own_time, 3),
        number(node.cost, 2),
        number(node.expected, 0),
        number(node.rows, 0),
        number(node.loops, 0),
        number(node.buffers, 0),
        notes.join("<br>")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_statement_or_the_plan_is_markup() {
        let plan = Plan {
            roots: vec![Node {
                label: "<script>".into(),
                detail: vec!["filter: a < b".into()],
                own_time: Some(2.0),
                notes: vec!["<b>".into()],
                ..Node::default()
            }],
            footers: vec!["a & b".into()],
        };
        let page = page("select '<img>'", &plan, "{\"<x>\": 1}");
        for bad in ["<script>", "<img>", "<b>", "<x>", "http"] {
            assert!(!page.contains(bad), "{bad} in {page}");
        }
        assert!(page.contains("&lt;script&gt;<div class=\"detail\">filter: a &lt; b</div>"));
        assert!(page.contains("a &amp; b") && page.contains("slowest<br>&lt;b&gt;"));
    }
}
