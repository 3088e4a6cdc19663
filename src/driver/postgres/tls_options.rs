//! The `ssl…` parameters as settings of TLS, with libpq's defaults and its rules on what goes
//! together. Pure.

use super::environment::{World, home_file};
use super::identity::{self, Use};
use super::parameters::{Parameters, invalid};
use super::tls::{MODES, Mode, Roots, Settings, Versions};
use crate::driver::Secret;
use crate::error::{Error, Kind, Result};
use std::path::{Path, PathBuf};

pub(super) fn settings(given: &Parameters<'_>, world: &World<'_>) -> Result<Settings> {
    let root = some(given, "sslrootcert");
    let system = root.as_deref() == Some("system");
    let mode = mode(given, system)?;
    let file = |name: &str| home_file(world, &format!(".postgresql/{name}"));
    let existing = |name: &str| file(name).filter(|p| (world.exists)(&p.to_string_lossy()));
    let list = some(given, "sslcrl").map(PathBuf::from);
    let (list, unused_list) = match list {
        Some(path) if !is_pem(world, &path) => (None, Some(path)),
        list => (list, None),
    };
    Ok(Settings {
        mode,
        direct: direct(given, mode)?,
        roots: match root {
            _ if system => Roots::System,
            Some(file) => Roots::File(PathBuf::from(file)),
            None => existing("root.crt").map_or(Roots::None, Roots::File),
        },
        revoked: match (some(given, "sslcrl"), some(given, "sslcrldir")) {
            (None, None) => existing("root.crl").into_iter().collect(),
            (_, folder) => {
                // A folder without any is named, so that reading it fails.
                let listed = folder.iter().flat_map(|folder| match (world.list)(folder) {
                    files if files.is_empty() => vec![PathBuf::from(folder)],
                    files => files,
                });
                list.into_iter().chain(listed).collect()
            }
        },
        unused_list,
        identity: identity::Settings {
            usage: usage(given)?,
            certificate: some(given, "sslcert")
                .map(PathBuf::from)
                .or_else(|| file("postgresql.crt")),
            key: some(given, "sslkey")
                .map(PathBuf::from)
                .or_else(|| file("postgresql.key")),
            password: given.get("sslpassword").map(Secret::new),
        },
        sni: given.get("sslsni").is_none_or(|v| v.starts_with('1')),
        key_log: some(given, "sslkeylogfile").map(PathBuf::from),
        versions: versions(given)?,
    })
}

/// Whether OpenSSL could read the file. libpq passes over a list of revoked certificates that it
/// cannot read.
fn is_pem(world: &World<'_>, path: &Path) -> bool {
    let text = (world.read)(&path.to_string_lossy());
    text.is_some_and(|text| text.contains("-----BEGIN "))
}

fn some(given: &Parameters<'_>, name: &str) -> Option<String> {
    given.get(name).filter(|value| !value.is_empty())
}

fn mode(given: &Parameters<'_>, system: bool) -> Result<Mode> {
    let required = given.get("requiressl").as_deref() == Some("1")
        || given.get("ssl").as_deref() == Some("true");
    let mode = match given.get("sslmode").as_deref() {
        // libpq: certificates of the system vouch for names, so a weaker check makes no sense.
        None if system => Mode::VerifyFull,
        None if required => Mode::Require,
        None => Mode::Prefer,
        Some(text) => Mode::parse(text).ok_or_else(|| invalid("sslmode", text, MODES))?,
    };
    match system && mode != Mode::VerifyFull {
        true => Err(Error::new(
            Kind::Connect,
            "sslrootcert=system needs sslmode=verify-full",
        )),
        false => Ok(mode),
    }
}

fn direct(given: &Parameters<'_>, mode: Mode) -> Result<bool> {
    match given.get("sslnegotiation").as_deref() {
        None | Some("postgres") => Ok(false),
        Some("direct") if mode >= Mode::Require => Ok(true),
        Some("direct") => Err(Error::new(
            Kind::Connect,
            "sslnegotiation=direct needs sslmode=require or stronger",
        )),
        Some(text) => Err(invalid("sslnegotiation", text, "postgres, direct")),
    }
}

fn usage(given: &Parameters<'_>) -> Result<Use> {
    Ok(match given.get("sslcertmode").as_deref() {
        None | Some("allow") => Use::Allow,
        Some("disable") => Use::Disable,
        Some("require") => Use::Require,
        Some(text) => {
            return Err(invalid("sslcertmode", text, "disable, allow, require"));
        }
    })
}

const NAMES: &[&str] = &["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

fn versions(given: &Parameters<'_>) -> Result<Versions> {
    let rank = |name: &str, default: usize| match some(given, name) {
        None => Ok(default),
        Some(text) => NAMES
            .iter()
            .position(|n| n.eq_ignore_ascii_case(&text))
            .ok_or_else(|| invalid(name, &text, &NAMES.join(", "))),
    };
    let (least, most) = (
        rank("ssl_min_protocol_version", 2)?,
        rank("ssl_max_protocol_version", 3)?,
    );
    match (least, most) {
        _ if least > most => Err(Error::new(
            Kind::Connect,
            "ssl_min_protocol_version is above ssl_max_protocol_version",
        )
        .with_psql("invalid SSL protocol version range")),
        (_, 0 | 1) => Err(
            Error::new(Kind::Connect, "TLS below version 1.2 is not supported")
                .with_hint("Leave ssl_max_protocol_version out."),
        ),
        (3, _) => Ok(Versions::Only13),
        (_, 2) => Ok(Versions::Only12),
        _ => Ok(Versions::All),
    }
}
