//! What to connect to: URL, connection string or file name to `Target`. Pure; no password in `Debug`.

mod read;

use crate::error::{Error, Kind, Result};
use crate::theme::PromptColor;
use std::fmt;
use std::time::Duration;

/// As long as the system waits by itself; what `connect_timeout=0` asks for.
pub const FOREVER: Duration = Duration::from_secs(366 * 24 * 3600);

/// A password. `Debug` and `Display` never show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The password itself, for the one place that sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// One server of a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Host {
    /// Name, address, or (PostgreSQL and MySQL) a socket's directory or path, which begins with `/`.
    pub name: String,
    pub port: Option<u16>,
}

/// What to connect to, as far as the user said; the driver fills in its defaults.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// A name of `DRIVERS`.
    pub driver: String,
    pub hosts: Vec<Host>,
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// What the server took in place of a password before.
    pub token: Option<Secret>,
    /// Database name; for SQLite the file, `:memory:` or a `file:` URI.
    pub database: Option<String>,
    /// Parameters of the URL or connection string, in order, the last one of a name counting.
    pub parameters: Vec<(String, String)>,
    pub connect_timeout: Option<Duration>,
    pub read_only: bool,
    /// The machine to go through, as ssh knows it.
    pub ssh: Option<String>,
    /// Statements to run on each new connection of the session.
    pub after_connect: Vec<String>,
    /// The name of the saved connection that it comes from.
    pub alias: Option<String>,
    /// Marked as one where mistakes are dear.
    pub production: bool,
    /// The prompt's colour.
    pub color: Option<PromptColor>,
    /// Statements that make the database (`sqwire demo`).
    pub init: Option<&'static str>,
}

impl Target {
    pub fn new(driver: &str) -> Self {
        Target {
            driver: driver.to_string(),
            ..Target::default()
        }
    }

    pub fn sqlite(path: &str) -> Self {
        Target {
            database: Some(path.to_string()),
            ..Target::new("sqlite")
        }
    }

    /// What was for another user, or another server.
    pub fn forget_secrets(&mut self) {
        self.password = None;
        self.token = None;
    }

