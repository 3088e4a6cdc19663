//! The way of rendered bytes to the output, through the last check for a terminal.

use super::width::NOT_PLAIN;
use crate::visible::{is_control, push_visible};
use std::io::{self, Write};

/// Rendered bytes after which a writer hands them on, so that memory stays bounded.
pub(super) const CHUNK: usize = 256 * 1024;

/// Short cells are copied as so many bytes, however short they are: one or two machine
/// instructions instead of a call.
pub(super) const STRIDE: usize = 32;

/// Rendered bytes, reused from batch to batch. As `Vec<u8>`, with a faster way for short texts.
#[derive(Default)]
pub(super) struct Buffer {
    /// What lies behind `used` is left over and means nothing.
    bytes: Vec<u8>,
    used: usize,
}

impl Buffer {
    pub(super) fn len(&self) -> usize {
        self.used
    }

    pub(super) fn is_empty(&self) -> bool {
        self.used == 0
    }

    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.used = self.used.min(length);
    }

    /// What was rendered.
    pub(super) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.used]
    }

    #[inline]
    fn reserve(&mut self, count: usize) {
        if self.bytes.len() < self.used + count {
            self.grow(count);
        }
    }

    #[cold]
    fn grow(&mut self, count: usize) {
        let length = (self.used + count).max(self.bytes.len() * 2).max(4096);
        self.bytes.resize(length, 0);
    }

    #[inline]
    pub(super) fn push(&mut self, byte: u8) {
        self.reserve(1);
        self.bytes[self.used] = byte;
        self.used += 1;
    }

    #[inline]
    pub(super) fn extend_from_slice(&mut self, text: &[u8]) {
        self.reserve(text.len());
        self.bytes[self.used..self.used + text.len()].copy_from_slice(text);
        self.used += text.len();
    }

    /// Appends the beginning of `text`: of what follows it in memory nothing is shown, but it may
    /// be copied along, which is quicker.
    #[inline]
    pub(super) fn extend_from_start(&mut self, text: &[u8], length: usize) {
        match text.first_chunk::<STRIDE>() {
            Some(start) if length <= STRIDE => {
                self.reserve(STRIDE);
                self.bytes[self.used..self.used + STRIDE].copy_from_slice(start);
                self.used += length;
            }
            _ => self.extend_from_slice(&text[..length]),
        }
    }

    /// Appends what is in `other` and empties it.
    pub(super) fn append(&mut self, other: &mut Buffer) {
        self.extend_from_slice(&other.bytes[..other.used]);
        other.clear();
    }

    pub(super) fn into_vec(mut self) -> Vec<u8> {
        self.bytes.truncate(self.used);
        self.bytes
    }

    /// Appends `count` spaces.
    #[inline]
    pub(super) fn push_spaces(&mut self, count: usize) {
        self.reserve(count);
        self.bytes[self.used..self.used + count].fill(b' ');
        self.used += count;
    }

    /// Writes what was rendered and empties the buffer. On a terminal control characters become
    /// visible on the way, newlines and tabs excepted.
    pub(super) fn emit(&mut self, terminal: bool, out: &mut dyn Write) -> io::Result<()> {
        if terminal {
            self.make_visible(push_visible);
        }
        self.write_out(out)
    }

    /// As `emit`, for formats where `\x1B` would be wrong: JSON has escapes of its own.
    pub(super) fn emit_json(&mut self, terminal: bool, out: &mut dyn Write) -> io::Result<()> {
        if terminal {
            self.make_visible(push_json_escape);
        }
        self.write_out(out)
    }

    /// Writes what was rendered as it is and empties the buffer.
    pub(super) fn write_out(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let written = out.write_all(&self.bytes[..self.used]);
        self.clear();
        written
    }

    fn make_visible(&mut self, push: fn(&mut String, char)) {
        if let Some(shown) = visible(self.as_mut_slice(), push) {
            self.clear();
            self.extend_from_slice(shown.as_bytes());
        }
    }
}

/// A carriage return outside of strings is white space in JSON; every other control character can
/// only stand in a string.
fn push_json_escape(out: &mut String, c: char) {
    use std::fmt::Write as _;
    if c == '\r' {
        out.push(' ');
    } else {
        // Writing to memory cannot fail.
        let _ = write!(out, "\\u{:04x}", c as u32);
    }
}

/// Whether a terminal may have the text as it is.
fn is_visible(text: &[u8]) -> bool {
    let mut rest = text;
    loop {
        match rest.get(NOT_PLAIN.find(rest)..) {
            Some([b'\n' | b'\t', behind @ ..]) => rest = behind,
            Some([_, ..]) => return false,
            _ => return true,
        }
    }
}

/// The text for a terminal, if it cannot stay as it is.
fn visible(text: &[u8], push: fn(&mut String, char)) -> Option<String> {
    if is_visible(text) {
        return None;
    }
    let mut shown = String::with_capacity(text.len() + 64);
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_control(c) && c != '\n' && c != '\t' {
                push(&mut shown, c);
            } else {
                shown.push(c);
            }
        }
        for &byte in chunk.invalid() {
            use std::fmt::Write as _;
            // Writing to memory cannot fail.
            let _ = write!(shown, "\\x{byte:02X}");
        }
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(text: &[u8]) -> Buffer {
        let mut buffer = Buffer::default();
        buffer.extend_from_slice(text);
        buffer
    }

    #[test]
    fn a_buffer_holds_what_was_appended() {
        let mut buffer = buffer(b"ab");
        let long = [b'x'; 5000];
        buffer.push(b'c');
        buffer.extend_from_start(&long, 3);
        buffer.extend_from_start(b"short", 2);
        buffer.push_spaces(2);
        buffer.extend_from_start(&long, 33);
        assert_eq!(buffer.len(), 43);
        let expected = format!("abcxxxsh  {}", "x".repeat(33));
        assert_eq!(buffer.as_mut_slice(), expected.as_bytes());
        buffer.truncate(2);
        buffer.extend_from_slice(&long);
        let mut out = Vec::new();
        buffer.write_out(&mut out).unwrap();
        assert_eq!(out, [b"ab".as_slice(), &long].concat());
        assert!(buffer.is_empty());
    }

    #[test]
    fn control_characters_reach_a_file_but_no_terminal() {
        for (text, terminal, expected) in [
            ("a\x1b[0m\tb\n", false, "a\x1b[0m\tb\n"),
            ("a\x1b[0m\tb\n", true, "a\\x1B[0m\tb\n"),
            ("é\u{9b}\u{202e}\r\n", true, "é\\x9B\\u202E\\r\n"),
        ] {
            let mut out = Vec::new();
            buffer(text.as_bytes()).emit(terminal, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
        let mut out = Vec::new();
        buffer(b"a\x9bb").emit(true, &mut out).unwrap();
        assert_eq!(out, b"a\\x9Bb");
    }

    #[test]
    fn json_for_a_terminal_is_still_json() {
        let mut out = Vec::new();
        let text = "{\"a\":\"\u{9b}\u{202e}\"}\r\n";
        buffer(text.as_bytes()).emit_json(true, &mut out).unwrap();
        assert_eq!(out, b"{\"a\":\"\\u009b\\u202e\"} \n");
    }
}
