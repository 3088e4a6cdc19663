//! Errors in the words of psql and mysql, which scripts and their readers expect.

use super::{Error, Kind, OfPsql, Place, byte_offset, caret_under};
use crate::data::Notice;
use crate::visible::{visible_line, visible_text};
use std::borrow::Cow;

/// Whose words a report uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Voice {
    #[default]
    Sqwire,
    /// `psql:FILE:LINE: ERROR:  …`
    Psql,
    /// `ERROR 1064 (42000) at line 1: …`
    Mysql,
}

/// How much psql tells of a server's error or notice (VERBOSITY).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Verbosity {
    #[default]
    Default,
    Verbose,
    Terse,
    /// Nothing but the SQLSTATE.
    Sqlstate,
}

/// Of which messages psql tells the context (SHOW_CONTEXT).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShowContext {
    Never,
    #[default]
    Errors,
    Always,
}

/// How messages are worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words {
    pub voice: Voice,
    pub verbosity: Verbosity,
    pub context: ShowContext,
    /// mysql's errors do not tell their line.
    pub hide_lines: bool,
    /// mysql's errors do not show the statement.
    pub hide_statements: bool,
    /// No terminal is there to be protected from control characters: bytes are exact.
    pub exact: bool,
}

impl Words {
    fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.exact {
            true => Cow::Borrowed(text),
            false => visible_text(text),
        }
    }
}

/// What psql writes before each message of a script, with the line on which the statement ends.
pub fn psql_prefix(place: &Place<'_>) -> String {
    let Some(file) = place.file else {
        return String::new();
    };
    format!("psql:{}:{}: ", visible_line(file), place.end)
}

pub(super) fn psql(error: &Error, place: &Place<'_>) -> String {
    let prefix = psql_prefix(place);
    if let Some(OfPsql::Lost(last)) = error.psql.as_deref() {
        return psql_lost(error, last, place);
    }
    let passed = matches!(error.psql.as_deref(), Some(OfPsql::Passed(_)));
    let worded = passed || matches!(error.psql.as_deref(), Some(OfPsql::Words(_)));
    let Some(code) = error.code.as_ref().filter(|_| !worded) else {
        // A message of psql itself has no severity, and no level where no file is named.
        let level = match place.file {
            Some(_) if !passed => "error: ",
            _ => "",
        };
        let message = match error.psql.as_deref() {
            Some(OfPsql::File(name, reason)) => Cow::Owned(format!("{name}: {reason}")),
            Some(OfPsql::Words(words) | OfPsql::Passed(words)) => Cow::Borrowed(words.as_str()),
            Some(OfPsql::Lost(_)) | None => Cow::Owned(sentence(&error.message)),
        };
        return format!("{prefix}{level}{}\n", place.words.text(&message));
    };
    // Class 57P: the server ends the session.
    let severity = if code.starts_with("57P") {
        "FATAL"
    } else {
        "ERROR"
    };
    let caret = error.place_in(place.statement);
    let parts = Parts {
        severity,
        code: Some(code),
        message: &error.message,
        place: caret,
        detail: error.detail.as_deref(),
        hint: error.hint.as_deref(),
        query: error.internal.as_ref().map(|i| i.query.as_str()),
        context: error
            .context
            .as_deref()
            .filter(|_| place.words.context != ShowContext::Never),
        more: &error.more,
    };
    prefix + &parts.worded(place.words)
}

/// The server's last words, what libpq makes of it, and what psql does.
fn psql_lost(error: &Error, last: &str, place: &Place<'_>) -> String {
    let prefix = psql_prefix(place);
    let level = if place.file.is_some() { "error: " } else { "" };
    let parts = Parts {
        severity: "FATAL",
        code: error.code.as_deref(),
        message: last,
        place: None,
        detail: None,
        hint: None,
        query: None,
        context: None,
        more: &error.more,
    };
    let last = match last {
        "" => String::new(),
        _ => format!("{prefix}{}", parts.worded(place.words)),
    };
    format!(
        "{last}{prefix}server closed the connection unexpectedly\n\
         \tThis probably means the server terminated abnormally\n\
         \tbefore or while processing the request.\n\
         {prefix}{level}connection to server was lost\n"
    )
}

/// A notice in psql's words, about this statement.
pub fn psql_notice(notice: &Notice, statement: &str, words: Words) -> String {
    let text = notice.query.as_deref().unwrap_or(statement);
    let position = notice.position.and_then(|p| byte_offset(text, p));
    let parts = Parts {
        severity: &notice.severity,
        code: notice.code.as_deref(),
        message: &notice.message,
        place: position.map(|p| (p, text)),
        detail: notice.detail.as_deref(),
        hint: notice.hint.as_deref(),
        query: notice.query.as_deref(),
        context: notice
            .context
            .as_deref()
            .filter(|_| words.context == ShowContext::Always),
        more: &notice.more,
    };
    parts.worded(words)
}

