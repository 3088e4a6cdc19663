//! Flags that count before what a target says: another user, another database, another host.

use super::pg::hosts;
use crate::driver::Target;
use crate::error::{Error, Result};
use clap::Args;

#[derive(Args, Default, Debug, Clone, PartialEq, Eq)]
pub(super) struct Overrides {
    /// Host instead of the target's
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Port instead of the target's
    #[arg(short, long, value_name = "PORT")]
    port: Option<String>,
    /// User instead of the target's
    #[arg(short = 'U', long, visible_alias = "username", value_name = "USER")]
    user: Option<String>,
    /// Database instead of the target's
    #[arg(short, long, visible_alias = "database", value_name = "DATABASE")]
    dbname: Option<String>,
}

/// Parameters that say where a server is, beside its host.
const PLACES: &[&str] = &["hostaddr", "socket", "unix-socket", "unix_socket"];

impl Overrides {
    pub(super) fn is_empty(&self) -> bool {
        *self == Overrides::default()
    }

    pub(super) fn apply(self, target: &mut Target) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        if target.driver == "sqlite" {
            let message = "a SQLite database has no host, port, user or other database";
            return Err(Error::usage(message).with_hint("Name a server's target, or another file."));
        }
        if self.host.is_some() || self.port.is_some() {
            let saved: Vec<&str> = target.hosts.iter().map(|h| h.name.as_str()).collect();
            let port = self.port.or_else(|| {
                let port = target.hosts.first().and_then(|h| h.port);
                port.map(|port| port.to_string())
            });
            if self.host.is_some() {
                let elsewhere = |(name, _): &(String, String)| !PLACES.contains(&name.as_str());
                target.parameters.retain(elsewhere);
            }
            let names = self.host.unwrap_or_else(|| saved.join(","));
            target.hosts = hosts(&names, &port.unwrap_or_default())?;
        }
        if let Some(user) = self.user {
            if target.user.as_ref().is_some_and(|saved| *saved != user) {
                // It is the other user's.
                target.password = None;
            }
            target.user = Some(user);
        }
        target.database = self.dbname.or(target.database.take());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::Secret;

    #[test]
    fn flags_count_before_what_is_saved() {
        let some = |text: &str| Some(text.to_string()).filter(|t| !t.is_empty());
        for (url, [host, port, user, dbname], expected, password) in [
            ("postgres://u:pw@h:1/d", ["", "", "", ""], "u@h:1/d", "pw"),
            ("postgres://u:pw@h:1/d", ["i", "", "", ""], "u@i:1/d", "pw"),
            ("postgres://u:pw@h:1/d", ["", "2", "", "e"], "u@h:2/e", "pw"),
            ("postgres://u:pw@h/d", ["", "", "v", ""], "v@h/d", ""),
            ("postgres://u:pw@h/d", ["", "", "u", ""], "u@h/d", "pw"),
            ("mysql://h/d?socket=/s", ["i", "7", "", ""], "i:7/d", ""),
            ("host=a,b port=1", ["", "2", "", "d"], "a:2,b:2/d", ""),
        ] {
            let mut target = Target::parse(url).expect("a good URL");
            let overrides = Overrides {
                host: some(host),
                port: some(port),
                user: some(user),
                dbname: some(dbname),
            };
            overrides.apply(&mut target).expect("fits");
            let kept = target.password.as_ref().map_or("", Secret::reveal);
            assert_eq!(
                (target.describe().as_str(), kept),
                (expected, password),
                "{url}"
            );
            assert_eq!(target.parameter("socket"), None);
        }
        let overrides = Overrides {
            user: some("u"),
            ..Overrides::default()
        };
        assert!(overrides.apply(&mut Target::sqlite("x.db")).is_err());
    }
}
