//! SQL functions that SQLite leaves to the application: `REGEXP`.

use regex::bytes::Regex;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};
use std::borrow::Cow;

/// Makes `text REGEXP pattern` work on this connection.
pub(super) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("regexp", 2, flags, regexp)
}

/// `regexp(pattern, text)`: SQLite keeps the compiled pattern as long as the pattern is a constant.
fn regexp(context: &Context<'_>) -> Result<Option<bool>> {
    let (Some(_), Some(text)) = (bytes(context.get_raw(0)), bytes(context.get_raw(1))) else {
        return Ok(None);
    };
    let pattern = context.get_or_create_aux(0, compile)?;
    Ok(Some(pattern.is_match(&text)))
}

fn compile(value: ValueRef<'_>) -> Result<Regex, Error> {
    let pattern = bytes(value).unwrap_or_default();
    let pattern = String::from_utf8_lossy(&pattern);
    Regex::new(&pattern).map_err(|error| {
        // The crate's message shows the pattern and a caret on lines of their own.
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default();
        let why = last.strip_prefix("error: ").unwrap_or(last);
        Error::UserFunctionError(format!("invalid regular expression \"{pattern}\": {why}").into())
    })
}

/// The value as text; none for NULL.
fn bytes(value: ValueRef<'_>) -> Option<Cow<'_, [u8]>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(i) => Some(Cow::Owned(i.to_string().into_bytes())),
        ValueRef::Real(r) => {
            let mut text = Vec::new();
            super::real::push_real(&mut text, r);
            Some(Cow::Owned(text))
        }
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(Cow::Borrowed(bytes)),
    }
}
