//! Whether the terminal's background is light: asked once, while nobody types, and nothing waits for
//! the answer. Where it comes it is taken out of what is typed.

use super::state::State;
use super::take_colours;
use crate::output::{is_steerable, steer};
use crossterm::event::{Event, KeyCode, KeyModifiers};
use std::io::IsTerminal;
use std::time::Duration;

/// OSC 11, as xterm has it.
const QUESTION: &str = "\x1b]11;?\x1b\\";
/// Longer than any answer.
const MOST: usize = 40;
/// How the names of terminals begin that take the question for what it is. Others might show it.
const THAT_UNDERSTAND: &[&str] = &[
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "gnome",
    "konsole",
    "mintty",
    "rxvt",
    "screen",
    "st-",
    "tmux",
    "vte",
    "wezterm",
    "xterm",
];

#[derive(Debug, Default)]
pub(super) struct Background {
    /// An answer may come.
    waits: bool,
    was_asked: bool,
    /// What has come of it.
    answer: Option<String>,
    /// The last key was Esc, with which its end may begin.
    ending: bool,
    pub(super) light: Option<bool>,
}

/// What a key was.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    No,
    Part,
    /// The last part of an answer that says something.
    Answered,
}

impl Background {
    /// crossterm reads the answer as keys: Alt-], its letters, and Alt-\ or Ctrl-G.
    fn take(&mut self, event: &Event) -> Taken {
        let Event::Key(key) = event else {
            self.answer = None;
            return Taken::No;
        };
        let typed = (key.code, key.modifiers);
        if !self.waits {
            return Taken::No;
        }
        let Some(answer) = &mut self.answer else {
            let begins = typed == (KeyCode::Char(']'), KeyModifiers::ALT);
            self.answer = begins.then(String::new);
            return if begins { Taken::Part } else { Taken::No };
        };
        let ending = std::mem::take(&mut self.ending);
        match typed {
            (KeyCode::Char('\\'), KeyModifiers::ALT)
            | (KeyCode::Char('g'), KeyModifiers::CONTROL) => self.end(),
            (KeyCode::Char('\\'), KeyModifiers::NONE) if ending => self.end(),
            (KeyCode::Esc, _) => {
                self.ending = true;
                Taken::Part
            }
            (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT)
                if answer.len() < MOST && (c.is_ascii_hexdigit() || ";:/rgb".contains(c)) =>
            {
                answer.push(c);
                Taken::Part
            }
            _ => {
                self.answer = None;
                Taken::No
            }
        }
    }

    fn end(&mut self) -> Taken {
        self.waits = false;
        self.light = self.answer.take().and_then(|answer| is_light(&answer));
        match self.light {
            Some(_) => Taken::Answered,
            None => Taken::Part,
        }
    }
}

/// `11;rgb:ffff/ffff/dddd`, with one to four digits a part.
fn is_light(answer: &str) -> Option<bool> {
    let colour = answer.strip_prefix("11;rgb")?.trim_start_matches('a');
    let mut parts = colour.strip_prefix(':')?.split('/').map(|digits| {
        let most = 16_u32
            .checked_pow(u32::try_from(digits.len()).ok()?)?
            .checked_sub(1)?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        Some(f64::from(value) / f64::from(most))
    });
    let mut part = || parts.next().flatten();
    let (red, green, blue) = (part()?, part()?, part()?);
    Some(0.299 * red + 0.587 * green + 0.114 * blue > 0.5)
}

/// Whether a terminal of this name can be asked.
fn understands(term: &str) -> bool {
    THAT_UNDERSTAND.iter().any(|name| term.starts_with(name))
}

impl State {
    /// Asks where the colours depend on it: while reedline reads keys, so that no answer is shown.
    pub(super) fn ask_background(&mut self) {
        // Behind keys that wait already a program may run before the answer comes.
        let is_idle = || matches!(crossterm::event::poll(Duration::ZERO), Ok(false));
        let asks = !self.background.was_asked && self.ahead.is_empty();
        if !asks || !self.colours.want_background() || !is_idle() {
            return;
        }
        self.background.was_asked = true;
        let term = std::env::var("TERM").unwrap_or_default();
        if is_steerable() && std::io::stdin().is_terminal() && understands(&term) {
            self.background.waits = true;
            steer(QUESTION);
        }
    }

    /// Whether a key is a part of the terminal's answer; with it complete the colours may be others.
    pub(super) fn takes_answer(&mut self, event: &Event) -> Option<bool> {
        match self.background.take(event) {
            Taken::No => None,
            Taken::Part => Some(false),
            Taken::Answered => {
                let mut colours = self.colours.clone();
                colours.light = self.background.light;
                take_colours(self, colours);
                Some(true)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyEvent;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    fn letters(text: &str) -> Vec<Event> {
        let plain = |c| key(KeyCode::Char(c), KeyModifiers::NONE);
        text.chars().map(plain).collect()
    }

    #[test]
    fn the_answer_is_taken_out_of_what_is_typed() {
        let begin = || vec![key(KeyCode::Char(']'), KeyModifiers::ALT)];
        let ends = [
            vec![key(KeyCode::Char('\\'), KeyModifiers::ALT)],
            vec![key(KeyCode::Char('g'), KeyModifiers::CONTROL)],
            [vec![key(KeyCode::Esc, KeyModifiers::NONE)], letters("\\")].concat(),
        ];
        for end in ends {
            let mut background = Background {
                waits: true,
                ..Background::default()
            };
            let answer = [begin(), letters("11;rgb:FFff/ffff/eeee"), end].concat();
            let typed = [letters("sel"), answer.clone(), letters("ect")].concat();
            let taken: Vec<Taken> = typed.iter().map(|event| background.take(event)).collect();
            let kept = taken.iter().filter(|taken| **taken == Taken::No).count();
            assert_eq!((kept, background.light), (6, Some(true)));
            assert_eq!(taken[2 + answer.len()], Taken::Answered);
            // It comes once.
            assert!(
                answer
                    .iter()
                    .all(|event| background.take(event) == Taken::No)
            );
        }
        // Alt-] of a person, and what follows it.
        let mut background = Background {
            waits: true,
            ..Background::default()
        };
        let typed = [begin(), letters("select")].concat();
        let taken: Vec<Taken> = typed.iter().map(|event| background.take(event)).collect();
        assert_eq!(taken[1..], [const { Taken::No }; 6]);
    }

    #[test]
    fn light_and_dark_are_told_apart() {
        for (answer, expected) in [
            ("11;rgb:ffff/ffff/ffff", Some(true)),
            ("11;rgb:fd/f6/e3", Some(true)),
            ("11;rgba:0000/0000/0000/ffff", Some(false)),
            ("11;rgb:1e1e/1e1e/2e2e", Some(false)),
            ("11;rgb:0/f/0", Some(true)),
            ("11;rgb:0000/0000", None),
            ("11;rgb://", None),
            ("11;?", None),
            ("", None),
        ] {
            assert_eq!(is_light(answer), expected, "{answer}");
        }
        assert!(understands("xterm-256color") && understands("tmux-256color"));
        assert!(!understands("linux") && !understands("vt100") && !understands("eterm-color"));
    }
}
