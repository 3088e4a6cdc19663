//! One line on standard error while a statement keeps people waiting: rows so far, rate, time.
//!
//! It appears after a second without output, on a terminal only, and is gone before anything else
//! is written there.

use super::execute::duration;
use crate::output::{is_watched, tell};
use std::time::{Duration, Instant};

/// How long a terminal may be silent before the line appears.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is painted again.
const EVERY: Duration = Duration::from_millis(500);
/// Back to the first column, and away with what stands there.
const ERASE: &str = "\r\x1b[K";

/// The line of one statement.
pub(super) struct Progress {
    started: Instant,
    rows: u64,
    /// When to paint next; `None` where nobody looks.
    next: Option<Instant>,
    shown: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        let started = Instant::now();
        Progress {
            started,
            rows: 0,
            next: is_watched().then(|| started + PATIENCE),
            shown: false,
        }
    }

    /// Rows have come.
    pub(super) fn count(&mut self, rows: usize) {
        self.rows += rows as u64;
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
        tell(&format!(
            "{ERASE}{}",
            line(self.rows, self.started.elapsed())
        ));
    }

    /// Something else is about to be written to the terminal.
    pub(super) fn make_way(&mut self) {
        if std::mem::take(&mut self.shown) {
            tell(ERASE);
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

fn line(rows: u64, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let time = match elapsed.as_secs() {
        0..60 => format!("{seconds:.1} s"),
        _ => duration(Duration::from_secs(elapsed.as_secs()))
            .rsplit_once('(')
            .map_or(String::new(), |(_, time)| {
                time.trim_end_matches(')').to_string()
            }),
    };
    if rows == 0 {
        return format!("… {time}, no rows yet");
    }
    let rate = (rows as f64 / seconds.max(0.001)).round();
    format!("… {time}, {rows} rows, {rate} rows/s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_names_time_rows_and_rate() {
        for (rows, ms, expected) in [
            (0, 1_000, "… 1.0 s, no rows yet"),
            (1_000, 2_500, "… 2.5 s, 1000 rows, 400 rows/s"),
            (120, 125_000, "… 2 min 5 s, 120 rows, 1 rows/s"),
        ] {
            assert_eq!(line(rows, Duration::from_millis(ms)), expected);
        }
    }
}
