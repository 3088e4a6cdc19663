//! What the mysql client's options and commands have switched on.

use super::Session;
use crate::data::{Notice, Summary};
use crate::error::voice::Voice;
use crate::error::{Error, Result};
use crate::output::Output;
use crate::sql::bytes::to_bytes;
use crate::visible::visible_text;
use std::io::{self, Write};
use std::time::Duration;

/// How a script of mysql is run, and what is said of its statements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MysqlRules {
    /// `-v`: 1 shows statements, 2 also what they did, 3 also how long it took.
    pub verbose: u8,
    /// Warnings are shown behind each statement.
    pub warnings: bool,
    /// Comments are sent to the server.
    pub comments: bool,
    /// Line ends are left as they are.
    pub binary: bool,
    /// A result without rows still has its header.
    pub quick: bool,
    /// Commands that reach files and programs are refused.
    pub sandbox: bool,
    /// Errors do not tell their line.
    pub hide_lines: bool,
    /// Statements that failed are not shown.
    pub hide_statements: bool,
    /// An error ends the script that `source` runs.
    pub abort_source: bool,
    /// No result has a header.
    pub no_names: bool,
    /// A table begins with what the server says of its columns.
    pub column_types: bool,
    /// What follows the USE of another database is passed over.
    pub one_database: bool,
    /// Such a USE was the last one.
    pub ignores: bool,
}

/// Where mysql says that a statement begins: on the line that was read when nothing waited. What
/// stands behind the end of another statement has that one's line.
#[derive(Debug, Clone, Copy, Default)]
pub struct LineOfMysql {
    end: usize,
    line: usize,
}

impl LineOfMysql {
    /// The line of what goes on and is over on line `end`.
    pub fn same(&mut self, end: usize) -> usize {
        self.end = end;
        self.line
    }

    /// The line of what begins on line `begin` and is over on line `end`.
    pub fn next(&mut self, begin: usize, end: usize) -> usize {
        if self.end != begin {
            self.line = begin;
        }
        self.end = end;
        self.line
    }
}

impl Session {
    /// Whether a script of mysql is running.
    pub fn is_mysql(&self) -> bool {
        self.voice == Voice::Mysql
    }

    /// Writes where results go.
    pub fn print(&mut self, text: &str) -> Result<()> {
        let written = self.output.write_all(&to_bytes(text));
        let written = written.and_then(|()| self.output.flush());
        written.map_err(|e| Error::io("write the output", &e))
    }

    /// Shows warnings where results go.
    pub fn print_warnings(&mut self, warnings: &[Notice]) -> Result<()> {
        let written = tell_warnings(warnings, &mut self.output);
        let written = written.and_then(|()| self.output.flush());
        written.map_err(|e| Error::io("write the output", &e))
    }

    /// Refuses what reaches beyond the database, once the sandbox is on.
    pub fn leave_sandbox(&self) -> Result<()> {
        match self.mysql.sandbox {
            true => Err(Error::usage("Not allowed in the sandbox mode")),
            false => Ok(()),
        }
    }
}

/// What a statement did, as mysql says it where it is asked to be talkative.
pub(super) fn tell_outcome(
    rules: MysqlRules,
    summary: &Summary,
    time: Duration,
    out: &mut Output,
) -> io::Result<()> {
    if rules.verbose < 2 {
        return Ok(());
    }
    let (tag, info) = match summary.tag.split_once("  ") {
        Some((tag, info)) => (tag, Some(info)),
        None => (summary.tag.as_str(), None),
    };
    // What has shown the header of a result says how many rows it has.
    let tag = match tag
        .strip_prefix("Empty set")
        .filter(|_| rules.quick || rules.column_types)
    {
        Some(warnings) => format!("0 rows in set{warnings}"),
        None => tag.to_string(),
    };
    let time = match rules.verbose {
        2 => String::new(),
        _ => format!(" ({})", nice_time(time)),
    };
    let info = info.map_or(String::new(), |info| format!("{info}\n"));
    write!(out, "{tag}{time}\n{info}\n")
}

/// `0.012 sec`, `2 min 3.500 sec`, `1 hour 0 min 5.000 sec`.
fn nice_time(time: Duration) -> String {
    let (minutes, hours) = (time.as_secs() / 60, time.as_secs() / 3600);
    let seconds = time.as_secs_f64() - (minutes * 60) as f64;
    let mut out = String::new();
    if hours > 0 {
        out.push_str(&format!(
            "{hours} hour{} ",
            if hours == 1 { "" } else { "s" }
        ));
    }
    if minutes > 0 {
        out.push_str(&format!("{} min ", minutes % 60));
    }
    format!("{out}{seconds:.3} sec")
}

pub(super) fn tell_warnings(notices: &[Notice], out: &mut Output) -> io::Result<()> {
    for notice in notices {
        let code = notice.code.as_deref().unwrap_or_default();
        let message = match out.screen() {
            Some(_) => visible_text(&notice.message),
            None => notice.message.as_str().into(),
        };
        writeln!(out, "{} (Code {code}): {message}", notice.severity)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_has_the_line_that_was_read_when_nothing_waited() {
        let mut lines = LineOfMysql::default();
        let spans = [(1, 1), (1, 3), (3, 3), (3, 4), (6, 6), (7, 9)];
        let told = spans.map(|(begin, end)| lines.next(begin, end));
        assert_eq!(told, [1, 1, 1, 1, 6, 7]);
    }

    #[test]
    fn times_are_worded_as_mysql_words_them() {
        for (milliseconds, expected) in [
            (12, "0.012 sec"),
            (83_500, "1 min 23.500 sec"),
            (3_605_000, "1 hour 0 min 5.000 sec"),
            (7_260_000, "2 hours 1 min 0.000 sec"),
        ] {
            assert_eq!(nice_time(Duration::from_millis(milliseconds)), expected);
        }
    }
}
