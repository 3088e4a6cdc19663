//! The configuration file as a value. What is wrong in it costs only that part: it is told with its
//! line and column, and everything else counts.

use super::connection::{CONNECTION_KEYS, SavedConnection};
use super::{SETTINGS, Settings};
use crate::nearest::nearest;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// A key of the file: its name, an example of its value, what it means.
pub type Key = (&'static str, &'static str, &'static str);

/// What stands before the first section.
pub const KEYS: &[Key] = &[(
    "default",
    "\"@shop\"",
    "what sqwire without a target connects to",
)];

const SECTIONS: [&str; 4] = ["settings", "connections", "keys", "abbreviations"];

/// Something in the file that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub message: String,
    pub hint: Option<String>,
    /// Nothing of the file counts.
    pub whole: bool,
}

/// The configuration file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// What `sqwire` without a target connects to.
    pub default: Option<String>,
    /// Values that their settings take.
    settings: BTreeMap<String, String>,
    pub connections: BTreeMap<String, SavedConnection>,
    /// Keys of the prompt, and what they do or type.
    pub keys: BTreeMap<String, String>,
    /// Words of the prompt, and the texts that they stand for.
    pub abbreviations: BTreeMap<String, String>,
}

/// Reads one text.
struct Reader<'t> {
    text: &'t str,
    config: Config,
    troubles: Vec<Trouble>,
}

impl Config {
    /// Reads the text of the configuration file: what counts of it, and what does not.
    pub fn read(text: &str) -> (Config, Vec<Trouble>) {
        let mut reader = Reader {
            text,
            config: Config::default(),
            troubles: Vec::new(),
        };
        match (DeTable::parse(text), toml::from_str::<toml::Table>(text)) {
            (Ok(places), Ok(values)) => reader.table(places.get_ref(), &values),
            (Err(e), _) | (_, Err(e)) => {
                let at = e.span().unwrap_or(0..0);
                let message = e.message().lines().next().unwrap_or_default();
                reader.trouble(at, message.to_string(), None);
                reader.troubles.iter_mut().for_each(|t| t.whole = true);
            }
        }
        (reader.config, reader.troubles)
    }

    /// Adds what a project's own file says. The user's own connections and settings count before
    /// it. Before somebody trusts the file, it gives nothing but names for places to connect to:
    /// its settings could name programs, and its default a server nobody chose.
    pub fn add_project(&mut self, project: Config, path: &str, trusted: bool) {
        if trusted {
            self.default = self.default.take().or(project.default);
            for (name, value) in project.settings {
                self.settings.entry(name).or_insert(value);
            }
        }
        for (name, mut saved) in project.connections {
            saved.untrusted = (!trusted).then(|| path.to_string());
            self.connections.entry(name).or_insert(saved);
        }
    }

    /// Applies the file's settings.
    pub fn apply(&self, settings: &mut Settings) {
        for (name, value) in &self.settings {
            // They were tried when the file was read.
            let _ = settings.set(name, value);
        }
    }
}

