//! What kind of file it is, from its name and its beginning.

use super::fields::{self, Cut};
use super::json;

/// How records stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Delimited(Delimited),
    /// One object of JSON a line, or an array of them.
    JsonLines,
}

/// Records on lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimited {
    pub delimiter: u8,
    /// csv: fields may stand in quotes; without it backslashes escape.
    pub quotes: bool,
}

pub const TSV: Shape = Shape::Delimited(Delimited {
    delimiter: b'\t',
    quotes: false,
});

/// csv with this between its fields.
pub fn csv(delimiter: u8) -> Shape {
    Shape::Delimited(Delimited {
        delimiter,
        quotes: true,
    })
}

/// What may stand between fields, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records that are looked at.
const LOOKED_AT: usize = 100;

/// The shape of a file of that name that begins so.
pub fn shape(name: &str, sample: &[u8]) -> Shape {
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    match extension.to_ascii_lowercase().as_str() {
        "tsv" | "tab" => return TSV,
        "json" | "jsonl" | "ndjson" => return Shape::JsonLines,
        "csv" => {}
        _ => {
            let begins = sample.iter().find(|b| !b.is_ascii_whitespace());
            if begins == Some(&b'{') || (begins == Some(&b'[') && holds_object(sample)) {
                return Shape::JsonLines;
            }
        }
    }
    csv(delimiter(sample))
}

fn holds_object(sample: &[u8]) -> bool {
    let (gap, _) = json::gap(sample);
    sample.get(gap) == Some(&b'{')
}

/// What stands between the fields: that which cuts the most records into the same number of
/// fields, more than one.
pub fn delimiter(sample: &[u8]) -> u8 {
    let best = DELIMITERS
        .iter()
        .rev()
        .max_by_key(|d| agreement(sample, **d));
    match best {
        Some(best) if agreement(sample, *best) > (0, 0) => *best,
        _ => b',',
    }
}

/// Records in a hundred that have as many fields as the first, and that number; nothing where it
/// is one.
fn agreement(sample: &[u8], delimiter: u8) -> (usize, usize) {
    let shape = Delimited {
        delimiter,
        quotes: true,
    };
    let mut fields = Vec::new();
    let mut at = 0;
    let (mut first, mut same, mut all) = (0, 0, 0);
    while at < sample.len() && all < LOOKED_AT {
        // The sample may end anywhere; its last record counts only if it is the only one.
        match fields::cut(&sample[at..], shape, all == 0, &mut fields) {
            Ok(Cut::Whole { length, .. }) => at += length,
            _ => break,
        }
        if all == 0 {
            first = fields.len();
        }
        all += 1;
        same += usize::from(fields.len() == first);
    }
    match first {
        0 | 1 => (0, 0),
        n => (same * 100 / all, n),
    }
}

/// The keys of the objects at the beginning, in the order in which they first occur.
pub fn keys(sample: &[u8]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut at = 0;
    loop {
        at += json::gap(&sample[at..]).0;
        let rest = &sample[at..];
        let Some(length) = json::object(rest).filter(|n| *n > 0) else {
            return found;
        };
        for key in json::keys(&rest[..length]).unwrap_or_default() {
            if !found.contains(&key) {
                found.push(key);
            }
        }
        at += length;
    }
}
