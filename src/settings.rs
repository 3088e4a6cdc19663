//! What the user can set, and the configuration file as a value. Reading the file is done elsewhere.
//!
//! `SETTINGS` is the one table behind `\pset`, `\set`-like commands, the configuration file, the
//! man page and Tab.

use crate::error::{Error, Kind, Result};
use crate::format::{self, Expanded, FormatOptions};
use std::collections::BTreeMap;

/// A choice that a terminal can make itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Auto {
    Off,
    On,
    #[default]
    Auto,
}

/// Every setting with its type; the defaults are in `Default`.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A name of `FORMATS`.
    pub format: String,
    /// Auto: when a result is too wide for the terminal.
    pub expanded: Auto,
    pub tuples_only: bool,
    pub footer: bool,
    pub null: String,
    pub border: u8,
    /// Box-drawing characters; auto: on a terminal.
    pub linestyle: Auto,
    pub fieldsep: String,
    pub recordsep: String,
    pub csv_fieldsep: char,
    /// Widest cell on a terminal, in columns; 0 for no limit.
    pub max_column_width: usize,
    /// Auto: when the result does not fit the screen.
    pub pager: Auto,
    pub timing: bool,
    pub quiet: bool,
    /// A name of the themes; empty for the one that fits the background.
    pub theme: String,
    /// `dark` or `light`.
    pub background: String,
    /// `emacs` or `vi`.
    pub keys: String,
    /// Enter ends a line until a semicolon; off: Enter runs the line.
    pub multi_line: bool,
    /// The completion menu opens while typing.
    pub menu: bool,
    pub menu_rows: usize,
    /// The grey suggestion from the history.
    pub suggestion: bool,
    pub status_line: bool,
    pub history_size: usize,
    /// Rows of a result that are fetched and shown; 0 for all.
    pub row_limit: usize,
    /// Megabytes of the last result that are kept for `/last`; 0 for none.
    pub last_size: usize,
    /// Auto: when the output is a terminal and NO_COLOR is not set.
    pub color: Auto,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            format: "table".into(),
            expanded: Auto::Off,
            tuples_only: false,
            footer: true,
            null: String::new(),
            border: 1,
            linestyle: Auto::Auto,
            fieldsep: "|".into(),
            recordsep: "\n".into(),
            csv_fieldsep: ',',
            max_column_width: 0,
            pager: Auto::Auto,
            timing: false,
            quiet: false,
            theme: String::new(),
            background: "dark".into(),
            keys: "emacs".into(),
            multi_line: true,
            menu: true,
            menu_rows: 10,
            suggestion: true,
            status_line: true,
            history_size: 10_000,
            row_limit: 0,
            last_size: 16,
            color: Auto::Auto,
        }
    }
}

/// One row of the table of settings.
pub struct Setting {
    pub name: &'static str,
    pub help: &'static str,
    /// What it takes, as shown: `on|off`, `NUMBER`.
    pub takes: &'static str,
    /// Whether `\pset` shows it with the output options.
    pub output: bool,
    pub get: fn(&Settings) -> String,
    /// Refuses with what would be right.
    pub set: fn(&mut Settings, &str) -> std::result::Result<(), String>,
}

const ON_OFF: &str = "on|off";
const ON_OFF_AUTO: &str = "on|off|auto";

