//! URLs and connection strings, as libpq reads them. Pure.

use super::{Host, Secret, Target, port};
use crate::error::{Error, Kind, Result};

pub(super) fn unknown_scheme(scheme: &str) -> Error {
    Error::usage(format!("unknown driver \"{scheme}\""))
        .with_hint("Use postgres://, mysql://, mariadb:// or sqlite:PATH.")
}

/// `[user[:password]@][host[:port][,…]][/database][?name=value[&…]]`, as libpq reads it.
pub(super) fn url(driver: &str, rest: &str) -> Result<Target> {
    let (authority, after) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    // A slash or a question mark in a password ends the part with the hosts early, and what is taken
    // for a host is a piece of the password.
    let cut = after.contains('@') && !authority.contains('@');
    url_parts(driver, rest).map_err(|e| if cut { bad_password() } else { e })
}

fn url_parts(driver: &str, rest: &str) -> Result<Target> {
    let mut target = Target::new(driver);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, hosts) = match authority.rsplit_once('@') {
        Some((login, hosts)) => (Some(login), hosts),
        None => (None, authority),
    };
    if let Some(login) = login {
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (login, None),
        };
        target.user = Some(percent_decode(user)?).filter(|u| !u.is_empty());
        let password = password.map(|p| percent_decode(p).map_err(|_| bad_password()));
        target.password = password.transpose()?.map(Secret::new);
    }
    for host in hosts.split(',').filter(|h| !h.is_empty()) {
        target.hosts.push(url_host(host)?);
    }
    if driver == "postgres" && target.hosts.len() > 1 {
        // libpq: a list of hosts is a list of ports too, and what is empty in it is the usual one.
        for host in &mut target.hosts {
            host.port.get_or_insert(5432);
        }
    }
    target.database = Some(percent_decode(path)?).filter(|d| !d.is_empty());
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Error::new(
                Kind::Connect,
                format!("missing \"=\" in the URL's parameter \"{pair}\""),
            )
            .with_psql(format!(
                "missing key/value separator \"=\" in URI query parameter: \"{pair}\""
            ))
        })?;
        if value.contains('=') {
            return Err(Error::new(
                Kind::Connect,
                format!("a second \"=\" in the URL's parameter \"{name}\""),
            )
            .with_hint("A = in a value is written %3D.")
            .with_psql(format!(
                "extra key/value separator \"=\" in URI query parameter: \"{name}\""
            )));
        }
        let value = match name {
            "password" => percent_decode(value).map_err(|_| bad_password())?,
            _ => percent_decode(value)?,
        };
        target.set(&percent_decode(name)?, &value)?;
    }
    Ok(target)
}

/// Nothing of a password is shown, not even where it makes no sense.
fn bad_password() -> Error {
    Error::new(
        Kind::Connect,
        "the password in the URL is not written as in URLs",
    )
    .with_hint("A %, /, ?, @ or : in a password is written %25, %2F, %3F, %40 or %3A.")
}

fn url_host(text: &str) -> Result<Host> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, after) = rest.split_once(']').ok_or_else(|| {
            Error::new(
                Kind::Connect,
                format!("missing \"]\" after the IPv6 address in \"{text}\""),
            )
        })?;
        let port_text = after.strip_prefix(':').unwrap_or(after);
        return Ok(Host {
            name: address.to_string(),
            port: port(port_text)?,
        });
    }
    let (name, port_text) = text.split_once(':').unwrap_or((text, ""));
    Ok(Host {
        name: percent_decode(name)?,
        port: port(port_text)?,
    })
}

fn percent_decode(text: &str) -> Result<String> {
    let bad = || {
        Error::new(
            Kind::Connect,
            format!("invalid percent-encoding in the URL: \"{text}\""),
        )
        .with_psql(format!("invalid percent-encoded token: \"{text}\""))
    };
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b != b'%' {
            out.push(b);
            continue;
        }
        let digits = [bytes.next().ok_or_else(bad)?, bytes.next().ok_or_else(bad)?];
        let digits = std::str::from_utf8(&digits).map_err(|_| bad())?;
        match u8::from_str_radix(digits, 16) {
            Ok(0) | Err(_) => return Err(bad()),
            Ok(byte) => out.push(byte),
        }
    }
    String::from_utf8(out).map_err(|_| bad())
}

/// `host=db port=5432 password='it''s'`: libpq's keyword/value form, with its quoting rules.
pub(super) fn conninfo(text: &str) -> Result<Target> {
    let mut target = Target::new("postgres");
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let secret = target.password.is_some();
        let (name, after) = rest.split_once('=').ok_or_else(|| {
            let word = rest.split_whitespace().next().unwrap_or(rest);
            // The rest of a password that should be in quotes is not shown.
            let after = match secret {
                true => String::new(),
                false => format!(" after \"{word}\""),
            };
            Error::new(
                Kind::Connect,
                format!("missing \"=\"{after} in the connection string"),
            )
            .with_psql(format!("missing \"=\"{after} in connection info string"))
        })?;
        let (value, after) = conninfo_value(after.trim_start())?;
        target.set(name.trim(), &value)?;
        rest = after.trim_start();
    }
    Ok(target)
}

fn conninfo_value(text: &str) -> Result<(String, &str)> {
    let mut out = String::new();
    let quoted = text.starts_with('\'');
    let mut chars = text.char_indices().skip(usize::from(quoted));
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(|(_, c)| c)),
            '\'' if quoted => return Ok((out, &text[at + 1..])),
            c if c.is_whitespace() && !quoted => return Ok((out, &text[at..])),
            c => out.push(c),
        }
    }
    match quoted {
        true => Err(
            Error::new(Kind::Connect, "unterminated quote in the connection string")
                .with_psql("unterminated quoted string in connection info string"),
        ),
        false => Ok((out, "")),
    }
}
