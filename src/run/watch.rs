//! `\watch`: a statement again and again. Where somebody looks it is painted in one place, with the
//! cells marked that have changed since the round before; elsewhere each round is a result.

mod shown;

pub(super) use shown::repeat_command;

use super::failure::{Failed, tell_error};
use super::statement::{options, remembered, send_filled};
use super::{Flow, Span, ask};
use crate::command::{Until, Watch};
use crate::data::{Align, CellKind, RowBatch};
use crate::error::voice::Voice;
use crate::error::{Error, Kind, Result};
use crate::format::width::fit;
use crate::output::{Screen, is_dumb, paint_screen, tell};
use crate::session::{Held, SendOptions, Session};
use crate::settings::Auto;
use crate::sql::Effect;
use crate::visible::visible_line;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// The result of one round, as far as it is compared and painted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Round {
    columns: Vec<String>,
    /// Columns whose cells stand to the right.
    right: Vec<bool>,
    /// `None` for NULL.
    rows: Vec<Vec<Option<String>>>,
}

impl Round {
    fn of(held: &Held) -> Round {
        let text = |text: &[u8]| visible_line(&String::from_utf8_lossy(text)).into_owned();
        Round {
            columns: held
                .columns
                .iter()
                .map(|c| text(c.name.as_bytes()))
                .collect(),
            right: held
                .columns
                .iter()
                .map(|c| c.align == Align::Right)
                .collect(),
            rows: held
                .rows()
                .map(|row| {
                    row.cells()
                        .map(|cell| (cell.kind != CellKind::Null).then(|| text(cell.text)))
                        .collect()
                })
                .collect(),
        }
    }

    /// Whether the cell is another one than in the round before, which had the same columns.
    fn changed(&self, before: Option<&Round>, row: usize, column: usize) -> bool {
        let Some(before) = before.filter(|b| b.columns == self.columns) else {
            return false;
        };
        before.rows.get(row).and_then(|r| r.get(column)) != self.rows[row].get(column)
    }
}

/// Widest cell of the picture.
const WIDEST: usize = 60;

/// The picture of one round: the title, the head, as many rows as the screen has room for.
fn picture(
    round: &Round,
    before: Option<&Round>,
    title: &str,
    null: &str,
    screen: Screen,
) -> Vec<String> {
    let room = screen.rows.saturating_sub(4).max(1);
    let shown = &round.rows[..round.rows.len().min(room)];
    let cell = |cell: &Option<String>| fit(cell.as_deref().unwrap_or(null), WIDEST);
    let mut widths: Vec<usize> = round
        .columns
        .iter()
        .map(|c| fit(c, WIDEST).width())
        .collect();
    for row in shown {
        for (width, value) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell(value).width());
        }
    }
    let mut lines = vec![fit(title, screen.columns)];
    let head: Vec<String> = round
        .columns
        .iter()
        .zip(&widths)
        .map(|(name, width)| padded(&fit(name, WIDEST), *width))
        .collect();
    lines.push(fit(&format!(" {}", head.join(" │ ")), screen.columns));
    let rules: Vec<String> = widths.iter().map(|width| "─".repeat(width + 2)).collect();
    lines.push(fit(&rules.join("┼"), screen.columns));
    for (at, row) in shown.iter().enumerate() {
        let mut line = String::from(" ");
        let mut used = 1;
        for (column, (value, width)) in row.iter().zip(&widths).enumerate() {
            let left = screen.columns.saturating_sub(used);
            let right = round.right.get(column).is_some_and(|right| *right);
            let cell = cell(value);
            let text = match right {
                true => format!("{:1$}{cell}", "", width.saturating_sub(cell.width())),
                false => padded(&cell, *width),
            };
            let text = fit(&text, left);
            used += text.width();
            let marked = round.changed(before, at, column);
            line.push_str(&match marked {
                true => format!("\x1b[7m{text}\x1b[27m"),
                false => text,
            });
            if column + 1 < widths.len() && used + 3 < screen.columns {
                line.push_str(" │ ");
                used += 3;
            }
        }
        lines.push(line);
    }
    let count = round.rows.len();
    let rest = match count - shown.len() {
        0 => String::new(),
        more => format!(", {more} of them below the screen"),
    };
    let rows = if count == 1 { "row" } else { "rows" };
    lines.push(fit(&format!("({count} {rows}{rest})"), screen.columns));
    lines
}

