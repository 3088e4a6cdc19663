//! What went wrong, as message, detail, hint and place; and the one function that puts it into words.
//!
//! The parts and their wording follow PostgreSQL's error style guide: the message is one line, lower
//! case and without a full stop; detail and hint are whole sentences.

pub mod voice;

use crate::visible::{visible_line, visible_text};
use std::fmt;
use voice::{Voice, Words};

/// The result of everything in sqwire that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What kind of trouble it is; decides the exit status and whether asking again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A flag, a command or an argument that makes no sense.
    Usage,
    /// The configuration file, a theme, a saved connection.
    Config,
    /// No connection could be made.
    Connect,
    /// The server wants a password, or another one.
    Password,
    /// The connection was there and is gone.
    Lost,
    /// The server (or the embedded library) refused the statement.
    Server,
    /// The user, or a time limit of ours, stopped the statement.
    Cancelled,
    /// A file or a program of this machine.
    Io,
    /// Whoever read our output went away; never shown.
    Closed,
}

/// One error. Everything in it may come from a server: `report` makes it safe to show.
#[derive(Debug, Clone)]
pub struct Error {
    pub kind: Kind,
    /// One line, lower case, no full stop.
    pub message: String,
    /// Sentences.
    pub detail: Option<String>,
    /// Sentences: what to do about it.
    pub hint: Option<String>,
    /// Where in a function body or trigger it happened (PostgreSQL's CONTEXT).
    pub context: Option<String>,
    /// SQLSTATE, or the server's own number.
    pub code: Option<String>,
    /// Byte offset in the statement that was sent.
    pub position: Option<usize>,
    /// The statement that failed within a function, if it was one.
    pub internal: Option<Box<Internal>>,
    /// The line of the statement, counted from 1, for servers that only say that (MySQL).
    pub line: Option<usize>,
    /// What psql says in place of the message, where it has words of its own.
    pub psql: Option<Box<OfPsql>>,
    /// What else PostgreSQL says, under psql's titles: `CONSTRAINT NAME`, `LOCATION`.
    pub more: Vec<(&'static str, String)>,
}

/// What psql says of an error that is not the server's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfPsql {
    /// The file that could not be opened, and the system's own words.
    File(String, String),
    /// Lines, such as libpq's on a connection that could not be made. They may hold what a server
    /// has said.
    Words(String),
    /// The same, where psql passes them on as they are and names no level.
    Passed(String),
    /// The server has ended the session, with these last words, if there were any.
    Lost(String),
}

/// A statement of the server's own, or of a function's body.
#[derive(Debug, Clone)]
pub struct Internal {
    pub query: String,
    /// Byte offset in it.
    pub position: Option<usize>,
}

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error {
            kind,
            message: message.into(),
            detail: None,
            hint: None,
            context: None,
            code: None,
            position: None,
            internal: None,
            line: None,
            psql: None,
            more: Vec::new(),
        }
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Error::new(Kind::Usage, message)
    }

    pub fn server(message: impl Into<String>) -> Self {
        Error::new(Kind::Server, message)
    }

    pub fn cancelled() -> Self {
        Error::new(Kind::Cancelled, "the statement was cancelled")
    }

    /// An error of the operating system, said as `could not DO WHAT: reason`.
    pub fn io(what: impl fmt::Display, source: &std::io::Error) -> Self {
        if source.kind() == std::io::ErrorKind::BrokenPipe {
            return Error::new(Kind::Closed, "the reader of the output went away");
        }
        Error::new(Kind::Io, format!("could not {what}: {}", reason(source)))
    }

    /// An error about one file.
    pub fn file(what: impl fmt::Display, name: &str, source: &std::io::Error) -> Self {
        Error {
            psql: Some(Box::new(OfPsql::File(name.to_string(), os_words(source)))),
            ..Error::io(what, source)
        }
    }

    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With libpq's words for it, for scripts that expect psql.
    #[must_use]
    pub fn with_psql(mut self, words: impl Into<String>) -> Self {
        self.psql = Some(Box::new(OfPsql::Words(words.into())));
        self
    }

    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    #[must_use]
    pub fn with_position(mut self, position: usize) -> Self {
        self.position = Some(position);
        self
    }
}

