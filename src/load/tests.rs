//! Files, types and values, as tables.

use super::fit::{self, Fit};
use super::infer::Inference;
use super::lines::Lines;
use super::read::{Bad, Null, Reader};
use super::sniff::{self, Shape, TSV, csv};
use super::types::{self, Type};
use crate::data::{CellKind, Column, RowBatch};

/// Reads a text in pieces of `step` bytes: rows as text, with `∅` for NULL, and what is bad.
fn read(shape: Shape, columns: &[&str], text: &str, step: usize) -> (Vec<String>, Vec<Bad>, Lines) {
    let columns: Vec<String> = columns.iter().map(|c| (*c).to_string()).collect();
    let mut reader = Reader::new(shape, Null::Usual, columns.clone());
    let mut lines = Lines::default();
    let mut batch = RowBatch::new(columns.len());
    let mut bad = Vec::new();
    let mut rest = text.as_bytes();
    loop {
        loop {
            match reader.read(&mut batch, &mut lines) {
                Ok(()) => break,
                Err(wrong) => bad.push(wrong),
            }
        }
        if reader.is_done() {
            break;
        }
        let length = step.min(rest.len());
        let room = reader.room(step);
        let all = room.len();
        room[..length].copy_from_slice(&rest[..length]);
        reader.filled(all, length);
        rest = &rest[length..];
    }
    let row = |row: crate::data::Row<'_>| {
        let cell = |c: crate::data::Cell<'_>| match c.kind {
            CellKind::Null => "∅".to_string(),
            _ => String::from_utf8_lossy(c.text).into_owned(),
        };
        row.cells().map(cell).collect::<Vec<_>>().join("|")
    };
    (batch.rows().map(row).collect(), bad, lines)
}

#[test]
fn records_are_read_however_the_bytes_come() {
    for (shape, text, expected) in [
        (csv(b','), "1,a\n2,b\n", &["1|a", "2|b"][..]),
        (csv(b','), "1,a\r\n2,b", &["1|a", "2|b"]),
        (csv(b';'), "1;\"a;\"\"b\"\"\"\n", &["1|a;\"b\""]),
        (csv(b','), "1,\n2,\"\"\n", &["1|∅", "2|"]),
        (
            csv(b','),
            "1,\"two\nlines\"\n\n2,5\" pipe\n",
            &["1|two\nlines", "2|5\" pipe"],
        ),
        (csv(b','), "", &[]),
        (csv(b','), "ü,日本\n", &["ü|日本"]),
        (
            TSV,
            "1\ta\\tb\\\\\n2\t\\N\n3\tNULL\n4\t\n",
            &["1|a\tb\\", "2|∅", "3|∅", "4|"],
        ),
        (TSV, "\"x\t\\nN\\\n\n", &["\"x|\nN\n"]),
        (
            Shape::JsonLines,
            "{\"a\":1,\"b\":\"x\\\"}\"}\n{\"b\":null,\"a\":12345678901234567890.10}\n",
            &["1|x\"}", "12345678901234567890.10|∅"],
        ),
        (
            Shape::JsonLines,
            "[{\"a\": {\"x\": [1, \"]\"]}},\n {\"a\": true, \"b\":\n \"\\u00e9\"}]\n",
            &["{\"x\": [1, \"]\"]}|∅", "t|é"],
        ),
    ] {
        for step in [1, 2, 3, 7, 1000] {
            let (rows, bad, _) = read(shape, &["a", "b"], text, step);
            assert_eq!(rows, expected, "{text:?} by {step}");
            assert_eq!(bad, [], "{text:?} by {step}");
        }
    }
}

