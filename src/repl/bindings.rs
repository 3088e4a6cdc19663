//! Keys to what they do: the table of `edit::keys`, and before it the user's own, from `[keys]` of
//! the configuration: `"ctrl-t" = "\\dt\n"`.
//!
//! A value is the name of an action, or text that is typed; text that ends in a line break is run.

use super::keys::{DESCRIBE, EXPLAIN, LINE_EDITOR, SEARCH_HISTORY, SUSPEND, closing};
use crate::edit::keys::{ACTIONS, Act, named};
use crate::error::{Error, Kind, Result};
use crate::nearest::nearest;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use reedline::{
    Direction, EditCommand, Granularity, MotionTarget, ReedlineEvent, WordEdge, WordKind,
};
use std::collections::BTreeMap;

/// A key with its modifiers.
pub(super) type Key = (KeyCode, KeyModifiers);

/// What keys that are pressed one after the other do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binding {
    keys: Vec<Key>,
    pub(super) does: Does,
    counts: Counts,
}

/// Where keys count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    Typing,
    /// Where vi's keys are commands.
    Commanding,
    Everywhere,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Does {
    Act(Act),
    Type(String),
    Run(String),
}

/// What the keys so far amount to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Does(Does),
    /// More keys may follow.
    Begun,
    Nothing,
}

/// The keys as the configuration has them, the user's own first; what is wrong in it comes as an
/// error for each.
pub(super) fn read(own: &BTreeMap<String, String>) -> (Vec<Binding>, Vec<Error>) {
    let mut bound = Vec::new();
    let mut wrong = Vec::new();
    for (name, value) in own {
        let does = match (named(value), value.strip_suffix('\n')) {
            (Some(action), _) => Does::Act(action.act),
            (None, Some(text)) => Does::Run(text.into()),
            (None, None) => Does::Type(value.clone()),
        };
        match keys(name) {
            Ok(keys) => bound.push(Binding {
                keys,
                does,
                counts: Counts::Everywhere,
            }),
            Err(e) => wrong.push(e),
        }
    }
    for action in ACTIONS {
        let counts = match action.everywhere {
            true => Counts::Everywhere,
            false => Counts::Typing,
        };
        for (names, counts) in [(action.keys, counts), (action.vi, Counts::Commanding)] {
            bound.extend(names.iter().filter_map(|name| {
                Some(Binding {
                    keys: in_order(name).ok()?,
                    does: Does::Act(action.act),
                    counts,
                })
            }));
        }
    }
    (bound, wrong)
}

/// What `pressed` does; `typing` where letters are inserted.
pub(super) fn find(bound: &[Binding], pressed: &[Key], typing: bool) -> Found {
    let elsewhere = match typing {
        true => Counts::Commanding,
        false => Counts::Typing,
    };
    let counts = |b: &&Binding| b.counts != elsewhere;
    let begun = |b: &&Binding| b.keys.starts_with(pressed);
    let mut fitting = bound.iter().filter(counts).filter(begun);
    // The first row decides: the user's own come before the others.
    match fitting.clone().find(|b| b.keys.len() == pressed.len()) {
        Some(binding) => Found::Does(binding.does.clone()),
        None if fitting.next().is_some() => Found::Begun,
        None => Found::Nothing,
    }
}

pub(super) const CONTROL_ALT: KeyModifiers = KeyModifiers::CONTROL.union(KeyModifiers::ALT);

/// The key as the table names it.
pub(super) fn key_of(event: KeyEvent) -> Key {
    let (code, modifiers) = (event.code, event.modifiers);
    match code {
        // Alt-Enter in the terminal's usual mode, and Alt-Backspace where that is Ctrl-H.
        KeyCode::Char('j' | 'm') if modifiers == CONTROL_ALT => (KeyCode::Enter, KeyModifiers::ALT),
        KeyCode::Char('h') if modifiers == CONTROL_ALT => (KeyCode::Backspace, KeyModifiers::ALT),
        // What Shift makes of a letter is the letter; terminals differ in whether they tell it.
        KeyCode::Char(c) if !modifiers.intersects(KeyModifiers::CONTROL) => {
            (KeyCode::Char(c), modifiers - KeyModifiers::SHIFT)
        }
        KeyCode::Char(c) => {
            // Ctrl-_ is what terminals send for Ctrl-/ and Ctrl-7; it is read as the last, and
            // Ctrl-] as Ctrl-5.
            let c = match c {
                '7' => '_',
                '5' => ']',
                c => c.to_ascii_lowercase(),
            };
            (KeyCode::Char(c), modifiers)
        }
        KeyCode::BackTab => (KeyCode::Tab, modifiers | KeyModifiers::SHIFT),
        _ => (code, modifiers),
    }
}

