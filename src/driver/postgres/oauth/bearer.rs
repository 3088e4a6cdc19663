//! The exchange with the server: SASL's OAUTHBEARER (RFC 7628). It shows a token, or shows none to
//! learn from the refusal where one is to be had. Pure.

use super::url::{is_well_known, issuer_of};
use super::{Client, Demand, documents};
use crate::driver::Secret;
use serde::Deserialize;

pub(in super::super) const MECHANISM: &str = "OAUTHBEARER";

/// A token, and whether it was made for this very login. An older one may be out of date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Token {
    pub(in super::super) secret: Secret,
    pub(in super::super) fresh: bool,
}

/// What a refusal of the server's says.
#[derive(Deserialize)]
struct Refusal {
    status: Option<String>,
    scope: Option<String>,
    #[serde(rename = "openid-configuration")]
    discovery: Option<String>,
}

pub(in super::super) struct Exchange {
    client: Client,
    /// Who issues tokens, and the document that says how, as far as the user named it.
    issuer: String,
    discovery: Option<String>,
    token: Option<Token>,
    refused: bool,
}

/// What follows from a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Next {
    /// The server says itself why it refuses the token.
    Fail,
    /// A token is wanted.
    Fetch(Demand),
}

/// The answer to a refusal.
pub(in super::super) const ACKNOWLEDGED: &[u8] = b"\x01";

impl Exchange {
    /// The errors of all steps are libpq's.
    pub(in super::super) fn begin(
        client: Option<&Client>,
        token: Option<&Token>,
    ) -> Result<Exchange, String> {
        let client = client.ok_or(
            "server requires OAuth authentication, but oauth_issuer and oauth_client_id are not \
             both set",
        )?;
        let (issuer, discovery) = match is_well_known(&client.issuer) {
            true => {
                let issuer = issuer_of(&client.issuer, client.debugging)?;
                (issuer, Some(client.issuer.clone()))
            }
            false => (client.issuer.clone(), None),
        };
        Ok(Exchange {
            client: client.clone(),
            issuer,
            discovery,
            token: token.cloned(),
            refused: false,
        })
    }

    /// The first message: the token, or none.
    pub(in super::super) fn first(&self) -> String {
        let shown = match &self.token {
            Some(token) => format!("Bearer {}", token.secret.reveal()),
            None => String::new(),
        };
        format!("n,,\x01auth={shown}\x01\x01")
    }

    pub(in super::super) fn has_shown_token(&self) -> bool {
        self.token.is_some()
    }

    pub(in super::super) fn is_refused(&self) -> bool {
        self.refused
    }

    /// Takes the server's refusal.
    pub(in super::super) fn refuse(&mut self, said: &[u8]) -> Result<Next, String> {
        if std::mem::replace(&mut self.refused, true) {
            return Err("server sent additional OAuth data after error".into());
        }
        let parsed = serde_json::from_slice(said).map_err(|e| {
            let why = documents::said(&e);
            format!("failed to parse server's error response: {why}")
        });
        let Refusal {
            status,
            scope,
            discovery,
        } = parsed?;
        if let Some(place) = discovery {
            // What keeps a server from sending the user to somebody else.
            let issuer = issuer_of(&place, self.client.debugging)?;
            if issuer != self.issuer {
                return Err(format!(
                    "server's discovery document at {place} (issuer \"{issuer}\") is incompatible \
                     with oauth_issuer ({})",
                    self.issuer
                ));
            }
            match &self.discovery {
                Some(known) if *known != place => {
                    return Err(format!(
                        "server's discovery document has moved to {place} (previous location was \
                         {known})"
                    ));
                }
                _ => self.discovery = Some(place),
            }
        }
        match status.as_deref() {
            Some("invalid_token") => {}
            None => return Err("server sent error response without a status".into()),
            Some(other) => return Err(format!("server rejected OAuth bearer token: {other}")),
        }
        if self.token.as_ref().is_some_and(|token| token.fresh) {
            return Ok(Next::Fail);
        }
        let discovery = self.discovery.clone().ok_or(
            "server requires OAuth authentication, but no discovery metadata was provided",
        )?;
        Ok(Next::Fetch(Demand {
            issuer: self.issuer.clone(),
            discovery,
            scope: self.client.scope.clone().or(scope),
        }))
    }
}

