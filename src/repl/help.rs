//! What is shown around the text beside candidates: the pane of the selected one, and the
//! signature of the call around the cursor.

use super::state::State;
use super::text::{fit, pad, width, wrap};
use crate::complete::{Signature, signatures};
use crate::theme::Depth;
use crate::visible::visible_line;

/// Overloads that are shown.
const MOST_SIGNATURES: usize = 4;
/// Columns that the pane needs, and those that it takes.
const NARROWEST_PANE: usize = 28;
const WIDEST_PANE: usize = 64;
/// Rows of the pane below the menu, where there is no room beside it.
const ROWS_BELOW: usize = 5;

/// What was last found, and what for.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    text: String,
    cursor: usize,
    version: u64,
    found: Vec<Signature>,
}

impl State {
    /// The signatures for the cursor as rows of at most `columns`.
    pub(super) fn signature_rows(
        &mut self,
        text: &str,
        cursor: usize,
        columns: usize,
    ) -> Vec<String> {
        if !self.switches.signature {
            return Vec::new();
        }
        let version = self.sources.catalog.load().version;
        let last = &self.signatures;
        if last.text != text || last.cursor != cursor || last.version != version {
            let found = self.request(text, cursor, signatures);
            self.signatures = Signatures {
                text: text.to_string(),
                cursor,
                version,
                found,
            };
        }
        let found = &self.signatures.found;
        let mut rows: Vec<String> = found
            .iter()
            .take(MOST_SIGNATURES)
            .map(|signature| self.signature_row(signature, columns.saturating_sub(1)))
            .collect();
        if found.len() > MOST_SIGNATURES {
            let more = format!(" and {} more", found.len() - MOST_SIGNATURES);
            let more = fit(&more, columns.saturating_sub(1));
            rows.push(self.styles.menu_detail.paint(more).to_string());
        }
        rows
    }

    /// One signature, with what is to be given now in sight and marked.
    fn signature_row(&self, signature: &Signature, columns: usize) -> String {
        if columns < 8 {
            return String::new();
        }
        let part = |range| visible_line(signature.text.get(range).unwrap_or_default()).into_owned();
        let (start, end) = (signature.current.start, signature.current.end);
        let plain = self.styles.depth == Depth::None && start < end;
        let (mut head, current, tail) = (
            part(0..start),
            match plain {
                true => format!(">{}<", part(start..end)),
                false => part(start..end),
            },
            part(end..signature.text.len()),
        );
        let room = columns.saturating_sub(2);
        let current = fit(&current, room);
        let for_head = room.saturating_sub(width(&current) + 2);
        if for_head == 0 {
            head.clear();
        } else if width(&head) > for_head {
            head = format!("…{}", last_columns(&head, for_head - 1));
        }
        let tail = fit(&tail, room.saturating_sub(width(&head) + width(&current)));
        let styles = &self.styles;
        format!(
            "{}{}{}",
            styles.menu_detail.paint(format!(" {head}")),
            styles.menu_selected.paint(current),
            styles.menu_detail.paint(format!("{tail} "))
        )
    }
}

/// The end of `text`, at most so many columns.
fn last_columns(text: &str, columns: usize) -> &str {
    let mut at = text.len();
    for (start, _) in text.char_indices().rev() {
        if width(&text[start..]) > columns {
            break;
        }
        at = start;
    }
    &text[at..]
}

/// The pane of the selected candidate, in rows of one width.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pane {
    pub(super) rows: Vec<String>,
    /// It stands beside the menu rather than below it.
    pub(super) beside: bool,
}

impl Pane {
    /// Lays `lines` out beside a menu that leaves `free` of the screen's `columns` on its right,
    /// in at most `most` rows, or below it.
    pub(super) fn new(lines: &[String], columns: usize, free: usize, most: usize) -> Pane {
        let beside = free >= NARROWEST_PANE;
        let (room, most) = match beside {
            true => (free.min(WIDEST_PANE), most),
            false => (columns, ROWS_BELOW),
        };
        let inner = room.saturating_sub(3);
        let mut rows: Vec<String> = lines
            .iter()
            .flat_map(|line| wrap(&visible_line(line), inner))
            .collect();
        let cut = rows.len() > most;
        rows.truncate(most);
        if let (true, Some(last)) = (cut, rows.last_mut()) {
            *last = fit(&format!("{} …", last.trim_end()), inner);
        }
        let widest = rows.iter().map(|row| width(row)).max().unwrap_or(0);
        let frame = |row: String| format!(" {} ", pad(&row, widest));
        Pane {
            rows: rows.into_iter().map(frame).collect(),
            beside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::state;
    use super::*;

    #[test]
    fn a_pane_fits_where_it_stands_and_says_when_it_is_cut() {
        let lines = [
            "table public.orders, about 1 200 rows".to_string(),
            "x ".repeat(300),
        ];
        for (columns, free) in [(80, 40), (80, 10), (20, 0), (200, 150), (4, 0), (0, 0)] {
            let pane = Pane::new(&lines, columns, free, 6);
            assert_eq!(pane.beside, free >= NARROWEST_PANE);
            let room = if pane.beside { free } else { columns };
            assert!(pane.rows.len() <= 6);
            for row in &pane.rows {
                assert!(width(row) <= room.max(2), "{columns} {free}: {row:?}");
            }
            if room > 10 {
                assert!(pane.rows.last().unwrap().trim_end().ends_with('…'));
            }
        }
        assert!(Pane::new(&[], 80, 40, 6).rows.is_empty());
    }

    #[test]
    fn the_current_argument_is_in_sight_and_marked() {
        let state = state();
        let text = "f(first integer, second integer, third integer) text".to_string();
        let start = text.find("third").unwrap();
        let signature = Signature {
            current: start..start + "third integer".len(),
            text,
        };
        for columns in 0..80 {
            let row = state.signature_row(&signature, columns);
            assert!(width(&row) <= columns, "{columns}: {row}");
            if columns > 28 {
                assert!(row.contains(">third integer<"), "{columns}: {row}");
            }
        }
        let all = state.signature_row(&signature, 80);
        assert_eq!(
            all,
            " f(first integer, second integer, >third integer<) text "
        );
    }
}
