//! Which row of a list is selected, and which part of it is on the screen.

/// Which row is selected, and which part of the list is on the screen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    pub(super) length: usize,
    pub(super) rows: usize,
    pub(super) selected: Option<usize>,
    pub(super) top: usize,
}

impl List {
    pub(super) fn new(length: usize, rows: usize) -> Self {
        List {
            length,
            rows: rows.min(length),
            selected: None,
            top: 0,
        }
    }

    /// Moves by `by` rows. Between the last and the first row nothing is selected, which gives
    /// Enter back to the query.
    pub(super) fn step(&mut self, by: isize) {
        if self.length == 0 {
            return;
        }
        let last = self.length - 1;
        self.selected = match self.selected {
            None if by > 0 => Some(0),
            None => Some(last),
            Some(at) => at.checked_add_signed(by).filter(|at| *at <= last),
        };
        self.scroll();
    }

    /// A page further, but never off the list.
    pub(super) fn page(&mut self, forward: bool) {
        let Some(last) = self.length.checked_sub(1) else {
            return;
        };
        let at = self.selected.unwrap_or(0);
        let page = self.rows.max(1);
        self.selected = Some(match forward {
            true => (at + page).min(last),
            false => at.saturating_sub(page),
        });
        self.scroll();
    }

    /// Where in a list that is longer than the menu one is.
    pub(super) fn position(&self) -> String {
        match (self.selected, self.length > self.rows) {
            (_, false) => String::new(),
            (Some(at), true) => format!("{} of {}", at + 1, self.length),
            (None, true) => format!("{} of {}", self.rows, self.length),
        }
    }

    pub(super) fn scroll(&mut self) {
        let at = self.selected.unwrap_or(0);
        let lowest = (at + 1).saturating_sub(self.rows);
        self.top = self.top.clamp(lowest, at.max(lowest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_off_either_end_selects_nothing() {
        let mut list = List::new(3, 10);
        let mut seen = Vec::new();
        for by in [1, 1, 1, 1, 1, -1, -1, -1] {
            list.step(by);
            seen.push(list.selected);
        }
        let expected = [
            Some(0),
            Some(1),
            Some(2),
            None,
            Some(0),
            None,
            Some(2),
            Some(1),
        ];
        assert_eq!(seen, expected);
        let mut empty = List::new(0, 10);
        empty.step(1);
        empty.page(true);
        assert_eq!(empty.selected, None);
    }

    #[test]
    fn the_selected_row_is_on_the_screen() {
        let mut list = List::new(50, 10);
        let moves = (0..120).map(|n| if n % 7 == 0 { -3 } else { 1 });
        for by in moves {
            list.step(by);
            let at = list.selected.unwrap_or(list.top);
            assert!((list.top..list.top + 10).contains(&at), "{list:?}");
        }
        list.page(true);
        list.page(true);
        assert!(
            list.selected
                .is_some_and(|at| at >= list.top && at < list.top + 10)
        );
        assert!(list.position().ends_with(" of 50"));
    }
}
