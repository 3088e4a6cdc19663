//! `\g FILE`, `\gx` and `\watch` behind a command that explores, on its line: what it shows goes to a file or
//! a program, or is shown again and again.

use super::failure::Failed;
use super::statement::set_for_one;
use super::watch::repeat_command;
use super::{Flow, Span};
use crate::command::{self, Next, Send};
use crate::error::Result;
use crate::error::voice::Voice;
use crate::output::Output;
use crate::session::Session;
use crate::settings::Auto;
use crate::sql::CommandLine;

/// What may stand behind such a command.
const BEHIND: [&str; 4] = ["g", "gx", "G", "watch"];

/// A command that explores, with what is to become of its result.
struct Behind<'t> {
    arguments: &'t str,
    /// One of `BEHIND`.
    name: &'t str,
    words: &'t str,
}

/// Runs the command and what stands behind it; `None` where it is none of this kind. psql's commands
/// are over at the next backslash, so that theirs comes by itself: see `waits`.
pub(super) async fn run(
    session: &mut Session,
    line: &CommandLine<'_>,
    span: Span,
) -> Option<std::result::Result<Flow, Failed>> {
    let waiting = session.explored.take();
    if session.voice != Voice::Sqwire {
        return None;
    }
    let ran = match waiting {
        Some((name, arguments)) => {
            let behind = Behind {
                arguments: &arguments,
                name: line.name,
                words: line.arguments,
            };
            again(session, &name, &behind).await
        }
        None if command::explores(line.name) => {
            let behind = behind(line.arguments)?;
            again(session, line.name, &behind).await
        }
        None => return None,
    };
    Some(
        ran.map(|()| Flow::Continue)
            .map_err(|e| Failed::plain(e, span)),
    )
}

/// Whether a command that explores is over at the backslash of another one that says what becomes of
/// its result. Then it is kept, and runs with that one.
pub(super) fn waits(session: &mut Session, line: &CommandLine<'_>, rest: &str) -> bool {
    let next = rest.strip_prefix('\\').unwrap_or_default();
    let next = next.split(char::is_whitespace).next().unwrap_or_default();
    let waits = session.voice == Voice::Sqwire
        && BEHIND.contains(&next)
        && command::explores(line.name)
        && session.query.buffer.trim().is_empty();
    if waits {
        session.explored = Some((line.name.to_string(), line.arguments.to_string()));
    }
    waits
}

/// `big \watch 5`: the last of such words that stands outside of quotes.
fn behind(arguments: &str) -> Option<Behind<'_>> {
    BEHIND.iter().find_map(|name| {
        let word = format!("\\{name}");
        let at = arguments.rfind(&word)?;
        let (own, rest) = (&arguments[..at], &arguments[at + word.len()..]);
        let quoted = own.matches(['\'', '"']).count() % 2 == 1;
        let apart = own.is_empty() || own.ends_with(char::is_whitespace);
        let over = rest.is_empty() || rest.starts_with(char::is_whitespace);
        (apart && over && !quoted).then(|| Behind {
            arguments: own.trim_end(),
            name,
            words: rest.trim(),
        })
    })
}

async fn again(session: &mut Session, name: &str, behind: &Behind<'_>) -> Result<()> {
    let line = |name, arguments| CommandLine {
        name,
        arguments,
        offset: 0,
        stop: 0,
    };
    let explores = line(name, behind.arguments);
    if behind.name == "watch" {
        // Each round is to be seen at once.
        let pager = std::mem::replace(&mut session.settings.pager, Auto::Off);
        let watched = repeat_command(session, &explores, behind.words).await;
        session.settings.pager = pager;
        return watched;
    }
    let next = command::dispatch(session, &line(behind.name, behind.words)).await?;
    let Next::Send(send) = next else {
        return Ok(());
    };
    let usual = set_for_one(session, &send)?;
    let expanded = session.settings.expanded;
    if send.options.expanded {
        session.settings.expanded = Auto::On;
    }
    let ran = to_place(session, &explores, &send).await;
    session.settings.expanded = expanded;
    if let Some(usual) = usual {
        session.settings = usual;
    }
    ran
}

/// Runs the command with its result where `\g` says.
async fn to_place(session: &mut Session, line: &CommandLine<'_>, send: &Send) -> Result<()> {
    let Some(place) = &send.output else {
        return command::dispatch(session, line).await.map(drop);
    };
    let place = match send.append {
        true => Output::append(place)?,
        false => Output::later(place),
    };
    let usual = std::mem::replace(&mut session.output, place);
    let ran = command::dispatch(session, line).await;
    let elsewhere = std::mem::replace(&mut session.output, usual);
    elsewhere.close().and(ran.map(drop))
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
            ("big \\gx", Some(("big", "gx", ""))),
            ("big \\gxy", None),
            ("select ' \\g '", None),
            ("select 'a' \\g", Some(("select 'a'", "g", ""))),
            ("a\\g", None),
        ] {
            let found = behind(text).map(|b| (b.arguments, b.name, b.words));
            assert_eq!(found, expected, "{text}");
        }
    }
}