impl Error {
    /// Byte offset and text that a caret can stand under.
    fn place_in<'a>(&'a self, statement: Option<&'a str>) -> Option<(usize, &'a str)> {
        let own = self.position.zip(statement);
        own.or_else(|| {
            let internal = self.internal.as_ref()?;
            Some((internal.position?, internal.query.as_str()))
        })
    }
}

/// PostgreSQL counts characters from 1; sqwire counts bytes from 0. A place beyond the text is one
/// in another text: of the statement that was prepared, say.
pub fn byte_offset(text: &str, position: u32) -> Option<usize> {
    let index = usize::try_from(position).ok()?.checked_sub(1)?;
    let places = text.char_indices().map(|(at, _)| at);
    places.chain([text.len()]).nth(index)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The operating system's own words for an error, without its number.
pub fn os_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error")
        .next()
        .unwrap_or_default()
        .to_string()
}

/// The same in lower case, as messages have them.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    // Two of libraries' own, which speak to programmers.
    if text.contains("without sending TLS close_notify") {
        return "the other side ended it".into();
    }
    if ["bytes remaining on stream", "failed to fill whole buffer"].contains(&text.as_str()) {
        return "it ended in the middle of a message".into();
    }
    if text.starts_with("can't parse: ") {
        return "what came makes no sense".into();
    }
    let text = text.split(" (os error").next().unwrap_or_default();
    // An abbreviation stays one.
    let abbreviated = text.chars().nth(1).is_some_and(char::is_uppercase);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !abbreviated => first.to_lowercase().chain(chars).collect(),
        _ => text.to_string(),
    }
}

/// Where the failing statement stood, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// The script's name; none at the prompt and for `-c`.
    pub file: Option<&'a str>,
    /// The line of the script on which the statement begins, counted from 1.
    pub line: usize,
    /// The line on which it ends.
    pub end: usize,
    /// The statement as it was sent, for the caret.
    pub statement: Option<&'a str>,
    pub words: Words,
}

/// The whole error in words, ending in a newline: message, the user's own line with a caret under
/// the place, detail, hint. Control characters of the server are made visible.
pub fn report(error: &Error, place: &Place<'_>) -> String {
    match place.words.voice {
        Voice::Sqwire => {}
        Voice::Psql => return voice::psql(error, place),
        Voice::Mysql => return voice::mysql(error, place),
    }
    let mut out = String::new();
    let at = error.place_in(place.statement);
    if let Some(file) = place.file {
        let inner = match (error.position.zip(place.statement), error.line) {
            (Some((position, text)), _) => line_of(text, position).0,
            (None, Some(line)) => line.saturating_sub(1),
            (None, None) => 0,
        };
        out.push_str(&format!("{}:{}: ", visible_line(file), place.line + inner));
    }
    out.push_str("error: ");
    out.push_str(&visible_text(&error.message));
    if let Some(code) = &error.code {
        out.push_str(&format!(" [{}]", visible_line(code)));
    }
    out.push('\n');
    if let Some((position, text)) = at {
        out.push_str(&caret(text, position));
    }
    let query = error.internal.as_ref().map(|i| i.query.clone());
    let parts = [
        ("detail", &error.detail),
        ("hint", &error.hint),
        ("internal query", &query),
        ("context", &error.context),
    ];
    for (name, part) in parts {
        if let Some(part) = part {
            out.push_str(&format!("{name}: {}\n", visible_text(part)));
        }
    }
    out
}

/// The line (from 0) that holds byte `position`, and the line's own span.
fn line_of(text: &str, position: usize) -> (usize, std::ops::Range<usize>) {
    let position = floor_boundary(text, position);
    let before = &text[..position];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let end = text[position..]
        .find('\n')
        .map_or(text.len(), |i| position + i);
    (before.matches('\n').count(), start..end)
}

