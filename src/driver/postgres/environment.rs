//! What to connect to, complete: the target's own values, then the PG* variables, then defaults,
//! as libpq fills them in. Pure: the world outside comes in as functions.

use super::parameters::{self, Parameters};
use super::require_auth::Allowed;
use super::startup::Plan;
use super::{service, startup_options, tls, tls_options};
use crate::driver::keepalive::Keepalive;
use crate::driver::target::{Host, check_counts, patience};
use crate::driver::{Secret, Target};
use crate::error::{Error, Kind, Result};
use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;
use tokio_postgres::config::ChannelBinding;

/// What is asked of the machine.
pub(super) struct World<'a> {
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    pub(super) exists: &'a dyn Fn(&str) -> bool,
    /// The text of a file, if it is there and can be read.
    pub(super) read: &'a dyn Fn(&str) -> Option<String>,
    /// The files of a folder.
    pub(super) list: &'a dyn Fn(&str) -> Vec<PathBuf>,
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
    /// The host was named: a certificate can be for it.
    pub(super) named: bool,
    /// The address was given, not looked up.
    pub(super) given: bool,
}

impl Endpoint {
    /// The name that the server's certificate must be for.
    pub(super) fn name(&self) -> Option<&str> {
        self.named.then_some(self.host.as_str())
    }

    pub(super) fn is_socket(&self) -> bool {
        // An @ begins the name of a socket without a file.
        self.address.is_none() && self.host.starts_with(['/', '@'])
    }

    pub(super) fn socket_path(&self) -> String {
        format!("{}/.s.PGSQL.{}", self.host, self.port)
    }

