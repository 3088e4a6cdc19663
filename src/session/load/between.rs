//! `/copy`: rows of this database into a table of another.

use super::drive::{self, LeftOut, Stops, Watch, drive};
use super::frame::{Frame, explained, run};
use super::table;
use crate::data::{Column, RowBatch};
use crate::driver::{Canceller, Connection, Event, Load};
use crate::error::{Error, Kind, Result};
use crate::load::fit::{self, Fit};
use crate::load::types::{self, Declared, Type};
use crate::output::tell;
use crate::session::{Session, connect, tunnel};
use crate::sql::{Dialect, Effect};
use crate::visible::visible_line;
use futures::StreamExt;
use futures::stream::BoxStream;
use std::cell::Cell;
use tokio::sync::mpsc;

/// What is to be copied where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transfer {
    /// A query, or a table where `query` is false.
    pub from: String,
    pub query: bool,
    /// The other database, as it is named on the command line.
    pub target: String,
    /// The table there; the source's own name if `None`.
    pub table: Option<String>,
    /// Rows that the other server refuses are left out.
    pub keep_going: bool,
}

/// Batches ahead of the other server.
const AHEAD: usize = 2;

const HINT: &str = "--keep-going copies the other rows and names those that it leaves out.";

/// One side of the way.
struct End<'c> {
    connection: &'c mut dyn Connection,
    driver: &'static str,
    dialect: &'static Dialect,
}

impl Session {
    /// Copies a table or the rows of a query.
    pub async fn copy_to(&mut self, transfer: &Transfer) -> Result<()> {
        self.ensure_connected().await?;
        let mut target = connect::resolve(&transfer.target, &self.config)?;
        let way = tunnel::open(&target).await?;
        let (driver, mut other) = connect::connect(
            &mut target,
            way.as_ref(),
            self.passwords,
            self.settings.keyring,
        )
        .await?;
        if target.read_only {
            return Err(Error::server("the target is read-only"));
        }
        let mut stops = self.take_stops()?;
        let dialect = self.dialect();
        let source_driver = self.driver.name();
        let Some(connection) = &mut self.connection else {
            return Err(Error::new(Kind::Lost, "the connection is lost"));
        };
        let from = End {
            connection: connection.as_mut(),
            driver: source_driver,
            dialect,
        };
        let to = End {
            connection: other.as_mut(),
            driver: driver.name(),
            dialect: driver.dialect(),
        };
        let load = copy(from, to, transfer, &mut stops);
        let result = Stops::bounded(self.timeout, load).await;
        self.status = connection.status();
        self.interrupts = Some(stops.signal);
        let rows = result?;
        self.tell_loaded("COPY", rows)
    }

    /// What a statement that stands where a query may stand would do.
    pub fn refuse_unless_read(&self, effect: Effect) -> Result<()> {
        match effect {
            Effect::Read => Ok(()),
            _ => self.refuse_writes(effect),
        }
    }
}

async fn copy(from: End<'_>, to: End<'_>, transfer: &Transfer, stops: &mut Stops) -> Result<u64> {
    let sql = match transfer.query {
        true => transfer.from.clone(),
        false => {
            let table = table::checked_name(&transfer.from, from.dialect)?;
            format!("SELECT * FROM {table}")
        }
    };
    let named = match (&transfer.table, transfer.query) {
        (Some(table), _) => table.clone(),
        (None, false) => last_part(&transfer.from, from.dialect, to.dialect),
        (None, true) => {
            let message = "/copy: a query has no name that the table could get";
            return Err(Error::usage(message).with_hint("Name the table behind the target."));
        }
    };
    let name = table::checked_name(&named, to.dialect)?;
    let there = table::columns(to.connection, &name).await?;
    let from_canceller = from.connection.canceller();
    let mut events = from.connection.run(&sql);
    let (columns, first) = beginning(&mut events, transfer.query).await?;
    let plan = Plan::new(
        from.driver,
        &to,
        &columns,
        first.as_ref(),
        there.as_deref(),
        &name,
    )?;
    let outside = plan.create.as_deref().filter(|_| to.driver == "mysql");
    if let Some(create) = outside {
        run(to.connection, create).await?;
    }
    let frame = Frame::begin(to.connection).await?;
    let made = match plan.create.as_deref().filter(|_| outside.is_none()) {
        Some(create) => run(to.connection, create).await.map(drop),
        None => Ok(()),
    };
    let copied = match made {
        Ok(()) => {
            let way = Way {
                events,
                first,
                from_canceller,
                plan: &plan,
                table: &name,
                keep_going: transfer.keep_going,
            };
            way.transport(to.connection, stops).await
        }
        Err(e) => Err(e),
    };
    match copied {
        Ok(rows) => {
            frame.commit(to.connection).await?;
            plan.tell(&name);
            Ok(rows)
        }
        Err(e) => {
            let undone = frame.rollback(to.connection).await?;
            if outside.is_some() {
                run(to.connection, &format!("DROP TABLE {name}")).await?;
            }
            Err(explained(e, undone || outside.is_some()))
        }
    }
}

