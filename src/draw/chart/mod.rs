//! Charts of a result: bars, lines, points, histograms and sparklines.

mod plot;
mod scale;
mod svg;
#[cfg(test)]
mod tests;
mod text;

pub use scale::Bin;

use crate::data::{Align, CellKind, Column, Row, RowBatch};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bars,
    Lines,
    Scatter,
    Histogram,
    Spark,
}

/// The words for the kinds of charts.
pub const KINDS: &[(&str, Kind)] = &[
    ("bars", Kind::Bars),
    ("lines", Kind::Lines),
    ("scatter", Kind::Scatter),
    ("histogram", Kind::Histogram),
    ("spark", Kind::Spark),
];

/// What is drawn of a result.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'w> {
    pub kind: Option<Kind>,
    /// The column of labels, or of places on the horizontal axis.
    pub x: Option<&'w str>,
    pub y: &'w [&'w str],
}

/// One column of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub name: String,
    /// `None` for NULL and for what is no number.
    pub values: Vec<Option<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub kind: Kind,
    pub x_name: String,
    pub labels: Vec<String>,
    /// The labels as numbers, where all of them are.
    pub places: Option<Vec<f64>>,
    pub series: Vec<Series>,
}

/// More bars than this are read as a line.
const MANY: usize = 40;

impl Chart {
    /// Reads a result. Says what is missing: a column, or numbers.
    pub fn read<'r>(
        columns: &[Column],
        rows: impl Iterator<Item = Row<'r>>,
        wish: &Wish<'_>,
    ) -> Result<Chart, String> {
        let mut cells: Vec<Vec<Option<String>>> = vec![Vec::new(); columns.len()];
        for row in rows {
            for (column, cell) in cells.iter_mut().zip(row.cells()) {
                let text = String::from_utf8_lossy(cell.text).into_owned();
                column.push((cell.kind != CellKind::Null).then_some(text));
            }
        }
        if cells.iter().all(Vec::is_empty) {
            return Err("the result has no rows".into());
        }
        let find = |name: &str| {
            let found = columns.iter().position(|c| c.name == name);
            found.ok_or_else(|| format!("the result has no column \"{name}\""))
        };
        let numeric: Vec<bool> = cells.iter().map(|column| is_numeric(column)).collect();
        let x = match wish.x {
            Some(name) => Some(find(name)?),
            None => None,
        };
        let ys = match wish.y {
            [] => wanted(&numeric, x, wish.kind),
            names => names
                .iter()
                .map(|name| find(name))
                .collect::<Result<_, _>>()?,
        };
        if ys.is_empty() {
            return Err("no column of the result has numbers".into());
        }
        let x = x.or_else(|| first_other(columns.len(), &ys, &numeric, wish.kind));
        let series: Vec<Series> = ys
            .iter()
            .map(|at| Series {
                name: columns[*at].name.clone(),
                values: cells[*at].iter().map(|c| number(c.as_deref())).collect(),
            })
            .collect();
        let labels: Vec<String> = match x {
            Some(at) => cells[at]
                .iter()
                .map(|c| c.clone().unwrap_or_default())
                .collect(),
            None => (1..=cells[ys[0]].len()).map(|n| n.to_string()).collect(),
        };
        let places: Option<Vec<f64>> = labels.iter().map(|l| number(Some(l))).collect();
        Ok(Chart {
            kind: wish
                .kind
                .unwrap_or_else(|| usual(&labels, x.is_some(), &series)),
            x_name: x.map_or_else(String::new, |at| columns[at].name.clone()),
            labels,
            places,
            series,
        })
    }

    /// The chart in characters, so many columns and rows at most (bars have as many rows as there
    /// are values).
    pub fn text(&self, columns: usize, rows: usize) -> String {
        text::draw(self, columns.max(30), rows.max(8))
    }

    pub fn svg(&self) -> String {
        svg::draw(self)
    }

    /// The numbers of the first series that are there.
    pub fn numbers(&self) -> Vec<f64> {
        let first = self.series.first();
        first.map_or_else(Vec::new, |s| s.values.iter().flatten().copied().collect())
    }
}