impl Reader<'_> {
    fn trouble(&mut self, at: Range<usize>, message: String, hint: Option<String>) {
        let before = &self.text[..at.start.min(self.text.len())];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.troubles.push(Trouble {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message,
            hint,
            whole: false,
        });
    }

    fn unknown<'n>(
        &mut self,
        at: Range<usize>,
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) {
        let hint = nearest(name, known).map(|near| format!("Did you mean \"{near}\"?"));
        self.trouble(at, format!("unknown {what} \"{name}\""), hint);
    }

    fn table(&mut self, places: &DeTable<'_>, values: &toml::Table) {
        for (key, place) in places.iter() {
            let name = key.get_ref().as_ref();
            let Some(value) = values.get(name) else {
                continue;
            };
            let inside = place.get_ref().as_table().zip(value.as_table());
            match (name, inside) {
                ("default", _) => match value.as_str() {
                    Some(text) => self.config.default = Some(text.to_string()),
                    None => self.wrong(place.span(), "default takes a text in quotes"),
                },
                ("settings", Some((places, values))) => self.settings(places, values),
                ("connections", Some((places, values))) => self.connections(places, values),
                ("keys", Some((places, values))) => {
                    self.config.keys = self.texts(places, values);
                }
                ("abbreviations", Some((places, values))) => {
                    self.config.abbreviations = self.texts(places, values);
                }
                (name, None) if SECTIONS.contains(&name) => {
                    self.wrong(
                        place.span(),
                        &format!("{name} is a section: write [{name}]"),
                    );
                }
                _ => {
                    let setting = SETTINGS.iter().any(|s| s.name == name);
                    if setting {
                        self.trouble(
                            key.span(),
                            format!("unknown key \"{name}\""),
                            Some("Settings stand below a line [settings].".into()),
                        );
                    } else {
                        let known = KEYS.iter().map(|(name, ..)| *name).chain(SECTIONS);
                        self.unknown(key.span(), "key", name, known);
                    }
                }
            }
        }
    }

    fn wrong(&mut self, at: Range<usize>, message: &str) {
        self.trouble(at, message.to_string(), None);
    }

    fn settings(&mut self, places: &DeTable<'_>, values: &toml::Table) {
        let mut tried = Settings::default();
        for (key, place, value) in pairs(places, values) {
            let Some(setting) = SETTINGS.iter().find(|s| s.name == key.0) else {
                self.unknown(key.1, "setting", key.0, SETTINGS.iter().map(|s| s.name));
                continue;
            };
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match (setting.set)(&mut tried, &text) {
                Ok(()) => {
                    self.config.settings.insert(key.0.to_string(), text);
                }
                Err(right) => {
                    let message = format!("unrecognized value \"{text}\" for \"{}\"", key.0);
                    self.trouble(place, message, Some(format!("{} takes {right}.", key.0)));
                }
            }
        }
    }

    fn connections(&mut self, places: &DeTable<'_>, values: &toml::Table) {
        for (key, place) in places.iter() {
            let name = key.get_ref().as_ref();
            let inside = place.get_ref().as_table();
            let values = values.get(name).and_then(Value::as_table);
            let (Some(places), Some(values)) = (inside, values) else {
                let message = format!("a connection is a section: write [connections.{name}]");
                self.wrong(place.span(), &message);
                continue;
            };
            let mut saved = SavedConnection::default();
            // With a wrong value it could do what was to be ruled out (read_only = "yes").
            let mut usable = true;
            for (key, place, value) in pairs(places, values) {
                match saved.set(key.0, value) {
                    Ok(true) => {}
                    Ok(false) => {
                        let known = CONNECTION_KEYS.iter().map(|(name, ..)| *name);
                        self.unknown(key.1, "key", key.0, known);
                    }
                    Err(right) => {
                        usable = false;
                        let message =
                            format!("the connection {name} is left out: {} {right}", key.0);
                        self.wrong(place, &message);
                    }
                }
            }
            if usable && saved.url.is_empty() {
                usable = false;
                let message = format!("the connection {name} is left out: it has no url");
                self.wrong(key.span(), &message);
            }
            if usable {
                self.config.connections.insert(name.to_string(), saved);
            }
        }
    }

    /// A section whose values are all texts.
    fn texts(&mut self, places: &DeTable<'_>, values: &toml::Table) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for (key, place, value) in pairs(places, values) {
            match value.as_str() {
                Some(text) => {
                    found.insert(key.0.to_string(), text.to_string());
                }
                None => self.wrong(place, &format!("{} takes a text in quotes", key.0)),
            }
        }
        found
    }
}

/// A key with its place, the place of the value, and the value.
type Pair<'t> = ((&'t str, Range<usize>), Range<usize>, &'t Value);

fn pairs<'t>(places: &'t DeTable<'_>, values: &'t toml::Table) -> Vec<Pair<'t>> {
    let pair = |(key, place): (&'t toml::Spanned<_>, &'t toml::Spanned<DeValue<'_>>)| {
        let name: &'t std::borrow::Cow<'_, str> = key.get_ref();
        let value = values.get(name.as_ref())?;
        Some(((name.as_ref(), key.span()), place.span(), value))
    };
    places.iter().filter_map(pair).collect()
}

/// A text of TOML on one line.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n").replace('\t', "\\t"))
}

