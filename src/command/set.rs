//! `/set`: every setting with what it means; one of them shown, changed, and kept.

use super::spec::{Arg, ArgKind, Section, Spec};
use super::{Args, Command, Next};
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::format::page::page;
use crate::output::tell;
use crate::session::Session;
use crate::settings::{SETTINGS, Setting};
use crate::visible::{visible_line, visible_text};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

pub(super) static COMMANDS: &[Command] = &[Command {
    spec: Spec {
        names: &["/set"],
        args: &[
            Arg::optional("SETTING", ArgKind::Setting),
            Arg::optional("VALUE", ArgKind::Value),
            Arg::optional("--save", ArgKind::Rest),
        ],
        section: Section::General,
        help: "every setting with what it means; show or change one; --save keeps it",
    },
    run: set,
}];

/// `$SQWIRE_CONFIG`, else `sqwire/config.toml` in the user's configuration folder.
pub fn configuration_file() -> Option<PathBuf> {
    match std::env::var_os("SQWIRE_CONFIG").filter(|p| !p.is_empty()) {
        Some(path) => Some(path.into()),
        None => dirs::config_dir().map(|folder| folder.join("sqwire").join("config.toml")),
    }
}

fn set<'a>(session: &'a mut Session, args: Args<'a>) -> LocalBoxFuture<'a, Result<Next>> {
    async move {
        let args = args;
        let (name, value, save) = parts(args.raw);
        if name.is_empty() {
            let listed = listing(session, SETTINGS);
            return super::general::show(session, &listed);
        }
        if let Some(value) = value {
            super::themes::change(session, name, value)?;
        }
        let setting = SETTINGS.iter().find(|s| s.name == name);
        let Some(setting) = setting else {
            // The error of an unknown name, with the nearest one.
            session.settings.set(name, "")?;
            return Ok(Next::Continue);
        };
        if value.is_none() && !save {
            let listed = listing(session, std::slice::from_ref(setting));
            let text = format!("{listed}    takes {}\n", setting.takes);
            return super::general::show(session, &text);
        }
        let value = (setting.get)(&session.settings);
        let mut told = format!("{name} is {}.", shown(&value));
        if save {
            let path = keep(name, &value)?;
            told.push_str(&format!(" Kept in {}.", path.display()));
        }
        if session.interactive && !session.settings.quiet {
            tell(&format!("{}\n", visible_text(&told)));
        }
        Ok(Next::Continue)
    }
    .boxed_local()
}

/// Name, value and whether to keep it. The value is what stands behind the name, maybe in quotes,
/// which an empty one needs.
fn parts(raw: &str) -> (&str, Option<&str>, bool) {
    let mut rest = raw.trim().trim_end_matches(';').trim_end();
    let mut save = false;
    let cut = rest.strip_prefix("--save");
    if let Some(cut) = cut.or_else(|| rest.strip_suffix("--save")) {
        (rest, save) = (cut.trim(), true);
    }
    let (name, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let value = value.trim();
    let quoted = ['\'', '"']
        .iter()
        .find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
    let value = quoted.or(Some(value).filter(|v| !v.is_empty()));
    (name, value, save)
}

/// Settings with their values and what they mean.
pub(super) fn listing(session: &Session, settings: &[Setting]) -> String {
    let row = |setting: &Setting| {
        let value = shown(&(setting.get)(&session.settings));
        vec![setting.name.to_string(), value, setting.help.to_string()]
    };
    let rows: Vec<_> = settings.iter().map(row).collect();
    let columns = super::general::columns(session);
    // Whole names, where there is room for the longest.
    let is_wide = columns.is_none_or(|columns| columns >= 120);
    let name = if is_wide { 42 } else { 24 };
    page(&rows, &[name, 14], columns)
}

fn shown(value: &str) -> String {
    match value.is_empty() || value.contains(char::is_whitespace) {
        true => format!("'{}'", visible_line(value)),
        false => value.to_string(),
    }
}

/// Writes the setting to the configuration file, and leaves everything else there as it is.
fn keep(name: &str, value: &str) -> Result<PathBuf> {
    let path = configuration_file()
        .ok_or_else(|| Error::new(Kind::Config, "there is no folder for the configuration"))?;
    rewrite(&path, |text| {
        let changed = with_setting(text, name, value).map_err(|e| {
            Error::new(Kind::Config, format!("{}: {e}", path.display()))
                .with_hint("Mend the file first; nothing was written.")
        })?;
        Ok((changed, ()))
    })?;
    Ok(path)
}

/// Reads a file of the configuration's folder, changes its text, writes it: one session after the
/// other, so that none undoes what another has just changed.
pub(super) fn rewrite<T>(
    path: &Path,
    change: impl FnOnce(&str) -> Result<(String, T)>,
) -> Result<T> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    // The folder stands for the file, which is another one each time it is written. Where there are
    // no locks it is as well.
    let folder = real
        .parent()
        .and_then(|folder| std::fs::File::open(folder).ok());
    let _held = folder.inspect(|folder| drop(folder.lock()));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(Error::io(format!("read \"{}\"", path.display()), &e)),
    };
    let (text, said) = change(&text)?;
    files::make_folder(path)
        .and_then(|()| files::replace_with(path, text.as_bytes()))
        .map_err(|e| Error::io(format!("write \"{}\"", path.display()), &e))?;
    Ok(said)
}

