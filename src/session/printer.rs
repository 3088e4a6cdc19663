//! Events to a format's writer and the output.

use super::Tags;
use super::execute::{SendOptions, tell_tag};
use super::mysql::{tell_outcome, tell_warnings};
use crate::data::{Column, Notice, RowBatch, Summary};
use crate::error::voice::{Voice, psql_notice};
use crate::error::{Error, Kind, Result, os_words};
use crate::format::{self, Expanded, FormatOptions, RowWriter, TableStyle};
use crate::output::{Output, is_dumb};
use crate::settings::Settings;
use crate::sql::Dialect;
use crate::sql::copy::{self, Direction};
use crate::visible::{visible_line, visible_text};
use std::io::{self, Write};
use std::time::Instant;

/// Prints the results of one statement.
pub(super) struct Printer<'s> {
    settings: &'s Settings,
    output: &'s mut Output,
    /// Where rows go, and data of a COPY; tags do not.
    elsewhere: Option<&'s mut Output>,
    /// Results are written there too, as tables (psql's `-L`).
    log: Option<Logged<'s>>,
    send: &'s SendOptions,
    statement: &'s str,
    dialect: &'static Dialect,
    writer: Option<Box<dyn RowWriter>>,
    rows_held: bool,
    /// The statement has shown a result set, so its tag says nothing new.
    showed_rows: bool,
    /// Data of a COPY went to the output, where a tag would be taken for one of them.
    copied: bool,
    /// COPYs of the statement that are over.
    copies: usize,
    /// Rows of the part that comes next.
    part: Option<RowBatch>,
    /// Warnings that mysql shows behind the result.
    notices: Vec<Notice>,
    /// What LISTEN has brought: psql tells it behind the results.
    notifications: Vec<String>,
    started: Instant,
}

/// The second place that a result is written to.
struct Logged<'s> {
    out: &'s mut Output,
    writer: Option<Box<dyn RowWriter>>,
}

impl<'s> Printer<'s> {
    pub(super) fn new(
        settings: &'s Settings,
        output: &'s mut Output,
        send: &'s SendOptions,
        statement: &'s str,
        dialect: &'static Dialect,
    ) -> Self {
        Printer {
            settings,
            output,
            elsewhere: None,
            log: None,
            send,
            statement,
            dialect,
            writer: None,
            rows_held: false,
            showed_rows: false,
            copied: false,
            copies: 0,
            part: None,
            notices: Vec::new(),
            notifications: Vec::new(),
            started: Instant::now(),
        }
    }

    pub(super) fn with_rows_to(mut self, elsewhere: Option<&'s mut Output>) -> Self {
        self.elsewhere = elsewhere;
        self
    }

    pub(super) fn with_log(mut self, log: Option<&'s mut Output>) -> Self {
        self.log = log.map(|out| Logged { out, writer: None });
        self
    }

    /// Where rows go.
    fn rows_to(&self) -> &Output {
        self.elsewhere.as_deref().unwrap_or(self.output)
    }

    /// Whether something came that nobody has seen yet.
    pub(super) fn holds_any(&self) -> bool {
        self.rows_held || self.holds_result()
    }

    /// Whether a result waits to be shown while a statement that can have more of them goes on: one
    /// that is complete, or any of a procedure, whose end is known when the next one begins.
    fn holds_result(&self) -> bool {
        let word = self.statement.trim_start().get(..4);
        let calls = word.is_some_and(|word| word.eq_ignore_ascii_case("call"));
        (calls || self.writer.is_none()) && self.output.holds_page()
    }

    /// Shows it, because nothing has come for a while.
    pub(super) fn show_held(&mut self) -> Result<()> {
        if self.rows_held {
            self.flush()?;
        }
        match self.holds_result() {
            true => checked(self.output.show_held()),
            false => Ok(()),
        }
    }

