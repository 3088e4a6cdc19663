//! A question on the terminal whose answer nobody sees.

use super::tell;
use crate::error::{Error, Kind, Result};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Read, Write};

/// Asks on the terminal, also where input and output are elsewhere; an error where none is, and at
/// Ctrl-C and Ctrl-D. What was typed ahead is taken for the answer, what comes behind it stays.
pub fn ask_secret(question: &str) -> Result<String> {
    let failed = |e: io::Error| Error::io("read the password from the terminal", &e);
    let mut terminal = terminal().map_err(failed)?;
    // First of all, so that nothing is shown that somebody types on seeing the question.
    enable_raw_mode().map_err(failed)?;
    show(question);
    let answer = typed(&mut terminal);
    // A terminal that is gone has no mode.
    let _ = disable_raw_mode();
    show("\n");
    answer
        .map_err(failed)?
        .ok_or_else(|| Error::new(Kind::Cancelled, "no password was given"))
}

/// The one whose mode is changed.
fn terminal() -> io::Result<File> {
    let input = io::stdin();
    if !input.is_terminal() {
        return File::open("/dev/tty");
    }
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        input.as_fd().try_clone_to_owned().map(File::from)
    }
    #[cfg(not(unix))]
    Err(io::ErrorKind::Unsupported.into())
}

fn show(text: &str) {
    let terminal = OpenOptions::new().write(true).open("/dev/tty");
    let shown = terminal.and_then(|mut terminal| terminal.write_all(text.as_bytes()));
    if shown.is_err() {
        tell(text);
    }
}

const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const CTRL_H: u8 = 8;
const CTRL_U: u8 = 0x15;
const CTRL_W: u8 = 0x17;
const ESC: u8 = 0x1b;
const DELETE: u8 = 0x7f;

/// A line; none where the user does not want to answer. Bytes are read one by one, so that those
/// behind it are left to others.
fn typed(from: &mut impl Read) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    // Within a paste; and what of it comes behind its first line is dropped.
    let (mut pasted, mut over) = (false, false);
    while let Some(byte) = next(from)? {
        match byte {
            ESC => match sequence(from)?.as_slice() {
                b"[200~" => pasted = true,
                b"[201~" if over => return Ok(Some(text(line))),
                b"[201~" => pasted = false,
                _ => {}
            },
            _ if over => {}
            b'\r' | b'\n' if pasted => over = true,
            b'\r' | b'\n' => return Ok(Some(text(line))),
            CTRL_D if !line.is_empty() => return Ok(Some(text(line))),
            CTRL_C | CTRL_D => return Ok(None),
            CTRL_H | DELETE => {
                // A character with its bytes.
                while line.pop().is_some_and(|b| b & 0xc0 == 0x80) {}
            }
            CTRL_U | CTRL_W => line.clear(),
            0..0x20 => {}
            byte => line.push(byte),
        }
    }
    Ok(None)
}

fn next(from: &mut impl Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    loop {
        match from.read(&mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// What a key that is no character sends behind ESC.
fn sequence(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    while let Some(byte) = next(from)? {
        all.push(byte);
        let goes_on = match all.len() {
            1 => matches!(byte, b'[' | b'O'),
            _ => !(0x40..0x7f).contains(&byte) && all.len() < 32,
        };
        if !goes_on {
            break;
        }
    }
    Ok(all)
}

fn text(line: Vec<u8>) -> String {
    String::from_utf8(line).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_was_typed_and_the_rest_stays() {
        for (keys, line, rest) in [
            (&b"abc\rselect"[..], Some("abc"), "select"),
            (b"abc\nx", Some("abc"), "x"),
            (b"\r", Some(""), ""),
            (b"wrong\x15right\r", Some("right"), ""),
            ("aé\u{65e5}\u{7f}\x7fb\r".as_bytes(), Some("ab"), ""),
            (b"a\xff\r", Some("a\u{fffd}"), ""),
            (b"\x7f\x7fa\r", Some("a"), ""),
            (b"a\x1b[A\x1bOP\x1b[1;5Cb\r", Some("ab"), ""),
            (b"\x1b[200~abc\x1b[201~\rx", Some("abc"), "x"),
            (b"\x1b[200~abc\rmore\r\x1b[201~x", Some("abc"), "x"),
            (b"abc\x04x", Some("abc"), "x"),
            (b"abc\x03x", None, "x"),
            (b"\x04x", None, "x"),
            (b"abc", None, ""),
        ] {
            let mut from = keys;
            let got = typed(&mut from).expect("no error");
            assert_eq!(got.as_deref(), line, "{keys:?}");
            assert_eq!(String::from_utf8_lossy(from), rest, "{keys:?}");
        }
    }
}