fn floor_boundary(text: &str, position: usize) -> usize {
    let mut at = position.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Columns of the user's line that are shown, so that a very long line stays one line on the screen
/// (libpq's numbers, fe-protocol3.c).
const SHOWN: usize = 60;
/// Columns behind the place that are shown at least.
const SHOWN_BEHIND: usize = 10;

/// `LINE 2: … the user's text` and a caret under byte `position` of it. The caret counts terminal
/// columns, not characters.
pub fn caret(text: &str, position: usize) -> String {
    caret_under(text, position, false)
}

/// The same; `exact` leaves control characters as they are, each one column wide.
fn caret_under(text: &str, position: usize, exact: bool) -> String {
    let position = floor_boundary(text, position);
    let (number, span) = line_of(text, position);
    let line = text[span.clone()].trim_end_matches('\r');
    let shown: Vec<String> = line
        .chars()
        // As libpq: a tab is as wide as a space here.
        .map(|c| if c == '\t' { ' ' } else { c })
        .map(|c| match exact {
            true => c.to_string(),
            false => visible_line(c.encode_utf8(&mut [0; 4])).into_owned(),
        })
        .collect();
    let at = text[span.start..position].chars().count().min(shown.len());
    // The column on which each character begins, and the one behind the last.
    let mut columns = vec![0];
    for c in &shown {
        let width = unicode_width::UnicodeWidthStr::width(c.as_str());
        let least = usize::from(exact);
        columns.push(columns[columns.len() - 1] + width.max(least));
    }
    let (mut from, mut to) = (0, shown.len());
    if columns[to] > SHOWN {
        if SHOWN >= columns[at] + SHOWN_BEHIND {
            while columns[to] > SHOWN {
                to -= 1;
            }
        } else {
            while columns[to] > columns[at] + SHOWN_BEHIND {
                to -= 1;
            }
            while columns[to] - columns[from] > SHOWN {
                from += 1;
            }
        }
    }
    let dots = |cut: bool| if cut { "..." } else { "" };
    let head = format!("LINE {}: {}", number + 1, dots(from > 0));
    let column = head.len() + columns[at] - columns[from];
    let tail = dots(to < shown.len());
    format!(
        "{head}{}{tail}\n{:column$}^\n",
        shown[from..to].concat(),
        ""
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_in_the_words_of_users() {
        for (text, expected) in [
            ("Connection refused (os error 111)", "connection refused"),
            (
                "bytes remaining on stream",
                "it ended in the middle of a message",
            ),
            (
                "peer closed connection without sending TLS close_notify: https://x",
                "the other side ended it",
            ),
        ] {
            assert_eq!(reason(&std::io::Error::other(text)), expected);
        }
    }

    #[test]
    fn an_error_shows_message_line_caret_detail_and_hint() {
        let text = "select 1,\n  nme from t";
        let error = Error::server("column \"nme\" does not exist")
            .with_code("42703")
            .with_hint("Perhaps you meant name.")
            .with_position(12);
        let place = Place {
            file: Some("a.sql"),
            line: 4,
            statement: Some(text),
            ..Place::default()
        };
        assert_eq!(
            report(&error, &place),
            "a.sql:5: error: column \"nme\" does not exist [42703]\n\
             LINE 2:   nme from t\n          ^\nhint: Perhaps you meant name.\n"
        );
    }

    #[test]
    fn the_caret_stands_right_under_wide_characters_and_tabs() {
        assert_eq!(caret("a", 99), "LINE 1: a\n         ^\n");
        assert_eq!(caret("'日本' x", 9), "LINE 1: '日本' x\n               ^\n");
    }

    #[test]
    fn escape_sequences_of_a_server_do_not_reach_the_terminal() {
        let error = Error::server("bad \x1b[31m name").with_detail("two\nlines\x07");
        let text = report(&error, &Place::default());
        assert!(!text.contains('\x1b') && !text.contains('\x07'), "{text:?}");
    }

    #[test]
    fn the_servers_character_becomes_a_byte_of_the_statement() {
        for (sql, position, expected) in [
            ("select x", 8, Some(7)),
            ("select 'ä', x", 13, Some(13)),
            ("select '日本', x", 14, Some(17)),
            ("a", 1, Some(0)),
            ("a", 2, Some(1)),
            ("a", 3, None),
            ("a", 0, None),
        ] {
            assert_eq!(byte_offset(sql, position), expected, "{sql} {position}");
        }
    }
}