/// Text that a key types, or types and runs.
pub(super) fn typed(text: &str, run: bool) -> ReedlineEvent {
    let insert = EditCommand::InsertString(text.into());
    closing(match run {
        false => ReedlineEvent::Edit(vec![insert]),
        true => ReedlineEvent::Multiple(vec![
            ReedlineEvent::Edit(vec![EditCommand::Clear, insert]),
            ReedlineEvent::Submit,
        ]),
    })
}

/// Words as prompt_toolkit has them: in a name with qualifiers each part is one.
const WORD_LEFT: MotionTarget = MotionTarget::Word {
    kind: WordKind::Word,
    edge: WordEdge::Start,
    direction: Direction::Backward,
};
pub(super) const WORD_RIGHT: MotionTarget = MotionTarget::Word {
    kind: WordKind::Word,
    edge: WordEdge::End,
    direction: Direction::Forward,
};

fn cut(target: MotionTarget) -> EditCommand {
    let granularity = Granularity::CharWise;
    EditCommand::Cut {
        target,
        granularity,
    }
}

/// What the line editor itself does for an action; `None` where the prompt has more to do.
pub(super) fn event(act: Act) -> Option<ReedlineEvent> {
    use EditCommand as E;
    let select = false;
    Some(match act {
        Act::Run => ReedlineEvent::Submit,
        Act::NewLine => closing(edit(E::InsertNewline)),
        Act::Interrupt => ReedlineEvent::CtrlC,
        Act::Leave => ReedlineEvent::CtrlD,
        Act::Left => closing(ReedlineEvent::Left),
        Act::WordLeft => edit(E::Move(WORD_LEFT)),
        Act::LineStart => edit(E::MoveToLineStart { select }),
        Act::Start => edit(E::MoveToStart { select }),
        Act::End => edit(E::MoveToEnd { select }),
        Act::HistorySearch => closing(ReedlineEvent::ExecuteHostCommand(SEARCH_HISTORY.into())),
        Act::Delete => edit(E::Delete),
        Act::DeleteWordLeft => edit(cut(WORD_LEFT)),
        Act::DeleteWordRight => edit(E::Erase(WORD_RIGHT)),
        Act::CutWordLeft => edit(E::CutBigWordLeft),
        Act::CutWordRight => edit(cut(WORD_RIGHT)),
        Act::CutToStart => edit(E::CutFromLineStart),
        Act::CutToEnd => edit(E::KillLine),
        Act::Paste => edit(E::PasteCutBufferBefore),
        Act::CopyLine => edit(E::CopyCurrentLine),
        Act::ClearLine => closing(edit(E::Clear)),
        Act::SwapLetters => edit(E::SwapGraphemes),
        Act::Uppercase => edit(E::UppercaseWord),
        Act::Lowercase => edit(E::LowercaseWord),
        Act::Undo => closing(edit(E::Undo)),
        Act::Redo => closing(edit(E::Redo)),
        Act::Editor => ReedlineEvent::ExecuteHostCommand(LINE_EDITOR.into()),
        Act::Describe => closing(ReedlineEvent::ExecuteHostCommand(DESCRIBE.into())),
        Act::Suspend => ReedlineEvent::ExecuteHostCommand(SUSPEND.into()),
        Act::Explain => closing(ReedlineEvent::ExecuteHostCommand(EXPLAIN.into())),
        Act::ClearScreen => ReedlineEvent::ClearScreen,
        Act::Nothing => ReedlineEvent::None,
        act => return selection(act),
    })
}

