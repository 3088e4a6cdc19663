//! What an authorization server says: JSON to values (RFC 8414, 8628, 6749), and the list of a form
//! to send. What must be there and is not, or stands there twice, is an error. Pure.

use super::http::Answer;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What the server says of itself.
#[derive(Deserialize)]
pub(super) struct Provider {
    pub(super) issuer: String,
    pub(super) token_endpoint: String,
    pub(super) device_authorization_endpoint: Option<String>,
}

/// What the user is to do, and how long it may take. Not for `Debug`: the code is as good as what it
/// will become.
#[derive(Deserialize)]
pub(super) struct Device {
    pub(super) device_code: String,
    pub(super) user_code: String,
    // Google and Microsoft write it so.
    #[serde(alias = "verification_url")]
    pub(super) verification_uri: String,
    pub(super) expires_in: f64,
    pub(super) interval: Option<f64>,
}

#[derive(Deserialize)]
pub(super) struct Token {
    pub(super) access_token: String,
    #[serde(rename = "token_type")]
    _kind: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Refusal {
    pub(super) error: String,
    pub(super) error_description: Option<String>,
}

impl Refusal {
    /// Why nothing more is asked. `secret` says whether the request was signed with one.
    pub(super) fn describe(&self, status: u16, secret: bool) -> String {
        let why = match (&self.error_description, status) {
            (Some(description), _) => format!("{description} "),
            (None, 401) if secret => "provider rejected the oauth_client_secret ".into(),
            (None, 401) => {
                "provider requires client authentication, and no oauth_client_secret is set ".into()
            }
            _ => String::new(),
        };
        format!("{why}({})", self.error)
    }
}

const JSON: &str = "application/json";

/// The document of an answer. The error may quote it, and never what could be a secret.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, String> {
    let kind = answer.content_type.as_deref();
    let kind = kind.ok_or("no content type was provided")?;
    let bare = kind.split(';').next().unwrap_or_default().trim_end();
    if !bare.eq_ignore_ascii_case(JSON) {
        return Err(format!("unexpected content type: \"{kind}\""));
    }
    serde_json::from_slice(&answer.body).map_err(|e| said(&e))
}

/// What the reader of JSON says, without the value that it met.
pub(super) fn said(e: &serde_json::Error) -> String {
    let text = e.to_string();
    match text.split_once("invalid type: ") {
        Some((_, rest)) => {
            let expected = rest.split(", expected ").nth(1).unwrap_or(rest);
            format!("a field is not what it should be: expected {expected}")
        }
        None => text,
    }
}

/// A list of names and values, as forms are sent.
pub(super) fn form(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// `application/x-www-form-urlencoded`
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: Option<&str>, body: &str) -> Answer {
        Answer {
            status: 200,
            content_type: kind.map(str::to_string),
            body: body.into(),
        }
    }

    #[test]
    fn documents_are_read_strictly() {
        let good = r#"{"device_code":"d","user_code":"u","verification_url":"v","expires_in":5,
                       "interval":0.5,"other":[{"x":null}]}"#;
        let device: Device = read(&answer(Some("Application/JSON ; charset=x"), good)).unwrap();
        assert_eq!(device.verification_uri, "v");
        assert_eq!((device.expires_in, device.interval), (5.0, Some(0.5)));
        let deep = "[".repeat(100_000);
        for (kind, body, why) in [
            (None, "{}", "no content type was provided"),
            (
                Some("text/html"),
                "{}",
                "unexpected content type: \"text/html\"",
            ),
            (
                Some("application/jsonp"),
                "{}",
                "unexpected content type: \"application/jsonp\"",
            ),
            (Some(JSON), "{}", "missing field `access_token`"),
            (
                Some(JSON),
                r#"{"access_token":"a","access_token":"b"}"#,
                "duplicate field `access_token`",
            ),
            (
                Some(JSON),
                r#"{"access_token":12345,"token_type":"b"}"#,
                "expected a string",
            ),
            (Some(JSON), "\u{0}", "expected value"),
            (Some(JSON), &deep, "expected"),
        ] {
            let got = read::<Token>(&answer(kind, body)).err().unwrap_or_default();
            assert!(got.contains(why), "{got}");
            assert!(!got.contains("12345"), "{got}");
        }
        let raw = Answer {
            body: b"{\"error\":\"\xff\"}".to_vec(),
            ..answer(Some(JSON), "")
        };
        assert!(read::<Refusal>(&raw).is_err());
    }

    #[test]
    fn forms_are_encoded() {
        assert_eq!(
            form(&[("a b", "c&d=é"), ("e", "~-._+")]),
            "a+b=c%26d%3D%C3%A9&e=~-._%2B"
        );
    }

    #[test]
    fn a_refusal_says_what_to_look_at() {
        let refusal = |description: Option<&str>| Refusal {
            error: "e".into(),
            error_description: description.map(str::to_string),
        };
        assert_eq!(refusal(Some("d")).describe(401, true), "d (e)");
        assert_eq!(refusal(None).describe(400, true), "(e)");
        for (secret, words) in [(true, "rejected"), (false, "no oauth_client_secret")] {
            assert!(refusal(None).describe(401, secret).contains(words));
        }
    }
}
