//! What the tap has taken out of the connection and the statement has not yet delivered.
//!
//! Rows and COPY data never reach the client crate, which would make an object of each. What it does
//! see (columns, tags) is kept in its place between them, and delivered when the crate says so.

use super::require_auth::Allowed;
use super::wire;
use crate::data::{BATCH_BYTES, Notice};
use crate::driver::{CHUNKS_AHEAD, Chunk, CopyData, Transaction};
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};
use tokio::sync::mpsc;

/// Kept bytes after which the connection is not read before somebody takes some of them: no more than
/// a processor keeps near it.
const MAX_QUEUED: usize = 256 * 1024;
/// Notices kept for the next statement while none runs.
const MAX_IDLE: usize = 1000;
const MAX_IDLE_BYTES: usize = 8 << 20;
/// Parameters that a server may report; PostgreSQL 18 has 16 of them.
const MAX_PARAMETERS: usize = 256;
/// Bytes of one; what is longer is no setting of a server's.
const MAX_PARAMETER: usize = 64 * 1024;

/// One kept message.
#[derive(Debug, PartialEq)]
pub(super) enum Item {
    Columns(Vec<wire::Field>),
    /// A statement is complete; the empty tag is that of an empty statement.
    Tag(String),
    Notice(Notice),
    /// Bytes of `COPY … TO STDOUT`.
    Copy(Vec<u8>),
    /// The server asked for the data of a `COPY … FROM STDIN`.
    CopyIn,
    /// Whole rows, as `wire::rows` reads them.
    Rows(Vec<u8>),
}

impl Item {
    fn size(&self) -> usize {
        match self {
            Item::Copy(bytes) | Item::Rows(bytes) => bytes.len() + 64,
            Item::Notice(n) => n.message.len() + n.detail.as_ref().map_or(0, String::len) + 256,
            _ => 64,
        }
    }
}

/// Messages that the client crate cannot write.
#[derive(Debug)]
pub(super) struct Instead {
    pub(super) messages: Vec<u8>,
    /// They are of the extended protocol.
    pub(super) extended: bool,
    /// The server will not say that it is ready: it has answered with one of these.
    pub(super) last_answers: Option<&'static [u8]>,
}

/// Everything known of the connection, shared by the tap and the statement's stream.
#[derive(Debug, Default)]
pub(super) struct State {
    queue: VecDeque<Item>,
    queued: usize,
    /// Somebody takes items from the queue.
    active: bool,
    /// Statements sent whose end has not been seen.
    outstanding: usize,
    /// What is sent in place of the query that stands for it.
    pub(super) instead: Option<Instead>,
    /// The statement that runs was sent so.
    extended: bool,
    /// What ends the answer to it, where the server does not say that it is ready; and whether that
    /// has come.
    last_answers: Option<&'static [u8]>,
    answered: bool,
    copy_in: bool,
    /// The data for each COPY of this text.
    pub(super) supply: Option<CopyData>,
    supply_due: bool,
    /// Why the data could not be read to their end.
    pub(super) supply_failure: Option<String>,
    copy_over: bool,
    pub(super) transaction: Transaction,
    pub(super) parameters: HashMap<String, String>,
    /// What a request to cancel must show the server: process and secret.
    pub(super) key: Option<(i32, Vec<u8>)>,
    /// The connection is gone; the text says why, where that is known.
    pub(super) lost: Option<crate::error::Error>,
    /// The user knows that the connection is gone.
    loss_told: bool,
    /// How the server may ask who we are, whether it has done so, and why the connection is ended
    /// from here.
    rules: Allowed,
    pub(super) authenticated: bool,
    pub(super) refused: Option<String>,
    reader: Option<Waker>,
    consumer: Option<Waker>,
    /// Something happened that the consumer waits for.
    news: bool,
}

impl State {
    /// Whether rows and COPY data are for us: those of the statements that a `Run` has sent.
    pub(super) fn takes_rows(&self) -> bool {
        self.active || self.outstanding > 0
    }

    /// Whether anybody wants them.
    pub(super) fn wants_rows(&self) -> bool {
        self.active
    }

