//! Kinds of types, as far as they decide what is compared with what.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Number,
    /// Dates, times and both.
    Date,
    Text,
    Boolean,
    Other,
}

/// The kind of a type by the name that the server gives it.
pub(super) fn class(type_name: &str) -> Class {
    let lower = type_name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    match () {
        () if lower.starts_with("interval") || lower.ends_with("[]") => Class::Other,
        () if lower.starts_with("date") || lower.starts_with("time") => Class::Date,
        () if lower.starts_with("bool") => Class::Boolean,
        () if has(NUMBERS) => Class::Number,
        () if has(&["char", "text", "string", "clob"]) => Class::Text,
        () => Class::Other,
    }
}

const NUMBERS: &[&str] = &[
    "int", "numeric", "decimal", "real", "double", "float", "money", "serial", "year",
];

/// Whether values of the two types can be compared as they are; unknown types can.
pub(super) fn agree(a: &str, b: &str) -> bool {
    match (class(a), class(b)) {
        _ if a.is_empty() || b.is_empty() => true,
        (Class::Other, Class::Other) => a.eq_ignore_ascii_case(b),
        (a, b) => a == b,
    }
}