    pub(super) fn columns(&mut self, columns: &[Column]) -> Result<()> {
        self.showed_rows = true;
        if self.send.unseen {
            return Ok(());
        }
        let name = self.format_name();
        let format = format::by_name(name)
            .ok_or_else(|| Error::usage(format!("unknown format \"{name}\"")))?;
        let options = self.options();
        let turns = self.is_mysql() && options.expanded == Expanded::Auto;
        let mut writer = match format.name {
            "table-mysql" | "tsv" | "tsv-raw" if turns => {
                format::auto_vertical(&options, format, !self.send.mysql.no_names)
            }
            _ => (format.new)(&options),
        };
        let table = match format.name {
            "wrapped" => Some(format),
            _ => format::by_name("table"),
        };
        if let (Some(log), Some(table)) = (&mut self.log, table) {
            let mut writer = (table.new)(&FormatOptions {
                expanded: match options.expanded {
                    Expanded::Auto => Expanded::Auto,
                    _ => Expanded::Off,
                },
                ..options.clone()
            });
            checked(writer.begin(columns, log.out))?;
            log.writer = Some(writer);
        }
        let out = self.elsewhere.as_deref_mut().unwrap_or(self.output);
        // A result of which nothing is written leaves an empty file.
        checked(out.open_now())?;
        let begun = writer.begin(columns, out);
        self.writer = Some(writer);
        checked(begun)
    }

