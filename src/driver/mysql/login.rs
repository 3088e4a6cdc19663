//! A login that goes through the relay, packet by packet: what is added to it, and what is refused.
//!
//! The library believes that it speaks over a socket, which is safe, and gives the password as it is
//! where a method wants that. To a server without TLS the password goes encrypted, with the
//! server's public key: as the mysql client, that is taken from a file, or from the server itself
//! where the user agrees. Each packet that only one side sees changes the numbers of all later ones.

#[cfg(test)]
mod tests;

use crate::driver::panics::caught;
use crate::error::reason;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Packets of a login are small.
const MAX_LOGIN_PACKET: usize = 64 * 1024;

/// What the user agrees to.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// The server may ask for the password as it is, over TLS.
    pub(super) cleartext: bool,
    pub(super) key: PublicKey,
}

/// Where the server's public key comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum PublicKey {
    /// From nowhere, except for a method that the mysql client asks for it unbidden.
    #[default]
    Unasked,
    /// The server is asked for it, and believed.
    Server,
    File(PathBuf),
}

/// Why a login was given up here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// The password would have gone out as it is.
    Cleartext,
    /// Neither TLS nor a public key protects it.
    Unprotected,
    /// The key is none.
    Key(String),
    /// The server has none.
    NoTls,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Cleartext => f.write_str("the server wants the password in clear text"),
            Refused::Unprotected => f.write_str(
                "the server wants the password, and neither TLS nor a public key protects it",
            ),
            Refused::Key(why) => f.write_str(why),
            Refused::NoTls => f.write_str("the server does not support TLS"),
        }
    }
}

impl std::error::Error for Refused {}

/// One login.
pub(super) struct Login<'r> {
    rules: &'r Rules,
    encrypted: bool,
    /// Over a socket of this machine, which nobody listens to.
    local: bool,
    /// What the server gave to mix the password with.
    nonce: Vec<u8>,
    /// How much greater the numbers of packets are at the server.
    shift: i8,
}

impl<'r> Login<'r> {
    pub(super) fn new(rules: &'r Rules, greeting: &Packet, local: bool) -> Login<'r> {
        Login {
            rules,
            encrypted: false,
            local,
            nonce: greeting.greeted_nonce(),
            shift: 0,
        }
    }

    /// TLS was begun, with a packet that the client has not seen.
    pub(super) fn is_encrypted(&mut self) {
        self.encrypted = true;
        self.shift += 1;
    }

    /// Hands the client's answer to the greeting on, and all that follows, until the server has said
    /// yes or no.
    pub(super) async fn go_on(
        &mut self,
        client: &mut (impl AsyncRead + AsyncWrite + Unpin),
        server: &mut (impl AsyncRead + AsyncWrite + Unpin),
        answer: &Packet,
    ) -> io::Result<()> {
        answer.write(server, self.shift).await?;
        loop {
            let mut packet = Packet::read(server).await?;
            if let Some(nonce) = packet.switched_nonce() {
                self.nonce = nonce;
            }
            let wanted = packet.wants_password_as_it_is();
            let safe = self.encrypted || self.local;
            if wanted == Some(CLEAR) && !(safe && self.rules.cleartext) {
                return Err(io::Error::other(Refused::Cleartext));
            }
            if wanted == Some(SHA256) {
                packet.body = [&[SWITCH], CLEAR, b"\0"].concat();
            }
            packet.write(client, -self.shift).await?;
            if packet.is_last() {
                return Ok(());
            }
            if packet.is_good_news() {
                continue;
            }
            let mut answer = Packet::read(client).await?;
            let request = match wanted {
                // Also over a socket, as the server wants it.
                Some(SHA256) if !self.encrypted => Some(SHA256_KEY),
                _ if packet.body.starts_with(&FULL) && !safe => Some(CACHING_KEY),
                _ => None,
            };
            if let Some(request) = request
                && let Some(no) = self.protect(&mut answer, server, request).await?
            {
                return no.write(client, -self.shift).await;
            }
            answer.write(server, self.shift).await?;
        }
    }

    /// Encrypts the password of a packet. What comes back is the server's refusal.
    async fn protect(
        &mut self,
        answer: &mut Packet,
        server: &mut (impl AsyncRead + AsyncWrite + Unpin),
        request: u8,
    ) -> io::Result<Option<Packet>> {
        let refused = |why: Refused| Err(io::Error::other(why));
        if answer.body == [0] {
            // There is no password.
            return Ok(None);
        }
        let key = match &self.rules.key {
            PublicKey::File(path) => match std::fs::read(path) {
                Ok(key) => key,
                Err(e) => {
                    let (path, why) = (path.display(), reason(&e));
                    return refused(Refused::Key(format!("could not read \"{path}\": {why}")));
                }
            },
            PublicKey::Unasked if request == CACHING_KEY => return refused(Refused::Unprotected),
            _ => {
                let ask = Packet {
                    number: answer.number,
                    body: vec![request],
                };
                ask.write(server, self.shift).await?;
                let given = Packet::read(server).await?;
                if given.is_last() {
                    return Ok(Some(given));
                }
                self.shift += 2;
                given.body[1..].to_vec()
            }
        };
        let nonce = self.nonce.iter().cycle();
        let mixed: Vec<u8> = answer.body.iter().zip(nonce).map(|(b, n)| b ^ n).collect();
        // The library panics at a key that is none, and at a password that is too long for it.
        let encrypted = caught(async { mysql_common::crypto::encrypt(&mixed, &key) }).await;
        match encrypted.filter(|_| mixed.len() == answer.body.len()) {
            Some(encrypted) => answer.body = encrypted,
            None => {
                return refused(Refused::Key(
                    "the server's public key cannot be used".into(),
                ));
            }
        }
        Ok(None)
    }
}

const SHA256: &[u8] = b"sha256_password";
const CLEAR: &[u8] = b"mysql_clear_password";
/// The first byte of a request for another way to authenticate.
const SWITCH: u8 = 0xfe;
/// caching_sha2_password: the server does not know the password's hash yet and wants it whole.
const FULL: [u8; 2] = [1, 4];
/// What asks for the public key, with either method.
const SHA256_KEY: u8 = 1;
const CACHING_KEY: u8 = 2;
/// The flags of an answer to the greeting, and what follows them in a request for TLS.
const REQUEST: usize = 32;
/// CLIENT_SSL, in the second byte of the flags.
const TLS_FLAG: u8 = 0x08;
/// CLIENT_COMPRESS, in the first.
const COMPRESS_FLAG: u8 = 0x20;

/// One packet of the protocol: three bytes of length, one of its number, its body.
pub(super) struct Packet {
    number: u8,
    body: Vec<u8>,
}

impl Packet {
    pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Packet> {
        let mut head = [0; 4];
        from.read_exact(&mut head).await?;
        let length = usize::from(head[0]) | usize::from(head[1]) << 8 | usize::from(head[2]) << 16;
        if length > MAX_LOGIN_PACKET {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body).await?;
        Ok(Packet {
            number: head[3],
            body,
        })
    }

