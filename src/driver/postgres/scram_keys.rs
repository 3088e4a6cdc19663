//! SCRAM-SHA-256 with the two keys that a password becomes, where the user has those instead of the
//! password (`scram_client_key`, `scram_server_key`). RFC 5802 and 7677. Pure: the nonce comes in.

use super::parameters::invalid;
use crate::error::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use std::fmt;

const LENGTH: usize = 32;
pub(super) const MECHANISM: &str = "SCRAM-SHA-256";
/// Says that the exchange cannot be bound to the channel.
const UNBOUND: &str = "n,,";

/// What a password becomes with one salt and one count of iterations. The client's key is as good as
/// the password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Keys {
    client: [u8; LENGTH],
    server: [u8; LENGTH],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

impl Keys {
    /// From their base64; none where neither is given. One says nothing without the other.
    pub(super) fn parse(client: Option<&str>, server: Option<&str>) -> Result<Option<Keys>> {
        let key = |name: &str, whose: &str, text: Option<&str>| -> Result<[u8; LENGTH]> {
            // The value is a secret and is not repeated.
            let refuse = |words: String| {
                invalid(name, "…", "32 bytes in base64; both keys are needed").with_psql(words)
            };
            let bytes = BASE64.decode(text.unwrap_or_default());
            let bytes = bytes.map_err(|_| refuse(format!("invalid SCRAM {whose} key")))?;
            let length = bytes.len();
            let words = || format!("invalid SCRAM {whose} key length: {length}");
            bytes.try_into().map_err(|_| refuse(words()))
        };
        if client.is_none() && server.is_none() {
            return Ok(None);
        }
        Ok(Some(Keys {
            client: key("scram_client_key", "client", client)?,
            server: key("scram_server_key", "server", server)?,
        }))
    }
}

/// One exchange.
pub(super) struct Exchange {
    keys: Keys,
    first: String,
    /// The whole of what both have said, once the server's first message is there.
    said: String,
}

impl Exchange {
    /// For a server that offers `mechanisms`, the body of its message; `None` where this is not among
    /// them. It is not bound to the channel.
    pub(super) fn begin(keys: &Keys, mechanisms: &[u8], nonce: &[u8]) -> Option<Exchange> {
        let mut offered = mechanisms.split(|b| *b == 0);
        offered.find(|name| *name == MECHANISM.as_bytes())?;
        Some(Exchange {
            keys: keys.clone(),
            first: format!("n=,r={}", BASE64.encode(nonce)),
            said: String::new(),
        })
    }

    /// The client's first message.
    pub(super) fn first(&self) -> String {
        format!("{UNBOUND}{}", self.first)
    }

    /// The client's last message, which answers the server's first.
    pub(super) fn answer(&mut self, server: &[u8]) -> std::result::Result<String, String> {
        let server = std::str::from_utf8(server).map_err(|_| malformed())?;
        let nonce = server.split(',').next().and_then(|r| r.strip_prefix("r="));
        let nonce = nonce.ok_or_else(malformed)?;
        let own = self.first.rsplit_once("r=").map_or("", |(_, nonce)| nonce);
        if !nonce.starts_with(own) || nonce == own {
            return Err("the server's SCRAM nonce does not go on from ours".into());
        }
        let unproven = format!("c={},r={nonce}", BASE64.encode(UNBOUND));
        self.said = format!("{},{server},{unproven}", self.first);
        let stored = Sha256::digest(self.keys.client);
        let signature = mac(&stored, self.said.as_bytes());
        let proof: Vec<u8> = self
            .keys
            .client
            .iter()
            .zip(signature)
            .map(|(k, s)| k ^ s)
            .collect();
        Ok(format!("{unproven},p={}", BASE64.encode(proof)))
    }

    /// Whether the server knows its key too.
    pub(super) fn check(&self, server: &[u8]) -> std::result::Result<(), String> {
        let text = std::str::from_utf8(server).map_err(|_| malformed())?;
        if let Some(error) = text.strip_prefix("e=") {
            return Err(format!("the server says of SCRAM: {error}"));
        }
        let signature = text
            .strip_prefix("v=")
            .and_then(|v| BASE64.decode(v.trim_end()).ok());
        // An exchange that was not gone through has no signature that fits.
        let good = !self.said.is_empty()
            && signature.is_some_and(|s| s == mac(&self.keys.server, self.said.as_bytes()));
        match good {
            true => Ok(()),
            false => Err("the server does not know scram_server_key".into()),
        }
    }
}

fn malformed() -> String {
    "the server's SCRAM message makes no sense".into()
}

fn mac(key: &[u8], text: &[u8]) -> [u8; LENGTH] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(text);
            mac.finalize().into_bytes().into()
        }
        // HMAC takes keys of any length.
        Err(_) => [0; LENGTH],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7677: user "user", password "pencil", 4,096 iterations.
    #[test]
    fn the_proof_is_that_of_the_standards_example() {
        let keys = Keys {
            client: [
                0xa6, 0x0f, 0xc9, 0x23, 0xd6, 0x7e, 0x86, 0x44, 0xa9, 0x2d, 0x16, 0xb9, 0x6e, 0xda,
                0x5e, 0xf4, 0x65, 0x6b, 0x0c, 0x72, 0x5c, 0x48, 0x43, 0x74, 0xbe, 0x25, 0x53, 0x55,
                0x76, 0x99, 0x6e, 0x8b,
            ],
            server: [0; LENGTH],
        };
        let mut exchange = Exchange {
            keys,
            first: "n=user,r=rOprNGfwEbeRWgbNEkqO".into(),
            said: String::new(),
        };
        let server = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                      s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        assert_eq!(
            exchange.answer(server.as_bytes()).unwrap(),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
    }

    #[test]
    fn a_server_that_cheats_is_found_out() {
        let keys = Keys {
            client: [1; LENGTH],
            server: [2; LENGTH],
        };
        let mut exchange = Exchange::begin(&keys, b"SCRAM-SHA-256\0\0", b"nonce").unwrap();
        assert_eq!(exchange.first(), "n,,n=,r=bm9uY2U=");
        assert!(exchange.check(b"v=").is_err());
        for bad in [
            "",
            "r=",
            "r=bm9uY2U=",
            "r=other,s=,i=1",
            "\u{0},r=bm9uY2U=x",
        ] {
            assert!(exchange.answer(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(exchange.answer(b"r=\xff").is_err());
        exchange.answer(b"r=bm9uY2U=x,s=,i=1").unwrap();
        for bad in [&b"v=AAAA"[..], b"e=other-error", b"\xff", b""] {
            assert!(exchange.check(bad).is_err());
        }
        assert!(Exchange::begin(&keys, b"OAUTHBEARER\0\0", b"").is_none());
    }

    #[test]
    fn both_keys_are_needed_and_none_is_shown() {
        let key = BASE64.encode([7; LENGTH]);
        assert_eq!(Keys::parse(None, None).unwrap(), None);
        let keys = Keys::parse(Some(&key), Some(&key)).unwrap();
        assert_eq!(format!("{keys:?}"), "Some(Keys(…))");
        for (client, server) in [
            (Some("QUJD"), Some(&*key)),
            (Some(&*key), None),
            (Some("?"), None),
        ] {
            let error = Keys::parse(client, server).unwrap_err();
            assert!(!error.message.contains("QUJD"), "{error:?}");
        }
    }
}
