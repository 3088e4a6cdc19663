//! The connection parameters of libpq: which of them sqwire honours, and their variables. Pure.

use crate::driver::Target;
use crate::error::{Error, Kind, Result};
use crate::nearest::nearest;

/// What becomes of a parameter.
enum Support {
    Honoured,
    /// Only these values ask for nothing that sqwire does not do.
    Only(&'static [&'static str]),
}

use Support::{Honoured, Only};

/// Name, environment variable, support. libpq's "Parameter Key Words" (PostgreSQL 18, 34.1.2),
/// without those that `Target` itself reads.
const PARAMETERS: &[(&str, &str, Support)] = &[
    ("hostaddr", "PGHOSTADDR", Honoured),
    ("passfile", "PGPASSFILE", Honoured),
    ("application_name", "PGAPPNAME", Honoured),
    ("fallback_application_name", "", Honoured),
    ("options", "PGOPTIONS", Honoured),
    ("keepalives", "", Honoured),
    ("keepalives_idle", "", Honoured),
    ("keepalives_interval", "", Honoured),
    ("keepalives_count", "", Honoured),
    ("tcp_user_timeout", "", Honoured),
    ("sslmode", "PGSSLMODE", Honoured),
    ("sslrootcert", "PGSSLROOTCERT", Honoured),
    ("sslnegotiation", "PGSSLNEGOTIATION", Honoured),
    ("channel_binding", "PGCHANNELBINDING", Honoured),
    ("target_session_attrs", "PGTARGETSESSIONATTRS", Honoured),
    ("client_encoding", "PGCLIENTENCODING", Honoured),
    ("load_balance_hosts", "PGLOADBALANCEHOSTS", Honoured),
    // As libpq where it was built without GSSAPI.
    ("gssencmode", "PGGSSENCMODE", Only(&["disable", "prefer"])),
    ("krbsrvname", "PGKRBSRVNAME", Honoured),
    ("gsslib", "PGGSSLIB", Honoured),
    ("gssdelegation", "PGGSSDELEGATION", Honoured),
    // No server of today compresses TLS; libpq does not either.
    ("sslcompression", "PGSSLCOMPRESSION", Honoured),
    ("sslsni", "PGSSLSNI", Honoured),
    ("sslcert", "PGSSLCERT", Honoured),
    ("sslkey", "PGSSLKEY", Honoured),
    ("sslpassword", "", Honoured),
    ("sslcertmode", "PGSSLCERTMODE", Honoured),
    ("sslcrl", "PGSSLCRL", Honoured),
    ("sslcrldir", "PGSSLCRLDIR", Honoured),
    (
        "ssl_min_protocol_version",
        "PGSSLMINPROTOCOLVERSION",
        Honoured,
    ),
    (
        "ssl_max_protocol_version",
        "PGSSLMAXPROTOCOLVERSION",
        Honoured,
    ),
    ("min_protocol_version", "PGMINPROTOCOLVERSION", Honoured),
    ("max_protocol_version", "PGMAXPROTOCOLVERSION", Honoured),
    ("replication", "", Honoured),
    ("require_auth", "PGREQUIREAUTH", Honoured),
    ("requirepeer", "PGREQUIREPEER", Honoured),
    ("requiressl", "PGREQUIRESSL", Only(&["0", "1"])),
    // What JDBC calls it; libpq knows it in URIs.
    ("ssl", "", Only(&["true"])),
    ("service", "PGSERVICE", Honoured),
    ("servicefile", "PGSERVICEFILE", Honoured),
    ("sslkeylogfile", "", Honoured),
    ("scram_client_key", "", Honoured),
    ("scram_server_key", "", Honoured),
    ("oauth_issuer", "", Honoured),
    ("oauth_client_id", "", Honoured),
    ("oauth_client_secret", "", Honoured),
    ("oauth_scope", "", Honoured),
];

/// Those that a target keeps apart from its other parameters.
const OF_TARGET: &[&str] = &[
    "host",
    "port",
    "user",
    "password",
    "dbname",
    "connect_timeout",
];

/// Whether libpq has a parameter of that name.
pub(super) fn is_known(name: &str) -> bool {
    OF_TARGET.contains(&name) || PARAMETERS.iter().any(|(n, _, _)| *n == name)
}

fn unknown(name: &str) -> Error {
    let error = Error::new(
        Kind::Connect,
        format!("unknown connection parameter \"{name}\""),
    )
    .with_psql(format!("invalid connection option \"{name}\""));
    let names = PARAMETERS.iter().map(|(n, _, _)| *n);
    match nearest(name, names.chain(OF_TARGET.iter().copied())) {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None => error,
    }
}

/// The parameters of one target, with their variables behind them.
pub(super) struct Parameters<'a> {
    target: &'a Target,
    env: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Parameters<'a> {
    /// Refuses what libpq does not know, and what it knows and sqwire does not honour.
    pub(super) fn check(
        target: &'a Target,
        env: &'a dyn Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        for (name, value) in &target.parameters {
            let Some((_, _, support)) = PARAMETERS.iter().find(|(n, _, _)| n == name) else {
                return Err(unknown(name));
            };
            if !support.allows(value) {
                return Err(unsupported(name, value, &format!("\"{name}\"")));
            }
        }
        for (name, variable, support) in PARAMETERS {
            if variable.is_empty() || target.parameter(name).is_some() {
                continue;
            }
            if let Some(value) = env(variable).filter(|value| !support.allows(value)) {
                let shown = format!("\"{name}\" ({variable})");
                return Err(unsupported(name, &value, &shown));
            }
        }
        Ok(Parameters { target, env })
    }

    /// The target's value, else the variable's.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let given = self.target.parameter(name).map(str::to_string);
        given.or_else(|| {
            let (_, variable, _) = PARAMETERS.iter().find(|(n, _, _)| *n == name)?;
            (!variable.is_empty()).then(|| (self.env)(variable))?
        })
    }
}

impl Support {
    fn allows(&self, value: &str) -> bool {
        match self {
            Honoured => true,
            Only(values) => {
                value.is_empty() || values.iter().any(|v| v.eq_ignore_ascii_case(value))
            }
        }
    }
}

fn unsupported(name: &str, value: &str, shown: &str) -> Error {
    if name == "gssencmode" && value != "require" {
        return invalid(name, value, "disable, prefer");
    }
    let message = format!("the connection parameter {shown} asks for what sqwire does not do");
    Error::new(Kind::Connect, message)
        .with_hint(match name {
            "gssencmode" => "GSSAPI is not supported; sslmode encrypts.",
            "ssl" => "sslmode=disable, or another mode, says what is wanted.",
            _ => "Leave it out if the connection is safe without it.",
        })
        .with_psql(format!(
            "{name} value \"{value}\" invalid when GSSAPI support is not compiled in"
        ))
}

pub(super) fn invalid(name: &str, value: &str, valid: &str) -> Error {
    let shown = match name.starts_with("ssl_") {
        true => format!("\"{name}\""),
        false => name.to_string(),
    };
    Error::new(
        Kind::Connect,
        format!("invalid value for the connection parameter \"{name}\": \"{value}\""),
    )
    .with_hint(format!("Valid are: {valid}."))
    .with_psql(format!("invalid {shown} value: \"{value}\""))
}

/// The number that a parameter must be.
pub(super) fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T> {
    let number = value.trim().parse();
    number.map_err(|_| {
        let words = format!("invalid integer value \"{value}\" for connection option \"{name}\"");
        invalid(name, value, "whole numbers in range").with_psql(words)
    })
}
