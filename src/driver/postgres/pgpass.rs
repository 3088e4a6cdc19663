//! `~/.pgpass`: passwords by host, port, database and user. Pure, but for `read`.

use crate::driver::Secret;
use std::path::Path;

/// Whom a password is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

/// The password of the first line that fits.
pub(super) fn find(text: &str, wanted: Wanted<'_>) -> Option<Secret> {
    let port = wanted.port.to_string();
    let fields = [wanted.host, &port, wanted.database, wanted.user];
    text.lines()
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| password(line, &fields))
}

fn password(line: &str, wanted: &[&str; 4]) -> Option<Secret> {
    let mut rest = line;
    for wanted in wanted {
        let (field, after) = field(rest)?;
        if field.0 != "*" && field.1 != *wanted {
            return None;
        }
        rest = after;
    }
    // The rest of the line is the password; an escape stands for its second character in it too.
    Some(Secret::new(unescape(rest)))
}

/// The text up to the next `:` that is not escaped, raw and read, and what follows that `:`.
fn field(text: &str) -> Option<((&str, String), &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            ':' if !escaped => {
                let raw = &text[..at];
                return Some(((raw, unescape(raw)), &text[at + 1..]));
            }
            _ => escaped = false,
        }
    }
    None
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}

/// The text of the file, or in libpq's words why it is not used. A file that is not there is no
/// trouble.
pub(super) fn read(path: &Path) -> Result<Option<Secret>, String> {
    let Ok(meta) = std::fs::metadata(path) else {
        return Ok(None);
    };
    let ignored = |why: &str| format!("WARNING: password file \"{}\" {why}", path.display());
    if !meta.is_file() {
        return Err(ignored("is not a plain file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if meta.permissions().mode() & 0o077 != 0 {
            let why = "has group or world access; permissions should be u=rw (0600) or less";
            return Err(ignored(why));
        }
    }
    let text = std::fs::read(path).map_err(|_| ignored("could not be read"))?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(Some(Secret::new(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let file = "# comment\n\
                    h:5432:db:u:first\n\
                    h:*:*:u:second\r\n\
                    a\\:b:*:*:*:p\\:q\\\\\n\
                    broken\n\
                    *:*:*:\\*:star\n\
                    *:*:*:last:pass:word\n";
        for (host, port, database, user, expected) in [
            ("h", 5432, "db", "u", Some("first")),
            ("h", 5433, "db", "u", Some("second")),
            ("a:b", 1, "x", "y", Some("p:q\\")),
            ("z", 1, "x", "*", Some("star")),
            ("z", 1, "x", "y", None),
            ("z", 1, "x", "last", Some("pass:word")),
        ] {
            let wanted = Wanted {
                host,
                port,
                database,
                user,
            };
            let found = find(file, wanted);
            assert_eq!(
                found.as_ref().map(Secret::reveal),
                expected,
                "{host} {user}"
            );
        }
    }
}
