//! The thread that reads and writes the history. Whoever sends to it never waits; what it has to
//! say is picked up when there is time.

use super::{Ending, Entry};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the thread says.
#[derive(Debug)]
pub enum Report {
    /// The newest entries that were there at the start, oldest first.
    Newest(Vec<Entry>),
    /// Those before them, oldest first.
    Older(Vec<Entry>),
    /// What other sessions have added since.
    Others(Vec<Entry>),
    /// Why nothing is read or kept; said once.
    Failed(String),
}

/// What it is asked for.
#[cfg_attr(not(feature = "sqlite"), allow(dead_code))]
pub(super) enum Job {
    /// The number is the sender's own.
    Add(u64, Box<Entry>),
    End(u64, Ending),
    /// Forget every entry of that text.
    Forget(String),
    LookAgain,
    Flush(Sender<()>),
}

/// A session's hold on the history. Dropping it waits until what was sent is written.
#[derive(Debug)]
pub struct Recorder {
    sender: Option<Sender<Job>>,
    reports: Receiver<Report>,
    thread: Option<JoinHandle<()>>,
    next: u64,
}

/// How long the start may take; then the entries come later.
const PATIENCE: Duration = Duration::from_millis(200);

impl Recorder {
    /// Begins to read the file, at most `limit` entries. Without a path nothing is kept.
    pub fn open(path: Option<PathBuf>, limit: usize, session: i64) -> Recorder {
        let (sender, jobs) = channel();
        let (report, reports) = channel();
        let thread = path.filter(|_| limit > 0).and_then(|path| {
            let work = move || work(&path, limit, session, &jobs, &report);
            let named = std::thread::Builder::new().name("history".into());
            named.spawn(work).ok()
        });
        Recorder {
            sender: thread.is_some().then_some(sender),
            reports,
            thread,
            next: 0,
        }
    }

    /// What was there at the start. Waits for the newest entries, and not for long.
    pub fn first(&self) -> Option<Report> {
        self.thread.as_ref()?;
        self.reports.recv_timeout(PATIENCE).ok()
    }

    /// What has been said since the last time.
    pub fn reports(&self) -> Vec<Report> {
        self.reports.try_iter().collect()
    }

    /// Keeps an entry; the number is for `end`.
    pub fn add(&mut self, entry: &Entry) -> u64 {
        self.next += 1;
        self.send(Job::Add(self.next, Box::new(entry.clone())));
        self.next
    }

    /// Tells how an entry ended.
    pub fn end(&self, number: u64, ending: Ending) {
        self.send(Job::End(number, ending));
    }

    /// Forgets every entry of that text, on the disk too.
    pub fn forget(&self, text: &str) {
        self.send(Job::Forget(text.to_string()));
    }

    /// Looks for what other sessions have added; it comes as a report.
    pub fn look_again(&self) {
        self.send(Job::LookAgain);
    }

    /// Waits until everything is written.
    pub fn flush(&self) {
        let (done, wait) = channel();
        self.send(Job::Flush(done));
        // Without a thread the other end is gone at once.
        let _ = wait.recv();
    }

    fn send(&self, job: Job) {
        if let Some(sender) = &self.sender {
            // A thread that failed has said so.
            let _ = sender.send(job);
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(feature = "sqlite")]
fn work(
    path: &std::path::Path,
    limit: usize,
    session: i64,
    jobs: &Receiver<Job>,
    report: &Sender<Report>,
) {
    if let Err(e) = super::store::serve(path, limit, session, jobs, report) {
        let _ = report.send(Report::Failed(e.message));
    }
}

#[cfg(not(feature = "sqlite"))]
fn work(_: &std::path::Path, _: usize, _: i64, jobs: &Receiver<Job>, _: &Sender<Report>) {
    for job in jobs {
        if let Job::Flush(done) = job {
            let _ = done.send(());
        }
    }
}
