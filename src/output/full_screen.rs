//! A screen of its own, in raw mode; what was there comes back, whatever happens.

use super::tell;
use crossterm::event::{Event, poll, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use signal_hook::consts::SIGTERM;
use signal_hook::{flag, low_level};
use std::io;
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a request to end is looked for while no key comes.
const LOOK: Duration = Duration::from_millis(200);
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

/// What the program does when it is told to end: while it has a screen of its own it leaves that
/// first, otherwise what programs always do.
#[derive(Debug, Clone)]
pub struct Ending {
    asked: Arc<AtomicBool>,
    usual: Arc<AtomicBool>,
}

impl Ending {
    /// Watches SIGTERM from now on. Once is enough for a process.
    pub fn watch() -> io::Result<Ending> {
        let ending = Ending {
            asked: Arc::default(),
            usual: Arc::new(AtomicBool::new(true)),
        };
        flag::register_conditional_default(SIGTERM, Arc::clone(&ending.usual))?;
        flag::register(SIGTERM, Arc::clone(&ending.asked))?;
        Ok(ending)
    }
}

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// While it lives the terminal is in raw mode and shows another screen.
pub struct FullScreen<'e> {
    ending: &'e Ending,
    open: Arc<AtomicBool>,
    /// What a panic says when there is no such screen.
    usual: Arc<Hook>,
}

impl FullScreen<'_> {
    pub fn enter(ending: &Ending) -> io::Result<FullScreen<'_>> {
        enable_raw_mode()?;
        let screen = FullScreen {
            ending,
            open: Arc::new(AtomicBool::new(true)),
            usual: std::panic::take_hook().into(),
        };
        let (open, usual) = (Arc::clone(&screen.open), Arc::clone(&screen.usual));
        std::panic::set_hook(Box::new(move |panic| {
            restore(&open);
            usual(panic);
        }));
        ending.usual.store(false, Ordering::SeqCst);
        tell(ENTER);
        Ok(screen)
    }

    /// Paints lines from the top; the cursor is not shown.
    pub fn paint(&self, lines: &[String]) {
        let mut out = String::from("\x1b[H");
        for (at, line) in lines.iter().enumerate() {
            if at > 0 {
                out.push_str("\r\n");
            }
            out.push_str(line);
            out.push_str("\x1b[K");
        }
        out.push_str("\x1b[J");
        tell(&out);
    }

    /// Waits for the next event. Does not return when the program is told to end: then the terminal
    /// is as it was.
    pub fn event(&self) -> io::Result<Event> {
        loop {
            if poll(LOOK)? {
                return read();
            }
            if self.ending.asked.load(Ordering::SeqCst) {
                restore(&self.open);
                low_level::emulate_default_handler(SIGTERM)?;
            }
        }
    }

    /// Whether another event is there already.
    pub fn has_more(&self) -> io::Result<bool> {
        poll(Duration::ZERO)
    }
}

fn restore(open: &AtomicBool) {
    if open.swap(false, Ordering::SeqCst) {
        tell(LEAVE);
        let _ = disable_raw_mode();
    }
}

impl Drop for FullScreen<'_> {
    fn drop(&mut self) {
        restore(&self.open);
        if !std::thread::panicking() {
            let usual = Arc::clone(&self.usual);
            std::panic::set_hook(Box::new(move |panic| usual(panic)));
        }
        self.ending.usual.store(true, Ordering::SeqCst);
    }
}
