//! Columns as the server describes them: type names as SHOW COLUMNS spells them, and how the cells
//! are to be shown.

mod origin;

use super::tap::next_cell;
use crate::data::{Align, CellKind, Column, RowBatch};
use mysql_async::Column as Described;
use mysql_async::consts::{ColumnFlags, ColumnType};
use origin::origin;

/// How the cells of one column become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Render {
    /// The server's text as it is.
    As(CellKind),
    /// Bytes as a hexadecimal literal.
    Hex,
}

/// The number of the collation `binary`: the bytes are no text.
const BINARY: u16 = 63;
/// A string of the server's can be four times as long in our character set, which is utf8mb4.
const WIDEST: u32 = 4;

pub(super) fn column(described: &Described, whole: bool) -> Column {
    let render = kind(described);
    Column {
        name: described.name_str().into_owned(),
        type_name: type_name(described),
        align: match render {
            Render::As(CellKind::Number) => Align::Right,
            _ => Align::Left,
        },
        not_null: described.flags().contains(ColumnFlags::NOT_NULL_FLAG),
        length: length(described),
        scale: match described.column_type() {
            ColumnType::MYSQL_TYPE_NEWDECIMAL => Some(u32::from(described.decimals())),
            _ => None,
        },
        origin: whole.then(|| Box::new(origin(described))),
    }
}

/// Characters, digits, bits or, for integers, the display width.
fn length(described: &Described) -> Option<u32> {
    use ColumnType::*;
    let length = described.column_length();
    match described.column_type() {
        // With room for the sign and the point.
        MYSQL_TYPE_NEWDECIMAL => {
            let unsigned = described.flags().contains(ColumnFlags::UNSIGNED_FLAG);
            let point = u32::from(described.decimals() > 0);
            length.checked_sub(u32::from(!unsigned) + point)
        }
        MYSQL_TYPE_STRING | MYSQL_TYPE_VARCHAR | MYSQL_TYPE_VAR_STRING => {
            let binary = described.character_set() == BINARY;
            Some(if binary { length } else { length / WIDEST })
        }
        MYSQL_TYPE_TINY | MYSQL_TYPE_BIT => Some(length),
        _ => None,
    }
}

/// What the mysql client calls a binary column (`--binary-as-hex`) is shown as hexadecimal digits:
/// BLOB, BINARY, VARBINARY, GEOMETRY, VECTOR, and BIT, whose bytes are no characters either.
pub(super) fn render(described: &Described, raw: bool) -> Render {
    match kind(described) {
        Render::Hex if raw => Render::As(CellKind::Text),
        render => render,
    }
}

fn kind(described: &Described) -> Render {
    use ColumnType::*;
    let binary = described.character_set() == BINARY;
    match described.column_type() {
        MYSQL_TYPE_JSON => Render::As(CellKind::Json),
        MYSQL_TYPE_BIT | MYSQL_TYPE_GEOMETRY | MYSQL_TYPE_VECTOR => Render::Hex,
        MYSQL_TYPE_NULL => Render::As(CellKind::Number),
        t if t.is_numeric_type() => Render::As(CellKind::Number),
        MYSQL_TYPE_TINY_BLOB
        | MYSQL_TYPE_BLOB
        | MYSQL_TYPE_MEDIUM_BLOB
        | MYSQL_TYPE_LONG_BLOB
        | MYSQL_TYPE_VARCHAR
        | MYSQL_TYPE_VAR_STRING
        | MYSQL_TYPE_STRING
            if binary && !is_choice(described) =>
        {
            Render::Hex
        }
        _ => Render::As(CellKind::Text),
    }
}

fn is_choice(described: &Described) -> bool {
    described
        .flags()
        .intersects(ColumnFlags::ENUM_FLAG | ColumnFlags::SET_FLAG)
}

fn type_name(described: &Described) -> String {
    let base = base_name(described);
    let integer = base.ends_with("int");
    let real = matches!(base, "decimal" | "float" | "double");
    let unsigned = described.flags().contains(ColumnFlags::UNSIGNED_FLAG);
    match (integer || real) && unsigned {
        true => format!("{base} unsigned"),
        false => base.to_string(),
    }
}

fn base_name(described: &Described) -> &'static str {
    use ColumnType::*;
    let binary = described.character_set() == BINARY;
    let either = |bytes, text| if binary { bytes } else { text };
    match described.column_type() {
        MYSQL_TYPE_STRING if described.flags().contains(ColumnFlags::ENUM_FLAG) => "enum",
        MYSQL_TYPE_STRING if described.flags().contains(ColumnFlags::SET_FLAG) => "set",
        MYSQL_TYPE_TINY => "tinyint",
        MYSQL_TYPE_SHORT => "smallint",
        MYSQL_TYPE_INT24 => "mediumint",
        MYSQL_TYPE_LONG => "int",
        MYSQL_TYPE_LONGLONG => "bigint",
        MYSQL_TYPE_DECIMAL | MYSQL_TYPE_NEWDECIMAL => "decimal",
        MYSQL_TYPE_FLOAT => "float",
        MYSQL_TYPE_DOUBLE => "double",
        MYSQL_TYPE_YEAR => "year",
        MYSQL_TYPE_NULL => "null",
        MYSQL_TYPE_TIMESTAMP | MYSQL_TYPE_TIMESTAMP2 => "timestamp",
        MYSQL_TYPE_DATETIME | MYSQL_TYPE_DATETIME2 => "datetime",
        MYSQL_TYPE_DATE | MYSQL_TYPE_NEWDATE => "date",
        MYSQL_TYPE_TIME | MYSQL_TYPE_TIME2 => "time",
        MYSQL_TYPE_BIT => "bit",
        MYSQL_TYPE_JSON => "json",
        MYSQL_TYPE_ENUM => "enum",
        MYSQL_TYPE_SET => "set",
        MYSQL_TYPE_VECTOR => "vector",
        MYSQL_TYPE_GEOMETRY => "geometry",
        MYSQL_TYPE_STRING => either("binary", "char"),
        MYSQL_TYPE_VARCHAR | MYSQL_TYPE_VAR_STRING => either("varbinary", "varchar"),
        MYSQL_TYPE_TINY_BLOB => either("tinyblob", "tinytext"),
        MYSQL_TYPE_MEDIUM_BLOB => either("mediumblob", "mediumtext"),
        MYSQL_TYPE_LONG_BLOB => either("longblob", "longtext"),
        MYSQL_TYPE_BLOB => blob_name(described.column_length(), binary),
        MYSQL_TYPE_TYPED_ARRAY | MYSQL_TYPE_UNKNOWN => "",
    }
}

