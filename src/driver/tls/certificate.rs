//! Certificates as OpenSSL would take them where the TLS library is stricter: version 1, names in
//! the common name, an authority's certificate used as a server's. Pure and total: text that is
//! cut off anywhere gives `None`.

use crate::calendar::days;
use rustls::pki_types::{SignatureVerificationAlgorithm, UnixTime};

/// One DER element.
#[derive(Clone, Copy)]
struct Element<'a> {
    tag: u8,
    whole: &'a [u8],
    content: &'a [u8],
    after: &'a [u8],
}

fn element(der: &[u8]) -> Option<Element<'_>> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits.iter().fold(0, |n, d| n << 8 | usize::from(*d));
            (length, rest)
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some(Element {
        tag,
        whole: &der[..der.len() - after.len()],
        content,
        after,
    })
}

/// The elements of a sequence, as far as they make sense.
fn elements(content: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let next = element(rest)?;
        rest = next.after;
        Some(next)
    })
}

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 29, 17];
const DNS_NAME: u8 = 0x82;
const IP_ADDRESS: u8 = 0x87;

/// What of a certificate matters here (RFC 5280, 4.1).
pub(in crate::driver) struct Certificate<'a> {
    signed: &'a [u8],
    issuer: &'a [u8],
    subject: &'a [u8],
    from: i64,
    until: i64,
    /// The whole SubjectPublicKeyInfo.
    pub(in crate::driver) key: &'a [u8],
    extensions: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
}

/// Why a certificate of this kind is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum Refused {
    Expired,
    NotYet,
    UnknownIssuer,
    Signature,
    Name,
}

impl<'a> Certificate<'a> {
    pub(in crate::driver) fn read(der: &'a [u8]) -> Option<Self> {
        let mut outer = elements(element(der)?.content);
        let (signed, algorithm, signature) = (outer.next()?, outer.next()?, outer.next()?);
        let mut rest = signed.content;
        let mut next = || {
            let found = element(rest)?;
            rest = found.after;
            Some(found)
        };
        // The version [0] is left out in version 1; then serial number and algorithm.
        if next()?.tag == 0xa0 {
            next()?;
        }
        next()?;
        let (issuer, validity, subject, key) = (next()?, next()?, next()?, next()?);
        let mut times = elements(validity.content);
        let extensions = elements(key.after).find(|e| e.tag == 0xa3);
        Some(Certificate {
            signed: signed.whole,
            issuer: issuer.whole,
            subject: subject.whole,
            from: time(times.next()?)?,
            until: time(times.next()?)?,
            key: key.whole,
            extensions: match extensions {
                Some(e) => element(e.content)?.content,
                None => &[],
            },
            algorithm: algorithm.content,
            signature: signature.content.split_first()?.1,
        })
    }

    /// Whether the time is right.
    pub(in crate::driver) fn is_valid_at(&self, now: UnixTime) -> Result<(), Refused> {
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        match now {
            _ if now < self.from => Err(Refused::NotYet),
            _ if now > self.until => Err(Refused::Expired),
            _ => Ok(()),
        }
    }

    /// Whether one of `authorities` has signed this very certificate.
    pub(in crate::driver) fn is_signed_by<D: AsRef<[u8]>>(
        &self,
        authorities: &[D],
        algorithms: &[&'static dyn SignatureVerificationAlgorithm],
        now: UnixTime,
    ) -> Result<(), Refused> {
        self.is_valid_at(now)?;
        let mut refused = Refused::UnknownIssuer;
        let issuers = authorities.iter();
        let issuers = issuers.filter_map(|der| Certificate::read(der.as_ref()));
        for issuer in issuers.filter(|c| c.subject == self.issuer) {
            if let Err(why) = issuer.is_valid_at(now) {
                refused = why;
                continue;
            }
            refused = Refused::Signature;
            let fitting = algorithms
                .iter()
                .filter(|a| a.signature_alg_id().as_ref() == self.algorithm);
            for algorithm in fitting {
                if verifies(*algorithm, issuer.key, self.signed, self.signature) {
                    return Ok(());
                }
            }
        }
        Err(refused)
    }

    /// libpq's rule: names of the same kind as the host's in subjectAltName count, and only where
    /// there are none the common name does.
    pub(in crate::driver) fn is_for(&self, host: &str) -> Result<(), Refused> {
        let address: Option<std::net::IpAddr> = host.parse().ok();
        let kind = if address.is_some() {
            IP_ADDRESS
        } else {
            DNS_NAME
        };
        let mut try_common_name = true;
        for name in self.alternative_names() {
            try_common_name &= name.tag != kind;
            let fits = match (name.tag, address) {
                (DNS_NAME, _) => std::str::from_utf8(name.content).is_ok_and(|n| fits(n, host)),
                (IP_ADDRESS, Some(std::net::IpAddr::V4(ip))) => name.content == ip.octets(),
                (IP_ADDRESS, Some(std::net::IpAddr::V6(ip))) => name.content == ip.octets(),
                _ => false,
            };
            if fits {
                return Ok(());
            }
        }
        match self.common_name() {
            Some(name) if try_common_name && fits(name, host) => Ok(()),
            _ => Err(Refused::Name),
        }
    }

    fn alternative_names(&self) -> impl Iterator<Item = Element<'a>> {
        let found = elements(self.extensions).find_map(|extension| {
            let mut parts = elements(extension.content);
            let is_it = parts.next()?.content == SUBJECT_ALT_NAME;
            let value = parts.last()?;
            is_it.then_some(element(value.content)?.content)
        });
        elements(found.unwrap_or_default())
    }

