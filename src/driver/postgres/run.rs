//! One statement: what the client crate streams, joined with what the tap has kept.

use super::error;
use super::extended;
use super::observer::{Instead, Item, Observer};
use super::types;
use super::wire::{self, Field};
use crate::data::{CellKind, Column, RowBatch, Summary};
use crate::driver::{Event, Extended};
use crate::error::{Error, Kind, Result};
use crate::sql::bytes::{has_stand_ins, to_bytes};
use crate::sql::copy::{self, Direction};
use crate::sql::dialect::POSTGRES;
use futures::Stream;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryStream};

/// How long rows wait for more of them when the server pauses. Long enough for a batch of a
/// result that is on its way, too short to be noticed.
const PATIENCE: Duration = Duration::from_millis(10);

/// A running statement.
pub(super) struct Run<'a> {
    client: &'a Client,
    observer: &'a Observer,
    sql: &'a str,
    /// How the extended protocol runs it, where that is wanted.
    extended: Option<&'a Extended>,
    stream: Option<Pin<Box<SimpleQueryStream>>>,
    /// What is ready to be handed on.
    out: VecDeque<Event>,
    kinds: Vec<CellKind>,
    batch: RowBatch,
    /// A batch of this result has been handed on already: the next one is likely to be full.
    large: bool,
    /// Rows of the current result.
    rows: u64,
    /// What went wrong; told when the server has finished with the statement.
    failure: Option<Error>,
    copying_in: bool,
    ended: bool,
}

impl<'a> Run<'a> {
    pub(super) fn new(client: &'a Client, observer: &'a Observer, sql: &'a str) -> Self {
        Run {
            client,
            observer,
            sql,
            extended: None,
            stream: None,
            out: VecDeque::new(),
            kinds: Vec::new(),
            batch: RowBatch::new(0),
            large: false,
            rows: 0,
            failure: None,
            copying_in: false,
            ended: false,
        }
    }

    /// Through the extended protocol.
    pub(super) fn extended(
        client: &'a Client,
        observer: &'a Observer,
        sql: &'a str,
        what: &'a Extended,
    ) -> Self {
        let mut run = Run::new(client, observer, sql);
        run.extended = Some(what);
        run
    }

    /// The next event; `None` after the last one.
    pub(super) async fn next(&mut self) -> Option<Result<Event>> {
        if let Some(event) = self.out.pop_front() {
            return Some(Ok(event));
        }
        if self.ended {
            return self.failure.take().map(Err);
        }
        if self.stream.is_none()
            && let Err(e) = self.start().await
        {
            self.ended = true;
            return Some(Err(e));
        }
        // Either an event, or rows in the batch and nothing behind them yet.
        let first = poll_fn(|cx| match self.poll_event(cx) {
            Poll::Pending if !self.batch.is_empty() => Poll::Ready(None),
            other => other.map(Some),
        });
        if let Some(event) = first.await {
            return event;
        }
        let deadline = Instant::now() + PATIENCE;
        match timeout_at(deadline, poll_fn(|cx| self.poll_event(cx))).await {
            Ok(event) => event,
            Err(_) => {
                self.hand_on_rows();
                self.out.pop_front().map(Ok)
            }
        }
    }

