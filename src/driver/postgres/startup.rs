//! The start of a session, where the client crate stops short of libpq: parameters of the startup
//! message that it does not know, protocol 3.2, keys or a token in place of a password. The tap sends our startup
//! message instead of the crate's, and passes each of the server's messages on, changes it or answers
//! it, until the server is ready. Pure.

use super::oauth;
use super::oauth::bearer;
use super::scram_keys::{Exchange, Keys, MECHANISM};
use super::wire;

/// A version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Protocol(pub(super) u16, pub(super) u16);

impl Protocol {
    pub(super) const V3_0: Protocol = Protocol(3, 0);
    pub(super) const V3_2: Protocol = Protocol(3, 2);

    fn number(self) -> u32 {
        u32::from(self.0) << 16 | u32::from(self.1)
    }
}

/// What the startup message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) oldest: Protocol,
    pub(super) newest: Protocol,
    pub(super) parameters: Vec<(&'static str, String)>,
    pub(super) keys: Option<Keys>,
    /// channel_binding=require
    pub(super) must_bind: bool,
    pub(super) oauth: Option<oauth::Client>,
    pub(super) token: Option<bearer::Token>,
}

impl Plan {
    /// The startup message.
    fn message(&self) -> Vec<u8> {
        let mut body = self.newest.number().to_be_bytes().to_vec();
        for (name, value) in &self.parameters {
            body.extend_from_slice(name.as_bytes());
            body.push(0);
            // A value ends where a NUL stands; none can carry parameters in.
            body.extend(value.bytes().filter(|b| *b != 0));
            body.push(0);
        }
        body.push(0);
        let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX);
        [&length.to_be_bytes()[..], &body].concat()
    }
}

/// Bytes that a message may have before the session stands, as libpq bounds them: one that asks who
/// we are, and any other.
const MAX_REQUEST: usize = 2_000;
const MAX_MESSAGE: usize = 64 * 1024;

/// Where the start is.
pub(super) struct Startup {
    plan: Plan,
    encrypted: bool,
    nonce: Vec<u8>,
    exchange: Option<Exchange>,
    proven: bool,
    bearer: Option<bearer::Exchange>,
    /// The login is over until there is a token.
    wanted: Option<oauth::Demand>,
    sent: bool,
    ready: bool,
    /// The beginning of a message whose end has not come.
    partial: Vec<u8>,
    /// What the client crate is to read.
    passed: Vec<u8>,
}

impl Startup {
    pub(super) fn new(plan: Plan, nonce: Vec<u8>, encrypted: bool) -> Startup {
        Startup {
            plan,
            encrypted,
            nonce,
            exchange: None,
            proven: false,
            bearer: None,
            wanted: None,
            sent: false,
            ready: false,
            partial: Vec::new(),
            passed: Vec::new(),
        }
    }

    /// Our startup message, once: in place of the first that the client crate sends.
    pub(super) fn take_message(&mut self) -> Option<Vec<u8>> {
        (!std::mem::replace(&mut self.sent, true)).then(|| self.plan.message())
    }

    /// Whether the session stands and the client crate has read all that came before.
    pub(super) fn is_over(&self) -> bool {
        self.ready && self.passed.is_empty()
    }

    /// The token without which the login cannot go on.
    pub(super) fn take_wanted(&mut self) -> Option<oauth::Demand> {
        self.wanted.take()
    }

    /// Whether all has been said that can be said of who we are; the server's word is awaited.
    pub(super) fn has_shown_token(&self) -> bool {
        self.bearer
            .as_ref()
            .is_some_and(|b| b.has_shown_token() && !b.is_refused())
    }

    /// Up to `room` bytes for the client crate.
    pub(super) fn take_passed(&mut self, room: usize) -> Vec<u8> {
        let rest = self.passed.split_off(room.min(self.passed.len()));
        std::mem::replace(&mut self.passed, rest)
    }

    /// Takes what the server sent, and appends to `reply` what is answered. The error says why the
    /// connection is given up.
    pub(super) fn feed(&mut self, bytes: &[u8], reply: &mut Vec<u8>) -> Result<(), String> {
        self.partial.extend_from_slice(bytes);
        let all = std::mem::take(&mut self.partial);
        let mut rest = all.as_slice();
        while !self.ready {
            let Some((&[tag, a, b, c, d], after)) = rest.split_first_chunk() else {
                break;
            };
            let length = (u32::from_be_bytes([a, b, c, d]) as usize).saturating_sub(4);
            let most = if tag == b'R' {
                MAX_REQUEST
            } else {
                MAX_MESSAGE
            };
            // Each request has a code of four bytes; the one for md5 four more.
            let least = if tag == b'R' { 4 } else { 0 };
            if !(least..=most).contains(&length) {
                return Err("the server sent a message of a length that cannot be".into());
            }
            let Some(body) = after.get(..length) else {
                break;
            };
            let (message, later) = rest.split_at(5 + length);
            self.message(tag, body, message, reply)?;
            rest = later;
        }
        match self.ready {
            true => self.passed.extend_from_slice(rest),
            false => self.partial = rest.to_vec(),
        }
        Ok(())
    }

