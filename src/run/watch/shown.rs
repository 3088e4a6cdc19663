//! `\watch` behind a command that explores: what the command shows, in one place, with what has
//! changed since the round before marked.

use crate::command::{self, Until};
use crate::error::{Error, Result};
use crate::format::width::fit;
use crate::output::{Screen, is_dumb, local_time, paint_screen, without_colours};
use crate::session::Session;
use crate::sql::CommandLine;
use std::io::Write;
use std::ops::Range;
use std::time::Duration;

/// Runs the command until the rounds are over, something has changed, an error, or Ctrl-C.
pub(in crate::run) async fn repeat_command(
    session: &mut Session,
    line: &CommandLine<'_>,
    words: &str,
) -> Result<()> {
    let watch = command::watch_of(session, words)?;
    if watch.least > 0 || !matches!(watch.until, None | Some(Until::Change)) {
        return Err(Error::usage(
            "\\watch: m=, u=rows and u=empty need a statement",
        ));
    }
    let is_painted = session.interactive && session.output.screen().is_some() && !is_dumb();
    let ending = session.ending.clone();
    let screen = is_painted.then(|| ending.other_screen());
    let mut last = Vec::new();
    let outcome = rounds(session, line, &watch, is_painted, &mut last).await;
    drop(screen);
    if is_painted {
        // What was seen last stays.
        write(session, &last)?;
    }
    outcome
}

async fn rounds(
    session: &mut Session,
    line: &CommandLine<'_>,
    watch: &command::Watch,
    is_painted: bool,
    last: &mut Vec<u8>,
) -> Result<()> {
    let pause = Duration::try_from_secs_f64(watch.seconds).unwrap_or(Duration::MAX);
    let mut before: Option<String> = None;
    let mut done = 0;
    loop {
        let every = format!("{} (every {}s)", local_time(), watch.seconds);
        session.output.begin_aside();
        let ran = command::dispatch(session, line).await;
        let shown = session.output.take_aside();
        // What it showed before an error is part of what it said.
        let text = String::from_utf8_lossy(&without_colours(&shown)).into_owned();
        match session.output.screen().filter(|_| is_painted) {
            Some(screen) => {
                let title = format!("{every}  Ctrl-C stops");
                let picture = picture(&text, before.as_deref(), &title, screen);
                paint_screen(&picture);
            }
            None => write(session, &[every.as_bytes(), b"\n\n", &shown].concat())?,
        }
        if ran.is_ok() || !shown.is_empty() {
            *last = shown;
        }
        ran?;
        done += 1;
        let changed = before.as_ref().is_some_and(|before| *before != text);
        let over = changed && watch.until == Some(Until::Change);
        if over || done == watch.rounds || !session.waits_for_round(pause).await? {
            return Ok(());
        }
        before = Some(text);
    }
}

fn write(session: &mut Session, text: &[u8]) -> Result<()> {
    let written = session.output.write_all(text);
    let written = written.and_then(|()| session.output.flush());
    written.map_err(|e| Error::io("write the output", &e))
}

/// The title, and as many lines as the screen has room for.
fn picture(text: &str, before: Option<&str>, title: &str, screen: Screen) -> Vec<String> {
    let room = screen.rows.saturating_sub(2).max(1);
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let mut old = before.map(|before| before.trim_end().lines());
    let mut out = vec![fit(title, screen.columns)];
    for line in lines.iter().take(room) {
        let shown = fit(line, screen.columns);
        out.push(match &mut old {
            Some(old) => marked(&shown, &fit(old.next().unwrap_or(""), screen.columns)),
            None => shown,
        });
    }
    if lines.len() > room {
        let rest = format!("({} more lines below the screen)", lines.len() - room);
        out.push(fit(&rest, screen.columns));
    }
    out
}

/// A line with the cells in reverse that are others than those in the same place before.
fn marked(line: &str, before: &str) -> String {
    let old = cells(before);
    let mut out = String::new();
    let mut done = 0;
    for (at, cell) in cells(line).into_iter().enumerate() {
        let same = old.get(at).map(|old| &before[old.clone()]) == Some(&line[cell.clone()]);
        if cell.is_empty() || same {
            continue;
        }
        out.push_str(&line[done..cell.start]);
        out.push_str(&format!("\x1b[7m{}\x1b[27m", &line[cell.clone()]));
        done = cell.end;
    }
    out.push_str(&line[done..]);
    out
}

/// The cells of a line, without the blanks around them: between the rules of a table, or else what
/// two blanks keep apart.
fn cells(line: &str) -> Vec<Range<usize>> {
    let rules = ['│', '|'];
    let cut: &dyn Fn(char, &str) -> bool = match line.contains(rules) {
        true => &|c, _| rules.contains(&c),
        false => &|c, rest| c == '\t' || rest.starts_with("  "),
    };
    let mut out = Vec::new();
    let mut from = 0;
    for (at, c) in line.char_indices() {
        if cut(c, &line[at..]) {
            out.push(trimmed(line, from..at));
            from = at + c.len_utf8();
        }
    }
    out.push(trimmed(line, from..line.len()));
    if !line.contains(rules) {
        out.retain(|cell| !cell.is_empty());
    }
    out
}

fn trimmed(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    let start = range.start + text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_changed_is_marked_cell_by_cell() {
        for (before, line, expected) in [
            ("a | b | c", "a | b | c", "a | b | c"),
            (
                " 1 |    | idle ",
                "12 |    | active ",
                "<12> |    | <active> ",
            ),
            ("1 | x", "1 |  ", "1 |  "),
            ("1 |  ", "1 | x", "1 | <x>"),
            ("size  10 MB  ok", "size  9 MB  ok", "size  <9 MB>  ok"),
            ("", "Übergröße  größer", "<Übergröße>  <größer>"),
            ("│ a b │", "│ a c │", "│ <a c> │"),
        ] {
            let shown = marked(line, before);
            let shown = shown.replace("\x1b[7m", "<").replace("\x1b[27m", ">");
            assert_eq!(shown, expected, "{before:?} {line:?}");
        }
    }

    #[test]
    fn the_picture_fits_the_screen() {
        let screen = |rows, columns| Screen { rows, columns };
        let text = "one\ntwo\nthree\nfour\n";
        assert_eq!(
            picture(text, None, "now", screen(10, 20)),
            ["now", "one", "two", "three", "four"]
        );
        assert_eq!(
            picture(text, Some("one\n"), "a title", screen(4, 4)),
            ["a t…", "one", "\x1b[7mtwo\x1b[27m", "(2 …"]
        );
    }
}
