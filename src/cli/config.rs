//! Finds and reads the configuration file.

use super::project;
use crate::command::configuration_file;
use crate::error::{Error, Kind, Result};
use crate::settings::Config;
use std::path::Path;

/// The user's configuration and the project's; an absent file is an empty one.
pub(super) fn load() -> Result<Config> {
    let mut config = match configuration_file() {
        Some(path) => read(&path)?.unwrap_or_default(),
        None => Config::default(),
    };
    if let Some(path) = project::find()
        && let Some(found) = read(&path)?
    {
        let name = path.display().to_string();
        config.add_project(found, &name, project::is_trusted(&path));
    }
    Ok(config)
}

fn read(path: &Path) -> Result<Option<Config>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => {
            let mut error = Error::io(format!("read \"{}\"", path.display()), &e);
            error.kind = Kind::Config;
            return Err(error);
        }
    };
    let parsed = Config::parse(&text).map_err(|e| {
        let line = e.line.unwrap_or(1);
        Error::new(
            Kind::Config,
            format!("{}:{line}: {}", path.display(), e.message),
        )
        .with_hint("sqwire -X reads no configuration.")
    });
    parsed.map(Some)
}
