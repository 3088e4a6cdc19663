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

/// The target that cli.md's table gives for `text`.
pub(super) fn choose(text: Option<&str>, config: &Config) -> Result<Choice> {
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

/// `sqwire demo`
pub(super) fn demo() -> Target {
    Target {
        #[cfg(feature = "sqlite")]
        init: Some(crate::driver::sqlite::demo::DEMO),
        ..Target::sqlite(":memory:")
    }
}
