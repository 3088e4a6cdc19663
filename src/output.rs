//! Where results go: standard output, the pager, a file, another program. The only place that
//! writes to standard output and standard error.

mod clock;
mod full_screen;
mod page;
mod plain;
mod program;
mod question;
mod secret;
mod terminal;
mod wrap;

pub use clock::{local_time, local_time_at, local_time_in, utc_offset};
pub use full_screen::{Ending, FullScreen, OtherScreen, Shown, look_again, suspend, wake};
pub use program::{PASSWORD_VARIABLE, bad_end, program, shell};
pub use question::{TypedAhead, ask};
pub use secret::ask_secret;
pub use terminal::{
    ERASE_LINE, Screen, is_dumb, is_steerable, is_watched, paint_screen, screen, show_passing,
    steer, tell,
};

use crate::error::{Error, Kind, Result};
use crate::files;
use crate::settings::Auto;
use page::{Page, Pager, Unshown};
use plain::Plain;
use program::Program;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitStatus;

/// Bytes collected before a write reaches the system.
const BUFFER: usize = 64 * 1024;

/// What was to be shown, without its colours.
pub fn without_colours(shown: &[u8]) -> Cow<'_, [u8]> {
    Plain::default().pass(shown)
}

/// Writes a whole file or none: the old one stays until the new one is complete. A new one is for the
/// user alone.
pub fn save(place: &str, bytes: &[u8]) -> Result<()> {
    files::replace_with(Path::new(place), bytes)
        .map_err(|e| Error::file(format!("write file \"{place}\""), place, &e))
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

impl Sink {
    /// `FILE`, or `|command`.
    fn open(place: &str) -> Result<Self> {
        match place.strip_prefix('|') {
            Some(command) => Program::start(command.trim()).map(Sink::Program),
            None => Sink::file(place, File::create(place)),
        }
    }

    fn file(place: &str, opened: io::Result<File>) -> Result<Self> {
        match opened {
            Ok(file) => Ok(Sink::File(BufWriter::with_capacity(BUFFER, file))),
            Err(e) => {
                let doing = format!("open file \"{place}\" for writing");
                Err(Error::file(doing, place, &e))
            }
        }
    }
}

/// The output of a session.
pub struct Output {
    sink: Sink,
    /// Set while the results of one statement may still go to the pager.
    page: Option<Page>,
    pager: Option<Pager>,
    /// Runs in place of the environment's pager.
    pager_command: Option<String>,
    /// Where what is shown is written too.
    tee: Option<Box<Output>>,
    /// What is shown is kept here in place of the screen.
    aside: Option<Vec<u8>>,
    /// What is to be told below the results of the statement.
    below: String,
    /// That the program which reads the output failed is an error when it shows.
    reports: bool,
    /// What goes there has no colours.
    plain: Plain,
    /// Why the place could not be opened when something was to be written.
    unopened: Option<Error>,
}

impl Output {
    pub fn stdout() -> Self {
        Output::to(Sink::Stdout(BufWriter::with_capacity(BUFFER, io::stdout())))
    }

    /// `FILE`, or `|command`.
    pub fn open(place: &str) -> Result<Self> {
        Sink::open(place).map(Output::to)
    }

    /// The same, opened when something is written, and left as it is where nothing is.
    pub fn later(place: &str) -> Self {
        Output::to(Sink::Later(place.to_string()))
    }

    /// A file that is written on from its end.
    pub fn append(place: &str) -> Result<Self> {
        let file = File::options().append(true).create(true).open(place);
        Sink::file(place, file).map(Output::to)
    }

    fn to(sink: Sink) -> Self {
        Output {
            sink,
            page: None,
            pager: None,
            pager_command: None,
            tee: None,
            aside: None,
            below: String::new(),
            reports: false,
            plain: Plain::default(),
            unopened: None,
        }
    }

    /// The same, where it is to be told as soon as the program has failed.
    #[must_use]
    pub fn reporting(mut self) -> Self {
        self.reports = true;
        self
    }

    /// Whether results go to standard output.
    pub fn is_standard(&self) -> bool {
        matches!(self.sink, Sink::Stdout(_))
    }

    /// Whether results go to a program.
    pub fn is_program(&self) -> bool {
        matches!(self.sink, Sink::Program(_))
    }

    /// Runs a program in place of the environment's pager.
    pub fn set_pager(&mut self, command: Option<&str>) {
        self.pager_command = command.map(str::to_string);
    }

    /// Writes what comes to another place too.
    pub fn set_tee(&mut self, tee: Option<Output>) {
        self.tee = tee.map(Box::new);
    }

    /// Keeps what comes, as it would be shown, in place of showing it.
    pub fn begin_aside(&mut self) {
        self.aside = Some(Vec::new());
    }

    /// What was kept; what comes from now on is shown.
    pub fn take_aside(&mut self) -> Vec<u8> {
        self.aside.take().unwrap_or_default()
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
            self.page = Some(Page::new(screen, pager == Auto::On));
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
            let held = page.take();
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
        match self.pager.take().map(Pager::finish).transpose()? {
            Some(Some(unshown)) => self.show_without_pager(&unshown),
            Some(None) => Ok(()),
            None => self.flush(),
        }
    }

    fn show_without_pager(&mut self, unshown: &Unshown) -> io::Result<()> {
        self.write_direct(&unshown.beginning)?;
        self.flush()?;
        let cut = match unshown.cut {
            true => " Only the beginning of the result is shown.",
            false => "",
        };
        let command = crate::visible::visible_line(&unshown.command);
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
                let end = bad_end(status).unwrap_or_default();
                Err(Error::new(Kind::Io, message).with_psql(format!("{command}: {end}")))
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
        let ended = match (result, finished) {
            // A program need not read to the end.
            (Err(e), Ok(Some(status))) if e.kind() == io::ErrorKind::BrokenPipe => Ok(Some(status)),
            (result, finished) => result.and(finished),
        };
        ended.map_err(|e| Error::io("write the output", &e))
    }

    /// Opens the place that waits for something to be written.
    pub fn open_now(&mut self) -> io::Result<()> {
        if let Sink::Later(place) = &self.sink {
            match Sink::open(place) {
                Ok(opened) => self.sink = opened,
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
        let command = self.pager_command.clone();
        match Pager::start(&command.unwrap_or_else(page::pager_command)) {
            Ok(pager) => self.pager.insert(pager).write(held),
            Err(_) => self.write_direct(held),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(aside) = &mut self.aside {
            aside.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
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
                let held = page.take();
                self.page = None;
                self.start_pager(&held)?;
            }
        } else if let Some(pager) = &mut self.pager {
            pager.write(bytes)?;
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
            return pager.flush();
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
