//! Objects of JSON, one after the other: one a line, or the elements of one array.

use super::read::Bad;
use crate::data::{CellKind, RowBatch};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// What may stand between two objects: its length, and the lines it passes.
pub(super) fn gap(bytes: &[u8]) -> (usize, u64) {
    let between = |b: &u8| b.is_ascii_whitespace() || matches!(b, b',' | b'[' | b']');
    let length = bytes
        .iter()
        .position(|b| !between(b))
        .unwrap_or(bytes.len());
    let lines = memchr::memchr_iter(b'\n', &bytes[..length]).count() as u64;
    (length, lines)
}

/// The length of the object that begins here; of the rest of the line where none does. `None`
/// where its end is not among the bytes.
pub(super) fn object(bytes: &[u8]) -> Option<usize> {
    if bytes.first() != Some(&b'{') {
        return memchr::memchr(b'\n', bytes).or(Some(bytes.len()));
    }
    let mut depth = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'"' => at = string_end(bytes, at)?,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the string that begins at `open` is closed.
fn string_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', &bytes[at..])?;
        match bytes[at] {
            b'"' => return Some(at),
            _ => at += 2,
        }
        if at > bytes.len() {
            return None;
        }
    }
}

/// The pairs of one object, in their order.
struct Pairs<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// A key, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Pairs<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    pairs.push((key, map.next_value()?));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// The keys of one object.
pub(super) fn keys(record: &[u8]) -> Option<Vec<String>> {
    let pairs: Pairs<'_> = serde_json::from_slice(record).ok()?;
    Some(
        pairs
            .0
            .into_iter()
            .map(|(key, _)| key.into_owned())
            .collect(),
    )
}

/// Pushes one object as a row: for each column the value of its key, NULL where it has none.
pub(super) fn cells(
    record: &[u8],
    columns: &[String],
    batch: &mut RowBatch,
    text: &mut Vec<u8>,
) -> Result<(), Bad> {
    let pairs: Pairs<'_> = serde_json::from_slice(record).map_err(|e| bad(record, &e))?;
    if let Some((key, _)) = pairs
        .0
        .iter()
        .find(|(k, _)| !columns.iter().any(|c| c == k))
    {
        let at = memchr::memmem::find(record, key.as_bytes()).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', &record[..at]).count() as u64;
        let reason = format!("key \"{key}\" is no column that is filled");
        return Err(Bad::at(record, at, lines, &reason));
    }
    for (index, column) in columns.iter().enumerate() {
        let usual = pairs.0.get(index).filter(|(key, _)| key == column);
        let pair = usual.or_else(|| pairs.0.iter().rev().find(|(key, _)| key == column));
        match pair {
            Some((_, value)) => push_value(batch, value.get(), text),
            None => batch.push_null(),
        }
    }
    batch.end_row();
    Ok(())
}

fn push_value(batch: &mut RowBatch, raw: &str, text: &mut Vec<u8>) {
    match raw.as_bytes().first() {
        Some(b'"') => match raw[1..raw.len() - 1].contains('\\') {
            false => batch.push(CellKind::Text, &raw.as_bytes()[1..raw.len() - 1]),
            true => {
                let decoded: String = serde_json::from_str(raw).unwrap_or_default();
                text.clear();
                text.extend_from_slice(decoded.as_bytes());
                batch.push(CellKind::Text, text);
            }
        },
        Some(b't') => batch.push(CellKind::Bool, b"t"),
        Some(b'f') => batch.push(CellKind::Bool, b"f"),
        Some(b'n') | None => batch.push_null(),
        Some(b'{' | b'[') => batch.push(CellKind::Json, raw.as_bytes()),
        Some(_) => batch.push(CellKind::Number, raw.as_bytes()),
    }
}

fn bad(record: &[u8], error: &serde_json::Error) -> Bad {
    let text = error.to_string();
    let reason = match text.split(" at line ").next().unwrap_or_default() {
        // What begins like one of the three words of JSON.
        "expected ident" => "expected true, false, null or a text in quotes",
        reason => reason,
    };
    let lines = (error.line() as u64).saturating_sub(1);
    let start = match lines {
        0 => 0,
        n => {
            let ends = memchr::memchr_iter(b'\n', record);
            ends.take(usize::try_from(n).unwrap_or(usize::MAX))
                .last()
                .map_or(0, |at| at + 1)
        }
    };
    let at = (start + error.column().saturating_sub(1)).min(record.len());
    Bad::at(record, at, lines, reason)
}