/// A configuration file with every key, commented out, at its default.
pub fn sample() -> String {
    let mut out = String::from(
        "# The configuration of sqwire. What begins with # is not read: take the # away to change it.\n\n",
    );
    for (name, example, help) in KEYS {
        out.push_str(&format!("# {help}\n# {name} = {example}\n"));
    }
    out.push_str("\n[settings]\n");
    let defaults = Settings::default();
    for setting in SETTINGS {
        let value = (setting.get)(&defaults);
        let value = match (value.as_str(), value.parse::<i64>()) {
            ("on", _) => "true".to_string(),
            ("off", _) => "false".to_string(),
            (_, Ok(number)) => number.to_string(),
            (text, _) => quoted(text),
        };
        let takes = setting.takes;
        out.push_str(&format!(
            "\n# {} ({takes})\n# {} = {value}\n",
            setting.help, setting.name
        ));
    }
    out.push_str(
        "\n# Keys of your own: a text to type, one that runs (it ends in \\n), or an action.\n",
    );
    out.push_str("[keys]\n# f5 = \"limit 10\"\n# ctrl-t = \"\\\\dt\\n\"\n# alt-z = \"undo\"\n");
    out.push_str(
        "\n# Words that become a text when a space follows; $0 is where the cursor goes.\n",
    );
    out.push_str("[abbreviations]\n# sf = \"select * from $0\"\n");
    out.push_str("\n# A connection with a name: sqwire @shop\n# [connections.shop]\n");
    for (name, example, help) in CONNECTION_KEYS {
        out.push_str(&format!("# {name} = {example}    # {help}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theme::PromptColor;

    #[test]
    fn the_file_sets_settings_and_saves_connections() {
        let text = "default = \"shop\"\n[settings]\nborder = 2\ntiming = true\nnull = \"∅\"\n\
                    [connections.shop]\nurl = \"sqlite:shop.db\"\ninit = [\"a\", \"b\"]\n\
                    color = \"red\"\nread_only = true\n[keys]\nf5 = \"undo\"\n";
        let (config, troubles) = Config::read(text);
        assert_eq!(troubles, []);
        let mut settings = Settings::default();
        config.apply(&mut settings);
        assert_eq!(
            (settings.border, settings.timing, settings.null.as_deref()),
            (2, true, Some("∅"))
        );
        let shop = &config.connections["shop"];
        assert_eq!((shop.url.as_str(), shop.init.len()), ("sqlite:shop.db", 2));
        assert!(shop.read_only && shop.color == Some(PromptColor::Red));
        assert_eq!(config.keys["f5"], "undo");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_costs_only_that() {
        for (text, expected) in [
            (
                "[settings]\n  tehme = 1",
                "2:3 unknown setting \"tehme\" (Did you mean \"theme\"?)",
            ),
            (
                "[settings]\nborder = 9",
                "2:10 unrecognized value \"9\" for \"border\" (border takes a number from 0 to 3.)",
            ),
            (
                "defualt = \"x\"",
                "1:1 unknown key \"defualt\" (Did you mean \"default\"?)",
            ),
            (
                "# ü\ntheme = \"x\"",
                "2:1 unknown key \"theme\" (Settings stand below a line [settings].)",
            ),
            ("default = 1", "1:11 default takes a text in quotes"),
            (
                "settings = 1",
                "1:12 settings is a section: write [settings]",
            ),
            ("keys.f5 = 1", "1:11 f5 takes a text in quotes"),
            (
                "[connections.a]\nurl = \"x\"\npasword_command = \"y\"",
                "3:1 unknown key \"pasword_command\" (Did you mean \"password_command\"?)",
            ),
            (
                "[connections.a]\nurl = \"x\"\nread_only = \"yes\"",
                "3:13 the connection a is left out: read_only takes true or false",
            ),
            (
                "[connections.a]\ncolor = \"red\"",
                "1:14 the connection a is left out: it has no url",
            ),
            (
                "connections.a = 1",
                "1:17 a connection is a section: write [connections.a]",
            ),
        ] {
            let text = format!("{text}\n[connections.good]\nurl = \"sqlite:x\"\n");
            let (config, troubles) = Config::read(&text);
            let told: Vec<String> = troubles
                .iter()
                .map(|t| {
                    let hint = t.hint.as_ref().map_or(String::new(), |h| format!(" ({h})"));
                    format!("{}:{} {}{hint}", t.line, t.column, t.message)
                })
                .collect();
            assert_eq!(told, [expected], "{text}");
            assert!(!troubles[0].whole);
            assert!(config.connections.contains_key("good"), "{text}");
        }
    }

    #[test]
    fn a_broken_file_is_told_with_line_and_column_and_gives_nothing() {
        let (config, troubles) = Config::read("a = 1\nb = \n[settings]\nborder = 2\n");
        assert_eq!(config, Config::default());
        assert_eq!(
            (troubles.len(), troubles[0].line, troubles[0].column),
            (1, 2, 5)
        );
        assert!(troubles[0].whole);
    }

    #[test]
    fn the_sample_says_nothing_until_its_comments_are_taken_away() {
        let sample = sample();
        assert_eq!(Config::read(&sample), (Config::default(), Vec::new()));
        let open: String = sample
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.contains(" = ") || rest.starts_with('[') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let (config, troubles) = Config::read(&open);
        assert_eq!(troubles, [], "{open}");
        assert_eq!(config.settings.len(), SETTINGS.len());
        let mut settings = Settings::default();
        config.apply(&mut settings);
        let defaults = Settings::default();
        for setting in SETTINGS {
            assert_eq!(
                (setting.get)(&settings),
                (setting.get)(&defaults),
                "{}",
                setting.name
            );
        }
        assert!(config.connections["shop"].production);
    }
}
