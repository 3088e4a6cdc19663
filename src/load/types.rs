//! Types from one server to another: what a column holds, and how the other server declares that.

use crate::data::{CellKind, Column, RowBatch};

/// What a column holds, in no server's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    Boolean,
    /// Bytes of the integer.
    Integer(u8),
    Unsigned(u8),
    /// Digits, and digits behind the point, where they are declared.
    Numeric(Option<(u32, u32)>),
    Real,
    Double,
    /// Most characters, where that is declared.
    Text(Option<u32>),
    Bytes,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Json,
    Uuid,
    /// Anything else, by its name on its server: carried as text.
    Other(String),
}

/// How a server declares a type, and what is lost by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    pub ddl: String,
    /// Why it is not quite the same: the end of a sentence that begins with the column.
    pub note: Option<String>,
}

/// What a column of a result holds, as its server describes it; `first` are the first rows, for
/// servers that declare nothing.
pub fn of(driver: &str, column: &Column, index: usize, first: Option<&RowBatch>) -> Type {
    match driver {
        "postgres" => of_postgres(column),
        "mysql" => of_mysql(column),
        _ => of_sqlite(column, index, first),
    }
}

fn of_postgres(column: &Column) -> Type {
    match column.type_name.as_str() {
        "bool" => Type::Boolean,
        "int2" => Type::Integer(2),
        "int4" => Type::Integer(4),
        "int8" => Type::Integer(8),
        "oid" => Type::Unsigned(4),
        "numeric" => Type::Numeric(column.length.zip(column.scale.or(Some(0)))),
        "float4" => Type::Real,
        "float8" => Type::Double,
        "varchar" | "bpchar" => Type::Text(column.length),
        "text" | "name" | "char" => Type::Text(None),
        "bytea" => Type::Bytes,
        "date" => Type::Date,
        "time" => Type::Time,
        "timestamp" => Type::Timestamp,
        "timestamptz" => Type::TimestampTz,
        "json" | "jsonb" => Type::Json,
        "uuid" => Type::Uuid,
        "" => Type::Other("a type of its own".into()),
        other => Type::Other(other.to_string()),
    }
}

fn of_mysql(column: &Column) -> Type {
    let name = column.type_name.as_str();
    let plain = name.strip_suffix(" unsigned");
    let integer = |bytes| match plain {
        Some(_) => Type::Unsigned(bytes),
        None => Type::Integer(bytes),
    };
    match plain.unwrap_or(name) {
        "tinyint" if column.length == Some(1) => Type::Boolean,
        "tinyint" => integer(1),
        "smallint" => integer(2),
        "mediumint" => integer(3),
        "int" => integer(4),
        "bigint" => integer(8),
        "year" => Type::Integer(2),
        "decimal" => Type::Numeric(column.length.zip(column.scale)),
        "float" => Type::Real,
        "double" => Type::Double,
        "char" | "varchar" => Type::Text(column.length),
        "tinytext" | "text" | "mediumtext" | "longtext" | "null" => Type::Text(None),
        "enum" | "set" => Type::Other(name.to_string()),
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" | "bit"
        | "geometry" | "vector" => Type::Bytes,
        "date" => Type::Date,
        "time" => Type::Time,
        "datetime" => Type::Timestamp,
        "timestamp" => Type::Timestamp,
        "json" => Type::Json,
        other => Type::Other(other.to_string()),
    }
}