    fn message(
        &mut self,
        tag: u8,
        body: &[u8],
        whole: &[u8],
        reply: &mut Vec<u8>,
    ) -> Result<(), String> {
        match tag {
            b'v' => return self.negotiate(body),
            // The client crate knows only the short key of protocol 3.0, and has no use for it.
            b'K' if body.len() > 8 => {
                wire::head(b'K', 8, &mut self.passed);
                self.passed.extend_from_slice(&body[..8]);
                return Ok(());
            }
            b'R' => {
                self.check_binding(body)?;
                check_method(split(body).0)?;
                let answer = match self.show_token(body)? {
                    None if self.plan.keys.is_some() => self.authenticate(body)?,
                    answer => answer,
                };
                if let Some(answer) = answer {
                    if !answer.is_empty() {
                        wire::head(b'p', answer.len(), reply);
                        reply.extend_from_slice(&answer);
                    }
                    return Ok(());
                }
            }
            // The observer has it; the client crate would keep it, however many there are.
            b'N' => return Ok(()),
            b'Z' => self.ready = true,
            _ => {}
        }
        self.passed.extend_from_slice(whole);
        Ok(())
    }

    /// The server does not speak the version that it was asked for, but this one.
    fn negotiate(&self, body: &[u8]) -> Result<(), String> {
        let number = body.first_chunk().map_or(0, |b| u32::from_be_bytes(*b));
        let (oldest, newest) = (self.plan.oldest, self.plan.newest);
        let fits = oldest.number() <= number && number <= newest.number();
        let refused = body.get(4..8).is_some_and(|count| count != [0; 4]);
        match (fits, refused) {
            (true, false) => Ok(()),
            (_, true) => Err("the server refuses a protocol option that was not asked for".into()),
            (false, _) => Err(format!(
                "the server speaks protocol {}.{}, and min_protocol_version is {}.{}",
                number >> 16,
                number & 0xffff,
                oldest.0,
                oldest.1
            )),
        }
    }

    /// Where the login must be bound to the channel, nothing else is answered. The words are libpq's.
    fn check_binding(&self, body: &[u8]) -> Result<(), String> {
        let (code, data) = split(body);
        let offered = data
            .split(|b| *b == 0)
            .any(|name| name == b"SCRAM-SHA-256-PLUS");
        match code {
            10 if self.plan.must_bind && !self.encrypted => {
                Err("channel binding required, but SSL not in use".into())
            }
            // Somebody in between has taken the encryption away.
            10 if offered && !self.encrypted => Err(
                "server offered SCRAM-SHA-256-PLUS authentication over a non-SSL connection".into(),
            ),
            _ if !self.plan.must_bind => Ok(()),
            10 if !offered => Err(
                "channel binding is required, but server did not offer an authentication method \
                 that supports channel binding"
                    .into(),
            ),
            // Of the end, the client crate knows whether it was bound.
            0 | 10 | 11 | 12 => Ok(()),
            _ => Err(
                "channel binding required but not supported by server's authentication request"
                    .into(),
            ),
        }
    }

    /// Goes through OAUTHBEARER. `None` is none of its requests.
    fn show_token(&mut self, body: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let (code, data) = split(body);
        match (code, &mut self.bearer) {
            (10, None) if bearer::is_chosen(data) => {
                let Plan { oauth, token, .. } = &self.plan;
                let exchange = bearer::Exchange::begin(oauth.as_ref(), token.as_ref())?;
                let first = exchange.first();
                self.bearer = Some(exchange);
                Ok(Some(first_message(bearer::MECHANISM, &first)))
            }
            (11, Some(exchange)) => {
                if let bearer::Next::Fetch(demand) = exchange.refuse(data)? {
                    self.wanted = Some(demand);
                }
                Ok(Some(bearer::ACKNOWLEDGED.to_vec()))
            }
            (12, Some(_)) => Err("server sent unexpected additional OAuth data".into()),
            (0, Some(exchange)) if exchange.is_refused() => {
                Err("server sent additional OAuth data after error".into())
            }
            _ => Ok(None),
        }
    }

