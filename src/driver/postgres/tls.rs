//! TLS as libpq's sslmode has it: what is checked of the server's certificate, and against what.

use crate::error::{Error, Kind, Result, reason};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{self, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore,
    SignatureScheme,
};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use tokio_postgres_rustls::MakeRustlsConnect;

/// sslmode, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// The names of the modes, for messages.
pub(super) const MODES: &str = "disable, allow, prefer, require, verify-ca, verify-full";

impl Mode {
    pub(super) fn parse(text: &str) -> Option<Mode> {
        Some(match text {
            "disable" => Mode::Disable,
            "allow" => Mode::Allow,
            "prefer" => Mode::Prefer,
            "require" => Mode::Require,
            "verify-ca" => Mode::VerifyCa,
            "verify-full" => Mode::VerifyFull,
            _ => return None,
        })
    }
}

/// Who may sign the server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Roots {
    None,
    System,
    File(PathBuf),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) mode: Mode,
    /// The handshake begins at once, without asking whether the server wants it.
    pub(super) direct: bool,
    pub(super) roots: Roots,
}

/// The protocol version of a connection, known once it stands.
pub(super) type Version = Arc<OnceLock<&'static str>>;

/// Where the certificates of well-known authorities are kept, by distribution.
const SYSTEM_BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
];

/// What makes TLS connections with these settings. Reads the certificates; nothing before it does.
pub(super) fn connector(settings: &Settings, version: Version) -> Result<MakeRustlsConnect> {
    let roots = match (&settings.roots, settings.mode) {
        // As libpq: a root certificate makes `require` check the chain.
        (Roots::File(path), mode) if mode >= Mode::Require => Some(certificates(path)?),
        (Roots::System, _) => Some(system()),
        (Roots::None, Mode::VerifyCa | Mode::VerifyFull) => return Err(no_roots()),
        _ => None,
    };
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier {
        store: roots.as_deref().map(store).transpose()?,
        trusted: roots.unwrap_or_default(),
        names: settings.mode == Mode::VerifyFull,
        algorithms: provider.signature_verification_algorithms,
        version,
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| Error::new(Kind::Connect, format!("could not set up TLS: {e}")))?;
    let mut config = config
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    if settings.direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

fn no_roots() -> Error {
    Error::new(
        Kind::Connect,
        "no root certificate to check the server's with",
    )
    .with_hint(
        "Put it into ~/.postgresql/root.crt, name it with sslrootcert, use sslrootcert=system, or \
         choose a weaker sslmode.",
    )
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let what = |why: String| {
        Error::new(
            Kind::Connect,
            format!(
                "could not read root certificate file \"{}\": {why}",
                path.display()
            ),
        )
    };
    let text = std::fs::read(path).map_err(|e| what(reason(&e)))?;
    let found: std::io::Result<Vec<_>> = rustls_pemfile::certs(&mut text.as_slice()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(what("it holds no certificate in PEM form".into())),
    }
}

fn system() -> Vec<CertificateDer<'static>> {
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let paths = named
        .into_iter()
        .chain(SYSTEM_BUNDLES.iter().map(PathBuf::from));
    paths
        .filter_map(|path| certificates(&path).ok())
        .next()
        .unwrap_or_default()
}

