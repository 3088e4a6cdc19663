//! A terminal for the program: a pty with a real window size, a screen that its output is drawn
//! on, and answers to its questions. Tests send keys and wait for what should appear.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use vt100::{Callbacks, CursorStyle, Parser, Screen};

/// How long anything may take to appear on a busy machine.
const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) const ENTER: &str = "\r";
pub(crate) const TAB: &str = "\t";
pub(crate) const ESC: &str = "\x1b";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const RIGHT: &str = "\x1b[C";
pub(crate) const LEFT: &str = "\x1b[D";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_D: &str = "\x04";
pub(crate) const CTRL_R: &str = "\x12";
pub(crate) const F3: &str = "\x1bOR";
pub(crate) const F4: &str = "\x1bOS";
pub(crate) const F5: &str = "\x1b[15~";

type Writer = Arc<Mutex<Box<dyn Write + Send>>>;

/// Answers what the program asks its terminal, and counts how often it asks.
struct Answers {
    writer: Writer,
    questions: usize,
    bells: usize,
    title: String,
    /// Operating system commands other than titles: OSC 9, 133, 777.
    commands: Vec<String>,
    /// The colour behind the text, for a terminal that tells it.
    background: Option<&'static str>,
}

impl Callbacks for Answers {
    fn audible_bell(&mut self, _: &mut Screen) {
        self.bells += 1;
    }

    fn set_window_title(&mut self, _: &mut Screen, title: &[u8]) {
        self.title = String::from_utf8_lossy(title).into_owned();
    }

    fn copy_to_clipboard(&mut self, _: &mut Screen, to: &[u8], data: &[u8]) {
        let [to, data] = [to, data].map(String::from_utf8_lossy);
        self.commands.push(format!("52;{to};{data}"));
    }

    fn unhandled_osc(&mut self, _: &mut Screen, params: &[&[u8]]) {
        let parts = params.iter().map(|p| String::from_utf8_lossy(p));
        let parts: Vec<_> = parts.collect();
        let asked = parts.iter().eq(["11", "?"].iter());
        if let Some(colour) = self.background.filter(|_| asked) {
            let answer = format!("\x1b]11;{colour}\x1b\\");
            let _ = self.writer.lock().unwrap().write_all(answer.as_bytes());
        }
        self.commands.push(parts.join(";"));
    }

    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        _: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        c: char,
    ) {
        if c == 'n' && params == [&[6]] {
            let (row, column) = screen.cursor_position();
            let answer = format!("\x1b[{};{}R", row + 1, column + 1);
            self.questions += 1;
            let _ = self.writer.lock().unwrap().write_all(answer.as_bytes());
        }
    }
}

/// How a program is started in a terminal.
pub(crate) struct Start {
    command: CommandBuilder,
    home: PathBuf,
    size: (u16, u16),
    /// Bytes a second that the line carries; 0 for as many as there are.
    speed: u32,
    background: Option<&'static str>,
}

impl Start {
    /// The program with these arguments, at home in `home`.
    pub(crate) fn sqwire(home: &Path, arguments: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_sqwire");
        Start::program(home, program, arguments.split_whitespace())
    }

    /// A shell that runs `script`, with jobs of its own; `$sqwire` is the program.
    pub(crate) fn shell(home: &Path, script: &str) -> Self {
        let start = Start::program(home, "bash", ["-m", "-c", script]);
        start.env("sqwire", env!("CARGO_BIN_EXE_sqwire"))
    }

    fn program<'a>(
        home: &Path,
        program: &str,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.args(arguments);
        command.cwd(home);
        for (name, value) in [
            ("HOME", home.to_str().unwrap()),
            ("PATH", &std::env::var("PATH").unwrap_or_default()),
            ("TERM", "xterm-256color"),
            ("LC_ALL", "C.UTF-8"),
            ("SHELL", "/bin/sh"),
        ] {
            command.env(name, value);
        }
        Start {
            command,
            home: home.to_path_buf(),
            size: (24, 80),
            speed: 0,
            background: None,
        }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn size(mut self, rows: u16, columns: u16) -> Self {
        self.size = (rows, columns);
        self
    }