/// Every setting, sorted by name within output and prompt.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "border",
        help: "lines around and between the columns of a table",
        takes: "0|1|2",
        output: true,
        get: |s| s.border.to_string(),
        set: |s, v| number(v, 0, 2).map(|n| s.border = n as u8),
    },
    Setting {
        name: "csv_fieldsep",
        help: "what stands between two values of csv",
        takes: "CHARACTER",
        output: true,
        get: |s| s.csv_fieldsep.to_string(),
        set: |s, v| csv_separator(v).map(|c| s.csv_fieldsep = c),
    },
    Setting {
        name: "expanded",
        help: "one line a column instead of one line a row",
        takes: ON_OFF_AUTO,
        output: true,
        get: |s| auto_word(s.expanded),
        set: |s, v| auto(v).map(|a| s.expanded = a),
    },
    Setting {
        name: "fieldsep",
        help: "what stands between two values of unaligned output",
        takes: "TEXT",
        output: true,
        get: |s| s.fieldsep.clone(),
        set: |s, v| text(v).map(|v| s.fieldsep = v),
    },
    Setting {
        name: "footer",
        help: "the line with the number of rows",
        takes: ON_OFF,
        output: true,
        get: |s| on_off(s.footer),
        set: |s, v| boolean(v).map(|b| s.footer = b),
    },
    Setting {
        name: "format",
        help: "how results are written",
        takes: "FORMAT",
        output: true,
        get: |s| s.format.clone(),
        set: |s, v| format_name(v).map(|f| s.format = f),
    },
    Setting {
        name: "linestyle",
        help: "box-drawing characters in tables; auto: on a terminal",
        takes: "ascii|unicode|auto",
        output: true,
        get: |s| match s.linestyle {
            Auto::On => "unicode".into(),
            Auto::Off => "ascii".into(),
            Auto::Auto => "auto".into(),
        },
        set: |s, v| line_style(v).map(|l| s.linestyle = l),
    },
    Setting {
        name: "max_column_width",
        help: "widest cell of a table on a terminal, what is cut is marked; 0 for no limit",
        takes: "NUMBER",
        output: true,
        get: |s| s.max_column_width.to_string(),
        set: |s, v| number(v, 0, 1_000_000).map(|n| s.max_column_width = n),
    },
    Setting {
        name: "null",
        help: "what stands for NULL in output for people",
        takes: "TEXT",
        output: true,
        get: |s| s.null.clone(),
        set: |s, v| text(v).map(|v| s.null = v),
    },
    Setting {
        name: "pager",
        help: "show results in $PAGER; auto: when they do not fit the screen",
        takes: ON_OFF_AUTO,
        output: true,
        get: |s| auto_word(s.pager),
        set: |s, v| auto(v).map(|a| s.pager = a),
    },
    Setting {
        name: "recordsep",
        help: "what stands between two rows of unaligned output",
        takes: "TEXT",
        output: true,
        get: |s| s.recordsep.clone(),
        set: |s, v| text(v).map(|v| s.recordsep = v),
    },
    Setting {
        name: "row_limit",
        help: "rows of a result that are fetched and shown, a longer result says so; 0 for all",
        takes: "NUMBER",
        output: true,
        get: |s| s.row_limit.to_string(),
        set: |s, v| number(v, 0, usize::MAX).map(|n| s.row_limit = n),
    },
    Setting {
        name: "tuples_only",
        help: "rows without header and footer",
        takes: ON_OFF,
        output: true,
        get: |s| on_off(s.tuples_only),
        set: |s, v| boolean(v).map(|b| s.tuples_only = b),
    },
    Setting {
        name: "background",
        help: "the terminal's background, for the choice of theme",
        takes: "dark|light",
        output: false,
        get: |s| s.background.clone(),
        set: |s, v| word(v, &["dark", "light"]).map(|w| s.background = w),
    },
    Setting {
        name: "color",
        help: "colours; auto: on a terminal, and NO_COLOR is not set",
        takes: ON_OFF_AUTO,
        output: false,
        get: |s| auto_word(s.color),
        set: |s, v| auto(v).map(|a| s.color = a),
    },
    Setting {
        name: "history_size",
        help: "entries of the history that are kept",
        takes: "NUMBER",
        output: false,
        get: |s| s.history_size.to_string(),
        set: |s, v| number(v, 0, 10_000_000).map(|n| s.history_size = n),
    },
    Setting {
        name: "keys",
        help: "how keys edit the line",
        takes: "emacs|vi",
        output: false,
        get: |s| s.keys.clone(),
        set: |s, v| word(v, &["emacs", "vi"]).map(|w| s.keys = w),
    },
    Setting {
        name: "last_size",
        help: "megabytes of the last result that the prompt keeps for /last; 0 for none",
        takes: "NUMBER",
        output: false,
        get: |s| s.last_size.to_string(),
        set: |s, v| number(v, 0, 4096).map(|n| s.last_size = n),
    },
    Setting {
        name: "menu",
        help: "the completion menu opens while typing; off: on Tab",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.menu),
        set: |s, v| boolean(v).map(|b| s.menu = b),
    },
    Setting {
        name: "menu_rows",
        help: "rows of the completion menu",
        takes: "NUMBER",
        output: false,
        get: |s| s.menu_rows.to_string(),
        set: |s, v| number(v, 1, 50).map(|n| s.menu_rows = n),
    },
    Setting {
        name: "multi_line",
        help: "Enter begins a new line until the statement ends; off: Enter runs the line",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.multi_line),
        set: |s, v| boolean(v).map(|b| s.multi_line = b),
    },
    Setting {
        name: "quiet",
        help: "no banner, no command tags",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.quiet),
        set: |s, v| boolean(v).map(|b| s.quiet = b),
    },
    Setting {
        name: "status_line",
        help: "the line under the prompt",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.status_line),
        set: |s, v| boolean(v).map(|b| s.status_line = b),
    },
    Setting {
        name: "suggestion",
        help: "the grey suggestion from the history",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.suggestion),
        set: |s, v| boolean(v).map(|b| s.suggestion = b),
    },
    Setting {
        name: "theme",
        help: "colours of the prompt; empty for the one that fits the background",
        takes: "NAME",
        output: false,
        get: |s| s.theme.clone(),
        set: |s, v| text(v).map(|v| s.theme = v),
    },
    Setting {
        name: "timing",
        help: "how long each statement took",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.timing),
        set: |s, v| boolean(v).map(|b| s.timing = b),
    },
];