    /// Writes it under a number that differs by `shift`.
    pub(super) async fn write(
        &self,
        to: &mut (impl AsyncWrite + Unpin),
        shift: i8,
    ) -> io::Result<()> {
        let length = u32::try_from(self.body.len())
            .unwrap_or_default()
            .to_le_bytes();
        let number = self.number.wrapping_add_signed(shift);
        let head = [length[0], length[1], length[2], number];
        to.write_all(&[&head, self.body.as_slice()].concat())
            .await?;
        to.flush().await
    }

    /// Whether the server says yes (and is no greeting) or no.
    pub(super) fn is_last(&self) -> bool {
        matches!(self.body.first(), Some(0 | 0xff) | None)
    }

    /// The server knows the password; its yes follows.
    fn is_good_news(&self) -> bool {
        self.body == [1, 3]
    }

    /// Whether a greeting offers TLS.
    pub(super) fn offers_tls(&self) -> bool {
        self.offers(1, TLS_FLAG)
    }

    /// Whether a greeting offers to compress.
    pub(super) fn offers_compression(&self) -> bool {
        self.offers(0, COMPRESS_FLAG)
    }

    /// Whether a greeting has that flag in that byte of the flags.
    fn offers(&self, byte: usize, flag: u8) -> bool {
        let flags = self.greeting_start().map(|at| at + 13 + byte);
        flags
            .and_then(|at| self.body.get(at))
            .is_some_and(|flags| flags & flag != 0)
    }

    /// Says in the answer to the greeting that all behind the login is to be compressed.
    pub(super) fn ask_for_compression(&mut self) {
        if let Some(flags) = self.body.first_mut() {
            *flags |= COMPRESS_FLAG;
        }
    }

    /// Whether the answer to the greeting has CLIENT_DEPRECATE_EOF; the library says so only to
    /// servers that know it.
    pub(super) fn wants_short_ends(&self) -> bool {
        self.body.get(3).is_some_and(|flags| flags & 1 != 0)
    }

    /// Says in the answer to the greeting that TLS is wanted, and makes the request for it.
    pub(super) fn ask_for_tls(&mut self) -> Option<Packet> {
        *self.body.get_mut(1)? |= TLS_FLAG;
        Some(Packet {
            number: self.number,
            body: self.body.get(..REQUEST)?.to_vec(),
        })
    }

    /// The method that the server asks for, if the password goes out unchanged in it.
    fn wants_password_as_it_is(&self) -> Option<&'static [u8]> {
        let name = self.body.strip_prefix(&[SWITCH])?.split(|b| *b == 0).next();
        [SHA256, CLEAR]
            .into_iter()
            .find(|plugin| Some(*plugin) == name)
    }

    /// Where in a greeting the number of the connection begins, behind the server's version.
    fn greeting_start(&self) -> Option<usize> {
        let end = self.body.iter().skip(1).position(|b| *b == 0)?;
        Some(end + 2)
    }

    /// The nonce of a greeting: 8 bytes behind the number of the connection, and 12 more behind the
    /// flags.
    fn greeted_nonce(&self) -> Vec<u8> {
        let rest = self.greeting_start().and_then(|at| self.body.get(at..));
        let part = |from: usize, to: usize| rest.and_then(|r| r.get(from..to)).unwrap_or_default();
        [part(4, 12), part(31, 43)].concat()
    }

    /// Puts another method in place of one in which the client would answer a greeting with the
    /// password as it is. The server then asks for its own, which is seen.
    pub(super) fn greet_safely(&mut self) {
        let name = self.greeting_start().and_then(|at| {
            let length = usize::from(*self.body.get(at + 20)?);
            Some(at + 31 + length.saturating_sub(8).max(13))
        });
        let Some(at) = name.filter(|at| *at < self.body.len()) else {
            return;
        };
        let named = self.body[at..].split(|b| *b == 0).next();
        if named.is_some_and(|named| [SHA256, CLEAR].contains(&named)) {
            self.body.truncate(at);
            self.body.extend_from_slice(b"mysql_native_password\0");
        }
    }

    /// The nonce of a request for another way to authenticate.
    fn switched_nonce(&self) -> Option<Vec<u8>> {
        let rest = self.body.strip_prefix(&[SWITCH])?;
        let end = rest.iter().position(|b| *b == 0)?;
        let nonce = &rest[end + 1..];
        Some(nonce.strip_suffix(&[0]).unwrap_or(nonce).to_vec())
    }
}
