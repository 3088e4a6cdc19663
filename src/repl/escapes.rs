//! The escapes of the settings `prompt`, `prompt_right` and `terminal_title`: those of pgcli, mycli
//! and litecli.

use crate::driver::{Status, Transaction};
use crate::visible::visible_line;
use std::time::Duration;

/// What a prompt can tell.
pub(super) struct Facts<'a> {
    pub(super) status: &'a Status,
    pub(super) connected: bool,
    pub(super) read_only: bool,
    pub(super) production: bool,
    /// How long the last statement took, and its rows.
    pub(super) last: Option<(Duration, u64)>,
    /// The local time in a pattern of strftime.
    pub(super) time: &'a dyn Fn(&str) -> String,
}

/// `format` with its escapes filled in. What comes from the server has no control characters; a
/// backslash before anything unknown stands for itself.
pub(super) fn expand(format: &str, facts: &Facts<'_>) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix("x1b") {
            out.push('\x1b');
            rest = behind;
            continue;
        }
        let mut chars = rest.chars();
        let Some(escape) = chars.next() else {
            out.push('\\');
            return out;
        };
        rest = chars.as_str();
        match filled(escape, facts) {
            Some(text) => out.push_str(&text),
            None => out.extend(['\\', escape]),
        }
    }
    out.push_str(rest);
    out
}

fn filled(escape: char, facts: &Facts<'_>) -> Option<String> {
    let status = facts.status;
    let server_text = |text: &str| visible_line(text).into_owned();
    let marked = |is: bool, mark: &str| if is { mark.to_string() } else { String::new() };
    Some(match escape {
        'u' => server_text(&status.user),
        'h' => server_text(short_host(&status.host)),
        'H' => server_text(&status.host),
        'p' => status.port.map(|port| port.to_string()).unwrap_or_default(),
        'd' => server_text(&status.database),
        'f' => server_text(status.database.rsplit('/').next().unwrap_or_default()),
        'i' => server_text(&status.server),
        'T' => transaction_mark(facts).into(),
        'b' => marked(status.transaction != Transaction::None, "[TX]"),
        'O' => marked(facts.read_only, "[RO]"),
        'P' => marked(facts.production, "[PROD]"),
        // Who may do everything is asked of no server; these two usually may.
        '#' if matches!(status.user.as_str(), "postgres" | "root") => "#".into(),
        '#' => ">".into(),
        't' => (facts.time)("%H:%M:%S"),
        'D' => (facts.time)("%Y-%m-%d"),
        'R' => (facts.time)("%H"),
        'r' => (facts.time)("%I"),
        'm' => (facts.time)("%M"),
        's' => (facts.time)("%S"),
        'e' => facts.last.map(|(time, _)| short(time)).unwrap_or_default(),
        'k' => facts
            .last
            .map(|(_, rows)| rows.to_string())
            .unwrap_or_default(),
        'n' => "\n".into(),
        '_' => " ".into(),
        '\\' => "\\".into(),
        _ => return None,
    })
}

/// `*` in a transaction, `!` in a failed one, `?` without a connection.
fn transaction_mark(facts: &Facts<'_>) -> &'static str {
    match facts.status.transaction {
        _ if !facts.connected => "?",
        Transaction::Open => "*",
        Transaction::Failed => "!",
        Transaction::None => "",
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
fn short(time: Duration) -> String {
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
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_filled_in_and_unknown_ones_stand_as_they_are() {
        let status = Status {
            user: "alice".into(),
            database: "dir/shop\x1b".into(),
            host: "db.example.com".into(),
            port: Some(5432),
            server: "PostgreSQL 15.8".into(),
            transaction: Transaction::Open,
            ..Status::default()
        };
        let facts = Facts {
            status: &status,
            connected: true,
            read_only: true,
            production: true,
            last: Some((Duration::from_millis(3456), 7)),
            time: &|pattern| format!("<{pattern}>"),
        };
        for (format, expected) in [
            (r"\u@\h:\p/\d> ", r"alice@db:5432/dir/shop\x1B> "),
            (r"\H \f \i", r"db.example.com shop\x1B PostgreSQL 15.8"),
            (r"\T \b \O \P \#", "* [TX] [RO] [PROD] >"),
            (
                r"\t|\D|\R|\r|\m|\s",
                "<%H:%M:%S>|<%Y-%m-%d>|<%H>|<%I>|<%M>|<%S>",
            ),
            (r"\e \k", "3.4s 7"),
            (r"a\nb\_c\\d", "a\nb c\\d"),
            (r"\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
            (r"\q \", r"\q \"),
            ("", ""),
        ] {
            assert_eq!(expand(format, &facts), expected, "{format}");
        }
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
