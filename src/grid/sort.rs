//! Which of two cells comes first.

use crate::data::{Cell, CellKind};
use std::cmp::Ordering;

/// NULL comes last, whichever way; numbers come before texts and by their value, to the last digit;
/// texts without regard to case, then by their bytes.
pub(super) fn compare(a: Option<Cell<'_>>, b: Option<Cell<'_>>, down: bool) -> Ordering {
    let (a, b) = match (a.and_then(value), b.and_then(value)) {
        (Some(a), Some(b)) => (a, b),
        (a, b) => return b.is_some().cmp(&a.is_some()),
    };
    let ordering = match (a.0 == CellKind::Number, b.0 == CellKind::Number) {
        (true, true) => numbers(a.1, b.1),
        (false, false) => texts(a.1, b.1),
        (a, b) => b.cmp(&a),
    };
    if down { ordering.reverse() } else { ordering }
}

fn value(cell: Cell<'_>) -> Option<(CellKind, &[u8])> {
    (cell.kind != CellKind::Null).then_some((cell.kind, cell.text))
}

fn texts(a: &[u8], b: &[u8]) -> Ordering {
    let (x, y) = (String::from_utf8_lossy(a), String::from_utf8_lossy(b));
    let folded = |text| str::chars(text).flat_map(char::to_lowercase);
    folded(&x).cmp(folded(&y)).then_with(|| a.cmp(b))
}

/// Digits before and behind the point, without zeros that say nothing.
#[derive(Debug, PartialEq, Eq)]
struct Plain<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
}

fn plain(text: &[u8]) -> Option<Plain<'_>> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let point = digits
        .iter()
        .position(|c| *c == b'.')
        .unwrap_or(digits.len());
    let (whole, fraction) = (
        &digits[..point],
        digits.get(point + 1..).unwrap_or_default(),
    );
    if digits.is_empty() || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    let zeros = whole.iter().take_while(|c| **c == b'0').count();
    let kept = fraction
        .iter()
        .rposition(|c| *c != b'0')
        .map_or(0, |at| at + 1);
    let (whole, fraction) = (&whole[zeros..], &fraction[..kept]);
    Some(Plain {
        negative: negative && !(whole.is_empty() && fraction.is_empty()),
        whole,
        fraction,
    })
}

fn numbers(a: &[u8], b: &[u8]) -> Ordering {
    if let (Some(x), Some(y)) = (plain(a), plain(b)) {
        let size = |x: &Plain<'_>, y: &Plain<'_>| {
            let whole = x
                .whole
                .len()
                .cmp(&y.whole.len())
                .then_with(|| x.whole.cmp(y.whole));
            whole.then_with(|| x.fraction.cmp(y.fraction))
        };
        return match (x.negative, y.negative) {
            (false, false) => size(&x, &y),
            (true, true) => size(&y, &x),
            (x, y) => y.cmp(&x),
        };
    }
    // With an exponent, or NaN and Infinity; as in PostgreSQL NaN is the largest.
    let value = |text| {
        let text = std::str::from_utf8(text).unwrap_or_default();
        text.trim().parse::<f64>().ok()
    };
    match (value(a), value(b)) {
        (Some(x), Some(y)) => match (x.is_nan(), y.is_nan()) {
            (false, false) => x.total_cmp(&y),
            (x, y) => x.cmp(&y),
        },
        (x, y) => y.is_some().cmp(&x.is_some()).then_with(|| a.cmp(b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_ordered_by_what_they_are() {
        use CellKind::{Null, Number, Text};
        let cell = |(kind, text): (CellKind, &'static str)| {
            Some(Cell {
                kind,
                text: text.as_bytes(),
            })
        };
        for (a, b, up, down) in [
            (
                (Number, "9"),
                (Number, "10"),
                Ordering::Less,
                Ordering::Greater,
            ),
            (
                (Number, "-9"),
                (Number, "-10"),
                Ordering::Greater,
                Ordering::Less,
            ),
            (
                (Number, "-1"),
                (Number, "0"),
                Ordering::Less,
                Ordering::Greater,
            ),
            (
                (Number, "-0"),
                (Number, "0.00"),
                Ordering::Equal,
                Ordering::Equal,
            ),
            (
                (Number, "1.10"),
                (Number, "1.1"),
                Ordering::Equal,
                Ordering::Equal,
            ),
            (
                (Number, ".5"),
                (Number, "0.25"),
                Ordering::Greater,
                Ordering::Less,
            ),
            // Beyond what 64 bits of a float keep apart.
            (
                (Number, "9007199254740993"),
                (Number, "9007199254740992"),
                Ordering::Greater,
                Ordering::Less,
            ),
            (
                (Number, "1e3"),
                (Number, "999"),
                Ordering::Greater,
                Ordering::Less,
            ),
            (
                (Number, "NaN"),
                (Number, "Infinity"),
                Ordering::Greater,
                Ordering::Less,
            ),
            (
                (Number, "-Infinity"),
                (Number, "-5"),
                Ordering::Less,
                Ordering::Greater,
            ),
            (
                (Number, "10"),
                (Text, "9"),
                Ordering::Less,
                Ordering::Greater,
            ),
            ((Text, "10"), (Text, "9"), Ordering::Less, Ordering::Greater),
            ((Text, "b"), (Text, "A"), Ordering::Greater, Ordering::Less),
            ((Text, "a"), (Text, "A"), Ordering::Greater, Ordering::Less),
            ((Text, "É"), (Text, "é"), Ordering::Less, Ordering::Greater),
            ((Null, ""), (Text, ""), Ordering::Greater, Ordering::Greater),
            ((Text, ""), (Null, ""), Ordering::Less, Ordering::Less),
            ((Null, ""), (Null, ""), Ordering::Equal, Ordering::Equal),
        ] {
            assert_eq!(compare(cell(a), cell(b), false), up, "{a:?} {b:?}");
            assert_eq!(compare(cell(a), cell(b), true), down, "{a:?} {b:?}");
        }
    }
}