fn selection(act: Act) -> Option<ReedlineEvent> {
    use EditCommand as E;
    let select = true;
    let command = match act {
        Act::SelectLeft => E::MoveLeft { select },
        Act::SelectRight => E::MoveRight { select },
        Act::SelectUp => E::MoveLineUp { select },
        Act::SelectDown => E::MoveLineDown { select },
        Act::SelectWordLeft => E::Extend(WORD_LEFT),
        Act::SelectWordRight => E::Extend(WORD_RIGHT),
        Act::SelectToLineStart => E::MoveToLineStart { select },
        Act::SelectToLineEnd => E::MoveToLineEnd { select },
        Act::SelectToStart => E::MoveToStart { select },
        Act::SelectToEnd => E::MoveToEnd { select },
        Act::SelectAll => E::SelectAll,
        _ => return None,
    };
    Some(edit(command))
}

pub(super) fn edit(command: EditCommand) -> ReedlineEvent {
    ReedlineEvent::Edit(vec![command])
}

/// Keys that have names.
const NAMED: &[(&str, KeyCode)] = &[
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("down", KeyCode::Down),
    ("end", KeyCode::End),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("home", KeyCode::Home),
    ("insert", KeyCode::Insert),
    ("left", KeyCode::Left),
    ("pagedown", KeyCode::PageDown),
    ("pageup", KeyCode::PageUp),
    ("right", KeyCode::Right),
    ("space", KeyCode::Char(' ')),
    ("tab", KeyCode::Tab),
    ("up", KeyCode::Up),
];

/// Reads keys that are pressed one after the other: `ctrl-x ctrl-e`.
fn keys(names: &str) -> Result<Vec<Key>> {
    let read: Vec<Key> = names
        .split_whitespace()
        .enumerate()
        .map(|(at, name)| key(name, at > 0))
        .collect::<Result<_>>()?;
    match read.is_empty() {
        true => Err(Error::new(Kind::Config, "[keys]: a key has no name")),
        false => Ok(read),
    }
}

/// The keys of the table, which may begin with a letter.
fn in_order(names: &str) -> Result<Vec<Key>> {
    names
        .split_whitespace()
        .map(|name| key(name, true))
        .collect()
}

