//! One record of delimited text, cut into fields: `csv` with quotes, `tsv` with backslashes.

use super::read::Bad;
use super::sniff::Delimited;

/// Where a field stands in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Stood in quotes, which are not part of it.
    pub(super) quoted: bool,
    /// Holds escapes: doubled quotes, or backslashes.
    pub(super) escaped: bool,
}

/// What `cut` found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// A record, this many bytes long with its line end, and the line ends inside it.
    Whole { length: usize, lines: u64 },
    /// The record does not end in these bytes.
    Unfinished,
}

/// Cuts the record at the start of `bytes` into `fields`. When it fails the record's length is that
/// of its first line, so that reading can go on behind it.
pub(super) fn cut(
    bytes: &[u8],
    shape: Delimited,
    ended: bool,
    fields: &mut Vec<Field>,
) -> Result<Cut, Bad> {
    fields.clear();
    let mut at = 0;
    let mut lines = 0;
    loop {
        let quoted = shape.quotes && bytes.get(at) == Some(&b'"');
        let found = match quoted {
            true => quoted_field(bytes, at, ended, &mut lines)?,
            false => plain_field(bytes, at, shape),
        };
        let Some((field, end)) = found else {
            return Ok(Cut::Unfinished);
        };
        fields.push(field);
        match bytes.get(end) {
            Some(&b) if b == shape.delimiter => at = end + 1,
            Some(b'\n') => {
                return Ok(Cut::Whole {
                    length: end + 1,
                    lines: lines + 1,
                });
            }
            Some(b'\r') if bytes.get(end + 1) == Some(&b'\n') => {
                return Ok(Cut::Whole {
                    length: end + 2,
                    lines: lines + 1,
                });
            }
            Some(b'\r') if end + 1 == bytes.len() && !ended => return Ok(Cut::Unfinished),
            Some(b'\r') if end + 1 == bytes.len() => {
                return Ok(Cut::Whole {
                    length: end + 1,
                    lines: lines + 1,
                });
            }
            Some(_) => {
                let reason = "after the closing quote comes neither a delimiter nor a line end";
                return Err(Bad::at(bytes, end, lines, reason));
            }
            None if ended => {
                return Ok(Cut::Whole {
                    length: end,
                    lines: lines + 1,
                });
            }
            None => return Ok(Cut::Unfinished),
        }
    }
}

/// A field without quotes, and where what ends it stands.
fn plain_field(bytes: &[u8], start: usize, shape: Delimited) -> Option<(Field, usize)> {
    let mut escaped = false;
    let mut from = start;
    let end = loop {
        let rest = &bytes[from..];
        let found = match shape.quotes {
            true => memchr::memchr2(shape.delimiter, b'\n', rest),
            false => memchr::memchr3(shape.delimiter, b'\n', b'\\', rest),
        };
        let at = found.map_or(bytes.len(), |at| from + at);
        if bytes.get(at) != Some(&b'\\') || shape.quotes {
            break at;
        }
        escaped = true;
        // Whatever stands behind a backslash is part of the field, a line break too.
        from = (at + 2).min(bytes.len());
    };
    // The carriage return of a line end is no part of the last field.
    let last = bytes.get(end).is_none_or(|b| *b == b'\n') && end > start;
    let cr = last && bytes[end - 1] == b'\r';
    let end = end - usize::from(cr);
    let field = Field {
        start,
        end,
        quoted: false,
        escaped,
    };
    Some((field, end))
}

/// A field in quotes, and where what ends it stands; `None` where the closing quote is yet to come.
fn quoted_field(
    bytes: &[u8],
    open: usize,
    ended: bool,
    lines: &mut u64,
) -> Result<Option<(Field, usize)>, Bad> {
    let mut escaped = false;
    let mut from = open + 1;
    loop {
        let Some(at) = memchr::memchr(b'"', &bytes[from..]).map(|at| from + at) else {
            return match ended {
                true => Err(Bad::at(bytes, open, *lines, "the quote is never closed")),
                false => Ok(None),
            };
        };
        match bytes.get(at + 1) {
            Some(b'"') => {
                escaped = true;
                from = at + 2;
            }
            None if !ended => return Ok(None),
            _ => {
                *lines += memchr::memchr_iter(b'\n', &bytes[open + 1..at]).count() as u64;
                let field = Field {
                    start: open + 1,
                    end: at,
                    quoted: true,
                    escaped,
                };
                return Ok(Some((field, at + 1)));
            }
        }
    }
}

/// The text of a field, with what is escaped in it.
pub(super) fn push_text(out: &mut Vec<u8>, bytes: &[u8], field: Field) {
    let text = &bytes[field.start..field.end];
    match (field.escaped, field.quoted) {
        (false, _) => out.extend_from_slice(text),
        (true, true) => push_without_doubles(out, text),
        (true, false) => push_without_backslashes(out, text),
    }
}

fn push_without_doubles(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// The escapes of COPY and of `mysql --batch`.
fn push_without_backslashes(out: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let Some(&escaped) = rest.get(at + 1) else {
            out.push(b'\\');
            return;
        };
        out.push(match escaped {
            b't' => b'\t',
            b'n' => b'\n',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            b'v' => 11,
            b'0' => 0,
            other => other,
        });
        rest = &rest[at + 2..];
    }
    out.extend_from_slice(rest);
}
