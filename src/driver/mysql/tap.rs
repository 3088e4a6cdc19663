//! Takes the rows out of an answer on its way through the relay, so that the client library, which
//! makes an object of every row and of every cell, need not see them. Pure.
//!
//! An answer is one packet (OK, an error, a request for a file), or a number of columns, a packet
//! for each, the rows, and what ends them; and where that says so another answer follows. Packets
//! are numbered, and those behind the rows are given the numbers that they would have without.
//! The shapes are those of the "Client/Server Protocol" of MySQL's source documentation, which
//! MariaDB shares as far as they matter here.

#[cfg(test)]
mod tests;

use super::gate::Senseless;
use std::borrow::Cow;

/// What packets of this length go on in the next one.
const WHOLE: usize = 0xff_ffff;
/// A row of more bytes is none: no server takes a larger max_allowed_packet.
const MAX_ROW: usize = 1 << 30;
/// Length and number.
const HEAD: usize = 4;

/// The first bytes of packets that are no rows.
const OK: u8 = 0x00;
const FILE: u8 = 0xfb;
const END: u8 = 0xfe;
const ERROR: u8 = 0xff;

/// The flag in the status of a server: another answer follows.
const MORE_RESULTS: u8 = 0x08;

/// Reads one answer after the other.
#[derive(Debug, Default)]
pub(super) struct Tap {
    state: State,
    /// CLIENT_DEPRECATE_EOF: no packet ends the columns, and an OK the rows.
    short: bool,
    /// How many packets have been taken out of this answer, modulo 256.
    taken: u8,
    /// The server has asked for a file and waits for it.
    wants_file: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Between answers, and in those that nobody takes the rows of.
    #[default]
    Idle,
    First,
    /// So many columns are still to come.
    Columns(usize),
    ColumnsEnd,
    Rows,
}

/// What becomes of the next bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// So many are for the client.
    Pass(usize),
    /// So many are whole rows.
    Rows(usize),
    /// So many are for the client, and end the rows.
    End(usize),
    /// Nothing can be said before more has come.
    Wait,
}

impl Tap {
    pub(super) fn new(short: bool) -> Tap {
        Tap {
            short,
            ..Tap::default()
        }
    }

    /// The next bytes begin an answer whose rows are to be taken out.
    pub(super) fn begin(&mut self) {
        self.state = State::First;
        self.taken = 0;
        self.wants_file = false;
    }

    pub(super) fn is_idle(&self) -> bool {
        self.state == State::Idle
    }

    /// How much greater the numbers of the client's next packets are at the server, modulo 256: those
    /// of a file that a server asks for behind rows.
    pub(super) fn shift(&self) -> u8 {
        match self.wants_file {
            true => self.taken,
            false => 0,
        }
    }

    /// What `bytes` begins with. Numbers of packets for the client are set right in it.
    pub(super) fn next(&mut self, bytes: &mut [u8]) -> Result<Step, Senseless> {
        let mut at = 0;
        loop {
            if self.state == State::Idle {
                at = bytes.len();
                break;
            }
            if self.state == State::Rows {
                break;
            }
            let Some((body, end)) = packet(bytes, at) else {
                break;
            };
            self.wants_file = self.state == State::First && body.first() == Some(&FILE);
            self.state = self.behind(body)?;
            bytes[at + HEAD - 1] = bytes[at + HEAD - 1].wrapping_sub(self.taken);
            at = end;
        }
        if at > 0 {
            return Ok(Step::Pass(at));
        }
        match self.state {
            State::Rows => self.rows(bytes),
            _ => Ok(Step::Wait),
        }
    }

    /// What follows a packet that is no row.
    fn behind(&self, body: &[u8]) -> Result<State, Senseless> {
        let first = *body.first().ok_or(Senseless)?;
        Ok(match self.state {
            State::First => match first {
                OK => after(flags(body, 1).ok_or(Senseless)?),
                ERROR => State::Idle,
                FILE => State::First,
                _ => match columns(body)? {
                    0 => return Err(Senseless),
                    n => State::Columns(n),
                },
            },
            State::Columns(_) if first == ERROR => State::Idle,
            State::Columns(1) if self.short => State::Rows,
            State::Columns(1) => State::ColumnsEnd,
            State::Columns(n) => State::Columns(n - 1),
            State::ColumnsEnd if first == END => State::Rows,
            State::ColumnsEnd if first == ERROR => State::Idle,
            State::ColumnsEnd | State::Rows | State::Idle => return Err(Senseless),
        })
    }