#[test]
fn what_is_bad_is_named_by_its_place_and_the_rest_is_read() {
    let csv = csv(b',');
    for (shape, text, places, rows) in [
        (
            csv,
            "1,a\n2\n3,c\n",
            &["2:2: 1 field where 2 are wanted"][..],
            2,
        ),
        (csv, "1,a,x\n", &["1:5: 3 fields where 2 are wanted"], 0),
        (
            csv,
            "1,\"a\"b\n2,c\n",
            &["1:6: after the closing quote comes neither a delimiter nor a line end"],
            1,
        ),
        (
            csv,
            "1,a\n2,\"b\n3,c\n",
            &["2:3: the quote is never closed"],
            2,
        ),
        (
            csv,
            "é,\"\n\"\n2\n",
            &["3:2: 1 field where 2 are wanted"],
            1,
        ),
        (
            Shape::JsonLines,
            "{\"a\":1}\n{\"a\":}\n{}\n",
            &["2:6: expected value"],
            2,
        ),
        (
            Shape::JsonLines,
            "{\"a\":1,\"c\":2}\n",
            &["1:9: key \"c\" is no column that is filled"],
            0,
        ),
        (
            Shape::JsonLines,
            "{\"a\":1\n",
            &["1:1: the object is not complete"],
            0,
        ),
        (
            Shape::JsonLines,
            "nonsense\n{\"a\":1}",
            &["1:2: expected true, false, null or a text in quotes"],
            1,
        ),
    ] {
        let (read, bad, _) = read(shape, &["a", "b"], text, 1000);
        let found: Vec<String> = bad
            .iter()
            .map(|b| format!("{}:{}: {}", b.line, b.column.unwrap_or(0), b.reason))
            .collect();
        assert_eq!(found, places, "{text:?}");
        assert_eq!(read.len(), rows, "{text:?}");
    }
}

#[test]
fn text_that_is_not_utf8_has_its_place() {
    let mut reader = Reader::new(csv(b','), Null::Usual, vec!["a".into(), "b".into()]);
    let bytes = b"1,a\n2,b\xffc\n";
    let room = reader.room(bytes.len());
    room.copy_from_slice(bytes);
    reader.filled(bytes.len(), bytes.len());
    let mut batch = RowBatch::new(2);
    let bad = reader
        .read(&mut batch, &mut Lines::default())
        .expect_err("bad bytes");
    assert_eq!((bad.line, bad.column), (2, Some(4)));
}

#[test]
fn rows_know_their_lines() {
    let text = "1,a\n2,\"b\nb\"\n3\n\n4,d\n5,e\n";
    let (rows, _, lines) = read(csv(b','), &["a", "b"], text, 3);
    let found: Vec<_> = (0..rows.len() as u64).map(|row| lines.of(row)).collect();
    assert_eq!(found, [Some(1), Some(2), Some(6), Some(7)]);
    assert_eq!(Lines::default().of(0), None);
}

#[test]
fn files_are_known_by_name_and_content() {
    for (name, text, expected) in [
        ("a.csv", "a,b\n1,2\n", csv(b',')),
        ("a.csv", "a;b\n1,5;2\n", csv(b';')),
        ("a.csv", "a|b|c\n1|2|3\n", csv(b'|')),
        ("a.csv", "a\tb\n1\t2\n", csv(b'\t')),
        ("a.csv", "only\none\n", csv(b',')),
        ("a.csv", "\"x;y\",\"a;b\"\n\"1;2\",\"3\"\n", csv(b',')),
        ("a.TSV", "a,b", TSV),
        ("a.ndjson", "", Shape::JsonLines),
        ("-", " {\"a\":1}\n", Shape::JsonLines),
        ("-", "[\n{\"a\":1}]", Shape::JsonLines),
        ("-", "a,b\n", csv(b',')),
    ] {
        assert_eq!(
            sniff::shape(name, text.as_bytes()),
            expected,
            "{name} {text:?}"
        );
    }
    let keys = sniff::keys(b"{\"b\":1}\n{\"a\":{\"c\":1},\"b\":2}\n{\"z\"");
    assert_eq!(keys, ["b", "a"]);
}

