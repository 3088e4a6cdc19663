//! What is written to a terminal, without its colours.

use std::borrow::Cow;

/// Takes away the colours of what is written to a terminal, wherever it is cut.
#[derive(Debug, Default)]
pub(super) struct Plain {
    /// A sequence has begun and not ended.
    inside: bool,
}

impl Plain {
    pub(super) fn pass<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        if !self.inside && memchr::memchr(0x1b, bytes).is_none() {
            return Cow::Borrowed(bytes);
        }
        let mut kept = Vec::with_capacity(bytes.len());
        for byte in bytes {
            match (self.inside, byte) {
                (false, 0x1b) => self.inside = true,
                (false, byte) => kept.push(*byte),
                (true, byte) => self.inside = *byte != b'm',
            }
        }
        Cow::Owned(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_away_wherever_they_are_cut() {
        for parts in [
            &["a\x1b[1mb\x1b[0m|"][..],
            &["a\x1b", "[1", "mb", "\x1b[0m|"],
            &["a", "b", "|"],
        ] {
            let mut plain = Plain::default();
            let kept: Vec<u8> = parts
                .iter()
                .flat_map(|part| plain.pass(part.as_bytes()).into_owned())
                .collect();
            assert_eq!(kept, b"ab|", "{parts:?}");
        }
    }
}
