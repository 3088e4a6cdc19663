//! What to connect to, complete: the target's own values, then the PG* variables, then defaults,
//! as libpq fills them in. Pure: the world outside comes in as functions.

use super::parameters::{self, Parameters};
use super::tls::{self, Mode};
use crate::driver::target::Host;
use crate::driver::{Secret, Target};
use crate::error::{Error, Kind, Result};
use std::path::PathBuf;
use std::time::Duration;

/// What is asked of the machine.
pub(super) struct World<'a> {
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    pub(super) exists: &'a dyn Fn(&str) -> bool,
    /// The user's name in the operating system.
    pub(super) os_user: &'a dyn Fn() -> Option<String>,
}

/// One server to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// Name, address or socket directory, as the user knows it.
    pub(super) host: String,
    /// Where to connect to if not to `host`: libpq's hostaddr.
    pub(super) address: Option<String>,
    pub(super) port: u16,
}

impl Endpoint {
    pub(super) fn is_socket(&self) -> bool {
        self.address.is_none() && self.host.starts_with('/')
    }

    pub(super) fn socket_path(&self) -> String {
        format!("{}/.s.PGSQL.{}", self.host, self.port)
    }

    /// `"db.example.com" port 5432` or `socket "/tmp/.s.PGSQL.5432"`.
    pub(super) fn describe(&self) -> String {
        match self.is_socket() {
            true => format!("socket \"{}\"", self.socket_path()),
            false => format!("\"{}\" port {}", self.host, self.port),
        }
    }
}

/// What kind of session is wanted of several servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Wanted {
    #[default]
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Keepalive {
    pub(super) on: bool,
    pub(super) idle: Option<Duration>,
    pub(super) interval: Option<Duration>,
    pub(super) count: Option<u32>,
    pub(super) user_timeout: Option<Duration>,
}

/// Everything a connection needs to know.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) password: Option<Secret>,
    pub(super) passfile: Option<PathBuf>,
    pub(super) application_name: String,
    pub(super) options: Option<String>,
    pub(super) keepalive: Keepalive,
    pub(super) timeout: Duration,
    pub(super) tls: tls::Settings,
    pub(super) wanted: Wanted,
    pub(super) channel_binding: tokio_postgres::config::ChannelBinding,
}

/// So that nothing hangs; libpq itself would wait for ever.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_PORT: u16 = 5432;
const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/run/postgresql", "/tmp"];

/// Puts the settings together, or says which parameter makes no sense.
pub(super) fn resolve(target: &Target, world: &World<'_>) -> Result<Settings> {
    let given = Parameters::check(target, world.env)?;
    let user = target
        .user
        .clone()
        .or_else(|| (world.env)("PGUSER"))
        .or_else(|| (world.os_user)())
        .or_else(|| (world.env)("USER"))
        .or_else(|| (world.env)("LOGNAME"))
        .ok_or_else(|| {
            Error::new(Kind::Connect, "could not find out the name of the user")
                .with_hint("Name the user in the URL or with PGUSER.")
        })?;
    let database = target
        .database
        .clone()
        .or_else(|| (world.env)("PGDATABASE"))
        .unwrap_or_else(|| user.clone());
    let password = target.password.clone();
    let password = password.or_else(|| (world.env)("PGPASSWORD").map(Secret::new));
    Ok(Settings {
        endpoints: endpoints(target, &given, world)?,
        user,
        database,
        password: password.filter(|p| !p.reveal().is_empty()),
        passfile: passfile(&given, world),
        application_name: given
            .get("application_name")
            .or_else(|| given.get("fallback_application_name"))
            .unwrap_or_else(|| "sqwire".into()),
        options: options(target, &given, world),
        keepalive: keepalive(&given)?,
        timeout: timeout(target, world)?,
        tls: tls_settings(&given, world)?,
        wanted: wanted(&given)?,
        channel_binding: channel_binding(&given)?,
    })
}

