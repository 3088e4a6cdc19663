//! Where results go: standard output, the pager, a file, another program. The only place that
//! writes to standard output and standard error.

mod full_screen;
mod plain;
mod program;
mod question;
mod wrap;

pub use full_screen::{Ending, FullScreen, Typing, suspend};
pub use question::ask;

use crate::error::{Error, Kind, Result};
use crate::settings::Auto;
use plain::Plain;
use program::Program;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::{Command, ExitStatus};

/// Bytes collected before a write reaches the system.
const BUFFER: usize = 64 * 1024;

/// Bytes of a result that are kept while a pager shows it.
const MOST_PAGED: usize = 1024 * 1024;

/// Writes one message to standard error, on a terminal with its lines broken between words. A closed
/// standard error is nobody's problem.
pub fn tell(text: &str) {
    let wrapped = match wrap::is_wide(text) && is_watched() {
        true => columns().map(|columns| wrap::message(text, columns)),
        false => None,
    };
    let text = wrapped.as_deref().unwrap_or(text);
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

fn columns() -> Option<usize> {
    let (columns, _) = crossterm::terminal::size().ok()?;
    Some(columns.into()).filter(|columns| *columns > 0)
}

/// Whether somebody looks at standard error.
pub fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Whether somebody looks at standard error on a terminal that obeys escape sequences.
pub fn is_steerable() -> bool {
    is_watched() && !is_dumb()
}

/// Whether the terminal says that it can do nothing but show text, or says nothing of itself.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

/// Writes a whole file or none: the old one stays until the new one is complete. Nobody else may
/// read it.
pub fn save(place: &str, bytes: &[u8]) -> Result<()> {
    let path = std::path::Path::new(place);
    let failed = |e: &io::Error| Error::file(format!("write file \"{place}\""), place, e);
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = folder.unwrap_or(std::path::Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| failed(&e))?;
    file.write_all(bytes).map_err(|e| failed(&e))?;
    file.persist(path).map_err(|e| failed(&e.error))?;
    Ok(())
}

/// Rows and columns of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    pub rows: usize,
    pub columns: usize,
}

/// The size of the terminal that standard output is, if it is one.
pub fn screen() -> Option<Screen> {
    if !io::stdout().is_terminal() {
        return None;
    }
    match crossterm::terminal::size() {
        Ok((columns, rows)) if columns > 0 && rows > 0 => Some(Screen {
            rows: rows.into(),
            columns: columns.into(),
        }),
        _ => Some(Screen {
            rows: 24,
            columns: 80,
        }),
    }
}

/// One place that results go to.
enum Sink {
    Stdout(BufWriter<io::Stdout>),
    File(BufWriter<File>),
    /// `| command`, until the output is changed again.
    Program(Program),
    /// `FILE` or `|command`, opened when something is written.
    Later(String),
}

/// The output of a session.
pub struct Output {
    sink: Sink,
    /// Set while the results of one statement may still go to the pager.
    page: Option<Page>,
    pager: Option<Program>,
    /// Runs in place of the environment's pager.
    pager_command: Option<String>,
    /// Where what is shown is written too.
    tee: Option<Box<Output>>,
    /// What is to be told below the results of the statement.
    below: String,
    /// That the program which reads the output failed is an error when it shows.
    reports: bool,
    /// What the pager was given, as far as it is kept in case it cannot be run.
    paged: Vec<u8>,
    /// The pager has not taken all of it.
    refused: bool,
    /// What goes there has no colours.
    plain: Plain,
    /// Why the place could not be opened when something was to be written.
    unopened: Option<Error>,
}

/// The first screenful of a result at the prompt, held until it is clear whether it fits.
struct Page {
    screen: Screen,
    held: Vec<u8>,
    lines: usize,
    line_start: usize,
    always: bool,
}

impl Output {
    pub fn stdout() -> Self {
        let sink = Sink::Stdout(BufWriter::with_capacity(BUFFER, io::stdout()));
        Output {
            sink,
            page: None,
            pager: None,
            pager_command: None,
            tee: None,
            below: String::new(),
            reports: false,
            paged: Vec::new(),
            refused: false,
            plain: Plain::default(),
            unopened: None,
        }
    }

