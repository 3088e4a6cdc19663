//! psql's `\pset` to the word: short names, what happens without a value, what it says, and how it
//! refuses.

use super::values::{PsqlFormat, psql_format, record_line_word, single_or_double};
use super::{Auto, Settings, by_name};
use crate::error::{Error, Result};
use crate::format::{LineStyle, RecordLine};

/// The options of psql, in the order in which `\pset` lists them.
const OPTIONS: &[&str] = &[
    "border",
    "columns",
    "csv_fieldsep",
    "expanded",
    "fieldsep",
    "fieldsep_zero",
    "footer",
    "format",
    "linestyle",
    "null",
    "numericlocale",
    "pager",
    "pager_min_lines",
    "recordsep",
    "recordsep_zero",
    "tableattr",
    "title",
    "tuples_only",
    "unicode_border_linestyle",
    "unicode_column_linestyle",
    "unicode_header_linestyle",
];

/// Options that came with psql 16.
const LATER: &[&str] = &["xheader_width"];

/// psql's formats that can be abbreviated, with our names.
pub(super) const FORMATS: &[(&str, &str)] = &[
    ("aligned", "table"),
    ("asciidoc", "asciidoc"),
    ("csv", "csv"),
    ("html", "html"),
    ("latex", "latex"),
    ("troff-ms", "troff-ms"),
    ("unaligned", "unaligned"),
    ("wrapped", "wrapped"),
];

/// The whole name of an option that may be short.
pub fn full_name(name: &str) -> &str {
    match name {
        "x" | "vertical" => "expanded",
        "t" => "tuples_only",
        "T" => "tableattr",
        "C" => "title",
        name => name,
    }
}

/// What `\pset` without arguments shows.
pub fn listing(settings: &Settings) -> String {
    let line = |name: &&str| format!("{name:<24} {}\n", listed(settings, name));
    let later = if settings.psql_release < 16 {
        &[]
    } else {
        LATER
    };
    OPTIONS.iter().chain(later).map(line).collect()
}

/// Changes an option as psql does, and gives the line that tells what it is now, if psql says one.
pub fn pset(settings: &mut Settings, name: &str, value: Option<&str>) -> Result<Option<String>> {
    let option = full_name(name);
    if !OPTIONS.contains(&option) && !LATER.contains(&option) {
        return other(settings, name, value);
    }
    let changed = match value {
        Some(value) => change(settings, option, value),
        None => {
            without_value(settings, option);
            Ok(())
        }
    };
    changed.map_err(|()| refusal(name, option, value.unwrap_or_default()))?;
    // psql is silent about these where a value is given.
    let silent = matches!(option, "footer" | "numericlocale" | "tuples_only") && value.is_some();
    Ok(Some(told(settings, option)).filter(|_| !silent))
}

/// A setting of ours, or none at all.
fn other(settings: &mut Settings, name: &str, value: Option<&str>) -> Result<Option<String>> {
    let Some(setting) = by_name(name) else {
        return Err(Error::usage(format!("\\pset: unknown option: {name}")));
    };
    let current = (setting.get)(settings);
    let value = match (value, current.as_str()) {
        (Some(value), _) => value,
        (None, "on") => "off",
        (None, "off") => "on",
        (None, current) => return Ok(Some(format!("{name} is \"{current}\"."))),
    };
    settings.set(name, value)?;
    Ok(Some(format!("{name} is \"{}\".", (setting.get)(settings))))
}

/// C's atoi: the digits a text begins with, 0 if there are none.
fn leading_number(text: &str) -> i64 {
    let text = text.trim_start();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let end = digits.find(|c: char| !c.is_ascii_digit());
    let number: i64 = digits[..end.unwrap_or(digits.len())].parse().unwrap_or(0);
    if text.starts_with('-') {
        -number
    } else {
        number
    }
}