fn padded(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{:missing$}", "")
}

/// Whether the round is the last one, by what it brought.
fn is_reached(until: Option<Until>, least: u64, round: &Round, before: Option<&Round>) -> bool {
    let count = round.rows.len() as u64;
    let reached = match until {
        None => false,
        Some(Until::Change) => before.is_some_and(|before| before != round),
        Some(Until::Rows) => count > 0,
        Some(Until::Empty) => count == 0,
    };
    reached || count < least
}

/// What is repeated, and how.
struct Repeated<'a> {
    sql: &'a str,
    effect: Effect,
    watch: Watch,
    span: Span,
    /// The title that results have anyway.
    title: Option<&'a str>,
}

impl Repeated<'_> {
    /// Where it is painted: somebody looks, and there are rows to be seen.
    fn screen(&self, session: &Session) -> Option<Screen> {
        let has_rows = matches!(self.effect, Effect::Read | Effect::Unknown);
        let painted = has_rows && session.interactive && !is_dumb();
        session.output.screen().filter(|_| painted)
    }
}

/// Until the rounds are over, what was waited for is there, an error, or Ctrl-C. What destroys
/// something is asked about once.
pub(super) async fn repeat(
    session: &mut Session,
    text: &str,
    effect: Effect,
    watch: Watch,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    let failed = |error| Failed::plain(error, span);
    let sql = remembered(session, text);
    ask::consent(session, &sql).await.map_err(failed)?;
    let usual = session.settings.title.clone();
    let what = Repeated {
        sql: &sql,
        effect,
        watch,
        span,
        title: usual.as_deref(),
    };
    let is_painted = what.screen(session).is_some();
    let ending = session.ending.clone();
    let screen = is_painted.then(|| ending.other_screen());
    let mut last = None;
    let outcome = rounds(session, &what, &mut last).await;
    session.settings.title.clone_from(&usual);
    drop(screen);
    if let Some(held) = last.filter(|_| is_painted) {
        // What was seen last stays, also where an error ended it; nobody asked for a pager.
        let pager = std::mem::replace(&mut session.settings.pager, Auto::Off);
        let shown = show(session, &held);
        session.settings.pager = pager;
        shown.map_err(failed)?;
    }
    if session.voice != Voice::Psql {
        return outcome.map(|()| Flow::Continue);
    }
    let outcome = outcome.map_err(|before| told(session, before));
    super::psql::print("\n").map_err(failed)?;
    outcome.map(|()| Flow::Continue)
}

/// psql ends its rounds with an empty line, below the error that has ended them.
fn told(session: &mut Session, failed: Failed) -> Failed {
    if failed.error.kind == Kind::Closed {
        return failed;
    }
    tell_error(session, &failed);
    Failed {
        error: Error::new(failed.error.kind, ""),
        ..failed
    }
}

fn show(session: &mut Session, held: &Held) -> Result<()> {
    if held.batches.is_empty() {
        return session.show_rows(&held.columns, &RowBatch::new(held.columns.len()));
    }
    held.batches
        .iter()
        .try_for_each(|batch| session.show_rows(&held.columns, batch))
}

