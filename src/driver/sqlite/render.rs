//! Values to the text that SQLite itself would give them.

use crate::data::{CellKind, RowBatch};
use rusqlite::types::ValueRef;
use std::io::Write;

/// Appends one value.
pub(super) fn push(batch: &mut RowBatch, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => batch.push_null(),
        ValueRef::Integer(i) => batch.push_with(CellKind::Number, |out| integer(out, i)),
        ValueRef::Real(r) => batch.push_with(CellKind::Number, |out| real(out, r)),
        ValueRef::Text(text) => batch.push(CellKind::Text, text),
        ValueRef::Blob(bytes) => batch.push_with(CellKind::Bytes, |out| blob(out, bytes)),
    }
}

fn integer(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// The digits of `CAST(x AS TEXT)`: `%!.15g`, or with 17 digits where 15 do not read back to the
/// same number, always with a decimal point ("The REAL to TEXT conversion", SQLite 3.43).
pub(super) fn real(out: &mut Vec<u8>, value: f64) {
    if value.is_infinite() {
        out.extend_from_slice(if value < 0.0 { b"-Inf" } else { b"Inf" });
        return;
    }
    if value == 0.0 {
        out.extend_from_slice(if value.is_sign_negative() { b"-0.0" } else { b"0.0" });
        return;
    }
    if quarter(out, value) {
        return;
    }
    let mut text = Vec::with_capacity(32);
    for digits in [15, 17] {
        text.clear();
        // Writing into memory cannot fail.
        let _ = write!(text, "{value:.*e}", digits - 1);
        let read = std::str::from_utf8(&text).ok().and_then(|t| t.parse::<f64>().ok());
        if read == Some(value) {
            break;
        }
    }
    general(out, &text);
}

/// Money and measures: up to four decimals, whose digits integer arithmetic gives exactly.
fn quarter(out: &mut Vec<u8>, value: f64) -> bool {
    let scaled = value * 10_000.0;
    let whole = scaled.round();
    if whole.abs() >= 9e14 || whole / 10_000.0 != value {
        return false;
    }
    let all = (whole as i64).unsigned_abs();
    if value < 0.0 {
        out.push(b'-');
    }
    integer(out, (all / 10_000) as i64);
    let mut fraction = (all % 10_000) as u32;
    let mut digits = [0u8; 4];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (fraction % 10) as u8;
        fraction /= 10;
    }
    let length = digits.iter().rposition(|d| *d != b'0').map_or(1, |last| last + 1);
    out.push(b'.');
    out.extend_from_slice(&digits[..length]);
    true
}

/// `d.ddde±x` in the form of C's `%g` with the `!` flag: plain digits for exponents from -4 up to
/// the precision, else `d.de+xx`.
fn general(out: &mut Vec<u8>, scientific: &[u8]) {
    let Some(e) = scientific.iter().position(|b| *b == b'e') else {
        out.extend_from_slice(scientific);
        return;
    };
    let exponent: i32 =
        std::str::from_utf8(&scientific[e + 1..]).ok().and_then(|t| t.parse().ok()).unwrap_or(0);
    let negative = scientific[0] == b'-';
    let mut digits: Vec<u8> =
        scientific[..e].iter().copied().filter(u8::is_ascii_digit).collect();
    let precision = digits.len() as i32;
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    if negative {
        out.push(b'-');
    }
    if !(-4..precision).contains(&exponent) {
        out.push(digits[0]);
        out.push(b'.');
        out.extend_from_slice(if digits.len() > 1 { &digits[1..] } else { b"0" });
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "e{sign}{:02}", exponent.abs());
        return;
    }
    if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', (-exponent - 1) as usize));
        out.extend_from_slice(&digits);
        return;
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        out.extend_from_slice(&digits);
        out.extend(std::iter::repeat_n(b'0', whole - digits.len()));
        out.extend_from_slice(b".0");
    } else {
        out.extend_from_slice(&digits[..whole]);
        out.push(b'.');
        out.extend_from_slice(&digits[whole..]);
    }
}

/// `x'6162'`, which is also how it is typed.
fn blob(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.reserve(bytes.len() * 2 + 3);
    out.extend_from_slice(b"x'");
    for byte in bytes {
        out.push(HEX[usize::from(byte >> 4)]);
        out.push(HEX[usize::from(byte & 15)]);
    }
    out.push(b'\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite_text(value: f64) -> String {
        let connection = rusqlite::Connection::open_in_memory().expect("memory");
        connection.query_row("select cast(? as text)", [value], |r| r.get(0)).expect("text")
    }

    #[test]
    fn reals_have_the_digits_that_sqlite_gives_them() {
        let mut values = vec![
            0.1, 1.0, -1.5, 1e15, 1e16, 123456789012345680.0, 1e20, 1e-4, 1e-5, 3.14159, 0.1 + 0.2,
            1.0 / 3.0, 2.0 / 3.0, 1e300, 1e-300, f64::MAX, f64::MIN_POSITIVE, 5e-324, 7.31, 14620000.0,
            99999999999999.99, 9007199254740993.0, -0.00012345, 100.0, 12345.678901,
        ];
        let mut state = 88172645463325252u64;
        for _ in 0..3000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            values.push(f64::from_bits(state));
            values.push((state % 100_000_000) as f64 / 100.0);
            values.push((state % 1_000_000_007) as f64 / 12345.0);
        }
        for value in values.into_iter().filter(|v| v.is_finite()) {
            let mut out = Vec::new();
            real(&mut out, value);
            assert_eq!(String::from_utf8_lossy(&out), sqlite_text(value), "{value:e}");
        }
    }

    #[test]
    fn integers_reach_their_limits() {
        for value in [0, 1, -1, 10, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            integer(&mut out, value);
            assert_eq!(String::from_utf8_lossy(&out), value.to_string());
        }
    }
}