/// The table's own name, in the words of the other server.
fn last_part(table: &str, dialect: &Dialect, other: &Dialect) -> String {
    let name = crate::sql::names::Name::parse(table, dialect);
    crate::sql::names::quote(name.last(), other).into_owned()
}

/// The columns of a result and its first rows.
async fn beginning(
    events: &mut BoxStream<'_, Result<Event>>,
    query: bool,
) -> Result<(Vec<Column>, Option<RowBatch>)> {
    let mut columns = None;
    while let Some(event) = events.next().await {
        let event = event.map_err(|e| match query {
            true => e,
            false => Error {
                position: None,
                ..e
            },
        })?;
        match event {
            Event::Columns(found) => columns = Some(found),
            Event::Rows(batch) => return Ok((columns.unwrap_or_default(), Some(batch))),
            Event::Done(_) => break,
            Event::Copy(_) | Event::Notice(_) => {}
        }
    }
    match columns {
        Some(columns) => Ok((columns, None)),
        None => Err(Error::usage("/copy: the statement returns no rows")),
    }
}

/// How the columns of the source become those of the table.
struct Plan {
    columns: Vec<String>,
    fits: Vec<Fit>,
    /// The statement that makes the table, where it is missing.
    create: Option<String>,
    notes: Vec<String>,
}

impl Plan {
    fn new(
        source: &str,
        to: &End<'_>,
        columns: &[Column],
        first: Option<&RowBatch>,
        there: Option<&[Column]>,
        table: &str,
    ) -> Result<Plan> {
        let kinds = columns
            .iter()
            .enumerate()
            .map(|(index, column)| types::of(source, column, index, first));
        let kinds: Vec<Type> = kinds.collect();
        let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
        match there {
            Some(there) => Plan::into_existing(to.driver, &names, &kinds, there, table),
            None => Ok(Plan::into_new(source, to, columns, &kinds, table)),
        }
    }

    fn into_existing(
        driver: &str,
        names: &[String],
        kinds: &[Type],
        there: &[Column],
        table: &str,
    ) -> Result<Plan> {
        let chosen = table::matched(names, there).map_err(|missing| {
            let message = format!("table {table} is there and has no column \"{missing}\"");
            let hint = "Rows are added by the names of their columns; a query can rename them.";
            Error::server(message).with_hint(hint)
        })?;
        let fit = |(index, kind): (&usize, &Type)| {
            let wanted = types::of(driver, &there[*index], *index, None);
            fit::between(driver, kind, &wanted)
        };
        Ok(Plan {
            fits: chosen.iter().zip(kinds).map(fit).collect(),
            columns: chosen.iter().map(|i| there[*i].name.clone()).collect(),
            create: None,
            notes: Vec::new(),
        })
    }

    fn into_new(
        source: &str,
        to: &End<'_>,
        columns: &[Column],
        kinds: &[Type],
        table: &str,
    ) -> Plan {
        let declare = |(column, kind): (&Column, &Type)| match source == to.driver {
            true => types::declare_again(source, column, kind),
            false => types::declare(to.driver, kind),
        };
        let declared: Vec<Declared> = columns.iter().zip(kinds).map(declare).collect();
        let note = |(column, declared): (&Column, &Declared)| {
            let note = declared.note.as_ref()?;
            Some(format!("column \"{}\" {note}", column.name))
        };
        let fit = |(kind, declared): (&Type, &Declared)| {
            let made = Column {
                type_name: declared.ddl.clone(),
                length: (declared.ddl == "tinyint(1)").then_some(1),
                ..Column::default()
            };
            let wanted = match to.driver {
                "postgres" => kind.clone(),
                driver => types::of(driver, &short(made), 0, None),
            };
            fit::between(to.driver, kind, &wanted)
        };
        Plan {
            notes: columns.iter().zip(&declared).filter_map(note).collect(),
            fits: kinds.iter().zip(&declared).map(fit).collect(),
            columns: columns.iter().map(|c| c.name.clone()).collect(),
            create: Some(table::create(
                table,
                &columns
                    .iter()
                    .map(|c| c.name.clone())
                    .zip(declared)
                    .collect::<Vec<_>>(),
                to.dialect,
            )),
        }
    }

