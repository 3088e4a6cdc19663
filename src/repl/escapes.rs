//! The escapes of the prompts and of the terminal's title: those of pgcli, mycli and litecli, and
//! `\{words}` for everything.

use crate::driver::{Status, Transaction};
use crate::visible::visible_line;
use std::time::{Duration, Instant};

/// What a prompt can tell.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) status: Status,
    pub(super) connected: bool,
    pub(super) read_only: bool,
    pub(super) production: bool,
    /// The machine that the connection goes through.
    pub(super) ssh: Option<String>,
    /// The name of the saved connection.
    pub(super) alias: Option<String>,
    /// When the open transaction began.
    pub(super) since: Option<Instant>,
    /// When the server was started, where a prompt asks for it.
    pub(super) server_start: Option<Instant>,
    /// The server's number of the connection, where a prompt asks for it.
    pub(super) pid: Option<u64>,
    /// How long the last statement took, and its rows.
    pub(super) last: Option<(Duration, u64)>,
    /// Warnings of the last statement.
    pub(super) warnings: Option<u64>,
    /// The local time in a pattern of strftime.
    pub(super) time: fn(&str) -> String,
}

/// Each letter, and the word for the same.
const LETTERS: &[(char, &str)] = &[
    ('#', "mark"),
    ('A', "alias"),
    ('D', "date"),
    ('H', "full_host"),
    ('J', "socket"),
    ('K', "socket_or_port"),
    ('P', "am_pm"),
    ('R', "hour"),
    ('T', "transaction"),
    ('W', "warnings"),
    ('Y', "uptime"),
    ('b', "tx"),
    ('d', "database"),
    ('f', "file"),
    ('h', "host"),
    ('i', "pid"),
    ('j', "socket_name"),
    ('k', "socket_name_or_port"),
    ('m', "minute"),
    ('p', "port"),
    ('r', "hour12"),
    ('s', "second"),
    ('t', "time"),
    ('u', "user"),
    ('w', "warnings_or_none"),
    ('y', "uptime_seconds"),
];

/// Whether the format asks for what only the server knows: the connection's number, its own age.
pub(super) fn asks_server(format: &str) -> bool {
    let asks = ["\\y", "\\Y", "\\{uptime", "\\i", "\\{pid"];
    asks.iter().any(|e| format.contains(e))
}

