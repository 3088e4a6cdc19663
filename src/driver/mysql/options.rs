//! From what the user said, the option files and the environment to a plan: whom to connect to as
//! whom, and how to encrypt. Pure.

use super::super::{Secret, Target};
use super::login::PublicKey;
use super::statement::Look;
use crate::error::{Error, Kind, Result};
use std::time::Duration;

/// Waits no longer than this for one server, unless the target says otherwise.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_PORT: u16 = 3306;

/// What the environment says, read once by whoever connects.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    /// MYSQL_HOST
    pub(super) host: Option<String>,
    /// MYSQL_TCP_PORT
    pub(super) port: Option<u16>,
    /// MYSQL_PWD
    pub(super) password: Option<Secret>,
    /// USER or LOGNAME
    pub(super) user: Option<String>,
    /// MYSQL_UNIX_PORT, else the first usual socket that exists.
    pub(super) socket: Option<String>,
}

/// The options of the option files that concern us, by name, the last one of a name counting.
pub(super) type FileOptions = [(String, Option<String>)];

/// How the connection is protected; the names are those of `mysql --ssl-mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum SslMode {
    Disabled,
    /// Encrypted where the server can, whoever the server is.
    #[default]
    Preferred,
    /// Encrypted, whoever the server is.
    Required,
    /// As `Required`, and a known authority vouches for the server.
    VerifyCa,
    /// As `VerifyCa`, and for this very host name.
    VerifyIdentity,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Ssl {
    pub(super) mode: SslMode,
    pub(super) ca: Option<String>,
    pub(super) cert: Option<String>,
    pub(super) key: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endpoint {
    Socket(String),
    Tcp { host: String, port: u16 },
}

impl Endpoint {
    pub(super) fn describe(&self) -> String {
        match self {
            Endpoint::Socket(path) => path.clone(),
            Endpoint::Tcp { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Endpoint::Tcp { host, port } => format!("{host}:{port}"),
        }
    }
}

/// Everything that connecting needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) user: String,
    pub(super) password: Option<Secret>,
    pub(super) database: Option<String>,
    /// Tried in order; never empty.
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) ssl: Ssl,
    pub(super) timeout: Duration,
    /// SQL that each connection begins with.
    pub(super) init: Option<String>,
    pub(super) read_only: bool,
    pub(super) look: Look,
    pub(super) compress: bool,
    /// The user agrees to a password in clear text, where the way is safe.
    pub(super) cleartext: bool,
    /// What a password is encrypted with for a server without TLS.
    pub(super) public_key: PublicKey,
}

/// What the target says wins over the option files, and these over the environment, as with the
/// mysql client.
pub(super) fn plan(target: &Target, file: &FileOptions, env: &Environment) -> Result<Plan> {
    let parameters = Parameters::read(target)?;
    let user = target
        .user
        .clone()
        .or_else(|| last(file, "user"))
        .or_else(|| env.user.clone())
        // The mysql client takes the operating system's name, which USER is for all but daemons.
        .unwrap_or_else(|| "root".to_string());
    let password = target
        .password
        .clone()
        .or_else(|| last(file, "password").map(Secret::new))
        .or_else(|| env.password.clone());
    let init = parameters.get("init-command").map(str::to_string);
    let init = init.or_else(|| last(file, "init-command"));
    let timeout = last(file, "connect-timeout").and_then(|text| text.parse().ok());
    let timeout = timeout.filter(|n| *n > 0).map(Duration::from_secs);
    Ok(Plan {
        user,
        password,
        database: target.database.clone().or_else(|| last(file, "database")),
        endpoints: endpoints(target, &parameters, file, env)?,
        ssl: ssl(&parameters, file)?,
        timeout: target
            .connect_timeout
            .or(timeout)
            .unwrap_or(DEFAULT_TIMEOUT),
        init: init.filter(|sql| !sql.trim().is_empty()),
        read_only: target.read_only,
        look: Look {
            raw: parameters.get("binary-as-hex") == Some("off"),
            whole: parameters.get("column-type-info") == Some("on"),
        },
        compress: switch(&parameters, file, "compress"),
        cleartext: switch(&parameters, file, "enable-cleartext-plugin"),
        public_key: public_key(&parameters, file),
    })
}