/// The names of the settings, for Tab.
pub static NAMES: [&str; SETTINGS.len()] = {
    let mut names = [""; SETTINGS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = SETTINGS[at].name;
        at += 1;
    }
    names
};

/// The setting of that name.
pub fn by_name(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|s| s.name == name)
}

impl Settings {
    /// Sets one setting from text.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        let setting = by_name(name).ok_or_else(|| unknown(name))?;
        (setting.set)(self, value).map_err(|right| {
            Error::usage(format!("unrecognized value \"{value}\" for \"{name}\""))
                .with_hint(format!("{name} takes {right}."))
        })
    }

    /// Whether output has colours; `possible` is what the terminal and its environment say.
    pub fn shows_colours(&self, possible: bool) -> bool {
        match self.color {
            Auto::On => true,
            Auto::Off => false,
            Auto::Auto => possible,
        }
    }

    /// The options of the formats. `width` is the terminal's, `None` for a file or a pipe.
    pub fn format_options(&self, width: Option<usize>) -> FormatOptions {
        let terminal = width.is_some();
        FormatOptions {
            null: self.null.clone(),
            tuples_only: self.tuples_only,
            footer: self.footer,
            expanded: match self.expanded {
                Auto::On => Expanded::On,
                Auto::Off => Expanded::Off,
                Auto::Auto => Expanded::Auto,
            },
            border: self.border,
            unicode: self.linestyle == Auto::On || (self.linestyle == Auto::Auto && terminal),
            field_separator: self.fieldsep.clone(),
            record_separator: self.recordsep.clone(),
            csv_separator: self.csv_fieldsep,
            width,
            terminal,
            max_column_width: if terminal { self.max_column_width } else { 0 },
            ..FormatOptions::default()
        }
    }
}

fn unknown(name: &str) -> Error {
    let near = crate::nearest::nearest(name, SETTINGS.iter().map(|s| s.name));
    let error = Error::usage(format!("unknown setting \"{name}\""));
    match near {
        Some(near) => error.with_hint(format!("Did you mean \"{near}\"?")),
        None => error.with_hint("\\pset shows every setting."),
    }
}

fn on_off(value: bool) -> String {
    if value { "on" } else { "off" }.into()
}

fn auto_word(value: Auto) -> String {
    match value {
        Auto::On => "on",
        Auto::Off => "off",
        Auto::Auto => "auto",
    }
    .into()
}

type Parsed<T> = std::result::Result<T, String>;

fn boolean(value: &str) -> Parsed<bool> {
    match value.to_ascii_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Ok(true),
        "off" | "false" | "no" | "0" => Ok(false),
        _ => Err("on or off".into()),
    }
}

fn auto(value: &str) -> Parsed<Auto> {
    match value.to_ascii_lowercase().as_str() {
        "auto" => Ok(Auto::Auto),
        "always" => Ok(Auto::On),
        "never" => Ok(Auto::Off),
        _ => match boolean(value) {
            Ok(on) => Ok(if on { Auto::On } else { Auto::Off }),
            Err(_) => Err("on, off or auto".into()),
        },
    }
}

