//! `require_auth`: how the server may ask who we are. Checked before anything is answered, so that
//! a server that asks for a password in clear text does not get it. Pure.

use super::parameters::invalid;
use crate::error::Result;

const METHODS: &[(&str, u8)] = &[
    ("password", 1),
    ("md5", 2),
    ("gss", 4),
    ("sspi", 8),
    ("scram-sha-256", 16),
    ("oauth", 32),
    ("none", 64),
];

/// A set of methods.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Allowed {
    /// As the user wrote it; empty where all is allowed.
    text: String,
    methods: u8,
}

impl Allowed {
    /// A list of methods, or one of methods that begin with `!` and are not allowed.
    pub(super) fn parse(text: &str) -> Result<Allowed> {
        let refuse = |word: &str| {
            let names: Vec<&str> = METHODS.iter().map(|(n, _)| *n).collect();
            invalid("require_auth", word, &names.join(", "))
        };
        let mut methods = 0;
        let negative = text.trim_start().starts_with('!');
        for word in text.split(',').filter(|_| !text.is_empty()) {
            let name = word.trim();
            let (name, not) = match name.strip_prefix('!') {
                Some(name) => (name, true),
                None => (name, false),
            };
            let known = METHODS.iter().find(|(n, _)| *n == name);
            match known {
                Some((_, bit)) if not == negative && methods & bit == 0 => methods |= bit,
                _ => return Err(refuse(word.trim())),
            }
        }
        Ok(Allowed {
            methods: if negative { !methods } else { methods },
            text: text.to_string(),
        })
    }

    fn has(&self, name: &str) -> bool {
        let bit = METHODS
            .iter()
            .find(|(n, _)| *n == name)
            .map_or(0, |(_, b)| *b);
        self.text.is_empty() || self.methods & bit != 0
    }

    /// Judges one authentication request (the body of an `R` message). `done` says whether a
    /// method has been gone through already.
    pub(super) fn check(&self, body: &[u8], done: &mut bool) -> std::result::Result<(), String> {
        let code = body.first_chunk().map_or(-1, |b| i32::from_be_bytes(*b));
        let failed = |what: &str| {
            Err(format!(
                "authentication method requirement \"{}\" failed: {what}",
                self.text
            ))
        };
        let (method, what) = match code {
            0 if *done => return Ok(()),
            0 => ("none", "the server did not complete authentication"),
            3 => ("password", "the server asked for a password in clear text"),
            5 => ("md5", "the server asked for a password hashed with md5"),
            7 => ("gss", "the server asked for GSSAPI authentication"),
            9 => ("sspi", "the server asked for SSPI authentication"),
            10 => match memchr::memmem::find(body, b"SCRAM-SHA-256") {
                Some(_) => (
                    "scram-sha-256",
                    "the server asked for SCRAM-SHA-256 authentication",
                ),
                None => ("oauth", "the server asked for OAUTHBEARER authentication"),
            },
            // Only the last word of an exchange shows that the server knows the password too.
            12 => {
                *done = true;
                return Ok(());
            }
            _ => return Ok(()),
        };
        if !self.has(method) {
            return failed(what);
        }
        if matches!(code, 3 | 5) {
            *done = true;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_allowed_is_refused_at_once() {
        let sasl = [&10i32.to_be_bytes()[..], b"SCRAM-SHA-256\0\0"].concat();
        let of = |code: i32| code.to_be_bytes().to_vec();
        for (text, requests, fits) in [
            ("", vec![of(3), of(0)], true),
            ("", vec![of(0)], true),
            (
                "scram-sha-256",
                vec![sasl.clone(), of(11), of(12), of(0)],
                true,
            ),
            ("scram-sha-256", vec![sasl.clone(), of(0)], false),
            ("scram-sha-256", vec![of(3)], false),
            ("scram-sha-256", vec![of(0)], false),
            ("none", vec![of(0)], true),
            ("none", vec![of(5)], false),
            ("md5,password", vec![of(5), of(0)], true),
            ("!password", vec![of(3)], false),
            ("!password,!md5", vec![of(0)], true),
            ("!none", vec![of(0)], false),
        ] {
            let allowed = Allowed::parse(text).expect("a good list");
            let mut done = false;
            let judged = requests.iter().all(|r| allowed.check(r, &mut done).is_ok());
            assert_eq!(judged, fits, "{text}");
        }
    }

    #[test]
    fn a_list_is_all_of_one_kind() {
        for text in [
            "md5,!password",
            "!md5,password",
            "md5,md5",
            "x",
            "md5,",
            "!",
        ] {
            assert!(Allowed::parse(text).is_err(), "{text}");
        }
    }
}