    /// The parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .rev()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// Reads what the user typed, as cli.md's table of targets has it, for the forms that need no
    /// file system: URL, connection string, `sqlite:PATH`, `:memory:`, a SQLite file name, a word.
    pub fn parse(text: &str) -> Result<Target> {
        if let Some((scheme, rest)) = text.split_once("://").filter(|_| is_url(text)) {
            return match scheme {
                "postgres" | "postgresql" => read::url("postgres", rest),
                "mysql" | "mariadb" => read::url("mysql", rest),
                "sqlite" => Ok(Target::sqlite(rest)),
                _ => Err(read::unknown_scheme(scheme)),
            };
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Target::sqlite(path));
        }
        let in_words = is_conninfo(text);
        if text == ":memory:" || text.starts_with("file:") || (is_sqlite_name(text) && !in_words) {
            return Ok(Target::sqlite(text));
        }
        if text.contains('=') {
            return read::conninfo(text);
        }
        Ok(Target {
            database: Some(text.to_string()).filter(|t| !t.is_empty()),
            ..Target::new("postgres")
        })
    }

    /// This target with what another one says in place of its own, as `\connect -reuse-previous=on`
    /// has it. The password stays for the same user of the same server only.
    #[must_use]
    pub fn with_parts_of(&self, other: Target) -> Target {
        let old_port = self.hosts.first().and_then(|host| host.port);
        let named = other.hosts.iter().any(|host| !host.name.is_empty());
        let new_port = other.hosts.first().and_then(|host| host.port);
        let mut target = self.clone();
        if named {
            target.hosts = other.hosts;
            for host in &mut target.hosts {
                host.port = host.port.or(old_port);
            }
        } else if new_port.is_some() {
            if target.hosts.is_empty() {
                target.hosts.push(Host::default());
            }
            for host in &mut target.hosts {
                host.port = new_port;
            }
        }
        target.user = other.user.or(target.user);
        let same = target.user == self.user && target.hosts == self.hosts;
        target.password = other.password.or(target.password.filter(|_| same));
        let asks = other
            .parameters
            .iter()
            .any(|(n, _)| n.starts_with("oauth_"));
        target.token = target.token.filter(|_| same && !asks);
        target.database = other.database.or(target.database);
        target.connect_timeout = other.connect_timeout.or(target.connect_timeout);
        target.parameters.extend(other.parameters);
        target
    }

    /// Sets one parameter unless the target has it already.
    pub fn set_default(&mut self, name: &str, value: &str) -> Result<()> {
        let given = match name {
            "host" => self.hosts.iter().any(|h| !h.name.is_empty()),
            "port" => self.hosts.iter().any(|h| h.port.is_some()),
            "user" => self.user.is_some(),
            "password" => self.password.is_some(),
            "dbname" => self.database.is_some(),
            "connect_timeout" => self.connect_timeout.is_some(),
            _ => self.parameter(name).is_some(),
        };
        if given { Ok(()) } else { self.set(name, value) }
    }

    /// Sets one connection parameter by libpq's name for it.
    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "host" => {
                let ports: Vec<Option<u16>> = self.hosts.iter().map(|h| h.port).collect();
                let names: Vec<&str> = value.split(',').collect();
                check_counts(ports.len(), names.len())?;
                let host = |(i, name): (usize, &str)| Host {
                    name: name.to_string(),
                    port: ports.get(i).or(ports.last()).copied().flatten(),
                };
                self.hosts = names.into_iter().enumerate().map(host).collect();
            }
            "port" => self.set_ports(value)?,
            "user" => self.user = Some(value.to_string()),
            "password" => self.password = Some(Secret::new(value)),
            "dbname" => self.database = Some(value.to_string()),
            "connect_timeout" => {
                let seconds: i32 = value.trim().parse().map_err(|_| {
                    Error::new(
                        Kind::Connect,
                        format!("connect_timeout is not a number: \"{value}\""),
                    )
                })?;
                self.connect_timeout = Some(patience(seconds));
            }
            _ => self.parameters.push((name.to_string(), value.to_string())),
        }
        Ok(())
    }

    fn set_ports(&mut self, value: &str) -> Result<()> {
        let ports = value.split(',').map(port).collect::<Result<Vec<_>>>()?;
        if self.hosts.is_empty() {
            self.hosts = ports.iter().map(|_| Host::default()).collect();
        }
        if self.hosts.iter().all(|h| h.name.is_empty()) {
            self.hosts.resize(ports.len(), Host::default());
        }
        check_counts(ports.len(), self.hosts.len())?;
        for (i, host) in self.hosts.iter_mut().enumerate() {
            host.port = ports.get(i).or(ports.last()).copied().flatten();
        }
        Ok(())
    }

    /// The target in words, without the password: `app@db.example.com:5432/shop`.
    pub fn describe(&self) -> String {
        if self.driver == "sqlite" {
            return self.database.clone().unwrap_or_else(|| ":memory:".into());
        }
        let mut out = String::new();
        if let Some(user) = &self.user {
            out.push_str(user);
            out.push('@');
        }
        let hosts: Vec<String> = self
            .hosts
            .iter()
            .map(|h| match h.port {
                Some(port) => format!("{}:{port}", h.name),
                None => h.name.clone(),
            })
            .collect();
        out.push_str(&hosts.join(","));
        if let Some(database) = &self.database {
            out.push('/');
            out.push_str(database);
        }
        out
    }
}

/// Whether the text begins as a URL does: a word and `://`. In a password it may stand anywhere.
pub fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    let letter = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
    !scheme.is_empty() && scheme.chars().all(letter)
}

/// Whether it begins with a parameter of libpq that nobody names a file after.
pub fn is_conninfo(text: &str) -> bool {
    let first = text.split_once('=').map_or("", |(name, _)| name.trim());
    [
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "password",
        "passfile",
        "service",
        "sslmode",
        "options",
        "application_name",
        "connect_timeout",
    ]
    .contains(&first)
}

/// Whether a name looks like a SQLite file by its ending; parameters may follow it.
pub fn is_sqlite_name(text: &str) -> bool {
    let text = text.split_once('?').map_or(text, |(name, _)| name);
    [".db", ".sqlite", ".sqlite3", ".db3"]
        .iter()
        .any(|ending| text.ends_with(ending))
}

/// libpq: 0 and less wait for ever.
pub(crate) fn patience(seconds: i32) -> Duration {
    let seconds = u64::try_from(seconds).ok().filter(|s| *s > 0);
    seconds.map_or(FOREVER, Duration::from_secs)
}

fn port(text: &str) -> Result<Option<u16>> {
    if text.is_empty() {
        return Ok(None);
    }
    text.trim()
        .parse()
        .ok()
        .filter(|&p: &u16| p > 0)
        .map(Some)
        .ok_or_else(|| {
            let message = format!("invalid port number: \"{text}\"");
            let words = match text.trim().parse::<i32>() {
                Ok(_) => message.clone(),
                Err(_) => {
                    format!("invalid integer value \"{text}\" for connection option \"port\"")
                }
            };
            Error::new(Kind::Connect, message)
                .with_hint("A port is a number from 1 to 65535.")
                .with_psql(words)
        })
}

