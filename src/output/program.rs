//! Other programs: those that are run, and those that read what we write.

use super::BUFFER;
use crate::error::{Error, Result};
use std::io::{self, BufWriter, Write};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

/// `command` as the user's shell would run it. The shell's own errors begin with its name, which is
/// `sh` to all clients.
pub fn shell(command: &str) -> Command {
    let mut program = program("/bin/sh");
    program.arg0("sh").arg("-c").arg(command);
    program
}

/// How a program ended that did not end well, in psql's words.
pub fn bad_end(status: ExitStatus) -> Option<String> {
    let signal = |number| match number {
        1 => "Hangup",
        2 => "Interrupt",
        3 => "Quit",
        6 => "Aborted",
        9 => "Killed",
        11 => "Segmentation fault",
        13 => "Broken pipe",
        14 => "Alarm clock",
        15 => "Terminated",
        _ => "unrecognized signal",
    };
    match (status.code(), status.signal()) {
        (Some(0), _) => None,
        (Some(126), _) => Some("command not executable".into()),
        (Some(127), _) => Some("command not found".into()),
        (Some(code), _) => Some(format!("child process exited with exit code {code}")),
        (None, number) => {
            let number = number.unwrap_or_default();
            let name = signal(number);
            Some(format!(
                "child process was terminated by signal {number}: {name}"
            ))
        }
    }
}

/// The variable of the environment that holds a password for the first connection.
pub const PASSWORD_VARIABLE: &str = "SQWIRE_PASSWORD";

/// Another program, which is not told the password.
pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut program = Command::new(name);
    program.env_remove(PASSWORD_VARIABLE);
    program
}

/// A child that reads what we write.
pub(super) struct Program {
    pub(super) command: String,
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
}

impl Program {
    pub(super) fn start(command: &str) -> Result<Self> {
        Program::start_quietly(command).map_err(|e| Error::io(format!("run \"{command}\""), &e))
    }

    pub(super) fn start_quietly(command: &str) -> io::Result<Self> {
        let mut reader = shell(command);
        if ["LESSCHARSET", "LESSCHARDEF"]
            .iter()
            .all(|name| std::env::var_os(name).is_none())
        {
            // What we write is UTF-8, also where the locale does not say so, as in most containers.
            reader.env("LESSCHARSET", "utf-8");
        }
        let mut child = reader.stdin(Stdio::piped()).spawn()?;
        let input = child
            .stdin
            .take()
            .map(|i| BufWriter::with_capacity(BUFFER, i));
        Ok(Program {
            command: command.to_string(),
            child,
            input,
        })
    }

    /// How it ended, where it has failed already.
    pub(super) fn failure(&mut self) -> Option<io::Error> {
        let status = self.child.try_wait().ok()??;
        let command = &self.command;
        (!status.success())
            .then(|| io::Error::other(format!("command \"{command}\" failed: {status}")))
    }

    /// Closes the program's input and waits for it.
    pub(super) fn finish(mut self) -> io::Result<ExitStatus> {
        let flushed = self.input.take().map_or(Ok(()), |mut input| input.flush());
        let status = self.child.wait()?;
        match flushed {
            Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(e),
            _ => Ok(status),
        }
    }
}

impl Write for Program {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.input
            .as_mut()
            .map_or(Ok(bytes.len()), |input| input.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.input.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Program {
    /// A program that was not waited for still gets the end of its input.
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
