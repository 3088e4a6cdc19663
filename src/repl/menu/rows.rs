//! The rows of the menu: label, kind and detail of each candidate.

use super::super::state::State;
use super::super::text::{pad, width};
use crate::complete::{Candidate, Kind};
use crate::visible::visible_line;

/// Columns that the parts of a row may take.
const WIDEST_LABEL: usize = 48;
const WIDEST_KIND: usize = 13;
const WIDEST_DETAIL: usize = 60;

/// What a candidate is, in words for people.
pub(super) fn kind(candidate: &Candidate) -> &str {
    match candidate.kind {
        Kind::MaterializedView => "mat. view",
        Kind::ForeignTable => "foreign table",
        Kind::JoinCondition => "condition",
        Kind::Star => "columns",
        kind => kind.name(),
    }
}

/// How wide the parts of the rows are.
pub(super) struct Columns {
    label: usize,
    kind: usize,
    detail: usize,
}

impl Columns {
    pub(super) fn of(items: &[Candidate], screen: usize) -> Self {
        let widest = |part: fn(&Candidate) -> &str, most: usize| {
            let widths = items.iter().map(|i| width(&visible_line(part(i))));
            widths.max().unwrap_or(0).min(most)
        };
        let mut columns = Columns {
            label: widest(|i| &i.label, WIDEST_LABEL),
            kind: widest(kind, WIDEST_KIND),
            detail: widest(|i| &i.detail, WIDEST_DETAIL),
        };
        // On a narrow screen the detail goes first, then the kind, then the label's end.
        let over = |c: &Columns| (c.total() + 1).saturating_sub(screen);
        columns.detail = columns.detail.saturating_sub(over(&columns));
        if columns.detail < 6 {
            columns.detail = 0;
        }
        if over(&columns) > 0 {
            columns.kind = 0;
        }
        columns.label = columns.label.saturating_sub(over(&columns));
        columns
    }

    /// Each part with two blanks between, and one at each end.
    pub(super) fn total(&self) -> usize {
        let part = |w: usize| if w > 0 { w + 2 } else { 0 };
        1 + self.label + part(self.kind) + part(self.detail) + 1
    }

    pub(super) fn paint(&self, item: &Candidate, selected: bool, state: &State) -> String {
        let part = |text: &str, columns: usize| match columns {
            0 => String::new(),
            columns => format!("  {}", pad(&visible_line(text), columns)),
        };
        // Without colours only the mark shows what is selected.
        let mark = if selected { '>' } else { ' ' };
        let label = format!("{mark}{}", pad(&visible_line(&item.label), self.label));
        let rest = format!(
            "{}{} ",
            part(kind(item), self.kind),
            part(&item.detail, self.detail)
        );
        let styles = &state.styles;
        match selected {
            true => styles.menu_selected.paint(label + &rest).to_string(),
            false => format!(
                "{}{}",
                styles.menu.paint(label),
                styles.menu_detail.paint(rest)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::state::tests::state;
    use super::super::tests::candidate;
    use super::*;

    #[test]
    fn rows_are_equally_wide_and_fit_the_screen() {
        let items = [
            candidate("orders", "about 1 200 rows"),
            candidate(&"x".repeat(90), "a]0;title"),
            candidate("日本", ""),
        ];
        let state = state();
        for screen in [12, 20, 40, 80, 200] {
            let columns = Columns::of(&items, screen);
            assert!(columns.total() < screen.max(12), "{screen}");
            for item in &items {
                for selected in [false, true] {
                    let row = columns.paint(item, selected, &state);
                    assert_eq!(width(&row), columns.total(), "{row:?}");
                    assert!(!row.contains('\x1b'));
                    assert_eq!(row.starts_with('>'), selected);
                }
            }
        }
    }
}
