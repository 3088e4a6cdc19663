//! What psql keeps in variables: how messages are worded, and how the last statement went.

use super::Session;
use super::execute::duration;
use super::printer::{is_read_tag, notice_text};
use crate::data::Summary;
use crate::error::voice::{self, ShowContext, Verbosity, Voice, Words};
use crate::error::{Error, Place, report};
use crate::output::{self, Output, tell};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

impl Session {
    /// A variable of the environment, as `\setenv` has left it.
    pub fn environment_value(&self, name: &str) -> Option<String> {
        match self.environment.iter().find(|(n, _)| n == name) {
            Some((_, value)) => value.clone(),
            None => std::env::var(name).ok(),
        }
    }

    /// Gives a program what `\setenv` has changed.
    pub fn give_environment(&self, program: &mut std::process::Command) {
        for (name, value) in &self.environment {
            match value {
                Some(value) => program.env(name, value),
                None => program.env_remove(name),
            };
        }
    }

    /// How messages are worded now.
    pub fn words(&self) -> Words {
        let value = |name: &str| self.variables.get(name).unwrap_or_default();
        Words {
            voice: self.voice,
            hide_lines: self.mysql.hide_lines,
            hide_statements: self.mysql.hide_statements || self.mysql.verbose > 0,
            exact: self.voice != Voice::Sqwire && !output::is_watched(),
            verbosity: match value("VERBOSITY").to_ascii_lowercase().as_str() {
                "verbose" => Verbosity::Verbose,
                "terse" => Verbosity::Terse,
                "sqlstate" => Verbosity::Sqlstate,
                _ => Verbosity::Default,
            },
            context: match value("SHOW_CONTEXT").to_ascii_lowercase().as_str() {
                "never" => ShowContext::Never,
                "always" => ShowContext::Always,
                _ => ShowContext::Errors,
            },
        }
    }

    /// The line of the script that runs.
    pub fn place(&self) -> Place<'_> {
        Place {
            file: self.script.name.as_deref(),
            line: self.script.line,
            end: self.script.line,
            statement: None,
            words: self.words(),
        }
    }

    /// Reports an error that does not end what runs.
    pub fn complain(&self, error: &Error) {
        tell(&report(error, &self.place()));
    }

    /// Tells what the server has said while it let us in. At the prompt what comes between two
    /// statements is told there.
    pub(super) fn tell_news(&self) {
        let Some(take) = self.news().filter(|_| !self.interactive) else {
            return;
        };
        for notice in take() {
            match self.voice {
                Voice::Psql => {
                    let prefix = voice::psql_prefix(&self.place());
                    let text = voice::psql_notice(&notice, "", self.words());
                    tell(&format!("{prefix}{text}"));
                }
                _ => {
                    if let Some(text) = notice_text(&notice, self.settings.quiet) {
                        tell(&text);
                    }
                }
            }
        }
    }

    /// Says what was passed over.
    pub fn warn(&self, text: &str) {
        let place = self.place();
        let text = crate::visible::visible_text(text);
        tell(&match (self.voice, place.file) {
            (Voice::Psql, None) => format!("{text}\n"),
            (Voice::Sqwire, Some(file)) => {
                let file = crate::visible::visible_line(file);
                format!("{file}:{}: warning: {text}\n", place.line)
            }
            _ => format!("{}warning: {text}\n", voice::psql_prefix(&place)),
        });
    }

    /// Sets a variable; QUIET is also a setting.
    pub fn set_variable(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.variables.set(name, value)?;
        self.settings.quiet = self.variables.is_on("QUIET");
        Ok(())
    }

    /// Forgets a variable, or gives it back its first value.
    pub fn unset_variable(&mut self, name: &str) {
        self.variables.unset(name);
        self.settings.quiet = self.variables.is_on("QUIET");
    }

    /// Whether psql writes what it says into a web page.
    pub(super) fn is_psql_page(&self) -> bool {
        self.voice == Voice::Psql && self.settings.format == "html"
    }

    /// How long a statement took. What psql says goes where results go by default.
    pub(super) fn tell_time(&mut self, time: Duration) {
        if !self.is_psql() {
            return self.output.tell(&format!("Time: {}\n", duration(time)));
        }
        let mut out = Output::stdout();
        let said = out.write_all(format!("Time: {}\n", psql_duration(time)).as_bytes());
        // A reader that went away shows when the next result is written.
        drop(said.map(|()| out.close()));
    }

    /// Whether `ECHO` is that word.
    pub fn echoes(&self, what: &str) -> bool {
        let echo = self.variables.get("ECHO").unwrap_or_default();
        echo.eq_ignore_ascii_case(what)
    }

    /// The encoding of text to and from the server.
    pub fn encoding(&self) -> &str {
        self.status.encoding.as_deref().unwrap_or("UTF8")
    }

    /// A query as psql shows and logs it; since psql 17 as a comment.
    pub fn psql_block(&self, sql: &str) -> String {
        let (above, below) = match self.status.postgres_major() {
            Some(..17) => ("********* QUERY **********", "**************************"),
            _ => ("/******** QUERY *********/", "/************************/"),
        };
        format!("{above}\n{sql}\n{below}\n\n")
    }

    /// Tells in variables who is connected to what.
    pub fn tell_connection(&mut self) {
        let status = &self.status;
        if let (Voice::Psql, Some(release)) = (self.voice, status.postgres_major()) {
            self.settings.psql_release = release;
        }
        let version = &status.version;
        let number = version_number(version);
        let told = [
            ("DBNAME", status.database.clone()),
            ("USER", status.user.clone()),
            ("HOST", status.host.clone()),
            (
                "PORT",
                status.port.map(|p| p.to_string()).unwrap_or_default(),
            ),
            ("SERVER_VERSION_NAME", version.to_string()),
            ("SERVER_VERSION_NUM", number.to_string()),
            ("ENCODING", self.encoding().to_string()),
            ("VERSION", format!("sqwire {}", env!("CARGO_PKG_VERSION"))),
            ("VERSION_NAME", env!("CARGO_PKG_VERSION").to_string()),
            // The psql whose commands these are: the server's own, from release 15 on.
            ("VERSION_NUM", number.max(150_000).to_string()),
            ("LAST_ERROR_MESSAGE", String::new()),
            ("LAST_ERROR_SQLSTATE", "00000".to_string()),
        ];
        for (name, value) in told {
            self.variables.tell(name, value);
        }
        self.pipeline = None;
        if self.settings.psql_release >= 18 {
            self.tell_pipeline();
        }
    }

    /// Tells in variables how a command of the shell ended.
    pub fn tell_shell(&mut self, status: std::process::ExitStatus) {
        let signalled = status.signal().map_or(-1, |signal| 128 + signal);
        let code = status.code().unwrap_or(signalled);
        let failed = if status.success() { "false" } else { "true" };
        self.variables.tell("SHELL_ERROR", failed);
        self.variables.tell("SHELL_EXIT_CODE", code.to_string());
    }

    /// Tells in variables how a statement went.
    pub fn tell_outcome(&mut self, outcome: &Result<Summary, Error>) {
        if self.variables.get("ENCODING") != Some(self.encoding()) {
            let encoding = self.encoding().to_string();
            self.variables.tell("ENCODING", encoding);
        }
        let v = &mut self.variables;
        match outcome {
            Ok(summary) => {
                v.tell("ERROR", "false");
                v.tell("SQLSTATE", "00000");
                v.tell("ROW_COUNT", row_count(self.voice, summary));
                if let Some(oid) = last_oid(&summary.tag).filter(|_| self.voice == Voice::Psql) {
                    v.tell("LASTOID", oid);
                }
            }
            Err(error) => {
                let code = error.code.clone().unwrap_or_default();
                v.tell("ERROR", "true");
                v.tell("SQLSTATE", code.clone());
                v.tell("ROW_COUNT", "0");
                v.tell("LAST_ERROR_SQLSTATE", code);
                v.tell("LAST_ERROR_MESSAGE", error.message.clone());
            }
        }
    }
}

