//! The thread that owns a SQLite connection, because SQLite blocks.
//!
//! Work goes to it as closures, one after the other; results come back through bounded channels, so
//! that a slow reader slows SQLite down instead of filling the memory.

use super::names::Names;
use crate::error::{Error, Kind, Result};
use rusqlite::{Connection, InterruptHandle};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Steps of SQLite's virtual machine between two looks at whether to stop.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// What the thread and its owner both see.
pub(super) struct Shared {
    /// Number of the newest job.
    newest: AtomicU64,
    /// Number of the job that runs.
    running: AtomicU64,
    /// Jobs up to this number are to stop.
    stopped: AtomicU64,
    /// Number of the last text that was run to its end, be it an error.
    finished: AtomicU64,
    /// No transaction is open.
    autocommit: AtomicBool,
    /// How many databases the connection has.
    databases: AtomicUsize,
    /// What is known of the names of columns.
    names: Mutex<Option<Names>>,
    interrupt: InterruptHandle,
}

/// Whether the text has the word anywhere, in any case.
fn mentions(sql: &str, word: &str) -> bool {
    let mut windows = sql.as_bytes().windows(word.len());
    windows.any(|found| found.eq_ignore_ascii_case(word.as_bytes()))
}

impl Shared {
    fn new(connection: &Connection) -> Self {
        Shared {
            newest: AtomicU64::new(0),
            running: AtomicU64::new(0),
            stopped: AtomicU64::new(0),
            finished: AtomicU64::new(0),
            autocommit: AtomicBool::new(true),
            databases: AtomicUsize::new(databases(connection)),
            names: Mutex::new(None),
            interrupt: connection.get_interrupt_handle(),
        }
    }

    /// Stops that job and those before it, whether they run or wait. The number makes up for what
    /// an interrupt misses: it has no effect between two steps or two statements.
    pub(super) fn stop(&self, job: u64) {
        self.stopped.fetch_max(job, Ordering::SeqCst);
        if self.running.load(Ordering::SeqCst) <= job {
            self.interrupt.interrupt();
        }
    }

    /// Stops whatever was begun.
    pub(super) fn stop_newest(&self) {
        self.stop(self.newest.load(Ordering::SeqCst));
    }

    /// The running job has told all that it had to tell.
    pub(super) fn note_finished(&self) {
        let running = self.running.load(Ordering::SeqCst);
        self.finished.store(running, Ordering::SeqCst);
    }

    /// Whether that job has: the thread may have ended in it, or before it.
    pub(super) fn has_finished(&self, job: u64) -> bool {
        self.finished.load(Ordering::SeqCst) >= job
    }

