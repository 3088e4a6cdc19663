//! What a type OID means to sqwire: its name, how its cells are aligned and what they are.

use crate::data::{Align, CellKind};
use tokio_postgres::types::Type;

/// The name of a built-in type (`int4`, `text[]`); empty for all others.
pub(super) fn name(oid: u32) -> String {
    let Some(known) = Type::from_oid(oid) else {
        return String::new();
    };
    match known.name().strip_prefix('_') {
        Some(element) => format!("{element}[]"),
        None => known.name().to_string(),
    }
}

/// What the cells of a type are. The same types stand on the right as in psql.
pub(super) fn cell(oid: u32) -> (CellKind, Align) {
    match oid {
        // int8, int2, int4, oid, float4, float8, numeric
        20 | 21 | 23 | 26 | 700 | 701 | 1700 => (CellKind::Number, Align::Right),
        // xid, cid, money, xid8
        28 | 29 | 790 | 5069 => (CellKind::Text, Align::Right),
        16 => (CellKind::Bool, Align::Left),
        17 => (CellKind::Bytes, Align::Left),
        // json, jsonb
        114 | 3802 => (CellKind::Json, Align::Left),
        _ => (CellKind::Text, Align::Left),
    }
}

/// The declared length and scale in a type's modifier.
pub(super) fn sizes(oid: u32, modifier: i32) -> (Option<u32>, Option<u32>) {
    let behind_header = modifier.checked_sub(4).and_then(|m| u32::try_from(m).ok());
    match oid {
        // bpchar, varchar
        1042 | 1043 => (behind_header, None),
        // bit, varbit
        1560 | 1562 => (u32::try_from(modifier).ok(), None),
        // numeric: a negative scale is given up
        1700 => match behind_header {
            Some(m) if m & 0x7ff < 0x400 => (Some(m >> 16), Some(m & 0x7ff)),
            _ => (None, None),
        },
        _ => (None, None),
    }
}
