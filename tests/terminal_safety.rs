//! Whatever a server sends, no byte of it steers a terminal: every format, every place in it.
//! In a file or a pipe the same bytes are exact.

use sqwire::data::{Align, CellKind, Column, RowBatch, Summary};
use sqwire::format::{Expanded, FORMATS, FormatOptions, LineStyle};
use sqwire::visible::is_control;

/// One control character after the other, each within letters that tell where it was.
fn hostile() -> Vec<String> {
    let controls = (0..=0x9f_u32).chain([
        0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0x206f, 0xfeff,
    ]);
    let controls = controls.filter_map(char::from_u32);
    let controls = controls.filter(|c| is_control(*c) && *c != '\0');
    let mut texts: Vec<String> = controls.map(|c| format!("x{c}y")).collect();
    texts.extend(
        [
            "\u{1b}]0;title\u{7}",
            "\u{1b}[2J\u{1b}[31m",
            "\u{9b}31m",
            "\u{1b}P+q\u{1b}\\",
            "a\r\n\u{1b}[A",
            "\u{1b}",
        ]
        .map(str::to_string),
    );
    texts
}

fn column(name: &str) -> Column {
    Column {
        name: name.into(),
        type_name: name.into(),
        align: Align::Left,
        ..Column::default()
    }
}

/// What a format prints where every text that comes from outside is this one.
fn printed(format: &str, options: &FormatOptions, text: &str) -> Vec<u8> {
    let format = sqwire::format::by_name(format).unwrap();
    let mut writer = (format.new)(options);
    let mut out = Vec::new();
    let columns = [column(text), column("b")];
    writer.begin(&columns, &mut out).unwrap();
    let mut batch = RowBatch::new(2);
    for kind in [CellKind::Text, CellKind::Number] {
        batch.push(kind, text.as_bytes());
        batch.push_null();
        batch.end_row();
    }
    // Bytes that are no UTF-8 too.
    batch.push(CellKind::Text, &[text.as_bytes(), b"\xff\x9b2J"].concat());
    batch.push(CellKind::Text, text.as_bytes());
    batch.end_row();
    writer.rows(&batch, &mut out).unwrap();
    let summary = Summary {
        tag: "SELECT 3".into(),
        rows: 3,
    };
    writer.end(&summary, &mut out).unwrap();
    out
}

fn all_options(text: &str) -> Vec<FormatOptions> {
    let mut all = Vec::new();
    for expanded in [Expanded::Off, Expanded::On, Expanded::Auto] {
        for (border, line_style, width, widest) in [
            (0, LineStyle::Ascii, None, 0),
            (1, LineStyle::OldAscii, Some(20), 0),
            (2, LineStyle::Unicode, Some(40), 5),
        ] {
            all.push(FormatOptions {
                terminal: true,
                expanded,
                border,
                line_style,
                width,
                max_column_width: widest,
                title: Some(text.to_string()),
                footers: (border == 2).then(|| vec![text.to_string()]),
                ..FormatOptions::default()
            });
        }
    }
    all
}

#[test]
fn no_format_lets_a_control_character_through_to_a_terminal() {
    let mut wrong = Vec::new();
    // Files that no terminal can show are not written to one.
    let texts = FORMATS
        .iter()
        .filter(|f| !matches!(f.name, "xlsx" | "parquet"));
    for format in texts {
        for text in hostile() {
            for options in all_options(&text) {
                let out = printed(format.name, &options, &text);
                let shown = String::from_utf8_lossy(&out);
                // A newline and a tab are the formats' own.
                let steers = |c: &char| is_control(*c) && !matches!(c, '\n' | '\t');
                if let Some(found) = shown.chars().find(steers) {
                    wrong.push(format!(
                        "{}: U+{:04X} of {:?} in {:?}",
                        format.name, found as u32, text, options.expanded
                    ));
                    break;
                }
                if std::str::from_utf8(&out).is_err() {
                    wrong.push(format!("{}: bytes that are no UTF-8", format.name));
                    break;
                }
            }
        }
    }
    wrong.dedup();
    assert!(
        wrong.is_empty(),
        "{} times:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn exact_formats_keep_every_byte_in_a_file() {
    for text in hostile() {
        for format in ["unaligned", "csv", "tsv-raw"] {
            let out = printed(format, &FormatOptions::default(), &text);
            let whole = [text.as_bytes(), b"\xff\x9b2J"].concat();
            let found = out.windows(whole.len()).any(|w| w == whole);
            assert!(
                found,
                "{format}: {text:?} in {:?}",
                String::from_utf8_lossy(&out)
            );
        }
    }
}