    /// Whether the running job was told to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed) >= self.running.load(Ordering::Relaxed)
    }

    pub(super) fn is_autocommit(&self) -> bool {
        self.autocommit.load(Ordering::SeqCst)
    }

    pub(super) fn has_attached(&self) -> bool {
        // The main one and that of temporary things come first.
        self.databases.load(Ordering::SeqCst) > 2
    }

    /// How the names of the columns are that a statement may give. Only tables have odd ones, and
    /// looking costs the reading of the schema.
    pub(super) fn names(&self, connection: &Connection, sql: &str) -> Names {
        let reads_tables = ["from", "returning"].iter().any(|word| mentions(sql, word));
        if !reads_tables {
            return Names::Text;
        }
        let mut known = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        *known.get_or_insert_with(|| Names::look(connection))
    }

    /// Notes the transaction's state, and what other databases there are; before the event that
    /// ends a statement, so that whoever reads the event finds the new state.
    pub(super) fn note_transaction(&self, connection: &Connection) {
        self.autocommit
            .store(connection.is_autocommit(), Ordering::SeqCst);
        let now = databases(connection);
        if self.databases.swap(now, Ordering::SeqCst) < now {
            *self.names.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Lets SQLite wait for a lock until `patience` is over or somebody wants it to stop; its own
    /// way to wait hears of no interrupt.
    fn wait_for_lock(&self, tries: i32, since: &mut Instant, patience: Duration) -> bool {
        if tries == 0 {
            *since = Instant::now();
        }
        let left = patience.saturating_sub(since.elapsed());
        if left.is_zero() || self.is_stopped() {
            return false;
        }
        let pause = Duration::from_millis(1 << tries.clamp(0, 4));
        std::thread::sleep(pause.min(left));
        true
    }
}

fn databases(connection: &Connection) -> usize {
    (0..)
        .take_while(|at| connection.db_name(*at).is_ok())
        .count()
}

/// The thread, seen by its owner. It starts with the first job: opening takes no thread, and a
/// script of one statement is spared two waits for another processor.
pub(super) struct Worker {
    /// Open, and no job has come yet.
    idle: Option<Connection>,
    jobs: Option<mpsc::Sender<(u64, Job)>>,
    thread: Option<JoinHandle<()>>,
    pub(super) shared: Arc<Shared>,
}

impl Worker {
    /// Takes over an open connection, which waits so long for locks.
    pub(super) fn new(mut connection: Connection, patience: Duration) -> Worker {
        let shared = Arc::new(Shared::new(&connection));
        let seen = Arc::clone(&shared);
        // Only a connection that is owned elsewhere refuses the handler, and then an interrupt
        // still reaches it.
        let _ = connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || seen.is_stopped()));
        let seen = Arc::clone(&shared);
        let mut since = Instant::now();
        let wait = move |tries| seen.wait_for_lock(tries, &mut since, patience);
        // Where it cannot be had, the time limit that was set at the opening is in force.
        let _ = connection.busy_handler(Some(wait));
        Worker {
            idle: Some(connection),
            jobs: None,
            thread: None,
            shared,
        }
    }

    /// Queues a job and returns its number.
    pub(super) fn submit(&mut self, job: impl FnOnce(&Connection) + Send + 'static) -> Result<u64> {
        let number = self.shared.newest.fetch_add(1, Ordering::SeqCst) + 1;
        let job: (u64, Job) = (number, Box::new(job));
        match self.idle.take() {
            Some(connection) => self.start(connection, job)?,
            None => {
                let jobs = self.jobs.as_ref().ok_or_else(ended)?;
                jobs.send(job).map_err(|_| ended())?;
            }
        }
        Ok(number)
    }

    fn start(&mut self, connection: Connection, first: (u64, Job)) -> Result<()> {
        let (jobs, queue) = mpsc::channel();
        // Queued before the thread starts, so that the thread never waits for it.
        jobs.send(first).map_err(|_| ended())?;
        let shared = Arc::clone(&self.shared);
        let thread = std::thread::Builder::new()
            .name("sqlite".into())
            .spawn(move || serve(&connection, &shared, &queue))
            .map_err(|e| Error::io("start a thread for SQLite", &e))?;
        self.jobs = Some(jobs);
        self.thread = Some(thread);
        Ok(())
    }

    /// Runs `job` on the thread and waits for what it returns.
    pub(super) async fn call<T: Send + 'static>(
        &mut self,
        job: impl FnOnce(&Connection) -> T + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        self.submit(move |connection| {
            // The one who asked may be gone; then nobody needs the answer.
            let _ = answer.send(job(connection));
        })?;
        answered.await.map_err(|_| ended())
    }
}

impl Drop for Worker {
    /// Stops what runs and waits until SQLite has closed the file, so that no journal is left.
    fn drop(&mut self) {
        self.shared.stop_newest();
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

pub(super) fn ended() -> Error {
    Error::new(Kind::Lost, "the connection to the database file is closed")
}

fn serve(connection: &Connection, shared: &Shared, queue: &mpsc::Receiver<(u64, Job)>) {
    while let Ok((number, job)) = queue.recv() {
        shared.running.store(number, Ordering::SeqCst);
        job(connection);
    }
}
