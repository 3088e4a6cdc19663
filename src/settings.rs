//! What the user can set. The configuration file as a value is in `file`, a connection saved in it
//! in `connection`; reading it is done elsewhere.
//!
//! `SETTINGS` in `table` is the one table behind `\pset`, `/set`, the configuration file, the man page
//! and Tab; `values` reads what users give.

mod connection;
pub mod file;
pub mod patterns;
pub mod psql;
mod table;
mod values;
pub mod variables;

pub use connection::{CONNECTION_KEYS, SavedConnection};
pub use file::Config;
pub use table::{NAMES, SETTINGS, Setting, by_name};

use crate::error::{Error, Result};
use crate::format::{Doubled, Expanded, FormatOptions, LineStyle, Numbers, RecordLine};

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
    /// As the user wants it; what is usual depends on where it is shown.
    pub null: Option<String>,
    pub border: u16,
    /// `None`: box-drawing characters on a terminal.
    pub linestyle: Option<LineStyle>,
    /// Which lines of the Unicode style are double.
    pub doubled: Doubled,
    pub fieldsep: String,
    /// NUL instead of `fieldsep`.
    pub fieldsep_zero: bool,
    pub recordsep: String,
    /// NUL instead of `recordsep`.
    pub recordsep_zero: bool,
    pub title: Option<String>,
    pub tableattr: Option<String>,
    /// Numbers with separators between groups of digits.
    pub numericlocale: bool,
    /// Width that `wrapped` and automatic expanded output should fit into; 0 for the terminal's.
    pub columns: usize,
    /// How wide the line above an expanded record is.
    pub xheader_width: RecordLine,
    /// The release of psql whose layouts are meant: under `sqwire pg` that of the server.
    pub psql_release: u32,
    pub csv_fieldsep: char,
    /// Widest cell on a terminal, in columns; 0 for no limit.
    pub max_column_width: usize,
    /// Auto: when the result does not fit the screen.
    pub pager: Auto,
    /// Fewer lines are not paged.
    pub pager_min_lines: usize,
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
    /// `psql` or `safe`.
    pub multi_line_mode: String,
    /// Brackets and quotes close by themselves.
    pub auto_pairs: bool,
    /// The completion menu opens while typing.
    pub menu: bool,
    pub menu_rows: usize,
    /// What the catalog knows of the selected candidate stands beside the menu.
    pub menu_pane: bool,
    /// The arguments of the call around the cursor stand under the line.
    pub signature: bool,
    /// The grey suggestion from the history.
    pub suggestion: bool,
    pub status_line: bool,
    /// The catalog is kept on the disk for the next start.
    pub catalog_cache: bool,
    pub history_size: usize,
    /// Rows of a result that are fetched and shown; 0 for all.
    pub row_limit: usize,
    /// The system's keyring is asked for a password first.
    pub keyring: bool,
    /// Megabytes of the last result that are kept for `/last`; 0 for none.
    pub last_size: usize,
    /// Auto: when the output is a terminal and NO_COLOR is not set.
    pub color: Auto,
    /// The history keeps nothing of what is typed.
    pub private: bool,
    /// Patterns of what the history does not keep.
    pub history_ignore: String,
    /// A savepoint before each statement of a transaction, for `/undo`.
    pub undo: bool,
    /// What stands before the line, with escapes; empty for psql's.
    pub prompt: String,
    /// What stands at the right end of the line.
    pub prompt_right: String,
    /// What replaces the prompt once the line is sent; empty keeps it.
    pub prompt_transient: String,
    /// What the status line tells, with escapes; empty for the usual.
    pub status_text: String,
    /// Marks around prompt and output for terminals that know them (OSC 133).
    pub terminal_marks: bool,
    /// Seconds after which the end of a statement is told; 0 for never.
    pub notify_after: usize,
    /// `bell`, `osc9` or `osc777`.
    pub notify_with: String,
    /// The title of the terminal's window; empty leaves it alone.
    pub terminal_title: String,
    /// Patterns of hosts and databases where the prompt is red.
    pub production: String,
    /// A name of `Caution`: which statements the prompt asks about.
    pub destructive_warning: String,
    /// What the prompt would ask about is refused outside of transactions.
    pub destructive_statements_require_transaction: bool,
    /// Scripts and pipes ask too.
    pub destructive_warning_scripts: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            format: "table".into(),
            expanded: Auto::Off,
            tuples_only: false,
            footer: true,
            null: None,
            border: 1,
            linestyle: None,
            doubled: Doubled::default(),
            fieldsep: "|".into(),
            fieldsep_zero: false,
            recordsep: "\n".into(),
            recordsep_zero: false,
            title: None,
            tableattr: None,
            numericlocale: false,
            columns: 0,
            xheader_width: RecordLine::Full,
            psql_release: 15,
            csv_fieldsep: ',',
            max_column_width: 0,
            pager: Auto::Auto,
            pager_min_lines: 0,
            timing: false,
            quiet: false,
            theme: String::new(),
            background: "auto".into(),
            keys: "emacs".into(),
            multi_line: true,
            multi_line_mode: "psql".into(),
            auto_pairs: false,
            menu: true,
            menu_rows: 10,
            menu_pane: true,
            signature: true,
            suggestion: true,
            status_line: true,
            catalog_cache: true,
            history_size: 10_000,
            row_limit: 0,
            keyring: true,
            last_size: 16,
            color: Auto::Auto,
            private: false,
            history_ignore: String::new(),
            undo: false,
            prompt: String::new(),
            prompt_right: String::new(),
            prompt_transient: String::new(),
            status_text: String::new(),
            terminal_marks: true,
            notify_after: 0,
            notify_with: "bell".into(),
            terminal_title: String::new(),
            production: "*prod*".into(),
            destructive_warning: "moderate".into(),
            destructive_statements_require_transaction: false,
            destructive_warning_scripts: false,
        }
    }
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

    /// What is set for people who look at results, in the configuration, is no good to a program
    /// that reads them: it wants all rows, and an empty text where nothing is.
    pub fn forget_what_is_for_eyes(&mut self) {
        let usual = Settings::default();
        self.row_limit = usual.row_limit;
        self.null = usual.null;
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
        let separator = |zero: bool, text: &String| match zero {
            true => "\0".to_string(),
            false => text.clone(),
        };
        let usual_style = if terminal {
            LineStyle::Unicode
        } else {
            LineStyle::Ascii
        };
        FormatOptions {
            null: self
                .null
                .clone()
                .unwrap_or_else(|| self.usual_null(terminal)),
            tuples_only: self.tuples_only,
            footer: self.footer,
            expanded: match self.expanded {
                Auto::On => Expanded::On,
                Auto::Off => Expanded::Off,
                Auto::Auto => Expanded::Auto,
            },
            border: self.border,
            line_style: self.linestyle.unwrap_or(usual_style),
            doubled: self.doubled,
            field_separator: separator(self.fieldsep_zero, &self.fieldsep),
            record_separator: separator(self.recordsep_zero, &self.recordsep),
            csv_separator: self.csv_fieldsep,
            table_attributes: self.tableattr.clone(),
            numbers: self.numericlocale.then(Numbers::default),
            record_line: self.xheader_width,
            psql_release: self.psql_release,
            title: self.title.clone(),
            width: match self.columns {
                0 => width,
                columns => Some(columns),
            },
            terminal,
            max_column_width: if terminal { self.max_column_width } else { 0 },
            ..FormatOptions::default()
        }
    }
}

impl Settings {
    /// People must be able to tell NULL from an empty text.
    fn usual_null(&self, terminal: bool) -> String {
        match self.format.as_str() {
            "table" | "wrapped" | "expanded" if terminal => "<null>".into(),
            _ => String::new(),
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
            Some("border takes a number from 0 to 3.")
        );
        let error = settings.set("boarder", "1").expect_err("no such setting");
        assert_eq!(error.hint.as_deref(), Some("Did you mean \"border\"?"));
    }
}