    /// A terminal that tells the colour behind its text when it is asked.
    pub(crate) fn background(mut self, colour: &'static str) -> Self {
        self.background = Some(colour);
        self
    }

    /// A line with that many bits a second, ten of them a byte.
    pub(crate) fn baud(mut self, bits: u32) -> Self {
        self.speed = bits / 10;
        self
    }

    pub(crate) fn go(self) -> Terminal {
        let (rows, cols) = self.size;
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let modes = modes(&*pair.master);
        let child = pair.slave.spawn_command(self.command).unwrap();
        drop(pair.slave);
        let writer: Writer = Arc::new(Mutex::new(pair.master.take_writer().unwrap()));
        let answers = Answers {
            writer: Arc::clone(&writer),
            questions: 0,
            bells: 0,
            title: String::new(),
            commands: Vec::new(),
            background: self.background,
        };
        let size = (rows.try_into().unwrap(), cols.try_into().unwrap());
        let parser = Parser::new_with_callbacks(size.0, size.1, 1000, answers);
        let parser = Arc::new(Mutex::new(parser));
        let (changed, changes) = channel();
        let reader = pair.master.try_clone_reader().unwrap();
        let drawn = Arc::clone(&parser);
        let written = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&written);
        let speed = self.speed;
        std::thread::spawn(move || draw(reader, speed, &drawn, &kept, &changed));
        Terminal {
            parser,
            written,
            writer,
            changes,
            child,
            home: self.home,
            modes,
            master: pair.master,
        }
    }
}

/// Draws what the program writes, until it ends.
fn draw(
    mut reader: Box<dyn Read + Send>,
    speed: u32,
    parser: &Mutex<Parser<Answers>>,
    written: &Mutex<Vec<u8>>,
    changed: &Sender<()>,
) {
    let mut bytes = vec![0; if speed == 0 { 4096 } else { 64 }];
    while let Ok(read) = reader.read(&mut bytes) {
        if read == 0 {
            break;
        }
        if speed > 0 {
            // That long a slow line takes.
            std::thread::sleep(Duration::from_secs(read as u64) / speed);
        }
        written.lock().unwrap().extend_from_slice(&bytes[..read]);
        parser.lock().unwrap().process(&bytes[..read]);
        if changed.send(()).is_err() {
            break;
        }
    }
}

/// A program in its terminal.
pub(crate) struct Terminal {
    parser: Arc<Mutex<Parser<Answers>>>,
    written: Arc<Mutex<Vec<u8>>>,
    writer: Writer,
    changes: Receiver<()>,
    child: Box<dyn Child + Send + Sync>,
    home: PathBuf,
    master: Box<dyn MasterPty + Send>,
    /// The modes of the terminal before the program ran.
    modes: String,
}

impl Terminal {
    pub(crate) fn send(&self, keys: &str) -> &Self {
        let mut writer = self.writer.lock().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
        drop(writer);
        self
    }

    pub(crate) fn screen(&self) -> String {
        self.parser.lock().unwrap().screen().contents()
    }

    /// The screen, and all that has been scrolled off it.
    pub(crate) fn with_scrollback(&self) -> String {
        let mut parser = self.parser.lock().unwrap();
        let screen = parser.screen_mut();
        let columns = screen.size().1.get();
        screen.set_scrollback(usize::MAX);
        let mut lines = Vec::new();
        for above in (1..=screen.scrollback()).rev() {
            screen.set_scrollback(above);
            lines.extend(screen.rows(0, columns).next());
        }
        screen.set_scrollback(0);
        lines.push(screen.contents());
        lines.join("\n")
    }

    /// What `look` sees on the screen.
    pub(crate) fn on_screen<T>(&self, look: impl Fn(&Screen) -> T) -> T {
        look(self.parser.lock().unwrap().screen())
    }