    /// `"db.example.com" port 5432` or `socket "/tmp/.s.PGSQL.5432"`.
    pub(super) fn describe(&self) -> String {
        match self.is_socket() {
            true => format!("socket \"{}\"", self.socket_path()),
            false => match self.address.as_deref().filter(|a| *a != self.host) {
                Some(address) => format!("\"{}\" ({address}) port {}", self.host, self.port),
                None => format!("\"{}\" port {}", self.host, self.port),
            },
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

/// Everything a connection needs to know.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) password: Option<Secret>,
    pub(super) passfile: Option<PathBuf>,
    /// What stands in it, once it has been read.
    pub(super) passwords: Option<Secret>,
    /// What the server is told at the start.
    pub(super) startup: Plan,
    pub(super) keepalive: Keepalive,
    pub(super) timeout: Duration,
    pub(super) tls: tls::Settings,
    pub(super) wanted: Wanted,
    pub(super) channel_binding: ChannelBinding,
    /// load_balance_hosts=random
    pub(super) shuffled: bool,
    /// require_auth
    pub(super) allowed: Allowed,
    /// requirepeer: who must run the server behind a socket.
    pub(super) peer: Option<String>,
}

/// So that nothing hangs; libpq itself would wait for ever.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_PORT: u16 = 5432;
/// Where distributions keep the services of all users: Debian, Red Hat, the default of the sources.
const SYSTEM_SERVICES: &[&str] = &[
    "/etc/postgresql-common/pg_service.conf",
    "/etc/pg_service.conf",
    "/usr/local/pgsql/etc/pg_service.conf",
];
const SOCKET_DIRECTORIES: &[&str] = &["/var/run/postgresql", "/run/postgresql", "/tmp"];

/// Puts the settings together, or says which parameter makes no sense.
pub(super) fn resolve(target: &Target, world: &World<'_>) -> Result<Settings> {
    let target = &*with_service(target, world)?;
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
    let channel_binding = channel_binding(&given)?;
    let must_bind = channel_binding == ChannelBinding::Require;
    let startup = startup_options::plan(target, &given, world, (&user, &database), must_bind)?;
    Ok(Settings {
        endpoints: endpoints(target, &given, world)?,
        user,
        database,
        password: password.filter(|p| !p.reveal().is_empty()),
        passfile: passfile(&given, world),
        passwords: None,
        startup,
        keepalive: keepalive(&given)?,
        timeout: timeout(target, world)?,
        tls: tls_options::settings(&given, world)?,
        wanted: wanted(&given)?,
        channel_binding,
        shuffled: match given.get("load_balance_hosts").as_deref() {
            None | Some("disable") => false,
            Some("random") => true,
            Some(text) => {
                return Err(parameters::invalid(
                    "load_balance_hosts",
                    text,
                    "disable, random",
                ));
            }
        },
        allowed: Allowed::parse(given.get("require_auth").as_deref().unwrap_or_default())?,
        peer: given.get("requirepeer").filter(|p| !p.is_empty()),
    })
}

/// The target with what its service adds. The target's own values stay; the variables of the
/// environment come after the service.
fn with_service<'t>(target: &'t Target, world: &World<'_>) -> Result<Cow<'t, Target>> {
    let given = |name, variable| {
        let own = target.parameter(name).map(str::to_string);
        own.or_else(|| (world.env)(variable))
    };
    let Some(name) = given("service", "PGSERVICE") else {
        return Ok(Cow::Borrowed(target));
    };
    let system = (world.env)("PGSYSCONFDIR").map(|d| format!("{d}/pg_service.conf"));
    let system = match system {
        Some(path) => vec![path],
        None => SYSTEM_SERVICES.iter().map(|p| (*p).to_string()).collect(),
    };
    let own = given("servicefile", "PGSERVICEFILE").filter(|path| !path.is_empty());
    let own = own.or_else(|| {
        let path = home_file(world, ".pg_service.conf")?;
        Some(path.to_string_lossy().into_owned())
    });
    for path in own.into_iter().chain(system) {
        let Some(text) = (world.read)(&path) else {
            continue;
        };
        if let Some(found) = service::find(&text, &path, &name)? {
            let mut target = target.clone();
            for (name, value) in found {
                target.set_default(&name, &value)?;
            }
            return Ok(Cow::Owned(target));
        }
    }
    Err(Error::new(
        Kind::Connect,
        format!("definition of service \"{name}\" not found"),
    )
    .with_hint("Services stand in ~/.pg_service.conf or in the file that PGSERVICEFILE names."))
}

fn endpoints(target: &Target, given: &Parameters<'_>, world: &World<'_>) -> Result<Vec<Endpoint>> {
    let addresses = given
        .get("hostaddr")
        .as_deref()
        .map(list)
        .unwrap_or_default();
    let hosts = hosts(target, addresses.len(), world)?;
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
    for address in addresses.iter().filter(|a| !a.is_empty()) {
        if address.parse::<std::net::IpAddr>().is_err() {
            let valid = "addresses in digits, such as 192.0.2.1 or 2001:db8::1";
            let words =
                format!("could not parse network address \"{address}\": Name or service not known");
            return Err(parameters::invalid("hostaddr", address, valid).with_psql(words));
        }
    }
    let ports = match hosts.iter().any(|h| h.port.is_some()) {
        true => Vec::new(),
        false => ports(world)?,
    };
    check_counts(ports.len(), hosts.len())?;
    let endpoint = |(i, host): (usize, Host)| {
        let address = addresses.get(i).filter(|a| !a.is_empty()).cloned();
        Endpoint {
            named: !host.name.is_empty(),
            host: match (host.name.is_empty(), &address) {
                (false, _) => host.name,
                (true, Some(address)) => address.clone(),
                (true, None) => default_host(world),
            },
            given: address.is_some(),
            address,
            port: host
                .port
                .or_else(|| ports.get(i).or(ports.last()).copied())
                .unwrap_or(DEFAULT_PORT),
        }
    };
    Ok(hosts.into_iter().enumerate().map(endpoint).collect())
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::to_string).collect()
}

/// The hosts of the target, else those of PGHOST; where none is named, one for each address.
fn hosts(target: &Target, addresses: usize, world: &World<'_>) -> Result<Vec<Host>> {
    let mut hosts = target.hosts.clone();
    if hosts.iter().all(|h| h.name.is_empty())
        && let Some(names) = (world.env)("PGHOST")
    {
        let names = list(&names);
        check_counts(hosts.len(), names.len())?;
        let port = |i: usize| hosts.get(i).or(hosts.first()).and_then(|h| h.port);
        let named = names.into_iter().enumerate();
        hosts = named
            .map(|(i, name)| Host {
                name,
                port: port(i),
            })
            .collect();
    }
    // Addresses need no names, and one port is the port of all.
    Ok(match hosts.as_slice() {
        [] => vec![Host::default(); addresses.max(1)],
        [host] if host.name.is_empty() => vec![host.clone(); addresses.max(1)],
        _ => hosts,
    })
}

/// Those of PGPORT.
fn ports(world: &World<'_>) -> Result<Vec<u16>> {
    let ports = (world.env)("PGPORT")
        .as_deref()
        .map(list)
        .unwrap_or_default();
    let any = ports.iter().filter(|p| !p.is_empty() || ports.len() > 1);
    any.map(|text| match text.as_str() {
        "" => Ok(DEFAULT_PORT),
        text => port(text),
    })
    .collect()
}

/// One of PGPORT.
fn port(text: &str) -> Result<u16> {
    let number: i64 = parameters::number("port", text)?;
    let port = u16::try_from(number).ok().filter(|port| *port > 0);
    port.ok_or_else(|| {
        let words = format!("invalid port number: \"{text}\"");
        parameters::invalid("PGPORT", text, "numbers from 1 to 65535").with_psql(words)
    })
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

pub(super) fn home_file(world: &World<'_>, name: &str) -> Option<PathBuf> {
    let home = (world.env)("HOME").filter(|h| !h.is_empty())?;
    Some(PathBuf::from(home).join(name))
}

fn timeout(target: &Target, world: &World<'_>) -> Result<Duration> {
    if let Some(timeout) = target.connect_timeout {
        return Ok(timeout);
    }
    match (world.env)("PGCONNECT_TIMEOUT") {
        Some(text) => {
            let seconds: i32 = parameters::number("PGCONNECT_TIMEOUT", &text)?;
            Ok(patience(seconds))
        }
        None => Ok(DEFAULT_TIMEOUT),
    }
}

fn keepalive(given: &Parameters<'_>) -> Result<Keepalive> {
    let positive = |name: &'static str| -> Result<Option<u64>> {
        let number = given
            .get(name)
            .map(|v| parameters::number::<i32>(name, &v))
            .transpose()?;
        // 0 and less: the system's own, as in libpq.
        Ok(number
            .and_then(|n| u64::try_from(n).ok())
            .filter(|n| *n > 0))
    };
    let seconds = |name| Ok::<_, Error>(positive(name)?.map(Duration::from_secs));
    let on = given.get("keepalives").unwrap_or_else(|| "1".into());
    let count = positive("keepalives_count")?.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    let usual = Keepalive::default();
    Ok(Keepalive {
        on: parameters::number::<i64>("keepalives", &on)? != 0,
        idle: seconds("keepalives_idle")?.or(usual.idle),
        interval: seconds("keepalives_interval")?.or(usual.interval),
        count: count.or(usual.count),
        user_timeout: positive("tcp_user_timeout")?.map(Duration::from_millis),
        look: usual
            .look
            .filter(|_| given.get("tcp_user_timeout").is_none()),
    })
}

fn wanted(given: &Parameters<'_>) -> Result<Wanted> {
    Ok(match given.get("target_session_attrs").as_deref() {
        None | Some("any") => Wanted::Any,
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

fn channel_binding(given: &Parameters<'_>) -> Result<ChannelBinding> {
    Ok(match given.get("channel_binding").as_deref() {
        None | Some("prefer") => ChannelBinding::Prefer,
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
mod tests;