/// One port for all, or one for each.
pub(crate) fn check_counts(ports: usize, hosts: usize) -> Result<()> {
    match ports > 1 && ports != hosts {
        true => Err(Error::new(
            Kind::Connect,
            format!("could not match {ports} port numbers to {hosts} hosts"),
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_connection_strings_are_read_as_libpq_reads_them() {
        let show = |text: &str| match Target::parse(text) {
            Ok(t) => format!(
                "{} {} pw={:?} {:?}",
                t.driver,
                t.describe(),
                t.password.as_ref().map(Secret::reveal),
                t.parameters
            ),
            Err(e) => e.message,
        };
        for (text, expected) in [
            (
                "postgres://u:p%40w@h:5433/db?sslmode=require",
                "postgres u@h:5433/db pw=Some(\"p@w\") [(\"sslmode\", \"require\")]",
            ),
            (
                "postgresql:///shop?host=/tmp",
                "postgres /tmp/shop pw=None []",
            ),
            ("postgres://a:1,b:2/x", "postgres a:1,b:2/x pw=None []"),
            ("postgres://[::1]:5432/x", "postgres ::1:5432/x pw=None []"),
            (
                "mysql://root@127.0.0.1:3306/shop",
                "mysql root@127.0.0.1:3306/shop pw=None []",
            ),
            (
                "host=h port=1 dbname='a b' password='it\\'s'",
                "postgres h:1/a b pw=Some(\"it's\") []",
            ),
            ("sqlite:/x/y.db", "sqlite /x/y.db pw=None []"),
            ("shop.sqlite3", "sqlite shop.sqlite3 pw=None []"),
            (":memory:", "sqlite :memory: pw=None []"),
            ("shop", "postgres /shop pw=None []"),
            ("oracle://x", "unknown driver \"oracle\""),
            ("postgres://h:99999/x", "invalid port number: \"99999\""),
            (
                "postgres://h/%zz",
                "invalid percent-encoding in the URL: \"%zz\"",
            ),
            (
                "host=h user",
                "missing \"=\" after \"user\" in the connection string",
            ),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn any_text_is_a_target_or_an_error_and_shows_no_password() {
        let seeds = &[
            "postgres://u:p%40w@h:1,[::1]:2/db?sslmode=require&connect_timeout=3",
            "host=h,i port=1,2 user=u password='it\\'s' dbname=d",
            "mysql://root:x@/?socket=/s",
            "file:x.db?mode=ro&cache=shared",
            "sqlite:x.db",
        ];
        let words = &[
            "%", "%00", "%zz", "@", "://", "'", "\\", "=", ",", "[", "]", "port=", "host=",
        ];
        super::super::fuzz::texts(seeds, words, |text, random| {
            if let Ok(target) = Target::parse(text) {
                let _ = (target.describe(), format!("{target:?}"));
            }
            let secret = format!("s3cr3t{}", random.text());
            let quoted = secret.replace('\\', "\\\\").replace('\'', "\\'");
            let hex: String = secret.bytes().map(|b| format!("%{b:02x}")).collect();
            for text in [
                format!("host=h password='{quoted}' dbname=x"),
                format!("password = '{quoted}'"),
                format!("postgres://u:{hex}@h/d"),
                format!("mysql://h/d?password={hex}"),
            ] {
                let target = Target::parse(&text).expect("a good target");
                let kept = target.password.as_ref().map(Secret::reveal);
                assert_eq!(kept, Some(&*secret), "{text}");
                let shown = format!("{target:?} {}", target.describe());
                assert!(!shown.contains("s3cr3t"), "{shown}");
            }
            // Written as it should not be.
            for text in [
                format!("host=h password={secret}x dbname=x"),
                format!("postgres://u:{secret}@h/d"),
                format!("mysql://u:{secret}@h/d?a=b"),
                format!("mysql://h/d?password={secret}"),
            ] {
                if let Err(e) = Target::parse(&text) {
                    assert!(!format!("{e:?}").contains("s3cr3t"), "{text}: {e:?}");
                }
            }
        });
    }

    #[test]
    fn a_password_is_never_in_debug_output() {
        let target = Target::parse("postgres://u:hunter2@h/db").expect("a good URL");
        assert!(!format!("{target:?}").contains("hunter2"));
        assert!(!target.describe().contains("hunter2"));
    }
}