impl Chart {
    /// What is drawn, as rows.
    pub fn table(&self) -> (Vec<Column>, RowBatch) {
        if self.kind == Kind::Histogram {
            return self.bins();
        }
        let name = match self.x_name.as_str() {
            "" => "Row",
            name => name,
        };
        let mut columns = vec![column(name, Align::Left)];
        columns.extend(self.series.iter().map(|s| column(&s.name, Align::Right)));
        let mut rows = RowBatch::new(columns.len());
        for (at, label) in self.labels.iter().enumerate() {
            rows.push(CellKind::Text, label.as_bytes());
            for series in &self.series {
                match series.values.get(at).copied().flatten() {
                    Some(value) => rows.push(CellKind::Number, value.to_string().as_bytes()),
                    None => rows.push_null(),
                }
            }
            rows.end_row();
        }
        (columns, rows)
    }

    fn bins(&self) -> (Vec<Column>, RowBatch) {
        let columns = ["From", "To", "Rows"].map(|name| column(name, Align::Right));
        let mut rows = RowBatch::new(3);
        for bin in scale::bins(&self.numbers()) {
            let cells = [
                bin.from.to_string(),
                bin.to.to_string(),
                bin.count.to_string(),
            ];
            for cell in cells {
                rows.push(CellKind::Number, cell.as_bytes());
            }
            rows.end_row();
        }
        (columns.to_vec(), rows)
    }
}

/// Bins of round width between two numbers, for so many values, still empty.
pub fn empty_bins(low: f64, high: f64, values: usize) -> Vec<Bin> {
    scale::between(scale::Scale { low, high }, values)
}

/// A histogram in characters.
pub fn histogram(bins: &[Bin], columns: usize) -> String {
    text::histogram(bins, columns)
}

fn column(name: &str, align: Align) -> Column {
    Column {
        name: name.into(),
        align,
        ..Column::default()
    }
}

/// A finite number.
fn number(text: Option<&str>) -> Option<f64> {
    text?.trim().parse::<f64>().ok().filter(|n| n.is_finite())
}

fn is_numeric(column: &[Option<String>]) -> bool {
    let mut seen = false;
    for cell in column.iter().flatten() {
        if number(Some(cell)).is_none() {
            return false;
        }
        seen = true;
    }
    seen
}

/// The columns of numbers that are drawn where none was named: all but the labels.
fn wanted(numeric: &[bool], x: Option<usize>, kind: Option<Kind>) -> Vec<usize> {
    let all = (0..numeric.len()).filter(|at| numeric[*at] && Some(*at) != x);
    let mut found: Vec<usize> = all.collect();
    let x_is_open = x.is_none() && found.len() > 1 && numeric.iter().all(|n| *n);
    match kind {
        Some(Kind::Histogram) => found.truncate(1),
        Some(Kind::Spark) => {}
        // The first of nothing but numbers is where the others stand.
        _ if x_is_open => {
            found.remove(0);
        }
        _ => {}
    }
    found
}

fn first_other(
    columns: usize,
    ys: &[usize],
    numeric: &[bool],
    kind: Option<Kind>,
) -> Option<usize> {
    let mut others = (0..columns).filter(|at| !ys.contains(at));
    match kind {
        Some(Kind::Histogram) => None,
        Some(Kind::Scatter) => others.find(|at| numeric[*at]),
        _ => others.next(),
    }
}

fn usual(labels: &[String], labelled: bool, series: &[Series]) -> Kind {
    let is_time = labels.iter().all(|label| {
        let mut bytes = label.bytes();
        label.len() >= 8 && bytes.next().is_some_and(|b| b.is_ascii_digit()) && label.contains('-')
    });
    match (labelled, labels.len()) {
        (false, 0..MANY) => Kind::Bars,
        (false, _) if series.len() == 1 => Kind::Histogram,
        (true, 0..MANY) if !is_time || labels.len() < 8 => Kind::Bars,
        _ => Kind::Lines,
    }
}