fn endpoints(target: &Target, given: &Parameters<'_>, world: &World<'_>) -> Result<Vec<Endpoint>> {
    let list = |text: String| text.split(',').map(str::to_string).collect::<Vec<_>>();
    let addresses = given.get("hostaddr").map(list).unwrap_or_default();
    let mut hosts = target.hosts.clone();
    if hosts.iter().all(|h| h.name.is_empty())
        && let Some(names) = (world.env)("PGHOST")
    {
        let port = hosts.first().and_then(|h| h.port);
        let named = list(names).into_iter().map(|name| Host { name, port });
        hosts = named.collect();
    }
    if hosts.is_empty() {
        hosts = vec![Host::default(); addresses.len().max(1)];
    }
    if !addresses.is_empty() && addresses.len() != hosts.len() {
        return Err(Error::new(
            Kind::Connect,
            format!(
                "could not match {} host names to {} hostaddr values",
                hosts.len(),
                addresses.len()
            ),
        ));
    }
    let ports = (world.env)("PGPORT").map(list).unwrap_or_default();
    let ports = ports
        .iter()
        .map(|p| parameters::number::<u16>("PGPORT", p))
        .collect::<Result<Vec<u16>>>()?;
    let endpoint = |(i, host): (usize, Host)| {
        let address = addresses.get(i).filter(|a| !a.is_empty()).cloned();
        Endpoint {
            host: match (host.name.is_empty(), &address) {
                (false, _) => host.name,
                (true, Some(address)) => address.clone(),
                (true, None) => default_host(world),
            },
            address,
            port: host
                .port
                .or_else(|| ports.get(i).or(ports.last()).copied())
                .unwrap_or(DEFAULT_PORT),
        }
    };
    Ok(hosts.into_iter().enumerate().map(endpoint).collect())
}

fn default_host(world: &World<'_>) -> String {
    let directory = SOCKET_DIRECTORIES.iter().find(|d| (world.exists)(d));
    match directory {
        Some(directory) if cfg!(unix) => (*directory).to_string(),
        _ => "localhost".to_string(),
    }
}

/// The directory that libpq would use without being told; `.pgpass` calls it `localhost`.
pub(super) fn is_default_socket(host: &str) -> bool {
    SOCKET_DIRECTORIES.contains(&host)
}

fn passfile(given: &Parameters<'_>, world: &World<'_>) -> Option<PathBuf> {
    let named = given.get("passfile").filter(|p| !p.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| home_file(world, ".pgpass"))
}

fn home_file(world: &World<'_>, name: &str) -> Option<PathBuf> {
    let home = (world.env)("HOME").filter(|h| !h.is_empty())?;
    Some(PathBuf::from(home).join(name))
}

/// Start-up options of the session: the user's, those that libpq makes of variables, and ours.
fn options(target: &Target, given: &Parameters<'_>, world: &World<'_>) -> Option<String> {
    let mut all: Vec<String> = given.get("options").into_iter().collect();
    for (variable, setting) in [
        ("PGTZ", "timezone"),
        ("PGDATESTYLE", "datestyle"),
        ("PGGEQO", "geqo"),
    ] {
        if let Some(value) = (world.env)(variable) {
            let value = value.replace('\\', "\\\\").replace(' ', "\\ ");
            all.push(format!("-c {setting}={value}"));
        }
    }
    if target.read_only {
        all.push("-c default_transaction_read_only=on".into());
    }
    let all = all.join(" ");
    Some(all).filter(|o| !o.is_empty())
}

fn timeout(target: &Target, world: &World<'_>) -> Result<Duration> {
    if let Some(timeout) = target.connect_timeout {
        return Ok(timeout);
    }
    match (world.env)("PGCONNECT_TIMEOUT") {
        Some(text) => {
            let seconds = parameters::number("PGCONNECT_TIMEOUT", &text)?;
            Ok(match seconds {
                0 => DEFAULT_TIMEOUT,
                seconds => Duration::from_secs(seconds),
            })
        }
        None => Ok(DEFAULT_TIMEOUT),
    }
}

