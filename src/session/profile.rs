//! `/stats+ TABLE [COLUMN]`: exact statistics, from the rows themselves.

use super::Session;
use super::describe::Counter;
use super::path::find;
use crate::catalog::profile::{self, MOST_ROWS};
use crate::catalog::{Catalog, Column as CatalogColumn, RelationId};
use crate::data::{Align, CellKind, Column, RowBatch};
use crate::draw::chart::{Bin, empty_bins, histogram};
use crate::driver::{Answer, Desk, Sheet};
use crate::error::{Error, Result};
use crate::output::tell;
use crate::sql::names::unquote;

/// Columns of a histogram where nobody looks at it.
const COLUMNS: usize = 80;

impl Session {
    /// Counts the values of a table, or of one column in detail. Never more than `MOST_ROWS` rows are
    /// read, and no query takes longer than those of exploring may.
    pub async fn profile(&mut self, words: &[&str]) -> Result<()> {
        let (name, column) = match words {
            [name] => (*name, None),
            [name, column] => (*name, Some(*column)),
            _ => {
                return Err(Error::usage(
                    "/stats+: give a table, and a column of it or none",
                ));
            }
        };
        let catalog = self.catalog_around(name).await?;
        let id = find(&catalog, name)?;
        let mut all = catalog.columns(id).iter();
        let column = match column {
            None => None,
            Some(column) => Some(
                all.find(|c| c.name == unquote(column, catalog.dialect))
                    .ok_or_else(|| Error::usage(format!("{name} has no column \"{column}\"")))?,
            ),
        };
        self.begin_showing();
        let result = match column {
            None => self.profile_table(&catalog, id).await,
            Some(column) => self.profile_column(&catalog, id, &column).await,
        };
        self.end_showing(result)
    }

    /// MySQL has what finds them since 8.0, MariaDB since 10.2.
    async fn quantiles(&mut self, sql: &str) -> Result<Answer> {
        match self.peek(sql).await {
            Err(e)
                if e.code
                    .as_deref()
                    .is_some_and(|code| code.starts_with("1064")) =>
            {
                tell("This server has no window functions: quantiles are left out.\n");
                Ok(Answer::default())
            }
            answer => answer,
        }
    }

    async fn profile_table(&mut self, catalog: &Catalog, id: RelationId) -> Result<()> {
        let mut rows = RowBatch::new(7);
        let mut total = 0;
        let mut columns = catalog.columns(id).iter();
        for sql in profile::overview(catalog, id) {
            let answer = self.peek(&sql).await?;
            total = answer.text(0, 0).parse().unwrap_or(0);
            for (at, column) in (1..answer.columns.len()).step_by(4).zip(&mut columns) {
                let there: usize = answer.text(0, at).parse().unwrap_or(0);
                let nulls = total - there.min(total);
                rows.push(CellKind::Text, column.name.as_bytes());
                rows.push(CellKind::Text, column.type_name.as_bytes());
                rows.push(CellKind::Number, nulls.to_string().as_bytes());
                rows.push(CellKind::Number, percent(nulls, total).as_bytes());
                rows.push(CellKind::Number, answer.text(0, at + 1).as_bytes());
                for cell in [at + 2, at + 3] {
                    match answer.get(0, cell) {
                        Some(text) => rows.push(CellKind::Text, short(text).as_bytes()),
                        None => rows.push_null(),
                    }
                }
                rows.end_row();
            }
        }
        let names = [
            "Column",
            "Type",
            "Nulls",
            "Nulls (%)",
            "Distinct",
            "Low",
            "High",
        ];
        let columns = names.iter().enumerate().map(|(at, name)| Column {
            name: (*name).into(),
            align: if (2..5).contains(&at) {
                Align::Right
            } else {
                Align::Left
            },
            ..Column::default()
        });
        let title = format!("{}: {}", catalog.relation_name(id), counted(total));
        self.sheet(&title, columns.collect(), rows)
    }

