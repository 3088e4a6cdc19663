//! One cell: on a line of the grid, and opened as a whole.

use super::Key;
use crate::data::{Cell, CellKind, Column};
use crate::format::width::{cut, display_width};
use crate::visible::{visible_line, visible_text};
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// Bytes of a cell that a line of the grid may show: more than any screen has room for.
const LINE_BYTES: usize = 4096;
/// Bytes of a cell that are shown when it is opened.
const OPENED_BYTES: usize = 1 << 20;

/// The name of a column on one line, and its width.
pub(super) fn name(column: &Column) -> (String, usize) {
    let name = visible_line(&column.name).into_owned();
    let width = display_width(&name);
    (name, width)
}

/// What a line of the grid shows of a cell, before it is cut to the column.
pub(super) fn line(cell: &Cell<'_>, null: &str) -> String {
    match cell.kind {
        CellKind::Null => visible_line(null).into_owned(),
        _ => visible_line(&text(beginning(cell.text, LINE_BYTES))).into_owned(),
    }
}

/// All of it on one line.
pub(super) fn whole<'a>(cell: &Cell<'a>) -> Cow<'a, str> {
    match text(cell.text) {
        Cow::Borrowed(text) => visible_line(text),
        Cow::Owned(text) => Cow::Owned(visible_line(&text).into_owned()),
    }
}

/// At most so many bytes, and no part of a character.
fn beginning(text: &[u8], most: usize) -> &[u8] {
    if text.len() <= most {
        return text;
    }
    let continues = |at: &usize| text[*at] & 0xc0 == 0x80;
    let end = (most.saturating_sub(3)..=most)
        .rev()
        .find(|at| !continues(at));
    &text[..end.unwrap_or(most)]
}

/// The text; bytes that are none as `\xNN`.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02X}"));
        }
    }
    Cow::Owned(out)
}

/// A cell that is shown as a whole.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// The column's name and type, the size of the text.
    pub(super) title: String,
    pub(super) null: bool,
    text: String,
    /// As wide as the screen.
    lines: Vec<String>,
    top: usize,
    page: usize,
}

impl Opened {
    pub(super) fn new(cell: &Cell<'_>, column: &Column, null: &str) -> Opened {
        let size = match (cell.kind, cell.text.len()) {
            (CellKind::Null, _) => "NULL".to_string(),
            (_, 1) => "1 byte".to_string(),
            (_, size) => format!("{size} bytes"),
        };
        let shown = beginning(cell.text, OPENED_BYTES);
        let rest = match shown.len() < cell.text.len() {
            true => format!(", the first {} of them", shown.len()),
            false => String::new(),
        };
        let kind = match column.type_name.is_empty() {
            true => String::new(),
            false => format!("  {}", visible_line(&column.type_name)),
        };
        let whole = text(shown);
        let whole = visible_text(&whole);
        let laid_out = match rest.is_empty() && cell.kind != CellKind::Null {
            true => json(&whole),
            false => None,
        };
        let note = if laid_out.is_some() { ", JSON" } else { "" };
        Opened {
            title: format!("{}{kind}  {size}{rest}{note}", name(column).0),
            null: cell.kind == CellKind::Null,
            text: match cell.kind {
                CellKind::Null => visible_line(null).into_owned(),
                _ => laid_out.unwrap_or_else(|| whole.into_owned()),
            },
            ..Opened::default()
        }
    }

    /// Breaks the text into lines for a screen of this size.
    pub(super) fn wrap(&mut self, columns: usize, rows: usize) {
        self.lines.clear();
        for line in self.text.split('\n') {
            let line = line.replace('\t', "    ");
            let mut rest = line.as_str();
            loop {
                let (part, _) = cut(rest, columns.saturating_sub(1).max(2));
                self.lines.push(part.to_string());
                rest = &rest[part.len()..];
                if rest.is_empty() || part.is_empty() {
                    break;
                }
            }
        }
        self.page = rows.saturating_sub(3).max(1);
        self.settle();
    }

    pub(super) fn scroll(&mut self, key: Key) {
        match key {
            Key::Up | Key::Char('k') => self.top = self.top.saturating_sub(1),
            Key::Down | Key::Char('j') => self.top += 1,
            Key::PageUp | Key::Char('b') => self.top = self.top.saturating_sub(self.page),
            Key::PageDown | Key::Char(' ') => self.top += self.page,
            Key::Home | Key::Top | Key::Char('g') => self.top = 0,
            Key::End | Key::Bottom | Key::Char('G') => self.top = usize::MAX,
            _ => {}
        }
        self.settle();
    }

    fn settle(&mut self) {
        self.top = self.top.min(self.lines.len().saturating_sub(self.page));
    }

    /// The lines that are on the screen.
    pub(super) fn shown(&self) -> &[String] {
        let end = (self.top + self.page).min(self.lines.len());
        &self.lines[self.top..end]
    }

    /// `lines 1-20 of 300`, where not all of them are on the screen.
    pub(super) fn place(&self) -> String {
        match self.lines.len() <= self.page {
            true => String::new(),
            false => format!(
                "  lines {}-{} of {}",
                self.top + 1,
                self.top + self.shown().len(),
                self.lines.len()
            ),
        }
    }
}

/// An object or array over lines. Only the space between its parts changes: numbers keep their
/// digits, keys their order.
fn json(text: &str) -> Option<String> {
    let begins = text.trim_start().starts_with(['{', '[']);
    if !begins || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut chars = text.chars().peekable();
    let newline = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(c) = chars.next() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            ' ' | '\t' | '\n' | '\r' => {}
            '{' | '[' => {
                out.push(c);
                while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
                match chars.next_if(|c| matches!(c, '}' | ']')) {
                    Some(end) => out.push(end),
                    None => {
                        depth += 1;
                        newline(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                newline(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                newline(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_laid_out_and_nothing_else_of_it_changes() {
        for (text, expected) in [
            ("{}", Some("{}")),
            ("[ ]", Some("[]")),
            (
                r#"{"b":1.50,"a":[12345678901234567890, {"x":"a,\"b:{"}],"c":{ }}"#,
                Some(
                    "{\n  \"b\": 1.50,\n  \"a\": [\n    12345678901234567890,\n    {\n      \
                     \"x\": \"a,\\\"b:{\"\n    }\n  ],\n  \"c\": {}\n}",
                ),
            ),
            (r#"["\\", 1]"#, Some("[\n  \"\\\\\",\n  1\n]")),
            ("{1,2}", None),
            ("12", None),
            ("[1", None),
            ("text", None),
        ] {
            assert_eq!(json(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_seen() {
        let cell = |text| Cell {
            kind: CellKind::Text,
            text,
        };
        for (bytes, expected) in [
            (&b"plain"[..], "plain"),
            (b"a\nb\x1b[1m", "a\\nb\\x1B[1m"),
            (b"a\xffb", "a\\xFFb"),
            ("a\u{202e}b".as_bytes(), "a\\u202Eb"),
        ] {
            assert_eq!(line(&cell(bytes), ""), expected);
            assert_eq!(whole(&cell(bytes)), expected);
        }
        let long = "é".repeat(LINE_BYTES);
        assert!(line(&cell(long.as_bytes()), "").chars().all(|c| c == 'é'));
    }
}