/// What libpq makes a message of.
struct Parts<'a> {
    severity: &'a str,
    code: Option<&'a str>,
    message: &'a str,
    /// Byte offset in the statement.
    place: Option<(usize, &'a str)>,
    detail: Option<&'a str>,
    hint: Option<&'a str>,
    query: Option<&'a str>,
    context: Option<&'a str>,
    more: &'a [(&'static str, String)],
}

impl Parts<'_> {
    fn worded(&self, words: Words) -> String {
        let verbosity = words.verbosity;
        let severity = visible_line(self.severity);
        let code = self.code.map(visible_line);
        let mut out = match (verbosity, &code) {
            (Verbosity::Sqlstate, Some(code)) => return format!("{severity}:  {code}\n"),
            (Verbosity::Verbose, Some(code)) => format!("{severity}:  {code}: "),
            _ => format!("{severity}:  "),
        };
        out.push_str(&words.text(self.message));
        if verbosity == Verbosity::Terse {
            if let Some((position, text)) = self.place {
                let before = text.get(..position).unwrap_or(text).chars().count();
                out.push_str(&format!(" at character {}", before + 1));
            }
            out.push('\n');
            return out;
        }
        out.push('\n');
        if let Some((position, text)) = self.place {
            out.push_str(&caret_under(text, position, words.exact));
        }
        let parts = [
            ("DETAIL", self.detail),
            ("HINT", self.hint),
            ("QUERY", self.query),
            ("CONTEXT", self.context),
        ];
        let more = self
            .more
            .iter()
            .map(|(title, text)| (*title, Some(text.as_str())));
        let more = more.filter(|_| verbosity == Verbosity::Verbose);
        for (title, part) in parts.into_iter().chain(more) {
            if let Some(part) = part {
                out.push_str(&format!("{title}:  {}\n", words.text(part)));
            }
        }
        out
    }
}

/// psql says what it did not find in a whole sentence.
fn sentence(message: &str) -> String {
    match message.strip_prefix("did not find any ") {
        Some(what) => format!("Did not find any {what}."),
        None => message.to_string(),
    }
}

/// The statement between two lines, and the message with the script's line.
pub(super) fn mysql(error: &Error, place: &Place<'_>) -> String {
    let message = match (error.psql.as_deref(), &error.code) {
        // A file that LOAD DATA LOCAL names: the number is the system's.
        (Some(OfPsql::File(name, _)), Some(code)) => {
            let number = code.split(' ').next().unwrap_or_default();
            let said = format!("File '{name}' not found (Errcode: {number})");
            place.words.text(&said).into_owned().into()
        }
        _ => place.words.text(&error.message),
    };
    let shown = match place.statement.filter(|_| !place.words.hide_statements) {
        Some(text) => format!(
            "--------------\n{}\n--------------\n\n",
            place.words.text(text)
        ),
        None => String::new(),
    };
    let code = match &error.code {
        Some(code) => format!(" {}", visible_line(code)),
        None => String::new(),
    };
    // Numbers from 2000 on are the client's own: nothing was reached that has read a line.
    let own = error.code.as_ref().is_none_or(|code| code.starts_with('2'));
    let connecting = matches!(error.kind, Kind::Connect | Kind::Password) && own;
    let line = match place.line {
        _ if connecting => String::new(),
        // The line of a script within a script is told all the same.
        _ if place.words.hide_lines && place.file.is_none() => String::new(),
        0 => String::new(),
        line => format!(" at line {line}"),
    };
    let file = match place.file.filter(|_| !line.is_empty()) {
        Some(file) => format!(" in file: '{}'", visible_line(file)),
        None => String::new(),
    };
    format!("{shown}ERROR{code}{line}{file}: {message}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::report;

    #[test]
    fn a_report_has_the_words_of_the_program_it_stands_for() {
        let error = Error::server("column \"b\" does not exist")
            .with_code("42703")
            .with_position(10)
            .with_hint("Try a.");
        let place = |voice| Place {
            file: Some("x.sql"),
            line: 3,
            end: 4,
            statement: Some("select a,\nb;"),
            words: Words {
                voice,
                ..Words::default()
            },
        };
        for (voice, expected) in [
            (
                Voice::Psql,
                "psql:x.sql:4: ERROR:  column \"b\" does not exist\nLINE 2: b;\n        ^\nHINT:  Try a.\n",
            ),
            (
                Voice::Mysql,
                "--------------\nselect a,\nb;\n--------------\n\nERROR 42703 at line 3 in file: 'x.sql': column \"b\" does not exist\n",
            ),
        ] {
            assert_eq!(report(&error, &place(voice)), expected);
        }
        let own = Error::usage("invalid command \\foo").with_hint("\\? lists the commands.");
        assert_eq!(
            report(&own, &place(Voice::Psql)),
            "psql:x.sql:4: error: invalid command \\foo\n"
        );
    }
}
