//! Why no connection could be made: one error of all that was tried, and what libpq says of it, for
//! scripts that expect psql.

use super::environment::{Endpoint, Settings};
use crate::error::{Error, Kind, OfPsql};

/// What has been tried in vain.
#[derive(Default)]
pub(super) struct Failures(Vec<(Endpoint, Error)>);

impl Failures {
    pub(super) fn add(&mut self, endpoint: &Endpoint, error: Error) {
        if !self.0.iter().any(|(e, _)| e == endpoint) {
            self.0.push((endpoint.clone(), error));
        }
    }

    /// The same in the words of libpq, for scripts that expect psql.
    pub(super) fn libpq(&self, last: Option<(&Endpoint, &Error)>) -> Option<Box<OfPsql>> {
        let tried = self.0.iter().map(|(endpoint, error)| (endpoint, error));
        let lines = tried.chain(last).map(|(at, e)| libpq_words(at, e));
        let lines: Vec<String> = lines.collect();
        (!lines.is_empty()).then(|| Box::new(OfPsql::Words(lines.join("\n"))))
    }

    fn lines(&self) -> String {
        let lines = self
            .0
            .iter()
            .map(|(endpoint, e)| format!("{}: {}", endpoint.describe(), e.message));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The error that ends the search, with those that came before it.
    pub(super) fn before(mut self, endpoint: &Endpoint, mut error: Error) -> Error {
        error.message = format!("{}: {}", endpoint.describe(), error.message);
        self.0.extend(
            error
                .detail
                .take()
                .map(|detail| (endpoint.clone(), Error::new(Kind::Connect, detail))),
        );
        match self.0.is_empty() {
            true => error,
            false => error.with_detail(self.lines()),
        }
    }

    pub(super) fn all(mut self, settings: &Settings) -> Error {
        if settings.endpoints.len() > 1 || self.0.is_empty() {
            return Error::new(
                Kind::Connect,
                format!(
                    "could not connect to any of {} hosts",
                    settings.endpoints.len()
                ),
            )
            .with_detail(self.lines());
        }
        let lines = self.lines();
        let (endpoint, mut error) = self.0.swap_remove(0);
        let place = match self.0.is_empty() {
            true => endpoint.describe(),
            // One host with several addresses, which the detail tells apart.
            false => settings.endpoints[0].describe(),
        };
        error.message = format!("could not connect to {place}: {}", error.message);
        if !self.0.is_empty() {
            error.detail = Some(lines);
        }
        error
    }
}

/// How the system says that nobody listens, or that nobody is to be reached.
const REFUSALS: &[&str] = &[
    "connection refused",
    "connection timed out",
    "network is unreachable",
    "no route to host",
    "no such file or directory",
    "permission denied",
];
/// Words of the system's, of which libpq writes the first with a capital.
const SYSTEM: &[&str] = &[
    "connection refused",
    "connection timed out",
    "network is unreachable",
    "no route to host",
    "no such file or directory",
    "permission denied",
    "connection reset by peer",
    "broken pipe",
    "invalid argument",
    "address family not supported by protocol",
    "too many open files",
    "operation not permitted",
];
pub(super) const NO_ANSWER: &str = "no answer within";

/// What libpq says where sqwire says something else.
fn of_libpq(message: &str) -> String {
    let same = [
        ("the session is read-only", "session is read-only"),
        ("the session is not read-only", "session is not read-only"),
        ("the server is a standby", "server is in hot standby mode"),
        (
            "the server is not a standby",
            "server is not in hot standby mode",
        ),
        (
            "the server does not support TLS",
            "server does not support SSL, but SSL was required",
        ),
        (
            "server did not use channel binding",
            "channel binding required, but server authenticated client without channel binding",
        ),
    ];
    let found = same.iter().find(|(ours, _)| *ours == message);
    let words = found.map_or(message, |(_, theirs)| theirs);
    match words.split_once(" failed: the server ") {
        Some((demand, what)) => {
            let what = requested(what, demand);
            format!("{demand} failed: server {what}")
        }
        None => words.to_string(),
    }
}

/// What a server has done against a demand of `require_auth`.
fn requested(what: &str, demand: &str) -> String {
    // Whoever would have taken a method of SASL is told which one it was.
    let takes_sasl = ["scram", "oauth", "!"].iter().any(|m| demand.contains(m));
    match what {
        "asked for a password in clear text" => "requested a cleartext password".into(),
        "asked for a password hashed with md5" => "requested a hashed password".into(),
        "asked for SCRAM-SHA-256 authentication" | "asked for OAUTHBEARER authentication"
            if !takes_sasl =>
        {
            "requested SASL authentication".into()
        }
        what => what.replace("asked for", "requested"),
    }
}

/// What libpq says of one failure.
fn libpq_words(endpoint: &Endpoint, error: &Error) -> String {
    let socket = endpoint.is_socket();
    if !socket && endpoint.address.is_none() {
        // The system's own words are behind those of its library.
        let why = error.message.rsplit(": ").next().unwrap_or_default();
        return format!(
            "could not translate host name \"{}\" to address: {why}",
            endpoint.host
        );
    }
    let place = match (socket, endpoint.address.as_deref()) {
        (true, _) => format!("on socket \"{}\"", endpoint.socket_path()),
        (false, Some(address)) if endpoint.given => {
            format!("at \"{address}\", port {}", endpoint.port)
        }
        (false, Some(address)) if address != endpoint.host => {
            format!(
                "at \"{}\" ({address}), port {}",
                endpoint.host, endpoint.port
            )
        }
        (false, _) => format!("at \"{}\", port {}", endpoint.host, endpoint.port),
    };
    let why = match (&error.code, error.kind) {
        (Some(_), _) => {
            let mut why = format!("FATAL:  {}", error.message);
            for (title, part) in [("DETAIL", &error.detail), ("HINT", &error.hint)] {
                if let Some(part) = part.as_ref().filter(|_| error.psql.is_none()) {
                    why.push_str(&format!("\n{title}:  {part}"));
                }
            }
            // libpq's own word behind the server's.
            if let Some(OfPsql::Words(more)) = error.psql.as_deref() {
                why.push_str(&format!("\n{more}"));
            }
            why
        }
        (None, Kind::Password) => "fe_sendauth: no password supplied".into(),
        (None, _) if error.message.starts_with(NO_ANSWER) => "timeout expired".into(),
        (None, _) if !SYSTEM.contains(&error.message.as_str()) => of_libpq(&error.message),
        (None, _) => {
            let mut chars = error.message.chars();
            let first: String = chars
                .next()
                .map(|c| c.to_uppercase().collect())
                .unwrap_or_default();
            let asks = match socket {
                _ if !REFUSALS.contains(&error.message.as_str()) => "",
                true => {
                    "\n\tIs the server running locally and accepting connections on that socket?"
                }
                false => "\n\tIs the server running on that host and accepting TCP/IP connections?",
            };
            format!("{first}{}{asks}", chars.as_str())
        }
    };
    format!("connection to server {place} failed: {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demands_that_fail_are_told_as_libpq_tells_them() {
        let scram = "the server asked for SCRAM-SHA-256 authentication";
        for (list, ours, theirs) in [
            ("md5", scram, "server requested SASL authentication"),
            (
                "oauth",
                scram,
                "server requested SCRAM-SHA-256 authentication",
            ),
            (
                "!scram-sha-256",
                scram,
                "server requested SCRAM-SHA-256 authentication",
            ),
            (
                "gss",
                "the server asked for a password in clear text",
                "server requested a cleartext password",
            ),
            (
                "none",
                "the server asked for a password hashed with md5",
                "server requested a hashed password",
            ),
            (
                "md5",
                "the server did not complete authentication",
                "server did not complete authentication",
            ),
        ] {
            let demand = format!("authentication method requirement \"{list}\" failed: ");
            let got = of_libpq(&format!("{demand}{ours}"));
            assert_eq!(got, format!("{demand}{theirs}"));
        }
    }
}
