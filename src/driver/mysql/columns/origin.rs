//! Everything that the server says of a column (`--column-type-info`), in the mysql client's words.

use crate::data::Origin;
use mysql_async::Column as Described;
use mysql_async::consts::{ColumnFlags, ColumnType};

pub(super) fn origin(described: &Described) -> Origin {
    let collation = described.character_set();
    Origin {
        name: described.org_name_str().into_owned(),
        schema: described.schema_str().into_owned(),
        table: described.table_str().into_owned(),
        own_table: described.org_table_str().into_owned(),
        wire_type: wire_type(described.column_type()),
        collation,
        collation_name: collation_name(collation),
        length: described.column_length(),
        decimals: described.decimals(),
        flags: flags(described),
    }
}

fn wire_type(wire_type: ColumnType) -> &'static str {
    use ColumnType::*;
    match wire_type {
        MYSQL_TYPE_DECIMAL => "DECIMAL",
        MYSQL_TYPE_NEWDECIMAL => "NEWDECIMAL",
        MYSQL_TYPE_TINY => "TINY",
        MYSQL_TYPE_SHORT => "SHORT",
        MYSQL_TYPE_INT24 => "INT24",
        MYSQL_TYPE_LONG => "LONG",
        MYSQL_TYPE_LONGLONG => "LONGLONG",
        MYSQL_TYPE_FLOAT => "FLOAT",
        MYSQL_TYPE_DOUBLE => "DOUBLE",
        MYSQL_TYPE_NULL => "NULL",
        MYSQL_TYPE_TIMESTAMP | MYSQL_TYPE_TIMESTAMP2 => "TIMESTAMP",
        MYSQL_TYPE_DATE => "DATE",
        MYSQL_TYPE_NEWDATE => "NEWDATE",
        MYSQL_TYPE_TIME | MYSQL_TYPE_TIME2 => "TIME",
        MYSQL_TYPE_DATETIME | MYSQL_TYPE_DATETIME2 => "DATETIME",
        MYSQL_TYPE_YEAR => "YEAR",
        MYSQL_TYPE_BIT => "BIT",
        MYSQL_TYPE_JSON => "JSON",
        MYSQL_TYPE_ENUM => "ENUM",
        MYSQL_TYPE_SET => "SET",
        MYSQL_TYPE_VECTOR => "VECTOR",
        MYSQL_TYPE_GEOMETRY => "GEOMETRY",
        MYSQL_TYPE_STRING => "STRING",
        MYSQL_TYPE_VARCHAR => "VARCHAR",
        MYSQL_TYPE_VAR_STRING => "VAR_STRING",
        MYSQL_TYPE_TINY_BLOB => "TINY_BLOB",
        MYSQL_TYPE_MEDIUM_BLOB => "MEDIUM_BLOB",
        MYSQL_TYPE_LONG_BLOB => "LONG_BLOB",
        MYSQL_TYPE_BLOB => "BLOB",
        MYSQL_TYPE_TYPED_ARRAY | MYSQL_TYPE_UNKNOWN => "?-unknown-?",
    }
}

/// In the order in which mysql names them. That a type is a number is that client's own knowledge.
fn flags(described: &Described) -> Vec<&'static str> {
    let flags = described.flags();
    let named = [
        (ColumnFlags::NOT_NULL_FLAG, "NOT_NULL"),
        (ColumnFlags::PRI_KEY_FLAG, "PRI_KEY"),
        (ColumnFlags::UNIQUE_KEY_FLAG, "UNIQUE_KEY"),
        (ColumnFlags::MULTIPLE_KEY_FLAG, "MULTIPLE_KEY"),
        (ColumnFlags::BLOB_FLAG, "BLOB"),
        (ColumnFlags::UNSIGNED_FLAG, "UNSIGNED"),
        (ColumnFlags::ZEROFILL_FLAG, "ZEROFILL"),
        (ColumnFlags::BINARY_FLAG, "BINARY"),
        (ColumnFlags::ENUM_FLAG, "ENUM"),
        (ColumnFlags::AUTO_INCREMENT_FLAG, "AUTO_INCREMENT"),
        (ColumnFlags::TIMESTAMP_FLAG, "TIMESTAMP"),
        (ColumnFlags::SET_FLAG, "SET"),
        (ColumnFlags::NO_DEFAULT_VALUE_FLAG, "NO_DEFAULT_VALUE"),
        (ColumnFlags::NUM_FLAG, "NUM"),
        (ColumnFlags::PART_KEY_FLAG, "PART_KEY"),
        (ColumnFlags::ON_UPDATE_NOW_FLAG, "ON_UPDATE_NOW"),
    ];
    let is_number = is_number(described.column_type());
    let has = |flag: ColumnFlags| match flag {
        ColumnFlags::NUM_FLAG => is_number,
        flag => flags.contains(flag),
    };
    let named = named.into_iter().filter(|(flag, _)| has(*flag));
    named.map(|(_, name)| name).collect()
}

fn is_number(wire_type: ColumnType) -> bool {
    wire_type.is_numeric_type() || wire_type == ColumnType::MYSQL_TYPE_NULL
}

/// What results come in; the numbers are the servers'.
fn collation_name(number: u16) -> &'static str {
    match number {
        8 => "latin1_swedish_ci",
        11 => "ascii_general_ci",
        28 => "gbk_chinese_ci",
        33 => "utf8mb3_general_ci",
        45 => "utf8mb4_general_ci",
        46 => "utf8mb4_bin",
        63 => "binary",
        83 => "utf8mb3_bin",
        192 => "utf8mb3_unicode_ci",
        224 => "utf8mb4_unicode_ci",
        255 => "utf8mb4_0900_ai_ci",
        _ => "?",
    }
}
