//! What a server sends to somebody who is logged in, looked at on its way through the relay. The
//! client library makes room for as many columns as a server says there are, and keeps an error
//! message of any length; neither can be refused any more once it has seen it. Pure.

/// Longer than any error message of a server, which has 512 bytes for it.
const MAX_ERROR: usize = 64 * 1024;
/// Of an error message, what is kept.
const KEPT: usize = 600;
/// What packets of this length go on in the next one.
const WHOLE: usize = 0xff_ffff;
const ERROR: u8 = 0xff;

/// Walks along packets, from head to head.
#[derive(Debug, Default)]
pub(super) struct Gate {
    head: [u8; 4],
    /// Bytes of the head that have come.
    have: usize,
    /// Bytes of the body that have not come.
    rest: usize,
    /// The first byte of the body is still to come.
    fresh: bool,
    /// The packet goes on where the last one ended.
    goes_on: bool,
    /// The last packet, if it is an error.
    error: Vec<u8>,
}

/// No server of MySQL's kind sends such a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Senseless;

impl Gate {
    /// Looks at the bytes that come next, however they are cut.
    pub(super) fn look(&mut self, mut bytes: &[u8]) -> Result<(), Senseless> {
        while !bytes.is_empty() {
            if self.rest == 0 {
                let wanted = bytes.len().min(4 - self.have);
                let (head, behind) = bytes.split_at(wanted);
                self.head[self.have..self.have + wanted].copy_from_slice(head);
                self.have += wanted;
                bytes = behind;
                if self.have == 4 {
                    self.begin();
                }
                continue;
            }
            if std::mem::take(&mut self.fresh) {
                judge(self.rest, bytes[0])?;
            }
            let now = bytes.len().min(self.rest);
            if self.error.len() < KEPT && (!self.error.is_empty() || self.is_error(bytes[0])) {
                let room = now.min(KEPT - self.error.len());
                self.error.extend_from_slice(&bytes[..room]);
            }
            self.rest -= now;
            bytes = &bytes[now..];
        }
        Ok(())
    }

    fn begin(&mut self) {
        let [a, b, c, _] = self.head;
        let length = usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16;
        self.have = 0;
        self.rest = length;
        self.fresh = !self.goes_on;
        self.goes_on = length == WHOLE;
        self.error.clear();
    }

    /// At the first byte of a body.
    fn is_error(&self, first: u8) -> bool {
        let [a, b, c, _] = self.head;
        let length = usize::from(a) | usize::from(b) << 8 | usize::from(c) << 16;
        first == ERROR && self.rest == length && length < WHOLE
    }

    /// The code and the text of the last packet, if that was an error, and whole.
    pub(super) fn last_error(&self) -> Option<(u16, String)> {
        let [ERROR, low, high, text @ ..] = self.error.as_slice() else {
            return None;
        };
        let text = match text {
            [b'#', _, _, _, _, _, text @ ..] => text,
            text => text,
        };
        let whole = self.rest == 0;
        let text = String::from_utf8_lossy(text).into_owned();
        whole.then(|| (u16::from_le_bytes([*low, *high]), text))
    }
}

/// A packet that is nothing but a number of more than 65,535 is the number of a result's columns, of
/// which there are never more than some thousands: as a row it would be cut off.
fn judge(length: usize, first: u8) -> Result<(), Senseless> {
    match (first, length) {
        (0xfd, 4) | (0xfe, 9) | (ERROR, MAX_ERROR..) => Err(Senseless),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap_or(0).to_le_bytes();
        [&length[..3], &[1], body].concat()
    }

    fn looked(bytes: &[u8], mut next: impl FnMut() -> usize) -> (Result<(), Senseless>, Gate) {
        let mut gate = Gate::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, behind) = rest.split_at(next().clamp(1, rest.len()));
            if gate.look(now).is_err() {
                return (Err(Senseless), gate);
            }
            rest = behind;
        }
        (Ok(()), gate)
    }

    #[test]
    fn absurd_numbers_of_columns_and_errors_of_megabytes_stay_out() {
        let large = [&[ERROR, 1, 0], vec![b'x'; 70_000].as_slice()].concat();
        let row = vec![0xfe; WHOLE];
        let two = [packet(&row), packet(b"\xfe\0\0\0\0\x01\0\0\0")].concat();
        for (bytes, expected) in [
            (packet(b"\x01"), Ok(())),
            (packet(b"\xfc\xff\x0f"), Ok(())),
            (packet(b"\xfd\0\0\x01"), Err(Senseless)),
            (packet(b"\xfe\0\0\0\0\x01\0\0\0"), Err(Senseless)),
            (
                [packet(b"\x01a"), packet(b"\xfe\0\0\0\0\0\0\0\x80")].concat(),
                Err(Senseless),
            ),
            // The end of a result, and a row that happens to be so long.
            (packet(b"\xfe\0\0\x02\0\0\0"), Ok(())),
            (packet(b"\xfe\0\0\x22\0"), Ok(())),
            (packet(b"\x08\xfe234567"), Ok(())),
            (packet(&large), Err(Senseless)),
            // What a row of megabytes ends with.
            (two, Ok(())),
        ] {
            assert_eq!(looked(&bytes, || usize::MAX).0, expected);
            assert_eq!(looked(&bytes, || 1 + bytes.len() / 9).0, expected);
            assert_eq!(looked(&bytes, || 3).0, expected);
        }
    }

    #[test]
    fn the_last_words_of_a_server_are_kept() {
        let bye = packet(b"\xff\x87\x07#70100Connection was killed");
        let all = [packet(b"\x01a"), bye.clone()].concat();
        for size in [1, 2, 5, 100] {
            let (_, gate) = looked(&all, || size);
            let expected = Some((1927, "Connection was killed".to_string()));
            assert_eq!(gate.last_error(), expected);
        }
        let (_, gate) = looked(&[bye, packet(b"\0")].concat(), || 100);
        assert_eq!(gate.last_error(), None);
    }

    #[test]
    fn packets_are_judged_the_same_wherever_they_are_cut_and_whatever_they_hold() {
        let row = packet(b"\x01a\x02bc");
        let seeds: &[&[u8]] = &[
            b"\x07\0\0\x01\0\0\0\x02\0\0\0",
            b"\x01\0\0\x01\x01\x05\0\0\x02\xfe\0\0\x02\0",
            &row,
            b"\xff\xff\xff\x01",
        ];
        let words: &[&[u8]] = &[
            b"\xff\xff\xff",
            b"\x04\0\0\x01\xfd",
            b"\x09\0\0\x01\xfe",
            b"\0\0\0\0",
        ];
        crate::driver::fuzz::bytes(seeds, words, |input, random| {
            let (whole, gate) = looked(input, || usize::MAX);
            let (cut, other) = looked(input, || 1 + random.below(7));
            assert_eq!(whole, cut);
            if whole.is_ok() {
                assert_eq!(gate.last_error(), other.last_error());
            }
        });
    }
}
