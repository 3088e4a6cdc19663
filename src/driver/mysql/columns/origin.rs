//! Everything that the server says of a column (`--column-type-info`), in the mysql client's words.

use crate::data::Origin;
use mysql_async::Column as Described;
use mysql_async::consts::{ColumnFlags, ColumnType};

pub(super) fn origin(described: &Described) -> Origin {
    let collation = described.character_set();
    let wire_type = format!("{:?}", described.column_type());
    Origin {
        name: described.org_name_str().into_owned(),
        schema: described.schema_str().into_owned(),
        table: described.table_str().into_owned(),
        own_table: described.org_table_str().into_owned(),
        wire_type: wire_type.trim_start_matches("MYSQL_TYPE_").to_string(),
        collation,
        collation_name: collation_name(collation),
        length: described.column_length(),
        decimals: described.decimals(),
        flags: flags(described),
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
