//! SVG by hand: a handful of shapes, every text escaped.

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

/// Text that means itself in XML; characters that XML does not have are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

pub(super) fn text(x: usize, y: usize, more: &str, text: &str) -> String {
    format!(
        "<text x=\"{x}\" y=\"{y}\" xml:space=\"preserve\"{more}>{}</text>\n",
        escaped(text)
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
