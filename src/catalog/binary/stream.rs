//! Bytes on their way to the disk and back, in pieces, with a checksum over all of them.

use std::io;

/// Bytes that are in memory at a time, whole words of the checksum: a big catalog as bytes beside
/// itself would double what it takes.
pub(super) const CHUNK: usize = 64 * 1024;

/// FNV-1a over words of eight bytes: against damage, not against malice.
#[derive(Default)]
pub(super) struct Sum {
    hash: u64,
    len: u64,
}

impl Sum {
    fn step(&mut self, word: u64) {
        let mixed = (self.hash ^ word).wrapping_mul(0x0100_0000_01b3);
        self.hash = mixed.rotate_left(23);
    }

    /// Whole words, except at the end.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        let mut words = bytes.chunks_exact(8);
        for word in words.by_ref() {
            let word = word.iter().rev();
            self.step(word.fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
        let rest = words.remainder();
        rest.iter().for_each(|byte| self.step(u64::from(*byte)));
    }

    pub(super) fn end(mut self) -> u64 {
        self.step(self.len ^ 0xcbf2_9ce4_8422_2325);
        self.hash
    }
}

/// Where values are written to.
pub(super) struct Out<'w> {
    to: &'w mut dyn io::Write,
    buffer: Vec<u8>,
    sum: Sum,
    failure: Option<io::Error>,
}

impl<'w> Out<'w> {
    pub(super) fn new(to: &'w mut dyn io::Write) -> Self {
        Out {
            to,
            buffer: Vec::with_capacity(2 * CHUNK),
            sum: Sum::default(),
            failure: None,
        }
    }

    pub(super) fn put(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let fits = bytes.len().min(CHUNK - self.buffer.len());
            self.buffer.extend_from_slice(&bytes[..fits]);
            bytes = &bytes[fits..];
            if self.buffer.len() == CHUNK {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        self.sum.add(&self.buffer);
        if self.failure.is_none() {
            self.failure = self.to.write_all(&self.buffer).err();
        }
        self.buffer.clear();
    }

    /// The rest and the checksum.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush();
        let written = self.failure.map_or(Ok(()), Err);
        written.and_then(|()| self.to.write_all(&self.sum.end().to_le_bytes()))
    }
}

/// Where values are read from: never more than `left` and what is in the buffer.
pub(super) struct In<'r> {
    from: &'r mut dyn io::Read,
    left: u64,
    buffer: Vec<u8>,
    at: usize,
    sum: Sum,
}

impl<'r> In<'r> {
    pub(super) fn new(from: &'r mut dyn io::Read, left: u64) -> Self {
        In {
            from,
            left,
            buffer: Vec::new(),
            at: 0,
            sum: Sum::default(),
        }
    }

    /// The checksum of what was read.
    pub(super) fn sum(self) -> u64 {
        self.sum.end()
    }

    /// Bytes that have not been taken.
    pub(super) fn rest(&self) -> u64 {
        self.left + (self.buffer.len() - self.at) as u64
    }

    pub(super) fn take(&mut self, mut into: &mut [u8]) -> Option<()> {
        while !into.is_empty() {
            if self.at == self.buffer.len() {
                self.fill()?;
            }
            let there = &self.buffer[self.at..];
            let fits = there.len().min(into.len());
            let (now, later) = into.split_at_mut(fits);
            now.copy_from_slice(&there[..fits]);
            self.at += fits;
            into = later;
        }
        Some(())
    }

    fn fill(&mut self) -> Option<()> {
        let size = self.left.min(CHUNK as u64);
        if size == 0 {
            return None;
        }
        self.buffer.resize(usize::try_from(size).ok()?, 0);
        self.from.read_exact(&mut self.buffer).ok()?;
        self.left -= size;
        self.at = 0;
        self.sum.add(&self.buffer);
        Some(())
    }
}