impl Session {
    /// Whether the data of a COPY that the server refuses are passed over and not read as statements.
    /// As a psql of the server's own release does: since CVE-2026-6464 it passes them over.
    pub fn passes_over_refused_data(&self) -> bool {
        if self.voice != Voice::Psql {
            return true;
        }
        let number = version_number(&self.status.version);
        let since = match number / 10_000 {
            ..=13 => return false,
            14 => 25,
            15 => 20,
            16 => 16,
            17 => 12,
            18 => 6,
            _ => 0,
        };
        number % 10_000 >= since
    }
}

/// `12.345 ms`, and past a second also `12345.678 ms (00:12.346)`.
fn psql_duration(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    let (minutes, seconds) = (time.as_secs() / 60, time.as_secs_f64() % 60.0);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match time.as_secs() {
        0 => format!("{ms:.3} ms"),
        1..3600 => format!("{ms:.3} ms ({minutes:02}:{seconds:06.3})"),
        3600..86400 => format!("{ms:.3} ms ({hours:02}:{minutes:02}:{seconds:06.3})"),
        _ => format!(
            "{ms:.3} ms ({} d {:02}:{minutes:02}:{seconds:06.3})",
            hours / 24,
            hours % 24
        ),
    }
}

/// psql knows the rows that the tag tells of: none of a SHOW or an EXPLAIN.
fn row_count(voice: Voice, summary: &Summary) -> String {
    let told = summary.tag.rsplit(' ').next().unwrap_or_default();
    let counted = told.bytes().all(|b| b.is_ascii_digit()) && !told.is_empty();
    match (voice, counted) {
        (Voice::Psql, true) => told.to_string(),
        (Voice::Psql, false) => "0".to_string(),
        _ => summary.rows.to_string(),
    }
}

/// What psql makes of a command's tag: the OID of a row that was inserted alone, 0 for all others.
fn last_oid(tag: &str) -> Option<&str> {
    let inserted = tag.strip_prefix("INSERT ");
    match inserted.and_then(|rest| rest.split(' ').next()) {
        Some(oid) => Some(oid),
        None if tag.is_empty() || is_read_tag(tag) => None,
        None => Some("0"),
    }
}

/// `15.18 (Debian …)` as 150018, `9.6.24` as 90624.
fn version_number(version: &str) -> u32 {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.');
    let mut parts = version[..end.unwrap_or(version.len())]
        .split('.')
        .map(|p| p.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0u32);
    match next() {
        major @ 10.. => major * 10_000 + next(),
        major => major * 10_000 + next() * 100 + next(),
    }
}

#[cfg(test)]
mod tests {
    use super::version_number;

    #[test]
    fn versions_are_numbered_as_the_server_numbers_them() {
        for (version, number) in [
            ("15.18 (Debian 15.18-0)", 150_018),
            ("9.6.24", 90_624),
            ("18beta1", 180_000),
            ("", 0),
        ] {
            assert_eq!(version_number(version), number);
        }
    }
}
