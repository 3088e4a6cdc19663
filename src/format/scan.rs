//! Looking for special characters in a whole batch at once.
//!
//! The cells of a batch lie one behind the other in one text. One pass over that text,
//! many bytes at a time, says where the next special byte is; each cell then only compares
//! two numbers to know that it can be copied as it is.

use crate::data::{Cell, RowBatch};

/// Walks along the cells of a batch and says which of them hold no special byte.
pub(super) struct Scan<'a, const N: usize> {
    text: &'a [u8],
    special: ByteSet<N>,
    at: usize,
    next: usize,
}

impl<'a, const N: usize> Scan<'a, N> {
    /// Starts at the first cell of the batch whose joined text is `text`.
    pub(super) fn new(text: &'a [u8], special: ByteSet<N>) -> Self {
        let next = special.find(text);
        Scan {
            text,
            special,
            at: 0,
            next,
        }
    }

    /// The next cell and everything behind it, for `Buffer::extend_from_start`.
    #[inline]
    pub(super) fn ahead(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    /// Steps over the next cell, which is `length` bytes long; whether it holds no special byte.
    #[inline]
    pub(super) fn clean(&mut self, length: usize) -> bool {
        self.at += length;
        if self.at <= self.next {
            return true;
        }
        self.find_next();
        false
    }

    #[cold]
    fn find_next(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.next = self.at + self.special.find(rest);
    }
}

/// The cells of a batch, each with its text and everything behind it, for a quick copy.
pub(super) fn with_rest(batch: &RowBatch) -> impl Iterator<Item = (Cell<'_>, &[u8])> {
    let mut rest = batch.text();
    batch.cells().map(move |cell| {
        let ahead = rest;
        rest = &rest[cell.text.len()..];
        (cell, ahead)
    })
}

/// A set of bytes, made so that the eight bytes of a word are looked at together.
///
/// Comparisons byte by byte are left to the compiler's mood: for most sets it makes a chain of
/// branches of them, ten times slower than this.
#[derive(Clone, Copy)]
pub(super) struct ByteSet<const N: usize> {
    bytes: [u8; N],
    controls: bool,
    beyond_ascii: bool,
}

/// 1 in each byte of a word.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The lower seven bits of each byte of a word.
const LOWER: u64 = 0x7f * ONES;
const HIGHEST: u64 = 0x80 * ONES;
const WORD: usize = size_of::<u64>();
/// Words looked at between two branches.
const STEP: usize = 4 * WORD;

impl<const N: usize> ByteSet<N> {
    pub(super) const fn of(bytes: [u8; N]) -> Self {
        ByteSet {
            bytes,
            controls: false,
            beyond_ascii: false,
        }
    }

    /// Also what lies below the space.
    pub(super) const fn with_controls(mut self) -> Self {
        self.controls = true;
        self
    }

    /// Also the bytes of which UTF-8 makes characters beyond ASCII.
    pub(super) const fn with_beyond_ascii(mut self) -> Self {
        self.beyond_ascii = true;
        self
    }

    #[inline]
    pub(super) fn has(&self, byte: u8) -> bool {
        self.bytes.contains(&byte)
            || (self.controls && byte < b' ')
            || (self.beyond_ascii && !byte.is_ascii())
    }

    /// The highest bit of each byte of `word` that is in the set, and no other bit. No sum of two
    /// bytes here is larger than a byte, so that none disturbs its neighbour.
    #[inline]
    fn marks(&self, word: u64) -> u64 {
        let mut others = HIGHEST;
        for byte in self.bytes {
            let zero_if_equal = word ^ (u64::from(byte) * ONES);
            others &= ((zero_if_equal & LOWER) + LOWER) | zero_if_equal;
        }
        if self.controls {
            let up_to_the_space = u64::from(0x80 - b' ') * ONES;
            others &= ((word & LOWER) + up_to_the_space) | word;
        }
        if self.beyond_ascii {
            others &= !word;
        }
        others ^ HIGHEST
    }

    /// The place of the first byte of the set; the length of the text if there is none.
    #[inline]
    pub(super) fn find(&self, text: &[u8]) -> usize {
        let mut at = 0;
        for step in text.chunks_exact(STEP) {
            let (words, _) = step.as_chunks();
            let marks = words
                .iter()
                .map(|word| self.marks(u64::from_le_bytes(*word)));
            if marks.fold(0, |all, marks| all | marks) != 0 {
                break;
            }
            at += STEP;
        }
        let (words, rest) = text[at..].as_chunks();
        for word in words {
            let marks = self.marks(u64::from_le_bytes(*word));
            if marks != 0 {
                return at + marks.trailing_zeros() as usize / 8;
            }
            at += WORD;
        }
        let found = rest.iter().position(|&byte| self.has(byte));
        at + found.unwrap_or(rest.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        let quote = ByteSet::of(*b"\"");
        for length in [0, 1, 7, 8, 31, 32, 33, 64, 100] {
            for place in 0..=length {
                let mut text = vec![b'a'; length];
                if place < length {
                    text[place] = b'"';
                }
                assert_eq!(quote.find(&text), place, "{length} {place}");
            }
        }
    }

    #[test]
    fn a_set_holds_its_bytes_whatever_stands_beside_them() {
        fn agrees<const N: usize>(set: ByteSet<N>, expected: impl Fn(u8) -> bool) {
            for byte in 0..=255 {
                assert_eq!(set.has(byte), expected(byte), "{byte:#x}");
                // The neighbours are those next to it in value, where a carry would show.
                for beside in [byte.wrapping_sub(1), byte.wrapping_add(1), b'a'] {
                    let text = [beside, beside, byte, beside, byte, beside, beside, b'a'];
                    let first = text.iter().position(|&b| expected(b));
                    assert_eq!(set.find(&text), first.unwrap_or(8), "{text:x?}");
                }
            }
        }
        agrees(ByteSet::of([]), |_| false);
        agrees(ByteSet::of([0, b'\t', b'\\', 0x7f, 0x80, 0xff]), |b| {
            matches!(b, 0 | b'\t' | b'\\' | 0x7f | 0x80 | 0xff)
        });
        agrees(ByteSet::of(*b"\"").with_controls(), |b| {
            b < b' ' || b == b'"'
        });
        agrees(ByteSet::of([0x7f]).with_beyond_ascii(), |b| b >= 0x7f);
    }

    #[test]
    fn cells_with_a_special_byte_are_told_apart_from_the_others() {
        let cells = ["", "ab", "c,d", "", ",", "e", ",,", "f", ""];
        let text = cells.concat();
        let mut scan = Scan::new(text.as_bytes(), ByteSet::of(*b","));
        let clean: Vec<bool> = cells.iter().map(|c| scan.clean(c.len())).collect();
        let expected: Vec<bool> = cells.iter().map(|c| !c.contains(',')).collect();
        assert_eq!(clean, expected);
    }
}
