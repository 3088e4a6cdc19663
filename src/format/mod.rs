//! Results to bytes: one writer a format, all streaming.
//!
//! To add a format: a file here, a row in `FORMATS`, a golden file.

mod asciidoc;
mod csv;
mod either;
mod emit;
mod expanded;
mod grid;
mod html;
mod json;
mod latex;
mod look;
mod markdown;
mod markup;
mod numbers;
mod options;
pub mod page;
mod parquet;
mod sample;
mod scan;
mod sql;
mod table;
mod troff;
mod tsv;
mod unaligned;
mod vertical;
pub mod width;
mod xlsx;
mod xml;

#[cfg(test)]
mod tests;

use crate::data::{Column, RowBatch, Summary};
pub use either::auto_vertical;
use numbers::with_numbers;
pub use options::{Doubled, Expanded, FormatOptions, LineStyle, Numbers, RecordLine, TableStyle};
use std::io::{self, Write};

/// Writes one result set after the other. A writer holds no rows, except the table writer, which
/// looks at a bounded first part for its widths.
pub trait RowWriter {
    /// A result set begins.
    fn begin(&mut self, columns: &[Column], out: &mut dyn Write) -> io::Result<()>;
    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()>;
    /// What is held back so far, because more may be long in coming.
    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()>;
    /// What follows is a part of its own, whose widths are found anew (psql's FETCH_COUNT).
    fn next_part(&mut self) {}
    /// The result set is complete; the footer belongs to the format.
    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()>;
}

/// One output format.
pub struct Format {
    pub name: &'static str,
    pub help: &'static str,
    pub new: fn(&FormatOptions) -> Box<dyn RowWriter>,
}

/// Every format, in the order of the help.
pub static FORMATS: &[Format] = &[
    Format {
        name: "table",
        help: "a table for people",
        new: |o| with_numbers(o, table::new),
    },
    Format {
        name: "wrapped",
        help: "a table whose cells wrap to fit the screen",
        new: |o| with_numbers(o, table::new_wrapped),
    },
    Format {
        name: "expanded",
        help: "a record a block, a cell a line",
        new: |o| with_numbers(o, expanded::new),
    },
    Format {
        name: "unaligned",
        help: "cells with a separator between them",
        new: |o| with_numbers(o, unaligned::new),
    },
    Format {
        name: "csv",
        help: "comma-separated values (RFC 4180)",
        new: |o| with_numbers(o, csv::new),
    },
    Format {
        name: "tsv",
        help: "tab-separated values with \\t \\n \\0 \\\\ escaped",
        new: tsv::new,
    },
    Format {
        name: "tsv-raw",
        help: "tab-separated values as they are, as mysql --raw writes them",
        new: tsv::new_raw,
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
    Format {
        name: "vertical",
        help: "a row a block, as mysql's \\G writes it",
        new: vertical::new,
    },
    Format {
        name: "table-mysql",
        help: "a table for people, as mysql --table writes it",
        new: grid::new,
    },
    Format {
        name: "html",
        help: "a table for web pages, as psql writes it",
        new: |o| with_numbers(o, html::new),
    },
    Format {
        name: "html-mysql",
        help: "a table for web pages, as mysql writes it",
        new: html::new_mysql,
    },
    Format {
        name: "xml",
        help: "rows and fields, as mysql writes them",
        new: xml::new,
    },
    Format {
        name: "asciidoc",
        help: "a table for AsciiDoc",
        new: |o| with_numbers(o, asciidoc::new),
    },
    Format {
        name: "latex",
        help: "a table for LaTeX",
        new: |o| with_numbers(o, latex::new),
    },
    Format {
        name: "latex-longtable",
        help: "a table for LaTeX that may go over several pages",
        new: |o| with_numbers(o, latex::new_longtable),
    },
    Format {
        name: "troff-ms",
        help: "a table for troff with the ms macros",
        new: |o| with_numbers(o, troff::new),
    },
    Format {
        name: "sql-insert",
        help: "INSERT statements that bring the rows back",
        new: sql::new_insert,
    },
    Format {
        name: "sql-update",
        help: "an UPDATE statement a row, found again by its first column",
        new: sql::new_update,
    },
    Format {
        name: "quote",
        help: "values as literals of SQL, a row a line, as sqlite3 writes them",
        new: sql::new_quote,
    },
    Format {
        name: "xlsx",
        help: "a spreadsheet (in builds with the feature xlsx)",
        new: xlsx::new,
    },
    Format {
        name: "parquet",
        help: "a Parquet file (in builds with the feature parquet)",
        new: parquet::new,
    },
];

/// Whether this build has them: the last two of the formats.
const XLSX: bool = cfg!(feature = "xlsx");
const PARQUET: bool = cfg!(feature = "parquet");
const BUILT: usize = FORMATS.len() - !XLSX as usize - !PARQUET as usize;

/// The names of the formats that this build has, for Tab.
pub static NAMES: [&str; BUILT] = {
    let mut names = [""; BUILT];
    let (mut at, mut next) = (0, 0);
    while at < FORMATS.len() {
        let has = match FORMATS.len() - at {
            2 => XLSX,
            1 => PARQUET,
            _ => true,
        };
        if has {
            names[next] = FORMATS[at].name;
            next += 1;
        }
        at += 1;
    }
    names
};

/// Whether this build has the format; some are features.
pub fn is_built(name: &str) -> bool {
    NAMES.contains(&name)
}

/// The format of that name.
pub fn by_name(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.name == name)
}

/// A writer that writes nothing and says why.
struct Refusal(String);

/// Of a format that this build has not.
#[allow(dead_code, reason = "a build with all of them has none missing")]
fn missing(name: &str) -> Box<dyn RowWriter> {
    let text = format!("this build has no format {name} (cargo build --features {name})");
    Box::new(Refusal(text))
}

/// Of a format whose bytes are not for a terminal.
#[allow(dead_code, reason = "only formats of some builds are such")]
fn unreadable(name: &str) -> Box<dyn RowWriter> {
    let text = format!("{name} is nothing for a terminal (\\o FILE or -o FILE writes a file)");
    Box::new(Refusal(text))
}

impl RowWriter for Refusal {
    fn begin(&mut self, _: &[Column], _: &mut dyn Write) -> io::Result<()> {
        Err(io::Error::other(self.0.clone()))
    }

    fn rows(&mut self, _: &RowBatch, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &Summary, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