fn change(settings: &mut Settings, option: &str, value: &str) -> std::result::Result<(), ()> {
    let number = leading_number(value);
    match option {
        // psql cuts what is too much.
        "border" => settings.border = number as u16,
        "columns" => settings.columns = usize::try_from(number).unwrap_or(0),
        "pager_min_lines" => settings.pager_min_lines = usize::try_from(number).unwrap_or(0),
        "fieldsep_zero" => settings.fieldsep_zero = true,
        "recordsep_zero" => settings.recordsep_zero = true,
        "title" => settings.title = Some(value.into()),
        "tableattr" => settings.tableattr = Some(value.into()),
        _ => {
            let setting = by_name(option).ok_or(())?;
            return (setting.set)(settings, value).map_err(|_| ());
        }
    }
    Ok(())
}

/// Switches are flipped, a title and attributes go away, everything else is only shown.
fn without_value(settings: &mut Settings, option: &str) {
    match option {
        "expanded" => {
            settings.expanded = match settings.expanded {
                Auto::Off => Auto::On,
                Auto::On | Auto::Auto => Auto::Off,
            };
        }
        "pager" => {
            settings.pager = match settings.pager {
                Auto::Auto => Auto::Off,
                Auto::Off | Auto::On => Auto::Auto,
            };
        }
        "footer" => settings.footer = !settings.footer,
        "numericlocale" => settings.numericlocale = !settings.numericlocale,
        "tuples_only" => settings.tuples_only = !settings.tuples_only,
        "fieldsep_zero" => settings.fieldsep_zero = true,
        "recordsep_zero" => settings.recordsep_zero = true,
        "tableattr" => settings.tableattr = None,
        "title" => settings.title = None,
        _ => {}
    }
}

/// psql's words for a value that it does not take.
fn refusal(name: &str, option: &str, value: &str) -> Error {
    let one_of = |list: &str| {
        format!("unrecognized value \"{value}\" for \"{name}\"\nAvailable values are: {list}.")
    };
    let message = match option {
        "expanded" => one_of("on, off, auto"),
        "pager" => one_of("on, off, always"),
        "csv_fieldsep" if value.len() == 1 => "\\pset: csv_fieldsep cannot be a double quote, \
                                               a newline, or a carriage return"
            .into(),
        "csv_fieldsep" => "\\pset: csv_fieldsep must be a single one-byte character".into(),
        "format" => match psql_format(value) {
            PsqlFormat::Both(one, other) => format!(
                "\\pset: ambiguous abbreviation \"{value}\" matches both \"{one}\" and \"{other}\""
            ),
            _ => "\\pset: allowed formats are aligned, asciidoc, csv, html, latex, \
                  latex-longtable, troff-ms, unaligned, wrapped"
                .into(),
        },
        "linestyle" => "\\pset: allowed line styles are ascii, old-ascii, unicode".into(),
        "unicode_border_linestyle" => allowed_unicode("border"),
        "unicode_column_linestyle" => allowed_unicode("column"),
        "unicode_header_linestyle" => allowed_unicode("header"),
        "xheader_width" => "\\pset: allowed xheader_width values are \"full\" (default), \
                            \"column\", \"page\", or a number specifying the exact width"
            .into(),
        _ => format!("unrecognized value \"{value}\" for \"{name}\": Boolean expected"),
    };
    let error = Error::usage(message);
    if option == "format" {
        return error.with_hint("\\? \\pset lists the formats of sqwire, which are more.");
    }
    error
}

fn allowed_unicode(lines: &str) -> String {
    format!("\\pset: allowed Unicode {lines} line styles are single, double")
}

/// An option's value in the listing.
fn listed(settings: &Settings, option: &str) -> String {
    let some = |text: &Option<String>| text.as_deref().map(quoted).unwrap_or_default();
    match option {
        "csv_fieldsep" => quoted(&settings.csv_fieldsep.to_string()),
        "fieldsep" if settings.fieldsep_zero => quoted(""),
        "recordsep" if settings.recordsep_zero => quoted(""),
        "fieldsep" => quoted(&settings.fieldsep),
        "recordsep" => quoted(&settings.recordsep),
        "null" => quoted(settings.null.as_deref().unwrap_or_default()),
        "tableattr" => some(&settings.tableattr),
        "title" => some(&settings.title),
        "format" => shown_format(settings).into(),
        "linestyle" => shown_style(settings).into(),
        "pager" => match settings.pager {
            Auto::Off => "0",
            Auto::Auto => "1",
            Auto::On => "2",
        }
        .into(),
        _ => by_name(option).map_or(String::new(), |setting| (setting.get)(settings)),
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\n', "\\n").replace('\'', "\\'"))
}