/// The rounds, one after the other; `last` is what the newest of them brought.
async fn rounds(
    session: &mut Session,
    what: &Repeated<'_>,
    last: &mut Option<Held>,
) -> std::result::Result<(), Failed> {
    let (watch, span) = (what.watch, what.span);
    let mut before: Option<Round> = None;
    let mut done = 0;
    let compares = watch.until.is_some() || watch.least > 0;
    loop {
        // The size may have changed.
        let screen = what.screen(session);
        let every = format!("{} (every {}s)", crate::output::local_time(), watch.seconds);
        session.settings.title = Some(match what.title {
            Some(title) => format!("{title}\t{every}\n"),
            None => format!("{every}\n"),
        });
        let send = SendOptions {
            hold: screen.is_some() || compares,
            mute: screen.is_some(),
            round: true,
            ..options(session, span)
        };
        send_filled(session, what.sql, what.effect, &send, span).await?;
        let held = session.held.take();
        let round = held.as_ref().map(Round::of).unwrap_or_default();
        match (&held, screen) {
            (Some(_), Some(screen)) => {
                let name = what
                    .title
                    .map_or(String::new(), |title| format!("{title}  "));
                let title = format!("{name}{every}  Ctrl-C stops");
                let null = session.settings.null.clone().unwrap_or("<null>".into());
                let picture = picture(&round, before.as_ref(), &title, &null, screen);
                paint_screen(&picture);
            }
            (Some(held), None) => {
                show(session, held).map_err(|error| Failed::plain(error, span))?;
            }
            (None, _) => {}
        }
        done += 1;
        let over = is_reached(watch.until, watch.least, &round, before.as_ref());
        let has_rows = held.is_some();
        *last = held;
        if done == watch.rounds || (has_rows && over) {
            return Ok(());
        }
        before = Some(round);
        let pause = Duration::try_from_secs_f64(watch.seconds).unwrap_or(Duration::MAX);
        let goes_on = session.waits_for_round(pause).await;
        if !goes_on.map_err(|lost| Failed::plain(lost, span))? {
            if session.interactive && screen.is_none() {
                tell("\n");
            }
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(rows: &[&[Option<&str>]]) -> Round {
        Round {
            columns: vec!["number".into(), "state".into()],
            right: vec![true, false],
            rows: rows
                .iter()
                .map(|row| row.iter().map(|c| c.map(str::to_string)).collect())
                .collect(),
        }
    }

    #[test]
    fn the_picture_fits_the_screen_and_marks_what_has_changed() {
        let before = round(&[&[Some("1"), Some("idle")], &[Some("2"), None]]);
        let after = round(&[
            &[Some("1"), Some("active")],
            &[Some("2"), None],
            &[Some("3"), None],
        ]);
        let screen = Screen {
            rows: 24,
            columns: 30,
        };
        let picture = picture(&after, Some(&before), "now", "<null>", screen);
        assert_eq!(
            picture,
            [
                "now",
                " number │ state ",
                "────────┼────────",
                "      1 │ \x1b[7mactive\x1b[27m",
                "      2 │ <null>",
                " \x1b[7m     3\x1b[27m │ \x1b[7m<null>\x1b[27m",
                "(3 rows)",
            ]
        );
        let small = Screen {
            rows: 6,
            columns: 8,
        };
        let picture = super::picture(&after, None, "a long title", "", small);
        assert_eq!(picture.len(), 6);
        assert_eq!(picture.last().map(String::as_str), Some("(3 rows…"));
    }

    #[test]
    fn what_is_waited_for_ends_it() {
        let (none, one) = (round(&[]), round(&[&[Some("1"), None]]));
        for (until, least, now, before, expected) in [
            (None, 0, &one, None, false),
            (None, 1, &none, None, true),
            (None, 1, &one, None, false),
            (Some(Until::Rows), 0, &none, None, false),
            (Some(Until::Rows), 0, &one, None, true),
            (Some(Until::Empty), 0, &none, None, true),
            (Some(Until::Change), 0, &one, None, false),
            (Some(Until::Change), 0, &one, Some(&one), false),
            (Some(Until::Change), 0, &one, Some(&none), true),
        ] {
            assert_eq!(is_reached(until, least, now, before), expected);
        }
    }
}
