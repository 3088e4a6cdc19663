//! What the user can choose about formats.

use crate::data::Mark;
use crate::sql::Dialect;
use crate::sql::dialect::POSTGRES;

/// What the user can choose about formats.
#[derive(Debug, Clone)]
pub struct FormatOptions {
    /// Shown for NULL in psql's formats and in `markdown`.
    pub null: String,
    /// Rows only: no header, no footer.
    pub tuples_only: bool,
    pub footer: bool,
    /// Lines that stand where the number of rows would.
    pub footers: Option<Vec<String>>,
    /// Each cell on a line of its own, in formats that know the difference (psql's).
    pub expanded: Expanded,
    /// A result without rows prints nothing at all, as mysql does.
    pub skip_empty: bool,
    /// `tsv` writes names of columns as they are, as mysql does.
    pub raw_header: bool,
    /// As psql's `\pset border`: 0, 1, 2, and 3 in LaTeX. What is more counts as the most a format
    /// knows.
    pub border: u16,
    pub line_style: LineStyle,
    /// Double lines in the Unicode style.
    pub doubled: Doubled,
    pub field_separator: String,
    pub record_separator: String,
    pub csv_separator: char,
    /// In the `<table>` tag, or the widths of a LaTeX longtable's columns.
    pub table_attributes: Option<String>,
    /// How psql's formats write numbers; `None` as they came.
    pub numbers: Option<Numbers>,
    /// How wide the line above an expanded record is.
    pub record_line: RecordLine,
    /// The release of psql whose layout counts: since 16 formatting characters have no width, since
    /// 18 data of expanded records are as wide as the line above them.
    pub psql_release: u32,
    /// Above the next result; taken by it.
    pub title: Option<String>,
    /// Columns that a line should fit into: the terminal's, or what the user says. `None` for a
    /// file or a pipe.
    pub width: Option<usize>,
    /// Control characters are made visible, because a terminal will show the result.
    pub terminal: bool,
    /// Cells wider than this are cut with `…`; 0 for no limit.
    pub max_column_width: usize,
    /// Escape sequences that colour headers, NULL, borders; empty strings for none.
    pub style: TableStyle,
    /// What rows deserve a look, from the first one on.
    pub marks: Vec<Mark>,
    /// The statement whose result this is, for formats that name it or its table.
    pub statement: String,
    /// How names and strings are written in formats that are SQL.
    pub dialect: &'static Dialect,
}

/// psql's `\x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expanded {
    #[default]
    Off,
    On,
    /// Where a table would be wider than the terminal.
    Auto,
}

/// psql's `\pset linestyle`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineStyle {
    #[default]
    Ascii,
    /// psql's style before version 9.
    OldAscii,
    Unicode,
}

/// Which lines are double in the Unicode style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Doubled {
    pub border: bool,
    pub column: bool,
    pub header: bool,
}

/// psql's `\pset xheader_width`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordLine {
    /// As wide as the record.
    #[default]
    Full,
    /// As wide as the names.
    Column,
    /// At most as wide as the terminal.
    Page,
    /// At most so many columns.
    Exact(usize),
}

/// How people of some country write numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    pub decimal_point: String,
    pub thousands_separator: String,
    /// Digits between two separators.
    pub group: usize,
}

/// Escape sequences around parts of a table; all empty without colour.
#[derive(Debug, Clone, Default)]
pub struct TableStyle {
    pub header: String,
    pub null: String,
    pub border: String,
    /// Rows that deserve a look, and those that need one.
    pub warm: String,
    pub hot: String,
    pub reset: String,
}

impl FormatOptions {
    /// The lines below a result of so many rows.
    pub(super) fn foot_lines(&self, rows: u64) -> Vec<String> {
        match (&self.footers, self.tuples_only) {
            (_, true) => Vec::new(),
            // They tell of indexes and constraints, whose names and texts are the server's.
            (Some(lines), false) if self.terminal => {
                let visible = |line: &String| crate::visible::visible_text(line).into_owned();
                lines.iter().map(visible).collect()
            }
            (Some(lines), false) => lines.clone(),
            (None, false) if self.footer => vec![super::unaligned::row_count(rows)],
            (None, false) => Vec::new(),
        }
    }
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers {
            decimal_point: ".".into(),
            thousands_separator: ",".into(),
            group: 3,
        }
    }
}

impl Default for FormatOptions {
    fn default() -> Self {
        FormatOptions {
            null: String::new(),
            tuples_only: false,
            footer: true,
            footers: None,
            expanded: Expanded::Off,
            skip_empty: false,
            raw_header: false,
            border: 1,
            line_style: LineStyle::Ascii,
            doubled: Doubled::default(),
            field_separator: "|".into(),
            record_separator: "\n".into(),
            csv_separator: ',',
            table_attributes: None,
            numbers: None,
            record_line: RecordLine::Full,
            psql_release: 15,
            title: None,
            width: None,
            terminal: false,
            max_column_width: 0,
            style: TableStyle::default(),
            marks: Vec::new(),
            statement: String::new(),
            dialect: &POSTGRES,
        }
    }
}
