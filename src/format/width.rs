//! Display width, wrapping, truncation.

/// Columns that `text` takes on a terminal.
pub fn display_width(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        unicode_width::UnicodeWidthStr::width(text)
    }
}
