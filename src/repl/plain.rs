//! The prompt of a terminal that obeys no escape sequences: lines as the terminal hands them over.

use super::escapes::without_colours;
use super::prompt::SqlPrompt;
use super::state::Shared;
use super::validator::SqlValidator;
use crate::output::tell;
use crate::session::Session;
use crate::session::typed::Typed;
use reedline::{Prompt, Signal, ValidationResult, Validator};
use std::io;
use tokio::runtime::Runtime;

/// Reads lines until they are a text that runs.
pub(super) fn read_line(
    session: &mut Session,
    runtime: &Runtime,
    shared: &Shared,
) -> io::Result<Signal> {
    let validator = SqlValidator(shared.clone());
    let prompt = SqlPrompt::new(shared);
    let mut text = String::new();
    tell(&without_colours(&prompt.render_prompt_left()));
    loop {
        let ahead = shared.lock().ahead.whole_line();
        let typed = match ahead {
            Some(line) => Ok(Typed::Line(line)),
            None => runtime.block_on(session.typed_line()),
        };
        match typed.map_err(|e| io::Error::other(e.message))? {
            Typed::Line(line) => text.push_str(&line),
            Typed::Interrupted => {
                tell("\n");
                return Ok(Signal::CtrlC);
            }
            Typed::End if text.is_empty() => {
                tell("\n");
                return Ok(Signal::CtrlD);
            }
            // As in psql, what is unfinished is dropped.
            Typed::End => {
                tell("\n");
                return Ok(Signal::CtrlC);
            }
        }
        let whole = text.trim_end_matches(['\n', '\r']);
        if matches!(validator.validate(whole), ValidationResult::Complete) {
            if !whole.trim().is_empty() && !whole.starts_with(' ') {
                shared.lock().remember(whole);
            }
            return Ok(Signal::Success(whole.to_string()));
        }
        let message = std::mem::take(&mut shared.lock().message);
        if !message.is_empty() {
            tell(&format!("{message}\n"));
        }
        shared.lock().buffer.read(&text);
        tell(&without_colours(
            &prompt.render_prompt_multiline_indicator(),
        ));
    }
}
