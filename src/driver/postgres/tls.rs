//! TLS as libpq's sslmode has it: what is checked of the server's certificate, and against what.

use super::certificate::{Certificate, Refused, verifies};
use super::identity::{self, Identity};
use crate::error::{Error, Kind, Result, reason};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{self, CryptoProvider, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    SupportedProtocolVersion, version,
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
    /// Files of revoked certificates.
    pub(super) revoked: Vec<PathBuf>,
    pub(super) identity: identity::Settings,
    /// Whether the server is told by which name it is meant.
    pub(super) sni: bool,
    pub(super) versions: Versions,
    /// Where the keys of sessions are written, for who looks into their own traffic.
    pub(super) key_log: Option<PathBuf>,
}

/// The versions of TLS that are spoken: all of the library's are 1.2 and 1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Versions {
    All,
    Only12,
    Only13,
}

impl Versions {
    fn list(self) -> &'static [&'static SupportedProtocolVersion] {
        static NEWEST_FIRST: [&SupportedProtocolVersion; 2] = [&version::TLS13, &version::TLS12];
        match self {
            Versions::All => &NEWEST_FIRST,
            Versions::Only12 => &NEWEST_FIRST[1..],
            Versions::Only13 => &NEWEST_FIRST[..1],
        }
    }
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

/// Makes the TLS connections of one attempt.
pub(super) struct Maker {
    pub(super) make: MakeRustlsConnect,
    /// Whether the server has to ask for a certificate of ours, and did.
    pub(super) identity: Arc<Identity>,
}

/// What makes TLS connections to `host` with these settings. Reads the certificates; nothing
/// before it does. `name` is the host's as the user gave it, if one was given.
pub(super) fn connector(
    settings: &Settings,
    name: Option<&str>,
    version: Version,
) -> Result<Maker> {
    let verified = settings.mode >= Mode::VerifyCa;
    let roots = match &settings.roots {
        Roots::System => Some(system()),
        // As libpq: a root certificate that is there is used, whatever the mode.
        Roots::File(path) if verified || path.exists() => Some(certificates(path)?),
        Roots::None if verified => return Err(no_roots()),
        _ => None,
    };
    let names = match (settings.mode, name) {
        (Mode::VerifyFull, None) => {
            return Err(Error::new(
                Kind::Connect,
                "sslmode=verify-full needs the name of the host",
            )
            .with_hint("Give it with host beside hostaddr."));
        }
        (Mode::VerifyFull, Some(name)) => Some(name.to_string()),
        _ => None,
    };
    let provider = Arc::new(ring::default_provider());
    let store = roots.as_deref().map(store).transpose()?.map(Arc::new);
    let verifier = Verifier {
        revocation: revocation(store.as_ref(), &settings.revoked, &provider)?,
        store,
        trusted: roots.unwrap_or_default(),
        names,
        algorithms: provider.signature_verification_algorithms,
        version,
    };
    let identity = Arc::new(Identity::load(&settings.identity, &provider)?);
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(settings.versions.list())
        .map_err(|e| Error::new(Kind::Connect, format!("could not set up TLS: {e}")))?;
    let mut config = config
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(identity.clone());
    config.enable_sni = settings.sni;
    if let Some(path) = &settings.key_log {
        config.key_log = Arc::new(super::key_log::open(path)?);
    }
    if settings.direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(Maker {
        make: MakeRustlsConnect::new(config),
        identity,
    })
}