    /// Waits until nothing is drawn any more: for pictures alone, what tests wait for is a text.
    pub(crate) fn is_still(&self) {
        while self.changes.recv_timeout(Duration::from_secs(1)).is_ok() {}
    }

    /// Row and column of the cursor.
    pub(crate) fn cursor(&self) -> (u16, u16) {
        self.parser.lock().unwrap().screen().cursor_position()
    }

    /// The colour of the character there.
    pub(crate) fn foreground(&self, row: u16, column: u16) -> vt100::Color {
        let parser = self.parser.lock().unwrap();
        let cell = parser.screen().cell(row, column);
        cell.map_or(vt100::Color::Default, vt100::Cell::fgcolor)
    }

    /// The colours of the character there, and of what is behind it.
    pub(crate) fn colours(&self, row: u16, column: u16) -> (vt100::Color, vt100::Color) {
        let parser = self.parser.lock().unwrap();
        let cell = parser.screen().cell(row, column);
        cell.map_or((vt100::Color::Default, vt100::Color::Default), |cell| {
            (cell.fgcolor(), cell.bgcolor())
        })
    }

    /// The underlined text on the cursor's line.
    pub(crate) fn underlined(&self) -> String {
        let parser = self.parser.lock().unwrap();
        let screen = parser.screen();
        let row = screen.cursor_position().0;
        let cells = (0..screen.size().1.get()).filter_map(|column| screen.cell(row, column));
        let underlined = cells.filter(|cell| cell.underline());
        underlined.map(vt100::Cell::contents).collect()
    }

    /// What is painted in reverse in a row.
    pub(crate) fn reversed(&self, row: u16) -> String {
        let parser = self.parser.lock().unwrap();
        let screen = parser.screen();
        let cells = (0..screen.size().1.get()).filter_map(|column| screen.cell(row, column));
        let reversed = cells.filter(|cell| cell.inverse());
        reversed.map(vt100::Cell::contents).collect()
    }

    /// How often the program has asked for the position of the cursor.
    pub(crate) fn questions(&self) -> usize {
        self.parser.lock().unwrap().callbacks().questions
    }

    pub(crate) fn cursor_shape(&self) -> CursorStyle {
        self.parser.lock().unwrap().screen().cursor_style()
    }

    pub(crate) fn bells(&self) -> usize {
        self.parser.lock().unwrap().callbacks().bells
    }

    pub(crate) fn title(&self) -> String {
        self.parser.lock().unwrap().callbacks().title.clone()
    }

