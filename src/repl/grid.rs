//! `/grid`: keys to the grid, its lines to the screen, what it copies to the clipboard.

use super::state::Shared;
use crate::grid::{Act, Grid, Key, Look, Table};
use crate::output::{FullScreen, screen, tell};
use crate::theme::{Class, Depth, Styles};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use nu_ansi_term::{Color, Style};
use std::io;

/// Bytes that go to the clipboard at most: terminals drop what is much larger.
const MOST_COPIED: usize = 700_000;

/// Lets the user move about in the result, until a key leaves it.
pub(super) fn browse(shared: &Shared, table: Table) -> io::Result<()> {
    let (look, ending, ahead) = {
        let mut state = shared.lock();
        (
            look(&state.styles),
            state.ending.clone(),
            state.ahead.take(),
        )
    };
    let mut grid = Grid::new(table);
    let mut typed = ahead;
    let window = FullScreen::enter(&ending)?;
    loop {
        let size = screen().map_or((24, 80), |s| (s.rows, s.columns));
        grid.resize(size.0, size.1);
        window.paint(&grid.screen(&look));
        loop {
            // What was typed before the screen was there.
            let event = match typed.pop_front() {
                Some(event) => event,
                None => window.event()?,
            };
            match obey(&mut grid, event) {
                Act::Leave => {
                    shared.lock().ahead.extend(typed);
                    return Ok(());
                }
                Act::Copy(bytes) => grid.say(copy(&bytes)),
                Act::Stay => {}
            }
            if !window.has_more()? {
                break;
            }
        }
    }
}

fn obey(grid: &mut Grid, event: Event) -> Act {
    match event {
        Event::Key(event) if event.kind != KeyEventKind::Release => match key(event) {
            Some(key) => grid.key(key),
            None => Act::Stay,
        },
        Event::Paste(text) => {
            grid.paste(&text);
            Act::Stay
        }
        _ => Act::Stay,
    }
}

fn key(event: KeyEvent) -> Option<Key> {
    use KeyCode as K;
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        K::Home if control => Key::Top,
        K::End if control => Key::Bottom,
        K::Char('c' | 'd' | 'g') if control => Key::Quit,
        K::Char('f') if control => Key::PageDown,
        K::Char('b') if control => Key::PageUp,
        K::Up => Key::Up,
        K::Down => Key::Down,
        K::Left => Key::Left,
        K::Right | K::Tab => Key::Right,
        K::BackTab => Key::Left,
        K::PageUp => Key::PageUp,
        K::PageDown => Key::PageDown,
        K::Home => Key::Home,
        K::End => Key::End,
        K::Enter => Key::Enter,
        K::Esc => Key::Escape,
        K::Backspace => Key::Backspace,
        K::Char(c) if !control => Key::Char(c),
        _ => return None,
    })
}

/// Gives bytes to the terminal's clipboard (OSC 52), and says so.
fn copy(bytes: &[u8]) -> String {
    let size = match bytes.len() {
        1 => "1 byte".to_string(),
        size => format!("{size} bytes"),
    };
    if bytes.len() > MOST_COPIED {
        return format!("{size} are more than terminals take; /last tsv FILE writes the result");
    }
    tell(&format!("\x1b]52;c;{}\x07", STANDARD.encode(bytes)));
    format!("{size} to the clipboard, if the terminal allows it (OSC 52)")
}

/// In the theme's colours; without any by bold, dim and reverse.
fn look(styles: &Styles) -> Look {
    let plain = styles.depth == Depth::None;
    Look {
        names: styles.of(Class::Column).bold(),
        lines: styles.ghost,
        null: if plain {
            Style::new().dimmed()
        } else {
            styles.ghost.italic()
        },
        cursor: Style::new().reverse(),
        hit: match plain {
            true => Style::new().bold().underline(),
            false => Style::new().fg(Color::Black).on(Color::Yellow),
        },
        status: if plain {
            Style::new().reverse()
        } else {
            styles.status
        },
        message: if plain {
            Style::new().bold()
        } else {
            styles.status_alert
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_for_the_clipboard_is_not_sent() {
        let said = copy(&vec![b'x'; MOST_COPIED + 1]);
        assert_eq!(
            said,
            "700001 bytes are more than terminals take; /last tsv FILE writes the result"
        );
    }

    #[test]
    fn keys_of_terminals_are_keys_of_the_grid() {
        let pressed = |code, modifiers| key(KeyEvent::new(code, modifiers));
        for (code, modifiers, expected) in [
            (KeyCode::Home, KeyModifiers::NONE, Some(Key::Home)),
            (KeyCode::Home, KeyModifiers::CONTROL, Some(Key::Top)),
            (KeyCode::Char('c'), KeyModifiers::CONTROL, Some(Key::Quit)),
            (
                KeyCode::Char('Y'),
                KeyModifiers::SHIFT,
                Some(Key::Char('Y')),
            ),
            (KeyCode::Char('x'), KeyModifiers::CONTROL, None),
            (KeyCode::F(7), KeyModifiers::NONE, None),
        ] {
            assert_eq!(pressed(code, modifiers), expected);
        }
    }
}