    /// Goes through SCRAM with the keys. `None` passes the request on to the client crate.
    fn authenticate(&mut self, body: &[u8]) -> Result<Option<Vec<u8>>, String> {
        let (code, data) = split(body);
        match (code, &mut self.exchange) {
            (10, None) => {
                let keys = self.plan.keys.as_ref();
                let begun = keys.and_then(|keys| Exchange::begin(keys, data, &self.nonce));
                let Some(exchange) = begun else {
                    return Ok(None);
                };
                let first = exchange.first();
                self.exchange = Some(exchange);
                Ok(Some(first_message(MECHANISM, &first)))
            }
            (11, Some(exchange)) => exchange
                .answer(data)
                .map(|answer| Some(answer.into_bytes())),
            (12, Some(exchange)) => {
                exchange.check(data)?;
                self.proven = true;
                Ok(Some(Vec::new()))
            }
            (0, Some(_)) if !self.proven => {
                Err("the server did not complete SCRAM authentication".into())
            }
            _ => Ok(None),
        }
    }
}

/// Refuses the ways to log in that there are no libraries for in a program that stands alone. The
/// words are libpq's where it was built without them.
fn check_method(code: i32) -> Result<(), String> {
    let name = match code {
        0 | 3 | 5 | 10..=12 => return Ok(()),
        1 => "Kerberos 4",
        2 => "Kerberos 5",
        4 => "Crypt",
        7 | 8 => "GSSAPI",
        9 => "SSPI",
        _ => {
            return Err(format!(
                "authentication method {} not supported",
                code.cast_unsigned()
            ));
        }
    };
    Err(format!("{name} authentication not supported"))
}

/// The code of a request, and what comes with it.
fn split(body: &[u8]) -> (i32, &[u8]) {
    let (code, data) = body.split_first_chunk().unwrap_or((&[0xff; 4], &[]));
    (i32::from_be_bytes(*code), data)
}

