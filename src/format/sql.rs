//! `sql-insert` and `sql-update`: statements that bring the rows to another database. `quote`: their
//! values alone, a row a line.
//!
//! The table is the one that the query reads, where it reads just one. Values are written as the
//! server that sent them reads them back.

use super::emit::Buffer;
use super::json::is_number;
use super::markup::{Escapes, Markup, Shown, writer};
use super::{FormatOptions, RowWriter};
use crate::data::{Cell, CellKind, Row, hex};
use crate::sql::lex;
use crate::sql::names::quote;
use crate::sql::scope::{Scope, SourceKind};

/// An INSERT has at most so many rows …
const ROWS: usize = 500;
/// … and ends with the row that makes it longer than this, as servers limit statements.
const BYTES: usize = 256 * 1024;

/// Stands for the table where the query reads several, or none.
const NO_TABLE: &str = "table_name";

pub(super) fn new_insert(options: &FormatOptions) -> Box<dyn RowWriter> {
    writer(options, Insert::default())
}

pub(super) fn new_update(options: &FormatOptions) -> Box<dyn RowWriter> {
    writer(options, Update::default())
}

pub(super) fn new_quote(options: &FormatOptions) -> Box<dyn RowWriter> {
    writer(options, Values)
}

/// The one table that the statement reads, as it is to be written.
fn table_of(options: &FormatOptions) -> String {
    let (text, dialect) = (options.statement.as_str(), options.dialect);
    let scope = Scope::new(text, &lex(text, dialect), text.len()..text.len(), dialect);
    let mut relations = scope.blocks.iter().flat_map(|block| &block.relations);
    let (Some(source), None) = (relations.next(), relations.next()) else {
        return NO_TABLE.into();
    };
    if source.kind != SourceKind::Name {
        return NO_TABLE.into();
    }
    let name = quote(&source.name, dialect);
    match &source.schema {
        Some(schema) => format!("{}.{name}", quote(schema, dialect)),
        None => name.into_owned(),
    }
}

fn names_of(result: &Shown) -> Vec<String> {
    let name = |name: &str| quote(name, result.options.dialect).into_owned();
    result.columns.iter().map(|c| name(&c.name)).collect()
}

/// Appends a value as the server's SQL has it.
fn push_value(result: &Shown, cell: Cell<'_>, buf: &mut Buffer) {
    let postgres = result.options.dialect.escape_strings;
    match (cell.kind, cell.text) {
        (CellKind::Null, _) => buf.extend_from_slice(b"NULL"),
        (CellKind::Bool, b"t") => buf.extend_from_slice(b"TRUE"),
        (CellKind::Bool, b"f") => buf.extend_from_slice(b"FALSE"),
        (CellKind::Number | CellKind::Bool, text) if is_number(text) => {
            buf.extend_from_slice(text);
        }
        // An empty hexadecimal number is none.
        (CellKind::Bytes, b"0x") => buf.extend_from_slice(b"''"),
        (CellKind::Bytes, text) if !postgres => buf.extend_from_slice(text),
        (_, text) => push_string(result, text, buf),
    }
}

const QUOTES: Escapes<1> = Escapes::new([(b'\'', "''")]);
const QUOTES_AND_BACKSLASHES: Escapes<2> = Escapes::new([(b'\'', "''"), (b'\\', "\\\\")]);

/// Appends a string. What no string of the server can hold is written as bytes.
fn push_string(result: &Shown, text: &[u8], buf: &mut Buffer) {
    let dialect = result.options.dialect;
    let odd = std::str::from_utf8(text).is_err() || text.contains(&0);
    let backslashes = dialect.backslash_escapes || dialect.escape_strings;
    if odd && dialect.backslash_escapes {
        buf.extend_from_slice(b"0x");
        push_hex(text, buf);
    } else if odd && !dialect.escape_strings {
        buf.extend_from_slice(b"CAST(x'");
        push_hex(text, buf);
        buf.extend_from_slice(b"' AS TEXT)");
    } else {
        if dialect.escape_strings && text.contains(&b'\\') {
            buf.push(b'E');
        }
        buf.push(b'\'');
        match backslashes {
            true => QUOTES_AND_BACKSLASHES.push(buf, text),
            false => QUOTES.push(buf, text),
        }
        buf.push(b'\'');
    }
}

