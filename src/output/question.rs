//! A question on the terminal that one key answers.

use super::full_screen::{Ending, Shown, look_again};
use super::tell;
use crate::error::{Error, Result};
use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, poll, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use std::io;
use std::time::Duration;

/// Keys that were typed before anybody asked for them.
pub type TypedAhead = Vec<Event>;

/// Asks on the terminal and waits for a key: `y` is yes; `n`, Enter, Esc, Ctrl-C and Ctrl-D are no.
/// What was typed before nobody could have meant as an answer: it goes to `ahead`.
pub fn ask(question: &str, ahead: &mut TypedAhead, ending: &Ending) -> Result<bool> {
    let failed = |e: io::Error| Error::io("ask on the terminal", &e);
    // First of all, so that no key is lost that somebody presses on seeing the question.
    let raw = RawMode::enter(ending).map_err(failed)?;
    take_typed(ahead).map_err(failed)?;
    tell(&question.replace('\n', "\r\n"));
    let answer = answered().map_err(failed);
    drop(raw);
    tell(match answer {
        Ok(true) => "yes\n",
        _ => "no\n",
    });
    answer
}

/// While it lives the terminal hands on each key as it is pressed.
struct RawMode<'e>(#[expect(dead_code, reason = "its end is what counts")] Shown<'e>);

impl RawMode<'_> {
    fn enter(ending: &Ending) -> io::Result<RawMode<'_>> {
        let shown = ending.showing("\r\n");
        enable_raw_mode().map(|()| RawMode(shown))
    }
}

impl Drop for RawMode<'_> {
    fn drop(&mut self) {
        // A terminal that is gone has no mode.
        let _ = disable_raw_mode();
    }
}

/// Waits for a key that answers.
fn answered() -> io::Result<bool> {
    loop {
        let key = match read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => key,
            _ => continue,
        };
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('y' | 'Y') if !control => return Ok(true),
            KeyCode::Char('c' | 'd') if control => return Ok(false),
            KeyCode::Char('n' | 'N') | KeyCode::Enter | KeyCode::Esc => return Ok(false),
            _ => {}
        }
    }
}

fn keys_wait() -> io::Result<bool> {
    Ok(poll(Duration::ZERO)? || {
        look_again();
        poll(Duration::ZERO)?
    })
}

/// Takes the keys that wait in the terminal.
fn take_typed(ahead: &mut TypedAhead) -> io::Result<()> {
    while keys_wait()? {
        match read()? {
            Event::Key(key) if key.is_release() => {}
            event @ (Event::Key(_) | Event::Paste(_)) => ahead.push(event),
            _ => {}
        }
    }
    Ok(())
}
