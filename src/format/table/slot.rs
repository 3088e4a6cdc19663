//! A place for a cell in a line of a table: the quick way for cells that stand on one line and fit.

use super::super::emit::{Buffer, STRIDE};
use super::super::look::Look;
use crate::data::{Align, Column};

/// A place for a cell in a line.
pub(super) struct Slot {
    width: usize,
    right: bool,
    /// The last cell is not padded but ends the line.
    open: bool,
    /// A cell that is too wide goes on in the next line, even in an open slot.
    wraps: bool,
    /// As many spaces as the cell is wide, then what stands between it and the next one. It goes
    /// on behind `tail_length`, for `Buffer::extend_from_start`.
    tail: Vec<u8>,
    tail_length: usize,
}

impl Slot {
    /// The slot of each column.
    pub(super) fn all(look: &Look, columns: &[Column], widths: &[usize], wraps: bool) -> Vec<Slot> {
        let slot = |(index, column): (usize, &Column)| {
            let last = index + 1 == columns.len();
            let right = column.align == Align::Right;
            let mut tail = Buffer::default();
            tail.push_spaces(widths[index]);
            if !last || look.border == 2 {
                tail.push(b' ');
            }
            if last {
                look.push_edge(&mut tail);
                tail.push(b'\n');
            } else if look.border > 0 {
                tail.extend_from_slice(&look.vertical);
                tail.push(b' ');
            }
            let tail_length = tail.len();
            tail.push_spaces(STRIDE);
            Slot {
                width: widths[index],
                right,
                open: last && look.border < 2 && !right,
                wraps,
                tail: tail.into_vec(),
                tail_length,
            }
        };
        columns.iter().enumerate().map(slot).collect()
    }

    /// Appends a cell, the first `length` bytes of `ahead`; false where it is too wide.
    #[inline]
    pub(super) fn push(&self, buf: &mut Buffer, ahead: &[u8], length: usize, width: usize) -> bool {
        let mut from = width;
        if width > self.width && (self.wraps || !self.open) {
            return false;
        }
        if self.open {
            from = self.width;
        } else if self.right {
            buf.extend_from_start(&self.tail, self.width - width);
            from = self.width;
        }
        buf.extend_from_start(ahead, length);
        buf.extend_from_start(&self.tail[from..], self.tail_length - from);
        true
    }
}