    /// `FILE`, or `|command`.
    pub fn open(place: &str) -> Result<Self> {
        let sink = match place.strip_prefix('|') {
            Some(command) => Sink::Program(Program::start(command.trim())?),
            None => {
                let file = File::create(place).map_err(|e| {
                    Error::file(format!("open file \"{place}\" for writing"), place, &e)
                })?;
                Sink::File(BufWriter::with_capacity(BUFFER, file))
            }
        };
        Ok(Output {
            sink,
            page: None,
            pager: None,
            pager_command: None,
            tee: None,
            below: String::new(),
            reports: false,
            paged: Vec::new(),
            refused: false,
            plain: Plain::default(),
            unopened: None,
        })
    }

    /// The same, opened when something is written, and left as it is where nothing is.
    pub fn later(place: &str) -> Self {
        Output {
            sink: Sink::Later(place.to_string()),
            ..Output::stdout()
        }
    }

    /// The same, where it is to be told as soon as the program has failed.
    #[must_use]
    pub fn reporting(mut self) -> Self {
        self.reports = true;
        self
    }

    /// A file that is written on from its end.
    pub fn append(place: &str) -> Result<Self> {
        let file = File::options().append(true).create(true).open(place);
        let file =
            file.map_err(|e| Error::file(format!("open file \"{place}\" for writing"), place, &e))?;
        Ok(Output {
            sink: Sink::File(BufWriter::with_capacity(BUFFER, file)),
            page: None,
            pager: None,
            pager_command: None,
            tee: None,
            below: String::new(),
            reports: false,
            paged: Vec::new(),
            refused: false,
            plain: Plain::default(),
            unopened: None,
        })
    }

    /// Runs a program in place of the environment's pager.
    pub fn set_pager(&mut self, command: Option<&str>) {
        self.pager_command = command.map(str::to_string);
    }

    /// Writes what comes to another place too.
    pub fn set_tee(&mut self, tee: Option<Output>) {
        self.tee = tee.map(Box::new);
    }

    /// Writes what was typed to the second place only.
    pub fn note_input(&mut self, text: &str) {
        if let Some(tee) = &mut self.tee {
            // Nobody is kept from working by a log that cannot be written.
            let _ = writeln!(tee, "{text}").and_then(|()| tee.flush());
        }
    }

    /// Writes a message to standard error, and to the second place too.
    pub fn tell(&mut self, text: &str) {
        if let Some(tee) = &mut self.tee {
            let _ = tee.write_all(text.as_bytes()).and_then(|()| tee.flush());
        }
        tell(text);
    }

    /// Writes a message below the results of the statement, once they are on the screen.
    pub fn tell_below(&mut self, text: &str) {
        match self.page.is_some() || self.pager.is_some() {
            true => self.below.push_str(text),
            false => {
                // What came before stands above it.
                let _ = self.flush();
                self.tell(text);
            }
        }
    }

    /// The terminal that results are shown on, directly or through a pager.
    pub fn screen(&self) -> Option<Screen> {
        match self.sink {
            Sink::Stdout(_) => screen(),
            _ => None,
        }
    }

    /// Whether the pager has the terminal.
    pub fn is_paging(&self) -> bool {
        self.pager.is_some()
    }

    /// The results of one statement begin; at the prompt they may go to the pager.
    pub fn begin_page(&mut self, pager: Auto) {
        if let (Some(screen), true) = (self.screen(), pager != Auto::Off) {
            let always = pager == Auto::On;
            self.page = Some(Page {
                screen,
                held: Vec::new(),
                lines: 0,
                line_start: 0,
                always,
            });
        }
    }

    /// Whether a result is held that has not been shown.
    pub fn holds_page(&self) -> bool {
        let held = |page: &Page| !page.always && !page.held.is_empty();
        self.page.as_ref().is_some_and(held)
    }

    /// Shows what is held as it is; what follows may go to the pager again.
    pub fn show_held(&mut self) -> io::Result<()> {
        if let Some(page) = self.page.as_mut().filter(|page| !page.always) {
            let held = std::mem::take(&mut page.held);
            (page.lines, page.line_start) = (0, 0);
            self.write_direct(&held)?;
            self.flush()?;
        }
        Ok(())
    }

