//! Secrets in texts that other programs read: URLs, connection strings, JSON, lines for a shell.

use super::secrets::names_secret;
use std::ops::Range;

/// `scheme://user:password@host`
pub(super) fn in_urls(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let rest = &text[start..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '/'));
        let authority = &rest[..end.unwrap_or(rest.len())];
        let Some((login, _)) = authority.rsplit_once('@') else {
            continue;
        };
        if let Some((user, password)) = login.split_once(':')
            && !password.is_empty()
        {
            let begin = start + user.len() + 1;
            found.push(begin..begin + password.len());
        }
    }
    found
}

/// `host=a password=b`, and the same among a URL's parameters.
pub(super) fn in_connection_string(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    const NAMES: &[&str] = &[
        "password=",
        "oauth_client_secret=",
        "scram_client_key=",
        "scram_server_key=",
    ];
    let inside = text[range.clone()].to_ascii_lowercase();
    let mut found = Vec::new();
    let places = NAMES.iter().flat_map(|name| {
        let places = inside.match_indices(name);
        places.map(|(at, name)| at + name.len())
    });
    for at in places {
        let start = range.start + at;
        let value = &text[start..range.end];
        let quotes = value.len() - value.trim_start_matches('\'').len();
        let length = match quotes {
            0 => value.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '&')),
            quotes => value[quotes..].find('\'').map(|end| quotes + end),
        };
        let end = length.unwrap_or(value.len());
        if end > 0 {
            found.push(start..start + end);
        }
    }
    found
}

/// `"password": "x"`
pub(super) fn in_json(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let quote = |from: usize| text[from..range.end].find('"').map(|at| from + at);
    let mut at = range.start;
    while let Some(begin) = quote(at) {
        let Some(end) = quote(begin + 1) else { break };
        at = end + 1;
        let key = &text[begin + 1..end];
        let value = text[at..range.end].trim_start().strip_prefix(':');
        let Some(value) = value.and_then(|v| v.trim_start().strip_prefix('"')) else {
            // What ended one may begin the next.
            at = end;
            continue;
        };
        let start = range.end - value.len();
        let mut escaped = false;
        let length = value.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        at = length.map_or(range.end, |length| start + length + 1);
        if names_secret(key) && !key.contains(char::is_whitespace) {
            found.push(start..length.map_or(range.end, |length| start + length));
        }
    }
    found
}

/// What programs take: `-u user:password`, `Authorization: Bearer …`.
pub(super) fn in_shell(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let inside = &text[range.clone()];
    let lower = inside.to_ascii_lowercase();
    let mut found = Vec::new();
    for option in [" -u ", " --user ", " --user="] {
        for (at, _) in lower.match_indices(option) {
            let word = &inside[at + option.len()..];
            let end = word.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"'));
            let word = &word[..end.unwrap_or(word.len())];
            if let Some((user, password)) = word.split_once(':') {
                let start = range.start + at + option.len() + user.len() + 1;
                found.push(start..start + password.len());
            }
        }
    }
    const HEADER: &str = "authorization:";
    for (at, _) in lower.match_indices(HEADER) {
        let start = at + HEADER.len();
        let end = inside[start..].find(['\'', '"', '\n']);
        let end = end.map_or(inside.len(), |end| start + end);
        found.push(range.start + start..range.start + end);
    }
    found.retain(|place| !place.is_empty());
    found
}
