//! Long scripts: how far they are, on the screen and in a file from which they go on.

mod checkpoint;

use super::Session;
use crate::driver::Transaction;
use crate::error::{Error, Kind, Result};
use crate::output::{ERASE_LINE, is_steerable, show_passing, steer, tell};
use crate::sql::Effect;
use crate::sql::bytes::to_bytes;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often the line on the screen is painted again.
const EVERY: Duration = Duration::from_millis(200);

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct BatchPlan {
    /// A line with statements, bytes, rate and the time that is left, where somebody looks.
    pub progress: bool,
    /// Where to write how far the script is.
    pub checkpoint: Option<PathBuf>,
    /// Goes on where the checkpoint is.
    pub resume: bool,
    /// Waits between two statements.
    pub pause: Duration,
}

/// How far a script has been read, and a sum over what was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub bytes: u64,
    /// FNV-1a.
    pub sum: u64,
}

impl Default for Mark {
    fn default() -> Self {
        Mark {
            bytes: 0,
            sum: 0xcbf2_9ce4_8422_2325,
        }
    }
}

impl Mark {
    pub fn pass(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        for byte in bytes {
            self.sum = (self.sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Where a script stands between two statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    pub mark: Mark,
    /// The line on which the next statement begins or that it follows, counted from 1.
    pub line: usize,
    pub statements: u64,
    pub delimiter: String,
    pub database: String,
    /// Statements that set up the session, the last of each text, in order.
    pub settings: Vec<String>,
}

/// One long script.
pub struct Batch {
    plan: BatchPlan,
    at: Position,
    /// Bytes in the whole script, where that is known.
    total: Option<u64>,
    /// When and where this run began.
    started: Instant,
    first: u64,
    painted: Option<Instant>,
    /// The line stands on the screen.
    shown: bool,
}

impl Batch {
    pub fn new(plan: BatchPlan) -> Self {
        Batch {
            plan,
            at: Position::default(),
            total: None,
            started: Instant::now(),
            first: 0,
            painted: None,
            shown: false,
        }
    }

    /// The script begins; gives where it goes on, where it was interrupted before.
    pub fn begin(&mut self, total: Option<u64>) -> Result<Option<Position>> {
        self.total = total;
        self.started = Instant::now();
        self.at.line = 1;
        self.paint_first();
        let (Some(file), true) = (&self.plan.checkpoint, self.plan.resume) else {
            return Ok(None);
        };
        let position = checkpoint::read(file)?;
        match &position {
            Some(position) => {
                self.at = position.clone();
                self.first = position.mark.bytes;
            }
            None => tell("There is no checkpoint yet: the script begins at its beginning.\n"),
        }
        Ok(position)
    }

    /// How far the script is, for who reads on by himself.
    pub fn mark(&self) -> Mark {
        self.at.mark
    }

    /// Data that belong to the statement before have been read.
    pub fn passed(&mut self, mark: Mark) {
        self.at.mark = mark;
    }

    /// Text that has been run, or needs no running.
    fn pass(&mut self, text: &str) {
        self.at.line += memchr::memchr_iter(b'\n', text.as_bytes()).count();
        self.at.mark.pass(&to_bytes(text));
    }

    /// Remembers what a later run must repeat before it goes on.
    fn remember(&mut self, sql: &str) {
        if self.plan.checkpoint.is_some() {
            self.at.settings.retain(|known| known != sql);
            self.at.settings.push(sql.to_string());
        }
    }

    /// The pause before the next statement; none before the first.
    pub fn pause(&self) -> Option<Duration> {
        let first = self.at.mark.bytes == self.first;
        Some(self.plan.pause).filter(|p| !p.is_zero() && !first)
    }

    fn paint(&mut self) {
        let due = self.painted.is_none_or(|at| at.elapsed() >= EVERY);
        if self.plan.progress && due && is_steerable() {
            self.painted = Some(Instant::now());
            self.shown = true;
            show_passing(&self.line());
        }
    }

    /// Paints the line before there is anything to tell.
    fn paint_first(&mut self) {
        self.painted = None;
        self.paint();
    }

    /// Takes the line off the screen, because something else comes; it is there again behind that.
    pub fn erase(&mut self) {
        if std::mem::take(&mut self.shown) {
            self.painted = None;
            steer(ERASE_LINE);
        }
    }

    /// The line as it stands on the screen, for who takes its place.
    pub(super) fn shown_line(&mut self) -> Option<String> {
        std::mem::take(&mut self.shown).then(|| self.line())
    }

    /// Whoever took its place left the line on the screen, or something else came.
    pub(super) fn still_shown(&mut self, shown: bool) {
        self.shown = shown;
        if !shown {
            self.painted = None;
        }
    }

    /// Says how far the script came.
    pub fn finish(&mut self) {
        if self.plan.progress {
            self.shown = false;
            let erase = if is_steerable() { ERASE_LINE } else { "" };
            tell(&format!("{erase}{}\n", self.line()));
        }
    }

    fn line(&self) -> String {
        let bytes = self.at.mark.bytes;
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let rate = (bytes - self.first) as f64 / seconds;
        let of = match self.total.filter(|total| *total > 0) {
            Some(total) => {
                let percent = (bytes * 100 / total).min(100);
                format!(" of {} ({percent} %)", size(total as f64))
            }
            None => String::new(),
        };
        let left = match self.total {
            Some(total) if rate > 0.0 && total > bytes => {
                let left = Duration::try_from_secs_f64((total - bytes) as f64 / rate);
                left.map_or(String::new(), |left| format!(" · {} left", clock(left)))
            }
            _ => String::new(),
        };
        format!(
            "{} statements · {}{of} · {}/s{left}",
            self.at.statements,
            size(bytes as f64),
            size(rate)
        )
    }
}

pub(super) fn size(bytes: f64) -> String {
    match bytes {
        b if b >= 1e9 => format!("{:.2} GB", b / 1e9),
        b if b >= 1e6 => format!("{:.1} MB", b / 1e6),
        b if b >= 1e3 => format!("{:.0} kB", b / 1e3),
        b => format!("{b:.0} B"),
    }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

impl Session {
    /// Text of the script that needs no running: what stands behind the last statement.
    pub fn batch_passed(&mut self, text: &str) {
        if let Some(batch) = &mut self.batch {
            batch.pass(text);
        }
    }

    /// A statement or command of the script is over; `text` is the script's from the end of the one
    /// before. What went before an open transaction's end is not over: it may be undone.
    pub fn batch_step(
        &mut self,
        text: &str,
        sent: Option<(&str, Effect)>,
        delimiter: &str,
    ) -> Result<()> {
        let Some(batch) = &mut self.batch else {
            return Ok(());
        };
        batch.pass(text);
        delimiter.clone_into(&mut batch.at.delimiter);
        if let Some((sql, effect)) = sent {
            batch.at.statements += 1;
            let sets =
                effect == Effect::Session || effect == Effect::Read && sql.contains("set_config(");
            if sets {
                batch.remember(sql);
            }
        }
        batch.paint();
        self.batch_keep()
    }

    /// Writes the checkpoint, unless a transaction or a statement is open.
    pub fn batch_keep(&mut self) -> Result<()> {
        let Some(batch) = &mut self.batch else {
            return Ok(());
        };
        let open = self.status.transaction != Transaction::None || !self.query.buffer.is_empty();
        let Some(file) = batch.plan.checkpoint.as_ref().filter(|_| !open) else {
            return Ok(());
        };
        batch.at.database.clone_from(&self.status.database);
        checkpoint::write(file, &batch.at)
    }

    /// Waits as long as was asked for between two statements; false where Ctrl-C came first.
    pub async fn batch_waits(&mut self) -> bool {
        match self.batch.as_ref().and_then(Batch::pause) {
            Some(pause) => !self.interrupted_within(pause).await,
            None => true,
        }
    }

    /// Takes the session to where the interrupted one was.
    pub async fn batch_set_up(&mut self, position: &Position) -> Result<()> {
        self.query.delimiter.clone_from(&position.delimiter);
        let send = super::SendOptions {
            hold: true,
            listing: true,
            ..super::SendOptions::default()
        };
        let database = &position.database;
        if !database.is_empty() && *database != self.status.database {
            if !self.dialect().at_variables {
                let message = format!("the script was interrupted in database \"{database}\"");
                let hint = "Connect to that database to go on.";
                return Err(Error::new(Kind::Config, message).with_hint(hint));
            }
            let name = database.replace('`', "``");
            self.execute(&format!("USE `{name}`"), Effect::Session, &send)
                .await?;
        }
        for sql in &position.settings {
            self.execute(sql, Effect::Session, &send).await?;
            self.held = None;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_statements_bytes_rate_and_what_is_left() {
        let mut batch = Batch::new(BatchPlan::default());
        batch.total = Some(4_000_000);
        batch.pass(&"x".repeat(1_000_000));
        batch.at.statements = 12;
        batch.started = Instant::now()
            .checked_sub(Duration::from_secs(10))
            .expect("the machine runs longer");
        assert_eq!(
            batch.line(),
            "12 statements · 1.0 MB of 4.0 MB (25 %) · 100 kB/s · 0:30 left"
        );
    }

    #[test]
    fn the_same_text_has_the_same_sum_however_it_is_cut() {
        let (mut whole, mut parts) = (Mark::default(), Mark::default());
        whole.pass(b"select 1; select 2");
        parts.pass(b"select 1;");
        parts.pass(b" select 2");
        assert_eq!(whole, parts);
    }
}