fn push_hex(bytes: &[u8], buf: &mut Buffer) {
    for byte in bytes {
        buf.extend_from_slice(&hex(*byte));
    }
}

#[derive(Default)]
struct Insert {
    /// `INSERT INTO t (a, b) VALUES`
    start: String,
    /// Rows and bytes of the statement that is open.
    rows: usize,
    bytes: usize,
}

impl Markup for Insert {
    fn begin(&mut self, result: &Shown, _buf: &mut Buffer) {
        let table = table_of(&result.options);
        let names = names_of(result).join(", ");
        *self = Insert {
            start: format!("INSERT INTO {table} ({names}) VALUES"),
            ..Insert::default()
        };
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        let before = buf.len();
        if self.rows == 0 {
            buf.extend_from_slice(self.start.as_bytes());
        } else {
            buf.push(b',');
        }
        buf.extend_from_slice(b"\n  (");
        for (index, cell) in row.cells().enumerate() {
            if index > 0 {
                buf.extend_from_slice(b", ");
            }
            push_value(result, cell, buf);
        }
        buf.push(b')');
        self.rows += 1;
        self.bytes += buf.len() - before;
        if self.rows >= ROWS || self.bytes >= BYTES {
            self.end(result, buf);
        }
    }

    fn end(&mut self, _result: &Shown, buf: &mut Buffer) {
        if self.rows > 0 {
            buf.extend_from_slice(b";\n");
        }
        (self.rows, self.bytes) = (0, 0);
    }
}

#[derive(Default)]
struct Update {
    table: String,
    names: Vec<String>,
}

impl Markup for Update {
    fn begin(&mut self, result: &Shown, _buf: &mut Buffer) {
        self.table = table_of(&result.options);
        self.names = names_of(result);
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        let key = row.cell(0);
        // With nothing but a key there is nothing to change, but the statement must be one.
        let first = usize::from(row.len() > 1);
        buf.extend_from_slice(format!("UPDATE {} SET", self.table).as_bytes());
        for (index, name) in self.names.iter().enumerate().skip(first) {
            let comma = if index > first { "," } else { "" };
            buf.extend_from_slice(format!("{comma}\n  {name} = ").as_bytes());
            push_value(result, row.cell(index), buf);
        }
        buf.extend_from_slice(format!("\nWHERE {} ", self.names[0]).as_bytes());
        if key.kind == CellKind::Null {
            buf.extend_from_slice(b"IS NULL;\n");
        } else {
            buf.extend_from_slice(b"= ");
            push_value(result, key, buf);
            buf.extend_from_slice(b";\n");
        }
    }

    fn end(&mut self, _result: &Shown, _buf: &mut Buffer) {}
}

/// sqlite3's mode of that name.
struct Values;

impl Markup for Values {
    fn begin(&mut self, result: &Shown, buf: &mut Buffer) {
        if result.options.tuples_only {
            return;
        }
        for (index, column) in result.columns.iter().enumerate() {
            if index > 0 {
                buf.push(b',');
            }
            push_string(result, column.name.as_bytes(), buf);
        }
        buf.push(b'\n');
    }

    fn row(&mut self, result: &Shown, row: Row<'_>, buf: &mut Buffer) {
        for (index, cell) in row.cells().enumerate() {
            if index > 0 {
                buf.push(b',');
            }
            push_value(result, cell, buf);
        }
        buf.push(b'\n');
    }

    fn end(&mut self, _result: &Shown, _buf: &mut Buffer) {}
}
