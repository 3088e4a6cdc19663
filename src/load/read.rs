//! Bytes of a file to rows, piece by piece, with constant memory.

use super::fields::{self, Cut, Field};
use super::json;
use super::lines::Lines;
use super::sniff::{Delimited, Shape};
use crate::data::{CellKind, RowBatch};

/// A record that cannot be read, or one that a server refused.
/// What is wrong with a record in another encoding.
pub const NOT_UTF8: &str = "the text is not UTF-8";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// Line of the file, counted from 1; until the reader knows better, of the record.
    pub line: u64,
    /// Character of the line, counted from 1.
    pub column: Option<usize>,
    /// What is wrong, as an error's message.
    pub reason: String,
}

impl Bad {
    /// At byte `at` of `bytes`, `lines` lines below their start.
    pub(super) fn at(bytes: &[u8], at: usize, lines: u64, reason: &str) -> Bad {
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |n| n + 1);
        let before = String::from_utf8_lossy(&bytes[start..at]);
        Bad {
            line: lines,
            column: Some(before.chars().count() + 1),
            reason: reason.to_string(),
        }
    }

    fn plain(reason: String) -> Bad {
        Bad {
            line: 0,
            column: None,
            reason,
        }
    }
}

/// Longest record in bytes. A quote that is never closed would take the rest of the file.
const LONGEST: usize = 256 << 20;

/// What stands for NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Null {
    /// csv: an empty field without quotes; tsv: `\N` and `NULL`.
    Usual,
    /// This text, without quotes.
    Text(Vec<u8>),
}

/// Turns bytes into rows.
#[derive(Debug)]
pub struct Reader {
    shape: Shape,
    null: Null,
    /// Names of the columns, for keys of JSON; their number is that of the fields.
    columns: Vec<String>,
    pending: Vec<u8>,
    at: usize,
    ended: bool,
    line: u64,
    rows: u64,
    fields: Vec<Field>,
    text: Vec<u8>,
}

impl Reader {
    pub fn new(shape: Shape, null: Null, columns: Vec<String>) -> Self {
        Reader {
            shape,
            null,
            columns,
            pending: Vec::new(),
            at: 0,
            ended: false,
            line: 1,
            rows: 0,
            fields: Vec::new(),
            text: Vec::new(),
        }
    }

    /// Room at the end of what waits, for `length` more bytes; then `filled` says how many came.
    pub fn room(&mut self, length: usize) -> &mut [u8] {
        self.pending.drain(..self.at);
        self.at = 0;
        // A long record is not looked through again for every small piece of it.
        let length = length.max(self.pending.len());
        let had = self.pending.len();
        self.pending.resize(had + length, 0);
        &mut self.pending[had..]
    }

    /// Of the last `room` so many bytes were filled; none means that the file has ended.
    pub fn filled(&mut self, room: usize, bytes: usize) {
        self.pending.truncate(self.pending.len() - (room - bytes));
        self.ended |= bytes == 0;
    }

    /// Whether what came is all there is.
    pub fn set_ended(&mut self, ended: bool) {
        self.ended = ended;
    }

    /// Passes over the next record: a header.
    pub fn skip(&mut self) -> Result<bool, Bad> {
        let mut batch = RowBatch::new(0);
        if let Shape::Delimited(shape) = self.shape {
            self.skip_blank(shape);
        }
        self.record(&mut batch, false)
    }

    /// The fields of the next record as text, without passing over it; `None` where it is not
    /// whole yet or there is none.
    pub fn peek(&mut self) -> Result<Option<Vec<String>>, Bad> {
        let Shape::Delimited(shape) = self.shape else {
            return Ok(None);
        };
        self.skip_blank(shape);
        let bytes = &self.pending[self.at..];
        if bytes.is_empty() {
            return Ok(None);
        }
        match fields::cut(bytes, shape, self.ended, &mut self.fields) {
            Ok(Cut::Unfinished) => Ok(None),
            Ok(Cut::Whole { .. }) => {
                let text = |field: &Field| {
                    let mut text = Vec::new();
                    fields::push_text(&mut text, bytes, *field);
                    String::from_utf8_lossy(&text).into_owned()
                };
                Ok(Some(self.fields.iter().map(text).collect()))
            }
            Err(bad) => Err(self.placed(bad)),
        }
    }

    /// Reads records into `batch` until it is full or no whole record is left. After an error the
    /// bad record has been passed over and reading can go on.
    pub fn read(&mut self, batch: &mut RowBatch, lines: &mut Lines) -> Result<(), Bad> {
        while !batch.is_full() {
            if let Shape::Delimited(shape) = self.shape {
                self.skip_blank(shape);
            }
            let line = self.line;
            let had = batch.len();
            if !self.record(batch, true)? {
                break;
            }
            if batch.len() > had {
                lines.note(self.rows, line);
                self.rows += 1;
            }
        }
        Ok(())
    }

    /// Whether everything has been read.
    pub fn is_done(&self) -> bool {
        self.ended && self.at == self.pending.len()
    }