    /// `\G` is mysql's own format where that client shows the result.
    fn format_name(&self) -> &'s str {
        match self.settings.format.as_str() {
            usual @ ("xml" | "html-mysql") => usual,
            _ if self.is_mysql() && self.send.expanded => "vertical",
            usual => usual,
        }
    }

    fn is_mysql(&self) -> bool {
        self.send.words.voice == Voice::Mysql
    }

    fn options(&self) -> FormatOptions {
        let screen = self.rows_to().screen();
        let mut options = self.settings.format_options(screen.map(|s| s.columns));
        if self.send.title.is_some() || self.send.listing {
            options.title.clone_from(&self.send.title);
        }
        if self.send.listing {
            // psql has nothing in place of NULL in its description of a table, which has lines
            // below it, and up to release 16 in no listing.
            let blank = self.send.footers.is_some() || self.settings.psql_release < 17;
            if !self.send.nulls && blank {
                options.null.clear();
            }
            options.footers.clone_from(&self.send.footers);
        }
        let statement = self.send.statement.as_deref().unwrap_or(self.statement);
        statement.clone_into(&mut options.statement);
        options.dialect = self.dialect;
        options.marks.clone_from(&self.send.marks);
        options.skip_empty |= self.send.quiet_when_empty;
        let shows_empty = self.send.mysql.quick || self.send.mysql.column_types;
        options.skip_empty |= self.is_mysql() && !shows_empty;
        options.raw_header = self.is_mysql();
        // Only tab-separated output is without names because little was wanted.
        options.tuples_only &= !(self.is_mysql() && self.send.expanded) || self.send.mysql.no_names;
        options.expanded = match options.expanded {
            _ if self.send.expanded => Expanded::On,
            _ if self.send.flat => Expanded::Off,
            usual => usual,
        };
        if self
            .settings
            .shows_colours(screen.is_some() && terminal_has_colours())
        {
            options.style = TableStyle {
                header: "\x1b[1m".into(),
                null: "\x1b[2m".into(),
                border: String::new(),
                warm: "\x1b[33m".into(),
                hot: "\x1b[1;31m".into(),
                reset: "\x1b[0m".into(),
            };
        }
        options
    }

    pub(super) fn rows(&mut self, batch: &RowBatch) -> Result<()> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        self.rows_held = true;
        if let Some(Logged {
            out,
            writer: Some(writer),
        }) = &mut self.log
        {
            checked(writer.rows(batch, out))?;
        }
        if let Some(size) = self.send.fetch_count {
            return self.parts(batch, size);
        }
        let out = self.elsewhere.as_deref_mut().unwrap_or(self.output);
        checked(writer.rows(batch, out))
    }

    /// Rows in parts of so many, each laid out by itself.
    fn parts(&mut self, batch: &RowBatch, size: usize) -> Result<()> {
        for row in batch.rows() {
            let part = self.part.get_or_insert_with(|| RowBatch::new(row.len()));
            part.push_row(row);
            if part.len() >= size {
                self.end_part()?;
                if let Some(writer) = &mut self.writer {
                    writer.next_part();
                }
            }
        }
        Ok(())
    }

    /// Since release 17 psql has the tag of rows in parts only where the last part is a whole one.
    fn loses_tag(&self, summary: &Summary) -> bool {
        let Some(size) = self.send.fetch_count.filter(|_| !self.send.hold) else {
            return false;
        };
        self.settings.psql_release >= 17 && !summary.rows.is_multiple_of(size as u64)
    }

    fn end_part(&mut self) -> Result<()> {
        let out = self.elsewhere.as_deref_mut().unwrap_or(self.output);
        let (Some(part), Some(writer)) = (self.part.take(), &mut self.writer) else {
            return Ok(());
        };
        checked(writer.rows(&part, out))?;
        checked(writer.flush(out))?;
        checked(out.flush())
    }

    /// Shows what is held back, because nothing has come for a while or nothing more will.
    pub(super) fn flush(&mut self) -> Result<()> {
        self.rows_held = false;
        let out = self.elsewhere.as_deref_mut().unwrap_or(self.output);
        if let Some(writer) = &mut self.writer {
            checked(writer.flush(out))?;
        }
        checked(out.flush())
    }

    /// A message for standard error comes next; rows that came before it are shown before it.
    pub(super) fn before_message(&mut self) {
        let _ = self.output.flush();
    }

    /// Whether rows are kept and not shown.
    pub(super) fn is_unseen(&self) -> bool {
        self.send.unseen
    }

    /// Whether what is written shows on the terminal at once.
    pub(super) fn shows_on_screen(&self) -> bool {
        self.rows_to().screen().is_some()
    }

    pub(super) fn is_paging(&self) -> bool {
        self.output.is_paging()
    }

    pub(super) fn tell_notice(&mut self, notice: &Notice) {
        match self.send.words.voice {
            // To psql it is no message but something that was asked for.
            Voice::Psql if notice.severity == "NOTIFY" => {
                self.notifications.push(notice.message.clone());
            }
            Voice::Psql => {
                let text = psql_notice(notice, self.statement, self.send.words);
                self.output
                    .tell(&format!("{}{text}", self.send.place_now()));
            }
            Voice::Mysql => self.notices.push(notice.clone()),
            // MySQL's warnings are about a result that is complete, and stand below it.
            Voice::Sqwire if self.dialect.at_variables && self.showed_rows => {
                self.notices.push(notice.clone());
            }
            Voice::Sqwire => {
                if let Some(text) = notice_text(notice, self.settings.quiet) {
                    self.output.tell(&format!("{}{text}", self.send.place));
                }
            }
        }
    }

    /// Shows what LISTEN has brought, where results go, in psql's words.
    pub(super) fn tell_notifications(&mut self) -> Result<()> {
        let on_screen = self.output.screen().is_some();
        for message in std::mem::take(&mut self.notifications) {
            let message = match on_screen {
                true => visible_text(&message),
                false => message.as_str().into(),
            };
            let rest = message.strip_prefix('a').unwrap_or(&message);
            checked(writeln!(self.output, "A{rest}."))?;
        }
        Ok(())
    }

    pub(super) fn copy(&mut self, bytes: &[u8]) -> Result<()> {
        self.copied = true;
        // The server's text is exact in files and pipes; a terminal would obey what is in it.
        let on_screen = self.shows_on_screen();
        let out = self.elsewhere.as_deref_mut().unwrap_or(self.output);
        checked(match on_screen {
            true => out.write_all(visible_text(&String::from_utf8_lossy(bytes)).as_bytes()),
            false => out.write_all(bytes),
        })
    }

    /// Whether nothing will be written at the end of this result, neither rows nor words.
    pub(super) fn ends_in_silence(&self, tags: Tags) -> bool {
        let mute = self.send.mute || self.send.listing;
        let wordless = match self.is_mysql() {
            true => self.send.mysql.verbose < 2 || mute,
            false => self.settings.quiet || mute || tags == Tags::Nowhere,
        };
        self.writer.is_none() && self.notices.is_empty() && wordless
    }

    pub(super) fn done(&mut self, summary: &Summary, tags: Tags) -> Result<()> {
        self.rows_held = false;
        self.end_part()?;
        if let Some(mut writer) = self.writer.take() {
            let out = self.elsewhere.as_deref_mut().unwrap_or(self.output);
            checked(writer.end(summary, out))?;
        }
        if let Some(log) = &mut self.log
            && let Some(mut writer) = log.writer.take()
        {
            checked(writer.end(summary, log.out).and_then(|()| log.out.flush()))?;
        }
        if self.is_mysql() {
            return self.done_as_mysql(summary);
        }
        let shown = std::mem::take(&mut self.showed_rows);
        let notices = std::mem::take(&mut self.notices);
        // `INSERT … RETURNING` shows rows and its tag; a plain SELECT has said it all.
        let says_more = match self.send.words.voice {
            Voice::Psql if shown && self.loses_tag(summary) => false,
            Voice::Psql => !shown || is_write_tag(&summary.tag),
            _ => !shown || !is_read_tag(&summary.tag),
        };
        let copied = self.copies_out(&summary.tag) | std::mem::take(&mut self.copied);
        let is_data = copied && self.elsewhere.is_none();
        let mute = is_data || self.send.mute || self.settings.quiet || self.send.listing;
        if let Some(log) = &mut self.log
            && says_more
            && !is_data
            && !self.send.listing
            && !self.send.mute
            && !summary.tag.is_empty()
        {
            checked(writeln!(log.out, "{}", summary.tag).and_then(|()| log.out.flush()))?;
        }
        if says_more && !mute {
            let psql = self.send.words.voice == Voice::Psql;
            if psql && self.settings.format == "html" && !summary.tag.is_empty() {
                return checked(writeln!(self.output, "<p>{}</p>", summary.tag));
            }
            match (
                shown && tags == Tags::Stderr,
                summary.tag.split_once(" in set, "),
            ) {
                (true, Some(_)) if !notices.is_empty() => {}
                (true, Some((_, warnings))) => {
                    self.output
                        .tell_below(&format!("{}\n", visible_line(warnings)));
                }
                (true, None) => {
                    let tag = visible_line(&summary.tag);
                    self.output.tell_below(&format!("{tag}\n"));
                }
                (false, _) => {
                    // On standard error it must not come before the results.
                    checked(self.output.show_held())?;
                    checked(tell_tag(summary, tags, self.output))?;
                }
            }
        }
        for notice in &notices {
            if let Some(text) = notice_text(notice, self.settings.quiet) {
                self.output.tell_below(&text);
            }
        }
        Ok(())
    }

    /// Whether what is over is a COPY to us, which may have had nothing to copy.
    fn copies_out(&mut self, tag: &str) -> bool {
        if !tag.starts_with("COPY") {
            return false;
        }
        let ways = copy::directions(self.statement, self.dialect);
        self.copies += 1;
        ways.get(self.copies - 1) == Some(&Direction::ToStdout)
    }
}

