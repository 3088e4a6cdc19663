//! A question on the terminal that one key answers.

use super::tell;
use crate::error::{Error, Result};
use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, poll, read};
use std::io;
use std::time::Duration;

/// Asks on the terminal and waits for a key: `y` is yes; `n`, Enter, Esc, Ctrl-C and Ctrl-D are no.
/// What was typed before nobody could have meant as an answer: it goes to `ahead`.
pub fn ask(question: &str, ahead: &mut String) -> Result<bool> {
    let failed = |e: io::Error| Error::io("ask on the terminal", &e);
    // First of all, so that no key is lost that somebody presses on seeing the question.
    crossterm::terminal::enable_raw_mode().map_err(failed)?;
    take_typed(ahead).map_err(failed)?;
    tell(&question.replace('\n', "\r\n"));
    let answer = loop {
        let key = match read() {
            Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => key,
            Ok(_) => continue,
            Err(e) => break Err(failed(e)),
        };
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('y' | 'Y') if !control => break Ok(true),
            KeyCode::Char('c' | 'd') if control => break Ok(false),
            KeyCode::Char('n' | 'N') | KeyCode::Enter | KeyCode::Esc => break Ok(false),
            _ => {}
        }
    };
    crossterm::terminal::disable_raw_mode().map_err(failed)?;
    tell(match answer {
        Ok(true) => "yes\n",
        _ => "no\n",
    });
    answer
}

/// Takes the text that waits in the terminal.
fn take_typed(ahead: &mut String) -> io::Result<()> {
    while poll(Duration::ZERO)? {
        match read()? {
            Event::Paste(text) => ahead.push_str(&text),
            Event::Key(key) if key.is_release() => {}
            Event::Key(key) => match key.code {
                KeyCode::Char(c) if (key.modifiers - KeyModifiers::SHIFT).is_empty() => {
                    ahead.push(c);
                }
                KeyCode::Enter => ahead.push('\n'),
                KeyCode::Backspace => drop(ahead.pop()),
                _ => {}
            },
            _ => {}
        }
    }
    Ok(())
}
