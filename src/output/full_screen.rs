//! A screen of its own, in raw mode, and a line that is being typed; what was there comes back,
//! whatever happens.

use super::{paint_screen, tell};
use crossterm::event::{Event, poll, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;
use signal_hook::low_level;
use std::fs::File;
use std::io;
use std::panic::PanicHookInfo;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
const ENTER_OTHER: &str = "\x1b[?1049h";
const LEAVE_OTHER: &str = "\x1b[?1049l";
/// No more bracketed paste; below the line the terminal is empty.
const LEAVE_LINE: &str = "\x1b[?2004l\r\n\x1b[J";

/// What the program does when it is told to end: it gives the terminal back first, then what
/// programs always do.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    /// What gives back what the terminal shows now; nothing where it is in its usual mode.
    leave: Arc<Mutex<Option<&'static str>>>,
}

impl Ending {
    /// Watches the signals that end programs from now on. Once is enough for a process.
    pub fn watch(&self) -> io::Result<()> {
        let told = self.clone();
        let mut signals = Signals::new([SIGHUP, SIGQUIT, SIGTERM])?;
        std::thread::Builder::new().spawn(move || {
            for signal in &mut signals {
                told.give_back();
                let _ = low_level::emulate_default_handler(signal);
            }
        })?;
        Ok(())
    }

    /// A line is being typed, until what is returned is dropped.
    pub fn typing(&self) -> Shown<'_> {
        self.showing(LEAVE_LINE)
    }

    /// The terminal shows something that `leave` takes away, until what is returned is dropped.
    pub(super) fn showing(&self, leave: &'static str) -> Shown<'_> {
        self.set(Some(leave));
        Shown(self)
    }

    /// The terminal shows another screen in its usual mode, until what is returned is dropped.
    pub fn other_screen(&self) -> OtherScreen<'_> {
        let shown = self.showing(LEAVE_OTHER);
        tell(ENTER_OTHER);
        OtherScreen(shown)
    }

    fn set(&self, leave: Option<&'static str>) {
        *self.leave.lock().unwrap_or_else(PoisonError::into_inner) = leave;
    }

    fn give_back(&self) {
        let mut leave = self.leave.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = leave.take() {
            tell(text);
            let _ = disable_raw_mode();
        }
    }
}

/// While it lives the terminal has to be given back.
pub struct Shown<'e>(&'e Ending);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.0.set(None);
    }
}

/// While it lives the terminal shows another screen; what was there comes back.
pub struct OtherScreen<'e>(#[expect(dead_code, reason = "its end is what counts")] Shown<'e>);

impl Drop for OtherScreen<'_> {
    fn drop(&mut self) {
        tell(LEAVE_OTHER);
    }
}

/// Stops the program until the shell lets it go on. Where no shell could, the system drops the
/// signal.
pub fn suspend() {
    let _ = low_level::raise(SIGTSTP);
}

/// Has the terminal's size told to whoever reads its events, now or later: nothing else that a
/// program can do wakes them.
pub fn wake() {
    // What hears the signal is made with the first event.
    let _ = poll(Duration::ZERO);
    let _ = low_level::raise(SIGWINCH);
    let _ = poll(Duration::ZERO);
    look_again();
}

/// Has the terminal tell again that keys wait, by setting its modes to what they are. Each time it
/// tells so crossterm reads 1,024 bytes, none when its size has changed too; the rest would wait
/// for the next key, and of a paste that fills the terminal's buffer none could come.
pub fn look_again() {
    let Ok(terminal) = File::open("/dev/tty") else {
        return;
    };
    if let Ok(modes) = tcgetattr(&terminal) {
        let _ = tcsetattr(&terminal, OptionalActions::Now, &modes);
    }
}

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// While it lives the terminal is in raw mode and shows another screen.
pub struct FullScreen<'e> {
    ending: &'e Ending,
    /// What a panic says when there is no such screen.
    usual: Arc<Hook>,
}

impl FullScreen<'_> {
    pub fn enter(ending: &Ending) -> io::Result<FullScreen<'_>> {
        enable_raw_mode()?;
        let screen = FullScreen {
            ending,
            usual: std::panic::take_hook().into(),
        };
        let (open, usual) = (ending.clone(), Arc::clone(&screen.usual));
        std::panic::set_hook(Box::new(move |panic| {
            open.give_back();
            usual(panic);
        }));
        ending.set(Some(LEAVE));
        tell(ENTER);
        Ok(screen)
    }

    /// Paints lines from the top; the cursor is not shown.
    pub fn paint(&self, lines: &[String]) {
        paint_screen(lines);
    }

    /// Waits for the next event.
    pub fn event(&self) -> io::Result<Event> {
        read()
    }

    /// Whether another event is there already.
    pub fn has_more(&self) -> io::Result<bool> {
        poll(Duration::ZERO)
    }
}

impl Drop for FullScreen<'_> {
    fn drop(&mut self) {
        self.ending.give_back();
        if !std::thread::panicking() {
            let usual = Arc::clone(&self.usual);
            std::panic::set_hook(Box::new(move |panic| usual(panic)));
        }
    }
}