/// The server sends one type for all blobs and texts; only the length tells them apart.
fn blob_name(length: u32, binary: bool) -> &'static str {
    let times = if binary { 1 } else { WIDEST };
    let names = match length {
        l if l <= 0xff * times => ("tinyblob", "tinytext"),
        l if l <= 0xffff * times => ("blob", "text"),
        l if l <= 0xff_ffff * times => ("mediumblob", "mediumtext"),
        _ => ("longblob", "longtext"),
    };
    if binary { names.0 } else { names.1 }
}

/// Appends one row as the text protocol packs it, and says whether it has a cell for each of
/// `renders` and no more.
pub(super) fn push_packed(batch: &mut RowBatch, row: &[u8], renders: &[Render]) -> bool {
    let mut rest = row;
    for render in renders {
        match (next_cell(&mut rest), render) {
            (Some(Some(bytes)), Render::As(kind)) => batch.push(*kind, bytes),
            (Some(Some(bytes)), Render::Hex) => {
                batch.push_with(CellKind::Bytes, |out| push_hex(out, bytes));
            }
            (Some(None), _) => batch.push_null(),
            (None, _) => return false,
        }
    }
    batch.end_row();
    rest.is_empty()
}

/// `0x6162`: the literal that MySQL itself reads and writes; without bytes `0x`, as mysql has it.
fn push_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.reserve(2 + 2 * bytes.len());
    out.extend_from_slice(b"0x");
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ColumnType::*;

    fn described(kind: ColumnType, charset: u16, length: u32, flags: ColumnFlags) -> Described {
        Described::new(kind)
            .with_character_set(charset)
            .with_column_length(length)
            .with_flags(flags)
    }

    #[test]
    fn types_are_named_as_show_columns_names_them() {
        let none = ColumnFlags::empty();
        let unsigned = ColumnFlags::UNSIGNED_FLAG;
        for (kind, charset, length, flags, name, render) in [
            (MYSQL_TYPE_LONG, 63, 11, none, "int", CellKind::Number),
            (
                MYSQL_TYPE_LONGLONG,
                63,
                20,
                unsigned,
                "bigint unsigned",
                CellKind::Number,
            ),
            (
                MYSQL_TYPE_NEWDECIMAL,
                63,
                12,
                none,
                "decimal",
                CellKind::Number,
            ),
            (MYSQL_TYPE_YEAR, 63, 4, unsigned, "year", CellKind::Number),
            (
                MYSQL_TYPE_DATETIME,
                63,
                19,
                none,
                "datetime",
                CellKind::Text,
            ),
            (
                MYSQL_TYPE_VAR_STRING,
                45,
                80,
                none,
                "varchar",
                CellKind::Text,
            ),
            (
                MYSQL_TYPE_VAR_STRING,
                63,
                80,
                none,
                "varbinary",
                CellKind::Bytes,
            ),
            (MYSQL_TYPE_STRING, 63, 16, none, "binary", CellKind::Bytes),
            (
                MYSQL_TYPE_STRING,
                63,
                4,
                ColumnFlags::ENUM_FLAG,
                "enum",
                CellKind::Text,
            ),
            (MYSQL_TYPE_BLOB, 63, 65535, none, "blob", CellKind::Bytes),
            (MYSQL_TYPE_BLOB, 45, 262_140, none, "text", CellKind::Text),
            (
                MYSQL_TYPE_BLOB,
                45,
                u32::MAX,
                none,
                "longtext",
                CellKind::Text,
            ),
            (MYSQL_TYPE_JSON, 63, u32::MAX, none, "json", CellKind::Json),
            (MYSQL_TYPE_BIT, 63, 1, unsigned, "bit", CellKind::Bytes),
        ] {
            let described = described(kind, charset, length, flags);
            assert_eq!(column(&described, false).type_name, name);
            let expected = match render {
                CellKind::Bytes => Render::Hex,
                kind => Render::As(kind),
            };
            assert_eq!(super::render(&described, false), expected, "{name}");
            let right = column(&described, false).align == Align::Right;
            assert_eq!(right, render == CellKind::Number, "{name}");
        }
    }

    #[test]
    fn bytes_become_a_literal_of_the_server() {
        let hex = |bytes: &[u8]| {
            let mut out = Vec::new();
            push_hex(&mut out, bytes);
            String::from_utf8(out).expect("ASCII")
        };
        assert_eq!(hex(b"a\xff\x00"), "0x61FF00");
        assert_eq!(hex(b""), "0x");
    }
}
