//! Why no TLS connection came about, and exactly what to change. The client library brings its own
//! way to check certificates, which refuses some that the mariadb client takes: those of version 1,
//! those that are an authority's, and names that stand in the subject alone. Pure.

use rustls::{CertificateError, Error, OtherError};

/// What is wrong, and what to do.
pub(super) fn of(error: &Error) -> (String, String) {
    let said = |why: &str, hint: &str| (why.to_string(), hint.to_string());
    match error {
        Error::InvalidCertificate(why) => certificate(why),
        Error::AlertReceived(_) => (
            format!("the server refused the TLS handshake: {error}"),
            "The server may want a client certificate: see ssl-cert and ssl-key.".into(),
        ),
        Error::NoCertificatesPresented => said("the server shows no certificate", REQUIRED),
        other => (format!("no TLS connection: {other}"), REQUIRED.into()),
    }
}

const REQUIRED: &str = "ssl-mode=DISABLED connects without encryption.";
const WEAKER: &str = "ssl-mode=REQUIRED encrypts without knowing who the server is.";

fn certificate(why: &CertificateError) -> (String, String) {
    use CertificateError as C;
    let (why, hint) = match why {
        C::UnknownIssuer => (
            "the server's certificate is not signed by a known authority".to_string(),
            "Name the authority's certificate with ssl-ca=FILE",
        ),
        C::Expired | C::ExpiredContext { .. } => {
            ("the server's certificate has expired".into(), "Renew it")
        }
        C::NotValidYet | C::NotValidYetContext { .. } => (
            "the server's certificate is not valid yet".into(),
            "Look at the clocks of both machines",
        ),
        C::NotValidForNameContext { presented, .. } if presented.is_empty() => (
            "the server's certificate holds no name of a host beside its common name, which does \
             not count here"
                .into(),
            "Make it anew with an extension subjectAltName=DNS:HOST",
        ),
        C::NotValidForName | C::NotValidForNameContext { .. } => (
            "the server's certificate is for another host name".into(),
            "Connect by a name that stands in it, or use ssl-mode=VERIFY_CA",
        ),
        C::Other(other) if is(other, "UnsupportedCertVersion") => {
            return (
                "the server's certificate is of the outdated X.509 version 1, which is not read \
                 here"
                    .into(),
                "Make it anew with extensions (openssl x509 -req … -extfile FILE, and in FILE \
                 subjectAltName=DNS:HOST), or use ssl-mode=DISABLED."
                    .into(),
            );
        }
        C::Other(other) if is(other, "CaUsedAsEndEntity") => (
            "the server shows the certificate of an authority as its own".into(),
            "Sign one for the server with it (basicConstraints=CA:FALSE, \
             subjectAltName=DNS:HOST)",
        ),
        C::Other(other) => {
            return (
                format!("the server's certificate is not accepted: {}", other.0),
                WEAKER.to_string(),
            );
        }
        other => {
            return (
                format!("the server's certificate is not accepted: {other}"),
                WEAKER.to_string(),
            );
        }
    };
    (why, format!("{hint}; {WEAKER}"))
}

/// Whether the library's own error, which has no type to match here, is that one.
fn is(error: &OtherError, name: &str) -> bool {
    error.0.to_string() == name
}