    /// A whole row.
    pub(super) fn row(&mut self, body: &[u8]) {
        if !self.active {
            return;
        }
        match self.queue.back_mut() {
            Some(Item::Rows(rows)) if rows.len() < BATCH_BYTES => {
                let before = rows.len();
                wire::push_row(rows, body);
                self.queued += rows.len() - before;
                self.news = true;
            }
            _ => {
                let mut rows = Vec::with_capacity(body.len().max(8 * 1024));
                wire::push_row(&mut rows, body);
                self.push(Item::Rows(rows));
            }
        }
    }

    pub(super) fn message(&mut self, tag: u8, body: &[u8]) {
        if self.last_answers.is_some_and(|last| last.contains(&tag)) {
            self.last_answers = None;
            self.answered = true;
        }
        match tag {
            b'T' => self.push(Item::Columns(wire::fields(body))),
            b'C' => self.push(Item::Tag(wire::text(body))),
            b'I' => self.push(Item::Tag(String::new())),
            b'N' => self.notice(wire::notice(body)),
            b'A' => self.notice(wire::notification(body)),
            b'G' if self.supply.is_some() => self.supply_due = true,
            b'G' => {
                self.copy_in = true;
                self.push(Item::CopyIn);
            }
            b'E' => self.copy_over = true,
            b'S' => self.parameter(body),
            b'K' => self.key = wire::key(body),
            b'Z' => self.ready(body),
            b'R' => {
                let judged = self.rules.check(body, &mut self.authenticated);
                self.refused = self.refused.take().or(judged.err());
            }
            _ => {}
        }
    }

    fn push(&mut self, item: Item) {
        if !self.active {
            return;
        }
        self.queued += item.size();
        self.queue.push_back(item);
        self.news = true;
    }

    /// Notices of a statement that nobody listens to any more go with it; what comes between two
    /// statements waits for the next.
    fn notice(&mut self, notice: Notice) {
        if self.active {
            self.push(Item::Notice(notice));
        } else if self.outstanding == 0 && self.queue.len() < MAX_IDLE {
            let item = Item::Notice(notice);
            let kept: usize = self.queue.iter().map(Item::size).sum();
            if kept + item.size() <= MAX_IDLE_BYTES {
                self.queue.push_back(item);
            }
        }
    }

    pub(super) fn copy_data(&mut self, bytes: &[u8]) {
        if !self.active || bytes.is_empty() {
            return;
        }
        match self.queue.back_mut() {
            Some(Item::Copy(chunk)) if chunk.len() < BATCH_BYTES => {
                chunk.extend_from_slice(bytes);
                self.queued += bytes.len();
            }
            _ => {
                let mut chunk = Vec::with_capacity(bytes.len().max(8 * 1024));
                chunk.extend_from_slice(bytes);
                self.push(Item::Copy(chunk));
            }
        }
    }

    fn parameter(&mut self, body: &[u8]) {
        let (name, value) = wire::pair(body);
        if self.parameters.len() >= MAX_PARAMETERS && !self.parameters.contains_key(&name) {
            // The client crate would keep them all.
            self.refused.get_or_insert_with(|| {
                "the server reports more parameters than a server has".to_string()
            });
            return;
        }
        if name.len() + value.len() <= MAX_PARAMETER {
            self.parameters.insert(name, value);
        }
    }

    fn ready(&mut self, body: &[u8]) {
        self.transaction = match body.first() {
            Some(b'T') => Transaction::Open,
            Some(b'E') => Transaction::Failed,
            _ => Transaction::None,
        };
        self.outstanding = self.outstanding.saturating_sub(1);
        self.copy_over = true;
        self.news = true;
    }

    /// The messages that are sent in place of the query that stands for them.
    pub(super) fn take_instead(&mut self) -> Option<Vec<u8>> {
        let instead = self.instead.take()?;
        self.extended = instead.extended;
        self.last_answers = instead.last_answers;
        self.answered = false;
        Some(instead.messages)
    }

    /// Whether the statement that runs went through the extended protocol.
    pub(super) fn is_extended(&self) -> bool {
        self.extended
    }

    /// What the client crate waits for behind an answer that the server does not end: that it is
    /// ready.
    pub(super) fn take_end(&mut self) -> Option<[u8; 6]> {
        let letter = match self.transaction {
            Transaction::None => b'I',
            Transaction::Open => b'T',
            Transaction::Failed => b'E',
        };
        std::mem::take(&mut self.answered).then_some([b'Z', 0, 0, 0, 5, letter])
    }

    /// Whether the server has just asked for data that nobody will send.
    pub(super) fn take_copy_in(&mut self) -> bool {
        std::mem::take(&mut self.copy_in)
    }