impl Printer<'_> {
    fn done_as_mysql(&mut self, summary: &Summary) -> Result<()> {
        if !self.send.listing && !self.send.mute {
            let time = self.started.elapsed();
            checked(tell_outcome(self.send.mysql, summary, time, self.output))?;
        }
        checked(tell_warnings(
            &std::mem::take(&mut self.notices),
            self.output,
        ))
    }
}

/// Tags that psql shows below rows too.
pub(super) fn is_write_tag(tag: &str) -> bool {
    let writes = ["INSERT", "UPDATE", "DELETE", "MERGE"];
    writes.iter().any(|word| tag.starts_with(word))
}

/// Tags that only repeat the number of rows.
pub(super) fn is_read_tag(tag: &str) -> bool {
    tag.starts_with("SELECT")
        || tag.starts_with("SHOW")
        || tag.starts_with("EXPLAIN")
        || tag.ends_with(" in set")
        || tag == "Empty set"
        || tag.starts_with("FETCH")
        || tag.starts_with("PRAGMA")
        || tag.starts_with("VALUES")
}

fn checked(result: io::Result<()>) -> Result<()> {
    result.map_err(|e| match Error::io("write the output", &e) {
        error if error.kind == Kind::Closed => error,
        error => error.with_psql(format!("could not print result table: {}", os_words(&e))),
    })
}

/// A server's notice in words, ending in a newline; `None` for one that is too small to be told.
pub fn notice_text(notice: &Notice, quiet: bool) -> Option<String> {
    let minor = matches!(
        notice.severity.as_str(),
        "NOTICE" | "INFO" | "LOG" | "DEBUG" | "Note"
    );
    if quiet && minor {
        return None;
    }
    let mut out = format!(
        "{}:{}{}",
        visible_line(&notice.severity),
        // As each server's own client writes them.
        if notice.severity.bytes().any(|b| b.is_ascii_lowercase()) {
            " "
        } else {
            "  "
        },
        visible_text(&notice.message)
    );
    if let Some(code) = notice.code.as_ref().filter(|_| !minor) {
        out.push_str(&format!(" [{}]", visible_line(code)));
    }
    for (name, part) in [("DETAIL", &notice.detail), ("HINT", &notice.hint)] {
        if let Some(part) = part {
            out.push_str(&format!("\n{name}:  {}", visible_text(part)));
        }
    }
    out.push('\n');
    Some(out)
}

/// Whether the environment wants colours on its terminal (no-color.org).
fn terminal_has_colours() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    !refused && !is_dumb()
}
