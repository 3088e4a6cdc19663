//! Pictures: entity-relationship maps, charts and histograms, in characters for the terminal and as
//! SVG. Pure: from values to text.

mod canvas;
pub mod chart;
pub mod map;
mod svg;

use unicode_width::UnicodeWidthStr;

/// Columns that a text takes on the screen.
fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A text cut to so many columns, with an ellipsis where something is missing.
fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_string();
    }
    let mut out = String::new();
    for c in text.chars() {
        let next = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if width(&out) + next + 1 > columns {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
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
