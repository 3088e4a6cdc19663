//! One line on standard error while a statement keeps people waiting: rows so far, rate, time.
//!
//! It appears after a second without output, on a terminal only, and is gone before anything else
//! is written there.

use super::batch::size;
use super::execute::duration;
use crate::output::{ERASE_LINE, is_steerable, is_watched, show_passing, steer, tell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a terminal may be silent before the line appears.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is painted again.
const EVERY: Duration = Duration::from_millis(500);

/// The line of one statement.
pub(super) struct Progress {
    started: Instant,
    rows: u64,
    /// Bytes of a COPY, where its rows are not counted.
    bytes: u64,
    /// Where those that go to the server are counted.
    sent: Option<Arc<AtomicU64>>,
    /// Bytes that are done, and all of them, where that is known.
    part: Option<(u64, u64)>,
    /// When to paint next; `None` where nobody looks.
    next: Option<Instant>,
    shown: bool,
    /// The line of the script that the statement stands in, which was there before.
    script: Option<String>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Progress::behind(None)
    }

    /// Behind the line of a script, which stands on the screen.
    pub(super) fn behind(script: Option<String>) -> Self {
        let started = Instant::now();
        Progress {
            started,
            rows: 0,
            bytes: 0,
            sent: None,
            part: None,
            next: is_steerable().then(|| started + PATIENCE),
            shown: script.is_some(),
            script,
        }
    }

    /// Rows have come.
    pub(super) fn count(&mut self, rows: usize) {
        self.rows += rows as u64;
    }

    /// Data of a COPY have come.
    pub(super) fn count_bytes(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// Ctrl-C was pressed: what comes stands on a line of its own, without the terminal's `^C`.
    pub(super) fn interrupted(&mut self) {
        match self.shown {
            true => self.make_way(),
            false if is_watched() => tell("\n"),
            false => {}
        }
    }

    /// Nothing of it is to be seen.
    pub(super) fn never(&mut self) {
        self.next = None;
    }

    /// Where the data of a COPY are counted that go to the server.
    pub(super) fn watch(&mut self, sent: Option<Arc<AtomicU64>>) {
        self.sent = sent;
    }

    /// So many rows have come, and so much of what they come from is read.
    pub(super) fn set(&mut self, rows: u64, part: Option<(u64, u64)>) {
        self.rows = rows;
        self.part = part;
    }

    /// Waits until the line should be painted.
    pub(super) async fn due(&self) {
        match self.next {
            Some(at) => tokio::time::sleep_until(at.into()).await,
            None => std::future::pending().await,
        }
    }

    /// Paints the line if its time has come. For streams that never pause to wait for `due`.
    pub(super) fn show_if_due(&mut self) {
        if self.next.is_some_and(|at| at <= Instant::now()) {
            self.show();
        }
    }

    pub(super) fn show(&mut self) {
        self.next = Some(Instant::now() + EVERY);
        self.shown = true;
        let sent = self.sent.as_ref().map(|sent| sent.load(Ordering::Relaxed));
        let bytes = self.bytes + sent.unwrap_or_default();
        let line = match self.rows {
            0 if bytes > 0 => line_of_bytes(bytes, self.started.elapsed()),
            rows => line(rows, self.started.elapsed(), self.part),
        };
        match &self.script {
            Some(script) => show_passing(&format!("{script} · {line}")),
            None => show_passing(&line),
        }
    }

    /// The statement is over. The line of its script stays; whether it is still there.
    pub(super) fn end(&mut self) -> bool {
        match self.script {
            Some(_) => std::mem::take(&mut self.shown),
            None => {
                self.make_way();
                false
            }
        }
    }

    /// Something else is about to be written to the terminal.
    pub(super) fn make_way(&mut self) {
        if std::mem::take(&mut self.shown) {
            steer(ERASE_LINE);
        }
        self.next = self.next.map(|_| Instant::now() + PATIENCE);
    }
}

/// Nothing of the line stays behind, however the statement ends.
impl Drop for Progress {
    fn drop(&mut self) {
        self.make_way();
    }
}

fn line(rows: u64, elapsed: Duration, part: Option<(u64, u64)>) -> String {
    let time = short(elapsed);
    if rows == 0 {
        return format!("… {time}, no rows yet");
    }
    let seconds = elapsed.as_secs_f64();
    let rate = (rows as f64 / seconds.max(0.001)).round();
    let left = part.map_or(String::new(), |(done, all)| {
        let share = (done as f64 / all.max(1) as f64).min(1.0);
        let left = Duration::from_secs_f64(seconds * (1.0 - share) / share.max(0.000_001));
        format!(", {:.0}%, {} left", share * 100.0, short(left))
    });
    let word = if rows == 1 { "row" } else { "rows" };
    format!("… {time}, {rows} {word}, {rate} rows/s{left}")
}

fn line_of_bytes(bytes: u64, elapsed: Duration) -> String {
    let rate = bytes as f64 / elapsed.as_secs_f64().max(0.001);
    let time = short(elapsed);
    format!("… {time}, {}, {}/s", size(bytes as f64), size(rate))
}

/// `2.5 s`, `2 min 5 s`
fn short(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => duration(Duration::from_secs(seconds))
            .rsplit_once('(')
            .map_or(String::new(), |(_, time)| {
                time.trim_end_matches(')').to_string()
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_time_rows_rate_and_what_is_left() {
        for (rows, ms, part, expected) in [
            (0, 1_000, None, "… 1.0 s, no rows yet"),
            (1, 2_000, None, "… 2.0 s, 1 row, 1 rows/s"),
            (1_000, 2_500, None, "… 2.5 s, 1000 rows, 400 rows/s"),
            (120, 125_000, None, "… 2 min 5 s, 120 rows, 1 rows/s"),
            (
                1_000,
                2_000,
                Some((25, 100)),
                "… 2.0 s, 1000 rows, 500 rows/s, 25%, 6.0 s left",
            ),
        ] {
            assert_eq!(line(rows, Duration::from_millis(ms), part), expected);
        }
        assert_eq!(
            line_of_bytes(69_000_000, Duration::from_millis(1_500)),
            "… 1.5 s, 69.0 MB, 46.0 MB/s"
        );
    }
}
