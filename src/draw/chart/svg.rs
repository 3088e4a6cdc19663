//! Charts as SVG.

use super::scale::{Bin, Scale, bins, short};
use super::{Chart, Kind, plot};
use crate::draw::svg::{document, text};

const WIDTH: f64 = 800.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;

const COLOURS: [&str; 6] = [
    "#2f6db3", "#c8553d", "#4f9d69", "#8d6cab", "#d9a441", "#4aa5a5",
];

/// A picture wide enough for its bars.
const MOST_BARS: usize = 200;

pub(super) fn draw(chart: &Chart) -> String {
    match chart.kind {
        Kind::Bars => bars(chart),
        Kind::Histogram => histogram(&bins(&chart.numbers())),
        Kind::Lines | Kind::Spark | Kind::Scatter => lines(chart),
    }
}

fn x(part: f64) -> f64 {
    LEFT + part * (WIDTH - LEFT - RIGHT)
}

fn y(part: f64) -> f64 {
    HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels of a picture of a fixed size"
)]
fn label(at: (f64, f64), anchor: &str, words: &str) -> String {
    let more = format!(" text-anchor=\"{anchor}\" fill=\"#1b2430\"");
    text(at.0.max(0.0) as usize, at.1.max(0.0) as usize, &more, words)
}

/// The axes, with numbers on the vertical one, and the names of the series.
fn frame(tall: Scale, names: &[&str]) -> String {
    let mut out = String::new();
    for step in 0..=4 {
        let number = tall.at(step, 5);
        let at = y(tall.part(number));
        out.push_str(&format!(
            "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\" stroke=\"#dde3ea\"/>\n",
            WIDTH - RIGHT
        ));
        out.push_str(&label((LEFT - 8.0, at + 4.0), "end", &short(number)));
    }
    let mut at = LEFT;
    for (n, name) in names.iter().enumerate() {
        let colour = COLOURS[n % COLOURS.len()];
        out.push_str(&format!(
            "<rect x=\"{at:.1}\" y=\"14\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\n"
        ));
        out.push_str(&label((at + 18.0, 25.0), "start", name));
        let length = u32::try_from(name.chars().count()).unwrap_or(0);
        at += 40.0 + f64::from(length) * 8.0;
    }
    out
}

fn finish(body: &str) -> String {
    document(800, 420, body)
}

fn names(chart: &Chart) -> Vec<&str> {
    chart.series.iter().map(|s| s.name.as_str()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "places in a picture")]
fn bars(chart: &Chart) -> String {
    let count = chart.labels.len().min(MOST_BARS);
    let numbers = chart
        .series
        .iter()
        .flat_map(|s| s.values.iter().take(count).flatten());
    let tall = Scale::of(numbers.copied(), true);
    let mut out = frame(tall, &names(chart));
    let group = 1.0 / count.max(1) as f64;
    let each = group * 0.8 / chart.series.len().max(1) as f64;
    for (n, series) in chart.series.iter().enumerate() {
        for (at, value) in series.values.iter().take(count).enumerate() {
            let left = at as f64 * group + group * 0.1 + n as f64 * each;
            if let Some(value) = value {
                out.push_str(&bar(tall, left, each, *value, COLOURS[n % COLOURS.len()]));
            }
        }
    }
    // As many labels as there is room for.
    let every = count.div_ceil(12).max(1);
    for (at, words) in chart.labels.iter().take(count).enumerate().step_by(every) {
        let middle = x((at as f64 + 0.5) * group);
        let words = crate::draw::fit(words, 12);
        out.push_str(&label((middle, HEIGHT - BOTTOM + 20.0), "middle", &words));
    }
    finish(&out)
}

fn bar(tall: Scale, left: f64, wide: f64, value: f64, colour: &str) -> String {
    let (zero, end) = (y(tall.part(0.0)), y(tall.part(value)));
    format!(
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>\n",
        x(left),
        zero.min(end),
        wide * (WIDTH - LEFT - RIGHT),
        (zero - end).abs()
    )
}

#[expect(clippy::cast_precision_loss, reason = "places in a picture")]
fn histogram(bins: &[Bin]) -> String {
    let tall = Scale::of(bins.iter().map(|b| b.count as f64), true);
    let mut out = frame(tall, &[]);
    let each = 1.0 / bins.len().max(1) as f64;
    let every = bins.len().div_ceil(10).max(1);
    for (at, bin) in bins.iter().enumerate() {
        let left = at as f64 * each;
        out.push_str(&bar(
            tall,
            left + each * 0.02,
            each * 0.96,
            bin.count as f64,
            COLOURS[0],
        ));
        if at % every == 0 {
            let place = (x(left), HEIGHT - BOTTOM + 20.0);
            out.push_str(&label(place, "middle", &short(bin.from)));
        }
    }
    finish(&out)
}

fn lines(chart: &Chart) -> String {
    let numbers = chart.series.iter().flat_map(|s| s.values.iter().flatten());
    let tall = Scale::of(numbers.copied(), false);
    let places = plot::places(chart);
    let wide = Scale::of(places.iter().copied(), false);
    let mut out = frame(tall, &names(chart));
    for (n, series) in chart.series.iter().enumerate() {
        let colour = COLOURS[n % COLOURS.len()];
        let mut line = String::new();
        for (place, value) in places.iter().zip(&series.values) {
            let Some(value) = value else {
                out.push_str(&path(&line, colour));
                line.clear();
                continue;
            };
            let (px, py) = (x(wide.part(*place)), y(tall.part(*value)));
            if chart.kind == Kind::Scatter {
                out.push_str(&format!(
                    "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"3\" fill=\"{colour}\" \
                     fill-opacity=\"0.7\"/>\n"
                ));
                continue;
            }
            line.push_str(if line.is_empty() { "M" } else { " L" });
            line.push_str(&format!("{px:.1} {py:.1}"));
        }
        out.push_str(&path(&line, colour));
    }
    let (first, last) = match chart.places {
        Some(_) => (short(wide.low), short(wide.high)),
        None => (
            chart.labels.first().cloned().unwrap_or_default(),
            chart.labels.last().cloned().unwrap_or_default(),
        ),
    };
    let bottom = HEIGHT - BOTTOM + 20.0;
    out.push_str(&label((LEFT, bottom), "start", &first));
    out.push_str(&label((x(0.5), bottom), "middle", &chart.x_name));
    out.push_str(&label((WIDTH - RIGHT, bottom), "end", &last));
    finish(&out)
}

fn path(line: &str, colour: &str) -> String {
    match line.is_empty() {
        true => String::new(),
        false => {
            format!("<path d=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n")
        }
    }
}