    /// The data that the server has just asked for.
    pub(super) fn take_supply(&mut self) -> Option<mpsc::Receiver<Chunk>> {
        let supply = self.supply.as_ref()?;
        if !std::mem::take(&mut self.supply_due) {
            return None;
        }
        let (sender, chunks) = mpsc::channel(CHUNKS_AHEAD);
        let _ = supply.wanted.send(sender);
        Some(chunks)
    }

    /// Whether the server has just ended whatever was going on, with an error or well.
    pub(super) fn take_copy_over(&mut self) -> bool {
        std::mem::take(&mut self.copy_over)
    }

    /// The next of what is kept.
    pub(super) fn front(&self) -> Option<&Item> {
        self.queue.front()
    }

    pub(super) fn pop(&mut self) -> Option<Item> {
        let item = self.queue.pop_front()?;
        self.queued = self.queued.saturating_sub(item.size());
        if self.queued < MAX_QUEUED
            && let Some(reader) = self.reader.take()
        {
            reader.wake();
        }
        Some(item)
    }
}

/// The shared state and its lock, which is never held across an await.
#[derive(Debug, Default)]
pub(super) struct Observer {
    state: Mutex<State>,
}

impl Observer {
    /// For a connection whose server may ask for a password only as `rules` say.
    pub(super) fn with_rules(rules: Allowed) -> Self {
        let observer = Observer::default();
        observer.lock().rules = rules;
        observer
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while it was held cannot leave half a message in it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For the tap: whether to read no further for now.
    pub(super) fn must_wait(&self, cx: &Context<'_>) -> bool {
        let mut state = self.lock();
        let full = state.active && state.queued >= MAX_QUEUED;
        if full {
            state.reader = Some(cx.waker().clone());
        }
        full
    }

    /// For the tap: wakes the consumer where there is news.
    pub(super) fn announce(&self) {
        let mut state = self.lock();
        if std::mem::take(&mut state.news)
            && let Some(consumer) = state.consumer.take()
        {
            consumer.wake();
        }
    }

    /// For the consumer: wakes it at the next news.
    pub(super) fn listen(&self, cx: &Context<'_>) {
        let mut state = self.lock();
        match &mut state.consumer {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
    }

    /// A statement is about to be sent.
    pub(super) fn begin(&self) {
        let mut state = self.lock();
        state.active = true;
        state.extended = false;
        state.outstanding += 1;
        state.queued = state.queue.iter().map(Item::size).sum();
    }

    /// Nobody takes items any more. Where the server has not finished, the rest is thrown away.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.active = false;
        state.supply = None;
        state.supply_failure = None;
        if state.outstanding > 0 {
            state.queue.clear();
            state.queued = 0;
        }
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    /// Keeps a notice of our own for the next statement.
    pub(super) fn keep_notice(&self, notice: Notice) {
        self.lock().queue.push_back(Item::Notice(notice));
    }

    /// What the server said while no statement ran; at the end, that it has gone.
    pub(super) fn take_idle(&self) -> Vec<Notice> {
        let mut state = self.lock();
        if state.active || state.outstanding > 0 {
            return Vec::new();
        }
        let notice = |item| match item {
            Item::Notice(notice) => Some(notice),
            _ => None,
        };
        let mut said: Vec<Notice> = state.queue.drain(..).filter_map(notice).collect();
        if let (Some(lost), false) = (state.lost.clone(), state.loss_told) {
            state.loss_told = true;
            said.push(Notice {
                severity: "WARNING".into(),
                message: lost.message,
                detail: lost.detail,
                code: lost.code,
                ..Notice::default()
            });
        }
        said
    }

    /// The connection is gone. The first reason counts.
    pub(super) fn close(&self, error: crate::error::Error) {
        let mut state = self.lock();
        state.lost.get_or_insert(error);
        state.news = true;
        drop(state);
        self.announce();
    }

    /// Waits until the server has finished all that was sent before.
    pub(super) async fn wait_idle(&self) {
        std::future::poll_fn(|cx| {
            let idle = {
                let state = self.lock();
                state.outstanding == 0 || state.lost.is_some()
            };
            if idle {
                return std::task::Poll::Ready(());
            }
            self.listen(cx);
            std::task::Poll::Pending
        })
        .await;
    }
}
