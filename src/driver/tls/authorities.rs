//! Certificates of authorities, from files and from the system.

use crate::error::{Error, Kind, Result, reason};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use std::path::{Path, PathBuf};

/// Where the certificates of well-known authorities are kept, by distribution.
const SYSTEM_BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/etc/ssl/cert.pem",
];

/// The certificates of a file in PEM form; at least one.
pub(in crate::driver) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
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

/// The authorities that this machine trusts; none where no bundle is found.
pub(in crate::driver) fn system() -> Vec<CertificateDer<'static>> {
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let paths = named
        .into_iter()
        .chain(SYSTEM_BUNDLES.iter().map(PathBuf::from));
    paths
        .filter_map(|path| certificates(&path).ok())
        .next()
        .unwrap_or_default()
}

pub(super) fn store(certificates: &[CertificateDer<'static>]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates.iter().cloned());
    if store.is_empty() {
        // No bundle on this machine: the one that Mozilla keeps, as of the build.
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    store
}
