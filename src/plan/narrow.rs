//! The plan where there is no room for its table: each node in one cell, what is known of it in lines
//! below its name.

use super::{Node, Plan, column, notes};
use crate::data::{Align, CellKind, Column, RowBatch};
use unicode_width::UnicodeWidthStr;

/// What stands around the one column of the table.
const FRAME: usize = 4;
/// A line is not broken into less than that.
const LEAST: usize = 20;

impl Plan {
    /// The plan in lines of at most so many columns; `None` where its table has room in them. As many
    /// rows as the table has, so that [`Plan::marks`] holds for both.
    pub fn narrow(&self, width: usize) -> Option<(Vec<Column>, RowBatch)> {
        let (columns, rows) = self.table();
        if wide(&columns, &rows) <= width {
            return None;
        }
        let lines = self.lines();
        let total: f64 = lines.iter().filter_map(|l| l.node.own_time).sum();
        let times = lines.iter().filter_map(|l| l.node.own_time);
        let slowest = times.fold(0.0, f64::max);
        let mut batch = RowBatch::new(1);
        for line in &lines {
            let node = line.node;
            let mut cell = line.text.clone();
            let numbers = Some(numbers(node, total)).filter(|text| !text.is_empty());
            let said = notes(node, total, slowest);
            let more = numbers.into_iter().chain(node.detail.iter().cloned());
            let stem = match node.children.is_empty() {
                true => format!("{}   ", line.below),
                false => format!("{}│  ", line.below),
            };
            let room = width.saturating_sub(FRAME + stem.width()).max(LEAST);
            for text in more.chain(said.into_iter().map(|note| format!("! {note}"))) {
                for part in broken(&text, room) {
                    cell.push_str(&format!("\n{stem}{part}"));
                }
            }
            batch.push(CellKind::Text, cell.as_bytes());
            batch.end_row();
        }
        Some((vec![column("Plan", Align::Left)], batch))
    }
}

/// The columns that a table takes on a screen.
fn wide(columns: &[Column], rows: &RowBatch) -> usize {
    let cell = |row: usize, at: usize| {
        let text = String::from_utf8_lossy(rows.row(row).cell(at).text).into_owned();
        text.lines().map(|line| line.width()).max().unwrap_or(0)
    };
    let of = |(at, column): (usize, &Column)| {
        let widest = (0..rows.len()).map(|row| cell(row, at)).max().unwrap_or(0);
        widest.max(column.name.width()) + 3
    };
    columns.iter().enumerate().map(of).sum()
}

fn numbers(node: &Node, total: f64) -> String {
    let mut out = Vec::new();
    if let Some(time) = node.own_time {
        let share = if total > 0.0 {
            time / total * 100.0
        } else {
            0.0
        };
        out.push(format!("{time:.3} ms ({share:.0} %)"));
    } else if let Some(cost) = node.cost {
        out.push(format!("cost {cost:.2}"));
    }
    // The table has the rows of all loops beside what is expected of each.
    let loops = node.loops.unwrap_or(1.0).max(1.0);
    match (node.rows, node.expected.map(|each| each * loops)) {
        (Some(rows), Some(expected)) => {
            out.push(format!("{rows:.0} rows ({expected:.0} expected)"));
        }
        (Some(rows), None) => out.push(format!("{rows:.0} rows")),
        (None, Some(expected)) => out.push(format!("{expected:.0} rows expected")),
        (None, None) => {}
    }
    if loops > 1.0 {
        out.push(format!("{loops:.0} loops"));
    }
    if let Some(blocks) = node.buffers.filter(|blocks| *blocks > 0.0) {
        out.push(format!("{blocks:.0} blocks"));
    }
    out.join(", ")
}

/// A text in lines of at most so many columns, broken between words where it can be.
fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().map_or("", |line| line.as_str());
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
