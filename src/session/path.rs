//! `/path A B`: the joins between two relations, from the catalog.

use super::Session;
use super::describe::Counter;
use crate::catalog::path::ways;
use crate::catalog::{Catalog, RelationId};
use crate::data::{CellKind, Column, RowBatch};
use crate::driver::{Answer, Desk, Sheet};
use crate::error::{Error, Result};
use crate::sql::names::Name;

/// Longer ways join what has nothing to do with each other.
const LONGEST: usize = 8;
const MOST: usize = 10;

impl Session {
    /// Shows the shortest foreign key paths.
    pub async fn path(&mut self, from: &str, to: &str) -> Result<()> {
        let catalog = self.catalog_of_keys(&[from, to]).await?;
        let (a, b) = (find(&catalog, from)?, find(&catalog, to)?);
        let found = ways(&catalog, a, b, LONGEST, MOST);
        if found.is_empty() {
            return Err(Error::usage(format!(
                "no foreign keys lead from {from} to {to}"
            )));
        }
        let mut rows = RowBatch::new(3);
        for way in &found {
            rows.push(CellKind::Number, way.len().to_string().as_bytes());
            rows.push(CellKind::Text, way.shown(&catalog).as_bytes());
            rows.push(CellKind::Text, way.sql(&catalog).as_bytes());
            rows.end_row();
        }
        let column = |name: &str| Column {
            name: name.into(),
            ..Column::default()
        };
        let columns = ["Keys", "Path", "Query"].map(column).to_vec();
        let sheet = Sheet {
            title: String::new(),
            answer: Answer::of(columns, rows),
            footers: None,
            flat: false,
        };
        self.page(|session| Counter::new(session, false).show(sheet))
    }
}

pub(super) fn find(catalog: &Catalog, name: &str) -> Result<RelationId> {
    let parsed = Name::parse(name, catalog.dialect);
    let found = catalog.find(parsed.qualifier(), parsed.last(), &catalog.effective_path());
    found.ok_or_else(|| Error::server(format!("did not find any relation named \"{name}\"")))
}
