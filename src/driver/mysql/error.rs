//! Errors of the server and of the connection, in sqwire's words, with their place in the text.

use super::relay::End;
use crate::data::Notice;
use crate::error::{Error, Kind, reason};
use crate::sql::dialect::MYSQL;
use crate::sql::names::only_place;
use mysql_async::{DriverError, Error as Source, IoError, ServerError};
use std::io::ErrorKind;

/// An error of a statement whose text is `sql`.
pub(super) fn statement_error(source: &Source, sql: &str) -> Error {
    match source {
        Source::Server(e) => server_error(e, sql),
        other => lost(other),
    }
}

/// Said for every statement after the connection was lost.
pub(super) fn already_lost() -> Error {
    Error::new(Kind::Lost, "the connection to the server is closed")
}

/// The server has ended a session in which nothing ran.
pub(super) fn ended(end: &End) -> Error {
    match end {
        End::Senseless => senseless(),
        End::Silent => silent(),
        // Whatever it said last belongs to an earlier statement, unless it is about the session.
        End::Closed(Some((code, text))) if kind(*code) == Kind::Lost => {
            Error::new(Kind::Lost, text.trim_end_matches('.')).with_code(code.to_string())
        }
        End::Closed(_) => Error::new(Kind::Lost, "the server closed the connection"),
    }
}

/// The same, for somebody who has not asked for anything.
pub(super) fn farewell(end: &End) -> Notice {
    let error = ended(end);
    Notice {
        severity: "WARNING".into(),
        message: error.message,
        detail: error.detail,
        code: error.code,
        ..Notice::default()
    }
}

/// Nothing comes any more.
pub(super) fn silent() -> Error {
    Error::new(Kind::Lost, "the server does not answer any more")
}

/// The client library gave up at what came.
pub(super) fn senseless() -> Error {
    Error::new(Kind::Lost, "the server's answer makes no sense")
        .with_detail("The connection was given up.")
}

fn lost(source: &Source) -> Error {
    Error::new(Kind::Lost, "the connection to the server was lost").with_detail(sentence(source))
}

fn server_error(e: &ServerError, sql: &str) -> Error {
    let code = format!("{} ({})", e.code, e.state);
    let mut error = match kind(e.code) {
        Kind::Cancelled if e.code == QUERY_INTERRUPTED => Error::cancelled(),
        kind => Error::new(kind, e.message.clone()),
    }
    .with_code(code);
    if e.code != SYNTAX_ERROR {
        error.position = named_position(sql, e.code, &e.message);
    } else if let Some((text, line)) = near(&e.message) {
        error.position = near_position(sql, text, line);
        error.line = Some(line);
    }
    error
}

const SYNTAX_ERROR: u16 = 1064;
const QUERY_INTERRUPTED: u16 = 1317;

/// Whether somebody stopped the statement, and no time limit of the server.
pub(super) fn interrupted(error: &Error) -> bool {
    let code = QUERY_INTERRUPTED.to_string();
    error.code.as_ref().is_none_or(|c| c.starts_with(&code))
}

fn kind(code: u16) -> Kind {
    match code {
        // Interrupted, and the two time limits: MySQL's max_execution_time, MariaDB's
        // max_statement_time.
        QUERY_INTERRUPTED | 3024 | 1969 => Kind::Cancelled,
        // Shutdown, killed (MySQL, MariaDB), idle too long, and the client library's own two.
        1053 | 3169 | 1927 | 4031 | 2006 | 2013 => Kind::Lost,
        _ => Kind::Server,
    }
}

/// An error while connecting to `place`.
pub(super) fn connect_error(source: &Source, place: &str) -> Error {
    let Source::Server(e) = source else {
        return Error::new(
            Kind::Connect,
            format!("could not connect to {place}: {}", words(source)),
        );
    };
    let kind = match e.code {
        ACCESS_DENIED => Kind::Password,
        _ => Kind::Connect,
    };
    let error = Error::new(kind, e.message.clone()).with_code(format!("{} ({})", e.code, e.state));
    match e.code {
        ACCESS_DENIED_NO_PASSWORD => error.with_hint(
            "This account is open only to the operating system's user of that name; \
             no password helps.",
        ),
        _ => error,
    }
}

const ACCESS_DENIED: u16 = 1045;
const ACCESS_DENIED_NO_PASSWORD: u16 = 1698;

/// The answer to a login is not what any method of authentication has.
pub(super) const NONSENSE: &str = "the server's part in the authentication makes no sense";

/// An error of the client library, lower case, without its prefixes and its full stop.
pub(super) fn words(source: &Source) -> String {
    let text = match source {
        // To the relay, which has lost the server.
        Source::Io(IoError::Io(e))
            if matches!(e.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) =>
        {
            "connection closed".into()
        }
        Source::Io(IoError::Io(e)) => reason(e),
        Source::Driver(DriverError::UnknownAuthPlugin { name }) => {
            format!("the server wants the authentication method \"{name}\", which is unknown here")
        }
        Source::Driver(DriverError::CleartextPluginDisabled) => {
            "the server wants the password in clear text".to_string()
        }
        Source::Driver(DriverError::NoClientSslFlagFromServer) => {
            "the server does not support TLS".to_string()
        }
        Source::Driver(DriverError::UnexpectedPacket { .. } | DriverError::PacketOutOfOrder) => {
            "the server does not speak MySQL's protocol".to_string()
        }
        Source::Driver(e) => e.to_string(),
        Source::Other(e) => e.to_string(),
        other => other.to_string(),
    };
    text.trim_end_matches('.').to_string()
}