    /// The results of one statement are complete; waits until the user leaves the pager.
    pub fn end_page(&mut self) -> io::Result<()> {
        let shown = self.show_page();
        let below = std::mem::take(&mut self.below);
        if !below.is_empty() {
            self.tell(&below);
        }
        shown
    }

    fn show_page(&mut self) -> io::Result<()> {
        if let Some(page) = self.page.take() {
            if page.always && !page.held.is_empty() {
                self.start_pager(&page.held)?;
            } else {
                self.write_direct(&page.held)?;
            }
        }
        match self.pager.take() {
            Some(pager) => {
                let command = pager.command.clone();
                let status = pager.finish()?;
                self.without_pager(&command, status)
            }
            None => self.flush(),
        }
    }

    /// Shows what a pager was to show that the shell could not run.
    fn without_pager(&mut self, command: &str, status: ExitStatus) -> io::Result<()> {
        let paged = std::mem::take(&mut self.paged);
        if !matches!(status.code(), Some(126 | 127)) {
            return Ok(());
        }
        self.write_direct(&paged)?;
        self.flush()?;
        let cut = match self.refused || paged.len() == MOST_PAGED {
            true => " Only the beginning of the result is shown.",
            false => "",
        };
        let command = crate::visible::visible_line(command);
        self.tell(&format!(
            "The pager \"{command}\" could not be run.{cut} \\pset pager off does without.\n"
        ));
        Ok(())
    }

    /// Writes everything out, and waits for the program that reads it, if there is one.
    pub fn close(self) -> Result<()> {
        let command = match &self.sink {
            Sink::Program(program) => program.command.clone(),
            _ => String::new(),
        };
        match self.finish()? {
            Some(status) if !status.success() => {
                let message = format!("command \"{command}\" failed: {status}");
                Err(Error::new(Kind::Io, message))
            }
            _ => Ok(()),
        }
    }

    /// The same, where how the program ended is its own affair.
    pub fn finish(mut self) -> Result<Option<ExitStatus>> {
        let result = self.end_page();
        if let Some(error) = self.unopened.take() {
            return Err(error);
        }
        let finished = match self.sink {
            Sink::Program(program) => program.finish().map(Some),
            _ => Ok(None),
        };
        result
            .and(finished)
            .map_err(|e| Error::io("write the output", &e))
    }

    fn open_now(&mut self) -> io::Result<()> {
        if let Sink::Later(place) = &self.sink {
            match Output::open(place) {
                Ok(opened) => self.sink = opened.sink,
                Err(error) => {
                    let failed = io::Error::other(error.message.clone());
                    self.unopened.get_or_insert(error);
                    return Err(failed);
                }
            }
        }
        Ok(())
    }

    fn write_direct(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.open_now()?;
        match &mut self.sink {
            Sink::Later(_) => Ok(()),
            Sink::Stdout(out) => out.write_all(bytes),
            Sink::File(out) => out.write_all(bytes),
            Sink::Program(program) => program.write_all(bytes),
        }
    }

