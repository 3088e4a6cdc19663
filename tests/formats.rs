//! What each format prints, whole: `tests/golden/FORMAT.txt` holds the cases of one format.
//!
//! `UPDATE_EXPECT=1 cargo test formats` writes the files again; read the difference before you
//! commit it.

use sqwire::data::{Align, CellKind, Column, RowBatch, Summary};
use sqwire::format::{Expanded, FORMATS, FormatOptions, LineStyle, by_name};
use std::path::PathBuf;

/// A result to print, with cells as the server sent them; `None` is NULL.
pub(crate) struct Data {
    pub(crate) name: &'static str,
    /// Name and PostgreSQL's type of each column.
    pub(crate) columns: &'static [(&'static str, &'static str)],
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

fn kind_of(type_name: &str) -> CellKind {
    match type_name {
        "bool" => CellKind::Bool,
        "int4" | "int8" | "numeric" | "float8" => CellKind::Number,
        "json" => CellKind::Json,
        "bytea" => CellKind::Bytes,
        _ => CellKind::Text,
    }
}

impl Data {
    fn columns(&self) -> Vec<Column> {
        let column = |&(name, type_name): &(&str, &str)| Column {
            name: name.into(),
            type_name: type_name.into(),
            align: match kind_of(type_name) {
                CellKind::Number => Align::Right,
                _ => Align::Left,
            },
            ..Column::default()
        };
        self.columns.iter().map(column).collect()
    }

    fn batch(&self) -> RowBatch {
        let mut batch = RowBatch::new(self.columns.len());
        for row in &self.rows {
            for (cell, (_, type_name)) in row.iter().zip(self.columns) {
                match cell {
                    None => batch.push_null(),
                    Some(text) => batch.push(kind_of(type_name), text.as_bytes()),
                }
            }
            batch.end_row();
        }
        batch
    }

