//! Cells of a column to the values of a Parquet column.

use crate::calendar::days;
use crate::data::{CellKind, Column, RowBatch};
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;
use parquet::schema::types::Type;

/// What a column of the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Int32,
    Int64,
    Float,
    Double,
    /// Digits, and digits behind the point.
    Decimal(u32, u32),
    Date,
    /// Microseconds; in UTC or of no zone.
    Timestamp(bool),
    Text,
    Json,
    Bytes,
}

/// What becomes of a column of a result.
pub(super) fn kind(column: &Column) -> Kind {
    match column.type_name.as_str() {
        "bool" => Kind::Boolean,
        "int2" | "int4" | "tinyint" | "smallint" | "mediumint" | "int" | "year"
        | "tinyint unsigned" | "smallint unsigned" | "mediumint unsigned" => Kind::Int32,
        "int8" | "bigint" | "oid" | "int unsigned" => Kind::Int64,
        "float4" | "float" => Kind::Float,
        "float8" | "double" => Kind::Double,
        "numeric" | "decimal" => match (column.length, column.scale) {
            (Some(digits @ 1..=18), Some(scale)) => Kind::Decimal(digits, scale),
            _ => Kind::Text,
        },
        "date" => Kind::Date,
        "timestamp" | "datetime" => Kind::Timestamp(false),
        "timestamptz" => Kind::Timestamp(true),
        "json" | "jsonb" => Kind::Json,
        "bytea" | "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob"
        | "bit" | "geometry" | "BLOB" => Kind::Bytes,
        "INTEGER" | "INT" | "BIGINT" => Kind::Int64,
        "REAL" | "DOUBLE" | "FLOAT" => Kind::Double,
        _ => Kind::Text,
    }
}

impl Kind {
    pub(super) fn field(self, name: &str) -> Result<Type, ParquetError> {
        let physical = match self {
            Kind::Boolean => Physical::BOOLEAN,
            Kind::Int32 | Kind::Date => Physical::INT32,
            Kind::Int64 | Kind::Decimal(..) | Kind::Timestamp(_) => Physical::INT64,
            Kind::Float => Physical::FLOAT,
            Kind::Double => Physical::DOUBLE,
            Kind::Text | Kind::Json | Kind::Bytes => Physical::BYTE_ARRAY,
        };
        let builder =
            Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        let int = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        match self {
            Kind::Decimal(digits, scale) => builder
                .with_logical_type(Some(LogicalType::decimal(int(scale), int(digits))))
                .with_precision(int(digits))
                .with_scale(int(scale)),
            Kind::Date => builder.with_logical_type(Some(LogicalType::Date)),
            Kind::Timestamp(utc) => {
                let unit = LogicalType::timestamp(utc, TimeUnit::MICROS);
                builder.with_logical_type(Some(unit))
            }
            Kind::Text => builder
                .with_logical_type(Some(LogicalType::String))
                .with_converted_type(ConvertedType::UTF8),
            Kind::Json => builder.with_logical_type(Some(LogicalType::Json)),
            _ => builder,
        }
        .build()
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Boolean => "boolean",
            Kind::Int32 | Kind::Int64 => "integer",
            Kind::Float | Kind::Double => "number",
            Kind::Decimal(..) => "decimal of that size",
            Kind::Date => "date",
            Kind::Timestamp(_) => "timestamp",
            Kind::Text | Kind::Json | Kind::Bytes => "text",
        }
    }
}

/// Writes cell `index` of every row.
pub(super) fn write_column(
    column: &mut SerializedColumnWriter<'_>,
    name: &str,
    kind: Kind,
    batches: &[RowBatch],
    index: usize,
) -> Result<(), ParquetError> {
    let cells = Cells {
        name,
        kind,
        batches,
        index,
    };
    match column.untyped() {
        ColumnWriter::BoolColumnWriter(writer) => {
            let (values, levels) = cells.read(|text| match text {
                b"t" | b"1" => Some(true),
                b"f" | b"0" => Some(false),
                _ => None,
            })?;
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::Int32ColumnWriter(writer) => {
            let (values, levels) = match kind {
                Kind::Date => cells.read(|text| i32::try_from(day(text)?).ok())?,
                _ => cells.read(parsed)?,
            };
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            let (values, levels) = match kind {
                Kind::Decimal(_, scale) => cells.read(|text| unscaled(text, scale))?,
                Kind::Timestamp(_) => cells.read(micros)?,
                _ => cells.read(parsed)?,
            };
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::FloatColumnWriter(writer) => {
            let (values, levels) = cells.read(parsed)?;
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let (values, levels) = cells.read(parsed)?;
            writer.write_batch(&values, Some(&levels), None)?;
        }
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let (values, levels) = cells.read(|text| {
                let bytes = match kind {
                    Kind::Bytes => from_hex(text),
                    _ => None,
                };
                Some(ByteArray::from(bytes.unwrap_or_else(|| text.to_vec())))
            })?;
            writer.write_batch(&values, Some(&levels), None)?;
        }
        _ => return Err(ParquetError::General("a column of no type of ours".into())),
    }
    Ok(())
}

/// The cells of one column.
struct Cells<'c> {
    name: &'c str,
    kind: Kind,
    batches: &'c [RowBatch],
    index: usize,
}

