//! `sqwire import`: what users of pgcli, mycli and litecli have set up, taken over. What is there
//! already stays as it is, and nothing of the other client's is touched.

mod ini;
mod translate;

use crate::command::{configuration_file, favourites_file, with_setting};
use crate::driver::Target;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::history::{self, Style};
use crate::output::utc_offset;
use crate::settings::Config;
use crate::sql::dialect;
use crate::visible::visible_line;
use ini::Section;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Client {
    Pgcli,
    Mycli,
    Litecli,
}

impl Client {
    fn name(self) -> &'static str {
        match self {
            Client::Pgcli => "pgcli",
            Client::Mycli => "mycli",
            Client::Litecli => "litecli",
        }
    }

    /// Where it keeps its configuration.
    fn files(self) -> Vec<PathBuf> {
        let config = dirs::config_dir();
        let home = dirs::home_dir();
        let (config_name, home_name) = match self {
            Client::Pgcli => ("pgcli/config", ".pgclirc"),
            Client::Mycli => ("mycli/myclirc", ".myclirc"),
            Client::Litecli => ("litecli/config", ".liteclirc"),
        };
        let in_home = home.map(|folder| folder.join(home_name));
        let in_config = config.map(|folder| folder.join(config_name));
        // mycli's own order is the other way round.
        match self {
            Client::Mycli => in_home.into_iter().chain(in_config).collect(),
            _ => in_config.into_iter().chain(in_home).collect(),
        }
    }

    /// Where it keeps its history, unless its configuration names another place.
    fn history(self, config: &Path) -> Option<PathBuf> {
        match self {
            Client::Mycli => dirs::home_dir().map(|folder| folder.join(".mycli-history")),
            _ => Some(config.with_file_name("history")),
        }
    }

    fn dialect(self) -> &'static crate::sql::Dialect {
        match self {
            Client::Pgcli => &dialect::POSTGRES,
            Client::Mycli => &dialect::MYSQL,
            Client::Litecli => &dialect::SQLITE,
        }
    }
}

/// What was done, a line each.
struct Told(String);

impl Told {
    fn say(&mut self, what: &str) {
        self.0.push_str(&visible_line(what));
        self.0.push('\n');
    }
}

/// Takes everything over; what was done, for the user.
pub(super) fn import(client: Client, from: Option<&Path>, dry_run: bool) -> Result<String> {
    let config = match from {
        Some(path) => path.to_path_buf(),
        None => client
            .files()
            .into_iter()
            .find(|f| f.is_file())
            .ok_or_else(|| {
                let places: Vec<String> = client
                    .files()
                    .iter()
                    .map(|f| format!("\"{}\"", f.display()))
                    .collect();
                let message = format!("{} has no configuration here", client.name());
                Error::new(Kind::Config, message).with_hint(format!(
                    "Looked for {}; --from names another.",
                    places.join(" and ")
                ))
            })?,
    };
    let text = std::fs::read_to_string(&config)
        .map_err(|e| Error::io(format!("read \"{}\"", config.display()), &e))?;
    let sections = ini::read(&text);
    let mut told = Told(String::new());
    told.say(&format!("From {}:", config.display()));
    let ours = configuration_file()
        .ok_or_else(|| Error::new(Kind::Config, "there is no folder for the configuration"))?;
    let old = read_or_empty(&ours)?;
    let new = connections(&old, &sections, &mut told)?;
    let new = settings(client, new, &sections, &mut told)?;
    if new != old && !dry_run {
        write(&ours, &new)?;
    }
    favourites(&sections, dry_run, &mut told)?;
    past(client, &config, &sections, dry_run, &mut told)?;
    if dry_run {
        told.say("Nothing was written.");
    }
    Ok(told.0)
}

fn read_or_empty(path: &Path) -> Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(Error::io(format!("read \"{}\"", path.display()), &e)),
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    files::make_folder(path)
        .and_then(|()| files::replace_with(path, text.as_bytes()))
        .map_err(|e| Error::io(format!("write \"{}\"", path.display()), &e))
}

fn document(text: &str) -> Result<DocumentMut> {
    text.parse().map_err(|e: toml_edit::TomlError| {
        let message = e.message().lines().next().unwrap_or_default().to_string();
        Error::new(
            Kind::Config,
            format!("the configuration is broken: {message}"),
        )
        .with_hint("Mend it first; nothing was written.")
    })
}

fn section<'s>(sections: &'s [Section], name: &str) -> Option<&'s Section> {
    sections.iter().find(|s| s.name == name)
}

/// `a`, `"a", "b"`: ConfigObj's lists.
fn list(value: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = value.trim();
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
        let (item, behind) = match quote.and_then(|q| rest[1..].split_once(q)) {
            Some((item, behind)) => (item, behind.trim_start().trim_start_matches(',')),
            // Without quotes a comma belongs to the statement.
            None => (rest, ""),
        };
        out.push(item.trim().to_string());
        rest = behind.trim_start();
    }
    out
}