fn line_style(value: &str) -> Parsed<Auto> {
    match value {
        "ascii" => Ok(Auto::Off),
        "unicode" => Ok(Auto::On),
        "auto" => Ok(Auto::Auto),
        _ => Err("ascii, unicode or auto".into()),
    }
}

fn number(value: &str, least: usize, most: usize) -> Parsed<usize> {
    let n = value
        .trim()
        .parse()
        .ok()
        .filter(|n| (least..=most).contains(n));
    n.ok_or_else(|| format!("a number from {least} to {most}"))
}

fn word(value: &str, words: &[&str]) -> Parsed<String> {
    match words.contains(&value) {
        true => Ok(value.to_string()),
        false => Err(words.join(" or ")),
    }
}

fn text(value: &str) -> Parsed<String> {
    Ok(value.to_string())
}

fn format_name(value: &str) -> Parsed<String> {
    let value = if value == "aligned" { "table" } else { value };
    match format::by_name(value) {
        Some(found) => Ok(found.name.to_string()),
        None => {
            let names: Vec<&str> = format::FORMATS.iter().map(|f| f.name).collect();
            Err(format!("one of {}", names.join(", ")))
        }
    }
}

fn csv_separator(value: &str) -> Parsed<char> {
    let mut chars = value.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii() && !matches!(c, '"' | '\n' | '\r') => Ok(c),
        _ => Err("one ASCII character that is no double quote and no line break".into()),
    }
}

/// A connection saved in the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
pub struct SavedConnection {
    /// A target, as on the command line.
    pub url: String,
    /// A program whose first line of output is the password.
    pub password_command: Option<String>,
    #[serde(default)]
    pub read_only: bool,
}

/// The configuration file.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
pub struct Config {
    /// What `sqwire` without a target connects to.
    pub default: Option<String>,
    #[serde(default)]
    settings: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub connections: BTreeMap<String, SavedConnection>,
}

impl Config {
    /// Reads the text of the configuration file; an error says line and column.
    pub fn parse(text: &str) -> Result<Config> {
        toml::from_str(text).map_err(|e| {
            let mut error = Error::new(Kind::Config, e.message().to_string());
            let offset = e.span().map_or(0, |s| s.start).min(text.len());
            error.line = Some(text[..offset].matches('\n').count() + 1);
            error.position = Some(offset);
            error
        })
    }

    /// Applies the file's settings. An unknown one is an error that names it.
    pub fn apply(&self, settings: &mut Settings) -> Result<()> {
        for (name, value) in &self.settings {
            let value = match value {
                toml::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            settings.set(name, &value).map_err(|mut e| {
                e.kind = Kind::Config;
                e
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_reads_back_what_it_shows() {
        for setting in SETTINGS {
            let mut settings = Settings::default();
            let shown = (setting.get)(&settings);
            assert_eq!(
                (setting.set)(&mut settings, &shown),
                Ok(()),
                "{}",
                setting.name
            );
            assert_eq!((setting.get)(&settings), shown, "{}", setting.name);
        }
    }

    #[test]
    fn a_wrong_value_says_what_would_be_right() {
        let mut settings = Settings::default();
        let error = settings.set("border", "9").expect_err("9 is too much");
        assert_eq!(error.message, "unrecognized value \"9\" for \"border\"");
        assert_eq!(
            error.hint.as_deref(),
            Some("border takes a number from 0 to 2.")
        );
        let error = settings.set("boarder", "1").expect_err("no such setting");
        assert_eq!(error.hint.as_deref(), Some("Did you mean \"border\"?"));
    }

    #[test]
    fn the_configuration_file_sets_settings_and_saves_connections() {
        let text = "default = \"shop\"\n[settings]\nborder = 2\ntiming = true\nnull = \"∅\"\n\
                    [connections.shop]\nurl = \"sqlite:shop.db\"\n";
        let config = Config::parse(text).expect("a good file");
        let mut settings = Settings::default();
        config.apply(&mut settings).expect("good settings");
        assert_eq!(
            (settings.border, settings.timing, settings.null.as_str()),
            (2, true, "∅")
        );
        assert_eq!(config.connections["shop"].url, "sqlite:shop.db");
        let error = Config::parse("a = 1\nb = \n").expect_err("a bad file");
        assert_eq!(error.line, Some(2));
    }
}
