//! The thread that reads a file, turns it into rows and hands them on.

use crate::data::RowBatch;
use crate::error::{Error, Kind, Result};
use crate::load::fit::{self, Fit};
use crate::load::lines::Lines;
use crate::load::read::{Bad, Reader};
use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::{Sender, UnboundedSender};

/// Bytes read at a time.
pub(super) const CHUNK: usize = 256 * 1024;

/// A file that is imported, and how far it has been read.
pub(super) struct Source {
    pub(super) name: String,
    reader: Box<dyn Read + Send>,
    /// Its size, where that is known: then it can be read twice too.
    pub(super) size: Option<u64>,
}

impl Source {
    /// Opens a file; `-` is standard input.
    pub(super) fn open(name: &str) -> Result<Source> {
        if name == "-" {
            return Ok(Source {
                name: "standard input".into(),
                reader: Box::new(io::stdin()),
                size: None,
            });
        }
        let failed = |e: &io::Error| Error::file(format!("open file \"{name}\""), name, e);
        let file = File::open(name).map_err(|e| failed(&e))?;
        let about = file.metadata().map_err(|e| failed(&e))?;
        if about.is_dir() {
            return Err(failed(&io::ErrorKind::IsADirectory.into()));
        }
        Ok(Source {
            name: name.into(),
            size: about.is_file().then_some(about.len()),
            reader: Box::new(file),
        })
    }

    /// Fills `buffer` from its start; fewer bytes than it holds where the file ends, or, of what
    /// comes slowly, where a line has come.
    pub(super) fn beginning(&mut self, buffer: &mut Vec<u8>, most: usize) -> Result<bool> {
        while buffer.len() < most {
            let had = buffer.len();
            buffer.resize(most, 0);
            let read = read_some(&mut self.reader, &mut buffer[had..]);
            buffer.truncate(had + *read.as_ref().unwrap_or(&0));
            let read = read.map_err(|e| self.unreadable(&e))?;
            if read == 0 {
                return Ok(true);
            }
            if self.size.is_none() && memchr::memchr(b'\n', buffer).is_some() {
                break;
            }
        }
        Ok(false)
    }

    /// The same file behind what has been read of it already.
    pub(super) fn behind(mut self, sample: &[u8]) -> Result<Source> {
        let mut skipped = Vec::new();
        self.beginning(&mut skipped, sample.len())?;
        if skipped.starts_with(&[0xef, 0xbb, 0xbf]) {
            let mut mark = Vec::new();
            self.beginning(&mut mark, 3)?;
        }
        Ok(self)
    }

    /// A file that has been read to its end.
    pub(super) fn nothing() -> Source {
        Source {
            name: String::new(),
            reader: Box::new(io::empty()),
            size: Some(0),
        }
    }

    pub(super) fn unreadable(&self, e: &io::Error) -> Error {
        Error::file(format!("read \"{}\"", self.name), &self.name, e)
    }
}

fn read_some(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// What the thread has done so far, for those who watch it.
#[derive(Default)]
pub(super) struct Done {
    pub(super) rows: AtomicU64,
    pub(super) bytes: AtomicU64,
    /// The thread is to stop.
    pub(super) stop: AtomicBool,
    lines: Mutex<Lines>,
    failure: Mutex<Option<Failure>>,
}

/// Why reading ended before the file did.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    Bad(Bad),
    File(Error),
}

impl Done {
    pub(super) fn line(&self, row: u64) -> Option<u64> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.of(row)
    }

    pub(super) fn failure(&self) -> Option<Failure> {
        let failure = self.failure.lock();
        failure.unwrap_or_else(PoisonError::into_inner).take()
    }

    fn fail(&self, failure: Failure) {
        let mut slot = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        slot.get_or_insert(failure);
    }
}

/// Reads `source` to its end. Each batch goes to `each`, which says whether to go on; bad records
/// go to `bad`, or end it.
pub(super) fn read_all(
    source: &mut Source,
    reader: &mut Reader,
    done: &Done,
    bad: Option<&UnboundedSender<Bad>>,
    mut each: impl FnMut(RowBatch) -> bool,
    columns: usize,
) {
    let mut batch = RowBatch::with_room(columns);
    loop {
        let mut lines = done.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let read = reader.read(&mut batch, &mut lines);
        drop(lines);
        match read {
            Ok(()) => {}
            Err(wrong) => match bad {
                Some(bad) => {
                    // Whoever does not listen does not care.
                    let _ = bad.send(wrong);
                    continue;
                }
                None => return done.fail(Failure::Bad(wrong)),
            },
        }
        let over = reader.is_done() && !batch.is_full();
        // Of what comes slowly each piece is handed on as it comes.
        if batch.is_full() || over || (source.size.is_none() && !batch.is_empty()) {
            let rows = batch.len() as u64;
            let full = std::mem::replace(&mut batch, RowBatch::with_room(columns));
            if done.stop.load(Ordering::Relaxed) || (!full.is_empty() && !each(full)) {
                return;
            }
            done.rows.fetch_add(rows, Ordering::Relaxed);
            if !over {
                continue;
            }
        }
        if over {
            return;
        }
        let room = reader.room(CHUNK);
        let length = room.len();
        match read_some(&mut source.reader, room) {
            Ok(read) => {
                reader.filled(length, read);
                done.bytes.fetch_add(read as u64, Ordering::Relaxed);
            }
            Err(e) => {
                reader.filled(length, 0);
                return done.fail(Failure::File(source.unreadable(&e)));
            }
        }
    }
}

/// Starts the thread.
pub(super) fn start(
    mut source: Source,
    mut reader: Reader,
    fits: Vec<Fit>,
    done: Arc<Done>,
    bad: Option<UnboundedSender<Bad>>,
    rows: Sender<RowBatch>,
) -> Result<()> {
    let work = move || {
        let hand_on = |batch| rows.blocking_send(fit::batch(batch, &fits)).is_ok();
        let columns = fits.len();
        read_all(
            &mut source,
            &mut reader,
            &done,
            bad.as_ref(),
            hand_on,
            columns,
        );
    };
    let started = std::thread::Builder::new()
        .name("import".into())
        .spawn(work);
    match started {
        Ok(_) => Ok(()),
        Err(e) => Err(Error::new(
            Kind::Io,
            format!("could not start a thread: {}", crate::error::reason(&e)),
        )),
    }
}
