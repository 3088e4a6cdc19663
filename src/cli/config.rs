//! Finds, reads and writes the configuration file.

use super::project;
use crate::command::configuration_file;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::output::tell;
use crate::settings::Config;
use crate::settings::file::{Trouble, sample};
use crate::visible::visible_line;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The user's configuration and the project's; an absent file is an empty one. What is wrong in
/// them is told, and stops nothing.
pub(super) fn load() -> Config {
    let mut config = configuration_file()
        .and_then(|path| Some(parsed(&path, &read(&path, u64::MAX)?)))
        .unwrap_or_default();
    if let Some(path) = project::find()
        // Read once: what is judged is what counts.
        && let Some(text) = read(&path, MOST_OF_PROJECT)
    {
        let found = parsed(&path, &text);
        let name = path.display().to_string();
        config.add_project(found, &name, project::is_trusted(&path, &text));
    }
    config
}

/// Bytes of a project's file that are read.
const MOST_OF_PROJECT: u64 = 1 << 20;

fn read(path: &Path, most: u64) -> Option<String> {
    let failed = |why: &str| {
        let path = path.display().to_string();
        tell(&format!(
            "warning: could not read \"{}\": {why}\n",
            visible_line(&path)
        ));
        None
    };
    let mut text = String::new();
    let file = std::fs::File::open(path);
    match file.and_then(|file| file.take(most).read_to_string(&mut text)) {
        Ok(read) if read as u64 == most => failed("it is too large for a configuration"),
        Ok(_) => Some(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && !is_named(path) => None,
        Err(e) => failed(&crate::error::reason(&e)),
    }
}

fn parsed(path: &Path, text: &str) -> Config {
    let (config, troubles) = Config::read(text);
    for trouble in &troubles {
        tell(&told(path, trouble));
    }
    config
}

/// Whether the environment names this file, so that it should be there.
fn is_named(path: &Path) -> bool {
    std::env::var_os("SQWIRE_CONFIG").is_some_and(|named| named == path.as_os_str())
}

/// `warning: FILE:LINE:COLUMN: what is wrong`
fn told(path: &Path, trouble: &Trouble) -> String {
    let Trouble { line, column, .. } = trouble;
    let place = format!("{}:{line}:{column}: {}", path.display(), trouble.message);
    let hint = match (&trouble.hint, trouble.whole) {
        (Some(hint), _) => format!("hint: {}\n", visible_line(hint)),
        (None, true) => "hint: Nothing of the file counts until it is mended.\n".into(),
        (None, false) => String::new(),
    };
    format!("warning: {}\n{hint}", visible_line(&place))
}

/// Writes the configuration file with every key commented out, where there is none.
pub(super) fn write_sample() -> Result<PathBuf> {
    let path = configuration_file()
        .ok_or_else(|| Error::new(Kind::Config, "there is no folder for the configuration"))?;
    if path.exists() {
        let message = format!("\"{}\" is there already", path.display());
        return Err(
            Error::new(Kind::Config, message).with_hint("sqwire config prints one with every key.")
        );
    }
    files::make_folder(&path)
        .and_then(|()| files::replace_with(&path, sample().as_bytes()))
        .map_err(|e| Error::io(format!("write \"{}\"", path.display()), &e))?;
    Ok(path)
}