fn shown_format(settings: &Settings) -> &str {
    match settings.format.as_str() {
        "table" => "aligned",
        name => name,
    }
}

fn shown_style(settings: &Settings) -> &'static str {
    match settings.linestyle {
        None => "auto",
        Some(LineStyle::Ascii) => "ascii",
        Some(LineStyle::OldAscii) => "old-ascii",
        Some(LineStyle::Unicode) => "unicode",
    }
}

/// psql's sentence about an option.
pub fn told(settings: &Settings, option: &str) -> String {
    let switch = |what: &str, on: bool| format!("{what} is {}.", if on { "on" } else { "off" });
    let some = |what: &str, verb: &str, text: &Option<String>| match text {
        Some(text) => format!("{what} {verb} \"{text}\"."),
        None => match verb {
            "is" => format!("{what} is unset."),
            _ => format!("{what} unset."),
        },
    };
    let unicode = |what: &str, doubled: bool| {
        let style = single_or_double(doubled);
        format!("Unicode {what} line style is \"{style}\".")
    };
    match option {
        "border" => format!("Border style is {}.", settings.border),
        "columns" => match settings.columns {
            0 => "Target width is unset.".into(),
            width => format!("Target width is {width}."),
        },
        "csv_fieldsep" => format!("Field separator for CSV is \"{}\".", settings.csv_fieldsep),
        "expanded" => match settings.expanded {
            Auto::On => "Expanded display is on.".into(),
            Auto::Off => "Expanded display is off.".into(),
            Auto::Auto => "Expanded display is used automatically.".into(),
        },
        "fieldsep" | "fieldsep_zero" => match settings.fieldsep_zero {
            true => "Field separator is zero byte.".into(),
            false => format!("Field separator is \"{}\".", settings.fieldsep),
        },
        "footer" => switch("Default footer", settings.footer),
        "format" => format!("Output format is {}.", shown_format(settings)),
        "linestyle" => format!("Line style is {}.", shown_style(settings)),
        "null" => {
            let null = settings.null.as_deref().unwrap_or_default();
            format!("Null display is \"{null}\".")
        }
        "numericlocale" => switch("Locale-adjusted numeric output", settings.numericlocale),
        "pager" => match settings.pager {
            Auto::On => "Pager is always used.".into(),
            Auto::Off => "Pager usage is off.".into(),
            Auto::Auto => "Pager is used for long output.".into(),
        },
        "pager_min_lines" => {
            let lines = settings.pager_min_lines;
            let plural = if lines == 1 { "" } else { "s" };
            format!("Pager won't be used for less than {lines} line{plural}.")
        }
        "recordsep" | "recordsep_zero" => match settings.recordsep.as_str() {
            _ if settings.recordsep_zero => "Record separator is zero byte.".into(),
            "\n" => "Record separator is <newline>.".into(),
            text => format!("Record separator is \"{text}\"."),
        },
        "tableattr" => some("Table attributes", "are", &settings.tableattr),
        "timing" => switch("Timing", settings.timing),
        "title" => some("Title", "is", &settings.title),
        "tuples_only" => switch("Tuples only", settings.tuples_only),
        "unicode_border_linestyle" => unicode("border", settings.doubled.border),
        "unicode_column_linestyle" => unicode("column", settings.doubled.column),
        "unicode_header_linestyle" => unicode("header", settings.doubled.header),
        "xheader_width" => match settings.xheader_width {
            RecordLine::Exact(width) => format!("Expanded header width is {width}."),
            width => format!("Expanded header width is \"{}\".", record_line_word(width)),
        },
        other => match by_name(other) {
            Some(setting) => format!("{other} is \"{}\".", (setting.get)(settings)),
            None => String::new(),
        },
    }
}