/// `format` with its escapes filled in. What comes from the server has no control characters; a
/// backslash before anything unknown stands for itself.
pub(super) fn expand(format: &str, facts: &Facts) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (text, length) = escape(rest, facts);
        match text {
            Some(text) => out.push_str(&text),
            None => {
                out.push('\\');
                out.push_str(&rest[..length]);
            }
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// What the escape behind a backslash stands for, and its length.
fn escape(rest: &str, facts: &Facts) -> (Option<String>, usize) {
    if rest.starts_with("x1b") {
        return (Some("\x1b".into()), 3);
    }
    if let Some(behind) = rest.strip_prefix("dsn_alias") {
        return (filled("alias", facts), rest.len() - behind.len());
    }
    if let Some((word, _)) = rest.strip_prefix('{').and_then(|r| r.split_once('}')) {
        return (filled(word, facts), word.len() + 2);
    }
    let Some(letter) = rest.chars().next() else {
        return (None, 0);
    };
    let text = match letter {
        'n' => Some("\n".into()),
        '_' => Some(" ".into()),
        '\\' => Some("\\".into()),
        _ => LETTERS
            .iter()
            .find(|(l, _)| *l == letter)
            .and_then(|(_, word)| filled(word, facts)),
    };
    (text, letter.len_utf8())
}

fn filled(word: &str, facts: &Facts) -> Option<String> {
    let status = &facts.status;
    let server_text = |text: &str| visible_line(text).into_owned();
    let marked = |is: bool, mark: &str| if is { mark.to_string() } else { String::new() };
    let port = || status.port.map(|port| port.to_string()).unwrap_or_default();
    let socket = Some(status.host.as_str()).filter(|h| h.starts_with('/'));
    let socket_name = socket.map(|s| s.rsplit('/').next().unwrap_or_default());
    let time = |pattern: &str| (facts.time)(pattern);
    Some(match word {
        "user" => server_text(&status.user),
        "host" => server_text(short_host(&status.host)),
        "full_host" => server_text(&status.host),
        "port" => port(),
        "socket" => server_text(socket.unwrap_or_default()),
        "socket_name" => server_text(socket_name.unwrap_or_default()),
        "socket_or_port" => socket.map_or_else(port, server_text),
        "socket_name_or_port" => socket_name.map_or_else(port, server_text),
        "database" => server_text(&status.database),
        "file" => server_text(status.database.rsplit('/').next().unwrap_or_default()),
        "server" => server_text(&status.server),
        "vendor" => server_text(status.server.split(' ').next().unwrap_or_default()),
        "tls" => server_text(status.encryption.as_deref().unwrap_or_default()),
        "pid" => facts.pid.map(|pid| pid.to_string()).unwrap_or_default(),
        "alias" => server_text(facts.alias.as_deref().unwrap_or_default()),
        "ssh" => facts
            .ssh
            .as_ref()
            .map_or(String::new(), |m| format!("[ssh {}]", server_text(m))),
        "transaction" => transaction_mark(facts).into(),
        "transaction_age" => facts.since.map_or(String::new(), |s| age(s.elapsed())),
        "tx" => marked(status.transaction != Transaction::None, "[TX]"),
        "read_only" => marked(facts.read_only, "[RO]"),
        "production" => marked(facts.production, "[PROD]"),
        "state" => state(facts),
        // Who may do everything is asked of no server; these two usually may.
        "mark" if matches!(status.user.as_str(), "postgres" | "root") => "#".into(),
        "mark" => ">".into(),
        "time" => time("%H:%M:%S"),
        "date" => time("%a %b %e %H:%M:%S %Y"),
        "day" => time("%Y-%m-%d"),
        "unix" => time("%s"),
        "hour" => time("%H"),
        "hour12" => time("%I"),
        "am_pm" => time("%p"),
        "minute" => time("%M"),
        "second" => time("%S"),
        "duration" => facts.last.map(|(time, _)| short(time)).unwrap_or_default(),
        "rows" => facts
            .last
            .map(|(_, rows)| rows.to_string())
            .unwrap_or_default(),
        "warnings" => facts
            .warnings
            .filter(|n| *n > 0)
            .map(|n| n.to_string())
            .unwrap_or_default(),
        "warnings_or_none" => facts
            .warnings
            .filter(|n| *n > 0)
            .map_or("(none)".into(), |n| n.to_string()),
        "uptime" => facts
            .server_start
            .map_or(String::new(), |s| age(s.elapsed())),
        "uptime_seconds" => facts
            .server_start
            .map_or(String::new(), |s| s.elapsed().as_secs().to_string()),
        _ => return None,
    })
}

/// `[RO] [ssh gate] in transaction 2m`: what is out of the ordinary, and nothing otherwise.
fn state(facts: &Facts) -> String {
    let mut parts = Vec::new();
    for word in ["read_only", "ssh"] {
        parts.extend(filled(word, facts).filter(|text| !text.is_empty()));
    }
    if let Some(since) = facts.since {
        let what = match facts.status.transaction {
            Transaction::Failed => "failed transaction",
            _ => "transaction",
        };
        parts.push(format!("{what} {}", age(since.elapsed())));
    }
    parts.join(" ")
}

/// `*` in a transaction, `!` in a failed one, `?` without a connection.
fn transaction_mark(facts: &Facts) -> &'static str {
    match facts.status.transaction {
        _ if !facts.connected => "?",
        Transaction::Open => "*",
        Transaction::Failed => "!",
        Transaction::None => "",
    }
}

/// `12s`, `5m`, `3h07m`, `2d04h`
pub(super) fn age(time: Duration) -> String {
    let seconds = time.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m"),
        3600..86_400 => format!("{hours}h{:02}m", minutes % 60),
        _ => format!("{days}d{:02}h", hours % 24),
    }
}

/// The host's name up to its first dot; an address or a folder as it is.
fn short_host(host: &str) -> &str {
    let is_name = host.contains(|c: char| c.is_ascii_alphabetic()) && !host.contains(['/', ':']);
    match host.split_once('.') {
        Some((first, _)) if is_name => first,
        _ => host,
    }
}

/// `12ms`, `3.4s`, `2m05s`
pub(super) fn short(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{}ms", time.as_millis()),
        seconds @ 1..60 => format!("{seconds}.{}s", time.subsec_millis() / 100),
        seconds => format!("{}m{:02}s", seconds / 60, seconds % 60),
    }
}

