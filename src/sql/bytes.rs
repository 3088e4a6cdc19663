//! Bytes that are no UTF-8 inside of text, and back: a dump holds binary values as they are.
//!
//! Each byte that belongs to no character becomes a character at the end of Unicode's last private
//! area. Those characters themselves, should a text hold one, are taken for four such bytes, so
//! that nothing is lost either way.

use std::borrow::Cow;

/// The character that stands for the byte 0; bytes from 0x80 on are used.
const BASE: u32 = 0x10_ff00;

/// The first bytes of all these characters, two of 64 each.
const LEADS: [[u8; 3]; 2] = [[0xf4, 0x8f, 0xbe], [0xf4, 0x8f, 0xbf]];

/// Bytes as text.
pub fn to_text(bytes: Vec<u8>) -> String {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if !has_stand_ins(&text) => return text,
        Ok(text) => text.into_bytes(),
        Err(e) => e.into_bytes(),
    };
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match is_stand_in(c) {
                false => out.push(c),
                true => push_bytes(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        push_bytes(&mut out, chunk.invalid());
    }
    out
}

fn push_bytes(out: &mut String, bytes: &[u8]) {
    let characters = bytes.iter().map(|b| char::from_u32(BASE + u32::from(*b)));
    out.extend(characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

fn is_stand_in(c: char) -> bool {
    (BASE + 0x80..=BASE + 0xff).contains(&u32::from(c))
}

/// Whether a text holds characters that stand for bytes.
pub fn has_stand_ins(text: &str) -> bool {
    memchr::memchr_iter(LEADS[0][0], text.as_bytes()).any(|at| {
        LEADS
            .iter()
            .any(|lead| text.as_bytes()[at..].starts_with(lead))
    })
}

/// The bytes that a text was made of.
pub fn to_bytes(text: &str) -> Cow<'_, [u8]> {
    if !has_stand_ins(text) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        match is_stand_in(c) {
            true => out.push(u8::try_from(u32::from(c) - BASE).unwrap_or(b'?')),
            false => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_as_it_was() {
        let all: Vec<u8> = (0..=255).cycle().take(1024).collect();
        for bytes in [
            b"select 1".to_vec(),
            "é日本 \u{10ff80}\u{10ffff}\u{10ff7f}".as_bytes().to_vec(),
            b"\xff\xfe'\x80\xc3".to_vec(),
            [&all[3..], "ü".as_bytes(), &[0xc3]].concat(),
            all,
        ] {
            let text = to_text(bytes.clone());
            assert_eq!(to_bytes(&text), bytes);
        }
        assert_eq!(to_text(b"a\xff'".to_vec()).chars().count(), 3);
    }
}
