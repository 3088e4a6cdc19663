//! `\prompt` of a psql script: the terminal answers, the next line of standard input, or the next line
//! of the script that stands there.

use super::{Flow, Origin};
use crate::command::{Question, to_stdout};
use crate::error::{Error, Result};
use crate::output::tell;
use crate::session::Session;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};

/// A line of the script that is no statement but the value of a variable.
#[derive(Debug)]
pub struct Answer {
    variable: String,
    /// What stands behind the command on its own line.
    pub(super) tail: String,
}

impl Answer {
    /// Sets the variable; `line` is none where the script has ended.
    pub(super) fn take(&self, session: &mut Session, line: Option<&str>) -> Result<()> {
        let named = session.script.name.is_some();
        let line = match line {
            None if named => return Err(unread()),
            line => line.unwrap_or_default(),
        };
        let value = line.trim_end_matches(['\n', '\r']);
        session
            .set_variable(&self.variable, value)
            .map_err(Error::usage)
    }
}

fn unread() -> Error {
    Error::usage("\\prompt: could not read value for variable")
}

/// Asks, or says that the script has to be read for the answer.
pub(super) fn ask(session: &mut Session, asked: Question, origin: &Origin<'_>) -> Result<Flow> {
    let answer = Answer {
        variable: asked.variable,
        tail: String::new(),
    };
    let mut line = String::new();
    if origin.file.is_some() {
        to_stdout(&asked.text)?;
    } else if let Ok(terminal) = terminal() {
        let failed = |e| Error::io("ask on the terminal", &e);
        (&terminal)
            .write_all(asked.text.as_bytes())
            .map_err(failed)?;
        BufReader::new(terminal)
            .read_line(&mut line)
            .map_err(failed)?;
        return answer.take(session, Some(&line)).map(|()| Flow::Continue);
    } else {
        tell(&asked.text);
    }
    if origin.inline && matches!(origin.file, None | Some("<stdin>")) {
        return Ok(Flow::Answer(answer));
    }
    let read = std::io::stdin().lock().read_line(&mut line);
    let read = read.map_err(|e| Error::io("read standard input", &e))?;
    let line = Some(line.as_str()).filter(|_| read > 0);
    answer.take(session, line).map(|()| Flow::Continue)
}

fn terminal() -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}