    /// Starts the pager with what was held. Without a pager the result goes to the terminal.
    fn start_pager(&mut self, held: &[u8]) -> io::Result<()> {
        let command = self.pager_command.clone().unwrap_or_else(pager_command);
        match Program::start_quietly(&command) {
            Ok(mut program) => {
                self.paged = held[..held.len().min(MOST_PAGED)].to_vec();
                let written = program.write_all(held);
                self.refused = written.is_err();
                self.pager = Some(program);
                written
            }
            Err(_) => self.write_direct(held),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let coloured = self.tee.is_some() && self.screen().is_some();
        if let Some(tee) = &mut self.tee {
            match coloured {
                true => tee.write_all(&self.plain.pass(bytes))?,
                false => tee.write_all(bytes)?,
            }
        }
        if let Some(page) = &mut self.page {
            page.add(bytes);
            if page.overflows() {
                let held = std::mem::take(&mut page.held);
                self.page = None;
                self.start_pager(&held)?;
            }
        } else if let Some(pager) = &mut self.pager {
            let room = MOST_PAGED - self.paged.len();
            self.paged
                .extend_from_slice(&bytes[..bytes.len().min(room)]);
            let written = pager.write_all(bytes);
            self.refused |= written.is_err();
            written?;
        } else {
            self.write_direct(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(tee) = &mut self.tee {
            tee.flush()?;
        }
        if let Some(pager) = &mut self.pager {
            let flushed = pager.flush();
            self.refused |= flushed.is_err();
            return flushed;
        }
        match &mut self.sink {
            Sink::Stdout(out) => out.flush(),
            Sink::Later(_) => Ok(()),
            Sink::File(out) => out.flush(),
            Sink::Program(program) => {
                let flushed = program.flush();
                match program.failure().filter(|_| self.reports) {
                    Some(failure) => Err(failure),
                    None => flushed,
                }
            }
        }
    }
}

impl Page {
    fn add(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// Whether the held text has more lines than the screen, or a line that is wider.
    fn overflows(&mut self) -> bool {
        while let Some(end) = memchr::memchr(b'\n', &self.held[self.line_start..]) {
            let line = &self.held[self.line_start..self.line_start + end];
            self.lines += 1;
            self.line_start += end + 1;
            // One row stays for the prompt.
            if self.lines >= self.screen.rows || shown_width(line) > self.screen.columns {
                return true;
            }
        }
        false
    }
}

/// Columns that a line takes on the screen; escape sequences of ours take none.
fn shown_width(line: &[u8]) -> usize {
    if line.is_ascii() && !line.contains(&0x1b) {
        return line.len();
    }
    let text = String::from_utf8_lossy(line);
    let mut width = 0;
    let mut rest = text.as_ref();
    while let Some(at) = rest.find('\x1b') {
        width += unicode_width::UnicodeWidthStr::width(&rest[..at]);
        let after = &rest[at..];
        rest = after.find('m').map_or("", |end| &after[end + 1..]);
    }
    width + unicode_width::UnicodeWidthStr::width(rest)
}

/// `$SQWIRE_PAGER`, `$PAGER`, else less with colours kept, long lines cut, and no pause for what
/// fits the screen.
fn pager_command() -> String {
    ["SQWIRE_PAGER", "PAGER"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.trim().is_empty())
        .map_or_else(
            || "less -SRXF".to_string(),
            |pager| match pager.trim() {
                "less" => "less -SRXF".to_string(),
                other => other.to_string(),
            },
        )
}

/// Now, as `date` in the C locale writes it, without the zone.
pub fn local_time() -> String {
    local_time_in("%a %b %e %H:%M:%S %Y")
}

/// The time of day here, in a pattern of strftime.
pub fn local_time_in(pattern: &str) -> String {
    chrono::Local::now().format(pattern).to_string()
}

/// How far the clock here is ahead of UTC, in seconds.
pub fn utc_offset() -> i64 {
    chrono::Local::now().offset().local_minus_utc().into()
}

/// A moment, in milliseconds since 1970, as the clock here showed it.
pub fn local_time_at(milliseconds: i64, pattern: &str) -> String {
    use chrono::TimeZone;
    match chrono::Local.timestamp_millis_opt(milliseconds) {
        chrono::LocalResult::Single(time) => time.format(pattern).to_string(),
        _ => String::new(),
    }
}

/// `command` as the user's shell would run it.
pub fn shell(command: &str) -> Command {
    let mut program = program("/bin/sh");
    program.arg("-c").arg(command);
    program
}

/// The variable of the environment that holds a password for the first connection.
pub const PASSWORD_VARIABLE: &str = "SQWIRE_PASSWORD";

/// Another program, which is not told the password.
pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut program = Command::new(name);
    program.env_remove(PASSWORD_VARIABLE);
    program
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pager_is_needed_for_long_and_for_wide_results_only() {
        let screen = Screen {
            rows: 4,
            columns: 10,
        };
        for (text, needed) in [
            ("a\nb\nc\n", false),
            ("a\nb\nc\nd\n", true),
            ("0123456789\n", false),
            ("0123456789x\n", true),
            ("\x1b[1m0123456789\x1b[0m\n", false),
            ("日本日本日\n", false),
            ("日本日本日本\n", true),
        ] {
            let mut page = Page {
                screen,
                held: Vec::new(),
                lines: 0,
                line_start: 0,
                always: false,
            };
            page.add(text.as_bytes());
            assert_eq!(page.overflows(), needed, "{text}");
        }
    }
}