/// The text of a configuration file with one setting changed; comments and order stay.
pub fn with_setting(text: &str, name: &str, value: &str) -> std::result::Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| {
        e.message().lines().next().unwrap_or_default().to_string()
    })?;
    let settings = document
        .entry("settings")
        .or_insert_with(|| Item::Table(Table::new()));
    let table: &mut dyn TableLike = settings
        .as_table_like_mut()
        .ok_or("\"settings\" is no table")?;
    let mut new = match (value, value.parse::<i64>()) {
        ("on", _) => Value::from(true),
        ("off", _) => Value::from(false),
        (_, Ok(number)) => Value::from(number),
        (text, _) => Value::from(text),
    };
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            // The comments around the old value stay.
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            table.insert(name, Item::Value(new));
        }
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Config, Settings};

    #[test]
    fn name_value_and_save_are_told_apart() {
        for (raw, expected) in [
            ("", ("", None, false)),
            ("border", ("border", None, false)),
            (" border  2 ;", ("border", Some("2"), false)),
            ("border 2 --save", ("border", Some("2"), true)),
            ("--save border", ("border", None, true)),
            (r"prompt \u@\h> ", ("prompt", Some(r"\u@\h>"), false)),
            (r"prompt '\u> ' --save", ("prompt", Some(r"\u> "), true)),
            ("prompt ''", ("prompt", Some(""), false)),
        ] {
            assert_eq!(parts(raw), expected, "{raw}");
        }
    }

    #[test]
    fn a_kept_setting_leaves_comments_and_everything_else() {
        let old = "# mine\ndefault = \"@a\"\n\n[settings] # here\n# wide\nborder = 1 # lines\n\n\
                   [connections.a]\nurl = \"x\" # y\n";
        let new = with_setting(old, "border", "2").expect("a good file");
        assert_eq!(new, old.replace("border = 1", "border = 2"));
        let new = with_setting(&new, "menu", "off").expect("a good file");
        assert!(new.contains("border = 2 # lines\nmenu = false\n"), "{new}");
        assert!(new.contains("url = \"x\" # y"), "{new}");
        assert!(with_setting("a = ", "menu", "off").is_err());
        assert!(with_setting("settings = 1", "menu", "off").is_err());
    }

    #[test]
    fn every_setting_can_be_kept_and_read_back() {
        for setting in SETTINGS {
            let value = (setting.get)(&Settings::default());
            let text = with_setting("", setting.name, &value).expect("an empty file");
            let mut settings = Settings::default();
            let (config, troubles) = Config::read(&text);
            assert_eq!(troubles, [], "{}", setting.name);
            config.apply(&mut settings);
            assert_eq!((setting.get)(&settings), value, "{}", setting.name);
        }
    }
}
