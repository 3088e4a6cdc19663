//! Lines that are typed where no line editor is: as the terminal hands them over.

use super::Session;
use super::execute::watch_interrupts;
use crate::error::{Error, Result};
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use tokio::net::unix::pipe::{OpenOptions, Receiver};

/// The longest line that a terminal hands over.
const LONGEST: usize = 4096;

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// A line, with its line break.
    Line(String),
    /// Ctrl-D on an empty line.
    End,
    /// Ctrl-C.
    Interrupted,
}

impl Session {
    /// Waits for a line on the terminal that standard input is.
    pub async fn typed_line(&mut self) -> Result<Typed> {
        let interrupts = watch_interrupts(&mut self.interrupts)?;
        let typed = tokio::select! {
            biased;
            _ = interrupts.recv() => Ok(Typed::Interrupted),
            typed = typed_line() => typed,
        };
        typed.map_err(|e| Error::io("read from the terminal", &e))
    }
}

/// Waits for a line, and leaves what is typed behind it.
pub async fn typed_line() -> io::Result<Typed> {
    let terminal = terminal()?;
    let mut line = vec![0; LONGEST];
    let read = loop {
        terminal.readable().await?;
        match terminal.try_read(&mut line) {
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            read => break read?,
        }
    };
    line.truncate(read);
    Ok(match read {
        0 => Typed::End,
        _ => Typed::Line(String::from_utf8_lossy(&line).into_owned()),
    })
}

/// The terminal, opened anew for each line so that what came before is seen too; no read of it ever
/// blocks. It is no pipe, but is waited for in the same way.
fn terminal() -> io::Result<Receiver> {
    let own = OpenOptions::new().unchecked(true).open_receiver("/dev/tty");
    own.or_else(|_| {
        let stdin = io::stdin().as_fd().try_clone_to_owned()?;
        Receiver::from_file_unchecked(File::from(stdin))
    })
}
