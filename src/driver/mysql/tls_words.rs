//! Why no TLS connection came about, and exactly what to change. Pure.

use rustls::{CertificateError, Error};

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
        C::NotValidForName | C::NotValidForNameContext { .. } => (
            "the server's certificate is for another host name".into(),
            "Connect by a name that stands in it, or use ssl-mode=VERIFY_CA",
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
