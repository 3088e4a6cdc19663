//! Runs the built program and compares standard output, standard error and status whole. What a
//! test does not mention must be empty.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// One run of the program, in a folder and an environment of its own.
pub(crate) struct Sqwire {
    command: Command,
    folder: TempDir,
    input: Vec<u8>,
    stdout: String,
    stderr: String,
}

impl Sqwire {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sqwire"));
        command.env_clear().current_dir(folder.path());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
            .env("HOME", folder.path())
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC");
        Sqwire {
            command,
            folder,
            input: Vec::new(),
            stdout: String::new(),
            stderr: String::new(),
        }
    }

    /// The arguments, separated by white space.
    pub(crate) fn args(mut self, line: &str) -> Self {
        self.command.args(line.split_whitespace());
        self
    }

    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// A file in the program's working directory.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.path().join(name), content).expect("a file for the test");
        self
    }

    pub(crate) fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = text.as_ref().to_vec();
        self
    }

    pub(crate) fn stdout(mut self, text: &str) -> Self {
        self.stdout = text.into();
        self
    }

    pub(crate) fn stderr(mut self, text: &str) -> Self {
        self.stderr = text.into();
        self
    }

    /// Runs, compares and gives the folder back, for a look at what was written.
    #[track_caller]
    pub(crate) fn status(self, expected: i32) -> Ran {
        let (want_out, want_err) = (self.stdout.clone(), self.stderr.clone());
        let (output, folder) = self.output();
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let got = format!(
            "status {:?}\n{stdout}--- stderr\n{stderr}",
            output.status.code()
        );
        let want = format!(
            "status {:?}\n{want_out}--- stderr\n{want_err}",
            Some(expected)
        );
        assert!(got == want, "expected:\n{want}\ngot:\n{got}");
        Ran { folder }
    }

    #[track_caller]
    pub(crate) fn success(self) -> Ran {
        self.status(0)
    }

    /// Runs without comparing anything.
    pub(crate) fn output(mut self) -> (Output, TempDir) {
        let pipes = self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = pipes
            .stderr(Stdio::piped())
            .spawn()
            .expect("the built program");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = std::mem::take(&mut self.input);
        // A program that leaves early closes its end: not every byte needs to be read.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("the program's end");
        writer.join().expect("the writer's end");
        (output, self.folder)
    }
}

/// What a run left behind.
pub(crate) struct Ran {
    folder: TempDir,
}

impl Ran {
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect("a file that the program wrote")
    }
}
