//! Whether Enter runs the text or begins a new line.

use super::state::{Shared, State};
use crate::sql::{Open, Token, TokenKind};
use reedline::{ValidationResult, Validator};

pub(super) struct SqlValidator(pub(super) Shared);

impl Validator for SqlValidator {
    fn validate(&self, line: &str) -> ValidationResult {
        match runs(&mut self.0.lock(), line) {
            true => ValidationResult::Complete,
            false => ValidationResult::Incomplete,
        }
    }
}

/// Words that leave or help when they stand alone, as in psql.
const PLAIN_WORDS: &[&str] = &["exit", "help", "quit"];

/// Whether Enter runs `line` as it stands.
pub(super) fn runs(state: &mut State, line: &str) -> bool {
    state.buffer.read(line);
    match state.buffer.open() {
        // Only Alt-Enter runs statements; commands and what leaves are none.
        None if state.switches.multi_line && state.switches.safe => !is_statement(state, line),
        None => true,
        // Without multi-line editing Enter runs what stands there, unless that cannot be a
        // statement yet.
        Some(open) if !state.switches.multi_line => {
            matches!(open, Open::Statement | Open::Paren)
        }
        Some(_) if !state.pending && PLAIN_WORDS.contains(&line.trim()) => true,
        Some(_) => {
            let last = line
                .trim_end_matches(';')
                .lines()
                .last()
                .unwrap_or_default();
            if matches!(last.trim(), "exit" | "quit") {
                state.message = "\\q leaves, Ctrl-C drops the statement".into();
            }
            false
        }
    }
}

fn is_statement(state: &State, line: &str) -> bool {
    let tokens = state.buffer.tokens();
    let first = tokens.iter().find(|t| !t.is_trivia());
    let is_command = |t: &Token| matches!(t.kind, TokenKind::Command | TokenKind::Delimiter);
    let plain = !state.pending && PLAIN_WORDS.contains(&line.trim());
    first.is_some_and(|t| !is_command(t)) && !plain
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::state;
    use super::*;

    #[test]
    fn enter_runs_what_is_complete() {
        for (multi_line, text, expected) in [
            (true, "", true),
            (true, "  ", true),
            (true, "select 1", false),
            (true, "select 1;", true),
            (true, "select 1; -- done", true),
            (true, "select 1; select", false),
            (true, "select ';", false),
            (true, "create function f() as $$ select 1; ", false),
            (true, "\\d users", true),
            (true, "select 1 \\g", true),
            (true, "quit", true),
            (true, "exit ", true),
            (true, "-- nothing", true),
            (false, "select 1", true),
            (false, "select (1", true),
            (false, "select 'a", false),
            (false, "/* a", false),
        ] {
            let mut state = state();
            state.switches.multi_line = multi_line;
            assert_eq!(runs(&mut state, text), expected, "{text}");
        }
    }

    #[test]
    fn in_safe_mode_only_commands_run_on_enter() {
        for (text, expected) in [
            ("select 1;", false),
            ("select 1", false),
            ("\\d users", true),
            ("  ", true),
            ("quit", true),
        ] {
            let mut state = state();
            state.switches.safe = true;
            assert_eq!(runs(&mut state, text), expected, "{text}");
            state.switches.multi_line = false;
            assert!(runs(&mut state, text), "{text}");
        }
    }

    #[test]
    fn words_that_leave_do_not_do_so_within_a_statement() {
        let mut state = state();
        state.pending = true;
        assert!(!runs(&mut state, "quit"));
    }
}