    fn common_name(&self) -> Option<&'a str> {
        let parts = elements(element(self.subject)?.content).filter_map(|set| element(set.content));
        parts
            .filter_map(|attribute| {
                let mut pair = elements(attribute.content);
                let is_it = pair.next()?.content == COMMON_NAME;
                is_it.then_some(pair.next()?.content)
            })
            .last()
            .and_then(|name| std::str::from_utf8(name).ok())
    }
}

/// Whether `key`, a SubjectPublicKeyInfo, made the signature.
pub(in crate::driver) fn verifies(
    algorithm: &dyn SignatureVerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let parts = || {
        let mut parts = elements(element(key)?.content);
        let id = parts.next()?.content;
        let bits = parts.next()?.content.split_first()?.1;
        Some((id, bits))
    };
    parts().is_some_and(|(id, bits)| {
        algorithm.public_key_alg_id().as_ref() == id
            && algorithm.verify_signature(bits, message, signature).is_ok()
    })
}

/// Seconds since 1970 of a UTCTime or GeneralizedTime.
fn time(element: Element<'_>) -> Option<i64> {
    let text = std::str::from_utf8(element.content).ok()?;
    let text = text.strip_suffix('Z').filter(|t| t.is_ascii())?;
    let (year, rest) = match element.tag {
        0x17 => {
            let year: i64 = text.get(..2)?.parse().ok()?;
            (year + if year < 50 { 2000 } else { 1900 }, text.get(2..)?)
        }
        0x18 => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2)?.parse::<i64>().ok();
    let (month, day) = (part(0)?, part(2)?);
    let days = days(year, month, day);
    Some(days * 86_400 + part(4)? * 3600 + part(6)? * 60 + part(8)?)
}

/// Whether a certificate's name is this host's; a star at its start stands for one label.
fn fits(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let (Some(rest), Some((label, domain))) = (name.strip_prefix("*."), host.split_once('.'))
    else {
        return false;
    };
    !label.is_empty() && rest.eq_ignore_ascii_case(domain)
}

#[cfg(test)]
pub(in crate::driver) mod tests {
    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u8::try_from(content.len()).expect("short");
        let mut out = vec![tag, 0x81, length];
        out.extend(content);
        out
    }

    /// A certificate with this common name and these names, signed by nobody.
    pub(in crate::driver) fn sample(common: &str, names: &[(u8, &[u8])]) -> Vec<u8> {
        let attribute = [der(6, COMMON_NAME), der(12, common.as_bytes())].concat();
        let subject = der(48, &der(49, &der(48, &attribute)));
        let validity = [der(0x17, b"700101000000Z"), der(0x18, b"20240229120000Z")].concat();
        let names: Vec<u8> = names.iter().flat_map(|(t, n)| der(*t, n)).collect();
        let extension = [der(6, SUBJECT_ALT_NAME), der(4, &der(48, &names))].concat();
        let extensions = der(0xa3, &der(48, &der(48, &extension)));
        let signed = [
            der(0xa0, &[2, 1, 2]),
            der(2, &[1]),
            der(48, &[]),
            der(48, &[]),
            der(48, &validity),
            subject,
            der(48, &[7]),
            extensions,
        ];
        let whole = [der(48, &signed.concat()), der(48, &[]), der(3, &[0, 1])];
        der(48, &whole.concat())
    }

    #[test]
    fn a_certificate_cut_off_anywhere_is_none_or_has_no_name() {
        let whole = sample("h", &[(DNS_NAME, b"h")]);
        assert!(Certificate::read(&whole).is_some());
        for end in 0..whole.len() {
            assert!(Certificate::read(&whole[..end]).is_none(), "{end}");
        }
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] = 0xff;
            if let Some(certificate) = Certificate::read(&other) {
                let _ = certificate.is_for("h");
            }
        }
    }

    #[test]
    fn names_are_compared_as_libpq_compares_them() {
        for (common, names, host, expected) in [
            ("db.x", &[][..], "db.x", true),
            ("db.x", &[], "DB.X", true),
            ("*.x", &[], "db.x", true),
            ("*.x", &[], "a.db.x", false),
            ("*.x", &[], "x", false),
            ("db.x", &[(DNS_NAME, &b"other"[..])], "db.x", false),
            ("no", &[(DNS_NAME, b"a"), (DNS_NAME, b"db.x")], "db.x", true),
            ("10.0.0.1", &[(DNS_NAME, b"a")], "10.0.0.1", true),
            ("no", &[(IP_ADDRESS, &[10, 0, 0, 1])], "10.0.0.1", true),
            (
                "10.0.0.1",
                &[(IP_ADDRESS, &[10, 0, 0, 2])],
                "10.0.0.1",
                false,
            ),
            ("db.x", &[(IP_ADDRESS, &[10, 0, 0, 2])], "db.x", true),
            ("", &[], "", true),
        ] {
            let der = sample(common, names);
            let certificate = Certificate::read(&der).expect("a certificate");
            assert_eq!(
                certificate.is_for(host).is_ok(),
                expected,
                "{common} {host}"
            );
        }
    }

    #[test]
    fn times_are_seconds_since_1970() {
        let der = sample("h", &[]);
        let certificate = Certificate::read(&der).expect("a certificate");
        assert_eq!((certificate.from, certificate.until), (0, 1_709_208_000));
        let at = |secs| UnixTime::since_unix_epoch(std::time::Duration::from_secs(secs));
        assert_eq!(certificate.is_valid_at(at(1_709_208_000)), Ok(()));
        assert_eq!(
            certificate.is_valid_at(at(1_709_208_001)),
            Err(Refused::Expired)
        );
    }
}
