//! Where a document of an authorization server is, and the well-known places of such documents
//! (RFC 8414, OpenID Connect Discovery 1.0). Pure.

/// `https://HOST[:PORT][/PATH][?QUERY]`, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) encrypted: bool,
    /// Without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// What is asked for, from the slash on.
    pub(super) path: String,
    /// The host as the request names it.
    pub(super) authority: String,
}

const HTTPS: &str = "https://";
const HTTP: &str = "http://";

/// The text behind the scheme, and whether that encrypts.
fn behind_scheme(text: &str) -> Option<(bool, &str)> {
    let behind = |scheme: &str| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    };
    behind(HTTPS)
        .map(|rest| (true, rest))
        .or_else(|| behind(HTTP).map(|rest| (false, rest)))
}

/// Whether the text begins with `https://`, or with `http://` where that is allowed.
pub(super) fn is_safe(text: &str, plain_too: bool) -> bool {
    behind_scheme(text).is_some_and(|(encrypted, _)| encrypted || plain_too)
}

impl Url {
    /// `None` where it is no such URL. Nothing in one can add lines to a request.
    pub(super) fn parse(text: &str) -> Option<Url> {
        let (encrypted, rest) = behind_scheme(text)?;
        if !rest.bytes().all(|b| b.is_ascii_graphic()) {
            return None;
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let usual = if encrypted { 443 } else { 80 };
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
        };
        let port = match port.strip_prefix(':') {
            Some(digits) => digits.parse().ok()?,
            None if port.is_empty() => usual,
            None => return None,
        };
        // A name before the host would be somebody's password.
        (!host.is_empty() && !host.contains('@')).then(|| Url {
            encrypted,
            host: host.to_string(),
            port,
            path: match path.starts_with('/') {
                true => path.to_string(),
                false => format!("/{path}"),
            },
            authority: authority.to_string(),
        })
    }
}

const WELL_KNOWN: &str = "/.well-known/";
const DOCUMENTS: &[&str] = &["openid-configuration", "oauth-authorization-server"];

/// Whether the text points to a document rather than naming who issues it.
pub(super) fn is_well_known(text: &str) -> bool {
    text.contains(WELL_KNOWN)
}

/// Who issues the document there: the URL without its well-known part, which stands at the beginning
/// of the path (RFC 8414) or at its end (OpenID). The error is libpq's.
pub(super) fn issuer_of(place: &str, plain_too: bool) -> Result<String, String> {
    let refuse = |why: &str| Err(format!("OAuth discovery URI \"{place}\" {why}"));
    let Some((_, rest)) = behind_scheme(place).filter(|(encrypted, _)| *encrypted || plain_too)
    else {
        return refuse("must use HTTPS");
    };
    if rest.contains(['?', '#']) {
        return refuse("must not contain query or fragment components");
    }
    let Some((before, behind)) = rest.split_once(WELL_KNOWN) else {
        return refuse("is not a .well-known URI");
    };
    let known = DOCUMENTS.iter().find_map(|name| behind.strip_prefix(name));
    let Some(after) = known.filter(|after| after.is_empty() || after.starts_with('/')) else {
        return refuse("uses an unsupported .well-known suffix");
    };
    if !after.is_empty() && before.contains('/') {
        return refuse("uses an invalid format");
    }
    let scheme = &place[..place.len() - rest.len()];
    Ok(format!("{scheme}{before}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        for (text, expected) in [
            ("https://a", "true a 443 / a"),
            ("HTTPS://a:8443/x/y?z=1#f", "true a 8443 /x/y?z=1 a:8443"),
            ("http://[::1]:80?q", "false ::1 80 /?q [::1]:80"),
            ("https://[::1]/", "true ::1 443 / [::1]"),
            ("ftp://a", "no"),
            ("https://", "no"),
            ("https://:1/", "no"),
            ("https://me:pw@a/", "no"),
            ("https://me@a/", "no"),
            ("https://a:99999/", "no"),
            ("https://a:/", "no"),
            ("https://[::1/", "no"),
            ("https://[::1]x/", "no"),
            ("https://a/x\r\nHost: b", "no"),
            ("https://a/ x", "no"),
            ("https://ä/", "no"),
            ("ä", "no"),
        ] {
            let got = Url::parse(text).map_or("no".into(), |u| {
                format!(
                    "{} {} {} {} {}",
                    u.encrypted, u.host, u.port, u.path, u.authority
                )
            });
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn a_documents_place_tells_its_issuer() {
        for (place, expected) in [
            (
                "https://a/.well-known/openid-configuration",
                Ok("https://a"),
            ),
            (
                "https://a/t/.well-known/openid-configuration",
                Ok("https://a/t"),
            ),
            (
                "https://a/.well-known/oauth-authorization-server/t/",
                Ok("https://a/t/"),
            ),
            (
                "http://a/.well-known/openid-configuration",
                Err("must use HTTPS"),
            ),
            (
                "https://a/.well-known/openid-configuration?x",
                Err("must not contain query or fragment components"),
            ),
            (
                "https://a/#/.well-known/openid-configuration",
                Err("must not contain query or fragment components"),
            ),
            ("https://a", Err("is not a .well-known URI")),
            (
                "https://a/.well-known/openid-configuration-bad",
                Err("uses an unsupported .well-known suffix"),
            ),
            (
                "https://a/b/.well-known/openid-configuration/c",
                Err("uses an invalid format"),
            ),
        ] {
            let expected = expected
                .map(str::to_string)
                .map_err(|why| format!("OAuth discovery URI \"{place}\" {why}"));
            assert_eq!(issuer_of(place, false), expected, "{place}");
        }
        let plain = "http://a/.well-known/openid-configuration";
        assert_eq!(issuer_of(plain, true), Ok("http://a".into()));
    }

    #[test]
    fn no_url_adds_to_a_request_and_no_place_has_another_issuer() {
        let seeds: &[&[u8]] = &[
            b"https://a:8443/x?y#z",
            b"http://[::1]:80/.well-known/openid-configuration",
            b"https://a/.well-known/oauth-authorization-server/t",
        ];
        let words: &[&[u8]] = &[
            b"://",
            b"@",
            b"\r\nHost: b",
            b"/.well-known/",
            "é".as_bytes(),
        ];
        crate::driver::fuzz::bytes(seeds, words, |input, _| {
            let text = String::from_utf8_lossy(input);
            if let Some(url) = Url::parse(&text) {
                let sent = format!("{}{}{}", url.host, url.authority, url.path);
                assert!(sent.bytes().all(|b| b.is_ascii_graphic()), "{sent}");
            }
            if let Ok(issuer) = issuer_of(&text, true) {
                let host = |url: &str| url.split('/').nth(2).map(str::to_string);
                assert_eq!(host(&issuer), host(&text));
            }
        });
    }
}