fn keepalive(given: &Parameters<'_>) -> Result<Keepalive> {
    let positive = |name: &'static str| -> Result<Option<u64>> {
        let number = given
            .get(name)
            .map(|v| parameters::number::<u64>(name, &v))
            .transpose()?;
        Ok(number.filter(|n| *n > 0))
    };
    let seconds = |name| Ok::<_, Error>(positive(name)?.map(Duration::from_secs));
    let on = given.get("keepalives").unwrap_or_else(|| "1".into());
    Ok(Keepalive {
        on: parameters::number::<i64>("keepalives", &on)? != 0,
        idle: seconds("keepalives_idle")?,
        interval: seconds("keepalives_interval")?,
        count: positive("keepalives_count")?.map(|n| u32::try_from(n).unwrap_or(u32::MAX)),
        user_timeout: positive("tcp_user_timeout")?.map(Duration::from_millis),
    })
}

fn tls_settings(given: &Parameters<'_>, world: &World<'_>) -> Result<tls::Settings> {
    let root = given.get("sslrootcert").filter(|r| !r.is_empty());
    let system = root.as_deref() == Some("system");
    let mode = match given.get("sslmode").as_deref() {
        // libpq: certificates of the system vouch for names, so a weaker check makes no sense.
        None if system => Mode::VerifyFull,
        None | Some("") => Mode::Prefer,
        Some(text) => {
            Mode::parse(text).ok_or_else(|| parameters::invalid("sslmode", text, tls::MODES))?
        }
    };
    if system && mode != Mode::VerifyFull {
        return Err(Error::new(
            Kind::Connect,
            "sslrootcert=system needs sslmode=verify-full",
        ));
    }
    let direct = match given.get("sslnegotiation").as_deref() {
        None | Some("" | "postgres") => false,
        Some("direct") if mode >= Mode::Require => true,
        Some("direct") => {
            return Err(Error::new(
                Kind::Connect,
                "sslnegotiation=direct needs sslmode=require or stronger",
            ));
        }
        Some(text) => {
            return Err(parameters::invalid(
                "sslnegotiation",
                text,
                "postgres, direct",
            ));
        }
    };
    let default = home_file(world, ".postgresql/root.crt")
        .filter(|path| (world.exists)(&path.to_string_lossy()));
    Ok(tls::Settings {
        mode,
        direct,
        roots: match root {
            _ if system => tls::Roots::System,
            Some(file) => tls::Roots::File(PathBuf::from(file)),
            None => default.map_or(tls::Roots::None, tls::Roots::File),
        },
    })
}

fn wanted(given: &Parameters<'_>) -> Result<Wanted> {
    Ok(match given.get("target_session_attrs").as_deref() {
        None | Some("" | "any") => Wanted::Any,
        Some("read-write") => Wanted::ReadWrite,
        Some("read-only") => Wanted::ReadOnly,
        Some("primary") => Wanted::Primary,
        Some("standby") => Wanted::Standby,
        Some("prefer-standby") => Wanted::PreferStandby,
        Some(text) => {
            let valid = "any, read-write, read-only, primary, standby, prefer-standby";
            return Err(parameters::invalid("target_session_attrs", text, valid));
        }
    })
}