    /// The whole rows at the beginning, or what ends them.
    fn rows(&mut self, bytes: &mut [u8]) -> Result<Step, Senseless> {
        let mut at = 0;
        while let Some(end) = row_end(bytes, at)? {
            let length = length(bytes, at);
            let is_end = match bytes[at + HEAD..end].first() {
                Some(&ERROR) => length < WHOLE,
                // A row can begin with the same byte only where its first cell has 16 MB.
                Some(&END) => length < WHOLE && (self.short || length < 9),
                _ => false,
            };
            if !is_end {
                self.taken = self.taken.wrapping_add(packets(bytes, at, end));
                at = end;
                continue;
            }
            if at > 0 {
                break;
            }
            let body = &bytes[HEAD..end];
            self.state = match (body[0], self.short) {
                (ERROR, _) => State::Idle,
                (_, true) => after(flags(body, 1).ok_or(Senseless)?),
                // Behind the number of warnings.
                (_, false) => after(*body.get(3).ok_or(Senseless)?),
            };
            bytes[HEAD - 1] = bytes[HEAD - 1].wrapping_sub(self.taken);
            return Ok(Step::End(end));
        }
        Ok(match at {
            0 => Step::Wait,
            n => Step::Rows(n),
        })
    }
}

fn after(flags: u8) -> State {
    match flags & MORE_RESULTS {
        0 => State::Idle,
        _ => State::First,
    }
}

/// The length of the body of the packet at `at`, of which the head is there.
fn length(bytes: &[u8], at: usize) -> usize {
    usize::from(bytes[at]) | usize::from(bytes[at + 1]) << 8 | usize::from(bytes[at + 2]) << 16
}

/// The body of the packet at `at` and where it is over, if all of it is there.
fn packet(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    bytes.get(at..at + HEAD)?;
    let end = at + HEAD + length(bytes, at);
    Some((bytes.get(at + HEAD..end)?, end))
}

/// Where the row at `at` is over, which can go on over several packets, if all of it is there.
fn row_end(bytes: &[u8], at: usize) -> Result<Option<usize>, Senseless> {
    let mut end = at;
    loop {
        if bytes.len() < end + HEAD {
            return Ok(None);
        }
        let length = length(bytes, end);
        end += HEAD + length;
        if end - at > MAX_ROW {
            return Err(Senseless);
        }
        if bytes.len() < end {
            return Ok(None);
        }
        if length < WHOLE {
            return Ok(Some(end));
        }
    }
}

/// How many packets lie between, modulo 256.
fn packets(bytes: &[u8], mut at: usize, end: usize) -> u8 {
    let mut count: u8 = 0;
    while at < end {
        at += HEAD + length(bytes, at);
        count = count.wrapping_add(1);
    }
    count
}

/// The number of columns that an answer begins with; of 65,535 and more no server has them.
fn columns(body: &[u8]) -> Result<usize, Senseless> {
    match *body {
        [n, ..] if n < FILE => Ok(usize::from(n)),
        [0xfc, low, high, ..] => Ok(usize::from(u16::from_le_bytes([low, high]))),
        _ => Err(Senseless),
    }
}

/// The low byte of the server's status in an OK packet: behind two numbers, the rows changed and
/// the last key given out.
fn flags(body: &[u8], at: usize) -> Option<u8> {
    let mut rest = body.get(at..)?;
    number(&mut rest)?;
    number(&mut rest)?;
    rest.first().copied()
}

/// A number that says in its first byte how long it is; none where that stands for NULL.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let (first, behind) = rest.split_first()?;
    let size = match *first {
        n @ 0..=250 => {
            *rest = behind;
            return Some(u64::from(n));
        }
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        _ => return None,
    };
    let mut bytes = [0; 8];
    bytes[..size].copy_from_slice(behind.get(..size)?);
    *rest = &behind[size..];
    Some(u64::from_le_bytes(bytes))
}

/// The body of the row that whole rows begin with; of one that has several packets it is put
/// together.
pub(super) fn next_row<'a>(rest: &mut &'a [u8]) -> Option<Cow<'a, [u8]>> {
    let bytes = *rest;
    let end = row_end(bytes, 0).ok()??;
    *rest = &bytes[end..];
    if length(bytes, 0) < WHOLE {
        return Some(Cow::Borrowed(&bytes[HEAD..end]));
    }
    let (mut whole, mut at) = (Vec::with_capacity(end), 0);
    while at < end {
        let behind = at + HEAD + length(bytes, at);
        whole.extend_from_slice(&bytes[at + HEAD..behind]);
        at = behind;
    }
    Some(Cow::Owned(whole))
}

/// The next cell of a row; `Some(None)` is NULL, and nothing is no cell.
pub(super) fn next_cell<'a>(rest: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    if let [FILE, behind @ ..] = *rest {
        *rest = behind;
        return Some(None);
    }
    let size = usize::try_from(number(rest)?).ok()?;
    let bytes = *rest;
    let cell = bytes.get(..size)?;
    *rest = &bytes[size..];
    Some(Some(cell))
}