fn of_sqlite(column: &Column, index: usize, first: Option<&RowBatch>) -> Type {
    let declared = column.type_name.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|w| declared.contains(w));
    let sizes = || {
        let inner = declared.split_once('(')?.1.split_once(')')?.0;
        let mut numbers = inner.split(',').map(|n| n.trim().parse::<u32>().ok());
        Some((numbers.next()??, numbers.next().flatten()))
    };
    if declared.is_empty() {
        return of_cells(index, first);
    }
    match () {
        () if has(&["INT"]) => Type::Integer(8),
        () if has(&["BOOL"]) => Type::Boolean,
        () if has(&["CHAR"]) => Type::Text(sizes().map(|(n, _)| n)),
        () if has(&["CLOB", "TEXT"]) => Type::Text(None),
        () if has(&["BLOB"]) => Type::Bytes,
        () if has(&["REAL", "FLOA", "DOUB"]) => Type::Double,
        () if has(&["DECIMAL", "NUMERIC", "NUMBER"]) => {
            Type::Numeric(sizes().map(|(p, s)| (p, s.unwrap_or(0))))
        }
        () if has(&["TIMESTAMP", "DATETIME"]) => Type::Timestamp,
        () if has(&["DATE"]) => Type::Date,
        () if has(&["TIME"]) => Type::Time,
        () if has(&["JSON"]) => Type::Json,
        () if has(&["UUID"]) => Type::Uuid,
        () => Type::Text(None),
    }
}

/// What the first values are, where nothing is declared.
fn of_cells(index: usize, first: Option<&RowBatch>) -> Type {
    let mut found = None;
    for row in first.into_iter().flat_map(RowBatch::rows) {
        let cell = row.cell(index);
        let kind = match cell.kind {
            CellKind::Null => continue,
            CellKind::Number if cell.text.iter().all(|b| matches!(b, b'0'..=b'9' | b'-')) => {
                Type::Integer(8)
            }
            CellKind::Number => Type::Double,
            CellKind::Bytes => Type::Bytes,
            CellKind::Json => Type::Json,
            CellKind::Bool => Type::Boolean,
            CellKind::Text => Type::Text(None),
        };
        found = Some(match (found, kind) {
            (None, kind) => kind,
            (Some(before), kind) if before == kind => kind,
            (Some(Type::Integer(_)), Type::Double) | (Some(Type::Double), Type::Integer(_)) => {
                Type::Double
            }
            _ => return Type::Text(None),
        });
    }
    found.unwrap_or(Type::Text(None))
}

/// How `driver` declares a column of that type.
pub fn declare(driver: &str, kind: &Type) -> Declared {
    match driver {
        "postgres" => in_postgres(kind),
        "mysql" => in_mysql(kind),
        _ => in_sqlite(kind),
    }
}

/// How a server declares what is a column of its own kind: by the name that it has there.
pub fn declare_again(driver: &str, column: &Column, kind: &Type) -> Declared {
    let name = column.type_name.as_str();
    let sized = match (driver, name) {
        ("postgres", "varchar" | "bpchar" | "numeric" | "bit" | "varbit")
        | ("mysql", "char" | "varchar" | "binary" | "varbinary" | "bit") => {
            match (column.length, column.scale) {
                (Some(length), Some(scale)) if name == "numeric" => {
                    format!("{name}({length},{scale})")
                }
                (Some(length), _) => format!("{name}({length})"),
                (None, _) => return declare(driver, kind),
            }
        }
        ("postgres", "") | ("mysql", "" | "null") => return declare(driver, kind),
        ("sqlite", _) | ("postgres", _) => name.to_string(),
        // Whose values or lengths the result does not tell.
        _ => return declare(driver, kind),
    };
    Declared::as_is(sized)
}

impl Declared {
    fn as_is(ddl: impl Into<String>) -> Self {
        Declared {
            ddl: ddl.into(),
            note: None,
        }
    }

    fn noted(ddl: &str, note: String) -> Self {
        Declared {
            ddl: ddl.into(),
            note: Some(note),
        }
    }
}

