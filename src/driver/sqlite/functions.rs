//! Functions that SQLite leaves to the program: REGEXP.

use regex::Regex;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::{Connection, Error, Result};
use std::sync::Arc;

/// Registers `regexp(pattern, text)`, which is what `text REGEXP pattern` calls.
pub(super) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("regexp", 2, flags, |context| regexp(context))
}

fn regexp(context: &Context<'_>) -> Result<Option<bool>> {
    let failed = |e: regex::Error| Error::UserFunctionError(Box::new(e));
    // The compiled pattern stays with the statement while the pattern is constant.
    let compiled: Arc<Regex> = context.get_or_create_aux(0, |pattern| {
        pattern.as_str().map_err(|e| Box::new(e) as Box<dyn std::error::Error + Send + Sync>)
            .and_then(|p| Regex::new(p).map_err(|e| Box::new(failed(e)) as _))
    })?;
    let text: Option<String> = context.get(1)?;
    Ok(text.map(|text| compiled.is_match(&text)))
}
