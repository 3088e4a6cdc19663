//! Settings and data at random, through psql and through `sqwire pg`: every byte must be the same.
//! The numbers come from a fixed seed, so that a failure comes again.

use crate::psql_formats::compare;
use std::fmt::Write as _;

const SECTIONS: usize = 250;

/// Numbers that look like chance (the constants of Knuth's MMIX).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    pub(crate) fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// So often of a hundred.
    fn percent(&mut self, often: usize) -> bool {
        self.below(100) < often
    }
}

/// What each section begins with, so that none sees what the one before has set.
const RESET: &str = "\\t off\n\\x off\n\\pset format aligned\n\\pset border 1\n\\pset linestyle ascii\n\
    \\C\n\\pset footer on\n\\pset numericlocale off\n\\pset null ''\n\\pset columns 0\n\
    \\pset fieldsep '|'\n\\pset recordsep '\\n'\n\\pset tableattr\n\\pset csv_fieldsep ','\n\
    \\pset unicode_border_linestyle single\n\\pset unicode_column_linestyle single\n\
    \\pset unicode_header_linestyle single\n";

/// How often of a hundred, and one of which.
const SETTINGS: &[(usize, &[&str])] = &[
    (
        100,
        &[
            "format aligned",
            "format aligned",
            "format wrapped",
            "format wrapped",
            "format unaligned",
            "format csv",
            "format html",
            "format asciidoc",
            "format latex",
            "format latex-longtable",
            "format troff-ms",
        ],
    ),
    (
        85,
        &["border 0", "border 1", "border 2", "border 3", "border 4"],
    ),
    (
        50,
        &[
            "linestyle ascii",
            "linestyle old-ascii",
            "linestyle unicode",
        ],
    ),
    (
        60,
        &[
            "expanded on",
            "expanded on",
            "expanded auto",
            "expanded off",
        ],
    ),
    (30, &["tuples_only on"]),
    (
        30,
        &[
            "title 'a title'",
            "title '中文 & <b>'",
            "title 'two\\nlines'",
            "title '|_{$^\\\\~#%'",
            "title ''",
        ],
    ),
    (20, &["footer off"]),
    (20, &["numericlocale on"]),
    (
        40,
        &["null '(null)'", "null '∅'", "null 'a\\nb'", "null '<&>'"],
    ),
    (
        60,
        &[
            "columns 1",
            "columns 10",
            "columns 17",
            "columns 25",
            "columns 40",
            "columns 80",
        ],
    ),
    (
        20,
        &[
            "fieldsep ,",
            "fieldsep '\\t'",
            "fieldsep ''",
            "fieldsep '中'",
        ],
    ),
    (10, &["fieldsep_zero"]),
    (20, &["recordsep ,", "recordsep '\\n--\\n'", "recordsep ''"]),
    (10, &["recordsep_zero"]),
    (
        20,
        &[
            "tableattr 'l c r'",
            "tableattr '0.2'",
            "tableattr '.1 .2'",
            "tableattr 'x%y'",
        ],
    ),
    (20, &["csv_fieldsep ';'", "csv_fieldsep '\\t'"]),
    (20, &["unicode_border_linestyle double"]),
    (20, &["unicode_column_linestyle double"]),
    (20, &["unicode_header_linestyle double"]),
];

const TEXTS: &[&str] = &[
    "''",
    "'a'",
    "'中文'",
    "'wide 日本語 text'",
    "'naïve café'",
    "E'line1\\nline2'",
    "E'x\\n'",
    "E'\\ny'",
    "E'a\\n\\nb'",
    "E'tab\\there'",
    "E'a\\tb\\tc\\nd\\te'",
    "'-12'",
    "'quote\"d'",
    "'it''s'",
    "'back\\slash'",
    "'<b>&amp;</b>'",
    "'a|b'",
    "'under_score*star*'",
    "'$x^2$ #1 %2 ~3 {x}'",
    "repeat('long ', 12)",
    "repeat('nowhereablank', 4)",
    "'one two three four five six seven'",
    "'  lead'",
    "'trail  '",
    "U&'e\\0301 combining'",
    "'👍🏽 emoji'",
    "'.dot'",
    "E'a\\r\\nb'",
    "'NULL'",
    "E'\\x07\\x1b[31m'",
];
const NUMBERS: &[(&str, &[&str])] = &[
    ("int4", &["0", "-1", "1234", "-1234567", "2147483647"]),
    (
        "numeric",
        &[
            "0.000",
            "-1.5",
            "1234567.891",
            "-99999.1",
            "NaN",
            "1e20",
            "-0.5",
        ],
    ),
    (
        "float8",
        &["-1.5", "1e300", "Infinity", "NaN", "1e-7", "123456.789"],
    ),
    ("bool", &["t", "f"]),
    ("oid", &["12345"]),
    ("int4[]", &["{1,2}"]),
];
const NAMES: &[&str] = &[
    "a",
    "\"Amount\"",
    "\"wide 中\"",
    "\"two\nlines\"",
    "\"a\"\"q\"",
    "\"?column?\"",
    "\"x|y\"",
    "\"<h>\"",
    "\"long column name here\"",
    "\"tab\there\"",
    "\"$_#\"",
    "\".\"",
    "\"é\nf\ng\"",
];

fn value(chance: &mut Chance, kind: usize) -> String {
    let (name, values) = match NUMBERS.get(kind) {
        Some(kind) => *kind,
        None => ("text", TEXTS),
    };
    match chance.percent(14) {
        true => format!("null::{name}"),
        false if name == "text" => format!("{}::text", chance.of(values)),
        false => format!("'{}'::{name}", chance.of(values)),
    }
}

fn query(chance: &mut Chance) -> String {
    match chance.below(100) {
        0..3 => return "select;".into(),
        3..6 => return "select from generate_series(1, 3);".into(),
        _ => {}
    }
    let columns = chance.of(&[1, 1, 2, 2, 3, 4, 6]);
    let rows = chance.of(&[0, 1, 1, 2, 3, 5]);
    let first = chance.below(NAMES.len());
    // Every other kind is text.
    let kinds: Vec<usize> = (0..columns)
        .map(|_| chance.below(2 * NUMBERS.len()))
        .collect();
    let mut sql = String::new();
    for row in 0..rows.max(1) {
        sql.push_str(if row == 0 {
            "select "
        } else {
            " union all select "
        });
        for (at, kind) in kinds.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let name = NAMES[(first + at) % NAMES.len()];
            let value = value(chance, *kind);
            write!(sql, "{comma}{value} as {name}").unwrap();
        }
    }
    sql + if rows == 0 { " where false;" } else { ";" }
}

#[test]
fn whatever_is_set_the_output_is_psqls() {
    let mut chance = Chance(20);
    let mut sections = Vec::new();
    for _ in 0..SECTIONS {
        let mut section = RESET.to_string();
        for (often, choices) in SETTINGS {
            if chance.percent(*often) {
                writeln!(section, "\\pset {}", chance.of(choices)).unwrap();
            }
        }
        for _ in 0..3 {
            section.push_str(&query(&mut chance));
            section.push('\n');
        }
        sections.push(section);
    }
    compare("at random", &["-q"], &sections);
}