fn store(certificates: &[CertificateDer<'static>]) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates.iter().cloned());
    if store.is_empty() {
        // No bundle on this machine: the one that Mozilla keeps, as of the build.
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    Ok(store)
}

/// Checks what the mode asks for, and no more.
#[derive(Debug)]
struct Verifier {
    /// `None`: any certificate will do.
    store: Option<RootCertStore>,
    trusted: Vec<CertificateDer<'static>>,
    names: bool,
    algorithms: WebPkiSupportedAlgorithms,
    version: Version,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let Some(store) = &self.store else {
            return Ok(ServerCertVerified::assertion());
        };
        // A self-signed certificate that is itself trusted needs no chain.
        let pinned = self
            .trusted
            .iter()
            .any(|t| t.as_ref() == end_entity.as_ref());
        if pinned && !self.names {
            return Ok(ServerCertVerified::assertion());
        }
        let parsed = ParsedCertificate::try_from(end_entity)?;
        if !pinned {
            verify_server_cert_signed_by_trust_anchor(
                &parsed,
                store,
                intermediates,
                now,
                self.algorithms.all,
            )?;
        }
        if self.names {
            verify_server_name(&parsed, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.version.get_or_init(|| "TLSv1.2");
        crypto::verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.version.get_or_init(|| "TLSv1.3");
        let checked = crypto::verify_tls13_signature(message, cert, dss, &self.algorithms);
        match (&checked, public_key(cert)) {
            // Certificates of version 1, as many tutorials make them, are refused by the library
            // before it looks at the signature. The key in them is as good as any.
            (Err(rustls::Error::InvalidCertificate(_)), Some(key)) => {
                let key = SubjectPublicKeyInfoDer::from(key);
                crypto::verify_tls13_signature_with_raw_key(message, &key, dss, &self.algorithms)
            }
            _ => checked,
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// One DER element.
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

/// The SubjectPublicKeyInfo of a certificate (RFC 5280, 4.1).
fn public_key(cert: &[u8]) -> Option<&[u8]> {
    let mut rest = element(element(cert)?.content)?.content;
    // The version [0] is left out in version 1; then serial, signature, issuer, validity, subject.
    let first = element(rest)?;
    if first.tag == 0xa0 {
        rest = first.after;
    }
    for _ in 0..5 {
        rest = element(rest)?.after;
    }
    Some(element(rest)?.whole)
}

/// Why a handshake failed, in words that say what to do.
pub(super) fn handshake_error(e: &tokio_postgres::Error) -> Option<Error> {
    let io: &std::io::Error = std::error::Error::source(e)?.downcast_ref()?;
    let tls: &rustls::Error = io.get_ref()?.downcast_ref()?;
    let (message, hint) = match tls {
        rustls::Error::InvalidCertificate(why) => certificate_error(why),
        rustls::Error::AlertReceived(_) => (
            format!("the server refused the TLS handshake: {tls}"),
            "The server may want a client certificate, which is not supported yet.",
        ),
        other => (format!("could not set up TLS: {other}"), ""),
    };
    let error = Error::new(Kind::Connect, message);
    Some(match hint {
        "" => error,
        hint => error.with_hint(hint),
    })
}

fn certificate_error(why: &CertificateError) -> (String, &'static str) {
    use CertificateError as C;
    let said = |message: &str| message.to_string();
    match why {
        C::UnknownIssuer => (
            said("the server's certificate is not signed by a trusted authority"),
            "Name the authority's certificate with sslrootcert.",
        ),
        C::NotValidForName | C::NotValidForNameContext { .. } => (
            said("the server's certificate is for another host name"),
            "Names are read from subjectAltName only. Connect by a name that stands there, or use \
             sslmode=verify-ca.",
        ),
        C::Expired | C::ExpiredContext { .. } => (said("the server's certificate has expired"), ""),
        C::NotValidYet | C::NotValidYetContext { .. } => {
            (said("the server's certificate is not valid yet"), "")
        }
        C::Other(OtherError(inner)) if inner.to_string().contains("CaUsedAsEndEntity") => (
            said("the server's certificate is that of an authority"),
            "Give the server a certificate of its own, made with basicConstraints=CA:FALSE.",
        ),
        C::Other(OtherError(inner)) if inner.to_string().contains("UnsupportedCertVersion") => (
            said("the server's certificate has the outdated version 1"),
            "Make it with extensions (openssl x509 -req -extfile …), or use sslmode=require.",
        ),
        other => (
            format!("the server's certificate is not accepted: {other}"),
            "",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn der_that_is_cut_off_anywhere_gives_no_key() {
        // A certificate without version: serial, four sequences, then the key.
        let inner = [2, 1, 1, 48, 0, 48, 0, 48, 0, 48, 0, 48, 1, 7];
        let mut der = vec![48, 16, 48, 14];
        der.extend(inner);
        assert_eq!(public_key(&der), Some(&[48, 1, 7][..]));
        for end in 0..der.len() {
            assert_eq!(public_key(&der[..end]), None, "{end}");
        }
    }

    #[test]
    fn a_mode_without_anything_to_check_against_is_refused() {
        let settings = Settings {
            mode: Mode::VerifyCa,
            direct: false,
            roots: Roots::None,
        };
        let refused = connector(&settings, Version::default()).err();
        assert!(refused.is_some_and(|e| e.hint.is_some()));
    }
}
