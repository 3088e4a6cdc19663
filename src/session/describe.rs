//! `\d…` commands: the driver asks and shows, the session runs and prints.

use super::execute::watch_interrupts;
use super::printer::Printer;
use super::stop::Stop;
use super::{SendOptions, Session, Tags};
use crate::data::{Mark, RowBatch, Summary};
use crate::driver::{Answer, Desk, Event, Request, Sheet, Transaction};
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Result};
use crate::output::tell;
use crate::sql::Fold;
use crate::visible::visible_line;
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};
use std::io::Write;
use std::time::Duration;

/// The most that a whole answer may hold.
const MOST_BYTES: usize = 64 << 20;

/// The longest that a query of ours may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

impl Session {
    /// Answers one `\d…` command.
    pub async fn explore(&mut self, request: &Request) -> Result<()> {
        self.explore_into(request, None).await.map(|_| ())
    }

    /// The text that one of them would write.
    pub async fn explore_text(&mut self, request: &Request) -> Result<String> {
        let taken = self.explore_into(request, Some(String::new())).await?;
        Ok(taken.unwrap_or_default())
    }

    async fn explore_into(
        &mut self,
        request: &Request,
        taken: Option<String>,
    ) -> Result<Option<String>> {
        self.ensure_connected().await?;
        let driver = self.driver;
        let status = self.status.clone();
        let mut shield = self.raise_shield().await?;
        if shield.is_none() && request.word == "/ddl" && driver.dialect().fold == Fold::Lower {
            shield = self.begin_scope().await?;
        }
        self.begin_showing();
        let mut counter = Counter {
            session: self,
            expanded: request.expanded,
            taken,
            of_data: false,
            locked_out: false,
            told: None,
        };
        let result = driver.describe(request, &status, &mut counter).await;
        let taken = counter.taken;
        if let Some(shield) = shield {
            self.lower_shield(&shield).await;
        }
        let result = self.with_holders(result).await;
        let result = self.settled(result);
        self.end_showing(result).map(|()| taken)
    }

    /// Keeps what was planted in the search path out of the queries that follow. Not looked for again
    /// before the user's next statement.
    pub(super) async fn raise_shield(&mut self) -> Result<Option<Shield>> {
        let looks = self.driver.shield().filter(|_| !self.unshielded);
        let (Some(sql), false) = (looks, self.status.transaction == Transaction::Failed) else {
            return Ok(None);
        };
        let answer = match self.collect(sql).await {
            Ok(answer) => answer,
            // Some other server that speaks the protocol.
            Err(e) if e.kind == Kind::Server => Answer::default(),
            Err(e) => return Err(e),
        };
        self.unshielded = answer.is_empty();
        if answer.is_empty() {
            return Ok(None);
        }
        let shield = Shield {
            own: self.status.transaction == Transaction::None,
            undo: answer.text(0, 1).to_string(),
        };
        if shield.own {
            self.collect("begin").await?;
        }
        self.collect(answer.text(0, 0)).await?;
        Ok(Some(shield))
    }

    /// What the queries that follow set is undone with the shield.
    async fn begin_scope(&mut self) -> Result<Option<Shield>> {
        let (begin, scope) = match self.status.transaction {
            Transaction::None => ("begin", Shield::default()),
            Transaction::Open => (
                "savepoint sqwire_scope",
                Shield {
                    own: false,
                    undo: "rollback to savepoint sqwire_scope; release savepoint sqwire_scope"
                        .into(),
                },
            ),
            Transaction::Failed => return Ok(None),
        };
        self.collect(begin).await?;
        Ok(Some(scope))
    }

    pub(super) async fn lower_shield(&mut self, shield: &Shield) {
        let undo = if shield.own { "rollback" } else { &shield.undo };
        // In a transaction that has failed it is undone with it.
        let _ = self.collect(undo).await;
    }