fn sentence(source: &Source) -> String {
    let text = words(source);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), chars.as_str()),
        None => text,
    }
}

/// The quoted text and the line of `… near 'x' at line 3`.
fn near(message: &str) -> Option<(&str, usize)> {
    let start = message.find("near '")? + "near '".len();
    let end = message.rfind("' at line ")?;
    let line = message[end + "' at line ".len()..].trim().parse().ok()?;
    Some((message.get(start..end)?, line))
}

/// The server quotes the rest of the statement from the place of the error on, or its first 80
/// characters.
const QUOTED: usize = 80;

/// Where in `sql` the quoted text stands. A text shorter than the server's limit is the end of the
/// statement, which leaves no doubt; a longer one is looked for on its line, then everywhere.
fn near_position(sql: &str, near: &str, line: usize) -> Option<usize> {
    let body = sql.trim_end();
    if near.trim_end().is_empty() {
        return Some(body.len());
    }
    if near.chars().count() < QUOTED && body.ends_with(near.trim_end()) {
        return Some(body.len() - near.trim_end().len());
    }
    // MariaDB marks a text that it cut.
    let near = near.strip_suffix("...").unwrap_or(near);
    let from = line_start(sql, line)?;
    let line_end = sql[from..].find('\n').map_or(sql.len(), |i| from + i);
    let mut places = sql[from..].match_indices(near).map(|(i, _)| from + i);
    let first = places.next()?;
    (first < line_end || places.next().is_none()).then_some(first)
}

/// The byte where line `line` (counted from 1) begins.
fn line_start(text: &str, line: usize) -> Option<usize> {
    match line {
        0 => None,
        1 => Some(0),
        n => text.match_indices('\n').nth(n - 2).map(|(i, _)| i + 1),
    }
}

/// The errors that name what they complain of: unknown column, ambiguous column, unknown table,
/// unknown routine, unknown database.
const NAMING: &[u16] = &[1054, 1052, 1146, 1305, 1049, 1051, 1109];

/// Where the name in the message stands in `sql`, if it stands there exactly once.
fn named_position(sql: &str, code: u16, message: &str) -> Option<usize> {
    if !NAMING.contains(&code) {
        return None;
    }
    let quoted = message.split('\'').nth(1);
    // `FUNCTION shop.f does not exist` has no quotes.
    let name = quoted.or_else(|| message.split_whitespace().nth(1))?;
    only_place(sql, &MYSQL, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: u16, sql: &str, message: &str) -> Error {
        let source = Source::Server(ServerError {
            code,
            message: message.to_string(),
            state: "42000".to_string(),
        });
        statement_error(&source, sql)
    }

    #[test]
    fn a_syntax_error_knows_its_byte() {
        let long = format!("select 1,\n2 frm t where x = '{}'", "é".repeat(200));
        let cut: String = long[12..].chars().take(80).collect();
        for (sql, near, line, expected) in [
            ("selct 1", "selct 1", 1, Some(0)),
            ("select 1 frm t", "t", 1, Some(13)),
            ("select\n  from t\n", "from t", 2, Some(9)),
            ("select (1", "", 1, Some(9)),
            // The same word twice: the quoted text is the end of the statement.
            ("select a a a", "a", 1, Some(11)),
            (long.as_str(), cut.as_str(), 2, Some(12)),
            (long.as_str(), &format!("{cut}..."), 2, Some(12)),
            ("select 1", "something else", 1, None),
        ] {
            let message = format!(
                "You have an error in your SQL syntax; check the manual near '{near}' at line {line}"
            );
            let error = error(1064, sql, &message);
            assert_eq!(error.position, expected, "{sql}");
            assert_eq!(error.line, Some(line), "{sql}");
        }
    }

    #[test]
    fn an_unknown_name_is_found_in_the_statement() {
        let column = "Unknown column 'o.nme' in 'SELECT'";
        assert_eq!(
            error(1054, "select `o`.`nme` from o", column).position,
            Some(7)
        );
        assert_eq!(
            error(1054, "select nme, nme", "Unknown column 'nme' in 'SELECT'").position,
            None
        );
        assert_eq!(
            error(1146, "select 't' from t", "Table 'shop.t' doesn't exist").position,
            Some(16)
        );
        assert_eq!(
            error(1305, "select f(1)", "FUNCTION shop.f does not exist").position,
            Some(7)
        );
        assert_eq!(
            error(1062, "select f", "Duplicate entry 'f'").position,
            None
        );
    }

    #[test]
    fn the_kind_says_what_can_be_done() {
        for (code, kind) in [
            (1317, Kind::Cancelled),
            (3024, Kind::Cancelled),
            (1969, Kind::Cancelled),
            (1053, Kind::Lost),
            (1927, Kind::Lost),
            (1062, Kind::Server),
        ] {
            assert_eq!(error(code, "", "m").kind, kind, "{code}");
        }
        assert_eq!(error(1064, "x", "m").code.as_deref(), Some("1064 (42000)"));
        let denied = Source::Server(ServerError {
            code: 1045,
            message: "Access denied".to_string(),
            state: "28000".to_string(),
        });
        assert_eq!(connect_error(&denied, "h").kind, Kind::Password);
        let gone = Source::Io(IoError::Io(std::io::ErrorKind::ConnectionReset.into()));
        assert_eq!(statement_error(&gone, "").kind, Kind::Lost);
    }
}
