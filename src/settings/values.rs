//! What a setting takes, from text and back.

use super::{Auto, psql};
use crate::format::{self, LineStyle, RecordLine};

pub(super) fn on_off(value: bool) -> String {
    if value { "on" } else { "off" }.into()
}

pub(super) fn auto_word(value: Auto) -> String {
    match value {
        Auto::On => "on",
        Auto::Off => "off",
        Auto::Auto => "auto",
    }
    .into()
}

pub(super) type Parsed<T> = std::result::Result<T, String>;

/// psql's rule: a word may be cut, as long as it is clear.
pub(super) fn boolean(value: &str) -> Parsed<bool> {
    let value = value.to_ascii_lowercase();
    let cut = |word: &str, least: usize| value.len() >= least && word.starts_with(&value);
    if value == "1" || cut("true", 1) || cut("yes", 1) || cut("on", 2) {
        Ok(true)
    } else if value == "0" || cut("false", 1) || cut("no", 1) || cut("off", 2) {
        Ok(false)
    } else {
        Err("on or off".into())
    }
}

pub(super) fn auto(value: &str) -> Parsed<Auto> {
    match value.to_ascii_lowercase().as_str() {
        "auto" => Ok(Auto::Auto),
        "always" => Ok(Auto::On),
        "never" => Ok(Auto::Off),
        _ => match boolean(value) {
            Ok(on) => Ok(if on { Auto::On } else { Auto::Off }),
            Err(_) => Err("on, off or auto".into()),
        },
    }
}

/// psql's `on` means results that do not fit the screen.
pub(super) fn pager(value: &str) -> Parsed<Auto> {
    match value.to_ascii_lowercase().as_str() {
        "always" => Ok(Auto::On),
        "auto" => Ok(Auto::Auto),
        _ => match boolean(value) {
            Ok(on) => Ok(if on { Auto::Auto } else { Auto::Off }),
            Err(_) => Err("on, off or always".into()),
        },
    }
}

pub(super) fn line_style(value: &str) -> Parsed<Option<LineStyle>> {
    let value = value.to_ascii_lowercase();
    let styles = [
        ("ascii", LineStyle::Ascii),
        ("old-ascii", LineStyle::OldAscii),
        ("unicode", LineStyle::Unicode),
    ];
    if value == "auto" {
        return Ok(None);
    }
    match styles.iter().find(|(name, _)| name.starts_with(&value)) {
        Some((_, style)) => Ok(Some(*style)),
        None => Err("ascii, old-ascii, unicode or auto".into()),
    }
}

pub(super) fn single_or_double(doubled: bool) -> &'static str {
    if doubled { "double" } else { "single" }
}

pub(super) fn doubled(value: &str) -> Parsed<bool> {
    let value = value.to_ascii_lowercase();
    match ["single", "double"].iter().find(|w| w.starts_with(&value)) {
        Some(word) => Ok(*word == "double"),
        None => Err("single or double".into()),
    }
}

pub(super) fn record_line_word(line: RecordLine) -> String {
    match line {
        RecordLine::Full => "full".into(),
        RecordLine::Column => "column".into(),
        RecordLine::Page => "page".into(),
        RecordLine::Exact(width) => width.to_string(),
    }
}

pub(super) fn record_line(value: &str) -> Parsed<RecordLine> {
    match value.to_ascii_lowercase().as_str() {
        "full" => Ok(RecordLine::Full),
        "column" => Ok(RecordLine::Column),
        "page" => Ok(RecordLine::Page),
        digits => match digits.parse() {
            Ok(width) if width > 0 => Ok(RecordLine::Exact(width)),
            _ => Err("full, column, page or a number".into()),
        },
    }
}

pub(super) fn number(value: &str, least: usize, most: usize) -> Parsed<usize> {
    let n = value
        .trim()
        .parse()
        .ok()
        .filter(|n| (least..=most).contains(n));
    n.ok_or_else(|| format!("a number from {least} to {most}"))
}

pub(super) fn word(value: &str, words: &[&str]) -> Parsed<String> {
    match words.contains(&value) {
        true => Ok(value.to_string()),
        false => Err(words.join(" or ")),
    }
}

/// The levels of `sql::danger::Caution`, and what pgcli and mycli call them.
pub(super) fn caution(value: &str) -> Parsed<String> {
    match value {
        "on" | "true" => Ok("moderate".into()),
        "false" => Ok("off".into()),
        "unconditional_update" => Ok("unconditional".into()),
        _ => word(value, &["off", "unconditional", "moderate", "all"]),
    }
}

pub(super) fn text(value: &str) -> Parsed<String> {
    Ok(value.to_string())
}

/// What psql makes of the name of a format, which may be cut.
pub(super) enum PsqlFormat {
    One(&'static str),
    /// It is not clear which of these two is meant.
    Both(&'static str, &'static str),
    Unknown,
}

pub(super) fn psql_format(value: &str) -> PsqlFormat {
    let value = value.to_ascii_lowercase();
    let mut fitting = psql::FORMATS.iter().filter(|f| f.0.starts_with(&value));
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => PsqlFormat::One(one.1),
        (Some(one), Some(other)) => PsqlFormat::Both(one.0, other.0),
        (None, _) if "latex-longtable".starts_with(&value) => PsqlFormat::One("latex-longtable"),
        (None, _) => PsqlFormat::Unknown,
    }
}

/// A whole name of ours, or what psql takes.
pub(super) fn format_name(value: &str) -> Parsed<String> {
    if let Some(found) = format::by_name(value) {
        if !format::is_built(found.name) {
            let name = found.name;
            return Err(format!("{name} only in builds with --features {name}"));
        }
        return Ok(found.name.to_string());
    }
    if let PsqlFormat::One(name) = psql_format(value) {
        return Ok(name.to_string());
    }
    Err(format!("one of {}", format::NAMES.join(", ")))
}

pub(super) fn csv_separator(value: &str) -> Parsed<char> {
    let mut chars = value.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii() && !matches!(c, '"' | '\n' | '\r') => Ok(c),
        _ => Err("one ASCII character that is no double quote and no line break".into()),
    }
}
