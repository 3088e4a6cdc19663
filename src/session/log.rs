//! `--log-file`: every statement with its time and outcome, without the secrets in it.

use super::Session;
use crate::data::Summary;
use crate::error::{Error, Result};
use crate::files;
use crate::history::redacted;
use crate::output::{local_time_in, tell};
use crate::sql::Dialect;
use crate::visible::{visible_line, visible_text};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// The file that statements are written to.
#[derive(Debug)]
pub struct StatementLog {
    file: File,
    name: String,
    /// That it cannot be written has been said.
    failed: bool,
}

impl StatementLog {
    /// Opens the file for appending; a new one is for the user alone.
    pub fn open(path: &Path) -> Result<StatementLog> {
        let name = path.display().to_string();
        let file = files::append(path);
        let file = file.map_err(|e| Error::io(format!("open the log \"{name}\""), &e))?;
        Ok(StatementLog {
            file,
            name,
            failed: false,
        })
    }

    fn note(&mut self, entry: &str) {
        // One write an entry, so that sessions that share the file do not mix theirs.
        if let Err(e) = self.file.write_all(entry.as_bytes())
            && !std::mem::replace(&mut self.failed, true)
        {
            let why = crate::error::reason(&e);
            let name = visible_line(&self.name);
            tell(&format!(
                "warning: could not write the log \"{name}\": {why}\n"
            ));
        }
    }
}

/// One entry: a comment that says when and where, the statement, a comment that says how it ended.
/// So the log is a script, too.
fn entry(
    when: &str,
    place: &str,
    sql: &str,
    dialect: &Dialect,
    outcome: &Result<&Summary>,
    took: Duration,
) -> String {
    let hidden = redacted(sql, dialect);
    let sql = visible_text(hidden.as_deref().unwrap_or(sql).trim_end());
    let end = if sql.ends_with(';') { "" } else { ";" };
    let seconds = took.as_secs_f64();
    let how = match outcome {
        Ok(summary) => format!("ok, {} rows, {seconds:.3}s", summary.rows),
        Err(e) => {
            let code = e.code.as_ref().map_or(String::new(), |c| format!(" [{c}]"));
            // An error may quote what the statement hid.
            let message = match hidden {
                Some(_) => "error".to_string(),
                None => format!("error: {}{code}", e.message),
            };
            format!("{}, {seconds:.3}s", visible_line(&message))
        }
    };
    format!("-- {when} {}\n{sql}{end}\n-- {how}\n", visible_line(place))
}

impl Session {
    /// Writes a statement that has run to the log, if there is one.
    pub(super) fn log_statement(&mut self, sql: &str, outcome: &Result<&Summary>, took: Duration) {
        if self.log.is_none() {
            return;
        }
        let place = self.history_place();
        let when = local_time_in("%Y-%m-%d %H:%M:%S%.3f");
        let who = format!("{} {}", place.user, place.key);
        let text = entry(&when, who.trim(), sql, self.dialect(), outcome, took);
        if let Some(log) = &mut self.log {
            log.note(&text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::POSTGRES;

    #[test]
    fn an_entry_is_a_script_without_secrets_and_control_characters() {
        let took = Duration::from_millis(1234);
        let summary = Summary {
            rows: 7,
            ..Summary::default()
        };
        let failed = Error::server("no such table \"a\"").with_code("42P01");
        for (sql, outcome, expected) in [
            (
                "select 1",
                Ok(&summary),
                "-- now db\nselect 1;\n-- ok, 7 rows, 1.234s\n",
            ),
            (
                "select '\x1b' from a;",
                Err(failed.clone()),
                "-- now db\nselect '\\x1B' from a;\n-- error: no such table \"a\" [42P01], 1.234s\n",
            ),
            (
                "alter role a password 'hunter2'",
                Err(failed),
                "-- now db\nalter role a password <hidden>;\n-- error, 1.234s\n",
            ),
        ] {
            assert_eq!(entry("now", "db", sql, &POSTGRES, &outcome, took), expected);
        }
    }
}