/// The parameters that the driver knows, by their names in option files, and other names of them.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("socket", &["unix-socket"]),
    ("protocol", &[]),
    ("ssl-mode", &["sslmode"]),
    ("ssl-ca", &["sslca", "sslrootcert"]),
    ("ssl-cert", &["sslcert"]),
    ("ssl-key", &["sslkey"]),
    ("compress", &[]),
    ("enable-cleartext-plugin", &[]),
    ("get-server-public-key", &[]),
    ("server-public-key-path", &[]),
    ("defaults-file", &[]),
    ("defaults-extra-file", &[]),
    ("defaults-group-suffix", &[]),
    ("no-defaults", &[]),
    ("login-path", &[]),
    ("no-login-paths", &[]),
    ("init-command", &[]),
    ("binary-as-hex", &[]),
    ("column-type-info", &[]),
];

/// The target's parameters, under one spelling each.
#[derive(Debug, Default)]
pub(super) struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    pub(super) fn read(target: &Target) -> Result<Self> {
        let mut out = Parameters::default();
        for (name, value) in &target.parameters {
            let wanted = name.replace('_', "-");
            let known = PARAMETERS
                .iter()
                .find(|(name, others)| *name == wanted || others.contains(&wanted.as_str()));
            let Some((name, _)) = known else {
                let names: Vec<&str> = PARAMETERS.iter().map(|(name, _)| *name).collect();
                return Err(Error::new(
                    Kind::Connect,
                    format!("unknown connection parameter \"{name}\""),
                )
                .with_hint(format!(
                    "MySQL connections know connect_timeout, {}.",
                    names.join(", ")
                )));
            };
            out.0.push((name, value.clone()));
        }
        Ok(out)
    }

    /// The last value of a name of `PARAMETERS`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().rev().find(|(n, _)| *n == name);
        value.map(|(_, value)| value.as_str())
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| is_on(Some(value)))
    }
}

/// Whether a switch is on, as it is when nothing follows it.
fn is_on(value: Option<&str>) -> bool {
    let off = ["0", "off", "false"];
    value.is_none_or(|value| !off.iter().any(|word| value.eq_ignore_ascii_case(word)))
}

/// A switch of the target, else of the option files, where the last word counts.
fn switch(parameters: &Parameters, file: &FileOptions, name: &str) -> bool {
    if parameters.get(name).is_some() {
        return parameters.is_on(name);
    }
    let skip = format!("skip-{name}");
    let said = file.iter().rev().find_map(|(n, value)| match n {
        n if n == name => Some(is_on(value.as_deref())),
        n if *n == skip => Some(!is_on(value.as_deref())),
        _ => None,
    });
    said.unwrap_or(false)
}

fn public_key(parameters: &Parameters, file: &FileOptions) -> PublicKey {
    let name = "server-public-key-path";
    let path = parameters.get(name).map(str::to_string);
    match path.or_else(|| last(file, name)) {
        Some(path) => PublicKey::File(path.into()),
        None if switch(parameters, file, "get-server-public-key") => PublicKey::Server,
        None => PublicKey::Unasked,
    }
}

/// The last value of that name. An option without a value (`password` alone asks at the terminal
/// in the mysql client) says nothing.
fn last(file: &FileOptions, name: &str) -> Option<String> {
    file.iter()
        .rev()
        .find(|(n, _)| n == name)
        .and_then(|(_, v)| v.clone())
}