/// `text` without its colours: for terminals that show none, and to measure it.
pub(super) fn without_colours(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        out.push_str(&rest[..at]);
        let sequence = &rest[at + 2..];
        let end = sequence.find(|c: char| ('@'..='~').contains(&c));
        rest = end.map_or("", |end| &sequence[end + 1..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn facts() -> Facts {
        Facts {
            status: Status {
                user: "alice".into(),
                database: "dir/shop\x1b".into(),
                host: "db.example.com".into(),
                port: Some(5432),
                server: "PostgreSQL 15.8".into(),
                transaction: Transaction::Open,
                encryption: Some("TLSv1.3".into()),
                ..Status::default()
            },
            connected: true,
            read_only: true,
            production: true,
            ssh: Some("gate".into()),
            alias: Some("shop".into()),
            since: Instant::now().checked_sub(Duration::from_secs(125)),
            server_start: Instant::now().checked_sub(Duration::from_secs(7500)),
            pid: Some(4711),
            last: Some((Duration::from_millis(3456), 7)),
            warnings: Some(2),
            time: |pattern| format!("<{pattern}>"),
        }
    }

    #[test]
    fn every_escape_is_filled_in_and_unknown_ones_stand_as_they_are() {
        let facts = facts();
        for (format, expected) in [
            (r"\u@\h:\p/\d> ", r"alice@db:5432/dir/shop\x1B> "),
            (r"\H \f \i", r"db.example.com shop\x1B 4711"),
            (r"\T \b \#", "* [TX] >"),
            (
                r"\{read_only} \{production} \{ssh}",
                "[RO] [PROD] [ssh gate]",
            ),
            (
                r"\{server} \{vendor} \{tls}",
                "PostgreSQL 15.8 PostgreSQL TLSv1.3",
            ),
            (r"\A \dsn_alias> \{alias}", "shop shop> shop"),
            (r"\{state}", "[RO] [ssh gate] transaction 2m"),
            (r"\{transaction_age} \Y \{uptime}", "2m 2h05m 2h05m"),
            (r"\w \W", "2 2"),
            (r"\j|\J|\k|\K", "||5432|5432"),
            (r"\t|\R|\r|\m|\s|\P", "<%H:%M:%S>|<%H>|<%I>|<%M>|<%S>|<%p>"),
            (r"\D \{day}", "<%a %b %e %H:%M:%S %Y> <%Y-%m-%d>"),
            (r"\{unix}", "<%s>"),
            (r"\{duration} \{rows}", "3.4s 7"),
            (r"a\nb\_c\\d", "a\nb c\\d"),
            (r"\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
            (r"\q \{x} \{ \", r"\q \{x} \{ \"),
            ("", ""),
        ] {
            assert_eq!(expand(format, &facts), expected, "{format}");
        }
    }

    #[test]
    fn a_socket_and_an_ordinary_state_have_their_own_words() {
        let facts = Facts {
            status: Status {
                host: "/run/mysqld/mysqld.sock".into(),
                user: "root".into(),
                ..Status::default()
            },
            read_only: false,
            ssh: None,
            since: None,
            warnings: Some(0),
            alias: None,
            ..facts()
        };
        let socket = "mysqld.sock|/run/mysqld/mysqld.sock|mysqld.sock|/run/mysqld/mysqld.sock";
        assert_eq!(expand(r"\j|\J|\k|\K", &facts), socket);
        assert_eq!(expand(r"\#\{state}\A\T\b\W|\w", &facts), "#|(none)");
    }

    #[test]
    fn every_letter_has_a_word() {
        for (letter, word) in LETTERS {
            assert!(filled(word, &facts()).is_some(), "{letter}");
        }
        assert!(LETTERS.is_sorted_by_key(|(letter, _)| *letter));
    }

    #[test]
    fn hosts_are_cut_at_a_dot_unless_they_are_addresses() {
        for (host, expected) in [
            ("db.example.com", "db"),
            ("127.0.0.1", "127.0.0.1"),
            ("/run/postgresql.d", "/run/postgresql.d"),
            ("fe80::1.a", "fe80::1.a"),
            ("", ""),
        ] {
            assert_eq!(short_host(host), expected);
        }
    }

    #[test]
    fn colours_have_no_width_and_can_be_left_out() {
        for (text, expected) in [
            ("\x1b[1;31ma\x1b[0mb", "ab"),
            ("a\x1b[1", "a"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_colours(text), expected);
        }
    }

    #[test]
    fn durations_are_short() {
        for (ms, expected) in [
            (0, "0ms"),
            (999, "999ms"),
            (1250, "1.2s"),
            (125_000, "2m05s"),
        ] {
            assert_eq!(short(Duration::from_millis(ms)), expected);
        }
    }
}