fn connections(old: &str, sections: &[Section], told: &mut Told) -> Result<String> {
    let (known, _) = Config::read(old);
    let mut new = document(old)?;
    let nothing = Section::default();
    let aliases = section(sections, "alias_dsn").unwrap_or(&nothing);
    let init = section(sections, "alias_dsn.init-commands")
        .or_else(|| section(sections, "init-commands").filter(|_| false))
        .unwrap_or(&nothing);
    for (name, url) in &aliases.values {
        if known.connections.contains_key(name) {
            told.say(&format!("  connection {name}: there already"));
            continue;
        }
        if let Err(e) = Target::parse(url) {
            told.say(&format!("  connection {name}: left out, {}", e.message));
            continue;
        }
        let all = new
            .entry("connections")
            .or_insert_with(|| {
                let mut table = Table::new();
                table.set_implicit(true);
                Item::Table(table)
            })
            .as_table_like_mut()
            .ok_or_else(|| Error::new(Kind::Config, "\"connections\" is no section"))?;
        let mut saved = Table::new();
        saved.insert("url", Item::Value(Value::from(url.as_str())));
        if let Some(statements) = init.get(name) {
            let statements = list(statements).into_iter().map(Value::from).collect();
            saved.insert("init", Item::Value(Value::Array(statements)));
        }
        all.insert(name, Item::Table(saved));
        told.say(&format!("  connection {name}"));
    }
    for name in ["ssh tunnels", "dsn ssh tunnels"] {
        if section(sections, name).is_some_and(|s| !s.values.is_empty()) {
            told.say(&format!(
                "  [{name}]: left out; give the connection ssh = \"MACHINE\""
            ));
        }
    }
    Ok(new.to_string())
}

fn settings(
    client: Client,
    mut text: String,
    sections: &[Section],
    told: &mut Told,
) -> Result<String> {
    let Some(main) = section(sections, "main") else {
        return Ok(text);
    };
    let before = document(&text)?;
    let known = |name: &str| {
        let settings = before.get("settings").and_then(Item::as_table_like);
        settings.is_some_and(|s| s.contains_key(name))
    };
    let (found, left) = translate::settings(client, main);
    for (name, value) in found {
        if known(name) {
            told.say(&format!("  setting {name}: there already"));
            continue;
        }
        text = with_setting(&text, name, &value).map_err(|e| Error::new(Kind::Config, e))?;
        told.say(&format!("  setting {name} = {value}"));
    }
    if !left.is_empty() {
        told.say(&format!("  no counterpart here: {}", left.join(", ")));
    }
    Ok(text)
}

fn favourites(sections: &[Section], dry_run: bool, told: &mut Told) -> Result<()> {
    let named = ["named queries", "favorite_queries"];
    let Some(queries) = named.iter().find_map(|name| section(sections, name)) else {
        return Ok(());
    };
    let path = favourites_file()?;
    let mut new = document(&read_or_empty(&path)?)?;
    let mut added = 0;
    for (name, query) in &queries.values {
        if new.contains_key(name) {
            told.say(&format!("  favourite {name}: there already"));
            continue;
        }
        new[name] = Item::Value(Value::from(query.trim()));
        added += 1;
        told.say(&format!("  favourite {name}"));
    }
    if added > 0 && !dry_run {
        write(&path, &new.to_string())?;
    }
    Ok(())
}

fn past(
    client: Client,
    config: &Path,
    sections: &[Section],
    dry_run: bool,
    told: &mut Told,
) -> Result<()> {
    let named = section(sections, "main").and_then(|main| main.get("history_file"));
    let named = named.filter(|name| !name.is_empty() && *name != "default");
    let from = match named {
        Some(name) => Some(at_home(name)),
        None => client.history(config),
    };
    let Some(from) = from.filter(|path| path.is_file()) else {
        return Ok(());
    };
    let text =
        std::fs::read(&from).map_err(|e| Error::io(format!("read \"{}\"", from.display()), &e))?;
    let text = String::from_utf8_lossy(&text);
    let mut entries = history::read_foreign(&text, Style::PromptToolkit, utc_offset());
    for entry in &mut entries {
        if let Some(hidden) = history::redacted(&entry.text, client.dialect()) {
            entry.text = hidden;
        }
    }
    let new = match (history::path(), dry_run) {
        (Some(path), false) => history::import(&path, &entries)?,
        _ => entries.len(),
    };
    told.say(&format!("  history: {new} of {} entries", entries.len()));
    Ok(())
}

fn at_home(name: &str) -> PathBuf {
    match (name.strip_prefix("~/"), dirs::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_statements_are_read() {
        for (text, expected) in [
            ("\"set a = '1'\", \"set b\"", &["set a = '1'", "set b"][..]),
            ("set search_path = a, b", &["set search_path = a, b"]),
            ("'x'", &["x"]),
            ("", &[]),
        ] {
            assert_eq!(list(text), expected, "{text}");
        }
    }
}
