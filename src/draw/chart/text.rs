//! Charts in characters.

use super::scale::{Bin, Scale, bins, short};
use super::{Chart, Kind, plot};
use crate::draw::{fit, width};

/// Eighths of a character, from the left.
const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// Eighths from the bottom.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Bars that anybody looks at.
const MOST_BARS: usize = 200;

pub(super) fn draw(chart: &Chart, columns: usize, rows: usize) -> String {
    match chart.kind {
        Kind::Bars => bars(chart, columns),
        Kind::Histogram => histogram(&bins(&chart.numbers()), columns),
        Kind::Spark => sparks(chart, columns),
        Kind::Lines | Kind::Scatter => plot::draw(chart, columns, rows),
    }
}

/// A bar with its label and its number.
struct Bar {
    label: String,
    value: Option<f64>,
    shown: String,
}

fn bars(chart: &Chart, columns: usize) -> String {
    let mut lines = Vec::new();
    for (at, label) in chart.labels.iter().take(MOST_BARS).enumerate() {
        for (n, series) in chart.series.iter().enumerate() {
            let value = series.values.get(at).copied().flatten();
            let name = match (chart.series.len(), n) {
                (1, _) => label.clone(),
                (_, 0) => format!("{label}  {}", series.name),
                _ => format!("  {}", series.name),
            };
            lines.push(Bar {
                label: name,
                value,
                shown: value.map_or_else(String::new, number),
            });
        }
    }
    let mut out = drawn(&lines, columns);
    if chart.labels.len() > MOST_BARS {
        out.push_str(&format!("… {} more\n", chart.labels.len() - MOST_BARS));
    }
    out
}

/// A value as it is, where that is not long.
fn number(value: f64) -> String {
    let text = value.to_string();
    match text.len() > 12 {
        true => short(value),
        false => text,
    }
}

/// How often numbers are in each bin.
pub(super) fn histogram(bins: &[Bin], columns: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a length on the screen")]
    let lines: Vec<Bar> = bins
        .iter()
        .map(|bin| Bar {
            label: format!("{} … {}", short(bin.from), short(bin.to)),
            value: Some(bin.count as f64),
            shown: bin.count.to_string(),
        })
        .collect();
    drawn(&lines, columns)
}

fn drawn(lines: &[Bar], columns: usize) -> String {
    let scale = Scale::of(lines.iter().filter_map(|l| l.value), true);
    let labels = lines.iter().map(|l| width(&l.label)).max().unwrap_or(0);
    let labels = labels.min(columns / 2);
    let numbers = lines.iter().map(|l| width(&l.shown)).max().unwrap_or(0);
    let space = columns.saturating_sub(labels + numbers + 4).max(8);
    // Bars below zero go to the left of where the others begin.
    let below = match scale.low < 0.0 {
        true => scale.cell(0.0, space),
        false => 0,
    };
    let mut out = String::new();
    for line in lines {
        let label = fit(&line.label, labels);
        let gap = " ".repeat(labels - width(&label));
        let bar = match line.value {
            None => String::new(),
            Some(value) if value < 0.0 => {
                let length = below - scale.cell(value, space).min(below);
                format!("{}{}", " ".repeat(below - length), "█".repeat(length))
            }
            Some(value) => format!("{}{}", " ".repeat(below), bar(scale, value, space)),
        };
        let bar = match line.shown.is_empty() {
            true => bar,
            false if line.value.is_some_and(|v| v < 0.0) => {
                format!(
                    "{bar}{}  {}",
                    " ".repeat(below.saturating_sub(width(&bar))),
                    line.shown
                )
            }
            false => format!("{bar} {}", line.shown),
        };
        out.push_str(format!("{gap}{label} │{bar}").trim_end());
        out.push('\n');
    }
    out
}

/// A bar to the right, to an eighth of a character.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a length on the screen"
)]
fn bar(scale: Scale, value: f64, space: usize) -> String {
    let length = scale.part(value) - scale.part(0.0);
    let eighths = (length * (space * 8) as f64).round() as usize;
    let mut out = "█".repeat(eighths / 8);
    match eighths % 8 {
        // What is there is seen.
        0 if eighths == 0 && value > 0.0 => out.push(EIGHTHS[0]),
        0 => {}
        rest => out.push(EIGHTHS[rest - 1]),
    }
    out
}

fn sparks(chart: &Chart, columns: usize) -> String {
    let names = chart
        .series
        .iter()
        .map(|s| width(&s.name))
        .max()
        .unwrap_or(0);
    let names = names.min(columns / 3);
    let mut out = String::new();
    for series in &chart.series {
        let numbers = series.values.iter().flatten().copied();
        let scale = Scale::of(numbers.clone(), false);
        let low = numbers.clone().fold(f64::INFINITY, f64::min);
        let high = numbers.clone().fold(f64::NEG_INFINITY, f64::max);
        let said = match numbers.last() {
            Some(last) => format!("{} … {}, last {}", short(low), short(high), short(last)),
            None => "no numbers".to_string(),
        };
        let name = fit(&series.name, names);
        let gap = " ".repeat(names - width(&name));
        let space = columns.saturating_sub(names + width(&said) + 4).max(8);
        let line: String = squeezed(&series.values, space)
            .iter()
            .map(|value| value.map_or(' ', |v| LEVELS[scale.cell(v, LEVELS.len())]))
            .collect();
        out.push_str(&format!("{name}{gap}  {line}  {said}\n"));
    }
    out
}

/// At most so many values: means of those that stand together.
#[expect(clippy::cast_precision_loss, reason = "a mean")]
fn squeezed(values: &[Option<f64>], most: usize) -> Vec<Option<f64>> {
    if values.len() <= most {
        return values.to_vec();
    }
    let part = |at: usize| {
        let range = at * values.len() / most..(at + 1) * values.len() / most;
        let found: Vec<f64> = values[range].iter().flatten().copied().collect();
        let count = found.len() as f64;
        (!found.is_empty()).then(|| found.iter().map(|v| v / count).sum())
    };
    (0..most).map(part).collect()
}