fn in_postgres(kind: &Type) -> Declared {
    Declared::as_is(match kind {
        Type::Boolean => "boolean",
        Type::Integer(1 | 2) | Type::Unsigned(1) => "smallint",
        Type::Integer(3 | 4) | Type::Unsigned(2 | 3) => "integer",
        Type::Integer(_) | Type::Unsigned(4) => "bigint",
        Type::Unsigned(_) => "numeric(20)",
        Type::Numeric(Some((p, s))) => return Declared::as_is(format!("numeric({p},{s})")),
        Type::Numeric(None) => "numeric",
        Type::Real => "real",
        Type::Double => "double precision",
        Type::Text(Some(n)) if *n > 0 => return Declared::as_is(format!("varchar({n})")),
        Type::Text(_) => "text",
        Type::Bytes => "bytea",
        Type::Date => "date",
        Type::Time => "time",
        Type::Timestamp => "timestamp",
        Type::TimestampTz => "timestamptz",
        Type::Json => "json",
        Type::Uuid => "uuid",
        Type::Other(name) => return Declared::noted("text", as_text(name)),
    })
}

/// Characters up to which MySQL gets a VARCHAR: a row of it holds 64 KB, four bytes a character.
const LONGEST_VARCHAR: u32 = 1000;

fn in_mysql(kind: &Type) -> Declared {
    Declared::as_is(match kind {
        Type::Boolean => "tinyint(1)",
        Type::Integer(1) => "tinyint",
        Type::Integer(2) => "smallint",
        Type::Integer(3) => "mediumint",
        Type::Integer(4) => "int",
        Type::Integer(_) => "bigint",
        Type::Unsigned(1) => "tinyint unsigned",
        Type::Unsigned(2) => "smallint unsigned",
        Type::Unsigned(3) => "mediumint unsigned",
        Type::Unsigned(4) => "int unsigned",
        Type::Unsigned(_) => "bigint unsigned",
        Type::Numeric(Some((p, s))) if *p <= 65 && *s <= 30 => {
            return Declared::as_is(format!("decimal({p},{s})"));
        }
        Type::Numeric(_) => {
            let note = "has no limit to its digits at the source and is kept as decimal(65,30)";
            return Declared::noted("decimal(65,30)", note.into());
        }
        Type::Real => "float",
        Type::Double => "double",
        Type::Text(Some(n)) if *n > 0 && *n <= LONGEST_VARCHAR => {
            return Declared::as_is(format!("varchar({n})"));
        }
        Type::Text(_) => "longtext",
        Type::Bytes => "longblob",
        Type::Date => "date",
        Type::Time => "time(6)",
        Type::Timestamp => "datetime(6)",
        Type::TimestampTz => {
            let note = "has a time zone at the source and is kept as the time in UTC";
            return Declared::noted("datetime(6)", note.into());
        }
        Type::Json => "json",
        Type::Uuid => "char(36)",
        Type::Other(name) => return Declared::noted("longtext", as_text(name)),
    })
}

fn in_sqlite(kind: &Type) -> Declared {
    Declared::as_is(match kind {
        Type::Boolean => "BOOLEAN",
        Type::Unsigned(8) => {
            let note = "can be larger than SQLite's integers and is kept as text";
            return Declared::noted("TEXT", note.into());
        }
        Type::Integer(_) | Type::Unsigned(_) => "INTEGER",
        Type::Numeric(_) => {
            let note = "is kept as text, because SQLite has no exact decimals";
            return Declared::noted("TEXT", note.into());
        }
        Type::Real | Type::Double => "REAL",
        Type::Text(_) | Type::Json | Type::Uuid => "TEXT",
        Type::Bytes => "BLOB",
        Type::Date => "DATE",
        Type::Time => "TIME",
        Type::Timestamp => "TIMESTAMP",
        // With its offset it is no number, whatever the affinity.
        Type::TimestampTz => "TIMESTAMP",
        Type::Other(name) => return Declared::noted("TEXT", as_text(name)),
    })
}

fn as_text(name: &str) -> String {
    format!(
        "is {} at the source and is kept as text",
        with_article(name)
    )
}

fn with_article(name: &str) -> String {
    match name.starts_with("a ") {
        true => name.to_string(),
        false => format!("of type {name}"),
    }
}
