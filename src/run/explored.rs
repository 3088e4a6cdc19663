//! `\g FILE` and `\watch` behind a command that explores, on its line: what it shows goes to a file or
//! a program, or is shown again and again.

use super::failure::Failed;
use super::{Flow, Span};
use crate::command;
use crate::error::voice::Voice;
use crate::error::{Error, Result};
use crate::output::{Output, local_time};
use crate::session::Session;
use crate::settings::Auto;
use crate::sql::CommandLine;
use std::io::Write;
use std::time::Duration;

/// A command that explores, with what is to become of its result.
struct Behind<'t> {
    arguments: &'t str,
    /// `g` or `watch`
    name: &'t str,
    words: &'t str,
}

/// Runs the command and what stands behind it; `None` where it is none of this kind. psql's commands
/// are over at the next backslash, so that theirs comes by itself: see `session.explored`.
pub(super) async fn run(
    session: &mut Session,
    line: &CommandLine<'_>,
    span: Span,
) -> Option<std::result::Result<Flow, Failed>> {
    let before = session.explored.take();
    if session.voice != Voice::Sqwire {
        return None;
    }
    let explores = command::explores(line.name);
    let (name, behind) = match (explores, before) {
        (true, _) => (line.name.to_string(), behind(line.arguments)?),
        (false, Some((name, arguments, on)))
            if on == span.line
                && ["g", "watch"].contains(&line.name)
                && session.buffer.trim().is_empty() =>
        {
            let behind = Behind {
                arguments: &arguments,
                name: line.name,
                words: line.arguments,
            };
            let again = again(session, &name, &behind).await;
            return Some(
                again
                    .map(|()| Flow::Continue)
                    .map_err(|e| Failed::plain(e, span)),
            );
        }
        _ => return None,
    };
    let again = again(session, &name, &behind).await;
    Some(
        again
            .map(|()| Flow::Continue)
            .map_err(|e| Failed::plain(e, span)),
    )
}

/// Takes note of a command that explored, for what stands behind it on its line.
pub(super) fn note(session: &mut Session, line: &CommandLine<'_>, span: Span) {
    if session.voice == Voice::Sqwire && command::explores(line.name) {
        session.explored = Some((line.name.to_string(), line.arguments.to_string(), span.line));
    }
}

/// `big \watch 5`: the last of such words that stands outside of quotes.
fn behind(arguments: &str) -> Option<Behind<'_>> {
    ["\\g", "\\watch"].iter().find_map(|word| {
        let at = arguments.rfind(word)?;
        let (own, rest) = (&arguments[..at], &arguments[at + word.len()..]);
        let quoted = own.matches(['\'', '"']).count() % 2 == 1;
        let apart = own.is_empty() || own.ends_with(char::is_whitespace);
        let over = rest.is_empty() || rest.starts_with(char::is_whitespace);
        (apart && over && !quoted).then(|| Behind {
            arguments: own.trim_end(),
            name: &word[1..],
            words: rest.trim(),
        })
    })
}

async fn again(session: &mut Session, name: &str, behind: &Behind<'_>) -> Result<()> {
    let line = CommandLine {
        name,
        arguments: behind.arguments,
        offset: 0,
        stop: 0,
    };
    match (behind.name, behind.words) {
        ("g", "") => command::dispatch(session, &line).await.map(drop),
        ("g", place) => {
            let usual = std::mem::replace(&mut session.output, Output::later(place));
            let ran = command::dispatch(session, &line).await;
            let elsewhere = std::mem::replace(&mut session.output, usual);
            elsewhere.close().and(ran.map(drop))
        }
        (_, words) => {
            // Each round is to be seen at once.
            let pager = std::mem::replace(&mut session.settings.pager, Auto::Off);
            let watched = watch(session, &line, words).await;
            session.settings.pager = pager;
            watched
        }
    }
}

async fn watch(session: &mut Session, line: &CommandLine<'_>, words: &str) -> Result<()> {
    let watch = command::watch_of(session, words)?;
    if watch.until.is_some() || watch.least > 0 {
        return Err(Error::usage("\\watch: m= and u= need a statement"));
    }
    let pause = Duration::try_from_secs_f64(watch.seconds).unwrap_or(Duration::MAX);
    let mut done = 0;
    loop {
        let every = format!("{} (every {}s)\n\n", local_time(), watch.seconds);
        let titled = session.output.write_all(every.as_bytes());
        titled.map_err(|e| Error::io("write the output", &e))?;
        command::dispatch(session, line).await?;
        let flushed = session.output.flush();
        flushed.map_err(|e| Error::io("write the output", &e))?;
        done += 1;
        if done == watch.rounds || session.interrupted_within(pause).await {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::behind;

    #[test]
    fn what_stands_behind_is_found_outside_of_quotes() {
        for (text, expected) in [
            ("big", None),
            ("big \\watch c=2", Some(("big", "watch", "c=2"))),
            ("\\g out.txt", Some(("", "g", "out.txt"))),
            ("big k \\g | less", Some(("big k", "g", "| less"))),
            ("big \\gx", None),
            ("select ' \\g '", None),
            ("select 'a' \\g", Some(("select 'a'", "g", ""))),
            ("a\\g", None),
        ] {
            let found = behind(text).map(|b| (b.arguments, b.name, b.words));
            assert_eq!(found, expected, "{text}");
        }
    }
}
