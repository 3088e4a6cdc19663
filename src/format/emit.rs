//! The way of rendered bytes to the output, through the last check for a terminal.

use crate::visible::{is_control, push_visible};
use std::io::{self, Write};

/// Rendered bytes after which a writer hands them on, so that memory stays bounded.
pub(super) const CHUNK: usize = 256 * 1024;

/// Writes what was rendered and empties the buffer. On a terminal control characters become
/// visible on the way, newlines and tabs excepted.
pub(super) fn emit(buf: &mut Vec<u8>, terminal: bool, out: &mut dyn Write) -> io::Result<()> {
    if terminal {
        make_visible(buf, push_visible);
    }
    write_out(buf, out)
}

/// As `emit`, for formats where `\x1B` would be wrong: JSON has escapes of its own.
pub(super) fn emit_json(buf: &mut Vec<u8>, terminal: bool, out: &mut dyn Write) -> io::Result<()> {
    if terminal {
        make_visible(buf, push_json_escape);
    }
    write_out(buf, out)
}

/// Writes what was rendered and empties the buffer.
pub(super) fn write_out(buf: &mut Vec<u8>, out: &mut dyn Write) -> io::Result<()> {
    if buf.is_empty() {
        return Ok(());
    }
    let written = out.write_all(buf);
    buf.clear();
    written
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

fn make_visible(buf: &mut Vec<u8>, push: fn(&mut String, char)) {
    let ascii = |b: &u8| matches!(b, 0x20..0x7f | b'\n' | b'\t');
    if buf.iter().all(ascii) {
        return;
    }
    let mut shown = String::with_capacity(buf.len() + 64);
    for chunk in buf.utf8_chunks() {
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
    buf.clear();
    buf.extend_from_slice(shown.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_reach_a_file_but_no_terminal() {
        for (text, terminal, expected) in [
            ("a\x1b[0m\tb\n", false, "a\x1b[0m\tb\n"),
            ("a\x1b[0m\tb\n", true, "a\\x1B[0m\tb\n"),
            ("é\u{9b}\u{202e}\r\n", true, "é\\x9B\\u202E\\r\n"),
        ] {
            let mut out = Vec::new();
            emit(&mut text.as_bytes().to_vec(), terminal, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
        let mut out = Vec::new();
        emit(&mut b"a\x9bb".to_vec(), true, &mut out).unwrap();
        assert_eq!(out, b"a\\x9Bb");
    }

    #[test]
    fn json_for_a_terminal_is_still_json() {
        let mut out = Vec::new();
        let text = "{\"a\":\"\u{9b}\u{202e}\"}\r\n";
        emit_json(&mut text.as_bytes().to_vec(), true, &mut out).unwrap();
        assert_eq!(out, b"{\"a\":\"\\u009b\\u202e\"} \n");
    }
}
