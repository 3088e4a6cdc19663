//! Values of every type arrive as the server writes them.

use super::*;

/// An expression, and the kind and text of its cell.
type Value = Option<(&'static str, CellKind, &'static str)>;

async fn check_values(backend: &'static Backend, table: &[[Value; 3]]) {
    let (mut connection, _database) = backend.fresh().await;
    for row in table {
        let Some((expression, kind, text)) = backend.pick(*row) else {
            continue;
        };
        let all = execute(connection.as_mut(), &format!("select {expression}")).await;
        match &all[..] {
            [
                Happened::Columns(_),
                Happened::Row(cells),
                Happened::Done(..),
            ] => {
                assert_eq!(cells, &[(kind, text.to_string())], "{expression}");
            }
            other => panic!("{expression}: {other:?}"),
        }
    }
}

use CellKind::{Bool, Bytes, Json, Null, Number, Text};

pub(super) async fn integers_keep_every_digit(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some(("32767::int2", Number, "32767")),
                Some(("127", Number, "127")),
                Some(("0", Number, "0")),
            ],
            [
                Some(("(-2147483648)::int4", Number, "-2147483648")),
                Some(("-2147483648", Number, "-2147483648")),
                Some(("-2147483648", Number, "-2147483648")),
            ],
            [
                Some(("9223372036854775807::int8", Number, "9223372036854775807")),
                Some(("9223372036854775807", Number, "9223372036854775807")),
                Some(("9223372036854775807", Number, "9223372036854775807")),
            ],
            [
                Some((
                    "(-9223372036854775808)::int8",
                    Number,
                    "-9223372036854775808",
                )),
                Some((
                    "cast(-9223372036854775808 as signed)",
                    Number,
                    "-9223372036854775808",
                )),
                Some(("-9223372036854775808", Number, "-9223372036854775808")),
            ],
            [
                None,
                Some(("18446744073709551615", Number, "18446744073709551615")),
                None,
            ],
        ],
    )
    .await;
}

pub(super) async fn numerics_keep_every_digit(backend: &'static Backend) {
    const LONG: &str = "123456789012345678901234567890.123456789012345678901234567890";
    check_values(
        backend,
        &[
            [
                Some((
                    "123456789012345678901234567890.123456789012345678901234567890",
                    Number,
                    LONG,
                )),
                Some((
                    "cast('123456789012345678901234567890.123456789012345678901234567890' as decimal(65,30))",
                    Number,
                    LONG,
                )),
                None,
            ],
            [
                Some(("1.10::numeric(8,2)", Number, "1.10")),
                Some(("cast(1.1 as decimal(8,2))", Number, "1.10")),
                None,
            ],
            [Some(("'NaN'::numeric", Number, "NaN")), None, None],
        ],
    )
    .await;
}

pub(super) async fn floats_are_in_the_servers_own_digits(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some(("0.1::float8 + 0.2::float8", Number, "0.30000000000000004")),
                Some(("0.1e0 + 0.2e0", Number, "0.30000000000000004")),
                Some(("0.1 + 0.2", Number, "0.30000000000000004")),
            ],
            [
                Some(("1e300::float8", Number, "1e+300")),
                Some(("1e300", Number, "1e300")),
                Some(("1e300", Number, "1.0e+300")),
            ],
            [
                Some(("1::float8", Number, "1")),
                Some(("1e0", Number, "1")),
                Some(("1.0", Number, "1.0")),
            ],
            [
                Some(("1.5::float4", Number, "1.5")),
                Some(("-2.5e0", Number, "-2.5")),
                None,
            ],
            [Some(("'NaN'::float8", Number, "NaN")), None, None],
            [
                Some(("'-Infinity'::float8", Number, "-Infinity")),
                None,
                Some(("-9e999", Number, "-Inf")),
            ],
        ],
    )
    .await;
}

pub(super) async fn texts_arrive_byte_for_byte(backend: &'static Backend) {
    let all = |expression, text| [Some((expression, Text, text)); 3];
    check_values(
        backend,
        &[
            all("''", ""),
            all("' a  b '", " a  b "),
            all("'日本語 🦀 é'", "日本語 🦀 é"),
            all("'a\nb\tc'", "a\nb\tc"),
            all("'it''s \"x\"'", "it's \"x\""),
            [
                Some(("'ab '::char(3)", Text, "ab ")),
                Some(("cast('ab' as char(3))", Text, "ab")),
                Some(("cast(x'61ff' as text)", Text, "a\u{fffd}")),
            ],
            [Some(("'x'::name", Text, "x")), None, None],
            [
                Some(("'\\\\x'", Text, "\\\\x")),
                None,
                Some(("'\\x'", Text, "\\x")),
            ],
        ],
    )
    .await;
}