fn inferred(values: &[&str]) -> Type {
    let mut batch = RowBatch::new(1);
    for value in values {
        match *value {
            "∅" => batch.push_null(),
            text => batch.push(CellKind::Text, text.as_bytes()),
        }
        batch.end_row();
    }
    let mut found = Inference::new(1);
    found.look(&batch);
    found.types().remove(0)
}

#[test]
fn types_are_those_that_every_value_fits() {
    for (values, expected) in [
        (&["1", "-20", "∅"][..], Type::Integer(8)),
        (&["9223372036854775807"], Type::Integer(8)),
        (&["9223372036854775808"], Type::Numeric(Some((19, 0)))),
        (&["1", "12.50", "-0.125"], Type::Numeric(Some((5, 3)))),
        (&["1e5", "2"], Type::Double),
        (&["1e400", "2"], Type::Text(None)),
        (&["1e5", "12345678901234567.5"], Type::Text(None)),
        (&["007", "8"], Type::Text(None)),
        (&["+1"], Type::Text(None)),
        (&["true", "f", "FALSE"], Type::Boolean),
        (&["1", "true"], Type::Text(None)),
        (&["2026-01-31", "2024-02-29"], Type::Date),
        (&["2026-02-29"], Type::Text(None)),
        (
            &["2026-01-31 12:30", "2026-01-31T12:30:59.25"],
            Type::Timestamp,
        ),
        (
            &["2026-01-31 12:30:00+02", "2026-01-31T12:30:59Z"],
            Type::TimestampTz,
        ),
        (
            &["2026-01-31 12:30:00+02", "2026-01-31 12:30"],
            Type::Text(None),
        ),
        (&["2026-01-31", "2026-01-31 12:30"], Type::Text(None)),
        (&["∅"], Type::Text(None)),
        (&[], Type::Text(None)),
        (&["", "1"], Type::Text(None)),
    ] {
        assert_eq!(inferred(values), expected, "{values:?}");
    }
}

#[test]
fn types_have_their_like_on_every_server() {
    let column = |name: &str, length, scale| Column {
        type_name: name.into(),
        length,
        scale,
        ..Column::default()
    };
    for (driver, from, postgres, mysql, sqlite) in [
        (
            "postgres",
            column("int8", None, None),
            "bigint",
            "bigint",
            "INTEGER",
        ),
        (
            "postgres",
            column("bool", None, None),
            "boolean",
            "tinyint(1)",
            "BOOLEAN",
        ),
        (
            "postgres",
            column("numeric", Some(14), Some(2)),
            "numeric(14,2)",
            "decimal(14,2)",
            "TEXT !",
        ),
        (
            "postgres",
            column("numeric", None, None),
            "numeric",
            "decimal(65,30) !",
            "TEXT !",
        ),
        (
            "postgres",
            column("int4[]", None, None),
            "text !",
            "longtext !",
            "TEXT !",
        ),
        (
            "postgres",
            column("timestamptz", None, None),
            "timestamptz",
            "datetime(6) !",
            "TIMESTAMP",
        ),
        (
            "postgres",
            column("jsonb", None, None),
            "json",
            "json",
            "TEXT",
        ),
        (
            "postgres",
            column("varchar", Some(20), None),
            "varchar(20)",
            "varchar(20)",
            "TEXT",
        ),
        (
            "mysql",
            column("bigint unsigned", None, None),
            "numeric(20)",
            "bigint unsigned",
            "TEXT !",
        ),
        (
            "mysql",
            column("int unsigned", None, None),
            "bigint",
            "int unsigned",
            "INTEGER",
        ),
        (
            "mysql",
            column("tinyint", Some(1), None),
            "boolean",
            "tinyint(1)",
            "BOOLEAN",
        ),
        (
            "mysql",
            column("tinyint", Some(4), None),
            "smallint",
            "tinyint",
            "INTEGER",
        ),
        (
            "mysql",
            column("longblob", None, None),
            "bytea",
            "longblob",
            "BLOB",
        ),
        (
            "mysql",
            column("datetime", None, None),
            "timestamp",
            "datetime(6)",
            "TIMESTAMP",
        ),
        (
            "mysql",
            column("enum", None, None),
            "text !",
            "longtext !",
            "TEXT !",
        ),
        (
            "sqlite",
            column("INTEGER", None, None),
            "bigint",
            "bigint",
            "INTEGER",
        ),
        (
            "sqlite",
            column("DECIMAL(10,2)", None, None),
            "numeric(10,2)",
            "decimal(10,2)",
            "TEXT !",
        ),
        (
            "sqlite",
            column("VARCHAR(30)", None, None),
            "varchar(30)",
            "varchar(30)",
            "TEXT",
        ),
    ] {
        let kind = types::of(driver, &from, 0, None);
        for (to, expected) in [("postgres", postgres), ("mysql", mysql), ("sqlite", sqlite)] {
            let declared = types::declare(to, &kind);
            let mark = if declared.note.is_some() { " !" } else { "" };
            assert_eq!(
                format!("{}{mark}", declared.ddl),
                expected,
                "{driver} {} to {to}",
                from.type_name
            );
        }
    }
}