/// Checks a chain against lists of revoked certificates, one for each authority in it.
fn revocation(
    store: Option<&Arc<RootCertStore>>,
    files: &[PathBuf],
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<WebPkiServerVerifier>>> {
    let (Some(store), false) = (store, files.is_empty()) else {
        return Ok(None);
    };
    let mut lists: Vec<CertificateRevocationListDer<'static>> = Vec::new();
    for path in files {
        let what = |why: String| {
            let path = path.display();
            Error::new(
                Kind::Connect,
                format!("could not read the list of revoked certificates \"{path}\": {why}"),
            )
        };
        let text = std::fs::read(path).map_err(|e| what(reason(&e)))?;
        for list in rustls_pemfile::crls(&mut text.as_slice()) {
            lists.push(list.map_err(|e| what(reason(&e)))?);
        }
    }
    if lists.is_empty() {
        return Ok(None);
    }
    WebPkiServerVerifier::builder_with_provider(store.clone(), provider.clone())
        .with_crls(lists)
        .enforce_revocation_expiration()
        .build()
        .map(Some)
        .map_err(|e| Error::new(Kind::Connect, format!("could not use sslcrl: {e}")))
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
    store: Option<Arc<RootCertStore>>,
    trusted: Vec<CertificateDer<'static>>,
    /// Knows what has been revoked.
    revocation: Option<Arc<WebPkiServerVerifier>>,
    /// The name that the certificate must be for.
    names: Option<String>,
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
        let bad = || rustls::Error::InvalidCertificate(CertificateError::BadEncoding);
        let read = Certificate::read(end_entity).ok_or_else(bad)?;
        let is_it = |t: &CertificateDer<'_>| t.as_ref() == end_entity.as_ref();
        if self.trusted.iter().any(is_it) {
            // A self-signed certificate that is itself trusted needs no chain.
            read.is_valid_at(now).map_err(refused)?;
        } else {
            self.verify_chain(&read, end_entity, intermediates, store, now)?;
        }
        if let Some(revocation) = &self.revocation {
            let answer =
                revocation.verify_server_cert(end_entity, intermediates, server_name, &[], now);
            // Names are compared below, by libpq's rules.
            match answer {
                Err(rustls::Error::InvalidCertificate(
                    CertificateError::NotValidForName
                    | CertificateError::NotValidForNameContext { .. },
                ))
                | Ok(_) => {}
                Err(e) => return Err(e),
            }
        }
        if let Some(name) = &self.names {
            read.is_for(name).map_err(refused)?;
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
        let checked = crypto::verify_tls12_signature(message, cert, dss, &self.algorithms);
        self.or_by_key(checked, message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.version.get_or_init(|| "TLSv1.3");
        let checked = crypto::verify_tls13_signature(message, cert, dss, &self.algorithms);
        self.or_by_key(checked, message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl Verifier {
    fn verify_chain(
        &self,
        read: &Certificate<'_>,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        store: &RootCertStore,
        now: UnixTime,
    ) -> std::result::Result<(), rustls::Error> {
        let all = self.algorithms.all;
        let checked = ParsedCertificate::try_from(end_entity).and_then(|parsed| {
            verify_server_cert_signed_by_trust_anchor(&parsed, store, intermediates, now, all)
        });
        match checked {
            // Version 1, or an authority's own certificate: the library refuses them whoever
            // signed them. OpenSSL does not.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::Other(_) | CertificateError::BadEncoding,
            )) => read.is_signed_by(&self.trusted, all, now).map_err(refused),
            checked => checked,
        }
    }

    /// Certificates of version 1, as many tutorials make them, are refused by the library before
    /// it looks at the signature. The key in them is as good as any.
    fn or_by_key(
        &self,
        checked: std::result::Result<HandshakeSignatureValid, rustls::Error>,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        let Err(rustls::Error::InvalidCertificate(_)) = &checked else {
            return checked;
        };
        let Some(certificate) = Certificate::read(cert) else {
            return checked;
        };
        let mapping = self.algorithms.mapping.iter();
        let made = mapping
            .filter(|(scheme, _)| *scheme == dss.scheme)
            .flat_map(|(_, algorithms)| algorithms.iter())
            .any(|a| verifies(*a, certificate.key, message, dss.signature()));
        match made {
            true => Ok(HandshakeSignatureValid::assertion()),
            false => checked,
        }
    }
}

fn refused(why: Refused) -> rustls::Error {
    rustls::Error::InvalidCertificate(match why {
        Refused::Expired => CertificateError::Expired,
        Refused::NotYet => CertificateError::NotValidYet,
        Refused::UnknownIssuer => CertificateError::UnknownIssuer,
        Refused::Signature => CertificateError::BadSignature,
        Refused::Name => CertificateError::NotValidForName,
    })
}

/// Why a handshake failed, in words that say what to do.
pub(super) fn handshake_error(e: &tokio_postgres::Error) -> Option<Error> {
    let io: &std::io::Error = std::error::Error::source(e)?.downcast_ref()?;
    let tls: &rustls::Error = io.get_ref()?.downcast_ref()?;
    let (message, hint) = match tls {
        rustls::Error::InvalidCertificate(why) => certificate_error(why),
        rustls::Error::AlertReceived(_) => (
            format!("the server refused the TLS handshake: {tls}"),
            "The server may want another client certificate: see sslcert and sslkey.",
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
            "Connect by a name that stands in it, or use sslmode=verify-ca.",
        ),
        C::Expired | C::ExpiredContext { .. } => (said("the server's certificate has expired"), ""),
        C::NotValidYet | C::NotValidYetContext { .. } => {
            (said("the server's certificate is not valid yet"), "")
        }
        C::Revoked => (said("the server's certificate has been revoked"), ""),
        C::UnknownRevocationStatus => (
            said("there is no list of revoked certificates for the server's authority"),
            "sslcrl needs one list for each authority of the chain.",
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
    fn a_mode_without_anything_to_check_against_is_refused() {
        let settings = Settings {
            mode: Mode::VerifyCa,
            direct: false,
            roots: Roots::None,
            revoked: Vec::new(),
            identity: identity::Settings::default(),
            sni: true,
            versions: Versions::All,
            key_log: None,
        };
        let refused = connector(&settings, Some("h"), Version::default()).err();
        assert!(refused.is_some_and(|e| e.hint.is_some()));
    }
}
