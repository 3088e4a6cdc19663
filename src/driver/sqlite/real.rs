//! Numbers as SQLite itself writes them: the text of `CAST(x AS TEXT)`, straight into a buffer.
//!
//! SQLite prints a real with up to 17 significant digits, by an arithmetic of its own whose last
//! digit is not always that of a correctly rounded conversion. These functions follow it step by
//! step (`sqlite3FpDecode` in util.c, `%!.17g` in printf.c), so that the digits are SQLite's.

use super::powers::{BASE, SCALE, SCALE_LOW};

const PAIRS: &[u8; 200] = b"0001020304050607080910111213141516171819\
2021222324252627282930313233343536373839\
4041424344454647484950515253545556575859\
6061626364656667686970717273747576777879\
8081828384858687888990919293949596979899";

/// Writes `value` in decimal.
pub(super) fn push_integer(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    let mut buffer = [0; 20];
    let at = digits(value.unsigned_abs(), &mut buffer);
    out.extend_from_slice(&buffer[at..]);
}

/// Fills `buffer` from its end and returns where the digits begin; none for 0 but one `0`.
fn digits(mut value: u64, buffer: &mut [u8; 20]) -> usize {
    let mut at = buffer.len();
    while value >= 10 {
        let pair = (value % 100) as usize * 2;
        value /= 100;
        at -= 2;
        buffer[at..at + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if value > 0 || at == buffer.len() {
        at -= 1;
        buffer[at] = b'0' + value as u8;
    }
    at
}

/// Writes `value` as SQLite does: `1.0`, `0.1`, `1.0e+20`, `Inf`.
pub(super) fn push_real(out: &mut Vec<u8>, value: f64) {
    if value.is_nan() {
        return out.extend_from_slice(b"NaN");
    }
    if value < 0.0 {
        out.push(b'-');
    }
    let value = value.abs();
    if value == 0.0 {
        return out.extend_from_slice(b"0.0");
    }
    if value.is_infinite() {
        return out.extend_from_slice(b"Inf");
    }
    if value < 1e15 && value.trunc() == value {
        push_integer(out, value as i64);
        return out.extend_from_slice(b".0");
    }
    push_decimal(out, &decode(value));
}

/// Significant digits, the last one not 0, and where the decimal point stands among them.
struct Decimal {
    digits: [u8; 20],
    len: usize,
    point: i32,
}

/// `%!.17g` of the digits: plain between 1e-4 and 1e17, else with an exponent, always with a point.
fn push_decimal(out: &mut Vec<u8>, number: &Decimal) {
    let digits = &number.digits[..number.len];
    let exponent = number.point - 1;
    if (-4..=16).contains(&exponent) {
        return push_plain(out, digits, number.point);
    }
    out.push(digits[0]);
    out.push(b'.');
    out.extend_from_slice(if digits.len() > 1 { &digits[1..] } else { b"0" });
    out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
    if exponent.abs() < 10 {
        out.push(b'0');
    }
    push_integer(out, i64::from(exponent.abs()));
}

fn push_plain(out: &mut Vec<u8>, digits: &[u8], point: i32) {
    if point <= 0 {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + point.unsigned_abs() as usize, b'0');
        return out.extend_from_slice(digits);
    }
    let point = point as usize;
    let whole = point.min(digits.len());
    out.extend_from_slice(&digits[..whole]);
    out.resize(out.len() + point - whole, b'0');
    out.push(b'.');
    out.extend_from_slice(if whole < digits.len() {
        &digits[whole..]
    } else {
        b"0"
    });
}

/// The digits of a positive, finite value.
fn decode(value: f64) -> Decimal {
    let bits = value.to_bits();
    let (mantissa, exponent) = match ((bits >> 52) & 0x7ff, bits & ((1 << 52) - 1)) {
        (0, low) => (
            low << low.leading_zeros(),
            -1074 - low.leading_zeros() as i32,
        ),
        (e, low) => ((low << 11) | (1 << 63), e as i32 - 1086),
    };
    let (decimal, power) = to_decimal(mantissa, exponent);
    let mut buffer = [0; 20];
    let at = digits(decimal, &mut buffer);
    let mut number = Decimal {
        digits: [0; 20],
        len: buffer.len() - at,
        point: 0,
    };
    number.digits[..number.len].copy_from_slice(&buffer[at..]);
    number.point = number.len as i32 + power;
    if number.len > 17 {
        let keep = digits_kept(&number, value, power);
        round(&mut number, keep);
    }
    while number.len > 1 && number.digits[number.len - 1] == b'0' {
        number.len -= 1;
    }
    number
}

/// How many digits to round to: 17, or fewer where the text then still reads back as `value`, so
/// that 49.47 is not shown as 49.469999999999999.
fn digits_kept(number: &Decimal, value: f64, power: i32) -> usize {
    let z = &number.digits;
    let len = number.len as i32;
    let keep = if z[14] == b'9' && z[15] == b'9' {
        z[..14]
            .iter()
            .rposition(|&d| d != b'9')
            .map_or(0, |at| at + 1)
    } else if number.point >= len || (z[13] == b'0' && z[14] == b'0' && z[15] == b'0') {
        z[..13]
            .iter()
            .rposition(|&d| d != b'0')
            .map_or(0, |at| at + 1)
    } else {
        return 17;
    };
    let up = u64::from(z[15] == b'9' && z[14] == b'9');
    let shorter = z[..keep]
        .iter()
        .fold(0, |v, d| v * 10 + u64::from(d - b'0'))
        + up;
    if from_decimal(shorter, power + len - keep as i32) == value {
        keep + 1
    } else {
        17
    }
}

/// Rounds to `keep` digits, the half up, as SQLite does.
fn round(number: &mut Decimal, keep: usize) {
    number.len = keep;
    if number.digits[keep] < b'5' {
        return;
    }
    for at in (0..keep).rev() {
        number.digits[at] += 1;
        if number.digits[at] <= b'9' {
            return;
        }
        number.digits[at] = b'0';
    }
    number.digits.copy_within(0..keep, 1);
    number.digits[0] = b'1';
    number.len += 1;
    number.point += 1;
}

/// The upper 64 bits of 10^`power`, and the 32 bits after them.
fn power_of_ten(power: i32) -> (u64, u32) {
    let (group, rest) = match power {
        -1 => return (SCALE[13], SCALE_LOW[13]),
        0..=26 => return (BASE[power as usize], 0),
        _ => (power.div_euclid(27) + 13, power.rem_euclid(27)),
    };
    let (scale, low) = (SCALE[group as usize], SCALE_LOW[group as usize]);
    if rest == 0 {
        return (scale, low);
    }
    let base = u128::from(BASE[rest as usize]);
    let product = u128::from(scale) * base + ((u128::from(low) * base) >> 32);
    let (high, low) = ((product >> 64) as u64, (product >> 32) as u32);
    if high >> 63 == 0 {
        (high << 1 | u64::from(low >> 31), low << 1 | 1)
    } else {
        (high, low)
    }
}

/// floor(log2(10^power))
fn log2_of_ten(power: i32) -> i32 {
    (power * 108_853) >> 15
}

/// 18 significant digits `d` and a power `p` with mantissa * 2^exponent = d * 10^p, nearly.
fn to_decimal(mantissa: u64, exponent: i32) -> (u64, i32) {
    let power = 17 - (((exponent + 63) * 78_913) >> 18);
    let product = u128::from(mantissa) * u128::from(power_of_ten(power).0);
    let high = ((product >> 64) as u64) >> -(exponent + log2_of_ten(power) + 2);
    ((high + ((high << 1) & 2)) >> 1, -power)
}

/// `decimal` * 10^`power`, correctly rounded. At most 14 digits come here.
fn from_decimal(decimal: u64, power: i32) -> f64 {
    // Both numbers are exact in a double, so that one operation rounds once.
    match power {
        0..=22 => decimal as f64 * TENS[power as usize],
        -22..0 => decimal as f64 / TENS[power.unsigned_abs() as usize],
        _ => format!("{decimal}e{power}").parse().unwrap_or(f64::NAN),
    }
}

const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn real(value: f64) -> String {
        let mut out = Vec::new();
        push_real(&mut out, value);
        String::from_utf8(out).expect("digits are ASCII")
    }

    #[test]
    fn integers_are_written_to_their_limits() {
        for value in [0, 7, -7, 10, 99, 100, 12_345, i64::MAX, i64::MIN, -100] {
            let mut out = Vec::new();
            push_integer(&mut out, value);
            assert_eq!(out, value.to_string().into_bytes());
        }
    }

    #[test]
    fn reals_read_as_in_sqlite3() {
        for (value, text) in [
            (1.0, "1.0"),
            (-0.0, "0.0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (49.47, "49.47"),
            (1e20, "1.0e+20"),
            (1e-5, "1.0e-05"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(real(value), text);
        }
    }

    #[test]
    fn every_real_is_what_sqlite_casts_it_to() {
        let db = rusqlite::Connection::open_in_memory().expect("memory");
        let mut cast = db.prepare("select cast(?1 as text)").expect("valid SQL");
        let mut seed = 0x2545_f491_4f6c_dd1du64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        for round in 0..60_000 {
            let bits = next();
            let value = match round % 6 {
                0 => f64::from_bits(bits),
                1 => (bits % 10_000_000) as f64 / 100.0,
                2 => (bits % 1_000_000_000_000_000) as f64 / 1e7,
                3 => bits as f64,
                4 => (bits >> 40) as f64 * 10f64.powi((bits % 600) as i32 - 300),
                _ => f64::from_bits(bits & 0x001f_ffff_ffff_ffff),
            };
            if value.is_nan() {
                continue;
            }
            let expected: String = cast.query_row([value], |r| r.get(0)).expect("one row");
            assert_eq!(real(value), expected, "{value:?}");
        }
    }
}