#[test]
fn columns_without_a_type_are_what_their_values_are() {
    for (cells, expected) in [
        (
            &[(CellKind::Number, "1"), (CellKind::Null, "")][..],
            Type::Integer(8),
        ),
        (
            &[(CellKind::Number, "1"), (CellKind::Number, "1.5")],
            Type::Double,
        ),
        (
            &[(CellKind::Number, "1"), (CellKind::Text, "x")],
            Type::Text(None),
        ),
        (&[(CellKind::Bytes, "x'00'")], Type::Bytes),
        (&[], Type::Text(None)),
    ] {
        let mut batch = RowBatch::new(1);
        for (kind, text) in cells {
            batch.push(*kind, text.as_bytes());
            batch.end_row();
        }
        let found = types::of("sqlite", &Column::default(), 0, Some(&batch));
        assert_eq!(found, expected, "{cells:?}");
    }
}

#[test]
fn cells_are_brought_into_the_form_of_drivers() {
    for (kind, text, fit, expected) in [
        (CellKind::Text, "yes", Fit::Boolean, "Bool t"),
        (CellKind::Number, "0", Fit::Boolean, "Bool f"),
        (CellKind::Number, "5", Fit::Boolean, "Number 5"),
        (CellKind::Bool, "t", Fit::Digit, "Number 1"),
        (CellKind::Bytes, "0x00FF", Fit::Same, "Bytes \\x00FF"),
        (CellKind::Bytes, "x''", Fit::Bytes, "Bytes \\x"),
        (CellKind::Text, "ab", Fit::Bytes, "Bytes \\x6162"),
        (
            CellKind::Text,
            "2026-01-01 00:30:00.5+02",
            Fit::Utc,
            "Text 2025-12-31 22:30:00.5",
        ),
        (
            CellKind::Text,
            "2024-02-29T23:00:00-03:30",
            Fit::Utc,
            "Text 2024-03-01 02:30:00",
        ),
        (
            CellKind::Text,
            "2026-01-01 00:30:00",
            Fit::Utc,
            "Text 2026-01-01 00:30:00",
        ),
        (CellKind::Text, "infinity", Fit::Utc, "Text infinity"),
    ] {
        let mut batch = RowBatch::new(1);
        batch.push(kind, text.as_bytes());
        batch.end_row();
        let fitted = fit::batch(batch, &[fit]);
        let cell = fitted.row(0).cell(0);
        let kind = match cell.kind {
            CellKind::Bool => "Bool",
            CellKind::Number => "Number",
            CellKind::Bytes => "Bytes",
            _ => "Text",
        };
        let got = format!("{kind} {}", String::from_utf8_lossy(cell.text));
        assert_eq!(got, expected, "{text}");
    }
}
