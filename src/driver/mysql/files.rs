//! Which option files are read, in which order: the manual's "Using Option Files".

use super::connect::variable;
use super::login_file;
use super::option_file::{self, Broken, Line};
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
            read_into(Path::new(path), &groups, &mut out, 0)?;
        }
        if let Some(folder) = variable("MYSQL_HOME") {
            read_into(&Path::new(&folder).join("my.cnf"), &groups, &mut out, 0)?;
        }
        if let Some(path) = parameters.get("defaults-extra-file") {
            must_read(path, &groups, &mut out)?;
        }
        if let Some(home) = &home {
            read_into(&home.join(".my.cnf"), &groups, &mut out, 0)?;
        }
    }
    let file = match variable("MYSQL_TEST_LOGIN_FILE") {
        Some(path) => PathBuf::from(path),
        None => home.unwrap_or_default().join(".mylogin.cnf"),
    };
    let asked = parameters.get("login-path");
    if parameters.is_on("no-login-paths") && asked.is_none() {
        return Ok(out);
    }
    if let Some(text) = login_text(&file, asked)? {
        let mut groups = groups;
        groups.extend(asked.map(str::to_string));
        collect(&file, &text, &groups, &mut out, 0)?;
    }
    Ok(out)
}

/// The same as arguments of a command line, but for passwords.
pub(super) fn shown(parameters: &Parameters) -> Result<Vec<String>> {
    let options = options(parameters)?.into_iter();
    let argument = |(name, value): (String, Option<String>)| match value {
        Some(_) if name.starts_with("pass") => format!("--{name}=*****"),
        Some(value) => format!("--{name}={value}"),
        None => format!("--{name}"),
    };
    Ok(options.map(argument).collect())
}

/// A file that was named must be there, and be no one else's to write.
fn must_read(path: &str, groups: &[String], out: &mut Options) -> Result<()> {
    let text = text(Path::new(path))
        .map_err(|e| Error::io(format!("read the option file \"{path}\""), &e))?;
    if anybody_may_write(Path::new(path)) {
        let message = format!("the option file \"{path}\" can be written by everybody");
        return Err(Error::new(Kind::Connect, message)
            .with_detail("The clients of MySQL do not read it either.")
            .with_hint(format!("Run: chmod o-w \"{path}\"")));
    }
    collect(Path::new(path), &text, groups, out, 0)
}

/// Comments, at least, are in all character sets.
fn text(path: &Path) -> std::io::Result<String> {
    let bytes = std::fs::read(path)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into()))
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
fn read_into(path: &Path, groups: &[String], out: &mut Options, depth: usize) -> Result<()> {
    if depth > DEEPEST || anybody_may_write(path) {
        return Ok(());
    }
    match text(path) {
        Ok(text) => collect(path, &text, groups, out, depth),
        Err(_) => Ok(()),
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

fn collect(
    file: &Path,
    text: &str,
    groups: &[String],
    out: &mut Options,
    depth: usize,
) -> Result<()> {
    let broken = |Broken { line, why }| {
        let message = format!(
            "{why} in the option file \"{}\", line {line}",
            file.display()
        );
        Error::new(Kind::Connect, message)
            .with_hint("no-defaults=1 connects without the option files.")
    };
    for line in option_file::parse(text, groups).map_err(broken)? {
        match line {
            Line::Option { name, value } => out.push((name, value)),
            Line::Include(path) => read_into(Path::new(&path), groups, out, depth + 1)?,
            Line::IncludeDir(path) => {
                for path in option_files_in(Path::new(&path)) {
                    read_into(&path, groups, out, depth + 1)?;
                }
            }
        }
    }
    Ok(())
}

fn option_files_in(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.as_os_str().as_encoded_bytes().ends_with(b".cnf"))
        .collect();
    paths.sort();
    paths
}
