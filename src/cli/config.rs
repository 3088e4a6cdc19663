//! Finds and reads the configuration file.

use crate::command::configuration_file;
use crate::error::{Error, Kind, Result};
use crate::settings::Config;

/// The configuration; an absent file is an empty one.
pub(super) fn load() -> Result<Config> {
    let Some(path) = configuration_file() else {
        return Ok(Config::default());
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(e) => {
            let mut error = Error::io(format!("read \"{}\"", path.display()), &e);
            error.kind = Kind::Config;
            return Err(error);
        }
    };
    Config::parse(&text).map_err(|e| {
        let line = e.line.unwrap_or(1);
        Error::new(
            Kind::Config,
            format!("{}:{line}: {}", path.display(), e.message),
        )
        .with_hint("sqwire -X reads no configuration.")
    })
}