/// Reads `ctrl-t`, `alt-shift-up`, `f5`. A letter alone is a key to bind only behind another key.
fn key(name: &str, behind_another: bool) -> Result<Key> {
    let mut modifiers = KeyModifiers::NONE;
    let lower = name.to_ascii_lowercase();
    let mut rest = lower.as_str();
    for _ in 0..3 {
        for (prefix, modifier) in [
            ("ctrl-", KeyModifiers::CONTROL),
            ("alt-", KeyModifiers::ALT),
            ("shift-", KeyModifiers::SHIFT),
        ] {
            if let Some(behind) = rest.strip_prefix(prefix) {
                modifiers |= modifier;
                rest = behind;
            }
        }
    }
    let named = NAMED
        .iter()
        .find(|(n, _)| *n == rest)
        .map(|(_, code)| *code);
    let function = || {
        let number = rest.strip_prefix('f')?.parse::<u8>().ok()?;
        (1..=24).contains(&number).then_some(KeyCode::F(number))
    };
    let letter = || {
        let mut chars = rest.chars();
        let c = chars.next().filter(|_| chars.next().is_none())?;
        let modified = modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        // Terminals send the same for them; and a letter alone may be a capital.
        let c = match c {
            _ if !modified => name.chars().next_back().unwrap_or(c),
            '/' | '7' if modifiers == KeyModifiers::CONTROL => '_',
            '5' if modifiers.contains(KeyModifiers::CONTROL) => ']',
            c => c,
        };
        (modified || behind_another).then_some(KeyCode::Char(c))
    };
    let code = named.or_else(function).or_else(letter);
    code.map(|code| (code, modifiers)).ok_or_else(|| {
        let error = Error::new(Kind::Config, format!("[keys]: there is no key \"{name}\""));
        match nearest(rest, NAMED.iter().map(|(n, _)| *n)) {
            Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
            None => error.with_hint("Keys are named ctrl-t, alt-enter, f5, shift-up."),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

    #[test]
    fn keys_are_read_by_their_names() {
        for (name, expected) in [
            ("ctrl-t", Some(vec![(KeyCode::Char('t'), CONTROL)])),
            ("Alt-X", Some(vec![(KeyCode::Char('x'), KeyModifiers::ALT)])),
            ("f5", Some(vec![(KeyCode::F(5), KeyModifiers::NONE)])),
            (
                "shift-f12",
                Some(vec![(KeyCode::F(12), KeyModifiers::SHIFT)]),
            ),
            (
                "alt-ctrl-up",
                Some(vec![(KeyCode::Up, CONTROL | KeyModifiers::ALT)]),
            ),
            (
                "ctrl-x p",
                Some(vec![
                    (KeyCode::Char('x'), CONTROL),
                    (KeyCode::Char('p'), KeyModifiers::NONE),
                ]),
            ),
            ("ctrl-/", Some(vec![(KeyCode::Char('_'), CONTROL)])),
            ("ctrl-5", Some(vec![(KeyCode::Char(']'), CONTROL)])),
            (
                "ctrl-x P",
                Some(vec![
                    (KeyCode::Char('x'), CONTROL),
                    (KeyCode::Char('P'), KeyModifiers::NONE),
                ]),
            ),
            ("t", None),
            ("f0", None),
            ("ctrl-", None),
            ("hyper-x", None),
            ("", None),
        ] {
            assert_eq!(keys(name).ok(), expected, "{name}");
        }
        let wrong = keys("ctrl-pageupp").expect_err("no such key");
        assert_eq!(wrong.hint.as_deref(), Some("Did you mean \"pageup\"?"));
    }

    #[test]
    fn every_key_of_the_table_is_one() {
        for name in ACTIONS.iter().flat_map(|action| action.keys) {
            assert!(keys(name).is_ok(), "{name}");
        }
    }

    /// A key that reedline knows and the table does not would be listed nowhere.
    #[test]
    fn the_table_has_every_key_of_the_line_editor() {
        let (bound, _) = read(&BTreeMap::new());
        let defaults = reedline::default_emacs_keybindings();
        for combination in defaults.get_keybindings().keys() {
            let event = KeyEvent::new(combination.key_code, combination.modifier);
            let key = key_of(event);
            let ours = find(&bound, &[key], true) != Found::Nothing;
            let elsewhere = matches!(
                key,
                // Closes the menu; what terminals send for Enter; what kitty sends for Alt-< and Alt->.
                (KeyCode::Esc, _) | (KeyCode::Char('j' | ',' | '.'), _)
            );
            assert!(ours || elsewhere, "{key:?}");
        }
    }

    #[test]
    fn the_users_own_keys_come_first_and_what_is_wrong_leaves_the_others() {
        let own = [
            ("f5", "undo"),
            ("nokey", "redo"),
            ("ctrl-z", "limit 10"),
            ("f6", "\\dt\n"),
        ];
        let (bound, wrong) = read(&own.map(|(a, b)| (a.into(), b.into())).into());
        assert_eq!(wrong.len(), 1);
        let does = |keys: &[Key]| find(&bound, keys, true);
        let f = |n| (KeyCode::F(n), KeyModifiers::NONE);
        let control = |c| (KeyCode::Char(c), CONTROL);
        assert_eq!(does(&[f(5)]), Found::Does(Does::Act(Act::Undo)));
        assert_eq!(does(&[f(6)]), Found::Does(Does::Run("\\dt".into())));
        let typed = Does::Type("limit 10".into());
        assert_eq!(does(&[control('z')]), Found::Does(typed));
        assert_eq!(does(&[control('x')]), Found::Begun);
        let chord = [control('x'), control('e')];
        assert_eq!(does(&chord), Found::Does(Does::Act(Act::Editor)));
        let editor = Found::Does(Does::Act(Act::Editor));
        assert_eq!(find(&bound, &chord, false), editor);
        let only_typing = [control('x'), control('f')];
        assert_eq!(find(&bound, &only_typing, false), Found::Nothing);
        assert_eq!(does(&[control('x'), f(5)]), Found::Nothing);
    }
}
