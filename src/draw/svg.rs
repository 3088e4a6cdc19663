//! SVG by hand: a handful of shapes, every text escaped.

use crate::visible::markup;

/// Pixels of a character of the terminal.
pub(super) const CELL_WIDTH: usize = 8;
pub(super) const CELL_HEIGHT: usize = 18;

/// A document of a size in pixels.
pub(super) fn document(width: usize, height: usize, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"monospace\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n"
    )
}

pub(super) fn text(x: usize, y: usize, more: &str, text: &str) -> String {
    format!(
        "<text x=\"{x}\" y=\"{y}\" xml:space=\"preserve\"{more}>{}</text>\n",
        markup(text, &[])
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_element() {
        assert_eq!(
            text(1, 2, "", "</text><script>\"&\u{1b}"),
            "<text x=\"1\" y=\"2\" xml:space=\"preserve\">&lt;/text&gt;&lt;script&gt;&quot;&amp;</text>\n"
        );
    }
}
