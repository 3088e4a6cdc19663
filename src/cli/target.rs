//! What to connect to when the command line leaves it open: configuration, environment.

use crate::driver::Target;
use crate::error::Result;
use crate::session::resolve;
use crate::settings::Config;

/// A target, and a word to a user who named none.
pub(super) struct Choice {
    pub(super) target: Target,
    pub(super) hint: Option<&'static str>,
}

/// The target that cli.md's table gives for `text`; `server` where flags ask for one.
pub(super) fn choose(text: Option<&str>, config: &Config, server: bool) -> Result<Choice> {
    let named = text
        .map(str::to_string)
        .or_else(|| config.default.clone())
        .or_else(|| {
            std::env::var("DATABASE_URL")
                .ok()
                .filter(|url| !url.is_empty())
        });
    if let Some(text) = named {
        return Ok(Choice {
            target: resolve(&text, config)?,
            hint: None,
        });
    }
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    if ["PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"]
        .into_iter()
        .any(set)
        || server
    {
        return Ok(Choice {
            target: Target::new("postgres"),
            hint: None,
        });
    }
    Ok(Choice {
        target: Target::sqlite(":memory:"),
        hint: Some(HINT),
    })
}

const HINT: &str = "This is an empty database in memory. To connect: sqwire postgres://HOST/DATABASE, \
                    sqwire mysql://HOST/DATABASE, sqwire FILE.db; to look around: sqwire demo.";

/// `sqwire list`: name, where to, and what the configuration says about it. No password is in it.
pub(super) fn list(config: &Config) -> String {
    let visible = |text: &str| crate::visible::visible_line(text).into_owned();
    let mut rows: Vec<[String; 3]> = Vec::new();
    for (name, saved) in &config.connections {
        let place = match Target::parse(&saved.url) {
            Ok(target) if target.driver == "sqlite" => target.describe(),
            Ok(target) => format!("{}://{}", target.driver, target.describe()),
            Err(e) => format!("({})", e.message),
        };
        let mut notes: Vec<String> = Vec::new();
        if config
            .default
            .as_deref()
            .map(|d| d.strip_prefix('@').unwrap_or(d))
            == Some(name.as_str())
        {
            notes.push("default".into());
        }
        if saved.read_only {
            notes.push("read-only".into());
        }
        if saved.production {
            notes.push("production".into());
        }
        notes.extend(
            saved
                .untrusted
                .iter()
                .map(|file| format!("{file}, not trusted")),
        );
        notes.extend(saved.ssh.iter().map(|machine| format!("through {machine}")));
        notes.extend(saved.comment.clone());
        rows.push([visible(name), visible(&place), visible(&notes.join(", "))]);
    }
    let width = |column: usize| rows.iter().map(|r| r[column].chars().count()).max();
    let (first, second) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
    let line = |[name, place, notes]: &[String; 3]| {
        format!("{name:first$}  {place:second$}  {notes}")
            .trim_end()
            .to_string()
            + "\n"
    };
    rows.iter().map(line).collect()
}

/// The names alone, for the completion of shells.
pub(super) fn names(config: &Config) -> String {
    let plain = |name: &&String| !name.chars().any(|c| c.is_control() || c.is_whitespace());
    let names = config.connections.keys().filter(plain);
    names.map(|name| format!("{name}\n")).collect()
}

/// `sqwire demo`
pub(super) fn demo() -> Target {
    Target {
        #[cfg(feature = "sqlite")]
        init: Some(crate::driver::sqlite::demo::DEMO),
        ..Target::sqlite(":memory:")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saved_connections_are_listed_without_their_passwords() {
        let config = "default = \"shop\"\n[connections.shop]\nurl = \"postgres://u:hunter2@h/d\"\n\
                      read_only = true\nssh = \"gate\"\n[connections.x]\nurl = \"sqlite:x.db\"\n\
                      comment = \"a\\u001bb\"\n";
        let (config, _) = Config::read(config);
        let listed = list(&config);
        assert_eq!(
            listed.lines().next(),
            Some("shop  postgres://u@h/d  default, read-only, through gate")
        );
        assert!(
            !listed.contains("hunter2") && !listed.contains('\u{1b}'),
            "{listed}"
        );
    }
}