    async fn start(&mut self) -> Result<()> {
        let supplied = self.observer.lock().supply.is_some();
        if self.extended.is_none_or(Extended::has_text) {
            refuse(self.sql, supplied)?;
        }
        let instead = match self.extended {
            Some(what) => Some(Instead {
                messages: extended::messages(self.sql, what)?,
                extended: true,
                last_answers: extended::last_answers(what),
            }),
            // The client crate sends text only.
            None => has_stand_ins(self.sql).then(|| Instead {
                messages: wire::query(&to_bytes(self.sql)),
                extended: false,
                last_answers: None,
            }),
        };
        self.observer.wait_idle().await;
        if let Some(lost) = &self.observer.lock().lost {
            return Err(lost.clone());
        }
        self.observer.begin();
        let sql = match instead {
            Some(instead) => {
                self.observer.lock().instead = Some(instead);
                extended::STAND_IN
            }
            None => self.sql,
        };
        let stream = self.client.simple_query_raw(sql).await;
        let stream = stream.map_err(|e| error::of_statement(&e, self.sql, self.observer))?;
        self.stream = Some(Box::pin(stream));
        Ok(())
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event>>> {
        self.observer.listen(cx);
        loop {
            self.take_due();
            if let Some(event) = self.out.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            let Some(stream) = &mut self.stream else {
                return Poll::Ready(self.failure.take().map(Err));
            };
            match stream.as_mut().poll_next(cx) {
                Poll::Ready(Some(Ok(message))) => self.message(message),
                Poll::Ready(Some(Err(e))) => self.error(&e),
                Poll::Ready(None) => self.finish(),
                Poll::Pending => {
                    // The tap may have read on while the stream was asked.
                    self.take_due();
                    return match self.out.pop_front() {
                        Some(event) => Poll::Ready(Some(Ok(event))),
                        None => Poll::Pending,
                    };
                }
            }
            if self.ended && self.out.is_empty() {
                return Poll::Ready(self.failure.take().map(Err));
            }
        }
    }

    /// Hands on what came before the next message that the client crate sees, up to the first batch
    /// of rows.
    fn take_due(&mut self) {
        while self.out.is_empty() && !self.ended && self.take_one() {}
    }

    /// The first of what is kept, if the client crate is not to see something before.
    fn take_one(&mut self) -> bool {
        let mut state = self.observer.lock();
        let item = match state.front() {
            None | Some(Item::Columns(_) | Item::Tag(_)) => None,
            Some(_) => state.pop(),
        };
        drop(state);
        let any = item.is_some();
        item.into_iter().for_each(|item| self.item(item));
        any
    }

    fn item(&mut self, item: Item) {
        match item {
            Item::Notice(notice) => {
                self.hand_on_rows();
                self.out.push_back(Event::Notice(notice));
            }
            Item::Copy(chunk) => self.out.push_back(Event::Copy(chunk)),
            Item::CopyIn => self.copying_in = true,
            Item::Rows(rows) => {
                if !wire::rows(&rows).all(|body| self.row(body)) {
                    self.give_up();
                }
            }
            Item::Columns(_) | Item::Tag(_) => {}
        }
    }

    /// The kept message that goes with the one just received, after all that was kept before it.
    fn expect(&mut self, wanted: fn(&Item) -> bool) -> Option<Item> {
        loop {
            let item = self.observer.lock().pop()?;
            if wanted(&item) {
                return Some(item);
            }
            self.item(item);
        }
    }

    fn message(&mut self, message: SimpleQueryMessage) {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                let fields = match self.expect(|i| matches!(i, Item::Columns(_))) {
                    Some(Item::Columns(fields)) => fields,
                    _ => columns.iter().map(|c| Field::untyped(c.name())).collect(),
                };
                self.columns(&fields);
            }
            SimpleQueryMessage::CommandComplete(rows) => {
                let tag = match self.expect(|i| matches!(i, Item::Tag(_))) {
                    Some(Item::Tag(tag)) => tag,
                    _ => String::new(),
                };
                self.hand_on_rows();
                let rows = rows.max(self.rows);
                self.rows = 0;
                self.out.push_back(Event::Done(Summary { tag, rows }));
            }
            _ => {}
        }
    }

    fn columns(&mut self, fields: &[Field]) {
        self.kinds.clear();
        let columns = fields.iter().map(|field| {
            let (kind, align) = types::cell(field.type_oid);
            self.kinds.push(kind);
            let (length, scale) = types::sizes(field.type_oid, field.modifier);
            Column {
                name: field.name.clone(),
                type_name: types::name(field.type_oid),
                align,
                length,
                scale,
                ..Column::default()
            }
        });
        let columns = columns.collect();
        self.batch = RowBatch::new(fields.len());
        self.large = false;
        self.rows = 0;
        self.out.push_back(Event::Columns(columns));
    }

    /// Whether the row has a cell for each column, and no more.
    fn row(&mut self, body: &[u8]) -> bool {
        let said = body.first_chunk().map(|b| u16::from_be_bytes(*b));
        if said.map(usize::from) != Some(self.kinds.len()) {
            return false;
        }
        let mut cells = wire::cells(body);
        for kind in &self.kinds {
            match cells.next() {
                Some(Some(bytes)) => self.batch.push(*kind, bytes),
                Some(None) => self.batch.push_null(),
                None => return false,
            }
        }
        if cells.next().is_some() {
            return false;
        }
        self.rows += 1;
        self.batch.end_row();
        if self.batch.is_full() {
            self.hand_on_rows();
        }
        true
    }

    /// What came makes no sense; nobody knows what the rest of it would be.
    fn give_up(&mut self) {
        let error = error::senseless("a row does not fit its columns");
        self.failure.get_or_insert(error.clone());
        self.observer.close(error);
        self.stream = None;
        self.ended = true;
    }

    fn hand_on_rows(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        self.large |= self.batch.is_full();
        let columns = self.kinds.len();
        let next = match self.large {
            true => RowBatch::with_room(columns),
            false => RowBatch::new(columns),
        };
        let batch = std::mem::replace(&mut self.batch, next);
        self.out.push_back(Event::Rows(batch));
    }

    fn error(&mut self, e: &tokio_postgres::Error) {
        if error::is_unexpected(e) {
            // The messages of COPY, which the client crate does not know in this place; the tap
            // has kept what they hold.
            self.take_due();
            return;
        }
        let ends =
            e.is_closed() || std::error::Error::source(e).is_some_and(|s| s.is::<std::io::Error>());
        let unread = self.observer.lock().supply_failure.take();
        let error = match unread {
            _ if ends => error::of_statement(e, self.sql, self.observer),
            Some(reason) => Error::new(Kind::Io, format!("could not read the data: {reason}")),
            None if self.copying_in => copy_in_refused(),
            None => error::of_statement(e, self.sql, self.observer),
        };
        let lost = error.kind == Kind::Lost;
        self.failure.get_or_insert(error);
        // After an error of the statement the server still says that it is ready, and with it
        // where the transaction stands; after a loss nothing comes any more.
        if lost || ends {
            self.finish();
        }
    }

    fn finish(&mut self) {
        while self.take_one() {}
        self.hand_on_rows();
        self.stream = None;
        self.ended = true;
        if self.failure.as_ref().is_some_and(|f| f.kind == Kind::Lost) {
            let failure = self.failure.clone();
            failure.into_iter().for_each(|f| self.observer.close(f));
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.observer.end();
    }
}

/// What cannot be sent at all.
fn refuse(sql: &str, supplied: bool) -> Result<()> {
    if let Some(at) = memchr::memchr(0, sql.as_bytes()) {
        return Err(Error::server("the statement holds a NUL byte").with_position(at));
    }
    if !supplied && copy::any(sql, &POSTGRES, Direction::FromStdin) {
        return Err(copy_in_refused());
    }
    Ok(())
}

fn copy_in_refused() -> Error {
    Error::server("COPY … FROM STDIN needs data, and there are none here").with_hint(
        "\\copy TABLE FROM 'FILE' sends a file; in a script the data follow the statement.",
    )
}