    /// Says what was made, and what is not as it was.
    fn tell(&self, table: &str) {
        if self.create.is_some() {
            let table = visible_line(table);
            tell(&format!(
                "Table {table} was made, without keys, indexes and defaults.\n"
            ));
        }
        for note in &self.notes {
            tell(&format!("{}\n", visible_line(note)));
        }
    }
}

/// A declaration as a result would name it: `decimal(10,2)` is `decimal`.
fn short(mut column: Column) -> Column {
    if let Some(at) = column.type_name.find('(') {
        column.type_name.truncate(at);
    }
    column
}

/// Rows on their way.
struct Way<'w> {
    events: BoxStream<'w, Result<Event>>,
    first: Option<RowBatch>,
    from_canceller: Canceller,
    plan: &'w Plan,
    table: &'w str,
    keep_going: bool,
}

impl Way<'_> {
    async fn transport(self, to: &mut dyn Connection, stops: &mut Stops) -> Result<u64> {
        let (sender, rows) = mpsc::channel(AHEAD);
        let (tell, left_out) = mpsc::unbounded_channel();
        let (refused, refusals) = mpsc::unbounded_channel();
        // No row of a server is unreadable.
        let (_, bads) = mpsc::unbounded_channel();
        let load = Load {
            table: self.table.to_string(),
            columns: self.plan.columns.clone(),
            rows,
            refused: self.keep_going.then_some(refused),
        };
        let (sent, halted) = (Cell::new(0), Cell::new(false));
        let canceller = both(self.from_canceller, to.canceller());
        let place =
            |row: Option<u64>| row.map_or("the source".into(), |r| format!("row {}", r + 1));
        let mut watch = Watch {
            look: &|| (sent.get(), None),
            halt: &|| halted.set(true),
            left_out,
            describe: &|row| match row {
                LeftOut::Refused(refused) => {
                    table::refusal(&place(refused.row), refused, HINT).message
                }
                LeftOut::Bad(bad) => bad.reason,
            },
            what: "copy",
            told: 0,
        };
        let read = read(
            self.events,
            self.first,
            &self.plan.fits,
            sender,
            &sent,
            &halted,
        );
        let loading = drive::load(to, load, bads, refusals, tell);
        let loading = futures::future::join(read, loading);
        let (read, loaded) = drive(loading, stops, canceller, &mut watch).await?;
        let rows = loaded.map_err(|refused| table::refusal(&place(refused.row), *refused, HINT));
        // An error of the source ends the rows; one of the table ends the source.
        read?;
        let rows = rows?;
        watch.sum_up();
        Ok(rows)
    }
}

/// Stops both statements.
fn both(one: Canceller, other: Canceller) -> Canceller {
    Canceller::new(move || {
        let (one, other) = (one.cancel(), other.cancel());
        Box::pin(async move {
            let (one, other) = futures::join!(one, other);
            one.and(other)
        })
    })
}

/// Hands on the rows of the source, until they end or nobody wants more.
async fn read(
    mut events: BoxStream<'_, Result<Event>>,
    first: Option<RowBatch>,
    fits: &[Fit],
    sender: mpsc::Sender<RowBatch>,
    sent: &Cell<u64>,
    halted: &Cell<bool>,
) -> Result<()> {
    let mut batch = first;
    loop {
        if let Some(batch) = batch.take() {
            sent.set(sent.get() + batch.len() as u64);
            if halted.get() || sender.send(fit::batch(batch, fits)).await.is_err() {
                return Ok(());
            }
        }
        match events.next().await {
            Some(Ok(Event::Rows(rows))) => batch = Some(rows),
            Some(Ok(_)) => {}
            Some(Err(e)) => return Err(e),
            None => return Ok(()),
        }
    }
}