/// The body of the message that begins an exchange of SASL.
fn first_message(mechanism: &str, first: &str) -> Vec<u8> {
    let length = u32::try_from(first.len()).unwrap_or_default();
    let length = length.to_be_bytes();
    [mechanism.as_bytes(), b"\0", &length, first.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::tests::message;
    use super::*;

    fn plan(oldest: Protocol, newest: Protocol) -> Plan {
        Plan {
            oldest,
            newest,
            parameters: vec![
                ("user", "me\0x\0y".into()),
                ("replication", "database".into()),
            ],
            keys: None,
            must_bind: false,
            oauth: None,
            token: None,
        }
    }

    /// What the client crate reads of `sent`, cut at each place, and whether the start is over.
    fn passed(plan: &Plan, sent: &[u8]) -> Result<(Vec<u8>, bool), String> {
        let mut results = Vec::new();
        for step in 1..=sent.len() {
            let mut startup = Startup::new(plan.clone(), Vec::new(), false);
            let (mut out, mut reply) = (Vec::new(), Vec::new());
            for piece in sent.chunks(step) {
                startup.feed(piece, &mut reply)?;
                out.extend(startup.take_passed(3));
            }
            out.extend(startup.take_passed(usize::MAX));
            assert!(reply.is_empty());
            results.push((out, startup.is_over()));
        }
        results.dedup();
        assert_eq!(results.len(), 1);
        Ok(results.remove(0))
    }

    #[test]
    fn the_message_is_ours_and_is_sent_once() {
        let mut startup = Startup::new(plan(Protocol::V3_0, Protocol::V3_2), Vec::new(), false);
        let message = startup.take_message().unwrap();
        assert_eq!(
            message,
            b"\0\0\0\x28\0\x03\0\x02user\0mexy\0replication\0database\0\0"
        );
        assert_eq!(message.len(), 0x28);
        assert_eq!(startup.take_message(), None);
    }

    #[test]
    fn what_the_crate_does_not_know_is_kept_from_it() {
        let newer = plan(Protocol::V3_0, Protocol::V3_2);
        let welcome = [
            message(b'R', &[0; 4]),
            message(b'S', b"a\0b\0"),
            message(b'K', b"PROC0123456789"),
            message(b'Z', b"I"),
        ];
        let short = message(b'K', b"PROC0123");
        let expected = [
            &welcome[0],
            &welcome[1],
            &short,
            &welcome[3],
            &b"later"[..].to_vec(),
        ];
        let sent = [
            message(b'v', b"\0\x03\0\0\0\0\0\0"),
            welcome.concat(),
            b"later".to_vec(),
        ];
        let expected: Vec<u8> = expected.into_iter().flatten().copied().collect();
        assert_eq!(passed(&newer, &sent.concat()), Ok((expected, true)));
        let strict = plan(Protocol::V3_2, Protocol::V3_2);
        assert_eq!(
            passed(&strict, &sent.concat()).unwrap_err(),
            "the server speaks protocol 3.0, and min_protocol_version is 3.2"
        );
    }

    #[test]
    fn lengths_that_cannot_be_end_it() {
        let plan = plan(Protocol::V3_0, Protocol::V3_0);
        for head in [
            &b"R\x7f\xff\xff\xff"[..],
            b"R\0\0\x08\x00",
            b"S\xff\xff\xff\xff",
        ] {
            assert!(passed(&plan, head).is_err(), "{head:?}");
        }
        assert!(passed(&plan, b"R\0\0\0\x07\0\0\0").is_err());
    }

    #[test]
    fn logins_that_cannot_be_are_not_answered() {
        let sasl = |names: &[u8]| message(b'R', &[&b"\0\0\0\x0a"[..], names].concat());
        let (plus, plain) = (&b"SCRAM-SHA-256-PLUS\0\0"[..], &b"SCRAM-SHA-256\0\0"[..]);
        let clear = message(b'R', &[0, 0, 0, 3]);
        let oauth = sasl(b"OAUTHBEARER\0\0");
        for (must_bind, encrypted, request, why) in [
            (true, false, sasl(plain), "SSL not in use"),
            (true, true, sasl(plain), "server did not offer"),
            (true, true, oauth.clone(), "server did not offer"),
            (true, true, sasl(plus), ""),
            (
                true,
                true,
                clear.clone(),
                "not supported by server's authentication request",
            ),
            (false, false, sasl(plus), "over a non-SSL connection"),
            (false, true, sasl(plus), ""),
            (false, false, clear, ""),
            (
                false,
                false,
                message(b'R', &[0, 0, 0, 7]),
                "GSSAPI authentication not supported",
            ),
            (
                false,
                false,
                message(b'R', &[0xff; 4]),
                "authentication method 4294967295 not supported",
            ),
            (
                false,
                true,
                oauth,
                "oauth_issuer and oauth_client_id are not both set",
            ),
        ] {
            let plan = Plan {
                must_bind,
                ..plan(Protocol::V3_0, Protocol::V3_0)
            };
            let mut startup = Startup::new(plan, Vec::new(), encrypted);
            let fed = startup.feed(&request, &mut Vec::new());
            let got = fed.err().unwrap_or_default();
            assert!(
                got.contains(why) && got.is_empty() == why.is_empty(),
                "{got}"
            );
        }
    }

    #[test]
    fn a_token_is_wanted_once_the_server_says_where_it_comes_from() {
        let oauth = oauth::Client::for_test("https://a");
        let plan = Plan {
            oauth: Some(oauth),
            ..plan(Protocol::V3_0, Protocol::V3_0)
        };
        let mut startup = Startup::new(plan, Vec::new(), true);
        let mut reply = Vec::new();
        let sasl = message(b'R', b"\0\0\0\x0aOAUTHBEARER\0\0");
        startup.feed(&sasl, &mut reply).unwrap();
        assert_eq!(
            reply,
            message(b'p', b"OAUTHBEARER\0\0\0\0\x0bn,,\x01auth=\x01\x01")
        );
        assert!(!startup.has_shown_token());
        let refusal = br#"{"status":"invalid_token",
            "openid-configuration":"https://a/.well-known/openid-configuration"}"#;
        let refusal = message(b'R', &[&b"\0\0\0\x0b"[..], refusal].concat());
        reply.clear();
        startup.feed(&refusal, &mut reply).unwrap();
        assert_eq!(reply, message(b'p', b"\x01"));
        assert!(startup.take_wanted().is_some());
        assert!(startup.feed(&message(b'R', &[0; 4]), &mut reply).is_err());
    }

    #[test]
    fn a_server_that_skips_the_proof_is_refused() {
        use base64::Engine as _;
        let key = base64::engine::general_purpose::STANDARD.encode([7; 32]);
        let keys = Keys::parse(Some(&key), Some(&key)).unwrap();
        let plan = Plan {
            keys,
            ..plan(Protocol::V3_0, Protocol::V3_0)
        };
        let mut startup = Startup::new(plan, b"n".to_vec(), false);
        let scram = message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0");
        let mut reply = Vec::new();
        startup.feed(&scram, &mut reply).unwrap();
        assert!(reply.starts_with(b"p\0\0\0"), "{reply:?}");
        assert!(startup.feed(&message(b'R', &[0; 4]), &mut reply).is_err());
    }
}
