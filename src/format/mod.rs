//! Results to bytes: one writer a format, all streaming.
//!
//! To add a format: a file here, a row in `FORMATS`, a golden file.

mod csv;
mod emit;
mod expanded;
mod json;
mod look;
mod markdown;
pub mod page;
mod sample;
mod scan;
mod table;
mod tsv;
mod unaligned;
pub mod width;

#[cfg(test)]
mod tests;

use crate::data::{Column, RowBatch, Summary};
use std::io::{self, Write};

/// Writes one result set after the other. A writer holds no rows, except the table writer, which
/// looks at a bounded first part for its widths.
pub trait RowWriter {
    /// A result set begins.
    fn begin(&mut self, columns: &[Column], out: &mut dyn Write) -> io::Result<()>;
    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()>;
    /// What is held back so far, because more may be long in coming.
    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()>;
    /// The result set is complete; the footer belongs to the format.
    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()>;
}

/// One output format.
pub struct Format {
    pub name: &'static str,
    pub help: &'static str,
    pub new: fn(&FormatOptions) -> Box<dyn RowWriter>,
}

/// What the user can choose about formats.
#[derive(Debug, Clone)]
pub struct FormatOptions {
    /// Shown for NULL in formats for people (`table`, `expanded`, `unaligned`, `markdown`).
    pub null: String,
    /// Rows only: no header, no footer.
    pub tuples_only: bool,
    pub footer: bool,
    /// Each cell on a line of its own, in formats that know the difference (`table`, `unaligned`,
    /// `csv`).
    pub expanded: Expanded,
    /// A result without rows prints nothing at all, as mysql does.
    pub skip_empty: bool,
    /// 0, 1 or 2, as psql's `\pset border`.
    pub border: u8,
    /// Box-drawing characters instead of `|`, `-` and `+`.
    pub unicode: bool,
    pub field_separator: String,
    pub record_separator: String,
    pub csv_separator: char,
    /// Above the next result; taken by it.
    pub title: Option<String>,
    /// Columns of the terminal that will show the result; `None` for a file or a pipe.
    pub width: Option<usize>,
    /// Control characters are made visible, because a terminal will show the result.
    pub terminal: bool,
    /// Cells wider than this are cut with `…`; 0 for no limit.
    pub max_column_width: usize,
    /// Escape sequences that colour headers, NULL, borders; empty strings for none.
    pub style: TableStyle,
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

/// Escape sequences around parts of a table; all empty without colour.
#[derive(Debug, Clone, Default)]
pub struct TableStyle {
    pub header: String,
    pub null: String,
    pub border: String,
    pub reset: String,
}

impl Default for FormatOptions {
    fn default() -> Self {
        FormatOptions {
            null: String::new(),
            tuples_only: false,
            footer: true,
            expanded: Expanded::Off,
            skip_empty: false,
            border: 1,
            unicode: false,
            field_separator: "|".into(),
            record_separator: "\n".into(),
            csv_separator: ',',
            title: None,
            width: None,
            terminal: false,
            max_column_width: 0,
            style: TableStyle::default(),
        }
    }
}

/// Every format, in the order of the help.
pub static FORMATS: &[Format] = &[
    Format {
        name: "table",
        help: "a table for people",
        new: table::new,
    },
    Format {
        name: "expanded",
        help: "a record a block, a cell a line",
        new: expanded::new,
    },
    Format {
        name: "unaligned",
        help: "cells with a separator between them",
        new: unaligned::new,
    },
    Format {
        name: "csv",
        help: "comma-separated values (RFC 4180)",
        new: csv::new,
    },
    Format {
        name: "tsv",
        help: "tab-separated values with \\t \\n \\0 \\\\ escaped",
        new: tsv::new,
    },
    Format {
        name: "json",
        help: "an array of objects",
        new: json::new_json,
    },
    Format {
        name: "jsonl",
        help: "an object a line",
        new: json::new_jsonl,
    },
    Format {
        name: "markdown",
        help: "a table for GitHub and other Markdown",
        new: markdown::new,
    },
];

/// The names of the formats, for Tab.
pub static NAMES: [&str; FORMATS.len()] = {
    let mut names = [""; FORMATS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = FORMATS[at].name;
        at += 1;
    }
    names
};

/// The format of that name.
pub fn by_name(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.name == name)
}
