//! The table of settings.

use super::values::{
    auto, auto_word, boolean, caution, csv_separator, doubled, format_name, line_style, number,
    on_off, pager, record_line, record_line_word, single_or_double, text, word,
};
use super::{Auto, Settings, psql};
use crate::format::LineStyle;

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

/// A setting of the prompt that is on or off.
macro_rules! switch {
    ($name:ident, $help:literal) => {
        Setting {
            name: stringify!($name),
            help: $help,
            takes: ON_OFF,
            output: false,
            get: |s| on_off(s.$name),
            set: |s, v| boolean(v).map(|b| s.$name = b),
        }
    };
}

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
    switch!(auto_pairs, "brackets and quotes close by themselves"),
    Setting {
        name: "background",
        help: "the terminal's background, for the choice of theme; auto: as COLORFGBG or the terminal says, else dark",
        takes: "auto|dark|light",
        output: false,
        get: |s| s.background.clone(),
        set: |s, v| word(v, &["auto", "dark", "light"]).map(|w| s.background = w),
    },
    Setting {
        name: "color",
        help: "colours; auto: on a terminal, and NO_COLOR is not set",
        takes: ON_OFF_AUTO,
        output: false,
        get: |s| auto_word(s.color),
        set: |s, v| auto(v).map(|a| s.color = a),
    },
    switch!(
        catalog_cache,
        "names of each database are kept on the disk, so that the next start completes at once"
    ),
    switch!(
        destructive_statements_require_transaction,
        "statements that destructive_warning is about are refused outside of transactions"
    ),
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
    switch!(
        destructive_warning_scripts,
        "scripts ask about such statements too, on the terminal"
    ),
    Setting {
        name: "history_ignore",
        help: "patterns of statements and commands that the history does not keep, with | between \
               them; * stands for anything",
        takes: "PATTERNS",
        output: false,
        get: |s| s.history_ignore.clone(),
        set: |s, v| text(v).map(|t| s.history_ignore = t),
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
    switch!(
        keyring,
        "the system's keyring is asked for a password before the terminal is"
    ),
    Setting {
        name: "last_size",
        help: "megabytes of the last result that the prompt keeps for /last, /grid and /chart; 0 for none (scripts keep one at most)",
        takes: "NUMBER",
        output: false,
        get: |s| s.last_size.to_string(),
        set: |s, v| number(v, 0, 4096).map(|n| s.last_size = n),
    },
    switch!(menu, "the completion menu opens while typing; off: on Tab"),
    switch!(
        menu_pane,
        "what is known of the selected candidate stands beside the menu"
    ),
    Setting {
        name: "menu_rows",
        help: "rows of the completion menu",
        takes: "NUMBER",
        output: false,
        get: |s| s.menu_rows.to_string(),
        set: |s, v| number(v, 1, 50).map(|n| s.menu_rows = n),
    },
    switch!(
        multi_line,
        "Enter begins a new line until the statement ends; off: Enter runs the line"
    ),
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
    switch!(private, "the history keeps nothing of what is typed"),
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
               \\{transaction_age} \\{state} \\{duration} \\{rows} \\{day} \\{unix}; empty for DATABASE=>",
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
    switch!(quiet, "no banner, no command tags"),
    switch!(
        signature,
        "the arguments of the call around the cursor, or the columns of the row that INSERT \
               gives, stand under the line"
    ),
    switch!(status_line, "the line under the prompt"),
    Setting {
        name: "status_text",
        help: "what the line under the prompt tells, with the escapes of prompt; empty for state, \
               server and address",
        takes: "TEXT",
        output: false,
        get: |s| s.status_text.clone(),
        set: |s, v| text(v).map(|v| s.status_text = v),
    },
    switch!(suggestion, "the grey suggestion from the history"),
    switch!(
        terminal_marks,
        "marks around prompt and output, with which terminals jump between prompts (OSC 133)"
    ),
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
        takes: "THEME",
        output: false,
        get: |s| s.theme.clone(),
        set: |s, v| text(v).map(|v| s.theme = v),
    },
    switch!(timing, "how long each statement took"),
    switch!(
        undo,
        "a savepoint before each statement of a transaction, for /undo"
    ),
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
