//! Pictures: entity-relationship maps, charts and histograms, in characters for the terminal and as
//! SVG. Pure: from values to text.

mod canvas;
pub mod chart;
pub mod map;
mod svg;

use crate::format::width::fit;
use unicode_width::UnicodeWidthStr;

/// Columns that a text takes on the screen.
fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_by_the_columns_that_they_take() {
        for (text, columns, expected) in [
            ("orders", 6, "orders"),
            ("orders", 5, "orde…"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
        ] {
            assert_eq!(fit(text, columns), expected);
        }
    }
}
