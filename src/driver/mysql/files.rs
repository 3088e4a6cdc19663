//! Which option files are read, in which order: the manual's "Using Option Files".

use super::connect::variable;
use super::login_file;
use super::option_file::{self, Line};
use super::options::Parameters;
use crate::error::{Error, Kind, Result};
use std::path::{Path, PathBuf};

type Options = Vec<(String, Option<String>)>;

/// The options of the files; a later one of a name counts.
pub(super) fn options(parameters: &Parameters) -> Result<Options> {
    let suffix = parameters.get("defaults-group-suffix").map(str::to_string);
    let suffix = suffix.or_else(|| variable("MYSQL_GROUP_SUFFIX"));
    let groups = option_file::groups(suffix.as_deref());
    let mut out = Options::new();
    let home = std::env::home_dir();
    if let Some(path) = parameters.get("defaults-file") {
        must_read(path, &groups, &mut out)?;
    } else if !parameters.is_on("no-defaults") {
        for path in ["/etc/my.cnf", "/etc/mysql/my.cnf"] {
            read_into(Path::new(path), &groups, &mut out, 0);
        }
        if let Some(folder) = variable("MYSQL_HOME") {
            read_into(&Path::new(&folder).join("my.cnf"), &groups, &mut out, 0);
        }
        if let Some(path) = parameters.get("defaults-extra-file") {
            must_read(path, &groups, &mut out)?;
        }
        if let Some(home) = &home {
            read_into(&home.join(".my.cnf"), &groups, &mut out, 0);
        }
    }
    let file = match variable("MYSQL_TEST_LOGIN_FILE") {
        Some(path) => PathBuf::from(path),
        None => home.unwrap_or_default().join(".mylogin.cnf"),
    };
    let asked = parameters.get("login-path");
    if let Some(text) = login_text(&file, asked)? {
        let mut groups = groups;
        groups.extend(asked.map(str::to_string));
        collect(&text, &groups, &mut out, 0);
    }
    Ok(out)
}

/// A file that was named must be there.
fn must_read(path: &str, groups: &[String], out: &mut Options) -> Result<()> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::io(format!("read the option file \"{path}\""), &e))?;
    collect(&text, groups, out, 0);
    Ok(())
}

/// What `mysql_config_editor` wrote, which counts last. Without a login path that was asked for, a
/// file that is of no use is passed over.
fn login_text(path: &Path, asked: Option<&str>) -> Result<Option<String>> {
    let shown = path.display();
    let text = match std::fs::read(path) {
        Err(e) => Err(Error::io(format!("read the login file \"{shown}\""), &e)),
        Ok(_) if is_open_to_others(path) => Err(Error::new(
            Kind::Connect,
            format!("the login file \"{shown}\" has group or world access"),
        )
        .with_hint("Permissions should be u=rw (0600).")),
        Ok(bytes) => login_file::decrypt(&bytes).ok_or_else(|| {
            Error::new(
                Kind::Connect,
                format!("\"{shown}\" is no login file of mysql_config_editor"),
            )
        }),
    };
    match (text, asked) {
        (text, None) => Ok(text.ok()),
        (Ok(text), Some(name)) if !option_file::has_group(&text, name) => Err(Error::new(
            Kind::Connect,
            format!("there is no login path \"{name}\" in \"{shown}\""),
        )
        .with_hint("mysql_config_editor print --all lists them.")),
        (text, Some(_)) => text.map(Some),
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

/// Includes deeper than this are taken for a circle.
const DEEPEST: usize = 10;

/// A file that is not there, or that anybody may write to, is passed over, as the client library
/// does.
fn read_into(path: &Path, groups: &[String], out: &mut Options, depth: usize) {
    if depth > DEEPEST || anybody_may_write(path) {
        return;
    }
    if let Ok(text) = std::fs::read_to_string(path) {
        collect(&text, groups, out, depth);
    }
}

#[cfg(unix)]
fn anybody_may_write(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o002 != 0)
}

#[cfg(not(unix))]
fn anybody_may_write(_: &Path) -> bool {
    false
}

fn collect(text: &str, groups: &[String], out: &mut Options, depth: usize) {
    for line in option_file::parse(text, groups) {
        match line {
            Line::Option { name, value } => out.push((name, value)),
            Line::Include(path) => read_into(Path::new(&path), groups, out, depth + 1),
            Line::IncludeDir(path) => {
                for path in option_files_in(Path::new(&path)) {
                    read_into(&path, groups, out, depth + 1);
                }
            }
        }
    }
}

fn option_files_in(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "cnf"))
        .collect();
    paths.sort();
    paths
}
