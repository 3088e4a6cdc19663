//! `/diff-schema TARGET`: what differs between this database and another, as statements. Both are
//! read over connections of their own, whose settings may be changed.

use super::connect::{connect, resolve};
use super::describe::{Counter, PATIENCE};
use super::{Session, tunnel};
use crate::data::{CellKind, Column, RowBatch};
use crate::diff::{Change, Item, diff, script};
use crate::driver::{Answer, Connection, Desk, Event, Sheet, Target};
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};

impl Session {
    /// Shows what makes this database like another.
    pub async fn diff_schema(&mut self, name: &str) -> Result<()> {
        if self
            .connection
            .as_ref()
            .is_some_and(|c| !c.can_be_doubled())
        {
            return Err(Error::usage(
                "/diff-schema: this database is seen by this connection only",
            ));
        }
        let target = resolve(name, &self.config)?;
        if target.driver != self.target.driver {
            return Err(Error::usage(format!(
                "/diff-schema: a database of {} cannot be compared with one of {}",
                self.target.driver, target.driver
            )));
        }
        let there = self.inventory(target).await?;
        let here = self.inventory(self.target.clone()).await?;
        let changes = diff(&here, &there);
        if changes.is_empty() {
            tell("The schemas do not differ.\n");
        }
        if self.shows_pictures() {
            return self.page(|session| session.write(&script(&changes)));
        }
        self.page(|session| Counter::new(session, false).show(rows(&changes)))
    }

    /// Everything in a database.
    async fn inventory(&self, mut target: Target) -> Result<Vec<Item>> {
        let tunnel = tunnel::open(&target).await?;
        let keyring = self.settings.keyring;
        let (driver, connection) =
            connect(&mut target, tunnel.as_ref(), self.passwords, keyring).await?;
        let status = connection.status();
        let mut reader = Reader { connection };
        driver.inventory(&status, &mut reader).await
    }
}

/// A connection that a driver reads with.
struct Reader {
    connection: Box<dyn Connection>,
}

impl Reader {
    async fn answer(&mut self, sql: &str) -> Result<Answer> {
        let mut events = self.connection.run(sql);
        let mut answer = Answer::default();
        while let Some(event) = events.next().await {
            match event? {
                Event::Columns(columns) => {
                    answer.rows = RowBatch::new(columns.len());
                    answer.columns = columns;
                }
                Event::Rows(batch) => {
                    for row in batch.rows() {
                        for cell in row.cells() {
                            answer.rows.push(cell.kind, cell.text);
                        }
                        answer.rows.end_row();
                    }
                }
                _ => {}
            }
        }
        Ok(answer)
    }
}

impl Desk for Reader {
    fn ask<'a>(&'a mut self, sql: &'a str) -> LocalBoxFuture<'a, Result<Answer>> {
        async move {
            let late = || Error::new(Kind::Server, "the schema could not be read in time");
            tokio::time::timeout(PATIENCE, self.answer(sql))
                .await
                .map_err(|_| late())?
        }
        .boxed_local()
    }

    fn show(&mut self, _sheet: Sheet) -> Result<()> {
        Ok(())
    }

    // An inventory has no parts to leave out.
    fn left_out(&mut self, _part: &str, _why: &Error) {}

    fn write(&mut self, _text: &str) -> Result<()> {
        Ok(())
    }
}

/// The changes as rows, for formats that programs read.
fn rows(changes: &[Change]) -> Sheet {
    let mut rows = RowBatch::new(3);
    for change in changes {
        rows.push(CellKind::Text, change.what.as_bytes());
        rows.push(CellKind::Text, change.object.as_bytes());
        rows.push(CellKind::Text, change.sql.join(";\n").as_bytes());
        rows.end_row();
    }
    let columns = ["Change", "Object", "Statements"].map(|name| Column {
        name: name.into(),
        ..Column::default()
    });
    Sheet {
        title: String::new(),
        answer: Answer::of(columns.to_vec(), rows),
        footers: None,
        flat: false,
    }
}