    /// Every operating system command so far, but for titles.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.parser.lock().unwrap().callbacks().commands.clone()
    }

    /// All that the program has written so far.
    pub(crate) fn written(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().unwrap()).into_owned()
    }

    /// Sends a line and waits until it has run: an old prompt on the screen proves nothing, the mark
    /// that ends each run does.
    #[track_caller]
    pub(crate) fn runs(&self, text: &str) -> &Self {
        let ended = || {
            let marks = self.commands();
            marks.iter().filter(|c| c.starts_with("133;D")).count()
        };
        let before = ended();
        self.send(text).send(ENTER);
        self.until("the end of what runs", |_| ended() > before)
    }

    /// Waits until the cursor stands behind a prompt and nothing else.
    #[track_caller]
    pub(crate) fn waits_for_prompt(&self) -> &Self {
        self.until("an empty prompt", |_| self.cursor_line().ends_with('>'))
    }

    /// Presses Ctrl-C and waits for the prompt that follows: keys that are read together with it
    /// would not find the new line.
    #[track_caller]
    pub(crate) fn clears(&self) -> &Self {
        let painted = || {
            let marks = self.commands();
            marks.iter().filter(|c| c.starts_with("133;A")).count()
        };
        let before = painted();
        self.send(CTRL_C);
        self.until("a new prompt", |_| painted() > before);
        self.waits_for_prompt()
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) -> &Self {
        self.until(&format!("{text:?} on the screen"), |s| s.contains(text))
    }

    /// Presses `keys`, and again as a person would, until the screen shows `text`.
    #[track_caller]
    pub(crate) fn press_until(&self, keys: &str, text: &str) -> &Self {
        let deadline = Instant::now() + DEADLINE;
        self.send(keys);
        while !self.screen().contains(text) {
            assert!(Instant::now() < deadline, "no {text:?}:\n{}", self.screen());
            match self.changes.recv_timeout(Duration::from_millis(200)) {
                Err(RecvTimeoutError::Timeout) => {
                    self.send(keys);
                }
                Ok(()) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("it ended:\n{}", self.screen()),
            }
        }
        self
    }

    /// Waits until the screen no longer shows `text`.
    #[track_caller]
    pub(crate) fn hides(&self, text: &str) -> &Self {
        self.until(&format!("no {text:?} on the screen"), |s| !s.contains(text))
    }

    pub(crate) fn cursor_line(&self) -> String {
        let parser = self.parser.lock().unwrap();
        let screen = parser.screen();
        let row = usize::from(screen.cursor_position().0);
        let (_, columns) = screen.size();
        let line = screen.rows(0, columns.get()).nth(row).unwrap_or_default();
        line.trim_end().to_string()
    }

    #[track_caller]
    pub(crate) fn until(&self, what: &str, ready: impl Fn(&str) -> bool) -> &Self {
        let deadline = Instant::now() + DEADLINE;
        while !ready(&self.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.changes.recv_timeout(left) {
                Ok(()) => {}
                Err(RecvTimeoutError::Disconnected) if ready(&self.screen()) => return self,
                Err(e) => panic!("waited for {what} ({e}):\n{}", self.screen()),
            }
        }
        self
    }

    /// Presses Ctrl-D, and again as a person would, until the program has ended; its exit status.
    /// One that comes before the prompt does is not lost on a person either.
    pub(crate) fn leave(self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        self.send(CTRL_D);
        loop {
            match self.changes.recv_timeout(Duration::from_millis(500)) {
                Err(RecvTimeoutError::Disconnected) => return self.status(),
                Err(RecvTimeoutError::Timeout) => {
                    assert!(
                        Instant::now() < deadline,
                        "still running:\n{}",
                        self.screen()
                    );
                    self.send(CTRL_D);
                }
                Ok(()) => {}
            }
        }
    }

    /// Waits for the end of the program; its exit status.
    pub(crate) fn status(mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        // The reader's end is the program's: then waiting is short.
        while !matches!(
            self.changes
                .recv_timeout(deadline.saturating_duration_since(Instant::now())),
            Err(RecvTimeoutError::Disconnected)
        ) {
            assert!(
                Instant::now() < deadline,
                "still running:\n{}",
                self.screen()
            );
        }
        self.child.wait().unwrap().exit_code()
    }

    /// The window has another size from now on.
    pub(crate) fn resize(&self, rows: u16, cols: u16) -> &Self {
        let size = (rows.try_into().unwrap(), cols.try_into().unwrap());
        self.parser
            .lock()
            .unwrap()
            .screen_mut()
            .set_size(size.0, size.1);
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.resize(size).unwrap();
        self
    }

    /// The terminal's modes as they were before the program ran, and as they are.
    pub(crate) fn modes_at_start(&self) -> String {
        self.modes.clone()
    }

    pub(crate) fn modes(&self) -> String {
        modes(&*self.master)
    }

    /// Whether a screen of its own is shown.
    pub(crate) fn on_other_screen(&self) -> bool {
        self.parser.lock().unwrap().screen().alternate_screen()
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-s", name, &pid])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end of the program; the modes that it left behind.
    pub(crate) fn modes_when_ended(mut self) -> String {
        self.child.wait().unwrap();
        self.modes()
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

/// A home for one test.
pub(crate) fn home() -> TempDir {
    tempfile::tempdir().unwrap()
}