fn channel_binding(given: &Parameters<'_>) -> Result<tokio_postgres::config::ChannelBinding> {
    use tokio_postgres::config::ChannelBinding;
    Ok(match given.get("channel_binding").as_deref() {
        None | Some("" | "prefer") => ChannelBinding::Prefer,
        Some("disable") => ChannelBinding::Disable,
        Some("require") => ChannelBinding::Require,
        Some(text) => {
            return Err(parameters::invalid(
                "channel_binding",
                text,
                "disable, prefer, require",
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve_with(url: &str, env: &[(&str, &str)], existing: &[&str]) -> Result<Settings> {
        let target = Target::parse(url).expect("a good target");
        resolve(
            &target,
            &World {
                env: &|name| {
                    let found = env.iter().find(|(n, _)| *n == name);
                    found.map(|(_, v)| (*v).to_string())
                },
                exists: &|path| existing.contains(&path),
                os_user: &|| Some("me".into()),
            },
        )
    }

    #[test]
    fn the_targets_values_come_first_then_variables_then_defaults() {
        let env: &[(&str, &str)] = &[
            ("PGHOST", "envhost"),
            ("PGPORT", "6000"),
            ("PGUSER", "envuser"),
            ("PGDATABASE", "envdb"),
        ];
        for (url, env, existing, expected) in [
            (
                "postgres://",
                env,
                &[][..],
                "envuser@\"envhost\" port 6000/envdb",
            ),
            ("postgres://u@h:1/d", env, &[], "u@\"h\" port 1/d"),
            ("postgres://h", env, &[], "envuser@\"h\" port 6000/envdb"),
            ("port=7", env, &[], "envuser@\"envhost\" port 7/envdb"),
            ("postgres://", &[], &[], "me@\"localhost\" port 5432/me"),
            (
                "postgres://",
                &[],
                &["/tmp"],
                "me@socket \"/tmp/.s.PGSQL.5432\"/me",
            ),
            (
                "postgres://",
                &[],
                &["/tmp", "/run/postgresql"],
                "me@socket \"/run/postgresql/.s.PGSQL.5432\"/me",
            ),
            ("user=x", &[], &[], "x@\"localhost\" port 5432/x"),
            (
                "postgres://a,b:2/d",
                &[("PGPORT", "9")],
                &[],
                "me@\"a\" port 9,\"b\" port 2/d",
            ),
            (
                "dbname=d",
                &[("PGHOST", "a,b"), ("PGPORT", "1,2")],
                &[],
                "me@\"a\" port 1,\"b\" port 2/d",
            ),
            (
                "host=n hostaddr=10.0.0.1",
                &[],
                &[],
                "me@\"n\" port 5432/me",
            ),
        ] {
            let s = resolve_with(url, env, existing).expect("good settings");
            let endpoints: Vec<_> = s.endpoints.iter().map(Endpoint::describe).collect();
            let shown = format!("{}@{}/{}", s.user, endpoints.join(","), s.database);
            assert_eq!(shown, expected, "{url}");
        }
    }

    #[test]
    fn what_makes_no_sense_or_is_not_honoured_is_said() {
        for (url, env, expected) in [
            (
                "postgres://h/d?sslmoed=require",
                &[][..],
                "unknown connection parameter \"sslmoed\"",
            ),
            (
                "postgres://h/d?service=x",
                &[],
                "the connection parameter \"service\" is not supported yet",
            ),
            (
                "postgres://h/d",
                &[("PGSERVICE", "x")],
                "the connection parameter \"service\" (PGSERVICE) is not supported yet",
            ),
            (
                "postgres://h/d?sslmode=always",
                &[],
                "invalid value for the connection parameter \"sslmode\": \"always\"",
            ),
            (
                "postgres://h/d?keepalives_idle=x",
                &[],
                "invalid value for the connection parameter \"keepalives_idle\": \"x\"",
            ),
            (
                "postgres://h/d?sslrootcert=system&sslmode=require",
                &[],
                "sslrootcert=system needs sslmode=verify-full",
            ),
            (
                "postgres://h/d?gssencmode=disable&options=-c%20a%3Db",
                &[],
                "",
            ),
        ] {
            let said = resolve_with(url, env, &[]).err().map(|e| e.message);
            assert_eq!(said.unwrap_or_default(), expected, "{url}");
        }
    }

    #[test]
    fn options_of_the_user_of_variables_and_of_read_only_are_joined() {
        let mut target = Target::parse("postgres://h/d?options=-c%20a%3Db").expect("a good URL");
        target.read_only = true;
        let world = World {
            env: &|name| (name == "PGTZ").then(|| "Europe/X Y".to_string()),
            exists: &|_| false,
            os_user: &|| Some("me".into()),
        };
        let settings = resolve(&target, &world).expect("good settings");
        assert_eq!(
            settings.options.as_deref(),
            Some("-c a=b -c timezone=Europe/X\\ Y -c default_transaction_read_only=on")
        );
        assert_eq!(settings.application_name, "sqwire");
        assert_eq!(settings.timeout, DEFAULT_TIMEOUT);
    }
}
