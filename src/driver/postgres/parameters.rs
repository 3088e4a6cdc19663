//! The connection parameters of libpq: which of them sqwire honours, and their variables. Pure.

use crate::driver::Target;
use crate::error::{Error, Kind, Result};

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
    (
        "client_encoding",
        "",
        Only(&["utf8", "utf-8", "unicode", "auto"]),
    ),
    (
        "load_balance_hosts",
        "PGLOADBALANCEHOSTS",
        Only(&["disable"]),
    ),
    ("gssencmode", "PGGSSENCMODE", Only(&["disable", "prefer"])),
    ("sslcompression", "PGSSLCOMPRESSION", Only(&["0"])),
    ("sslsni", "PGSSLSNI", Only(&["1"])),
    ("sslcertmode", "PGSSLCERTMODE", Only(&["disable", "allow"])),
    ("gssdelegation", "PGGSSDELEGATION", Only(&["0"])),
    (
        "ssl_min_protocol_version",
        "PGSSLMINPROTOCOLVERSION",
        Only(&["tlsv1", "tlsv1.1", "tlsv1.2"]),
    ),
    (
        "ssl_max_protocol_version",
        "PGSSLMAXPROTOCOLVERSION",
        Only(&["tlsv1.3"]),
    ),
    (
        "min_protocol_version",
        "PGMINPROTOCOLVERSION",
        Only(&["3.0"]),
    ),
    (
        "max_protocol_version",
        "PGMAXPROTOCOLVERSION",
        Only(&["3.0", "latest"]),
    ),
    ("replication", "", Only(&["false", "off", "no", "0"])),
    ("require_auth", "PGREQUIREAUTH", Only(&[])),
    ("requirepeer", "PGREQUIREPEER", Only(&[])),
    ("requiressl", "PGREQUIRESSL", Only(&["0"])),
    ("service", "PGSERVICE", Only(&[])),
    ("servicefile", "PGSERVICEFILE", Only(&[])),
    ("sslcert", "PGSSLCERT", Only(&[])),
    ("sslkey", "PGSSLKEY", Only(&[])),
    ("sslpassword", "", Only(&[])),
    ("sslcrl", "PGSSLCRL", Only(&[])),
    ("sslcrldir", "PGSSLCRLDIR", Only(&[])),
    ("sslkeylogfile", "", Only(&[])),
    ("krbsrvname", "PGKRBSRVNAME", Only(&["postgres"])),
    ("gsslib", "PGGSSLIB", Only(&[])),
    ("scram_client_key", "", Only(&[])),
    ("scram_server_key", "", Only(&[])),
    ("oauth_issuer", "", Only(&[])),
    ("oauth_client_id", "", Only(&[])),
    ("oauth_client_secret", "", Only(&[])),
    ("oauth_scope", "", Only(&[])),
];

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
                return Err(Error::new(
                    Kind::Connect,
                    format!("unknown connection parameter \"{name}\""),
                ));
            };
            if !support.allows(value) {
                return Err(unsupported(&format!("\"{name}\"")));
            }
        }
        for (name, variable, support) in PARAMETERS {
            if variable.is_empty() || target.parameter(name).is_some() {
                continue;
            }
            if env(variable).is_some_and(|value| !support.allows(&value)) {
                return Err(unsupported(&format!("\"{name}\" ({variable})")));
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

fn unsupported(name: &str) -> Error {
    Error::new(
        Kind::Connect,
        format!("the connection parameter {name} is not supported yet"),
    )
    .with_hint("Leave it out if the connection is safe without it.")
}

pub(super) fn invalid(name: &str, value: &str, valid: &str) -> Error {
    Error::new(
        Kind::Connect,
        format!("invalid value for the connection parameter \"{name}\": \"{value}\""),
    )
    .with_hint(format!("Valid are: {valid}."))
}

/// The number that a parameter must be.
pub(super) fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T> {
    let number = value.trim().parse();
    number.map_err(|_| invalid(name, value, "whole numbers in range"))
}
