//! `.mylogin.cnf`: an option file that `mysql_config_editor` has made unreadable to passers-by. The
//! key stands in the file itself, so this hides, and does not protect. Pure.

use aes::Aes128;
use aes::cipher::{BlockDecrypt, KeyInit};

/// Nobody uses these.
const HEAD: usize = 4;
const KEY: usize = 20;
const BLOCK: usize = 16;

/// The text of the file; `None` where it is none.
pub(super) fn decrypt(bytes: &[u8]) -> Option<String> {
    let (head, mut rest) = bytes.split_at_checked(HEAD + KEY)?;
    let cipher = cipher(&head[HEAD..]);
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (line, after) = after.split_at_checked(length)?;
        out.extend(decrypt_line(&cipher, line)?);
        rest = after;
    }
    String::from_utf8(out).ok()
}

fn cipher(secret: &[u8]) -> Aes128 {
    let mut key = [0; BLOCK];
    for (i, byte) in secret.iter().enumerate() {
        key[i % BLOCK] ^= byte;
    }
    Aes128::new(&key.into())
}

/// One line, whose last byte says how many bytes fill up the last block.
fn decrypt_line(cipher: &Aes128, line: &[u8]) -> Option<Vec<u8>> {
    if line.is_empty() || !line.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut out = line.to_vec();
    for block in out.chunks_exact_mut(BLOCK) {
        cipher.decrypt_block(block.into());
    }
    let padding = usize::from(*out.last()?);
    if padding == 0 || padding > BLOCK {
        return None;
    }
    out.truncate(out.len() - padding);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `openssl enc -aes-128-ecb`, line by line, as `mysql_config_editor` makes it.
    const FILE: &[u8] = include_bytes!("mylogin.cnf");

    #[test]
    fn what_was_hidden_is_read() {
        let text = "[client]\nuser = \"app\"\npassword = \"a rather long secret of many blocks\"\n";
        assert_eq!(decrypt(FILE).as_deref(), Some(text));
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        assert_eq!(decrypt(&FILE[..FILE.len() - 1]), None);
        for length in [u32::MAX, 0, 3, 17] {
            let mut broken = FILE.to_vec();
            broken[24..28].copy_from_slice(&length.to_le_bytes());
            assert_eq!(decrypt(&broken), None, "{length}");
        }
        for n in 0..FILE.len() {
            let _ = decrypt(&FILE[..n]);
        }
        assert_eq!(decrypt(b"[client]\nuser=plain\npassword=text\n"), None);
    }
}
