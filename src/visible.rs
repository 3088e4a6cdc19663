//! Control characters made visible: what comes from a server never steers a terminal.
//!
//! Covers C0, DEL, C1 and the bidirectional controls of Unicode Standard Annex 9 (with the
//! deprecated U+206A…U+206F), because each of them can change what a person sees.

use std::borrow::Cow;

/// Whether a terminal would act on `c` instead of showing it.
pub fn is_control(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

/// Appends the visible form of a control character: `\n`, `\x1B`, `\u202E`.
pub fn push_visible(out: &mut String, c: char) {
    use std::fmt::Write as _;
    let _ = match c {
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        c if (c as u32) < 0x100 => write!(out, "\\x{:02X}", c as u32),
        c => write!(out, "\\u{:04X}", c as u32),
    };
}

/// `text` on one line: every control character, newlines and tabs too, in visible form.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    escape(text, is_control)
}

/// `text` with newlines and tabs kept, every other control character in visible form.
pub fn visible_text(text: &str) -> Cow<'_, str> {
    escape(text, |c| is_control(c) && c != '\n' && c != '\t')
}

/// Text that means itself in HTML and XML. Control characters, which XML does not have, are left
/// out, but for those in `kept`.
pub fn markup(text: &str, kept: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && !kept.contains(&c) => {}
            c => out.push(c),
        }
    }
    out
}

fn escape(text: &str, bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) || !text.chars().any(&bad) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if bad(c) {
            push_visible(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_shown_and_everything_else_is_kept() {
        for (text, line, kept) in [
            ("plain", "plain", "plain"),
            ("a\nb\tc", "a\\nb\\tc", "a\nb\tc"),
            ("\x1b[31mred", "\\x1B[31mred", "\\x1B[31mred"),
            ("a\u{9b}b\u{7f}", "a\\x9Bb\\x7F", "a\\x9Bb\\x7F"),
            ("x\u{202e}y", "x\\u202Ey", "x\\u202Ey"),
            ("日本 é", "日本 é", "日本 é"),
        ] {
            assert_eq!(visible_line(text), line);
            assert_eq!(visible_text(text), kept);
        }
    }
}
