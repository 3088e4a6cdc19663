//! One text that was sent: run, and what becomes of the history, the screen and the user after it.

use super::escapes::short;
use super::prompt::SqlPrompt;
use super::sight::{HOME, Sight};
use super::state::Shared;
use super::text::fit;
use super::{buffer, editor, grid, highlighter, search, set_text, tell_error, themes};
use crate::command::{choose_theme, may_leave, show_history};
use crate::edit::name;
use crate::error::{Error, Kind};
use crate::history::{Ending, Outcome};
use crate::output::{is_watched, steer, tell};
use crate::run::{Flow, Origin, run_text};
use crate::session::Session;
use crate::sql::names::Name;
use crate::visible::visible_line;
use reedline::{Osc133Markers, Reedline};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Where terminals know marks of prompts: not on a console of text.
fn has_marks(session: &Session) -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    session.settings.terminal_marks
        && is_watched()
        && !matches!(term.as_str(), "" | "dumb" | "linux")
}

/// The editor with the marks around its prompt, and with the prompt that stays in the scrollback.
pub(super) fn marked(editor: Reedline, session: &Session, shared: &Shared) -> Reedline {
    let marks = has_marks(session).then(Osc133Markers::boxed);
    editor
        .with_semantic_markers(marks)
        .with_transient_prompt(Box::new(SqlPrompt::transient(shared)))
}

/// Runs one text between the marks of its output, and tells its end to who went away meanwhile. What
/// ran last, from the user's editor maybe; none when the user leaves.
pub(super) fn run(
    session: &mut Session,
    runtime: &Runtime,
    shared: &Shared,
    editor: &mut Reedline,
    text: String,
) -> Option<String> {
    let marks = has_marks(session);
    let what = one_line(&text, 60);
    leave_whole(shared, &text, marks);
    shared.lock().painted.sight = Sight::default();
    if marks {
        tell("\x1b]133;C\x1b\\");
    }
    session.forget_interrupts();
    let started = Instant::now();
    let ran = obey(session, runtime, shared, editor, text);
    let typed = std::mem::take(&mut session.typed_ahead);
    shared.lock().ahead.extend(typed);
    let outcome = shared.lock().past.entries.last_outcome();
    if marks {
        let status = u8::from(outcome != Outcome::Done);
        tell(&format!("\x1b]133;D;{status}\x1b\\"));
    }
    let settings = &session.settings;
    let took = started.elapsed();
    if settings.notify_after > 0 && took >= Duration::from_secs(settings.notify_after as u64) {
        let what = format!("{what} after {}", short(took));
        tell(&notice(&settings.notify_with, &what));
    }
    ran
}

/// A text of which the screen showed only a part is written whole, so that it can be read in the
/// scrollback.
fn leave_whole(shared: &Shared, text: &str, marks: bool) {
    let sight = shared.lock().painted.sight.clone();
    let painted = sight.above.is_some() || sight.row.is_some();
    if !painted || sight.seen == (0..text.len()) {
        return;
    }
    let prompt = SqlPrompt::transient(shared);
    let styled = highlighter::styled(&mut shared.lock(), text, text.len());
    let (first, lines) = prompt.before_each_line(&styled);
    let [before, behind] = match marks {
        true => ["\x1b]133;A\x1b\\", "\x1b]133;B\x1b\\"],
        false => [""; 2],
    };
    steer(&format!("{HOME}{before}{first}{behind}{lines}\n"));
}

/// What makes the terminal tell somebody who looks elsewhere.
fn notice(with: &str, what: &str) -> String {
    // A semicolon would end the field.
    let what = visible_line(what).replace(';', ",");
    match with {
        "osc9" => format!("\x1b]9;{what}\x1b\\"),
        "osc777" => format!("\x1b]777;notify;sqwire;{what}\x1b\\"),
        _ => "\x07".to_string(),
    }
}

fn one_line(text: &str, columns: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    fit(&words.join(" "), columns)
}

