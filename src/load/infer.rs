//! Types for a table that is to be made, from the values that it will hold.

use super::types::Type;
use crate::data::{Cell, CellKind, RowBatch};

/// What the values of one column have in common.
#[derive(Debug, Clone, Default)]
struct Seen {
    any: bool,
    not_boolean: bool,
    not_integer: bool,
    not_number: bool,
    exponent: bool,
    /// Floating point would lose digits of it, or all.
    not_double: bool,
    not_date: bool,
    not_timestamp: bool,
    zone: bool,
    no_zone: bool,
    not_json: bool,
    /// Most digits before the point, and behind it.
    whole: u32,
    scale: u32,
}

/// Looks at rows and says what types hold them all.
#[derive(Debug)]
pub struct Inference(Vec<Seen>);

impl Inference {
    pub fn new(columns: usize) -> Self {
        Inference(vec![Seen::default(); columns])
    }

    pub fn look(&mut self, batch: &RowBatch) {
        for row in batch.rows() {
            for (seen, cell) in self.0.iter_mut().zip(row.cells()) {
                seen.look(cell);
            }
        }
    }

    /// One type a column.
    pub fn types(&self) -> Vec<Type> {
        self.0.iter().map(Seen::kind).collect()
    }
}

impl Seen {
    fn look(&mut self, cell: Cell<'_>) {
        let text = cell.text;
        match cell.kind {
            CellKind::Null => return,
            CellKind::Json => {
                *self = Seen {
                    any: true,
                    not_json: self.not_json || (self.any && self.has_scalars()),
                    ..Seen::nothing_else()
                };
                return;
            }
            _ => {}
        }
        self.any = true;
        self.not_json = true;
        if !self.not_boolean && !is_boolean(cell) {
            self.not_boolean = true;
        }
        if !self.not_number {
            match number(text) {
                Some(number) if cell.kind != CellKind::Bool => {
                    self.note(&number);
                    self.not_double |= !is_double(text, &number);
                }
                _ => self.not_number = true,
            }
        }
        if !self.not_date && !is_date(text) {
            self.not_date = true;
        }
        if !self.not_timestamp {
            match zone_of(text) {
                Some(true) => self.zone = true,
                Some(false) => self.no_zone = true,
                None => self.not_timestamp = true,
            }
        }
    }

    fn nothing_else() -> Seen {
        Seen {
            not_boolean: true,
            not_number: true,
            not_date: true,
            not_timestamp: true,
            ..Seen::default()
        }
    }

    fn has_scalars(&self) -> bool {
        self.not_json
    }

    fn note(&mut self, number: &Number) {
        self.exponent |= number.exponent;
        self.not_integer |= number.scale > 0 || number.exponent || number.too_large;
        self.whole = self.whole.max(number.whole);
        self.scale = self.scale.max(number.scale);
    }

    fn kind(&self) -> Type {
        match () {
            () if !self.any => Type::Text(None),
            () if !self.not_json => Type::Json,
            () if !self.not_boolean => Type::Boolean,
            () if !self.not_number && self.exponent && !self.not_double => Type::Double,
            () if !self.not_number && self.exponent => Type::Text(None),
            () if !self.not_number && !self.not_integer => Type::Integer(8),
            () if !self.not_number => {
                Type::Numeric(Some(((self.whole + self.scale).max(1), self.scale)))
            }
            () if !self.not_date => Type::Date,
            () if !self.not_timestamp && !self.no_zone => Type::TimestampTz,
            () if !self.not_timestamp && !self.zone => Type::Timestamp,
            () => Type::Text(None),
        }
    }
}

fn is_boolean(cell: Cell<'_>) -> bool {
    cell.kind == CellKind::Bool
        || [&b"true"[..], b"false"]
            .iter()
            .any(|w| cell.text.eq_ignore_ascii_case(w))
        || matches!(cell.text, b"t" | b"f")
}

struct Number {
    whole: u32,
    scale: u32,
    exponent: bool,
    /// More than 64 bits hold.
    too_large: bool,
}

/// A number as all servers write it. `007` and `+1` are none: their text would be lost.
fn number(text: &[u8]) -> Option<Number> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let count = |from: &[u8]| from.iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = count(digits);
    if whole == 0 || (whole > 1 && digits[0] == b'0') {
        return None;
    }
    let mut rest = &digits[whole..];
    let mut scale = 0;
    if let Some(behind) = rest.strip_prefix(b".") {
        scale = count(behind);
        if scale == 0 {
            return None;
        }
        rest = &behind[scale..];
    }
    let exponent = match rest {
        [] => false,
        [b'e' | b'E', behind @ ..] => {
            let digits = match behind {
                [b'+' | b'-', digits @ ..] => digits,
                digits => digits,
            };
            if digits.is_empty() || count(digits) != digits.len() {
                return None;
            }
            true
        }
        _ => return None,
    };
    let too_large = whole > 18
        && std::str::from_utf8(text)
            .ok()
            .is_none_or(|t| t.parse::<i64>().is_err());
    Some(Number {
        whole: u32::try_from(whole).unwrap_or(u32::MAX / 2),
        scale: u32::try_from(scale).unwrap_or(u32::MAX / 2),
        exponent,
        too_large,
    })
}

/// Digits that floating point of 64 bits always keeps.
const DOUBLE_DIGITS: u32 = 15;

/// Whether floating point holds the number with every digit.
fn is_double(text: &[u8], number: &Number) -> bool {
    let value = std::str::from_utf8(text).ok().and_then(|t| t.parse().ok());
    number.whole + number.scale <= DOUBLE_DIGITS && value.is_some_and(f64::is_finite)
}

/// `2026-01-31`, with days that there are.
fn is_date(text: &[u8]) -> bool {
    let shaped = text.len() == 10
        && text.iter().enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        });
    if !shaped {
        return false;
    }
    let two = |at: usize| (text[at] - b'0') * 10 + (text[at + 1] - b'0');
    let year = u32::from(two(0)) * 100 + u32::from(two(2));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match two(5) {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    year > 0 && (1..=days).contains(&two(8))
}

/// Whether `2026-01-31 12:34:56.789` has a zone behind it; `None` for what is no such text.
fn zone_of(text: &[u8]) -> Option<bool> {
    if text.len() < 16 || !is_date(&text[..10]) || !matches!(text[10], b' ' | b'T') {
        return None;
    }
    let two = |at: usize, most: u8| {
        let digits = text.get(at..at + 2)?;
        let shaped = digits.iter().all(u8::is_ascii_digit);
        (shaped && (digits[0] - b'0') * 10 + (digits[1] - b'0') <= most).then_some(())
    };
    two(11, 23)?;
    two(14, 59)?;
    let mut rest = (text[13] == b':').then(|| &text[16..])?;
    if rest.first() == Some(&b':') {
        two(17, 59)?;
        rest = &text[19..];
        if let Some(fraction) = rest.strip_prefix(b".") {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            rest = &fraction[digits..];
        }
    }
    match rest {
        [] => Some(false),
        [b'Z'] => Some(true),
        [b'+' | b'-', offset @ ..] => {
            let shaped = offset.iter().all(|b| b.is_ascii_digit() || *b == b':');
            (shaped && matches!(offset.len(), 2 | 4 | 5)).then_some(true)
        }
        _ => None,
    }
}
