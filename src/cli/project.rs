//! A project's own `.sqwire.toml`, and whether the user trusts it. It came with somebody's files, so
//! it starts nothing before somebody said so; a changed file is another file.

use crate::error::{Error, Result};
use crate::files;
use std::path::{Path, PathBuf};

const NAME: &str = ".sqwire.toml";

/// The file of the folder, or of the repository around it.
pub(super) fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    if here.join(NAME).is_file() {
        return Some(here.join(NAME));
    }
    let repository = here
        .ancestors()
        .find(|folder| folder.join(".git").exists())?;
    let inside = here
        .ancestors()
        .take_while(|folder| folder.starts_with(repository));
    inside
        .map(|folder| folder.join(NAME))
        .find(|file| file.is_file())
}

/// Whether the text of the file is, byte for byte, what was trusted.
pub(super) fn is_trusted(file: &Path, text: &str) -> bool {
    let Ok(file) = file.canonicalize() else {
        return false;
    };
    let copy = copy_of(&file).and_then(|copy| std::fs::read(copy).ok());
    copy.is_some_and(|trusted| trusted == text.as_bytes())
}

/// Keeps a copy of the file as the one that is trusted.
pub(super) fn trust(file: Option<&str>) -> Result<PathBuf> {
    let named = file.map(PathBuf::from).or_else(find);
    let named = named.ok_or_else(|| {
        Error::usage(format!("there is no {NAME} here")).with_hint("Name the file to trust.")
    })?;
    let refuse = |e| Error::io(format!("trust \"{}\"", named.display()), &e);
    let file = named.canonicalize().map_err(refuse)?;
    let text = std::fs::read(&file).map_err(refuse)?;
    let copy = copy_of(&file).ok_or_else(|| Error::usage("there is no home folder"))?;
    files::make_folder(&copy)
        .and_then(|()| files::replace_with(&copy, &text))
        .map_err(refuse)?;
    Ok(file)
}

/// Where the trusted copy of a file is; the path, with its separators escaped, is its name.
fn copy_of(file: &Path) -> Option<PathBuf> {
    let name = file
        .to_str()?
        .replace('%', "%25")
        .replace(['/', '\\'], "%2F");
    let folder = dirs::state_dir().or_else(dirs::data_local_dir)?;
    Some(folder.join("sqwire").join("trusted").join(name))
}
