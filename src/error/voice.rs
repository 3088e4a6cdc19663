//! Errors in the words of psql and mysql, which scripts and their readers expect.

use super::{Error, Kind, Place, caret};
use crate::visible::{visible_line, visible_text};

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

/// What psql writes before each message of a script, with the line on which the statement ends.
pub fn psql_prefix(place: &Place<'_>) -> String {
    let Some(file) = place.file else {
        return String::new();
    };
    let more = place.statement.map_or(0, |s| s.matches('\n').count());
    format!("psql:{}:{}: ", visible_line(file), place.line + more)
}

pub(super) fn psql(error: &Error, place: &Place<'_>) -> String {
    let mut out = psql_prefix(place);
    let message = visible_text(&error.message);
    let Some(code) = &error.code else {
        // A message of psql itself has no severity, and no level where no file is named.
        let level = if place.file.is_some() { "error: " } else { "" };
        return format!("{out}{level}{}\n", sentence(&message));
    };
    // Class 57P: the server ends the session.
    let severity = if code.starts_with("57P") {
        "FATAL"
    } else {
        "ERROR"
    };
    out.push_str(&format!("{severity}:  {message}\n"));
    if let Some((position, text)) = error.position.zip(place.statement) {
        out.push_str(&caret(text, position));
    }
    let parts = [
        ("DETAIL", &error.detail),
        ("HINT", &error.hint),
        ("CONTEXT", &error.context),
    ];
    for (name, part) in parts {
        if let Some(part) = part {
            out.push_str(&format!("{name}:  {}\n", visible_text(part)));
        }
    }
    out
}

/// psql says what it did not find in a whole sentence.
fn sentence(message: &str) -> String {
    match message.strip_prefix("did not find any ") {
        Some(what) => format!("Did not find any {what}."),
        None => message.to_string(),
    }
}

pub(super) fn mysql(error: &Error, place: &Place<'_>) -> String {
    let message = visible_text(&error.message);
    let code = error.code.as_deref().map(visible_line);
    match (code, error.kind) {
        (Some(code), Kind::Connect | Kind::Password) => format!("ERROR {code}: {message}\n"),
        (Some(code), _) => format!("ERROR {code} at line {}: {message}\n", place.line.max(1)),
        (None, _) => format!("ERROR: {message}\n"),
    }
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
            statement: Some("select a,\nb;"),
            voice,
        };
        for (voice, expected) in [
            (
                Voice::Psql,
                "psql:x.sql:4: ERROR:  column \"b\" does not exist\nLINE 2: b;\n        ^\nHINT:  Try a.\n",
            ),
            (
                Voice::Mysql,
                "ERROR 42703 at line 3: column \"b\" does not exist\n",
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
