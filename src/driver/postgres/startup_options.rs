//! What the startup message says: of the connection parameters and of the variables. Pure.

use super::environment::World;
use super::oauth::{self, bearer::Token};
use super::parameters::{Parameters, invalid};
use super::scram_keys::Keys;
use super::startup::{Plan, Protocol};
use crate::driver::Target;
use crate::error::{Error, Kind, Result};

/// Variables that libpq makes session settings of.
const SETTINGS: &[(&str, &str)] = &[
    ("PGDATESTYLE", "datestyle"),
    ("PGTZ", "timezone"),
    ("PGGEQO", "geqo"),
];

/// The plan for one user and database.
pub(super) fn plan(
    target: &Target,
    given: &Parameters<'_>,
    world: &World<'_>,
    (user, database): (&str, &str),
    must_bind: bool,
) -> Result<Plan> {
    let (oldest, newest) = protocols(given)?;
    let filled = |name: &str| given.get(name).filter(|v| !v.is_empty());
    let mut parameters = vec![
        ("user", user.to_string()),
        ("database", database.to_string()),
    ];
    let mut add = |name, value: Option<String>| {
        parameters.extend(value.map(|value| (name, value)));
    };
    add("replication", filled("replication").filter(|v| !is_off(v)));
    add("options", options(target, given));
    // The fallback is for programs to give, and this one's is its name.
    let name = given.get("application_name");
    let name = name.or_else(|| given.get("fallback_application_name"));
    add(
        "application_name",
        Some(name.unwrap_or_else(|| "sqwire".into())),
    );
    add("client_encoding", Some(encoding(filled("client_encoding"))));
    for (variable, setting) in SETTINGS {
        let value = (world.env)(variable);
        add(
            setting,
            value.filter(|v| !v.eq_ignore_ascii_case("default")),
        );
    }
    let keys = Keys::parse(
        filled("scram_client_key").as_deref(),
        filled("scram_server_key").as_deref(),
    )?;
    if keys.is_some() && must_bind {
        let what = "channel_binding=require and scram_client_key do not go together";
        return Err(Error::new(Kind::Connect, what).with_hint(
            "With keys in place of the password the login is not bound to the channel.",
        ));
    }
    Ok(Plan {
        oldest,
        newest,
        parameters,
        keys,
        must_bind,
        oauth: oauth::Client::new(given, world.env),
        token: target.token.clone().map(|secret| Token {
            secret,
            fresh: false,
        }),
    })
}

/// Whether the server would take the value for a boolean that is false.
fn is_off(value: &str) -> bool {
    ["false", "off", "no", "0", "f", "n"].contains(&value.to_ascii_lowercase().as_str())
}

/// Terminals and files are UTF-8 here whatever the locale says, and so is `auto`.
fn encoding(given: Option<String>) -> String {
    let named = given.filter(|name| !name.eq_ignore_ascii_case("auto"));
    named.unwrap_or_else(|| "UTF8".into())
}

/// The user's options, and ours.
fn options(target: &Target, given: &Parameters<'_>) -> Option<String> {
    let mut all: Vec<String> = given.get("options").into_iter().collect();
    if target.read_only {
        all.push("-c default_transaction_read_only=on".into());
    }
    let all = all.join(" ");
    Some(all).filter(|o| !o.is_empty())
}

/// The oldest and the newest version of the protocol, as libpq understands the two parameters: 3.0
/// unless a newer one is asked for, because poolers of today know no other.
fn protocols(given: &Parameters<'_>) -> Result<(Protocol, Protocol)> {
    let version = |name: &str| {
        let text = given.get(name);
        match text.as_deref() {
            None => Ok(None),
            Some("3.0") => Ok(Some(Protocol::V3_0)),
            Some("3.2" | "latest") => Ok(Some(Protocol::V3_2)),
            Some(text) => Err(invalid(name, text, "3.0, 3.2, latest")),
        }
    };
    let oldest = version("min_protocol_version")?.unwrap_or(Protocol::V3_0);
    let newest = version("max_protocol_version")?.unwrap_or(oldest);
    if oldest > newest {
        let text = given.get("max_protocol_version").unwrap_or_default();
        let valid = "what is not older than min_protocol_version";
        return Err(invalid("max_protocol_version", &text, valid));
    }
    Ok((oldest, newest))
}
