//! psql's `numericlocale`: numbers with separators between groups of digits.

use super::options::Numbers;
use super::{FormatOptions, RowWriter};
use crate::data::{Align, CellKind, Column, RowBatch, Summary};
use std::io::{self, Write};

/// Rewrites the numbers of a result on their way to another writer.
struct Grouped {
    numbers: Numbers,
    inner: Box<dyn RowWriter>,
    right: Vec<bool>,
}

/// A format's writer; with numbers as people write them, where that is asked for.
pub(super) fn with_numbers(
    options: &FormatOptions,
    new: fn(&FormatOptions) -> Box<dyn RowWriter>,
) -> Box<dyn RowWriter> {
    let inner = new(options);
    match &options.numbers {
        None => inner,
        Some(numbers) => Box::new(Grouped {
            numbers: numbers.clone(),
            inner,
            right: Vec::new(),
        }),
    }
}

/// Appends a number; what does not look like one (money that the server has formatted) stays as it
/// is.
fn push_grouped(numbers: &Numbers, text: &[u8], out: &mut Vec<u8>) {
    let looks_like = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    if !text.iter().all(looks_like) {
        out.extend_from_slice(text);
        return;
    }
    let (sign, digits) = match text {
        [b'-' | b'+', rest @ ..] => (&text[..1], rest),
        _ => (&text[..0], text),
    };
    out.extend_from_slice(sign);
    let count = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let (whole, rest) = digits.split_at(count);
    for (index, &digit) in whole.iter().enumerate() {
        if index > 0 && (count - index).is_multiple_of(numbers.group.max(1)) {
            out.extend_from_slice(numbers.thousands_separator.as_bytes());
        }
        out.push(digit);
    }
    match rest {
        [b'.', fraction @ ..] => {
            out.extend_from_slice(numbers.decimal_point.as_bytes());
            out.extend_from_slice(fraction);
        }
        rest => out.extend_from_slice(rest),
    }
}

impl RowWriter for Grouped {
    fn begin(&mut self, columns: &[Column], out: &mut dyn Write) -> io::Result<()> {
        let right = columns.iter().map(|c| c.align == Align::Right);
        self.right = right.collect();
        self.inner.begin(columns, out)
    }

    fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
        let mut grouped = RowBatch::new(batch.columns());
        for row in batch.rows() {
            for (cell, &right) in row.cells().zip(&self.right) {
                match cell.kind {
                    CellKind::Null => grouped.push_null(),
                    kind if right => grouped.push_with(kind, |arena| {
                        push_grouped(&self.numbers, cell.text, arena);
                    }),
                    kind => grouped.push(kind, cell.text),
                }
            }
            grouped.end_row();
        }
        self.inner.rows(&grouped, out)
    }

    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.inner.flush(out)
    }

    fn end(&mut self, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
        self.inner.end(summary, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_and_what_is_no_number_is_left_alone() {
        let german = Numbers {
            decimal_point: ",".into(),
            thousands_separator: ".".into(),
            group: 3,
        };
        for (text, english, other) in [
            ("", "", ""),
            ("7", "7", "7"),
            ("123", "123", "123"),
            ("-1234", "-1,234", "-1.234"),
            ("1234567.8901", "1,234,567.8901", "1.234.567,8901"),
            ("1e+20", "1e+20", "1e+20"),
            ("$1,234.00", "$1,234.00", "$1,234.00"),
            ("NaN", "NaN", "NaN"),
            (".5", ".5", ",5"),
        ] {
            for (numbers, expected) in [(&Numbers::default(), english), (&german, other)] {
                let mut out = Vec::new();
                push_grouped(numbers, text.as_bytes(), &mut out);
                assert_eq!(String::from_utf8(out).unwrap(), expected);
            }
        }
    }
}
