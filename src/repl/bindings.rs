//! Keys of the user's own, from `[keys]` of the configuration: `"ctrl-t" = "\\dt\n"`.
//!
//! The value is the name of an action, or text that is typed; text that ends in a line break is run.

use crate::error::{Error, Kind, Result};
use crate::nearest::nearest;
use crossterm::event::{KeyCode, KeyModifiers};
use reedline::{EditCommand, ReedlineEvent};
use std::collections::BTreeMap;

/// A key with its modifiers.
pub(super) type Key = (KeyCode, KeyModifiers);

/// The name of an action, and what it does.
type Action = (&'static str, fn() -> ReedlineEvent);

/// Every action that a key can have.
const ACTIONS: &[Action] = &[
    ("clear-line", || edit(EditCommand::Clear)),
    ("clear-screen", || ReedlineEvent::ClearScreen),
    ("cut-to-end", || edit(EditCommand::CutToLineEnd)),
    ("cut-word", || edit(EditCommand::CutWordLeft)),
    ("editor", || {
        ReedlineEvent::ExecuteHostCommand(super::keys::OPEN_EDITOR.into())
    }),
    ("end", || edit(EditCommand::MoveToEnd { select: false })),
    ("history-search", || ReedlineEvent::SearchHistory),
    ("new-line", || edit(EditCommand::InsertNewline)),
    ("next-history", || ReedlineEvent::NextHistory),
    ("nothing", || ReedlineEvent::None),
    ("previous-history", || ReedlineEvent::PreviousHistory),
    ("redo", || edit(EditCommand::Redo)),
    ("run", || ReedlineEvent::Submit),
    ("start", || edit(EditCommand::MoveToStart { select: false })),
    ("undo", || edit(EditCommand::Undo)),
];

fn edit(command: EditCommand) -> ReedlineEvent {
    ReedlineEvent::Edit(vec![command])
}

/// The keys as the configuration has them; what is wrong in it comes as an error for each.
pub(super) fn read(keys: &BTreeMap<String, String>) -> (Vec<(Key, String)>, Vec<Error>) {
    let mut bound = Vec::new();
    let mut wrong = Vec::new();
    for (name, value) in keys {
        match key(name) {
            Ok(key) => bound.push((key, value.clone())),
            Err(e) => wrong.push(e),
        }
    }
    (bound, wrong)
}

/// What a key with that value does.
pub(super) fn event(value: &str) -> ReedlineEvent {
    if let Some((_, action)) = ACTIONS.iter().find(|(name, _)| *name == value) {
        return action();
    }
    match value.strip_suffix('\n') {
        Some(text) => ReedlineEvent::Multiple(vec![
            ReedlineEvent::Edit(vec![
                EditCommand::Clear,
                EditCommand::InsertString(text.into()),
            ]),
            ReedlineEvent::Submit,
        ]),
        None => edit(EditCommand::InsertString(value.into())),
    }
}

/// Keys that have names.
const NAMED: &[(&str, KeyCode)] = &[
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("down", KeyCode::Down),
    ("end", KeyCode::End),
    ("home", KeyCode::Home),
    ("insert", KeyCode::Insert),
    ("left", KeyCode::Left),
    ("pagedown", KeyCode::PageDown),
    ("pageup", KeyCode::PageUp),
    ("right", KeyCode::Right),
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
];

/// Reads `ctrl-t`, `alt-shift-up`, `f5`. A letter alone is no key to bind.
fn key(name: &str) -> Result<Key> {
    let mut modifiers = KeyModifiers::NONE;
    let lower = name.to_ascii_lowercase();
    let mut rest = lower.as_str();
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
        modified.then_some(KeyCode::Char(c))
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

    #[test]
    fn keys_are_read_by_their_names() {
        for (name, expected) in [
            ("ctrl-t", Some((KeyCode::Char('t'), KeyModifiers::CONTROL))),
            ("Alt-X", Some((KeyCode::Char('x'), KeyModifiers::ALT))),
            ("f5", Some((KeyCode::F(5), KeyModifiers::NONE))),
            ("shift-f12", Some((KeyCode::F(12), KeyModifiers::SHIFT))),
            (
                "ctrl-alt-up",
                Some((KeyCode::Up, KeyModifiers::CONTROL | KeyModifiers::ALT)),
            ),
            ("t", None),
            ("f0", None),
            ("ctrl-", None),
            ("hyper-x", None),
        ] {
            assert_eq!(key(name).ok(), expected, "{name}");
        }
        let wrong = key("ctrl-pageupp").expect_err("no such key");
        assert_eq!(wrong.hint.as_deref(), Some("Did you mean \"pageup\"?"));
    }

    #[test]
    fn a_value_is_an_action_or_text() {
        assert_eq!(event("undo"), edit(EditCommand::Undo));
        let typed = edit(EditCommand::InsertString("limit 10".into()));
        assert_eq!(event("limit 10"), typed);
        assert!(matches!(event("\\dt\n"), ReedlineEvent::Multiple(_)));
    }

    #[test]
    fn what_is_wrong_leaves_the_other_keys() {
        let keys = [("f5", "undo"), ("nokey", "redo")].map(|(a, b)| (a.into(), b.into()));
        let (bound, wrong) = read(&keys.into());
        assert_eq!((bound.len(), wrong.len()), (1, 1));
    }
}
