//! `json` and `jsonl`: an object a row, either in one array or each on a line of its own.
//!
//! Numbers keep the server's digits; what is no JSON number (`NaN`, `Infinity`) is a string. Cells
//! of a JSON type are embedded as they are. Where a column name occurs again the second becomes
//! `name_2`, because readers keep only one of two equal keys. Text that is not UTF-8 gets U+FFFD.

use super::emit::{Buffer, CHUNK, STRIDE};
use super::scan::{ByteSet, Scan};
use super::{FormatOptions, RowWriter};
use crate::data::{Cell, CellKind, Column, RowBatch, Summary, hex};
use std::collections::HashSet;
use std::io::{self, Write};

/// Around and between the objects.
struct Frame {
    open: &'static [u8],
    between: &'static [u8],
    after: &'static [u8],
    close: &'static [u8],
    /// A result without rows.
    empty: &'static [u8],
}

const ARRAY: Frame = Frame {
    open: b"[\n",
    between: b",\n",
    after: b"",
    close: b"\n]\n",
    empty: b"[]\n",
};

const LINES: Frame = Frame {
    open: b"",
    between: b"",
    after: b"\n",
    close: b"",
    empty: b"",
};

struct Json {
    frame: &'static Frame,
    one_line: bool,
    terminal: bool,
    /// `{"a":`, `,"b":` …
    keys: Vec<Key>,
    begun: bool,
    buf: Buffer,
}

/// What stands before a value. `text` goes on behind `length`, for `Buffer::extend_from_start`.
struct Key {
    text: Vec<u8>,
    length: usize,
}

pub(super) fn new_json(options: &FormatOptions) -> Box<dyn RowWriter> {
    new(&ARRAY, false, options)
}

pub(super) fn new_jsonl(options: &FormatOptions) -> Box<dyn RowWriter> {
    new(&LINES, true, options)
}

fn new(frame: &'static Frame, one_line: bool, options: &FormatOptions) -> Box<dyn RowWriter> {
    Box::new(Json {
        frame,
        one_line,
        terminal: options.terminal,
        keys: Vec::new(),
        begun: false,
        buf: Buffer::default(),
    })
}

/// The names of the columns, each of them once.
fn unique_names(columns: &[Column]) -> Vec<String> {
    let originals: HashSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut used = HashSet::new();
    let mut names = Vec::with_capacity(columns.len());
    for column in columns {
        let mut name = column.name.clone();
        let mut count = 1;
        while !used.insert(name.clone()) || (count > 1 && originals.contains(name.as_str())) {
            count += 1;
            name = format!("{}_{count}", column.name);
        }
        names.push(name);
    }
    names
}

/// What a string cannot hold as it is, or what must be looked at (bytes that may not be UTF-8).
const SPECIAL: ByteSet<2> = ESCAPED.with_beyond_ascii();

const ESCAPED: ByteSet<2> = ByteSet::of(*b"\"\\").with_controls();

fn push_string(buf: &mut Buffer, text: &[u8]) {
    buf.push(b'"');
    if let Ok(text) = std::str::from_utf8(text) {
        push_escaped(buf, text.as_bytes());
    } else {
        push_escaped(buf, String::from_utf8_lossy(text).as_bytes());
    }
    buf.push(b'"');
}

fn push_escaped(buf: &mut Buffer, text: &[u8]) {
    let mut rest = text;
    loop {
        let at = ESCAPED.find(rest);
        buf.extend_from_slice(&rest[..at]);
        match rest.get(at) {
            None => return,
            Some(b'"') => buf.extend_from_slice(b"\\\""),
            Some(b'\\') => buf.extend_from_slice(b"\\\\"),
            Some(b'\n') => buf.extend_from_slice(b"\\n"),
            Some(b'\r') => buf.extend_from_slice(b"\\r"),
            Some(b'\t') => buf.extend_from_slice(b"\\t"),
            Some(&byte) => {
                buf.extend_from_slice(b"\\u00");
                buf.extend_from_slice(&hex(byte));
            }
        }
        rest = &rest[at + 1..];
    }
}

