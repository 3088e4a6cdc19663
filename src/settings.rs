//! What the user can set. The configuration file as a value is in `file`; reading it is done elsewhere.
//!
//! `SETTINGS` is the one table behind `\pset`, `\set`-like commands, the configuration file, the
//! man page and Tab.

pub mod file;
pub mod patterns;
pub mod psql;
pub mod variables;

pub use file::{Config, SavedConnection};

use crate::error::{Error, Result};
use crate::format::{self, Doubled, Expanded, FormatOptions, LineStyle, Numbers, RecordLine};

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
    /// What stands before the line, with escapes; empty for psql's.
    pub prompt: String,
    /// What stands at the right end of the line.
    pub prompt_right: String,
    /// What replaces the prompt once the line is sent; empty keeps it.
    pub prompt_transient: String,
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
            csv_fieldsep: ',',
            max_column_width: 0,
            pager: Auto::Auto,
            pager_min_lines: 0,
            timing: false,
            quiet: false,
            theme: String::new(),
            background: "dark".into(),
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
            prompt: String::new(),
            prompt_right: String::new(),
            prompt_transient: String::new(),
            terminal_marks: true,
            notify_after: 0,
            notify_with: "bell".into(),
            terminal_title: String::new(),
            production: "*prod*".into(),
            destructive_warning: "moderate".into(),
            destructive_warning_scripts: false,
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
const SINGLE_DOUBLE: &str = "single|double";