pub(super) async fn times_are_in_the_servers_own_form(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some((
                    "timestamptz '2024-02-29 12:34:56.789012+02'",
                    Text,
                    "2024-02-29 10:34:56.789012+00",
                )),
                None,
                None,
            ],
            [
                Some((
                    "timestamp '2024-02-29 12:34:56'",
                    Text,
                    "2024-02-29 12:34:56",
                )),
                Some((
                    "timestamp'2024-02-29 12:34:56'",
                    Text,
                    "2024-02-29 12:34:56",
                )),
                Some((
                    "datetime('2024-02-29 12:34:56')",
                    Text,
                    "2024-02-29 12:34:56",
                )),
            ],
            [
                Some(("timestamp 'infinity'", Text, "infinity")),
                Some((
                    "timestamp'2024-02-29 12:34:56.789012'",
                    Text,
                    "2024-02-29 12:34:56.789012",
                )),
                None,
            ],
            [
                Some(("date '0044-03-15 BC'", Text, "0044-03-15 BC")),
                Some(("date'2024-02-29'", Text, "2024-02-29")),
                Some(("date('2024-02-29')", Text, "2024-02-29")),
            ],
            [
                Some(("time '23:59:59.5'", Text, "23:59:59.5")),
                Some(("time'-838:59:59'", Text, "-838:59:59")),
                None,
            ],
            [
                Some((
                    "interval '1 year 2 months 3 days 4 hours'",
                    Text,
                    "1 year 2 mons 3 days 04:00:00",
                )),
                None,
                None,
            ],
        ],
    )
    .await;
}

pub(super) async fn documents_arrays_and_identifiers(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some((
                    "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
                    Text,
                    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                )),
                None,
                None,
            ],
            [
                Some(("'{\"b\":  1}'::json", Json, "{\"b\":  1}")),
                Some(("'{\"b\": 1}'", Text, "{\"b\": 1}")),
                Some(("json('{\"b\": 1}')", Text, "{\"b\":1}")),
            ],
            [
                Some(("'{\"b\":  1}'::jsonb", Json, "{\"b\": 1}")),
                None,
                None,
            ],
            [Some(("array[1,null,3]", Text, "{1,NULL,3}")), None, None],
            [Some(("array['a b','c']", Text, "{\"a b\",c}")), None, None],
            [Some(("row(1,'x')", Text, "(1,x)")), None, None],
            [Some(("'10.0.0.0/8'::inet", Text, "10.0.0.0/8")), None, None],
        ],
    )
    .await;
}

pub(super) async fn bytes_bits_and_booleans(backend: &'static Backend) {
    check_values(
        backend,
        &[
            [
                Some(("'\\x00ff61'::bytea", Bytes, "\\x00ff61")),
                Some(("cast(x'00ff61' as binary)", Bytes, "0x00FF61")),
                Some(("x'00ff61'", Bytes, "x'00ff61'")),
            ],
            [
                Some(("''::bytea", Bytes, "\\x")),
                None,
                Some(("zeroblob(0)", Bytes, "x''")),
            ],
            [Some(("B'101'", Text, "101")), None, None],
            [
                Some(("true", Bool, "t")),
                Some(("true", Number, "1")),
                Some(("true", Number, "1")),
            ],
            [
                Some(("false", Bool, "f")),
                Some(("1 = 2", Number, "0")),
                Some(("1 = 2", Number, "0")),
            ],
        ],
    )
    .await;
}

pub(super) async fn nulls_are_no_text(backend: &'static Backend) {
    let all = |expression| [Some((expression, Null, "")); 3];
    check_values(
        backend,
        &[
            all("null"),
            [
                Some(("null::int", Null, "")),
                Some(("cast(null as signed)", Null, "")),
                Some(("cast(null as int)", Null, "")),
            ],
            [
                Some(("null::bytea", Null, "")),
                Some(("nullif(1, 1)", Null, "")),
                Some(("1/0", Null, "")),
            ],
        ],
    )
    .await;
}

pub(super) async fn an_enum_is_its_label(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let setup = backend.pick([
        "create type mood as enum ('sad', 'ok'); create table t (m mood); insert into t values ('ok')",
        "create table t (m enum('sad','ok')); insert into t values ('ok')",
        "create table t (m text check (m in ('sad','ok'))); insert into t values ('ok')",
    ]);
    for statement in setup.split(';') {
        execute(connection.as_mut(), statement).await;
    }
    let all = execute(connection.as_mut(), "select m from t").await;
    assert!(
        matches!(&all[1], Happened::Row(cells) if cells == &[(Text, "ok".to_string())]),
        "{all:?}"
    );
}

pub(super) async fn a_nul_byte_in_a_statement_cuts_nothing_off(backend: &'static Backend) {
    let (mut connection, _database) = backend.fresh().await;
    let all = happenings(connection.as_mut(), "select 'a\0b'").await;
    match &all[..] {
        [Happened::Failed(error)] => {
            assert!(!error.message.contains('\n'), "{error:?}");
            assert_ne!(backend.driver, "mysql");
        }
        // MySQL's texts may hold it.
        [_, Happened::Row(cells), _] => {
            assert_eq!(cells[0].1, "a\0b");
            assert_eq!(backend.driver, "mysql");
        }
        other => panic!("{other:?}"),
    }
    still_usable(connection.as_mut()).await;
}