/// Whether the text is a number by RFC 8259.
pub(super) fn is_number(text: &[u8]) -> bool {
    let digits = |rest: &mut &[u8]| {
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        *rest = &rest[count..];
        count > 0
    };
    let mut rest = text.strip_prefix(b"-").unwrap_or(text);
    if let [b'0', after @ ..] = rest {
        rest = after;
    } else if !digits(&mut rest) {
        return false;
    }
    if let [b'.', after @ ..] = rest {
        rest = after;
        if !digits(&mut rest) {
            return false;
        }
    }
    if let [b'e' | b'E', after @ ..] = rest {
        rest = after;
        if let [b'+' | b'-', after @ ..] = rest {
            rest = after;
        }
        if !digits(&mut rest) {
            return false;
        }
    }
    rest.is_empty()
}

fn is_document(text: &[u8]) -> bool {
    std::str::from_utf8(text)
        .is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

impl Json {
    /// Appends a cell that is neither a number nor plain text.
    fn push_other(&mut self, cell: Cell<'_>) {
        match (cell.kind, cell.text) {
            (CellKind::Null, _) => self.buf.extend_from_slice(b"null"),
            (CellKind::Bool, b"t" | b"true" | b"1") => self.buf.extend_from_slice(b"true"),
            (CellKind::Bool, b"f" | b"false" | b"0") => self.buf.extend_from_slice(b"false"),
            (CellKind::Json, text) if is_document(text) => {
                let start = self.buf.len();
                self.buf.extend_from_slice(text);
                if self.one_line {
                    // Inside of strings line ends are escaped, so these are only white space.
                    for byte in &mut self.buf.as_mut_slice()[start..] {
                        if matches!(*byte, b'\n' | b'\r') {
                            *byte = b' ';
                        }
                    }
                }
            }
            (_, text) => push_string(&mut self.buf, text),
        }
    }

    /// Appends a cell; `ahead` is its text and what follows it, for a quick copy.
    #[inline]
    fn push_value(&mut self, cell: Cell<'_>, ahead: &[u8], clean: bool) {
        match cell.kind {
            CellKind::Number if is_number(cell.text) => {
                self.buf.extend_from_start(ahead, cell.text.len());
            }
            CellKind::Text if clean => {
                self.buf.push(b'"');
                self.buf.extend_from_start(ahead, cell.text.len());
                self.buf.push(b'"');
            }
            _ => self.push_other(cell),
        }
    }
}

impl RowWriter for Json {
    fn begin(&mut self, columns: &[Column], _out: &mut dyn Write) -> io::Result<()> {
        self.begun = false;
        self.buf.clear();
        self.keys.clear();
        for (index, name) in unique_names(columns).iter().enumerate() {
            let mut key = Buffer::default();
            key.push(if index == 0 { b'{' } else { b',' });
            push_string(&mut key, name.as_bytes());
            key.push(b':');
            let length = key.len();
            key.push_spaces(STRIDE);
            self.keys.push(Key {
                text: key.into_vec(),
                length,
            });
        }
        Ok(())
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        let mut scan = Scan::new(batch.text(), SPECIAL);
        let mut cells = batch.cells();
        for _ in 0..batch.len() {
            self.buf.extend_from_slice(if self.begun {
                self.frame.between
            } else {
                self.frame.open
            });
            self.begun = true;
            for (index, cell) in cells.by_ref().take(self.keys.len()).enumerate() {
                let key = &self.keys[index];
                self.buf.extend_from_start(&key.text, key.length);
                let ahead = scan.ahead();
                let clean = scan.clean(cell.text.len());
                self.push_value(cell, ahead, clean);
            }
            if self.keys.is_empty() {
                self.buf.push(b'{');
            }
            self.buf.push(b'}');
            self.buf.extend_from_slice(self.frame.after);
            if self.buf.len() >= CHUNK {
                self.buf.emit_json(self.terminal, out)?;
            }
        }
        self.buf.emit_json(self.terminal, out)
    }

    fn flush(&mut self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.begun {
            self.frame.close
        } else {
            self.frame.empty
        })
    }
}
