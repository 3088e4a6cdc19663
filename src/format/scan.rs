//! Looking for special characters in a whole batch at once.
//!
//! The cells of a batch lie one behind the other in one text. One pass of the machine's wide
//! instructions over that text says where the next special byte is; each cell then only compares
//! two numbers to know that it can be copied as it is.

use crate::data::{Cell, RowBatch};

/// Walks along the cells of a batch and says which of them hold no special byte.
pub(super) struct Scan<'a, F> {
    text: &'a [u8],
    is_special: F,
    at: usize,
    next: usize,
}

impl<'a, F: Fn(u8) -> bool + Copy> Scan<'a, F> {
    /// Starts at the first cell of the batch whose joined text is `text`.
    pub(super) fn new(text: &'a [u8], is_special: F) -> Self {
        let next = find(text, is_special);
        Scan {
            text,
            is_special,
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
        self.next = self.at + find(rest, self.is_special);
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

/// Bytes looked at together: a multiple of every vector register's size.
const STEP: usize = 32;

/// The place of the first special byte; the length of the text if there is none.
#[inline]
pub(super) fn find(text: &[u8], is_special: impl Fn(u8) -> bool + Copy) -> usize {
    let mut at = 0;
    for chunk in text.chunks_exact(STEP) {
        // No early exit inside the chunk, so that the compiler compares all bytes at once.
        if chunk
            .iter()
            .fold(false, |hit, &byte| hit | is_special(byte))
        {
            break;
        }
        at += STEP;
    }
    let rest = &text[at..];
    at + rest
        .iter()
        .position(|&byte| is_special(byte))
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        for length in [0, 1, 31, 32, 33, 64, 100] {
            for place in 0..=length {
                let mut text = vec![b'a'; length];
                if place < length {
                    text[place] = b'"';
                }
                assert_eq!(find(&text, |b| b == b'"'), place, "{length} {place}");
            }
        }
    }

    #[test]
    fn cells_with_a_special_byte_are_told_apart_from_the_others() {
        let cells = ["", "ab", "c,d", "", ",", "e", ",,", "f", ""];
        let text = cells.concat();
        let mut scan = Scan::new(text.as_bytes(), |b| b == b',');
        let clean: Vec<bool> = cells.iter().map(|c| scan.clean(c.len())).collect();
        let expected: Vec<bool> = cells.iter().map(|c| !c.contains(',')).collect();
        assert_eq!(clean, expected);
    }
}