impl Cells<'_> {
    /// The values that are there, and for each row whether one is.
    fn read<T>(
        &self,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<(Vec<T>, Vec<i16>), ParquetError> {
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        for row in self.batches.iter().flat_map(RowBatch::rows) {
            let cell = row.cell(self.index);
            if cell.kind == CellKind::Null {
                levels.push(0);
                continue;
            }
            let value = read(cell.text).ok_or_else(|| {
                let text = String::from_utf8_lossy(cell.text);
                ParquetError::General(format!(
                    "column \"{}\": \"{text}\" is no {}; cast it to text in the query",
                    self.name,
                    self.kind.name()
                ))
            })?;
            values.push(value);
            levels.push(1);
        }
        Ok((values, levels))
    }
}

fn parsed<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// `12.5` with two digits behind the point is 1250.
fn unscaled(text: &[u8], scale: u32) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, behind) = text.split_once('.').unwrap_or((text, ""));
    let scale = usize::try_from(scale).ok()?;
    if behind.len() > scale {
        return None;
    }
    format!("{whole}{behind:0<scale$}").parse().ok()
}

/// Days since 1970-01-01 of `2026-01-31`.
fn day(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let mut parts = text.split('-').map(|n| n.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let whole = parts.next().is_none();
    (whole && (1..=12).contains(&month) && (1..=31).contains(&day)).then(|| days(year, month, day))
}

/// Microseconds since 1970 of `2026-01-31 12:30:00.5+02`; without an offset as if in UTC.
fn micros(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = std::str::from_utf8(rest).ok()?.strip_prefix([' ', 'T'])?;
    let (clock, offset) = rest.split_at(rest.find(['+', '-']).unwrap_or(rest.len()));
    let seconds_of = |text: &str| {
        let mut parts = text.split(':').map(|n| n.parse::<i64>().ok());
        let (hour, minute, second) = (
            parts.next()??,
            parts.next().unwrap_or(Some(0))?,
            parts.next().unwrap_or(Some(0))?,
        );
        Some(hour * 3600 + minute * 60 + second)
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let fraction: i64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    let away = match offset.split_at_checked(1) {
        None => 0,
        Some(("-", offset)) => -seconds_of(offset)?,
        Some((_, offset)) => seconds_of(offset)?,
    };
    Some((day(date)? * 86_400 + seconds_of(whole)? - away) * 1_000_000 + fraction)
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text
        .strip_prefix(b"\\x")
        .or_else(|| text.strip_prefix(b"0x"))
        .or_else(|| text.strip_prefix(b"x'")?.strip_suffix(b"'"))?;
    let value = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pairs = digits.chunks(2);
    pairs
        .map(|p| Some(value(p[0])? << 4 | value(*p.get(1)?)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_values() {
        assert_eq!(unscaled(b"12.5", 2), Some(1250));
        assert_eq!(unscaled(b"-0.05", 2), Some(-5));
        assert_eq!(unscaled(b"1.234", 2), None);
        assert_eq!(day(b"1970-01-02"), Some(1));
        assert_eq!(day(b"2000-03-01"), Some(11_017));
        assert_eq!(day(b"infinity"), None);
        assert_eq!(micros(b"1970-01-01 00:00:01.5"), Some(1_500_000));
        assert_eq!(micros(b"1970-01-01 02:00:00+02"), Some(0));
        assert_eq!(micros(b"1970-01-01 00:00:00-03:30"), Some(12_600_000_000));
        assert_eq!(from_hex(b"\\x00ff"), Some(vec![0, 255]));
        assert_eq!(from_hex(b"x''"), Some(vec![]));
        assert_eq!(from_hex(b"0x1"), None);
    }
}