    /// What a format prints of it.
    pub(crate) fn print(&self, format: &str, options: &FormatOptions) -> String {
        let mut writer = (by_name(format).unwrap().new)(options);
        let mut out = Vec::new();
        writer.begin(&self.columns(), &mut out).unwrap();
        writer.rows(&self.batch(), &mut out).unwrap();
        let summary = Summary {
            tag: format!("SELECT {}", self.rows.len()),
            rows: self.rows.len() as u64,
        };
        writer.end(&summary, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

fn rows(rows: &[&[&str]]) -> Vec<Vec<Option<String>>> {
    let cell = |text: &&str| Some(text.to_string()).filter(|text| text != "NULL");
    rows.iter()
        .map(|row| row.iter().map(cell).collect())
        .collect()
}

/// The results every format is shown with.
pub(crate) fn data() -> Vec<Data> {
    vec![
        Data {
            name: "odd cells",
            columns: &[
                ("id", "int4"),
                ("a text", "text"),
                ("ok", "bool"),
                ("n", "numeric"),
                ("doc", "json"),
                ("raw", "bytea"),
                ("id", "text"),
            ],
            rows: rows(&[
                &[
                    "1",
                    "plain",
                    "t",
                    "12345678901234567890.10",
                    "{\"a\": [1, null]}",
                    "\\x00ff",
                    "x",
                ],
                &["-20", "NULL", "f", "NaN", "\"text\"", "\\x", "NULL"],
                &["NULL", "", "NULL", "0.000", "NULL", "NULL", ""],
                &[
                    "4",
                    "a\"b, c|d;\\.",
                    "t",
                    "-0.0000001",
                    "{\n  \"a\":\r\n \"b\"\n}",
                    "\\x6162",
                    "\\.",
                ],
                &[
                    "5",
                    "two\nlines and\na third",
                    "f",
                    "100000000000000000000",
                    "[]",
                    "\\x",
                    "one\ntwo",
                ],
                &[
                    "6",
                    "tab\there, \\ and \r",
                    "t",
                    "0",
                    "0",
                    "\\x",
                    " spaces ",
                ],
                &[
                    "7",
                    "日本語 e\u{301} \u{1f600}",
                    "t",
                    "7",
                    "{\"é\": \"日本\"}",
                    "\\x",
                    "é",
                ],
                &[
                    "8",
                    "\u{1b}[31m \u{7} \u{7f} \u{9b}1m \u{202e}abc\u{202c}",
                    "f",
                    "8",
                    "null",
                    "\\x",
                    "<b> a\\|b \\n",
                ],
            ]),
        },
        Data {
            name: "names that wrap",
            columns: &[
                ("two\nlines", "int4"),
                ("日本", "text"),
                ("a|\"b\",\t\\", "text"),
            ],
            rows: rows(&[&["1", "a", "b\nc"], &["NULL", "de\nf", "g"]]),
        },
        Data {
            name: "one column",
            columns: &[("value", "text")],
            rows: rows(&[&["short"], &["NULL"], &[""], &["\\."], &["a\nb"]]),
        },
        Data {
            name: "a long cell",
            columns: &[("id", "int4"), ("value", "text"), ("n", "int8")],
            rows: rows(&[
                &[
                    "1",
                    "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789",
                    "1",
                ],
                &["2", "short", "22"],
            ]),
        },
        Data {
            name: "no rows",
            columns: &[("id", "int4"), ("name", "text")],
            rows: vec![],
        },
        Data {
            name: "no columns",
            columns: &[],
            rows: rows(&[&[], &[]]),
        },
    ]
}

/// The choices each format is shown with, beside the defaults.
fn choices(format: &str) -> Vec<(&'static str, FormatOptions)> {
    let plain = FormatOptions::default;
    let null = || FormatOptions {
        null: "(null)".into(),
        ..plain()
    };
    let mut all = vec![
        ("as it is", plain()),
        (
            "rows only, a title",
            FormatOptions {
                tuples_only: true,
                title: Some("A title".into()),
                ..null()
            },
        ),
        (
            "on a terminal",
            FormatOptions {
                terminal: true,
                ..null()
            },
        ),
    ];
    if matches!(format, "table" | "expanded") {
        all.extend([
            (
                "border 0, a title",
                FormatOptions {
                    border: 0,
                    title: Some("A title".into()),
                    ..null()
                },
            ),
            (
                "border 2, a title",
                FormatOptions {
                    border: 2,
                    title: Some("Title".into()),
                    ..null()
                },
            ),
            (
                "border 2, box-drawing characters",
                FormatOptions {
                    border: 2,
                    line_style: LineStyle::Unicode,
                    null: "∅".into(),
                    ..plain()
                },
            ),
            (
                "rows only, border 2",
                FormatOptions {
                    border: 2,
                    tuples_only: true,
                    ..plain()
                },
            ),
            (
                "at most 12 columns wide",
                FormatOptions {
                    max_column_width: 12,
                    ..null()
                },
            ),
        ]);
    }
    if format == "unaligned" {
        all.extend([
            (
                "other separators",
                FormatOptions {
                    field_separator: " ; ".into(),
                    record_separator: "~".into(),
                    ..null()
                },
            ),
            (
                "NUL between records",
                FormatOptions {
                    record_separator: "\0".into(),
                    footer: false,
                    ..null()
                },
            ),
        ]);
    }
    if format == "csv" {
        all.push((
            "separated by ;",
            FormatOptions {
                csv_separator: ';',
                ..plain()
            },
        ));
    }
    if matches!(format, "csv" | "unaligned") {
        all.push((
            "expanded",
            FormatOptions {
                expanded: Expanded::On,
                ..null()
            },
        ));
    }
    all
}

fn golden(format: &str) -> String {
    let mut text = String::new();
    for (choice, options) in choices(format) {
        for data in data() {
            text.push_str(&format!("=== {}; {choice}\n", data.name));
            text.push_str(&data.print(format, &options));
        }
    }
    text
}

/// Formats that are no text; their tests stand beside them.
const BINARY: &[&str] = &["xlsx", "parquet"];

#[test]
fn every_format_prints_its_golden_file() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for format in FORMATS.iter().filter(|f| !BINARY.contains(&f.name)) {
        let path = folder.join(format!("{}.txt", format.name));
        let printed = golden(format.name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &printed).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            printed == kept,
            "{} differs from {}:\n{printed}",
            format.name,
            path.display()
        );
    }
}

#[test]
fn every_format_has_a_golden_file_and_a_help_line() {
    // Scripts depend on these names, so none of them may go.
    let names = "table wrapped expanded unaligned csv tsv json jsonl markdown vertical html \
                 html-mysql xml asciidoc latex latex-longtable troff-ms sql-insert sql-update";
    for name in names.split(' ') {
        assert!(FORMATS.iter().any(|f| f.name == name), "{name} is gone");
    }
    for format in FORMATS {
        assert!(!format.help.is_empty() && !choices(format.name).is_empty());
    }
}

#[test]
fn a_format_that_is_not_built_in_is_neither_offered_nor_begun() {
    for (name, built) in [
        ("xlsx", cfg!(feature = "xlsx")),
        ("parquet", cfg!(feature = "parquet")),
    ] {
        if built {
            continue;
        }
        let ran = crate::harness::Sqwire::new()
            .args(&format!(":memory: --format {name} -o out -c"))
            .arg("select 1")
            .stderr(&format!(
                "error: unrecognized value \"{name}\" for \"format\"\n\
                 hint: format takes {name} only in builds with --features {name}.\n"
            ))
            .status(1);
        assert!(!ran.path().join("out").exists(), "{name}");
        assert!(!sqwire::format::NAMES.contains(&name));
    }
}
