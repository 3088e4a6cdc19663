//! The server's certificate, judged as OpenSSL's clients judge it, where the TLS library alone would
//! be stricter: version 1, names in the common name, an authority's certificate used as a server's.

#[cfg_attr(not(feature = "postgres"), allow(dead_code))]
pub(super) mod authorities;
pub(super) mod certificate;

use crate::error::{Error, Kind, Result, reason};
use certificate::{Certificate, Refused, verifies};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_cert_signed_by_trust_anchor};
use rustls::crypto::{self, CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// The protocol version of a connection, known once it stands.
pub(super) type Version = Arc<OnceLock<&'static str>>;

/// What of a server's certificate is checked.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// Who may have signed it; `None`: any certificate will do.
    pub(super) roots: Option<Vec<CertificateDer<'static>>>,
    /// Files of revoked certificates.
    pub(super) revoked: Vec<PathBuf>,
    /// The name that it must be for.
    pub(super) name: Option<String>,
}

/// Checks what it is told to, and no more.
#[derive(Debug)]
pub(super) struct Verifier {
    store: Option<Arc<RootCertStore>>,
    trusted: Vec<CertificateDer<'static>>,
    /// Knows what has been revoked.
    revocation: Option<Arc<WebPkiServerVerifier>>,
    name: Option<String>,
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
        if let Some(name) = &self.name {
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
    /// Reads the lists of what was revoked. `version` is set in the handshake.
    pub(super) fn new(
        checks: Checks,
        provider: &Arc<CryptoProvider>,
        version: Version,
    ) -> Result<Verifier> {
        let store = checks.roots.as_deref().map(authorities::store);
        let store = store.map(Arc::new);
        Ok(Verifier {
            revocation: revocation(store.as_ref(), &checks.revoked, provider)?,
            store,
            trusted: checks.roots.unwrap_or_default(),
            name: checks.name,
            algorithms: provider.signature_verification_algorithms,
            version,
        })
    }

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
        // OpenSSL, told to look a certificate up in no list at all, takes none.
        return Err(Error::new(
            Kind::Connect,
            "there is no list of revoked certificates where sslcrl or sslcrldir points",
        ));
    }
    WebPkiServerVerifier::builder_with_provider(store.clone(), provider.clone())
        .with_crls(lists)
        .enforce_revocation_expiration()
        .build()
        .map(Some)
        .map_err(|e| Error::new(Kind::Connect, format!("could not use sslcrl: {e}")))
}