    /// The whole answer to a query of our own, which has to come soon: nobody asked for that query.
    pub(super) async fn collect(&mut self, sql: &str) -> Result<Answer> {
        let limit = self.timeout.map_or(PATIENCE, |limit| limit.min(PATIENCE));
        self.collect_within(sql, Some(limit)).await
    }

    /// The whole answer to what the user asked for, within the user's own limit.
    pub async fn collect_at_leisure(&mut self, sql: &str) -> Result<Answer> {
        self.collect_within(sql, self.timeout).await
    }

    pub(super) async fn collect_within(
        &mut self,
        sql: &str,
        limit: Option<Duration>,
    ) -> Result<Answer> {
        let interactive = self.interactive;
        let Session {
            connection,
            interrupts,
            interrupted,
            ..
        } = self;
        let Some(connection) = connection else {
            return Err(Error::new(Kind::Lost, "the connection is lost"));
        };
        let interrupts = watch_interrupts(interrupts)?;
        let mut stop = Stop::new(connection.canceller(), limit, true, interactive);
        let mut events = connection.run(sql);
        let mut answer = Answer::default();
        let lock = self.driver.lock_wait().map_or("", |wait| wait.code);
        let mut too_large = false;
        loop {
            let event = tokio::select! {
                biased;
                _ = interrupts.recv() => {
                    *interrupted = true;
                    stop.interrupt()?;
                    continue;
                }
                event = events.next() => event,
                () = stop.due() => {
                    stop.on_time()?;
                    continue;
                }
            };
            match event {
                None => break,
                Some(Err(e)) => {
                    drop(events);
                    stop.settle().await;
                    return Err(stop.explain(e));
                }
                Some(Ok(Event::Columns(columns))) => {
                    answer.rows = RowBatch::new(columns.len());
                    answer.columns = columns;
                }
                Some(Ok(Event::Rows(batch))) => {
                    append(&mut answer.rows, &batch);
                    if answer.rows.bytes() > MOST_BYTES {
                        stop.enough();
                        too_large = true;
                        break;
                    }
                }
                Some(Ok(Event::Notice(notice))) => {
                    answer.locked |= !lock.is_empty() && notice.code.as_deref() == Some(lock);
                }
                Some(Ok(_)) => {}
            }
        }
        drop(events);
        stop.settle().await;
        match too_large {
            false => Ok(answer),
            true => Err(Error::usage(format!(
                "the result is larger than {} MB",
                MOST_BYTES >> 20
            ))),
        }
    }

    /// The first cell of the answer to a query of our own; empty where there is none.
    pub async fn ask_value(&mut self, sql: &str) -> Result<String> {
        self.ensure_connected().await?;
        let answer = self.collect(sql).await;
        let answer = self.settled(answer);
        answer.map(|answer| answer.text(0, 0).to_string())
    }

    /// With `ECHO_HIDDEN` each query is shown before it runs, in psql's frame.
    fn echo_hidden(&mut self, sql: &str) -> Result<Hidden> {
        let wanted = match self.variables.get("ECHO_HIDDEN") {
            None | Some("off" | "0" | "false" | "no") => return Ok(Hidden::Run),
            Some("noexec") => Hidden::Skip,
            Some(_) => Hidden::Run,
        };
        let text = self.psql_block(sql);
        self.output
            .write_all(text.as_bytes())
            .map_err(|e| Error::io("write the output", &e))?;
        Ok(wanted)
    }
}

/// What undoes the shield: the end of a transaction of its own, or a statement.
#[derive(Debug)]
pub(super) struct Shield {
    own: bool,
    undo: String,
}

impl Default for Shield {
    fn default() -> Self {
        Shield {
            own: true,
            undo: String::new(),
        }
    }
}

/// Whether a query that was shown is also run.
#[derive(PartialEq, Eq)]
enum Hidden {
    Run,
    Skip,
}

fn append(rows: &mut RowBatch, batch: &RowBatch) {
    for row in batch.rows() {
        for cell in row.cells() {
            rows.push(cell.kind, cell.text);
        }
        rows.end_row();
    }
}