/// Every setting, sorted by name within output and prompt.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "border",
        help: "lines around and between the columns of a table; 3 is for LaTeX",
        takes: "0|1|2|3",
        output: true,
        get: |s| s.border.to_string(),
        set: |s, v| number(v, 0, 3).map(|n| s.border = n as u16),
    },
    Setting {
        name: "columns",
        help: "width that wrapped and automatic expanded output fits into; 0 for the terminal's",
        takes: "NUMBER",
        output: true,
        get: |s| s.columns.to_string(),
        set: |s, v| number(v, 0, 1_000_000).map(|n| s.columns = n),
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
        set: |s, v| {
            s.fieldsep_zero = false;
            text(v).map(|v| s.fieldsep = v)
        },
    },
    Setting {
        name: "fieldsep_zero",
        help: "NUL between two values of unaligned output",
        takes: ON_OFF,
        output: true,
        get: |s| on_off(s.fieldsep_zero),
        set: |s, v| boolean(v).map(|b| s.fieldsep_zero = b),
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
        help: "characters that tables are drawn with; auto: unicode on a terminal, else ascii",
        takes: "ascii|old-ascii|unicode|auto",
        output: true,
        get: |s| match s.linestyle {
            Some(LineStyle::Unicode) => "unicode".into(),
            Some(LineStyle::Ascii) => "ascii".into(),
            Some(LineStyle::OldAscii) => "old-ascii".into(),
            None => "auto".into(),
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
        help: "what stands for NULL in output for people; by itself <null> in tables on a terminal",
        takes: "TEXT",
        output: true,
        get: |s| s.null.clone().unwrap_or_default(),
        set: |s, v| text(v).map(|v| s.null = Some(v)),
    },
    Setting {
        name: "numericlocale",
        help: "numbers with separators between groups of digits",
        takes: ON_OFF,
        output: true,
        get: |s| on_off(s.numericlocale),
        set: |s, v| boolean(v).map(|b| s.numericlocale = b),
    },
    Setting {
        name: "pager",
        help: "show results that do not fit the screen in $PAGER",
        takes: "on|off|always",
        output: true,
        get: |s| match s.pager {
            Auto::On => "always".into(),
            Auto::Off => "off".into(),
            Auto::Auto => "on".into(),
        },
        set: |s, v| pager(v).map(|a| s.pager = a),
    },
    Setting {
        name: "pager_min_lines",
        help: "results with fewer lines are not paged",
        takes: "NUMBER",
        output: true,
        get: |s| s.pager_min_lines.to_string(),
        set: |s, v| number(v, 0, 1_000_000).map(|n| s.pager_min_lines = n),
    },
    Setting {
        name: "recordsep",
        help: "what stands between two rows of unaligned output",
        takes: "TEXT",
        output: true,
        get: |s| s.recordsep.clone(),
        set: |s, v| {
            s.recordsep_zero = false;
            text(v).map(|v| s.recordsep = v)
        },
    },
    Setting {
        name: "recordsep_zero",
        help: "NUL between two rows of unaligned output",
        takes: ON_OFF,
        output: true,
        get: |s| on_off(s.recordsep_zero),
        set: |s, v| boolean(v).map(|b| s.recordsep_zero = b),
    },
    Setting {
        name: "tableattr",
        help: "attributes of html tables; widths of the columns of latex-longtable",
        takes: "TEXT",
        output: true,
        get: |s| s.tableattr.clone().unwrap_or_default(),
        set: |s, v| text(v).map(|v| s.tableattr = Some(v).filter(|v| !v.is_empty())),
    },
    Setting {
        name: "title",
        help: "what stands above each result",
        takes: "TEXT",
        output: true,
        get: |s| s.title.clone().unwrap_or_default(),
        set: |s, v| text(v).map(|v| s.title = Some(v).filter(|v| !v.is_empty())),
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
        name: "unicode_border_linestyle",
        help: "the border of tables drawn in the style unicode",
        takes: SINGLE_DOUBLE,
        output: true,
        get: |s| single_or_double(s.doubled.border).into(),
        set: |s, v| doubled(v).map(|d| s.doubled.border = d),
    },
    Setting {
        name: "unicode_column_linestyle",
        help: "the lines between columns in the style unicode",
        takes: SINGLE_DOUBLE,
        output: true,
        get: |s| single_or_double(s.doubled.column).into(),
        set: |s, v| doubled(v).map(|d| s.doubled.column = d),
    },
    Setting {
        name: "unicode_header_linestyle",
        help: "the line under the header in the style unicode",
        takes: SINGLE_DOUBLE,
        output: true,
        get: |s| single_or_double(s.doubled.header).into(),
        set: |s, v| doubled(v).map(|d| s.doubled.header = d),
    },
    Setting {
        name: "xheader_width",
        help: "how wide the line above an expanded record is",
        takes: "full|column|page|NUMBER",
        output: true,
        get: |s| record_line_word(s.xheader_width),
        set: |s, v| record_line(v).map(|w| s.xheader_width = w),
    },
    Setting {
        name: "auto_pairs",
        help: "brackets and quotes close by themselves",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.auto_pairs),
        set: |s, v| boolean(v).map(|b| s.auto_pairs = b),
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
        name: "catalog_cache",
        help: "names of each database are kept on the disk, so that the next start completes at once",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.catalog_cache),
        set: |s, v| boolean(v).map(|b| s.catalog_cache = b),
    },
    Setting {
        name: "destructive_warning",
        help: "statements that the prompt asks about first: unconditional for DELETE and UPDATE \
               without WHERE and TRUNCATE; moderate also for DROP, RENAME, REPLACE and EXPLAIN \
               ANALYZE of a write; all for every change of what is there",
        takes: "off|unconditional|moderate|all",
        output: false,
        get: |s| s.destructive_warning.clone(),
        set: |s, v| caution(v).map(|w| s.destructive_warning = w),
    },
    Setting {
        name: "destructive_warning_scripts",
        help: "scripts ask about such statements too, on the terminal",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.destructive_warning_scripts),
        set: |s, v| boolean(v).map(|b| s.destructive_warning_scripts = b),
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
        name: "keyring",
        help: "the system's keyring is asked for a password before the terminal is",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.keyring),
        set: |s, v| boolean(v).map(|b| s.keyring = b),
    },
    Setting {
        name: "last_size",
        help: "megabytes of the last result that the prompt keeps for /last, /grid and /chart; 0 for none (scripts keep one at most)",
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
        name: "menu_pane",
        help: "what is known of the selected candidate stands beside the menu",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.menu_pane),
        set: |s, v| boolean(v).map(|b| s.menu_pane = b),
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
        name: "multi_line_mode",
        help: "with multi_line on, psql: Enter runs a statement that ends; safe: only Alt-Enter runs",
        takes: "psql|safe",
        output: false,
        get: |s| s.multi_line_mode.clone(),
        set: |s, v| word(v, &["psql", "safe"]).map(|w| s.multi_line_mode = w),
    },
    Setting {
        name: "notify_after",
        help: "seconds after which the end of a statement rings the bell or shows a notice; 0 for \
               never",
        takes: "NUMBER",
        output: false,
        get: |s| s.notify_after.to_string(),
        set: |s, v| number(v, 0, 1_000_000).map(|n| s.notify_after = n),
    },
    Setting {
        name: "notify_with",
        help: "how the end of a long statement is told: the bell, or a notice of the desktop where \
               the terminal knows OSC 9 or OSC 777",
        takes: "bell|osc9|osc777",
        output: false,
        get: |s| s.notify_with.clone(),
        set: |s, v| word(v, &["bell", "osc9", "osc777"]).map(|w| s.notify_with = w),
    },
    Setting {
        name: "private",
        help: "the history keeps nothing of what is typed",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.private),
        set: |s, v| boolean(v).map(|b| s.private = b),
    },
    Setting {
        name: "production",
        help: "patterns of hosts, databases and saved connections with spaces between them: there \
               the prompt is red and warned of more",
        takes: "PATTERNS",
        output: false,
        get: |s| s.production.clone(),
        set: |s, v| text(v).map(|v| s.production = v),
    },
    Setting {
        name: "prompt",
        help: "what stands before the line: \\u user, \\h and \\H host, \\p port, \\d database, \\A \
               saved name, \\T transaction, \\t time, \\D date, \\R \\r \\m \\s \\P parts of it, \\i pid, \
               \\# mark, \\j \\J \\k \\K socket, \\w \\W warnings, \\y \\Y uptime, \\n new line, \\_ space, \
               \\x1b[…m colour; \\{server} \\{vendor} \\{tls} \\{ssh} \\{read_only} \\{production} \
               \\{transaction_age} \\{state} \\{duration} \\{rows} \\{day}; empty for DATABASE=>",
        takes: "TEXT",
        output: false,
        get: |s| s.prompt.clone(),
        set: |s, v| text(v).map(|v| s.prompt = v),
    },
    Setting {
        name: "prompt_right",
        help: "what stands at the right end of the line, with the escapes of prompt",
        takes: "TEXT",
        output: false,
        get: |s| s.prompt_right.clone(),
        set: |s, v| text(v).map(|v| s.prompt_right = v),
    },
    Setting {
        name: "prompt_transient",
        help: "what replaces the prompt once the line is sent, with the escapes of prompt; empty \
               keeps it",
        takes: "TEXT",
        output: false,
        get: |s| s.prompt_transient.clone(),
        set: |s, v| text(v).map(|v| s.prompt_transient = v),
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
        name: "signature",
        help: "the arguments of the call around the cursor, or the columns of the row that INSERT \
               gives, stand under the line",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.signature),
        set: |s, v| boolean(v).map(|b| s.signature = b),
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
        name: "terminal_marks",
        help: "marks around prompt and output, with which terminals jump between prompts (OSC 133)",
        takes: ON_OFF,
        output: false,
        get: |s| on_off(s.terminal_marks),
        set: |s, v| boolean(v).map(|b| s.terminal_marks = b),
    },
    Setting {
        name: "terminal_title",
        help: "title of the terminal's window, with the escapes of prompt; empty leaves it alone",
        takes: "TEXT",
        output: false,
        get: |s| s.terminal_title.clone(),
        set: |s, v| text(v).map(|v| s.terminal_title = v),
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

/// The setting of that name; psql's short names count too.
pub fn by_name(name: &str) -> Option<&'static Setting> {
    let name = psql::full_name(name);
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

/// psql's rule: a word may be cut, as long as it is clear.
fn boolean(value: &str) -> Parsed<bool> {
    let value = value.to_ascii_lowercase();
    let cut = |word: &str, least: usize| value.len() >= least && word.starts_with(&value);
    if value == "1" || cut("true", 1) || cut("yes", 1) || cut("on", 2) {
        Ok(true)
    } else if value == "0" || cut("false", 1) || cut("no", 1) || cut("off", 2) {
        Ok(false)
    } else {
        Err("on or off".into())
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

/// psql's `on` means results that do not fit the screen.
fn pager(value: &str) -> Parsed<Auto> {
    match value.to_ascii_lowercase().as_str() {
        "always" => Ok(Auto::On),
        "auto" => Ok(Auto::Auto),
        _ => match boolean(value) {
            Ok(on) => Ok(if on { Auto::Auto } else { Auto::Off }),
            Err(_) => Err("on, off or always".into()),
        },
    }
}

fn line_style(value: &str) -> Parsed<Option<LineStyle>> {
    let value = value.to_ascii_lowercase();
    let styles = [
        ("ascii", LineStyle::Ascii),
        ("old-ascii", LineStyle::OldAscii),
        ("unicode", LineStyle::Unicode),
    ];
    if value == "auto" {
        return Ok(None);
    }
    match styles.iter().find(|(name, _)| name.starts_with(&value)) {
        Some((_, style)) => Ok(Some(*style)),
        None => Err("ascii, old-ascii, unicode or auto".into()),
    }
}

fn single_or_double(doubled: bool) -> &'static str {
    if doubled { "double" } else { "single" }
}

fn doubled(value: &str) -> Parsed<bool> {
    let value = value.to_ascii_lowercase();
    match ["single", "double"].iter().find(|w| w.starts_with(&value)) {
        Some(word) => Ok(*word == "double"),
        None => Err("single or double".into()),
    }
}

fn record_line_word(line: RecordLine) -> String {
    match line {
        RecordLine::Full => "full".into(),
        RecordLine::Column => "column".into(),
        RecordLine::Page => "page".into(),
        RecordLine::Exact(width) => width.to_string(),
    }
}

fn record_line(value: &str) -> Parsed<RecordLine> {
    match value.to_ascii_lowercase().as_str() {
        "full" => Ok(RecordLine::Full),
        "column" => Ok(RecordLine::Column),
        "page" => Ok(RecordLine::Page),
        digits => match digits.parse() {
            Ok(width) if width > 0 => Ok(RecordLine::Exact(width)),
            _ => Err("full, column, page or a number".into()),
        },
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

/// The levels of `sql::danger::Caution`, and what pgcli and mycli call them.
fn caution(value: &str) -> Parsed<String> {
    match value {
        "on" | "true" => Ok("moderate".into()),
        "false" => Ok("off".into()),
        "unconditional_update" => Ok("unconditional".into()),
        _ => word(value, &["off", "unconditional", "moderate", "all"]),
    }
}

fn text(value: &str) -> Parsed<String> {
    Ok(value.to_string())
}

/// What psql makes of the name of a format, which may be cut.
enum PsqlFormat {
    One(&'static str),
    /// It is not clear which of these two is meant.
    Both(&'static str, &'static str),
    Unknown,
}

fn psql_format(value: &str) -> PsqlFormat {
    let value = value.to_ascii_lowercase();
    let mut fitting = psql::FORMATS.iter().filter(|f| f.0.starts_with(&value));
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => PsqlFormat::One(one.1),
        (Some(one), Some(other)) => PsqlFormat::Both(one.0, other.0),
        (None, _) if "latex-longtable".starts_with(&value) => PsqlFormat::One("latex-longtable"),
        (None, _) => PsqlFormat::Unknown,
    }
}

/// A whole name of ours, or what psql takes.
fn format_name(value: &str) -> Parsed<String> {
    if let Some(found) = format::by_name(value) {
        return Ok(found.name.to_string());
    }
    if let PsqlFormat::One(name) = psql_format(value) {
        return Ok(name.to_string());
    }
    let names: Vec<&str> = format::FORMATS.iter().map(|f| f.name).collect();
    Err(format!("one of {}", names.join(", ")))
}

fn csv_separator(value: &str) -> Parsed<char> {
    let mut chars = value.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii() && !matches!(c, '"' | '\n' | '\r') => Ok(c),
        _ => Err("one ASCII character that is no double quote and no line break".into()),
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