/// Runs one text and what it asks for: what ran last, none when the user leaves.
fn obey(
    session: &mut Session,
    runtime: &Runtime,
    shared: &Shared,
    editor: &mut Reedline,
    typed: String,
) -> Option<String> {
    let mut started = Instant::now();
    let mut text = typed.clone();
    let mut typed = typed;
    loop {
        let runs = session.runs();
        let ran = runtime.block_on(run_text(session, &text, &Origin::whole(true)));
        let outcome = outcome(&ran.flow, ran.failed);
        let ending = Ending {
            outcome,
            took: Some(started.elapsed()),
            rows: session
                .last_run()
                .filter(|_| session.runs() > runs && outcome == Outcome::Done)
                .map(|(_, rows)| rows),
        };
        shared.lock().past.entries.end(ending);
        let edited = match ran.flow {
            Flow::Quit => return (!may_leave(session, "leave")).then_some(typed),
            Flow::Edit(text) => editor::edit(&text),
            Flow::History(asked) => {
                let number = shared.lock().past.entries.session;
                shared.lock().past.entries.flush();
                if let Err(e) = show_history(session, &asked, Some(number)) {
                    tell_error(&e);
                }
                return Some(typed);
            }
            Flow::Grid => {
                let table = session.last_table();
                let shown = table.and_then(|table| {
                    grid::browse(shared, table).map_err(|e| Error::io("show the grid", &e))
                });
                if let Err(e) = shown {
                    tell_error(&e);
                }
                text.drain(..ran.rest);
                if text.trim().is_empty() {
                    return Some(typed);
                }
                continue;
            }
            Flow::Themes => {
                let chosen = themes::choose(shared);
                let chosen = chosen.map_err(|e| Error::io("show the themes", &e));
                let taken = chosen.and_then(|name| match name {
                    Some(name) => choose_theme(session, &name),
                    None => Ok(()),
                });
                if let Err(e) = taken {
                    tell_error(&e);
                }
                return Some(typed);
            }
            Flow::Continue | Flow::Answer(_) | Flow::Data(_) | Flow::Stop(_) => {
                return Some(typed);
            }
        };
        match edited {
            // A finished statement runs as it does in psql; the rest is left to be finished.
            Ok(new) if is_complete(session, &new) => {
                tell(&format!("{}\n", crate::visible::visible_text(&new)));
                // It was never typed at the prompt, and is recalled like what was.
                shared.lock().remember(&new);
                started = Instant::now();
                text.clone_from(&new);
                typed = new;
            }
            Ok(new) => {
                set_text(editor, &new);
                return Some(typed);
            }
            Err(e) => {
                tell_error(&e);
                return Some(typed);
            }
        }
    }
}

fn outcome(flow: &Flow, failed: Option<bool>) -> Outcome {
    match (flow, failed) {
        (Flow::Stop(Kind::Cancelled), _) => Outcome::Cancelled,
        (Flow::Stop(_), _) | (_, Some(true)) => Outcome::Failed,
        _ => Outcome::Done,
    }
}

fn is_complete(session: &Session, text: &str) -> bool {
    let mut buffer = buffer::Buffer::new(session.dialect());
    buffer.set_rules(session.dialect(), &session.query.delimiter);
    buffer.read(text);
    buffer.open().is_none() && !text.trim().is_empty()
}

/// Where in what was typed the error stood, if that can be told.
pub(super) fn failed_place(session: &mut Session, typed: String) -> Option<(String, usize)> {
    let (statement, position) = session.record.failed_at.take()?;
    let mut places = typed.match_indices(&statement);
    let (start, _) = places.next().filter(|_| places.next().is_none())?;
    Some((typed, start + position))
}

/// F1: the command that tells about what the cursor is on. The catalog knows which of the two a
/// name is; what it does not know the server may.
pub(super) fn about(editor: &Reedline, shared: &Shared) -> String {
    let mut state = shared.lock();
    let text = editor.current_buffer_contents();
    let tokens = state.buffer.read(text).to_vec();
    let Some((name, called)) = name::at(text, &tokens, editor.current_insertion_point()) else {
        return "\\?".into();
    };
    let catalog = state.sources.catalog.load();
    let meant = Name::parse(&name, catalog.dialect);
    let path = catalog.effective_path();
    let relation = catalog.find(meant.qualifier(), meant.last(), &path);
    match (relation, called) {
        (Some(_), _) | (None, false) => format!("\\d {name}"),
        (None, true) => format!("\\sf {name}"),
    }
}

/// Ctrl-R: what is found takes the place of the line.
pub(super) fn search_history(shared: &Shared, editor: &mut Reedline) {
    let typed = editor.current_buffer_contents().to_string();
    match search::search(shared, &typed) {
        Ok(Some(found)) => set_text(editor, &found),
        Ok(None) => {}
        Err(e) => tell_error(&Error::io("search the history", &e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_cannot_steer_the_terminal() {
        for (with, what, expected) in [
            ("bell", "x", "\x07"),
            ("osc9", "a;b\x1b", "\x1b]9;a,b\\x1B\x1b\\"),
            ("osc777", "a", "\x1b]777;notify;sqwire;a\x1b\\"),
        ] {
            assert_eq!(notice(with, what), expected);
        }
    }
}