    /// Reads one record; false where no whole one is there.
    fn record(&mut self, batch: &mut RowBatch, push: bool) -> Result<bool, Bad> {
        if self.at == self.pending.len() {
            return Ok(false);
        }
        let read = match self.shape {
            Shape::Delimited(shape) => self.delimited(shape, batch, push),
            Shape::JsonLines => self.object(batch),
        };
        if matches!(read, Ok(false)) {
            if self.pending.len() - self.at > LONGEST {
                self.at = self.pending.len();
                let reason = "the record is longer than 256 MB; is a quote not closed?";
                return Err(self.placed(Bad::plain(reason.into())));
            }
            if self.ended && self.at < self.pending.len() {
                self.at = self.pending.len();
            }
        }
        read
    }

    fn delimited(
        &mut self,
        shape: Delimited,
        batch: &mut RowBatch,
        push: bool,
    ) -> Result<bool, Bad> {
        let bytes = &self.pending[self.at..];
        let (length, lines) = match fields::cut(bytes, shape, self.ended, &mut self.fields) {
            Ok(Cut::Unfinished) => return Ok(false),
            Ok(Cut::Whole { length, lines }) => (length, lines),
            Err(bad) => {
                let bad = self.placed(bad);
                self.pass_line();
                return Err(bad);
            }
        };
        let record = &bytes[..length];
        let wrong = match push {
            true => self.mistake(record),
            false => None,
        };
        if push && wrong.is_none() {
            for field in &self.fields {
                if is_null(&self.null, shape, record, *field) {
                    batch.push_null();
                } else if field.escaped {
                    batch.push_with(CellKind::Text, |out| fields::push_text(out, record, *field));
                } else {
                    batch.push(CellKind::Text, &record[field.start..field.end]);
                }
            }
            batch.end_row();
        }
        let wrong = wrong.map(|bad| self.placed(bad));
        self.at += length;
        self.line += lines;
        wrong.map_or(Ok(true), Err)
    }

    /// What is wrong with the record that was just cut.
    fn mistake(&self, record: &[u8]) -> Option<Bad> {
        if let Err(e) = std::str::from_utf8(record) {
            let before = &record[..e.valid_up_to()];
            let lines = memchr::memchr_iter(b'\n', before).count() as u64;
            return Some(Bad::at(record, e.valid_up_to(), lines, NOT_UTF8));
        }
        let (has, wants) = (self.fields.len(), self.columns.len());
        if has == wants {
            return None;
        }
        let fields = match has {
            1 => "1 field".to_string(),
            n => format!("{n} fields"),
        };
        let reason = format!("{fields} where {wants} are wanted");
        // Where the first field too many begins, or the line ends.
        let at = match self.fields.get(wants) {
            Some(field) => field.start - usize::from(field.quoted),
            None => self
                .fields
                .last()
                .map_or(0, |f| f.end + usize::from(f.quoted)),
        };
        let lines = memchr::memchr_iter(b'\n', &record[..at]).count() as u64;
        Some(Bad::at(record, at, lines, &reason))
    }

    fn object(&mut self, batch: &mut RowBatch) -> Result<bool, Bad> {
        let bytes = &self.pending[self.at..];
        let (gap, lines) = json::gap(bytes);
        self.at += gap;
        self.line += lines;
        let bytes = &self.pending[self.at..];
        if bytes.is_empty() {
            return Ok(false);
        }
        let length = match json::object(bytes) {
            Some(length) => length,
            None if self.ended => {
                let bad = self.placed(Bad::at(bytes, 0, 0, "the object is not complete"));
                self.at = self.pending.len();
                return Err(bad);
            }
            None => return Ok(false),
        };
        let record = &bytes[..length];
        let lines = memchr::memchr_iter(b'\n', record).count() as u64;
        let read = json::cells(record, &self.columns, batch, &mut self.text);
        let read = read.map_err(|bad| self.placed(bad));
        self.at += length;
        self.line += lines;
        read.map(|()| true)
    }

    /// Lines without anything on them are no records, where a record has several fields.
    fn skip_blank(&mut self, shape: Delimited) {
        if self.columns.len() < 2 && shape.quotes && !self.columns.is_empty() {
            return;
        }
        loop {
            let rest = &self.pending[self.at..];
            let length = match rest {
                [b'\n', ..] => 1,
                [b'\r', b'\n', ..] => 2,
                _ => return,
            };
            self.at += length;
            self.line += 1;
        }
    }

    fn pass_line(&mut self) {
        let rest = &self.pending[self.at..];
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        self.at += length;
        self.line += 1;
    }

    fn placed(&self, bad: Bad) -> Bad {
        Bad {
            line: self.line + bad.line,
            ..bad
        }
    }
}

fn is_null(null: &Null, shape: Delimited, bytes: &[u8], field: Field) -> bool {
    let text = &bytes[field.start..field.end];
    match null {
        _ if field.quoted => false,
        Null::Text(null) => text == null,
        Null::Usual if shape.quotes => text.is_empty(),
        Null::Usual => text == b"\\N" || text == b"NULL",
    }
}