/// `localhost`, or no host, is the Unix socket, unless the target names a port.
fn endpoints(
    target: &Target,
    parameters: &Parameters,
    file: &FileOptions,
    env: &Environment,
) -> Result<Vec<Endpoint>> {
    if let Some(path) = parameters.get("socket") {
        return Ok(vec![Endpoint::Socket(path.to_string())]);
    }
    let file_port = match last(file, "port") {
        Some(text) => Some(text.parse().map_err(|_| {
            Error::new(Kind::Connect, format!("invalid port number: \"{text}\""))
                .with_detail("It stands in an option file of MySQL.")
        })?),
        None => None,
    };
    let default_port = file_port.or(env.port).unwrap_or(DEFAULT_PORT);
    let protocol = parameters.get("protocol").map(str::to_string);
    let protocol = protocol.or_else(|| last(file, "protocol"));
    let tcp = protocol.is_some_and(|p| p.eq_ignore_ascii_case("tcp"));
    let socket = last(file, "socket").or_else(|| env.socket.clone());
    let socket = socket.filter(|_| !tcp);
    let one = |name: &str, port: Option<u16>| match (name, port, &socket) {
        (path, _, _) if path.starts_with('/') => Endpoint::Socket(path.to_string()),
        ("" | "localhost", None, Some(path)) => Endpoint::Socket(path.clone()),
        ("", port, _) => Endpoint::Tcp {
            host: "localhost".to_string(),
            port: port.unwrap_or(default_port),
        },
        (host, port, _) => Endpoint::Tcp {
            host: host.to_string(),
            port: port.unwrap_or(default_port),
        },
    };
    if target.hosts.is_empty() {
        let host = last(file, "host").or_else(|| env.host.clone());
        return Ok(vec![one(host.as_deref().unwrap_or(""), None)]);
    }
    Ok(target.hosts.iter().map(|h| one(&h.name, h.port)).collect())
}

fn ssl(parameters: &Parameters, file: &FileOptions) -> Result<Ssl> {
    let pick = |name: &str| {
        let said = parameters.get(name).map(str::to_string);
        said.or_else(|| last(file, name))
    };
    let ca = pick("ssl-ca");
    let mode = match pick("ssl-mode") {
        Some(text) => ssl_mode(&text)?,
        None => file_mode(file).unwrap_or(match &ca {
            // A CA is of no use unless somebody looks at it; the mysql client thinks so too.
            Some(_) => SslMode::VerifyCa,
            None => SslMode::default(),
        }),
    };
    Ok(Ssl {
        mode,
        ca,
        cert: pick("ssl-cert"),
        key: pick("ssl-key"),
    })
}

/// MySQL's words in any case, and libpq's.
fn ssl_mode(text: &str) -> Result<SslMode> {
    match text.to_ascii_lowercase().replace('_', "-").as_str() {
        "disabled" | "disable" => Ok(SslMode::Disabled),
        "preferred" | "prefer" => Ok(SslMode::Preferred),
        "required" | "require" => Ok(SslMode::Required),
        "verify-ca" => Ok(SslMode::VerifyCa),
        "verify-identity" | "verify-full" => Ok(SslMode::VerifyIdentity),
        _ => Err(
            Error::new(Kind::Connect, format!("unknown ssl-mode \"{text}\"")).with_hint(
                "It is one of DISABLED, PREFERRED, REQUIRED, VERIFY_CA and VERIFY_IDENTITY.",
            ),
        ),
    }
}