/// Which mechanism of those that a server offers is gone through: the first that is known, unless the
/// exchange can be bound to the channel.
pub(in super::super) fn is_chosen(offered: &[u8]) -> bool {
    let names = || offered.split(|b| *b == 0);
    let known = |name: &&[u8]| [MECHANISM.as_bytes(), b"SCRAM-SHA-256"].contains(name);
    names().find(known) == Some(MECHANISM.as_bytes())
        && names().all(|name| name != b"SCRAM-SHA-256-PLUS")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(fresh: bool) -> Option<Token> {
        Some(Token {
            secret: Secret::new("tok"),
            fresh,
        })
    }

    const PLACE: &str = "https://a/.well-known/openid-configuration";
    const REFUSAL: &str = r#"{"status":"invalid_token","scope":"s",
        "openid-configuration":"https://a/.well-known/openid-configuration"}"#;

    fn next(issuer: &str, token: Option<&Token>, said: &str) -> Result<Next, String> {
        let mut exchange = Exchange::begin(Some(&Client::for_test(issuer)), token)?;
        exchange.refuse(said.as_bytes())
    }

    #[test]
    fn the_first_message_shows_the_token_or_none() {
        let first = |token: Option<Token>| {
            let exchange = Exchange::begin(Some(&Client::for_test("https://a")), token.as_ref());
            exchange.expect("a client").first()
        };
        assert_eq!(first(None), "n,,\x01auth=\x01\x01");
        assert_eq!(first(token(true)), "n,,\x01auth=Bearer tok\x01\x01");
        assert!(Exchange::begin(None, None).is_err());
        assert_eq!(format!("{:?}", token(true)).find("tok\""), None);
    }

    #[test]
    fn a_refusal_leads_to_a_token_of_the_users_own_issuer_only() {
        let fetch = Next::Fetch(Demand {
            issuer: "https://a".into(),
            discovery: PLACE.into(),
            scope: Some("s".into()),
        });
        assert_eq!(next("https://a", None, REFUSAL), Ok(fetch));
        assert!(matches!(
            next(PLACE, token(false).as_ref(), REFUSAL),
            Ok(Next::Fetch(_))
        ));
        assert_eq!(next(PLACE, token(true).as_ref(), REFUSAL), Ok(Next::Fail));
        let other = PLACE.replace("openid-configuration", "oauth-authorization-server");
        let moved = REFUSAL.replace(PLACE, &other);
        for (issuer, said, why) in [
            (
                "https://b",
                REFUSAL,
                "is incompatible with oauth_issuer (https://b)",
            ),
            (
                "https://a/",
                REFUSAL,
                "is incompatible with oauth_issuer (https://a/)",
            ),
            (PLACE, &moved, "has moved to"),
            ("https://a", "{}", "without a status"),
            (
                "https://a",
                r#"{"status":"invalid_token"}"#,
                "no discovery metadata was provided",
            ),
            (
                "https://a",
                r#"{"status":"insufficient_scope"}"#,
                "server rejected OAuth bearer token: insufficient_scope",
            ),
            ("https://a", r#"{"status":1}"#, "expected a string"),
            (
                "https://a",
                "[]\0",
                "failed to parse server's error response",
            ),
            (
                "https://a",
                r#"{"status":"invalid_token","openid-configuration":"http://a/.well-known/openid-configuration"}"#,
                "must use HTTPS",
            ),
        ] {
            let got = next(issuer, None, said).expect_err(said);
            assert!(got.contains(why), "{got}");
        }
        let mut exchange = Exchange::begin(Some(&Client::for_test(PLACE)), None).expect("a client");
        exchange.refuse(REFUSAL.as_bytes()).expect("a demand");
        assert!(exchange.refuse(REFUSAL.as_bytes()).is_err());
    }

    #[test]
    fn the_mechanism_is_the_first_that_is_known() {
        for (offered, chosen) in [
            (&b"OAUTHBEARER\0\0"[..], true),
            (b"X\0OAUTHBEARER\0SCRAM-SHA-256\0\0", true),
            (b"SCRAM-SHA-256\0OAUTHBEARER\0\0", false),
            (b"OAUTHBEARER\0SCRAM-SHA-256-PLUS\0\0", false),
            (b"OAUTHBEARERS\0\0", false),
            (b"", false),
        ] {
            assert_eq!(is_chosen(offered), chosen, "{offered:?}");
        }
    }

    #[test]
    fn no_refusal_leads_to_another_issuer() {
        let moved = REFUSAL.replace("https://a/", "https://b/");
        let seeds: &[&[u8]] = &[REFUSAL.as_bytes(), moved.as_bytes(), b"{\"status\":\"x\"}"];
        let words: &[&[u8]] = &[b"invalid_token", b"\"", b"https://b", b"\\u0000", b"[[[["];
        crate::driver::fuzz::bytes(seeds, words, |input, _| {
            let client = Client::for_test("https://a");
            let mut exchange = Exchange::begin(Some(&client), None).expect("a client");
            if let Ok(Next::Fetch(demand)) = exchange.refuse(input) {
                assert_eq!(demand.issuer, "https://a");
                assert!(
                    demand.discovery.starts_with("https://a/.well-known/"),
                    "{demand:?}"
                );
            }
        });
    }
}