/// The session, as a driver sees it while it answers one command.
pub(super) struct Counter<'s> {
    session: &'s mut Session,
    expanded: bool,
    /// Where text goes that is not to be shown.
    taken: Option<String>,
    /// Its sheets are rows of tables, in which NULL is a value.
    of_data: bool,
    /// One of its queries has waited for a lock in vain.
    locked_out: bool,
    /// Why a part was left out, when it was last said.
    told: Option<String>,
}

impl<'s> Counter<'s> {
    pub(super) fn new(session: &'s mut Session, expanded: bool) -> Self {
        Counter {
            session,
            expanded,
            taken: None,
            of_data: false,
            locked_out: false,
            told: None,
        }
    }

    /// For rows of tables.
    pub(super) fn of_data(session: &'s mut Session, expanded: bool) -> Self {
        Counter {
            of_data: true,
            ..Counter::new(session, expanded)
        }
    }
}

impl Desk for Counter<'_> {
    fn ask<'a>(&'a mut self, sql: &'a str) -> LocalBoxFuture<'a, Result<Answer>> {
        async move {
            match self.session.echo_hidden(sql)? {
                Hidden::Run => {
                    let before = self.locked_out;
                    let answer = self
                        .session
                        .collect_unless_locked(sql, &mut self.locked_out)
                        .await?;
                    if answer.locked && !before {
                        let why = self.session.lock_in_the_way().await;
                        self.left_out("some tables", &why);
                    }
                    Ok(answer)
                }
                // Without an answer the command cannot go on; nothing is wrong with it.
                Hidden::Skip => Err(Error::server("")),
            }
        }
        .boxed_local()
    }

    fn show(&mut self, sheet: Sheet) -> Result<()> {
        self.show_marked(sheet, Vec::new())
    }

    fn found_nothing(&mut self, message: String) -> Result<()> {
        let error = Error::server(message);
        match self.session.voice {
            Voice::Psql => {
                self.session.complain(&error);
                Ok(())
            }
            _ => Err(error),
        }
    }

    fn left_out(&mut self, part: &str, why: &Error) {
        let mut text = format!("Not all is shown of {part}: {}", why.message);
        // Who it is, once.
        if let Some(detail) = &why.detail
            && self.told.as_ref() != Some(detail)
        {
            text.push_str(&format!("; {detail}"));
            self.told = Some(detail.clone());
        }
        tell(&format!("{}\n", visible_line(&text)));
    }

    fn write(&mut self, text: &str) -> Result<()> {
        if let Some(taken) = &mut self.taken {
            taken.push_str(text);
            return Ok(());
        }
        let shown = match self.session.output.screen() {
            Some(_) => crate::visible::visible_text(text),
            None => text.into(),
        };
        self.session
            .output
            .write_all(shown.as_bytes())
            .map_err(|e| Error::io("write the output", &e))
    }
}

impl Counter<'_> {
    /// Shows a result with its rows marked.
    pub(super) fn show_marked(&mut self, sheet: Sheet, marks: Vec<Mark>) -> Result<()> {
        let send = SendOptions {
            title: Some(sheet.title).filter(|t| !t.is_empty()),
            listing: true,
            nulls: self.of_data,
            footers: sheet.footers,
            flat: sheet.flat,
            expanded: self.expanded && !sheet.flat,
            marks,
            ..SendOptions::default()
        };
        let dialect = self.session.dialect();
        let Session {
            settings,
            output,
            query_log,
            ..
        } = &mut *self.session;
        let mut printer =
            Printer::new(settings, output, &send, "", dialect).with_log(query_log.as_mut());
        printer.columns(&sheet.answer.columns)?;
        if !sheet.answer.is_empty() {
            printer.rows(&sheet.answer.rows)?;
        }
        let summary = Summary {
            tag: String::new(),
            rows: sheet.answer.len() as u64,
        };
        printer.done(&summary, Tags::Nowhere)
    }
}
