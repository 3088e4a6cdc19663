//! Text to parts, in order, to the session or a command; obeys what commands ask for. Used by the
//! prompt and by scripts.

mod ask;
mod commands;
mod copy;
mod crosstab;
mod edit;
mod explain;
mod explored;
mod failure;
mod mysql;
mod pipeline;
mod prompt;
mod psql;
mod reading;
mod source;
mod statement;
mod typed;
mod watch;

pub use copy::CopyIn;
pub use prompt::Answer;
pub use source::{Input, run_input};
pub use statement::run_own;

use crate::error::Kind;
use crate::session::Session;
use crate::sql::{Part, lex_with, split};
use commands::run_command;
use failure::after_error;
use statement::{effect_of, execute_filled, options};

/// Where a text comes from, and what an error does to it.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The script's name, for error messages; none at the prompt and for `-c`.
    pub file: Option<&'a str>,
    /// The line of the script on which the text begins, counted from 1.
    pub line: usize,
    /// The first error ends the text.
    pub stop_on_error: bool,
    /// Nothing follows: an unfinished statement is sent too.
    pub last: bool,
    /// The data of a `COPY … FROM STDIN` follow in the text.
    pub inline: bool,
    /// Scripts that run this script, against endless recursion.
    pub depth: usize,
    /// Bytes at the beginning that have been echoed.
    pub echoed: usize,
}

impl Origin<'_> {
    /// Whether the text is a file's or standard input's, and not `-c`'s or the prompt's.
    pub(super) fn is_script(&self) -> bool {
        self.inline || self.file.is_some()
    }

    /// What is typed at the prompt or given with `-c`.
    pub fn whole(stop_on_error: bool) -> Self {
        Origin {
            file: None,
            line: 1,
            stop_on_error,
            last: true,
            inline: false,
            depth: 0,
            echoed: 0,
        }
    }
}

/// What comes after a text.
#[derive(Debug)]
pub enum Flow {
    Continue,
    Quit,
    /// Put this text into the editor.
    Edit(String),
    /// Show what `/history` with these arguments asks for, once the prompt has written it down.
    History(String),
    /// Let the user move about in the last result; what follows in the text comes after that.
    Grid,
    /// Let the user choose a theme.
    Themes,
    /// A COPY whose data follow in the script.
    Data(CopyIn),
    /// The next line of the script is the answer to a question.
    Answer(Answer),
    /// An error of this kind ended the text.
    Stop(Kind),
}

/// How a text went.
#[derive(Debug)]
pub struct Ran {
    pub flow: Flow,
    /// Whether the last statement or command failed; `None` when nothing was run.
    pub failed: Option<bool>,
    /// Byte offset of an unfinished statement at the end, when more text will follow.
    pub rest: usize,
    /// Bytes of that rest that have been echoed.
    pub echoed: usize,
    /// The rest is to be read again at once.
    pub again: bool,
}

/// Runs a text. Errors are reported on standard error as they come.
pub async fn run_text(session: &mut Session, text: &str, origin: &Origin<'_>) -> Ran {
    let mut origin = *origin;
    let mut start = 0;
    loop {
        let mut ran = reading::run(session, &text[start..], &origin).await;
        let stop = start + ran.rest;
        let goes_on = matches!(ran.flow, Flow::Continue) && ran.rest > 0;
        if !goes_on || !ran.again {
            ran.rest = stop;
            return ran;
        }
        origin.line += memchr::memchr_iter(b'\n', &text.as_bytes()[start..stop]).count();
        origin.echoed = ran.echoed;
        start = stop;
    }
}

/// `-c` of psql: one command, or SQL that is sent whole as it is.
pub async fn run_whole(session: &mut Session, text: &str) -> Ran {
    let span = Span { line: 1, end: 1 };
    let origin = Origin::whole(false);
    if session.echoes("all") {
        let _ = psql::print(&format!("{text}\n"));
    }
    let dialect = session.dialect();
    let done = if text.starts_with('\\') {
        let tokens = lex_with(text, dialect, ";");
        match split(text, &tokens, dialect).parts.first() {
            Some(Part::Command(command)) => run_command(session, command, &origin, span).await,
            _ => Ok(Flow::Continue),
        }
    } else if copy::is_copy_in(session, text) {
        copy::from_stdin(session, text, span).await
    } else {
        let effect = effect_of(session, text);
        let send = options(session, span);
        execute_filled(session, text.to_string(), effect, &send, span).await
    };
    let (flow, failed) = match done {
        Ok(flow) => (flow, false),
        Err(failed) => {
            let stop = after_error(session, &failed, &origin);
            (stop.unwrap_or(Flow::Continue), true)
        }
    };
    Ran {
        flow,
        failed: Some(failed),
        rest: text.len(),
        echoed: 0,
        again: false,
    }
}

/// The lines on which something begins and ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    line: usize,
    end: usize,
}