    async fn profile_column(
        &mut self,
        catalog: &Catalog,
        id: RelationId,
        column: &CatalogColumn<'_>,
    ) -> Result<()> {
        let numeric = profile::is_numeric(column);
        let at = catalog
            .columns(id)
            .iter()
            .position(|c| c.name == column.name);
        let at = at.unwrap_or_default();
        let queries = profile::overview(catalog, id);
        let answer = self.peek(&queries[at / 50]).await?;
        let value = |n: usize| answer.text(0, 1 + at % 50 * 4 + n).to_string();
        let total: usize = answer.text(0, 0).parse().unwrap_or(0);
        let there: usize = value(0).parse().unwrap_or(0);
        let nulls = total - there.min(total);
        let mut facts = vec![
            ("Type", column.type_name.to_string()),
            ("Nulls", format!("{nulls} ({}%)", percent(nulls, total))),
            ("Distinct", value(1)),
            ("Low", short(&value(2))),
        ];
        if there > 0 {
            let quantiles = self
                .quantiles(&profile::quantiles(catalog, id, column))
                .await?;
            for row in 0..quantiles.len() {
                let name = match quantiles.text(row, 0) {
                    "5" => "5% are up to",
                    "25" => "25% are up to",
                    "50" => "Half are up to",
                    "75" => "75% are up to",
                    _ => "95% are up to",
                };
                facts.push((name, short(quantiles.text(row, 1))));
            }
        }
        facts.push(("High", short(&value(3))));
        if numeric && there > 0 {
            let mean = self.peek(&profile::mean(catalog, id, column)).await?;
            facts.push(("Mean", mean.text(0, 0).to_string()));
        }
        let title = format!(
            "{}.{}: {}",
            catalog.relation_name(id),
            column.name,
            counted(total)
        );
        self.show_facts(&title, &facts)?;
        let common = self.peek(&profile::common(catalog, id, column)).await?;
        self.show_common(&common, total)?;
        let bounds = value(2)
            .parse::<f64>()
            .ok()
            .zip(value(3).parse::<f64>().ok());
        match bounds.filter(|_| numeric && there > 1) {
            Some((low, high)) if low < high => {
                let bins = empty_bins(low, high, there);
                self.show_histogram(catalog, id, column, bins).await
            }
            _ => Ok(()),
        }
    }

    fn show_facts(&mut self, title: &str, facts: &[(&str, String)]) -> Result<()> {
        let mut rows = RowBatch::new(2);
        for (name, value) in facts.iter().filter(|fact| !fact.1.is_empty()) {
            rows.push(CellKind::Text, name.as_bytes());
            rows.push(CellKind::Text, value.as_bytes());
            rows.end_row();
        }
        self.sheet(title, columns(&["Fact", "Value"]), rows)
    }

    fn show_common(&mut self, common: &Answer, total: usize) -> Result<()> {
        if common.is_empty() {
            return Ok(());
        }
        let mut rows = RowBatch::new(3);
        for row in 0..common.len() {
            let count: usize = common.text(row, 1).parse().unwrap_or(0);
            rows.push(CellKind::Text, short(common.text(row, 0)).as_bytes());
            rows.push(CellKind::Number, count.to_string().as_bytes());
            rows.push(CellKind::Number, percent(count, total).as_bytes());
            rows.end_row();
        }
        self.sheet(
            "Most common values",
            columns(&["Value", "Rows", "Rows (%)"]),
            rows,
        )
    }

    async fn show_histogram(
        &mut self,
        catalog: &Catalog,
        id: RelationId,
        column: &CatalogColumn<'_>,
        mut bins: Vec<Bin>,
    ) -> Result<()> {
        let Some(first) = bins.first().copied() else {
            return Ok(());
        };
        let sql = profile::histogram(catalog, id, column, first.from, first.to - first.from);
        let answer = self.peek(&sql).await?;
        let last = bins.len() - 1;
        for row in 0..answer.len() {
            let bin: f64 = answer.text(row, 0).parse().unwrap_or(0.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the number of a bin; what is out of it goes into the nearest"
            )]
            let at = (bin.max(0.0) as usize).min(last);
            bins[at].count += answer.text(row, 1).parse::<usize>().unwrap_or(0);
        }
        if self.shows_pictures() {
            let columns = self.output.screen().map_or(COLUMNS, |s| s.columns);
            return self.write(&format!(
                "How values are spread\n{}\n",
                histogram(&bins, columns)
            ));
        }
        let mut rows = RowBatch::new(3);
        for bin in &bins {
            for cell in [
                bin.from.to_string(),
                bin.to.to_string(),
                bin.count.to_string(),
            ] {
                rows.push(CellKind::Number, cell.as_bytes());
            }
            rows.end_row();
        }
        self.sheet(
            "How values are spread",
            columns(&["From", "To", "Rows"]),
            rows,
        )
    }

    fn sheet(&mut self, title: &str, columns: Vec<Column>, rows: RowBatch) -> Result<()> {
        Counter::new(self, false).show(Sheet {
            title: title.to_string(),
            answer: Answer::of(columns, rows),
            footers: Some(Vec::new()),
            flat: true,
        })
    }
}

fn columns(names: &[&str]) -> Vec<Column> {
    let column = |name: &&str| Column {
        name: (*name).into(),
        ..Column::default()
    };
    names.iter().map(column).collect()
}

fn percent(part: usize, whole: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "parts of a hundred")]
    let share = part as f64 * 100.0 / whole.max(1) as f64;
    format!("{share:.1}")
}

fn counted(rows: usize) -> String {
    match rows {
        MOST_ROWS => format!("the first {MOST_ROWS} rows"),
        1 => "1 row".into(),
        rows => format!("all {rows} rows"),
    }
}

/// A value that fits in a line.
fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
