//! Points and lines in characters: dots of Braille for one series, a mark each for several.

use super::scale::{Scale, short};
use super::{Chart, Kind};
use crate::draw::{fit, width};

/// A mark for each of several series.
const MARKS: [char; 6] = ['●', '○', '▲', '△', '■', '□'];

/// So many points are large ones.
const FEW: usize = 200;

/// Dots of a character, by column and row.
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

struct Area {
    columns: usize,
    rows: usize,
    /// Braille dots of each character.
    dots: Vec<u8>,
    marks: Vec<Option<char>>,
}

impl Area {
    fn new(columns: usize, rows: usize) -> Self {
        Area {
            columns,
            rows,
            dots: vec![0; columns * rows],
            marks: vec![None; columns * rows],
        }
    }

    /// A dot; places count from the lower left, two to a column and four to a row.
    fn dot(&mut self, x: usize, y: usize) {
        let (column, row) = (x / 2, self.rows - 1 - (y / 4).min(self.rows - 1));
        self.dots[row * self.columns + column.min(self.columns - 1)] |= DOTS[x % 2][3 - y % 4];
    }

    fn mark(&mut self, x: usize, y: usize, mark: char) {
        let (column, row) = (x / 2, self.rows - 1 - (y / 4).min(self.rows - 1));
        self.marks[row * self.columns + column.min(self.columns - 1)] = Some(mark);
    }

    /// All dots between two places.
    fn line(
        &mut self,
        from: (usize, usize),
        to: (usize, usize),
        put: impl Fn(&mut Area, usize, usize),
    ) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1)).max(1);
        for step in 0..=steps {
            let between = |a: usize, b: usize| (a * (steps - step) + b * step + steps / 2) / steps;
            put(self, between(from.0, to.0), between(from.1, to.1));
        }
    }

    fn row(&self, row: usize) -> String {
        let cells = row * self.columns..(row + 1) * self.columns;
        let text: String = cells
            .map(|at| match (self.marks[at], self.dots[at]) {
                (Some(mark), _) => mark,
                (None, 0) => ' ',
                (None, dots) => char::from_u32(0x2800 + u32::from(dots)).unwrap_or('?'),
            })
            .collect();
        text.trim_end().to_string()
    }
}

pub(super) fn draw(chart: &Chart, columns: usize, rows: usize) -> String {
    let numbers = chart.series.iter().flat_map(|s| s.values.iter().flatten());
    let tall = Scale::of(numbers.copied(), false);
    let places = places(chart);
    let wide = Scale::of(places.iter().copied(), false);
    let (top, bottom) = (short(tall.high), short(tall.low));
    let middle = short(tall.at(1, 3));
    let margin = [&top, &middle, &bottom]
        .map(|l| width(l))
        .into_iter()
        .max()
        .unwrap_or(0);
    let plot_columns = columns.saturating_sub(margin + 3).max(10);
    let plot_rows = rows.saturating_sub(3).max(4);
    let mut area = Area::new(plot_columns, plot_rows);
    for (at, series) in chart.series.iter().enumerate() {
        let few = chart.kind == Kind::Scatter && chart.labels.len() < FEW;
        let mark = (chart.series.len() > 1 || few).then(|| MARKS[at % MARKS.len()]);
        plot(
            &mut area,
            chart.kind,
            &places,
            &series.values,
            (wide, tall),
            mark,
        );
    }
    let mut out = String::new();
    if chart.series.len() > 1 {
        let legend: Vec<String> = chart
            .series
            .iter()
            .enumerate()
            .map(|(at, s)| format!("{} {}", MARKS[at % MARKS.len()], s.name))
            .collect();
        out.push_str(&format!(
            "{:margin$}   {}\n",
            "",
            fit(&legend.join("   "), plot_columns)
        ));
    } else if let Some(series) = chart.series.first() {
        out.push_str(&format!(
            "{:margin$}   {}\n",
            "",
            fit(&series.name, plot_columns)
        ));
    }
    for row in 0..plot_rows {
        let label = match row {
            0 => top.as_str(),
            r if r == plot_rows - 1 => bottom.as_str(),
            r if r == plot_rows / 2 => middle.as_str(),
            _ => "",
        };
        let gap = " ".repeat(margin - width(label));
        out.push_str(format!("{gap}{label} ┤{}", area.row(row)).trim_end());
        out.push('\n');
    }
    out.push_str(&format!("{:margin$} └{}\n", "", "─".repeat(plot_columns)));
    out.push_str(&bottom_labels(chart, margin + 2, plot_columns));
    out
}

/// The horizontal places: numbers, or one after the other.
pub(super) fn places(chart: &Chart) -> Vec<f64> {
    match &chart.places {
        Some(places) => places.clone(),
        None => {
            let count = u32::try_from(chart.labels.len()).unwrap_or(u32::MAX);
            (0..count).map(f64::from).collect()
        }
    }
}

fn plot(
    area: &mut Area,
    kind: Kind,
    places: &[f64],
    values: &[Option<f64>],
    (wide, tall): (Scale, Scale),
    mark: Option<char>,
) {
    let put = |area: &mut Area, x: usize, y: usize| match mark {
        Some(mark) => area.mark(x, y, mark),
        None => area.dot(x, y),
    };
    let mut before = None;
    for (x, y) in places.iter().zip(values) {
        // A gap in the numbers is one in the line.
        let Some(y) = y else {
            before = None;
            continue;
        };
        let here = (
            wide.cell(*x, area.columns * 2),
            tall.cell(*y, area.rows * 4),
        );
        match before.filter(|_| kind == Kind::Lines) {
            Some(from) if mark.is_none() => area.line(from, here, put),
            Some(from) => {
                area.line(from, here, |area, x, y| area.dot(x, y));
                put(area, here.0, here.1);
            }
            None => put(area, here.0, here.1),
        }
        before = Some(here);
    }
}

fn bottom_labels(chart: &Chart, margin: usize, columns: usize) -> String {
    let numbers = chart.places.is_some();
    let shown = |label: &String| match (numbers, label.parse::<f64>()) {
        (true, Ok(number)) => short(number),
        _ => label.clone(),
    };
    let scale = chart
        .places
        .as_ref()
        .map(|p| Scale::of(p.iter().copied(), false));
    let (first, last) = match scale {
        Some(scale) if !chart.labels.is_empty() => (short(scale.low), short(scale.high)),
        _ => (
            chart.labels.first().map(shown).unwrap_or_default(),
            chart.labels.last().map(shown).unwrap_or_default(),
        ),
    };
    let half = (columns / 3).max(4);
    let (first, last) = (fit(&first, half), fit(&last, half));
    let name = fit(
        &chart.x_name,
        columns.saturating_sub(width(&first) + width(&last) + 2),
    );
    let gap = columns.saturating_sub(width(&first) + width(&last) + width(&name));
    let line = format!(
        "{}{first}{}{name}{}{last}",
        " ".repeat(margin),
        " ".repeat(gap / 2),
        " ".repeat(gap - gap / 2)
    );
    format!("{}\n", line.trim_end())
}