/// MariaDB's option files say it with switches.
fn file_mode(file: &FileOptions) -> Option<SslMode> {
    let mut mode = None;
    for (name, value) in file {
        let on = is_on(value.as_deref());
        match (name.as_str(), on) {
            ("skip-ssl" | "disable-ssl", true) | ("ssl", false) => mode = Some(SslMode::Disabled),
            ("ssl", true) if mode != Some(SslMode::VerifyIdentity) => {
                mode = Some(SslMode::Required);
            }
            ("ssl-verify-server-cert", true) => mode = Some(SslMode::VerifyIdentity),
            _ => {}
        }
    }
    mode
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(url: &str, file: &[(&str, &str)], env: &Environment) -> Result<Plan> {
        let target = Target::parse(url).expect("a good URL");
        let file: Vec<_> = file
            .iter()
            .map(|(n, v)| (n.to_string(), Some(v.to_string())))
            .collect();
        plan(&target, &file, env)
    }

    fn environment() -> Environment {
        Environment {
            host: None,
            port: Some(3310),
            password: Some(Secret::new("env")),
            user: Some("me".to_string()),
            socket: Some("/run/s.sock".to_string()),
        }
    }

    #[test]
    fn the_target_wins_over_files_and_files_over_the_environment() {
        let file = [("user", "filed"), ("password", "fp"), ("port", "3311")];
        let plan = made("mysql://u@db/shop", &file, &environment()).expect("a plan");
        assert_eq!(
            (plan.user.as_str(), plan.database.as_deref()),
            ("u", Some("shop"))
        );
        assert_eq!(plan.password.as_ref().map(Secret::reveal), Some("fp"));
        assert_eq!(plan.endpoints[0].describe(), "db:3311");
        let plan = made("mysql://db", &[], &environment()).expect("a plan");
        assert_eq!(plan.user, "me");
        assert_eq!(plan.password.as_ref().map(Secret::reveal), Some("env"));
        assert_eq!(plan.endpoints[0].describe(), "db:3310");
    }

    #[test]
    fn localhost_is_the_socket_unless_a_port_is_named() {
        for (url, file, expected) in [
            ("mysql:///shop", &[][..], "/run/s.sock"),
            ("mysql://localhost/shop", &[], "/run/s.sock"),
            ("mysql://localhost:3307/shop", &[], "localhost:3307"),
            ("mysql://127.0.0.1/shop", &[], "127.0.0.1:3310"),
            ("mysql://[::1]:3307/", &[], "[::1]:3307"),
            ("mysql:///?host=/tmp/x.sock", &[], "/tmp/x.sock"),
            ("mysql://h/?socket=/tmp/y.sock", &[], "/tmp/y.sock"),
            ("mysql:///", &[("socket", "/f.sock")], "/f.sock"),
            ("mysql:///", &[("host", "far")], "far:3310"),
            ("mysql://a:1,b:2/", &[], "a:1 b:2"),
        ] {
            let plan = made(url, file, &environment()).expect("a plan");
            let places: Vec<_> = plan.endpoints.iter().map(Endpoint::describe).collect();
            assert_eq!(places.join(" "), expected, "{url}");
        }
        let plan = made("mysql:///", &[], &Environment::default()).expect("a plan");
        assert_eq!(plan.endpoints[0].describe(), "localhost:3306");
        assert_eq!(plan.user, "root");
    }

    #[test]
    fn the_ssl_mode_is_read_in_every_spelling() {
        use SslMode::*;
        for (query, file, expected) in [
            ("", &[][..], Preferred),
            ("ssl-mode=DISABLED", &[], Disabled),
            ("sslmode=verify-full", &[], VerifyIdentity),
            ("ssl_mode=Verify_CA", &[], VerifyCa),
            ("ssl-ca=/x", &[], VerifyCa),
            ("ssl-ca=/x&ssl-mode=required", &[], Required),
            ("", &[("ssl-mode", "REQUIRED")], Required),
            ("", &[("ssl", "1")], Required),
            ("", &[("ssl", "0")], Disabled),
            (
                "",
                &[("ssl-verify-server-cert", "1"), ("ssl", "1")],
                VerifyIdentity,
            ),
        ] {
            let plan = made(&format!("mysql://h/?{query}"), file, &environment());
            assert_eq!(plan.expect("a plan").ssl.mode, expected, "{query} {file:?}");
        }
    }

    #[test]
    fn what_nobody_knows_is_refused_by_name() {
        for (query, message) in [
            ("bogus=1", "unknown connection parameter \"bogus\""),
            ("ssl-mode=maybe", "unknown ssl-mode \"maybe\""),
        ] {
            let error = made(&format!("mysql://h/?{query}"), &[], &environment());
            assert_eq!(error.expect_err("a refusal").message, message);
        }
    }
}
