//! `\e`, `\ef` and `\ev` in a script: the editor has the text, and what it leaves is read in the
//! command's place.

use super::failure::Failed;
use super::{Flow, Origin, Span, run_text};
use crate::command::Edit;
use crate::error::{Error, Kind, Result};
use crate::output::program;
use crate::session::Session;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Edits, and runs the statements that are complete; the rest waits in the query buffer.
pub(super) async fn edit(
    session: &mut Session,
    edit: Edit,
    origin: &Origin<'_>,
    span: Span,
) -> std::result::Result<Flow, Failed> {
    if session.is_mysql() {
        // It waits as it is for what sends it; an editor that fails is an error of nobody's.
        match edited(session, &edit) {
            Ok(text) => session.query.buffer = text.unwrap_or(edit.text),
            Err(error) => {
                session.query.buffer = edit.text;
                session.complain(&error);
            }
        }
        return Ok(Flow::Continue);
    }
    let edited = match edited(session, &edit) {
        Ok(edited) => edited,
        Err(error) => {
            session.query.buffer = with_newline(edit.text);
            return Err(Failed::plain(error, span));
        }
    };
    let text = match edited {
        Some(text) => text,
        None if edit.tells => {
            let told = super::psql::print("No changes\n");
            return told
                .map(|()| Flow::Continue)
                .map_err(|error| Failed::plain(error, span));
        }
        None if edit.discard => String::new(),
        None => with_newline(edit.text),
    };
    if origin.depth >= super::commands::MOST_DEEP {
        let error = Error::usage("what the editor leaves opens the editor again without an end");
        return Err(Failed::plain(error, span));
    }
    let text = with_newline(text);
    let inner = Origin {
        depth: origin.depth + 1,
        last: false,
        inline: false,
        line: span.end,
        // The lines of the script were shown, these are not its lines.
        echoed: text.len(),
        ..*origin
    };
    let ran = Box::pin(run_text(session, &text, &inner)).await;
    if matches!(ran.flow, Flow::Continue) {
        session.query.buffer.push_str(&text[ran.rest..]);
    }
    Ok(ran.flow)
}

/// The editor wants a newline at the end.
fn with_newline(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// What the editor leaves, if it has changed anything.
fn edited(session: &Session, edit: &Edit) -> Result<Option<String>> {
    if let Some(name) = &edit.file {
        return run_editor(session, Path::new(name), name, edit.line);
    }
    let mut file = tempfile::Builder::new()
        .prefix("sqwire-")
        .suffix(".sql")
        .tempfile()
        .map_err(|e| Error::io("create a file for the editor", &e))?;
    // A change within the second in which it was written must show.
    let before = SystemTime::now() - Duration::from_secs(2);
    let written = file.write_all(with_newline(edit.text.clone()).as_bytes());
    written
        .and_then(|()| file.as_file().set_modified(before))
        .map_err(|e| Error::io("write the file for the editor", &e))?;
    run_editor(
        session,
        file.path(),
        &file.path().display().to_string(),
        edit.line,
    )
}

/// Lets the user edit a file; its text, if its size or its time has changed.
fn run_editor(
    session: &Session,
    path: &Path,
    name: &str,
    line: Option<usize>,
) -> Result<Option<String>> {
    let failed = |e: &std::io::Error| Error::file(format!("read file \"{name}\""), name, e);
    let look = || {
        let about = File::open(path).and_then(|f| f.metadata());
        about.and_then(|a| Ok((a.len(), a.modified()?)))
    };
    let before = look().map_err(|e| failed(&e))?;
    let set = |name: &str| session.environment_value(name);
    let editor = ["PSQL_EDITOR", "EDITOR", "VISUAL"]
        .into_iter()
        .find_map(set);
    let editor = editor.unwrap_or_else(|| "vi".into());
    let place = match line {
        None => String::new(),
        Some(line) => {
            let argument = set("PSQL_EDITOR_LINENUMBER_ARG").ok_or_else(|| {
                Error::usage(
                    "environment variable PSQL_EDITOR_LINENUMBER_ARG must be set to specify a \
                     line number",
                )
            })?;
            format!(" {argument}{line}")
        }
    };
    // Through the shell, because the variable may hold arguments: `code --wait`.
    let mut shell = program("/bin/sh");
    session.give_environment(&mut shell);
    let status = shell
        .args(["-c", &format!("exec {editor}{place} \"$1\""), "sh"])
        .arg(path)
        .status()
        .map_err(|e| Error::io(format!("start the editor \"{editor}\""), &e))?;
    if !status.success() {
        return Err(Error::new(
            Kind::Io,
            format!("the editor \"{editor}\" failed"),
        ));
    }
    let after = look().map_err(|e| failed(&e))?;
    if before == after {
        return Ok(None);
    }
    std::fs::read_to_string(path)
        .map(Some)
        .map_err(|e| failed(&e))
}
