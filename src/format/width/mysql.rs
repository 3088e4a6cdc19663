//! mysql's own idea of the width of a character, so that a table in a file is mysql's to the byte.
//!
//! Measured with the client of MariaDB 10.11: combining marks take a column, and beyond the basic
//! plane only ideographs take two.

/// Columns that mysql counts for a text; bytes that are no UTF-8 take none.
pub fn mysql_width(text: &[u8]) -> usize {
    let chunks = text.utf8_chunks();
    chunks
        .flat_map(|chunk| chunk.valid().chars())
        .map(width)
        .sum()
}

fn width(c: char) -> usize {
    let code = c as u32;
    let at = TWO.partition_point(|&(_, last)| last < code);
    let wide = TWO.get(at).is_some_and(|&(first, _)| first <= code);
    1 + usize::from(wide)
}

#[rustfmt::skip]
const TWO: &[(u32, u32)] = &[
    (0x1100, 0x1159), (0x115f, 0x115f), (0x2329, 0x232a), (0x2e80, 0x2e99), (0x2e9b, 0x2ef3),
    (0x2f00, 0x2fd5), (0x2ff0, 0x2ffb), (0x3000, 0x303e), (0x3041, 0x3096), (0x3099, 0x30ff),
    (0x3105, 0x312c), (0x3131, 0x318e), (0x3190, 0x31b7), (0x31f0, 0x321e), (0x3220, 0x3243),
    (0x3250, 0x327d), (0x327f, 0x32fe), (0x3300, 0x4db5), (0x4e00, 0x9fa5), (0xa000, 0xa48c),
    (0xa490, 0xa4c6), (0xac00, 0xd7a3), (0xf900, 0xfa2d), (0xfa30, 0xfa6a), (0xfe30, 0xfe52),
    (0xfe54, 0xfe66), (0xfe68, 0xfe6b), (0xff01, 0xff60), (0xffe0, 0xffe6), (0x20000, 0x3fffd),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_take_what_mysql_counts() {
        for (text, expected) in [
            ("abc", 3),
            ("e\u{301}", 2),
            ("日本", 4),
            ("\u{1f44d}", 1),
            ("\u{20000}", 2),
            ("ä\t", 2),
        ] {
            assert_eq!(mysql_width(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(mysql_width(b"a\xff\xc3b"), 2);
    }
}
