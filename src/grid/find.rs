//! The search in a grid.

use super::{Grid, cell};
use crate::data::{Cell, CellKind};
use std::ops::Range;

/// Where `sought` stands in `text`: without regard to case, unless it has capitals itself. Byte
/// ranges, none inside another.
pub(super) fn hits(text: &str, sought: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if sought.is_empty() {
        return found;
    }
    let exact = sought.chars().any(char::is_uppercase);
    let mut from = 0;
    while let Some(c) = text[from..].chars().next() {
        match begins(&text[from..], sought, exact) {
            Some(length) => {
                found.push(from..from + length);
                from += length;
            }
            None => from += c.len_utf8(),
        }
    }
    found
}

/// Bytes of `text` that are `sought`, at its beginning.
fn begins(text: &str, sought: &str, exact: bool) -> Option<usize> {
    let mut chars = text.chars();
    let same = |a: char, b: char| a == b || (!exact && a.to_lowercase().eq(b.to_lowercase()));
    for wanted in sought.chars() {
        if !same(chars.next()?, wanted) {
            return None;
        }
    }
    Some(text.len() - chars.as_str().len())
}

fn has(cell: &Cell<'_>, sought: &str) -> bool {
    if cell.kind == CellKind::Null {
        return false;
    }
    // Only what can be shown can be found; most cells are plain.
    let text = cell::whole(cell);
    let exact = sought.chars().any(char::is_uppercase);
    match exact {
        true => text.contains(sought),
        false => !hits(&text, sought).is_empty(),
    }
}

impl Grid {
    /// The next cell that has it, the one that is pointed at included.
    pub(super) fn find_here(&mut self) {
        if !self.here().is_some_and(|cell| has(&cell, &self.search)) {
            self.find_next(true);
        }
    }

    /// The next cell that has it, or the one before: by rows, and on from the other end.
    pub(super) fn find_next(&mut self, forward: bool) {
        if self.search.is_empty() {
            self.message = "nothing is searched for; / begins".into();
            return;
        }
        let columns = self.natural.len();
        let cells = self.order.len() * columns;
        let here = self.row * columns + self.column;
        let place = |step: usize| match forward {
            true => (here + step) % cells,
            false => (here + cells - step) % cells,
        };
        // The row is looked up once for all its cells.
        let mut row = None;
        let found = (1..=cells).map(place).find(|at| {
            let number = at / columns;
            if row.as_ref().is_none_or(|(n, _)| *n != number) {
                row = self.row_at(number).map(|r| (number, r));
            }
            row.is_some_and(|(_, row)| has(&row.cell(at % columns), &self.search))
        });
        match found {
            None => self.message = format!("no \"{}\"", self.search),
            Some(at) => {
                let wrapped = if forward { at <= here } else { at >= here };
                if wrapped && at != here {
                    let end = if forward { "top" } else { "bottom" };
                    self.message = format!("went on from the {end}");
                }
                (self.row, self.column) = (at / columns, at % columns);
            }
        }
    }
}
