//! TLS as libpq's sslmode has it: what is checked of the server's certificate, and against what.

use super::identity::{self, Identity};
use crate::driver::tls::authorities::{certificates, system};
use crate::driver::tls::{Checks, Verifier, Version};
use crate::error::{Error, Kind, Result};
use rustls::crypto::ring;
use rustls::{CertificateError, ClientConfig, SupportedProtocolVersion, version};
use std::path::PathBuf;
use std::sync::Arc;
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
    /// A file that was named for them and cannot be read.
    pub(super) unused_list: Option<PathBuf>,
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
    let checks = Checks {
        roots,
        revoked: settings.revoked.clone(),
        name: names,
    };
    let verifier = Verifier::new(checks, &provider, version)?;
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
        C::ExpiredRevocationList | C::ExpiredRevocationListContext { .. } => (
            said("the list of revoked certificates has expired"),
            "Fetch the authority's newest list for sslcrl.",
        ),
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
            unused_list: None,
            identity: identity::Settings::default(),
            sni: true,
            versions: Versions::All,
            key_log: None,
        };
        let refused = connector(&settings, Some("h"), Version::default()).err();
        assert!(refused.is_some_and(|e| e.hint.is_some()));
    }
}
